//! What tests share and production never sees.

pub mod postgres;
