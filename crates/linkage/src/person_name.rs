//! A name as the words that are compared: at most four, in order, without what is said around it.
//!
//! The same reading as [`crate::normalise_name`], made for millions: words are packed, nothing is
//! allocated, and what follows `bin` or `binti` is kept apart.

use std::sync::LazyLock;

use crate::name::{DEGREES, MUHAMMAD, TITLES};
use crate::word::Word;

/// Words of a name that are compared.
pub const WORDS_MAX: usize = 4;

/// A name made comparable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct PersonName {
    /// The words, the unused ones empty.
    pub words: [Word; WORDS_MAX],
    /// The first word after `bin` or `binti`.
    pub father: Word,
}

/// What stood around a name and is no part of it: a side field, kept and not compared.
///
/// A title comes and goes with who types: of 394 pairs of one person in the development sets in
/// which a row is a hajji's, 214 have it in one row only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Titles(u8);

impl Titles {
    /// Has made the pilgrimage.
    pub const HAJJI: Titles = Titles(1);
    /// A teacher of religion.
    pub const TEACHER: Titles = Titles(2);
    /// Has a degree or a learned title.
    pub const LEARNED: Titles = Titles(4);
    /// Is spoken to as a man or a woman.
    pub const ADDRESS: Titles = Titles(8);
    /// Has died.
    pub const LATE: Titles = Titles(16); // not law: a bit

    /// Whether it has all of another.
    pub fn has(self, other: Titles) -> bool {
        self.0 & other.0 == other.0
    }

    /// All of them as one number.
    pub(crate) fn bits(self) -> u8 {
        self.0
    }

    /// Those of [`Titles::bits`].
    pub(crate) fn from_bits(bits: u8) -> Titles {
        Titles(bits)
    }

    fn add(&mut self, other: Titles) {
        self.0 |= other.0;
    }

    /// What a title before a name says.
    fn of(title: Word) -> Titles {
        let is = |list: &[&str]| list.iter().any(|word| Word::of(word.as_bytes()) == title);
        match () {
            () if is(&["h", "hj", "haji", "hajjah", "hajah"]) => Titles::HAJJI,
            () if is(&["drs", "dra", "ir", "dr", "drg", "prof"]) => Titles::LEARNED,
            () if is(&["alm", "almh", "almarhum", "almarhumah"]) => Titles::LATE,
            () if is(&[
                "pak", "bpk", "bapak", "ibu", "bu", "ny", "nyonya", "nn", "tn", "sdr", "sdri",
            ]) =>
            {
                Titles::ADDRESS
            }
            () => Titles::TEACHER,
        }
    }
}

/// Words that a cell is read for before titles and degrees fall away.
const READ_MAX: usize = 10;

/// The words of a cell, and which of them were written with points inside.
#[derive(Default)]
struct Words {
    words: [Word; READ_MAX],
    /// Words that stood together, as "S.Pd" does, have one number.
    group: [u8; READ_MAX],
    count: usize,
}

impl PersonName {
    /// Reads a cell.
    pub fn read(cell: &str) -> PersonName {
        PersonName::read_with_titles(cell).0
    }

    /// Reads a cell, and what stood around the name.
    pub fn read_with_titles(cell: &str) -> (PersonName, Titles) {
        let mut words = Words::of(cell);
        words.cut_alias();
        let father = words.cut_patronymic();
        let mut titles = Titles::default();
        words.drop_degrees(&mut titles);
        words.drop_titles(&mut titles);
        // Degrees follow the first comma.
        if cell.split_once(',').is_some_and(|(_, rest)| has_degree(rest)) {
            titles.add(Titles::LEARNED);
        }
        let mut name = PersonName { father, ..PersonName::default() };
        let count = words.count.min(WORDS_MAX);
        for at in 0..count {
            name.words[at] = common_form(words.words[at], at == 0 && words.count > 1);
        }
        (name, titles)
    }

    /// How many words it has.
    pub fn count(&self) -> usize {
        self.words.iter().take_while(|word| !word.is_none()).count()
    }

