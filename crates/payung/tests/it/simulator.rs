//! Months of an office from a seed, with every invariant after every step, on both engines: the
//! same seed gives the same trace. `cargo xtask sim SEED` runs a long one.

use std::time::Instant;

use app::environment::Environment;
use app::keys::KeySource;
use app::office::{Location, Office, OfficeOptions};
use app::reading::Reader;
use base::RegionCode;
use store::twin::{FreshDatabase, FreshDirectory, server_url};
use testkit::bank;
use testkit::sim::{Options, Outcome, simulate};

/// How a long run is asked for: first seed, number of seeds, months, steps.
const LONG: &str = "PAYUNG_SIM";
/// Prints every step.
const SHOW: &str = "PAYUNG_SIM_SHOW";

fn run(location: &Location, options: Options) -> Outcome {
    let folder = tempfile::tempdir().expect("a folder");
    bank::write_secrets(folder.path()).expect("a file");
    let open = |environment: Environment| -> anyhow::Result<Office> {
        Ok(Office::open(OfficeOptions {
            location: location.clone(),
            pemda: RegionCode::from_digits(6401, 2),
            reader: Reader::InProcess,
            environment,
            keys: KeySource::beside(folder.path()),
        })?)
    };
    match simulate(&open, folder.path(), options) {
        Ok(outcome) => outcome,
        Err(error) => panic!("{error:#}"),
    }
}

fn embedded(options: Options) -> Outcome {
    run(&FreshDirectory::new().location(), options)
}

fn tell(engine: &str, options: Options, outcome: &Outcome, begun: Instant) {
    let [transfers, covered, audit] = outcome.counts;
    let (done, refused) =
        (outcome.done.values().sum::<u64>(), outcome.refused.values().sum::<u64>());
    println!(
        "{engine}, seed {}: {} steps of {} months, {done} done, {refused} refused, {} faults, {} \
         restarts; {transfers} transfers, {covered} covered months, {audit} audit lines; trace {} \
         in {:.1?}",
        options.seed,
        options.steps,
        options.months,
        outcome.faults,
        outcome.restarts,
        outcome.trace,
        begun.elapsed()
    );
}

fn asked() -> Option<(u64, u64, u32, u32)> {
    let text = std::env::var(LONG).ok()?;
    let mut words = text.split_whitespace().map(|word| word.parse::<u64>().expect("a number"));
    let mut next = || words.next().expect("four numbers");
    let (seed, seeds) = (next(), next());
    let (months, steps) = (next(), next());
    Some((seed, seeds, months as u32, steps as u32))
}

#[test]
fn months_of_an_office_keep_every_invariant() {
    let tell_step: Option<fn(&str)> =
        std::env::var_os(SHOW).is_some().then_some(|line: &str| println!("{line}"));
    let (first, seeds, months, steps) = asked().unwrap_or((6401, 1, 4, 90));
    for seed in first..first + seeds {
        let options = Options { seed, months, steps, faults: true, tell: tell_step };
        let begun = Instant::now();
        let outcome = embedded(options);
        tell("SQLite", options, &outcome, begun);
        if std::env::var_os(SHOW).is_some() {
            println!("{:#?} {:#?}", outcome.done, outcome.refused);
        }
        if let Some(server) = server_url() {
            let database = FreshDatabase::new(&server);
            let begun = Instant::now();
            let there = run(&database.location(), options);
            tell("PostgreSQL", options, &there, begun);
        }
    }
}

#[test]
fn a_seed_gives_the_same_trace_again_and_on_the_other_engine() {
    let options = Options { seed: 2022, months: 2, steps: 40, faults: true, tell: None };
    assert_eq!(embedded(options), embedded(options));
    let Some(server) = server_url() else { return };
    // Faults are made by counting statements, and the engines do not ask the same number.
    let options = Options { faults: false, ..options };
    let database = FreshDatabase::new(&server);
    assert_eq!(run(&database.location(), options), embedded(options));
}
