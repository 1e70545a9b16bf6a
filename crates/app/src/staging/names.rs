//! Names that may stand for words in a list, and the files that go to a sender.

use base::{Field, Id, RegionCode, id::kind};
use documents::columns::COLUMNS;
use documents::workbook::{
    ColumnKind, DocumentInfo, ExportCell, ExportColumn, ExportRow, TableSheet, table_workbook,
};
use domain::enrolment::Outcome;
use domain::intake::row_key::RowKey;
use store::sheets::SheetState;

use super::Staged;
use crate::error::{AppError, ErrorKind};
use crate::exports::TakingOut;
use crate::jobs::Tell;
use crate::office::{Actor, Office, Operation};
use crate::returns::{ReturnInput, ReturnRow, write_return};
use crate::words::Words;

/// What a list to be filled in asks for.
const ASKED: [Field; 10] = [
    Field::Nik,
    Field::Name,
    Field::BirthPlace,
    Field::BirthDate,
    Field::Sex,
    Field::Address,
    Field::Village,
    Field::Occupation,
    Field::Phone,
    Field::MotherName,
];

impl Office {
    /// The villages of the sender's district, by name; of its regency when it is a district.
    pub fn villages_near(&self, place: RegionCode) -> Vec<String> {
        let district = place.at_level(3);
        match district.level() {
            3 => self.names_below(district),
            _ => Vec::new(),
        }
    }

    /// The districts of the sender's regency, by name.
    pub fn districts_near(&self, place: RegionCode) -> Vec<String> {
        self.names_below(place.at_level(2))
    }

    fn names_below(&self, place: RegionCode) -> Vec<String> {
        let places = self.gazetteer.children(place);
        let names = places.filter_map(|code| self.gazetteer.name(code)).map(str::to_owned);
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }

    /// Every occupation, by name.
    pub fn occupation_names(&self) -> Vec<String> {
        let mut names: Vec<String> =
            self.occupations.iter().map(|one| one.label.to_string()).collect();
        names.sort();
        names
    }

    /// The sender's own file with what is to be mended marked, whether it is decided or waits; for
    /// whoever may take it in, and written down: everybody on it is in it whole.
    ///
    /// # Errors
    /// `SHEET_UNKNOWN`, `USER_MAY_NOT`, `FILE_UNREADABLE`.
    pub fn return_staged(
        &self,
        actor: &Actor,
        id: Id<kind::Sheet>,
        words: &Words,
    ) -> Result<Vec<u8>, AppError> {
        let staged = self.staged(actor, id)?;
        if staged.sheet.state != SheetState::Received {
            return self.return_sheet(actor, id, words);
        }
        self.may_take_in(actor, &staged)?;
        let examined = self.examine_now(&staged, &mut Tell::nobody())?;
        let content = self.store.read(|tx| store::sheets::blob(tx, id))?;
        let content = content.ok_or_else(|| super::forgotten(id))?;
        let rows: Vec<ReturnRow<'_>> = examined
            .people()
            .map(|row| ReturnRow {
                sheet: row.sheet,
                row: row.row,
                key: RowKey::new(id, row.sheet, row.row).to_string(),
                decision: match row.outcome.is_refused() {
                    true => format!("{}.", words.outcome(row.outcome)),
                    false => String::new(),
                },
                problems: &row.problems,
            })
            .collect();
        let input = ReturnInput {
            file_name: &staged.sheet.file_name,
            only_sheet: None,
            tables: &examined.facts.tables,
            rows: &rows,
            edits: &examined.edits,
            words,
            day: self.environment.today(),
        };
        let bytes = write_return(std::io::Cursor::new(&content), &input)?;
        self.note_return(actor, id)?;
        Ok(bytes)
    }

    /// An empty list to be filled in.
    ///
    /// # Errors
    /// `FILE_UNWRITABLE`.
    pub fn list_template(&self, words: &Words) -> Result<Vec<u8>, AppError> {
        self.template_with(Vec::new(), words)
    }

