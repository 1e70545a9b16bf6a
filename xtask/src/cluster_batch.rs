//! `cargo xtask test-cluster batch` and `cargo xtask bench batch`: batch work on a query engine.
//!
//! `batch/` is a workspace of its own (docs/decisions/0054): nothing else here builds it. The
//! proofs are its integration tests, run on a list of known truth; the measurements start the
//! release build as an operator does and read what it says of itself.

use std::fmt::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::bench::{append, head};
use crate::ci::{cargo, succeed, target_folder};
use crate::linkage_data::{self, Dirt, Order};

/// Rows of the list that is linked in the proofs.
const PROOF_ROWS: u64 = 6_000; // not law: some minutes of two cores in all
/// People who are billed in the proofs.
const PROOF_PEOPLE: &str = "20000";

/// Builds the program and runs its proofs one after the other, since each starts many processes.
pub fn prove(root: &Path) -> Result<()> {
    let list = list(root, PROOF_ROWS)?;
    succeed(cargo(root).args(["build", "--locked", "-p", "payung"]))?;
    let mut tests = cargo(&root.join("batch"));
    tests
        .args(["test", "--locked", "--", "--test-threads=1", "--nocapture"])
        .env("PAYUNG_BATCH_LIST", &list)
        .env("PAYUNG_BATCH_OFFICE", target_folder(root)?.join("debug/payung"))
        .env("PAYUNG_BATCH_PEOPLE", PROOF_PEOPLE);
    succeed(&mut tests)
}

/// An invented list in which people stand twice; made once.
fn list(root: &Path, rows: u64) -> Result<PathBuf> {
    let out = root.join("target/batch-data").join(format!("list-{rows}"));
    let path = out.join("file.csv");
    if !path.is_file() {
        let unfinished = out.with_extension("new");
        empty(&unfinished)?;
        empty(&out)?;
        let regions = "3515,3578,3516,3525,3507,3514".to_owned();
        let order = Order {
            registry: rows,
            intake: None,
            seed: 13,
            regions,
            dirt: Dirt::Normal,
            out: unfinished.clone(),
        };
        linkage_data::run(root, &order)?;
        std::fs::rename(unfinished, out)?;
    }
    Ok(path)
}

/// Takes away what was begun and not ended.
fn empty(folder: &Path) -> Result<()> {
    if folder.is_dir() {
        std::fs::remove_dir_all(folder)?;
    }
    Ok(())
}

/// What can be measured, and by how many rows.
const PARTS: [(&str, u64); 5] = [
    ("figures", 14_600_000),
    ("billing", 1_000_000),
    ("linkage1m", 1_000_000),
    ("linkage10m", 10_000_000),
    ("cluster", 1_000_000),
];

/// Builds a release, measures all parts but the largest, or the named ones, and appends to
/// `docs/bench/batch.md`.
pub fn bench(root: &Path, words: &[&str]) -> Result<()> {
    succeed(cargo(&root.join("batch")).args(["build", "--release", "--locked"]))?;
    let program = root.join("target/batch/release/payung-batch");
    let parts: Vec<(&str, u64)> = match words {
        [] => PARTS.into_iter().filter(|(name, _)| *name != "linkage10m").collect(),
        words => {
            let known = |word: &&str| PARTS.into_iter().find(|(name, _)| name == word);
            words
                .iter()
                .map(|word| known(word).with_context(|| format!("no part is called {word}")))
                .collect::<Result<_>>()?
        }
    };
    let mut record = format!(
        "\n## {}\n\n| what | rows | seconds | processor seconds | MB |\n|---|---|---|---|---|\n",
        head(root)?
    );
    for (part, rows) in parts {
        let data = root.join("target/batch-data").join(format!("{part}-{rows}"));
        measure(root, &program, part, rows, &data, &mut record)?;
    }
    print!("{record}");
    append(&root.join("docs/bench/batch.md"), "batch", &record)
}

