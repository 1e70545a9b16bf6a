//! Four eyes: what somebody puts forward, who may say yes or no to it, and what then happens.
//!
//! What was put forward takes effect with the last approval; a file to be taken in or out asks for
//! the approval when it is ([`Office::finish_import`], `crate::exports`).

use std::collections::BTreeMap;

use base::id::kind;
use base::{Id, Month, RegionCode, Rupiah};
use domain::access::{Operation, reaching};
use domain::approval::{ListLine, ProposalState};
use domain::movement::MovementState;
use domain::programme::{Fund, Programme, free_of};
use domain::segment::{Worker, month_cost};
use domain::task::{Band, TaskKind, TaskRefusal, TaskState, approvers_for, judge};
pub use domain::task::{Task, TaskKind as Kind, TaskState as State, Verdict};
use rules::{Scheme, WorkSector};
use sha2::{Digest, Sha256};
use store::Tx;
pub use store::access::{TaskRecord, VerdictRecord};
use store::orgs::User;

use crate::error::{AppError, ErrorKind};
use crate::funds::CeilingCheck;
use crate::login::provider::refuse_own;
use crate::office::{Actor, Office};

mod about;
mod import;
mod setting;

pub(crate) use import::Unseen;
pub use import::{IMPORT_LIMITS, ImportFacts, ImportLimits, ImportStanding};
pub use setting::{BY_TWO, EyeSettings, SettingWaits};

/// The setting that says from which amount how many must approve, as `0:1,1000000000:2`.
pub const APPROVAL_BANDS: &str = "approval-bands";
/// How long somebody who had to do with a kind of task still counts as there once their role or
/// their account was ended: whoever made himself alone is not alone (docs/decisions/0044).
const STILL_COUNTS_MS: i64 = 30 * 86_400_000; // not law: as long as nobody waits to empty an office
/// How long a task waits.
const WAITS_MS: i64 = 14 * 86_400_000;

/// Something to be put forward.
pub(crate) struct Forward<'a> {
    /// Which; the id of its record where there is one.
    pub id: Id<Task>,
    /// What kind.
    pub kind: TaskKind,
    /// The record it is about.
    pub object: [u8; 16],
    /// A digest of everything an approver is shown.
    pub hash: [u8; 32],
    /// What it binds or moves.
    pub effect: Rupiah,
    /// What is put forward, in the words of its kind.
    pub content: &'a str,
}

/// A task as an approver sees it.
#[derive(Debug, Clone)]
pub struct TaskOverview {
    /// The task and its content.
    pub record: TaskRecord,
    /// The name of its maker.
    pub maker: Box<str>,
    /// What was said so far, oldest first, with the names of those who said it.
    pub verdicts: Vec<(Box<str>, VerdictRecord)>,
    /// Whether the one who looks may decide on it.
    pub mine_to_decide: bool,
    /// The programme it is about: code and name, where it is about one.
    pub programme: Option<(Box<str>, Box<str>)>,
    /// The fund by its code, where it is about a ceiling.
    pub fund: Option<Box<str>>,
}

/// What an approver of a list looks at besides the list itself.
#[derive(Debug, Clone)]
pub struct ListFacts {
    /// For what: the programme's code and name.
    pub programme: (Box<str>, Box<str>),
    /// The fund that pays, by code, and what it has left once the list is approved.
    pub fund: (Box<str>, Rupiah),
    /// What the fund's money is for, where that is laid down.
    pub earmark: Option<Box<str>>,
    /// Whether somebody else has looked at the fund's first ceiling.
    pub ceiling: CeilingCheck,
    /// First and last month.
    pub months: (Month, Month),
    /// People, and what they cost in the first month.
    pub people: (u32, Rupiah),
    /// By village: its name, people, what they cost in all months.
    pub villages: Vec<(String, u64, Rupiah)>,
    /// By scheme: what one person costs in the first month, and the article that says so.
    pub rules: Vec<(String, Rupiah, String)>,
    /// The rulebook it was counted by.
    pub rulebook: String,
}

