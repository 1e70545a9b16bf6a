//! What other programs are told when something was done here, and how it reaches them: which acts
//! are told under which name, where a message may go, what an answer means, and when it is tried
//! again.
//!
//! A message holds identifiers, counts, months and rupiah. No text of the register is ever in it,
//! so it cannot name a person.

mod endpoint;

use std::net::IpAddr;

pub use endpoint::{Endpoint, EndpointProblem, Reach, URL_CHARS_MAX, is_public};

/// An act that others may be told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// The act, as the audit log calls it.
    pub act: &'static str,
    /// What it is called outside, without head and version.
    pub kind: &'static str,
    /// What its subject is: the record whose events come in order.
    pub subject: &'static str,
}

/// What every type begins with.
const TYPE_HEAD: &str = "id.payung.";
/// The version of all types of today; another shape would be another version beside it.
const TYPE_VERSION: &str = ".v1";

macro_rules! told {
    ($($act:literal => $kind:literal of $subject:literal,)*) => {
        &[$(Told { act: $act, kind: $kind, subject: $subject }),*]
    };
}

/// Everything that is told, in the order of the work: act of the audit log, type, subject.
///
/// # Shape
/// An act stands here at most once, and nothing that is about one person stands here. What an act
/// does to several records is told of each: `bills-paid` of every bill that was posted, whether by
/// matching, by a bank's notice or by moves that two decided.
pub const TOLD: &[Told] = told! {
    "programme-added" => "programme.added" of "programme",
    "fund-added" => "fund.added" of "fund",
    "fund-revised" => "fund.revised" of "fund",
    "agreement-signed" => "agreement.signed" of "agreement",
    "agreement-amended" => "agreement.amended" of "agreement",
    "agreement-ended" => "agreement.ended" of "agreement",
    "sheet-received" => "sheet.received" of "sheet",
    "sheet-decided" => "sheet.decided" of "sheet",
    "sheet-undone" => "sheet.undone" of "sheet",
    "list-proposed" => "list.proposed" of "proposal",
    "list-approved" => "list.approved" of "proposal",
    "list-returned" => "list.returned" of "proposal",
    "movement-proposed" => "movement.proposed" of "movement",
    "movement-approved" => "movement.approved" of "movement",
    "movement-returned" => "movement.returned" of "movement",
    "annex-made" => "annex.issued" of "annex",
    "bill-finalised" => "bill.finalised" of "bill",
    "bill-issued" => "bill.issued" of "bill",
    "bill-returned" => "bill.returned" of "bill",
    "bill-reopened" => "bill.reopened" of "bill",
    "statement-taken" => "statement.taken" of "statement",
    "bills-paid" => "bills.posted" of "bill",
    "bill-payment-undone" => "bill.unposted" of "bill",
    "snap-recognised" => "payment.recognised" of "bill",
    "bank-moves-approved" => "moves.approved" of "statement-line",
    "receipt-recorded" => "receipt.recorded" of "bill",
    "receipt-withdrawn" => "receipt.withdrawn" of "bill",
    "credits-recorded" => "credits.recorded" of "programme-credits",
    "entry-posted" => "entry.posted" of "voucher",
    "transfer-reversed" => "entry.reversed" of "voucher",
    "period-closed" => "period.closed" of "period",
    "period-reopened" => "period.reopened" of "period",
    "cards-issued" => "cards.issued" of "programme",
    "sipp-sent" => "sipp.sent" of "sipp-submission",
    "sipp-reply-taken" => "sipp.answered" of "sipp-reply",
    "subscriber-tested" => "subscriber.tested" of "subscriber",
};

/// The trial of one subscriber, which nobody else is sent.
pub const TRIAL: &str = "subscriber.tested";

impl Told {
    /// What is told of an act; none when it stays inside.
    pub fn of_act(act: &str) -> Option<&'static Told> {
        TOLD.iter().find(|told| told.act == act)
    }

    /// What a type stands for, with or without its head and version.
    pub fn of_type(text: &str) -> Option<&'static Told> {
        let text = text.strip_prefix(TYPE_HEAD).unwrap_or(text);
        let text = text.strip_suffix(TYPE_VERSION).unwrap_or(text);
        TOLD.iter().find(|told| told.kind == text)
    }

    /// The type as it stands in a message.
    pub fn type_name(&self) -> String {
        format!("{TYPE_HEAD}{}{TYPE_VERSION}", self.kind)
    }

    /// Whether one may subscribe to it; the trial goes to whom it is meant for.
    pub fn is_offered(&self) -> bool {
        self.kind != TRIAL
    }
}

/// Where a subscriber stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SubscriberState {
    /// Put forward; nothing is sent.
    Proposed,
    /// Two have agreed: it is sent to.
    Active,
    /// Somebody stopped it for a while; what happens meanwhile waits.
    Paused,
    /// It did not answer for too long, or said that it is gone.
    Disabled,
    /// The second person said no, or did not speak in time.
    Refused,
    /// It is over.
    Ended,
}

impl SubscriberState {
    /// Every state.
    pub const ALL: [SubscriberState; 6] = [
        SubscriberState::Proposed,
        SubscriberState::Active,
        SubscriberState::Paused,
        SubscriberState::Disabled,
        SubscriberState::Refused,
        SubscriberState::Ended,
    ];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            SubscriberState::Proposed => "proposed",
            SubscriberState::Active => "active",
            SubscriberState::Paused => "paused",
            SubscriberState::Disabled => "disabled",
            SubscriberState::Refused => "refused",
            SubscriberState::Ended => "ended",
        }
    }

    /// The state with this stable name.
    pub fn from_name(name: &str) -> Option<SubscriberState> {
        SubscriberState::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether what happens is put in its queue: two have agreed, and it is not over.
    pub fn is_queued_for(self) -> bool {
        matches!(
            self,
            SubscriberState::Active | SubscriberState::Paused | SubscriberState::Disabled
        )
    }
}

