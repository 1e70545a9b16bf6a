//! Blocking keys: whoever shares one is worth comparing.
//!
//! Each family of keys finds another kind of dirt; what each finds and costs on sets of known truth
//! is written in docs/bench/linkage.md. A record has at most two keys of a family (its birth date
//! as written and as its NIK has it), so that whether two records meet in a family is a question of
//! four comparisons, and a pair is taken from the first family in which it meets.

use crate::birth::Birth;
use crate::record::Record;
use crate::word::Word;

/// Families of keys.
pub const FAMILIES: usize = 16;

/// What the keys of each family are made of.
pub const FAMILY_NAMES: [&str; FAMILIES] = [
    "NIK but its last digit",
    "birth, first word",
    "birth, last word",
    "family card, first letters",
    "name, village",
    "birth, village",
    "NIK but its serial",
    "phone, first letter",
    "family card, year",
    "mother, birth",
    "first letters, village, year",
    "name, day and month, birth place",
    "name, mother",
    "village, day and month, first letter",
    "birth, birth place, first letter",
    "first letters, mother, village",
];

/// The keys of one record, by family; 0 is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Keys(pub [[u32; 2]; FAMILIES]);

impl Keys {
    /// Whether two records meet in a family.
    pub fn meet_in(&self, other: &Keys, family: usize) -> bool {
        self.shared_in(other, family) != [0, 0]
    }

    /// The keys of a family that two records share; 0 is none.
    pub fn shared_in(&self, other: &Keys, family: usize) -> [u32; 2] {
        let theirs = other.0[family];
        self.0[family].map(|key| if theirs.contains(&key) { key } else { 0 })
    }

    /// The keys of a record.
    pub fn of(record: &Record) -> Keys {
        let mut keys = Keys::default();
        let mut family = 0;
        let mut add = |first: Option<u64>, second: Option<u64>| {
            let key = |value: Option<u64>| value.map_or(0, |value| folded(value, family as u64));
            let first = key(first);
            let second = key(second);
            keys.0[family] = [first, if second == first { 0 } else { second }];
            family += 1;
        };
        let sounds = Sounds::of(record);
        let birth = number(record.birth);
        let nik_birth = number(record.nik_birth);
        let village = some(record.village);
        let kk = (record.kk != 0).then_some(record.kk);
        let phone = (record.phone != 0).then_some(record.phone);
        let nik = record.nik.whole();
        let year = (!record.birth.is_none()).then_some(u64::from(record.birth.year));
        let day = record.birth.is_whole().then_some(u64::from(record.birth.number() & 511));

        add(nik.map(|nik| nik / 10), None);
        add(both(birth, sounds.first), both(nik_birth, sounds.first));
        add(both(birth, sounds.last), both(nik_birth, sounds.last));
        add(both(kk, sounds.start), None);
        add(both(sounds.whole, village), None);
        add(both(birth, village), both(nik_birth, village));
        add(nik.map(|nik| nik / 10_000), None); // not law: the form of the number
        add(both(phone, sounds.letter), None);
        add(both(kk, year), None);
        add(both(sounds.mother, birth), both(sounds.mother, nik_birth));
        add(both(both(sounds.start5, village), year), None);
        add(both(both(sounds.whole, day), some(record.place)), None);
        add(both(sounds.whole, sounds.mother), None);
        add(both(both(village, day), sounds.letter), None);
        add(both(both(birth, some(record.place)), sounds.letter), None);
        add(both(both(sounds.start5, sounds.mother), village), None);
        keys
    }
}

/// The name as it is heard, in the pieces that keys are made of.
pub(crate) struct Sounds {
    pub first: Option<u64>,
    pub last: Option<u64>,
    pub start: Option<u64>,
    pub start5: Option<u64>,
    pub letter: Option<u64>,
    pub whole: Option<u64>,
    pub mother: Option<u64>,
}

impl Sounds {
    pub fn of(record: &Record) -> Sounds {
        let words = record.name.words();
        let first = words.first().map_or(Word::NONE, |word| word.sound());
        let last = match words.len() {
            0 | 1 => Word::NONE,
            count => words[count - 1].sound(),
        };
        Sounds {
            first: some(first),
            last: some(last),
            start: some(first.prefix(2)),
            start5: some(first.prefix(5)),
            letter: some(first.prefix(1)),
            whole: (record.heard != 0).then_some(record.heard),
            mother: whole(record.mother.words()),
        }
    }
}

/// A name heard as one, whatever the order and joining of its words.
pub fn whole(words: &[Word]) -> Option<u64> {
    if words.is_empty() {
        return None;
    }
    // The sum of the words' own numbers forgets the order of words, and keeps that of letters.
    Some(words.iter().fold(0u64, |sum, word| sum.wrapping_add(mixed(word.sound().number()))))
}

pub(crate) fn some(word: Word) -> Option<u64> {
    (!word.is_none()).then(|| word.number())
}

pub(crate) fn number(birth: Birth) -> Option<u64> {
    birth.is_whole().then(|| u64::from(birth.number()))
}

pub(crate) fn both(left: Option<u64>, right: Option<u64>) -> Option<u64> {
    Some(mixed(left?) ^ right?.rotate_left(17))
}

/// Spreads the bits (the finaliser of SplitMix64).
pub(crate) fn mixed(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// A key of 32 bits, never 0. Two million different values meet by chance once in two thousand, and
/// a chance meeting costs one comparison.
pub(crate) fn folded(value: u64, family: u64) -> u32 {
    let mixed = mixed(value ^ family.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    ((mixed >> 32) as u32).max(1)
}
