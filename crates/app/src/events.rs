//! Other programs that are told what was done here: put forward by one and approved by another,
//! because data leaves the house; stopped by one, because then it does not.
//!
//! What is told is written with the act (`announce`), sent until it is taken (`send`), and signed
//! (`signature`). See docs/decisions/0027.

mod announce;
mod send;
pub mod signature;

use std::collections::BTreeMap;

use base::{Day, Id, Rupiah};
use domain::access::{Operation, Target};
pub use domain::outbox::{
    Answer, DeliveryState, Endpoint, EndpointProblem, Fault, Reach, SCHEDULE, Schedule,
    SubscriberState, TOLD, Told, choose, is_public,
};
use domain::task::{Task, TaskKind, TaskState};
use sha2::{Digest, Sha256};
use store::Tx;
use store::outbox::{self, SigningSecret};
pub use store::outbox::{Attempt, Delivery, DeliveryFilter, Event, Health, Subscriber};
use zeroize::Zeroizing;

use crate::error::{AppError, ErrorKind};
use crate::office::{Actor, Office};
use crate::tasks::{Forward, check_bound};

pub(crate) use announce::Effect;
pub use announce::facts_of;
pub use send::{Carried, Carry, Parcel, Sender, Sending, Sent};

/// A subscriber's identifier.
pub type SubscriberId = Id<Subscriber>;

/// Subscribers at a time that are not over.
pub const SUBSCRIBERS_MAX: usize = 20;
/// The longest name of one.
const NAME_CHARS_MAX: usize = 60;
/// The longest code of one.
const CODE_CHARS_MAX: usize = 40;
/// How long a secret holds beside the next.
pub const BOTH_HOURS: i64 = 24;
const BOTH_MS: i64 = BOTH_HOURS * 3_600_000;
/// How many bytes a secret has: what the signature's digest has.
const SECRET_BYTES: usize = 32;

/// A subscriber to be put forward.
#[derive(Debug, Clone, Copy)]
pub struct NewSubscriber<'a> {
    /// How it will be called for.
    pub code: &'a str,
    /// What it is.
    pub name: &'a str,
    /// Where it is told.
    pub url: &'a str,
    /// Of what, each with or without head and version; everything when empty.
    pub kinds: &'a [String],
}

/// A subscriber that was put forward.
pub struct ProposedSubscriber {
    /// The subscriber.
    pub subscriber: Subscriber,
    /// The task that another decides on; none when it was decided before.
    pub task: Option<Task>,
    /// What messages are signed with: told this once. None when it was put forward before.
    pub secret: Option<Zeroizing<String>>,
}

/// A subscriber as the pages show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriberShown {
    /// The subscriber.
    pub subscriber: Subscriber,
    /// How it answers.
    pub health: Health,
    /// How many messages stand where.
    pub counts: BTreeMap<DeliveryState, u64>,
}

impl SubscriberShown {
    /// How many messages to it stand there.
    pub fn count(&self, state: DeliveryState) -> u64 {
        self.counts.get(&state).copied().unwrap_or(0)
    }
}

/// One subscriber with all that is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriberFile {
    /// The subscriber.
    pub shown: SubscriberShown,
    /// Who put it forward, and who decided.
    pub people: (Box<str>, Option<Box<str>>),
    /// Its secrets by number, when each was made and until when it holds.
    pub secrets: Vec<(u32, i64, Option<i64>)>,
    /// The task that waits for another.
    pub task: Option<Id<Task>>,
}

/// One message on its way, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryFile {
    /// The subscriber.
    pub subscriber: Subscriber,
    /// Where it stands.
    pub delivery: Delivery,
    /// What is sent.
    pub body: Box<str>,
    /// Every attempt, the oldest first.
    pub attempts: Vec<Attempt>,
}

/// What is sent once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replay {
    /// One event.
    One([u8; 16]),
    /// Everything that happened from a day on, before the subscription too.
    Since(Day),
    /// Everything that was given up.
    Failed,
}

/// Which deliveries are asked for; what is not said narrows nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted<'a> {
    /// To whom, by code.
    pub subscriber: Option<&'a str>,
    /// Where they stand.
    pub state: Option<DeliveryState>,
    /// Of which type.
    pub kind: Option<&'a str>,
    /// Those before this one, newest first.
    pub before: Option<(u64, SubscriberId)>,
    /// At most so many.
    pub most: u32,
}

