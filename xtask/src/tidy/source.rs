//! A Rust file taken apart: code, comments, texts, and which lines are tests.
//!
//! Not a parser: it knows just enough of comments, strings and braces that a rule never mistakes
//! a comment for code.

/// One Rust file.
#[derive(Debug)]
pub struct Source {
    pub path: String,
    /// The lines as written.
    pub lines: Vec<String>,
    /// The same lines with comments and the insides of strings blanked out.
    pub code: Vec<String>,
    /// String literals with the line on which each begins.
    pub strings: Vec<(usize, String)>,
    /// For each line, whether it is inside a test.
    pub tests: Vec<bool>,
}

impl Source {
    /// Lines of code that are not tests: line number and code.
    pub fn product_code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.code.iter().zip(&self.tests).enumerate();
        lines.filter(|(_, (_, test))| !**test).map(|(index, (code, _))| (index + 1, code.as_str()))
    }

    /// String literals that are not in tests.
    pub fn product_strings(&self) -> impl Iterator<Item = (usize, &str)> {
        let product = |line: &usize| !self.tests.get(line - 1).copied().unwrap_or(false);
        self.strings.iter().filter(move |(line, _)| product(line)).map(|(l, s)| (*l, s.as_str()))
    }

    /// Lines of tests, as written.
    pub fn test_lines(&self) -> impl Iterator<Item = &str> {
        let lines = self.lines.iter().zip(&self.tests);
        lines.filter(|(_, test)| **test).map(|(line, _)| line.as_str())
    }

    /// The files of modules that exist in tests only: `#[cfg(test)] mod x;`.
    ///
    /// A file is named without `.rs`, so that it is also the folder of the module's parts.
    pub fn test_files(&self) -> impl Iterator<Item = String> {
        let stem = self.path.trim_end_matches(".rs");
        let folder = match stem.rsplit_once('/') {
            Some((folder, "lib" | "main")) => folder.to_owned(),
            _ => stem.to_owned(),
        };
        let lines = self.code.iter().zip(&self.tests).filter(|(_, test)| **test);
        lines.filter_map(move |(line, _)| {
            let name = line.trim().strip_prefix("mod ")?.strip_suffix(';')?;
            Some(format!("{folder}/{name}"))
        })
    }

    /// The crate this file belongs to: `crates/NAME/…` or `xtask/…`.
    pub fn crate_name(&self) -> &str {
        let mut parts = self.path.split('/');
        match parts.next() {
            Some("crates") => parts.next().unwrap_or(""),
            first => first.unwrap_or(""),
        }
    }
}

/// Takes a file apart.
pub fn read(path: &str, text: &str) -> Source {
    let (blanked, strings) = blank(text);
    let code: Vec<String> = blanked.lines().map(str::to_owned).collect();
    let whole_file = path.contains("/tests/")
        || path.ends_with("/tests.rs")
        || path.contains("/benches/")
        || path.starts_with("crates/testkit/");
    let tests = match whole_file {
        true => vec![true; code.len()],
        false => test_modules(&code),
    };
    let lines = text.lines().map(str::to_owned).collect();
    Source { path: path.to_owned(), lines, code, strings, tests }
}

/// Marks what follows each `#[cfg(test)]`, up to its closing brace or semicolon.
fn test_modules(code: &[String]) -> Vec<bool> {
    let mut tests = vec![false; code.len()];
    let mut at = 0;
    while at < code.len() {
        if code[at].trim() != "#[cfg(test)]" {
            at += 1;
            continue;
        }
        let mut depth = 0usize;
        while at < code.len() {
            tests[at] = true;
            let opened = code[at].matches('{').count();
            let closed = code[at].matches('}').count();
            depth = (depth + opened).saturating_sub(closed);
            let ends = closed > 0 || code[at].trim_end().ends_with(';');
            at += 1;
            if depth == 0 && ends {
                break;
            }
        }
    }
    tests
}

/// Where the reader stands between two characters.
enum State {
    Code,
    LineComment,
    /// How deep.
    BlockComment(usize),
    Text {
        /// How many `#` end it; `None` for a plain string with escapes.
        hashes: Option<usize>,
        line: usize,
        content: String,
    },
}

