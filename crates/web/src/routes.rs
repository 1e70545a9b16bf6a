//! From an address to a page: ask one use case off the runtime's threads, render one template.

mod coverage;
mod failure;
mod health;
mod home;
mod rules;
mod sheets;

use std::convert::Infallible;
use std::sync::Arc;

use app::error::AppError;
use app::office::Office;
use app::words::Language;
use askama::Template;
use axum::extract::{FromRequestParts, Query};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::middleware;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::{Router, extract::State};

use crate::page::{Asked, Page, Section, Writing};
use crate::{assets, guard};

/// What every request shares.
pub struct Web {
    office: Arc<Office>,
    place: Arc<str>,
}

/// The pages of an office.
pub fn router(office: Arc<Office>) -> Router {
    let place = office.place_name().into();
    let web = Arc::new(Web { office, place });
    Router::new()
        .route("/", get(home::show))
        .route("/berkas", get(sheets::list))
        .route("/berkas/{id}", get(sheets::show))
        .route("/cakupan", get(coverage::show))
        .route("/cakupan.json", get(coverage::json))
        .route("/cakupan.csv", get(coverage::csv))
        .route("/aturan", get(rules::list))
        .route("/aturan/{id}", get(rules::show))
        .route("/sehat", get(health::show))
        .merge(assets::routes())
        .fallback(not_found)
        .method_not_allowed_fallback(read_only)
        .with_state(web)
        .layer(middleware::from_fn(guard::only_this_machine))
        .layer(middleware::from_fn(guard::with_headers))
}

async fn not_found(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    failure::page(&web, &asked, StatusCode::NOT_FOUND)
}

async fn read_only(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    failure::page(&web, &asked, StatusCode::METHOD_NOT_ALLOWED)
}

/// Answers on a thread that may wait for the register; a bug of ours becomes a page, not a crash.
async fn answer(
    web: Arc<Web>,
    asked: Asked,
    work: impl FnOnce(&Web, &Asked) -> Result<Response, AppError> + Send + 'static,
) -> Response {
    let (web_inside, asked_inside) = (Arc::clone(&web), asked.clone());
    let done = tokio::task::spawn_blocking(move || work(&web_inside, &asked_inside)).await;
    match done {
        Ok(Ok(response)) => response,
        Ok(Err(error)) => failure::answer(&web, &asked, &error),
        Err(_) => failure::page(&web, &asked, StatusCode::INTERNAL_SERVER_ERROR),
    }
}

impl Web {
    fn page(&self, asked: &Asked, section: Section, title: String) -> Page {
        Page::new(asked, &self.place, section, title)
    }
}

impl Asked {
    fn writing(&self) -> Writing {
        Writing::of(self.language)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Asked, Infallible> {
        let pairs = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
        // A query that cannot be read asks for nothing.
        let mut query = pairs.map(|Query(pairs)| pairs).unwrap_or_default();
        let english = query.iter().any(|(key, value)| key == "bahasa" && value == "en");
        query.retain(|(key, _)| key != "bahasa");
        let language = if english { Language::English } else { Language::Indonesian };
        Ok(Asked { language, path: parts.uri.path().to_owned(), query })
    }
}

/// Renders a template; ours write into memory and cannot fail.
fn html(template: &impl Template) -> Response {
    let text = template.render().expect("a template writes into a string");
    Html(text).into_response()
}
