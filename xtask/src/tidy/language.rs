//! Foreign languages inside Rust: SQL lives in `store`, HTML in `crates/web/templates`.

use super::Finding;
use super::tree::Tree;

/// The rules' own needles are not SQL or HTML that runs.
const EXEMPT: &str = "xtask";

/// Where SQL lies: what a register is asked, and the plans of batch work over exported tables.
const SQL_HOMES: [&str; 2] = ["crates/store/", "batch/src/plans/"];

/// SQL is written in files of its homes and nowhere else.
pub fn check_sql(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, _) in tree.texts() {
        if path.ends_with(".sql") && !SQL_HOMES.iter().any(|home| path.starts_with(home)) {
            findings.push(Finding::of_file(path, "SQL outside crates/store"));
        }
    }
    for source in tree.rust() {
        if matches!(source.crate_name(), "store" | EXEMPT) {
            continue;
        }
        for (line, text) in &source.strings {
            if is_sql(text) {
                findings.push(Finding::at(&source.path, *line, "SQL outside crates/store"));
            }
        }
    }
    findings
}

/// HTML pages are templates, and templates lie in one folder.
pub fn check_html(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, _) in tree.texts() {
        let at_home = path.starts_with("crates/web/templates/") || path.starts_with("fixtures/");
        if path.ends_with(".html") && !at_home {
            findings.push(Finding::of_file(path, "HTML outside crates/web/templates"));
        }
    }
    for source in tree.rust() {
        // Offices save HTML under the name .xls, so `documents` has to know its tags.
        if matches!(source.crate_name(), "documents" | EXEMPT) {
            continue;
        }
        for (line, text) in source.product_strings() {
            if is_html(text) {
                findings.push(Finding::at(&source.path, line, "HTML outside crates/web/templates"));
            }
        }
    }
    findings
}

fn is_sql(text: &str) -> bool {
    let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    let text = words.join(" ");
    // English sentences have "select" and "from" too, but not in one case throughout.
    let keywords = |left: &str, right: &str| {
        let upper = (left.to_uppercase(), right.to_uppercase());
        let holds = |left: &str, right: &str| {
            text.find(left).is_some_and(|at| text[at + left.len()..].contains(right))
        };
        holds(left, right) || holds(&upper.0, &upper.1)
    };
    let starts = text.to_lowercase();
    keywords("insert into ", "values")
        || keywords("insert into ", "select ")
        || keywords("delete from ", "")
        || (starts.starts_with("select ") && keywords("select ", " from "))
        || (starts.starts_with("update ") && keywords("update ", " set "))
        || ["create table ", "create index ", "alter table ", "drop table ", "pragma "]
            .iter()
            .any(|start| starts.starts_with(start))
}

fn is_html(text: &str) -> bool {
    let lower = text.to_lowercase();
    ["<!doctype", "<html", "<body", "<div", "<span", "<form", "<table", "<a href", "</p>"]
        .iter()
        .any(|tag| lower.contains(tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sql(path: &str, text: &str) -> usize {
        check_sql(&Tree::of(&[(path, text)])).len()
    }

    #[test]
    fn sql_is_found_outside_store() {
        let query = "fn f() { run(\"select id\\n from person\"); }\n";
        assert_eq!(sql("crates/app/src/x.rs", query), 1);
        assert_eq!(sql("crates/store/src/x.rs", query), 0);
        assert_eq!(sql("crates/app/src/x.rs", "// select id from person\n"), 0);
        assert_eq!(sql("crates/app/src/x.rs", "let a = \"INSERT INTO x VALUES (1)\";\n"), 1);
        assert_eq!(sql("crates/app/src/x.rs", "let a = \"update x set y = 1\";\n"), 1);
        assert_eq!(sql("crates/app/src/x.rs", "let a = \"delete from x\";\n"), 1);
        assert_eq!(sql("crates/app/src/x.rs", "let a = \"Select files from a folder\";\n"), 0);
        assert_eq!(sql("crates/app/sql/x.sql", "select 1\n"), 1);
        assert_eq!(sql("crates/store/sql/x.sql", "select 1\n"), 0);
    }

    #[test]
    fn html_is_found_outside_templates() {
        let count = |path, text| check_html(&Tree::of(&[(path, text)])).len();
        assert_eq!(count("crates/web/src/x.rs", "let a = \"<div>x</div>\";\n"), 1);
        assert_eq!(count("crates/documents/src/x.rs", "let a = \"<table\";\n"), 0);
        assert_eq!(count("crates/app/src/x.rs", "let a = 1 < 2; // <div>\n"), 0);
        assert_eq!(count("crates/app/pages/x.html", "x\n"), 1);
        assert_eq!(count("crates/web/templates/x.html", "<div></div>\n"), 0);
    }
}
