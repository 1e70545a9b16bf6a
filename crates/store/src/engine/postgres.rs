//! PostgreSQL 15 or later; bulk inserts by arrays, a column each.
//!
//! COPY would be faster still, but a server refuses it on tables that keep regencies apart. A
//! reader begins with its first question, in the same round trip, and its end is not waited for;
//! questions that are foreseen are asked as one.

use std::collections::HashMap;
use std::error::Error;
use std::pin::pin;
use std::sync::Arc;

use bytes::BytesMut;
use futures_util::StreamExt;
use futures_util::future::{OptionFuture, try_join};
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Row, Statement};

use super::{Access, CHAIN_NOW, Capacity};
use crate::error::StoreError;
use crate::keys::Going;
use crate::value::{Columns, RowRef, Value};

mod address;
mod chain;
mod many;
mod rows;
mod talk;
mod together;

use self::chain::{Opening, Told};
use self::talk::Talk;

/// Rows of an answer that are taken up at once.
const ROWS_AT_ONCE: usize = 512;

/// Rows in one insert after which the planner must count the table anew at once: the server's own
/// round comes a minute later, and plans for an empty table are ruinous until then.
const COUNT_ANEW_MIN: u64 = 5_000;

/// Rows sent in one statement of a bulk insert: some hundred kilobytes.
const BATCH_ROWS: usize = 4_096;

/// Advisory locks of this class belong to the writers of regencies.
const WRITER_CLASS: i32 = 7299;

/// The lock that all writers share, and whoever brings the chain of index keys on has alone.
const CHAIN_CLASS: i32 = 7301;

/// What a connection waits for at most: a statement's end, a lock held by another, and the program
/// itself in the middle of a transaction (it may be comparing a million people).
const LIMITS: &str = "set statement_timeout = '10min'; set lock_timeout = '30s';
    set idle_in_transaction_session_timeout = '10min'; set client_min_messages = error;";

/// What the role of a connection could do past every policy.
const TOO_STRONG: &str = "select case
        when r.rolsuper then 'superuser'
        when r.rolbypassrls then 'bypassrls'
        when exists (
            select from pg_class as c
            where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
                and pg_has_role(current_user, c.relowner, 'member')
        ) then 'owner'
    end,
    to_regclass('public.index_chain') is not null,
    coalesce(has_table_privilege(to_regclass('public.index_chain'), 'select'), false)
    from pg_roles as r
    where r.rolname = current_user";

pub(crate) struct PostgresLink {
    talk: Talk,
    prepared: HashMap<Box<str>, Statement>,
    /// Questions that were asked as one, and the statement that asks them.
    together: Vec<(Vec<&'static str>, Statement)>,
    /// How the transaction begins, until its first question takes it along.
    opening: Option<Opening>,
    /// Whether the transaction only reads.
    reads: bool,
    /// Whether something went wrong on the way: nobody uses it any more.
    lost: bool,
    /// Whether the server has a chain of index keys, once it was seen, and this role may see it.
    has_chain: bool,
    sees_chain: bool,
    /// How the transaction goes, until the server has said by how many steps of the chain.
    going: Option<Arc<Going>>,
    foreseen: Vec<Foreseen>,
}

/// A question that will be asked, and its answer once it is here.
struct Foreseen {
    text: &'static str,
    values: Vec<Value<'static>>,
    /// The row that holds it, and in which of its columns.
    answer: Option<(Arc<Row>, usize)>,
}

pub(super) fn open(url: &str, capacity: Capacity) -> Result<PostgresLink, StoreError> {
    let mut link = PostgresLink {
        talk: address::connect(url)?,
        prepared: HashMap::new(),
        together: Vec::new(),
        opening: None,
        reads: false,
        lost: false,
        has_chain: false,
        sees_chain: false,
        going: None,
        foreseen: Vec::new(),
    };
    link.batch(LIMITS)?;
    match link.about_role()? {
        Some(why) if capacity == Capacity::Application => {
            Err(StoreError::RoleTooStrong { why: why.into() })
        }
        _ => Ok(link),
    }
}

impl PostgresLink {
    pub(super) fn batch(&mut self, text: &str) -> Result<(), StoreError> {
        if let Some(opening) = self.opening.clone() {
            let done = self.talk.wait(|client| chain::open(client, &opening));
            let told = self.heard(done)?;
            self.hear_chain(told)?;
        }
        let done = self.talk.wait(|client| client.batch_execute(text));
        self.heard(done)
    }

    #[cfg(test)]
    pub(super) fn check(&mut self, text: &str) -> Result<(), StoreError> {
        self.talk.wait(|client| client.prepare(text)).map(|_| ()).map_err(translate)
    }

