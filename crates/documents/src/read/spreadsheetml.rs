//! Excel 2003 XML, which many programs save under the name of .xls.

use std::io::{Read, Seek};

use base::CellKind;

use super::markup::{Markup, Token};
use super::number::{self, Shown};
use super::{Limits, Part, Refusal, Region, RowBuf, Sink};

/// Reads a workbook.
pub(crate) fn read<R: Read + Seek>(
    input: R,
    limits: &Limits,
    sink: &mut Sink<'_>,
) -> Result<(), Refusal> {
    let markup = Markup::new(input, limits);
    let row = RowBuf::default();
    let mut reader =
        Reader { markup, limits: *limits, row, column: 0, epoch_1904: false, inside: false };
    reader.tell(sink)
}

struct Reader<R> {
    markup: Markup<R>,
    limits: Limits,
    row: RowBuf,
    column: u32,
    epoch_1904: bool,
    inside: bool,
}

impl<R: Read> Reader<R> {
    fn tell(&mut self, sink: &mut Sink<'_>) -> Result<(), Refusal> {
        loop {
            let token = self.markup.next()?;
            let open = matches!(token, Token::Open | Token::Empty);
            match token {
                Token::End => return Err(Refusal::Truncated),
                Token::Close if self.markup.is("Workbook") => return Ok(()),
                _ if open && self.markup.is("Date1904") => self.epoch_1904 = true,
                _ if open && self.markup.is("Worksheet") => {
                    let name = self.markup.attr("Name").unwrap_or_default().into_owned();
                    sink(Part::Sheet { name: &name, hidden: false, epoch_1904: self.epoch_1904 })?;
                    self.row.start(0);
                    self.inside = token == Token::Open;
                }
                Token::Close if self.markup.is("Worksheet") => self.inside = false,
                _ if open && self.inside && self.markup.is("Row") => {
                    self.row.start_below(self.number("Index"));
                    self.column = 0;
                }
                Token::Close if self.inside && self.markup.is("Row") && !self.row.is_empty() => {
                    sink(Part::Row(&self.row))?;
                }
                _ if open && self.inside && self.markup.is("Cell") => self.cell(token, sink)?,
                _ => (),
            }
        }
    }

    fn cell(&mut self, token: Token, sink: &mut Sink<'_>) -> Result<(), Refusal> {
        let given = self.number("Index").filter(|index| *index > 0);
        self.column = given.map_or(self.column, |index| index - 1);
        let formula = self.markup.raw_attr("Formula").is_some();
        let across = self.number("MergeAcross").unwrap_or(0);
        let down = self.number("MergeDown").unwrap_or(0);
        if self.column >= u32::from(self.limits.columns_max) {
            return Err(Refusal::TooManyColumns { columns_max: self.limits.columns_max });
        }
        let column = self.column as u16;
        self.column = self.column.saturating_add(across).saturating_add(1);
        if across > 0 || down > 0 {
            sink(Part::Merge(Region {
                first_row: self.row.row,
                last_row: self.row.row.saturating_add(down),
                first_column: column,
                last_column: column.saturating_add(across.min(u32::from(u16::MAX)) as u16),
            }))?;
        }
        if token == Token::Empty {
            return Ok(());
        }
        let (typed, text) = self.data()?;
        if text.is_empty() {
            let kind = if formula { CellKind::FormulaWithoutValue } else { CellKind::Empty };
            return self.row.push(column, kind, "");
        }
        self.push(column, &typed, &text)
    }

    /// The type and text of the `Data` of a cell, up to the end of the cell.
    fn data(&mut self) -> Result<(String, String), Refusal> {
        let mut typed = String::new();
        let mut text = String::new();
        let mut inside = false;
        let mut comment = false;
        loop {
            match self.markup.next()? {
                Token::End => return Err(Refusal::Truncated),
                Token::Close if self.markup.is("Cell") => return Ok((typed, text)),
                Token::Open if self.markup.is("Comment") => comment = true,
                Token::Close if self.markup.is("Comment") => comment = false,
                Token::Open if self.markup.is("Data") && !comment => {
                    typed = self.markup.attr("Type").unwrap_or_default().into_owned();
                    inside = true;
                }
                Token::Close if self.markup.is("Data") => inside = false,
                Token::Text if inside => self.markup.push_text(&mut text)?,
                _ => (),
            }
        }
    }

    fn push(&mut self, column: u16, typed: &str, text: &str) -> Result<(), Refusal> {
        let mut out = String::new();
        match typed {
            "Number" => match number::write_text(text, Shown::Number, false, &mut out) {
                Some(kind) => self.row.push(column, kind, &out),
                None => self.row.push(column, CellKind::Text, text),
            },
            "DateTime" => self.row.push(column, CellKind::Date, text.get(..10).unwrap_or(text)),
            "Boolean" => {
                let truth = if text.trim() == "0" { "FALSE" } else { "TRUE" };
                self.row.push(column, CellKind::Bool, truth)
            }
            "Error" => self.row.push(column, CellKind::Error, text.trim()),
            _ => self.row.push(column, CellKind::Text, text),
        }
    }

    fn number(&self, name: &str) -> Option<u32> {
        self.markup.attr(name)?.trim().parse().ok()
    }
}
