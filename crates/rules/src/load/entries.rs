//! One dated entry: its value or table against the parameter's unit, and its citation.

use base::{Day, Rupiah};
use toml::Spanned;

use super::parameter::Head;
use super::{LoadProblemCode, Loader, Place};
use crate::rule::{Bracket, Entry, Exclusion, Holiday, Per, Row, RuleId, Step, UnitKind, Value};
use crate::schema::{RawBracket, RawCitation, RawEntry, RawHoliday, RawRow, RawScalar, RawStep};

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
        if let Some(Value::Days(days)) = &value {
            self.check_days(place, days, from);
        }
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
        let given = [
            raw.none,
            raw.value.is_some(),
            raw.brackets.is_some(),
            raw.rows.is_some(),
            raw.steps.is_some(),
            raw.days.is_some(),
        ];
        if given.into_iter().filter(|given| *given).count() != 1 {
            self.fault(place, LoadProblemCode::ValueNotOne, head.id);
            return None;
        }
        let citation = raw.citation();
        if let Some(scalar) = raw.value.take() {
            self.scalar(place, head, scalar)
        } else if let Some(brackets) = raw.brackets.take() {
            self.brackets(place, head, brackets)
        } else if let Some(rows) = raw.rows.take() {
            self.rows(place, head, rows, &citation)
        } else if let Some(steps) = raw.steps.take() {
            self.steps(place, head, steps)
        } else if let Some(days) = raw.days.take() {
            self.days(place, head, days)
        } else {
            Some(Value::Nothing)
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
        entry: &RawCitation,
    ) -> Option<Value> {
        let mut rows: Vec<Row> = Vec::with_capacity(raw.len());
        for spanned in raw {
            let place = place.at(&spanned);
            let mut raw = spanned.into_inner();
            let citation = self.citation(place, raw.citation(entry));
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
            let per = raw.per.as_deref().and_then(|word| {
                let per = Per::from_name(word);
                if per.is_none() {
                    self.fault(place, LoadProblemCode::WordUnknown, word);
                }
                per
            });
            if let (Value::Number(low), Some(high)) = (&value, raw.value_to)
                && *low > high
            {
                self.fault(place, LoadProblemCode::ValueOutOfUnit, &high.to_string());
            }
            let (assumed, mirror) = (raw.assumed.map(Box::from), raw.mirror.map(Box::from));
            let value_to = raw.value_to;
            if let Some(citation) = citation {
                rows.push(Row { key, name, value, value_to, per, mirror, assumed, citation });
            }
        }
        self.check_mirrors(place, &rows);
        Some(Value::Rows(rows))
    }

    /// A row and its mirror point at each other.
    fn check_mirrors(&mut self, place: Place<'_>, rows: &[Row]) {
        for row in rows {
            let Some(mirror) = &row.mirror else { continue };
            let back = rows.iter().find(|other| other.key == *mirror);
            if back.and_then(|other| other.mirror.as_ref()) != Some(&row.key) {
                self.fault(place, LoadProblemCode::MirrorBroken, &row.key);
            }
        }
    }

    fn steps(
        &mut self,
        place: Place<'_>,
        head: &Head<'_>,
        raw: Vec<Spanned<RawStep>>,
    ) -> Option<Value> {
        if !head.measured || raw.is_empty() {
            self.fault(place, LoadProblemCode::StepsDisordered, "measure");
            return None;
        }
        let mut steps: Vec<Step> = Vec::with_capacity(raw.len());
        for spanned in raw {
            let place = place.at(&spanned);
            let RawStep { above, up_to, value } = spanned.into_inner();
            self.scalar(place, head, RawScalar::Number(value))?;
            let starts_right = match steps.last() {
                None => above == 0,
                Some(before) => before.up_to == Some(above),
            };
            if !starts_right || up_to.is_some_and(|up_to| up_to <= above) {
                self.fault(place, LoadProblemCode::StepsDisordered, &above.to_string());
            }
            steps.push(Step { above, up_to, value });
        }
        Some(Value::Steps(steps))
    }

    fn days(
        &mut self,
        place: Place<'_>,
        head: &Head<'_>,
        raw: Vec<Spanned<RawHoliday>>,
    ) -> Option<Value> {
        if head.unit != UnitKind::Calendar {
            self.fault(place, LoadProblemCode::ValueOutOfUnit, "days");
            return None;
        }
        let mut days: Vec<Holiday> = Vec::with_capacity(raw.len());
        for spanned in raw {
            let place = place.at(&spanned);
            let RawHoliday { on, name, kind } = spanned.into_inner();
            let Some(day) = self.day(place, "on", Some(on)) else { continue };
            let collective_leave = match kind.as_str() {
                "libur_nasional" => false,
                "cuti_bersama" => true,
                _ => {
                    self.fault(place, LoadProblemCode::WordUnknown, &kind);
                    continue;
                }
            };
            if days.last().is_some_and(|before| before.day > day) {
                self.fault(place, LoadProblemCode::DaysDisordered, &day.to_string());
            }
            days.push(Holiday { day, name: name.into(), collective_leave });
        }
        Some(Value::Days(days))
    }

    /// The days of an entry lie in the year its first day opens.
    fn check_days(&mut self, place: Place<'_>, days: &[Holiday], from: Day) {
        let outside = days.iter().find(|holiday| holiday.day.year() != from.year());
        if let Some(holiday) = outside {
            self.fault(place, LoadProblemCode::DaysDisordered, &holiday.day.to_string());
        }
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
