//! Linkage across the lists of a country, on disk: everybody passes through memory in parts.
//!
//! Lists are added one after the other, each searched for itself before. Keys go to disk by family
//! and range, and a range at a time is sorted into blocks; pairs go to disk by their left member,
//! and from there each left record is sent to the range of its right one, where it is compared. How
//! many ranges there are decides what lies in memory at once, and nothing else.

mod compare;
mod pairs;

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use linkage::across::{self, FAMILIES};
use linkage::engine::Edge;
use linkage::model::Model;
use linkage::rarity::Counts;
use linkage::record::Record;
use rayon::prelude::*;
use tempfile::TempDir;

use crate::spill::Parts;

/// Families of keys, and then name and phone, under which people are only counted.
const COUNTED: usize = FAMILIES + 2;
/// Records that lie on the disk in one piece.
const PIECE: usize = 8_192;

/// How much lies in memory at once.
#[derive(Clone, Copy, Debug)]
pub struct Ranges {
    /// Ranges of keys in each family.
    pub keys: usize,
    /// People of a range of records.
    pub people: usize,
}

impl Default for Ranges {
    /// For a country: of a hundred and fifty million people ten million keys at once.
    fn default() -> Ranges {
        Ranges { keys: 16, people: 1 << 18 }
    }
}

/// What was found across lists.
#[derive(Debug, Default)]
pub struct Found {
    /// The likely pairs of two lists, in order.
    pub edges: Vec<Edge>,
    /// Pairs that were compared.
    pub pairs: u64,
    /// Keys of each family that too many share.
    pub common: [u64; FAMILIES],
    /// The most that lay on the disk at once.
    pub disk: u64,
}

/// Lists on disk.
pub struct Wide {
    /// Ours alone, and gone with what is in it when the lists are.
    folder: TempDir,
    ranges: Ranges,
    records: BufWriter<File>,
    /// Records in the file so far: people and bytes.
    written: (u32, u64),
    pieces: Vec<Piece>,
    /// The first member of each list.
    lists: Vec<u32>,
    keys: Vec<Parts<1>>,
    counts: Counts,
}

/// Some records that stand together in the file.
#[derive(Clone, Copy)]
struct Piece {
    first: u32,
    from: u64,
}

impl Wide {
    /// No list yet; in a folder of its own within `within`, which others cannot read.
    ///
    /// # Errors
    /// What the disk says.
    pub fn create(within: &Path, ranges: Ranges) -> io::Result<Wide> {
        let folder = private(within)?;
        let at = folder.path();
        let keys =
            (0..COUNTED).map(|family| Parts::create(at, &format!("keys-{family}"), ranges.keys));
        Ok(Wide {
            ranges,
            records: BufWriter::with_capacity(1 << 18, File::create(records_of(at))?),
            written: (0, 0),
            pieces: Vec::new(),
            lists: Vec::new(),
            keys: keys.collect::<io::Result<_>>()?,
            counts: Counts::of_words(),
            folder,
        })
    }

    /// How many records were added.
    pub fn len(&self) -> usize {
        self.written.0 as usize
    }

    /// Whether no record was added.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds a list; its records are counted on from those before.
    ///
    /// # Errors
    /// What the disk says.
    pub fn add(&mut self, list: &[Record]) -> io::Result<()> {
        let first = self.written.0;
        self.lists.push(first);
        self.counts.add(list);
        let stored: Vec<(usize, Vec<u8>)> = list
            .par_chunks(PIECE.min(self.ranges.people))
            .map(|records| {
                let mut bytes = Vec::new();
                records.iter().for_each(|record| record.store(&mut bytes));
                (records.len(), bytes)
            })
            .collect();
        for (records, bytes) in stored {
            self.pieces.push(Piece { first: self.written.0, from: self.written.1 });
            self.records.write_all(&bytes)?;
            self.written.0 += records as u32;
            self.written.1 += bytes.len() as u64;
        }
        let keys: Vec<[[u32; 2]; COUNTED]> = list.par_iter().map(keys_of).collect();
        self.keys.par_iter_mut().enumerate().try_for_each(|(family, parts)| {
            for (keys, member) in keys.iter().zip(first..) {
                for key in keys[family].into_iter().filter(|key| *key != 0) {
                    let (part, entry) = entry(parts, key, member);
                    parts.put(part, [entry])?;
                }
            }
            Ok(())
        })
    }

