//! A bank that tells payments with faults, against both engines: after every seed its books and the
//! office's are the same. `cargo xtask sim bank SEED` runs the long one.

use app::environment::Environment;
use app::keys::KeySource;
use app::office::{Location, Office, OfficeOptions, Operation};
use app::reading::Reader;
use app::snap::Service;
use base::{Day, RegionCode};
use store::twin::{FreshDatabase, FreshDirectory, server_url};
use testkit::bank::{self, Bank, Options, Outcome};
use testkit::dice::Dice;

/// How a seed and a number of payments are given to the long run.
const LONG: &str = "PAYUNG_SIM_BANK";

fn open(location: Location, keys: &std::path::Path, seed: u64) -> Office {
    Office::open(OfficeOptions {
        location,
        pemda: RegionCode::from_digits(6401, 2),
        reader: Reader::InProcess,
        environment: Environment::fixed(Day::new(2022, 10, 24).expect("a day"), seed),
        keys: KeySource::beside(keys),
    })
    .expect("a fresh place opens")
}

fn run(location: Location, options: Options) -> Outcome {
    let keys = tempfile::tempdir().expect("a folder");
    let office = open(location, keys.path(), options.seed);
    bank::write_secrets(keys.path()).expect("a file");
    match bank::simulate(&office, options) {
        Ok(outcome) => outcome,
        Err(error) => panic!("{error:#}"),
    }
}

#[test]
fn the_bank_simulator_and_the_ledger_agree() {
    let long = std::env::var(LONG).ok();
    let options = match long.as_deref().map(|text| text.split_once(' ')) {
        None => Options { seed: 7, payments: 300, faults_percent: 40 },
        Some(Some((seed, payments))) => Options {
            seed: seed.parse().expect("a seed"),
            payments: payments.parse().expect("a number of payments"),
            faults_percent: 10,
        },
        Some(None) => panic!("{LONG} is a seed and a number of payments"),
    };
    let begun = std::time::Instant::now();
    let embedded = FreshDirectory::new();
    let outcome = run(embedded.location(), options);
    println!("SQLite: {outcome:#?} in {:?}", begun.elapsed());
    if long.is_none() {
        // 300 bills; of those with a fault only wrong amounts stay unpaid.
        let of = |name: &str| outcome.faults.get(name).copied().unwrap_or(0);
        assert_eq!(outcome.paid, 300 - of("wrong-amount") - of("with-sen"));
        assert!(outcome.faults.len() == 15, "every fault was made: {:?}", outcome.faults);
    }
    if let Some(server) = server_url() {
        let database = FreshDatabase::new(&server);
        let begun = std::time::Instant::now();
        let there = run(database.location(), options);
        println!("PostgreSQL: {:?}", begun.elapsed());
        assert_eq!(there, outcome, "both engines tell the same");
    }
}

/// What stands where something else should.
const ODD: [&str; 8] =
    ["null", "[]", "{}", "-1", "1e999", "\"\\u0000\"", "\"99999999999999999999.00\"", "\"\""];

/// The document with some of its bytes changed, doubled, left out, or a value in the place of one.
fn spoilt(body: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut spoilt = body.to_vec();
    for _ in 0..=dice.below(3) {
        if spoilt.is_empty() {
            return spoilt;
        }
        let at = dice.below(spoilt.len() as u64) as usize;
        match dice.below(5) {
            0 => spoilt[at] = dice.below(256) as u8,
            1 => drop(spoilt.remove(at)),
            2 => spoilt.insert(at, spoilt[at]),
            3 => spoilt.truncate(at),
            _ => {
                let odd = ODD[dice.below(ODD.len() as u64) as usize].as_bytes();
                let colon = spoilt[at..].iter().position(|byte| *byte == b':');
                let begin = colon.map_or(at, |colon| at + colon + 1);
                let end = spoilt[begin..].iter().position(|byte| matches!(byte, b',' | b'}'));
                let end = end.map_or(spoilt.len(), |end| begin + end);
                spoilt.splice(begin..end, odd.iter().copied());
            }
        }
    }
    spoilt
}

/// Whatever a document or the head of a signature says, there is an answer that is no fault of
/// ours, and nothing is credited that was not asked for whole and signed.
#[test]
fn any_document_is_answered_and_no_unsound_one_pays() {
    let (embedded, keys) = (FreshDirectory::new(), tempfile::tempdir().expect("a folder"));
    let office = open(embedded.location(), keys.path(), 1);
    bank::write_secrets(keys.path()).expect("a file");
    let bill = bank::one_bill(&office).expect("a bill waits");
    bank::agree(&office, &bank::terms(None)).expect("agreed");
    let (teller, mut dice) = (Bank::default(), Dice::new(6401));
    let services = [Service::Inquiry, Service::Payment, Service::Status];
    let credits = || office.store.read(store::snap::credits).expect("readable").len();
    for number in 0..400 {
        let service = *dice.pick(&services).expect("some service");
        let told = format!("P{number}");
        let total = format!("{}.00", bill.total);
        let sound = match service {
            Service::Inquiry => bank::inquiry(&bill.customer, &told),
            Service::Status => bank::status(&bill.customer, &told),
            _ => bank::payment(&bill.customer, &told, &total, office.now_ms()),
        };
        let token = teller.token(&office).expect("a token");
        let mut made = teller.request(service, &sound, &token, office.now_ms());
        let is_forged = dice.percent(40);
        match (is_forged, dice.below(4)) {
            (false, _) => {
                made.body = spoilt(&made.body, &mut dice);
                made = made.signed_at(office.now_ms());
            }
            (true, 0) => made.signature = spoilt_text(&made.signature, &mut dice),
            (true, 1) => made.timestamp = spoilt_text(&made.timestamp, &mut dice),
            (true, 2) => made.external_id = spoilt_text(&made.external_id, &mut dice),
            (true, _) => made.token = spoilt_text(&made.token, &mut dice),
        }
        let before = credits();
        let heard = bank::tell(&office, &made).expect("an answer");
        assert!(heard.status < 500, "request {number}: {heard:?}");
        let is_paid = heard.code == "2002500";
        assert!(is_paid || credits() == before, "request {number}: credited, and {}", heard.code);
        let said: serde_json::Value = serde_json::from_slice(&made.body).unwrap_or_default();
        let is_whole = said["paidAmount"]["value"] == *total;
        assert!(!is_paid || (is_whole && service == Service::Payment), "request {number}");
    }
    // What is sound is paid after all of that, once.
    let total = format!("{}.00", bill.total);
    let sound = bank::payment(&bill.customer, "P-sound", &total, office.now_ms());
    let (_, heard) = teller.say(&office, Service::Payment, &sound).expect("an answer");
    assert!(["2002500", "4042514"].contains(&heard.code.as_str()), "{heard:?}");
    assert_eq!(credits(), 1, "a bill is paid once");
    let operator = office.actor("operator", Operation::ReadMoney).expect("may");
    office.verify_ledger(&operator).expect("the books balance");
}

fn spoilt_text(text: &str, dice: &mut Dice) -> String {
    String::from_utf8_lossy(&spoilt(text.as_bytes(), dice)).into_owned()
}
