//! The national identity number (NIK) and the family card number (KK).
//!
//! A NIK proves where and when somebody was first registered and nothing more: it is lifelong, so
//! its region may be abolished and its birth date may contradict the corrected one. Such a
//! contradiction is a question for the row, never a reason to refuse the number.

use std::fmt;

use crate::day::Day;
use crate::person::Sex;
use crate::region::RegionCode;

/// A well-formed NIK: PPKKCC, DDMMYY (DD + 40 for women) and a serial of at least 0001.
///
/// `Debug` and `Display` print a mask; [`Nik::reveal`] is the one way to the digits.
///
/// # Source
/// PP 37/2007 Art. 37; PP 40/2019 Art. 30(2); see docs/formats/nik.md.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Nik(u64);

/// A well-formed family card number: region, date of registration, serial.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NoKk(u64);

/// Why a text is not a NIK or KK number; the order is the order of checking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NikProblem {
    /// Nothing there.
    Empty,
    /// Something other than digits.
    NotDigits,
    /// Not 16 digits; the number found.
    Length(usize),
    /// The first two digits cannot be a province.
    Province,
    /// Day outside 1–31 and 41–71, or month outside 1–12.
    Date,
    /// A date that no calendar has, like 31 February.
    ImpossibleDate,
    /// Serial 0000.
    Serial,
}

/// The birth date written in a NIK, whose year has two digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BirthReading {
    /// The reading that makes the holder's age smallest but not negative.
    pub day: Day,
    /// The same date a century earlier, when that too gives an age under 110.
    pub century_earlier: Option<Day>,
}

impl Nik {
    /// What stands in the place of a number whose record was erased: zeros, which nobody has.
    pub fn erased() -> Nik {
        Nik(0)
    }

    /// Reads 16 digits.
    ///
    /// # Errors
    /// The first [`NikProblem`] in their order.
    pub fn parse(text: &str) -> Result<Nik, NikProblem> {
        let number = sixteen_digits(text)?;
        let nik = Nik(number);
        let (day, month) = (nik.day_digits() % 40, nik.pair(8));
        let day_in_range = matches!(nik.day_digits(), 1..=31 | 41..=71);
        check_date(day_in_range, day, month, nik.pair(10))?;
        if number % 10_000 == 0 {
            return Err(NikProblem::Serial);
        }
        Ok(nik)
    }

    /// The 16 digits, for the row's owner, the reply to BPJS and the register only.
    pub fn reveal(self) -> String {
        format!("{:016}", self.0)
    }

    /// The number as an integer, for storage and keys.
    pub fn as_u64(self) -> u64 {
        self.0
    }

    /// The sub-district of first registration, by the codes of that time.
    pub fn region(self) -> RegionCode {
        RegionCode::from_digits(self.0 / 10_000_000_000, 3)
    }

    /// The sex the number was issued for.
    pub fn sex(self) -> Sex {
        if self.day_digits() > 40 { Sex::Female } else { Sex::Male }
    }

    /// The birth date in the number, its century chosen so that the age on `on` is in [0, 110).
    ///
    /// `None` when no century does, as for a leap day of a year that has none.
    pub fn birth(self, on: Day) -> Option<BirthReading> {
        let day = self.day_digits() % 40;
        let century = i32::from(on.year()) / 100 * 100;
        let mut readings = [century, century - 100, century - 200].into_iter().filter_map(|base| {
            let year = i16::try_from(base + i32::from(self.pair(10))).ok()?;
            let birth = Day::new(year, self.pair(8) as i8, day as i8)?;
            (birth <= on && birth.age_on(on) < 110).then_some(birth)
        });
        let first = readings.next()?;
        Some(BirthReading { day: first, century_earlier: readings.next() })
    }

    /// Whether the date in the number is this one, whatever the century.
    pub fn agrees_with_birth(self, birth: Day) -> bool {
        let day = self.day_digits() % 40;
        i32::from(birth.day()) == i32::from(day)
            && i32::from(birth.month()) == i32::from(self.pair(8))
            && i32::from(birth.year()).rem_euclid(100) == i32::from(self.pair(10))
    }

