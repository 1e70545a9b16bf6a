//! A reply of BPJS, in whatever layout it comes: read, tied to people row by row, kept once.
//!
//! What is not sure is a question that somebody answers later; an answer decides that row alone.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

use base::id::kind;
use base::{Day, Field, Id, Kpj, Nik, PersonName, RawRow};
use documents::read::{Confidence, ConfirmedMapping, Event, TableFound};
use domain::intake::Draft;
use domain::organisation::import::CellRow;
use domain::programme::Programme;
use domain::registry::KnownPerson;
use domain::sipp::{
    Candidate, Grip, ReasonCode, Reasons, ReplyFacts, ReplyHead, ReplyOutcome, ReplyWords, RowSaid,
    SippKind, StandingState, Verdict, decide_rows, reply_id,
};
use linkage::{NameAgreement, names_agree, normalise_name};
use sha2::{Digest, Sha256};
use store::Tx;
use store::merges::root_of;
use store::sipp::{Reply, ReplyRow, Said, Standing};

use super::World;
use crate::drafting::{DraftOptions, FileFacts, Overlay, draft_file};
use crate::error::{AppError, ErrorKind};
use crate::office::{Actor, Office, Operation, Target};
use crate::people::{PersonShown, masked_now};
use crate::reading::{FileRefusal, ReadRequest};

/// A reply to be taken in.
pub struct ReplyReceived<'a> {
    /// Where it is.
    pub path: &'a Path,
    /// What its sender calls it.
    pub file_name: &'a str,
    /// The programme, by code.
    pub programme: &'a str,
    /// What the whole file says where a row does not say it.
    pub told: Option<Verdict>,
}

/// What became of a reply.
#[derive(Debug, Clone)]
pub struct ReplyReceipt {
    /// The reply.
    pub reply: Reply,
    /// Whether it was taken in just now; the same bytes again are one reply.
    pub is_new: bool,
    /// How many rows came to what, in the order of outcomes; none left out.
    pub outcomes: Vec<(ReplyOutcome, u64)>,
}

/// A reply in the list of replies.
pub type ReplyHeld = (Reply, Programme, Vec<(ReplyOutcome, u64)>);

/// A row of a reply with whom it is, or may be, about.
#[derive(Debug, Clone)]
pub struct ReplyRowShown {
    /// The row.
    pub row: ReplyRow,
    /// Who it is about, masked.
    pub person: Option<PersonShown>,
    /// Whom it may be about, masked, with how the names agree; for a question alone.
    pub candidates: Vec<(PersonShown, NameAgreement)>,
}

/// Which rows of a reply are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReplyWindow {
    /// Those of this outcome alone.
    pub outcome: Option<ReplyOutcome>,
    /// After this sheet and row.
    pub after: Option<(u16, u32)>,
    /// At most so many.
    pub rows_max: usize,
}

/// A reply with some of its rows.
#[derive(Debug, Clone)]
pub struct ReplyShown {
    /// The reply.
    pub reply: Reply,
    /// Of which programme.
    pub programme: Programme,
    /// What all its rows came to.
    pub outcomes: Vec<(ReplyOutcome, u64)>,
    /// The rows asked for.
    pub rows: Vec<ReplyRowShown>,
}

/// What somebody says of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplyAnswer {
    /// It is about this person.
    Person(Id<kind::Person>),
    /// It is about nobody of this programme.
    Nobody,
    /// This is what it says.
    Says(Verdict),
}

/// A row as read: what it says, and who it claims to be about.
struct ReadRow {
    sheet: u16,
    row: u32,
    said: RowSaid,
    nik: Option<Nik>,
    name: Option<PersonName>,
    birth: Option<Day>,
}

/// A reply as read.
struct ReadReply {
    rows: Vec<ReadRow>,
    /// Rows that hold something, but no person.
    others: Vec<(u16, u32)>,
}

