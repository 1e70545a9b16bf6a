//! Leads: where each stands and, sealed under a key of its own, who it is; the steps that were made
//! with their words.

use base::id::kind;
use base::{Day, Id, Nik, PersonName, Phone};
use domain::message::Agreement;
use domain::outreach::{Lead, LeadDetails, LeadState, LeadStep};

use crate::keys::KeyRing;
use crate::seal::{self, Owner, take_wrapped};
use crate::sql::{Sql, sql};
use crate::steps::{self, StepKept};
use crate::value::{Columns, Value, corrupt, values};
use crate::{StoreError, Tx};

static INSERT: Sql = sql!("outreach_lead_insert");
static SET: Sql = sql!("outreach_lead_set");
static GET: Sql = sql!("outreach_lead_get");
static LIST: Sql = sql!("outreach_lead_list");
static OF_EVENT: Sql = sql!("outreach_lead_of_event");
static OF_AGENT: Sql = sql!("outreach_lead_of_agent");
static OF_PERSON: Sql = sql!("outreach_lead_of_person");
static STEP_INSERT: Sql = sql!("outreach_lead_step_insert");
static STEP_LIST: Sql = sql!("outreach_lead_step_list");

/// A lead and who it is; nothing once its key was dropped.
type Whole = (Lead, Option<LeadDetails>);

/// A step of a lead that was made; nobody made it where it followed by itself.
pub type LeadStepKept = StepKept<LeadStep, LeadState>;

/// Keeps a new lead under a key of its own; the same again is `outreach_lead_pk`.
pub fn insert_lead(tx: &mut Tx<'_>, lead: &Lead, details: &LeadDetails) -> Result<(), StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let owner = Owner::new(tenant, &lead.id);
    let key = keys.new_key(owner);
    seal::keep_keys(tx, [(lead.id.as_bytes(), &key.wrapped)].into_iter())?;
    let details = keys.sealer(&key).seal(owner, "details", pack(details).as_bytes());
    let values = [
        Value::from(tenant),
        Value::from(&lead.id),
        Value::from(lead.event.as_ref()),
        Value::from(lead.agent.as_ref()),
        Value::from(lead.place),
        Value::from(lead.occupation.as_ref().map(|key| &*key.0)),
        Value::from(lead.sex),
        Value::from(lead.told_on),
        Value::from(lead.consent.name()),
        Value::from(lead.state.name()),
        Value::from(lead.steps),
        Value::from(lead.person.as_ref()),
        Value::from(lead.registered_on),
        Value::from(lead.asked.as_ref()),
        Value::from(details),
    ];
    tx.run(&INSERT, &values).map(|_| ())
}

/// Says where a lead stands.
pub fn set_lead(tx: &mut Tx<'_>, lead: &Lead) -> Result<(), StoreError> {
    let (person, asked) = (lead.person.as_ref(), lead.asked.as_ref());
    let state = lead.state.name();
    let values =
        values![state, lead.steps, person, lead.registered_on, asked, tx.tenant(), &lead.id];
    match tx.run(&SET, &values)? {
        0 => Err(StoreError::NotFound { what: "lead" }),
        _ => Ok(()),
    }
}

/// Makes a step: keeps it with its words and says where the lead now stands. A step of the same
/// number, which somebody else made meanwhile, is `outreach_lead_step_pk`; one that the table does
/// not have is `outreach_lead_step_known`.
pub fn make_lead_step(tx: &mut Tx<'_>, lead: &Lead, step: &LeadStepKept) -> Result<(), StoreError> {
    let (before, after) = step.states;
    let names = [step.step.name(), before.name(), after.name()];
    steps::keep(tx, &STEP_INSERT, lead.id.as_bytes(), step, names)?;
    set_lead(tx, lead)
}

/// The steps of a lead, in order, with their words.
pub fn lead_steps(tx: &mut Tx<'_>, lead: Id<kind::Lead>) -> Result<Vec<LeadStepKept>, StoreError> {
    let step = ("a lead's step", LeadStep::from_name as fn(&str) -> _);
    let state = ("a lead's state", LeadState::from_name as fn(&str) -> _);
    steps::of(tx, &STEP_LIST, lead.as_bytes(), (step, state))
}

