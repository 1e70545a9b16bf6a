//! `/sipp/balasan`: replies of BPJS, one taken in, its rows, and the answer to a row that waits.

use std::sync::Arc;

use app::error::AppError;
use app::office::Operation;
use app::sipp::{
    NameAgreement, ReplyAnswer, ReplyOutcome, ReplyReceipt, ReplyReceived, ReplyRowShown,
    ReplyShown, ReplyWindow, Verdict,
};
use app::staging::UPLOAD_BYTES_MAX;
use axum::extract::{Multipart, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use base::Id;
use base::id::kind;

use super::count_of;
use crate::acts::{Act, Call, Input, Said, Shape as InputShape, Takes};
use crate::api::{Parameter, Shape};
use crate::page::{Asked, Section, Writing};
use crate::parts::{Choice, Control, Field, Form, FormPage, Mistakes, Posted};
use crate::routes::intake::sentence;
use crate::routes::{Route, Web, answer, html, programme_field, programme_of};
use crate::signed::Signed;
use crate::table::{Cell, Column, Facet, Kind, Listing, Row, View, Window};
use crate::upload::{Received, receive};

const FORM_BYTES: usize = UPLOAD_BYTES_MAX as usize + 64 * 1024;

const REPLIES: View = View {
    path: "/sipp/balasan",
    operation: Operation::ReadMoney,
    id: "sipp-replies",
    section: Section::Sipp,
    columns: &[
        Column::of_data("id", Kind::Text),
        Column::of_data("received_on", Kind::Day),
        Column::new("day", "sipp-reply-on", Kind::Text),
        Column::new("programme", "sipp-program", Kind::Text),
        Column::new("accepted", "sipp-reply-accepted", Kind::Count),
        Column::new("rejected", "sipp-reply-rejected", Kind::Count),
        Column::new("waiting", "sipp-reply-waits", Kind::Count),
    ],
    meta: &[],
    parameters: &[],
    load: load_replies,
};

const OUTCOMES: [&str; 13] = [
    "not-a-person",
    "no-identity",
    "unknown",
    "question",
    "not-listed",
    "unclear",
    "number-wrong",
    "number-taken",
    "number-differs",
    "repeated",
    "contradicts",
    "accepted",
    "rejected",
];

const ROWS: View = View {
    path: "/sipp/balasan/isi",
    operation: Operation::ReadMoney,
    id: "sipp-reply-rows",
    section: Section::Sipp,
    columns: &[
        Column::new("row", "sipp-reply-row", Kind::Text),
        Column::of_data("outcome", Kind::Text),
        Column::new("outcome_text", "sipp-reply-outcome", Kind::Text),
        Column::of_data("person", Kind::Text),
        Column::new("name", "sipp-person", Kind::Text),
        Column::new("reason", "sipp-reply-reason", Kind::Text),
    ],
    meta: &[],
    parameters: &[
        Parameter {
            name: "balasan",
            meaning: "The reply, by its number; the newest when absent.",
            shape: Shape::Text,
        },
        Parameter {
            name: "hasil",
            meaning: "Only rows of this outcome.",
            shape: Shape::OneOf(&OUTCOMES),
        },
    ],
    load: load_rows,
};

const TAKE: Act = Act {
    path: "/api/program/{code}/balasan",
    operation: Operation::TakeReferences,
    id: "take-bpjs-reply",
    summary: "Takes in a list of BPJS with who is accepted or rejected; the same bytes are one.",
    parameters: &[Parameter {
        name: "jenis",
        meaning: "How the file's name ends.",
        shape: Shape::OneOf(&["xlsx", "xlsm", "xlsb", "xls", "ods", "csv"]),
    }],
    takes: Takes::File,
    keyed: true,
    answers: &[
        Column::of_data("reply", Kind::Text),
        Column::of_data("rows", Kind::Count),
        Column::of_data("accepted", Kind::Count),
        Column::of_data("rejected", Kind::Count),
        Column::of_data("waiting", Kind::Count),
    ],
    statuses: &[StatusCode::CREATED, StatusCode::OK],
    act: take_by_program,
    again: take_by_program,
};

const ANSWER: Act = Act {
    path: "/api/sipp/balasan/{id}/jawaban",
    operation: Operation::TakeReferences,
    id: "answer-bpjs-row",
    summary: "Says of a row of a reply who it is about, that it is about nobody, or what it says.",
    parameters: &[],
    takes: Takes::Fields(&[
        Input {
            name: "lembar",
            meaning: "The sheet, 1 for the first.",
            shape: InputShape::Whole { most: 65_535 },
        },
        Input {
            name: "baris",
            meaning: "The row, 1 for the first.",
            shape: InputShape::Whole { most: 10_000_000 },
        },
        Input {
            name: "jawaban",
            meaning: "`bukan`, `diterima`, `ditolak`, or a person's number.",
            shape: InputShape::Text { most: 40, may_be_empty: false },
        },
    ]),
    keyed: true,
    answers: &[Column::of_data("outcome", Kind::Text)],
    statuses: &[StatusCode::OK],
    act: answer_by_program,
    again: answer_by_program,
};

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    let take = Operation::TakeReferences;
    let mut routes = REPLIES.routes();
    routes.extend(ROWS.routes());
    routes.push(Route::get("/sipp/balasan/baru", take, ask));
    routes.push(Route::post("/sipp/balasan/baru", take, send).accepting(FORM_BYTES));
    routes.push(Route::get("/sipp/balasan/{id}/{row}", take, question));
    routes.push(Route::post("/sipp/balasan/{id}/{row}", take, say));
    routes.push(TAKE.route());
    routes.push(ANSWER.route());
    routes
}

