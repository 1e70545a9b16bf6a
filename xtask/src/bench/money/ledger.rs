//! `cargo xtask bench money ledger`: durable transfers a second, on SQLite and on PostgreSQL.
//!
//! Beside them the same rows by the engine's own bulk way into the same tables, and pgbench's
//! TPC-B. The limit is 50,000 a second, in batches whose commit is on the disk; the record says of
//! each of ours whether it was held, and of which server it speaks.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::bench::web::server_name;
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
    all.extend(lines(server_name(), &told(&mut Command::new(&program))?)?);
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

/// Measurements as lines of the record, each of ours with how it stands to the limit.
fn lines(engine: &str, told: &[Value]) -> Result<Vec<Measured>> {
    let mut all = Vec::new();
    for one in told {
        let what = one["what"].as_str().context("no what")?;
        let seconds = one["seconds"].as_f64().context("no seconds")?;
        let rate = one["rows"].as_f64().context("no rows")? / seconds;
        let said = match (one["ours"] == true, rate < LIMIT_PER_SECOND) {
            (false, _) => String::new(),
            (true, false) => format!(", above {LIMIT_PER_SECOND:.0}"),
            (true, true) => format!(", BELOW {LIMIT_PER_SECOND:.0}"),
        };
        let figure = Some(format!("{rate:.0} a second{said}"));
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
    let what = format!("{}: pgbench TPC-B, 8 clients", server_name());
    let (figure, megabytes) = (format!("{tps:.0} a second"), None);
    Ok(Measured { what, seconds: 20.0, megabytes, figure: Some(figure) })
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
    fn a_rate_below_the_limit_is_recorded_as_such() {
        let one = |rows: u64, ours: bool| {
            let what = "batches";
            json!({ "what": what, "seconds": 2.0, "rows": rows, "ours": ours })
        };
        let figure = |told: &[Value]| {
            let all = lines("SQLite", told).expect("measured");
            all[0].figure.clone().expect("a figure")
        };
        assert_eq!(figure(&[one(200_000, true)]), "100000 a second, above 50000");
        assert_eq!(figure(&[one(92_934, true)]), "46467 a second, BELOW 50000");
        // What it is compared with may be as slow as it is.
        assert_eq!(figure(&[one(92_934, false)]), "46467 a second");
        assert!(lines("SQLite", &[]).is_err());
    }
}
