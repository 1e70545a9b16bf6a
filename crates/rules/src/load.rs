//! From the texts of regulation files to parameters: everything is checked, every fault is named
//! with its file, line and remedy, and a folder with one fault gives no rulebook.
//!
//! What a parameter *means* is not known here: that is for the formulas.

use std::collections::BTreeMap;
use std::fmt;

use base::Day;
use toml::value::Datetime;

use crate::rule::{Citation, KeyDate, OpenParameter, RuleStatus, Source, Unit, UnitKind, Wording};
use crate::schema::{RawCitation, RawOpen, RawSource, RawSources, RawUnit, RawUnits};

mod entries;
mod parameter;
#[cfg(test)]
mod tests;

pub(crate) use parameter::Loaded;

/// One regulation file, wherever it was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RegulationFile<'a> {
    /// Its path inside the folder, with `/`: `jkk/iuran_bpu.toml`.
    pub path: &'a str,
    /// Its text.
    pub text: &'a str,
}

macro_rules! problems {
    ($($(#[$doc:meta])* $variant:ident = $name:literal remedy $remedy:literal),* $(,)?) => {
        /// What a regulation folder is refused for.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum LoadProblemCode { $($(#[$doc])* $variant),* }

        impl LoadProblemCode {
            /// Every code, in order.
            pub const ALL: &'static [LoadProblemCode] = &[$(LoadProblemCode::$variant),*];

            /// The stable code.
            pub fn name(self) -> &'static str {
                match self { $(LoadProblemCode::$variant => $name),* }
            }

            /// The stable code of what to do about it.
            pub fn remedy(self) -> &'static str {
                match self { $(LoadProblemCode::$variant => $remedy),* }
            }
        }
    };
}

problems! {
    /// The file is no TOML, or has a field the schema does not know.
    Syntax = "REGULATION_SYNTAX" remedy "mend-syntax",
    /// A field that every file of the kind must have is missing.
    FieldMissing = "REGULATION_FIELD_MISSING" remedy "add-field",
    /// Two sources, units or parameters carry one id.
    IdTwice = "REGULATION_ID_TWICE" remedy "rename-one",
    /// The parameter's id is not its path with dots.
    IdNotPath = "REGULATION_ID_NOT_PATH" remedy "match-id-to-path",
    /// The unit stands in no `units.toml`.
    UnitUnknown = "REGULATION_UNIT_UNKNOWN" remedy "use-known-unit",
    /// A word that the field does not know.
    WordUnknown = "REGULATION_WORD_UNKNOWN" remedy "use-known-word",
    /// Not a day of the calendar, or a day with an hour.
    DayUnreadable = "REGULATION_DAY_UNREADABLE" remedy "write-day",
    /// A parameter without entries.
    NoEntries = "REGULATION_NO_ENTRIES" remedy "add-entry",
    /// An entry without a source.
    SourceMissing = "REGULATION_SOURCE_MISSING" remedy "add-source",
    /// The source stands in no `sources.toml`.
    SourceUnknown = "REGULATION_SOURCE_UNKNOWN" remedy "list-source",
    /// An entry without an article.
    ArticleMissing = "REGULATION_ARTICLE_MISSING" remedy "add-article",
    /// Neither the law's words nor a paraphrase, or both.
    WordingMissing = "REGULATION_WORDING_MISSING" remedy "add-quotation-or-paraphrase",
    /// No status.
    StatusMissing = "REGULATION_STATUS_MISSING" remedy "add-status",
    /// Confirmed, but not by whom and when; or a date of confirmation on what is not confirmed.
    ConfirmationIncomplete = "REGULATION_CONFIRMATION_INCOMPLETE" remedy "say-who-and-when",
    /// Something is open and nothing says who may decide.
    OpenUnexplained = "REGULATION_OPEN_UNEXPLAINED" remedy "add-open-table",
    /// Not exactly one value, table or `none = true`.
    ValueNotOne = "REGULATION_VALUE_NOT_ONE" remedy "give-one-value",
    /// A value the unit cannot hold.
    ValueOutOfUnit = "REGULATION_VALUE_OUT_OF_UNIT" remedy "mend-value",
    /// A table by amount that does not ascend, or a step outside its own limits.
    BracketsDisordered = "REGULATION_BRACKETS_DISORDERED" remedy "sort-brackets",
    /// A table by steps that has a hole, or whose parameter does not say what it measures.
    StepsDisordered = "REGULATION_STEPS_DISORDERED" remedy "sort-steps",
    /// Days of a calendar that do not ascend, or lie outside their entry.
    DaysDisordered = "REGULATION_DAYS_DISORDERED" remedy "sort-days",
    /// A row points at a row that does not point back.
    MirrorBroken = "REGULATION_MIRROR_BROKEN" remedy "mend-mirror",
    /// Entries are not newest first.
    NotNewestFirst = "REGULATION_NOT_NEWEST_FIRST" remedy "sort-entries",
    /// Two entries apply on one day.
    Overlap = "REGULATION_OVERLAP" remedy "end-older-entry",
    /// Days without an entry, and nothing says that this is so.
    GapUnmarked = "REGULATION_GAP_UNMARKED" remedy "mark-gap-none",
    /// A rule by contribution month that does not begin and end with a month.
    NotWholeMonths = "REGULATION_NOT_WHOLE_MONTHS" remedy "use-whole-months",
    /// Two reliefs meet in one month for one case.
    ReliefsMeet = "REGULATION_RELIEFS_MEET" remedy "end-one-relief",
    /// A parameter that a formula needs is missing or of another kind.
    ParameterMissing = "REGULATION_PARAMETER_MISSING" remedy "add-parameter",
}

