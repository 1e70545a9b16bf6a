//! What is printed: a bill's lines, sheets of cards, and what every print shares.
//!
//! A card never shows NIK or address, and no file is named after anybody.

use std::collections::HashMap;

use base::{Day, Id, Month, RegionCode, id::kind};
use documents::pdf::{CardFace, CardLabels, card_sheet_pdf};
use documents::workbook::{
    ColumnKind, DocumentInfo, ExportCell, ExportColumn, ExportRow, PageWords, TableSheet,
    WriteProblem, table_workbook,
};
use domain::card::{Card, CardInput, CardNumber, issue_card};
use domain::coverage::CoveredMonth;
use domain::programme::Programme;
use domain::registry::Person;

use crate::error::{AppError, ErrorKind};
use crate::office::{Actor, Office, Operation, Target};
use crate::words::Words;

/// A printed file: its name and its bytes.
pub struct Printed {
    /// The file's name, made of codes.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

impl Office {
    /// A bill's lines as XLSX: who, which scheme, how much, by which article.
    ///
    /// # Errors
    /// `BILL_UNKNOWN`.
    pub fn bill_workbook(
        &self,
        actor: &Actor,
        code: &str,
        month: Month,
        words: &Words,
    ) -> Result<Vec<u8>, AppError> {
        let programme = self.programme(code)?;
        self.authorize(actor, Operation::ExportPeople, &Target::in_region(programme.territory))?;
        let bill = self.bill(actor, code, month)?;
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

    /// Draws a card for every covered member who has none; how many are new.
    ///
    /// # Errors
    /// `NOT_COVERED` when nobody of the programme is covered yet.
    pub fn issue_cards(&self, actor: &Actor, code: &str) -> Result<u64, AppError> {
        let programme = self.programme(code)?;
        self.authorize(actor, Operation::Cards, &Target::in_region(programme.territory))?;
        let today = self.environment.today();
        self.store.write(|tx| {
            let people = store::memberships::people(tx, programme.id)?;
            let have: Vec<Card> = store::cards::of_programme(tx, programme.id)?;
            let have: std::collections::HashSet<_> = have.iter().map(|card| card.person).collect();
            let mut covered: HashMap<Id<kind::Person>, Vec<CoveredMonth>> = HashMap::new();
            for month in store::covered::of_programme(tx, programme.id)? {
                covered.entry(month.person).or_default().push(month);
            }
            let drawn: Vec<Card> = people
                .iter()
                .filter(|person| !have.contains(&person.id))
                .filter_map(|person| self.card(&programme, person, covered.get(&person.id), today))
                .collect();
            if drawn.is_empty() && have.is_empty() {
                return Err(AppError::refused("NOT_COVERED", ""));
            }
            if !drawn.is_empty() {
                store::cards::insert_all(tx, &drawn)?;
                self.record(tx, actor, "cards-issued", "programme", programme.id.as_bytes())?;
            }
            Ok(drawn.len() as u64)
        })
    }

    fn card(
        &self,
        programme: &Programme,
        person: &Person,
        covered: Option<&Vec<CoveredMonth>>,
        today: Day,
    ) -> Option<Card> {
        let occupation = person.occupation.as_ref().and_then(|key| self.occupations.get(key));
        issue_card(&CardInput {
            programme,
            person: person.id,
            name: &person.name,
            village: &self.name_of(person.place),
            occupation: occupation.map(|occupation| &*occupation.label),
            covered: covered.map_or(&[], Vec::as_slice),
            issued: today.min(programme.last.last_day()),
            copy: 1,
            random: self.environment.random_bytes(),
        })
        .ok()
    }

    /// How many cards a programme has.
    ///
    /// # Errors
    /// `PROGRAMME_UNKNOWN`.
    pub fn cards_count(&self, actor: &Actor, code: &str) -> Result<u64, AppError> {
        let programme = self.programme(code)?;
        self.authorize(actor, Operation::Cards, &Target::in_region(programme.territory))?;
        let cards = self.store.read(|tx| store::cards::of_programme(tx, programme.id))?;
        Ok(cards.len() as u64)
    }

    /// The card with a number as typed.
    ///
    /// # Errors
    /// `CARD_NUMBER` when it is mistyped, `CARD_UNKNOWN` when it was never made here.
    pub fn card_by_number(&self, typed: &str) -> Result<Card, AppError> {
        let number = CardNumber::parse(typed)
            .map_err(|problem| AppError::refused("CARD_NUMBER", problem.name()))?;
        self.store
            .read(|tx| store::cards::by_number(tx, number))?
            .ok_or_else(|| AppError::not_found("CARD_UNKNOWN", ""))
    }

    /// A programme's cards as PDF, one file per village, eight cards to a page.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn card_sheets(
        &self,
        actor: &Actor,
        code: &str,
        words: &Words,
        each: &mut dyn FnMut(Printed) -> Result<(), AppError>,
    ) -> Result<u64, AppError> {
        let programme = self.programme(code)?;
        self.authorize(actor, Operation::Cards, &Target::in_region(programme.territory))?;
        let (cards, people) = self.store.read(|tx| {
            let people = store::memberships::people(tx, programme.id)?;
            Ok::<_, AppError>((store::cards::of_programme(tx, programme.id)?, people))
        })?;
        let places: HashMap<_, _> = people.iter().map(|person| (person.id, person.place)).collect();
        let mut cards: Vec<(RegionCode, Card)> = cards
            .into_iter()
            .map(|card| (places.get(&card.person).copied().unwrap_or(programme.territory), card))
            .collect();
        cards.sort_by(|(a, x), (b, y)| (a, x.name.as_str(), x.id).cmp(&(b, y.name.as_str(), y.id)));
        let labels = card_labels(words);
        let info = self.document_info(words.get("card-sheets-title"));
        for village in cards.chunk_by(|(one, _), (next, _)| one == next) {
            let place = village[0].0;
            let heading = self.heading(place);
            let faces: Vec<CardFace> =
                village.iter().map(|(_, card)| face(card, &programme, &heading)).collect();
            let bytes = card_sheet_pdf(&faces, &labels, &info).map_err(unwritable)?;
            each(Printed { name: format!("kartu-{code}-{place}.pdf"), bytes })?;
        }
        Ok(cards.len() as u64)
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

fn card_labels(words: &Words) -> CardLabels {
    CardLabels {
        title: words.get("card-title"),
        number: words.get("card-number"),
        village: words.get("card-village"),
        paid_until: words.get("card-paid-until"),
        not_official_line: words.get("card-not-official"),
        sheet_foot: words.get("card-sheet-foot"),
        sheet: words.get("card-sheet"),
        of: words.get("page-of"),
    }
}

fn face(card: &Card, programme: &Programme, heading: &str) -> CardFace {
    CardFace {
        number: card.number.to_string(),
        name: card.name.as_str().to_owned(),
        programme: programme.name.to_string(),
        village: card.village.to_string(),
        paid_until: card.paid_until.in_words(),
        sheet_heading: heading.to_owned(),
    }
}

/// Lower-case hexadecimal digits of a digest.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn unwritable(problem: WriteProblem) -> AppError {
    AppError::new(ErrorKind::Unexpected, "UNEXPECTED", problem.to_string())
}
