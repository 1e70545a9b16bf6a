//! Outreach: events with their steps, who was at them, and the kinds that an office adds; agents
//! and leads are in parts of their own.
//!
//! Who speaks at an event is sealed under a key of the event; why a step was made beside it.

mod agents;
mod leads;

use base::id::kind;
use base::{Id, Sex};
use domain::occupation::OccupationKey;
use domain::outreach::{
    Event, EventState, EventStep, Hours, OutreachKind, OutreachKindKey, OutreachOf,
};

use crate::keys::KeyRing;
use crate::seal::{self, Owner, Seal, take_wrapped};
use crate::sql::{Sql, sql};
use crate::steps::{self, StepKept};
use crate::value::{Columns, Value, corrupt, values};
use crate::{StoreError, Tx};

pub use agents::{agent_by_code, agents, insert_agent, set_agent};
pub use leads::{
    LeadStepKept, forget_lead, forget_leads_of, insert_lead, lead, lead_steps, leads,
    leads_of_agent, leads_of_event, make_lead_step, set_lead,
};

static KIND_LIST: Sql = sql!("outreach_kind_list");
static KIND_INSERT: Sql = sql!("outreach_kind_insert");
static INSERT: Sql = sql!("outreach_event_insert");
static SET: Sql = sql!("outreach_event_set");
static LIST: Sql = sql!("outreach_event_list");
static BY_CODE: Sql = sql!("outreach_event_by_code");
static GET: Sql = sql!("outreach_event_get");
static STEP_INSERT: Sql = sql!("outreach_event_step_insert");
static STEP_LIST: Sql = sql!("outreach_event_step_list");
static ATTEND: Sql = sql!("outreach_attendance_insert");
static UNATTEND: Sql = sql!("outreach_attendance_delete");
static ATTENDED_OF: Sql = sql!("outreach_attendance_of");
static ATTENDED: Sql = sql!("outreach_attendance_list");

/// A step of an event that was made.
pub type EventStepKept = StepKept<EventStep, EventState>;

/// What somebody was at an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Attendee {
    /// A person of the register.
    Person(Id<kind::Person>),
    /// A lead.
    Lead(Id<kind::Lead>),
    /// An agent.
    Agent(Id<kind::Agent>),
    /// Somebody who is only counted; what stands for them says nothing.
    Other([u8; 16]),
}

impl Attendee {
    /// The stable name of what it is.
    pub fn name(&self) -> &'static str {
        match self {
            Attendee::Person(_) => "person",
            Attendee::Lead(_) => "lead",
            Attendee::Agent(_) => "agent",
            Attendee::Other(_) => "other",
        }
    }

    fn bytes(&self) -> &[u8; 16] {
        match self {
            Attendee::Person(id) => id.as_bytes(),
            Attendee::Lead(id) => id.as_bytes(),
            Attendee::Agent(id) => id.as_bytes(),
            Attendee::Other(bytes) => bytes,
        }
    }

    fn read(name: &str, bytes: [u8; 16]) -> Option<Attendee> {
        Some(match name {
            "person" => Attendee::Person(Id::from_bytes(bytes)),
            "lead" => Attendee::Lead(Id::from_bytes(bytes)),
            "agent" => Attendee::Agent(Id::from_bytes(bytes)),
            "other" => Attendee::Other(bytes),
            _ => return None,
        })
    }
}

/// That somebody was at an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attendance {
    /// The event.
    pub event: Id<kind::OutreachEvent>,
    /// Who.
    pub who: Attendee,
    /// Sex, where it is known.
    pub sex: Option<Sex>,
    /// When it was written down, in milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
}

/// The kinds that the office has added to those that come with the program, by key.
pub fn kinds(tx: &mut Tx<'_>) -> Result<Vec<OutreachKind>, StoreError> {
    tx.all(&KIND_LIST, &values![tx.tenant()], |columns| {
        let of = columns.take_with("what a kind is of", OutreachOf::from_name)?;
        let key: String = columns.take()?;
        Ok(OutreachKind {
            of,
            key: OutreachKindKey::new(&key),
            name: columns.take()?,
            name_en: columns.take()?,
            traits: columns.take_with("what a kind does", OutreachKind::read_traits)?,
        })
    })
}

