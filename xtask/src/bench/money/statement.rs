//! `cargo xtask bench money statement`: a statement of 100,000 lines taken in and matched; two
//! dozen of them pay bills, the rest are about other things; on both engines.

use std::fmt::Write;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::register::{Register, month};
use crate::bench::web::superuser;
use crate::bench::{Measured, release};

const LINES: usize = 100_000;
/// Days of the statement; the last is today.
const DAYS: usize = 28;
const BILLS: u32 = 24;
const PEOPLE: u64 = 100;
/// Seconds for matching.
const LIMIT: f64 = 10.0;

/// Imported and matched on both engines; every bill must be found.
pub fn statement(root: &Path, data: &Path) -> Result<Vec<Measured>> {
    let payung = release(root, &["-p", "payung"])?.join("payung");
    let superuser = superuser()?;
    let mut all = Vec::new();
    for server in [None, Some(&*superuser)] {
        let register = Register::new(&payung, &data.join("statement"), server)?;
        register.fill(PEOPLE)?;
        let due = (0..BILLS).map(|at| issued(&register, &month(at)));
        let text = lines(&due.collect::<Result<Vec<_>>>()?)?;
        let file = data.join("rekening-koran.csv");
        std::fs::write(&file, text)?;
        let path = file.to_str().context("a path that can be named")?;
        all.push(register.timed("100,000 lines taken in", "citra", &["bank", "import", path])?);
        let matched = register.timed("100,000 lines matched", "citra", &["bank", "match"])?;
        for bill in register.ask("citra", &["bill", "list"])?.as_array().context("no bills")? {
            if bill["state"] != "posted" {
                bail!("a bill was not found: {bill}");
            }
        }
        let said = if matched.seconds > LIMIT { "ABOVE" } else { "within" };
        let figure = format!("{:.0} lines/s, {said} {LIMIT} s", LINES as f64 / matched.seconds);
        all.push(Measured { figure: Some(figure), ..matched });
        register.end()?;
    }
    Ok(all)
}

/// A month's bill locked by one and issued by another: its reference and what is to be paid.
fn issued(register: &Register, month: &str) -> Result<(String, i64)> {
    let of = ["--programme", "bench", "--month", month];
    register.ask("citra", &[&["bill", "finalise"][..], &of].concat())?;
    let bill = register.ask("budi", &[&["bill", "issue"][..], &of].concat())?;
    let reference = bill["reference"].as_str().context("no reference")?.to_owned();
    Ok((reference, bill["total_rupiah"].as_i64().context("no total")?))
}

/// The bills' payments spread over other lines of the last four weeks, with the balance after each.
fn lines(due: &[(String, i64)]) -> Result<String> {
    let days: Vec<String> = (0..DAYS).rev().map(day).collect::<Result<_>>()?;
    let every = LINES / due.len();
    let mut text = String::from("Tanggal;Keterangan;Debet;Kredit;Saldo\n");
    let mut balance = 100_000_000_000_i64;
    for line in 0..LINES {
        let paid = due.get(line / every).filter(|_| line % every == every - 1);
        let (remark, amount) = match paid {
            Some((reference, amount)) => (format!("IURAN BPJSTK {reference}"), *amount),
            None => (format!("SP2D {line:06} BELANJA DINAS"), 1_000 + line as i64 * 7),
        };
        balance -= amount;
        writeln!(text, "{};{remark};{amount};0;{balance}", days[line * DAYS / LINES])?;
    }
    Ok(text)
}

/// The day so many days ago, as banks write it.
fn day(ago: usize) -> Result<String> {
    let asked = ["-d".to_owned(), format!("{ago} days ago"), "+%d/%m/%Y".to_owned()];
    let output = Command::new("date").args(asked).output()?;
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}
