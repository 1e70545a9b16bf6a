//! Messages as banks send them, and as nobody should. All lines are invented.

use std::io::Cursor;

use proptest::prelude::*;

use super::*;
use crate::read::{Limits, ReadOptions};
use crate::statement::read_statement;

/// Two pages of one statement: the second begins with the balance the first ended with.
const PAGES: &str = "{1:F01BPDKIDJAXXXX0000000000}{2:I940X}{4:\r\n\
:20:KORAN-221003\r\n\
:25:114/0011.234567 IDR\r\n\
:28C:00276/001\r\n\
:60F:C221003IDR2000000000,00\r\n\
:61:2210031003D1626307200,00NTRFPYG-7K2M//FT2210030001\r\n\
IURAN JKK JKM\r\n\
:86:166?00TRF?20PEMBAYARAN PYG-7K2M?21XY9Z IURAN?32BPJS KETENAGAKERJAAN\r\n\
:62M:C221003IDR373692800,00\r\n\
-}\r\n\
{1:F01BPDKIDJAXXXX0000000000}{2:I940X}{4:\r\n\
:20:KORAN-221003\r\n\
:25:114/0011234567\r\n\
:28C:00276/002\r\n\
:60M:C221003IDR373692800,00\r\n\
:61:221003RD1500000,00NRTINONREF//FT2210030002\r\n\
:86:RETUR SALAH REKENING\r\n\
:61:2212310102C500,NMSCSETORAN\r\n\
:62F:C221003IDR375193300,00\r\n\
:64:C221003IDR375193300,00\r\n\
-}\r\n";

fn codes(text: &str) -> Vec<(StatementProblemCode, Option<u32>)> {
    read(text.as_bytes()).problems.iter().map(|problem| (problem.code, problem.row)).collect()
}

#[test]
fn pages_are_one_statement_and_a_broken_reference_is_whole() {
    let options =
        ReadOptions { file_name: "", limits: Limits::standard(), only_sheet: None, mappings: &[] };
    let found = read_statement(Cursor::new(PAGES), &options).expect("it reads");
    assert_eq!(found.problems, []);
    assert_eq!(found.format, StatementFormat::Mt940);
    assert_eq!(found.account.as_deref(), Some("0011234567"));
    assert_eq!(found.number.as_deref(), Some("00276"));
    assert_eq!(found.opening, Some(Rupiah(2_000_000_000)));
    // 2.000.000.000 - 1.626.307.200 + 1.500.000 + 500
    assert_eq!(found.closing, Some(Rupiah(375_193_300)));
    let rows = &found.rows;
    assert_eq!(rows.len(), 3);
    assert!(
        rows[0].description.contains("PEMBAYARAN PYG-7K2MXY9Z IURAN"),
        "{}",
        rows[0].description
    );
    assert!(rows[0].description.contains("BPJS KETENAGAKERJAAN"));
    assert_eq!((rows[0].debit, rows[0].reversal), (Rupiah(1_626_307_200), false));
    assert_eq!(rows[0].reference, "FT2210030001");
    // Undoing a debit brings the money back.
    assert_eq!((rows[1].credit, rows[1].reversal), (Rupiah(1_500_000), true));
    assert_eq!(rows[1].description, "RETUR SALAH REKENING");
    // Valued on the last day of a year, booked on the second of the next.
    assert_eq!(rows[2].day.to_string(), "2023-01-02");
}

#[test]
fn what_does_not_hold_together_is_named_with_its_line() {
    use StatementProblemCode::*;
    let body = |from: &str, to: &str| PAGES.replace(from, to);
    let check = |text: &str, expect: &[(StatementProblemCode, Option<u32>)]| {
        assert_eq!(codes(text), expect, "{text}");
    };
    check(&body("375193300,00\r\n:64", "375193301,00\r\n:64"), &[(ClosingDiffers, None)]);
    check(
        &body(":60M:C221003IDR373692800", ":60M:C221003IDR373692801"),
        &[(PagesDiffer, Some(15))],
    );
    check(&body("114/0011234567\r", "114/0099999999\r"), &[(AccountsDiffer, Some(13))]);
    check(&body("D1626307200,00", "D1626307200,50"), &[(ClosingDiffers, None)]);
    check(&body("D1626307200,00", "D-1626307200,00"), &[(AmountUnreadable, Some(6))]);
    check(&body("D1626307200,00", "D99999999999999999999,00"), &[(AmountUnreadable, Some(6))]);
    check(
        &body("IDR2000000000", "USD2000000000"),
        &[(CurrencyDiffers, Some(5)), (OpeningMissing, Some(6))],
    );
    check(&body("2210031003D", "2213031003D"), &[(DayUnreadable, Some(6))]);
    check(&body(":62F:C221003IDR375193300,00\r\n", ""), &[(EndMissing, Some(20))]);
    check(":20:A\n:25:1\n", &[(OpeningMissing, None)]);
    check(":20:A\0", &[(NulFound, None)]);
    let mut difference = read(body("375193300,00\r\n:64", "375193301,00\r\n:64").as_bytes());
    crate::statement::in_rupiah(&mut difference);
    assert_eq!(difference.problems[0].difference, Some(Rupiah(1)));
}

proptest! {
    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes);
    }

    #[test]
    fn any_fields_are_answered(
        fields in prop::collection::vec(("(20|25|28C|60F|60M|61|86|62F|62M)", "\\PC{0,60}"), 0..30),
    ) {
        let text: String = fields.iter().map(|(tag, text)| format!(":{tag}:{text}\n")).collect();
        let _ = read(text.as_bytes());
    }

    #[test]
    fn a_statement_whose_sums_meet_is_read_whole(
        lines in prop::collection::vec((1_i64..9_999_999, any::<bool>(), any::<bool>()), 0..40),
        slip in 0_i64..3,
    ) {
        let mut sum = 50_000_000;
        let mut text = String::from(":20:X\n:25:123\n:28C:1\n:60F:C221001IDR50000000,00\n");
        for (amount, credit, reversal) in &lines {
            let comes_in = credit != reversal;
            sum += if comes_in { *amount } else { -amount };
            let mark = if *reversal { "R" } else { "" };
            let way = if *credit { "C" } else { "D" };
            text.push_str(&format!(":61:2210031003{mark}{way}{amount},00NTRFNONREF\n:86:iuran\n"));
        }
        let sign = if sum + slip < 0 { "D" } else { "C" };
        text.push_str(&format!(":62F:{sign}221003IDR{},00\n", (sum + slip).abs()));
        let found = read(text.as_bytes());
        prop_assert_eq!(found.rows.len(), lines.len());
        prop_assert_eq!(found.problems.is_empty(), slip == 0);
    }
}
