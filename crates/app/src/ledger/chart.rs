//! What the office calls its accounts: the table that holds on a day, and another one put forward.

use base::{Day, Id};
use domain::ledger::Account;
use domain::ledger::mapping::{ChartLine, ChartMap};
use domain::ledger::period::StepState;
use domain::task::{Task, TaskKind, TaskState};
use store::Tx;
use store::ledger::mapping::{self as kept, ChartRecord};

use crate::error::{AppError, ErrorKind};
use crate::office::{Actor, Office, Operation, Target};
use crate::people::usable_reason;
use crate::tasks::Forward;

pub use domain::ledger::mapping::CHART_COLUMNS;

/// The table of a day, and those that were put forward.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChartShown {
    /// The lines, by role and owner.
    pub map: ChartMap,
    /// The day from which it holds; none for what ships with the program.
    pub since: Option<Day>,
    /// Every table put forward, by the day from which it holds, each with its maker and checker.
    pub records: Vec<(ChartRecord, Box<str>, Box<str>)>,
}

impl ChartShown {
    /// The lines.
    pub fn lines(&self) -> &[ChartLine] {
        self.map.lines()
    }
}

impl Office {
    /// What the accounts are called on a day.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn chart_on(&self, actor: &Actor, day: Day) -> Result<ChartShown, AppError> {
        self.authorize(actor, Operation::ReadMoney, &Target::default())?;
        self.store.read(|tx| {
            let mut records = Vec::new();
            for record in kept::list(tx)? {
                let maker = name_of(tx, Some(record.made_by))?;
                let checker = name_of(tx, record.checked_by)?;
                records.push((record, maker, checker));
            }
            let holds =
                |record: &ChartRecord| record.state == StepState::Approved && record.from <= day;
            let held = records.iter().rfind(|(record, ..)| holds(record));
            let since = held.map(|(record, ..)| record.from);
            Ok(ChartShown { map: kept::on(tx, day)?, since, records })
        })
    }

    /// The table that ships, as text: with what somebody begins who may not read about money.
    pub fn shipped_chart(&self) -> String {
        ChartMap::shipped().to_text()
    }

    /// Reads a table without putting it forward: for a page on which it is looked at.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, the codes of [`domain::ledger::mapping::ChartRefusal`].
    pub fn read_chart(&self, actor: &Actor, text: &str) -> Result<ChartMap, AppError> {
        self.authorize(actor, Operation::SetUp, &Target::default())?;
        ChartMap::parse(text).map_err(|refusal| AppError::refused(refusal.name(), refusal.detail()))
    }

    /// Puts a table forward that is to hold from a day on; the same again while it waits, or while
    /// it holds from that day, is no change. The task by which it is decided.
    ///
    /// # Errors
    /// `REASON_MISSING`, the codes of [`domain::ledger::mapping::ChartRefusal`], `CHART_WAITS`
    /// while another one waits.
    pub fn propose_chart(
        &self,
        actor: &Actor,
        text: &str,
        from: Day,
        reason: &str,
    ) -> Result<ChartRecord, AppError> {
        let map = self.read_chart(actor, text)?;
        let reason = usable_reason(reason)?;
        self.store.write(|tx| {
            let hash = bound(&map, from);
            for known in kept::list(tx)? {
                match known.state {
                    StepState::Returned => {}
                    _ if known.hash == hash => return Ok(known),
                    StepState::Proposed => {
                        return Err(AppError::new(ErrorKind::Conflict, "CHART_WAITS", ""));
                    }
                    StepState::Approved => {}
                }
            }
            let record = ChartRecord {
                id: self.environment.new_id(),
                from,
                hash,
                reason: reason.as_str().into(),
                made_by: actor.id,
                made_at_ms: self.now_ms(),
                checked_by: None,
                state: StepState::Proposed,
            };
            kept::insert(tx, &record, &map)?;
            let lines = map.lines().iter().map(|line| {
                let owner = if line.owner.is_empty() { "" } else { ", " };
                let (role, code, name) = (line.role.name(), &line.title.code, &line.title.name);
                format!("role-{role}={code} {name}{owner}{}", line.owner)
            });
            let lines: Vec<String> = lines.collect();
            let content = format!("from={from}\nreason={reason}\n{}", lines.join("\n"));
            let forward = Forward {
                id: task_of(record.id),
                kind: TaskKind::Chart,
                object: *record.id.as_bytes(),
                hash,
                effect: base::Rupiah::ZERO,
                content: &content,
            };
            self.put_forward(tx, actor, &forward)?;
            self.record(tx, actor, "chart-proposed", "chart", record.id.as_bytes())?;
            Ok(record)
        })
    }

    /// What the approval or the return of a table brings about.
    pub(crate) fn chart_decided(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        task: &Task,
        state: TaskState,
    ) -> Result<(), AppError> {
        let id: Id<ChartMap> = Id::from_bytes(task.object);
        if state != TaskState::Approved {
            kept::set_state(tx, id, StepState::Returned, None)?;
            return self.record(tx, actor, "chart-returned", "chart", id.as_bytes());
        }
        let unknown = || AppError::not_found("TASK_UNKNOWN", task.id.to_string());
        let record = kept::list(tx)?.into_iter().find(|record| record.id == id);
        let record = record.ok_or_else(unknown)?;
        let map = kept::lines(tx, id)?;
        if bound(&map, record.from) != task.hash || record.made_by != task.maker {
            return Err(AppError::refused("HASH_DIFFERS", ""));
        }
        kept::set_state(tx, id, StepState::Approved, Some(actor.id))?;
        // What the office adds is opened once, and stays when a later table names it no more.
        let known = store::ledger::accounts(tx)?;
        let is_new = |account: &Account| known.iter().all(|(one, _)| one.id != account.id);
        let added: Vec<Account> = map.added().filter(is_new).collect();
        store::ledger::open_accounts(tx, &added)?;
        self.record(tx, actor, "chart-approved", "chart", id.as_bytes())
    }

    /// What becomes of a table nobody decided in time.
    pub(crate) fn chart_expired(&self, tx: &mut Tx<'_>, task: &Task) -> Result<(), AppError> {
        let id = Id::from_bytes(task.object);
        Ok(kept::set_state(tx, id, StepState::Returned, None)?)
    }
}

/// A digest of a table and the day from which it holds.
fn bound(map: &ChartMap, from: Day) -> [u8; 32] {
    use sha2::{Digest, Sha256};
    let day = from.as_number().to_be_bytes();
    Sha256::new().chain_update(map.hash()).chain_update(day).finalize().into()
}

fn name_of(tx: &mut Tx<'_>, id: Option<Id<base::id::kind::User>>) -> Result<Box<str>, AppError> {
    let Some(id) = id else { return Ok("".into()) };
    Ok(store::orgs::user(tx, id)?.map(|user| user.name).unwrap_or_default())
}

/// The task by which a table is decided.
pub fn task_of(id: Id<ChartMap>) -> Id<Task> {
    Id::from_bytes(*id.as_bytes())
}
