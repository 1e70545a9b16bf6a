//! Every code that reaches a person has a sentence, a place in the guide and a test.
//!
//! Problems, outcomes, refusals, notices and errors are read from the lists that declare them.

use std::collections::BTreeSet;

use super::Finding;
use super::tree::Tree;

const INDONESIAN: &str = "crates/app/words/id.ftl";
const ENGLISH: &str = "crates/app/words/en.ftl";
const GUIDE: &str = "docs/guide/masalah.md";

/// Where a kind of code is declared, and what is asked of it.
struct Kind {
    /// The first part of the key in the catalogue.
    key: &'static str,
    file: String,
    /// The enum that declares the codes.
    name: String,
    remedy: bool,
    guide: bool,
}

impl Kind {
    fn of(key: &'static str, file: &str, name: &str) -> Kind {
        let (file, name) = (file.to_owned(), name.to_owned());
        // A notice tells something, an error ends a command: neither is looked up later.
        let guide = !matches!(key, "notice" | "error");
        Kind { key, file, name, remedy: matches!(key, "problem" | "refusal"), guide }
    }
}

/// The lists of codes; `domain` has a list of refusals per decision.
fn kinds(tree: &Tree) -> Vec<Kind> {
    let mut kinds = vec![
        Kind::of("problem", "crates/base/src/problem.rs", "ProblemCode"),
        Kind::of("outcome", "crates/domain/src/enrolment.rs", "Outcome"),
        Kind::of("refusal", "crates/documents/src/read.rs", "Refusal"),
        Kind::of("notice", "crates/documents/src/read.rs", "Notice"),
    ];
    for (path, text) in tree.texts().filter(|(path, _)| path.starts_with("crates/domain/src/")) {
        let enums = text.lines().filter_map(|line| line.strip_prefix("pub enum "));
        let refusals = enums.filter_map(|line| words(line).next());
        let refusals = refusals.filter(|name| name.ends_with("Refusal"));
        kinds.extend(refusals.map(|name| Kind::of("error", path, name)));
    }
    kinds
}

/// One code: its variant in Rust and its stable name.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Code {
    variant: String,
    name: String,
    line: usize,
}

/// Every code has a sentence in both languages, and a remedy where one is due.
pub fn check_sentences(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for_each_code(tree, &mut findings, |kind, code, findings| {
        for catalogue in [INDONESIAN, ENGLISH] {
            let keys = keys(tree.text(catalogue).unwrap_or_default());
            let key = format!("{}-{}", kind.key, code.name);
            let remedy = format!("{key}.remedy");
            if !keys.contains(&key) {
                findings.push(Finding::of_file(catalogue, format!("{key} has no sentence")));
            } else if kind.remedy && !keys.contains(&remedy) {
                findings.push(Finding::of_file(catalogue, format!("{key} has no .remedy")));
            }
        }
    });
    findings
}

/// The two catalogues have the same keys.
pub fn check_catalogues(tree: &Tree) -> Vec<Finding> {
    let read = |path| keys(tree.text(path).unwrap_or_default());
    let (indonesian, english) = (read(INDONESIAN), read(ENGLISH));
    let lacks = |path, key| Finding::of_file(path, format!("{key} is in the other catalogue only"));
    let mut findings: Vec<Finding> =
        english.difference(&indonesian).map(|key| lacks(INDONESIAN, key)).collect();
    findings.extend(indonesian.difference(&english).map(|key| lacks(ENGLISH, key)));
    findings
}

/// Every code has a heading or a table row in the guide.
pub fn check_guide(tree: &Tree) -> Vec<Finding> {
    let guide = tree.text(GUIDE).unwrap_or_default();
    let entries: BTreeSet<&str> = guide
        .lines()
        .filter(|line| line.starts_with('#') || line.starts_with('|'))
        .flat_map(words)
        .collect();
    let mut findings = Vec::new();
    for_each_code(tree, &mut findings, |kind, code, findings| {
        if kind.guide && !entries.contains(code.name.as_str()) {
            let what = format!("{} {} is not explained", kind.key, code.name);
            findings.push(Finding::of_file(GUIDE, what));
        }
    });
    findings
}

/// Every code occurs in a test, by its variant or by its name.
pub fn check_tests(tree: &Tree) -> Vec<Finding> {
    let mut tested: BTreeSet<String> = BTreeSet::new();
    for source in tree.rust().iter().filter(|source| source.path.starts_with("crates/")) {
        tested.extend(source.test_lines().flat_map(words).map(str::to_owned));
    }
    let scenarios = tree.texts().filter(|(path, _)| path.starts_with("scenarios/"));
    tested.extend(scenarios.flat_map(|(_, text)| words(text)).map(str::to_owned));
    let mut findings = Vec::new();
    for_each_code(tree, &mut findings, |kind, code, findings| {
        if !tested.contains(&code.variant) && !tested.contains(&code.name) {
            let what = format!("{} is in no test", code.name);
            findings.push(Finding::at(&kind.file, code.line, what));
        }
    });
    findings
}

/// Visits every code; a list that is there but cannot be read is a finding of its own.
fn for_each_code(
    tree: &Tree,
    findings: &mut Vec<Finding>,
    mut visit: impl FnMut(&Kind, &Code, &mut Vec<Finding>),
) {
    for kind in &kinds(tree) {
        let Some(text) = tree.text(&kind.file) else { continue };
        let codes = declared(text, &kind.name);
        if codes.is_empty() {
            findings.push(Finding::of_file(&kind.file, format!("no {} can be read", kind.name)));
        }
        for code in &codes {
            visit(kind, code, findings);
        }
    }
}

