//! `payung import`: a file becomes outcomes, one per row, and the people behind them.
//!
//! The file's bytes are safe before its rows are looked at; the decisions of all rows are one
//! transaction. Killed anywhere, the next run takes up where the last one left off.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::path::PathBuf;

use base::cell::column_letters;
use base::id::kind;
use base::{Field, Id, PersonName, Problem, ProblemCode};
use documents::read::ConfirmedMapping;
use domain::enrolment::{Answers, Changes, Enrolment, Outcome, ReturnedRow, ReturnedRows, decide};
use domain::facility::FacilityBook;
use domain::intake::Draft;
use domain::intake::row_key::RowKey;
use domain::organisation::Org;
use domain::programme::Programme;
use domain::task::Task;
use sha2::{Digest, Sha256};
use store::Tx;
use store::audit::AuditLine;
use store::reports::OutcomeCount;
use store::sheets::{Sheet, SheetState};

use crate::check::add_late;
use crate::drafting::{DraftOptions, FileFacts, draft_file};
use crate::error::{AppError, ErrorKind};
use crate::office::{Actor, Office, Operation};
use crate::reading::{FileRefusal, ReadRequest};
use crate::staging::{Said, Scratch, confirmed_mappings, forgotten, said, target};
use crate::tasks::Unseen;

/// A file to be taken in.
#[derive(Debug, Clone)]
pub struct Received {
    /// Where it is.
    pub path: PathBuf,
    /// The programme it is for, by code.
    pub programme: String,
    /// Who sends it, by code.
    pub org: String,
    /// Only the sheet of this name.
    pub only_sheet: Option<String>,
    /// What the sender says its columns hold: column and field, none for nothing.
    pub confirmed: Vec<(u16, Option<Field>)>,
    /// Decide and report, but write nothing.
    pub dry_run: bool,
}

/// What became of a file.
pub enum Receipt {
    /// Its rows are decided.
    Decided(Box<SheetReport>),
    /// The same bytes were received before; nothing changes.
    AlreadyReceived(Box<SheetReport>),
    /// Its bytes are kept; it is taken in when others have approved it, by the task's checkers.
    Waits(Box<SheetReport>, Box<Task>),
    /// The file as a whole cannot be read.
    Refused(FileRefusal),
}

/// What became of a decision.
pub(crate) enum Decided {
    /// The file is taken in.
    TakenIn(Box<SheetReport>),
    /// Nothing is: others must approve what it comes to.
    Waits(Box<SheetReport>, Box<Task>),
}

/// A received file in figures.
#[derive(Debug, Clone)]
pub struct SheetReport {
    /// Which; none after a dry run.
    pub sheet: Option<Id<kind::Sheet>>,
    /// The name it came under.
    pub file_name: String,
    /// Where it stands.
    pub state: SheetState,
    /// Rows by outcome.
    pub outcomes: BTreeMap<Outcome, u64>,
    /// Problems by code.
    pub problems: BTreeMap<ProblemCode, u64>,
    /// Rows of an earlier file that rows of this one replaced.
    pub merged: u64,
    /// Columns whose meaning was guessed: letters, header, field.
    pub guesses: Vec<(String, String, Field)>,
}

impl SheetReport {
    /// All rows: the outcomes add up to it.
    pub fn rows(&self) -> u64 {
        self.outcomes.values().sum()
    }

    fn count(&mut self, outcome: Outcome, problems: &[Problem], merged: bool) {
        *self.outcomes.entry(outcome).or_default() += 1;
        self.merged += u64::from(merged);
        for problem in problems {
            *self.problems.entry(problem.code).or_default() += 1;
        }
    }
}

