//! Every invariant the schema keeps, broken on purpose: the same named refusal on both engines.

use base::Rupiah;
use domain::claim::{Claim, ClaimFacts, ClaimKind, ClaimState, ClaimStep, TABLE, Told};
use domain::coverage::CoveredMonth;
use domain::enrolment::Outcome;
use domain::ledger::{BalanceLimit, TransferKind};
use rules::Scheme;

use super::world::*;
use crate::benefit_claims::{Reporter, StepKept};
use crate::sql::Sql;
use crate::twin::both;
use crate::value::{Value, values};
use crate::{
    Store, StoreError, Tx, benefit_claims, covered, ledger, orgs, people, programmes, sheets,
};

/// Runs `work` and expects the named refusal; SQLite does not name foreign keys.
fn refused(
    store: &Store,
    constraint: &str,
    work: impl FnOnce(&mut Tx<'_>) -> Result<(), StoreError>,
) {
    let answer = store.write(work);
    let named = |name: &str| Err(StoreError::ConstraintViolated { name: name.into() });
    let foreign = constraint.ends_with("_fk") && answer == named("foreign_key");
    // Where the role has no right to try, the server says so before any trigger does.
    let kept = constraint.ends_with("_immutable") && answer == Err(StoreError::Forbidden);
    assert!(answer == named(constraint) || foreign || kept, "{constraint}: {answer:?}");
}

/// A statement of a test, the same for both engines.
fn raw(tx: &mut Tx<'_>, text: &'static str, values: &[Value<'_>]) -> Result<(), StoreError> {
    tx.run(&Sql::new("raw", text, text), values).map(|_| ())
}

#[test]
fn the_same_bytes_are_one_sheet() {
    both(|store| {
        settle_in(store);
        import(store, 1, &changes(1..2)).expect("imports");
        refused(store, "sheet_hash_unique", |tx| {
            let twin = sheets::Sheet { id: id(6, 99), ..sheet(1) };
            sheets::insert(tx, &twin, b"xyz")
        });
    });
}

#[test]
fn a_number_belongs_to_one_person() {
    both(|store| {
        settle_in(store);
        refused(store, "person_nik_unique", |tx| {
            let twin = domain::registry::Person { id: id(1, 99), ..person(1) };
            people::insert_all(tx, [&person(1), &twin], known()).map(|_| ())
        });
    });
}

#[test]
fn codes_and_names_are_taken_once() {
    both(|store| {
        settle_in(store);
        refused(store, "org_code_unique", |tx| {
            orgs::insert(tx, &domain::organisation::Org { id: id(2, 99), ..org() })
        });
        refused(store, "user_account_name_unique", |tx| {
            orgs::insert_user(tx, &orgs::User { id: id(3, 99), ..user(1) })
        });
        refused(store, "fund_code_unique", |tx| {
            programmes::insert_fund(tx, &domain::programme::Fund { id: id(4, 99), ..fund() })
        });
        refused(store, "programme_code_unique", |tx| {
            let twin = domain::programme::Programme { id: id(5, 99), ..programme(1) };
            programmes::insert(tx, &twin)
        });
        refused(store, "programme_fund_fk", |tx| {
            let orphan = domain::programme::Programme { fund: id(4, 99), ..programme(9) };
            programmes::insert(tx, &orphan)
        });
    });
}

#[test]
fn a_person_is_enlisted_once_per_programme() {
    both(|store| {
        settle_in(store);
        import(store, 1, &changes(1..2)).expect("imports");
        let again = domain::enrolment::Changes {
            decisions: vec![decision(2, Outcome::Accepted, Some(person(1).id))],
            ..Default::default()
        };
        refused(store, "enlistment_pk", |tx| {
            sheets::insert(tx, &sheet(2), b"abc")?;
            crate::enrolment::apply(tx, sheet(2).id, &again, known())
        });
    });
}

#[test]
fn maker_and_checker_are_two() {
    both(|store| {
        settle_in(store);
        let text = "insert into proposal (tenant, id, programme, made_by, made_at_ms, people, \
                    monthly, committed, list_hash, state) \
                    values ($1, $2, $3, $4, 1, 1, 1, 1, $5, 'proposed')";
        let (list, hash) = (id::<base::id::kind::Proposal>(8, 1), [0u8; 32]);
        store
            .write(|tx| {
                let (programme, maker) = (programme(1).id, user(1).id);
                raw(tx, text, &values![6401_i64, &list, &programme, &maker, &hash])
            })
            .expect("a list");
        let approve = "insert into approval (tenant, proposal, maker, checker, approved_at_ms, \
                       list_hash) values ($1, $2, $3, $4, 1, $5)";
        refused(store, "approval_four_eyes", |tx| {
            raw(tx, approve, &values![6401_i64, &list, &user(1).id, &user(1).id, &hash])
        });
        // Naming somebody else as the maker does not help.
        refused(store, "approval_maker_fk", |tx| {
            raw(tx, approve, &values![6401_i64, &list, &user(2).id, &user(1).id, &hash])
        });
    });
}

#[test]
fn a_verdict_is_never_its_makers() {
    both(|store| {
        settle_in(store);
        let (task, hash) = ([8u8; 16], [7u8; 32]);
        let text = "insert into task (tenant, id, kind, object, hash, content, effect, approvers, \
                    maker, made_at_ms, expires_at_ms, state) \
                    values ($1, $2, 'list', $2, $3, '', 1, $4, $5, 1, 2, 'open')";
        let put = |tx: &mut Tx<'_>, approvers: i64| {
            raw(tx, text, &values![6401_i64, &task, &hash, approvers, &user(1).id])
        };
        refused(store, "task_approvers_positive", |tx| put(tx, 0));
        store.write(|tx| put(tx, 1)).expect("a task");
        let say = "insert into task_verdict (tenant, task, checker, maker, verdict, hash_seen, \
                   reason, given_at_ms) values ($1, $2, $3, $4, 'approve', $5, $6, 1)";
        let (one, two) = (user(1).id, user(2).id);
        let none = None::<&Box<str>>;
        refused(store, "task_verdict_four_eyes", |tx| {
            raw(tx, say, &values![6401_i64, &task, &one, &one, &hash, none])
        });
        // Naming somebody else as the maker does not help.
        refused(store, "task_verdict_maker_fk", |tx| {
            raw(tx, say, &values![6401_i64, &task, &one, &two, &hash, none])
        });
        let reason: Box<str> = "both".into();
        refused(store, "task_verdict_says", |tx| {
            raw(tx, say, &values![6401_i64, &task, &two, &one, &hash, Some(&reason)])
        });
        let yes =
            |tx: &mut Tx<'_>| raw(tx, say, &values![6401_i64, &task, &two, &one, &hash, none]);
        store.write(yes).expect("another person");
        refused(store, "task_verdict_pk", yes);
    });
}

#[test]
fn a_grant_is_lent_to_another_and_says_why() {
    both(|store| {
        settle_in(store);
        let text = "insert into role_grant (tenant, id, holder, role, territory, first_day, \
                    last_day, granted_by, granted_at_ms, lent_by, glass_until_ms) \
                    values ($1, $2, $3, 'auditor', 6401, 10, $4, $3, 1, $5, $6)";
        let give = |last: Option<i64>, lender: Option<&base::Id<_>>, glass: Option<i64>| {
            let (id, holder) = ([3u8; 16], user(1).id);
            let lender: Option<base::Id<base::id::kind::User>> = lender.copied();
            move |tx: &mut Tx<'_>| {
                let values = values![6401_i64, &id, &holder, last, lender.as_ref(), glass];
                raw(tx, text, &values)
            }
        };
        refused(store, "role_grant_lent_to_another", give(None, Some(&user(1).id), None));
        refused(store, "role_grant_glass_says_why", give(None, None, Some(5)));
        refused(store, "role_grant_days_in_order", give(Some(9), None, None));
        store.write(give(Some(10), Some(&user(2).id), None)).expect("a loan of a day");
    });
}

