//! A long statement against many bills, for measuring how the work of matching grows.

use base::{Day, Id, Month, Rupiah};
use domain::payment::{
    Direction, OpenBill, StatementFacts, StatementLine, bill_reference, statement_lines,
};

/// Bills of many programmes over two years, and lines of which some name a bill, some have its
/// amount, and most are of other offices.
pub fn long_statement(lines: u32, bills: u32) -> (Vec<StatementLine>, Vec<OpenBill>) {
    let first = Month::parse("2022-01").expect("a month");
    let id = |number: u32| {
        let mut bytes = [7; 16];
        bytes[..4].copy_from_slice(&number.to_be_bytes());
        Id::from_bytes(bytes)
    };
    let bills: Vec<OpenBill> = (0..bills)
        .map(|number| OpenBill {
            month: Some(first.plus((number % 24) as i32)),
            words: format!("Pekerja rentan kelompok{} desa{}", number % 300, number).into(),
            ..OpenBill::new(
                id(number),
                vec![bill_reference(id(number)).into()],
                Rupiah(16_800 * i64::from(number + 1)),
            )
        })
        .collect();
    let day = Day::new(2022, 6, 1).expect("a day");
    let facts = (0..lines).map(|number| {
        let bill = &bills[(number as usize * 7) % bills.len()];
        let (amount, text) = match number % 10 {
            0 => (bill.total, format!("SP2D {} IURAN", bill.references[0])),
            1 => (bill.total, format!("IURAN PEKERJA RENTAN {number}")),
            2 => (Rupiah(bill.total.0 - 500), format!("{} KURANG", bill.references[0])),
            _ => (Rupiah(i64::from(number) + 1_000_003), format!("BELANJA KANTOR DESA {number}")),
        };
        StatementFacts {
            day: day.plus_days((number % 300) as i32),
            amount,
            direction: if number % 13 == 12 { Direction::In } else { Direction::Out },
            reference: text.into(),
            balance: None,
            reversal: number % 130 == 12,
        }
    });
    (statement_lines("BPD 001", facts.collect()), bills)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use domain::payment::{Matching, match_lines};

    use super::*;

    fn matched(lines: u32, bills: u32) -> (Matching, Duration) {
        let (lines, bills) = long_statement(lines, bills);
        let begun = Instant::now();
        (match_lines(&lines, &bills), begun.elapsed())
    }

    #[test]
    fn ten_thousand_lines_meet_two_thousand_bills_each_with_one_answer() {
        let (matching, _) = matched(10_000, 2_000);
        let mut answered: Vec<_> = matching.matches.iter().map(|one| one.line).collect();
        answered.extend(matching.breaks.iter().map(|one| one.line));
        answered.sort_unstable();
        answered.dedup();
        assert_eq!(answered.len(), 10_000);
        assert!(!matching.matches.is_empty() && !matching.suggestions.is_empty());
    }

    /// What is asked for: 100,000 lines against some thousands of bills in ten seconds.
    #[test]
    fn a_hundred_thousand_lines_take_less_than_ten_seconds() {
        if std::env::var_os("RUN_SLOW_TESTS").is_none() {
            return;
        }
        let (small, large) = (matched(25_000, 5_000).1, matched(100_000, 5_000).1);
        println!("25,000 lines: {small:?}; 100,000 lines: {large:?}");
        assert!(large < Duration::from_secs(10), "{large:?}");
        // Four times the lines; a square would take sixteen times as long.
        assert!(large < small * 10, "{small:?} {large:?}");
    }
}
