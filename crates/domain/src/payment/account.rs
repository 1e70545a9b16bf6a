//! The office's bank accounts: at which bank, under which number, for which fund.

use base::Id;
use base::id::kind;

/// The account that a register has from its first day, under this code.
pub const DEFAULT_ACCOUNT: &str = "kas-daerah";

/// A bank account of the office. Its number is sealed in the store and shown masked.
#[derive(Clone, PartialEq, Eq)]
pub struct BankAccount {
    /// Which.
    pub id: Id<BankAccount>,
    /// Short code, such as `rkud-bpd`.
    pub code: Box<str>,
    /// What people call it.
    pub name: Box<str>,
    /// The bank's code among the banks, three digits; none when it is not known.
    pub bank: Option<Box<str>>,
    /// Its number, digits alone; none when it is not known.
    pub number: Option<Box<str>>,
    /// The fund whose cash it holds; none when it serves all of them.
    pub fund: Option<Id<kind::Fund>>,
    /// Which column of its tables holds what, when they do not say so themselves.
    pub layout: Option<Box<str>>,
}

/// The number is nobody's business in a log.
impl std::fmt::Debug for BankAccount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "BankAccount({})", self.code)
    }
}

/// Why an account is not kept; the order is the order of trying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountRefusal {
    /// The code is not small letters, digits and strokes.
    CodeUnfit,
    /// No name, or a very long one.
    NameUnfit,
    /// No bank has this code.
    BankUnknown,
    /// A number has 5 to 34 digits.
    NumberUnfit,
}

impl AccountRefusal {
    /// Every refusal, in order.
    pub const ALL: [AccountRefusal; 4] = [
        AccountRefusal::CodeUnfit,
        AccountRefusal::NameUnfit,
        AccountRefusal::BankUnknown,
        AccountRefusal::NumberUnfit,
    ];

    /// The stable code.
    pub fn name(self) -> &'static str {
        match self {
            AccountRefusal::CodeUnfit => "BANK_ACCOUNT_CODE_UNFIT",
            AccountRefusal::NameUnfit => "BANK_ACCOUNT_NAME_UNFIT",
            AccountRefusal::BankUnknown => "BANK_UNKNOWN",
            AccountRefusal::NumberUnfit => "BANK_NUMBER_UNFIT",
        }
    }
}

/// Characters of an account's name.
const NAME_CHARS: usize = 200; // not law: what fits a line of a page

/// The banks of Indonesia, by their three digits.
const BANKS: &str = include_str!("account/banks.csv");

/// The name of the bank with this code.
pub fn bank_name(code: &str) -> Option<&'static str> {
    let rows = BANKS.lines().skip(1).filter_map(|row| row.split_once(','));
    rows.filter(|(known, _)| *known == code)
        .map(|(_, rest)| rest.rsplit_once(',').map_or(rest, |(name, _)| name))
        .next()
}

impl BankAccount {
    /// Refuses an account that does not hold together.
    ///
    /// # Errors
    /// The first [`AccountRefusal`] in their order.
    pub fn check(&self) -> Result<(), AccountRefusal> {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let name = self.name.trim().chars().count();
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let number = self.number.as_deref();
        if !(2..=40).contains(&self.code.len()) || !self.code.chars().all(fits) {
            Err(AccountRefusal::CodeUnfit)
        } else if !(1..=NAME_CHARS).contains(&name) {
            Err(AccountRefusal::NameUnfit)
        } else if self.bank.as_deref().is_some_and(|code| bank_name(code).is_none()) {
            Err(AccountRefusal::BankUnknown)
        } else if number.is_some_and(|text| !(5..=34).contains(&text.len()) || !digits(text)) {
            Err(AccountRefusal::NumberUnfit)
        } else {
            Ok(())
        }
    }

    /// The number with all but its last four digits hidden.
    pub fn masked(&self) -> Option<String> {
        let number = self.number.as_deref()?;
        let shown = &number[number.len().saturating_sub(4)..];
        Some(format!("{}{shown}", "•".repeat(number.len() - shown.len())))
    }

    /// Whether a statement that names this number is about the account; one of the two may carry a
    /// bank's own code in front, or leading zeros.
    pub fn is_of(&self, stated: &str) -> bool {
        let plain = |text: &str| text.trim_start_matches('0').to_owned();
        match &self.number {
            None => true,
            Some(number) => {
                let (one, other) = (plain(number), plain(stated));
                !other.is_empty() && (one.ends_with(&other) || other.ends_with(&one))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(number: &str) -> BankAccount {
        BankAccount {
            id: Id::from_bytes([1; 16]),
            code: "rkud".into(),
            name: "RKUD".into(),
            bank: Some("114".into()),
            number: Some(number.into()),
            fund: None,
            layout: None,
        }
    }

    #[test]
    fn accounts_are_refused_in_order() {
        let check = |edit: fn(&mut BankAccount), expect: Result<(), AccountRefusal>| {
            let mut account = account("0011234567");
            edit(&mut account);
            assert_eq!(account.check(), expect);
        };
        check(|_| (), Ok(()));
        check(|one| one.code = "RKUD".into(), Err(AccountRefusal::CodeUnfit));
        check(|one| one.name = " ".into(), Err(AccountRefusal::NameUnfit));
        check(|one| one.bank = Some("999".into()), Err(AccountRefusal::BankUnknown));
        check(|one| one.number = Some("12-34567".into()), Err(AccountRefusal::NumberUnfit));
        let names: Vec<_> = AccountRefusal::ALL.into_iter().map(AccountRefusal::name).collect();
        assert_eq!(names[2], "BANK_UNKNOWN");
        assert_eq!(bank_name("008"), Some("Bank Mandiri"));
    }

    #[test]
    fn numbers_are_masked_and_known_again() {
        let account = account("0011234567");
        assert_eq!(account.masked().as_deref(), Some("••••••4567"));
        for stated in ["0011234567", "11234567", "1140011234567"] {
            assert!(account.is_of(stated), "{stated}");
        }
        for stated in ["0011234568", "", "000"] {
            assert!(!account.is_of(stated), "{stated}");
        }
        assert_eq!(format!("{account:?}"), "BankAccount(rkud)");
    }
}
