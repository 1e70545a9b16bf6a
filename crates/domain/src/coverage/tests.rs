//! Cover is counted from posted months, by hand.

use proptest::prelude::*;
use rules::Scheme::{Jkk, Jkm};

use super::*;
use crate::tests::{day, id, month, place};

fn covered(person: u128, scheme: Scheme, text: &str, programme: u128) -> CoveredMonth {
    CoveredMonth {
        person: id(person),
        scheme,
        month: month(text),
        programme: id(programme),
        transfer: id(500),
    }
}

#[test]
fn a_second_payer_is_a_conflict_and_a_repeat_is_none() {
    let standing = [covered(1, Jkk, "2022-10", 2), covered(1, Jkm, "2022-10", 2)];
    let check = |asked: CoveredMonth, expect: bool| {
        let found = conflicts(&[asked], &standing);
        assert_eq!(found.len(), usize::from(expect), "{asked:?}");
        for conflict in found {
            assert_eq!((conflict.asked, conflict.standing.programme), (asked, id(2)));
        }
    };
    check(covered(1, Jkk, "2022-10", 3), true);
    check(covered(1, Jkk, "2022-10", 2), false);
    check(covered(1, Scheme::Jht, "2022-10", 3), false);
    check(covered(1, Jkk, "2022-11", 3), false);
    check(covered(2, Jkk, "2022-10", 3), false);
}

#[test]
fn paid_until_is_the_end_of_an_unbroken_run() {
    let both = |text: &str| [covered(1, Jkk, text, 2), covered(1, Jkm, text, 2)];
    let mut months: Vec<CoveredMonth> =
        ["2022-12", "2022-10", "2022-11", "2023-02"].into_iter().flat_map(both).collect();
    months.push(covered(1, Jkk, "2023-01", 2));
    for (seen_in, expect) in [
        ("2022-09", Some("2022-12")),
        ("2022-10", Some("2022-12")),
        ("2022-12", Some("2022-12")),
        // January is covered for work accident only, so it does not join the two runs.
        ("2023-01", Some("2023-02")),
        ("2023-02", Some("2023-02")),
        ("2023-03", None),
    ] {
        let until = paid_until(&months, Schemes::JKK_JKM, month(seen_in));
        assert_eq!(until.map(|month| month.to_string()).as_deref(), expect, "{seen_in}");
    }
    let jkk = Schemes::EMPTY.with(Jkk);
    assert_eq!(paid_until(&months, jkk, month("2022-10")), Some(month("2023-02")));
    assert_eq!(paid_until(&[], jkk, month("2022-10")), None);
}

fn fact(
    village: &str,
    occupation: Option<&str>,
    sex: Sex,
    covered: bool,
    people: u64,
) -> CoverageFact {
    CoverageFact {
        place: place(village),
        occupation: occupation.map(|key| OccupationKey(key.into())),
        sex,
        programme: id(2),
        covered,
        people,
    }
}

fn facts() -> Vec<CoverageFact> {
    vec![
        fact("64.01.05.2001", Some("nelayan"), Sex::Male, true, 3),
        fact("64.01.05.2001", Some("nelayan"), Sex::Male, false, 1),
        fact("64.01.05.2002", Some("petani"), Sex::Female, true, 2),
        fact("64.01.01.2001", None, Sex::Female, false, 5),
        fact("64.01", Some("petani"), Sex::Female, true, 1),
    ]
}

fn of(key: CoverageKey, people: u64) -> Denominator {
    Denominator { key, people, source: "BPS".into(), as_of: day("2022-01-01") }
}

fn summary(
    by: CoverageBy,
    denominators: &[Denominator],
) -> Vec<(CoverageKey, u64, u64, Option<i64>)> {
    coverage_table(&facts(), by, denominators)
        .into_iter()
        .map(|row| (row.key, row.covered, row.listed, row.share.map(|share| share.0)))
        .collect()
}

#[test]
fn tables_count_against_a_stated_denominator_or_none() {
    let region = |text: &str| CoverageKey::Region(place(text));
    let denominators =
        [of(region("64.01.05"), 7), of(region("64.01.09"), 40), of(region("64.01.01"), 0)];
    assert_eq!(
        summary(CoverageBy::Kecamatan, &denominators),
        [
            // Against nobody there is no share.
            (region("64.01.01"), 0, 5, None),
            // 5 of 7 is 71.4285 … %, rounded down.
            (region("64.01.05"), 5, 6, Some(714_285)),
            (region("64.01.09"), 0, 0, Some(0)),
            (CoverageKey::Unknown, 1, 1, None),
        ]
    );
    assert_eq!(
        summary(CoverageBy::Desa, &[of(region("64.01.05.2001"), 3)]),
        [
            (region("64.01.01.2001"), 0, 5, None),
            (region("64.01.05.2001"), 3, 4, Some(1_000_000)),
            (region("64.01.05.2002"), 2, 2, None),
            (CoverageKey::Unknown, 1, 1, None),
        ]
    );
    let occupation = |key: &str| CoverageKey::Occupation(OccupationKey(key.into()));
    assert_eq!(
        summary(CoverageBy::Occupation, &[of(occupation("petani"), 2)]),
        [
            (occupation("nelayan"), 3, 4, None),
            // More covered than counted: the count is old, and the table says so.
            (occupation("petani"), 3, 3, Some(1_500_000)),
            (CoverageKey::Unknown, 0, 5, None),
        ]
    );
    assert_eq!(
        summary(CoverageBy::Sex, &[]),
        [(CoverageKey::Sex(Sex::Male), 3, 4, None), (CoverageKey::Sex(Sex::Female), 3, 8, None)]
    );
    let programme = [(CoverageKey::Programme(id(2)), 6, 12, None)];
    assert_eq!(summary(CoverageBy::Programme, &[]), programme);
    for by in CoverageBy::ALL {
        assert_eq!(CoverageBy::from_name(by.name()), Some(by));
    }
}

#[test]
fn nothing_short_of_all_reads_as_all() {
    let key = CoverageKey::Sex(Sex::Male);
    let facts = [fact("64.01", None, Sex::Male, true, 99_999_999)];
    let rows = coverage_table(&facts, CoverageBy::Sex, &[of(key, 100_000_000)]);
    assert_eq!(rows[0].share, Some(Ppm(999_999)));
}

proptest! {
    #[test]
    fn no_person_is_counted_twice_or_lost(
        people in prop::collection::vec((1u64..5, 1u64..4, any::<bool>(), any::<bool>()), 0..60),
    ) {
        let facts: Vec<CoverageFact> = people
            .iter()
            .map(|(district, village, male, covered)| {
                let sex = if *male { Sex::Male } else { Sex::Female };
                fact(&format!("64.01.0{district}.200{village}"), None, sex, *covered, 1)
            })
            .collect();
        let all = facts.len() as u64;
        let covered = facts.iter().filter(|fact| fact.covered).count() as u64;
        for by in CoverageBy::ALL {
            let rows = coverage_table(&facts, by, &[]);
            prop_assert_eq!(rows.iter().map(|row| row.listed).sum::<u64>(), all);
            prop_assert_eq!(rows.iter().map(|row| row.covered).sum::<u64>(), covered);
            prop_assert!(rows.is_sorted_by(|a, b| a.key < b.key));
        }
    }
}