fn load_replies(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let rows = web.office().sipp_replies(actor)?.into_iter().map(|(one, programme, outcomes)| {
        let id = one.id.to_string();
        let query = [("balasan".to_owned(), id.clone())];
        let href = writing.href("/sipp/balasan/isi", &query);
        // What the branch calls its file may name somebody: the day will do.
        let link = Cell::Link(writing.day(one.received_on), href);
        let count =
            |wanted: ReplyOutcome| Cell::Count(count_of(&outcomes, |outcome| outcome == wanted));
        let cells = vec![
            Cell::Text(id.clone()),
            Cell::Day(one.received_on),
            link,
            Cell::Named(programme.code.to_string(), programme.name.to_string()),
            count(ReplyOutcome::Accepted),
            count(ReplyOutcome::Rejected),
            Cell::Count(count_of(&outcomes, ReplyOutcome::needs_somebody)),
        ];
        Row::new(id, cells)
    });
    let (rows, more) = window.cut(rows.collect());
    let may_take = web.may_somewhere(actor, Operation::TakeReferences);
    Ok(Listing {
        title: writing.w("sipp-replies-heading"),
        action: may_take
            .then(|| (writing.href("/sipp/balasan/baru", &[]), writing.w("sipp-reply-new"))),
        caption: writing.w("sipp-replies-caption"),
        empty: writing.w("sipp-replies-empty"),
        rows,
        more,
        ..Listing::default()
    })
}

