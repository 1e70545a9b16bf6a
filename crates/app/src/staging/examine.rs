//! A waiting file read, drafted and decided on trial: what it would come to if it were taken in
//! now.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Cursor;
use std::sync::Arc;

use base::id::kind;
use base::{Id, Problem, ProblemCode, RawRow, Severity};
use documents::read::{Limits, RawPart, ReadOptions, TableFound};
use domain::enrolment::{Changes, Outcome, RowDecision};
use domain::intake::Draft;
use store::sheets::SheetState;

use super::{Answer, Answered, Edit, Scratch, StageCounts, Staged, confirmed_mappings, said};
use crate::check::add_late;
use crate::drafting::{DraftOptions, FileFacts, draft_file};
use crate::error::{AppError, ErrorKind};
use crate::files::{FileView, NoticeView};
use crate::intake::Rows;
use crate::jobs::{JobKind, Tell};
use crate::office::{Actor, Office};
use crate::reading::ReadRequest;

/// Rows of a sheet that the preview shows.
const PREVIEW_ROWS: u32 = 20;
/// Sample values of a column.
const SAMPLES: usize = 3;

/// A waiting file, looked at.
pub struct Examined {
    /// The state of what was said that it is about.
    pub revision: i64,
    /// When it was looked at, in milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
    /// What was found in the file.
    pub facts: FileFacts,
    /// Every row of people, in the order of the file.
    pub rows: Vec<Draft>,
    /// What would be decided.
    pub changes: Changes,
    /// What was corrected.
    pub edits: Vec<Edit>,
    /// What was answered.
    pub answers: Vec<Answered>,
    /// The file as its sender sees it.
    pub preview: Preview,
    /// People of the register who are the same as a row's, or its namesake, by row.
    pub(crate) twins: super::twins::TwinMap,
}

/// The first rows of a file.
#[derive(Debug, Clone, Default)]
pub struct Preview {
    /// Its sheets, in order.
    pub sheets: Vec<SheetPreview>,
    /// The first values of columns, by sheet and column, below the heads of tables.
    pub samples: HashMap<(u16, u16), Vec<String>>,
}

/// The first rows of a sheet.
#[derive(Debug, Clone)]
pub struct SheetPreview {
    /// Its place in the file.
    pub sheet: u16,
    /// Its name on the tab.
    pub name: String,
    /// Whether the sender's program does not show it.
    pub hidden: bool,
    /// Its first rows that hold something.
    pub rows: Vec<PreviewRow>,
}

/// A row as its sender sees it, long numbers masked.
#[derive(Debug, Clone)]
pub struct PreviewRow {
    /// The row, 1 for the first.
    pub row: u32,
    /// Column and text.
    pub cells: Vec<(u16, String)>,
}

/// Where a file stands with whoever looks at it.
pub enum Standing {
    /// Looked at.
    Ready(Arc<Examined>),
    /// A job looks at it; its id.
    Working(Id<store::jobs::Job>),
}

impl Examined {
    /// The decision about a row of people.
    pub fn decision(&self, place: (u16, u32)) -> Option<&RowDecision> {
        let decisions = &self.changes.decisions;
        let at = decisions.binary_search_by_key(&place, |one| (one.sheet, one.row)).ok()?;
        Some(&decisions[at])
    }

    /// The draft of a row.
    pub fn draft(&self, place: (u16, u32)) -> Option<&Draft> {
        let at = self.rows.binary_search_by_key(&place, |one| (one.sheet, one.row)).ok()?;
        Some(&self.rows[at])
    }

    /// The cells of a row, as typed and corrected.
    pub fn raw(&self, place: (u16, u32)) -> Option<&RawRow> {
        let raw = &self.facts.raw;
        let at = raw.binary_search_by_key(&place, |one| (one.sheet, one.row)).ok()?;
        Some(&raw[at])
    }

    /// The table a row stands in.
    pub fn table(&self, table: u16) -> Option<&TableFound> {
        self.facts.tables.iter().find(|found| found.table == table)
    }

    /// Decisions about rows of people, in the order of the file.
    pub fn people(&self) -> impl Iterator<Item = &RowDecision> {
        self.changes.decisions.iter().filter(|one| one.outcome != Outcome::NotAPerson)
    }

    /// Rows by what is to be done with them.
    pub fn counts(&self) -> StageCounts {
        count(&self.changes)
    }

    /// What was answered to a question about a row.
    pub fn answer(&self, place: (u16, u32), code: ProblemCode) -> Option<&Answered> {
        let of_row = |one: &&Answered| (one.sheet_index, one.row) == place && one.code == code;
        self.answers.iter().find(of_row)
    }

