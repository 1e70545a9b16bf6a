//! A file on its way in through pages: kept at once, looked at, mended, weighed, then decided.
//!
//! What is said of a file (tables, columns, corrected cells, answers) is kept beside its bytes and
//! goes before its cells when it is drafted, so that `domain` sees one stream of rows and the
//! decision is the same as that of a file which came mended.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use base::id::kind;
use base::{Field, Id, ProblemCode};
use documents::read::Basis;
pub use documents::read::{Confidence, TableFound};
use domain::access::Target;
use domain::enrolment::Answers;
use domain::organisation::Org;
use domain::programme::Programme;
use sha2::{Digest, Sha256};
use store::Tx;
use store::sheets::{Sheet, SheetState};
pub use store::staging::{Answer, Answered, Edit, Stage, StageCounts};

use crate::drafting::Overlay;
use crate::error::{AppError, ErrorKind};
use crate::intake::{parse_mapping, print_mapping};
use crate::office::{Actor, Office, Operation};
use crate::reading::{FileRefusal, ReadRequest};

mod consequence;
mod desk;
mod examine;
mod fix;
mod mask;
mod names;
mod source;
mod twins;

pub use consequence::{Committed, Consequence, Leaving, Money, Refused};
pub use desk::Desk;
pub use examine::{Examined, Preview, PreviewRow, SheetPreview, Standing};
pub use fix::{BulkFix, CauseGroup, TypedGroup};
pub use mask::{mask_cell, mask_digits, safe_file_name};
pub use source::{CellSource, RowSource};
pub use twins::{Side, SideSight, Twins};

#[cfg(test)]
pub(crate) mod tests;

/// A file's identifier.
pub type SheetId = Id<kind::Sheet>;

/// The largest upload, in bytes.
pub const UPLOAD_BYTES_MAX: u64 = 25 << 20;
/// The most rows of people that one upload may hold.
pub const UPLOAD_ROWS_MAX: u64 = 200_000; // not law: a limit of the pages
/// Uploads of one person in an hour.
pub const UPLOADS_PER_HOUR: usize = 10;
/// Files of more rows than this are read and decided by a job.
pub const ROWS_AT_ONCE: u64 = 2_000; // not law: what a page may wait for

/// A file that somebody sends through a page.
#[derive(Debug, Clone)]
pub struct Upload {
    /// Where its bytes wait.
    pub path: PathBuf,
    /// The name it was sent under.
    pub file_name: String,
    /// The programme it is for, by code.
    pub programme: String,
    /// Who sends it, by code.
    pub org: String,
}

/// What became of an upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Uploaded {
    /// Kept; nothing is decided.
    Staged(Id<kind::Sheet>),
    /// The same bytes are here already.
    Known(Id<kind::Sheet>),
    /// The file as a whole cannot be read.
    Refused(FileRefusal),
}

/// A file on its way, with whom and what it is for.
#[derive(Debug, Clone)]
pub struct Staged {
    /// The file.
    pub sheet: Sheet,
    /// What was said of it.
    pub stage: Stage,
    /// Who sends it.
    pub org: Org,
    /// What it is for.
    pub programme: Programme,
    /// The name of who took it in.
    pub received_by: Box<str>,
}

/// Something said of a file, with the state that whoever says it has seen.
#[derive(Debug, Clone, Copy)]
pub struct Saying<'a> {
    /// Who.
    pub actor: &'a Actor,
    /// The file.
    pub sheet: Id<kind::Sheet>,
    /// The revision that was seen.
    pub revision: i64,
}

/// Everything that was said of a file, ready for drafting and deciding.
#[derive(Default)]
pub(crate) struct Said {
    pub(crate) overlay: Overlay,
    pub(crate) answers: Answers,
}

/// The target of an operation on a file of this sender.
pub(crate) fn target(org: &Org, received_by: Id<kind::User>) -> Target {
    Target { territory: Some(org.territory), org: Some(org.id), owner: Some(received_by) }
}

