//! Bills on their whole way, on both engines: locked by one, issued by another, reopened, paid
//! ahead, late, and what was paid for the dead.
//!
//! Everybody here is invented.

use std::path::Path;

use base::{Day, RegionCode};
use domain::billing::Promises;
use domain::billing::change::{ChangeSide, ChangeWhy};
use domain::ledger::chart::{AccountRole, account_id};
use domain::ledger::{Document, Origin, Transfer, TransferCode, TransferKind};
use domain::occupation::OccupationKey;
use domain::payment::bill_reference;
use domain::programme::Terms;
use rules::{FundKind, Schemes};
use store::twin::{FreshDatabase, FreshDirectory, server_url};

use super::*;
use crate::intake::{Receipt, Received};
use crate::ledger::vouchers::EntryTyped;
use crate::office::{Location, Role};
use crate::references::ReferenceReceived;
use crate::tasks::Verdict;
use crate::words::{Language, Words};

pub(crate) const CODE: &str = "coba";
const REASON: &str = "Menunggu surat yang asli";

pub(crate) fn month(number: i32) -> Month {
    Month::new(2022, number).expect("a month")
}

pub(crate) fn nik(number: u32) -> String {
    format!("640105{:02}0862{number:04}", number + 10)
}

/// An office with three members of a programme of October to December, money for twice as many.
fn office(location: Location, folder: &Path, today: Day, schemes: Schemes) -> Office {
    let office = Office::invented(location, today, 4);
    furnished(office, folder, (schemes, 1))
}

/// The same in an office that was opened, with three people from this number on.
pub(crate) fn furnished(office: Office, folder: &Path, (schemes, from): (Schemes, u32)) -> Office {
    let keeper = office.actor("operator", Operation::ManageUsers).expect("the first user");
    for (name, role) in [
        ("ani", Role::Officer),
        ("budi", Role::Approver),
        ("bayu", Role::Approver),
        ("citra", Role::Treasurer),
        ("lala", Role::Auditor),
    ] {
        office.add_user(&keeper, name, role).expect("added");
    }
    // Three members at 10,000 and 6,800, and 20,000 for old age where that is in it.
    let monthly = if schemes == Schemes::JKK_JKM { 50_400 } else { 110_400 };
    let fund = office.add_fund(&keeper, "dana", FundKind::ApbdP, Rupiah(6 * monthly));
    let programme = Programme {
        id: office.environment.new_id(),
        code: CODE.into(),
        name: "Program coba".into(),
        territory: office.store.tenant(),
        fund: fund.expect("a fund").id,
        schemes,
        first: month(10),
        last: month(12),
        occupations: Vec::new(),
        default_occupation: Some(OccupationKey("petani".into())),
        income: Rupiah::ZERO,
        refuse_insured: true,
        target: None,
        terms: Terms::default(),
    };
    office.add_programme(&keeper, &programme).expect("a programme");
    let village = match office.store.tenant().digits() {
        6401 => "64.01.05.2001",
        _ => "64.02.01.2001",
    };
    let village = RegionCode::parse(village).expect("a village");
    office.add_org(&keeper, "desa", "Desa Rekaan", village).expect("an office");
    let mut text = String::from("NIK,Nama,Tempat Lahir,Tanggal Lahir,JK,Alamat,Pekerjaan\n");
    let names = ["ARI", "BIMA", "CAHYA", "DEWA", "EKA"];
    for (number, name) in (1u32..).zip(names).skip(from as usize - 1).take(3) {
        let (nik, day) = (nik(number), number + 10);
        text += &format!("{nik},WARGA {name},Paser,{day}-08-1962,L,RT 1,petani\n");
    }
    let path = folder.join("daftar.csv");
    std::fs::write(&path, text).expect("written");
    let received = Received {
        path,
        programme: CODE.into(),
        org: "desa".into(),
        only_sheet: None,
        confirmed: Vec::new(),
        dry_run: false,
    };
    let receipt = office.receive(&keeper, &received).expect("taken in");
    assert!(matches!(receipt, Receipt::Decided(_)));
    office.propose(&who(&office, "ani"), CODE).expect("put forward");
    office.approve(&who(&office, "budi"), CODE, None).expect("approved");
    office
}

pub(crate) fn on_both_on(today: &str, test: impl Fn(&Office, &Path)) {
    on_both_in(today, Schemes::JKK_JKM, test);
}

/// The same in a programme of these schemes.
pub(crate) fn on_both_in(today: &str, schemes: Schemes, test: impl Fn(&Office, &Path)) {
    let today = Day::parse_iso(today).expect("a day");
    let folder = tempfile::tempdir().expect("a folder");
    let embedded = FreshDirectory::new();
    test(&office(embedded.location(), folder.path(), today, schemes), folder.path());
    if let Some(url) = server_url() {
        let database = FreshDatabase::new(&url);
        test(&office(database.location(), folder.path(), today, schemes), folder.path());
    }
}

fn on_both(test: impl Fn(&Office, &Path)) {
    on_both_on("2022-10-03", test);
}

