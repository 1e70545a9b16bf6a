//! Each event's way to each subscriber: claimed by a sender for a while, tried, settled, and found
//! again after the sender died. An event waits until those before it in its lane are through.

use base::Id;
use domain::outbox::DeliveryState;

use super::{Event, Subscriber};
use crate::sql::{Sql, sql};
use crate::value::{Columns, values};
use crate::{StoreError, Tx};

static INSERT: Sql = sql!("delivery_insert");
static DUE: Sql = sql!("delivery_due");
static HOLD: Sql = sql!("delivery_hold");
static SETTLE: Sql = sql!("delivery_settle");
static AGAIN: Sql = sql!("delivery_again");
static AGAIN_FAILED: Sql = sql!("delivery_again_failed");
static HASTEN: Sql = sql!("delivery_hasten");
static SUBSCRIBER_DUE: Sql = sql!("delivery_subscriber_due");
static PAGE: Sql = sql!("delivery_page");
static GET: Sql = sql!("delivery_get");
static COUNT: Sql = sql!("delivery_count");
static ATTEMPT_INSERT: Sql = sql!("delivery_attempt_insert");
static ATTEMPT_LIST: Sql = sql!("delivery_attempt_list");
static HEALTH_GET: Sql = sql!("subscriber_health_get");
static HEALTH_LIST: Sql = sql!("subscriber_health_list");
static HEALTH_SET: Sql = sql!("subscriber_health_set");

/// Who sends, when, and how long nobody else does.
#[derive(Debug, Clone, Copy)]
pub struct Hold<'a> {
    /// The sender.
    pub sender: &'a [u8; 16],
    /// Now.
    pub now_ms: i64,
    /// When a sender that has said nothing is taken for dead.
    pub until_ms: i64,
    /// At most so many messages.
    pub most: u32,
}

/// A message to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// The event's place.
    pub sequence: u64,
    /// The event's id.
    pub id: [u8; 16],
    /// Its type, without head and version.
    pub kind: Box<str>,
    /// What is sent.
    pub body: Box<str>,
    /// How often it was tried since it was last put in the queue.
    pub tries: u32,
    /// How often it was tried at all.
    pub attempts: u32,
}

/// What came of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled<'a> {
    /// To whom.
    pub subscriber: Id<Subscriber>,
    /// Of which event.
    pub sequence: u64,
    /// By whom.
    pub sender: &'a [u8; 16],
    /// Where it now stands.
    pub state: DeliveryState,
    /// When it is tried again.
    pub next_at_ms: i64,
    /// What is noted of it.
    pub attempt: Attempt,
}

/// One attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Which, 1 for the first.
    pub number: u32,
    /// When it began, in milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
    /// How long it took.
    pub took_ms: i64,
    /// The status of HTTP.
    pub status: Option<u16>,
    /// Why there was none.
    pub fault: Option<Box<str>>,
}

/// An event on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// To whom.
    pub subscriber: Id<Subscriber>,
    /// The event's place.
    pub sequence: u64,
    /// The event's id.
    pub id: [u8; 16],
    /// Its type, without head and version.
    pub kind: Box<str>,
    /// What it is about.
    pub subject: Option<[u8; 16]>,
    /// When it happened, in milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
    /// Where it stands.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is tried next.
    pub next_at_ms: i64,
    /// When it came through, or was given up.
    pub ended_at_ms: Option<i64>,
}

/// Which deliveries; what is not said narrows nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct DeliveryFilter<'a> {
    /// Those before this one, newest first.
    pub before: Option<(u64, Id<Subscriber>)>,
    /// To whom.
    pub subscriber: Option<Id<Subscriber>>,
    /// Where they stand.
    pub state: Option<DeliveryState>,
    /// Of which type.
    pub kind: Option<&'a str>,
    /// At most so many.
    pub most: u32,
}

