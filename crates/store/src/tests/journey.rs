//! What goes in comes out the same, noun by noun, and the whole journey on both engines.

use base::{PersonName, Problem, ProblemCode, RegionCode, Rupiah};
use domain::approval::{ApprovalInput, Proposal, ProposalInput, approve, propose};
use domain::billing::{Bill, BillInput, draft_bill, finalise};
use domain::card::{CardInput, issue_card};
use domain::coverage::CoverageFact;
use domain::enrolment::Outcome;
use domain::ledger::{Resolution, TransferKind, recomputed, trial_balance};
use domain::membership::Membership;
use domain::payment::part::part_id;
use domain::payment::{
    Direction, Match, MatchedBy, Part, Purpose, StatementFacts, StatementLine, match_lines, settle,
    statement_lines,
};
use domain::reference::{ReferenceEntry, ReferenceKind, ReferenceList};
use rules::Rulebook;

use super::world::*;
use crate::audit::AuditLine;
use crate::payments::{Statement, StatementSaid};
use crate::sheets::SheetState;
use crate::twin::both;
use crate::{
    Store, StoreError, audit, bills, cards, covered, enrolment, ledger, memberships, orgs,
    payments, people, programmes, proposals, references, reports, settings, sheets,
};

#[test]
fn offices_funds_and_programmes_come_back_as_kept() {
    both(|store| {
        settle_in(store);
        store
            .read(|tx| {
                assert_eq!(orgs::by_code(tx, "desa-6401052001")?, Some(org()));
                assert_eq!(orgs::get(tx, org().id)?, Some(org()));
                assert_eq!(orgs::by_code(tx, "disnaker")?, None);
                assert_eq!(orgs::list(tx)?, [org()]);
                assert_eq!(orgs::user_by_name(tx, "petugas-2")?, Some(user(2)));
                assert_eq!(orgs::users(tx)?, [user(1), user(2)]);
                assert_eq!(programmes::fund_by_code(tx, "apbdp-2022")?, Some(fund()));
                assert_eq!(programmes::fund(tx, fund().id)?, Some(fund()));
                assert_eq!(programmes::funds(tx)?, [fund()]);
                assert_eq!(programmes::by_code(tx, "rentan-2")?, Some(programme(2)));
                assert_eq!(programmes::get(tx, programme(1).id)?, Some(programme(1)));
                Ok::<_, StoreError>(())
            })
            .expect("reads");
    });
}

#[test]
fn settings_and_mappings_are_replaced() {
    both(|store| {
        settle_in(store);
        let mapping = |tx: &mut crate::Tx<'_>| orgs::header_mapping(tx, org().id, "f00d");
        store
            .write(|tx| {
                assert_eq!(settings::get(tx, "day")?, None);
                settings::set(tx, "day", "1")?;
                settings::set(tx, "day", "2")?;
                assert_eq!(settings::get(tx, "day")?.as_deref(), Some("2"));
                assert_eq!(mapping(tx)?, None);
                orgs::remember_header_mapping(tx, org().id, "f00d", "nik,name")?;
                orgs::remember_header_mapping(tx, org().id, "f00d", "name,nik")?;
                assert_eq!(mapping(tx)?.as_deref(), Some("name,nik"));
                let all = orgs::header_mappings(tx, org().id)?;
                assert_eq!(all, [("f00d".to_owned(), "name,nik".to_owned())]);
                Ok::<_, StoreError>(())
            })
            .expect("writes");
    });
}

