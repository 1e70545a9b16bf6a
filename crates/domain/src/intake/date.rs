//! Birth dates as typed: serial numbers, ISO, dd/mm/yyyy and its kin, months in words.
//!
//! Indonesian offices write the day first. A reading with the month first is only ever offered
//! beside it, for the NIK to settle.

use std::ops::RangeInclusive;

use base::{CellKind, Day};

/// What is needed to read a date.
#[derive(Debug, Clone, Copy)]
pub struct DateOptions {
    /// The day to which the century of a two-digit year is counted.
    pub today: Day,
    /// Whether the workbook counts days from 1904.
    pub epoch_1904: bool,
}

/// What a cell says of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateReading {
    /// Nothing: blank, "-", "00/00/0000", or the zero that a spreadsheet shows as 1900-01-00.
    Absent,
    /// Something that is no date.
    Unreadable,
    /// A year without a readable day and month.
    YearOnly(i16),
    /// A date.
    Day {
        /// The date, day first.
        day: Day,
        /// The date with day and month the other way round, when that too is a date and the
        /// writing does not settle it.
        other: Option<Day>,
        /// Whether the spreadsheet itself, rather than the reader, put day and month in order.
        by_spreadsheet: bool,
    },
}

/// Reads a cell that should hold a date.
pub fn read_date(text: &str, kind: CellKind, options: DateOptions) -> DateReading {
    let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\'' | '`' | ','));
    if super::is_absent(text) || is_zero_date(text) {
        return DateReading::Absent;
    }
    match kind {
        CellKind::Date => {
            let day = text.get(..10).and_then(Day::parse_iso);
            day.map_or_else(|| read_text(text, options), by_spreadsheet)
        }
        CellKind::Number => read_number(text, options),
        _ => read_text(text, options),
    }
}

/// Splits "Tanah Grogot, 17-08-1962" into place and date; the date is empty when none is there.
pub fn split_place_date(text: &str) -> (&str, &str) {
    let is_edge = |c: char| c.is_whitespace() || matches!(c, ',' | '/' | '-' | '.' | ':' | ';');
    let Some(first_digit) = text.find(|c: char| c.is_ascii_digit()) else {
        return (text.trim_matches(is_edge), "");
    };
    let (place, date) = text.split_at(first_digit);
    // "Jumat, 17 …" and "tgl 17 …" are no places, but they are no dates either.
    (place.trim_matches(is_edge), date.trim_matches(is_edge))
}

fn by_spreadsheet(day: Day) -> DateReading {
    DateReading::Day { day, other: swapped(day), by_spreadsheet: true }
}

/// The date with day and month exchanged, when it is another date.
fn swapped(day: Day) -> Option<Day> {
    Day::new(day.year(), day.day(), day.month()).filter(|other| *other != day)
}

/// A number is a serial, a year, or eight digits of a date.
fn read_number(text: &str, options: DateOptions) -> DateReading {
    let whole = text.split(['.', ',']).next().unwrap_or(text);
    match whole.parse::<i32>() {
        Ok(number) => serial_or_year(number, options)
            .unwrap_or_else(|| run_of_digits(number, whole.len(), options)),
        Err(_) => read_text(text, options),
    }
}

/// A number small enough to be a year or the serial of a day.
fn serial_or_year(number: i32, options: DateOptions) -> Option<DateReading> {
    match number {
        year if YEARS.contains(&year) => Some(DateReading::YearOnly(year as i16)),
        serial if SERIALS.contains(&serial) => {
            Day::from_serial(i64::from(serial), options.epoch_1904).map(by_spreadsheet)
        }
        _ => None,
    }
}

/// Numbers that look like the year of a birth.
const YEARS: RangeInclusive<i32> = 1900..=2100; // not law: lifetimes

/// Serials of the years 1901 to 2119.
const SERIALS: RangeInclusive<i32> = 366..=80_000; // not law: a spreadsheet's count of days

/// One piece of a date: a number with its count of digits, or a word.
#[derive(Clone, Copy)]
enum Piece<'a> {
    Number { value: i32, digits: usize },
    Word(&'a str),
}

