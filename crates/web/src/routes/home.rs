//! `/`: the register in one plain table, a line per programme.

use std::sync::Arc;

use app::office::Operation;
use app::overview::{NextStep, Overview, ProgrammeOverview};
use askama::Template;
use axum::extract::State;
use axum::response::Response;

use crate::page::{Asked, Page, Section, Writing};
use crate::routes::{Route, Web, answer, html};

#[derive(Template)]
#[template(path = "home.html")]
pub(crate) struct Home {
    pub page: Page,
    pub lead: String,
    pub caption: String,
    pub rows: Vec<ProgrammeRow>,
    pub total: Option<ProgrammeRow>,
}

/// A line of the table.
pub(crate) struct ProgrammeRow {
    pub name: String,
    /// Its months.
    pub note: String,
    pub received: String,
    pub to_fix: String,
    pub refused: String,
    pub repeated: String,
    pub approved: String,
    pub committed: String,
    pub covered: String,
    pub covered_in: String,
    pub next: String,
}

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    vec![Route::get("/", Operation::ReadPublic, show)]
}

/// The page.
async fn show(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, |web, asked| Ok(html(&home(web, asked, &web.office.overview()?)))).await
}

fn home(web: &Web, asked: &Asked, overview: &Overview) -> Home {
    let writing = asked.writing();
    let received = writing.number(overview.rows.received());
    let approved = writing.number(overview.approved);
    let committed = writing.rupiah(overview.committed);
    let values = [
        ("received", received.as_str()),
        ("approved", approved.as_str()),
        ("committed", committed.as_str()),
    ];
    let (day, place) = (writing.day(overview.as_of), web.frame().place.clone());
    let caption = [("place", place.as_str()), ("day", day.as_str())];
    Home {
        page: web.page(asked, Section::Home, writing.w("web-home")),
        lead: writing.with("web-home-lead", &values),
        caption: writing.with("web-home-caption", &caption),
        rows: overview.programmes.iter().map(|found| programme_row(found, writing)).collect(),
        total: (overview.programmes.len() > 1).then(|| total_row(overview, writing)),
    }
}

fn programme_row(programme: &ProgrammeOverview, writing: Writing) -> ProgrammeRow {
    let number = |count| writing.number(count);
    let months = match (programme.first, programme.last) {
        (first, last) if first == last => writing.month(first),
        (first, last) => format!("{} – {}", writing.month(first), writing.month(last)),
    };
    ProgrammeRow {
        name: programme.name.clone(),
        note: months,
        received: number(programme.rows.received()),
        to_fix: number(programme.rows.to_fix),
        refused: number(programme.rows.refused),
        repeated: number(programme.rows.repeated),
        approved: number(programme.approved),
        committed: writing.rupiah(programme.committed),
        covered: number(programme.covered.map_or(0, |(_, people)| people)),
        covered_in: programme.covered.map(|(month, _)| writing.month(month)).unwrap_or_default(),
        next: next_step(programme, writing),
    }
}

fn next_step(programme: &ProgrammeOverview, writing: Writing) -> String {
    let key = format!("web-next-{}", programme.next.name());
    let month = programme.next.month().map(|month| writing.month(month)).unwrap_or_default();
    let count = writing.number(match programme.next {
        NextStep::Propose => programme.rows.accepted,
        _ => programme.rows.to_fix,
    });
    writing.with(&key, &[("month", month.as_str()), ("count", count.as_str())])
}

fn total_row(overview: &Overview, writing: Writing) -> ProgrammeRow {
    ProgrammeRow {
        name: writing.w("web-total"),
        note: String::new(),
        received: writing.number(overview.rows.received()),
        to_fix: writing.number(overview.rows.to_fix),
        refused: writing.number(overview.rows.refused),
        repeated: writing.number(overview.rows.repeated),
        approved: writing.number(overview.approved),
        committed: writing.rupiah(overview.committed),
        // One person may be on two programmes, and the newest months may differ: no sum is true.
        covered: String::new(),
        covered_in: String::new(),
        next: String::new(),
    }
}
