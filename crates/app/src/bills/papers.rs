//! A bill on paper: the bill itself, the attachment of the payment request (SPP/SPM), the handover
//! report (BAST) and the receipt; each with its sum in words, who signs, and a square code and the
//! digest on every page.

use base::Rupiah;
use base::money::grouped;
use base::{Day, Month};
use documents::pdf::{PageSeal, sealed_table_pdf, table_pdf};
use documents::workbook::{
    ColumnKind, ExportCell, ExportRow, PageWords, SignatureBlock, TableSheet,
};
use domain::billing::{Bill, BillState, bill_hash, together_hash};

use super::credits::scheme_taken_off;
use super::file::BillFile;
use super::{RuleSum, bills_paid_with};
use crate::agreements::ties;
use crate::error::AppError;
use crate::office::{Actor, Office, Operation, Target};
use crate::prints::{Column, Printed, columns, hex, page_words, unwritable};
use crate::words::Words;

/// A paper of a bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paper {
    /// The bill; a draft says so on its face.
    Bill,
    /// The attachment of the payment request, once the bill is issued.
    Request,
    /// The handover report between the office and BPJS, once the bill is issued.
    Handover,
    /// The receipt, once the bill is paid.
    Receipt,
}

impl Paper {
    /// Every paper, in the order of the journey.
    pub const ALL: [Paper; 4] = [Paper::Bill, Paper::Request, Paper::Handover, Paper::Receipt];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Paper::Bill => "bill",
            Paper::Request => "request",
            Paper::Handover => "handover",
            Paper::Receipt => "receipt",
        }
    }

    /// The paper with this stable name.
    pub fn from_name(name: &str) -> Option<Paper> {
        Paper::ALL.into_iter().find(|paper| paper.name() == name)
    }

    /// The Indonesian word in the file's name.
    fn file_word(self) -> &'static str {
        match self {
            Paper::Bill => "tagihan",
            Paper::Request => "lampiran-spp",
            Paper::Handover => "bast",
            Paper::Receipt => "kuitansi",
        }
    }

    /// Who signs, in order, by the last part of the catalogue's key.
    fn signatories(self) -> &'static [&'static str] {
        match self {
            Paper::Bill => &["treasurer", "approver"],
            Paper::Request => &["pptk", "ppk", "pa"],
            Paper::Handover => &["office", "bpjs"],
            Paper::Receipt => &["pa", "treasurer", "receiver"],
        }
    }
}

const COLUMNS: [Column; 7] = [
    ("column-number", ColumnKind::Count, 5),
    ("bill-paper-month", ColumnKind::Text, 14),
    ("column-scheme", ColumnKind::Text, 8),
    ("list-people", ColumnKind::Count, 10),
    ("bill-paper-rate", ColumnKind::Rupiah, 12),
    ("column-amount", ColumnKind::Rupiah, 16),
    ("column-article", ColumnKind::Text, 34),
];

impl Office {
    /// A paper of a bill, or of the bills that it is paid with.
    ///
    /// # Errors
    /// `BILL_UNKNOWN`; `NOT_ISSUED` for a paper that only an issued bill has, `NOT_POSTED` for a
    /// receipt before the bill is paid.
    pub fn bill_paper(
        &self,
        actor: &Actor,
        code: &str,
        month: Month,
        (paper, words): (Paper, &Words),
    ) -> Result<Printed, AppError> {
        let file = self.bill_file(actor, code, month)?;
        let target = Target::in_region(file.programme.territory);
        self.authorize(actor, Operation::ReadMoney, &target)?;
        let state = file.head.state;
        if paper == Paper::Receipt && state != BillState::Posted {
            return Err(AppError::refused("NOT_POSTED", month.to_string()));
        }
        if paper != Paper::Bill && file.head.issued.is_none() && state != BillState::Posted {
            return Err(AppError::refused("NOT_ISSUED", month.to_string()));
        }
        let bills = match &file.draft {
            Some(draft) => vec![draft.clone()],
            None => self.store.read(|tx| bills_paid_with(tx, &file.head))?,
        };
        let months = (bills[0].month, bills[bills.len() - 1].month);
        let agreements = ties::numbers(self, actor, code, months)?;
        let sheet = Sheet { office: self, file: &file, bills: &bills, agreements, paper, words };
        let bytes = sheet.pdf()?;
        Ok(Printed { name: format!("{}-{code}-{month}.pdf", paper.file_word()), bytes })
    }
}

