//! The style sheet, the fonts and the mark, served by the program itself.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::OnceLock;

use axum::Router;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

const CSS: &str = include_str!("../assets/payung.css");
const MARK: &str = include_str!("../assets/payung.svg");
const REGULAR: &[u8] = include_bytes!("../assets/atkinson-hyperlegible-latin-400-normal.woff2");
const BOLD: &[u8] = include_bytes!("../assets/atkinson-hyperlegible-latin-700-normal.woff2");
const LICENCE: &str = include_str!("../assets/OFL-atkinson-hyperlegible.txt");

/// The address of the style sheet; it changes with the contents, so it may be kept for long.
pub fn stylesheet() -> &'static str {
    static ADDRESS: OnceLock<String> = OnceLock::new();
    ADDRESS.get_or_init(|| {
        let mut hasher = DefaultHasher::new();
        CSS.hash(&mut hasher);
        format!("/aset/payung.css?v={:08x}", hasher.finish() as u32)
    })
}

/// The routes of the assets.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/aset/payung.css", get(|| asset("text/css; charset=utf-8", CSS.as_bytes())))
        .route("/aset/payung.svg", get(|| asset("image/svg+xml", MARK.as_bytes())))
        .route("/aset/atkinson-400.woff2", get(|| asset("font/woff2", REGULAR)))
        .route("/aset/atkinson-700.woff2", get(|| asset("font/woff2", BOLD)))
        .route("/aset/OFL.txt", get(|| asset("text/plain; charset=utf-8", LICENCE.as_bytes())))
}

async fn asset(kind: &'static str, bytes: &'static [u8]) -> Response {
    let kept = HeaderValue::from_static("public, max-age=31536000, immutable");
    ([(CONTENT_TYPE, HeaderValue::from_static(kind)), (CACHE_CONTROL, kept)], bytes).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_style_sheet_names_no_other_place() {
        assert!(!CSS.contains("http"));
        assert!(!CSS.contains("@import"));
        // 16 KiB compressed is the limit; plain text compresses at least by half.
        assert!(CSS.len() < 16 * 1024, "{}", CSS.len());
        assert!(stylesheet().starts_with("/aset/payung.css?v="));
    }
}
