//! The sheet for the budget documents (RKA, DPA): volume times rate line by line, each with the
//! article that orders the rate, as a spreadsheet and as a print.

use documents::pdf::table_pdf;
use documents::workbook::{
    ColumnKind, DocumentInfo, ExportCell, ExportRow, PageWords, SignatureBlock, TableSheet,
    table_workbook,
};
use rules::Rulebook;

use super::{Planned, heirs_in_words, months_in_words, warning_in_words};
use base::Day;

use crate::error::AppError;
use crate::prints::{Column, Printed, columns, unwritable};
use crate::words::Words;

const COLUMNS: [Column; 8] = [
    ("column-number", ColumnKind::Count, 5),
    ("column-item", ColumnKind::Text, 30),
    ("column-months", ColumnKind::Text, 22),
    ("column-volume", ColumnKind::Count, 13),
    ("column-rate", ColumnKind::Rupiah, 12),
    ("column-amount", ColumnKind::Rupiah, 18),
    ("column-article", ColumnKind::Text, 32),
    ("column-rule", ColumnKind::Text, 26),
];

/// What an office writes above its sheet.
#[derive(Debug, Clone, Copy, Default)]
pub struct RkaAsked<'a> {
    /// The name of the activity; the scenario's own when empty.
    pub title: &'a str,
    /// The account code of the expense, as the office's own chart has it.
    pub account: &'a str,
    /// The day of the print.
    pub today: Option<Day>,
}

impl RkaAsked<'_> {
    /// The sheet of a scenario, as XLSX and as PDF.
    ///
    /// # Errors
    /// Only when a format cannot hold the sheet.
    pub fn files(
        &self,
        planned: &Planned,
        rulebook: &Rulebook,
        words: &Words,
    ) -> Result<Vec<Printed>, AppError> {
        let info = DocumentInfo {
            title: words.get("rka-title"),
            author: "Payung".to_owned(),
            language: "id-ID".to_owned(),
            created: self.today,
        };
        let mut rows = self.rows(planned, words).into_iter();
        let xlsx = table_workbook(&mut [self.sheet(&mut rows, planned, rulebook, words)], &info);
        let mut rows = self.rows(planned, words).into_iter();
        let pdf = table_pdf(&mut self.sheet(&mut rows, planned, rulebook, words), &info);
        Ok(vec![
            Printed { name: "rka.xlsx".to_owned(), bytes: xlsx.map_err(unwritable)? },
            Printed { name: "rka.pdf".to_owned(), bytes: pdf.map_err(unwritable)? },
        ])
    }

    fn sheet<'r>(
        &self,
        rows: &'r mut dyn Iterator<Item = ExportRow>,
        planned: &Planned,
        rulebook: &Rulebook,
        words: &Words,
    ) -> TableSheet<'r> {
        let (asked, found) = (&planned.scenario, &planned.forecast);
        let name = if self.title.is_empty() { &*asked.name } else { self.title };
        let account = match self.account {
            "" => words.get("rka-account-blank"),
            account => account.to_owned(),
        };
        let people = base::money::grouped(found.people);
        let payer = words.get(&format!("law-bearer-{}", asked.payer.name()));
        let facts = [
            ("people", people.as_str()),
            ("months", &months_in_words(&asked.spans)),
            ("payer", &payer),
        ];
        let version = rulebook.version().to_string();
        let mut notes = vec![
            words.with("annex-in-words", &[("words", &found.total.in_words())]),
            words.with("rulebook-note", &[("version", &version)]),
        ];
        let warnings = planned.warnings.iter();
        notes.extend(warnings.map(|warning| warning_in_words(words, warning)));
        notes.extend(planned.heirs.iter().map(|loss| heirs_in_words(words, loss)));
        let mut totals = vec![ExportCell::Empty; 5];
        totals[1] = ExportCell::text(words.get("annex-total"));
        totals.push(ExportCell::Rupiah(found.total));
        TableSheet {
            name: words.get("rka-tab"),
            title: vec![
                words.get("rka-title"),
                name.to_owned(),
                words.with("rka-account", &[("account", &account)]),
                words.with("rka-summary", &facts),
            ],
            columns: columns(words, &COLUMNS),
            rows,
            totals,
            notes,
            signatures: vec![SignatureBlock {
                above: vec![words.get("annex-signed-place"), words.get("rka-signed-office")],
                below: vec!["……………………………………".to_owned()],
            }],
            hash_line: None,
            page: PageWords {
                footer: words.get("rka-title"),
                page: words.get("page-page"),
                of: words.get("page-of"),
                continued: words.get("page-continued"),
            },
            landscape: true,
        }
    }

    fn rows(&self, planned: &Planned, words: &Words) -> Vec<ExportRow> {
        let mut rows = Vec::new();
        let mut scheme = None;
        for (number, line) in (1i64..).zip(&planned.forecast.lines) {
            if scheme != Some(line.scheme) {
                scheme = Some(line.scheme);
                let name = line.scheme.name();
                rows.push(ExportRow::Group(words.get(&format!("scheme-{name}"))));
            }
            let relief = line.relief.as_ref().map(|rule| format!(" · {rule}"));
            let status = words.get(&format!("status-{}", line.status.name()));
            rows.push(ExportRow::Cells(vec![
                ExportCell::Count(number),
                ExportCell::text(words.get("rka-item")),
                ExportCell::text(months_in_words(&[(line.first, line.last)])),
                ExportCell::Count(i64::try_from(line.person_months).unwrap_or(i64::MAX)),
                ExportCell::Rupiah(line.each),
                ExportCell::Rupiah(line.rupiah),
                ExportCell::text(format!("{} ({status})", line.article)),
                ExportCell::text(format!("{}{}", line.rule, relief.unwrap_or_default())),
            ]));
        }
        rows
    }
}
