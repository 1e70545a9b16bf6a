//! `cargo xtask bench move`: the register of the practice regency (32,268 people covered, from its
//! 144 files) carried from its folder into a private PostgreSQL, with the proof that both are
//! equal.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::web::{in_database, roles_and_database, superuser};
use super::{Measured, measure, release};
use crate::ci::succeed;

/// Makes the practice regency, moves it, and says what the proof said.
pub fn moving(root: &Path, data: &Path) -> Result<Vec<Measured>> {
    let superuser = superuser()?;
    let payung = release(root, &["-p", "payung"])?.join("payung");
    let register = data.join("register");
    let on_register = |words: &[&str]| {
        let mut command = Command::new(&payung);
        command.args(words).arg("--json").arg("--data").arg(&register);
        command
    };
    succeed(on_register(&["demo"]).stdout(Stdio::null()))?;
    roles_and_database(&superuser)?;
    let owner = in_database(&superuser, "payung_owner", "payung");
    let proof = data.join("proof.json");
    let mut wanted = on_register(&["move", "--to", &owner, "--app-role", "payung_app"]);
    let mut moved = measure_into("payung move, SQLite to PostgreSQL", &mut wanted, &proof)?;
    let proved: Value = serde_json::from_slice(&std::fs::read(&proof)?)?;
    moved.figure = Some(figure(&proved, moved.seconds)?);
    let application = in_database(&superuser, "payung_app", "payung");
    let mut verify = on_register(&["audit", "verify", "--database", &application]);
    Ok(vec![moved, measure("payung audit verify, there", &mut verify)?])
}

/// The same as [`measure`], with what is printed in a file.
fn measure_into(what: &str, command: &mut Command, file: &Path) -> Result<Measured> {
    let out = std::fs::File::create(file)?;
    super::measure_printing(what, command, out.into())
}

/// What the proof says, which must be that both sides are equal.
fn figure(proof: &Value, seconds: f64) -> Result<String> {
    if proof["equal"] != Value::Bool(true) {
        bail!("the sides differ: {proof}");
    }
    let tables = proof["tables"].as_array().context("no tables")?;
    let rows_of = |table: &Value| table["rows_there"].as_u64();
    let rows: u64 = tables.iter().filter_map(rows_of).sum();
    let people = tables.iter().find(|table| table["table"] == "person").and_then(rows_of);
    let people = people.context("no people")?;
    let speed = rows as f64 / seconds;
    Ok(format!("{people} people, {rows} rows in {} tables, {speed:.0} rows/s, equal", tables.len()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_proof_that_differs_fails() {
        let proof = |equal: bool| {
            json!({"equal": equal, "tables": [
                {"table": "person", "rows_there": 40}, {"table": "sheet", "rows_there": 60},
            ]})
        };
        let expect = "40 people, 100 rows in 2 tables, 50 rows/s, equal";
        assert_eq!(figure(&proof(true), 2.0).expect("equal"), expect);
        assert!(figure(&proof(false), 2.0).is_err());
        assert!(figure(&json!({"equal": true}), 2.0).is_err());
    }
}
