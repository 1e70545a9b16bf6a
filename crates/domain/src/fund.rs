//! Funds: where the rupiah come from, what may be committed of them, and how a ceiling is revised.
//!
//! A ceiling changes by a dated, reasoned record that another person approves, and never below what
//! lists have bound already.

use base::id::kind;
use base::{Day, Id, Month, Rupiah};
use rules::{FundKind, GovernmentPaid};

use crate::digest::Feed;

/// Where the rupiah come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fund {
    /// Which.
    pub id: Id<kind::Fund>,
    /// Short code, such as `apbdp-2022`.
    pub code: Box<str>,
    /// Kind, which decides on reliefs.
    pub kind: FundKind,
    /// What may be committed in all, as last revised.
    pub ceiling: Rupiah,
    /// The fiscal year, when it is bound to one.
    pub year: Option<u16>,
    /// The account of the office's own chart of accounts.
    pub account: Option<Box<str>>,
    /// What the money may be spent on, where its source says so.
    pub earmark: Option<Box<str>>,
}

impl Fund {
    /// A fund of which no more is known than its kind and ceiling.
    pub fn new(id: Id<kind::Fund>, code: &str, kind: FundKind, ceiling: Rupiah) -> Fund {
        Fund { id, code: code.into(), kind, ceiling, year: None, account: None, earmark: None }
    }

    /// The last month whose contributions it may pay; none when it is bound to no year.
    pub fn last_month(&self) -> Option<Month> {
        Month::new(i32::from(self.year?), 12)
    }
}

/// What a fund has left, from the ceiling and the commitments made so far.
///
/// # Units
/// Whole rupiah; negative when commitments made elsewhere already exceed the ceiling.
pub fn free_of(fund: &Fund, committed: Rupiah) -> Rupiah {
    fund.ceiling.minus(committed).unwrap_or(Rupiah(i64::MIN))
}

/// Another ceiling, put forward.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FundRevision {
    /// Which; the task that decides on it has the same.
    pub id: Id<FundRevision>,
    /// Of which fund.
    pub fund: Id<kind::Fund>,
    /// The ceiling when it was put forward.
    pub before: Rupiah,
    /// The ceiling asked for.
    pub after: Rupiah,
    /// The decree or decision behind it.
    pub basis: Box<str>,
    /// From which day the budget says so.
    pub effective: Day,
    /// Why.
    pub reason: Box<str>,
    /// Who put it forward.
    pub made_by: Id<kind::User>,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub made_at_ms: i64,
}

/// Why a ceiling is not revised; the order is the order of trying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevisionRefusal {
    /// A ceiling below nothing.
    Negative,
    /// The decree behind it is not named.
    BasisMissing,
    /// It is not said why.
    ReasonMissing,
    /// The fund has this ceiling already.
    Unchanged,
    /// The fund was revised since this was put forward.
    Overtaken,
    /// Lists have bound more than that.
    BelowCommitted {
        /// What they have bound.
        committed: Rupiah,
    },
}

impl RevisionRefusal {
    /// The stable code.
    pub fn name(self) -> &'static str {
        match self {
            RevisionRefusal::Negative => "CEILING_NEGATIVE",
            RevisionRefusal::BasisMissing => "BASIS_MISSING",
            RevisionRefusal::ReasonMissing => "REASON_MISSING",
            RevisionRefusal::Unchanged => "CEILING_UNCHANGED",
            RevisionRefusal::Overtaken => "REVISION_OVERTAKEN",
            RevisionRefusal::BelowCommitted { .. } => "BELOW_COMMITTED",
        }
    }
}

/// Whether a fund may be revised so, at the moment of asking and again at that of approving.
///
/// # Errors
/// The first [`RevisionRefusal`] in their order.
pub fn check_revision(
    fund: &Fund,
    committed: Rupiah,
    revision: &FundRevision,
) -> Result<(), RevisionRefusal> {
    if revision.after < Rupiah::ZERO {
        Err(RevisionRefusal::Negative)
    } else if revision.basis.trim().is_empty() {
        Err(RevisionRefusal::BasisMissing)
    } else if revision.reason.trim().is_empty() {
        Err(RevisionRefusal::ReasonMissing)
    } else if revision.after == revision.before {
        Err(RevisionRefusal::Unchanged)
    } else if revision.before != fund.ceiling {
        Err(RevisionRefusal::Overtaken)
    } else if revision.after < committed {
        Err(RevisionRefusal::BelowCommitted { committed })
    } else {
        Ok(())
    }
}

impl FundRevision {
    /// A digest of everything an approver is shown.
    ///
    /// # Shape
    /// SHA-256 over length-prefixed parts: `"revision"`, fund id, both ceilings, day, basis,
    /// reason.
    pub fn hash(&self) -> [u8; 32] {
        Feed::new("revision")
            .part(self.fund.as_bytes())
            .number(self.before.0)
            .number(self.after.0)
            .number(self.effective.as_number())
            .part(self.basis.as_bytes())
            .part(self.reason.as_bytes())
            .finish()
    }

