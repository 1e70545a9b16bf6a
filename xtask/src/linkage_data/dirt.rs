//! What typing does to names, numbers and days; every change leaves its kind in the row's list.

use super::Dirt;
use super::dice::Dice;
use super::people::{Day, days_of};

/// The kinds of noise that a row carries.
pub type Kinds = Vec<&'static str>;

/// How often each kind happens, per ten thousand rows that can have it.
#[rustfmt::skip]
pub struct Rates {
    pub title: u32, pub short: u32, pub muh: u32, pub spelling: u32, pub space: u32, pub typo: u32,
    pub bin: u32, pub drop: u32, pub alias: u32, pub reorder: u32, pub nick: u32, pub married: u32,
    pub cut: u32, pub father: u32, pub mother_variant: u32, pub mother_blank: u32,
    pub nik_digit: u32, pub nik_transposed: u32, pub nik_short: u32, pub nik_long: u32,
    pub nik_spouse: u32, pub nik_filldown: u32, pub nik_letter: u32, pub nik_blank: u32,
    pub nik_place: u32, pub nik_dummy: u32,
    pub year: u32, pub day: u32, pub month: u32, pub swapped: u32, pub default: u32,
    pub year_only: u32, pub birth_blank: u32, pub sex_wrong: u32,
    pub moved: u32, pub card: u32, pub phone: u32, pub shared_phone: u32, pub place: u32,
    pub village: u32, pub swap_village: u32, pub swap_rt: u32, pub swap_nik: u32,
    pub swap_mother: u32,
}

/// A register kept by clerks.
#[rustfmt::skip]
pub const REGISTER: Rates = Rates {
    title: 385, short: 330, muh: 4_500, spelling: 150, space: 105, typo: 105, bin: 30, drop: 45,
    alias: 11, reorder: 12, nick: 0, married: 0, cut: 0, father: 0, mother_variant: 490,
    mother_blank: 1_030, nik_digit: 33, nik_transposed: 18, nik_short: 8, nik_long: 6,
    nik_spouse: 0, nik_filldown: 0, nik_letter: 0, nik_blank: 0, nik_place: 0, nik_dummy: 0,
    year: 32, day: 15, month: 7, swapped: 18, default: 6, year_only: 0, birth_blank: 0,
    sex_wrong: 38, moved: 300, card: 405, phone: 1_360, shared_phone: 0, place: 0, village: 0,
    swap_village: 0, swap_rt: 0, swap_nik: 0, swap_mother: 0,
};

/// Lists typed in villages.
#[rustfmt::skip]
pub const LIST: Rates = Rates {
    title: 580, short: 880, muh: 5_000, spelling: 620, space: 430, typo: 760, bin: 295, drop: 350,
    alias: 78, reorder: 105, nick: 150, married: 50, cut: 0, father: 0, mother_variant: 1_900,
    mother_blank: 1_050, nik_digit: 405, nik_transposed: 223, nik_short: 140, nik_long: 70,
    nik_spouse: 180, nik_filldown: 34, nik_letter: 48, nik_blank: 380, nik_place: 0, nik_dummy: 0,
    year: 274, day: 158, month: 67, swapped: 165, default: 48, year_only: 60, birth_blank: 260,
    sex_wrong: 140, moved: 550, card: 590, phone: 1_300, shared_phone: 330, place: 625,
    village: 480, swap_village: 165, swap_rt: 125, swap_nik: 85, swap_mother: 45,
};

/// Another office's register: more is missing and worn.
#[rustfmt::skip]
pub const OTHER_REGISTER: Rates = Rates {
    title: 200, short: 700, muh: 1_500, spelling: 340, space: 60, typo: 260, bin: 120, drop: 120,
    alias: 5, reorder: 60, nick: 20, married: 20, cut: 160, father: 120, mother_variant: 800,
    mother_blank: 2_200, nik_digit: 60, nik_transposed: 10, nik_short: 20, nik_long: 2,
    nik_spouse: 10, nik_filldown: 0, nik_letter: 0, nik_blank: 60, nik_place: 90, nik_dummy: 15,
    year: 60, day: 60, month: 40, swapped: 50, default: 120, year_only: 0, birth_blank: 0,
    sex_wrong: 80, moved: 700, card: 900, phone: 2_200, shared_phone: 60, place: 150, village: 90,
    swap_village: 0, swap_rt: 0, swap_nik: 0, swap_mother: 0,
};

