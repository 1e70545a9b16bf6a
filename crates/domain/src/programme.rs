//! Who is to be covered, for which schemes and months, from which fund.

use base::id::kind;
use base::{Id, Month, RegionCode, Rupiah};
use rules::{Base, Schemes, WorkSector};

pub use crate::facility::Facilities;
pub use crate::fund::{Fund, free_of};
use crate::occupation::OccupationKey;
use crate::tariff;
pub use crate::terms::{AgeBand, GroupTerms, Mandate, Terms};

/// A programme: people × schemes × months from one fund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Programme {
    /// Which.
    pub id: Id<kind::Programme>,
    /// Short code, such as `rentan-2022`.
    pub code: Box<str>,
    /// Name.
    pub name: Box<str>,
    /// The regency, or smaller area, whose people it is for.
    pub territory: RegionCode,
    /// Who pays.
    pub fund: Id<kind::Fund>,
    /// Which schemes.
    pub schemes: Schemes,
    /// First covered month; eligibility is judged on its first day.
    pub first: Month,
    /// Last covered month.
    pub last: Month,
    /// Occupations it is for; all when empty.
    pub occupations: Vec<OccupationKey>,
    /// The occupation of rows that name none, for a programme of one occupation.
    pub default_occupation: Option<OccupationKey>,
    /// Income declared for everybody: the lowest tier when absent.
    pub income: Rupiah,
    /// Whether people insured elsewhere are refused (a rule of the fund) or only pointed out.
    pub refuse_insured: bool,
    /// People to be reached, when a target was set.
    pub target: Option<u32>,
    /// What else was laid down: segments, places, order, mandate.
    pub terms: Terms,
}

impl Programme {
    /// Its months, in order.
    pub fn months(&self) -> impl Iterator<Item = Month> + Clone {
        self.first.through(self.last)
    }

    /// How many months it runs; none when it ends before it begins.
    pub fn months_count(&self) -> u32 {
        self.months().count() as u32
    }

    /// Whether the month is one of its months.
    pub fn holds(&self, month: Month) -> bool {
        self.first <= month && month <= self.last
    }

    /// People to be reached in a year: the year's own target, or that of the whole programme.
    pub fn target_in(&self, year: i32) -> Option<u32> {
        let own = self.terms.targets.iter().find(|(of, _)| i32::from(*of) == year);
        own.map(|(_, people)| *people).or(self.target)
    }

    /// How many may be on it at a time: the places laid down, or else the target of its first year.
    pub fn places(&self) -> Option<u32> {
        self.terms.quota.or_else(|| self.target_in(self.first.year()))
    }

    /// What is laid down for an occupation, and its place in the list of groups.
    pub fn group_of(&self, occupation: Option<&OccupationKey>) -> Option<(u16, &GroupTerms)> {
        let at =
            self.terms.groups.iter().position(|group| Some(&group.occupation) == occupation)?;
        Some((u16::try_from(at).ok()?, &self.terms.groups[at]))
    }

    /// What is laid down at a place in the list of groups.
    pub fn group_at(&self, at: Option<u16>) -> Option<&GroupTerms> {
        self.terms.groups.get(usize::from(at?))
    }

    /// What a contribution for an occupation is computed from, by what is laid down for it.
    pub fn base_of(&self, occupation: Option<&OccupationKey>, sector: WorkSector) -> Base {
        tariff::base_of(self, tariff::work_of(self, occupation, sector))
    }

    /// The same for work at a place in the list of groups.
    pub fn base_at(&self, at: Option<u16>, sector: WorkSector) -> Base {
        tariff::base_of(self, (sector, at))
    }

    /// Whether a civil servant may be in it for this work, as a second and private one.
    pub fn takes_civil_servants(&self, occupation: Option<&OccupationKey>) -> bool {
        let named = occupation.or(self.default_occupation.as_ref());
        self.group_of(named).is_some_and(|(_, group)| group.second_job)
    }
}
