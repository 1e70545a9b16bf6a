//! The house rules that a machine can keep, over the files of the tree.
//!
//! Each rule is a function from the tree to its findings, with tests that feed it a bad tree. The
//! whole also runs as an ordinary test, so that `cargo test` catches what CI would.

mod codes;
mod floors;
mod glossary;
mod habits;
mod language;
mod law;
mod licences;
mod source;
mod tree;

use std::fmt;
use std::path::Path;

use anyhow::{Result, bail};
use tree::Tree;

/// One broken rule at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    path: String,
    /// The line, 1 for the first; 0 for the file as a whole.
    line: usize,
    what: String,
}

impl Finding {
    fn of_file(path: &str, what: impl Into<String>) -> Finding {
        Finding::at(path, 0, what)
    }

    fn at(path: &str, line: usize, what: impl Into<String>) -> Finding {
        Finding { path: path.to_owned(), line, what: what.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path, self.what),
            line => write!(f, "{}:{line}: {}", self.path, self.what),
        }
    }
}

type Check = fn(&Tree) -> Vec<Finding>;

/// Every rule, in the order in which it is reported.
const CHECKS: &[(&str, Check)] = &[
    ("floors", floors::check_floors),
    ("crates kept in their place", floors::check_outside_crates),
    ("pure crates are watched", floors::check_pure_lints),
    ("SQL in store only", language::check_sql),
    ("HTML in web/templates only", language::check_html),
    ("no legal number in Rust", law::check_numbers),
    ("regulations name source and article", law::check_regulations),
    ("codes have sentences", codes::check_sentences),
    ("catalogues agree", codes::check_catalogues),
    ("codes are in the guide", codes::check_guide),
    ("codes have a test row", codes::check_tests),
    ("glossary", glossary::check_glossary),
    ("files open with what they are", habits::check_headers),
    ("no mod.rs", habits::check_module_files),
    ("no leftovers", habits::check_leftovers),
    ("no skipped tests", habits::check_skipped_tests),
    ("columns", habits::check_columns),
    ("long functions only shrink", habits::check_ratchet),
    ("file kinds and sizes", habits::check_files),
    ("banned words", habits::check_banned_words),
    ("licences", licences::check_licences),
];

/// Runs every rule over the tree and prints what is broken.
pub fn run(root: &Path) -> Result<()> {
    let findings = findings(&Tree::load(root)?);
    for finding in &findings {
        println!("{finding}");
    }
    if !findings.is_empty() {
        bail!("{} house rules are broken", findings.len());
    }
    println!("{} house rules hold", CHECKS.len());
    Ok(())
}

fn findings(tree: &Tree) -> Vec<Finding> {
    let of_check = |(name, check): &(&str, Check)| {
        let mut found = check(tree);
        found.iter_mut().for_each(|finding| finding.what = format!("{} ({name})", finding.what));
        found
    };
    CHECKS.iter().flat_map(of_check).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_is_tidy() {
        let tree = Tree::load(&crate::root()).expect("the tree can be read");
        let broken: Vec<String> = findings(&tree).iter().map(Finding::to_string).collect();
        assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
    }

    #[test]
    fn findings_read_like_a_compiler_message() {
        let line = Finding::at("crates/base/src/lib.rs", 7, "leftover");
        assert_eq!(line.to_string(), "crates/base/src/lib.rs:7: leftover");
        assert_eq!(Finding::of_file("NOTICE", "missing").to_string(), "NOTICE: missing");
    }
}
