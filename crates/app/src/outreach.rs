//! Outreach: events kept and looked at, the calendar with its clashes and free days, who was there,
//! leads on their way to a registration, agents, and what came of all of it.
//!
//! Whoever plans sees what others plan; who was there and who wants in is by place, and masked.

mod agents;
mod attendance;
mod calendar;
mod change;
mod leads;
mod pack;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use base::id::kind;
use base::{Day, Id, Month, RegionCode};
use domain::organisation::Org;
pub use domain::outreach::{
    Agent, AgentDetails, ClashWhy, EVENT_TABLE, Effect, Event, EventState, EventStep, Hours, Lead,
    LeadDetails, LeadState, LeadStep, OutreachKind, OutreachKindKey, OutreachKinds, OutreachOf,
    OutreachTerms, OutreachTrait, TermName, event_after, hours_of, lead_after,
};
use domain::outreach::{Calendar, Clash};
use store::Tx;
pub use store::outreach::{Attendance, Attendee, EventStepKept, LeadStepKept};

use crate::error::{AppError, typed};
use crate::office::{Actor, Office, Operation, Target};
use crate::words::{Language, Words};

pub use agents::{
    AgentFile, AgentInput, AgentShown, AgentsTaken, Briefing, Uncovered, UncoveredWhy,
};
pub use attendance::{AttendanceRead, AttendanceReport, AttendeeInput};
pub use calendar::FreeAsked;
pub use change::EventInput;
pub use leads::{LeadFile, LeadFilter, LeadInput, LeadShown, LeadsFollowed, lead_number};

/// The settings of outreach begin so, in the list of all.
pub const OUTREACH_EFFECT_DAYS: &str = "outreach-effect-days";
/// Within how many days offices that invite the same people are shown to each other.
pub const OUTREACH_WINDOW_DAYS: &str = "outreach-window-days";

/// An event in a list or a calendar.
#[derive(Debug, Clone)]
pub struct EventShown {
    /// It.
    pub event: Event,
    /// The office that invites: code and name.
    pub org: (Box<str>, Box<str>),
    /// The facility that is visited: code and name.
    pub facility: Option<(Box<str>, Box<str>)>,
    /// The agreement whose duty it fulfils, by code.
    pub agreement: Option<Box<str>>,
    /// The name of the region.
    pub place: String,
    /// What stands in its way: code, title, day, and why.
    pub clashes: Vec<ClashShown>,
    /// What came of it.
    pub effect: Effect,
}

/// Another event that stands in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClashShown {
    /// Its code.
    pub code: Box<str>,
    /// Its title.
    pub title: Box<str>,
    /// Its day.
    pub day: Day,
    /// The office that invites, by name.
    pub org: Box<str>,
    /// Why.
    pub why: ClashWhy,
}

/// An event with all that hangs on it.
#[derive(Debug, Clone)]
pub struct EventFile {
    /// As in a list.
    pub shown: EventShown,
    /// What was done, each with the name of who did it.
    pub steps: Vec<(EventStepKept, Option<Box<str>>)>,
    /// How many were there: of the register, leads, agents, only counted.
    pub there: [u32; 4],
    /// How many men and women were there, as far as it is known.
    pub sexes: (u32, u32),
    /// What may be done with it by whoever looks.
    pub next: Vec<EventStep>,
    /// Whether whoever looks may change it and write down who was there.
    pub may_handle: bool,
}

/// What came of one event or agent, as a line of the table.
#[derive(Debug, Clone)]
pub struct EffectRow {
    /// The event or the agent, by its code.
    pub code: Box<str>,
    /// Its title; the name of its territory for an agent.
    pub title: String,
    /// The day of the event.
    pub day: Option<Day>,
    /// What came of it.
    pub effect: Effect,
}

/// Which events are asked for.
#[derive(Debug, Clone, Default)]
pub struct EventFilter {
    /// Of this month alone.
    pub month: Option<Month>,
    /// In this state alone.
    pub state: Option<EventState>,
    /// Of this kind alone.
    pub kind: Option<OutreachKindKey>,
}

/// All that is read once to look at events.
pub(crate) struct World {
    pub(crate) events: Vec<Event>,
    pub(crate) kinds: OutreachKinds,
    pub(crate) orgs: HashMap<Id<kind::Org>, Org>,
    pub(crate) terms: OutreachTerms,
    effects: HashMap<Id<kind::OutreachEvent>, Effect>,
    agreements: HashMap<Id<kind::Agreement>, Box<str>>,
}

impl World {
    pub(crate) fn load(tx: &mut Tx<'_>) -> Result<World, AppError> {
        let events = store::outreach::list(tx)?;
        let terms = terms_of(tx)?;
        let days: HashMap<_, _> = events.iter().map(|event| (event.id, event.day)).collect();
        let mut effects: HashMap<Id<kind::OutreachEvent>, Effect> = HashMap::new();
        for (lead, _) in store::outreach::leads(tx)? {
            let Some(event) = lead.event else { continue };
            let from = days.get(&event).copied().unwrap_or(lead.told_on);
            effects.entry(event).or_default().count(&lead, from, terms.effect_days);
        }
        for attendance in store::outreach::attended_all(tx)? {
            effects.entry(attendance.event).or_default().attended += 1;
        }
        let agreements = store::agreements::list(tx)?.into_iter();
        Ok(World {
            events,
            kinds: kinds_of(tx)?,
            orgs: store::orgs::list(tx)?.into_iter().map(|org| (org.id, org)).collect(),
            terms,
            effects,
            agreements: agreements.map(|one| (one.id, one.code)).collect(),
        })
    }

