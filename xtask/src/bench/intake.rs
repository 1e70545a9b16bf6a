//! `cargo xtask bench intake`: lists, a journey from nothing to cards, and a large import.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use super::{Measured, measure, release};
use crate::ci::succeed;

/// From files to covered people: lists checked, a journey from nothing to cards, a large import.
pub fn intake(root: &Path, data: &Path) -> Result<Vec<Measured>> {
    let payung = release(root, &["-p", "payung"])?.join("payung");
    let journey = data.join("demo");
    let (xlsx, million, hundred) =
        (data.join("daftar.xlsx"), data.join("sejuta.csv"), data.join("seratus-ribu.csv"));
    let command = |words: &[&str]| {
        let mut command = Command::new(&payung);
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
    // One person measures: nobody else is there to approve.
    let limits = ["setting", "set", "import-limits", "1000000000:9000000000000000"];
    succeed(&mut on_register(&limits))?;
    let mut import = on_register(&["import", "--programme", "bench", "--from", "bench"]);
    import.arg(&hundred);
    measured.push(measure("payung import, 100,000 rows, register of 1,000,000", &mut import)?);
    Ok(measured)
}
