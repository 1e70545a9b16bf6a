//! Trees are computed again from their own numbers: what a reader can check, this checks.

use super::*;
use crate::benefit::*;
use crate::contribution::*;
use crate::payer::{FundKind, Payer};
use crate::scheme::{Segment, WorkSector};
use base::Month;
use proptest::prelude::*;
use std::sync::LazyLock;

static RULEBOOK: LazyLock<Rulebook> = LazyLock::new(Rulebook::builtin);

/// The line again, from its numbers and the lines below; a product may be rounded.
fn assert_adds_up(line: &Line) {
    line.lines.iter().for_each(assert_adds_up);
    let numbers = || line.numbers.iter().filter(|number| !number.key.is_shown_only());
    let below = || line.lines.iter().map(|line| line.rupiah);
    let amounts = numbers().filter_map(|number| match number.quantity {
        Quantity::Rupiah(rupiah) => Some(rupiah),
        _ => None,
    });
    match line.op {
        Op::Given => assert_eq!(numbers().count() * line.lines.len(), 0, "{line:?}"),
        Op::Sum => assert_eq!(Rupiah::sum(below()), Ok(line.rupiah), "{line:?}"),
        Op::Least => assert_eq!(amounts.chain(below()).min(), Some(line.rupiah), "{line:?}"),
        Op::Greatest => assert_eq!(amounts.chain(below()).max(), Some(line.rupiah), "{line:?}"),
        Op::Product => {
            let (mut top, mut bottom) = (1i128, 1i128);
            for number in numbers() {
                match number.quantity {
                    Quantity::Rupiah(Rupiah(value)) | Quantity::Count(value) => {
                        top *= i128::from(value);
                    }
                    Quantity::Share(Ppm(value)) => {
                        top *= i128::from(value);
                        bottom *= 1_000_000;
                    }
                    Quantity::Divisor(value) => bottom *= i128::from(value),
                    Quantity::Day(_) => {}
                }
            }
            let off = (top - i128::from(line.rupiah.0) * bottom).abs();
            assert!(off < bottom, "{}: {line:?}", line.arithmetic());
        }
    }
}

fn assert_answer(answer: &Answer) {
    answer.lines.iter().for_each(assert_adds_up);
    assert_eq!(Rupiah::sum(answer.lines.iter().map(|line| line.rupiah)), Ok(answer.total));
    for rule in answer.rules() {
        let (_, entry) = RULEBOOK.rule(rule.as_str()).expect("every rule is in the book");
        assert!(!entry.citation.article.is_empty());
    }
    for line in &answer.lines {
        assert_eq!(line.status == RuleStatus::Open, !line.open.is_empty(), "{line:?}");
    }
}

fn day(text: &str) -> Day {
    Day::parse_iso(text).expect("a day")
}

#[test]
fn a_line_reads_as_on_paper() {
    let query = JkkQuery { wage: Rupiah(1_000_000), accident: day("2025-08-10") };
    let answer = RULEBOOK.jkk_death(&query).expect("an answer");
    let written: Vec<_> = answer
        .lines
        .iter()
        .map(|line| (line.key.name(), line.arithmetic(), line.rupiah.0))
        .collect();
    assert_eq!(
        written,
        [
            ("jkk-death", "60 % × 80 × Rp1.000.000".to_owned(), 48_000_000),
            ("jkk-periodic", "24 × Rp500.000".to_owned(), 12_000_000),
            ("jkk-burial", "Rp10.000.000".to_owned(), 10_000_000),
        ]
    );
    let lump = &answer.lines[0];
    assert_eq!(lump.rule.as_str(), "jkk.kematian@2015-07-01");
    let rules: Vec<_> = lump.numbers.iter().map(|number| number.rule.as_ref()).collect();
    assert_eq!(rules[1].map(RuleId::as_str), Some("jkk.kelipatan_upah@2015-07-01"));
    assert_eq!(rules[2], None);
}

