//! What a statement does to kept rows, read off its own text: which rows go and which come.
//!
//! Statements are plain on purpose (see `sql/`), so that a few lines understand them all; one that
//! they do not understand is a bug that a test finds.

use crate::digest::RowShape;
use crate::tables::{self, Watch};

/// What a statement does to the rows of kept tables.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Nothing: it reads, or changes what is not kept.
    None,
    /// Adds the row of its values.
    Adds(Addition),
    /// Adds rows that only the engine knows: those it returns.
    AddsSome {
        /// The table.
        table: &'static str,
        /// The statement, returning the rows.
        text: Box<str>,
    },
    /// Removes rows: those it returns.
    Removes {
        /// The table.
        table: &'static str,
        /// The statement, returning the rows.
        text: Box<str>,
    },
    /// Changes rows, or adds one where none was in the way.
    Changes {
        /// The table.
        table: &'static str,
        /// Reads the rows as they are before.
        before: Box<str>,
        /// Which of the statement's parameters that reading needs, 0 for the first.
        parameters: Vec<usize>,
        /// The statement, returning the rows as they are after.
        text: Box<str>,
    },
}

/// A row that a statement's own values make.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Addition {
    /// The table.
    pub(crate) table: &'static str,
    /// How its row is written.
    pub(crate) shape: RowShape,
}

impl Effect {
    /// Reads a statement.
    pub(crate) fn of(text: &str) -> Result<Effect, String> {
        let text = plain(text);
        let mut words = text.split(' ');
        let (first, second) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let table = match (first, second) {
            ("insert", "into") | ("delete", "from") => words.next().unwrap_or_default(),
            ("update", table) => table,
            ("select", _) => return Ok(Effect::None),
            _ if !writes(&text) => return Ok(Effect::None),
            _ => return Err("begin with insert, update or delete".to_owned()),
        };
        let Some((table, watch)) = tables::find(table) else {
            return Err(format!("the table {table} is not declared in src/tables.rs"));
        };
        match (watch, first) {
            (Watch::Proof | Watch::Passing, _) => Ok(Effect::None),
            (Watch::Kept, "insert") => insertion(table, &text),
            (Watch::Kept, "update") => change(table, &text),
            (Watch::Kept, _) => Ok(Effect::Removes { table, text: returning(&text) }),
        }
    }
}

/// `insert into t (a, b) values ($1, $2)`, with or without `on conflict`, or from a select.
fn insertion(table: &'static str, text: &str) -> Result<Effect, String> {
    let columns = between(text, "(", ")").ok_or("an insert names its columns")?;
    let columns: Vec<&str> = columns.split(',').map(str::trim).collect();
    let Some((_, conflict)) = text.split_once(" on conflict ") else {
        return Ok(match values(text, columns.len()) {
            true => {
                let shape = RowShape::new(table, columns.iter().copied());
                Effect::Adds(Addition { table, shape })
            }
            false => Effect::AddsSome { table, text: returning(text) },
        });
    };
    if conflict.ends_with("do nothing") {
        return Ok(Effect::AddsSome { table, text: returning(text) });
    }
    let given = inserted(text).ok_or("a row that may replace another is made of values")?;
    let key = between(conflict, "(", ")").ok_or("a conflict names its columns")?;
    let mut parameters = Vec::new();
    let mut conditions = Vec::new();
    for column in key.split(',').map(str::trim) {
        let at = columns.iter().position(|known| *known == column);
        let value = at.and_then(|at| given.get(at)).and_then(|value| value.strip_prefix('$'));
        let number: Option<usize> = value.and_then(|digits| digits.parse().ok());
        parameters.push(number.ok_or("the columns in conflict are plain parameters")? - 1);
        conditions.push(format!("{column} = ${}", parameters.len()));
    }
    let before = format!("select * from {table} where {}", conditions.join(" and ")).into();
    Ok(Effect::Changes { table, before, parameters, text: returning(text) })
}