/// The operations of which one is enough to decide on a kind.
fn deciding(kind: TaskKind) -> &'static [Operation] {
    match kind {
        TaskKind::Grant | TaskKind::Recovery | TaskKind::Provider | TaskKind::Newcomer => {
            &[Operation::Approve, Operation::ManageUsers]
        }
        TaskKind::List
        | TaskKind::Erasure
        | TaskKind::Import
        | TaskKind::Export
        | TaskKind::Merge
        | TaskKind::Thresholds
        | TaskKind::Ceiling
        | TaskKind::Revision
        | TaskKind::Movement
        | TaskKind::Bill
        | TaskKind::Credit
        | TaskKind::Subscriber
        | TaskKind::Bank
        | TaskKind::Allocation
        | TaskKind::Voucher
        | TaskKind::Chart
        | TaskKind::Closing
        | TaskKind::Reopening
        | TaskKind::Claim
        | TaskKind::Scholarship
        | TaskKind::Setting => &[Operation::Approve],
    }
}

impl Office {
    /// Puts something forward, inside the transaction of the act.
    pub(crate) fn put_forward(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        forward: &Forward<'_>,
    ) -> Result<Task, AppError> {
        let now = self.now_ms();
        let task = Task {
            id: forward.id,
            kind: forward.kind,
            object: forward.object,
            hash: forward.hash,
            effect: forward.effect,
            approvers: needed_for(tx, forward.kind, forward.effect)?,
            maker: actor.id,
            made_at_ms: now,
            expires_at_ms: now + WAITS_MS,
            state: TaskState::Open,
        };
        let content = forward.content.into();
        store::access::insert_task(tx, &TaskRecord { task: task.clone(), content })?;
        Ok(task)
    }

    /// Approves a task or returns it with a reason; the state it then has.
    ///
    /// # Errors
    /// `TASK_UNKNOWN`, `USER_MAY_NOT`, and the codes of [`TaskRefusal`].
    pub fn decide_task(
        &self,
        actor: &Actor,
        id: Id<Task>,
        verdict: &Verdict,
    ) -> Result<TaskState, AppError> {
        let kept = self.store.read(|tx| store::access::task(tx, id))?;
        let closes = |kept: TaskRecord| {
            kept.task.kind == TaskKind::Closing && kept.task.state == TaskState::Open
        };
        let approves = matches!(verdict, Verdict::Approve(_));
        let may = approves && self.may_somewhere(actor, Operation::Approve);
        if let Some(kept) = kept.as_ref().filter(|_| may) {
            self.claim_again(&kept.task)?;
        }
        if may && kept.is_some_and(closes) {
            self.prove_books()?;
        }
        let decided = self.store.write(|tx| self.decide_in(tx, actor, id, verdict))?;
        self.settle_months();
        decided.ok_or_else(|| AppError::refused(TaskRefusal::Expired.name(), ""))
    }

    /// The same inside a transaction; none when the task has expired, which is then kept.
    pub(crate) fn decide_in(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        id: Id<Task>,
        verdict: &Verdict,
    ) -> Result<Option<TaskState>, AppError> {
        let record = store::access::task(tx, id)?;
        let mut record =
            record.ok_or_else(|| AppError::not_found("TASK_UNKNOWN", id.to_string()))?;
        // What the checker holds at this moment, whatever it was when they came in.
        let actor = &self.actor_now(tx, actor)?;
        // A band that was lowered since, or a number changed in the register, loosens nothing.
        let needed = needed_for(tx, record.task.kind, record.task.effect)?;
        record.task.approvers = record.task.approvers.max(needed);
        let task = &record.task;
        let before = store::access::verdicts(tx, id)?;
        self.check_decides(actor, task, &before)?;
        if task.kind == TaskKind::Provider {
            refuse_own(tx, actor)?;
        }
        self.refuse_own_ceiling(tx, actor, task)?;
        let of_another = |given: &VerdictRecord| match given.verdict {
            Verdict::Approve(seen) => seen != task.hash,
            Verdict::Return(_) => false,
        };
        if before.iter().any(of_another) {
            return Err(AppError::refused(TaskRefusal::HashDiffers.name(), ""));
        }
        let approved_by: Vec<_> = before.iter().map(|given| given.checker).collect();
        let state = match judge(task, &approved_by, actor.id, verdict, self.now_ms()) {
            Ok(state) => state,
            Err(TaskRefusal::Exists) => return Ok(Some(task.state)),
            Err(TaskRefusal::Expired) => {
                self.expire(tx, &record)?;
                return Ok(None);
            }
            Err(refusal @ TaskRefusal::SamePerson) => {
                return Err(AppError::new(ErrorKind::NeedsAnother, refusal.name(), ""));
            }
            Err(refusal) => return Err(AppError::refused(refusal.name(), "")),
        };
        if task.kind == TaskKind::Import && matches!(verdict, Verdict::Approve(_)) {
            self.check_import(tx, &record)?;
        }
        let given_at_ms = self.now_ms();
        let given = VerdictRecord { checker: actor.id, verdict: verdict.clone(), given_at_ms };
        store::access::insert_verdict(tx, task, &given)?;
        store::access::set_task_state(tx, id, state)?;
        self.carry_out(tx, actor, &record, verdict, state)?;
        Ok(Some(state))
    }

