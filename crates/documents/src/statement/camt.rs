//! ISO 20022 CAMT.053: the customer statement in XML, versions 02 to 08, which differ in places
//! that do not matter here.
//!
//! The tokenizer expands no entity but the fixed ones and reads no document type; a file that
//! brings one is refused, because no bank writes it.

use std::io::Cursor;

use base::{Day, Rupiah};

use super::{
    Statement, StatementFormat, StatementProblem, StatementProblemCode, StatementRow,
    account_number, begin_page, covers, in_sen, totals,
};
use crate::read::markup::{Markup, Token};
use crate::read::{ReadOptions, Refusal};

/// The deepest honest element stands at half of this.
const DEPTH_MAX: usize = 48;
/// What is said of one movement; the rest of a longer text is passed over.
const TEXT_BYTES_MAX: usize = 4_096;
/// What each part of a batch repeats of what is said of the whole.
const SHARED_BYTES_MAX: usize = 256;

/// Reads the statements of a file, one after the other.
///
/// # Errors
/// A [`Refusal`] of the tokenizer, or [`Refusal::Damaged`] for elements that do not close.
pub(super) fn read(bytes: &[u8], options: &ReadOptions<'_>) -> Result<Statement, Refusal> {
    let mut reader = Reader::default();
    reader.statement.format = StatementFormat::Camt053;
    let has = |needle: &[u8]| memchr::memmem::find(bytes, needle).is_some();
    if has(b"<!DOCTYPE") || has(b"<!ENTITY") || has(b"<!doctype") {
        let code = StatementProblemCode::EntityFound;
        reader.statement.problems.push(StatementProblem::about_all(code));
        return Ok(reader.statement);
    }
    if bytes.contains(&0) {
        let code = StatementProblemCode::NulFound;
        reader.statement.problems.push(StatementProblem::about_all(code));
        return Ok(reader.statement);
    }
    let mut markup = Markup::new(Cursor::new(bytes), &options.limits);
    let mut text = String::new();
    loop {
        match markup.next()? {
            Token::Open => {
                let name = String::from_utf8_lossy(markup.name()).into_owned();
                let currency = markup.attr("Ccy").map(|text| text.into_owned());
                text.clear();
                reader.open(name, currency)?;
            }
            Token::Empty => {}
            Token::Text => markup.push_text(&mut text)?,
            Token::Close => {
                let name = String::from_utf8_lossy(markup.name()).into_owned();
                reader.close(&name, text.trim())?;
                text.clear();
            }
            Token::End => break,
        }
    }
    match reader.path.is_empty() {
        true => Ok(reader.finish()),
        false => Err(Refusal::Truncated),
    }
}

/// A balance being read.
#[derive(Default)]
struct Balance {
    code: String,
    amount: Option<Money>,
    credit: Option<bool>,
    day: Option<Day>,
}

/// An amount with its currency.
struct Money {
    text: String,
    currency: Option<String>,
}

/// A movement, or a part of one, being read.
#[derive(Default)]
struct Movement {
    amount: Option<Money>,
    credit: Option<bool>,
    reversal: bool,
    status: String,
    booked: Option<String>,
    valued: Option<String>,
    reference: String,
    texts: Vec<String>,
}

#[derive(Default)]
struct Reader {
    statement: Statement,
    path: Vec<String>,
    currency: Option<String>,
    balance: Option<Balance>,
    entry: Option<Movement>,
    parts: Vec<Movement>,
    part: Option<Movement>,
    entries: u32,
    /// The balances of the statement at hand.
    opening: Option<Rupiah>,
    closing: Option<Rupiah>,
    closed: Option<Rupiah>,
    statements: u32,
    /// What the statement at hand says that its entries come to, in and out.
    stated: [Option<Money>; 2],
    /// What its booked entries come to, in and out, in sen; none once one of them is not booked.
    sums: Option<[i64; 2]>,
}

impl Reader {
    fn problem(&mut self, code: StatementProblemCode) {
        let row = self.entries.max(1);
        self.statement.problems.push(StatementProblem::in_row(code, row));
    }

