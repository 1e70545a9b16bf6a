//! What a row of a table is: a person, a heading, a sum, a signature, a remark.
//!
//! In doubt a row is a person: a person who is none is seen and mended, one who is skipped is not.

use base::{CellKind, Field};

use super::columns::{Layout, Role, is_running_number};
use super::label;
use crate::columns::has_date;
use crate::read::{RowBuf, SkipReason};

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Nothing of this table.
    Nothing,
    /// A person.
    Person,
    /// The heading of a family or a group.
    Block,
    /// Something else.
    Skip(SkipReason),
}

/// Where in its table the reading is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Above the first person.
    Above,
    /// Among people.
    People,
    /// Below them, where signatures or remarks stand.
    Below(SkipReason),
}

#[rustfmt::skip]
const TOTALS: &[&str] =
    &["jumlah", "total", "subtotal", "jml", "grand", "terbilang", "rekapitulasi"];
#[rustfmt::skip]
const SIGNATURES: &[&str] = &[
    "mengetahui", "menyetujui", "disetujui", "diketahui", "disahkan", "kepala desa", "lurah",
    "camat", "kepala kampung", "kepala dinas", "kepala kelurahan", "kepala dusun", "pj", "plt",
    "plh", "an", "nip", "nip.", "ttd", "tertanda", "dibuat", "yang membuat", "pembuat", "petugas",
    "penanggung jawab", "sekretaris", "bendahara", "operator", "keuchik", "geuchik", "geuchiek",
    "wali nagari", "hormat kami", "pendata", "verifikator", "ketua", "dto", "bupati",
];
#[rustfmt::skip]
const NOTES: &[&str] =
    &["catatan", "note", "nb", "sumber", "keterangan", "ket", "petunjuk", "perhatian"];
/// Words of a title that a page break repeats amid the people.
#[rustfmt::skip]
const TITLES: &[&str] = &[
    "daftar", "data", "lampiran", "halaman", "hal", "lembar", "formulir", "rekap", "pemerintah",
    "kabupaten", "provinsi", "dinas", "tahun", "laporan", "page",
];
const EXAMPLES: &[&str] = &["contoh", "cth", "misal", "misalnya", "contoh pengisian"];

/// Says what a row is, and keeps `mode` in step.
pub(super) fn classify(layout: &Layout, mode: &mut Mode, row: &RowBuf) -> Class {
    if layout.has_nik(row) {
        let example = first_words(layout, row).is_some_and(|words| begins(&words, EXAMPLES));
        if example {
            return Class::Skip(SkipReason::Example);
        }
        *mode = Mode::People;
        return Class::Person;
    }
    let range = layout.range();
    let here = || row.cells().filter(|cell| range.contains(&cell.0) && !is_blank(cell.1, cell.2));
    let cells = here().count();
    if cells == 0 {
        return Class::Nothing;
    }
    if layout.repeats(row) {
        return Class::Skip(SkipReason::HeadRepeated);
    }
    if is_column_numbers(here()) {
        return Class::Skip(SkipReason::ColumnNumbers);
    }
    if label::is_family_heading(row, range.clone()) {
        *mode = Mode::People;
        return Class::Block;
    }
    if here().all(|(column, kind, text)| {
        is_running_number(kind, text) && !matches!(layout.role(column), Role::Field(_))
    }) {
        return Class::Skip(SkipReason::NumberOnly);
    }
    if let Some(reason) = by_words(layout, row, cells) {
        let ends = matches!(reason, SkipReason::Signature | SkipReason::Note);
        if ends && *mode != Mode::Above {
            *mode = Mode::Below(reason);
        }
        return Class::Skip(reason);
    }
    by_cells(layout, mode, row, cells)
}

/// Rows that their first words give away.
fn by_words(layout: &Layout, row: &RowBuf, cells: usize) -> Option<SkipReason> {
    let words = first_words(layout, row)?;
    let numbered = is_numbered(layout, row);
    if begins(&words, EXAMPLES) {
        return Some(SkipReason::Example);
    }
    if begins(&words, TOTALS) && !numbered {
        return Some(SkipReason::Total);
    }
    if words.starts_with("###") || words.starts_with('*') {
        return Some(SkipReason::Note);
    }
    // These words begin names and offices of people, too, where a row is filled in.
    if numbered || cells > 4 || fields(layout, row) > 3 {
        return None;
    }
    if begins(&words, NOTES) {
        return Some(SkipReason::Note);
    }
    let signs = |text: &str| {
        let lower = text.trim().to_lowercase();
        begins(&lower, SIGNATURES) || is_place_and_day(&lower)
    };
    let own = layout.name().and_then(|name| row.cells().find(|cell| cell.0 == name));
    // Who has a name and an office is a person who holds it.
    let holds_office = own.is_some_and(|cell| !signs(cell.2)) && fields(layout, row) >= 2;
    let any = row.cells().any(|(_, _, text)| signs(text));
    (any && !holds_office).then_some(SkipReason::Signature)
}

