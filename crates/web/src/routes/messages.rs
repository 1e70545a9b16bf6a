//! `/laporan`: what anybody told the office, with its clocks: read out, answered, taken up again,
//! or made a claim. A list and a page show initials alone; reading one out is kept in the log.

use std::sync::Arc;

use app::attachments::FileOf;
use app::claims::ClaimKind;
use app::doors::{
    MessageClaim, MessageDetails, MessageFile, MessageFilter, MessageKind, MessageRow,
    MessageState, MessageStep, message_number,
};
use app::error::{AppError, ErrorKind};
use app::office::Operation;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use base::Id;

use crate::acts::{Act, Call, Input, Said, Shape, Takes};
use crate::page::{Asked, Page, Section, Writing};
use crate::parts::{Choice, Control, Fact, Facts, Field, Form, Notice, Piece, Plain, Posted};
use crate::routes::{Route, Web, answer, files, html, sentence, steps_said, unfit};
use crate::signed::Signed;
use crate::table::{Cell, Column, Facet, Kind, Listing, Row, View, Window};

const MESSAGES: View = View {
    path: "/laporan",
    operation: Operation::ReadMessages,
    id: "messages",
    section: Section::Messages,
    columns: &[
        Column::of_data("message", Kind::Text),
        Column::new("kind", "message-kind", Kind::Text),
        Column::new("subject", "message-subject", Kind::Text),
        Column::new("event", "message-event", Kind::Day),
        Column::new("received_at", "message-received", Kind::Moment),
        Column::new("state", "message-state", Kind::Text),
        Column::new("until", "message-until", Kind::Day),
        Column::of_data("late", Kind::Text),
    ],
    meta: &[],
    parameters: &[],
    load,
};

const MESSAGE: &[Column] = &[
    Column::of_data("message", Kind::Text),
    Column::of_data("state", Kind::Text),
    Column::of_data("claim", Kind::Text),
];

const ANSWER: Act = Act {
    path: "/api/laporan/{id}/tanggapan",
    operation: Operation::HandleMessages,
    id: "answer-message",
    summary: "Answers what somebody told the office, or asked of their own data.",
    parameters: &[],
    takes: Takes::Fields(&[Input {
        name: "tanggapan",
        meaning: "What was answered, in a sentence; it stays in the office.",
        shape: Shape::Text { most: 300, may_be_empty: false },
    }]),
    keyed: true,
    answers: MESSAGE,
    statuses: &[StatusCode::OK],
    act: act_answer,
    again: act_answer,
};

const CLAIM: Act = Act {
    path: "/api/laporan/{id}/klaim",
    operation: Operation::HandleMessages,
    id: "claim-for-message",
    summary: "Opens a claim for an event that somebody told the office of.",
    parameters: &[],
    takes: Takes::Fields(&[
        Input {
            name: "orang",
            meaning: "The member, by record number; whoever holds the card when empty.",
            shape: Shape::Text { most: 40, may_be_empty: true },
        },
        Input { name: "jenis", meaning: "What is claimed.", shape: Shape::Word(claim_kinds) },
    ]),
    keyed: true,
    answers: MESSAGE,
    statuses: &[StatusCode::OK],
    act: act_claim,
    again: act_claim,
};

fn claim_kinds() -> Vec<&'static str> {
    ClaimKind::ALL.iter().map(|kind| kind.name()).collect()
}

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    let handle = Operation::HandleMessages;
    let mut routes = MESSAGES.routes();
    routes.push(Route::get("/laporan/{id}", Operation::ReadMessages, show));
    routes.push(Route::post("/laporan/{id}/baca", handle, read_out));
    routes.push(Route::post("/laporan/{id}/jawab", handle, answer_it));
    routes.push(Route::post("/laporan/{id}/ulang", handle, reopen));
    routes.push(Route::post("/laporan/{id}/klaim", handle, claim));
    routes.push(ANSWER.route());
    routes.push(CLAIM.route());
    routes
}

