//! Sums, and that the inverse undoes the forward way within one person and one month.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::contribution::RiskClass;
use crate::payer::FundKind;
use crate::scheme::WorkSector;

static RULEBOOK: LazyLock<Rulebook> = LazyLock::new(Rulebook::builtin);

const APBD: Payer = Payer::Fund(FundKind::Apbd);

fn month(text: &str) -> Month {
    Month::parse(text).expect("a month")
}

fn span(from: &str, to: &str) -> (Month, Month) {
    (month(from), month(to))
}

fn group(people: u64, payer: Payer) -> QuoteGroup {
    let base = Base::Bpu { income: Rupiah(1_000_000), sector: WorkSector::Other };
    QuoteGroup { people, base, schemes: Schemes::JKK_JKM, payer, births: Vec::new() }
}

fn ask(groups: Vec<QuoteGroup>, spans: &[(Month, Month)]) -> Quote {
    let query = QuoteQuery { groups, spans: spans.to_vec(), growth: Ppm(0) };
    RULEBOOK.quote(&query).expect("a quote")
}

#[test]
fn both_columns_stand_side_by_side() {
    let quote = ask(vec![group(100, APBD)], &[span("2026-03", "2026-04")]);
    let columns: Vec<_> =
        quote.by_month.iter().map(|month| (month.rupiah.0, month.self_paid.0)).collect();
    assert_eq!(columns, [(1_680_000, 1_680_000), (1_680_000, 840_000)]);
    assert_eq!((quote.people, quote.months), (100, 2));
    assert_eq!((quote.monthly, quote.total), (Rupiah(1_680_000), Rupiah(3_360_000)));
    assert_eq!(quote.total_self_paid, Rupiah(2_520_000));
}

#[test]
fn a_budget_that_counts_on_the_relief_is_warned_of() {
    let quote = ask(vec![group(100, APBD)], &[span("2026-04", "2026-04")]);
    let needed = Rupiah(1_680_000);
    for (budget, halved) in
        [(840_000, true), (1_679_999, true), (839_999, false), (1_680_000, false)]
    {
        let budget = Rupiah(budget);
        let expected = halved.then_some(QuoteWarning::BudgetHalved { budget, needed });
        assert_eq!(quote.budget_warning(budget), expected);
    }
    let csr = ask(vec![group(100, Payer::Fund(FundKind::Csr))], &[span("2026-04", "2026-04")]);
    assert_eq!(csr.budget_warning(Rupiah(1)), None);
}

#[test]
fn the_trap_names_what_shrinks() {
    let warnings = ask(vec![group(1, APBD)], &[span("2025-10", "2025-12")]).warnings;
    let trap = QuoteWarning::SponsorTrap {
        first: month("2025-10"),
        months: 3,
        required: 3,
        full: Rupiah(42_000_000),
        reduced: Rupiah(10_000_000),
    };
    assert_eq!(warnings, [trap]);
    assert_eq!(ask(vec![group(1, APBD)], &[span("2025-09", "2025-12")]).warnings, []);
    let jht = QuoteGroup { schemes: Schemes::parse("jkk,jht").expect("two"), ..group(1, APBD) };
    assert_eq!(ask(vec![jht], &[span("2025-10", "2025-12")]).warnings, []);
}

#[test]
fn gaps_say_whether_they_lapse_and_cross_the_year() {
    let gap = |until: &str, again: &str| {
        let spans = [(month("2024-01"), month(until)), (month(again), month("2025-12"))];
        let warnings = ask(vec![group(1, APBD)], &spans).warnings;
        warnings.into_iter().find_map(|warning| match warning {
            QuoteWarning::CoverGap { fiscal_year, lapses, .. } => Some((fiscal_year, lapses)),
            _ => None,
        })
    };
    assert_eq!(gap("2024-12", "2025-01"), None);
    assert_eq!(gap("2024-12", "2025-02"), Some((true, false)));
    assert_eq!(gap("2024-12", "2025-04"), Some((true, false)));
    assert_eq!(gap("2024-12", "2025-05"), Some((true, true)));
    assert_eq!(gap("2024-06", "2024-08"), Some((false, false)));
}

#[test]
fn the_first_groups_are_served_first() {
    let groups = [group(10, APBD), group(u64::MAX, APBD)];
    let answer = RULEBOOK
        .people_for_budget(Rupiah(16_800 * 14 + 5), &groups, &[span("2025-01", "2025-01")], Ppm(0))
        .expect("an answer");
    assert_eq!(answer.by_group, [10, 4]);
    assert_eq!((answer.people_max, answer.leftover), (14, Rupiah(5)));
}

