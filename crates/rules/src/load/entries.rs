//! One dated entry: its value or table against the parameter's unit, and its citation.

use base::Rupiah;
use toml::Spanned;

use super::parameter::Head;
use super::{LoadProblemCode, Loader, Place};
use crate::rule::{Bracket, Entry, Exclusion, Row, RuleId, UnitKind, Value};
use crate::schema::{RawBracket, RawEntry, RawRow, RawScalar};

/// Parts in a whole, for rates in parts per million.
const WHOLE_PPM: i64 = 1_000_000; // not law: parts per million

impl Loader {
    pub(super) fn entry(
        &mut self,
        place: Place<'_>,
        head: &Head<'_>,
        mut raw: RawEntry,
    ) -> Option<Entry> {
        if raw.from.is_none() {
            self.fault(place, LoadProblemCode::FieldMissing, "from");
        }
        let from = self.day(place, "from", raw.from);
        let until = self.day(place, "until", raw.until);
        let exclusion = raw.excludes_government_paid.take().and_then(|spanned| {
            let place = place.at(&spanned);
            self.citation(place, spanned.into_inner())
        });
        let citation = self.citation(place, raw.citation());
        let value = self.value(place, head, &mut raw);
        let from = from?;
        Some(Entry {
            rule: RuleId::new(head.id, from),
            from,
            until,
            value: value?,
            citation: citation?,
            exclusion: exclusion.map(|citation| Exclusion { citation }),
            note: raw.note.map(Into::into),
        })
    }

    fn value(&mut self, place: Place<'_>, head: &Head<'_>, raw: &mut RawEntry) -> Option<Value> {
        match (raw.none, raw.value.take(), raw.brackets.take(), raw.rows.take()) {
            (true, None, None, None) => Some(Value::Nothing),
            (false, Some(scalar), None, None) => self.scalar(place, head, scalar),
            (false, None, Some(brackets), None) => self.brackets(place, head, brackets),
            (false, None, None, Some(rows)) => self.rows(place, head, rows),
            _ => {
                self.fault(place, LoadProblemCode::ValueNotOne, head.id);
                None
            }
        }
    }

    fn scalar(&mut self, place: Place<'_>, head: &Head<'_>, raw: RawScalar) -> Option<Value> {
        let fits = match (&raw, head.unit) {
            (RawScalar::Number(number), UnitKind::Money | UnitKind::Count) => *number >= 0,
            (RawScalar::Number(number), UnitKind::Rate) => (0..=WHOLE_PPM).contains(number),
            (RawScalar::Word(word), UnitKind::Choice) => {
                head.options.iter().any(|option| **option == **word)
            }
            _ => false,
        };
        match raw {
            RawScalar::Number(number) if fits => Some(Value::Number(number)),
            RawScalar::Word(word) if fits => Some(Value::Choice(word.into())),
            RawScalar::Number(number) => {
                self.fault(place, LoadProblemCode::ValueOutOfUnit, &number.to_string());
                None
            }
            RawScalar::Word(word) => {
                self.fault(place, LoadProblemCode::ValueOutOfUnit, &word);
                None
            }
        }
    }

    fn brackets(
        &mut self,
        place: Place<'_>,
        head: &Head<'_>,
        raw: Vec<Spanned<RawBracket>>,
    ) -> Option<Value> {
        if head.unit != UnitKind::Money || raw.is_empty() {
            self.fault(place, LoadProblemCode::ValueOutOfUnit, "brackets");
            return None;
        }
        let mut brackets: Vec<Bracket> = Vec::with_capacity(raw.len());
        let count = raw.len();
        for (index, spanned) in raw.into_iter().enumerate() {
            let place = place.at(&spanned);
            let bracket = bracket(spanned.into_inner());
            let last = index + 1 == count;
            let starts_right = match brackets.last() {
                None => bracket.income_from == Rupiah::ZERO,
                Some(before) => {
                    before.income_to.is_some_and(|to| to < bracket.income_from)
                        && before.base < bracket.base
                        && before.rupiah <= bracket.rupiah
                }
            };
            let ends_right = match bracket.income_to {
                None => last,
                Some(to) => !last && to >= bracket.income_from,
            };
            let nothing_negative = bracket.base >= Rupiah::ZERO && bracket.rupiah >= Rupiah::ZERO;
            if !(starts_right && ends_right && nothing_negative) {
                self.fault(place, LoadProblemCode::BracketsDisordered, &bracket.no.to_string());
            }
            brackets.push(bracket);
        }
        Some(Value::Brackets(brackets))
    }

    fn rows(
        &mut self,
        place: Place<'_>,
        head: &Head<'_>,
        raw: Vec<Spanned<RawRow>>,
    ) -> Option<Value> {
        let mut rows: Vec<Row> = Vec::with_capacity(raw.len());
        for spanned in raw {
            let place = place.at(&spanned);
            let mut raw = spanned.into_inner();
            let citation = self.citation(place, raw.citation());
            let (key, name) = (raw.key.take(), raw.name.take());
            let (key, name) = (self.need(place, "key", key), self.need(place, "name", name));
            let value = raw.value.take().and_then(|value| self.scalar(place, head, value));
            let (Some(key), Some(name)) = (key, name) else { continue };
            if rows.iter().any(|row| row.key == key) {
                self.fault(place, LoadProblemCode::IdTwice, &key);
            }
            let Some(value) = value else {
                self.fault(place, LoadProblemCode::ValueNotOne, &key);
                continue;
            };
            let assumed = raw.assumed.map(String::into_boxed_str);
            if let Some(citation) = citation {
                rows.push(Row { key, name, value, assumed, citation });
            }
        }
        Some(Value::Rows(rows))
    }
}

fn bracket(raw: RawBracket) -> Bracket {
    Bracket {
        no: raw.no,
        income_from: Rupiah(raw.income_from),
        income_to: raw.income_to.map(Rupiah),
        base: Rupiah(raw.base),
        rupiah: Rupiah(raw.rupiah),
    }
}
