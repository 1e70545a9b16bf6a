//! `cargo xtask bench NAME`: measures a release build and appends to `docs/bench/NAME.md`.
//!
//! Each record names machine, commit and day. Times on a loaded machine compare only with times
//! of the same record.

mod cards;
mod intake;
mod linkage;
mod money;
mod moving;
mod plan;
mod rules;
mod wall;
mod web;

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::ci::{cargo, succeed, target_folder};

/// One thing measured; what was not looked at stays empty.
struct Measured {
    what: String,
    seconds: f64,
    megabytes: Option<u64>,
    /// What the seconds mean: how many a second, how many times another's.
    figure: Option<String>,
}

/// A bench: the tree and an empty folder for data in, measurements out.
type Bench = fn(&Path, &Path) -> Result<Vec<Measured>>;

const BENCHES: &[(&str, Bench)] = &[
    ("cards", cards::cards),
    ("intake", intake::intake),
    ("move", moving::moving),
    ("plan", plan::plan),
    ("rules", rules::rules),
    ("wall", wall::wall),
    ("web", web::web),
];

/// Those that need a server of their own.
const WITH_SERVER: [&str; 4] = ["money", "move", "wall", "web"];

pub use money::operations as ledger_operations;

/// Builds, measures, prints and appends; `linkage` and `money` alone take words.
pub fn run(root: &Path, name: &str, words: &[&str]) -> Result<()> {
    if name == "linkage" {
        let record = format!("\n## {}\n{}", head(root)?, linkage::linkage(root, words)?);
        print!("{record}");
        return append(&root.join("docs/bench/linkage.md"), name, &record);
    }
    let benches = named(name, words)?;
    if WITH_SERVER.contains(&name) && std::env::var_os("PAYUNG_TEST_PG").is_none() {
        return web::below_a_server(root, name, words);
    }
    let data = std::env::temp_dir().join(format!("payung-bench-{}", std::process::id()));
    std::fs::create_dir_all(&data)?;
    let measured: Result<Vec<_>> = benches.iter().map(|bench| bench(root, &data)).collect();
    let _ = std::fs::remove_dir_all(&data);
    let record = record(&head(root)?, &measured?.into_iter().flatten().collect::<Vec<_>>());
    print!("{record}");
    append(&root.join("docs/bench").join(format!("{name}.md")), name, &record)
}

/// What a name measures; `money` alone has parts.
fn named(name: &str, words: &[&str]) -> Result<Vec<Bench>> {
    if name == "money" {
        return money::parts(words);
    }
    let found = BENCHES.iter().find(|(known, _)| *known == name && words.is_empty());
    let (_, bench) =
        found.with_context(|| format!("no bench is called {name} {}", words.join(" ")))?;
    Ok(vec![*bench])
}

/// Builds part of the workspace for release and says where its programs lie.
pub fn release(root: &Path, what: &[&str]) -> Result<PathBuf> {
    succeed(cargo(root).args(["build", "--release", "--locked"]).args(what))?;
    Ok(target_folder(root)?.join("release"))
}

/// A Python of our own with these packages; made once.
fn python_with(folder: &Path, packages: &[&str]) -> Result<PathBuf> {
    let python = folder.join("bin").join("python");
    if !python.exists() {
        succeed(Command::new("python3").args(["-m", "venv"]).arg(folder))?;
    }
    succeed(Command::new(&python).args(["-m", "pip", "install", "--quiet"]).args(packages))?;
    Ok(python)
}

/// Runs a command to its end and watches its memory and that of its children one by one.
fn measure(what: &str, command: &mut Command) -> Result<Measured> {
    measure_printing(what, command, Stdio::null())
}

