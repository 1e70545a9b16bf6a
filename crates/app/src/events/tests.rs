//! Subscribers, events and their way on both engines, with a carrier that does as it is told. Every
//! program here is invented.

use std::sync::{Arc, Mutex};

use domain::access::Role;
use domain::task::Verdict;
use rules::FundKind;
use serde_json::{Value, json};
use store::twin::{FreshDatabase, FreshDirectory, server_url};

use super::*;
use crate::funds::NewFund;

const URL: &str = "https://simda.example/kait";
const MINUTE_MS: u64 = 60_000;
const DAY_MS: u64 = 86_400_000;

/// A carrier that answers as it is told, and keeps what it carried.
#[derive(Clone, Default)]
struct Road {
    carried: Arc<Mutex<Vec<Parcel>>>,
    answers: Arc<Mutex<Vec<Carried>>>,
}

impl Road {
    /// Answers so from now on, the last answer for ever; 204 before.
    fn answers(&self, answers: &[(Result<u16, Fault>, Option<&str>)]) {
        let answers = answers.iter().rev().map(|(status, wait)| Carried {
            status: *status,
            retry_after: wait.map(str::to_owned),
        });
        *self.answers.lock().expect("no holder panics") = answers.collect();
    }

    fn sending(&self, office: &Office) -> Sending {
        let road = self.clone();
        let carry = move |parcels: &[Parcel], _: Reach| {
            road.carried.lock().expect("no holder panics").extend_from_slice(parcels);
            let mut answers = road.answers.lock().expect("no holder panics");
            let well = Carried { status: Ok(204), retry_after: None };
            let mut next = || match answers.len() {
                0 => well.clone(),
                1 => answers[0].clone(),
                _ => answers.pop().expect("some are left"),
            };
            parcels.iter().map(|_| next()).collect()
        };
        Sending::new(office, Arc::new(carry))
    }

    /// What was carried since the last time: id and message.
    fn taken(&self) -> Vec<(String, Value)> {
        let parcels = std::mem::take(&mut *self.carried.lock().expect("no holder panics"));
        let read = |parcel: Parcel| {
            let body = serde_json::from_str(&parcel.body).expect("a document");
            (parcel.id, body)
        };
        parcels.into_iter().map(read).collect()
    }
}

fn both(test: impl Fn(&Office)) {
    let day = Day::new(2022, 10, 24).expect("a day");
    let run = |location| {
        let office = Office::invented(location, day, 7);
        office.add_user(&keeper(&office), "pengesah", Role::Approver).expect("a new user");
        test(&office);
    };
    let embedded = FreshDirectory::new();
    run(embedded.location());
    if let Some(url) = server_url() {
        let database = FreshDatabase::new(&url);
        run(database.location());
    }
}

fn keeper(office: &Office) -> Actor {
    office.actor("operator", Operation::Settings).expect("the first user")
}

fn approver(office: &Office) -> Actor {
    office.actor("pengesah", Operation::Approve).expect("the approver")
}

fn propose(office: &Office, code: &str, kinds: &[&str]) -> Result<ProposedSubscriber, AppError> {
    let kinds: Vec<String> = kinds.iter().map(|kind| (*kind).to_owned()).collect();
    let new = NewSubscriber { code, name: "Sistem rekaan", url: URL, kinds: &kinds };
    office.propose_subscriber(&keeper(office), &new)
}

/// A subscriber that two have agreed to.
fn subscribed(office: &Office, code: &str, kinds: &[&str]) -> ProposedSubscriber {
    let proposed = propose(office, code, kinds).expect("is put forward");
    let task = proposed.task.clone().expect("a task");
    let yes = Verdict::Approve(task.hash);
    office.decide_task(&approver(office), task.id, &yes).expect("another approves");
    proposed
}

fn code_of<T>(done: Result<T, AppError>) -> String {
    done.err().map(|error| error.code).unwrap_or_default()
}

/// An act about a subject, as a use case would record it.
fn act(office: &Office, act: &str, subject: u8) {
    let object = [subject; 16];
    office
        .store
        .write(|tx| office.record(tx, &keeper(office), act, "bill", &object))
        .expect("an act");
}

fn state(office: &Office, code: &str) -> (SubscriberState, u64, u64, u64) {
    let shown = office.subscriber(&keeper(office), code).expect("known").shown;
    let count = |state| shown.count(state);
    (
        shown.subscriber.state,
        count(DeliveryState::Waiting),
        count(DeliveryState::Delivered),
        count(DeliveryState::Failed),
    )
}

