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

/// Bits of a place within its table, see [`Counts::places`].
pub const PLACE_BITS: u32 = 56; // not law: a table is far smaller

/// Counters for lists of another size cannot be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OtherSize;

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

    /// Takes a table from the front of bytes.
    fn take(bytes: &mut &[u8]) -> Option<Table> {
        let log = u32::from(bytes.split_off_first()?.to_owned());
        let counters =
            bytes.split_off(..4 << u64::from((12..=40).contains(&log).then_some(log)?))?;
        let counters = counters.as_chunks::<4>().0.iter();
        let counters = counters.map(|bytes| u32::from_le_bytes(*bytes)).collect();
        Some(Table { counters, shift: 64 - log })
    }

    fn write(&self, into: &mut Vec<u8>) {
        into.push((64 - self.shift) as u8);
        into.extend(self.counters.iter().flat_map(|counter| counter.to_le_bytes()));
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

    /// Counters of words and birth dates alone, for a country: who shares a name or a phone is
    /// counted elsewhere and told to [`Counts::rarity_told`].
    pub fn of_words() -> Counts {
        Counts { words: Table::new(1 << 20), ..Counts::new(0) }
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

    /// Adds what was counted elsewhere, by counters for lists of the same size.
    ///
    /// # Errors
    /// [`OtherSize`], and nothing is added.
    pub fn merge(&mut self, other: &Counts) -> Result<(), OtherSize> {
        let theirs = other.tables();
        if self.tables().iter().zip(theirs).any(|(own, theirs)| own.shift != theirs.shift) {
            return Err(OtherSize);
        }
        let own = [&mut self.words, &mut self.names, &mut self.births, &mut self.phones];
        for (own, theirs) in own.into_iter().zip(theirs) {
            for (own, theirs) in own.counters.iter_mut().zip(&theirs.counters) {
                *own = own.saturating_add(*theirs);
            }
        }
        self.people += other.people;
        self.words_read += other.words_read;
        Ok(())
    }

    /// Each place of the tables on which a value of this record falls, for counting elsewhere: the
    /// table above [`PLACE_BITS`] bits of the counter within it.
    pub fn places(&self, record: &Record, mut each: impl FnMut(u64)) {
        let at =
            |table: u64, counters: &Table, value| table << PLACE_BITS | counters.at(value) as u64;
        words(record).for_each(|word| each(at(0, &self.words, word.number())));
        if record.heard != 0 {
            each(at(1, &self.names, record.heard));
        }
        if record.birth.is_whole() {
            each(at(2, &self.births, u64::from(record.birth.number())));
        }
        if record.phone != 0 {
            each(at(3, &self.phones, record.phone));
        }
    }

    /// Takes in how often values fell on a place of [`Counts::places`]; whether there is such a
    /// place.
    pub fn add_at(&mut self, place: u64, count: u32) -> bool {
        let at = place & ((1 << PLACE_BITS) - 1);
        let table = match place >> PLACE_BITS {
            0 => &mut self.words,
            1 => &mut self.names,
            2 => &mut self.births,
            3 => &mut self.phones,
            _ => return false,
        };
        let is_word = place >> PLACE_BITS == 0;
        let Some(counter) = table.counters.get_mut(at as usize) else { return false };
        *counter = counter.saturating_add(count);
        self.words_read += if is_word { u64::from(count) } else { 0 };
        true
    }

    /// Takes in people whose values were counted by [`Counts::add_at`].
    pub fn add_people(&mut self, people: u64) {
        self.people += people;
    }

    fn tables(&self) -> [&Table; 4] {
        [&self.words, &self.names, &self.births, &self.phones]
    }

    /// The counters as bytes, for another machine.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = [self.people.to_le_bytes(), self.words_read.to_le_bytes()].concat();
        self.tables().iter().for_each(|table| table.write(&mut bytes));
        bytes
    }

    /// The counters of [`Counts::to_bytes`].
    ///
    /// # Errors
    /// `None` where the bytes are none of those.
    pub fn from_bytes(mut bytes: &[u8]) -> Option<Counts> {
        let bytes = &mut bytes;
        let people = u64::from_le_bytes(bytes.split_off(..8)?.try_into().ok()?);
        let words_read = u64::from_le_bytes(bytes.split_off(..8)?.try_into().ok()?);
        let [words, names, births, phones] = std::array::from_fn(|_| Table::take(bytes));
        let (words, names, births, phones) = (words?, names?, births?, phones?);
        bytes.is_empty().then_some(Counts { words, names, births, phones, people, words_read })
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

    /// The same where how many have the name, and how many the phone, was counted elsewhere: the
    /// binary logarithms.
    pub fn rarity_told(&self, record: &Record, name: u8, phone: u8) -> Rarity {
        Rarity { name, phone, ..self.rarity(record) }
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
    fn counting_in_parts_is_counting() {
        let record = |name, phone| Record::read(&Cells { name, phone, ..Cells::default() });
        let all = [record("Siti Aminah", "081234000111"), record("Siti Zulaikha", "")];
        let mut whole = Counts::new(2);
        whole.add(&all);
        let mut parts = Counts::new(2);
        for part in all {
            let mut counts = Counts::new(2);
            counts.add(&[part]);
            let sent = Counts::from_bytes(&counts.to_bytes()).expect("its own bytes");
            assert_eq!(parts.merge(&sent), Ok(()));
        }
        assert!(parts.to_bytes() == whole.to_bytes());
        assert_eq!(parts.merge(&Counts::new(1_000_000)), Err(OtherSize));
        assert!(parts.to_bytes() == whole.to_bytes());
        let bytes = whole.to_bytes();
        assert!(Counts::from_bytes(&bytes[1..]).is_none() && Counts::from_bytes(&[]).is_none());
    }

    #[test]
    fn counting_by_places_is_counting() {
        let record = |name, phone| Record::read(&Cells { name, phone, ..Cells::default() });
        let all = [record("Siti Aminah", "081234000111"), record("Siti Siti", "")];
        let mut whole = Counts::new(2);
        whole.add(&all);
        let mut places = Vec::new();
        all.iter().for_each(|record| Counts::new(2).places(record, |place| places.push(place)));
        let mut parts = Counts::new(2);
        assert!(places.iter().all(|place| parts.add_at(*place, 1)));
        parts.add_people(2);
        assert!(parts.to_bytes() == whole.to_bytes());
        assert!(!parts.add_at(4 << PLACE_BITS, 1) && !parts.add_at((1 << PLACE_BITS) - 1, 1));
    }

    #[test]
    fn quarters_are_straight_between_powers() {
        let quarters = [1u64, 2, 4, 5, 6, 7, 8, 1024].map(quarter_bits);
        assert_eq!(quarters, [0, 4, 8, 9, 10, 11, 12, 40]);
    }
}
