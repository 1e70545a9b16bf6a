//! Contributions posted for months after a death that became known late: what BPJS owes back for
//! each, and how the next bill takes it off.
//!
//! A recovery is a transfer of its own; the contribution that was paid stays as it was posted, and
//! a recovery that was wrong is reversed by another.

use base::id::kind;
use base::{Day, Id, Month, Rupiah};

use super::Bill;
use crate::digest::Feed;
use crate::ledger::chart::{AccountRole, Books, account_id};
use crate::ledger::{Document, Origin, Transfer, TransferCode, TransferKind};
use crate::programme::Programme;

/// A posted contribution for a month after the month of a death.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaidAfterDeath {
    /// For which membership.
    pub membership: Id<kind::Membership>,
    /// For whom.
    pub person: Id<kind::Person>,
    /// The month paid for.
    pub month: Month,
    /// The month of death, the last that may be paid.
    pub died: Month,
    /// The transfer by which it was posted.
    pub contribution: Id<kind::Transfer>,
    /// How much.
    pub rupiah: Rupiah,
}

/// What BPJS owes back for one membership and month, taken off a bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BillCredit {
    /// The transfer by which it became owed.
    pub recovery: Id<kind::Transfer>,
    /// For which membership it was paid.
    pub membership: Id<kind::Membership>,
    /// For whom.
    pub person: Id<kind::Person>,
    /// The month that was paid for.
    pub month: Month,
    /// How much.
    pub rupiah: Rupiah,
}

/// The transfer by which BPJS owes a contribution back; asked again it is a repeat.
pub fn recovery(programme: &Programme, paid: &PaidAfterDeath, day: Day) -> Transfer {
    let owner = programme.id.as_bytes();
    Transfer {
        id: recovery_id(paid.contribution),
        debit: account_id(owner, AccountRole::ContributionReceivable),
        credit: Books::of(programme).expense,
        amount: paid.rupiah,
        code: TransferCode::Recover,
        kind: TransferKind::Posted,
        document: Document::Transfer(paid.contribution),
        month: Some(paid.month),
        day,
        origin: Origin::default(),
    }
}

/// The identifier of the recovery of a posted contribution: it is owed back once.
pub fn recovery_id(contribution: Id<kind::Transfer>) -> Id<kind::Transfer> {
    Feed::new("recover").part(contribution.as_bytes()).id()
}

/// A digest of what is to be recovered, and of the recoveries that are to be undone, for those who
/// approve it.
pub fn recovery_hash(
    programme: Id<kind::Programme>,
    found: &[PaidAfterDeath],
    undone: &[Id<kind::Transfer>],
) -> [u8; 32] {
    let start = Feed::new("recovery").part(programme.as_bytes());
    let all = found.iter().fold(start, |feed, paid| {
        feed.part(paid.contribution.as_bytes())
            .part(paid.person.as_bytes())
            .number(paid.month.as_number())
            .number(paid.died.as_number())
            .number(paid.rupiah.0)
    });
    undone.iter().fold(all, |feed, one| feed.part(b"undone").part(one.as_bytes())).finish()
}

/// The transfer by which a bill takes its credits off when it is paid, after its contributions are
/// owed and before the rest is; none without credits.
pub fn offset(bill: &Bill, programme: &Programme, day: Day) -> Option<Transfer> {
    let amount = bill.credited();
    let owner = programme.id.as_bytes();
    (amount > Rupiah::ZERO).then(|| Transfer {
        id: Feed::new("offset").part(bill.id.as_bytes()).number(bill.revision.into()).id(),
        debit: Books::of(programme).payable,
        credit: account_id(owner, AccountRole::ContributionReceivable),
        amount,
        code: TransferCode::Offset,
        kind: TransferKind::Posted,
        document: Document::Bill(bill.id),
        month: Some(bill.month),
        day,
        origin: Origin::default(),
    })
}

impl Bill {
    /// The same bill with what BPJS owes back taken off, in the order given, each in full, as long
    /// as something is left to pay; the others wait for a later bill.
    #[must_use]
    pub fn with_credits(mut self, open: &[BillCredit]) -> Bill {
        for credit in open {
            if credit.rupiah < self.total {
                self.total = Rupiah(self.total.0 - credit.rupiah.0);
                self.credits.push(*credit);
            }
        }
        self
    }

    /// The same bill without some of its credits: it asks for their rupiah again.
    #[must_use]
    pub fn without_credits(mut self, gone: &[Id<kind::Transfer>]) -> Bill {
        let gross = self.gross();
        self.credits.retain(|credit| !gone.contains(&credit.recovery));
        self.total = Rupiah(gross.0 - self.credited().0);
        self
    }

    /// What its credits take off.
    pub fn credited(&self) -> Rupiah {
        Rupiah(self.credits.iter().map(|credit| credit.rupiah.0).sum())
    }

    /// The sum of its lines.
    pub fn gross(&self) -> Rupiah {
        Rupiah(self.total.0 + self.credited().0)
    }
}

#[cfg(test)]
mod tests;
