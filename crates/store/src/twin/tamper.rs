//! Damage on purpose, as somebody does who has the file in hand: a bit of a stored value, or of the
//! file's bytes, turned over. Production never comes here.

use std::path::Path;

use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags, params_from_iter};

use crate::tables::{TABLES, Watch};

/// What was hit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
}

/// A source of numbers that a seed decides: SplitMix64.
pub struct Dice(pub u64);

impl Dice {
    /// A number below `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
}

/// Turns over one bit of one stored value of a register's file, past every trigger and constraint:
/// any table that is watched, any row, any column. None when another row was in the way.
///
/// # Panics
/// When the file is no sound register.
pub fn flip_value(file: &Path, dice: &mut Dice) -> Option<Hit> {
    let connection = open(file).expect("a sound register opens");
    connection
        .execute_batch("pragma foreign_keys = off; pragma ignore_check_constraints = on;")
        .expect("settings");
    let tables: Vec<&str> = watched().filter(|table| rows(&connection, table) > 0).collect();
    let table = tables[dice.below(tables.len() as u64) as usize];
    let (columns, key) = columns(&connection, table);
    let text = format!("select * from {table} order by {} limit 1 offset {{}}", key.join(", "));
    let offset = dice.below(rows(&connection, table));
    let row: Vec<Value> = connection
        .query_row(&text.replace("{}", &offset.to_string()), [], |row| {
            (0..columns.len()).map(|at| row.get(at)).collect()
        })
        .ok()?;
    let filled: Vec<usize> = (0..columns.len()).filter(|at| bits(&row[*at]) > 0).collect();
    let at = filled[dice.below(filled.len() as u64) as usize];
    let changed = flipped(&row[at], dice.below(bits(&row[at])));
    let column = &columns[at];
    let condition: Vec<String> =
        (2..).zip(&key).map(|(n, name)| format!("{name} = ?{n}")).collect();
    let kind = if matches!(row[at], Value::Text(_)) { "cast(?1 as text)" } else { "?1" };
    let text = format!("update {table} set {column} = {kind} where {}", condition.join(" and "));
    let place = |name: &String| columns.iter().position(|known| known == name);
    let keys = key.iter().map(|name| row[place(name).expect("a key is a column")].clone());
    let values: Vec<Value> = std::iter::once(changed).chain(keys).collect();
    past_triggers(&connection, table, |connection| {
        connection.execute(&text, params_from_iter(values)).is_ok_and(|count| count == 1)
    })
    .then(|| Hit { table: table.to_owned(), column: column.clone() })
}

/// Everything that a register's file says in watched tables and of its tables, as one digest; none
/// when the engine cannot read it.
pub fn all_it_says(file: &Path) -> Option<[u8; 32]> {
    let connection = open(file).ok()?;
    let mut hasher = blake3::Hasher::new();
    let mut all = |text: &str| -> rusqlite::Result<()> {
        let mut statement = connection.prepare(text)?;
        let width = statement.column_count();
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            for at in 0..width {
                hasher.update(format!("{:?};", row.get_ref(at)?).as_bytes());
            }
        }
        Ok(())
    };
    all("select type, name, tbl_name, sql from sqlite_schema order by 1, 2, 3").ok()?;
    for table in watched() {
        let (_, key) = columns(&connection, table);
        all(&format!("select * from {table} order by {}", key.join(", "))).ok()?;
    }
    Some(*hasher.finalize().as_bytes())
}

fn open(file: &Path) -> rusqlite::Result<Connection> {
    Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE)
}

fn watched() -> impl Iterator<Item = &'static str> {
    let is_here =
        |(name, watch): &&(&'static str, Watch)| *watch != Watch::Passing && *name != "nik_claim";
    TABLES.iter().filter(is_here).map(|(name, _)| *name)
}

fn rows(connection: &Connection, table: &str) -> u64 {
    let text = format!("select count(*) from {table}");
    connection.query_row(&text, [], |row| row.get::<_, i64>(0)).map_or(0, i64::unsigned_abs)
}

/// The columns of a table, and those of its key.
fn columns(connection: &Connection, table: &str) -> (Vec<String>, Vec<String>) {
    let read = || -> rusqlite::Result<Vec<(String, i64)>> {
        let mut statement = connection.prepare("select name, pk from pragma_table_info(?1)")?;
        let rows = statement.query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.collect()
    };
    let found = read().unwrap_or_default();
    let key = found.iter().filter(|(_, place)| *place > 0).map(|(name, _)| name.clone());
    (found.iter().map(|(name, _)| name.clone()).collect(), key.collect())
}

fn bits(value: &Value) -> u64 {
    match value {
        Value::Null | Value::Real(_) => 0,
        Value::Integer(_) => 64,
        Value::Text(text) => text.len() as u64 * 8,
        Value::Blob(bytes) => bytes.len() as u64 * 8,
    }
}

/// The value with one bit turned over; a text as bytes, which may be no text any more.
fn flipped(value: &Value, bit: u64) -> Value {
    let turned = |bytes: &[u8]| {
        let mut bytes = bytes.to_vec();
        bytes[(bit / 8) as usize] ^= 1 << (bit % 8);
        Value::Blob(bytes)
    };
    match value {
        Value::Integer(number) => Value::Integer(number ^ (1 << bit)),
        Value::Text(text) => turned(text.as_bytes()),
        Value::Blob(bytes) => turned(bytes),
        Value::Null | Value::Real(_) => value.clone(),
    }
}

/// Does something to a table while its triggers are away.
fn past_triggers(
    connection: &Connection,
    table: &str,
    work: impl FnOnce(&Connection) -> bool,
) -> bool {
    let triggers = || -> rusqlite::Result<Vec<(String, String)>> {
        let text = "select name, sql from sqlite_schema where type = 'trigger' and tbl_name = ?1";
        let mut statement = connection.prepare(text)?;
        let rows = statement.query_map([table], |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.collect()
    };
    let triggers = triggers().expect("a sound register lists its triggers");
    for (name, _) in &triggers {
        connection.execute_batch(&format!("drop trigger {name}")).expect("drops");
    }
    let done = work(connection);
    for (_, text) in &triggers {
        connection.execute_batch(text).expect("makes again what was there");
    }
    done
}
