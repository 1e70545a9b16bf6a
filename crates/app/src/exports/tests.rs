//! Files with the identity of many, on both engines: a reason, a line of the log, another person
//! for many, and enough in a day.

use base::Day;
use domain::access::Operation;
use store::Location;
use store::twin::{FreshDatabase, FreshDirectory, server_url};

use super::*;
use crate::office::Role;
use crate::tasks::Verdict;

fn both(test: impl Fn(&Office)) {
    let open = |location: Location| {
        let office = Office::invented(location, Day::new(2022, 9, 20).expect("a day"), 7);
        let keeper = office.actor("operator", Operation::ManageUsers).expect("the first user");
        for (name, role) in [("ani", Role::Officer), ("budi", Role::Approver)] {
            office.add_user(&keeper, name, role).expect("an account");
        }
        office
    };
    let embedded = FreshDirectory::new();
    test(&open(embedded.location()));
    if let Some(url) = server_url() {
        let database = FreshDatabase::new(&url);
        test(&open(database.location()));
    }
}

fn file(people: u64) -> TakingOut<'static> {
    TakingOut {
        what: "bill",
        about: "rentan-2022 2022-10".to_owned(),
        object: ("bill", [5; 16]),
        people,
        reason: "dicocokkan dengan bendahara",
    }
}

fn code(answer: Result<(), AppError>) -> String {
    answer.err().map_or("ok".to_owned(), |error| error.code)
}

fn taken(office: &Office) -> u64 {
    let ani = office.actor("ani", Operation::ExportPeople).expect("may");
    office.store.read(|tx| store::audit::exports_of(tx, ani.id, 0)).expect("reads")
}

#[test]
fn a_small_file_leaves_with_a_reason_and_a_line() {
    both(|office| {
        let ani = office.actor("ani", Operation::ExportPeople).expect("may");
        let silent = TakingOut { reason: "ya", ..file(500) };
        assert_eq!(code(office.take_out(&ani, &silent)), "REASON_MISSING");
        assert_eq!(taken(office), 0);
        for round in 1..=FILES_A_DAY {
            assert_eq!(code(office.take_out(&ani, &file(500))), "ok");
            assert_eq!(taken(office), round);
        }
        assert_eq!(code(office.take_out(&ani, &file(1))), "EXPORTS_TOO_MANY");
        // It is each person's own count, and a day ends.
        let operator = office.actor("operator", Operation::ExportPeople).expect("may");
        assert_eq!(code(office.take_out(&operator, &file(1))), "ok");
        office.environment.pass(DAY_MS as u64 + 1);
        assert_eq!(code(office.take_out(&ani, &file(1))), "ok");
    });
}

#[test]
fn a_large_file_waits_for_another_person() {
    both(|office| {
        let ani = office.actor("ani", Operation::ExportPeople).expect("may");
        let budi = office.actor("budi", Operation::Approve).expect("may");
        let waits = |people| {
            let error = office.take_out(&ani, &file(people)).expect_err("it waits");
            assert_eq!(error.kind, ErrorKind::NeedsAnother);
            waits_for(&error).expect("the task")
        };
        let first = waits(501);
        assert_eq!(first, waits(501), "put forward once");
        assert_eq!(taken(office), 0);
        let task = office.task(&budi, first).expect("is shown");
        assert!(task.record.content.contains("people=501"), "{}", task.record.content);
        assert!(task.record.content.contains("dicocokkan dengan bendahara"));
        let yes = Verdict::Approve(task.record.task.hash);
        assert!(office.decide_task(&ani, first, &yes).is_err(), "its maker is no other");
        office.decide_task(&budi, first, &yes).expect("another person");
        // As often as is needed, for what was agreed to and for nobody else.
        assert_eq!(code(office.take_out(&ani, &file(501))), "ok");
        assert_eq!(code(office.take_out(&ani, &file(501))), "ok");
        assert_eq!(taken(office), 2);
        assert_ne!(waits(502), first, "more people are another file");
        let operator = office.actor("operator", Operation::ExportPeople).expect("may");
        assert_eq!(code(office.take_out(&operator, &file(501))), "EXPORT_WAITS");
        office.environment.pass(15 * DAY_MS as u64);
        assert_eq!(code(office.take_out(&ani, &file(501))), "EXPORT_WAITS", "an agreement ends");
    });
}

