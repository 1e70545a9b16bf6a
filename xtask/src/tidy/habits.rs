//! Habits of the house that can be read off a file: heads, lengths, leftovers, kinds of files.

use std::collections::BTreeMap;

use super::Finding;
use super::tree::Tree;

/// The longest line of Rust.
const COLUMNS_MAX: usize = 100;
/// The largest file.
const BYTES_MAX: u64 = 500 * 1024;
/// Long functions that are still allowed, one `path count` per line.
const RATCHET: &str = "xtask/ratchet.txt";

/// Kinds of files that belong in the tree.
const EXTENSIONS: &[&str] = &[
    "rs", "toml", "lock", "md", "csv", "ftl", "sql", "html", "css", "js", "lua", "mjs", "svg",
    "ts", "txt", "snap", "typ", "json", "ttf", "woff2", "png", "pdf", "xlsx", "xlsm", "xlsb",
    "xls", "ods", "tsv", "parquet", "bin", "zip", "service", "timer", "conf", "env", "py",
];
/// Files known by name.
const NAMES: &[&str] = &["LICENSE", "NOTICE", ".gitignore", ".gitattributes", ".ci/run"];

/// Every Rust file opens with two to six lines that say what it is; one is enough for a short file.
pub fn check_headers(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.texts().filter(|(path, _)| path.ends_with(".rs")) {
        if !text.starts_with("//! ") {
            findings.push(Finding::at(path, 1, "a file opens with `//!` and what it is"));
        }
    }
    findings
}

/// A module is `x.rs` with its parts in `x/`.
pub fn check_module_files(tree: &Tree) -> Vec<Finding> {
    let is_mod = |path: &&str| path.ends_with("/mod.rs");
    let paths = tree.files.iter().map(|file| file.path.as_str()).filter(is_mod);
    // Cargo looks for a test binary's shared parts beside it, so `tests/it/main.rs` has none.
    paths.map(|path| Finding::of_file(path, "write x.rs and x/, not mod.rs")).collect()
}

/// Nothing half done is committed.
pub fn check_leftovers(tree: &Tree) -> Vec<Finding> {
    let marks = [concat!("FIX", "ME"), concat!("TO", "DO"), concat!("XX", "X:")];
    let calls = [concat!("db", "g!("), concat!("todo", "!("), concat!("unimplemented", "!(")];
    let mut findings = Vec::new();
    for source in tree.rust() {
        for (index, (line, code)) in source.lines.iter().zip(&source.code).enumerate() {
            let mark = marks.iter().find(|mark| line.contains(*mark));
            let call = calls.iter().find(|call| code.contains(*call));
            if let Some(left) = mark.or(call) {
                findings.push(Finding::at(&source.path, index + 1, format!("leftover {left}")));
            }
        }
    }
    findings
}

/// Every test runs, and says what it expects.
pub fn check_skipped_tests(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in tree.rust() {
        for (index, code) in source.code.iter().enumerate() {
            for attribute in ["#[ignore", "#[should_panic"] {
                if code.contains(attribute) {
                    let what = format!("{attribute}]: assert what happens instead");
                    findings.push(Finding::at(&source.path, index + 1, what));
                }
            }
        }
    }
    findings
}

/// Lines of Rust fit the screen, those that rustfmt leaves alone too.
pub fn check_columns(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    // A table test keeps one case on one line, however long its text is.
    let is_code = |path: &str| {
        path.ends_with(".rs") && !path.ends_with("tests.rs") && !path.contains("/tests/")
    };
    for (path, text) in tree.texts().filter(|(path, _)| is_code(path)) {
        for (index, line) in text.lines().enumerate() {
            let columns = line.chars().count();
            // An address or a raw text cannot be broken.
            let is_whole = line.contains("https://") || line.trim_start().starts_with("r#\"");
            if columns > COLUMNS_MAX && !is_whole {
                let what = format!("{columns} columns, at most {COLUMNS_MAX}");
                findings.push(Finding::at(path, index + 1, what));
            }
        }
    }
    findings
}

/// Exceptions from the length of functions are those of the list, which may only shrink.
pub fn check_ratchet(tree: &Tree) -> Vec<Finding> {
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    for source in tree.rust() {
        let exceptions = source.code.iter().filter(|line| line.contains("clippy::too_many_lines"));
        let count = exceptions.count();
        if count > 0 {
            found.insert(source.path, count);
        }
    }
    let mut allowed: BTreeMap<String, usize> = BTreeMap::new();
    for line in tree.text(RATCHET).unwrap_or_default().lines() {
        let line = line.split('#').next().unwrap_or_default();
        if let Some((path, count)) = line.trim().rsplit_once(' ') {
            allowed.insert(path.to_owned(), count.parse().unwrap_or(0));
        }
    }
    let mut findings = Vec::new();
    for (path, count) in &found {
        if *count > allowed.get(path).copied().unwrap_or(0) {
            findings.push(Finding::of_file(path, "a function longer than 70 lines: split it"));
        }
    }
    for (path, count) in &allowed {
        if *count > found.get(path).copied().unwrap_or(0) {
            let what = format!("{path} has shrunk: lower its count");
            findings.push(Finding::of_file(RATCHET, what));
        }
    }
    findings
}

