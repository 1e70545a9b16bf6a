//! The business of Payung as pure functions: values in, values out.
//!
//! A use case is receive, load a `Snapshot`, decide here, apply the `Changes`. Nothing here reads a
//! clock, a disk, the environment or randomness, and nothing here is serialised: the edges own
//! their formats.
#![warn(missing_docs, clippy::disallowed_methods, clippy::float_arithmetic)]

pub mod access;
pub mod agreement;
pub mod annex;
pub mod approval;
pub mod attachment;
pub mod audit;
pub mod billing;
pub mod board;
pub mod card;
pub mod card_day;
pub mod claim;
pub mod coverage;
mod digest;
pub mod duplicates;
pub mod enrolment;
pub mod facility;
pub mod field;
pub mod fund;
pub mod intake;
pub mod jht;
pub mod ledger;
pub mod membership;
pub mod merging;
pub mod message;
pub mod movement;
pub mod occupation;
pub mod organisation;
pub mod outbox;
pub mod outreach;
pub mod payment;
pub mod plan;
pub mod priority;
pub mod programme;
pub mod reference;
pub mod registry;
pub mod scholarship;
pub mod screening;
pub mod segment;
pub mod sipp;
pub mod snap;
mod tariff;
pub mod task;
pub mod terms;
mod words;
pub mod works;

#[cfg(test)]
mod tests;