impl Office {
    /// Takes a reply in, and records what it says: every row has exactly one outcome. The same
    /// bytes again change nothing.
    ///
    /// # Errors
    /// `PROGRAMME_UNKNOWN`, `USER_MAY_NOT`; `SIPP_SIDE_BY_SIDE` for tables beside each other; a
    /// file that cannot be read is a [`FileRefusal`] inside.
    pub fn take_sipp_reply(
        &self,
        actor: &Actor,
        received: &ReplyReceived<'_>,
    ) -> Result<Result<ReplyReceipt, FileRefusal>, AppError> {
        let programme = self.programme(received.programme)?;
        self.authorize(actor, Operation::TakeReferences, &Target::in_region(programme.territory))?;
        let hash: [u8; 32] = match std::fs::read(received.path) {
            Ok(bytes) => Sha256::digest(bytes).into(),
            Err(_) => {
                let code = "READ_FAILED".to_owned();
                return Ok(Err(FileRefusal { code, detail: String::new() }));
            }
        };
        let id = reply_id(programme.id, &hash);
        if let Some(known) = self.store.read(|tx| known_reply(tx, id))? {
            return Ok(Ok(known));
        }
        let read = match self.read_reply(received.path) {
            Ok(read) => read,
            Err(refusal) => return Ok(Err(refusal)),
        };
        // A row has one outcome; two people in one row have no place for a second.
        let places: HashSet<(u16, u32)> =
            read.rows.iter().map(|row| (row.sheet, row.row)).collect();
        if places.len() < read.rows.len() {
            return Err(AppError::refused("SIPP_SIDE_BY_SIDE", ""));
        }
        let reply = Reply {
            id,
            programme: programme.id,
            file_name: received.file_name.into(),
            received_on: self.environment.today(),
            received_at_ms: self.now_ms(),
            received_by: actor.id,
        };
        self.store.write(|tx| {
            // Somebody may have been faster.
            if let Some(known) = known_reply(tx, id)? {
                return Ok(Ok(known));
            }
            let world = World::of(self, tx, &programme)?;
            let left = reported_gone(tx, &world, &programme)?;
            let rows = decided(tx, (&world, &left), &programme, &read, received.told)?;
            store::sipp::insert_reply(tx, &reply, &hash, &rows)?;
            let done: Vec<&ReplyRow> = rows.iter().collect();
            self.apply_reply(tx, (&world, &left), &reply, &done)?;
            self.record(tx, actor, "sipp-reply-taken", "sipp-reply", id.as_bytes())?;
            Ok(Ok(ReplyReceipt { outcomes: counted(&rows), reply, is_new: true }))
        })
    }

    /// Reads twice: once for the headings, which say what a reply's own columns hold, and once for
    /// the rows.
    fn read_reply(&self, path: &Path) -> Result<ReadReply, FileRefusal> {
        let words = ReplyWords::builtin();
        let mut request = ReadRequest { path: PathBuf::from(path), ..ReadRequest::default() };
        let mut heads: BTreeMap<u16, HashMap<u16, ReplyHead>> = BTreeMap::new();
        let mut mappings = Vec::new();
        let read = self.reader.read(&request, &mut |event| {
            if let Event::Table(table) = event {
                let own = own_columns(&words, &table);
                mappings.push(mapping_of(&table, &own));
                heads.insert(table.table, own);
            }
        });
        if let Err(refusal) = read {
            // A list that names people by their numbers alone is no table of people.
            let by_number = refusal.code == "NO_TABLE";
            let rows = if by_number { self.reader.rows(path)? } else { Vec::new() };
            return by_numbers(&words, &rows).ok_or(refusal);
        }
        request.mappings = mappings;
        let nothing_said = Overlay::default();
        // So that rows are kept as typed beside what is read of them.
        let options = DraftOptions { said: Some(&nothing_said), ..self.draft_anybody() };
        let mut drafts = Vec::new();
        let (facts, _) = draft_file(&self.reader, &request, &options, &mut |batch| {
            drafts.extend(batch.into_iter().map(|(draft, _)| draft));
        })?;
        Ok(read_rows(drafts, &facts, &heads))
    }