fn load_rows(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let id = match asked.value("balasan").filter(|id| !id.is_empty()) {
        Some(id) => Some(reply_id(id)?),
        None => web.office().sipp_replies(actor)?.first().map(|(reply, ..)| reply.id),
    };
    let Some(id) = id else {
        return Ok(Listing {
            title: writing.w("sipp-reply-heading"),
            caption: writing.w("sipp-replies-caption"),
            empty: writing.w("sipp-replies-empty"),
            ..Listing::default()
        });
    };
    let word = asked.value("hasil").filter(|word| !word.is_empty());
    let unknown = || AppError::usage("KIND_UNKNOWN", "");
    let outcome = word.map(|word| ReplyOutcome::from_name(word).ok_or_else(unknown)).transpose()?;
    let after = window.after.as_deref().and_then(place_of_key);
    let asks = ReplyWindow { outcome, after, rows_max: window.rows + 1 };
    let shown = web.office().sipp_reply(actor, id, &asks)?;
    let may_answer = web.may_somewhere(actor, Operation::TakeReferences);
    let more = shown.rows.len() > window.rows;
    let rows = shown.rows.iter().take(window.rows);
    let rows = rows.map(|row| row_of(&shown, row, may_answer, writing)).collect();
    let mut choices = vec![(String::new(), writing.w("web-all"), None)];
    choices.extend(shown.outcomes.iter().map(|(outcome, count)| {
        let name = outcome.name();
        (name.to_owned(), writing.w(&format!("sipp-outcome-{name}")), Some(*count))
    }));
    let day = writing.day(shown.reply.received_on);
    Ok(Listing {
        title: writing.w("sipp-reply-heading"),
        caption: writing.with("sipp-reply-rows-caption", &[("day", &day)]),
        empty: writing.w("sipp-reply-rows-empty"),
        facets: vec![Facet { head: writing.w("sipp-reply-outcome"), name: "hasil", choices }],
        state: vec![
            ("balasan".to_owned(), id.to_string()),
            ("hasil".to_owned(), word.unwrap_or("").to_owned()),
        ],
        rows,
        more,
        ..Listing::default()
    })
}

fn row_of(shown: &ReplyShown, found: &ReplyRowShown, may_answer: bool, writing: Writing) -> Row {
    let row = &found.row;
    let place = format!("{}-{}", row.sheet + 1, row.row);
    let name = row.outcome.name();
    let words = writing.w(&format!("sipp-outcome-{name}"));
    let is_open = may_answer && row.outcome.may_be_answered();
    let outcome = match is_open {
        true => Cell::Link(
            words,
            writing.href(&format!("/sipp/balasan/{}/{place}", shown.reply.id), &[]),
        ),
        false => Cell::Text(words),
    };
    let (person, named) = match &found.person {
        None => (Cell::Empty, Cell::Empty),
        Some(person) => {
            let href = writing.href(&format!("/peserta/{}", person.id), &[]);
            (Cell::Text(person.id.to_string()), Cell::Link(person.name.clone(), href))
        }
    };
    let reason = row.reason.map_or(Cell::Empty, |code| {
        let name = code.name();
        Cell::Named(name.to_owned(), writing.w(&format!("sipp-reason-{name}")))
    });
    let at = format!("{}:{}", row.sheet + 1, row.row);
    let cells = vec![Cell::Text(at), Cell::text(name), outcome, person, named, reason];
    Row::new(place, cells)
}

/// The form to send a reply.
async fn ask(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        Ok(html(&upload_page(web, asked, &Posted::default(), Mistakes::none())?))
    })
    .await
}

fn upload_page(
    web: &Web,
    asked: &Asked,
    posted: &Posted,
    mistakes: Mistakes,
) -> Result<FormPage, AppError> {
    let writing = asked.writing();
    let page = web.page(asked, Section::Sipp, writing.w("sipp-reply-new"));
    let told = [
        Choice::new("", writing.w("sipp-reply-told-none")),
        Choice::new("accepted", writing.w("sipp-reply-told-accepted")),
        Choice::new("rejected", writing.w("sipp-reply-told-rejected")),
    ];
    let code = programme_of(web, asked)?.unwrap_or_default();
    let fields = vec![
        programme_field(web, writing, "sipp-program", &code)?,
        Field::new(
            writing,
            "berkas",
            "sipp-reply-upload",
            Control::File { accept: ".xlsx,.xlsm,.xlsb,.xls,.ods,.csv" },
        ),
        Field::new(writing, "kata", "sipp-reply-told", Control::Select(told.into()))
            .optional(writing),
    ];
    let form =
        Form::new(&page, "/sipp/balasan/baru", "sipp-reply-send", fields).filled(posted, &mistakes);
    let mut shown = FormPage::new(page, writing.w("sipp-reply-new"), form)
        .with_back("/sipp/balasan", "sipp-back");
    shown.lead = vec![writing.w("sipp-reply-new-lead")];
    Ok(shown)
}

