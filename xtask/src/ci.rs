//! `cargo xtask ci`: named steps with their seconds, stopping at the first that fails.
//!
//! The same on a laptop and in CI, and one profile throughout, so that nothing is built twice.

mod api;
mod browser;

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

pub use api::long as schemathesis;

/// Tests that ran.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Counts {
    passed: u64,
    failed: u64,
}

impl Counts {
    fn add(&mut self, more: Counts) {
        self.passed += more.passed;
        self.failed += more.failed;
    }
}

/// How long the output of a command that ended is still listened to.
const LINGERS: Duration = Duration::from_secs(5);

type Step = fn(&Path, &mut Counts) -> Result<()>;

const STEPS: &[(&str, Step)] = &[
    ("setup", setup),
    ("fmt", fmt),
    ("clippy", clippy),
    ("tidy", tidy),
    ("tests", tests),
    ("deny", deny),
    ("docs", docs),
    ("demo", demo),
    ("browser", browser::browser),
    ("api", api::api),
    ("fuzz", fuzz),
];

/// Runs all steps, or those named, and says whether all went well.
///
/// The last line that it prints is the sum of the tests, whatever happened.
pub fn run(root: &Path, only: &[&str]) -> Result<bool> {
    if let Some(unknown) = only.iter().find(|name| !STEPS.iter().any(|(step, _)| step == *name)) {
        bail!("no step is called {unknown}");
    }
    let mut counts = Counts::default();
    let mut seconds = Vec::new();
    let mut all_well = true;
    for (name, step) in STEPS.iter().filter(|(name, _)| only.is_empty() || only.contains(name)) {
        println!("==> {name}");
        let begun = Instant::now();
        let done = step(root, &mut counts);
        let took = begun.elapsed().as_secs_f64();
        println!("<== {name} {took:.1} s");
        seconds.push(format!("{name} {took:.1}"));
        if let Err(error) = done {
            println!("FAILED at {name}: {error:#}");
            all_well = false;
            break;
        }
    }
    println!("seconds: {}", seconds.join(", "));
    println!("{} passed, {} failed", counts.passed, counts.failed);
    std::io::stdout().flush()?;
    Ok(all_well)
}

/// Installs what a fresh Debian machine lacks, when we may.
fn setup(_: &Path, _: &mut Counts) -> Result<()> {
    let mut missing = missing_packages();
    if missing.is_empty() {
        return Ok(());
    }
    let is_root = Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout == b"0\n");
    if !is_root || !exists("apt-get") {
        println!("not here and not to be installed: {}; their steps say so", missing.join(", "));
        return Ok(());
    }
    // Without this the package would start a cluster of its own, which nobody needs.
    let config = Path::new("/etc/postgresql-common");
    std::fs::create_dir_all(config)?;
    std::fs::write(config.join("createcluster.conf"), "create_main_cluster = false\n")?;
    let apt = |args: &[&str]| {
        Command::new("apt-get").args(args).env("DEBIAN_FRONTEND", "noninteractive").status()
    };
    let install =
        [&["install", "-y", "-q", "--no-install-recommends"], missing.as_slice()].concat();
    let installed = apt(&["update", "-q"])?.success() && apt(&install)?.success();
    missing = missing_packages();
    match installed && missing.is_empty() {
        true => Ok(()),
        false => bail!("apt-get could not install {}", missing.join(", ")),
    }
}

/// Debian's names of what the steps use and this machine has not.
fn missing_packages() -> Vec<&'static str> {
    let mut missing = Vec::new();
    if !has_postgresql() {
        missing.push("postgresql");
    }
    if !browser::has_chromium() {
        missing.push("chromium");
    }
    if !browser::has_node() {
        missing.extend(["nodejs", "npm"]);
    }
    if !api::has_python() {
        missing.push("python3-venv");
    }
    // Printed cards are scanned again.
    if !exists("pdftoppm") {
        missing.push("poppler-utils");
    }
    if !exists("zbarimg") {
        missing.push("zbar-tools");
    }
    // A test lets the disk fail by it.
    if !exists("strace") {
        missing.push("strace");
    }
    missing
}

pub fn has_postgresql() -> bool {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    versions.into_iter().any(|version| version.path().join("bin/initdb").exists())
        || exists("initdb")
}

