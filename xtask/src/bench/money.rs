//! `cargo xtask bench money PART…`: what the money paths take, beside the raw rate of the same rows
//! in the same tables in the same run.

mod bill;
mod ledger;
mod register;
mod statement;

use std::path::Path;

use anyhow::{Result, bail};

use super::Measured;

pub use ledger::operations;

/// The parts, each by its word.
const PARTS: &[(&str, super::Bench)] =
    &[("ledger", ledger::ledger), ("bill", bill::bill), ("statement", statement::statement)];

/// Measures the named parts, or all.
pub fn money(root: &Path, data: &Path, words: &[&str]) -> Result<Vec<Measured>> {
    if let Some(unknown) = words.iter().find(|word| PARTS.iter().all(|(known, _)| known != *word)) {
        bail!("no part of the money bench is called {unknown}");
    }
    let mut all = Vec::new();
    for (_, part) in PARTS.iter().filter(|(name, _)| words.is_empty() || words.contains(name)) {
        all.extend(part(root, data)?);
    }
    Ok(all)
}
