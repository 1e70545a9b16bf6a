//! Reading what people really make: a spreadsheet of any kind, told as a stream of events.
//!
//! The kind is found from the content, never from the name. Every size is metered while it is
//! read, so a hostile file costs little before it is refused; what can be read is read, and what
//! was not read as a person is told as skipped, with a reason.

mod archive;
mod biff;
mod cfb;
mod detect;
mod html;
pub(crate) mod markup;
mod number;
mod ods;
mod row;
mod spreadsheetml;
mod text;
mod xls;
mod xlsb;
mod xlsx;

use std::io::{Read, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};

use base::{CellAddress, CellKind, Field, RawRow, RawValue};

use crate::table::Finder;
pub use detect::FileKind;
pub(crate) use row::{Part, RowBuf, Sink};

/// How much a file may ask for before it is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file itself.
    pub file_bytes_max: u64,
    /// Bytes that all its parts may inflate to, and that all its texts may add up to.
    pub inflated_bytes_max: u64,
    /// Bytes of one part that has to be held in memory, such as the table of shared texts.
    pub entry_bytes_max: u64,
    /// Parts of an archive.
    pub entries_max: u32,
    /// Sheets.
    pub sheets_max: u16,
    /// Rows of one sheet.
    pub rows_max: u32,
    /// Columns of one sheet.
    pub columns_max: u16,
    /// Cells of the file that hold something.
    pub cells_max: u64,
    /// Characters of one cell.
    pub text_chars_max: u32,
}

impl Limits {
    /// What a spreadsheet program itself can make, and what a small computer can bear.
    pub const fn standard() -> Limits {
        Limits {
            file_bytes_max: 512 << 20,
            inflated_bytes_max: 1536 << 20,
            entry_bytes_max: 192 << 20,
            entries_max: 4096,
            sheets_max: 255,
            rows_max: 1_048_576,
            columns_max: 16_384,
            cells_max: 25_000_000,
            text_chars_max: 32_767,
        }
    }
}

/// A mapping of columns that a person confirmed for this sender and this header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfirmedMapping {
    /// The header it was confirmed for: see [`TableFound::fingerprint`].
    pub fingerprint: u64,
    /// Column (0 for A) and what it holds; columns not named here are matched as usual.
    pub fields: Vec<(u16, Option<Field>)>,
}

/// What to read, and within which limits.
#[derive(Debug, Clone, Copy)]
pub struct ReadOptions<'a> {
    /// The name the file came under; only its extension is looked at, and never believed.
    pub file_name: &'a str,
    /// How much the file may ask for.
    pub limits: Limits,
    /// Read this sheet alone.
    pub only_sheet: Option<&'a str>,
    /// Mappings that were confirmed before.
    pub mappings: &'a [ConfirmedMapping],
}

/// One thing found while reading, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A sheet begins.
    Sheet(SheetFound),
    /// A table of people begins; its rows follow.
    Table(TableFound),
    /// A row of a table.
    Row(RawRow),
    /// A row that holds something, but no person.
    Skipped(SkippedRow),
    /// Something the sender should know.
    Notice(Notice),
}

/// A sheet of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetFound {
    /// Its place in the file, 0 for the first.
    pub sheet: u16,
    /// Its name on the tab.
    pub name: String,
    /// Whether the sender's program does not show it.
    pub hidden: bool,
}

/// A table of people on a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableFound {
    /// Its place in the file, 0 for the first.
    pub table: u16,
    /// The sheet it stands on.
    pub sheet: u16,
    /// The row of the first person, 1 for the first of the sheet.
    pub first_row: u32,
    /// First and last row of the head; none when the table has no head.
    pub head_rows: Option<(u32, u32)>,
    /// Its columns, in order; those without a field are kept as they are.
    pub columns: Vec<ColumnFound>,
    /// The header, the same for the same headings whatever the file.
    pub fingerprint: u64,
    /// Whether days are counted from 1904.
    pub epoch_1904: bool,
    /// The column of the row key, when this is a return workbook.
    pub key_column: Option<u16>,
    /// Village and district that lines above the table state for all its rows.
    pub heading: Vec<RawValue>,
}