    /// What decided rows bring about: numbers, and where people stand. Nobody stands otherwise by
    /// what is said of their leaving: that is kept with its row.
    fn apply_reply(
        &self,
        tx: &mut Tx<'_>,
        (world, left): (&World, &HashSet<Id<kind::Person>>),
        reply: &Reply,
        rows: &[&ReplyRow],
    ) -> Result<(), AppError> {
        let versions = store::sipp::versions(tx, reply.programme)?;
        let (mut new, mut changed, mut numbers) = (Vec::new(), Vec::new(), Vec::new());
        for row in rows {
            let Some(person) = row.person else { continue };
            let verdict = match row.outcome {
                ReplyOutcome::Accepted => Verdict::Accepted,
                ReplyOutcome::Rejected => Verdict::Rejected,
                _ => continue,
            };
            let number = row.said.as_ref().and_then(|said| Kpj::parse(&said.words.number).ok());
            if let (Verdict::Accepted, Some(number)) = (verdict, number)
                && !world.numbers.contains_key(&person)
            {
                numbers.push((person, number));
            }
            if left.contains(&person) {
                continue;
            }
            let before = world.standings.get(&person);
            let version = versions.get(&person).copied();
            let standing = standing_after(person, before, reply, row, verdict, version);
            let list = if before.is_some() { &mut changed } else { &mut new };
            list.push(standing);
        }
        store::sipp::insert_numbers(tx, reply.id, &numbers, self.now_ms())?;
        store::sipp::insert_standings(tx, reply.programme, &new, self.now_ms())?;
        Ok(store::sipp::change_standings(tx, reply.programme, &changed, self.now_ms())?)
    }