    /// Whether there is no word.
    pub fn is_none(&self) -> bool {
        self.words[0].is_none()
    }

    /// Its words.
    pub fn words(&self) -> &[Word] {
        &self.words[..self.count()]
    }

    /// Whether a word stands in both names.
    pub fn shares_a_word(&self, other: &PersonName) -> bool {
        self.words().iter().any(|word| other.words.contains(word))
    }
}

impl Words {
    fn of(cell: &str) -> Words {
        let mut words = Words::default();
        // Degrees follow the first comma.
        let head = cell.split(',').next().unwrap_or("");
        let cell = if head.bytes().any(|b| b.is_ascii_alphabetic()) { head } else { cell };
        let mut letters = [0u8; 16];
        let mut length = 0;
        let mut group = 0u8;
        for c in cell.chars() {
            match plain(c) {
                Plain::Letter(letter) => {
                    if length < letters.len() {
                        letters[length] = letter;
                        length += 1;
                    }
                }
                Plain::Nothing => {}
                Plain::Inside => words.push(&letters[..std::mem::take(&mut length)], group),
                Plain::Between => {
                    words.push(&letters[..std::mem::take(&mut length)], group);
                    group += 1;
                }
            }
        }
        words.push(&letters[..length], group);
        words
    }

    fn push(&mut self, letters: &[u8], group: u8) {
        if !letters.is_empty() && self.count < READ_MAX {
            self.words[self.count] = Word::of(letters);
            self.group[self.count] = group;
            self.count += 1;
        }
    }

    /// "Johan alias Ohan": what follows is another name of the same person.
    fn cut_alias(&mut self) {
        self.cut_at(&LISTS.alias);
    }

    /// Takes "bin Hasan" off and gives the father's first name.
    fn cut_patronymic(&mut self) -> Word {
        match self.cut_at(&LISTS.patronymic) {
            Some(at) => self.words.get(at + 1).copied().unwrap_or(Word::NONE),
            None => Word::NONE,
        }
    }

    /// Cuts at the first of these words that is not the first of all; what is cut off stays behind
    /// the count.
    fn cut_at(&mut self, marks: &[Word]) -> Option<usize> {
        let at = (1..self.count).find(|&at| marks.contains(&self.words[at]))?;
        for gone in self.count..READ_MAX {
            self.words[gone] = Word::NONE;
        }
        self.count = at;
        Some(at)
    }

    /// Takes degrees off the end, also those written as several words ("A.Md.Keb", "S Pd").
    fn drop_degrees(&mut self, titles: &mut Titles) {
        while let Some(length) = (1..=3.min(self.count.saturating_sub(1))).find(|&length| {
            let from = self.count - length;
            let tail = &self.words[from..self.count];
            // A whole group or single letters: "Sari" of "S. Ari" is none.
            let whole = from == 0 || self.group[from] != self.group[from - 1] || length == 1;
            let short = length == 1 || tail[0].length() <= 2;
            whole && short && is_degree(tail.iter().fold(Word::NONE, |all, word| all.joined(*word)))
        }) {
            self.count -= length;
            titles.add(Titles::LEARNED);
        }
    }

    /// Takes titles off the front; a title alone is somebody's name.
    fn drop_titles(&mut self, titles: &mut Titles) {
        let count = (0..self.count).take_while(|&at| is_title(self.words[at])).count();
        if count < self.count {
            self.words[..count].iter().for_each(|word| titles.add(Titles::of(*word)));
            self.words.copy_within(count.., 0);
            self.count -= count;
        }
    }
}

enum Plain {
    Letter(u8),
    /// Falls away without dividing: an apostrophe, a digit.
    Nothing,
    /// Divides words that stand together: a point, a hyphen.
    Inside,
    /// Divides words.
    Between,
}

