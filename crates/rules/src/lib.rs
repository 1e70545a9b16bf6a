//! The law as dated data: regulation files become a [`Rulebook`], which answers what applied in
//! which month, to whom, by which article.
//!
//! The numbers live in `regulations/`, never here; a formula takes them by name and day. Nothing
//! here reads a file, a clock or the environment: the texts of the files are a parameter.
#![warn(missing_docs, clippy::disallowed_methods, clippy::float_arithmetic)]

pub mod age;
pub mod benefit;
pub mod builtin;
pub mod calendar;
pub mod check;
pub mod contribution;
pub mod coverage;
pub mod diff;
pub mod explain;
pub mod load;
pub mod payer;
pub mod quote;
pub mod rule;
pub mod rulebook;
mod schema;
pub mod scheme;

#[cfg(test)]
mod examples;

pub use age::AgeVerdict;
pub use benefit::{
    AidsQuery, Cause, Heir, HeirAnswer, IncapacityQuery, JhtAccount, JhtAccountQuery, JhtDeposit,
    JhtMonth, JhtQuery, JhtReason, JhtTaken, JkkQuery, JkmQuery, JkpQuery, JpQuery, Loss,
    MonthsPaid, PartialQuery, ProsthesisCost, ScholarshipQuery, SchoolLevel, SchoolStart,
    TransportQuery, parse_paid_months,
};
pub use calendar::DueDay;
pub use check::{CheckFinding, CheckKind};
pub use contribution::{
    Base, Bearer, BpuQuery, BpuTable, ConstructionBasis, ConstructionQuery, Contribution,
    ContributionLine, ContributionQuery, EmployerSize, How, PenaltyQuery, PmiQuery, PrepaidQuery,
    PuQuery, ReliefEffect, ReliefNote, RiskClass, Split,
};
pub use coverage::{Consequence, Cover, CoverAnswer, CoverQuery, Transition};
pub use diff::{DiffCase, MoneyChange, RulebookDiff, diff};
pub use explain::{Answer, Line, LineKey, Note, Number, NumberKey, Op, Quantity, percent};
pub use load::{LoadProblem, LoadProblemCode, RegulationFile};
pub use payer::{FundKind, GovernmentPaid, Payer};
pub use quote::{
    MonthsForBudget, PeopleForBudget, Quote, QuoteGroup, QuoteMonth, QuoteQuery, QuoteWarning,
};
pub use rule::{
    Bracket, Citation, Entry, Exclusion, Holiday, KeyDate, OpenParameter, Parameter, Per, Row,
    RuleId, RuleStatus, Scope, Source, Step, Unit, UnitKind, Value, Wording,
};
pub use rulebook::{RuleGap, Rulebook, RulebookVersion};
pub use scheme::{Scheme, Schemes, Segment, WorkSector};
