//! Who did what to which record, and when: a ledger of its own, never changed, without identity.

use base::Id;
use base::id::kind;

use crate::sql::{Sql, sql};
use crate::value::values;
use crate::{StoreError, Tx};

static INSERT: Sql = sql!("audit_insert");
static LIST: Sql = sql!("audit_list");

/// One act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditLine {
    /// Which; made by whoever writes it down.
    pub id: [u8; 16],
    /// When, in milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
    /// Who; nobody when the program acts for itself.
    pub actor: Option<Id<kind::User>>,
    /// What, by the stable name of the act, such as `sheet.import`.
    pub act: Box<str>,
    /// The kind of record acted on, such as `sheet`.
    pub object_kind: Box<str>,
    /// The record acted on.
    pub object: Option<[u8; 16]>,
    /// How many, when it is about many.
    pub count: Option<i64>,
}

/// Writes a line down.
pub fn append(tx: &mut Tx<'_>, line: &AuditLine) -> Result<(), StoreError> {
    tx.run(
        &INSERT,
        &values![
            tx.tenant(),
            &line.id,
            line.at_ms,
            line.actor.as_ref(),
            &line.act,
            &line.object_kind,
            line.object.as_ref(),
            line.count,
        ],
    )
    .map(|_| ())
}

/// All lines, oldest first.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<AuditLine>, StoreError> {
    tx.all(&LIST, &values![tx.tenant()], |columns| {
        Ok(AuditLine {
            id: columns.take()?,
            at_ms: columns.take()?,
            actor: columns.take()?,
            act: columns.take()?,
            object_kind: columns.take()?,
            object: columns.take()?,
            count: columns.take()?,
        })
    })
}
