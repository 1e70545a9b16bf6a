//! Reports of one page: made once, kept with what was asked and what they said, and shown again.

use std::collections::BTreeSet;

use base::id::kind;
use base::{Day, Id, Month};
use documents::pdf::{LetterPiece, LetterSheet, letter_pdf};
use documents::workbook::PageWords;
use rules::Scheme;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use store::coverage::Report;

use super::figures::document;
use super::money::money_of;
use super::text::report_lines;
use super::{Wall, WallAsked};
use crate::environment::day_of_moment;
use crate::error::{AppError, typed};
use crate::office::{Actor, Office, Operation, Target};
use crate::prints::{Printed, unwritable};
use crate::words::{Language, Words};

/// A report as it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportFile {
    /// Its identifier, which it is asked for by.
    pub id: Id<kind::CoverageReport>,
    /// When it was made.
    pub made_on: Day,
    /// By whom.
    pub made_by: Box<str>,
    /// What was asked.
    pub asked: Value,
    /// What it said.
    pub figures: Value,
    /// The digest of both, in hexadecimal digits.
    pub digest: String,
    /// Whether both still have it.
    pub is_whole: bool,
}

/// Whether a report's numbers of cover come out the same when they are counted anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReportAgain {
    /// They do.
    Same,
    /// These differ, by their names in the document.
    Differs(Vec<String>),
}

impl Office {
    /// Makes a report of the wall and keeps it.
    ///
    /// # Errors
    /// As [`Office::wall`].
    pub fn make_report(&self, actor: &Actor, asked: &WallAsked) -> Result<ReportFile, AppError> {
        self.authorize(actor, Operation::ReadMoney, &Target::default())?;
        self.store.write(|tx| {
            let wall = self.wall_of(tx, asked)?;
            let money = money_of(tx)?;
            let (asked, figures) = (asked_of(&wall), document(&wall, Some(&money)));
            let (asked, figures) = (asked.to_string(), figures.to_string());
            let report = Report {
                id: self.environment.new_id(),
                digest: digest_of(&asked, &figures),
                asked,
                figures,
                made_by: actor.id,
                made_at_ms: self.now_ms(),
            };
            store::coverage::add_report(tx, &report)?;
            let id = report.id.as_bytes();
            self.record(tx, actor, "coverage-report-made", "coverage-report", id)?;
            file_of(report, actor.name.clone())
        })
    }