fn subject_of(event: &Value) -> u8 {
    let id = Id::<()>::parse(event["subject"].as_str().expect("a subject")).expect("an id");
    id.as_bytes()[0]
}

#[test]
fn a_subscriber_takes_two() {
    both(|office| {
        let proposed = propose(office, "simda", &["bill.issued"]).expect("is put forward");
        let task = proposed.task.expect("a task");
        let secret = proposed.secret.expect("told once");
        assert_eq!(signature::read_secret(&secret).expect("a secret").len(), 32);
        assert_eq!(state(office, "simda").0, SubscriberState::Proposed);
        // Nothing waits for whom nobody has agreed to.
        act(office, "bill-issued", 1);
        assert_eq!(state(office, "simda"), (SubscriberState::Proposed, 0, 0, 0));
        let again = propose(office, "simda", &["id.payung.bill.issued.v1"]).expect("the same");
        assert!(again.secret.is_none(), "a secret is told once");
        assert_eq!(again.task.map(|task| task.id), Some(task.id));
        assert_eq!(code_of(propose(office, "simda", &["list.approved"])), "CODE_TAKEN");
        let yes = Verdict::Approve(task.hash);
        assert_eq!(code_of(office.decide_task(&keeper(office), task.id, &yes)), "USER_MAY_NOT");
        let other = Verdict::Approve([7; 32]);
        assert_eq!(code_of(office.decide_task(&approver(office), task.id, &other)), "HASH_DIFFERS");
        office.decide_task(&approver(office), task.id, &yes).expect("another approves");
        assert_eq!(state(office, "simda").0, SubscriberState::Active);
        let file = office.subscriber(&keeper(office), "simda").expect("known");
        assert_eq!(file.people, ("operator".into(), Some("pengesah".into())));
        // The register keeps no secret in the open.
        let acts = office.store.read(|tx| outbox::secrets(tx, file.shown.subscriber.id));
        assert_eq!(signature::write_secret(&acts.expect("opened")[0].secret), secret);
    });
}

#[test]
fn what_is_unfit_is_refused_in_words_of_its_own() {
    both(|office| {
        let keeper = keeper(office);
        let ask = |code: &str, name: &str, url: &str, kind: &str| {
            let kinds = [kind.to_owned()];
            let new = NewSubscriber { code, name, url, kinds: &kinds };
            code_of(office.propose_subscriber(&keeper, &new))
        };
        assert_eq!(ask("SIMDA", "x", URL, "bill.issued"), "CODE_UNFIT");
        assert_eq!(ask("a", "", URL, "bill.issued"), "SUBSCRIBER_NAME");
        assert_eq!(ask("a", "x", URL, "person.shown"), "EVENT_TYPE_UNKNOWN");
        assert_eq!(ask("a", "x", "http://a.example/", "bill.issued"), "ENDPOINT_NOT_SECURE");
        assert_eq!(ask("a", "x", "https://10.0.0.1/", "bill.issued"), "ENDPOINT_HOST_UNFIT");
        let somebody = "6401052312870001";
        assert_eq!(ask("a", somebody, URL, "bill.issued"), "ENDPOINT_NAMES_SOMEBODY");
        assert_eq!(ask(somebody, "x", URL, "bill.issued"), "CODE_UNFIT");
        assert_eq!(code_of(office.replay(&keeper, "a", Replay::Failed)), "SUBSCRIBER_UNKNOWN");
        // A treasurer keeps no settings and reads no logs.
        office.add_user(&keeper, "bendahara", Role::Treasurer).expect("a new user");
        let treasurer = office.actor("bendahara", Operation::Pay).expect("the treasurer");
        let new = NewSubscriber { code: "a", name: "x", url: URL, kinds: &[] };
        assert_eq!(code_of(office.propose_subscriber(&treasurer, &new)), "USER_MAY_NOT");
        assert_eq!(code_of(office.subscribers(&treasurer)), "USER_MAY_NOT");
    });
}