pub(crate) fn who(office: &Office, name: &str) -> Actor {
    office.actor(name, Operation::OwnDesk).expect("an account")
}

pub(crate) fn refused<T>(done: Result<T, AppError>) -> String {
    done.map(|_| ()).expect_err("refused").code
}

/// Issued by two, and paid.
pub(crate) fn paid(office: &Office, of: Month) {
    let citra = who(office, "citra");
    office.finalise_bill(&citra, CODE, of, 1).expect("final");
    office.issue_bill(&who(office, "budi"), CODE, of).expect("issued");
    pay(office, &[of]);
}

pub(crate) fn pay(office: &Office, months: &[Month]) {
    pay_on(office, months, "2022-11-14");
}

fn pay_on(office: &Office, months: &[Month], day: &str) {
    let citra = who(office, "citra");
    let day = Day::parse_iso(day).expect("a day");
    let payments = months.iter().map(|of| {
        let bill = office.bill(&citra, CODE, *of).expect("a bill");
        (day, format!("IURAN {}", bill_reference(bill.id)), bill.total)
    });
    let statement = crate::statement::of_payments(&payments.collect::<Vec<_>>());
    office
        .take_statement(&citra, crate::bank::DEFAULT_ACCOUNT, statement.as_bytes())
        .expect("taken");
    office.match_payments(&citra).expect("matched");
}

pub(crate) fn dead(office: &Office, folder: &Path, text: &str) {
    let path = folder.join("wafat.csv");
    std::fs::write(&path, format!("nik,nama,tanggal meninggal\n{text}")).expect("written");
    let received = ReferenceReceived {
        path: &path,
        kind: domain::reference::ReferenceKind::Meninggal,
        as_of: Day::parse_iso("2022-09-30").expect("a day"),
        complete: false,
    };
    let keeper = who(office, "operator");
    office.take_reference(&keeper, &received).expect("taken").expect("read");
}

#[test]
fn nobody_whom_a_list_calls_dead_is_planned_for() {
    on_both(|office, folder| {
        let programme = office.programme(CODE).expect("a programme").id;
        let counted = || {
            let found = office.store.read(|tx| {
                let members = store::plans::members(tx, programme, month(10))?;
                Ok::<_, AppError>([
                    members,
                    store::plans::enlisted(tx, programme)?,
                    store::plans::everybody(tx)?,
                ])
            });
            found.expect("reads").map(|alike| alike.iter().map(|one| one.people).sum::<u64>())
        };
        let before = counted();
        assert!(before.iter().all(|people| *people > 0), "{before:?}");
        dead(office, folder, &format!("{},WARGA ARI,15-09-2022\n", nik(1)));
        assert_eq!(counted(), before.map(|people| people - 1));
    });
}

#[test]
fn one_locks_another_issues_and_only_then_it_can_be_paid() {
    on_both(|office, _| {
        let (citra, budi) = (who(office, "citra"), who(office, "budi"));
        assert_eq!(refused(office.issue_bill(&budi, CODE, month(10))), "NOT_FINAL");
        let draft = office.draft_bill(&citra, CODE, month(10)).expect("a draft");
        assert_eq!((draft.people, draft.total), (3, Rupiah(50_400)));
        let found = office.finalise_bill(&citra, CODE, month(10), 1).expect("final");
        assert!(found.is_new && found.task.is_some());
        let again = office.finalise_bill(&citra, CODE, month(10), 1).expect("no change");
        assert!(!again.is_new);
        assert_eq!(again.task.map(|task| task.id), found.task.as_ref().map(|task| task.id));
        // A locked bill is no open bill: the payment finds nothing.
        pay(office, &[month(10)]);
        let head = |office: &Office| office.bills(&citra).expect("bills").remove(0);
        assert_eq!((head(office).state, head(office).issued), (BillState::Final, None));
        let task = found.task.expect("waits");
        let own = office.decide_task(&citra, task.id, &Verdict::Approve(task.hash));
        assert_eq!(refused(own), "USER_MAY_NOT");
        let other = office.issue_seen(&budi, CODE, month(10), [7; 32]);
        assert_eq!(refused(other), "HASH_DIFFERS");
        office.issue_bill(&budi, CODE, month(10)).expect("issued");
        // Tuesday, 15 November 2022.
        let due = Day::parse_iso("2022-11-15").expect("a day");
        assert_eq!(head(office).issued, Some((office.today(), due)));
        assert_eq!(standing(&head(office)), "issued");
        office.issue_bill(&budi, CODE, month(10)).expect("no change");
        office.match_payments(&citra).expect("matched");
        assert_eq!(head(office).state, BillState::Posted);
        let file = office.bill_file(&citra, CODE, month(10)).expect("a file");
        assert_eq!(file.paid_on, Day::parse_iso("2022-11-14"));
        let (issue, acts) = (&file.issues[0], file.history.iter().map(|done| &*done.act));
        assert_eq!((&*issue.finalised_by, &*issue.issued_by), ("citra", "budi"));
        let acts: Vec<&str> = acts.collect();
        assert_eq!(acts, ["bill-drafted", "bill-finalised", "bill-issued", "bills-paid"]);
        assert_eq!(refused(office.reopen_bill(&citra, CODE, month(10), REASON)), "BILL_POSTED");
        office.verify_ledger(&citra).expect("balanced");
    });
}