fn read_text(text: &str, options: DateOptions) -> DateReading {
    let mut pieces = [const { None }; PIECES_MAX];
    let Some(count) = cut(text, &mut pieces) else { return DateReading::Unreadable };
    let mut found = pieces.into_iter().take(count).flatten();
    use Piece::{Number, Word};
    let reading = match (found.next(), found.next(), found.next()) {
        (Some(Number { value, digits }), None, None) => {
            // Only a bare run: "Jl. 5" and "5 tahun" hold a number too, and are no dates.
            let worded = text.bytes().any(|b| b.is_ascii_alphabetic() && !matches!(b, b'O' | b'o'));
            return match worded {
                true => DateReading::Unreadable,
                false => run_of_digits(value, digits, options),
            };
        }
        (
            Some(Number { value: year, digits: 4 }),
            Some(Number { value: month, .. }),
            Some(Number { value: day, .. }),
        ) => dated(year, month, day).map(|day| (day, None)),
        (
            Some(Number { value: day, digits: 1 | 2 }),
            Some(Number { value: month, digits: 1 | 2 }),
            Some(Number { value: year, digits: digits @ (2 | 4) }),
        ) => {
            let year = with_century(year, digits, month, day, options);
            match (dated(year, month, day), dated(year, day, month)) {
                (Some(first), second) => Some((first, second.filter(|second| *second != first))),
                (None, Some(second)) => Some((second, None)),
                (None, None) if digits == 4 => return year_only(year),
                (None, None) => None,
            }
        }
        (
            Some(Number { value: day, .. }),
            Some(Word(word)),
            Some(Number { value: year, digits: digits @ (2 | 4) }),
        ) => month_of(word).and_then(|month| {
            let year = with_century(year, digits, month, day, options);
            dated(year, month, day).map(|day| (day, None))
        }),
        (
            Some(Word(word)),
            Some(Number { value: day, .. }),
            Some(Number { value: year, digits: 4 }),
        ) => month_of(word).and_then(|month| dated(year, month, day)).map(|day| (day, None)),
        (Some(Word(word)), Some(Number { value: year, digits: 4 }), None) => {
            return month_of(word).map_or(DateReading::Unreadable, |_| year_only(year));
        }
        _ => None,
    };
    reading.map_or(DateReading::Unreadable, |(day, other)| DateReading::Day {
        day,
        other,
        by_spreadsheet: false,
    })
}

const PIECES_MAX: usize = 8;

/// Cuts a text into numbers and words; nothing when it is no date for certain.
fn cut<'a>(text: &'a str, pieces: &mut [Option<Piece<'a>>; PIECES_MAX]) -> Option<usize> {
    let mut count = 0;
    let mut rest = text;
    while count < PIECES_MAX {
        rest = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
        let Some(first) = rest.chars().next() else { break };
        let is_digit = first.is_ascii_digit();
        let belongs = |c: char| match is_digit {
            // "l7" and "O8" are numbers whose digit was typed as a letter.
            true => c.is_ascii_digit() || matches!(c, 'O' | 'o'),
            false => c.is_alphabetic(),
        };
        let end = rest.find(|c: char| !belongs(c)).unwrap_or(rest.len());
        let (piece, tail) = rest.split_at(end.max(first.len_utf8()));
        rest = tail;
        let read = match is_digit {
            true => number(piece)?,
            false if is_filler(piece) => continue,
            false => mistyped_number(piece, &mut rest).unwrap_or(Piece::Word(piece)),
        };
        pieces[count] = Some(read);
        count += 1;
    }
    Some(count)
}

fn number(piece: &str) -> Option<Piece<'_>> {
    let mut value = 0i32;
    for byte in piece.bytes() {
        let digit = if byte.is_ascii_digit() { i32::from(byte - b'0') } else { 0 };
        value = value.checked_mul(10)?.checked_add(digit)?;
    }
    Some(Piece::Number { value, digits: piece.len() })
}