#[test]
fn a_refused_subscriber_is_told_nothing() {
    both(|office| {
        let proposed = propose(office, "simda", &["bill.issued"]).expect("is put forward");
        let task = proposed.task.expect("a task");
        let no = Verdict::Return("alamatnya belum ada".into());
        office.decide_task(&approver(office), task.id, &no).expect("another says no");
        act(office, "bill-issued", 1);
        assert_eq!(state(office, "simda"), (SubscriberState::Refused, 0, 0, 0));
        assert_eq!(code_of(office.resume_subscriber(&keeper(office), "simda")), "SUBSCRIBER_STATE");
        // Nobody speaks for a fortnight: it is refused by the clock, and the code stays taken.
        let proposed = propose(office, "lain", &["bill.issued"]).expect("is put forward");
        let task = proposed.task.expect("a task");
        office.environment.pass(15 * DAY_MS);
        let yes = Verdict::Approve(task.hash);
        assert_eq!(code_of(office.decide_task(&approver(office), task.id, &yes)), "TASK_EXPIRED");
        assert_eq!(state(office, "lain").0, SubscriberState::Refused);
    });
}

#[test]
fn an_event_says_what_was_done_and_no_more() {
    both(|office| {
        subscribed(office, "simda", &["fund.added"]);
        let keeper = keeper(office);
        let new = NewFund {
            code: "dana-rekaan",
            kind: FundKind::Apbd,
            ceiling: Rupiah(1_650_000_000),
            year: Some(2022),
            account: "5.1.02.02.01",
            earmark: "Pekerja rentan",
        };
        let fund = office.add_fund_with(&keeper, &new).expect("a fund");
        let log = office.events_after(&keeper, None, Some("fund.added"), 9).expect("events");
        let [event] = log.as_slice() else { panic!("one event: {log:?}") };
        let line = office.store.read(|tx| store::audit::entry(tx, event.leaf()));
        let line = line.expect("readable").expect("the act of the event").line;
        assert_eq!((&*line.act, line.id), ("fund-added", event.id), "one line, one event");
        // The clock of the test stood at noon of the day, and moves a millisecond at each look.
        let time = jiff::Timestamp::from_millisecond(event.at_ms).expect("a moment");
        assert!(time.to_string().starts_with("2022-10-24T12:00:0"), "{time}");
        let expected = json!({
            "specversion": "1.0",
            "id": Id::<()>::from_bytes(line.id).to_string(),
            "source": "/payung/6401",
            "type": "id.payung.fund.added.v1",
            "subject": fund.id.to_string(),
            "time": format!("{time:.3}"),
            "datacontenttype": "application/json",
            "sequence": format!("{:015}", event.sequence),
            "data": {"subject_kind": "fund", "ceiling_rupiah": 1_650_000_000},
        });
        assert_eq!(serde_json::from_str::<Value>(&event.body).expect("JSON"), expected);
        let road = Road::default();
        let sent = office.send_due(&road.sending(office)).expect("sent");
        assert_eq!((sent.attempts, sent.delivered), (1, 1));
        assert_eq!(road.taken(), [(expected["id"].as_str().expect("text").to_owned(), expected)]);
        assert_eq!(state(office, "simda"), (SubscriberState::Active, 0, 1, 0));
        assert_eq!(office.send_due(&road.sending(office)).expect("nothing"), Sent::default());
    });
}

#[test]
fn an_act_that_fails_is_not_told() {
    both(|office| {
        subscribed(office, "simda", &["bill.issued"]);
        let keeper = keeper(office);
        let done: Result<(), AppError> = office.store.write(|tx| {
            office.record(tx, &keeper, "bill-issued", "bill", &[1; 16])?;
            Err(AppError::refused("REASON_MISSING", ""))
        });
        assert_eq!(code_of(done), "REASON_MISSING");
        assert_eq!(state(office, "simda").1, 0);
        let told = office.events_after(&keeper, None, Some("bill.issued"), 9).expect("events");
        assert!(told.is_empty());
        // What concerns a person is an act as well, and stays inside.
        act(office, "person-changed", 1);
        assert_eq!(state(office, "simda").1, 0);
    });
}