#[test]
fn a_bill_reopened_promises_nothing_and_asks_for_the_same_again() {
    on_both(|office, _| {
        let (citra, budi) = (who(office, "citra"), who(office, "budi"));
        let never = office.reopen_bill(&citra, CODE, month(10), REASON);
        assert_eq!(refused(never), "BILL_UNKNOWN");
        let first = office.finalise_bill(&citra, CODE, month(10), 1).expect("final");
        let billed = |office: &Office| office.fund_overview(&citra).expect("a fund")[0].figures;
        assert_eq!(billed(office).billed, Rupiah(50_400));
        assert_eq!(refused(office.reopen_bill(&citra, CODE, month(10), " ")), "REASON_MISSING");
        let open = office.reopen_bill(&citra, CODE, month(10), REASON).expect("open");
        assert_eq!((open.state, open.revision), (BillState::Draft, 1));
        assert_eq!(billed(office).billed, Rupiah::ZERO);
        // What was withdrawn cannot be approved any more.
        let task = first.task.as_ref().expect("waited");
        let late = office.decide_task(&budi, task.id, &Verdict::Approve(task.hash));
        assert_eq!(refused(late), "NOT_PROPOSED");
        let again = office.reopen_bill(&citra, CODE, month(10), REASON).expect("no change");
        assert_eq!(again.revision, 1);
        let second = office.finalise_bill(&citra, CODE, month(10), 1).expect("final");
        assert_eq!((second.total(), second.bills[0].revision), (first.total(), 1));
        // Returned by the second person: open once more, with the reason in its history.
        let task = second.task.expect("waits");
        let verdict = Verdict::Return("Nomor rekening salah".into());
        office.decide_task(&budi, task.id, &verdict).expect("returned");
        let file = office.bill_file(&citra, CODE, month(10)).expect("a file");
        assert_eq!((file.head.state, file.head.revision), (BillState::Draft, 2));
        let last = file.history.last().expect("acts");
        assert_eq!((&*last.act, &*last.by), ("bill-returned", "budi"));
        assert_eq!(last.reason.as_deref(), Some("Nomor rekening salah"));
        paid(office, month(10));
        office.verify_ledger(&citra).expect("balanced");
    });
}

#[test]
fn several_months_are_locked_and_issued_at_once_as_the_law_allows() {
    on_both(|office, _| {
        let (citra, budi) = (who(office, "citra"), who(office, "budi"));
        let four = office.finalise_bill(&citra, CODE, month(10), 4);
        assert_eq!(refused(four), "PREPAID_MONTHS");
        // Six the law allows, and the programme has three: nothing is left half done.
        assert_eq!(refused(office.finalise_bill(&citra, CODE, month(10), 6)), "MONTH_OUTSIDE");
        assert!(office.bills(&citra).expect("bills").is_empty());
        let found = office.finalise_bill(&citra, CODE, month(10), 3).expect("final");
        assert_eq!((found.bills.len(), found.total()), (3, Rupiah(151_200)));
        let wrong = office.finalise_bill(&citra, CODE, month(10), 1);
        assert_eq!(refused(wrong), "NOT_DRAFT");
        let kept = ("coba", month(11));
        let code = office.record_bill_code(&citra, kept, CodeKind::Billing, "2200-1234.5678");
        assert!(code.expect("kept"));
        let open = office.reopen_bill(&citra, CODE, month(12), REASON).expect("open");
        assert_eq!((open.state, open.together), (BillState::Draft, None));
        let states = |office: &Office| -> Vec<&'static str> {
            office.bills(&citra).expect("bills").iter().map(standing).collect()
        };
        assert_eq!(states(office), ["draft"; 3]);
        office.finalise_bill(&citra, CODE, month(10), 3).expect("final again");
        office.issue_bill(&budi, CODE, month(12)).expect("issued by any of its months");
        assert_eq!(states(office), ["issued"; 3]);
        let heads = office.bills(&citra).expect("bills");
        let references: Vec<String> = heads.iter().map(payment_reference).collect();
        assert!(references.iter().all(|one| *one == references[0]));
        assert_ne!(references[0], bill_reference(heads[0].id));
        let due = Day::parse_iso("2022-11-15").expect("a day");
        assert!(heads.iter().all(|head| head.issued == Some((office.today(), due))));
        pay(office, &[month(10), month(11), month(12)]);
        assert_eq!(states(office), ["posted"; 3]);
        office.verify_ledger(&citra).expect("balanced");
    });
}

