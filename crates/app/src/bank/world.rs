//! What the register knows of the bank: every line with what became of it, and the open bills.

use std::collections::{HashMap, HashSet};

use base::id::kind;
use base::{Id, Rupiah};
use domain::payment::{BankAccount, OpenBill, Part, Policy, Purpose, Taken};
use store::Tx;

use super::{accounts, is_notice, match_policy};
use crate::error::AppError;
use crate::snap::{self, Told};

/// The bank as matching sees it.
pub(super) struct World {
    /// Every line.
    pub(super) taken: Vec<Taken>,
    /// The account of each, by code.
    pub(super) accounts_of: Vec<Box<str>>,
    /// Every part, released ones too.
    pub(super) parts: Vec<Part>,
    /// Final and posted bills.
    pub(super) bills: Vec<OpenBill>,
    /// What lies within reach.
    pub(super) policy: Policy,
    /// The accounts.
    pub(super) accounts: Vec<BankAccount>,
    /// Lines that are money of which banks have told.
    pub(super) told: Told,
    funds: Vec<Id<kind::Fund>>,
    places: HashMap<Id<kind::StatementLine>, usize>,
    suspense: HashMap<Id<kind::StatementLine>, Rupiah>,
    undone: HashMap<Id<kind::StatementLine>, Id<kind::StatementLine>>,
    /// Bills that are not paid while another region pays, or may pay, for somebody on them.
    pub(super) disputed: HashSet<Id<kind::Bill>>,
}

impl World {
    /// Loads it.
    pub(super) fn load(tx: &mut Tx<'_>) -> Result<World, AppError> {
        let accounts = accounts::all(tx)?;
        let parts = store::payments::all_parts(tx)?;
        let mut world = World {
            taken: Vec::new(),
            accounts_of: Vec::new(),
            parts,
            bills: store::bills::open(tx)?,
            policy: match_policy(tx)?,
            accounts,
            told: Told::default(),
            funds: store::funds::funds(tx)?.into_iter().map(|fund| fund.id).collect(),
            places: HashMap::new(),
            suspense: HashMap::new(),
            undone: HashMap::new(),
            disputed: store::months::disputed(tx)?.into_keys().collect(),
        };
        world.sum_parts();
        let of_code: HashMap<&str, &BankAccount> =
            world.accounts.iter().map(|account| (&*account.code, account)).collect();
        let undone: HashSet<_> = world.undone.keys().copied().collect();
        for (place, kept) in store::payments::kept_lines(tx)?.into_iter().enumerate() {
            let account = of_code.get(&*kept.account);
            world.places.insert(kept.line.id, place);
            world.taken.push(Taken {
                account: account.map(|account| account.id),
                fund: account.and_then(|account| account.fund),
                used: kept.given,
                reversed: undone.contains(&kept.line.id),
                line: kept.line,
            });
            world.accounts_of.push(kept.account);
        }
        let printed = world.taken.iter().zip(&world.accounts_of);
        let printed = printed.filter(|(_, account)| !is_notice(account));
        let printed: Vec<Taken> = printed.map(|(taken, _)| taken.clone()).collect();
        world.told = snap::told(tx, &printed)?;
        world.undo_notices();
        snap::name_accounts(tx, &mut world.bills)?;
        Ok(world)
    }

    /// What undid the bank's own line has undone the line of the notice that told of the money.
    fn undo_notices(&mut self) {
        for taken in &mut self.taken {
            let own = self.told.own_line(taken.line.id);
            if let Some(by) = own.and_then(|own| self.undone.get(&own).copied()) {
                self.undone.insert(taken.line.id, by);
                taken.reversed = true;
            }
        }
    }

    fn sum_parts(&mut self) {
        let add = |sums: &mut HashMap<_, Rupiah>, line, amount: i64| {
            let sum = sums.entry(line).or_insert(Rupiah::ZERO);
            *sum = Rupiah(sum.0 + amount);
        };
        for part in self.parts.iter().filter(|part| part.stands()) {
            match part.purpose {
                Purpose::Suspense(_) => add(&mut self.suspense, part.line, part.amount.0),
                // What has come back no longer waits.
                Purpose::Returned(line) => add(&mut self.suspense, line, -part.amount.0),
                Purpose::Reversal(line) => {
                    self.undone.insert(line, part.line);
                }
                Purpose::Bill(_) | Purpose::Other => {}
            }
        }
    }

    /// Where a line stands among the lines.
    pub(super) fn place(&self, line: Id<kind::StatementLine>) -> Option<usize> {
        self.places.get(&line).copied()
    }

    /// How much of a line's money waits in suspense.
    pub(super) fn in_suspense(&self, line: Id<kind::StatementLine>) -> Rupiah {
        self.suspense.get(&line).copied().unwrap_or(Rupiah::ZERO)
    }

    /// The line that undid a line.
    pub(super) fn undone_by(
        &self,
        line: Id<kind::StatementLine>,
    ) -> Option<Id<kind::StatementLine>> {
        self.undone.get(&line).copied()
    }

    /// The fund, when there is one alone.
    pub(super) fn only_fund(&self) -> Option<Id<kind::Fund>> {
        match self.funds[..] {
            [fund] => Some(fund),
            _ => None,
        }
    }
}
