//! Bank statements, their lines, and what each part of a line's money was given out for.
//!
//! A bank's remark names people, so it is sealed under a key of its statement. What was given out
//! of a line and what was paid of a bill is kept with each, so that neither is exceeded, whoever
//! writes.

mod accounts;
mod parts;

use std::collections::HashSet;

use base::id::kind;
use base::{Day, Id, Rupiah};
use domain::payment::{Direction, StatementFacts, StatementLine};

pub use accounts::{accounts, insert_account, set_layout};
pub use parts::{
    ReceiptKept, all_parts, give, insert_receipt, parts_about, parts_of, receipts_of, release,
    withdraw_receipt,
};

use crate::seal::{self, Owner, take_wrapped};
use crate::sql::{Sql, sql};
use crate::value::{Columns, corrupt, values};
use crate::{Store, StoreError, Tx, log};

static STATEMENT_COUNT: Sql = sql!("statement_count");
static STATEMENT_INSERT: Sql = sql!("statement_insert");
static STATEMENT_LIST: Sql = sql!("statement_list");
static LINE_FILL: Sql = sql!("statement_line_fill");
static LINE_LIST: Sql = sql!("statement_line_list");
static LINE_GET: Sql = sql!("statement_line_get");
static LINE_BETWEEN: Sql = sql!("statement_line_between");
static LINE_UNSEALED: Sql = sql!("statement_line_unsealed");
static LINE_SEAL: Sql = sql!("statement_line_seal");

/// A received bank statement, without its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// SHA-256 of the file: the same file twice is one statement.
    pub hash: [u8; 32],
    /// The bank account it is about, by code.
    pub account: Box<str>,
    /// When it came, in milliseconds since 1970-01-01 UTC.
    pub received_at_ms: i64,
    /// What it says of itself.
    pub said: StatementSaid,
}

/// What a statement says of itself; nothing is known of those an older program took.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StatementSaid {
    /// In which form it came.
    pub format: Option<Box<str>>,
    /// The balance before its first line.
    pub opening: Option<Rupiah>,
    /// The balance after its last line.
    pub closing: Option<Rupiah>,
    /// The day of its first line.
    pub first: Option<Day>,
    /// The day of its last line.
    pub last: Option<Day>,
    /// How many lines it has.
    pub lines: Option<u32>,
}

/// A line as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineKept {
    /// The line.
    pub line: StatementLine,
    /// The account it is of, by code.
    pub account: Box<str>,
    /// The statement that brought it.
    pub statement: [u8; 32],
    /// How much of it was given out.
    pub given: Rupiah,
}

/// Whether a statement with these bytes was received before.
pub fn is_known(tx: &mut Tx<'_>, hash: &[u8; 32]) -> Result<bool, StoreError> {
    let count: Option<i64> =
        tx.one(&STATEMENT_COUNT, &values![tx.tenant(), hash], |columns| columns.take())?;
    Ok(count.unwrap_or_default() > 0)
}

/// All statements, by account and day.
pub fn statements(tx: &mut Tx<'_>) -> Result<Vec<Statement>, StoreError> {
    tx.all(&STATEMENT_LIST, &values![tx.tenant()], |columns| {
        Ok(Statement {
            hash: columns.take()?,
            account: columns.take()?,
            received_at_ms: columns.take()?,
            said: StatementSaid {
                format: columns.take()?,
                opening: columns.take()?,
                closing: columns.take()?,
                first: columns.take()?,
                last: columns.take()?,
                lines: columns.take()?,
            },
        })
    })
}

/// Keeps a statement and those of its lines that no earlier one brought; how many those are.
pub fn insert_statement(
    tx: &mut Tx<'_>,
    statement: &Statement,
    lines: &[StatementLine],
) -> Result<u64, StoreError> {
    let tenant = tx.tenant();
    let said = &statement.said;
    tx.run(
        &STATEMENT_INSERT,
        &values![
            tenant,
            &statement.hash,
            &statement.account,
            statement.received_at_ms,
            said.format.as_ref(),
            said.opening,
            said.closing,
            said.first,
            said.last,
            said.lines,
        ],
    )?;
    let (keys, record) = (tx.keys()?, record_of(&statement.hash));
    let owner = Owner { tenant, record: &record };
    let key = keys.new_key(owner);
    seal::keep_keys(tx, [(&record, &key.wrapped)].into_iter())?;
    let sealer = keys.sealer(&key);
    // What an earlier statement brought is left out first, so that the rest goes in all at once.
    let known = ids_among(tx, &statement.account, lines)?;
    let fresh = lines.iter().zip(0_i64..).filter(|(line, _)| !known.contains(&line.id));
    let rows = fresh.map(|(line, number)| {
        let facts = &line.facts;
        values![
            tenant,
            &line.id,
            &statement.hash,
            number,
            facts.day,
            facts.amount,
            facts.direction.name(),
            // Sealed beside it.
            "",
            sealer.seal(owner, &remark_of(&line.id), facts.reference.as_bytes()),
            facts.balance,
            facts.reversal,
        ]
    });
    tx.insert(&LINE_FILL, rows)
}

/// The lines of an account's days that are there already.
fn ids_among(
    tx: &mut Tx<'_>,
    account: &str,
    lines: &[StatementLine],
) -> Result<HashSet<Id<kind::StatementLine>>, StoreError> {
    let days = lines.iter().map(|line| line.facts.day);
    let Some((first, last)) = days.clone().min().zip(days.max()) else {
        return Ok(HashSet::new());
    };
    Ok(between(tx, account, first, last)?.into_iter().map(|line| line.id).collect())
}

/// All lines of all statements, by day.
pub fn lines(tx: &mut Tx<'_>) -> Result<Vec<StatementLine>, StoreError> {
    Ok(kept_lines(tx)?.into_iter().map(|kept| kept.line).collect())
}