    /// What follows from a verdict, with its one audit line.
    fn carry_out(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        record: &TaskRecord,
        verdict: &Verdict,
        state: TaskState,
    ) -> Result<(), AppError> {
        let task = &record.task;
        match (task.kind, state, verdict) {
            (TaskKind::List, TaskState::Approved, Verdict::Approve(_)) => {
                self.approve_list(tx, actor, task)
            }
            (TaskKind::List, TaskState::Returned, Verdict::Return(reason)) => {
                let proposal = Id::from_bytes(task.object);
                let returned = ProposalState::Returned(reason.clone());
                store::proposals::set_state(tx, proposal, &returned)?;
                self.record(tx, actor, "list-returned", "proposal", &task.object)
            }
            (TaskKind::Grant, TaskState::Approved, _) => {
                self.grant_approved(tx, actor, task, &record.content)
            }
            (TaskKind::Provider, TaskState::Approved, _) => {
                self.provider_approved(tx, actor, task, &record.content)
            }
            (TaskKind::Merge, TaskState::Approved | TaskState::Returned, verdict) => {
                self.merge_decided(tx, Some(actor), task, &record.content, verdict)
            }
            (
                TaskKind::Thresholds | TaskKind::Erasure | TaskKind::Setting,
                TaskState::Approved,
                _,
            ) => self.written_down(tx, actor, task, &record.content),
            (TaskKind::Bank, TaskState::Approved, _) => {
                self.bank_approved(tx, actor, task, &record.content)
            }
            (TaskKind::Revision, TaskState::Approved, _) => self.revision_approved(tx, actor, task),
            (TaskKind::Ceiling, TaskState::Approved, _) => {
                self.ceiling_agreed(tx, actor, task, &record.content)
            }
            (TaskKind::Movement, TaskState::Approved | TaskState::Returned, _) => {
                self.movement_decided(tx, actor, task, state)
            }
            (TaskKind::Bill, TaskState::Approved, _) => self.bills_issued(tx, actor, task),
            (TaskKind::Bill, TaskState::Returned, Verdict::Return(reason)) => {
                self.bills_returned(tx, actor, task, reason)
            }
            (TaskKind::Credit, TaskState::Approved, _) => self.credits_approved(tx, actor, task),
            (TaskKind::Subscriber, TaskState::Approved | TaskState::Returned, _) => {
                self.subscriber_decided(tx, actor, (task, &record.content), state)
            }
            (TaskKind::Allocation, TaskState::Approved, _) => {
                self.moves_approved(tx, actor, task, &record.content)
            }
            (TaskKind::Voucher, TaskState::Approved | TaskState::Returned, _) => {
                self.voucher_decided(tx, actor, task, state)
            }
            (TaskKind::Chart, TaskState::Approved | TaskState::Returned, _) => {
                self.chart_decided(tx, actor, task, state)
            }
            (TaskKind::Claim, TaskState::Approved | TaskState::Returned, verdict) => {
                self.claim_decided(tx, actor, task, verdict)
            }
            (TaskKind::Scholarship, TaskState::Approved | TaskState::Returned, verdict) => {
                self.scholarship_decided(tx, actor, task, verdict)
            }
            (
                TaskKind::Closing | TaskKind::Reopening,
                TaskState::Approved | TaskState::Returned,
                _,
            ) => self.period_decided(tx, actor, task, state),
            (_, TaskState::Returned, _) => {
                self.record(tx, actor, "task-returned", "task", task.id.as_bytes())
            }
            _ => self.record(tx, actor, "task-approved", "task", task.id.as_bytes()),
        }
    }

    /// What an approval brings about that stands wholly in the words of the task.
    fn written_down(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        task: &Task,
        content: &str,
    ) -> Result<(), AppError> {
        match task.kind {
            TaskKind::Erasure => self.erasure_approved(tx, actor, task, content),
            TaskKind::Setting => self.setting_approved(tx, actor, task, content),
            _ => self.thresholds_approved(tx, actor, task, content),
        }
    }