/// One reason to refuse a regulation folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LoadProblem {
    /// The file, inside the folder.
    pub path: String,
    /// The line, counted from 1; 0 when the file itself is missing.
    pub line: usize,
    /// What is wrong.
    pub code: LoadProblemCode,
    /// The field, word or day it is about.
    pub detail: String,
}

impl fmt::Display for LoadProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let LoadProblem { path, line, code, detail } = self;
        write!(f, "{path}:{line}: {} ({detail}): {}", code.name(), code.remedy())
    }
}

impl std::error::Error for LoadProblem {}

/// Reads all files of a folder.
///
/// # Errors
/// Every problem found, sorted by file and line.
pub(crate) fn load(files: &[RegulationFile<'_>]) -> Result<Loaded, Vec<LoadProblem>> {
    let mut loader = Loader::default();
    let named = |name: &'static str| {
        files.iter().filter(move |file| file.path.rsplit('/').next() == Some(name))
    };
    named("sources.toml").for_each(|file| loader.read_sources(file));
    named("units.toml").for_each(|file| loader.read_units(file));
    let mut loaded = Loaded::default();
    for file in files.iter().filter(|file| is_parameter(file.path)) {
        if let Some(parameter) = loader.read_parameter(file)
            && let Some(earlier) = loaded.add(parameter)
        {
            loader.fault(Place::of(file), LoadProblemCode::IdTwice, &earlier);
        }
    }
    loaded.sources = loader.sources;
    loaded.units = loader.units;
    loader.problems.sort();
    if loader.problems.is_empty() { Ok(loaded) } else { Err(loader.problems) }
}

fn is_parameter(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.ends_with(".toml") && !matches!(name, "sources.toml" | "units.toml")
}

/// What has been read so far, and what was wrong with it.
#[derive(Default)]
struct Loader {
    sources: BTreeMap<Box<str>, Source>,
    units: BTreeMap<Box<str>, Unit>,
    problems: Vec<LoadProblem>,
}

/// A place in a file, for naming faults.
#[derive(Clone, Copy)]
struct Place<'a> {
    file: &'a RegulationFile<'a>,
    offset: usize,
}

