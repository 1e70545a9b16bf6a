//! `kill -9` while files are being taken in, at any moment: the next run ends where an undisturbed
//! one would have ended, and nothing is there twice.
//!
//! A dozen moments by default; `RUN_SLOW_TESTS` says how many, 200 when it is no number.

mod money;

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use app::practice::bulk::{big_csv, big_workbook};
use store::sheets::SheetState;
use testkit::state::State;

use crate::program::{LIST_FLAGS, Place, open};

const SEED: u64 = 6401;
const FILES: [&str; 2] = ["satu.xlsx", "dua.csv"];

#[test]
fn whoever_dies_while_importing_is_taken_up() {
    let begun = register();
    let (expected, mut took) = undisturbed(&begun);
    let mut dice = SEED;
    let mut met: BTreeMap<&str, u32> = BTreeMap::new();
    for moment in 0..moments() {
        if moment % 8 == 7 {
            // A machine's load changes: without this the moments would crowd at one end.
            took = undisturbed(&begun).1;
        }
        let place = copy(&begun);
        // A little beyond the end, so that the end itself is among the moments.
        let after = took.mul_f64(1.1 * (next(&mut dice) >> 11) as f64 / (1u64 << 53) as f64);
        let acknowledged = import_killed(&place, after);
        let sheets = place.sheets();
        let decided = sheets.iter().filter(|sheet| sheet.state == SheetState::Decided).count();
        assert!(decided >= acknowledged, "moment {moment}: what was acknowledged survives");
        *met.entry(stage(sheets.len(), decided)).or_default() += 1;
        let again = place.run(&import());
        assert!(matches!(again.code, 0 | 3), "moment {moment} after {after:?}: {again:?}");
        let found = State::of_intake(&place.office()).expect("readable");
        let difference = expected.difference(&found);
        assert_eq!(difference, None, "seed {SEED}, moment {moment}, killed after {after:?}");
    }
    println!("an import of {took:?} was cut off here: {met:?}");
}

/// How far an import came.
fn stage(kept: usize, decided: usize) -> &'static str {
    match (kept, decided) {
        (0, _) => "1 nothing kept",
        (1, 0) => "2 first file kept",
        (1, _) => "3 first file decided",
        (_, 1) => "4 second file kept",
        _ => "5 all decided",
    }
}

/// What an import comes to that nobody disturbs, and how long it takes.
fn undisturbed(begun: &Place) -> (State, Duration) {
    let place = copy(begun);
    let clock = Instant::now();
    place.run(&import());
    let took = clock.elapsed();
    (State::of_intake(&place.office()).expect("readable"), took)
}

/// How many moments to try.
fn moments() -> u32 {
    match std::env::var("RUN_SLOW_TESTS") {
        Ok(text) => text.parse().ok().filter(|count| *count > 1).unwrap_or(200),
        Err(_) => 12,
    }
}

/// A register with two lists beside it: the second repeats a third of the first.
fn register() -> Place {
    let place = Place::set_up();
    place.file(FILES[0], big_workbook(SEED, 0..3_000));
    let mut text = Vec::new();
    big_csv(SEED, 2_000..5_000, &mut text).expect("memory takes everything");
    place.file(FILES[1], text);
    place
}

fn import() -> Vec<&'static str> {
    [&["import", FILES[0], FILES[1]], &LIST_FLAGS[..]].concat()
}

/// Starts the import, kills it after a while, and answers how many files it had acknowledged.
fn import_killed(place: &Place, after: Duration) -> usize {
    let mut command = place.command(&import());
    let mut child =
        command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it starts");
    std::thread::sleep(after);
    child.kill().expect("a child may be killed");
    child.wait().expect("it ended");
    let mut said = String::new();
    let mut out = child.stdout.take().expect("stdout was asked for");
    // What was cut in the middle of a letter is no acknowledgement.
    let _ = out.read_to_string(&mut said);
    // The name of a file stands first; its outcomes follow when it is decided.
    FILES.iter().filter(|name| said.contains(&format!("{name}\n  "))).count()
}

/// The same files and the same register in another folder.
fn copy(place: &Place) -> Place {
    let copy = Place::new();
    copy_folder(place.path(), copy.path());
    // Opened once, so that recovery is not timed as part of the import.
    drop(open(&copy.data()));
    copy
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("the folder is ours");
    for entry in from.read_dir().expect("a folder") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        match path.is_dir() {
            true => copy_folder(&path, &target),
            false => drop(std::fs::copy(&path, &target).expect("the folder is ours")),
        }
    }
}

/// The next of a sequence of random numbers (splitmix64).
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
