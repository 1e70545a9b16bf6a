//! The membership card: a random number with two check characters, and what is printed beside it.
//!
//! The number says nothing about its holder. The card never carries a NIK or an address, and is
//! not the official BPJS card; it is issued for paid months only.

use std::fmt;

use base::id::kind;
use base::{Day, Id, Month, PersonName};

use crate::coverage::{CoveredMonth, paid_until};
use crate::digest::Feed;
use crate::programme::Programme;

/// Crockford's alphabet: no I, L, O, U.
const SYMBOLS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Random characters of a number, five bits each: 65 bits.
const RANDOM_LENGTH: usize = 13;

/// Characters of a number, the two check characters included.
const LENGTH: usize = 15;

/// A card number: thirteen random characters and two check characters.
///
/// The check characters make the number a Reed–Solomon word over the 32 symbols, so that every
/// one or two wrong characters and every exchange of two characters are noticed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CardNumber([u8; LENGTH]);

/// Why a text is no card number; the order is the order of trying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardNumberProblem {
    /// Nothing there.
    Empty,
    /// A character that no number has, at this place, 1 for the first.
    Character(usize),
    /// Not fifteen characters; the count found.
    Length(usize),
    /// The check characters contradict the rest: something is mistyped.
    Check,
}

impl CardNumberProblem {
    /// The stable code.
    pub fn name(self) -> &'static str {
        match self {
            CardNumberProblem::Empty => "EMPTY",
            CardNumberProblem::Character(_) => "CHARACTER",
            CardNumberProblem::Length(_) => "LENGTH",
            CardNumberProblem::Check => "CHECK",
        }
    }
}

impl CardNumber {
    /// Makes a number out of random bytes; 65 of the 72 bits are used.
    pub fn from_random(random: [u8; 9]) -> CardNumber {
        let bits = random.iter().fold(0u128, |bits, byte| bits << 8 | u128::from(*byte));
        let mut values = [0u8; LENGTH];
        for (place, value) in values[..RANDOM_LENGTH].iter_mut().enumerate() {
            *value = (bits >> (5 * place) & 31) as u8;
        }
        let (first, second) = check_values(&values[..RANDOM_LENGTH]);
        values[RANDOM_LENGTH] = first;
        values[RANDOM_LENGTH + 1] = second;
        CardNumber(values)
    }

    /// Reads a number as people type it: any case, O for 0, I or L for 1, spaces and hyphens.
    ///
    /// # Errors
    /// The first [`CardNumberProblem`] in their order.
    pub fn parse(text: &str) -> Result<CardNumber, CardNumberProblem> {
        let mut values = Vec::with_capacity(LENGTH);
        for (place, c) in text.chars().enumerate() {
            if c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '.' | '_') {
                continue;
            }
            values.push(value_of(c).ok_or(CardNumberProblem::Character(place + 1))?);
        }
        if values.is_empty() {
            return Err(CardNumberProblem::Empty);
        }
        let values: [u8; LENGTH] =
            values.try_into().map_err(|found: Vec<u8>| CardNumberProblem::Length(found.len()))?;
        match syndromes(&values) {
            (0, 0) => Ok(CardNumber(values)),
            _ => Err(CardNumberProblem::Check),
        }
    }

    /// The fifteen characters without hyphens, for keys and storage.
    pub fn plain(&self) -> String {
        self.0.iter().map(|value| symbol(*value)).collect()
    }
}

/// As printed: "XXXX-XXXX-XXXX-XXX".
impl fmt::Display for CardNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, value) in self.0.iter().enumerate() {
            let hyphen = if place > 0 && place % 4 == 0 { "-" } else { "" };
            write!(f, "{hyphen}{}", symbol(*value))?;
        }
        Ok(())
    }
}

/// Only the last group: whoever holds the whole number can ask about its holder.
impl fmt::Debug for CardNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CardNumber(…-{})", &self.plain()[12..])
    }
}

/// Whether a card is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CardState {
    /// Good until its last paid month.
    Active,
    /// Withdrawn.
    Revoked,
    /// Another card was made for the same person and programme.
    Replaced,
}