    /// The four last digits.
    pub fn serial(self) -> u16 {
        (self.0 % 10_000) as u16
    }

    /// The mask that pages and messages may show: region and the last two digits.
    pub fn masked(self) -> String {
        let digits = self.reveal();
        format!("{}********{}", &digits[..6], &digits[14..])
    }

    fn day_digits(self) -> u8 {
        self.pair(6)
    }

    /// The two digits that start at `index`.
    fn pair(self, index: u32) -> u8 {
        (self.0 / 10u64.pow(14 - index) % 100) as u8
    }
}

impl NoKk {
    /// Reads 16 digits: region, date of registration, serial.
    ///
    /// # Errors
    /// The first [`NikProblem`] in their order.
    pub fn parse(text: &str) -> Result<NoKk, NikProblem> {
        let number = sixteen_digits(text)?;
        let pair = |index: u32| (number / 10u64.pow(14 - index) % 100) as u8;
        check_date((1..=31).contains(&pair(6)), pair(6), pair(8), pair(10))?;
        if number % 10_000 == 0 {
            return Err(NikProblem::Serial);
        }
        Ok(NoKk(number))
    }

    /// The 16 digits, for the row's owner and the register only.
    pub fn reveal(self) -> String {
        format!("{:016}", self.0)
    }

    /// The number as an integer, for storage and keys.
    pub fn as_u64(self) -> u64 {
        self.0
    }
}

/// Whether somebody's number stands in a text, in one piece or in groups set apart by blanks, dots
/// or strokes.
pub fn stands_in(text: &str) -> bool {
    let is_apart = |c: char| c.is_whitespace() || ".-".contains(c);
    let parts = text.split(|c: char| !c.is_ascii_digit() && !is_apart(c));
    parts.into_iter().any(|part| {
        let whole: String = part.chars().filter(char::is_ascii_digit).collect();
        let mut pieces = part.split(is_apart);
        Nik::parse(&whole).is_ok() || pieces.any(|piece| Nik::parse(piece).is_ok())
    })
}

/// A text in which numbers of sixteen digits or more are hidden: they may be somebody's.
pub fn hidden_in(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for piece in text.split_inclusive(|c: char| !c.is_alphanumeric()) {
        let word = piece.trim_end_matches(|c: char| !c.is_alphanumeric());
        let is_number = word.len() >= 16 && word.bytes().all(|byte| byte.is_ascii_digit());
        out.push_str(if is_number { "••••" } else { word });
        out.push_str(&piece[word.len()..]);
    }
    out
}

fn sixteen_digits(text: &str) -> Result<u64, NikProblem> {
    if text.is_empty() {
        return Err(NikProblem::Empty);
    }
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NikProblem::NotDigits);
    }
    if text.len() != 16 {
        return Err(NikProblem::Length(text.len()));
    }
    // Province codes run from 11 (Aceh) to 9x (Papua); none has ever begun with 0.
    if text.as_bytes()[0] == b'0' || &text[..2] == "10" {
        return Err(NikProblem::Province);
    }
    text.parse().map_err(|_| NikProblem::NotDigits)
}

fn check_date(day_in_range: bool, day: u8, month: u8, year: u8) -> Result<(), NikProblem> {
    if !day_in_range || !(1..=12).contains(&month) {
        return Err(NikProblem::Date);
    }
    // 2000 and 1900 share "00"; a leap day is possible in 2000, so the kinder calendar decides.
    match Day::new(2000 + i16::from(year), month as i8, day as i8) {
        Some(_) => Ok(()),
        None => Err(NikProblem::ImpossibleDate),
    }
}

