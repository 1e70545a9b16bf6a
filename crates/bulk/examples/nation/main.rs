//! A nation on one machine, for `cargo xtask nation`: lists of every regency go through reading,
//! linkage, a programme and a year of bills, and come out as one table of cover.
//!
//! `REGIONS` is the folder of that name, `OUT` an empty one. Each line of the standard input is the
//! code of a regency and the path of its list, and is answered by a line when the list is done
//! with; at the end of the input the nation is looked at as a whole, and a JSON document tells what
//! each stage took. Between the stages everybody lies on disk. People in it are invented.

mod kept;
#[path = "../set/machine.rs"]
mod machine;
mod measured;
mod national;
mod regency;
mod year;

use std::io::{BufRead, Write};
use std::path::PathBuf;

use base::Day;
use base::RegionCode;
use domain::intake::Rulebook;
use domain::occupation::Occupations;

use measured::Measured;
use national::Nation;
use regency::{Reading, Tally};

/// What every stage goes by.
struct Law {
    rulebook: Rulebook,
    occupations: Occupations,
    /// The day of registration, before the year that is paid for.
    today: Day,
}

fn main() {
    let words: Vec<PathBuf> = std::env::args().skip(1).map(PathBuf::from).collect();
    let [regions, out] = &words[..] else { panic!("REGIONS OUT") };
    let law = Law {
        rulebook: Rulebook::builtin(),
        occupations: Occupations::builtin(),
        today: Day::parse_iso("2025-12-01").expect("a day"),
    };
    let between = out.join("between");
    std::fs::create_dir(&between).expect("an empty folder");
    let (mut measured, mut tally) = (Measured::default(), Tally::default());
    let mut nation = Nation::begin(&between).expect("room on disk");
    let mut reading = Reading::new(regions);
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("text");
        let (code, path) = line.split_once(' ').expect("a code and a path");
        let code = RegionCode::parse(code).expect("the code of a regency");
        let list = reading.take_in(code, path.as_ref(), &law, &mut measured);
        tally.add(&list.tally);
        nation.keep(code, list, &mut measured).expect("room on disk");
        println!("{}", nation.count());
        std::io::stdout().flush().expect("somebody listens");
    }
    let (nation, held) = nation.one_each(&mut measured).expect("room on disk");
    let paid = year::bills(&nation, &law, out, &mut measured).expect("room on disk");
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
