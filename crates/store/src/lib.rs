//! The only SQL: migrations, both engines, and one module per noun that loads and keeps values.
//!
//! A `Snapshot` goes out, `Changes` come in; nothing here decides anything about the business,
//! reads a clock or makes an identifier. SQLite is the embedded default, PostgreSQL the shared
//! store; the statements are the same text wherever they can be.

mod catalogue;
mod digest;
mod effect;
mod engine;
mod error;
mod faults;
mod indexes;
mod log;
mod migrate;
mod pool;
mod seal;
mod sql;
mod tables;
mod transaction;
mod value;

pub mod access;
pub mod accounts;
pub mod agreements;
pub mod annexes;
pub mod api;
pub mod attachments;
pub mod audit;
pub mod benefit_claims;
pub mod bills;
pub mod card_days;
pub mod card_keys;
pub mod cards;
pub mod carry;
pub mod checkpoints;
pub mod claims;
pub mod copies;
mod cover_once;
pub mod cover_sums;
pub mod coverage;
pub mod covered;
pub mod deaths;
pub mod doors;
pub mod duplicates;
pub mod enrolment;
pub mod factors;
pub mod field;
pub mod funds;
pub mod jht;
pub mod jobs;
pub mod keys;
pub mod ledger;
pub mod mandates;
pub mod marks;
pub mod memberships;
pub mod merges;
pub mod months;
pub mod movements;
pub mod orgs;
pub mod outbox;
pub mod outreach;
pub mod payments;
pub mod people;
pub mod plans;
pub mod programmes;
pub mod proposals;
pub mod provision;
mod reasons;
pub mod recoveries;
pub mod references;
pub mod reports;
pub mod rotation;
pub mod scholarships;
pub mod settings;
pub mod sheets;
pub mod sipp;
pub mod snap;
pub mod spread;
pub mod staging;
pub mod steps;
pub mod twin;
pub mod verify;

#[cfg(test)]
mod tests;

pub use engine::Location;
pub use error::StoreError;
pub use faults::Faults;
pub use seal::{rotate as rotate_keys, wrapped_counts};
pub use transaction::{Store, Tx};
