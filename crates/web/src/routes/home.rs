//! `/`: the start for everybody: what this is, its doors, and one dated figure.

use std::sync::Arc;

use app::office::Operation;
use app::overview::{CoverageBy, CoverageQuery};
use askama::Template;
use axum::extract::State;
use axum::response::Response;

use crate::page::{Asked, Page, Section};
use crate::routes::{Route, Web, answer, html};

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    page: Page,
    doors: Vec<Door>,
    /// Covered people and the sentence around them; none before the first programme.
    figure: Option<(String, String)>,
}

/// Somewhere to go.
struct Door {
    name: String,
    text: String,
    href: Option<String>,
}

/// The doors: key of their words, and the addresses of which the first that exists is taken.
const DOORS: [(&str, &[&str]); 7] = [
    ("web-door-status", &["/cek"]),
    ("web-door-event", &["/musibah", "/bantuan"]),
    ("web-door-card", &["/periksa-kartu"]),
    ("web-door-savings", &["/simulasi-jht"]),
    ("web-door-track", &["/lacak"]),
    ("web-door-rights", &["/keberatan"]),
    ("web-door-staff", &["/beranda"]),
];

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    vec![Route::get("/", Operation::ReadPublic, show)]
}

async fn show(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, |web, asked| {
        let writing = asked.writing();
        let query = CoverageQuery { by: CoverageBy::Programme, month: None, programme: None };
        let table = web.office().coverage(&query)?;
        let (listed, month) = (writing.number(table.listed), writing.month(table.month));
        let place = web.frame().place.clone();
        let values = [("listed", listed.as_str()), ("month", &month), ("place", &place)];
        let figure = (!table.lines.is_empty())
            .then(|| (writing.number(table.covered), writing.with("web-home-figure", &values)));
        let door = |(key, paths): (&str, &[&str])| Door {
            name: writing.w(key),
            text: writing.w(&format!("{key}.text")),
            href: paths.iter().find(|path| web.has(path)).map(|path| writing.href(path, &[])),
        };
        Ok(html(&Home {
            page: web.page(asked, Section::Home, writing.w("web-home")),
            doors: DOORS.into_iter().map(door).collect(),
            figure,
        }))
    })
    .await
}
