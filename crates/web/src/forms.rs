//! Before anything that is sent reaches an address: does it come from a page of ours?
//!
//! The sender must not be another site, as the browser itself says, and the form must bring back
//! the key of its browser. A body is read once: forms whole, uploads as far as their first part.

use std::sync::Arc;

use app::login::Token;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Form, FromRequest, FromRequestParts, Request, State};
use axum::http::header::{CONTENT_TYPE, HOST, ORIGIN};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::stream::{self, StreamExt};

use crate::page::Asked;
use crate::routes::{Web, failure};
use crate::session::Visitor;

/// The field that brings the browser's key back.
pub(crate) const KEY: &str = "csrf";

/// A form without files is never larger.
const FORM_MOST: usize = 2 * 1024 * 1024;
/// The first part of an upload is the key, and nothing longer.
const FIRST_PART_MOST: usize = 1024;

/// The fields of a form that passed, in the order they were sent.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fields(pub(crate) Arc<Vec<(String, String)>>);

impl Fields {
    /// The first field of a name.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The first field of a name, or nothing at all.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// Every field of a name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Fields {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        _: &S,
    ) -> Result<Fields, std::convert::Infallible> {
        Ok(parts.extensions.get::<Fields>().cloned().unwrap_or_default())
    }
}

/// Lets nothing pass that was not sent from a page of ours.
pub(crate) async fn check(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    request: Request,
    next: Next,
) -> Response {
    let (parts, body) = request.into_parts();
    let checked = match is_from_here(&parts.headers) {
        true => with_key(&visitor.token, parts, body).await,
        false => Err((parts, StatusCode::FORBIDDEN)),
    };
    match checked {
        Ok(request) => next.run(request).await,
        Err((parts, status)) => {
            let asked = Asked::of(&parts.uri, &parts.headers, &parts.extensions);
            match status {
                StatusCode::FORBIDDEN => failure::form_refused(&web, &asked),
                _ => failure::page(&web, &asked, status),
            }
        }
    }
}

/// Lets a form pass that says it comes from a page of ours, or does not say where it comes from:
/// for what acts in nobody's name.
pub(crate) async fn from_here(
    State(web): State<Arc<Web>>,
    request: Request,
    next: Next,
) -> Response {
    match is_from_here(request.headers()) {
        true => next.run(request).await,
        false => {
            let asked = Asked::of(request.uri(), request.headers(), request.extensions());
            failure::form_refused(&web, &asked)
        }
    }
}

/// What browsers say about the sender: not another site, not another name, not nowhere.
fn is_from_here(headers: &HeaderMap) -> bool {
    let text = |value: &axum::http::HeaderValue| value.to_str().map(str::to_owned).ok();
    let site = headers.get("sec-fetch-site").map(|value| value == "same-origin");
    let origin = headers.get(ORIGIN).map(|origin| {
        let host = headers.get(HOST).and_then(text);
        let name = text(origin).and_then(|origin| {
            let rest = origin.strip_prefix("https://").or(origin.strip_prefix("http://"))?;
            Some(rest.to_owned())
        });
        name.is_some() && name == host
    });
    site.unwrap_or(true) && origin.unwrap_or(true)
}

type Checked = Result<Request, (Parts, StatusCode)>;

/// Reads the key where the kind of body has it.
async fn with_key(token: &Token, parts: Parts, body: Body) -> Checked {
    let kind = parts.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let (kind, rest) = kind.unwrap_or_default().split_once(';').unwrap_or((kind.unwrap_or(""), ""));
    match kind.trim().to_ascii_lowercase().as_str() {
        "application/x-www-form-urlencoded" => form(token, parts, body).await,
        "multipart/form-data" => {
            let boundary = rest.trim().strip_prefix("boundary=").map(|text| text.trim_matches('"'));
            match boundary.map(str::to_owned) {
                Some(boundary) => upload(token, &boundary, parts, body).await,
                None => Err((parts, StatusCode::BAD_REQUEST)),
            }
        }
        "application/json" => {
            let sent = parts.headers.get("x-csrf").and_then(|key| key.to_str().ok());
            match sent.is_some_and(|sent| token.is_form_key(sent)) {
                true => Ok(Request::from_parts(parts, body)),
                false => Err((parts, StatusCode::FORBIDDEN)),
            }
        }
        "" => Err((parts, StatusCode::FORBIDDEN)),
        _ => Err((parts, StatusCode::UNSUPPORTED_MEDIA_TYPE)),
    }
}

