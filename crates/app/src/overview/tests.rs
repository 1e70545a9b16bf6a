//! Figures of a small practice regency, and the rules by which they are made.

use base::{Day, RegionCode};
use domain::billing::BillState;
use domain::occupation::OccupationKey;
use rules::Schemes;
use store::Location;

use super::*;
use crate::demo::{self, DemoOptions};
use crate::environment::Environment;
use crate::keys::KeySource;
use crate::office::{OfficeOptions, Operation};
use crate::reading::Reader;
use crate::words::{Language, Words};

fn counts(accepted: u64, to_fix: u64, refused: u64, repeated: u64) -> RowCounts {
    RowCounts { accepted, to_fix, refused, repeated }
}

#[test]
fn every_outcome_counts_in_one_part() {
    for (outcome, expect) in [
        (Outcome::NotAPerson, counts(0, 0, 0, 0)),
        (Outcome::Unchanged, counts(0, 0, 0, 0)),
        (Outcome::NeedsFix, counts(0, 3, 0, 0)),
        (Outcome::DuplicateInFile, counts(0, 0, 0, 3)),
        (Outcome::NeedsDecision, counts(0, 3, 0, 0)),
        (Outcome::RefusedDead, counts(0, 0, 3, 0)),
        (Outcome::RefusedAsn, counts(0, 0, 3, 0)),
        (Outcome::RefusedAgeOver, counts(0, 0, 3, 0)),
        (Outcome::RefusedAgeUnder, counts(0, 0, 3, 0)),
        (Outcome::RefusedOutside, counts(0, 0, 3, 0)),
        (Outcome::RefusedOccupation, counts(0, 0, 3, 0)),
        (Outcome::RefusedInsured, counts(0, 0, 3, 0)),
        (Outcome::AlreadyOnProgramme, counts(0, 0, 0, 3)),
        (Outcome::AcceptedToConfirm, counts(3, 0, 0, 0)),
        (Outcome::Accepted, counts(3, 0, 0, 0)),
    ] {
        let mut rows = RowCounts::default();
        rows.add(outcome, false, 3);
        assert_eq!(rows, expect, "{}", outcome.name());
        rows.add(outcome, true, 5);
        assert_eq!(rows, expect, "a replaced row counts nowhere: {}", outcome.name());
    }
}

fn month(number: i32) -> Month {
    Month::new(2022, number).expect("a month")
}

fn programme() -> Programme {
    Programme {
        id: Id::from_bytes([1; 16]),
        code: "rentan".into(),
        name: "Pekerja rentan".into(),
        territory: RegionCode::from_digits(6401, 2),
        fund: Id::from_bytes([2; 16]),
        schemes: Schemes::from_bits(3).expect("two schemes"),
        first: month(10),
        last: month(11),
        occupations: vec![OccupationKey("nelayan".into())],
        default_occupation: None,
        income: Rupiah(1_000_000),
        refuse_insured: true,
        target: None,
        terms: domain::programme::Terms::default(),
    }
}

fn bill(number: i32, state: BillState) -> BillHead {
    BillHead {
        id: Id::from_bytes([number as u8; 16]),
        programme: programme().id,
        month: month(number),
        state,
        revision: 0,
        rulebook: "".into(),
        people: 1,
        total: Rupiah(16_800),
        credit: Rupiah::ZERO,
        together: None,
        issued: (state != BillState::Draft).then(|| {
            let day = Day::new(2022, 10, 1).expect("a day");
            (day, day)
        }),
    }
}

#[test]
fn the_next_step_is_the_first_that_is_open() {
    let check = |rows: RowCounts, waits: bool, has_list: bool, bills: &[BillHead]| {
        next_step(&programme(), &rows, waits, has_list, &bills.iter().collect::<Vec<_>>())
    };
    let some = counts(5, 1, 0, 0);
    assert_eq!(check(RowCounts::default(), false, false, &[]), NextStep::Receive);
    assert_eq!(check(counts(0, 4, 1, 0), false, false, &[]), NextStep::Fix);
    assert_eq!(check(some, false, false, &[]), NextStep::Propose);
    assert_eq!(check(some, true, false, &[]), NextStep::Approve);
    assert_eq!(check(some, false, true, &[]), NextStep::Bill(month(10)));
    let october = |state| bill(10, state);
    assert_eq!(check(some, false, true, &[october(BillState::Draft)]), NextStep::Issue(month(10)));
    assert_eq!(check(some, false, true, &[october(BillState::Final)]), NextStep::Pay(month(10)));
    let paid = [october(BillState::Posted)];
    assert_eq!(check(some, false, true, &paid), NextStep::Bill(month(11)));
    let all = [october(BillState::Posted), bill(11, BillState::Posted)];
    assert_eq!(check(some, false, true, &all), NextStep::Done);
}

