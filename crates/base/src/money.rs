//! Whole rupiah and parts per million; no float, every sum checked, every rounding named.

use std::fmt;

/// An amount of money.
///
/// # Units
/// Whole rupiah. Negative amounts exist only as differences.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Rupiah(pub i64);

/// A rate in parts per million: 1 % is 10,000 ppm, 0.0024 % is 24 ppm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ppm(pub i64);

/// How a fraction of a rupiah is settled; the article that orders it is named by the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rounding {
    /// To the nearest rupiah, halves away from zero.
    HalfUp,
    /// Toward zero.
    Down,
    /// Away from zero.
    Up,
}

/// The sum does not fit: more rupiah than exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MoneyOverflow;

impl Rupiah {
    /// No money.
    pub const ZERO: Rupiah = Rupiah(0);

    /// Adds, refusing to wrap.
    ///
    /// # Errors
    /// [`MoneyOverflow`] when the sum does not fit.
    pub fn plus(self, other: Rupiah) -> Result<Rupiah, MoneyOverflow> {
        self.0.checked_add(other.0).map(Rupiah).ok_or(MoneyOverflow)
    }

    /// Subtracts, refusing to wrap.
    ///
    /// # Errors
    /// [`MoneyOverflow`] when the difference does not fit.
    pub fn minus(self, other: Rupiah) -> Result<Rupiah, MoneyOverflow> {
        self.0.checked_sub(other.0).map(Rupiah).ok_or(MoneyOverflow)
    }

    /// Multiplies by a count of people or months.
    ///
    /// # Errors
    /// [`MoneyOverflow`] when the product does not fit.
    pub fn times(self, count: i64) -> Result<Rupiah, MoneyOverflow> {
        self.0.checked_mul(count).map(Rupiah).ok_or(MoneyOverflow)
    }

    /// Takes a share of the amount.
    ///
    /// # Errors
    /// [`MoneyOverflow`] when the result does not fit.
    pub fn share(self, rate: Ppm, rounding: Rounding) -> Result<Rupiah, MoneyOverflow> {
        const WHOLE: i128 = 1_000_000;
        let product = i128::from(self.0) * i128::from(rate.0);
        let (floor, rest) = (product.div_euclid(WHOLE), product.rem_euclid(WHOLE));
        let negative = product < 0;
        let up = match rounding {
            Rounding::HalfUp if negative => rest * 2 > WHOLE,
            Rounding::HalfUp => rest * 2 >= WHOLE,
            Rounding::Down => negative && rest > 0,
            Rounding::Up => !negative && rest > 0,
        };
        i64::try_from(floor + i128::from(up)).map(Rupiah).map_err(|_| MoneyOverflow)
    }

    /// Adds up many amounts.
    ///
    /// # Errors
    /// [`MoneyOverflow`] when the total does not fit.
    pub fn sum(amounts: impl IntoIterator<Item = Rupiah>) -> Result<Rupiah, MoneyOverflow> {
        amounts.into_iter().try_fold(Rupiah::ZERO, Rupiah::plus)
    }

    /// Reads "Rp16.800", "16.800,00", "16800" or "1,5 juta" as typed in an office.
    ///
    /// # Errors
    /// `None` when the text is not an amount of whole rupiah.
    pub fn parse(text: &str) -> Option<Rupiah> {
        let lower = text.trim().to_lowercase().replace('\u{a0}', " ");
        let body = lower.strip_prefix("rp").unwrap_or(&lower).trim_start_matches(['.', ' ']);
        let body = body.trim_end_matches([',', '-', ' ']);
        let (body, factor) = match body.split_once(|c: char| c.is_ascii_alphabetic()) {
            None => (body.trim(), 1),
            Some((head, _)) => (head.trim(), unit_factor(&body[head.len()..])?),
        };
        let amount = parse_grouped(body, factor)?;
        (amount >= 0).then_some(Rupiah(amount))
    }
}

impl Rupiah {
    /// The amount in Indonesian words, as on a receipt: "seratus ribu rupiah".
    pub fn in_words(self) -> String {
        let sign = if self.0 < 0 { "minus " } else { "" };
        match self.0.unsigned_abs() {
            0 => "nol rupiah".to_owned(),
            amount => format!("{sign}{} rupiah", number_in_words(amount)),
        }
    }
}

