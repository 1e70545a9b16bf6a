//! Several questions asked as one statement: one answer, of a single row, that holds for each of
//! them an array of its rows.
//!
//! A server that is asked ten questions one after the other, even all at once, answers each with a
//! message of its own: what it does for the sending costs it as much as the finding.

use std::error::Error;
use std::fmt::Write;

use tokio_postgres::Row;
use tokio_postgres::types::{FromSql, Type};

use crate::error::StoreError;
use crate::value::{Columns, RowRef, corrupt};

/// The questions as one, their parameters numbered on; each is its text and how many parameters it
/// has.
pub(super) fn text<'t>(questions: impl Iterator<Item = (&'t str, usize)>) -> String {
    let (mut text, mut parameters) = ("select".to_owned(), 0);
    for (at, (question, own)) in questions.enumerate() {
        let comma = if at == 0 { "" } else { "," };
        let question = numbered_from(question, parameters);
        let _ = write!(text, "{comma} array(select q from ({question}) as q)");
        parameters += own;
    }
    text
}

/// `$1` and what follows it as `$1` after so many others.
fn numbered_from(question: &str, others: usize) -> String {
    let mut parts = question.split('$');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = part.split_at(digits);
        let number: usize = number.parse().expect("a parameter has a number");
        let _ = write!(text, "${}{rest}", number + others);
    }
    text
}

/// Hands on the rows that the answer holds for one of the questions.
pub(super) fn each(
    answer: &Row,
    question: usize,
    each: &mut dyn FnMut(Columns<'_>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let Bytes(bytes) = answer.try_get(question).map_err(|_| corrupt("an answer"))?;
    let mut read = Reader(bytes);
    let (dimensions, _nulls, _kind) = (read.number()?, read.number()?, read.number()?);
    // An empty array has no dimension.
    if dimensions == 0 {
        return Ok(());
    }
    let (rows, _first) = (read.number()?, read.number()?);
    let mut cells = Vec::new();
    for _ in 0..rows {
        let mut row = Reader(read.part()?.ok_or_else(|| corrupt("an answer"))?);
        cells.clear();
        for _ in 0..row.number()? {
            let kind = row.number()?;
            cells.push((kind, row.part()?));
        }
        each(Columns::new(RowRef::Cells(&cells)))?;
    }
    Ok(())
}

/// A value as the server sent it.
struct Bytes<'a>(&'a [u8]);

impl<'a> FromSql<'a> for Bytes<'a> {
    fn from_sql(_: &Type, bytes: &'a [u8]) -> Result<Bytes<'a>, Box<dyn Error + Sync + Send>> {
        Ok(Bytes(bytes))
    }

    fn accepts(kind: &Type) -> bool {
        *kind == Type::RECORD_ARRAY
    }
}

/// What is still unread of a value.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn number(&mut self) -> Result<u32, StoreError> {
        let (number, rest) = self.0.split_first_chunk().ok_or_else(|| corrupt("an answer"))?;
        self.0 = rest;
        Ok(u32::from_be_bytes(*number))
    }

    /// A length and so many bytes; none for null, whose length is less than nothing.
    fn part(&mut self) -> Result<Option<&'a [u8]>, StoreError> {
        let length = self.number()?;
        if length == u32::MAX {
            return Ok(None);
        }
        let parts = self.0.split_at_checked(length as usize);
        let (part, rest) = parts.ok_or_else(|| corrupt("an answer"))?;
        self.0 = rest;
        Ok(Some(part))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_numbered_on() {
        let asked = [("select a from t where b = $1 and c = $2\n", 2), ("select $1 limit $12", 12)];
        assert_eq!(
            text(asked.into_iter()),
            "select array(select q from (select a from t where b = $1 and c = $2\n) as q), \
             array(select q from (select $3 limit $14) as q)"
        );
    }
}
