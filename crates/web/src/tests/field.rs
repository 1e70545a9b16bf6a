//! The field app through its addresses: a device prepared by whoever is signed in, records sent by the
//! device alone, hostile input refused in words, and the shell small enough. Everybody is invented.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use app::office::{Office, Operation};
use app::outreach::AgentInput;
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use base::{Id, Month};
use serde_json::{Value, json};

use super::api::{program, read};
use super::{Answer, Browser, ask, filled, send, shows_no_identity, signed};
use crate::assets;

const DEVICE: &str = "018f0000-0000-7000-8000-00000000000d";
const RECORD: &str = "018f0000-0000-7000-8000-000000000001";
/// The territory of the agent, and a village of it.
const DISTRICT: &str = "64.01.05";
const VILLAGE: &str = "64.01.05.2002";

/// The first user as an agent of a district, and a programme that is not over.
fn prepared(office: &Office) {
    let actor = office.actor("operator", Operation::SetUp).expect("the first user");
    let old = office.programme(app::demo::PROGRAMME).expect("a programme");
    let programme = app::funds::Programme {
        id: Id::parse("018f0000-0000-7000-8000-0000000000aa").expect("a number"),
        code: "lapangan".into(),
        name: "Program lapangan".into(),
        last: Month::new(2099, 12).expect("a month"),
        occupations: Vec::new(),
        ..old
    };
    office.add_programme(&actor, &programme).expect("a programme");
    let org = office.orgs().expect("read").into_iter().next().expect("an office");
    let agent = AgentInput {
        code: "kader-satu".into(),
        kind: "kader".into(),
        name: "Merpati Rekaan".into(),
        territory: DISTRICT.into(),
        supervisor: org.code.to_string(),
        account: "operator".into(),
        since: "2022-01-01".into(),
        ..AgentInput::default()
    };
    office.keep_agent(&actor, &agent).expect("an agent");
}

async fn post(
    pages: &Router,
    browser: &Browser,
    path: &str,
    (key, body): (&str, &Value),
) -> Answer {
    let request = Request::post(path)
        .header(header::HOST, "localhost:8080")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ACCEPT, "application/json")
        .header(header::COOKIE, &browser.cookie)
        .header("x-csrf", key);
    send(pages, request.body(Body::from(body.to_string())).expect("a request")).await
}

/// Keys of a device are asked for with the key of the login, and no more at once than are opened.
#[tokio::test(flavor = "multi_thread")]
async fn more_keys_are_opened_by_asking_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    prepared(&office);
    let (pages, browser) = signed(&office).await;
    let path = "/lapangan/gawai/kunci";
    let asked = |count: usize| json!({ "device": DEVICE, "keys": vec!["AAAA"; count] });
    let start = ask(&pages, "/lapangan/awal").await;
    let start: Value = serde_json::from_str(&start.text).expect("data");
    let key = start["csrf"].as_str().expect("a key");
    let forged = post(&pages, &browser, path, ("", &asked(0))).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    let unknown = post(&pages, &browser, path, (key, &asked(0))).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND, "{}", unknown.text);
    token(&pages, &browser).await;
    let none = post(&pages, &browser, path, (key, &asked(0))).await;
    assert_eq!((none.status, &*none.text), (StatusCode::OK, r#"{"keys":[]}"#));
    for count in [1, app::field::KEYS_MOST + 1] {
        let unfit = post(&pages, &browser, path, (key, &asked(count))).await;
        assert!(
            unfit.status.is_client_error() && unfit.text.contains("FIELD_KEY_UNFIT"),
            "{count}: {} {}",
            unfit.status,
            unfit.text
        );
    }
    for odd in [json!([]), json!({ "device": "x" }), json!({ "device": DEVICE, "keys": [1] })] {
        let odd = post(&pages, &browser, path, (key, &odd)).await;
        assert_eq!(odd.status, StatusCode::BAD_REQUEST, "{}", odd.text);
    }
}

/// What a device shows, after somebody signed in prepared it.
async fn token(pages: &Router, browser: &Browser) -> String {
    let start = ask(pages, "/lapangan/awal").await;
    let start: Value = serde_json::from_str(&start.text).expect("data");
    let key = start["csrf"].as_str().expect("a key");
    assert_eq!(start["agents"][0]["code"], "kader-satu", "{start}");
    let asked = json!({
        "device": DEVICE, "agent": "kader-satu", "programme": "lapangan", "label": "merah", "keys": [],
    });
    // Without the key of the browser nothing is prepared.
    let forged = post(pages, browser, "/lapangan/gawai", ("", &asked)).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    let made = post(pages, browser, "/lapangan/gawai", (key, &asked)).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.text);
    let made: Value = serde_json::from_str(&made.text).expect("data");
    made["token"].as_str().expect("a token").to_owned()
}