impl Office {
    /// Takes a file in: keep the bytes, read, draft, load what is known, decide, apply.
    ///
    /// A file that needs other eyes is kept and put forward; the same call takes it in once it is
    /// approved.
    ///
    /// # Errors
    /// `FILE_UNREADABLE`, `PROGRAMME_UNKNOWN`, `ORG_UNKNOWN`, `USER_MAY_NOT` for a sender out of
    /// reach, `FILE_OF_ANOTHER` for bytes that such a one has sent, and those of the register.
    pub fn receive(&self, actor: &Actor, received: &Received) -> Result<Receipt, AppError> {
        let programme = self.programme(&received.programme)?;
        let org = self.org(&received.org)?;
        self.authorize(actor, Operation::TakeIn, &target(&org, actor.id))?;
        let name = received.path.file_name().map(|name| name.to_string_lossy().into_owned());
        let name = name.unwrap_or_default();
        let content = fs::read(&received.path)
            .map_err(|_| AppError::new(ErrorKind::External, "FILE_UNREADABLE", name.as_str()))?;
        let hash: [u8; 32] = Sha256::digest(&content).into();
        let known = self.store.read(|tx| store::sheets::find_by_hash(tx, &hash))?;
        if let Some(known) = &known {
            // Whose it is, is not this sender's business.
            let of_another = |_| AppError::new(ErrorKind::Conflict, "FILE_OF_ANOTHER", "");
            let staged = self.staged(actor, known.id).map_err(of_another)?;
            self.may_take_in(actor, &staged).map_err(of_another)?;
            if known.state == SheetState::Decided {
                let report = self.store.read(|tx| report_of(tx, known))?;
                return Ok(Receipt::AlreadyReceived(Box::new(report)));
            }
        }
        let said = match &known {
            Some(known) => self.store.read(|tx| said(tx, known.id))?,
            None => Said::default(),
        };
        let rows = match self.drafts(received, &programme, &org, said)? {
            Ok(rows) => rows,
            Err(refusal) => return Ok(Receipt::Refused(refusal)),
        };
        let sheet = match known {
            Some(known) => known,
            None => Sheet {
                id: self.environment.new_id(),
                hash,
                file_name: name.into(),
                size_bytes: content.len() as u64,
                org: org.id,
                programme: programme.id,
                received_at_ms: self.now_ms(),
                received_by: actor.id,
                state: SheetState::Received,
                corrects: None,
            },
        };
        if received.dry_run {
            return Ok(Receipt::Decided(Box::new(self.try_out(&sheet, &programme, rows)?)));
        }
        self.keep_bytes(actor, &sheet, &content, received, &rows.facts)?;
        let file = (&sheet, &programme);
        let decided = self.decide_sheet(actor, file, rows, Unseen::PutForward, |_, _| Ok(()))?;
        while self.tell_other_servers() {}
        Ok(match decided {
            Decided::TakenIn(report) => Receipt::Decided(report),
            Decided::Waits(report, task) => Receipt::Waits(report, task),
        })
    }

    /// Reads and drafts a file with everything the programme and the sender say about it.
    pub(crate) fn drafts(
        &self,
        received: &Received,
        programme: &Programme,
        org: &Org,
        said: Said,
    ) -> Result<Result<Rows, FileRefusal>, AppError> {
        let mut request = ReadRequest {
            path: received.path.clone(),
            only_sheet: received.only_sheet.clone(),
            mappings: self.store.read(|tx| confirmed_mappings(tx, org.id))?,
            raw: false,
        };
        if !received.confirmed.is_empty() {
            // What is said now goes for every table of the file, whatever was said before.
            request.mappings = self.confirmed_now(&request, received);
        }
        let options = DraftOptions {
            registration: programme.first.first_day(),
            territory: Some(programme.territory),
            sender: Some(org.territory),
            default_occupation: programme.default_occupation.clone(),
            gazetteer: self.gazetteer,
            occupations: &self.occupations,
            rulebook: &self.rulebook,
            // A new file has nothing said of it, and its rows need not be kept as typed.
            said: (!said.overlay.is_empty()).then_some(&said.overlay),
        };
        let mut drafts = Vec::new();
        let read = draft_file(&self.reader, &request, &options, &mut |batch| drafts.extend(batch));
        Ok(read.map(|(facts, _)| {
            add_late(&mut drafts, &facts);
            Rows { sender: org.id, drafts, facts, answers: said.answers }
        }))
    }

    fn confirmed_now(&self, request: &ReadRequest, received: &Received) -> Vec<ConfirmedMapping> {
        let mut fingerprints = Vec::new();
        // A file that cannot be read is refused, with its reason, by the reading that follows.
        let _ = self.reader.read(request, &mut |event| {
            if let documents::read::Event::Table(table) = event {
                fingerprints.push(table.fingerprint);
            }
        });
        let fields = &received.confirmed;
        let mapping = |fingerprint| ConfirmedMapping { fingerprint, fields: fields.clone() };
        fingerprints.into_iter().map(mapping).collect()
    }

