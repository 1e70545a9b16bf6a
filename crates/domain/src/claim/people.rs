//! Who is left behind, and who of them receives: the first group of the law's order, the burial to
//! whoever paid it, a guardian for whoever is under age.

use base::{Day, Nik, PersonName};
use rules::rule::Row;
use rules::{Heir, JhtReason, RuleGap, Rulebook, SchoolStart};

use super::{ClaimFacts, ClaimKind, ClaimRefusal};
use crate::digest::Feed;

/// Somebody whom a claim names, besides the member.
#[derive(Clone, PartialEq, Eq)]
pub struct ClaimPerson {
    /// Their place in the claim, from 1.
    pub no: u16,
    /// Who they were to the member.
    pub relation: Heir,
    /// Name.
    pub name: PersonName,
    /// National identity number.
    pub nik: Option<Nik>,
    /// Day of birth.
    pub birth: Option<Day>,
    /// Telephone, as typed.
    pub phone: Box<str>,
    /// Bank and account, as typed.
    pub account: Box<str>,
    /// The name of the guardian, where there is one.
    pub guardian: Box<str>,
    /// The year of school that a child is about to enter.
    pub school: Option<SchoolStart>,
    /// Whether they paid for the burial.
    pub paid_burial: bool,
    /// Whether they object to how it is shared.
    pub disagrees: bool,
}

impl std::fmt::Debug for ClaimPerson {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Everything else says who somebody is.
        write!(f, "ClaimPerson({}, {})", self.no, self.relation.name())
    }
}

/// What somebody receives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReceiverPart {
    /// The benefit, together with the others of the group.
    Benefit,
    /// The burial.
    Burial,
    /// Both.
    Both,
}

impl ReceiverPart {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            ReceiverPart::Benefit => "benefit",
            ReceiverPart::Burial => "burial",
            ReceiverPart::Both => "both",
        }
    }
}

/// Somebody who receives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receiver {
    /// Their place among the claim's people.
    pub no: u16,
    /// What.
    pub part: ReceiverPart,
    /// Whether they need a guardian.
    pub under_age: bool,
}

/// Who receives what a death pays, in the order of the claim's people.
///
/// # Errors
/// [`RuleGap`] when no rule applies on the day.
///
/// # Source
/// The order of heirs and the age of guardianship, `waris.urutan` and `waris.usia_dewasa`.
pub fn receivers(
    people: &[ClaimPerson],
    death: Day,
    rulebook: &Rulebook,
) -> Result<Vec<Receiver>, RuleGap> {
    let left: Vec<Heir> = people.iter().map(|person| person.relation).collect();
    let Some(answer) = rulebook.heirs(&left, death)? else { return Ok(Vec::new()) };
    let (full_age, _) = rulebook.full_age(death)?;
    let anybody_paid = people.iter().any(|person| person.paid_burial);
    let part_of = |person: &ClaimPerson| {
        let benefit = !answer.burial_only && answer.heirs.contains(&person.relation);
        let organiser = answer.burial_only && answer.heirs.contains(&person.relation);
        let burial = person.paid_burial || (!anybody_paid && (benefit || organiser));
        match (benefit, burial) {
            (true, true) => Some(ReceiverPart::Both),
            (true, false) => Some(ReceiverPart::Benefit),
            (false, true) => Some(ReceiverPart::Burial),
            (false, false) => None,
        }
    };
    let receiver = |person: &ClaimPerson| {
        let age = person.birth.map(|birth| i64::from(birth.age_on(death)));
        let under_age = age.is_some_and(|age| age < full_age);
        part_of(person).map(|part| Receiver { no: person.no, part, under_age })
    };
    Ok(people.iter().filter_map(receiver).collect())
}

/// Whether others than the member receive: after a death, also of whoever had savings.
pub fn pays_heirs(kind: ClaimKind, facts: &ClaimFacts) -> bool {
    kind.is_death() || (kind == ClaimKind::Jht && facts.why == Some(JhtReason::Death))
}

/// Whether a paper of the rules' list is asked for in every case of its kind.
pub fn is_always_asked(paper: &Row, pays_heirs: bool) -> bool {
    match paper.number() {
        Some(1) => true,
        Some(2) => pays_heirs,
        _ => false,
    }
}

/// What the people of a claim wait for before it can be put forward; none when nothing does, and
/// when the member receives.
pub fn awaits(
    pays_heirs: bool,
    people: &[ClaimPerson],
    receivers: &[Receiver],
) -> Option<ClaimRefusal> {
    if !pays_heirs {
        return None;
    }
    if receivers.is_empty() {
        return Some(ClaimRefusal::NobodyToPay);
    }
    if people.iter().any(|person| person.disagrees) {
        return Some(ClaimRefusal::HeirsDisagree);
    }
    let without = |receiver: &Receiver| {
        let person = people.iter().find(|person| person.no == receiver.no);
        receiver.under_age && person.is_some_and(|person| person.guardian.trim().is_empty())
    };
    receivers.iter().any(without).then_some(ClaimRefusal::GuardianMissing)
}

/// A digest of who receives, for those who approve it.
pub fn digest(people: &[ClaimPerson], receivers: &[Receiver]) -> [u8; 32] {
    let mut feed = Feed::new("claim receivers");
    for receiver in receivers {
        let person = people.iter().find(|person| person.no == receiver.no);
        let name = person.map_or("", |person| person.name.as_str());
        let account = person.map_or("", |person| &*person.account);
        let relation = person.map_or("", |person| person.relation.name());
        feed = feed.number(receiver.no.into()).part(receiver.part.name().as_bytes());
        feed = feed.part(relation.as_bytes()).part(name.as_bytes()).part(account.as_bytes());
    }
    feed.finish()
}
