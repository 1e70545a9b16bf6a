//! What people type into a plan, read into what the plan asks: the same words in an address, on the
//! command line and in a file.

use base::{Month, Rupiah};
use domain::occupation::{OccupationKey, Occupations};
use domain::plan::{Ages, Base, Scenario};
use rules::{FundKind, Payer, RiskClass, Rulebook, Schemes, Segment, WorkSector};

use crate::error::AppError;

/// Months in a year, where nobody says how many.
const MONTHS_USUAL: u32 = 12;
/// Nobody plans beyond fifty years.
const MONTHS_MAX: u32 = 600;

/// A scenario as typed; what is empty is as usual.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScenarioTyped {
    /// What people call it.
    pub name: String,
    /// Kinds of work by key, with commas or plus signs between; all when empty.
    pub occupations: String,
    /// Schemes, such as `jkk,jkm` or `jkk+jkm`.
    pub schemes: String,
    /// The purse, such as `apbd`.
    pub payer: String,
    /// The first month.
    pub from: String,
    /// How many months.
    pub months: String,
    /// Tranches in place of both: `2026-01..2026-06,2026-09..2026-12`.
    pub spans: String,
    /// What becomes of those who reach the age limit: `by-rule`, `leave`, `stay`.
    pub ages: String,
}

/// What is usual for a plan, where a scenario does not say.
#[derive(Debug, Clone, Copy)]
pub struct WordsOf<'a> {
    /// The kinds of work there are.
    pub occupations: &'a Occupations,
    /// Schemes.
    pub schemes: Schemes,
    /// The purse.
    pub payer: Payer,
    /// First and last month, when something else than a year.
    pub months: Option<(Month, Month)>,
}

impl ScenarioTyped {
    /// Reads `nama=…;pekerjaan=…` or `name=…;occupations=…;schemes=…;payer=…;from=…;months=…;…`.
    ///
    /// # Errors
    /// `SCENARIO_UNREADABLE` for a part that is none.
    pub fn parse(text: &str) -> Result<ScenarioTyped, AppError> {
        let mut typed = ScenarioTyped::default();
        for part in text.split(';').map(str::trim).filter(|part| !part.is_empty()) {
            let bad = || AppError::usage("SCENARIO_UNREADABLE", part);
            let (name, value) = part.split_once('=').ok_or_else(bad)?;
            let place = match name.trim() {
                "name" | "nama" => &mut typed.name,
                "occupations" | "pekerjaan" => &mut typed.occupations,
                "schemes" | "skema" => &mut typed.schemes,
                "payer" | "dana" => &mut typed.payer,
                "from" | "mulai" => &mut typed.from,
                "months" | "bulan" => &mut typed.months,
                "spans" | "tahap" => &mut typed.spans,
                "ages" | "usia" => &mut typed.ages,
                _ => return Err(bad()),
            };
            value.trim().clone_into(place);
        }
        Ok(typed)
    }

    /// Whether nothing was typed.
    pub fn is_empty(&self) -> bool {
        *self == ScenarioTyped::default()
    }

    /// The scenario.
    ///
    /// # Errors
    /// `FLAG_MISSING`, `NOT_A_MONTH`, `MONTHS_BACKWARDS`, `NOT_A_COUNT`, `NOT_SCHEMES`,
    /// `KIND_UNKNOWN`.
    pub fn read(&self, usual: WordsOf<'_>, number: usize) -> Result<Scenario, AppError> {
        let unknown = |text: &str| AppError::usage("KIND_UNKNOWN", text);
        let keys = self.occupations.split([',', '+']).map(str::trim).filter(|key| !key.is_empty());
        let keys = keys.map(|key| {
            let key = OccupationKey(key.into());
            let known = usual.occupations.get(&key).is_some();
            if known { Ok(key) } else { Err(unknown(&key.0)) }
        });
        let name = match self.name.trim() {
            "" => letter(number),
            name => name.to_owned(),
        };
        Ok(Scenario {
            name: name.into(),
            occupations: keys.collect::<Result<_, _>>()?,
            schemes: match self.schemes.trim() {
                "" => usual.schemes,
                text => Schemes::parse(&text.replace('+', ","))
                    .ok_or_else(|| AppError::usage("NOT_SCHEMES", text))?,
            },
            payer: match self.payer.trim() {
                "" => usual.payer,
                text => Payer::from_name(text).ok_or_else(|| unknown(text))?,
            },
            spans: self.spans(usual.months)?,
            ages: match self.ages.trim() {
                "" => Ages::ByRule,
                text => Ages::from_name(text).ok_or_else(|| unknown(text))?,
            },
        })
    }

