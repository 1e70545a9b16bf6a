//! `/huruf`: large letters or usual ones, remembered in a cookie; then back to where one was.

use app::office::Operation;
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::page::Asked;
use crate::routes::{LETTERS, Route};

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    vec![Route::get("/huruf", Operation::ReadPublic, choose)]
}

/// Remembers the choice for a year.
async fn choose(asked: Asked) -> Response {
    let size = if asked.value("ukuran") == Some("besar") { "besar" } else { "biasa" };
    let year = 365 * 24 * 60 * 60;
    let cookie = format!("{LETTERS}={size}; Path=/; Max-Age={year}; HttpOnly; SameSite=Lax");
    let cookie = HeaderValue::from_str(&cookie).expect("the cookie is letters and digits");
    let back = inside(asked.value("kembali").unwrap_or_default());
    let place = HeaderValue::from_str(back).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(SET_COOKIE, cookie), (LOCATION, place)]).into_response()
}

/// An address inside the application; anything else leads to the start.
pub(crate) fn inside(address: &str) -> &str {
    let one_slash = address.starts_with('/') && !address.starts_with("//");
    let plain = address.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if one_slash && plain { address } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_elsewhere() {
        for (address, led_to) in [
            ("/cakupan?per=desa", "/cakupan?per=desa"),
            ("/", "/"),
            ("", "/"),
            ("//jahat.example", "/"),
            ("/\\jahat.example", "/"),
            ("https://jahat.example", "/"),
            ("/a\r\nSet-Cookie: x=y", "/"),
        ] {
            assert_eq!(inside(address), led_to, "{address:?}");
        }
    }
}