#[test]
fn a_decided_sheet_comes_back_row_by_row() {
    both(|store| {
        settle_in(store);
        import(store, 1, &changes(1..4)).expect("imports");
        store
            .read(|tx| {
                let kept = sheets::find_by_hash(tx, &[1; 32])?.expect("the sheet");
                assert_eq!(kept.state, SheetState::Decided);
                assert_eq!(sheets::blob(tx, kept.id)?.as_deref(), Some(&b"xyz"[..]));
                assert_eq!(sheets::list(tx)?, std::slice::from_ref(&kept));
                let rows = sheets::rows(tx, kept.id)?;
                let outcomes: Vec<_> = rows.iter().map(|row| (row.row, row.outcome)).collect();
                let accepted = Outcome::Accepted;
                assert_eq!(
                    outcomes,
                    [(1, Outcome::NeedsFix), (2, accepted), (3, accepted), (4, accepted)]
                );
                assert_eq!(rows[0].problems, changes(1..4).decisions[0].problems);
                assert_eq!(rows[0].content, u64::MAX - 1);
                assert_eq!(rows[3].person, Some(person(3).id));
                assert_eq!(people::by_nik(tx, nik(2))?, Some(person(2)));
                assert_eq!(people::count(tx)?, 3);
                let counts = reports::outcomes(tx)?;
                let counts: Vec<_> = counts.iter().map(|c| (c.outcome, c.rows)).collect();
                assert_eq!(counts, [(accepted, 3), (Outcome::NeedsFix, 1)]);
                let problems = reports::problems(tx, programme(1).id)?;
                let expect = [(ProblemCode::NikLength, 1), (ProblemCode::OccupationMissing, 1)];
                assert_eq!(problems, expect);
                Ok::<_, StoreError>(())
            })
            .expect("reads");
    });
}

#[test]
fn the_snapshot_finds_people_by_number_and_by_name_and_birth() {
    both(|store| {
        settle_in(store);
        import(store, 1, &changes(1..30)).expect("imports");
        let name = |text: &str| PersonName::parse(text).expect("a name");
        let (other, nobody) = (name("CONTOH warga  bb"), name("Orang Lain"));
        store
            .read(|tx| {
                let asked = [(&other, day("1962-08-17")), (&nobody, day("1962-08-17"))];
                let niks = [nik(5), nik(900), nik(5)];
                let found = enrolment::snapshot(tx, &niks, &asked, programme(1).id)?;
                let mut numbers: Vec<_> = found.known.iter().map(|p| p.nik.serial()).collect();
                numbers.sort_unstable();
                // 1 and 27 are both "Warga bb Contoh".
                assert_eq!(numbers, [1, 5, 27]);
                let five = found.known.iter().find(|p| p.nik == nik(5)).expect("number five");
                assert_eq!(five.on_programme, Some((sheet(1).id, 0, 6)));
                let elsewhere = enrolment::snapshot(tx, &niks, &[], programme(2).id)?;
                assert_eq!(elsewhere.known[0].on_programme, None);
                let nothing = enrolment::snapshot(tx, &[], &[], programme(1).id)?;
                assert!(nothing.known.is_empty());
                Ok::<_, StoreError>(())
            })
            .expect("reads");
    });
}

#[test]
fn only_the_latest_list_of_a_kind_speaks_but_of_the_dead() {
    both(|store| {
        settle_in(store);
        let list = |number, kind, as_of: &str| ReferenceList {
            id: id(7, number),
            kind,
            as_of: day(as_of),
        };
        let entry = |number, event: Option<&str>| ReferenceEntry {
            nik: nik(number),
            name: None,
            birth: None,
            event: event.map(day),
            decile: None,
        };
        let old = [entry(1, Some("2022-01-05"))];
        let new = [entry(2, Some("2022-06-05")), entry(2, None)];
        let asn = [entry(1, None)];
        let late = [entry(2, None)];
        store
            .write(|tx| {
                let death = ReferenceKind::Meninggal;
                references::insert(tx, &list(1, death, "2022-03-01"), 1, &old)?;
                references::insert(tx, &list(2, death, "2022-09-01"), 2, &new)?;
                references::insert(tx, &list(3, ReferenceKind::Asn, "2021-01-01"), 3, &asn)?;
                references::insert(tx, &list(4, ReferenceKind::Asn, "2020-01-01"), 4, &late)?;
                let mut hits = references::hits(tx, &[nik(1), nik(2), nik(3)])?;
                // In the order of numbers, which their keyed index does not keep.
                hits.sort_by_key(|hit| (hit.kind, hit.entry.nik));
                let hits: Vec<_> = hits.iter().map(|hit| (hit.kind, hit.entry.clone())).collect();
                let expect = [
                    (ReferenceKind::Asn, entry(1, None)),
                    // A list of a later month that does not name them wakes nobody.
                    (death, entry(1, Some("2022-01-05"))),
                    (death, entry(2, Some("2022-06-05"))),
                    (death, entry(2, None)),
                ];
                assert_eq!(hits, expect);
                assert_eq!(references::lists(tx)?.len(), 4);
                Ok::<_, StoreError>(())
            })
            .expect("writes");
    });
}