    /// Every reply, the newest first, with what its rows came to.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn sipp_replies(&self, actor: &Actor) -> Result<Vec<ReplyHeld>, AppError> {
        self.authorize(actor, Operation::ReadMoney, &Target::default())?;
        self.store.read(|tx| {
            let programmes = store::programmes::list(tx)?;
            let mut counts: HashMap<_, Vec<(ReplyOutcome, u64)>> = HashMap::new();
            for (reply, outcome, count) in store::sipp::outcome_counts(tx)? {
                counts.entry(reply).or_default().push((outcome, count));
            }
            let all = store::sipp::replies(tx)?.into_iter();
            let all = all.filter_map(|reply| {
                let mut outcomes = counts.remove(&reply.id).unwrap_or_default();
                outcomes.sort();
                let (reply, programme) =
                    super::with_programme(reply.programme, reply, &programmes)?;
                Some((reply, programme, outcomes))
            });
            Ok(all.collect())
        })
    }

    /// The next rows of a reply after a place, masked, with whom a question may be about; those of
    /// one outcome if so asked.
    ///
    /// # Errors
    /// `SIPP_REPLY_UNKNOWN`, `USER_MAY_NOT`.
    pub fn sipp_reply(
        &self,
        actor: &Actor,
        id: Id<kind::SippReply>,
        window: &ReplyWindow,
    ) -> Result<ReplyShown, AppError> {
        self.authorize(actor, Operation::ReadMoney, &Target::default())?;
        let unknown = || AppError::not_found("SIPP_REPLY_UNKNOWN", "");
        self.store.read(|tx| {
            let reply = store::sipp::reply(tx, id)?.ok_or_else(unknown)?;
            let programme = store::programmes::get(tx, reply.programme)?.ok_or_else(unknown)?;
            let mut rows = store::sipp::reply_rows(tx, id)?;
            let outcomes = counted(&rows);
            rows.retain(|row| {
                window.outcome.is_none_or(|wanted| row.outcome == wanted)
                    && window.after.is_none_or(|after| (row.sheet, row.row) > after)
            });
            rows.truncate(window.rows_max);
            let known = asked_about(tx, &programme, &rows)?;
            let known = Known::of(&known);
            let mut shown = Vec::with_capacity(rows.len());
            for row in rows {
                let person = masked_person(tx, row.person)?;
                let mut candidates = Vec::new();
                for (person, agreement) in candidates_of_question(&row, &known) {
                    let person = masked_person(tx, Some(person))?;
                    candidates.extend(person.map(|person| (person, agreement)));
                }
                shown.push(ReplyRowShown { row, person, candidates });
            }
            Ok(ReplyShown { reply, programme, outcomes, rows: shown })
        })
    }

    /// Answers a row that waits for somebody: who it is about, or what it says. Answered the same
    /// way again, it is no change.
    ///
    /// # Errors
    /// `SIPP_REPLY_UNKNOWN`, `SIPP_ROW_UNKNOWN`, `PERSON_UNKNOWN`, `USER_MAY_NOT`;
    /// `SIPP_ROW_DECIDED` for a row that asks nothing.
    pub fn answer_sipp_row(
        &self,
        actor: &Actor,
        id: Id<kind::SippReply>,
        place: (u16, u32),
        answer: ReplyAnswer,
    ) -> Result<ReplyOutcome, AppError> {
        let unknown = || AppError::not_found("SIPP_REPLY_UNKNOWN", "");
        self.store.write(|tx| {
            let reply = store::sipp::reply(tx, id)?.ok_or_else(unknown)?;
            let programme = store::programmes::get(tx, reply.programme)?.ok_or_else(unknown)?;
            let target = Target::in_region(programme.territory);
            self.authorize(actor, Operation::TakeReferences, &target)?;
            let row = store::sipp::reply_row(tx, id, place)?;
            let row = row.ok_or_else(|| AppError::not_found("SIPP_ROW_UNKNOWN", ""))?;
            if is_answered(&row, answer) {
                return Ok(row.outcome);
            }
            if !row.outcome.may_be_answered() {
                return Err(AppError::new(ErrorKind::Conflict, "SIPP_ROW_DECIDED", ""));
            }
            let world = World::of(self, tx, &programme)?;
            let row = answered(tx, &world, &reply, row, answer)?;
            store::sipp::set_reply_row(tx, id, &row)?;
            let left = reported_gone(tx, &world, &programme)?;
            self.apply_reply(tx, (&world, &left), &reply, &[&row])?;
            self.record(tx, actor, "sipp-row-answered", "sipp-reply", id.as_bytes())?;
            Ok(row.outcome)
        })
    }
}

fn masked_person(
    tx: &mut Tx<'_>,
    person: Option<Id<kind::Person>>,
) -> Result<Option<PersonShown>, AppError> {
    let Some(person) = person else { return Ok(None) };
    Ok(store::people::get(tx, person)?.map(|person| masked_now(&person)))
}

/// Whether a row says already what the answer says.
fn is_answered(row: &ReplyRow, answer: ReplyAnswer) -> bool {
    match answer {
        ReplyAnswer::Person(person) => row.person == Some(person) && !row.outcome.may_be_answered(),
        ReplyAnswer::Nobody => row.outcome == ReplyOutcome::Unknown,
        ReplyAnswer::Says(verdict) => {
            row.verdict == Some(verdict) && !row.outcome.may_be_answered()
        }
    }
}

