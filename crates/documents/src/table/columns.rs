//! What the columns of a found table hold: by confirmed mapping, by heading, then by content.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use base::{CellKind, Field};

use super::head::{Head, same_words};
use super::{Merges, class};
use crate::columns::{Heading, Shape, compact, digits_of, read_heading};
use crate::read::{Basis, ColumnFound, Confidence, ConfirmedMapping, RowBuf};

/// Columns beyond this number are not looked at.
const COLUMNS_MAX: usize = 512;

/// What a reader does with a cell of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// It is a value of this field.
    Field(Field),
    /// A mark in it says that the sex is this one.
    Tick(&'static str),
    /// It is the row key.
    Key,
    /// It is a running number.
    Number,
    /// It is left alone.
    Unread,
}

/// The columns of a table, settled.
pub(super) struct Layout {
    pub columns: Vec<ColumnFound>,
    pub fingerprint: u64,
    pub key_column: Option<u16>,
    /// How many fields there are.
    pub fields: usize,
    first: u16,
    roles: Vec<Role>,
    nik: Option<u16>,
    name: Option<u16>,
    head: Vec<RowBuf>,
}

impl Layout {
    /// What a column is for.
    pub fn role(&self, column: u16) -> Role {
        let index = column.checked_sub(self.first).map(usize::from);
        index.and_then(|index| self.roles.get(index)).copied().unwrap_or(Role::Unread)
    }

    /// The columns the table takes.
    pub fn range(&self) -> RangeInclusive<u16> {
        self.first..=self.first.saturating_add(self.roles.len().saturating_sub(1) as u16)
    }

    /// The column of the name.
    pub fn name(&self) -> Option<u16> {
        self.name
    }

    /// Whether the NIK's cell holds a long number: whatever else is odd, this row is a person.
    pub fn has_nik(&self, row: &RowBuf) -> bool {
        let Some(nik) = self.nik else { return false };
        let cell = row.cells().find(|cell| cell.0 == nik);
        cell.is_some_and(|(_, _, text)| {
            let digits = text.bytes().filter(u8::is_ascii_digit).count();
            let letters = text.chars().filter(|char| char.is_alphabetic()).count();
            // "NIP. 1970…" below a signature has as many digits.
            (10..=17).contains(&digits) && digits * 2 > text.len() && letters <= 2
        })
    }

    /// Whether the row says the same as the head.
    pub fn repeats(&self, row: &RowBuf) -> bool {
        self.head.iter().any(|known| same_words(known, row))
    }
}

/// A column while it is being settled.
struct Draft {
    column: u16,
    header: String,
    heading: Heading,
    tick: Option<&'static str>,
    basis: Basis,
    shape: Shape,
    /// What the heading says when nothing better is found.
    head_of_family: bool,
}

/// Settles the columns below a head; tables that stand side by side have one layout each.
pub(super) fn settle(
    head: &Head,
    rows: &[RowBuf],
    merges: &Merges,
    mappings: &[ConfirmedMapping],
) -> Vec<Layout> {
    let mut drafts = drafts(head, merges);
    // Remarks and headings fill a cell or two; what people look like is learnt from fuller rows.
    let fullest = rows.iter().map(RowBuf::len).max().unwrap_or(0);
    for row in rows.iter().filter(|row| row.len() * 2 > fullest) {
        for (column, kind, text) in row.cells() {
            if let Some(draft) = drafts.get_mut(&column) {
                draft.shape.add(kind, text);
            } else if drafts.len() < COLUMNS_MAX && !class::is_blank(kind, text) {
                let mut draft = Draft::blank(column);
                draft.shape.add(kind, text);
                drafts.insert(column, draft);
            }
        }
    }
    let drafts: Vec<Draft> = drafts.into_values().collect();
    let mut layouts = Vec::new();
    for part in side_by_side(drafts) {
        layouts.push(settle_one(part, head, mappings));
    }
    layouts
}

impl Draft {
    fn blank(column: u16) -> Draft {
        Draft {
            column,
            header: String::new(),
            heading: Heading::Unknown,
            tick: None,
            basis: Basis::Nothing,
            shape: Shape::default(),
            head_of_family: false,
        }
    }
}

