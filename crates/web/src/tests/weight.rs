//! What pages weigh on a slow line, and that only what is everybody's is squeezed.

use std::io::Read;
use std::sync::Arc;

use app::office::Operation;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode, header};
use flate2::read::GzDecoder;
use tower::ServiceExt;

use super::{Browser, filled, sign_in};
use crate::routes::table;
use crate::{router, squeeze};

/// Page and style together.
const FIRST_SIGHT_MOST: usize = 14 * 1024;
/// The same with fonts and the mark.
const WHOLE_MOST: usize = 30 * 1024;

struct Weighed {
    squeezed: bool,
    bytes: usize,
    text: String,
}

async fn weigh(pages: &Router, path: &str, browser: &Browser) -> Weighed {
    let request = Request::get(path)
        .header(header::HOST, "localhost")
        .header(header::ACCEPT_ENCODING, "gzip, deflate, br")
        .header(header::COOKIE, &browser.cookie);
    let request = request.body(Body::empty()).expect("a request");
    let response = pages.clone().oneshot(request).await.expect("a router always answers");
    assert_eq!(response.status(), StatusCode::OK, "{path}");
    let squeezed = response.headers().get(header::CONTENT_ENCODING).is_some();
    let bytes = to_bytes(response.into_body(), 4_000_000).await.expect("a body");
    let mut text = Vec::new();
    match squeezed {
        true => GzDecoder::new(&bytes[..]).read_to_end(&mut text).map(|_| ()).expect("gzip"),
        false => text.extend_from_slice(&bytes),
    }
    let text = String::from_utf8_lossy(&text).into_owned();
    Weighed { squeezed, bytes: bytes.len(), text }
}

#[tokio::test(flavor = "multi_thread")]
async fn public_pages_are_seen_after_one_light_request() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let pages = router(Arc::clone(&office));
    let nobody = Browser::default();
    let mut beside = 0;
    for path in ["/aset/payung.svg", "/aset/atkinson-400.woff2", "/aset/atkinson-700.woff2"] {
        beside += weigh(&pages, path, &nobody).await.bytes;
    }
    let mut seen = 0;
    for route in table() {
        let is_page = route.method == Method::GET && !route.path.contains(['{', '.']);
        if !is_page || route.operation != Operation::ReadPublic {
            continue;
        }
        // The field app is prepared once and kept on the telephone; `tests::field` weighs it.
        let others = ["/huruf", "/sehat", "/health", "/metrics", "/lapangan"];
        if others.contains(&route.path.as_str()) {
            continue;
        }
        let page = weigh(&pages, &route.path, &nobody).await;
        let path = &route.path;
        assert!(page.squeezed, "{path}");
        assert!(page.bytes <= FIRST_SIGHT_MOST, "{path}: {}", page.bytes);
        assert!(page.bytes + beside <= WHOLE_MOST, "{path}: {} and {beside}", page.bytes);
        // Nothing else is waited for before the first sight, and nothing in it is a secret.
        assert!(page.text.contains("<style>") && !page.text.contains("rel=\"stylesheet\""));
        // One page has a script, which comes after the first sight.
        let scripts = page.text.matches("<script").count();
        assert_eq!(scripts, usize::from(path == "/periksa-kartu"), "{path}");
        assert!(!page.text.contains("name=\"csrf\""), "{path}");
        seen += 1;
    }
    assert!(seen >= 7, "{seen}");
    let style = weigh(&pages, crate::assets::stylesheet(), &nobody).await;
    assert!(style.squeezed && style.bytes <= 16 * 1024, "{}", style.bytes);
    let script = weigh(&pages, crate::assets::passkey_script(), &nobody).await;
    assert!(script.squeezed && script.bytes <= 30 * 1024, "{}", script.bytes);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_with_a_key_or_people_are_never_squeezed() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Arc::new(filled(folder.path()));
    let pages = router(Arc::clone(&office));
    let door = weigh(&pages, "/masuk", &Browser::default()).await;
    assert!(!door.squeezed && door.text.contains("name=\"csrf\""));
    let browser = sign_in(&pages, &office, "operator").await;
    let paths = ["/", "/aturan", "/beranda", "/impor", "/peserta", "/impor.json", "/setelan"];
    for path in paths {
        let page = weigh(&pages, path, &browser).await;
        assert!(!page.squeezed, "{path}");
        assert!(
            page.text.contains("<link rel=\"stylesheet\"") || path.ends_with(".json"),
            "{path}"
        );
        // What squeezing would save is what the decision costs; a table page stays light enough.
        assert!(page.bytes <= 60 * 1024, "{path}: {}", page.bytes);
        assert!(squeeze::gzip(page.text.as_bytes()).len() < page.bytes, "{path}");
    }
}
