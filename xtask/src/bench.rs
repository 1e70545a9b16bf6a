//! `cargo xtask bench NAME`: measures a release build and appends to `docs/bench/NAME.md`.
//!
//! Each record names machine, commit and day. Times on a loaded machine compare only with times
//! of the same record.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::ci::{cargo, succeed, target_folder};

/// One measured command.
struct Measured {
    what: String,
    seconds: f64,
    megabytes: u64,
}

/// A bench: the program and an empty folder for its data in, measurements out.
type Bench = fn(&Path, &Path) -> Result<Vec<Measured>>;

const BENCHES: &[(&str, Bench)] = &[("intake", intake)];

/// Builds, measures, prints and appends.
pub fn run(root: &Path, name: &str) -> Result<()> {
    let Some((_, bench)) = BENCHES.iter().find(|(known, _)| *known == name) else {
        bail!("no bench is called {name}");
    };
    succeed(cargo(root).args(["build", "--release", "--locked", "-p", "payung"]))?;
    let payung = target_folder(root)?.join("release").join("payung");
    let data = std::env::temp_dir().join(format!("payung-bench-{}", std::process::id()));
    std::fs::create_dir_all(&data)?;
    let measured = bench(&payung, &data);
    let _ = std::fs::remove_dir_all(&data);
    let record = record(&head(root)?, &measured?);
    print!("{record}");
    append(&root.join("docs/bench").join(format!("{name}.md")), name, &record)
}

/// From files to covered people: lists checked, a journey from nothing to cards, a large import.
fn intake(payung: &Path, data: &Path) -> Result<Vec<Measured>> {
    let journey = data.join("demo");
    let (xlsx, million, hundred) =
        (data.join("daftar.xlsx"), data.join("sejuta.csv"), data.join("seratus-ribu.csv"));
    let command = |words: &[&str]| {
        let mut command = Command::new(payung);
        command.args(words).arg("--json");
        command
    };
    let list = |what: &str, rows: u32, first: u32, out: &Path| {
        let (rows, first) = (rows.to_string(), first.to_string());
        let mut command = command(&["practice", what, "--rows", &rows, "--first", &first]);
        succeed(command.arg("--out").arg(out))
    };
    list("list-xlsx", 32_268, 0, &xlsx)?;
    list("list-csv", 1_000_000, 0, &million)?;
    // Half of these people are in the register, half are new.
    list("list-csv", 100_000, 950_000, &hundred)?;
    let demo = || {
        let mut command = command(&["demo"]);
        command.arg("--data").arg(&journey);
        command
    };
    let check = |file: &Path| {
        let mut command = command(&["check", "--on", "2022-10-01"]);
        command.arg(file);
        command
    };
    let mut measured = vec![
        measure("payung check, 32,268 rows in one xlsx", &mut check(&xlsx))?,
        measure("payung check, 1,000,000 rows csv", &mut check(&million))?,
        measure("payung demo, from nothing to cards", &mut demo())?,
        measure("payung demo, once more", &mut demo())?,
    ];
    let register = data.join("register");
    let on_register = |words: &[&str]| {
        let mut command = command(words);
        command.arg("--data").arg(&register);
        command
    };
    succeed(&mut on_register(&["practice", "register", "--rows", "1000000", "--out", "-"]))?;
    let mut import = on_register(&["import", "--programme", "bench", "--from", "bench"]);
    import.arg(&hundred);
    measured.push(measure("payung import, 100,000 rows, register of 1,000,000", &mut import)?);
    Ok(measured)
}

/// Runs a command to its end and watches its memory and that of its children one by one.
fn measure(what: &str, command: &mut Command) -> Result<Measured> {
    let begun = Instant::now();
    let mut child =
        command.stdout(Stdio::null()).spawn().with_context(|| format!("{command:?} must start"))?;
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
    Ok(Measured { what: what.to_owned(), seconds, megabytes: kilobytes.div_ceil(1024) })
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

/// "2026-11-23, commit 1a2b3c4, 2 cores (AMD EPYC), 24 GiB".
fn head(root: &Path) -> Result<String> {
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
    Ok(format!("{day}, commit {commit}, {cores} cores ({processor}), {gibibytes} GiB"))
}

fn record(head: &str, measured: &[Measured]) -> String {
    let mut text = format!("\n## {head}\n\n| what | seconds | MB |\n|---|---|---|\n");
    for line in measured {
        text += &format!("| {} | {:.2} | {} |\n", line.what, line.seconds, line.megabytes);
    }
    text
}

fn append(path: &Path, name: &str, record: &str) -> Result<()> {
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
        let measured = [Measured { what: "all".into(), seconds: 1.234, megabytes: 56 }];
        assert_eq!(
            record("2026-11-23, commit abc", &measured),
            "\n## 2026-11-23, commit abc\n\n| what | seconds | MB |\n|---|---|---|\n\
             | all | 1.23 | 56 |\n"
        );
    }

    #[test]
    fn time_and_memory_of_a_child_are_seen() {
        let measured = measure("sleep", Command::new("sleep").arg("0.1")).expect("sleep is there");
        assert!(measured.seconds >= 0.1 && measured.megabytes > 0);
        assert!(measure("false", &mut Command::new("false")).is_err());
    }
}
