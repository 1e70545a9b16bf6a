//! Scholarships as they are shown: of one claim, child by child, and of all claims, what calls for
//! somebody now.

use base::id::kind;
use base::{Day, Id, Rupiah};
use domain::claim::{Claim, ClaimState};
use domain::task::{Task, TaskKind};
use rules::Rulebook;
use store::Tx;

use super::{
    Planned, Standing, YearRow, YearState, YearStep, YearStepKept, class_name, gap, is_planned,
    plan, school_year_id,
};
use crate::claims::ClaimFilter;
use crate::error::AppError;
use crate::office::{Actor, Office, Operation};
use crate::people::{PersonShown, initials_of};
use crate::tasks::waiting;
use crate::words::Words;

/// A child of a claim, masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChildShown {
    /// Their place among the claim's people.
    pub no: u16,
    /// Initials.
    pub name: String,
    /// Whether a class is known from which the plan begins.
    pub is_placed: bool,
    /// Whether the day of birth is known: without it the age ends nothing.
    pub has_birth: bool,
}

/// A child's school year with what was done of it.
#[derive(Debug, Clone)]
pub struct YearShown {
    /// The school year.
    pub row: YearRow,
    /// The steps, in order.
    pub steps: Vec<YearStepKept>,
    /// What waits for a second person.
    pub task: Option<Task>,
    /// The steps that may follow, apart from those of a task.
    pub next: Vec<YearStep>,
}

/// The scholarships of one claim.
#[derive(Debug, Clone)]
pub struct Scholarship {
    /// The children.
    pub children: Vec<ChildShown>,
    /// Child by child, year by year.
    pub years: Vec<YearShown>,
    /// The papers that each year asks for, by the names of the rules.
    pub papers: Vec<String>,
    /// Months of contributions, and how many it takes; none when there are enough.
    pub short: Option<(i64, i64)>,
    /// Whether BPJS has granted the claim, so that years may be asked for.
    pub is_open: bool,
    /// For how many children it is paid.
    pub children_most: i64,
    /// What was paid of it so far.
    pub paid: Rupiah,
    /// What all years come to that pay something, at most the limit.
    pub total: Rupiah,
}

/// A child's school year that calls for somebody.
#[derive(Debug, Clone)]
pub struct YearDue {
    /// The claim.
    pub claim: Id<kind::Claim>,
    /// The member, masked.
    pub person: PersonShown,
    /// The school year.
    pub row: YearRow,
}

impl Scholarship {
    /// What the family is told of each year that may be asked for now: no name, no number.
    pub fn reminders(&self, words: &Words) -> Vec<String> {
        let due = self.years.iter().filter(|year| year.row.standing.calls());
        due.map(|year| reminder(&year.row, &self.papers, words)).collect()
    }
}

/// A reminder for a family, to be copied into a message: no name, no number of anybody.
pub fn reminder(row: &YearRow, papers: &[String], words: &Words) -> String {
    let year = format!("{}/{}", row.year, row.year + 1);
    words.with(
        "scholarship-reminder",
        &[
            ("no", &row.person_no.to_string()),
            ("year", &year),
            ("class", &class_name(row.class).to_uppercase()),
            ("rupiah", &row.rupiah.to_string()),
            ("until", &row.until.in_words()),
            ("papers", &papers.join("; ")),
        ],
    )
}

impl Office {
    /// The scholarships of a claim; none where its kind has none, or nobody has approved it yet.
    ///
    /// # Errors
    /// `CLAIM_UNKNOWN`, `RULE_MISSING`.
    pub fn scholarship(
        &self,
        actor: &Actor,
        id: Id<kind::Claim>,
    ) -> Result<Option<Scholarship>, AppError> {
        self.store.read(|tx| {
            let (claim, ..) = self.claim_for(tx, actor, id, Operation::ReadClaims)?;
            if !self.has_plan(&claim)? {
                return Ok(None);
            }
            let short = self.assessed(tx, &claim)?.0.scholarship_short;
            let planned = self.planned(tx, claim)?;
            let rows = self.rows_of(&planned, short)?;
            let mut years = Vec::with_capacity(rows.len());
            for row in rows {
                years.push(self.year_shown(tx, &planned.claim, row)?);
            }
            let child = |child: &domain::scholarship::ChildOfClaim| {
                let name = planned.people.iter().find(|one| one.no == child.no);
                ChildShown {
                    no: child.no,
                    name: name.map_or(String::new(), |one| initials_of(&one.name)),
                    is_placed: years.iter().any(|year| year.row.person_no == child.no),
                    has_birth: child.birth.is_some(),
                }
            };
            let paid = planned.kept.iter().map(|kept| kept.paid);
            let payable = Rupiah::sum(years.iter().map(|year| year.row.payable()));
            let (limit, _) = self.rulebook.scholarship_most(planned.claim.event).map_err(gap)?;
            let (most, _) = self.rulebook.scholarship_children(planned.claim.event).map_err(gap)?;
            Ok(Some(Scholarship {
                children: planned.children.iter().map(child).collect(),
                papers: papers_of(&self.rulebook, planned.claim.event)?,
                short,
                is_open: domain::scholarship::is_open(&planned.claim),
                children_most: most,
                paid: Rupiah::sum(paid).unwrap_or(Rupiah::ZERO),
                total: payable.unwrap_or(Rupiah::ZERO).min(limit),
                years,
            }))
        })
    }

