//! Who did what to which record, and when: a ledger of its own, never changed, without identity.

use base::Id;
use base::id::kind;
pub use domain::audit::AuditLine;
use domain::audit::tree::{self, Hash};

use crate::reasons::{self, Part};
use crate::sql::{Sql, sql};
use crate::value::{Columns, values};
use crate::{StoreError, Tx, log};

static LIST: Sql = sql!("audit_list");
static GET: Sql = sql!("audit_get");
static BY_ID: Sql = sql!("audit_by_id");
static PAGE: Sql = sql!("audit_page");
static OF_OBJECT: Sql = sql!("audit_of_object");
static EXPORT_COUNT: Sql = sql!("audit_export_count");
static REASON_GET: Sql = sql!("audit_reason_get");

/// A line in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its place, 0 for the first.
    pub sequence: u64,
    /// The line.
    pub line: AuditLine,
    /// The digest of all kept tables once the act was done.
    pub state: Hash,
    /// The hash of its leaf, as it is kept.
    pub leaf: Hash,
}

/// Which lines are asked for, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// Only lines before this place; none to begin with the newest.
    pub before: Option<u64>,
    /// Only this act.
    pub act: Option<String>,
    /// Only what this person did.
    pub actor: Option<Id<kind::User>>,
    /// Only what was done to this record.
    pub object: Option<[u8; 16]>,
    /// Only from this moment on, in milliseconds since 1970-01-01 UTC.
    pub from_ms: Option<i64>,
    /// Only before this moment.
    pub until_ms: Option<i64>,
    /// At most so many.
    pub lines_max: u32,
}

/// How many lines of one record are looked at.
pub const LINES_OF_ONE: u32 = 200;

/// Says what the transaction does: one line, written with its leaf when it is committed.
pub fn append(tx: &mut Tx<'_>, line: &AuditLine) -> Result<(), StoreError> {
    tx.pending().say(line.clone());
    Ok(())
}

/// Keeps the words of the reason that a line of this transaction is bound to.
pub fn keep_reason(tx: &mut Tx<'_>, line: &AuditLine, words: &str) -> Result<(), StoreError> {
    reasons::keep(tx, &line.id, Part::Line, words)
}

/// The words of a line's reason, unless they were erased.
pub fn reason(tx: &mut Tx<'_>, line: &AuditLine) -> Result<Option<String>, StoreError> {
    let clear = tx.one(&REASON_GET, &values![tx.tenant(), &line.id], |columns| columns.take())?;
    match clear {
        Some(words) => Ok(Some(words)),
        None => reasons::get(tx, &line.id, Part::Line),
    }
}

/// All lines, oldest first.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<AuditLine>, StoreError> {
    tx.all(&LIST, &values![tx.tenant()], |columns| read(columns).map(|entry| entry.line))
}

/// The lines asked for, newest first.
pub fn page(tx: &mut Tx<'_>, filter: &Filter) -> Result<Vec<Entry>, StoreError> {
    let before = filter.before.map_or(i64::MAX, u64::cast_signed);
    let values = values![
        tx.tenant(),
        before,
        filter.act.as_ref(),
        filter.actor.as_ref(),
        filter.object.as_ref(),
        filter.from_ms,
        filter.until_ms,
        filter.lines_max,
    ];
    tx.all(&PAGE, &values, read)
}

/// What was done to a record, newest first, at most `lines_max` of them.
pub fn of_object(
    tx: &mut Tx<'_>,
    object: &[u8; 16],
    lines_max: u32,
) -> Result<Vec<Entry>, StoreError> {
    tx.all(&OF_OBJECT, &values![tx.tenant(), object, lines_max], read)
}

/// How many files with the identity of many somebody has taken out since a moment.
pub fn exports_of(tx: &mut Tx<'_>, actor: Id<kind::User>, from_ms: i64) -> Result<u64, StoreError> {
    let values = values![tx.tenant(), &actor, from_ms];
    tx.one(&EXPORT_COUNT, &values, |columns| columns.take()).map(Option::unwrap_or_default)
}

pub(crate) fn foresee_of(tx: &mut Tx<'_>, object: &[u8; 16]) {
    let tenant = tx.tenant();
    tx.foresee(&OF_OBJECT, &values![tenant, object, LINES_OF_ONE]);
}

/// The line in a place.
pub fn entry(tx: &mut Tx<'_>, sequence: u64) -> Result<Option<Entry>, StoreError> {
    tx.one(&GET, &values![tx.tenant(), sequence.cast_signed()], read)
}

/// The line with an identifier.
pub fn entry_by_id(tx: &mut Tx<'_>, id: &[u8; 16]) -> Result<Option<Entry>, StoreError> {
    tx.one(&BY_ID, &values![tx.tenant(), id], read)
}

/// How many leaves the log has.
pub fn size(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    log::size(tx)
}

/// How many leaves the log has, and the root over them.
pub fn head(tx: &mut Tx<'_>) -> Result<(u64, Hash), StoreError> {
    let size = log::size(tx)?;
    Ok((size, tree::root(size, |node| log::node(tx, node))?))
}

/// The root over the first `size` leaves, which must be there.
pub fn root(tx: &mut Tx<'_>, size: u64) -> Result<Hash, StoreError> {
    tree::root(size, |node| log::node(tx, node))
}

/// The proof that a line is among the first `size` leaves.
pub fn inclusion(tx: &mut Tx<'_>, sequence: u64, size: u64) -> Result<Vec<Hash>, StoreError> {
    tree::inclusion(sequence, size, |node| log::node(tx, node))
}

/// The proof that the first `old` leaves are the beginning of the first `new` ones.
pub fn consistency(tx: &mut Tx<'_>, old: u64, new: u64) -> Result<Vec<Hash>, StoreError> {
    tree::consistency(old, new, |node| log::node(tx, node))
}

pub(crate) fn read(columns: &mut Columns<'_>) -> Result<Entry, StoreError> {
    let sequence = columns.take()?;
    Ok(Entry {
        sequence,
        line: AuditLine {
            id: columns.take()?,
            salt: columns.take()?,
            at_ms: columns.take()?,
            actor: columns.take()?,
            act: columns.take()?,
            object_kind: columns.take()?,
            object: columns.take()?,
            count: columns.take()?,
            reason: columns.take()?,
        },
        state: columns.take()?,
        leaf: columns.take()?,
    })
}
