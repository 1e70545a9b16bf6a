//! Excel 5 to 2003 (.xls): sheets, cells and merged cells from the workbook's stream of records.
//!
//! A sheet's records are indexed by row first, because not every program writes them in order.
//! Only cells that are really there are looked at: the declared size of a sheet is not.

use std::collections::HashMap;
use std::io::{Read, Seek};

use base::CellKind;

use super::biff::{
    Record, Shared, Texts, code_page, error_name, f64_at, record, rk, u16_at, u32_at,
};
use super::cfb::{Compound, whole};
use super::number::{self, Shown};
use super::{Limits, Part, Refusal, Region, RowBuf, Sink};

const EOF: u16 = 0x000A;
const FORMULA: u16 = 0x0006;
const DATEMODE: u16 = 0x0022;
const FILEPASS: u16 = 0x002F;
const CONTINUE: u16 = 0x003C;
const CODEPAGE: u16 = 0x0042;
const BOUNDSHEET: u16 = 0x0085;
const MULRK: u16 = 0x00BD;
const RSTRING: u16 = 0x00D6;
const XF: u16 = 0x00E0;
const MERGEDCELLS: u16 = 0x00E5;
const SST: u16 = 0x00FC;
const LABELSST: u16 = 0x00FD;
const NUMBER: u16 = 0x0203;
const LABEL: u16 = 0x0204;
const BOOLERR: u16 = 0x0205;
const STRING: u16 = 0x0207;
const RK: u16 = 0x027E;
const FORMAT: u16 = 0x041E;
const BOF: u16 = 0x0809;

/// Merged cells beyond this number mean nothing to a reader of tables.
const MERGES_MAX: usize = 100_000;

/// Reads a workbook.
pub(crate) fn read<R: Read + Seek>(
    mut input: R,
    limits: &Limits,
    sink: &mut Sink<'_>,
) -> Result<(), Refusal> {
    let stream = workbook_stream(&mut input, limits)?;
    let workbook = Workbook::parse(&stream)?;
    for sheet in &workbook.sheets {
        let (name, hidden) = (sheet.name.as_str(), sheet.hidden);
        sink(Part::Sheet { name, hidden, epoch_1904: workbook.epoch_1904 })?;
        if record(&stream, sheet.offset).is_none_or(|first| first.kind != BOF) {
            return Err(Refusal::Damaged);
        }
        let index = index_sheet(&stream, sheet.offset, sink)?;
        workbook.tell_rows(&stream, &index, sink)?;
    }
    Ok(())
}

fn workbook_stream<R: Read + Seek>(input: &mut R, limits: &Limits) -> Result<Vec<u8>, Refusal> {
    let mut magic = [0; 2];
    input.read_exact(&mut magic).map_err(|_| Refusal::Truncated)?;
    if magic != [0xD0, 0xCF] {
        return whole(input, limits);
    }
    let compound = Compound::open(input, limits)?;
    for name in ["Workbook", "Book"] {
        if let Some(stream) = compound.stream(name)? {
            return Ok(stream);
        }
    }
    Err(Refusal::Damaged)
}

struct Sheet {
    name: String,
    hidden: bool,
    offset: usize,
}

struct Workbook {
    sheets: Vec<Sheet>,
    epoch_1904: bool,
    texts: Texts,
    shared: Shared,
    formats: Vec<Shown>,
}

