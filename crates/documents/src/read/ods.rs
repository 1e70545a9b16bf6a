//! OpenDocument spreadsheets (.ods, .fods): streams the one XML part that holds all sheets.
//!
//! A repeat count is believed only where something is repeated: empty rows and cells merely move
//! the place, so a sheet filled to its edges with nothing costs nothing.

use std::collections::HashSet;
use std::io::{Read, Seek, SeekFrom};

use base::CellKind;

use super::archive::Archive;
use super::markup::{Markup, Token};
use super::number::{self, Shown};
use super::{Limits, Part, Refusal, Region, RowBuf, Sink};

/// A filled row that is repeated more often than this lists nobody.
const FILLED_ROWS_REPEATED_MAX: u32 = 10_000;

/// Reads a packed document.
pub(crate) fn read<R: Read + Seek>(
    input: R,
    limits: &Limits,
    sink: &mut Sink<'_>,
) -> Result<(), Refusal> {
    let mut archive = Archive::open(input, limits)?;
    if let Some(manifest) = archive.bytes("META-INF/manifest.xml")?
        && memchr::memmem::find(&manifest, b"encryption-data").is_some()
    {
        return Err(Refusal::PasswordProtected);
    }
    let part = archive.part("content.xml")?.ok_or(Refusal::Damaged)?;
    Reader::new(Markup::new(part, limits), limits).tell(sink)
}

/// Reads a document in one XML file.
pub(crate) fn read_flat<R: Read + Seek>(
    mut input: R,
    limits: &Limits,
    sink: &mut Sink<'_>,
) -> Result<(), Refusal> {
    input.seek(SeekFrom::Start(0)).map_err(|_| Refusal::ReadFailed)?;
    Reader::new(Markup::new(input, limits), limits).tell(sink)
}

/// A cell as its tag describes it.
struct CellTag {
    kind: CellKind,
    value: String,
    repeated: u32,
    formula: bool,
}

struct Reader<R> {
    markup: Markup<R>,
    limits: Limits,
    hidden_styles: HashSet<String>,
    /// The style whose properties are being read.
    style: String,
    row: RowBuf,
    /// The row after the last one told.
    next_row: u32,
    rows_repeated: u32,
    column: u32,
    text: String,
    scratch: String,
}

impl<R: Read> Reader<R> {
    fn new(markup: Markup<R>, limits: &Limits) -> Reader<R> {
        Reader {
            markup,
            limits: *limits,
            hidden_styles: HashSet::new(),
            style: String::new(),
            row: RowBuf::default(),
            next_row: 1,
            rows_repeated: 1,
            column: 0,
            text: String::new(),
            scratch: String::new(),
        }
    }

    fn tell(mut self, sink: &mut Sink<'_>) -> Result<(), Refusal> {
        loop {
            let token = self.markup.next()?;
            let open = matches!(token, Token::Open | Token::Empty);
            if token == Token::End {
                return Err(Refusal::Truncated);
            } else if open && self.markup.is("style") {
                self.style = self.attr("name");
            } else if open && self.markup.is("table-properties") {
                if self.attr("display") == "false" && self.hidden_styles.len() < 10_000 {
                    self.hidden_styles.insert(self.style.clone());
                }
            } else if token == Token::Open && self.markup.is("table") {
                let name = self.attr("name");
                let hidden = self.hidden_styles.contains(&self.attr("style-name"));
                sink(Part::Sheet { name: &name, hidden, epoch_1904: false })?;
                self.next_row = 1;
                self.table(sink)?;
            } else if token == Token::Close && self.markup.is("spreadsheet") {
                return Ok(());
            }
        }
    }

    /// Reads one sheet, up to the end of its element.
    fn table(&mut self, sink: &mut Sink<'_>) -> Result<(), Refusal> {
        loop {
            let token = self.markup.next()?;
            let open = matches!(token, Token::Open | Token::Empty);
            match token {
                Token::End => return Err(Refusal::Truncated),
                Token::Close if self.markup.is("table") => return Ok(()),
                // Shapes lie on a sheet and may hold tables of their own.
                Token::Open if self.markup.is("shapes") => self.skip("shapes")?,
                Token::Close if self.markup.is("table-row") => self.tell_row(sink)?,
                _ if open && self.markup.is("table-row") => {
                    self.row.start(self.next_row);
                    self.rows_repeated = self.count("number-rows-repeated");
                    self.column = 0;
                    if token == Token::Empty {
                        self.tell_row(sink)?;
                    }
                }
                _ if open && self.markup.is("table-cell") => self.cell(token, sink)?,
                _ if open && self.markup.is("covered-table-cell") => self.cell(token, sink)?,
                _ => (),
            }
        }
    }

    fn tell_row(&mut self, sink: &mut Sink<'_>) -> Result<(), Refusal> {
        let repeated = self.rows_repeated;
        if self.row.is_empty() {
            self.next_row = self.next_row.saturating_add(repeated);
            return Ok(());
        }
        if repeated > FILLED_ROWS_REPEATED_MAX {
            return Err(Refusal::TooManyRows { rows_max: self.limits.rows_max });
        }
        for _ in 0..repeated {
            self.row.row = self.next_row;
            self.next_row = self.next_row.saturating_add(1);
            sink(Part::Row(&self.row))?;
        }
        Ok(())
    }