impl Office {
    /// Puts a subscriber forward, and tells its secret this once; the same again is no change.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, `CODE_UNFIT`, `SUBSCRIBER_NAME`, the codes of [`EndpointProblem`],
    /// `EVENT_TYPE_UNKNOWN`, `CODE_TAKEN`, `SUBSCRIBERS_TOO_MANY`.
    pub fn propose_subscriber(
        &self,
        actor: &Actor,
        new: &NewSubscriber<'_>,
    ) -> Result<ProposedSubscriber, AppError> {
        self.authorize(actor, Operation::Settings, &Target::default())?;
        let subscriber = self.checked(actor, new)?;
        let plain = Zeroizing::new(self.environment.random_bytes::<SECRET_BYTES>().to_vec());
        let told = signature::write_secret(&plain);
        let now = self.now_ms();
        let secret = SigningSecret { serial: 1, secret: plain, made_at_ms: now, ends_at_ms: None };
        self.store.write(|tx| {
            if let Some(known) = outbox::by_code(tx, &subscriber.code)? {
                return same_again(tx, known, &subscriber);
            }
            let all = outbox::list(tx)?;
            let over = [SubscriberState::Ended, SubscriberState::Refused];
            let alive = all.iter().filter(|one| !over.contains(&one.state));
            if alive.count() >= SUBSCRIBERS_MAX {
                let most = SUBSCRIBERS_MAX.to_string();
                return Err(AppError::refused("SUBSCRIBERS_TOO_MANY", most));
            }
            outbox::insert(tx, &subscriber, &secret)?;
            let content = content_of(&subscriber);
            let forward = Forward {
                id: self.environment.new_id(),
                kind: TaskKind::Subscriber,
                object: *subscriber.id.as_bytes(),
                hash: Sha256::digest(content.as_bytes()).into(),
                effect: Rupiah::ZERO,
                content: &content,
            };
            let task = self.put_forward(tx, actor, &forward)?;
            let object = subscriber.id.as_bytes();
            self.record(tx, actor, "subscriber-proposed", "subscriber", object)?;
            let subscriber = subscriber.clone();
            Ok(ProposedSubscriber { subscriber, task: Some(task), secret: Some(told) })
        })
    }

    /// A subscriber that is fit, as it will be kept.
    fn checked(&self, actor: &Actor, new: &NewSubscriber<'_>) -> Result<Subscriber, AppError> {
        let (code, name, url) = (new.code.trim(), new.name.trim(), new.url.trim());
        if !is_code(code) {
            return Err(AppError::usage("CODE_UNFIT", ""));
        }
        let chars = name.chars().count();
        let is_plain = |text: &str| !text.chars().any(char::is_control);
        if chars == 0 || chars > NAME_CHARS_MAX || !is_plain(name) {
            return Err(AppError::usage("SUBSCRIBER_NAME", NAME_CHARS_MAX.to_string()));
        }
        let unfit = |problem: EndpointProblem| AppError::usage(problem.name(), "");
        // A number that stands for a person is in no name either.
        if name.split(|c: char| !c.is_ascii_digit()).any(|run| run.len() >= 16) {
            return Err(unfit(EndpointProblem::NamesSomebody));
        }
        Endpoint::parse(url, self.environment.reach()).map_err(unfit)?;
        let now = self.now_ms();
        Ok(Subscriber {
            id: self.environment.new_id(),
            code: code.into(),
            name: name.into(),
            url: url.into(),
            kinds: kinds_of(new.kinds)?,
            state: SubscriberState::Proposed,
            made_by: actor.id,
            made_at_ms: now,
            decided_by: None,
            changed_at_ms: now,
        })
    }

