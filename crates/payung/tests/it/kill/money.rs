//! `kill -9` while a bill is locked, issued and paid, a statement taken in and a copy made, on both
//! engines: what was acknowledged is there, nothing is there twice, and whoever tries again ends
//! where an undisturbed program ends.
//!
//! A dozen moments an engine by default; `RUN_SLOW_TESTS` says how many, 200 when it is no number.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::process::Stdio;
use std::time::{Duration, Instant};

use app::backup::{self, Unlock};
use app::environment::Environment;
use app::intake::Received;
use app::keys::KeySource;
use app::office::{Location, Office, OfficeOptions, Operation, Role};
use app::practice::bulk::big_csv;
use app::reading::Reader;
use base::{Day, Month, RegionCode, Rupiah};
use domain::billing::{BillState, bill_id};
use domain::payment::bill_reference;
use domain::programme::{Programme, Terms};
use rules::{FundKind, Schemes};
use store::months::HoldState;
use store::twin::{FreshDatabase, server_url};
use testkit::dice::Dice;

use crate::program::Place;

const SEED: u64 = 6401;
const PEOPLE: u64 = 60;
/// Months of the programme: with five acts in each, and some killed more than once, enough.
const MONTHS: i32 = 12;
/// After so many moments a new register is begun, so that looking at it stays cheap.
const MOMENTS_OF_A_REGISTER: u32 = 40;

/// What is done each month, in this order.
const ACTS: [&str; 5] = ["finalise", "issue", "import", "match", "copy"];

/// A register in a folder, or on a server.
struct Site {
    place: Place,
    database: Option<FreshDatabase>,
    recipient: String,
    unlock: Unlock,
    people: u64,
}

/// What a month has come to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Standing {
    is_final: bool,
    is_issued: bool,
    lines: usize,
    parts: usize,
    is_posted: bool,
    covered: usize,
    transfers: usize,
    /// Months of people that are the regency's for good: whoever opens the register sees to it.
    held: usize,
}

impl Site {
    fn new(database: Option<FreshDatabase>) -> Site {
        let place = Place::new();
        let pair = backup::new_key_pair();
        let unlock = Unlock::with_keys(&pair.file_text()).expect("a key");
        let recipient = pair.recipient;
        let mut site = Site { place, database, recipient, unlock, people: 0 };
        site.furnish();
        site
    }

    fn office(&self) -> Office {
        let location = match &self.database {
            Some(database) => database.location(),
            None => Location::Directory(self.place.data()),
        };
        std::fs::create_dir_all(self.place.data()).expect("the folder is ours");
        Office::open(OfficeOptions {
            location,
            pemda: RegionCode::from_digits(6401, 2),
            reader: Reader::InProcess,
            environment: Environment::fixed(Day::new(2022, 10, 24).expect("a day"), SEED),
            keys: KeySource::beside(&self.place.data()),
        })
        .expect("the register opens")
    }

    /// A programme whose people are approved, and who pays and who issues.
    fn furnish(&mut self) {
        let office = self.office();
        let keeper = office.actor("operator", Operation::SetUp).expect("the first user");
        let village = RegionCode::parse("64.01.04.2011").expect("a village");
        office.add_org(&keeper, "desa", "Rekaan", village).expect("added");
        let fund = office.add_fund(&keeper, "dana", FundKind::Apbd, Rupiah(1_000_000_000));
        let first = Month::parse("2022-10").expect("a month");
        let programme = Programme {
            id: office.environment.new_id(),
            code: "coba".into(),
            name: "Percobaan".into(),
            territory: office.store.tenant(),
            fund: fund.expect("added").id,
            schemes: Schemes::JKK_JKM,
            first,
            last: first.plus(MONTHS - 1),
            occupations: Vec::new(),
            default_occupation: None,
            income: Rupiah(1_000_000),
            refuse_insured: false,
            target: None,
            terms: Terms::default(),
        };
        office.add_programme(&keeper, &programme).expect("added");
        for (name, role) in [("citra", Role::Treasurer), ("budi", Role::Approver)] {
            office.add_user(&keeper, name, role).expect("added");
        }
        let mut text = Vec::new();
        big_csv(SEED, 0..PEOPLE, &mut text).expect("memory takes everything");
        let path = self.place.file("daftar.csv", text).into();
        let (programme, org) = ("coba".to_owned(), "desa".to_owned());
        let confirmed = Vec::new();
        let received =
            Received { path, programme, org, only_sheet: None, confirmed, dry_run: false };
        office.receive(&keeper, &received).expect("a sound list");
        office.propose(&keeper, "coba").expect("a list");
        let budi = office.actor("budi", Operation::Approve).expect("may");
        self.people = u64::from(office.approve(&budi, "coba", None).expect("approved").people);
        assert!(self.people > PEOPLE / 2, "{} people", self.people);
    }

