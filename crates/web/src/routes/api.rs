//! `/api`: the addresses for other programs, described to people and, as OpenAPI, to programs; and
//! below it what programs do.

mod bank;
mod bills;
mod desk;
mod events;
mod ledger;
mod money;
mod partners;
mod programmes;
mod sheets;

use std::sync::{Arc, OnceLock};

use app::office::Operation;
use axum::Json;
use axum::extract::State;
use axum::handler::Handler;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::api::{self, Answer, Described};
use crate::page::{Asked, Section};
use crate::parts::{Fact, Facts, Piece, Plain};
use crate::routes::{Route, Web, failure, html, is_public, table};
use crate::table::{Cell, Column, Row, json_meta, json_row};

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    let described = Described {
        id: "openapi".to_owned(),
        summary: "This description.".to_owned(),
        parameters: Vec::new(),
        answer: Answer::Other("An OpenAPI 3.1 document."),
        sends: None,
    };
    let mut routes = vec![
        Route::get("/api", Operation::ReadPublic, show),
        Route::get("/api/openapi.json", Operation::ReadPublic, document).described(described),
    ];
    routes.extend(sheets::routes());
    routes.extend(desk::routes());
    routes.extend(partners::routes());
    routes.extend(money::routes());
    routes.extend(bills::routes());
    routes.extend(events::routes());
    routes.extend(programmes::routes());
    routes.extend(bank::routes());
    routes.extend(ledger::routes());
    routes
}

/// An address that programs read.
fn data_route<H, T>(path: &str, operation: Operation, handler: H) -> Route
where
    H: Handler<T, Arc<Web>>,
    T: 'static,
{
    Route::get(path, operation, handler).for_programs()
}

/// The description of one thing.
fn object(id: &str, summary: &str, columns: &'static [Column]) -> Described {
    described(id, summary, Answer::Object(columns))
}

/// The description of many.
fn rows_of(id: &str, summary: &str, columns: &'static [Column]) -> Described {
    described(id, summary, Answer::Table { columns, meta: &[] })
}

fn described(id: &str, summary: &str, answer: Answer) -> Described {
    let (id, summary) = (id.to_owned(), summary.to_owned());
    Described { id, summary, parameters: Vec::new(), answer, sends: None }
}

/// One thing as data.
fn one(asked: &Asked, columns: &[Column], cells: &[Cell]) -> Response {
    failure::data(asked, StatusCode::OK, Value::Object(json_meta(columns, cells)).to_string())
}

/// Many as data.
fn many(asked: &Asked, columns: &[Column], rows: &[Row]) -> Response {
    let rows: Vec<Value> = rows.iter().map(|row| json_row(columns, row)).collect();
    failure::data(asked, StatusCode::OK, json!({ "rows": rows }).to_string())
}

/// The description, made once from the routes.
fn description() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| api::document(&table()))
}

async fn document() -> Response {
    Json(description()).into_response()
}

/// The page.
async fn show(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    let writing = asked.writing();
    let table = table();
    let all = || table.iter().filter(|route| route.described.is_some());
    let acts = all().filter(|route| route.method == Method::POST);
    let acts = acts.map(|route| format!("POST {}", route.path)).collect();
    let described = all().filter(|route| route.method == Method::GET);
    let fact = |route: &Route| {
        let key = if is_public(route.operation) { "web-api-public" } else { "web-api-signed" };
        let mut value = writing.w(key);
        let mark =
            if route.path.contains('{') { None } else { Some(writing.href(&route.path, &[])) };
        if mark.is_none() {
            value.push_str(" {id}");
        }
        Fact { name: route.path.clone(), value, change: mark }
    };
    let rows = described.map(fact).collect();
    html(&Plain {
        page: web.page(&asked, Section::None, writing.w("web-api")),
        back: None,
        lead: writing.w("web-api-lead"),
        pieces: vec![
            Piece::Words(writing.w("web-api-how")),
            Piece::Facts(Facts { change: writing.w("web-api-open"), ..Facts::new(writing, rows) }),
            Piece::Heading(writing.w("web-api-acts")),
            Piece::Words(writing.w("web-api-acts-how")),
            Piece::Points(acts),
            Piece::Link(writing.href("/profil/token", &[]), writing.w("token-heading")),
        ],
    })
}