impl Office {
    /// Keeps an upload; nothing is decided by it.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, `UPLOADS_TOO_MANY`, `UPLOAD_TOO_LARGE`, `UPLOAD_TOO_MANY_ROWS`,
    /// `FILE_UNREADABLE`, `PROGRAMME_UNKNOWN`, `ORG_UNKNOWN`.
    pub fn stage(&self, actor: &Actor, upload: &Upload) -> Result<Uploaded, AppError> {
        let (programme, org) = (self.programme(&upload.programme)?, self.org(&upload.org)?);
        self.authorize(actor, Operation::TakeIn, &target(&org, actor.id))?;
        self.desk.count_upload(actor.id, self.now_ms())?;
        let unreadable = |_| AppError::new(ErrorKind::External, "FILE_UNREADABLE", "");
        let size = fs::metadata(&upload.path).map_err(unreadable)?.len();
        if size > UPLOAD_BYTES_MAX {
            return Err(AppError::usage("UPLOAD_TOO_LARGE", "25"));
        }
        let content = fs::read(&upload.path).map_err(unreadable)?;
        let hash: [u8; 32] = Sha256::digest(&content).into();
        let known = self.store.read(|tx| store::sheets::find_by_hash(tx, &hash))?;
        if let Some(known) = known {
            return self.staged_again(actor, &known);
        }
        let request = ReadRequest { path: upload.path.clone(), ..ReadRequest::default() };
        let summary = match self.reader.read(&request, &mut |_| ()) {
            Ok(summary) => summary,
            Err(refusal) => return Ok(Uploaded::Refused(refusal)),
        };
        if summary.rows > UPLOAD_ROWS_MAX {
            return Err(AppError::usage("UPLOAD_TOO_MANY_ROWS", "200.000"));
        }
        let sheet = Sheet {
            id: self.environment.new_id(),
            hash,
            file_name: upload.file_name.as_str().into(),
            size_bytes: size,
            org: org.id,
            programme: programme.id,
            received_at_ms: self.now_ms(),
            received_by: actor.id,
            state: SheetState::Received,
            corrects: None,
        };
        self.store.write(|tx| {
            store::sheets::insert(tx, &sheet, &content)?;
            store::staging::begin(tx, sheet.id, summary.rows)?;
            self.record(tx, actor, "sheet-received", "sheet", sheet.id.as_bytes())?;
            Ok::<_, AppError>(Uploaded::Staged(sheet.id))
        })
    }

    /// The same bytes again: one sheet, whoever sends it; one that was taken back waits anew.
    fn staged_again(&self, actor: &Actor, known: &Sheet) -> Result<Uploaded, AppError> {
        let org = self.store.read(|tx| store::orgs::get(tx, known.org))?;
        let org = org.ok_or_else(|| AppError::not_found("ORG_UNKNOWN", ""))?;
        if self.authorize(actor, Operation::ReadSheets, &target(&org, known.received_by)).is_err() {
            // Whose it is, is not this sender's business.
            return Err(AppError::new(ErrorKind::Conflict, "FILE_OF_ANOTHER", ""));
        }
        let rows = self.store.read(|tx| store::sheets::rows(tx, known.id))?.len() as u64;
        self.store.write(|tx| {
            store::staging::begin(tx, known.id, rows)?;
            if known.state == SheetState::Undone {
                store::sheets::set_state(tx, known.id, SheetState::Received)?;
                self.record(tx, actor, "sheet-received", "sheet", known.id.as_bytes())?;
            }
            Ok::<_, AppError>(Uploaded::Known(known.id))
        })
    }

    /// A file on its way, for somebody who may see it.
    ///
    /// # Errors
    /// `SHEET_UNKNOWN`, also for a file that is not this person's to see.
    pub fn staged(&self, actor: &Actor, id: Id<kind::Sheet>) -> Result<Staged, AppError> {
        let staged = self.store.read(|tx| load_staged(tx, id))?;
        let target = staged.target();
        self.authorize(actor, Operation::ReadSheets, &target).map_err(|_| unknown(id))?;
        Ok(staged)
    }

