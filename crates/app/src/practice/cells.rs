//! The cells of a row, as its village types them.

use base::{Day, RegionCode, Sex};

use super::dice::Dice;
use super::fate::{Fate, Flaw};
use super::people::Human;
use super::plan::{PlannedRow, VillagePlan};
use super::style::{Column, Dates, Letters, Niks, Style};
use super::work::{self, UNKNOWN_WORDS};

/// A typed cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Blank,
    Text(String),
    Number(u64),
    Date(Day),
}

impl Value {
    fn text(text: impl Into<String>) -> Value {
        let text = text.into();
        if text.is_empty() { Value::Blank } else { Value::Text(text) }
    }
}

/// Types the cells of a row in the order of the list's columns.
pub fn typed(dice: &mut Dice, village: &VillagePlan, row: &PlannedRow, number: u32) -> Vec<Value> {
    let name = name_text(dice, row, village.style.letters);
    let nik = nik_value(dice, row, &village.style);
    let swapped = row.flaw == Flaw::NameAndNikSwapped;
    let mut cell = |column: Column| match column {
        Column::Number => Value::Number(number.into()),
        Column::Nik if swapped => Value::text(name.clone()),
        Column::Name if swapped => nik.clone(),
        Column::Nik => nik.clone(),
        Column::Name => Value::text(name.clone()),
        _ => other_cell(dice, village, row, column),
    };
    village.style.columns.iter().map(|&column| cell(column)).collect()
}

fn other_cell(dice: &mut Dice, village: &VillagePlan, row: &PlannedRow, column: Column) -> Value {
    let (human, style) = (&row.human, &village.style);
    let cased = |text: &str| Value::text(in_letters(text, style.letters));
    match column {
        Column::NoKk => Value::text(kk_text(row)),
        Column::BirthPlace => cased(&human.birth_place),
        Column::BirthDate => birth_value(dice, row, style),
        Column::BirthPlaceDate => match birth_value(dice, row, style) {
            Value::Text(date) => cased_prefix(&human.birth_place, &date, style.letters),
            Value::Date(day) => {
                let date = in_form(day, Dates::Dashes);
                cased_prefix(&human.birth_place, &date, style.letters)
            }
            other => other,
        },
        Column::Sex => Value::text(style.sexes[usize::from(human.sex == Sex::Female)]),
        Column::Address => cased(&address(village, human)),
        Column::Rt => neighbourhood(human.rt, "RT", style.neighbourhoods),
        Column::Rw => neighbourhood(human.rw, "RW", style.neighbourhoods),
        Column::RtRw => Value::text(format!("{:03}/{:03}", human.rt, human.rw)),
        Column::Village if row.fate == Fate::Outside => cased(outside(human).0),
        Column::District if row.fate == Fate::Outside => cased(outside(human).1),
        Column::Village => cased(&village_text(village)),
        Column::District => cased(&district_text(village)),
        Column::Occupation => occupation(dice, row, style.letters),
        Column::Phone => human.phone.map_or(Value::Blank, |phone| phone_value(phone, style)),
        Column::Mother => cased(&human.mother),
        Column::Income => income(dice),
        Column::Note => Value::text(if dice.chance(60) { "pindahan" } else { "" }),
        Column::Number | Column::Nik | Column::Name => {
            unreachable!("the caller types these itself")
        }
    }
}

fn nik_value(dice: &mut Dice, row: &PlannedRow, style: &Style) -> Value {
    let digits = format!("{:016}", row.human.nik);
    let text = match row.fate {
        Fate::NikRounded if style.keeps_numbers() => {
            return Value::Number(row.human.nik / 10 * 10);
        }
        // What a spreadsheet shows of a long number, saved as text.
        Fate::NikRounded => return Value::text(format!("{},{}E+15", &digits[..1], &digits[1..6])),
        Fate::NikMissing => return Value::text(*dice.pick(&["", "", "", "-"])),
        Fate::NikNotDigits => {
            return Value::text(*dice.pick(&["belum ada", "dalam proses", "KTP hilang"]));
        }
        Fate::NikLength if dice.chance(600) => {
            let at = dice.between(6, 15) as usize;
            format!("{}{}", &digits[..at], &digits[at + 1..])
        }
        Fate::NikLength => {
            let at = dice.between(6, 15) as usize;
            format!("{}{}", &digits[..at], &digits[at - 1..])
        }
        Fate::NikImpossibleDate if dice.chance(500) => {
            format!("{}{}{}", &digits[..8], 13 + dice.below(80), &digits[10..])
        }
        Fate::NikImpossibleDate => {
            let day = if row.human.sex == Sex::Female { 71 } else { 31 };
            format!("{}{day}02{}", &digits[..6], &digits[10..])
        }
        Fate::NikSerialZero => format!("{}0000", &digits[..12]),
        Fate::NikProvince => format!("0{}", &digits[1..]),
        Fate::NikIsKk => format!("{:016}", row.human.no_kk),
        _ if row.flaw == Flaw::LetterInNik => letter_for_digit(dice, &digits),
        _ => digits,
    };
    Value::text(dressed(&text, style.niks))
}

