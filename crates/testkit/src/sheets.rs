//! Lists as files, and files as lists that a sender would mend and save again.

use std::io::{Cursor, Read};

use documents::read::{Limits, RawPart, ReadOptions, raw_cells};
use documents::spreadsheet_writers::{CsvEncoding, PlanCell, SheetPlan, write_csv, write_xlsx};
use zip::ZipArchive;

/// One sheet of texts as XLSX.
pub fn xlsx<Text: AsRef<str>>(rows: &[Vec<Text>]) -> Vec<u8> {
    write_xlsx(&[plan(rows)]).expect("a list of people fits a sheet")
}

/// A list of texts with commas, UTF-8.
pub fn csv<Text: AsRef<str>>(rows: &[Vec<Text>]) -> Vec<u8> {
    write_csv(&plan(rows), ',', CsvEncoding::Utf8)
}

/// The first sheet of a file as its sender sees it.
pub fn cells(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    let options =
        ReadOptions { file_name: "", limits: Limits::standard(), only_sheet: None, mappings: &[] };
    raw_cells(Cursor::new(bytes), &options, &mut |part| {
        let RawPart::Cell { at, text, .. } = part else { return };
        if at.sheet > 0 {
            return;
        }
        let (row, column) = (at.row as usize - 1, usize::from(at.column));
        rows.resize_with(rows.len().max(row + 1), Vec::new);
        let cells = &mut rows[row];
        cells.resize_with(cells.len().max(column + 1), String::new);
        cells[column] = text.to_owned();
    })
    .expect("a file of our own making is readable");
    rows
}

/// How many formulas a workbook holds.
pub fn formulas(bytes: &[u8]) -> usize {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).expect("a workbook is an archive");
    let names = zip.file_names().map(|name| name.expect("our names are text").into_owned());
    let parts: Vec<String> = names.collect();
    let sheets = parts.iter().filter(|name| name.starts_with("xl/worksheets/"));
    let mut count = 0;
    for name in sheets {
        let mut text = String::new();
        let mut part = zip.by_name(name).expect("a part of this name");
        part.read_to_string(&mut text).expect("markup is text");
        count += text.matches("<f>").count() + text.matches("<f ").count();
    }
    count
}

fn plan<Text: AsRef<str>>(rows: &[Vec<Text>]) -> SheetPlan {
    let cell = |text: &Text| match text.as_ref() {
        "" => PlanCell::Empty,
        text => PlanCell::text(text),
    };
    let rows = rows.iter().map(|row| row.iter().map(cell).collect()).collect();
    SheetPlan { name: "Daftar".to_owned(), rows, ..SheetPlan::default() }
}