/// The same with their accounts and how much of them was given out.
pub fn kept_lines(tx: &mut Tx<'_>) -> Result<Vec<LineKept>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    // The lines of a statement share a key: it is unwrapped once.
    let mut opened: Option<([u8; 32], seal::Seal<'_>)> = None;
    tx.all(&LINE_LIST, &values![tenant], |columns| read_line(columns, tenant, keys, &mut opened))
}

/// The line with this id.
pub fn line(tx: &mut Tx<'_>, id: Id<kind::StatementLine>) -> Result<Option<LineKept>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let mut opened: Option<([u8; 32], seal::Seal<'_>)> = None;
    tx.one(&LINE_GET, &values![tenant, &id], |columns| {
        read_line(columns, tenant, keys, &mut opened)
    })
}

/// A line without what the bank says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineBare {
    /// Which.
    pub id: Id<kind::StatementLine>,
    /// The day.
    pub day: Day,
    /// How much.
    pub amount: Rupiah,
    /// Which way.
    pub direction: Direction,
    /// The balance after it.
    pub balance: Option<Rupiah>,
    /// In which form the statement came that brought it.
    pub format: Option<Box<str>>,
}

/// The lines of an account from one day to another, in their order.
pub fn between(
    tx: &mut Tx<'_>,
    account: &str,
    first: Day,
    last: Day,
) -> Result<Vec<LineBare>, StoreError> {
    tx.all(&LINE_BETWEEN, &values![tx.tenant(), first, last, account], |columns| {
        Ok(LineBare {
            id: columns.take()?,
            day: columns.take()?,
            amount: columns.take()?,
            direction: columns.take_with("a direction", Direction::from_name)?,
            balance: columns.take()?,
            format: columns.take()?,
        })
    })
}

fn read_line<'k>(
    columns: &mut Columns<'_>,
    tenant: i64,
    keys: &'k crate::keys::KeyRing,
    opened: &mut Option<([u8; 32], seal::Seal<'k>)>,
) -> Result<LineKept, StoreError> {
    let (id, day, amount) = (columns.take()?, columns.take()?, columns.take()?);
    let direction = columns.take_with("a direction", Direction::from_name)?;
    let (balance, reversal, given) = (columns.take()?, columns.take()?, columns.take()?);
    let (account, statement): (_, [u8; 32]) = (columns.take()?, columns.take()?);
    let (written, sealed): (Box<str>, Option<Vec<u8>>) = (columns.take()?, columns.take()?);
    let record = record_of(&statement);
    let owner = Owner { tenant, record: &record };
    let reference = match (sealed, take_wrapped(columns)?) {
        (None, _) => written,
        (Some(_), None) => return Err(corrupt("a statement's key")),
        (Some(sealed), Some(wrapped)) => {
            if opened.as_ref().is_none_or(|(known, _)| *known != statement) {
                *opened = Some((statement, keys.unwrap(owner, &wrapped)?));
            }
            let (_, seal) = opened.as_ref().expect("it was just opened");
            seal.open_text(owner, &remark_of(&id), &sealed)?.into()
        }
    };
    let facts = StatementFacts { day, amount, direction, reference, balance, reversal };
    Ok(LineKept { line: StatementLine { id, facts }, account, statement, given })
}

impl Store {
    /// Seals the remarks that an older program kept in the clear, some at a time; how many.
    ///
    /// # Errors
    /// [`StoreError::KeysMissing`] before [`Store::unlock`].
    pub fn seal_remarks(&self) -> Result<u64, StoreError> {
        let (rows_max, mut sealed) = (1_000_i64, 0);
        if self.read(|tx| unsealed(tx, 1))?.is_empty() {
            return Ok(0);
        }
        loop {
            let more = self.write(|tx| {
                let found = unsealed(tx, rows_max)?;
                for line in &found {
                    seal_remark(tx, line)?;
                }
                if !found.is_empty() {
                    log::say_itself(tx, "remarks-sealed")?;
                }
                Ok::<_, StoreError>(found.len() as u64)
            })?;
            sealed += more;
            if more == 0 {
                return Ok(sealed);
            }
        }
    }
}

/// A line whose remark is in the clear: its id, its statement, and the remark.
type Unsealed = (Id<kind::StatementLine>, [u8; 32], String);

fn unsealed(tx: &mut Tx<'_>, rows_max: i64) -> Result<Vec<Unsealed>, StoreError> {
    tx.all(&LINE_UNSEALED, &values![tx.tenant(), rows_max], |columns| {
        Ok((columns.take()?, columns.take()?, columns.take()?))
    })
}

fn seal_remark(tx: &mut Tx<'_>, (id, statement, remark): &Unsealed) -> Result<(), StoreError> {
    let (keys, tenant, record) = (tx.keys()?, tx.tenant(), record_of(statement));
    let owner = Owner { tenant, record: &record };
    let wrapped = match seal::key_of(tx, &record)? {
        Some(wrapped) => wrapped,
        None => {
            let key = keys.new_key(owner);
            seal::keep_keys(tx, [(&record, &key.wrapped)].into_iter())?;
            key.wrapped
        }
    };
    let sealed = keys.unwrap(owner, &wrapped)?.seal(owner, &remark_of(id), remark.as_bytes());
    tx.run(&LINE_SEAL, &values![sealed, tenant, id]).map(|_| ())
}

/// The record whose key seals the remarks of a statement.
pub(crate) fn record_of(statement: &[u8; 32]) -> [u8; 16] {
    *statement.first_chunk().expect("a hash has 32 bytes")
}

/// The field of a line's remark.
pub(crate) fn remark_of(line: &Id<kind::StatementLine>) -> String {
    format!("remark {line}")
}
