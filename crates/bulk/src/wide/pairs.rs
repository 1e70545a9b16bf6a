//! From keys on disk to pairs on disk, a range of keys at a time.

use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

use linkage::across::{FAMILIES, OF};
use rayon::prelude::*;

use super::People;
use crate::spill::Parts;

/// Pairs that wait for their turn at the disk.
const WAITING: usize = 1 << 16; // not law: memory

/// What the keys say.
pub struct Met {
    /// Pairs of two lists by the range of the left one; a pair may stand there several times.
    pub pairs: Parts<1>,
    /// How many have the name of each record, and in the upper half byte its phone: logarithms.
    pub told: Vec<AtomicU8>,
    /// Keys of each family that too many share.
    pub common: [u64; FAMILIES],
}

/// Sorts keys into blocks and takes the pairs of those that are small enough.
pub fn meet(
    keys: Vec<Parts<1>>,
    lists: &[u32],
    people: &People,
    folder: &Path,
    count: usize,
) -> io::Result<Met> {
    let pairs = Mutex::new(Parts::create(folder, "pairs", people.0.len())?);
    let told: Vec<AtomicU8> = (0..count).map(|_| AtomicU8::new(0)).collect();
    let common = keys.into_par_iter().enumerate().map(|(family, mut parts)| {
        let mut common = 0;
        for part in 0..parts.len() {
            let mut entries = parts.take(part)?;
            let entries = entries.as_flattened_mut();
            entries.sort_unstable();
            match OF.get(family) {
                Some((_, most)) => common += pairs_of(entries, *most, lists, people, &pairs)?,
                None => tell(entries, 4 * (family - FAMILIES), &told), // not law: half a byte
            }
        }
        Ok(common)
    });
    let common: Vec<u64> = common.collect::<io::Result<_>>()?;
    let pairs = pairs.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(Met { pairs, told, common: std::array::from_fn(|family| common[family]) })
}

fn blocks(entries: &[u64]) -> impl Iterator<Item = &[u64]> {
    entries.chunk_by(|one, next| one >> 32 == next >> 32).filter(|block| block.len() > 1)
}

/// Writes down the pairs of two lists each; how many keys too many share.
fn pairs_of(
    entries: &[u64],
    most: usize,
    lists: &[u32],
    people: &People,
    into: &Mutex<Parts<1>>,
) -> io::Result<u64> {
    let (mut waiting, mut common) = (Vec::with_capacity(WAITING), 0);
    let mut members: Vec<(u32, usize)> = Vec::new();
    for block in blocks(entries) {
        if block.len() > most {
            common += 1;
            continue;
        }
        members.clear();
        members.extend(block.iter().map(|entry| {
            let member = *entry as u32;
            (member, lists.partition_point(|first| *first <= member))
        }));
        for (at, (left, list)) in members.iter().enumerate() {
            for (right, other) in &members[at + 1..] {
                if list != other {
                    waiting.push(u64::from(*left) << 32 | u64::from(*right));
                }
            }
        }
        if waiting.len() >= WAITING {
            put(&mut waiting, people, into)?;
        }
    }
    put(&mut waiting, people, into)?;
    Ok(common)
}

fn put(waiting: &mut Vec<u64>, people: &People, into: &Mutex<Parts<1>>) -> io::Result<()> {
    let mut parts = into.lock().unwrap_or_else(PoisonError::into_inner);
    waiting.drain(..).try_for_each(|pair| parts.put(people.of((pair >> 32) as u32), [pair]))
}

/// Tells everybody of a block how many they are.
fn tell(entries: &[u64], shift: usize, told: &[AtomicU8]) {
    for block in blocks(entries) {
        let many = block.len().ilog2().min(15) as u8;
        for entry in block {
            told[*entry as u32 as usize].fetch_or(many << shift, Relaxed);
        }
    }
}
