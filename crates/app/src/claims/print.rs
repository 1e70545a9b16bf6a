//! Papers of a claim as PDF: the form with what is known, the letter that goes with it to BPJS, the
//! letter to the family, and the letter that says what BPJS decided.
//!
//! They name people whole, so that every printing is a line of the audit log.

mod forms;

use base::id::kind;
use base::{Id, Rupiah};
use documents::pdf::{LetterPiece, LetterSheet, letter_pdf};
use documents::workbook::{PageWords, SignatureBlock};
use domain::claim::{
    Assessment, ClaimPerson, ClaimStep, Receiver, is_always_asked, pays_heirs, receivers,
};
use domain::registry::Person;
use store::benefit_claims::{Reporter, StepKept};

use super::file::Behind;
use super::{Claim, ClaimFacts, ClaimKind, gap};
use crate::error::AppError;
use crate::office::{Actor, Office, Operation};
use crate::prints::{Printed, unwritable};
use crate::words::Words;

/// A paper of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClaimPaper {
    /// The claim form of its kind, with what is known: 3, 4 or 5.
    Form,
    /// Form 3a: how a work accident ended, with costs and time without work.
    Outcome,
    /// Form 3b: what the doctor states.
    Doctor,
    /// Form 3 KK: how the accident happened, and who saw it.
    Witness,
    /// The letter with which it goes to BPJS.
    Cover,
    /// The letter to the family: what they may have and what is needed.
    Family,
    /// What BPJS decided, to the family.
    Decision,
}

impl ClaimPaper {
    /// Every paper, in the order of the journey.
    pub const ALL: [ClaimPaper; 7] = [
        ClaimPaper::Form,
        ClaimPaper::Outcome,
        ClaimPaper::Doctor,
        ClaimPaper::Witness,
        ClaimPaper::Cover,
        ClaimPaper::Family,
        ClaimPaper::Decision,
    ];

    /// Whether a claim of this kind has the paper.
    pub fn is_of(self, kind: ClaimKind) -> bool {
        use ClaimPaper::{Doctor, Outcome, Witness};
        kind.scheme() == rules::Scheme::Jkk || !matches!(self, Outcome | Doctor | Witness)
    }

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            ClaimPaper::Form => "form",
            ClaimPaper::Outcome => "form-3a",
            ClaimPaper::Doctor => "form-3b",
            ClaimPaper::Witness => "form-3-kk",
            ClaimPaper::Cover => "cover",
            ClaimPaper::Family => "family",
            ClaimPaper::Decision => "decision",
        }
    }

    /// The paper with this stable name.
    pub fn from_name(name: &str) -> Option<ClaimPaper> {
        ClaimPaper::ALL.into_iter().find(|paper| paper.name() == name)
    }

    fn file_word(self) -> &'static str {
        match self {
            ClaimPaper::Form => "formulir",
            ClaimPaper::Outcome => "formulir-3a",
            ClaimPaper::Doctor => "formulir-3b",
            ClaimPaper::Witness => "formulir-3-kk",
            ClaimPaper::Cover => "surat-pengantar",
            ClaimPaper::Family => "surat-keluarga",
            ClaimPaper::Decision => "surat-keputusan",
        }
    }
}

/// Everything that a paper may say.
struct Sheet<'a> {
    office: &'a Office,
    words: &'a Words,
    claim: Claim,
    person: Person,
    reporter: Reporter,
    people: Vec<ClaimPerson>,
    receive: Vec<Receiver>,
    found: Assessment,
    behind: Behind,
    steps: Vec<StepKept>,
    missing: Vec<String>,
    /// The participant number, where it is known.
    number: String,
    facts: ClaimFacts,
    heirs_receive: bool,
}

