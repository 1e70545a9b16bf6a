//! The wall of a small practice regency.
