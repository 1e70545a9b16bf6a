//! One parameter file: its head, its entries, and whether they follow one another without overlap
//! or unmarked gap.

use std::collections::BTreeMap;

use base::Day;

use super::{LoadProblemCode, Loader, Place, RegulationFile, key_date};
use crate::rule::{Entry, KeyDate, Parameter, RuleStatus, Scope, Source, Unit, UnitKind, Value};
use crate::schema::{RawParameter, RawScope};
use crate::scheme::{Scheme, WorkSector};

/// Everything a folder held.
#[derive(Debug, Default)]
pub(crate) struct Loaded {
    /// Instruments by id.
    pub sources: BTreeMap<Box<str>, Source>,
    /// Units by id.
    pub units: BTreeMap<Box<str>, Unit>,
    /// Parameters in the order of their ids.
    pub parameters: Vec<Parameter>,
}

impl Loaded {
    /// Adds a parameter; gives back the path of an earlier one with its id.
    pub(super) fn add(&mut self, parameter: Parameter) -> Option<String> {
        match self.parameters.binary_search_by(|other| other.id.cmp(&parameter.id)) {
            Ok(index) => Some(self.parameters[index].path.to_string()),
            Err(index) => {
                self.parameters.insert(index, parameter);
                None
            }
        }
    }
}

/// What the entries of one file share.
pub(super) struct Head<'a> {
    pub id: &'a str,
    pub unit: UnitKind,
    pub key_date: KeyDate,
    pub options: &'a [Box<str>],
    pub measured: bool,
}

impl Loader {
    pub(super) fn read_parameter(&mut self, file: &RegulationFile<'_>) -> Option<Parameter> {
        let raw = self.parse::<RawParameter>(file)?;
        let top = Place::of(file);
        let id_place = raw.id.as_ref().map_or(top, |id| top.at(id));
        let id = self.need(id_place, "id", raw.id.map(toml::Spanned::into_inner));
        let expected = file.path.trim_end_matches(".toml").replace('/', ".");
        if id.as_deref().is_some_and(|id| id != expected) {
            self.fault(id_place, LoadProblemCode::IdNotPath, &expected);
        }
        let name = self.need(top, "name", raw.name);
        let description = self.need(top, "description", raw.description);
        let unit_place = raw.unit.as_ref().map_or(top, |unit| top.at(unit));
        let unit = self.need(unit_place, "unit", raw.unit.map(toml::Spanned::into_inner));
        let unit_kind = self.unit_kind(unit_place, unit.as_deref());
        let date_place = raw.key_date.as_ref().map_or(top, |word| top.at(word));
        let word = self.need(date_place, "key_date", raw.key_date.map(toml::Spanned::into_inner));
        let key = word.and_then(|word| key_date(self, date_place, &word));
        let scope = raw.scope.and_then(|scope| {
            let place = top.at(&scope);
            self.scope(place, scope.into_inner())
        });
        let open = raw.open.and_then(|open| {
            let place = top.at(&open);
            self.open(place, open.into_inner())
        });
        if raw.entry.is_empty() {
            self.fault(top, LoadProblemCode::NoEntries, &expected);
        }
        let measure_place = raw.measure.as_ref().map_or(top, |unit| top.at(unit));
        let measure = raw.measure.map(|unit| Box::from(unit.into_inner()));
        if measure.is_some() {
            self.unit_kind(measure_place, measure.as_deref());
        }
        let options: Vec<Box<str>> = raw.options.into_iter().map(Into::into).collect();
        let (id, unit, unit_kind, key) = (id?, unit?, unit_kind?, key?);
        let head = Head {
            id: &id,
            unit: unit_kind,
            key_date: key,
            options: &options,
            measured: measure.is_some(),
        };
        let mut placed = Vec::new();
        for spanned in raw.entry {
            let place = top.at(&spanned);
            if let Some(entry) = self.entry(place, &head, spanned.into_inner()) {
                placed.push((place, entry));
            }
        }
        self.check_order(&head, &mut placed);
        let entries: Vec<Entry> = placed.into_iter().map(|(_, entry)| entry).collect();
        if open.is_none() && entries.iter().any(has_open_part) {
            self.fault(top, LoadProblemCode::OpenUnexplained, "[open]");
        }
        Some(Parameter {
            id,
            name: name?,
            description: description?,
            unit,
            key_date: key,
            options,
            measure,
            scope,
            open,
            path: file.path.into(),
            entries,
        })
    }

