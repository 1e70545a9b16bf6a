//! What is printed: a bill's lines, and what every print shares.
//!
//! No file is named after anybody.

use std::collections::{HashMap, HashSet};

use base::{Id, Month, RegionCode, id::kind};
use documents::workbook::{
    ColumnKind, DocumentInfo, ExportCell, ExportColumn, ExportRow, PageWords, TableSheet,
    WriteProblem, table_workbook,
};
use domain::billing::ExclusionReason;
use domain::programme::Programme;
use domain::registry::Person;

use crate::error::{AppError, ErrorKind};
use crate::exports::TakingOut;
use crate::office::{Actor, Office, Operation, Target};
use crate::words::Words;

/// A printed file: its name and its bytes.
pub struct Printed {
    /// The file's name, made of codes.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// Several files in one archive.
///
/// # Errors
/// Only those of the machine.
pub fn archive(files: &[Printed]) -> Result<Vec<u8>, AppError> {
    let parts = files.iter().map(|file| (file.name.as_str(), file.bytes.as_slice()));
    documents::bundle::bundle(parts).map_err(unwritable)
}

impl Office {
    /// A bill's lines as XLSX, for a reason that is kept: who, which scheme, how much, by which
    /// article.
    ///
    /// # Errors
    /// `BILL_UNKNOWN`, `USER_MAY_NOT`, and those of `exports`: `REASON_MISSING`, `EXPORT_WAITS`,
    /// `EXPORTS_TOO_MANY`.
    pub fn bill_workbook(
        &self,
        actor: &Actor,
        (code, month): (&str, Month),
        reason: &str,
        words: &Words,
    ) -> Result<Vec<u8>, AppError> {
        let programme = self.programme(code)?;
        self.authorize(actor, Operation::ExportPeople, &Target::in_region(programme.territory))?;
        let bill = self.bill(actor, code, month)?;
        let named: HashSet<Id<kind::Person>> = bill.lines.iter().map(|line| line.person).collect();
        self.take_out(
            actor,
            &TakingOut {
                what: "bill",
                about: format!("{code} {month}"),
                object: ("bill", *bill.id.as_bytes()),
                people: named.len() as u64,
                reason,
            },
        )?;
        let people = self.store.read(|tx| store::memberships::people(tx, programme.id))?;
        let people: HashMap<Id<kind::Person>, Person> =
            people.into_iter().map(|person| (person.id, person)).collect();
        let mut rows = bill.lines.iter().map(|line| {
            let person = people.get(&line.person);
            ExportRow::Cells(vec![
                ExportCell::text(person.map_or(String::new(), |person| person.nik.reveal())),
                ExportCell::text(person.map_or("", |person| person.name.as_str())),
                ExportCell::text(line.scheme.name().to_uppercase()),
                ExportCell::Rupiah(line.rupiah),
                ExportCell::text(&*line.article),
                ExportCell::text(words.get(&format!("status-{}", line.status.name()))),
            ])
        });
        // Those who are left out stand below, with the reason in the place of the article.
        let news = bill.excluded.iter().filter(|one| one.reason != ExclusionReason::NotInMonths);
        let left_out = news.map(|one| {
            let person = people.get(&one.person);
            ExportRow::Cells(vec![
                ExportCell::text(person.map_or(String::new(), |person| person.nik.reveal())),
                ExportCell::text(person.map_or("", |person| person.name.as_str())),
                ExportCell::Empty,
                ExportCell::Empty,
                ExportCell::text(words.get(&format!("excluded-{}", one.reason.name()))),
                ExportCell::text(words.get("bill-left-out")),
            ])
        });
        let mut rows = rows.by_ref().chain(left_out);
        let mut totals = vec![ExportCell::Empty; 3];
        totals.push(ExportCell::Rupiah(bill.total));
        let title = words.with("bill-title", &[("month", &month.in_words())]);
        let sheet = TableSheet {
            name: month.to_string(),
            title: vec![title.clone(), programme.name.to_string()],
            columns: columns(words, &BILL_COLUMNS),
            rows: &mut rows,
            totals,
            notes: vec![words.with("rulebook-note", &[("version", &bill.rulebook[..12])])],
            signatures: Vec::new(),
            hash_line: None,
            page: page_words(words, &programme),
            landscape: false,
        };
        table_workbook(&mut [sheet], &self.document_info(title)).map_err(unwritable)
    }

    pub(crate) fn document_info(&self, title: String) -> DocumentInfo {
        DocumentInfo {
            title,
            author: "Payung".to_owned(),
            language: "id-ID".to_owned(),
            created: Some(self.environment.today()),
        }
    }

    /// The name of a village, district or regency.
    pub(crate) fn name_of(&self, place: RegionCode) -> String {
        self.gazetteer.name(place).map_or_else(|| place.to_string(), str::to_owned)
    }

    /// "Desa …, Kecamatan …", as far as the place is known.
    pub(crate) fn heading(&self, place: RegionCode) -> String {
        match place.level() {
            4 => {
                let district = self.name_of(place.at_level(3));
                format!("{}, Kec. {district}", self.name_of(place))
            }
            3 => format!("Kec. {}", self.name_of(place)),
            _ => self.name_of(place),
        }
    }
}

/// A column of a print: the key of its head, what it holds, how wide it is.
pub(crate) type Column = (&'static str, ColumnKind, u16);

const BILL_COLUMNS: [Column; 6] = [
    ("column-nik", ColumnKind::Text, 18),
    ("column-name", ColumnKind::Text, 28),
    ("column-scheme", ColumnKind::Text, 8),
    ("column-amount", ColumnKind::Rupiah, 14),
    ("column-article", ColumnKind::Text, 26),
    ("column-status", ColumnKind::Text, 20),
];

pub(crate) fn columns(words: &Words, columns: &[Column]) -> Vec<ExportColumn> {
    let column = |(key, kind, width): &Column| ExportColumn {
        head: words.get(key),
        kind: *kind,
        width: *width,
    };
    columns.iter().map(column).collect()
}

pub(crate) fn page_words(words: &Words, programme: &Programme) -> PageWords {
    PageWords {
        footer: programme.name.to_string(),
        page: words.get("page-page"),
        of: words.get("page-of"),
        continued: words.get("page-continued"),
    }
}

/// Lower-case hexadecimal digits of a digest.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn unwritable(problem: WriteProblem) -> AppError {
    AppError::new(ErrorKind::Unexpected, "UNEXPECTED", problem.to_string())
}
