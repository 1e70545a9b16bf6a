//! `/kartu/hari/ID/serah`: cards handed over, one after the other. The form works as it is; with
//! the script of the page it works where there is no network, and tells the office later.

use std::sync::Arc;

use app::card_days::{
    DayBundle, Handover, HandoverState, Proof, QUEUE_MAX, Recipient, Taken, ToldHandover,
    ToldQueue, card_day_number, handover_number, queue_item,
};
use app::error::{AppError, ErrorKind};
use app::office::Operation;
use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use base::Id;
use serde_json::{Value, json};

use crate::acts::{Act, Call, Input, Said, Shape, Takes};
use crate::assets;
use crate::guard::Scripted;
use crate::page::{Asked, Page, Section, Writing};
use crate::parts::{Choice, Control, Field, Notice, Posted};
use crate::routes::{Route, Web, answer, failure, html, sentence, unfit};
use crate::signed::Signed;
use crate::table::{Cell, Column, Kind};

/// What the script of the page says, by its keys under `handover`.
const WORDS: [&str; 19] = [
    "taken",
    "stranger",
    "already",
    "mistyped",
    "empty",
    "revoked",
    "not-genuine",
    "unknown-key",
    "unkept",
    "nocamera",
    "seat",
    "queued",
    "progress",
    "open",
    "told",
    "login",
    "busy",
    "away",
    "offline",
];

/// No number is typed longer; what was scanned is.
const NUMBER_CHARS_MOST: usize = 40;

/// What a queue may weigh.
const QUEUE_BYTES: usize = 1 << 20;

const TAKEN: &[Column] = &[
    Column::of_data("handover", Kind::Text),
    Column::of_data("state", Kind::Text),
    Column::of_data("conflict", Kind::Text),
    Column::of_data("seat", Kind::Count),
    Column::of_data("changed", Kind::Text),
];

const HAND_OVER: Act = Act {
    path: "/api/kartu/hari/{id}/serah",
    operation: Operation::HandOver,
    id: "hand-card-over",
    summary: "Tells of a card that was put into a hand; the same card at the same day is once.",
    parameters: &[],
    takes: Takes::Fields(&[
        Input {
            name: "nomor",
            meaning: "The number of the card.",
            shape: Shape::Text { most: 40, may_be_empty: false },
        },
        Input { name: "penerima", meaning: "Who took it.", shape: Shape::Word(recipients) },
        Input { name: "bukti", meaning: "What proves it.", shape: Shape::Word(proofs) },
        Input {
            name: "rujukan",
            meaning: "Where on the signed list it stands.",
            shape: Shape::Text { most: 60, may_be_empty: true },
        },
    ]),
    keyed: true,
    answers: TAKEN,
    statuses: &[StatusCode::OK],
    act,
    again: act,
};

fn recipients() -> Vec<&'static str> {
    Recipient::ALL.iter().map(|one| one.name()).collect()
}

fn proofs() -> Vec<&'static str> {
    Proof::ALL.iter().map(|one| one.name()).collect()
}

#[derive(Template)]
#[template(path = "card_handover.html")]
struct Desk {
    page: Page,
    back: String,
    day: String,
    id: String,
    action: String,
    came: Option<Notice>,
    mistake: String,
    fields: Vec<Field>,
}

impl Desk {
    fn said(&self, key: &str) -> String {
        self.page.w(&format!("handover.{key}"))
    }
}

pub(super) fn routes() -> Vec<Route> {
    let hand_over = Operation::HandOver;
    vec![
        Route::get("/kartu/hari/{id}/serah", hand_over, show),
        Route::post("/kartu/hari/{id}/serah", hand_over, give),
        Route::get("/kartu/hari/{id}/luring", hand_over, bundle),
        Route::post("/kartu/hari/{id}/antrean", hand_over, queue).accepting(QUEUE_BYTES),
        Route::get("/serah-luring.js", Operation::ReadPublic, worker),
        HAND_OVER.route(),
    ]
}

async fn show(State(web): State<Arc<Web>>, Path(id): Path<String>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let came = match asked.value("serah") {
            Some(text) => {
                let one = web.office().handover(asked.actor()?, handover_number(text)?)?;
                Some(notice(&one.row.handover, asked.writing()))
            }
            None => None,
        };
        desk(web, asked, &id, (came, &Posted::default(), String::new()))
    })
    .await
}

