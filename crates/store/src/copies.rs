//! A register copied whole: every table read row by row in one order that both engines agree on,
//! and written into an empty register of either.
//!
//! What there is to copy is asked of the catalogue, so that a new table cannot be forgotten. Rows
//! travel as bytes: the same row gives the same bytes whatever the engine.

mod row;

use crate::engine::Link;
use crate::error::StoreError;
use crate::sql::{Sql, sql_twin};
use crate::value::{Columns, values};
use crate::{Tx, catalogue, log, rotation};

pub use catalogue::{Column, Kind, Table};

static DEFER: Sql = sql_twin!("defer_references");

/// Tables that stay behind: what the program itself writes down of its schema, what the engine
/// keeps by its own hand, and logins, which nobody may bring back by bringing back a copy. So does
/// which months the regency holds: it is claimed anew, because others may have taken them since.
const STAYS_BEHIND: &[&str] = &[
    "migration",
    "nik_claim",
    "nik_claim_wait",
    "nik_hold",
    "nik_month",
    "index_chain",
    "session",
    "sign_in_try",
    "door_try",
    "one_time_link",
];

/// Tables in which a fresh register has rows already: those of the copy take their place.
const IN_A_FRESH_ONE: &[&str] = &["pemda", "audit_schema"];

/// Tables that keep their months apart on a server.
const BY_MONTH: &[&str] = &["bill_line", "covered_month"];

/// Columns that name another row of the same table: rows without come first.
const WITHIN: &[(&str, &str)] = &[("transfer", "pending")];

/// Every table that is copied, each after those that its rows refer to.
pub fn tables(tx: &mut Tx<'_>) -> Result<Vec<Table>, StoreError> {
    let mut found = catalogue::tables(tx.link())?;
    found.retain(|table| !STAYS_BEHIND.contains(&table.name.as_str()));
    found.retain(|table| table.columns.iter().any(|column| column.name == "tenant"));
    Ok(found)
}

/// Hands every row of a table to `each`, in the order of the table's key.
pub fn read<E: From<StoreError>>(
    tx: &mut Tx<'_>,
    table: &Table,
    mut each: impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<(), E> {
    let tenant = tx.tenant();
    let text = select(tx.link(), table);
    let (mut refused, mut row) = (None, Vec::new());
    let done = tx.link().ask(&text, &values![tenant], &mut |columns| {
        encode(table, columns, &mut row)?;
        each(&row).map_err(|error| {
            refused = Some(error);
            StoreError::Fault
        })
    });
    match refused {
        Some(error) => Err(error),
        None => done.map_err(E::from),
    }
}

/// Makes ready for [`fill`]: the register must hold nothing yet.
///
/// # Errors
/// [`StoreError::ConstraintViolated`] `register_not_empty`.
pub fn begin_filling(tx: &mut Tx<'_>, tables: &[Table]) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    for table in tables {
        let name = &table.name;
        if IN_A_FRESH_ONE.contains(&name.as_str()) {
            tx.link().run_of(&format!("delete from {name} where tenant = $1"), &values![tenant])?;
            continue;
        }
        let mut is_empty = true;
        let text = format!("select tenant from {name} where tenant = $1 limit 1");
        tx.link().ask(&text, &values![tenant], &mut |_| {
            is_empty = false;
            Ok(())
        })?;
        if !is_empty {
            return Err(StoreError::ConstraintViolated { name: "register_not_empty".into() });
        }
    }
    tx.link().each(&DEFER, &[], &mut |_| Ok(()))
}

/// Writes rows, as [`read`] gave them, into a table of the same columns.
///
/// # Errors
/// [`StoreError::Corrupt`] for bytes that are no rows of this table or of another regency.
pub fn fill(tx: &mut Tx<'_>, table: &Table, rows: &[&[u8]]) -> Result<u64, StoreError> {
    let tenant = tx.tenant();
    let rows: Vec<_> = rows.iter().map(|row| row::decode(row, table)).collect::<Result<_, _>>()?;
    for row in &rows {
        if row::integer(row, table, "tenant") != Some(tenant) {
            return Err(StoreError::Corrupt { what: "a row of another regency".into() });
        }
    }
    if BY_MONTH.contains(&table.name.as_str()) {
        let mut months: Vec<_> =
            rows.iter().filter_map(|row| row::integer(row, table, "month")).collect();
        months.sort_unstable();
        months.dedup();
        for month in months.into_iter().filter_map(base::Month::from_number) {
            tx.open_month(&table.name, month)?;
        }
    }
    let names: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
    let places: Vec<String> = (1..=names.len()).map(|place| format!("${place}")).collect();
    let text =
        format!("insert into {} ({}) values ({})", table.name, names.join(", "), places.join(", "));
    tx.link().put(&text, rows.into_iter())
}

/// Says by how many steps of the index key's chain a register goes that was just filled; whoever
/// opens it with its keys brings it to as many as its place goes by.
///
/// # Errors
/// [`StoreError::IndexAhead`] when it goes by more than the others of the place.
pub fn end_filling(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    rotation::settle_filled(tx)
}

/// Says that a copy was brought back without erasing again whoever was erased after it was made.
pub fn say_erased_came_back(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    log::say_itself(tx, "erased-came-back")
}

fn select(link: &Link, table: &Table) -> String {
    let names: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
    let within = WITHIN.iter().filter(|(name, _)| *name == table.name);
    let mut order: Vec<String> =
        within.map(|(_, column)| format!("({column} is not null)")).collect();
    order.extend(table.key.iter().map(|at| {
        let column = &table.columns[*at];
        match column.kind {
            Kind::Text if link.is_postgres() => format!("{} collate \"C\"", column.name),
            _ => column.name.clone(),
        }
    }));
    format!(
        "select {} from {} where tenant = $1 order by {}",
        names.join(", "),
        table.name,
        order.join(", ")
    )
}

fn encode(table: &Table, mut columns: Columns<'_>, row: &mut Vec<u8>) -> Result<(), StoreError> {
    row.clear();
    for column in &table.columns {
        match column.kind {
            Kind::Integer => row::push_integer(row, columns.take::<Option<i64>>()?),
            Kind::Text => row::push_text(row, columns.take::<Option<String>>()?.as_deref()),
            Kind::Blob => row::push_blob(row, columns.take::<Option<Vec<u8>>>()?.as_deref()),
        }
    }
    Ok(())
}
