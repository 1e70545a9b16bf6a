//! Other programs through the pages and by a program: put forward by one, approved by another, told
//! over real HTTP; and doors of the house that stay closed. Every program here is invented.

use std::path::Path;
use std::sync::Arc;

use app::access::Role;
use app::environment::Environment;
use app::events::{Carried, Endpoint, Fault, NewSubscriber, Parcel, Reach, Sending};
use app::office::{Location, Office, OfficeOptions, Operation};
use app::reading::Reader;
use app::tasks::Verdict;
use axum::http::StatusCode;
use base::{Day, RegionCode};
use serde_json::{Value, json};
use testkit::receiver::{Manner, Receiver};

use super::api::{program, token};
use super::{ask, filled, sign_in, signed};
use crate::outbound::poster;
use crate::router;

fn open_within(folder: &Path) -> Office {
    let day = Day::new(2022, 10, 24).expect("a day");
    Office::open(OfficeOptions {
        location: Location::Directory(folder.to_owned()),
        pemda: RegionCode::from_digits(6401, 2),
        reader: Reader::InProcess,
        environment: Environment::fixed(day, 7).within_this_machine(),
        keys: app::keys::KeySource::beside(folder),
    })
    .expect("a fresh folder opens")
}

/// Sends what is due, from a thread that may wait.
async fn send_due(office: &Arc<Office>) -> (u64, u64) {
    let (office, runtime) = (Arc::clone(office), tokio::runtime::Handle::current());
    let sent = tokio::task::spawn_blocking(move || {
        office.send_due(&Sending::new(&office, poster(runtime))).expect("sent")
    });
    let sent = sent.await.expect("no panic");
    (sent.attempts, sent.delivered)
}

