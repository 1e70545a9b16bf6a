//! The statement on paper, for the member: what was paid, what it grew by, what there is in figures
//! and in words, and when it is paid out. It names the member whole, so that every printing is a
//! line of the audit log.

use base::id::kind;
use base::{Id, Rupiah};
use documents::pdf::{LetterPiece, LetterSheet, letter_pdf};
use documents::workbook::{PageWords, SignatureBlock};
use domain::registry::Person;
use rules::{JhtQuery, JhtReason};

use super::{JhtFile, correction_in_words, difference_in_words, years_of};
use crate::claims::gap;
use crate::cover::known::CoverAsked;
use crate::cover::moment_words;
use crate::error::AppError;
use crate::office::{Actor, Office, Operation};
use crate::prints::{Printed, unwritable};
use crate::words::Words;

/// What a statement is written from.
struct Sheet<'a> {
    office: &'a Office,
    words: &'a Words,
    person: Person,
    file: JhtFile,
}

impl Office {
    /// Somebody's statement as PDF; the printing is kept in the audit log.
    ///
    /// # Errors
    /// Those of [`Office::jht_file`], `USER_MAY_NOT`.
    pub fn print_jht(
        &self,
        actor: &Actor,
        id: Id<kind::Person>,
        asked: CoverAsked,
        words: &Words,
    ) -> Result<Printed, AppError> {
        let moment = self.cover_moment(asked);
        let (person, file) = self.store.write(|tx| {
            let person = self.saver(tx, actor, id, Operation::HandleClaims)?;
            let file = self.jht_file_in(tx, &person, moment)?;
            self.record(tx, actor, "jht-printed", "person", person.id.as_bytes())?;
            Ok::<_, AppError>((person, file))
        })?;
        let number = person.id.to_string();
        // Made of an identifier and a day: no file is named after anybody.
        let name = format!("jht-{}-{}.pdf", &number[24..], file.moment.on);
        let sheet = Sheet { office: self, words, person, file };
        Ok(Printed { name, bytes: sheet.pdf()? })
    }
}