/// The row after an answer.
fn answered(
    tx: &mut Tx<'_>,
    world: &World,
    reply: &Reply,
    row: ReplyRow,
    answer: ReplyAnswer,
) -> Result<ReplyRow, AppError> {
    let (person, told) = match answer {
        ReplyAnswer::Nobody => {
            return Ok(ReplyRow { outcome: ReplyOutcome::Unknown, person: None, ..row });
        }
        ReplyAnswer::Person(person) => (Some(person), None),
        ReplyAnswer::Says(verdict) => (row.person, Some(verdict)),
    };
    let verdict = told.or(row.verdict);
    let Some(person) = person else {
        // It is known what it says, and not yet of whom.
        return Ok(ReplyRow { verdict, ..row });
    };
    if world.person(person).is_none() {
        return Err(AppError::not_found("PERSON_UNKNOWN", ""));
    }
    let words = row.said.as_ref().map(|said| said.words.clone()).unwrap_or_default();
    let number = Kpj::parse(&words.number);
    let numbers: Vec<Kpj> = number.into_iter().collect();
    let holder = store::sipp::holders(tx, &numbers)?.into_values().next();
    let facts = ReplyFacts {
        is_a_person: true,
        has_identity: true,
        verdict,
        number,
        holder,
        candidates: vec![Candidate {
            person,
            grip: Grip::Kpj,
            is_listed: world.members.contains_key(&person),
            known: world.numbers.get(&person).copied(),
        }],
    };
    let others = store::sipp::reply_rows(tx, reply.id)?;
    let before = others.iter().filter_map(|other| match other.outcome {
        ReplyOutcome::Accepted => Some((other.person?, Verdict::Accepted)),
        ReplyOutcome::Rejected => Some((other.person?, Verdict::Rejected)),
        _ => None,
    });
    let (outcome, person) = decide_rows(&[facts], &before.collect())[0];
    let reason = (verdict == Some(Verdict::Rejected)).then(|| Reasons::builtin().of(&words.reason));
    Ok(ReplyRow { outcome, verdict, reason, person, ..row })
}

fn known_reply(tx: &mut Tx<'_>, id: Id<kind::SippReply>) -> Result<Option<ReplyReceipt>, AppError> {
    let Some(reply) = store::sipp::reply(tx, id)? else { return Ok(None) };
    let rows = store::sipp::reply_rows(tx, id)?;
    Ok(Some(ReplyReceipt { reply, is_new: false, outcomes: counted(&rows) }))
}

fn counted(rows: &[ReplyRow]) -> Vec<(ReplyOutcome, u64)> {
    let mut counts: BTreeMap<ReplyOutcome, u64> = BTreeMap::new();
    for row in rows {
        *counts.entry(row.outcome).or_default() += 1;
    }
    counts.into_iter().collect()
}

/// The columns of a table that only a reply has. A column that is surely somebody's identity is
/// none.
fn own_columns(words: &ReplyWords, table: &TableFound) -> HashMap<u16, ReplyHead> {
    let free = table.columns.iter().filter(|column| {
        matches!(column.field, None | Some(Field::Note)) || column.confidence == Confidence::Guess
    });
    free.filter_map(|column| Some((column.column, words.head(&column.header)?))).collect()
}

/// These columns read as notes, each by its own place; no other column is one.
fn mapping_of(table: &TableFound, own: &HashMap<u16, ReplyHead>) -> ConfirmedMapping {
    let notes = table.columns.iter().filter(|column| column.field == Some(Field::Note));
    let others = notes.map(|column| column.column).filter(|column| !own.contains_key(column));
    let mut fields: Vec<(u16, Option<Field>)> = others.map(|column| (column, None)).collect();
    fields.extend(own.keys().map(|column| (*column, Some(Field::Note))));
    fields.sort_by_key(|(column, _)| *column);
    ConfirmedMapping { fingerprint: table.fingerprint, fields }
}

fn read_rows(
    drafts: Vec<Draft>,
    facts: &FileFacts,
    heads: &BTreeMap<u16, HashMap<u16, ReplyHead>>,
) -> ReadReply {
    assert_eq!(drafts.len(), facts.raw.len(), "a draft for every row as typed");
    let tabs: HashMap<u16, &str> =
        facts.sheets.iter().map(|sheet| (sheet.sheet, sheet.name.as_str())).collect();
    let rows = drafts.into_iter().zip(&facts.raw).map(|(draft, raw)| ReadRow {
        sheet: raw.sheet,
        row: raw.row,
        said: said_of(raw, heads.get(&raw.table), tabs.get(&raw.sheet).copied().unwrap_or("")),
        nik: draft.nik,
        name: draft.name,
        birth: draft.birth,
    });
    let others = facts.skipped.iter().map(|skipped| (skipped.sheet, skipped.row)).collect();
    ReadReply { rows: rows.collect(), others }
}

