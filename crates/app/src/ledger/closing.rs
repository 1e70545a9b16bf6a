//! Months closed by two people and opened again by three; what stands in the way is listed.
//!
//! Whoever has something that must be settled before a month is closed adds a function to
//! `LOOKERS` and a kind to [`ObstacleKind`].

use base::{Day, Id, Month, Rupiah};
pub use domain::ledger::period::Obstacle;
use domain::ledger::period::{
    ObstacleKind, PeriodAct, PeriodRefusal, PeriodStep, PeriodTotals, StepState, SumsByAccount,
    closed_until, may_close, may_reopen, totals,
};
use domain::task::{Task, TaskKind, TaskState, Verdict};
use store::Tx;
use store::ledger::period as kept;

use super::show::{beginning, sums_before};
use super::{prove_ledger, too_much};
use crate::error::{AppError, ErrorKind};
use crate::office::{Actor, Office, Operation, Target};
use crate::people::usable_reason;
use crate::tasks::Forward;

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
}

/// Looks for something that stands in the way of closing a month.
type Looks = fn(&Office, &mut Tx<'_>, Month) -> Result<Option<Obstacle>, AppError>;

/// Everybody who looks, in the order of [`ObstacleKind`].
const LOOKERS: &[Looks] = &[
    not_over,
    earlier_open,
    unbalanced,
    pending_due,
    vouchers_waiting,
    lines_unmatched,
    unreconciled,
];

fn not_over(office: &Office, _: &mut Tx<'_>, month: Month) -> Result<Option<Obstacle>, AppError> {
    let over = office.environment.today() > month.last_day();
    Ok((!over).then_some(Obstacle::plain(ObstacleKind::MonthNotOver)))
}

fn earlier_open(_: &Office, tx: &mut Tx<'_>, month: Month) -> Result<Option<Obstacle>, AppError> {
    let earlier = first_open(tx, month)?;
    Ok(earlier.map(|_| Obstacle::plain(ObstacleKind::EarlierOpen)))
}

fn unbalanced(_: &Office, tx: &mut Tx<'_>, _: Month) -> Result<Option<Obstacle>, AppError> {
    match prove_ledger(tx) {
        Ok(_) => Ok(None),
        Err(error) if error.kind == ErrorKind::Integrity => {
            Ok(Some(Obstacle::plain(ObstacleKind::Unbalanced)))
        }
        Err(error) => Err(error),
    }
}

fn pending_due(_: &Office, tx: &mut Tx<'_>, month: Month) -> Result<Option<Obstacle>, AppError> {
    let found = store::ledger::due(tx, month.last_day(), month)?;
    Ok(counted(ObstacleKind::PendingDue, found))
}

fn vouchers_waiting(
    _: &Office,
    tx: &mut Tx<'_>,
    month: Month,
) -> Result<Option<Obstacle>, AppError> {
    let waiting = store::ledger::voucher::of_state(tx, StepState::Proposed)?;
    let ours = waiting.iter().filter(|one| one.voucher.day <= month.last_day());
    let amounts = ours.clone().map(|one| one.voucher.amount);
    let rupiah = Rupiah::sum(amounts).map_err(|_| too_much())?;
    Ok(counted(ObstacleKind::VouchersWaiting, (ours.count() as u64, rupiah)))
}

fn lines_unmatched(
    _: &Office,
    tx: &mut Tx<'_>,
    month: Month,
) -> Result<Option<Obstacle>, AppError> {
    let found = kept::lines_unmatched(tx, (month.first_day(), month.last_day()))?;
    Ok(counted(ObstacleKind::LinesUnmatched, found))
}

/// What is merely not here yet (a receipt, a statement) is shown by the reconciliation; it does not
/// keep a month open.
fn unreconciled(
    office: &Office,
    tx: &mut Tx<'_>,
    month: Month,
) -> Result<Option<Obstacle>, AppError> {
    let outcome = office.month_outcome(tx, month)?;
    let found: Vec<_> = outcome.found.iter().filter(|one| one.obstacle.contradicts()).collect();
    let amounts = found.iter().map(|one| Rupiah(one.amount.0.saturating_abs()));
    let rupiah = Rupiah::sum(amounts).map_err(|_| too_much())?;
    Ok(counted(ObstacleKind::Unreconciled, (found.len() as u64, rupiah)))
}

fn counted(kind: ObstacleKind, (count, rupiah): (u64, Rupiah)) -> Option<Obstacle> {
    (count > 0).then_some(Obstacle { kind, count, rupiah })
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

    /// What is looked at before a month is closed.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, `PERIOD_BEFORE_CLOSED`.
    pub fn check_close(&self, actor: &Actor, month: Month) -> Result<CloseCheck, AppError> {
        self.authorize(actor, Operation::ReadMoney, &Target::default())?;
        self.store.read(|tx| {
            let (closed, steps) = standing(tx, month)?;
            let waits = steps.into_iter().find(|step| step.state == StepState::Proposed);
            let waits = waits.map(|step| shown(tx, step)).transpose()?;
            let is_closed =
                !may_close(&closed, month).map_err(|refusal| refused(refusal, month))?;
            let obstacles = match is_closed {
                true => Vec::new(),
                false => self.obstacles(tx, month)?,
            };
            let sums = month_totals(tx, month)?;
            Ok(CloseCheck {
                month,
                closed: is_closed,
                earlier: if is_closed { None } else { first_open(tx, month)? },
                obstacles,
                transfers: sums.transfers,
                moved: sums.moved,
                hash: sums.hash,
                waits,
            })
        })
    }

    /// Puts the closing of a month forward; a closed month, or the same again, is no change.
    ///
    /// # Errors
    /// The codes of [`PeriodRefusal`].
    pub fn propose_close(&self, actor: &Actor, month: Month) -> Result<StepShown, AppError> {
        self.authorize(actor, Operation::Pay, &Target::default())?;
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
            for step in steps.iter().filter(|step| step.state == StepState::Proposed) {
                match step.act == PeriodAct::Close && step.hash == sums.hash {
                    true => return shown(tx, step.clone()),
                    // The books have moved on since: what waits is about another month than this.
                    false => self.overtake(tx, step)?,
                }
            }
            let obstacles = self.obstacles(tx, month)?;
            if let Some(first) = obstacles.first() {
                let name = first.kind.name();
                return Err(AppError::refused(PeriodRefusal::Obstructed.name(), name));
            }
            let step = self.step(actor, month, PeriodAct::Close, "", &sums);
            self.put_step_forward(tx, actor, step)
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
            self.put_step_forward(tx, actor, step)
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
        if sums.hash != task.hash || step.hash != task.hash || step.made_by != task.maker {
            return Err(AppError::refused("PERIOD_MOVED_ON", month.in_words()));
        }
        let step = approved(tx, task, step)?;
        kept::set_state(tx, &step)?;
        match step.act {
            PeriodAct::Close => {
                may_close(&closed, month).map_err(|refusal| refused(refusal, month))?;
                if let Some(first) = self.obstacles(tx, month)?.first() {
                    let name = first.kind.name();
                    return Err(AppError::refused(PeriodRefusal::Obstructed.name(), name));
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

    /// Everything that stands in the way of closing a month.
    fn obstacles(&self, tx: &mut Tx<'_>, month: Month) -> Result<Vec<Obstacle>, AppError> {
        let mut found = Vec::new();
        for looks in LOOKERS {
            found.extend(looks(self, tx, month)?);
        }
        Ok(found)
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
    ) -> Result<StepShown, AppError> {
        kept::insert_step(tx, &step)?;
        let reason = match step.reason.as_ref() {
            "" => String::new(),
            reason => format!("\nreason={reason}"),
        };
        let content = format!(
            "month={}\ntransfers={}\nmoved_rupiah={}\nwords={}{reason}",
            step.month,
            step.transfers,
            step.moved.0,
            step.moved.in_words(),
        );
        let kind = match step.act {
            PeriodAct::Close => TaskKind::Closing,
            PeriodAct::Reopen => TaskKind::Reopening,
        };
        let forward = Forward {
            id: task_of(step.id),
            kind,
            object: *step.id.as_bytes(),
            hash: step.hash,
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

/// The first month before this one that has entries and is open.
fn first_open(tx: &mut Tx<'_>, month: Month) -> Result<Option<Month>, AppError> {
    let closed: Vec<Month> = kept::closed(tx)?.into_iter().map(|(month, _)| month).collect();
    let from = closed_until(&closed).unwrap_or_else(beginning);
    let first = store::ledger::first_day_after(tx, from)?.map(Day::month_of);
    Ok(first.filter(|first| *first < month))
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
    Ok(StepShown { step, maker, checkers })
}

fn refused(refusal: PeriodRefusal, month: Month) -> AppError {
    AppError::refused(refusal.name(), month.in_words())
}

fn task_of(id: Id<PeriodStep>) -> Id<Task> {
    Id::from_bytes(*id.as_bytes())
}
