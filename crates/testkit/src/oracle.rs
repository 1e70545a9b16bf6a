//! A ledger as plain as can be: one condition after the other, sums in wide integers, nothing
//! shared with `domain` but the words. What the real ledger answers must be what this one answers.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};

use base::id::kind;
use base::{Day, Id};
use domain::ledger::{
    BalanceLimit, Document, Transfer, TransferCode, TransferKind, TransferStatus as S,
};

/// Debits promised, credits promised, debits posted, credits posted.
type Sums = [i128; 4];

/// The plain ledger.
#[derive(Debug, Default)]
pub struct Oracle {
    accounts: BTreeMap<Id<kind::Account>, (BalanceLimit, Sums)>,
    transfers: HashMap<Id<kind::Transfer>, Transfer>,
    /// Promises that are no more, and whether they were kept.
    ended: HashMap<Id<kind::Transfer>, bool>,
    /// The last closed day.
    pub closed_until: Option<Day>,
}

impl Oracle {
    /// Opens an account with nothing on it.
    pub fn open(&mut self, id: Id<kind::Account>, limit: BalanceLimit) {
        self.accounts.insert(id, (limit, [0; 4]));
    }

    /// The sums of every account, by id.
    pub fn sums(&self) -> impl Iterator<Item = (Id<kind::Account>, Sums)> {
        self.accounts.iter().map(|(id, (_, sums))| (*id, *sums))
    }

    /// Asks for one transfer.
    pub fn ask(&mut self, t: &Transfer) -> S {
        match self.fault(t) {
            Some(status) => status,
            None => {
                self.accept(t);
                S::Created
            }
        }
    }

    /// Asks for transfers that stand or fall together.
    pub fn ask_all(&mut self, batch: &[Transfer]) -> Vec<S> {
        let accounts = self.accounts.clone();
        let answers: Vec<S> = batch.iter().map(|t| self.ask(t)).collect();
        if answers.iter().any(|answer| !matches!(answer, S::Created | S::Exists)) {
            self.accounts = accounts;
            for (t, _) in batch.iter().zip(&answers).filter(|(_, answer)| **answer == S::Created) {
                self.transfers.remove(&t.id);
                if let TransferKind::PostOf(of) | TransferKind::VoidOf(of) = t.kind {
                    self.ended.remove(&of);
                }
            }
        }
        answers
    }

    fn fault(&self, t: &Transfer) -> Option<S> {
        if let Some(e) = self.transfers.get(&t.id) {
            return Some(repeat(e, t));
        }
        if t.amount.0 <= 0 {
            return Some(S::AmountNotPositive);
        }
        if t.debit == t.credit {
            return Some(S::SameAccounts);
        }
        if t.origin.maker.is_some() && t.origin.maker == t.origin.checker {
            return Some(S::MakerIsChecker);
        }
        if self.closed_until.is_some_and(|day| day >= t.day) {
            return Some(S::PeriodClosed);
        }
        if !self.accounts.contains_key(&t.debit) {
            return Some(S::UnknownDebitAccount);
        }
        if !self.accounts.contains_key(&t.credit) {
            return Some(S::UnknownCreditAccount);
        }
        self.fault_of_reversal(t).or_else(|| match t.kind {
            TransferKind::PostOf(of) | TransferKind::VoidOf(of) => self.fault_of_promise(t, of),
            TransferKind::Posted | TransferKind::Pending => self.fault_of_sums(t),
        })
    }

    fn fault_of_reversal(&self, t: &Transfer) -> Option<S> {
        if t.code != TransferCode::Reversal {
            return None;
        }
        if t.kind != TransferKind::Posted {
            return Some(S::ReversalNotAtOnce);
        }
        let Document::Transfer(of) = t.document else { return Some(S::ReversalWithoutTransfer) };
        let Some(undone) = self.transfers.get(&of) else { return Some(S::ReversedNotFound) };
        if undone.code == TransferCode::Reversal {
            return Some(S::ReversedIsReversal);
        }
        if matches!(undone.kind, TransferKind::Pending | TransferKind::VoidOf(_)) {
            return Some(S::ReversedNotMoved);
        }
        let mirrored = undone.debit == t.credit && undone.credit == t.debit;
        if !mirrored || undone.amount != t.amount || undone.month != t.month {
            return Some(S::ReversedDifferently);
        }
        (t.id != undone.reversed(t.day).id).then_some(S::ReversalIdDiffers)
    }