    fn keep_bytes(
        &self,
        actor: &Actor,
        sheet: &Sheet,
        content: &[u8],
        received: &Received,
        facts: &FileFacts,
    ) -> Result<(), AppError> {
        self.store.write(|tx| {
            let is_new = store::sheets::get(tx, sheet.id)?.is_none();
            if is_new {
                store::sheets::insert(tx, sheet, content)?;
            } else if received.confirmed.is_empty() {
                return Ok(());
            }
            if !received.confirmed.is_empty() {
                let mapping = print_mapping(&received.confirmed);
                for table in &facts.tables {
                    let fingerprint = format!("{:016x}", table.fingerprint);
                    store::orgs::remember_header_mapping(tx, sheet.org, &fingerprint, &mapping)?;
                }
            }
            let act = if is_new { "sheet-received" } else { "columns-confirmed" };
            self.record(tx, actor, act, "sheet", sheet.id.as_bytes())
        })
    }

    /// Decides a sheet and applies it in one transaction, unless others must approve it first;
    /// `check` may still say no.
    pub(crate) fn decide_sheet(
        &self,
        actor: &Actor,
        (sheet, programme): (&Sheet, &Programme),
        rows: Rows,
        unseen: Unseen,
        check: impl FnOnce(&mut Tx<'_>, &Changes) -> Result<(), AppError>,
    ) -> Result<Decided, AppError> {
        self.store.write(|tx| {
            let facts = rows.facts.guesses();
            let changes = self.decisions(tx, programme, rows)?;
            check(tx, &changes)?;
            let waits = self.other_eyes(tx, actor, (sheet, programme), &changes, unseen)?;
            if let Some(task) = waits {
                let report = report(Some(sheet.id), sheet, SheetState::Received, &changes, facts);
                return Ok(Decided::Waits(Box::new(report), Box::new(task)));
            }
            store::enrolment::apply(tx, sheet.id, &changes, self.known_now())?;
            self.leads_came(tx, &changes)?;
            let line = self.audit_line(Some(actor.id), "sheet-decided", "sheet");
            let line = AuditLine { object: Some(*sheet.id.as_bytes()), ..line };
            self.told_apart(tx, (actor.id, line.id), sheet.id, &changes.apart)?;
            if !changes.new_people.is_empty() || !changes.changed_people.is_empty() {
                self.search_after(tx, actor)?;
            }
            store::staging::decided(tx, sheet.id, actor.id, self.now_ms())?;
            self.record_line(tx, actor, &line)?;
            let report = report(Some(sheet.id), sheet, SheetState::Decided, &changes, facts);
            Ok(Decided::TakenIn(Box::new(report)))
        })
    }

    fn try_out(
        &self,
        sheet: &Sheet,
        programme: &Programme,
        rows: Rows,
    ) -> Result<SheetReport, AppError> {
        self.store.read(|tx| {
            let facts = rows.facts.guesses();
            let changes = self.decisions(tx, programme, rows)?;
            Ok(report(None, sheet, SheetState::Received, &changes, facts))
        })
    }

    /// Loads everything that bears on the rows, and decides.
    pub(crate) fn decisions(
        &self,
        tx: &mut Tx<'_>,
        programme: &Programme,
        mut rows: Rows,
    ) -> Result<Changes, AppError> {
        rows.answers.apart = told_before(tx, &rows.drafts)?;
        let drafts = rows.drafts.iter().map(|(draft, _)| draft);
        let niks: Vec<_> = drafts.clone().filter_map(|draft| draft.nik).collect();
        let name_births: Vec<(&PersonName, _)> =
            drafts.clone().filter_map(|draft| Some((draft.name.as_ref()?, draft.birth?))).collect();
        let snapshot = store::enrolment::snapshot(tx, &niks, &name_births, programme.id)?;
        let returned = returned_rows(tx, drafts)?;
        let complete = store::settings::get(tx, DUKCAPIL_COMPLETE)?.is_some();
        let skipped: Vec<(u16, u32)> =
            rows.facts.skipped.iter().map(|skipped| (skipped.sheet, skipped.row)).collect();
        let facilities = facilities_of(tx, rows.sender)?;
        let enrolment = Enrolment {
            rows: rows.drafts,
            skipped: &skipped,
            snapshot: &snapshot,
            dukcapil_complete: complete,
            programme,
            rulebook: &self.rulebook,
            returned: &returned,
            answers: &rows.answers,
            facilities: &facilities,
        };
        Ok(decide(enrolment, &mut || self.environment.new_id()))
    }

    /// A received file in figures, from the register.
    ///
    /// # Errors
    /// `SHEET_UNKNOWN`, also for a file that is not this person's to see.
    pub fn sheet_report(
        &self,
        actor: &Actor,
        id: Id<kind::Sheet>,
    ) -> Result<SheetReport, AppError> {
        let staged = self.staged(actor, id)?;
        self.store.read(|tx| report_of(tx, &staged.sheet))
    }

    /// Every received file that this person may see, oldest first.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn sheets(&self, actor: &Actor) -> Result<Vec<Sheet>, AppError> {
        Ok(self.staged_files(actor)?.into_iter().rev().map(|staged| staged.sheet).collect())
    }