fn measure(
    root: &Path,
    program: &Path,
    part: &str,
    rows: u64,
    data: &Path,
    record: &mut String,
) -> Result<()> {
    let tables = tables(root, program, part, rows, data)?;
    let job = Job { program, tables: &tables, data };
    let mut line = |what: &str, told: &Told| {
        let Told { seconds, processor, megabytes, .. } = told;
        writeln!(record, "| {what} | {rows} | {seconds:.2} | {processor:.2} | {megabytes} |")
    };
    match part {
        "cluster" => {
            let words = ["billing", "--engine", "plan", "--partitions", "2"];
            let here = job.run(&words)?;
            line("billing in one process, two cores", &here)?;
            let cluster = Cluster::start(program, &data.join("work"))?;
            let url = format!("df://127.0.0.1:{}", cluster.port);
            let words = ["billing", "--partitions", "2", "--scheduler", &url];
            let there = job.run(&words)?;
            line("the same on two executors of one core each", &there)?;
            drop(cluster);
            same(part, &[here.result, there.result])?;
            let times = there.seconds / here.seconds;
            println!("two executors take {times:.2} times as long as one process");
        }
        part => {
            let name = if part.starts_with("linkage") { "linkage" } else { part };
            let mut results = Vec::new();
            for engine in ["own", "plan"] {
                let told = job.run(&[name, "--engine", engine])?;
                line(&format!("{name}, {engine}"), &told)?;
                results.push(told.result);
            }
            same(part, &results)?;
        }
    }
    Ok(())
}

/// The tables of a part, invented once; what was begun and not ended is begun anew.
fn tables(root: &Path, program: &Path, part: &str, rows: u64, data: &Path) -> Result<PathBuf> {
    let (tables, unfinished) = (data.join("tables"), data.join("tables.new"));
    if tables.is_dir() {
        return Ok(tables);
    }
    empty(&unfinished)?;
    let mut invent = Command::new(program);
    invent.arg("invent").arg("--output").arg(&unfinished);
    match part.starts_with("linkage") {
        true => invent.arg("--list").arg(list(root, rows)?).args(["--tenants", "8"]),
        false => invent.args(["--tenants", "514", "--people", &rows.to_string()]),
    };
    succeed(&mut invent)?;
    std::fs::rename(&unfinished, &tables)?;
    Ok(tables)
}

/// Refuses to record measurements of ways that give different results.
fn same(part: &str, results: &[Vec<u8>]) -> Result<()> {
    if results.windows(2).any(|pair| pair[0] != pair[1]) {
        bail!("{part}: the ways that were measured give different results");
    }
    Ok(())
}

/// The program over some tables.
struct Job<'a> {
    program: &'a Path,
    tables: &'a Path,
    data: &'a Path,
}

/// What the program says of itself.
struct Told {
    seconds: f64,
    processor: f64,
    megabytes: u64,
    /// The bytes of the result.
    result: Vec<u8>,
}

impl Job<'_> {
    fn run(&self, words: &[&str]) -> Result<Told> {
        let output = self.data.join("results");
        if output.is_dir() {
            std::fs::remove_dir_all(&output)?;
        }
        let mut command = Command::new(self.program);
        command.arg("run").args(words).arg("--input").arg(self.tables);
        let done = command.arg("--output").arg(&output).output()?;
        let told = String::from_utf8(done.stderr)?;
        if !done.status.success() {
            bail!("{command:?}: {told}");
        }
        print!("{told}");
        let result = String::from_utf8(done.stdout)?;
        let line = told.lines().last().context("a line at the end")?;
        let number = |before: &str, after: &str| -> Result<f64> {
            let (_, rest) = line.split_once(before).context("what was taken")?;
            let (number, _) = rest.split_once(after).context("what was taken")?;
            Ok(number.trim().parse()?)
        };
        Ok(Told {
            seconds: number(": ", " s,")?,
            processor: number("prosesor ", " s,")?,
            megabytes: number("memori ", " MB")? as u64,
            result: std::fs::read(result.trim_end())?,
        })
    }
}

/// A scheduler and two executors on this machine; ended when it is let go of.
struct Cluster {
    port: u16,
    roles: Vec<Child>,
}

impl Cluster {
    fn start(program: &Path, work: &Path) -> Result<Cluster> {
        let mut ports = Vec::new();
        while ports.len() < 3 {
            let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
            if !ports.contains(&port) {
                ports.push(port);
            }
        }
        let mut cluster = Cluster { port: ports[0], roles: Vec::new() };
        let address = |port: u16| format!("127.0.0.1:{port}");
        let role = |words: &[&str]| Command::new(program).args(words).stdout(Stdio::null()).spawn();
        cluster.roles.push(role(&["scheduler", "--bind", &address(ports[0])])?);
        for (at, port) in ports[1..].iter().enumerate() {
            let work = work.join(at.to_string());
            let work = work.to_str().context("a path in text")?;
            let (scheduler, bind) = (address(ports[0]), address(*port));
            let words = ["executor", "--scheduler", &scheduler, "--bind", &bind, "--work", work];
            cluster.roles.push(role(&words)?);
        }
        // Executors that find no scheduler try again every two seconds.
        std::thread::sleep(Duration::from_secs(6));
        Ok(cluster)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        for role in &mut self.roles {
            role.kill().ok();
            role.wait().ok();
        }
    }
}