#[test]
fn a_correction_replaces_the_row_it_answers_and_undo_gives_it_back() {
    both(|store| {
        settle_in(store);
        import(store, 1, &changes(1..3)).expect("imports");
        let corrected = domain::registry::Person {
            name: PersonName::parse("Warga Benar").expect("a name"),
            ..person(1)
        };
        let correction = domain::enrolment::Changes {
            decisions: vec![domain::enrolment::RowDecision {
                corrects: Some((sheet(1).id, 0, 2)),
                ..decision(9, Outcome::AcceptedToConfirm, Some(person(1).id))
            }],
            new_people: Vec::new(),
            changed_people: vec![corrected.clone()],
            apart: Vec::new(),
        };
        import(store, 2, &correction).expect("imports the return");
        let place = |tx: &mut crate::Tx<'_>| {
            let found = enrolment::snapshot(tx, &[nik(1)], &[], programme(1).id)?;
            Ok::<_, StoreError>(found.known[0].on_programme)
        };
        store
            .read(|tx| {
                assert_eq!(place(tx)?, Some((sheet(2).id, 0, 9)));
                assert_eq!(people::get(tx, person(1).id)?, Some(corrected.clone()));
                assert_eq!(sheets::rows(tx, sheet(1).id)?[1].superseded_by, Some(sheet(2).id));
                Ok::<_, StoreError>(())
            })
            .expect("reads");
        store.write(|tx| enrolment::undo(tx, sheet(2).id)).expect("undoes");
        store
            .read(|tx| {
                assert_eq!(place(tx)?, Some((sheet(1).id, 0, 2)));
                assert_eq!(sheets::rows(tx, sheet(1).id)?[1].superseded_by, None);
                let state = sheets::get(tx, sheet(2).id)?.expect("the sheet").state;
                assert_eq!(state, SheetState::Undone);
                Ok::<_, StoreError>(())
            })
            .expect("reads");
        store
            .write(|tx| enrolment::apply(tx, sheet(2).id, &correction, known()))
            .expect("an undone sheet is decided anew");
        assert_eq!(store.read(place), Ok(Some((sheet(2).id, 0, 9))));
    });
}

/// Three accepted people become a list put forward by user 1.
pub(super) fn put_forward(store: &Store) -> Proposal {
    settle_in(store);
    import(store, 1, &changes(1..4)).expect("imports");
    let rulebook = Rulebook::builtin();
    store
        .write(|tx| {
            let candidates = proposals::candidates(tx, programme(1).id, sector)?;
            let list = propose(&ProposalInput {
                programme: &programme(1),
                fund: &fund(),
                committed_so_far: proposals::committed(tx, fund().id)?,
                candidates: &candidates,
                places_taken: 0,
                rulebook: &rulebook,
            })
            .expect("a list");
            let proposal = list.put_forward(id(8, 1), programme(1).id, user(1).id, 1);
            proposals::insert(tx, &proposal, &list)?;
            assert_eq!(proposals::lines(tx, proposal.id)?, list.lines);
            assert_eq!(proposals::waiting(tx, proposal.id)?, []);
            assert!(proposals::uses_sheet(tx, sheet(1).id)?);
            Ok::<_, StoreError>(proposal)
        })
        .expect("puts forward")
}

pub(super) fn approve_it(store: &Store, proposal: &Proposal) {
    store
        .write(|tx| {
            let lines = proposals::lines(tx, proposal.id)?;
            let approval = approve(&ApprovalInput {
                proposal,
                lines: &lines,
                programme: &programme(1),
                fund: &fund(),
                committed_so_far: proposals::committed(tx, fund().id)?,
                checker: user(2).id,
                hash_seen: proposal.list_hash,
                day: day("2022-10-01"),
            })
            .expect("approved");
            proposals::approve(tx, &approval, 2)?;
            post(tx, &[approval.commitment])
        })
        .expect("approves");
}