    /// Every report, the newest first.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn reports(&self, actor: &Actor) -> Result<Vec<ReportFile>, AppError> {
        self.authorize(actor, Operation::ReadMoney, &Target::default())?;
        self.store.read(|tx| {
            let mut found = Vec::new();
            for report in store::coverage::reports(tx)? {
                let by = store::orgs::user(tx, report.made_by)?.map(|user| user.name);
                found.push(file_of(report, by.unwrap_or_default())?);
            }
            Ok(found)
        })
    }

    /// One report as it was made.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, `REPORT_UNKNOWN`.
    pub fn report(&self, actor: &Actor, id: &str) -> Result<ReportFile, AppError> {
        self.authorize(actor, Operation::ReadMoney, &Target::default())?;
        let unknown = || AppError::not_found("REPORT_UNKNOWN", typed(id));
        let id = Id::parse(id).map_err(|_| unknown())?;
        self.store.read(|tx| {
            let report = store::coverage::report(tx, id)?.ok_or_else(unknown)?;
            let by = store::orgs::user(tx, report.made_by)?.map(|user| user.name);
            file_of(report, by.unwrap_or_default())
        })
    }

    /// Counts the cover of a report anew, by what was known on its day.
    ///
    /// # Errors
    /// As [`Office::wall`].
    pub fn report_again(
        &self,
        actor: &Actor,
        report: &ReportFile,
    ) -> Result<ReportAgain, AppError> {
        let text = |name: &str| report.asked[name].as_str().unwrap_or_default().to_owned();
        let asked = WallAsked {
            month: Month::parse(&text("month")),
            known: Day::parse_iso(&text("known")),
            scheme: Scheme::from_name(&text("scheme")),
            place: text("place"),
            basis: text("basis"),
            programme: text("programme"),
            fund: text("fund"),
        };
        let now = document(&self.wall(actor, &asked)?, None);
        let empty = serde_json::Map::new();
        let before = report.figures.as_object().unwrap_or(&empty);
        let after = now.as_object().unwrap_or(&empty);
        let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        let differs = names.into_iter().filter(|name| *name != "money");
        let differs = differs.filter(|name| before.get(*name) != after.get(*name)).cloned();
        let differs: Vec<String> = differs.collect();
        Ok(match differs.is_empty() {
            true => ReportAgain::Same,
            false => ReportAgain::Differs(differs),
        })
    }

    /// A report as a PDF of one page, from what is kept.
    ///
    /// # Errors
    /// As [`Office::report`].
    pub fn report_pdf(&self, actor: &Actor, id: &str) -> Result<Printed, AppError> {
        let report = self.report(actor, id)?;
        let words = Words::of(Language::Indonesian);
        let title = words.get("report-title");
        let place = report.figures["place_name"].as_str().unwrap_or_default().to_owned();
        let (month, known) = (&report.figures["month"], &report.figures["known"]);
        let month = Month::parse(month.as_str().unwrap_or_default()).map(Month::in_words);
        let known = Day::parse_iso(known.as_str().unwrap_or_default()).map(Day::in_words);
        let (month, known) = (month.unwrap_or_default(), known.unwrap_or_default());
        let of = words.with("report-of", &[("month", &*month), ("day", &*known)]);
        let mut pieces = vec![
            LetterPiece::Title(title.clone()),
            LetterPiece::Subtitle(place),
            LetterPiece::Subtitle(of),
        ];
        for (heading, rows) in report_lines(&report.figures, words) {
            pieces.push(LetterPiece::Heading(heading));
            pieces.push(LetterPiece::Facts { mark: String::new(), rows });
        }
        let id = report.id.to_string();
        let day = report.made_on.in_words();
        let values = [("id", &*id), ("day", &*day), ("digest", &report.digest[..16])];
        pieces.push(LetterPiece::Small(words.with("report-foot", &values)));
        let page = PageWords {
            footer: title.clone(),
            page: words.get("page-page"),
            of: words.get("page-of"),
            continued: String::new(),
        };
        let bytes = letter_pdf(&LetterSheet { pieces, page }, &self.document_info(title));
        let name = format!("laporan-cakupan-{}.pdf", report.made_on);
        Ok(Printed { name, bytes: bytes.map_err(unwritable)? })
    }
}

/// What the wall was asked, with everything that was left open decided.
fn asked_of(wall: &Wall) -> Value {
    json!({
        "month": wall.month.to_string(),
        "known": wall.known.to_string(),
        "scheme": wall.scheme.name(),
        "place": wall.place.to_string(),
        "basis": wall.basis.as_ref().map(|shown| shown.basis.code.clone()),
        "programme": wall.programme,
        "fund": wall.fund,
    })
}

fn digest_of(asked: &str, figures: &str) -> [u8; 32] {
    let hasher = Sha256::new().chain_update(b"payung-report/v1\n").chain_update(asked);
    hasher.chain_update(b"\n").chain_update(figures).finalize().into()
}

fn file_of(report: Report, made_by: Box<str>) -> Result<ReportFile, AppError> {
    let read = |text: &str| {
        serde_json::from_str(text).map_err(|_| AppError::not_found("REPORT_UNKNOWN", ""))
    };
    Ok(ReportFile {
        id: report.id,
        made_on: day_of_moment(report.made_at_ms.unsigned_abs()),
        made_by,
        asked: read(&report.asked)?,
        figures: read(&report.figures)?,
        digest: report.digest.iter().map(|byte| format!("{byte:02x}")).collect(),
        is_whole: digest_of(&report.asked, &report.figures) == report.digest,
    })
}
