//! What one person of each base costs in each month of a plan, asked of the rulebook once.

use std::sync::Arc;

use base::{Month, Rupiah};
use rules::{Bearer, Contribution, Payer, RuleGap, RuleStatus, Rulebook, Scheme, Schemes};

use super::Base;

/// One scheme's contribution of one person, with the law behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rate {
    pub scheme: Scheme,
    pub rupiah: Rupiah,
    pub rule: Arc<str>,
    pub article: Arc<str>,
    pub status: RuleStatus,
    /// The relief that met it, applied or not.
    pub relief: Option<Arc<str>>,
}

/// A month of one base.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MonthRates {
    pub rates: Vec<Rate>,
    /// What the payer bears for one person.
    pub each: Rupiah,
    /// What the worker bears of their own wage.
    pub worker: Rupiah,
    /// What one person would pay alone; the same as `each` where nobody can pay alone.
    pub self_paid: Rupiah,
}

/// What one person of a base costs in a month.
pub(super) fn month_rates(
    rulebook: &Rulebook,
    base: Base,
    (schemes, payer): (Schemes, Payer),
    month: Month,
) -> Result<MonthRates, RuleGap> {
    let (paid, self_paid) = rulebook.month_of_base(base, (schemes, payer), month)?;
    Ok(MonthRates {
        rates: rates_of(&paid),
        each: paid.payer_total(),
        worker: paid.worker_total(),
        self_paid,
    })
}

/// The lines the payer bears.
fn rates_of(paid: &Contribution<'_>) -> Vec<Rate> {
    let borne = paid.lines.iter().filter(|line| matches!(line.borne_by, Bearer::Payer(_)));
    let borne = borne.filter(|line| line.rupiah > Rupiah::ZERO || line.relief.is_some());
    borne
        .map(|line| Rate {
            scheme: line.scheme,
            rupiah: line.rupiah,
            rule: line.rule.as_str().into(),
            article: line.article.into(),
            status: line.status,
            relief: line.relief.map(|note| note.rule.as_str().into()),
        })
        .collect()
}
