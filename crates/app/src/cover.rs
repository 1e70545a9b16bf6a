//! Cover: proved, so that every covered month is what a posted bill made and none is missing; and
//! asked about, on a day and by what was known at a moment.

pub mod evidence;
pub mod known;
mod paper;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

use base::Id;
use base::id::kind;
use domain::billing::BillState;
use domain::coverage::CoveredMonth;
use domain::ledger::chart::{AccountRole, account_id};
use domain::ledger::{Document, TransferCode};
use domain::programme::Programme;
use rules::Scheme;
use store::Tx;
use store::merges::{Roots, root_of};

use crate::error::{AppError, ErrorKind};

pub use paper::{
    counts_words, death_words, evidence_facts, moment_words, other_words, scheme_facts,
    state_words, why_words,
};

/// Computes the covered months of every programme anew from its posted bills, less what was
/// withdrawn since, and compares them with those that are kept, with the transfers that paid them,
/// and with what was spent; how many there are.
///
/// # Errors
/// `COVER_DIFFERS`, `COVER_WITHOUT_TRANSFER`, `EXPENSE_DIFFERS`, with the programme's code.
pub(crate) fn prove_cover(tx: &mut Tx<'_>) -> Result<u64, AppError> {
    let roots = store::merges::roots(tx)?;
    let spending = Spending::load(tx)?;
    let mut count = 0;
    for programme in store::programmes::list(tx)? {
        let wrong = |code| AppError::new(ErrorKind::Integrity, code, &*programme.code);
        let made = made_by(tx, &programme)?;
        count +=
            kept_as_made(tx, &programme, &made, &roots)?.ok_or_else(|| wrong("COVER_DIFFERS"))?;
        if !made.paid.iter().all(|(transfer, rupiah)| spending.stands(*transfer, *rupiah)) {
            return Err(wrong("COVER_WITHOUT_TRANSFER"));
        }
        let spent: i64 = made.covers.values().map(|(_, rupiah)| rupiah).sum();
        if spending.net(&programme) != spent {
            return Err(wrong("EXPENSE_DIFFERS"));
        }
    }
    Ok(count)
}

/// What the books say of contributions.
#[derive(Default)]
struct Spending {
    /// Those that were posted, with their amounts.
    posted: HashMap<Id<kind::Transfer>, i64>,
    /// What was reversed.
    reversed: HashSet<Id<kind::Transfer>>,
    /// Debits less credits of every account.
    net: HashMap<Id<kind::Account>, i64>,
}

impl Spending {
    fn load(tx: &mut Tx<'_>) -> Result<Spending, AppError> {
        let mut found = Spending::default();
        store::ledger::each_transfer(tx, |transfer| {
            if let (TransferCode::Reversal, Document::Transfer(undone)) =
                (transfer.code, transfer.document)
            {
                found.reversed.insert(undone);
            }
            if !transfer.moves() {
                return;
            }
            *found.net.entry(transfer.debit).or_default() += transfer.amount.0;
            *found.net.entry(transfer.credit).or_default() -= transfer.amount.0;
            if transfer.code == TransferCode::Contribution {
                found.posted.insert(transfer.id, transfer.amount.0);
            }
        })?;
        Ok(found)
    }

    /// Whether a contribution of so much was posted and not reversed since.
    fn stands(&self, transfer: Id<kind::Transfer>, rupiah: i64) -> bool {
        self.posted.get(&transfer) == Some(&rupiah) && !self.reversed.contains(&transfer)
    }

    fn net(&self, programme: &Programme) -> i64 {
        let owner = programme.id.as_bytes();
        let account = account_id(owner, AccountRole::ContributionExpense);
        self.net.get(&account).copied().unwrap_or_default()
    }
}

/// What the posted bills of a programme make.
#[derive(Default)]
struct Made {
    /// The months that are covered, with what each cost. A transfer pays one scheme of one
    /// membership in one month; those of older programs paid all.
    covers: HashMap<(Id<kind::Transfer>, Scheme), (CoveredMonth, i64)>,
    /// What each transfer paid, of months that were withdrawn since too.
    paid: HashMap<Id<kind::Transfer>, i64>,
}

fn made_by(tx: &mut Tx<'_>, programme: &Programme) -> Result<Made, AppError> {
    let mut made = Made::default();
    for head in store::bills::of_programme(tx, programme.id)? {
        if head.state == BillState::Posted
            && let Some(bill) = store::bills::get(tx, head.id)?
        {
            for (cover, line) in bill.covers().into_iter().zip(&bill.lines) {
                *made.paid.entry(cover.transfer).or_default() += line.rupiah.0;
                made.covers.insert((cover.transfer, cover.scheme), (cover, line.rupiah.0));
            }
        }
    }
    for withdrawn in store::covered::withdrawn_of(tx, programme.id)? {
        made.covers.remove(&withdrawn);
    }
    Ok(made)
}

/// How many months are kept, when they are those that were made.
fn kept_as_made(
    tx: &mut Tx<'_>,
    programme: &Programme,
    made: &Made,
    roots: &Roots,
) -> Result<Option<u64>, AppError> {
    let kept = store::covered::of_programme(tx, programme.id)?;
    let is_made = |cover: &CoveredMonth| {
        made.covers.get(&(cover.transfer, cover.scheme)).is_some_and(|(made, _)| {
            // Whoever's record stepped aside is covered as the record that stayed.
            let same = root_of(roots, made.person) == root_of(roots, cover.person);
            same && made.month == cover.month
        })
    };
    let same = kept.len() == made.covers.len() && kept.iter().all(is_made);
    Ok(same.then_some(kept.len() as u64))
}
