//! Excel 2007 and later (.xlsx, .xlsm): streams each sheet straight out of the archive.
//!
//! Only the shared texts and the number formats are held in memory. A cell that is wrong in itself
//! is passed on as text or left out; only XML that ends too early condemns the file.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{Read, Seek};

use base::CellKind;

use super::archive::{Archive, refusal};
use super::biff::Shared;
use super::markup::{Markup, Token};
use super::number::{self, Shown};
use super::{Limits, Notice, Part, Refusal, Region, RowBuf, Sink};

/// Merged cells beyond this number mean nothing to a reader of tables.
const MERGES_MAX: usize = 100_000;

/// Merged cells of a sheet larger than this are not worth a second pass.
const MERGES_LOOKED_FOR_BYTES_MAX: u64 = 256 << 20;

/// Reads a workbook.
pub(crate) fn read<R: Read + Seek>(
    input: R,
    limits: &Limits,
    sink: &mut Sink<'_>,
) -> Result<(), Refusal> {
    let mut archive = Archive::open(input, limits)?;
    let path = workbook_path(&mut archive, limits)?;
    let relations = Relations::read(&mut archive, &path, limits)?;
    let (sheets, epoch_1904) = read_workbook(&mut archive, &path, limits)?;
    if archive.has("xl/vbaProject.bin") {
        sink(Part::Notice(Notice::MacrosIgnored))?;
    }
    let strings = relations.of_kind("sharedStrings", "xl/sharedStrings.xml");
    let shared = read_shared(&mut archive, &strings, limits)?;
    let styles = relations.of_kind("styles", "xl/styles.xml");
    let formats = read_formats(&mut archive, &styles, limits)?;
    for sheet in &sheets {
        let Some(target) = relations.get(&sheet.relation) else {
            sink(Part::Sheet { name: &sheet.name, hidden: sheet.hidden, epoch_1904 })?;
            sink(Part::Unreadable)?;
            continue;
        };
        if target.kind.ends_with("chartsheet") || target.kind.ends_with("dialogsheet") {
            continue;
        }
        sink(Part::Sheet { name: &sheet.name, hidden: sheet.hidden, epoch_1904 })?;
        if !archive.has(&target.path) {
            sink(Part::Unreadable)?;
            continue;
        }
        if archive.declared_size(&target.path) <= MERGES_LOOKED_FOR_BYTES_MAX {
            tell_merges(&mut archive, &target.path, sink)?;
        }
        let Some(part) = archive.part(&target.path)? else { continue };
        let markup = Markup::new(part, limits);
        let reader = Reader { markup, shared: &shared, formats: &formats, epoch_1904 };
        reader.tell(limits, sink)?;
    }
    Ok(())
}

struct Sheet {
    name: String,
    relation: String,
    hidden: bool,
}

struct Target {
    kind: String,
    path: String,
}

/// Which part of the archive plays which role for another part.
pub(crate) struct Relations(HashMap<String, Target>);

impl Relations {
    /// Reads the relations of the part at `path`.
    pub(crate) fn read<R: Read + Seek>(
        archive: &mut Archive<R>,
        path: &str,
        limits: &Limits,
    ) -> Result<Relations, Refusal> {
        let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
        let name = format!("{folder}/_rels/{file}.rels");
        let mut found = HashMap::new();
        let Some(part) = archive.part(&name)? else { return Ok(Relations(found)) };
        let mut markup = Markup::new(part, limits);
        loop {
            match markup.next()? {
                Token::End => break,
                Token::Open | Token::Empty if markup.is("Relationship") => {
                    let attr = |name| markup.attr(name).map(Cow::into_owned).unwrap_or_default();
                    let path = resolve(folder, &attr("Target"));
                    found.insert(attr("Id"), Target { kind: attr("Type"), path });
                    if found.len() > limits.entries_max as usize {
                        return Err(Refusal::TooManyEntries { entries_max: limits.entries_max });
                    }
                }
                _ => (),
            }
        }
        Ok(Relations(found))
    }