/// Adds a kind; a taken key is `outreach_kind_pk`.
pub fn insert_kind(tx: &mut Tx<'_>, kind: &OutreachKind) -> Result<(), StoreError> {
    let (of, traits) = (kind.of.name(), kind.trait_names());
    let values = values![tx.tenant(), of, &*kind.key.0, &kind.name, &kind.name_en, traits];
    tx.run(&KIND_INSERT, &values).map(|_| ())
}

/// Adds an event; a taken code is `outreach_event_code_unique`.
pub fn insert(tx: &mut Tx<'_>, event: &Event) -> Result<(), StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let owner = Owner::new(tenant, &event.id);
    let key = keys.new_key(owner);
    seal::keep_keys(tx, [(event.id.as_bytes(), &key.wrapped)].into_iter())?;
    let details = sealed(&keys.sealer(&key), owner, event);
    let audience = audience_of(event);
    let (agreement, duty) = duty_of(event);
    let values = [
        Value::from(tenant),
        Value::from(&event.id),
        Value::from(&event.code),
        Value::from(&*event.kind.0),
        Value::from(&event.title),
        Value::from(event.place),
        Value::from(&event.venue),
        Value::from(event.day),
        Value::from(event.hours.from),
        Value::from(event.hours.to),
        Value::from(&event.org),
        Value::from(audience),
        Value::from(event.facility.as_ref()),
        agreement,
        duty,
        Value::from(&event.agenda),
        Value::from(event.state.name()),
        Value::from(event.steps),
        Value::from(event.changed_at_ms),
        Value::from(details),
    ];
    tx.run(&INSERT, &values).map(|_| ())
}

/// Makes a step: keeps the event as it now is, and the step with its words. A step of the same
/// number, which somebody else made meanwhile, is `outreach_event_step_pk`; one that the table does
/// not have is `outreach_event_step_known`.
pub fn make_step(tx: &mut Tx<'_>, event: &Event, step: &EventStepKept) -> Result<(), StoreError> {
    let (before, after) = step.states;
    let names = [step.step.name(), before.name(), after.name()];
    steps::keep(tx, &STEP_INSERT, event.id.as_bytes(), step, names)?;
    set(tx, event)
}

fn set(tx: &mut Tx<'_>, event: &Event) -> Result<(), StoreError> {
    let missing = || StoreError::NotFound { what: "outreach event" };
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let owner = Owner::new(tenant, &event.id);
    let wrapped = seal::key_of(tx, event.id.as_bytes())?.ok_or_else(missing)?;
    let details = sealed(&keys.unwrap(owner, &wrapped)?, owner, event);
    let (agreement, duty) = duty_of(event);
    let values = [
        Value::from(&*event.kind.0),
        Value::from(&event.title),
        Value::from(event.place),
        Value::from(&event.venue),
        Value::from(event.day),
        Value::from(event.hours.from),
        Value::from(event.hours.to),
        Value::from(&event.org),
        Value::from(audience_of(event)),
        Value::from(event.facility.as_ref()),
        agreement,
        duty,
        Value::from(&event.agenda),
        Value::from(event.state.name()),
        Value::from(event.steps),
        Value::from(event.changed_at_ms),
        Value::from(details),
        Value::from(tenant),
        Value::from(&event.id),
    ];
    match tx.run(&SET, &values)? {
        0 => Err(missing()),
        _ => Ok(()),
    }
}

/// The steps of an event, in order, with their words.
pub fn steps(
    tx: &mut Tx<'_>,
    event: Id<kind::OutreachEvent>,
) -> Result<Vec<EventStepKept>, StoreError> {
    let step = ("an event's step", EventStep::from_name as fn(&str) -> _);
    let state = ("an event's state", EventState::from_name as fn(&str) -> _);
    steps::of(tx, &STEP_LIST, event.as_bytes(), (step, state))
}

/// Every event, by day and hour.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Event>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    tx.all(&LIST, &values![tenant], |columns| read(keys, tenant, columns))
}

/// The event with this code.
pub fn by_code(tx: &mut Tx<'_>, code: &str) -> Result<Option<Event>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    tx.one(&BY_CODE, &values![tenant, code], |columns| read(keys, tenant, columns))
}

/// The event with this id.
pub fn get(tx: &mut Tx<'_>, id: Id<kind::OutreachEvent>) -> Result<Option<Event>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    tx.one(&GET, &values![tenant, &id], |columns| read(keys, tenant, columns))
}