async fn send(
    State(web): State<Arc<Web>>,
    signed: Signed,
    asked: Asked,
    multipart: Multipart,
) -> Response {
    let received = receive(multipart).await;
    answer(web, asked, move |web, asked| {
        let Received { posted, file, problem } = received;
        let again = |text: String| {
            let mut mistakes = Mistakes::none();
            mistakes.add("berkas", text);
            let page = upload_page(web, asked, &posted, mistakes)?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&page)).into_response())
        };
        if let Some(problem) = problem {
            return again(sentence(asked, &problem));
        }
        let Some(file) = file.filter(|file| !file.name.is_empty()) else {
            return again(sentence(asked, &AppError::usage("UPLOAD_MISSING", "")));
        };
        let received = ReplyReceived {
            path: &file.path,
            file_name: &file.name,
            programme: posted.get("program"),
            told: Verdict::from_name(posted.get("kata")),
        };
        match web.office().take_sipp_reply(&signed.actor, &received)? {
            Ok(receipt) => {
                let query = [("balasan".to_owned(), receipt.reply.id.to_string())];
                let place = asked.writing().href("/sipp/balasan/isi", &query);
                Ok(Redirect::to(&place).into_response())
            }
            Err(refusal) => {
                let said = asked.writing().words().file_refusal(&refusal);
                again(format!("{} {}", said.what, said.remedy))
            }
        }
    })
    .await
}

/// A row that waits, with what may be said of it.
async fn question(
    State(web): State<Arc<Web>>,
    Path((id, row)): Path<(String, String)>,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let page = question_page(web, asked, &signed, (&id, &row), Mistakes::none())?;
        Ok(html(&page))
    })
    .await
}

fn question_page(
    web: &Web,
    asked: &Asked,
    signed: &Signed,
    (id, row): (&str, &str),
    mistakes: Mistakes,
) -> Result<FormPage, AppError> {
    let writing = asked.writing();
    let reply = reply_id(id)?;
    let place = place_of_key(row).ok_or_else(no_row)?;
    let before = (place.0, place.1.saturating_sub(1));
    let window = ReplyWindow { outcome: None, after: Some(before), rows_max: 1 };
    let shown = web.office().sipp_reply(&signed.actor, reply, &window)?;
    let found = shown.rows.iter().find(|found| (found.row.sheet, found.row.row) == place);
    let found = found.ok_or_else(no_row)?;
    let page = web.page(asked, Section::Sipp, writing.w("sipp-answer-heading"));
    let fields = vec![Field::new(
        writing,
        "jawaban",
        "sipp-answer-choice",
        Control::Select(choices(web, found, writing)),
    )];
    let action = format!("/sipp/balasan/{reply}/{row}");
    let form = Form::new(&page, &action, "sipp-answer-button", fields);
    let form = form.filled(&Posted::default(), &mistakes);
    let outcome = writing.w(&format!("sipp-outcome-{}", found.row.outcome.name()));
    let row = format!("{}:{}", place.0 + 1, place.1);
    let mut shown = FormPage::new(page, writing.w("sipp-answer-heading"), form);
    let query = [("balasan".to_owned(), reply.to_string())];
    let back = writing.href("/sipp/balasan/isi", &query);
    shown.back = Some((back, writing.w("sipp-answer-back")));
    shown.lead = vec![writing.with("sipp-answer-lead", &[("row", &row), ("outcome", &outcome)])];
    Ok(shown)
}

fn choices(web: &Web, found: &ReplyRowShown, writing: Writing) -> Vec<Choice> {
    let mut choices = vec![Choice::new("", "")];
    for (person, agreement) in &found.candidates {
        let names = match agreement {
            NameAgreement::Same => "sipp-answer-names-same",
            NameAgreement::Close => "sipp-answer-names-close",
            NameAgreement::Different => "sipp-answer-names-different",
        };
        let (place, names) = (web.office().place_words(person.place), writing.w(names));
        let values = [
            ("name", person.name.as_str()),
            ("birth", person.birth.as_str()),
            ("place", place.as_str()),
            ("names", names.as_str()),
        ];
        let text = writing.with("sipp-answer-person", &values);
        choices.push(Choice::new(person.id.to_string(), text));
    }
    choices.push(Choice::new("bukan", writing.w("sipp-answer-nobody")));
    if found.row.verdict.is_none() {
        choices.push(Choice::new("diterima", writing.w("sipp-answer-accepted")));
        choices.push(Choice::new("ditolak", writing.w("sipp-answer-rejected")));
    }
    choices
}

