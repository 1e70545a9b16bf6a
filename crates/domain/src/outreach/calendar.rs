//! The calendar: which events stand in each other's way, and which days are free.
//!
//! A clash is of two: what stands in the way of one has that one in its way. A day that is offered
//! has none.

use base::id::kind;
use base::{Day, Id, RegionCode};

use super::{Event, OutreachKinds, OutreachTrait};
use crate::occupation::OccupationKey;

crate::words::words! {
    /// Why two events stand in each other's way.
    ClashWhy {
        /// One facility is visited twice on a day.
        Facility = "facility",
        /// One person speaks at both on a day.
        Facilitator = "facilitator",
        /// Both are in one village on a day.
        Village = "village",
        /// Two offices invite the same people within some days.
        People = "people",
    }
}

/// Two events in each other's way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clash {
    /// The places of the two in the list, the lower first.
    pub pair: (usize, usize),
    /// Why.
    pub why: ClashWhy,
}

/// What the calendar needs to know of an event, planned or asked about.
#[derive(Clone, Copy)]
pub struct Candidate<'a> {
    /// The region that it is for.
    pub place: RegionCode,
    /// The facility that is visited.
    pub facility: Option<Id<kind::Org>>,
    /// The office that invites.
    pub org: Id<kind::Org>,
    /// Who is invited, by work; everybody when empty.
    pub audience: &'a [OccupationKey],
    /// Who speaks.
    pub facilitators: &'a [Box<str>],
    /// Whether it is agents who are invited, to be briefed, and not the people around them.
    pub briefs: bool,
}

/// The calendar: the events, and what of them weighs.
#[derive(Clone, Copy)]
pub struct Calendar<'a> {
    /// The events, in any order.
    pub events: &'a [Event],
    /// What kinds there are.
    pub kinds: &'a OutreachKinds,
    /// Two offices meet when they invite the same people within so many days.
    pub window_days: u32,
}

impl Event {
    /// What the calendar needs to know of it.
    pub fn candidate(&self, kinds: &OutreachKinds) -> Candidate<'_> {
        Candidate {
            place: self.place,
            facility: self.facility,
            org: self.org,
            audience: &self.audience,
            facilitators: &self.facilitators,
            briefs: kinds.has(&self.kind, OutreachTrait::Briefs),
        }
    }
}

/// Free days that are offered at a time.
pub const FREE_DAYS_MOST: usize = 31; // not law: a month
/// No further than this is looked for one.
const DAYS_AHEAD: i32 = 366; // not law: a year

/// Whether two events are for the same people: their regions overlap, and so does who is invited.
/// Agents who are briefed are others than the people around them.
pub fn shares_people(one: &Candidate<'_>, other: &Candidate<'_>) -> bool {
    let near = one.place.contains(other.place) || other.place.contains(one.place);
    let all = one.audience.is_empty() || other.audience.is_empty();
    one.briefs == other.briefs
        && near
        && (all || one.audience.iter().any(|key| other.audience.contains(key)))
}

/// Why two would be in each other's way, so many days apart; the first reason that holds.
fn between(
    one: &Candidate<'_>,
    other: &Candidate<'_>,
    (days, window_days): (i32, u32),
) -> Option<ClashWhy> {
    if days == 0 {
        if one.facility.is_some() && one.facility == other.facility {
            return Some(ClashWhy::Facility);
        }
        let speaks = |name: &str| other.facilitators.iter().any(|two| folded(two) == folded(name));
        if one.facilitators.iter().any(|name| speaks(name)) {
            return Some(ClashWhy::Facilitator);
        }
        // Two facilities of one village are two places.
        let two_visits = one.facility.is_some() && other.facility.is_some();
        if one.place.level() == 4 && one.place == other.place && !two_visits {
            return Some(ClashWhy::Village);
        }
    }
    let visits = one.facility.is_some() || other.facility.is_some();
    let near = days.unsigned_abs() <= window_days;
    let invited = one.org != other.org && !visits && near && shares_people(one, other);
    invited.then_some(ClashWhy::People)
}

fn folded(name: &str) -> String {
    base::person::fold_spaces(name).to_lowercase()
}

impl Calendar<'_> {
    /// Every two events that stand in each other's way, each pair once.
    pub fn clashes(&self) -> Vec<Clash> {
        let mut found = Vec::new();
        let standing = self.events.iter().enumerate().filter(|(_, event)| event.stands());
        let standing: Vec<(usize, &Event)> = standing.collect();
        for (place, (at, one)) in standing.iter().enumerate() {
            let own = one.candidate(self.kinds);
            for (later, other) in &standing[place + 1..] {
                let apart = (one.day.days_until(other.day), self.window_days);
                let why = between(&own, &other.candidate(self.kinds), apart);
                found.extend(why.map(|why| Clash { pair: (*at, *later), why }));
            }
        }
        found
    }

    /// What would stand in the way of a candidate on a day: places in the list, and why. The event
    /// `besides` is passed over: it is the one that is asked about.
    pub fn clashes_of(
        &self,
        candidate: &Candidate<'_>,
        day: Day,
        besides: Option<Id<kind::OutreachEvent>>,
    ) -> Vec<(usize, ClashWhy)> {
        let others = self.events.iter().enumerate();
        let others = others.filter(|(_, event)| event.stands() && Some(event.id) != besides);
        let met = others.filter_map(|(at, event)| {
            let apart = (day.days_until(event.day), self.window_days);
            between(candidate, &event.candidate(self.kinds), apart).map(|why| (at, why))
        });
        met.collect()
    }

    /// The next days from one on that are open and on which nothing stands in the way.
    pub fn free_days(
        &self,
        (candidate, besides): (&Candidate<'_>, Option<Id<kind::OutreachEvent>>),
        from: Day,
        (most, is_open): (usize, impl Fn(Day) -> bool),
    ) -> Vec<Day> {
        let days = (0..DAYS_AHEAD).map(|ahead| from.plus_days(ahead));
        let free = days.filter(|day| is_open(*day));
        let free = free.filter(|day| self.clashes_of(candidate, *day, besides).is_empty());
        free.take(most.min(FREE_DAYS_MOST)).collect()
    }
}
