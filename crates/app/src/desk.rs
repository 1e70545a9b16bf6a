//! What waits for somebody: tasks to decide, files to fix, the next step of a programme; and what
//! an installation still needs before its first file.

use base::{Day, Month, Zone};
use domain::access::Role;
use domain::agreement::{DutyState, Renewal};
use domain::claim::ClaimState;
use store::jobs::JobState;
use store::sheets::SheetState;
use store::staging::Stage;

use crate::error::AppError;
use crate::office::{Actor, Office, Operation, Target};
use crate::overview::NextStep;
use crate::received::{Files, Tally};

/// One thing that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// What is to be done: the catalogue has its words under `desk-CODE`.
    pub what: String,
    /// What it is about: an office, a programme; never a person.
    pub about: String,
    /// How many rows or people.
    pub count: u64,
    /// The month it is about.
    pub month: Option<Month>,
    /// Since when.
    pub since: Option<Day>,
    /// Where it is done.
    pub path: String,
}

/// Something an installation needs: the catalogue has its words under `first-CODE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstStep {
    /// The code.
    pub what: &'static str,
    /// Whether it was done.
    pub done: bool,
    /// Where it is done.
    pub path: &'static str,
}

/// A desk.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Desk {
    /// What waits, the oldest first.
    pub waiting: Vec<Waiting>,
    /// What an installation still needs; empty for everybody but those who keep it.
    pub first_steps: Vec<FirstStep>,
    /// The day of the newest file.
    pub last_received: Option<Day>,
    /// Files that wait too, and are newer than as many as a desk shows.
    pub left_out: u64,
}

/// Files of a kind on a desk: as many as fit a day's work; the rest comes up as they are done.
const FILES_SHOWN: usize = 50;

impl Office {
    /// What waits for somebody.
    ///
    /// # Errors
    /// Those of the register.
    pub fn desk(&self, actor: &Actor) -> Result<Desk, AppError> {
        let mut waiting = self.tasks_waiting(actor)?;
        let (last_received, files, left_out) = self.files_waiting(actor)?;
        waiting.extend(files);
        waiting.extend(self.jobs_waiting(actor)?);
        waiting.extend(self.elsewhere_waiting(actor)?);
        waiting.extend(self.pairs_waiting(actor)?);
        waiting.extend(self.told_waiting(actor)?);
        waiting.extend(self.claims_waiting(actor)?);
        waiting.extend(self.subscribers_waiting(actor)?);
        waiting.extend(self.agreements_waiting(actor)?);
        waiting.extend(self.steps_waiting(actor)?);
        waiting.sort_by_key(|found| (found.since.is_none(), found.since));
        Ok(Desk { waiting, first_steps: self.first_steps(actor)?, last_received, left_out })
    }

    /// Agreements with duties that are late, and those whose end is near or over.
    fn agreements_waiting(&self, actor: &Actor) -> Result<Vec<Waiting>, AppError> {
        let asks = [Operation::FollowUp, Operation::ReadMoney];
        if !asks.iter().all(|operation| self.may_somewhere(actor, *operation)) {
            return Ok(Vec::new());
        }
        let mut waiting = Vec::new();
        for found in self.agreements(actor)? {
            let about = |what: &str, count: u64, path: String| Waiting {
                what: what.into(),
                about: found.agreement.code.to_string(),
                count,
                month: None,
                since: None,
                path,
            };
            let late = found.duties.get(&DutyState::Late).copied().unwrap_or(0);
            if late > 0 {
                waiting.push(about("duties-late", late.into(), "/perjanjian/papan".into()));
            }
            let path = format!("/perjanjian/{}", found.agreement.code);
            match found.renewal {
                Renewal::Due { days_left } => {
                    waiting.push(about("agreement-ends", days_left.unsigned_abs().into(), path));
                }
                Renewal::Over => waiting.push(about("agreement-over", 0, path)),
                Renewal::Far => {}
            }
        }
        Ok(waiting)
    }

    /// The day of the newest file that the actor may see; files to mend, and files that were sent
    /// and not yet saved, as many of the oldest as a desk shows; and how many were left out.
    fn files_waiting(&self, actor: &Actor) -> Result<(Option<Day>, Vec<Waiting>, u64), AppError> {
        if !self.may_somewhere(actor, Operation::ReadSheets) {
            return Ok((None, Vec::new(), 0));
        }
        self.store.read(|tx| {
            let (files, zone) = (self.received.files(tx)?, self.zone());
            let mut sees = self.reach_of_files(actor, Operation::ReadSheets, &files);
            let mut takes_in = self.reach_of_files(actor, Operation::TakeIn, &files);
            let seen = files.tallies.iter().rev().find(|tally| sees(tally));
            let last = seen.map(|tally| zone.day(tally.received_at_ms));
            if !self.may_somewhere(actor, Operation::TakeIn) {
                return Ok((last, Vec::new(), 0));
            }
            let to_fix = |tally: &Tally| tally.rows.is_some_and(|rows| rows.to_fix > 0);
            let mut waits: Vec<&Tally> = files
                .tallies
                .iter()
                .filter(|tally| match tally.state {
                    SheetState::Received => sees(tally) && takes_in(tally),
                    _ => to_fix(tally) && sees(tally),
                })
                .map(|tally| &**tally)
                .collect();
            waits.sort_by_key(|tally| tally.received_at_ms);
            let all = waits.len();
            // Of each kind as many: what nobody mends does not hide what came today.
            let (mut open, mut decided) = (0, 0);
            waits.retain(|tally| {
                let is_open = tally.state == SheetState::Received;
                let count = if is_open { &mut open } else { &mut decided };
                *count += 1;
                *count <= FILES_SHOWN
            });
            let left_out = (all - waits.len()) as u64;
            let open = waits.iter().filter(|tally| tally.state == SheetState::Received);
            let stages = store::staging::of(tx, open.map(|tally| tally.id))?;
            let waiting = waits.iter();
            let waiting =
                waiting.map(|tally| waiting_file(&files, tally, stages.get(&tally.id), zone));
            Ok((last, waiting.collect(), left_out))
        })
    }

