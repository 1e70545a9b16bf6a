//! From an address to a page: ask one use case off the runtime's threads, render one template.

mod coverage;
pub(crate) mod failure;
mod health;
mod home;
mod letters;
mod rules;
mod sheets;

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, RwLock};

use app::access::{self, Role};
use app::error::AppError;
use app::office::{Actor, Office, Operation};
use app::words::Language;
use askama::Template;
use axum::extract::{FromRequestParts, Query};
use axum::handler::Handler;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{self, MethodRouter};
use axum::{Router, extract::State};

use crate::api::Described;
use crate::frame::Frame;
use crate::page::{Asked, Page, SECTIONS, Section, Writing};
use crate::signed::{Gate, Signed};
use crate::{assets, guard, signed};

/// What every request shares.
pub struct Web {
    pub(crate) office: Arc<Office>,
    frame: RwLock<Arc<Frame>>,
    /// The addresses that exist, so that no page links to one that does not.
    paths: HashMap<String, Operation>,
}

/// One address: how it is asked, what it does, and the operation that the policy table judges.
///
/// There is no other way to make an address, so none is without a row in the policy.
pub(crate) struct Route {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) operation: Operation,
    /// What it answers to a program; none when it is for people only.
    pub(crate) described: Option<Described>,
    handler: MethodRouter<Arc<Web>>,
}

impl Route {
    /// An address that is read.
    pub(crate) fn get<H, T>(path: impl Into<String>, operation: Operation, handler: H) -> Route
    where
        H: Handler<T, Arc<Web>>,
        T: 'static,
    {
        Route::new(Method::GET, path.into(), operation, routing::get(handler))
    }

    /// An address that something is sent to.
    pub(crate) fn post<H, T>(path: impl Into<String>, operation: Operation, handler: H) -> Route
    where
        H: Handler<T, Arc<Web>>,
        T: 'static,
    {
        Route::new(Method::POST, path.into(), operation, routing::post(handler))
    }
}

impl Route {
    fn new(
        method: Method,
        path: String,
        operation: Operation,
        handler: MethodRouter<Arc<Web>>,
    ) -> Route {
        Route { method, path, operation, described: None, handler }
    }

    /// The same address with what it answers to a program.
    pub(crate) fn described(mut self, described: Described) -> Route {
        self.described = Some(described);
        self
    }
}

/// Every address of the application: each part of it lists its own.
pub(crate) fn table() -> Vec<Route> {
    let parts = [
        home::routes(),
        sheets::routes(),
        coverage::routes(),
        rules::routes(),
        health::routes(),
        letters::routes(),
    ];
    parts.into_iter().flatten().collect()
}

/// The pages of an office.
pub fn router(office: Arc<Office>) -> Router {
    let table = table();
    let paths = table.iter().map(|route| (route.path.clone(), route.operation)).collect();
    let frame = Frame { place: office.place_name(), ..Frame::default() };
    let web = Arc::new(Web { office, frame: RwLock::new(Arc::new(frame)), paths });
    let mut router = Router::new();
    for route in table {
        let gate = Gate { web: Arc::clone(&web), operation: route.operation };
        let guarded = route.handler.layer(middleware::from_fn_with_state(gate, signed::admit));
        router = router.route(&route.path, guarded);
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
pub(crate) async fn answer(
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

    /// The frame of the page that was asked for: links to what the reader may do, and exists.
    pub(crate) fn page(&self, asked: &Asked, section: Section, title: String) -> Page {
        let signed = asked.signed.as_ref();
        let may = |section: Section, path: &str| match (section, self.paths.get(path)) {
            (_, None) => false,
            (Section::Home | Section::SignIn, _) => signed.is_none(),
            (_, Some(operation)) => match signed {
                Some(signed) => self.may_somewhere(&signed.actor, *operation),
                None => is_public(*operation),
            },
        };
        let sections = SECTIONS.into_iter().filter(|(section, path, _)| may(*section, path));
        Page::new(asked, self.frame(), sections, section, title)
    }

    /// Whether there is such an address.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.paths.contains_key(path)
    }

    /// What every page says of the office.
    pub(crate) fn frame(&self) -> Arc<Frame> {
        Arc::clone(&self.frame.read().expect("no holder of the frame panics"))
    }
}

/// Whether anybody may, without a login.
pub(crate) fn is_public(operation: Operation) -> bool {
    access::policy(operation).iter().any(|(role, _)| *role == Role::Public)
}

impl Asked {
    pub(crate) fn writing(&self) -> Writing {
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
        Ok(Asked {
            language,
            path: parts.uri.path().to_owned(),
            query,
            signed: parts.extensions.get::<Signed>().cloned(),
            large: cookie(&parts.headers, LETTERS) == Some("besar"),
            by_program: asks_for_data(parts),
        })
    }
}

/// The cookie of readers who want large letters.
pub(crate) const LETTERS: &str = "huruf";

/// The value of a cookie.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.split_once('='));
    pairs
        .map(|(key, value)| (key.trim(), value.trim()))
        .find(|(key, _)| *key == name)
        .map(|(_, v)| v)
}

/// Whether a program asks: by the address, or by what it accepts.
fn asks_for_data(parts: &Parts) -> bool {
    let path = parts.uri.path();
    let accepts = parts.headers.get(header::ACCEPT).and_then(|found| found.to_str().ok());
    let accepts = accepts.unwrap_or_default();
    path.starts_with("/api/")
        || path.ends_with(".json")
        || (accepts.contains("json") && !accepts.contains("text/html"))
}

/// Renders a template; ours write into memory and cannot fail.
pub(crate) fn html(template: &impl Template) -> Response {
    let text = template.render().expect("a template writes into a string");
    Html(text).into_response()
}
