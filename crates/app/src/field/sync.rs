//! What a device sends: each record is answered by itself, the same again changes nothing, and
//! something else under a number that was taken in is kept for a person to look at.
//!
//! Records that are new or corrected become the rows of one received file, which is decided like
//! any other in one transaction; a correction points at its earlier row by a row key, as a return
//! workbook does.

use std::collections::HashSet;

use base::id::kind;
use base::{Id, ProblemCode};
use domain::enrolment::Answers;
use domain::field::{BATCH_MOST, DAY_MOST, FieldConflict, FieldRecord, FieldStanding, standing};
use domain::intake::row_key::RowKey;
use sha2::{Digest, Sha256};
use store::Tx;
use store::field::RecordKept;
use store::sheets::{Sheet, SheetState};

use super::DeviceFile;
use super::sent::{FieldRefusal, FieldSent};
use crate::error::{AppError, ErrorKind};
use crate::intake::{Received, Rows};
use crate::office::{Actor, Office, Operation, Target};
use crate::staging::{Said, Scratch};
use crate::tasks::Unseen;

/// How often a batch is tried anew when another took in the same records meanwhile.
const TRIES: u32 = 3;
const DAY_MS: i64 = 86_400_000;
/// The headings of the received file, in the order of its cells.
const HEADS: &str = "NIK,Nama,Tanggal Lahir,Jenis Kelamin,Alamat,RT,RW,Desa,Kecamatan,Pekerjaan,\
                     No HP,Keterangan,Kunci baris (jangan diubah)";
/// The first row of a person: the headings stand above.
const FIRST_ROW: u32 = 2;

/// What a device sends in one go.
#[derive(Debug, Clone)]
pub struct FieldBatch {
    /// What the clock of the device says now.
    pub device_now_ms: Option<i64>,
    /// The records, as they could be read.
    pub records: Vec<Result<FieldSent, FieldRefusal>>,
}

/// What a device is told of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldAnswer {
    /// Its number, when it had one.
    pub id: Option<Id<kind::FieldRecord>>,
    /// `accepted`, `exists`, `conflict` or `refused`, and for a row that goes back `duplicate` or
    /// `returned`.
    pub said: &'static str,
    /// How the record stands; none where nothing is kept.
    pub standing: Option<FieldStanding>,
    /// What was found, by the codes of problems.
    pub found: Vec<ProblemCode>,
    /// Why nothing was kept, by a code of the catalogue.
    pub refused: Option<&'static str>,
    /// Whether its photo is here.
    pub has_photo: bool,
}

/// What is to be done with a record.
enum Step {
    /// It is a row of the file; it corrects an earlier row of the record that is kept.
    Row(FieldSent, Option<Box<RecordKept>>),
    /// The same person as before, with something else said about it.
    Amended(FieldSent, Box<RecordKept>),
    /// Something else under a number that was taken in.
    Conflict(FieldSent),
    /// Nothing: it is here already.
    Known,
    /// Nothing: it cannot be.
    Refused(&'static str),
}

type Steps = Vec<(Option<Id<kind::FieldRecord>>, Step)>;

impl Office {
    /// Takes in what the device by which the actor acts sends.
    ///
    /// # Errors
    /// `FIELD_DEVICE_UNKNOWN`, `FIELD_DEVICE_ENDED`, `FIELD_BATCH_LONG`, `FIELD_DAY_FULL`.
    pub fn field_sync(
        &self,
        actor: &Actor,
        batch: &FieldBatch,
    ) -> Result<Vec<FieldAnswer>, AppError> {
        let file = self.own_device(actor)?;
        self.take_records(actor, &file, batch)
    }

    /// The same for whoever acts in the name of a device.
    pub(super) fn take_records(
        &self,
        actor: &Actor,
        file: &DeviceFile,
        batch: &FieldBatch,
    ) -> Result<Vec<FieldAnswer>, AppError> {
        if batch.records.len() > BATCH_MOST {
            return Err(AppError::usage("FIELD_BATCH_LONG", BATCH_MOST.to_string()));
        }
        let mut tries = 0;
        let steps = loop {
            let steps = self.store.read(|tx| self.field_steps(tx, file, batch))?;
            match self.take_steps(actor, file, batch, &steps) {
                Err(error) if error.code == "FIELD_RACE" && tries < TRIES => tries += 1,
                Err(error) => return Err(error),
                Ok(()) => break steps,
            }
        };
        self.store.read(|tx| steps.iter().map(|(id, step)| answer(tx, *id, step)).collect())
    }

