//! Who was covered on a day by what was known, on both engines; the moments are worked out by hand.
//!
//! Two members of a programme of January to June 2023, JKK and JKM. Everybody is invented.

use base::{Day, Id, Month, RegionCode, Rupiah};
use domain::occupation::OccupationKey;
use domain::payment::bill_reference;
use domain::programme::{Programme, Terms};
use domain::task::Verdict;
use rules::{FundKind, Schemes};
use store::twin::{FreshDatabase, FreshDirectory, server_url};

use super::known::{CoverAsked, CoverFile, CoverScope, CoverState, CoverWhy};
use crate::error::AppError;
use crate::intake::{Receipt, Received};
use crate::office::{Actor, Location, Office, Operation, Role};
use crate::references::ReferenceReceived;
use crate::words::{Language, Words};

const CODE: &str = "lindung";
const DAY_MS: u64 = 86_400_000;
const NIKS: [&str; 2] = ["6401051708620001", "6401051808620002"];

struct World {
    office: Office,
    folder: tempfile::TempDir,
}

fn month(number: i32) -> Month {
    Month::new(2023, number).expect("a month")
}

fn day(text: &str) -> Day {
    Day::parse_iso(text).expect("a day")
}

impl World {
    /// The list is approved on 5 January 2023.
    fn new(location: Location) -> World {
        let office = Office::invented(location, day("2023-01-05"), 4);
        let keeper = office.actor("operator", Operation::ManageUsers).expect("the first user");
        for (name, role) in [
            ("ani", Role::Officer),
            ("budi", Role::Approver),
            ("citra", Role::Treasurer),
            ("lala", Role::Auditor),
            ("dasa", Role::VillageOperator),
        ] {
            office.add_user(&keeper, name, role).expect("added");
        }
        let fund = office.add_fund(&keeper, "dana", FundKind::Apbd, Rupiah(1_000_000));
        let programme = Programme {
            id: office.environment.new_id(),
            code: CODE.into(),
            name: "Program lindung".into(),
            territory: RegionCode::from_digits(6401, 2),
            fund: fund.expect("a fund").id,
            schemes: Schemes::JKK_JKM,
            first: month(1),
            last: month(6),
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
        let folder = tempfile::tempdir().expect("a folder");
        let world = World { office, folder };
        world.take_in(&keeper);
        world.office.propose(&world.who("ani"), CODE).expect("put forward");
        world.office.approve(&world.who("budi"), CODE, None).expect("approved");
        world
    }

    fn take_in(&self, keeper: &Actor) {
        let mut text = String::from("NIK,Nama,Tempat Lahir,Tanggal Lahir,JK,Alamat,Pekerjaan\n");
        for (nik, name, born) in [(NIKS[0], "ARI", "17-08-1962"), (NIKS[1], "BIMA", "18-08-1962")] {
            text += &format!("{nik},WARGA {name},Paser,{born},L,RT 1,petani\n");
        }
        let path = self.folder.path().join("daftar.csv");
        std::fs::write(&path, text).expect("written");
        let received = Received {
            path,
            programme: CODE.into(),
            org: "desa".into(),
            only_sheet: None,
            confirmed: Vec::new(),
            dry_run: false,
        };
        let receipt = self.office.receive(keeper, &received).expect("taken in");
        assert!(matches!(receipt, Receipt::Decided(_)));
    }

    fn who(&self, name: &str) -> Actor {
        self.office.actor(name, Operation::OwnDesk).expect("an account")
    }

    /// Lets time pass until a day.
    fn on(&self, text: &str) {
        let days = self.office.today().days_until(day(text));
        self.office.environment.pass(u64::try_from(days).expect("later") * DAY_MS);
    }

    fn issue(&self, of: Month) {
        self.office.finalise_bill(&self.who("citra"), CODE, of, 1).expect("final");
        self.office.issue_bill(&self.who("budi"), CODE, of).expect("issued");
    }

    /// A statement with a payment of the bill on a day.
    fn pay(&self, of: Month, on: &str) {
        let citra = self.who("citra");
        let bill = self.office.bill(&citra, CODE, of).expect("a bill");
        let words = format!("IURAN {}", bill_reference(bill.id));
        let on = Day::parse_iso(on).expect("a day");
        let text = crate::statement::of_payments(&[(on, words, bill.total)]);
        let account = crate::bank::DEFAULT_ACCOUNT;
        self.office.take_statement(&citra, account, text.as_bytes()).expect("taken");
        self.office.match_payments(&citra).expect("matched");
    }

    fn release(&self, of: Month) {
        let citra = self.who("citra");
        let bill = self.office.bill(&citra, CODE, of).expect("a bill").id;
        let about = |tx: &mut store::Tx<'_>| store::payments::parts_about(tx, bill.as_bytes());
        let parts = self.office.store.read(about).expect("read");
        let standing = parts.iter().filter(|part| part.stands()).map(|part| part.id);
        let moves = crate::bank::Moves { release: standing.collect(), give: Vec::new() };
        let reason = "Bank menarik kembali uangnya";
        let put = self.office.propose_moves(&citra, &moves, reason).expect("put forward");
        let yes = Verdict::Approve(put.hash);
        self.office.decide_task(&self.who("budi"), put.task, &yes).expect("approved");
    }

    /// A list of the dead, true on 28 February 2023.
    fn take_dead(&self, lines: &str) {
        let path = self.folder.path().join("wafat.csv");
        std::fs::write(&path, format!("nik,nama,tanggal meninggal\n{lines}")).expect("written");
        let received = ReferenceReceived {
            path: &path,
            kind: domain::reference::ReferenceKind::Meninggal,
            as_of: day("2023-02-28"),
            complete: false,
        };
        let taken = self.office.take_reference(&self.who("operator"), &received);
        taken.expect("taken").expect("read");
    }

    fn person(&self, nik: &str) -> Id<base::id::kind::Person> {
        let nik = base::Nik::parse(nik).expect("a number");
        let found = self.office.store.read(|tx| store::people::by_nik(tx, nik));
        found.expect("read").expect("is known").id
    }

    fn cover(&self, nik: &str, on: &str, known: &str) -> CoverFile {
        let asked = CoverAsked { on: Some(day(on)), known_at: Some(day(known)) };
        self.office.cover_on(&self.who("lala"), self.person(nik), asked).expect("an answer")
    }

    /// The same reason for both schemes.
    fn why(&self, nik: &str, on: &str, known: &str) -> CoverWhy {
        let file = self.cover(nik, on, known);
        let reasons: Vec<CoverWhy> = file.schemes.iter().map(|one| one.why).collect();
        assert_eq!(reasons.len(), 2);
        assert_eq!(reasons[0], reasons[1]);
        reasons[0]
    }

    /// Everybody's state, and that the list answers of each as their own page does.
    fn counts(&self, on: &str, known: &str) -> [u64; 4] {
        let asked = CoverAsked { on: Some(day(on)), known_at: Some(day(known)) };
        let scope = CoverScope { programme: None, asked, state: None, after: None, most: 10 };
        let all = self.office.cover_list(&self.who("lala"), &scope).expect("a list");
        let one = CoverScope { programme: Some(CODE), ..scope };
        let of_one = self.office.cover_list(&self.who("lala"), &one).expect("a list");
        assert_eq!(all.counts, of_one.counts, "there is one programme");
        assert_eq!(all.rows.len() as u64, all.counts.people);
        for row in &all.rows {
            let file = self.office.cover_on(&self.who("lala"), row.person.id, asked);
            let file = file.expect("an answer").schemes;
            let alone: Vec<_> = file.iter().map(|one| (one.scheme, one.why)).collect();
            assert_eq!(row.schemes, alone, "{on} {known}");
        }
        CoverState::ALL.map(|state| all.counts.by_state.get(&state).copied().unwrap_or(0))
    }
}

fn both(test: impl Fn(&World)) {
    let embedded = FreshDirectory::new();
    test(&World::new(embedded.location()));
    if let Some(url) = server_url() {
        let database = FreshDatabase::new(&url);
        test(&World::new(database.location()));
    }
}

/// January is paid on 20 January. February is paid on 10 March by a line of 24 February that came
/// late: on 28 February nobody here knew it. On 20 April the bank takes it back.
#[test]
fn what_became_known_later_does_not_change_what_was_known_before() {
    both(|world| {
        world.on("2023-01-20");
        world.issue(month(1));
        world.pay(month(1), "2023-01-20");
        world.on("2023-02-20");
        world.issue(month(2));
        world.on("2023-03-10");
        world.pay(month(2), "2023-02-24");
        world.on("2023-04-20");
        world.release(month(2));
        world.on("2023-04-25");
        let why = |on: &str, known: &str| world.why(NIKS[0], on, known);
        assert_eq!(why("2023-01-15", "2023-01-04"), CoverWhy::NoMembership);
        assert_eq!(why("2023-01-15", "2023-01-19"), CoverWhy::Unpaid);
        assert_eq!(why("2023-01-15", "2023-01-20"), CoverWhy::Paid);
        // February falls due on 15 March.
        assert_eq!(why("2023-02-14", "2023-02-28"), CoverWhy::NotDue);
        assert_eq!(why("2023-02-14", "2023-03-09"), CoverWhy::NotDue);
        assert_eq!(why("2023-02-14", "2023-03-10"), CoverWhy::Paid);
        assert_eq!(why("2023-02-14", "2023-03-31"), CoverWhy::Paid);
        assert_eq!(why("2023-02-14", "2023-04-20"), CoverWhy::NotDue);
        // March: one month in arrears by what is known now, none by what was known in March.
        assert_eq!(why("2023-03-20", "2023-03-31"), CoverWhy::NotDue);
        assert_eq!(why("2023-03-20", "2023-04-25"), CoverWhy::Arrears { months: 1 });
        assert_eq!(why("2022-12-31", "2023-04-25"), CoverWhy::NotBegun { first: month(1) });
        assert_eq!(why("2023-07-01", "2023-04-25"), CoverWhy::Ended { last: month(6) });
        assert_eq!(world.counts("2023-02-14", "2023-02-28"), [0, 2, 0, 0]);
        assert_eq!(world.counts("2023-02-14", "2023-03-31"), [2, 0, 0, 0]);
        assert_eq!(world.counts("2023-02-14", "2023-04-25"), [0, 2, 0, 0]);
        assert_eq!(world.counts("2023-01-15", "2023-01-04"), [0, 0, 0, 0]);
        assert_eq!(world.counts("2023-01-15", "2023-01-19"), [0, 0, 0, 2]);
        assert_eq!(world.counts("2023-03-20", "2023-04-25"), [0, 2, 0, 0]);
        // May falls due on 15 June: February to May are one month more than is borne.
        assert_eq!(world.counts("2023-06-15", "2023-04-25"), [0, 2, 0, 0]);
        assert_eq!(world.counts("2023-06-16", "2023-04-25"), [0, 0, 2, 0]);
        world.office.verify_ledger(&world.who("lala")).expect("covered as billed");
    });
}

#[test]
fn an_answer_leads_to_list_bill_money_entry_and_log() {
    both(|world| {
        world.on("2023-01-20");
        world.issue(month(1));
        world.pay(month(1), "2023-01-19");
        world.on("2023-02-10");
        let file = world.cover(NIKS[0], "2023-02-03", "2023-02-10");
        assert!(!file.person.unmasked && !file.person.nik.contains("170862"));
        let jkk = &file.schemes[0];
        // February is not paid: what stands behind it is January.
        assert_eq!((jkk.why, jkk.others.len()), (CoverWhy::NotDue, 0));
        let seen = jkk.evidence.as_ref().expect("January");
        assert_eq!((seen.known.cover.month, &*seen.programme.0), (month(1), CODE));
        let step = &seen.annexes[0];
        assert_eq!((step.kind, step.number), ("list", Some(1)));
        assert_eq!((&*step.maker, &*step.checker), ("ani", "budi"));
        let issued = seen.bill.issued.as_ref().expect("issued");
        assert_eq!((&*issued.2, &*issued.3), ("citra", "budi"));
        // Due on 15 February 2023, a Wednesday.
        assert_eq!((issued.0, issued.1), (day("2023-01-20"), day("2023-02-15")));
        // JKK of a BPU at the lowest income: Rp10,000.
        assert_eq!((seen.entry.rupiah, seen.entry.day), (Rupiah(10_000), day("2023-01-19")));
        assert_eq!((&*seen.entry.maker, &*seen.entry.checker), ("citra", "budi"));
        assert_eq!(seen.entry.rulebook.len(), 64);
        assert!(seen.bill.rule.is_some() && seen.entry.promise.is_some());
        let payment = &seen.payments[0];
        // Two people, 16,800 each.
        assert_eq!((payment.rupiah, payment.day), (Rupiah(33_600), day("2023-01-19")));
        assert_eq!((payment.matched_by, &payment.notice), ("reference-and-amount", &None));
        assert!(seen.receipts.is_empty());
        let acts: Vec<&str> = seen.audit.iter().map(|line| &*line.act).collect();
        assert_eq!(acts, ["bill-finalised", "bill-issued", "bills-paid"]);
        assert!(file.log.size > 0 && file.log.checkpoint.is_none());
        let again = world.cover(NIKS[0], "2023-02-03", "2023-02-10");
        assert_eq!(again.hash, file.hash, "the same question, the same digest");
        let other = world.cover(NIKS[1], "2023-02-03", "2023-02-10");
        assert_ne!(other.hash, file.hash);
    });
}

/// He died on 10 January; the list of the dead comes on 1 March. Until then he was believed to be
/// covered in February, and the contribution is owed back from 5 March on.
#[test]
fn a_death_counts_from_when_it_was_known() {
    both(|world| {
        world.on("2023-01-20");
        world.issue(month(1));
        world.pay(month(1), "2023-01-20");
        world.on("2023-02-20");
        world.issue(month(2));
        world.pay(month(2), "2023-02-20");
        world.on("2023-03-01");
        world.take_dead(&format!("{},WARGA ARI,10-01-2023\n", NIKS[0]));
        world.on("2023-03-05");
        let task = world.office.propose_credits(&world.who("citra"), CODE).expect("found").0;
        let yes = Verdict::Approve(task.hash);
        world.office.decide_task(&world.who("budi"), task.id, &yes).expect("approved");
        world.on("2023-03-06");
        let died = CoverWhy::Died { on: day("2023-01-10") };
        assert_eq!(world.why(NIKS[0], "2023-02-14", "2023-02-28"), CoverWhy::Paid);
        assert_eq!(world.why(NIKS[0], "2023-02-14", "2023-03-01"), died);
        // On the day of death itself he was covered, whatever was known when.
        assert_eq!(world.why(NIKS[0], "2023-01-10", "2023-03-06"), CoverWhy::Paid);
        assert_eq!(world.counts("2023-02-14", "2023-02-28"), [2, 0, 0, 0]);
        assert_eq!(world.counts("2023-02-14", "2023-03-06"), [1, 0, 0, 1]);
        let file = world.cover(NIKS[0], "2023-02-14", "2023-03-06");
        let ended = file.schemes[0].others[0].ended.expect("withdrawn");
        assert_eq!(ended.1, super::known::EndedWhy::Died);
    });
}

/// The list has his number with the name of somebody else: it is wrong on one side, his February is
/// not owed back, and he stays covered; the answer says so.
#[test]
fn a_death_under_another_name_is_told_and_does_not_count() {
    both(|world| {
        world.on("2023-02-20");
        world.issue(month(2));
        world.pay(month(2), "2023-02-20");
        world.on("2023-03-01");
        world.take_dead(&format!("{},SUKIJAN PRAWIRO,10-01-2023\n", NIKS[0]));
        assert_eq!(world.why(NIKS[0], "2023-02-14", "2023-03-01"), CoverWhy::Paid);
        assert_eq!(world.counts("2023-02-14", "2023-03-01"), [2, 0, 0, 0]);
        let told = |nik: &str, known: &str| {
            let file = world.cover(nik, "2023-02-14", known);
            (file.died, file.other_name)
        };
        assert_eq!(told(NIKS[0], "2023-02-28"), (None, false));
        assert_eq!(told(NIKS[0], "2023-03-01"), (None, true));
        assert_eq!(told(NIKS[1], "2023-03-01"), (None, false));
    });
}

#[test]
fn a_list_is_cut_into_parts_and_narrowed_by_state() {
    both(|world| {
        world.on("2023-01-20");
        world.issue(month(1));
        let lala = world.who("lala");
        let asked = CoverAsked { on: Some(day("2023-01-21")), known_at: None };
        let scope = CoverScope { programme: Some(CODE), asked, state: None, after: None, most: 1 };
        let first = world.office.cover_list(&lala, &scope).expect("a list");
        assert_eq!((first.rows.len(), first.more, first.counts.people), (1, true, 2));
        let after = Some(first.rows[0].person.id);
        let next = world.office.cover_list(&lala, &CoverScope { after, ..scope }).expect("a list");
        assert_eq!((next.rows.len(), next.more), (1, false));
        assert_eq!((next.hash, &next.counts), (first.hash, &first.counts));
        let narrowed = |state| {
            let scope = CoverScope { state: Some(state), most: 10, ..scope };
            world.office.cover_list(&lala, &scope).expect("a list").rows.len()
        };
        assert_eq!(narrowed(CoverState::NotCovered), 2);
        assert_eq!(narrowed(CoverState::Active), 0);
    });
}

#[test]
fn the_papers_are_pdf_and_their_names_name_nobody() {
    both(|world| {
        world.on("2023-01-20");
        world.issue(month(1));
        world.pay(month(1), "2023-01-20");
        let (lala, words) = (world.who("lala"), Words::of(Language::Indonesian));
        let asked = CoverAsked { on: Some(day("2023-01-14")), known_at: Some(day("2023-01-20")) };
        let person = world.person(NIKS[0]);
        let paper = world.office.cover_paper(&lala, person, asked, words).expect("a paper");
        assert!(paper.bytes.starts_with(b"%PDF"));
        assert_eq!(paper.name, format!("perlindungan-{person}-2023-01-14-2023-01-20.pdf"));
        let scope =
            CoverScope { programme: None, asked, state: None, after: None, most: usize::MAX };
        let list = world.office.cover_list_paper(&lala, &scope, words).expect("a list");
        assert!(list.bytes.starts_with(b"%PDF"));
        assert_eq!(list.name, "perlindungan-kabupaten-2023-01-14-2023-01-20.pdf");
        // Who reads no money reads nothing here.
        let dasa = world.who("dasa");
        let refused = world.office.cover_on(&dasa, person, asked).map(|_| ());
        assert_eq!(refused.map_err(|no| no.code), Err("USER_MAY_NOT".to_owned()));
        let unknown = world.office.cover_on(&lala, Id::from_bytes([9; 16]), asked).map(|_| ());
        assert_eq!(unknown.map_err(|no: AppError| no.code), Err("PERSON_UNKNOWN".to_owned()));
    });
}
