//! `cargo xtask dist`: what an office installs. The program, a Debian package, an archive for
//! other systems, one with a program that needs no library of any, a list of everything it is
//! built from, and their hashes.
//!
//! The same tree gives the same bytes: no clock and no name of this machine goes in.

mod alone;
mod package;
mod parts;
mod tar;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use crate::ci::{cargo, exists, succeed, target_folder};

use self::tar::Entry;

/// Builds the program for release and packs it; with `--dev` whatever program is built already, so
/// that packing can be tried in a moment.
pub fn run(root: &Path, is_dev: bool) -> Result<()> {
    let target = target_folder(root)?;
    let program = match is_dev {
        true => target.join("debug/payung"),
        false => {
            succeed(cargo(root).args(["build", "--release", "--locked", "-p", "payung"]))?;
            target.join("release/payung")
        }
    };
    let out = target.join("dist");
    if out.exists() {
        fs::remove_dir_all(&out)?;
    }
    fs::create_dir_all(&out)?;
    let version = version(root)?;
    let bytes = fs::read(&program).with_context(|| format!("{}", program.display()))?;
    let libc = package::libc_min(&bytes).context("a program for Linux with glibc")?;
    println!("the program needs glibc {libc} or later");
    let files = installed(root, &program, bytes)?;
    let deb = out.join(format!("payung_{version}_{}.deb", package::ARCHITECTURE));
    fs::write(&deb, package::debian(&files, &version, &libc)?)?;
    let name = format!("payung-{version}-{}-linux", std::env::consts::ARCH);
    fs::write(out.join(format!("{name}.tar.gz")), plain_archive(root, &files, &name)?)?;
    if !is_dev {
        let name = format!("{name}-static");
        let files = with_program(&files, &alone::build(root, &target)?);
        fs::write(out.join(format!("{name}.tar.gz")), plain_archive(root, &files, &name)?)?;
    }
    fs::write(out.join(format!("payung-{version}.cdx.json")), parts::list(root, &version)?)?;
    write_sums(&out)?;
    check(&deb)?;
    for entry in fs::read_dir(&out)? {
        let entry = entry?;
        println!("{:>12}  {}", entry.metadata()?.len(), entry.path().display());
    }
    Ok(())
}

fn version(root: &Path) -> Result<String> {
    let text = fs::read_to_string(root.join("Cargo.toml"))?;
    let line = text.lines().find_map(|line| line.strip_prefix("version = \""));
    Ok(line.and_then(|line| line.strip_suffix('"')).context("a version")?.to_owned())
}

