//! What a spreadsheet did to a whole NIK column: it keeps fifteen digits of a number and writes 0
//! for the sixteenth. One such cell may be a real number; a column of them is a damaged file.

use base::{CellKind, Field, RawRow};

use super::digits::{Digits, Shape};

/// Whether a column of NIKs lost its last digits, by how its cells are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NikRounding {
    /// Among cells the spreadsheet keeps as numbers.
    pub numbers: bool,
    /// Among cells kept as text, as when a damaged sheet was saved as CSV.
    pub texts: bool,
}

/// Counts over the NIK columns of a file, table by table; feed it every row before drafting any.
#[derive(Debug, Clone, Default)]
pub struct NikColumns {
    tables: Vec<Counts>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    numbers: Tally,
    texts: Tally,
}

#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    /// Cells of sixteen digits, or in scientific form.
    whole: u64,
    /// Those that may have been rounded.
    rounded: u64,
}

/// Text cells it takes before a column may be called damaged: a tenth of all numbers end in 0.
const TEXTS_MIN: u64 = 5;

impl NikColumns {
    /// Takes one row into account.
    pub fn observe(&mut self, row: &RawRow) {
        let Some(value) = row.value(Field::Nik) else { return };
        let digits = Digits::read(&value.cell.text);
        let rounded = digits.may_be_rounded() || digits.shape == Shape::Scientific;
        if !rounded && (digits.shape != Shape::Digits || digits.as_str().len() != 16) {
            return;
        }
        let table = usize::from(row.table);
        if self.tables.len() <= table {
            self.tables.resize(table + 1, Counts::default());
        }
        let counts = &mut self.tables[table];
        let tally = match value.cell.kind {
            CellKind::Number => &mut counts.numbers,
            _ => &mut counts.texts,
        };
        tally.whole += 1;
        tally.rounded += u64::from(rounded);
    }

    /// The verdict for each table, by [`RawRow::table`].
    ///
    /// A number that does not end in 0 was not made by a spreadsheet that rounds, so numbers are
    /// called rounded when more than half of them end in 0, however few they are.
    pub fn roundings(&self) -> Vec<NikRounding> {
        let most = |tally: Tally| tally.rounded * 2 > tally.whole;
        let verdict = |counts: &Counts| NikRounding {
            numbers: most(counts.numbers),
            texts: most(counts.texts) && counts.texts.whole >= TEXTS_MIN,
        };
        self.tables.iter().map(verdict).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::{Cell, CellAddress, RawValue};

    fn check(cells: &[(CellKind, &str)], expect: NikRounding) {
        let mut columns = NikColumns::default();
        for (at, (kind, text)) in cells.iter().enumerate() {
            let row = at as u32 + 2;
            let at = CellAddress { sheet: 0, row, column: 1 };
            let cell = Cell::of(*kind, text);
            let cells = vec![RawValue { field: Field::Nik, at, cell }];
            columns.observe(&RawRow { sheet: 0, table: 0, row, cells, key: None });
        }
        assert_eq!(columns.roundings(), vec![expect], "{} cells", cells.len());
    }

    #[test]
    fn a_column_of_rounded_numbers_is_told_from_single_numbers() {
        use CellKind::{Number, Text};
        let rounded = (Number, "6401011708620000");
        let ten = (Number, "6401011708620010");
        let whole = (Number, "6401011708620001");
        let numbers = NikRounding { numbers: true, texts: false };
        check(&[rounded; 5], numbers);
        check(&[ten, rounded, ten, whole], numbers);
        check(&[ten], numbers);
        check(&[ten, whole], NikRounding::default());
        check(&[(Text, "6401011708620010"); 4], NikRounding::default());
        check(&[(Text, "6401011708620010"); 5], NikRounding { numbers: false, texts: true });
        check(&[(Text, "6.40101E+15"); 5], NikRounding { numbers: false, texts: true });
        check(&[(Text, "6401011708620001"); 9], NikRounding::default());
    }
}
