//! SWIFT MT940: the customer statement in tags, one message a page, several pages a statement.
//!
//! Field 86 is free text or structured by `?20`; either way its pieces are joined without the
//! marks, so that a reference broken over two pieces is whole again.

use base::{Day, Rupiah};

use super::{
    Statement, StatementFormat, StatementProblem, StatementProblemCode, StatementRow,
    account_number, begin_page, covers, in_sen, totals,
};

/// Reads the messages of a file, one after the other.
pub(super) fn read(bytes: &[u8]) -> Statement {
    let mut reader = Reader::default();
    reader.statement.format = StatementFormat::Mt940;
    if bytes.contains(&0) {
        let code = StatementProblemCode::NulFound;
        reader.statement.problems.push(StatementProblem::about_all(code));
        return reader.statement;
    }
    let text = String::from_utf8_lossy(bytes);
    let mut field: Option<(u32, &str, String)> = None;
    for (line, row) in text.lines().zip(1_u32..) {
        let line = line.trim_end_matches(['\r', '\u{3}']);
        match tag(line) {
            Some((tag, rest)) => {
                reader.field(field.take());
                field = Some((row, tag, rest.to_owned()));
            }
            None if line == "-" || line.starts_with("-}") => {
                reader.field(field.take());
                reader.end_message(row);
            }
            None => {
                if let Some((_, _, content)) = &mut field
                    && content.len() < FIELD_BYTES_MAX
                {
                    content.push('\n');
                    content.push_str(line);
                }
            }
        }
    }
    reader.field(field.take());
    reader.finish()
}

/// The longest honest field: six lines of 65 characters, and some more for banks that write more.
const FIELD_BYTES_MAX: usize = 4_096;

/// A tag at the start of a line, and what follows it; the head of a message before it is passed.
fn tag(line: &str) -> Option<(&str, &str)> {
    let line = match line.find("{4:") {
        Some(at) => &line[at + 3..],
        None => line.trim_start_matches(['\u{feff}', '\u{1}']),
    };
    let (tag, content) = line.strip_prefix(':')?.split_once(':')?;
    let digits = tag.get(..2)?.bytes().all(|byte| byte.is_ascii_digit());
    let rest = &tag[2..];
    let letter = rest.is_empty() || (rest.len() == 1 && rest.as_bytes()[0].is_ascii_uppercase());
    (digits && letter).then_some((tag, content))
}

#[derive(Default)]
struct Reader {
    statement: Statement,
    /// The balance with which the last page ended.
    closed: Option<Rupiah>,
    /// Whether a page is open: it has begun and not ended.
    open: bool,
    /// Whether any balance was read at all.
    began: bool,
}

impl Reader {
    fn problem(&mut self, code: StatementProblemCode, row: u32) {
        self.statement.problems.push(StatementProblem::in_row(code, row));
    }

    fn field(&mut self, field: Option<(u32, &str, String)>) {
        let Some((row, tag, content)) = field else { return };
        match tag {
            "20" => self.end_message(row),
            "25" => self.account(&content, row),
            "28C" | "28" => {
                let number = content.trim().split('/').next().unwrap_or_default();
                self.statement.number.get_or_insert_with(|| number.to_owned());
            }
            "60F" | "60M" => match balance(&content) {
                Ok((opening, _)) => {
                    let closed = self.closed;
                    begin_page(&mut self.statement, closed, opening, row);
                    (self.open, self.began) = (true, true);
                }
                Err(code) => self.problem(code, row),
            },
            "61" => match movement(&content, row) {
                Ok(line) if self.open => self.statement.rows.push(line),
                Ok(_) => self.problem(StatementProblemCode::OpeningMissing, row),
                Err(code) => self.problem(code, row),
            },
            "86" if self.open => self.remark(&content),
            "62F" | "62M" => match balance(&content) {
                Ok((closing, day)) => {
                    covers(&mut self.statement, day);
                    self.closed = Some(closing);
                    self.statement.closing = Some(closing);
                    self.open = false;
                }
                Err(code) => self.problem(code, row),
            },
            _ => {}
        }
    }

    fn account(&mut self, content: &str, row: u32) {
        // A bank's own code may stand before the number: "114/0011234567".
        let number = content.trim().rsplit('/').next().unwrap_or_default();
        let number = account_number(number);
        let number = number.strip_suffix("IDR").unwrap_or(&number).to_owned();
        match &self.statement.account {
            None => self.statement.account = Some(number),
            Some(known) if *known == number => {}
            Some(_) => self.problem(StatementProblemCode::AccountsDiffer, row),
        }
    }

    fn remark(&mut self, content: &str) {
        if let Some(line) = self.statement.rows.last_mut() {
            let text = unstructured(content);
            if !line.description.is_empty() {
                line.description.push(' ');
            }
            line.description.push_str(&text);
        }
    }

    /// A message that ends while its page is open has lost its closing balance.
    fn end_message(&mut self, row: u32) {
        if std::mem::take(&mut self.open) {
            self.problem(StatementProblemCode::EndMissing, row);
        }
    }

    fn finish(mut self) -> Statement {
        if !self.began {
            let code = StatementProblemCode::OpeningMissing;
            self.statement.problems.push(StatementProblem::about_all(code));
        } else if self.open {
            let code = StatementProblemCode::EndMissing;
            self.statement.problems.push(StatementProblem::about_all(code));
        }
        if self.statement.problems.is_empty() {
            totals::check(&mut self.statement);
        }
        self.statement
    }
}

