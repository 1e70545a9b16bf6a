//! What changes an event: kept under its code, held, called off, planned anew; and the kinds that
//! an office adds. Each act is one transaction and one line of the log; the same again changes
//! nothing.

use base::id::kind;
use base::{Day, Id, RegionCode};
use domain::occupation::{OccupationKey, OccupationMatch, Occupations};
use domain::organisation::{OrgTrait, Tree};
use domain::outreach::EventRefusal;
use store::Tx;

use super::{
    Event, EventState, EventStep, EventStepKept, OutreachKind, OutreachOf, OutreachTrait, World,
    event_after, event_of, hours_of, kinds_of,
};
use crate::agreements::{Done, Ticking};
use crate::error::{AppError, ErrorKind, typed};
use crate::office::{Actor, Office, Operation, Target};

/// An event as it was typed; what is not said is empty.
#[derive(Debug, Clone, Default)]
pub struct EventInput {
    /// Its code.
    pub code: String,
    /// Its kind, by key or word.
    pub kind: String,
    /// What it is called.
    pub title: String,
    /// The region, by code or name; the whole regency when empty.
    pub place: String,
    /// Where in it.
    pub venue: String,
    /// The day, as `2023-03-21`.
    pub day: String,
    /// The hours, as `09.00-11.30`.
    pub hours: String,
    /// The office that invites, by code.
    pub org: String,
    /// Who is invited, by work, between commas; everybody when empty.
    pub audience: String,
    /// The facility that is visited, by code.
    pub facility: String,
    /// The agreement whose duty it fulfils, by code.
    pub agreement: String,
    /// The duty, by code.
    pub duty: String,
    /// What is on.
    pub agenda: String,
    /// Who speaks, between semicolons: names, or codes of agents.
    pub facilitators: String,
}

impl Office {
    /// Adds a kind of events or of agents; the same again is no change.
    ///
    /// # Errors
    /// `CODE_TAKEN` when the key or a name stands for something else.
    pub fn add_outreach_kind(&self, actor: &Actor, kind: &OutreachKind) -> Result<(), AppError> {
        self.authorize(actor, Operation::SetUp, &Target::default())?;
        self.store.write(|tx| {
            let mut kinds = kinds_of(tx)?;
            if kinds.get(kind.of, &kind.key) == Some(kind) {
                return Ok(());
            }
            let taken = || AppError::new(ErrorKind::Conflict, "CODE_TAKEN", &*kind.key.0);
            kinds.add(kind.clone(), std::iter::empty()).ok_or_else(taken)?;
            store::outreach::insert_kind(tx, kind)?;
            self.record_count(tx, actor, "outreach-kind-added", "outreach-kind", 1)
        })
    }

    /// Keeps an event under its code, new or changed to what is said; the same again is no change.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, the code of an [`EventRefusal`], `EVENT_KIND_UNKNOWN`, `NOT_A_REGION`,
    /// `NOT_A_DAY`, `NOT_HOURS`, `ORG_UNKNOWN`, `OCCUPATION_UNKNOWN`, `FACILITY_UNKNOWN`,
    /// `AGREEMENT_UNKNOWN`, `DUTY_UNKNOWN`, `EVENT_NOT_NOW` for one that was held or called off.
    pub fn keep_event(&self, actor: &Actor, input: &EventInput) -> Result<(Event, Done), AppError> {
        let place = self.place_typed(&input.place)?;
        self.authorize(actor, Operation::HandleOutreach, &Target::in_region(place))?;
        self.store.write(|tx| {
            let known = store::outreach::by_code(tx, input.code.trim())?;
            if let Some(known) = &known {
                // Whoever moves it away must have reached it where it was.
                let target = Target::in_region(known.place);
                self.authorize(actor, Operation::HandleOutreach, &target)?;
            }
            let wanted = self.event_typed(tx, input, place, known.as_ref())?;
            let Some(known) = known else {
                store::outreach::insert(tx, &wanted)?;
                self.record(tx, actor, "event-planned", "outreach-event", wanted.id.as_bytes())?;
                return Ok((wanted, Done::Now));
            };
            let same = Event { changed_at_ms: known.changed_at_ms, ..wanted.clone() } == known;
            if same {
                return Ok((known, Done::Before));
            }
            let moved = self.step_event(tx, actor, (&known, wanted), (EventStep::Change, ""))?;
            self.record(tx, actor, "event-changed", "outreach-event", moved.id.as_bytes())?;
            Ok((moved, Done::Now))
        })
    }

