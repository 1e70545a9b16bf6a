//! Bills on their whole way, on both engines: locked by one, issued by another, reopened, paid
//! ahead, late, and what was paid for the dead.
//!
//! Everybody here is invented.

use std::path::Path;

use base::{Day, RegionCode};
use domain::billing::change::{ChangeSide, ChangeWhy};
use domain::occupation::OccupationKey;
use domain::payment::bill_reference;
use domain::programme::Terms;
use rules::{FundKind, Schemes};
use store::twin::{FreshDatabase, FreshDirectory, server_url};

use super::*;
use crate::intake::{Receipt, Received};
use crate::office::{Location, Role};
use crate::references::ReferenceReceived;
use crate::tasks::Verdict;
use crate::words::{Language, Words};

const CODE: &str = "coba";
const REASON: &str = "Menunggu surat yang asli";

fn month(number: i32) -> Month {
    Month::new(2022, number).expect("a month")
}

fn nik(number: u32) -> String {
    format!("640105{:02}0862{number:04}", number + 10)
}

/// An office with three members of a programme of October to December, money for twice as many.
fn office(location: Location, folder: &Path, today: Day) -> Office {
    let office = Office::invented(location, today, 4);
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
    let fund = office.add_fund(&keeper, "dana", FundKind::ApbdP, Rupiah(6 * 50_400));
    let programme = Programme {
        id: office.environment.new_id(),
        code: CODE.into(),
        name: "Program coba".into(),
        territory: RegionCode::from_digits(6401, 2),
        fund: fund.expect("a fund").id,
        schemes: Schemes::JKK_JKM,
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
    let village = RegionCode::parse("64.01.05.2001").expect("a village");
    office.add_org(&keeper, "desa", "Desa Rekaan", village).expect("an office");
    let mut text = String::from("NIK,Nama,Tempat Lahir,Tanggal Lahir,JK,Alamat,Pekerjaan\n");
    for (number, name) in (1u32..).zip(["ARI", "BIMA", "CAHYA"]) {
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

fn on_both_on(today: &str, test: impl Fn(&Office, &Path)) {
    let today = Day::parse_iso(today).expect("a day");
    let folder = tempfile::tempdir().expect("a folder");
    let embedded = FreshDirectory::new();
    test(&office(embedded.location(), folder.path(), today), folder.path());
    if let Some(url) = server_url() {
        let database = FreshDatabase::new(&url);
        test(&office(database.location(), folder.path(), today), folder.path());
    }
}

fn on_both(test: impl Fn(&Office, &Path)) {
    on_both_on("2022-10-03", test);
}

fn who(office: &Office, name: &str) -> Actor {
    office.actor(name, Operation::OwnDesk).expect("an account")
}

fn refused<T>(done: Result<T, AppError>) -> String {
    done.map(|_| ()).expect_err("refused").code
}

/// Issued by two, and paid.
fn paid(office: &Office, of: Month) {
    let citra = who(office, "citra");
    office.finalise_bill(&citra, CODE, of, 1).expect("final");
    office.issue_bill(&who(office, "budi"), CODE, of).expect("issued");
    pay(office, &[of]);
}

fn pay(office: &Office, months: &[Month]) {
    let citra = who(office, "citra");
    let mut statement = String::from("Tanggal;Keterangan;Debet;Kredit\n");
    for of in months {
        let bill = office.bill(&citra, CODE, *of).expect("a bill");
        let (reference, amount) = (bill_reference(bill.id), bill.total.0);
        statement += &format!("14/11/2022;IURAN {reference};{amount};0\n");
    }
    office
        .take_statement(&citra, crate::bank::DEFAULT_ACCOUNT, statement.as_bytes())
        .expect("taken");
    office.match_payments(&citra).expect("matched");
}

fn dead(office: &Office, folder: &Path, text: &str) {
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
        assert_eq!(acts, ["bill-drafted", "bill-finalised", "bill-issued"]);
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
            let taken = store::covered::remove(tx, programme, month(10))?;
            office.record(tx, &citra, "bills-paid", "bill", &[0; 16])?;
            Ok::<_, AppError>(taken)
        });
        assert_eq!(taken.expect("taken away behind the program's back"), 6);
        assert_eq!(refused(office.verify_ledger(&citra)), "COVER_DIFFERS");
    });
}