/// What a paper is made of.
struct Sheet<'a> {
    office: &'a Office,
    file: &'a BillFile,
    bills: &'a [Bill],
    /// The numbers of the agreements that the programme runs under in these months.
    agreements: String,
    paper: Paper,
    words: &'a Words,
}

impl Sheet<'_> {
    fn pdf(&self) -> Result<Vec<u8>, AppError> {
        let mut rows = self.rows()?.into_iter();
        let title = self.title();
        let hash = hex(&self.hash());
        let words = self.words;
        let mut table = TableSheet {
            name: self.file.head.month.to_string(),
            title: title.clone(),
            columns: columns(words, &COLUMNS),
            rows: &mut rows,
            totals: self.totals(),
            notes: self.notes(),
            signatures: self.signatures(),
            hash_line: Some(words.with("bill-paper-hash", &[("hash", &hash)])),
            page: self.page(&hash),
            landscape: false,
        };
        let info = self.office.document_info(title[0].clone());
        let printed = match self.is_draft() {
            true => table_pdf(&mut table, &info),
            false => sealed_table_pdf(&mut table, &info, &self.seal(&hash)),
        };
        printed.map_err(unwritable)
    }

    fn is_draft(&self) -> bool {
        self.file.head.issued.is_none() && self.file.head.state != BillState::Posted
    }

    fn hash(&self) -> [u8; 32] {
        match self.bills {
            [only] => bill_hash(only),
            several => together_hash(several),
        }
    }

    fn total(&self) -> Rupiah {
        Rupiah(self.bills.iter().map(|bill| bill.total.0).sum())
    }

    /// "Oktober 2022", or "Oktober – Desember 2022".
    fn months(&self) -> String {
        let (first, last) = (&self.bills[0], &self.bills[self.bills.len() - 1]);
        match first.month == last.month {
            true => first.month.in_words(),
            false => format!("{} – {}", first.month.in_words(), last.month.in_words()),
        }
    }

    fn title(&self) -> Vec<String> {
        let words = self.words;
        let mut title = vec![words.get(&format!("bill-paper-{}", self.paper.name()))];
        if self.is_draft() {
            title.push(words.get("bill-paper-draft"));
        }
        title.push(self.file.programme.name.to_string());
        let months = self.months();
        title.push(words.with("bill-title", &[("month", &months)]));
        let revision = self.file.head.revision.to_string();
        let values = [("reference", self.file.reference.as_str()), ("revision", &revision)];
        title.push(words.with("bill-paper-number", &values));
        title
    }

    /// The lines summed by month, scheme and rule, then what is taken off.
    fn rows(&self) -> Result<Vec<ExportRow>, AppError> {
        let mut rows = Vec::new();
        for bill in self.bills {
            for sum in RuleSum::of(&bill.lines) {
                let rate = Rupiah(sum.rupiah.0 / i64::try_from(sum.people.max(1)).unwrap_or(1));
                // One rule may order several amounts: then no one rate stands for all.
                let is_one = rate.0 * sum.people as i64 == sum.rupiah.0;
                rows.push(ExportRow::Cells(vec![
                    ExportCell::Count(rows.len() as i64 + 1),
                    ExportCell::text(bill.month.in_words()),
                    ExportCell::text(sum.scheme.name().to_uppercase()),
                    ExportCell::Count(sum.people as i64),
                    if is_one { ExportCell::Rupiah(rate) } else { ExportCell::Empty },
                    ExportCell::Rupiah(sum.rupiah),
                    ExportCell::text(sum.article.to_string()),
                ]));
            }
        }
        let programme = self.file.programme.id;
        let heads = self.office.store.read(|tx| store::bills::of_programme(tx, programme))?;
        for bill in self.bills {
            for credit in &bill.credits {
                let scheme = scheme_taken_off(&heads, credit);
                let scheme = scheme.map(|scheme| scheme.name().to_uppercase());
                rows.push(ExportRow::Cells(vec![
                    ExportCell::Count(rows.len() as i64 + 1),
                    ExportCell::text(credit.month.in_words()),
                    scheme.map_or(ExportCell::Empty, ExportCell::Text),
                    ExportCell::Count(1),
                    ExportCell::Empty,
                    ExportCell::Rupiah(Rupiah(-credit.rupiah.0)),
                    ExportCell::text(self.words.get("bill-paper-credit")),
                ]));
            }
        }
        Ok(rows)
    }

    fn totals(&self) -> Vec<ExportCell> {
        let mut totals = vec![ExportCell::Empty; 5];
        totals[1] = ExportCell::text(self.words.get("bill-paper-total"));
        totals.push(ExportCell::Rupiah(self.total()));
        totals.push(ExportCell::Empty);
        totals
    }

    fn notes(&self) -> Vec<String> {
        let (words, file) = (self.words, self.file);
        let total = self.total();
        let people = self.bills.iter().map(|bill| bill.people).max().unwrap_or(0);
        let people = grouped(u64::from(people));
        let (amount, in_words) = (total.to_string(), total.in_words());
        let (months, place) = (self.months(), self.office.place_name());
        let paid = self.day(file.paid_on);
        let values = [
            ("amount", amount.as_str()),
            ("words", &in_words),
            ("people", &people),
            ("months", &months),
            ("programme", &file.programme.name),
            ("place", &place),
            ("fund", &file.fund),
            ("day", &paid),
        ];
        let mut notes = vec![
            words.with("bill-paper-in-words", &values),
            words.with(&format!("bill-paper-{}.text", self.paper.name()), &values),
        ];
        let (due, nominal) = (self.day(Some(file.due.day)), self.day(Some(file.due.nominal)));
        let days = [("due", due.as_str()), ("nominal", &nominal)];
        if self.paper != Paper::Receipt {
            notes.push(words.with("bill-paper-due", &days));
        }
        if !self.agreements.is_empty() {
            notes.push(words.with("bill-paper-agreement", &[("number", &self.agreements)]));
        }
        for code in &file.codes {
            let key = format!("bill-code-{}", code.kind.name());
            notes.push(format!("{}: {}", words.get(&key), code.code));
        }
        if let Some((penalty, article, _)) =
            file.late.as_ref().and_then(|late| late.penalty.as_ref())
        {
            let amount = penalty.to_string();
            let values = [("amount", amount.as_str()), ("article", article)];
            notes.push(words.with("bill-paper-penalty", &values));
        }
        if let Some(issue) = file.issues.last().filter(|_| !self.is_draft()) {
            let day = self.day(Some(issue.issued_on));
            let values =
                [("maker", &*issue.finalised_by), ("checker", &*issue.issued_by), ("day", &day)];
            notes.push(words.with("bill-paper-issued", &values));
        }
        notes.push(words.with("rulebook-note", &[("version", &file.head.rulebook[..12])]));
        notes
    }

    fn day(&self, day: Option<Day>) -> String {
        day.map_or_else(|| "……………………".to_owned(), Day::in_words)
    }

    fn signatures(&self) -> Vec<SignatureBlock> {
        let words = self.words;
        let block = |who: &&str| SignatureBlock {
            above: vec![words.get("annex-signed-place"), words.get(&format!("bill-signed-{who}"))],
            below: vec!["……………………………………".to_owned(), words.get("bill-signed-nip")],
        };
        self.paper.signatories().iter().map(block).collect()
    }

    fn page(&self, hash: &str) -> PageWords {
        let page = page_words(self.words, &self.file.programme);
        let values = [
            ("reference", self.file.reference.as_str()),
            ("name", &self.file.programme.name),
            ("hash", &hash[..16]),
        ];
        PageWords { footer: self.words.with("bill-paper-foot", &values), ..page }
    }

    fn seal(&self, hash: &str) -> PageSeal {
        let id = self.bills[0].id.to_string();
        PageSeal {
            code: format!("PAYUNG:TAGIHAN:{}:{}", id.to_uppercase(), hash.to_uppercase()),
            lines: vec![
                self.words.with("bill-paper-document", &[("id", &id)]),
                self.words.with("bill-paper-hash", &[("hash", hash)]),
            ],
        }
    }
}
