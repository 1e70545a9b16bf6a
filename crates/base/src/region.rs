//! Region codes of the Ministry of Home Affairs (Kemendagri) and the gazetteer that names them.

mod gazetteer;
mod key;

use std::fmt;

pub use gazetteer::{Gazetteer, GazetteerProblem, GazetteerSources, PlaceMatch, PrefixStatus};

/// A region: province, regency, district or village.
///
/// Codes are Kemendagri's (`64.01.05.2001`), not the statistics office's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RegionCode {
    /// The digits left-aligned to ten places, so that codes sort as a tree.
    aligned: u64,
    /// 1 province, 2 regency, 3 district, 4 village.
    level: u8,
}

/// Digits in a code down to each level.
const DIGITS: [u32; 5] = [0, 2, 4, 6, 10];

impl RegionCode {
    /// Reads `64`, `64.01`, `64.01.05`, `64.01.05.2001`, with or without dots.
    pub fn parse(text: &str) -> Option<RegionCode> {
        let digits: String = text.trim().chars().filter(|c| *c != '.').collect();
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let level = DIGITS.iter().position(|&count| count > 0 && count as usize == digits.len())?;
        Some(RegionCode::from_digits(digits.parse().ok()?, level as u8))
    }

    /// Makes a code from its plain digits and its level (1 to 4).
    pub fn from_digits(digits: u64, level: u8) -> RegionCode {
        assert!((1..=4).contains(&level), "a region has level 1 to 4");
        RegionCode { aligned: digits * 10u64.pow(10 - DIGITS[usize::from(level)]), level }
    }

    /// The plain digits: 6401052001.
    pub fn digits(self) -> u64 {
        self.aligned / 10u64.pow(10 - DIGITS[usize::from(self.level)])
    }

    /// 1 province, 2 regency, 3 district, 4 village.
    pub fn level(self) -> u8 {
        self.level
    }

    /// The region above, down to the province.
    pub fn parent(self) -> Option<RegionCode> {
        (self.level > 1).then(|| self.at_level(self.level - 1))
    }

    /// The region of that level which holds this one; itself when it is of that level or above.
    pub fn at_level(self, level: u8) -> RegionCode {
        if level >= self.level {
            return self;
        }
        let unit = 10u64.pow(10 - DIGITS[usize::from(level)]);
        RegionCode { aligned: self.aligned / unit * unit, level }
    }

    /// Whether `other` is this region or lies in it.
    pub fn contains(self, other: RegionCode) -> bool {
        other.level >= self.level && other.at_level(self.level) == self
    }
}

impl fmt::Display for RegionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits =
            format!("{:0width$}", self.digits(), width = DIGITS[self.level as usize] as usize);
        let ends = &DIGITS[1..=usize::from(self.level)];
        let mut start = 0usize;
        for &end in ends {
            let dot = if start == 0 { "" } else { "." };
            write!(f, "{dot}{}", &digits[start..end as usize])?;
            start = end as usize;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_nest() {
        let village = RegionCode::parse("64.01.05.2001").expect("a code");
        assert_eq!(village.to_string(), "64.01.05.2001");
        assert_eq!(RegionCode::parse("6401052001"), Some(village));
        assert_eq!(village.parent(), RegionCode::parse("64.01.05"));
        assert_eq!(village.at_level(2).to_string(), "64.01");
        assert!(village.at_level(2).contains(village));
        assert!(!village.contains(village.at_level(2)));
        assert_eq!(RegionCode::parse("64.1"), None);
        assert_eq!(RegionCode::parse("desa"), None);
    }
}
