//! How long the sums of cover take to answer what the wall asks: a regency of a million people over
//! sixty months, and 514 regencies of ten million people in one place. The sums are written as they
//! would be kept, without the months behind them. See `cargo xtask bench wall`.
//!
//! usage: wall [PEOPLE MONTHS NATIONAL_PEOPLE]; PostgreSQL when `PAYUNG_TEST_PG` names a server.

use std::time::Instant;

use base::{Day, Month, RegionCode};
use domain::coverage::sums::SumBy;
use store::cover_sums::{self, Invented};
use store::twin::{FreshDatabase, FreshDirectory, keys, server_url, tenant};
use store::{Location, Store};

/// Times that each question is asked.
const TIMES: usize = 40;
/// Of 40 answers the 38th slowest is the 95th of a hundred.
const P95: usize = 37;

fn main() {
    let numbers: Vec<u64> = std::env::args().skip(1).filter_map(|word| word.parse().ok()).collect();
    let of = |at: usize, usual: u64| numbers.get(at).copied().unwrap_or(usual);
    let (people, months) = (of(0, 1_000_000), of(1, 60));
    let national = of(2, 10_000_000);
    match server_url() {
        None => {
            let place = FreshDirectory::new();
            measure("SQLite", place.location(), (people, months, national));
        }
        Some(url) => {
            let place = FreshDatabase::new(&url);
            measure("PostgreSQL", place.location(), (people, months, national));
        }
    }
}

fn measure(engine: &str, location: Location, (people, months, national): (u64, u64, u64)) {
    let store = Store::open(location, tenant()).expect("opens");
    store.unlock(keys()).expect("a fresh register takes any keys");
    store.faults().forgive_silence(true);
    store.migrate().expect("is ready");
    let first = Month::parse("2020-01").expect("a month");
    let begun = Instant::now();
    let mut cells = 0;
    for ahead in 0..i32::try_from(months).expect("months") {
        let invented = Invented { month: first.plus(ahead), people, villages: 144, works: 30 };
        cells += store.write(|tx| cover_sums::invent(tx, &invented)).expect("writes");
    }
    told(engine, "sums of a regency written", begun.elapsed().as_secs_f64(), cells);
    let known = Day::new(2026, 1, 1).expect("a day");
    let last = first.plus(i32::try_from(months).expect("months") - 1);
    // All that the dashboard of a regency asks of the sums, as app::wall does.
    let p95 = asked(|| {
        store
            .read(|tx| {
                let trend = cover_sums::of_months(tx, known)?;
                for by in SumBy::ALL {
                    cover_sums::of_month(tx, by, last, known)?;
                }
                Ok::<_, store::StoreError>(trend)
            })
            .expect("reads");
    });
    told(engine, "dashboard of a regency, p95", p95, people);
    let district = RegionCode::parse("64.01.05").expect("a district");
    let p95 = asked(|| {
        store
            .read(|tx| {
                cover_sums::of_months_in(tx, district, known)?;
                cover_sums::cells_of_month(tx, district, last, known)
            })
            .expect("reads");
    });
    told(engine, "dashboard of a district, p95", p95, people);
    nation(engine, &store, national, last, known);
}

/// Regencies of one place, each asked by itself.
fn nation(engine: &str, store: &Store, people: u64, month: Month, known: Day) {
    let codes = include_str!("../../../regions/provinces_to_districts.csv").lines();
    let codes = codes.filter_map(|line| RegionCode::parse(line.split(',').next()?));
    let regencies: Vec<RegionCode> = codes.filter(|code| code.level() == 2).collect();
    let each = people / regencies.len() as u64;
    let begun = Instant::now();
    for regency in &regencies {
        let own = store.of_regency(*regency);
        own.faults().forgive_silence(true);
        let invented = Invented { month, people: each, villages: 20, works: 10 };
        own.write(|tx| cover_sums::invent(tx, &invented)).expect("writes");
    }
    told(engine, "sums of 514 regencies written", begun.elapsed().as_secs_f64(), people);
    let p95 = asked(|| {
        for regency in &regencies {
            let own = store.of_regency(*regency);
            own.read(|tx| {
                cover_sums::of_month(tx, SumBy::Sex, month, known)?;
                let bases = store::coverage::bases(tx)?;
                Ok::<_, store::StoreError>(bases)
            })
            .expect("reads");
        }
    });
    told(engine, "national roll-up of 514 regencies, p95", p95, people);
}

/// The 95th of a hundred answers, in seconds.
fn asked(mut ask: impl FnMut()) -> f64 {
    let mut seconds: Vec<f64> = (0..TIMES)
        .map(|_| {
            let begun = Instant::now();
            ask();
            begun.elapsed().as_secs_f64()
        })
        .collect();
    seconds.sort_by(f64::total_cmp);
    seconds[P95]
}

fn told(engine: &str, what: &str, seconds: f64, count: u64) {
    println!("{{\"what\":\"{what}, {engine}\",\"seconds\":{seconds:.4},\"count\":{count}}}");
}
