//! An event: what, where, when and for whom; and the one table of what may follow what. The
//! database holds the same table as a constraint.

use std::fmt;

use base::id::kind;
use base::{Day, Id, RegionCode};

use super::OutreachKindKey;
use crate::occupation::OccupationKey;

crate::words::words! {
    /// Where an event stands.
    EventState {
        /// It is to be.
        Planned = "planned",
        /// It was.
        Held = "held",
        /// It will not be.
        Cancelled = "cancelled",
    }
}

crate::words::words! {
    /// What moves an event.
    EventStep {
        /// It is changed: another day, place or agenda.
        Change = "change",
        /// It was held.
        Hold = "hold",
        /// It is called off, and says why.
        Cancel = "cancel",
        /// It is planned anew: what was called off, or was said to be held by mistake.
        Plan = "plan",
    }
}

/// Every step that there is: from, by, to.
pub const EVENT_TABLE: &[(EventState, EventStep, EventState)] = {
    use EventState as S;
    use EventStep as T;
    &[
        (S::Planned, T::Change, S::Planned),
        (S::Planned, T::Hold, S::Held),
        (S::Planned, T::Cancel, S::Cancelled),
        (S::Cancelled, T::Plan, S::Planned),
        (S::Held, T::Plan, S::Planned),
    ]
};

/// The state after a step; none when the table has no such step.
pub fn event_after(state: EventState, step: EventStep) -> Option<EventState> {
    let row = EVENT_TABLE.iter().find(|(from, by, _)| (*from, *by) == (state, step));
    row.map(|(_, _, to)| *to)
}

/// From when to when, in minutes since midnight where the event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hours {
    /// The beginning.
    pub from: u16,
    /// The end, later than the beginning.
    pub to: u16,
}

/// Minutes of a day.
const DAY_MINUTES: u16 = 24 * 60;

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Hours { from, to } = *self;
        write!(f, "{:02}.{:02}–{:02}.{:02}", from / 60, from % 60, to / 60, to % 60)
    }
}

/// Reads hours such as `09.00-11.30`, `9:00–11:30` or `09.00 s.d. 11.30`.
pub fn hours_of(text: &str) -> Option<Hours> {
    let text = text.replace("s.d.", "-").replace("sd", "-").replace('–', "-");
    let (from, to) = text.split_once('-')?;
    let minutes = |text: &str| {
        let (hour, minute) = text.trim().split_once(['.', ':'])?;
        let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
        (hour <= 24 && minute < 60).then_some(hour * 60 + minute)
    };
    let hours = Hours { from: minutes(from)?, to: minutes(to)? };
    (hours.from < hours.to && hours.to <= DAY_MINUTES).then_some(hours)
}

/// An event.
#[derive(Clone, PartialEq, Eq)]
pub struct Event {
    /// Which.
    pub id: Id<kind::OutreachEvent>,
    /// Short code, such as `pembekalan-bhabin`.
    pub code: Box<str>,
    /// What kind.
    pub kind: OutreachKindKey,
    /// What it is called.
    pub title: Box<str>,
    /// The region that it is for: a village, a district, the regency.
    pub place: RegionCode,
    /// Where in it, in words.
    pub venue: Box<str>,
    /// The day.
    pub day: Day,
    /// The hours.
    pub hours: Hours,
    /// The office that invites.
    pub org: Id<kind::Org>,
    /// Who is invited, by work; everybody when empty.
    pub audience: Vec<OccupationKey>,
    /// The facility that is visited.
    pub facility: Option<Id<kind::Org>>,
    /// The duty of an agreement that it fulfils, by the duty's code.
    pub duty: Option<(Id<kind::Agreement>, Box<str>)>,
    /// What is on, in words.
    pub agenda: Box<str>,
    /// Who speaks: names, or codes of agents.
    pub facilitators: Vec<Box<str>>,
    /// Where it stands.
    pub state: EventState,
    /// How many steps were made; programs with a calendar know by it what is newer.
    pub steps: u32,
    /// When it was last said otherwise, in milliseconds since 1970-01-01 UTC.
    pub changed_at_ms: i64,
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Who speaks stays out of logs.
        write!(f, "Event({} on {}, {})", self.code, self.day, self.state.name())
    }
}

/// Why an event cannot be as it is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventRefusal {
    /// No code, or one with other signs than letters, digits, point, hyphen and underscore.
    CodeUnfit,
    /// No title, or a text that is too long or holds signs that no letter has.
    TextUnfit,
    /// A text holds somebody's number.
    TextHoldsNik,
    /// A visit without a facility, or a facility that nobody visits.
    FacilityUnfit,
    /// A duty that is owed to each facility, and no facility.
    DutyUnfit,
    /// It was held on a day to come.
    HeldAhead,
}

impl EventRefusal {
    /// Every one, in the order in which they are looked for.
    pub const ALL: [EventRefusal; 6] = [
        EventRefusal::CodeUnfit,
        EventRefusal::TextUnfit,
        EventRefusal::TextHoldsNik,
        EventRefusal::FacilityUnfit,
        EventRefusal::DutyUnfit,
        EventRefusal::HeldAhead,
    ];

    /// The stable code.
    pub fn name(self) -> &'static str {
        match self {
            EventRefusal::CodeUnfit => "EVENT_CODE_UNFIT",
            EventRefusal::TextUnfit => "EVENT_TEXT_UNFIT",
            EventRefusal::TextHoldsNik => "EVENT_TEXT_HOLDS_NIK",
            EventRefusal::FacilityUnfit => "EVENT_FACILITY_UNFIT",
            EventRefusal::DutyUnfit => "EVENT_DUTY_UNFIT",
            EventRefusal::HeldAhead => "EVENT_HELD_AHEAD",
        }
    }
}

const CODE_CHARS: usize = 60; // not law: what fits a line
const LINE_CHARS: usize = 200; // not law: what fits an invitation
const AGENDA_CHARS: usize = 2_000; // not law: a page of a phone
const FACILITATORS: usize = 20; // not law: more do not fit a morning

impl Event {
    /// The first thing that no event can say; `visits` when its kind is about one facility.
    ///
    /// # Errors
    /// The first refusal that holds.
    pub fn check(&self, visits: bool) -> Result<(), EventRefusal> {
        let is_code = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        let fits = (1..=CODE_CHARS).contains(&self.code.len()) && !self.code.starts_with('.');
        if !fits || !self.code.chars().all(is_code) {
            return Err(EventRefusal::CodeUnfit);
        }
        let line =
            |text: &str| text.chars().count() <= LINE_CHARS && !text.chars().any(char::is_control);
        let control = |c: char| c.is_control() && c != '\n';
        let page = self.agenda.chars().count() <= AGENDA_CHARS && !self.agenda.contains(control);
        let named = !self.title.trim().is_empty() && self.facilitators.len() <= FACILITATORS;
        let speakers = self.facilitators.iter().all(|name| line(name) && !name.trim().is_empty());
        if !(named && page && speakers && line(&self.title) && line(&self.venue)) {
            return Err(EventRefusal::TextUnfit);
        }
        let mut texts =
            [&self.title, &self.venue, &self.agenda].into_iter().chain(&self.facilitators);
        if texts.any(|text| base::nik::stands_in(text)) {
            return Err(EventRefusal::TextHoldsNik);
        }
        if visits != self.facility.is_some() {
            return Err(EventRefusal::FacilityUnfit);
        }
        Ok(())
    }

    /// Whether it takes a place in the calendar.
    pub fn stands(&self) -> bool {
        self.state != EventState::Cancelled
    }
}
