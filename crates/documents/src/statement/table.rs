//! Statements as tables: CSV or a spreadsheet, heads in Indonesian or English, or columns that
//! somebody named for the account.

use std::io::{Read, Seek};

use base::Rupiah;

use super::amount::{self, Direction, Money};
use super::heads::{self, Heads, Label};
use super::{
    Layout, Statement, StatementFormat, StatementProblem, StatementProblemCode, StatementRow,
};
use crate::read::{RawPart, ReadOptions, Refusal, raw_cells};

/// Reads a table of movements.
pub(super) fn read<R: Read + Seek>(
    input: R,
    options: &ReadOptions<'_>,
    layout: Option<&Layout>,
) -> Result<Statement, Refusal> {
    let mut reader = Reader { heads: layout.map(Heads::named), ..Reader::default() };
    reader.statement.format = StatementFormat::Table;
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
    /// How many lines came before the last sum that the file states.
    summed: usize,
}

impl Reader {
    fn row(&mut self, row: u32, cells: &[(u16, String)]) {
        if cells.iter().all(|(_, text)| text.is_empty()) || self.balance_line(cells) {
            return;
        }
        if let Some(period) = cells.iter().find_map(|(_, text)| amount::period(text)) {
            self.statement.period = Some(period);
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
            Some(amount::parse(after)?.signed())
        });
        let Some(amount) = amount else { return false };
        match label {
            heads::Balance::Opening => self.statement.opening = Some(amount),
            heads::Balance::Closing => self.statement.closing = Some(amount),
        }
        true
    }

    fn line(&mut self, row: u32, line: &Line<'_>) {
        let problem = |code| Some(StatementProblem::in_row(code, row));
        let day = line.day.and_then(amount::day);
        let words = [line.day, Some(line.description), Some(line.reference)];
        let is_sum = day.is_none() && line.has_amount();
        if is_sum && words.into_iter().flatten().any(heads::is_total) {
            self.total(row, line);
            return;
        }
        let Some(_) = line.day else {
            self.continued(line);
            return;
        };
        if day.is_none() && !line.has_amount() {
            // A page foot or a remark.
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
                    sen: 0,
                    reversal: amount::is_reversal(line.description),
                };
                self.lines.push(Pending { row, open: movement.open });
            }
        }
    }

    /// Compares a sum that the file states, in columns of their own for in and out, with the lines
    /// since the last such sum, or with all of them.
    fn total(&mut self, row: u32, line: &Line<'_>) {
        let stated = [line.debit, line.credit].map(|text| text.and_then(amount::parse));
        let since = std::mem::replace(&mut self.summed, self.lines.len());
        let sum = |from: usize, of: fn(&StatementRow) -> Rupiah| -> i64 {
            self.lines[from..].iter().fold(0, |sum, line| sum.saturating_add(of(&line.row).0))
        };
        let sides: [fn(&StatementRow) -> Rupiah; 2] = [|row| row.debit, |row| row.credit];
        let mut differs = None;
        for (stated, of) in stated.into_iter().zip(sides) {
            let Some(stated) = stated.map(Money::amount) else { continue };
            if stated.0 != sum(since, of) && stated.0 != sum(0, of) {
                differs = differs.or(Some(Rupiah(stated.0.saturating_sub(sum(0, of)))));
            }
        }
        if let Some(difference) = differs {
            let code = StatementProblemCode::TotalDiffers;
            let (row, difference) = (Some(row), Some(difference));
            self.statement.problems.push(StatementProblem { code, row, difference });
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
            self.statement.problems.push(StatementProblem::about_all(code));
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
                        self.statement.problems.push(StatementProblem::in_row(code, row.row));
                        before = balance;
                        continue;
                    }
                }
            }
            self.statement.rows.push(row);
            before = balance;
        }
        super::totals::check(&mut self.statement);
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
            balance: text(Label::Balance).and_then(amount::parse).map(Money::signed),
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
                Some(money) if money.amount() == Rupiah::ZERO => Ok(None),
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
