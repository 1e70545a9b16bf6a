//! Agents, and leads: somebody who wants to be registered, from an event or an agent; the one
//! table of what may follow what, and what of it is an effect.

use std::fmt;

use base::id::kind;
use base::{Day, Id, Nik, PersonName, Phone, RegionCode, Sex};

use super::OutreachKindKey;
use crate::message::Agreement;
use crate::occupation::OccupationKey;

crate::words::words! {
    /// Where a lead stands.
    LeadState {
        /// Nobody has called yet.
        New = "new",
        /// Somebody has.
        Contacted = "contacted",
        /// The person is in the register.
        Registered = "registered",
        /// The person does not want to.
        Refused = "refused",
        /// Nobody is reached.
        Unreachable = "unreachable",
    }
}

crate::words::words! {
    /// What moves a lead.
    LeadStep {
        /// Somebody calls, or comes by.
        Contact = "contact",
        /// The person is found in the register.
        Register = "register",
        /// The person says no.
        Refuse = "refuse",
        /// Nobody is reached.
        Miss = "miss",
        /// It was another person: the lead is taken up again.
        Reopen = "reopen",
    }
}

/// Every step that there is: from, by, to.
pub const LEAD_TABLE: &[(LeadState, LeadStep, LeadState)] = {
    use LeadState as S;
    use LeadStep as T;
    &[
        (S::New, T::Contact, S::Contacted),
        (S::New, T::Register, S::Registered),
        (S::New, T::Refuse, S::Refused),
        (S::New, T::Miss, S::Unreachable),
        (S::Contacted, T::Contact, S::Contacted),
        (S::Contacted, T::Register, S::Registered),
        (S::Contacted, T::Refuse, S::Refused),
        (S::Contacted, T::Miss, S::Unreachable),
        (S::Refused, T::Contact, S::Contacted),
        (S::Refused, T::Register, S::Registered),
        (S::Unreachable, T::Contact, S::Contacted),
        (S::Unreachable, T::Register, S::Registered),
        (S::Registered, T::Reopen, S::Contacted),
    ]
};

/// The state after a step; none when the table has no such step.
pub fn lead_after(state: LeadState, step: LeadStep) -> Option<LeadState> {
    let row = LEAD_TABLE.iter().find(|(from, by, _)| (*from, *by) == (state, step));
    row.map(|(_, _, to)| *to)
}

/// Somebody who wants to be registered, without what says who that is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lead {
    /// Which.
    pub id: Id<kind::Lead>,
    /// The event that it comes from.
    pub event: Option<Id<kind::OutreachEvent>>,
    /// The agent who brought it.
    pub agent: Option<Id<kind::Agent>>,
    /// Where the person lives, as fine as it is known.
    pub place: RegionCode,
    /// Work.
    pub occupation: Option<OccupationKey>,
    /// Sex.
    pub sex: Option<Sex>,
    /// The day on which it was said.
    pub told_on: Day,
    /// How the person agreed that their name is kept.
    pub consent: Agreement,
    /// Where it stands.
    pub state: LeadState,
    /// How many steps were made.
    pub steps: u32,
    /// The record of the person, once registered.
    pub person: Option<Id<kind::Person>>,
    /// The day on which the register first knew the person.
    pub registered_on: Option<Day>,
    /// The record that it may be: a human is asked.
    pub asked: Option<Id<kind::Person>>,
}

/// Who a lead is; all of it is sealed.
#[derive(Clone, PartialEq, Eq)]
pub struct LeadDetails {
    /// Name.
    pub name: PersonName,
    /// Telephone.
    pub phone: Option<Phone>,
    /// The village, as typed.
    pub village: Box<str>,
    /// National identity number.
    pub nik: Option<Nik>,
    /// Date of birth.
    pub birth: Option<Day>,
}

impl fmt::Debug for LeadDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LeadDetails")
    }
}

/// Somebody who reaches people in a territory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    /// Which.
    pub id: Id<kind::Agent>,
    /// Short code, such as `bhabin-kricak`.
    pub code: Box<str>,
    /// What kind.
    pub kind: OutreachKindKey,
    /// Where.
    pub territory: RegionCode,
    /// The office above.
    pub supervisor: Option<Id<kind::Org>>,
    /// The account by which they sign in.
    pub account: Option<Id<kind::User>>,
    /// Registrations that are expected in a month.
    pub quota: Option<u32>,
    /// The first day.
    pub since: Day,
    /// The first day on which they are none any more.
    pub until: Option<Day>,
}

impl Agent {
    /// Whether they work on a day.
    pub fn works_on(&self, day: Day) -> bool {
        self.since <= day && self.until.is_none_or(|until| day < until)
    }
}

/// Who an agent is; all of it is sealed.
#[derive(Clone, PartialEq, Eq)]
pub struct AgentDetails {
    /// Name.
    pub name: PersonName,
    /// Telephone.
    pub phone: Option<Phone>,
}

impl fmt::Debug for AgentDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AgentDetails")
    }
}

/// What came of an event or an agent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Effect {
    /// How many were there.
    pub attended: u32,
    /// Leads.
    pub leads: u32,
    /// Leads that nobody has called yet.
    pub new: u32,
    /// Leads that are in the register now.
    pub registered: u32,
    /// Of these, how many came within the days that count.
    pub within: u32,
}

impl Effect {
    /// Counts a lead whose days are counted from a day on.
    pub fn count(&mut self, lead: &Lead, from: Day, effect_days: u32) {
        self.leads += 1;
        self.new += u32::from(lead.state == LeadState::New);
        self.registered += u32::from(lead.state == LeadState::Registered);
        self.within +=
            u32::from(lead.registered_on.is_some_and(|day| counts_within(from, day, effect_days)));
    }
}

/// Whether a registration counts as the effect of a day: that day or so many days after it. Whoever
/// was in the register before does not count.
pub fn counts_within(from: Day, registered: Day, effect_days: u32) -> bool {
    let days = from.days_until(registered);
    u32::try_from(days).is_ok_and(|days| days <= effect_days)
}
