//! The one place where the register's people meet the linkage engine.

use std::borrow::Cow;

use domain::registry::Person;
use linkage::compare::Levels;
use linkage::engine::{Edge, Prepared, edges};
use linkage::model::{Model, probability};
use linkage::pairs::{Lists, Pair, all_pairs};
use linkage::rarity::Counts;
use linkage::record::{Cells, Record};

use crate::office::Office;

/// Changes when pairs must be compared anew: another way of comparing, or other weights.
pub(super) fn version() -> String {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    Model::shipped().print().hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// Two people whose records are alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) left: u32,
    pub(super) right: u32,
    pub(super) score: i32,
    pub(super) levels: Levels,
}

/// Everybody's records, ready to be compared.
pub(super) struct Compared {
    all: Prepared,
}

impl Compared {
    pub(super) fn of(records: Vec<Record>) -> Compared {
        let mut all = Prepared::of(records);
        let mut counts = Counts::new(all.records.len());
        counts.add(&all.records);
        all.weigh(&counts);
        Compared { all }
    }

    /// The evidence of two records.
    pub(super) fn compare(&self, left: u32, right: u32) -> Found {
        let levels = self.all.compare(left, &self.all, right);
        Found { left, right, score: Model::shipped().score(&levels), levels }
    }

    /// Every likely pair of two people; `tell` hears how many pairs of how many are compared, and
    /// may say no more.
    pub(super) fn everybody<E>(&self, tell: Telling<'_, E>) -> Result<Vec<Found>, E> {
        let pairs = all_pairs(Lists::One(&self.all.keys), |at| self.all.near(at));
        let found = in_parts(&self.all, &self.all, &pairs, tell)?;
        Ok(found.iter().map(|edge| self.compare(edge.left, edge.right)).collect())
    }

    /// Every likely pair in which one of these stands; the others are not compared with each other.
    pub(super) fn with<E>(&self, chosen: &[u32], tell: Telling<'_, E>) -> Result<Vec<Found>, E> {
        let of = |at: &u32| *at as usize;
        let some = Prepared {
            records: chosen.iter().map(|at| self.all.records[of(at)]).collect(),
            keys: chosen.iter().map(|at| self.all.keys[of(at)]).collect(),
            rare: chosen.iter().map(|at| self.all.rare[of(at)]).collect(),
        };
        let split = self.all.records.len() as u32;
        let near = |at: u32| if at < split { self.all.near(at) } else { some.near(at - split) };
        let lists = Lists::Two { left: &self.all.keys, right: &some.keys };
        let found = in_parts(&self.all, &some, &all_pairs(lists, near), tell)?;
        let mut pairs: Vec<(u32, u32)> = found
            .iter()
            .map(|edge| (edge.left, chosen[edge.right as usize]))
            .filter(|(one, other)| one != other)
            .map(|(one, other)| (one.min(other), one.max(other)))
            .collect();
        pairs.sort_unstable();
        pairs.dedup();
        Ok(pairs.into_iter().map(|(left, right)| self.compare(left, right)).collect())
    }
}

/// Who hears how far a comparison is.
type Telling<'a, E> = &'a mut dyn FnMut(u64, u64) -> Result<(), E>;

/// So many pairs are compared between two looks: a tenth of a second.
const PART: usize = 200_000;

fn in_parts<E>(
    left: &Prepared,
    right: &Prepared,
    pairs: &[Pair],
    tell: Telling<'_, E>,
) -> Result<Vec<Edge>, E> {
    let mut found = Vec::new();
    for (at, part) in pairs.chunks(PART).enumerate() {
        tell((at * PART) as u64, pairs.len() as u64)?;
        found.extend(edges(left, right, part, Model::shipped()));
    }
    Ok(found)
}

impl Office {
    /// Somebody of the register, as the engine reads a row.
    pub(crate) fn record_of(&self, person: &Person) -> Record {
        let cells = self.cells_of(person);
        Record::read(&Cells::by_place(|place| &cells[place]))
    }

    /// The cells of somebody's row, by their places; empty where nothing is known.
    pub(crate) fn cells_of<'a>(&'a self, person: &'a Person) -> [Cow<'a, str>; Cells::COUNT] {
        let name_of = |level: u8| {
            let place = std::iter::successors(Some(person.place), |place| place.parent());
            let mut place = place.filter(|place| place.level() == level);
            place.next().and_then(|place| self.gazetteer.name(place))
        };
        let known = |text: Option<&'a str>| Cow::Borrowed(text.unwrap_or_default());
        let made = |text: Option<String>| Cow::Owned(text.unwrap_or_default());
        [
            made(Some(person.nik.reveal())),
            made(person.no_kk.map(|kk| kk.reveal())),
            known(Some(person.name.as_str())),
            known(person.birth_place.as_deref()),
            made(Some(person.birth.to_string())),
            known(Some(person.sex.letter())),
            known(person.address.as_deref()),
            // The register keeps both in the address.
            known(None),
            known(None),
            known(name_of(4)),
            known(name_of(3)),
            made(person.phone.map(|phone| phone.international())),
            known(person.mother.as_ref().map(|mother| mother.as_str())),
        ]
    }
}

/// What a field of the comparison says, for words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reason {
    /// The field, by its stable name.
    pub field: &'static str,
    /// What was found in it.
    pub level: u8,
    /// What that weighs for one human (positive) or for two, in thousandths of a bit.
    pub millibits: i32,
}

/// Evidence that says nothing worth reading.
const WEAK: i32 = 400;

/// What speaks for one human and what for two, the weightiest first.
pub(crate) fn reasons(levels: &[u8]) -> Vec<Reason> {
    let Ok(levels) = Levels::try_from(levels) else { return Vec::new() };
    let weighed = Model::shipped().evidence(&levels);
    let mut reasons: Vec<Reason> = weighed
        .iter()
        .map(|one| Reason { field: one.field.code(), level: one.level, millibits: one.millibits })
        .filter(|one| one.millibits.abs() >= WEAK && !is_missing(one))
        .collect();
    reasons.sort_by_key(|one| (is_beside(one.field), std::cmp::Reverse(one.millibits.abs())));
    reasons
}

/// What only says how much another field is worth comes after the plain fields.
fn is_beside(field: &str) -> bool {
    matches!(
        field,
        "nik_own"
            | "name_told"
            | "name_conflict"
            | "name_rest"
            | "name_alike"
            | "birth_common"
            | "mother_told"
            | "name_common"
    )
}

/// What is not known speaks for nothing that a human could check.
fn is_missing(reason: &Reason) -> bool {
    reason.level == 0 && !is_beside(reason.field)
}

/// The probability of a score, in parts per million.
pub fn certainty_ppm(score: i32) -> i64 {
    (probability(score) * 1_000_000.0) as i64
}

/// The limits an office starts with.
pub(super) fn first_limits() -> domain::duplicates::Limits {
    let thresholds = linkage::decide::Thresholds::default();
    domain::duplicates::Limits { same: thresholds.same, ask: thresholds.ask }
}
