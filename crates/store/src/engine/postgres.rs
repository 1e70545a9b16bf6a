//! PostgreSQL 15 or later, over a socket or the loopback interface; bulk inserts by binary COPY.

use std::collections::HashMap;
use std::error::Error;

use bytes::BytesMut;
use postgres::binary_copy::BinaryCopyInWriter;
use postgres::error::SqlState;
use postgres::fallible_iterator::FallibleIterator;
use postgres::types::{IsNull, ToSql, Type};
use postgres::{Client, NoTls, Statement};

use crate::error::StoreError;
use crate::value::{Columns, RowRef, Value};

/// Rows in one insert after which the planner must count the table anew at once: the server's own
/// round comes a minute later, and plans for an empty table are ruinous until then.
const COUNT_ANEW_MIN: u64 = 5_000;

pub(crate) struct PostgresLink {
    client: Client,
    prepared: HashMap<Box<str>, Statement>,
}

pub(super) fn open(url: &str) -> Result<PostgresLink, StoreError> {
    let client = Client::connect(url, NoTls).map_err(translate)?;
    Ok(PostgresLink { client, prepared: HashMap::new() })
}

impl PostgresLink {
    pub(super) fn batch(&mut self, text: &str) -> Result<(), StoreError> {
        self.client.batch_execute(text).map_err(translate)
    }

    #[cfg(test)]
    pub(super) fn check(&mut self, text: &str) -> Result<(), StoreError> {
        self.client.prepare(text).map(|_| ()).map_err(translate)
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

    pub(super) fn insert<'v, const N: usize>(
        &mut self,
        text: &str,
        rows: impl Iterator<Item = [Value<'v>; N]>,
    ) -> Result<u64, StoreError> {
        let types = self.prepare(text)?.params().to_vec();
        let writer = self.client.copy_in(&copy_text(text)).map_err(translate)?;
        let mut writer = BinaryCopyInWriter::new(writer, &types);
        for row in rows {
            let values: [&(dyn ToSql + Sync); N] = std::array::from_fn(|at| &row[at] as _);
            writer.write(&values).map_err(translate)?;
        }
        let count = writer.finish().map_err(translate)?;
        if count >= COUNT_ANEW_MIN {
            self.batch(&format!("analyze {}", target_table(text)))?;
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
}

/// `insert into t (a, b) values (…)` as the COPY of the same columns.
fn copy_text(insert: &str) -> String {
    format!("copy {} from stdin (format binary)", target(insert))
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
            Value::Blob(bytes) => bytes.to_sql(ty, out),
        }
    }

    fn accepts(ty: &Type) -> bool {
        matches!(*ty, Type::INT8 | Type::TEXT | Type::BYTEA)
    }

    postgres::types::to_sql_checked!();
}

fn translate(error: postgres::Error) -> StoreError {
    let Some(failure) = error.as_db_error() else {
        return StoreError::Unavailable { cause: error.to_string().into() };
    };
    let code = failure.code();
    if let Some(name) = failure.constraint() {
        return StoreError::ConstraintViolated { name: name.into() };
    }
    // What our own triggers raise: the message is the name of the rule.
    if *code == SqlState::RAISE_EXCEPTION {
        return StoreError::ConstraintViolated { name: failure.message().into() };
    }
    match *code {
        SqlState::T_R_SERIALIZATION_FAILURE
        | SqlState::T_R_DEADLOCK_DETECTED
        | SqlState::LOCK_NOT_AVAILABLE => StoreError::Busy,
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