    pub(crate) fn expire(&self, tx: &mut Tx<'_>, record: &TaskRecord) -> Result<(), AppError> {
        let task = &record.task;
        store::access::set_task_state(tx, task.id, TaskState::Expired)?;
        if task.kind == TaskKind::Merge {
            let unsaid = Verdict::Return("".into());
            return self.merge_decided(tx, None, task, &record.content, &unsaid);
        }
        if task.kind == TaskKind::List {
            let proposal = Id::from_bytes(task.object);
            store::proposals::set_state(tx, proposal, &ProposalState::Expired)?;
        }
        if task.kind == TaskKind::Movement {
            let movement = Id::from_bytes(task.object);
            store::movements::set_state(tx, movement, MovementState::Expired)?;
        }
        match task.kind {
            TaskKind::Subscriber => self.subscriber_expired(tx, task)?,
            TaskKind::Voucher => self.voucher_expired(tx, task)?,
            TaskKind::Chart => self.chart_expired(tx, task)?,
            TaskKind::Claim => self.claim_expired(tx, task)?,
            TaskKind::Scholarship => self.scholarship_expired(tx, task)?,
            TaskKind::Closing | TaskKind::Reopening => self.period_expired(tx, task)?,
            _ => {}
        }
        self.record_by_itself(tx, "task-expired", "task", task.id.as_bytes())
    }

    /// Refuses a checker without the role, and one who is no other than the maker: who holds the
    /// role by a loan of the maker or of somebody who has spoken, or gets what is put forward.
    fn check_decides(
        &self,
        actor: &Actor,
        task: &Task,
        before: &[VerdictRecord],
    ) -> Result<(), AppError> {
        let refusal = |code: &str, name: &str| AppError::new(ErrorKind::NeedsAnother, code, name);
        if !self.may_decide(actor, task.kind) {
            return Err(refusal("USER_MAY_NOT", &actor.name));
        }
        match self.decides_as_another(actor, task, before) {
            true => Ok(()),
            false => Err(refusal(TaskRefusal::SamePerson.name(), "")),
        }
    }

    fn decides_as_another(&self, actor: &Actor, task: &Task, before: &[VerdictRecord]) -> bool {
        let today = self.environment.today();
        let has_spoken = |user| before.iter().any(|given| given.checker == user);
        let is_new = |lender| lender != task.maker && !has_spoken(lender);
        let gets_it = matches!(task.kind, TaskKind::Grant | TaskKind::Recovery)
            && task.object == *actor.id.as_bytes();
        let own = deciding(task.kind).iter().any(|operation| {
            let mut grants = reaching(&actor.grants, today, *operation);
            grants.any(|(grant, _)| grant.lent_by.is_none_or(is_new))
        });
        own && !gets_it && actor.id != task.maker
    }

    /// Whether the actor may decide on tasks of a kind.
    pub fn may_decide(&self, actor: &Actor, kind: TaskKind) -> bool {
        deciding(kind).iter().any(|operation| self.may_somewhere(actor, *operation))
    }

    /// Whether anybody could decide on a kind today who neither puts it forward nor gets it, or
    /// could have in the last thirty days, before their role was ended or their account was shut.
    pub(crate) fn somebody_else_decides_on(
        &self,
        actor: &Actor,
        kind: TaskKind,
        holder: Option<&str>,
    ) -> Result<bool, AppError> {
        let since = self.now_ms() - STILL_COUNTS_MS;
        self.store.read(|tx| {
            let gets_it = |user: &User| holder == Some(&*user.name);
            for mut user in store::orgs::users(tx)? {
                let is_long_gone = user.suspended_at_ms.is_some_and(|at| at < since);
                if user.id == actor.id || gets_it(&user) || is_long_gone {
                    continue;
                }
                user.suspended_at_ms = None;
                let mut other = self.actor_of(tx, &user)?;
                let had = store::access::ended_grants_of(tx, user.id, since)?.into_iter();
                let had = had.map(|record| record.grant);
                other.grants.extend(had.filter(|grant| grant.lent_by.is_none() && !grant.glass));
                if self.may_decide(&other, kind) {
                    return Ok(true);
                }
            }
            Ok(false)
        })
    }

