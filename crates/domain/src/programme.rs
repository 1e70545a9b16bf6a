//! Who is to be covered, for which schemes and months, from which fund.

use base::id::kind;
use base::{Id, Month, RegionCode, Rupiah};
use rules::{FundKind, Schemes};

use crate::occupation::OccupationKey;

/// Where the rupiah come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fund {
    /// Which.
    pub id: Id<kind::Fund>,
    /// Short code, such as `apbdp-2022`.
    pub code: Box<str>,
    /// Kind, which decides on reliefs.
    pub kind: FundKind,
    /// What may be committed in all.
    pub ceiling: Rupiah,
}

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
}

/// What a fund has left, from the ceiling and the commitments made so far.
///
/// # Units
/// Whole rupiah; negative when commitments made elsewhere already exceed the ceiling.
pub fn free_of(fund: &Fund, committed: Rupiah) -> Rupiah {
    fund.ceiling.minus(committed).unwrap_or(Rupiah(i64::MIN))
}
