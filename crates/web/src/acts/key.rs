//! The key of a request: how it is written, and who is at work on which.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use app::error::AppError;
use axum::http::HeaderMap;
use base::Id;
use base::id::kind;

/// The longest key.
pub(crate) const KEY_CHARS: usize = 255;

/// The key that a request must have, when it must have one.
pub(super) fn of(headers: &HeaderMap, is_needed: bool) -> Result<Option<String>, AppError> {
    let mut sent = headers.get_all("idempotency-key").iter();
    match (sent.next(), sent.next()) {
        _ if !is_needed => Ok(None),
        (None, _) => Err(AppError::usage("KEY_MISSING", "")),
        (Some(key), None) => {
            let key = key.to_str().ok().and_then(plain);
            key.map(Some).ok_or_else(|| AppError::usage("KEY_UNFIT", ""))
        }
        (Some(_), Some(_)) => Err(AppError::usage("KEY_UNFIT", "")),
    }
}

/// The key without its marks: a string of RFC 9651, or the same bare.
fn plain(sent: &str) -> Option<String> {
    let sent = sent.trim();
    let key = match sent.strip_prefix('"') {
        None => sent.to_owned(),
        Some(rest) => {
            let mut key = String::new();
            let mut inside = rest.strip_suffix('"')?.chars();
            while let Some(letter) = inside.next() {
                match letter {
                    '\\' => key.push(inside.next().filter(|next| matches!(next, '"' | '\\'))?),
                    '"' => return None,
                    letter => key.push(letter),
                }
            }
            key
        }
    };
    let fits =
        (1..=KEY_CHARS).contains(&key.len()) && key.bytes().all(|one| one.is_ascii_graphic());
    fits.then_some(key)
}

/// The requests that this process is at work on.
#[derive(Default)]
pub(crate) struct Running(Mutex<HashSet<(Id<kind::User>, String)>>);

/// A request at work; it no longer is when this is dropped, whatever became of it.
pub(super) struct AtWork<'a> {
    running: &'a Running,
    which: (Id<kind::User>, String),
}

impl Running {
    /// Begins; none when another is at work on the same.
    pub(super) fn enter(&self, user: Id<kind::User>, key: &str) -> Option<AtWork<'_>> {
        let which = (user, key.to_owned());
        let mut inside = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        inside.insert(which.clone()).then(|| AtWork { running: self, which })
    }
}

impl Drop for AtWork<'_> {
    fn drop(&mut self) {
        self.running.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.which);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_the_same_with_and_without_marks() {
        for (sent, expect) in [
            ("\"a-1\"", Some("a-1")),
            ("a-1", Some("a-1")),
            (" a-1 ", Some("a-1")),
            ("\"a\\\"b\\\\\"", Some("a\"b\\")),
            ("\"", None),
            ("\"\"", None),
            ("", None),
            ("\"a\\n\"", None),
            ("\"a\"b\"", None),
            ("a b", None),
        ] {
            assert_eq!(plain(sent).as_deref(), expect, "{sent}");
        }
        assert_eq!(plain(&"k".repeat(255)).map(|key| key.len()), Some(255));
        assert_eq!(plain(&"k".repeat(256)), None);
    }

    #[test]
    fn one_at_a_time_works_on_a_request() {
        let (running, user) = (Running::default(), Id::from_bytes([1; 16]));
        let first = running.enter(user, "a");
        assert!(first.is_some() && running.enter(user, "a").is_none());
        assert!(running.enter(Id::from_bytes([2; 16]), "a").is_some());
        drop(first);
        assert!(running.enter(user, "a").is_some());
    }
}
