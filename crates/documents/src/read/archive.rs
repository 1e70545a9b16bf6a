//! A zip archive whose sizes are measured, not believed.
//!
//! The directory is checked before it is loaded; each part is inflated through a meter that stops
//! at the limit, whatever the archive declares. Names are keys only: nothing is ever unpacked.

use std::collections::HashMap;
use std::io::{self, Read, Seek, SeekFrom};

use zip::ZipArchive;
use zip::result::ZipError;

use super::{Limits, Refusal};

/// The directory's end stands in the last 64 KiB, after which only a comment can follow.
const TAIL_BYTES: u64 = 66_000;

/// An opened archive.
pub(crate) struct Archive<R> {
    zip: ZipArchive<R>,
    names: HashMap<String, usize>,
    left: u64,
    inflated_max: u64,
    entry_max: u64,
}

impl<R: Read + Seek> Archive<R> {
    /// Checks the directory and opens it.
    pub fn open(mut input: R, limits: &Limits) -> Result<Archive<R>, Refusal> {
        check_directory(&mut input, limits)?;
        let zip = ZipArchive::new(input).map_err(|_| Refusal::Damaged)?;
        if zip.len() as u64 > u64::from(limits.entries_max) {
            return Err(Refusal::TooManyEntries { entries_max: limits.entries_max });
        }
        let mut names = HashMap::new();
        for index in 0..zip.len() {
            let Some(Ok(name)) = zip.name_for_index(index) else { continue };
            if names.insert(key(&name), index).is_some() {
                return Err(Refusal::DuplicateEntries);
            }
        }
        if zip.has_duplicate_names() {
            return Err(Refusal::DuplicateEntries);
        }
        Ok(Archive {
            zip,
            names,
            left: limits.inflated_bytes_max,
            inflated_max: limits.inflated_bytes_max,
            entry_max: limits.entry_bytes_max,
        })
    }

    /// Whether there is a part of this name.
    pub fn has(&self, name: &str) -> bool {
        self.names.contains_key(&key(name))
    }

    /// Whether any part's name begins so.
    pub fn has_under(&self, prefix: &str) -> bool {
        let prefix = key(prefix);
        self.names.keys().any(|name| name.starts_with(&prefix))
    }

    /// How large a part says it is.
    pub fn declared_size(&self, name: &str) -> u64 {
        let index = self.names.get(&key(name));
        index.and_then(|index| self.zip.by_index_data(*index).ok()).map_or(0, |entry| entry.size())
    }

    /// A part to stream, or none of that name.
    pub fn part(&mut self, name: &str) -> Result<Option<impl Read + '_>, Refusal> {
        let Some(&index) = self.names.get(&key(name)) else { return Ok(None) };
        let file = match self.zip.by_index(index) {
            Ok(file) => file,
            Err(ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED)) => {
                return Err(Refusal::PasswordProtected);
            }
            Err(_) => return Err(Refusal::Damaged),
        };
        if file.size() > self.inflated_max {
            return Err(Refusal::InflatesTooMuch { bytes_max: self.inflated_max });
        }
        Ok(Some(Metered { inner: file, left: &mut self.left, bytes_max: self.inflated_max }))
    }

    /// A small part as a whole, or none of that name.
    pub fn bytes(&mut self, name: &str) -> Result<Option<Vec<u8>>, Refusal> {
        let max = self.entry_max;
        let Some(part) = self.part(name)? else { return Ok(None) };
        let mut bytes = Vec::new();
        part.take(max + 1).read_to_end(&mut bytes).map_err(|error| refusal(&error))?;
        if bytes.len() as u64 > max {
            return Err(Refusal::InflatesTooMuch { bytes_max: max });
        }
        Ok(Some(bytes))
    }
}

/// What an error while reading says about the file.
pub(crate) fn refusal(error: &io::Error) -> Refusal {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<Stop>()) {
        Some(Stop(refusal)) => *refusal,
        None if error.kind() == io::ErrorKind::UnexpectedEof => Refusal::Truncated,
        None => Refusal::Damaged,
    }
}

/// A refusal on its way through an `io::Error`.
#[derive(Debug)]
struct Stop(Refusal);

impl std::fmt::Display for Stop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.code())
    }
}

impl std::error::Error for Stop {}

/// Counts what really comes out of a part against what all parts together may inflate to.
struct Metered<'a, R> {
    inner: R,
    left: &'a mut u64,
    bytes_max: u64,
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buf)?;
        match self.left.checked_sub(count as u64) {
            Some(left) => *self.left = left,
            None => {
                let bytes_max = self.bytes_max;
                return Err(io::Error::other(Stop(Refusal::InflatesTooMuch { bytes_max })));
            }
        }
        Ok(count)
    }
}

/// Looks at the end of the archive: a missing directory means a broken download, and a count above
/// the limit is refused before anything is allocated for it.
fn check_directory<R: Read + Seek>(input: &mut R, limits: &Limits) -> Result<(), Refusal> {
    let failed = |_| Refusal::ReadFailed;
    let length = input.seek(SeekFrom::End(0)).map_err(failed)?;
    input.seek(SeekFrom::Start(length.saturating_sub(TAIL_BYTES))).map_err(failed)?;
    let mut tail = Vec::new();
    input.take(TAIL_BYTES).read_to_end(&mut tail).map_err(failed)?;
    let end = tail.windows(4).rposition(|window| window == b"PK\x05\x06");
    let Some(end) = end else { return Err(Refusal::Truncated) };
    let record = &tail[end..];
    if record.len() < 22 {
        return Err(Refusal::Truncated);
    }
    let mut count = u64::from(u16::from_le_bytes([record[10], record[11]]));
    if count == u64::from(u16::MAX) {
        let large = tail.windows(4).rposition(|window| window == b"PK\x06\x06");
        if let Some(bytes) = large.and_then(|at| tail.get(at + 32..at + 40)) {
            count = u64::from_le_bytes(bytes.try_into().expect("eight bytes were cut"));
        }
    }
    if count > u64::from(limits.entries_max) {
        return Err(Refusal::TooManyEntries { entries_max: limits.entries_max });
    }
    input.seek(SeekFrom::Start(0)).map_err(failed)?;
    Ok(())
}

/// Programs differ on case and slashes in part names; readers may not.
fn key(name: &str) -> String {
    name.trim_start_matches(['/', '\\']).replace('\\', "/").to_lowercase()
}