    fn open(&mut self, name: String, currency: Option<String>) -> Result<(), Refusal> {
        if self.path.len() >= DEPTH_MAX {
            return Err(Refusal::Damaged);
        }
        match name.as_str() {
            "Stmt" => {
                self.statements += 1;
                (self.opening, self.closing) = (None, None);
                (self.stated, self.sums) = ([None, None], Some([0, 0]));
            }
            "Bal" if self.parent() == Some("Stmt") => self.balance = Some(Balance::default()),
            "Ntry" => {
                self.entries += 1;
                self.entry = Some(Movement::default());
            }
            "TxDtls" if self.entry.is_some() => self.part = Some(Movement::default()),
            _ => {}
        }
        self.path.push(name);
        self.currency = currency;
        Ok(())
    }

    fn parent(&self) -> Option<&str> {
        self.path.last().map(String::as_str)
    }

    fn close(&mut self, name: &str, text: &str) -> Result<(), Refusal> {
        if self.path.pop().as_deref() != Some(name) {
            return Err(Refusal::Damaged);
        }
        if self.part.is_some() {
            self.in_part(name, text);
        } else if self.entry.is_some() {
            self.in_entry(name, text);
        } else if self.balance.is_some() {
            self.in_balance(name, text);
        } else {
            self.in_statement(name, text);
        }
        self.currency = None;
        Ok(())
    }

    fn in_statement(&mut self, name: &str, text: &str) {
        let above = |wanted: &str| self.path.iter().any(|name| name == wanted);
        match name {
            "Id" | "IBAN"
                if above("Acct") && !above("Ownr") && !above("Svcr") && !text.is_empty() =>
            {
                let number = account_number(text);
                match &self.statement.account {
                    None => self.statement.account = Some(number),
                    Some(known) if *known == number => {}
                    Some(_) => self.problem(StatementProblemCode::AccountsDiffer),
                }
            }
            "Ccy" if self.parent() == Some("Acct") && text != "IDR" => {
                self.problem(StatementProblemCode::CurrencyDiffers);
            }
            "Sum" if above("TxsSummry") => {
                // The sums of a summary name no currency: it is the account's.
                let money = Money { text: text.to_owned(), currency: Some("IDR".to_owned()) };
                match self.parent() {
                    Some("TtlCdtNtries") => self.stated[0] = Some(money),
                    Some("TtlDbtNtries") => self.stated[1] = Some(money),
                    _ => {}
                }
            }
            "Id" if self.parent() == Some("Stmt") => {
                self.statement.number.get_or_insert_with(|| text.to_owned());
            }
            "Stmt" => self.end_statement(),
            _ => {}
        }
    }

    fn in_balance(&mut self, name: &str, text: &str) {
        let Some(balance) = &mut self.balance else { return };
        match name {
            "Cd" => balance.code = text.to_owned(),
            "Amt" => {
                let currency = self.currency.take();
                balance.amount = Some(Money { text: text.to_owned(), currency });
            }
            "CdtDbtInd" => balance.credit = Some(text == "CRDT"),
            "Dt" | "DtTm" if !text.is_empty() => {
                balance.day = text.get(..10).and_then(Day::parse_iso);
            }
            "Bal" => self.end_balance(),
            _ => {}
        }
    }

    fn end_balance(&mut self) {
        let Some(balance) = self.balance.take() else { return };
        let opening = matches!(balance.code.as_str(), "OPBD" | "PRCD");
        if !opening && balance.code != "CLBD" {
            return;
        }
        match (balance.amount.map(|money| money.sen()), balance.credit) {
            (Some(Ok(amount)), Some(credit)) => {
                let amount = Rupiah(if credit { amount } else { -amount });
                match opening {
                    // A previous closing balance gives way to an opening one.
                    true if balance.code == "OPBD" || self.opening.is_none() => {
                        self.opening = Some(amount);
                    }
                    true => {}
                    false => {
                        self.closing = Some(amount);
                        if let Some(day) = balance.day {
                            covers(&mut self.statement, day);
                        }
                    }
                }
            }
            (Some(Err(code)), _) => self.problem(code),
            (None, _) => self.problem(StatementProblemCode::AmountUnreadable),
            (_, None) => self.problem(StatementProblemCode::DirectionMissing),
        }
    }

