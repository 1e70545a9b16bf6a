//! A Debian package: control files and data, each a tar archive, in an ar archive.

use std::fmt::Write;

use anyhow::Result;

use super::tar::{self, Entry};

/// Debian's name of what the program runs on.
pub const ARCHITECTURE: &str = match std::env::consts::ARCH.as_bytes() {
    b"aarch64" => "arm64",
    _ => "amd64",
};

/// The package of these files.
pub fn debian(files: &[Entry], version: &str, libc: &str) -> Result<Vec<u8>> {
    let kilobytes = files.iter().map(|file| file.bytes.len().div_ceil(1024)).sum::<usize>();
    let control = format!(
        "Package: payung\n\
         Version: {version}\n\
         Architecture: {ARCHITECTURE}\n\
         Maintainer: Payung <payung@localhost>\n\
         Installed-Size: {kilobytes}\n\
         Depends: libc6 (>= {libc}), libgcc-s1\n\
         Recommends: ca-certificates\n\
         Suggests: postgresql (>= 15)\n\
         Section: misc\n\
         Priority: optional\n\
         Description: register of workers whose contributions a government pays\n \
         From the lists that villages send to workers who are really insured: reading,\n \
         checking, approval, bills, payment, cards, and a log that proves itself.\n"
    );
    let conffiles: String = files
        .iter()
        .filter(|file| file.path.starts_with("etc/"))
        .map(|file| format!("/{}\n", file.path))
        .collect();
    let control = [
        Entry::file("conffiles", conffiles.into_bytes()),
        Entry::file("control", control.into_bytes()),
    ];
    let control = tar::gzip(&tar::archive(&control, "./")?)?;
    let data = tar::gzip(&tar::archive(files, "./")?)?;
    Ok(tar::ar(&[
        ("debian-binary", b"2.0\n"),
        ("control.tar.gz", &control),
        ("data.tar.gz", &data),
    ]))
}

/// Debian's file of rights, around our own notices.
pub fn copyright(notice: &[u8]) -> Vec<u8> {
    let head = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\
                Upstream-Name: Payung\n\n\
                Files: *\nCopyright: the authors of Payung\nLicense: Apache-2.0\n \
                See /usr/share/common-licenses/Apache-2.0\n\nComment:\n";
    let mut text = head.to_owned();
    for line in String::from_utf8_lossy(notice).lines() {
        let _ = match line.trim() {
            "" => writeln!(text, " ."),
            line => writeln!(text, " {line}"),
        };
    }
    text.into_bytes()
}

/// The newest version of glibc that a program asks for.
pub fn libc_min(program: &[u8]) -> Option<String> {
    const MARK: &[u8] = b"GLIBC_2.";
    let minor = |at: usize| {
        let digits = program[at + MARK.len()..].iter().take_while(|byte| byte.is_ascii_digit());
        let digits: Vec<u8> = digits.copied().collect();
        String::from_utf8(digits).ok()?.parse::<u32>().ok()
    };
    let found = program.windows(MARK.len()).enumerate().filter(|(_, window)| *window == MARK);
    found.filter_map(|(at, _)| minor(at)).max().map(|minor| format!("2.{minor}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_glibc_counts() {
        let check = |text: &[u8], expect: Option<&str>| {
            assert_eq!(libc_min(text).as_deref(), expect);
        };
        check(b"\0GLIBC_2.2.5\0GLIBC_2.34\0GLIBC_2.9\0GLIBC_PRIVATE\0", Some("2.34"));
        check(b"GLIBC_2.", None);
        check(b"", None);
    }

    #[test]
    fn a_package_has_its_three_members() {
        let files = [Entry::program("usr/bin/payung", b"x".to_vec())];
        let bytes = debian(&files, "1.0", "2.34").expect("small");
        for member in ["debian-binary", "control.tar.gz", "data.tar.gz"] {
            assert!(bytes.windows(member.len()).any(|window| window == member.as_bytes()));
        }
        assert_eq!(bytes, debian(&files, "1.0", "2.34").expect("small"), "the same bytes again");
    }
}
