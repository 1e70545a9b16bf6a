//! Messages on their way: taken out of the queue for a while, signed, carried, judged, settled.
//!
//! Whoever dies between taking and settling is found out by the end of the while, and the message
//! goes again: at least once, and its id says which it is. `web` carries; nothing here knows a
//! socket.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use base::Id;
use domain::outbox::{
    Answer, DeliveryState, Endpoint, Fault, Next, Reach, Schedule, SubscriberState, judge,
};
use store::Tx;
use store::outbox::{self, Attempt, Health, Hold, Outgoing, Settled, SigningSecret, Subscriber};

use super::{SubscriberId, signature};
use crate::error::AppError;
use crate::office::Office;

/// How often a sender without work looks for some.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Subscribers that are sent to at a time, so that a slow one keeps nobody waiting.
const AT_A_TIME: usize = 8;

/// A signed message and where it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parcel {
    /// Where it goes.
    pub endpoint: Endpoint,
    /// `webhook-id`.
    pub id: String,
    /// `webhook-timestamp`, in seconds since 1970-01-01 UTC.
    pub timestamp: i64,
    /// `webhook-signature`.
    pub signature: String,
    /// What is sent.
    pub body: Box<str>,
}

/// What came back of a parcel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried {
    /// The status of HTTP, or why there is none.
    pub status: Result<u16, Fault>,
    /// What `Retry-After` says.
    pub retry_after: Option<String>,
}

/// How parcels get there: all at once, answered in their order.
pub type Carry = dyn Fn(&[Parcel], Reach) -> Vec<Carried> + Send + Sync;

/// How messages are sent.
#[derive(Clone)]
pub struct Sending {
    /// Who sends.
    pub sender: [u8; 16],
    /// When a message is tried again.
    pub schedule: Schedule,
    /// How long a message is held, in milliseconds: longer than an attempt takes.
    pub held_ms: i64,
    /// Messages to one subscriber at a time.
    pub batch: u32,
    /// A subscriber that has taken nothing for so long is switched off when a message is given up.
    pub silent_ms_max: i64,
    /// How they get there.
    pub carry: Arc<Carry>,
}

impl Sending {
    /// The way of the house.
    pub fn new(office: &Office, carry: Arc<Carry>) -> Sending {
        const HELD_MS: i64 = 45_000; // not law: three times what an attempt may take
        const THREE_DAYS_MS: i64 = 3 * 86_400_000;
        Sending {
            sender: *office.environment.new_id::<Sending>().as_bytes(),
            schedule: super::SCHEDULE,
            held_ms: HELD_MS,
            batch: 16,
            silent_ms_max: THREE_DAYS_MS,
            carry,
        }
    }
}

/// What came of a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sent {
    /// Attempts made.
    pub attempts: u64,
    /// Messages that were taken.
    pub delivered: u64,
}

/// What was taken out of the queue.
struct Batch {
    subscriber: Subscriber,
    secrets: Vec<SigningSecret>,
    outgoing: Vec<Outgoing>,
}