    /// The likely pairs of two lists each.
    ///
    /// # Errors
    /// What the disk says.
    pub fn across(mut self, model: &Model) -> io::Result<Found> {
        self.records.flush()?;
        let ranges = self.people();
        let mut found = Found { disk: self.disk(), ..Found::default() };
        let keys = std::mem::take(&mut self.keys);
        let met = pairs::meet(keys, &self.lists, &ranges, self.folder.path(), self.len())?;
        found.common = met.common;
        found.disk = found.disk.max(self.disk() + met.pairs.bytes());
        let sent = compare::send(&self, &ranges, met.pairs)?;
        found.pairs = sent.pairs;
        found.disk = found.disk.max(self.disk() + sent.bytes);
        found.edges = compare::compare(&self, &ranges, sent, &met.told, model)?;
        self.folder.close()?;
        Ok(found)
    }

    /// Bytes of the records and of what is left of the keys.
    fn disk(&self) -> u64 {
        self.written.1 + self.keys.iter().map(Parts::bytes).sum::<u64>()
    }

    /// The ranges of people, each of whole pieces.
    fn people(&self) -> People {
        let mut firsts: Vec<usize> = Vec::new();
        for at in 0..self.pieces.len() {
            let next = self.pieces.get(at + 1).map_or(self.written.0, |piece| piece.first);
            let is_full = firsts.last().is_none_or(|first| {
                (next - self.pieces[*first].first) as usize > self.ranges.people
            });
            if is_full {
                firsts.push(at);
            }
        }
        let ends = firsts.iter().skip(1).copied().chain([self.pieces.len()]);
        let of = |at: usize| self.pieces.get(at).map_or(self.written, |p| (p.first, p.from));
        let ranges = firsts.iter().zip(ends).map(|(from, to)| (of(*from), of(to)));
        People(ranges.map(|((first, from), (end, to))| Range { first, end, from, to }).collect())
    }

    /// The records of a range.
    fn load(&self, range: &Range) -> io::Result<Vec<Record>> {
        let mut file = File::open(records_of(self.folder.path()))?;
        file.seek(SeekFrom::Start(range.from))?;
        let mut bytes = vec![0; (range.to - range.from) as usize];
        file.read_exact(&mut bytes)?;
        let mut left = &bytes[..];
        let records = (range.first..range.end).map(|_| Record::restore(&mut left));
        records.collect::<Option<_>>().ok_or_else(|| io::Error::other("records were changed"))
    }
}

/// People who stand together, and where their records lie.
struct Range {
    first: u32,
    end: u32,
    from: u64,
    to: u64,
}

/// All ranges of people.
struct People(Vec<Range>);

impl People {
    /// The range in which a member stands.
    fn of(&self, member: u32) -> usize {
        self.0.partition_point(|range| range.end <= member)
    }
}

/// A folder that only we may read.
fn private(within: &Path) -> io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o700)); // not law: the owner alone
    }
    builder.tempdir_in(within)
}

/// Key and member, and the part in which they lie: by the key alone, so that whoever shares one is
/// found there.
fn entry(parts: &Parts<1>, key: u32, member: u32) -> (usize, u64) {
    let spread = u64::from(key) << 32;
    (parts.part_of(spread), spread | u64::from(member))
}

fn records_of(folder: &Path) -> PathBuf {
    folder.join("records")
}

fn keys_of(record: &Record) -> [[u32; 2]; COUNTED] {
    let mut keys = [[0; 2]; COUNTED];
    keys[..FAMILIES].copy_from_slice(&across::keys(record));
    keys[FAMILIES][0] = across::name_key(record);
    keys[FAMILIES + 1][0] = across::phone_key(record);
    keys
}

#[cfg(test)]
mod tests;
