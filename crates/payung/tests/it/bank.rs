//! A bank that tells payments with faults, against both engines: after every seed its books and the
//! office's are the same. `cargo xtask sim bank SEED` runs the long one.

use app::environment::Environment;
use app::keys::KeySource;
use app::office::{Location, Office, OfficeOptions};
use app::reading::Reader;
use base::{Day, RegionCode};
use store::twin::{FreshDatabase, FreshDirectory, server_url};
use testkit::bank::{self, Options, Outcome};

/// How a seed and a number of payments are given to the long run.
const LONG: &str = "PAYUNG_SIM_BANK";

fn run(location: Location, options: Options) -> Outcome {
    let keys = tempfile::tempdir().expect("a folder");
    let office = Office::open(OfficeOptions {
        location,
        pemda: RegionCode::from_digits(6401, 2),
        reader: Reader::InProcess,
        environment: Environment::fixed(Day::new(2022, 10, 24).expect("a day"), options.seed),
        keys: KeySource::beside(keys.path()),
    })
    .expect("a fresh place opens");
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
