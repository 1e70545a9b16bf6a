//! Who receives what a dead person leaves: the first group of heirs that has anybody in it.

use base::Day;

use crate::rule::Entry;
use crate::rulebook::{RuleGap, Rulebook};

/// Who somebody was to the person who died.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Heir {
    /// Widow or widower.
    Spouse,
    /// Child.
    Child,
    /// Parent.
    Parent,
    /// Grandchild.
    Grandchild,
    /// Grandparent.
    Grandparent,
    /// Brother or sister.
    Sibling,
    /// Parent of the spouse.
    ParentInLaw,
    /// Named in a will.
    ByWill,
    /// Whoever arranged the funeral.
    FuneralOrganiser,
}

impl Heir {
    /// Every kind, in order.
    pub const ALL: [Heir; 9] = [
        Heir::Spouse,
        Heir::Child,
        Heir::Parent,
        Heir::Grandchild,
        Heir::Grandparent,
        Heir::Sibling,
        Heir::ParentInLaw,
        Heir::ByWill,
        Heir::FuneralOrganiser,
    ];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Heir::Spouse => "spouse",
            Heir::Child => "child",
            Heir::Parent => "parent",
            Heir::Grandchild => "grandchild",
            Heir::Grandparent => "grandparent",
            Heir::Sibling => "sibling",
            Heir::ParentInLaw => "parent-in-law",
            Heir::ByWill => "by-will",
            Heir::FuneralOrganiser => "funeral-organiser",
        }
    }

    /// The kind with this stable name.
    pub fn from_name(name: &str) -> Option<Heir> {
        Heir::ALL.into_iter().find(|heir| heir.name() == name)
    }
}

/// Who receives, by which rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeirAnswer<'a> {
    /// Those who receive, together.
    pub heirs: Vec<Heir>,
    /// Their place in the order, 1 first.
    pub rank: i64,
    /// Whether only the burial is paid, because there is nobody but who arranged it.
    pub burial_only: bool,
    /// The rule.
    pub rule: &'a Entry,
}

impl Rulebook {
    /// Who of those left behind receives; absent when there is nobody.
    ///
    /// # Errors
    /// [`RuleGap`] when no rule applies on the day.
    ///
    /// # Source
    /// PP 44/2015, recalled.
    pub fn heirs(&self, left: &[Heir], death: Day) -> Result<Option<HeirAnswer<'_>>, RuleGap> {
        let rule = self.need(self.known.heirs, death)?;
        let rank = |heir: Heir| rule.row(heir.name()).and_then(crate::rule::Row::number);
        let Some(first) = left.iter().filter_map(|heir| rank(*heir)).min() else {
            return Ok(None);
        };
        let mut heirs: Vec<Heir> =
            left.iter().copied().filter(|heir| rank(*heir) == Some(first)).collect();
        heirs.sort_unstable();
        heirs.dedup();
        let burial_only = heirs == [Heir::FuneralOrganiser];
        Ok(Some(HeirAnswer { heirs, rank: first, burial_only, rule }))
    }

    /// The age from which an heir needs no guardian.
    ///
    /// # Errors
    /// [`RuleGap`] when no rule applies on the day.
    ///
    /// # Source
    /// UU 1/1974 Pasal 50, recalled.
    pub fn full_age(&self, death: Day) -> Result<(i64, &Entry), RuleGap> {
        self.number(self.known.full_age, death)
    }
}
