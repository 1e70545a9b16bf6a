//! "idem", "s.d.a" and ditto marks: written out as the cell above in the same column.
//!
//! It must run over the rows of a file in their order, before they are read side by side.

use base::{Cell, CellKind, Field, Problem, ProblemCode, RawRow};

use super::slot;

/// The last value of each column, carried from one batch of rows to the next.
#[derive(Debug, Default)]
pub struct DittoCarry {
    /// Sheet and table the values are from: nothing is carried into another table.
    table: Option<(u16, u16)>,
    above: [Option<Cell>; Field::ALL.len()],
}

/// Writes out dittos; returns a note for each, with the position of its row in `rows`.
///
/// A NIK, a name and a birth date are nobody else's: a ditto there is left to be reported missing.
pub fn resolve_dittos(rows: &mut [RawRow], carry: &mut DittoCarry) -> Vec<(usize, Problem)> {
    let mut notes = Vec::new();
    for at in 0..rows.len() {
        let (before, rest) = rows.split_at_mut(at);
        let row = &mut rest[0];
        if carry.table != Some((row.sheet, row.table)) {
            carry.table = Some((row.sheet, row.table));
            carry.above = [const { None }; Field::ALL.len()];
        }
        for value in row.cells.iter_mut().filter(|value| shares(value.field)) {
            if value.cell.kind != CellKind::Text || !is_ditto(&value.cell.text) {
                continue;
            }
            let above = above_in(before, (row.sheet, row.table), value.field)
                .or(carry.above[slot(value.field)].as_ref());
            let Some(above) = above else { continue };
            value.cell = above.clone();
            let note = Problem::of_cell(ProblemCode::Ditto, value.field, value.at);
            notes.push((at, note));
        }
    }
    remember(rows, carry);
    notes
}

/// The nearest value above in the same column and table, within this batch.
///
/// Dittos are rare and the value mostly stands right above, so looking back beats copying
/// every cell of every row forward.
fn above_in(before: &[RawRow], table: (u16, u16), field: Field) -> Option<&Cell> {
    let same = |row: &&RawRow| (row.sheet, row.table) == table;
    before.iter().rev().take_while(same).find_map(|row| readable(row, field))
}

/// Keeps the last value of each column for the batch to come.
fn remember(rows: &[RawRow], carry: &mut DittoCarry) {
    let Some(last) = rows.last() else { return };
    let table = (last.sheet, last.table);
    for field in Field::ALL.iter().copied().filter(|field| shares(*field)) {
        if let Some(cell) = above_in(rows, table, field) {
            carry.above[slot(field)] = Some(cell.clone());
        }
    }
}

fn readable(row: &RawRow, field: Field) -> Option<&Cell> {
    let says_above = |cell: &Cell| cell.kind == CellKind::Text && is_ditto(&cell.text);
    let cell = &row.value(field)?.cell;
    (!cell.is_blank()).then_some(cell).filter(|cell| !says_above(cell))
}

fn shares(field: Field) -> bool {
    !matches!(field, Field::Nik | Field::Name | Field::BirthDate | Field::BirthPlaceDate)
}

/// Whether a cell says "as above".
pub(super) fn is_ditto(text: &str) -> bool {
    // Every cell is asked; most are told by their length or first letter.
    let other_word =
        |first: &u8| first.is_ascii_alphanumeric() && !matches!(first | 0x20, b'i' | b's' | b'd');
    if text.len() > 24 || text.as_bytes().first().is_some_and(other_word) {
        return false;
    }
    let mut letters = [0u8; 24];
    let mut len = 0;
    let mut marked = false;
    for c in text.chars() {
        match c {
            '"' | '”' | '“' | '„' | '〃' | '″' => marked = true,
            '\'' | '’' | ',' => {}
            c if c.is_whitespace() || matches!(c, '.' | '-' | '/' | '(' | ')' | '=') => {}
            c if c.is_ascii_alphabetic() => {
                letters[len] = c.to_ascii_lowercase() as u8;
                len += 1;
            }
            _ => return false,
        }
    }
    match &letters[..len] {
        b"" => marked || matches!(text.trim(), "''" | ",," | "’’"),
        b"idem" | b"sda" | b"dito" | b"ditto" | b"sama" | b"samadenganatas" | b"samadiatas"
        | b"samadgatas" | b"sdatas" | b"ibid" | b"ibidem" | b"sepertidiatas" => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::{CellAddress, RawValue};

    fn row(table: u16, row: u32, cells: &[(Field, &str)]) -> RawRow {
        let value = |(at, (field, text)): (usize, &(Field, &str))| RawValue {
            field: *field,
            at: CellAddress { sheet: 0, row, column: at as u16 },
            cell: Cell::text(text),
        };
        let cells = cells.iter().enumerate().map(value).collect();
        RawRow { sheet: 0, table, row, cells, key: None }
    }

    #[test]
    fn marks_and_words_are_known() {
        for text in ["idem", "Idem.", "sda", "s.d.a", "S.D.A.", "\"", "〃", "-\"-", "- ” -", "''"]
        {
            assert!(is_ditto(text), "{text}");
        }
        for text in ["-", "", "Sadar", "17", "idem 2", "Samarinda", "'", "."] {
            assert!(!is_ditto(text), "{text}");
        }
    }

    #[test]
    fn they_read_as_the_cell_above_across_batches_but_not_tables() {
        let village = |text| (Field::Village, text);
        let mut carry = DittoCarry::default();
        let mut first = [row(0, 2, &[village("Damit")]), row(0, 3, &[village("idem")])];
        let notes = resolve_dittos(&mut first, &mut carry);
        assert_eq!(&*first[1].cells[0].cell.text, "Damit");
        assert_eq!((notes.len(), notes[0].0, notes[0].1.code), (1, 1, ProblemCode::Ditto));
        let mut second = [
            row(0, 4, &[(Field::Name, "Siti")]),
            row(0, 5, &[village("-\"-")]),
            row(1, 9, &[village("sda")]),
        ];
        assert_eq!(resolve_dittos(&mut second, &mut carry).len(), 1);
        assert_eq!(&*second[1].cells[0].cell.text, "Damit");
        assert_eq!(&*second[2].cells[0].cell.text, "sda");
    }

    #[test]
    fn identity_is_never_copied() {
        let fields = [Field::Nik, Field::Name, Field::BirthDate];
        let cells = |text: &'static str| fields.map(|field| (field, text));
        let mut rows = [row(0, 2, &cells("nilai")), row(0, 3, &cells("idem"))];
        assert!(resolve_dittos(&mut rows, &mut DittoCarry::default()).is_empty());
    }
}
