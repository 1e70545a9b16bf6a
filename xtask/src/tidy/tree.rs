//! The tree as the rules see it: files with their text, and what cargo says of the crates.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::source::{Source, read};

/// All files and crates.
#[derive(Debug, Default)]
pub struct Tree {
    pub files: Vec<File>,
    /// Our own crates.
    pub crates: Vec<Crate>,
    /// Everybody else's crates that we build on, for this machine's platform.
    pub packages: Vec<Package>,
}

/// One file. `text` is `None` when the bytes are not UTF-8.
#[derive(Debug)]
pub struct File {
    /// From the top of the tree, with `/`.
    pub path: String,
    pub bytes: u64,
    pub text: Option<String>,
}

/// One of our crates and its direct dependencies.
#[derive(Debug, Default)]
pub struct Crate {
    pub name: String,
    pub dependencies: Vec<Dependency>,
}

/// A line of a manifest.
#[derive(Debug)]
pub struct Dependency {
    pub name: String,
    /// Under `[dev-dependencies]`.
    pub dev: bool,
    /// A crate of this workspace.
    pub ours: bool,
}

/// A crate from outside with its licence expression.
#[derive(Debug)]
pub struct Package {
    pub name: String,
    pub version: String,
    pub licence: Option<String>,
}

impl Tree {
    /// Reads the files that git knows or would add, and asks cargo for the crates.
    pub fn load(root: &Path) -> Result<Tree> {
        let mut files = Vec::new();
        for path in list_files(root)? {
            // A file deleted but not yet committed is still listed.
            let Ok(bytes) = std::fs::read(root.join(&path)) else { continue };
            let size = bytes.len() as u64;
            files.push(File { path, bytes: size, text: String::from_utf8(bytes).ok() });
        }
        let host = host_platform()?;
        let all = metadata(root, &["--filter-platform", &host])?;
        let (crates, packages) = crates_of(&all);
        Ok(Tree { files, crates, packages })
    }

    /// The text of one file.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.files.iter().find(|file| file.path == path).and_then(|file| file.text.as_deref())
    }

    /// Every Rust file with its code told apart from its comments and texts.
    pub fn rust(&self) -> Vec<Source> {
        let rust = self.texts().filter(|(path, _)| path.ends_with(".rs"));
        let mut sources: Vec<Source> = rust.map(|(path, text)| read(path, text)).collect();
        let test_files: Vec<String> = sources.iter().flat_map(Source::test_files).collect();
        for source in &mut sources {
            let in_tests = |stem: &String| {
                let rest = source.path.strip_prefix(stem.as_str());
                rest.is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
            };
            if test_files.iter().any(in_tests) {
                source.tests.fill(true);
            }
        }
        sources
    }

    /// Every file that is text.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().filter_map(|file| Some((file.path.as_str(), file.text.as_deref()?)))
    }

    /// A small tree for a test of a rule.
    #[cfg(test)]
    pub fn of(files: &[(&str, &str)]) -> Tree {
        let file = |(path, text): &(&str, &str)| File {
            path: (*path).to_owned(),
            bytes: text.len() as u64,
            text: Some((*text).to_owned()),
        };
        Tree { files: files.iter().map(file).collect(), ..Tree::default() }
    }
}

/// Files of the tree, without what is ignored; a tree without git is walked instead.
fn list_files(root: &Path) -> Result<Vec<String>> {
    let listed = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output();
    let mut paths = match listed {
        Ok(output) if output.status.success() => {
            let names = String::from_utf8(output.stdout).context("file names are UTF-8")?;
            names.split('\0').filter(|name| !name.is_empty()).map(str::to_owned).collect()
        }
        _ => {
            let mut found = Vec::new();
            walk(root, "", &mut found)?;
            found
        }
    };
    paths.sort();
    paths.dedup();
    Ok(paths)
}

