//! Labels with values beside them, as in titles and family headings: "No. KK : …", "Desa : …",
//! and places named in a title line.

use std::collections::VecDeque;
use std::ops::RangeInclusive;

use base::{Cell, CellAddress, Field, RawValue};

use crate::read::RowBuf;

/// What a label announces; none for what is known and not taken.
const LABELS: &[(&str, Option<Field>)] = &[
    ("nomor kartu keluarga", Some(Field::NoKk)),
    ("no. kartu keluarga", Some(Field::NoKk)),
    ("no kartu keluarga", Some(Field::NoKk)),
    ("nama kepala keluarga", None),
    ("nama kepala kk", None),
    ("nama kk", None),
    ("kepala keluarga", None),
    ("nomor kk", Some(Field::NoKk)),
    ("no. kk", Some(Field::NoKk)),
    ("no.kk", Some(Field::NoKk)),
    ("no kk", Some(Field::NoKk)),
    ("nkk", Some(Field::NoKk)),
    ("kk", Some(Field::NoKk)),
    ("alamat", Some(Field::Address)),
    ("nama dusun", Some(Field::Address)),
    ("dusun", Some(Field::Address)),
    ("lingkungan", Some(Field::Address)),
    ("rt/rw", Some(Field::Rt)),
    ("rt / rw", Some(Field::Rt)),
    ("rt", Some(Field::Rt)),
    ("rw", Some(Field::Rw)),
    ("desa/kelurahan", Some(Field::Village)),
    ("desa / kelurahan", Some(Field::Village)),
    ("kelurahan/desa", Some(Field::Village)),
    ("kelurahan / desa", Some(Field::Village)),
    ("desa/kel", Some(Field::Village)),
    ("nama desa", Some(Field::Village)),
    ("desa", Some(Field::Village)),
    ("kelurahan", Some(Field::Village)),
    ("kampung", Some(Field::Village)),
    ("gampong", Some(Field::Village)),
    ("nagari", Some(Field::Village)),
    ("kecamatan", Some(Field::District)),
    ("kec.", Some(Field::District)),
    ("kec", Some(Field::District)),
    ("distrik", Some(Field::District)),
    ("kabupaten/kota", None),
    ("kabupaten", None),
    ("kab/kota", None),
    ("kode pos", None),
    ("provinsi", None),
    ("propinsi", None),
    ("periode/tanggal", None),
    ("periode", None),
    ("tanggal", None),
    ("tahun", None),
    ("nama", None),
];

/// Words at which a place's name in a title ends.
#[rustfmt::skip]
const PLACE_ENDS: &[&str] = &[
    "kecamatan", "kec", "distrik", "kabupaten", "kab", "kota", "provinsi", "prov", "propinsi",
    "tahun", "bulan", "periode", "desa", "kelurahan", "rt", "rw", "tanggal", "per", "dan", "se",
    "yang", "pada", "untuk", "di", "dusun", "penerima", "peserta", "calon", "data", "daftar", "ta",
    "semester", "tahap", "program", "bpjs", "dengan", "dalam", "sebanyak",
];
/// Words after which "desa" is no place.
#[rustfmt::skip]
const NO_PLACE_AFTER: &[&str] = &[
    "kepala",
    "perangkat",
    "dana",
    "aparat",
    "aparatur",
    "pemerintahan",
    "sekretaris",
    "pendamping",
    "badan",
    "bumn",
    "antar",
];

/// Village and district that the lines above a table state.
pub(super) fn heading_of(above: &VecDeque<RowBuf>, sheet: u16) -> Vec<RawValue> {
    let mut found: Vec<RawValue> = Vec::new();
    let mut keep = |values: Vec<RawValue>| {
        for value in values {
            let place = matches!(value.field, Field::Village | Field::District);
            if place && !found.iter().any(|known| known.field == value.field) {
                found.push(value);
            }
        }
    };
    // What stands nearest to the table counts, and a label more than a title.
    for row in above.iter().rev() {
        keep(labelled(row, sheet, 0..=u16::MAX));
    }
    for row in above.iter().rev() {
        keep(named_in_title(row, sheet));
    }
    found.sort_by_key(|value| value.field);
    found
}