    fn cell(&mut self, token: Token, sink: &mut Sink<'_>) -> Result<(), Refusal> {
        let tag = self.cell_tag();
        let spans = (self.count("number-columns-spanned"), self.count("number-rows-spanned"));
        let covered = self.markup.is("covered-table-cell");
        if spans != (1, 1) && !covered && self.column < u32::from(u16::MAX) {
            let last = |first: u32, count: u32| first.saturating_add(count - 1);
            sink(Part::Merge(Region {
                first_row: self.next_row,
                last_row: last(self.next_row, spans.1),
                first_column: self.column as u16,
                last_column: last(self.column, spans.0).min(u32::from(u16::MAX)) as u16,
            }))?;
        }
        self.text.clear();
        if token == Token::Open {
            self.cell_text()?;
        }
        if covered {
            // What a merged cell covers is kept by the program, but not shown.
            self.column = self.column.saturating_add(tag.repeated);
            return Ok(());
        }
        self.push(&tag)
    }

    fn cell_tag(&self) -> CellTag {
        let kind = self.attr("value-type");
        let (kind, value) = match kind.as_str() {
            "float" | "currency" | "percentage" => (CellKind::Number, self.attr("value")),
            "date" => (CellKind::Date, self.attr("date-value")),
            "boolean" => (CellKind::Bool, self.attr("boolean-value").to_uppercase()),
            "error" => (CellKind::Error, String::new()),
            "string" => (CellKind::Text, self.attr("string-value")),
            "time" => (CellKind::Text, String::new()),
            _ => (CellKind::Empty, String::new()),
        };
        let formula = self.markup.raw_attr("formula").is_some();
        CellTag { kind, value, repeated: self.count("number-columns-repeated"), formula }
    }

    /// Gathers the paragraphs of a cell into `text`.
    fn cell_text(&mut self) -> Result<(), Refusal> {
        let mut paragraphs = 0;
        let mut inside = false;
        loop {
            let token = self.markup.next()?;
            let open = matches!(token, Token::Open | Token::Empty);
            match token {
                Token::End => return Err(Refusal::Truncated),
                Token::Close if self.markup.is("table-cell") => return Ok(()),
                Token::Close if self.markup.is("covered-table-cell") => return Ok(()),
                Token::Open if self.markup.is("annotation") => self.skip("annotation")?,
                Token::Close if self.markup.is("p") => inside = false,
                _ if open && self.markup.is("p") => {
                    if paragraphs > 0 {
                        self.text.push('\n');
                    }
                    paragraphs += 1;
                    inside = token == Token::Open;
                }
                _ if open && self.markup.is("s") => {
                    let spaces = self.count("c").min(self.limits.text_chars_max) as usize;
                    self.text.extend(std::iter::repeat_n(' ', spaces));
                }
                _ if open && self.markup.is("tab") => self.text.push(' '),
                _ if open && self.markup.is("line-break") => self.text.push('\n'),
                Token::Text if inside => self.markup.push_text(&mut self.text)?,
                _ => (),
            }
            if self.text.len() > self.limits.text_chars_max as usize * 8 {
                return Err(Refusal::TextTooLong { chars_max: self.limits.text_chars_max });
            }
        }
    }

    fn push(&mut self, tag: &CellTag) -> Result<(), Refusal> {
        let (mut kind, mut text) = (tag.kind, self.text.as_str());
        match kind {
            CellKind::Number => {
                match number::write_text(&tag.value, Shown::Number, false, &mut self.scratch) {
                    Some(_) => text = &self.scratch,
                    None => kind = CellKind::Text,
                }
            }
            CellKind::Date => text = tag.value.get(..10).unwrap_or(&tag.value),
            CellKind::Bool => text = &tag.value,
            CellKind::Text if text.is_empty() => text = &tag.value,
            CellKind::Empty if !text.is_empty() => kind = CellKind::Text,
            CellKind::Empty if tag.formula => kind = CellKind::FormulaWithoutValue,
            _ => (),
        }
        if tag.formula && kind == CellKind::Text && is_error(text) {
            kind = CellKind::Error;
        }
        let empty = text.is_empty() && kind != CellKind::FormulaWithoutValue;
        if empty {
            self.column = self.column.saturating_add(tag.repeated);
            return Ok(());
        }
        for _ in 0..tag.repeated {
            if self.column >= u32::from(self.limits.columns_max) {
                return Err(Refusal::TooManyColumns { columns_max: self.limits.columns_max });
            }
            self.row.push(self.column as u16, kind, text)?;
            self.column += 1;
        }
        Ok(())
    }

    /// Passes over everything up to the end of this element.
    fn skip(&mut self, element: &str) -> Result<(), Refusal> {
        loop {
            match self.markup.next()? {
                Token::End => return Err(Refusal::Truncated),
                Token::Close if self.markup.is(element) => return Ok(()),
                _ => (),
            }
        }
    }

    fn attr(&self, name: &str) -> String {
        self.markup.attr(name).map(|value| value.into_owned()).unwrap_or_default()
    }

    fn count(&self, name: &str) -> u32 {
        self.markup.attr(name).and_then(|value| value.parse().ok()).unwrap_or(1).max(1)
    }
}

fn is_error(text: &str) -> bool {
    text.starts_with('#') && text.ends_with(['!', '?', 'A']) || text.starts_with("Err:")
}
