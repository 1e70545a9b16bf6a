//! What a regulation file holds once it is read: sources, units, parameters and dated entries.

use std::fmt;
use std::sync::Arc;

use base::{Day, Rupiah};

use crate::scheme::{Scheme, WorkSector};

/// The name of one dated rule: parameter and first day, `jkk.iuran_bpu@2015-07-01`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(Arc<str>);

impl RuleId {
    pub(crate) fn new(parameter: &str, from: Day) -> RuleId {
        RuleId(format!("{parameter}@{from}").into())
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How well a rule is known; later is weaker, and a result is as weak as its weakest rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RuleStatus {
    /// A named person compared it with the regulation's own text on a named day.
    Confirmed,
    /// Read in a text about the regulation, not in the regulation.
    Secondary,
    /// Remembered; no text seen.
    Recalled,
    /// Sources conflict or are silent; somebody has to decide.
    Open,
}

impl RuleStatus {
    /// Every status, strongest first.
    pub const ALL: [RuleStatus; 4] =
        [RuleStatus::Confirmed, RuleStatus::Secondary, RuleStatus::Recalled, RuleStatus::Open];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            RuleStatus::Confirmed => "confirmed",
            RuleStatus::Secondary => "secondary",
            RuleStatus::Recalled => "recalled",
            RuleStatus::Open => "open",
        }
    }

    /// The status with this stable name.
    pub fn from_name(name: &str) -> Option<RuleStatus> {
        RuleStatus::ALL.into_iter().find(|status| status.name() == name)
    }

    /// Whether a person has compared the rule with the regulation's own text.
    pub fn is_confirmed(self) -> bool {
        self == RuleStatus::Confirmed
    }

    /// The weaker of two.
    #[must_use]
    pub fn weaker(self, other: RuleStatus) -> RuleStatus {
        self.max(other)
    }
}

impl fmt::Display for RuleStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// An instrument: a statute, a government regulation, a decree, or a choice of this program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The name used in entries: `pp-44-2015`.
    pub id: Box<str>,
    /// What it is: `UU`, `PP`, `Permenaker`, `Perbup`, `Pilihan`.
    pub kind: Box<str>,
    /// Its number, as printed.
    pub number: Box<str>,
    /// Its year.
    pub year: i32,
    /// Its title.
    pub title: Box<str>,
    /// The day it took effect.
    pub effective: Day,
    /// The instruments that changed it.
    pub amended_by: Vec<Box<str>>,
    /// Where it, or a text about it, was read.
    pub read_from: Box<str>,
    /// When it was read; absent when nobody has.
    pub read_on: Option<Day>,
    /// How well it is known.
    pub status: RuleStatus,
    /// Where the official text is.
    pub url: Option<Box<str>>,
}

impl Source {
    /// The short name people use: "PP 44/2015".
    pub fn short(&self) -> String {
        match self.number.as_ref() {
            "" => self.title.to_string(),
            number => format!("{} {number}/{}", self.kind, self.year),
        }
    }
}

/// What kind of value a unit measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnitKind {
    /// Whole rupiah.
    Money,
    /// Parts per million, at most a whole.
    Rate,
    /// A count of years, months, things.
    Count,
    /// One of the words the parameter lists.
    Choice,
    /// Days of the calendar.
    Calendar,
}

/// A unit of measure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// The name used in parameters: `rupiah-per-month`.
    pub id: Box<str>,
    /// Its Indonesian name.
    pub name: Box<str>,
    /// What it measures.
    pub kind: UnitKind,
}

/// Which day picks the entry that applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyDate {
    /// The month the contribution is for, whenever it is paid.
    ContributionMonth,
    /// The day of the accident or death, whenever it is claimed.
    Event,
    /// The day of registration.
    Registration,
    /// The day itself, for the calendar.
    CalendarDay,
}

impl KeyDate {
    /// The key date with this stable name.
    pub fn from_name(name: &str) -> Option<KeyDate> {
        match name {
            "contribution-month" => Some(KeyDate::ContributionMonth),
            "event" => Some(KeyDate::Event),
            "registration" => Some(KeyDate::Registration),
            "calendar-day" => Some(KeyDate::CalendarDay),
            _ => None,
        }
    }
}