/// Rows that only the number and place of their cells give away.
fn by_cells(layout: &Layout, mode: &mut Mode, row: &RowBuf, cells: usize) -> Class {
    let fields = fields(layout, row);
    let numbered = is_numbered(layout, row);
    if let Mode::Below(reason) = *mode {
        let all = layout.fields;
        let full = (fields >= 3 && fields * 2 > all) || (all <= 2 && fields == all);
        let counted = numbered && fields >= 2;
        if !full && !counted {
            return Class::Skip(reason);
        }
    }
    let range = layout.range();
    let mut here = row.cells().filter(|cell| range.contains(&cell.0) && !is_blank(cell.1, cell.2));
    let Some((column, kind, text)) = here.next() else { return Class::Nothing };
    let alone = cells == 1 || (cells == 2 && numbered && fields == 0);
    if alone && kind == CellKind::Text {
        if begins(&text.trim().to_lowercase(), TITLES) {
            return Class::Skip(SkipReason::Title);
        }
        if label::is_group_heading(text) {
            return Class::Block;
        }
        return match layout.role(column) {
            Role::Field(Field::Name | Field::Nik | Field::NoKk) => {
                *mode = Mode::People;
                Class::Person
            }
            Role::Field(_) => Class::Skip(SkipReason::Note),
            _ => Class::Block,
        };
    }
    if fields == 0 {
        return Class::Skip(SkipReason::NothingRead);
    }
    *mode = Mode::People;
    Class::Person
}

/// Whether a cell is to be read as empty.
pub(super) fn is_blank(kind: CellKind, text: &str) -> bool {
    kind != CellKind::FormulaWithoutValue && text.chars().all(char::is_whitespace)
}

/// Whether a mark in a column of marks is one.
pub(super) fn is_tick(text: &str) -> bool {
    let text = text.trim();
    !text.is_empty() && text != "-" && text != "0" && text.chars().count() <= 12
}

/// 1, 2, 3 … or (1), (2), (3) … across the columns; Excel reads "(1)" as -1.
fn is_column_numbers<'c>(cells: impl Iterator<Item = (u16, CellKind, &'c str)>) -> bool {
    let mut count = 0;
    let mut steps = 0;
    let mut last: Option<i64> = None;
    for (_, _, text) in cells {
        let text = text.trim().trim_matches(['(', ')', '-', '[', ']', '.', ' ']);
        // "6 = 4 x 5" numbers a column that is computed.
        let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
        let Ok(number) = digits.parse::<i64>() else { return false };
        if digits.len() > 3 || (digits.len() != text.len() && !text.contains(['=', 'x', '+'])) {
            return false;
        }
        if last.is_some_and(|last| number <= last) || (last.is_none() && number > 2) {
            return false;
        }
        steps += i64::from(last.is_some_and(|last| number == last + 1));
        last = Some(number);
        count += 1;
    }
    count >= 3 && steps * 10 >= (count - 1) * 8
}

/// The first text of the row that is no number, in lower case.
fn first_words(layout: &Layout, row: &RowBuf) -> Option<String> {
    let range = layout.range();
    let mut texts = row.cells().filter(|(column, kind, text)| {
        range.contains(column)
            && *kind == CellKind::Text
            && text.chars().any(|c| !c.is_numeric() && !c.is_whitespace())
    });
    texts.next().map(|(_, _, text)| text.trim().chars().take(80).collect::<String>().to_lowercase())
}

/// Whether the text begins with one of these as whole words.
fn begins(text: &str, any: &[&str]) -> bool {
    let text =
        text.trim_start_matches(|char: char| "(.:'\"".contains(char) || char.is_whitespace());
    any.iter().any(|word| {
        text.strip_prefix(word).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
    }) || any.contains(&"an") && (text.starts_with("a.n") || text.starts_with("a/n"))
}

/// "Tanah Grogot, 12 Oktober 2022" and "Paser,        2022".
fn is_place_and_day(lower: &str) -> bool {
    let Some((place, day)) = lower.split_once(',') else { return false };
    let words = place.split_whitespace().count();
    let letters = place.chars().all(|char| char.is_alphabetic() || char == ' ' || char == '.');
    let blank = |char: char| char.is_whitespace() || ".…_-".contains(char);
    let year = day.trim_matches(blank);
    let year =
        year.len() == 4 && year.starts_with("20") && year.bytes().all(|b| b.is_ascii_digit());
    let month = day.chars().any(char::is_alphabetic);
    (1..=4).contains(&words) && letters && (year || (month && has_date(day)))
}

/// How many cells of the row hold a field.
fn fields(layout: &Layout, row: &RowBuf) -> usize {
    row.cells()
        .filter(|(column, kind, text)| {
            matches!(layout.role(*column), Role::Field(_) | Role::Tick(_)) && !is_blank(*kind, text)
        })
        .count()
}

/// Whether the row has a running number.
fn is_numbered(layout: &Layout, row: &RowBuf) -> bool {
    row.cells().any(|(column, kind, text)| {
        layout.role(column) == Role::Number && is_running_number(kind, text)
    })
}
