//! What the program says: words or JSON on standard output, errors in words on standard error.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use app::error::AppError;
use app::words::{Language, Words};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use crate::cli::{Global, Lang};

/// Finished, but rows need fixing.
pub const ROWS_NEED_FIXING: u8 = 3;
/// Refused by rule or permission.
pub const REFUSED: u8 = 7;

/// How the program speaks.
pub struct Say {
    /// Whether to print JSON.
    pub json: bool,
    /// The catalogue.
    pub words: &'static Words,
}

impl Say {
    /// Speaks as the flags say.
    pub fn new(global: &Global) -> Say {
        let language = match global.lang {
            Lang::Id => Language::Indonesian,
            Lang::En => Language::English,
        };
        Say { json: global.json, words: Words::of(language) }
    }

    /// Prints one JSON document on a line; a closed pipe ends the program quietly.
    pub fn document(&self, value: &Value) {
        self.line(&value.to_string());
    }

    /// Prints a line; a closed pipe ends the program quietly.
    pub fn line(&self, line: &str) {
        if writeln!(io::stdout().lock(), "{line}").is_err() {
            std::process::exit(0);
        }
    }

    /// Prints a record: a document, or a line of words.
    pub fn record(&self, document: &Value, line: &str) {
        match self.json {
            true => self.document(document),
            false => self.line(line),
        }
    }

    /// Prints a table of a label and a value a line, labels aligned.
    pub fn pairs(&self, pairs: &[(String, String)]) {
        let width = pairs.iter().map(|(label, _)| label.chars().count()).max().unwrap_or(0);
        for (label, value) in pairs {
            let gap = " ".repeat(width - label.chars().count());
            self.line(&format!("{label}{gap}   {value}"));
        }
    }

    /// Prints a table with heads; the columns of `right` are aligned to the right.
    pub fn table(&self, heads: &[&str], rows: &[Vec<String>], right: &[usize]) {
        let mut widths: Vec<usize> = heads.iter().map(|head| head.chars().count()).collect();
        for row in rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        let line = |cells: &mut dyn Iterator<Item = &str>| {
            let padded = cells.enumerate().map(|(at, cell)| {
                let gap = " ".repeat(widths[at].saturating_sub(cell.chars().count()));
                if right.contains(&at) { format!("{gap}{cell}") } else { format!("{cell}{gap}") }
            });
            padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
        };
        self.line(&line(&mut heads.iter().copied()));
        let rule: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
        self.line(&line(&mut rule.iter().map(String::as_str)));
        for row in rows {
            self.line(&line(&mut row.iter().map(String::as_str)));
        }
    }

    /// Says an error, and answers its exit code.
    pub fn error(&self, error: &anyhow::Error) -> ExitCode {
        let Some(known) = error.downcast_ref::<AppError>() else {
            eprintln!("payung: {error:#}");
            return ExitCode::from(1);
        };
        let values = [("detail", known.detail.as_str())];
        let what = self.words.with(&format!("error-{}", known.code), &values);
        let remedy = self.words.with(&format!("error-{}.remedy", known.code), &values);
        if self.json {
            let kind = known.kind.exit_code();
            let error = json!({"code": known.code, "exit": kind, "text": what, "remedy": remedy});
            self.document(&json!({"error": error}));
        }
        eprintln!("{what} {remedy}");
        ExitCode::from(known.kind.exit_code())
    }

    /// A line that says what is being done on a terminal; silent elsewhere.
    pub fn steps(&self) -> ProgressBar {
        match self.json || !io::stderr().is_terminal() {
            true => ProgressBar::hidden(),
            false => ProgressBar::new_spinner(),
        }
    }

    /// A bar for a long job on a terminal; silent elsewhere.
    pub fn bar(&self, label: &str, total: u64) -> ProgressBar {
        if self.json || !io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let bar = ProgressBar::new(total).with_message(label.to_owned());
        let style = ProgressStyle::with_template("{msg:<28} {bar:32} {pos}/{len} {per_sec}");
        if let Ok(style) = style {
            bar.set_style(style);
        }
        bar
    }
}