/// Lists of other regions, by other typists.
#[rustfmt::skip]
pub const OTHER_LIST: Rates = Rates {
    title: 330, short: 1_500, muh: 4_500, spelling: 1_050, space: 240, typo: 620, bin: 90,
    drop: 700, alias: 30, reorder: 330, nick: 90, married: 140, cut: 330, father: 380,
    mother_variant: 1_500, mother_blank: 2_400, nik_digit: 330, nik_transposed: 130,
    nik_short: 230, nik_long: 150, nik_spouse: 260, nik_filldown: 90, nik_letter: 90,
    nik_blank: 800, nik_place: 180, nik_dummy: 110, year: 210, day: 240, month: 160, swapped: 280,
    default: 210, year_only: 200, birth_blank: 520, sex_wrong: 260, moved: 900, card: 1_100,
    phone: 2_300, shared_phone: 700, place: 900, village: 800, swap_village: 260, swap_rt: 260,
    swap_nik: 160, swap_mother: 120,
};

const KEYS: [&str; 3] = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];

/// One slip of the finger; under other dirt of the eye, the ear or a scanner.
pub fn slip(dice: &mut Dice, text: &str, dirt: Dirt) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let places: Vec<usize> =
        (0..letters.len()).filter(|at| letters[*at].is_ascii_alphabetic()).collect();
    if places.len() < 3 {
        return text.to_owned();
    }
    let at = *dice.pick(&places);
    if dirt == Dirt::Other && dice.chance(6_000) {
        let misread: &[(&str, &str)] = &[
            ("rn", "m"),
            ("m", "rn"),
            ("cl", "d"),
            ("u", "o"),
            ("e", "a"),
            ("a", "e"),
            ("i", "e"),
            ("l", "i"),
            ("h", "n"),
            ("n", "h"),
            ("o", "a"),
            ("t", "f"),
            ("g", "q"),
            ("b", "p"),
        ];
        let from = dice.below(misread.len());
        let mut rules = misread.iter().cycle().skip(from).take(misread.len());
        if let Some((seen, read)) = rules.find(|(seen, _)| text.contains(seen)) {
            return text.replacen(seen, read, 1);
        }
    }
    let letter = letters[at];
    match dice.weighted(&[36, 22, 12, 18, 12]) {
        0 => letters[at] = in_case(beside(dice, letter, dirt), letter),
        1 => drop(letters.remove(at)),
        2 => letters.insert(at, letter.to_ascii_lowercase()),
        3 if at + 1 < letters.len() && letters[at + 1].is_ascii_alphabetic() => {
            let other = letters[at + 1];
            letters[at] = in_case(other, letter);
            letters[at + 1] = letter.to_ascii_lowercase();
        }
        _ => letters.insert(at + 1, beside(dice, letter, dirt)),
    }
    letters.into_iter().collect()
}

/// A neighbour on the keyboard; under other dirt any letter.
fn beside(dice: &mut Dice, letter: char, dirt: Dirt) -> char {
    let row = KEYS.iter().find_map(|row| Some((row, row.find(letter.to_ascii_lowercase())?)));
    match row {
        Some((row, at)) if dirt.is_normal() => {
            let near =
                if at == 0 || at + 1 < row.len() && dice.chance(5_000) { at + 1 } else { at - 1 };
            char::from(row.as_bytes()[near])
        }
        _ => char::from(b'a' + dice.below(26) as u8),
    }
}

fn in_case(letter: char, like: char) -> char {
    if like.is_ascii_uppercase() { letter.to_ascii_uppercase() } else { letter }
}

