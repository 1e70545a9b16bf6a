//! Round trips through the reader: what is returned is found again. All people are invented.

use std::io::Cursor;

use super::*;
use crate::read::{Event, Limits, TableFound, read};
use crate::spreadsheet_writers::{PlanCell, PlanMerge, SheetPlan, write_xlsx};

fn options(file_name: &str) -> ReadOptions<'_> {
    ReadOptions { file_name, limits: Limits::standard(), only_sheet: None, mappings: &[] }
}

/// A village list: a title over merged cells, heads, three people, a signature.
fn list() -> Vec<u8> {
    let text = |text: &str| PlanCell::text(text);
    let person = |number: f64, nik: &str, name: &str, serial: i64, phone: f64| {
        let (nik, name) = (text(nik), text(name));
        let birth = PlanCell::DateSerial(serial);
        vec![PlanCell::Number(number), nik, name, birth, PlanCell::Number(phone)]
    };
    let plan = SheetPlan {
        name: "Desa Contoh".into(),
        hidden: false,
        rows: vec![
            vec![text("DAFTAR PEKERJA RENTAN DESA CONTOH")],
            vec![],
            ["No", "NIK", "Nama Lengkap", "Tanggal Lahir", "No HP"].map(text).to_vec(),
            person(1.0, "6401011708620001", "SITI CONTOH", 22_875, 81_234_567_890.0),
            person(2.0, "640101170862000", "-BUDI CONTOH", 22_876, 81_234_567_891.0),
            person(3.0, "6401011908620003", "=SARI CONTOH", 22_877, 81_234_567_892.0),
            vec![],
            vec![PlanCell::Empty, PlanCell::Empty, text("Kepala Desa")],
        ],
        merges: vec![PlanMerge { first_row: 0, first_column: 0, last_row: 0, last_column: 4 }],
    };
    let archive = SheetPlan {
        name: "Arsip".into(),
        hidden: true,
        rows: vec![vec![text("catatan lama")]],
        merges: vec![],
    };
    write_xlsx(&[plan, archive]).expect("a list")
}

/// A row's key and its texts.
type KeyedRow = (Option<String>, Vec<String>);

/// Tables and rows that the reader finds.
fn found(bytes: &[u8]) -> (Vec<TableFound>, Vec<KeyedRow>) {
    let (mut tables, mut rows) = (Vec::new(), Vec::new());
    read(Cursor::new(bytes), &options("a.xlsx"), &mut |event| match event {
        Event::Table(table) => tables.push(table),
        Event::Row(row) => {
            let texts = row.cells.iter().map(|value| value.cell.text.to_string()).collect();
            rows.push((row.key.map(String::from), texts));
        }
        _ => (),
    })
    .expect("a list that reads");
    (tables, rows)
}

fn returned(original: &[u8], fix: &str) -> Vec<u8> {
    let tables =
        [ReturnTable { sheet: 0, head_rows: Some((3, 3)), first_row: 4, text_columns: vec![1, 4] }];
    let mark = |column, severity, note: &str| CellMark { column, severity, note: note.into() };
    let row = |row: u32, fix: &str, cells| RowMarks {
        sheet: 0,
        row,
        key: format!("KUNCI-{row}"),
        fix: fix.into(),
        cells,
        corrected: Vec::new(),
    };
    let rows = [
        row(4, "", vec![]),
        row(5, fix, vec![mark(1, Severity::Error, "NIK hanya 15 angka.")]),
        row(6, "", vec![mark(3, Severity::Warning, "Berbeda dari NIK.")]),
    ];
    let labels = ReturnLabels {
        how_to: "Perbaiki, lalu kirim kembali.".into(),
        error: "Salah:".into(),
        warning: "Pastikan:".into(),
        info: "Catatan:".into(),
    };
    let plan = ReturnPlan { tables: &tables, rows: &rows };
    let options = options("a.xlsx");
    return_workbook(Cursor::new(original), &options, plan, &labels, &DocumentInfo::default())
        .expect("a return")
}

/// The texts of all cells outside the added columns.
fn cells(bytes: &[u8]) -> Vec<String> {
    let mut cells = Vec::new();
    raw_cells(Cursor::new(bytes), &options("a.xlsx"), &mut |part| match part {
        RawPart::Sheet { name, hidden, .. } => cells.push(format!("{name} {hidden}")),
        RawPart::Merged { region, .. } => cells.push(format!("{region:?}")),
        RawPart::Cell { at, text, .. } if at.column < 5 => {
            cells.push(format!("{} {text}", at.a1()));
        }
        RawPart::Cell { .. } => (),
    })
    .expect("a workbook that reads");
    cells
}

#[test]
fn a_returned_list_is_the_same_list_with_keys() {
    let (original, back) = (list(), returned(&list(), "Tulis NIK 16 angka."));
    assert_eq!(cells(&original), cells(&back));
    let ((tables, rows), (tables_back, rows_back)) = (found(&original), found(&back));
    assert_eq!(tables.len(), 1);
    assert_eq!(tables_back[0].key_column, Some(6));
    assert_eq!(tables_back[0].head_rows, tables[0].head_rows);
    let texts =
        |rows: &[KeyedRow]| -> Vec<Vec<String>> { rows.iter().map(|row| row.1.clone()).collect() };
    assert_eq!(texts(&rows), texts(&rows_back));
    let keys: Vec<_> = rows_back.iter().map(|row| row.0.as_deref()).collect();
    assert_eq!(keys, [Some("KUNCI-4"), Some("KUNCI-5"), Some("KUNCI-6")]);
}

#[test]
fn a_list_returned_twice_has_its_columns_once() {
    let first = returned(&list(), "Tulis NIK 16 angka.");
    let second = returned(&first, "");
    assert_eq!(cells(&list()), cells(&second));
    let (tables, rows) = found(&second);
    assert_eq!(tables[0].key_column, Some(6));
    assert_eq!(rows.len(), 3);
    let text = String::from_utf8_lossy(&part(&second, "xl/sharedStrings.xml")).into_owned();
    assert!(!text.contains("Tulis NIK"), "an old sentence is gone");
    assert_eq!(text.matches("Yang harus diperbaiki").count(), 1);
}

/// One part of the file.
fn part(bytes: &[u8], name: &str) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    let mut out = Vec::new();
    archive.by_name(name).expect("the part").read_to_end(&mut out).expect("bytes");
    out
}

#[test]
fn faulty_cells_carry_a_note_and_commands_stay_text() {
    let back = returned(&list(), "Tulis NIK 16 angka.");
    let notes = String::from_utf8_lossy(&part(&back, "xl/comments1.xml")).into_owned();
    assert!(notes.contains("Salah: NIK hanya 15 angka."), "{notes}");
    assert!(notes.contains("Pastikan: Berbeda dari NIK."), "{notes}");
    let sheet = String::from_utf8_lossy(&part(&back, "xl/worksheets/sheet1.xml")).into_owned();
    assert!(!sheet.contains("<f>"), "nothing is a formula");
    assert!(sheet.contains("topLeftCell=\"A4\""), "the head stays in sight");
    assert_eq!(back, returned(&list(), "Tulis NIK 16 angka."), "the same bytes");
}