    #[cfg(test)]
    pub(super) fn parameters(&mut self, text: &str) -> Result<Vec<String>, StoreError> {
        let statement = self.prepare(text)?;
        Ok(statement.params().iter().map(|ty| ty.name().to_owned()).collect())
    }

    /// A writer takes its regency's turn before its first statement looks at anything: from there
    /// on nobody else changes what it sees, and no commit can be refused for what others did. A
    /// reader keeps one state, from its first question on. Without a regency nothing is seen.
    pub(super) fn begin(
        &mut self,
        access: Access,
        tenant: Option<i64>,
        going: &Arc<Going>,
    ) -> Result<(), StoreError> {
        self.foreseen.clear();
        self.reads = access == Access::Read;
        self.going = None;
        // The server may have been migrated while this connection was open.
        if tenant.is_some() && !self.has_chain {
            self.about_role()?;
        }
        let begin = match access {
            Access::Write => "begin isolation level read committed",
            Access::Read => "begin isolation level repeatable read read only",
        };
        let mut text = begin.to_owned();
        if let Some(tenant) = tenant {
            text += &format!("; set local payung.tenant = '{tenant}'");
            if access == Access::Write {
                text += &format!(
                    "; select pg_advisory_xact_lock_shared({CHAIN_CLASS}, 0); \
                     select pg_advisory_xact_lock({WRITER_CLASS}, {tenant})"
                );
            }
        }
        // A role that only looks finds nobody by an index.
        if self.has_chain && !self.sees_chain && going.has_keys() {
            return Err(StoreError::Forbidden);
        }
        let asks = tenant.filter(|_| self.sees_chain);
        self.going = asks.map(|_| Arc::clone(going));
        match (access, asks) {
            (Access::Write, None) => self.batch(&text),
            (Access::Write, Some(tenant)) => self.begin_writing(&text, tenant, going),
            (Access::Read, asks) => {
                let asks = match asks {
                    Some(tenant) => Some((self.prepare(CHAIN_NOW.postgres)?, tenant)),
                    None => None,
                };
                self.opening = Some(Opening { text: text.into(), asks });
                Ok(())
            }
        }
    }

    /// Whether the transaction has begun in name only: the server has not answered anything yet.
    pub(super) fn is_unheard(&self) -> bool {
        self.opening.is_some()
    }

    /// Undoes the transaction; of a reader's end the server is told, and not asked.
    pub(super) fn rollback(&mut self) -> Result<(), StoreError> {
        self.foreseen.clear();
        match (self.lost, self.opening.take(), self.reads) {
            (true, _, _) => Err(StoreError::Unavailable { cause: "connection lost".into() }),
            (false, Some(_), _) => Ok(()),
            (false, None, false) => self.batch("rollback"),
            (false, None, true) => {
                let said = self.talk.say(|client| client.batch_execute("rollback"));
                self.heard(said)
            }
        }
    }

    /// Takes up what came of a question; with the first answer the transaction has begun.
    fn heard<T>(&mut self, answer: Result<T, tokio_postgres::Error>) -> Result<T, StoreError> {
        let answer = answer.map_err(translate);
        match &answer {
            Err(StoreError::Unavailable { .. }) => self.lost = true,
            _ => self.opening = None,
        }
        answer
    }

    pub(super) fn run(&mut self, text: &str, values: &[Value<'_>]) -> Result<u64, StoreError> {
        let statement = self.prepare(text)?;
        let values = references(values);
        let opening = self.opening.clone();
        let done = self.talk.wait(|client| {
            let opened = opening.as_ref().map(|opening| chain::open(client, opening));
            try_join(opened_first(opened), client.execute(&statement, &values))
        });
        let (opened, count) = self.heard(done)?;
        self.hear_chain(opened)?;
        Ok(count)
    }

    /// Notes that a question will be asked, so that its answer is here by then.
    pub(super) fn foresee(&mut self, text: &'static str, values: &[Value<'_>]) {
        // What a writer asks may be another answer by the time that he asks it.
        let is_it = |seen: &Foreseen| seen.text == text && seen.values == values;
        if self.reads && !self.foreseen.iter().any(is_it) {
            let values = values.iter().map(Value::owned).collect();
            self.foreseen.push(Foreseen { text, values, answer: None });
        }
    }

