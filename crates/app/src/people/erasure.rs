//! An identity erased for ever: one person puts it forward with a reason, another approves it, and
//! what cannot be undone is done then.

use base::id::kind;
use base::{Id, Rupiah};
use domain::reference::ReferenceList;
use domain::registry::Person;
use domain::task::{Task, TaskKind, TaskState};
use sha2::{Digest, Sha256};
use store::Tx;
use store::people::Hold;
use store::sheets::SheetState;

use super::{ERASED, is_erased, unknown, usable_reason};
use crate::error::{AppError, ErrorKind};
use crate::office::{Actor, Office, Operation, Target};
use crate::tasks::{Forward, TaskOverview, check_bound, line_of, waiting};

/// What is to be forgotten with somebody's identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forgetting {
    /// The received files on which they stand, as far as nobody needs them.
    pub files: bool,
    /// Their lines on lists of other offices.
    pub lists: bool,
}

/// What names somebody besides their record, and what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erased {
    /// Received files.
    pub files: Vec<(Id<kind::Sheet>, FileFate)>,
    /// Lists of other offices.
    pub lists: Vec<ReferenceList>,
    /// Whether their lines on these are forgotten.
    pub lists_forgotten: bool,
}

/// An erasure that waits for another person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasureAsked {
    /// The task.
    pub task: Task,
    /// What would become of what names them.
    pub would: Erased,
}

/// Whether a received file still names those on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileFate {
    /// Nobody can read it any more.
    Forgotten,
    /// It can be read, and nobody needs it.
    Readable,
    /// It stays: it is not decided yet.
    Waits,
    /// It stays: rows of it go back to the sender, in a workbook made from it.
    GoesBack,
}

impl FileFate {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            FileFate::Forgotten => "forgotten",
            FileFate::Readable => "readable",
            FileFate::Waits => "waits",
            FileFate::GoesBack => "goes-back",
        }
    }
}

/// What a task puts forward.
struct Wanted<'a> {
    person: Id<kind::Person>,
    wish: Forgetting,
    /// The received files that are forgotten with them: these and no others.
    files: Vec<Id<kind::Sheet>>,
    reason: &'a str,
}

impl<'a> Wanted<'a> {
    fn written(&self) -> String {
        let yes = |wish: bool| if wish { "yes" } else { "no" };
        let files: String = self.files.iter().map(|id| format!("forgotten={id}\n")).collect();
        format!(
            "person={}\nfiles={}\nlists={}\n{files}reason={}\n",
            self.person,
            yes(self.wish.files),
            yes(self.wish.lists),
            self.reason
        )
    }

    fn read(content: &'a str) -> Option<Wanted<'a>> {
        let value = |name| line_of(content, name);
        let wish = Forgetting { files: value("files")? == "yes", lists: value("lists")? == "yes" };
        let person = Id::parse(value("person")?).ok()?;
        // What an older program put forward names no file: it binds none.
        let files = content.lines().filter_map(|line| line.strip_prefix("forgotten="));
        let files = files.map(|id| Id::parse(id).ok()).collect::<Option<_>>()?;
        Some(Wanted { person, wish, files, reason: value("reason")? })
    }
}

impl Office {
    /// Puts the erasure of somebody's identity forward: money, months and counts stay. What else
    /// names them is answered, with what would become of it.
    ///
    /// The same again is the task that waits; another wish takes its place.
    ///
    /// # Errors
    /// `PERSON_UNKNOWN`, `USER_MAY_NOT`, `REASON_MISSING`; `PERSON_HELD` while a membership runs or
    /// a list waits for its decision.
    pub fn propose_erasure(
        &self,
        actor: &Actor,
        id: Id<kind::Person>,
        reason: &str,
        wish: Forgetting,
    ) -> Result<ErasureAsked, AppError> {
        let reason = usable_reason(reason)?;
        self.store.write(|tx| {
            let would = self.erasable(tx, actor, id, wish)?;
            let files = forgotten_with(tx, id, wish)?;
            let content = Wanted { person: id, wish, files, reason: &reason }.written();
            if let Some(task) = waiting(tx, self.now_ms(), TaskKind::Erasure, id.as_bytes())? {
                if task.maker == actor.id && check_bound(&task, &content).is_ok() {
                    return Ok(ErasureAsked { task, would });
                }
                store::access::set_task_state(tx, task.id, TaskState::Withdrawn)?;
            }
            let forward = Forward {
                id: self.environment.new_id(),
                kind: TaskKind::Erasure,
                object: *id.as_bytes(),
                hash: Sha256::digest(content.as_bytes()).into(),
                effect: Rupiah::ZERO,
                content: &content,
            };
            let task = self.put_forward(tx, actor, &forward)?;
            let object = ("person", id.as_bytes());
            self.record_reason(tx, actor, "erasure-proposed", object, &reason)?;
            Ok(ErasureAsked { task, would })
        })
    }

