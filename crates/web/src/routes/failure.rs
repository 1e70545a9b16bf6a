//! What is answered when something cannot be shown or done: in plain words to people, as problem
//! details (RFC 9457) to programs. Nothing of the inside is in either.

use app::error::{AppError, ErrorKind};
use askama::Template;
use axum::http::header::{CONTENT_LANGUAGE, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::acts::Wrong;
use crate::guard::SaidPlainly;
use crate::page::{Asked, Page, Section, Writing};
use crate::routes::{Web, html, snap};

#[derive(Template)]
#[template(path = "error.html")]
struct Failure {
    page: Page,
    what: String,
    remedy: String,
    /// What stays as it was.
    kept: String,
}

#[derive(Template)]
#[template(path = "conflict.html")]
struct ConflictPage {
    page: Page,
    conflict: Conflict,
}

/// Somebody else was faster: what is stored now beside what was typed here, which stays.
pub(crate) struct Conflict {
    /// The thing's name.
    pub title: String,
    /// Name, stored now, typed here.
    pub rows: Vec<(String, String, String)>,
    /// Where to look at it anew.
    pub href: String,
}

/// Every status that has words, with their key.
pub(crate) const SAID: [(StatusCode, &str); 15] = [
    (StatusCode::BAD_REQUEST, "web-bad-request"),
    (StatusCode::UNAUTHORIZED, "web-not-signed-in"),
    (StatusCode::FORBIDDEN, "web-forbidden"),
    (StatusCode::NOT_FOUND, "web-not-found"),
    (StatusCode::METHOD_NOT_ALLOWED, "web-wrong-way"),
    (StatusCode::REQUEST_TIMEOUT, "web-too-slow"),
    (StatusCode::CONFLICT, "web-conflict"),
    (StatusCode::GONE, "web-gone"),
    (StatusCode::PAYLOAD_TOO_LARGE, "web-too-large"),
    (StatusCode::UNSUPPORTED_MEDIA_TYPE, "web-wrong-kind"),
    (StatusCode::MISDIRECTED_REQUEST, "web-wrong-host"),
    (StatusCode::UNPROCESSABLE_ENTITY, "web-unfit"),
    (StatusCode::TOO_MANY_REQUESTS, "web-too-many"),
    (StatusCode::INTERNAL_SERVER_ERROR, "web-failed"),
    (StatusCode::SERVICE_UNAVAILABLE, "web-busy"),
];

/// The code of an act of which nobody knows yet whether it was done.
const NOT_KNOWN: &str = "NOT_KNOWN_YET";

/// The code of a form that was not sent from a page that is open in this browser.
const FORM_REFUSED: &str = "FORM_REFUSED";

/// The answer to a use case that did not happen; logged here, once, without its detail.
pub(crate) fn answer(web: &Web, asked: &Asked, error: &AppError) -> Response {
    let status = match (error.kind, asked.by_program) {
        (ErrorKind::Usage, true) => StatusCode::BAD_REQUEST,
        _ => status(error),
    };
    if status.is_server_error() {
        tracing::warn!(error.code = %error.code, "a use case did not happen");
    }
    let says_itself =
        asked.by_program || matches!(error.kind, ErrorKind::Refused | ErrorKind::Conflict);
    let said = says_itself.then(|| sentence(asked.writing(), &error.code)).flatten();
    shown(web, asked, status, &error.code, said)
}

/// What a program is told of a use case that did not happen.
pub(crate) fn told(asked: &Asked, error: &AppError) -> (StatusCode, Value) {
    let status = match error.kind {
        ErrorKind::Usage => StatusCode::BAD_REQUEST,
        _ => status(error),
    };
    let (writing, key) = (asked.writing(), key(status));
    let (what, remedy) = sentence(writing, &error.code).unwrap_or_else(|| general(writing, key));
    let said = (writing.w(key), format!("{what} {remedy}"));
    (status, document(asked, status, &error.code, said))
}

/// The answer to fields that are not as they should be, each by its place.
pub(crate) fn wrong_fields(asked: &Asked, wrong: &[Wrong]) -> Response {
    let (writing, status) = (asked.writing(), StatusCode::UNPROCESSABLE_ENTITY);
    let said = (writing.w("web-unfit"), writing.w("api-fields"));
    let mut document = document(asked, status, "FIELDS_UNFIT", said);
    let field = |one: &Wrong| {
        let key = format!("api-{}", one.code.to_lowercase().replace('_', "-"));
        json!({ "pointer": one.pointer, "kode": one.code, "pesan": writing.w(&key) })
    };
    document["bidang"] = wrong.iter().map(field).collect();
    problem(asked, status, &document)
}

/// An answer to a program, whatever came of what it asked.
pub(crate) fn data(asked: &Asked, status: StatusCode, text: String) -> Response {
    let kind = match status.is_success() {
        true => "application/json",
        false => "application/problem+json",
    };
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(kind)),
        (CONTENT_LANGUAGE, HeaderValue::from_static(asked.writing().tag())),
    ];
    (status, headers, text).into_response()
}

