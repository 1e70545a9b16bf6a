//! Who may build on whom: the floors, and the outside crates that are kept in one place.

use super::Finding;
use super::tree::{Crate, Tree};

/// Our crates, each with those it may name. Lower floors first.
const MAY_USE: &[(&str, &[&str])] = &[
    ("base", &[]),
    ("rules", &["base"]),
    ("linkage", &["base"]),
    ("documents", &["base"]),
    ("domain", &["linkage", "rules", "base"]),
    ("store", &["domain", "linkage", "rules", "base"]),
    ("bulk", &["domain", "documents", "linkage", "rules", "base"]),
    ("app", &["store", "bulk", "domain", "documents", "linkage", "rules", "base"]),
    ("web", &["app", "base"]),
    ("payung", &["web", "app", "store", "bulk", "domain", "documents", "linkage", "rules", "base"]),
    (
        "testkit",
        &["web", "app", "store", "bulk", "domain", "documents", "linkage", "rules", "base"],
    ),
    ("xtask", &[]),
];

/// Crates that touch neither disk nor clock, and whether they may not use floats either.
const PURE: &[(&str, bool)] =
    &[("base", true), ("rules", true), ("linkage", false), ("documents", false), ("domain", true)];

/// Outside crates, the crates that may use them, and why no other may.
const KEPT_IN_PLACE: &[(&[&str], &[&str], &str)] = &[
    (
        &["tokio", "async-std", "smol", "futures", "futures-util"],
        &["store", "bulk", "app", "web", "payung", "testkit"],
        "an async runtime starts at floor 3",
    ),
    (
        &["calamine", "rust_xlsxwriter", "krilla", "umya-spreadsheet", "quick-xml"],
        &["documents"],
        "bytes of documents are read and written in one place",
    ),
    (
        &["csv", "parquet", "arrow"],
        &["documents", "bulk"],
        "tables of a program are read where partitions of them are worked on",
    ),
    (&["zip"], &["documents", "testkit"], "hostile archives are built for tests alone"),
    (
        &["axum", "hyper", "tower", "tower-http", "reqwest", "ureq", "askama"],
        &["web"],
        "HTTP and HTML belong to web",
    ),
    (
        &["rusqlite", "postgres", "tokio-postgres", "sqlx"],
        &["store"],
        "the database is spoken to in one place",
    ),
    (&["openssl", "openssl-sys", "native-tls", "chrono", "aws-lc-rs"], &[], "not in this house"),
];

/// Outside crates that the lowest floors may use at all; serde stays out of `domain` for good.
const MAY_USE_OUTSIDE: &[(&str, &[&str])] = &[
    ("base", &["jiff", "uuid"]),
    ("domain", &["base64", "sha2"]),
    ("rules", &["serde", "toml", "sha2"]),
];

/// Every edge between our crates goes down.
pub fn check_floors(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for ours in &tree.crates {
        let Some((_, allowed)) = MAY_USE.iter().find(|(name, _)| *name == ours.name) else {
            findings.push(Finding::of_file(&manifest(ours), "a crate without a floor"));
            continue;
        };
        for dependency in ours.dependencies.iter().filter(|dependency| dependency.ours) {
            let name = dependency.name.as_str();
            let for_tests = dependency.dev && name == "testkit";
            if !allowed.contains(&name) && !for_tests {
                let what = format!("{} may not build on {name}", ours.name);
                findings.push(Finding::of_file(&manifest(ours), what));
            }
        }
    }
    findings
}

/// Outside crates stay where they belong.
pub fn check_outside_crates(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for ours in &tree.crates {
        let narrow = MAY_USE_OUTSIDE.iter().find(|(name, _)| *name == ours.name);
        for dependency in ours.dependencies.iter().filter(|dependency| !dependency.ours) {
            let name = dependency.name.as_str();
            for (crates, allowed, why) in KEPT_IN_PLACE {
                if crates.contains(&name) && !allowed.contains(&ours.name.as_str()) {
                    let what = format!("{} may not use {name}: {why}", ours.name);
                    findings.push(Finding::of_file(&manifest(ours), what));
                }
            }
            if narrow.is_some_and(|(_, names)| !dependency.dev && !names.contains(&name)) {
                let what = format!("{} may not use {name}: its list is closed", ours.name);
                findings.push(Finding::of_file(&manifest(ours), what));
            }
        }
    }
    findings
}

/// Pure crates ask clippy to watch them.
pub fn check_pure_lints(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, no_floats) in PURE {
        let path = format!("crates/{name}/src/lib.rs");
        let Some(text) = tree.text(&path) else { continue };
        let attributes: String = text
            .lines()
            .skip_while(|line| !line.starts_with("#!["))
            .take_while(|line| !line.is_empty())
            .collect();
        let mut wanted = vec!["missing_docs", "clippy::disallowed_methods"];
        if *no_floats {
            wanted.push("clippy::float_arithmetic");
        }
        for lint in wanted {
            if !attributes.contains("#![warn(") || !attributes.contains(lint) {
                findings.push(Finding::of_file(&path, format!("must warn about {lint}")));
            }
        }
    }
    findings
}

fn manifest(ours: &Crate) -> String {
    match ours.name.as_str() {
        "xtask" => "xtask/Cargo.toml".to_owned(),
        name => format!("crates/{name}/Cargo.toml"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tree::Dependency;

    fn tree(name: &str, dependencies: &[(&str, bool, bool)]) -> Tree {
        let dependencies = dependencies
            .iter()
            .map(|(name, dev, ours)| Dependency { name: (*name).into(), dev: *dev, ours: *ours })
            .collect();
        Tree { crates: vec![Crate { name: name.into(), dependencies }], ..Tree::default() }
    }

    #[test]
    fn edges_go_down_only() {
        let count = |name, on, dev| check_floors(&tree(name, &[(on, dev, true)])).len();
        assert_eq!(count("domain", "base", false), 0);
        assert_eq!(count("domain", "store", false), 1);
        assert_eq!(count("rules", "linkage", false), 1);
        assert_eq!(count("web", "store", false), 1);
        assert_eq!(count("store", "app", true), 1);
        assert_eq!(count("payung", "testkit", true), 0);
        assert_eq!(count("payung", "testkit", false), 1);
        assert_eq!(count("newcomer", "base", false), 1);
    }

    #[test]
    fn outside_crates_stay_in_their_place() {
        let count =
            |name, uses, dev| check_outside_crates(&tree(name, &[(uses, dev, false)])).len();
        assert_eq!(count("documents", "calamine", false), 0);
        assert_eq!(count("app", "calamine", false), 1);
        assert_eq!(count("app", "axum", true), 1);
        assert_eq!(count("web", "rusqlite", false), 1);
        assert_eq!(count("domain", "serde", false), 1);
        assert_eq!(count("domain", "proptest", true), 0);
        assert_eq!(count("base", "tokio", false), 2);
        assert_eq!(count("payung", "chrono", false), 1);
    }

    #[test]
    fn pure_crates_must_be_watched() {
        let lib = "//! X.\n#![warn(missing_docs, clippy::disallowed_methods)]\n\npub mod x;\n";
        assert_eq!(check_pure_lints(&Tree::of(&[("crates/linkage/src/lib.rs", lib)])), []);
        assert_eq!(check_pure_lints(&Tree::of(&[("crates/domain/src/lib.rs", lib)])).len(), 1);
        assert_eq!(
            check_pure_lints(&Tree::of(&[("crates/rules/src/lib.rs", "//! X.\n")])).len(),
            3
        );
    }
}
