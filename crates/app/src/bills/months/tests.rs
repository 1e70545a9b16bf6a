//! Two regencies of one server, one citizen on both lists: one of them pays, the other says so.
//! And one that breaks off between two steps.
//!
//! Everybody here is invented. Paser has the people 1 to 3, Kutai 3 to 5: the third moved.

use std::path::Path;

use base::{Day, RegionCode};
use domain::billing::ExclusionReason;
use rules::Schemes;
use store::months::HoldState;
use store::twin::tampering::{
    MONTHS_FORGOTTEN, MONTHS_LAPSED, MONTHS_LOST, MONTHS_NOT_CONFIRMED, MONTHS_NOT_RELEASED,
};
use store::twin::{FreshDatabase, FreshDirectory, server_url, tamper};

use crate::bills::months::Reserved;
use crate::bills::tests::{CODE, furnished, month, nik, on_both_on, refused, who};
use crate::environment::Environment;
use crate::keys::KeySource;
use crate::office::{Location, Office, OfficeOptions};
use crate::reading::Reader;

const REASON: &str = "Seorang peserta pindah";

fn open(location: Location, regency: u64) -> Office {
    let office = Office::open(OfficeOptions {
        location,
        pemda: RegionCode::from_digits(regency, 2),
        reader: Reader::InProcess,
        environment: Environment::fixed(Day::new(2022, 10, 3).expect("a day"), regency),
        keys: KeySource::Ring(Box::new(store::twin::keys())),
    });
    office.expect("a place opens")
}

fn two(database: &FreshDatabase, folder: &Path) -> [Office; 2] {
    let with = |regency, from| {
        let office = open(database.location(), regency);
        furnished(office, folder, (Schemes::JKK_JKM, from))
    };
    [with(6401, 1), with(6402, 3)]
}

fn on_two(test: impl Fn(&FreshDatabase, &[Office; 2])) {
    let Some(url) = server_url() else { return };
    let database = FreshDatabase::new(&url);
    let folder = tempfile::tempdir().expect("a folder");
    let offices = two(&database, folder.path());
    test(&database, &offices);
}

/// People on October's bill once it is final, and those left out because another regency pays.
fn finalised(office: &Office) -> (u32, usize) {
    let done = office.finalise_bill(&who(office, "citra"), CODE, month(10), 1).expect("final");
    let reason = ExclusionReason::PaidInOtherRegion;
    let out = done.bills[0].excluded.iter().filter(|one| one.reason == reason).count();
    (done.bills[0].people, out)
}

fn reopened(office: &Office) {
    office.reopen_bill(&who(office, "citra"), CODE, month(10), REASON).expect("open");
}

fn issued(office: &Office) -> Result<(), String> {
    let done = office.issue_bill(&who(office, "budi"), CODE, month(10));
    done.map(|_| ()).map_err(|error| format!("{} {}", error.code, error.detail))
}

/// How the months of October stand, in the order of their names.
fn states(office: &Office) -> Vec<&'static str> {
    let held = office.store.read(|tx| store::months::holds(tx, month(10))).expect("reads");
    let mut names: Vec<_> = held.values().map(|hold| hold.state.name()).collect();
    names.sort_unstable();
    names
}

