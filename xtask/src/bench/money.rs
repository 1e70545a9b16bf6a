//! `cargo xtask bench money PART…`: what the money paths take, beside the raw rate of the same rows
//! in the same tables in the same run.

mod bill;
mod ledger;
mod register;
mod statement;

use anyhow::{Result, bail};

use super::Bench;

pub use ledger::operations;

/// The parts, each by its word.
const PARTS: &[(&str, Bench)] =
    &[("ledger", ledger::ledger), ("bill", bill::bill), ("statement", statement::statement)];

/// The named parts, or all.
pub fn parts(words: &[&str]) -> Result<Vec<Bench>> {
    if let Some(unknown) = words.iter().find(|word| PARTS.iter().all(|(known, _)| known != *word)) {
        bail!("no part of the money bench is called {unknown}");
    }
    let named = PARTS.iter().filter(|(name, _)| words.is_empty() || words.contains(name));
    Ok(named.map(|(_, part)| *part).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_named_or_all() {
        assert_eq!(parts(&[]).expect("all").len(), 3);
        assert_eq!(parts(&["bill"]).expect("one").len(), 1);
        assert!(parts(&["bill", "bil"]).is_err());
    }
}
