//! How much it tells that two records share a value: the rarer, the more.

use crate::keys;
use crate::person_name::{PersonName, WORDS_MAX};
use crate::record::Record;
use crate::word::Word;

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
///
/// Values are counted by places of a table and not by name: two that share a place count as one,
/// which in tables eight times as large as the lists hardly moves a logarithm.
pub struct Counts {
    words: Table,
    names: Table,
    births: Table,
    phones: Table,
    people: u64,
    words_read: u64,
}

/// A counter for each place that a value can fall on.
struct Table {
    counters: Vec<u32>,
    shift: u32,
}

impl Table {
    fn new(values: usize) -> Table {
        let log = (values.max(512) * 8).next_power_of_two().trailing_zeros();
        Table { counters: vec![0; 1 << log], shift: 64 - log }
    }

    fn at(&self, value: u64) -> usize {
        (keys::mixed(value) >> self.shift) as usize
    }

    fn counter(&mut self, value: u64) -> &mut u32 {
        let at = self.at(value);
        &mut self.counters[at]
    }

    /// How often a value was counted, at least once.
    fn count(&self, value: u64) -> u64 {
        u64::from(self.counters[self.at(value)].max(1))
    }
}

impl Counts {
    /// Counters for lists of so many people.
    pub fn new(people: usize) -> Counts {
        Counts {
            words: Table::new((people / 2).min(1 << 20)),
            names: Table::new(people),
            births: Table::new(50_000), // not law: days of a life
            phones: Table::new(people),
            people: 0,
            words_read: 0,
        }
    }

    /// Counts the values of these records.
    pub fn add(&mut self, records: &[Record]) {
        for record in records {
            self.change(record, |counter| *counter += 1);
            self.people += 1;
            self.words_read += words(record).count() as u64;
        }
    }

    /// Takes a record that was counted out again.
    pub fn take_away(&mut self, record: &Record) {
        self.change(record, |counter| *counter = counter.saturating_sub(1));
        self.people = self.people.saturating_sub(1);
        self.words_read = self.words_read.saturating_sub(words(record).count() as u64);
    }

    fn change(&mut self, record: &Record, change: impl Fn(&mut u32)) {
        for word in words(record) {
            change(self.words.counter(word.number()));
        }
        if record.heard != 0 {
            change(self.names.counter(record.heard));
        }
        if record.birth.is_whole() {
            change(self.births.counter(u64::from(record.birth.number())));
        }
        if record.phone != 0 {
            change(self.phones.counter(record.phone));
        }
    }

    /// How rare the values of a record are.
    pub fn rarity(&self, record: &Record) -> Rarity {
        let name = if record.heard == 0 { 1 } else { self.names.count(record.heard) };
        let births = self.births.count(u64::from(record.birth.number()));
        // Among ten thousand people, in 256ths, so that the logarithm has room below one.
        let share = births * 2_560_000 / self.people.max(1);
        Rarity {
            words: self.told(&record.name),
            mother: self.told(&record.mother),
            name: name.ilog2() as u8,
            birth: share.max(1).ilog2().min(15) as u8,
            phone: self.phones.count(record.phone).ilog2() as u8,
        }
    }

    fn told(&self, name: &PersonName) -> [u8; WORDS_MAX] {
        let mut told = [0; WORDS_MAX];
        for (told, word) in told.iter_mut().zip(name.words()) {
            *told = quarter_bits(self.words_read / self.words.count(word.number())).min(60);
        }
        told
    }
}

/// The words of a record's names.
fn words(record: &Record) -> impl Iterator<Item = &Word> {
    record.name.words().iter().chain(record.mother.words())
}

/// The binary logarithm in quarters, straight between powers of two.
fn quarter_bits(value: u64) -> u8 {
    let value = value.max(1);
    let whole = value.ilog2();
    let part = if whole < 2 { 0 } else { (value >> (whole - 2)) & 3 };
    (4 * whole + part as u32) as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Cells;

    #[test]
    fn the_rarer_word_tells_more() {
        let record = |name| Record::read(&Cells { name, ..Cells::default() });
        let mut records = vec![record("Siti Aminah"); 60];
        records.extend(vec![record("Siti Zulaikha"); 4]);
        let mut counts = Counts::new(records.len());
        counts.add(&records);
        let rare = counts.rarity(&record("Siti Zulaikha"));
        // 128 words, 64 of them Siti, 4 Zulaikha: one bit and five.
        assert_eq!(rare.words, [4, 20, 0, 0]);
        assert_eq!(rare.name, 2);
    }

    #[test]
    fn quarters_are_straight_between_powers() {
        let quarters = [1u64, 2, 4, 5, 6, 7, 8, 1024].map(quarter_bits);
        assert_eq!(quarters, [0, 4, 8, 9, 10, 11, 12, 40]);
    }
}
