//! From pairs on disk to edges: left records are sent to where their right ones lie.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

use linkage::compare::Comparison;
use linkage::engine::{Edge, FLOOR};
use linkage::model::Model;
use linkage::rarity::Rarity;
use linkage::record::Record;
use rayon::prelude::*;

use super::{People, Wide};
use crate::spill::Parts;

/// Left members whose letters are gathered before they are sent.
const AT_ONCE: usize = 1 << 14; // not law: memory

/// Letters to each range: a left record, and who of the range is compared with it.
pub struct Sent {
    files: Vec<PathBuf>,
    /// Pairs, each once.
    pub pairs: u64,
    /// Bytes on disk.
    pub bytes: u64,
}

/// Sends every left record of a pair to the ranges of its right ones.
pub fn send(wide: &Wide, people: &People, pairs: Parts<1>) -> io::Result<Sent> {
    let count = people.0.len();
    let files: Vec<PathBuf> =
        (0..count).map(|at| wide.folder.path().join(format!("letters-{at}"))).collect();
    let boxes: Vec<Mutex<BufWriter<File>>> = files
        .iter()
        .map(|path| Ok(Mutex::new(BufWriter::new(File::create(path)?))))
        .collect::<io::Result<_>>()?;
    let (sent, bytes) = (AtomicU64::new(0), AtomicU64::new(0));
    let pairs = Mutex::new(pairs);
    people.0.par_iter().enumerate().try_for_each(|(at, range)| {
        let taken = pairs.lock().unwrap_or_else(PoisonError::into_inner).take(at)?;
        let pairs = each_once(taken);
        let records = wide.load(range)?;
        sent.fetch_add(pairs.len() as u64, Relaxed);
        let mut letters: Vec<Vec<u8>> = vec![Vec::new(); count];
        let lefts: Vec<&[u64]> = pairs.chunk_by(|one, next| one >> 32 == next >> 32).collect();
        for some in lefts.chunks(AT_ONCE) {
            for rights in some {
                let left = (rights[0] >> 32) as u32;
                let record = &records[(left - range.first) as usize];
                for rights in rights.chunk_by(|a, b| people.of(*a as u32) == people.of(*b as u32)) {
                    write_letter(&mut letters[people.of(rights[0] as u32)], left, record, rights);
                }
            }
            for (letters, to) in letters.iter_mut().zip(&boxes) {
                bytes.fetch_add(letters.len() as u64, Relaxed);
                to.lock().unwrap_or_else(PoisonError::into_inner).write_all(letters)?;
                letters.clear();
            }
        }
        io::Result::Ok(())
    })?;
    for to in boxes {
        to.into_inner().unwrap_or_else(PoisonError::into_inner).flush()?;
    }
    Ok(Sent { files, pairs: sent.into_inner(), bytes: bytes.into_inner() })
}

fn each_once(mut pairs: Vec<[u64; 1]>) -> Vec<u64> {
    pairs.as_flattened_mut().sort_unstable();
    pairs.dedup();
    pairs.as_flattened().to_vec()
}

fn write_letter(into: &mut Vec<u8>, left: u32, record: &Record, rights: &[u64]) {
    into.extend(left.to_le_bytes());
    record.store(into);
    into.extend((rights.len() as u32).to_le_bytes());
    rights.iter().for_each(|right| into.extend((*right as u32).to_le_bytes()));
}

/// Compares what was sent to each range; the likely pairs, in order.
pub fn compare(
    wide: &Wide,
    people: &People,
    sent: Sent,
    told: &[AtomicU8],
    model: &Model,
) -> io::Result<Vec<Edge>> {
    let edges = people.0.par_iter().zip(&sent.files).map(|(range, path)| {
        let letters = std::fs::read(path)?;
        std::fs::remove_file(path)?;
        if letters.is_empty() {
            return Ok(Vec::new());
        }
        let records = wide.load(range)?;
        let rare = vec![None; records.len()];
        let mut reading = Reading { wide, first: range.first, records, rare, told, model };
        reading.edges(&letters).ok_or_else(|| io::Error::other("letters were changed"))
    });
    let edges: Vec<Vec<Edge>> = edges.collect::<io::Result<_>>()?;
    let mut edges = edges.concat();
    edges.sort_unstable();
    Ok(edges)
}

/// A range whose letters are read.
struct Reading<'a> {
    wide: &'a Wide,
    first: u32,
    records: Vec<Record>,
    /// How rare the values of those are who were met so far.
    rare: Vec<Option<Rarity>>,
    told: &'a [AtomicU8],
    model: &'a Model,
}

impl Reading<'_> {
    fn edges(&mut self, mut letters: &[u8]) -> Option<Vec<Edge>> {
        let mut edges = Vec::new();
        while !letters.is_empty() {
            let left = number(&mut letters)?;
            let record = Record::restore(&mut letters)?;
            let left_rare = self.rarity(left, &record);
            for _ in 0..number(&mut letters)? {
                let right = number(&mut letters)?;
                let at = right.checked_sub(self.first)? as usize;
                let other = self.records.get(at)?;
                let right_rare = match self.rare[at] {
                    Some(rare) => rare,
                    None => self.rarity(right, other),
                };
                self.rare[at] = Some(right_rare);
                let (left_rare, right_rare) = (&left_rare, &right_rare);
                let beside = Comparison { left: &record, right: other, left_rare, right_rare };
                let score = self.model.score_above(&beside, FLOOR);
                edges.extend(score.map(|score| Edge::new(left, right, score)));
            }
        }
        Some(edges)
    }

    fn rarity(&self, member: u32, record: &Record) -> Rarity {
        let told = self.told[member as usize].load(Relaxed);
        self.wide.counts.rarity_told(record, told & 15, told >> 4) // not law: half a byte each
    }
}

fn number(bytes: &mut &[u8]) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.split_off(..4)?.first_chunk()?))
}