    fn spans(&self, usual: Option<(Month, Month)>) -> Result<Vec<(Month, Month)>, AppError> {
        if !self.spans.trim().is_empty() {
            return self
                .spans
                .split([',', ' '])
                .filter(|span| !span.is_empty())
                .map(span)
                .collect();
        }
        let typed = |text: &str| match text.trim() {
            "" => Ok(None),
            text => month(text).map(Some),
        };
        let first = typed(&self.from)?;
        let count = match self.months.trim() {
            "" => None,
            text => {
                let count = text.parse().ok().filter(|count| (1..=MONTHS_MAX).contains(count));
                Some(count.ok_or_else(|| AppError::usage("NOT_A_COUNT", text))?)
            }
        };
        let span = match (first, count, usual) {
            (None, None, Some(usual)) => usual,
            (None, Some(count), Some((first, _))) => (first, after(first, count)),
            (Some(first), count, _) => (first, after(first, count.unwrap_or(MONTHS_USUAL))),
            (None, _, None) => return Err(AppError::usage("FLAG_MISSING", "--from")),
        };
        Ok(vec![span])
    }
}

/// The last of so many months.
fn after(first: Month, count: u32) -> Month {
    first.plus(i32::try_from(count).unwrap_or(1) - 1)
}

/// A, B, C, D.
fn letter(number: usize) -> String {
    char::from_u32('A' as u32 + number as u32).map_or_else(String::new, String::from)
}

pub(super) fn month(text: &str) -> Result<Month, AppError> {
    Month::parse(text.trim()).ok_or_else(|| AppError::usage("NOT_A_MONTH", text))
}

fn span(text: &str) -> Result<(Month, Month), AppError> {
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    let (first, last) = (month(first)?, month(last)?);
    if first > last {
        return Err(AppError::usage("MONTHS_BACKWARDS", text));
    }
    Ok((first, last))
}

/// What contributions are computed from, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BaseTyped {
    /// `bpu`, `pu`, or `by-rule`: as the regulation on kinds of work says.
    pub segment: String,
    /// The declared income of those who earn no wage; the lowest tier when empty.
    pub income: String,
    /// The wage of those who earn one.
    pub wage: String,
    /// The employer's class of risk, 1 to 5; the first when empty.
    pub class: String,
}

/// What one person's contribution is computed from, by the kind of work.
#[derive(Debug, Clone, Copy)]
pub struct BaseRule<'a> {
    rulebook: &'a Rulebook,
    occupations: &'a Occupations,
    segment: Option<Segment>,
    income: Rupiah,
    wage: Rupiah,
    class: RiskClass,
    month: Month,
}

impl BaseTyped {
    /// Whether anything was typed that goes before what a programme lays down.
    pub(super) fn is_said(&self) -> bool {
        [&self.segment, &self.income, &self.wage].into_iter().any(|text| !text.trim().is_empty())
    }

    /// The rule.
    ///
    /// # Errors
    /// `KIND_UNKNOWN`, `NOT_AN_AMOUNT`, `FLAG_MISSING` for wages that nobody named.
    pub fn read<'a>(
        &self,
        rulebook: &'a Rulebook,
        occupations: &'a Occupations,
        income: Rupiah,
        month: Month,
    ) -> Result<BaseRule<'a>, AppError> {
        let unknown = |text: &str| AppError::usage("KIND_UNKNOWN", text);
        let segment = match self.segment.trim() {
            "" | "bpu" => Some(Segment::Bpu),
            "pu" => Some(Segment::Pu),
            "by-rule" => None,
            text => return Err(unknown(text)),
        };
        let amount = |text: &str| {
            Rupiah::parse(text.trim()).ok_or_else(|| AppError::usage("NOT_AN_AMOUNT", text))
        };
        let wage = match (self.wage.trim(), segment) {
            ("", Some(Segment::Bpu)) => Rupiah::ZERO,
            ("", _) => return Err(AppError::usage("FLAG_MISSING", "--wage")),
            (text, _) => amount(text)?,
        };
        let income = match self.income.trim() {
            "" => income,
            text => amount(text)?,
        };
        let class = match self.class.trim() {
            "" => Some(1),
            text => text.parse().ok(),
        };
        let class = class.and_then(RiskClass::new).ok_or_else(|| unknown(&self.class))?;
        Ok(BaseRule { rulebook, occupations, segment, income, wage, class, month })
    }
}

impl BaseRule<'_> {
    /// The base of somebody who does this.
    pub fn of(&self, occupation: Option<&OccupationKey>) -> Base {
        let day = self.month.first_day();
        let segment = self.segment.or_else(|| {
            let key = occupation?;
            self.rulebook.segment_of_group(&key.0, day).map(|(segment, _)| segment)
        });
        match segment {
            Some(Segment::Pu) => Base::Pu { wage: self.wage, class: self.class },
            _ => {
                let known = occupation.and_then(|key| self.occupations.get(key));
                let sector = known.map_or(WorkSector::Other, |known| known.sector);
                Base::Bpu { income: self.income, sector }
            }
        }
    }
}

/// What is usual where neither a programme nor anybody says.
pub(super) const USUAL: (Schemes, Payer) = (Schemes::JKK_JKM, Payer::Fund(FundKind::Apbd));
