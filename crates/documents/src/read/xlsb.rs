//! Excel, binary (.xlsb): the same parts as .xlsx, as records instead of XML.
//!
//! A record that says it is longer than any honest one is refused before memory is set aside.

use std::collections::HashMap;
use std::io::{BufReader, Read, Seek};

use base::CellKind;

use super::archive::{Archive, refusal};
use super::biff::{Shared, error_name, f64_at, rk, u16_at, u32_at};
use super::number::{self, Shown};
use super::xlsx::Relations;
use super::{Limits, Notice, Part, Refusal, Region, RowBuf, Sink};

const ROW: u16 = 0x00;
const CELL_RK: u16 = 0x02;
const CELL_ERROR: u16 = 0x03;
const CELL_BOOL: u16 = 0x04;
const CELL_REAL: u16 = 0x05;
const CELL_TEXT: u16 = 0x06;
const CELL_SHARED: u16 = 0x07;
const FORMULA_TEXT: u16 = 0x08;
const FORMULA_NUMBER: u16 = 0x09;
const FORMULA_BOOL: u16 = 0x0A;
const FORMULA_ERROR: u16 = 0x0B;
const SHARED_ITEM: u16 = 0x13;
const FORMAT: u16 = 0x2C;
const XF: u16 = 0x2F;
const CELL_RICH: u16 = 0x3E;
const SHEET_DATA_END: u16 = 0x92;
const WORKBOOK_PROPERTIES: u16 = 0x99;
const SHEET: u16 = 0x9C;
const MERGE: u16 = 0xB0;
const CELL_XFS: u16 = 0x269;
const CELL_XFS_END: u16 = 0x26A;

/// A record holds at most a cell's text and a formula.
const RECORD_BYTES_MAX: usize = 1 << 20;

/// Reads a workbook.
pub(crate) fn read<R: Read + Seek>(
    input: R,
    limits: &Limits,
    sink: &mut Sink<'_>,
) -> Result<(), Refusal> {
    let mut archive = Archive::open(input, limits)?;
    let path = "xl/workbook.bin";
    let relations = Relations::read(&mut archive, path, limits)?;
    let (sheets, epoch_1904) = read_workbook(&mut archive, path)?;
    if archive.has("xl/vbaProject.bin") {
        sink(Part::Notice(Notice::MacrosIgnored))?;
    }
    let strings = relations.of_kind("sharedStrings", "xl/sharedStrings.bin");
    let shared = read_shared(&mut archive, &strings, limits)?;
    let styles = relations.of_kind("styles", "xl/styles.bin");
    let formats = read_formats(&mut archive, &styles)?;
    for sheet in &sheets {
        let Some(path) = relations.path(&sheet.relation) else { continue };
        if path.contains("chartsheets") || path.contains("dialogsheets") {
            continue;
        }
        sink(Part::Sheet { name: &sheet.name, hidden: sheet.hidden, epoch_1904 })?;
        if !archive.has(path) {
            sink(Part::Unreadable)?;
            continue;
        }
        tell_merges(&mut archive, path, sink)?;
        let Some(part) = archive.part(path)? else { continue };
        let reader = Reader { shared: &shared, formats: &formats, epoch_1904 };
        reader.tell(Records::new(part), limits, sink)?;
    }
    Ok(())
}

struct Sheet {
    name: String,
    relation: String,
    hidden: bool,
}

/// The records of a part, one at a time.
struct Records<R: Read> {
    input: BufReader<R>,
    data: Vec<u8>,
}

impl<R: Read> Records<R> {
    fn new(part: R) -> Records<R> {
        Records { input: BufReader::with_capacity(1 << 16, part), data: Vec::new() }
    }

