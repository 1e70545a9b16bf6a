//! Every column that holds something made with the index key, and what becomes of it when the key
//! is followed by a step of its chain (docs/decisions/0047).
//!
//! A new such column is declared here: tests of this crate find one that is not, by what is bound
//! to its statements, by what lies in it when a test ends, and by its name.

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    /// An index of 128 bits; brought on.
    Long,
    /// An index of 64 bits, 0 for nobody; brought on.
    Short,
    /// The digest of a row, hidden by a mask of its place; hidden anew.
    Hidden,
    /// An identifier that was made of an index. Others refer to it and records are sealed by it:
    /// it stays, and whoever looks for it looks under every step.
    Stays,
    /// Something that is asked for within hours: it lapses.
    Lapses,
    /// What the engine itself writes when another column changes.
    Follows,
    /// An index of 128 bits by which months are held; brought on together with what all regencies
    /// see of it.
    Months,
}

/// A column that holds something made with the index key.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Indexed {
    pub(crate) table: &'static str,
    pub(crate) column: &'static str,
    pub(crate) holds: Holds,
}

const fn indexed(table: &'static str, column: &'static str, holds: Holds) -> Indexed {
    Indexed { table, column, holds }
}

/// All of them, by table and column.
pub(crate) const INDEXED: &[Indexed] = &[
    indexed("door_try", "subject", Holds::Lapses),
    indexed("field_conflict", "content", Holds::Long),
    indexed("field_record", "content", Holds::Long),
    indexed("intake_row", "content", Holds::Hidden),
    indexed("life_proof", "nik_index", Holds::Long),
    indexed("message", "code", Holds::Long),
    indexed("nik_claim", "nik_index", Holds::Follows),
    indexed("nik_claim_wait", "nik_index", Holds::Follows),
    indexed("nik_hold", "nik_index", Holds::Months),
    indexed("nik_month", "nik_index", Holds::Months),
    indexed("outreach_attendance", "attendee", Holds::Stays),
    indexed("outreach_lead", "id", Holds::Stays),
    indexed("participant_number", "number_index", Holds::Long),
    indexed("person", "match_key", Holds::Short),
    indexed("person", "nik_index", Holds::Long),
    indexed("person_token", "token", Holds::Short),
    indexed("reference_entry", "nik_index", Holds::Long),
    indexed("snap_notice", "request", Holds::Long),
    indexed("snap_payment", "request", Holds::Long),
];

/// What the digest of a row is hidden by besides its content.
pub(crate) const PLACE_OF_ROW: &[&str] = &["sheet", "sheet_index", "row_no"];

/// The tables with columns that are brought on, each once, with those columns.
pub(crate) fn brought_on() -> impl Iterator<Item = (&'static str, &'static [Indexed])> {
    let moves = |one: &Indexed| matches!(one.holds, Holds::Long | Holds::Short | Holds::Hidden);
    let tables = INDEXED.chunk_by(|one, next| one.table == next.table);
    tables
        .filter(move |columns| columns.iter().all(moves))
        .map(|columns| (columns[0].table, columns))
}

#[cfg(test)]
pub(crate) use watch::{look_at, look_through, made};

/// In tests: whatever was made with the index key is remembered, and looked for in what is written.
#[cfg(test)]
mod watch {
    use std::collections::HashSet;
    use std::sync::Mutex;

    use super::INDEXED;
    use crate::catalogue::{self, Kind};
    use crate::pool::locked;
    use crate::value::Value;
    use crate::{Store, StoreError};

    static MADE: Mutex<Option<HashSet<Vec<u8>>>> = Mutex::new(None);

    /// Remembers what was made.
    pub(crate) fn made(index: &[u8]) {
        locked(&MADE).get_or_insert_default().insert(index.to_vec());
    }

