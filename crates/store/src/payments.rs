//! Bank statements and which of their lines paid which bill.
//!
//! A bank's remark names people, so it is sealed under a key of its statement.

use base::Id;
use base::id::kind;
use domain::payment::{Direction, Match, MatchedBy, StatementFacts, StatementLine};

use crate::seal::{self, Owner, take_wrapped};
use crate::sql::{Sql, sql};
use crate::value::{Columns, corrupt, values};
use crate::{Store, StoreError, Tx, log};

static STATEMENT_COUNT: Sql = sql!("statement_count");
static STATEMENT_INSERT: Sql = sql!("statement_insert");
static LINE_INSERT: Sql = sql!("statement_line_insert");
static LINE_LIST: Sql = sql!("statement_line_list");
static LINE_UNSEALED: Sql = sql!("statement_line_unsealed");
static LINE_SEAL: Sql = sql!("statement_line_seal");
static MATCH_INSERT: Sql = sql!("payment_match_insert");
static MATCH_LIST: Sql = sql!("payment_match_list");

/// A received bank statement, without its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// SHA-256 of the file: the same file twice is one statement.
    pub hash: [u8; 32],
    /// The bank account it is about.
    pub account: Box<str>,
    /// When it came, in milliseconds since 1970-01-01 UTC.
    pub received_at_ms: i64,
}

/// Whether a statement with these bytes was received before.
pub fn is_known(tx: &mut Tx<'_>, hash: &[u8; 32]) -> Result<bool, StoreError> {
    let count: Option<i64> =
        tx.one(&STATEMENT_COUNT, &values![tx.tenant(), hash], |columns| columns.take())?;
    Ok(count.unwrap_or_default() > 0)
}

/// Keeps a statement and those of its lines that no earlier one brought; how many those are.
pub fn insert_statement(
    tx: &mut Tx<'_>,
    statement: &Statement,
    lines: &[StatementLine],
) -> Result<u64, StoreError> {
    let tenant = tx.tenant();
    let received = statement.received_at_ms;
    tx.run(&STATEMENT_INSERT, &values![tenant, &statement.hash, &statement.account, received])?;
    let (keys, record) = (tx.keys()?, record_of(&statement.hash));
    let owner = Owner { tenant, record: &record };
    let key = keys.new_key(owner);
    seal::keep_keys(tx, [(&record, &key.wrapped)].into_iter())?;
    let sealer = keys.sealer(&key);
    let mut new = 0;
    for (line, number) in lines.iter().zip(0_i64..) {
        let facts = &line.facts;
        new += tx.run(
            &LINE_INSERT,
            &values![
                tenant,
                &line.id,
                &statement.hash,
                number,
                facts.day,
                facts.amount,
                facts.direction.name(),
                sealer.seal(owner, &remark_of(&line.id), facts.reference.as_bytes()),
                facts.balance,
            ],
        )?;
    }
    Ok(new)
}

/// All lines of all statements, by day.
pub fn lines(tx: &mut Tx<'_>) -> Result<Vec<StatementLine>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    tx.all(&LINE_LIST, &values![tenant], |columns| {
        let (id, day, amount) = (columns.take()?, columns.take()?, columns.take()?);
        let direction = columns.take_with("a direction", Direction::from_name)?;
        let (balance, statement): (_, [u8; 32]) = (columns.take()?, columns.take()?);
        let (written, sealed): (Box<str>, Option<Vec<u8>>) = (columns.take()?, columns.take()?);
        let record = record_of(&statement);
        let reference = match (sealed, take_wrapped(columns)?) {
            (None, _) => written,
            (Some(_), None) => return Err(corrupt("a statement's key")),
            (Some(sealed), Some(wrapped)) => {
                let owner = Owner { tenant, record: &record };
                let seal = keys.unwrap(owner, &wrapped)?;
                seal.open_text(owner, &remark_of(&id), &sealed)?.into()
            }
        };
        let facts = StatementFacts { day, amount, direction, reference, balance };
        Ok(StatementLine { id, facts })
    })
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

/// Keeps that a line paid a bill; a line used before is `payment_match_pk`, a bill paid before
/// `payment_match_bill_unique`.
pub fn insert_match(tx: &mut Tx<'_>, found: &Match) -> Result<(), StoreError> {
    let values = values![tx.tenant(), &found.line, &found.bill, found.by.name()];
    tx.run(&MATCH_INSERT, &values).map(|_| ())
}

/// All matches, by line.
pub fn matches(tx: &mut Tx<'_>) -> Result<Vec<Match>, StoreError> {
    tx.all(&MATCH_LIST, &values![tx.tenant()], read_match)
}

fn read_match(columns: &mut Columns<'_>) -> Result<Match, StoreError> {
    let (line, bill): (Id<kind::StatementLine>, Id<kind::Bill>) =
        (columns.take()?, columns.take()?);
    let by = columns.take_with("a way of matching", |name| {
        let ways = [MatchedBy::ReferenceAndAmount, MatchedBy::AmountOnly];
        ways.into_iter().find(|by| by.name() == name)
    })?;
    Ok(Match { line, bill, by })
}