#[test]
fn a_login_began_somehow_and_a_provided_role_rests_on_a_task() {
    both(|store| {
        settle_in(store);
        let begin = "insert into session (tenant, token, id, holder, stage, device, made_at_ms, \
                     seen_at_ms, ends_at_ms, entry) \
                     values ($1, $2, $3, $4, 'whole', '', 1, 1, 2, $5)";
        let (token, id, holder) = ([1u8; 32], [2u8; 16], user(1).id);
        let by = |entry: &'static str| {
            move |tx: &mut Tx<'_>| raw(tx, begin, &values![6401_i64, &token, &id, &holder, entry])
        };
        refused(store, "session_entry_known", by("magic"));
        store.write(by("provider-two-factors")).expect("through the provider");
        let give = "insert into provided_grant (tenant, id, task) values ($1, $2, $2)";
        refused(store, "provided_grant_id_fk", |tx| raw(tx, give, &values![6401_i64, &id]));
    });
}

#[test]
fn a_month_is_paid_once_whoever_pays() {
    both(|store| {
        settle_in(store);
        import(store, 1, &changes(1..2)).expect("imports");
        let grant = domain::ledger::chart::appropriate(&fund(), day("2022-09-30"));
        let cover = |number| CoveredMonth {
            person: person(1).id,
            scheme: Scheme::Jkk,
            month: month("2022-10"),
            programme: programme(number).id,
            transfer: grant.id,
        };
        refused(store, "covered_month_pk", |tx| {
            covered::insert_all(tx, &[cover(1)], 0)?;
            covered::insert_all(tx, &[cover(2)], 0)
        });
    });
}

