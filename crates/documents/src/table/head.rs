//! The head of a table: which rows it takes, and whether a row can be one at all.

use std::collections::{HashSet, VecDeque};

use base::{CellKind, Field};

use super::Merges;
use super::class;
use crate::columns::{Heading, compact, exact_heading, is_nik_like, read_heading};
use crate::read::{Confidence, RowBuf};

/// A row with more cells than this is no head that a person made.
const CELLS_MAX: usize = 300;

/// Words that stand in the lower line of a head and mean something only below the upper one.
#[rustfmt::skip]
const SUB_WORDS: &[&str] = &[
    "l", "p", "lk", "pr", "lakilaki", "perempuan", "pria", "wanita", "tempat", "tmp", "tgl",
    "tanggal", "tglblnth", "tglblnthn", "terakhir", "kandung", "nama", "nomor", "rp", "orang",
    "digit", "thn", "bln", "th", "ya", "tidak", "ada", "kel", "dusun", "jalan", "lengkap", "ktp",
    "kk", "hp", "wa", "bulan", "tahun", "jenis", "ke", "no",
];

/// The head of a table.
pub(super) struct Head {
    /// Its rows, none when the table has no head.
    pub rows: Vec<RowBuf>,
    /// Whether it was found by its words, and not by what stands below it.
    pub by_words: bool,
}

/// How many rows a head takes, counted upwards from the row it was found in.
pub(super) struct Found(usize);

impl Found {
    /// How many rows.
    pub fn rows(&self) -> usize {
        self.0
    }

    /// The head, with its rows.
    pub fn with_rows(self, rows: Vec<RowBuf>) -> Head {
        Head { rows, by_words: true }
    }
}

impl Head {
    /// A head that was found by the people below it; it may have no row.
    pub fn of_content(rows: Vec<RowBuf>) -> Head {
        Head { rows, by_words: false }
    }

    /// First and last row.
    pub fn span(&self) -> Option<(u32, u32)> {
        Some((self.rows.first()?.row, self.rows.last()?.row))
    }

    /// The last row, 0 when there is none.
    pub fn last_row(&self) -> u32 {
        self.rows.last().map_or(0, |row| row.row)
    }

    /// Whether the row says the same as one of the head's.
    pub fn repeats(&self, row: &RowBuf) -> bool {
        self.rows.iter().any(|known| same_words(known, row))
    }

    /// Whether the row is the next line of this head rather than the head of another table.
    pub fn continues_in(&self, row: &RowBuf) -> bool {
        self.by_words && self.last_row() + 1 == row.row && is_sub_head(row, self)
    }

    /// Moves those rows that belong to the head from the top of the rows below it.
    pub fn take_in(&mut self, rows: &mut Vec<RowBuf>, merges: &Merges) {
        if !self.by_words {
            return;
        }
        let taken = rows
            .iter()
            .take(3)
            .take_while(|row| {
                let reaches = merged_into(self, row, merges);
                is_sub_head(row, self) || is_hint(row) || (reaches && !has_numbers(row))
            })
            .count();
        self.rows.extend(rows.drain(..taken));
    }
}

/// Whether a row has at least two known headings: cheap, and true of every head with words.
pub(super) fn may_be_head(row: &RowBuf) -> bool {
    let cells = row.cells().take(CELLS_MAX).filter(|(_, kind, _)| *kind == CellKind::Text);
    let known = cells.filter(|(_, _, text)| text.len() <= 60 && exact_heading(text).is_known());
    known.take(2).count() == 2
}

/// A head whose lowest telling row comes first in `upwards`.
pub(super) fn find<'r>(
    mut upwards: impl Iterator<Item = &'r RowBuf>,
    merges: &Merges,
) -> Option<Found> {
    let row = upwards.next()?;
    if !is_head(row) {
        return None;
    }
    let mut rows = 1;
    let mut below = row;
    for upper in upwards.take(2) {
        if upper.row + 1 != below.row || !is_upper_head(upper, row, merges) {
            break;
        }
        rows += 1;
        below = upper;
    }
    Some(Found(rows))
}