/// Puts an O or l for one digit after the province.
fn letter_for_digit(dice: &mut Dice, digits: &str) -> String {
    let places: Vec<(usize, char)> = digits
        .char_indices()
        .filter(|(at, digit)| *at >= 2 && matches!(digit, '0' | '1'))
        .collect();
    let (at, digit) = *dice.pick(&places);
    let letter = if digit == '1' { 'l' } else { 'O' };
    format!("{}{letter}{}", &digits[..at], &digits[at + 1..])
}

fn dressed(digits: &str, niks: Niks) -> String {
    match niks {
        Niks::Plain => digits.to_owned(),
        Niks::NoBreakSpace => format!("{digits}\u{a0}"),
        Niks::Apostrophe => format!("'{digits}"),
        Niks::Spaced => grouped_by(digits, &[4, 8, 12], ' '),
        Niks::Dotted => grouped_by(digits, &[6, 12], '.'),
    }
}

fn grouped_by(digits: &str, ends: &[usize], mark: char) -> String {
    let mut text = String::with_capacity(20);
    for (at, digit) in digits.chars().enumerate() {
        if ends.contains(&at) {
            text.push(mark);
        }
        text.push(digit);
    }
    text
}

fn name_text(dice: &mut Dice, row: &PlannedRow, letters: Letters) -> String {
    if row.fate == Fate::NameMissing {
        return String::new();
    }
    let honoured = dice.chance(40);
    let mut name = in_letters(&row.human.name, one_of_mixed(dice, letters));
    if honoured || row.respelled && dice.chance(300) {
        let title = if row.human.sex == Sex::Female { "Hj." } else { "H." };
        name = format!("{title} {name}");
    }
    if dice.chance(20) {
        name.push(' ');
    }
    name
}

fn one_of_mixed(dice: &mut Dice, letters: Letters) -> Letters {
    match letters {
        Letters::Mixed => *dice.pick(&[Letters::Upper, Letters::Title, Letters::Lower]),
        other => other,
    }
}

fn in_letters(text: &str, letters: Letters) -> String {
    match letters {
        Letters::Upper => text.to_uppercase(),
        Letters::Lower => text.to_lowercase(),
        Letters::Title | Letters::Mixed => text.to_owned(),
    }
}

fn cased_prefix(place: &str, date: &str, letters: Letters) -> Value {
    Value::text(format!("{}, {}", in_letters(place, letters), in_letters(date, letters)))
}

fn kk_text(row: &PlannedRow) -> String {
    let digits = format!("{:016}", row.human.no_kk);
    if row.flaw == Flaw::KkShort { digits[..15].to_owned() } else { digits }
}

fn birth_value(dice: &mut Dice, row: &PlannedRow, style: &Style) -> Value {
    let birth = row.human.birth;
    match row.fate {
        Fate::BirthUnreadable => {
            // Not even the year agrees with the NIK: nothing is left to take a date from.
            let year = birth.year() - 1;
            return Value::text(match dice.below(3) {
                0 => format!("31/02/{year}"),
                1 => format!("00/00/{year}"),
                _ => format!("30-02-{year}"),
            });
        }
        Fate::BirthOutOfRange => {
            let (day, month) = (birth.day(), birth.month());
            return Value::text(format!("{day:02}/{month:02}/{}", birth.year() - 110));
        }
        _ if row.flaw == Flaw::BirthBlank => return Value::Blank,
        _ => {}
    }
    let form = match style.dates {
        Dates::Mixed => *dice.pick(&[Dates::Slashes, Dates::Dashes, Dates::Words, Dates::Iso]),
        other => other,
    };
    match form {
        Dates::Cell => Value::Date(birth),
        Dates::Serial if !style.has(Column::BirthPlaceDate) => {
            let since = super::people::day(1899, 12, 30).days_until(birth);
            Value::Number(u64::from(since.unsigned_abs()))
        }
        other => Value::text(in_form(birth, other)),
    }
}

