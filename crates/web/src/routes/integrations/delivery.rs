//! `/integrasi/{code}/kiriman/{event}`: one message to one subscriber, word for word, with every
//! attempt; and sent once more.

use std::sync::Arc;

use app::error::AppError;
use app::events::{Attempt, DeliveryFile, DeliveryState, Event, Replay, Told};
use app::office::Operation;
use axum::extract::{Path, State};
use axum::response::Response;
use base::Id;

use super::{event_id, meaning, type_name};
use crate::page::{Asked, Section, Writing};
use crate::parts::{Fact, Facts, Form, Notice, Piece, Plain};
use crate::routes::{Route, Web, answer, html, to};
use crate::signed::Signed;

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/integrasi/{code}/kiriman/{event}", Operation::ReadAudit, show),
        Route::post("/integrasi/{code}/kiriman/{event}/pengiriman", Operation::Settings, again),
    ]
}

async fn show(
    State(web): State<Arc<Web>>,
    Path((code, event)): Path<(String, String)>,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| Ok(html(&page(web, asked, &code, &event)?))).await
}

async fn again(
    State(web): State<Arc<Web>>,
    Path((code, event)): Path<(String, String)>,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        web.office().replay(&signed.actor, &code, Replay::One(read_id(&event)?))?;
        Ok(to(asked, &format!("/integrasi/{code}/kiriman/{event}"), "kirim"))
    })
    .await
}

fn read_id(text: &str) -> Result<[u8; 16], AppError> {
    let id = Id::<Event>::parse(text).map_err(|_| AppError::not_found("EVENT_UNKNOWN", ""))?;
    Ok(*id.as_bytes())
}

fn page(web: &Web, asked: &Asked, code: &str, event: &str) -> Result<Plain, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let file = web.office().delivery(actor, code, &read_id(event)?)?;
    let name = type_name(&file.delivery.kind);
    let values = [("type", name.as_str()), ("name", &*file.subscriber.name)];
    let page = web.page(asked, Section::Integrations, writing.with("delivery-title", &values));
    let mut pieces = Vec::new();
    if asked.value("selesai").is_some() {
        pieces.push(Piece::Notice(Notice::done(writing.w("subscriber-replayed"), String::new())));
    }
    pieces.push(Piece::Facts(Facts::new(writing, facts(&file, writing))));
    pieces.push(Piece::Heading(writing.w("delivery-attempts")));
    match file.attempts.is_empty() {
        true => pieces.push(Piece::Words(writing.w("delivery-no-attempt"))),
        false => {
            let lines = file.attempts.iter().map(|attempt| line(attempt, writing));
            pieces.push(Piece::Steps(lines.collect()));
        }
    }
    pieces.push(Piece::Heading(writing.w("delivery-body")));
    pieces.push(Piece::Words(file.body.to_string()));
    let is_through = file.delivery.state != DeliveryState::Waiting;
    let may = web.may_somewhere(actor, Operation::Settings);
    if is_through && may && file.subscriber.state.is_queued_for() {
        let action = format!("/integrasi/{code}/kiriman/{event}/pengiriman");
        pieces.push(Piece::Form(Form::new(&page, &action, "delivery-again", Vec::new())));
    }
    let query = [("pelanggan".to_owned(), code.to_owned())];
    let back = (writing.href("/integrasi/kiriman", &query), writing.w("delivery-heading"));
    let lead = Told::of_type(&file.delivery.kind).map(|told| meaning(told, writing));
    Ok(Plain { page, back: Some(back), lead: lead.unwrap_or_default(), pieces })
}

fn facts(file: &DeliveryFile, writing: Writing) -> Vec<Fact> {
    let delivery = &file.delivery;
    let fact = |key: &str, value: String| Fact::new(writing.w(key), value);
    let state = writing.w(&format!("delivery-state-{}", delivery.state.name()));
    let mut facts = vec![
        fact("event-id", event_id(&delivery.id)),
        fact("event-at", writing.moment(delivery.at_ms)),
        fact("subscriber-state", state),
    ];
    if delivery.state == DeliveryState::Waiting {
        facts.push(fact("delivery-next", writing.moment(delivery.next_at_ms)));
    }
    facts.extend(delivery.ended_at_ms.map(|at| fact("delivery-ended", writing.moment(at))));
    facts
}

/// When, how long, and what was answered.
fn line(attempt: &Attempt, writing: Writing) -> String {
    let took = writing.number(attempt.took_ms.unsigned_abs());
    let answer = match (attempt.status, &attempt.fault) {
        (Some(status), _) => writing.with("delivery-status", &[("status", &status.to_string())]),
        (None, Some(fault)) => writing.w(&format!("fault-{fault}")),
        (None, None) => String::new(),
    };
    let when = writing.moment(attempt.at_ms);
    let values = [("when", when.as_str()), ("took", &took), ("answer", &answer)];
    writing.with("delivery-attempt-line", &values)
}