impl Office {
    /// Subscribers that something is due for.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn subscribers_due(&self) -> Result<Vec<SubscriberId>, AppError> {
        let now = self.now_ms();
        Ok(self.store.read(|tx| outbox::due(tx, now))?)
    }

    /// Sends what is due for a subscriber, the first of each subject; what came of it.
    ///
    /// # Errors
    /// Only those of the register: then the messages are free again when their while is over.
    pub fn send_batch(&self, id: SubscriberId, sending: &Sending) -> Result<Sent, AppError> {
        let now = self.now_ms();
        let hold = Hold {
            sender: &sending.sender,
            now_ms: now,
            until_ms: now + sending.held_ms,
            most: sending.batch,
        };
        let taken = self.store.write(|tx| take(tx, id, &hold))?;
        let Some(batch) = taken else { return Ok(Sent::default()) };
        let reach = self.environment.reach();
        let (begun, clock) = (self.now_ms(), Instant::now());
        let carried = match Endpoint::parse(&batch.subscriber.url, reach) {
            Ok(endpoint) => (sending.carry)(&parcels(&batch, &endpoint, begun), reach),
            // Written under other rules than those of today.
            Err(_) => batch.outgoing.iter().map(|_| no_way()).collect(),
        };
        assert_eq!(carried.len(), batch.outgoing.len(), "every parcel is answered");
        let took = i64::try_from(clock.elapsed().as_millis()).unwrap_or(i64::MAX);
        self.store.write(|tx| self.settle_batch(tx, &batch, &carried, (begun, took), sending))
    }

    /// Sends everything that is due now, to everybody.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn send_due(&self, sending: &Sending) -> Result<Sent, AppError> {
        let mut all = Sent::default();
        loop {
            let before = all.attempts;
            for id in self.subscribers_due()? {
                let sent = self.send_batch(id, sending)?;
                all.attempts += sent.attempts;
                all.delivered += sent.delivered;
            }
            if all.attempts == before {
                return Ok(all);
            }
        }
    }

    fn settle_batch(
        &self,
        tx: &mut Tx<'_>,
        batch: &Batch,
        carried: &[Carried],
        (begun, took): (i64, i64),
        sending: &Sending,
    ) -> Result<Sent, AppError> {
        let (id, now) = (batch.subscriber.id, self.now_ms());
        let mut health = outbox::health(tx, id)?;
        let (mut sent, mut switch_off) = (Sent::default(), None);
        for (outgoing, carried) in batch.outgoing.iter().zip(carried) {
            let dice = u32::from_be_bytes(self.environment.random_bytes());
            let answer = answer_of(carried, now);
            let next = judge(&sending.schedule, outgoing.tries + 1, answer, dice);
            let (state, next_at_ms) = match next {
                Next::Delivered => (DeliveryState::Delivered, now),
                Next::Again { after_ms, .. } => (DeliveryState::Waiting, now + after_ms),
                Next::GiveUp => (DeliveryState::Failed, now),
                // It waits for the day on which the subscriber is resumed.
                Next::Gone => (DeliveryState::Waiting, now),
            };
            let attempt = Attempt {
                number: outgoing.attempts + 1,
                at_ms: begun,
                took_ms: took,
                status: carried.status.ok(),
                fault: carried.status.err().map(|fault| fault.name().into()),
            };
            let (sequence, sender) = (outgoing.sequence, &sending.sender);
            let settled = Settled { subscriber: id, sequence, sender, state, next_at_ms, attempt };
            if !outbox::settle(tx, &settled)? {
                continue;
            }
            sent.attempts += 1;
            sent.delivered += u64::from(next == Next::Delivered);
            note(&mut health, next, now);
            let silent = health
                .failing_since_ms
                .is_some_and(|since| next == Next::GiveUp && now - since >= sending.silent_ms_max);
            if next == Next::Gone || silent {
                let gone = if next == Next::Gone { "subscriber-gone" } else { "subscriber-silent" };
                switch_off = Some(gone);
            }
        }
        let is_unreachable = carried.iter().all(|carried| carried.status.is_err());
        if let Some(wait) = sending.schedule.waits_ms.first().filter(|_| is_unreachable) {
            // Nobody is there: the others need not knock as well.
            health.hold_until_ms = Some(health.hold_until_ms.unwrap_or(0).max(now + wait));
        }
        outbox::set_health(tx, id, health)?;
        self.switch_off(tx, id, switch_off)?;
        Ok(sent)
    }

    /// Switches a subscriber off that two had agreed to, as an act of the program's own.
    fn switch_off(
        &self,
        tx: &mut Tx<'_>,
        id: SubscriberId,
        act: Option<&str>,
    ) -> Result<(), AppError> {
        let Some(act) = act else { return Ok(()) };
        // Somebody may have paused or ended it meanwhile: that stands.
        match outbox::get(tx, id)? {
            Some(known) if known.state == SubscriberState::Active => {
                outbox::set_state(tx, id, SubscriberState::Disabled, self.now_ms())?;
                self.record_by_itself(tx, act, "subscriber", id.as_bytes())
            }
            _ => Ok(()),
        }
    }
}

/// Takes what is due, with the secrets that hold; none when there is nothing.
fn take(tx: &mut Tx<'_>, id: SubscriberId, hold: &Hold<'_>) -> Result<Option<Batch>, AppError> {
    let known = outbox::get(tx, id)?;
    let Some(subscriber) = known.filter(|one| one.state == SubscriberState::Active) else {
        return Ok(None);
    };
    let mut secrets = outbox::secrets(tx, id)?;
    secrets.retain(|secret| secret.ends_at_ms.is_none_or(|ends| hold.now_ms < ends));
    let outgoing = outbox::claim(tx, id, hold)?;
    Ok((!outgoing.is_empty()).then_some(Batch { subscriber, secrets, outgoing }))
}

