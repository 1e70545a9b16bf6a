//! Runs the worked examples that stand beside the regulations: Markdown tables with the arithmetic
//! visible, for a reader who checks them by hand and for this test, which checks both.

use std::path::{Path, PathBuf};

use base::{Day, Month, Rupiah};

use crate::{AgeVerdict, BpuQuery, Payer, Rulebook, Schemes, WorkSector, builtin};

mod arithmetic;

use arithmetic::evaluate;

/// The repository's `regulations/`.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../regulations")
}

/// Every file below a folder whose name ends so, as paths inside the folder.
fn files_ending(end: &str) -> Vec<String> {
    let root = folder();
    let mut found = Vec::new();
    let mut open = vec![root.clone()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).expect("the folder is there") {
            let path = entry.expect("the entry is there").path();
            let inside = path.strip_prefix(&root).expect("below the root");
            let inside = inside.to_str().expect("plain names").replace('\\', "/");
            if path.is_dir() {
                open.push(path);
            } else if inside.ends_with(end) {
                found.push(inside);
            }
        }
    }
    found.sort();
    found
}

#[expect(clippy::disallowed_methods, reason = "a test reads the repository it belongs to")]
fn read(path: &str) -> String {
    std::fs::read_to_string(folder().join(path)).expect("the file is there")
}

/// One row of an example table: its cells by the words of the head.
struct Example<'a> {
    file: &'a str,
    head: &'a [&'a str],
    cells: Vec<&'a str>,
}

impl<'a> Example<'a> {
    fn get(&self, column: &str) -> Option<&'a str> {
        let index = self.head.iter().position(|head| *head == column)?;
        Some(self.cells[index]).filter(|cell| !cell.is_empty())
    }

    fn need(&self, column: &str) -> &'a str {
        self.get(column).unwrap_or_else(|| panic!("{}: no {column}", self.name()))
    }

    fn name(&self) -> String {
        format!("{} {}", self.file, self.cells[0])
    }
}

fn cells(line: &str) -> Vec<&str> {
    line.trim().trim_matches('|').split('|').map(str::trim).collect()
}

/// Runs every table row of a file; says how many there were.
fn run_file(rulebook: &Rulebook, file: &str) -> usize {
    let text = read(file);
    let mut head: Vec<&str> = Vec::new();
    let mut count = 0;
    for line in text.lines().map(str::trim) {
        if !line.starts_with('|') {
            head.clear();
        } else if head.is_empty() {
            head = cells(line);
            assert_eq!(head[0], "id", "{file}: a table of examples begins with id");
        } else if !line.contains("---") {
            let example = Example { file, head: &head, cells: cells(line) };
            assert_eq!(example.cells.len(), head.len(), "{}: cells", example.name());
            run(rulebook, &example);
            count += 1;
        }
    }
    count
}

fn run(rulebook: &Rulebook, example: &Example<'_>) {
    match (example.get("program"), example.get("lahir")) {
        (Some(_), None) => run_contribution(rulebook, example),
        (None, Some(_)) => run_age(rulebook, example),
        _ => panic!("{}: neither a contribution nor an age", example.name()),
    }
}

fn run_contribution(rulebook: &Rulebook, example: &Example<'_>) {
    let name = example.name();
    let whole = |column| evaluate(example.need(column)).unwrap_or_else(|| panic!("{name}"));
    let months = example.need("bulan");
    let (first, last) = months.split_once("..").unwrap_or((months, months));
    let month = |text| Month::parse(text).unwrap_or_else(|| panic!("{name}: {text}"));
    let people = example.get("orang").map_or(1, |_| whole("orang"));
    let mut total = Rupiah::ZERO;
    for month in month(first).through(month(last)) {
        let query = BpuQuery {
            income: Rupiah(whole("penghasilan")),
            schemes: Schemes::parse(example.need("program")).expect("known programmes"),
            month,
            payer: Payer::from_name(example.need("pembayar")).expect("a known payer"),
            sector: WorkSector::from_name(example.need("sektor")).expect("a known sector"),
        };
        match rulebook.bpu_contribution(&query) {
            Ok(answer) => {
                let each = answer.total.times(people).expect("fits");
                total = total.plus(each).expect("fits");
                if let Some(status) = example.get("status") {
                    assert_eq!(answer.status.name(), status, "{name}: status");
                }
            }
            Err(gap) => return assert_eq!(example.need("iuran"), gap.name(), "{name}"),
        }
    }
    assert_eq!(Some(total.0), evaluate(example.need("iuran")), "{name}: the rules against the row");
    assert_eq!(whole("perhitungan"), total.0, "{name}: the arithmetic against the row");
}

fn run_age(rulebook: &Rulebook, example: &Example<'_>) {
    let day = |column| Day::parse_iso(example.need(column)).expect("a day");
    let verdict = rulebook.age_verdict(day("lahir"), day("didaftarkan"));
    let printed = match verdict {
        AgeVerdict::NearLimit { limit, reached_on } => format!("near-limit {limit} {reached_on}"),
        AgeVerdict::OverLimit { limit } => format!("over-limit {limit}"),
        AgeVerdict::UnderMinimum { min } => format!("under-minimum {min}"),
        AgeVerdict::Young { adult } => format!("young {adult}"),
        AgeVerdict::Eligible | AgeVerdict::NoRule => verdict.name().to_owned(),
    };
    assert_eq!(printed, example.need("putusan"), "{}", example.name());
}

#[test]
fn every_worked_example_holds() {
    let rulebook = Rulebook::builtin();
    for file in files_ending(".examples.md") {
        let count = run_file(&rulebook, &file);
        assert!(count > 0, "{file} has no example");
    }
}

#[test]
fn every_regulation_file_is_carried_and_has_its_examples() {
    let carried: Vec<&str> = builtin::FILES.iter().map(|file| file.path).collect();
    assert_eq!(files_ending(".toml"), carried);
    // These say who may be registered and by what; the enrolment, not a formula, obeys them.
    let without = ["sources.toml", "units.toml", "identitas.toml", "pekerjaan_maksimum.toml"];
    for path in carried {
        if !without.iter().any(|name| path.ends_with(name)) {
            let examples = path.replace(".toml", ".examples.md");
            assert!(folder().join(&examples).exists(), "{examples} is missing");
        }
    }
}