impl CardState {
    /// Every state, in order.
    pub const ALL: [CardState; 3] = [CardState::Active, CardState::Revoked, CardState::Replaced];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            CardState::Active => "active",
            CardState::Revoked => "revoked",
            CardState::Replaced => "replaced",
        }
    }

    /// The state with this stable name.
    pub fn from_name(name: &str) -> Option<CardState> {
        CardState::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// A card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// Which; derived from programme, person and copy.
    pub id: Id<kind::Card>,
    /// The number printed on it.
    pub number: CardNumber,
    /// Whose.
    pub person: Id<kind::Person>,
    /// Of which programme.
    pub programme: Id<kind::Programme>,
    /// The name printed.
    pub name: PersonName,
    /// The village printed.
    pub village: Box<str>,
    /// The occupation printed, as a label.
    pub occupation: Option<Box<str>>,
    /// The last month paid for when it was issued.
    pub paid_until: Month,
    /// The day of issue.
    pub issued: Day,
    /// 1 for the first card, one more for each reprint.
    pub copy: u32,
    /// Whether it is good.
    pub state: CardState,
}

/// Why somebody ended a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CardCause {
    /// Its holder has it no more.
    Lost,
    /// It cannot be read any more.
    Damaged,
    /// Something printed on it is wrong.
    Wrong,
    /// Its holder is in the programme no more.
    Left,
    /// Its holder died.
    Died,
    /// Somebody else used it.
    Misused,
    /// Its months are over, and more are paid for: another was drawn, by nobody's mishap.
    Renewed,
}

impl CardCause {
    /// Every cause, in order.
    pub const ALL: [CardCause; 7] = [
        CardCause::Lost,
        CardCause::Damaged,
        CardCause::Wrong,
        CardCause::Left,
        CardCause::Died,
        CardCause::Misused,
        CardCause::Renewed,
    ];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            CardCause::Lost => "lost",
            CardCause::Damaged => "damaged",
            CardCause::Wrong => "wrong",
            CardCause::Left => "left",
            CardCause::Died => "died",
            CardCause::Misused => "misused",
            CardCause::Renewed => "renewed",
        }
    }

    /// The cause with this stable name.
    pub fn from_name(name: &str) -> Option<CardCause> {
        CardCause::ALL.into_iter().find(|cause| cause.name() == name)
    }

    /// The causes that somebody may give, in order.
    pub fn by_hand() -> impl Iterator<Item = CardCause> {
        CardCause::ALL.into_iter().filter(|cause| *cause != CardCause::Renewed)
    }

    /// Whether another card may take its place.
    pub fn allows_reprint(self) -> bool {
        !matches!(self, CardCause::Left | CardCause::Died)
    }
}

/// What a check of a card comes to; the order is the order of asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CardVerdict {
    /// Nobody here made it, or it was altered.
    NotGenuine,
    /// Well made, and signed by somebody who is not known here.
    UnknownKey,
    /// Ours, and good no more.
    Revoked,
    /// Ours, and paid up to a month that is over.
    Expired,
    /// Ours, and paid for.
    Genuine,
}

impl CardVerdict {
    /// Every verdict, in order.
    pub const ALL: [CardVerdict; 5] = [
        CardVerdict::NotGenuine,
        CardVerdict::UnknownKey,
        CardVerdict::Revoked,
        CardVerdict::Expired,
        CardVerdict::Genuine,
    ];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            CardVerdict::NotGenuine => "not-genuine",
            CardVerdict::UnknownKey => "unknown-key",
            CardVerdict::Revoked => "revoked",
            CardVerdict::Expired => "expired",
            CardVerdict::Genuine => "genuine",
        }
    }

    /// The verdict on a card that is ours.
    pub fn of_ours(is_revoked: bool, paid_until: Month, today: Day) -> CardVerdict {
        match (is_revoked, paid_until < today.month_of()) {
            (true, _) => CardVerdict::Revoked,
            (false, true) => CardVerdict::Expired,
            (false, false) => CardVerdict::Genuine,
        }
    }
}