/// A list that names people by participant number alone, under headings that say so; none when it
/// is something else.
fn by_numbers(words: &ReplyWords, rows: &[CellRow]) -> Option<ReadReply> {
    let mut read = ReadReply { rows: Vec::new(), others: Vec::new() };
    let mut heads: Option<(u16, HashMap<u16, ReplyHead>)> = None;
    for row in rows {
        let own = row.cells.iter().filter_map(|(column, text)| Some((*column, words.head(text)?)));
        let own: HashMap<u16, ReplyHead> = own.collect();
        if own.len() > 1 && own.values().any(|head| *head == ReplyHead::Number) {
            heads = Some((row.sheet, own));
            continue;
        }
        let Some((_, heads)) = heads.as_ref().filter(|(sheet, _)| *sheet == row.sheet) else {
            continue;
        };
        let mut said = RowSaid::default();
        for (column, text) in &row.cells {
            if let Some(head) = heads.get(column) {
                add_said(&mut said, *head, text);
            }
        }
        let (sheet, row) = (row.sheet, row.row);
        match Kpj::parse(&said.number) {
            Ok(_) => {
                read.rows.push(ReadRow { sheet, row, said, nik: None, name: None, birth: None })
            }
            Err(_) => read.others.push((sheet, row)),
        }
    }
    (!read.rows.is_empty()).then_some(read)
}

/// Adds a cell to what a row says; two columns of a kind are one text.
fn add_said(said: &mut RowSaid, head: ReplyHead, text: &str) {
    let into = match head {
        ReplyHead::Number => &mut said.number,
        ReplyHead::Status => &mut said.status,
        ReplyHead::Reason => &mut said.reason,
    };
    if !into.is_empty() {
        into.push_str("; ");
    }
    into.push_str(text.trim());
}

fn said_of(raw: &RawRow, heads: Option<&HashMap<u16, ReplyHead>>, tab: &str) -> RowSaid {
    let mut said = RowSaid { tab: tab.to_owned(), ..RowSaid::default() };
    for value in raw.cells.iter().filter(|value| value.field == Field::Note) {
        if let Some(head) = heads.and_then(|heads| heads.get(&value.at.column)) {
            add_said(&mut said, *head, &value.cell.text);
        }
    }
    said
}

/// Who is on the programme no more and was reported to have left: what BPJS says of them is about
/// that.
fn reported_gone(
    tx: &mut Tx<'_>,
    world: &World,
    programme: &Programme,
) -> Result<HashSet<Id<kind::Person>>, AppError> {
    let roots = store::merges::roots(tx)?;
    let mut gone = HashSet::new();
    for submission in store::sipp::submissions(tx)? {
        if submission.programme != programme.id || submission.kind != SippKind::Deactivation {
            continue;
        }
        for (person, _) in store::sipp::sent(tx, submission.id)? {
            let person = root_of(&roots, person);
            let member = world.members.get(&person);
            if member.is_some_and(|member| member.membership.last < submission.month) {
                gone.insert(person);
            }
        }
    }
    Ok(gone)
}

