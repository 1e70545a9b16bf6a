//! Large imports under four eyes: what a file would change and cost is put forward, and it is taken
//! in only as others have seen it.
//!
//! The decision on a file counts everything anew inside its own transaction and asks whether
//! exactly this was approved: the bytes, what was said of them, every row's outcome, the money.
//! Whatever was changed since, in the file or in the register, makes it something that nobody has
//! approved.

use base::id::kind;
use base::{Id, Rupiah};
use domain::approval::ProposedList;
use domain::enrolment::{Changes, Outcome};
use domain::programme::Programme;
use domain::task::{Task, TaskKind, TaskState, Verdict, approvers_for};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use store::Tx;
use store::sheets::{Sheet, SheetState};

use super::{Forward, TaskOverview, TaskRecord, bands};
use crate::error::{AppError, ErrorKind};
use crate::intake::SheetReport;
use crate::jobs::{Job, JobKind, Tell};
use crate::office::{Actor, Office};
use crate::prints::hex;
use crate::staging::{Consequence, Staged};

/// The setting that says from how many rows and from which cost an import needs other eyes, as
/// `5000:1000000000`.
pub const IMPORT_LIMITS: &str = "import-limits";

/// From when an import needs other eyes; either is enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImportLimits {
    /// Rows of people.
    pub rows: u64,
    /// What those accepted cost in all months.
    pub cost: Rupiah,
}

impl ImportLimits {
    /// The limits of an office that says nothing: more than a village, less than a district.
    pub const USUAL: ImportLimits = ImportLimits { rows: 5_000, cost: Rupiah(1_000_000_000) };

    /// Reads `5000:1000000000`.
    pub fn parse(text: &str) -> Option<ImportLimits> {
        let (rows, cost) = text.split_once(':')?;
        let rows = rows.trim().parse().ok().filter(|rows| *rows > 0)?;
        let cost = Rupiah::parse(cost.trim()).filter(|cost| cost.0 > 0)?;
        Some(ImportLimits { rows, cost })
    }

    pub(super) fn print(self) -> String {
        format!("{}:{}", self.rows, self.cost.0)
    }

    fn are_reached(self, rows: u64, cost: Rupiah) -> bool {
        rows >= self.rows || cost >= self.cost
    }
}

/// What an approver of an import is shown; an approval binds every word of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportFacts {
    /// The file.
    pub sheet: String,
    /// SHA-256 of its bytes.
    pub bytes_sha256: String,
    /// How often something was said of it.
    pub revision: i64,
    /// Who sends it, by code.
    pub org: String,
    /// What it is for, by code.
    pub programme: String,
    /// Rows of people.
    pub rows: u64,
    /// People new to the register.
    pub new: u64,
    /// People whom the register knows and who are new on the programme's list.
    pub joining: u64,
    /// People whose record a correction changes.
    pub changed: u64,
    /// Rows that change nothing.
    pub unchanged: u64,
    /// People of the sender's earlier files who are not in this one.
    pub leaving: u64,
    /// Rows that go back to the sender.
    pub to_fix: u64,
    /// Rows that a rule refuses.
    pub refused: u64,
    /// What those accepted cost in the first month.
    pub monthly_rupiah: i64,
    /// Months paid for.
    pub months: u32,
    /// What they cost in all months.
    pub committed_rupiah: i64,
    /// The rules behind the cost: parameter, instrument, article.
    pub rules: Vec<(String, String, String)>,
    /// The rulebook it was counted by.
    pub rulebook: String,
    /// A digest over what was decided of every row.
    pub decisions_sha256: String,
}

impl ImportFacts {
    /// What a task on an import puts forward.
    pub fn read(record: &TaskRecord) -> Option<ImportFacts> {
        let is_import = record.task.kind == TaskKind::Import;
        is_import.then(|| serde_json::from_str(&record.content).ok()).flatten()
    }

    fn written(&self) -> String {
        serde_json::to_string(self).expect("texts and numbers can be written")
    }