    pub(super) fn each(
        &mut self,
        text: &str,
        values: &[Value<'_>],
        each: &mut dyn FnMut(Columns<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        if let Some((answer, question)) = self.known(text, values)? {
            return together::each(&answer, question, each);
        }
        let statement = self.prepare(text)?;
        let values = references(values);
        let opening = self.opening.clone();
        let done = self.talk.wait(|client| {
            let opened = opening.as_ref().map(|opening| chain::open(client, opening));
            try_join(opened_first(opened), client.query_raw(&statement, values))
        });
        let (opened, rows) = self.heard(done)?;
        // Rows are taken up while the server sends; they are handed on between two waits, because
        // whoever takes them may talk to another server.
        let mut rows = pin!(rows.ready_chunks(ROWS_AT_ONCE));
        self.hear_chain(opened)?;
        loop {
            let chunk = self.talk.wait(|_| async { Ok(rows.next().await) });
            let Some(chunk) = self.heard(chunk)? else { return Ok(()) };
            for row in chunk {
                let row = self.heard(row)?;
                each(Columns::new(RowRef::Postgres(&row)))?;
            }
        }
    }

    /// Hands every row of the answer to `each`; the statement is asked once for all rows of values,
    /// which are given by their columns.
    pub(super) fn each_of_many(
        &mut self,
        text: &str,
        columns: &[Vec<Value<'_>>],
        each: &mut dyn FnMut(Columns<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let types = self.prepare(text)?.params().to_vec();
        let statement = self.prepare(&many::by_arrays(text, &types))?;
        let arrays: Vec<_> = columns.iter().map(|column| column as &(dyn ToSql + Sync)).collect();
        let rows = self.talk.wait(|client| client.query(&statement, &arrays));
        for row in self.heard(rows)? {
            each(Columns::new(RowRef::Postgres(&row)))?;
        }
        Ok(())
    }

    /// How often the server was waited for.
    #[cfg(test)]
    pub(super) fn round_trips(&self) -> u64 {
        self.talk.waits
    }

    /// The answer to a question that was foreseen; all that were foreseen are asked with the first.
    fn known(
        &mut self,
        text: &str,
        values: &[Value<'_>],
    ) -> Result<Option<(Arc<Row>, usize)>, StoreError> {
        let is_it = |seen: &Foreseen| seen.text == text && seen.values == values;
        let Some(at) = self.foreseen.iter().position(is_it) else { return Ok(None) };
        if self.foreseen[at].answer.is_none() {
            self.ask_all()?;
        }
        Ok(self.foreseen[at].answer.clone())
    }

    fn ask_all(&mut self) -> Result<(), StoreError> {
        let mut foreseen = std::mem::take(&mut self.foreseen);
        let mut open: Vec<&mut Foreseen> =
            foreseen.iter_mut().filter(|seen| seen.answer.is_none()).collect();
        let statement = self.prepare_together(&open)?;
        let values: Vec<_> = open.iter().flat_map(|seen| references(&seen.values)).collect();
        let opening = self.opening.clone();
        let done = self.talk.wait(|client| {
            let opened = opening.as_ref().map(|opening| chain::open(client, opening));
            try_join(opened_first(opened), client.query_one(&statement, &values))
        });
        let (opened, answer) = self.heard(done)?;
        self.hear_chain(opened)?;
        let answer = Arc::new(answer);
        for (question, seen) in open.iter_mut().enumerate() {
            seen.answer = Some((Arc::clone(&answer), question));
        }
        self.foreseen = foreseen;
        Ok(())
    }

    fn prepare_together(&mut self, asked: &[&mut Foreseen]) -> Result<Statement, StoreError> {
        let are_these =
            |texts: &[&str]| texts.iter().copied().eq(asked.iter().map(|seen| seen.text));
        if let Some((_, statement)) = self.together.iter().find(|(texts, _)| are_these(texts)) {
            return Ok(statement.clone());
        }
        let text = together::text(asked.iter().map(|seen| (seen.text, seen.values.len())));
        let statement = self.prepare(&text)?;
        self.together.push((asked.iter().map(|seen| seen.text).collect(), statement.clone()));
        Ok(statement)
    }

    pub(super) fn insert<'v, R: IntoIterator<Item = Value<'v>>>(
        &mut self,
        text: &str,
        rows: impl Iterator<Item = R>,
    ) -> Result<u64, StoreError> {
        let types = self.prepare(text)?.params().to_vec();
        let bulk = self.prepare(&by_arrays(text, &types))?;
        let mut columns: Vec<Vec<Value<'v>>> = types.iter().map(|_| Vec::new()).collect();
        let (mut rows, mut count) = (rows.fuse(), 0);
        loop {
            let mut filled = 0;
            for row in rows.by_ref().take(BATCH_ROWS) {
                columns.iter_mut().zip(row).for_each(|(column, value)| column.push(value));
                filled += 1;
            }
            if filled == 0 {
                break;
            }
            let arrays: Vec<_> =
                columns.iter().map(|column| column as &(dyn ToSql + Sync)).collect();
            let done = self.talk.wait(|client| client.execute(&bulk, &arrays));
            count += self.heard(done)?;
            columns.iter_mut().for_each(Vec::clear);
        }
        if count >= COUNT_ANEW_MIN {
            self.run("select payung_count_anew($1)", &[Value::from(target_table(text))])?;
        }
        Ok(count)
    }

    fn prepare(&mut self, text: &str) -> Result<Statement, StoreError> {
        if let Some(statement) = self.prepared.get(text) {
            return Ok(statement.clone());
        }
        // Before the transaction begins, when it has not yet.
        let statement = self.talk.wait(|client| client.prepare(text)).map_err(translate);
        self.lost |= matches!(statement, Err(StoreError::Unavailable { .. }));
        let statement = statement?;
        self.prepared.insert(text.into(), statement.clone());
        Ok(statement)
    }

    /// What the role could do past every policy; and what it sees of the chain of index keys.
    fn about_role(&mut self) -> Result<Option<String>, StoreError> {
        let row = self.talk.wait(|client| client.query_one(TOO_STRONG, &[]));
        let row = self.heard(row)?;
        (self.has_chain, self.sees_chain) = (row.get(1), row.get(2));
        Ok(row.get(0))
    }
}

fn references<'r>(values: &'r [Value<'_>]) -> Vec<&'r (dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

/// A beginning that may be behind us.
async fn opened_first(
    opened: Option<impl Future<Output = Result<Option<Told>, tokio_postgres::Error>>>,
) -> Result<Option<Told>, tokio_postgres::Error> {
    Ok(OptionFuture::from(opened).await.transpose()?.flatten())
}

/// `insert into t (a, b) values ($1, $2)` as an insert of whole columns, each an array.
fn by_arrays(insert: &str, types: &[Type]) -> String {
    let (_, values) = insert.split_once("values").expect("bulk statements are plain inserts");
    // What is to be done about rows that stand already follows the values.
    let rest = values.split_once(')').map_or("", |(_, rest)| rest.trim_end());
    format!("insert into {} select * from {}{rest}", target(insert), many::unnested(types))
}

fn target_table(insert: &str) -> &str {
    target(insert).split(' ').next().expect("a text has a first word")
}

/// `t (a, b)` of a plain insert.
fn target(insert: &str) -> &str {
    let (head, _) = insert.split_once("values").expect("bulk statements are plain inserts");
    head.trim().strip_prefix("insert into ").expect("bulk statements are inserts")
}

impl ToSql for Value<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Value::Null => Ok(IsNull::Yes),
            Value::Integer(number) if *ty == Type::INT8 => number.to_sql(ty, out),
            Value::Integer(_) => Err(format!("an integer for a {ty}").into()),
            Value::Text(text) => text.as_ref().to_sql(ty, out),
            Value::Blob(bytes) => bytes.as_ref().to_sql(ty, out),
        }
    }

    fn accepts(ty: &Type) -> bool {
        matches!(*ty, Type::INT8 | Type::TEXT | Type::BYTEA)
    }

    to_sql_checked!();
}

/// What the server's refusal means. No message is passed on that could quote a value, or tell of
/// another regency's rows: unique and foreign keys are asked about without a policy.
fn translate(error: tokio_postgres::Error) -> StoreError {
    let Some(failure) = error.as_db_error() else {
        return StoreError::Unavailable { cause: told(&error).into() };
    };
    let code = failure.code();
    if let Some(name) = failure.constraint() {
        return StoreError::ConstraintViolated { name: without_month(name).into() };
    }
    // What our own triggers raise: the message is the name of the rule.
    if *code == SqlState::RAISE_EXCEPTION {
        return StoreError::ConstraintViolated { name: failure.message().into() };
    }
    match *code {
        SqlState::T_R_SERIALIZATION_FAILURE
        | SqlState::T_R_DEADLOCK_DETECTED
        | SqlState::LOCK_NOT_AVAILABLE => StoreError::Busy,
        SqlState::INSUFFICIENT_PRIVILEGE => StoreError::Forbidden,
        // Our own server said it, so it is not ours that is gone.
        _ if matches!(code.code(), "08001" | "08003" | "08006") => StoreError::NodeAway,
        _ if code.code().starts_with("HV") => StoreError::NodeAway,
        SqlState::DATA_CORRUPTED | SqlState::INDEX_CORRUPTED => {
            StoreError::Corrupt { what: "the database".into() }
        }
        _ if code.code().starts_with("42") => {
            StoreError::Statement { message: failure.message().into() }
        }
        // The message of other failures may quote a value: the code is enough.
        _ => StoreError::Unavailable { cause: format!("SQLSTATE {}", code.code()).into() },
    }
}

/// What the driver says, down to the last reason: a certificate's fault, a refused connection.
fn told(error: &dyn Error) -> String {
    match error.source() {
        Some(source) => format!("{error}: {}", told(source)),
        None => error.to_string(),
    }
}

/// A month's partition has the constraints of its table under their name and `_yyyymm`.
fn without_month(name: &str) -> &str {
    match name.rsplit_once('_') {
        Some((table, month))
            if month.len() == 6 && month.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            table
        }
        _ => name,
    }
}
