//! `cargo xtask fuzz [SECONDS]`: hostile input for whatever reads from outside.
//!
//! With a nightly compiler and cargo-fuzz the targets under `fuzz/` run, each for its share of the
//! time. Without them the property tests of the same code try more cases. Nothing is installed.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::ci::{cargo, exists, succeed};

const TARGETS: &[&str] = &["sheet", "csv", "nik", "date", "statement", "snap", "sipp", "number"];
/// What a target may hold; the limits that it reads within allow a small part of it.
const MEGABYTES_MAX: u32 = 512;
/// One input may take so long, on a busy machine too.
const INPUT_SECONDS_MAX: u32 = 10;
/// Real files for the sheet target to start from, beside its own.
const SHEETS: &str = "fixtures/sheets/nasty";
/// Our code is free of `unsafe`, so the time goes to more inputs rather than to watching memory.
const WITHOUT_SANITIZER: &[&str] = &["--sanitizer", "none"];
/// The modules whose property tests stand in for the targets.
const MODULES: &[&str] = &[
    "nik::",
    "day::",
    "person::",
    "read::",
    "intake::",
    "statement::",
    "snap::",
    "sipp::",
    "card::",
    "payment::",
];

/// How long the targets run together, or how many cases each property test tries instead.
pub struct Slice {
    pub seconds: u64,
    pub cases: u32,
}

/// When somebody asks for it.
pub const BY_HAND: Slice = Slice { seconds: 120, cases: 100_000 };
/// When it is one step of many.
pub const IN_CI: Slice = Slice { seconds: 60, cases: 20_000 };

/// Runs the targets where that can be done, and the property tests where it cannot.
pub fn run(root: &Path, slice: &Slice) -> Result<()> {
    match why_not(root)? {
        None => run_targets(root, slice.seconds),
        Some(reason) => {
            println!("{reason}: property tests instead, {} cases each", slice.cases);
            run_property_tests(root, slice.cases)
        }
    }
}

/// The same for so many seconds.
pub fn run_for(root: &Path, seconds: &str) -> Result<()> {
    let seconds = seconds.parse().with_context(|| format!("{seconds} is no number of seconds"))?;
    run(root, &Slice { seconds, ..BY_HAND })
}

/// Why the targets cannot be built here, if they cannot.
fn why_not(root: &Path) -> Result<Option<&'static str>> {
    let ends_well = |command: &mut Command| {
        command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|s| s.success())
    };
    if !ends_well(nightly(root).args(["fuzz", "--version"])) {
        return Ok(Some("no nightly compiler with cargo-fuzz"));
    }
    take_versions(root)?;
    // The one crate that the main tree lacks may neither be here nor within reach.
    if !ends_well(nightly(root).args(["tree", "--manifest-path", "fuzz/Cargo.toml"])) {
        return Ok(Some("the crates of fuzz/Cargo.toml cannot be had"));
    }
    Ok(None)
}

/// The targets build on the versions that Payung is shipped with.
fn take_versions(root: &Path) -> Result<()> {
    let (main, own) = (root.join("Cargo.lock"), root.join("fuzz/Cargo.lock"));
    let changed = |path| std::fs::metadata(path).and_then(|file| file.modified()).ok();
    if changed(&own) < changed(&main) {
        std::fs::copy(&main, &own).context("fuzz/Cargo.lock must be writable")?;
    }
    Ok(())
}