/// Every row with its outcome, in the order of the file.
fn decided(
    tx: &mut Tx<'_>,
    (world, left): (&World, &HashSet<Id<kind::Person>>),
    programme: &Programme,
    read: &ReadReply,
    told: Option<Verdict>,
) -> Result<Vec<ReplyRow>, AppError> {
    let (words, reasons) = (ReplyWords::builtin(), Reasons::builtin());
    let known = known_people(
        tx,
        programme,
        read.rows.iter().map(|row| (row.nik, row.name.as_ref(), row.birth)),
    )?;
    let known = Known::of(&known);
    let numbers: Vec<Kpj> =
        read.rows.iter().filter_map(|row| Kpj::parse(&row.said.number).ok()).collect();
    let holders = store::sipp::holders(tx, &numbers)?;
    let facts: Vec<ReplyFacts> = read
        .rows
        .iter()
        .map(|row| {
            let number = Kpj::parse(&row.said.number);
            let holder = number.ok().and_then(|number| holders.get(&number).copied());
            let named = row.name.is_some() && row.birth.is_some();
            let candidates = candidates(world, &known, row, holder);
            let has_left = candidates.first().is_some_and(|one| left.contains(&one.person));
            let verdict = match has_left {
                true => words.verdict_of_leaver(&row.said),
                false => words.verdict_of(&reasons, &row.said),
            };
            ReplyFacts {
                is_a_person: true,
                has_identity: row.nik.is_some() || number.is_ok() || named,
                verdict: verdict.or(told),
                number,
                holder,
                candidates,
            }
        })
        .collect();
    let outcomes = decide_rows(&facts, &HashMap::new());
    let mut rows: Vec<ReplyRow> = read
        .rows
        .iter()
        .zip(facts.iter().zip(outcomes))
        .map(|(row, (facts, (outcome, person)))| {
            let is_rejected = facts.verdict == Some(Verdict::Rejected);
            ReplyRow {
                sheet: row.sheet,
                row: row.row,
                outcome,
                verdict: facts.verdict,
                reason: is_rejected.then(|| reasons.of(&row.said.reason)),
                person,
                said: Some(said(row)),
            }
        })
        .collect();
    rows.extend(read.others.iter().map(|(sheet, row)| ReplyRow {
        sheet: *sheet,
        row: *row,
        outcome: ReplyOutcome::NotAPerson,
        verdict: None,
        reason: None,
        person: None,
        said: None,
    }));
    rows.sort_by_key(|row| (row.sheet, row.row));
    Ok(rows)
}

fn said(row: &ReadRow) -> Said {
    let name = row.name.as_ref().map(|name| name.as_str().to_owned());
    Said {
        words: row.said.clone(),
        nik: row.nik.map(Nik::reveal).unwrap_or_default(),
        name: name.unwrap_or_default(),
        birth: row.birth.map(|day| day.to_string()).unwrap_or_default(),
    }
}

/// Whom the register knows by any of these numbers, or names with birth dates.
fn known_people<'a>(
    tx: &mut Tx<'_>,
    programme: &Programme,
    asked: impl Iterator<Item = (Option<Nik>, Option<&'a PersonName>, Option<Day>)>,
) -> Result<Vec<KnownPerson>, AppError> {
    let (mut niks, mut names) = (Vec::new(), Vec::new());
    for (nik, name, birth) in asked {
        niks.extend(nik);
        names.extend(name.zip(birth));
    }
    Ok(store::enrolment::snapshot(tx, &niks, &names, programme.id)?.known)
}

/// Known people, found without going through all of them.
struct Known<'k> {
    by_nik: HashMap<Nik, &'k KnownPerson>,
    by_birth: HashMap<Day, Vec<&'k KnownPerson>>,
}

impl<'k> Known<'k> {
    fn of(known: &'k [KnownPerson]) -> Known<'k> {
        let mut by_birth: HashMap<Day, Vec<&KnownPerson>> = HashMap::new();
        for person in known {
            by_birth.entry(person.birth).or_default().push(person);
        }
        Known { by_nik: known.iter().map(|person| (person.nik, person)).collect(), by_birth }
    }

    /// Those of this name and birth date.
    fn alike(&self, name: &str, birth: Day) -> impl Iterator<Item = &'k KnownPerson> {
        let normal = normalise_name(name);
        let born = self.by_birth.get(&birth).map_or(&[][..], Vec::as_slice);
        let found: Vec<&'k KnownPerson> = born
            .iter()
            .copied()
            .filter(|person| normalise_name(person.name.as_str()) == normal)
            .collect();
        found.into_iter()
    }
}