    /// Every file this person may see, the newest first.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn staged_files(&self, actor: &Actor) -> Result<Vec<Staged>, AppError> {
        let all = self.store.read(|tx| {
            let orgs = by_id(store::orgs::list(tx)?, |org| org.id);
            let programmes = by_id(store::programmes::list(tx)?, |programme| programme.id);
            let stages = by_id(store::staging::list(tx)?, |stage| stage.sheet);
            let users = by_id(store::orgs::users(tx)?, |user| user.id);
            let mut found = Vec::new();
            for sheet in store::sheets::list(tx)? {
                let org = orgs.get(&sheet.org).cloned();
                let programme = programmes.get(&sheet.programme).cloned();
                let (Some(org), Some(programme)) = (org, programme) else { continue };
                let stage = stages.get(&sheet.id).cloned();
                let stage = stage.unwrap_or_else(|| never_staged(&sheet));
                let received_by = users.get(&sheet.received_by);
                let received_by = received_by.map(|user| user.name.clone()).unwrap_or_default();
                found.push(Staged { sheet, stage, org, programme, received_by });
            }
            Ok::<_, AppError>(found)
        })?;
        let mine = all.into_iter().rev().filter(|staged| {
            self.authorize(actor, Operation::ReadSheets, &staged.target()).is_ok()
        });
        Ok(mine.collect())
    }

    /// The offices this person may send for, by code.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn orgs_to_send_for(&self, actor: &Actor) -> Result<Vec<Org>, AppError> {
        let mut orgs = self.orgs()?;
        orgs.retain(|org| self.authorize(actor, Operation::TakeIn, &target(org, actor.id)).is_ok());
        Ok(orgs)
    }

    /// Says which tables of a file are not to be taken in.
    ///
    /// # Errors
    /// `SHEET_UNKNOWN`, `USER_MAY_NOT`, `SHEET_DECIDED`, `SHEET_CHANGED`.
    pub fn leave_tables_out(
        &self,
        saying: &Saying<'_>,
        left_out: Vec<u16>,
    ) -> Result<(), AppError> {
        self.say(saying, "sheet-tables-said", |_, staged| {
            staged.stage.tables_left_out = left_out;
            Ok(())
        })
    }

    /// Says what the columns of a file hold, table by table, and remembers it for the sender.
    ///
    /// `mappings` names the fingerprint of a table's head and its columns.
    ///
    /// # Errors
    /// `COLUMN_MISSING`, `COLUMN_TWICE`, and those of [`Office::leave_tables_out`].
    pub fn say_columns(
        &self,
        saying: &Saying<'_>,
        mappings: &[(u64, Vec<(u16, Option<Field>)>)],
    ) -> Result<(), AppError> {
        for (_, fields) in mappings {
            check_fields(fields.iter().filter_map(|(_, field)| *field))?;
        }
        self.say(saying, "sheet-columns-said", |tx, staged| {
            for (fingerprint, fields) in mappings {
                let fingerprint = format!("{fingerprint:016x}");
                let mapping = print_mapping(fields);
                store::orgs::remember_header_mapping(tx, staged.org.id, &fingerprint, &mapping)?;
            }
            staged.stage.columns_said = true;
            Ok(())
        })
    }

    /// Corrects cells of one row or of many.
    ///
    /// # Errors
    /// Those of [`Office::leave_tables_out`].
    pub fn edit_cells(
        &self,
        saying: &Saying<'_>,
        cells: &[((u16, u32), Field, String)],
    ) -> Result<(), AppError> {
        self.put_into_cells(saying, cells, false)
    }

    /// The same, with where the texts come from.
    fn put_into_cells(
        &self,
        saying: &Saying<'_>,
        cells: &[((u16, u32), Field, String)],
        from_register: bool,
    ) -> Result<(), AppError> {
        let at_ms = self.now_ms();
        let by = saying.actor.id;
        let edits = cells.iter().map(|((sheet_index, row), field, text)| Edit {
            sheet_index: *sheet_index,
            row: *row,
            field: *field,
            text: text.trim().chars().take(CELL_CHARS_MAX).collect::<String>().into(),
            by,
            at_ms,
            from_register,
        });
        let edits: Vec<Edit> = edits.collect();
        self.say(saying, "sheet-cells-corrected", |tx, staged| {
            Ok(store::staging::edit(tx, staged.sheet.id, &edits)?)
        })
    }

    /// Answers one question about rows, with a reason.
    ///
    /// Telling people apart, or a person from a list's line, is for whoever may change people.
    ///
    /// # Errors
    /// `ANSWER_NEEDS_REASON`, `ANSWER_NOT_POSSIBLE`, and those of [`Office::leave_tables_out`].
    pub fn answer_rows(
        &self,
        saying: &Saying<'_>,
        rows: &[(u16, u32)],
        code: ProblemCode,
        (answer, reason): (Answer, &str),
    ) -> Result<(), AppError> {
        let reason = reason.trim();
        if answer == Answer::Settled && reason.is_empty() {
            return Err(AppError::usage("ANSWER_NEEDS_REASON", ""));
        }
        if answer == Answer::Settled && !can_be_settled(code) {
            return Err(AppError::usage("ANSWER_NOT_POSSIBLE", code.name()));
        }
        if answer == Answer::Settled && is_about_identity(code) {
            let staged = self.staged(saying.actor, saying.sheet)?;
            self.authorize(saying.actor, Operation::ChangePerson, &staged.target())?;
        }
        let (at_ms, by) = (self.now_ms(), saying.actor.id);
        let reason: Box<str> = reason.chars().take(REASON_CHARS_MAX).collect::<String>().into();
        let answers = rows.iter().map(|(sheet_index, row)| Answered {
            sheet_index: *sheet_index,
            row: *row,
            code,
            answer,
            reason: reason.clone(),
            by,
            at_ms,
        });
        let answers: Vec<Answered> = answers.collect();
        self.say(saying, "sheet-rows-answered", |tx, staged| {
            Ok(store::staging::answer(tx, staged.sheet.id, &answers)?)
        })
    }

    /// Says something of a file in one transaction, if nobody said anything since.
    fn say(
        &self,
        saying: &Saying<'_>,
        act: &str,
        change: impl FnOnce(&mut Tx<'_>, &mut Staged) -> Result<(), AppError>,
    ) -> Result<(), AppError> {
        let said = self.store.write(|tx| {
            let mut staged = load_staged(tx, saying.sheet)?;
            self.may_take_in(saying.actor, &staged)?;
            if staged.sheet.state == SheetState::Decided {
                return Err(AppError::new(ErrorKind::Conflict, "SHEET_DECIDED", ""));
            }
            staged.stage.revision = saying.revision;
            change(tx, &mut staged)?;
            if !store::staging::save(tx, &staged.stage)? {
                return Err(AppError::new(ErrorKind::Conflict, "SHEET_CHANGED", ""));
            }
            // Whatever was put forward or approved was another state of the file.
            self.withdraw_import(tx, saying.sheet)?;
            self.record(tx, saying.actor, act, "sheet", saying.sheet.as_bytes())
        });
        self.desk.forget(saying.sheet);
        said
    }

    /// A file that is not this person's to see is unknown; one that is, may be not his to change.
    pub(crate) fn may_take_in(&self, actor: &Actor, staged: &Staged) -> Result<(), AppError> {
        let target = staged.target();
        let seen = self.authorize(actor, Operation::ReadSheets, &target);
        seen.map_err(|_| unknown(staged.sheet.id))?;
        self.authorize(actor, Operation::TakeIn, &target)
    }
}