    /// People and rows by what becomes of them, each with the key of its word.
    pub fn counts(&self) -> [(&'static str, u64); 8] {
        [
            ("web-rows", self.rows),
            ("intake-people-new", self.new),
            ("intake-people-joining", self.joining),
            ("intake-people-changed", self.changed),
            ("intake-people-unchanged", self.unchanged),
            ("intake-people-leaving", self.leaving),
            ("intake-rows-back", self.to_fix),
            ("intake-refused", self.refused),
        ]
    }

    /// What those accepted cost in all months.
    pub fn committed(&self) -> Rupiah {
        Rupiah(self.committed_rupiah)
    }
}

fn hash_of(content: &str) -> [u8; 32] {
    Sha256::new().chain_update(b"payung-import/v1\n").chain_update(content).finalize().into()
}

/// Where a file stands with those who must approve it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportStanding {
    /// Nobody was asked, or what was put forward was taken back or ran out of time.
    Nobody,
    /// It waits.
    Waits(Box<Task>),
    /// It was approved, and not taken in yet.
    Approved(Box<Task>),
    /// It was sent back, and why.
    Returned(Box<Task>, Box<str>),
}

/// What to do with a file that needs other eyes and does not have them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unseen {
    /// Put it forward in the name of who acts.
    PutForward,
    /// Refuse: nobody is there in whose name something new could be put forward.
    Refuse,
}

impl Office {
    /// Whether others must approve a file before it is taken in: the task that waits for them, put
    /// forward if need be; none when it may be taken in.
    pub(crate) fn other_eyes(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        (sheet, programme): (&Sheet, &Programme),
        changes: &Changes,
        unseen: Unseen,
    ) -> Result<Option<Task>, AppError> {
        let tasks = store::access::tasks_of(tx, TaskKind::Import, sheet.id.as_bytes())?;
        let cost = match self.cost_of(tx, programme, changes) {
            Ok(cost) => cost.map(|(_, list)| list),
            // What no rule gives a price to cannot come on a list either: then rows alone count.
            Err(error) if error.kind == ErrorKind::Refused => None,
            Err(error) => return Err(error),
        };
        let committed = cost.as_ref().map_or(Rupiah::ZERO, |list| list.committed);
        // What was put forward once stays so, whoever raises the limits afterwards.
        if tasks.is_empty() && !limits(tx)?.are_reached(rows_of(changes), committed) {
            return Ok(None);
        }
        let content = self.import_facts(tx, sheet, programme, changes, cost.as_ref())?.written();
        let hash = hash_of(&content);
        let now = self.now_ms();
        for TaskRecord { task, .. } in tasks.iter().rev().filter(|one| one.task.hash == hash) {
            match task.state {
                TaskState::Approved if self.is_approved(tx, task, committed)? => {
                    return Ok(None);
                }
                TaskState::Open if task.waits_at(now) => return Ok(Some(task.clone())),
                _ => {}
            }
        }
        if unseen == Unseen::Refuse {
            return Err(AppError::new(ErrorKind::Conflict, "FIGURES_CHANGED", ""));
        }
        withdraw(tx, &tasks)?;
        let forward = Forward {
            id: self.environment.new_id(),
            kind: TaskKind::Import,
            object: *sheet.id.as_bytes(),
            hash,
            effect: committed,
            content: &content,
        };
        let task = self.put_forward(tx, actor, &forward)?;
        self.record(tx, actor, "import-proposed", "sheet", sheet.id.as_bytes())?;
        Ok(Some(task))
    }

    /// Everything that an approval of a file binds.
    fn import_facts(
        &self,
        tx: &mut Tx<'_>,
        sheet: &Sheet,
        programme: &Programme,
        changes: &Changes,
        cost: Option<&ProposedList>,
    ) -> Result<ImportFacts, AppError> {
        let unknown = || AppError::not_found("ORG_UNKNOWN", "");
        let org = store::orgs::get(tx, sheet.org)?.ok_or_else(unknown)?;
        let revision = store::staging::get(tx, sheet.id)?.map_or(0, |stage| stage.revision);
        let weighed = self.weighed(tx, (programme, &org), changes)?;
        Ok(ImportFacts {
            sheet: sheet.id.to_string(),
            bytes_sha256: hex(&sheet.hash),
            revision,
            org: org.code.to_string(),
            programme: programme.code.to_string(),
            rows: rows_of(changes),
            new: weighed.new,
            joining: weighed.joining,
            changed: weighed.changed,
            unchanged: weighed.unchanged,
            leaving: weighed.leaving.len() as u64,
            to_fix: weighed.counts.to_fix,
            refused: weighed.counts.refused,
            monthly_rupiah: cost.map_or(0, |list| list.monthly.0),
            months: cost.map_or(0, |list| list.months),
            committed_rupiah: cost.map_or(0, |list| list.committed.0),
            rules: cost.map(|_| self.rules_behind_cost(programme)).unwrap_or_default(),
            rulebook: self.rulebook.version().to_hex(),
            decisions_sha256: hex(&decisions_digest(changes)),
        })
    }

