//! What other programs are told: the events, written with the act; who is told; and each event's
//! way to each of them.
//!
//! Secrets are sealed under the subscriber's key. Nothing here knows HTTP.

mod delivery;

use base::id::kind;
use base::{Id, Month, Rupiah};
use domain::outbox::SubscriberState;
use zeroize::Zeroizing;

use crate::seal::{self, Owner};
use crate::sql::{Sql, sql};
use crate::value::{Columns, values};
use crate::{StoreError, Tx, log};

pub use delivery::{
    Attempt, Delivery, DeliveryFilter, Health, Hold, Outgoing, Settled, again, again_failed,
    attempts, claim, counts, deliveries, delivery, due, hasten, health, healths, queue, set_health,
    settle,
};

static INSERT: Sql = sql!("subscriber_insert");
static GET: Sql = sql!("subscriber_get");
static BY_CODE: Sql = sql!("subscriber_by_code");
static LIST: Sql = sql!("subscriber_list");
static DECIDE: Sql = sql!("subscriber_decide");
static SET_STATE: Sql = sql!("subscriber_set_state");
static SECRET_INSERT: Sql = sql!("subscriber_secret_insert");
static SECRET_LIST: Sql = sql!("subscriber_secret_list");
static SECRET_END: Sql = sql!("subscriber_secret_end");
static SECRET_DROP: Sql = sql!("subscriber_secret_drop");
static EVENT_INSERT: Sql = sql!("outbox_event_insert");
static EVENT_BY_ID: Sql = sql!("outbox_event_by_id");
static EVENT_PAGE: Sql = sql!("outbox_event_page");
static EVENT_SINCE: Sql = sql!("outbox_event_since");
static BILL: Sql = sql!("outbox_bill");

/// Somebody else's program that is told what happens here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscriber {
    /// Which.
    pub id: Id<Subscriber>,
    /// How it is called for.
    pub code: Box<str>,
    /// What it is.
    pub name: Box<str>,
    /// Where it is told.
    pub url: Box<str>,
    /// Of what it is told, each without head and version.
    pub kinds: Vec<Box<str>>,
    /// Where it stands.
    pub state: SubscriberState,
    /// Who put it forward.
    pub made_by: Id<kind::User>,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub made_at_ms: i64,
    /// Who agreed.
    pub decided_by: Option<Id<kind::User>>,
    /// When its state last changed.
    pub changed_at_ms: i64,
}

/// What messages to a subscriber are signed with.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningSecret {
    /// Which, 1 for the first.
    pub serial: u32,
    /// The secret itself.
    pub secret: Zeroizing<Vec<u8>>,
    /// When it was made, in milliseconds since 1970-01-01 UTC.
    pub made_at_ms: i64,
    /// Until when it holds beside the next.
    pub ends_at_ms: Option<i64>,
}

/// An event as it is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its place among all events: that of its act in the audit log, then among those of its act.
    pub sequence: u64,
    /// Which: that of the audit line, of the first that an act is told by.
    pub id: [u8; 16],
    /// Its type, without head and version.
    pub kind: Box<str>,
    /// Among which others it keeps its order.
    pub lane: [u8; 16],
    /// What it is about.
    pub subject: Option<[u8; 16]>,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
    /// The message.
    pub body: Box<str>,
}

/// What is told of a bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BillFacts {
    /// Of what.
    pub programme: Id<kind::Programme>,
    /// The contribution month.
    pub month: Month,
    /// People billed.
    pub people: u32,
    /// The sum.
    pub total: Rupiah,
}