/// A column of a table, and what it was taken for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnFound {
    /// The column, 0 for A.
    pub column: u16,
    /// The heading as typed, its lines joined by " / "; empty when there is none.
    pub header: String,
    /// What it holds; none when that is nothing Payung reads.
    pub field: Option<Field>,
    /// How sure that is.
    pub confidence: Confidence,
    /// Where the answer comes from.
    pub basis: Basis,
}

/// How sure a match is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// A guess, to be shown as one.
    Guess,
    /// Probably.
    Likely,
    /// Known.
    Certain,
}

impl Confidence {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Confidence::Guess => "guess",
            Confidence::Likely => "likely",
            Confidence::Certain => "certain",
        }
    }
}

/// What a match rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Basis {
    /// A person confirmed it.
    Confirmed,
    /// The heading is a known spelling.
    HeaderExact,
    /// The heading is near a known one.
    HeaderNear,
    /// The cells below look like it.
    Content,
    /// Nothing matched.
    Nothing,
}

impl Basis {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Basis::Confirmed => "confirmed",
            Basis::HeaderExact => "header_exact",
            Basis::HeaderNear => "header_near",
            Basis::Content => "content",
            Basis::Nothing => "nothing",
        }
    }
}

/// A row that holds something, but no person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SkippedRow {
    /// The sheet.
    pub sheet: u16,
    /// The row, 1 for the first.
    pub row: u32,
    /// Why.
    pub reason: SkipReason,
}

macro_rules! named {
    (
        $(#[$outer:meta])*
        $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal),* $(,)? }
    ) => {
        $(#[$outer])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$doc])* $variant),* }

        impl $name {
            /// All of them, in order.
            pub const ALL: &'static [$name] = &[$($name::$variant),*];

            /// The stable code.
            pub fn code(self) -> &'static str {
                match self { $($name::$variant => $text),* }
            }
        }
    };
}

named! {
    /// Why a row is no person.
    SkipReason {
        /// Above the table.
        Title = "TITLE",
        /// The head of the table.
        Head = "HEAD",
        /// The same head again, at a page break.
        HeadRepeated = "HEAD_REPEATED",
        /// The row that numbers the columns.
        ColumnNumbers = "COLUMN_NUMBERS",
        /// The heading of a family or of a group; its values go to the rows below.
        BlockHead = "BLOCK_HEAD",
        /// A running number and nothing else.
        NumberOnly = "NUMBER_ONLY",
        /// A sum.
        Total = "TOTAL",
        /// Place, day, office and name of who signs.
        Signature = "SIGNATURE",
        /// A remark below the table or between its rows.
        Note = "NOTE",
        /// An example that shows how to fill the form in.
        Example = "EXAMPLE",
        /// Nothing in a column that Payung reads.
        NothingRead = "NOTHING_READ",
        /// On a sheet without a table of people.
        OutsideTable = "OUTSIDE_TABLE",
    }
}

/// Something the sender should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// The extension says another kind than the content is.
    WrongExtension {
        /// The extension, in lower case.
        extension: String,
        /// What the file really is.
        found: FileKind,
    },
    /// A sheet that holds something, but no table of people.
    SheetWithoutTable {
        /// The sheet.
        sheet: u16,
    },
    /// A sheet that is a chart, or cannot be read; the others were.
    SheetUnreadable {
        /// The sheet.
        sheet: u16,
    },
    /// The text is not UTF-8; it was read as Windows-1252.
    EncodingGuessed,
    /// The file carries macros; they were not looked at.
    MacrosIgnored,
}

impl Notice {
    /// Every code, in order.
    pub const CODES: &'static [&'static str] = &[
        "WRONG_EXTENSION",
        "SHEET_WITHOUT_TABLE",
        "SHEET_UNREADABLE",
        "ENCODING_GUESSED",
        "MACROS_IGNORED",
    ];

    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Notice::WrongExtension { .. } => "WRONG_EXTENSION",
            Notice::SheetWithoutTable { .. } => "SHEET_WITHOUT_TABLE",
            Notice::SheetUnreadable { .. } => "SHEET_UNREADABLE",
            Notice::EncodingGuessed => "ENCODING_GUESSED",
            Notice::MacrosIgnored => "MACROS_IGNORED",
        }
    }
}

