//! Runs the worked examples that stand beside the regulations: Markdown tables with the arithmetic
//! visible, for a reader who checks them by hand and for this test, which checks both.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use base::{Day, Month, Rupiah};

use crate::{AgeVerdict, BpuQuery, Payer, RuleId, Rulebook, Schemes, Value, WorkSector, builtin};

mod arithmetic;
mod question;

use arithmetic::evaluate;
use question::{Fields, Found};

/// What the examples of one run went through.
#[derive(Default)]
struct Seen {
    ids: BTreeSet<String>,
    rules: BTreeSet<RuleId>,
}

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
fn run_file(rulebook: &Rulebook, file: &str, seen: &mut Seen) -> usize {
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
            let id = example.cells[0].split(' ').next().unwrap_or_default().to_owned();
            assert!(seen.ids.insert(id), "{}: the id is used twice", example.name());
            run(rulebook, &example, seen);
            count += 1;
        }
    }
    count
}

fn run(rulebook: &Rulebook, example: &Example<'_>, seen: &mut Seen) {
    match (example.get("hitung"), example.get("program"), example.get("lahir")) {
        (Some(kind), None, None) => run_question(rulebook, example, kind, seen),
        (None, Some(_), None) => run_contribution(rulebook, example, seen),
        (None, None, Some(_)) => run_age(rulebook, example),
        _ => panic!("{}: not one question", example.name()),
    }
}

/// A question in words, `upah 3.000.000; bulan 2026-06`, and its answer.
fn run_question(rulebook: &Rulebook, example: &Example<'_>, kind: &str, seen: &mut Seen) {
    let name = example.name();
    let fields = Fields::parse(example.need("pertanyaan"));
    let answer = question::ask(rulebook, kind, &fields);
    fields.assert_all_used(&name);
    let expected = example.need("jumlah");
    let found = match answer {
        Ok(found) => found,
        Err(gap) => return assert_eq!(expected, gap.name(), "{name}"),
    };
    let Found { value, word, status, notes, rules } = found;
    seen.rules.extend(rules);
    match word {
        Some(word) => assert_eq!(word, expected, "{name}"),
        None => {
            assert_eq!(Some(value), evaluate(expected), "{name}: the rules against the row");
            let worked = evaluate(example.need("perhitungan"));
            assert_eq!(worked, Some(value), "{name}: the arithmetic against the row");
        }
    }
    if let Some(expected) = example.get("status") {
        assert_eq!(status.name(), expected, "{name}: status");
    }
    if let Some(expected) = example.get("catatan") {
        assert_eq!(notes.join(" "), expected, "{name}: notes");
    }
}

fn run_contribution(rulebook: &Rulebook, example: &Example<'_>, seen: &mut Seen) {
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
                seen.rules.extend(rulebook.explain(&answer).expect("its own rules").rules());
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

fn run_all() -> Seen {
    let rulebook = Rulebook::builtin();
    let mut seen = Seen::default();
    for file in files_ending(".examples.md") {
        let count = run_file(&rulebook, &file, &mut seen);
        assert!(count > 0, "{file} has no example");
    }
    seen
}

#[test]
fn every_worked_example_holds() {
    let seen = run_all();
    // The 73 vectors keep their numbers, V01 to V73; the rest is worked out besides.
    let vectors: BTreeSet<String> = (1..=73).map(|number| format!("V{number:02}")).collect();
    let missing: Vec<&String> = vectors.difference(&seen.ids).collect();
    assert!(missing.is_empty(), "no example for {missing:?}");
    assert!(seen.ids.len() >= 73 + 120, "{} examples", seen.ids.len());
}

#[test]
fn every_regulation_file_is_carried() {
    let carried: Vec<&str> = builtin::FILES.iter().map(|file| file.path).collect();
    assert_eq!(files_ending(".toml"), carried);
}

/// The folder's README lists what is open, so that nobody has to open every file to know.
#[test]
fn every_open_parameter_is_listed_for_readers() {
    let readme = read("README.md");
    let listed = readme.split("## Yang masih terbuka").nth(1).expect("the chapter is there");
    for parameter in Rulebook::builtin().open_parameters() {
        let open = parameter.open.as_ref().expect("open parameters are open");
        let row = format!("| {} | `{}` |", open.reference, parameter.path);
        assert!(listed.contains(&row), "README.md has no row {row}");
    }
}

/// Every number of the law is shown at work in some example: beside its file, or beside another.
#[test]
fn every_entry_is_shown_in_an_example() {
    // The first three are obeyed by the enrolment and the export, not by a formula. Two children
    // from kindergarten on come to the limit of scholarships exactly, so that it never cuts.
    const NEVER_COMPUTED: [&str; 4] = [
        "eligibility.identitas",
        "eligibility.pekerjaan_maksimum",
        "sipp.kolom_mendaftar",
        "beasiswa.jumlah_paling_banyak",
    ];
    let seen = run_all();
    let rulebook = Rulebook::builtin();
    let mut unseen = Vec::new();
    for parameter in rulebook.parameters() {
        // Verdicts on ages are no trees: their files have examples beside them.
        let examples = parameter.path.replace(".toml", ".examples.md");
        let ages = parameter.id.starts_with("eligibility.usia");
        if NEVER_COMPUTED.contains(&&*parameter.id) || ages && folder().join(examples).exists() {
            continue;
        }
        let spoken = parameter.entries.iter().filter(|entry| entry.value != Value::Nothing);
        unseen.extend(spoken.map(|entry| &entry.rule).filter(|rule| !seen.rules.contains(rule)));
    }
    assert!(unseen.is_empty(), "not in any example: {unseen:?}");
}
