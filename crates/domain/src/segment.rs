//! As what somebody of an occupation is insured by a programme, and why: what the programme lays
//! down, what the law's list says of the group, and where the two differ.

use base::{Month, Rupiah};
use rules::rule::Row;
use rules::{FundKind, Payer, RuleGap, RuleStatus, Rulebook, Scheme, Segment, WorkSector};

use crate::occupation::OccupationKey;
use crate::programme::Programme;
use crate::tariff::{Tariff, query_of};
use crate::works::kinds_most;

/// Who says as what somebody is insured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SaidBy {
    /// The programme names the occupation.
    Terms,
    /// The list of groups in the rules says the same as what is counted.
    Rule,
    /// Nobody says anything of the occupation: it is counted as work without a wage.
    Nobody,
}

impl SaidBy {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            SaidBy::Terms => "terms",
            SaidBy::Rule => "rule",
            SaidBy::Nobody => "nobody",
        }
    }
}

/// As what somebody is insured, explained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SegmentSaid<'a> {
    /// As what.
    pub segment: Segment,
    /// The wage, or the income declared; nothing stands for the lowest tier.
    pub base: Rupiah,
    /// Who says so.
    pub by: SaidBy,
    /// What the list of groups says, with the article behind it.
    pub rule: Option<(Segment, &'a Row)>,
    /// Whether civil servants are taken for this work, as a second and private job.
    pub second_job: bool,
    /// How many occupations one person may be registered with.
    pub jobs_most: Option<i64>,
}

impl SegmentSaid<'_> {
    /// Whether the list of groups says something else than what is counted.
    pub fn differs_from_rule(&self) -> bool {
        self.rule.is_some_and(|(segment, _)| segment != self.segment)
    }
}

/// As what people of an occupation are insured by a programme.
pub fn segment_of<'a>(
    programme: &Programme,
    occupation: Option<&OccupationKey>,
    rulebook: &'a Rulebook,
) -> SegmentSaid<'a> {
    let on = programme.first.first_day();
    let rule = occupation.and_then(|key| rulebook.segment_of_group(&key.0, on));
    let group = programme.group_of(occupation).map(|(_, group)| group);
    let segment = group.map_or(Segment::Bpu, |group| group.segment);
    let by = match (group, rule) {
        (Some(_), _) => SaidBy::Terms,
        (None, Some((said, _))) if said == segment => SaidBy::Rule,
        (None, _) => SaidBy::Nobody,
    };
    SegmentSaid {
        segment,
        base: group.map_or(programme.income, |group| group.base),
        by,
        rule,
        second_job: group.is_some_and(|group| group.second_job),
        jobs_most: kinds_most(rulebook, on).map(|(most, _)| most),
    }
}

/// What one scheme costs in a month, with the law behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CostLine {
    /// For what.
    pub scheme: Scheme,
    /// How much the fund pays.
    pub rupiah: Rupiah,
    /// Instrument and article, as people write them.
    pub article: Box<str>,
    /// How well the rule is known.
    pub status: RuleStatus,
}

/// Who is asked about, as far as the price goes.
#[derive(Debug, Clone, Copy)]
pub struct Worker<'a> {
    /// Work.
    pub occupation: Option<&'a OccupationKey>,
    /// The sector of that work.
    pub sector: WorkSector,
}

/// What somebody costs a fund in a month, scheme by scheme.
///
/// # Errors
/// [`RuleGap`] when the rulebook has no answer for the month.
pub fn month_cost(
    programme: &Programme,
    fund: FundKind,
    month: Month,
    worker: Worker<'_>,
    rulebook: &Rulebook,
) -> Result<Vec<CostLine>, RuleGap> {
    let group = programme.group_of(worker.occupation).map(|(at, _)| at);
    let lines = Tariff::new(rulebook, programme, fund).lines(month, (worker.sector, group))?;
    let cost = lines.iter().map(|line| CostLine {
        scheme: line.scheme,
        rupiah: line.rupiah,
        article: (*line.article).into(),
        status: line.status,
    });
    Ok(cost.collect())
}

/// What a wage earner bears of it, which the fund does not pay.
///
/// # Errors
/// [`RuleGap`] when the rulebook has no answer for the month.
pub fn own_part(
    programme: &Programme,
    fund: FundKind,
    month: Month,
    worker: Worker<'_>,
    rulebook: &Rulebook,
) -> Result<Rupiah, RuleGap> {
    let group = programme.group_of(worker.occupation).map(|(at, _)| at);
    let query = query_of(programme, Payer::Fund(fund), month, (worker.sector, group));
    Ok(rulebook.contribution(&query)?.worker_total())
}

/// What people cost a fund over months, each kind of work computed once.
pub struct Prices<'a> {
    programme: &'a Programme,
    tariff: Tariff<'a>,
}

