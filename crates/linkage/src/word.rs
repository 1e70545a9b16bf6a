//! A word of a name as one number: twelve letters of five bits, the first letter highest.
//!
//! Names are compared by the million; a word that fits a register needs no dictionary, no arena
//! and no order of arrival, so that a record reads the same wherever it is read.

/// Letters that a word keeps; what follows is cut off.
pub const LETTERS_MAX: usize = 12; // not law: 60 of 64 bits

/// Up to twelve letters `a`–`z`; the empty word is nothing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Word(u64);

impl std::fmt::Debug for Word {
    /// Says how long it is and not what: a word of a name is identity.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Word({})", self.length())
    }
}

impl Word {
    /// No letter.
    pub const NONE: Word = Word(0);

    /// The word of these letters; bytes that are no lower-case letter are passed over.
    pub fn of(letters: &[u8]) -> Word {
        let mut word = Word::NONE;
        let mut at = 0;
        for &letter in letters {
            if letter.is_ascii_lowercase() {
                if at == LETTERS_MAX {
                    break;
                }
                word.0 |= u64::from(letter - b'a' + 1) << (55 - 5 * at);
                at += 1;
            }
        }
        word
    }

    /// Whether it has no letter.
    pub fn is_none(self) -> bool {
        self.0 == 0
    }

    /// How many letters it has.
    pub fn length(self) -> usize {
        match self.0 {
            0 => 0,
            bits => LETTERS_MAX - bits.trailing_zeros() as usize / 5,
        }
    }

    /// The word as a number that differs wherever the word does.
    pub fn number(self) -> u64 {
        self.0
    }

    /// The word of [`Word::number`]; `None` where the number is none of a word.
    pub(crate) fn from_number(number: u64) -> Option<Word> {
        (number & !KEPT == 0).then_some(Word(number))
    }

    /// Its first letters.
    pub fn prefix(self, letters: usize) -> Word {
        match letters {
            0 => Word::NONE,
            LETTERS_MAX.. => self,
            _ => Word(self.0 & !(KEPT >> (5 * letters))),
        }
    }

    /// Whether it begins with all of `start`.
    pub fn starts_with(self, start: Word) -> bool {
        self.prefix(start.length()) == start
    }

    /// Whether it ends with all of `end`.
    pub fn ends_with(self, end: Word) -> bool {
        let (own, other) = (self.length(), end.length());
        other <= own && Word((self.0 << (5 * (own - other))) & KEPT) == end
    }

    /// This word with another behind it.
    pub fn joined(self, next: Word) -> Word {
        let shift = 5 * self.length();
        if self.length() == LETTERS_MAX { self } else { Word(self.0 | (next.0 >> shift)) }
    }

    /// Its letters as bytes from `a`, and how many there are.
    pub fn letters(self) -> ([u8; LETTERS_MAX], usize) {
        let mut letters = [0; LETTERS_MAX];
        let length = self.length();
        for (at, letter) in letters.iter_mut().enumerate().take(length) {
            *letter = b'a' - 1 + ((self.0 >> (55 - 5 * at)) & 31) as u8;
        }
        (letters, length)
    }

    /// The word as it sounds: letters that are heard alike are one, doubled letters are single.
    pub fn sound(self) -> Word {
        let letter_at_top = |bits: u64| BEFORE_A + (bits >> 59) as u8;
        // The first letter stands in the five highest bits, and each step takes it away.
        let mut rest = self.0 << 4;
        let (mut heard, mut count) = (0u64, 0);
        let (mut before, mut last) = (0u8, 0u8);
        while rest != 0 {
            let (letter, next) = (letter_at_top(rest), letter_at_top(rest << 5));
            if let Some(sound) = sound_of(before, letter, next, last)
                && sound != last
            {
                heard |= u64::from(sound - BEFORE_A) << (55 - 5 * count);
                count += 1;
                last = sound;
            }
            before = letter;
            rest <<= 5;
        }
        Word(heard)
    }
}

/// Letters are counted from 1.
const BEFORE_A: u8 = b'a' - 1;

/// The bits of twelve letters.
const KEPT: u64 = (1 << 60) - 1;

/// How a letter is heard between its neighbours; `None` where another letter stands for it.
pub(crate) fn sound_of(before: u8, letter: u8, next: u8, last: u8) -> Option<u8> {
    match (letter, next) {
        (b's', b'y') | (b'k' | b'c', b'h') => None,
        (b'h', _) if matches!(last, b't' | b'd') => None,
        (b'v' | b'f', _) => Some(b'p'),
        (b'z', _) => Some(b's'),
        (b'q', _) => Some(b'k'),
        (b'y', _) if before == b's' => Some(b's'),
        (b'y', _) => Some(b'i'),
        _ => Some(letter),
    }
}