fn fmt(root: &Path, _: &mut Counts) -> Result<()> {
    succeed(cargo(root).args(["fmt", "--all", "--check"]))?;
    succeed(cargo(root).args(["fmt", "--manifest-path", "fuzz/Cargo.toml", "--check"]))?;
    succeed(cargo(root).args(["fmt", "--manifest-path", "batch/Cargo.toml", "--check"]))
}

fn clippy(root: &Path, _: &mut Counts) -> Result<()> {
    let args = ["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"];
    succeed(cargo(root).args(args))
}

fn tidy(root: &Path, _: &mut Counts) -> Result<()> {
    crate::tidy::run(root)
}

/// Every test, on the embedded store and on a private PostgreSQL where one is installed.
fn tests(root: &Path, counts: &mut Counts) -> Result<()> {
    build(root)?;
    let mut command = match has_postgresql() {
        true => cargo_beside_a_server(root)?,
        false => cargo(root),
    };
    match Command::new("cargo-nextest").arg("--version").output().is_ok() {
        true => command
            .args(["nextest", "run", "--workspace", "--locked", "--no-fail-fast"])
            .args(["--status-level", "slow", "--final-status-level", "slow"]),
        false => command.args(["test", "--workspace", "--locked", "--no-fail-fast"]),
    };
    let ended_well = run_counting(&mut command, counts)?;
    match (ended_well, counts.passed) {
        (true, 1..) => Ok(()),
        (true, 0) => bail!("no test ran"),
        (false, _) => bail!("{} tests failed", counts.failed),
    }
}

/// Builds every program; the whole workspace at once, because one package alone would get
/// dependencies of its own.
pub fn build(root: &Path) -> Result<()> {
    succeed(cargo(root).args(["build", "--workspace", "--bins", "--locked"]))
}

fn deny(root: &Path, _: &mut Counts) -> Result<()> {
    if !exists("cargo-deny") {
        println!("cargo-deny is not here: tidy has checked the licences, Cargo.lock the sources");
        return Ok(());
    }
    succeed(cargo(root).args(["deny", "check", "licenses", "bans", "sources"]))
}

fn docs(root: &Path, _: &mut Counts) -> Result<()> {
    let args = ["doc", "--workspace", "--no-deps", "--locked", "--document-private-items"];
    succeed(cargo(root).args(args).env("RUSTDOCFLAGS", "-D warnings"))
}

/// The whole journey, and once more: the second time nothing may change.
fn demo(root: &Path, _: &mut Counts) -> Result<()> {
    build(root)?;
    let payung = target_folder(root)?.join("debug").join("payung");
    let data = std::env::temp_dir().join(format!("payung-ci-{}", std::process::id()));
    let first = run_demo(&payung, &data);
    let second = first.as_ref().ok().map(|_| run_demo(&payung, &data));
    let _ = std::fs::remove_dir_all(&data);
    let first = first?;
    let second = second.context("the first run went well")??;
    for key in ["rows", "people", "approved", "committed_rupiah", "covered", "cards"] {
        if first[key].is_null() {
            bail!("the demo does not report {key}");
        }
        if first[key] != second[key] {
            bail!("a second demo changed {key} from {} to {}", first[key], second[key]);
        }
        println!("{key}: {}", first[key]);
    }
    Ok(())
}

/// Whatever can be tried in a minute.
fn fuzz(root: &Path, _: &mut Counts) -> Result<()> {
    crate::fuzz::run(root, &crate::fuzz::IN_CI)
}

fn run_demo(payung: &Path, data: &Path) -> Result<serde_json::Value> {
    let mut command = Command::new(payung);
    command.arg("demo").arg("--data").arg(data).arg("--json").stderr(Stdio::inherit());
    let output = command.output().with_context(|| format!("{} must start", payung.display()))?;
    if !output.status.success() {
        bail!("payung demo ended with {}", output.status);
    }
    serde_json::from_slice(&output.stdout).context("payung demo --json prints one document")
}

/// The long loop of messages to another program: so many events, senders killed all the while.
pub fn events(root: &Path, count: &str) -> Result<()> {
    if !count.parse::<u32>().is_ok_and(|count| count > 0) {
        bail!("{count} is no number of events");
    }
    let test = ["test", "--locked", "-p", "payung", "--test", "it", "events::events_arrive"];
    if !has_postgresql() {
        println!("no PostgreSQL server is installed: its half is left out");
        let mut command = cargo(root);
        return succeed(command.args(test).args(["--", "--nocapture"]).env("PAYUNG_EVENTS", count));
    }
    build(root)?;
    let mut command = cargo_beside_a_server(root)?;
    command.args(test).args(["--", "--nocapture"]);
    succeed(command.env("PAYUNG_EVENTS", count))
}