#[test]
fn a_bill_is_found_by_the_codes_of_its_revision_alone() {
    on_both(|office, _| {
        let citra = who(office, "citra");
        let code = |of: i32, kind, text: &str| {
            office.record_bill_code(&citra, (CODE, month(of)), kind, text)
        };
        assert_eq!(refused(code(10, CodeKind::Billing, "220012345678")), "BILL_UNKNOWN");
        for of in [10, 11] {
            office.finalise_bill(&citra, CODE, month(of), 1).expect("final");
        }
        for (text, why) in [
            ("12 34", "BILL_CODE_UNFIT"),
            ("tanpa angka", "BILL_CODE_UNFIT"),
            (nik(1).as_str(), "BILL_CODE_IS_NIK"),
        ] {
            assert_eq!(refused(code(10, CodeKind::Billing, text)), why, "{why}");
        }
        assert!(code(10, CodeKind::Billing, "2200 1234 5678").expect("kept"));
        assert!(!code(10, CodeKind::Billing, "220012345678").expect("known"));
        assert_eq!(refused(code(11, CodeKind::Billing, "220012345678")), "BILL_CODE_TAKEN");
        // An account of the office's own takes the money of every month.
        for of in [10, 11] {
            assert!(code(of, CodeKind::VirtualAccount, "8888812345678901").expect("kept"));
        }
        let references = |office: &Office| -> Vec<Vec<Box<str>>> {
            let open = office.store.read(store::bills::open).expect("read");
            open.into_iter().map(|bill| bill.references).collect()
        };
        assert!(references(office).is_empty(), "nothing is issued yet");
        office.issue_bill(&who(office, "budi"), CODE, month(10)).expect("issued");
        let found = references(office).remove(0);
        assert!(found.iter().any(|one| &**one == "220012345678"), "{found:?}");
        assert_eq!(found.len(), 3);
        office.reopen_bill(&citra, CODE, month(10), REASON).expect("open");
        office.finalise_bill(&citra, CODE, month(10), 1).expect("final");
        office.issue_bill(&who(office, "budi"), CODE, month(10)).expect("issued");
        assert_eq!(references(office).remove(0).len(), 1, "the codes were of the old revision");
    });
}

#[test]
fn what_was_paid_for_the_dead_is_owed_back_by_two_and_taken_off_the_next_bill() {
    on_both(|office, folder| {
        let (citra, budi) = (who(office, "citra"), who(office, "budi"));
        paid(office, month(10));
        assert_eq!(refused(office.propose_credits(&citra, CODE)), "NO_CREDITS");
        // One of them under another name: that number is wrong on one side.
        let text =
            format!("{},WARGA ARI,15-09-2022\n{},SUPRAPTO LAIN,15-09-2022\n", nik(1), nik(2));
        dead(office, folder, &text);
        let found = office.credits(&citra, CODE).expect("found");
        // 10,000 and 6,800 for each of the two.
        assert_eq!((found.found.len(), found.found_rupiah()), (4, Rupiah(33_600)));
        assert_eq!(found.found.iter().filter(|one| one.other_name).count(), 2);
        let (task, is_new) = office.propose_credits(&citra, CODE).expect("put forward");
        assert!(is_new && task.effect == Rupiah(16_800));
        let (again, is_new) = office.propose_credits(&citra, CODE).expect("no change");
        assert!(!is_new && again.id == task.id);
        let yes = Verdict::Approve(task.hash);
        assert_eq!(refused(office.decide_task(&citra, task.id, &yes)), "USER_MAY_NOT");
        office.decide_task(&budi, task.id, &yes).expect("approved");
        let credits = office.credits(&citra, CODE).expect("credits");
        assert_eq!((credits.found.len(), credits.owed.len()), (2, 2));
        assert_eq!(credits.outstanding(), Rupiah(16_800));
        let person = credits.owed[0].recovery.paid.person;
        let (covered, withdrawn) = office
            .store
            .read(|tx| {
                let covered = store::covered::of_person(tx, person)?;
                Ok::<_, AppError>((covered, store::covered::withdrawn(tx, person)?))
            })
            .expect("read");
        assert_eq!((covered.len(), withdrawn.len()), (0, 2));
        // Both are out of November: 16,800 for the third, from which 10,000 is taken; 6,800 more
        // would leave nothing to pay.
        let november = office.draft_bill(&citra, CODE, month(11)).expect("a draft");
        assert_eq!((november.people, november.credits.len()), (1, 1));
        assert_eq!(november.total, Rupiah(6_800));
        office.verify_ledger(&citra).expect("balanced");
    });
}

/// The parts that pay a month's bill, put forward to be released, and released.
fn released(office: &Office, of: Month) -> Result<(), AppError> {
    let (citra, budi) = (who(office, "citra"), who(office, "budi"));
    let bill = office.bill(&citra, CODE, of).expect("a bill").id;
    let parts = office.store.read(|tx| store::payments::parts_about(tx, bill.as_bytes()))?;
    let standing = parts.iter().filter(|part| part.stands()).map(|part| part.id);
    let moves = crate::bank::Moves { release: standing.collect(), give: Vec::new() };
    let put = office.propose_moves(&citra, &moves, "Bank menarik kembali uangnya")?;
    office.decide_task(&budi, put.task, &Verdict::Approve(put.hash)).map(|_| ())
}

/// Bill, person and month of everything that is owed back, recorded by two.
fn owed_back(office: &Office) {
    let task = office.propose_credits(&who(office, "citra"), CODE).expect("put forward").0;
    let yes = Verdict::Approve(task.hash);
    office.decide_task(&who(office, "budi"), task.id, &yes).expect("approved");
}