    fn in_entry(&mut self, name: &str, text: &str) {
        let parent = self.path.last().map(String::as_str).unwrap_or_default().to_owned();
        let Some(entry) = &mut self.entry else { return };
        match (parent.as_str(), name) {
            ("Ntry", "Amt") => {
                let currency = self.currency.take();
                entry.amount = Some(Money { text: text.to_owned(), currency });
            }
            ("Ntry", "CdtDbtInd") => entry.credit = Some(text == "CRDT"),
            ("Ntry", "RvslInd") => entry.reversal = text == "true" || text == "1",
            ("Ntry", "Sts") | ("Sts", "Cd") if !text.is_empty() => {
                entry.status = text.to_owned();
            }
            ("BookgDt", "Dt" | "DtTm") => entry.booked = Some(text.to_owned()),
            ("ValDt", "Dt" | "DtTm") => entry.valued = Some(text.to_owned()),
            ("Ntry", "AcctSvcrRef") => entry.reference = text.to_owned(),
            ("Ntry", "NtryRef" | "AddtlNtryInf") => entry.say(text),
            (_, "Ntry") => self.end_entry(),
            _ => {}
        }
    }

    fn in_part(&mut self, name: &str, text: &str) {
        let inside = |wanted: &str| self.path.iter().any(|name| name == wanted);
        let in_parties = inside("RltdPties");
        let parent = self.path.last().map(String::as_str).unwrap_or_default().to_owned();
        let in_remittance = inside("RmtInf");
        let Some(part) = &mut self.part else { return };
        match (parent.as_str(), name) {
            ("TxDtls" | "TxAmt", "Amt") => {
                let currency = self.currency.take();
                part.amount = Some(Money { text: text.to_owned(), currency });
            }
            ("TxDtls", "CdtDbtInd") => part.credit = Some(text == "CRDT"),
            ("Refs", "EndToEndId" | "InstrId" | "TxId") if text != "NOTPROVIDED" => {
                part.say(text);
            }
            ("Refs", "AcctSvcrRef") => part.reference = text.to_owned(),
            ("RmtInf", "Ustrd") | ("CdtrRefInf", "Ref") | ("TxDtls", "AddtlTxInf") => {
                part.say(text);
            }
            (_, "Nm") if in_parties && !in_remittance => part.say(text),
            (_, "TxDtls") => self.parts.extend(self.part.take()),
            _ => {}
        }
    }

    /// An entry becomes a line, or one line for each of its parts when they state their amounts.
    fn end_entry(&mut self) {
        let (entry, parts) = (self.entry.take(), std::mem::take(&mut self.parts));
        let Some(mut entry) = entry else { return };
        // Pending and informational entries are no bookings.
        if !matches!(entry.status.as_str(), "BOOK" | "") {
            self.sums = None;
            return;
        }
        let row = self.entries;
        let found = entry.line(row);
        let mut line = match found {
            Ok(line) => line,
            Err(code) => return self.problem(code),
        };
        if let Some([credits, debits]) = &mut self.sums {
            *credits = credits.saturating_add(line.credit.0);
            *debits = debits.saturating_add(line.debit.0);
        }
        let split = parts.len() > 1 && parts.iter().all(|part| part.amount.is_some());
        if !split {
            let texts = parts.into_iter().flat_map(|part| {
                let mut texts = part.texts;
                texts.push(part.reference);
                texts
            });
            entry.texts.extend(texts.filter(|text| !text.is_empty()));
            line.description = entry.texts.join(" ");
            self.statement.rows.push(line);
            return;
        }
        match entry.lines(&line, parts) {
            Ok(lines) => self.statement.rows.extend(lines),
            Err(code) => self.problem(code),
        }
    }

    /// Compares what the summary states with what the entries come to.
    fn compare_summary(&mut self) {
        let Some(sums) = self.sums else { return };
        for (stated, sum) in std::mem::take(&mut self.stated).into_iter().zip(sums) {
            match stated.map(|money| money.sen()) {
                Some(Ok(stated)) if stated != sum => {
                    let code = StatementProblemCode::TotalDiffers;
                    let difference = Some(Rupiah(stated - sum));
                    self.statement.problems.push(StatementProblem { code, row: None, difference });
                }
                Some(Err(code)) => self.problem(code),
                Some(Ok(_)) | None => {}
            }
        }
    }

