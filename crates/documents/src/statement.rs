//! Bank statements as banks and treasurers export them: CSV or a spreadsheet, heads in Indonesian
//! or English, two amount columns or one with a mark.
//!
//! A line whose day or amount cannot be read is named as a problem and never guessed: a wrong
//! amount here would be posted to the ledger.

mod amount;
mod heads;

use std::io::{Read, Seek};

use base::{Day, Rupiah};

use crate::read::{RawPart, ReadOptions, Refusal, raw_cells};
use amount::{Direction, Money};
use heads::{Heads, Label};

/// A statement, as far as it could be read.
#[derive(Clone, Default)]
pub struct Statement {
    /// The lines, in the order of the file.
    pub rows: Vec<StatementRow>,
    /// The balance before the first line, where the file states it.
    pub opening: Option<Rupiah>,
    /// The balance after the last line, where the file states it.
    pub closing: Option<Rupiah>,
    /// What could not be read, and sums that do not meet.
    pub problems: Vec<StatementProblem>,
}

/// One movement on the account.
#[derive(Clone, PartialEq, Eq)]
pub struct StatementRow {
    /// The row in the file, 1 for the first.
    pub row: u32,
    /// The day the bank booked it.
    pub day: Day,
    /// What the bank says it is. May name people.
    pub description: String,
    /// The bank's number for it; empty when the file has no such column.
    pub reference: String,
    /// Money that left the account.
    pub debit: Rupiah,
    /// Money that came in.
    pub credit: Rupiah,
    /// The balance after it, where the file states it.
    pub balance: Option<Rupiah>,
}

/// Something wrong with a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatementProblem {
    /// What.
    pub code: StatementProblemCode,
    /// In which row, when it is about one.
    pub row: Option<u32>,
}

/// What can be wrong with a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StatementProblemCode {
    /// No row names a day and an amount: nothing was read.
    HeadMissing,
    /// A line whose day nobody can read; it was left out.
    DayUnreadable,
    /// A line whose amount nobody can read; it was left out.
    AmountUnreadable,
    /// A line with an amount in sen; it was left out, since the ledger keeps whole rupiah.
    AmountNotWhole,
    /// A line that both takes and gives; it was left out.
    BothDirections,
    /// A line that does not say whether money came or went; it was left out.
    DirectionMissing,
    /// The balance does not follow from the line before and this line.
    BalanceDiffers,
    /// Opening balance and lines do not give the closing balance.
    ClosingDiffers,
}

impl StatementProblemCode {
    /// Every code, in order.
    pub const ALL: &'static [StatementProblemCode] = &[
        StatementProblemCode::HeadMissing,
        StatementProblemCode::DayUnreadable,
        StatementProblemCode::AmountUnreadable,
        StatementProblemCode::AmountNotWhole,
        StatementProblemCode::BothDirections,
        StatementProblemCode::DirectionMissing,
        StatementProblemCode::BalanceDiffers,
        StatementProblemCode::ClosingDiffers,
    ];

    /// The stable code.
    pub fn name(self) -> &'static str {
        match self {
            StatementProblemCode::HeadMissing => "STATEMENT_HEAD_MISSING",
            StatementProblemCode::DayUnreadable => "STATEMENT_DAY_UNREADABLE",
            StatementProblemCode::AmountUnreadable => "STATEMENT_AMOUNT_UNREADABLE",
            StatementProblemCode::AmountNotWhole => "STATEMENT_AMOUNT_NOT_WHOLE",
            StatementProblemCode::BothDirections => "STATEMENT_BOTH_DIRECTIONS",
            StatementProblemCode::DirectionMissing => "STATEMENT_DIRECTION_MISSING",
            StatementProblemCode::BalanceDiffers => "STATEMENT_BALANCE_DIFFERS",
            StatementProblemCode::ClosingDiffers => "STATEMENT_CLOSING_DIFFERS",
        }
    }
}

/// Reads a bank statement.
///
/// # Errors
/// A [`Refusal`] when the file cannot be read at all. A file that is read and is no statement
/// gives [`StatementProblemCode::HeadMissing`].
pub fn read_statement<R: Read + Seek>(
    input: R,
    options: &ReadOptions<'_>,
) -> Result<Statement, Refusal> {
    let mut reader = Reader::default();
    let mut cells: Vec<(u16, String)> = Vec::new();
    let mut at = (0, 0);
    raw_cells(input, options, &mut |part| {
        if let RawPart::Cell { at: cell, text, .. } = part {
            if at != (cell.sheet, cell.row) {
                reader.row(at.1, &cells);
                cells.clear();
                at = (cell.sheet, cell.row);
            }
            cells.push((cell.column, text.trim().to_owned()));
        }
    })?;
    reader.row(at.1, &cells);
    Ok(reader.finish())
}