fn in_form(birth: Day, form: Dates) -> String {
    let (day, month, year) = (birth.day(), birth.month(), birth.year());
    match form {
        Dates::Slashes | Dates::Cell | Dates::Serial => format!("{day:02}/{month:02}/{year}"),
        Dates::Dashes | Dates::Mixed => format!("{day:02}-{month:02}-{year}"),
        Dates::ShortYear => format!("{day:02}-{month:02}-{:02}", year % 100),
        Dates::Words => birth.in_words(),
        Dates::Abbreviated => {
            format!("{day:02}-{}-{year}", SHORT_MONTHS[usize::from(month.unsigned_abs()) - 1])
        }
        Dates::Iso => birth.to_string(),
        Dates::Dots => format!("{day:02}.{month:02}.{year}"),
    }
}

const SHORT_MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agt", "Sep", "Okt", "Nov", "Des"];

fn address(village: &VillagePlan, human: &Human) -> String {
    let inside = !village.style.has(Column::Rt) && !village.style.has(Column::RtRw);
    if inside {
        format!("{} RT {:02} RW {:02}", human.street, human.rt, human.rw)
    } else {
        human.street.clone()
    }
}

fn neighbourhood(number: u8, label: &str, form: u8) -> Value {
    match form {
        0 => Value::text(format!("{number:03}")),
        1 => Value::Number(number.into()),
        2 => Value::text(format!("{label} {number:02}")),
        _ => Value::text(format!("{number:02}")),
    }
}

/// Villages with their districts in the regencies around.
const NEIGHBOURS: [(&str, &str); 5] = [
    ("Nenang", "Penajam"),
    ("Babulu Darat", "Babulu"),
    ("Bumi Harapan", "Sepaku"),
    ("Manggar", "Balikpapan Timur"),
    ("Sepinggan", "Balikpapan Selatan"),
];

fn outside(human: &Human) -> (&'static str, &'static str) {
    NEIGHBOURS[(human.nik % NEIGHBOURS.len() as u64) as usize]
}

fn village_text(village: &VillagePlan) -> String {
    let label = if is_kelurahan(village.region) { "Kel. " } else { "Desa " };
    let label = if village.style.wording.is_multiple_of(3) { label } else { "" };
    format!("{label}{}", village.name)
}

fn district_text(village: &VillagePlan) -> String {
    let label = if village.style.wording.is_multiple_of(4) { "Kec. " } else { "" };
    format!("{label}{}", village.district)
}

/// Kelurahan are numbered from 1001, desa from 2001.
pub fn is_kelurahan(village: RegionCode) -> bool {
    village.digits() % 10_000 < 2_000
}

fn occupation(dice: &mut Dice, row: &PlannedRow, letters: Letters) -> Value {
    let human = &row.human;
    let text = if row.fate == Fate::OccupationUnknown {
        (*dice.pick(UNKNOWN_WORDS)).to_owned()
    } else {
        work::write(dice, human.work, human.rt, human.rw)
    };
    Value::text(in_letters(&text, letters))
}

fn phone_value(national: u64, style: &Style) -> Value {
    let digits = national.to_string();
    let (prefix, middle, end) = (&digits[..3], &digits[3..7], &digits[7..]);
    match style.phones {
        0 => Value::text(format!("0{prefix}-{middle}-{end}")),
        1 => Value::text(format!("+62 {prefix} {middle} {end}")),
        2 => Value::text(format!("62{digits}")),
        3 => Value::Number(national),
        _ => Value::text(format!("0{digits}")),
    }
}

fn income(dice: &mut Dice) -> Value {
    let thousands = 500 + 50 * u64::from(dice.below(40));
    match dice.below(4) {
        0 => Value::Number(thousands * 1_000),
        1 => Value::text(format!("Rp {}", base::money::grouped(thousands * 1_000))),
        2 => Value::text(base::Rupiah((thousands * 1_000) as i64).to_string()),
        _ => Value::text(base::money::grouped(thousands * 1_000)),
    }
}