    /// What is to be done with each record, as the register now is.
    fn field_steps(
        &self,
        tx: &mut Tx<'_>,
        file: &DeviceFile,
        batch: &FieldBatch,
    ) -> Result<Steps, AppError> {
        let mut seen = HashSet::new();
        let mut steps = Steps::new();
        for record in &batch.records {
            let sent = match record {
                Ok(sent) => sent,
                Err(refusal) => {
                    steps.push((refusal.id, Step::Refused(refusal.code)));
                    continue;
                }
            };
            let step = match seen.insert(sent.id) {
                true => self.field_step(tx, file, sent)?,
                // Which of the two was meant nobody can say; the first is done.
                false => Step::Refused("FIELD_RECORD_TWICE"),
            };
            steps.push((Some(sent.id), step));
        }
        Ok(steps)
    }

    fn field_step(
        &self,
        tx: &mut Tx<'_>,
        file: &DeviceFile,
        sent: &FieldSent,
    ) -> Result<Step, AppError> {
        let is_village = self.gazetteer.name(sent.place).is_some();
        let inside = is_village && file.agent.territory.contains(sent.place);
        let Some(kept) = store::field::record(tx, sent.id)? else {
            return Ok(match inside {
                true => Step::Row(sent.clone(), None),
                false => Step::Refused("FIELD_PLACE_OUTSIDE"),
            });
        };
        if kept.record.agent != file.agent.id {
            return Ok(Step::Refused("FIELD_RECORD_OF_ANOTHER"));
        }
        if kept.record.content == tx.vouched("field", &sent.written())? {
            return Ok(Step::Known);
        }
        let Some(details) = &kept.details else {
            return Ok(Step::Refused("FIELD_RECORD_FORGOTTEN"));
        };
        if !inside {
            return Ok(Step::Refused("FIELD_PLACE_OUTSIDE"));
        }
        let stands = standing_of(tx, &kept)?;
        let same_row = details.is_same_person_row(&sent.details) && kept.record.place == sent.place;
        Ok(match (stands.may_be_corrected(), same_row) {
            (false, _) => Step::Conflict(sent.clone()),
            (true, true) => Step::Amended(sent.clone(), Box::new(kept)),
            (true, false) => Step::Row(sent.clone(), Some(Box::new(kept))),
        })
    }

    fn take_steps(
        &self,
        actor: &Actor,
        file: &DeviceFile,
        batch: &FieldBatch,
        steps: &Steps,
    ) -> Result<(), AppError> {
        let now = self.now_ms();
        // What the clock of the device is ahead of ours.
        let ahead_ms = batch.device_now_ms.map_or(0, |theirs| theirs.saturating_sub(now));
        let mut rows: Vec<(&FieldSent, Option<&RecordKept>)> = Vec::new();
        let mut others = Vec::new();
        for (_, step) in steps {
            match step {
                Step::Row(sent, kept) => rows.push((sent, kept.as_deref())),
                Step::Amended(sent, _) | Step::Conflict(sent) => others.push((sent, step)),
                Step::Known | Step::Refused(_) => {}
            }
        }
        let clock = Clock { now_ms: now, ahead_ms };
        if !others.is_empty() {
            self.note_others(actor, file, &others, clock)?;
        }
        match rows.is_empty() {
            true => Ok(()),
            false => self.take_rows(actor, file, &rows, (clock, &Answers::default())),
        }
    }

    /// Keeps what is no row: what was said of a record anew, and what differs from one taken in.
    fn note_others(
        &self,
        actor: &Actor,
        file: &DeviceFile,
        others: &[(&FieldSent, &Step)],
        clock: Clock,
    ) -> Result<(), AppError> {
        self.store.write(|tx| {
            let mut changed = false;
            for (sent, step) in others {
                let content = tx.vouched("field", &sent.written())?;
                changed |= match step {
                    Step::Amended(_, kept) => {
                        let place = (kept.record.sheet, kept.record.row);
                        let record = record_of(file, sent, clock, (content, place));
                        store::field::set_record(tx, &record, &sent.details)?;
                        true
                    }
                    _ => {
                        let conflict = FieldConflict {
                            record: sent.id,
                            content,
                            device: file.device.id,
                            place: sent.place,
                            at_ms: clock.ours(sent.at_ms),
                            received_at_ms: clock.now_ms,
                            consent: Some(sent.consent),
                            apart: Some(sent.apart),
                            settled_at_ms: None,
                        };
                        store::field::insert_conflict(tx, &conflict, &sent.details)?
                    }
                };
            }
            let device = file.device.id;
            match changed {
                true => {
                    self.record(tx, actor, "field-records-noted", "field-device", device.as_bytes())
                }
                false => Ok(()),
            }
        })
    }

