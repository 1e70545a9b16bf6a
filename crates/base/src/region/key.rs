//! How the name of a place is compared: word by word, and by the sound of its letters.
//!
//! `plain` is the name in lower-case words with its label written out ("kecamatan kuaro");
//! `loose` is one run of letters in which old spelling, numerals and common abbreviations meet.
//! Either can be read from the start or from behind a label.

/// A name taken apart for comparison.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Key {
    /// Lower-case words, one space apart.
    pub plain: String,
    /// The words without spaces, spelling folded.
    pub loose: String,
    /// The beginning, then the place behind each leading label; the last one starts the core.
    pub starts: Vec<Start>,
    /// The numbers and the telling words ("utara", "baru") of the core, one bit each.
    pub marks: u64,
}

/// A place to read a key from.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Start {
    /// In `plain`.
    pub plain: usize,
    /// In `loose`.
    pub loose: usize,
}

/// The kind of place that a label names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    Kabupaten,
    Kota,
    Kelurahan,
    Desa,
    Other,
}

/// Labels as typed, as written out, and what they say.
const LABELS: &[(&str, &str, Label)] = &[
    ("kecamatan", "kecamatan", Label::Other),
    ("kec", "kecamatan", Label::Other),
    ("desa", "desa", Label::Desa),
    ("ds", "desa", Label::Desa),
    ("kelurahan", "kelurahan", Label::Kelurahan),
    ("kalurahan", "kelurahan", Label::Other),
    ("kel", "kelurahan", Label::Kelurahan),
    ("kabupaten", "kabupaten", Label::Kabupaten),
    ("kab", "kabupaten", Label::Kabupaten),
    ("kota", "kota", Label::Kota),
    ("kotamadya", "kota", Label::Kota),
    ("kodya", "kota", Label::Kota),
    ("administrasi", "administrasi", Label::Other),
    ("adm", "administrasi", Label::Other),
    ("kampung", "kampung", Label::Other),
    ("kampong", "kampung", Label::Other),
    ("kp", "kampung", Label::Other),
    ("gampong", "gampong", Label::Other),
    ("gp", "gampong", Label::Other),
    ("nagari", "nagari", Label::Other),
    ("provinsi", "provinsi", Label::Other),
    ("propinsi", "provinsi", Label::Other),
    ("prov", "provinsi", Label::Other),
    ("distrik", "distrik", Label::Other),
    ("kapanewon", "kapanewon", Label::Other),
    ("kemantren", "kemantren", Label::Other),
    ("pekon", "pekon", Label::Other),
    ("tiyuh", "tiyuh", Label::Other),
];

/// Words that offices shorten, and what they stand for.
const SHORTENED: &[(&str, &str)] = &[
    ("sei", "sungai"),
    ("sungei", "sungai"),
    ("sgai", "sungai"),
    ("tj", "tanjung"),
    ("tjg", "tanjung"),
    ("tg", "tanjung"),
    ("tanjong", "tanjung"),
    ("tlk", "teluk"),
    ("gn", "gunung"),
    ("gng", "gunung"),
    ("mns", "meunasah"),
    ("psr", "pasar"),
    ("perk", "perkebunan"),
];

/// Number words; Roman and Arabic numerals are read as these.
const NUMBERS: [&str; 20] = [
    "satu",
    "dua",
    "tiga",
    "empat",
    "lima",
    "enam",
    "tujuh",
    "delapan",
    "sembilan",
    "sepuluh",
    "sebelas",
    "duabelas",
    "tigabelas",
    "empatbelas",
    "limabelas",
    "enambelas",
    "tujuhbelas",
    "delapanbelas",
    "sembilanbelas",
    "duapuluh",
];

const ROMAN: [&str; 20] = [
    "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv",
    "xvi", "xvii", "xviii", "xix", "xx",
];

/// A name that ends in the letters of a Roman numeral, with a space before it; the longest first.
pub(super) fn numerals_apart(typed: &str) -> impl Iterator<Item = String> {
    let lower = typed.trim().to_lowercase();
    let mut numerals = ROMAN;
    numerals.sort_by_key(|numeral| std::cmp::Reverse(numeral.len()));
    numerals.into_iter().filter_map(move |numeral| {
        let stem = lower.strip_suffix(numeral)?;
        stem.ends_with(char::is_alphabetic).then(|| format!("{stem} {numeral}"))
    })
}

/// Words that tell neighbours apart: a misspelling never turns one into another.
const TELLING: [&str; 18] = [
    "utara", "selatan", "timur", "barat", "tengah", "hulu", "hilir", "atas", "bawah", "dalam",
    "luar", "besar", "kecil", "lama", "baru", "laut", "darat", "kota",
];

