//! PostgreSQL 15 or later; bulk inserts by arrays, a column each.
//!
//! COPY would be faster still, but a server refuses it on tables that keep regencies apart.

use std::collections::HashMap;
use std::error::Error;

use bytes::BytesMut;
use postgres::error::SqlState;
use postgres::fallible_iterator::FallibleIterator;
use postgres::types::{IsNull, ToSql, Type};
use postgres::{Client, Statement};

use super::{Access, Capacity};
use crate::error::StoreError;
use crate::value::{Columns, RowRef, Value};

mod address;

/// Rows in one insert after which the planner must count the table anew at once: the server's own
/// round comes a minute later, and plans for an empty table are ruinous until then.
const COUNT_ANEW_MIN: u64 = 5_000;

/// Rows sent in one statement of a bulk insert: some hundred kilobytes.
const BATCH_ROWS: usize = 4_096;

/// Advisory locks of this class belong to the writers of regencies.
const WRITER_CLASS: i32 = 7299;

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
    end
    from pg_roles as r
    where r.rolname = current_user";

pub(crate) struct PostgresLink {
    client: Client,
    prepared: HashMap<Box<str>, Statement>,
}

pub(super) fn open(url: &str, capacity: Capacity) -> Result<PostgresLink, StoreError> {
    let mut link = PostgresLink { client: address::connect(url)?, prepared: HashMap::new() };
    link.batch(LIMITS)?;
    if capacity == Capacity::Application {
        link.refuse_strong_role()?;
    }
    Ok(link)
}

impl PostgresLink {
    pub(super) fn batch(&mut self, text: &str) -> Result<(), StoreError> {
        self.client.batch_execute(text).map_err(translate)
    }

    #[cfg(test)]
    pub(super) fn check(&mut self, text: &str) -> Result<(), StoreError> {
        self.client.prepare(text).map(|_| ()).map_err(translate)
    }

    #[cfg(test)]
    pub(super) fn parameters(&mut self, text: &str) -> Result<Vec<String>, StoreError> {
        let statement = self.prepare(text)?;
        Ok(statement.params().iter().map(|ty| ty.name().to_owned()).collect())
    }

    /// A writer takes its regency's turn before its first statement looks at anything: from there
    /// on nobody else changes what it sees, and no commit can be refused for what others did. A
    /// reader keeps one state. Without a regency nothing is seen at all.
    pub(super) fn begin(&mut self, access: Access, tenant: Option<i64>) -> Result<(), StoreError> {
        let begin = match access {
            Access::Write => "begin isolation level read committed",
            Access::Read => "begin isolation level repeatable read read only",
        };
        let Some(tenant) = tenant else {
            return self.batch(begin);
        };
        let turn = match access {
            Access::Write => format!(", pg_advisory_xact_lock({WRITER_CLASS}, {tenant})"),
            Access::Read => String::new(),
        };
        let set = format!("select set_config('payung.tenant', '{tenant}', true)");
        self.batch(&format!("{begin}; {set}{turn}"))
    }

    pub(super) fn run(&mut self, text: &str, values: &[Value<'_>]) -> Result<u64, StoreError> {
        let statement = self.prepare(text)?;
        let values: Vec<_> = values.iter().map(|value| value as &(dyn ToSql + Sync)).collect();
        self.client.execute(&statement, &values).map_err(translate)
    }

    pub(super) fn each(
        &mut self,
        text: &str,
        values: &[Value<'_>],
        each: &mut dyn FnMut(Columns<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let statement = self.prepare(text)?;
        let values = values.iter().map(|value| value as &(dyn ToSql + Sync));
        let mut rows = self.client.query_raw(&statement, values).map_err(translate)?;
        while let Some(row) = rows.next().map_err(translate)? {
            each(Columns::new(RowRef::Postgres(&row)))?;
        }
        Ok(())
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
            count += self.client.execute(&bulk, &arrays).map_err(translate)?;
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
        let statement = self.client.prepare(text).map_err(translate)?;
        self.prepared.insert(text.into(), statement.clone());
        Ok(statement)
    }

    fn refuse_strong_role(&mut self) -> Result<(), StoreError> {
        let row = self.client.query_one(TOO_STRONG, &[]).map_err(translate)?;
        match row.get::<_, Option<String>>(0) {
            Some(why) => Err(StoreError::RoleTooStrong { why: why.into() }),
            None => Ok(()),
        }
    }
}

/// `insert into t (a, b) values ($1, $2)` as an insert of whole columns, each an array.
fn by_arrays(insert: &str, types: &[Type]) -> String {
    let array = |(number, ty): (usize, &Type)| format!("${}::{}[]", number + 1, ty.name());
    let arrays: Vec<String> = types.iter().enumerate().map(array).collect();
    let (_, values) = insert.split_once("values").expect("bulk statements are plain inserts");
    // What is to be done about rows that stand already follows the values.
    let rest = values.split_once(')').map_or("", |(_, rest)| rest.trim_end());
    format!("insert into {} select * from unnest({}){rest}", target(insert), arrays.join(", "))
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

    postgres::types::to_sql_checked!();
}

/// What the server's refusal means. No message is passed on that could quote a value, or tell of
/// another regency's rows: unique and foreign keys are asked about without a policy.
fn translate(error: postgres::Error) -> StoreError {
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