/// Only known kinds of files, none large.
pub fn check_files(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &tree.files {
        let path = file.path.as_str();
        let name = path.rsplit('/').next().unwrap_or(path);
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        let known = EXTENSIONS.contains(&extension) || NAMES.contains(&path);
        if !known && !path.starts_with("fixtures/") {
            findings.push(Finding::of_file(path, "not a kind of file that belongs here"));
        }
        if file.bytes > BYTES_MAX {
            let what = format!("{} bytes, at most {BYTES_MAX}", file.bytes);
            findings.push(Finding::of_file(path, what));
        }
    }
    findings
}

/// Words that have no business in the tree: paths of a machine, and how the work was done.
pub fn check_banned_words(tree: &Tree) -> Vec<Finding> {
    let banned = [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/tmp/", "brief")];
    let mut findings = Vec::new();
    for (path, text) in tree.texts().filter(|(path, _)| *path != "Cargo.lock") {
        for (index, line) in text.lines().enumerate() {
            let lower = line.to_lowercase();
            if let Some(word) = banned.iter().find(|word| lower.contains(*word)) {
                findings.push(Finding::at(path, index + 1, format!("banned: {word}")));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tree::File;

    fn count(check: fn(&Tree) -> Vec<Finding>, path: &str, text: &str) -> usize {
        check(&Tree::of(&[(path, text)])).len()
    }

    #[test]
    fn files_must_say_what_they_are() {
        assert_eq!(count(check_headers, "crates/base/src/x.rs", "//! A thing.\n"), 0);
        assert_eq!(count(check_headers, "crates/base/src/x.rs", "use std::fmt;\n"), 1);
        assert_eq!(count(check_module_files, "crates/base/src/x/mod.rs", "//! X.\n"), 1);
        assert_eq!(count(check_module_files, "crates/base/src/mode.rs", "//! X.\n"), 0);
    }

    #[test]
    fn leftovers_are_found() {
        let line = |left: &str| format!("fn a() {{ {left} }}\n");
        for left in [concat!("// FIX", "ME"), concat!("todo", "!()"), concat!("db", "g!(1)")] {
            assert_eq!(count(check_leftovers, "crates/base/src/x.rs", &line(left)), 1, "{left}");
        }
        let told = line(&format!("\"{}\"", concat!("todo", "!()")));
        assert_eq!(count(check_leftovers, "crates/base/src/x.rs", &told), 0);
    }

    #[test]
    fn skipped_tests_are_found() {
        for (text, found) in [
            ("#[test]\n#[ignore]\nfn a() {}\n", 1),
            ("#[test]\n#[ignore = \"slow\"]\nfn a() {}\n", 1),
            ("#[should_panic(expected = \"x\")]\nfn a() {}\n", 1),
            ("// never #[ignore]\n", 0),
        ] {
            assert_eq!(count(check_skipped_tests, "crates/base/src/x.rs", text), found, "{text}");
        }
    }

    #[test]
    fn long_lines_are_found() {
        let line = |columns: usize| format!("{}\n", "é".repeat(columns));
        assert_eq!(count(check_columns, "crates/base/src/x.rs", &line(100)), 0);
        assert_eq!(count(check_columns, "crates/base/src/x.rs", &line(101)), 1);
        assert_eq!(count(check_columns, "README.md", &line(101)), 0);
    }

    #[test]
    fn the_ratchet_turns_one_way() {
        let exception = "#[expect(clippy::too_many_lines)]\nfn a() {}\n";
        let check = |text: &str, list: &str| {
            check_ratchet(&Tree::of(&[("crates/app/src/x.rs", text), (RATCHET, list)])).len()
        };
        assert_eq!(check(exception, ""), 1);
        assert_eq!(check(exception, "crates/app/src/x.rs 1\n"), 0);
        assert_eq!(check("fn a() {}\n", "crates/app/src/x.rs 1\n"), 1);
        assert_eq!(check(exception, "crates/app/src/x.rs 2\n"), 1);
        assert_eq!(check("fn a() {}\n", "# Empty, and it shall stay so.\n"), 0);
    }

    #[test]
    fn strange_and_large_files_are_found() {
        assert_eq!(count(check_files, "crates/app/run.sh", ""), 1);
        assert_eq!(count(check_files, "LICENSE", ""), 0);
        assert_eq!(count(check_files, "docs/LICENSE", ""), 1);
        let large = File { path: "regions/x.csv".into(), bytes: 512_001, text: None };
        assert_eq!(check_files(&Tree { files: vec![large], ..Tree::default() }).len(), 1);
    }

    #[test]
    fn banned_words_are_found() {
        let text = format!("See {} for more.\n", concat!("/wo", "rk/notes"));
        assert_eq!(count(check_banned_words, "README.md", &text), 1);
        assert_eq!(count(check_banned_words, "README.md", "Homework/plans.\n"), 0);
    }
}
