//! What every format's reader tells: sheets, merged cells, and rows in one reused buffer.

use base::CellKind;

use super::{Notice, Refusal, Region};

/// A row of text longer than this is no row that a person made.
const ROW_BYTES_MAX: usize = 8 << 20;

/// One thing that a format's reader tells.
pub(crate) enum Part<'a> {
    /// A sheet begins.
    Sheet { name: &'a str, hidden: bool, epoch_1904: bool },
    /// Merged cells, told before the rows they cover.
    Merge(Region),
    /// A row with at least one cell.
    Row(&'a RowBuf),
    /// The sheet just begun cannot be read, or is no sheet of cells.
    Unreadable,
    /// Something to pass on.
    Notice(Notice),
}

/// Where a format's reader tells it; an error stops the reading.
pub(crate) type Sink<'a> = dyn FnMut(Part<'_>) -> Result<(), Refusal> + 'a;

#[derive(Clone)]
struct Span {
    column: u16,
    kind: CellKind,
    start: u32,
    end: u32,
}

/// One row: its cells that are not empty, in column order, sharing one text.
#[derive(Clone, Default)]
pub(crate) struct RowBuf {
    /// The row, 1 for the first.
    pub row: u32,
    text: String,
    spans: Vec<Span>,
    longest: usize,
}

impl RowBuf {
    /// Begins another row.
    pub fn start(&mut self, row: u32) {
        self.row = row;
        self.text.clear();
        self.spans.clear();
        self.longest = 0;
    }

    /// Begins the row that the file numbers so. A number that does not lead downwards is none, so
    /// that every row is told once and under an address of its own.
    pub fn start_below(&mut self, given: Option<u32>) {
        let next = self.row.saturating_add(1);
        self.start(given.unwrap_or(next).max(next));
    }

    /// Adds a cell; an empty one leaves no trace.
    pub fn push(&mut self, column: u16, kind: CellKind, text: &str) -> Result<(), Refusal> {
        if text.is_empty() && kind != CellKind::FormulaWithoutValue {
            return Ok(());
        }
        if self.text.len() + text.len() > ROW_BYTES_MAX {
            return Err(Refusal::TextTooLong { chars_max: 32_767 });
        }
        let start = self.text.len() as u32;
        self.text.push_str(text);
        let end = self.text.len() as u32;
        self.longest = self.longest.max(text.len());
        let span = Span { column, kind, start, end };
        match self.spans.last() {
            // Out of order or told twice: kept sorted, and the later one wins, as in a sheet.
            Some(last) if last.column >= column => {
                match self.spans.binary_search_by_key(&column, |span| span.column) {
                    Ok(at) => self.spans[at] = span,
                    Err(at) => self.spans.insert(at, span),
                }
            }
            _ => self.spans.push(span),
        }
        Ok(())
    }

    /// Column, kind and text of every cell.
    pub fn cells(&self) -> impl DoubleEndedIterator<Item = (u16, CellKind, &str)> {
        self.spans.iter().map(|span| {
            (span.column, span.kind, &self.text[span.start as usize..span.end as usize])
        })
    }

    /// How many cells.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// Bytes of the longest text.
    pub fn longest(&self) -> usize {
        self.longest
    }

    /// Bytes of all texts.
    pub fn text_len(&self) -> usize {
        self.text.len()
    }
}
