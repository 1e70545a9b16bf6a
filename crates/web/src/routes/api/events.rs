//! `/api/integrasi`, `/api/peristiwa`: subscribers put forward and sent to again by programs; and
//! events for programs that ask rather than be told.

use std::sync::Arc;

use app::error::AppError;
use app::events::{Event, NewSubscriber, Replay, Told};
use app::office::Operation;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use base::{Day, Id};

use super::{data_route, many};
use crate::acts::{Act, Call, Input, Said, Shape, Takes};
use crate::api::{self, Answer, Described, Parameter};
use crate::page::Asked;
use crate::routes::{Route, Web, answer};
use crate::signed::Signed;
use crate::table::{Cell, Column, Kind, Row};

/// Events that are answered at once.
const EVENTS_MAX: u32 = 500; // not law: ours

const SUBSCRIBER: &[Column] = &[
    Column::of_data("code", Kind::Text),
    Column::of_data("state", Kind::Text),
    Column::of_data("task", Kind::Text),
    Column::of_data("hash", Kind::Text),
    Column::of_data("secret", Kind::Text),
];

const EVENT: &[Column] = &[
    Column::of_data("sequence", Kind::Count),
    Column::of_data("id", Kind::Text),
    Column::of_data("type", Kind::Text),
    Column::of_data("subject", Kind::Text),
    Column::of_data("at", Kind::Moment),
    Column::of_data("event", Kind::Text),
];

const fn text(name: &'static str, meaning: &'static str, may_be_empty: bool) -> Input {
    Input { name, meaning, shape: Shape::Text { most: 1_000, may_be_empty } } // not law: a form
}

const PROPOSE: Act = Act {
    path: "/api/integrasi",
    operation: Operation::Settings,
    id: "propose-subscriber",
    summary: "Puts a subscriber forward; somebody else approves the task. The secret is told once.",
    parameters: &[],
    takes: Takes::Fields(&[
        text("kode", "Small letters, digits and strokes.", false),
        text("nama", "What it is.", false),
        text("alamat", "Where it is told: https, port 443 or 8443.", false),
        text("jenis", "Types of events, apart by spaces; all of them when empty.", true),
    ]),
    // Answers to keys are kept, and this one holds a secret.
    keyed: false,
    answers: SUBSCRIBER,
    statuses: &[StatusCode::CREATED],
    act: propose,
    again: propose,
};

const REPLAY: Act = Act {
    path: "/api/integrasi/{code}/pengiriman",
    operation: Operation::Settings,
    id: "replay-events",
    summary: "Puts events into a subscriber's queue once more.",
    parameters: &[],
    takes: Takes::Fields(&[
        text("peristiwa", "One event, by its id.", true),
        text("sejak", "Everything from this day on, as YYYY-MM-DD; else what failed.", true),
    ]),
    keyed: true,
    answers: &[Column::of_data("queued", Kind::Count)],
    statuses: &[StatusCode::OK],
    act: replay,
    again: replayed,
};

const TRY: Act = Act {
    path: "/api/integrasi/{code}/percobaan",
    operation: Operation::Settings,
    id: "try-subscriber",
    summary: "Sends a subscriber a trial event.",
    parameters: &[],
    takes: Takes::Fields(&[]),
    keyed: true,
    answers: &[Column::of_data("queued", Kind::Count)],
    statuses: &[StatusCode::OK],
    act: attempt,
    again: attempted,
};

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    let events = data_route("/api/peristiwa", Operation::ReadAudit, show).described(Described {
        id: "events".to_owned(),
        summary: "Events after a place in the log, the oldest first; at most 500.".to_owned(),
        parameters: vec![
            Parameter {
                name: "setelah",
                meaning: "The sequence of the last event one has seen.",
                shape: api::Shape::Text,
            },
            Parameter {
                name: "jenis",
                meaning: "Only events of this type.",
                shape: api::Shape::Text,
            },
        ],
        answer: Answer::Table { columns: EVENT, meta: &[] },
        sends: None,
    });
    vec![PROPOSE.route(), REPLAY.route(), TRY.route(), events]
}

fn propose(call: &Call<'_>) -> Result<Said, AppError> {
    let given = call.given;
    let kinds = [given.text("jenis").to_owned()];
    let new = NewSubscriber {
        code: given.text("kode"),
        name: given.text("nama"),
        url: given.text("alamat"),
        kinds: &kinds,
    };
    let proposed = call.web.office().propose_subscriber(call.actor, &new)?;
    let task = proposed.task.as_ref();
    let cells = vec![
        Cell::text(&*proposed.subscriber.code),
        Cell::text(proposed.subscriber.state.name()),
        task.map_or(Cell::Empty, |task| Cell::Text(task.id.to_string())),
        task.map_or(Cell::Empty, |task| Cell::Text(app::prints::hex(&task.hash))),
        proposed.secret.map_or(Cell::Empty, |secret| Cell::Text(secret.to_string())),
    ];
    Ok(Said { status: StatusCode::CREATED, cells })
}

fn replay(call: &Call<'_>) -> Result<Said, AppError> {
    let given = call.given;
    let replay = match (given.text("peristiwa"), given.text("sejak")) {
        ("", "") => Replay::Failed,
        ("", day) => {
            Replay::Since(Day::parse_iso(day).ok_or_else(|| AppError::usage("NOT_A_DAY", day))?)
        }
        (event, _) => {
            let unknown = |_| AppError::not_found("EVENT_UNKNOWN", "");
            Replay::One(*Id::<Event>::parse(event).map_err(unknown)?.as_bytes())
        }
    };
    let queued = call.web.office().replay(call.actor, call.part("code"), replay)?;
    Ok(Said { status: StatusCode::OK, cells: vec![Cell::Count(queued)] })
}

/// It was queued; how much, the lost answer said.
fn replayed(_: &Call<'_>) -> Result<Said, AppError> {
    Ok(Said { status: StatusCode::OK, cells: vec![Cell::Empty] })
}

fn attempt(call: &Call<'_>) -> Result<Said, AppError> {
    call.web.office().try_subscriber(call.actor, call.part("code"))?;
    attempted(call)
}

fn attempted(_: &Call<'_>) -> Result<Said, AppError> {
    Ok(Said { status: StatusCode::OK, cells: vec![Cell::Count(1)] })
}

async fn show(State(web): State<Arc<Web>>, signed: Signed, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let given = |name: &str| asked.value(name).filter(|value| !value.is_empty());
        let after = match given("setelah") {
            None => None,
            Some(text) => {
                let unfit = |_| AppError::usage("EVENT_PLACE", text);
                // Beyond what the register can count is no place.
                Some(text.parse::<u64>().map_err(unfit)?.min(i64::MAX.unsigned_abs()))
            }
        };
        let found = web.office().events_after(&signed.actor, after, given("jenis"), EVENTS_MAX)?;
        let rows: Vec<Row> = found.iter().map(row).collect();
        Ok(many(asked, EVENT, &rows))
    })
    .await
}

fn row(event: &Event) -> Row {
    let id = |bytes: &[u8; 16]| Id::<Event>::from_bytes(*bytes).to_string();
    let kind = Told::of_type(&event.kind).map(Told::type_name);
    let cells = vec![
        Cell::Count(event.sequence),
        Cell::Text(id(&event.id)),
        Cell::Text(kind.unwrap_or_else(|| event.kind.to_string())),
        event.subject.as_ref().map_or(Cell::Empty, |subject| Cell::Text(id(subject))),
        Cell::Moment(event.at_ms),
        Cell::text(&*event.body),
    ];
    Row::new(event.sequence.to_string(), cells)
}