fn plain(c: char) -> Plain {
    Plain::Letter(match c {
        'a'..='z' => c as u8,
        'A'..='Z' => c as u8 + 32, // not law: ASCII
        ' ' | '\t' | '/' | '(' | ')' | ',' | '\u{a0}' => return Plain::Between,
        '.' | '-' | '_' => return Plain::Inside,
        // Zero typed for O, the one digit that names really carry.
        '0' => b'o',
        'à'..='å' | 'À'..='Å' => b'a',
        'è'..='ë' | 'È'..='Ë' => b'e',
        'ì'..='ï' | 'Ì'..='Ï' => b'i',
        'ò'..='ö' | 'Ò'..='Ö' => b'o',
        'ù'..='ü' | 'Ù'..='Ü' => b'u',
        'ñ' | 'Ñ' => b'n',
        'ç' | 'Ç' => b'c',
        c if c.is_whitespace() => return Plain::Between,
        _ => return Plain::Nothing,
    })
}

/// Lists of words in packed form.
struct Lists {
    titles: WordSet,
    degrees: WordSet,
    muhammad: WordSet,
    alias: [Word; 3],
    patronymic: [Word; 5],
    short: WordSet,
    forms: Vec<(Word, Word, bool)>,
}

/// A set of words in which most that are asked for are not.
struct WordSet {
    /// A bit for each place that a word can fall on.
    places: [u64; 16],
    sorted: Vec<Word>,
}

impl WordSet {
    fn of<'a>(list: impl Iterator<Item = &'a str>) -> WordSet {
        let mut sorted: Vec<Word> = list.map(|word| Word::of(word.as_bytes())).collect();
        sorted.sort_unstable();
        let mut places = [0; 16];
        for word in &sorted {
            let (at, bit) = WordSet::place(*word);
            places[at] |= bit;
        }
        WordSet { places, sorted }
    }

    fn contains(&self, word: Word) -> bool {
        let (at, bit) = WordSet::place(word);
        self.places[at] & bit != 0 && self.sorted.binary_search(&word).is_ok()
    }

    fn place(word: Word) -> (usize, u64) {
        let place = word.number().wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 54;
        ((place / 64) as usize, 1 << (place % 64))
    }
}

static LISTS: LazyLock<Lists> = LazyLock::new(|| {
    let packed = |list: &'static [&'static str]| WordSet::of(list.iter().copied());
    let word = |text: &str| Word::of(text.as_bytes());
    Lists {
        titles: packed(TITLES),
        degrees: packed(DEGREES),
        muhammad: packed(MUHAMMAD),
        alias: ["alias", "als", "al"].map(word),
        patronymic: ["bin", "binti", "bt", "bte", "bint"].map(word),
        short: WordSet::of(FORMS.iter().map(|(short, ..)| *short)),
        forms: FORMS.iter().map(|(short, full, leads)| (word(short), word(full), *leads)).collect(),
    }
});

/// Short forms and what they stand for; the flag marks those that count only before another word.
const FORMS: &[(&str, &str, bool)] = &[
    ("achmad", "ahmad", false),
    ("akhmad", "ahmad", false),
    ("ahmed", "ahmad", false),
    ("ach", "ahmad", false),
    ("akh", "ahmad", false),
    ("achmat", "ahmad", false),
    ("ahmat", "ahmad", false),
    ("abd", "abdul", true),
    ("abdoel", "abdul", true),
    ("abdur", "abdul", true),
    ("abdus", "abdul", true),
    ("ab", "abdul", true),
    ("st", "siti", true),
    ("sitti", "siti", true),
    ("sity", "siti", true),
    ("sti", "siti", true),
    ("noor", "nur", false),
    ("nor", "nur", false),
    ("noer", "nur", false),
];

fn is_title(word: Word) -> bool {
    LISTS.titles.contains(word)
}

fn is_degree(word: Word) -> bool {
    LISTS.degrees.contains(word)
}

/// Whether the words behind the comma are degrees: the first of them is.
fn has_degree(cell: &str) -> bool {
    let mut letters = [0u8; 12];
    let mut length = 0;
    for byte in cell.trim_ascii().bytes().take_while(|byte| !matches!(byte, b',' | b' ')) {
        if byte.is_ascii_alphabetic() && length < letters.len() {
            letters[length] = byte.to_ascii_lowercase();
            length += 1;
        }
    }
    is_degree(Word::of(&letters[..length]))
}

