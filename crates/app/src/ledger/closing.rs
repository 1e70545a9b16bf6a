//! Months closed by two people and opened again by three; what stands in the way is listed.
//!
//! What stands in the way is looked for in `obstacles`. What is merely missing (a receipt, a
//! statement) two people may let pass: one says why, another approves, and it is kept by name.

mod obstacles;

use base::{Day, Id, Month, Rupiah};
pub use domain::ledger::period::{Obstacle, Waived};
use domain::ledger::period::{
    PeriodAct, PeriodRefusal, PeriodStep, PeriodTotals, StepState, SumsByAccount, closing_hash,
    may_close, may_reopen, totals,
};
use domain::task::{Task, TaskKind, TaskState, Verdict};
use store::Tx;
use store::ledger::period as kept;

use super::show::{beginning, sums_before};
use super::too_much;
use crate::error::{AppError, ErrorKind};
use crate::office::{Actor, Office, Operation, Target};
use crate::people::{usable_reason, without_nik};
use crate::tasks::Forward;

pub(crate) use obstacles::Proved;
pub use obstacles::{FoundShown, MissingShown};
use obstacles::{InTheWay, Proof, first_open, found_named, named};

/// A month of the books as people see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeriodShown {
    /// Which.
    pub month: Month,
    /// Whether nothing may be posted into it any more.
    pub closed: bool,
    /// What was done to it, oldest first, each with its maker and those who approved.
    pub steps: Vec<StepShown>,
}

/// A step as people see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepShown {
    /// The step.
    pub step: PeriodStep,
    /// Who put it forward.
    pub maker: Box<str>,
    /// Who approved it.
    pub checkers: Vec<Box<str>>,
    /// What was missing, and let pass for the step's reason.
    pub waived: Vec<Waived>,
}

/// Everything that is looked at before a month is closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloseCheck {
    /// Which month.
    pub month: Month,
    /// Whether it is closed already.
    pub closed: bool,
    /// What stands in the way; nothing when it may be closed.
    pub obstacles: Vec<Obstacle>,
    /// What is missing and may be let pass for a reason, by name.
    pub missing: Vec<MissingShown>,
    /// What bill, bank and BPJS say that nobody may let pass, by name.
    pub found: Vec<FoundShown>,
    /// Whether debits, credits and covered months were proved as they are now.
    pub proved: bool,
    /// The earlier month that is open, where that stands in the way.
    pub earlier: Option<Month>,
    /// Its transfers.
    pub transfers: u64,
    /// What moved in it.
    pub moved: Rupiah,
    /// The digest that is approved.
    pub hash: [u8; 32],
    /// The step that waits, if one does.
    pub waits: Option<StepShown>,
}

impl StepShown {
    /// The task by which it is decided.
    pub fn task(&self) -> Id<Task> {
        task_of(self.step.id)
    }

    /// The digest that an approval binds.
    pub fn hash(&self) -> [u8; 32] {
        closing_hash(self.step.hash, &self.step.reason, &self.waived)
    }
}

impl CloseCheck {
    /// Whether nothing stands in the way, or only what two people may let pass for a reason.
    pub fn may_be_closed(&self) -> bool {
        !self.closed && self.obstacles.iter().all(|one| one.kind.may_be_waived())
    }
}

