//! How much it tells that two records share a value: the rarer, the more.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::keys;
use crate::person_name::{PersonName, WORDS_MAX};
use crate::record::Record;

/// How rare the values of one record are among all at hand.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rarity {
    /// For each word of the name what it tells, in quarter bits.
    pub words: [u8; WORDS_MAX],
    /// The same for the mother's name.
    pub mother: [u8; WORDS_MAX],
    /// How many have this name: the binary logarithm.
    pub name: u8,
    /// How many have this birth date among ten thousand: the binary logarithm, plus 8.
    pub birth: u8,
    /// How many have this phone: the binary logarithm.
    pub phone: u8,
}

/// How often each value stands in the lists at hand.
#[derive(Default)]
pub struct Counts {
    words: Table,
    names: Table,
    births: Table,
    phones: Table,
    people: u64,
    words_read: u64,
}

type Table = HashMap<u64, u32, BuildHasherDefault<Spread>>;

/// Multiplies once: what is counted is spread enough, or a small number.
#[derive(Default)]
struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, value: u64) {
        let product = u128::from(self.0 ^ value) * u128::from(0x9e37_79b9_7f4a_7c15_u64);
        self.0 = (product >> 64) as u64 ^ product as u64;
    }
}

impl Counts {
    /// Counts the values of these records.
    pub fn add(&mut self, records: &[Record]) {
        self.people += records.len() as u64;
        for record in records {
            for word in record.name.words().iter().chain(record.mother.words()) {
                *self.words.entry(word.number()).or_default() += 1;
                self.words_read += 1;
            }
            if let Some(name) = keys::whole(record.name.words()) {
                *self.names.entry(name).or_default() += 1;
            }
            if record.birth.is_whole() {
                *self.births.entry(u64::from(record.birth.number())).or_default() += 1;
            }
            if record.phone != 0 {
                *self.phones.entry(record.phone).or_default() += 1;
            }
        }
    }

    /// How rare the values of a record are.
    pub fn rarity(&self, record: &Record) -> Rarity {
        let count = |table: &Table, key: u64| table.get(&key).copied().unwrap_or(0).max(1);
        let name = keys::whole(record.name.words()).map_or(1, |name| count(&self.names, name));
        let births = count(&self.births, u64::from(record.birth.number()));
        let share = f64::from(births) * 10_000.0 / self.people.max(1) as f64;
        Rarity {
            words: self.told(&record.name),
            mother: self.told(&record.mother),
            name: name.ilog2() as u8,
            birth: (share.log2() + 8.0).clamp(0.0, 15.0) as u8,
            phone: count(&self.phones, record.phone).ilog2() as u8,
        }
    }

    fn told(&self, name: &PersonName) -> [u8; WORDS_MAX] {
        let mut told = [0; WORDS_MAX];
        for (told, word) in told.iter_mut().zip(name.words()) {
            let count = self.words.get(&word.number()).copied().unwrap_or(0).max(1);
            let bits = (self.words_read.max(1) as f64 / f64::from(count)).log2();
            *told = (bits.min(15.0) * 4.0) as u8;
        }
        told
    }
}