    /// The kind of the next record, its data being in `data`; none at the end.
    fn next(&mut self) -> Result<Option<u16>, Refusal> {
        let mut byte = [0];
        if self.input.read(&mut byte).map_err(|error| refusal(&error))? == 0 {
            return Ok(None);
        }
        let mut kind = u16::from(byte[0] & 0x7F);
        if byte[0] & 0x80 != 0 {
            kind |= u16::from(self.byte()? & 0x7F) << 7;
        }
        let mut length = 0_usize;
        for place in 0..4 {
            let byte = self.byte()?;
            length |= usize::from(byte & 0x7F) << (7 * place);
            if byte & 0x80 == 0 {
                break;
            }
        }
        if length > RECORD_BYTES_MAX {
            return Err(Refusal::TextTooLong { chars_max: 32_767 });
        }
        self.data.resize(length, 0);
        self.input.read_exact(&mut self.data).map_err(|error| refusal(&error))?;
        Ok(Some(kind))
    }

    fn byte(&mut self) -> Result<u8, Refusal> {
        let mut byte = [0];
        self.input.read_exact(&mut byte).map_err(|error| refusal(&error))?;
        Ok(byte[0])
    }

    /// The text at `at`, and where it ends.
    fn text(&self, at: usize) -> Option<(String, usize)> {
        let length = u32_at(&self.data, at)? as usize;
        let end = at + 4 + length.checked_mul(2)?;
        let units = self.data.get(at + 4..end)?.chunks_exact(2);
        let units = units.map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
        Some((char::decode_utf16(units).map(|char| char.unwrap_or('\u{fffd}')).collect(), end))
    }
}

fn read_workbook<R: Read + Seek>(
    archive: &mut Archive<R>,
    path: &str,
) -> Result<(Vec<Sheet>, bool), Refusal> {
    let mut records = Records::new(archive.part(path)?.ok_or(Refusal::Damaged)?);
    let mut sheets = Vec::new();
    let mut epoch_1904 = false;
    while let Some(kind) = records.next()? {
        match kind {
            WORKBOOK_PROPERTIES => {
                epoch_1904 = records.data.first().is_some_and(|flags| flags & 1 != 0);
            }
            SHEET => {
                let hidden = u32_at(&records.data, 0).is_some_and(|state| state != 0);
                let Some((relation, end)) = records.text(8) else { continue };
                let Some((name, _)) = records.text(end) else { continue };
                sheets.push(Sheet { name, relation, hidden });
            }
            _ => (),
        }
    }
    Ok((sheets, epoch_1904))
}

fn read_shared<R: Read + Seek>(
    archive: &mut Archive<R>,
    path: &str,
    limits: &Limits,
) -> Result<Shared, Refusal> {
    let mut shared = Shared::default();
    let Some(part) = archive.part(path)? else { return Ok(shared) };
    let mut records = Records::new(part);
    while let Some(kind) = records.next()? {
        if kind == SHARED_ITEM {
            let text = records.text(1).map_or(String::new(), |(text, _)| text);
            shared.push(&text);
        }
        if shared.bytes() > limits.entry_bytes_max {
            return Err(Refusal::InflatesTooMuch { bytes_max: limits.entry_bytes_max });
        }
    }
    Ok(shared)
}

fn read_formats<R: Read + Seek>(
    archive: &mut Archive<R>,
    path: &str,
) -> Result<Vec<Shown>, Refusal> {
    let mut formats = Vec::new();
    let Some(part) = archive.part(path)? else { return Ok(formats) };
    let mut records = Records::new(part);
    let mut codes = HashMap::new();
    let mut in_cell_formats = false;
    while let Some(kind) = records.next()? {
        match kind {
            CELL_XFS => in_cell_formats = true,
            CELL_XFS_END => in_cell_formats = false,
            FORMAT => {
                let code = records.text(2).map_or(String::new(), |(text, _)| text);
                codes.insert(u16_at(&records.data, 0).unwrap_or(0), number::custom_format(&code));
            }
            XF if in_cell_formats => {
                let id = u16_at(&records.data, 2).unwrap_or(0);
                let builtin = number::builtin_format(u32::from(id));
                formats.push(codes.get(&id).copied().unwrap_or(builtin));
            }
            _ => (),
        }
    }
    Ok(formats)
}

