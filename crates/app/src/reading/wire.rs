//! What parent and child say to each other: one request, then frames of postcard.
//!
//! These structs mirror the reader's own, which promise no format.

use std::io::{self, Read, Write};
use std::path::Path;

use base::{Cell, CellAddress, CellKind, Field, RawRow, RawValue};
use documents::read::{
    Basis, ColumnFound, Confidence, ConfirmedMapping, Event, FileKind, Notice, ReadSummary,
    Refusal, SheetFound, SkipReason, SkippedRow, TableFound,
};
use domain::organisation::import::CellRow;
use serde::{Deserialize, Serialize};

use super::{FileRefusal, ReadRequest};

/// Columns and the places of their fields in the list of fields.
type WireFields = Vec<(u16, Option<u8>)>;

#[derive(Serialize, Deserialize)]
struct WireRequest {
    only_sheet: Option<String>,
    mappings: Vec<(u64, WireFields)>,
    raw: bool,
}

#[derive(Serialize, Deserialize)]
enum Frame {
    Sheet { sheet: u16, name: String, hidden: bool },
    Table(Box<WireTable>),
    Row(WireRow),
    Skipped { sheet: u16, row: u32, reason: u8 },
    WrongExtension { extension: String, found: u8 },
    SheetNotice { code: u8, sheet: u16 },
    Read { kind: u8, sheets: u16, tables: u16, rows: u64, skipped: u64 },
    Refused { code: String, detail: String },
    Cells { sheet: u16, row: u32, cells: Vec<(u16, Box<str>)> },
}

#[derive(Serialize, Deserialize)]
struct WireTable {
    table: u16,
    sheet: u16,
    first_row: u32,
    head_rows: Option<(u32, u32)>,
    columns: Vec<(u16, String, Option<u8>, u8, u8)>,
    fingerprint: u64,
    epoch_1904: bool,
    key_column: Option<u16>,
    heading: Vec<WireValue>,
}

#[derive(Serialize, Deserialize)]
struct WireRow {
    sheet: u16,
    table: u16,
    row: u32,
    cells: Vec<WireValue>,
    key: Option<Box<str>>,
}

/// Field, row, column, kind, text; the sheet is the row's.
type WireValue = (u8, u32, u16, u8, Box<str>);

const KINDS: [CellKind; 7] = [
    CellKind::Empty,
    CellKind::Text,
    CellKind::Number,
    CellKind::Date,
    CellKind::Bool,
    CellKind::Error,
    CellKind::FormulaWithoutValue,
];
const CONFIDENCES: [Confidence; 3] = [Confidence::Guess, Confidence::Likely, Confidence::Certain];
const BASES: [Basis; 5] =
    [Basis::Confirmed, Basis::HeaderExact, Basis::HeaderNear, Basis::Content, Basis::Nothing];

fn place<T: PartialEq>(all: &[T], item: &T) -> u8 {
    let index = all.iter().position(|other| other == item);
    u8::try_from(index.expect("the list is of all of them")).expect("fewer than 256 of them")
}

fn at<T: Copy>(all: &[T], index: u8) -> io::Result<T> {
    all.get(usize::from(index)).copied().ok_or_else(|| io::ErrorKind::InvalidData.into())
}

/// The request as the child gets it.
pub fn request(request: &ReadRequest) -> Vec<u8> {
    let mappings = request.mappings.iter().map(|mapping| {
        let fields = mapping.fields.iter();
        let fields = fields.map(|(column, field)| (*column, field.map(|f| place(Field::ALL, &f))));
        (mapping.fingerprint, fields.collect())
    });
    let (only_sheet, mappings) = (request.only_sheet.clone(), mappings.collect());
    let wire = WireRequest { only_sheet, mappings, raw: request.raw };
    postcard::to_stdvec(&wire).expect("plain values always serialise")
}

/// The request as the child reads it; one that cannot be read asks for the whole file.
pub fn parse_request(path: &Path, bytes: &[u8]) -> ReadRequest {
    let mut request = ReadRequest { path: path.to_owned(), ..ReadRequest::default() };
    if let Ok(wire) = postcard::from_bytes::<WireRequest>(bytes) {
        request.only_sheet = wire.only_sheet;
        request.raw = wire.raw;
        request.mappings = wire
            .mappings
            .into_iter()
            .map(|(fingerprint, fields)| ConfirmedMapping {
                fingerprint,
                fields: fields
                    .into_iter()
                    .map(|(column, field)| (column, field.and_then(|f| at(Field::ALL, f).ok())))
                    .collect(),
            })
            .collect();
    }
    request
}

