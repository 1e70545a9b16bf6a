//! Vouchers: entries that somebody writes by hand, and reversals of such entries; one writes,
//! another approves.
//!
//! What follows from a record (a bill, a list, a line of a bank statement) is undone by that
//! record's own act, so that the record and the books never say different things.

use base::id::kind;
use base::{Day, Id, Month, Rupiah};

use super::chart::AccountRole;
use super::{AccountKind, Document, Origin, Transfer, TransferCode, TransferKind};
use crate::digest::Feed;

/// An entry written by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Voucher {
    /// Which; its task has the same.
    pub id: Id<Voucher>,
    /// The transfer that it undoes, when it is a reversal.
    pub undoes: Option<Id<kind::Transfer>>,
    /// The account debited.
    pub debit: Id<kind::Account>,
    /// The account credited.
    pub credit: Id<kind::Account>,
    /// How much.
    pub amount: Rupiah,
    /// The contribution month it is about, when it is about one.
    pub month: Option<Month>,
    /// The day it counts for.
    pub day: Day,
    /// The number of the paper behind it; empty when there is none.
    pub number: Box<str>,
    /// What it is for.
    pub reason: Box<str>,
    /// Who wrote it.
    pub made_by: Id<kind::User>,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub made_at_ms: i64,
}

/// An account as an entry by hand names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Side {
    /// Which.
    pub account: Id<kind::Account>,
    /// What it holds.
    pub kind: AccountKind,
    /// What it is for; none for an account that the office has added.
    pub role: Option<AccountRole>,
}

/// What an entry moves, before anybody has written a voucher of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntryAsked {
    /// The account debited.
    pub debit: Side,
    /// The account credited.
    pub credit: Side,
    /// How much.
    pub amount: Rupiah,
}

/// Why there is no voucher; the order is the order of trying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VoucherRefusal {
    /// The amount is not more than nothing.
    AmountNotPositive,
    /// Both sides are one account.
    OneAccount,
    /// A budget is moved by its own acts, never by hand.
    OnBudget,
    /// Contributions follow from bills: every rupiah spent is a covered month, never an entry.
    OnContribution,
    /// What is to be undone is a reversal.
    IsReversal,
    /// What is to be undone has moved nothing.
    NotMoved,
    /// What is to be undone follows from a record that has its own way back.
    ByItsRecord,
}

impl VoucherRefusal {
    /// The stable code.
    pub fn name(self) -> &'static str {
        match self {
            VoucherRefusal::AmountNotPositive => "VOUCHER_AMOUNT",
            VoucherRefusal::OneAccount => "VOUCHER_ONE_ACCOUNT",
            VoucherRefusal::OnBudget => "VOUCHER_ON_BUDGET",
            VoucherRefusal::OnContribution => "VOUCHER_ON_CONTRIBUTION",
            VoucherRefusal::IsReversal => "VOUCHER_OF_REVERSAL",
            VoucherRefusal::NotMoved => "VOUCHER_OF_PROMISE",
            VoucherRefusal::ByItsRecord => "VOUCHER_OF_RECORD",
        }
    }
}

/// Whether an entry may be written by hand.
///
/// # Errors
/// The first [`VoucherRefusal`] in their order.
pub fn check_entry(asked: &EntryAsked) -> Result<(), VoucherRefusal> {
    let sides = [asked.debit, asked.credit];
    if asked.amount <= Rupiah::ZERO {
        Err(VoucherRefusal::AmountNotPositive)
    } else if asked.debit.account == asked.credit.account {
        Err(VoucherRefusal::OneAccount)
    } else if sides.iter().any(|side| side.kind == AccountKind::Budget) {
        Err(VoucherRefusal::OnBudget)
    } else if sides.iter().filter_map(|side| side.role).any(AccountRole::follows_bills) {
        Err(VoucherRefusal::OnContribution)
    } else {
        Ok(())
    }
}

/// Whether a transfer may be undone by a voucher.
///
/// # Errors
/// The first [`VoucherRefusal`] in their order.
pub fn check_reversal(undone: &Transfer) -> Result<(), VoucherRefusal> {
    if undone.code == TransferCode::Reversal {
        Err(VoucherRefusal::IsReversal)
    } else if !undone.moves() {
        Err(VoucherRefusal::NotMoved)
    } else if !matches!(undone.document, Document::Voucher(_)) {
        Err(VoucherRefusal::ByItsRecord)
    } else {
        Ok(())
    }
}

impl Voucher {
    /// The identifier of what is written so, for the nth time: after somebody has said no to it the
    /// same may be written once more.
    pub fn id_of(&self, attempt: u32) -> Id<Voucher> {
        self.fed(Feed::new("voucher").number(i64::from(attempt))).id()
    }