    fn end_statement(&mut self) {
        self.compare_summary();
        match self.opening {
            None => self.problem(StatementProblemCode::OpeningMissing),
            Some(opening) => {
                let (closed, row) = (self.closed, self.entries.max(1));
                begin_page(&mut self.statement, closed, opening, row);
            }
        }
        match self.closing {
            None => self.problem(StatementProblemCode::EndMissing),
            closing => (self.closed, self.statement.closing) = (closing, closing),
        }
    }

    fn finish(mut self) -> Statement {
        if self.statements == 0 {
            let code = StatementProblemCode::HeadMissing;
            self.statement.problems.push(StatementProblem::about_all(code));
        }
        if self.statement.problems.is_empty() {
            totals::check(&mut self.statement);
        }
        self.statement
    }
}

impl Movement {
    fn line(&self, row: u32) -> Result<StatementRow, StatementProblemCode> {
        let amount = self.amount.as_ref().ok_or(StatementProblemCode::AmountUnreadable)?.sen()?;
        let credit = self.credit.ok_or(StatementProblemCode::DirectionMissing)?;
        let day = self.booked.as_ref().or(self.valued.as_ref());
        let day = day.and_then(|text| Day::parse_iso(text.get(..10)?));
        let amount = Rupiah(amount);
        if amount == Rupiah::ZERO {
            return Err(StatementProblemCode::AmountUnreadable);
        }
        Ok(StatementRow {
            row,
            day: day.ok_or(StatementProblemCode::DayUnreadable)?,
            description: self.texts.join(" "),
            reference: self.reference.clone(),
            debit: if credit { Rupiah::ZERO } else { amount },
            credit: if credit { amount } else { Rupiah::ZERO },
            balance: None,
            sen: 0,
            reversal: self.reversal,
        })
    }

    /// Keeps what is said of the movement, as far as anybody reads it.
    fn say(&mut self, text: &str) {
        let held: usize = self.texts.iter().map(String::len).sum();
        let room = TEXT_BYTES_MAX.saturating_sub(held);
        let end = (0..=room.min(text.len())).rfind(|at| text.is_char_boundary(*at));
        if let Some(end) = end.filter(|end| *end > 0) {
            self.texts.push(text[..end].to_owned());
        }
    }

    /// One line for each part; together they are the entry, or it is refused.
    fn lines(
        &self,
        whole: &StatementRow,
        parts: Vec<Movement>,
    ) -> Result<Vec<StatementRow>, StatementProblemCode> {
        let mut lines = Vec::with_capacity(parts.len());
        let mut sum = Rupiah::ZERO;
        let mut held = 0;
        let is_short = |text: &&String| -> bool {
            held += text.len();
            held <= SHARED_BYTES_MAX
        };
        let shared: Vec<String> = self.texts.iter().take_while(is_short).cloned().collect();
        for mut part in parts {
            part.credit = part.credit.or(self.credit);
            part.booked = self.booked.clone();
            part.valued = self.valued.clone();
            part.reversal = self.reversal;
            let own = std::mem::take(&mut part.texts);
            part.texts = shared.iter().cloned().chain(own).collect();
            let mut line = part.line(whole.row)?;
            if line.reference.is_empty() {
                line.reference = whole.reference.clone();
            }
            let change = line.credit.minus(line.debit);
            let next = change.and_then(|change| sum.plus(change));
            sum = next.map_err(|_| StatementProblemCode::BatchDiffers)?;
            lines.push(line);
        }
        match whole.credit.minus(whole.debit) == Ok(sum) {
            true => Ok(lines),
            false => Err(StatementProblemCode::BatchDiffers),
        }
    }
}

impl Money {
    /// Sen of `1626307200.00`: no sign, no exponent, at most fifteen digits and two more.
    fn sen(&self) -> Result<i64, StatementProblemCode> {
        if self.currency.as_deref() != Some("IDR") {
            return Err(StatementProblemCode::CurrencyDiffers);
        }
        let (whole, sen) = self.text.split_once('.').unwrap_or((&self.text, ""));
        let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || whole.len() > 15 || sen.len() > 5 || !plain(whole) || !plain(sen) {
            return Err(StatementProblemCode::AmountUnreadable);
        }
        in_sen(whole, sen).ok_or(StatementProblemCode::AmountUnreadable)
    }
}

#[cfg(test)]
mod tests;