fn load(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let filter = MessageFilter {
        state: asked.value("keadaan").and_then(MessageState::from_name),
        kind: asked.value("jenis").and_then(MessageKind::from_name),
    };
    let found = web.office().messages(actor, &filter)?;
    let (rows, more) = window.cut(found.iter().map(|one| row(one, writing)).collect());
    let late = found.iter().filter(|one| one.late).count() as u64;
    let all = (String::new(), writing.w("message-all"), None);
    let word = |key: &str, name: &str| (name.to_owned(), writing.w(&format!("{key}-{name}")), None);
    let states = MessageState::ALL.iter().map(|one| word("message-state", one.name()));
    let kinds = MessageKind::ALL.iter().map(|one| word("message-kind", one.name()));
    let facet = |head: &str, name, choices: Vec<_>| Facet { head: writing.w(head), name, choices };
    Ok(Listing {
        title: writing.w("web-messages"),
        lead: writing.with("message-lead", &[("late", &writing.number(late))]),
        caption: writing.w("message-caption"),
        facets: vec![
            facet("message-state", "keadaan", [all.clone()].into_iter().chain(states).collect()),
            facet("message-kind", "jenis", [all].into_iter().chain(kinds).collect()),
        ],
        empty: writing.w("message-empty"),
        rows,
        more,
        ..Listing::default()
    })
}

fn row(one: &MessageRow, writing: Writing) -> Row {
    let message = &one.message;
    let id = message.id.to_string();
    let (kind, state) = (message.kind.name(), message.state.name());
    let class = match (message.state, one.late) {
        (MessageState::Received, true) => "warning",
        (MessageState::Received, false) => "",
        _ => "done",
    };
    let until = one.clock.as_ref().map_or(Cell::Empty, |clock| match one.late {
        true => Cell::Noted(Box::new(Cell::Day(clock.until)), writing.w("message-late")),
        false => Cell::Day(clock.until),
    });
    let href = writing.href(&format!("/laporan/{id}"), &[]);
    let cells = vec![
        Cell::Text(id.clone()),
        Cell::Named(kind.to_owned(), writing.w(&format!("message-kind-{kind}"))),
        Cell::Link(subject(one, writing), href),
        message.event.map_or(Cell::Empty, Cell::Day),
        Cell::Moment(message.received_at_ms),
        Cell::State(state, class, writing.w(&format!("message-state-{state}"))),
        until,
        Cell::text(if one.late { "late" } else { "" }),
    ];
    Row::new(id, cells)
}

fn subject(one: &MessageRow, writing: Writing) -> String {
    match one.subject.as_str() {
        "" => writing.w("message-erased"),
        initials => initials.to_owned(),
    }
}

async fn show(State(web): State<Arc<Web>>, Path(id): Path<String>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| Ok(html(&page(web, asked, &id, (None, None))?))).await
}

/// The page, with what is wrong above it, or with what the message says in it.
fn page(
    web: &Web,
    asked: &Asked,
    id: &str,
    (wrong, said): (Option<Notice>, Option<&MessageDetails>),
) -> Result<Plain, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let file = web.office().message(actor, message_number(id)?)?;
    let kind = writing.w(&format!("message-kind-{}", file.row.message.kind.name()));
    let title = format!("{kind}: {}", subject(&file.row, writing));
    let page = web.page(asked, Section::Messages, title);
    let mut pieces: Vec<Piece> = wrong.into_iter().map(Piece::Notice).collect();
    pieces.push(Piece::Facts(Facts::dense(writing, facts(&file, writing))));
    if let Some(claim) = file.row.message.claim {
        let href = writing.href(&format!("/klaim/{claim}"), &[]);
        pieces.push(Piece::Link(href, writing.w("message-to-claim")));
    }
    if let Some(said) = said {
        pieces.push(Piece::Heading(writing.w("message-said")));
        pieces.push(Piece::Facts(Facts::new(writing, said_facts(said, writing))));
    }
    pieces.extend(forms(web, asked, &page, (&file, said.is_some()))?);
    let of = FileOf::Message(file.row.message.id);
    pieces.extend(files::pieces(web, asked, &page, (of, &[]), None)?);
    pieces.push(Piece::Heading(writing.w("message-steps")));
    pieces.push(Piece::Points(steps(&file, writing)));
    let back = Some((writing.href("/laporan", &[]), writing.w("web-messages")));
    Ok(Plain { page, back, lead: String::new(), pieces })
}