    /// The words of an act.
    fn words(&self, act: &str, month: Month, nth: u32) -> Vec<String> {
        let text = match act {
            "finalise" => format!("bill finalise --programme coba --month {month} --as citra"),
            "issue" => format!("bill issue --programme coba --month {month} --as budi"),
            "import" => format!("bank import koran-{month}.csv --as citra"),
            "match" => "bank match --as citra".to_owned(),
            _ => format!(
                "backup create --out salin-{month}-{nth}.age --recipient {}",
                self.recipient
            ),
        };
        let mut words: Vec<String> = text.split(' ').map(str::to_owned).collect();
        if let Some(database) = &self.database {
            let Location::Url(url) = database.location() else { unreachable!("a server") };
            words.extend(["--database".to_owned(), url]);
        }
        words.push("--json".to_owned());
        words
    }

    /// What a month has come to.
    fn standing(&self, office: &Office, month: Month) -> Standing {
        let programme = office.programme("coba").expect("it is there");
        let id = bill_id(programme.id, month);
        let found = office.store.read(|tx| {
            let head = store::bills::head(tx, id)?;
            let lines = store::payments::lines(tx)?;
            let reference = bill_reference(id);
            let lines = lines.iter().filter(|line| line.facts.reference.contains(&reference));
            let mut transfers = 0;
            store::ledger::each_transfer(tx, |one| {
                transfers += usize::from(one.month == Some(month));
            })?;
            let covered = store::covered::of_programme(tx, programme.id)?;
            let held = store::months::holds(tx, month)?.into_values();
            let held = held.filter(|hold| hold.state == HoldState::Confirmed).count();
            let is_past = |state| head.as_ref().is_some_and(|head| head.state >= state);
            Ok::<_, store::StoreError>(Standing {
                is_final: is_past(BillState::Final),
                is_issued: head.as_ref().is_some_and(|head| head.issued.is_some()),
                lines: lines.count(),
                parts: store::payments::parts_about(tx, id.as_bytes())?.len(),
                is_posted: is_past(BillState::Posted),
                covered: covered.iter().filter(|cover| cover.month == month).count(),
                transfers,
                held,
            })
        });
        found.expect("readable")
    }

    /// What a month must have come to after so many acts.
    fn expected(&self, acts: usize) -> Standing {
        let contributions = 2 * self.people as usize;
        // The budget's use and every contribution, promised; then kept, and one payment.
        let (promised, kept) = (contributions + 1, contributions + 2);
        Standing {
            is_final: acts > 0,
            is_issued: acts > 1,
            lines: usize::from(acts > 2),
            parts: usize::from(acts > 3),
            is_posted: acts > 3,
            covered: if acts > 3 { contributions } else { 0 },
            transfers: match acts {
                0 => 0,
                1..4 => promised,
                _ => promised + kept,
            },
            held: if acts > 0 { self.people as usize } else { 0 },
        }
    }

    /// The statement that pays a month's bill.
    fn print_statement(&self, month: Month) {
        let office = self.office();
        let programme = office.programme("coba").expect("it is there");
        let id = bill_id(programme.id, month);
        let head = office.store.read(|tx| store::bills::head(tx, id)).expect("readable");
        let total = head.expect("it was issued").total.0;
        let words = format!("IURAN {}", bill_reference(id));
        let text = app::statement::of_payments(&[(month.first_day(), words, Rupiah(total))]);
        self.place.file(&format!("koran-{month}.csv"), text);
    }

    /// Everything is sound, each act of people is in the log once, and copies are whole.
    fn judge(&self, office: &Office, at: &str) {
        let operator = office.actor("operator", Operation::ReadMoney).expect("may");
        office.verify_ledger(&operator).unwrap_or_else(|error| panic!("{at}: {error}"));
        let whole = office.store.read(store::verify::verify).expect("readable");
        assert_eq!(whole.flaws, [], "{at}");
        for entry in self.place.path().read_dir().expect("a folder").flatten() {
            if entry.path().extension().is_some_and(|ending| ending == "age") {
                let file = File::open(entry.path()).expect("it is there");
                let copy = backup::verify(file, &self.unlock);
                assert!(copy.is_ok(), "{at}: {:?} is no whole copy", entry.file_name());
            }
        }
    }
}

