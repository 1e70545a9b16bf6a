//! One question of a form: its label, its hint, its answer, and what is wrong with the answer.

use askama::Template;

use crate::page::Writing;

/// One question.
#[derive(Template)]
#[template(path = "parts/field.html")]
pub(crate) struct Field {
    /// The name in the form, and at the end of the identity in the page.
    pub name: &'static str,
    /// What sets it apart from the same question in another form of the page.
    pub scope: String,
    pub label: String,
    pub hint: String,
    /// What was answered.
    pub value: String,
    /// What is wrong and what to do; empty when nothing is.
    pub mistake: String,
    pub control: Control,
    /// "(boleh dikosongkan)" behind the label of a question that may stay open.
    pub optional: String,
    /// "Kesalahan:".
    mistake_mark: String,
}

/// How a question is answered.
pub(crate) enum Control {
    /// A line of text of about so many characters; how a phone's keyboard helps, what a browser may
    /// fill in.
    Line { width: u8, keyboard: &'static str, filled_by: &'static str },
    /// A password: never shown again.
    Secret { filled_by: &'static str },
    /// Some lines of text.
    Lines(u8),
    /// A list that opens.
    Select(Vec<Choice>),
    /// Any of a few.
    Many(Vec<Choice>),
    /// One thing to tick; its label stands beside it.
    Tick,
    /// A file; which ends of names are offered first.
    File { accept: &'static str },
}

/// A thing to choose.
#[derive(Clone)]
pub(crate) struct Choice {
    pub value: String,
    pub text: String,
    pub hint: String,
    pub chosen: bool,
}

impl Choice {
    /// A choice by its value and its words.
    pub(crate) fn new(value: impl Into<String>, text: impl Into<String>) -> Choice {
        Choice { value: value.into(), text: text.into(), hint: String::new(), chosen: false }
    }
}

impl Field {
    /// A question answered in a way; the catalogue has its label under `key` and its hint, when
    /// there is one, under `key.hint`.
    pub(crate) fn new(writing: Writing, name: &'static str, key: &str, control: Control) -> Field {
        let hint_key = format!("{key}.hint");
        let hint = writing.w(&hint_key);
        Field {
            name,
            scope: String::new(),
            label: writing.w(key),
            hint: if hint == hint_key { String::new() } else { hint },
            value: String::new(),
            mistake: String::new(),
            control,
            optional: String::new(),
            mistake_mark: writing.w("web-mistake-mark"),
        }
    }

    /// A line of text.
    pub(crate) fn line(writing: Writing, name: &'static str, key: &str) -> Field {
        Field::new(
            writing,
            name,
            key,
            Control::Line { width: 30, keyboard: "text", filled_by: "off" },
        )
    }

    /// The same question with an answer.
    pub(crate) fn answered(mut self, value: impl Into<String>) -> Field {
        self.value = value.into();
        self
    }

    /// The same question, which may stay open.
    pub(crate) fn optional(mut self, writing: Writing) -> Field {
        self.optional = writing.w("web-optional");
        self
    }

    /// The answer as people read it; none when there is none.
    pub(crate) fn answer(&self) -> Option<String> {
        let said = match &self.control {
            Control::Select(choices) => {
                let chosen = choices.iter().find(|choice| self.is_chosen(choice));
                // Nothing is chosen in a list that nobody touched but its first line.
                chosen.or(choices.first()).filter(|one| !one.value.is_empty())?.text.clone()
            }
            _ => self.value.clone(),
        };
        Some(said).filter(|said| !said.is_empty())
    }

    /// Where a line about the question leads: its control, or the first of them.
    pub(crate) fn target(&self) -> String {
        match self.control {
            Control::Many(_) => format!("{}-1", self.id()),
            _ => self.id(),
        }
    }

    /// The identity in the page.
    fn id(&self) -> String {
        format!("{}{}", self.scope, self.name)
    }

    /// Whether the answer is the one of this choice.
    fn is_chosen(&self, choice: &Choice) -> bool {
        choice.chosen || (!self.value.is_empty() && choice.value == self.value)
    }

    /// What describes the control: the hint and the mistake, as far as there are any.
    fn described_by(&self) -> String {
        let parts = [("hint", !self.hint.is_empty()), ("mistake", !self.mistake.is_empty())];
        let ids = parts.iter().filter(|(_, is)| *is);
        ids.map(|(part, _)| format!("{}-{part}", self.id())).collect::<Vec<_>>().join(" ")
    }

    fn is_tick(&self) -> bool {
        matches!(self.control, Control::Tick)
    }

    fn is_group(&self) -> bool {
        matches!(self.control, Control::Many(_))
    }
}