#[test]
fn a_subject_waits_for_its_own_and_for_nobody_else() {
    both(|office| {
        subscribed(office, "simda", &["bill.issued"]);
        for subject in [1, 1, 2] {
            act(office, "bill-issued", subject);
        }
        let road = Road::default();
        let sending = road.sending(office);
        let refuse = [(Ok(500), None), (Ok(204), None)];
        road.answers(&refuse);
        office.send_due(&sending).expect("sent");
        // The first of subject 1 was refused, so its second was not tried; subject 2 was taken.
        let subjects: Vec<u8> = road.taken().iter().map(|(_, event)| subject_of(event)).collect();
        assert_eq!(subjects, [1, 2]);
        assert_eq!(state(office, "simda"), (SubscriberState::Active, 2, 1, 0));
        // Five seconds and a fifth later both come, in their order.
        office.environment.pass(6_000);
        office.send_due(&sending).expect("sent");
        let taken = road.taken();
        let subjects: Vec<u8> = taken.iter().map(|(_, event)| subject_of(event)).collect();
        assert_eq!(subjects, [1, 1]);
        assert!(taken[0].1["sequence"].as_str() < taken[1].1["sequence"].as_str());
        assert_eq!(state(office, "simda"), (SubscriberState::Active, 0, 3, 0));
    });
}

#[test]
fn steps_of_months_are_told_in_their_order() {
    both(|office| {
        subscribed(office, "simda", &["period.closed", "period.reopened"]);
        // Each step is a record of its own: two closings, and the opening of the second.
        act(office, "period-closed", 1);
        act(office, "period-closed", 2);
        act(office, "period-reopened", 3);
        let road = Road::default();
        let sending = road.sending(office);
        road.answers(&[(Ok(500), None)]);
        office.send_due(&sending).expect("sent");
        let told = |road: &Road| -> Vec<u8> {
            road.taken().iter().map(|(_, event)| subject_of(event)).collect()
        };
        assert_eq!(told(&road), [1], "what follows waits for the first");
        let mut all = Vec::new();
        for _ in 0..3 {
            office.environment.pass(6_000);
            road.answers(&[(Ok(204), None)]);
            office.send_due(&sending).expect("sent");
            all.extend(told(&road));
        }
        assert_eq!(all, [1, 2, 3]);
    });
}

#[test]
fn what_a_dead_sender_held_goes_again_when_its_while_is_over() {
    both(|office| {
        subscribed(office, "simda", &["bill.issued"]);
        act(office, "bill-issued", 1);
        let road = Road::default();
        let (dead, alive) = (road.sending(office), road.sending(office));
        let id = office.subscribers_due().expect("one")[0];
        let now = office.now_ms();
        let hold = store::outbox::Hold {
            sender: &dead.sender,
            now_ms: now,
            until_ms: now + dead.held_ms,
            most: 9,
        };
        // It takes the message, and dies before it says anything.
        office.store.write(|tx| outbox::claim(tx, id, &hold)).expect("claimed");
        assert_eq!(office.send_due(&alive).expect("nothing is free").attempts, 0);
        office.environment.pass(MINUTE_MS);
        assert_eq!(office.send_due(&alive).expect("it is free").delivered, 1);
        // Had it lived, what it has to say would come too late to be kept.
        let settled = store::outbox::Settled {
            subscriber: id,
            sequence: office
                .events_after(&keeper(office), None, Some("bill.issued"), 1)
                .expect("events")[0]
                .sequence,
            sender: &dead.sender,
            state: DeliveryState::Failed,
            next_at_ms: 0,
            attempt: Attempt { number: 9, at_ms: 0, took_ms: 0, status: None, fault: None },
        };
        let kept = office.store.write(|tx| outbox::settle(tx, &settled)).expect("settled");
        assert!(!kept);
        assert_eq!(state(office, "simda"), (SubscriberState::Active, 0, 1, 0));
    });
}

#[test]
fn a_subscriber_that_is_gone_is_switched_off_and_stands_on_the_desk() {
    both(|office| {
        subscribed(office, "simda", &["bill.issued"]);
        act(office, "bill-issued", 1);
        let road = Road::default();
        road.answers(&[(Ok(410), None)]);
        office.send_due(&road.sending(office)).expect("sent");
        assert_eq!(state(office, "simda"), (SubscriberState::Disabled, 1, 0, 0));
        let desk = office.desk(&keeper(office)).expect("a desk");
        let found = desk.waiting.iter().find(|one| one.what == "subscriber-disabled");
        assert_eq!(found.expect("on the desk").path, "/integrasi/simda");
        // What happens meanwhile waits, and comes in its order after those before.
        act(office, "bill-issued", 1);
        office.environment.pass(DAY_MS);
        assert_eq!(office.send_due(&road.sending(office)).expect("nothing").attempts, 0);
        road.taken();
        road.answers(&[]);
        office.resume_subscriber(&keeper(office), "simda").expect("resumed");
        office.send_due(&road.sending(office)).expect("sent");
        assert_eq!(road.taken().len(), 2);
        assert_eq!(state(office, "simda"), (SubscriberState::Active, 0, 2, 0));
        assert!(office.desk(&keeper(office)).expect("a desk").waiting.is_empty());
    });
}