    /// What the second person said of a subscriber, with its audit line; none is nobody in time.
    pub(crate) fn subscriber_decided(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        (task, content): (&Task, &str),
        state: TaskState,
    ) -> Result<(), AppError> {
        check_bound(task, content)?;
        let id = SubscriberId::from_bytes(task.object);
        let (state, act) = match state {
            TaskState::Approved => (SubscriberState::Active, "subscriber-approved"),
            _ => (SubscriberState::Refused, "subscriber-refused"),
        };
        let known = outbox::get(tx, id)?.ok_or_else(|| unknown(""))?;
        if known.state != SubscriberState::Proposed {
            return Err(AppError::refused("NOT_PROPOSED", ""));
        }
        if content_of(&known) != content {
            return Err(AppError::refused("HASH_DIFFERS", ""));
        }
        outbox::decide(tx, id, state, Some(actor.id), self.now_ms())?;
        self.record(tx, actor, act, "subscriber", id.as_bytes())
    }

    /// The same when nobody spoke in time; the caller records it.
    pub(crate) fn subscriber_expired(&self, tx: &mut Tx<'_>, task: &Task) -> Result<(), AppError> {
        let id = SubscriberId::from_bytes(task.object);
        let known = outbox::get(tx, id)?;
        if known.is_some_and(|known| known.state == SubscriberState::Proposed) {
            outbox::decide(tx, id, SubscriberState::Refused, None, self.now_ms())?;
        }
        Ok(())
    }