/// A line before it is known which way its money went.
struct Pending {
    row: StatementRow,
    /// An amount that states no direction.
    open: Option<Money>,
}

#[derive(Default)]
struct Reader {
    heads: Option<Heads>,
    statement: Statement,
    lines: Vec<Pending>,
    /// Whether a signed column was seen to hold a minus.
    signed: bool,
}

impl Reader {
    fn row(&mut self, row: u32, cells: &[(u16, String)]) {
        if cells.iter().all(|(_, text)| text.is_empty()) || self.balance_line(cells) {
            return;
        }
        match &self.heads {
            None => self.heads = Heads::of(cells),
            // Heads are repeated where a page breaks.
            Some(heads) if Heads::of(cells).is_some_and(|again| again == *heads) => {}
            Some(heads) => {
                let line = Line::new(heads, cells);
                self.line(row, &line);
            }
        }
    }

    /// Reads "Saldo Awal" and "Saldo Akhir" where they stand on lines of their own.
    fn balance_line(&mut self, cells: &[(u16, String)]) -> bool {
        let Some(label) = cells.iter().find_map(|(_, text)| heads::balance_label(text)) else {
            return false;
        };
        let amounts = cells.iter().filter(|(_, text)| amount::day(text).is_none());
        let amount = amounts.rev().find_map(|(_, text)| {
            let after = text.rsplit_once(':').map_or(text.as_str(), |(_, after)| after);
            amount::parse(after)?.signed()
        });
        let Some(amount) = amount else { return false };
        match label {
            heads::Balance::Opening => self.statement.opening = Some(amount),
            heads::Balance::Closing => self.statement.closing = Some(amount),
        }
        true
    }

    fn line(&mut self, row: u32, line: &Line<'_>) {
        let problem = |code| Some(StatementProblem { code, row: Some(row) });
        let Some(day_text) = line.day else {
            self.continued(line);
            return;
        };
        let day = amount::day(day_text);
        if day.is_none() && (heads::is_total(day_text) || !line.has_amount()) {
            // A sum, a page foot or a remark.
            return;
        }
        let found = match day {
            None => Err(StatementProblemCode::DayUnreadable),
            Some(day) => line.movement().map(|movement| (day, movement)),
        };
        match found {
            Err(code) => self.statement.problems.extend(problem(code)),
            Ok((_, None)) => {}
            Ok((day, Some(movement))) => {
                self.signed |= movement.open.is_some_and(|money| money.negative);
                let row = StatementRow {
                    row,
                    day,
                    description: line.description.to_owned(),
                    reference: line.reference.to_owned(),
                    debit: movement.debit,
                    credit: movement.credit,
                    balance: line.balance,
                };
                self.lines.push(Pending { row, open: movement.open });
            }
        }
    }

    /// A row without a day and without amounts goes on with the description above it.
    fn continued(&mut self, line: &Line<'_>) {
        if line.has_amount() || line.description.is_empty() {
            return;
        }
        if let Some(last) = self.lines.last_mut() {
            last.row.description.push(' ');
            last.row.description.push_str(line.description);
        }
    }

    fn finish(mut self) -> Statement {
        if self.heads.is_none() {
            let code = StatementProblemCode::HeadMissing;
            self.statement.problems.push(StatementProblem { code, row: None });
        }
        let mut before = self.statement.opening;
        for Pending { mut row, open } in std::mem::take(&mut self.lines) {
            let balance = row.balance;
            if let Some(money) = open {
                match self.direction(money, before, balance) {
                    Some(Direction::Debit) => row.debit = money.amount(),
                    Some(Direction::Credit) => row.credit = money.amount(),
                    None => {
                        let code = StatementProblemCode::DirectionMissing;
                        self.statement.problems.push(StatementProblem { code, row: Some(row.row) });
                        before = balance;
                        continue;
                    }
                }
            }
            self.statement.rows.push(row);
            before = balance;
        }
        self.check_balances();
        self.statement
    }

    /// Which way money of an unmarked column went: by its sign, else by the balance.
    fn direction(
        &self,
        money: Money,
        before: Option<Rupiah>,
        after: Option<Rupiah>,
    ) -> Option<Direction> {
        if self.signed {
            return Some(if money.negative { Direction::Debit } else { Direction::Credit });
        }
        let (before, after) = (before?, after?);
        let change = after.minus(before).ok()?;
        if change == money.amount() {
            Some(Direction::Credit)
        } else if Rupiah::ZERO.minus(change) == Ok(money.amount()) {
            Some(Direction::Debit)
        } else {
            None
        }
    }

