//! Who pays a contribution, and from which purse: some rules ask whether it is the government's.

use std::fmt;
use std::str::FromStr;

/// The purse a sponsor pays from (the law's "sumber dana").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FundKind {
    /// The national budget.
    Apbn,
    /// The regional budget.
    Apbd,
    /// The revised regional budget.
    ApbdP,
    /// The region's share of palm oil revenue.
    DbhSawit,
    /// The region's share of tobacco excise.
    Dbhcht,
    /// The village's own budget or the Dana Desa.
    VillageFund,
    /// A company's social responsibility money.
    Csr,
    /// Individual sponsors, such as civil servants for their neighbours.
    Sertakan,
    /// Alms institutions.
    Zakat,
    /// What a group of workers (the law's "wadah") collects from its members.
    Wadah,
}

/// Who pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Payer {
    /// The insured person.
    SelfPaid,
    /// An employer, for people who earn no wage there.
    Employer,
    /// A sponsor, from a named purse.
    Fund(FundKind),
}

/// Whether a purse is the government's, in the sense of a rule that excludes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GovernmentPaid {
    /// It is.
    Yes,
    /// It is not.
    No,
    /// The sources are silent; `assumed` is what is computed until somebody decides.
    Open {
        /// What is computed meanwhile.
        assumed: bool,
    },
}

impl GovernmentPaid {
    /// What is computed: the answer, or the assumption while it is open.
    pub fn counts(self) -> bool {
        match self {
            GovernmentPaid::Yes => true,
            GovernmentPaid::No => false,
            GovernmentPaid::Open { assumed } => assumed,
        }
    }
}

impl Payer {
    /// Every payer, in the order of the enums.
    pub const ALL: [Payer; 12] = [
        Payer::SelfPaid,
        Payer::Employer,
        Payer::Fund(FundKind::Apbn),
        Payer::Fund(FundKind::Apbd),
        Payer::Fund(FundKind::ApbdP),
        Payer::Fund(FundKind::DbhSawit),
        Payer::Fund(FundKind::Dbhcht),
        Payer::Fund(FundKind::VillageFund),
        Payer::Fund(FundKind::Csr),
        Payer::Fund(FundKind::Sertakan),
        Payer::Fund(FundKind::Zakat),
        Payer::Fund(FundKind::Wadah),
    ];

    /// The stable name, as used in regulation files and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Payer::SelfPaid => "self",
            Payer::Employer => "employer",
            Payer::Fund(kind) => kind.name(),
        }
    }

    /// The payer with this stable name.
    pub fn from_name(name: &str) -> Option<Payer> {
        Payer::ALL.into_iter().find(|payer| payer.name() == name)
    }

    /// The place in [`Payer::ALL`].
    pub(crate) fn index(self) -> usize {
        match self {
            Payer::SelfPaid => 0,
            Payer::Employer => 1,
            Payer::Fund(kind) => 2 + kind as usize,
        }
    }
}

impl FundKind {
    /// Every purse, in order.
    pub const ALL: [FundKind; 10] = [
        FundKind::Apbn,
        FundKind::Apbd,
        FundKind::ApbdP,
        FundKind::DbhSawit,
        FundKind::Dbhcht,
        FundKind::VillageFund,
        FundKind::Csr,
        FundKind::Sertakan,
        FundKind::Zakat,
        FundKind::Wadah,
    ];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            FundKind::Apbn => "apbn",
            FundKind::Apbd => "apbd",
            FundKind::ApbdP => "apbd-p",
            FundKind::DbhSawit => "dbh-sawit",
            FundKind::Dbhcht => "dbhcht",
            FundKind::VillageFund => "village-fund",
            FundKind::Csr => "csr",
            FundKind::Sertakan => "sertakan",
            FundKind::Zakat => "zakat",
            FundKind::Wadah => "wadah",
        }
    }

    /// The purse with this stable name.
    pub fn from_name(name: &str) -> Option<FundKind> {
        match Payer::from_name(name)? {
            Payer::Fund(kind) => Some(kind),
            Payer::SelfPaid | Payer::Employer => None,
        }
    }
}

/// A word that names no payer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PayerUnknown;

impl fmt::Display for PayerUnknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected one of")?;
        Payer::ALL.into_iter().try_for_each(|payer| write!(f, " {}", payer.name()))
    }
}

impl std::error::Error for PayerUnknown {}

impl FromStr for Payer {
    type Err = PayerUnknown;

    fn from_str(name: &str) -> Result<Payer, PayerUnknown> {
        Payer::from_name(name).ok_or(PayerUnknown)
    }
}

impl fmt::Display for Payer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payers_are_found_by_name_and_stand_at_their_index() {
        for (index, payer) in Payer::ALL.into_iter().enumerate() {
            assert_eq!(payer.name().parse(), Ok(payer));
            assert_eq!(payer.index(), index);
        }
        assert_eq!(Payer::from_name("bank"), None);
        assert_eq!(FundKind::from_name("self"), None);
        assert_eq!(FundKind::from_name("apbd-p"), Some(FundKind::ApbdP));
    }
}
