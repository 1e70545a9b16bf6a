//! What one person costs a programme in one month, asked of the rulebook once per kind of person.

use std::collections::HashMap;
use std::sync::Arc;

use base::{Month, Rupiah};
use rules::{
    Base, Bearer, Contribution, ContributionQuery, FundKind, Payer, PrepaidQuery, RuleGap,
    RuleStatus, Rulebook, Scheme, Segment, WorkSector,
};

use crate::occupation::OccupationKey;
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

/// The sector of somebody's work, and the place of the work among the programme's groups.
pub(crate) type Work = (WorkSector, Option<u16>);

/// Somebody's work, as a programme groups it.
pub(crate) fn work_of(
    programme: &Programme,
    occupation: Option<&OccupationKey>,
    sector: WorkSector,
) -> Work {
    (sector, programme.group_of(occupation).map(|(at, _)| at))
}

/// The contributions of a programme by month and work, each computed once.
#[derive(Debug)]
pub(crate) struct Tariff<'a> {
    rulebook: &'a Rulebook,
    programme: &'a Programme,
    payer: Payer,
    /// The month in which it is paid, when that is another than the one it is for.
    paid_in: Option<Month>,
    known: HashMap<(Month, Work), Arc<[TariffLine]>>,
}

impl<'a> Tariff<'a> {
    pub(crate) fn new(rulebook: &'a Rulebook, programme: &'a Programme, fund: FundKind) -> Self {
        let (payer, paid_in) = (Payer::Fund(fund), None);
        Tariff { rulebook, programme, payer, paid_in, known: HashMap::new() }
    }

    /// The same for what is paid in this month, whichever it is for.
    pub(crate) fn paid_in(self, month: Month) -> Self {
        Tariff { paid_in: Some(month), ..self }
    }

    /// The lines of one person in one month: what the fund pays. A wage earner's own part is taken
    /// from the wage and is none of the fund's.
    pub(crate) fn lines(&mut self, month: Month, work: Work) -> Result<Arc<[TariffLine]>, RuleGap> {
        if let Some(lines) = self.known.get(&(month, work)) {
            return Ok(Arc::clone(lines));
        }
        let query = query_of(self.programme, self.payer, month, work);
        let contribution = self.contribution(&query)?;
        let paid = contribution.lines.iter().filter(|line| line.borne_by != Bearer::Worker);
        let lines: Arc<[TariffLine]> = paid
            .map(|line| TariffLine {
                scheme: line.scheme,
                rupiah: line.rupiah,
                rule: line.rule.as_str().into(),
                article: line.article.into(),
                status: line.status,
                relief: line.relief.map(|note| note.rule.as_str().into()),
            })
            .collect();
        self.known.insert((month, work), Arc::clone(&lines));
        Ok(lines)
    }

    fn contribution(&self, query: &ContributionQuery) -> Result<Contribution<'a>, RuleGap> {
        match (self.paid_in, query) {
            (Some(paid_in), ContributionQuery::Bpu(first)) => {
                let asked = PrepaidQuery { first: *first, months: 1, paid_in };
                let mut paid = self.rulebook.bpu_prepaid(&asked)?;
                Ok(paid.remove(0).1)
            }
            _ => self.rulebook.contribution(query),
        }
    }
}

/// What the contribution of somebody who does this work is computed from.
pub(crate) fn base_of(programme: &Programme, (sector, group): Work) -> Base {
    match programme.group_at(group) {
        Some(group) if group.segment == Segment::Pu => {
            Base::Pu { wage: group.base, class: group.risk }
        }
        group => Base::Bpu { income: group.map_or(programme.income, |group| group.base), sector },
    }
}

/// What the rulebook is asked about one person's month.
pub(crate) fn query_of(
    programme: &Programme,
    payer: Payer,
    month: Month,
    work: Work,
) -> ContributionQuery {
    base_of(programme, work).query((programme.schemes, payer), month)
}
