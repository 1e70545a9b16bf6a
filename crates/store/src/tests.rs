//! The store against both engines.

mod schema;
