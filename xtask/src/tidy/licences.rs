//! Every crate we build on may be shipped under the licences of the list.

use super::Finding;
use super::tree::Tree;

/// Licences whose terms Payung meets; the same list as in `deny.toml`.
pub const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "OFL-1.1",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Each crate offers at least one way to use it that the list allows.
pub fn check_licences(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in &tree.packages {
        let terms = package.licence.as_deref().unwrap_or_default();
        if !is_allowed(terms) {
            let what = format!("{} {} is under {terms:?}", package.name, package.version);
            findings.push(Finding::of_file("Cargo.lock", what));
        }
    }
    let listed =
        |name: &&&str| tree.text("deny.toml").is_none_or(|t| t.contains(&format!("\"{name}\"")));
    for missing in ALLOWED.iter().filter(|name| !listed(name) && !name.contains(' ')) {
        findings.push(Finding::of_file("deny.toml", format!("{missing} is not in its list")));
    }
    findings
}

/// Reads an expression of AND, OR, `/` (an old OR), WITH and parentheses.
fn is_allowed(terms: &str) -> bool {
    let spaced = terms.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut reader = Reader { words: &words, at: 0 };
    let allowed = reader.any();
    allowed && reader.at == words.len()
}

struct Reader<'a> {
    words: &'a [&'a str],
    at: usize,
}

impl Reader<'_> {
    fn any(&mut self) -> bool {
        let mut allowed = self.all();
        while self.take("OR") {
            allowed |= self.all();
        }
        allowed
    }

    fn all(&mut self) -> bool {
        let mut allowed = self.one();
        while self.take("AND") {
            allowed &= self.one();
        }
        allowed
    }

    fn one(&mut self) -> bool {
        if self.take("(") {
            let allowed = self.any();
            return self.take(")") && allowed;
        }
        let Some(name) = self.words.get(self.at) else { return false };
        self.at += 1;
        if self.take("WITH") {
            let exception = self.words.get(self.at).copied().unwrap_or_default();
            self.at += 1;
            return ALLOWED.contains(&format!("{name} WITH {exception}").as_str());
        }
        ALLOWED.contains(name)
    }

    fn take(&mut self, word: &str) -> bool {
        let here = self.words.get(self.at) == Some(&word);
        self.at += usize::from(here);
        here
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tree::Package;

    #[test]
    fn expressions_are_read() {
        for (terms, allowed) in [
            ("MIT", true),
            ("MIT OR Apache-2.0", true),
            ("MIT/Apache-2.0", true),
            ("Apache-2.0 OR GPL-2.0-only", true),
            ("GPL-3.0", false),
            ("(Apache-2.0 OR MIT) AND BSD-3-Clause", true),
            ("(Apache-2.0 OR MIT) AND GPL-3.0", false),
            ("Apache-2.0 WITH LLVM-exception OR MIT", true),
            ("Apache-2.0 WITH LLVM-exception", true),
            ("Apache-2.0 WITH Odd-exception", false),
            ("", false),
            ("(MIT", false),
        ] {
            assert_eq!(is_allowed(terms), allowed, "{terms}");
        }
    }

    #[test]
    fn crates_under_other_terms_are_found() {
        let package = |licence: Option<&str>| Package {
            name: "x".into(),
            version: "1.0.0".into(),
            licence: licence.map(str::to_owned),
        };
        let packages = vec![package(Some("AGPL-3.0")), package(None), package(Some("MIT"))];
        assert_eq!(check_licences(&Tree { packages, ..Tree::default() }).len(), 2);
        let deny = "allow = [\"MIT\"]\n";
        assert_eq!(check_licences(&Tree::of(&[("deny.toml", deny)])).len(), ALLOWED.len() - 2);
    }
}
