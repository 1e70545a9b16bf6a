//! Reference lists of other offices: any spreadsheet with a NIK column, each with its day.

use std::path::Path;

use base::{CellKind, Day, Field, Id, id::kind};
use documents::read::{ConfirmedMapping, Event, TableFound};
use domain::intake::Draft;
use domain::intake::date::{DateOptions, DateReading, read_date};
pub use domain::reference::ReferenceKind;
use domain::reference::{ReferenceEntry, ReferenceList};
use domain::terms::DECILES;

use crate::drafting::draft_file;
use crate::error::AppError;
use crate::intake::DUKCAPIL_COMPLETE;
use crate::office::{Actor, Office, Operation, Target};
use crate::reading::{FileRefusal, ReadRequest};

/// A reference list to be taken in.
pub struct ReferenceReceived<'a> {
    /// Where it is.
    pub path: &'a Path,
    /// What it says.
    pub kind: ReferenceKind,
    /// The day on which it was true, by its sender.
    pub as_of: Day,
    /// Whether it answers for everybody asked, so that a NIK missing from it is unknown there.
    pub complete: bool,
}

/// What became of a reference list.
pub struct ReferenceReceipt {
    /// Which.
    pub list: Id<kind::ReferenceList>,
    /// Lines kept.
    pub entries: u64,
    /// Lines without a readable NIK; they say nothing about anybody.
    pub without_nik: u64,
    /// Whether the same list was received before; nothing changes.
    pub known: bool,
}

impl Office {
    /// Takes a reference list in.
    ///
    /// # Errors
    /// Those of the register; a file that cannot be read is a [`FileRefusal`] inside.
    pub fn take_reference(
        &self,
        actor: &Actor,
        received: &ReferenceReceived<'_>,
    ) -> Result<Result<ReferenceReceipt, FileRefusal>, AppError> {
        self.authorize(actor, Operation::TakeReferences, &Target::default())?;
        let rows = match self.reference_rows(received.path, received.kind) {
            Ok(rows) => rows,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let options = DateOptions { today: received.as_of, epoch_1904: false };
        let entries: Vec<ReferenceEntry> =
            rows.iter().filter_map(|draft| entry(draft, received.kind, options)).collect();
        let without_nik = (rows.len() - entries.len()) as u64;
        let list = ReferenceList {
            id: list_id(received, &entries),
            kind: received.kind,
            as_of: received.as_of,
        };
        let now = self.now_ms();
        self.store.write(|tx| {
            let known = store::references::lists(tx)?.iter().any(|known| known.id == list.id);
            if !known {
                store::references::insert(tx, &list, now, &entries)?;
                let complete = received.kind == ReferenceKind::Dukcapil && received.complete;
                if complete {
                    store::settings::set(tx, DUKCAPIL_COMPLETE, "1")?;
                }
                self.record(tx, actor, "reference-taken", "reference-list", list.id.as_bytes())?;
            }
            let entries = entries.len() as u64;
            Ok(Ok(ReferenceReceipt { list: list.id, entries, without_nik, known }))
        })
    }

    /// The reference lists received.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn reference_lists(&self, actor: &Actor) -> Result<Vec<ReferenceList>, AppError> {
        self.authorize(actor, Operation::TakeReferences, &Target::default())?;
        Ok(self.store.read(store::references::lists)?)
    }

    pub(crate) fn reference_rows(
        &self,
        path: &Path,
        kind: ReferenceKind,
    ) -> Result<Vec<Draft>, FileRefusal> {
        let mut request = ReadRequest { path: path.to_owned(), ..ReadRequest::default() };
        let mut mappings = Vec::new();
        self.reader.read(&request, &mut |event| {
            if let Event::Table(table) = event {
                mappings.extend(noted_column(&table, kind));
            }
        })?;
        request.mappings = mappings;
        let mut rows = Vec::new();
        draft_file(&self.reader, &request, &self.draft_anybody(), &mut |batch| {
            rows.extend(batch.into_iter().map(|(draft, _)| draft));
        })?;
        Ok(rows)
    }
}

/// The column that no list of people has, read as a note: the day of the event, or the decile.
fn noted_column(table: &TableFound, kind: ReferenceKind) -> Option<ConfirmedMapping> {
    const WORDS: [&str; 8] =
        ["meninggal", "wafat", "kematian", "kejadian", "kecelakaan", "mulai", "tmt", "aktif"];
    let column = table.columns.iter().find(|column| {
        let header = column.header.to_lowercase();
        if kind == ReferenceKind::Kesejahteraan {
            return header.contains("desil") || header.contains("decile");
        }
        let says_day = header.contains("tgl") || header.contains("tanggal") || header == "tmt";
        says_day && WORDS.iter().any(|word| header.contains(word))
    })?;
    let fields = table.columns.iter().filter(|other| other.field == Some(Field::Note));
    let fields =
        fields.map(|other| (other.column, None)).chain([(column.column, Some(Field::Note))]);
    Some(ConfirmedMapping { fingerprint: table.fingerprint, fields: fields.collect() })
}

fn entry(draft: &Draft, kind: ReferenceKind, options: DateOptions) -> Option<ReferenceEntry> {
    let (event, decile) = match kind {
        ReferenceKind::Kesejahteraan => (None, draft.note.as_deref().and_then(decile_of)),
        _ => (draft.note.as_deref().and_then(|text| event_of(text, options)), None),
    };
    let (name, birth) = (draft.name.clone(), draft.birth);
    Some(ReferenceEntry { nik: draft.nik?, name, birth, event, decile })
}

pub(crate) fn event_of(text: &str, options: DateOptions) -> Option<Day> {
    let digits = text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit());
    let kind = if digits { CellKind::Number } else { CellKind::Text };
    match read_date(text, kind, options) {
        DateReading::Day { day, .. } => Some(day),
        _ => None,
    }
}

/// A decile as offices write it: `3`, `Desil 3`, `D3`.
fn decile_of(text: &str) -> Option<u8> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.parse().ok().filter(|decile| (1..=DECILES).contains(decile))
}

/// The same list of the same day gets the same identifier, whatever file it came in.
fn list_id(
    received: &ReferenceReceived<'_>,
    entries: &[ReferenceEntry],
) -> Id<kind::ReferenceList> {
    use sha2::{Digest, Sha256};
    let mut digest = Sha256::new();
    digest.update(received.kind.name());
    digest.update(received.as_of.as_number().to_le_bytes());
    for entry in entries {
        digest.update(entry.nik.as_u64().to_le_bytes());
        digest.update(entry.event.map_or(0, Day::as_number).to_le_bytes());
        digest.update(entry.birth.map_or(0, Day::as_number).to_le_bytes());
        digest.update(entry.name.as_ref().map_or("", |name| name.as_str()));
        digest.update([entry.decile.unwrap_or(0)]);
    }
    let mut half = [0; 16];
    half.copy_from_slice(&digest.finalize()[..16]);
    Id::derived(half)
}
