//! Two names beside each other, word by word.

use crate::person_name::{PersonName, WORDS_MAX};
use crate::word::{LETTERS_MAX, Word};

/// How two names stand to each other.
///
/// # Shape
/// `level`: 0 missing · 1 equal · 2 heard as equal, in whatever order and joining · 3 one word
/// mistyped · 4 several · 5 shortened to initials · 6 a word left out · 7 a word left out and
/// another changed · 8 a call name · 9 a word in common, others contradict · 10 a weak word in
/// common · 11 other. The rest in quarter bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct NameMatch {
    /// The kind of agreement.
    pub level: u8,
    /// What the words in common tell.
    pub matched: u8,
    /// What the words tell that stand on both sides without a partner: the smaller side.
    pub conflict: u8,
    /// The larger side.
    pub rest: u8,
    /// Likeness of the names run together, in tenths.
    pub alike: u8,
}

/// How a word was paired.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Equal,
    Heard,
    Joined,
    Mistyped,
    Initial,
    Shortened,
    Called,
}

/// Compares two names; `rare` says for each word how much it tells, in quarter bits.
pub fn compare_names(
    left: &PersonName,
    right: &PersonName,
    left_rare: &[u8; WORDS_MAX],
    right_rare: &[u8; WORDS_MAX],
) -> NameMatch {
    if left.is_none() || right.is_none() {
        return NameMatch::default();
    }
    if left.words == right.words {
        let matched = sum(left_rare);
        return NameMatch { level: 1, matched, alike: 10, ..NameMatch::default() };
    }
    // Words are paired from the left: the same names are the same way round whoever asks.
    let mut pairing = match left.words <= right.words {
        true => Pairing::new(left, right, left_rare, right_rare),
        false => Pairing::new(right, left, right_rare, left_rare),
    };
    pairing.pair_all();
    pairing.judge()
}

/// The words of two names while they are paired.
struct Pairing<'a> {
    left: &'a [Word],
    right: &'a [Word],
    left_rare: &'a [u8; WORDS_MAX],
    right_rare: &'a [u8; WORDS_MAX],
    left_free: [bool; WORDS_MAX],
    right_free: [bool; WORDS_MAX],
    counts: [u8; 7],
    matched: u32,
    moved: bool,
}

impl<'a> Pairing<'a> {
    fn new(
        left: &'a PersonName,
        right: &'a PersonName,
        left_rare: &'a [u8; WORDS_MAX],
        right_rare: &'a [u8; WORDS_MAX],
    ) -> Pairing<'a> {
        let (left, right) = (left.words(), right.words());
        let mut pairing = Pairing {
            left,
            right,
            left_rare,
            right_rare,
            left_free: [false; WORDS_MAX],
            right_free: [false; WORDS_MAX],
            counts: [0; 7],
            matched: 0,
            moved: false,
        };
        pairing.left_free[..left.len()].fill(true);
        pairing.right_free[..right.len()].fill(true);
        pairing
    }

    /// Pairs words from the surest kind of likeness to the weakest.
    fn pair_all(&mut self) {
        let (left, right) = (self.left, self.right);
        self.pair_by(Kind::Equal, |i, j| left[i] == right[j]);
        if self.is_done() {
            return;
        }
        let heard = |words: &[Word]| -> [Word; WORDS_MAX] {
            std::array::from_fn(|at| words.get(at).map_or(Word::NONE, |word| word.sound()))
        };
        let (left_heard, right_heard) = (heard(left), heard(right));
        self.pair_by(Kind::Heard, |i, j| left_heard[i] == right_heard[j]);
        self.pair_joined();
        self.pair_by(Kind::Mistyped, |i, j| mistyped(left[i], right[j]));
        self.pair_by(Kind::Initial, |i, j| initial(left[i], right[j]));
        self.pair_by(Kind::Shortened, |i, j| shortened(left[i], right[j]));
        self.pair_by(Kind::Called, |i, j| called(left_heard[i], right_heard[j]));
    }

    fn is_done(&self) -> bool {
        !self.left_free.contains(&true) || !self.right_free.contains(&true)
    }

    fn pair_by(&mut self, kind: Kind, alike: impl Fn(usize, usize) -> bool) {
        if self.is_done() {
            return;
        }
        for i in 0..self.left.len() {
            if !self.left_free[i] {
                continue;
            }
            let found = (0..self.right.len()).find(|&j| self.right_free[j] && alike(i, j));
            if let Some(j) = found {
                self.left_free[i] = false;
                self.right_free[j] = false;
                self.counts[kind as usize] += 1;
                self.moved |= i != j;
                // A changed word tells as much as the commoner of its two writings.
                let told = u32::from(self.left_rare[i].min(self.right_rare[j]));
                self.matched += if kind == Kind::Initial { 8 } else { told };
            }
        }
    }

    /// "Nur Hayati" and "Nurhayati": two words on one side are one on the other.
    fn pair_joined(&mut self) {
        for i in 0..self.left.len() {
            for j in 0..self.right.len() {
                if self.left_free[i] && self.right_free[j] {
                    if j + 1 < self.right.len()
                        && self.right_free[j + 1]
                        && joins(self.left[i], self.right[j], self.right[j + 1])
                    {
                        self.left_free[i] = false;
                        self.right_free[j] = false;
                        self.right_free[j + 1] = false;
                        self.join(self.left_rare[i]);
                    } else if i + 1 < self.left.len()
                        && self.left_free[i + 1]
                        && joins(self.right[j], self.left[i], self.left[i + 1])
                    {
                        self.left_free[i] = false;
                        self.left_free[i + 1] = false;
                        self.right_free[j] = false;
                        self.join(self.right_rare[j]);
                    }
                }
            }
        }
    }

    fn join(&mut self, told: u8) {
        self.counts[Kind::Joined as usize] += 1;
        self.matched += u32::from(told);
    }

    fn judge(&self) -> NameMatch {
        let left_rest = rest(&self.left_free, self.left_rare);
        let right_rest = rest(&self.right_free, self.right_rare);
        let count = |kind: Kind| self.counts[kind as usize];
        let strong = count(Kind::Equal) + count(Kind::Heard) + count(Kind::Joined);
        let mistyped = count(Kind::Mistyped);
        let short = count(Kind::Initial) + count(Kind::Shortened);
        let called = count(Kind::Called);
        let left_over = self.left_free.contains(&true);
        let right_over = self.right_free.contains(&true);
        let alike = tenths(self.left, self.right);
        let level = match (left_over, right_over) {
            (false, false) if called > 0 => 8,
            (false, false) if short > 0 && mistyped == 0 => 5,
            (false, false) if short > 0 => 7,
            (false, false) if mistyped > 1 => 4,
            (false, false) if mistyped == 1 => 3,
            (false, false) => 2,
            (true, true) if strong + mistyped == 0 => 11 - u8::from(alike >= 8),
            (true, true) if self.matched >= 20 => 9,
            (true, true) => 10,
            _ if strong > 0 && mistyped + short + called == 0 => 6,
            _ if strong + mistyped > 0 => 7,
            _ => 8,
        };
        NameMatch {
            level,
            matched: self.matched.min(255) as u8,
            conflict: left_rest.min(right_rest).min(255) as u8,
            rest: left_rest.max(right_rest).min(255) as u8,
            alike,
        }
    }
}

