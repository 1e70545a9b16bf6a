//! Accounts of invented members: what is known when, what was taken back, what may come to be.

use rules::{RiskClass, WorkSector};

use super::*;
use crate::tests::LAW;

fn day(text: &str) -> Day {
    Day::parse_iso(text).expect("a day")
}

fn month(text: &str) -> Month {
    Month::parse(text).expect("a month")
}

/// A month of 20,000, paid on its first day and known at `from_ms`.
fn saved(text: &str, from_ms: i64) -> SavedMonth {
    let month = month(text);
    SavedMonth {
        paid: PaidMonth {
            month,
            scheme: Scheme::Jht,
            programme: Id::from_bytes([5; 16]),
            bill: None,
            transfer: Id::from_bytes([6; 16]),
            paid_on: month.first_day(),
            rupiah: Rupiah(20_000),
        },
        from_ms,
        ended: None,
    }
}

fn year() -> Vec<SavedMonth> {
    let months = month("2025-01").through(month("2025-12"));
    months.zip(1..).map(|(month, at)| saved(&month.to_string(), at)).collect()
}

fn ask(months: &[SavedMonth], payouts: &[Payout], on: &str, known_at_ms: i64) -> Account {
    let asked = AccountAsked { months, payouts, on: day(on), known_at_ms };
    account(&LAW, &asked).expect("an account")
}

#[test]
fn an_account_is_what_was_known_of_it() {
    let months = year();
    let balance = |on: &str, known| ask(&months, &[], on, known).counted.answer.total;
    // 12 × 20,000 + 66 × 20,000 × 5 % ÷ 12.
    assert_eq!(balance("2025-12-31", 99), Rupiah(245_500));
    // Half of the year: 6 × 20,000 + 15 × 20,000 × 5 % ÷ 12 = 1,250.
    assert_eq!(balance("2025-06-30", 99), Rupiah(121_250));
    // The same day by what was known when two months were: 40,000, and twelfths of 5 % of
    // (1 + 4 × 2) × 20,000.
    assert_eq!(balance("2025-06-30", 2), Rupiah(40_750));
    assert_eq!(balance("2024-12-31", 99), Rupiah(0));
}

#[test]
fn a_month_that_is_taken_back_is_a_correction() {
    let mut months = year();
    let why = EndedWhy::PaymentUndone;
    months[11].ended = Some(SavingEnded { at_ms: 50, on: Some(day("2026-01-05")), why });
    let before = ask(&months, &[], "2025-12-31", 49);
    assert_eq!((before.standing.len(), before.corrections.len()), (12, 0));
    assert_eq!(before.counted.answer.total, Rupiah(245_500));
    let after = ask(&months, &[], "2025-12-31", 50);
    assert_eq!((after.standing.len(), after.corrections.len()), (11, 1));
    // December had earned nothing in its own month.
    assert_eq!(after.counted.answer.total, Rupiah(225_500));
}

#[test]
fn a_month_paid_for_two_records_counts_once() {
    let mut months = year();
    // The other record of the same human, told after those of the record that stands.
    let mut other = saved("2025-03", 3);
    other.paid.rupiah = Rupiah(37_000);
    months.push(other.clone());
    let found = ask(&months, &[], "2025-12-31", 99);
    assert_eq!(found.counted.answer.total, Rupiah(245_500));
    assert_eq!((found.standing.len(), found.corrections), (12, vec![other]));
}

#[test]
fn a_claim_and_an_account_have_one_balance() {
    let months = year();
    let paid: Vec<PaidMonth> = months.iter().map(|one| one.paid.clone()).collect();
    for on in ["2025-03-10", "2025-12-31", "2027-02-01"] {
        let claimed = account_query(paid.iter(), std::iter::empty(), day(on));
        let claimed = LAW.jht_account(&claimed).expect("an account").answer.total;
        assert_eq!(ask(&months, &[], on, 99).counted.answer.total, claimed, "{on}");
    }
}

#[test]
fn what_was_paid_to_the_member_is_gone() {
    let claim = Id::from_bytes([7; 16]);
    let payout =
        |whole| Payout { claim, day: day("2026-01-20"), rupiah: Rupiah(40_000), whole, at_ms: 60 };
    let balance = |payout, known| ask(&year(), &[payout], "2026-01-31", known).counted.answer.total;
    // January adds 245,500 × 5 % ÷ 12 = 1,022.9.
    assert_eq!(balance(payout(true), 59), Rupiah(246_523));
    assert_eq!(balance(payout(false), 60), Rupiah(206_523));
    assert_eq!(balance(payout(true), 60), Rupiah(0));
    assert_eq!(ask(&year(), &[payout(true)], "2026-01-19", 60).payouts.len(), 0);
}

