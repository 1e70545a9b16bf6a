//! Whose lists insure them for more kinds of work at once than the law allows (`domain::works`).
//! Wages are counted apart: the law's number is of those who earn none.

use std::collections::HashMap;

use domain::membership::Membership;
use domain::occupation::OccupationKey;
use domain::programme::Programme;
use domain::works::{InsuredWork, too_many_kinds};
use rules::Segment;
use store::Tx;

use super::{Against, Asked, Finding};
use crate::error::AppError;
use crate::office::Office;

impl Office {
    /// Where the memberships asked about make too many kinds of work. Who is on no other programme
    /// in these months is not looked at.
    pub(super) fn against_law_of_work(
        &self,
        tx: &mut Tx<'_>,
        programme: &Programme,
        asked: &Asked,
    ) -> Result<Vec<Finding>, AppError> {
        let covers = asked.covers.iter().map(|cover| cover.membership);
        let ours: HashMap<_, Membership> = covers.map(|ours| (ours.person, ours)).collect();
        let meets = |theirs: &Membership| {
            let ours = ours.get(&theirs.person);
            ours.is_some_and(|ours| ours.first <= theirs.last && theirs.first <= ours.last)
        };
        let mut beside = store::memberships::works_elsewhere(tx, programme.id)?;
        beside.retain(|(theirs, _)| meets(theirs));
        if beside.is_empty() {
            return Ok(Vec::new());
        }
        let programmes = store::programmes::list(tx)?.into_iter();
        let programmes: HashMap<_, _> = programmes.map(|one| (one.id, one)).collect();
        let standing: Vec<InsuredWork> = beside
            .into_iter()
            .filter_map(|(theirs, work)| unwaged(programmes.get(&theirs.programme)?, theirs, work?))
            .collect();
        let works: HashMap<_, _> = match &asked.works {
            Some(lines) => {
                let mut works = lines.clone();
                works.extend(store::memberships::works_enlisted(tx, programme.id)?);
                works
            }
            None => store::memberships::works(tx, programme.id)?
                .into_iter()
                .filter_map(|(own, work)| Some((own.person, work?)))
                .collect(),
        };
        let asked: Vec<InsuredWork> = asked
            .covers
            .iter()
            .filter_map(|cover| {
                let work = works.get(&cover.membership.person)?.clone();
                unwaged(programme, cover.membership, work)
            })
            .collect();
        let found = too_many_kinds(&asked, &standing, &self.rulebook).into_iter();
        let found = found.map(|one| {
            let label = |key: &OccupationKey| match self.occupations.get(key) {
                Some(known) => known.label.clone(),
                None => (*key.0).into(),
            };
            let (article, status) = self.cited(one.citation);
            let against = Against::TooManyKinds {
                month: one.month,
                kinds: one.kinds.iter().map(label).collect(),
                most: one.most,
                article: article.into(),
                status: status.name(),
            };
            (one.person, against, false)
        });
        Ok(found.collect())
    }
}

/// What a membership insures, unless its programme counts that work as one with a wage.
fn unwaged(
    programme: &Programme,
    membership: Membership,
    work: OccupationKey,
) -> Option<InsuredWork> {
    let group = programme.group_of(Some(&work)).map(|(_, group)| group.segment);
    group.is_none_or(|group| group == Segment::Bpu).then_some(InsuredWork { membership, work })
}