impl Sheet<'_> {
    fn pdf(&self) -> Result<Vec<u8>, AppError> {
        let title = self.words.get("jht-paper-title");
        let mut pieces = vec![
            LetterPiece::Title(title.clone()),
            LetterPiece::Subtitle(moment_words(&self.file.moment, self.words)),
        ];
        self.who(&mut pieces);
        self.balance(&mut pieces);
        self.years(&mut pieces);
        self.corrections(&mut pieces);
        self.stated(&mut pieces);
        self.paid_out(&mut pieces)?;
        self.notes(&mut pieces);
        pieces.push(LetterPiece::Signatures(vec![SignatureBlock {
            above: vec![self.words.get("claim-sign-office")],
            below: vec!["(……………………)".to_owned()],
        }]));
        let rulebook = [("version", &*self.file.rulebook)];
        pieces.push(LetterPiece::Small(self.words.with("rulebook-note", &rulebook)));
        let page = PageWords {
            footer: title.clone(),
            page: self.words.get("page-page"),
            of: self.words.get("page-of"),
            continued: String::new(),
        };
        let info = self.office.document_info(title);
        letter_pdf(&LetterSheet { pieces, page }, &info).map_err(unwritable)
    }

    fn heading(&self, pieces: &mut Vec<LetterPiece>, key: &str) {
        pieces.push(LetterPiece::Heading(self.words.get(key)));
    }

    fn say(&self, pieces: &mut Vec<LetterPiece>, (depth, mark): (usize, &str), text: String) {
        pieces.push(LetterPiece::Paragraph { depth, mark: mark.to_owned(), text });
    }

    fn facts(&self, pieces: &mut Vec<LetterPiece>, rows: Vec<(&str, String)>) {
        let rows = rows.into_iter().map(|(key, text)| (self.words.get(key), text)).collect();
        pieces.push(LetterPiece::Facts { mark: String::new(), rows });
    }

    fn who(&self, pieces: &mut Vec<LetterPiece>) {
        let person = &self.person;
        self.facts(
            pieces,
            vec![
                ("claim-form-name", person.name.as_str().to_owned()),
                ("claim-form-nik", person.nik.reveal()),
                ("claim-form-village", self.office.heading(person.place)),
            ],
        );
    }

    fn balance(&self, pieces: &mut Vec<LetterPiece>) {
        let counted = &self.file.account.counted;
        let months = self.file.account.standing.len().to_string();
        self.heading(pieces, "jht-balance");
        let mut rows = vec![
            ("jht-balance", in_full(counted.answer.total)),
            ("jht-paid-in", in_full(counted.paid_in)),
            ("jht-months", months),
            ("jht-growth", in_full(counted.growth)),
        ];
        if counted.taken > Rupiah::ZERO {
            rows.push(("jht-taken", in_full(counted.taken)));
        }
        self.facts(pieces, rows);
    }

    fn years(&self, pieces: &mut Vec<LetterPiece>) {
        self.heading(pieces, "jht-by-year");
        for year in years_of(&self.file.account.counted) {
            let number = year.year.to_string();
            let (paid, grown) = (year.paid_in.to_string(), year.growth.to_string());
            let balance = year.balance.to_string();
            let values =
                [("year", &*number), ("paid", &*paid), ("growth", &*grown), ("balance", &*balance)];
            self.say(pieces, (0, ""), self.words.with("jht-year-line", &values));
        }
    }

    fn corrections(&self, pieces: &mut Vec<LetterPiece>) {
        if self.file.corrections.is_empty() {
            return;
        }
        self.heading(pieces, "jht-corrections");
        for one in &self.file.corrections {
            self.say(pieces, (0, "–"), correction_in_words(&one.saved, self.words));
        }
    }

    fn stated(&self, pieces: &mut Vec<LetterPiece>) {
        self.heading(pieces, "jht-stated");
        let text = match &self.file.compared {
            Some(compared) => difference_in_words(compared, self.words),
            None => self.words.get("jht-stated-none"),
        };
        self.say(pieces, (0, ""), text);
    }

    /// What is paid when, of the balance that there is.
    fn paid_out(&self, pieces: &mut Vec<LetterPiece>) -> Result<(), AppError> {
        self.heading(pieces, "jht-when");
        let (gross, on) = (self.file.account.counted.answer.total, self.file.moment.on);
        let (age, article) = self.office.jht_age(on)?;
        let values = [("age", &*age.to_string()), ("article", &*article)];
        self.say(pieces, (0, ""), self.words.with("jht-when-age", &values));
        for reason in JhtReason::ALL {
            let query = JhtQuery { gross, on, reason };
            let answer = self.office.rulebook.jht(&query).map_err(gap)?;
            let article = answer.lines.first().map_or("", |line| &*line.article);
            let name = self.words.get(&format!("jht-reason-{}", reason.name()));
            let text = format!("{name}: {} ({article})", in_full(answer.total));
            self.say(pieces, (1, "–"), text);
        }
        Ok(())
    }

    fn notes(&self, pieces: &mut Vec<LetterPiece>) {
        if let Some(worker) = &self.file.worker {
            let (months, rupiah) = (worker.months.to_string(), worker.rupiah.to_string());
            let values =
                [("months", &*months), ("rupiah", &*rupiah), ("article", &*worker.article)];
            self.say(pieces, (0, ""), self.words.with("jht-worker-part", &values));
        }
        self.say(pieces, (0, ""), self.words.get("jht-estimate"));
        self.say(pieces, (0, ""), self.words.get("jht-free"));
    }
}

/// An amount in figures and words.
fn in_full(rupiah: Rupiah) -> String {
    format!("{rupiah} ({})", rupiah.in_words())
}
