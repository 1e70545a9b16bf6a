//! Outreach: events with their place, day and hours, agents with a territory, and leads on their
//! way to a registration.
//!
//! What kinds of events and agents there are is data (`data/outreach_kinds.tsv`), and an office
//! adds its own. Nothing here knows who a lead is but by what was sealed.

mod calendar;
mod event;
mod kinds;
mod lead;
mod terms;
#[cfg(test)]
mod tests;

pub use calendar::{Calendar, Candidate, Clash, ClashWhy, FREE_DAYS_MOST, shares_people};
pub use event::{
    EVENT_TABLE, Event, EventRefusal, EventState, EventStep, Hours, event_after, hours_of,
};
pub use kinds::{
    OutreachKind, OutreachKindKey, OutreachKindProblem, OutreachKinds, OutreachOf, OutreachTrait,
};
pub use lead::{
    Agent, AgentDetails, Effect, LEAD_TABLE, Lead, LeadDetails, LeadState, LeadStep, counts_within,
    lead_after,
};
pub use terms::{OutreachTerms, TermName};