fn walk(root: &Path, folder: &str, found: &mut Vec<String>) -> Result<()> {
    for entry in std::fs::read_dir(root.join(folder))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let ignored = ["target", ".git", "payung-data", "bench-data", "node_modules"];
        let found_by_fuzzing = folder == "fuzz" && matches!(&*name, "corpus" | "artifacts");
        if ignored.contains(&name.as_str()) || found_by_fuzzing {
            continue;
        }
        let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
        match entry.file_type()?.is_dir() {
            true => walk(root, &path, found)?,
            false => found.push(path),
        }
    }
    Ok(())
}

fn host_platform() -> Result<String> {
    let output = Command::new("rustc").arg("-vV").output().context("rustc must be there")?;
    let text = String::from_utf8(output.stdout)?;
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc -vV names its host")?.to_owned())
}

fn metadata(root: &Path, more: &[&str]) -> Result<Value> {
    let output = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()))
        .args(["metadata", "--format-version", "1", "--locked"])
        .args(more)
        .current_dir(root)
        .output()?;
    if !output.status.success() {
        bail!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Our crates and the others, of those that the platform's dependency graph reaches.
fn crates_of(metadata: &Value) -> (Vec<Crate>, Vec<Package>) {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let reached: std::collections::HashSet<String> =
        list(&metadata["resolve"]["nodes"]).iter().filter_map(|node| text(&node["id"])).collect();
    let (mut crates, mut packages) = (Vec::new(), Vec::new());
    for package in list(&metadata["packages"]) {
        let name = text(&package["name"]).unwrap_or_default();
        if package["source"].is_null() {
            let dependencies = list(&package["dependencies"]).iter().map(dependency).collect();
            crates.push(Crate { name, dependencies });
        } else if text(&package["id"]).is_some_and(|id| reached.contains(&id)) {
            let version = text(&package["version"]).unwrap_or_default();
            packages.push(Package { name, version, licence: text(&package["license"]) });
        }
    }
    (crates, packages)
}

fn dependency(value: &Value) -> Dependency {
    Dependency {
        name: value["name"].as_str().unwrap_or_default().to_owned(),
        dev: value["kind"].as_str() == Some("dev"),
        ours: value["source"].is_null(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_of_tests_are_tests_with_all_their_parts() {
        let tree = Tree::of(&[
            ("crates/rules/src/lib.rs", "#[cfg(test)]\nmod examples;\nmod load;\n"),
            ("crates/rules/src/examples.rs", "mod sums;\n"),
            ("crates/rules/src/examples/sums.rs", "fn a() {}\n"),
            ("crates/rules/src/load.rs", "fn a() {}\n"),
        ]);
        let product: Vec<String> = tree
            .rust()
            .iter()
            .filter(|source| source.tests.iter().any(|test| !test))
            .map(|source| source.path.clone())
            .collect();
        assert_eq!(product, ["crates/rules/src/lib.rs", "crates/rules/src/load.rs"]);
    }

    #[test]
    fn cargo_s_answer_is_read() {
        let answer = serde_json::json!({
            "packages": [
                { "name": "domain", "id": "d", "source": null, "version": "0.0.0", "dependencies": [
                    { "name": "base", "kind": null, "source": null },
                    { "name": "proptest", "kind": "dev", "source": "registry" },
                ] },
                { "name": "jiff", "id": "j", "source": "registry", "version": "0.2.0",
                  "license": "MIT", "dependencies": [] },
                { "name": "far", "id": "f", "source": "registry", "version": "1.0.0",
                  "license": "Odd", "dependencies": [] },
            ],
            "resolve": { "nodes": [{ "id": "d" }, { "id": "j" }] },
        });
        let (crates, packages) = crates_of(&answer);
        assert_eq!(crates.len(), 1);
        let read: Vec<_> =
            crates[0].dependencies.iter().map(|d| (d.name.as_str(), d.dev, d.ours)).collect();
        assert_eq!(read, [("base", false, true), ("proptest", true, false)]);
        let names: Vec<_> = packages.iter().map(|package| package.name.as_str()).collect();
        assert_eq!(names, ["jiff"]);
    }
}
