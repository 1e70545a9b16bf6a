//! Runs the literate scenarios of `scenarios/`: prose for people, fenced blocks for the program.
//!
//! Each block is a use case of `app`, on a fresh register, under a clock that stands at the
//! programme's first month. Afterwards the whole scenario is run again on the same register, and
//! nothing may change.

mod bank;
mod bills;
mod block;
mod books;
mod bpjs;
mod claims;
mod days;
mod doors;
mod facts;
mod jht;
mod journey;
mod outreach;
mod partners;
mod regions;
#[cfg(test)]
mod tests;
mod wall;

use anyhow::{Context, Result, bail};
use app::environment::Environment;
use app::keys::KeySource;
use app::office::{Location, Office, OfficeOptions};
use app::reading::Reader;
use base::RegionCode;

use crate::state::State;
use block::Block;
use journey::Journey;

/// The randomness of every scenario.
const SEED: u64 = 1;

/// Runs a scenario twice on a fresh register.
///
/// `path` stands before the line of everything that is said against the scenario.
///
/// # Errors
/// An expectation that does not hold, as "path:line: name: expected …, found …"; a block that
/// cannot be run; anything that the second run changes.
pub fn run(path: &str, text: &str, location: Location) -> Result<()> {
    let blocks = block::parse(path, text)?;
    let office = open(&blocks, location)?;
    let folder = tempfile::tempdir()?;
    Journey::new(&office, folder.path()).run(&blocks, Expectations::Checked)?;
    let before = State::of(&office)?;
    Journey::new(&office, folder.path()).run(&blocks, Expectations::PassedOver)?;
    match before.difference(&State::of(&office)?) {
        None => Ok(()),
        Some(difference) => bail!("{path}: a second run changes the register:\n{difference}"),
    }
}

/// Whether `harapan` blocks are looked at: the second time, the end stands at the beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expectations {
    Checked,
    PassedOver,
}

fn open(blocks: &[Block], location: Location) -> Result<Office> {
    let programme = blocks.iter().find(|block| block.name == "program");
    let programme = programme.context("a scenario needs a block `program`")?;
    let pemda = programme.value("pemda")?;
    let (first, _) = programme.months("bulan")?;
    Ok(Office::open(OfficeOptions {
        location,
        pemda: RegionCode::parse(pemda).with_context(|| programme.at("pemda", "not a code"))?,
        reader: Reader::InProcess,
        environment: Environment::fixed(first.first_day(), SEED),
        keys: KeySource::Ring(Box::new(store::twin::keys())),
    })?)
}
