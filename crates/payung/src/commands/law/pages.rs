//! A calculation as pages of PDF, for the appendix of a letter or a claim.

use std::path::Path;

use app::error::{AppError, ErrorKind};
use base::{Day, Rupiah};
use documents::pdf::{TreeLine, TreeSheet, tree_pdf};
use documents::workbook::{DocumentInfo, PageWords};
use rules::{Answer, Line, RuleStatus, Rulebook};

use super::facts::{self, Fact};
use super::tell;
use crate::commands;
use crate::say::Say;

/// What is printed; a total of nothing is left out.
pub struct Pages {
    /// The key of the title.
    pub title: &'static str,
    /// What was asked.
    pub facts: Vec<(String, String)>,
    /// The lines.
    pub lines: Vec<TreeLine>,
    /// What it comes to, and how well that is known.
    pub total: Option<(Rupiah, RuleStatus)>,
    /// Lines below.
    pub notes: Vec<String>,
}

/// Prints an answer where a file is asked for.
pub fn answer(
    rulebook: &Rulebook,
    say: &Say,
    file: Option<&Path>,
    (title, asked): (&'static str, &[Fact]),
    answer: &Answer,
) -> Result<(), AppError> {
    let Some(file) = file else { return Ok(()) };
    let notes = answer.notes.iter().map(|note| tell::note_in_words(say, *note)).collect();
    let pages = Pages {
        title,
        facts: asked.iter().map(|fact| facts::in_words(say, fact)).collect(),
        lines: tree(say, answer),
        total: Some((answer.total, answer.status)),
        notes,
    };
    print(rulebook, say, file, pages)
}

/// The lines of an answer, each before those it is made of.
pub fn tree(say: &Say, answer: &Answer) -> Vec<TreeLine> {
    let mut lines = Vec::new();
    answer.lines.iter().for_each(|line| add(say, line, 0, &mut lines));
    lines
}

/// Writes the pages to a file.
pub fn print(rulebook: &Rulebook, say: &Say, file: &Path, pages: Pages) -> Result<(), AppError> {
    let words = |key: &str| say.words.get(key);
    let today: Day = commands::environment()?.today();
    let version = rulebook.version().to_string();
    let mut notes = pages.notes;
    let total = pages.total.map(|(total, status)| {
        let status = tell::status_in_words(say, status);
        notes.insert(0, say.words.with("law-page-status", &[("status", &status)]));
        (words("quote-total"), total.to_string())
    });
    notes.push(say.words.with("rulebook-note", &[("version", &version)]));
    let title = words(pages.title);
    let made = say.words.with("law-page-made", &[("day", &today.in_words())]);
    let sheet = TreeSheet {
        title: vec![title.clone(), made],
        facts: pages.facts,
        lines: pages.lines,
        total,
        notes,
        page: PageWords {
            footer: say.words.with("law-page-foot", &[("title", &title), ("version", &version)]),
            page: words("page-page"),
            of: words("page-of"),
            continued: words("page-continued"),
        },
    };
    let info = DocumentInfo {
        title,
        author: "Payung".to_owned(),
        language: words("law-page-language"),
        created: Some(today),
    };
    let unprintable =
        |_| AppError::new(ErrorKind::External, "FILE_UNWRITABLE", file.display().to_string());
    let bytes = tree_pdf(&sheet, &info).map_err(unprintable)?;
    commands::write_public(file, &bytes)?;
    if !say.json {
        let shown = file.display().to_string();
        say.line(&say.words.with("law-page-written", &[("file", &shown)]));
    }
    Ok(())
}

fn add(say: &Say, line: &Line, depth: usize, lines: &mut Vec<TreeLine>) {
    let told = tell::told(say, line);
    let (text, amount, details) = (told.text, told.amount, told.details);
    lines.push(TreeLine { depth, text, amount, details });
    line.lines.iter().for_each(|line| add(say, line, depth + 1, lines));
}