#[test]
fn one_regency_pays_and_the_other_leaves_the_person_out_and_says_so() {
    on_two(|_, [paser, kutai]| {
        assert_eq!(finalised(paser), (3, 0));
        assert_eq!(states(paser), ["confirmed"; 3]);
        let citra = who(kutai, "citra");
        // Two are billed, in the draft and when it is locked: 2 × 16,800.
        let draft = kutai.draft_bill(&citra, CODE, month(10)).expect("a draft");
        assert_eq!((draft.people, draft.total.0), (2, 33_600));
        let names = |office: &Office| {
            let found = office.conflicts(&who(office, "citra"), CODE, Some(month(10)));
            found.expect("read").counts()
        };
        let both = vec![("paid-in-other-region", 1), ("other-regency", 1)];
        assert_eq!((names(paser), names(kutai)), (vec![("other-regency", 1)], both));
        assert_eq!(finalised(kutai), (2, 1));
        let file = kutai.bill_file(&citra, CODE, month(10)).expect("a file");
        assert_eq!(file.left_out, [("PAID_IN_OTHER_REGION", 1)]);
        assert_eq!((file.paid_elsewhere, file.head.total.0), (0, 33_600));
        issued(kutai).expect("issued");
        issued(paser).expect("issued");
        // November is another month: whoever comes first has it.
        let november = |office: &Office| {
            let done = office.finalise_bill(&who(office, "citra"), CODE, month(11), 1);
            done.expect("final").bills[0].people
        };
        assert_eq!((november(kutai), november(paser)), (3, 2));
    });
}

#[test]
fn a_bill_opened_again_lets_its_people_go() {
    on_two(|_, [paser, kutai]| {
        assert_eq!((finalised(paser), finalised(kutai)), ((3, 0), (2, 1)));
        reopened(paser);
        assert_eq!(states(paser), ["free"; 3]);
        reopened(kutai);
        assert_eq!((finalised(kutai), finalised(paser)), ((3, 0), (2, 1)));
        assert_eq!(states(paser), ["confirmed", "confirmed", "free"]);
        // Returned by the second person it is open as well.
        let budi = who(kutai, "budi");
        let id = domain::billing::bill_id(kutai.programme(CODE).expect("known").id, month(10));
        let task = kutai.waiting_bill(id).expect("read").expect("waits");
        let back = crate::tasks::Verdict::Return(REASON.into());
        kutai.decide_task(&budi, task.id, &back).expect("returned");
        reopened(paser);
        assert_eq!(finalised(paser), (3, 0));
    });
}

#[test]
fn a_bill_that_lost_somebody_is_neither_issued_nor_paid_until_they_come_off() {
    on_two(|database, [paser, kutai]| {
        assert_eq!(finalised(paser), (3, 0));
        // As if the limit had been over before anything was confirmed, and Kutai came.
        tamper(&database.superuser(), MONTHS_LAPSED).expect("takes it");
        assert_eq!(finalised(kutai), (3, 0));
        // What nobody took is claimed again; of the three one is lost.
        assert_eq!(issued(paser), Err("MONTHS_PAID_ELSEWHERE 1".to_owned()));
        let citra = who(paser, "citra");
        let file = paser.bill_file(&citra, CODE, month(10)).expect("a file");
        assert_eq!(file.paid_elsewhere, 1);
        let found = paser.conflicts(&citra, CODE, Some(month(10))).expect("read");
        assert_eq!(found.counts(), [("paid-in-other-region", 1), ("other-regency", 1)]);
        reopened(paser);
        assert_eq!(finalised(paser), (2, 1));
        issued(paser).expect("issued");
        issued(kutai).expect("issued");
        // Lost after it was issued, as by an older copy: no payment posts it.
        tamper(&database.superuser(), MONTHS_LOST).expect("takes it");
        super::super::tests::pay(kutai, &[month(10)]);
        let head = |office: &Office| office.bills(&who(office, "citra")).expect("bills").remove(0);
        assert_eq!(head(kutai).state, domain::billing::BillState::Final);
        super::super::tests::pay(paser, &[month(10)]);
        assert_eq!(head(paser).state, domain::billing::BillState::Posted);
        // The doctor asks again: it was Kutai's all the time.
        store::months::settle_all(&kutai.store).expect("settles");
        kutai.match_payments(&who(kutai, "citra")).expect("matched");
        assert_eq!(head(kutai).state, domain::billing::BillState::Posted);
        assert_eq!(states(kutai), ["confirmed"; 3]);
    });
}