/// Writes down that somebody was there; whether it was not written yet.
pub fn attend(
    tx: &mut Tx<'_>,
    attendance: &Attendance,
    by: Id<kind::User>,
) -> Result<bool, StoreError> {
    let values = values![
        tx.tenant(),
        &attendance.event,
        attendance.who.bytes(),
        attendance.who.name(),
        attendance.sex,
        &by,
        attendance.at_ms,
    ];
    Ok(tx.run(&ATTEND, &values)? > 0)
}

/// Takes back that somebody was written down; whether it was.
pub fn unattend(
    tx: &mut Tx<'_>,
    event: Id<kind::OutreachEvent>,
    who: &Attendee,
) -> Result<bool, StoreError> {
    Ok(tx.run(&UNATTEND, &values![tx.tenant(), &event, who.bytes()])? > 0)
}

/// Who was at an event, in the order in which it was written down.
pub fn attended(
    tx: &mut Tx<'_>,
    event: Id<kind::OutreachEvent>,
) -> Result<Vec<Attendance>, StoreError> {
    tx.all(&ATTENDED_OF, &values![tx.tenant(), &event], read_attendance)
}

/// Who was at any event.
pub fn attended_all(tx: &mut Tx<'_>) -> Result<Vec<Attendance>, StoreError> {
    tx.all(&ATTENDED, &values![tx.tenant()], read_attendance)
}

/// What stands for something typed, so that the same again is the same; nobody without the key can
/// tell what it was. The first is for what is new; the others are what the same was called before
/// the index key was followed by its last step, and by each before it.
pub fn stand_ins(tx: &Tx<'_>, typed: &[u8]) -> Result<Vec<[u8; 16]>, StoreError> {
    Ok(tx.keys()?.doors_under_every_step("outreach", typed))
}

fn read_attendance(columns: &mut Columns<'_>) -> Result<Attendance, StoreError> {
    let (event, bytes): (_, [u8; 16]) = (columns.take()?, columns.take()?);
    let who = columns.take_with("an attendee", |name| Attendee::read(name, bytes))?;
    Ok(Attendance { event, who, sex: columns.take()?, at_ms: columns.take()? })
}

fn sealed(seal: &Seal<'_>, owner: Owner<'_>, event: &Event) -> Vec<u8> {
    // A name is one line: the domain refuses control characters.
    seal.seal(owner, "facilitators", event.facilitators.join("\n").as_bytes())
}

fn audience_of(event: &Event) -> String {
    let keys: Vec<&str> = event.audience.iter().map(|key| &*key.0).collect();
    keys.join(",")
}

fn duty_of(event: &Event) -> (Value<'_>, Value<'_>) {
    let (agreement, duty) = match &event.duty {
        Some((agreement, duty)) => (Some(agreement), Some(duty)),
        None => (None, None),
    };
    (Value::from(agreement), Value::from(duty))
}

fn read(keys: &KeyRing, tenant: i64, columns: &mut Columns<'_>) -> Result<Event, StoreError> {
    let id = columns.take()?;
    let code = columns.take()?;
    let kind: String = columns.take()?;
    let (title, place, venue) = (columns.take()?, columns.take()?, columns.take()?);
    let day = columns.take()?;
    let hours = Hours { from: columns.take()?, to: columns.take()? };
    let org = columns.take()?;
    let audience: String = columns.take()?;
    let named = audience.split(',').filter(|key| !key.is_empty());
    let audience = named.map(|key| OccupationKey(key.into())).collect();
    let facility = columns.take()?;
    let (agreement, duty): (Option<_>, Option<Box<str>>) = (columns.take()?, columns.take()?);
    let agenda = columns.take()?;
    let state = columns.take_with("an event's state", EventState::from_name)?;
    let (steps, changed_at_ms) = (columns.take()?, columns.take()?);
    let details: Vec<u8> = columns.take()?;
    let owner = Owner::new(tenant, &id);
    let wrapped = take_wrapped(columns)?.ok_or_else(|| corrupt("an event's key"))?;
    let text = keys.unwrap(owner, &wrapped)?.open_text(owner, "facilitators", &details)?;
    let facilitators = text.lines().map(Box::from).collect();
    Ok(Event {
        id,
        code,
        kind: OutreachKindKey::new(&kind),
        title,
        place,
        venue,
        day,
        hours,
        org,
        audience,
        facility,
        duty: agreement.zip(duty),
        agenda,
        facilitators,
        state,
        steps,
        changed_at_ms,
    })
}