    /// A region by its code or its name; the whole regency when nothing was typed.
    ///
    /// A village younger than the lists is taken by its code, when its district is on them.
    pub(super) fn place_typed(&self, text: &str) -> Result<RegionCode, AppError> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(self.pemda());
        }
        let found = self.region_typed(text).filter(|place| self.pemda().contains(*place));
        let district = |place: &RegionCode| place.at_level(place.level().min(3));
        let known = found.filter(|place| self.gazetteer.name(district(place)).is_some());
        known.ok_or_else(|| AppError::usage("NOT_A_REGION", typed(text)))
    }

    /// Who is invited, by words for work between commas.
    pub(super) fn audience_typed(&self, text: &str) -> Result<Vec<OccupationKey>, AppError> {
        let words = text.split([',', ';']).map(str::trim).filter(|word| !word.is_empty());
        let mut found = Vec::new();
        for word in words {
            found.push(occupation_of(&self.occupations, word)?);
        }
        found.sort();
        found.dedup();
        Ok(found)
    }

    fn event_typed(
        &self,
        tx: &mut Tx<'_>,
        input: &EventInput,
        place: RegionCode,
        known: Option<&Event>,
    ) -> Result<Event, AppError> {
        let kinds = kinds_of(tx)?;
        let kind = kinds.find(OutreachOf::Event, &input.kind);
        let kind = kind.ok_or_else(|| AppError::usage("EVENT_KIND_UNKNOWN", ""))?;
        let day = Day::parse_iso(input.day.trim());
        let day = day.ok_or_else(|| AppError::usage("NOT_A_DAY", typed(&input.day)))?;
        let hours = hours_of(&input.hours);
        let hours = hours.ok_or_else(|| AppError::usage("NOT_HOURS", typed(&input.hours)))?;
        let unknown = || AppError::not_found("ORG_UNKNOWN", input.org.trim());
        let org = store::orgs::by_code(tx, input.org.trim())?.ok_or_else(unknown)?;
        let facility = facility_typed(tx, input.facility.trim())?;
        let duty = duty_typed(tx, input, facility)?;
        let text = |text: &str| Box::from(base::person::fold_spaces(text));
        let speakers = input.facilitators.split([';', '\n']).map(str::trim);
        let event = Event {
            id: known.map_or_else(|| self.environment.new_id(), |known| known.id),
            code: input.code.trim().into(),
            kind: kind.key.clone(),
            title: text(&input.title),
            place,
            venue: text(&input.venue),
            day,
            hours,
            org: org.id,
            audience: self.audience_typed(&input.audience)?,
            facility,
            duty,
            agenda: input.agenda.replace('\r', "").trim().into(),
            facilitators: speakers.filter(|name| !name.is_empty()).map(text).collect(),
            state: known.map_or(EventState::Planned, |known| known.state),
            steps: known.map_or(0, |known| known.steps),
            changed_at_ms: self.now_ms(),
        };
        event.check(kind.has(OutreachTrait::Visits)).map_err(refused)?;
        Ok(event)
    }

    /// Says that an event was held, and what was asked there. The duty that it fulfils is ticked
    /// for the facility. The same again is no change.
    ///
    /// # Errors
    /// `OUTREACH_UNKNOWN`, `EVENT_HELD_AHEAD`, `EVENT_NOT_NOW`, and those of
    /// [`Office::fulfil`] for its duty.
    pub fn hold_event(
        &self,
        actor: &Actor,
        code: &str,
        questions: &str,
    ) -> Result<(Event, Done), AppError> {
        let words = words_of(questions)?;
        self.store.write(|tx| {
            let event = self.event_for(tx, actor, code)?;
            if event.state == EventState::Held {
                return Ok((event, Done::Before));
            }
            if event.day > self.environment.today() {
                return Err(refused(EventRefusal::HeldAhead));
            }
            let held =
                self.step_event(tx, actor, (&event, event.clone()), (EventStep::Hold, &words))?;
            self.tick_duty(tx, actor, &held, false)?;
            self.record(tx, actor, "event-held", "outreach-event", held.id.as_bytes())?;
            Ok((held, Done::Now))
        })
    }

    /// Calls an event off, and says why.
    ///
    /// # Errors
    /// `OUTREACH_UNKNOWN`, `EVENT_NOT_NOW`, `REASON_MISSING`.
    pub fn cancel_event(
        &self,
        actor: &Actor,
        code: &str,
        reason: &str,
    ) -> Result<(Event, Done), AppError> {
        self.move_event(actor, code, EventStep::Cancel, reason)
    }

    /// Plans an event anew that was called off, or was said to be held by mistake; the tick that it
    /// gave to a duty is taken back.
    ///
    /// # Errors
    /// `OUTREACH_UNKNOWN`, `EVENT_NOT_NOW`, `REASON_MISSING`.
    pub fn plan_event(
        &self,
        actor: &Actor,
        code: &str,
        reason: &str,
    ) -> Result<(Event, Done), AppError> {
        self.move_event(actor, code, EventStep::Plan, reason)
    }

    fn move_event(
        &self,
        actor: &Actor,
        code: &str,
        step: EventStep,
        reason: &str,
    ) -> Result<(Event, Done), AppError> {
        let reason = crate::people::usable_reason(reason)?;
        crate::people::without_nik(&reason)?;
        let (act, state) = match step {
            EventStep::Cancel => ("event-cancelled", EventState::Cancelled),
            _ => ("event-planned-anew", EventState::Planned),
        };
        self.store.write(|tx| {
            let event = self.event_for(tx, actor, code)?;
            if event.state == state {
                return Ok((event, Done::Before));
            }
            let moved = self.step_event(tx, actor, (&event, event.clone()), (step, &reason))?;
            if event.state == EventState::Held {
                self.tick_duty(tx, actor, &event, true)?;
            }
            self.record(tx, actor, act, "outreach-event", moved.id.as_bytes())?;
            Ok((moved, Done::Now))
        })
    }

    /// An event for whoever may keep it; out of reach it cannot be kept.
    pub(super) fn event_for(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        code: &str,
    ) -> Result<Event, AppError> {
        let event = event_of(tx, code)?;
        self.authorize(actor, Operation::HandleOutreach, &Target::in_region(event.place))?;
        Ok(event)
    }

    fn step_event(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        (before, wanted): (&Event, Event),
        (step, words): (EventStep, &str),
    ) -> Result<Event, AppError> {
        let not_now = || AppError::refused("EVENT_NOT_NOW", before.state.name());
        let state = event_after(before.state, step).ok_or_else(not_now)?;
        let at_ms = self.now_ms();
        let moved = Event { state, steps: before.steps + 1, changed_at_ms: at_ms, ..wanted };
        let kept = EventStepKept {
            no: moved.steps,
            step,
            states: (before.state, state),
            words: words.into(),
            made_by: Some(actor.id),
            at_ms,
        };
        store::outreach::make_step(tx, &moved, &kept)?;
        Ok(moved)
    }

    /// Ticks the duty that an event fulfils, or takes the tick back.
    fn tick_duty(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        event: &Event,
        undo: bool,
    ) -> Result<(), AppError> {
        let Some((agreement, duty)) = &event.duty else { return Ok(()) };
        let unknown = || AppError::not_found("AGREEMENT_UNKNOWN", agreement.to_string());
        let agreement = store::agreements::get(tx, *agreement)?.ok_or_else(unknown)?;
        let facility = match event.facility {
            Some(id) => store::orgs::get(tx, id)?.map(|org| org.code.to_string()),
            None => None,
        };
        let orgs: Vec<String> = facility.into_iter().collect();
        let note = event.code.to_string();
        let ticking =
            Ticking { duty, orgs: &orgs, all: false, on: Some(event.day), note: &note, undo };
        self.tick_in(tx, actor, &agreement.code, &ticking).map(|_| ())
    }

    /// The world of events, for whoever may read it.
    pub(super) fn outreach_world(&self, actor: &Actor) -> Result<World, AppError> {
        self.authorize_somewhere(actor, Operation::ReadOutreach)?;
        self.store.read(World::load)
    }
}