/// The columns that have a heading, each with all lines of it.
fn drafts(head: &Head, merges: &Merges) -> BTreeMap<u16, Draft> {
    let mut drafts = BTreeMap::new();
    let columns: Vec<u16> = {
        let mut all: Vec<u16> =
            head.rows.iter().flat_map(|row| row.cells().map(|cell| cell.0)).collect();
        all.sort_unstable();
        all.dedup();
        all.truncate(COLUMNS_MAX);
        all
    };
    for column in columns {
        let parts = parts_of(head, column, merges);
        let mut draft = Draft::blank(column);
        draft.header = parts.join(" / ");
        (draft.heading, draft.tick) = read_parts(&parts);
        draft.head_of_family = is_head_of_family(&parts);
        if draft.heading.field().is_some() {
            draft.basis = match draft.heading {
                Heading::Field(_, Confidence::Certain, _) => Basis::HeaderExact,
                _ => Basis::HeaderNear,
            };
        }
        drafts.insert(column, draft);
    }
    drafts
}

/// The lines of a column's heading, upper ones first; an upper cell heads what it reaches over.
fn parts_of(head: &Head, column: u16, merges: &Merges) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for (line, row) in head.rows.iter().enumerate() {
        let below = head.rows[line + 1..].iter();
        let under = below.flat_map(RowBuf::cells).any(|cell| cell.0 == column);
        let left = row.cells().take_while(|cell| cell.0 <= column).last();
        let Some((from, _, text)) = left else { continue };
        let reaches = from == column
            || match merges.at(row.row, from) {
                Some(region) => region.last_column >= column,
                // Without merged cells, an upper heading stands over the blanks to its right.
                None => under && !merges.any_wide(row),
            };
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if reaches && !text.is_empty() && parts.last() != Some(&text) {
            parts.push(text);
        }
    }
    parts
}

/// Reads a heading of one or more lines.
fn read_parts(parts: &[String]) -> (Heading, Option<&'static str>) {
    let Some(bottom) = parts.last() else { return (Heading::Unknown, None) };
    if parts.len() == 1 {
        return (read_heading(bottom), None);
    }
    let top = read_heading(&parts[0]);
    let key = compact(bottom);
    let is = |words: &[&str]| words.contains(&key.as_str());
    match top.field() {
        Some(Field::BirthPlaceDate) => {
            let sure = |field| (Heading::Field(field, Confidence::Certain, 0), None);
            if key.starts_with("tempat")
                || key.starts_with("tm")
                || key.starts_with("tp")
                || is(&["kota"])
            {
                return sure(Field::BirthPlace);
            }
            if key.starts_with("tgl") || key.starts_with("tanggal") || is(&["thn", "tahun"]) {
                return sure(Field::BirthDate);
            }
        }
        Some(Field::Sex) => {
            if is(&["l", "lk", "lakilaki", "pria", "laki"]) {
                return (Heading::Other, Some("L"));
            }
            if is(&["p", "pr", "perempuan", "wanita"]) {
                return (Heading::Other, Some("P"));
            }
        }
        _ => (),
    }
    // What stands under "Ahli Waris" or "Suami" is about somebody else.
    let elsewhere = ["ahli waris", "suami", "istri", "pasangan", "wali", "saksi", "perusahaan"];
    let upper = parts[..parts.len() - 1].join(" ").to_lowercase();
    if elsewhere.iter().any(|word| upper.contains(word)) {
        return (Heading::Other, None);
    }
    let whole = read_heading(&parts.join(" "));
    let candidates = [read_heading(bottom), whole, top];
    let certain = candidates
        .iter()
        .find(|heading| matches!(heading, Heading::Field(_, Confidence::Certain, _)));
    let known = candidates.iter().find(|heading| heading.is_known());
    (certain.or(known).copied().unwrap_or(Heading::Unknown), None)
}

fn is_head_of_family(parts: &[String]) -> bool {
    let key = compact(&parts.join(" "));
    ["namakepalakeluarga", "kepalakeluarga", "namakk", "namakepalakk"].contains(&key.as_str())
}

/// Cuts the columns where a second table begins: where a heading of the person itself comes again.
fn side_by_side(drafts: Vec<Draft>) -> Vec<Vec<Draft>> {
    let certain = |draft: &Draft, field| match draft.heading {
        Heading::Field(found, Confidence::Certain, _) => found == field,
        _ => false,
    };
    let count = |field| drafts.iter().filter(|draft| certain(draft, field)).count();
    let twice = count(Field::Name) >= 2 && (count(Field::Nik) >= 2 || count(Field::Nik) == 0);
    let number = drafts.iter().filter(|draft| draft.heading == Heading::RunningNumber).count() >= 2;
    if !twice || !number {
        return vec![drafts];
    }
    let mut parts: Vec<Vec<Draft>> = Vec::new();
    for draft in drafts {
        if draft.heading == Heading::RunningNumber || parts.is_empty() {
            parts.push(Vec::new());
        }
        parts.last_mut().expect("a part was begun").push(draft);
    }
    let whole = parts.iter().all(|part| part.iter().any(|draft| certain(draft, Field::Name)));
    match whole {
        true => parts,
        false => vec![parts.into_iter().flatten().collect()],
    }
}