/// `update t set … where …`: the same condition finds the rows before.
fn change(table: &'static str, text: &str) -> Result<Effect, String> {
    let (assignments, condition) = text.split_once(" where ").unwrap_or((text, "1 = 1"));
    if assignments.contains(" from ") || assignments.contains('(') && assignments.contains("select")
    {
        return Err("an update takes its values from parameters alone".to_owned());
    }
    let mut parameters: Vec<usize> = Vec::new();
    let mut renumbered = String::with_capacity(condition.len());
    let mut pieces = condition.split('$');
    renumbered.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let digits = piece.len() - piece.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let number: usize = piece[..digits].parse().map_err(|_| "a parameter has a number")?;
        let at = match parameters.iter().position(|known| *known == number - 1) {
            Some(at) => at,
            None => {
                parameters.push(number - 1);
                parameters.len() - 1
            }
        };
        renumbered.push_str(&format!("${}{}", at + 1, &piece[digits..]));
    }
    let before = format!("select * from {table} where {renumbered}").into();
    Ok(Effect::Changes { table, before, parameters, text: returning(text) })
}

/// Whether the inserted values are the parameters, each once and in order.
fn values(text: &str, count: usize) -> bool {
    let wanted = (1..=count).map(|number| format!("${number}"));
    inserted(text).is_some_and(|given| given.into_iter().eq(wanted))
}

/// The inserted values, as they are written.
fn inserted(text: &str) -> Option<Vec<&str>> {
    let (_, rest) = text.split_once(" values ")?;
    Some(between(rest, "(", ")")?.split(',').map(str::trim).collect())
}

fn between<'t>(text: &'t str, open: &str, close: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(open)?;
    rest.split_once(close).map(|(inner, _)| inner)
}

fn returning(text: &str) -> Box<str> {
    format!("{text} returning *").into()
}

/// Without comments, with one space where there was any.
fn plain(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("--"));
    lines.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

/// Whether a text that begins otherwise writes all the same.
fn writes(text: &str) -> bool {
    let words = ["insert into ", "update ", "delete from ", "merge into "];
    words.iter().any(|word| text.starts_with(word) || text.contains(&format!("({word}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: Effect) {
        assert_eq!(Effect::of(text), Ok(expect), "{text}");
    }

    #[test]
    fn plain_inserts_are_their_values() {
        let shape = RowShape::new("org", ["tenant", "id", "code"].into_iter());
        let expect = Effect::Adds(Addition { table: "org", shape });
        check("insert into org (\n    tenant, id, code\n) values ($1, $2, $3)\n", expect);
    }

    #[test]
    fn what_the_engine_decides_is_returned() {
        let text = "insert into enlistment (tenant, person) values ($1, $2) on conflict do nothing";
        let expect = format!("{text} returning *").into();
        check(text, Effect::AddsSome { table: "enlistment", text: expect });
        let text = "insert into enlistment (tenant, person) select $1, id from person";
        let expect = format!("{text} returning *").into();
        check(text, Effect::AddsSome { table: "enlistment", text: expect });
        let text = "delete from enlistment where tenant = $1 and sheet = $2";
        let expect = format!("{text} returning *").into();
        check(text, Effect::Removes { table: "enlistment", text: expect });
    }

    #[test]
    fn what_is_replaced_is_read_before() {
        let text = "insert into setting (tenant, content, name) values ($1, $2, $3) \
                    on conflict (tenant, name) do update set content = excluded.content";
        check(
            text,
            Effect::Changes {
                table: "setting",
                before: "select * from setting where tenant = $1 and name = $2".into(),
                parameters: vec![0, 2],
                text: format!("{text} returning *").into(),
            },
        );
        let text = "update card set state = $1 where tenant = $2 and id = $3 and $2 > 0";
        check(
            text,
            Effect::Changes {
                table: "card",
                before: "select * from card where tenant = $1 and id = $2 and $1 > 0".into(),
                parameters: vec![1, 2],
                text: format!("{text} returning *").into(),
            },
        );
    }

    #[test]
    fn the_rest_changes_nothing_kept_or_is_refused() {
        check("select 1", Effect::None);
        check("insert into audit (tenant) values ($1)", Effect::None);
        for text in [
            "insert into nowhere (tenant) values ($1)",
            "with gone as (delete from org returning *) select * from gone",
            "update org set name = (select name from fund) where tenant = $1",
        ] {
            assert!(Effect::of(text).is_err(), "{text}");
        }
    }
}
