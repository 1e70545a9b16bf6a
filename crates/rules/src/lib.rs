//! The law as dated data: regulation files become a [`Rulebook`], which answers what applied in
//! which month, to whom, by which article.
//!
//! The numbers live in `regulations/`, never here; a formula takes them by name and day. Nothing
//! here reads a file, a clock or the environment: the texts of the files are a parameter.
#![warn(missing_docs, clippy::disallowed_methods, clippy::float_arithmetic)]

pub mod age;
pub mod builtin;
pub mod contribution;
pub mod load;
pub mod payer;
pub mod rule;
pub mod rulebook;
mod schema;
pub mod scheme;

#[cfg(test)]
mod examples;

pub use age::AgeVerdict;
pub use contribution::{BpuQuery, Contribution, ContributionLine, ReliefEffect, ReliefNote};
pub use load::{LoadProblem, LoadProblemCode, RegulationFile};
pub use payer::{FundKind, GovernmentPaid, Payer};
pub use rule::{
    Bracket, Citation, Entry, Exclusion, KeyDate, OpenParameter, Parameter, Row, RuleId,
    RuleStatus, Scope, Source, Unit, UnitKind, Value, Wording,
};
pub use rulebook::{RuleGap, Rulebook, RulebookVersion};
pub use scheme::{Scheme, Schemes, WorkSector};
