//! How a number came about, as a tree of plain data: what each line is, what it was made of, and
//! by which rule.
//!
//! Contributions and benefits share it. Nothing here is a sentence: keys are for the catalogue of
//! words, and [`Line::arithmetic`] is what a reader would write on paper.

use base::money::grouped;
use base::{Day, Ppm, Rupiah};

use crate::contribution::Bearer;
use crate::rule::{Entry, Row, RuleId, RuleStatus};
use crate::rulebook::{RuleGap, Rulebook, weakest};
use crate::scheme::Schemes;

mod keys;
#[cfg(test)]
mod tests;

pub use keys::{LineKey, Note, NumberKey};

/// What a question about money is answered with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The sum of the lines.
    pub total: Rupiah,
    /// What it is made of, in the order of the law.
    pub lines: Vec<Line>,
    /// The weakest status among the lines, and of what decided that there are none.
    pub status: RuleStatus,
    /// What decided, or what a reader must know besides.
    pub notes: Vec<Note>,
    /// The rules that decided the answer as a whole; those of the lines stand in the lines.
    pub decided_by: Vec<RuleId>,
}

/// One line of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What it is.
    pub key: LineKey,
    /// Which of several, as the rule's table names it: a loss, a level of school, an instalment.
    pub about: Option<Box<str>>,
    /// How the amount follows from the numbers and the lines below.
    pub op: Op,
    /// The amount; below nothing where the line takes something off.
    pub rupiah: Rupiah,
    /// The numbers used, in the order of the formula.
    pub numbers: Vec<Number>,
    /// The programmes it belongs to.
    pub schemes: Schemes,
    /// Who bears it, for contributions.
    pub borne_by: Option<Bearer>,
    /// The rule the amount follows.
    pub rule: RuleId,
    /// Its instrument and article, as people write them.
    pub article: Box<str>,
    /// The weakest status among everything the amount went through.
    pub status: RuleStatus,
    /// The open parameters that decided, when any did.
    pub open: Vec<RuleId>,
    /// The lines it is made of.
    pub lines: Vec<Line>,
}

/// How an amount follows from the numbers of its line and the lines below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Op {
    /// As a rule or the question gives it.
    Given,
    /// The product of the numbers, rounded by the rule of rounding.
    Product,
    /// The sum of the lines below.
    Sum,
    /// The least of the numbers in rupiah and the lines below.
    Least,
    /// The greatest of the numbers in rupiah and the lines below.
    Greatest,
}

/// One number that a line used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    /// What it is.
    pub key: NumberKey,
    /// How much.
    pub quantity: Quantity,
    /// The rule that gives it; absent when the question does.
    pub rule: Option<RuleId>,
}

/// A number with its unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quantity {
    /// An amount.
    Rupiah(Rupiah),
    /// A share.
    Share(Ppm),
    /// A count of months, years, days, people or pieces; the key says of what.
    Count(i64),
    /// What the rest is divided by.
    Divisor(i64),
    /// A day, for showing.
    Day(Day),
}

impl Answer {
    /// An answer of these lines.
    pub(crate) fn of(lines: Vec<Line>) -> Result<Answer, RuleGap> {
        let total = Rupiah::sum(lines.iter().map(|line| line.rupiah))?;
        let status = weakest(lines.iter().map(|line| line.status));
        Ok(Answer { total, lines, status, notes: Vec::new(), decided_by: Vec::new() })
    }

    /// Nothing, for a reason that a rule gives.
    pub(crate) fn nothing(note: Note, entry: &Entry) -> Answer {
        Answer {
            total: Rupiah::ZERO,
            lines: Vec::new(),
            status: entry.citation.status,
            notes: vec![note],
            decided_by: vec![entry.rule.clone()],
        }
    }

    /// Where there is nothing to add up, the answer is as well known as the rule that was asked.
    pub(crate) fn or_nothing_by(self, entry: &Entry) -> Answer {
        if self.lines.is_empty() { self.doubted(entry) } else { self }
    }

    /// The answer with one more note.
    pub(crate) fn noted(mut self, note: Note) -> Answer {
        self.notes.push(note);
        self
    }

    /// The answer with the doubt of a rule that decided it as a whole.
    pub(crate) fn doubted(mut self, entry: &Entry) -> Answer {
        self.status = self.status.weaker(entry.citation.status);
        self.lines.iter_mut().for_each(|line| line.weaken(entry));
        if !self.decided_by.contains(&entry.rule) {
            self.decided_by.push(entry.rule.clone());
        }
        self
    }

    /// Every rule the answer went through, each once: what decided, then in the order of the lines.
    pub fn rules(&self) -> Vec<RuleId> {
        let mut rules = self.decided_by.clone();
        self.lines.iter().for_each(|line| line.collect_rules(&mut rules));
        rules
    }
}