pub(super) fn bill_october(store: &Store) -> Bill {
    let rulebook = Rulebook::builtin();
    store
        .write(|tx| {
            let members = memberships::for_billing(tx, &programme(1), sector)?;
            let october = month("2022-10");
            let standing = covered::elsewhere(tx, programme(1).id, october)?;
            let draft = draft_bill(&BillInput {
                programme: &programme(1),
                fund: fund().kind,
                month: october,
                revision: 0,
                members: &members,
                standing: &standing,
                rulebook: &rulebook,
            })
            .expect("a bill");
            bills::save(tx, &draft)?;
            let step = finalise(&draft, &programme(1), day("2022-10-10")).expect("final");
            post(tx, &step.transfers)?;
            bills::save(tx, &step.bill)?;
            bills::insert_issue(tx, &issue_of(&step.bill, 2))?;
            Ok::<_, StoreError>(step.bill)
        })
        .expect("bills")
}

/// Locked by the first user, issued by another.
fn issue_of(bill: &Bill, issued_by: u32) -> bills::Issue {
    bills::Issue {
        bill: bill.id,
        revision: bill.revision,
        issued_on: day("2022-10-11"),
        due: day("2022-11-15"),
        hash: [7; 32],
        finalised_by: user(1).id,
        issued_by: user(issued_by).id,
        issued_at_ms: 4,
    }
}

#[test]
fn nobody_issues_what_he_locked_and_nothing_is_paid_that_nobody_issued() {
    both(|store| {
        approve_it(store, &put_forward(store));
        let bill = bill_october(store);
        let next = Bill { revision: 1, ..bill };
        store.write(|tx| bills::save_head(tx, &next)).expect("another revision");
        // The issue of the revision before counts no more.
        let posted = domain::billing::BillState::Posted;
        let unpaid = store.write(|tx| bills::set_state(tx, next.id, posted));
        assert_eq!(unpaid, Err(StoreError::NotFound { what: "bill" }));
        assert_eq!(store.read(bills::open), Ok(Vec::new()));
        let alone = store.write(|tx| bills::insert_issue(tx, &issue_of(&next, 1)));
        let constraint = Some("bill_issue_four_eyes".to_owned());
        assert_eq!(violated(alone), constraint);
        store.write(|tx| bills::insert_issue(tx, &issue_of(&next, 2))).expect("by another");
        assert_eq!(store.read(bills::open).map(|open| open.len()), Ok(1));
    });
}

fn violated(done: Result<(), StoreError>) -> Option<String> {
    match done {
        Err(StoreError::ConstraintViolated { name }) => Some(name.to_string()),
        _ => None,
    }
}

#[test]
fn a_list_put_forward_leaves_no_candidates_and_returned_gives_them_back() {
    both(|store| {
        let proposal = put_forward(store);
        store
            .write(|tx| {
                assert_eq!(proposals::get(tx, proposal.id)?, Some(proposal.clone()));
                assert_eq!(proposals::candidates(tx, programme(1).id, sector)?, []);
                let state = domain::approval::ProposalState::Returned("kurang bukti".into());
                proposals::set_state(tx, proposal.id, &state)?;
                assert_eq!(proposals::of_programme(tx, programme(1).id)?[0].state, state);
                assert_eq!(proposals::candidates(tx, programme(1).id, sector)?.len(), 3);
                assert!(!proposals::uses_sheet(tx, sheet(1).id)?);
                Ok::<_, StoreError>(())
            })
            .expect("writes");
    });
}

#[test]
fn from_the_list_to_the_card_on_both_engines() {
    both(from_the_list_to_the_card);
}