    /// The path of the part with this relation.
    pub(crate) fn path(&self, id: &str) -> Option<&str> {
        self.0.get(id).map(|target| target.path.as_str())
    }

    /// The path of the part that plays this role, or where it usually is.
    pub(crate) fn of_kind(&self, kind: &str, usual: &str) -> String {
        let found = self.0.values().find(|target| {
            target.kind.rsplit('/').next().is_some_and(|last| last.eq_ignore_ascii_case(kind))
        });
        found.map_or_else(|| usual.to_owned(), |target| target.path.clone())
    }

    fn get(&self, id: &str) -> Option<&Target> {
        self.0.get(id)
    }
}

/// The path that a relation in `folder` means. Leaving the archive leads nowhere.
fn resolve(folder: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            ".." => {
                parts.pop();
            }
            "." | "" => (),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

fn workbook_path<R: Read + Seek>(
    archive: &mut Archive<R>,
    limits: &Limits,
) -> Result<String, Refusal> {
    let path = Relations::read(archive, "", limits)?.of_kind("officeDocument", "xl/workbook.xml");
    match archive.has(&path) {
        true => Ok(path),
        false => Err(Refusal::Damaged),
    }
}

fn read_workbook<R: Read + Seek>(
    archive: &mut Archive<R>,
    path: &str,
    limits: &Limits,
) -> Result<(Vec<Sheet>, bool), Refusal> {
    let part = archive.part(path)?.ok_or(Refusal::Damaged)?;
    let mut markup = Markup::new(part, limits);
    let mut sheets = Vec::new();
    let mut epoch_1904 = false;
    loop {
        let token = markup.next()?;
        match token {
            Token::End => return Err(Refusal::Truncated),
            Token::Close if markup.is("workbook") => break,
            Token::Open | Token::Empty if markup.is("workbookPr") => {
                let date = markup.attr("date1904");
                epoch_1904 = date.is_some_and(|value| matches!(&*value, "1" | "true" | "on"));
            }
            Token::Open | Token::Empty if markup.is("sheet") => {
                let attr = |name| markup.attr(name).map(Cow::into_owned).unwrap_or_default();
                let hidden = attr("state").to_ascii_lowercase().contains("hidden");
                sheets.push(Sheet { name: attr("name"), relation: attr("id"), hidden });
                if sheets.len() > usize::from(limits.sheets_max) {
                    return Err(Refusal::TooManySheets { sheets_max: limits.sheets_max });
                }
            }
            _ => (),
        }
    }
    Ok((sheets, epoch_1904))
}

/// Reads the shared texts; rich text counts as plain, and phonetic aids do not count.
fn read_shared<R: Read + Seek>(
    archive: &mut Archive<R>,
    path: &str,
    limits: &Limits,
) -> Result<Shared, Refusal> {
    let mut shared = Shared::default();
    let Some(part) = archive.part(path)? else { return Ok(shared) };
    let mut markup = Markup::new(part, limits);
    let mut scratch = String::new();
    loop {
        match markup.next()? {
            Token::End => break,
            Token::Open if markup.is("si") => {
                scratch.clear();
                rich_text(&mut markup, "si", &mut scratch)?;
                shared.push(&unescaped(&scratch));
            }
            Token::Empty if markup.is("si") => shared.push(""),
            _ => (),
        }
        if shared.bytes() > limits.entry_bytes_max {
            return Err(Refusal::InflatesTooMuch { bytes_max: limits.entry_bytes_max });
        }
    }
    Ok(shared)
}

/// Adds the text of all `<t>` up to the end of the element `outer`.
fn rich_text<R: Read>(
    markup: &mut Markup<R>,
    outer: &str,
    out: &mut String,
) -> Result<(), Refusal> {
    let mut inside = false;
    let mut phonetic = false;
    loop {
        match markup.next()? {
            Token::End => return Err(Refusal::Truncated),
            Token::Open if markup.is("t") => inside = true,
            Token::Open if markup.is("rPh") => phonetic = true,
            Token::Close if markup.is("t") => inside = false,
            Token::Close if markup.is("rPh") => phonetic = false,
            Token::Close if markup.is(outer) => return Ok(()),
            Token::Text if inside && !phonetic => markup.push_text(out)?,
            _ => (),
        }
    }
}

/// `_x000D_` and its like are characters that XML cannot hold; line ends are made one kind.
fn unescaped(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    if text.contains("_x") {
        let mut out = String::with_capacity(text.len());
        let mut rest = &*text;
        while let Some(at) = rest.find("_x") {
            out.push_str(&rest[..at]);
            let code = rest.get(at + 2..at + 6).filter(|_| rest[at + 6..].starts_with('_'));
            let code = code.and_then(|hex| u32::from_str_radix(hex, 16).ok());
            match code.and_then(char::from_u32) {
                Some(char) => {
                    out.extend(Some(char).filter(|char| *char != '\0'));
                    rest = &rest[at + 7..];
                }
                None => {
                    out.push_str("_x");
                    rest = &rest[at + 2..];
                }
            }
        }
        out.push_str(rest);
        text = Cow::Owned(out);
    }
    match text.contains('\r') {
        true => Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n")),
        false => text,
    }
}

/// What each cell style shows, in the order of the styles.
fn read_formats<R: Read + Seek>(
    archive: &mut Archive<R>,
    path: &str,
    limits: &Limits,
) -> Result<Vec<Shown>, Refusal> {
    let mut formats = Vec::new();
    let Some(part) = archive.part(path)? else { return Ok(formats) };
    let mut markup = Markup::new(part, limits);
    let mut codes: HashMap<u32, Shown> = HashMap::new();
    let mut in_cell_formats = false;
    loop {
        let token = markup.next()?;
        let number = |name| markup.attr(name).and_then(|value| value.parse::<u32>().ok());
        match token {
            Token::End => break,
            Token::Open if markup.is("cellXfs") => in_cell_formats = true,
            Token::Close if markup.is("cellXfs") => in_cell_formats = false,
            Token::Open | Token::Empty if markup.is("numFmt") => {
                let code = markup.attr("formatCode").unwrap_or_default();
                if let Some(id) = number("numFmtId").filter(|_| codes.len() < 100_000) {
                    codes.insert(id, number::custom_format(&code));
                }
            }
            Token::Open | Token::Empty if in_cell_formats && markup.is("xf") => {
                let id = number("numFmtId").unwrap_or(0);
                let builtin = number::builtin_format(id);
                formats.push(codes.get(&id).copied().unwrap_or(builtin));
            }
            _ => (),
        }
    }
    Ok(formats)
}

/// Merged cells stand behind the rows they cover, so the part is looked through once before.
fn tell_merges<R: Read + Seek>(
    archive: &mut Archive<R>,
    path: &str,
    sink: &mut Sink<'_>,
) -> Result<(), Refusal> {
    const MARK: &[u8] = b"mergeCell ref=\"";
    let Some(mut part) = archive.part(path)? else { return Ok(()) };
    let mut buffer = vec![0; 1 << 16];
    let mut kept = 0;
    let mut merges = 0;
    let finder = memchr::memmem::Finder::new(MARK);
    loop {
        let count = part.read(&mut buffer[kept..]).map_err(|error| refusal(&error))?;
        let end = kept + count;
        for at in finder.find_iter(&buffer[..end]) {
            let from = at + MARK.len();
            let Some(length) = memchr::memchr(b'"', &buffer[from..end]) else { continue };
            merges += 1;
            match region(&buffer[from..from + length]).filter(|_| merges <= MERGES_MAX) {
                Some(region) => sink(Part::Merge(region))?,
                None => continue,
            }
        }
        if count == 0 {
            return Ok(());
        }
        // A mark that is cut by the end of the buffer is met again; one met whole is not.
        let last = memchr::memrchr(b'<', &buffer[..end]).unwrap_or(end);
        kept = if end - last < 64 { end - last } else { 0 };
        let whole = memchr::memchr(b'>', &buffer[end - kept..end]).is_some();
        kept = if whole { 0 } else { kept };
        buffer.copy_within(end - kept..end, 0);
    }
}

/// "B2:D4".
fn region(text: &[u8]) -> Option<Region> {
    let colon = memchr::memchr(b':', text)?;
    let (first_column, first_row) = address(&text[..colon])?;
    let (last_column, last_row) = address(&text[colon + 1..])?;
    Some(Region { first_row, last_row, first_column, last_column })
}

/// Column (0 for A) and row of an address such as "B7".
fn address(text: &[u8]) -> Option<(u16, u32)> {
    let letters = text.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    if letters == 0 || letters > 3 || text.len() == letters || text.len() > letters + 7 {
        return None;
    }
    let column = text[..letters]
        .iter()
        .fold(0_u32, |sum, letter| sum * 26 + u32::from(letter.to_ascii_uppercase() - b'A') + 1);
    let row = digits(&text[letters..])?;
    Some((u16::try_from(column - 1).ok()?, row))
}

fn digits(text: &[u8]) -> Option<u32> {
    text.iter().try_fold(0_u32, |sum, byte| {
        let digit = byte.is_ascii_digit().then(|| u32::from(byte - b'0'))?;
        sum.checked_mul(10)?.checked_add(digit)
    })
}

/// The kinds of value a cell can say it holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Typed {
    Number,
    Shared,
    Text,
    Bool,
    Error,
    Date,
}

