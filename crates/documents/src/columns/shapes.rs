//! What the cells of a column look like, for columns whose heading does not say.

use std::collections::HashSet;

use base::{CellKind, Field};

#[rustfmt::skip]
const OCCUPATIONS: &[&str] = &[
    "petani", "nelayan", "buruh", "pedagang", "kader", "ojek", "guru", "ustadz", "ustad", "marbot",
    "imam", "wiraswasta", "sopir", "supir", "tukang", "pekebun", "peternak", "honorer", "perangkat",
    "linmas", "bidan", "perawat", "karyawan", "penjahit", "swasta", "ibu rumah tangga", "irt",
    "mengurus rumah tangga", "pelajar", "penyadap", "pembantu", "montir", "satpam", "rt", "rw",
    "pemulung", "penggali", "pekerja", "asisten", "pengrajin", "pembudidaya", "belum",
];
#[rustfmt::skip]
const MONTHS: &[&str] = &[
    "jan", "feb", "mar", "apr", "mei", "may", "jun", "jul", "agu", "ags", "aug", "sep", "okt",
    "oct", "nov", "des", "dec",
];

/// What has been seen of one column: how many of its cells look like what.
#[derive(Debug, Default)]
pub(crate) struct Shape {
    /// Cells that hold something.
    pub filled: u32,
    nik: u32,
    /// NIK-like with a day above 40, which only a woman's NIK has.
    woman: u32,
    date: u32,
    place_date: u32,
    sex: u32,
    rt_rw: u32,
    phone: u32,
    address: u32,
    occupation: u32,
    name: u32,
    digits: u32,
    small_number: u32,
    distinct: HashSet<String>,
}

impl Shape {
    /// Looks at one more cell.
    pub fn add(&mut self, kind: CellKind, text: &str) {
        let text = text.trim_matches(|char: char| char.is_whitespace() || char == '\'');
        if text.is_empty() || text == "-" {
            return;
        }
        self.filled += 1;
        let lower = text.to_lowercase();
        let nik = is_nik_like(text);
        self.nik += u32::from(nik);
        self.woman += u32::from(nik && digits_of(text).as_bytes()[6] >= b'4');
        let date = kind == CellKind::Date || (has_date(&lower) && starts_as_date(&lower));
        self.date += u32::from(date);
        self.place_date += u32::from(!date && has_date(&lower));
        self.sex += u32::from(is_sex(&lower));
        self.rt_rw += u32::from(is_rt_rw(&lower));
        self.phone += u32::from(is_phone(text));
        self.address += u32::from(is_address(&lower));
        self.occupation += u32::from(is_occupation(&lower));
        self.digits += u32::from(lower.bytes().any(|byte| byte.is_ascii_digit()));
        let number = text.len() <= 3 && text.bytes().all(|byte| byte.is_ascii_digit());
        self.small_number += u32::from(number);
        self.name += u32::from(is_name_like(text));
        if self.distinct.len() < 200 {
            self.distinct.insert(lower);
        }
    }

    /// Whether most cells hold 16 digits that can be a NIK.
    pub fn is_nik(&self) -> bool {
        self.most(self.nik)
    }

    /// Whether any of them can only be a woman's NIK, and so no family card.
    pub fn has_woman(&self) -> bool {
        self.woman > 0
    }

    /// Whether a value stands in the other column, too.
    pub fn shares_with(&self, other: &Shape) -> bool {
        !self.distinct.is_disjoint(&other.distinct)
    }

    /// Whether hardly any cell holds a digit.
    pub fn is_without_digits(&self) -> bool {
        self.filled > 0 && self.digits * 10 <= self.filled
    }

    /// Whether most cells hold a number of three digits at most.
    pub fn is_small_number(&self) -> bool {
        self.most(self.small_number)
    }

    /// Whether most cells hold a place and a date.
    pub fn is_place_date(&self) -> bool {
        self.most(self.place_date)
    }

    /// What the column seems to hold, NIK, family card and names aside.
    pub fn guess(&self) -> Option<Field> {
        let guesses = [
            (self.date, Field::BirthDate),
            (self.place_date, Field::BirthPlaceDate),
            (self.sex, Field::Sex),
            (self.phone, Field::Phone),
            (self.rt_rw, Field::Rt),
            (self.occupation, Field::Occupation),
            (self.address, Field::Address),
        ];
        guesses.into_iter().find(|(count, _)| self.most(*count)).map(|(_, field)| field)
    }

