//! Whether an installation is well: each finding with a code, for pages that say what to do.

use store::StoreError;
use store::jobs::{Job, JobState};

use crate::office::Office;

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Nothing to do.
    Well,
    /// It cannot be known from here.
    Unknown,
    /// To be done soon.
    Warning,
    /// To be done now.
    Bad,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The code: the catalogue has its name under `condition-CODE` and its remedy.
    pub what: &'static str,
    /// How grave it is.
    pub weight: Weight,
    /// A word for its sentence, never identity.
    pub detail: String,
}

const DAY_MS: i64 = 86_400_000;
const COPY_DAYS_MAX: i64 = 1;
const JOB_WAITS_MAX_MS: i64 = 600_000;
const JOB_WORKS_MAX_MS: i64 = 2 * 3_600_000;
const CHECKPOINT_DAYS_MAX: i64 = 7;

impl Office {
    /// Everything that can be looked at while the program works.
    pub fn condition(&self) -> Vec<Finding> {
        vec![
            self.schema_condition(),
            self.clock_condition(),
            self.copy_condition(),
            self.checkpoint_condition(),
            self.job_condition(),
            self.help_condition(),
            self.law_condition(),
        ]
    }

    fn schema_condition(&self) -> Finding {
        let (weight, detail) = match self.store.schema_version() {
            Ok((seen, known)) if seen == known => (Weight::Well, seen.to_string()),
            Ok((seen, known)) => (Weight::Bad, format!("{seen} < {known}")),
            Err(_) => (Weight::Bad, String::new()),
        };
        Finding { what: "schema", weight, detail }
    }

    /// A clock that runs behind the last act would date the next one before it.
    fn clock_condition(&self) -> Finding {
        let last = self.store.read(|tx| {
            let (size, _) = store::audit::head(tx)?;
            let last = size.checked_sub(1).map(|last| store::audit::entry(tx, last)).transpose()?;
            Ok::<_, StoreError>(last.flatten().map(|entry| entry.line.at_ms))
        });
        let weight = match last {
            Ok(last) if last.is_none_or(|last| last <= self.now_ms()) => Weight::Well,
            Ok(_) => Weight::Bad,
            Err(_) => Weight::Unknown,
        };
        Finding { what: "clock", weight, detail: self.today().to_string() }
    }

    /// A copy of yesterday is what an office can live with.
    fn copy_condition(&self) -> Finding {
        let last = self.last_backup().ok().flatten().map(|copy| copy.at_ms);
        self.aged("copy", last, COPY_DAYS_MAX)
    }

    /// What the log said is only beyond doubt once a checkpoint has left the house.
    fn checkpoint_condition(&self) -> Finding {
        let last = self.store.read(store::checkpoints::list).unwrap_or_default();
        self.aged("checkpoint", last.last().map(|last| last.made_at_ms), CHECKPOINT_DAYS_MAX)
    }

    /// A job that nobody takes up says that no worker is at work; one that works for hours, or
    /// failed today, is somebody's who waits for it.
    fn job_condition(&self) -> Finding {
        let now = self.now_ms();
        let is_late = |job: &Job| match job.state {
            JobState::Queued => now - job.asked_at_ms > JOB_WAITS_MAX_MS,
            JobState::Running => job.begun_at_ms.is_some_and(|at| now - at > JOB_WORKS_MAX_MS),
            _ => true,
        };
        let looked_at = self.store.read(|tx| {
            let mut found = store::jobs::failed_since(tx, now - DAY_MS + 1)?;
            for state in [JobState::Queued, JobState::Running] {
                found.extend(store::jobs::of_state(tx, state)?);
            }
            Ok::<_, StoreError>(found)
        });
        let (weight, late) = match looked_at {
            Err(_) => (Weight::Unknown, 0),
            Ok(found) => match found.iter().filter(|job| is_late(job)).count() {
                0 => (Weight::Well, 0),
                late => (Weight::Warning, late),
            },
        };
        Finding { what: "jobs", weight, detail: late.to_string() }
    }

    /// Something that is to be done again every so many days.
    fn aged(&self, what: &'static str, last_at_ms: Option<i64>, days_max: i64) -> Finding {
        let days = last_at_ms.map(|last| (self.now_ms() - last) / DAY_MS);
        let weight = match days {
            Some(days) if days <= days_max => Weight::Well,
            _ => Weight::Warning,
        };
        let detail = days.map_or("–".to_owned(), |days| days.to_string());
        Finding { what, weight, detail }
    }

    fn help_condition(&self) -> Finding {
        let said = self.settings().is_ok_and(|settings| !settings.phone.is_empty());
        let weight = if said { Weight::Well } else { Weight::Warning };
        Finding { what: "help", weight, detail: String::new() }
    }

    /// Rules of today that nobody has compared with the text of the law.
    fn law_condition(&self) -> Finding {
        let rules = self.rules_in_force(self.today());
        let open = rules.iter().filter(|rule| rule.status != "confirmed").count();
        let weight = if open == 0 { Weight::Well } else { Weight::Warning };
        Finding { what: "law", weight, detail: open.to_string() }
    }
}