/// Pairs that people write for one another, in either direction.
const SPELLINGS: &[(&str, &str)] = &[
    ("oe", "u"),
    ("u", "oe"),
    ("dj", "j"),
    ("j", "dj"),
    ("tj", "c"),
    ("c", "tj"),
    ("sy", "s"),
    ("kh", "h"),
    ("h", "kh"),
    ("ch", "h"),
    ("f", "p"),
    ("p", "f"),
    ("v", "f"),
    ("f", "v"),
    ("z", "s"),
    ("s", "z"),
    ("d", "t"),
    ("i", "y"),
    ("y", "i"),
    ("iyah", "iah"),
    ("iah", "iyah"),
    ("th", "t"),
    ("dh", "d"),
    ("dl", "dh"),
    ("q", "k"),
    ("k", "q"),
    ("noor", "nur"),
    ("nor", "noor"),
    ("nur", "nor"),
    ("ah", "a"),
    ("a", "ah"),
    ("nn", "n"),
    ("n", "nn"),
    ("l", "ll"),
    ("ss", "s"),
    ("o", "u"),
    ("u", "o"),
    ("i", "e"),
    ("e", "i"),
];
const OTHER_SPELLINGS: &[(&str, &str)] = &[
    ("i", "ie"),
    ("ee", "i"),
    ("u", "oo"),
    ("k", "ch"),
    ("ks", "x"),
    ("gh", "g"),
    ("g", "gh"),
    ("w", "v"),
    ("ai", "ei"),
    ("ay", "ai"),
    ("au", "ow"),
    ("ny", "nj"),
    ("j", "y"),
    ("y", "j"),
    ("th", "t"),
    ("t", "th"),
    ("d", "dh"),
    ("a", "aa"),
    ("r", "rr"),
    ("h", ""),
    ("ya", "ia"),
    ("oe", "u"),
    ("u", "oe"),
    ("c", "k"),
    ("b", "p"),
    ("s", "sh"),
];

/// The same name in another spelling, where a rule fits within a dozen tries.
pub fn respelt(dice: &mut Dice, name: &str, dirt: Dirt) -> Option<String> {
    let rules = if dirt.is_normal() { SPELLINGS } else { OTHER_SPELLINGS };
    let lower = name.to_lowercase();
    for _ in 0..12 {
        let (from, to) = *dice.pick(rules);
        let places: Vec<usize> = lower.match_indices(from).map(|(at, _)| at).collect();
        // A final h is where h comes and goes.
        let fits = |at: &&usize| from != "a" && from != "ah" || **at + from.len() == lower.len();
        let Some(at) = places.iter().rev().find(fits) else { continue };
        return Some(titled(&format!("{}{to}{}", &lower[..*at], &lower[at + from.len()..])));
    }
    None
}

/// Every word with a capital.
pub fn titled(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut starts = true;
    for letter in text.chars() {
        result.push(if starts { letter.to_ascii_uppercase() } else { letter });
        starts = matches!(letter, ' ' | '.' | '-' | '/');
    }
    result
}

const MUH: &[&str] = &["Muhammad", "Muhamad", "Mohammad", "Mohamad", "Mochamad", "Moh", "Muh", "M"];
const MUH_FORMS: &[&str] = &[
    "Muhamad", "Mohammad", "Mohamad", "Mochamad", "Moh.", "Moh", "Muh.", "Muh", "M.", "M", "Md.",
    "Mhd.", "Mohd.", "Muhammad",
];
const AHMAD: &[&str] = &["Ahmad", "Achmad", "Akhmad"];

/// What the typist knows beside the name.
pub struct Beside<'a> {
    pub woman: bool,
    pub father: &'a str,
}

/// The name as somebody types it.
pub fn name(
    dice: &mut Dice,
    rates: &Rates,
    (name, dirt): (&str, Dirt),
    beside: &Beside,
    kinds: &mut Kinds,
) -> String {
    let mut words: Vec<String> = name.split(' ').map(str::to_owned).collect();
    shortened(dice, rates, &mut words, kinds);
    if dice.chance(rates.spelling) {
        let at = dice.below(words.len());
        if let Some(other) = respelt(dice, &words[at], dirt) {
            words[at] = other;
            kinds.push("name_spelling");
        }
    }
    if dice.chance(rates.drop) && words.len() > 1 {
        words.remove(dice.below(words.len()));
        kinds.push("name_drop");
    }
    if dice.chance(rates.reorder) && words.len() > 1 {
        words.rotate_left(1);
        kinds.push("name_reorder");
    }
    if dice.chance(rates.nick) {
        words = vec![nickname(dice, &words)];
        kinds.push("name_nick");
    }
    let mut text = words.join(" ");
    if dice.chance(rates.typo) {
        for _ in 0..=usize::from(dice.chance(1_500)) {
            text = slip(dice, &text, dirt);
        }
        kinds.push("name_typo");
    }
    if dice.chance(rates.space) {
        text = joined_or_split(dice, &text);
        kinds.push("name_space");
    }
    if dice.chance(rates.cut) && text.len() > 12 {
        text.truncate(if dice.chance(5_000) { 12 } else { 9 });
        kinds.push("name_cut");
    }
    addition(dice, rates, (text, dirt), beside, kinds)
}