    fn check_balances(&mut self) {
        let statement = &mut self.statement;
        let follows = |before: Rupiah, row: &StatementRow| {
            before.plus(row.credit).and_then(|sum| sum.minus(row.debit)).ok()
        };
        let pairs = || statement.rows.windows(2);
        let stated = |row: &StatementRow| row.balance;
        let newest_first = pairs()
            .filter(|pair| {
                // In a statement that begins with the newest line, the balance of a line follows
                // from the line below it.
                stated(&pair[1])
                    .zip(stated(&pair[0]))
                    .is_some_and(|(before, after)| follows(before, &pair[0]) == Some(after))
            })
            .count();
        let oldest_first = pairs()
            .filter(|pair| {
                stated(&pair[0])
                    .zip(stated(&pair[1]))
                    .is_some_and(|(before, after)| follows(before, &pair[1]) == Some(after))
            })
            .count();
        let mut order: Vec<&StatementRow> = statement.rows.iter().collect();
        if newest_first > oldest_first {
            order.reverse();
        }
        let mut problems = Vec::new();
        let mut running = statement.opening;
        for row in &order {
            let expected = running.and_then(|before| follows(before, row));
            if expected.zip(row.balance).is_some_and(|(sum, stated)| sum != stated) {
                let code = StatementProblemCode::BalanceDiffers;
                problems.push(StatementProblem { code, row: Some(row.row) });
            }
            running = row.balance.or(expected);
        }
        if let (Some(opening), Some(closing)) = (statement.opening, statement.closing) {
            let sum = order.iter().try_fold(opening, |sum, row| follows(sum, row));
            if sum != Some(closing) {
                let code = StatementProblemCode::ClosingDiffers;
                problems.push(StatementProblem { code, row: None });
            }
        }
        statement.problems.extend(problems);
    }
}

/// One row of the file, seen through the heads.
struct Line<'a> {
    day: Option<&'a str>,
    description: &'a str,
    reference: &'a str,
    debit: Option<&'a str>,
    credit: Option<&'a str>,
    amount: Option<&'a str>,
    mark: Option<&'a str>,
    balance: Option<Rupiah>,
}

/// What a line moves; `open` when it does not say which way.
struct Movement {
    debit: Rupiah,
    credit: Rupiah,
    open: Option<Money>,
}

impl<'a> Line<'a> {
    fn new(heads: &Heads, cells: &'a [(u16, String)]) -> Line<'a> {
        let text = |label| heads.text(cells, label);
        Line {
            day: text(Label::Day).or_else(|| text(Label::ValueDay)),
            description: text(Label::Description).unwrap_or(""),
            reference: text(Label::Reference).unwrap_or(""),
            debit: text(Label::Debit),
            credit: text(Label::Credit),
            amount: text(Label::Amount),
            mark: text(Label::Mark),
            balance: text(Label::Balance).and_then(amount::parse).and_then(Money::signed),
        }
    }

    fn has_amount(&self) -> bool {
        let amounts = [self.debit, self.credit, self.amount];
        amounts.into_iter().flatten().any(|text| text.bytes().any(|byte| byte.is_ascii_digit()))
    }

    /// What the line moves; nothing when all its amounts are empty or zero.
    fn movement(&self) -> Result<Option<Movement>, StatementProblemCode> {
        let read = |text: Option<&str>| match text {
            None | Some("-") => Ok(None),
            Some(text) => match amount::parse(text) {
                None => Err(StatementProblemCode::AmountUnreadable),
                Some(money) if money.sen != 0 => Err(StatementProblemCode::AmountNotWhole),
                Some(money) if money.whole == 0 => Ok(None),
                Some(money) => Ok(Some(money)),
            },
        };
        let (debit, credit) = (read(self.debit)?, read(self.credit)?);
        let single = read(self.amount)?;
        let (debit, credit, open) = match (debit, credit, single) {
            (Some(_), Some(_), _) => return Err(StatementProblemCode::BothDirections),
            (Some(debit), None, _) => (debit.amount(), Rupiah::ZERO, None),
            (None, Some(credit), _) => (Rupiah::ZERO, credit.amount(), None),
            (None, None, None) => return Ok(None),
            (None, None, Some(money)) => {
                let marked = self.mark.and_then(amount::direction).or(money.direction);
                match marked {
                    Some(Direction::Debit) => (money.amount(), Rupiah::ZERO, None),
                    Some(Direction::Credit) => (Rupiah::ZERO, money.amount(), None),
                    None => (Rupiah::ZERO, Rupiah::ZERO, Some(money)),
                }
            }
        };
        Ok(Some(Movement { debit, credit, open }))
    }
}

#[cfg(test)]
mod tests;
