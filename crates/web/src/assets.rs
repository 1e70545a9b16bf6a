//! The style sheet, the fonts and the mark, served by the program itself.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, OnceLock};

use app::theme::Theme;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Router, middleware};
use base64::Engine;
use sha2::{Digest, Sha256};

use crate::routes::Web;
use crate::squeeze;

const CSS: &str = include_str!("../assets/payung.css");
const MARK: &str = include_str!("../assets/payung.svg");
const REGULAR: &[u8] = include_bytes!("../assets/atkinson-hyperlegible-latin-400-normal.woff2");
const BOLD: &[u8] = include_bytes!("../assets/atkinson-hyperlegible-latin-700-normal.woff2");
const PASSKEY: &str = include_str!("../assets/kunci.js");
const PAIR: &str = include_str!("../assets/ganda.js");
// What reads the square code of a card stands before whatever has a use for it.
const CARD: &str =
    concat!(include_str!("../assets/kartu-baca.js"), include_str!("../assets/kartu.js"));
const HANDOVER: &str =
    concat!(include_str!("../assets/kartu-baca.js"), include_str!("../assets/serah.js"));
const HANDOVER_WORKER: &str = include_str!("../assets/serah-luring.js");
/// What an older telephone lacks to read a card, built from `field/src/cadangan.ts`.
const HELP: &str = include_str!("../assets/kartu-cadangan.js");
const CARD_WORKER: &str = include_str!("../assets/kartu-luring.js");
/// The field app is written in TypeScript (`crates/web/field`); what is built of it is kept here.
const FIELD: &str = include_str!("../assets/lapangan.js");
const FIELD_WORKER: &str = include_str!("../assets/lapangan-luring.js");
const FIELD_CSS: &str = include_str!("../assets/lapangan.css");
const LICENCE: &str = include_str!("../assets/OFL-atkinson-hyperlegible.txt");

/// The address of the style sheet; it changes with the contents, so it may be kept for long.
pub fn stylesheet() -> &'static str {
    static ADDRESS: OnceLock<String> = OnceLock::new();
    ADDRESS.get_or_init(|| format!("/aset/payung.css?v={:08x}", digest(CSS)))
}

/// The address of the office's own colours, when it has any.
pub fn colours_address(theme: &Theme) -> Option<String> {
    colours(theme).map(|colours| format!("/aset/tema.css?v={:08x}", digest(&colours)))
}

/// The address of the office's own mark, when it has one.
pub fn mark_address(theme: &Theme) -> Option<String> {
    theme.mark.as_ref().map(|(_, bytes)| format!("/aset/lambang?v={:08x}", digest(bytes)))
}

/// The style sheet itself, for pages that are to be seen after one request.
pub fn style() -> &'static str {
    CSS
}

/// What a policy calls a style that stands in the page itself.
pub fn style_name(style: &str) -> String {
    let digest = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(style));
    format!("'sha256-{digest}'")
}

/// The office's own colours as a style sheet.
pub fn colours(theme: &Theme) -> Option<String> {
    let ground = theme.ground.as_ref().map(|colour| format!("--deep:{colour};"));
    let link = theme.link.as_ref().map(|colour| format!("--link:{colour};--focus:{colour};"));
    let set: String = [ground, link].into_iter().flatten().collect();
    (!set.is_empty()).then(|| format!(":root{{{set}}}"))
}

fn digest<T: Hash + ?Sized>(content: &T) -> u32 {
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    // The lower half tells versions apart well enough.
    hasher.finish() as u32
}

async fn own_colours(State(web): State<Arc<Web>>) -> Response {
    match colours(&web.options.theme) {
        Some(colours) => kept("text/css; charset=utf-8", colours.into_bytes()),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn own_mark(State(web): State<Arc<Web>>) -> Response {
    match &web.options.theme.mark {
        Some(("svg", bytes)) => kept("image/svg+xml", bytes.clone()),
        Some((_, bytes)) => kept("image/png", bytes.clone()),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The address of the script of passkeys; it changes with the contents.
pub fn passkey_script() -> &'static str {
    static ADDRESS: OnceLock<String> = OnceLock::new();
    ADDRESS.get_or_init(|| {
        let mut hasher = DefaultHasher::new();
        PASSKEY.hash(&mut hasher);
        format!("/aset/kunci.js?v={:08x}", hasher.finish() as u32)
    })
}

/// The address of the script of pairs; it changes with the contents.
pub fn pair_script() -> &'static str {
    static ADDRESS: OnceLock<String> = OnceLock::new();
    ADDRESS.get_or_init(|| format!("/aset/ganda.js?v={:08x}", digest(PAIR)))
}

/// The address of what an older telephone lacks; it changes with the contents.
fn help_script() -> &'static str {
    static ADDRESS: OnceLock<String> = OnceLock::new();
    ADDRESS.get_or_init(|| format!("/aset/kartu-cadangan.js?v={:08x}", digest(HELP)))
}

/// The script that checks cards, which knows where the help lies.
fn card() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| CARD.replace("CADANGAN", help_script()))
}

/// The script that hands cards over, which knows it too.
fn handover() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| HANDOVER.replace("CADANGAN", help_script()))
}

/// The address of the script that checks cards; it changes with the contents.
pub fn card_script() -> &'static str {
    static ADDRESS: OnceLock<String> = OnceLock::new();
    ADDRESS.get_or_init(|| format!("/aset/kartu.js?v={:08x}", digest(card())))
}