fn record(changes: &[(&str, Value)]) -> Value {
    let mut sent = json!({
        "id": RECORD, "village": VILLAGE, "consent": "spoken", "wording": "2026-1",
        "at_ms": 1_664_755_200_000_i64, "nik": "6401050203700093", "name": "MERPATI LAPANGAN",
        "birth": "1970-03-02", "sex": "L", "rt": "1", "occupation": "petani",
    });
    for (name, value) in changes {
        sent[*name] = value.clone();
    }
    sent
}

fn batch(records: &[Value]) -> String {
    let records = records.iter().map(|one| json!({ "record": one.to_string() }));
    json!({ "now_ms": "", "records": records.collect::<Vec<_>>() }).to_string()
}

/// What was said of each, and the first code.
fn said(answer: &Answer) -> Vec<(String, String)> {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let document: Value = serde_json::from_str(&answer.text).expect("data");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let answers = document["answers"].as_array().expect("answers").iter();
    answers.map(|one| (text(&one["said"]), text(&one["words"][0]["code"]))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_sends_and_the_office_sees_it_masked() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    prepared(&office);
    let (pages, mut browser) = signed(&office).await;
    let shown = token(&pages, &browser).await;
    let open = crate::router(Arc::clone(&office));
    let packet = read(&open, &shown, "/api/lapangan/paket").await;
    assert_eq!(packet.status, StatusCode::OK, "{}", packet.text);
    shows_no_identity("/api/lapangan/paket", &packet.text);
    let send = |body: String| {
        let (open, shown) = (open.clone(), shown.clone());
        async move { program(&open, Some(&shown), "/api/lapangan/kirim", &body).await }
    };
    let first = send(batch(&[record(&[])])).await;
    assert_eq!(said(&first)[0].0, "accepted", "{}", first.text);
    let again = send(batch(&[record(&[]), record(&[("rt", json!("9"))])])).await;
    let again: Vec<_> = said(&again).into_iter().map(|(said, _)| said).collect();
    assert_eq!(again, ["exists", "refused"], "one number twice in one sending");
    let other = send(batch(&[record(&[("name", json!("MERPATI LAIN"))])])).await;
    assert_eq!(said(&other)[0].0, "conflict", "{}", other.text);
    // One that cannot be read keeps no other from coming in, and is refused in words.
    let hostile = send(batch(&[
        json!([1, 2]),
        record(&[
            ("id", json!("018f0000-0000-7000-8000-000000000002")),
            ("nik", json!("6401050203700094")),
            ("name", json!("<script>alert(1)</script>")),
        ]),
        record(&[
            ("id", json!("018f0000-0000-7000-8000-000000000003")),
            ("village", json!("34.71.01.1001")),
        ]),
    ]))
    .await;
    let codes = said(&hostile);
    assert_eq!(codes[0], ("refused".into(), "FIELD_RECORD_UNFIT".into()));
    assert_eq!(codes[1], ("refused".into(), "FIELD_NAME_UNFIT".into()), "{}", hostile.text);
    assert_eq!(codes[2], ("refused".into(), "FIELD_PLACE_OUTSIDE".into()));
    assert!(hostile.text.contains("Pilih desa di wilayah Anda"), "{}", hostile.text);
    // The page of the record: masked, with what differs; whole only for a reason.
    let path = format!("/agen/lapangan/{RECORD}");
    let page = ask(&pages, &path).await;
    assert!(
        page.text.contains("M… L…") && page.text.contains("berbeda pada nama"),
        "{}",
        page.text
    );
    assert!(!page.text.contains("MERPATI LAPANGAN"));
    let whole =
        browser.post(&pages, &format!("{path}/baca"), &[("alasan", "mencocokkan kartu")]).await;
    assert!(whole.text.contains("MERPATI LAPANGAN") && whole.text.contains("MERPATI LAIN"));
    let stale = [("putusan", "first"), ("alasan", "kartu sudah dilihat"), ("dilihat", "lama")];
    let stale = browser.post(&pages, &format!("{path}/putusan"), &stale).await;
    assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", stale.text);
    assert!(stale.text.contains("berubah sesudah Anda melihatnya"), "{}", stale.text);
    let (_, rest) = stale.text.split_once("name=\"dilihat\" value=\"").expect("what is seen");
    let seen = rest.split('"').next().expect("a word").to_owned();
    let verdict =
        [("putusan", "first"), ("alasan", "kartu sudah dilihat"), ("dilihat", seen.as_str())];
    let decided = browser.post(&pages, &format!("{path}/putusan"), &verdict).await;
    assert_eq!(decided.status, StatusCode::SEE_OTHER, "{}", decided.text);
    let list = ask(&pages, "/agen/lapangan?perlu=ya").await;
    assert!(list.text.contains("Belum ada catatan dari lapangan"), "{}", list.text);
    let list = ask(&pages, "/agen/lapangan").await;
    assert!(!list.text.contains("<script>alert"), "{}", list.text);
    assert_eq!(ended(&pages, &mut browser, &open, &shown).await, StatusCode::UNAUTHORIZED);
}

/// Ends the device on the page of its agent, and asks with what it showed.
async fn ended(pages: &Router, browser: &mut Browser, open: &Router, shown: &String) -> StatusCode {
    let page = browser.get(pages, "/agen/kader-satu").await;
    assert!(
        page.text.contains("Telepon lapangan") && page.text.contains("berlaku"),
        "{}",
        page.text
    );
    let fields = [("cara", "hapus"), ("agen", "kader-satu")];
    let done = browser.post(pages, &format!("/agen/gawai/{DEVICE}/akhir"), &fields).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    let state = ask(open, &format!("/lapangan/gawai/{DEVICE}")).await;
    assert_eq!(state.text, r#"{"state":"wiped"}"#);
    let stranger = ask(open, "/lapangan/gawai/018f0000-0000-7000-8000-0000000000ff").await;
    assert_eq!(stranger.status, StatusCode::NOT_FOUND);
    read(open, shown, "/api/lapangan/paket").await.status
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_sends_with_what_is_not_theirs() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    prepared(&office);
    let (pages, browser) = signed(&office).await;
    let shown = token(&pages, &browser).await;
    let open = crate::router(Arc::clone(&office));
    let body = batch(&[record(&[])]);
    let forged = format!("payung_{}", "0".repeat(64));
    for wrong in [forged.as_str(), "payung_", "<b>", &shown[..shown.len() - 1]] {
        let answer = program(&open, Some(&wrong.to_owned()), "/api/lapangan/kirim", &body).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{wrong}");
    }
    let nobody = program(&open, None, "/api/lapangan/kirim", &body).await;
    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
    // A device is for one thing.
    for path in ["/api/lapangan/gawai/{id}/akhir", "/api/agen"] {
        let path = path.replace("{id}", DEVICE);
        let answer = program(&open, Some(&shown), &path, "{}").await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
    }
    for (body, status) in [
        ("", StatusCode::BAD_REQUEST),
        ("{}", StatusCode::UNPROCESSABLE_ENTITY),
        (r#"{"now_ms":"","records":[]}"#, StatusCode::UNPROCESSABLE_ENTITY),
        (r#"{"now_ms":"","records":[{"record":"{}","x":1}]}"#, StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let answer = program(&open, Some(&shown), "/api/lapangan/kirim", body).await;
        let is_unread = answer.status == StatusCode::UNSUPPORTED_MEDIA_TYPE && body.is_empty();
        assert!(answer.status == status || is_unread, "{body}: {}", answer.status);
    }
    let many: Vec<Value> = (0..101).map(|_| record(&[])).collect();
    let long = program(&open, Some(&shown), "/api/lapangan/kirim", &batch(&many)).await;
    assert_eq!(long.status, StatusCode::UNPROCESSABLE_ENTITY);
    let photo = |bytes: Vec<u8>| {
        let request = Request::post(format!("/api/lapangan/foto/{RECORD}"))
            .header(header::HOST, "localhost")
            .header(header::AUTHORIZATION, format!("Bearer {shown}"))
            .header(header::CONTENT_TYPE, "application/octet-stream");
        send(&open, request.body(Body::from(bytes)).expect("a request"))
    };
    let unknown = photo(vec![0xff, 0xd8, 0xff, 0xe0]).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND, "{}", unknown.text);
    let taken = program(&open, Some(&shown), "/api/lapangan/kirim", &body).await;
    assert_eq!(said(&taken)[0].0, "accepted");
    let large = photo([vec![0xff, 0xd8, 0xff], vec![0; 600 * 1024]].concat()).await;
    assert!(
        large.status.is_client_error() && large.text.contains("FIELD_PHOTO_LARGE"),
        "{}",
        large.text
    );
    let script = photo(b"<svg onload=alert(1)>".to_vec()).await;
    assert!(script.text.contains("FIELD_PHOTO_UNFIT"), "{}", script.text);
    assert_eq!(photo(vec![0xff, 0xd8, 0xff, 0xe0]).await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shell_is_the_same_for_everybody_and_small() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let (pages, _) = signed(&office).await;
    let open = crate::router(Arc::clone(&office));
    let shell = ask(&open, "/lapangan").await;
    assert_eq!(shell.text, ask(&pages, "/lapangan").await.text, "a login changes nothing of it");
    let policy = shell.headers[header::CONTENT_SECURITY_POLICY].to_str().expect("text");
    assert!(policy.contains("img-src 'self' blob:") && policy.contains("manifest-src 'self'"));
    assert!(!policy.contains("unsafe") && !shell.text.contains("<script>"));
    let worker = ask(&open, "/lapangan-luring.js").await;
    assert_eq!(worker.headers["service-worker-allowed"], "/lapangan");
    let mut bytes = shell.text.len() + worker.text.len();
    for path in [
        "/lapangan/manifest.webmanifest",
        assets::field_script(),
        assets::field_stylesheet(),
        "/aset/payung.svg",
    ] {
        bytes += ask(&open, path).await.text.len();
    }
    // Two fonts of some 6 KB each, which are no text.
    assert!(bytes + 2 * 6_400 <= 120 * 1024, "{bytes}");
}

/// The words that the app asks for by name, as far as they stand in its text.
fn asked_for(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let text = std::fs::read_to_string(entry.expect("an entry").path()).expect("text");
        let mut before = "";
        for part in text.split("w(\"") {
            // Other names end so too: `show("…")` is no word.
            let is_word = !before.is_empty() && !before.ends_with(|c: char| c.is_alphabetic());
            if is_word {
                found.insert(part.split('"').next().unwrap_or_default().to_owned());
            }
            before = part;
        }
    }
    found
}

#[test]
fn the_app_has_every_word_in_both_languages() {
    let known = crate::routes::field::words::WORDS;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("field/src");
    for key in asked_for(&folder) {
        assert!(known.contains(&key.as_str()), "{key} is asked for and not there");
    }
    for language in [app::words::Language::Indonesian, app::words::Language::English] {
        let words = app::words::Words::of(language);
        for key in known {
            let key = format!("field-app.{key}");
            assert_ne!(words.get(&key), key, "{key}");
        }
    }
}
