//! Rows of a few numbers on disk, in parts that are taken back one at a time: what a stage hands to
//! the next when all of it does not fit into memory.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Bytes that wait for the disk, of each part.
const WAITING: usize = 1 << 15; // not law: memory

/// Rows of `W` numbers, in parts; a part is a file.
///
/// The files are new, their owner's alone, and removed as they are taken; what is left of them with
/// the rows.
pub struct Parts<const W: usize> {
    parts: Vec<Part>,
}

struct Part {
    path: PathBuf,
    file: Option<BufWriter<File>>,
    rows: usize,
}

impl<const W: usize> Parts<W> {
    /// No rows yet, in so many parts.
    ///
    /// # Errors
    /// What the disk says.
    pub fn create(folder: &Path, name: &str, parts: usize) -> io::Result<Parts<W>> {
        let parts = (0..parts.max(1)).map(|at| {
            let path = folder.join(format!("{name}-{at}.rows"));
            let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
            let file = Some(BufWriter::with_capacity(WAITING, file));
            Ok(Part { path, file, rows: 0 })
        });
        Ok(Parts { parts: parts.collect::<io::Result<_>>()? })
    }

    /// How many parts there are.
    pub fn len(&self) -> usize {
        self.parts.len()
    }

    /// Whether no row was put.
    pub fn is_empty(&self) -> bool {
        self.rows() == 0
    }

    /// How many rows were put and not taken.
    pub fn rows(&self) -> usize {
        self.parts.iter().map(|part| part.rows).sum()
    }

    /// Bytes that lie on the disk.
    pub fn bytes(&self) -> u64 {
        (self.rows() * W * size_of::<u64>()) as u64
    }

    /// The part of a value whose bits are spread; parts are ranges of such values.
    pub fn part_of(&self, spread: u64) -> usize {
        ((u128::from(spread) * self.parts.len() as u128) >> 64) as usize // not law: bits
    }

    /// Puts a row into a part.
    ///
    /// # Errors
    /// What the disk says.
    pub fn put(&mut self, part: usize, row: [u64; W]) -> io::Result<()> {
        let part = &mut self.parts[part];
        let Some(file) = &mut part.file else { return Err(taken()) };
        part.rows += 1;
        row.iter().try_for_each(|number| file.write_all(&number.to_le_bytes()))
    }

    /// Takes a part's rows, in the order in which they were put, off the disk.
    ///
    /// # Errors
    /// What the disk says; a part that was taken before.
    pub fn take(&mut self, part: usize) -> io::Result<Vec<[u64; W]>> {
        let part = &mut self.parts[part];
        part.file.take().ok_or_else(taken)?.flush()?;
        let bytes = std::fs::read(&part.path)?;
        std::fs::remove_file(&part.path)?;
        part.rows = 0;
        let numbers = |row: &[u8]| -> [u64; W] {
            let numbers = row.as_chunks::<8>().0;
            std::array::from_fn(|at| u64::from_le_bytes(numbers[at]))
        };
        Ok(bytes.chunks_exact(W * size_of::<u64>()).map(numbers).collect())
    }
}

impl<const W: usize> Drop for Parts<W> {
    fn drop(&mut self) {
        for part in self.parts.iter_mut().filter(|part| part.file.is_some()) {
            part.file = None;
            // Whoever owns the folder removes it; a file that stays is no reason to stop.
            let _ = std::fs::remove_file(&part.path);
        }
    }
}

fn taken() -> io::Error {
    io::Error::other("a part was taken before")
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn what_is_put_is_taken_back_and_leaves_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut parts = Parts::<2>::create(folder.path(), "pairs", 3).expect("files");
        for number in 0..20_000_u64 {
            parts.put((number % 2) as usize, [number, u64::MAX - number]).expect("room");
        }
        assert_eq!((parts.rows(), parts.bytes()), (20_000, 320_000));
        for file in std::fs::read_dir(folder.path()).expect("a folder") {
            let mode = file.and_then(|file| file.metadata()).expect("a file").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        let odd = parts.take(1).expect("rows");
        assert!(odd.len() == 10_000 && odd[4_999] == [9_999, u64::MAX - 9_999]);
        assert!(parts.take(2).expect("no row").is_empty());
        assert!(parts.take(1).is_err() && parts.put(1, [0, 0]).is_err());
        drop(parts);
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0);
    }

    #[test]
    fn parts_are_ranges_of_spread_values() {
        let folder = tempfile::tempdir().expect("a folder");
        let parts = Parts::<1>::create(folder.path(), "keys", 4).expect("files");
        let of = [0, (1 << 62) - 1, 1 << 62, u64::MAX].map(|value| parts.part_of(value));
        assert_eq!(of, [0, 0, 1, 3]);
    }
}