/// "l7", "O8", "I2": a number that begins with a letter typed for a digit.
fn mistyped_number<'a>(piece: &str, rest: &mut &'a str) -> Option<Piece<'a>> {
    let lead = match piece {
        "O" | "o" => 0,
        "l" | "I" => 1,
        _ => return None,
    };
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    if end != 1 {
        return None;
    }
    let (digits, tail) = rest.split_at(end);
    *rest = tail;
    Some(Piece::Number { value: lead * 10 + digits.parse::<i32>().ok()?, digits: 2 })
}

/// Words that stand beside a date and say nothing about it.
fn is_filler(word: &str) -> bool {
    let fillers = [
        "tgl",
        "tanggal",
        "lahir",
        "tahun",
        "th",
        "thn",
        "bulan",
        "bln",
        "t",
        "z",
        "senin",
        "selasa",
        "rabu",
        "kamis",
        "jumat",
        "sabtu",
        "minggu",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "ttl",
        "pada",
    ];
    fillers.iter().any(|filler| filler.eq_ignore_ascii_case(word))
}

/// Digits without separators: yyyymmdd, ddmmyyyy, ddmmyy, a serial saved as text, a year.
fn run_of_digits(value: i32, digits: usize, options: DateOptions) -> DateReading {
    let day = match digits {
        8 => year_first(value).or_else(|| year_last(value)),
        // The spreadsheet ate the zero of the day.
        7 => year_last(value),
        6 => {
            let (day, month, year) = (pair(value, 2), pair(value, 1), pair(value, 0));
            dated(with_century(year, 2, month, day, options), month, day)
        }
        4 | 5 => return serial_or_year(value, options).unwrap_or(DateReading::Unreadable),
        _ => None,
    };
    day.map_or(DateReading::Unreadable, |day| DateReading::Day {
        day,
        other: None,
        by_spreadsheet: false,
    })
}

/// yyyymmdd.
fn year_first(value: i32) -> Option<Day> {
    let year = two_pairs(pair(value, 3), pair(value, 2));
    dated(year, pair(value, 1), pair(value, 0)).filter(|_| YEARS.contains(&year))
}

/// ddmmyyyy.
fn year_last(value: i32) -> Option<Day> {
    dated(two_pairs(pair(value, 1), pair(value, 0)), pair(value, 2), pair(value, 3))
}

/// The two figures at a place, counted in pairs from the right.
fn pair(value: i32, place: u32) -> i32 {
    value / PAIR.pow(place) % PAIR
}

fn two_pairs(high: i32, low: i32) -> i32 {
    high * PAIR + low
}

/// Two figures hold so many values; so many years make a century.
const PAIR: i32 = 100; // not law: decimal figures

fn year_only(year: i32) -> DateReading {
    let known = YEARS.contains(&year);
    if known { DateReading::YearOnly(year as i16) } else { DateReading::Unreadable }
}

/// Gives a two-digit year the latest century that is not in the future.
fn with_century(year: i32, digits: usize, month: i32, day: i32, options: DateOptions) -> i32 {
    if digits != 2 {
        return year;
    }
    let this = i32::from(options.today.year()) / PAIR * PAIR + year;
    let future = dated(this, month, day)
        .or_else(|| dated(this, day, month))
        .map_or(this > i32::from(options.today.year()), |date| date > options.today);
    if future { this - PAIR } else { this }
}

fn dated(year: i32, month: i32, day: i32) -> Option<Day> {
    let year = i16::try_from(year).ok().filter(|year| *year >= 1000)?; // not law: four digits
    Day::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?)
}

/// The month a word names: Indonesian or English, shortened, in the old spelling or mistyped.
fn month_of(word: &str) -> Option<i32> {
    let mut lower = [0u8; 12];
    if word.len() > lower.len() || !word.is_ascii() {
        return None;
    }
    let letters = &mut lower[..word.len()];
    letters.copy_from_slice(word.as_bytes());
    letters.make_ascii_lowercase();
    let word = std::str::from_utf8(letters).expect("checked to be ASCII");
    roman(word).or_else(|| by_beginning(word)).or_else(|| by_likeness(word))
}

