//! The store against both engines, with invented people only.

mod carry;
mod constraints;
mod court;
mod faults;
mod identity;
mod journey;
mod ledger;
mod log;
mod migrations;
mod money;
mod neighbours;
mod reasons;
mod schema;
mod sipp;
mod staging;
mod tenancy;
mod together;
mod world;
