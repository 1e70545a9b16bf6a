//! An agreement as a PDF, in the order of such papers: title, number, day in words, the parties,
//! the articles, the signatures.

use base::Day;
use documents::pdf::{LetterPiece, LetterSheet, letter_pdf};
use documents::workbook::{PageWords, SignatureBlock};
use domain::agreement::{Article, DutyKind, Party, Terms, Values, fill};
use store::agreements::Version;

use crate::error::AppError;
use crate::office::{Actor, Office};
use crate::prints::{Printed, hex, unwritable};
use crate::words::Words;

/// What stands for words between braces: the day of signing, or the first day while it is open.
pub(super) fn values(version: &Version) -> Values<'_> {
    let terms = &version.terms;
    Values { terms, signed_on: version.signed_on.unwrap_or(terms.from) }
}

impl Office {
    /// A version of an agreement as a PDF; the newest when none is asked for.
    ///
    /// # Errors
    /// `AGREEMENT_UNKNOWN`, `VERSION_UNKNOWN`.
    pub fn print_agreement(
        &self,
        actor: &Actor,
        code: &str,
        version: Option<u32>,
        words: &Words,
    ) -> Result<Printed, AppError> {
        let file = self.agreement(actor, code)?;
        let version = match version {
            None => file.versions.last(),
            Some(number) => file.version(number),
        };
        let version = version.ok_or_else(|| AppError::not_found("VERSION_UNKNOWN", code))?;
        let title = format!("{} {}", words.get("agreement-print-title"), version.terms.number);
        let page = PageWords {
            footer: title.trim().to_owned(),
            page: words.get("page-page"),
            of: words.get("page-of"),
            continued: String::new(),
        };
        let sheet = LetterSheet { pieces: pieces(version, words), page };
        let info = self.document_info(title);
        let bytes = letter_pdf(&sheet, &info).map_err(unwritable)?;
        Ok(Printed { name: format!("perjanjian-{code}-{}.pdf", version.version), bytes })
    }
}

fn pieces(version: &Version, words: &Words) -> Vec<LetterPiece> {
    let (terms, values) = (&version.terms, values(version));
    let title = match version.version {
        1 => words.get("agreement-print-title"),
        _ => words.get("agreement-print-addendum"),
    };
    let between = terms.parties.iter().map(|party| party.name.to_uppercase());
    let mut pieces = vec![LetterPiece::Title(title), LetterPiece::Subtitle(String::new())];
    for (at, name) in between.enumerate() {
        let and = if at == 0 { "agreement-print-between" } else { "agreement-print-and" };
        pieces.push(LetterPiece::Subtitle(words.get(and)));
        pieces.push(LetterPiece::Subtitle(name));
    }
    pieces.push(LetterPiece::Subtitle(words.get("agreement-print-about")));
    pieces.push(LetterPiece::Subtitle(terms.subject.to_uppercase()));
    let number = fill("{nomor}", &values);
    let number = words.with("agreement-print-number", &[("number", &number)]);
    pieces.push(LetterPiece::Subtitle(number));
    pieces.push(LetterPiece::Subtitle(String::new()));
    pieces.push(plain(opening(version, &values, words)));
    for (at, party) in terms.parties.iter().enumerate() {
        pieces.push(LetterPiece::Facts { mark: format!("{}.", at + 1), rows: facts(party, words) });
        let known = [("party", &*party.name), ("called", &*party.called)];
        pieces.push(LetterPiece::Paragraph {
            depth: 1,
            mark: String::new(),
            text: words.with("agreement-print-called", &known),
        });
    }
    pieces.push(plain(words.get("agreement-print-agree")));
    for (at, article) in terms.articles.iter().enumerate() {
        pieces.extend(article_pieces(terms, article, at + 1, &values, words));
    }
    pieces.push(LetterPiece::Signatures(terms.parties.iter().map(signature).collect()));
    if version.signed_on.is_none() {
        pieces.push(LetterPiece::Small(words.get("agreement-print-draft")));
    }
    let digest = hex(&version.digest);
    pieces.push(LetterPiece::Small(words.with("agreement-print-digest", &[("hash", &digest)])));
    pieces
}

fn plain(text: String) -> LetterPiece {
    LetterPiece::Paragraph { depth: 0, mark: String::new(), text }
}

/// "Pada hari ini, Selasa, …": the day in words and in figures, or a line to fill in.
fn opening(version: &Version, values: &Values<'_>, words: &Words) -> String {
    let figures = |day: Day| format!("{:02}-{:02}-{}", day.day(), day.month(), day.year());
    let day = match version.signed_on {
        Some(day) => format!("{} ({})", day.spelled(), figures(day)),
        None => words.get("agreement-print-day-open"),
    };
    let place = fill("{tempat}", values);
    words.with("agreement-print-opening", &[("day", &day), ("place", &place)])
}

fn facts(party: &Party, words: &Words) -> Vec<(String, String)> {
    let open = |text: &str| match text.trim() {
        "" => "……………………".to_owned(),
        text => text.to_owned(),
    };
    let mut rows = vec![
        (words.get("agreement-print-name"), open(&party.signatory)),
        (words.get("agreement-print-office"), open(&party.office)),
        (words.get("agreement-print-org"), party.name.to_string()),
        (words.get("agreement-print-address"), open(&party.address)),
    ];
    if !party.basis.is_empty() {
        rows.push((words.get("agreement-print-basis"), party.basis.to_string()));
    }
    rows
}

fn article_pieces(
    terms: &Terms,
    article: &Article,
    number: usize,
    values: &Values<'_>,
    words: &Words,
) -> Vec<LetterPiece> {
    let number = words.with("agreement-print-article", &[("number", &number.to_string())]);
    let mut pieces =
        vec![LetterPiece::Heading(number), LetterPiece::Subtitle(fill(&article.heading, values))];
    let numbered = article.paragraphs.len() > 1;
    for (at, text) in article.paragraphs.iter().enumerate() {
        let mark = if numbered { format!("({})", at + 1) } else { String::new() };
        pieces.push(LetterPiece::Paragraph { depth: 0, mark, text: fill(text, values) });
    }
    let depth = usize::from(numbered);
    if let Some((party, kind)) = article.duties_of {
        pieces.extend(duty_pieces(terms, (party, kind), depth, values, words));
    }
    pieces
}

fn duty_pieces(
    terms: &Terms,
    (party, kind): (u8, DutyKind),
    depth: usize,
    values: &Values<'_>,
    words: &Words,
) -> Vec<LetterPiece> {
    let own = terms.duties.iter().filter(|duty| duty.party == party && duty.kind == kind);
    let piece = |(at, duty): (usize, &domain::agreement::Duty)| {
        let text = fill(&duty.text, values);
        let text = match duty.due {
            None => text,
            Some(due) => {
                let bare = text.trim_end_matches([';', '.', ' ']);
                let values = [("text", bare), ("day", &due.in_words())];
                words.with("agreement-print-due", &values)
            }
        };
        LetterPiece::Paragraph { depth, mark: format!("{}.", letter(at)), text }
    };
    own.enumerate().map(piece).collect()
}

/// a, b, … z, aa, ab, …
fn letter(at: usize) -> String {
    let one = char::from(b'a' + (at % 26) as u8);
    match at / 26 {
        0 => one.to_string(),
        more => format!("{}{one}", letter(more - 1)),
    }
}

fn signature(party: &Party) -> SignatureBlock {
    SignatureBlock {
        above: vec![party.called.to_string(), party.name.to_string(), party.office.to_string()],
        below: vec![party.signatory.to_string()],
    }
}