    /// Takes in records as the rows of one file.
    fn take_rows(
        &self,
        actor: &Actor,
        file: &DeviceFile,
        rows: &[(&FieldSent, Option<&RecordKept>)],
        (clock, answers): (Clock, &Answers),
    ) -> Result<(), AppError> {
        let since = clock.now_ms - DAY_MS;
        let count = self.store.read(|tx| store::field::count_since(tx, file.agent.id, since))?;
        if count + rows.len() as u64 > DAY_MOST {
            return Err(AppError::refused("FIELD_DAY_FULL", DAY_MOST.to_string()));
        }
        let content = self.file_of(rows);
        let id: Id<kind::Sheet> = self.environment.new_id();
        let sheet = Sheet {
            id,
            hash: Sha256::digest(content.as_bytes()).into(),
            file_name: format!("lapangan-{}.csv", file.agent.code).into(),
            size_bytes: content.len() as u64,
            org: file.org.id,
            programme: file.programme.id,
            received_at_ms: clock.now_ms,
            received_by: actor.id,
            state: SheetState::Received,
            corrects: None,
        };
        let scratch = Scratch::new(&sheet.file_name, content.as_bytes())?;
        let received = Received {
            path: scratch.path().to_owned(),
            programme: file.programme.code.to_string(),
            org: file.org.code.to_string(),
            only_sheet: None,
            confirmed: Vec::new(),
            dry_run: false,
        };
        let drafted = self.drafts(&received, &file.programme, &file.org, Said::default())?;
        let mut drafted = drafted.map_err(|_| unread())?;
        drafted.answers = answers.clone();
        check_rows(&drafted, rows.len())?;
        // The file and its records are kept by the act that decides on them, or puts them forward.
        let keep = |tx: &mut Tx<'_>, _: &domain::enrolment::Changes| {
            store::sheets::insert(tx, &sheet, content.as_bytes())?;
            for (place, (sent, kept)) in rows.iter().enumerate() {
                let at = (id, FIRST_ROW + place as u32);
                keep_record(tx, file, (*sent, *kept), (clock, at))?;
            }
            Ok(())
        };
        let named = (&sheet, &file.programme);
        self.decide_sheet(actor, named, drafted, Unseen::PutForward, keep).map(|_| ())
    }

    /// Takes a record in once more as a correction of its own row, whatever it stands for now; with
    /// `as_two` the person is not whom the register asked about.
    pub(super) fn retake(
        &self,
        actor: &Actor,
        file: &DeviceFile,
        (sent, kept): (&FieldSent, &RecordKept),
        as_two: bool,
    ) -> Result<(), AppError> {
        let mut answers = Answers::default();
        if as_two {
            let twin = HashSet::from([ProblemCode::SamePersonOtherNik]);
            answers.settled.insert((0, FIRST_ROW), twin);
        }
        let clock = Clock { now_ms: self.now_ms(), ahead_ms: 0 };
        self.take_rows(actor, file, &[(sent, Some(kept))], (clock, &answers))
    }

    /// The received file: headings and a row for each record.
    fn file_of(&self, rows: &[(&FieldSent, Option<&RecordKept>)]) -> String {
        let mut text = format!("{HEADS}\n");
        for (sent, kept) in rows {
            let key = kept.map(|kept| RowKey::new(kept.record.sheet, 0, kept.record.row));
            let key = key.map(|key| key.to_string()).unwrap_or_default();
            let cells = self.row_of(sent, &key);
            let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
            text += &format!("{}\n", cells.join(","));
        }
        text
    }

    fn row_of(&self, sent: &FieldSent, key: &str) -> [String; 13] {
        let details = &sent.details;
        let work = domain::occupation::OccupationKey((&*details.occupation).into());
        let work = self.occupations.get(&work).map_or(&*details.occupation, |one| &*one.label);
        [
            details.nik.to_string(),
            details.name.to_string(),
            details.birth.to_string(),
            details.sex.to_string(),
            details.address.to_string(),
            details.rt.to_string(),
            details.rw.to_string(),
            self.name_of(sent.place),
            self.name_of(sent.place.at_level(3)),
            work.to_owned(),
            details.phone.to_string(),
            // The same person sent by two agents is two files.
            format!("Lapangan {}", sent.id),
            key.to_owned(),
        ]
    }

    /// Whether the actor may see where a record is from.
    pub(super) fn sees_record(&self, actor: &Actor, kept: &RecordKept) -> bool {
        let target = Target::in_region(kept.record.place);
        self.reaches(actor, Operation::ReadOutreach, &target)
    }
}

