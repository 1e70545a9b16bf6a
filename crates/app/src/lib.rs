//! Use cases: who may, load, decide, apply, notify. The one place with a clock and a transaction.

pub mod environment;
pub mod words;