impl fmt::Debug for Nik {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.masked())
    }
}
impl fmt::Display for Nik {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.masked())
    }
}
impl fmt::Debug for NoKk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KK ****************")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expect: Result<(), NikProblem>) {
        assert_eq!(Nik::parse(text).map(|_| ()), expect, "{text}");
    }

    #[test]
    fn problems_come_in_their_order() {
        check("", Err(NikProblem::Empty));
        check("64010117086200O1", Err(NikProblem::NotDigits));
        check("640101170862000", Err(NikProblem::Length(15)));
        check("0401011708620001", Err(NikProblem::Province));
        check("6401013208620001", Err(NikProblem::Date));
        check("6401010008620001", Err(NikProblem::Date));
        check("6401014008620001", Err(NikProblem::Date));
        check("6401017208620001", Err(NikProblem::Date));
        check("6401011713620001", Err(NikProblem::Date));
        check("6401013102620001", Err(NikProblem::ImpossibleDate));
        check("6401012902630001", Err(NikProblem::ImpossibleDate));
        check("6401011708620000", Err(NikProblem::Serial));
        check("6401011708620001", Ok(()));
        check("6401015708620001", Ok(()));
        check("6401012902000001", Ok(()));
    }

    #[test]
    fn women_carry_forty_days_more() {
        let on = Day::new(2022, 10, 1).expect("a day");
        let nik = Nik::parse("6401015708620001").expect("well formed");
        assert_eq!(nik.sex(), Sex::Female);
        assert_eq!(nik.birth(on).expect("readable").day, Day::new(1962, 8, 17).expect("a day"));
        assert!(nik.agrees_with_birth(Day::new(1962, 8, 17).expect("a day")));
        assert!(!nik.agrees_with_birth(Day::new(1962, 7, 17).expect("a day")));
    }

    #[test]
    fn the_century_keeps_the_age_under_110() {
        let on = Day::new(2026, 11, 23).expect("a day");
        let read = |text: &str| Nik::parse(text).expect("well formed").birth(on);
        let young = read("6401011708200001").expect("readable");
        assert_eq!((young.day.year(), young.century_earlier.map(|d| d.year())), (2020, Some(1920)));
        let old = read("6401011708300001").expect("readable");
        assert_eq!((old.day.year(), old.century_earlier), (1930, None));
        let nearly = read("6401012311160001").expect("readable");
        assert_eq!((nearly.day.year(), nearly.century_earlier), (2016, None));
        let almost = read("6401012411160001").expect("readable");
        assert_eq!(almost.century_earlier.map(|d| d.year()), Some(1916));
    }

    #[test]
    fn debug_and_display_never_show_the_number() {
        let nik = Nik::parse("6401015708620001").expect("well formed");
        assert_eq!(format!("{nik:?} {nik}"), "640101********01 640101********01");
        let kk = NoKk::parse("6401011708120001").expect("well formed");
        assert!(!format!("{kk:?}").contains("6401"));
    }

    proptest! {
        #[test]
        fn parsing_undoes_printing(text in "[1-9][1-9][0-9]{4}[0-7][0-9][01][0-9]{7}") {
            if let Ok(nik) = Nik::parse(&text) {
                prop_assert_eq!(nik.reveal(), text);
                prop_assert_eq!(Nik::parse(&nik.reveal()), Ok(nik));
            }
        }

        #[test]
        fn any_text_is_answered(text in "\\PC{0,24}") {
            let _ = (Nik::parse(&text), NoKk::parse(&text));
        }

        #[test]
        fn ages_stay_in_range(days in 0i32..40_000, serial in 1u64..9_999, woman: bool) {
            let birth = Day::new(1917, 1, 1).expect("a day").plus_days(days);
            let on = Day::new(2026, 11, 23).expect("a day");
            let dd = u64::try_from(birth.day()).expect("positive") + if woman { 40 } else { 0 };
            let (month, year) = (birth.month(), birth.year() % 100);
            let text = format!("640101{dd:02}{month:02}{year:02}{serial:04}");
            let nik = Nik::parse(&text).expect("made well");
            prop_assert!(nik.agrees_with_birth(birth));
            if let Some(reading) = nik.birth(on) {
                for day in [Some(reading.day), reading.century_earlier].into_iter().flatten() {
                    prop_assert!((0..110).contains(&day.age_on(on)));
                }
                if birth <= on {
                    prop_assert!(reading.day == birth || reading.century_earlier == Some(birth));
                }
            }
        }
    }
}