impl Office {
    /// The months of the books, from the first with entries to the present one, newest first.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn periods(&self, actor: &Actor) -> Result<Vec<PeriodShown>, AppError> {
        self.authorize(actor, Operation::ReadMoney, &Target::default())?;
        let now = self.environment.today().month_of();
        self.store.read(|tx| {
            let first = store::ledger::first_day_after(tx, beginning())?;
            let Some(first) = first.map(Day::month_of) else { return Ok(Vec::new()) };
            let closed: Vec<Month> = kept::closed(tx)?.into_iter().map(|(m, _)| m).collect();
            let mut steps = Vec::new();
            for step in kept::steps(tx)? {
                steps.push(shown(tx, step)?);
            }
            let period = |month: Month| PeriodShown {
                month,
                closed: closed.contains(&month),
                steps: steps.iter().filter(|one| one.step.month == month).cloned().collect(),
            };
            let mut months: Vec<PeriodShown> = first.through(now.max(first)).map(period).collect();
            months.reverse();
            Ok(months)
        })
    }

    /// What is looked at before a month is closed; the books are proved.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, `PERIOD_BEFORE_CLOSED`.
    pub fn check_close(&self, actor: &Actor, month: Month) -> Result<CloseCheck, AppError> {
        self.month_looked_at(actor, month, Proof::Anew)
    }

    /// The same for a page that is opened again and again: whether debits equal credits and every
    /// covered month is paid is said where it is known, and proved when the closing is put forward.
    ///
    /// # Errors
    /// Those of [`Office::check_close`].
    pub fn show_close(&self, actor: &Actor, month: Month) -> Result<CloseCheck, AppError> {
        self.month_looked_at(actor, month, Proof::AsKnown)
    }

    fn month_looked_at(
        &self,
        actor: &Actor,
        month: Month,
        proof: Proof,
    ) -> Result<CloseCheck, AppError> {
        self.authorize(actor, Operation::ReadMoney, &Target::default())?;
        self.store.read(|tx| {
            let (closed, steps) = standing(tx, month)?;
            let waits = steps.into_iter().find(|step| step.state == StepState::Proposed);
            let waits = waits.map(|step| shown(tx, step)).transpose()?;
            let is_closed =
                !may_close(&closed, month).map_err(|refusal| refused(refusal, month))?;
            let in_the_way = match is_closed {
                true => InTheWay::default(),
                false => self.in_the_way(tx, month, proof)?,
            };
            let sums = month_totals(tx, month)?;
            Ok(CloseCheck {
                month,
                closed: is_closed,
                earlier: if is_closed { None } else { first_open(tx, month)? },
                missing: named(tx, in_the_way.missing)?,
                found: found_named(tx, in_the_way.found)?,
                proved: in_the_way.proved,
                obstacles: in_the_way.obstacles,
                transfers: sums.transfers,
                moved: sums.moved,
                hash: sums.hash,
                waits,
            })
        })
    }

    /// Puts the closing of a month forward; a closed month, or the same again, is no change.
    ///
    /// `waiver` says why the month is closed although receipts or statements are missing; it is
    /// empty where nothing is, and kept with what it lets pass.
    ///
    /// # Errors
    /// `REASON_MISSING`, `TEXT_HOLDS_NIK`, the codes of [`PeriodRefusal`].
    pub fn propose_close(
        &self,
        actor: &Actor,
        month: Month,
        waiver: &str,
    ) -> Result<StepShown, AppError> {
        self.authorize(actor, Operation::Pay, &Target::default())?;
        self.prove_books()?;
        self.store.write(|tx| {
            let (closed, steps) = standing(tx, month)?;
            if !may_close(&closed, month).map_err(|refusal| refused(refusal, month))? {
                let done = steps.into_iter().rfind(|step| {
                    step.act == PeriodAct::Close && step.state == StepState::Approved
                });
                let damaged = || AppError::new(ErrorKind::Integrity, "STORE_DAMAGED", "period");
                return shown(tx, done.ok_or_else(damaged)?);
            }
            let sums = month_totals(tx, month)?;
            let in_the_way = self.in_the_way(tx, month, Proof::Anew)?;
            let reason = why_closed(waiver, month, &in_the_way)?;
            let hash = closing_hash(sums.hash, &reason, &in_the_way.missing);
            for step in steps.iter().filter(|step| step.state == StepState::Proposed) {
                let waits = shown(tx, step.clone())?;
                match step.act == PeriodAct::Close && waits.hash() == hash {
                    true => return Ok(waits),
                    // The books have moved on since: what waits is about another month than this.
                    false => self.overtake(tx, step)?,
                }
            }
            let step = self.step(actor, month, PeriodAct::Close, &reason, &sums);
            self.put_step_forward(tx, actor, step, in_the_way.missing)
        })
    }

    /// Puts the opening of a closed month forward, for a reason; two others approve it.
    ///
    /// # Errors
    /// `REASON_MISSING`, the codes of [`PeriodRefusal`].
    pub fn propose_reopen(
        &self,
        actor: &Actor,
        month: Month,
        reason: &str,
    ) -> Result<StepShown, AppError> {
        self.authorize(actor, Operation::Pay, &Target::default())?;
        let reason = usable_reason(reason)?;
        self.store.write(|tx| {
            let (closed, steps) = standing(tx, month)?;
            may_reopen(&closed, month).map_err(|refusal| refused(refusal, month))?;
            if let Some(step) = steps.into_iter().find(|step| step.state == StepState::Proposed) {
                return match step.act == PeriodAct::Reopen && step.reason.as_ref() == reason {
                    true => shown(tx, step),
                    false => Err(refused(PeriodRefusal::StepWaits, month)),
                };
            }
            let sums = month_totals(tx, month)?;
            let step = self.step(actor, month, PeriodAct::Reopen, &reason, &sums);
            self.put_step_forward(tx, actor, step, Vec::new())
        })
    }

    /// What the last approval or the return of a step brings about.
    pub(crate) fn period_decided(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        task: &Task,
        state: TaskState,
    ) -> Result<(), AppError> {
        let unknown = || AppError::not_found("TASK_UNKNOWN", task.id.to_string());
        let step = kept::step(tx, Id::from_bytes(task.object))?.ok_or_else(unknown)?;
        let object = *step.id.as_bytes();
        if state != TaskState::Approved {
            let step = PeriodStep { state: StepState::Returned, ..step };
            kept::set_state(tx, &step)?;
            return self.record(tx, actor, "period-step-returned", "period", &object);
        }
        let month = step.month;
        let (closed, _) = standing(tx, month)?;
        let sums = month_totals(tx, month)?;
        let waived = kept::waived(tx)?.remove(&step.id).unwrap_or_default();
        let seen = closing_hash(sums.hash, &step.reason, &waived);
        if seen != task.hash || step.hash != sums.hash || step.made_by != task.maker {
            return Err(AppError::refused("PERIOD_MOVED_ON", month.in_words()));
        }
        let step = approved(tx, task, step)?;
        kept::set_state(tx, &step)?;
        match step.act {
            PeriodAct::Close => {
                may_close(&closed, month).map_err(|refusal| refused(refusal, month))?;
                let in_the_way = self.in_the_way(tx, month, Proof::Anew)?;
                if let Some(first) = in_the_way.first_firm() {
                    return Err(obstructed(first));
                }
                // What came to be missing since nobody has said anything about.
                if in_the_way.missing.iter().any(|one| !waived.contains(one)) {
                    return Err(AppError::refused("PERIOD_MOVED_ON", month.in_words()));
                }
                kept::close(tx, &step, &sums.closing)?;
                self.record(tx, actor, "period-closed", "period", &object)
            }
            PeriodAct::Reopen => {
                may_reopen(&closed, month).map_err(|refusal| refused(refusal, month))?;
                kept::reopen(tx, &step)?;
                self.record(tx, actor, "period-reopened", "period", &object)
            }
        }
    }

    /// What becomes of a step nobody decided in time.
    pub(crate) fn period_expired(&self, tx: &mut Tx<'_>, task: &Task) -> Result<(), AppError> {
        let Some(step) = kept::step(tx, Id::from_bytes(task.object))? else { return Ok(()) };
        Ok(kept::set_state(tx, &PeriodStep { state: StepState::Returned, ..step })?)
    }

    fn step(
        &self,
        actor: &Actor,
        month: Month,
        act: PeriodAct,
        reason: &str,
        sums: &PeriodTotals,
    ) -> PeriodStep {
        PeriodStep {
            id: self.environment.new_id(),
            month,
            act,
            reason: reason.into(),
            hash: sums.hash,
            transfers: sums.transfers,
            moved: sums.moved,
            made_by: actor.id,
            made_at_ms: self.now_ms(),
            checked_by: None,
            second_by: None,
            state: StepState::Proposed,
        }
    }

    fn put_step_forward(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        step: PeriodStep,
        waived: Vec<Waived>,
    ) -> Result<StepShown, AppError> {
        kept::insert_step(tx, &step)?;
        kept::insert_waived(tx, step.id, &waived)?;
        let mut content = format!(
            "month={}\ntransfers={}\nmoved_rupiah={}\nwords={}",
            step.month,
            step.transfers,
            step.moved.0,
            step.moved.in_words(),
        );
        let hash = closing_hash(step.hash, &step.reason, &waived);
        for one in named(tx, waived)? {
            let (kind, amount) = (one.what.kind.name(), one.what.rupiah);
            content.push_str(&format!("\n{kind}={}, {amount}", one.name));
        }
        if !step.reason.is_empty() {
            content.push_str(&format!("\nreason={}", step.reason));
        }
        let kind = match step.act {
            PeriodAct::Close => TaskKind::Closing,
            PeriodAct::Reopen => TaskKind::Reopening,
        };
        let forward = Forward {
            id: task_of(step.id),
            kind,
            object: *step.id.as_bytes(),
            hash,
            effect: step.moved,
            content: &content,
        };
        self.put_forward(tx, actor, &forward)?;
        let act = match step.act {
            PeriodAct::Close => "period-close-proposed",
            PeriodAct::Reopen => "period-reopen-proposed",
        };
        self.record(tx, actor, act, "period", step.id.as_bytes())?;
        shown(tx, step)
    }

    /// Takes back a step that speaks of a month as it no longer is.
    fn overtake(&self, tx: &mut Tx<'_>, step: &PeriodStep) -> Result<(), AppError> {
        store::access::set_task_state(tx, task_of(step.id), TaskState::Withdrawn)?;
        Ok(kept::set_state(tx, &PeriodStep { state: StepState::Returned, ..step.clone() })?)
    }
}