    /// Rows by sheet and outcome.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn outcomes(&self) -> Result<Vec<OutcomeCount>, AppError> {
        Ok(self.store.read(store::reports::outcomes)?)
    }

    /// How many people the register knows.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn people_count(&self) -> Result<u64, AppError> {
        Ok(self.store.read(store::people::count)?)
    }

    /// Finishes an import that was cut off after its bytes were kept, or that others have approved.
    ///
    /// # Errors
    /// `SHEET_UNKNOWN`, `SHEET_UNDONE`.
    pub fn resume(&self, actor: &Actor, id: Id<kind::Sheet>) -> Result<Receipt, AppError> {
        let staged = self.staged(actor, id)?;
        self.may_take_in(actor, &staged)?;
        let (sheet, programme, org) = (staged.sheet, staged.programme, staged.org);
        match sheet.state {
            SheetState::Undone => Err(AppError::refused("SHEET_UNDONE", id.to_string())),
            SheetState::Decided => {
                let report = self.store.read(|tx| report_of(tx, &sheet))?;
                Ok(Receipt::AlreadyReceived(Box::new(report)))
            }
            SheetState::Received => {
                let content = self.store.read(|tx| store::sheets::blob(tx, id))?;
                let content = content.ok_or_else(|| forgotten(id))?;
                let scratch = Scratch::new(&sheet.file_name, &content)?;
                let received = Received {
                    path: scratch.path().to_owned(),
                    programme: programme.code.to_string(),
                    org: org.code.to_string(),
                    only_sheet: None,
                    confirmed: Vec::new(),
                    dry_run: false,
                };
                self.receive(actor, &received)
            }
        }
    }

    /// Takes an import back, or away while it waits, until its people are on a list put forward or
    /// approved. What was approved of it is approved no more.
    ///
    /// # Errors
    /// `SHEET_UNKNOWN`, `USER_MAY_NOT`, `SHEET_IN_USE`.
    pub fn undo(&self, actor: &Actor, id: Id<kind::Sheet>) -> Result<(), AppError> {
        let staged = self.staged(actor, id)?;
        self.authorize(actor, Operation::UndoSheet, &staged.target())?;
        self.store.write(|tx| {
            let unknown = || AppError::not_found("SHEET_UNKNOWN", id.to_string());
            let sheet = store::sheets::get(tx, id)?.ok_or_else(unknown)?;
            if sheet.state == SheetState::Undone {
                return Ok(());
            }
            if store::proposals::uses_sheet(tx, id)? {
                return Err(AppError::refused("SHEET_IN_USE", id.to_string()));
            }
            store::enrolment::undo(tx, id)?;
            self.withdraw_import(tx, id)?;
            self.record(tx, actor, "sheet-undone", "sheet", id.as_bytes())
        })?;
        self.desk.forget_all();
        Ok(())
    }
}

/// The setting that says the civil registry's reply answers for everybody asked.
pub(crate) const DUKCAPIL_COMPLETE: &str = "dukcapil-complete";

/// A file drafted, with what was answered about it.
pub(crate) struct Rows {
    /// Who sends them.
    pub(crate) sender: Id<kind::Org>,
    pub(crate) drafts: Vec<(Draft, Vec<Problem>)>,
    pub(crate) facts: FileFacts,
    pub(crate) answers: Answers,
}

/// The register's facilities, by which rows are told where their people work.
fn facilities_of(tx: &mut Tx<'_>, sender: Id<kind::Org>) -> Result<FacilityBook, AppError> {
    let (orgs, kinds) = (store::orgs::list(tx)?, crate::organisations::kinds_of(tx)?);
    Ok(FacilityBook::new(&orgs, &kinds, sender))
}

/// A file in figures, as it was decided.
pub(crate) fn report_of(tx: &mut Tx<'_>, sheet: &Sheet) -> Result<SheetReport, AppError> {
    let mut report = empty_report(Some(sheet.id), sheet, sheet.state);
    for row in store::sheets::rows(tx, sheet.id)? {
        report.count(row.outcome, &row.problems, row.corrects.is_some());
    }
    Ok(report)
}

fn report(
    id: Option<Id<kind::Sheet>>,
    sheet: &Sheet,
    state: SheetState,
    changes: &Changes,
    guesses: Vec<(String, String, Field)>,
) -> SheetReport {
    let mut report = empty_report(id, sheet, state);
    report.guesses = guesses;
    for decision in &changes.decisions {
        report.count(decision.outcome, &decision.problems, decision.corrects.is_some());
    }
    report
}

