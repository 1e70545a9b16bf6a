//! The register fails at every statement of the core transactions, and the disk at every write: a
//! clean refusal each time, nothing half done, and the same again goes through.
//!
//! The disk is the kernel's own, asked by the real program, with `strace` answering in its place:
//! no room, or a failed write, for one call or from it on. A few calls of each act are tried by
//! default, every one with `PAYUNG_FAULTS=all`.

use std::process::{Command, Stdio};

use app::bank::{Give, Moves, PartPurpose};
use app::environment::Environment;
use app::error::AppError;
use app::funds::Revised;
use app::intake::Received;
use app::ledger::vouchers::EntryTyped;
use app::office::{Location, Office, OfficeOptions, Operation, Role};
use app::reading::Reader;
use app::references::ReferenceReceived;
use app::tasks::Verdict;
use base::{Day, Month, RegionCode, Rupiah};
use domain::payment::bill_reference;
use domain::programme::{Programme, Terms};
use domain::reference::ReferenceKind;
use domain::task::TaskState;
use rules::{FundKind, Schemes};
use store::twin::{FreshDatabase, FreshDirectory, server_url};
use testkit::state::State;

use crate::program::{Place, open};

/// More statements than any act asks.
const STATEMENTS_MAX: u64 = 2_000;

/// Somebody's act: what it is called, whether it is one transaction, and doing it.
type Step = (&'static str, bool, Box<dyn Fn(&Office) -> Result<(), AppError>>);

fn step(name: &'static str, run: impl Fn(&Office) -> Result<(), AppError> + 'static) -> Step {
    (name, true, Box::new(run))
}

fn month(text: &str) -> Month {
    Month::parse(text).expect("a month")
}

fn office(location: Location) -> Office {
    let office = Office::open(OfficeOptions {
        location,
        pemda: RegionCode::from_digits(6401, 2),
        reader: Reader::InProcess,
        environment: Environment::fixed(Day::new(2022, 10, 24).expect("a day"), 1),
        keys: app::keys::KeySource::Ring(Box::new(store::twin::keys())),
    })
    .expect("the register opens");
    let keeper = office.actor("operator", Operation::SetUp).expect("the first user");
    let village = RegionCode::parse("64.01.04.2011").expect("a village");
    office.add_org(&keeper, "desa", "Rekaan", village).expect("added");
    let fund = office.add_fund(&keeper, "dana", FundKind::Apbd, Rupiah(100_000_000));
    let programme = Programme {
        id: office.environment.new_id(),
        code: "coba".into(),
        name: "Percobaan".into(),
        territory: office.store.tenant(),
        fund: fund.expect("added").id,
        schemes: Schemes::JKK_JKM,
        first: month("2022-10"),
        last: month("2022-12"),
        occupations: Vec::new(),
        default_occupation: None,
        income: Rupiah(1_000_000),
        refuse_insured: false,
        target: None,
        terms: Terms::default(),
    };
    office.add_programme(&keeper, &programme).expect("added");
    for (name, role) in
        [("ani", Role::Officer), ("budi", Role::Approver), ("citra", Role::Treasurer)]
    {
        office.add_user(&keeper, name, role).expect("added");
    }
    office
}

/// Approves the newest task that waits.
fn approve(office: &Office) -> Result<(), AppError> {
    let budi = office.actor("budi", Operation::Approve)?;
    let open = office.store.read(|tx| store::access::tasks(tx, TaskState::Open))?;
    let task = &open.last().ok_or_else(|| AppError::not_found("TASK_UNKNOWN", ""))?.task;
    office.decide_task(&budi, task.id, &Verdict::Approve(task.hash)).map(|_| ())
}

const LIST: &str = "NIK,Nama,Tempat Lahir,Tanggal Lahir,JK,Alamat,Pekerjaan\n\
    6401041708870001,Rekaan Sumarno,Paser,17-08-1987,L,RT 1,nelayan\n\
    6401042103850004,Rekaan Bagas,Paser,21-03-1985,L,RT 4,petani\n";

fn people_steps(folder: &std::path::Path) -> Vec<Step> {
    let (list, dead) = (folder.join("daftar.csv"), folder.join("meninggal.csv"));
    std::fs::write(&list, LIST).expect("the folder is ours");
    let text = "NIK,Nama,Tanggal Meninggal\n6401042103850004,Rekaan Bagas,05/10/2022\n";
    std::fs::write(&dead, text).expect("the folder is ours");
    let take = move |office: &Office| {
        let keeper = office.actor("operator", Operation::TakeIn)?;
        let (path, programme) = (list.clone(), "coba".to_owned());
        let (org, confirmed) = ("desa".to_owned(), Vec::new());
        let received =
            Received { path, programme, org, only_sheet: None, confirmed, dry_run: false };
        office.receive(&keeper, &received).map(|_| ())
    };
    let die = move |office: &Office| {
        let keeper = office.actor("operator", Operation::TakeReferences)?;
        let as_of = Day::new(2022, 10, 24).expect("a day");
        let kind = ReferenceKind::Meninggal;
        let received = ReferenceReceived { path: &dead, kind, as_of, complete: false };
        office.take_reference(&keeper, &received).map(|_| ())
    };
    vec![
        // A file's bytes are safe before its rows are decided.
        ("import", false, Box::new(take)),
        step("propose", |office| {
            office.propose(&office.actor("ani", Operation::Propose)?, "coba").map(|_| ())
        }),
        step("approve", approve),
        step("bill", |office| bill(office, "2022-10")),
        step("issue", approve),
        step("statement", |office| statement(office, "2022-10", 0)),
        step("match", |office| {
            office.match_payments(&office.actor("citra", Operation::Pay)?).map(|_| ())
        }),
        step("bill of November", |office| bill(office, "2022-11")),
        step("issue November", approve),
        step("pay November", |office| {
            statement(office, "2022-11", 0)?;
            Ok(())
        }),
        step("match November", |office| {
            office.match_payments(&office.actor("citra", Operation::Pay)?).map(|_| ())
        }),
        step("deaths", die),
        step("credits", |office| {
            let citra = office.actor("citra", Operation::Pay)?;
            office.propose_credits(&citra, "coba").map(|_| ())
        }),
        step("record credits", approve),
    ]
}

fn money_steps() -> Vec<Step> {
    vec![
        step("bill of December", |office| bill(office, "2022-12")),
        step("reopen December", |office| {
            let citra = office.actor("citra", Operation::Pay)?;
            office.reopen_bill(&citra, "coba", month("2022-12"), "Daftar berubah").map(|_| ())
        }),
        step("December again", |office| bill(office, "2022-12")),
        step("issue December", approve),
        step("half of December", |office| statement(office, "2022-12", 1)),
        step("allocate", |office| {
            let citra = office.actor("citra", Operation::Pay)?;
            let open = office.bank_lines(&citra)?;
            let line = open.iter().find(|line| line.state.is_open()).expect("one is open");
            let fund = office.store.read(|tx| store::funds::fund_by_code(tx, "dana"))?;
            let purpose = PartPurpose::Suspense(fund.expect("added").id);
            let give = vec![Give::new(line.line.id, purpose, line.left)];
            let moves = Moves { release: Vec::new(), give };
            office.propose_moves(&citra, &moves, "Belum jelas untuk apa").map(|_| ())
        }),
        step("approve allocation", approve),
        step("release", |office| {
            let citra = office.actor("citra", Operation::Pay)?;
            let mut parts = office.store.read(store::payments::all_parts)?;
            // The month that was paid first: its bill is opened again, and its cover taken back. What was
            // paid in the second after a death is taken off a bill already.
            parts.retain(|part| part.stands() && part.purpose.name() == "bill");
            parts.sort_by_key(|part| part.given_at_ms);
            let release = vec![parts.first().expect("one is paid").id];
            let moves = Moves { release, give: Vec::new() };
            office.propose_moves(&citra, &moves, "Salah bayar bulan ini").map(|_| ())
        }),
        step("approve release", approve),
        step("ceiling", |office| {
            let ani = office.actor("ani", Operation::SetUp)?;
            let effective = Day::new(2022, 10, 1).expect("a day");
            let (basis, reason) = ("Perda rekaan", "Perubahan anggaran");
            let asked = Revised { ceiling: Rupiah(90_000_000), basis, effective, reason };
            office.propose_revision(&ani, "dana", &asked).map(|_| ())
        }),
        step("approve ceiling", approve),
        step("entry", |office| {
            let citra = office.actor("citra", Operation::Pay)?;
            let typed = EntryTyped {
                debit: "cash.dana",
                credit: "suspense.dana",
                amount: Rupiah(5_000),
                day: Day::new(2022, 10, 24).expect("a day"),
                month: None,
                number: "BKU-1",
                reason: "Titipan rekaan",
            };
            office.propose_entry(&citra, &typed).map(|_| ())
        }),
        step("approve entry", approve),
    ]
}

fn bill(office: &Office, of: &str) -> Result<(), AppError> {
    let citra = office.actor("citra", Operation::Pay)?;
    office.finalise_bill(&citra, "coba", month(of), 1).map(|_| ())
}

/// A statement with the bill's payment, or so much less.
fn statement(office: &Office, of: &str, less: i64) -> Result<(), AppError> {
    let citra = office.actor("citra", Operation::Pay)?;
    let bill = office.bill(&citra, "coba", month(of))?;
    let (reference, amount) = (bill_reference(bill.id), bill.total.0 - less);
    let day = Day::new(2022, 10, 24).expect("a day");
    let text = app::statement::of_payments(&[(day, format!("IURAN {reference}"), Rupiah(amount))]);
    office.take_statement(&citra, "kas-daerah", text.as_bytes()).map(|_| ())
}

/// Walks a fault through every statement of every act; how many faults there were.
fn walk(office: &Office, steps: Vec<Step>) -> u64 {
    let mut faults = 0;
    for (name, is_whole, run) in steps {
        let before = State::of(office).expect("readable");
        let unchanged = |at: &str| {
            let after = State::of(office).expect("readable");
            assert_eq!(before.difference(&after), None, "{name}: {at}");
        };
        office.store.faults().fail_before_commit();
        assert!(run(office).is_err(), "{name}: the commit failed");
        office.store.faults().clear();
        if is_whole {
            unchanged("the commit");
        }
        for statement in 1.. {
            assert!(statement < STATEMENTS_MAX, "{name} ends");
            office.store.faults().fail_at(statement);
            let done = run(office);
            office.store.faults().clear();
            let Err(error) = done else { break };
            assert_eq!(error.code, "UNEXPECTED", "{name}, statement {statement}: {error}");
            faults += 1;
            if is_whole {
                unchanged(&format!("statement {statement}"));
            }
        }
        let citra = office.actor("citra", Operation::ReadMoney).expect("may");
        office.verify_ledger(&citra).unwrap_or_else(|error| panic!("{name}: {error}"));
        let whole = office.store.read(store::verify::verify).expect("readable");
        assert_eq!(whole.flaws, [], "{name}");
    }
    faults
}

#[test]
fn a_fault_at_any_statement_leaves_nothing_half_done() {
    let folder = tempfile::tempdir().expect("a folder");
    let steps = || people_steps(folder.path()).into_iter().chain(money_steps()).collect();
    let embedded = FreshDirectory::new();
    println!("SQLite: {} faults", walk(&office(embedded.location()), steps()));
    if let Some(server) = server_url() {
        let database = FreshDatabase::new(&server);
        println!("PostgreSQL: {} faults", walk(&office(database.location()), steps()));
    }
}

/// The calls by which bytes and promises reach the disk.
const CALLS: [&str; 4] = ["pwrite64", "fdatasync", "fsync", "ftruncate"];
/// The files of the register.
const FILES: [&str; 2] = ["register.db", "register.db-wal"];

/// The program under strace, with these words of strace before.
fn traced(place: &Place, inject: &[String], words: &[&str]) -> Command {
    let program = place.command(words);
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-o", "panggilan.txt"]);
    for file in FILES {
        command.arg("-P").arg(place.data().join(file));
    }
    command.args(inject).arg(program.get_program()).args(program.get_args());
    command.current_dir(place.path()).stdin(Stdio::null());
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command
}

/// How often an act makes each of the calls; none where nobody may look.
fn calls_of(place: &Place, words: &[&str]) -> Option<Vec<(&'static str, usize)>> {
    let ran = traced(place, &[format!("--trace={}", CALLS.join(","))], words).output().ok()?;
    if !matches!(ran.status.code(), Some(0 | 3 | 4)) {
        return None;
    }
    let told = std::fs::read_to_string(place.path().join("panggilan.txt")).ok()?;
    let count = |call: &str| told.lines().filter(|line| line.contains(call)).count();
    Some(CALLS.into_iter().map(|call| (call, count(&format!(" {call}(")))).collect())
}

fn copy(place: &Place) -> Place {
    let copy = Place::new();
    copy_folder(place.path(), copy.path());
    copy
}

fn copy_folder(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).expect("the folder is ours");
    for entry in from.read_dir().expect("a folder").flatten() {
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        match path.is_dir() {
            true => copy_folder(&path, &target),
            false => drop(std::fs::copy(&path, &target).expect("the folder is ours")),
        }
    }
}