/// The whole way of a list, from being put forward to the cards.
pub(super) fn from_the_list_to_the_card(store: &Store) {
    let proposal = put_forward(store);
    approve_it(store, &proposal);
    // 3 people × Rp16.800 × 3 months.
    let committed = store.read(|tx| proposals::committed(tx, fund().id));
    assert_eq!(committed, Ok(Rupiah(151_200)));
    let bill = bill_october(store);
    assert_eq!((bill.people, bill.total), (3, Rupiah(50_400)));
    let facts = vec![StatementFacts {
        day: day("2022-10-15"),
        amount: bill.total,
        direction: Direction::Out,
        reference: domain::payment::bill_reference(bill.id).into(),
        balance: None,
        reversal: false,
    }];
    let lines = statement_lines("123", facts);
    let said = StatementSaid { opening: Some(Rupiah(60_000)), ..StatementSaid::default() };
    let statement = Statement { hash: [9; 32], account: "123".into(), received_at_ms: 3, said };
    store
        .write(|tx| {
            assert!(!payments::is_known(tx, &statement.hash)?);
            assert_eq!(payments::insert_statement(tx, &statement, &lines)?, 1);
            let overlap = Statement { hash: [10; 32], ..statement.clone() };
            assert_eq!(payments::insert_statement(tx, &overlap, &lines)?, 0);
            assert!(payments::is_known(tx, &statement.hash)?);
            assert_eq!(payments::lines(tx)?, lines);
            let matching = match_lines(&lines, &bills::open(tx)?);
            let part = part_of(&matching.matches[0], &lines[0]);
            payments::give(tx, &part, 0, None)?;
            assert_eq!(payments::all_parts(tx)?, std::slice::from_ref(&part));
            assert_eq!(payments::parts_about(tx, bill.id.as_bytes())?, [part]);
            assert_eq!(payments::statements(tx)?[0], statement);
            let kept = bills::get(tx, bill.id)?.expect("the bill");
            assert_eq!(kept, bill);
            let settled = settle(&kept, &programme(1), &lines[0]).expect("settles");
            post(tx, &settled.transfers)?;
            covered::insert_all(tx, &settled.covered, 0)?;
            bills::set_state(tx, bill.id, settled.bill.state)?;
            assert_eq!(bills::open(tx)?[0].paid_by, Some(lines[0].id));
            Ok::<_, StoreError>(())
        })
        .expect("pays");
    nothing_is_given_twice(store, &lines[0], bill.id);
    check_ledger(store);
    check_cover_and_cards(store);
}

/// A line that was given out whole has nothing left, and a bill that is paid takes nothing more,
/// whoever writes; a part is released once.
fn nothing_is_given_twice(
    store: &Store,
    line: &StatementLine,
    bill: base::Id<base::id::kind::Bill>,
) {
    let more = Part {
        id: part_id(line.id, 1),
        line: line.id,
        purpose: Purpose::Other,
        amount: Rupiah(1),
        by: MatchedBy::AmountOnly,
        day: line.facts.day,
        given_at_ms: 5,
        released_at_ms: None,
    };
    let refused = |name: &str| Err(StoreError::ConstraintViolated { name: name.into() });
    let given = store.write(|tx| payments::give(tx, &more, 1, None));
    assert_eq!(given, refused("statement_line_given_within"));
    let facts = StatementFacts { reference: "lain".into(), ..line.facts.clone() };
    let other = statement_lines("123", vec![facts]).remove(0);
    let statement = Statement {
        hash: [11; 32],
        account: "123".into(),
        received_at_ms: 6,
        said: StatementSaid::default(),
    };
    store
        .write(|tx| payments::insert_statement(tx, &statement, std::slice::from_ref(&other)))
        .expect("another line");
    let to_bill = Part { line: other.id, purpose: Purpose::Bill(bill), ..more.clone() };
    let paid = store.write(|tx| payments::give(tx, &to_bill, 0, None));
    assert_eq!(paid, refused("bill_paid_within"));
    let by_people = Part { line: other.id, by: MatchedBy::People, ..to_bill };
    let alone = store.write(|tx| payments::give(tx, &by_people, 0, None));
    assert_eq!(alone, refused("allocation_by_people_asked"));
    let elsewhere = Part { purpose: Purpose::Other, line: other.id, ..more };
    store
        .write(|tx| {
            payments::give(tx, &elsewhere, 0, None)?;
            assert!(payments::release(tx, &elsewhere, None, 7)?);
            assert!(!payments::release(tx, &elsewhere, None, 8)?);
            let kept = payments::line(tx, other.id)?.expect("the line");
            assert_eq!((kept.given, &*kept.account), (Rupiah::ZERO, "123"));
            Ok::<_, StoreError>(())
        })
        .expect("given and released");
}

