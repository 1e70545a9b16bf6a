//! What anybody tells the office without a login: an event, or what they ask of their own data.
//!
//! A message is known to its sender by a code alone. Whoever fills it in for somebody else is
//! written down with how that person agreed. Nothing here decides about cover or a benefit.

mod table;
#[cfg(test)]
mod tests;
mod typed;

use std::fmt;

use base::id::kind;
use base::{Day, Id, PersonName, Phone, RegionCode};

use crate::card::{CardNumber, CardNumberProblem};
use crate::claim::Told;
use crate::digest::Feed;
use crate::words::words;

pub use table::{MessageState, MessageStep, TABLE, after};
pub use typed::{MessageProblem, MessageRead, MessageTyped, TEXT_MOST};

words! {
    /// What a message is about.
    MessageKind {
        /// An accident at work.
        Accident = "accident",
        /// A death.
        Death = "death",
        /// Somebody wants to see their own data.
        See = "see",
        /// Something in them is wrong.
        Correct = "correct",
        /// They are to be erased.
        Erase = "erase",
        /// An agreement is taken back.
        Withdraw = "withdraw",
        /// They are not to be used for a while, or not for everything.
        Restrict = "restrict",
        /// Somebody objects to a decision or to how they were treated.
        Object = "object",
    }
}

impl MessageKind {
    /// Whether it tells of an event, for which a claim may be opened.
    pub fn is_event(self) -> bool {
        matches!(self, MessageKind::Accident | MessageKind::Death)
    }
}

words! {
    /// Who fills a message in for somebody else.
    HelperKind {
        /// A grandchild.
        Grandchild = "grandchild",
        /// A child.
        Child = "child",
        /// A health cadre.
        Cadre = "cadre",
        /// Whoever leads the neighbourhood (RT/RW).
        Neighbourhood = "neighbourhood",
        /// Somebody of the village or the office.
        Officer = "officer",
    }
}

words! {
    /// How somebody agreed that another fills it in.
    Agreement {
        /// By word of mouth, before a witness.
        Spoken = "spoken",
        /// By a signature.
        Signed = "signed",
        /// By a thumb-print.
        Thumb = "thumb",
        /// By an answer on WhatsApp.
        Chat = "chat",
    }
}

words! {
    /// What the sender is to whom it is about.
    Sender {
        /// That person.
        Oneself = "self",
        /// A relative.
        Family = "family",
        /// A colleague or an employer.
        Work = "work",
        /// Somebody of the village.
        Village = "village",
        /// A hospital or a health post.
        Hospital = "hospital",
    }
}

impl Sender {
    /// The same in the words of a claim.
    pub fn told(self) -> Told {
        match self {
            Sender::Oneself => Told::Member,
            Sender::Family => Told::Family,
            Sender::Work => Told::Work,
            Sender::Village => Told::Village,
            Sender::Hospital => Told::Hospital,
        }
    }
}

/// The code of a message: random, with check characters as a card number has them.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct MessageCode(CardNumber);

impl MessageCode {
    /// Makes a code out of random bytes.
    pub fn from_random(random: [u8; 9]) -> MessageCode {
        MessageCode(CardNumber::from_random(random))
    }

    /// Reads a code as people type it.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<MessageCode, CardNumberProblem> {
        CardNumber::parse(text).map(MessageCode)
    }

    /// The characters without hyphens.
    pub fn plain(&self) -> String {
        self.0.plain()
    }
}

impl fmt::Display for MessageCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Whoever holds the whole code can ask about the message.
impl fmt::Debug for MessageCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MessageCode")
    }
}

/// A message, without what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Which.
    pub id: Id<kind::Message>,
    /// What it is about.
    pub kind: MessageKind,
    /// The day of the event; none for what is asked of data.
    pub event: Option<Day>,
    /// Where whom it is about lives; at least the regency is known.
    pub place: RegionCode,
    /// When it came, in milliseconds since 1970-01-01 UTC.
    pub received_at_ms: i64,
    /// Whether somebody filled it in for another.
    pub helped: bool,
    /// Where it stands.
    pub state: MessageState,
    /// How many steps were made.
    pub steps: u32,
    /// The claim that was opened for it.
    pub claim: Option<Id<kind::Claim>>,
}

/// Who filled a message in for another.
#[derive(Clone, PartialEq, Eq)]
pub struct Helper {
    /// Name.
    pub name: PersonName,
    /// What they are.
    pub kind: HelperKind,
    /// Telephone.
    pub phone: Option<Phone>,
    /// How the other agreed.
    pub agreement: Agreement,
}

/// What a message says; all of it is sealed.
#[derive(Clone, PartialEq, Eq)]
pub struct MessageDetails {
    /// By which the sender asks about it.
    pub code: MessageCode,
    /// Whom it is about.
    pub subject: PersonName,
    /// When they were born.
    pub birth: Option<Day>,
    /// The number of their card.
    pub card: Option<CardNumber>,
    /// The village, as typed.
    pub village: Box<str>,
    /// What happened, or what is asked.
    pub account: Box<str>,
    /// Who tells; who it is about, when that is the same.
    pub sender: PersonName,
    /// What they are to whom it is about.
    pub relation: Sender,
    /// Their telephone.
    pub phone: Option<Phone>,
    /// Who filled it in for them.
    pub helper: Option<Helper>,
}

impl fmt::Debug for MessageDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // All of it may say who somebody is.
        f.write_str("MessageDetails")
    }
}

/// The identifier of a message: the same form sent again, with the same in it, is the same one.
///
/// # Shape
/// `form` is the random name of the form; `said` everything that was typed in it, in order.
pub fn message_id<'a>(form: &str, said: impl IntoIterator<Item = &'a str>) -> Id<kind::Message> {
    let feed = Feed::new("message").part(form.as_bytes());
    said.into_iter().fold(feed, |feed, text| feed.part(text.as_bytes())).id()
}
