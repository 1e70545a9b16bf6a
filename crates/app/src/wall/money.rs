//! What cover costs and gives back: contributions paid, benefits received, rows refused and what
//! they would have cost, and money that no list binds.

use std::collections::BTreeMap;

use base::{Month, Ppm, Rupiah};
use domain::approval::ProposalState;
use domain::billing::BillState;
use domain::coverage::wall::share;
use domain::enrolment::Outcome;
use store::Tx;

use crate::error::{AppError, ErrorKind};
use crate::office::{Actor, Office, Operation, Target};

/// Money in figures.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Money {
    /// Contributions on posted bills.
    pub paid: Rupiah,
    /// What BPJS granted to families, however far it is.
    pub granted: Rupiah,
    /// What families received.
    pub received: Rupiah,
    /// Claims of which something was received.
    pub claims: u64,
    /// Received per paid, rounded down.
    pub ratio: Option<Ppm>,
    /// Rows that were refused or stood there already, by outcome.
    pub not_wasted: Vec<NotWasted>,
    /// The sum of what they would have cost.
    pub not_wasted_rupiah: Rupiah,
    /// Every fund, by code.
    pub funds: Vec<FundLeft>,
}

/// Rows that nothing is paid for, with what the mean of their programme would have cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotWasted {
    /// Why.
    pub outcome: Outcome,
    /// How many rows.
    pub rows: u64,
    /// Rows times the mean cost of one person on the programme's approved lists; nothing where no
    /// list is approved.
    pub rupiah: Rupiah,
}

/// What is left of a fund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FundLeft {
    /// Its code.
    pub code: String,
    /// What may be spent.
    pub ceiling: Rupiah,
    /// Paid and known from the bank.
    pub paid: Rupiah,
    /// Bound by approved lists and not paid yet.
    pub bound: Rupiah,
    /// Bound by no list: it goes back unless somebody is put on one.
    pub at_risk: Rupiah,
    /// The last month of its year, where it has one.
    pub until: Option<Month>,
}

impl Office {
    /// Money in figures.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn wall_money(&self, actor: &Actor) -> Result<Money, AppError> {
        self.authorize(actor, Operation::ReadMoney, &Target::default())?;
        self.store.read(money_of)
    }
}

pub(super) fn money_of(tx: &mut Tx<'_>) -> Result<Money, AppError> {
    let bills = store::bills::list(tx)?;
    let posted = bills.iter().filter(|bill| bill.state == BillState::Posted);
    let paid = sum(posted.map(|bill| bill.total))?;
    let benefits = store::coverage::benefits(tx)?;
    let received = sum(benefits.iter().map(|one| one.paid))?;
    let with_money = benefits.iter().filter(|one| one.paid > Rupiah::ZERO);
    let not_wasted = not_wasted(tx)?;
    let part = |rupiah: Rupiah| rupiah.0.unsigned_abs();
    Ok(Money {
        paid,
        granted: sum(benefits.iter().map(|one| one.granted))?,
        received,
        claims: with_money.map(|one| one.claims).sum(),
        ratio: share(part(received), part(paid)),
        not_wasted_rupiah: sum(not_wasted.iter().map(|one| one.rupiah))?,
        not_wasted,
        funds: funds(tx)?,
    })
}

fn not_wasted(tx: &mut Tx<'_>) -> Result<Vec<NotWasted>, AppError> {
    let mut means = BTreeMap::new();
    for programme in store::programmes::list(tx)? {
        let lists = store::proposals::of_programme(tx, programme.id)?;
        let approved = || lists.iter().filter(|list| list.state == ProposalState::Approved);
        let people: i64 = approved().map(|list| i64::from(list.people)).sum();
        let committed = sum(approved().map(|list| list.committed))?;
        means.insert(programme.id, committed.0.checked_div(people).unwrap_or_default());
    }
    let mut found: BTreeMap<Outcome, (u64, i64)> = BTreeMap::new();
    for count in store::reports::outcomes(tx)? {
        let again = [Outcome::DuplicateInFile, Outcome::AlreadyOnProgramme];
        let counts = count.outcome.is_refused() || again.contains(&count.outcome);
        if count.superseded || !counts {
            continue;
        }
        let mean = means.get(&count.programme).copied().unwrap_or_default();
        let rows = i64::try_from(count.rows).unwrap_or(i64::MAX);
        let (all, rupiah) = found.entry(count.outcome).or_default();
        *all += count.rows;
        *rupiah = rupiah.saturating_add(mean.saturating_mul(rows));
    }
    let line = |(outcome, (rows, rupiah))| NotWasted { outcome, rows, rupiah: Rupiah(rupiah) };
    Ok(found.into_iter().map(line).collect())
}

fn funds(tx: &mut Tx<'_>) -> Result<Vec<FundLeft>, AppError> {
    let mut left = Vec::new();
    for fund in store::funds::funds(tx)? {
        let money = store::funds::money(tx, fund.id)?;
        let paid = sum(money.iter().map(|one| one.paid))?;
        let committed = store::funds::committed(tx, fund.id)?;
        left.push(FundLeft {
            code: fund.code.to_string(),
            ceiling: fund.ceiling,
            paid,
            bound: Rupiah((committed.0 - paid.0).max(0)),
            at_risk: Rupiah((fund.ceiling.0 - committed.0.max(paid.0)).max(0)),
            until: fund.last_month(),
        });
    }
    Ok(left)
}

fn sum(amounts: impl IntoIterator<Item = Rupiah>) -> Result<Rupiah, AppError> {
    Rupiah::sum(amounts)
        .map_err(|_| AppError::new(ErrorKind::Integrity, "TOO_MUCH_MONEY", String::new()))
}