    /// Whether a file may be approved as it was put forward: its words are those of the hash, and
    /// nothing was said of the file since.
    pub(crate) fn check_import(
        &self,
        tx: &mut Tx<'_>,
        record: &TaskRecord,
    ) -> Result<(), AppError> {
        let differs = || AppError::refused("HASH_DIFFERS", "");
        let facts = ImportFacts::read(record).ok_or_else(differs)?;
        let of_task =
            hash_of(&record.content) == record.task.hash && facts.committed() == record.task.effect;
        let sheet = store::sheets::get(tx, Id::from_bytes(record.task.object))?;
        let sheet = sheet.filter(|_| of_task).ok_or_else(differs)?;
        let revision = store::staging::get(tx, sheet.id)?.map_or(0, |stage| stage.revision);
        let stands = sheet.state == SheetState::Received
            && revision == facts.revision
            && facts.bytes_sha256 == hex(&sheet.hash)
            && facts.sheet == sheet.id.to_string();
        if stands { Ok(()) } else { Err(differs()) }
    }

    /// Whether enough others have approved a task as it stands, by the bands of today as well.
    fn is_approved(&self, tx: &mut Tx<'_>, task: &Task, effect: Rupiah) -> Result<bool, AppError> {
        let needed = approvers_for(&bands(tx)?, effect).max(task.approvers);
        let yes = Verdict::Approve(task.hash);
        let given = store::access::verdicts(tx, task.id)?;
        let given = given.iter().filter(|one| one.verdict == yes && one.checker != task.maker);
        Ok(given.count() >= usize::from(needed))
    }

    /// Takes back whatever was put forward or approved about a file, because the file is not what
    /// it was any more.
    pub(crate) fn withdraw_import(
        &self,
        tx: &mut Tx<'_>,
        sheet: Id<kind::Sheet>,
    ) -> Result<(), AppError> {
        let tasks = store::access::tasks_of(tx, TaskKind::Import, sheet.as_bytes())?;
        withdraw(tx, &tasks)
    }

    /// Where a file stands with those who must approve it.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn import_standing(&self, staged: &Staged) -> Result<ImportStanding, AppError> {
        if staged.sheet.state != SheetState::Received {
            return Ok(ImportStanding::Nobody);
        }
        let now = self.now_ms();
        self.store.read(|tx| {
            let object = staged.sheet.id.as_bytes();
            let tasks = store::access::tasks_of(tx, TaskKind::Import, object)?;
            let Some(TaskRecord { task, .. }) = tasks.into_iter().next_back() else {
                return Ok(ImportStanding::Nobody);
            };
            let task = Box::new(task);
            Ok(match task.state {
                TaskState::Open if task.waits_at(now) => ImportStanding::Waits(task),
                TaskState::Approved => ImportStanding::Approved(task),
                TaskState::Returned => {
                    let given = store::access::verdicts(tx, task.id)?;
                    let reason = given.into_iter().find_map(|given| match given.verdict {
                        Verdict::Return(reason) => Some(reason),
                        Verdict::Approve(_) => None,
                    });
                    ImportStanding::Returned(task, reason.unwrap_or_default())
                }
                _ => ImportStanding::Nobody,
            })
        })
    }

    /// How many must approve a file before it is taken in; none when nobody must.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn approvers_of_import(
        &self,
        staged: &Staged,
        weighed: &Consequence,
    ) -> Result<Option<u8>, AppError> {
        let people = weighed.outcomes.iter().filter(|(one, _)| **one != Outcome::NotAPerson);
        let rows = people.map(|(_, rows)| rows).sum();
        let cost = weighed.money.as_ref().map_or(Rupiah::ZERO, |money| money.committed);
        self.store.read(|tx| {
            let object = staged.sheet.id.as_bytes();
            let was_asked = !store::access::tasks_of(tx, TaskKind::Import, object)?.is_empty();
            let needed = was_asked || limits(tx)?.are_reached(rows, cost);
            Ok(needed.then_some(approvers_for(&bands(tx)?, cost)))
        })
    }

    /// Takes the file of an approved task in, in the name of whoever put it forward; nothing for a
    /// task of another kind or one that is not approved.
    ///
    /// # Errors
    /// `FIGURES_CHANGED` when the register has changed what the file comes to since it was seen;
    /// `USER_MAY_NOT` when its maker may not take it in any more.
    pub fn finish_import(&self, task: &TaskOverview) -> Result<Option<SheetReport>, AppError> {
        let Some((maker, sheet)) = self.approved_import(task)? else { return Ok(None) };
        self.decide_seen(&maker, sheet, &mut Tell::nobody()).map(Some)
    }

    /// The same by a job when the file is large; the job.
    ///
    /// # Errors
    /// Those of [`Office::finish_import`].
    pub fn finish_import_or_ask(&self, task: &TaskOverview) -> Result<Option<Job>, AppError> {
        let Some((maker, sheet)) = self.approved_import(task)? else { return Ok(None) };
        let is_small = ImportFacts::read(&task.record)
            .is_some_and(|facts| facts.rows <= crate::staging::ROWS_AT_ONCE);
        if is_small {
            return self.finish_import(task).map(|_| None);
        }
        self.ask_job(&maker, JobKind::Finish, sheet).map(Some)
    }

    fn approved_import(
        &self,
        task: &TaskOverview,
    ) -> Result<Option<(Actor, Id<kind::Sheet>)>, AppError> {
        let task = &task.record.task;
        if task.kind != TaskKind::Import {
            return Ok(None);
        }
        self.store.read(|tx| {
            let now = store::access::task(tx, task.id)?;
            if now.is_none_or(|now| now.task.state != TaskState::Approved) {
                return Ok(None);
            }
            let maker = store::orgs::user(tx, task.maker)?;
            let maker = maker.ok_or_else(|| AppError::not_found("USER_UNKNOWN", ""))?;
            Ok(Some((self.actor_of(tx, &maker)?, Id::from_bytes(task.object))))
        })
    }
}