/// Why a file cannot be read at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// Nothing in it.
    Empty,
    /// The file is larger than allowed.
    TooLarge {
        /// How large it may be.
        bytes_max: u64,
    },
    /// A password is needed.
    PasswordProtected,
    /// The end is missing, as after a broken download.
    Truncated,
    /// Not built as its kind has to be.
    Damaged,
    /// It inflates beyond measure.
    InflatesTooMuch {
        /// How far it may inflate.
        bytes_max: u64,
    },
    /// An archive of too many parts.
    TooManyEntries {
        /// How many it may have.
        entries_max: u32,
    },
    /// Two parts of the archive carry one name, so that programs disagree on the content.
    DuplicateEntries,
    /// Too many sheets.
    TooManySheets {
        /// How many it may have.
        sheets_max: u16,
    },
    /// Too many rows on a sheet.
    TooManyRows {
        /// How many it may have.
        rows_max: u32,
    },
    /// Too many columns on a sheet.
    TooManyColumns {
        /// How many it may have.
        columns_max: u16,
    },
    /// Too many cells.
    TooManyCells {
        /// How many it may have.
        cells_max: u64,
    },
    /// A cell holds more text than a cell can.
    TextTooLong {
        /// How many characters it may have.
        chars_max: u32,
    },
    /// Something else than a spreadsheet.
    NotASpreadsheet {
        /// What it really is.
        found: FileKind,
    },
    /// No sheet of this name.
    SheetNotFound,
    /// Read, and nothing in it looks like a list of people.
    NoTable,
    /// The bytes could not be had.
    ReadFailed,
}

impl Refusal {
    /// Every code, in order.
    pub const CODES: &'static [&'static str] = &[
        "EMPTY",
        "TOO_LARGE",
        "PASSWORD_PROTECTED",
        "TRUNCATED",
        "DAMAGED",
        "INFLATES_TOO_MUCH",
        "TOO_MANY_ENTRIES",
        "DUPLICATE_ENTRIES",
        "TOO_MANY_SHEETS",
        "TOO_MANY_ROWS",
        "TOO_MANY_COLUMNS",
        "TOO_MANY_CELLS",
        "TEXT_TOO_LONG",
        "NOT_A_SPREADSHEET",
        "SHEET_NOT_FOUND",
        "NO_TABLE",
        "READ_FAILED",
    ];

    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::Empty => "EMPTY",
            Refusal::TooLarge { .. } => "TOO_LARGE",
            Refusal::PasswordProtected => "PASSWORD_PROTECTED",
            Refusal::Truncated => "TRUNCATED",
            Refusal::Damaged => "DAMAGED",
            Refusal::InflatesTooMuch { .. } => "INFLATES_TOO_MUCH",
            Refusal::TooManyEntries { .. } => "TOO_MANY_ENTRIES",
            Refusal::DuplicateEntries => "DUPLICATE_ENTRIES",
            Refusal::TooManySheets { .. } => "TOO_MANY_SHEETS",
            Refusal::TooManyRows { .. } => "TOO_MANY_ROWS",
            Refusal::TooManyColumns { .. } => "TOO_MANY_COLUMNS",
            Refusal::TooManyCells { .. } => "TOO_MANY_CELLS",
            Refusal::TextTooLong { .. } => "TEXT_TOO_LONG",
            Refusal::NotASpreadsheet { .. } => "NOT_A_SPREADSHEET",
            Refusal::SheetNotFound => "SHEET_NOT_FOUND",
            Refusal::NoTable => "NO_TABLE",
            Refusal::ReadFailed => "READ_FAILED",
        }
    }
}

/// What a file turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadSummary {
    /// Its real kind.
    pub kind: FileKind,
    /// Sheets, charts aside.
    pub sheets: u16,
    /// Tables of people.
    pub tables: u16,
    /// Rows of people.
    pub rows: u64,
    /// Rows that hold something else.
    pub skipped: u64,
}