/// The closed months, and the steps of one.
fn standing(tx: &mut Tx<'_>, month: Month) -> Result<(Vec<Month>, Vec<PeriodStep>), AppError> {
    let closed = kept::closed(tx)?.into_iter().map(|(month, _)| month).collect();
    let mut steps = kept::steps(tx)?;
    steps.retain(|step| step.month == month);
    Ok((closed, steps))
}

/// A month added up as it is now.
fn month_totals(tx: &mut Tx<'_>, month: Month) -> Result<PeriodTotals, AppError> {
    let opening: SumsByAccount = sums_before(tx, month.first_day())?;
    let transfers = store::ledger::of_days(tx, (month.first_day(), month.last_day()))?;
    totals(month, &opening, transfers).map_err(|_| too_much())
}

/// The step with those who approved it: one for a closing, two for an opening.
fn approved(tx: &mut Tx<'_>, task: &Task, step: PeriodStep) -> Result<PeriodStep, AppError> {
    let given = store::access::verdicts(tx, task.id)?;
    let mut said = given.iter().filter(|given| matches!(given.verdict, Verdict::Approve(_)));
    let (first, second) = (said.next(), said.next());
    Ok(PeriodStep {
        checked_by: first.map(|given| given.checker),
        second_by: second.map(|given| given.checker),
        state: StepState::Approved,
        ..step
    })
}

