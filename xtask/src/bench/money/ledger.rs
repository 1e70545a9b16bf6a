//! `cargo xtask bench money ledger`: durable transfers a second, on SQLite and on PostgreSQL.
//!
//! Beside them the same rows by the engine's own bulk way into the same tables, and pgbench's
//! TPC-B. The limit is 50,000 a second, in batches whose commit is on the disk.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::bench::{Measured, release};
use crate::ci::{cargo, succeed};

/// What a second must hold at least.
const LIMIT_PER_SECOND: f64 = 50_000.0;
/// What pgbench asks: scale, clients, seconds.
const TPC_B: [&str; 6] = ["-c", "8", "-j", "2", "-T", "20"];

/// Measures both engines, below a server of its own.
pub fn ledger(root: &Path, _data: &Path) -> Result<Vec<Measured>> {
    let program = release(root, &["-p", "store", "--example", "ledger"])?;
    let program = program.join("examples").join("ledger");
    let mut all = lines("SQLite", &told(Command::new(&program).env_remove("PAYUNG_TEST_PG"))?)?;
    let pgbench = pgbench().context("pgbench is not here (Debian's package postgresql)")?;
    all.extend(lines("PostgreSQL", &told(&mut Command::new(&program))?)?);
    all.push(tpc_b(&pgbench)?);
    Ok(all)
}

/// What the program says: a line of JSON a measurement.
fn told(command: &mut Command) -> Result<Vec<Value>> {
    let output = command.stderr(Stdio::inherit()).output();
    let output = output.with_context(|| format!("{command:?} must start"))?;
    if !output.status.success() {
        bail!("{command:?} ended with {}", output.status);
    }
    let text = String::from_utf8(output.stdout)?;
    let lines = text.lines().filter(|line| line.starts_with('{'));
    lines.map(|line| Ok(serde_json::from_str(line)?)).collect()
}

/// Measurements as lines of the record; one of ours below the limit fails the bench.
fn lines(engine: &str, told: &[Value]) -> Result<Vec<Measured>> {
    let mut all = Vec::new();
    for one in told {
        let what = one["what"].as_str().context("no what")?;
        let seconds = one["seconds"].as_f64().context("no seconds")?;
        let rate = one["rows"].as_f64().context("no rows")? / seconds;
        if one["ours"] == true && rate < LIMIT_PER_SECOND {
            bail!("{engine}, {what}: {rate:.0} a second; the limit is {LIMIT_PER_SECOND:.0}");
        }
        let figure = Some(format!("{rate:.0} a second"));
        let what = format!("{engine}: {what}");
        all.push(Measured { what, seconds, megabytes: None, figure });
    }
    if all.is_empty() {
        bail!("{engine} measured nothing");
    }
    Ok(all)
}

/// Debian's pgbench, of the newest version that is installed.
fn pgbench() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let found = versions.map(|version| version.path().join("bin/pgbench"));
    found.filter(|path| path.exists()).max()
}

/// Five statements a transaction, committed one by one: what a ledger without batches would do.
fn tpc_b(pgbench: &Path) -> Result<Measured> {
    let script = format!(
        "{0} -q -i -s 10 \"$PAYUNG_TEST_PG\" >&2 && {0} -n {1} \"$PAYUNG_TEST_PG\"",
        pgbench.display(),
        TPC_B.join(" "),
    );
    let mut command = Command::new("sh");
    let output = command.args(["-c", &script]).stderr(Stdio::null()).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let tps = text.lines().find_map(|line| line.trim().strip_prefix("tps = "));
    let tps = tps.and_then(|rest| rest.split(' ').next()?.parse::<f64>().ok());
    let tps = tps.with_context(|| format!("pgbench said nothing of tps: {text}"))?;
    let (what, figure) = ("PostgreSQL: pgbench TPC-B, 8 clients", format!("{tps:.0} a second"));
    let megabytes = None;
    Ok(Measured { what: what.to_owned(), seconds: 20.0, megabytes, figure: Some(figure) })
}

/// The long run of the oracle: so many random operations beside a plain model, equal answers.
pub fn operations(root: &Path, count: &str) -> Result<()> {
    if !count.parse::<u64>().is_ok_and(|count| count > 0) {
        bail!("{count} is no number of operations");
    }
    let test = ["test", "--locked", "-p", "testkit", "--lib", "random_operations"];
    let mut command = cargo(root);
    command.args(test).args(["--", "--nocapture"]).env("PAYUNG_LEDGER_OPERATIONS", count);
    succeed(&mut command)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_rate_below_the_limit_fails() {
        let one = |rows: u64, ours: bool| {
            let what = "batches";
            json!({ "what": what, "seconds": 2.0, "rows": rows, "ours": ours })
        };
        assert_eq!(lines("SQLite", &[one(200_000, true)]).expect("fast").len(), 1);
        assert!(lines("SQLite", &[one(99_999, true)]).is_err());
        // What it is compared with may be as slow as it is.
        assert!(lines("SQLite", &[one(99_999, false)]).is_ok());
        assert!(lines("SQLite", &[]).is_err());
    }
}