fn run_targets(root: &Path, seconds: u64) -> Result<()> {
    succeed(nightly(root).args(["fuzz", "build"]).args(WITHOUT_SANITIZER))?;
    let share = (seconds / TARGETS.len() as u64).max(1);
    for target in TARGETS {
        let (corpus, seeds) = (format!("fuzz/corpus/{target}"), format!("fuzz/seeds/{target}"));
        std::fs::create_dir_all(root.join(&corpus))?;
        let mut command = nightly(root);
        // Inputs worth keeping go to the first folder; the others are only read.
        command.args(["fuzz", "run"]).args(WITHOUT_SANITIZER).args([target, &*corpus, &*seeds]);
        if *target == "sheet" {
            command.arg(SHEETS);
        }
        command.arg("--").arg(format!("-max_total_time={share}"));
        command.arg(format!("-rss_limit_mb={MEGABYTES_MAX}"));
        command.arg(format!("-timeout={INPUT_SECONDS_MAX}")).arg("-print_final_stats=1");
        let output = command.output().with_context(|| format!("{command:?} must start"))?;
        let told = String::from_utf8_lossy(&output.stderr);
        println!("{target}: {}", judge(target, output.status.success(), &told)?);
    }
    Ok(())
}

/// What a target did in its time; a finding is an error, told with the way to see it again.
fn judge(target: &str, ended_well: bool, told: &str) -> Result<String> {
    if !ended_well {
        let lines: Vec<&str> = told.lines().collect();
        println!("{}", lines[lines.len().saturating_sub(60)..].join("\n"));
        bail!("{target} found an input that breaks a promise");
    }
    let stat = |name: &str| {
        let line = told.lines().find_map(|line| line.strip_prefix("stat::")?.strip_prefix(name));
        line.and_then(|line| line.trim_start_matches(':').trim().parse::<u64>().ok())
    };
    let figures =
        (stat("number_of_executed_units"), stat("average_exec_per_sec"), stat("peak_rss_mb"));
    let (Some(executions), Some(per_second), Some(megabytes)) = figures else {
        bail!("{target} ended without its figures");
    };
    Ok(format!("{executions} executions, {per_second} a second, at most {megabytes} MB"))
}

/// The property tests among the workspace's tests, which are built already.
fn run_property_tests(root: &Path, cases: u32) -> Result<()> {
    let mut command = cargo(root);
    match exists("cargo-nextest") {
        true => command
            .args(["nextest", "run", "--workspace", "--lib", "--locked", "--no-fail-fast"])
            .args(["-E", "package(base) + package(documents) + package(domain)"])
            .args(["--status-level", "slow", "--final-status-level", "slow"]),
        false => command.args(["test", "--workspace", "--lib", "--locked", "--no-fail-fast", "--"]),
    };
    succeed(command.args(MODULES).env("PROPTEST_CASES", cases.to_string()))
}

/// A nightly cargo, started at the top of the tree.
fn nightly(root: &Path) -> Command {
    let mut command = Command::new("rustup");
    command.args(["run", "nightly", "cargo"]).current_dir(root);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(ended_well: bool, told: &str, expect: Result<&str, &str>) {
        let found = judge("nik", ended_well, told).map_err(|error| error.to_string());
        assert_eq!(found.as_deref().map_err(String::as_str), expect);
    }

    #[test]
    fn figures_and_findings_are_told() {
        let figures = "Done 1500 runs in 15 second(s)\nstat::number_of_executed_units: 1500\n\
            stat::average_exec_per_sec:     100\nstat::peak_rss_mb:              41\n";
        check(true, figures, Ok("1500 executions, 100 a second, at most 41 MB"));
        check(true, "Done\n", Err("nik ended without its figures"));
        check(false, "panicked\n", Err("nik found an input that breaks a promise"));
    }

    #[test]
    fn every_target_is_run_and_has_seeds() {
        let root = crate::root();
        let manifest = std::fs::read_to_string(root.join("fuzz/Cargo.toml")).expect("is there");
        let bins: Vec<&str> = manifest
            .split("[[bin]]")
            .skip(1)
            .filter_map(|bin| bin.split("name = \"").nth(1)?.split('"').next())
            .collect();
        assert_eq!(bins, TARGETS);
        for target in TARGETS {
            let seeds = std::fs::read_dir(root.join("fuzz/seeds").join(target)).expect("a folder");
            assert!(seeds.count() > 0, "{target}");
        }
        assert!(root.join(SHEETS).is_dir());
    }
}
