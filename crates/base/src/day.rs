//! Calendar days and months as the law counts them: no hours, no time zone.

use std::fmt;

use jiff::civil::Date;

/// A day of the civil calendar, in the time zone of the office (WIB by default).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(Date);

/// A calendar month, as in "contribution month".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(i32);

/// The twelve month names of Indonesian, January first.
pub const MONTHS_ID: [&str; 12] = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
];

impl Day {
    /// A day, if the calendar has it.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Day> {
        Date::new(year, month, day).ok().map(Day)
    }

    /// Reads the ISO form `2022-10-01` and no other.
    pub fn parse_iso(text: &str) -> Option<Day> {
        let (year, rest) = text.split_once('-')?;
        let (month, day) = rest.split_once('-')?;
        let plain = |part: &str, len: usize| {
            part.len() == len && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        if !plain(year, 4) || !plain(month, 2) || !plain(day, 2) {
            return None;
        }
        Day::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
    }

    /// Reads the serial number that a spreadsheet keeps for a date.
    ///
    /// `epoch_1904` is the workbook's own setting. In the 1900 system serial 60, a 29 February 1900
    /// that never was, reads as `None`.
    pub fn from_serial(serial: i64, epoch_1904: bool) -> Option<Day> {
        let (origin, offset) = match (epoch_1904, serial) {
            (true, 0..) => (Day::new(1904, 1, 1)?, serial),
            (false, 1..=59) => (Day::new(1899, 12, 31)?, serial),
            (false, 61..) => (Day::new(1899, 12, 30)?, serial),
            _ => return None,
        };
        let days = i32::try_from(offset).ok().filter(|days| *days < 3_000_000)?;
        origin.checked_plus_days(days)
    }

    /// The year, with its century.
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// The month, 1 to 12.
    pub fn month(self) -> i8 {
        self.0.month()
    }

    /// The day of the month, 1 to 31.
    pub fn day(self) -> i8 {
        self.0.day()
    }

    /// Full years lived on `on` by somebody born on this day; negative before birth.
    ///
    /// Somebody born on 29 February completes a year on 1 March of a common year.
    pub fn age_on(self, on: Day) -> i32 {
        let years = i32::from(on.year()) - i32::from(self.year());
        let before_birthday = (on.month(), on.day()) < (self.month(), self.day());
        years - i32::from(before_birthday)
    }

    /// The day so many days later (or earlier, when negative), kept inside the calendar.
    pub fn plus_days(self, days: i32) -> Day {
        Day(self.0.saturating_add(jiff::Span::new().days(days)))
    }

    fn checked_plus_days(self, days: i32) -> Option<Day> {
        self.0.checked_add(jiff::Span::new().days(days)).ok().map(Day)
    }

    /// Days from `self` to `other`; negative when `other` is earlier.
    pub fn days_until(self, other: Day) -> i32 {
        self.0.until(other.0).map_or(0, |span| span.get_days())
    }

    /// The month this day lies in.
    pub fn month_of(self) -> Month {
        Month(i32::from(self.year()) * 12 + i32::from(self.month()) - 1)
    }

    /// The day as a number that sorts like the calendar: 20221001.
    pub fn as_number(self) -> i64 {
        i64::from(self.year()) * 10_000 + i64::from(self.month()) * 100 + i64::from(self.day())
    }

    /// Reads back what [`Day::as_number`] gave out.
    pub fn from_number(number: i64) -> Option<Day> {
        let year = i16::try_from(number / 10_000).ok()?;
        Day::new(year, (number / 100 % 100) as i8, (number % 100) as i8)
    }

    /// The day of the week in Indonesian.
    pub fn weekday(self) -> &'static str {
        const NAMES: [&str; 7] = ["Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"];
        NAMES[usize::from(self.0.weekday().to_monday_zero_offset().unsigned_abs())]
    }

    /// The day spelled out, as in an agreement: "Selasa, tanggal tujuh bulan Oktober tahun dua ribu
    /// dua puluh lima".
    pub fn spelled(self) -> String {
        let number = |number: u64| crate::money::in_words(number);
        let day = number(u64::from(self.day().unsigned_abs()));
        let month = MONTHS_ID[usize::from(self.month().unsigned_abs()) - 1];
        let year = number(u64::from(self.year().unsigned_abs()));
        format!("{}, tanggal {day} bulan {month} tahun {year}", self.weekday())
    }

    /// The day as in a letter: "22 November 2026".
    pub fn in_words(self) -> String {
        let name = MONTHS_ID[usize::from(self.month().unsigned_abs()) - 1];
        format!("{} {name} {}", self.day(), self.year())
    }
}

impl From<Day> for i64 {
    /// See [`Day::as_number`].
    fn from(day: Day) -> i64 {
        day.as_number()
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year(), self.month(), self.day())
    }
}

