//! The audit log as mathematics: what a line commits to, and the tree that lines are leaves of.
//!
//! A line is hashed together with random bytes, so that its leaf tells nobody what was done; with
//! the line and its salt in hand anybody can compute the leaf again. Nothing here keeps anything.

pub mod checkpoint;
pub mod tree;

use base::Id;
use base::id::kind;
use sha2::{Digest, Sha256};

use self::tree::Hash;

/// One act: who did what to which record, and when; no identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditLine {
    /// Which; made by whoever writes it down.
    pub id: [u8; 16],
    /// Random bytes that keep the leaf from being guessed.
    pub salt: [u8; 16],
    /// When, in milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
    /// Who; nobody when the program acts for itself.
    pub actor: Option<Id<kind::User>>,
    /// What, by the stable name of the act, such as `sheet-decided`.
    pub act: Box<str>,
    /// The kind of record acted on, such as `sheet`.
    pub object_kind: Box<str>,
    /// The record acted on.
    pub object: Option<[u8; 16]>,
    /// How many, when it is about many.
    pub count: Option<i64>,
    /// What a stated reason is bound by: see [`reason_commitment`].
    pub reason: Option<[u8; 32]>,
}

/// The words a leaf's content begins with, so that no other hash of ours is one.
const LEAF_WORDS: &[u8] = b"payung-audit-line/v1\n";

/// The words a reason's commitment begins with.
const REASON_WORDS: &[u8] = b"payung-audit-reason/v1\n";

/// What a log's entry says to the world: 32 bytes that commit to a line and to the data after it.
///
/// `sequence` is the line's place in the log, 0 for the first; `state` the digest of all kept
/// tables once the act was done.
pub fn leaf_content(sequence: u64, line: &AuditLine, state: &Hash) -> Hash {
    let mut bytes = Vec::with_capacity(256); // not law: room for a line
    bytes.extend_from_slice(LEAF_WORDS);
    bytes.extend_from_slice(&line.salt);
    bytes.extend_from_slice(&sequence.to_be_bytes());
    bytes.extend_from_slice(&line.id);
    bytes.extend_from_slice(&line.at_ms.to_be_bytes());
    put(&mut bytes, line.actor.as_ref().map(|id| id.as_bytes().as_slice()));
    put(&mut bytes, Some(line.act.as_bytes()));
    put(&mut bytes, Some(line.object_kind.as_bytes()));
    put(&mut bytes, line.object.as_ref().map(<[u8; 16]>::as_slice));
    put(&mut bytes, line.count.map(i64::to_be_bytes).as_ref().map(<[u8; 8]>::as_slice));
    put(&mut bytes, line.reason.as_ref().map(<[u8; 32]>::as_slice));
    bytes.extend_from_slice(state);
    Sha256::digest(&bytes).into()
}

/// What binds a line to the reason somebody gave, so that the words themselves may be erased.
pub fn reason_commitment(salt: &[u8; 16], reason: &str) -> [u8; 32] {
    let hasher = Sha256::new().chain_update(REASON_WORDS).chain_update(salt);
    hasher.chain_update(reason.as_bytes()).finalize().into()
}

/// A part that may be absent, told apart from an empty one, with its length before it.
fn put(bytes: &mut Vec<u8>, part: Option<&[u8]>) {
    match part {
        None => bytes.push(0),
        Some(part) => {
            bytes.push(1);
            bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
            bytes.extend_from_slice(part);
        }
    }
}

#[cfg(test)]
mod tests;
