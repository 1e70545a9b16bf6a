//! The demonstration: its sums, its second run, and every row against what it was made for.

use app::practice::{DEMO_SEED, PracticeOptions, Scale, practice};
use base::RegionCode;
use serde_json::Value;
use testkit::state::{DecidedRow, decided_rows};

use crate::program::{Place, open};

const VILLAGES: u16 = 6;

#[test]
fn a_small_demo_ties_out_and_runs_twice() {
    let place = Place::new();
    let villages = VILLAGES.to_string();
    let demo = || {
        let (code, document) = place.json(&["demo", "--villages", &villages]);
        assert_eq!(code, 0, "{document}");
        document
    };
    let first = demo();
    assert_sums(&first);
    assert_truth(&place);
    let mut second = demo();
    assert_eq!((&first["changed"], &second["changed"]), (&true.into(), &false.into()));
    for key in ["changed", "seconds"] {
        second[key] = first[key].clone();
    }
    assert_eq!(first, second);
}

fn assert_sums(report: &Value) {
    let number = |key: &str| report[key].as_u64().unwrap_or_else(|| panic!("{key}: {report}"));
    let outcome = |name: &str| report["outcomes"][name].as_u64().unwrap_or(0);
    let outcomes = report["outcomes"].as_object().expect("codes and counts");
    let sum: u64 = outcomes.values().map(|count| count.as_u64().expect("a count")).sum();
    assert_eq!(number("rows"), sum);
    let approved = outcome("ACCEPTED") + outcome("ACCEPTED_TO_CONFIRM");
    assert!(approved > 500, "{report}");
    for key in ["approved", "covered", "cards", "people"] {
        assert_eq!(number(key), approved, "{key}: {report}");
    }
    // JKK Rp10.000 and JKM Rp6.800, three months: Rp50.400 for each.
    assert_eq!(number("committed_rupiah"), approved * 50_400);
    let refused = outcomes.iter().filter(|(name, _)| name.starts_with("REFUSED_"));
    let refused: u64 = refused.map(|(_, count)| count.as_u64().expect("a count")).sum();
    let spared = refused + outcome("DUPLICATE_IN_FILE") + outcome("ALREADY_ON_PROGRAMME");
    assert_eq!(number("not_wasted_rupiah"), spared * 50_400);
    for (name, path) in report["paths"].as_object().expect("names and paths") {
        let path = path.as_str().expect("a path");
        assert!(std::path::Path::new(path).exists(), "{name}: {path}");
    }
}

/// Every row of every file got the outcome that it was made for.
fn assert_truth(place: &Place) {
    let gazetteer = app::regions::gazetteer(RegionCode::from_digits(6401, 2));
    let options = PracticeOptions { seed: DEMO_SEED, scale: Scale::Villages(VILLAGES) };
    let made = practice(options, gazetteer, &mut |_, _| {});
    let found = decided_rows(&open(&place.data())).expect("readable");
    assert_eq!(found.len(), made.villages.len());
    for (village, truth) in made.villages.iter().zip(&made.truth.villages) {
        let meant = truth.rows.iter().map(|row| DecidedRow {
            sheet: row.sheet,
            row: row.row,
            outcome: row.outcome,
        });
        let meant: Vec<DecidedRow> = meant.collect();
        let file = &village.files[0].name;
        assert_eq!(found[file], meant, "{file}");
    }
}
