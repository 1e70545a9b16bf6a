//! `cargo xtask bench rules`: the law's arithmetic beside that of OpenFisca-core.
//!
//! Both compute the same people and months, one core each, processor seconds, best of the rounds;
//! sums that differ fail the bench. OpenFisca-core is installed under the target folder.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::{Measured, python_with, release};
use crate::ci::{succeed, target_folder};

const OPENFISCA: &str = "openfisca-core==46.0.1";

/// A million people over twelve months: one by one, by table, as a quote; and by OpenFisca.
pub fn rules(root: &Path, data: &Path) -> Result<Vec<Measured>> {
    let speed =
        release(root, &["-p", "rules", "--example", "speed"])?.join("examples").join("speed");
    let folder = target_folder(root)?.join("bench").join("openfisca");
    let python = python_with(&folder, &[OPENFISCA])?;
    succeed(Command::new(&speed).arg("write").arg(data))?;
    let ours = answer(&mut Command::new(&speed))?;
    let mut theirs = Command::new(python);
    theirs.arg(root.join("xtask/bench/openfisca_bpu.py"));
    theirs.args([data.join("parameters.json"), data.join("people.bin")]);
    for threads in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS"] {
        theirs.env(threads, "1");
    }
    compare(&ours, &answer(&mut theirs)?)
}

/// Both answers as lines of the record.
fn compare(ours: &Value, theirs: &Value) -> Result<Vec<Measured>> {
    if !ours["totals"].is_array() || ours["totals"] != theirs["totals"] {
        bail!("the sums of the months differ: {} and {}", ours["totals"], theirs["totals"]);
    }
    let number = |value: &Value| value.as_f64().context("the programs print numbers");
    let (people, months) = (number(&ours["people"])?, number(&ours["months"])?);
    let openfisca = number(&theirs["seconds"])?;
    let million_a_second = |seconds: f64| people * months / seconds / 1e6;
    let line = |what: &str, seconds: &Value| -> Result<Measured> {
        let seconds = number(seconds)?;
        let (speed, ratio) = (million_a_second(seconds), openfisca / seconds);
        let figure = format!("{speed:.1} million a second, {ratio:.2} times OpenFisca");
        Ok(Measured { what: what.to_owned(), seconds, figure: Some(figure), megabytes: None })
    };
    let seconds = &ours["seconds"];
    let version = theirs["version"].as_str().context("OpenFisca names its version")?;
    Ok(vec![
        line("every person and month a question of its own", &seconds["one_by_one"])?,
        line("every person and month out of tables by kind of person", &seconds["by_table"])?,
        line("a quote with every person a group, sums of the months", &seconds["quote"])?,
        Measured {
            what: format!("OpenFisca-core {version}, vectorised, sums of the months"),
            seconds: openfisca,
            figure: Some(format!("{:.1} million a second", million_a_second(openfisca))),
            megabytes: None,
        },
    ])
}

/// The JSON that a program prints.
fn answer(command: &mut Command) -> Result<Value> {
    let output = command.stderr(Stdio::inherit()).output();
    let output = output.with_context(|| format!("{command:?} must start"))?;
    if !output.status.success() {
        bail!("{command:?} ended with {}", output.status);
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn sums_must_agree_before_times_count() {
        let ours = json!({
            "people": 1_000_000, "months": 12, "totals": [1, 2],
            "seconds": { "one_by_one": 1.2, "by_table": 0.1, "quote": 0.2 },
        });
        let theirs = |totals: Value| json!({ "version": "46", "seconds": 0.4, "totals": totals });
        let lines = compare(&ours, &theirs(json!([1, 2]))).expect("equal sums");
        let figures: Vec<&str> = lines.iter().filter_map(|line| line.figure.as_deref()).collect();
        assert_eq!(
            figures,
            [
                "10.0 million a second, 0.33 times OpenFisca",
                "120.0 million a second, 4.00 times OpenFisca",
                "60.0 million a second, 2.00 times OpenFisca",
                "30.0 million a second",
            ]
        );
        assert!(compare(&ours, &theirs(json!([1, 3]))).is_err());
        assert!(compare(&json!({}), &json!({})).is_err());
    }
}
