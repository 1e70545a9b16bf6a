//! Scholarships for the children of who died or lost all capacity to work.

use base::{Day, Rupiah};

use super::not_negative;
use crate::explain::{Answer, Line, LineKey, Note, NumberKey, Quantity};
use crate::rule::Entry;
use crate::rulebook::{RuleGap, Rulebook};
use crate::scheme::{Scheme, Schemes};

/// Children and what happened to their parent, as a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScholarshipQuery {
    /// The day of the accident or death.
    pub event: Day,
    /// What happened.
    pub cause: Cause,
    /// Where each child stands at school.
    pub children: Vec<SchoolStart>,
}

/// What happened to the parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// Death or total permanent disability by work accident: there is no waiting time.
    WorkAccident,
    /// Another death, after this many months of contributions.
    Death(MonthsPaid),
}

/// Months of contributions, counted in both ways that the law may mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonthsPaid {
    /// The last unbroken run up to the death.
    pub continuous: i64,
    /// All of them.
    pub cumulative: i64,
}

/// A level of school.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SchoolLevel {
    /// Kindergarten.
    Tk,
    /// Primary school.
    Sd,
    /// Lower secondary school.
    Smp,
    /// Upper secondary school.
    Sma,
    /// University or training.
    S1,
}

/// The year of school a child is about to enter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SchoolStart {
    /// The level.
    pub level: SchoolLevel,
    /// The year in it, counted from 1.
    pub year: i64,
    /// The day of birth, when it is known: a scholarship ends at an age.
    pub birth: Option<Day>,
}

impl SchoolLevel {
    /// Every level, in order.
    pub const ALL: [SchoolLevel; 5] =
        [SchoolLevel::Tk, SchoolLevel::Sd, SchoolLevel::Smp, SchoolLevel::Sma, SchoolLevel::S1];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            SchoolLevel::Tk => "tk",
            SchoolLevel::Sd => "sd",
            SchoolLevel::Smp => "smp",
            SchoolLevel::Sma => "sma",
            SchoolLevel::S1 => "s1",
        }
    }
}

impl SchoolStart {
    /// Reads `tk`, `sd1` to `sd6`, `smp1`, `sma1` or `s1`; a level alone means its first year. A
    /// day of birth may follow: `smp1:2012-05-01`.
    pub fn parse(text: &str) -> Option<SchoolStart> {
        let (text, birth) = match text.split_once(':') {
            Some((text, birth)) => (text, Some(Day::parse_iso(birth.trim())?)),
            None => (text, None),
        };
        let text = text.trim().to_ascii_lowercase();
        // S1 carries a digit of its own, so it is looked for before the digits of years.
        let (level, year) = match text.strip_prefix("s1") {
            Some(rest) => (SchoolLevel::S1, rest.trim_start_matches(['-', '.'])),
            None => {
                let year = text.trim_start_matches(|c: char| c.is_ascii_alphabetic());
                let name = &text[..text.len() - year.len()];
                (SchoolLevel::ALL.into_iter().find(|level| level.name() == name)?, year)
            }
        };
        let year = if year.is_empty() { 1 } else { year.parse().ok()? };
        (1..=9).contains(&year).then_some(SchoolStart { level, year, birth })
    }
}

impl Rulebook {
    /// What children's scholarships come to over the years, if each year is claimed.
    ///
    /// # Errors
    /// [`RuleGap`] when no rule applies on the day, or a level of school has no such year.
    ///
    /// # Source
    /// PP 44/2015 as amended by PP 82/2019: by level and year, at most two children; before it one
    /// sum for one child. After another death than by work accident, only after some years of
    /// contributions (P10).
    pub fn scholarship(&self, query: &ScholarshipQuery) -> Result<Answer, RuleGap> {
        let event = query.event;
        let mut decided: Vec<&Entry> = Vec::new();
        let schemes = match query.cause {
            Cause::WorkAccident => Schemes::EMPTY.with(Scheme::Jkk),
            Cause::Death(paid) => {
                not_negative([Rupiah(paid.continuous), Rupiah(paid.cumulative)])?;
                let (required, rule) = self.number(self.known.scholarship_months_jkm, event)?;
                let (word, counting) = self.choice(self.known.scholarship_counting, event)?;
                let counted = if word == "cumulative" { paid.cumulative } else { paid.continuous };
                decided.push(rule);
                if (paid.continuous >= required) != (paid.cumulative >= required) {
                    decided.push(counting);
                }
                if counted < required {
                    let answer = Answer::nothing(Note::MonthsTooFew { counted, required }, rule);
                    return Ok(decided.into_iter().fold(answer, Answer::doubted));
                }
                Schemes::EMPTY.with(Scheme::Jkm)
            }
        };
        let (form, form_rule) = self.choice(self.known.scholarship_form, event)?;
        decided.push(form_rule);
        let answer = match form {
            "lump-sum" => self.scholarship_at_once(query, schemes),
            _ => self.scholarship_by_level(query, schemes),
        }?;
        Ok(decided.into_iter().fold(answer, Answer::doubted))
    }