#[test]
fn ten_attempts_are_made_and_a_silent_subscriber_is_switched_off() {
    both(|office| {
        subscribed(office, "simda", &["bill.issued"]);
        act(office, "bill-issued", 1);
        let road = Road::default();
        road.answers(&[(Ok(500), None)]);
        let sending = road.sending(office);
        // Two days at each step is more than any wait of the schedule.
        for attempt in 1..=9 {
            assert_eq!(office.send_due(&sending).expect("sent").attempts, 1, "{attempt}");
            assert_eq!(state(office, "simda"), (SubscriberState::Active, 1, 0, 0));
            office.environment.pass(2 * DAY_MS);
        }
        office.send_due(&sending).expect("sent");
        assert_eq!(state(office, "simda"), (SubscriberState::Disabled, 0, 0, 1));
        road.answers(&[]);
        office.resume_subscriber(&keeper(office), "simda").expect("resumed");
        office.send_due(&sending).expect("sent");
        assert_eq!(state(office, "simda"), (SubscriberState::Active, 0, 1, 0));
        let ids: Vec<String> = road.taken().into_iter().map(|(id, _)| id).collect();
        assert_eq!(ids.len(), 11);
        assert!(ids.iter().all(|id| *id == ids[0]), "one event, one id: {ids:?}");
        let event = Id::<Event>::parse(&ids[0]).expect("an id");
        let file = office.delivery(&keeper(office), "simda", event.as_bytes()).expect("a log");
        let numbers: Vec<u32> = file.attempts.iter().map(|attempt| attempt.number).collect();
        assert_eq!(numbers, (1..=11).collect::<Vec<u32>>());
    });
}

#[test]
fn who_asks_to_wait_is_waited_for() {
    both(|office| {
        subscribed(office, "simda", &["bill.issued"]);
        let road = Road::default();
        let sending = road.sending(office);
        act(office, "bill-issued", 1);
        road.answers(&[(Ok(429), Some("120"))]);
        assert_eq!(office.send_due(&sending).expect("sent").attempts, 1);
        road.answers(&[]);
        // Another subject waits as well: it is the subscriber who asked.
        act(office, "bill-issued", 2);
        office.environment.pass(MINUTE_MS);
        assert_eq!(office.send_due(&sending).expect("nothing").attempts, 0);
        office.environment.pass(2 * MINUTE_MS);
        assert_eq!(office.send_due(&sending).expect("sent").delivered, 2);
        // A moment is read as well as seconds: noon of the day and ten minutes more.
        act(office, "bill-issued", 3);
        road.answers(&[(Ok(503), Some("Mon, 24 Oct 2022 12:10:00 GMT"))]);
        office.send_due(&sending).expect("sent");
        road.answers(&[]);
        office.environment.pass(MINUTE_MS);
        assert_eq!(office.send_due(&sending).expect("nothing").attempts, 0);
        office.environment.pass(10 * MINUTE_MS);
        assert_eq!(office.send_due(&sending).expect("sent").delivered, 1);
    });
}

#[test]
fn two_secrets_hold_for_a_day() {
    both(|office| {
        let first = subscribed(office, "simda", &["bill.issued"]).secret.expect("told once");
        let second = office.rotate_subscriber_secret(&keeper(office), "simda").expect("another");
        assert_ne!(first, second);
        let road = Road::default();
        let sending = road.sending(office);
        let signed = |subject| {
            act(office, "bill-issued", subject);
            office.send_due(&sending).expect("sent");
            let mut carried = road.carried.lock().expect("no holder panics");
            carried.pop().expect("one was carried")
        };
        let by = |parcel: &Parcel, secret: &str| {
            let secret = signature::read_secret(secret).expect("a secret");
            let secrets = [secret.as_slice()].into_iter();
            signature::sign(secrets, &parcel.id, parcel.timestamp, &parcel.body)
        };
        let parcel = signed(1);
        let both = format!("{} {}", by(&parcel, &second), by(&parcel, &first));
        assert_eq!(parcel.signature, both);
        office.environment.pass(DAY_MS + 1);
        let parcel = signed(2);
        assert_eq!(parcel.signature, by(&parcel, &second));
    });
}

