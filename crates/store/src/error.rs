//! What can go wrong between Payung and its register; no variant carries a person's identity.

use std::fmt;

/// A storage operation that did not happen.
///
/// Whatever the variant, the transaction it belongs to leaves nothing behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreError {
    /// Somebody else is writing, or two writers met: trying again is safe.
    Busy,
    /// A named constraint of the schema refused the write. SQLite does not name foreign keys:
    /// there the name is `foreign_key`.
    ConstraintViolated {
        /// The constraint's name, as in the migrations.
        name: Box<str>,
    },
    /// Something that was named does not exist.
    NotFound {
        /// The table.
        what: &'static str,
    },
    /// The disk, the network or the server does not answer; trying again later is safe.
    Unavailable {
        /// The engine's own code or message, without values.
        cause: Box<str>,
    },
    /// Another server of the same register does not answer; ours does. Trying again later is safe.
    NodeAway,
    /// The register holds something that Payung never writes.
    Corrupt {
        /// What was being read.
        what: Box<str>,
    },
    /// The register was made by a newer Payung.
    SchemaNewer {
        /// The newest migration it has seen.
        found: i64,
    },
    /// The register has not seen this program's migrations yet, and this role may not run them.
    SchemaOlder {
        /// The newest migration it has seen.
        found: i64,
    },
    /// The database role could look past what keeps regencies apart; only migrations come so.
    RoleTooStrong {
        /// `superuser`, `bypassrls` or `owner`.
        why: Box<str>,
    },
    /// The database role may not do this, or the row is not this regency's.
    Forbidden,
    /// The register is sealed and nobody brought its keys.
    KeysMissing,
    /// The register is sealed by other keys than those brought.
    KeysDiffer,
    /// The register goes by a step of the index key's chain that the keys brought lack.
    IndexKeyOlder {
        /// The steps that it goes by.
        needed: u32,
        /// The steps that the keys have.
        known: u32,
    },
    /// The register was brought from a time before the last step of its place's chain.
    IndexBehind {
        /// The steps that it goes by.
        found: u32,
        /// The steps that its place goes by.
        place: u32,
    },
    /// The register comes from after a step that the place it is brought to has not taken.
    IndexAhead {
        /// The steps that it goes by.
        found: u32,
        /// The steps that the place goes by.
        place: u32,
    },
    /// The tables of all regencies lie in parts on several servers, each with a chain of its own.
    IndexInParts,
    /// A statement of ours is wrong: a bug.
    Statement {
        /// The engine's message about the statement.
        message: Box<str>,
    },
    /// A test asked for this failure.
    Fault,
}

impl StoreError {
    /// Whether a constraint of this name refused the write.
    pub fn is_constraint(&self, expected: &str) -> bool {
        matches!(self, StoreError::ConstraintViolated { name } if &**name == expected)
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StoreError::Busy => f.write_str("the register is busy"),
            StoreError::ConstraintViolated { name } => write!(f, "refused by constraint {name}"),
            StoreError::NotFound { what } => write!(f, "no such {what}"),
            StoreError::Unavailable { cause } => write!(f, "the register is unavailable: {cause}"),
            StoreError::NodeAway => f.write_str("another server of the register does not answer"),
            StoreError::Corrupt { what } => write!(f, "the register is damaged: {what}"),
            StoreError::SchemaNewer { found } => {
                write!(f, "the register belongs to a newer version: migration {found}")
            }
            StoreError::SchemaOlder { found } => {
                write!(f, "the register waits for its migrations: it has seen {found}")
            }
            StoreError::RoleTooStrong { why } => write!(f, "the database role is {why}"),
            StoreError::Forbidden => f.write_str("the database role may not do this"),
            StoreError::KeysMissing => f.write_str("the register's keys are missing"),
            StoreError::KeysDiffer => f.write_str("the register was sealed by other keys"),
            StoreError::IndexKeyOlder { needed, known } => {
                write!(
                    f,
                    "the register goes by step {needed} of the index key, the keys by {known}"
                )
            }
            StoreError::IndexBehind { found, place } => {
                write!(
                    f,
                    "the register goes by step {found} of the index key, its place by {place}"
                )
            }
            StoreError::IndexAhead { found, place } => {
                write!(
                    f,
                    "the register goes by step {found} of the index key, its place by {place}"
                )
            }
            StoreError::IndexInParts => {
                f.write_str("the tables of all regencies lie on several servers")
            }
            StoreError::Statement { message } => write!(f, "a wrong statement: {message}"),
            StoreError::Fault => f.write_str("an injected fault"),
        }
    }
}

impl std::error::Error for StoreError {}