/// The longest text a corrected cell may hold.
const CELL_CHARS_MAX: usize = 500; // not law: longer than any cell of a list of people
/// The longest reason.
const REASON_CHARS_MAX: usize = 300; // not law: a sentence or two

impl Staged {
    /// What an operation on it is about.
    pub fn target(&self) -> Target {
        target(&self.org, self.sheet.received_by)
    }

    /// Whether it is read and decided by a job.
    pub fn is_large(&self) -> bool {
        self.stage.rows_read > ROWS_AT_ONCE
    }
}

fn unknown(id: Id<kind::Sheet>) -> AppError {
    AppError::not_found("SHEET_UNKNOWN", id.to_string())
}

/// A file whose key was dropped.
pub(crate) fn forgotten(id: Id<kind::Sheet>) -> AppError {
    AppError::refused("SHEET_FORGOTTEN", id.to_string())
}

fn load_staged(tx: &mut Tx<'_>, id: Id<kind::Sheet>) -> Result<Staged, AppError> {
    let sheet = store::sheets::get(tx, id)?.ok_or_else(|| unknown(id))?;
    let stage = store::staging::get(tx, id)?.unwrap_or_else(|| never_staged(&sheet));
    let org = store::orgs::get(tx, sheet.org)?.ok_or_else(|| unknown(id))?;
    let programme = store::programmes::get(tx, sheet.programme)?.ok_or_else(|| unknown(id))?;
    let users = store::orgs::users(tx)?;
    let received_by = users.into_iter().find(|user| user.id == sheet.received_by);
    let received_by = received_by.map(|user| user.name).unwrap_or_default();
    Ok(Staged { sheet, stage, org, programme, received_by })
}

/// The stage of a file that came in by a command.
fn never_staged(sheet: &Sheet) -> Stage {
    Stage {
        sheet: sheet.id,
        revision: 0,
        rows_read: 0,
        columns_said: false,
        tables_left_out: Vec::new(),
        decided: None,
        counts: None,
    }
}

