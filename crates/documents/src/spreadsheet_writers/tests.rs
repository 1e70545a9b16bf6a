//! One plan in every format, read back by the reader. All people are invented.

use std::io::Cursor;

use super::*;
use crate::read::{Limits, RawPart, ReadOptions, raw_cells};

fn plan() -> SheetPlan {
    SheetPlan {
        name: "Desa A".into(),
        hidden: false,
        rows: vec![
            vec![PlanCell::text("DAFTAR <PEKERJA>"), PlanCell::Empty, PlanCell::Empty],
            vec![PlanCell::text("No"), PlanCell::text("NIK"), PlanCell::text("Lahir")],
            vec![
                PlanCell::Number(1.0),
                PlanCell::text("6401011708620001\u{a0}"),
                PlanCell::DateSerial(22_875),
            ],
            vec![PlanCell::Number(2.0), PlanCell::Empty, PlanCell::text("17-08-62; \"kira\"")],
        ],
        merges: vec![PlanMerge { first_row: 0, first_column: 0, last_row: 0, last_column: 2 }],
    }
}

/// Every cell, by address and text, that the reader finds in the file.
fn cells(bytes: &[u8], file_name: &str) -> Vec<String> {
    let mut found = Vec::new();
    let options =
        ReadOptions { file_name, limits: Limits::standard(), only_sheet: None, mappings: &[] };
    raw_cells(Cursor::new(bytes), &options, &mut |part| match part {
        RawPart::Sheet { name, hidden, .. } => found.push(format!("{name} {hidden}")),
        RawPart::Cell { at, text, .. } => found.push(format!("{} {text}", at.a1())),
        RawPart::Merged { .. } => (),
    })
    .expect("a file that reads");
    found
}

const CELLS: [&str; 8] = [
    "A1 DAFTAR <PEKERJA>",
    "A2 No",
    "B2 NIK",
    "C2 Lahir",
    "A3 1",
    "B3 6401011708620001\u{a0}",
    "C3 1962-08-17",
    "A4 2",
];

#[test]
fn spreadsheets_read_back() {
    let hidden = SheetPlan { name: "Arsip".into(), hidden: true, ..plan() };
    let sheets = [plan(), hidden];
    let typed = |shown: &str, name: &str| {
        let mut expect = vec![format!("{name} {shown}")];
        expect.extend(CELLS.iter().map(|cell| (*cell).to_owned()));
        expect.push("C4 17-08-62; \"kira\"".into());
        expect
    };
    let expect = [typed("false", "Desa A"), typed("true", "Arsip")].concat();
    assert_eq!(cells(&write_xlsx(&sheets).expect("a file"), "a.xlsx"), expect);
    assert_eq!(cells(&write_ods(&sheets).expect("a file"), "a.ods"), expect);
    // SpreadsheetML says only behind the cells that a sheet is hidden.
    let shown = [typed("false", "Desa A"), typed("false", "Arsip")].concat();
    assert_eq!(cells(&write_spreadsheetml(&sheets), "a.xls"), shown);
}

#[test]
fn web_pages_under_the_name_of_xls_read_back() {
    let found = cells(&write_html_xls(&[plan()]), "a.xls");
    assert!(found.iter().any(|cell| cell.starts_with("B3 6401011708620001")), "{found:?}");
    assert!(found.iter().any(|cell| cell == "A1 DAFTAR <PEKERJA>"), "{found:?}");
}

#[test]
fn delimited_text_reads_back_in_every_encoding() {
    for (delimiter, encoding) in [
        (',', CsvEncoding::Utf8),
        (';', CsvEncoding::Utf8Bom),
        ('\t', CsvEncoding::Utf16Le),
        ('|', CsvEncoding::Windows1252),
    ] {
        let found = cells(&write_csv(&plan(), delimiter, encoding), "a.csv");
        let nik = "B3 6401011708620001\u{a0}".to_owned();
        assert!(found.contains(&nik), "{encoding:?}: {found:?}");
        assert!(found.contains(&"C3 17/08/1962".to_owned()), "{encoding:?}: {found:?}");
        assert!(found.contains(&"C4 17-08-62; \"kira\"".to_owned()), "{encoding:?}: {found:?}");
    }
}

#[test]
fn the_same_plan_gives_the_same_bytes() {
    assert_eq!(write_xlsx(&[plan()]), write_xlsx(&[plan()]));
    assert_eq!(write_ods(&[plan()]), write_ods(&[plan()]));
}