/// One of three died in September: 16,800 of October's 50,400 are owed back. The bank takes the
/// payment back: nothing is owed back any more. Paid once more, it is owed back once more.
#[test]
fn a_payment_with_something_owed_back_is_undone_with_what_rests_on_it() {
    on_both(|office, folder| {
        let citra = who(office, "citra");
        paid(office, month(10));
        dead(office, folder, &format!("{},WARGA ARI,15-09-2022\n", nik(1)));
        owed_back(office);
        let november = office.draft_bill(&citra, CODE, month(11)).expect("a draft");
        // Two are left: 33,600 less 16,800.
        assert_eq!((november.total, november.credits.len()), (Rupiah(16_800), 2));
        released(office, month(10)).expect("released");
        office.verify_ledger(&citra).expect("balanced");
        let credits = office.credits(&citra, CODE).expect("credits");
        assert_eq!((credits.found.len(), credits.owed.len()), (0, 0));
        assert_eq!(credits.outstanding(), Rupiah::ZERO);
        let draft = office.bill(&citra, CODE, month(11)).expect("the draft");
        assert_eq!((draft.total, draft.credits.len()), (Rupiah(33_600), 0));
        let october = office.bill(&citra, CODE, month(10)).expect("a bill");
        assert_eq!((october.state, october.revision), (BillState::Final, 1));
        // The bank pays after all: the dead is paid for again, and found again.
        pay_on(office, &[month(10)], "2022-11-15");
        assert_eq!(office.credits(&citra, CODE).expect("credits").found_rupiah(), Rupiah(16_800));
        owed_back(office);
        assert_eq!(office.credits(&citra, CODE).expect("credits").outstanding(), Rupiah(16_800));
        office.verify_ledger(&citra).expect("balanced");
    });
}

/// The list was wrong about the first of three: what October owed back for them, 16,800, is undone
/// by two, their month is covered again, and November asks for three times 16,800.
#[test]
fn whoever_lives_after_all_is_paid_for_again_and_nothing_is_owed_back() {
    on_both(|office, folder| {
        let citra = who(office, "citra");
        paid(office, month(10));
        dead(office, folder, &format!("{},WARGA ARI,15-09-2022\n", nik(1)));
        owed_back(office);
        let person = office.credits(&citra, CODE).expect("credits").owed[0].recovery.paid.person;
        let draft = || office.draft_bill(&citra, CODE, month(11)).expect("a draft");
        assert_eq!((draft().people, draft().total), (2, Rupiah(16_800)));
        let (keeper, today) = (who(office, "operator"), office.environment.today());
        let alive =
            |day| office.note_alive(&keeper, person, day, "ditemui kepala desa di rumahnya");
        assert_eq!(refused(alive(today.plus_days(1))), "ALIVE_DAY_UNFIT");
        assert_eq!((alive(today), alive(today)), (Ok(true), Ok(false)));
        let credits = office.credits(&citra, CODE).expect("credits");
        assert!(credits.found.is_empty() && credits.owed.iter().all(|one| one.is_wrong));
        let task = office.propose_credits(&citra, CODE).expect("put forward").0;
        assert_eq!(task.effect, Rupiah(16_800));
        let yes = Verdict::Approve(task.hash);
        office.decide_task(&who(office, "budi"), task.id, &yes).expect("approved");
        let covered = office.store.read(|tx| store::covered::of_person(tx, person));
        assert_eq!(covered.expect("read").len(), 2);
        assert_eq!((draft().people, draft().total), (3, Rupiah(50_400)));
        assert_eq!(refused(office.propose_credits(&citra, CODE)), "NO_CREDITS");
        office.verify_ledger(&citra).expect("balanced");
    });
}

#[test]
fn what_a_locked_bill_takes_off_stays_until_that_bill_is_open() {
    on_both(|office, folder| {
        let citra = who(office, "citra");
        paid(office, month(10));
        dead(office, folder, &format!("{},WARGA ARI,15-09-2022\n", nik(1)));
        owed_back(office);
        office.finalise_bill(&citra, CODE, month(11), 1).expect("final");
        let refusal = released(office, month(10)).expect_err("November takes it off");
        assert_eq!((&*refusal.code, &*refusal.detail), ("BILL_CREDIT_TAKEN", "2022-11"));
        office.reopen_bill(&citra, CODE, month(11), REASON).expect("open");
        released(office, month(10)).expect("released, by the task that still waits");
        assert!(office.bill(&citra, CODE, month(11)).expect("the draft").credits.is_empty());
        office.verify_ledger(&citra).expect("balanced");
    });
}