impl Month {
    /// A month, if `month` is 1 to 12 and the year has four digits.
    pub fn new(year: i32, month: i32) -> Option<Month> {
        let good = (1..=12).contains(&month) && (1000..=9999).contains(&year);
        good.then_some(Month(year * 12 + month - 1))
    }

    /// Reads `2022-10` and no other form.
    pub fn parse(text: &str) -> Option<Month> {
        let (year, month) = text.split_once('-')?;
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if year.len() != 4 || month.len() != 2 || !digits(year) || !digits(month) {
            return None;
        }
        Month::new(year.parse().ok()?, month.parse().ok()?)
    }

    /// The year.
    pub fn year(self) -> i32 {
        self.0.div_euclid(12)
    }

    /// The month of the year, 1 to 12.
    pub fn month(self) -> i32 {
        self.0.rem_euclid(12) + 1
    }

    /// The month so many months later, or earlier when negative.
    pub fn plus(self, months: i32) -> Month {
        Month(self.0 + months)
    }

    /// Months from `self` to `other`; negative when `other` is earlier.
    pub fn months_until(self, other: Month) -> i32 {
        other.0 - self.0
    }

    /// The first day of the month.
    pub fn first_day(self) -> Day {
        let (year, month) = (self.year() as i16, self.month() as i8);
        Day::new(year, month, 1).expect("the constructor keeps year and month in the calendar")
    }

    /// The last day of the month.
    pub fn last_day(self) -> Day {
        self.plus(1).first_day().plus_days(-1)
    }

    /// The months from this one to `last`, both included.
    pub fn through(self, last: Month) -> impl Iterator<Item = Month> + Clone {
        (self.0..=last.0).map(Month)
    }

    /// The month as a number that sorts like the calendar: 202210.
    pub fn as_number(self) -> i64 {
        i64::from(self.year()) * 100 + i64::from(self.month())
    }

    /// Reads back what [`Month::as_number`] gave out.
    pub fn from_number(number: i64) -> Option<Month> {
        Month::new(i32::try_from(number / 100).ok()?, (number % 100) as i32)
    }

    /// The month as in a letter: "Oktober 2022".
    pub fn in_words(self) -> String {
        format!("{} {}", MONTHS_ID[(self.month() - 1) as usize], self.year())
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.month())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Day {
        Day::parse_iso(text).expect("a day")
    }

    #[test]
    fn iso_days_are_read_strictly() {
        assert_eq!(Day::parse_iso("2022-10-01").map(|d| d.to_string()), Some("2022-10-01".into()));
        for bad in ["2022-02-30", "22-10-01", "2022-1-01", "01-10-2022", "", "2022-10-01T00:00"] {
            assert_eq!(Day::parse_iso(bad), None, "{bad}");
        }
    }

    #[test]
    fn serials_follow_both_systems() {
        // 17 August 1962 is serial 22,875 counted from 1900 and 21,413 counted from 1904.
        assert_eq!(Day::from_serial(22_875, false), Some(day("1962-08-17")));
        assert_eq!(Day::from_serial(21_413, true), Some(day("1962-08-17")));
        assert_eq!(Day::from_serial(1, false), Some(day("1900-01-01")));
        assert_eq!(Day::from_serial(60, false), None);
        assert_eq!(Day::from_serial(61, false), Some(day("1900-03-01")));
        assert_eq!(Day::from_serial(0, false), None);
        assert_eq!(Day::from_serial(i64::MAX, false), None);
    }

    #[test]
    fn ages_turn_on_the_birthday() {
        let birth = day("1957-10-02");
        assert_eq!(birth.age_on(day("2022-10-01")), 64);
        assert_eq!(birth.age_on(day("2022-10-02")), 65);
        assert_eq!(day("2000-02-29").age_on(day("2001-02-28")), 0);
        assert_eq!(day("2000-02-29").age_on(day("2001-03-01")), 1);
    }

    #[test]
    fn months_count_over_new_year() {
        let october = Month::parse("2022-10").expect("a month");
        assert_eq!(october.plus(3).to_string(), "2023-01");
        assert_eq!(october.through(october.plus(2)).count(), 3);
        assert_eq!(october.last_day(), day("2022-10-31"));
        assert_eq!(october.in_words(), "Oktober 2022");
        assert_eq!(Month::parse("2022-13"), None);
        assert_eq!(Month::from_number(202_210), Some(october));
    }

    proptest! {
        #[test]
        fn days_survive_printing_and_numbers(offset in 0i32..60_000) {
            let some = day("1900-01-01").plus_days(offset);
            prop_assert_eq!(Day::parse_iso(&some.to_string()), Some(some));
            prop_assert_eq!(Day::from_number(some.as_number()), Some(some));
            prop_assert_eq!(day("1900-01-01").days_until(some), offset);
        }

        #[test]
        fn any_text_is_answered(text in "\\PC{0,16}") {
            let _ = (Day::parse_iso(&text), Month::parse(&text));
        }
    }
}
