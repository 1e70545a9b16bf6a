//! What one person costs a programme in one month, asked of the rulebook once per kind of person.

use std::collections::HashMap;
use std::sync::Arc;

use base::{Month, Rupiah};
use rules::{BpuQuery, FundKind, Payer, RuleGap, RuleStatus, Rulebook, Scheme, WorkSector};

use crate::programme::Programme;

/// One scheme's contribution for a person and a month, with the law behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TariffLine {
    /// For what.
    pub(crate) scheme: Scheme,
    /// How much.
    pub(crate) rupiah: Rupiah,
    /// The rule's name.
    pub(crate) rule: Arc<str>,
    /// Instrument and article, as people write them.
    pub(crate) article: Arc<str>,
    /// How well the rule is known.
    pub(crate) status: RuleStatus,
    /// The relief that met the line, by the rule's name.
    pub(crate) relief: Option<Arc<str>>,
}

/// The contributions of a programme by month and sector of work, each computed once.
#[derive(Debug)]
pub(crate) struct Tariff<'a> {
    rulebook: &'a Rulebook,
    programme: &'a Programme,
    payer: Payer,
    known: HashMap<(Month, WorkSector), Arc<[TariffLine]>>,
}

impl<'a> Tariff<'a> {
    pub(crate) fn new(rulebook: &'a Rulebook, programme: &'a Programme, fund: FundKind) -> Self {
        Tariff { rulebook, programme, payer: Payer::Fund(fund), known: HashMap::new() }
    }

    /// The lines of one person in one month.
    pub(crate) fn lines(
        &mut self,
        month: Month,
        sector: WorkSector,
    ) -> Result<Arc<[TariffLine]>, RuleGap> {
        if let Some(lines) = self.known.get(&(month, sector)) {
            return Ok(Arc::clone(lines));
        }
        let query = BpuQuery {
            income: self.programme.income,
            schemes: self.programme.schemes,
            month,
            payer: self.payer,
            sector,
        };
        let contribution = self.rulebook.bpu_contribution(&query)?;
        let lines: Arc<[TariffLine]> = contribution
            .lines
            .iter()
            .map(|line| TariffLine {
                scheme: line.scheme,
                rupiah: line.rupiah,
                rule: line.rule.as_str().into(),
                article: line.article.into(),
                status: line.status,
                relief: line.relief.map(|note| note.rule.as_str().into()),
            })
            .collect();
        self.known.insert((month, sector), Arc::clone(&lines));
        Ok(lines)
    }
}
