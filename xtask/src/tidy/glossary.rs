//! The glossary names types that exist.

use super::Finding;
use super::tree::Tree;

const GLOSSARY: &str = "GLOSSARY.md";

/// Each type in the third column of GLOSSARY.md is declared in some crate.
///
/// A type is written in backticks: `Nik`, or `Scheme::Jkk` for a variant.
pub fn check_glossary(tree: &Tree) -> Vec<Finding> {
    let Some(text) = tree.text(GLOSSARY) else {
        return vec![Finding::of_file(GLOSSARY, "missing")];
    };
    let code: Vec<String> = tree.rust().iter().map(|source| source.code.join("\n")).collect();
    let mut findings = Vec::new();
    let rows = text.lines().enumerate().filter(|(_, line)| line.starts_with('|'));
    for (index, row) in rows {
        let cells: Vec<&str> = row.trim_matches('|').split('|').collect();
        if cells.len() != 4 {
            findings.push(Finding::at(GLOSSARY, index + 1, "a row has four cells"));
            continue;
        }
        let names = cells[2].split('`').skip(1).step_by(2);
        for name in names.filter(|name| !is_declared(name, &code)) {
            findings.push(Finding::at(GLOSSARY, index + 1, format!("no type {name}")));
        }
    }
    findings
}

fn is_declared(name: &str, code: &[String]) -> bool {
    let (name, variant) = match name.split_once("::") {
        Some((name, variant)) => (name, Some(variant)),
        None => (name.split('<').next().unwrap_or(name), None),
    };
    code.iter().any(|code| {
        let declared =
            ["struct", "enum", "type"].iter().any(|keyword| has_words(code, &[keyword, name]));
        declared && variant.is_none_or(|variant| has_words(code, &[variant]))
    })
}

/// Whether these words follow each other in the code.
fn has_words(code: &str, wanted: &[&str]) -> bool {
    let words: Vec<&str> =
        code.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|w| !w.is_empty()).collect();
    words.windows(wanted.len()).any(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_that_do_not_exist_are_found() {
        let code = "pub struct Nik(u64);\npub enum Scheme { Jkk, Jkm }\npub struct Id<K>(K);\n";
        let count = |row: &str| {
            let head = "| word | meaning | type | UI |\n|---|---|---|---|\n";
            let glossary = format!("{head}{row}\n");
            let files = [("crates/base/src/x.rs", code), (GLOSSARY, glossary.as_str())];
            check_glossary(&Tree::of(&files)).len()
        };
        assert_eq!(count("| NIK | x | `Nik` | NIK |"), 0);
        assert_eq!(count("| JKK | x | `Scheme::Jkk`, `Id<Person>` | JKK |"), 0);
        assert_eq!(count("| JHT | x | `Scheme::Jht` | JHT |"), 1);
        assert_eq!(count("| Kk | x | `NoKk` | KK |"), 1);
        assert_eq!(count("| PKS | x | none yet | PKS |"), 0);
        assert_eq!(count("| PKS | x |"), 1);
        assert_eq!(check_glossary(&Tree::default()).len(), 1);
    }
}