/// A balance: `C221001IDR1626307200,00`.
fn balance(content: &str) -> Result<(Rupiah, Day), StatementProblemCode> {
    let content = content.trim();
    let sign = match content.as_bytes().first() {
        Some(b'C') => 1,
        Some(b'D') => -1,
        _ => return Err(StatementProblemCode::DirectionMissing),
    };
    let day = content.get(1..7).and_then(day).ok_or(StatementProblemCode::DayUnreadable)?;
    match content.get(7..10) {
        Some("IDR") => {}
        _ => return Err(StatementProblemCode::CurrencyDiffers),
    }
    Ok((Rupiah(sign * amount(&content[10..])?), day))
}

/// A line: `2210031003D1626307200,00NTRFPYG-ABCD//BANKREF` and, below it, more of the bank's.
fn movement(content: &str, row: u32) -> Result<StatementRow, StatementProblemCode> {
    let (first, more) = content.split_once('\n').unwrap_or((content, ""));
    let valued = first.get(..6).and_then(day).ok_or(StatementProblemCode::DayUnreadable)?;
    let mut rest = &first[6..];
    let mut booked = valued;
    if rest.bytes().take(4).filter(u8::is_ascii_digit).count() == 4 {
        booked = booking_day(valued, &rest[..4]).ok_or(StatementProblemCode::DayUnreadable)?;
        rest = &rest[4..];
    }
    let (reversal, after) = match rest.strip_prefix('R') {
        Some(after) => (true, after),
        None => (false, rest.strip_prefix('E').unwrap_or(rest)),
    };
    // Undoing a credit takes money out again.
    let credit = match after.as_bytes().first() {
        Some(b'C') => !reversal,
        Some(b'D') => reversal,
        _ => return Err(StatementProblemCode::DirectionMissing),
    };
    let after = &after[1..];
    // The third letter of the currency may stand between the mark and the amount.
    let after = after.strip_prefix(|c: char| c.is_ascii_uppercase()).unwrap_or(after);
    let digits = after.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b',').count();
    let amount = Rupiah(amount(&after[..digits])?);
    if amount == Rupiah::ZERO {
        return Err(StatementProblemCode::AmountUnreadable);
    }
    let names = &after[digits..];
    // One letter and three more say what kind of movement it is.
    let names = names.get(4..).unwrap_or_default();
    let (own, banks) = names.split_once("//").unwrap_or((names, ""));
    let own = if own.trim() == "NONREF" { "" } else { own.trim() };
    Ok(StatementRow {
        row,
        day: booked,
        description: joined(&[own, more.trim()]),
        reference: banks.trim().to_owned(),
        debit: if credit { Rupiah::ZERO } else { amount },
        credit: if credit { amount } else { Rupiah::ZERO },
        balance: None,
        sen: 0,
        reversal,
    })
}

fn joined(parts: &[&str]) -> String {
    let parts = parts.iter().filter(|part| !part.is_empty());
    parts.map(|part| part.replace('\n', " ")).collect::<Vec<_>>().join(" ")
}

/// The pieces of field 86 without the marks of its structure; a line break joins, since banks break
/// the text wherever the line is full.
fn unstructured(content: &str) -> String {
    let content = content.replace('\n', "");
    let body = match content.get(..4) {
        Some(head) if head.ends_with('?') && head[..3].bytes().all(|b| b.is_ascii_digit()) => {
            &content[3..]
        }
        _ => content.as_str(),
    };
    if !body.starts_with('?') {
        return body.trim().to_owned();
    }
    let mut text = String::new();
    for piece in body.split('?').skip(1) {
        let Some((code, piece)) = piece.split_at_checked(2) else { continue };
        match code.parse::<u8>() {
            // Remittance information goes on from piece to piece.
            Ok(20..=29 | 60..=63) => text.push_str(piece),
            Ok(_) => {
                text.push(' ');
                text.push_str(piece);
                text.push(' ');
            }
            Err(_) => text.push_str(piece),
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Sen of `1626307200,00`: digits, one comma, at most two digits.
fn amount(text: &str) -> Result<i64, StatementProblemCode> {
    let (whole, sen) = text.split_once(',').ok_or(StatementProblemCode::AmountUnreadable)?;
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 15 || sen.len() > 2 || !plain(whole) || !plain(sen) {
        return Err(StatementProblemCode::AmountUnreadable);
    }
    in_sen(whole, sen).ok_or(StatementProblemCode::AmountUnreadable)
}

/// `221003` is 3 October 2022.
fn day(text: &str) -> Option<Day> {
    let number = |at: usize| text.get(at..at + 2)?.parse::<i8>().ok().filter(|part| *part >= 0);
    if text.len() != 6 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Day::new(2000 + i16::from(number(0)?), number(2)?, number(4)?)
}

/// The day and month of booking, in the year that is nearest to the day of value.
fn booking_day(valued: Day, text: &str) -> Option<Day> {
    let (month, day) = (text.get(..2)?.parse().ok()?, text.get(2..4)?.parse().ok()?);
    let years = [valued.year() - 1, valued.year(), valued.year() + 1];
    let days = years.into_iter().filter_map(|year| Day::new(year, month, day));
    days.min_by_key(|day| valued.days_until(*day).abs())
}

#[cfg(test)]
mod tests;