impl Office {
    /// A paper of a claim as PDF; the printing is kept in the audit log.
    ///
    /// # Errors
    /// `CLAIM_UNKNOWN`, `USER_MAY_NOT`, `CLAIM_PAPER_UNKNOWN` for a form of another kind of claim,
    /// `CLAIM_NOT_DECIDED` for a decision that BPJS has not made.
    pub fn print_claim(
        &self,
        actor: &Actor,
        id: Id<kind::Claim>,
        paper: ClaimPaper,
        words: &Words,
    ) -> Result<Printed, AppError> {
        let sheet = self.store.write(|tx| {
            let (claim, person, reporter, facts) =
                self.claim_for(tx, actor, id, Operation::HandleClaims)?;
            if !paper.is_of(claim.kind) {
                return Err(AppError::not_found("CLAIM_PAPER_UNKNOWN", paper.name()));
            }
            let heirs_receive = pays_heirs(claim.kind, &facts);
            let people = store::benefit_claims::people(tx, id)?;
            let receive = receivers(&people, claim.event, &self.rulebook).map_err(gap)?;
            let (found, _, behind) = self.assessed(tx, &claim)?;
            let steps = store::benefit_claims::steps(tx, id)?;
            let missing = self.missing_papers(tx, &claim, heirs_receive)?;
            let number = store::sipp::number_of(tx, person.id)?;
            let number = number.map(|kpj| kpj.reveal()).unwrap_or_default();
            if paper == ClaimPaper::Decision && decision(&steps).is_none() {
                return Err(AppError::refused("CLAIM_NOT_DECIDED", ""));
            }
            self.record(tx, actor, "claim-printed", "benefit-claim", id.as_bytes())?;
            Ok(Sheet {
                office: self,
                words,
                claim,
                person,
                reporter,
                people,
                receive,
                found,
                behind,
                steps,
                missing,
                number,
                facts,
                heirs_receive,
            })
        })?;
        let kind = sheet.claim.kind.name();
        let number = id.to_string();
        let name = format!("{}-{kind}-{}.pdf", paper.file_word(), &number[..8]);
        Ok(Printed { name, bytes: sheet.pdf(paper)? })
    }
}

/// What BPJS decided last.
fn decision(steps: &[StepKept]) -> Option<&StepKept> {
    let said = |one: &&StepKept| matches!(one.step, ClaimStep::Grant | ClaimStep::Refuse);
    steps.iter().rev().find(said)
}

