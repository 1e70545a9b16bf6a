//! A proposal for a mistyped NIK: the one number a slip of the hand away that fits the row.
//!
//! It is only ever offered. Two candidates are none: a wrong proposal is worse than no proposal.

use base::region::PrefixStatus;
use base::{Day, Gazetteer, Nik, Sex};

/// What the row says of itself, which a candidate must agree with.
#[derive(Clone, Copy)]
pub(super) struct Witness<'a> {
    pub(super) birth: Day,
    pub(super) sex: Option<Sex>,
    pub(super) gazetteer: &'a Gazetteer,
}

/// Two neighbouring digits exchanged.
pub(super) fn swapped_digits(digits: &str, witness: Witness<'_>) -> Option<String> {
    let digits = digits.as_bytes();
    let swaps = (1..digits.len()).filter(|&at| digits[at] != digits[at - 1]).map(|at| {
        let mut candidate = digits.to_vec();
        candidate.swap(at - 1, at);
        candidate
    });
    only_one(swaps, witness)
}

/// Any single slip: digits exchanged, one lost, one too many, or one wrong inside the date.
pub(super) fn any_slip(digits: &str, witness: Witness<'_>) -> Option<String> {
    let bytes = digits.as_bytes();
    match bytes.len() {
        16 => swapped_digits(digits, witness).or_else(|| date_digit(bytes, witness)),
        17 => {
            let without = |at| [&bytes[..at], &bytes[at + 1..]].concat();
            only_one((0..bytes.len()).map(without), witness)
        }
        15 => {
            let places =
                (0..=bytes.len()).flat_map(|at| (b'0'..=b'9').map(move |digit| (at, digit)));
            let with = |(at, digit): (usize, u8)| [&bytes[..at], &[digit], &bytes[at..]].concat();
            only_one(places.map(with), witness)
        }
        _ => None,
    }
}

/// The date digits replaced by the row's own, when one of the six was wrong.
fn date_digit(digits: &[u8], witness: Witness<'_>) -> Option<String> {
    let (day, month) = (witness.birth.day(), witness.birth.month());
    let year = witness.birth.year().rem_euclid(100); // not law: two-digit year
    let day = if witness.sex? == Sex::Female { day + 40 } else { day };
    let date = format!("{day:02}{month:02}{year:02}");
    let wrong = digits[6..12].iter().zip(date.bytes()).filter(|(found, want)| **found != *want);
    if wrong.count() != 1 {
        return None;
    }
    only_one([[&digits[..6], date.as_bytes(), &digits[12..]].concat()].into_iter(), witness)
}

fn only_one(candidates: impl Iterator<Item = Vec<u8>>, witness: Witness<'_>) -> Option<String> {
    let mut fitting: Option<Nik> = None;
    for candidate in candidates {
        let text = std::str::from_utf8(&candidate).expect("only ASCII digits come in");
        let Some(nik) = Nik::parse(text).ok().filter(|nik| fits(*nik, witness)) else { continue };
        if fitting.is_some_and(|known| known != nik) {
            return None;
        }
        fitting = Some(nik);
    }
    fitting.map(Nik::reveal)
}

fn fits(nik: Nik, witness: Witness<'_>) -> bool {
    nik.agrees_with_birth(witness.birth)
        && witness.sex.is_none_or(|sex| nik.sex() == sex)
        && witness.gazetteer.prefix_status(nik.region()) != PrefixStatus::Unknown
}
