//! `cargo xtask bench cards`: 12,633 cards signed and drawn, beside ReportLab and segno drawing
//! what they say. Eight cards to a page, a file a village; ours on every core, the peer on one:
//! processor seconds compare.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::{Measured, measure_printing, python_with, release};
use crate::ci::{succeed, target_folder};

/// The health cadres of Sidoarjo.
const CARDS: &str = "12633";
const PEER: [&str; 3] = ["reportlab==4.4.4", "segno==1.6.6", "pillow"];

/// Ours, and the peer's.
pub fn cards(root: &Path, data: &Path) -> Result<Vec<Measured>> {
    let ours = release(root, &["-p", "bulk", "--example", "cards"])?.join("examples").join("cards");
    let folder = target_folder(root)?.join("bench").join("reportlab");
    let python = python_with(&folder, &PEER)?;
    succeed(Command::new(&ours).arg("write").arg(data).arg(CARDS))?;
    let drawn = run("signed and drawn", Command::new(&ours).arg("draw").arg(data), data)?;
    let script = root.join("xtask/bench/reportlab_cards.py");
    let peer = run("drawn by the peer", Command::new(python).arg(script).arg(data), data)?;
    compare(drawn, peer)
}

/// Runs a program that prints JSON, watching its memory.
fn run(what: &str, command: &mut Command, data: &Path) -> Result<(Measured, Value)> {
    let out = data.join("answer.json");
    let measured = measure_printing(what, command, Stdio::from(File::create(&out)?))?;
    let answer = std::fs::read(&out).context("the program prints its answer")?;
    Ok((measured, serde_json::from_slice(&answer)?))
}

fn compare(ours: (Measured, Value), peer: (Measured, Value)) -> Result<Vec<Measured>> {
    if ours.1["cards"] != peer.1["cards"] {
        bail!("{} cards and {}", ours.1["cards"], peer.1["cards"]);
    }
    let number = |value: &Value| value.as_f64().context("the programs print numbers");
    let (our_cpu, their_cpu) = (number(&ours.1["cpu"])?, number(&peer.1["cpu"])?);
    let megabytes = |answer: &Value| Ok::<_, anyhow::Error>(number(&answer["bytes"])? / 1e6);
    let count = number(&ours.1["cards"])?;
    let version = peer.1["version"].as_str().context("the peer names its version")?.to_owned();
    let (ours_mb, theirs_mb) = (megabytes(&ours.1)?, megabytes(&peer.1)?);
    let ours = Measured {
        what: format!("{count} cards signed and drawn"),
        figure: Some(format!(
            "{our_cpu:.2} CPU-s, {:.3} ms a card, {ours_mb:.1} MB of PDF, {:.1} times the peer",
            our_cpu / count * 1e3,
            their_cpu / our_cpu.max(0.01)
        )),
        ..ours.0
    };
    let peer = Measured {
        what: format!("the same texts drawn by {version}"),
        figure: Some(format!(
            "{their_cpu:.2} CPU-s, {:.3} ms a card, {theirs_mb:.1} MB of PDF",
            their_cpu / count * 1e3
        )),
        ..peer.0
    };
    Ok(vec![ours, peer])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn processor_seconds_compare() {
        let one = |cpu: f64, cards: u64| {
            let measured =
                Measured { what: String::new(), seconds: 1.0, megabytes: Some(30), figure: None };
            let answer = json!({"cards": cards, "bytes": 2_000_000, "cpu": cpu, "version": "P 1"});
            (measured, answer)
        };
        let lines = compare(one(2.0, 1_000), one(50.0, 1_000)).expect("as many cards");
        let figures: Vec<&str> = lines.iter().filter_map(|line| line.figure.as_deref()).collect();
        assert_eq!(
            figures,
            [
                "2.00 CPU-s, 2.000 ms a card, 2.0 MB of PDF, 25.0 times the peer",
                "50.00 CPU-s, 50.000 ms a card, 2.0 MB of PDF",
            ]
        );
        assert!(compare(one(1.0, 1), one(1.0, 2)).is_err());
    }
}