#[test]
fn what_was_final_and_paid_before_is_claimed_by_whoever_comes_first() {
    on_two(|database, [paser, kutai]| {
        assert_eq!((finalised(paser), finalised(kutai)), ((3, 0), (2, 1)));
        issued(paser).expect("issued");
        super::super::tests::pay(paser, &[month(10)]);
        // As after a copy was brought back: nothing of it is known any more, anywhere.
        tamper(&database.superuser(), MONTHS_FORGOTTEN).expect("takes it");
        for office in [kutai, paser] {
            store::months::settle_all(&office.store).expect("settles");
        }
        assert_eq!((states(paser), states(kutai)), (vec!["confirmed"; 3], vec!["confirmed"; 2]));
    });
}

#[test]
fn whoever_breaks_off_between_two_steps_leaves_nothing_double_and_nothing_lost() {
    on_both_on("2022-10-03", |office, _| {
        let programme = office.programme(CODE).expect("a programme");
        // Reserved, and broken off before the transaction.
        office
            .reserve_months(&programme, (month(10), 1), &mut Reserved::default())
            .expect("reserved");
        assert!(states(office).is_empty());
        assert_eq!(finalised(office), (3, 0));
        assert_eq!(finalised(office).0, 3);
        assert_eq!(states(office), ["confirmed"; 3]);
        reopened(office);
        assert_eq!(states(office), ["free"; 3]);
        assert_eq!(finalised(office), (3, 0));
        issued(office).expect("issued");
        let open = office.store.read(store::months::is_open).expect("reads");
        assert!(!open);
        assert_eq!(HoldState::from_name("confirmed"), Some(HoldState::Confirmed));
    });
}

#[test]
fn what_was_decided_and_not_confirmed_is_confirmed_by_whoever_opens_the_register_next() {
    let check = |location: &dyn Fn() -> Location, owner: &Location| {
        let folder = tempfile::tempdir().expect("a folder");
        let office = furnished(open(location(), 6401), folder.path(), (Schemes::JKK_JKM, 1));
        assert_eq!(finalised(&office), (3, 0));
        tamper(owner, MONTHS_NOT_CONFIRMED).expect("takes it");
        assert_eq!(states(&office), ["reserved"; 3]);
        drop(office);
        let office = open(location(), 6401);
        assert_eq!(states(&office), ["confirmed"; 3]);
        // Opened again, and broken off before anything was released.
        reopened(&office);
        tamper(owner, MONTHS_NOT_RELEASED).expect("takes it");
        drop(office);
        assert_eq!(states(&open(location(), 6401)), ["free"; 3]);
    };
    let embedded = FreshDirectory::new();
    check(&|| embedded.location(), &embedded.location());
    if let Some(url) = server_url() {
        let database = FreshDatabase::new(&url);
        check(&|| database.location(), &database.superuser());
    }
}

/// Another regency that is locking a bill right now: it may yet be refused, so nobody is left out.
#[test]
fn who_is_reserved_elsewhere_is_waited_for_and_nothing_is_kept_reserved() {
    on_two(|_, [paser, kutai]| {
        let programme = paser.programme(CODE).expect("a programme");
        paser
            .reserve_months(&programme, (month(10), 1), &mut Reserved::default())
            .expect("reserved");
        let citra = who(kutai, "citra");
        // A draft shows everybody: it is not known yet who pays.
        assert_eq!(kutai.draft_bill(&citra, CODE, month(10)).expect("a draft").people, 3);
        let early = kutai.finalise_bill(&citra, CODE, month(10), 1);
        assert_eq!(refused(early), "MONTHS_RESERVED_ELSEWHERE");
        assert!(states(kutai).is_empty());
        // What Kutai had reserved meanwhile is Paser's for the asking, if somebody moved there.
        let free = kutai.store.read(|tx| {
            let numbers = store::months::of_members(tx, kutai.programme(CODE)?.id)?;
            let keys: Vec<_> = numbers.into_values().collect();
            Ok::<_, crate::error::AppError>(keys)
        });
        let free = free.expect("read");
        let found = paser.store.read(|tx| store::months::elsewhere(tx, month(10), &free));
        assert_eq!(found, Ok(store::months::Elsewhere::default()));
        assert_eq!(finalised(paser), (3, 0));
        assert_eq!(finalised(kutai), (2, 1));
    });
}

