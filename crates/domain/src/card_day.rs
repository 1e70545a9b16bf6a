//! A card day: whose cards lie ready in which seat, and which of them were put into a hand.
//!
//! What was handed over is told by telephones that had no network, late and in any order. Every
//! telling is kept; which one counts is a function of all of them (see `table`), so that the order
//! in which they come does not matter.

mod table;
#[cfg(test)]
mod tests;

use base::id::kind;
use base::{Day, Id, RegionCode};

use crate::card::{Card, CardNumber, CardState};
use crate::digest::Feed;
use crate::words::words;

pub use table::{HandoverState, HandoverStep, TABLE, after, arrival, settle};

/// A day on which cards are handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardDay {
    /// Which.
    pub id: Id<kind::CardDay>,
    /// What it is called.
    pub name: Box<str>,
    /// Where it is held.
    pub place: Box<str>,
    /// Whose members come.
    pub programme: Id<kind::Programme>,
    /// The smallest region that holds all villages of the day.
    pub territory: RegionCode,
    /// When it is held.
    pub day: Day,
    /// Who made it.
    pub made_by: Id<kind::User>,
    /// When it was made, in milliseconds since 1970-01-01 UTC.
    pub made_at_ms: i64,
    /// When it was closed; none while cards are handed over.
    pub closed_at_ms: Option<i64>,
}

/// A seat, and the envelope that lies on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seat {
    /// Its number, from 1.
    pub no: u32,
    /// The card that lay ready when the day was made; whoever got another since sits there too.
    pub card: Id<kind::Card>,
    /// The village under which it is packed.
    pub village: RegionCode,
}

words! {
    /// Into whose hand a card was put.
    Recipient {
        /// Its holder's.
        Holder = "holder",
        /// Wife or husband.
        Spouse = "spouse",
        /// A child or grandchild.
        Child = "child",
        /// Mother or father.
        Parent = "parent",
        /// A sister or brother.
        Sibling = "sibling",
        /// A neighbour.
        Neighbour = "neighbour",
        /// A cadre, or whoever leads the neighbourhood (RT/RW).
        Neighbourhood = "neighbourhood",
        /// Somebody of the village or the office.
        Officer = "officer",
    }
}

impl Recipient {
    /// Whether somebody took it for the holder.
    pub fn is_proxy(self) -> bool {
        self != Recipient::Holder
    }
}

words! {
    /// By what the receipt is proved; the paper or the picture itself stays with the office.
    Proof {
        /// A signature on the list.
        Signature = "signature",
        /// A thumb-print on the list.
        Thumb = "thumb",
        /// A photo.
        Photo = "photo",
    }
}

words! {
    /// Why a telling does not count by itself.
    Trouble {
        /// The card was withdrawn before it was handed over.
        Ended = "ended",
        /// Nobody has a card of this number.
        Unknown = "unknown",
        /// The card does not belong to the day, or not to where whoever told of it may act.
        NotOfDay = "not-of-day",
        /// It came after the day was closed.
        Late = "late",
        /// The card was handed over already: another telling of it counts.
        Twice = "twice",
    }
}

impl Trouble {
    /// Whether somebody may say that the card was handed over all the same: not one that is good no
    /// more, and none that nobody has.
    pub fn may_be_accepted(self) -> bool {
        !matches!(self, Trouble::Ended | Trouble::Unknown)
    }
}

/// One telling of a card put into a hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handover {
    /// Which; made by whoever tells, so that telling again is the same.
    pub id: Id<kind::Handover>,
    /// At which day.
    pub day: Id<kind::CardDay>,
    /// Which card; none when nobody has one of the number.
    pub card: Option<Id<kind::Card>>,
    /// The number that was scanned or typed.
    pub number: CardNumber,
    /// The device that told it; none when it was told at a desk.
    pub device: Option<Id<kind::Device>>,
    /// Into whose hand.
    pub recipient: Recipient,
    /// By what the receipt is proved.
    pub proof: Proof,
    /// Where it stands.
    pub state: HandoverState,
    /// Whether somebody decided that it counts.
    pub is_accepted: bool,
    /// What was found against it when it came; that another counts is no part of it.
    pub trouble: Option<Trouble>,
    /// How many steps were made since it came.
    pub steps: u32,
    /// When it happened by the clock of the device, in milliseconds since 1970-01-01 UTC.
    pub told_at_ms: i64,
    /// When it happened by the clock of the office, as far as the device's clock can be set right.
    pub at_ms: i64,
    /// When the office learned of it, in milliseconds since 1970-01-01 UTC.
    pub received_at_ms: i64,
    /// Who handed it over.
    pub handed_by: Id<kind::User>,
}

impl Handover {
    /// Why it does not count, while nobody has decided.
    pub fn conflict(&self) -> Option<Trouble> {
        let open = self.state == HandoverState::Conflict;
        open.then_some(self.trouble.unwrap_or(Trouble::Twice))
    }

    /// What a person may do about it now.
    pub fn next(&self) -> impl Iterator<Item = HandoverStep> {
        let may_count = self.trouble.is_none_or(Trouble::may_be_accepted);
        let (state, by_hand) = (self.state, HandoverStep::ALL.iter().copied());
        by_hand.filter(move |step| {
            let fits = *step != HandoverStep::Accept || may_count;
            step.is_by_hand() && fits && after(state, *step).is_some()
        })
    }
}