fn facility_typed(tx: &mut Tx<'_>, code: &str) -> Result<Option<Id<kind::Org>>, AppError> {
    if code.is_empty() {
        return Ok(None);
    }
    let org = store::orgs::by_code(tx, code)?;
    let kinds = crate::organisations::kinds_of(tx)?;
    let is_facility = |org: &domain::organisation::Org| kinds.has(&org.kind, OrgTrait::Facility);
    let org = org.filter(is_facility);
    org.map(|org| Some(org.id)).ok_or_else(|| AppError::not_found("FACILITY_UNKNOWN", code))
}

/// The duty that an event is for; one that is owed to each facility needs the facility, and that is
/// one of them.
fn duty_typed(
    tx: &mut Tx<'_>,
    input: &EventInput,
    facility: Option<Id<kind::Org>>,
) -> Result<Option<(Id<kind::Agreement>, Box<str>)>, AppError> {
    let (code, duty) = (input.agreement.trim(), input.duty.trim());
    if code.is_empty() && duty.is_empty() {
        return Ok(None);
    }
    let unknown = || AppError::not_found("AGREEMENT_UNKNOWN", code);
    let agreement = store::agreements::by_code(tx, code)?.ok_or_else(unknown)?;
    let versions = store::agreements::versions(tx, agreement.id)?;
    let holds = versions.iter().find(|version| version.version == agreement.version);
    let version = holds.or(versions.last()).ok_or_else(unknown)?;
    let found = version.terms.duty(duty);
    let found = found.ok_or_else(|| AppError::not_found("DUTY_UNKNOWN", duty))?;
    let fits = match (found.each_under, facility) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(under), Some(facility)) => {
            let orgs = store::orgs::list(tx)?;
            Tree::new(&orgs).under(under).iter().any(|org| org.id == facility)
        }
    };
    match fits {
        true => Ok(Some((agreement.id, found.code.clone()))),
        false => Err(refused(EventRefusal::DutyUnfit)),
    }
}

/// The work that a typed word means, by key or by word.
pub(super) fn occupation_of(
    occupations: &Occupations,
    word: &str,
) -> Result<OccupationKey, AppError> {
    match occupations.find(word) {
        OccupationMatch::Exact(key) | OccupationMatch::Synonym(key) => Ok(key),
        _ => Err(AppError::usage("OCCUPATION_UNKNOWN", "")),
    }
}

fn words_of(text: &str) -> Result<String, AppError> {
    let words = base::person::fold_spaces(text);
    crate::people::without_nik(&words)?;
    match words.chars().count() <= 2_000 {
        true => Ok(words),
        false => Err(refused(EventRefusal::TextUnfit)),
    }
}

fn refused(refusal: EventRefusal) -> AppError {
    AppError::refused(refusal.name(), "")
}