/// Keeps a subscriber that is put forward, with its first secret; a taken code is
/// `subscriber_code_unique`.
pub fn insert(
    tx: &mut Tx<'_>,
    subscriber: &Subscriber,
    secret: &SigningSecret,
) -> Result<(), StoreError> {
    let values = values![
        tx.tenant(),
        &subscriber.id,
        &subscriber.code,
        &subscriber.name,
        &subscriber.url,
        subscriber.kinds.join(" "),
        subscriber.state.name(),
        &subscriber.made_by,
        subscriber.made_at_ms,
        subscriber.decided_by.as_ref(),
        subscriber.changed_at_ms,
    ];
    tx.run(&INSERT, &values)?;
    let owner = Owner::new(tx.tenant(), &subscriber.id);
    let key = tx.keys()?.new_key(owner);
    seal::keep_keys(tx, [(subscriber.id.as_bytes(), &key.wrapped)].into_iter())?;
    add_secret(tx, subscriber.id, secret)
}

/// The subscriber with this id.
pub fn get(tx: &mut Tx<'_>, id: Id<Subscriber>) -> Result<Option<Subscriber>, StoreError> {
    tx.one(&GET, &values![tx.tenant(), &id], read)
}

/// The subscriber with this code.
pub fn by_code(tx: &mut Tx<'_>, code: &str) -> Result<Option<Subscriber>, StoreError> {
    tx.one(&BY_CODE, &values![tx.tenant(), code], read)
}

/// All subscribers, by code; an office has a handful.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Subscriber>, StoreError> {
    tx.all(&LIST, &values![tx.tenant()], read)
}

/// Keeps what the second person said of a subscriber.
pub fn decide(
    tx: &mut Tx<'_>,
    id: Id<Subscriber>,
    state: SubscriberState,
    by: Option<Id<kind::User>>,
    now_ms: i64,
) -> Result<(), StoreError> {
    let values = values![state.name(), by.as_ref(), now_ms, tx.tenant(), &id];
    match tx.run(&DECIDE, &values)? {
        0 => Err(StoreError::NotFound { what: "subscriber" }),
        _ => Ok(()),
    }
}

/// Says where a subscriber stands.
pub fn set_state(
    tx: &mut Tx<'_>,
    id: Id<Subscriber>,
    state: SubscriberState,
    now_ms: i64,
) -> Result<(), StoreError> {
    match tx.run(&SET_STATE, &values![state.name(), now_ms, tx.tenant(), &id])? {
        0 => Err(StoreError::NotFound { what: "subscriber" }),
        _ => Ok(()),
    }
}

/// Keeps a secret, sealed.
pub fn add_secret(
    tx: &mut Tx<'_>,
    id: Id<Subscriber>,
    secret: &SigningSecret,
) -> Result<(), StoreError> {
    let (keys, owner) = (tx.keys()?, Owner::new(tx.tenant(), &id));
    let wrapped = seal::key_of(tx, id.as_bytes())?;
    let wrapped = wrapped.ok_or(StoreError::NotFound { what: "subscriber" })?;
    let sealed = keys.unwrap(owner, &wrapped)?.seal(owner, &field(secret.serial), &secret.secret);
    let values = values![
        tx.tenant(),
        &id,
        secret.serial,
        sealed.as_slice(),
        secret.made_at_ms,
        secret.ends_at_ms,
    ];
    tx.run(&SECRET_INSERT, &values).map(|_| ())
}

/// Lets the secrets before one end at a moment, and forgets those that have ended.
pub fn end_secrets(
    tx: &mut Tx<'_>,
    id: Id<Subscriber>,
    (serial, ends_at_ms): (u32, i64),
    now_ms: i64,
) -> Result<(), StoreError> {
    tx.run(&SECRET_DROP, &values![tx.tenant(), &id, now_ms])?;
    tx.run(&SECRET_END, &values![ends_at_ms, tx.tenant(), &id, serial]).map(|_| ())
}