/// The open question P4, decided otherwise: who turns 65 leaves at once.
#[test]
fn people_past_the_limit_stay_or_leave_as_decided() {
    let path = "eligibility/tetap_setelah_65.toml";
    let carried = Rulebook::builtin_files().iter().find(|file| file.path == path);
    let text = carried.expect("carried").text;
    let text = text.replace("value = \"stay-while-unbroken\"", "value = \"leave-at-limit\"");
    let leaving = [crate::RegulationFile { path, text: &text }];
    let leaving = Rulebook::load_over_builtin(&leaving).expect("loads");
    let births = vec![Day::parse_iso("1960-06-15").expect("a day")];
    let groups = vec![QuoteGroup { births, ..group(1, APBD) }];
    let query = QuoteQuery { groups, spans: vec![span("2025-01", "2025-12")], growth: Ppm(0) };
    let total = |rulebook: &Rulebook| rulebook.quote(&query).expect("a quote").total;
    assert_eq!(total(&RULEBOOK), Rupiah(12 * 16_800));
    // January to June: on the first of June the person is 64 still.
    assert_eq!(total(&leaving), Rupiah(6 * 16_800));
}

#[test]
fn a_free_month_does_not_last_for_ever() {
    let nobody = [group(0, APBD)];
    let answer =
        RULEBOOK.months_for_budget(Rupiah(1), &nobody, month("2025-01"), Ppm(0)).expect("one");
    assert_eq!((answer.months_max, answer.leftover), (0, Rupiah(1)));
}

fn groups() -> impl Strategy<Value = Vec<QuoteGroup>> {
    let one = (0..5_000u64, 0..25_000_000i64, 1..8u8, 0..Payer::ALL.len(), any::<bool>());
    let one = one.prop_map(|(people, income, bits, payer, transport)| QuoteGroup {
        people,
        base: Base::Bpu {
            income: Rupiah(income),
            sector: if transport { WorkSector::Transport } else { WorkSector::Other },
        },
        schemes: Schemes::from_bits(bits).expect("three programmes"),
        payer: Payer::ALL[payer],
        births: Vec::new(),
    });
    prop::collection::vec(one, 1..6)
}

fn spans() -> impl Strategy<Value = (Month, Month)> {
    (0..130i32, 0..24i32).prop_map(|(offset, length)| {
        let first = month("2016-01").plus(offset);
        (first, first.plus(length))
    })
}

proptest! {
    #[test]
    fn a_budget_is_the_sum_of_its_rows(groups in groups(), span in spans()) {
        let whole = ask(groups.clone(), &[span]);
        let months = whole.by_month.iter().map(|month| month.rupiah);
        prop_assert_eq!(Rupiah::sum(months), Ok(whole.total));
        let alone = groups.iter().map(|group| ask(vec![group.clone()], &[span]).total);
        prop_assert_eq!(Rupiah::sum(alone), Ok(whole.total));
        // Row by row: every person, every month, straight from the law.
        let mut rows = 0;
        for group in &groups {
            for month in span.0.through(span.1) {
                let each = Kind::of(group).paid(&RULEBOOK, month);
                rows += each.expect("a regulated month").total.0 * group.people as i64;
            }
        }
        prop_assert_eq!(whole.total, Rupiah(rows));
    }

    #[test]
    fn the_inverse_undoes_the_forward_way(
        groups in groups(),
        span in spans(),
        growth in prop_oneof![Just(0), -200_000..300_000i64].prop_map(Ppm),
    ) {
        let group = &groups[..1];
        let query = QuoteQuery { groups: group.to_vec(), spans: vec![span], growth };
        let cost = RULEBOOK.quote(&query).expect("a quote").total;
        let unlimited = [QuoteGroup { people: u64::MAX, ..group[0].clone() }];
        let back = RULEBOOK.people_for_budget(cost, &unlimited, &[span], growth);
        let back = back.expect("an answer");
        prop_assert_eq!(back.people_max, group[0].people);
        prop_assert_eq!(back.leftover, Rupiah::ZERO);
        let more = RULEBOOK
            .people_for_budget(Rupiah(cost.0 + 1), &unlimited, &[span], growth)
            .expect("an answer");
        prop_assert!(more.people_max - group[0].people <= 1);
        prop_assert_eq!(more.total.0 + more.leftover.0, cost.0 + 1);
        // A group that dwindles to nobody costs nothing in its last months.
        if cost > Rupiah::ZERO && growth.0 >= 0 {
            let months = RULEBOOK.months_for_budget(cost, group, span.0, growth);
            let months = months.expect("an answer");
            prop_assert_eq!(months.months_max as i32, span.0.months_until(span.1) + 1);
            prop_assert_eq!(months.leftover, Rupiah::ZERO);
        }
    }
}