    /// Refuses a statement that writes something made with the index key where nobody declared it.
    pub(crate) fn look_at(text: &str, values: &[Value<'_>]) {
        let mut made = locked(&MADE);
        let made = made.get_or_insert_default();
        for (at, value) in values.iter().enumerate() {
            let is_made = is_among(made, value);
            let Some((table, column)) = is_made.then(|| written_to(text, at + 1)).flatten() else {
                continue;
            };
            assert!(is_declared(table, column), "{table}.{column} {UNDECLARED}");
        }
    }

    const UNDECLARED: &str = "holds what was made with the index key: say so in indexes.rs";

    fn is_among(made: &HashSet<Vec<u8>>, value: &Value<'_>) -> bool {
        match value {
            Value::Blob(bytes) => made.contains(bytes.as_ref()),
            Value::Integer(number) => made.contains(number.to_be_bytes().as_slice()),
            Value::Null | Value::Text(_) => false,
        }
    }

    fn is_declared(table: &str, column: &str) -> bool {
        INDEXED.iter().any(|one| one.table == table && one.column == column)
    }

    /// Refuses a register in which something made with the index key lies where nobody declared it,
    /// by whatever statement it came there; one that a test has spoilt is not looked through.
    pub(crate) fn look_through(store: &Store) {
        let found = store.read(|tx| {
            let (mut found, tenant) = (Vec::new(), tx.tenant());
            for table in catalogue::tables(tx.link())? {
                let names = table.columns.iter().map(|column| column.name.as_str());
                if !names.clone().any(|name| name == "tenant") {
                    continue;
                }
                let columns = table.columns.iter().filter(|column| column.kind != Kind::Text);
                let columns: Vec<&str> = columns.map(|column| column.name.as_str()).collect();
                let columns: Vec<&str> =
                    columns.into_iter().filter(|name| !is_declared(&table.name, name)).collect();
                let (chosen, name) = (columns.join(", "), &table.name);
                let text = format!("select {chosen} from {name} where tenant = {tenant}");
                tx.link().ask(&text, &[], &mut |mut row| {
                    for column in &columns {
                        if is_among(locked(&MADE).get_or_insert_default(), &row.take_any()?) {
                            found.push(format!("{name}.{column}"));
                        }
                    }
                    Ok(())
                })?;
            }
            Ok::<_, StoreError>(found)
        });
        assert!(
            found.as_ref().is_ok_and(Vec::is_empty) || found.is_err(),
            "{found:?} {UNDECLARED}"
        );
    }

    /// The table and column that a parameter is written to, by the text of its statement.
    fn written_to(text: &str, parameter: usize) -> Option<(&str, &str)> {
        let mark = format!("${parameter}");
        let is_it = |value: &str| value.trim() == mark;
        let text = text.trim_start();
        if let Some(rest) = text.strip_prefix("insert into ") {
            let (table, rest) = rest.split_once('(')?;
            let (columns, rest) = rest.split_once(')')?;
            let (_, values) = rest.split_once('(')?;
            let at = values.split([',', ')']).position(is_it)?;
            return Some((table.trim(), columns.split(',').nth(at)?.trim()));
        }
        let (table, rest) = text.strip_prefix("update ")?.split_once(char::is_whitespace)?;
        let (_, rest) = rest.split_once("set ")?;
        let set = rest.split("where").next()?;
        let mut pairs = set.split(',').filter_map(|pair| pair.split_once('='));
        let (column, _) = pairs.find(|(_, value)| is_it(value))?;
        Some((table, column.trim()))
    }

    #[test]
    fn what_a_parameter_is_written_to_is_read_off_the_statement() {
        let insert = "insert into person_token (tenant, token, person) values ($1, $2, $3)";
        assert_eq!(written_to(insert, 2), Some(("person_token", "token")));
        let update = "update person\nset nik_index = $1, name = $2\nwhere tenant = $3 and id = $4";
        assert_eq!(written_to(update, 1), Some(("person", "nik_index")));
        assert_eq!(written_to(update, 3), None);
        assert_eq!(written_to("select 1 from person where nik_index = $1", 1), None);
    }
}