/// A list of many before two have decided on it is a file with their names like any other.
#[test]
fn the_draft_of_a_long_annex_waits_for_another_person() {
    both(|office| {
        let operator = office.actor("operator", Operation::SetUp).expect("the first user");
        let (ani, budi) =
            (office.actor("ani", Operation::Propose), office.actor("budi", Operation::Approve));
        let (ani, budi) = (ani.expect("may"), budi.expect("may"));
        let folder = tempfile::tempdir().expect("a folder");
        let list = |people: std::ops::Range<u32>, name: &str| {
            let rows = people.map(|n| {
                let (day, month, year) = (n % 28 + 1, n / 28 % 12 + 1, 60 + n / 336);
                let letters =
                    n.to_string().bytes().map(|digit| char::from(digit + 49)).collect::<String>();
                format!(
                    "640105{day:02}{month:02}{year}{n:04},Reka{letters} Percobaan,\
                     {day:02}-{month:02}-19{year},L,nelayan\n"
                )
            });
            let text: String = rows.collect();
            let path = folder.path().join(name);
            std::fs::write(&path, format!("NIK,Nama,Tanggal Lahir,JK,Pekerjaan\n{text}"))
                .expect("a file");
            let received = crate::intake::Received {
                path,
                programme: "panjang".to_owned(),
                org: "desa".to_owned(),
                only_sheet: None,
                confirmed: Vec::new(),
                dry_run: false,
            };
            office.receive(&operator, &received).expect("taken in");
            office.propose(&ani, "panjang").expect("put forward").proposal.people
        };
        let village = base::RegionCode::parse("64.01.05.2001").expect("a village");
        office.add_org(&operator, "desa", "Desa Rekaan", village).expect("an office");
        let fund = office.add_fund(&operator, "dana", rules::FundKind::Apbd, Rupiah(90_000_000));
        let month = base::Month::parse("2022-10").expect("a month");
        let programme = domain::programme::Programme {
            id: office.environment.new_id(),
            code: "panjang".into(),
            name: "Daftar panjang".into(),
            territory: base::RegionCode::from_digits(6401, 2),
            fund: fund.expect("a fund").id,
            schemes: rules::Schemes::JKK_JKM,
            first: month,
            last: month,
            occupations: Vec::new(),
            default_occupation: None,
            income: Rupiah(1_000_000),
            refuse_insured: false,
            target: None,
            terms: domain::programme::Terms::default(),
        };
        office.add_programme(&operator, &programme).expect("a programme");
        let words = crate::words::Words::of(crate::words::Language::Indonesian);
        let draft = |reason: &str| office.print_annex(&ani, ("panjang", None), reason, words);
        assert_eq!(list(1..4, "pendek.csv"), 3);
        assert_eq!(draft("").expect("three people need no second person").len(), 2);
        assert_eq!(list(4..505, "panjang.csv"), 501);
        assert_eq!(draft("").map(|_| ()).expect_err("why?").code, "REASON_MISSING");
        let waits = draft("dibahas dengan bagian hukum").map(|_| ()).expect_err("it waits");
        let task = waits_for(&waits).expect("the task");
        let shown = office.task(&budi, task).expect("is shown").record;
        assert!(shown.content.starts_with("what=annex-draft\nabout=panjang "), "{}", shown.content);
        office
            .decide_task(&budi, task, &Verdict::Approve(shown.task.hash))
            .expect("another person");
        assert_eq!(draft("dibahas dengan bagian hukum").expect("agreed to").len(), 2);
        assert_eq!(taken(office), 1);
        // What two have decided is theirs to print.
        office.approve(&budi, "panjang", None).expect("approved");
        assert_eq!(draft("").expect("an annex").len(), 2);
    });
}
