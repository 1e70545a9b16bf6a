//! `/ganda/pencarian`: when people who may be one were last looked for, what came of it, how far
//! the search is that runs now; to begin one, and to stop it.

use std::sync::Arc;

use app::duplicates::{LastSearch, Searched};
use app::error::AppError;
use app::office::Operation;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use crate::page::{Asked, Section, Writing};
use crate::parts::{Fact, Facts, Form, Notice, Piece, Plain, Posted};
use crate::routes::jobs::{AGAIN_SECONDS, progress};
use crate::routes::{Route, Web, answer, html};
use crate::signed::Signed;

const PATH: &str = "/ganda/pencarian";

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    let decide = Operation::ChangePerson;
    vec![
        Route::get(PATH, decide, show),
        Route::post(PATH, decide, begin),
        Route::post("/ganda/pencarian/batal", decide, stop),
    ]
}

/// How the search stands in one sentence, for the list of pairs.
pub(super) fn sentence(search: &LastSearch, writing: Writing) -> String {
    if search.open.is_some() {
        return writing.w("search-runs");
    }
    match &search.done {
        Some((at_ms, done)) => {
            let (when, new) = (writing.moment(*at_ms), writing.number(done.new));
            writing.with("search-last", &[("when", &when), ("new", &new)])
        }
        None => writing.w("search-never"),
    }
}

/// The link that stands beside it.
pub(super) fn link(writing: Writing) -> (String, String) {
    (writing.href(PATH, &[]), writing.w("search-heading"))
}

async fn show(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, |web, asked| {
        let search = web.office().last_search(asked.actor()?)?;
        Ok(html(&page(web, asked, &search)))
    })
    .await
}

fn page(web: &Web, asked: &Asked, search: &LastSearch) -> Plain {
    let writing = asked.writing();
    let mut page = web.page(asked, Section::Duplicates, writing.w("search-heading"));
    if search.open.is_some() {
        page = page.refreshed_after(AGAIN_SECONDS);
    }
    let mut pieces = Vec::new();
    if let Some(failed) = &search.failed {
        let values = [("detail", &*failed.detail)];
        let sentence = |end: &str| writing.with(&format!("error-{}{end}", failed.code), &values);
        pieces.push(Piece::Notice(Notice::warning(sentence(""), sentence(".remedy"))));
    }
    let form = |action: &str, key: &str| Form::new(&page, action, key, Vec::new());
    match &search.open {
        Some(job) => {
            let state = writing.w(&format!("job-state-{}", job.state.name()));
            let mut facts = vec![Fact::new(writing.w("web-state"), state)];
            facts.extend(progress(job, web.office().moment(), writing));
            pieces.push(Piece::Facts(Facts::new(writing, facts)));
            pieces.push(Piece::Form(form("/ganda/pencarian/batal", "job-cancel")));
            pieces.push(Piece::Words(writing.w("job-may-close")));
        }
        None => {
            pieces.push(Piece::Form(form(PATH, "search-begin")));
            let all = form(PATH, "search-begin-all").with_hidden("semua", "ya");
            pieces.push(Piece::Form(all.scoped("semua")));
        }
    }
    pieces.push(Piece::Heading(writing.w("search-before")));
    match &search.done {
        Some((at_ms, done)) => {
            pieces.push(Piece::Facts(Facts::new(writing, facts(*at_ms, done, writing))));
        }
        None => pieces.push(Piece::Words(writing.w("search-never"))),
    }
    let (limits, name) = super::limits::link(writing);
    pieces.push(Piece::Link(limits, name));
    let back = Some((writing.href("/ganda", &[]), writing.w("pair-back")));
    Plain { page, back, lead: writing.w("search-lead"), pieces }
}

fn facts(at_ms: i64, done: &Searched, writing: Writing) -> Vec<Fact> {
    let count = |key: &str, count: u64| Fact::new(writing.w(key), writing.number(count));
    vec![
        Fact::new(writing.w("search-when"), writing.moment(at_ms)),
        count("search-people", done.people),
        count("search-compared", done.compared),
        count("search-new", done.new),
        count("search-changed", done.changed),
        count("search-gone", done.gone),
    ]
}

/// Asks for a search.
async fn begin(
    State(web): State<Arc<Web>>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        web.office().ask_search(&signed.actor, posted.has("semua"))?;
        Ok(here(asked))
    })
    .await
}

/// Wants the one stopped that waits or runs.
async fn stop(State(web): State<Arc<Web>>, signed: Signed, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        web.office().cancel_search(&signed.actor)?;
        Ok(here(asked))
    })
    .await
}

fn here(asked: &Asked) -> Response {
    Redirect::to(&asked.writing().href(PATH, &[])).into_response()
}

/// How the search stands, for whoever may begin one.
pub(super) fn of(web: &Web, asked: &Asked) -> Result<Option<LastSearch>, AppError> {
    let actor = asked.actor()?;
    match web.may_somewhere(actor, Operation::ChangePerson) {
        // Who may decide in one village only has no register to search.
        true => Ok(web.office().last_search(actor).ok()),
        false => Ok(None),
    }
}
