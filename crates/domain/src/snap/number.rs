//! Numbers of virtual accounts: the partner's number at the bank, and the customer's number, which
//! is derived from the bill and found again in a table, never computed back.

use base::Id;
use base::id::kind;

use crate::digest::Feed;
use crate::payment::bill_reference;

/// The width of the partner's number.
const PARTNER_WIDTH: usize = 8;
/// The longest customer's number of the standard.
const CUSTOMER_DIGITS_MAX: usize = 20;
/// The digits of our own: few enough to be typed at a machine, and so many that a slip of the
/// finger meets no other bill.
const CUSTOMER_DIGITS: usize = 12;

/// How a bank fills the partner's number up to its width.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Padding {
    /// By blanks on the left, as the standard has it.
    Blanks,
    /// By noughts on the left.
    Noughts,
    /// Not at all.
    Nothing,
}

impl Padding {
    /// Every way.
    pub const ALL: [Padding; 3] = [Padding::Blanks, Padding::Noughts, Padding::Nothing];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Padding::Blanks => "blanks",
            Padding::Noughts => "noughts",
            Padding::Nothing => "nothing",
        }
    }

    /// The way with this stable name.
    pub fn from_name(name: &str) -> Option<Padding> {
        Padding::ALL.into_iter().find(|way| way.name() == name)
    }

    /// The partner's number as it is sent.
    pub fn fill(self, partner: &str) -> String {
        match self {
            Padding::Blanks => format!("{partner:>PARTNER_WIDTH$}"),
            Padding::Noughts => format!("{partner:0>PARTNER_WIDTH$}"),
            Padding::Nothing => partner.to_owned(),
        }
    }

    /// Whether what was sent is the partner's number; banks leave blanks out on some ways.
    pub fn is(self, sent: &str, partner: &str) -> bool {
        match self {
            Padding::Noughts => sent == self.fill(partner),
            Padding::Blanks | Padding::Nothing => {
                sent.len() <= PARTNER_WIDTH && sent.trim_start_matches(' ') == partner
            }
        }
    }
}

/// Whether this is a partner's number: up to eight digits.
pub fn is_partner(text: &str) -> bool {
    (1..=PARTNER_WIDTH).contains(&text.len()) && is_number(text)
}

/// Whether this can be a customer's number.
pub fn is_customer(text: &str) -> bool {
    (1..=CUSTOMER_DIGITS_MAX).contains(&text.len()) && is_number(text)
}

/// The customer's number of a bill. When it is taken by another bill, the next `attempt` gives
/// another. It begins with no nought, which machines and spreadsheets lose.
pub fn customer_of(bill: Id<kind::Bill>, attempt: u8) -> String {
    let reference = bill_reference(bill);
    let digest = Feed::new("snap customer")
        .part(bill.as_bytes())
        .part(reference.as_bytes())
        .number(i64::from(attempt))
        .finish();
    let (head, rest) = (digest[0] % 9 + 1, &digest[1..]);
    let numbers = std::iter::once(head).chain(rest.iter().map(|byte| byte % 10));
    numbers.take(CUSTOMER_DIGITS).map(|digit| char::from(b'0' + digit)).collect()
}

/// A number of the day, X-EXTERNAL-ID: digits, at most thirty-six.
pub fn is_external_id(text: &str) -> bool {
    (1..=36).contains(&text.len()) && is_number(text)
}

fn is_number(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}