    /// By how much the ceiling moves, whichever way.
    pub fn difference(&self) -> Rupiah {
        Rupiah(self.after.0.abs_diff(self.before.0).try_into().unwrap_or(i64::MAX))
    }
}

/// In which order purses pay for somebody whom two programmes want, government money first.
pub fn purse_rank(paid: GovernmentPaid) -> u8 {
    match paid {
        GovernmentPaid::Yes => 0,
        GovernmentPaid::Open { .. } => 1,
        GovernmentPaid::No => 2,
    }
}

/// A fund in figures.
///
/// # Units
/// Whole rupiah.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FundFigures {
    /// What may be committed in all.
    pub ceiling: Rupiah,
    /// On lists that wait for approval.
    pub proposed: Rupiah,
    /// Bound by approved lists, less what was given back.
    pub committed: Rupiah,
    /// On final and posted bills.
    pub billed: Rupiah,
    /// Posted: paid and known from the bank.
    pub paid: Rupiah,
    /// What the months of its year that have no final bill yet will cost, for those who are members
    /// now; the dead and those paid elsewhere are not counted.
    pub expected: Rupiah,
}

impl FundFigures {
    /// What may still be committed.
    pub fn free(&self) -> Rupiah {
        Rupiah(self.ceiling.0 - self.committed.0)
    }

    /// What will be left of the ceiling at the end of the year if nothing else happens.
    pub fn unspent(&self) -> Rupiah {
        Rupiah(self.ceiling.0 - self.billed.0 - self.expected.0)
    }

    /// The part of it that is bound and will not be billed, such as the contributions of the dead.
    pub fn bound_in_vain(&self) -> Rupiah {
        Rupiah((self.committed.0 - self.billed.0 - self.expected.0).max(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{day, fund, id};

    fn revision(before: i64, after: i64) -> FundRevision {
        FundRevision {
            id: id(5),
            fund: id(1),
            before: Rupiah(before),
            after: Rupiah(after),
            basis: "Perda APBD Perubahan 2022 (rekaan)".into(),
            effective: day("2022-09-30"),
            reason: "Tambahan dari sisa lelang".into(),
            made_by: id(8),
            made_at_ms: 0,
        }
    }

    #[test]
    fn a_ceiling_is_refused_for_the_first_thing_that_is_wrong() {
        let fund = fund(1_000_000);
        let check = |revision: &FundRevision, committed: i64, expect| {
            assert_eq!(check_revision(&fund, Rupiah(committed), revision), expect, "{revision:?}");
        };
        let good = revision(1_000_000, 1_500_000);
        check(&good, 1_000_000, Ok(()));
        check(&revision(1_000_000, 600_000), 600_000, Ok(()));
        let below = RevisionRefusal::BelowCommitted { committed: Rupiah(600_001) };
        check(&revision(1_000_000, 600_000), 600_001, Err(below));
        check(&revision(900_000, 1_500_000), 0, Err(RevisionRefusal::Overtaken));
        check(&revision(1_000_000, 1_000_000), 0, Err(RevisionRefusal::Unchanged));
        check(&revision(1_000_000, -1), 0, Err(RevisionRefusal::Negative));
        let silent = FundRevision { reason: " ".into(), ..good.clone() };
        check(&silent, 0, Err(RevisionRefusal::ReasonMissing));
        let baseless = FundRevision { basis: "".into(), ..good };
        check(&baseless, 0, Err(RevisionRefusal::BasisMissing));
    }

    #[test]
    fn whatever_is_shown_is_in_the_hash() {
        let shown = revision(1_000_000, 1_500_000);
        let others = [
            revision(1_000_001, 1_500_000),
            revision(1_000_000, 1_500_001),
            FundRevision { basis: "lain".into(), ..shown.clone() },
            FundRevision { reason: "lain".into(), ..shown.clone() },
            FundRevision { effective: day("2022-10-01"), ..shown.clone() },
            FundRevision { fund: id(2), ..shown.clone() },
        ];
        for other in others {
            assert_ne!(other.hash(), shown.hash(), "{other:?}");
        }
        assert_eq!(shown.difference(), revision(1_500_000, 1_000_000).difference());
    }

    #[test]
    fn what_is_left_is_the_ceiling_less_what_was_and_will_be_billed() {
        // 10 people × 16,800 × 3 months = 504,000 bound; one month billed and paid, 168,000; one of
        // the ten died, so the two months to come cost 2 × 9 × 16,800 = 302,400.
        let figures = FundFigures {
            ceiling: Rupiah(600_000),
            proposed: Rupiah::ZERO,
            committed: Rupiah(504_000),
            billed: Rupiah(168_000),
            paid: Rupiah(168_000),
            expected: Rupiah(302_400),
        };
        assert_eq!(figures.free(), Rupiah(96_000));
        // 600,000 - 168,000 - 302,400.
        assert_eq!(figures.unspent(), Rupiah(129_600));
        // Two months of the one who died.
        assert_eq!(figures.bound_in_vain(), Rupiah(33_600));
    }
}