/// What the heading of a family or a group says of the rows below it.
pub(super) fn block_of(row: &RowBuf, sheet: u16, range: RangeInclusive<u16>) -> Vec<RawValue> {
    let mut found: Vec<RawValue> = Vec::new();
    for value in labelled(row, sheet, range.clone()) {
        let digits = value.cell.text.chars().filter(char::is_ascii_digit).count();
        if value.field == Field::NoKk && digits < 10 {
            continue;
        }
        if !found.iter().any(|known| known.field == value.field) {
            found.push(value);
        }
    }
    if found.is_empty() {
        found.extend(group_of(row, sheet, range));
    }
    found
}

/// Whether the row carries the label of a family card with a number, or of the family's head.
pub(super) fn is_family_heading(row: &RowBuf, range: RangeInclusive<u16>) -> bool {
    let first = row.cells().find(|(column, ..)| range.contains(column));
    let Some((_, _, text)) = first else { return false };
    let text = text.trim_start().to_lowercase();
    let Some((label, field)) = LABELS.iter().find(|(label, _)| begins_with_label(&text, label))
    else {
        return false;
    };
    let family = *field == Some(Field::NoKk) || label.contains("kepala k") || *label == "nama kk";
    if !family {
        return false;
    }
    let rest = text[label.len()..].trim_start();
    let digits: usize = row
        .cells()
        .filter(|(column, ..)| range.contains(column))
        .take(4)
        .map(|(_, _, text)| text.chars().filter(char::is_ascii_digit).count())
        .sum();
    rest.starts_with(':') || digits >= 15
}

/// Whether a line of one cell heads a group by place: "RT 03", "DUSUN MELATI".
pub(super) fn is_group_heading(text: &str) -> bool {
    let lower = text.trim().to_lowercase();
    let words: Vec<&str> =
        lower.split([' ', '.', ':', '/']).filter(|word| !word.is_empty()).collect();
    let Some(first) = words.first() else { return false };
    let place = [
        "rt",
        "rw",
        "dusun",
        "dsn",
        "desa",
        "kelurahan",
        "kel",
        "kecamatan",
        "kec",
        "kampung",
        "gampong",
        "lingkungan",
        "posyandu",
        "kelompok",
        "banjar",
        "jorong",
        "nagari",
        "wilayah",
    ];
    (place.contains(first) && words.len() <= 6) || (is_enumerator(first) && words.len() >= 2)
}

fn is_enumerator(word: &str) -> bool {
    ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "a", "b", "c", "d", "e"]
        .contains(&word)
}

/// "RT 03" and "Desa Padang" as the heading of a group.
fn group_of(row: &RowBuf, sheet: u16, range: RangeInclusive<u16>) -> Option<RawValue> {
    let (column, _, text) = row.cells().find(|(column, ..)| range.contains(column))?;
    let text = text.trim();
    let lower = text.to_lowercase();
    let at = CellAddress { sheet, row: row.row, column };
    let labels = [
        ("rt", Field::Rt),
        ("rw", Field::Rw),
        ("desa", Field::Village),
        ("kelurahan", Field::Village),
        ("kampung", Field::Village),
        ("gampong", Field::Village),
        ("kecamatan", Field::District),
        ("dusun", Field::Address),
    ];
    let (label, field) = labels.iter().find(|(label, _)| begins_with_label(&lower, label))?;
    let value = text.get(label.len()..)?.trim_matches([' ', '.', ':', '\u{a0}']);
    (!value.is_empty()).then(|| RawValue { field: *field, at, cell: Cell::text(value) })
}

/// Every "label : value" of a row; a value may stand in the next cell.
fn labelled(row: &RowBuf, sheet: u16, range: RangeInclusive<u16>) -> Vec<RawValue> {
    let mut found: Vec<RawValue> = Vec::new();
    let mut waiting: Option<Option<Field>> = None;
    for (column, _, text) in row.cells().filter(|(column, ..)| range.contains(column)) {
        let at = CellAddress { sheet, row: row.row, column };
        let mut keep = |field: Option<Field>, value: &str| {
            let value = trimmed(value);
            if let Some(field) = field.filter(|_| !value.is_empty() && value != "-") {
                found.push(RawValue { field, at, cell: Cell::text(value) });
            }
        };
        let pieces = pieces(text);
        if pieces.is_empty() {
            let value = text.trim().trim_start_matches(':');
            let bare = trimmed(text).to_lowercase();
            let label = LABELS.iter().find(|(label, _)| *label == bare);
            match (waiting, label) {
                // A label alone, its colon and value in the cells to the right.
                (_, Some((_, field))) => waiting = Some(*field),
                (Some(field), None) if !trimmed(value).is_empty() => {
                    keep(field, value);
                    waiting = None;
                }
                _ => (),
            }
            continue;
        }
        waiting = None;
        for (field, value) in pieces {
            match trimmed(value).is_empty() {
                true => waiting = Some(field),
                false => keep(field, value),
            }
        }
    }
    found
}