async fn form(token: &Token, mut parts: Parts, body: Body) -> Checked {
    let Ok(bytes) = to_bytes(body, FORM_MOST).await else {
        return Err((parts, StatusCode::PAYLOAD_TOO_LARGE));
    };
    let copy = Request::from_parts(parts.clone(), Body::from(bytes.clone()));
    let Ok(Form(pairs)) = Form::<Vec<(String, String)>>::from_request(copy, &()).await else {
        return Err((parts, StatusCode::BAD_REQUEST));
    };
    let fields = Fields(Arc::new(pairs));
    let mut keys = fields.all(KEY);
    let right = keys.next().is_some_and(|sent| token.is_form_key(sent)) && keys.next().is_none();
    drop(keys);
    if !right {
        return Err((parts, StatusCode::FORBIDDEN));
    }
    parts.extensions.insert(fields);
    Ok(Request::from_parts(parts, Body::from(bytes)))
}

/// Reads no more of an upload than its first part, and passes the rest on as it comes.
async fn upload(token: &Token, boundary: &str, parts: Parts, body: Body) -> Checked {
    let mut rest = body.into_data_stream();
    let mut head = Vec::new();
    let sent = loop {
        if let Some(sent) = first_part(&head, boundary) {
            break Some(sent);
        }
        match rest.next().await {
            Some(Ok(chunk)) if head.len() < FIRST_PART_MOST => head.extend_from_slice(&chunk),
            _ => break None,
        }
    };
    if !sent.is_some_and(|sent| token.is_form_key(&sent)) {
        return Err((parts, StatusCode::FORBIDDEN));
    }
    let head = stream::iter([Ok::<Bytes, axum::Error>(Bytes::from(head))]);
    Ok(Request::from_parts(parts, Body::from_stream(head.chain(rest))))
}

/// The content of the first part, when it is whole and is the key.
fn first_part(head: &[u8], boundary: &str) -> Option<String> {
    let head = String::from_utf8_lossy(&head[..head.len().min(FIRST_PART_MOST)]);
    let rest = head.strip_prefix("--")?.strip_prefix(boundary)?.strip_prefix("\r\n")?;
    let (names, rest) = rest.split_once("\r\n\r\n")?;
    let is_key = names.lines().any(|line| {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let named = value.contains("name=\"csrf\"") && !value.contains("filename");
        name.eq_ignore_ascii_case("content-disposition") && named
    });
    let (content, _) = rest.split_once(&format!("\r\n--{boundary}"))?;
    is_key.then(|| content.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browser_says_where_a_form_comes_from() {
        let check = |site: Option<&'static str>, origin: Option<&'static str>, passes: bool| {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, "payung.example:8443".parse().expect("a header"));
            if let Some(site) = site {
                headers.insert("sec-fetch-site", site.parse().expect("a header"));
            }
            if let Some(origin) = origin {
                headers.insert(ORIGIN, origin.parse().expect("a header"));
            }
            assert_eq!(is_from_here(&headers), passes, "{site:?} {origin:?}");
        };
        check(None, None, true);
        check(Some("same-origin"), Some("https://payung.example:8443"), true);
        check(None, Some("http://payung.example:8443"), true);
        check(Some("same-site"), None, false);
        check(Some("cross-site"), None, false);
        check(Some("none"), None, false);
        check(Some("same-origin"), Some("https://payung.example"), false);
        check(None, Some("null"), false);
        check(None, Some("https://payung.example:8443.evil.example"), false);
        check(None, Some("ftp://payung.example:8443"), false);
        check(None, Some("payung.example:8443"), false);
    }

    #[test]
    fn the_first_part_of_an_upload_is_the_key() {
        let check = |head: &str, expect: Option<&str>| {
            assert_eq!(first_part(head.as_bytes(), "b").as_deref(), expect, "{head}");
        };
        let named = "content-disposition: form-data; name=\"csrf\"";
        check(&format!("--b\r\n{named}\r\n\r\nabc\r\n--b"), Some("abc"));
        check(&format!("--b\r\n{named}\r\n\r\nabc\r\n"), None);
        check(&format!("--b\r\n{named}; filename=\"csrf\"\r\n\r\nabc\r\n--b"), None);
        check("--b\r\ncontent-disposition: form-data; name=\"berkas\"\r\n\r\nabc\r\n--b", None);
        check(&format!("preamble\r\n--b\r\n{named}\r\n\r\nabc\r\n--b"), None);
        check("", None);
    }
}