/// The office's clock, and how far that of a device is ahead of it.
#[derive(Debug, Clone, Copy)]
struct Clock {
    now_ms: i64,
    ahead_ms: i64,
}

impl Clock {
    /// A moment of the device by the office's clock; nothing was written down after it came.
    fn ours(self, device_at_ms: i64) -> i64 {
        device_at_ms.saturating_sub(self.ahead_ms).clamp(0, self.now_ms)
    }
}

fn record_of(
    file: &DeviceFile,
    sent: &FieldSent,
    clock: Clock,
    (content, (sheet, row)): ([u8; 16], (Id<kind::Sheet>, u32)),
) -> FieldRecord {
    FieldRecord {
        id: sent.id,
        agent: file.agent.id,
        device: file.device.id,
        content,
        place: sent.place,
        consent: sent.consent,
        apart: sent.apart,
        device_at_ms: sent.at_ms,
        at_ms: clock.ours(sent.at_ms),
        received_at_ms: clock.now_ms,
        sheet,
        row,
        closed_at_ms: None,
    }
}

/// Keeps a record with its place in the file, unless another took it in or corrected it meanwhile.
fn keep_record(
    tx: &mut Tx<'_>,
    file: &DeviceFile,
    (sent, kept): (&FieldSent, Option<&RecordKept>),
    (clock, place): (Clock, (Id<kind::Sheet>, u32)),
) -> Result<(), AppError> {
    let race = || AppError::new(ErrorKind::Busy, "FIELD_RACE", "");
    let content = tx.vouched("field", &sent.written())?;
    let record = record_of(file, sent, clock, (content, place));
    let now = store::field::record(tx, sent.id)?;
    let is_as_seen = now.map(|now| now.record.content) == kept.map(|kept| kept.record.content);
    if !is_as_seen {
        return Err(race());
    }
    match kept {
        Some(_) => Ok(store::field::set_record(tx, &record, &sent.details)?),
        None => match store::field::insert_record(tx, &record, &sent.details) {
            Err(store::StoreError::ConstraintViolated { .. }) => Err(race()),
            done => Ok(done?),
        },
    }
}

/// Each record is a row of the file, and the file has no others.
fn check_rows(drafted: &Rows, count: usize) -> Result<(), AppError> {
    let rows = drafted.drafts.iter().map(|(draft, _)| (draft.sheet, draft.row));
    let found: HashSet<_> = rows.collect();
    let expected = (0..count as u32).map(|place| (0, FIRST_ROW + place));
    match found.len() == count && expected.into_iter().all(|row| found.contains(&row)) {
        true => Ok(()),
        false => Err(unread()),
    }
}

/// A file that we wrote ourselves and cannot read.
fn unread() -> AppError {
    AppError::new(ErrorKind::Unexpected, "UNEXPECTED", "a file of records")
}

/// How a record stands.
pub(super) fn standing_of(tx: &mut Tx<'_>, kept: &RecordKept) -> Result<FieldStanding, AppError> {
    let found = store::field::problems(tx, kept.record.sheet, kept.record.row)?;
    Ok(standing(&kept.record, kept.row, &found))
}

fn answer(
    tx: &mut Tx<'_>,
    id: Option<Id<kind::FieldRecord>>,
    step: &Step,
) -> Result<FieldAnswer, AppError> {
    let nothing = FieldAnswer {
        id,
        said: "refused",
        standing: None,
        found: Vec::new(),
        refused: None,
        has_photo: false,
    };
    if let Step::Refused(code) = step {
        return Ok(FieldAnswer { refused: Some(code), ..nothing });
    }
    let kept = match id {
        Some(id) => store::field::record(tx, id)?,
        None => None,
    };
    let unknown = || AppError::not_found("FIELD_RECORD_UNKNOWN", "");
    let kept = kept.ok_or_else(unknown)?;
    let found = store::field::problems(tx, kept.record.sheet, kept.record.row)?;
    let stands = standing(&kept.record, kept.row, &found);
    let said = match step {
        Step::Known => "exists",
        Step::Conflict(_) => "conflict",
        _ => match stands {
            FieldStanding::Accepted | FieldStanding::Waiting => "accepted",
            FieldStanding::Duplicate => "duplicate",
            FieldStanding::Returned => "returned",
            FieldStanding::Refused | FieldStanding::Withdrawn => "refused",
        },
    };
    let has_photo = kept.photo_bytes.is_some();
    Ok(FieldAnswer { said, standing: Some(stands), found, has_photo, ..nothing })
}

/// A cell of a CSV file, quoted: what is typed in a field is text and nothing else.
fn quoted(cell: &str) -> String {
    format!("\"{}\"", cell.replace('"', "\"\""))
}
