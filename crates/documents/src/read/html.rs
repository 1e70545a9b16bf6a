//! Web pages saved as spreadsheets: every table row becomes a row, every line of text between the
//! tables a row of one cell. As forgiving as a browser: tags may be missing, nested or wrong.

use std::collections::HashMap;
use std::io::{Read, Seek};

use base::CellKind;

use super::markup::{Markup, Token};
use super::{Limits, Part, Refusal, Region, RowBuf, Sink};

/// Spans wider or taller than this are mistakes.
const SPAN_MAX: u32 = 1000;
/// Stands for `<br>` while a text is gathered, since line ends in the source are mere spaces.
const BREAK: char = '\u{b}';

/// Reads a page as one sheet.
pub(crate) fn read<R: Read + Seek>(
    input: R,
    limits: &Limits,
    sink: &mut Sink<'_>,
) -> Result<(), Refusal> {
    sink(Part::Sheet { name: "Sheet1", hidden: false, epoch_1904: false })?;
    let mut reader = Reader {
        markup: Markup::lenient(input, limits),
        limits: *limits,
        row: RowBuf::default(),
        next_row: 1,
        column: 0,
        in_row: false,
        in_cell: false,
        spans: (1, 1),
        covered: HashMap::new(),
        text: String::new(),
    };
    reader.tell(sink)
}

struct Reader<R> {
    markup: Markup<R>,
    limits: Limits,
    row: RowBuf,
    next_row: u32,
    column: u32,
    in_row: bool,
    in_cell: bool,
    spans: (u32, u32),
    /// Columns that a cell above reaches into, and for how many rows more.
    covered: HashMap<u32, u32>,
    text: String,
}

impl<R: Read> Reader<R> {
    fn tell(&mut self, sink: &mut Sink<'_>) -> Result<(), Refusal> {
        loop {
            let token = self.markup.next()?;
            match token {
                Token::End => {
                    self.end_row(sink)?;
                    return Ok(());
                }
                Token::Text => {
                    self.markup.push_text(&mut self.text)?;
                    if !self.in_cell && self.text.len() > self.limits.text_chars_max as usize {
                        // Outside a table this is no line of a list.
                        self.text.clear();
                    } else if self.text.len() > self.limits.text_chars_max as usize * 8 {
                        let chars_max = self.limits.text_chars_max;
                        return Err(Refusal::TextTooLong { chars_max });
                    }
                }
                _ => self.tag(token, sink)?,
            }
        }
    }

    fn tag(&mut self, token: Token, sink: &mut Sink<'_>) -> Result<(), Refusal> {
        let name = String::from_utf8_lossy(self.markup.name()).to_ascii_lowercase();
        let open = token != Token::Close;
        match name.as_str() {
            "script" | "style" | "title" | "xml" if token == Token::Open => self.skip(&name),
            "br" => {
                self.text.push(BREAK);
                Ok(())
            }
            "table" => {
                self.end_row(sink)?;
                self.covered.clear();
                Ok(())
            }
            "tr" => {
                self.end_row(sink)?;
                self.in_row = open;
                Ok(())
            }
            "td" | "th" if open => {
                self.end_cell(sink)?;
                self.in_row = true;
                self.in_cell = true;
                self.text.clear();
                self.spans = (self.span("colspan"), self.span("rowspan"));
                Ok(())
            }
            "td" | "th" => self.end_cell(sink),
            "p" | "div" | "h1" | "h2" | "h3" | "h4" | "h5" | "li" | "center" | "tbody"
            | "thead" => match self.in_cell || self.in_row {
                true => {
                    self.text.push(' ');
                    Ok(())
                }
                false => self.end_row(sink),
            },
            _ => Ok(()),
        }
    }

    fn end_cell(&mut self, sink: &mut Sink<'_>) -> Result<(), Refusal> {
        if !self.in_cell {
            return Ok(());
        }
        self.in_cell = false;
        while self.covered.contains_key(&self.column) {
            self.column += 1;
        }
        let (wide, high) = self.spans;
        if self.column >= u32::from(self.limits.columns_max) {
            return Err(Refusal::TooManyColumns { columns_max: self.limits.columns_max });
        }
        let column = self.column as u16;
        if self.row.is_empty() {
            self.row.start(self.next_row);
        }
        let text = collapsed(&self.text);
        self.row.push(column, CellKind::Text, &text)?;
        self.text.clear();
        self.column += wide;
        if wide > 1 || high > 1 {
            sink(Part::Merge(Region {
                first_row: self.next_row,
                last_row: self.next_row.saturating_add(high - 1),
                first_column: column,
                last_column: column.saturating_add(wide as u16 - 1),
            }))?;
        }
        if high > 1 {
            for covered in u32::from(column)..self.column {
                // The row being read counts as one of them, and is taken off at its end.
                self.covered.insert(covered, high);
            }
        }
        Ok(())
    }

    /// Ends a row of a table, or a line of text outside tables.
    fn end_row(&mut self, sink: &mut Sink<'_>) -> Result<(), Refusal> {
        self.end_cell(sink)?;
        if !self.in_row && self.row.is_empty() {
            let text = std::mem::take(&mut self.text);
            for line in text.split(BREAK) {
                let line = collapsed(line);
                if !line.is_empty() {
                    self.row.start(self.next_row);
                    self.row.push(0, CellKind::Text, &line)?;
                    sink(Part::Row(&self.row))?;
                    self.next_row = self.next_row.saturating_add(1);
                    self.row.start(self.next_row);
                }
            }
            return Ok(());
        }
        if !self.row.is_empty() {
            sink(Part::Row(&self.row))?;
        }
        self.next_row = self.next_row.saturating_add(1);
        self.row.start(self.next_row);
        self.column = 0;
        self.in_row = false;
        self.text.clear();
        self.covered.retain(|_, rows| {
            *rows -= 1;
            *rows > 0
        });
        Ok(())
    }

    fn skip(&mut self, name: &str) -> Result<(), Refusal> {
        loop {
            match self.markup.next() {
                Ok(Token::End) => return Ok(()),
                Ok(Token::Close) if self.markup.is(name) => return Ok(()),
                Ok(_) => (),
                Err(refusal) => return Err(refusal),
            }
        }
    }

    fn span(&self, name: &str) -> u32 {
        let span = self.markup.attr(name).and_then(|value| value.trim().parse().ok());
        span.unwrap_or(1_u32).clamp(1, SPAN_MAX)
    }
}

/// Text as a browser shows it: runs of white space are one space, and line breaks stay.
fn collapsed(text: &str) -> String {
    let lines = text.split(BREAK).map(|line| {
        let words = line.split([' ', '\t', '\r', '\n']).filter(|word| !word.is_empty());
        words.collect::<Vec<_>>().join(" ")
    });
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}