    /// What waits for somebody to decide, oldest first; one's own tasks are among them.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn open_tasks(&self, actor: &Actor) -> Result<Vec<TaskOverview>, AppError> {
        let now = self.now_ms();
        self.store.read(|tx| {
            let mut found = Vec::new();
            let programmes = store::programmes::list(tx)?;
            for record in store::access::tasks(tx, TaskState::Open)? {
                let concerns =
                    record.task.maker == actor.id || self.may_decide(actor, record.task.kind);
                if concerns && record.task.waits_at(now) {
                    found.push(self.task_overview(tx, actor, record, &programmes)?);
                }
            }
            Ok(found)
        })
    }

    /// One task; only for its maker, for those who may decide, and for auditors.
    ///
    /// # Errors
    /// `TASK_UNKNOWN`.
    pub fn task(&self, actor: &Actor, id: Id<Task>) -> Result<TaskOverview, AppError> {
        let unknown = || AppError::not_found("TASK_UNKNOWN", id.to_string());
        self.store.read(|tx| {
            let record = store::access::task(tx, id)?.ok_or_else(unknown)?;
            let concerns = record.task.maker == actor.id
                || self.may_decide(actor, record.task.kind)
                || self.may_somewhere(actor, Operation::ReadAudit);
            match concerns {
                true => {
                    let programmes = store::programmes::list(tx)?;
                    self.task_overview(tx, actor, record, &programmes)
                }
                false => Err(unknown()),
            }
        })
    }

    /// What a list put forward consists of; none for a task of another kind.
    ///
    /// # Errors
    /// `TASK_UNKNOWN` as for [`Office::task`].
    pub fn list_facts(&self, actor: &Actor, id: Id<Task>) -> Result<Option<ListFacts>, AppError> {
        let task = self.task(actor, id)?.record.task;
        if task.kind != TaskKind::List {
            return Ok(None);
        }
        let unknown = || AppError::not_found("TASK_UNKNOWN", id.to_string());
        let (proposal, lines, programme, fund, committed, ceiling) = self.store.read(|tx| {
            let list = Id::from_bytes(task.object);
            let proposal = store::proposals::get(tx, list)?.ok_or_else(unknown)?;
            let programme = store::programmes::get(tx, proposal.programme)?.ok_or_else(unknown)?;
            let fund = store::programmes::fund(tx, programme.fund)?.ok_or_else(unknown)?;
            let lines = store::proposals::lines(tx, list)?;
            let committed = store::proposals::committed(tx, fund.id)?;
            let ceiling = self.ceiling_check(tx, &fund)?;
            Ok::<_, AppError>((proposal, lines, programme, fund, committed, ceiling))
        })?;
        let waits = proposal.state == ProposalState::Proposed;
        let ours = if waits { proposal.committed } else { Rupiah::ZERO };
        let mut villages: BTreeMap<RegionCode, (u64, Rupiah)> = BTreeMap::new();
        for line in &lines {
            let village = villages.entry(line.place).or_default();
            *village = (village.0 + 1, Rupiah(village.1.0 + line.committed.0));
        }
        let named = |(place, (people, sum))| (self.heading(place), people, sum);
        Ok(Some(ListFacts {
            rules: self.rules_of(&programme, &fund, &lines),
            programme: (programme.code, programme.name),
            fund: (fund.code.clone(), Rupiah(free_of(&fund, committed).0 - ours.0)),
            earmark: fund.earmark,
            ceiling,
            months: (programme.first, programme.last),
            people: (proposal.people, proposal.monthly),
            villages: villages.into_iter().map(named).collect(),
            rulebook: self.rulebook.version().to_hex(),
        }))
    }

    /// The articles behind what the first person of a list costs in the first month.
    fn rules_of(
        &self,
        programme: &Programme,
        fund: &Fund,
        lines: &[ListLine],
    ) -> Vec<(String, Rupiah, String)> {
        let first = lines.first();
        let worker = Worker {
            occupation: first.and_then(|line| line.occupation.as_ref()),
            sector: first.map_or(WorkSector::Other, |line| line.sector),
        };
        let found = month_cost(programme, fund.kind, programme.first, worker, &self.rulebook);
        let cited = found.unwrap_or_default().into_iter();
        let name = |scheme: Scheme| scheme.name().to_uppercase();
        cited.map(|line| (name(line.scheme), line.rupiah, line.article.into_string())).collect()
    }

    fn task_overview(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        mut record: TaskRecord,
        programmes: &[Programme],
    ) -> Result<TaskOverview, AppError> {
        if record.task.state == TaskState::Open && self.now_ms() >= record.task.expires_at_ms {
            record.task.state = TaskState::Expired;
        }
        let given = store::access::verdicts(tx, record.task.id)?;
        let said = given.iter().any(|given| given.checker == actor.id);
        // What is known already first: the last two read the register.
        let mine_to_decide = record.task.state == TaskState::Open
            && !said
            && self.may_decide(actor, record.task.kind)
            && self.decides_as_another(actor, &record.task, &given)
            && (record.task.kind != TaskKind::Provider || refuse_own(tx, actor).is_ok())
            && self.refuse_own_ceiling(tx, actor, &record.task).is_ok();
        let mut verdicts = Vec::with_capacity(given.len());
        for verdict in given {
            verdicts.push((name_of(tx, verdict.checker)?, verdict));
        }
        Ok(TaskOverview {
            maker: name_of(tx, record.task.maker)?,
            programme: about::programme_of(&record, programmes),
            fund: about::fund_of(&record),
            record,
            verdicts,
            mine_to_decide,
        })
    }
}