/// A subscriber's secrets, the newest first, ended ones among them.
pub fn secrets(tx: &mut Tx<'_>, id: Id<Subscriber>) -> Result<Vec<SigningSecret>, StoreError> {
    let found = tx.all(&SECRET_LIST, &values![tx.tenant(), &id], |columns| {
        Ok(SigningSecret {
            serial: columns.take()?,
            secret: Zeroizing::new(columns.take()?),
            made_at_ms: columns.take()?,
            ends_at_ms: columns.take()?,
        })
    })?;
    let Some(wrapped) = seal::key_of(tx, id.as_bytes())? else { return Ok(Vec::new()) };
    let (keys, owner) = (tx.keys()?, Owner::new(tx.tenant(), &id));
    let opened = found.into_iter().map(|sealed| {
        let plain =
            keys.unwrap(owner, &wrapped)?.open(owner, &field(sealed.serial), &sealed.secret)?;
        Ok(SigningSecret { secret: Zeroizing::new(plain), ..sealed })
    });
    opened.collect()
}

/// Places of events that an act has: no act tells of more.
pub const EVENTS_OF_ACT_MAX: u64 = 1_000_000;

impl Event {
    /// The leaf of the audit log that its act became. (Events of programs before 0040 have the leaf
    /// itself as their place.)
    pub fn leaf(&self) -> u64 {
        self.sequence / EVENTS_OF_ACT_MAX
    }
}

/// The first place of the events by which the act of this transaction is told.
pub fn next_sequence(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    Ok(log::size(tx)? * EVENTS_OF_ACT_MAX)
}

/// Writes events with the act that they tell of.
pub fn insert_events(tx: &mut Tx<'_>, events: &[Event]) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let rows = events.iter().map(|event| {
        values![
            tenant,
            event.sequence.cast_signed(),
            &event.id,
            &event.kind,
            &event.lane,
            event.subject.as_ref(),
            event.at_ms,
            &event.body,
        ]
    });
    tx.insert(&EVENT_INSERT, rows).map(|_| ())
}

/// The event with this id.
pub fn event(tx: &mut Tx<'_>, id: &[u8; 16]) -> Result<Option<Event>, StoreError> {
    tx.one(&EVENT_BY_ID, &values![tx.tenant(), id], read_event)
}

/// Events after one, the oldest first, of one kind if one is named; at most so many.
pub fn events_after(
    tx: &mut Tx<'_>,
    after: i64,
    kind: Option<&str>,
    most: u32,
) -> Result<Vec<Event>, StoreError> {
    tx.all(&EVENT_PAGE, &values![tx.tenant(), after, kind, most], read_event)
}

/// Every event from a moment on.
pub fn events_since(tx: &mut Tx<'_>, at_ms: i64) -> Result<Vec<Event>, StoreError> {
    tx.all(&EVENT_SINCE, &values![tx.tenant(), at_ms], read_event)
}

/// What is told of a bill, without its lines.
pub fn bill(tx: &mut Tx<'_>, id: &[u8; 16]) -> Result<Option<BillFacts>, StoreError> {
    tx.one(&BILL, &values![tx.tenant(), id], |columns| {
        Ok(BillFacts {
            programme: columns.take()?,
            month: columns.take()?,
            people: columns.take()?,
            total: columns.take()?,
        })
    })
}

/// The name of the sealed field: a secret is refused in another's place.
fn field(serial: u32) -> String {
    format!("signing {serial}")
}

fn read(columns: &mut Columns<'_>) -> Result<Subscriber, StoreError> {
    Ok(Subscriber {
        id: columns.take()?,
        code: columns.take()?,
        name: columns.take()?,
        url: columns.take()?,
        kinds: columns.take::<String>()?.split_whitespace().map(Box::from).collect(),
        state: columns.take_with("a subscriber's state", SubscriberState::from_name)?,
        made_by: columns.take()?,
        made_at_ms: columns.take()?,
        decided_by: columns.take()?,
        changed_at_ms: columns.take()?,
    })
}

fn read_event(columns: &mut Columns<'_>) -> Result<Event, StoreError> {
    Ok(Event {
        sequence: columns.take()?,
        id: columns.take()?,
        kind: columns.take()?,
        lane: columns.take()?,
        subject: columns.take()?,
        at_ms: columns.take()?,
        body: columns.take()?,
    })
}
