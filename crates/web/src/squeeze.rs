//! Answers made small for slow lines, where their length tells nobody anything.
//!
//! Only what is the same for everybody is squeezed. A page of somebody signed in has a form key
//! and people in it beside words of its address, and the length of such a page, squeezed, can be
//! used to guess them (docs/decisions/0014).

use std::io::Write;

use axum::body::{Body, HttpBody, to_bytes};
use axum::extract::Request;
use axum::http::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, SET_COOKIE, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::signed::Signed;

/// Larger answers go out as they are.
const BYTES_MAX: u64 = 4 << 20;
/// Smaller answers fit one packet anyway.
const BYTES_MIN: u64 = 860;

/// Squeezes an answer of text to somebody who is not signed in.
pub(crate) async fn squeeze(request: Request, next: Next) -> Response {
    let reads = request.method() == Method::GET;
    squeeze_if(reads, request, next).await
}

/// The same for the answer to a form that anybody sends: there is no secret in it beside what was
/// sent, and no other site can send one.
pub(crate) async fn squeeze_form(request: Request, next: Next) -> Response {
    squeeze_if(true, request, next).await
}

async fn squeeze_if(wanted: bool, request: Request, next: Next) -> Response {
    let wanted =
        wanted && takes_gzip(request.headers()) && request.extensions().get::<Signed>().is_none();
    let mut response = next.run(request).await;
    if !is_text(response.headers()) {
        return response;
    }
    response.headers_mut().append(VARY, HeaderValue::from_static("accept-encoding"));
    let size = response.body().size_hint().exact().unwrap_or(u64::MAX);
    let gives_token = response.headers().contains_key(SET_COOKIE);
    match wanted && !gives_token && (BYTES_MIN..=BYTES_MAX).contains(&size) {
        true => squeezed(response).await,
        false => response,
    }
}

async fn squeezed(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        return Response::from_parts(parts, Body::empty());
    };
    let small = tokio::task::spawn_blocking(move || gzip(&bytes)).await;
    let small = small.expect("squeezing bytes in memory does not fail");
    parts.headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    parts.headers.remove(CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(small))
}

/// The bytes, squeezed.
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::default());
    out.write_all(bytes).expect("memory takes every byte");
    out.finish().expect("memory takes every byte")
}

fn is_text(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let is_kind = |known: &str| kind.starts_with(known);
    ["text/", "application/json", "application/problem+json", "image/svg+xml"]
        .into_iter()
        .any(is_kind)
}

/// Whether gzip is among what the asker takes, and not with weight nought.
fn takes_gzip(headers: &HeaderMap) -> bool {
    let lines = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let weight = weight.trim().strip_prefix("q=").and_then(|weight| weight.parse::<f32>().ok());
        name.trim().eq_ignore_ascii_case("gzip") && weight != Some(0.0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_takes_gzip_says_so() {
        for (said, takes) in [
            ("gzip, deflate, br", true),
            ("br;q=1.0, gzip;q=0.8", true),
            ("GZIP", true),
            ("gzip;q=0", false),
            ("br", false),
            ("", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, said.parse().expect("a header"));
            assert_eq!(takes_gzip(&headers), takes, "{said}");
        }
    }
}