    /// Every subscriber, by code.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn subscribers(&self, actor: &Actor) -> Result<Vec<SubscriberShown>, AppError> {
        self.authorize(actor, Operation::ReadAudit, &Target::default())?;
        self.store.read(|tx| Ok(shown(tx)?))
    }

    /// One subscriber.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, `SUBSCRIBER_UNKNOWN`.
    pub fn subscriber(&self, actor: &Actor, code: &str) -> Result<SubscriberFile, AppError> {
        self.authorize(actor, Operation::ReadAudit, &Target::default())?;
        self.store.read(|tx| {
            let mut all = shown(tx)?.into_iter();
            let shown = all.find(|one| *one.subscriber.code == *code);
            let shown = shown.ok_or_else(|| unknown(code))?;
            let subscriber = &shown.subscriber;
            let maker = store::orgs::user(tx, subscriber.made_by)?;
            let maker = maker.map(|user| user.name).unwrap_or_default();
            let decided_by = match subscriber.decided_by {
                None => None,
                Some(by) => store::orgs::user(tx, by)?.map(|user| user.name),
            };
            let secrets = outbox::secrets(tx, subscriber.id)?;
            let secrets = secrets.iter().map(|one| (one.serial, one.made_at_ms, one.ends_at_ms));
            let task = open_task(tx, subscriber)?.map(|task| task.id);
            Ok(SubscriberFile {
                people: (maker, decided_by),
                secrets: secrets.collect(),
                task,
                shown,
            })
        })
    }

    /// Stops sending for a while; what happens meanwhile waits.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, `SUBSCRIBER_UNKNOWN`, `SUBSCRIBER_STATE`.
    pub fn pause_subscriber(&self, actor: &Actor, code: &str) -> Result<(), AppError> {
        self.change(actor, code, |tx, known| match known.state {
            SubscriberState::Paused => Ok(()),
            SubscriberState::Active => {
                let now = self.now_ms();
                outbox::set_state(tx, known.id, SubscriberState::Paused, now)?;
                self.record(tx, actor, "subscriber-paused", "subscriber", known.id.as_bytes())
            }
            state => Err(AppError::refused("SUBSCRIBER_STATE", state.name())),
        })
    }

    /// Sends again, first what waits and what was given up, in its order. Two have agreed to the
    /// subscriber as it is, so one is enough.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, `SUBSCRIBER_UNKNOWN`, `SUBSCRIBER_STATE`.
    pub fn resume_subscriber(&self, actor: &Actor, code: &str) -> Result<(), AppError> {
        self.change(actor, code, |tx, known| match known.state {
            SubscriberState::Active => Ok(()),
            SubscriberState::Paused | SubscriberState::Disabled => {
                let now = self.now_ms();
                outbox::set_state(tx, known.id, SubscriberState::Active, now)?;
                outbox::set_health(tx, known.id, Health::default())?;
                outbox::again_failed(tx, known.id, now)?;
                outbox::hasten(tx, known.id, now)?;
                self.record(tx, actor, "subscriber-resumed", "subscriber", known.id.as_bytes())
            }
            state => Err(AppError::refused("SUBSCRIBER_STATE", state.name())),
        })
    }

    /// Ends a subscription for good; its code stays taken, so that its log stays its own.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, `SUBSCRIBER_UNKNOWN`, `REASON_MISSING`.
    pub fn end_subscriber(&self, actor: &Actor, code: &str, reason: &str) -> Result<(), AppError> {
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(AppError::usage("REASON_MISSING", ""));
        }
        self.change(actor, code, |tx, known| {
            if known.state == SubscriberState::Ended {
                return Ok(());
            }
            let now = self.now_ms();
            if let Some(task) = open_task(tx, &known)? {
                store::access::set_task_state(tx, task.id, TaskState::Withdrawn)?;
            }
            outbox::set_state(tx, known.id, SubscriberState::Ended, now)?;
            let object = ("subscriber", known.id.as_bytes());
            self.record_reason(tx, actor, "subscriber-ended", object, reason)
        })
    }

    /// Makes another secret and tells it this once; the one before holds a day longer, and
    /// messages are signed with both.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, `SUBSCRIBER_UNKNOWN`, `SUBSCRIBER_STATE`.
    pub fn rotate_subscriber_secret(
        &self,
        actor: &Actor,
        code: &str,
    ) -> Result<Zeroizing<String>, AppError> {
        self.change(actor, code, |tx, known| {
            if !known.state.is_queued_for() && known.state != SubscriberState::Proposed {
                return Err(AppError::refused("SUBSCRIBER_STATE", known.state.name()));
            }
            let now = self.now_ms();
            let last = outbox::secrets(tx, known.id)?.first().map_or(0, |secret| secret.serial);
            let plain = Zeroizing::new(self.environment.random_bytes::<SECRET_BYTES>().to_vec());
            let told = signature::write_secret(&plain);
            let secret = SigningSecret {
                serial: last + 1,
                secret: plain,
                made_at_ms: now,
                ends_at_ms: None,
            };
            outbox::add_secret(tx, known.id, &secret)?;
            outbox::end_secrets(tx, known.id, (secret.serial, now + BOTH_MS), now)?;
            let object = known.id.as_bytes();
            self.record(tx, actor, "subscriber-secret-made", "subscriber", object)?;
            Ok(told)
        })
    }

    /// Sends a subscriber a trial, which nobody else is sent.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, `SUBSCRIBER_UNKNOWN`, `SUBSCRIBER_STATE`.
    pub fn try_subscriber(&self, actor: &Actor, code: &str) -> Result<(), AppError> {
        self.change(actor, code, |tx, known| match known.state {
            SubscriberState::Active => {
                self.record(tx, actor, "subscriber-tested", "subscriber", known.id.as_bytes())
            }
            state => Err(AppError::refused("SUBSCRIBER_STATE", state.name())),
        })
    }

    /// Puts events into a subscriber's queue once more; how many. Whoever has seen one knows it by
    /// its id.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, `SUBSCRIBER_UNKNOWN`, `SUBSCRIBER_STATE`, `EVENT_UNKNOWN`.
    pub fn replay(&self, actor: &Actor, code: &str, replay: Replay) -> Result<u64, AppError> {
        self.change(actor, code, |tx, known| {
            if !known.state.is_queued_for() {
                return Err(AppError::refused("SUBSCRIBER_STATE", known.state.name()));
            }
            let now = self.now_ms();
            let count = match replay {
                Replay::Failed => outbox::again_failed(tx, known.id, now)?,
                Replay::One(id) => {
                    let event = outbox::event(tx, &id)?.filter(|one| is_for(one, &known));
                    let none = || AppError::not_found("EVENT_UNKNOWN", "");
                    self.queue_again(tx, &known, &[event.ok_or_else(none)?], now)?
                }
                Replay::Since(day) => {
                    let mut events = outbox::events_since(tx, first_moment(day))?;
                    events.retain(|one| is_for(one, &known));
                    self.queue_again(tx, &known, &events, now)?
                }
            };
            if count > 0 {
                let act = "deliveries-replayed";
                self.record_count(tx, actor, act, "subscriber", count)?;
            }
            Ok(count)
        })
    }

    fn queue_again(
        &self,
        tx: &mut Tx<'_>,
        known: &Subscriber,
        events: &[Event],
        now: i64,
    ) -> Result<u64, AppError> {
        let mut count = 0;
        for event in events {
            let queued = outbox::queue(tx, known.id, event, now)?
                || outbox::again(tx, known.id, event.sequence, now)?;
            count += u64::from(queued);
        }
        Ok(count)
    }

    /// Messages on their way and those that went, the newest first.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, `SUBSCRIBER_UNKNOWN`, `EVENT_TYPE_UNKNOWN`.
    pub fn deliveries(
        &self,
        actor: &Actor,
        wanted: &Wanted<'_>,
    ) -> Result<Vec<Delivery>, AppError> {
        self.authorize(actor, Operation::ReadAudit, &Target::default())?;
        let kind = wanted.kind.map(|text| told_of(text).map(|told| told.kind)).transpose()?;
        self.store.read(|tx| {
            let subscriber = match wanted.subscriber {
                None => None,
                Some(code) => Some(outbox::by_code(tx, code)?.ok_or_else(|| unknown(code))?.id),
            };
            let filter = DeliveryFilter {
                before: wanted.before,
                subscriber,
                state: wanted.state,
                kind,
                most: wanted.most,
            };
            Ok(outbox::deliveries(tx, &filter)?)
        })
    }

    /// One message to one subscriber, with every attempt.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, `SUBSCRIBER_UNKNOWN`, `EVENT_UNKNOWN`.
    pub fn delivery(
        &self,
        actor: &Actor,
        code: &str,
        event: &[u8; 16],
    ) -> Result<DeliveryFile, AppError> {
        self.authorize(actor, Operation::ReadAudit, &Target::default())?;
        self.store.read(|tx| {
            let subscriber = outbox::by_code(tx, code)?.ok_or_else(|| unknown(code))?;
            let none = || AppError::not_found("EVENT_UNKNOWN", "");
            let event = outbox::event(tx, event)?.ok_or_else(none)?;
            let delivery = outbox::delivery(tx, subscriber.id, event.sequence)?;
            let delivery = delivery.ok_or_else(none)?;
            let attempts = outbox::attempts(tx, subscriber.id, event.sequence)?;
            Ok(DeliveryFile { subscriber, delivery, body: event.body, attempts })
        })
    }

    /// What was told, after a place in the log: for programs that ask rather than be told.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, `EVENT_TYPE_UNKNOWN`.
    pub fn events_after(
        &self,
        actor: &Actor,
        after: Option<u64>,
        kind: Option<&str>,
        most: u32,
    ) -> Result<Vec<Event>, AppError> {
        self.authorize(actor, Operation::ReadAudit, &Target::default())?;
        let kind = kind.map(|text| told_of(text).map(|told| told.kind)).transpose()?;
        let after = after.map_or(-1, u64::cast_signed);
        Ok(self.store.read(|tx| outbox::events_after(tx, after, kind, most))?)
    }

    /// Subscribers that were switched off, each with the day, and how many messages were given up:
    /// for the desk of those who can do something about it.
    pub(crate) fn subscribers_in_trouble(
        &self,
        actor: &Actor,
    ) -> Result<(Vec<Subscriber>, u64), AppError> {
        if !self.may_somewhere(actor, Operation::Settings) {
            return Ok((Vec::new(), 0));
        }
        self.store.read(|tx| {
            let mut all = outbox::list(tx)?;
            let is_sent_to = |id: SubscriberId| {
                let mut active = all.iter().filter(|one| one.state == SubscriberState::Active);
                active.any(|one| one.id == id)
            };
            let failed = outbox::counts(tx, DeliveryState::Failed)?.into_iter();
            let failed = failed.filter(|(id, _)| is_sent_to(*id)).map(|(_, count)| count).sum();
            all.retain(|one| one.state == SubscriberState::Disabled);
            Ok((all, failed))
        })
    }

    /// Changes a subscriber, for those who may.
    fn change<T>(
        &self,
        actor: &Actor,
        code: &str,
        work: impl FnOnce(&mut Tx<'_>, Subscriber) -> Result<T, AppError>,
    ) -> Result<T, AppError> {
        self.authorize(actor, Operation::Settings, &Target::default())?;
        self.store.write(|tx| {
            let known = outbox::by_code(tx, code)?.ok_or_else(|| unknown(code))?;
            work(tx, known)
        })
    }
}