    /// What an erasure would leave and take, for the page that asks for it.
    ///
    /// # Errors
    /// Those of [`Office::propose_erasure`].
    pub fn weigh_erasure(
        &self,
        actor: &Actor,
        id: Id<kind::Person>,
        wish: Forgetting,
    ) -> Result<Erased, AppError> {
        self.store.read(|tx| self.erasable(tx, actor, id, wish))
    }

    fn erasable(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        id: Id<kind::Person>,
        wish: Forgetting,
    ) -> Result<Erased, AppError> {
        let person = store::people::get(tx, id)?;
        let person = person.filter(|one| !is_erased(one)).ok_or_else(|| unknown(id))?;
        self.authorize(actor, Operation::ErasePerson, &Target::in_region(person.place))?;
        let month = self.environment.today().month_of();
        if let Some(hold) = store::people::hold(tx, id, month)? {
            let why = match hold {
                Hold::Member => "membership",
                Hold::Listed => "list",
            };
            return Err(AppError::refused("PERSON_HELD", why));
        }
        let mut files = Vec::new();
        for sheet in store::sheets::naming(tx, id)? {
            let fate = match file_fate(tx, sheet)? {
                FileFate::Readable if wish.files => FileFate::Forgotten,
                fate => fate,
            };
            files.push((sheet, fate));
        }
        let lists = store::references::naming(tx, person.nik)?;
        Ok(Erased { files, lists, lists_forgotten: wish.lists })
    }

    /// Erases an identity as it was approved, if whoever put it forward may still do so and nothing
    /// speaks against it by now. Which files are forgotten with it was approved too: others since
    /// are put forward anew.
    ///
    /// Their lines on lists of other offices are found by the number, which is gone afterwards:
    /// they are forgotten now or stay until those lists do.
    pub(crate) fn erasure_approved(
        &self,
        tx: &mut Tx<'_>,
        checker: &Actor,
        task: &Task,
        content: &str,
    ) -> Result<(), AppError> {
        check_bound(task, content)?;
        let damaged = || AppError::new(ErrorKind::Integrity, "STORE_DAMAGED", "task");
        let wanted = Wanted::read(content).ok_or_else(damaged)?;
        let maker = store::orgs::user(tx, task.maker)?.ok_or_else(damaged)?;
        let maker = self.actor_of(tx, &maker)?;
        self.erasable(tx, &maker, wanted.person, wanted.wish)?;
        if forgotten_with(tx, wanted.person, wanted.wish)? != wanted.files {
            return Err(AppError::new(ErrorKind::Conflict, "ERASURE_OVERTAKEN", ""));
        }
        self.erase(tx, checker, &wanted)
    }

    fn erase(&self, tx: &mut Tx<'_>, actor: &Actor, wanted: &Wanted<'_>) -> Result<(), AppError> {
        let id = wanted.person;
        let person = store::people::get(tx, id)?.ok_or_else(|| unknown(id))?;
        self.erase_identity(tx, actor, (&person, wanted.wish.lists), wanted.reason)?;
        for sheet in &wanted.files {
            store::sheets::forget(tx, *sheet)?;
        }
        Ok(())
    }

    /// Erases who somebody is, wherever the register itself says so; with `lists` their lines on
    /// lists of other offices too, which nobody finds once the number is gone.
    pub(crate) fn erase_identity(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        (person, lists): (&Person, bool),
        reason: &str,
    ) -> Result<(), AppError> {
        let id = person.id;
        self.note_act(tx, actor, ("person", *id.as_bytes()), ERASED, reason)?;
        if lists {
            store::references::forget(tx, person.nik)?;
        }
        store::people::erase(tx, id, self.known_now())?;
        store::field::forget_of(tx, id)?;
        store::attachments::forget_of(tx, id)?;
        store::outreach::forget_leads_of(tx, id)?;
        Ok(())
    }

    /// What an approved erasure has left of the files that name somebody; none for another task.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn left_by_erasure(
        &self,
        task: &TaskOverview,
    ) -> Result<Option<Vec<(Id<kind::Sheet>, FileFate)>>, AppError> {
        let task = &task.record.task;
        if task.kind != TaskKind::Erasure {
            return Ok(None);
        }
        self.store.read(|tx| {
            let mut files = Vec::new();
            for sheet in store::sheets::naming(tx, Id::from_bytes(task.object))? {
                files.push((sheet, file_fate(tx, sheet)?));
            }
            Ok(Some(files))
        })
    }