/// Cuts a text at its labels: every label followed by a colon, with what follows it.
fn pieces(text: &str) -> Vec<(Option<Field>, &str)> {
    let lower = text.to_lowercase();
    // Lower case may change the length of a text; such a text has no labels of ours.
    if lower.len() != text.len() || !text.contains(':') || text.len() > 400 {
        return Vec::new();
    }
    let mut marks: Vec<(usize, usize, Option<Field>)> = Vec::new();
    let mut at = 0;
    while at < lower.len() {
        let boundary = lower.is_char_boundary(at)
            && !lower[..at].ends_with(|char: char| char.is_alphanumeric() || char == '/');
        let label = boundary
            .then(|| LABELS.iter().find(|(label, _)| begins_with_label(&lower[at..], label)))
            .flatten();
        let colon = label.and_then(|(label, field)| {
            let after = &lower[at + label.len()..];
            let rest = after.trim_start_matches([' ', '\u{a0}', '\t']);
            let colon = at + label.len() + (after.len() - rest.len());
            rest.starts_with(':').then_some((colon + 1, *field))
        });
        match colon {
            Some((value, field)) => {
                marks.push((at, value, field));
                at = value;
            }
            None => at += 1,
        }
    }
    (0..marks.len())
        .map(|index| {
            let end = marks.get(index + 1).map_or(text.len(), |next| next.0);
            (marks[index].2, &text[marks[index].1..end])
        })
        .collect()
}

fn begins_with_label(text: &str, label: &str) -> bool {
    text.strip_prefix(label).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
}

fn trimmed(value: &str) -> &str {
    value.trim_matches(|char: char| char.is_whitespace() || ":,;".contains(char))
}

/// "DAFTAR KADER DESA PADANG PANGRAPAT KECAMATAN TANAH GROGOT": the places named in a title.
fn named_in_title(row: &RowBuf, sheet: u16) -> Vec<RawValue> {
    if row.len() > 4 {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (column, _, text) in row.cells() {
        let at = CellAddress { sheet, row: row.row, column };
        let words: Vec<&str> = text.split_whitespace().collect();
        if words.len() > 40 {
            continue;
        }
        for (index, word) in words.iter().enumerate() {
            let field = match bare(word).as_str() {
                "desa" | "kelurahan" | "gampong" | "nagari" | "kampung" => Field::Village,
                "kecamatan" | "kec" | "distrik" => Field::District,
                _ => continue,
            };
            let before = index.checked_sub(1).map(|index| bare(words[index])).unwrap_or_default();
            if NO_PLACE_AFTER.contains(&before.as_str()) {
                continue;
            }
            let name = place_name(&words[index + 1..]);
            if !name.is_empty() {
                found.push(RawValue { field, at, cell: Cell::text(&name) });
            }
        }
    }
    found
}

/// The words of a place's name, up to a word that no name holds; at most four.
fn place_name(words: &[&str]) -> String {
    let mut name = Vec::new();
    for word in words.iter().take(5) {
        let plain = bare(word);
        let ends = plain.is_empty()
            || PLACE_ENDS.contains(&plain.as_str())
            || plain.starts_with(|char: char| char.is_ascii_digit())
            || word.to_lowercase().starts_with("se-");
        if ends || name.len() == 4 {
            break;
        }
        name.push(word.trim_matches([',', '.', ';', ':']));
        if word.ends_with([',', ';']) {
            break;
        }
    }
    name.join(" ")
}

fn bare(word: &str) -> String {
    word.trim_matches(|char: char| !char.is_alphanumeric()).to_lowercase()
}
