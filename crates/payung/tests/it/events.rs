//! What is told while senders die and receivers misbehave: every event arrives at least once, those
//! of one subject in their order, and an honest receiver does each exactly once.
//!
//! Some hundred events by default; `PAYUNG_EVENTS` says how many. Three in ten answers go wrong.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use app::access::Role;
use app::agreements::{Amendment, NewAgreement};
use app::environment::Environment;
use app::events::{DeliveryState, NewSubscriber, Schedule, Sending};
use app::keys::KeySource;
use app::office::{Actor, Location, Office, OfficeOptions, Operation};
use app::organisations::{Contact, OrgInput, OrgKindKey};
use app::reading::Reader;
use app::tasks::Verdict;
use base::{Day, RegionCode};
use store::twin::{FreshDatabase, FreshDirectory, server_url};
use testkit::receiver::{Manner, Receiver};

/// Where a sender that this test starts finds the register.
const PLACE: &str = "PAYUNG_TEST_SENDER";
const SEED: u64 = 6401;
const SUBJECTS: usize = 12;
/// How long everything may take to arrive once nobody is killed any more.
const ARRIVED_WITHIN: Duration = Duration::from_secs(300);

/// Short waits, as many as one likes: the order of the tries is what is tried here, not their days.
const WAITS_MS: [i64; 400] = [25; 400];

#[test]
fn events_arrive_in_order_and_have_one_effect() {
    let embedded = FreshDirectory::new();
    let Location::Directory(folder) = embedded.location() else { unreachable!("a folder") };
    tell("SQLite", embedded.location(), &folder.display().to_string());
    if let Some(server) = server_url() {
        let database = FreshDatabase::new(&server);
        let Location::Url(url) = database.location() else { unreachable!("a URL") };
        tell("PostgreSQL", database.location(), &url);
    }
}

