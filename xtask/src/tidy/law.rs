//! The law lies in `regulations/`, cited entry by entry, and no number of it stands in Rust.

use super::Finding;
use super::tree::Tree;

/// Whole numbers from 100 and every decimal fraction need a reason in domain and rules.
pub fn check_numbers(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in tree.rust() {
        if !matches!(source.crate_name(), "domain" | "rules") {
            continue;
        }
        for (line, code) in source.product_code() {
            let excused = source.lines[line - 1].contains("// not law: ");
            if let Some(number) = suspicious_number(code).filter(|_| !excused) {
                let what =
                    format!("{number} looks like law: move it, or end with `// not law: why`");
                findings.push(Finding::at(&source.path, line, what));
            }
        }
    }
    findings
}

/// Every entry of a regulation names its source and its article.
pub fn check_regulations(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.texts() {
        let list = matches!(path, "regulations/sources.toml" | "regulations/units.toml");
        if !path.starts_with("regulations/") || !path.ends_with(".toml") || list {
            continue;
        }
        for (line, entry) in entries(text) {
            for key in ["source", "article"] {
                let named = |line: &str| line.split_once('=').is_some_and(|(k, _)| k.trim() == key);
                if !entry.lines().any(named) {
                    findings.push(Finding::at(path, line, format!("an entry without {key}")));
                }
            }
        }
    }
    findings
}

/// The dated entries (tables with a `from` day) with the line of their head.
fn entries(text: &str) -> Vec<(usize, String)> {
    let mut all: Vec<(usize, String)> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if line.starts_with("[[") {
            all.push((index + 1, String::new()));
        } else if let Some((_, entry)) = all.last_mut() {
            entry.push_str(line);
            entry.push('\n');
        }
    }
    let dated = |entry: &str| entry.lines().any(|line| line.trim_start().starts_with("from "));
    all.retain(|(_, entry)| dated(entry));
    all
}

/// The first number of a line of code that could come from a regulation.
fn suspicious_number(code: &str) -> Option<&str> {
    let bytes = code.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let before = at.checked_sub(1).map_or(b' ', |before| bytes[before]);
        let field = before == b'.' && at > 1 && bytes[at - 2] != b'.';
        let inside_word = before.is_ascii_alphanumeric() || before == b'_' || field;
        if !bytes[at].is_ascii_digit() || inside_word {
            at += 1;
            continue;
        }
        let part = |c: &u8| c.is_ascii_alphanumeric() || *c == b'_';
        let mut end = at + bytes[at..].iter().take_while(|c| part(c)).count();
        let fraction =
            bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
        if fraction {
            end += 1 + bytes[end + 1..].iter().take_while(|c| part(c)).count();
        }
        let literal = &code[at..end];
        if fraction || value_of(literal) >= 100 {
            return Some(literal);
        }
        at = end;
    }
    None
}

/// The value of a whole literal; a literal with a radix counts by its digits.
fn value_of(literal: &str) -> u128 {
    let plain = literal.replace('_', "");
    let (digits, radix) = match plain.get(..2) {
        Some("0x") => (&plain[2..], 16),
        Some("0b") => (&plain[2..], 2),
        Some("0o") => (&plain[2..], 8),
        _ => (plain.as_str(), 10),
    };
    let end = digits.find(|c: char| !c.is_digit(radix)).unwrap_or(digits.len());
    u128::from_str_radix(&digits[..end], radix).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(path: &str, text: &str) -> usize {
        check_numbers(&Tree::of(&[(path, text)])).len()
    }

    #[test]
    fn numbers_of_the_law_are_found() {
        for (text, found) in [
            ("let iuran = Rupiah(16_800);\n", 1),
            ("let rate = 0.24;\n", 1),
            ("let days = 30;\n", 0),
            ("let month = number / 100; // not law: months are numbered 202210\n", 0),
            ("let month = number / 100;\n", 1),
            ("let name = part100; // 16800\n", 0),
            ("let mask = 0xff;\n", 1),
            ("let x = tuple.0.1; let y = 1u64 << 20;\n", 0),
            ("for day in 0..100 {}\n", 1),
            ("let text = \"Rp16.800\";\n", 0),
            ("#[cfg(test)]\nmod tests {\n    const A: i64 = 16_800;\n}\n", 0),
        ] {
            assert_eq!(numbers("crates/domain/src/x.rs", text), found, "{text}");
        }
        assert_eq!(numbers("crates/documents/src/x.rs", "let a = 16_800;\n"), 0);
        assert_eq!(numbers("crates/domain/src/x/tests.rs", "let a = 16_800;\n"), 0);
    }

    #[test]
    fn entries_without_a_citation_are_found() {
        let count =
            |text| check_regulations(&Tree::of(&[("regulations/jkm/iuran.toml", text)])).len();
        let good = "name = \"x\"\n[[entry]]\nfrom = 2015-07-01\nsource = \"pp-44-2015\"\n\
                    article = \"18\"\n";
        assert_eq!(count(good), 0);
        assert_eq!(count("[[entry]]\nfrom = 2015-07-01\nsource = \"x\"\n"), 1);
        assert_eq!(count("[[entry]]\nfrom = 2015-07-01\n[[entry]]\nfrom = 2016-07-01\n"), 4);
        assert_eq!(count("[[bracket]]\nup_to = 5\n"), 0);
    }
}