    /// Whether a problem still asks for something.
    pub fn is_open(&self, place: (u16, u32), problem: &Problem) -> bool {
        let settled = |one: &Answered| one.answer == Answer::Settled;
        problem.severity() >= Severity::Warning
            && !self.answer(place, problem.code).is_some_and(settled)
    }

    /// Open problems by code, in the order of codes.
    pub fn causes(&self) -> BTreeMap<ProblemCode, u64> {
        let mut causes = BTreeMap::new();
        for decision in self.people() {
            let place = (decision.sheet, decision.row);
            for problem in decision.problems.iter().filter(|one| self.is_open(place, one)) {
                *causes.entry(problem.code).or_default() += 1;
            }
        }
        causes
    }

    /// The name on a sheet's tab, long numbers masked.
    pub fn sheet_name(&self, sheet: u16) -> String {
        super::mask_digits(FileView { facts: &self.facts }.sheet_name(sheet))
    }

    /// What the sender should know of the file.
    pub fn notices(&self) -> Vec<NoticeView> {
        let mut notices = FileView { facts: &self.facts }.notices();
        for notice in &mut notices {
            notice.detail = super::mask_digits(&notice.detail);
        }
        notices
    }

    /// Whether every table's columns are known without a guess and nothing needed is missing.
    pub fn is_sure(&self) -> bool {
        let tables = || self.facts.tables.iter();
        tables().next().is_some() && tables().all(is_sure)
    }
}

/// Whether a table's columns are known without a guess and nothing needed is missing.
pub fn is_sure(table: &TableFound) -> bool {
    let fields: Vec<_> = table.columns.iter().filter_map(|column| column.field).collect();
    let guessed = |column: &documents::read::ColumnFound| {
        column.field.is_some() && column.confidence == documents::read::Confidence::Guess
    };
    super::FIELDS_NEEDED.iter().all(|field| fields.contains(field))
        && !table.columns.iter().any(guessed)
        && fields.iter().collect::<HashSet<_>>().len() == fields.len()
}

/// Rows by what is to be done with them, each once.
pub(crate) fn count(changes: &Changes) -> StageCounts {
    let mut counts = StageCounts::default();
    for decision in &changes.decisions {
        let slot = match decision.outcome {
            Outcome::NotAPerson => continue,
            Outcome::NeedsFix | Outcome::NeedsDecision => &mut counts.to_fix,
            Outcome::AcceptedToConfirm => &mut counts.warned,
            Outcome::Accepted | Outcome::Unchanged => &mut counts.ready,
            Outcome::DuplicateInFile | Outcome::AlreadyOnProgramme => &mut counts.repeated,
            _ => &mut counts.refused,
        };
        *slot += 1;
    }
    counts
}

impl Office {
    /// Looks at a waiting file, at once when it is small, by a job when it is large.
    ///
    /// # Errors
    /// `SHEET_UNKNOWN`, `SHEET_DECIDED`, `SHEET_UNDONE`, `FILE_UNREADABLE`.
    pub fn examine(&self, actor: &Actor, id: Id<kind::Sheet>) -> Result<Standing, AppError> {
        let staged = self.staged(actor, id)?;
        match staged.sheet.state {
            SheetState::Received => {}
            SheetState::Decided => {
                return Err(AppError::new(ErrorKind::Conflict, "SHEET_DECIDED", ""));
            }
            SheetState::Undone => return Err(AppError::refused("SHEET_UNDONE", "")),
        }
        let revision = staged.stage.revision;
        if let Some(known) = self.desk.find(id, revision, self.now_ms()) {
            return Ok(Standing::Ready(known));
        }
        // A job that has just looked at it in another process is not asked again.
        let elsewhere = self.has_just_been_examined(id)?;
        if staged.is_large() && !elsewhere {
            let job = self.ask_job(actor, JobKind::Check, id)?;
            return Ok(Standing::Working(job.id));
        }
        Ok(Standing::Ready(self.examine_now(&staged, &mut Tell::nobody())?))
    }

