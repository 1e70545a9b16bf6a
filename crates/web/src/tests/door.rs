//! A browser for tests: keeps its cookie, sends forms with their key, and signs in at the door.

use app::office::{Office, Operation};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};

use super::{Answer, send};

/// A password that the rules allow.
pub(crate) const PASSWORD: &str = "tiga ayam naik perahu";

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
    browser.get(pages, "/masuk").await;
    let fields = [("nama", name), ("sandi", PASSWORD)];
    let answer = browser.post(pages, "/masuk", &fields).await;
    assert!(answer.status.is_redirection(), "{}: {}", answer.status, answer.text);
    browser.get(pages, "/profil").await;
    browser
}

impl Browser {
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
        if let Some((_, rest)) = answer.text.split_once("name=\"csrf\" value=\"") {
            self.csrf = rest.split('"').next().expect("a value").to_owned();
        }
        answer
    }
}