/// Growth of 2.5 % a year: 1,000 people are 1,025 in the second.
#[test]
fn growth_counts_in_both_directions() {
    let (growth, years) = (Ppm(25_000), span("2024-01", "2025-12"));
    let query = QuoteQuery { groups: vec![group(1_000, APBD)], spans: vec![years], growth };
    let cost = Rupiah((12 * 1_000 + 12 * 1_025) * 16_800);
    assert_eq!(RULEBOOK.quote(&query).expect("a quote").total, cost);
    let most = [group(u64::MAX, APBD)];
    let people = |rupiah: i64| {
        let answer = RULEBOOK.people_for_budget(Rupiah(rupiah), &most, &[years], growth);
        answer.expect("an answer").people_max
    };
    assert_eq!((people(cost.0), people(cost.0 - 1)), (1_000, 999));
    // Thirteen months: twelve of 1,000 people and one of 1,025.
    let money = Rupiah((12 * 1_000 + 1_025) * 16_800);
    let months = |rupiah: Rupiah| {
        let answer = RULEBOOK.months_for_budget(rupiah, &query.groups, years.0, growth);
        answer.expect("an answer").months_max
    };
    assert_eq!((months(money), months(Rupiah(money.0 - 1))), (13, 12));
    // More people than can be counted are an answer too, not a wrap.
    let endless = QuoteQuery { growth: Ppm(i64::MAX), ..query };
    assert_eq!(RULEBOOK.quote(&endless).expect_err("too many"), RuleGap::AmountTooLarge);
}

/// Whoever is past the limit on the first day is not paid for, in either direction.
#[test]
fn ages_count_in_both_directions() {
    let birth = |text: &str| Day::parse_iso(text).expect("a day");
    let births = vec![birth("1950-01-01"), birth("1961-03-01")];
    let groups = [QuoteGroup { births, ..group(3, APBD) }];
    let warning = QuoteWarning::AgeLimit { people: 2, refused: 1 };
    let (first, money) = (month("2026-01"), Rupiah(4 * 2 * 16_800));
    let months = RULEBOOK.months_for_budget(money, &groups, first, Ppm(0)).expect("an answer");
    assert_eq!((months.months_max, months.leftover), (4, Rupiah::ZERO));
    assert!(months.warnings.contains(&warning), "{:?}", months.warnings);
    let months = [span("2026-01", "2026-04")];
    for (budget, people, leftover) in [(12 * 16_800, 3, 4 * 16_800), (4 * 16_800, 1, 0)] {
        let found = RULEBOOK.people_for_budget(Rupiah(budget), &groups, &months, Ppm(0));
        let found = found.expect("an answer");
        assert_eq!((found.people_max, found.leftover), (people, Rupiah(leftover)));
        assert!(found.warnings.contains(&warning), "{:?}", found.warnings);
    }
}

/// One purse, two sectors: the relief that neither gets is warned of over both of their months.
#[test]
fn a_relief_withheld_is_warned_of_for_every_sector() {
    let other = group(1, APBD);
    let base = Base::Bpu { income: Rupiah(1_000_000), sector: WorkSector::Transport };
    let transport = QuoteGroup { base, ..group(1, APBD) };
    let warnings = ask(vec![other, transport], &[span("2025-10", "2027-12")]).warnings;
    let (first, last) = (month("2026-01"), month("2027-03"));
    let withheld = QuoteWarning::ReliefNotForPayer { payer: APBD, first, last };
    assert!(warnings.contains(&withheld), "{warnings:?}");
}

/// Konawe's two groups, worked out by hand: 0.24 % and 0.30 % of 2,000,000 are 4,800 + 6,000, of
/// 2,500,000 they are 6,000 + 7,500; 3,114 × 10,800 + 5,346 × 13,500 = 105,802,200 in a month.
#[test]
fn wage_earners_are_counted_by_their_wage() {
    let paid = |people, wage| QuoteGroup {
        base: Base::Pu { wage: Rupiah(wage), class: RiskClass::ALL[0] },
        ..group(people, APBD)
    };
    let groups = vec![paid(3_114, 2_000_000), paid(5_346, 2_500_000)];
    let quote = ask(groups.clone(), &[span("2018-02", "2018-12")]);
    assert_eq!((quote.people, quote.monthly), (8_460, Rupiah(105_802_200)));
    assert_eq!(quote.total, Rupiah(11 * 105_802_200));
    assert_eq!(quote.total_self_paid, quote.total);
    let months = RULEBOOK.months_for_budget(quote.total, &groups, month("2018-02"), Ppm(0));
    let months = months.expect("an answer");
    assert_eq!((months.months_max, months.leftover), (11, Rupiah::ZERO));
    // With JHT the fund bears 3.7 %, the worker 2 %, which is none of the fund's:
    // 10,800 + 74,000 for one of 2,000,000.
    let jht = QuoteGroup { schemes: Schemes::JKK_JKM_JHT, ..paid(1, 2_000_000) };
    assert_eq!(ask(vec![jht], &[span("2018-02", "2018-02")]).total, Rupiah(84_800));
    // Both kinds beside each other: 105,802,200 and ten without a wage at 16,800.
    let mixed = [groups, vec![group(10, APBD)]].concat();
    assert_eq!(ask(mixed, &[span("2018-02", "2018-02")]).total, Rupiah(105_970_200));
}