/// People without a head that has words: the place of the first of them in the window, and how many
/// rows above it are a head of unknown words.
pub(super) fn find_by_content(
    window: &VecDeque<RowBuf>,
    people_min: usize,
) -> Option<(usize, usize)> {
    let last = window.back()?;
    if people_min > 1 && !last.cells().any(|(_, _, text)| is_nik_like(text)) {
        return None;
    }
    let mut columns: Vec<(u16, usize)> = Vec::new();
    for row in window {
        for (column, _, text) in row.cells().take(CELLS_MAX) {
            if is_nik_like(text) {
                match columns.iter_mut().find(|(known, _)| *known == column) {
                    Some((_, count)) => *count += 1,
                    None => columns.push((column, 1)),
                }
            }
        }
    }
    let (column, count) = columns.into_iter().max_by_key(|(_, count)| *count)?;
    if count < people_min {
        return None;
    }
    let holds = |row: &RowBuf| row.cells().any(|cell| cell.0 == column && is_nik_like(cell.2));
    let first = window.iter().position(holds)?;
    if count == 1 && !has_somebody(&window[first]) {
        return None;
    }
    let above = first.checked_sub(1).map(|above| &window[above]);
    let head = above.is_some_and(|row| {
        row.row + 1 == window[first].row
            && row.len() >= 2
            && row.cells().any(|cell| cell.0 == column)
            && row.cells().all(|(_, kind, text)| kind == CellKind::Text && text.len() <= 60)
            && !has_numbers(row)
    });
    Some((usize::from(head), first))
}

/// Whether beside the number stands something like a name, and no label: a form is no list.
fn has_somebody(row: &RowBuf) -> bool {
    let labelled = row.cells().any(|(_, _, text)| {
        let label = text.trim();
        label == ":" || label.ends_with(':') || exact_heading(label).is_known()
    });
    let name = row.cells().any(|(_, _, text)| {
        let letters = text.chars().filter(|char| char.is_alphabetic()).count();
        letters >= 3 && !text.chars().any(|char| char.is_ascii_digit())
    });
    name && !labelled
}

fn is_head(row: &RowBuf) -> bool {
    if !may_be_head(row) || row.len() > CELLS_MAX || is_labels(row) || !is_worth_reading(row) {
        return false;
    }
    let mut fields: HashSet<Field> = HashSet::new();
    let mut certain = false;
    let mut known = 0;
    let mut numbers = 0;
    for (_, kind, text) in row.cells() {
        if class::is_blank(kind, text) {
            continue;
        }
        if text.bytes().filter(u8::is_ascii_digit).count() >= 8 {
            return false;
        }
        numbers += usize::from(kind != CellKind::Text || text.trim().parse::<f64>().is_ok());
        let heading = read_heading(text);
        known += usize::from(heading.is_known());
        certain |= matches!(
            heading,
            Heading::Field(Field::Nik | Field::NoKk | Field::Name, Confidence::Certain, _)
        );
        fields.extend(heading.field());
    }
    if numbers * 4 > row.len() {
        return false;
    }
    let person = fields.iter().filter(|field| **field != Field::Note).count();
    let has = |field| fields.contains(&field);
    let nik = has(Field::Nik) && known >= 2;
    let other = (has(Field::NoKk) || has(Field::Name)) && person >= 2;
    (nik || other) && (certain || person >= 3)
}

/// Whether enough of a row is known at first sight to read the rest of it with care.
fn is_worth_reading(row: &RowBuf) -> bool {
    let mut known = 0;
    let mut identity = false;
    for (_, _, text) in row.cells() {
        let heading = exact_heading(text);
        known += usize::from(heading.is_known());
        identity |= matches!(heading.field(), Some(Field::Nik | Field::NoKk | Field::Name));
    }
    known * 4 >= row.len() && (identity || known >= 3)
}