fn shortened(dice: &mut Dice, rates: &Rates, words: &mut [String], kinds: &mut Kinds) {
    if MUH.contains(&words[0].as_str()) && words.len() > 1 && dice.chance(rates.muh) {
        (*dice.pick(MUH_FORMS)).clone_into(&mut words[0]);
        kinds.push("name_muh");
    } else if AHMAD.contains(&words[0].as_str()) && words.len() > 1 && dice.chance(rates.muh / 2) {
        (*dice.pick(&["Achmad", "Akhmad", "A.", "Ach.", "Ahmad"])).clone_into(&mut words[0]);
        kinds.push("name_spelling");
    }
    if words.len() > 1 && dice.chance(rates.short) {
        let first: &[&str] = match words[0].as_str() {
            "Abdul" => &["Abd.", "Abd", "A.", "Ab."],
            "Siti" | "Sitti" => &["St.", "St", "S.", "Sti"],
            "Nur" => &["N.", "Nr."],
            _ => &[],
        };
        if first.is_empty() || dice.chance(4_000) {
            let last = words.last_mut().expect("more than one");
            last.truncate(1);
            if dice.chance(6_000) {
                last.push('.');
            }
        } else {
            (*dice.pick(first)).clone_into(&mut words[0]);
        }
        kinds.push("name_abbrev");
    }
}

fn nickname(dice: &mut Dice, words: &[String]) -> String {
    let word = dice.pick(words);
    if words.len() > 1 && dice.chance(5_000) || word.len() < 5 || !word.is_ascii() {
        return word.clone();
    }
    let end = &word[word.len() - dice.between(3, 4) as usize..];
    titled(end)
}

fn joined_or_split(dice: &mut Dice, text: &str) -> String {
    let gaps: Vec<usize> = text.match_indices(' ').map(|(at, _)| at).collect();
    if !gaps.is_empty() && dice.chance(8_000) {
        let at = *dice.pick(&gaps);
        return format!("{}{}", &text[..at], text[at + 1..].to_lowercase());
    }
    if text.len() < 6 || !text.is_ascii() {
        return text.to_owned();
    }
    let at = dice.between(3, text.len() as i32 - 3) as usize;
    format!("{} {}", &text[..at], &text[at..])
}

const TITLES: [&[&str]; 2] = [
    &["H.", "H", "Haji", "Drs.", "Ir.", "Ust.", "Ustadz", "KH.", "Bpk.", "Pak", "Sdr."],
    &["Hj.", "Hj", "Hajjah", "Ny.", "Ibu", "Bu", "Dra.", "Sdri."],
];
const DEGREES: &[&str] = &[
    ", S.Pd",
    " S.Pd",
    ", SE",
    ", SH",
    ", S.Kep",
    ", S.Ag",
    ", S.Pd.I",
    ", A.Md.Keb",
    ", M.Km",
    ", S.Kom",
    ", S.Sos",
    ", AMK",
];

fn addition(
    dice: &mut Dice,
    rates: &Rates,
    (mut text, dirt): (String, Dirt),
    beside: &Beside,
    kinds: &mut Kinds,
) -> String {
    if dice.chance(rates.bin) {
        let word = if beside.woman { "binti" } else { "bin" };
        text = format!("{text} {word} {}", beside.father);
        kinds.push("name_bin");
    } else if dice.chance(rates.father) && !text.contains(' ') {
        text = format!("{text} {}", beside.father);
        kinds.push("name_father");
    } else if beside.woman && dice.chance(rates.married) {
        text = match dice.chance(4_000) {
            true => format!("Ny. {}", beside.father),
            false => format!("{text} {}", beside.father),
        };
        kinds.push("name_married");
    }
    if dice.chance(rates.alias) {
        let short = slip(dice, text.split(' ').next().unwrap_or_default(), dirt);
        let word = dice.pick(&["alias", "als", "al.", "/"]);
        text = format!("{text} {word} {short}");
        kinds.push("name_alias");
    }
    if dice.chance(rates.title) {
        text = match dice.chance(7_500) {
            true => {
                let gap = if dice.chance(8_500) { " " } else { "" };
                format!("{}{gap}{text}", dice.pick(TITLES[usize::from(beside.woman)]))
            }
            false => format!("{text}{}", dice.pick(DEGREES)),
        };
        kinds.push("name_title");
    }
    text
}

