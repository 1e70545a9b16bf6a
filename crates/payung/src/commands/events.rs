//! `payung events`: subscribers put forward, watched, sent to.

use std::process::ExitCode;

use app::error::{AppError, ErrorKind};
use app::events::{
    Delivery, DeliveryState, Event, NewSubscriber, Replay, Sending, SubscriberShown, TOLD, Told,
    Wanted, facts_of,
};
use app::office::{Actor, Office, Operation};
use app::prints::hex;
use base::Id;
use serde_json::{Value, json};

use crate::cli::{
    EventsCommand, EventsDeliveriesArgs, EventsReplayArgs, EventsSubscribeArgs, Global,
};
use crate::commands::{self, Done};
use crate::say::Say;

/// Runs a command on events.
pub fn run(global: &Global, say: &Say, command: &EventsCommand) -> Done {
    if let EventsCommand::Types = command {
        return types(say);
    }
    let office = commands::open(global)?;
    let desk = Desk { global, say, office: &office };
    match command {
        EventsCommand::Types => types(say),
        EventsCommand::Subscribe(args) => desk.subscribe(args),
        EventsCommand::List => desk.list(),
        EventsCommand::Show { code } => desk.show(code),
        EventsCommand::Deliveries(args) => desk.deliveries(args),
        EventsCommand::Replay(args) => desk.replay(args),
        EventsCommand::Send => desk.send(),
        EventsCommand::Test { code } => {
            office.try_subscriber(&desk.keeper()?, code)?;
            desk.did(code, "subscriber-tried")
        }
        EventsCommand::Pause { code } => {
            office.pause_subscriber(&desk.keeper()?, code)?;
            desk.did(code, "subscriber-paused")
        }
        EventsCommand::Resume { code } => {
            office.resume_subscriber(&desk.keeper()?, code)?;
            desk.did(code, "subscriber-resumed")
        }
        EventsCommand::Rotate { code } => {
            let secret = office.rotate_subscriber_secret(&desk.keeper()?, code)?;
            desk.tell_secret(code, &secret, json!({}))
        }
        EventsCommand::End { code, reason } => {
            office.end_subscriber(&desk.keeper()?, code, reason)?;
            desk.did(code, "subscriber-ended")
        }
    }
}

/// What there is to be told; it needs no register.
fn types(say: &Say) -> Done {
    for told in TOLD {
        let meaning = say.words.get(&format!("event-{}", told.kind.replace('.', "-")));
        let document = json!({
            "type": told.type_name(),
            "meaning": meaning,
            "subject_kind": told.subject,
            "data": facts_of(told.subject),
        });
        say.record(&document, &format!("{}  {meaning}", told.type_name()));
    }
    Ok(ExitCode::SUCCESS)
}

/// The office, and how it is spoken of.
struct Desk<'a> {
    global: &'a Global,
    say: &'a Say,
    office: &'a Office,
}

