//! Pages for what cannot be shown, in plain words: what happened and what to do.

use app::error::{AppError, ErrorKind};
use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::page::{Asked, Page, Section};
use crate::routes::{Web, html};

#[derive(Template)]
#[template(path = "error.html")]
struct Failure {
    page: Page,
    what: String,
    remedy: String,
}

/// The answer to a use case that did not happen; logged here, once, without its detail.
pub fn answer(web: &Web, asked: &Asked, error: &AppError) -> Response {
    let status = match error.kind {
        ErrorKind::NotFound | ErrorKind::Usage => StatusCode::NOT_FOUND,
        ErrorKind::Busy | ErrorKind::External => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    };
    if status != StatusCode::NOT_FOUND {
        eprintln!("payung serve: {} {}", asked.path, error.code);
    }
    page(web, asked, status)
}

/// The page for a status.
pub fn page(web: &Web, asked: &Asked, status: StatusCode) -> Response {
    let key = match status {
        StatusCode::NOT_FOUND => "web-not-found",
        StatusCode::FORBIDDEN => "web-forbidden",
        StatusCode::METHOD_NOT_ALLOWED => "web-read-only",
        StatusCode::SERVICE_UNAVAILABLE => "web-busy",
        _ => "web-failed",
    };
    let writing = asked.writing();
    let title = writing.w(key);
    if asked.path.ends_with(".json") || asked.path.ends_with(".csv") {
        return (status, title).into_response();
    }
    let page = web.page(asked, Section::None, title);
    let what = writing.w(&format!("{key}.what"));
    let remedy = writing.w(&format!("{key}.remedy"));
    (status, html(&Failure { page, what, remedy })).into_response()
}
