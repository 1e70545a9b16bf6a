//! A nation on one machine, for `cargo xtask nation`: lists of every regency go through reading,
//! linkage, a programme and a year of bills, and come out as one table of cover.
//!
//! `REGIONS` is the folder of that name, `OUT` an empty one. Each line of the standard input is the
//! code of a regency and the path of its list, and is answered by a line when the list is done
//! with; at the end of the input the nation is looked at as a whole, and a JSON document tells what
//! each stage took. People in it are invented.

mod measured;
mod national;
mod regency;
mod year;

use std::io::{BufRead, Write};
use std::path::PathBuf;

use base::{Day, RegionCode};
use domain::intake::Rulebook;
use domain::occupation::Occupations;
use linkage::record::Record;

use measured::Measured;
use regency::{Kept, Reading, Tally};

/// What every stage goes by.
struct Law {
    rulebook: Rulebook,
    occupations: Occupations,
    /// The day of registration, before the year that is paid for.
    today: Day,
}

/// Everybody, in the order of the regencies' codes; what is compared apart from what is kept.
#[derive(Default)]
struct Nation {
    people: Vec<Kept>,
    records: Vec<Record>,
    /// Each regency with the place of its first person.
    regencies: Vec<(RegionCode, usize)>,
}

fn main() {
    let words: Vec<PathBuf> = std::env::args().skip(1).map(PathBuf::from).collect();
    let [regions, out] = &words[..] else { panic!("REGIONS OUT") };
    let law = Law {
        rulebook: Rulebook::builtin(),
        occupations: Occupations::builtin(),
        today: Day::parse_iso("2025-12-01").expect("a day"),
    };
    let (mut nation, mut measured, mut tally) =
        (Nation::default(), Measured::default(), Tally::default());
    let mut reading = Reading::new(regions);
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("text");
        let (code, path) = line.split_once(' ').expect("a code and a path");
        let code = RegionCode::parse(code).expect("the code of a regency");
        nation.regencies.push((code, nation.people.len()));
        let list = reading.take_in(code, path.as_ref(), &law, &mut measured);
        tally.add(&list.tally);
        nation.people.extend(list.people);
        nation.records.extend(list.records);
        println!("{}", nation.people.len());
        std::io::stdout().flush().expect("somebody listens");
    }
    let held = national::one_each(&mut nation, &mut measured);
    let paid = year::bills(&nation, &law, out, &mut measured);
    let rolled = year::roll_up(out, &mut measured);
    let checks = [
        ("a number is paid for by one regency", paid.paid_twice == 0),
        ("the books of every regency are balanced", paid.unbalanced == 0),
        ("the roll-up counts whom the bills cover", rolled.months == paid.person_months),
    ];
    for (what, holds) in checks {
        assert!(holds, "{what}");
    }
    println!("{}", measured.document(&tally, &held, &paid, &rolled));
}