    /// School years of all claims that call for the family or the office now: due, returned, or
    /// approved and not yet sent; those that run out first come first.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, `RULE_MISSING`.
    pub fn scholarships_due(&self, actor: &Actor) -> Result<Vec<YearDue>, AppError> {
        let claims = self.claims(actor, &ClaimFilter::default())?;
        let open = claims.into_iter().filter(|row| domain::scholarship::is_open(&row.claim));
        let mut found = Vec::new();
        self.store.read(|tx| {
            for row in open {
                if !self.has_plan(&row.claim)? {
                    continue;
                }
                let short = self.assessed(tx, &row.claim)?.0.scholarship_short;
                let planned = self.planned(tx, row.claim)?;
                let id = planned.claim.id;
                let calls = |one: &YearRow| {
                    let to_send =
                        one.standing == Standing::Kept(YearState::Approved) && !one.after_end;
                    one.standing.calls() || to_send
                };
                let rows = self.rows_of(&planned, short)?;
                let rows = rows.into_iter().filter(calls);
                found.extend(rows.map(|one| YearDue {
                    claim: id,
                    person: row.person.clone(),
                    row: one,
                }));
            }
            Ok::<(), AppError>(())
        })?;
        found.sort_by_key(|due| (due.row.until, due.claim, due.row.person_no, due.row.year));
        Ok(found)
    }

    /// The claim of a school year that somebody put forward; none out of reach.
    ///
    /// # Errors
    /// When the register cannot be read.
    pub fn claim_of_school_year(
        &self,
        actor: &Actor,
        object: [u8; 16],
    ) -> Result<Option<Id<kind::Claim>>, AppError> {
        self.store.read(|tx| {
            let Some(year) = store::scholarships::get(tx, Id::from_bytes(object))? else {
                return Ok(None);
            };
            let reached = self.claim_for(tx, actor, year.claim, Operation::ReadClaims);
            Ok(reached.ok().map(|found| found.0.id))
        })
    }

    /// Whether scholarships of a claim are planned year by year.
    fn has_plan(&self, claim: &Claim) -> Result<bool, AppError> {
        let is_planned = is_planned(claim) && claim.state != ClaimState::Withdrawn;
        Ok(is_planned && self.rulebook.scholarship_is_yearly(claim.event).map_err(gap)?)
    }

    /// The rows of a claim; those that somebody has made a step of, and no others, where too few
    /// months were paid.
    fn rows_of(
        &self,
        planned: &Planned,
        short: Option<(i64, i64)>,
    ) -> Result<Vec<YearRow>, AppError> {
        let input = planned.input(self.environment.today());
        let rows = plan(&self.rulebook, &input).map_err(gap)?;
        Ok(rows.into_iter().filter(|row| short.is_none() || row.kept.is_some()).collect())
    }

    fn year_shown(
        &self,
        tx: &mut Tx<'_>,
        claim: &Claim,
        row: YearRow,
    ) -> Result<YearShown, AppError> {
        let id = school_year_id(claim.id, row.person_no, row.year);
        let (steps, task) = match row.kept {
            None => (Vec::new(), None),
            Some(_) => (
                store::scholarships::steps(tx, id)?,
                waiting(tx, self.now_ms(), TaskKind::Scholarship, id.as_bytes())?,
            ),
        };
        let state = row.kept.as_ref().map_or(YearState::Due, |kept| kept.state);
        let may_ask = row.standing.calls();
        let table = super::YEAR_TABLE.iter().filter(|step| step.0 == state).map(|step| step.1);
        let next = table.filter(|step| !step.is_of_task());
        let is_closed = |step: &YearStep| step.goes_forward() && row.after_end;
        let next = next.filter(|step| *step != YearStep::Ask || may_ask);
        let next = next.filter(|step| !is_closed(step)).collect();
        Ok(YearShown { row, steps, task, next })
    }
}

fn papers_of(rulebook: &Rulebook, event: Day) -> Result<Vec<String>, AppError> {
    let entry = rulebook.scholarship_papers(event).map_err(gap)?;
    Ok(entry.rows().iter().map(|row| row.name.to_string()).collect())
}