async fn say(
    State(web): State<Arc<Web>>,
    Path((id, row)): Path<(String, String)>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let reply = reply_id(&id)?;
        let place = place_of_key(&row).ok_or_else(no_row)?;
        let Some(said) = answer_of(posted.get("jawaban")) else {
            let mut mistakes = Mistakes::none();
            mistakes.add("jawaban", asked.writing().w("sipp-answer-wrong"));
            let page = question_page(web, asked, &signed, (&id, &row), mistakes)?;
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&page)).into_response());
        };
        web.office().answer_sipp_row(&signed.actor, reply, place, said)?;
        let query = [("balasan".to_owned(), reply.to_string())];
        let place = asked.writing().href("/sipp/balasan/isi", &query);
        Ok(Redirect::to(&place).into_response())
    })
    .await
}

fn answer_of(text: &str) -> Option<ReplyAnswer> {
    match text {
        "bukan" => Some(ReplyAnswer::Nobody),
        "diterima" => Some(ReplyAnswer::Says(Verdict::Accepted)),
        "ditolak" => Some(ReplyAnswer::Says(Verdict::Rejected)),
        id => Id::parse(id).ok().map(ReplyAnswer::Person),
    }
}

fn reply_id(text: &str) -> Result<Id<kind::SippReply>, AppError> {
    Id::parse(text).map_err(|_| AppError::not_found("SIPP_REPLY_UNKNOWN", ""))
}

fn no_row() -> AppError {
    AppError::not_found("SIPP_ROW_UNKNOWN", "")
}

/// "2-14" is row 14 of the second sheet.
fn place_of_key(key: &str) -> Option<(u16, u32)> {
    let (sheet, row) = key.split_once('-')?;
    Some((sheet.parse::<u16>().ok()?.checked_sub(1)?, row.parse().ok()?))
}

fn take_by_program(call: &Call<'_>) -> Result<Said, AppError> {
    let file = call.file.ok_or_else(|| AppError::usage("UPLOAD_MISSING", ""))?;
    let received = ReplyReceived {
        path: &file.path,
        file_name: &file.name,
        programme: call.part("code"),
        told: None,
    };
    let taken = call.web.office().take_sipp_reply(call.actor, &received)?;
    let refused = |refusal: app::reading::FileRefusal| AppError::refused(&refusal.code, "");
    let ReplyReceipt { reply, is_new, outcomes } = taken.map_err(refused)?;
    let count =
        |wanted: ReplyOutcome| Cell::Count(count_of(&outcomes, |outcome| outcome == wanted));
    let cells = vec![
        Cell::Text(reply.id.to_string()),
        Cell::Count(count_of(&outcomes, |_| true)),
        count(ReplyOutcome::Accepted),
        count(ReplyOutcome::Rejected),
        Cell::Count(count_of(&outcomes, ReplyOutcome::needs_somebody)),
    ];
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok(Said { status, cells })
}

fn answer_by_program(call: &Call<'_>) -> Result<Said, AppError> {
    let place = (call.given.whole("lembar"), call.given.whole("baris"));
    let sheet = u16::try_from(place.0).ok().and_then(|sheet| sheet.checked_sub(1));
    let sheet = sheet.ok_or_else(no_row)?;
    let said = answer_of(call.given.text("jawaban"));
    let said = said.ok_or_else(|| AppError::usage("SIPP_ANSWER_MISSING", ""))?;
    let reply = reply_id(call.part("id"))?;
    let outcome = call.web.office().answer_sipp_row(call.actor, reply, (sheet, place.1), said)?;
    Ok(Said { status: StatusCode::OK, cells: vec![Cell::text(outcome.name())] })
}
