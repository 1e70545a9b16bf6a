//! SQLite: one file, write-ahead log, every commit on the disk before it is acknowledged.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::{Arc, Mutex};

use rusqlite::config::DbConfig;
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, Statement};

use super::{Access, Rewriting, Rewritten};
use crate::error::StoreError;
use crate::keys::Reached;
use crate::migrate;
use crate::pool::locked;
use crate::value::{Columns, RowRef, Value};

/// How long a writer of another process is waited for.
const BUSY_TIMEOUT_MS: u64 = 5_000;

/// Statements kept prepared; there are fewer.
const STATEMENTS_KEPT: usize = 256;

/// The function that the audit log asks how far in the index key's chain its writer goes: a program
/// that does not know of the chain has no such function, and writes nothing.
const STEPS: &str = "payung_index_steps";

pub(crate) struct SqliteLink {
    connection: Connection,
    /// How far in the chain what is written goes, in the log's words.
    reached: Arc<Mutex<String>>,
    /// Whether the file has a chain, once it was seen.
    has_chain: bool,
}

pub(super) fn open(directory: &Path, access: Access) -> Result<SqliteLink, StoreError> {
    let file = directory.join("register.db");
    make_private(directory, &file)
        .map_err(|error| StoreError::Unavailable { cause: error.kind().to_string().into() })?;
    let connection = Connection::open(file).map_err(translate)?;
    connection
        .busy_timeout(std::time::Duration::from_millis(BUSY_TIMEOUT_MS))
        .map_err(translate)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    // A plan may not depend on what is bound: a kept statement would be planned anew at each use.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(translate)?;
    connection
        .execute_batch(
            "pragma journal_mode = wal;
             pragma synchronous = full;
             pragma foreign_keys = on;
             pragma temp_store = memory;
             pragma mmap_size = 0;
             pragma journal_size_limit = 67108864;",
        )
        .map_err(translate)?;
    // A writer touches random pages of several indexes: with too small a cache it would write
    // the same page to the log again and again.
    let access_settings = match access {
        Access::Write => "pragma cache_size = -131072;",
        Access::Read => "pragma cache_size = -32768; pragma query_only = on;",
    };
    connection.execute_batch(access_settings).map_err(translate)?;
    link_over(connection)
}

fn link_over(connection: Connection) -> Result<SqliteLink, StoreError> {
    let reached = Arc::new(Mutex::new(Reached::default().word()));
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_INNOCUOUS;
    let told = Arc::clone(&reached);
    connection
        .create_scalar_function(STEPS, 0, flags, move |_| Ok(locked(&told).clone()))
        .map_err(translate)?;
    Ok(SqliteLink { connection, reached, has_chain: false })
}

/// A register that is gone when it is dropped: what a schema is compared with.
pub(super) fn in_memory() -> Result<SqliteLink, StoreError> {
    link_over(Connection::open_in_memory().map_err(translate)?)
}

impl SqliteLink {
    /// The first complaint of SQLite's own check, of pages, indexes, constraints and keys.
    pub(super) fn integrity(&mut self) -> Result<Option<String>, StoreError> {
        let read = |row: &rusqlite::Row<'_>| row.get::<_, String>(0);
        let said = self.connection.query_row("pragma integrity_check(1)", [], read);
        let said = said.map_err(translate)?;
        if said != "ok" {
            return Ok(Some(said));
        }
        let orphan = self.connection.query_row("pragma foreign_key_check", [], read);
        match orphan {
            Ok(table) => Ok(Some(format!("foreign key of {table}"))),
            Err(rusqlite::Error::QueryReturnedNoRows) => Ok(None),
            Err(error) => Err(translate(error)),
        }
    }

    /// Every table, index and trigger, by name, with its text and as what all of that is kept:
    /// bytes in the place of a text read the same.
    pub(super) fn schema(&mut self) -> Result<BTreeSet<(String, String)>, StoreError> {
        let text = "select type || ' ' || name || ' on ' || tbl_name, \
                    typeof(type) || typeof(name) || typeof(tbl_name) || typeof(sql) \
                    || coalesce(sql, '') from sqlite_schema";
        let mut statement = self.connection.prepare(text).map_err(translate)?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
        rows.map_err(translate)?.collect::<Result<_, _>>().map_err(translate)
    }