/// The codes of an enum: `Variant = "NAME"` lines of the macro that makes it, or the arms
/// `Enum::Variant … => "NAME"` of its function.
fn declared(text: &str, name: &str) -> Vec<Code> {
    let arm = format!("{name}::");
    // A macro's list belongs to the enum that the macro declares in the same file.
    let from_macro = text.contains(&format!("pub enum {name} {{ $("));
    let mut codes = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line_text = line.trim();
        let (left, right) = match (from_macro, line_text.split_once("=>")) {
            (true, None) => match line_text.split_once(" = \"") {
                Some((left, right)) => (left, right),
                None => continue,
            },
            (false, Some((left, right))) if left.starts_with(&arm) => {
                match right.trim().strip_prefix('"') {
                    Some(right) => (&left[arm.len()..], right),
                    None => continue,
                }
            }
            _ => continue,
        };
        let variant: String = left.chars().take_while(|c| c.is_alphanumeric()).collect();
        let Some((code, _)) = right.split_once('"') else { continue };
        let is_code = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
        if !variant.is_empty() && !code.is_empty() && code.chars().all(is_code) {
            codes.push(Code { variant, name: code.to_owned(), line: index + 1 });
        }
    }
    codes
}

/// The keys of a catalogue: messages, and their attributes as `message.attribute`.
fn keys(text: &str) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    let mut message = String::new();
    for line in text.lines() {
        let Some((key, _)) = line.split_once('=') else { continue };
        let key = key.trim_end();
        let well_formed = |key: &str| {
            !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
        };
        if well_formed(key) {
            message = key.to_owned();
            keys.insert(message.clone());
        } else if let Some(attribute) = key.trim_start().strip_prefix('.')
            && key.starts_with(' ')
            && well_formed(attribute)
        {
            keys.insert(format!("{message}.{attribute}"));
        }
    }
    keys
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROBLEMS: &str = "pub enum ProblemCode { $($variant),* }\ncodes! {\n    /// X.\n    \
                            NikDate = \"NIK_DATE\" Error,\n    Ditto = \"DITTO\" Info,\n}\n";
    const REFUSALS: &str = "Refusal::Empty => \"EMPTY\",\n\
                            Refusal::TooLarge { .. } => \"TOO_LARGE\",\n\
                            Notice::Guessed => \"GUESSED\",\nother => \"NOT_A_CODE\",\n";

    fn names(text: &str, name: &str) -> Vec<String> {
        let pair = |code: Code| format!("{} {}", code.variant, code.name);
        declared(text, name).into_iter().map(pair).collect()
    }

    #[test]
    fn codes_are_read_from_their_lists() {
        assert_eq!(names(PROBLEMS, "ProblemCode"), ["NikDate NIK_DATE", "Ditto DITTO"]);
        assert_eq!(names(REFUSALS, "Refusal"), ["Empty EMPTY", "TooLarge TOO_LARGE"]);
        assert_eq!(names(REFUSALS, "Notice"), ["Guessed GUESSED"]);
    }

    #[test]
    fn missing_sentences_and_remedies_are_found() {
        let id = "problem-NIK_DATE = Salah.\n    .remedy = Ubah.\nproblem-DITTO = Idem.\n";
        let en = "problem-NIK_DATE = Wrong.\n    .remedy = Mend.\n";
        let tree =
            Tree::of(&[("crates/base/src/problem.rs", PROBLEMS), (INDONESIAN, id), (ENGLISH, en)]);
        let found: Vec<String> = check_sentences(&tree).iter().map(Finding::to_string).collect();
        assert_eq!(
            found,
            [
                "crates/app/words/id.ftl: problem-DITTO has no .remedy",
                "crates/app/words/en.ftl: problem-DITTO has no sentence",
            ]
        );
        let found: Vec<String> = check_catalogues(&tree).iter().map(Finding::to_string).collect();
        assert_eq!(
            found,
            ["crates/app/words/en.ftl: problem-DITTO is in the other catalogue only"]
        );
    }

    #[test]
    fn refusals_of_decisions_are_errors_of_a_command() {
        let bill = "pub enum BillRefusal {\n    NotDraft,\n}\n\
                    BillRefusal::NotDraft => \"NOT_DRAFT\",\n";
        let tree =
            Tree::of(&[("crates/domain/src/billing.rs", bill), (ENGLISH, ""), (INDONESIAN, "")]);
        let found: Vec<String> = check_sentences(&tree).iter().map(Finding::to_string).collect();
        assert_eq!(found[0], "crates/app/words/id.ftl: error-NOT_DRAFT has no sentence");
        assert_eq!(check_guide(&tree), []);
    }

    #[test]
    fn a_list_that_cannot_be_read_is_found() {
        let tree = Tree::of(&[("crates/base/src/problem.rs", "pub enum Other {}\n")]);
        assert_eq!(check_sentences(&tree).len(), 1);
    }

    #[test]
    fn codes_missing_from_guide_or_tests_are_found() {
        let guide = "| `NIK_DATE` | tanggal |\n\nDITTO in plain prose is no entry.\n";
        let test = "#[test]\nfn a() { check(ProblemCode::NikDate); }\n";
        let tree = Tree::of(&[
            ("crates/base/src/problem.rs", PROBLEMS),
            (GUIDE, guide),
            ("crates/base/src/problem/tests.rs", test),
        ]);
        assert_eq!(check_guide(&tree).len(), 1);
        let found: Vec<String> = check_tests(&tree).iter().map(Finding::to_string).collect();
        assert_eq!(found, ["crates/base/src/problem.rs:5: DITTO is in no test"]);
    }
}