impl<'a> Place<'a> {
    fn of(file: &'a RegulationFile<'a>) -> Place<'a> {
        Place { file, offset: 0 }
    }

    fn at<T>(self, spanned: &toml::Spanned<T>) -> Place<'a> {
        Place { offset: spanned.span().start, ..self }
    }

    fn line(self) -> usize {
        let before = self.file.text.get(..self.offset).unwrap_or(self.file.text);
        before.bytes().filter(|byte| *byte == b'\n').count() + 1
    }
}

impl Loader {
    fn fault(&mut self, place: Place<'_>, code: LoadProblemCode, detail: &str) {
        self.problems.push(LoadProblem {
            path: place.file.path.to_owned(),
            line: place.line(),
            code,
            detail: detail.to_owned(),
        });
    }

    /// Parses a file, or says where it cannot be.
    fn parse<T: serde::de::DeserializeOwned>(&mut self, file: &RegulationFile<'_>) -> Option<T> {
        match toml::from_str(file.text) {
            Ok(value) => Some(value),
            Err(error) => {
                let offset = error.span().map_or(0, |span| span.start);
                let place = Place { file, offset };
                self.fault(place, LoadProblemCode::Syntax, error.message());
                None
            }
        }
    }

    /// A field that must be there and not be blank.
    fn need(&mut self, place: Place<'_>, field: &str, text: Option<String>) -> Option<Box<str>> {
        let text = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        if text.is_none() {
            self.fault(place, LoadProblemCode::FieldMissing, field);
        }
        text.map(String::into_boxed_str)
    }

    fn day(&mut self, place: Place<'_>, field: &str, value: Option<Datetime>) -> Option<Day> {
        let value = value?;
        let day = match (value.date, value.time, value.offset) {
            (Some(date), None, None) => i16::try_from(date.year)
                .ok()
                .and_then(|year| Day::new(year, date.month as i8, date.day as i8)),
            _ => None,
        };
        if day.is_none() {
            self.fault(place, LoadProblemCode::DayUnreadable, field);
        }
        day
    }

    fn status(&mut self, place: Place<'_>, word: Option<&str>) -> Option<RuleStatus> {
        let Some(word) = word else {
            self.fault(place, LoadProblemCode::StatusMissing, "status");
            return None;
        };
        let status = RuleStatus::from_name(word);
        if status.is_none() {
            self.fault(place, LoadProblemCode::WordUnknown, word);
        }
        status
    }

    fn read_sources(&mut self, file: &RegulationFile<'_>) {
        let Some(raw) = self.parse::<RawSources>(file) else { return };
        for spanned in raw.source {
            let place = Place::of(file).at(&spanned);
            if let Some(source) = self.source(place, spanned.into_inner())
                && let Some(earlier) = self.sources.insert(source.id.clone(), source)
            {
                self.fault(place, LoadProblemCode::IdTwice, &earlier.id);
            }
        }
    }

    fn source(&mut self, place: Place<'_>, raw: RawSource) -> Option<Source> {
        let id = self.need(place, "id", raw.id);
        let kind = self.need(place, "kind", raw.kind);
        let title = self.need(place, "title", raw.title);
        let read_from = self.need(place, "read_from", raw.read_from);
        let status = self.status(place, raw.status.as_deref());
        if raw.effective.is_none() {
            self.fault(place, LoadProblemCode::FieldMissing, "effective");
        }
        let effective = self.day(place, "effective", raw.effective);
        let read_on = self.day(place, "read_on", raw.read_on);
        let effective = effective?;
        Some(Source {
            id: id?,
            kind: kind?,
            number: raw.number.unwrap_or_default().into(),
            year: raw.year.unwrap_or(i32::from(effective.year())),
            title: title?,
            effective,
            amended_by: raw.amended_by.into_iter().map(Into::into).collect(),
            read_from: read_from?,
            read_on,
            status: status?,
            url: raw.url.map(Into::into),
        })
    }