/// What the register holds, without identifiers that another run would draw otherwise.
fn facts(place: &Place) -> Vec<String> {
    let office = open(&place.data());
    let reader = office.actor("operator", Operation::ReadMoney).expect("may");
    office.verify_ledger(&reader).expect("the books balance");
    let found = office.store.read(|tx| {
        let whole = store::verify::verify(tx)?;
        assert_eq!(whole.flaws, []);
        let mut transfers = 0;
        store::ledger::each_transfer(tx, |_| transfers += 1)?;
        let bills = store::bills::list(tx)?;
        let acts = store::audit::list(tx)?.into_iter().map(|line| line.act.to_string());
        let mut facts: Vec<String> = acts.collect();
        facts.push(format!("{transfers} transfers"));
        facts.push(format!("{} people", store::people::count(tx)?));
        facts.push(format!("{} lines", store::payments::lines(tx)?.len()));
        facts.push(format!("{} parts", store::payments::all_parts(tx)?.len()));
        facts.extend(bills.iter().map(|bill| format!("{:?} {}", bill.state, bill.total)));
        Ok::<_, store::StoreError>(facts)
    });
    found.expect("readable")
}

/// One call of an act fails: what the program says, and what is there afterwards.
fn fail_once(before: &Place, words: &[&str], inject: &str, facts_of: &[Vec<String>; 2]) -> bool {
    let place = copy(before);
    let at = format!("{words:?} {inject}");
    let ran = traced(&place, &[format!("--inject={inject}")], words).output().expect("it starts");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (said, complained) = (text(&ran.stdout), text(&ran.stderr));
    let code = ran.status.code().unwrap_or_else(|| panic!("{at}: ended by {}", ran.status));
    assert!(!complained.contains("panicked"), "{at}: {complained}");
    let found = facts(&place);
    let is_done = found == facts_of[1];
    // A file's bytes are safe before its rows are decided; the next try goes on from there.
    let safe: Vec<String> = found.iter().filter(|act| *act != "sheet-received").cloned().collect();
    let is_as_before = found == facts_of[0] || (words[0] == "import" && safe == facts_of[0]);
    assert!(is_done || is_as_before, "{at}: half done, {found:?}");
    let is_told = matches!(code, 0 | 3 | 4);
    assert!(!is_told || is_done, "{at}: told and not done: {said}");
    assert!(is_told || !complained.trim().is_empty(), "{at}: no word of why");
    if !is_done {
        let again = place.run(words);
        assert!(matches!(again.code, 0 | 3 | 4), "{at}: and again: {again:?}");
        assert_eq!(facts(&place), facts_of[1], "{at}: and again");
    }
    is_told
}

