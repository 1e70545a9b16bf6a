//! A register of the office's own program, and batch work over what it exports: the bills are those
//! that the office locked, the figures count whom they pay for.
//!
//! `PAYUNG_BATCH_OFFICE` names the office's program; without it nothing is tried.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use datafusion::arrow::array::{AsArray, RecordBatch};
use datafusion::arrow::datatypes::Int64Type;
use serde_json::Value;

use crate::program::{Folder, payung_batch};
use crate::rows_of;

/// The office's program over a register.
struct Office {
    program: PathBuf,
    data: PathBuf,
}

impl Office {
    fn say(&self, words: &[&str]) -> String {
        let mut command = Command::new(&self.program);
        let done = command.args(words).arg("--data").arg(&self.data).output().expect("it starts");
        let told = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "payung {words:?}: {told}");
        String::from_utf8(done.stdout).expect("text")
    }
}

fn result(input: &Path, output: &Path, words: &[&str]) -> Vec<RecordBatch> {
    let paths = [input, output].map(|path| path.to_str().expect("a path of ours"));
    let paths = ["--input", paths[0], "--output", paths[1]];
    let done = payung_batch(&[&["run"], words, &paths].concat()).wait();
    assert!(done.is_done, "{}", done.told);
    rows_of(output)
}

/// Sums of a column by month, of the rows whose line is one of some; of all without lines.
fn by_month(rows: &[RecordBatch], column: &str, lines: &[&str]) -> BTreeMap<i64, i64> {
    let mut sums = BTreeMap::new();
    for batch in rows {
        let numbers = |name: &str| {
            batch.column_by_name(name).expect("a column").as_primitive::<Int64Type>().clone()
        };
        let (month, number) = (numbers("month"), numbers(column));
        let line = batch.column_by_name("line").map(|column| column.as_string::<i32>().clone());
        for row in 0..batch.num_rows() {
            if line.as_ref().is_none_or(|line| lines.contains(&line.value(row))) {
                *sums.entry(month.value(row)).or_default() += number.value(row);
            }
        }
    }
    sums
}

#[test]
fn batch_work_gives_the_bills_of_a_register() {
    let Some(program) = std::env::var_os("PAYUNG_BATCH_OFFICE") else { return };
    let folder = Folder::new();
    let office = Office { program: program.into(), data: folder.path().join("register") };
    office.say(&["demo", "--villages", "2"]);
    let (input, secret) = (folder.path().join("export"), folder.path().join("secret"));
    let paths = [&input, &secret].map(|path| path.to_str().expect("a path of ours"));
    let reason = "Hitungan provinsi rekaan";
    let export = ["batch-export", "--people", "--out", paths[0], "--pseudonyms", paths[1]];
    office.say(&[&export[..], &["--reason", reason]].concat());
    let bills = office.say(&["bill", "list", "--json"]);
    let bills: Vec<Value> = serde_json::from_str(&bills).expect("JSON");
    let of = |bill: &Value, key: &str| bill[key].as_i64().expect("a number");
    let month = |bill: &Value| {
        let text = bill["month"].as_str().expect("a month").replace('-', "");
        text.parse::<i64>().expect("a number")
    };
    let total: BTreeMap<i64, i64> =
        bills.iter().map(|bill| (month(bill), of(bill, "total_rupiah"))).collect();
    let people: BTreeMap<i64, i64> =
        bills.iter().map(|bill| (month(bill), of(bill, "people"))).collect();
    assert_eq!(total.len(), 3, "October to December");
    for engine in ["own", "plan"] {
        let words = ["billing", "--engine", engine];
        let rows = result(&input, &folder.path().join(format!("billing-{engine}")), &words);
        assert_eq!(by_month(&rows, "rupiah", &["jkk", "jkm"]), total, "{engine}");
        assert_eq!(by_month(&rows, "people", &["jkk"]), people, "{engine}");
        let words = ["figures", "--engine", engine, "--level", "2", "--year", "2022"];
        let rows = result(&input, &folder.path().join(format!("figures-{engine}")), &words);
        let covered = by_month(&rows, "people", &[]);
        let in_year = |month: i64| month % 100;
        let expect: BTreeMap<i64, i64> =
            people.iter().map(|(month, people)| (in_year(*month), *people)).collect();
        let told: BTreeMap<i64, i64> =
            covered.into_iter().map(|(month, people)| (in_year(month), people)).collect();
        assert_eq!(told, expect, "{engine}");
    }
    let pairs = |engine: &str| {
        let output = folder.path().join(format!("linkage-{engine}"));
        result(&input, &output, &["linkage", "--engine", engine])
    };
    assert_eq!(pairs("own"), pairs("plan"));
}