#[test]
fn a_bill_that_is_refused_reserves_nothing() {
    on_two(|_, [paser, kutai]| {
        let citra = who(paser, "citra");
        // Six months at once, and the programme has one of them: found when all is reserved.
        assert_eq!(refused(paser.finalise_bill(&citra, CODE, month(12), 6)), "MONTH_OUTSIDE");
        assert!(states(paser).is_empty());
        let done = kutai.finalise_bill(&who(kutai, "citra"), CODE, month(12), 1).expect("final");
        assert_eq!(done.bills[0].people, 3);
    });
}

#[test]
fn a_locked_bill_says_when_somebody_it_left_out_is_paid_for_by_nobody() {
    on_two(|_, [paser, kutai]| {
        assert_eq!((finalised(paser), finalised(kutai)), ((3, 0), (2, 1)));
        let free = |office: &Office| {
            office.bill_file(&who(office, "citra"), CODE, month(10)).expect("a file").free_again
        };
        assert_eq!((free(paser), free(kutai)), (0, 0));
        reopened(paser);
        assert_eq!(free(kutai), 1);
        reopened(kutai);
        assert_eq!(finalised(kutai), (3, 0));
        assert_eq!(free(kutai), 0);
    });
}

/// A number that is mended after the bill was locked: the month is claimed under the new one, and a
/// bill whose person has it elsewhere stands still.
#[test]
fn a_number_mended_after_locking_is_claimed_in_the_same_act() {
    on_two(|_, [paser, kutai]| {
        assert_eq!((finalised(paser), finalised(kutai)), ((3, 0), (2, 1)));
        issued(paser).expect("issued");
        // November costs the same, and nothing in it is disputed.
        let (citra, budi) = (who(paser, "citra"), who(paser, "budi"));
        paser.finalise_bill(&citra, CODE, month(11), 1).expect("final");
        paser.issue_bill(&budi, CODE, month(11)).expect("issued");
        // The second of Paser turns out to be the fourth, whom Kutai has on its bill.
        mend(paser, 2, 4);
        let states = states(paser);
        assert_eq!(states, ["confirmed", "confirmed", "leaving", "waiting"]);
        let account = account_of(paser);
        let asked = |office: &Office| {
            office.store.read(|tx| crate::snap::state_of(tx, &account)).map_err(|wrong| wrong.code)
        };
        assert_eq!(asked(paser), Err("MONTHS_NOT_CONFIRMED".to_owned()));
        paser.settle_months();
        assert_eq!(asked(paser), Ok(domain::billing::BillState::Draft));
        super::super::tests::pay(paser, &[month(10)]);
        let heads = paser.bills(&citra).expect("bills");
        assert!(heads.iter().all(|head| head.state == domain::billing::BillState::Final));
        let lines = paser.bank_lines(&citra).expect("lines");
        let why = lines[0].reason.as_ref().expect("a break");
        assert_eq!(why.name(), "BILL_DISPUTED");
        let file = paser.bill_file(&who(paser, "citra"), CODE, month(10)).expect("a file");
        assert_eq!(file.paid_elsewhere, 1);
        reopened(paser);
        assert_eq!(finalised(paser), (2, 1));
    });
}

