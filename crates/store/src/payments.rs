//! Bank statements and which of their lines paid which bill.

use base::Id;
use base::id::kind;
use domain::payment::{Direction, Match, MatchedBy, StatementFacts, StatementLine};

use crate::sql::{Sql, sql};
use crate::value::{Columns, values};
use crate::{StoreError, Tx};

static STATEMENT_COUNT: Sql = sql!("statement_count");
static STATEMENT_INSERT: Sql = sql!("statement_insert");
static LINE_INSERT: Sql = sql!("statement_line_insert");
static LINE_LIST: Sql = sql!("statement_line_list");
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
                &facts.reference,
                facts.balance,
            ],
        )?;
    }
    Ok(new)
}

/// All lines of all statements, by day.
pub fn lines(tx: &mut Tx<'_>) -> Result<Vec<StatementLine>, StoreError> {
    tx.all(&LINE_LIST, &values![tx.tenant()], |columns| {
        Ok(StatementLine {
            id: columns.take()?,
            facts: StatementFacts {
                day: columns.take()?,
                amount: columns.take()?,
                direction: columns.take_with("a direction", Direction::from_name)?,
                reference: columns.take()?,
                balance: columns.take()?,
            },
        })
    })
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