    /// A digest of everything that is approved.
    pub fn hash(&self) -> [u8; 32] {
        let feed = Feed::new("voucher put forward").part(self.id.as_bytes());
        self.fed(feed).part(self.made_by.as_bytes()).finish()
    }

    /// The transfer that it makes once it is approved.
    pub fn transfer(&self) -> Transfer {
        let (id, code, document) = match self.undoes {
            Some(undone) => {
                let id = Transfer::reversal_id(undone);
                (id, TransferCode::Reversal, Document::Transfer(undone))
            }
            None => (self.entry_id(), TransferCode::Adjustment, Document::Voucher(self.id)),
        };
        Transfer {
            id,
            debit: self.debit,
            credit: self.credit,
            amount: self.amount,
            code,
            kind: TransferKind::Posted,
            document,
            month: self.month,
            day: self.day,
            origin: Origin::default(),
        }
    }

    fn entry_id(&self) -> Id<kind::Transfer> {
        Feed::new("entry").part(self.id.as_bytes()).id()
    }

    fn fed(&self, feed: Feed) -> Feed {
        let undoes = self.undoes.map(|id| *id.as_bytes()).unwrap_or_default();
        feed.part(&undoes)
            .part(self.debit.as_bytes())
            .part(self.credit.as_bytes())
            .number(self.amount.0)
            .number(self.month.map_or(0, Month::as_number))
            .number(self.day.as_number())
            .part(self.number.as_bytes())
            .part(self.reason.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{day, id};

    fn entry() -> Voucher {
        let voucher = Voucher {
            id: id(0),
            undoes: None,
            debit: id(1),
            credit: id(2),
            amount: Rupiah(150_000),
            month: None,
            day: day("2022-10-05"),
            number: "BKU-12".into(),
            reason: "Biaya administrasi bank (rekaan)".into(),
            made_by: id(8),
            made_at_ms: 5,
        };
        Voucher { id: voucher.id_of(0), ..voucher }
    }

    #[test]
    fn a_voucher_makes_one_transfer_and_its_reversal_another() {
        let voucher = entry();
        let made = voucher.transfer();
        assert_eq!(made.code, TransferCode::Adjustment);
        assert_eq!(made.document, Document::Voucher(voucher.id));
        assert_eq!(check_reversal(&made), Ok(()));
        let undone = Voucher {
            undoes: Some(made.id),
            debit: made.credit,
            credit: made.debit,
            ..voucher.clone()
        };
        assert_eq!(undone.transfer(), made.reversed(made.day));
        assert_eq!(check_reversal(&undone.transfer()), Err(VoucherRefusal::IsReversal));
    }

    #[test]
    fn the_same_again_has_the_same_id_until_somebody_said_no() {
        let (one, later) = (entry(), Voucher { made_at_ms: 9, ..entry() });
        assert_eq!(one.id_of(0), later.id_of(0));
        assert_ne!(one.id_of(0), one.id_of(1));
        let other = Voucher { number: "BKU-13".into(), ..entry() };
        assert_ne!(one.id_of(0), other.id_of(0));
        let dearer = Voucher { amount: Rupiah(150_001), ..entry() };
        assert_ne!(one.hash(), dearer.hash());
        assert_ne!(one.hash(), Voucher { made_by: id(9), ..entry() }.hash());
    }

    #[test]
    fn every_refusal_in_its_order() {
        use AccountRole::*;
        for (debit, credit, amount, expect) in [
            ((1, Realised), (1, Realised), 0, Err(VoucherRefusal::AmountNotPositive)),
            ((1, Realised), (1, Realised), 1, Err(VoucherRefusal::OneAccount)),
            ((1, Realised), (2, ContributionExpense), 1, Err(VoucherRefusal::OnBudget)),
            ((1, Cash), (2, BudgetSource), 1, Err(VoucherRefusal::OnBudget)),
            ((1, ContributionExpense), (2, Cash), 1, Err(VoucherRefusal::OnContribution)),
            ((1, Cash), (2, ContributionPayable), 1, Err(VoucherRefusal::OnContribution)),
            ((1, ContributionReceivable), (2, Cash), 1, Err(VoucherRefusal::OnContribution)),
            ((1, Cash), (2, Suspense), 1, Ok(())),
        ] {
            let side = |(number, role): (u128, AccountRole)| Side {
                account: id(number),
                kind: role.kind(),
                role: Some(role),
            };
            let (debit, credit) = (side(debit), side(credit));
            let asked = EntryAsked { debit, credit, amount: Rupiah(amount) };
            assert_eq!(check_entry(&asked), expect);
        }
        let made = entry().transfer();
        let promise = Transfer { kind: TransferKind::Pending, ..made };
        assert_eq!(check_reversal(&promise), Err(VoucherRefusal::NotMoved));
        let bill = Transfer { document: Document::Bill(id(3)), ..made };
        assert_eq!(check_reversal(&bill), Err(VoucherRefusal::ByItsRecord));
    }
}
