//! What the worked examples cannot show: which day decides, and properties over all questions.

use std::sync::LazyLock;

use base::Month;
use proptest::prelude::*;

use super::*;
use crate::explain::Note;
use crate::scheme::Segment;

static RULEBOOK: LazyLock<Rulebook> = LazyLock::new(Rulebook::builtin);

fn day(text: &str) -> Day {
    Day::parse_iso(text).expect("a day")
}

#[test]
fn months_are_read_as_typed() {
    let months = |text| parse_paid_months(text).map(|months| months.len());
    assert_eq!(months("2025-05..2025-07,2025-09"), Some(4));
    assert_eq!(months(""), Some(0));
    assert_eq!(months("2025-07..2025-05"), None);
    assert_eq!(months("2025-7"), None);
}

#[test]
fn losses_and_school_years_are_read_as_typed() {
    assert_eq!(Loss::parse("d01:50"), Some(Loss { code: "D01".into(), degree: Some(50) }));
    assert_eq!(Loss::parse("D12"), Some(Loss { code: "D12".into(), degree: None }));
    assert_eq!(Loss::parse("D01:half"), None);
    assert_eq!(Loss::parse(""), None);
    for (text, expect) in [
        ("tk", Some((SchoolLevel::Tk, 1))),
        ("sd6", Some((SchoolLevel::Sd, 6))),
        ("SMP1", Some((SchoolLevel::Smp, 1))),
        ("sma3", Some((SchoolLevel::Sma, 3))),
        ("s1", Some((SchoolLevel::S1, 1))),
        ("s1-4", Some((SchoolLevel::S1, 4))),
        ("sd0", None),
        ("sd12", None),
        ("s3", None),
        ("", None),
    ] {
        let read = SchoolStart::parse(text).map(|start| (start.level, start.year));
        assert_eq!(read, expect, "{text}");
    }
}

#[test]
fn nothing_is_asked_about_less_than_nothing() {
    let accident = day("2025-08-10");
    let wage = Rupiah(-1);
    let negative = Err(RuleGap::AmountNegative);
    assert_eq!(RULEBOOK.jkk_death(&JkkQuery { wage, accident }), negative);
    let query = IncapacityQuery { wage: Rupiah(1), accident, months: -1, days: 0 };
    assert_eq!(RULEBOOK.jkk_incapacity(&query), negative);
    let query = JhtQuery { gross: wage, on: accident, reason: JhtReason::Death };
    assert_eq!(RULEBOOK.jht(&query), negative);
}

#[test]
fn notes_carry_what_decided() {
    let paid = parse_paid_months("2025-07..2025-08").expect("months");
    let query = JkmQuery {
        segment: Segment::Bpu,
        death: day("2025-08-10"),
        registered: day("2025-07-01"),
        paid,
    };
    let answer = RULEBOOK.jkm(&query).expect("an answer");
    assert_eq!(answer.notes, [Note::BurialOnly { counted: 1, required: 3 }]);
    let lapsed = JkmQuery { death: day("2026-03-20"), ..query };
    let answer = RULEBOOK.jkm(&lapsed).expect("an answer");
    assert_eq!(answer.notes, [Note::Lapsed { paid_until: day("2025-08-31") }]);
    let rules: Vec<String> = answer.rules().iter().map(|rule| rule.to_string()).collect();
    assert_eq!(rules, ["kepesertaan.tenggang@2015-07-01"]);
}

/// Another reading of an open parameter changes the answer: it is a parameter, not a comment.
#[test]
fn a_region_may_decide_what_is_open() {
    let path = "jkm/hitungan_bulan.toml";
    let carried = Rulebook::builtin_files().iter().find(|file| file.path == path);
    let text = carried.expect("carried").text;
    let decided = text.replace("value = \"completed-months\"", "value = \"begun-months\"");
    let own = [crate::RegulationFile { path, text: &decided }];
    let rulebook = Rulebook::load_over_builtin(&own).expect("loads");
    let query = JkmQuery {
        segment: Segment::Bpu,
        death: day("2025-08-10"),
        registered: day("2025-06-01"),
        paid: parse_paid_months("2025-06..2025-08").expect("months"),
    };
    let total = |rulebook: &Rulebook| rulebook.jkm(&query).expect("an answer").total;
    assert_eq!(total(&RULEBOOK), Rupiah(10_000_000));
    assert_eq!(total(&rulebook), Rupiah(42_000_000));
}

fn accidents_of_today() -> impl Strategy<Value = Day> {
    (0..2_500i32).prop_map(|offset| day("2019-12-02").plus_days(offset))
}

fn accidents_of_old() -> impl Strategy<Value = Day> {
    (0..1_615i32).prop_map(|offset| day("2015-07-01").plus_days(offset))
}

proptest! {
    /// Nothing but the side of 2 December 2019 matters: no claim day, no day of reporting.
    #[test]
    fn the_day_of_the_accident_alone_decides(
        wage in 0..30_000_000i64,
        now in (accidents_of_today(), accidents_of_today()),
        old in (accidents_of_old(), accidents_of_old()),
    ) {
        let ask = |accident| {
            let wage = Rupiah(wage);
            let death = RULEBOOK.jkk_death(&JkkQuery { wage, accident }).expect("an answer");
            let rest = IncapacityQuery { wage, accident, months: 14, days: 0 };
            (death.total, RULEBOOK.jkk_incapacity(&rest).expect("an answer").total)
        };
        prop_assert_eq!(ask(now.0), ask(now.1));
        prop_assert_eq!(ask(old.0), ask(old.1));
        prop_assert!(ask(old.0) <= ask(now.0));
    }

    #[test]
    fn more_paid_months_never_pay_less(death in accidents_of_today(), paid in 0..24i32) {
        let ask = |months: i32| {
            let last = death.month_of();
            let first = last.plus(1 - months.max(1));
            let query = JkmQuery {
                segment: Segment::Bpu,
                death,
                registered: first.first_day(),
                paid: if months == 0 { Vec::new() } else { first.through(last).collect() },
            };
            RULEBOOK.jkm(&query).expect("an answer").total
        };
        prop_assert!(ask(paid) <= ask(paid + 1));
    }

    #[test]
    fn growth_is_never_negative(each in 0..1_000_000i64, months in 1..60i32) {
        let first = Month::new(2020, 1).expect("a month");
        let paid_in: Vec<(Month, Rupiah)> =
            (0..months).map(|offset| (first.plus(offset), Rupiah(each))).collect();
        let until = first.plus(months + 12);
        let answer = RULEBOOK.jht_balance(&JhtAccountQuery { paid_in, until }).expect("a balance");
        prop_assert!(answer.total.0 >= each * i64::from(months));
    }
}