    fn fault_of_promise(&self, t: &Transfer, of: Id<kind::Transfer>) -> Option<S> {
        let Some(p) = self.transfers.get(&of) else { return Some(S::PendingNotFound) };
        if p.kind != TransferKind::Pending {
            return Some(S::PendingNotPending);
        }
        if p.debit != t.debit {
            return Some(S::PendingHasDifferentDebitAccount);
        }
        if p.credit != t.credit {
            return Some(S::PendingHasDifferentCreditAccount);
        }
        if p.code != t.code {
            return Some(S::PendingHasDifferentCode);
        }
        let keeps = matches!(t.kind, TransferKind::PostOf(_));
        if keeps && t.amount > p.amount {
            return Some(S::ExceedsPendingAmount);
        }
        if !keeps && t.amount != p.amount {
            return Some(S::PendingHasDifferentAmount);
        }
        self.ended.get(&of).map(|kept| match kept {
            true => S::PendingAlreadyPosted,
            false => S::PendingAlreadyVoided,
        })
    }

    fn fault_of_sums(&self, t: &Transfer) -> Option<S> {
        let amount = i128::from(t.amount.0);
        let ((of_debit, debit), (of_credit, credit)) =
            (&self.accounts[&t.debit], &self.accounts[&t.credit]);
        if debit[0] + debit[2] + amount > i128::from(i64::MAX) {
            return Some(S::OverflowsDebitAccount);
        }
        if credit[1] + credit[3] + amount > i128::from(i64::MAX) {
            return Some(S::OverflowsCreditAccount);
        }
        let limited = *of_debit == BalanceLimit::DebitsWithinCredits;
        if limited && debit[0] + debit[2] + amount > debit[3] {
            return Some(S::WouldExceedCredits);
        }
        let limited = *of_credit == BalanceLimit::CreditsWithinDebits;
        (limited && credit[1] + credit[3] + amount > credit[2]).then_some(S::WouldExceedDebits)
    }

    fn accept(&mut self, t: &Transfer) {
        let mut add = |of: Id<kind::Account>, sum: usize, amount: i128| {
            self.accounts.get_mut(&of).expect("asked before").1[sum] += amount;
        };
        if let TransferKind::PostOf(of) | TransferKind::VoidOf(of) = t.kind {
            let promised = i128::from(self.transfers[&of].amount.0);
            add(t.debit, 0, -promised);
            add(t.credit, 1, -promised);
            self.ended.insert(of, matches!(t.kind, TransferKind::PostOf(_)));
        }
        let amount = i128::from(t.amount.0);
        match t.kind {
            TransferKind::Pending => {
                add(t.debit, 0, amount);
                add(t.credit, 1, amount);
            }
            TransferKind::Posted | TransferKind::PostOf(_) => {
                add(t.debit, 2, amount);
                add(t.credit, 3, amount);
            }
            TransferKind::VoidOf(_) => {}
        }
        self.transfers.insert(t.id, *t);
    }
}

fn repeat(e: &Transfer, t: &Transfer) -> S {
    let differences = [
        (e.kind == t.kind, S::ExistsWithDifferentKind),
        (e.debit == t.debit, S::ExistsWithDifferentDebitAccount),
        (e.credit == t.credit, S::ExistsWithDifferentCreditAccount),
        (e.amount == t.amount, S::ExistsWithDifferentAmount),
        (e.code == t.code, S::ExistsWithDifferentCode),
        (e.document == t.document, S::ExistsWithDifferentDocument),
        (e.month == t.month, S::ExistsWithDifferentMonth),
        (e.day == t.day, S::ExistsWithDifferentDay),
    ];
    differences.into_iter().find(|(same, _)| !same).map_or(S::Exists, |(_, status)| status)
}
