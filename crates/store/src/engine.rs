//! One connection to a register, whatever the engine: run, ask, insert in bulk, begin and end.
//!
//! The two engines stand behind one small enum; no trait, because there will be no third.

mod postgres;
mod sqlite;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use crate::catalogue::Kind;
use crate::error::StoreError;
use crate::keys::{Going, Reached};
use crate::migrate;
use crate::sql::{Sql, sql, sql_twin};
use crate::value::{Columns, Value};

use self::postgres::PostgresLink;
use self::sqlite::SqliteLink;

/// What the migrations make of a file: the same for as long as the program runs.
static FRESH: OnceLock<BTreeSet<(String, String)>> = OnceLock::new();

static TABLE_COUNT: Sql = sql_twin!("table_count");
/// By how many steps of the index key's chain the place goes, and a regency's register.
static CHAIN_NOW: Sql = sql!("index_chain_now");

/// Where a register is.
#[derive(Clone)]
pub enum Location {
    /// The embedded default: `register.db` in this directory, which is made when absent.
    Directory(PathBuf),
    /// A PostgreSQL database, as `postgresql://user@host/database`.
    Url(String),
}

/// What a transaction is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    Write,
}

/// As what a connection is made: the work goes on as the application, whose role may do little;
/// only migrations come as somebody who may do more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Capacity {
    Application,
    Migrator,
}

/// What becomes of the rows of a table: columns that are written anew out of themselves and of
/// others, such as those of the key.
pub(crate) struct Rewriting<'r> {
    pub(crate) table: &'r str,
    /// The key, without the tenant.
    pub(crate) key: Vec<(&'r str, Kind)>,
    pub(crate) columns: Vec<Rewritten<'r>>,
}

/// A column that is written anew.
pub(crate) struct Rewritten<'r> {
    pub(crate) column: (&'r str, Kind),
    /// Columns that it follows from besides itself.
    pub(crate) by: &'r [&'r str],
    /// The new content out of the old, which comes first, and of those.
    pub(crate) anew: Arc<Anew>,
}

/// A content out of others.
pub(crate) type Anew =
    dyn for<'v> Fn(&[Value<'v>]) -> Result<Value<'static>, StoreError> + Send + Sync;

/// One connection.
pub(crate) enum Link {
    Sqlite(SqliteLink),
    Postgres(Box<PostgresLink>),
}

impl Link {
    pub(crate) fn open(
        location: &Location,
        access: Access,
        capacity: Capacity,
    ) -> Result<Link, StoreError> {
        match location {
            Location::Directory(directory) => sqlite::open(directory, access).map(Link::Sqlite),
            Location::Url(url) => {
                postgres::open(url, capacity).map(|link| Link::Postgres(Box::new(link)))
            }
        }
    }

    /// Begins a transaction for a regency, in which no index is asked for.
    pub(crate) fn begin(&mut self, access: Access, tenant: Option<i64>) -> Result<(), StoreError> {
        self.begin_going(access, tenant, &Arc::new(Going::new(None, Arc::default())))
    }

    /// Begins a transaction for a regency; `None` sees nothing where regencies share a server. It
    /// is told by how many steps of the chain it goes, by a server with its first answer.
    pub(crate) fn begin_going(
        &mut self,
        access: Access,
        tenant: Option<i64>,
        going: &Arc<Going>,
    ) -> Result<(), StoreError> {
        match self {
            Link::Sqlite(link) => {
                // A writer takes its turn at once: a reader that became one could be refused.
                let is_writer = access == Access::Write;
                link.batch(if is_writer { "begin immediate" } else { "begin" })?;
                let (place, own) = link.chain(CHAIN_NOW.sqlite, tenant.unwrap_or(0))?;
                going.hear(&place, own)?;
                link.go_by(&place);
                Ok(())
            }
            Link::Postgres(link) => link.begin(access, tenant, going),
        }
    }

    /// Begins a transaction beside which no other writes, of whatever regency.
    pub(crate) fn begin_alone(&mut self) -> Result<(), StoreError> {
        match self {
            Link::Sqlite(link) => link.batch("begin immediate"),
            Link::Postgres(link) => link.begin_alone(),
        }
    }

    /// Says how far what is written from now on goes; the log takes nothing else.
    pub(crate) fn go_by(&mut self, reached: &Reached) -> Result<(), StoreError> {
        match self {
            Link::Sqlite(link) => {
                link.go_by(reached);
                Ok(())
            }
            Link::Postgres(link) => link.go_by(reached),
        }
    }

    /// Waits for whoever writes for a regency, also by a program that knows of no chain, and keeps
    /// others from it; at a file there is nobody.
    pub(crate) fn take_turn(&mut self, tenant: i64) -> Result<(), StoreError> {
        match self {
            Link::Sqlite(_) => Ok(()),
            Link::Postgres(link) => link.take_turn(tenant),
        }
    }