#[test]
fn only_known_ends_of_file_names_are_told() {
    for (name, expect) in [
        ("Daftar Desa.XLSX", "xlsx"),
        ("siti aminah 6401051708620001", ""),
        ("daftar.siti aminah", ""),
        ("a.csv", "csv"),
        ("", ""),
    ] {
        assert_eq!(extension(name), expect, "{name}");
    }
}

#[test]
fn a_practice_regency_adds_up() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Office::open(OfficeOptions {
        location: Location::Directory(folder.path().join("register")),
        pemda: RegionCode::from_digits(6401, 2),
        reader: Reader::InProcess,
        environment: Environment::fixed(Day::new(2022, 10, 24).expect("a day"), 7),
        keys: KeySource::beside(folder.path()),
    })
    .expect("a fresh folder opens");
    let options = DemoOptions {
        seed: 7,
        villages: Some(2),
        folder: &folder.path().join("practice"),
        words: Words::of(Language::Indonesian),
    };
    let report = demo::run(&office, &options, &mut |_, _, _| {}).expect("the journey ends well");

    let overview = office.overview().expect("an overview");
    assert_eq!(overview.rows.received(), report.rows);
    assert_eq!((overview.approved, overview.committed), (report.approved, report.committed));
    let programme = &overview.programmes[0];
    assert_eq!(programme.covered.map(|(_, people)| people), Some(report.covered));

    let reader = office.actor("operator", Operation::ReadSheets).expect("the first user");
    let sheets = office.sheets(&reader).expect("files");
    assert_eq!(sheets.len() as u64, programme.sheets);
    let mut received = 0;
    for sheet in &sheets {
        let detail = office.sheet_overview(&reader, sheet.id).expect("a file");
        let told: u64 = detail.outcomes.iter().map(|(_, rows)| rows).sum();
        assert!(told >= detail.sheet.rows.received());
        received += detail.sheet.rows.received();
    }
    assert_eq!(received, report.rows);

    for by in CoverageBy::ALL {
        let query = CoverageQuery { by, month: None, programme: None };
        let table = office.coverage(&query).expect("a table");
        assert_eq!(table.listed, report.approved, "{}", by.name());
        assert_eq!(table.covered, report.covered, "{}", by.name());
        assert!(table.lines.iter().all(|line| line.covered <= line.listed));
    }
    let unknown = CoverageQuery {
        by: CoverageBy::Desa,
        month: None,
        programme: Some("tidak-ada".to_owned()),
    };
    let error = office.coverage(&unknown).expect_err("no such programme");
    assert_eq!(error.code, "PROGRAMME_UNKNOWN");
}

#[test]
fn rules_in_force_name_article_and_source() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Office::open(OfficeOptions {
        location: Location::Directory(folder.path().to_owned()),
        pemda: RegionCode::from_digits(6401, 2),
        reader: Reader::InProcess,
        environment: Environment::fixed(Day::new(2022, 10, 24).expect("a day"), 7),
        keys: KeySource::beside(folder.path()),
    })
    .expect("a fresh folder opens");
    let rules = office.rules_in_force(Day::new(2022, 10, 1).expect("a day"));
    assert!(rules.iter().all(|rule| !rule.article.is_empty() && !rule.source.is_empty()));
    let tiers = rules.iter().find(|rule| rule.id == "jkk.iuran_bpu").expect("the rule");
    // PP 44/2015, Lampiran II: 33 tiers from Rp10,000 to Rp207,000.
    assert_eq!(tiers.value, RuleValue::Brackets(33, Rupiah(10_000), Rupiah(207_000)));
    assert_eq!((tiers.source.as_str(), tiers.status), ("PP 44/2015", "secondary"));
}