#[test]
fn of_months_locked_at_once_those_that_are_not_paid_are_opened() {
    on_both_on("2022-10-03", |office, _| {
        let (citra, budi) = (who(office, "citra"), who(office, "budi"));
        office.finalise_bill(&citra, CODE, month(10), 3).expect("final");
        office.issue_bill(&budi, CODE, month(10)).expect("issued");
        super::super::tests::pay(office, &[month(10), month(11)]);
        let standing = |office: &Office| -> Vec<_> {
            let bills = office.bills(&citra).expect("bills");
            bills.iter().map(|head| head.state.name()).collect()
        };
        assert_eq!(standing(office), ["posted", "posted", "final"]);
        let paid = office.reopen_bill(&citra, CODE, month(10), REASON);
        assert_eq!(refused(paid), "BILL_POSTED");
        office.reopen_bill(&citra, CODE, month(12), REASON).expect("open");
        assert_eq!(standing(office), ["posted", "posted", "draft"]);
        // The months before it are paid under the name that three would bear.
        let together = office.finalise_bill(&citra, CODE, month(12), 3);
        assert_eq!(refused(together), "MONTH_OUTSIDE");
        office.finalise_bill(&citra, CODE, month(12), 1).expect("final");
        office.issue_bill(&budi, CODE, month(12)).expect("issued");
        super::super::tests::pay(office, &[month(12)]);
        assert_eq!(standing(office), ["posted"; 3]);
        office.verify_ledger(&citra).expect("balanced");
    });
}

/// The last of three months locked at once is paid first: the two that are left may be opened, and
/// are locked one by one.
#[test]
fn months_left_of_several_are_locked_one_by_one() {
    on_both_on("2022-10-03", |office, _| {
        let (citra, budi) = (who(office, "citra"), who(office, "budi"));
        office.finalise_bill(&citra, CODE, month(10), 3).expect("final");
        office.issue_bill(&budi, CODE, month(10)).expect("issued");
        super::super::tests::pay(office, &[month(12)]);
        office.reopen_bill(&citra, CODE, month(10), REASON).expect("open");
        let again = office.finalise_bill(&citra, CODE, month(10), 2);
        assert_eq!(refused(again), "MONTHS_PART_PAID");
        for of in [10, 11] {
            office.finalise_bill(&citra, CODE, month(of), 1).expect("final");
            office.issue_bill(&budi, CODE, month(of)).expect("issued");
        }
        super::super::tests::pay(office, &[month(10), month(11)]);
        assert!(
            office.bills(&citra).expect("bills").iter().all(|bill| bill.state.name() == "posted")
        );
        office.verify_ledger(&citra).expect("balanced");
    });
}

fn head(office: &Office) -> store::bills::BillHead {
    office.bills(&who(office, "citra")).expect("bills").remove(0)
}

/// The virtual account of October's bill as a bank would ask about it.
fn account_of(office: &Office) -> store::snap::AccountRecord {
    let head = head(office);
    store::snap::AccountRecord {
        customer: "1".into(),
        bill: head.id,
        programme: head.programme,
        month: head.month,
        state: head.state,
        total: head.total,
    }
}

/// Gives a person of the register another number.
fn mend(office: &Office, from: u32, to: u32) {
    let number = |of| base::Nik::parse(&nik(of)).expect("a number");
    let known = office.known_now();
    let done = office.store.write(|tx| {
        let found = store::people::by_nik(tx, number(from))?.expect("is there");
        let mended = domain::registry::Person { nik: number(to), ..found };
        store::people::update_all(tx, &[mended], known)?;
        office.record_by_itself(tx, "person-changed", "person", &[0; 16])
    });
    done.expect("is mended");
}

#[test]
fn a_bill_that_is_drafted_claims_nothing() {
    on_two(|_, [paser, kutai]| {
        let citra = who(paser, "citra");
        paser.draft_bill(&citra, CODE, month(10)).expect("a draft");
        assert_eq!(refused(paser.reopen_bill(&citra, CODE, month(10), REASON)), "NOT_FINAL");
        assert_eq!(finalised(kutai), (3, 0));
        let draft = paser.bill(&citra, CODE, month(10)).expect("a draft");
        assert_eq!(draft.people, 2);
    });
}