#[test]
fn what_bpjs_states_last_is_compared() {
    let stated = |as_of: &str, at, withdrawn: bool| StatedBalance {
        id: Id::from_bytes([8; 16]),
        person: Id::from_bytes([9; 16]),
        as_of: day(as_of),
        rupiah: Rupiah(at),
        reference: "JHT-1".into(),
        recorded_by: Id::from_bytes([1; 16]),
        recorded_at_ms: at,
        withdrawn: withdrawn.then_some((Id::from_bytes([1; 16]), 9)),
    };
    let all = [
        stated("2025-06-30", 1, false),
        stated("2025-06-30", 2, false),
        stated("2025-12-31", 3, true),
    ];
    let newest = |on: &str| newest_stated(&all, day(on)).map(|one| one.rupiah.0);
    assert_eq!(newest("2026-01-31"), Some(2));
    assert_eq!(newest("2025-06-29"), None);
    let id = |rupiah, text| {
        stated_id((Id::from_bytes([9; 16]), day("2025-06-30")), (Rupiah(rupiah), text), 0)
    };
    assert_eq!(id(1, "a"), id(1, "a"));
    assert!(id(1, "a") != id(2, "a") && id(1, "a") != id(1, "b"));
}

#[test]
fn a_wage_earner_bears_a_part_that_no_fund_pays() {
    let [class, ..] = RiskClass::ALL;
    let wage = Base::Pu { wage: Rupiah(3_000_000), class };
    let tier = Base::Bpu { income: Rupiah(1_000_000), sector: WorkSector::Other };
    let months = [(month("2025-01"), wage), (month("2025-02"), wage), (month("2025-03"), tier)];
    let part = worker_part(&LAW, months.into_iter()).expect("a rule").expect("a part");
    // Two months of 2 % of 3,000,000.
    assert_eq!((part.months, part.rupiah), (2, Rupiah(120_000)));
    assert!(part.article.contains("PP 46/2015"));
    assert_eq!(worker_part(&LAW, std::iter::empty()).expect("a rule"), None);
}

#[test]
fn ten_years_at_the_lowest_tier() {
    let base = Base::Bpu { income: Rupiah(1_000_000), sector: WorkSector::Other };
    let asked = SimulationAsked { base, first: month("2026-01"), months: 120, start: Rupiah::ZERO };
    let found = simulate(&LAW, &asked).expect("a simulation");
    assert_eq!((found.spans.len(), found.spans[0].monthly), (1, Rupiah(20_000)));
    assert_eq!(found.on, day("2035-12-31"));
    // The first year is 245,500; each later one adds 12 × 20,000 + 66 × 20,000 × 5 % ÷ 12 and 5 %
    // of the balance before: the second 245,500 × 1.05 + 245,500 = 503,275.
    let balances: Vec<i64> = found.years.iter().map(|one| one.balance.0).collect();
    assert_eq!((balances.len(), balances[0], balances[1]), (10, 245_500, 503_275));
    assert_eq!(found.years[1].growth, Rupiah(5_500 + 12_275));
    // 773,939, 1,058,136, 1,356,543, 1,669,870, 1,998,864, 2,344,307, 2,707,022, each rounded once.
    assert_eq!(balances[9], 3_087_873);
    let of = |reason| found.payouts.iter().find(|one| one.reason == reason).expect("a reason");
    assert_eq!(of(JhtReason::PensionAge).answer.total, Rupiah(3_087_873));
    assert_eq!(of(JhtReason::Preparation).answer.total, Rupiah(308_787));
    assert_eq!(of(JhtReason::Housing).answer.total, Rupiah(926_362));
    assert_eq!(of(JhtReason::Housing).needs_years, Some((10, true)));
    let shorter = simulate(&LAW, &SimulationAsked { months: 119, ..asked }).expect("one");
    assert_eq!(shorter.payouts[5].needs_years, Some((10, false)));
}

#[test]
fn a_balance_at_the_start_grows_from_the_first_month() {
    let [class, ..] = RiskClass::ALL;
    let base = Base::Pu { wage: Rupiah(2_000_000), class };
    let start = Rupiah(1_200_000);
    let asked = SimulationAsked { base, first: month("2026-01"), months: 1, start };
    let found = simulate(&LAW, &asked).expect("a simulation");
    // 5.7 % of the wage, of which 2 % are the worker's; the start earns 5,000 in January.
    assert_eq!((found.spans[0].monthly, found.spans[0].own), (Rupiah(114_000), Rupiah(40_000)));
    assert_eq!(found.account.answer.total, Rupiah(1_200_000 + 5_000 + 114_000));
}
