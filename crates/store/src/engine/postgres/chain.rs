//! By how many steps of the index key's chain a server goes, asked with the beginning of each
//! transaction; and columns written anew, a batch of rows at a time.

use futures_util::future::{OptionFuture, try_join};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Error, SimpleQueryMessage, Statement};

use super::{CHAIN_CLASS, PostgresLink, WRITER_CLASS};
use crate::catalogue::Kind;
use crate::engine::{CHAIN_NOW, Rewriting};
use crate::error::StoreError;
use crate::keys::{Going, Reached};
use crate::value::{Columns, Value, corrupt};

/// Rows that are read and written anew at once.
const ROWS_AT_ONCE: usize = 4_096;

/// How a reader's transaction begins, and what asks by how many steps the server goes: on its way
/// together with his first question.
#[derive(Clone)]
pub(super) struct Opening {
    pub(super) text: Box<str>,
    pub(super) asks: Option<(Statement, i64)>,
}

/// By how many steps the place goes, and a regency's register; and by which key the place came
/// there.
pub(super) type Told = (i64, i64, String);

/// Begins a reader's transaction.
pub(super) async fn open(client: &Client, opening: &Opening) -> Result<Option<Told>, Error> {
    let asked = opening.asks.as_ref().map(|(statement, tenant)| async move {
        let row = client.query_one(statement, &[tenant]).await?;
        Ok::<_, Error>((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?))
    });
    let asked = async { OptionFuture::from(asked).await.transpose() };
    Ok(try_join(client.batch_execute(&opening.text), asked).await?.1)
}

impl PostgresLink {
    /// Begins a writer's transaction. He says how far he goes, at most as far as his keys do: the
    /// audit log takes nothing that goes by others.
    pub(super) fn begin_writing(
        &mut self,
        begin: &str,
        tenant: i64,
        going: &Going,
    ) -> Result<(), StoreError> {
        let now = CHAIN_NOW.postgres.replace("$1", &tenant.to_string());
        // Digits of both systems, and nothing else.
        let says = going.words().map_or_else(
            || "coalesce(max(steps || ':' || newest), '0:')".to_owned(),
            |words| {
                let last = words.len() - 1;
                let words = words.join("', '");
                format!("(array['{words}'])[1 + least(coalesce(max(steps), 0), {last})]")
            },
        );
        let text = format!(
            "{begin}; {now}; select set_config('payung.index_steps', {says}, true) \
             from (select steps, newest from index_chain order by steps desc, tenant limit 1) as c"
        );
        let done = self.talk.wait(|client| client.simple_query(&text));
        let said = self.heard(done)?;
        let told = said.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) if row.len() == 3 => {
                let count = |at| row.get(at).and_then(|steps| steps.parse().ok());
                Some((count(0)?, count(1)?, row.get(2)?.to_owned()))
            }
            _ => None,
        });
        let told: Told = told.ok_or_else(|| corrupt("the chain of the index key"))?;
        self.hear_chain(Some(told))
    }

    /// Takes up what the server said of its chain, which comes with the beginning.
    pub(super) fn hear_chain(&mut self, told: Option<Told>) -> Result<(), StoreError> {
        let (Some(told), Some(going)) = (told, self.going.take()) else { return Ok(()) };
        let (place, own, newest) = told;
        let broken = |_| corrupt("the chain of the index key");
        let place = Reached { steps: place.try_into().map_err(broken)?, newest };
        going.hear(&place, own.try_into().map_err(broken)?)
    }

    /// Says how far what is written from now on goes.
    pub(in crate::engine) fn go_by(&mut self, reached: &Reached) -> Result<(), StoreError> {
        self.run("select set_config('payung.index_steps', $1, true)", &[reached.word().into()])?;
        Ok(())
    }

    /// Waits for whoever writes for a regency. A program of before the chain takes this turn alone,
    /// so it is taken after the lock that all share, in the order of those that take both.
    pub(in crate::engine) fn take_turn(&mut self, tenant: i64) -> Result<(), StoreError> {
        self.batch(&format!("select pg_advisory_xact_lock({WRITER_CLASS}, {tenant})"))
    }

    /// Begins a transaction beside which no other writes.
    pub(in crate::engine) fn begin_alone(&mut self) -> Result<(), StoreError> {
        self.foreseen.clear();
        (self.reads, self.going) = (false, None);
        self.batch(&format!(
            "begin isolation level read committed; select pg_advisory_xact_lock({CHAIN_CLASS}, 0)"
        ))
    }

    /// Rows are read from a state that does not change under the reading, and written by their key.
    pub(in crate::engine) fn rewrite(
        &mut self,
        rewriting: &Rewriting<'_>,
        tenant: i64,
    ) -> Result<u64, StoreError> {
        let table = rewriting.table;
        let mut read: Vec<&str> = rewriting.key.iter().map(|(name, _)| *name).collect();
        for column in &rewriting.columns {
            read.push(column.column.0);
            read.extend(column.by);
        }
        // Every row is found by its key; a plan that reads the table for each batch is ruinous.
        self.batch(&format!(
            "set local enable_seqscan = off; set local enable_hashjoin = off; \
             set local enable_mergejoin = off; \
             declare rewritten_{table} no scroll cursor for \
             select {} from {table} where tenant = {tenant}",
            read.join(", ")
        ))?;
        let fetch = format!("fetch {ROWS_AT_ONCE} from rewritten_{table}");
        let write = update_of(rewriting, tenant);
        let width = rewriting.key.len() + rewriting.columns.len();
        let mut all = 0;
        loop {
            let mut arrays: Vec<Vec<Value<'static>>> = vec![Vec::new(); width];
            let mut rows = 0_u64;
            self.each(&fetch, &[], &mut |mut row| {
                rows += 1;
                take_row(rewriting, &mut row, &mut arrays)
            })?;
            if rows == 0 {
                break;
            }
            let statement = self.prepare(&write)?;
            let arrays: Vec<&(dyn ToSql + Sync)> = arrays.iter().map(|array| array as _).collect();
            let done = self.talk.wait(|client| client.execute(&statement, &arrays));
            let written = self.heard(done)?;
            assert_eq!(written, rows, "every row of {table} is found by its key");
            all += rows;
        }
        self.batch(&format!(
            "close rewritten_{table}; set local enable_seqscan = on; \
             set local enable_hashjoin = on; set local enable_mergejoin = on"
        ))?;
        Ok(all)
    }
}