    fn unit_kind(&mut self, place: Place<'_>, unit: Option<&str>) -> Option<UnitKind> {
        let unit = unit?;
        let kind = self.units.get(unit).map(|unit| unit.kind);
        if kind.is_none() {
            self.fault(place, LoadProblemCode::UnitUnknown, unit);
        }
        kind
    }

    fn scope(&mut self, place: Place<'_>, raw: RawScope) -> Option<Scope> {
        let schemes = self.words(place, &raw.schemes, Scheme::from_name);
        let sectors = self.words(place, &raw.sectors, WorkSector::from_name);
        let segments = raw.segments.into_iter().map(Into::into).collect();
        let labour_intensive = raw.labour_intensive;
        Some(Scope { segments, schemes: schemes?, sectors: sectors?, labour_intensive })
    }

    fn words<T>(
        &mut self,
        place: Place<'_>,
        words: &[String],
        read: fn(&str) -> Option<T>,
    ) -> Option<Vec<T>> {
        let unknown = words.iter().find(|word| read(word).is_none());
        if let Some(word) = unknown {
            self.fault(place, LoadProblemCode::WordUnknown, word);
        }
        words.iter().map(|word| read(word)).collect()
    }

    /// Sees to it that each entry ends where the next begins, and gives each its last day.
    fn check_order(&mut self, head: &Head<'_>, placed: &mut [(Place<'_>, Entry)]) {
        for index in 0..placed.len() {
            let newer_from = index.checked_sub(1).map(|newer| placed[newer].1.from);
            let (place, entry) = &mut placed[index];
            let place = *place;
            if entry.until.is_some_and(|until| until < entry.from) {
                self.fault(place, LoadProblemCode::Overlap, "until < from");
            }
            match (newer_from, entry.until) {
                (Some(next), _) if next <= entry.from => {
                    self.fault(place, LoadProblemCode::NotNewestFirst, &entry.from.to_string());
                }
                (Some(next), Some(until)) if until >= next => {
                    self.fault(place, LoadProblemCode::Overlap, &next.to_string());
                }
                (Some(next), Some(until)) if until.plus_days(1) < next => {
                    let day = until.plus_days(1).to_string();
                    self.fault(place, LoadProblemCode::GapUnmarked, &day);
                }
                (None, Some(until)) => {
                    let day = until.plus_days(1).to_string();
                    self.fault(place, LoadProblemCode::GapUnmarked, &day);
                }
                (Some(next), None) => entry.until = Some(next.plus_days(-1)),
                _ => {}
            }
            if head.key_date == KeyDate::ContributionMonth && !whole_months(entry) {
                self.fault(place, LoadProblemCode::NotWholeMonths, &entry.from.to_string());
            }
        }
    }
}

fn whole_months(entry: &Entry) -> bool {
    let ends_month = |day: Day| day.plus_days(1).day() == 1;
    entry.from.day() == 1 && entry.until.is_none_or(ends_month)
}

fn has_open_part(entry: &Entry) -> bool {
    let open = |status: RuleStatus| status == RuleStatus::Open;
    open(entry.citation.status)
        || entry.exclusion.as_ref().is_some_and(|exclusion| open(exclusion.citation.status))
        || match &entry.value {
            Value::Rows(rows) => rows.iter().any(|row| open(row.citation.status)),
            _ => false,
        }
}