/// Every file as it lies on an office's machine.
fn installed(root: &Path, program: &Path, bytes: Vec<u8>) -> Result<Vec<Entry>> {
    let say = |words: &[&str]| -> Result<Vec<u8>> {
        let output = Command::new(program).args(words).output()?;
        match output.status.success() {
            true => Ok(output.stdout),
            false => bail!("payung {words:?} ended with {}", output.status),
        }
    };
    let read = |path: &str| fs::read(root.join(path)).with_context(|| path.to_owned());
    let doc = "usr/share/doc/payung";
    let units = "usr/lib/systemd/system";
    let mut files = vec![
        Entry::program("usr/bin/payung", bytes),
        Entry::file("usr/share/man/man1/payung.1.gz", tar::gzip(&say(&["man"])?)?),
        Entry::file("usr/share/bash-completion/completions/payung", say(&["completions", "bash"])?),
        Entry::file("usr/share/zsh/vendor-completions/_payung", say(&["completions", "zsh"])?),
        Entry::file(
            "usr/share/fish/vendor_completions.d/payung.fish",
            say(&["completions", "fish"])?,
        ),
        Entry::file("etc/payung/payung.env", read("packaging/payung.env")?),
        Entry::file("usr/lib/sysusers.d/payung.conf", read("packaging/sysusers.d/payung.conf")?),
        Entry::file("usr/lib/tmpfiles.d/payung.conf", read("packaging/tmpfiles.d/payung.conf")?),
        Entry::file(format!("{doc}/copyright"), package::copyright(&read("NOTICE")?)),
        Entry::file(format!("{doc}/changelog.gz"), tar::gzip(&read("CHANGELOG.md")?)?),
    ];
    for unit in ["payung.service", "payung-backup.service", "payung-backup.timer"] {
        let bytes = read(&format!("packaging/systemd/{unit}"))?;
        files.push(Entry::file(format!("{units}/{unit}"), bytes));
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(files)
}

/// The same files around another program.
fn with_program(files: &[Entry], program: &[u8]) -> Vec<Entry> {
    let is_program = |file: &Entry| file.path == "usr/bin/payung";
    let put = |file: &Entry| match is_program(file) {
        true => Entry::program("usr/bin/payung", program.to_vec()),
        false => file.clone(),
    };
    files.iter().map(put).collect()
}

/// The same for systems without Debian's packages: everything in one folder.
fn plain_archive(root: &Path, files: &[Entry], name: &str) -> Result<Vec<u8>> {
    let mut entries: Vec<Entry> = files
        .iter()
        .filter(|file| !file.path.starts_with("usr/share/doc"))
        .map(|file| {
            let inside = file.path.strip_prefix("usr/").unwrap_or(&file.path);
            Entry { path: format!("{name}/{inside}"), ..file.clone() }
        })
        .collect();
    for file in ["LICENSE", "NOTICE", "README.md", "README.id.md"] {
        entries.push(Entry::file(format!("{name}/{file}"), fs::read(root.join(file))?));
    }
    entries.sort_by(|one, other| one.path.cmp(&other.path));
    tar::gzip(&tar::archive(&entries, "")?)
}

fn write_sums(out: &Path) -> Result<()> {
    let mut names: Vec<PathBuf> =
        fs::read_dir(out)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    names.sort();
    let mut text = String::new();
    for path in names {
        let hash = Sha256::digest(fs::read(&path)?);
        let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        let name = path.file_name().and_then(|name| name.to_str()).context("our own name")?;
        text.push_str(&format!("{hash}  {name}\n"));
    }
    Ok(fs::write(out.join("SHA256SUMS"), text)?)
}

/// Takes the package apart with Debian's own tool, where it is, and runs what comes out.
fn check(deb: &Path) -> Result<()> {
    if !exists("dpkg-deb") {
        println!("dpkg-deb is not here: the package was not taken apart");
        return Ok(());
    }
    succeed(Command::new("dpkg-deb").arg("--info").arg(deb))?;
    let place = std::env::temp_dir().join(format!("payung-dist-{}", std::process::id()));
    let done = succeed(Command::new("dpkg-deb").arg("--extract").arg(deb).arg(&place))
        .and_then(|()| succeed(Command::new(place.join("usr/bin/payung")).arg("--version")));
    let _ = fs::remove_dir_all(&place);
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What systemd itself says of our units, where it is; the program they start is not here.
    #[test]
    fn systemd_finds_nothing_wrong_in_the_units() {
        if !exists("systemd-analyze") {
            return;
        }
        let root = crate::root();
        let place = std::env::temp_dir().join(format!("payung-units-{}", std::process::id()));
        fs::create_dir_all(&place).expect("a folder");
        let mut found = Vec::new();
        for entry in fs::read_dir(root.join("packaging/systemd")).expect("units") {
            let from = entry.expect("an entry").path();
            let text = fs::read_to_string(&from).expect("text");
            let to = place.join(from.file_name().expect("a name"));
            fs::write(&to, text.replace("/usr/bin/payung", "/bin/true")).expect("ours");
            found.push(to);
        }
        let verify = ["verify", "--man=no"];
        let output = Command::new("systemd-analyze").args(verify).args(&found).output();
        let output = output.expect("it starts");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        fs::remove_dir_all(&place).expect("ours");
        let ours: Vec<&str> = said.lines().filter(|line| line.contains("payung")).collect();
        assert_eq!(ours, Vec::<&str>::new());
        assert_eq!(found.len(), 3);
    }
}