/// How a subscriber answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Health {
    /// Since when it has taken nothing.
    pub failing_since_ms: Option<i64>,
    /// Until when it wants nothing.
    pub hold_until_ms: Option<i64>,
}

/// Puts an event in a subscriber's queue; whether it was not there.
pub fn queue(
    tx: &mut Tx<'_>,
    subscriber: Id<Subscriber>,
    event: &Event,
    now_ms: i64,
) -> Result<bool, StoreError> {
    let sequence = event.sequence.cast_signed();
    let values = values![tx.tenant(), &subscriber, sequence, &event.lane, now_ms];
    Ok(tx.run(&INSERT, &values)? > 0)
}

/// Active subscribers that something is due for.
pub fn due(tx: &mut Tx<'_>, now_ms: i64) -> Result<Vec<Id<Subscriber>>, StoreError> {
    let values = values![tx.tenant(), now_ms, now_ms, now_ms];
    tx.all(&SUBSCRIBER_DUE, &values, |columns| columns.take())
}

/// Takes what is due for a subscriber: of each lane the first, and nobody else takes it meanwhile.
pub fn claim(
    tx: &mut Tx<'_>,
    subscriber: Id<Subscriber>,
    hold: &Hold<'_>,
) -> Result<Vec<Outgoing>, StoreError> {
    let tenant = tx.tenant();
    let values = values![tenant, &subscriber, hold.now_ms, hold.now_ms, hold.most];
    let found = tx.all(&DUE, &values, |columns| {
        Ok(Outgoing {
            sequence: columns.take()?,
            id: columns.take()?,
            kind: columns.take()?,
            body: columns.take()?,
            tries: columns.take()?,
            attempts: columns.take()?,
        })
    })?;
    for outgoing in &found {
        let sequence = outgoing.sequence.cast_signed();
        let values = values![hold.sender, hold.until_ms, tenant, &subscriber, sequence];
        tx.run(&HOLD, &values)?;
    }
    Ok(found)
}

/// Keeps what came of an attempt; false when another sender has it by now, and nothing is kept.
pub fn settle(tx: &mut Tx<'_>, settled: &Settled<'_>) -> Result<bool, StoreError> {
    let (tenant, sequence) = (tx.tenant(), settled.sequence.cast_signed());
    let attempt = &settled.attempt;
    let ended_at_ms =
        (settled.state != DeliveryState::Waiting).then_some(attempt.at_ms + attempt.took_ms);
    let values = values![
        settled.state.name(),
        settled.next_at_ms,
        ended_at_ms,
        tenant,
        &settled.subscriber,
        sequence,
        settled.sender,
    ];
    if tx.run(&SETTLE, &values)? == 0 {
        return Ok(false);
    }
    let values = values![
        tenant,
        &settled.subscriber,
        sequence,
        attempt.number,
        attempt.at_ms,
        attempt.took_ms,
        attempt.status,
        attempt.fault.as_ref(),
    ];
    tx.run(&ATTEMPT_INSERT, &values)?;
    Ok(true)
}

/// Puts one back into the queue that was through or given up; whether it was.
pub fn again(
    tx: &mut Tx<'_>,
    subscriber: Id<Subscriber>,
    sequence: u64,
    now_ms: i64,
) -> Result<bool, StoreError> {
    let values = values![now_ms, tx.tenant(), &subscriber, sequence.cast_signed()];
    Ok(tx.run(&AGAIN, &values)? > 0)
}

/// Puts back everything of a subscriber that was given up; how much.
pub fn again_failed(
    tx: &mut Tx<'_>,
    subscriber: Id<Subscriber>,
    now_ms: i64,
) -> Result<u64, StoreError> {
    tx.run(&AGAIN_FAILED, &values![now_ms, tx.tenant(), &subscriber])
}

/// Makes everything that waits for a subscriber due now.
pub fn hasten(tx: &mut Tx<'_>, subscriber: Id<Subscriber>, now_ms: i64) -> Result<(), StoreError> {
    tx.run(&HASTEN, &values![now_ms, tx.tenant(), &subscriber]).map(|_| ())
}

