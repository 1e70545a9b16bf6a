//! `/beranda`: what waits for whoever is signed in, the oldest first.

use std::sync::Arc;

use app::desk::{Desk, FirstStep, Waiting};
use app::office::Operation;
use axum::extract::State;
use axum::response::Response;

use crate::page::{Asked, Section, Writing};
use crate::parts::{Piece, Plain, Tag, Task, Tasks};
use crate::routes::{Route, Web, answer, html};
use crate::signed::Signed;

/// As many as fit a day's work; the rest comes up as they are done.
const SHOWN: usize = 50;

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    vec![Route::get("/beranda", Operation::OwnDesk, show)]
}

async fn show(State(web): State<Arc<Web>>, signed: Signed, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let desk = web.office().desk(&signed.actor)?;
        let writing = asked.writing();
        let page = web.page(asked, Section::Desk, writing.w("web-desk"));
        Ok(html(&Plain {
            lead: lead(&desk, writing),
            pieces: pieces(&desk, writing),
            page,
            back: None,
        }))
    })
    .await
}

fn lead(desk: &Desk, writing: Writing) -> String {
    let count = writing.number(desk.waiting.len() as u64 + desk.left_out);
    let day = desk.last_received.map(|day| writing.day(day));
    match (desk.waiting.is_empty(), day) {
        (false, _) => writing.with("web-desk-waiting", &[("count", count.as_str())]),
        (true, Some(day)) => writing.with("web-desk-empty-since", &[("day", day.as_str())]),
        (true, None) => writing.w("web-desk-empty"),
    }
}

fn pieces(desk: &Desk, writing: Writing) -> Vec<Piece> {
    let mut pieces = Vec::new();
    if !desk.waiting.is_empty() {
        let tasks = desk.waiting.iter().take(SHOWN).map(|found| waiting(found, writing));
        pieces.push(Piece::Heading(writing.w("web-desk-act")));
        pieces.push(Piece::Tasks(Tasks { tasks: tasks.collect() }));
    }
    if !desk.first_steps.is_empty() {
        let tasks = desk.first_steps.iter().map(|step| first_step(step, writing));
        pieces.push(Piece::Heading(writing.w("web-first-heading")));
        pieces.push(Piece::Words(writing.w("web-first-lead")));
        pieces.push(Piece::Tasks(Tasks { tasks: tasks.collect() }));
    }
    pieces
}

fn waiting(found: &Waiting, writing: Writing) -> Task {
    let (count, month) =
        (writing.number(found.count), found.month.map(|month| writing.month(month)));
    let values = [("count", count.as_str()), ("month", month.as_deref().unwrap_or_default())];
    let what = writing.with(&format!("desk-{}", found.what), &values);
    let since = found.since.map(|day| writing.day(day));
    Task {
        name: match found.about.as_str() {
            "" => what,
            about => format!("{what}: {about}"),
        },
        hint: since.map(|day| writing.with("web-desk-since", &[("day", &day)])).unwrap_or_default(),
        href: Some(link(&found.path, writing)),
        tag: Tag::new("warning", writing.w("web-desk-waits")),
    }
}

fn first_step(step: &FirstStep, writing: Writing) -> Task {
    let (class, word) = match step.done {
        true => ("done", "web-first-done"),
        false => ("warning", "web-first-undone"),
    };
    Task {
        name: writing.w(&format!("first-{}", step.what)),
        hint: writing.w(&format!("first-{}.hint", step.what)),
        href: (!step.done).then(|| link(step.path, writing)),
        tag: Tag::new(class, writing.w(word)),
    }
}

fn link(path: &str, writing: Writing) -> String {
    let (place, query) = path.split_once('?').unwrap_or((path, ""));
    let state: Vec<(String, String)> = query
        .split_once('=')
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into_iter()
        .collect();
    writing.href(place, &state)
}
