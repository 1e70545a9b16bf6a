//! Decisions in the order of outcomes.