impl<'a> Prices<'a> {
    /// The prices of a programme paid from a kind of fund.
    pub fn new(programme: &'a Programme, fund: FundKind, rulebook: &'a Rulebook) -> Prices<'a> {
        Prices { programme, tariff: Tariff::new(rulebook, programme, fund) }
    }

    /// What somebody costs from a month to another, ends included.
    ///
    /// # Errors
    /// [`RuleGap`] when the rulebook has no answer, or the sum does not fit.
    pub fn between(
        &mut self,
        worker: Worker<'_>,
        first: Month,
        last: Month,
    ) -> Result<Rupiah, RuleGap> {
        let group = self.programme.group_of(worker.occupation).map(|(at, _)| at);
        let mut sum = Rupiah::ZERO;
        for month in first.through(last) {
            for line in self.tariff.lines(month, (worker.sector, group))?.iter() {
                sum = sum.plus(line.rupiah)?;
            }
        }
        Ok(sum)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terms::{GroupTerms, Terms};
    use crate::tests::{LAW, month, programme};

    fn with_groups(groups: &[&str]) -> Programme {
        let groups = groups.iter().map(|text| GroupTerms::parse(text).expect("a group")).collect();
        Programme { terms: Terms { groups, ..Terms::default() }, ..programme() }
    }

    fn key(name: &str) -> OccupationKey {
        OccupationKey(name.into())
    }

    fn said(programme: &Programme, occupation: &str) -> (&'static str, SaidBy, bool) {
        let key = key(occupation);
        let said = segment_of(programme, Some(&key), &LAW);
        (said.segment.name(), said.by, said.differs_from_rule())
    }

    #[test]
    fn it_is_said_who_says_as_what_somebody_is_insured() {
        let open = programme();
        assert_eq!(said(&open, "ojek"), ("bpu", SaidBy::Rule, false));
        // The list calls village officials wage earners; without a wage nobody can be one.
        assert_eq!(said(&open, "perangkat_desa"), ("bpu", SaidBy::Nobody, true));
        assert_eq!(said(&open, "penjahit"), ("bpu", SaidBy::Nobody, false));
        let paid = with_groups(&["perangkat_desa:pu:2500000", "kader_kesehatan:pu:1000000"]);
        assert_eq!(said(&paid, "perangkat_desa"), ("pu", SaidBy::Terms, false));
        // Open in the rules and counted as without a wage until somebody decides (P14).
        assert_eq!(said(&paid, "kader_kesehatan"), ("pu", SaidBy::Terms, true));
    }

    #[test]
    fn a_midwife_with_a_day_job_may_be_insured_for_her_practice() {
        let programme = with_groups(&["bidan:bpu:1000000:second-job"]);
        let key = key("bidan");
        let said = segment_of(&programme, Some(&key), &LAW);
        assert!(said.second_job && programme.takes_civil_servants(Some(&key)));
        assert_eq!((said.segment, said.jobs_most), (Segment::Bpu, Some(2)));
        assert!(!programme.takes_civil_servants(None));
    }

    #[test]
    fn a_month_is_priced_by_the_segment() {
        let programme = with_groups(&["perangkat_desa:pu:2500000", "bidan:bpu:3200000"]);
        let cost = |occupation: &str| {
            let key = key(occupation);
            let worker = Worker { occupation: Some(&key), sector: WorkSector::Other };
            let lines = month_cost(&programme, FundKind::Apbd, month("2022-10"), worker, &LAW);
            Rupiah::sum(lines.expect("known").iter().map(|line| line.rupiah)).expect("fits")
        };
        // V37: 0.24 % and 0.30 % of 2,500,000 = 6,000 + 7,500.
        assert_eq!(cost("perangkat_desa"), Rupiah(13_500));
        // V08: 1 % of the tier 3,450,000, and 6,800.
        assert_eq!(cost("bidan"), Rupiah(41_300));
        assert_eq!(cost("petani"), Rupiah(16_800));
    }

    #[test]
    fn a_wage_earners_own_part_is_not_the_funds() {
        let paid = with_groups(&["honorer:pu:3000000"]);
        let programme = Programme { schemes: rules::Schemes::JKK_JKM_JHT, ..paid };
        let key = key("honorer");
        let worker = Worker { occupation: Some(&key), sector: WorkSector::Other };
        let month = month("2022-10");
        let lines = month_cost(&programme, FundKind::Apbd, month, worker, &LAW).expect("known");
        // 0.24, 0.30 and 3.7 % of 3,000,000; the worker's 2 % are 60,000.
        let amounts: Vec<i64> = lines.iter().map(|line| line.rupiah.0).collect();
        assert_eq!(amounts, [7_200, 9_000, 111_000]);
        let own = own_part(&programme, FundKind::Apbd, month, worker, &LAW).expect("known");
        assert_eq!(own, Rupiah(60_000));
    }
}