fn shown(tx: &mut Tx<'_>, step: PeriodStep) -> Result<StepShown, AppError> {
    let mut name = |id| -> Result<Box<str>, AppError> {
        Ok(store::orgs::user(tx, id)?.map(|user| user.name).unwrap_or_default())
    };
    let maker = name(step.made_by)?;
    let mut checkers = Vec::new();
    for id in [step.checked_by, step.second_by].into_iter().flatten() {
        checkers.push(name(id)?);
    }
    let waived = kept::waived(tx)?.remove(&step.id).unwrap_or_default();
    Ok(StepShown { step, maker, checkers, waived })
}

/// Why a month is closed although something is missing; empty where nothing is.
fn why_closed(waiver: &str, month: Month, found: &InTheWay) -> Result<String, AppError> {
    if let Some(first) = found.first_firm() {
        return Err(obstructed(first));
    }
    if found.missing.is_empty() {
        return Ok(String::new());
    }
    if waiver.trim().is_empty() {
        return Err(refused(PeriodRefusal::Missing, month));
    }
    let reason = usable_reason(waiver)?;
    without_nik(&reason)?;
    Ok(reason)
}

fn obstructed(first: &Obstacle) -> AppError {
    AppError::refused(PeriodRefusal::Obstructed.name(), first.kind.name())
}

fn refused(refusal: PeriodRefusal, month: Month) -> AppError {
    AppError::refused(refusal.name(), month.in_words())
}

fn task_of(id: Id<PeriodStep>) -> Id<Task> {
    Id::from_bytes(*id.as_bytes())
}