#[test]
fn a_disk_that_is_full_or_fails_leaves_nothing_half_done() {
    let place = Place::set_up();
    place.file("daftar.csv", LIST);
    let is_all = std::env::var("PAYUNG_FAULTS").is_ok_and(|text| text == "all");
    let november = "bill finalise --programme coba --month 2022-10 --as citra";
    let acts = [
        "import daftar.csv --programme coba --from desa",
        "propose --programme coba --as ani",
        "approve --programme coba --as budi",
        november,
        "bill issue --programme coba --month 2022-10 --as budi",
        "bank import koran.csv --as citra",
        "bank match --as citra",
    ];
    let (mut tried, mut told) = (0, 0);
    for act in acts {
        let words: Vec<&str> = act.split(' ').collect();
        if act.starts_with("bank import") {
            print_statement(&place);
        }
        let done = copy(&place);
        let Some(calls) = calls_of(&done, &words) else {
            println!("nobody may look at the calls of a program here: {act} is left out");
            return;
        };
        let facts_of = [facts(&place), facts(&done)];
        assert_ne!(facts_of[0], facts_of[1], "{act}");
        for (call, count) in calls {
            let stride = if is_all { 1 } else { count.div_ceil(2).max(1) };
            for nth in (1..=count).step_by(stride) {
                for (error, rest) in [("ENOSPC", "+"), ("EIO", "")] {
                    let inject = format!("{call}:error={error}:when={nth}{rest}");
                    let is_told = fail_once(&place, &words, &inject, &facts_of);
                    // The last two belong to the tidying up at the end, after the word is given;
                    // before them a final bill's months are confirmed, which the next who comes
                    // does as well.
                    let after = if act == november { 4 } else { 2 };
                    let is_promise = call == "fsync" && nth + after <= count;
                    assert!(!(is_told && is_promise), "{act}, {inject}: told without a promise");
                    told += u32::from(is_told);
                    tried += 1;
                }
            }
        }
        place.run(&words);
    }
    println!("{tried} writes failed, {told} acts were told as done all the same, and were");
}

fn print_statement(place: &Place) {
    let office = open(&place.data());
    let reader = office.actor("operator", Operation::ReadMoney).expect("may");
    let bill = office.bill(&reader, "coba", month("2022-10")).expect("it is there");
    let day = Day::new(2022, 10, 24).expect("a day");
    let paid = (day, format!("IURAN {}", bill_reference(bill.id)), bill.total);
    place.file("koran.csv", app::statement::of_payments(&[paid]));
}