fn settle_one(mut drafts: Vec<Draft>, head: &Head, mappings: &[ConfirmedMapping]) -> Layout {
    let fingerprint = fingerprint(&drafts);
    for draft in &mut drafts {
        mend_by_content(draft);
    }
    mend_rt_rw(&mut drafts);
    let mut fields = vec![None; drafts.len()];
    let confirmed = mappings.iter().find(|mapping| mapping.fingerprint == fingerprint);
    if let Some(mapping) = confirmed {
        for (draft, field) in drafts.iter_mut().zip(&mut fields) {
            let answer = mapping.fields.iter().find(|(column, _)| *column == draft.column);
            if let Some((_, answer)) = answer {
                *field = *answer;
                draft.heading = Heading::Other;
                draft.basis = Basis::Confirmed;
                draft.tick = None;
            }
        }
    }
    assign_by_heading(&mut drafts, &mut fields);
    assign_by_content(&mut drafts, &mut fields);
    layout(drafts, &fields, head, fingerprint)
}

/// A heading names the fields; the cells may show that it names one half of them.
fn mend_by_content(draft: &mut Draft) {
    let Heading::Field(field, confidence, place) = draft.heading else { return };
    let field = match field {
        Field::BirthPlaceDate if draft.shape.is_without_digits() => Field::BirthPlace,
        Field::BirthPlaceDate if draft.shape.guess() == Some(Field::BirthDate) => Field::BirthDate,
        Field::BirthPlace | Field::BirthDate if draft.shape.is_place_date() => {
            Field::BirthPlaceDate
        }
        field => field,
    };
    draft.heading = Heading::Field(field, confidence, place);
}

/// "RT/RW" may head two columns, the second of which has no heading of its own.
fn mend_rt_rw(drafts: &mut [Draft]) {
    let claimed = drafts.iter().any(|draft| draft.heading.field() == Some(Field::Rw));
    let both = drafts.iter().position(|draft| {
        draft.heading.field() == Some(Field::Rt) && compact(&draft.header) == "rtrw"
    });
    let Some(rt) = both.filter(|_| !claimed) else { return };
    if let Some([rt, rw]) = drafts.get_mut(rt..rt + 2)
        && rw.header.is_empty()
        && rt.shape.is_small_number()
        && rw.shape.is_small_number()
    {
        rw.heading = Heading::Field(Field::Rw, Confidence::Likely, u16::MAX);
        rw.basis = Basis::Content;
    }
}

/// Gives each field to the best of the columns whose headings claim it.
fn assign_by_heading(drafts: &mut [Draft], fields: &mut [Option<Field>]) {
    for &field in Field::ALL {
        if fields.contains(&Some(field)) {
            continue;
        }
        let claims = drafts.iter().enumerate().filter_map(|(index, draft)| match draft.heading {
            Heading::Field(found, confidence, place) if found == field => {
                let filled = draft.shape.filled > 0;
                // A column that holds something beats a better heading over nothing.
                Some(((filled, confidence, u16::MAX - place, usize::MAX - index), index))
            }
            _ => None,
        });
        if let Some((_, best)) = claims.max() {
            fields[best] = Some(field);
        }
    }
    if !fields.contains(&Some(Field::Name))
        && let Some(index) = drafts.iter().position(|draft| draft.head_of_family)
        && fields[index].is_none()
    {
        // A list of families names nobody but their heads.
        fields[index] = Some(Field::Name);
        drafts[index].heading = Heading::Field(Field::Name, Confidence::Likely, u16::MAX);
        drafts[index].basis = Basis::HeaderNear;
    }
}