/// Bits of a journey's register turned over, in stored values and in the file's bytes, so many of
/// each: all that change anything must be found.
pub fn tamper(root: &Path, flips: &str) -> Result<()> {
    if !flips.parse::<u64>().is_ok_and(|count| count > 0) {
        bail!("{flips} is no number of flips");
    }
    let test = ["test", "--locked", "-p", "app", "--lib", "flipped_bit", "--", "--nocapture"];
    succeed(cargo(root).args(test).env("PAYUNG_TAMPER", flips))?;
    if !has_postgresql() {
        println!("no PostgreSQL server is installed: its half is left out");
        return Ok(());
    }
    build(root)?;
    let mut command = cargo_beside_a_server(root)?;
    command.args(["test", "--locked", "-p", "store", "turned_over_on_a_server"]);
    succeed(command.env("PAYUNG_TAMPER", flips))
}

/// Turns the text of a card over so many times: no turned text may pass for a card.
pub fn card_mutations(root: &Path, count: &str) -> Result<()> {
    if !count.parse::<u64>().is_ok_and(|count| count > 0) {
        bail!("{count} is no number of mutations");
    }
    let test = ["test", "--locked", "--workspace", "--lib", "no_mutation_of_a_card"];
    succeed(cargo(root).args(test).env("PAYUNG_CARD_MUTATIONS", count))
}

/// Prints so many cards of invented people in the layouts, scans them off a raster of 200 dots to
/// the inch, and checks each.
pub fn card_scans(root: &Path, count: &str) -> Result<()> {
    if !count.parse::<u32>().is_ok_and(|count| count > 0) {
        bail!("{count} is no number of cards");
    }
    if !exists("pdftoppm") || !exists("zbarimg") {
        bail!("poppler-utils and zbar-tools must be here: cargo xtask ci setup");
    }
    let test = ["test", "--locked", "-p", "documents", "--test", "cards", "--", "--nocapture"];
    succeed(cargo(root).args(test).env("PAYUNG_CARD_SCANS", count))
}

/// The long loop of two regencies in one database, each trying what is the other's.
pub fn tenants(root: &Path, operations: &str) -> Result<()> {
    if !operations.parse::<u64>().is_ok_and(|count| count > 0) {
        bail!("{operations} is no number of operations");
    }
    if !has_postgresql() {
        bail!("no PostgreSQL server is installed");
    }
    build(root)?;
    let mut command = cargo_beside_a_server(root)?;
    command.args(["test", "--locked", "-p", "store", "neighbour", "--", "--nocapture"]);
    succeed(command.env("PAYUNG_TENANT_OPERATIONS", operations))
}

/// Learns the weights that ship from sets whose truth is known, and measures them on others.
pub fn linkage_train(root: &Path, words: &[&str]) -> Result<()> {
    let args = ["run", "--release", "--locked", "-p", "bulk", "--example", "train", "--"];
    succeed(cargo(root).args(args).args(words))
}

/// Where cargo puts what it builds.
pub fn target_folder(root: &Path) -> Result<PathBuf> {
    let mut command = cargo(root);
    let output = command.args(["metadata", "--no-deps", "--format-version", "1"]).output()?;
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    let folder = metadata["target_directory"].as_str();
    Ok(folder.context("cargo metadata names the target directory")?.into())
}

/// Cargo, started at the top of the tree.
pub fn cargo(root: &Path) -> Command {
    let mut command = Command::new(this_cargo());
    command.current_dir(root);
    as_from_a_shell(&mut command);
    command
}

/// The same on a private PostgreSQL, which has to be built before.
pub fn cargo_beside_a_server(root: &Path) -> Result<Command> {
    let mut command = Command::new(target_folder(root)?.join("debug/testkit-pg"));
    command.current_dir(root).arg(this_cargo());
    as_from_a_shell(&mut command);
    Ok(command)
}

/// The same on two private servers, over which registers are laid.
pub fn cargo_beside_two_servers(root: &Path) -> Result<Command> {
    let mut command = Command::new(target_folder(root)?.join("debug/testkit-pg"));
    command.current_dir(root).arg("--two").arg(this_cargo());
    as_from_a_shell(&mut command);
    Ok(command)
}

