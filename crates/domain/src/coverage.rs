//! Covered months, the one proof of cover, and the tables that count them against a denominator.
//!
//! A decree, a list or a card is not cover: a [`CoveredMonth`] follows from a posted transfer.

pub mod known;
mod small;
pub mod sums;
pub mod wall;

use std::collections::{BTreeMap, HashMap};

use base::id::kind;
use base::{Day, Id, Month, Ppm, RegionCode, Sex};
use rules::{Scheme, Schemes};

use crate::occupation::OccupationKey;

pub use small::{TOLD_FROM, untold, untold_below};

/// A person covered for one scheme in one month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CoveredMonth {
    /// Who.
    pub person: Id<kind::Person>,
    /// For what.
    pub scheme: Scheme,
    /// When.
    pub month: Month,
    /// Who paid.
    pub programme: Id<kind::Programme>,
    /// The posted transfer that paid; for a month only promised, the pending one.
    pub transfer: Id<kind::Transfer>,
}

/// A second payer for a covered month, found before money moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CoverConflict {
    /// What we were about to pay for.
    pub asked: CoveredMonth,
    /// What is already paid or promised.
    pub standing: CoveredMonth,
}

/// Where `asked` would pay what another programme pays already, in the order of `asked`.
///
/// The same programme paying again is a repeat, which the ledger answers, not a conflict.
pub fn conflicts(asked: &[CoveredMonth], standing: &[CoveredMonth]) -> Vec<CoverConflict> {
    let index: HashMap<_, _> = standing.iter().map(|cover| (cover.key(), *cover)).collect();
    let conflict = |asked: &CoveredMonth| {
        let standing = *index.get(&asked.key())?;
        (standing.programme != asked.programme).then_some(CoverConflict { asked: *asked, standing })
    };
    asked.iter().filter_map(conflict).collect()
}

impl CoveredMonth {
    /// What invariant 2 allows once.
    pub fn key(&self) -> (Id<kind::Person>, Scheme, Month) {
        (self.person, self.scheme, self.month)
    }
}

/// Until when a person is paid for all the schemes, as seen in a month.
///
/// The end of the first unbroken run of covered months that ends in `seen_in` or later; a month
/// counts when every scheme is covered in it. `None` when nothing is paid for from then on.
pub fn paid_until(covered: &[CoveredMonth], schemes: Schemes, seen_in: Month) -> Option<Month> {
    let mut months: BTreeMap<Month, Schemes> = BTreeMap::new();
    for cover in covered {
        let held = months.entry(cover.month).or_default();
        *held = held.with(cover.scheme);
    }
    let full = |held: &Schemes| schemes.iter().all(|scheme| held.contains(scheme));
    let mut end: Option<Month> = None;
    for (&month, _) in months.iter().filter(|(_, held)| full(held)) {
        match end {
            Some(last) if month != last.plus(1) && last >= seen_in => return Some(last),
            _ => end = Some(month),
        }
    }
    end.filter(|last| *last >= seen_in)
}

/// By what a coverage table counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CoverageBy {
    /// Kecamatan.
    Kecamatan,
    /// Desa or kelurahan.
    Desa,
    /// Occupation.
    Occupation,
    /// Sex.
    Sex,
    /// Programme.
    Programme,
}

impl CoverageBy {
    /// Every way of counting, in order.
    pub const ALL: [CoverageBy; 5] = [
        CoverageBy::Kecamatan,
        CoverageBy::Desa,
        CoverageBy::Occupation,
        CoverageBy::Sex,
        CoverageBy::Programme,
    ];

    /// The stable name, as on the command line.
    pub fn name(self) -> &'static str {
        match self {
            CoverageBy::Kecamatan => "kecamatan",
            CoverageBy::Desa => "desa",
            CoverageBy::Occupation => "occupation",
            CoverageBy::Sex => "sex",
            CoverageBy::Programme => "programme",
        }
    }

    /// The way of counting with this stable name.
    pub fn from_name(name: &str) -> Option<CoverageBy> {
        CoverageBy::ALL.into_iter().find(|by| by.name() == name)
    }
}

/// What a row of a coverage table is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CoverageKey {
    /// A kecamatan or a desa.
    Region(RegionCode),
    /// An occupation.
    Occupation(OccupationKey),
    /// A sex.
    Sex(Sex),
    /// A programme.
    Programme(Id<kind::Programme>),
    /// People of whom that is not known.
    Unknown,
}

/// People of one kind and whether they are covered; one person, or many alike counted together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoverageFact {
    /// Where they live.
    pub place: RegionCode,
    /// Their work.
    pub occupation: Option<OccupationKey>,
    /// Their sex.
    pub sex: Sex,
    /// The programme they are on.
    pub programme: Id<kind::Programme>,
    /// Whether they are covered on the day of the table.
    pub covered: bool,
    /// How many they are.
    pub people: u64,
}

/// How many there are to be covered, by somebody's count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denominator {
    /// Of what.
    pub key: CoverageKey,
    /// How many.
    pub people: u64,
    /// Who counted, in the words of the table's footnote.
    pub source: Box<str>,
    /// When the count was true.
    pub as_of: Day,
}

/// A row of a coverage table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoverageRow {
    /// Of what.
    pub key: CoverageKey,
    /// People covered.
    pub covered: u64,
    /// People on the lists, covered or not.
    pub listed: u64,
    /// The count they are measured against; without one there is no share.
    pub denominator: Option<Denominator>,
    /// Covered per denominator, rounded down so that nothing short of all reads as all.
    pub share: Option<Ppm>,
}

/// Counts covered people against stated denominators.
///
/// # Shape
/// One row per key that facts or denominators name, in the order of [`CoverageKey`]; a key with a
/// denominator and no fact has zero covered, so that the empty village is seen.
pub fn coverage_table(
    facts: &[CoverageFact],
    by: CoverageBy,
    denominators: &[Denominator],
) -> Vec<CoverageRow> {
    let mut rows: BTreeMap<CoverageKey, CoverageRow> = BTreeMap::new();
    for denominator in denominators {
        let row = row_of(&mut rows, &denominator.key);
        row.denominator = Some(denominator.clone());
    }
    for fact in facts {
        let row = row_of(&mut rows, &key_of(fact, by));
        row.listed += fact.people;
        row.covered += if fact.covered { fact.people } else { 0 };
    }
    let mut rows: Vec<CoverageRow> = rows.into_values().collect();
    for row in &mut rows {
        row.share = row.denominator.as_ref().and_then(|all| wall::share(row.covered, all.people));
    }
    rows
}

fn row_of<'a>(
    rows: &'a mut BTreeMap<CoverageKey, CoverageRow>,
    key: &CoverageKey,
) -> &'a mut CoverageRow {
    rows.entry(key.clone()).or_insert_with(|| CoverageRow {
        key: key.clone(),
        covered: 0,
        listed: 0,
        denominator: None,
        share: None,
    })
}

fn key_of(fact: &CoverageFact, by: CoverageBy) -> CoverageKey {
    let region = |level: u8| match fact.place.level() >= level {
        true => CoverageKey::Region(fact.place.at_level(level)),
        false => CoverageKey::Unknown,
    };
    match by {
        CoverageBy::Kecamatan => region(3),
        CoverageBy::Desa => region(4),
        CoverageBy::Occupation => match &fact.occupation {
            Some(key) => CoverageKey::Occupation(key.clone()),
            None => CoverageKey::Unknown,
        },
        CoverageBy::Sex => CoverageKey::Sex(fact.sex),
        CoverageBy::Programme => CoverageKey::Programme(fact.programme),
    }
}

#[cfg(test)]
mod tests;