impl Desk<'_> {
    fn keeper(&self) -> Result<Actor, AppError> {
        self.office.actor(&self.global.actor, Operation::Settings)
    }

    fn reader(&self) -> Result<Actor, AppError> {
        self.office.actor(&self.global.actor, Operation::ReadAudit)
    }

    fn subscribe(&self, args: &EventsSubscribeArgs) -> Done {
        let new = NewSubscriber {
            code: &args.code,
            name: &args.name,
            url: &args.url,
            kinds: &args.types,
        };
        let proposed = self.office.propose_subscriber(&self.keeper()?, &new)?;
        let task = proposed.task.as_ref();
        let facts = json!({
            "state": proposed.subscriber.state.name(),
            "task": task.map(|task| task.id.to_string()),
            "hash": task.map(|task| hex(&task.hash)),
        });
        match &proposed.secret {
            Some(secret) => {
                self.tell_secret(&args.code, secret, facts)?;
            }
            None => {
                let line = format!("{}  {}", args.code, self.words("subscriber-exists"));
                self.say.record(&merged(&args.code, "exists", facts), &line);
            }
        }
        let Some(task) = task else { return Ok(ExitCode::SUCCESS) };
        if !self.say.json {
            let (id, hash) = (task.id.to_string(), hex(&task.hash));
            let values = [("task", id.as_str()), ("hash", hash.as_str())];
            self.say.line(&self.say.words.with("subscriber-approve-with", &values));
        }
        Ok(ExitCode::from(ErrorKind::NeedsAnother.exit_code()))
    }

    /// A secret, this once.
    fn tell_secret(&self, code: &str, secret: &str, facts: Value) -> Done {
        let mut document = merged(code, "done", facts);
        document["secret"] = json!(secret);
        let line = format!("{}\n{secret}", self.words("subscriber-secret-told"));
        self.say.record(&document, &line);
        Ok(ExitCode::SUCCESS)
    }

    fn list(&self) -> Done {
        for shown in self.office.subscribers(&self.reader()?)? {
            let subscriber = &shown.subscriber;
            let state = self.words(&format!("subscriber-state-{}", subscriber.state.name()));
            let line = format!("{}  {state}  {}", subscriber.code, subscriber.url);
            self.say.record(&document(&shown), &line);
        }
        Ok(ExitCode::SUCCESS)
    }

    fn show(&self, code: &str) -> Done {
        let file = self.office.subscriber(&self.reader()?, code)?;
        let subscriber = &file.shown.subscriber;
        if self.say.json {
            let mut all = document(&file.shown);
            all["maker"] = json!(&*file.people.0);
            all["checker"] = json!(file.people.1.as_deref());
            all["task"] = json!(file.task.map(|task| task.to_string()));
            let secrets = file.secrets.iter().map(|(serial, made, ends)| {
                json!({"serial": serial, "made_at_ms": made, "ends_at_ms": ends})
            });
            all["secrets"] = secrets.collect();
            self.say.document(&all);
            return Ok(ExitCode::SUCCESS);
        }
        let state = self.words(&format!("subscriber-state-{}", subscriber.state.name()));
        let mut pairs = vec![
            (self.words("subscriber-name"), subscriber.name.to_string()),
            (self.words("subscriber-url"), subscriber.url.to_string()),
            (self.words("subscriber-state"), state),
            (self.words("subscriber-maker"), file.people.0.to_string()),
        ];
        let checker = file.people.1.as_ref();
        pairs.extend(checker.map(|name| (self.words("subscriber-checker"), name.to_string())));
        for state in DeliveryState::ALL {
            let key = format!("delivery-state-{}", state.name());
            pairs.push((self.words(&key), file.shown.count(state).to_string()));
        }
        self.say.pairs(&pairs);
        for kind in subscriber.kinds.iter().filter_map(|kind| Told::of_type(kind)) {
            self.say.line(&kind.type_name());
        }
        Ok(ExitCode::SUCCESS)
    }

    fn deliveries(&self, args: &EventsDeliveriesArgs) -> Done {
        let actor = self.reader()?;
        let unknown = |text: &str| AppError::usage("KIND_UNKNOWN", text);
        let state = match args.state.as_deref() {
            None => None,
            Some(text) => Some(DeliveryState::from_name(text).ok_or_else(|| unknown(text))?),
        };
        let wanted = Wanted {
            subscriber: args.subscriber.as_deref(),
            state,
            kind: args.kind.as_deref(),
            before: None,
            most: args.limit,
        };
        let subscribers = self.office.subscribers(&actor)?;
        for delivery in self.office.deliveries(&actor, &wanted)? {
            let known = subscribers.iter().find(|one| one.subscriber.id == delivery.subscriber);
            let code = known.map(|one| &*one.subscriber.code).unwrap_or_default();
            let state = self.words(&format!("delivery-state-{}", delivery.state.name()));
            let event = event_id(&delivery.id);
            let line = format!("{event}  {}  {code}  {state}", type_name(&delivery.kind));
            self.say.record(&delivery_document(&delivery, code), &line);
        }
        Ok(ExitCode::SUCCESS)
    }

    fn replay(&self, args: &EventsReplayArgs) -> Done {
        let unknown = |_| AppError::not_found("EVENT_UNKNOWN", "");
        let replay = match (&args.event, &args.since) {
            (Some(event), _) => {
                Replay::One(*Id::<Event>::parse(event).map_err(unknown)?.as_bytes())
            }
            (None, Some(day)) => Replay::Since(commands::day(day)?),
            (None, None) => Replay::Failed,
        };
        let queued = self.office.replay(&self.keeper()?, &args.code, replay)?;
        let count = queued.to_string();
        let line = self.say.words.with("subscriber-queued", &[("count", count.as_str())]);
        self.say.record(&json!({"subscriber": args.code, "queued": queued}), &line);
        Ok(ExitCode::SUCCESS)
    }

    /// Sends what is due; what could not be delivered is tried again at its time.
    fn send(&self) -> Done {
        self.keeper()?;
        let sending = Sending::new(self.office, web::lone_poster()?);
        let sent = self.office.send_due(&sending)?;
        let (attempts, delivered) = (sent.attempts.to_string(), sent.delivered.to_string());
        let values = [("attempts", attempts.as_str()), ("delivered", delivered.as_str())];
        let line = self.say.words.with("events-sent", &values);
        let document = json!({"attempts": sent.attempts, "delivered": sent.delivered});
        self.say.record(&document, &line);
        Ok(match sent.attempts == sent.delivered {
            true => ExitCode::SUCCESS,
            false => ExitCode::from(ErrorKind::External.exit_code()),
        })
    }

    fn did(&self, code: &str, key: &str) -> Done {
        let line = format!("{code}  {}", self.words(key));
        self.say.record(&json!({"subscriber": code, "outcome": "done"}), &line);
        Ok(ExitCode::SUCCESS)
    }

    fn words(&self, key: &str) -> String {
        self.say.words.get(key)
    }
}

fn merged(code: &str, outcome: &str, mut facts: Value) -> Value {
    facts["subscriber"] = json!(code);
    facts["outcome"] = json!(outcome);
    facts
}

fn document(shown: &SubscriberShown) -> Value {
    let subscriber = &shown.subscriber;
    let kinds: Vec<String> = subscriber.kinds.iter().map(|kind| type_name(kind)).collect();
    json!({
        "subscriber": &*subscriber.code,
        "name": &*subscriber.name,
        "url": &*subscriber.url,
        "state": subscriber.state.name(),
        "types": kinds,
        "waiting": shown.count(DeliveryState::Waiting),
        "delivered": shown.count(DeliveryState::Delivered),
        "failed": shown.count(DeliveryState::Failed),
        "failing_since_ms": shown.health.failing_since_ms,
    })
}

fn delivery_document(delivery: &Delivery, code: &str) -> Value {
    json!({
        "event": event_id(&delivery.id),
        "sequence": delivery.sequence,
        "type": type_name(&delivery.kind),
        "subscriber": code,
        "subject": delivery.subject.as_ref().map(event_id),
        "at_ms": delivery.at_ms,
        "state": delivery.state.name(),
        "attempts": delivery.attempts,
        "next_at_ms": (delivery.state == DeliveryState::Waiting).then_some(delivery.next_at_ms),
        "ended_at_ms": delivery.ended_at_ms,
    })
}

fn type_name(kind: &str) -> String {
    Told::of_type(kind).map_or_else(|| kind.to_owned(), Told::type_name)
}

fn event_id(bytes: &[u8; 16]) -> String {
    Id::<Event>::from_bytes(*bytes).to_string()
}