fn this_cargo() -> std::ffi::OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// Hides what cargo says of this tool: build scripts of dependencies ask for it, and would run
/// again each time after somebody has called cargo by hand.
fn as_from_a_shell(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        let is_of_package = name.to_str().is_some_and(|name| {
            name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
        });
        if is_of_package {
            command.env_remove(name);
        }
    }
}

/// Runs a command to its end.
pub fn succeed(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("{command:?} must start"))?;
    match status.success() {
        true => Ok(()),
        false => bail!("{command:?} ended with {status}"),
    }
}

/// Whether a program is to be found.
pub fn exists(program: &str) -> bool {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders).any(|folder| folder.join(program).is_file())
}

/// Runs a test command, passes its lines on and adds up its counts.
///
/// What the command started may outlive it and hold its output open; that is waited for shortly.
fn run_counting(command: &mut Command, counts: &mut Counts) -> Result<bool> {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("{command:?} must start"))?;
    let stdout = child.stdout.take().context("stdout was asked for")?;
    let stderr = child.stderr.take().context("stderr was asked for")?;
    let (tell, told) = mpsc::channel();
    let other = tell.clone();
    std::thread::spawn(move || pass_on(stdout, &tell));
    std::thread::spawn(move || pass_on(stderr, &other));
    let ended_well = child.wait()?.success();
    let until = Instant::now() + LINGERS;
    loop {
        match told.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(found) => counts.add(found),
            Err(RecvTimeoutError::Disconnected) => return Ok(ended_well),
            Err(RecvTimeoutError::Timeout) => {
                println!("something that {command:?} started lives on");
                return Ok(ended_well);
            }
        }
    }
}

/// Prints the lines of a stream and tells the counts in each.
fn pass_on(stream: impl Read, tell: &mpsc::Sender<Counts>) {
    for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        // Nobody listens any more when the command has long ended.
        let _ = tell.send(counts_in(&line));
    }
}

/// Reads "Summary [ 1.2s] 46 tests run: 45 passed, 1 failed" of nextest,
/// "test result: ok. 46 passed; 0 failed; …" of cargo's own runner, and the line
/// "46 passed, 0 failed" of the check of pages.
fn counts_in(line: &str) -> Counts {
    let line = line.trim_start();
    let words: Vec<&str> = line.split([' ', ',', ';']).filter(|word| !word.is_empty()).collect();
    let is_all = matches!(words.as_slice(), [_, "passed", _, "failed"]);
    if !line.starts_with("Summary [") && !line.starts_with("test result:") && !is_all {
        return Counts::default();
    }
    let before = |name: &str| {
        let pair = words.windows(2).find(|pair| pair[1] == name);
        pair.and_then(|pair| pair[0].parse().ok()).unwrap_or(0)
    };
    // A test that nextest had to stop has failed too.
    Counts { passed: before("passed"), failed: before("failed") + before("timed") }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A browser leaves helpers behind that keep what it was given to write to.
    #[test]
    fn what_a_command_leaves_behind_is_not_waited_for() {
        let mut command = Command::new("sh");
        command.args(["-c", "sleep 60 & echo 3 passed, 1 failed"]);
        let (mut counts, begun) = (Counts::default(), Instant::now());
        assert!(run_counting(&mut command, &mut counts).unwrap());
        assert_eq!(counts, Counts { passed: 3, failed: 1 });
        assert!(begun.elapsed() < Duration::from_secs(40));
    }

    #[test]
    fn counts_of_both_runners_are_read() {
        let counts = |passed, failed| Counts { passed, failed };
        for (line, expect) in [
            ("     Summary [   0.123s] 46 tests run: 46 passed, 1 skipped", counts(46, 0)),
            (
                "Summary [ 1.5s] 46 tests run: 44 passed (1 slow), 2 failed, 0 skipped",
                counts(44, 2),
            ),
            (
                "Summary [ 1.5s] 3 tests run: 1 passed, 1 failed, 1 timed out, 0 skipped",
                counts(1, 2),
            ),
            (
                "test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered",
                counts(12, 0),
            ),
            ("test result: FAILED. 3 passed; 2 failed; 0 ignored", counts(3, 2)),
            ("600 passed, 1 failed", counts(600, 1)),
            ("a test that prints 5 passed", counts(0, 0)),
        ] {
            assert_eq!(counts_in(line), expect, "{line}");
        }
    }

    #[test]
    fn an_unknown_step_is_refused() {
        assert!(run(Path::new("."), &["tests", "deploy"]).is_err());
    }
}