/// A word in the form that all its short forms and spellings share.
fn common_form(word: Word, leads: bool) -> Word {
    let length = word.length();
    if length == 1 {
        // "M. Latif" is a Muhammad; "Latif M" has an initial.
        return if leads && word == Word::of(b"m") { Word::of(b"muhammad") } else { word };
    }
    if LISTS.muhammad.contains(word)
        || (6..=10).contains(&length)
            && (word.ends_with(Word::of(b"hammad")) || word.ends_with(Word::of(b"hamad")))
    {
        return Word::of(b"muhammad");
    }
    if LISTS.short.contains(word)
        && let Some((_, full, _)) = LISTS
            .forms
            .iter()
            .find(|(short, _, only_leading)| *short == word && (leads || !only_leading))
    {
        return *full;
    }
    spelled_today(word)
}

/// The spelling before 1972 turned into today's: `oe`, `dj`, `tj` are `u`, `j`, `c`.
fn spelled_today(word: Word) -> Word {
    let (letters, length) = word.letters();
    let mut spelled = [0u8; crate::word::LETTERS_MAX];
    let (mut at, mut count) = (0, 0);
    while at < length {
        let pair = (letters[at], if at + 1 < length { letters[at + 1] } else { 0 });
        let (letter, step) = match pair {
            (b'o', b'e') => (b'u', 2),
            (b'd', b'j') => (b'j', 2),
            (b't', b'j') => (b'c', 2),
            (letter, _) => (letter, 1),
        };
        spelled[count] = letter;
        count += 1;
        at += step;
    }
    if count == length { word } else { Word::of(&spelled[..count]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cell: &str, expect: &str) {
        let name = PersonName::read(cell);
        let words: Vec<Word> =
            expect.split(' ').filter(|w| !w.is_empty()).map(|w| Word::of(w.as_bytes())).collect();
        assert!(name.words() == words, "{cell}");
    }

    #[test]
    fn it_reads_as_the_longer_form_does() {
        for cell in [
            "Hj. Siti Aminah, S.Pd",
            "H.Abdul Karim",
            "Dra. Yusnina Madjid",
            "SRI WAHYUNI A.Md.Keb",
            "Sri Wahyuni S Kep",
            "Drs. H. Tri Joko S.E.",
            "Haji",
            "Ir.",
            "",
            "M.Latif",
            "Abd. Rahman",
            "Nohammad Bahran",
            "Noor Khasanah",
            "Mohamad G.",
            "Gazali M",
            "Djoko Tjahjono",
            "RABIAH BINTI NORMAN",
            "Johan Sulistyo Al. Ohan",
            "Bintang Aulia",
            "  SITI\u{a0} Nur'aini ",
            "Nur-Hayati",
        ] {
            check(cell, &crate::normalise_name(cell));
        }
        check("Haji Norhadi als Nothad", "norhadi");
    }

    #[test]
    fn titles_are_kept_beside_the_name() {
        let titles = |cell| PersonName::read_with_titles(cell).1;
        assert!(titles("Drs. H. Tri Joko, S.E.") == Titles(5));
        assert!(titles("Hj. Siti Aminah").has(Titles::HAJJI));
        assert!(titles("Sri Wahyuni S Kep").has(Titles::LEARNED));
        assert!(titles("Ust. Latif") == Titles::TEACHER);
        assert!(titles("Almh. Ny. Rabiah") == Titles(24));
        // All that is known of somebody is a name.
        assert!(titles("Haji") == Titles::default() && titles("Siti, Rahmah") == Titles::default());
    }

    #[test]
    fn the_father_is_kept_apart() {
        assert!(PersonName::read("Ali bin Hasan").father == Word::of(b"hasan"));
        assert!(PersonName::read("Ali").father.is_none());
    }
}