    pub(crate) fn calendar(&self) -> Calendar<'_> {
        let window_days = self.terms.window_days;
        Calendar { events: &self.events, kinds: &self.kinds, window_days }
    }

    fn org(&self, id: Id<kind::Org>) -> (Box<str>, Box<str>) {
        let org = self.orgs.get(&id);
        org.map(|org| (org.code.clone(), org.name.clone())).unwrap_or_default()
    }

    /// The event at a place of the list, with what stands in its way.
    fn shown(&self, office: &Office, at: usize, found: &[Clash]) -> EventShown {
        let event = self.events[at].clone();
        let others = found.iter().filter_map(|clash| match clash.pair {
            (one, other) if one == at => Some((other, clash.why)),
            (other, one) if one == at => Some((other, clash.why)),
            _ => None,
        });
        EventShown {
            org: self.org(event.org),
            facility: event.facility.map(|id| self.org(id)),
            agreement: event.duty.as_ref().and_then(|(id, _)| self.agreements.get(id).cloned()),
            place: office.name_of(event.place),
            clashes: others.map(|(at, why)| self.clash(at, why)).collect(),
            effect: self.effects.get(&event.id).copied().unwrap_or_default(),
            event,
        }
    }

    fn clash(&self, at: usize, why: ClashWhy) -> ClashShown {
        let event = &self.events[at];
        ClashShown {
            code: event.code.clone(),
            title: event.title.clone(),
            day: event.day,
            org: self.org(event.org).1,
            why,
        }
    }
}

impl Office {
    /// The kinds of events and of agents: those that come with Payung, then those of the office.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn outreach_kinds(&self) -> Result<OutreachKinds, AppError> {
        self.store.read(kinds_of)
    }

    /// How many days count.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn outreach_terms(&self) -> Result<OutreachTerms, AppError> {
        self.store.read(terms_of)
    }

    /// Sets how many days count; the same again is no change.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, `SETTING_UNKNOWN`, `SETTING_UNREADABLE`.
    pub fn set_outreach_term(
        &self,
        actor: &Actor,
        setting: &str,
        value: &str,
    ) -> Result<(), AppError> {
        self.authorize(actor, Operation::Settings, &Target::default())?;
        let name = setting.strip_prefix("outreach-").and_then(TermName::from_name);
        let name = name.ok_or_else(|| AppError::usage("SETTING_UNKNOWN", setting))?;
        let unfit = || AppError::usage("SETTING_UNREADABLE", typed(value));
        let days = name.read(value).ok_or_else(unfit)?.to_string();
        self.store.write(|tx| {
            if store::settings::get(tx, setting)?.as_deref() == Some(&*days) {
                return Ok(());
            }
            store::settings::set(tx, setting, &days)?;
            self.record(tx, actor, "outreach-term-set", "settings", &[0; 16])
        })
    }

    /// Events by day and hour, each with what stands in its way and what came of it.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn outreach_events(
        &self,
        actor: &Actor,
        filter: &EventFilter,
    ) -> Result<Vec<EventShown>, AppError> {
        self.authorize_somewhere(actor, Operation::ReadOutreach)?;
        let world = self.store.read(World::load)?;
        let met = world.calendar().clashes();
        let fits = |event: &Event| {
            filter.month.is_none_or(|month| event.day.month_of() == month)
                && filter.state.is_none_or(|state| event.state == state)
                && filter.kind.as_ref().is_none_or(|kind| event.kind == *kind)
        };
        let places = (0..world.events.len()).filter(|at| fits(&world.events[*at]));
        Ok(places.map(|at| self.for_reader(actor, world.shown(self, at, &met))).collect())
    }

    /// Who speaks is for those alone who keep events there.
    fn for_reader(&self, actor: &Actor, mut shown: EventShown) -> EventShown {
        if !self.handles(actor, shown.event.place) {
            shown.event.facilitators.clear();
        }
        shown
    }

    /// Whether somebody may keep events and leads of a place.
    pub(crate) fn handles(&self, actor: &Actor, place: RegionCode) -> bool {
        self.reaches(actor, Operation::HandleOutreach, &Target::in_region(place))
    }

    /// One event with all that hangs on it.
    ///
    /// # Errors
    /// `OUTREACH_UNKNOWN`.
    pub fn outreach_event(&self, actor: &Actor, code: &str) -> Result<EventFile, AppError> {
        self.authorize_somewhere(actor, Operation::ReadOutreach)?;
        self.store.read(|tx| {
            let world = World::load(tx)?;
            let at = world.events.iter().position(|event| &*event.code == code);
            let at = at.ok_or_else(|| AppError::not_found("OUTREACH_UNKNOWN", code))?;
            let met = world.calendar().clashes();
            let shown = world.shown(self, at, &met);
            let event = shown.event.clone();
            let may_handle = self.handles(actor, event.place);
            let mut kept = store::outreach::steps(tx, event.id)?;
            // What was said there may name somebody.
            kept.iter_mut().filter(|_| !may_handle).for_each(|step| step.words = "".into());
            let steps = crate::steps::named(tx, kept)?;
            let attended = store::outreach::attended(tx, event.id)?;
            let (there, sexes) = counted(&attended);
            let next = EventStep::ALL.iter().copied();
            let next = next.filter(|step| may_handle && event_after(event.state, *step).is_some());
            Ok(EventFile {
                next: next.collect(),
                shown: self.for_reader(actor, shown),
                steps,
                there,
                sexes,
                may_handle,
            })
        })
    }

    /// What came of every event and every agent.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn outreach_effects(&self, actor: &Actor) -> Result<Vec<EffectRow>, AppError> {
        let shown = self.outreach_events(actor, &EventFilter::default())?;
        let stands = shown.into_iter().filter(|shown| shown.event.stands());
        let mut rows: Vec<EffectRow> = stands
            .map(|shown| EffectRow {
                code: shown.event.code,
                title: shown.event.title.to_string(),
                day: Some(shown.event.day),
                effect: shown.effect,
            })
            .collect();
        for shown in self.outreach_agents(actor)? {
            let (code, title) = (shown.agent.code, shown.place);
            rows.push(EffectRow { code, title, day: None, effect: shown.effect });
        }
        Ok(rows)
    }

    /// The text of an invitation or a reminder, to be copied; no name of anybody is in it.
    ///
    /// # Errors
    /// `OUTREACH_UNKNOWN`.
    pub fn outreach_invitation(
        &self,
        actor: &Actor,
        code: &str,
        reminds: bool,
        language: Language,
    ) -> Result<String, AppError> {
        let file = self.outreach_event(actor, code)?;
        let words = Words::of(language);
        let shown = &file.shown;
        let event = &shown.event;
        let day = spoken(event.day, language);
        let hours = event.hours.to_string();
        let place = match event.venue.is_empty() {
            true => shown.place.clone(),
            false => format!("{}, {}", event.venue, shown.place),
        };
        let values = [
            ("title", &*event.title),
            ("day", &*day),
            ("hours", &*hours),
            ("place", &*place),
            ("office", &*shown.org.1),
        ];
        let key = if reminds { "outreach-reminder" } else { "outreach-invitation" };
        let mut text = words.with(key, &values);
        if !event.agenda.is_empty() {
            text.push_str("\n\n");
            text.push_str(&words.with("outreach-invitation-agenda", &[("agenda", &event.agenda)]));
        }
        text.push_str("\n\n");
        text.push_str(&words.get("outreach-invitation-bring"));
        Ok(text)
    }
}