fn sum(rare: &[u8; WORDS_MAX]) -> u8 {
    rare.iter().map(|told| u32::from(*told)).sum::<u32>().min(255) as u8
}

fn rest(free: &[bool; WORDS_MAX], rare: &[u8; WORDS_MAX]) -> u32 {
    free.iter().zip(rare).filter(|(free, _)| **free).map(|(_, told)| u32::from(*told)).sum()
}

fn mistyped(a: Word, b: Word) -> bool {
    a.length() >= 3 && b.length() >= 3 && words_alike(a, b) >= 0.86
}

fn initial(a: Word, b: Word) -> bool {
    (a.length() == 1 || b.length() == 1) && a.prefix(1) == b.prefix(1)
}

fn shortened(a: Word, b: Word) -> bool {
    a.length().min(b.length()) >= 2 && (a.starts_with(b) || b.starts_with(a))
}

/// "Udin" of "Badaruddin", "Isal" of "Faisal", as they are heard.
fn called(a: Word, b: Word) -> bool {
    a.length().min(b.length()) >= 3 && (a.ends_with(b) || b.ends_with(a))
}

fn joins(whole: Word, first: Word, second: Word) -> bool {
    let both = first.joined(second);
    whole == both
        || whole.sound() == both.sound()
        || both.length() >= 6 && words_alike(whole, both) >= 0.94
}

/// Likeness of the names run together, in tenths of Jaro–Winkler.
fn tenths(left: &[Word], right: &[Word]) -> u8 {
    let run = |words: &[Word]| {
        let mut letters = [0u8; LETTERS_MAX * WORDS_MAX];
        let mut count = 0;
        for word in words {
            let (own, length) = word.letters();
            letters[count..count + length].copy_from_slice(&own[..length]);
            count += length;
        }
        (letters, count)
    };
    let ((a, a_len), (b, b_len)) = (run(left), run(right));
    (crate::jaro::jaro_winkler_letters(&a[..a_len], &b[..b_len]) * 10.0) as u8
}

/// Whether one letter differs, is too many, or two neighbours are swapped.
pub fn one_edit_of_text(left: &str, right: &str) -> bool {
    let (long, short) = if left.len() >= right.len() { (left, right) } else { (right, left) };
    let (long, short) = (long.as_bytes(), short.as_bytes());
    let head = long.iter().zip(short).take_while(|(a, b)| a == b).count();
    let (long, short) = (&long[head..], &short[head..]);
    match (long, short) {
        ([], []) => true,
        ([_, rest @ ..], short) if rest == short => true,
        ([_, long @ ..], [_, short @ ..]) if long == short => true,
        ([a, b, long @ ..], [c, d, short @ ..]) => a == d && b == c && long == short,
        _ => false,
    }
}

/// Jaro–Winkler likeness of two words.
pub fn words_alike(a: Word, b: Word) -> f64 {
    if a == b {
        return 1.0;
    }
    let ((left, left_len), (right, right_len)) = (a.letters(), b.letters());
    crate::jaro::jaro_winkler_letters(&left[..left_len], &right[..right_len])
}