/// The newest task of a kind about an object that still waits for somebody.
pub(crate) fn waiting(
    tx: &mut Tx<'_>,
    now_ms: i64,
    kind: TaskKind,
    object: &[u8; 16],
) -> Result<Option<Task>, AppError> {
    let tasks = store::access::tasks_of(tx, kind, object)?.into_iter();
    Ok(tasks.map(|record| record.task).rfind(|task| task.waits_at(now_ms)))
}

pub(crate) fn name_of(tx: &mut Tx<'_>, id: Id<kind::User>) -> Result<Box<str>, AppError> {
    let user = store::orgs::user(tx, id)?;
    user.map(|user| user.name).ok_or_else(|| AppError::not_found("USER_UNKNOWN", id.to_string()))
}

/// The office's bands; what cannot be read asks for one approver.
fn bands(tx: &mut Tx<'_>) -> Result<Vec<Band>, AppError> {
    let text = store::settings::get(tx, APPROVAL_BANDS)?.unwrap_or_default();
    Ok(parse_bands(&text).unwrap_or_default())
}

/// What a line `name=…` of a content says.
pub(crate) fn line_of<'a>(content: &'a str, name: &str) -> Option<&'a str> {
    let mut pairs = content.lines().filter_map(|line| line.split_once('='));
    pairs.find(|(known, _)| *known == name).map(|(_, value)| value)
}

/// Refuses a content that is not the one whose hash was approved.
pub(crate) fn check_bound(task: &Task, content: &str) -> Result<(), AppError> {
    let hash: [u8; 32] = Sha256::digest(content.as_bytes()).into();
    match hash == task.hash {
        true => Ok(()),
        false => Err(AppError::refused("HASH_DIFFERS", "")),
    }
}

/// How many must say yes: by the amount, and two others where the maker is somebody whom the office
/// does not know yet, or where what was closed is opened again.
fn needed_for(tx: &mut Tx<'_>, kind: TaskKind, effect: Rupiah) -> Result<u8, AppError> {
    // Bands that ask for more than the office has could else never be lowered again.
    if kind == TaskKind::Setting {
        return Ok(1);
    }
    let two = matches!(kind, TaskKind::Newcomer | TaskKind::Reopening);
    let least = if two { 2 } else { 1 };
    Ok(approvers_for(&bands(tx)?, effect).max(least))
}

/// Bands as they are kept: from the least amount on.
fn bands_as_written(mut bands: Vec<Band>) -> String {
    bands.sort_by_key(|band| band.from);
    let lines = bands.iter().map(|band| format!("{}:{}", band.from.0, band.approvers));
    lines.collect::<Vec<_>>().join(",")
}

/// Reads `0:1,1000000000:2`: from an amount on, so many approvers.
pub fn parse_bands(text: &str) -> Option<Vec<Band>> {
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let (from, approvers) = part.split_once(':')?;
            let approvers =
                approvers.trim().parse().ok().filter(|count| (1..=5).contains(count))?;
            Some(Band { from: Rupiah::parse(from.trim())?, approvers })
        })
        .collect()
}

#[cfg(test)]
mod attacks;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_are_read_as_written() {
        let two = parse_bands("0:1, 1000000000:2").expect("well formed");
        assert_eq!(approvers_for(&two, Rupiah(999_999_999)), 1);
        assert_eq!(approvers_for(&two, Rupiah(1_000_000_000)), 2);
        for bad in ["0", "0:0", "0:9", "x:1", "0:1;5:2"] {
            assert!(parse_bands(bad).is_none(), "{bad}");
        }
        assert_eq!(parse_bands(""), Some(Vec::new()));
    }
}
