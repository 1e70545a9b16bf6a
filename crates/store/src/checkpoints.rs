//! Checkpoints of the audit log as they were signed, and the signatures of their witnesses.
//!
//! Texts go in and out; what they say is for whoever has the keys to judge.

use crate::sql::{Sql, sql};
use crate::value::values;
use crate::{StoreError, Tx};

static INSERT: Sql = sql!("audit_checkpoint_insert");
static LIST: Sql = sql!("audit_checkpoint_list");
static COSIGNATURE_INSERT: Sql = sql!("audit_cosignature_insert");
static COSIGNATURE_LIST: Sql = sql!("audit_cosignature_list");

/// A checkpoint as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptCheckpoint {
    /// How many leaves the log had.
    pub size: u64,
    /// When it was made, in milliseconds since 1970-01-01 UTC.
    pub made_at_ms: i64,
    /// The signed note.
    pub note: String,
}

/// A witness's signature under a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptCosignature {
    /// The checkpoint's size.
    pub size: u64,
    /// The name of the witness.
    pub witness: String,
    /// The signature line of the note.
    pub signature: String,
}

/// Keeps a checkpoint; a second of the same size is `audit_checkpoint_pk`.
pub fn insert(tx: &mut Tx<'_>, checkpoint: &KeptCheckpoint) -> Result<(), StoreError> {
    let KeptCheckpoint { size, made_at_ms, note } = checkpoint;
    let values = values![tx.tenant(), size.cast_signed(), *made_at_ms, note];
    tx.run(&INSERT, &values).map(|_| ())
}

/// All checkpoints, oldest first.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<KeptCheckpoint>, StoreError> {
    tx.all(&LIST, &values![tx.tenant()], |columns| {
        Ok(KeptCheckpoint {
            size: columns.take()?,
            made_at_ms: columns.take()?,
            note: columns.take()?,
        })
    })
}

/// Keeps a witness's signature; a second of the same witness is `audit_cosignature_pk`.
pub fn insert_cosignature(tx: &mut Tx<'_>, signed: &KeptCosignature) -> Result<(), StoreError> {
    let KeptCosignature { size, witness, signature } = signed;
    let values = values![tx.tenant(), size.cast_signed(), witness, signature];
    tx.run(&COSIGNATURE_INSERT, &values).map(|_| ())
}

/// All signatures of witnesses, by checkpoint and name.
pub fn cosignatures(tx: &mut Tx<'_>) -> Result<Vec<KeptCosignature>, StoreError> {
    tx.all(&COSIGNATURE_LIST, &values![tx.tenant()], |columns| {
        Ok(KeptCosignature {
            size: columns.take()?,
            witness: columns.take()?,
            signature: columns.take()?,
        })
    })
}
