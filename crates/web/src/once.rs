//! A form pressed twice acts once: the second press gets the first one's answer.
//!
//! Kept in memory: it is about impatient fingers and the back button. What must hold across a
//! restart holds in the register, where records have ids made by who asked for them.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, HeaderValue, LOCATION};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::sync::Notify;

use crate::page::Asked;
use crate::routes::{Web, failure};
use crate::signed::Signed;

/// Forms that are remembered.
const REMEMBERED: usize = 10_000;
/// The largest form that is looked into; files go another way.
const FORM_BYTES: usize = 1 << 20;
/// How long the second press waits for the first one's answer.
const WAITS: Duration = Duration::from_secs(50);

/// The forms that were sent.
#[derive(Default)]
pub(crate) struct Once {
    inside: Mutex<Inside>,
}

#[derive(Default)]
struct Inside {
    forms: HashMap<Key, Sent>,
    order: VecDeque<Key>,
}

/// Who, where, which form.
type Key = (String, String, String);

#[derive(Clone)]
enum Sent {
    /// The first press is at work.
    Doing(Arc<Notify>),
    /// It led somewhere.
    Done(HeaderValue),
}

/// Lets the first press through and answers the others with what came of it.
pub(crate) async fn once(State(web): State<Arc<Web>>, request: Request, next: Next) -> Response {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let is_form = kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    if request.method() != Method::POST || !is_form {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, FORM_BYTES).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let token = token(&bytes);
    let who = parts.extensions.get::<Signed>().map(|signed| signed.actor.id.to_string());
    let path = parts.uri.path().to_owned();
    let asked = Asked::of(&parts.uri, &parts.headers, &parts.extensions);
    let request = Request::from_parts(parts, Body::from(bytes));
    let Some(token) = token else { return next.run(request).await };
    let key = (who.unwrap_or_default(), path, token);
    match web.once.begin(&key) {
        None => {
            // On a task of its own: whoever stops waiting for the answer does not stop the act, and
            // the form stays taken until the act has ended.
            let acting = tokio::spawn(async move {
                let done = Finish { once: &web.once, key: &key };
                let response = next.run(request).await;
                done.with(&response);
                response
            });
            acting.await.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
        }
        Some(Sent::Done(place)) => again(place),
        Some(Sent::Doing(first)) => {
            let told = first.notified();
            tokio::pin!(told);
            // Whoever ended between the two looks is not waited for.
            told.as_mut().enable();
            if web.once.is_at_work(&key) {
                let _ = tokio::time::timeout(WAITS, told).await;
            }
            match (web.once.outcome(&key), web.once.is_at_work(&key)) {
                (Some(place), _) => again(place),
                (None, true) => failure::not_known(&web, &asked),
                (None, false) => StatusCode::CONFLICT.into_response(),
            }
        }
    }
}

/// Takes the form out of the list of those at work, even when the work breaks off.
struct Finish<'a> {
    once: &'a Once,
    key: &'a Key,
}

impl Finish<'_> {
    fn with(&self, response: &Response) {
        let place = response.headers().get(LOCATION).cloned();
        self.once.finish(self.key, place.filter(|_| response.status() == StatusCode::SEE_OTHER));
    }
}

impl Drop for Finish<'_> {
    fn drop(&mut self) {
        self.once.give_up(self.key);
    }
}

impl Once {
    /// What is known of the form; none when this is its first press, which is noted.
    fn begin(&self, key: &Key) -> Option<Sent> {
        let mut inside = self.inside.lock().expect("no holder of the forms panics");
        if let Some(known) = inside.forms.get(key) {
            return Some(known.clone());
        }
        if inside.order.len() >= REMEMBERED {
            let oldest = inside.order.pop_front();
            oldest.map(|oldest| inside.forms.remove(&oldest));
        }
        inside.order.push_back(key.clone());
        inside.forms.insert(key.clone(), Sent::Doing(Arc::new(Notify::new())));
        None
    }

    /// The form led somewhere, or is shown again and may be sent again.
    fn finish(&self, key: &Key, place: Option<HeaderValue>) {
        let mut inside = self.inside.lock().expect("no holder of the forms panics");
        let before = match place {
            Some(place) => inside.forms.insert(key.clone(), Sent::Done(place)),
            None => inside.forms.remove(key),
        };
        if let Some(Sent::Doing(waiting)) = before {
            waiting.notify_waiters();
        }
    }

    fn give_up(&self, key: &Key) {
        if self.is_at_work(key) {
            self.finish(key, None);
        }
    }

    fn is_at_work(&self, key: &Key) -> bool {
        let inside = self.inside.lock().expect("no holder of the forms panics");
        matches!(inside.forms.get(key), Some(Sent::Doing(_)))
    }

    fn outcome(&self, key: &Key) -> Option<HeaderValue> {
        let inside = self.inside.lock().expect("no holder of the forms panics");
        match inside.forms.get(key) {
            Some(Sent::Done(place)) => Some(place.clone()),
            _ => None,
        }
    }
}

fn again(place: HeaderValue) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, place)]).into_response()
}

/// The form's name for itself, in what was sent.
fn token(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?;
    let value = text.split('&').find_map(|pair| pair.strip_prefix("once="))?;
    let is_ours =
        value.len() == 26 && value.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    is_ours.then(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_press_gets_the_first_answer() {
        let once = Once::default();
        let key = (String::new(), "/setelan".to_owned(), "a".repeat(24));
        assert!(once.begin(&key).is_none());
        assert!(matches!(once.begin(&key), Some(Sent::Doing(_))));
        once.finish(&key, Some(HeaderValue::from_static("/beranda")));
        once.give_up(&key);
        assert!(matches!(once.begin(&key), Some(Sent::Done(place)) if place == "/beranda"));
    }

    #[test]
    fn a_form_that_is_shown_again_may_be_sent_again() {
        let once = Once::default();
        let key = (String::new(), "/setelan".to_owned(), "b".repeat(24));
        assert!(once.begin(&key).is_none());
        once.finish(&key, None);
        assert!(once.begin(&key).is_none());
        once.give_up(&key);
        assert!(once.begin(&key).is_none());
    }

    #[test]
    fn only_our_own_tokens_count() {
        assert_eq!(
            token(b"a=1&once=01234567-89abcdef-01234567").as_deref(),
            Some("01234567-89abcdef-01234567")
        );
        for sent in ["", "once=", "once=%3Cb%3E", "twice=01234567-89abcdef-01234567"] {
            assert_eq!(token(sent.as_bytes()), None, "{sent}");
        }
    }
}