#[test]
fn events_are_sent_again_when_asked_for() {
    both(|office| {
        act(office, "bill-issued", 1);
        act(office, "list-approved", 2);
        subscribed(office, "simda", &["bill.issued"]);
        let (keeper, road) = (keeper(office), Road::default());
        let sending = road.sending(office);
        assert_eq!(office.send_due(&sending).expect("nothing").attempts, 0);
        // What was before the subscription is sent when it is asked for, and only what it is told.
        let day = Day::new(2022, 10, 24).expect("a day");
        assert_eq!(office.replay(&keeper, "simda", Replay::Since(day)), Ok(1));
        assert_eq!(office.replay(&keeper, "simda", Replay::Since(day)), Ok(0), "it waits");
        office.send_due(&sending).expect("sent");
        let (id, _) = road.taken().pop().expect("one");
        let event = *Id::<Event>::parse(&id).expect("an id").as_bytes();
        assert_eq!(office.replay(&keeper, "simda", Replay::One(event)), Ok(1));
        office.send_due(&sending).expect("sent");
        assert_eq!(road.taken().pop().expect("one").0, id, "the same id: its receiver knows it");
        let tomorrow = Day::new(2022, 10, 25).expect("a day");
        assert_eq!(office.replay(&keeper, "simda", Replay::Since(tomorrow)), Ok(0));
        let list = office.events_after(&keeper, None, Some("list.approved"), 1).expect("events");
        let other = office.replay(&keeper, "simda", Replay::One(list[0].id));
        assert_eq!(code_of(other), "EVENT_UNKNOWN", "it is not told of lists");
        // A trial goes to whom it is meant for.
        subscribed(office, "lain", &["bill.issued"]);
        office.try_subscriber(&keeper, "lain").expect("tried");
        assert_eq!((state(office, "simda").1, state(office, "lain").1), (0, 1));
        office.end_subscriber(&keeper, "lain", "tidak dipakai").expect("ended");
        assert_eq!(office.send_due(&sending).expect("nothing").attempts, 0);
        assert_eq!(code_of(office.replay(&keeper, "lain", Replay::Failed)), "SUBSCRIBER_STATE");
    });
}

/// A number that stands for a person, typed wherever an office types: no message holds it.
#[test]
fn nobody_is_named_in_any_message() {
    const NIK: &str = "6401052312870001";
    both(|office| {
        let keeper = keeper(office);
        let new = NewFund {
            code: "dana-rekaan",
            kind: FundKind::Apbd,
            ceiling: Rupiah(1),
            year: None,
            account: NIK,
            earmark: NIK,
        };
        office.add_fund_with(&keeper, &new).expect("a fund");
        for told in TOLD {
            act(office, told.act, 9);
        }
        let events = office.events_after(&keeper, None, None, 500).expect("events");
        assert_eq!(events.len(), TOLD.len() + 1);
        for event in events {
            assert!(!event.body.contains(NIK), "{}", event.body);
            let runs = event.body.split(|c: char| !c.is_ascii_digit()).map(str::len).max();
            assert!(runs < Some(16), "{}", event.body);
            assert!(event.body.len() < 20_000, "a message is small");
        }
    });
}

/// The guide names every type, with what its message holds.
#[test]
fn the_guide_knows_every_type() {
    let guide = include_str!("../../../../docs/guide/peristiwa.md");
    for told in TOLD {
        let facts = facts_of(told.subject);
        let facts = match facts.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>() {
            none if none.is_empty() => "–".to_owned(),
            some => some.join(", "),
        };
        let (kind, subject) = (told.type_name(), told.subject);
        let line = format!("| `{kind}` | `{}` | `{subject}` | {facts} |", told.act);
        assert!(guide.contains(&line), "the guide lacks: {line}");
    }
}

/// Whatever is told is an act that some use case records.
#[test]
fn every_act_that_is_told_exists() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut folders, mut text) = (vec![folder], String::new());
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir().expect("the sources are part of the tree") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if !path.ends_with("tests.rs") {
                text.push_str(&std::fs::read_to_string(path).expect("a source"));
            }
        }
    }
    for told in TOLD {
        assert!(text.contains(&format!("\"{}\"", told.act)), "nobody records {}", told.act);
    }
}