fn desk(
    web: &Web,
    asked: &Asked,
    id: &str,
    (came, posted, mistake): (Option<Notice>, &Posted, String),
) -> Result<Response, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let day = web.office().card_day(actor, card_day_number(id)?)?.row.day;
    let mut page = web.page(asked, Section::Cards, writing.w("handover"));
    if !mistake.is_empty() {
        page = page.with_mistakes();
    }
    page.script = Some(assets::handover_script());
    // The page stays on the telephone, also for whoever takes it up after the login has ended.
    page.user = Some(writing.w("profile-heading").into());
    let path = format!("/kartu/hari/{}", day.id);
    let found = Desk {
        back: page.href(&path),
        action: page.href(&format!("{path}/serah")),
        day: day.name.to_string(),
        id: day.id.to_string(),
        came,
        fields: fields(writing, posted),
        mistake,
        page,
    };
    let mut response = html(&found);
    response.extensions_mut().insert(Scripted);
    Ok(response)
}

fn fields(writing: Writing, posted: &Posted) -> Vec<Field> {
    let words = |key: &str, names: Vec<&'static str>| {
        let choice = |name: &&str| Choice::new(*name, writing.w(&format!("{key}-{name}")));
        Control::Select(names.iter().map(choice).collect())
    };
    let to = words("card-recipient", recipients());
    let proof = words("card-proof", proofs());
    vec![
        Field::new(writing, "kode", "handover-code", Control::Lines(2))
            .answered(posted.get("kode")),
        Field::new(writing, "penerima", "card-handover-to", to).answered(posted.get("penerima")),
        Field::new(writing, "bukti", "card-handover-proof", proof).answered(posted.get("bukti")),
        Field::line(writing, "rujukan", "card-handover-reference")
            .optional(writing)
            .answered(posted.get("rujukan")),
    ]
}

/// What came of the card that was handed over last.
fn notice(one: &Handover, writing: Writing) -> Notice {
    match (one.state, one.conflict()) {
        (HandoverState::Given, _) => Notice::done(writing.w("handover.given"), String::new()),
        (_, Some(why)) => {
            let why = writing.w(&format!("card-trouble-{}", why.name()));
            Notice::warning(writing.w("handover.conflict"), why)
        }
        (state, None) => {
            let state = writing.w(&format!("card-handover-{}", state.name()));
            Notice::warning(state, String::new())
        }
    }
}

/// The number that was typed, or that what was scanned names.
fn number_of(web: &Web, said: &str) -> Result<String, AppError> {
    if said.trim().chars().count() <= NUMBER_CHARS_MOST {
        return Ok(said.trim().to_owned());
    }
    // What was scanned may end in a blank that belongs to it.
    let found = web.office().check_card(said)?;
    let number = found.number.map(|number| number.to_string());
    number.ok_or_else(|| AppError::refused("CARD_UNKNOWN", ""))
}

/// One card, by the form as it is.
async fn give(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let writing = asked.writing();
        let day = card_day_number(&id)?;
        let said = (posted.get("penerima"), posted.get("bukti"));
        let item = number_of(web, posted.exact("kode"))
            .and_then(|number| queue_item(&number, said, posted.get("rujukan")));
        let items = match item {
            Ok(item) => [item],
            Err(error) if matches!(error.kind, ErrorKind::Refused | ErrorKind::Usage) => {
                let mistake = sentence(&error, writing);
                return desk(web, asked, &id, (None, &posted, mistake)).map(unfit);
            }
            Err(error) => return Err(error),
        };
        let told = ToldQueue { device: None, device_now_ms: None, items: &items };
        let taken = web.office().take_handovers(&signed.actor, day, &told)?;
        let query = taken.first().map(|one| ("serah".to_owned(), one.id.to_string()));
        let query: Vec<(String, String)> = query.into_iter().collect();
        let place = writing.href(&format!("/kartu/hari/{id}/serah"), &query);
        Ok(Redirect::to(&place).into_response())
    })
    .await
}

/// What a device takes along, with the key of the login for what it sends back.
async fn bundle(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let found = web.office().card_day_bundle(&signed.actor, card_day_number(&id)?)?;
        let document = bundle_document(&found, &signed.csrf);
        Ok(failure::data(asked, StatusCode::OK, document.to_string()))
    })
    .await
}

