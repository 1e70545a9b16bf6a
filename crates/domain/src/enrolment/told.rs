//! Rows of one file that look like one person under two numbers, and which of them were told apart:
//! a pair that somebody decided once is not asked about again, and no other pair is decided with
//! it.

use std::collections::{HashMap, HashSet};

use base::id::kind;
use base::{Id, Nik, Problem, ProblemCode, RegionCode};
use linkage::same_person_key;

use super::{Changes, ToldApart};
use crate::duplicates::ordered;
use crate::intake::Draft;
use crate::intake::file_check::{Claimed, NEAREST, RowPlace};

/// Whom a row's person looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Twin {
    /// The person of another row of the file.
    Row(RowPlace),
    /// Somebody of the register.
    Person(Id<kind::Person>),
}

/// A row that looks like another one of the file.
pub(super) struct Alike {
    pub(super) row: RowPlace,
    pub(super) nik: Nik,
    pub(super) normal_name: Box<str>,
    birth: base::Day,
    mother: u64,
    place: Option<RegionCode>,
}

impl Alike {
    fn of(draft: &Draft) -> Option<Alike> {
        Some(Alike {
            row: (draft.sheet, draft.row),
            nik: draft.nik?,
            normal_name: draft.normal_name.clone(),
            birth: draft.birth?,
            mother: draft.mother_key,
            place: draft.place,
        })
    }

    fn claimed(&self) -> Claimed<'_> {
        let Alike { birth, mother, place, .. } = *self;
        Claimed { nik: self.nik.as_u64(), birth, name: &self.normal_name, mother, place }
    }
}

/// The rows of a file that were found to look like another one.
#[derive(Default)]
pub(super) struct AlikeRows {
    /// By name and birth date, in the order of the file.
    groups: HashMap<u64, Vec<Alike>>,
}

impl AlikeRows {
    /// Those of which reading the file said so.
    pub(super) fn of(rows: &[(Draft, Vec<Problem>)]) -> AlikeRows {
        let mut groups: HashMap<u64, Vec<Alike>> = HashMap::new();
        let asked = rows.iter().filter(|(_, problems)| {
            problems.iter().any(|problem| problem.code == ProblemCode::SamePersonOtherNik)
        });
        for alike in asked.filter_map(|(draft, _)| Alike::of(draft)) {
            let key = same_person_key(&alike.normal_name, alike.birth);
            groups.entry(key).or_default().push(alike);
        }
        AlikeRows { groups }
    }

    /// The rows like this one: the nearest before it first, then those after it.
    pub(super) fn like<'s>(&'s self, draft: &Draft) -> impl Iterator<Item = &'s Alike> {
        let this = Alike::of(draft);
        let key = this.as_ref().map(|this| same_person_key(&this.normal_name, this.birth));
        let group = key.and_then(|key| self.groups.get(&key)).map_or(&[][..], Vec::as_slice);
        let at = group.partition_point(|row| row.row < (draft.sheet, draft.row));
        let (before, after) = group.split_at(at);
        let before = before.iter().rev().take(NEAREST);
        let near = before.chain(after.iter().take(NEAREST + 1));
        near.filter(move |other| {
            this.as_ref().is_some_and(|this| this.claimed().looks_like(&other.claimed()))
        })
    }
}

/// Who was told from whom, as far as both are known after the file is decided.
pub(super) fn pairs(said: &[(RowPlace, Twin)], changes: &Changes) -> Vec<ToldApart> {
    if said.is_empty() {
        return Vec::new();
    }
    let known =
        changes.decisions.iter().filter_map(|one| Some(((one.sheet, one.row), one.person?)));
    let person_of: HashMap<RowPlace, Id<kind::Person>> = known.collect();
    let mut seen = HashSet::new();
    let mut told = Vec::new();
    for (row, twin) in said {
        let other = match twin {
            Twin::Row(other) => person_of.get(other).copied(),
            Twin::Person(other) => Some(*other),
        };
        let (Some(one), Some(other)) = (person_of.get(row).copied(), other) else { continue };
        let people = ordered(one, other);
        if one != other && seen.insert(people) {
            told.push(ToldApart { row: *row, people });
        }
    }
    told
}
