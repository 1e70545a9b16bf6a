//! Programs: what a token opens and what it does not, and acts that are done once for a key.
//!
//! Everybody here is invented.

use std::sync::Arc;

use app::access::{Operation, Role};
use app::api::{Operations, TokenRequest};
use app::office::Office;
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::Value;

use super::{Answer, Browser, NIK, filled, send, sign_in};
use crate::router;
use crate::routes::{API_PER_MINUTE, WebOptions, router_with};

/// A token of somebody's first role.
pub(crate) fn token(office: &Office, name: &str, operations: &[Operation]) -> String {
    let actor = office.actor(name, Operation::OwnDesk).expect("is there");
    let wanted = TokenRequest {
        name: "percobaan".into(),
        grant: office.own_roles(&actor).expect("its own").held[0].id,
        operations: Operations::of(operations.iter().copied()),
        days: 30,
    };
    office.new_api_token(&actor, &wanted).expect("a token").secret
}

/// An act asked by a program, under a key that nobody had before.
pub(crate) async fn program(
    pages: &Router,
    token: Option<&String>,
    path: &str,
    body: &str,
) -> Answer {
    let key = crate::parts::once_name();
    send(pages, request("POST", token, path, &[("idempotency-key", &key)], body)).await
}

/// What a program reads.
pub(crate) async fn read(pages: &Router, token: &String, path: &str) -> Answer {
    send(pages, request("GET", Some(token), path, &[], "")).await
}

fn request(
    method: &str,
    token: Option<&String>,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path).header(header::HOST, "localhost");
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    if !body.is_empty() && headers.iter().all(|(name, _)| *name != "content-type") {
        request = request.header(header::CONTENT_TYPE, "application/json");
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::from(body.to_owned())).expect("a request")
}

/// A register with a program of a village operator that may take files in.
struct World {
    office: Arc<Office>,
    pages: Router,
    token: String,
    _folder: tempfile::TempDir,
}

impl World {
    fn new() -> World {
        let folder = tempfile::tempdir().expect("a folder");
        let office = Arc::new(filled(folder.path()));
        let keeper = office.actor("operator", Operation::ManageUsers).expect("the first user");
        office.add_user(&keeper, "wulan", Role::Verifier).expect("added");
        let may = [
            Operation::OwnDesk,
            Operation::ReadSheets,
            Operation::TakeIn,
            Operation::UndoSheet,
            Operation::ReadPeople,
        ];
        let token = token(&office, "wulan", &may);
        let pages = router(Arc::clone(&office));
        World { office, pages, token, _folder: folder }
    }

    async fn get(&self, path: &str) -> Answer {
        send(&self.pages, request("GET", Some(&self.token), path, &[], "")).await
    }

    async fn post(&self, path: &str, key: &str, body: &str) -> Answer {
        let headers = [("idempotency-key", key)];
        send(&self.pages, request("POST", Some(&self.token), path, &headers, body)).await
    }

    async fn upload(&self, key: &str, text: &str) -> Answer {
        let org = self.office.orgs().expect("offices").remove(0).code;
        let path = format!("/api/impor?program={}&pengirim={org}&jenis=csv", app::demo::PROGRAMME);
        let headers = [("idempotency-key", key), ("content-type", "application/octet-stream")];
        send(&self.pages, request("POST", Some(&self.token), &path, &headers, text)).await
    }
}

fn json(answer: &Answer) -> Value {
    serde_json::from_str(&answer.text).unwrap_or_else(|_| panic!("{}", answer.text))
}