    /// Goes on in the same transaction for another regency.
    pub(crate) fn turn_to(&mut self, tenant: i64) -> Result<(), StoreError> {
        match self {
            Link::Sqlite(_) => Ok(()),
            Link::Postgres(link) => link.batch(&format!("set local payung.tenant = '{tenant}'")),
        }
    }

    /// Writes columns of every row of a regency's table anew, each out of what the row holds; how
    /// many rows there were.
    pub(crate) fn rewrite(
        &mut self,
        rewriting: &Rewriting<'_>,
        tenant: i64,
    ) -> Result<u64, StoreError> {
        match self {
            Link::Sqlite(link) => link.rewrite(rewriting, tenant),
            Link::Postgres(link) => link.rewrite(rewriting, tenant),
        }
    }

    pub(crate) fn commit(&mut self) -> Result<(), StoreError> {
        self.batch("commit")
    }

    pub(crate) fn rollback(&mut self) -> Result<(), StoreError> {
        match self {
            Link::Sqlite(link) => link.batch("rollback"),
            Link::Postgres(link) => link.rollback(),
        }
    }

    /// Whether a transaction that was begun has reached nobody yet.
    pub(crate) fn is_unheard(&self) -> bool {
        match self {
            Link::Sqlite(_) => false,
            Link::Postgres(link) => link.is_unheard(),
        }
    }