    /// A decided file as a list to be filled in again, with the people who were accepted, for a
    /// reason that is kept.
    ///
    /// # Errors
    /// `SHEET_UNKNOWN`, `USER_MAY_NOT`, and those of `exports`: `REASON_MISSING`, `EXPORT_WAITS`,
    /// `EXPORTS_TOO_MANY`.
    pub fn list_again(
        &self,
        actor: &Actor,
        id: Id<kind::Sheet>,
        reason: &str,
        words: &Words,
    ) -> Result<Vec<u8>, AppError> {
        let staged = self.staged(actor, id)?;
        self.authorize(actor, Operation::ExportPeople, &staged.target())?;
        if staged.sheet.state != SheetState::Decided {
            return Err(AppError::new(ErrorKind::Conflict, "SHEET_UNDONE", ""));
        }
        let rows = self.accepted_rows(&staged)?;
        self.take_out(
            actor,
            &TakingOut {
                what: "list",
                about: format!("{} {}", staged.org.code, staged.programme.code),
                object: ("sheet", *id.as_bytes()),
                people: rows.len() as u64,
                reason,
            },
        )?;
        self.template_with(rows, words)
    }

    fn template_with(
        &self,
        rows: Vec<Vec<ExportCell>>,
        words: &Words,
    ) -> Result<Vec<u8>, AppError> {
        let columns = ASKED.map(|field| {
            let column = COLUMNS.iter().find(|column| column.field == field);
            let head = column.and_then(|column| column.spellings.first().copied()).unwrap_or("");
            let wide = matches!(field, Field::Name | Field::Address | Field::MotherName);
            let width = if wide { 28 } else { 18 };
            ExportColumn { head: head.to_owned(), kind: ColumnKind::Text, width }
        });
        let mut rows = rows.into_iter().map(ExportRow::Cells);
        let mut sheets = [TableSheet {
            name: words.get("template-sheet"),
            title: Vec::new(),
            columns: columns.to_vec(),
            rows: &mut rows,
            totals: Vec::new(),
            notes: Vec::new(),
            signatures: Vec::new(),
            hash_line: None,
            page: Default::default(),
            landscape: true,
        }];
        let info = DocumentInfo {
            title: words.get("template-title"),
            author: "Payung".to_owned(),
            language: "id-ID".to_owned(),
            created: Some(self.environment.today()),
        };
        table_workbook(&mut sheets, &info)
            .map_err(|_| AppError::new(ErrorKind::Unexpected, "FILE_UNWRITABLE", ""))
    }

    /// The people who were accepted from a file.
    fn accepted_rows(&self, staged: &Staged) -> Result<Vec<Vec<ExportCell>>, AppError> {
        let people = self.store.read(|tx| {
            let rows = store::sheets::rows(tx, staged.sheet.id)?;
            let accepted = rows.iter().filter(|row| {
                matches!(row.outcome, Outcome::Accepted | Outcome::AcceptedToConfirm)
            });
            let mut people = Vec::new();
            for id in accepted.filter_map(|row| row.person) {
                people.extend(store::people::get(tx, id)?);
            }
            Ok::<_, AppError>(people)
        })?;
        let text = |text: Option<String>| text.map_or(ExportCell::Empty, ExportCell::text);
        let rows = people.into_iter().map(|person| {
            let label = person.occupation.as_ref().and_then(|key| self.occupations.get(key));
            let birth = person.birth;
            let birth = format!("{:02}-{:02}-{}", birth.day(), birth.month(), birth.year());
            vec![
                ExportCell::text(person.nik.reveal()),
                ExportCell::text(person.name.as_str()),
                text(person.birth_place.map(String::from)),
                ExportCell::text(birth),
                ExportCell::text(person.sex.letter()),
                text(person.address.map(String::from)),
                text(self.gazetteer.name(person.place).map(str::to_owned)),
                text(label.map(|known| known.label.to_string())),
                text(person.phone.map(base::Phone::international)),
                text(person.mother.map(|name| name.as_str().to_owned())),
            ]
        });
        Ok(rows.collect())
    }
}