/// What is known of a card when a telling of it comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// Whether anybody has a card of this number.
    pub exists: bool,
    /// Whether its holder has a seat at the day, within reach of whoever tells.
    pub is_of_day: bool,
    /// When it was withdrawn or replaced; none when it is good.
    pub ended_at_ms: Option<i64>,
    /// When the day was closed; none while it is open.
    pub closed_at_ms: Option<i64>,
}

/// What is found against a telling, by the moments of the office's clock at which the card was
/// handed over and at which that was told.
pub fn trouble_of(found: &Found, at_ms: i64, received_at_ms: i64) -> Option<Trouble> {
    let ended = found.ended_at_ms.is_some_and(|ended| ended <= at_ms);
    let late = found.closed_at_ms.is_some_and(|closed| closed < received_at_ms);
    match found {
        Found { exists: false, .. } => Some(Trouble::Unknown),
        _ if ended => Some(Trouble::Ended),
        Found { is_of_day: false, .. } => Some(Trouble::NotOfDay),
        _ => late.then_some(Trouble::Late),
    }
}

/// A moment of a device's clock by the office's clock: the difference of both at the telling is
/// taken off; nothing happened before the day was made, nor later than it was told.
pub fn set_right(told_at_ms: i64, device_now_ms: i64, (made_at_ms, now_ms): (i64, i64)) -> i64 {
    let set = told_at_ms.saturating_add(now_ms.saturating_sub(device_now_ms));
    set.max(made_at_ms).min(now_ms)
}

/// The identifier of a day: asked for again it is the same.
pub fn card_day_id(
    programme: Id<kind::Programme>,
    day: Day,
    name: &str,
    within: &[RegionCode],
) -> Id<kind::CardDay> {
    let mut codes: Vec<RegionCode> = within.to_vec();
    codes.sort_unstable();
    codes.dedup();
    let feed = Feed::new("card-day").part(programme.as_bytes()).part(name.as_bytes());
    let feed = feed.part(day.to_string().as_bytes());
    codes.iter().fold(feed, |feed, code| feed.part(code.to_string().as_bytes())).id()
}

/// The identifier of what is told at a desk: the same card at the same day is one telling, until it
/// was undone; `undone` counts how often.
pub fn handover_id(day: Id<kind::CardDay>, number: CardNumber, undone: u32) -> Id<kind::Handover> {
    let feed = Feed::new("handover").part(day.as_bytes()).part(number.plain().as_bytes());
    feed.number(i64::from(undone)).id()
}

/// Gives seats from `first` on to cards: village by village, in each by name, without gaps.
///
/// A card that is good no more, or not paid for in the month of the day, lies on no seat.
pub fn seated(cards: &[(RegionCode, Card)], day: Day, first: u32) -> Vec<Seat> {
    let ready = |card: &Card| {
        card.state == CardState::Active
            && card.paid_until >= day.month_of()
            && !card.name.as_str().is_empty()
    };
    let mut ready: Vec<&(RegionCode, Card)> =
        cards.iter().filter(|(_, card)| ready(card)).collect();
    ready.sort_by_key(|(village, card)| (*village, card.name.as_str(), card.id));
    let seats = ready.into_iter().zip(first..);
    seats.map(|((village, card), no)| Seat { no, card: card.id, village: *village }).collect()
}

/// Whether a day was asked for over the whole of its territory, and not for some regions in it.
pub fn is_of_whole_territory(day: &CardDay) -> bool {
    card_day_id(day.programme, day.day, &day.name, &[day.territory]) == day.id
}

/// The smallest region that holds all of these.
pub fn common_region(regions: &[RegionCode]) -> Option<RegionCode> {
    let (first, rest) = regions.split_first()?;
    let shared = |level: &u8| {
        rest.iter()
            .all(|one| one.level() >= *level && one.at_level(*level) == first.at_level(*level))
    };
    (1..=first.level()).rev().find(shared).map(|level| first.at_level(level))
}

/// How a day stands, of one village or of all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Seats.
    pub seats: u32,
    /// Seats whose card was handed over at the day.
    pub given: u32,
    /// Seats whose card was handed over at another day.
    pub elsewhere: u32,
    /// Cards handed over without a seat, because somebody decided so.
    pub unseated: u32,
    /// Tellings that somebody has to decide on.
    pub conflicts: u32,
}

impl Tally {
    /// Seats whose card nobody has fetched: waiting while the day is open, absent afterwards.
    pub fn waiting(&self) -> u32 {
        self.seats - self.given - self.elsewhere
    }

    /// Cards handed over at the day.
    pub fn handed(&self) -> u32 {
        self.given + self.unseated
    }

    /// Both together.
    pub fn plus(&self, other: &Tally) -> Tally {
        Tally {
            seats: self.seats + other.seats,
            given: self.given + other.given,
            elsewhere: self.elsewhere + other.elsewhere,
            unseated: self.unseated + other.unseated,
            conflicts: self.conflicts + other.conflicts,
        }
    }
}
