//! The calendar of events: free days for one that is asked about, what would stand in its way on a
//! day, and the feed that other programs read.

use base::{Day, Id, RegionCode};
use documents::ical::{self, CalendarEvent, CalendarStatus};
use domain::outreach::{Candidate, OutreachTrait};

use super::{ClashShown, Event, EventFilter, EventState, World};
use crate::error::AppError;
use crate::office::{Actor, Office};
use crate::words::Words;

/// What a free day is asked for.
#[derive(Debug, Clone, Default)]
pub struct FreeAsked {
    /// The event that is moved, by code: all that is not said is as it is there.
    pub event: String,
    /// The region, by code or name.
    pub place: String,
    /// The office that invites, by code.
    pub org: String,
    /// Who is invited, by work, between commas.
    pub audience: String,
    /// The facility, by code.
    pub facility: String,
    /// Who speaks, between semicolons.
    pub facilitators: String,
    /// The first day that is looked at; today when absent.
    pub from: Option<Day>,
    /// How many are offered; ten when absent.
    pub most: Option<usize>,
}

/// Days that are offered when nobody says how many.
const OFFERED: usize = 10;

/// What is asked, read.
struct Asked {
    place: RegionCode,
    org: Id<base::id::kind::Org>,
    facility: Option<Id<base::id::kind::Org>>,
    audience: Vec<domain::occupation::OccupationKey>,
    facilitators: Vec<Box<str>>,
    briefs: bool,
    besides: Option<Id<base::id::kind::OutreachEvent>>,
}

impl Asked {
    fn candidate(&self) -> Candidate<'_> {
        Candidate {
            place: self.place,
            facility: self.facility,
            org: self.org,
            audience: &self.audience,
            facilitators: &self.facilitators,
            briefs: self.briefs,
        }
    }
}

impl Office {
    /// The next days on which offices work and nothing stands in the way.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, `OUTREACH_UNKNOWN`, `NOT_A_REGION`, `ORG_UNKNOWN`, `FACILITY_UNKNOWN`,
    /// `OCCUPATION_UNKNOWN`.
    pub fn free_event_days(&self, actor: &Actor, asked: &FreeAsked) -> Result<Vec<Day>, AppError> {
        let world = self.outreach_world(actor)?;
        let read = self.free_asked(&world, asked)?;
        let from = asked.from.unwrap_or_else(|| self.environment.today());
        let is_open = |day: Day| self.rulebook.is_workday(day);
        let most = asked.most.unwrap_or(OFFERED);
        let wanted = (&read.candidate(), read.besides);
        Ok(world.calendar().free_days(wanted, from, (most, is_open)))
    }

    /// What would stand in the way on a day.
    ///
    /// # Errors
    /// As [`Office::free_event_days`].
    pub fn clashes_on(
        &self,
        actor: &Actor,
        asked: &FreeAsked,
        day: Day,
    ) -> Result<Vec<ClashShown>, AppError> {
        let world = self.outreach_world(actor)?;
        let read = self.free_asked(&world, asked)?;
        let met = world.calendar().clashes_of(&read.candidate(), day, read.besides);
        Ok(met.into_iter().map(|(at, why)| world.clash(at, why)).collect())
    }

    fn free_asked(&self, world: &World, asked: &FreeAsked) -> Result<Asked, AppError> {
        let known = match asked.event.trim() {
            "" => None,
            code => {
                let found = world.events.iter().find(|event| &*event.code == code);
                Some(found.ok_or_else(|| AppError::not_found("OUTREACH_UNKNOWN", code))?)
            }
        };
        let org = |code: &str, unknown: &str| {
            let found = world.orgs.values().find(|org| &*org.code == code);
            found.map(|org| org.id).ok_or_else(|| AppError::not_found(unknown, code))
        };
        let place = match (asked.place.trim(), known) {
            ("", Some(event)) => event.place,
            (text, _) => self.place_typed(text)?,
        };
        let inviting = match (asked.org.trim(), known) {
            ("", Some(event)) => event.org,
            // An office that is not said is none of those that invite.
            ("", None) => Id::from_bytes([0; 16]),
            (code, _) => org(code, "ORG_UNKNOWN")?,
        };
        let facility = match (asked.facility.trim(), known) {
            ("", known) => known.and_then(|event| event.facility),
            (code, _) => Some(org(code, "FACILITY_UNKNOWN")?),
        };
        let audience = match (asked.audience.trim(), known) {
            ("", Some(event)) => event.audience.clone(),
            (text, _) => self.audience_typed(text)?,
        };
        let speakers = asked.facilitators.split([';', '\n']).map(str::trim);
        let speakers: Vec<Box<str>> =
            speakers.filter(|name| !name.is_empty()).map(Box::from).collect();
        let facilitators = match (speakers.is_empty(), known) {
            (true, Some(event)) => event.facilitators.clone(),
            _ => speakers,
        };
        let besides = known.map(|event| event.id);
        let briefs = known.is_some_and(|event| world.kinds.has(&event.kind, OutreachTrait::Briefs));
        Ok(Asked { place, org: inviting, facility, audience, facilitators, briefs, besides })
    }

    /// The calendar as other programs read it (iCalendar): of a month, or of all. No name of
    /// anybody is in it.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn outreach_feed(
        &self,
        actor: &Actor,
        filter: &EventFilter,
        words: &Words,
    ) -> Result<String, AppError> {
        let shown = self.outreach_events(actor, filter)?;
        let name = format!("{} {}", words.get("outreach-feed-name"), self.place_name());
        let events = shown.iter().map(|shown| {
            let event = &shown.event;
            let venue = [&*event.venue, &*shown.place];
            let known: Vec<&str> = venue.into_iter().filter(|text| !text.is_empty()).collect();
            let mut about = vec![shown.org.1.to_string()];
            about.extend(shown.facility.iter().map(|(_, name)| name.to_string()));
            about.push(event.agenda.to_string());
            about.retain(|text| !text.is_empty());
            CalendarEvent {
                uid: format!("{}@payung", event.id),
                sequence: event.steps,
                changed_at_ms: event.changed_at_ms,
                day: event.day,
                minutes: (event.hours.from, event.hours.to),
                summary: event.title.to_string(),
                location: known.join(", "),
                description: about.join("\n"),
                status: status_of(event),
            }
        });
        Ok(ical::write(&ical::Calendar { name, events: events.collect() }))
    }
}

fn status_of(event: &Event) -> CalendarStatus {
    match event.state {
        EventState::Planned => CalendarStatus::Tentative,
        EventState::Held => CalendarStatus::Confirmed,
        EventState::Cancelled => CalendarStatus::Cancelled,
    }
}