/// The same with a place for what it prints.
fn measure_printing(what: &str, command: &mut Command, out: Stdio) -> Result<Measured> {
    let begun = Instant::now();
    let mut child =
        command.stdout(out).spawn().with_context(|| format!("{command:?} must start"))?;
    let mut kilobytes = 0;
    let status = loop {
        kilobytes = kilobytes.max(peak_kilobytes(child.id()));
        match child.try_wait()? {
            Some(status) => break status,
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    let seconds = begun.elapsed().as_secs_f64();
    // Exit code 3 is "finished, but rows need fixing".
    if !status.success() && status.code() != Some(3) {
        bail!("{command:?} ended with {status}");
    }
    let megabytes = Some(kilobytes.div_ceil(1024));
    Ok(Measured { what: what.to_owned(), seconds, megabytes, figure: None })
}

/// The most memory that a process or one of its children ever held at once.
fn peak_kilobytes(process: u32) -> u64 {
    let folder = PathBuf::from(format!("/proc/{process}"));
    let status = std::fs::read_to_string(folder.join("status")).unwrap_or_default();
    let own = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let own = own.and_then(|text| text.trim().split(' ').next()?.parse().ok()).unwrap_or(0);
    let children = folder.join(format!("task/{process}/children"));
    let children = std::fs::read_to_string(children).unwrap_or_default();
    let children = children.split_whitespace().filter_map(|child| child.parse().ok());
    children.map(peak_kilobytes).fold(own, u64::max)
}

/// "2026-11-23, commit 1a2b3c4, 2 cores (AMD EPYC), 24 GiB, load 1.2".
pub fn head(root: &Path) -> Result<String> {
    let line = |program: &str, args: &[&str]| -> Result<String> {
        let output = Command::new(program).args(args).current_dir(root).output()?;
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    };
    let day = line("date", &["+%F"])?;
    let commit = line("git", &["describe", "--always", "--dirty"])?;
    let cores = std::thread::available_parallelism()?;
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let (processor, memory) = (read("/proc/cpuinfo"), read("/proc/meminfo"));
    let after = |text: &str, key: &str| {
        let found = text.lines().find(|line| line.starts_with(key));
        found.and_then(|line| Some(line.split_once(':')?.1.trim().to_owned())).unwrap_or_default()
    };
    let kilobytes: u64 =
        after(&memory, "MemTotal").split(' ').next().unwrap_or_default().parse().unwrap_or(0);
    let gibibytes = (kilobytes + (1 << 19)) >> 20;
    let processor = after(&processor, "model name");
    let load = read("/proc/loadavg");
    let load = load.split(' ').next().unwrap_or_default();
    Ok(format!("{day}, commit {commit}, {cores} cores ({processor}), {gibibytes} GiB, load {load}"))
}

/// A section with a table; a column that no line fills is left out.
fn record(head: &str, measured: &[Measured]) -> String {
    let mut rows = vec![["what", "seconds", "MB", "figure"].map(str::to_owned)];
    rows.extend(measured.iter().map(|line| {
        let megabytes = line.megabytes.map(|megabytes| megabytes.to_string());
        let [megabytes, figure] = [megabytes, line.figure.clone()].map(Option::unwrap_or_default);
        [line.what.clone(), format!("{:.2}", line.seconds), megabytes, figure]
    }));
    let is_filled = |column: &usize| rows[1..].iter().any(|row| !row[*column].is_empty());
    let filled: Vec<usize> = (0..rows[0].len()).filter(is_filled).collect();
    let mut text = format!("\n## {head}\n\n");
    for (index, row) in rows.iter().enumerate() {
        let cells: Vec<&str> = filled.iter().map(|column| row[*column].as_str()).collect();
        text += &format!("| {} |\n", cells.join(" | "));
        if index == 0 {
            text += &format!("|{}\n", "---|".repeat(filled.len()));
        }
    }
    text
}

pub fn append(path: &Path, name: &str, record: &str) -> Result<()> {
    let is_new = !path.exists();
    std::fs::create_dir_all(path.parent().context("a record lies in a folder")?)?;
    let mut file = OpenOptions::new().create(true).append(true).open(path)?;
    if is_new {
        writeln!(file, "# Bench: {name}\n\nMade by `cargo xtask bench {name}`; newest last.")?;
    }
    Ok(file.write_all(record.as_bytes())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_a_section_with_a_table() {
        let all =
            |megabytes, figure| Measured { what: "all".into(), seconds: 1.234, megabytes, figure };
        for (measured, table) in [
            (
                vec![all(Some(56), None)],
                "| what | seconds | MB |\n|---|---|---|\n| all | 1.23 | 56 |\n",
            ),
            (
                vec![all(None, Some("7 a second".into())), all(None, None)],
                "| what | seconds | figure |\n|---|---|---|\n| all | 1.23 | 7 a second |\n\
                 | all | 1.23 |  |\n",
            ),
        ] {
            let expect = format!("\n## 2026-11-23, commit abc\n\n{table}");
            assert_eq!(record("2026-11-23, commit abc", &measured), expect);
        }
    }

    #[test]
    fn time_and_memory_of_a_child_are_seen() {
        let measured = measure("sleep", Command::new("sleep").arg("0.1")).expect("sleep is there");
        assert!(measured.seconds >= 0.1 && measured.megabytes > Some(0));
        assert!(measure("false", &mut Command::new("false")).is_err());
    }
}
