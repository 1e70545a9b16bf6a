//! `/api`: the addresses for other programs, described to people and, as OpenAPI, to programs.

use std::sync::{Arc, OnceLock};

use app::office::Operation;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use crate::api::{self, Answer, Described};
use crate::page::{Asked, Section};
use crate::parts::{Fact, Facts, Piece, Plain};
use crate::routes::{Route, Web, html, is_public, table};

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    let described = Described {
        id: "openapi".to_owned(),
        summary: "This description.".to_owned(),
        parameters: Vec::new(),
        answer: Answer::Other("An OpenAPI 3.1 document."),
    };
    vec![
        Route::get("/api", Operation::ReadPublic, show),
        Route::get("/api/openapi.json", Operation::ReadPublic, document).described(described),
    ]
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
    let described = table.iter().filter(|route| route.described.is_some());
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
        ],
    })
}
