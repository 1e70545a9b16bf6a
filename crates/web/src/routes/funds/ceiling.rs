//! Whether a second person has looked at a fund's first ceiling: said wherever that money is shown
//! or bound, and asked for from the fund's page.

use std::sync::Arc;

use app::funds::{CeilingCheck, CeilingState};
use app::office::Operation;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use crate::page::{Asked, Page, Writing};
use crate::parts::{Fact, Form, Notice, Piece};
use crate::routes::{Route, Web, answer};
use crate::signed::Signed;

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    vec![Route::post("/dana/{code}/pagu", Operation::SetUp, ask)]
}

/// That one person alone stands behind the ceiling; none where two do.
pub(in crate::routes) fn warning(
    check: &CeilingCheck,
    fund: &str,
    writing: Writing,
) -> Option<Piece> {
    if !check.state.is_ones_own() {
        return None;
    }
    let heading = writing.with("fund-first-open", &[("fund", fund)]);
    let state = check.set_by.as_ref().map_or("unknown", |_| check.state.name());
    let key = format!("fund-first-open-{state}");
    let text = writing.with(&key, &[("set", &set_by(check, writing))]);
    Some(Piece::Notice(Notice::warning(heading, text)))
}

/// How far it has been looked at, by whom.
pub(super) fn fact(check: &CeilingCheck, writing: Writing) -> Fact {
    let mut parts = vec![writing.w(&format!("fund-first-{}", check.state.name()))];
    if check.state != CeilingState::Nothing {
        parts.push(set_by(check, writing));
    }
    if !check.agreed_by.is_empty() {
        let by = check.agreed_by.join(", ");
        parts.push(writing.with("fund-first-by", &[("by", &by)]));
    }
    Fact::new(writing.w("fund-first"), parts.join(", "))
}

/// On the fund's own page: what is said of it, the task, or the button that asks.
pub(super) fn pieces(
    page: &Page,
    check: &CeilingCheck,
    fund: &str,
    (may_ask, writing): (bool, Writing),
) -> Vec<Piece> {
    let mut pieces = Vec::from_iter(warning(check, fund, writing));
    if let Some(task) = &check.task {
        let href = writing.href(&format!("/tugas/{}", task.id), &[]);
        pieces.push(Piece::Link(href, writing.w("fund-first-task")));
    }
    if may_ask && check.state == CeilingState::Unasked {
        let action = format!("/dana/{fund}/pagu");
        pieces.push(Piece::Form(Form::new(page, &action, "fund-first-ask", Vec::new())));
    }
    pieces
}

fn set_by(check: &CeilingCheck, writing: Writing) -> String {
    match &check.set_by {
        Some(by) => writing.with("fund-first-set", &[("by", by)]),
        None => writing.w("fund-first-set-unknown"),
    }
}

/// Asks a second person to look.
async fn ask(
    State(web): State<Arc<Web>>,
    Path(code): Path<String>,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        web.office().ask_ceiling_check(&signed.actor, &code)?;
        let done = [("pagu".to_owned(), "ya".to_owned())];
        let href = asked.writing().href(&format!("/dana/{code}"), &done);
        Ok(Redirect::to(&href).into_response())
    })
    .await
}
