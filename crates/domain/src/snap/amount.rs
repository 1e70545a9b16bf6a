//! Amounts as SNAP writes them: a text of whole units, a point, and two digits.

use base::Rupiah;

/// Digits before the point; more is no money.
const DIGITS_MAX: usize = 16;

/// An amount as it was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount {
    /// The whole rupiah.
    pub rupiah: Rupiah,
    /// The hundredths, which no bill has.
    pub sen: u8,
}

impl Amount {
    /// An amount of whole rupiah.
    pub fn whole(rupiah: Rupiah) -> Amount {
        Amount { rupiah, sen: 0 }
    }

    /// Reads `10000.00`; nothing else is an amount.
    pub fn parse(text: &str) -> Option<Amount> {
        let (whole, sen) = text.split_once('.')?;
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let fits = (1..=DIGITS_MAX).contains(&whole.len()) && sen.len() == 2;
        if !fits || !is_number(whole) || !is_number(sen) {
            return None;
        }
        Some(Amount { rupiah: Rupiah(whole.parse().ok()?), sen: sen.parse().ok()? })
    }

    /// Writes `10000.00`.
    pub fn write(self) -> String {
        format!("{}.{:02}", self.rupiah.0, self.sen)
    }

    /// Whether it is exactly this many rupiah.
    pub fn is(self, rupiah: Rupiah) -> bool {
        self == Amount::whole(rupiah)
    }
}