    /// How much the column looks like names, in thousandths: words, of which nearly all differ.
    pub fn name_score(&self) -> u32 {
        if !self.most(self.name) || self.filled == 0 || self.most(self.sex) {
            return 0;
        }
        let distinct = self.distinct.len() as u32 * 1000 / self.filled.min(200);
        if self.filled >= 4 && distinct < 600 { 0 } else { distinct.min(1000) }
    }

    fn most(&self, count: u32) -> bool {
        self.filled > 0 && count * 10 >= self.filled * 6
    }
}

/// The digits of a text, and those letters that are typed for digits.
pub(crate) fn digits_of(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Whether these are 16 digits, dots and spaces aside, with a day and a month where a NIK has them.
pub(crate) fn is_nik_like(text: &str) -> bool {
    let other = text.chars().filter(|char| !char.is_ascii_digit());
    if text.len() > 40 || other.clone().any(char::is_alphabetic) || other.count() > 8 {
        return false;
    }
    let digits = digits_of(text);
    // One point in it makes it a measure, not a number of identity.
    let decimal = text.matches('.').count() == 1 && !text.contains(' ');
    if digits.len() != 16 || digits.starts_with('0') || decimal {
        return false;
    }
    let number = |from: usize| digits[from..from + 2].parse::<u32>().unwrap_or(0);
    matches!(number(6), 1..=31 | 41..=71) && matches!(number(8), 1..=12)
}

/// Whether there is a day, a month and a year in the text.
pub(crate) fn has_date(lower: &str) -> bool {
    let mut parts =
        lower.split(|char: char| !char.is_alphanumeric()).filter(|part| !part.is_empty());
    let numbers = lower
        .split(|char: char| !char.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>();
    let small =
        |part: &&str| part.len() <= 2 && part.parse::<u32>().is_ok_and(|n| (1..=31).contains(&n));
    let year = |part: &&str| {
        part.len() == 4 && part.parse::<u32>().is_ok_and(|year| (1900..2100).contains(&year))
    };
    let month = parts.any(|part| {
        part.chars().all(char::is_alphabetic)
            && part.len() <= 9
            && part.len() >= 3
            && MONTHS.contains(&part.get(..3).unwrap_or(""))
    });
    let days = numbers.iter().filter(|part| small(part)).count();
    match numbers.len() {
        2 => month && days >= 1,
        3 => days >= 2 && (numbers.iter().any(year) || days == 3),
        _ => false,
    }
}

fn starts_as_date(lower: &str) -> bool {
    lower.starts_with(|char: char| char.is_ascii_digit())
}

fn is_sex(lower: &str) -> bool {
    let letters: String = lower.chars().filter(|char| char.is_alphabetic()).collect();
    let known = ["l", "p", "lk", "pr", "lakilaki", "laki", "perempuan", "pria", "wanita", "lelaki"];
    known.contains(&letters.as_str()) && lower.len() <= 12
}

fn is_rt_rw(lower: &str) -> bool {
    let digits = digits_of(lower);
    let bare = lower.replace(['r', 't', 'w', '.', ' ', ':'], "");
    (2..=6).contains(&digits.len())
        && bare.split_once(['/', '-']).is_some_and(|(rt, rw)| {
            let short = |part: &str| part.len() <= 3 && part.bytes().all(|b| b.is_ascii_digit());
            short(rt) && short(rw) && bare.len() > 1
        })
}

fn is_phone(text: &str) -> bool {
    let other = text.chars().filter(|char| !char.is_ascii_digit());
    let digits = digits_of(text);
    let start = digits.starts_with("08") || digits.starts_with("628") || digits.starts_with("8");
    start
        && (9..=14).contains(&digits.len())
        && other.into_iter().all(|char| " +-.()/".contains(char))
}

fn is_address(lower: &str) -> bool {
    let marks = [
        "jl ", "jl.", "jln", "jalan ", "gang ", "gg.", "gg ", "dusun", "dsn", "rt ", "rt.", "rt/",
        "blok ", "no.",
    ];
    lower.len() >= 5
        && marks.iter().any(|mark| lower.starts_with(mark) || lower.contains(&format!(" {mark}")))
}

fn is_occupation(lower: &str) -> bool {
    let first = lower.split([' ', '/', ',']).next().unwrap_or("");
    OCCUPATIONS.contains(&first) || OCCUPATIONS.contains(&lower)
}

/// Whether the text is made of words as names are.
fn is_name_like(text: &str) -> bool {
    let letters = text.chars().filter(|char| char.is_alphabetic()).count();
    let all = text.chars().count();
    (3..=60).contains(&all)
        && letters * 10 >= all * 7
        && !text.chars().any(|char| char.is_ascii_digit())
        && text.chars().all(|char| char.is_alphabetic() || " .,'’`-()/".contains(char))
}