/// Where a message to one subscriber stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DeliveryState {
    /// To be sent, once its time comes and what went before it on its subject is through.
    Waiting,
    /// Taken by the subscriber.
    Delivered,
    /// Tried as often as one tries; sent again when the subscriber is resumed.
    Failed,
}

impl DeliveryState {
    /// Every state.
    pub const ALL: [DeliveryState; 3] =
        [DeliveryState::Waiting, DeliveryState::Delivered, DeliveryState::Failed];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            DeliveryState::Waiting => "waiting",
            DeliveryState::Delivered => "delivered",
            DeliveryState::Failed => "failed",
        }
    }

    /// The state with this stable name.
    pub fn from_name(name: &str) -> Option<DeliveryState> {
        DeliveryState::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// Why a message was not even answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// The name has no address.
    NameUnknown,
    /// One of its addresses is not of the open network, so none is used.
    AddressRefused,
    /// Nobody answers there.
    NoConnection,
    /// Whoever answers cannot prove to be the one.
    NotTrusted,
    /// It took too long.
    TimeOut,
    /// What came is no answer.
    Broken,
}

impl Fault {
    /// Every fault.
    pub const ALL: [Fault; 6] = [
        Fault::NameUnknown,
        Fault::AddressRefused,
        Fault::NoConnection,
        Fault::NotTrusted,
        Fault::TimeOut,
        Fault::Broken,
    ];

    /// The stable code.
    pub fn name(self) -> &'static str {
        match self {
            Fault::NameUnknown => "name-unknown",
            Fault::AddressRefused => "address-refused",
            Fault::NoConnection => "no-connection",
            Fault::NotTrusted => "not-trusted",
            Fault::TimeOut => "time-out",
            Fault::Broken => "broken",
        }
    }
}

/// What came of one attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// The status of HTTP, and how many milliseconds the subscriber asks one to wait.
    Status(u16, Option<i64>),
    /// None.
    Fault(Fault),
}

/// What follows from an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// It is taken.
    Delivered,
    /// Again after so many milliseconds; `hold` says that nothing at all goes there until then.
    Again {
        /// How long from now.
        after_ms: i64,
        /// Whether the whole subscriber waits.
        hold: bool,
    },
    /// It was tried as often as one tries.
    GiveUp,
    /// The subscriber says that it is gone.
    Gone,
}

/// When a message is tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// The waits after the first attempt, the second, …; after the last, nothing more.
    pub waits_ms: &'static [i64],
    /// How many thousandths are added to a wait at most, so that many do not come back at once.
    pub jitter_permille: i64,
    /// The longest that a subscriber may ask one to wait.
    pub asked_wait_ms_max: i64,
}

const PERMILLE: i64 = 1_000; // not law: thousandths
const SECOND: i64 = 1_000; // not law: milliseconds
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

/// The waits that Standard Webhooks recommends: ten attempts in about three days.
pub const SCHEDULE: Schedule = Schedule {
    waits_ms: &[
        5 * SECOND,
        5 * MINUTE,
        30 * MINUTE,
        2 * HOUR,
        5 * HOUR,
        10 * HOUR,
        14 * HOUR,
        20 * HOUR,
        24 * HOUR,
    ],
    jitter_permille: 200, // not law: a fifth
    asked_wait_ms_max: 24 * HOUR,
};

const GONE: u16 = 410; // not law: HTTP
const TOO_MANY: u16 = 429; // not law: HTTP
const UNAVAILABLE: u16 = 503; // not law: HTTP

/// What follows from an answer to attempt number `tries`, 1 for the first; `dice` is any number.
pub fn judge(schedule: &Schedule, tries: u32, answer: Answer, dice: u32) -> Next {
    let asked = match answer {
        // Only a plain yes is one: who sends somewhere else has not taken anything.
        Answer::Status(200..=299, _) => return Next::Delivered, // not law: HTTP
        Answer::Status(GONE, _) => return Next::Gone,
        Answer::Status(TOO_MANY | UNAVAILABLE, asked) => asked,
        Answer::Status(..) | Answer::Fault(_) => None,
    };
    let done = usize::try_from(tries).unwrap_or(usize::MAX).saturating_sub(1);
    let Some(wait) = schedule.waits_ms.get(done) else { return Next::GiveUp };
    let dice = i64::from(dice) % PERMILLE;
    let jitter = wait * schedule.jitter_permille / PERMILLE * dice / PERMILLE;
    let after = wait + jitter;
    match asked {
        None => Next::Again { after_ms: after, hold: false },
        Some(asked) => {
            let asked = asked.clamp(0, schedule.asked_wait_ms_max);
            Next::Again { after_ms: after.max(asked), hold: true }
        }
    }
}

/// Where a name leads, once all of its addresses are known: the first, unless one is refused.
///
/// # Errors
/// [`Fault::NameUnknown`] without an address, [`Fault::AddressRefused`].
pub fn choose(addresses: &[IpAddr], reach: Reach) -> Result<IpAddr, Fault> {
    let fits = |address: &IpAddr| match reach {
        Reach::Open => is_public(*address),
        Reach::ThisMachine => address.is_loopback(),
    };
    match addresses.first() {
        None => Err(Fault::NameUnknown),
        Some(_) if !addresses.iter().all(fits) => Err(Fault::AddressRefused),
        Some(first) => Ok(*first),
    }
}

#[cfg(test)]
mod tests;