impl Workbook {
    /// Reads the globals: everything before the first sheet.
    fn parse(stream: &[u8]) -> Result<Workbook, Refusal> {
        let first = record(stream, 0).ok_or(Refusal::Truncated)?;
        if first.kind != BOF {
            return Err(Refusal::Damaged);
        }
        let biff8 = u16_at(first.data, 0) == Some(0x0600);
        let mut texts = Texts { biff8, encoding: code_page(1252) };
        let mut workbook = Workbook {
            sheets: Vec::new(),
            epoch_1904: false,
            texts,
            shared: Shared::default(),
            formats: Vec::new(),
        };
        let mut codes = HashMap::new();
        let mut at = first.next;
        loop {
            let record = record(stream, at).ok_or(Refusal::Truncated)?;
            at = record.next;
            match record.kind {
                EOF => break,
                FILEPASS => return Err(Refusal::PasswordProtected),
                DATEMODE => workbook.epoch_1904 = u16_at(record.data, 0) == Some(1),
                CODEPAGE => texts.encoding = code_page(u16_at(record.data, 0).unwrap_or(1252)),
                BOUNDSHEET => workbook.sheets.extend(bound_sheet(record.data, &texts)),
                FORMAT => {
                    let width = if biff8 { 2 } else { 1 };
                    let id = u16_at(record.data, 0).unwrap_or(0);
                    let code = texts.at(record.data, 2, width).unwrap_or_default();
                    codes.insert(id, number::custom_format(&code));
                }
                XF => {
                    let id = u16_at(record.data, 2).unwrap_or(0);
                    let builtin = number::builtin_format(u32::from(id));
                    workbook.formats.push(codes.get(&id).copied().unwrap_or(builtin));
                }
                SST => {
                    let (segments, next) = continued(stream, record);
                    workbook.shared = Shared::parse(&segments);
                    at = next;
                }
                _ => (),
            }
        }
        workbook.texts = texts;
        Ok(workbook)
    }

    fn tell_rows(
        &self,
        stream: &[u8],
        index: &[Place],
        sink: &mut Sink<'_>,
    ) -> Result<(), Refusal> {
        let mut row = RowBuf::default();
        let mut scratch = String::new();
        for places in index.chunk_by(|left, right| left.row == right.row) {
            row.start(u32::from(places[0].row) + 1);
            for place in places {
                let Some(record) = record(stream, place.at as usize) else { continue };
                self.cell(stream, record, &mut row, &mut scratch)?;
            }
            if !row.is_empty() {
                sink(Part::Row(&row))?;
            }
        }
        Ok(())
    }

    fn cell(
        &self,
        stream: &[u8],
        record: Record<'_>,
        row: &mut RowBuf,
        scratch: &mut String,
    ) -> Result<(), Refusal> {
        let data = record.data;
        let Some(column) = u16_at(data, 2) else { return Ok(()) };
        let shown = |at| self.shown(data, at);
        match record.kind {
            LABELSST => {
                let index = u32_at(data, 6).unwrap_or(u32::MAX) as usize;
                let text = self.shared.get(index).ok_or(Refusal::Damaged)?;
                row.push(column, CellKind::Text, text)
            }
            LABEL | RSTRING => {
                let text = self.texts.at(data, 6, 2).unwrap_or_default();
                row.push(column, CellKind::Text, &text)
            }
            NUMBER => {
                let Some(value) = f64_at(data, 6) else { return Ok(()) };
                self.number(column, value, shown(4), row, scratch)
            }
            RK => {
                let Some(packed) = u32_at(data, 6) else { return Ok(()) };
                self.number(column, rk(packed), shown(4), row, scratch)
            }
            MULRK => {
                let pairs = data.get(4..data.len() - 2).unwrap_or(&[]);
                for (step, pair) in pairs.chunks_exact(6).enumerate() {
                    let packed = u32_at(pair, 2).unwrap_or(0);
                    let column = column.saturating_add(step as u16);
                    self.number(column, rk(packed), self.shown(pair, 0), row, scratch)?;
                }
                Ok(())
            }
            BOOLERR => match (data.get(6), data.get(7)) {
                (Some(value), Some(0)) => row.push(column, CellKind::Bool, truth(*value)),
                (Some(code), _) => row.push(column, CellKind::Error, error_name(*code)),
                _ => Ok(()),
            },
            FORMULA => self.formula(stream, record, column, row, scratch),
            _ => Ok(()),
        }
    }