fn empty_report(id: Option<Id<kind::Sheet>>, sheet: &Sheet, state: SheetState) -> SheetReport {
    SheetReport {
        sheet: id,
        file_name: sheet.file_name.to_string(),
        state,
        outcomes: BTreeMap::new(),
        problems: BTreeMap::new(),
        merged: 0,
        guesses: Vec::new(),
    }
}

/// Pairs of people who were told apart before, as far as a file may ask about them: where two of
/// its rows look alike, or a row comes back and may look like somebody else.
fn told_before(
    tx: &mut Tx<'_>,
    drafts: &[(Draft, Vec<Problem>)],
) -> Result<HashSet<store::duplicates::Two>, AppError> {
    let may_ask = |(draft, problems): &(Draft, Vec<Problem>)| {
        let looks_alike = |problem: &Problem| problem.code == ProblemCode::SamePersonOtherNik;
        draft.key.is_some() || problems.iter().any(looks_alike)
    };
    match drafts.iter().any(may_ask) {
        true => Ok(store::duplicates::told_apart(tx)?),
        false => Ok(HashSet::new()),
    }
}

/// The rows that the keys of a return workbook point at.
fn returned_rows<'d>(
    tx: &mut Tx<'_>,
    drafts: impl Iterator<Item = &'d Draft>,
) -> Result<ReturnedRows, AppError> {
    let keys = drafts.filter_map(|draft| RowKey::parse(draft.key.as_deref()?).ok());
    let keys: HashSet<RowKey> = keys.collect();
    let mut returned = HashMap::new();
    if keys.is_empty() {
        return Ok(returned);
    }
    for sheet in store::sheets::list(tx)? {
        if sheet.state != SheetState::Decided || !keys.iter().any(|key| key.is_of(sheet.id)) {
            continue;
        }
        for row in store::sheets::rows(tx, sheet.id)? {
            returned.insert(
                RowKey::new(sheet.id, row.sheet_index, row.row),
                ReturnedRow {
                    sheet: sheet.id,
                    sheet_index: row.sheet_index,
                    row: row.row,
                    content: row.content,
                    outcome: row.outcome,
                    person: row.person,
                },
            );
        }
    }
    Ok(returned)
}

impl FileFacts {
    /// Columns whose meaning was guessed: letters, header, field.
    fn guesses(&self) -> Vec<(String, String, Field)> {
        let columns = self.tables.iter().flat_map(|table| &table.columns);
        let guessed =
            columns.filter(|column| column.confidence == documents::read::Confidence::Guess);
        guessed
            .filter_map(|column| {
                Some((column_letters(column.column), column.header.clone(), column.field?))
            })
            .collect()
    }
}

/// Reads `C=name,D=nik,F=-`: column letters and the field they hold, `-` for nothing.
pub fn parse_mapping(text: &str) -> Option<Vec<(u16, Option<Field>)>> {
    let pairs = text.split(',').filter(|pair| !pair.trim().is_empty());
    pairs
        .map(|pair| {
            let (letters, field) = pair.split_once('=')?;
            let field = match field.trim() {
                "-" => None,
                name => Some(Field::from_name(name)?),
            };
            Some((column_of(letters.trim())?, field))
        })
        .collect()
}

pub(crate) fn print_mapping(fields: &[(u16, Option<Field>)]) -> String {
    let pairs = fields.iter().map(|(column, field)| {
        format!("{}={}", column_letters(*column), field.map_or("-", Field::name))
    });
    pairs.collect::<Vec<_>>().join(",")
}

fn column_of(letters: &str) -> Option<u16> {
    let mut number = 0u32;
    for letter in letters.chars() {
        let value = letter.to_ascii_uppercase();
        if !value.is_ascii_uppercase() {
            return None;
        }
        number = number.checked_mul(26)?.checked_add(value as u32 - 'A' as u32 + 1)?;
    }
    u16::try_from(number.checked_sub(1)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mappings_are_read_and_printed_alike() {
        let text = "C=name,D=nik,AA=-";
        let mapping = parse_mapping(text).expect("well formed");
        assert_eq!(mapping, [(2, Some(Field::Name)), (3, Some(Field::Nik)), (26, None)]);
        assert_eq!(print_mapping(&mapping), text);
        for bad in ["C", "C=nama", "1=nik", "=nik"] {
            assert_eq!(parse_mapping(bad), None, "{bad}");
        }
    }
}
