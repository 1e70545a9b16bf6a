//! Puts rows in an order of their own without holding them all: parts on disk, each sorted alone.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Result;

/// Rows of a part that fit in memory with ease.
const PART_ROWS: u64 = 100_000;

/// Rows with keys, on disk until they are taken out in order of part and key.
pub struct Spill {
    parts: Vec<(PathBuf, BufWriter<File>)>,
}

impl Spill {
    /// Room for about so many rows.
    pub fn new(folder: &Path, name: &str, rows: u64) -> Result<Spill> {
        let parts = (0..rows.div_ceil(PART_ROWS).clamp(1, 400)).map(|part| {
            let path = folder.join(format!(".{name}-{part}"));
            Ok((path.clone(), BufWriter::with_capacity(1 << 16, File::create(path)?)))
        });
        Ok(Spill { parts: parts.collect::<Result<_>>()? })
    }

    /// Keeps a row; rows of one group stay together, in order of the key.
    pub fn keep(&mut self, (group, key): (u64, u64), row: &str, truth: &str) -> Result<()> {
        let part = (super::dice::mixed(group) % self.parts.len() as u64) as usize;
        Ok(writeln!(self.parts[part].1, "{group:016x}{key:016x}{row}\t{truth}")?)
    }

    /// Hands out every row, and removes the parts.
    pub fn drain(self, mut each: impl FnMut(&str, &str) -> Result<()>) -> Result<()> {
        for (path, mut file) in self.parts {
            file.flush()?;
            let text = std::fs::read_to_string(&path)?;
            std::fs::remove_file(&path)?;
            let mut lines: Vec<&str> = text.lines().collect();
            lines.sort_unstable();
            for line in lines {
                let (row, truth) = line[32..].split_once('\t').expect("written with a tabulator");
                each(row, truth)?;
            }
        }
        Ok(())
    }
}