/// A row's key as it is, and its columns anew.
fn take_row(
    rewriting: &Rewriting<'_>,
    row: &mut Columns<'_>,
    arrays: &mut [Vec<Value<'static>>],
) -> Result<(), StoreError> {
    let (keys, news) = arrays.split_at_mut(rewriting.key.len());
    for key in keys {
        key.push(row.take_any()?);
    }
    for (column, new) in rewriting.columns.iter().zip(news) {
        let count = 1 + column.by.len();
        let old: Vec<Value<'static>> =
            (0..count).map(|_| row.take_any()).collect::<Result<_, _>>()?;
        new.push((column.anew)(&old)?);
    }
    Ok(())
}

/// Writes a batch by arrays, one for each column of the key and each that is written anew; their
/// types are those of the table.
fn update_of(rewriting: &Rewriting<'_>, tenant: i64) -> String {
    let Rewriting { table, key, columns } = rewriting;
    let all: Vec<(&str, Kind)> =
        key.iter().copied().chain(columns.iter().map(|column| column.column)).collect();
    let (found, set) = all.split_at(key.len());
    let found = found.iter().enumerate().map(|(at, (name, _))| format!("x.{name} = n.a{at}"));
    let set = set.iter().zip(key.len()..).map(|((name, _), at)| format!("{name} = n.a{at}"));
    let arrays = all.iter().zip(1..).map(|((_, kind), at)| format!("${at}::{}[]", of(*kind)));
    let names = (0..all.len()).map(|at| format!("a{at}"));
    let joined = |parts: Vec<String>, by: &str| parts.join(by);
    format!(
        "update {table} as x set {} from unnest({}) as n ({}) where x.tenant = {tenant} and {}",
        joined(set.collect(), ", "),
        joined(arrays.collect(), ", "),
        joined(names.collect(), ", "),
        joined(found.collect(), " and ")
    )
}

fn of(kind: Kind) -> &'static str {
    match kind {
        Kind::Integer => "bigint",
        Kind::Text => "text",
        Kind::Blob => "bytea",
    }
}