struct Reader<'a, R> {
    markup: Markup<R>,
    shared: &'a Shared,
    formats: &'a [Shown],
    epoch_1904: bool,
}

impl<R: Read> Reader<'_, R> {
    /// Tells the rows of the sheet.
    fn tell(mut self, limits: &Limits, sink: &mut Sink<'_>) -> Result<(), Refusal> {
        let mut row = RowBuf::default();
        let mut column = 0_u32;
        let mut texts = (String::new(), String::new());
        loop {
            match self.markup.next()? {
                Token::End => return Err(Refusal::Truncated),
                Token::Open if self.markup.is("row") => {
                    let given = self.markup.raw_attr("r").and_then(digits);
                    row.start_below(given);
                    column = 0;
                }
                Token::Empty if self.markup.is("row") => {
                    let given = self.markup.raw_attr("r").and_then(digits);
                    row.start_below(given);
                }
                Token::Close if self.markup.is("row") => {
                    if !row.is_empty() {
                        sink(Part::Row(&row))?;
                    }
                    let last = row.row;
                    row.start(last);
                }
                Token::Empty if self.markup.is("c") => {
                    column = self.column(column) + 1;
                }
                Token::Open if self.markup.is("c") => {
                    column = self.column(column);
                    if column >= u32::from(limits.columns_max) {
                        return Err(Refusal::TooManyColumns { columns_max: limits.columns_max });
                    }
                    self.cell(column as u16, &mut row, &mut texts)?;
                    column += 1;
                }
                Token::Close if self.markup.is("sheetData") => return Ok(()),
                Token::Empty if self.markup.is("sheetData") => return Ok(()),
                _ => (),
            }
        }
    }

    fn column(&self, next: u32) -> u32 {
        let given = self.markup.raw_attr("r").and_then(address);
        given.map_or(next, |(column, _)| u32::from(column))
    }

    fn cell(
        &mut self,
        column: u16,
        row: &mut RowBuf,
        (value, scratch): &mut (String, String),
    ) -> Result<(), Refusal> {
        let style = self.markup.raw_attr("s").and_then(digits).unwrap_or(0);
        let typed = match self.markup.raw_attr("t") {
            Some(b"s") => Typed::Shared,
            Some(b"str" | b"inlineStr" | b"is") => Typed::Text,
            Some(b"b") => Typed::Bool,
            Some(b"e") => Typed::Error,
            Some(b"d") => Typed::Date,
            _ => Typed::Number,
        };
        value.clear();
        let mut formula = false;
        let mut in_value = false;
        loop {
            match self.markup.next()? {
                Token::End => return Err(Refusal::Truncated),
                Token::Open if self.markup.is("v") => in_value = true,
                Token::Close if self.markup.is("v") => in_value = false,
                Token::Open if self.markup.is("is") => {
                    value.clear();
                    rich_text(&mut self.markup, "is", value)?;
                }
                Token::Open | Token::Empty if self.markup.is("f") => formula = true,
                Token::Text if in_value => self.markup.push_text(value)?,
                Token::Close if self.markup.is("c") => break,
                _ => (),
            }
        }
        if value.is_empty() {
            let kind = match formula && typed != Typed::Text {
                true => CellKind::FormulaWithoutValue,
                false => CellKind::Empty,
            };
            return row.push(column, kind, "");
        }
        self.push(column, typed, style, row, value, scratch)
    }

    fn push(
        &self,
        column: u16,
        typed: Typed,
        style: u32,
        row: &mut RowBuf,
        value: &str,
        scratch: &mut String,
    ) -> Result<(), Refusal> {
        match typed {
            Typed::Shared => {
                let index = value.trim().parse().unwrap_or(usize::MAX);
                let text = self.shared.get(index).ok_or(Refusal::Damaged)?;
                row.push(column, CellKind::Text, text)
            }
            Typed::Text => row.push(column, CellKind::Text, &unescaped(value)),
            Typed::Bool => {
                let truth = matches!(value.trim(), "1" | "true" | "TRUE");
                row.push(column, CellKind::Bool, if truth { "TRUE" } else { "FALSE" })
            }
            Typed::Error => row.push(column, CellKind::Error, value.trim()),
            Typed::Date => {
                let day = value.get(..10).unwrap_or(value);
                row.push(column, CellKind::Date, day)
            }
            Typed::Number => {
                let shown = self.formats.get(style as usize).copied().unwrap_or(Shown::Number);
                match number::write_text(value, shown, self.epoch_1904, scratch) {
                    Some(kind) => row.push(column, kind, scratch),
                    None => row.push(column, CellKind::Text, value),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read() {
        let check = |text: &str, expect| assert_eq!(address(text.as_bytes()), expect, "{text}");
        check("A1", Some((0, 1)));
        check("XFD1048576", Some((16_383, 1_048_576)));
        check("aa10", Some((26, 10)));
        check("7", None);
        check("A", None);
        check("ABCD1", None);
        check("A12345678", None);
        check("", None);
    }

    #[test]
    fn escapes_are_undone() {
        let check = |text: &str, expect: &str| assert_eq!(unescaped(text), expect, "{text}");
        check("ABC_x000D_\nDEF", "ABC\nDEF");
        check("_x0041_x", "Ax");
        check("a_xZZZZ_b", "a_xZZZZ_b");
        check("a_x00", "a_x00");
        check("_xé000_", "_xé000_");
        check("a\rb", "a\nb");
    }

    #[test]
    fn relations_stay_inside_the_archive() {
        let check = |folder: &str, target: &str, expect: &str| {
            assert_eq!(resolve(folder, target), expect, "{target}");
        };
        check("xl", "worksheets/sheet1.xml", "xl/worksheets/sheet1.xml");
        check("xl", "/xl/worksheets/sheet1.xml", "xl/worksheets/sheet1.xml");
        check("xl", "../customXml/item.xml", "customXml/item.xml");
        check("xl", "../../../etc/passwd", "etc/passwd");
    }
}