    /// How far in the chain the file goes, and by how many steps a regency's register in it; none
    /// before the migration that brings the chain.
    pub(super) fn chain(&mut self, text: &str, tenant: i64) -> Result<(Reached, u32), StoreError> {
        if !self.has_chain {
            let text = "select exists (select 1 from sqlite_schema where name = 'index_chain')";
            let found = self
                .connection
                .prepare_cached(text)
                .and_then(|mut statement| statement.query_row([], |row| row.get::<_, bool>(0)));
            self.has_chain = found.map_err(translate)?;
        }
        if !self.has_chain {
            return Ok((Reached::default(), 0));
        }
        let mut statement = self.connection.prepare_cached(text).map_err(translate)?;
        let told = statement.query_row([tenant], |row| {
            let place = Reached { steps: row.get(0)?, newest: row.get(2)? };
            Ok((place, row.get(1)?))
        });
        told.map_err(translate)
    }

    /// Says how far what is written from now on goes.
    pub(super) fn go_by(&mut self, reached: &Reached) {
        *locked(&self.reached) = reached.word();
    }

    /// Writes the log back into the file and empties it; whether nobody was in the way.
    pub(super) fn empty_log(&mut self) -> Result<bool, StoreError> {
        let text = "pragma wal_checkpoint(truncate)";
        let blocked = self.connection.query_row(text, [], |row| row.get::<_, i64>(0));
        let blocked = blocked.map_err(translate)?;
        self.batch("pragma secure_delete = off")?;
        Ok(blocked == 0)
    }

    /// One statement, which calls back for each row.
    pub(super) fn rewrite(
        &mut self,
        rewriting: &Rewriting<'_>,
        tenant: i64,
    ) -> Result<u64, StoreError> {
        let mut assignments = Vec::new();
        for (at, column) in rewriting.columns.iter().enumerate() {
            let arguments: Vec<&str> =
                std::iter::once(column.column.0).chain(column.by.iter().copied()).collect();
            self.teach(at, column, arguments.len())?;
            let arguments = arguments.join(", ");
            assignments.push(format!("{} = {}({arguments})", column.column.0, anew_name(at)));
        }
        let table = rewriting.table;
        let text = format!("update {table} set {} where tenant = ?1", assignments.join(", "));
        let done = self.connection.execute(&text, [tenant]).map_err(translate);
        for (at, column) in rewriting.columns.iter().enumerate() {
            let count = 1 + column.by.len() as i32;
            self.connection.remove_function(anew_name(at).as_str(), count).map_err(translate)?;
        }
        done.map(|count| count as u64)
    }

    fn teach(&self, at: usize, column: &Rewritten<'_>, count: usize) -> Result<(), StoreError> {
        let anew = Arc::clone(&column.anew);
        let call = move |context: &mut Context<'_>| {
            let values: Vec<Value<'_>> =
                (0..count).map(|at| value_of(context.get_raw(at))).collect::<Result<_, _>>()?;
            let failed = |error| rusqlite::Error::UserFunctionError(Box::new(error));
            anew(&values).map_err(failed)
        };
        let flags = FunctionFlags::SQLITE_UTF8;
        self.connection
            .create_scalar_function(anew_name(at).as_str(), count as i32, flags, call)
            .map_err(translate)
    }

    pub(super) fn batch(&mut self, text: &str) -> Result<(), StoreError> {
        self.connection.execute_batch(text).map_err(translate)
    }

    #[cfg(test)]
    pub(super) fn check(&mut self, text: &str) -> Result<(), StoreError> {
        self.connection.prepare(text).map(|_| ()).map_err(translate)
    }

    #[cfg(test)]
    pub(super) fn plan(&mut self, text: &str) -> Vec<String> {
        let explain = format!("explain query plan {text}");
        let mut statement = self.connection.prepare(&explain).expect("a good statement");
        let mut rows = statement.raw_query();
        let mut steps = Vec::new();
        while let Some(row) = rows.next().expect("a step") {
            steps.push(row.get(3).expect("its text"));
        }
        steps
    }

    pub(super) fn run(&mut self, text: &str, values: &[Value<'_>]) -> Result<u64, StoreError> {
        let mut statement = self.connection.prepare_cached(text).map_err(translate)?;
        bind(&mut statement, values)?;
        statement.raw_execute().map(|changed| changed as u64).map_err(translate)
    }

    pub(super) fn each(
        &mut self,
        text: &str,
        values: &[Value<'_>],
        each: &mut dyn FnMut(Columns<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut statement = self.connection.prepare_cached(text).map_err(translate)?;
        bind(&mut statement, values)?;
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().map_err(translate)? {
            each(Columns::new(RowRef::Sqlite(row)))?;
        }
        Ok(())
    }

    pub(super) fn insert<'v, R: AsRef<[Value<'v>]>>(
        &mut self,
        text: &str,
        rows: impl Iterator<Item = R>,
    ) -> Result<u64, StoreError> {
        let mut statement = self.connection.prepare_cached(text).map_err(translate)?;
        let mut count = 0;
        for row in rows {
            bind(&mut statement, row.as_ref())?;
            statement.raw_execute().map_err(translate)?;
            count += 1;
        }
        Ok(count)
    }
}

fn bind(statement: &mut Statement<'_>, values: &[Value<'_>]) -> Result<(), StoreError> {
    assert_eq!(statement.parameter_count(), values.len(), "a value for every placeholder");
    for (index, value) in values.iter().enumerate() {
        statement.raw_bind_parameter(index + 1, value).map_err(translate)?;
    }
    Ok(())
}