/// A row above the head that belongs to it: known words, no labels, over blank cells of the head
/// or over several of its columns.
fn is_upper_head(upper: &RowBuf, head: &RowBuf, merges: &Merges) -> bool {
    if upper.len() < 2 || upper.len() > CELLS_MAX || has_numbers(upper) || is_labels(upper) {
        return false;
    }
    let under = |column: u16| head.cells().any(|cell| cell.0 == column);
    let known = upper.cells().filter(|(_, _, text)| read_heading(text).is_known()).count();
    let alone = upper.cells().filter(|(column, ..)| !under(*column)).count();
    known >= 1 && (alone >= 1 || merges.any_wide(upper)) && upper.cells().all(|c| c.2.len() <= 60)
}

/// A row below the head that belongs to it.
fn is_sub_head(row: &RowBuf, head: &Head) -> bool {
    if has_numbers(row) || row.is_empty() || row.len() > CELLS_MAX {
        return false;
    }
    let words = row.cells().filter(|(_, kind, text)| {
        let key = compact(text);
        *kind == CellKind::Text
            && text.len() <= 60
            && (SUB_WORDS.contains(&key.as_str()) || exact_heading(text).is_known())
    });
    let words = words.count();
    let blank_above = row.cells().all(|(column, ..)| {
        !head.rows.last().is_some_and(|above| above.cells().any(|cell| cell.0 == column))
    });
    words * 2 > row.len() && (row.len() >= 2 || blank_above) && !head.repeats(row)
}

/// A row of hints in brackets below the head: "(16 digit)", "(dd-mm-yyyy)".
fn is_hint(row: &RowBuf) -> bool {
    row.len() >= 2
        && row.cells().all(|(_, _, text)| {
            let text = text.trim();
            text.starts_with('(') && text.ends_with(')') && text.chars().any(char::is_alphabetic)
        })
}

/// Whether a merged cell of the head covers this row too, so that the row is its lower line.
fn merged_into(head: &Head, row: &RowBuf, merges: &Merges) -> bool {
    let tall = head
        .rows
        .iter()
        .flat_map(|above| above.cells().filter_map(|(column, ..)| merges.at(above.row, column)));
    let mut tall = tall.filter(|region| region.last_row >= row.row);
    let words = row.cells().all(|(_, kind, text)| kind == CellKind::Text && text.len() <= 60);
    words && tall.next().is_some()
}

fn has_numbers(row: &RowBuf) -> bool {
    row.cells().any(|(_, kind, text)| {
        matches!(kind, CellKind::Number | CellKind::Date)
            || text.bytes().filter(u8::is_ascii_digit).count() >= 6
            || (!text.trim().is_empty() && text.trim().parse::<f64>().is_ok())
    })
}

/// A row of labels with colons states values; it heads nothing.
fn is_labels(row: &RowBuf) -> bool {
    let colons = row.cells().filter(|(_, _, text)| {
        let text = text.trim();
        text.starts_with(':') || text.contains(" : ")
    });
    let ends = row.cells().filter(|(_, _, text)| text.trim().ends_with(':')).count();
    colons.count() > 0 || ends * 2 > row.len()
}

/// Whether the row says mostly the same as the known one in the same columns, and nothing beside.
pub(super) fn same_words(known: &RowBuf, row: &RowBuf) -> bool {
    let mut same = 0;
    let mut cells = known.cells().peekable();
    for (column, kind, text) in row.cells() {
        while cells.peek().is_some_and(|cell| cell.0 < column) {
            cells.next();
        }
        match cells.peek().filter(|cell| cell.0 == column) {
            Some(cell) => same += usize::from(compact(cell.2) == compact(text)),
            None if class::is_blank(kind, text) => (),
            // A column more is another table.
            None => return false,
        }
    }
    let most = known.len().max(row.len());
    (same >= 2 && same * 10 >= most * 6) || (same >= 1 && same == most)
}