    fn read_units(&mut self, file: &RegulationFile<'_>) {
        let Some(raw) = self.parse::<RawUnits>(file) else { return };
        for spanned in raw.unit {
            let place = Place::of(file).at(&spanned);
            let RawUnit { id, name, kind } = spanned.into_inner();
            let kind = match kind.as_deref() {
                Some("money") => Some(UnitKind::Money),
                Some("rate") => Some(UnitKind::Rate),
                Some("count") => Some(UnitKind::Count),
                Some("choice") => Some(UnitKind::Choice),
                Some("calendar") => Some(UnitKind::Calendar),
                other => {
                    self.fault(place, LoadProblemCode::WordUnknown, other.unwrap_or("kind"));
                    None
                }
            };
            let (id, name) = (self.need(place, "id", id), self.need(place, "name", name));
            if let (Some(id), Some(name), Some(kind)) = (id, name, kind)
                && let Some(earlier) = self.units.insert(id.clone(), Unit { id, name, kind })
            {
                self.fault(place, LoadProblemCode::IdTwice, &earlier.id);
            }
        }
    }

    /// Reads where a value comes from; nothing without a source and an article passes.
    fn citation(&mut self, place: Place<'_>, raw: RawCitation) -> Option<Citation> {
        let present = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        let (source, article) = (present(raw.source), present(raw.article));
        if source.is_none() {
            self.fault(place, LoadProblemCode::SourceMissing, "source");
        }
        if article.is_none() {
            self.fault(place, LoadProblemCode::ArticleMissing, "article");
        }
        let wording = match (present(raw.quotation), present(raw.paraphrase)) {
            (Some(text), None) => Some(Wording::Quotation(text.into())),
            (None, Some(text)) => Some(Wording::Paraphrase(text.into())),
            _ => {
                self.fault(place, LoadProblemCode::WordingMissing, "quotation, paraphrase");
                None
            }
        };
        let status = self.status(place, raw.status.as_deref());
        let confirmed_on = self.day(place, "confirmed_on", raw.confirmed_on);
        let confirmed_by = present(raw.confirmed_by);
        let confirmed = status.is_some_and(RuleStatus::is_confirmed);
        if status.is_some()
            && (confirmed_on.is_some() != confirmed || confirmed_by.is_some() != confirmed)
        {
            self.fault(place, LoadProblemCode::ConfirmationIncomplete, "confirmed_on");
        }
        let (source, article) = (source?, article?);
        let Some(instrument) = self.sources.get(source.as_str()) else {
            self.fault(place, LoadProblemCode::SourceUnknown, &source);
            return None;
        };
        Some(Citation {
            article: format!("{} {}", instrument.short(), article.trim()).into(),
            source: source.into(),
            wording: wording?,
            status: status?,
            confirmed_on,
            confirmed_by: confirmed_by.map(Into::into),
        })
    }

    fn open(&mut self, place: Place<'_>, raw: RawOpen) -> Option<OpenParameter> {
        let reference = self.need(place, "reference", raw.reference);
        let reason = self.need(place, "reason", raw.reason);
        let decided_by = self.need(place, "decided_by", raw.decided_by);
        if raw.alternatives.is_empty() || raw.shows_in.is_empty() {
            self.fault(place, LoadProblemCode::FieldMissing, "alternatives, shows_in");
        }
        let boxed = |words: Vec<String>| words.into_iter().map(Into::into).collect();
        Some(OpenParameter {
            reference: reference?,
            reason: reason?,
            alternatives: boxed(raw.alternatives),
            decided_by: decided_by?,
            shows_in: boxed(raw.shows_in),
        })
    }
}

/// The key date with this name, or a fault.
fn key_date(loader: &mut Loader, place: Place<'_>, word: &str) -> Option<KeyDate> {
    let key_date = KeyDate::from_name(word);
    if key_date.is_none() {
        loader.fault(place, LoadProblemCode::WordUnknown, word);
    }
    key_date
}