impl rusqlite::ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Integer(number) => ValueRef::Integer(*number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// The function that makes the contents of a column anew.
fn anew_name(at: usize) -> String {
    format!("payung_anew_{at}")
}

fn value_of(raw: ValueRef<'_>) -> rusqlite::Result<Value<'_>> {
    let unlike = || rusqlite::Error::InvalidColumnType(0, String::new(), raw.data_type());
    Ok(match raw {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Blob(bytes) => Value::Blob(bytes.into()),
        ValueRef::Text(text) => {
            Value::Text(std::str::from_utf8(text).map_err(|_| unlike())?.into())
        }
        ValueRef::Real(_) => return Err(unlike()),
    })
}

fn translate(error: rusqlite::Error) -> StoreError {
    // A text that is none can only come from a damaged file.
    if let rusqlite::Error::FromSqlConversionFailure(..) | rusqlite::Error::Utf8Error(..) = error {
        return StoreError::Corrupt { what: "a text".into() };
    }
    let rusqlite::Error::SqliteFailure(failure, message) = error else {
        return StoreError::Statement { message: error.to_string().into() };
    };
    let message = message.unwrap_or_default();
    match failure.code {
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreError::Busy,
        ErrorCode::ConstraintViolation => {
            StoreError::ConstraintViolated { name: constraint_name(&message) }
        }
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => {
            StoreError::Corrupt { what: "the database file".into() }
        }
        ErrorCode::Unknown => StoreError::Statement { message: message.into() },
        // Disk full, read-only medium, no permission: the message names no values.
        _ => StoreError::Unavailable { cause: failure.to_string().into() },
    }
}

/// The name in "CHECK constraint failed: NAME", "UNIQUE constraint failed: t.a, t.b", or what a
/// trigger raised.
fn constraint_name(message: &str) -> Box<str> {
    match message.split_once(" constraint failed") {
        Some(("FOREIGN KEY", _)) => "foreign_key".into(),
        Some(("UNIQUE", rest)) => {
            let columns = rest.trim_start_matches(": ");
            migrate::unique_constraint_of(columns).unwrap_or(columns).into()
        }
        Some((_, rest)) => rest.trim_start_matches(": ").into(),
        None => message.into(),
    }
}

/// Makes what is not there yet, for nobody but its owner: it will hold identity. The files SQLite
/// puts beside the register take its permissions.
fn make_private(directory: &Path, file: &Path) -> std::io::Result<()> {
    private::directory().recursive(true).create(directory)?;
    match private::file().write(true).create_new(true).open(file) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

#[cfg(unix)]
mod private {
    use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};

    pub(super) fn directory() -> std::fs::DirBuilder {
        let mut builder = std::fs::DirBuilder::new();
        builder.mode(0o700);
        builder
    }

    pub(super) fn file() -> std::fs::OpenOptions {
        let mut options = std::fs::OpenOptions::new();
        options.mode(0o600);
        options
    }
}

#[cfg(not(unix))]
mod private {
    pub(super) fn directory() -> std::fs::DirBuilder {
        std::fs::DirBuilder::new()
    }

    pub(super) fn file() -> std::fs::OpenOptions {
        std::fs::OpenOptions::new()
    }
}