fn facts(file: &MessageFile, writing: Writing) -> Vec<Fact> {
    let message = &file.row.message;
    let fact = |key: &str, value: String| Fact::new(writing.w(key), value);
    let state = writing.w(&format!("message-state-{}", message.state.name()));
    let mut rows = vec![
        fact("message-state", state),
        fact("message-received", writing.moment(message.received_at_ms)),
    ];
    if let Some(event) = message.event {
        rows.push(fact("message-event", writing.day(event)));
    }
    if let Some(clock) = &file.row.clock {
        let until = format!("{} ({})", writing.day(clock.until), clock.article);
        rows.push(fact(&format!("message-clock-{}", clock.name), until));
    }
    if file.row.late {
        rows.push(fact("message-until", writing.w("message-late")));
    }
    let helped = if message.helped { "message-helped.yes" } else { "message-helped.no" };
    rows.push(fact("message-helped", writing.w(helped)));
    if let Some(member) = &file.member {
        rows.push(fact("message-member", format!("{} {}", member.name, member.nik)));
    }
    rows
}

/// What a message says, whole.
fn said_facts(said: &MessageDetails, writing: Writing) -> Vec<Fact> {
    let phone = |phone: Option<base::Phone>| phone.map(|phone| phone.international());
    let named = |key: &str, name: &str| Some(writing.w(&format!("{key}-{name}")));
    let mut rows = vec![
        ("message-subject", Some(said.subject.as_str().to_owned())),
        ("tell-birth", said.birth.map(|day| writing.day(day))),
        ("tell-card", said.card.map(|number| number.to_string())),
        ("tell-village", Some(said.village.to_string())),
        ("tell-account", Some(said.account.to_string())),
        ("tell-sender", Some(said.sender.as_str().to_owned())),
        ("tell-relation", named("message-sender", said.relation.name())),
        ("tell-phone", phone(said.phone)),
    ];
    if let Some(helper) = &said.helper {
        rows.push(("tell-helper", Some(helper.name.as_str().to_owned())));
        rows.push(("tell-helper-kind", named("message-helper", helper.kind.name())));
        rows.push(("tell-helper-phone", phone(helper.phone)));
        rows.push(("tell-agreement", named("message-agreement", helper.agreement.name())));
    }
    Fact::known(rows, writing)
}

fn steps(file: &MessageFile, writing: Writing) -> Vec<String> {
    let came = writing.moment(file.row.message.received_at_ms);
    let mut found = vec![writing.with("track-step-received", &[("moment", &came)])];
    found.extend(steps_said(&file.steps, writing, |step, moment| {
        writing.with(&format!("track-step-{}", step.name()), &[("moment", moment)])
    }));
    found
}

/// The forms that whoever looks may send now.
fn forms(
    web: &Web,
    asked: &Asked,
    page: &Page,
    (file, is_read): (&MessageFile, bool),
) -> Result<Vec<Piece>, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    if !web.may_somewhere(actor, Operation::HandleMessages) {
        return Ok(Vec::new());
    }
    let path = |end: &str| format!("/laporan/{}/{end}", file.row.message.id);
    let mut pieces = Vec::new();
    if !is_read && !file.row.subject.is_empty() {
        pieces.push(Piece::Words(writing.w("message-read.what")));
        pieces.push(Piece::Form(Form::new(page, &path("baca"), "message-read", Vec::new())));
    }
    for step in &file.next {
        let words = |name| Field::new(writing, name, "message-words", Control::Lines(2));
        let form = match step {
            MessageStep::Open => {
                pieces.push(Piece::Heading(writing.w("message-claim")));
                let fields = claim_fields(file, writing);
                Form::new(page, &path("klaim"), "message-claim-send", fields).scoped("klaim")
            }
            MessageStep::Answer => {
                pieces.push(Piece::Heading(writing.w("message-answer")));
                let fields = vec![words("tanggapan")];
                Form::new(page, &path("jawab"), "message-answer-send", fields).scoped("jawab")
            }
            MessageStep::Reopen => {
                pieces.push(Piece::Heading(writing.w("message-reopen")));
                let fields = vec![words("alasan")];
                Form::new(page, &path("ulang"), "message-reopen-send", fields).scoped("ulang")
            }
            MessageStep::Withdraw => continue,
        };
        pieces.push(Piece::Form(form));
    }
    Ok(pieces)
}