    /// Notes that a question will be asked in this transaction: a server answers together what it
    /// is asked together. Whoever asks it later, with the same values, gets the answer at once.
    pub(crate) fn foresee(&mut self, sql: &Sql, values: &[Value<'_>]) {
        if let Link::Postgres(link) = self {
            link.foresee(sql.postgres, values);
        }
    }

    /// Leaves nothing, from now on, of what is taken out of a file; a server cleans up by itself.
    pub(crate) fn wipe_what_goes(&mut self) -> Result<(), StoreError> {
        match self {
            Link::Sqlite(link) => link.batch("pragma secure_delete = on"),
            Link::Postgres(_) => Ok(()),
        }
    }

    /// Writes a file's log back into it and empties the log, unless somebody reads; whether it is
    /// empty now.
    pub(crate) fn empty_log(&mut self) -> Result<bool, StoreError> {
        match self {
            Link::Sqlite(link) => link.empty_log(),
            Link::Postgres(_) => Ok(true),
        }
    }

    /// Runs statements without parameters.
    pub(crate) fn batch(&mut self, text: &str) -> Result<(), StoreError> {
        match self {
            Link::Sqlite(link) => link.batch(text),
            Link::Postgres(link) => link.batch(text),
        }
    }

    /// Sends a text to a table of this connection's own, past every log of a server.
    pub(crate) fn send_text(&mut self, table: &str, text: &str) -> Result<(), StoreError> {
        match self {
            // Nobody else hears what a program says to its own file.
            Link::Sqlite(_) => Err(StoreError::Forbidden),
            Link::Postgres(link) => link.send_text(table, text),
        }
    }

    /// Runs one statement; the number of rows it changed.
    pub(crate) fn run(&mut self, sql: &Sql, values: &[Value<'_>]) -> Result<u64, StoreError> {
        match self {
            Link::Sqlite(link) => link.run(sql.sqlite, values),
            Link::Postgres(link) => link.run(sql.postgres, values),
        }
    }

    /// Hands every row of the answer to `each`, one at a time.
    pub(crate) fn each(
        &mut self,
        sql: &Sql,
        values: &[Value<'_>],
        each: &mut dyn FnMut(Columns<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        match self {
            Link::Sqlite(link) => link.each(sql.sqlite, values, each),
            Link::Postgres(link) => link.each(sql.postgres, values, each),
        }
    }

    /// Hands every row of a statement's answer to `each`, whatever statement it is.
    pub(crate) fn each_of(
        &mut self,
        text: &str,
        values: &[Value<'_>],
        each: &mut dyn FnMut(Columns<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        match self {
            Link::Sqlite(link) => link.each(text, values, each),
            Link::Postgres(link) => link.each(text, values, each),
        }
    }

    /// Hands every row of the answer to `each`, the statement asked for many rows of values, given
    /// by their columns: of a server in one question, of a file row by row.
    pub(crate) fn each_of_many(
        &mut self,
        text: &str,
        columns: &[Vec<Value<'_>>],
        each: &mut dyn FnMut(Columns<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        match self {
            Link::Sqlite(link) => {
                for row in 0..columns.first().map_or(0, Vec::len) {
                    let values: Vec<Value<'_>> =
                        columns.iter().map(|column| column[row].clone()).collect();
                    link.each(text, &values, each)?;
                }
                Ok(())
            }
            Link::Postgres(link) => link.each_of_many(text, columns, each),
        }
    }

    /// How often a server was waited for; a file is asked without waiting for anybody.
    #[cfg(test)]
    pub(crate) fn round_trips(&self) -> Option<u64> {
        match self {
            Link::Sqlite(_) => None,
            Link::Postgres(link) => Some(link.round_trips()),
        }
    }

    /// Inserts many rows through `insert into t (columns) values ($1, …)`; how many.
    pub(crate) fn insert<'v, const N: usize>(
        &mut self,
        sql: &Sql,
        rows: impl Iterator<Item = [Value<'v>; N]>,
    ) -> Result<u64, StoreError> {
        match self {
            Link::Sqlite(link) => link.insert(sql.sqlite, rows),
            Link::Postgres(link) => link.insert(sql.postgres, rows),
        }
    }

    /// The rows of an answer to a text that the program made of the catalogue's own names.
    pub(crate) fn ask(
        &mut self,
        text: &str,
        values: &[Value<'_>],
        each: &mut dyn FnMut(Columns<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        match self {
            Link::Sqlite(link) => link.each(text, values, each),
            Link::Postgres(link) => link.each(text, values, each),
        }
    }

    /// Runs a text that the program made of the catalogue's own names.
    pub(crate) fn run_of(&mut self, text: &str, values: &[Value<'_>]) -> Result<u64, StoreError> {
        match self {
            Link::Sqlite(link) => link.run(text, values),
            Link::Postgres(link) => link.run(text, values),
        }
    }

    /// Inserts rows of a table that is known by the catalogue only; how many.
    pub(crate) fn put<'v>(
        &mut self,
        text: &str,
        rows: impl Iterator<Item = Vec<Value<'v>>>,
    ) -> Result<u64, StoreError> {
        match self {
            Link::Sqlite(link) => link.insert(text, rows),
            Link::Postgres(link) => link.insert(text, rows),
        }
    }

    /// Whether the register has a table of this name.
    pub(crate) fn has_table(&mut self, name: &str) -> Result<bool, StoreError> {
        let mut found = 0_i64;
        self.each(&TABLE_COUNT, &[Value::from(name)], &mut |mut columns| {
            found = columns.take()?;
            Ok(())
        })?;
        Ok(found > 0)
    }

    /// The migrations' text in this engine's words.
    pub(crate) fn dialect<'t>(&self, pair: (&'t str, &'t str)) -> &'t str {
        match self {
            Link::Sqlite(_) => pair.0,
            Link::Postgres(_) => pair.1,
        }
    }

    /// What the engine finds wrong with its own file, first of all; a server keeps watch itself.
    pub(crate) fn integrity(&mut self) -> Result<Option<String>, StoreError> {
        match self {
            Link::Sqlite(link) => link.integrity(),
            Link::Postgres(_) => Ok(None),
        }
    }

    /// The first table, index or trigger of a file that no migration of ours made so.
    pub(crate) fn foreign_schema(&mut self) -> Result<Option<String>, StoreError> {
        let Link::Sqlite(link) = self else { return Ok(None) };
        let found = link.schema()?;
        let expected = match FRESH.get() {
            Some(known) => known,
            None => {
                let mut fresh = Link::Sqlite(sqlite::in_memory()?);
                migrate::migrate(&mut fresh)?;
                let Link::Sqlite(mut fresh) = fresh else { return Ok(None) };
                let schema = fresh.schema()?;
                FRESH.get_or_init(|| schema)
            }
        };
        let differing = found.symmetric_difference(expected).next();
        Ok(differing.map(|(name, _)| name.clone()))
    }

    /// Whether the engine understands a statement.
    #[cfg(test)]
    pub(crate) fn check(&mut self, text: &str) -> Result<(), StoreError> {
        match self {
            Link::Sqlite(link) => link.check(text),
            Link::Postgres(link) => link.check(text),
        }
    }

    /// The types of a statement's parameters, which only PostgreSQL knows.
    #[cfg(test)]
    pub(crate) fn parameters(&mut self, text: &str) -> Result<Vec<String>, StoreError> {
        match self {
            Link::Sqlite(_) => Ok(Vec::new()),
            Link::Postgres(link) => link.parameters(text),
        }
    }

    /// The steps of SQLite's plan for a statement.
    #[cfg(test)]
    pub(crate) fn plan(&mut self, text: &str) -> Vec<String> {
        match self {
            Link::Sqlite(link) => link.plan(text),
            Link::Postgres(_) => Vec::new(),
        }
    }

    /// Whether this is PostgreSQL, whose column types have other names.
    pub(crate) fn is_postgres(&self) -> bool {
        matches!(self, Link::Postgres(_))
    }
}