fn bundle_document(found: &DayBundle, csrf: &str) -> Value {
    let seat = |one: &app::card_days::BundleSeat| {
        json!({
            "seat": one.no,
            "village": one.village,
            "initials": one.initials,
            "good": one.good,
            "ended": one.ended,
            "given": one.is_given,
        })
    };
    json!({
        "day": found.day.id.to_string(),
        "on": found.day.day.to_string(),
        "closed": found.day.closed_at_ms.is_some(),
        "villages": found.villages,
        "seats": found.seats.iter().map(seat).collect::<Vec<_>>(),
        "conflicts": found.conflicts,
        "as_of_ms": found.as_of_ms,
        "csrf": csrf,
    })
}

/// What a device sends: each card is answered by itself; one that cannot be read keeps no other.
async fn queue(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("application/json") {
        return failure::page(&web, &asked, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let sent: Value = serde_json::from_slice(&body).unwrap_or_default();
    let device = sent["device"].as_str().and_then(|text| Id::parse(text).ok());
    let (Some(device), Some(rows)) = (device, sent["handovers"].as_array().cloned()) else {
        return failure::page(&web, &asked, StatusCode::BAD_REQUEST);
    };
    answer(web, asked, move |web, asked| {
        let day = card_day_number(&id)?;
        if rows.len() > QUEUE_MAX {
            return Err(AppError::usage("CARD_QUEUE_LONG", QUEUE_MAX.to_string()));
        }
        let (mut items, mut answers) = (Vec::new(), Vec::new());
        for row in &rows {
            match item_of(row) {
                Ok(item) => items.push(item),
                Err(error) => answers.push(json!({
                    "id": row["id"], "state": "refused", "why": error.code, "seat": null,
                })),
            }
        }
        let told = ToldQueue {
            device: Some(device),
            device_now_ms: sent["now_ms"].as_i64(),
            items: &items,
        };
        let taken = web.office().take_handovers(&signed.actor, day, &told)?;
        answers.extend(taken.iter().map(taken_document));
        let document = json!({ "answers": answers }).to_string();
        Ok(failure::data(asked, StatusCode::OK, document))
    })
    .await
}

fn item_of(row: &Value) -> Result<ToldHandover, AppError> {
    let text = |key: &str| row[key].as_str().unwrap_or_default();
    let id = Id::parse(text("id")).map_err(|_| AppError::not_found("HANDOVER_UNKNOWN", ""))?;
    let item = queue_item(text("number"), (text("to"), text("proof")), text("reference"))?;
    Ok(ToldHandover { id: Some(id), at_ms: row["at_ms"].as_i64(), ..item })
}

fn taken_document(one: &Taken) -> Value {
    json!({
        "id": one.id.to_string(),
        "state": one.state.name(),
        "why": one.conflict.map(|why| why.name()),
        "seat": one.seat,
    })
}

/// The script that answers for the page where there is no network.
async fn worker() -> Response {
    let scope = (HeaderName::from_static("service-worker-allowed"), "/kartu/hari/");
    let kind = (CONTENT_TYPE, "text/javascript; charset=utf-8");
    let kept = (CACHE_CONTROL, "no-cache");
    let mut response = ([scope, kind, kept], assets::handover_worker()).into_response();
    // A worker fetches by the policy that came with it.
    response.extensions_mut().insert(Scripted);
    response
}

fn act(call: &Call<'_>) -> Result<Said, AppError> {
    let day = card_day_number(call.part("id"))?;
    let said = (call.given.text("penerima"), call.given.text("bukti"));
    let items = [queue_item(call.given.text("nomor"), said, call.given.text("rujukan"))?];
    let told = ToldQueue { device: None, device_now_ms: None, items: &items };
    let taken = call.web.office().take_handovers(call.actor, day, &told)?;
    let one = taken.first().ok_or_else(|| AppError::not_found("HANDOVER_UNKNOWN", ""))?;
    let cells = vec![
        Cell::Text(one.id.to_string()),
        Cell::Text(one.state.name().to_owned()),
        one.conflict.map_or(Cell::Empty, |why| Cell::Text(why.name().to_owned())),
        one.seat.map_or(Cell::Empty, |seat| Cell::Count(seat.into())),
        Cell::Text(if one.is_new { "new" } else { "exists" }.to_owned()),
    ];
    Ok(Said { status: StatusCode::OK, cells })
}