/// A refusal of the reader as a code and a word.
pub fn coded_refusal(refusal: &Refusal) -> FileRefusal {
    let detail = match refusal {
        Refusal::NotASpreadsheet { found } => found.name().to_owned(),
        _ => String::new(),
    };
    FileRefusal { code: refusal.code().to_owned(), detail }
}

/// Sends one event.
pub fn send_event(out: &mut impl Write, event: Event) -> io::Result<()> {
    let frame = match event {
        Event::Sheet(SheetFound { sheet, name, hidden }) => Frame::Sheet { sheet, name, hidden },
        Event::Table(table) => Frame::Table(Box::new(wire_table(table))),
        Event::Row(row) => Frame::Row(WireRow {
            sheet: row.sheet,
            table: row.table,
            row: row.row,
            cells: row.cells.into_iter().map(wire_value).collect(),
            key: row.key,
        }),
        Event::Skipped(SkippedRow { sheet, row, reason }) => {
            Frame::Skipped { sheet, row, reason: place(SkipReason::ALL, &reason) }
        }
        Event::Notice(Notice::WrongExtension { extension, found }) => {
            Frame::WrongExtension { extension, found: place(FileKind::ALL, &found) }
        }
        Event::Notice(notice) => {
            let sheet = match notice {
                Notice::SheetWithoutTable { sheet } | Notice::SheetUnreadable { sheet } => sheet,
                _ => 0,
            };
            Frame::SheetNotice { code: place(Notice::CODES, &notice.code()), sheet }
        }
    };
    send(out, &frame)
}

/// Sends the last word.
pub fn send_answer(
    out: &mut impl Write,
    answer: Result<ReadSummary, FileRefusal>,
) -> io::Result<()> {
    let frame = match answer {
        Ok(ReadSummary { kind, sheets, tables, rows, skipped }) => {
            Frame::Read { kind: place(FileKind::ALL, &kind), sheets, tables, rows, skipped }
        }
        Err(FileRefusal { code, detail }) => Frame::Refused { code, detail },
    };
    send(out, &frame)
}

fn send(out: &mut impl Write, frame: &Frame) -> io::Result<()> {
    let bytes = postcard::to_stdvec(frame).map_err(io::Error::other)?;
    let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
    out.write_all(&length.to_le_bytes())?;
    out.write_all(&bytes)
}

/// Receives events up to the last word.
///
/// # Errors
/// When the stream breaks off or makes no sense: the child did not finish.
pub fn receive(
    mut input: impl Read,
    sink: &mut dyn FnMut(Event),
) -> io::Result<Result<ReadSummary, FileRefusal>> {
    let mut bytes = Vec::new();
    loop {
        match next_frame(&mut input, &mut bytes)? {
            Frame::Read { kind, sheets, tables, rows, skipped } => {
                let kind = at(FileKind::ALL, kind)?;
                return Ok(Ok(ReadSummary { kind, sheets, tables, rows, skipped }));
            }
            Frame::Refused { code, detail } => return Ok(Err(FileRefusal { code, detail })),
            other => sink(event(other)?),
        }
    }
}

fn event(frame: Frame) -> io::Result<Event> {
    Ok(match frame {
        Frame::Sheet { sheet, name, hidden } => Event::Sheet(SheetFound { sheet, name, hidden }),
        Frame::Table(table) => Event::Table(read_table(*table)?),
        Frame::Row(row) => {
            let sheet = row.sheet;
            let cells = row.cells.into_iter().map(|value| read_value(sheet, value));
            let cells = cells.collect::<io::Result<_>>()?;
            Event::Row(RawRow { sheet, table: row.table, row: row.row, cells, key: row.key })
        }
        Frame::Skipped { sheet, row, reason } => {
            Event::Skipped(SkippedRow { sheet, row, reason: at(SkipReason::ALL, reason)? })
        }
        Frame::WrongExtension { extension, found } => {
            Event::Notice(Notice::WrongExtension { extension, found: at(FileKind::ALL, found)? })
        }
        Frame::SheetNotice { code, sheet } => Event::Notice(match at(Notice::CODES, code)? {
            "SHEET_WITHOUT_TABLE" => Notice::SheetWithoutTable { sheet },
            "SHEET_UNREADABLE" => Notice::SheetUnreadable { sheet },
            "ENCODING_GUESSED" => Notice::EncodingGuessed,
            _ => Notice::MacrosIgnored,
        }),
        Frame::Read { .. } | Frame::Refused { .. } | Frame::Cells { .. } => {
            return Err(io::ErrorKind::InvalidData.into());
        }
    })
}