fn tell_merges<R: Read + Seek>(
    archive: &mut Archive<R>,
    path: &str,
    sink: &mut Sink<'_>,
) -> Result<(), Refusal> {
    let Some(part) = archive.part(path)? else { return Ok(()) };
    let mut records = Records::new(part);
    let mut merges = 0;
    while let Some(kind) = records.next()? {
        if kind != MERGE || merges > 100_000 {
            continue;
        }
        merges += 1;
        let number = |at| u32_at(&records.data, at);
        let (Some(first), Some(last), Some(left), Some(right)) =
            (number(0), number(4), number(8), number(12))
        else {
            continue;
        };
        sink(Part::Merge(Region {
            first_row: first.saturating_add(1),
            last_row: last.saturating_add(1),
            first_column: left.min(u32::from(u16::MAX)) as u16,
            last_column: right.min(u32::from(u16::MAX)) as u16,
        }))?;
    }
    Ok(())
}

struct Reader<'a> {
    shared: &'a Shared,
    formats: &'a [Shown],
    epoch_1904: bool,
}

impl Reader<'_> {
    /// Tells the rows of the sheet.
    fn tell<R: Read>(
        &self,
        mut records: Records<R>,
        limits: &Limits,
        sink: &mut Sink<'_>,
    ) -> Result<(), Refusal> {
        let mut row = RowBuf::default();
        let mut scratch = String::new();
        loop {
            let kind = records.next()?.ok_or(Refusal::Truncated)?;
            if kind == ROW || kind == SHEET_DATA_END {
                if !row.is_empty() {
                    sink(Part::Row(&row))?;
                }
                if kind == SHEET_DATA_END {
                    return Ok(());
                }
                row.start_below(u32_at(&records.data, 0).map(|row| row.saturating_add(1)));
                continue;
            }
            if (CELL_RK..=FORMULA_ERROR).contains(&kind) || kind == CELL_RICH {
                let column = u32_at(&records.data, 0).unwrap_or(0);
                if column >= u32::from(limits.columns_max) {
                    return Err(Refusal::TooManyColumns { columns_max: limits.columns_max });
                }
                self.cell(kind, column as u16, &records, &mut row, &mut scratch)?;
            }
        }
    }

    fn cell<R: Read>(
        &self,
        kind: u16,
        column: u16,
        records: &Records<R>,
        row: &mut RowBuf,
        scratch: &mut String,
    ) -> Result<(), Refusal> {
        let data = &records.data;
        let style = u32_at(data, 4).unwrap_or(0) & 0x00FF_FFFF;
        let shown = self.formats.get(style as usize).copied().unwrap_or(Shown::Number);
        let mut number = |value: f64, row: &mut RowBuf| {
            let kind = number::write(value, shown, self.epoch_1904, scratch);
            row.push(column, kind, scratch)
        };
        match kind {
            CELL_RK => match u32_at(data, 8) {
                Some(packed) => number(rk(packed), row),
                None => Ok(()),
            },
            CELL_REAL | FORMULA_NUMBER => match f64_at(data, 8) {
                Some(value) => number(value, row),
                None => Ok(()),
            },
            CELL_ERROR | FORMULA_ERROR => {
                let code = data.get(8).copied().unwrap_or(0xFF);
                row.push(column, CellKind::Error, error_name(code))
            }
            CELL_BOOL | FORMULA_BOOL => {
                let truth = data.get(8).is_some_and(|value| *value != 0);
                row.push(column, CellKind::Bool, if truth { "TRUE" } else { "FALSE" })
            }
            CELL_TEXT | FORMULA_TEXT => {
                let text = records.text(8).map_or(String::new(), |(text, _)| text);
                row.push(column, CellKind::Text, &text)
            }
            CELL_RICH => {
                let text = records.text(9).map_or(String::new(), |(text, _)| text);
                row.push(column, CellKind::Text, &text)
            }
            CELL_SHARED => {
                let index = u32_at(data, 8).unwrap_or(u32::MAX) as usize;
                row.push(column, CellKind::Text, self.shared.get(index).ok_or(Refusal::Damaged)?)
            }
            _ => Ok(()),
        }
    }
}