/// Locked by an older program: one promise of 16,800 for each of three, of both schemes. It is paid,
/// taken back by the bank and paid once more, then by a promise for each scheme.
#[test]
fn a_bill_that_an_older_program_locked_is_paid_undone_and_proved() {
    on_both(|office, _| {
        let (citra, lala) = (who(office, "citra"), who(office, "lala"));
        let programme = office.programme(CODE).expect("there");
        let draft = office.draft_bill(&citra, CODE, month(10)).expect("a draft");
        let before = Bill { state: BillState::Final, promises: Promises::PerMembership, ..draft };
        let promised = domain::billing::pending_transfers(&before, &programme, office.today());
        assert_eq!(promised.len(), 4, "the budget, and one for each of three");
        let kept = office.store.write(|tx| {
            post_as(tx, Origin::default(), &promised)?;
            store::bills::save(tx, &before)?;
            office.record(tx, &citra, "bill-finalised", "bill", before.id.as_bytes())?;
            Ok::<_, AppError>(store::bills::get(tx, before.id)?)
        });
        assert_eq!(kept, Ok(Some(before.clone())), "known by its promises");
        // Nothing of it waits for a second person yet.
        office.finalise_bill(&citra, CODE, month(10), 1).expect("put forward");
        office.issue_bill(&who(office, "budi"), CODE, month(10)).expect("issued");
        pay(office, &[month(10)]);
        assert_eq!(office.bill(&citra, CODE, month(10)).expect("a bill").state, BillState::Posted);
        office.verify_ledger(&citra).expect("balanced");
        assert_eq!(office.store.read(crate::cover::prove_cover).expect("as billed"), 6);
        let behind = |person| {
            let asked =
                crate::cover::known::CoverAsked { on: Some(month(10).first_day()), known_at: None };
            let file = office.cover_on(&lala, person, asked).expect("an answer");
            let seen = file.schemes.into_iter().filter_map(|one| one.evidence);
            seen.map(|seen| (seen.entry.rupiah.0, seen.bill.revision)).collect::<Vec<_>>()
        };
        let first = before.lines[0].person;
        assert_eq!(behind(first), [(16_800, 0), (16_800, 0)]);
        released(office, month(10)).expect("released");
        office.verify_ledger(&citra).expect("balanced");
        assert_eq!(behind(first), []);
        pay_on(office, &[month(10)], "2022-11-15");
        office.verify_ledger(&citra).expect("balanced");
        assert_eq!(behind(first), [(10_000, 1), (6_800, 1)]);
    });
}

/// December was drafted first and held what is owed back; November, which is due first, takes it.
#[test]
fn the_bill_that_is_due_first_takes_off_what_a_later_draft_held() {
    on_both(|office, folder| {
        let citra = who(office, "citra");
        paid(office, month(10));
        dead(office, folder, &format!("{},WARGA ARI,15-09-2022\n", nik(1)));
        owed_back(office);
        let credits = office.credits(&citra, CODE).expect("credits");
        let schemes: Vec<_> = credits.owed.iter().map(|one| one.scheme).collect();
        assert!(schemes.contains(&Some(rules::Scheme::Jkk)), "{schemes:?}");
        assert!(schemes.contains(&Some(rules::Scheme::Jkm)), "{schemes:?}");
        let december = office.draft_bill(&citra, CODE, month(12)).expect("a draft");
        assert_eq!((december.total, december.credits.len()), (Rupiah(16_800), 2));
        let november = office.draft_bill(&citra, CODE, month(11)).expect("a draft");
        assert_eq!((november.total, november.credits.len()), (Rupiah(16_800), 2));
        let december = office.bill(&citra, CODE, month(12)).expect("the draft");
        assert_eq!((december.total, december.credits.len()), (Rupiah(33_600), 0));
        // Drafted again, the later one takes nothing from the nearer.
        let december = office.draft_bill(&citra, CODE, month(12)).expect("a draft");
        assert_eq!((december.total, december.credits.len()), (Rupiah(33_600), 0));
    });
}

#[test]
fn a_draft_says_who_came_who_went_and_why() {
    on_both(|office, folder| {
        let citra = who(office, "citra");
        office.draft_bill(&citra, CODE, month(10)).expect("a draft");
        let first = office.bill_changes(&citra, CODE, month(10)).expect("compared");
        assert_eq!((first.against, first.changes.len()), (None, 0));
        dead(office, folder, &format!("{},WARGA ARI,05-10-2022\n", nik(1)));
        office.draft_bill(&citra, CODE, month(11)).expect("a draft");
        let changes = office.bill_changes(&citra, CODE, month(11)).expect("compared");
        assert_eq!(changes.against, Some(month(10)));
        assert_eq!(changes.totals, (Rupiah(50_400), Rupiah(33_600)));
        let groups = changes.groups();
        assert_eq!(groups.len(), 1);
        let group = groups[0];
        assert_eq!((group.side, group.why), (ChangeSide::Left, ChangeWhy::Died));
        assert_eq!((group.before, group.after, group.people), (Rupiah(16_800), Rupiah::ZERO, 1));
        let people = office.change_people(&changes.changes).expect("people");
        let shown = people[0].person.as_ref().expect("known");
        assert!(!shown.unmasked && !shown.name.contains("ARI"), "{}", shown.name);
        let file = office.bill_file(&citra, CODE, month(11)).expect("a file");
        assert_eq!(file.left_out, [("DIED", 1)]);
        assert_eq!(file.sums.iter().map(|sum| sum.people).collect::<Vec<_>>(), [2, 2]);
        // Three people for three months are bound, and nothing is final.
        assert_eq!(file.unbilled, Rupiah(151_200));
    });
}