/// The address of the script that hands cards over; it changes with the contents.
pub fn handover_script() -> &'static str {
    static ADDRESS: OnceLock<String> = OnceLock::new();
    ADDRESS.get_or_init(|| format!("/aset/serah.js?v={:08x}", digest(handover())))
}

/// The script that keeps the pages which hand cards over.
pub fn handover_worker() -> &'static str {
    HANDOVER_WORKER
}

/// The script that keeps that page for times without a network, with the script that it keeps.
pub fn card_worker() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| {
        CARD_WORKER.replace("SKRIP", card_script()).replace("CADANGAN", help_script())
    })
}

/// The address of the field app's script; it changes with the contents.
pub fn field_script() -> &'static str {
    static ADDRESS: OnceLock<String> = OnceLock::new();
    ADDRESS.get_or_init(|| format!("/aset/lapangan.js?v={:08x}", digest(FIELD)))
}

/// The address of the field app's style sheet; it changes with the contents.
pub fn field_stylesheet() -> &'static str {
    static ADDRESS: OnceLock<String> = OnceLock::new();
    ADDRESS.get_or_init(|| format!("/aset/lapangan.css?v={:08x}", digest(FIELD_CSS)))
}

/// What the field app is made of besides its page.
const FIELD_PARTS: [&str; 4] = [
    "/aset/payung.svg",
    "/aset/atkinson-400.woff2",
    "/aset/atkinson-700.woff2",
    "/lapangan/manifest.webmanifest",
];

/// The script that keeps the field app, told what there is to keep; `page` is what the page says.
pub fn field_worker(page: &str) -> String {
    let mut parts = vec![field_script(), field_stylesheet()];
    parts.extend(FIELD_PARTS);
    let version = digest(&(page, &parts, FIELD_WORKER));
    let parts = serde_json::to_string(&parts).expect("texts");
    let parts = serde_json::to_string(&parts).expect("a text");
    FIELD_WORKER.replace("\"BAGIAN\"", &parts).replace("VERSI", &format!("{version:08x}"))
}

/// The routes of the assets.
pub fn routes() -> Router<Arc<Web>> {
    Router::new()
        .route("/aset/tema.css", get(own_colours))
        .route("/aset/lambang", get(own_mark))
        .route("/aset/payung.css", get(|| asset("text/css; charset=utf-8", CSS.as_bytes())))
        .route(
            "/aset/kunci.js",
            get(|| asset("text/javascript; charset=utf-8", PASSKEY.as_bytes())),
        )
        .route("/aset/ganda.js", get(|| asset("text/javascript; charset=utf-8", PAIR.as_bytes())))
        .route("/aset/kartu.js", get(|| asset("text/javascript; charset=utf-8", card().as_bytes())))
        .route(
            "/aset/kartu-cadangan.js",
            get(|| asset("text/javascript; charset=utf-8", HELP.as_bytes())),
        )
        .route(
            "/aset/serah.js",
            get(|| asset("text/javascript; charset=utf-8", handover().as_bytes())),
        )
        .route(
            "/aset/lapangan.js",
            get(|| asset("text/javascript; charset=utf-8", FIELD.as_bytes())),
        )
        .route("/aset/lapangan.css", get(|| asset("text/css; charset=utf-8", FIELD_CSS.as_bytes())))
        .route("/aset/payung.svg", get(|| asset("image/svg+xml", MARK.as_bytes())))
        .route("/aset/atkinson-400.woff2", get(|| asset("font/woff2", REGULAR)))
        .route("/aset/atkinson-700.woff2", get(|| asset("font/woff2", BOLD)))
        .route("/aset/OFL.txt", get(|| asset("text/plain; charset=utf-8", LICENCE.as_bytes())))
        .layer(middleware::from_fn(squeeze::squeeze))
}

async fn asset(kind: &'static str, bytes: &'static [u8]) -> Response {
    kept(kind, bytes)
}

/// Something that never changes under its address.
fn kept(kind: &'static str, bytes: impl IntoResponse) -> Response {
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
        assert!(squeeze::gzip(CSS.as_bytes()).len() <= 16 * 1024);
        assert!(squeeze::gzip(PASSKEY.as_bytes()).len() <= 30 * 1024);
        assert!(squeeze::gzip(CARD.as_bytes()).len() <= 6 * 1024);
        assert!(squeeze::gzip(HANDOVER.as_bytes()).len() <= 8 * 1024);
        assert!(!HANDOVER.contains("http") && !HANDOVER_WORKER.contains("http"));
        assert!(squeeze::gzip(HELP.as_bytes()).len() <= 20 * 1024);
        assert!(card().contains(help_script()) && handover().contains(help_script()));
        // With page, fonts and mark the shell of the field app stays below 120 KB (tests::field).
        assert!(FIELD.len() + FIELD_CSS.len() + FIELD_WORKER.len() <= 80 * 1024);
        let worker = field_worker("page");
        assert!(worker.contains(field_script()) && !worker.contains("BAGIAN"), "{worker}");
        assert!(!worker.contains("VERSI") && worker != field_worker("other"), "{worker}");
        assert!(!CARD.contains("http") && card_worker().contains(card_script()));
        assert!(stylesheet().starts_with("/aset/payung.css?v="));
    }
}