/// What a match gives out.
pub(super) fn part_of(found: &Match, line: &StatementLine) -> Part {
    Part {
        id: part_id(found.line, 0),
        line: found.line,
        purpose: Purpose::Bill(found.bill),
        amount: found.amount,
        by: found.by,
        day: line.facts.day,
        given_at_ms: 4,
        released_at_ms: None,
    }
}

pub(super) fn check_ledger(store: &Store) {
    store
        .read(|tx| {
            let accounts = ledger::accounts(tx)?;
            let balance = trial_balance(accounts.clone()).expect("fits");
            assert!(balance.is_balanced());
            let mut transfers = Vec::new();
            ledger::each_transfer(tx, |transfer| transfers.push(transfer))?;
            // Granted, bound, 1 + 3 × 2 schemes promised, 1 + 3 × 2 kept, paid.
            assert_eq!(transfers.len(), 17);
            let counted = recomputed(&transfers).expect("fits");
            for (account, kept) in accounts {
                let counted = counted.get(&account.id).copied().unwrap_or_default();
                assert_eq!(counted, kept, "{}", account.code);
            }
            let promise = transfers.iter().find(|t| t.kind == TransferKind::Pending);
            let promise = *promise.expect("a promise");
            let known = ledger::snapshot(tx, &[promise])?;
            assert_eq!(known.transfers[&promise.id], (promise, Resolution::Posted));
            let behind = ledger::by_document(tx, promise.document)?;
            // Two schemes, each promised and kept.
            assert_eq!(behind.len(), 4);
            Ok::<_, StoreError>(())
        })
        .expect("reads");
}

fn check_cover_and_cards(store: &Store) {
    store
        .write(|tx| {
            let paid = covered::of_programme(tx, programme(1).id)?;
            assert_eq!(paid.len(), 6);
            assert_eq!(covered::of_person(tx, person(1).id)?.len(), 2);
            let fact = |sex, people| CoverageFact {
                place: RegionCode::from_digits(6401052001, 4),
                occupation: person(1).occupation,
                sex,
                programme: programme(1).id,
                covered: true,
                people,
            };
            let (male, female) = (base::Sex::Male, base::Sex::Female);
            assert_eq!(covered::facts(tx, month("2022-10"))?, [fact(male, 2), fact(female, 1)]);
            let november = covered::facts(tx, month("2022-11"))?;
            assert!(november.iter().all(|fact| !fact.covered));
            let members = memberships::people(tx, programme(1).id)?;
            assert_eq!(members.len(), 3);
            let issued: Vec<_> = members
                .iter()
                .zip(1u8..)
                .map(|(person, random)| {
                    issue_card(&CardInput {
                        programme: &programme(1),
                        person: person.id,
                        name: &person.name,
                        village: "Desa Contoh",
                        occupation: Some("Nelayan"),
                        covered: &paid,
                        issued: day("2022-10-20"),
                        copy: 1,
                        random: [random; 9],
                    })
                    .expect("a card")
                })
                .collect();
            cards::insert_all(tx, &issued)?;
            assert_eq!(cards::of_programme(tx, programme(1).id)?, issued);
            assert_eq!(cards::by_number(tx, issued[1].number)?, Some(issued[1].clone()));
            Ok::<_, StoreError>(())
        })
        .expect("issues cards");
}

#[test]
fn a_membership_remembers_what_was_known_when() {
    both(|store| {
        let proposal = put_forward(store);
        let own = [Membership::of(&programme(2), person(1).id)];
        let (october, november) = (month("2022-10"), month("2022-11"));
        store
            .write(|tx| {
                memberships::insert_all(tx, proposal.id, &own, 3)?;
                memberships::change(tx, own[0].id, october, october, 9)
            })
            .expect("writes");
        let check = |month, known_at_ms, expect| {
            let found =
                store.read(|tx| memberships::as_of(tx, programme(2).id, month, known_at_ms));
            assert_eq!(found.expect("reads").len(), expect, "{month} known at {known_at_ms}");
        };
        check(october, 2, 0);
        check(november, 3, 1);
        check(november, 8, 1);
        check(november, 9, 0);
        check(october, 9, 1);
        let held = store.read(|tx| crate::people::hold(tx, person(1).id, october));
        assert_eq!(held, Ok(Some(crate::people::Hold::Member)));
    });
}

