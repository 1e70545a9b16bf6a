//! Birth dates as lists carry them. Read for comparing: a guess is good enough, since what is
//! compared may differ; intake, which stores, asks instead.

/// A birth date or what is known of it.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Birth {
    /// The year; 0 where nothing is known.
    pub year: u16,
    /// The month; 0 where only the year is known.
    pub month: u8,
    /// The day; 0 where only the year is known.
    pub day: u8,
}

impl std::fmt::Debug for Birth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match (self.year, self.month) {
            (0, _) => "Birth(none)",
            (_, 0) => "Birth(year)",
            _ => "Birth(day)",
        })
    }
}

/// Years of two digits up to this one belong to this century.
const PIVOT: u16 = 12; // not law: nobody born later works

impl Birth {
    /// Nothing known.
    pub const NONE: Birth = Birth { year: 0, month: 0, day: 0 };

    /// Whether day, month and year are known.
    pub fn is_whole(self) -> bool {
        self.month != 0
    }

    /// Whether nothing is known.
    pub fn is_none(self) -> bool {
        self.year == 0
    }

    /// The date as a number that differs wherever the date does.
    pub fn number(self) -> u32 {
        u32::from(self.year) << 9 | u32::from(self.month) << 5 | u32::from(self.day)
    }

    /// The date of a number that [`Birth::number`] gave.
    pub(crate) fn from_number(number: u32) -> Birth {
        // not law: five bits for the day, four for the month
        Birth {
            year: (number >> 9) as u16,
            month: (number >> 5 & 15) as u8,
            day: (number & 31) as u8,
        }
    }

    /// The date of these parts, if the calendar could have it.
    pub fn of(year: u16, month: u8, day: u8) -> Option<Birth> {
        let fits = (1880..=2100).contains(&year) // not law: who can be on a list
            && (1..=12).contains(&month)
            && (1..=31).contains(&day);
        fits.then_some(Birth { year, month, day })
    }

    /// Reads a cell in any of the forms that lists carry; nothing where there is no date in it.
    pub fn read(cell: &str) -> Birth {
        let (parts, count) = parts_of(cell.as_bytes());
        of_parts(&parts[..count]).unwrap_or(Birth::NONE)
    }
}

/// Digits or a month's name.
#[derive(Clone, Copy)]
enum Part {
    Digits { value: u32, count: u8 },
    Month(u8),
}

/// The first parts of a cell; what is no digit and no month's name divides them.
fn parts_of(bytes: &[u8]) -> ([Part; 4], usize) {
    let mut parts = [Part::Month(0); 4];
    let mut count = 0;
    let mut at = 0;
    while at < bytes.len() && count < parts.len() {
        let start = at;
        if bytes[at].is_ascii_digit() {
            while at < bytes.len() && bytes[at].is_ascii_digit() && at - start < 9 {
                at += 1;
            }
            let value = bytes[start..at].iter().fold(0, |sum, b| sum * 10 + u32::from(b - b'0'));
            parts[count] = Part::Digits { value, count: (at - start) as u8 };
            count += 1;
        } else if bytes[at].is_ascii_alphabetic() {
            while at < bytes.len() && bytes[at].is_ascii_alphabetic() {
                at += 1;
            }
            let word = &bytes[start..at];
            // A month in Roman figures follows the day: "12-VII-1973".
            if let Some(month) = month_of(word).or_else(|| roman(word).filter(|_| count == 1)) {
                parts[count] = Part::Month(month);
                count += 1;
            }
        } else {
            at += 1;
        }
    }
    (parts, count)
}

/// The month of a name, Indonesian or English, whole or shortened.
fn month_of(name: &[u8]) -> Option<u8> {
    let letters = [*name.first()?, *name.get(1)?, *name.get(2)?].map(|b| b.to_ascii_lowercase());
    Some(match &letters {
        b"jan" => 1,
        b"feb" | b"peb" => 2,
        b"mar" => 3,
        b"apr" => 4,
        b"mei" | b"may" => 5,
        b"jun" => 6,
        b"jul" => 7,
        b"agu" | b"ags" | b"aug" | b"agt" => 8,
        b"sep" => 9,
        b"okt" | b"oct" => 10,
        b"nov" | b"nop" => 11,
        b"des" | b"dec" => 12,
        _ => return None,
    })
}

/// A month in Roman figures.
fn roman(word: &[u8]) -> Option<u8> {
    const MONTHS: [&[u8]; 12] =
        [b"I", b"II", b"III", b"IV", b"V", b"VI", b"VII", b"VIII", b"IX", b"X", b"XI", b"XII"];
    let at = MONTHS.iter().position(|month| word.eq_ignore_ascii_case(month))?;
    Some(at as u8 + 1)
}