/// Sends rows as they stand, or why there are none, and the last word.
pub fn send_rows(out: &mut impl Write, rows: Result<Vec<CellRow>, FileRefusal>) -> io::Result<()> {
    match rows {
        Err(FileRefusal { code, detail }) => send(out, &Frame::Refused { code, detail }),
        Ok(rows) => {
            for CellRow { sheet, row, cells } in rows {
                send(out, &Frame::Cells { sheet, row, cells })?;
            }
            send(out, &Frame::Read { kind: 0, sheets: 0, tables: 0, rows: 0, skipped: 0 })
        }
    }
}

/// Receives rows as they stand up to the last word.
///
/// # Errors
/// When the stream breaks off or makes no sense: the child did not finish.
pub fn receive_rows(
    mut input: impl Read,
    rows: &mut Vec<CellRow>,
) -> io::Result<Result<(), FileRefusal>> {
    let mut bytes = Vec::new();
    loop {
        match next_frame(&mut input, &mut bytes)? {
            Frame::Cells { sheet, row, cells } => rows.push(CellRow { sheet, row, cells }),
            Frame::Read { .. } => return Ok(Ok(())),
            Frame::Refused { code, detail } => return Ok(Err(FileRefusal { code, detail })),
            _ => return Err(io::ErrorKind::InvalidData.into()),
        }
    }
}

fn next_frame(input: &mut impl Read, bytes: &mut Vec<u8>) -> io::Result<Frame> {
    let mut length = [0u8; 4];
    input.read_exact(&mut length)?;
    bytes.resize(u32::from_le_bytes(length) as usize, 0);
    input.read_exact(bytes)?;
    postcard::from_bytes(bytes).map_err(io::Error::other)
}

fn wire_value(value: RawValue) -> WireValue {
    let (field, kind) = (place(Field::ALL, &value.field), place(&KINDS, &value.cell.kind));
    (field, value.at.row, value.at.column, kind, value.cell.text)
}

fn read_value(sheet: u16, value: WireValue) -> io::Result<RawValue> {
    let (field, row, column, kind, text) = value;
    let cell = Cell { text, kind: at(&KINDS, kind)? };
    Ok(RawValue { field: at(Field::ALL, field)?, at: CellAddress { sheet, row, column }, cell })
}

fn wire_table(table: TableFound) -> WireTable {
    let columns = table.columns.into_iter().map(|column| {
        let field = column.field.map(|field| place(Field::ALL, &field));
        let confidence = place(&CONFIDENCES, &column.confidence);
        (column.column, column.header, field, confidence, place(&BASES, &column.basis))
    });
    WireTable {
        table: table.table,
        sheet: table.sheet,
        first_row: table.first_row,
        head_rows: table.head_rows,
        columns: columns.collect(),
        fingerprint: table.fingerprint,
        epoch_1904: table.epoch_1904,
        key_column: table.key_column,
        heading: table.heading.into_iter().map(wire_value).collect(),
    }
}

fn read_table(table: WireTable) -> io::Result<TableFound> {
    let columns = table.columns.into_iter().map(|(column, header, field, confidence, basis)| {
        let field = field.map(|field| at(Field::ALL, field)).transpose()?;
        let (confidence, basis) = (at(&CONFIDENCES, confidence)?, at(&BASES, basis)?);
        Ok(ColumnFound { column, header, field, confidence, basis })
    });
    let heading = table.heading.into_iter().map(|value| read_value(table.sheet, value));
    Ok(TableFound {
        table: table.table,
        sheet: table.sheet,
        first_row: table.first_row,
        head_rows: table.head_rows,
        columns: columns.collect::<io::Result<_>>()?,
        fingerprint: table.fingerprint,
        epoch_1904: table.epoch_1904,
        key_column: table.key_column,
        heading: heading.collect::<io::Result<_>>()?,
    })
}
