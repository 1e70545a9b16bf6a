//! Received files as pages show them: what is the same until somebody acts is kept, what an act
//! changed is read anew, what is said of the files of a page is read by their keys, and no page
//! reads every file there is.
//!
//! Kept is nothing that says who may see what: that is asked of the reader's own grants each time.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use base::Id;
use base::id::kind;
use domain::organisation::Org;
use store::Tx;
use store::reports::OutcomeCount;
use store::sheets::Sheet;
pub use store::sheets::SheetState;
use store::staging::Stage;

use crate::error::AppError;
use crate::office::{Actor, Office, Operation, Target};
use crate::overview::RowCounts;

#[cfg(test)]
mod tests;

type SheetId = Id<kind::Sheet>;

/// One received file as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileLine {
    /// Which.
    pub id: SheetId,
    /// Who sent it.
    pub sender: String,
    /// For what.
    pub programme: String,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub received_at_ms: i64,
    /// The name of who took it in.
    pub received_by: String,
    /// Where it stands.
    pub state: SheetState,
    /// What became of its rows, once they are decided.
    pub rows: Option<RowCounts>,
    /// What was said of it, while it is not decided; none of a file that never waited.
    pub stage: Option<Stage>,
}

/// A page of received files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilePage {
    /// The newest first.
    pub files: Vec<FileLine>,
    /// Whether older ones follow.
    pub more: bool,
    /// How many the reader may see of each state.
    pub counts: BTreeMap<SheetState, u64>,
}

/// Which page of received files is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileQuery {
    /// Only files in this state.
    pub state: Option<SheetState>,
    /// Only files older than this one.
    pub after: Option<SheetId>,
    /// At most so many.
    pub most: usize,
}

/// A file in numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) id: SheetId,
    pub(crate) org: Id<kind::Org>,
    pub(crate) programme: Id<kind::Programme>,
    pub(crate) received_at_ms: i64,
    pub(crate) received_by: Id<kind::User>,
    pub(crate) state: SheetState,
    pub(crate) file_name: Box<str>,
    /// What became of its rows; none before they are decided, and of a file that was taken back.
    pub(crate) rows: Option<RowCounts>,
}

/// All received files in numbers, oldest first, and the names that they are shown with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Files {
    /// Each by itself, so that those which did not change are the same ones after an act.
    pub(crate) tallies: Vec<Arc<Tally>>,
    names: Arc<Names>,
}

/// The names that files are shown with.
#[derive(Debug, PartialEq, Eq)]
struct Names {
    orgs: HashMap<Id<kind::Org>, Org>,
    programmes: HashMap<Id<kind::Programme>, Box<str>>,
    users: HashMap<Id<kind::User>, Box<str>>,
}

/// The files as they were at one size of the log of acts: whoever looks before somebody does
/// something more is told the same, and whoever looks later is told what acts since then changed.
/// Whatever is kept here changes by an act only.
#[derive(Default)]
pub(crate) struct Received {
    inside: Mutex<(u64, Option<Arc<Files>>)>,
}

impl Received {
    /// The files of the state of the register that a reader sees.
    pub(crate) fn files(&self, tx: &mut Tx<'_>) -> Result<Arc<Files>, AppError> {
        let acts = store::audit::size(tx)?;
        // Held while it counts: who comes meanwhile waits for the same answer.
        let mut inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        let files = match &*inside {
            (at, Some(known)) if *at == acts => return Ok(Arc::clone(known)),
            (at, Some(known)) if *at < acts => Arc::new(known.followed(tx, *at)?),
            // A reader that began before: it is told what it sees, and nobody else is.
            _ => Arc::new(Files::load(tx)?),
        };
        if inside.0 <= acts {
            *inside = (acts, Some(Arc::clone(&files)));
        }
        Ok(files)
    }
}

impl Files {
    fn load(tx: &mut Tx<'_>) -> Result<Files, AppError> {
        let outcomes = store::reports::outcomes(tx)?;
        let tallies = tallies(store::sheets::list(tx)?, &outcomes);
        Ok(Files { tallies: tallies.map(Arc::new).collect(), names: Arc::new(Names::load(tx)?) })
    }

    /// The files after more acts, the first of them at this place of the log: what none of them
    /// changed is not read.
    fn followed(&self, tx: &mut Tx<'_>, act: u64) -> Result<Files, AppError> {
        let mut files = self.clone();
        if store::marks::names_changed_since(tx, act)? {
            files.names = Arc::new(Names::load(tx)?);
        }
        let changed = store::sheets::changed_since(tx, act)?;
        if changed.is_empty() {
            return Ok(files);
        }
        let outcomes = store::reports::outcomes_changed_since(tx, act)?;
        for tally in tallies(changed, &outcomes) {
            let place = files.tallies.binary_search_by_key(&tally.id, |known| known.id);
            match place {
                Ok(at) => files.tallies[at] = Arc::new(tally),
                Err(at) => files.tallies.insert(at, Arc::new(tally)),
            }
        }
        Ok(files)
    }

