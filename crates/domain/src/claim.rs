//! Claims: what happened to a member, what is owed for it, to whom, and how far it has come.
//!
//! BPJS decides and pays; the office puts the claim together, sends it, and keeps what was
//! answered. Nothing here refuses a claim for its looks: what is odd is a [`Flag`], which asks.

mod assess;
mod flags;
mod people;
mod table;
#[cfg(test)]
mod tests;

use base::id::kind;
use base::{Day, Id, Rupiah};
use rules::Scheme;

use crate::digest::Feed;

pub use assess::{AssessInput, Assessment, ClaimFacts, PaidMonth, assess};
pub use flags::{Flag, FlagInput, flags};
pub use people::{
    ClaimPerson, Receiver, ReceiverPart, awaits, digest as receivers_digest, is_always_asked,
    pays_heirs, receivers,
};
pub use table::{ClaimState, ClaimStep, TABLE, after};

/// What is claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ClaimKind {
    /// Death that was no work accident.
    Jkm,
    /// Death by work accident.
    JkkDeath,
    /// Total permanent disability by work accident.
    JkkTotal,
    /// Lasting losses by work accident.
    JkkPartial,
    /// Care after a work accident: time off work, transport, aids, care at home.
    JkkCare,
    /// Old age savings.
    Jht,
}

impl ClaimKind {
    /// Every kind, in order.
    pub const ALL: [ClaimKind; 6] = [
        ClaimKind::Jkm,
        ClaimKind::JkkDeath,
        ClaimKind::JkkTotal,
        ClaimKind::JkkPartial,
        ClaimKind::JkkCare,
        ClaimKind::Jht,
    ];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            ClaimKind::Jkm => "jkm",
            ClaimKind::JkkDeath => "jkk-death",
            ClaimKind::JkkTotal => "jkk-total",
            ClaimKind::JkkPartial => "jkk-partial",
            ClaimKind::JkkCare => "jkk-care",
            ClaimKind::Jht => "jht",
        }
    }

    /// The kind with this stable name.
    pub fn from_name(name: &str) -> Option<ClaimKind> {
        ClaimKind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The programme whose cover it is claimed from.
    pub fn scheme(self) -> Scheme {
        match self {
            ClaimKind::Jkm => Scheme::Jkm,
            ClaimKind::Jht => Scheme::Jht,
            _ => Scheme::Jkk,
        }
    }

    /// Whether the member died, so that others receive.
    pub fn is_death(self) -> bool {
        matches!(self, ClaimKind::Jkm | ClaimKind::JkkDeath)
    }

    /// Whether children may get scholarships.
    pub fn has_scholarship(self) -> bool {
        self.is_death() || self == ClaimKind::JkkTotal
    }
}

/// Who told of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Told {
    /// The member.
    Member,
    /// A heir or another relative.
    Family,
    /// The village.
    Village,
    /// A hospital.
    Hospital,
    /// The civil registry.
    Registry,
    /// A list of a cemetery.
    Cemetery,
    /// An employer, a group of workers or a colleague.
    Work,
    /// The office itself.
    Office,
    /// The police.
    Police,
    /// A health office or a clinic.
    Health,
}

impl Told {
    /// Every one, in order.
    pub const ALL: [Told; 10] = [
        Told::Member,
        Told::Family,
        Told::Village,
        Told::Hospital,
        Told::Registry,
        Told::Cemetery,
        Told::Work,
        Told::Office,
        Told::Police,
        Told::Health,
    ];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Told::Member => "member",
            Told::Family => "family",
            Told::Village => "village",
            Told::Hospital => "hospital",
            Told::Registry => "registry",
            Told::Cemetery => "cemetery",
            Told::Work => "work",
            Told::Office => "office",
            Told::Police => "police",
            Told::Health => "health",
        }
    }

    /// The one with this stable name.
    pub fn from_name(name: &str) -> Option<Told> {
        Told::ALL.into_iter().find(|told| told.name() == name)
    }
}

/// A claim, without its papers, people and steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Which.
    pub id: Id<kind::Claim>,
    /// For whom.
    pub person: Id<kind::Person>,
    /// What is claimed.
    pub kind: ClaimKind,
    /// The day it happened.
    pub event: Day,
    /// The day the office was told.
    pub reported: Day,
    /// Who told of it.
    pub told: Told,
    /// The work at which it happened, as told.
    pub occupation: Option<Box<str>>,
    /// Who opened it; the program itself when it came by a list.
    pub opened_by: Id<kind::User>,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub opened_at_ms: i64,
    /// Where it stands.
    pub state: ClaimState,
    /// How many steps were made.
    pub steps: u32,
    /// What BPJS grants, once it has decided.
    pub granted: Option<Rupiah>,
    /// What was paid so far.
    pub paid: Rupiah,
}