/// The office's limits; what cannot be read is the usual.
pub(super) fn limits(tx: &mut Tx<'_>) -> Result<ImportLimits, AppError> {
    let text = store::settings::get(tx, IMPORT_LIMITS)?.unwrap_or_default();
    Ok(ImportLimits::parse(&text).unwrap_or(ImportLimits::USUAL))
}

fn withdraw(tx: &mut Tx<'_>, tasks: &[TaskRecord]) -> Result<(), AppError> {
    for TaskRecord { task, .. } in tasks {
        if matches!(task.state, TaskState::Open | TaskState::Approved) {
            store::access::set_task_state(tx, task.id, TaskState::Withdrawn)?;
        }
    }
    Ok(())
}

/// Rows of people.
fn rows_of(changes: &Changes) -> u64 {
    let people = changes.decisions.iter().filter(|one| one.outcome != Outcome::NotAPerson);
    people.count() as u64
}

/// What was decided of every row. People new to the register have an identifier drawn anew each
/// time, so they are told by their rows alone.
fn decisions_digest(changes: &Changes) -> [u8; 32] {
    let new: std::collections::HashSet<_> =
        changes.new_people.iter().map(|person| person.id).collect();
    let mut hasher = Sha256::new();
    for decision in &changes.decisions {
        hasher.update(decision.sheet.to_be_bytes());
        hasher.update(decision.row.to_be_bytes());
        hasher.update(decision.outcome.name());
        hasher.update(decision.content.to_be_bytes());
        if let Some(person) = decision.person.filter(|person| !new.contains(person)) {
            hasher.update(person.as_bytes());
        }
        if let Some((sheet, index, row)) = &decision.corrects {
            hasher.update(sheet.as_bytes());
            hasher.update(index.to_be_bytes());
            hasher.update(row.to_be_bytes());
        }
        hasher.update(b"\n");
    }
    hasher.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_read_as_written() {
        let read = ImportLimits::parse("300: 1000000").expect("well formed");
        assert_eq!(read, ImportLimits { rows: 300, cost: Rupiah(1_000_000) });
        assert_eq!(ImportLimits::parse(&read.print()), Some(read));
        for bad in ["", "300", "0:5", "5:0", "-1:5", "5:-1", "x:1", "1:x"] {
            assert_eq!(ImportLimits::parse(bad), None, "{bad}");
        }
        for (rows, cost, expect) in
            [(299, 999_999, false), (300, 0, true), (0, 1_000_000, true), (301, 2_000_000, true)]
        {
            assert_eq!(read.are_reached(rows, Rupiah(cost)), expect, "{rows} {cost}");
        }
    }
}