impl Line {
    /// An empty line under a rule.
    pub(crate) fn of(key: LineKey, entry: &Entry) -> Line {
        let citation = &entry.citation;
        let open = (citation.status == RuleStatus::Open).then(|| entry.rule.clone());
        Line {
            key,
            about: None,
            op: Op::Given,
            rupiah: Rupiah::ZERO,
            numbers: Vec::new(),
            schemes: Schemes::EMPTY,
            borne_by: None,
            rule: entry.rule.clone(),
            article: citation.article.clone(),
            status: citation.status,
            open: open.into_iter().collect(),
            lines: Vec::new(),
        }
    }

    /// An empty line under one row of a rule, cited by the row.
    pub(crate) fn of_row(key: LineKey, entry: &Entry, row: &Row) -> Line {
        let citation = &row.citation;
        let open = (citation.status == RuleStatus::Open).then(|| entry.rule.clone());
        Line {
            article: citation.article.clone(),
            status: citation.status,
            open: open.into_iter().collect(),
            ..Line::of(key, entry)
        }
    }

    /// Says which row of a table the line is about.
    pub(crate) fn about(mut self, row: &Row) -> Line {
        self.about = Some(row.name.clone());
        self
    }

    pub(crate) fn in_schemes(mut self, schemes: Schemes) -> Line {
        self.schemes = schemes;
        self
    }

    /// Adds a number of the question.
    pub(crate) fn given(mut self, key: NumberKey, quantity: Quantity) -> Line {
        self.numbers.push(Number { key, quantity, rule: None });
        self
    }

    /// Adds a number of the line's own rule.
    pub(crate) fn own(mut self, key: NumberKey, quantity: Quantity) -> Line {
        self.numbers.push(Number { key, quantity, rule: Some(self.rule.clone()) });
        self
    }

    /// Adds a number of another rule, with that rule's doubt.
    pub(crate) fn ruled(mut self, key: NumberKey, quantity: Quantity, entry: &Entry) -> Line {
        self.weaken(entry);
        self.numbers.push(Number { key, quantity, rule: Some(entry.rule.clone()) });
        self
    }

    /// Lets the doubt of a rule that decided weigh on the line.
    pub(crate) fn weaken(&mut self, entry: &Entry) {
        self.status = self.status.weaker(entry.citation.status);
        if entry.citation.status == RuleStatus::Open && !self.open.contains(&entry.rule) {
            self.open.push(entry.rule.clone());
        }
    }

    /// Makes the line an amount as given.
    pub(crate) fn amount(mut self, rupiah: Rupiah) -> Line {
        self.rupiah = rupiah;
        self
    }

    /// Makes the line the sum of others.
    pub(crate) fn sum(mut self, lines: Vec<Line>) -> Result<Line, RuleGap> {
        self.rupiah = Rupiah::sum(lines.iter().map(|line| line.rupiah))?;
        self.op = Op::Sum;
        self.take(lines);
        Ok(self)
    }

    /// Makes the line the least of its numbers in rupiah and of other lines.
    pub(crate) fn least(mut self, lines: Vec<Line>) -> Line {
        self.op = Op::Least;
        self.rupiah = self.amounts(&lines).min().unwrap_or(Rupiah::ZERO);
        self.take(lines);
        self
    }

    /// Makes the line the greatest of its numbers in rupiah and of other lines.
    pub(crate) fn greatest(mut self, lines: Vec<Line>) -> Line {
        self.op = Op::Greatest;
        self.rupiah = self.amounts(&lines).max().unwrap_or(Rupiah::ZERO);
        self.take(lines);
        self
    }

    fn amounts<'a>(&'a self, lines: &'a [Line]) -> impl Iterator<Item = Rupiah> + 'a {
        let numbers = self.numbers.iter().filter_map(|number| match number.quantity {
            Quantity::Rupiah(rupiah) => Some(rupiah),
            _ => None,
        });
        numbers.chain(lines.iter().map(|line| line.rupiah))
    }

    fn take(&mut self, lines: Vec<Line>) {
        self.status = self.status.weaker(weakest(lines.iter().map(|line| line.status)));
        for rule in lines.iter().flat_map(|line| &line.open) {
            if !self.open.contains(rule) {
                self.open.push(rule.clone());
            }
        }
        self.lines = lines;
    }

    fn collect_rules(&self, rules: &mut Vec<RuleId>) {
        let numbers = self.numbers.iter().filter_map(|number| number.rule.as_ref());
        for rule in std::iter::once(&self.rule).chain(numbers).chain(&self.open) {
            if !rules.contains(rule) {
                rules.push(rule.clone());
            }
        }
        self.lines.iter().for_each(|line| line.collect_rules(rules));
    }