    /// Looks at a waiting file, whatever its size.
    pub(crate) fn examine_now(
        &self,
        staged: &Staged,
        tell: &mut Tell<'_>,
    ) -> Result<Arc<Examined>, AppError> {
        let id = staged.sheet.id;
        let content = self.store.read(|tx| store::sheets::blob(tx, id))?;
        let content = content.ok_or_else(|| super::forgotten(id))?;
        let mut rows = self.draft_staged(staged, &content, tell)?;
        tell.step("weigh", 0, 0)?;
        let drafts: Vec<Draft> = rows.drafts.iter().map(|(draft, _)| draft.clone()).collect();
        let (skipped, facts) = (rows.facts.skipped.clone(), std::mem::take(&mut rows.facts));
        rows.facts.skipped = skipped;
        let (changes, edits, answers, twins, revision) = self.store.read(|tx| {
            let stage = store::staging::get(tx, id)?;
            let edits = store::staging::edits(tx, id)?;
            let answers = store::staging::answers(tx, id)?;
            let changes = self.decisions(tx, &staged.programme, rows)?;
            let village = |code| self.gazetteer.name(code).unwrap_or("").to_owned();
            let twins = super::twins::find(tx, &drafts, &changes, village)?;
            let revision = stage.map_or(0, |stage| stage.revision);
            Ok::<_, AppError>((changes, edits, answers, twins, revision))
        })?;
        let preview = preview(&content, &staged.sheet.file_name, &facts.tables)?;
        let examined = Examined {
            // Something said meanwhile makes this a look at an old state.
            revision: staged.stage.revision,
            at_ms: self.now_ms(),
            facts,
            rows: drafts,
            changes,
            edits,
            answers,
            preview,
            twins,
        };
        let examined = Arc::new(examined);
        if revision == staged.stage.revision {
            let counts = examined.counts();
            if staged.stage.counts != Some(counts) {
                self.store.write(|tx| store::staging::count(tx, id, revision, &counts))?;
            }
            self.desk.keep(id, &examined);
        }
        Ok(examined)
    }

    /// Reads and drafts a waiting file with everything that was said of it.
    pub(crate) fn draft_staged(
        &self,
        staged: &Staged,
        content: &[u8],
        tell: &mut Tell<'_>,
    ) -> Result<Rows, AppError> {
        let sheet = &staged.sheet;
        let (said, mappings) = self.store.read(|tx| {
            Ok::<_, AppError>((said(tx, sheet.id)?, confirmed_mappings(tx, staged.org.id)?))
        })?;
        let scratch = Scratch::new(&sheet.file_name, content)?;
        let path = scratch.path().to_owned();
        let request = ReadRequest { path, mappings, ..ReadRequest::default() };
        let programme = &staged.programme;
        let options = DraftOptions {
            registration: programme.first.first_day(),
            territory: Some(programme.territory),
            sender: Some(staged.org.territory),
            default_occupation: programme.default_occupation.clone(),
            gazetteer: self.gazetteer,
            occupations: &self.occupations,
            rulebook: &self.rulebook,
            said: Some(&said.overlay),
        };
        let total = staged.stage.rows_read;
        tell.step("read", 0, total)?;
        let mut drafts = Vec::new();
        let mut told = Ok(());
        let read = draft_file(&self.reader, &request, &options, &mut |batch| {
            drafts.extend(batch);
            if told.is_ok() {
                told = tell.step("read", drafts.len() as u64, total);
            }
        });
        told?;
        let (facts, _) = read.map_err(|refusal| {
            AppError::new(ErrorKind::Refused, "FILE_UNREADABLE", refusal.code)
        })?;
        add_late(&mut drafts, &facts);
        Ok(Rows { sender: staged.org.id, drafts, facts, answers: said.answers })
    }
}

/// The first rows of every sheet and the first values of every column, long numbers masked.
fn preview(content: &[u8], file_name: &str, tables: &[TableFound]) -> Result<Preview, AppError> {
    let options =
        ReadOptions { file_name, limits: Limits::standard(), only_sheet: None, mappings: &[] };
    let mut preview = Preview::default();
    documents::read::raw_cells(Cursor::new(content), &options, &mut |part| match part {
        RawPart::Sheet { sheet, name, hidden } => {
            let (name, rows) = (super::mask_digits(name), Vec::new());
            preview.sheets.push(SheetPreview { sheet, name, hidden, rows });
        }
        RawPart::Cell { at, text, .. } if !text.trim().is_empty() => {
            let Some(sheet) = preview.sheets.last_mut() else { return };
            show_cell(sheet, at.row, at.column, text);
            if tables.iter().any(|table| table.sheet == at.sheet && at.row >= table.first_row) {
                let samples = preview.samples.entry((at.sheet, at.column)).or_default();
                if samples.len() < SAMPLES {
                    samples.push(super::mask_digits(text.trim()));
                }
            }
        }
        _ => {}
    })
    .map_err(|_| AppError::refused("FILE_UNREADABLE", ""))?;
    Ok(preview)
}

fn show_cell(sheet: &mut SheetPreview, row: u32, column: u16, text: &str) {
    let known = sheet.rows.last().is_some_and(|last| last.row == row);
    if !known {
        if sheet.rows.len() >= PREVIEW_ROWS as usize {
            return;
        }
        sheet.rows.push(PreviewRow { row, cells: Vec::new() });
    }
    let shown = super::mask_digits(text.trim());
    if let Some(last) = sheet.rows.last_mut() {
        last.cells.push((column, shown));
    }
}
