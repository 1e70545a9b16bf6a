//! Pieces that pages are made of: fields, mistakes, notices, tables of facts, tasks.
//!
//! Each piece is a template of its own that knows how to be reached by everybody, and is put into a
//! page by writing `{{ piece }}`. All words come from the caller or from the catalogue.

pub(crate) mod chart;
mod field;
mod form;

use askama::Template;
use askama::filters::HtmlSafe;

use crate::page::{Page, Writing};
use crate::table::TableView;

pub(crate) use field::{Choice, Control, Field};
// Forms of other parts of the application are made of these.
pub(crate) use form::once as once_name;
#[allow(unused_imports)]
pub(crate) use form::{Form, FormPage, Mistake, Mistakes, Posted};

/// What went wrong in a form, above the heading, each line leading to its field.
#[derive(Template, Default)]
#[template(path = "parts/mistakes.html")]
pub(crate) struct MistakeSummary {
    pub heading: String,
    pub mistakes: Vec<Mistake>,
}

/// A message that stands out: `info`, `done` or `warning`.
#[derive(Template)]
#[template(path = "parts/notice.html")]
pub(crate) struct Notice {
    pub kind: &'static str,
    pub heading: String,
    pub text: String,
    pub link: Option<(String, String)>,
}

/// A state in a word; the class colours it, the word says it.
#[derive(Template, Clone)]
#[template(path = "parts/tag.html")]
pub(crate) struct Tag {
    pub class: &'static str,
    pub text: String,
}

/// A list of facts; with addresses to change them it is "check your answers".
#[derive(Template, Default)]
#[template(path = "parts/facts.html")]
pub(crate) struct Facts {
    pub rows: Vec<Fact>,
    /// "Ubah".
    pub change: String,
    /// How it is laid out: one under the other, side by side, or as figures.
    pub class: &'static str,
}

/// Answers read back before they are sent, each with a button to change it: what was answered goes
/// along in the form, because nothing of it may stand in an address.
#[derive(Template)]
#[template(path = "parts/answers.html")]
pub(crate) struct Answers {
    pub action: String,
    pub hidden: Vec<(String, String)>,
    /// "Ubah".
    pub change: String,
    pub rows: Vec<Answered>,
}

/// One answer, and the page on which it is asked.
pub(crate) struct Answered {
    pub name: String,
    pub value: String,
    pub page: usize,
}

/// One fact.
pub(crate) struct Fact {
    pub name: String,
    pub value: String,
    pub change: Option<String>,
}

/// Things to do, each row a link unless it cannot be started yet.
#[derive(Template, Default)]
#[template(path = "parts/tasks.html")]
pub(crate) struct Tasks {
    pub tasks: Vec<Task>,
}

/// A thing to do.
pub(crate) struct Task {
    pub name: String,
    pub hint: String,
    pub href: Option<String>,
    pub tag: Tag,
}

/// Where a page of many stands.
#[derive(Template, Default, Clone)]
#[template(path = "parts/pages.html")]
pub(crate) struct Pages {
    /// The accessible name.
    pub label: String,
    pub text: String,
    pub first: Option<(String, String)>,
    pub next: Option<(String, String)>,
}

/// A whole page made of a heading, words, pieces in order and links; for pages without a template.
#[derive(Template)]
#[template(path = "plain.html")]
pub(crate) struct Plain {
    pub page: Page,
    pub back: Option<(String, String)>,
    pub lead: String,
    pub pieces: Vec<Piece>,
}

/// A piece of a plain page.
pub(crate) enum Piece {
    Heading(String),
    Words(String),
    Points(Vec<String>),
    Steps(Vec<String>),
    Link(String, String),
    Notice(Notice),
    Facts(Facts),
    Tasks(Tasks),
    Form(Form),
    Answers(Answers),
    Table(Box<TableView>),
    Rows(chart::Rows),
    Chart(chart::Chart),
    /// Words to copy as they are, line by line.
    Copy(String),
    /// Who signs below, on paper alone.
    Signatures(Vec<String>),
}

macro_rules! pieces {
    ($($name:ident),*) => { $(impl HtmlSafe for $name {})* };
}

pieces!(MistakeSummary, Notice, Tag, Facts, Tasks, Pages, Field, Form, Answers, TableView);

impl Notice {
    /// A note.
    pub(crate) fn info(heading: String, text: String) -> Notice {
        Notice { kind: "info", heading, text, link: None }
    }

    /// Something was done.
    pub(crate) fn done(heading: String, text: String) -> Notice {
        Notice { kind: "done", ..Notice::info(heading, text) }
    }

    fn is_urgent(&self) -> bool {
        self.kind == "warning"
    }

    /// Something to be careful about.
    pub(crate) fn warning(heading: String, text: String) -> Notice {
        Notice { kind: "warning", ..Notice::info(heading, text) }
    }
}

impl Tag {
    /// A state by its class and its word.
    pub(crate) fn new(class: &'static str, text: String) -> Tag {
        Tag { class, text }
    }
}

impl Fact {
    /// A row for whatever is known: none where a value is absent or empty.
    pub(crate) fn known<'k>(
        rows: impl IntoIterator<Item = (&'k str, Option<String>)>,
        writing: Writing,
    ) -> Vec<Fact> {
        let rows = rows.into_iter().filter_map(|(key, value)| Some((key, value?)));
        let rows = rows.filter(|(_, value)| !value.is_empty());
        rows.map(|(key, value)| Fact::new(writing.w(key), value)).collect()
    }

    /// A fact that stays.
    pub(crate) fn new(name: String, value: String) -> Fact {
        Fact { name, value, change: None }
    }
}

impl Facts {
    /// The list, in words of a language.
    pub(crate) fn new(writing: Writing, rows: Vec<Fact>) -> Facts {
        Facts { rows, change: writing.w("web-change"), class: "answers" }
    }

    /// The same side by side, for what is known of something.
    pub(crate) fn dense(writing: Writing, rows: Vec<Fact>) -> Facts {
        Facts { class: "facts", ..Facts::new(writing, rows) }
    }

    /// The same as figures in a row, for counts.
    pub(crate) fn tally(writing: Writing, rows: Vec<Fact>) -> Facts {
        Facts { class: "tally", ..Facts::new(writing, rows) }
    }
}

#[cfg(test)]
mod tests;
