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

/// The carried rulebook with one open question decided otherwise.
fn decided(path: &str, from: &str, to: &str) -> Rulebook {
    let carried = Rulebook::builtin_files().iter().find(|file| file.path == path);
    let text = carried.expect("carried").text;
    assert!(text.contains(from), "{path} has no {from}");
    let text = text.replace(from, to);
    Rulebook::load_over_builtin(&[crate::RegulationFile { path, text: &text }]).expect("loads")
}

fn death(text: &str, registered: &str, paid: &str) -> JkmQuery {
    JkmQuery {
        segment: Segment::Bpu,
        death: day(text),
        registered: day(registered),
        paid: parse_paid_months(paid).expect("months"),
    }
}

/// Another reading of an open question gives another answer: it is a parameter, not a comment.
#[test]
fn open_questions_of_death_may_be_decided_otherwise() {
    let third_month = death("2025-08-10", "2025-06-01", "2025-06..2025-08");
    let prepaid = death("2025-06-15", "2025-06-01", "2025-06..2026-05");
    let lapsed = death("2025-09-20", "2025-08-01", "2025-01..2025-03,2025-08..2025-09");
    let arrears = death("2025-08-20", "2025-01-01", "2025-01..2025-05");
    let wage_earner =
        JkmQuery { segment: Segment::Pu, ..death("2025-08-10", "2025-08-01", "2025-08") };
    let counting = ("jkm/hitungan_bulan.toml", "value = \"completed-months\"");
    for (query, now, (path, from), to, then) in [
        (&third_month, 10, counting, "value = \"begun-months\"", 42),
        (&prepaid, 10, counting, "value = \"begun-months\"", 10),
        (&prepaid, 10, counting, "value = \"paid-months\"", 42),
        (
            &lapsed,
            10,
            ("jkm/setelah_putus.toml", "value = \"restart\""),
            "value = \"continue\"",
            42,
        ),
        (&wage_earner, 42, ("jkm/syarat_segmen.toml", "value = \"bpu\""), "value = \"all\"", 10),
        (
            &arrears,
            42,
            ("kepesertaan/klaim_masa_tenggang.toml", "value = \"payable-after-settling\""),
            "value = \"not-payable\"",
            0,
        ),
    ] {
        let total = |rulebook: &Rulebook| rulebook.jkm(query).expect("an answer").total.0;
        assert_eq!(total(&RULEBOOK), now * 1_000_000, "{path}");
        assert_eq!(total(&decided(path, from, to)), then * 1_000_000, "{path} {to}");
    }
    let year = death("2025-08-10", "2024-08-01", "2024-08..2025-07");
    let both = [year.clone(), JkmQuery { segment: Segment::Pu, ..year }];
    let once = decided("jkm/rangkap_santunan.toml", "value = \"each-segment\"", "value = \"once\"");
    assert_eq!(once.jkm_in_segments(&both).expect("an answer").total, Rupiah(42_000_000));
}

#[test]
fn open_questions_of_accidents_may_be_decided_otherwise() {
    let losses = ["D01", "D12"].map(|code| Loss::parse(code).expect("a loss")).to_vec();
    let (wage, accident) = (Rupiah(1_000_000), day("2025-08-10"));
    let query = PartialQuery { wage, accident, losses, left_handed: false };
    let total = |rulebook: &Rulebook| rulebook.jkk_partial(&query).expect("an answer").total;
    assert_eq!(total(&RULEBOOK), Rupiah(56_000_000));
    let path = "jkk/batas_jumlah_cacat.toml";
    let unlimited = decided(path, "value = 700_000", "value = 1_000_000");
    assert_eq!(total(&unlimited), Rupiah(60_000_000));
    let children = vec![SchoolStart::parse("s1").expect("a level")];
    let cause = Cause::Death(MonthsPaid { continuous: 10, cumulative: 40 });
    let query = ScholarshipQuery { event: accident, cause, children };
    let path = "beasiswa/hitungan_masa_iur.toml";
    let cumulative = decided(path, "value = \"continuous\"", "value = \"cumulative\"");
    let total = |rulebook: &Rulebook| rulebook.scholarship(&query).expect("an answer").total;
    assert_eq!((total(&RULEBOOK), total(&cumulative)), (Rupiah::ZERO, Rupiah(60_000_000)));
    // Twenty thirtieths of a million are 666,666 and two thirds.
    let rest = IncapacityQuery { wage, accident, months: 0, days: 20 };
    let down = decided("iuran/pembulatan.toml", "value = \"half-up\"", "value = \"down\"");
    let total = |rulebook: &Rulebook| rulebook.jkk_incapacity(&rest).expect("an answer").total;
    assert_eq!((total(&RULEBOOK), total(&down)), (Rupiah(666_667), Rupiah(666_666)));
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
        let deposit = |offset| JhtDeposit::on_time(first.plus(offset), Rupiah(each));
        let paid_in = (0..months).map(deposit).collect();
        let query = JhtAccountQuery { paid_in, taken: Vec::new(), until: first.plus(months + 12) };
        let answer = RULEBOOK.jht_account(&query).expect("a balance").answer;
        prop_assert!(answer.total.0 >= each * i64::from(months));
    }
}