#[test]
fn a_ceiling_holds_whoever_writes() {
    both(|store| {
        settle_in(store);
        let accounts = store.read(ledger::accounts).expect("reads");
        let limited = accounts
            .into_iter()
            .find(|(account, balance)| {
                account.limit == BalanceLimit::DebitsWithinCredits
                    && balance.credits_posted > Rupiah::ZERO
            })
            .expect("the appropriation");
        let text = "update account set debits_posted = credits_posted + 1 \
                    where tenant = $1 and id = $2";
        refused(store, "account_debits_within_credits", |tx| {
            raw(tx, text, &values![6401_i64, &limited.0.id])
        });
    });
}

#[test]
fn what_happened_is_never_changed() {
    both(|store| {
        settle_in(store);
        for (text, name) in [
            ("update transfer set amount = 1 where amount > 1", "transfer_immutable"),
            ("delete from transfer", "transfer_immutable"),
        ] {
            refused(store, name, |tx| raw(tx, text, &[]));
        }
        store.write(|tx| crate::audit::append(tx, &line(1, "x"))).expect("appends");
        refused(store, "audit_immutable", |tx| raw(tx, "delete from audit", &[]));
        refused(store, "audit_immutable", |tx| raw(tx, "update audit set act = 'y'", &[]));
    });
}

#[test]
fn a_promise_is_kept_once() {
    both(|store| {
        settle_in(store);
        let grant = domain::ledger::chart::appropriate(&fund(), day("2022-09-30"));
        let books = domain::ledger::chart::Books::of(&programme(1));
        let promise = domain::ledger::Transfer {
            id: id(9, 1),
            debit: books.expense,
            credit: books.payable,
            amount: Rupiah(5),
            kind: TransferKind::Pending,
            code: domain::ledger::TransferCode::Contribution,
            ..grant
        };
        let kept = promise.kept(day("2022-10-02"));
        store.write(|tx| post(tx, &[promise, kept])).expect("kept in the same batch");
        refused(store, "transfer_resolution_pk", |tx| {
            let text = "insert into transfer_resolution (tenant, pending, resolution) \
                        values ($1, $2, 'voided')";
            raw(tx, text, &values![6401_i64, &promise.id])
        });
        refused(store, "transfer_pk", |tx| {
            let twin = domain::ledger::LedgerSnapshot {
                accounts: ledger::snapshot(tx, &[])?.accounts,
                ..Default::default()
            };
            ledger::apply(tx, &domain::ledger::post(&twin, &[promise]))
        });
    });
}

#[test]
fn whoever_puts_a_subscriber_forward_does_not_agree_to_it() {
    use crate::outbox::{self, Event, SigningSecret, Subscriber};
    use domain::outbox::SubscriberState;

    both(|store| {
        settle_in(store);
        let subscriber = |number, code: &str| Subscriber {
            id: id(9, number),
            code: code.into(),
            name: "Rekaan".into(),
            url: "https://simda.example/kait".into(),
            kinds: vec!["bill.issued".into()],
            state: SubscriberState::Proposed,
            made_by: user(1).id,
            made_at_ms: 1,
            decided_by: None,
            changed_at_ms: 1,
        };
        let secret = || SigningSecret {
            serial: 1,
            secret: zeroize::Zeroizing::new(vec![7; 32]),
            made_at_ms: 1,
            ends_at_ms: None,
        };
        let one = subscriber(1, "simda");
        store.write(|tx| outbox::insert(tx, &one, &secret())).expect("put forward");
        refused(store, "subscriber_code_unique", |tx| {
            outbox::insert(tx, &subscriber(2, "simda"), &secret())
        });
        refused(store, "subscriber_two_people", |tx| {
            outbox::decide(tx, one.id, SubscriberState::Active, Some(user(1).id), 2)
        });
        refused(store, "subscriber_agreed", |tx| {
            outbox::decide(tx, one.id, SubscriberState::Active, None, 2)
        });
        let event = Event {
            sequence: 3,
            id: [3; 16],
            kind: "bill.issued".into(),
            lane: [4; 16],
            subject: Some([4; 16]),
            at_ms: 1,
            body: "{}".into(),
        };
        store.write(|tx| outbox::insert_events(tx, std::slice::from_ref(&event))).expect("told");
        refused(store, "outbox_event_pk", |tx| {
            outbox::insert_events(tx, &[Event { id: [5; 16], ..event.clone() }])
        });
        refused(store, "outbox_event_id_unique", |tx| {
            outbox::insert_events(tx, &[Event { sequence: 4, ..event.clone() }])
        });
        for text in ["update outbox_event set body = 'x'", "delete from outbox_event"] {
            refused(store, "outbox_event_immutable", |tx| raw(tx, text, &[]));
        }
        assert_eq!(store.read(|tx| outbox::event(tx, &[3; 16])), Ok(Some(event)));
    });
}

