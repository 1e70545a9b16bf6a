//! Archives of tar and ar, and gzip, without clock or owner: the same files, the same bytes.

use std::io::Write;

use anyhow::{Context, Result};
use flate2::{Compression, GzBuilder};

const BLOCK: usize = 512;

/// A file to be packed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Where, without a leading slash.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its permissions.
    pub mode: u32,
}

impl Entry {
    /// A file everybody may read.
    pub fn file(path: impl Into<String>, bytes: Vec<u8>) -> Entry {
        Entry { path: path.into(), bytes, mode: 0o644 }
    }

    /// A program everybody may run.
    pub fn program(path: impl Into<String>, bytes: Vec<u8>) -> Entry {
        Entry { path: path.into(), bytes, mode: 0o755 }
    }
}

/// A tar archive of files, sorted by path, and of the folders they lie in.
pub fn archive(entries: &[Entry], prefix: &str) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    let mut folders: Vec<String> = Vec::new();
    for entry in entries {
        for (at, _) in entry.path.match_indices('/') {
            let folder = entry.path[..=at].to_owned();
            if !folders.contains(&folder) {
                out.extend(header(&format!("{prefix}{folder}"), 0, 0o755, b'5')?);
                folders.push(folder);
            }
        }
        let path = format!("{prefix}{}", entry.path);
        out.extend(header(&path, entry.bytes.len(), entry.mode, b'0')?);
        out.extend(&entry.bytes);
        out.resize(out.len().next_multiple_of(BLOCK), 0);
    }
    out.resize(out.len() + 2 * BLOCK, 0);
    Ok(out)
}

fn header(path: &str, size: usize, mode: u32, kind: u8) -> Result<[u8; BLOCK]> {
    let mut block = [0; BLOCK];
    let mut put = |at: usize, bytes: &[u8]| block[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, Some(path.as_bytes()).filter(|path| path.len() < 100).context("a short path")?);
    put(100, format!("{mode:07o}\0").as_bytes());
    put(108, b"0000000\0");
    put(116, b"0000000\0");
    put(124, format!("{size:011o}\0").as_bytes());
    put(136, b"00000000000\0");
    put(148, b"        ");
    put(156, &[kind]);
    put(257, b"ustar\x0000");
    put(265, b"root");
    put(297, b"root");
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    Ok(block)
}

/// An ar archive, as Debian's packages are.
pub fn ar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = b"!<arch>\n".to_vec();
    for (name, bytes) in members {
        let size = bytes.len();
        out.extend(
            format!("{name:<16}{:<12}{:<6}{:<6}{:<8}{size:<10}`\n", 0, 0, 0, 100_644).bytes(),
        );
        out.extend(*bytes);
        if size % 2 == 1 {
            out.push(b'\n');
        }
    }
    out
}

/// Packed without a name and a time.
pub fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut packed = GzBuilder::new().mtime(0).write(Vec::new(), Compression::best());
    packed.write_all(bytes)?;
    Ok(packed.finish()?)
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn tar_reads_what_we_write() {
        let entries =
            [Entry::program("a/b/program", b"#!".to_vec()), Entry::file("a/c", vec![7; 513])];
        let bytes = archive(&entries, "./").expect("short paths");
        assert_eq!(bytes.len() % BLOCK, 0);
        let tar = Command::new("tar")
            .args(["-tvf", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let Ok(mut tar) = tar else { return };
        let mut stdin = tar.stdin.take().expect("asked for");
        stdin.write_all(&bytes).expect("it reads");
        drop(stdin);
        let said = tar.wait_with_output().expect("it ends");
        let said = String::from_utf8(said.stdout).expect("text");
        let names: Vec<&str> =
            said.lines().filter_map(|line| line.split(' ').next_back()).collect();
        assert_eq!(names, ["./a/", "./a/b/", "./a/b/program", "./a/c"]);
        assert!(said.contains("-rwxr-xr-x root/root"), "{said}");
    }

    #[test]
    fn members_of_an_ar_archive_begin_at_even_places() {
        let bytes = ar(&[("debian-binary", b"2.0\n"), ("odd", b"x"), ("next", b"")]);
        assert_eq!(bytes.len(), 8 + 60 + 4 + 60 + 2 + 60);
        assert_eq!(&bytes[8 + 58..8 + 60], b"`\n");
    }
}