/// The words of the law beside a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wording {
    /// As printed.
    Quotation(Box<str>),
    /// In our words.
    Paraphrase(Box<str>),
}

/// Where a value comes from and how well that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Citation {
    /// The instrument's id.
    pub source: Box<str>,
    /// Instrument and article as people write them: "PP 44/2015 Lampiran II".
    pub article: Box<str>,
    /// What it says.
    pub wording: Wording,
    /// How well it is known.
    pub status: RuleStatus,
    /// The day a person last compared it with the text; absent means nobody has.
    pub confirmed_on: Option<Day>,
    /// Who that was.
    pub confirmed_by: Option<Box<str>>,
}

/// One step of a table by amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bracket {
    /// Its printed number.
    pub no: u32,
    /// The least income in it.
    pub income_from: Rupiah,
    /// The greatest income in it; absent in the last.
    pub income_to: Option<Rupiah>,
    /// The amount it counts as.
    pub base: Rupiah,
    /// The contribution printed for it.
    pub rupiah: Rupiah,
}

/// One row of a table by name, with a citation of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The row's stable name.
    pub key: Box<str>,
    /// Its Indonesian name.
    pub name: Box<str>,
    /// Its value, a number or a word by the parameter's unit.
    pub value: Value,
    /// The upper end, when the value is a range.
    pub value_to: Option<i64>,
    /// What the value counts for, when it is not the whole.
    pub per: Option<Per>,
    /// The row that takes its place for a left-handed person.
    pub mirror: Option<Box<str>>,
    /// What is computed while the value is open.
    pub assumed: Option<Box<str>>,
    /// Where it comes from.
    pub citation: Citation,
}

impl Row {
    /// The number, when the row holds one.
    pub fn number(&self) -> Option<i64> {
        match self.value {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The word, when the row holds one.
    pub fn choice(&self) -> Option<&str> {
        match &self.value {
            Value::Choice(word) => Some(word),
            _ => None,
        }
    }
}

/// What the value of a row counts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Per {
    /// One of several alike, such as a finger.
    Piece,
    /// Ten decibels of hearing.
    TenDecibel,
    /// Ten per cent of sight.
    TenPercent,
}

impl Per {
    /// The word in regulation files.
    pub fn name(self) -> &'static str {
        match self {
            Per::Piece => "piece",
            Per::TenDecibel => "10-db",
            Per::TenPercent => "10-percent",
        }
    }

    /// What this word in a regulation file means.
    pub fn from_name(name: &str) -> Option<Per> {
        [Per::Piece, Per::TenDecibel, Per::TenPercent].into_iter().find(|per| per.name() == name)
    }
}

/// One step of a table that counts a measure piece by piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// The measure above which it begins.
    pub above: i64,
    /// The measure up to which it goes; absent in a last step without end.
    pub up_to: Option<i64>,
    /// What the piece counts with, in the parameter's unit.
    pub value: i64,
}

impl Step {
    /// How much of a measure lies in this step.
    pub fn part_of(&self, measure: i64) -> i64 {
        let top = self.up_to.map_or(measure, |up_to| measure.min(up_to));
        (top - self.above).max(0)
    }
}

/// One day on which offices and banks are closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holiday {
    /// The day.
    pub day: Day,
    /// Its Indonesian name.
    pub name: Box<str>,
    /// Whether it is a collective leave day ("cuti bersama"), which banks may not keep.
    pub collective_leave: bool,
}

/// What an entry says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing applies: a marked gap.
    Nothing,
    /// A number, in the parameter's unit.
    Number(i64),
    /// One of the parameter's options.
    Choice(Box<str>),
    /// A table by amount, ascending.
    Brackets(Vec<Bracket>),
    /// A table by name.
    Rows(Vec<Row>),
    /// A table by pieces of a measure, ascending.
    Steps(Vec<Step>),
    /// Days of the calendar, ascending.
    Days(Vec<Holiday>),
}

/// A rule's exception for contributions paid from the government's purse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exclusion {
    /// Where it comes from.
    pub citation: Citation,
}