fn claim_fields(file: &MessageFile, writing: Writing) -> Vec<Field> {
    let is_death = file.row.message.kind == MessageKind::Death;
    let fits = |kind: &&ClaimKind| match is_death {
        true => kind.is_death(),
        false => !matches!(kind, ClaimKind::Jkm | ClaimKind::Jht),
    };
    let word = |kind: &ClaimKind| {
        Choice::new(kind.name(), writing.w(&format!("claim-kind-{}", kind.name())))
    };
    let kinds = Control::Select(ClaimKind::ALL.iter().filter(fits).map(word).collect());
    let person = Field::line(writing, "orang", "message-person");
    let person = match &file.member {
        Some(member) => person.answered(member.id.to_string()),
        None => person,
    };
    vec![Field::new(writing, "jenis", "claim-kind", kinds), person]
}

/// Back to the message, or the message with what is wrong above it.
fn done(
    web: &Web,
    asked: &Asked,
    id: &str,
    came: Result<(), AppError>,
) -> Result<Response, AppError> {
    match came {
        Ok(()) => {
            let place = asked.writing().href(&format!("/laporan/{id}"), &[]);
            Ok(Redirect::to(&place).into_response())
        }
        Err(error) if is_said(&error) => {
            let said = Notice::warning(sentence(&error, asked.writing()), String::new());
            Ok(unfit(html(&page(web, asked, id, (Some(said), None))?)))
        }
        Err(error) => Err(error),
    }
}

fn is_said(error: &AppError) -> bool {
    matches!(error.kind, ErrorKind::Refused | ErrorKind::Usage) || error.code == "PERSON_UNKNOWN"
}

async fn read_out(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let said = web.office().read_out(&signed.actor, message_number(&id)?)?;
        Ok(html(&page(web, asked, &id, (None, Some(&said)))?))
    })
    .await
}

async fn answer_it(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let number = message_number(&id)?;
        let came = web.office().answer_message(&signed.actor, number, posted.get("tanggapan"));
        done(web, asked, &id, came.map(|_| ()))
    })
    .await
}

async fn reopen(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let number = message_number(&id)?;
        let came = web.office().reopen_message(&signed.actor, number, posted.get("alasan"));
        done(web, asked, &id, came.map(|_| ()))
    })
    .await
}

async fn claim(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let number = message_number(&id)?;
        let came = claim_of(posted.get("orang"), posted.get("jenis"))
            .and_then(|asked| web.office().claim_for_message(&signed.actor, number, &asked));
        done(web, asked, &id, came.map(|_| ()))
    })
    .await
}

fn claim_of(person: &str, kind: &str) -> Result<MessageClaim, AppError> {
    let person = match person {
        "" => None,
        text => Some(Id::parse(text).map_err(|_| AppError::not_found("PERSON_UNKNOWN", ""))?),
    };
    let kind = ClaimKind::from_name(kind).ok_or_else(|| AppError::usage("KIND_UNKNOWN", kind))?;
    Ok(MessageClaim { person, kind })
}

fn act_answer(call: &Call<'_>) -> Result<Said, AppError> {
    let id = message_number(call.part("id"))?;
    let words = call.given.text("tanggapan");
    said(&call.web.office().answer_message(call.actor, id, words)?)
}

fn act_claim(call: &Call<'_>) -> Result<Said, AppError> {
    let id = message_number(call.part("id"))?;
    let asked = claim_of(call.given.text("orang"), call.given.text("jenis"))?;
    said(&call.web.office().claim_for_message(call.actor, id, &asked)?)
}

fn said(message: &app::doors::Message) -> Result<Said, AppError> {
    let claim = message.claim.map_or(Cell::Empty, |claim| Cell::Text(claim.to_string()));
    let state = Cell::Text(message.state.name().to_owned());
    let cells = vec![Cell::Text(message.id.to_string()), state, claim];
    Ok(Said { status: StatusCode::OK, cells })
}