/// What a card is made from.
#[derive(Debug, Clone, Copy)]
pub struct CardInput<'a> {
    /// Of which programme.
    pub programme: &'a Programme,
    /// Whose.
    pub person: Id<kind::Person>,
    /// The name to print.
    pub name: &'a PersonName,
    /// The village to print.
    pub village: &'a str,
    /// The occupation to print.
    pub occupation: Option<&'a str>,
    /// The months this programme has paid for the person.
    pub covered: &'a [CoveredMonth],
    /// The day of issue.
    pub issued: Day,
    /// 1 for the first card, one more for each reprint.
    pub copy: u32,
    /// Random bytes for the number.
    pub random: [u8; 9],
}

/// Why no card is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardRefusal {
    /// No month from the month of issue on is paid for.
    NotCovered,
}

impl CardRefusal {
    /// The stable code.
    pub fn name(self) -> &'static str {
        match self {
            CardRefusal::NotCovered => "NOT_COVERED",
        }
    }
}

/// The identifier of a person's card of a programme: asked again it is the same.
pub fn card_id(
    programme: Id<kind::Programme>,
    person: Id<kind::Person>,
    copy: u32,
) -> Id<kind::Card> {
    let owner = Feed::new("card").part(programme.as_bytes()).part(person.as_bytes());
    owner.number(i64::from(copy)).id()
}

/// Makes a card for somebody who is paid for.
///
/// # Errors
/// [`CardRefusal::NotCovered`] when no month from the month of issue on is covered for every
/// scheme of the programme.
pub fn issue_card(input: &CardInput<'_>) -> Result<Card, CardRefusal> {
    let own: Vec<CoveredMonth> = input
        .covered
        .iter()
        .filter(|cover| cover.person == input.person && cover.programme == input.programme.id)
        .copied()
        .collect();
    let until = paid_until(&own, input.programme.schemes, input.issued.month_of());
    Ok(Card {
        id: card_id(input.programme.id, input.person, input.copy),
        number: CardNumber::from_random(input.random),
        person: input.person,
        programme: input.programme.id,
        name: input.name.clone(),
        village: input.village.into(),
        occupation: input.occupation.map(Into::into),
        paid_until: until.ok_or(CardRefusal::NotCovered)?,
        issued: input.issued,
        copy: input.copy,
        state: CardState::Active,
    })
}

/// The character of a value below 32.
pub(crate) fn symbol(value: u8) -> char {
    char::from(SYMBOLS[usize::from(value)])
}

/// The value of a character as typed.
fn value_of(c: char) -> Option<u8> {
    let c = match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        c => c,
    };
    let place = SYMBOLS.iter().position(|&known| char::from(known) == c)?;
    u8::try_from(place).ok()
}

/// Multiplies in the field of 32 elements whose x satisfies x⁵ = x² + 1.
fn multiply(a: u8, b: u8) -> u8 {
    let (mut a, mut product) = (a, 0);
    for bit in 0..5 {
        if b >> bit & 1 == 1 {
            product ^= a;
        }
        a <<= 1;
        if a & 0b10_0000 != 0 {
            a ^= 0b10_0101;
        }
    }
    product
}

/// The plain sum and the weighted sum, weights being powers of x counted from the end: both are
/// nothing for a number that is right. Equal errors give different weighted sums, so no one or two
/// errors can leave both at nothing.
fn syndromes(values: &[u8]) -> (u8, u8) {
    // Horner's rule: each step weighs what came before by x once more.
    values
        .iter()
        .fold((0, 0), |(plain, weighted), value| (plain ^ value, multiply(weighted, 2) ^ value))
}

/// The two values that bring both sums of `values` followed by them to nothing.
fn check_values(values: &[u8]) -> (u8, u8) {
    let (plain, weighted) = syndromes(values);
    // With checks a, b behind: plain + a + b = 0 and x²·weighted + x·a + b = 0, so that
    // (x + 1)·a = x²·weighted + plain. The inverse of an element is its 30th power.
    let right = multiply(weighted, 4) ^ plain;
    let a = (0..30).fold(right, |product, _| multiply(product, 3));
    (a, plain ^ a)
}

#[cfg(test)]
mod tests;
