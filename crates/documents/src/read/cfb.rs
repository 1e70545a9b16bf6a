//! The compound file around an old Excel workbook: finds a stream by name and gathers its bytes.
//!
//! The file is held in memory, so it has its own cap; chains are followed no further than the file
//! has sectors, so a loop ends.

use std::io::{Read, Seek, SeekFrom};

use super::{Limits, Refusal};

/// No honest workbook of 65,536 rows is larger.
const FILE_BYTES_MAX: u64 = 128 << 20;
const END: u32 = 0xFFFF_FFFA;

/// A compound file in memory.
pub(crate) struct Compound {
    bytes: Vec<u8>,
    sector: usize,
    fat: Vec<u32>,
    entries: Vec<Entry>,
    mini_cutoff: u64,
    mini_fat: Vec<u32>,
}

struct Entry {
    name: String,
    kind: u8,
    start: u32,
    size: u64,
}

impl Compound {
    /// Reads the file and its directory.
    pub fn open<R: Read + Seek>(input: &mut R, limits: &Limits) -> Result<Compound, Refusal> {
        let bytes = whole(input, limits)?;
        let header = bytes.get(..512).ok_or(Refusal::Truncated)?;
        let shift = u16_at(header, 30);
        if !(7..=16).contains(&shift) {
            return Err(Refusal::Damaged);
        }
        let sector = 1_usize << shift;
        let mut compound = Compound {
            sector,
            fat: Vec::new(),
            entries: Vec::new(),
            mini_cutoff: u64::from(u32_at(header, 56)),
            mini_fat: Vec::new(),
            bytes,
        };
        let header = compound.bytes[..512].to_vec();
        compound.fat = compound.read_fat(&header);
        let directory = compound.chain(u32_at(&header, 48), u64::MAX)?;
        compound.entries = directory.chunks_exact(128).filter_map(Entry::parse).collect();
        if compound.entries.is_empty() {
            return Err(Refusal::Damaged);
        }
        let mini = compound.chain(u32_at(&header, 60), u64::MAX).unwrap_or_default();
        compound.mini_fat = numbers(&mini);
        Ok(compound)
    }

    /// Whether there is a stream of this name.
    pub fn has(&self, name: &str) -> bool {
        self.entry(name).is_some()
    }

    /// The bytes of a stream; none when there is none of that name.
    ///
    /// A stream whose end lies beyond the file is a broken download.
    pub fn stream(&self, name: &str) -> Result<Option<Vec<u8>>, Refusal> {
        let Some(entry) = self.entry(name) else { return Ok(None) };
        if entry.size >= self.mini_cutoff {
            return self.chain(entry.start, entry.size).map(Some);
        }
        let root = self.entries.iter().find(|entry| entry.kind == 5).ok_or(Refusal::Damaged)?;
        let pool = self.chain(root.start, root.size)?;
        let mut out = Vec::new();
        let mut at = entry.start;
        let size = entry.size as usize;
        while out.len() < size && at < END {
            let from = at as usize * 64;
            let piece = pool.get(from..pool.len().min(from + 64)).ok_or(Refusal::Truncated)?;
            if piece.is_empty() {
                return Err(Refusal::Truncated);
            }
            out.extend_from_slice(piece);
            at = self.mini_fat.get(at as usize).copied().unwrap_or(u32::MAX);
        }
        out.truncate(size);
        Ok(Some(out))
    }

    fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.kind == 2 && entry.name.eq_ignore_ascii_case(name))
    }

    fn read_fat(&self, header: &[u8]) -> Vec<u32> {
        let mut sectors = numbers(&header[76..512]);
        let mut next = u32_at(header, 68);
        let sectors_max = self.bytes.len() / self.sector + 1;
        let mut seen = 0;
        while next < END && seen < sectors_max {
            let Some(bytes) = self.sector_bytes(next) else { break };
            let mut more = numbers(bytes);
            next = more.pop().unwrap_or(u32::MAX);
            sectors.extend(more);
            seen += 1;
        }
        sectors.retain(|sector| *sector < END);
        sectors.truncate(sectors_max);
        let parts = sectors.iter().filter_map(|sector| self.sector_bytes(*sector));
        parts.flat_map(numbers).collect()
    }

    fn sector_bytes(&self, sector: u32) -> Option<&[u8]> {
        let from = (sector as usize).checked_add(1)?.checked_mul(self.sector)?;
        // The last sector of a file may be short.
        let part = self.bytes.get(from..self.bytes.len().min(from + self.sector))?;
        (!part.is_empty()).then_some(part)
    }

    fn chain(&self, start: u32, size: u64) -> Result<Vec<u8>, Refusal> {
        let mut out = Vec::new();
        let mut at = start;
        while at < END && (out.len() as u64) < size {
            let part = self.sector_bytes(at).ok_or(Refusal::Truncated)?;
            if out.len() + part.len() > self.bytes.len() {
                // A chain longer than the file runs in a circle.
                return Err(Refusal::Damaged);
            }
            out.extend_from_slice(part);
            at = self.fat.get(at as usize).copied().unwrap_or(u32::MAX);
        }
        out.truncate(usize::try_from(size).unwrap_or(usize::MAX));
        Ok(out)
    }
}

impl Entry {
    fn parse(bytes: &[u8]) -> Option<Entry> {
        let kind = bytes[66];
        let length = usize::from(u16_at(bytes, 64)).clamp(2, 64) - 2;
        let units: Vec<u16> = bytes[..length].chunks_exact(2).map(|pair| u16_at(pair, 0)).collect();
        // The upper half of the size is rubbish in files of the smaller sector size.
        let size = u64::from(u32_at(bytes, 120));
        let name = String::from_utf16_lossy(&units);
        matches!(kind, 2 | 5).then_some(Entry { name, kind, start: u32_at(bytes, 116), size })
    }
}

/// Reads a whole file that has to be held in memory.
pub(crate) fn whole<R: Read + Seek>(input: &mut R, limits: &Limits) -> Result<Vec<u8>, Refusal> {
    let max = limits.file_bytes_max.min(FILE_BYTES_MAX);
    input.seek(SeekFrom::Start(0)).map_err(|_| Refusal::ReadFailed)?;
    let mut bytes = Vec::new();
    input.take(max + 1).read_to_end(&mut bytes).map_err(|_| Refusal::ReadFailed)?;
    if bytes.len() as u64 > max {
        return Err(Refusal::TooLarge { bytes_max: max });
    }
    Ok(bytes)
}

fn numbers(bytes: &[u8]) -> Vec<u32> {
    bytes.chunks_exact(4).map(|four| u32_at(four, 0)).collect()
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}
