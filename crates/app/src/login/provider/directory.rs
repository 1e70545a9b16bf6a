//! Where the provider says that its doors and keys are, remembered for an hour, and asked again
//! when a token is signed by a key that is not known: keys change.

use std::sync::{Mutex, PoisonError};

use serde_json::Value;

use super::token::Keys;
use crate::error::{AppError, ErrorKind};

/// How long what a provider says of itself is believed.
const KEPT_MS: i64 = 3_600_000;
/// A stranger's token makes nobody ask for keys more often than this.
const ASKED_AGAIN_MS: i64 = 60_000;

/// A question to the provider: a document read, or a form sent.
#[derive(Debug)]
pub struct Ask<'a> {
    /// `https://` and the host, as configured; the only one there is.
    pub origin: &'a str,
    /// The path and the query.
    pub path: &'a str,
    /// What is sent: a form, and the words that prove who sends it.
    pub form: Option<(&'a str, &'a str)>,
}

/// What came back.
#[derive(Debug)]
pub struct Answered {
    /// The status of HTTP.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

/// How a question gets to the provider.
pub type Fetch<'a> = &'a dyn Fn(&Ask<'_>) -> Result<Answered, AppError>;

/// What is remembered of a provider.
#[derive(Default)]
pub struct Directory(Mutex<Option<Known>>);

/// Where the provider's doors are, and what it signs with.
#[derive(Debug, Clone)]
pub(super) struct Known {
    issuer: String,
    pub(super) authorize: String,
    pub(super) token: String,
    pub(super) end_session: Option<String>,
    /// Whether it says in each answer who it is.
    pub(super) names_itself: bool,
    keys_at: String,
    pub(super) keys: Keys,
    read_at_ms: i64,
    asked_again_at_ms: i64,
}

impl Directory {
    /// What is known of a provider, asked for when it is new or an hour old.
    pub(super) fn of(
        &self,
        issuer: &str,
        now_ms: i64,
        fetch: Fetch<'_>,
    ) -> Result<Known, AppError> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_fresh =
            |known: &&Known| known.issuer == issuer && now_ms < known.read_at_ms + KEPT_MS;
        if let Some(known) = kept.as_ref().filter(is_fresh) {
            return Ok(known.clone());
        }
        let known = Known::ask(issuer, now_ms, fetch)?;
        *kept = Some(known.clone());
        Ok(known)
    }

    /// The keys once more, because one of them is not known; none when that was asked just now.
    pub(super) fn fresh_keys(
        &self,
        issuer: &str,
        now_ms: i64,
        fetch: Fetch<'_>,
    ) -> Result<Option<Keys>, AppError> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(known) = kept.as_mut().filter(|known| known.issuer == issuer) else {
            return Ok(None);
        };
        if now_ms < known.asked_again_at_ms + ASKED_AGAIN_MS {
            return Ok(None);
        }
        known.asked_again_at_ms = now_ms;
        known.keys = ask_keys(&known.keys_at, fetch)?;
        Ok(Some(known.keys.clone()))
    }
}

impl Known {
    fn ask(issuer: &str, now_ms: i64, fetch: Fetch<'_>) -> Result<Known, AppError> {
        let at = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        let said: Value = document(&at, fetch)?;
        let text = |name: &str| said[name].as_str();
        let listed = |name: &str, value: &str| {
            said[name].as_array().is_none_or(|list| list.iter().any(|one| one == value))
        };
        let origin = origin_of(issuer).ok_or_else(|| misfit("issuer"))?;
        // Every door must be in the house that was agreed on: nothing is asked of any other.
        let door = |name: &'static str| match text(name) {
            Some(at) if origin_of(at) == Some(origin) => Ok(at.to_owned()),
            _ => Err(misfit(name)),
        };
        if text("issuer") != Some(issuer) {
            return Err(misfit("issuer"));
        }
        if !listed("code_challenge_methods_supported", "S256") {
            return Err(misfit("S256"));
        }
        let keys_at = door("jwks_uri")?;
        Ok(Known {
            issuer: issuer.to_owned(),
            authorize: door("authorization_endpoint")?,
            token: door("token_endpoint")?,
            end_session: door("end_session_endpoint").ok(),
            names_itself: said["authorization_response_iss_parameter_supported"] == true,
            keys: ask_keys(&keys_at, fetch)?,
            keys_at,
            read_at_ms: now_ms,
            asked_again_at_ms: now_ms - ASKED_AGAIN_MS,
        })
    }
}

fn ask_keys(at: &str, fetch: Fetch<'_>) -> Result<Keys, AppError> {
    Ok(Keys::read(&document(at, fetch)?))
}

fn document(at: &str, fetch: Fetch<'_>) -> Result<Value, AppError> {
    let answered = fetch(&ask_of(at, None)?)?;
    match answered.status {
        200 => serde_json::from_slice(&answered.body).map_err(|_| misfit("json")),
        _ => Err(unreachable()),
    }
}

/// A question to an address of the provider.
pub(super) fn ask_of<'a>(
    at: &'a str,
    form: Option<(&'a str, &'a str)>,
) -> Result<Ask<'a>, AppError> {
    let origin = origin_of(at).ok_or_else(|| misfit("address"))?;
    let path = Some(&at[origin.len()..]).filter(|path| !path.is_empty()).unwrap_or("/");
    Ok(Ask { origin, path, form })
}

/// `https://host:port` of an address; plain HTTP only on this machine, no names before the host.
pub(super) fn origin_of(at: &str) -> Option<&str> {
    let host_from = match at.strip_prefix("https://") {
        Some(_) => "https://".len(),
        None => "http://".len(),
    };
    let is_plain = at.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let rest = at.get(host_from..).filter(|_| is_plain)?;
    let host = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name, port),
        _ => (host, "443"),
    };
    let known =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '[' | ']' | ':' | '_');
    let is_name = !name.is_empty() && name.chars().all(known);
    let is_here = matches!(name, "localhost" | "127.0.0.1" | "[::1]");
    let is_way = at.starts_with("https://") || (at.starts_with("http://") && is_here);
    let fits = is_way && is_name && port.parse::<u16>().is_ok_and(|port| port > 0);
    fits.then(|| &at[..host_from + host.len()])
}

/// Something about the provider does not fit what was agreed.
fn misfit(what: &str) -> AppError {
    AppError::new(ErrorKind::External, "PROVIDER_MISFIT", what)
}

/// The provider did not answer.
pub(super) fn unreachable() -> AppError {
    AppError::new(ErrorKind::External, "PROVIDER_UNREACHABLE", "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_one_house() {
        for (at, origin) in [
            ("https://masuk.example", Some("https://masuk.example")),
            ("https://masuk.example/a/b?c", Some("https://masuk.example")),
            ("https://masuk.example:8443/a", Some("https://masuk.example:8443")),
            ("https://[::1]:8443/a", Some("https://[::1]:8443")),
            ("http://127.0.0.1:9/a", Some("http://127.0.0.1:9")),
            ("http://localhost/a", Some("http://localhost")),
            ("http://masuk.example", None),
            ("http://127.0.0.1.example", None),
            ("https://masuk.example:0", None),
            ("https://masuk.example:http", None),
            ("https://a@masuk.example", None),
            ("https://masuk.example\\@b", None),
            ("https://masuk.example b", None),
            ("https://", None),
            ("ftp://masuk.example", None),
            ("masuk.example", None),
            ("", None),
        ] {
            assert_eq!(origin_of(at), origin, "{at}");
        }
    }
}
