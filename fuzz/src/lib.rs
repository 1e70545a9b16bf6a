//! What a reading must keep, whatever the bytes: the promises that the sheet and CSV targets share.
//!
//! A broken promise panics, and the fuzzer's hook turns any panic into a finding, one that the
//! reader contains included.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;

use base::{CellKind, RawRow};
use documents::read::{Event, Limits, RawPart, ReadOptions, ReadSummary, raw_cells, read};

/// Limits that a small input can outgrow.
pub const LIMITS: Limits = Limits {
    file_bytes_max: 1 << 20,
    inflated_bytes_max: 4 << 20,
    entry_bytes_max: 1 << 20,
    entries_max: 64,
    sheets_max: 8,
    rows_max: 5_000,
    columns_max: 300,
    cells_max: 10_000,
    text_chars_max: 4_096,
};

/// How everything here is read.
pub const OPTIONS: ReadOptions<'static> =
    ReadOptions { file_name: "daftar.xlsx", limits: LIMITS, only_sheet: None, mappings: &[] };

/// A sheet and a row of it.
type Address = (u16, u32);

/// What was told, for comparing it with the summary and with the cells.
#[derive(Default)]
struct Told {
    sheets: u16,
    tables: u16,
    /// The tables of the latest head, side by side.
    open: BTreeSet<u16>,
    people: BTreeMap<Address, BTreeSet<u16>>,
    skipped: BTreeSet<Address>,
    rows: u64,
    last: Option<Address>,
}

/// Reads the bytes as people and as cells, and checks that both tell the same file.
pub fn check_reading(bytes: &[u8]) -> Option<ReadSummary> {
    let mut told = Told::default();
    let summary = read(Cursor::new(bytes), &OPTIONS, &mut |event| told.hear(&event)).ok()?;
    assert_eq!(summary.tables, told.tables, "tables");
    assert_eq!(summary.rows, told.rows, "rows");
    assert_eq!(summary.skipped, told.skipped.len() as u64, "skipped rows");
    assert_eq!(summary.sheets, told.sheets, "sheets");

    let mut filled = BTreeSet::new();
    let kind = raw_cells(Cursor::new(bytes), &OPTIONS, &mut |part| {
        let RawPart::Cell { at, kind, text } = part else { return };
        if kind == CellKind::FormulaWithoutValue || text.chars().any(|char| !char.is_whitespace()) {
            filled.insert((at.sheet, at.row));
        }
    });
    assert_eq!(kind, Ok(summary.kind), "the kind");
    let outcomes = told.people.keys().chain(&told.skipped).copied().collect::<BTreeSet<_>>();
    assert_eq!(outcomes, filled, "every filled row has an outcome, and no other row has one");
    Some(summary)
}

impl Told {
    fn hear(&mut self, event: &Event) {
        match event {
            Event::Sheet(sheet) => {
                assert_eq!(sheet.sheet, self.sheets, "sheets are told in order");
                self.sheets += 1;
                assert!(self.sheets <= LIMITS.sheets_max);
                self.open.clear();
            }
            Event::Table(table) => {
                assert_eq!(table.table, self.tables, "tables are told in order");
                assert_eq!(table.sheet + 1, self.sheets, "a table stands on the sheet just told");
                assert!(table.columns.is_sorted_by(|left, right| left.column < right.column));
                assert!(table.columns.iter().all(|column| column.column < LIMITS.columns_max));
                self.tables += 1;
                self.open.insert(table.table);
            }
            Event::Row(row) => {
                self.rows += 1;
                self.hear_row(row);
            }
            Event::Skipped(row) => {
                let at = self.step((row.sheet, row.row));
                assert!(!self.people.contains_key(&at), "a person's row is skipped");
                assert!(self.skipped.insert(at), "a row is skipped twice");
            }
            Event::Notice(_) => (),
        }
    }

    fn hear_row(&mut self, row: &RawRow) {
        let at = self.step((row.sheet, row.row));
        assert!(self.open.contains(&row.table), "a row of a table that was never told");
        assert!(self.people.entry(at).or_default().insert(row.table), "a row is told twice");
        assert!(!self.skipped.contains(&at), "a skipped row is a person");
        for value in &row.cells {
            assert_eq!(value.at.sheet, row.sheet, "a cell of another sheet");
            assert!((1..=row.row).contains(&value.at.row), "a cell of a row to come");
            assert!(value.at.column < LIMITS.columns_max);
            assert!(value.cell.text.chars().count() <= LIMITS.text_chars_max as usize);
        }
    }

    /// Rows of a sheet go downwards; side by side tables share one.
    fn step(&mut self, at: Address) -> Address {
        assert_eq!(at.0 + 1, self.sheets, "a row stands on the sheet just told");
        assert!((1..=LIMITS.rows_max).contains(&at.1), "row {}", at.1);
        assert!(
            self.last.is_none_or(|last| last <= at),
            "row {} comes after {:?}",
            at.1,
            self.last
        );
        self.last = Some(at);
        at
    }
}