#[test]
fn a_reader_cannot_write() {
    both(|store| {
        settle_in(store);
        let answer = store.read(|tx| crate::settings::set(tx, "a", "b"));
        assert!(answer.is_err(), "{answer:?}");
        assert_eq!(store.read(|tx| crate::settings::get(tx, "a")), Ok(None));
    });
}

#[test]
fn registers_of_two_regencies_do_not_see_each_other() {
    let directory = crate::twin::FreshDirectory::new();
    let open = |digits| {
        let tenant = base::RegionCode::from_digits(digits, 2);
        let store = Store::open(directory.location(), tenant).expect("opens");
        store.unlock(crate::twin::keys()).expect("a new register takes any keys");
        store.migrate().expect("migrates");
        store
    };
    let (paser, sidoarjo) = (open(6401), open(3515));
    settle_in(&paser);
    settle_in(&sidoarjo);
    import(&paser, 1, &changes(1..5)).expect("imports");
    assert_eq!(sidoarjo.read(people::count), Ok(0));
    assert_eq!(paser.read(people::count), Ok(4));
    import(&sidoarjo, 1, &changes(1..3)).expect("the same file for another regency");
    assert_eq!(Store::tenants(&directory.location()).expect("reads").len(), 2);
}

#[test]
fn a_claim_goes_where_the_table_says_and_a_second_person_approves() {
    let text = include_str!("../../migrations/0028_claims.sql");
    let row = |(from, by, to): &(ClaimState, ClaimStep, ClaimState)| {
        format!("{} {} {}", from.name(), by.name(), to.name())
    };
    let mut known: Vec<String> = TABLE.iter().map(row).collect();
    known.sort();
    assert_eq!(rows_of(text, "benefit_claim_step_known"), known);
    both(|store| {
        settle_in(store);
        import(store, 1, &changes(1..2)).expect("imports");
        let claim = Claim {
            id: id(12, 1),
            person: person(1).id,
            kind: ClaimKind::Jkm,
            event: day("2022-10-02"),
            reported: day("2022-10-03"),
            told: Told::Family,
            occupation: None,
            opened_by: user(1).id,
            opened_at_ms: 1_000,
            state: ClaimState::Proposed,
            steps: 1,
            granted: None,
            paid: Rupiah::ZERO,
        };
        let none = (Reporter::default(), ClaimFacts::default());
        let opened = store.write(|tx| benefit_claims::insert(tx, &claim, &none.0, &none.1));
        opened.expect("is kept");
        let approved = StepKept {
            no: 1,
            step: ClaimStep::Approve,
            states: (ClaimState::Proposed, ClaimState::Approved),
            day: day("2022-10-04"),
            rupiah: None,
            receiver: None,
            reference: "".into(),
            reason: "".into(),
            made_by: Some(user(1).id),
            maker: Some(user(1).id),
            at_ms: 2_000,
        };
        refused(store, "benefit_claim_step_four_eyes", |tx| {
            benefit_claims::make_step(tx, &claim, &approved)
        });
        let sent = StepKept {
            step: ClaimStep::Send,
            states: (ClaimState::Proposed, ClaimState::Sent),
            maker: None,
            ..approved
        };
        refused(store, "benefit_claim_step_known", |tx| {
            benefit_claims::make_step(tx, &claim, &sent)
        });
    });
}

#[test]
fn a_school_year_goes_where_the_table_says() {
    use domain::scholarship::YEAR_TABLE;
    let text = include_str!("../../migrations/0053_scholarship.sql");
    let row = YEAR_TABLE
        .iter()
        .map(|(from, by, to)| format!("{} {} {}", from.name(), by.name(), to.name()));
    let mut known: Vec<String> = row.collect();
    known.sort();
    assert_eq!(rows_of(text, "scholarship_step_known"), known);
}