    /// The actor's own jobs: at work or not begun, and those that failed since yesterday.
    fn jobs_waiting(&self, actor: &Actor) -> Result<Vec<Waiting>, AppError> {
        const DAY_MS: i64 = 86_400_000;
        let yesterday = self.now_ms() - DAY_MS + 1;
        let mut jobs = self.open_jobs(actor)?;
        let failed = self.store.read(|tx| store::jobs::failed_since(tx, yesterday))?;
        jobs.extend(failed.into_iter().filter(|job| job.owner == actor.id));
        let waiting = jobs.iter().map(|job| Waiting {
            what: match job.state {
                JobState::Failed => "job-failed".into(),
                _ => "job-open".into(),
            },
            about: String::new(),
            count: job.done,
            month: None,
            since: Some(self.zone().day(job.asked_at_ms)),
            path: format!("/pekerjaan/{}", job.id),
        });
        Ok(waiting.collect())
    }

    /// People who are registered in another region too, for those who can correct a person.
    fn elsewhere_waiting(&self, actor: &Actor) -> Result<Option<Waiting>, AppError> {
        if !self.may_somewhere(actor, Operation::ChangePerson) {
            return Ok(None);
        }
        let count = self.count_held_elsewhere(actor)?;
        let waiting = Waiting {
            what: "elsewhere".into(),
            about: String::new(),
            count,
            month: None,
            since: None,
            path: "/peserta?juga=daerah-lain".into(),
        };
        Ok((count > 0).then_some(waiting))
    }

    fn tasks_waiting(&self, actor: &Actor) -> Result<Vec<Waiting>, AppError> {
        let tasks = self.open_tasks(actor)?.into_iter().filter(|found| found.mine_to_decide);
        let waiting = tasks.map(|found| {
            let task = &found.record.task;
            Waiting {
                what: format!("task-{}", task.kind.name()),
                about: found.maker.to_string(),
                count: 1,
                month: None,
                since: Some(self.zone().day(task.made_at_ms)),
                path: format!("/tugas/{}", task.id),
            }
        });
        Ok(waiting.collect())
    }

    /// Pairs of people who may be one: to decide, and to answer for a village.
    fn pairs_waiting(&self, actor: &Actor) -> Result<Vec<Waiting>, AppError> {
        let (to_decide, to_answer) = self.duplicates_waiting(actor)?;
        let of = |what: &str, count, path: &str| Waiting {
            what: what.into(),
            about: String::new(),
            count,
            month: None,
            since: None,
            path: path.into(),
        };
        let waiting =
            [of("duplicates", to_decide, "/ganda"), of("duplicate-questions", to_answer, "/ganda")];
        Ok(waiting.into_iter().filter(|one| one.count > 0).collect())
    }

    /// What anybody told the office and nobody has answered.
    fn told_waiting(&self, actor: &Actor) -> Result<Option<Waiting>, AppError> {
        let (count, since) = self.messages_waiting(actor)?;
        let waiting = Waiting {
            what: "messages".into(),
            about: String::new(),
            count,
            month: None,
            since,
            path: "/laporan?keadaan=received".into(),
        };
        Ok((count > 0).then_some(waiting))
    }

    /// Claims that the office has to go on with, and those that wait for a second look.
    fn claims_waiting(&self, actor: &Actor) -> Result<Vec<Waiting>, AppError> {
        if !self.may_somewhere(actor, Operation::HandleClaims) {
            return Ok(Vec::new());
        }
        let found = self.store.read(|tx| {
            let mut here = Vec::new();
            for state in ClaimState::ALL.iter().filter(|state| state.waits_here()) {
                here.extend(store::benefit_claims::waiting(tx, *state)?);
            }
            let review = store::benefit_claims::to_review(tx)?;
            Ok::<_, AppError>([
                ("claims", here, "/klaim"),
                ("claims-review", review, "/klaim?telaah=ya"),
            ])
        })?;
        let mut waiting = Vec::new();
        for (what, mut claims, path) in found {
            claims.retain(|(_, place)| {
                self.reaches(actor, Operation::ReadClaims, &Target::in_region(*place))
            });
            if let Some(since) = claims.iter().map(|(reported, _)| *reported).min() {
                waiting.push(Waiting {
                    what: what.into(),
                    about: String::new(),
                    count: claims.len() as u64,
                    month: None,
                    since: Some(since),
                    path: path.into(),
                });
            }
        }
        Ok(waiting)
    }