#[test]
fn limits_read_as_on_paper() {
    let accident = day("2025-08-10");
    let query =
        TransportQuery { accident, land: Rupiah(6_200_000), sea: Rupiah::ZERO, air: Rupiah::ZERO };
    let answer = RULEBOOK.jkk_transport(&query).expect("an answer");
    assert_eq!(answer.lines[0].arithmetic(), "min(Rp6.200.000; Rp5.000.000)");
    let days = IncapacityQuery { wage: Rupiah(1_000_000), accident, months: 0, days: 15 };
    let answer = RULEBOOK.jkk_incapacity(&days).expect("an answer");
    assert_eq!(answer.lines[0].arithmetic(), "15 × 100 % × Rp1.000.000 ÷ 30");
    assert_answer(&answer);
}

#[test]
fn shares_print_as_per_cent() {
    for (ppm, expect) in [
        (2_400, "0,24 %"),
        (24, "0,0024 %"),
        (4_450, "0,445 %"),
        (1_000_000, "100 %"),
        (-50_000, "-5 %"),
        (0, "0 %"),
    ] {
        assert_eq!(percent(Ppm(ppm)), expect);
    }
}

#[test]
fn keys_are_unique() {
    let mut names: Vec<&str> = LineKey::ALL.iter().map(|key| key.name()).collect();
    names.extend(Note::NAMES);
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
    let mut numbers: Vec<&str> = NumberKey::ALL.iter().map(|key| key.name()).collect();
    numbers.dedup();
    assert_eq!(numbers.len(), NumberKey::ALL.len());
}

#[test]
fn a_relieved_contribution_shows_what_it_was() {
    let query = BpuQuery {
        income: Rupiah(1_000_000),
        schemes: Schemes::JKK_JKM,
        month: Month::parse("2026-06").expect("a month"),
        payer: Payer::SelfPaid,
        sector: WorkSector::Other,
    };
    let explain = |query: &BpuQuery| {
        let contribution = RULEBOOK.bpu_contribution(query).expect("an answer");
        RULEBOOK.explain(&contribution).expect("its own rules")
    };
    let answer = explain(&query);
    assert_eq!(answer.total, Rupiah(8_400));
    let jkk = &answer.lines[0];
    assert_eq!(jkk.key, LineKey::ContributionRelieved);
    assert_eq!(jkk.rule.as_str(), "relief.pp_50_2025_lainnya@2026-04-01");
    assert_eq!(jkk.arithmetic(), "50 % × Rp10.000");
    assert_eq!(jkk.lines[0].key, LineKey::ContributionTier);
    assert_eq!(jkk.lines[0].rule.as_str(), "jkk.iuran_bpu@2015-07-01");
    let paid = explain(&BpuQuery { payer: Payer::Fund(FundKind::Apbd), ..query });
    assert_eq!(paid.lines[0].key, LineKey::ContributionTier);
}

fn wage_earners() -> impl Strategy<Value = PuQuery> {
    let month = (0..160).prop_map(|offset| Month::new(2015, 7).expect("a month").plus(offset));
    let flags = (any::<bool>(), any::<bool>(), any::<bool>());
    (0..40_000_000i64, 0..16u8, month, 0..Payer::ALL.len(), 0..5usize, flags).prop_map(
        |(wage, bits, month, payer, class, (jkp_member, labour_intensive, jp_deferred))| PuQuery {
            wage: Rupiah(wage),
            schemes: Schemes::from_bits(bits).expect("four programmes"),
            month,
            payer: Payer::ALL[payer],
            risk_class: RiskClass::ALL[class],
            jkp_member,
            labour_intensive,
            jp_deferred,
        },
    )
}