/// Deliveries, the newest first.
pub fn deliveries(
    tx: &mut Tx<'_>,
    filter: &DeliveryFilter<'_>,
) -> Result<Vec<Delivery>, StoreError> {
    // Behind every number there is, in both parts of the order.
    let (sequence, subscriber) = match filter.before {
        Some((sequence, subscriber)) => (sequence.cast_signed(), subscriber),
        None => (i64::MAX, Id::from_bytes([0xff; 16])),
    };
    let values = values![
        tx.tenant(),
        sequence,
        &subscriber,
        filter.subscriber.as_ref(),
        filter.state.map(DeliveryState::name),
        filter.kind,
        filter.most,
    ];
    tx.all(&PAGE, &values, read)
}

/// One delivery.
pub fn delivery(
    tx: &mut Tx<'_>,
    subscriber: Id<Subscriber>,
    sequence: u64,
) -> Result<Option<Delivery>, StoreError> {
    tx.one(&GET, &values![tx.tenant(), &subscriber, sequence.cast_signed()], read)
}

/// How many deliveries of each subscriber stand so; those that have none are missing.
pub fn counts(
    tx: &mut Tx<'_>,
    state: DeliveryState,
) -> Result<Vec<(Id<Subscriber>, u64)>, StoreError> {
    let values = values![tx.tenant(), state.name()];
    tx.all(&COUNT, &values, |columns| Ok((columns.take()?, columns.take()?)))
}

/// Every attempt of a delivery, the oldest first.
pub fn attempts(
    tx: &mut Tx<'_>,
    subscriber: Id<Subscriber>,
    sequence: u64,
) -> Result<Vec<Attempt>, StoreError> {
    let values = values![tx.tenant(), &subscriber, sequence.cast_signed()];
    tx.all(&ATTEMPT_LIST, &values, |columns| {
        Ok(Attempt {
            number: columns.take()?,
            at_ms: columns.take()?,
            took_ms: columns.take()?,
            status: columns.take()?,
            fault: columns.take()?,
        })
    })
}

/// How a subscriber answers; well when nothing was noted.
pub fn health(tx: &mut Tx<'_>, subscriber: Id<Subscriber>) -> Result<Health, StoreError> {
    let found = tx.one(&HEALTH_GET, &values![tx.tenant(), &subscriber], |columns| {
        Ok(Health { failing_since_ms: columns.take()?, hold_until_ms: columns.take()? })
    })?;
    Ok(found.unwrap_or_default())
}

/// How every subscriber answers of whom something was noted.
pub fn healths(tx: &mut Tx<'_>) -> Result<Vec<(Id<Subscriber>, Health)>, StoreError> {
    tx.all(&HEALTH_LIST, &values![tx.tenant()], |columns| {
        let subscriber = columns.take()?;
        let health = Health { failing_since_ms: columns.take()?, hold_until_ms: columns.take()? };
        Ok((subscriber, health))
    })
}

/// Notes how a subscriber answers.
pub fn set_health(
    tx: &mut Tx<'_>,
    subscriber: Id<Subscriber>,
    health: Health,
) -> Result<(), StoreError> {
    let (failing, hold) = (health.failing_since_ms, health.hold_until_ms);
    tx.run(&HEALTH_SET, &values![tx.tenant(), &subscriber, failing, hold]).map(|_| ())
}

fn read(columns: &mut Columns<'_>) -> Result<Delivery, StoreError> {
    Ok(Delivery {
        subscriber: columns.take()?,
        sequence: columns.take()?,
        id: columns.take()?,
        kind: columns.take()?,
        subject: columns.take()?,
        at_ms: columns.take()?,
        state: columns.take_with("a delivery's state", DeliveryState::from_name)?,
        attempts: columns.take()?,
        next_at_ms: columns.take()?,
        ended_at_ms: columns.take()?,
    })
}