    /// The age at which a scholarship ends; marriage or work end it too.
    ///
    /// # Errors
    /// [`RuleGap`] when no rule applies on the day.
    pub fn scholarship_age(&self, event: Day) -> Result<(i64, &Entry), RuleGap> {
        self.number(self.known.scholarship_age, event)
    }

    fn scholarship_at_once(
        &self,
        query: &ScholarshipQuery,
        schemes: Schemes,
    ) -> Result<Answer, RuleGap> {
        let (amount, entry) = self.number(self.known.scholarship_lump, query.event)?;
        let (most, most_rule) = self.number(self.known.scholarship_children, query.event)?;
        let children = query.children.len() as i64;
        let line = || Line::of(LineKey::ScholarshipLump, entry).in_schemes(schemes);
        let lines = (0..children.min(most)).map(|_| line().amount(Rupiah(amount))).collect();
        let answer = Answer::of(lines)?;
        Ok(match children - most {
            left if left > 0 => {
                answer.doubted(most_rule).noted(Note::ChildrenLeftOut { children: left })
            }
            _ => answer,
        })
    }

    fn scholarship_by_level(
        &self,
        query: &ScholarshipQuery,
        schemes: Schemes,
    ) -> Result<Answer, RuleGap> {
        let event = query.event;
        let (age, age_rule) = self.number(self.known.scholarship_age, event)?;
        let mut lines = Vec::new();
        let mut too_old = false;
        for child in &query.children {
            let left = child.birth.map(|birth| age - i64::from(birth.age_on(event)));
            let line = self.scholarship_of_child(*child, left, event, schemes)?;
            if line.lines.is_empty() {
                too_old = true;
            } else {
                lines.push(line);
            }
        }
        let (most, most_rule) = self.number(self.known.scholarship_children, event)?;
        let kept = usize::try_from(most).unwrap_or(usize::MAX);
        let left = lines.len().saturating_sub(kept) as i64;
        if left > 0 {
            lines.sort_by_key(|line| std::cmp::Reverse(line.rupiah));
            lines.truncate(kept);
        }
        let sum = Rupiah::sum(lines.iter().map(|line| line.rupiah))?;
        let (limit, limit_rule) = self.number(self.known.scholarship_most, event)?;
        if sum > Rupiah(limit) {
            let all = Line::of(LineKey::ScholarshipSum, limit_rule).in_schemes(schemes);
            let limited = Line::of(LineKey::ScholarshipLimited, limit_rule)
                .in_schemes(schemes)
                .own(NumberKey::Limit, Quantity::Rupiah(Rupiah(limit)));
            lines = vec![limited.least(vec![all.sum(lines)?])];
        }
        let mut answer = Answer::of(lines)?;
        if !answer.lines.is_empty() || !too_old {
            answer = answer.noted(Note::OnTerms);
        }
        if too_old {
            answer = answer.doubted(age_rule).noted(Note::AgeOutside { limit: age });
        }
        if left == 0 {
            return Ok(answer);
        }
        Ok(answer.doubted(most_rule).noted(Note::ChildrenLeftOut { children: left }))
    }

    fn scholarship_of_child(
        &self,
        child: SchoolStart,
        mut years_to_age: Option<i64>,
        event: Day,
        schemes: Schemes,
    ) -> Result<Line, RuleGap> {
        let (age, age_rule) = self.number(self.known.scholarship_age, event)?;
        let mut levels = Vec::new();
        for level in SchoolLevel::ALL.into_iter().filter(|level| *level >= child.level) {
            let (yearly, entry) = self.row(self.known.scholarship_year, level.name(), event)?;
            let (years, years_rule) =
                self.row(self.known.scholarship_years, level.name(), event)?;
            let done = if level == child.level { child.year - 1 } else { 0 };
            let left = years.number().unwrap_or(0) - done;
            if left <= 0 && level == child.level {
                return Err(RuleGap::SchoolYearUnknown);
            }
            // A year counts that begins before the age is reached.
            let young = years_to_age.map_or(left, |years| left.min(years.max(0)));
            years_to_age = years_to_age.map(|years| years - young);
            let (left, cut) = (young, young < left);
            if left > 0 {
                let amount = Rupiah(yearly.number().unwrap_or(0));
                let line = Line::of_row(LineKey::ScholarshipLevel, entry, yearly)
                    .about(yearly)
                    .in_schemes(schemes)
                    .ruled(NumberKey::Years, Quantity::Count(left), years_rule)
                    .own(NumberKey::Yearly, Quantity::Rupiah(amount));
                let line = match cut {
                    true => line.ruled(NumberKey::Age, Quantity::Count(age), age_rule),
                    false => line,
                };
                levels.push(self.product(line, event)?);
            }
        }
        let entry = self.need(self.known.scholarship_year, event)?;
        Line::of(LineKey::ScholarshipChild, entry).in_schemes(schemes).sum(levels)
    }
}