#[test]
fn a_draft_follows_the_register_until_it_is_locked() {
    on_both(|office, folder| {
        let citra = who(office, "citra");
        office.draft_bill(&citra, CODE, month(10)).expect("a draft");
        dead(office, folder, &format!("{},WARGA ARI,05-09-2022\n", nik(1)));
        let seen = || {
            let file = office.bill_file(&citra, CODE, month(10)).expect("a file");
            let bill = office.bill(&citra, CODE, month(10)).expect("a bill");
            (file.head.people, file.head.total, bill.lines.len())
        };
        let kept = || {
            let id = bill_id(office.programme(CODE).expect("there").id, month(10));
            let bill = office.store.read(|tx| store::bills::get(tx, id)).expect("read");
            bill.expect("kept").lines.len()
        };
        assert_eq!((seen(), kept()), ((2, Rupiah(33_600), 4), 0));
        office.finalise_bill(&citra, CODE, month(10), 1).expect("final");
        dead(office, folder, &format!("{},WARGA BIMA,06-09-2022\n", nik(2)));
        assert_eq!((seen(), kept()), ((2, Rupiah(33_600), 4), 4));
        office.reopen_bill(&citra, CODE, month(10), REASON).expect("open again");
        assert_eq!((seen(), kept()), ((1, Rupiah(16_800), 2), 0));
    });
}

#[test]
fn who_is_billed_and_who_is_left_out_is_told_by_name() {
    on_both(|office, folder| {
        let citra = who(office, "citra");
        dead(office, folder, &format!("{},WARGA BIMA,06-09-2022\n", nik(2)));
        office.draft_bill(&citra, CODE, month(10)).expect("a draft");
        let found = office.bill_people(&citra, CODE, month(10)).expect("read");
        assert_eq!((found.billed, found.left_out, found.people.len()), (2, 1, 3));
        let named = office.on_bill_named(&found.people).expect("read");
        let (first, person) = &named[0];
        assert_eq!(first.left_out.map(|reason| reason.name()), Some("DIED"));
        assert_eq!((first.rupiah, first.schemes.len()), (Rupiah::ZERO, 0));
        assert!(person.as_ref().is_some_and(|person| !person.name.is_empty()));
        // Two of 10,000 and 6,800 each.
        let others: Vec<_> = named[1..].iter().map(|(one, _)| (one.rupiah, one.left_out)).collect();
        assert_eq!(others, [(Rupiah(16_800), None), (Rupiah(16_800), None)]);
        let unknown = office.bill_people(&citra, CODE, month(11));
        assert_eq!(refused(unknown), "BILL_UNKNOWN");
    });
}

/// October was due on 15 November and is not paid; November is due on 15 December.
#[test]
fn arrears_are_aged_and_lapse_by_the_law() {
    on_both_on("2022-11-25", |office, _| {
        let citra = who(office, "citra");
        let arrears = office.arrears(&citra, Some(CODE)).expect("arrears");
        assert_eq!(arrears.overdue.len(), 1);
        let one = &arrears.overdue[0];
        assert_eq!((one.month, one.days, one.state.name()), (month(10), 10, "unbilled"));
        assert_eq!((one.total, one.penalty), (None, None));
        assert_eq!(arrears.lapses.len(), 1);
        assert_eq!((arrears.lapses[0].state, arrears.lapses[0].people), ("unpaid", 3));
        paid(office, month(10));
        let arrears = office.arrears(&citra, None).expect("arrears");
        assert!(arrears.overdue.is_empty());
        let lapse = &arrears.lapses[0];
        assert_eq!((lapse.state, lapse.paid_until), ("active", Some(month(10))));
        // Four months unpaid end it: November to February, the last due on 15 March 2023.
        assert_eq!(lapse.lapses_on, Day::parse_iso("2023-03-16"));
    });
}

/// Facility workers with a wage and cadres without one in one programme: their arrears are borne
/// differently.
#[test]
fn arrears_of_a_mixed_programme_go_by_each_ones_work() {
    on_both_on("2022-10-03", |office, _| {
        let mut programme = office.programme(CODE).expect("there");
        let key = |text: &str| OccupationKey(text.into());
        programme.terms.groups = vec![domain::programme::GroupTerms {
            occupation: key("bidan"),
            segment: rules::Segment::Pu,
            base: Rupiah(3_100_000),
            risk: rules::RiskClass::new(1).expect("a class"),
            second_job: false,
        }];
        let of = |work: Option<&str>, people| store::covered::PaidUntil {
            occupation: work.map(key),
            paid_until: Some(month(10)),
            first: month(10),
            last: month(12),
            people,
        };
        let groups = [of(Some("bidan"), 3), of(Some("petani"), 4), of(None, 5)];
        // November is due on 15 December (BPU: unpaid in its fourth month it ends cover).
        let on = Day::parse_iso("2022-12-20").expect("a day");
        let lapses = office.lapses(&programme, &groups, on).expect("by the law");
        let found: Vec<_> =
            lapses.iter().map(|one| (one.segment.name(), one.people, one.lapses_on)).collect();
        let ends = Day::parse_iso("2023-03-16");
        assert_eq!(found, [("pu", 3, None), ("bpu", 9, ends)]);
    });
}