fn parcels(batch: &Batch, endpoint: &Endpoint, now_ms: i64) -> Vec<Parcel> {
    let timestamp = now_ms.div_euclid(1_000);
    let parcel = |outgoing: &Outgoing| {
        let id = Id::<outbox::Event>::from_bytes(outgoing.id).to_string();
        let secrets = batch.secrets.iter().map(|secret| secret.secret.as_slice());
        let signature = signature::sign(secrets, &id, timestamp, &outgoing.body);
        Parcel { endpoint: endpoint.clone(), id, timestamp, signature, body: outgoing.body.clone() }
    };
    batch.outgoing.iter().map(parcel).collect()
}

fn no_way() -> Carried {
    Carried { status: Err(Fault::AddressRefused), retry_after: None }
}

fn answer_of(carried: &Carried, now_ms: i64) -> Answer {
    match carried.status {
        Err(fault) => Answer::Fault(fault),
        Ok(status) => {
            let asked = carried.retry_after.as_deref();
            Answer::Status(status, asked.and_then(|text| asked_wait(text, now_ms)))
        }
    }
}

/// How many milliseconds `Retry-After` asks for: seconds, or a moment.
fn asked_wait(text: &str, now_ms: i64) -> Option<i64> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<u32>() {
        return Some(i64::from(seconds) * 1_000);
    }
    let moment = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
    Some(moment.as_millisecond() - now_ms)
}

fn note(health: &mut Health, next: Next, now_ms: i64) {
    match next {
        // Who asked for quiet gets it, whatever else was taken.
        Next::Delivered => health.failing_since_ms = None,
        Next::Again { after_ms, hold } => {
            health.failing_since_ms.get_or_insert(now_ms);
            if hold {
                health.hold_until_ms =
                    Some(health.hold_until_ms.unwrap_or(0).max(now_ms + after_ms));
            }
        }
        Next::GiveUp | Next::Gone => {
            health.failing_since_ms.get_or_insert(now_ms);
        }
    }
}

/// Sends until it is told to stop.
pub struct Sender {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

/// The subscribers that are being sent to.
type Busy = Arc<Mutex<HashSet<SubscriberId>>>;

impl Sender {
    /// Starts sending.
    pub fn start(office: &Arc<Office>, sending: Sending) -> Sender {
        let stop = Arc::new(AtomicBool::new(false));
        let (office, told) = (Arc::clone(office), Arc::clone(&stop));
        let thread = thread::spawn(move || {
            let busy = Busy::default();
            let mut threads: Vec<JoinHandle<()>> = Vec::new();
            while !told.load(Ordering::Relaxed) {
                // What the register refuses now, it may grant at the next look.
                for id in office.subscribers_due().unwrap_or_default() {
                    threads.retain(|thread| !thread.is_finished());
                    if threads.len() < AT_A_TIME && held(&busy).insert(id) {
                        let (office, sending) = (Arc::clone(&office), sending.clone());
                        let (told, busy) = (Arc::clone(&told), Arc::clone(&busy));
                        threads.push(thread::spawn(move || {
                            send_all(&office, id, &sending, &told);
                            held(&busy).remove(&id);
                        }));
                    }
                }
                thread::sleep(LOOK_EVERY);
            }
            for thread in threads {
                // One that panicked has nothing left to say; what it held is free in a while.
                let _ = thread.join();
            }
        });
        Sender { stop, thread }
    }

    /// Lets what is under way end and stops.
    pub fn stop(self) {
        self.stop.store(true, Ordering::Relaxed);
        let _ = self.thread.join();
    }
}

fn held(busy: &Busy) -> std::sync::MutexGuard<'_, HashSet<SubscriberId>> {
    busy.lock().unwrap_or_else(PoisonError::into_inner)
}

fn send_all(office: &Office, id: SubscriberId, sending: &Sending, told: &AtomicBool) {
    let has_sent = || office.send_batch(id, sending).is_ok_and(|sent| sent.attempts > 0);
    while !told.load(Ordering::Relaxed) && has_sent() {}
}