/// The mother's name as somebody types it.
pub fn mother(dice: &mut Dice, name: &str, dirt: Dirt) -> String {
    match dice.weighted(&[35, 20, 15, 15, 15]) {
        0 => slip(dice, name, dirt),
        1 => format!("Hj. {name}"),
        2 => name.split(' ').next().unwrap_or_default().to_owned(),
        3 => respelt(dice, name, dirt).unwrap_or_else(|| slip(dice, name, dirt)),
        _ => format!("{name} {}", dice.pick(&["Sari", "Ningsih", "Hasanah", "Lestari", "Aminah"])),
    }
}

/// The NIK as digits somebody types; `others` are the spouse's and the row above's.
pub fn nik(
    dice: &mut Dice,
    rates: &Rates,
    nik: u64,
    [spouse, above]: [Option<u64>; 2],
    kinds: &mut Kinds,
) -> String {
    if dice.chance(rates.nik_blank) {
        kinds.push("nik_blank");
        return String::new();
    }
    if dice.chance(rates.nik_dummy) {
        kinds.push("nik_dummy");
        return (*dice.pick(&["0000000000000000", "-", "belum ada", "9999999999999999"]))
            .to_owned();
    }
    let mut nik = nik;
    if let Some(spouse) = spouse.filter(|_| dice.chance(rates.nik_spouse)) {
        nik = spouse;
        kinds.push("nik_spouse");
    } else if let Some(above) = above.filter(|_| dice.chance(rates.nik_filldown)) {
        nik = above;
        kinds.push("nik_filldown");
    }
    let mut digits = format!("{nik:016}").into_bytes();
    let digit = |dice: &mut Dice| b'0' + dice.below(10) as u8;
    if dice.chance(rates.nik_digit) {
        let at = dice.below(16);
        let before = digits[at];
        while digits[at] == before {
            digits[at] = digit(dice);
        }
        kinds.push("nik_digit");
    }
    if dice.chance(rates.nik_transposed) {
        let at = dice.below(15);
        digits.swap(at, at + 1);
        kinds.push("nik_transposed");
    }
    if dice.chance(rates.nik_place) {
        digits[4] = b'0' + dice.below(2) as u8;
        digits[5] = digit(dice);
        kinds.push("nik_place");
    }
    if dice.chance(rates.nik_short) {
        digits.remove(dice.below(16));
        kinds.push("nik_short");
    } else if dice.chance(rates.nik_long) {
        let at = dice.below(16);
        digits.insert(at, digits[at]);
        kinds.push("nik_long");
    }
    let mut text = String::from_utf8(digits).expect("digits");
    if dice.chance(rates.nik_letter) {
        let (digit, letter) = *dice.pick(&[("0", "O"), ("1", "l"), ("0", "o"), ("1", "I")]);
        text = format!("{}{}", &text[..2], text[2..].replacen(digit, letter, 1));
        kinds.push("nik_letter");
    }
    text
}

/// The day of birth as somebody remembers it.
pub fn birth(dice: &mut Dice, rates: &Rates, birth: Day, kinds: &mut Kinds) -> Day {
    let mut day = birth;
    if dice.chance(rates.year) {
        day.year += *dice.pick(&[-10, -5, -3, -2, -1, -1, 1, 1, 2, 3, 5, 10]);
        kinds.push("dob_year");
    }
    if dice.chance(rates.month) {
        day.month = 1 + (day.month - 1 + dice.between(1, 11)) % 12;
        kinds.push("dob_month");
    }
    if dice.chance(rates.day) {
        let days = days_of(day.year, day.month);
        day.day = match dice.chance(5_000) {
            true => day.day % days + 1,
            false => dice.between(1, days),
        };
        kinds.push("dob_day");
    }
    if dice.chance(rates.swapped) && day.day <= 12 && day.day != day.month {
        (day.day, day.month) = (day.month, day.day);
        kinds.push("dob_swapped");
    }
    if dice.chance(rates.default) {
        (day.day, day.month) = if dice.chance(5_000) { (1, 1) } else { (31, 12) };
        kinds.push("dob_default");
    }
    day.day = day.day.min(days_of(day.year, day.month));
    day
}