fn of_parts(parts: &[Part]) -> Option<Birth> {
    use Part::{Digits, Month};
    match *parts {
        [
            Digits { value: year, count: 4 },
            Digits { value: month, .. },
            Digits { value: day, .. },
            ..,
        ] => ordered(day, month, year),
        [
            Digits { value: day, .. },
            Digits { value: month, .. },
            Digits { value: year, count },
            ..,
        ] => ordered(day, month, full_year(year, count)?),
        [Digits { value: day, .. }, Month(month), Digits { value: year, count }, ..]
        | [Month(month), Digits { value: day, .. }, Digits { value: year, count }, ..] => {
            Birth::of(full_year(year, count)? as u16, month, u8::try_from(day).ok()?)
        }
        [Digits { value, count: 8 }, ..] => run_together(value),
        [Digits { value, count: 5 }, ..] => of_serial(value),
        [Digits { value, count: 4 }] => year_only(value),
        [Month(_), Digits { value, count: 4 }] => year_only(value),
        _ => None,
    }
}

/// Day and month in either order: the one that can be no month is the day.
fn ordered(day: u32, month: u32, year: u32) -> Option<Birth> {
    let (day, month) = if month > 12 && day <= 12 { (month, day) } else { (day, month) };
    Birth::of(u16::try_from(year).ok()?, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
}

fn full_year(year: u32, count: u8) -> Option<u32> {
    match count {
        4 => Some(year),
        2 if year <= u32::from(PIVOT) => Some(2000 + year), // not law: the century
        2 => Some(1900 + year),                             // not law: the century
        _ => None,
    }
}

/// "19890417" or "17041989".
fn run_together(value: u32) -> Option<Birth> {
    ordered(value % 100, value / 100 % 100, value / 10_000)
        .or_else(|| ordered(value / 1_000_000, value / 10_000 % 100, value % 10_000))
}

/// A spreadsheet's day number, 1 for the first of January 1900.
fn of_serial(value: u32) -> Option<Birth> {
    if !(3_000..60_000).contains(&value) {
        return None;
    }
    // Days since the first of March of the year 0, from which leap days come last.
    let days = value + 693_899; // not law: the calendar
    let era = days / 146_097;
    let of_era = days % 146_097;
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + u32::from(month <= 2);
    Birth::of(year as u16, month as u8, day as u8)
}

fn year_only(value: u32) -> Option<Birth> {
    let year = u16::try_from(value).ok()?;
    (1900..=2020).contains(&year).then_some(Birth { year, month: 0, day: 0 }) // not law: births
}

/// What a NIK says of its bearer: the birth date and whether it is a woman's.
pub fn of_nik(nik: u64) -> Option<(Birth, bool)> {
    let date = (nik / 10_000 % 1_000_000) as u32; // not law: the form of the number
    let (day, month, year) = (date / 10_000, date / 100 % 100, date % 100);
    let female = day > 40;
    let day = if female { day - 40 } else { day };
    let birth = Birth::of(full_year(year, 2)? as u16, month as u8, day as u8)?;
    Some((birth, female))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cell: &str, expect: (u16, u8, u8)) {
        let birth = Birth::read(cell);
        assert_eq!((birth.year, birth.month, birth.day), expect, "{cell}");
    }

    #[test]
    fn every_form_of_the_lists_is_read() {
        for cell in [
            "1989-04-17",
            "1989-04-17 00:00:00",
            "17/04/1989",
            "17-4-1989",
            "17.04.1989",
            "17/04/89",
            "04/17/1989",
            "17 April 1989",
            "17-Apr-89",
            "April 17, 1989",
            "19890417",
            "17041989",
            "32615",
            " 17 APR 1989 ",
            "17-IV-1989",
            "17 iv 89",
        ] {
            check(cell, (1989, 4, 17));
        }
        check("8 Nopember 1970", (1970, 11, 8));
        check("30-XII-1998", (1998, 12, 30));
        check("1/I/1961", (1961, 1, 1));
        check("1986", (1986, 0, 0));
        check("33276", (1991, 2, 7));
        check("05/03/05", (2005, 3, 5));
    }

    #[test]
    fn what_is_no_date_is_nothing() {
        for cell in
            ["", "-", "tidak tahu", "99/99/1999", "31/31/1990", "12", "X-1-1990", "3-XIII-1990"]
        {
            check(cell, (0, 0, 0));
        }
    }

    #[test]
    fn a_nik_tells_birth_and_sex() {
        let (birth, female) = of_nik(6_401_014_910_555_003).expect("a date");
        assert_eq!((birth.year, birth.month, birth.day, female), (1955, 10, 9, true));
        assert!(of_nik(6_401_019_999_990_001).is_none());
    }
}