    /// Forgets a received file for ever: its bytes, corrections and suggestions can never be read
    /// again. Outcomes, counts and its digest stay. Again is no change.
    ///
    /// # Errors
    /// `SHEET_UNKNOWN`, `USER_MAY_NOT`, `REASON_MISSING`; `SHEET_NEEDED` while it waits or rows of
    /// it are to come back.
    pub fn forget_sheet(
        &self,
        actor: &Actor,
        id: Id<kind::Sheet>,
        reason: &str,
    ) -> Result<(), AppError> {
        let reason = usable_reason(reason)?;
        let staged = self.staged(actor, id)?;
        self.authorize(actor, Operation::ErasePerson, &staged.target())?;
        self.store.write(|tx| match file_fate(tx, id)? {
            FileFate::Forgotten => Ok(()),
            FileFate::Readable => {
                store::sheets::forget(tx, id)?;
                self.record_reason(tx, actor, "sheet-forgotten", ("sheet", id.as_bytes()), &reason)
            }
            needed => Err(AppError::refused("SHEET_NEEDED", needed.name())),
        })
    }
}

/// The received files that an erasure now would forget, in the order of their identifiers.
fn forgotten_with(
    tx: &mut Tx<'_>,
    person: Id<kind::Person>,
    wish: Forgetting,
) -> Result<Vec<Id<kind::Sheet>>, AppError> {
    let mut files = Vec::new();
    if wish.files {
        for sheet in store::sheets::naming(tx, person)? {
            if file_fate(tx, sheet)? == FileFate::Readable {
                files.push(sheet);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// Whether a received file still names those on it, and why it must.
pub(crate) fn file_fate(tx: &mut Tx<'_>, id: Id<kind::Sheet>) -> Result<FileFate, AppError> {
    let unknown = || AppError::not_found("SHEET_UNKNOWN", id.to_string());
    let sheet = store::sheets::get(tx, id)?.ok_or_else(unknown)?;
    if store::sheets::is_forgotten(tx, id)? {
        return Ok(FileFate::Forgotten);
    }
    let rows = store::sheets::rows(tx, id)?;
    let goes_back = rows.iter().any(|row| row.outcome.goes_back() && row.superseded_by.is_none());
    Ok(match sheet.state {
        SheetState::Received => FileFate::Waits,
        SheetState::Decided if goes_back => FileFate::GoesBack,
        SheetState::Decided | SheetState::Undone => FileFate::Readable,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::office::Role;
    use crate::staging::tests::both;
    use crate::tasks::Verdict;

    /// What is approved is what was seen: a file that names them since is not forgotten by the way.
    #[test]
    fn an_erasure_forgets_the_files_that_were_put_forward_and_no_others() {
        both(|world| {
            let (office, actor) = (&world.office, &world.actor);
            let row = "NIK,Nama,Tanggal Lahir,JK,Pekerjaan\n\
                6401051708620001,Budi Rekaan,17-08-1962,L,nelayan\n";
            let first = world.stage("satu.csv", row);
            world.commit(first).expect("is taken in");
            let rows = office.store.read(|tx| store::sheets::rows(tx, first)).expect("reads");
            let person = rows.iter().find_map(|row| row.person).expect("somebody was accepted");
            office.add_user(actor, "budi", Role::Approver).expect("an account");
            let budi = office.actor("budi", Operation::Approve).expect("may");
            let wish = Forgetting { files: true, lists: false };
            let put_forward = || {
                let why = "Permintaan tertulis yang bersangkutan";
                office.propose_erasure(actor, person, why, wish).expect("put forward").task
            };
            let approve =
                |task: &Task| office.decide_task(&budi, task.id, &Verdict::Approve(task.hash));
            let task = put_forward();
            assert_eq!(task.id, put_forward().id, "the same again is what waits");
            let second = world.stage("dua.csv", &format!("{row}\n"));
            world.commit(second).expect("is taken in");
            let refused = approve(&task).expect_err("another file names them");
            assert_eq!(refused.code, "ERASURE_OVERTAKEN");
            let gone = |id| office.store.read(|tx| store::sheets::is_forgotten(tx, id));
            assert_eq!((gone(first), gone(second)), (Ok(false), Ok(false)));
            let anew = put_forward();
            assert_ne!(anew.id, task.id);
            let shown = office.task(&budi, anew.id).expect("is shown").record.content;
            for file in [first, second] {
                assert!(shown.contains(&format!("forgotten={file}")), "{shown}");
            }
            assert_eq!(approve(&anew), Ok(TaskState::Approved));
            assert_eq!((gone(first), gone(second)), (Ok(true), Ok(true)));
        });
    }
}