/// Everything that was said of a file.
pub(crate) fn said(tx: &mut Tx<'_>, sheet: Id<kind::Sheet>) -> Result<Said, AppError> {
    let mut said = Said::default();
    if let Some(stage) = store::staging::get(tx, sheet)? {
        said.overlay.left_out = stage.tables_left_out.into_iter().collect();
    }
    for edit in store::staging::edits(tx, sheet)? {
        let row = said.overlay.edits.entry((edit.sheet_index, edit.row)).or_default();
        row.push((edit.field, edit.text));
    }
    let settled = &mut said.answers.settled;
    for answered in store::staging::answers(tx, sheet)? {
        if answered.answer == Answer::Settled {
            let row = (answered.sheet_index, answered.row);
            settled.entry(row).or_default().insert(answered.code);
        }
    }
    Ok(said)
}

/// Whether a question may be answered by letting the row stand as it is.
pub fn can_be_settled(code: ProblemCode) -> bool {
    code.severity() == base::Severity::Warning || code == ProblemCode::SamePersonOtherNik
}

/// Whether an answer says who somebody is.
pub fn is_about_identity(code: ProblemCode) -> bool {
    use ProblemCode::{AlreadyInsured, DukcapilDiffers, OnAsnList, OnDeathList};
    let lists = [OnDeathList, OnAsnList, AlreadyInsured, DukcapilDiffers];
    code == ProblemCode::SamePersonOtherNik || lists.contains(&code)
}

/// The columns without which no row can be taken in.
pub const FIELDS_NEEDED: [Field; 2] = [Field::Nik, Field::Name];

fn check_fields(fields: impl Iterator<Item = Field>) -> Result<(), AppError> {
    let mut seen = HashSet::new();
    for field in fields {
        if !seen.insert(field) {
            return Err(AppError::usage("COLUMN_TWICE", field.name()));
        }
    }
    match FIELDS_NEEDED.into_iter().find(|field| !seen.contains(field)) {
        Some(field) => Err(AppError::usage("COLUMN_MISSING", field.name())),
        None => Ok(()),
    }
}

/// Whether what was said of the columns of a table is remembered from before.
pub fn is_remembered(basis: Basis) -> bool {
    basis == Basis::Confirmed
}

fn by_id<T, K: std::hash::Hash + Eq>(all: Vec<T>, id: impl Fn(&T) -> K) -> HashMap<K, T> {
    all.into_iter().map(|one| (id(&one), one)).collect()
}

/// The mappings that a sender confirmed, as the reader takes them.
pub(crate) fn confirmed_mappings(
    tx: &mut Tx<'_>,
    org: Id<kind::Org>,
) -> Result<Vec<documents::read::ConfirmedMapping>, AppError> {
    let remembered = store::orgs::header_mappings(tx, org)?;
    let mappings = remembered.iter().filter_map(|(fingerprint, mapping)| {
        let fingerprint = u64::from_str_radix(fingerprint, 16).ok()?;
        let fields = parse_mapping(mapping)?;
        Some(documents::read::ConfirmedMapping { fingerprint, fields })
    });
    Ok(mappings.collect())
}

/// A file's bytes in a folder of their own for as long as they are read.
pub(crate) struct Scratch {
    folder: PathBuf,
    path: PathBuf,
}

impl Scratch {
    /// Writes bytes where nobody else may look.
    pub(crate) fn new(name: &str, content: &[u8]) -> Result<Scratch, AppError> {
        let unwritable = |_| AppError::new(ErrorKind::External, "FILE_UNWRITABLE", "temp");
        let folder = folder_of_its_own().map_err(unwritable)?;
        // Only the extension matters to the reader.
        let extension = Path::new(name).extension().and_then(|end| end.to_str()).unwrap_or("");
        let plain = extension.chars().all(|c| c.is_ascii_alphanumeric()) && extension.len() <= 8;
        let path = folder.join(format!("daftar.{}", if plain { extension } else { "" }));
        let scratch = Scratch { folder, path };
        fs::write(&scratch.path, content).map_err(unwritable)?;
        Ok(scratch)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // A folder that stays behind is untidy, and only its owner can read it.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A new folder that only its owner can enter: two who read the same file at once have one each,
/// and one that lay there before is not ours.
fn folder_of_its_own() -> std::io::Result<PathBuf> {
    static MADE: AtomicU64 = AtomicU64::new(0);
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    loop {
        let (process, number) = (std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(format!("payung-{process}-{number}"));
        match builder.create(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
}

/// Makes a folder that only its owner can enter.
#[cfg(unix)]
pub fn private_folder(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Makes a folder that only its owner can enter.
#[cfg(not(unix))]
pub fn private_folder(folder: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)
}