/// How many moments to try.
fn moments() -> u32 {
    match std::env::var("RUN_SLOW_TESTS") {
        Ok(text) => text.parse().ok().filter(|count| *count > 1).unwrap_or(200),
        Err(_) => 12,
    }
}

/// What became of a program that was to be killed.
struct Killed {
    is_acknowledged: bool,
    was_alive: bool,
    took: Duration,
}

fn start_and_kill(site: &Site, words: &[String], after: Option<Duration>) -> Killed {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut command = site.place.command(&words);
    let clock = Instant::now();
    let mut child =
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let mut was_alive = false;
    if let Some(after) = after {
        std::thread::sleep(after);
        was_alive = child.try_wait().expect("a child may be asked").is_none();
        child.kill().expect("a child may be killed");
    }
    let status = child.wait().expect("it ended");
    let took = clock.elapsed();
    let (mut said, mut complained) = (String::new(), String::new());
    let _ = child.stdout.take().expect("asked for").read_to_string(&mut said);
    let _ = child.stderr.take().expect("asked for").read_to_string(&mut complained);
    // Who has printed the whole document has told, even if it was killed before it could end.
    let is_told = serde_json::from_str::<serde_json::Value>(&said).is_ok();
    let ended_well = matches!(status.code(), Some(0 | 4));
    let is_acknowledged = ended_well || (status.code().is_none() && is_told);
    if status.code().is_some() && !ended_well {
        panic!("{words:?} ended with {status}: {said}{complained}");
    }
    Killed { is_acknowledged, was_alive, took }
}

/// Kills at so many moments; how many were alive then, by act and by how far they had come.
fn run(mut sites: impl FnMut() -> Site, moments: u32) -> BTreeMap<String, u32> {
    let (mut dice, mut met) = (Dice::new(SEED), BTreeMap::new());
    let mut tried = 0;
    while tried < moments {
        let site = sites();
        let mut usual = [Duration::from_millis(200); ACTS.len()];
        let (mut in_register, mut month) = (0, Month::parse("2022-10").expect("a month"));
        let last = month.plus(MONTHS - 1);
        while tried < moments && in_register < MOMENTS_OF_A_REGISTER && month <= last {
            for (at, act) in ACTS.into_iter().enumerate() {
                if act == "import" {
                    site.print_statement(month);
                }
                if month.month() == 10 && month.year() == 2022 {
                    usual[at] = start_and_kill(&site, &site.words(act, month, 0), None).took;
                    continue;
                }
                let told = kill_one(&site, (act, at, month), &mut usual[at], &mut dice);
                *met.entry(told).or_default() += 1;
                (tried, in_register) = (tried + 1, in_register + 1);
            }
            month = month.plus(1);
        }
    }
    met
}

/// One act killed, judged, and done again; what was met.
fn kill_one(
    site: &Site,
    (act, at, month): (&str, usize, Month),
    usual: &mut Duration,
    dice: &mut Dice,
) -> String {
    // A little beyond the end, so that the end itself is among the moments.
    let after = usual.mul_f64(0.1 + dice.below(1_000) as f64 / 1_000.0);
    let killed = start_and_kill(site, &site.words(act, month, 1), Some(after));
    let place = format!("seed {SEED}, {act} of {month} killed after {after:?}");
    let office = site.office();
    site.judge(&office, &place);
    let (before, done) = (site.expected(at), site.expected(at + 1));
    let found = site.standing(&office, month);
    assert!(found == before || found == done, "{place}: half done: {found:?}");
    if killed.is_acknowledged {
        assert_eq!(found, done, "{place}: what was acknowledged is there");
    }
    drop(office);
    let again = start_and_kill(site, &site.words(act, month, 2), None);
    assert!(again.is_acknowledged, "{place}: and again");
    *usual = (*usual + again.took) / 2;
    let office = site.office();
    assert_eq!(site.standing(&office, month), done, "{place}: and again");
    let outcome = match (killed.was_alive, found == done && before != done) {
        (false, _) => "had ended",
        (true, true) => "was done and not told",
        (true, false) => "was not done",
    };
    format!("{act} {outcome}")
}

#[test]
fn whoever_dies_while_money_moves_is_taken_up() {
    let begun = Instant::now();
    let met = run(|| Site::new(None), moments());
    println!("SQLite: {} moments in {:.0?}: {met:?}", met.values().sum::<u32>(), begun.elapsed());
    let Some(server) = server_url() else { return };
    let begun = Instant::now();
    let met = run(|| Site::new(Some(FreshDatabase::new(&server))), moments());
    let count: u32 = met.values().sum();
    println!("PostgreSQL: {count} moments in {:.0?}: {met:?}", begun.elapsed());
}
