//! A browser for tests: keeps its cookie, sends forms with their key, and signs in at the door,
//! with a second factor where a role asks for one.

use std::collections::HashMap;
use std::sync::Mutex;

use app::login::totp;
use app::office::{Office, Operation};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};

use super::{Answer, send};

/// A password that the rules allow.
pub(crate) const PASSWORD: &str = "tiga ayam naik perahu";

/// The phones of tests: the secret of somebody in an office.
static PHONES: Mutex<Option<HashMap<(usize, String), Vec<u8>>>> = Mutex::new(None);

/// What a browser keeps.
#[derive(Debug, Clone, Default)]
pub(crate) struct Browser {
    /// The cookie, as the header has it; empty before the first page.
    pub(crate) cookie: String,
    /// The key of its forms, as the last page had it.
    pub(crate) csrf: String,
}

/// Gives a user a password and signs in with it at the door.
pub(crate) async fn sign_in(pages: &Router, office: &Office, name: &str) -> Browser {
    let actor = office.actor("operator", Operation::ManageUsers).expect("the first user");
    office.set_password(&actor, name, PASSWORD).expect("the password is allowed");
    let mut browser = Browser::default();
    let answer = browser.enter(pages, name, PASSWORD).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let place = answer.headers[header::LOCATION].to_str().expect("text").to_owned();
    if place.starts_with("/masuk/") {
        browser.prove(pages, office, name, &place).await;
    }
    let profile = browser.get(pages, "/profil").await;
    assert_eq!(profile.status, StatusCode::OK, "{name} is in");
    browser
}

/// The code that somebody's phone shows; time passes, so that it is a new one.
pub(crate) fn phone(office: &Office, name: &str) -> String {
    office.environment.pass(30_000);
    let phones = PHONES.lock().expect("no holder panics");
    let secret = &phones.as_ref().expect("somebody has a phone")[&key(office, name)];
    totp::code_at(secret, office.now_ms())
}

impl Browser {
    /// Name and password, and no more.
    pub(crate) async fn enter(&mut self, pages: &Router, name: &str, password: &str) -> Answer {
        self.get(pages, "/masuk").await;
        self.post(pages, "/masuk", &[("nama", name), ("sandi", password)]).await
    }

    /// The second factor: set up where there is none, asked of the phone where there is.
    pub(crate) async fn prove(
        &mut self,
        pages: &Router,
        office: &Office,
        name: &str,
        place: &str,
    ) -> Answer {
        let page = self.get(pages, place).await;
        let path = place.split('?').next().expect("a path");
        if let Some((_, rest)) = page.text.split_once("<code>") {
            let letters = rest.split('<').next().expect("the secret");
            let mut phones = PHONES.lock().expect("no holder panics");
            phones.get_or_insert_default().insert(key(office, name), from_base32(letters));
        }
        let code = phone(office, name);
        let answer = self.post(pages, path, &[("kode", &code)]).await;
        assert!(answer.status.is_success() || answer.status.is_redirection(), "{}", answer.text);
        answer
    }

    /// A request of this browser, to be finished by the caller.
    pub(crate) fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        let request = Request::builder().method(method).uri(path).header(header::HOST, "localhost");
        match self.cookie.as_str() {
            "" => request,
            cookie => request.header(header::COOKIE, cookie),
        }
    }

    /// Reads a page and keeps the key of its forms.
    pub(crate) async fn get(&mut self, pages: &Router, path: &str) -> Answer {
        let request = self.request("GET", path).body(Body::empty()).expect("a request");
        self.keep(send(pages, request).await)
    }

    /// Sends a form with the key of the last page.
    pub(crate) async fn post(
        &mut self,
        pages: &Router,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Answer {
        let csrf = self.csrf.clone();
        let mut pairs = vec![("csrf", csrf.as_str())];
        pairs.extend(fields);
        let body = serde_urlencoded::to_string(&pairs).expect("pairs of text");
        let request = self
            .request("POST", path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ORIGIN, "http://localhost")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(body))
            .expect("a request");
        self.keep(send(pages, request).await)
    }

    fn keep(&mut self, answer: Answer) -> Answer {
        for cookie in answer.headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().expect("text");
            let pair = cookie.split(';').next().expect("a pair");
            self.cookie = if pair.ends_with('=') { String::new() } else { pair.to_owned() };
        }
        // A form of the page itself comes after the one for going out.
        if let Some((_, rest)) = answer.text.rsplit_once("name=\"csrf\" value=\"") {
            self.csrf = rest.split('"').next().expect("a value").to_owned();
        }
        answer
    }
}

fn key(office: &Office, name: &str) -> (usize, String) {
    (std::ptr::from_ref(office).addr(), name.to_owned())
}

fn from_base32(letters: &str) -> Vec<u8> {
    let values = letters.bytes().filter_map(|letter| match letter {
        b'A'..=b'Z' => Some(letter - b'A'),
        b'2'..=b'7' => Some(letter - b'2' + 26),
        _ => None,
    });
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0u32, 0u32);
    for value in values {
        held = held << 5 | u32::from(value);
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits & 0xff) as u8);
        }
    }
    bytes
}