fn days() -> impl Strategy<Value = Day> {
    (0..4_500i32).prop_map(|offset| day("2015-07-01").plus_days(offset))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn contributions_add_up(query in wage_earners()) {
        let contribution = RULEBOOK.pu_contribution(&query).expect("a regulated month");
        let answer = RULEBOOK.explain(&contribution).expect("its own rules");
        assert_answer(&answer);
        prop_assert_eq!(answer.total, contribution.total);
        prop_assert_eq!(answer.status, contribution.status);
        let halves = contribution.payer_total().0 + contribution.worker_total().0;
        prop_assert_eq!(halves, contribution.total.0);
    }

    #[test]
    fn contracts_add_up(contract in 0..60_000_000_000i64, offset in 0..160) {
        let month = Month::new(2015, 7).expect("a month").plus(offset);
        let query = ConstructionQuery {
            basis: ConstructionBasis::Contract(Rupiah(contract)),
            schemes: Schemes::JKK_JKM,
            month,
            payer: Payer::Employer,
        };
        let contribution = RULEBOOK.construction_contribution(&query).expect("a month");
        let answer = RULEBOOK.explain(&contribution).expect("its own rules");
        assert_answer(&answer);
        prop_assert_eq!(answer.total, contribution.total);
        let parts = RULEBOOK.instalments(contribution.total, month).expect("instalments");
        prop_assert_eq!(parts.total, contribution.total);
    }

    #[test]
    fn accidents_add_up(
        wage in 0..40_000_000i64,
        accident in days(),
        months in 0..40i64,
        days in 0..60i64,
        codes in prop::collection::vec(1..=46u8, 0..5),
        left_handed: bool,
    ) {
        let wage = Rupiah(wage);
        let query = JkkQuery { wage, accident };
        assert_answer(&RULEBOOK.jkk_death(&query).expect("an answer"));
        assert_answer(&RULEBOOK.jkk_total(&query).expect("an answer"));
        let losses = codes.iter().map(|code| Loss { code: format!("D{code:02}").into(), degree: None });
        let losses = PartialQuery { wage, accident, losses: losses.collect(), left_handed };
        let partial = RULEBOOK.jkk_partial(&losses).expect("an answer");
        assert_answer(&partial);
        // Whatever was lost, it is never more than a total permanent disability's lump sum.
        let total = RULEBOOK.jkk_total(&query).expect("an answer");
        prop_assert!(partial.total.0 <= total.lines[0].rupiah.0 + codes.len() as i64);
        let rest = IncapacityQuery { wage, accident, months, days };
        assert_answer(&RULEBOOK.jkk_incapacity(&rest).expect("an answer"));
        let costs = TransportQuery { accident, land: wage, sea: wage, air: wage };
        assert_answer(&RULEBOOK.jkk_transport(&costs).expect("an answer"));
    }

    #[test]
    fn old_age_adds_up(gross in 0..2_000_000_000i64, on in days(), reason in 0..7usize) {
        let query = JhtQuery { gross: Rupiah(gross), on, reason: JhtReason::ALL[reason] };
        let answer = RULEBOOK.jht(&query).expect("an answer");
        assert_answer(&answer);
        prop_assert!(answer.total.0 <= gross && answer.total.0 >= 0);
    }

    #[test]
    fn deaths_add_up(after in 1_000..4_500i32, before in 0..30i32, paid in 0..30i32, pu: bool) {
        // Arrears of months before July 2015 fall due by no rule that is known.
        let death = day("2015-07-01").plus_days(after);
        let first = death.month_of().plus(-before);
        let segment = if pu { Segment::Pu } else { Segment::Bpu };
        let query = JkmQuery {
            segment,
            death,
            registered: first.first_day(),
            paid: (0..paid).map(|offset| first.plus(offset)).collect(),
        };
        let answer = RULEBOOK.jkm(&query).expect("an answer");
        assert_answer(&answer);
        let both = RULEBOOK.jkm_in_segments(&[query.clone(), query]).expect("an answer");
        assert_answer(&both);
        prop_assert!(both.total >= answer.total);
    }
}
