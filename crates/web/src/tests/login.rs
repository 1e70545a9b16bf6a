//! At the door: signing in and out, how long it lasts, and what is refused.

use std::sync::Arc;

use app::grants::GrantRequest;
use app::login::{IDLE_MS, WHOLE_MS};
use app::office::{Office, Operation, Role};
use axum::Router;
use axum::body::Body;
use axum::http::{StatusCode, header};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{Ed25519KeyPair, KeyPair};

use super::door::{Browser, PASSWORD, phone, sign_in};
use super::{open, send};
use crate::router;
use crate::routes::{Route, table};
use crate::signed::Readers;

struct Door {
    office: Arc<Office>,
    pages: Router,
    _folder: tempfile::TempDir,
}

fn door() -> Door {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(open(folder.path()));
    let operator = office.actor("operator", Operation::ManageUsers).expect("the first user");
    office.add_user(&operator, "melati", Role::Verifier).expect("a new user");
    let pages = router(Arc::clone(&office));
    Door { office, pages, _folder: folder }
}

async fn status(door: &Door, browser: &mut Browser, path: &str) -> StatusCode {
    browser.get(&door.pages, path).await.status
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_is_new_kept_well_and_ends_when_it_is_told_to() {
    let door = door();
    let mut before = Browser::default();
    let page = before.get(&door.pages, "/masuk").await;
    let cookie = page.headers[header::SET_COOKIE].to_str().expect("text");
    assert!(cookie.starts_with("__Host-payung="));
    for flag in ["; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"] {
        assert!(cookie.contains(flag), "{flag}");
    }
    assert!(!cookie.contains("Domain") && !cookie.contains("Expires"));
    assert_eq!(page.headers[header::CACHE_CONTROL], "no-store");
    // Whoever planted a token does not share the login.
    let planted = before.clone();
    let mut browser = sign_in(&door.pages, &door.office, "melati").await;
    assert_ne!(browser.cookie, planted.cookie);
    let profile = browser.get(&door.pages, "/profil").await;
    assert_eq!(profile.status, StatusCode::OK);
    assert_eq!(profile.headers[header::CACHE_CONTROL], "no-store");
    assert_eq!(status(&door, &mut planted.clone(), "/profil").await, StatusCode::SEE_OTHER);
    // What was in the browser does not work after going out, nor does the form's key.
    let kept = browser.clone();
    let left = browser.post(&door.pages, "/keluar", &[]).await;
    assert_eq!(left.status, StatusCode::SEE_OTHER);
    assert_eq!(left.headers["clear-site-data"], "\"cache\", \"storage\"");
    assert_eq!(browser.cookie, "");
    assert_eq!(status(&door, &mut kept.clone(), "/profil").await, StatusCode::SEE_OTHER);
    let again = kept.clone().post(&door.pages, "/profil/sesi-lain/akhiri", &[]).await;
    assert_eq!(again.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_ends_by_itself() {
    let door = door();
    let mut browser = sign_in(&door.pages, &door.office, "melati").await;
    // Every page within half an hour keeps it, for half a day.
    let step = IDLE_MS - 60_000;
    for _ in 0..WHOLE_MS / step {
        assert_eq!(status(&door, &mut browser, "/profil").await, StatusCode::OK);
        door.office.environment.pass(step.unsigned_abs());
    }
    assert_eq!(status(&door, &mut browser, "/profil").await, StatusCode::OK);
    door.office.environment.pass(step.unsigned_abs());
    assert_eq!(status(&door, &mut browser, "/profil").await, StatusCode::SEE_OTHER);
    let mut idle = sign_in(&door.pages, &door.office, "melati").await;
    door.office.environment.pass(IDLE_MS.unsigned_abs());
    assert_eq!(status(&door, &mut idle, "/profil").await, StatusCode::SEE_OTHER);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_learns_who_has_an_account() {
    let door = door();
    let mut known = sign_in(&door.pages, &door.office, "melati").await;
    known.post(&door.pages, "/keluar", &[]).await;
    let mut answers = Vec::new();
    for name in ["melati", "tidak-ada", "operator"] {
        let mut browser = Browser::default();
        browser.get(&door.pages, "/masuk").await;
        let csrf = browser.csrf.clone();
        for turn in 1..=6 {
            let fields = [("nama", name), ("sandi", "bukan ini sandinya")];
            let answer = browser.post(&door.pages, "/masuk", &fields).await;
            let (_, once) = answer.text.split_once("name=\"once\" value=\"").expect("a form");
            let once = once.split('"').next().expect("its number").to_owned();
            let text = answer.text.replace(name, "?").replace(&csrf, "?").replace(&once, "?");
            let expect = match turn {
                6 => StatusCode::TOO_MANY_REQUESTS,
                _ => StatusCode::UNAUTHORIZED,
            };
            assert_eq!(answer.status, expect, "{name} {turn}");
            answers.push((turn, text));
        }
    }
    for (turn, text) in &answers {
        let first = answers.iter().find(|(other, _)| other == turn).expect("itself");
        assert_eq!(text, &first.1, "{turn}");
    }
    // The right password does not help while the name waits, and does afterwards.
    let mut browser = Browser::default();
    let locked = browser.enter(&door.pages, "melati", PASSWORD).await;
    assert_eq!(locked.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(locked.text.contains("Tunggu 15 menit"), "{}", locked.text);
    door.office.environment.pass(15 * 60_000);
    let open = browser.enter(&door.pages, "melati", PASSWORD).await;
    assert_eq!(open.status, StatusCode::SEE_OTHER);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_logins_can_be_ended_and_end_with_a_new_password() {
    let door = door();
    let mut one = sign_in(&door.pages, &door.office, "melati").await;
    let mut two = Browser::default();
    two.enter(&door.pages, "melati", PASSWORD).await;
    let page = one.get(&door.pages, "/profil").await;
    let (_, rest) = page.text.split_once("action=\"/profil/sesi/").expect("the other login");
    let path = format!("/profil/sesi/{}", rest.split('"').next().expect("its address"));
    assert_eq!(one.post(&door.pages, &path, &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(status(&door, &mut two, "/profil").await, StatusCode::SEE_OTHER);
    // Nobody ends the login of another.
    let mut other = sign_in(&door.pages, &door.office, "operator").await;
    let page = one.get(&door.pages, "/profil").await;
    assert!(page.text.contains("Sesi ini"));
    assert_eq!(other.post(&door.pages, &path, &[]).await.status, StatusCode::NOT_FOUND);
    let mut two = Browser::default();
    two.enter(&door.pages, "melati", PASSWORD).await;
    let fields = |old, new| [("sandi_lama", old), ("sandi_baru", new), ("sandi_lagi", new)];
    let new = "perahu biru 7 gunung";
    let wrong = one.post(&door.pages, "/profil/sandi", &fields("bukan ini", new)).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let weak = one.post(&door.pages, "/profil/sandi", &fields(PASSWORD, "bismillah123")).await;
    assert!(weak.text.contains("mudah ditebak"));
    let done = one.post(&door.pages, "/profil/sandi", &fields(PASSWORD, new)).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    assert_eq!(status(&door, &mut one, "/profil").await, StatusCode::OK);
    assert_eq!(status(&door, &mut two, "/profil").await, StatusCode::SEE_OTHER);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_administrator_comes_by_a_link_that_works_once() {
    let door = door();
    let void = door.office.first_run_link().expect("asked").expect("nobody yet");
    let token = door.office.first_run_link().expect("asked").expect("nobody yet");
    let path = format!("/mulai/{}", token.as_str());
    let mut browser = Browser::default();
    let gone = browser.get(&door.pages, &format!("/mulai/{}", void.as_str())).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    assert_eq!(status(&door, &mut browser, &path).await, StatusCode::OK);
    let fields = |name, password| [("nama", name), ("sandi", password), ("sandi_lagi", password)];
    for (name, password) in
        [("kepala kantor", PASSWORD), ("kepala", "12345678"), ("operator", PASSWORD)]
    {
        let answer = browser.post(&door.pages, &path, &fields(name, password)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
    }
    let entered = browser.post(&door.pages, &path, &fields("kepala", PASSWORD)).await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER);
    assert!(door.office.actor("kepala", Operation::ManageUsers).is_ok());
    assert_eq!(status(&door, &mut browser, &path).await, StatusCode::NOT_FOUND);
    assert!(door.office.first_run_link().expect("asked").is_none());
    // An invitation waits three days and no longer.
    let operator = door.office.actor("operator", Operation::ManageUsers).expect("the first user");
    let invited = door.office.invite(&operator, "melati").expect("a link");
    door.office.environment.pass(3 * 24 * 3_600_000);
    let late = format!("/mulai/{}", invited.as_str());
    assert_eq!(status(&door, &mut browser, &late).await, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sent_too_late_is_kept_and_sent_again() {
    let door = door();
    let mut browser = sign_in(&door.pages, &door.office, "melati").await;
    door.office.environment.pass(IDLE_MS.unsigned_abs());
    let late = browser
        .post(&door.pages, "/profil/sesi-lain/akhiri", &[("catatan", "dua & \"tiga\"")])
        .await;
    assert_eq!(late.status, StatusCode::UNAUTHORIZED);
    assert!(late.text.contains("Isian Anda masih ada"));
    let content = "catatan=dua+%26+%22tiga%22";
    let fields = [
        ("nama", "melati"),
        ("sandi", PASSWORD),
        ("kirim_ke", "/profil/sesi-lain/akhiri"),
        ("isi", content),
    ];
    let page = browser.post(&door.pages, "/masuk", &fields).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.text.contains("name=\"catatan\" value=\"dua &#38; &#34;tiga&#34;\""),
        "{}",
        page.text
    );
    let sent = browser.post(&door.pages, "/profil/sesi-lain/akhiri", &[("catatan", "dua")]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
}

#[test]
fn only_what_the_provider_signs_is_believed_without_a_forms_key() {
    let signed = table().into_iter().filter(|route| route.proves_itself);
    let signed: Vec<String> = signed.map(|route| route.path).collect();
    let mut known = vec!["/masuk/penyedia/berakhir"];
    // A card proves itself, and looking at one changes nothing.
    known.push("/periksa-kartu");
    // Banks sign every request.
    known.extend([
        "/v1.0/access-token/b2b",
        "/v1.0/transfer-va/inquiry",
        "/v1.0/transfer-va/payment",
        "/v1.0/transfer-va/status",
    ]);
    assert_eq!(signed, known);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_form_is_refused_from_elsewhere() {
    let door = door();
    let browser = sign_in(&door.pages, &door.office, "melati").await;
    let stranger = sign_in(&door.pages, &door.office, "operator").await;
    let form = "application/x-www-form-urlencoded";
    let own = format!("csrf={}", browser.csrf);
    let foreign = format!("csrf={}", stranger.csrf);
    let twice = format!("{foreign}&{own}");
    let origin = ("origin", "http://evil.example");
    let upload = |key: &str| {
        format!("--b\r\ncontent-disposition: form-data; name=\"csrf\"\r\n\r\n{key}\r\n--b--\r\n")
    };
    let other_name = upload(&browser.csrf).replace("name=\"csrf\"", "name=\"berkas\"");
    let tries: [(&str, &str, &str, (&str, &str)); 14] = [
        ("no key", form, "", ("x-a", "b")),
        ("an empty key", form, "csrf=", ("x-a", "b")),
        ("another's key", form, &foreign, ("x-a", "b")),
        ("two keys", form, &twice, ("x-a", "b")),
        ("another origin", form, &own, origin),
        ("no origin at all", form, &own, ("origin", "null")),
        ("another site", form, &own, ("sec-fetch-site", "cross-site")),
        ("a neighbour site", form, &own, ("sec-fetch-site", "same-site")),
        ("plain text", "text/plain", &own, ("x-a", "b")),
        ("no kind", "", &own, ("x-a", "b")),
        ("json without a key", "application/json", "{}", ("x-a", "b")),
        (
            "a foreign upload",
            "multipart/form-data; boundary=b",
            &upload(&stranger.csrf),
            ("x-a", "b"),
        ),
        ("a key elsewhere", "multipart/form-data; boundary=b", &other_name, ("x-a", "b")),
        ("a key in the address", form, "", ("x-csrf", &browser.csrf)),
    ];
    let mut forms = 0;
    // What programs do is asked without any form, and not of a browser.
    let is_form = |route: &Route| {
        let has_key = route.readers != Readers::Programs && !route.proves_itself;
        route.method != "GET" && has_key
    };
    for route in table().into_iter().filter(is_form) {
        forms += 1;
        let path = route.path.replace("{id}", "018f0000-0000-7000-8000-000000000000");
        let path = path.replace("{token}", &"0".repeat(64));
        // What acts in nobody's name needs no key; no other site sends it all the same.
        let tried = tries.iter().filter(|(what, ..)| !route.for_anybody || what.contains("site"));
        for (what, kind, body, (name, value)) in tried {
            let path = match *what {
                "a key in the address" => format!("{path}?{own}"),
                _ => path.clone(),
            };
            let request = browser
                .request("POST", &path)
                .header(header::CONTENT_TYPE, *kind)
                .header(*name, *value)
                .body(Body::from((*body).to_owned()))
                .expect("a request");
            let answer = send(&door.pages, request).await;
            let refused = [StatusCode::FORBIDDEN, StatusCode::UNSUPPORTED_MEDIA_TYPE];
            assert!(refused.contains(&answer.status), "{path}: {what}: {}", answer.status);
        }
        // A reader's request does not become another by saying so.
        for (name, value) in [("x-http-method-override", "POST"), ("x-method-override", "POST")] {
            let path = format!("{path}?_method=POST&{own}");
            let request = browser.request("GET", &path).header(name, value);
            let answer = send(&door.pages, request.body(Body::empty()).expect("a request")).await;
            assert!(
                !answer.status.is_success() || !answer.headers.contains_key(header::SET_COOKIE)
            );
        }
    }
    assert!(forms >= 6, "{forms}");
    let mut still = browser.clone();
    assert_eq!(status(&door, &mut still, "/profil").await, StatusCode::OK, "nobody signed out");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_taken_away_is_gone_at_the_next_page() {
    let door = door();
    let keeper = door.office.actor("operator", Operation::ManageUsers).expect("the first user");
    let mut browser = sign_in(&door.pages, &door.office, "melati").await;
    // A role that asks for a second factor is not exercised without one.
    let approver = GrantRequest {
        user: "melati".into(),
        role: Role::Treasurer,
        territory: None,
        org: None,
        from: None,
        until: None,
    };
    door.office.grant_role(&keeper, &approver).expect("granted");
    let held = browser.get(&door.pages, "/profil").await;
    let place = held.headers[header::LOCATION].to_str().expect("text");
    assert!(place.starts_with("/masuk/pengaman?lanjut="), "{place}");
    let added = browser.prove(&door.pages, &door.office, "melati", place).await;
    assert!(added.text.contains("Simpan kode cadangan"));
    assert_eq!(status(&door, &mut browser, "/profil").await, StatusCode::OK);
    // The page of a person is read together with the login, and by it.
    let nobody = "/peserta/018f0000-0000-7000-8000-000000000001";
    assert_ne!(status(&door, &mut browser, nobody).await, StatusCode::SEE_OTHER);
    // Shut, the same cookie opens nothing; opened again, it does.
    door.office.suspend_user(&keeper, "melati", true).expect("shut");
    assert_eq!(status(&door, &mut browser, "/profil").await, StatusCode::SEE_OTHER);
    assert_eq!(status(&door, &mut browser, nobody).await, StatusCode::SEE_OTHER);
    let mut other = Browser::default();
    let shut = other.enter(&door.pages, "melati", PASSWORD).await;
    assert_eq!(shut.status, StatusCode::UNAUTHORIZED);
    door.office.suspend_user(&keeper, "melati", false).expect("opened");
    assert_eq!(status(&door, &mut browser, "/profil").await, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_factor_stands_between_password_and_pages() {
    let door = door();
    // The role of the first user asks for one: the helper sets it up at the door.
    let mut browser = sign_in(&door.pages, &door.office, "operator").await;
    let profile = browser.get(&door.pages, "/profil").await;
    assert!(profile.text.contains("tersisa: 8"), "{}", profile.text);
    let mut waiting = Browser::default();
    let entered = waiting.enter(&door.pages, "operator", PASSWORD).await;
    assert_eq!(entered.headers[header::LOCATION], "/masuk/kode?lanjut=");
    let half = waiting.cookie.clone();
    let to_code = waiting.get(&door.pages, "/profil").await;
    assert!(to_code.headers[header::LOCATION].to_str().expect("text").starts_with("/masuk/kode"));
    // Half a login neither reads the secret nor sets up another.
    let offered = waiting.get(&door.pages, "/masuk/pengaman").await;
    assert_eq!(offered.status, StatusCode::SEE_OTHER);
    waiting.get(&door.pages, "/masuk/kode").await;
    let wrong = waiting.post(&door.pages, "/masuk/kode", &[("kode", "000000")]).await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    let code = phone(&door.office, "operator");
    let right = waiting.post(&door.pages, "/masuk/kode", &[("kode", &code)]).await;
    assert_eq!(right.status, StatusCode::SEE_OTHER);
    assert_ne!(waiting.cookie, half, "a token is new when rights are");
    assert_eq!(status(&door, &mut waiting, "/profil").await, StatusCode::OK);
    let mut old = Browser { cookie: half, csrf: String::new() };
    assert_eq!(status(&door, &mut old, "/profil").await, StatusCode::SEE_OTHER);
    // The code was seen over a shoulder: it does not work twice.
    let mut thief = Browser::default();
    thief.enter(&door.pages, "operator", PASSWORD).await;
    thief.get(&door.pages, "/masuk/kode").await;
    for turn in 1..=6 {
        let again = thief.post(&door.pages, "/masuk/kode", &[("kode", &code)]).await;
        let locked = again.status == StatusCode::TOO_MANY_REQUESTS;
        assert_eq!(locked, turn == 6, "{turn}: {}", again.status);
    }
    // A role that asks for a second factor keeps one.
    waiting.get(&door.pages, "/profil").await;
    let fields = [("sandi_lama", PASSWORD)];
    let kept = waiting.post(&door.pages, "/profil/pengaman/hapus", &fields).await;
    assert_eq!(kept.status, StatusCode::UNPROCESSABLE_ENTITY);
    let codes = waiting.post(&door.pages, "/profil/pengaman/kode", &fields).await;
    let (_, rest) = codes.text.split_once("<code>").expect("new codes");
    let spare = rest.split('<').next().expect("a code").to_owned();
    door.office.environment.pass(15 * 60_000);
    for (turn, expect) in [(1, StatusCode::SEE_OTHER), (2, StatusCode::UNAUTHORIZED)] {
        let mut lost = Browser::default();
        lost.enter(&door.pages, "operator", PASSWORD).await;
        lost.get(&door.pages, "/masuk/kode").await;
        let answer = lost.post(&door.pages, "/masuk/kode", &[("kode", &spare)]).await;
        assert_eq!(answer.status, expect, "{turn}");
    }
}

/// A device in software: one key, and how often it signed.
struct Device {
    pair: Ed25519KeyPair,
    count: u32,
}

impl Device {
    fn data(&mut self, flags: u8, rest: &[u8]) -> Vec<u8> {
        let host = ring::digest::digest(&ring::digest::SHA256, b"localhost");
        self.count += 1;
        [host.as_ref(), &[flags], &self.count.to_be_bytes(), rest].concat()
    }

    /// The attestation of a new key, in the bytes of CBOR.
    fn make(&mut self) -> Vec<u8> {
        let key =
            [&[0xa4, 1, 1, 3, 0x27, 0x20, 6, 0x21, 0x58, 32], self.pair.public_key().as_ref()];
        let rest = [&[0; 16][..], &[0, 4], b"kunc", &key.concat()].concat();
        let data = self.data(0x41, &rest);
        let head = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58";
        [head, &[data.len() as u8][..], &data].concat()
    }

    fn client(what: &str, challenge: &str) -> Vec<u8> {
        let origin = "http://localhost";
        format!(r#"{{"type":"{what}","challenge":"{challenge}","origin":"{origin}"}}"#).into_bytes()
    }
}

/// What the page asks the device to sign.
fn challenge(text: &str) -> String {
    let (_, rest) = text.split_once("data-tantangan=\"").expect("the page asks a device");
    rest.split('"').next().expect("a challenge").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_takes_the_place_of_a_code() {
    let door = door();
    let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).expect("a key");
    let mut device = Device { pair, count: 0 };
    let mut browser = sign_in(&door.pages, &door.office, "melati").await;
    let page = browser.get(&door.pages, "/masuk/kunci").await;
    let policy = page.headers["content-security-policy"].to_str().expect("text");
    assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe"));
    let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let client = Device::client("webauthn.create", &challenge(&page.text));
    let made = device.make();
    let fields = [
        ("sebutan", "Telepon"),
        ("klien", &text(&client)),
        ("data", &text(&made)),
        ("kredensial", &text(b"kunc")),
    ];
    let added = browser.post(&door.pages, "/masuk/kunci", &fields).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.text);
    assert!(browser.get(&door.pages, "/profil").await.text.contains("Telepon, dibuat"));
    let mut entering = Browser::default();
    let entered = entering.enter(&door.pages, "melati", PASSWORD).await;
    assert_eq!(entered.headers[header::LOCATION], "/masuk/kode?lanjut=");
    let page = entering.get(&door.pages, "/masuk/kode").await;
    let client = Device::client("webauthn.get", &challenge(&page.text));
    let data = device.data(1, &[]);
    let digest = ring::digest::digest(&ring::digest::SHA256, &client);
    let signature = device.pair.sign(&[&data, digest.as_ref()].concat());
    let mut forged = signature.as_ref().to_vec();
    forged[9] ^= 1;
    for (signature, expect) in
        [(forged.as_slice(), StatusCode::UNAUTHORIZED), (signature.as_ref(), StatusCode::SEE_OTHER)]
    {
        let fields = [
            ("klien", text(&client)),
            ("data", text(&data)),
            ("kredensial", text(b"kunc")),
            ("tanda", text(signature)),
        ];
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        let answer = entering.post(&door.pages, "/masuk/kunci/pakai", &fields).await;
        assert_eq!(answer.status, expect, "{}", answer.text);
    }
    assert_eq!(status(&door, &mut entering, "/profil").await, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn access_is_given_back_on_a_page_by_two_and_a_link_is_handed_over() {
    let door = door();
    let keeper = door.office.actor("operator", Operation::ManageUsers).expect("the first user");
    door.office.add_user(&keeper, "pengesah", Role::Approver).expect("a new user");
    let mut browser = sign_in(&door.pages, &door.office, "operator").await;
    let path = "/pengguna/melati/pemulihan";
    let page = browser.get(&door.pages, path).await;
    assert!(page.text.contains("Lanjutkan pemulihan"), "{}", page.text);
    assert!(door.office.open_tasks(&keeper).expect("tasks").is_empty(), "looking asks nothing");
    let page = browser.post(&door.pages, path, &[]).await;
    assert!(page.text.contains("Menunggu petugas lain"), "{}", page.text);
    let waiting = door.office.open_tasks(&keeper).expect("tasks").remove(0).record.task;
    assert!(page.text.contains(&format!("/tugas/{}", waiting.id)));
    let again = browser.post(&door.pages, path, &[]).await;
    assert!(!again.text.contains("/pulih/"), "nobody else has approved");
    let checker = door.office.actor("pengesah", Operation::Approve).expect("an approver");
    let verdict = app::tasks::Verdict::Approve(waiting.hash);
    door.office.decide_task(&checker, waiting.id, &verdict).expect("approved");
    let page = browser.get(&door.pages, path).await;
    assert!(page.text.contains("Disetujui petugas lain"), "{}", page.text);
    let page = browser.post(&door.pages, path, &[]).await;
    let (_, token) = page.text.split_once("/pulih/").expect("a link");
    let link = format!("/pulih/{}", token.split('<').next().expect("its end"));
    let mut owner = Browser::default();
    owner.get(&door.pages, &link).await;
    let chosen = [("sandi", PASSWORD), ("sandi_lagi", PASSWORD)];
    let used = owner.post(&door.pages, &link, &chosen).await;
    assert_eq!(used.status, StatusCode::SEE_OTHER, "{}", used.text);
    assert_eq!(status(&door, &mut owner, &link).await, StatusCode::NOT_FOUND);
    let own = browser.get(&door.pages, "/pengguna/operator/pemulihan").await;
    assert_eq!(own.status, StatusCode::FORBIDDEN);
}