fn candidates(
    world: &World,
    known: &Known<'_>,
    row: &ReadRow,
    holder: Option<Id<kind::Person>>,
) -> Vec<Candidate> {
    let candidate = |person: Id<kind::Person>, grip: Grip| Candidate {
        person,
        grip,
        is_listed: world.members.contains_key(&person),
        known: world.numbers.get(&person).copied(),
    };
    let by_nik = row.nik.and_then(|nik| known.by_nik.get(&nik));
    if let Some(found) = by_nik {
        let agreement = row
            .name
            .as_ref()
            .map_or(NameAgreement::Same, |name| names_agree(name.as_str(), found.name.as_str()));
        return vec![candidate(found.id, Grip::Nik(agreement))];
    }
    if let Some(holder) = holder {
        return vec![candidate(holder, Grip::Kpj)];
    }
    let Some((name, birth)) = row.name.as_ref().zip(row.birth) else { return Vec::new() };
    let mut found: Vec<Id<kind::Person>> =
        known.alike(name.as_str(), birth).map(|person| person.id).collect();
    found.sort();
    found.dedup();
    found.into_iter().map(|person| candidate(person, Grip::Name)).collect()
}

/// Whom the register knows of those that questions are about.
fn asked_about(
    tx: &mut Tx<'_>,
    programme: &Programme,
    rows: &[ReplyRow],
) -> Result<Vec<KnownPerson>, AppError> {
    let questions = rows.iter().filter(|row| row.outcome == ReplyOutcome::Question);
    let claims: Vec<(Option<Nik>, Option<PersonName>, Option<Day>)> = questions
        .filter_map(|row| row.said.as_ref())
        .map(|said| {
            let name = PersonName::parse(&said.name).ok();
            (Nik::parse(&said.nik).ok(), name, Day::parse_iso(&said.birth))
        })
        .collect();
    let asked = claims.iter().map(|(nik, name, birth)| (*nik, name.as_ref(), *birth));
    known_people(tx, programme, asked)
}

fn candidates_of_question(
    row: &ReplyRow,
    known: &Known<'_>,
) -> Vec<(Id<kind::Person>, NameAgreement)> {
    let Some(said) = row.said.as_ref().filter(|_| row.outcome == ReplyOutcome::Question) else {
        return Vec::new();
    };
    let agreement = |person: &KnownPerson| names_agree(&said.name, person.name.as_str());
    let nik = Nik::parse(&said.nik).ok();
    let by_nik = nik.and_then(|nik| known.by_nik.get(&nik).copied());
    let mut found: Vec<(Id<kind::Person>, NameAgreement)> = match (by_nik, &said.birth) {
        (Some(person), _) => vec![(person.id, agreement(person))],
        (None, birth) => Day::parse_iso(birth)
            .into_iter()
            .flat_map(|birth| known.alike(&said.name, birth))
            .map(|person| (person.id, agreement(person)))
            .collect(),
    };
    found.sort_by_key(|(person, _)| *person);
    found.dedup_by_key(|(person, _)| *person);
    found
}

/// Where somebody stands after a reply spoke of them.
fn standing_after(
    person: Id<kind::Person>,
    before: Option<&Standing>,
    reply: &Reply,
    row: &ReplyRow,
    verdict: Verdict,
    version: Option<u32>,
) -> Standing {
    let month = before.map_or(reply.received_on.month_of(), |before| before.month);
    let rejections = before.map_or(0, |before| before.rejections);
    let base = Standing {
        person,
        state: StandingState::Accepted,
        month,
        rejections,
        reason: None,
        since: None,
        version: None,
        reply: Some(reply.id),
        version_now: version.unwrap_or(0),
    };
    match verdict {
        Verdict::Accepted => base,
        Verdict::Rejected => {
            let open = before.filter(|before| before.state.is_open_rejection());
            Standing {
                state: StandingState::Rejected,
                rejections: rejections + 1,
                reason: Some(row.reason.unwrap_or(ReasonCode::Other)),
                since: open.and_then(|open| open.since).or(Some(reply.received_on)),
                version,
                ..base
            }
        }
    }
}