const DIGITS: [&str; 10] =
    ["", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan"];

/// A number in Indonesian words.
pub fn in_words(number: u64) -> String {
    match number {
        0 => "nol".to_owned(),
        number => number_in_words(number),
    }
}

/// A number above zero in Indonesian words.
fn number_in_words(number: u64) -> String {
    const GROUPS: [(u64, &str); 6] = [
        (1_000_000_000_000_000_000, "kuintiliun"),
        (1_000_000_000_000_000, "kuadriliun"),
        (1_000_000_000_000, "triliun"),
        (1_000_000_000, "miliar"),
        (1_000_000, "juta"),
        (1_000, "ribu"),
    ];
    let mut words = Vec::new();
    let mut rest = number;
    for (size, name) in GROUPS {
        match rest / size {
            0 => {}
            1 if size == 1_000 => words.push("seribu".to_owned()),
            count => words.push(format!("{} {name}", below_thousand(count))),
        }
        rest %= size;
    }
    if rest > 0 {
        words.push(below_thousand(rest));
    }
    words.join(" ")
}

fn below_thousand(number: u64) -> String {
    let digit = |number: u64| DIGITS[(number % 10) as usize];
    let mut words: Vec<String> = Vec::new();
    match number / 100 {
        0 => {}
        1 => words.push("seratus".to_owned()),
        hundreds => words.push(format!("{} ratus", digit(hundreds))),
    }
    match number % 100 {
        0 => {}
        10 => words.push("sepuluh".to_owned()),
        11 => words.push("sebelas".to_owned()),
        rest @ 1..10 => words.push(digit(rest).to_owned()),
        rest @ 12..20 => words.push(format!("{} belas", digit(rest))),
        rest if rest % 10 == 0 => words.push(format!("{} puluh", digit(rest / 10))),
        rest => words.push(format!("{} puluh {}", digit(rest / 10), digit(rest))),
    }
    words.join(" ")
}

fn unit_factor(word: &str) -> Option<i64> {
    match word.trim().trim_end_matches('.') {
        "rb" | "ribu" => Some(1_000),
        "jt" | "juta" => Some(1_000_000),
        _ => None,
    }
}

/// Reads digits with thousand separators and at most one decimal part, times `factor`.
fn parse_grouped(body: &str, factor: i64) -> Option<i64> {
    let separators: Vec<(usize, char)> =
        body.char_indices().filter(|(_, c)| matches!(c, '.' | ',')).collect();
    let decimal_at = separators.last().and_then(|&(at, mark)| {
        let after = body.len() - at - 1;
        let repeated = separators.iter().filter(|(_, c)| *c == mark).count() > 1;
        (after != 3 && !repeated).then_some(at)
    });
    let (whole, fraction) = match decimal_at {
        Some(at) => (&body[..at], &body[at + 1..]),
        None => (body, ""),
    };
    let whole: String = whole.chars().filter(|c| !matches!(c, '.' | ',' | ' ')).collect();
    if whole.is_empty() || !whole.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let mut amount = whole.parse::<i64>().ok()?.checked_mul(factor)?;
    let mut scale = factor;
    for digit in fraction.chars() {
        let digit = i64::from(digit.to_digit(10)?);
        if scale % 10 != 0 {
            // A part of a rupiah: nothing is lost when it is zero, and it is refused otherwise.
            if digit != 0 {
                return None;
            }
            continue;
        }
        scale /= 10;
        amount = amount.checked_add(digit * scale)?;
    }
    Some(amount)
}

impl fmt::Display for Rupiah {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}Rp{}", grouped(self.0.unsigned_abs()))
    }
}

/// Prints a count the Indonesian way: 1626307200 is "1.626.307.200".
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push('.');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn amounts_print_the_indonesian_way() {
        assert_eq!(Rupiah(16_800).to_string(), "Rp16.800");
        assert_eq!(Rupiah(1_626_307_200).to_string(), "Rp1.626.307.200");
        assert_eq!(Rupiah(-5).to_string(), "-Rp5");
    }

    #[test]
    fn amounts_are_read_as_typed() {
        for (text, rupiah) in [
            ("Rp16.800", Some(16_800)),
            ("Rp. 1.500.000,00", Some(1_500_000)),
            ("1,500,000.00", Some(1_500_000)),
            ("1500000", Some(1_500_000)),
            ("1,5 juta", Some(1_500_000)),
            ("1.5jt", Some(1_500_000)),
            ("750 rb", Some(750_000)),
            ("Rp 2.000.000,-", Some(2_000_000)),
            ("16800.5", None),
            ("-5", None),
            ("seribu", None),
            ("", None),
        ] {
            assert_eq!(Rupiah::parse(text).map(|amount| amount.0), rupiah, "{text}");
        }
    }

    #[test]
    fn shares_round_as_named() {
        // 2.5 rupiah: 250 ppm of 10,000.
        assert_eq!(Rupiah(10_000).share(Ppm(250), Rounding::HalfUp), Ok(Rupiah(3)));
        assert_eq!(Rupiah(10_000).share(Ppm(250), Rounding::Down), Ok(Rupiah(2)));
        assert_eq!(Rupiah(10_000).share(Ppm(240), Rounding::Up), Ok(Rupiah(3)));
        assert_eq!(Rupiah(-10_000).share(Ppm(250), Rounding::HalfUp), Ok(Rupiah(-3)));
        assert_eq!(Rupiah(-10_000).share(Ppm(240), Rounding::Up), Ok(Rupiah(-3)));
        assert_eq!(Rupiah(-10_000).share(Ppm(240), Rounding::Down), Ok(Rupiah(-2)));
        assert_eq!(Rupiah(i64::MAX).plus(Rupiah(1)), Err(MoneyOverflow));
    }

    proptest! {
        #[test]
        fn printing_and_reading_agree(amount in 0..i64::MAX) {
            prop_assert_eq!(Rupiah::parse(&Rupiah(amount).to_string()), Some(Rupiah(amount)));
        }

        #[test]
        fn reading_never_panics(text in "\\PC{0,30}") {
            let _ = Rupiah::parse(&text);
        }
    }

    #[test]
    fn amounts_are_said_in_words() {
        for (amount, words) in [
            (0, "nol rupiah"),
            (1, "satu rupiah"),
            (10, "sepuluh rupiah"),
            (11, "sebelas rupiah"),
            (17, "tujuh belas rupiah"),
            (21, "dua puluh satu rupiah"),
            (100, "seratus rupiah"),
            (115, "seratus lima belas rupiah"),
            (1_000, "seribu rupiah"),
            (16_800, "enam belas ribu delapan ratus rupiah"),
            (50_400, "lima puluh ribu empat ratus rupiah"),
            (1_001_000, "satu juta seribu rupiah"),
            (
                1_626_307_200,
                "satu miliar enam ratus dua puluh enam juta tiga ratus tujuh ribu dua ratus rupiah",
            ),
            (-5, "minus lima rupiah"),
        ] {
            assert_eq!(Rupiah(amount).in_words(), words, "{amount}");
        }
        assert!(Rupiah(i64::MIN).in_words().starts_with("minus sembilan kuintiliun"));
    }
}