/// What one parameter says from one day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The rule's name.
    pub rule: RuleId,
    /// Its first day.
    pub from: Day,
    /// Its last day; absent while it applies.
    pub until: Option<Day>,
    /// What it says.
    pub value: Value,
    /// Where it comes from.
    pub citation: Citation,
    /// Whom it leaves out.
    pub exclusion: Option<Exclusion>,
    /// What a reader should know besides.
    pub note: Option<Box<str>>,
}

impl Entry {
    /// The number, when the entry holds one.
    pub fn number(&self) -> Option<i64> {
        match self.value {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The word, when the entry holds one.
    pub fn choice(&self) -> Option<&str> {
        match &self.value {
            Value::Choice(word) => Some(word),
            _ => None,
        }
    }

    /// The table by amount, empty when the entry holds none.
    pub fn brackets(&self) -> &[Bracket] {
        match &self.value {
            Value::Brackets(brackets) => brackets,
            _ => &[],
        }
    }

    /// The table by name, empty when the entry holds none.
    pub fn rows(&self) -> &[Row] {
        match &self.value {
            Value::Rows(rows) => rows,
            _ => &[],
        }
    }

    /// The row of the table by name with this key.
    pub fn row(&self, key: &str) -> Option<&Row> {
        self.rows().iter().find(|row| *row.key == *key)
    }

    /// The table by pieces, empty when the entry holds none.
    pub fn steps(&self) -> &[Step] {
        match &self.value {
            Value::Steps(steps) => steps,
            _ => &[],
        }
    }

    /// The days of the calendar, empty when the entry holds none.
    pub fn days(&self) -> &[Holiday] {
        match &self.value {
            Value::Days(days) => days,
            _ => &[],
        }
    }
}

/// To whom a relief applies; an empty list means everybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// The segments: `bpu`, `pu`, ...
    pub segments: Vec<Box<str>>,
    /// The programmes.
    pub schemes: Vec<Scheme>,
    /// The sectors of work.
    pub sectors: Vec<WorkSector>,
    /// Whether only labour-intensive industries are meant.
    pub labour_intensive: bool,
}

impl Scope {
    /// Whether the scope holds this case, for somebody outside the labour-intensive industries.
    pub fn covers(&self, segment: &str, scheme: Scheme, sector: WorkSector) -> bool {
        !self.labour_intensive && self.covers_labour_intensive(segment, scheme, sector)
    }

    /// Whether the scope holds this case, for somebody in a labour-intensive industry.
    pub fn covers_labour_intensive(
        &self,
        segment: &str,
        scheme: Scheme,
        sector: WorkSector,
    ) -> bool {
        let all_or = |empty: bool, found: bool| empty || found;
        all_or(self.segments.is_empty(), self.segments.iter().any(|name| **name == *segment))
            && all_or(self.schemes.is_empty(), self.schemes.contains(&scheme))
            && all_or(self.sectors.is_empty(), self.sectors.contains(&sector))
    }
}

/// What is undecided about a parameter, and who may decide it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenParameter {
    /// The name of the question: `P7`.
    pub reference: Box<str>,
    /// Why it is open.
    pub reason: Box<str>,
    /// What else it could be.
    pub alternatives: Vec<Box<str>>,
    /// Who may decide.
    pub decided_by: Box<str>,
    /// Where the doubt shows.
    pub shows_in: Vec<Box<str>>,
}

/// One parameter of the law, with everything it has been.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Its name, the path with dots: `jkk.iuran_bpu`.
    pub id: Box<str>,
    /// Its Indonesian name.
    pub name: Box<str>,
    /// What it is, in plain Indonesian.
    pub description: Box<str>,
    /// The id of its unit.
    pub unit: Box<str>,
    /// Which day picks the entry.
    pub key_date: KeyDate,
    /// The words a choice may take; empty for the rest.
    pub options: Vec<Box<str>>,
    /// What a table by steps counts: `rupiah` or `months`.
    pub measure: Option<Box<str>>,
    /// To whom it applies, for reliefs.
    pub scope: Option<Scope>,
    /// What is undecided.
    pub open: Option<OpenParameter>,
    /// The file it was read from.
    pub path: Box<str>,
    /// Its entries, newest first, without overlap or unmarked gap.
    pub entries: Vec<Entry>,
}

impl Parameter {
    /// The entry that applies on a day; absent before the first.
    pub fn entry_on(&self, day: Day) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.from <= day)
    }
}