/// What the same words bring about a second time: nothing, if nothing differs.
fn same_again(
    tx: &mut Tx<'_>,
    known: Subscriber,
    wanted: &Subscriber,
) -> Result<ProposedSubscriber, AppError> {
    let over = [SubscriberState::Ended, SubscriberState::Refused];
    if content_of(&known) != content_of(wanted) || over.contains(&known.state) {
        return Err(AppError::new(ErrorKind::Conflict, "CODE_TAKEN", &*known.code));
    }
    let task = open_task(tx, &known)?;
    Ok(ProposedSubscriber { subscriber: known, task, secret: None })
}

fn open_task(tx: &mut Tx<'_>, known: &Subscriber) -> Result<Option<Task>, AppError> {
    let tasks = store::access::tasks_of(tx, TaskKind::Subscriber, known.id.as_bytes())?;
    let open = tasks.into_iter().map(|record| record.task);
    Ok(open.into_iter().find(|task| task.state == TaskState::Open))
}

/// What an approver sees and binds.
fn content_of(subscriber: &Subscriber) -> String {
    let Subscriber { code, name, url, kinds, .. } = subscriber;
    format!("code={code}\nname={name}\nurl={url}\nkinds={}\n", kinds.join(" "))
}

fn shown(tx: &mut Tx<'_>) -> Result<Vec<SubscriberShown>, store::StoreError> {
    let mut counts: BTreeMap<SubscriberId, BTreeMap<DeliveryState, u64>> = BTreeMap::new();
    for state in DeliveryState::ALL {
        for (subscriber, count) in outbox::counts(tx, state)? {
            counts.entry(subscriber).or_default().insert(state, count);
        }
    }
    let healths: BTreeMap<SubscriberId, Health> = outbox::healths(tx)?.into_iter().collect();
    let all = outbox::list(tx)?.into_iter().map(|subscriber| SubscriberShown {
        health: healths.get(&subscriber.id).copied().unwrap_or_default(),
        counts: counts.remove(&subscriber.id).unwrap_or_default(),
        subscriber,
    });
    Ok(all.collect())
}

