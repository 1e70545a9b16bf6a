//! `cargo xtask test-cluster [PART…]`: what holds when one machine is not enough, proven with
//! several servers on this one.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::ci::{build, cargo_beside_two_servers, has_postgresql, succeed};
use crate::cluster_batch;

/// What there is to prove, in the order of running.
const PARTS: &[(&str, Proof)] =
    &[("register", register), ("batch", |root, _| cluster_batch::prove(root))];

type Proof = fn(&Path, &str) -> Result<()>;

/// Races for one number, where none are asked for.
const RACES: &str = "10000";

/// Tests that touch people, claims, bills and what keeps regencies apart: they must be as green
/// where the tables of all regencies lie on two servers.
const ON_TWO_SERVERS: &[&str] = &[
    "tests::tenancy",
    "tests::spread",
    "tests::journey",
    "tests::money",
    "tests::constraints",
    "tests::migrations",
    "tests::log",
    "tests::neighbours",
    "tests::months",
    "people::",
    "bills::",
    "intake::",
    "months::",
];

/// Runs the named parts, or all.
pub fn run(root: &Path, words: &[&str]) -> Result<()> {
    let (races, names) = match words {
        ["--races", count, names @ ..] => (*count, names),
        names => (RACES, names),
    };
    if !races.parse::<u32>().is_ok_and(|count| (1..=20_000).contains(&count)) {
        bail!("{races} is no number of races up to 20,000");
    }
    if let Some(unknown) = names.iter().find(|name| PARTS.iter().all(|part| part.0 != **name)) {
        bail!("test-cluster knows no part {unknown}");
    }
    let chosen = PARTS.iter().filter(|part| names.is_empty() || names.contains(&part.0));
    for (name, prove) in chosen {
        println!("test-cluster: {name}");
        prove(root, races)?;
    }
    Ok(())
}

/// A register on two servers: races, a server killed, the way between them broken; then the tests
/// of the store and of the use cases on such a register.
fn register(root: &Path, races: &str) -> Result<()> {
    if !has_postgresql() {
        bail!("no PostgreSQL server is installed");
    }
    build(root)?;
    let alone = ["test", "--locked", "--workspace", "--lib", "nodes::", "--", "--nocapture"];
    let mut command = cargo_beside_two_servers(root)?;
    command.args(alone).env("PAYUNG_NODES_RACES", races);
    succeed(&mut command)?;
    succeed(&mut suite(root)?)
}

/// The tests named above, each register of theirs on two servers.
fn suite(root: &Path) -> Result<Command> {
    let mut command = cargo_beside_two_servers(root)?;
    command.args(["test", "--locked", "--workspace", "--lib", "--"]).args(ON_TWO_SERVERS);
    Ok(command)
}