/// The lead with this id.
pub fn lead(tx: &mut Tx<'_>, id: Id<kind::Lead>) -> Result<Option<Whole>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    tx.one(&GET, &values![tenant, &id], |columns| read(keys, tenant, columns))
}

/// Every lead, the oldest first.
pub fn leads(tx: &mut Tx<'_>) -> Result<Vec<Whole>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    tx.all(&LIST, &values![tenant], |columns| read(keys, tenant, columns))
}

/// The leads of an event, the oldest first.
pub fn leads_of_event(
    tx: &mut Tx<'_>,
    event: Id<kind::OutreachEvent>,
) -> Result<Vec<Whole>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    tx.all(&OF_EVENT, &values![tenant, &event], |columns| read(keys, tenant, columns))
}

/// The leads of an agent, the oldest first.
pub fn leads_of_agent(tx: &mut Tx<'_>, agent: Id<kind::Agent>) -> Result<Vec<Whole>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    tx.all(&OF_AGENT, &values![tenant, &agent], |columns| read(keys, tenant, columns))
}

/// Forgets who the leads were that became somebody's record: their keys are dropped, and what they
/// counted for stays.
pub fn forget_leads_of(tx: &mut Tx<'_>, person: Id<kind::Person>) -> Result<u64, StoreError> {
    let found: Vec<Id<kind::Lead>> =
        tx.all(&OF_PERSON, &values![tx.tenant(), &person], |columns| columns.take())?;
    let mut forgotten = 0;
    for id in &found {
        forgotten += u64::from(seal::drop_key(tx, id.as_bytes())?);
    }
    Ok(forgotten)
}

/// Forgets who a lead was, and what was said in its steps; whether it was known until now. That it
/// was there, and what became of it, stays.
pub fn forget_lead(tx: &mut Tx<'_>, id: Id<kind::Lead>) -> Result<bool, StoreError> {
    seal::drop_key(tx, id.as_bytes())
}

/// Lines of a name and a value each, so that a later program adds lines and an older one passes
/// over them.
fn pack(details: &LeadDetails) -> String {
    let mut out = String::new();
    let mut put = |name: &str, value: &str| {
        if !value.is_empty() {
            out.push_str(&format!("{name} {value}\n"));
        }
    };
    put("name", details.name.as_str());
    put("phone", &details.phone.map_or(String::new(), |phone| phone.international()));
    put("village", &details.village);
    put("nik", &details.nik.map_or(String::new(), |nik| nik.reveal()));
    put("birth", &details.birth.map_or(String::new(), |day| day.to_string()));
    out
}

fn unpack(text: &str) -> Result<LeadDetails, StoreError> {
    let get = |name: &str| {
        let mut lines = text.lines().filter_map(|line| line.split_once(' '));
        lines.find(|(found, _)| *found == name).map_or("", |(_, value)| value)
    };
    Ok(LeadDetails {
        name: PersonName::parse(get("name")).map_err(|_| corrupt("a lead's name"))?,
        phone: Phone::parse(get("phone")),
        village: get("village").into(),
        nik: Nik::parse(get("nik")).ok(),
        birth: Day::parse_iso(get("birth")),
    })
}

fn read(keys: &KeyRing, tenant: i64, columns: &mut Columns<'_>) -> Result<Whole, StoreError> {
    let lead = Lead {
        id: columns.take()?,
        event: columns.take()?,
        agent: columns.take()?,
        place: columns.take()?,
        occupation: columns.take()?,
        sex: columns.take()?,
        told_on: columns.take()?,
        consent: columns.take_with("a lead's consent", Agreement::from_name)?,
        state: columns.take_with("a lead's state", LeadState::from_name)?,
        steps: columns.take()?,
        person: columns.take()?,
        registered_on: columns.take()?,
        asked: columns.take()?,
    };
    let sealed: Vec<u8> = columns.take()?;
    let owner = Owner::new(tenant, &lead.id);
    let details = match take_wrapped(columns)? {
        Some(wrapped) => {
            let text = keys.unwrap(owner, &wrapped)?.open_text(owner, "details", &sealed)?;
            Some(unpack(&text)?)
        }
        None => None,
    };
    Ok((lead, details))
}