fn roman(word: &str) -> Option<i32> {
    let numerals = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"];
    numerals.iter().position(|numeral| *numeral == word).map(|at| at as i32 + 1)
}

fn by_beginning(word: &str) -> Option<i32> {
    Some(match word.get(..3)? {
        "jan" => 1,
        "feb" | "peb" | "pep" | "fep" => 2,
        "mar" | "mrt" | "mac" => 3,
        "apr" => 4,
        "mei" | "may" => 5,
        "jun" => 6,
        "jul" => 7,
        "agu" | "agt" | "ags" | "aug" | "ago" => 8,
        "sep" | "spt" => 9,
        "okt" | "oct" | "otk" => 10,
        "nov" | "nop" | "nof" => 11,
        "des" | "dec" | "dis" => 12,
        _ => return None,
    })
}

fn by_likeness(word: &str) -> Option<i32> {
    let like_enough = 870_000; // not law: measured on typed months
    base::day::MONTHS_ID
        .iter()
        .zip(1..)
        .map(|(name, month)| (linkage::jaro_winkler_ppm(word, &name.to_lowercase()), month))
        .filter(|(likeness, _)| *likeness >= like_enough)
        .max()
        .map(|(_, month)| month)
}

/// "00/00/0000", "1900-01-00", "1899-12-30": an empty cell shown as a date.
fn is_zero_date(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit);
    let all_zero = digits.clone().count() >= 4 && digits.clone().all(|b| b == b'0');
    let date = text.get(..10).unwrap_or(text);
    all_zero
        || matches!(
            date,
            "1900-01-00"
                | "1899-12-30"
                | "1899-12-31"
                | "1900-01-01"
                | "1904-01-01"
                | "00/01/1900"
                | "00-01-1900"
                | "0/1/1900"
                | "30/12/1899"
                | "00-Jan-00"
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn options(epoch_1904: bool) -> DateOptions {
        DateOptions { today: Day::parse_iso("2022-10-01").expect("a day"), epoch_1904 }
    }

    fn show(reading: DateReading) -> String {
        match reading {
            DateReading::Absent => "absent".into(),
            DateReading::Unreadable => "unreadable".into(),
            DateReading::YearOnly(year) => format!("year {year}"),
            DateReading::Day { day, other: None, .. } => day.to_string(),
            DateReading::Day { day, other: Some(other), by_spreadsheet } => {
                format!("{day} or {other}{}", if by_spreadsheet { " by spreadsheet" } else { "" })
            }
        }
    }

    fn check(text: &str, expect: &str) {
        assert_eq!(show(read_date(text, CellKind::Text, options(false))), expect, "{text}");
    }

    #[test]
    fn figures_are_read_day_first() {
        for text in [
            "17/08/1962",
            "17-08-1962",
            "17.08.1962",
            "17/8/62",
            "17-08-62",
            "1962-08-17",
            "1962/08/17",
            "17 08 1962",
            "08/17/1962",
            "19620817",
            "17081962",
            "170862",
            "17/08/1962 00:00:00",
            "1962-08-17T00:00:00",
            "1962-08-17 00:00:00",
            "17 / 08 / 1962",
            "'17/08/1962",
            "17,08,1962",
            "l7/O8/1962",
            "17-O8-1962",
            "22875",
        ] {
            let found = show(read_date(text, CellKind::Text, options(false)));
            assert!(found.starts_with("1962-08-17"), "{text}: {found}");
        }
        check("05/07/1992", "1992-07-05 or 1992-05-07");
        check("07/07/1992", "1992-07-07");
    }

    #[test]
    fn months_in_words_are_read_in_both_languages_and_misspelled() {
        for text in [
            "17 Agustus 1962",
            "17 Agt 62",
            "17 Agust 1962",
            "17-Aug-1962",
            "17-Ags-62",
            "17 agsutus 1962",
            "17AGUSTUS1962",
            "August 17, 1962",
            "17-VIII-1962",
            "Jumat, 17 Agustus 1962",
            "tgl 17 Agustus 1962",
            "17 Augustus 1962",
            "17 gustus 1962",
        ] {
            check(text, "1962-08-17");
        }
        check("3 Pebruari 1970", "1970-02-03");
        check("3 Nopember 1970", "1970-11-03");
        check("3 December 1970", "1970-12-03");
        check("3 Mei 1970", "1970-05-03");
        check("3 Okt 05", "2005-10-03");
    }

    #[test]
    fn two_digit_years_stay_out_of_the_future() {
        check("01/10/22", "2022-10-01 or 2022-01-10");
        check("02/10/22", "1922-10-02 or 1922-02-10");
        check("17/08/99", "1999-08-17");
    }

    #[test]
    fn what_is_no_date_is_not_made_one() {
        check("Jl. 5", "unreadable");
        check("5 Mei", "unreadable");
        check("31/02/1970", "year 1970");
        check("00/00/1962", "year 1962");
        check("16-81-0881", "unreadable");
        check("1962", "year 1962");
        check("Agustus 1962", "year 1962");
        check("tahun 1962", "unreadable");
        check("2O875", "1957-02-24");
        check("2 2875", "unreadable");
        check("PASER", "unreadable");
        check("6401011708620001", "unreadable");
        check("00/00/0000", "absent");
        check("1900-01-00", "absent");
        check("-", "absent");
        check("", "absent");
    }

    #[test]
    fn numbers_and_dates_follow_the_workbook() {
        let read = |text, kind, epoch| show(read_date(text, kind, options(epoch)));
        assert_eq!(read("22875", CellKind::Number, false), "1962-08-17");
        assert_eq!(read("21413", CellKind::Number, true), "1962-08-17");
        assert_eq!(read("22875.5", CellKind::Number, false), "1962-08-17");
        assert_eq!(read("19620817", CellKind::Number, false), "1962-08-17");
        assert_eq!(read("17081962", CellKind::Number, false), "1962-08-17");
        assert_eq!(read("7081962", CellKind::Number, false), "1962-08-07");
        assert_eq!(read("1962", CellKind::Number, false), "year 1962");
        assert_eq!(read("1962-08-17", CellKind::Date, false), "1962-08-17");
        assert_eq!(
            read("1992-07-05", CellKind::Date, false),
            "1992-07-05 or 1992-05-07 by spreadsheet"
        );
        assert_eq!(read("1900-01-00", CellKind::Date, false), "absent");
    }

    #[test]
    fn place_and_date_are_split() {
        for (text, place, date) in [
            ("Tanah Grogot, 17-08-1962", "Tanah Grogot", "17-08-1962"),
            ("Paser 17 Agustus 1962", "Paser", "17 Agustus 1962"),
            ("PASER,17/08/1962", "PASER", "17/08/1962"),
            ("PASER / 17-08-1962", "PASER", "17-08-1962"),
            ("Paser", "Paser", ""),
            ("17-08-1962", "", "17-08-1962"),
            ("", "", ""),
        ] {
            assert_eq!(split_place_date(text), (place, date), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in "\\PC{0,40}") {
            for kind in [CellKind::Text, CellKind::Number, CellKind::Date] {
                let _ = read_date(&text, kind, options(false));
            }
            let _ = split_place_date(&text);
        }

        #[test]
        fn every_day_is_read_as_written(offset in 0i32..40_000) {
            let day = Day::parse_iso("1913-01-01").expect("a day").plus_days(offset);
            let name = base::day::MONTHS_ID[day.month() as usize - 1];
            for text in [
                day.to_string(),
                day.in_words(),
                format!("{:02}/{:02}/{}", day.day(), day.month(), day.year()),
                format!("{}-{}-{}", day.day(), &name[..3], day.year()),
            ] {
                let reading = read_date(&text, CellKind::Text, options(false));
                let DateReading::Day { day: found, .. } = reading else {
                    return Err(TestCaseError::fail(text));
                };
                prop_assert_eq!(found, day);
            }
        }
    }
}