/// The answer for a status.
pub(crate) fn page(web: &Web, asked: &Asked, status: StatusCode) -> Response {
    let code = key(status).trim_start_matches("web-").replace('-', "_").to_uppercase();
    shown(web, asked, status, &code, None)
}

/// The answer to a form that was not sent from a page that is open in this browser: whoever left it
/// open for long, or signed in anew beside it, has to open it once more.
pub(crate) fn form_refused(web: &Web, asked: &Asked) -> Response {
    shown(web, asked, StatusCode::FORBIDDEN, FORM_REFUSED, None)
}

/// The answer to an act of which nobody knows yet whether it was done: it takes longer than
/// somebody waits, or broke off.
pub(crate) fn not_known(web: &Web, asked: &Asked) -> Response {
    shown(web, asked, StatusCode::SERVICE_UNAVAILABLE, NOT_KNOWN, None)
}

/// The answer to too many requests, with the seconds to wait.
pub(crate) fn too_many(web: &Web, asked: &Asked, seconds: u64) -> Response {
    let writing = asked.writing();
    let minutes = writing.number(seconds.div_ceil(60));
    let said = (
        writing.w("web-too-many.what"),
        writing.with("web-too-many.wait", &[("minutes", minutes.as_str())]),
    );
    let mut response = shown(web, asked, StatusCode::TOO_MANY_REQUESTS, "TOO_MANY", Some(said));
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// The answer to a name that is not ours: nothing of the office is in it.
pub(crate) fn nameless(asked: &Asked) -> Response {
    let writing = asked.writing();
    let text = format!("{}\n{}\n", writing.w("web-wrong-host"), writing.w("web-wrong-host.remedy"));
    let status = StatusCode::MISDIRECTED_REQUEST;
    let mut response = match asked.by_program {
        true => {
            let said = (writing.w("web-wrong-host"), text);
            problem(asked, status, &document(asked, status, "WRONG_HOST", said))
        }
        false => (status, text).into_response(),
    };
    response.extensions_mut().insert(SaidPlainly);
    response
}

/// The page on which both versions stand side by side.
pub(crate) fn conflict(web: &Web, asked: &Asked, conflict: Conflict) -> Response {
    if asked.by_program {
        return page(web, asked, StatusCode::CONFLICT);
    }
    let title = asked.writing().w("web-conflict");
    let page = web.page(asked, Section::None, title);
    (StatusCode::CONFLICT, html(&ConflictPage { page, conflict })).into_response()
}

/// What somebody has done often enough for now.
const LIMITS: [&str; 2] = ["UPLOADS_TOO_MANY", "EXPORTS_TOO_MANY"];

/// The status of a use case that did not happen.
fn status(error: &AppError) -> StatusCode {
    match error.kind {
        ErrorKind::NotFound => StatusCode::NOT_FOUND,
        ErrorKind::Usage if error.code == "UPLOAD_TOO_LARGE" => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorKind::Usage if error.code == "UPLOAD_BROKEN" => StatusCode::BAD_REQUEST,
        // What an address asks wrongly is no page; what a form says wrongly is its route's matter.
        ErrorKind::Usage => StatusCode::NOT_FOUND,
        ErrorKind::Busy if LIMITS.contains(&error.code.as_str()) => StatusCode::TOO_MANY_REQUESTS,
        ErrorKind::Busy | ErrorKind::External => StatusCode::SERVICE_UNAVAILABLE,
        ErrorKind::Conflict => StatusCode::CONFLICT,
        ErrorKind::NeedsAnother => StatusCode::FORBIDDEN,
        ErrorKind::Refused if error.code == "USER_MAY_NOT" => StatusCode::FORBIDDEN,
        ErrorKind::Refused => StatusCode::UNPROCESSABLE_ENTITY,
        ErrorKind::Integrity | ErrorKind::Unexpected => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// Whether something may have been sent that was not done.
fn is_about_an_act(status: StatusCode) -> bool {
    use StatusCode as S;
    !matches!(
        status,
        S::UNAUTHORIZED | S::FORBIDDEN | S::NOT_FOUND | S::METHOD_NOT_ALLOWED | S::GONE
    )
}

/// The words of an error: its own where its status says too little.
fn key_of(code: &str, status: StatusCode) -> &'static str {
    match code {
        NOT_KNOWN => "web-not-known",
        FORM_REFUSED => "web-form-refused",
        _ => key(status),
    }
}

fn key(status: StatusCode) -> &'static str {
    SAID.iter().find(|(known, _)| *known == status).map_or("web-failed", |(_, key)| key)
}

/// What the catalogue says of an error, and what to do; none when its sentence needs a word that
/// may not be shown.
fn sentence(writing: Writing, code: &str) -> Option<(String, String)> {
    // A file as a whole is refused in words of its own.
    let keys = [format!("error-{code}"), format!("refusal-{code}")];
    keys.iter().find_map(|key| {
        let (what, remedy) = (writing.w(key), writing.w(&format!("{key}.remedy")));
        (what != *key && !what.contains('{')).then_some((what, remedy))
    })
}

fn shown(
    web: &Web,
    asked: &Asked,
    status: StatusCode,
    code: &str,
    said: Option<(String, String)>,
) -> Response {
    // A bank reads nothing but the answers of its own standard.
    if let Some(service) = snap::service_at(&asked.path) {
        return snap::failed(service, status);
    }
    let is_known = code != NOT_KNOWN;
    let (writing, key) = (asked.writing(), key_of(code, status));
    let title = writing.w(key);
    let (what, remedy) = said.unwrap_or_else(|| general(writing, key));
    let mut response = match () {
        () if asked.by_program => {
            let said = (title, format!("{what} {remedy}"));
            problem(asked, status, &document(asked, status, code, said))
        }
        () if asked.path.ends_with(".csv") || asked.path.ends_with(".xlsx") => {
            let mut said = (status, format!("{title}\n{what} {remedy}\n")).into_response();
            said.extensions_mut().insert(SaidPlainly);
            said
        }
        () => {
            let page = web.page(asked, Section::None, title);
            let kept = match is_known && is_about_an_act(status) {
                true => writing.w("web-nothing-changed"),
                false => String::new(),
            };
            (status, html(&Failure { page, what, remedy, kept })).into_response()
        }
    };
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
    }
    response
}

/// What is said of a status where nothing more is known.
fn general(writing: Writing, key: &str) -> (String, String) {
    (writing.w(&format!("{key}.what")), writing.w(&format!("{key}.remedy")))
}

/// Problem details: a stable code, the words of the page, and the number of the request.
fn document(
    asked: &Asked,
    status: StatusCode,
    code: &str,
    (title, detail): (String, String),
) -> Value {
    json!({
        "type": "about:blank",
        "title": title,
        "status": status.as_u16(),
        "kode": code,
        "detail": detail,
        "lacak": &*asked.request,
    })
}

fn problem(asked: &Asked, status: StatusCode, document: &Value) -> Response {
    let mut response = data(asked, status, document.to_string());
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}