/// Whether a subscriber is told of an event.
fn is_for(event: &Event, subscriber: &Subscriber) -> bool {
    match &*event.kind {
        domain::outbox::TRIAL => event.subject == Some(*subscriber.id.as_bytes()),
        kind => subscriber.kinds.iter().any(|wanted| **wanted == *kind),
    }
}

/// Types as they are kept: known ones, in the order of the list, each once.
fn kinds_of(wanted: &[String]) -> Result<Vec<Box<str>>, AppError> {
    let words = wanted.iter().flat_map(|text| text.split([',', ' ']));
    let words: Vec<&str> = words.map(str::trim).filter(|word| !word.is_empty()).collect();
    let mut found = Vec::new();
    for word in &words {
        found.push(told_of(word)?.kind);
    }
    let chosen = TOLD.iter().filter(|told| told.is_offered());
    let chosen = chosen.filter(|told| words.is_empty() || found.contains(&told.kind));
    Ok(chosen.map(|told| told.kind.into()).collect())
}

fn told_of(text: &str) -> Result<&'static Told, AppError> {
    Told::of_type(text).ok_or_else(|| AppError::usage("EVENT_TYPE_UNKNOWN", text))
}

fn is_code(code: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let numbers = code.split(|c: char| !c.is_ascii_digit()).any(|run| run.len() >= 16);
    !code.is_empty() && code.len() <= CODE_CHARS_MAX && code.chars().all(fits) && !numbers
}

/// The first moment of a day in the office.
fn first_moment(day: Day) -> i64 {
    const WIB_MS: i64 = 7 * 3_600_000;
    let epoch = Day::new(1970, 1, 1).expect("the epoch is a day");
    i64::from(epoch.days_until(day)) * 86_400_000 - WIB_MS
}

fn unknown(code: &str) -> AppError {
    AppError::not_found("SUBSCRIBER_UNKNOWN", code)
}

#[cfg(test)]
mod tests;