fn secret_in(text: &str) -> String {
    let start = text.find("whsec_").expect("a secret is shown");
    text[start..].chars().take_while(|c| !c.is_whitespace() && *c != '<').collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_is_told_once_two_have_agreed() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(open_within(folder.path()));
    let keeper = office.actor("operator", Operation::ManageUsers).expect("the first user");
    office.add_user(&keeper, "pengesah", Role::Approver).expect("a new user");
    let (pages, receiver) = (router(Arc::clone(&office)), Receiver::start());
    let mut operator = sign_in(&pages, &office, "operator").await;
    let mut approver = sign_in(&pages, &office, "pengesah").await;

    operator.get(&pages, "/integrasi/baru").await;
    let url = receiver.url();
    let wrong = [("kode", "simda"), ("nama", "Sistem rekaan"), ("alamat", "http://10.0.0.1/")];
    let answer = operator.post(&pages, "/integrasi/baru", &wrong).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text.contains("Belum ada jenis yang dipilih"), "{}", answer.text);
    let fields = [&wrong[..], &[("jenis", "fund.added")]].concat();
    let answer = operator.post(&pages, "/integrasi/baru", &fields).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text.contains("harus nama di jaringan umum"), "{}", answer.text);
    let fields = [&wrong[..2], &[("alamat", url.as_str()), ("jenis", "fund.added")]].concat();
    let answer = operator.post(&pages, "/integrasi/baru", &fields).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    receiver.trust(&secret_in(&answer.text));
    let page = operator.get(&pages, "/integrasi/simda").await;
    assert!(!page.text.contains("whsec_"), "a secret is shown once");
    assert!(page.text.contains("Menunggu persetujuan"));

    let tasks = approver.get(&pages, "/tugas.json").await;
    let tasks: Value = serde_json::from_str(&tasks.text).expect("JSON");
    let task = tasks["rows"][0]["id"].as_str().expect("a task").to_owned();
    let page = approver.get(&pages, &format!("/tugas/{task}")).await;
    assert!(page.text.contains(&url), "whoever approves sees where data goes: {}", page.text);
    let hash = page.text.split("name=\"sidik\" value=\"").nth(1).expect("a hash");
    let hash = hash[..64].to_owned();
    let yes = format!("/tugas/{task}/setujui");
    let answer = approver.post(&pages, &yes, &[("sidik", &hash)]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);

    operator.get(&pages, "/integrasi/simda").await;
    let answer = operator.post(&pages, "/integrasi/simda/percobaan", &[]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    assert_eq!(send_due(&office).await, (1, 1));
    let seen = receiver.seen();
    let event: Value = serde_json::from_str(&seen.last).expect("JSON");
    assert_eq!(event["type"], "id.payung.subscriber.tested.v1");
    assert_eq!((seen.effect_count(), seen.unsigned), (1, 0));
    let log = operator.get(&pages, "/integrasi/kiriman?keadaan=terkirim").await;
    let path = format!("/integrasi/simda/kiriman/{}", event["id"].as_str().expect("an id"));
    assert!(log.text.contains(&path), "{}", log.text);
    let page = operator.get(&pages, &path).await;
    assert!(page.text.contains("dijawab 204"), "{}", page.text);

    let answer = operator.post(&pages, &format!("{path}/pengiriman"), &[]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    assert_eq!(send_due(&office).await, (1, 1));
    let seen = receiver.seen();
    assert_eq!((seen.ids.len(), seen.effect_count()), (2, 1), "twice sent, once done");

    operator.get(&pages, "/integrasi/simda").await;
    let answer = operator.post(&pages, "/integrasi/simda/rahasia", &[]).await;
    receiver.distrust();
    receiver.trust(&secret_in(&answer.text));
    operator.get(&pages, "/integrasi/simda").await;
    operator.post(&pages, "/integrasi/simda/percobaan", &[]).await;
    assert_eq!(send_due(&office).await, (1, 1));
    assert_eq!(receiver.seen().signatures, 2, "the old secret holds for a day");

    operator.get(&pages, "/integrasi/simda").await;
    let answer = operator.post(&pages, "/integrasi/simda/pengakhiran", &[("alasan", "")]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    operator.get(&pages, "/integrasi/simda").await;
    let fields = [("alasan", "program itu tidak dipakai lagi")];
    let answer = operator.post(&pages, "/integrasi/simda/pengakhiran", &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
}

/// A subscriber that two agreed to, told of funds; the receiver knows its secret.
fn subscribe(office: &Office, receiver: &Receiver) {
    let keeper = office.actor("operator", Operation::Settings).expect("the first user");
    office.add_user(&keeper, "pengesah", Role::Approver).expect("a new user");
    let (url, kinds) = (receiver.url(), ["subscriber.tested".to_owned()]);
    let new = NewSubscriber { code: "simda", name: "Rekaan", url: &url, kinds: &kinds };
    let proposed = office.propose_subscriber(&keeper, &new).expect("is put forward");
    receiver.trust(&proposed.secret.expect("told once"));
    let approver = office.actor("pengesah", Operation::Approve).expect("the approver");
    let task = proposed.task.expect("a task");
    let yes = Verdict::Approve(task.hash);
    office.decide_task(&approver, task.id, &yes).expect("another approves");
    office.try_subscriber(&keeper, "simda").expect("a trial");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_a_yes_or_the_message_goes_again() {
    for (manner, word) in [
        (Manner::Refuses(500), "500"),
        (Manner::Refuses(401), "401"),
        // Whoever sends on is not followed: a yes elsewhere would be nobody's.
        (Manner::SendsOn, "307"),
        (Manner::Goes, "broken"),
        (Manner::TakesAndGoes, "broken"),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let (office, receiver) = (Arc::new(open_within(folder.path())), Receiver::start());
        subscribe(&office, &receiver);
        receiver.behave(move || manner);
        assert_eq!(send_due(&office).await, (1, 0), "{manner:?}");
        let keeper = office.actor("operator", Operation::ReadAudit).expect("the first user");
        let all = app::events::Wanted { most: 9, ..Default::default() };
        let sent = office.deliveries(&keeper, &all).expect("one").remove(0);
        let file = office.delivery(&keeper, "simda", &sent.id).expect("a log");
        let attempt = &file.attempts[0];
        let said = match attempt.status {
            Some(status) => status.to_string(),
            None => attempt.fault.as_deref().unwrap_or_default().to_owned(),
        };
        assert_eq!(said, word, "{manner:?}");
        receiver.behave(|| Manner::Takes);
        office.environment.pass(10_000);
        assert_eq!(send_due(&office).await, (1, 1), "{manner:?}");
        assert_eq!(receiver.seen().effect_count(), 1, "{manner:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_leads_into_the_house_is_not_called() {
    let receiver = Receiver::start();
    let port = receiver.url().rsplit(':').next().expect("a port").replace("/kait", "");
    let endpoint = Endpoint {
        is_secure: false,
        host: "localhost".into(),
        port: port.parse().expect("a port"),
        target: "/kait".into(),
    };
    let parcel = Parcel {
        endpoint,
        id: "1".to_owned(),
        timestamp: 0,
        signature: "v1,x".to_owned(),
        body: "{}".into(),
    };
    let runtime = tokio::runtime::Handle::current();
    let carry =
        move |reach| poster(runtime.clone())(std::slice::from_ref(&parcel), reach).remove(0);
    let (open, near) =
        tokio::task::spawn_blocking(move || (carry(Reach::Open), carry(Reach::ThisMachine)))
            .await
            .expect("no panic");
    let refused = Carried { status: Err(Fault::AddressRefused), retry_after: None };
    assert_eq!(open, refused, "what is asked for by name is looked at by address");
    assert_eq!(receiver.seen().unsigned, 1, "only the test's own reach came through");
    assert_eq!(near.status, Ok(401));
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_ask_for_events_and_for_more() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let may = [Operation::Settings, Operation::ReadAudit, Operation::OwnDesk];
    let secret = token(&office, "operator", &may);
    let pages = router(Arc::clone(&office));
    let body = json!({
        "kode": "simda", "nama": "Rekaan", "alamat": "https://simda.example/kait", "jenis": "",
    });
    let answer = program(&pages, Some(&secret), "/api/integrasi", &body.to_string()).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    let told: Value = serde_json::from_str(&answer.text).expect("JSON");
    assert_eq!(told["state"], "proposed");
    assert!(told["secret"].as_str().expect("told once").starts_with("whsec_"));
    let body = json!({"peristiwa": "", "sejak": "2022-10-01"});
    let path = "/api/integrasi/simda/pengiriman";
    let answer = program(&pages, Some(&secret), path, &body.to_string()).await;
    assert_eq!(
        answer.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "nobody has agreed: {}",
        answer.text
    );

    // Everything that the journey of the practice regency told, and nobody in it.
    let (pages, _) = signed(&office).await;
    let answer = ask(&pages, "/api/peristiwa").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    super::shows_no_identity("/api/peristiwa", &answer.text);
    let events: Value = serde_json::from_str(&answer.text).expect("JSON");
    let rows = events["rows"].as_array().expect("rows");
    let types: Vec<&str> = rows.iter().filter_map(|row| row["type"].as_str()).collect();
    for wanted in ["sheet.decided", "list.approved", "bill.issued", "agreement.signed"] {
        let wanted = format!("id.payung.{wanted}.v1");
        assert!(types.contains(&wanted.as_str()), "{wanted} of {types:?}");
    }
    let bill = rows.iter().find(|row| row["type"] == "id.payung.bill.issued.v1").expect("one");
    let event: Value = serde_json::from_str(bill["event"].as_str().expect("text")).expect("JSON");
    let names: Vec<&String> = event["data"].as_object().expect("data").keys().collect();
    assert_eq!(names, ["month", "people", "programme", "subject_kind", "total_rupiah"]);
    let last = bill["sequence"].as_u64().expect("a number");
    let answer = ask(&pages, &format!("/api/peristiwa?setelah={last}&jenis=bill.issued")).await;
    let after: Value = serde_json::from_str(&answer.text).expect("JSON");
    let after = after["rows"].as_array().expect("rows");
    assert!(after.iter().all(|row| row["sequence"].as_u64() > Some(last)));
}