    /// A formula counts by the value that was saved with it.
    fn formula(
        &self,
        stream: &[u8],
        formula: Record<'_>,
        column: u16,
        row: &mut RowBuf,
        scratch: &mut String,
    ) -> Result<(), Refusal> {
        let Some(result) = formula.data.get(6..14) else { return Ok(()) };
        if result[6..] != [0xFF, 0xFF] {
            let value = f64_at(result, 0).unwrap_or(0.0);
            return self.number(column, value, self.shown(formula.data, 4), row, scratch);
        }
        match result[0] {
            0 => {
                let mut at = formula.next;
                // A shared formula may stand between the formula and its text.
                for _ in 0..3 {
                    let Some(next) = record(stream, at) else { break };
                    if next.kind == STRING {
                        let text = self.texts.at(next.data, 0, 2).unwrap_or_default();
                        return row.push(column, CellKind::Text, &text);
                    }
                    at = next.next;
                }
                row.push(column, CellKind::FormulaWithoutValue, "")
            }
            1 => row.push(column, CellKind::Bool, truth(result[2])),
            2 => row.push(column, CellKind::Error, error_name(result[2])),
            _ => Ok(()),
        }
    }

    fn number(
        &self,
        column: u16,
        value: f64,
        shown: Shown,
        row: &mut RowBuf,
        scratch: &mut String,
    ) -> Result<(), Refusal> {
        let kind = number::write(value, shown, self.epoch_1904, scratch);
        row.push(column, kind, scratch)
    }

    fn shown(&self, data: &[u8], at: usize) -> Shown {
        let format = u16_at(data, at).map(usize::from).and_then(|id| self.formats.get(id));
        format.copied().unwrap_or(Shown::Number)
    }
}

fn truth(value: u8) -> &'static str {
    if value == 0 { "FALSE" } else { "TRUE" }
}

/// A sheet of cells; charts and macro modules are none.
fn bound_sheet(data: &[u8], texts: &Texts) -> Option<Sheet> {
    let offset = u32_at(data, 0)? as usize;
    let (hidden, kind) = (data.get(4)? & 3 != 0, *data.get(5)?);
    (kind == 0).then(|| Sheet { name: texts.at(data, 6, 1).unwrap_or_default(), hidden, offset })
}

/// A record with those that continue it, and where the next one begins.
fn continued<'a>(stream: &'a [u8], first: Record<'a>) -> (Vec<&'a [u8]>, usize) {
    let mut segments = vec![first.data];
    let mut at = first.next;
    while let Some(next) = record(stream, at).filter(|next| next.kind == CONTINUE) {
        segments.push(next.data);
        at = next.next;
    }
    (segments, at)
}

/// Where a record of cells stands in the stream.
struct Place {
    row: u16,
    at: u32,
}

/// Finds a sheet's cells, ordered by row, and tells its merged cells.
fn index_sheet(stream: &[u8], offset: usize, sink: &mut Sink<'_>) -> Result<Vec<Place>, Refusal> {
    let mut index = Vec::new();
    let mut at = offset;
    // Charts inside a sheet bring their own beginning and end.
    let mut depth = 0_u32;
    let mut merges = 0;
    loop {
        let record = record(stream, at).ok_or(Refusal::Truncated)?;
        match record.kind {
            BOF => depth += 1,
            EOF if depth <= 1 => break,
            EOF => depth -= 1,
            FILEPASS => return Err(Refusal::PasswordProtected),
            MERGEDCELLS if depth == 1 => {
                for four in record.data.get(2..).unwrap_or(&[]).chunks_exact(8) {
                    merges += 1;
                    if let Some(region) = region(four).filter(|_| merges <= MERGES_MAX) {
                        sink(Part::Merge(region))?;
                    }
                }
            }
            LABELSST | LABEL | RSTRING | NUMBER | RK | MULRK | BOOLERR | FORMULA if depth == 1 => {
                if let Some(row) = u16_at(record.data, 0) {
                    index.push(Place { row, at: at as u32 });
                }
            }
            _ => (),
        }
        at = record.next;
    }
    index.sort_by_key(|place| place.row);
    Ok(index)
}

fn region(four: &[u8]) -> Option<Region> {
    Some(Region {
        first_row: u32::from(u16_at(four, 0)?) + 1,
        last_row: u32::from(u16_at(four, 2)?) + 1,
        first_column: u16_at(four, 4)?,
        last_column: u16_at(four, 6)?,
    })
}