/// Blanks comments and the insides of strings, and collects the strings.
fn blank(text: &str) -> (String, Vec<(usize, String)>) {
    let chars: Vec<char> = text.chars().collect();
    let (mut out, mut strings) = (String::with_capacity(text.len()), Vec::new());
    let (mut state, mut line, mut at) = (State::Code, 1, 0);
    while at < chars.len() {
        let c = chars[at];
        let next = chars.get(at + 1).copied().unwrap_or('\0');
        let mut width = 1;
        let before = out.len();
        match &mut state {
            State::Code => {
                let (new, taken) = open(&chars, at, line);
                width = taken;
                match new {
                    Some(new) => state = new,
                    None if taken > 1 => out.push_str("''"),
                    None => out.push(c),
                }
            }
            State::LineComment if c == '\n' => state = State::Code,
            State::LineComment => {}
            State::BlockComment(depth) if (c, next) == ('*', '/') => {
                width = 2;
                *depth -= 1;
                if *depth == 0 {
                    state = State::Code;
                }
            }
            State::BlockComment(depth) if (c, next) == ('/', '*') => {
                width = 2;
                *depth += 1;
            }
            State::BlockComment(_) => {}
            State::Text { hashes: None, content, .. } if c == '\\' => {
                width = 2;
                content.extend([c, next]);
            }
            State::Text { hashes, line: begun, content } => match closes(&chars, at, *hashes) {
                Some(taken) => {
                    width = taken;
                    strings.push((*begun, std::mem::take(content)));
                    out.push_str("\"\"");
                    state = State::Code;
                }
                None => content.push(c),
            },
        }
        let passed = &chars[at..(at + width).min(chars.len())];
        let newlines = passed.iter().filter(|c| **c == '\n').count();
        // Whatever is blanked out, its lines stay lines.
        let kept = out[before..].matches('\n').count();
        out.extend(std::iter::repeat_n('\n', newlines - kept));
        line += newlines;
        at += width;
    }
    (out, strings)
}

/// What opens at `at`, and how many characters belong to it.
fn open(chars: &[char], at: usize, line: usize) -> (Option<State>, usize) {
    let get = |index: usize| chars.get(index).copied().unwrap_or('\0');
    let text = |hashes| State::Text { hashes, line, content: String::new() };
    let word_before = at > 0 && (get(at - 1).is_alphanumeric() || get(at - 1) == '_');
    match (get(at), get(at + 1)) {
        ('/', '/') => (Some(State::LineComment), 2),
        ('/', '*') => (Some(State::BlockComment(1)), 2),
        ('"', _) => (Some(text(None)), 1),
        ('r', '"' | '#') if !word_before || get(at - 1) == 'b' => {
            let hashes = (at + 1..).take_while(|index| get(*index) == '#').count();
            match get(at + 1 + hashes) {
                '"' => (Some(text(Some(hashes))), hashes + 2),
                _ => (None, 1),
            }
        }
        // A character literal such as '"' or '\''; a lifetime has no closing mark.
        ('\'', '\\') => {
            let end = (at + 3..at + 13).find(|index| get(*index) == '\'').unwrap_or(at);
            (None, end - at + 1)
        }
        ('\'', _) if get(at + 2) == '\'' => (None, 3),
        _ => (None, 1),
    }
}

/// The width of the closing mark at `at`, when there is one.
fn closes(chars: &[char], at: usize, hashes: Option<usize>) -> Option<usize> {
    let hashes = hashes.unwrap_or(0);
    let ends = chars[at] == '"'
        && (1..=hashes).all(|index| chars.get(at + index).is_some_and(|c| *c == '#'));
    ends.then_some(hashes + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_strings_are_not_code() {
        let source = read(
            "crates/base/src/x.rs",
            "let a = \"1 // 2\"; // 300\nlet b = r#\"say \"hi\"\"#;\n\
             /* 4\n /* 5 */ */ let c = '\"';\n\
             let d: &'a str = \"\\\"x\";\n",
        );
        let code: Vec<&str> = source.code.iter().map(|line| line.trim()).collect();
        assert_eq!(
            code,
            ["let a = \"\";", "let b = \"\";", "", "let c = '';", "let d: &'a str = \"\";"]
        );
        let strings: Vec<_> = source.strings.iter().map(|(l, s)| (*l, s.as_str())).collect();
        assert_eq!(strings, [(1, "1 // 2"), (2, "say \"hi\""), (5, "\\\"x")]);
    }

    #[test]
    fn lines_keep_their_numbers() {
        for text in [
            "a\n// b\nc\n",
            "a\n\"b\nc\"\nd\n",
            "a\n/* b\n\n c */\nd\n",
            "\n\n// a\n\n\nb\n",
            "let x = \"a \\\n b\";\nlet y;\n",
        ] {
            let source = read("crates/base/src/x.rs", text);
            assert_eq!(source.code.len(), source.lines.len(), "{text:?} {:?}", source.code);
        }
    }

    #[test]
    fn tests_are_told_from_the_product() {
        let text = "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\nfn c() {}\n\
                    #[cfg(test)]\nmod more;\nfn d() {}\n";
        let source = read("crates/base/src/x.rs", text);
        let product: Vec<usize> = source.product_code().map(|(line, _)| line).collect();
        assert_eq!(product, [1, 6, 9]);
        assert!(read("crates/base/src/x/tests.rs", text).tests.iter().all(|test| *test));
        assert_eq!(source.crate_name(), "base");
    }
}