#[test]
fn cover_elsewhere_is_seen_promised_and_paid() {
    both(|store| {
        let proposal = put_forward(store);
        approve_it(store, &proposal);
        let other: Vec<Membership> = vec![Membership::of(&programme(2), person(1).id)];
        store
            .write(|tx| memberships::insert_all(tx, proposal.id, &other, 3))
            .expect("a second programme");
        store
            .write(|tx| {
                // Programme 2 has enlisted nobody by a sheet; programme 1 has.
                let planned = memberships::elsewhere(tx, programme(1).id)?;
                assert_eq!(planned.len(), 1);
                assert_eq!(planned[0].membership, other[0]);
                assert_eq!(covered::elsewhere(tx, programme(2).id, month("2022-10"))?, []);
                Ok::<_, StoreError>(())
            })
            .expect("reads");
        let bill = bill_october(store);
        let seen = |store: &Store| {
            store.read(|tx| covered::elsewhere(tx, programme(2).id, month("2022-10")))
        };
        let promised: Vec<_> =
            bill.promised().into_iter().filter(|cover| cover.person == person(1).id).collect();
        assert_eq!(seen(store), Ok(promised.clone()));
        store
            .write(|tx| {
                covered::insert_all(tx, &promised, 0)?;
                bills::set_state(tx, bill.id, domain::billing::BillState::Posted)
            })
            .expect("pays");
        assert_eq!(seen(store), Ok(promised));
    });
}

#[test]
fn the_earliest_death_list_that_names_a_day_counts() {
    both(|store| {
        let proposal = put_forward(store);
        approve_it(store, &proposal);
        let list = |number, as_of: &str| ReferenceList {
            id: id(7, number),
            kind: ReferenceKind::Meninggal,
            as_of: day(as_of),
        };
        let entry = |number, event: Option<&str>| ReferenceEntry {
            nik: nik(number),
            name: None,
            birth: None,
            event: event.map(day),
            decile: None,
        };
        let early = [entry(1, Some("2022-09-20"))];
        let late = [entry(1, Some("2022-09-25")), entry(2, None)];
        store
            .write(|tx| {
                references::insert(tx, &list(1, "2022-10-01"), 1, &early)?;
                references::insert(tx, &list(2, "2022-11-01"), 2, &late)?;
                let members = memberships::for_billing(tx, &programme(1), sector)?;
                let died = |number| {
                    let found = members.iter().find(|m| m.membership.person == person(number).id);
                    found.expect("a member").died
                };
                assert_eq!(died(1), Some(day("2022-09-20")));
                assert_eq!(died(2), Some(day("2022-11-01")));
                assert_eq!(died(3), None);
                Ok::<_, StoreError>(())
            })
            .expect("writes");
    });
}

#[test]
fn audit_lines_come_back_in_order() {
    both(|store| {
        let second = AuditLine { actor: Some(id(3, 1)), ..line(2, "sheet-received") };
        let lines = [second, line(1, "sheet-received")];
        for line in &lines {
            store.write(|tx| audit::append(tx, line)).expect("writes");
        }
        assert_eq!(store.read(audit::list), Ok(lines.to_vec()));
    });
}

#[test]
fn a_suggestion_survives_but_a_problem_never_prints_it() {
    both(|store| {
        settle_in(store);
        let mut decided = changes(1..2);
        decided.decisions[1].problems =
            vec![Problem::of_row(ProblemCode::NikDate).with_suggestion("6401011708620001")];
        import(store, 1, &decided).expect("imports");
        let rows = store.read(|tx| sheets::rows(tx, sheet(1).id)).expect("reads");
        assert_eq!(rows[1].problems, decided.decisions[1].problems);
        assert!(!format!("{rows:?}").contains("6401011708620001"));
    });
}
