//! What the program's addresses for programs are, in a description made from the routes themselves.

use crate::table::{Column, View};

/// What an address answers to a program, for its description.
#[derive(Clone)]
pub(crate) struct Described {
    /// Its name: English, forever.
    pub id: String,
    /// One sentence about it.
    pub summary: String,
    pub parameters: Vec<Parameter>,
    pub answer: Answer,
}

/// Something that may stand in the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Parameter {
    pub name: &'static str,
    /// One sentence about it.
    pub meaning: &'static str,
    pub shape: Shape,
}

/// How a parameter is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Text,
    Whole,
    /// `YYYY-MM`.
    Month,
    /// `YYYY-MM-DD`.
    Day,
    /// One of these words.
    OneOf(&'static [&'static str]),
}

/// What is answered.
#[derive(Clone)]
pub(crate) enum Answer {
    /// Rows of these columns, with these values beside them.
    Table { columns: &'static [Column], meta: &'static [Column] },
    /// An object with these values.
    Object(&'static [Column]),
    /// JSON whose shape another standard tells.
    Other(&'static str),
}

impl Described {
    /// The description of a table's JSON.
    pub(crate) fn of_view(view: &View) -> Described {
        Described {
            id: view.id.to_owned(),
            summary: format!("The table at {}, every row.", view.path),
            parameters: view.parameters.to_vec(),
            answer: Answer::Table { columns: view.columns, meta: view.meta },
        }
    }
}