/// A sender of its own process, to be killed: it does nothing unless a test asks for it.
#[test]
fn a_sender_of_its_own() {
    let Ok(place) = std::env::var(PLACE) else { return };
    let location = match place.contains("://") {
        true => Location::Url(place),
        false => Location::Directory(PathBuf::from(place)),
    };
    // Nobody is left to kill it: it goes by itself.
    std::thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    let office = open(location);
    let mut sending = Sending::new(&office, web::lone_poster().expect("a network"));
    sending.schedule =
        Schedule { waits_ms: &WAITS_MS, jitter_permille: 1_000, asked_wait_ms_max: 1_000 };
    sending.held_ms = 1_000;
    loop {
        // Busy, or in the middle of being killed: the next look finds it again.
        let _ = office.send_due(&sending);
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn open(location: Location) -> Office {
    Office::open(OfficeOptions {
        location,
        pemda: RegionCode::from_digits(6401, 2),
        reader: Reader::InProcess,
        environment: Environment::of_machine().expect("randomness").within_this_machine(),
        keys: KeySource::Ring(Box::new(store::twin::keys())),
    })
    .expect("the register opens")
}

/// How many events to tell.
fn events() -> usize {
    let asked = std::env::var("PAYUNG_EVENTS").ok();
    asked.and_then(|text| text.parse().ok()).unwrap_or(240)
}

fn tell(engine: &str, location: Location, place: &str) {
    let (office, receiver) = (Arc::new(open(location)), Receiver::start());
    let keeper = office.actor("operator", Operation::Settings).expect("the first user");
    furnish(&office, &keeper);
    subscribe(&office, &keeper, &receiver);
    let mut dice = SEED;
    receiver.behave(move || manner(&mut dice));
    let done = Arc::new(AtomicBool::new(false));
    let killer = kill_senders(place.to_owned(), Arc::clone(&done));
    let (clock, count) = (Instant::now(), events());
    for number in 0..count {
        amend(&office, &keeper, number);
    }
    done.store(true, Ordering::Relaxed);
    let (kills, mut last) = killer.join().expect("the killer ends");
    wait_until_told(&office, &keeper);
    last.kill().expect("a child may be killed");
    last.wait().expect("it ended");
    judge(&office, &keeper, &receiver, count);
    let (seen, took) = (receiver.seen(), clock.elapsed());
    println!(
        "{engine}: {count} events, {} messages, {kills} senders killed, {took:.1?}, seed {SEED}",
        seen.ids.len()
    );
}

/// Two parties and as many drafts between them as there are subjects.
fn furnish(office: &Office, keeper: &Actor) {
    for (code, kind) in [("dinkes", "opd"), ("kacab", "bpjs")] {
        let org = OrgInput {
            code: code.into(),
            name: format!("{code} (rekaan)").into(),
            kind: OrgKindKey::new(kind),
            parent: None,
            territory: RegionCode::from_digits(6401, 2),
            closed_on: None,
            contact: Contact::default(),
        };
        office.keep_org(keeper, &org).expect("is kept");
    }
    let parties = ["dinkes".to_owned(), "kacab".to_owned()];
    for subject in 0..SUBJECTS {
        let code = format!("pks-{subject}");
        let new = NewAgreement {
            code: &code,
            template: "pks-dinas-bpjs",
            parties: &parties,
            number: "",
            place: "Tana Paser",
            from: Day::new(2022, 10, 1).expect("a day"),
            to: None,
        };
        office.add_agreement(keeper, &new).expect("is written");
    }
}

fn subscribe(office: &Office, keeper: &Actor, receiver: &Receiver) {
    office.add_user(keeper, "pengesah", Role::Approver).expect("a new user");
    let (url, kinds) = (receiver.url(), ["agreement.amended".to_owned()]);
    let new = NewSubscriber { code: "simda", name: "Rekaan", url: &url, kinds: &kinds };
    let proposed = office.propose_subscriber(keeper, &new).expect("is put forward");
    receiver.trust(&proposed.secret.expect("told once"));
    let approver = office.actor("pengesah", Operation::Approve).expect("the approver");
    let task = proposed.task.expect("a task");
    let yes = Verdict::Approve(task.hash);
    office.decide_task(&approver, task.id, &yes).expect("another approves");
}

/// An act: the number on a draft becomes another.
fn amend(office: &Office, keeper: &Actor, number: usize) {
    let text = format!("{number}/PKS/2022");
    let amendment = Amendment {
        terms: None,
        number: Some(&text),
        to: None,
        notice_days: None,
        signatories: Vec::new(),
        duty: None,
        reason: "",
    };
    let code = format!("pks-{}", number % SUBJECTS);
    office.amend_agreement(keeper, &code, &amendment).expect("is changed");
}

/// Three in ten go wrong, each in one of several ways; one of them is a yes that is lost.
fn manner(dice: &mut u64) -> Manner {
    *dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    match (*dice >> 33) % 40 {
        0..=2 => Manner::Refuses(500),
        3..=4 => Manner::Refuses(404),
        5 => Manner::SendsOn,
        6 => Manner::AsksToWait(0),
        7..=8 => Manner::Goes,
        9..=11 => Manner::TakesAndGoes,
        _ => Manner::Takes,
    }
}

/// Starts senders and kills each after a while, until it is told to let one live; how many were
/// killed, and the one that lives.
fn kill_senders(place: String, done: Arc<AtomicBool>) -> std::thread::JoinHandle<(u32, Child)> {
    std::thread::spawn(move || {
        let (mut dice, mut kills) = (SEED ^ 1, 0);
        loop {
            let mut child = sender(&place);
            if done.load(Ordering::Relaxed) {
                return (kills, child);
            }
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            std::thread::sleep(Duration::from_millis(150 + (dice >> 33) % 700));
            child.kill().expect("a child may be killed");
            child.wait().expect("it ended");
            kills += 1;
        }
    })
}

fn sender(place: &str) -> Child {
    let program = std::env::current_exe().expect("a program knows itself");
    let mut command = Command::new(program);
    command.args(["--exact", "events::a_sender_of_its_own", "--nocapture"]).env(PLACE, place);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("it starts")
}

fn wait_until_told(office: &Office, keeper: &Actor) {
    let clock = Instant::now();
    loop {
        let shown = office.subscriber(keeper, "simda").expect("known").shown;
        if shown.count(DeliveryState::Waiting) == 0 {
            return;
        }
        assert!(clock.elapsed() < ARRIVED_WITHIN, "not all arrives: {shown:?}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The register's own log against what the receiver did.
fn judge(office: &Office, keeper: &Actor, receiver: &Receiver, count: usize) {
    let (mut told, mut after) = (BTreeMap::<String, Vec<u64>>::new(), None);
    loop {
        let page = office.events_after(keeper, after, Some("agreement.amended"), 500);
        let page = page.expect("readable");
        let Some(last) = page.last() else { break };
        after = Some(last.sequence);
        for event in page {
            let subject = base::Id::<()>::from_bytes(event.subject.expect("a subject"));
            told.entry(subject.to_string()).or_default().push(event.sequence);
        }
    }
    let seen = receiver.seen();
    assert_eq!(told.values().map(Vec::len).sum::<usize>(), count, "each act was told");
    assert_eq!(seen.unsigned, 0, "every message was signed");
    // Each event has exactly one effect, and those of a subject came in the order of the acts.
    assert_eq!(seen.effects, told);
    let distinct: std::collections::BTreeSet<&String> = seen.ids.iter().collect();
    assert_eq!(distinct.len(), count, "each arrived at least once");
    assert!(seen.ids.len() > count, "some came more than once, or nothing went wrong");
    let shown = office.subscriber(keeper, "simda").expect("known").shown;
    assert_eq!(shown.count(DeliveryState::Delivered), count as u64);
}