impl Sheet<'_> {
    fn pdf(&self, paper: ClaimPaper) -> Result<Vec<u8>, AppError> {
        let title = self.title(paper);
        let mut pieces = vec![LetterPiece::Title(title.clone())];
        match paper {
            ClaimPaper::Form => self.form(&mut pieces),
            ClaimPaper::Outcome => self.outcome(&mut pieces),
            ClaimPaper::Doctor => self.doctor(&mut pieces),
            ClaimPaper::Witness => self.witness(&mut pieces),
            ClaimPaper::Cover => self.cover(&mut pieces),
            ClaimPaper::Family => self.family(&mut pieces),
            ClaimPaper::Decision => self.decided(&mut pieces),
        }
        let number = [("id", &*self.claim.id.to_string())];
        pieces.push(LetterPiece::Small(self.words.with("claim-print-number", &number)));
        let page = PageWords {
            footer: title.clone(),
            page: self.w("page-page"),
            of: self.w("page-of"),
            continued: String::new(),
        };
        let info = self.office.document_info(title);
        letter_pdf(&LetterSheet { pieces, page }, &info).map_err(unwritable)
    }

    fn w(&self, key: &str) -> String {
        self.words.get(key)
    }

    fn title(&self, paper: ClaimPaper) -> String {
        let kind = match self.claim.kind {
            ClaimKind::Jkm => "jkm",
            ClaimKind::Jht => "jht",
            _ => "jkk",
        };
        match paper {
            ClaimPaper::Form => self.w(&format!("claim-form-{kind}")),
            ClaimPaper::Family if !self.is_to_family() => self.w("claim-print-member"),
            _ => self.w(&format!("claim-print-{}", paper.name())),
        }
    }

    fn say(&self, pieces: &mut Vec<LetterPiece>, text: String) {
        pieces.push(LetterPiece::Paragraph { depth: 0, mark: String::new(), text });
    }

    fn facts(&self, pieces: &mut Vec<LetterPiece>, rows: &[(&str, String)]) {
        let open = |text: &String| match text.trim() {
            "" => "……………………………………".to_owned(),
            text => text.to_owned(),
        };
        let rows = rows.iter().map(|(key, text)| (self.w(key), open(text))).collect();
        pieces.push(LetterPiece::Facts { mark: String::new(), rows });
    }

    fn place(&self) -> String {
        self.office.heading(self.person.place)
    }

    fn work(&self) -> String {
        let key = self.person.occupation.as_ref();
        let known = key.and_then(|key| self.office.occupations.get(key));
        known.map_or(String::new(), |known| known.label.to_string())
    }

    /// To BPJS: the claim, the cover behind it, what it comes to by which article.
    fn cover(&self, pieces: &mut Vec<LetterPiece>) {
        let values = [
            ("kind", self.w(&format!("claim-kind-{}", self.claim.kind.name()))),
            ("name", self.person.name.as_str().to_owned()),
            ("village", self.place()),
            ("day", self.claim.event.in_words()),
        ];
        self.say_with(pieces, "claim-cover-opening", &values);
        self.facts(
            pieces,
            &[
                ("claim-form-name", self.person.name.as_str().to_owned()),
                ("claim-form-nik", self.person.nik.reveal()),
                ("claim-form-paid", self.paid_months()),
            ],
        );
        self.amounts(pieces);
        if !self.missing.is_empty() {
            self.say_with(pieces, "claim-cover-missing", &[("papers", self.missing.join("; "))]);
        }
        pieces.push(LetterPiece::Signatures(vec![self.signs("claim-sign-office")]));
    }

    /// Whether it goes to a family, and not to a member who was hurt or has grown old.
    fn is_to_family(&self) -> bool {
        self.heirs_receive
    }

    /// To the family, or to the member who was hurt: what they may have, what is needed, by when.
    fn family(&self, pieces: &mut Vec<LetterPiece>) {
        let is_accident = self.claim.kind.scheme() == rules::Scheme::Jkk && !self.is_to_family();
        let values = [
            ("name", self.person.name.as_str().to_owned()),
            ("village", self.place()),
            ("day", self.claim.event.in_words()),
        ];
        let opening = match (self.is_to_family(), is_accident) {
            (true, _) => "claim-family-opening",
            (_, true) => "claim-member-opening",
            _ => "claim-savings-opening",
        };
        self.say_with(pieces, opening, &values);
        match is_accident && self.found.answer.total == Rupiah::ZERO {
            true => self.say(pieces, self.w("claim-member-care")),
            false => self.amounts(pieces),
        }
        self.say(pieces, self.w("claim-family-papers"));
        let entry = self.office.rulebook.claim_papers(self.claim.kind.scheme(), self.claim.event);
        let rows = entry.iter().flat_map(|entry| entry.rows());
        for (at, row) in rows.enumerate() {
            let is_always = is_always_asked(row, self.heirs_receive);
            let when = if is_always { "" } else { " *" };
            let (mark, text) = (format!("{}.", at + 1), format!("{}{when}", row.name));
            pieces.push(LetterPiece::Paragraph { depth: 0, mark, text });
        }
        self.say(pieces, self.w("claim-family-when"));
        if let Some((until, _)) =
            self.office.rulebook.report_until(self.claim.event).ok().filter(|_| is_accident)
        {
            self.say_with(pieces, "claim-member-report", &[("day", until.in_words())]);
        }
        if let Ok((until, _)) = self.office.rulebook.claim_until(self.claim.event) {
            self.say_with(pieces, "claim-family-until", &[("day", until.in_words())]);
        }
        let free = if self.is_to_family() { "claim-family-free" } else { "claim-member-free" };
        self.say(pieces, self.w(free));
        pieces.push(LetterPiece::Signatures(vec![self.signs("claim-sign-office")]));
    }

    /// To the family: what BPJS decided, and how it compares with what was computed.
    fn decided(&self, pieces: &mut Vec<LetterPiece>) {
        let Some(said) = decision(&self.steps) else { return };
        let computed = self.found.answer.total;
        let mut values = vec![
            ("name", self.person.name.as_str().to_owned()),
            ("day", said.day.in_words()),
            ("kind", self.w(&format!("claim-kind-{}", self.claim.kind.name()))),
            ("computed", in_full(computed)),
            ("reference", said.reference.to_string()),
        ];
        match said.rupiah {
            Some(granted) => {
                values.push(("granted", in_full(granted)));
                self.say_with(pieces, "claim-decision-granted", &values);
                let differs = granted.0 - computed.0;
                if differs != 0 {
                    let values = [("rupiah", Rupiah(differs).to_string())];
                    self.say_with(pieces, "claim-decision-differs", &values);
                }
            }
            None => {
                values.push(("reason", said.reason.to_string()));
                self.say_with(pieces, "claim-decision-refused", &values);
            }
        }
        let paid = self.steps.iter().filter(|one| one.step == ClaimStep::Pay);
        for pay in paid {
            let rupiah = pay.rupiah.map_or(String::new(), in_full);
            let values = [("day", pay.day.in_words()), ("rupiah", rupiah)];
            self.say_with(pieces, "claim-decision-paid", &values);
        }
        self.say(pieces, self.w("claim-decision-appeal"));
        pieces.push(LetterPiece::Signatures(vec![self.signs("claim-sign-office")]));
    }

    fn with(&self, key: &str, values: &[(&str, String)]) -> String {
        let values: Vec<(&str, &str)> = values.iter().map(|(key, text)| (*key, &**text)).collect();
        self.words.with(key, &values)
    }

    fn say_with(&self, pieces: &mut Vec<LetterPiece>, key: &str, values: &[(&str, String)]) {
        self.say(pieces, self.with(key, values));
    }

    /// Each line of the benefit with its article, and the sum in figures and words.
    fn amounts(&self, pieces: &mut Vec<LetterPiece>) {
        for (at, line) in self.found.answer.lines.iter().enumerate() {
            let name = self.w(&format!("law-line-{}", line.key.name()));
            let text = format!("{name}: {} ({})", line.rupiah, line.article);
            pieces.push(LetterPiece::Paragraph { depth: 1, mark: format!("{}.", at + 1), text });
        }
        let total = [("rupiah", in_full(self.found.answer.total))];
        self.say_with(pieces, "claim-print-total", &total);
        if let Some(scholarship) = &self.found.scholarship {
            let rupiah = [("rupiah", in_full(scholarship.total))];
            self.say_with(pieces, "claim-print-scholarship", &rupiah);
        }
    }

    /// "Oktober 2022 – Desember 2022 (3)", of the programme it is claimed from.
    fn paid_months(&self) -> String {
        let scheme = self.claim.kind.scheme();
        let months = self.behind.months.iter().filter(|(one, _)| one.scheme == scheme);
        let months: Vec<_> = months.map(|(one, _)| one.month).collect();
        match (months.iter().min(), months.iter().max()) {
            (Some(first), Some(last)) => {
                format!("{} – {} ({})", first.in_words(), last.in_words(), months.len())
            }
            _ => String::new(),
        }
    }

    fn signs(&self, key: &str) -> SignatureBlock {
        SignatureBlock {
            above: vec![self.w(key)], below: vec!["(……………………)".to_owned()]
        }
    }
}

/// An amount in figures and words.
fn in_full(rupiah: Rupiah) -> String {
    format!("{rupiah} ({})", rupiah.in_words())
}
