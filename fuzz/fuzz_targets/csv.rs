//! Any bytes below a head of text. Rows are numbered as lines are counted, and cells that are
//! written out again are read as the same cells.

#![no_main]

use std::io::Cursor;

use documents::read::{FileKind, RawPart, raw_cells};
use libfuzzer_sys::fuzz_target;

const HEAD: &[u8] = b"No;NIK;Nama;JK\n";
/// More lines than this in one cell are an open quote to the reader.
const LINES_MAX: usize = 40;

/// Row, column and text of a cell.
type Cell = (u32, u16, String);

fuzz_target!(|bytes: &[u8]| {
    let file = [HEAD, bytes].concat();
    if let Some(summary) = fuzz::check_reading(&file) {
        assert_eq!(summary.kind, FileKind::Csv);
    }
    let Some(cells) = cells(&file) else { return };
    let lines = file.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() + 1;
    assert!(cells.iter().all(|(row, ..)| *row as usize <= lines), "more rows than lines");
    if cells.iter().all(|(_, _, text)| is_plain(text)) {
        assert_eq!(self::cells(print(&cells).as_bytes()), Some(cells.clone()), "read again");
    }
});

fn cells(file: &[u8]) -> Option<Vec<Cell>> {
    let mut cells = Vec::new();
    let kind = raw_cells(Cursor::new(file), &fuzz::OPTIONS, &mut |part| {
        if let RawPart::Cell { at, text, .. } = part {
            cells.push((at.row, at.column, text.to_owned()));
        }
    });
    kind.ok().map(|_| cells)
}

/// Whether a text is more than the notation of a text, and no longer than a quote may be.
fn is_plain(text: &str) -> bool {
    !text.starts_with("=\"") && text.bytes().filter(|byte| *byte == b'\n').count() <= LINES_MAX
}

/// Every cell in quotes, at its row and column.
fn print(cells: &[Cell]) -> String {
    let mut out = String::from("sep=;\n");
    let (mut row, mut column) = (1, 0);
    for (at_row, at_column, text) in cells {
        for _ in row..*at_row {
            out.push('\n');
            column = 0;
        }
        row = *at_row;
        for _ in column..*at_column {
            out.push(';');
        }
        column = *at_column;
        out.push('"');
        out.push_str(&text.replace('"', "\"\""));
        out.push('"');
    }
    out
}
