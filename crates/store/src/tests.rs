//! The store against both engines, with invented people only.

mod card_days;
mod carry;
mod constraints;
mod court;
mod coverage;
mod coverage_once;
mod doors;
mod faults;
mod field;
mod identity;
mod journey;
mod ledger;
mod log;
mod marks;
mod migrations;
mod money;
mod neighbours;
mod notices;
mod outreach;
mod reasons;
mod schema;
mod sipp;
mod staging;
mod tenancy;
mod together;
mod world;