impl Key {
    /// Takes a name apart, typed or listed.
    pub fn of(name: &str) -> Key {
        let mut key = Key::default();
        key.set(name);
        key
    }

    /// Takes a name apart in place, so that a long list needs no new memory per name.
    pub fn set(&mut self, name: &str) {
        self.plain.clear();
        self.loose.clear();
        self.starts.clear();
        self.marks = 0;
        fold_words(name, &mut self.plain);
        self.write_out_labels();
        for word in self.plain[self.core_start().plain..].split(' ') {
            let spoken = spoken(word);
            self.marks |= mark_of(spoken);
            fold_spelling(spoken, &mut self.loose);
        }
    }

    /// Where the name begins once its labels are left out.
    pub fn core_start(&self) -> Start {
        self.starts.last().copied().unwrap_or_default()
    }

    /// The name without its labels, in words.
    pub fn core(&self) -> &str {
        &self.plain[self.core_start().plain..]
    }

    /// The name without its labels, as one run of letters.
    pub fn loose_core(&self) -> &str {
        &self.loose[self.core_start().loose..]
    }

    /// What the first label says, when there is one before the core.
    pub fn label(&self) -> Option<Label> {
        (self.starts.len() > 1).then(|| label_of(&self.plain)).flatten()
    }

    /// Writes the labels in front out in full; at least one word is left as the core.
    fn write_out_labels(&mut self) {
        let mut at = Start::default();
        self.starts.push(at);
        while let Some(space) = self.plain[at.plain..].find(' ') {
            let end = at.plain + space;
            let Some(label) = find_label(&self.plain[at.plain..end]) else { return };
            self.plain.replace_range(at.plain..end, label.1);
            self.loose.push_str(label.1);
            at = Start { plain: at.plain + label.1.len() + 1, loose: self.loose.len() };
            self.starts.push(at);
        }
    }
}

/// What the first word of a plain name says of its kind.
pub(super) fn label_of(plain: &str) -> Option<Label> {
    plain.split(' ').next().and_then(find_label).map(|label| label.2)
}

fn find_label(word: &str) -> Option<&'static (&'static str, &'static str, Label)> {
    LABELS.iter().find(|(typed, ..)| *typed == word)
}

/// Appends the lower-case words of `name`, split at signs and where digits meet letters.
fn fold_words(name: &str, plain: &mut String) {
    let mut before = ' ';
    for c in name.chars() {
        // An apostrophe is part of a word: "Ba'u" is "bau".
        if matches!(c, '\'' | '\u{2019}' | '\u{2018}' | '`' | '\u{200b}'..='\u{200f}' | '\u{feff}')
        {
            continue;
        }
        let letter = if c.is_alphanumeric() { c } else { ' ' };
        let meets = before != ' ' && letter != ' ' && before.is_numeric() != letter.is_numeric();
        if (letter == ' ' && before != ' ') || meets {
            plain.push(' ');
        }
        if letter.is_ascii() && letter != ' ' {
            plain.push(letter.to_ascii_lowercase());
        } else if letter != ' ' {
            plain.extend(letter.to_lowercase());
        }
        before = letter;
    }
    plain.truncate(plain.trim_end().len());
}

/// The word as one would say it: numerals as numbers, abbreviations in full.
fn spoken(word: &str) -> &str {
    let first = word.as_bytes().first().copied().unwrap_or(0);
    if first.is_ascii_digit() {
        let number = word.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        return number.and_then(|number| NUMBERS.get(number)).copied().unwrap_or(word);
    }
    if matches!(first, b'i' | b'v' | b'x') {
        return ROMAN.iter().position(|roman| *roman == word).map_or(word, |at| NUMBERS[at]);
    }
    // Few words begin like an abbreviation; the others are not compared with each of them.
    if !matches!(first, b's' | b't' | b'g' | b'm' | b'p') || word.len() > 7 {
        return word;
    }
    SHORTENED.iter().find(|(short, _)| *short == word).map_or(word, |(_, full)| full)
}

/// One bit for a number or a telling word, none for others.
fn mark_of(word: &str) -> u64 {
    let number = || NUMBERS.iter().position(|number| *number == word);
    let telling = || TELLING.iter().position(|telling| *telling == word).map(|at| at + 20);
    match word.as_bytes().first() {
        Some(b's' | b'd' | b't' | b'e' | b'l') => number().or_else(telling),
        _ => telling(),
    }
    .map_or(0, |bit| 1 << bit)
}

