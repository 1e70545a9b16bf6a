//! `/program/{code}/usulan`: what would be put forward now, looked at once more before another
//! person is asked to approve it.

use std::sync::Arc;

use app::error::{AppError, ErrorKind};
use app::lists::PutForward;
use app::office::Operation;
use app::prints::hex;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use crate::page::{Asked, Section, Writing};
use crate::parts::{Fact, Facts, Form, Notice, Piece, Plain, Posted};
use crate::routes::agreements::ties;
use crate::routes::duplicates::conflicts;
use crate::routes::tasks::{earmarked, hash_of};
use crate::routes::{Route, Web, answer, html, sentence, unfit};
use crate::signed::Signed;

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    let propose = Operation::Propose;
    vec![
        Route::get("/program/{code}/usulan", propose, ask),
        Route::post("/program/{code}/usulan", propose, put_forward),
    ]
}

async fn ask(State(web): State<Arc<Web>>, Path(code): Path<String>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let draft = web.office().list_draft(asked.actor()?, &code);
        Ok(html(&check_page(web, asked, &code, draft, None)?))
    })
    .await
}

/// The list as it is now, with the button where there is something new to put forward.
fn check_page(
    web: &Web,
    asked: &Asked,
    code: &str,
    draft: Result<PutForward, AppError>,
    changed: Option<String>,
) -> Result<Plain, AppError> {
    let writing = asked.writing();
    let programme = web.office().programme(code)?;
    let name = [("name", &*programme.name)];
    let mut page = web.page(asked, Section::Money, writing.with("list-propose-heading", &name));
    let mut pieces = Vec::new();
    if let Some(text) = changed {
        page = page.with_mistakes();
        pieces.push(Piece::Notice(Notice::warning(writing.w("list-changed-heading"), text)));
    }
    let lead = match draft {
        Err(error) if error.kind == ErrorKind::Refused && error.code != "USER_MAY_NOT" => {
            pieces.push(Piece::Notice(Notice::info(
                writing.w("list-none-heading"),
                sentence(&error, writing),
            )));
            writing.w("list-none-lead")
        }
        Err(error) => return Err(error),
        Ok(list) => {
            let fund = web.office().fund_of(&programme)?;
            let mut facts = facts(&list, writing);
            facts.extend(fund.earmark.as_deref().map(|what| earmarked(what, writing)));
            pieces.push(Piece::Facts(Facts::new(writing, facts)));
            pieces.extend(ties::of_programme(web, asked, code)?.1.map(Piece::Notice));
            let against = web.office().conflicts_of_list(asked.actor()?, code, &list)?;
            pieces.extend(conflicts::pieces(&against, writing));
            if list.is_new {
                let keys = ["list-another-decides", "list-nothing-paid", "list-as-shown"];
                pieces.push(Piece::Points(keys.iter().map(|key| writing.w(key)).collect()));
                let action = format!("/program/{code}/usulan");
                let form = Form::new(&page, &action, "list-propose", Vec::new());
                let digest = hex(&list.proposal.list_hash);
                pieces.push(Piece::Form(form.with_hidden("sidik", &digest)));
                writing.w("list-propose-lead")
            } else {
                let state = format!("proposal-{}", list.proposal.state.name());
                writing.with("list-before-lead", &[("state", &writing.w(&state))])
            }
        }
    };
    let papan = writing.href(&format!("/program/{code}/papan"), &[]);
    pieces.push(Piece::Link(papan, writing.w("board-link")));
    let back = (writing.href(&format!("/program/{code}"), &[]), programme.name.to_string());
    Ok(Plain { page, back: Some(back), lead, pieces })
}

fn facts(list: &PutForward, writing: Writing) -> Vec<Fact> {
    let fact = |key: &str, value: String| Fact::new(writing.w(key), value);
    let count = |number: usize| writing.number(number as u64);
    let proposal = &list.proposal;
    let bound = proposal.committed;
    vec![
        fact("propose-people", count(list.lines.len())),
        fact("propose-waiting", count(list.waiting.len())),
        fact("list-skipped", writing.number(list.skipped)),
        fact("propose-monthly", writing.rupiah(proposal.monthly)),
        fact("list-bound", format!("{} ({})", writing.rupiah(bound), bound.in_words())),
        fact("propose-free", writing.rupiah(list.free)),
        fact("web-task-hash", hex(&proposal.list_hash)),
    ]
}

/// Puts forward what the page showed, and nothing else.
async fn put_forward(
    State(web): State<Arc<Web>>,
    Path(code): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let writing = asked.writing();
        // What is no digest is none of anything.
        let seen = hash_of(posted.get("sidik")).unwrap_or_default();
        let place = match web.office().propose_seen(&signed.actor, &code, Some(seen)) {
            Ok(put) if put.is_new => format!("/tugas/{}", put.proposal.id),
            // Pressed twice: it is what was asked for.
            Ok(_) => format!("/program/{code}/usulan"),
            Err(error) if error.kind == ErrorKind::Refused && error.code != "USER_MAY_NOT" => {
                let draft = web.office().list_draft(&signed.actor, &code);
                let changed = Some(writing.w("list-changed"));
                return Ok(unfit(html(&check_page(web, asked, &code, draft, changed)?)));
            }
            Err(error) => return Err(error),
        };
        Ok(Redirect::to(&writing.href(&place, &[])).into_response())
    })
    .await
}