/// Guesses those columns from their cells whose headings say nothing.
fn assign_by_content(drafts: &mut [Draft], fields: &mut [Option<Field>]) {
    let open = |draft: &Draft| draft.heading == Heading::Unknown && draft.basis != Basis::Confirmed;
    let mut guesses: Vec<(usize, Field)> = Vec::new();
    let taken = |guesses: &[(usize, Field)], fields: &[Option<Field>], field| {
        fields.contains(&Some(field)) || guesses.iter().any(|(_, known)| *known == field)
    };
    let mut numbers: Vec<usize> =
        (0..drafts.len()).filter(|&i| open(&drafts[i]) && drafts[i].shape.is_nik()).collect();
    // Of two columns of such numbers, the one with women's days of birth is the NIK.
    numbers.sort_by_key(|&index| !drafts[index].shape.has_woman());
    for index in numbers {
        // A column that repeats the NIK's is no family card.
        let repeats = drafts.iter().zip(fields.iter()).any(|(other, field)| {
            *field == Some(Field::Nik) && other.shape.shares_with(&drafts[index].shape)
        });
        for field in [Field::Nik, Field::NoKk] {
            if !repeats && !taken(&guesses, fields, field) {
                guesses.push((index, field));
                break;
            }
        }
    }
    let names = (0..drafts.len()).filter(|&index| {
        let shape = &drafts[index].shape;
        open(&drafts[index]) && shape.guess().is_none()
    });
    let best = names.max_by_key(|&index| (drafts[index].shape.name_score(), usize::MAX - index));
    if let Some(index) = best.filter(|&index| drafts[index].shape.name_score() > 0)
        && !taken(&guesses, fields, Field::Name)
    {
        guesses.push((index, Field::Name));
    }
    for (index, draft) in drafts.iter().enumerate() {
        let known = guesses.iter().any(|(known, _)| *known == index);
        if !known
            && open(draft)
            && let Some(field) = draft.shape.guess()
            && !taken(&guesses, fields, field)
            && !(field == Field::BirthPlaceDate && taken(&guesses, fields, Field::BirthDate))
        {
            guesses.push((index, field));
        }
    }
    for (index, field) in guesses {
        fields[index] = Some(field);
        drafts[index].heading = Heading::Field(field, Confidence::Guess, u16::MAX);
        drafts[index].basis = Basis::Content;
    }
}

fn layout(drafts: Vec<Draft>, fields: &[Option<Field>], head: &Head, fingerprint: u64) -> Layout {
    let first = drafts.first().map_or(0, |draft| draft.column);
    let last = drafts.last().map_or(0, |draft| draft.column);
    let mut roles = vec![Role::Unread; usize::from(last - first) + 1];
    let mut columns = Vec::new();
    let mut key_column = None;
    for (draft, field) in drafts.into_iter().zip(fields) {
        let role = match (draft.heading, *field, draft.tick) {
            (_, Some(field), _) => Role::Field(field),
            (_, _, Some(letter)) => Role::Tick(letter),
            (Heading::RowKey, ..) => Role::Key,
            (Heading::RunningNumber, ..) => Role::Number,
            _ => Role::Unread,
        };
        if role == Role::Key {
            key_column = Some(draft.column);
        }
        roles[usize::from(draft.column - first)] = role;
        let field = if draft.tick.is_some() { Some(Field::Sex) } else { *field };
        let confidence = match (draft.basis, draft.heading) {
            (Basis::Confirmed, _) => Confidence::Certain,
            (_, Heading::Field(_, confidence, _)) if field.is_some() => confidence,
            (_, Heading::Unknown) => Confidence::Guess,
            _ => Confidence::Certain,
        };
        let basis = match (draft.basis, field) {
            (Basis::Confirmed, _) => Basis::Confirmed,
            (Basis::Nothing, Some(_)) => Basis::HeaderExact,
            (basis, Some(_)) => basis,
            (_, None) => Basis::Nothing,
        };
        let (column, header) = (draft.column, draft.header);
        columns.push(ColumnFound { column, header, field, confidence, basis });
    }
    let column_of = |field| {
        let index = roles.iter().position(|role| *role == Role::Field(field))?;
        Some(first + index as u16)
    };
    Layout {
        fingerprint,
        key_column,
        fields: roles.iter().filter(|role| matches!(role, Role::Field(_))).count(),
        first,
        nik: column_of(Field::Nik),
        name: column_of(Field::Name),
        roles,
        columns,
        head: head.rows.clone(),
    }
}

/// A number that is the same for the same headings: the first bytes of a hash over them, those
/// columns aside that a return workbook adds.
fn fingerprint(drafts: &[Draft]) -> u64 {
    use sha2::{Digest, Sha256};
    let mut hash = Sha256::new();
    for draft in drafts {
        if !matches!(draft.heading, Heading::RowKey | Heading::Fix) {
            hash.update(compact(&draft.header).as_bytes());
            hash.update([0x1F]);
        }
    }
    let bytes = hash.finalize();
    u64::from_be_bytes(bytes[..8].try_into().expect("a hash has more than eight bytes"))
}

/// Whether a cell looks like a running number.
pub(super) fn is_running_number(kind: CellKind, text: &str) -> bool {
    let text = text.trim().trim_end_matches(['.', ')']);
    let digits = digits_of(text).len();
    matches!(kind, CellKind::Number | CellKind::Text)
        && (1..=6).contains(&digits)
        && digits == text.len()
}
