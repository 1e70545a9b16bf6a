//! `cargo xtask bench wall`: what the wall asks of the sums of cover, on SQLite and, below a
//! private server, on PostgreSQL: a regency of a million people and sixty months, 514 regencies of
//! ten million.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::{Measured, release};

/// What a dashboard and a roll-up may take.
const DASHBOARD_SECONDS: f64 = 0.3;
const NATIONAL_SECONDS: f64 = 3.0;

/// Both engines, one after the other.
pub fn wall(root: &Path, _data: &Path) -> Result<Vec<Measured>> {
    let program =
        release(root, &["-p", "store", "--example", "wall"])?.join("examples").join("wall");
    let mut measured = Vec::new();
    for has_server in [false, true] {
        let mut command = Command::new(&program);
        if !has_server {
            command.env_remove("PAYUNG_TEST_PG");
        }
        let output = command.stderr(Stdio::inherit()).output();
        let output = output.with_context(|| format!("{} must start", program.display()))?;
        if !output.status.success() {
            bail!("{} ended with {}", program.display(), output.status);
        }
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            measured.push(told(&serde_json::from_str(line)?)?);
        }
    }
    Ok(measured)
}

/// A line of the record; one above its limit says so.
fn told(line: &Value) -> Result<Measured> {
    let what = line["what"].as_str().context("no what")?.to_owned();
    let seconds = line["seconds"].as_f64().context("no seconds")?;
    let count = line["count"].as_u64().context("no count")?;
    let limit = match what.as_str() {
        what if what.starts_with("dashboard") => Some(DASHBOARD_SECONDS),
        what if what.starts_with("national") => Some(NATIONAL_SECONDS),
        _ => None,
    };
    let figure = match limit {
        None => format!("{count}"),
        Some(limit) if seconds > limit => format!("{count} people; ABOVE the limit of {limit} s"),
        Some(limit) => format!("{count} people; limit {limit} s"),
    };
    Ok(Measured { what, seconds, megabytes: None, figure: Some(figure) })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_line_above_its_limit_says_so() {
        let line = |seconds: f64| json!({ "what": "dashboard, x", "seconds": seconds, "count": 3 });
        let figure = |seconds| told(&line(seconds)).expect("a line").figure.expect("a figure");
        assert_eq!(figure(0.2), "3 people; limit 0.3 s");
        assert!(figure(0.4).contains("ABOVE"));
        assert!(told(&json!({})).is_err());
    }
}
