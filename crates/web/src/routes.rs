//! From an address to a page: ask one use case off the runtime's threads, render one template.

mod coverage;
pub(crate) mod failure;
mod health;
mod home;
mod rules;
mod sheets;

use std::convert::Infallible;
use std::sync::Arc;

use app::error::AppError;
use app::office::{Actor, Office, Operation};
use app::words::Language;
use askama::Template;
use axum::extract::{FromRequestParts, Query};
use axum::handler::Handler;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::middleware;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{self, MethodRouter};
use axum::{Router, extract::State};

use crate::page::{Asked, Page, Section, Writing};
use crate::signed::Gate;
use crate::{assets, guard, signed};

/// What every request shares.
pub struct Web {
    office: Arc<Office>,
    place: Arc<str>,
}

/// One address: how it is asked, what it does, and the operation that the policy table judges.
///
/// There is no other way to make an address, so none is without a row in the policy.
pub(crate) struct Route {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) operation: Operation,
    handler: MethodRouter<Arc<Web>>,
}

impl Route {
    /// An address that is read.
    pub(crate) fn get<H, T>(path: &'static str, operation: Operation, handler: H) -> Route
    where
        H: Handler<T, Arc<Web>>,
        T: 'static,
    {
        Route { method: Method::GET, path, operation, handler: routing::get(handler) }
    }

    /// An address that something is sent to.
    pub(crate) fn post<H, T>(path: &'static str, operation: Operation, handler: H) -> Route
    where
        H: Handler<T, Arc<Web>>,
        T: 'static,
    {
        Route { method: Method::POST, path, operation, handler: routing::post(handler) }
    }
}

/// Every address of the application: each part of it lists its own.
pub(crate) fn table() -> Vec<Route> {
    let parts =
        [home::routes(), sheets::routes(), coverage::routes(), rules::routes(), health::routes()];
    parts.into_iter().flatten().collect()
}

/// The pages of an office.
pub fn router(office: Arc<Office>) -> Router {
    let place = office.place_name().into();
    let web = Arc::new(Web { office, place });
    let mut router = Router::new();
    for route in table() {
        let gate = Gate { web: Arc::clone(&web), operation: route.operation };
        let guarded = route.handler.layer(middleware::from_fn_with_state(gate, signed::admit));
        router = router.route(route.path, guarded);
    }
    router
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
    /// Whether somebody's grants of today allow the operation somewhere.
    pub(crate) fn may_somewhere(&self, actor: &Actor, operation: Operation) -> bool {
        self.office.may_somewhere(actor, operation)
    }

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