    /// The line as written on paper, in Indonesian notation: `60 % × 80 × Rp1.000.000`.
    pub fn arithmetic(&self) -> String {
        let numbers = self.numbers.iter().filter(|number| !number.key.is_shown_only());
        let lines = self.lines.iter().map(|line| line.rupiah.to_string());
        match self.op {
            Op::Given => self.rupiah.to_string(),
            Op::Product => product_text(numbers.map(|number| number.quantity)),
            Op::Sum => lines.collect::<Vec<_>>().join(" + "),
            Op::Least | Op::Greatest => {
                let word = if self.op == Op::Least { "min" } else { "max" };
                let numbers = numbers.map(|number| quantity_text(number.quantity));
                format!("{word}({})", numbers.chain(lines).collect::<Vec<_>>().join("; "))
            }
        }
    }
}

impl Rulebook {
    /// Makes a line the product of its numbers; the rounding rule weighs only where it decides.
    ///
    /// # Errors
    /// [`RuleGap`] when the product does not fit, or nothing says how to round it.
    ///
    /// # Source
    /// `iuran.pembulatan`, an open parameter.
    pub(crate) fn product(&self, mut line: Line, day: Day) -> Result<Line, RuleGap> {
        line.op = Op::Product;
        let (mut top, mut bottom) = (1i128, 1i128);
        for number in line.numbers.iter().filter(|number| !number.key.is_shown_only()) {
            let factor = match number.quantity {
                Quantity::Rupiah(Rupiah(value)) | Quantity::Count(value) => value,
                Quantity::Share(Ppm(value)) => {
                    bottom = bottom.checked_mul(WHOLE_PPM).ok_or(RuleGap::AmountTooLarge)?;
                    value
                }
                Quantity::Divisor(value) => {
                    bottom *= i128::from(value);
                    1
                }
                Quantity::Day(_) => 1,
            };
            top = top.checked_mul(i128::from(factor)).ok_or(RuleGap::AmountTooLarge)?;
        }
        let (rupiah, rounded_by) = self.settle(top, bottom, day)?;
        if let Some(rule) = rounded_by {
            line.weaken(rule);
        }
        line.rupiah = rupiah;
        Ok(line)
    }

    /// A fraction as whole rupiah, and the rounding rule if it had to decide.
    pub(crate) fn settle(
        &self,
        top: i128,
        bottom: i128,
        day: Day,
    ) -> Result<(Rupiah, Option<&Entry>), RuleGap> {
        let (floor, rest) = (top.div_euclid(bottom), top.rem_euclid(bottom));
        let whole =
            |value: i128| i64::try_from(value).map(Rupiah).map_err(|_| RuleGap::AmountTooLarge);
        if rest == 0 {
            return Ok((whole(floor)?, None));
        }
        let silent = || self.known.rounding.silent_on(day);
        let (rounding, rule) = self.rounding(day).ok_or_else(silent)?;
        let up = match rounding {
            base::Rounding::HalfUp if top < 0 => rest * 2 > bottom,
            base::Rounding::HalfUp => rest * 2 >= bottom,
            base::Rounding::Down => top < 0,
            base::Rounding::Up => top >= 0,
        };
        Ok((whole(floor + i128::from(up))?, Some(rule)))
    }
}

/// Parts in a whole, for rates in parts per million.
const WHOLE_PPM: i128 = 1_000_000; // not law: parts per million

fn product_text(numbers: impl Iterator<Item = Quantity>) -> String {
    let mut text = String::new();
    for quantity in numbers {
        let divides = matches!(quantity, Quantity::Divisor(_));
        if !text.is_empty() {
            text.push_str(if divides { " ÷ " } else { " × " });
        }
        text.push_str(&quantity_text(quantity));
    }
    text
}

fn quantity_text(quantity: Quantity) -> String {
    match quantity {
        Quantity::Rupiah(rupiah) => rupiah.to_string(),
        Quantity::Share(share) => percent(share),
        Quantity::Count(count) | Quantity::Divisor(count) => {
            let sign = if count < 0 { "-" } else { "" };
            format!("{sign}{}", grouped(count.unsigned_abs()))
        }
        Quantity::Day(day) => day.to_string(),
    }
}

/// A share as people write it: 2,400 parts per million are `0,24 %`.
pub fn percent(share: Ppm) -> String {
    const PER_CENT_PPM: u64 = 10_000; // not law: parts per million in one per cent
    let sign = if share.0 < 0 { "-" } else { "" };
    let whole = grouped(share.0.unsigned_abs() / PER_CENT_PPM);
    let rest = format!("{:04}", share.0.unsigned_abs() % PER_CENT_PPM);
    match rest.trim_end_matches('0') {
        "" => format!("{sign}{whole} %"),
        decimals => format!("{sign}{whole},{decimals} %"),
    }
}