/// The identifier of a claim: one for a person, kind and day, so that a repeat finds the first;
/// another after so many that were withdrawn.
pub fn claim_id(
    (person, kind, event): (Id<kind::Person>, ClaimKind, Day),
    withdrawn: u32,
) -> Id<kind::Claim> {
    let feed = Feed::new("claim").part(person.as_bytes()).part(kind.name().as_bytes());
    let feed = feed.number(event.as_number());
    match withdrawn {
        0 => feed.id(),
        withdrawn => feed.number(withdrawn.into()).id(),
    }
}

/// A digest of what an approver of a claim is shown.
///
/// # Shape
/// `waiting` is the computed benefit, `receivers` the digest of who receives it, `papers` the keys
/// of the papers at hand, in order.
pub fn claim_hash(
    claim: &Claim,
    waiting: Rupiah,
    receivers: &[u8; 32],
    papers: &[&str],
) -> [u8; 32] {
    let mut feed = Feed::new("claim put forward").part(claim.id.as_bytes());
    feed = feed.number(waiting.0).part(receivers);
    for paper in papers {
        feed = feed.part(paper.as_bytes());
    }
    feed.finish()
}

/// Why a step of a claim is not made; the order is the order of trying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClaimRefusal {
    /// The table has no such step from where it stands.
    NotNow,
    /// A day to come, or before what it follows.
    DayUnfit,
    /// The step needs a reason.
    ReasonMissing,
    /// The step needs an amount above nothing.
    AmountMissing,
    /// Papers that are always asked for are not there.
    PapersMissing,
    /// Nobody is written down who could receive.
    NobodyToPay,
    /// Heirs do not agree.
    HeirsDisagree,
    /// A heir under age has no guardian written down.
    GuardianMissing,
}

impl ClaimRefusal {
    /// The stable code.
    pub fn name(self) -> &'static str {
        match self {
            ClaimRefusal::NotNow => "CLAIM_NOT_NOW",
            ClaimRefusal::DayUnfit => "CLAIM_DAY_UNFIT",
            ClaimRefusal::ReasonMissing => "CLAIM_REASON_MISSING",
            ClaimRefusal::AmountMissing => "CLAIM_AMOUNT_MISSING",
            ClaimRefusal::PapersMissing => "CLAIM_PAPERS_MISSING",
            ClaimRefusal::NobodyToPay => "CLAIM_NOBODY_TO_PAY",
            ClaimRefusal::HeirsDisagree => "CLAIM_HEIRS_DISAGREE",
            ClaimRefusal::GuardianMissing => "CLAIM_GUARDIAN_MISSING",
        }
    }
}

/// A step that somebody wants to make, with what decides about it.
#[derive(Debug, Clone, Copy)]
pub struct StepAsked<'a> {
    /// Which.
    pub step: ClaimStep,
    /// The day of it.
    pub day: Day,
    /// Today.
    pub today: Day,
    /// The amount, where it has one.
    pub rupiah: Option<Rupiah>,
    /// Why.
    pub reason: &'a str,
    /// Whether a paper is missing that is always asked for.
    pub papers_missing: bool,
    /// What its people wait for, if anything does.
    pub people: Option<ClaimRefusal>,
}

/// The state after a step.
///
/// # Errors
/// The first [`ClaimRefusal`] in their order.
pub fn step(claim: &Claim, asked: &StepAsked<'_>) -> Result<ClaimState, ClaimRefusal> {
    let next = after(claim.state, asked.step).ok_or(ClaimRefusal::NotNow)?;
    if asked.day > asked.today || asked.day < claim.event {
        return Err(ClaimRefusal::DayUnfit);
    }
    let unpaid = asked.step == ClaimStep::Close
        && claim.granted.is_some_and(|granted| granted != claim.paid);
    if (asked.step.needs_reason() || unpaid) && asked.reason.trim().chars().count() < 3 {
        return Err(ClaimRefusal::ReasonMissing);
    }
    let is_amount = asked.rupiah.is_some_and(|rupiah| rupiah > Rupiah::ZERO);
    if asked.step.needs_amount() && !is_amount {
        return Err(ClaimRefusal::AmountMissing);
    }
    if matches!(asked.step, ClaimStep::Complete | ClaimStep::Propose) && asked.papers_missing {
        return Err(ClaimRefusal::PapersMissing);
    }
    match asked.people {
        Some(waits) if asked.step == ClaimStep::Propose => Err(waits),
        _ => Ok(next),
    }
}

/// Whether a claim is looked at once more after it was approved, beside its way: one in `every`,
/// the same ones whenever it is asked.
pub fn is_sampled(claim: Id<kind::Claim>, every: u64) -> bool {
    let digest = Feed::new("claim review").part(claim.as_bytes()).finish();
    let number = digest.iter().take(8).fold(0u64, |sum, byte| sum << 8 | u64::from(*byte));
    every != 0 && number.is_multiple_of(every)
}