/// Appends a word in today's spelling: "oe" is u, "dj" is j, "tj" is c.
fn fold_spelling(word: &str, loose: &mut String) {
    let mut letters = word.chars().peekable();
    while let Some(letter) = letters.next() {
        let modern = match (letter, letters.peek()) {
            ('o', Some('e')) => 'u',
            ('d', Some('j')) => 'j',
            ('t', Some('j')) => 'c',
            _ => {
                loose.push(letter);
                continue;
            }
        };
        letters.next();
        loose.push(modern);
    }
}

/// The typing slips between two words (a letter more, less, other, or two swapped), up to `most`.
pub(super) fn slips(left: &[u8], right: &[u8], most: usize) -> Option<usize> {
    const WIDTH: usize = 64;
    if left.len().abs_diff(right.len()) > most || left.len() >= WIDTH || right.len() >= WIDTH {
        return None;
    }
    let mut rows = [[0usize; WIDTH]; 3];
    for (column, cell) in rows[0].iter_mut().enumerate() {
        *cell = column;
    }
    for row in 1..=left.len() {
        let [older, above, current] = [(row + 1) % 3, (row - 1) % 3, row % 3];
        rows[current][0] = row;
        let mut least = row;
        for column in 1..=right.len() {
            let same = left[row - 1] == right[column - 1];
            let mut cost = (rows[above][column - 1] + usize::from(!same))
                .min(rows[above][column] + 1)
                .min(rows[current][column - 1] + 1);
            let swapped = row > 1
                && column > 1
                && left[row - 1] == right[column - 2]
                && left[row - 2] == right[column - 1];
            if swapped {
                cost = cost.min(rows[older][column - 2] + 1);
            }
            rows[current][column] = cost;
            least = least.min(cost);
        }
        if least > most {
            return None;
        }
    }
    let total = rows[left.len() % 3][right.len()];
    (total <= most).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_taken_apart() {
        for (typed, plain, core, loose) in [
            ("Kec. Tanah Grogot", "kecamatan tanah grogot", "tanah grogot", "tanahgrogot"),
            ("DESA  KP. BARU", "desa kampung baru", "baru", "baru"),
            ("Kotabaru", "kotabaru", "kotabaru", "kotabaru"),
            ("Sungai Batu II", "sungai batu ii", "sungai batu ii", "sungaibatudua"),
            ("Sei Batu2", "sei batu 2", "sei batu 2", "sungaibatudua"),
            ("Soerabaja", "soerabaja", "soerabaja", "surabaja"),
            ("Tjipoetat", "tjipoetat", "tjipoetat", "ciputat"),
            ("Djoewana", "djoewana", "djoewana", "juwana"),
            ("Pasi Kuala Ba\u{2019}u", "pasi kuala bau", "pasi kuala bau", "pasikualabau"),
            ("Gampong", "gampong", "gampong", "gampong"),
            ("2x11 Enam Lingkung", "2 x 11 enam lingkung", "2 x 11 enam lingkung", {
                "duasepuluhsebelasenamlingkung"
            }),
            ("", "", "", ""),
            (" . ", "", "", ""),
        ] {
            let key = Key::of(typed);
            let found = (&*key.plain, key.core(), key.loose_core());
            assert_eq!(found, (plain, core, loose), "{typed}");
        }
    }

    #[test]
    fn slips_are_counted() {
        for (left, right, most, expect) in [
            ("kuaro", "kuaro", 2, Some(0)),
            ("kuaro", "kuraro", 2, Some(1)),
            ("kuaro", "kuraо", 2, None),
            ("kuaro", "kauro", 2, Some(1)),
            ("longikis", "longkis", 1, Some(1)),
            ("barat", "baru", 1, None),
            ("barat", "baru", 2, Some(2)),
            ("", "ab", 2, Some(2)),
            ("", "", 0, Some(0)),
        ] {
            assert_eq!(slips(left.as_bytes(), right.as_bytes(), most), expect, "{left} {right}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_taken_apart(text in "\\PC{0,80}") {
            let key = Key::of(&text);
            prop_assert!(!key.plain.contains("  ") && key.plain.trim() == key.plain);
            let again = Key::of(&key.plain);
            prop_assert_eq!(again.plain, key.plain);
        }

        #[test]
        fn slips_are_mutual(left in "[a-e]{0,12}", right in "[a-e]{0,12}", most in 0usize..5) {
            let there = slips(left.as_bytes(), right.as_bytes(), most);
            prop_assert_eq!(there, slips(right.as_bytes(), left.as_bytes(), most));
            prop_assert_eq!(there == Some(0), left == right);
        }
    }
}