/// Reads the people of a spreadsheet, in the order of the file.
///
/// # Errors
/// A [`Refusal`] when the file as a whole cannot be read. Events told before a refusal are void.
pub fn read<R: Read + Seek>(
    input: R,
    options: &ReadOptions<'_>,
    sink: &mut dyn FnMut(Event),
) -> Result<ReadSummary, Refusal> {
    contained(|| {
        let mut finder = Finder::new(options, sink);
        let mut seen = Seen::new(options.limits);
        let mut wanted = true;
        let mut found_wanted = options.only_sheet.is_none();
        let kind = open(input, options, &mut |part| {
            seen.meter(&part)?;
            match part {
                Part::Sheet { name, hidden, epoch_1904 } => {
                    wanted = options.only_sheet.is_none_or(|only| same_name(only, name));
                    found_wanted |= wanted;
                    finder.sheet(SheetStart {
                        index: seen.sheet(),
                        name,
                        hidden,
                        epoch_1904,
                        wanted,
                    });
                }
                Part::Merge(region) if wanted => finder.merge(region),
                Part::Row(row) if wanted => finder.row(row),
                Part::Unreadable => finder.notice(Notice::SheetUnreadable { sheet: seen.sheet() }),
                Part::Notice(notice) => finder.notice(notice),
                Part::Merge(_) | Part::Row(_) => (),
            }
            Ok(())
        })?;
        if !found_wanted {
            return Err(Refusal::SheetNotFound);
        }
        let counts = finder.finish();
        if counts.tables == 0 {
            return Err(if seen.cells == 0 { Refusal::Empty } else { Refusal::NoTable });
        }
        Ok(ReadSummary {
            kind,
            sheets: seen.sheets,
            tables: counts.tables,
            rows: counts.rows,
            skipped: counts.skipped,
        })
    })
}

/// One piece of a workbook as it stands, table or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RawPart<'a> {
    /// A sheet begins.
    Sheet {
        /// Its place in the file, 0 for the first.
        sheet: u16,
        /// Its name on the tab.
        name: &'a str,
        /// Whether the sender's program does not show it.
        hidden: bool,
    },
    /// Cells shown as one; told before the cells it covers.
    Merged {
        /// The sheet.
        sheet: u16,
        /// Which cells.
        region: Region,
    },
    /// A cell that holds something.
    Cell {
        /// Where it stands.
        at: CellAddress,
        /// What the spreadsheet says it is.
        kind: CellKind,
        /// The value as text.
        text: &'a str,
    },
}

/// A rectangle of cells, ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// The first row, 1 for the first of the sheet.
    pub first_row: u32,
    /// The last row.
    pub last_row: u32,
    /// The first column, 0 for A.
    pub first_column: u16,
    /// The last column.
    pub last_column: u16,
}

/// Tells every cell of every sheet in order, rows downwards and columns rightwards, so that a
/// workbook can be rebuilt in the sender's own layout.
///
/// # Errors
/// As [`read`], but a file without a table of people is no reason to refuse.
pub fn raw_cells<R: Read + Seek>(
    input: R,
    options: &ReadOptions<'_>,
    sink: &mut dyn FnMut(RawPart<'_>),
) -> Result<FileKind, Refusal> {
    contained(|| {
        let mut seen = Seen::new(options.limits);
        let mut wanted = true;
        open(input, options, &mut |part| {
            seen.meter(&part)?;
            let sheet = seen.sheet();
            match part {
                Part::Sheet { name, hidden, .. } => {
                    wanted = options.only_sheet.is_none_or(|only| same_name(only, name));
                    if wanted {
                        sink(RawPart::Sheet { sheet, name, hidden });
                    }
                }
                Part::Merge(region) if wanted => sink(RawPart::Merged { sheet, region }),
                Part::Row(row) if wanted => {
                    for (column, kind, text) in row.cells() {
                        let at = CellAddress { sheet, row: row.row, column };
                        sink(RawPart::Cell { at, kind, text });
                    }
                }
                _ => (),
            }
            Ok(())
        })
    })
}

/// A sheet, as the table finder is told of it.
pub(crate) struct SheetStart<'a> {
    pub index: u16,
    pub name: &'a str,
    pub hidden: bool,
    pub epoch_1904: bool,
    pub wanted: bool,
}