/// A day as one says it: with the day of the week.
fn spoken(day: Day, language: Language) -> String {
    match language {
        Language::Indonesian => format!("{}, {}", day.weekday(), day.in_words()),
        Language::English => {
            let month = Words::of(language).get(&format!("web-month-{}", day.month()));
            format!("{} {month} {}", day.day(), day.year())
        }
    }
}

/// How many of each sort were there, and of which sex.
fn counted(attended: &[Attendance]) -> ([u32; 4], (u32, u32)) {
    let mut there = [0; 4];
    let mut sexes = (0, 0);
    for one in attended {
        let sort = match one.who {
            Attendee::Person(_) => 0,
            Attendee::Lead(_) => 1,
            Attendee::Agent(_) => 2,
            Attendee::Other(_) => 3,
        };
        there[sort] += 1;
        match one.sex {
            Some(base::Sex::Male) => sexes.0 += 1,
            Some(base::Sex::Female) => sexes.1 += 1,
            None => {}
        }
    }
    (there, sexes)
}

/// The event with this code.
fn event_of(tx: &mut Tx<'_>, code: &str) -> Result<Event, AppError> {
    let found = store::outreach::by_code(tx, code)?;
    found.ok_or_else(|| AppError::not_found("OUTREACH_UNKNOWN", code))
}

pub(crate) fn kinds_of(tx: &mut Tx<'_>) -> Result<OutreachKinds, AppError> {
    let mut kinds = OutreachKinds::builtin();
    for kind in store::outreach::kinds(tx)? {
        // A later program may have come to bring the same key; its own stands.
        let _ = kinds.add(kind, std::iter::empty());
    }
    Ok(kinds)
}

fn terms_of(tx: &mut Tx<'_>) -> Result<OutreachTerms, AppError> {
    let mut set = HashMap::new();
    for name in TermName::ALL {
        let kept = store::settings::get(tx, &format!("outreach-{}", name.name()))?;
        set.insert(*name, kept.as_deref().and_then(|text| name.read(text)));
    }
    Ok(OutreachTerms::of(|name| set.get(&name).copied().flatten()))
}