/// A problem as programs are told it.
fn refused(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status.as_u16(), status, "{}", answer.text);
    assert_eq!(answer.headers[header::CONTENT_TYPE], "application/problem+json");
    assert_eq!(answer.headers[header::CONTENT_LANGUAGE], "id");
    let problem = json(answer);
    assert_eq!(problem["kode"], code, "{problem}");
    assert_eq!(problem["lacak"], answer.headers["x-request-id"].to_str().expect("text"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_opens_data_and_no_page() {
    let world = World::new();
    let people = world.get("/peserta.json").await;
    assert_eq!(people.status, StatusCode::OK);
    assert!(!people.text.contains(NIK), "masked");
    assert!(people.headers.get(header::SET_COOKIE).is_none());
    for path in ["/beranda", "/peserta", "/profil", "/profil/token"] {
        assert_eq!(world.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    // What its holder may and it was not given, and what neither may.
    refused(&world.get("/audit.json").await, 403, "FORBIDDEN");
    let look = format!("/api/peserta/{}/pembukaan", "018f0000-0000-7000-8000-000000000000");
    refused(
        &world.post(&look, "k", "{\"alasan\":\"dicocokkan dengan KTP\"}").await,
        403,
        "FORBIDDEN",
    );
    let wrong = "payung_".to_owned() + &"0".repeat(64);
    let answer = send(&world.pages, request("GET", Some(&wrong), "/impor.json", &[], "")).await;
    refused(&answer, 401, "NOT_SIGNED_IN");
    assert!(answer.headers.contains_key(header::WWW_AUTHENTICATE));
    // A login does not act as a program, and nobody is both.
    let browser: Browser = sign_in(&world.pages, &world.office, "operator").await;
    let cookie = [("cookie", browser.cookie.as_str()), ("idempotency-key", "k")];
    let path = format!("/api/program/{}/usulan", app::demo::PROGRAMME);
    let answer = send(&world.pages, request("POST", None, &path, &cookie, "")).await;
    refused(&answer, 401, "NOT_SIGNED_IN");
    let both = request("GET", Some(&world.token), "/impor.json", &cookie[..1], "");
    refused(&send(&world.pages, both).await, 401, "NOT_SIGNED_IN");
    let no_login = [("cookie", "__Host-payung=0")];
    let both = request("GET", Some(&world.token), "/impor.json", &no_login, "");
    refused(&send(&world.pages, both).await, 401, "NOT_SIGNED_IN");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_goes_the_whole_way_by_a_program() {
    let world = World::new();
    let heads = "NIK,Nama,Tanggal Lahir,JK,Pekerjaan\n";
    let rows = "6401051708629901,Sekar Contoh,17-08-1962,L,nelayan\n640105,Wira Contoh,17-08-1962,L,nelayan\n";
    let sent = world.upload("\"a\"", &format!("{heads}{rows}")).await;
    assert_eq!(sent.status, StatusCode::CREATED, "{}", sent.text);
    let again = world.upload("a", &format!("{heads}{rows}")).await;
    assert_eq!((again.status, &again.text), (StatusCode::CREATED, &sent.text));
    assert_eq!(again.headers["idempotency-replayed"], "true");
    refused(&world.upload("a", heads).await, 422, "KEY_REUSED");
    let sheet = json(&sent);
    let at = |step: &str| format!("/api/impor/{}{step}", sheet["id"].as_str().expect("an id"));
    let examined = world.post(&at("/pemeriksaan"), "b", "").await;
    assert_eq!((examined.status, &json(&examined)["to_fix"]), (StatusCode::OK, &Value::from(1)));
    let found = world.get(&at("/baris")).await;
    assert!(found.text.contains("NIK_LENGTH") && !found.text.contains("Contoh"), "{}", found.text);
    let cell = "{\"lembar\":0,\"baris\":3,\"isian\":\"nik\",\"teks\":\"6401051708629902\"}";
    let mend =
        |revision: u64, more: &str| format!("{{\"revisi\":{revision},\"sel\":[{cell}]{more}}}");
    let unknown = world.post(&at("/perbaikan"), "c", &mend(1, ",\"received_by\":\"x\"")).await;
    refused(&unknown, 422, "FIELDS_UNFIT");
    assert_eq!(json(&unknown)["bidang"][0]["pointer"], "/received_by");
    refused(&world.post(&at("/perbaikan"), "d", &mend(99, "")).await, 409, "SHEET_CHANGED");
    let late = world.post(&at("/perbaikan"), "d", &mend(99, "")).await;
    assert_eq!(late.headers["idempotency-replayed"], "true", "errors are answered again too");
    let mended = world.post(&at("/perbaikan"), "e", &mend(1, "")).await;
    assert_eq!((mended.status, &json(&mended)["revision"]), (StatusCode::OK, &Value::from(2)));
    let again = world.post(&at("/perbaikan"), "e", &mend(1, "")).await;
    assert_eq!((again.status, again.text), (StatusCode::OK, mended.text));
    let examined = json(&world.post(&at("/pemeriksaan"), "f", "").await);
    assert_eq!(examined["to_fix"], 0);
    let committed = world.post(&at("/simpan"), "g", "{\"revisi\":2}").await;
    assert_eq!(
        (committed.status, &json(&committed)["state"]),
        (StatusCode::OK, &Value::from("decided"))
    );
    let undone = json(&world.post(&at("/pembatalan"), "h", "").await);
    assert_eq!(undone["state"], "undone");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_is_bounded_and_of_one_kind() {
    let world = World::new();
    let path = "/api/impor/018f0000-0000-7000-8000-000000000000/simpan";
    let token = Some(&world.token);
    let ask = |headers: Vec<(&'static str, String)>, body: String| {
        let headers: Vec<(&str, &str)> =
            headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        send(&world.pages, request("POST", token, path, &headers, &body))
    };
    let key = |key: &str| vec![("idempotency-key", key.to_owned())];
    let kind = |kind: &str| ("content-type", kind.to_owned());
    let body = || "{\"revisi\":1}".to_owned();
    refused(&ask(vec![], body()).await, 400, "KEY_MISSING");
    refused(&ask(key("a b"), body()).await, 400, "KEY_UNFIT");
    refused(&ask(key("a"), body()).await, 404, "SHEET_UNKNOWN");
    refused(&ask(key("b"), "{\"revisi\":".to_owned()).await, 400, "BAD_REQUEST");
    refused(&ask(key("b"), "{}".to_owned()).await, 422, "FIELDS_UNFIT");
    let text = [key("b"), vec![kind("text/plain")]].concat();
    refused(&ask(text, body()).await, 415, "WRONG_KIND");
    let large = format!("{{\"revisi\":1,\"x\":\"{}\"}}", "x".repeat(1 << 20));
    refused(&ask(key("b"), large).await, 413, "TOO_LARGE");
    // A form of a browser is no request of a program.
    let form = [key("b"), vec![kind("application/x-www-form-urlencoded")]].concat();
    refused(&ask(form, "revisi=1".to_owned()).await, 415, "WRONG_KIND");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identity_is_opened_for_a_reason_by_a_token_that_may() {
    let world = World::new();
    let opens = token(&world.office, "wulan", &[Operation::Unmask, Operation::ReadPeople]);
    let people = json(&world.get("/peserta.json").await);
    let person = people["rows"][0]["id"].as_str().expect("somebody");
    let path = format!("/api/peserta/{person}/pembukaan");
    let ask =
        |body: &'static str| send(&world.pages, request("POST", Some(&opens), &path, &[], body));
    refused(&ask("{\"alasan\":\"x\"}").await, 400, "REASON_MISSING");
    let seen = ask("{\"alasan\":\"dicocokkan dengan KTP asli\"}").await;
    assert_eq!(seen.status, StatusCode::OK, "{}", seen.text);
    assert_eq!(json(&seen)["nik"].as_str().map(str::len), Some(16));
    let id = base::Id::parse(person).expect("an id");
    let actor = world.office.actor("operator", Operation::ReadPeople).expect("the first user");
    let now = app::people::AsOf { on: None, known_at: None };
    let file = world.office.person(&actor, id, now).expect("is there");
    assert_eq!(file.looks.len(), 1, "written down");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_asks_too_often_waits() {
    assert_eq!(API_PER_MINUTE, 600);
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let options = WebOptions {
        hosts: Vec::new(),
        is_local: true,
        is_secure: false,
        theme: app::theme::Theme::default(),
        api_per_minute: 2,
        answered_within: crate::guard::ANSWERED_WITHIN,
    };
    let pages = router_with(Arc::clone(&office), options);
    let token = token(&office, "operator", &[Operation::ReadSheets]);
    let ask = || send(&pages, request("GET", Some(&token), "/impor.json", &[], ""));
    for _ in 0..2 {
        assert_eq!(ask().await.status, StatusCode::OK);
    }
    let answer = ask().await;
    refused(&answer, 429, "TOO_MANY");
    assert!(answer.headers.contains_key(header::RETRY_AFTER));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_made_on_its_page_shown_once_and_ended() {
    let world = World::new();
    let mut browser = sign_in(&world.pages, &world.office, "wulan").await;
    let page = browser.get(&world.pages, "/profil/token").await;
    // Whoever sets somebody's password ends what acted for them.
    assert!(!page.text.contains("percobaan"), "{}", page.text);
    assert_eq!(world.get("/impor.json").await.status, StatusCode::UNAUTHORIZED);
    let grant = page.text.split("<option value=\"").nth(1).expect("a role");
    let grant = grant.split('"').next().expect("its number").to_owned();
    let fields = [
        ("nama", "jembatan"),
        ("peran", grant.as_str()),
        ("boleh", "read-sheets"),
        ("hari", "30"),
        ("sandi_lama", "salah sekali"),
    ];
    let wrong = browser.post(&world.pages, "/profil/token", &fields).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.text);
    let mut right = fields;
    right[4].1 = super::door::PASSWORD;
    let made = browser.post(&world.pages, "/profil/token", &right).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.text);
    let secret = made.text.split("payung_").nth(1).expect("shown");
    let secret = format!("payung_{}", &secret[..64]);
    let ask = || send(&world.pages, request("GET", Some(&secret), "/impor.json", &[], ""));
    assert_eq!(ask().await.status, StatusCode::OK);
    let page = browser.get(&world.pages, "/profil/token").await;
    assert!(!page.text.contains("payung_") && page.text.contains("jembatan"));
    let end = page.text.split("action=\"/profil/token/").nth(1).expect("a form");
    let end = format!("/profil/token/{}", end.split('"').next().expect("its end"));
    assert_eq!(browser.post(&world.pages, &end, &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(ask().await.status, StatusCode::UNAUTHORIZED, "ended at once");
}