/// Counts what the reader of any format tells, so that the limits hold for all of them alike.
struct Seen {
    limits: Limits,
    sheets: u16,
    /// The row last told of the sheet.
    row: u32,
    cells: u64,
    text_bytes: u64,
}

impl Seen {
    fn new(limits: Limits) -> Seen {
        Seen { limits, sheets: 0, row: 0, cells: 0, text_bytes: 0 }
    }

    fn sheet(&self) -> u16 {
        self.sheets.saturating_sub(1)
    }

    fn meter(&mut self, part: &Part<'_>) -> Result<(), Refusal> {
        let limits = &self.limits;
        match part {
            Part::Sheet { .. } => {
                self.sheets += 1;
                self.row = 0;
                if self.sheets > limits.sheets_max {
                    return Err(Refusal::TooManySheets { sheets_max: limits.sheets_max });
                }
            }
            Part::Row(row) => {
                // Markup whose tags do not pair could tell a row twice.
                if row.row <= self.row {
                    return Err(Refusal::Damaged);
                }
                self.row = row.row;
                if row.row > limits.rows_max {
                    return Err(Refusal::TooManyRows { rows_max: limits.rows_max });
                }
                if row.cells().last().is_some_and(|cell| cell.0 >= limits.columns_max) {
                    return Err(Refusal::TooManyColumns { columns_max: limits.columns_max });
                }
                self.cells += row.len() as u64;
                if self.cells > limits.cells_max {
                    return Err(Refusal::TooManyCells { cells_max: limits.cells_max });
                }
                if row.longest() > limits.text_chars_max as usize {
                    let chars = row.cells().map(|cell| cell.2.chars().count()).max().unwrap_or(0);
                    if chars > limits.text_chars_max as usize {
                        return Err(Refusal::TextTooLong { chars_max: limits.text_chars_max });
                    }
                }
                self.text_bytes += row.text_len() as u64;
                if self.text_bytes > limits.inflated_bytes_max {
                    return Err(Refusal::InflatesTooMuch { bytes_max: limits.inflated_bytes_max });
                }
            }
            _ => (),
        }
        Ok(())
    }
}

/// Finds out what the bytes are and has them read.
fn open<R: Read + Seek>(
    mut input: R,
    options: &ReadOptions<'_>,
    sink: &mut Sink<'_>,
) -> Result<FileKind, Refusal> {
    let limits = &options.limits;
    let kind = detect::detect(&mut input, limits)?;
    if let Some(notice) = detect::wrong_extension(options.file_name, kind) {
        sink(Part::Notice(notice))?;
    }
    match kind {
        FileKind::Xlsx => xlsx::read(input, limits, sink)?,
        FileKind::Xlsb => xlsb::read(input, limits, sink)?,
        FileKind::Ods => ods::read(input, limits, sink)?,
        FileKind::FlatOds => ods::read_flat(input, limits, sink)?,
        FileKind::Xls => xls::read(input, limits, sink)?,
        FileKind::Html => html::read(input, limits, sink)?,
        FileKind::SpreadsheetMl => spreadsheetml::read(input, limits, sink)?,
        FileKind::Csv => text::read(input, limits, sink)?,
        found => return Err(Refusal::NotASpreadsheet { found }),
    }
    Ok(kind)
}

/// A panic while reading an untrusted file says that the file is damaged, not that we are. Our own
/// tests see it nevertheless, because there is none to be had.
fn contained<T>(work: impl FnOnce() -> Result<T, Refusal>) -> Result<T, Refusal> {
    if cfg!(test) {
        return work();
    }
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(Refusal::Damaged))
}

fn same_name(left: &str, right: &str) -> bool {
    left.trim().to_lowercase() == right.trim().to_lowercase()
}

#[cfg(test)]
mod tests;