#[test]
fn papers_exist_when_what_they_say_has_happened() {
    on_both(|office, _| {
        let (citra, words) = (who(office, "citra"), Words::of(Language::Indonesian));
        let paper = |paper| office.bill_paper(&citra, CODE, month(10), (paper, words));
        assert_eq!(refused(paper(Paper::Bill)), "BILL_UNKNOWN");
        office.draft_bill(&citra, CODE, month(10)).expect("a draft");
        let draft = paper(Paper::Bill).expect("a draft on paper");
        assert!(draft.bytes.starts_with(b"%PDF") && draft.name == "tagihan-coba-2022-10.pdf");
        assert_eq!(refused(paper(Paper::Request)), "NOT_ISSUED");
        office.finalise_bill(&citra, CODE, month(10), 1).expect("final");
        assert_eq!(refused(paper(Paper::Handover)), "NOT_ISSUED");
        office.issue_bill(&who(office, "budi"), CODE, month(10)).expect("issued");
        for kind in [Paper::Bill, Paper::Request, Paper::Handover] {
            assert!(paper(kind).expect("a paper").bytes.starts_with(b"%PDF"), "{}", kind.name());
        }
        assert_eq!(refused(paper(Paper::Receipt)), "NOT_POSTED");
        pay(office, &[month(10)]);
        assert!(paper(Paper::Receipt).expect("a receipt").bytes.starts_with(b"%PDF"));
        let lala = office.bill_file(&who(office, "lala"), CODE, month(10)).expect("an auditor");
        assert_eq!(lala.head.state, BillState::Posted);
    });
}

#[test]
fn covered_months_are_those_of_the_paid_bills() {
    on_both(|office, _| {
        let citra = who(office, "citra");
        paid(office, month(10));
        // Three people, two schemes.
        assert_eq!(office.store.read(crate::cover::prove_cover).expect("as billed"), 6);
        let programme = office.programme(CODE).expect("there").id;
        let taken = office.store.write(|tx| {
            let taken = store::covered::remove(tx, programme, month(10), (office.today(), 0))?;
            office.record(tx, &citra, "bills-paid", "bill", &[0; 16])?;
            Ok::<_, AppError>(taken)
        });
        assert_eq!(taken.expect("taken away behind the program's back"), 6);
        assert_eq!(refused(office.verify_ledger(&citra)), "COVER_DIFFERS");
    });
}

/// Every rupiah spent is a covered month, and every covered month a contribution that stands.
#[test]
fn what_is_spent_is_what_is_covered() {
    on_both(|office, _| {
        let citra = who(office, "citra");
        paid(office, month(10));
        let owner = *office.programme(CODE).expect("there").id.as_bytes();
        let typed = EntryTyped {
            debit: "contribution-expense.coba",
            credit: "cash.dana",
            amount: Rupiah(16_800),
            day: office.today(),
            month: None,
            number: "BKU-1",
            reason: "Iuran yang dibayar di luar tagihan",
        };
        assert_eq!(refused(office.propose_entry(&citra, &typed)), "VOUCHER_ON_CONTRIBUTION");
        office.verify_ledger(&citra).expect("as billed");
        // An older program let it be written: it is found, and undone as it was written.
        let contribution =
            contribution_of(office, account_id(&owner, AccountRole::ContributionExpense));
        let by_hand = || Transfer {
            id: office.environment.new_id(),
            code: TransferCode::Adjustment,
            kind: TransferKind::Posted,
            document: Document::Voucher(office.environment.new_id()),
            ..contribution
        };
        let first = by_hand();
        post_unseen(office, first);
        assert_eq!(refused(office.verify_ledger(&citra)), "EXPENSE_DIFFERS");
        post_unseen(office, first.reversed(office.today()));
        office.verify_ledger(&citra).expect("as billed again");
        // The sums agree, but what they are made of pays for no covered month.
        post_unseen(office, by_hand());
        post_unseen(office, contribution.reversed(office.today()));
        assert_eq!(refused(office.verify_ledger(&citra)), "COVER_WITHOUT_TRANSFER");
    });
}

/// A contribution that was posted to an account.
fn contribution_of(office: &Office, expense: Id<kind::Account>) -> Transfer {
    let mut all = Vec::new();
    let read =
        office.store.read(|tx| store::ledger::each_transfer(tx, |transfer| all.push(transfer)));
    read.expect("read");
    *all.iter().find(|one| one.debit == expense && one.moves()).expect("a contribution")
}

/// Posts behind the back of every record.
fn post_unseen(office: &Office, transfer: Transfer) {
    let citra = who(office, "citra");
    let posted = office.store.write(|tx| {
        post_as(tx, Origin::default(), &[transfer])?;
        office.record(tx, &citra, "entry-posted", "voucher", &[0; 16])
    });
    posted.expect("posted");
}