    /// Other programs that no longer take what they are told, for those who keep the settings.
    fn subscribers_waiting(&self, actor: &Actor) -> Result<Vec<Waiting>, AppError> {
        let (off, failed) = self.subscribers_in_trouble(actor)?;
        let of = |what: &str, about: &str, count, since, path: String| Waiting {
            what: what.into(),
            about: about.into(),
            count,
            month: None,
            since,
            path,
        };
        let off = off.iter().map(|one| {
            let since = self.zone().day(one.changed_at_ms);
            let path = format!("/integrasi/{}", one.code);
            of("subscriber-disabled", &one.name, 1, Some(since), path)
        });
        let mut waiting: Vec<Waiting> = off.collect();
        if failed > 0 {
            let path = "/integrasi/kiriman?keadaan=gagal".to_owned();
            waiting.push(of("deliveries-failed", "", failed, None, path));
        }
        Ok(waiting)
    }

    /// The next step of each programme, for those whose step it is.
    fn steps_waiting(&self, actor: &Actor) -> Result<Vec<Waiting>, AppError> {
        if !self.may_somewhere(actor, Operation::ReadMoney) {
            return Ok(Vec::new());
        }
        let mut waiting = Vec::new();
        for programme in self.overview()?.programmes {
            let operation = match programme.next {
                NextStep::Propose => Operation::Propose,
                NextStep::Bill(_) | NextStep::Issue(_) | NextStep::Pay(_) => Operation::Pay,
                // Receiving, mending and approving stand on the desk by themselves.
                _ => continue,
            };
            if self.may_somewhere(actor, operation) {
                waiting.push(Waiting {
                    what: programme.next.name().into(),
                    about: programme.name,
                    count: programme.rows.accepted,
                    month: programme.next.month(),
                    since: None,
                    path: match operation {
                        Operation::Propose => format!("/program/{}/usulan", programme.code),
                        _ => "/tagihan".into(),
                    },
                });
            }
        }
        Ok(waiting)
    }

    fn first_steps(&self, actor: &Actor) -> Result<Vec<FirstStep>, AppError> {
        if !self.may_somewhere(actor, Operation::Settings) {
            return Ok(Vec::new());
        }
        let users = self.users(actor)?;
        let holds = |role: Role| {
            let mut grants = users.iter().flat_map(|user| &user.grants);
            grants.any(|record| record.grant.role == role)
        };
        let settings = self.settings()?;
        let files = self.store.read(|tx| self.received.files(tx))?;
        let has_rows = files.tallies.iter().any(|tally| tally.rows.is_some());
        let step = |what, done, path| FirstStep { what, done, path };
        let steps = vec![
            step("help", !settings.phone.is_empty(), "/setelan"),
            step("administrator", holds(Role::Administrator), "/pengguna"),
            step("approver", holds(Role::Approver), "/pengguna"),
            step("orgs", !self.orgs()?.is_empty(), "/organisasi/baru"),
            step("programme", !self.programmes()?.is_empty(), "/program/baru"),
            step("file", has_rows, "/impor"),
        ];
        // A list that is done is in nobody's way.
        Ok(if steps.iter().all(|step| step.done) { Vec::new() } else { steps })
    }
}

/// A file that is to be mended, or to be gone on with.
fn waiting_file(files: &Files, tally: &Tally, stage: Option<&Stage>, zone: Zone) -> Waiting {
    let (what, count) = match &tally.rows {
        Some(rows) => ("fix", rows.to_fix),
        None => ("continue", stage.map_or(0, |stage| stage.rows_read)),
    };
    Waiting {
        what: what.into(),
        about: files.sender(tally),
        count,
        month: None,
        since: Some(zone.day(tally.received_at_ms)),
        path: format!("/impor/{}", tally.id),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environment::Environment;
    use crate::office::{Location, OfficeOptions};
    use crate::reading::Reader;
    use base::RegionCode;

    #[test]
    fn a_new_office_has_nothing_waiting_and_everything_to_set_up() {
        let folder = tempfile::tempdir().expect("a folder");
        let office = Office::open(OfficeOptions {
            location: Location::Directory(folder.path().to_owned()),
            pemda: RegionCode::from_digits(6401, 2),
            reader: Reader::InProcess,
            environment: Environment::fixed(Day::new(2022, 10, 24).expect("a day"), 7),
            keys: crate::keys::KeySource::beside(folder.path()),
        })
        .expect("a fresh folder opens");
        let actor = office.actor("operator", Operation::Settings).expect("the first user");
        let desk = office.desk(&actor).expect("a desk");
        assert_eq!(desk.waiting, []);
        assert_eq!(desk.last_received, None);
        let undone: Vec<&str> =
            desk.first_steps.iter().filter(|step| !step.done).map(|step| step.what).collect();
        assert_eq!(undone, ["help", "administrator", "approver", "orgs", "programme", "file"]);
    }
}