    /// An office of a file.
    pub(crate) fn org(&self, id: Id<kind::Org>) -> Option<&Org> {
        self.names.orgs.get(&id)
    }

    fn line(&self, tally: &Tally, stage: Option<Stage>) -> FileLine {
        FileLine {
            id: tally.id,
            sender: self.sender(tally),
            programme: self.programme(tally),
            received_at_ms: tally.received_at_ms,
            received_by: self.user(tally),
            state: tally.state,
            rows: tally.rows,
            stage,
        }
    }

    fn user(&self, tally: &Tally) -> String {
        self.names.users.get(&tally.received_by).map(ToString::to_string).unwrap_or_default()
    }

    pub(crate) fn programme(&self, tally: &Tally) -> String {
        self.names.programmes.get(&tally.programme).map(ToString::to_string).unwrap_or_default()
    }

    pub(crate) fn sender(&self, tally: &Tally) -> String {
        self.org(tally.org).map(|org| org.name.to_string()).unwrap_or_default()
    }
}

impl Names {
    fn load(tx: &mut Tx<'_>) -> Result<Names, AppError> {
        let orgs = store::orgs::list(tx)?.into_iter().map(|org| (org.id, org));
        let programmes = store::programmes::list(tx)?.into_iter().map(|one| (one.id, one.name));
        let programmes = programmes.collect();
        let users = store::orgs::users(tx)?.into_iter().map(|user| (user.id, user.name));
        Ok(Names { orgs: orgs.collect(), programmes, users: users.collect() })
    }
}

/// Files in numbers, by what became of their rows.
fn tallies(sheets: Vec<Sheet>, outcomes: &[OutcomeCount]) -> impl Iterator<Item = Tally> {
    let mut rows: HashMap<SheetId, RowCounts> = HashMap::new();
    for count in outcomes {
        let counts = rows.entry(count.sheet).or_default();
        counts.add(count.outcome, count.superseded, count.rows);
    }
    sheets.into_iter().map(move |sheet| Tally {
        id: sheet.id,
        org: sheet.org,
        programme: sheet.programme,
        received_at_ms: sheet.received_at_ms,
        received_by: sheet.received_by,
        state: sheet.state,
        rows: (sheet.state == SheetState::Decided)
            .then(|| rows.get(&sheet.id).copied().unwrap_or_default()),
        file_name: sheet.file_name,
    })
}

impl Office {
    /// A page of the received files that the actor may see, the newest first.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn files_page(&self, actor: &Actor, query: FileQuery) -> Result<FilePage, AppError> {
        self.store.read(|tx| {
            let files = self.received.files(tx)?;
            let mut sees = self.reach_of_files(actor, Operation::ReadSheets, &files);
            let mut counts = BTreeMap::new();
            let mut page: Vec<&Tally> = Vec::new();
            let mut more = false;
            for tally in files.tallies.iter().rev().filter(|tally| sees(tally)) {
                *counts.entry(tally.state).or_default() += 1;
                let fits = query.state.is_none_or(|state| state == tally.state)
                    && query.after.is_none_or(|after| tally.id < after);
                match page.len() < query.most {
                    true if fits => page.push(tally),
                    true => {}
                    false => more |= fits,
                }
            }
            let waits = page.iter().filter(|tally| tally.rows.is_none());
            let mut stages = store::staging::of(tx, waits.map(|tally| tally.id))?;
            let lines = page.iter().map(|tally| files.line(tally, stages.remove(&tally.id)));
            Ok(FilePage { files: lines.collect(), more, counts })
        })
    }

    /// Whether the actor may do this to a file: asked once for each sender and whoever took it in.
    pub(crate) fn reach_of_files(
        &self,
        actor: &Actor,
        operation: Operation,
        files: &Files,
    ) -> impl FnMut(&Tally) -> bool {
        let mut known: HashMap<(Id<kind::Org>, Id<kind::User>), bool> = HashMap::new();
        move |tally| {
            *known.entry((tally.org, tally.received_by)).or_insert_with(|| {
                let org = files.org(tally.org);
                org.is_some_and(|org| {
                    let target = Target {
                        territory: Some(org.territory),
                        org: Some(org.id),
                        owner: Some(tally.received_by),
                    };
                    self.reaches(actor, operation, &target)
                })
            })
        }
    }
}
