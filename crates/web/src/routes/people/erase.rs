//! `/peserta/{id}/hapus`: somebody's identity to be erased for ever, put forward for another person
//! to approve; and the same asked by a program.

use std::sync::Arc;

use app::error::AppError;
use app::office::Operation;
use app::people::{Erased, Forgetting};
use app::prints::hex;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use base::Id;
use base::id::kind;

use super::person_id;
use crate::acts::{Act, Call, Input, Said, Shape, Takes};
use crate::api::{self, Parameter};
use crate::page::{Asked, Section, Writing};
use crate::parts::{Control, Field, Form, Mistakes, Notice, Piece, Plain, Posted};
use crate::routes::{Route, Web, answer, html, is_said, sentence, unfit};
use crate::signed::Signed;
use crate::table::{Cell, Column, Kind};

const ASK: Act = Act {
    path: "/api/peserta/{id}/penghapusan",
    operation: Operation::ErasePerson,
    id: "propose-erasure",
    summary: "Puts forward that an identity is erased for ever; another person approves it.",
    parameters: &[Parameter { name: "id", meaning: "The person.", shape: api::Shape::Text }],
    takes: Takes::Fields(&[
        Input {
            name: "alasan",
            meaning: "Why, in a sentence; it is kept.",
            shape: Shape::Text { most: 300, may_be_empty: false },
        },
        Input {
            name: "berkas",
            meaning: "Whether received files that nobody needs are forgotten too.",
            shape: Shape::Word(yes_or_no),
        },
        Input {
            name: "daftar",
            meaning: "Whether lines on lists of other offices are forgotten too.",
            shape: Shape::Word(yes_or_no),
        },
    ]),
    keyed: true,
    answers: &[
        Column::of_data("person", Kind::Text),
        Column::of_data("task", Kind::Text),
        Column::of_data("hash", Kind::Text),
    ],
    statuses: &[StatusCode::ACCEPTED],
    act: propose,
    again: propose,
};

fn yes_or_no() -> Vec<&'static str> {
    vec!["ya", "tidak"]
}

/// The addresses.
pub(super) fn routes() -> [Route; 3] {
    let operation = Operation::ErasePerson;
    [
        Route::get("/peserta/{id}/hapus", operation, ask),
        Route::post("/peserta/{id}/hapus", operation, send),
        ASK.route(),
    ]
}

fn propose(call: &Call<'_>) -> Result<Said, AppError> {
    let id = person_id(call.part("id"))?;
    let says_yes = |name: &str| call.given.text(name) == "ya";
    let wish = Forgetting { files: says_yes("berkas"), lists: says_yes("daftar") };
    let office = call.web.office();
    let asked = office.propose_erasure(call.actor, id, call.given.text("alasan"), wish)?;
    let cells = vec![
        Cell::Text(id.to_string()),
        Cell::Text(asked.task.id.to_string()),
        Cell::Text(hex(&asked.task.hash)),
    ];
    Ok(Said { status: StatusCode::ACCEPTED, cells })
}

async fn ask(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let id = person_id(&id)?;
        Ok(html(&page(web, asked, &signed, id, (&Posted::default(), &Mistakes::none()))?))
    })
    .await
}

/// Puts it forward, and leads to the task that others see.
async fn send(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let (id, writing) = (person_id(&id)?, asked.writing());
        let wish = Forgetting { files: posted.has("berkas"), lists: posted.has("daftar") };
        match web.office().propose_erasure(&signed.actor, id, posted.get("alasan"), wish) {
            Ok(put) => {
                let place = writing.href(&format!("/tugas/{}", put.task.id), &[]);
                Ok(Redirect::to(&place).into_response())
            }
            Err(error) if error.code == "REASON_MISSING" => {
                let mut mistakes = Mistakes::none();
                mistakes.add("alasan", writing.w("people-reason.wrong"));
                Ok(unfit(html(&page(web, asked, &signed, id, (&posted, &mistakes))?)))
            }
            Err(error) => Err(error),
        }
    })
    .await
}

/// What is gone for ever, what stays and why, and the question; or why it may not be asked yet.
fn page(
    web: &Web,
    asked: &Asked,
    signed: &Signed,
    id: Id<kind::Person>,
    (posted, mistakes): (&Posted, &Mistakes),
) -> Result<Plain, AppError> {
    let writing = asked.writing();
    let mut page = web.page(asked, Section::People, writing.w("erase-title"));
    if !mistakes.is_empty() {
        page = page.with_mistakes();
    }
    let back = Some((page.href(&format!("/peserta/{id}")), writing.w("people-one")));
    let keeps = Forgetting { files: false, lists: false };
    let found = match web.office().weigh_erasure(&signed.actor, id, keeps) {
        Ok(found) => found,
        Err(error) if is_said(&error) => {
            let notice = Notice::warning(sentence(&error, writing), String::new());
            let pieces = vec![Piece::Notice(notice)];
            return Ok(Plain { page, back, lead: writing.w("erase-lead"), pieces });
        }
        Err(error) => return Err(error),
    };
    let mut pieces =
        vec![Piece::Heading(writing.w("erase-named")), Piece::Points(named(&found, writing))];
    let fields = vec![
        Field::new(writing, "alasan", "erase-reason", Control::Lines(3)),
        Field::new(writing, "berkas", "erase-files", Control::Tick),
        Field::new(writing, "daftar", "erase-lists", Control::Tick),
    ];
    let action = format!("/peserta/{id}/hapus");
    let mut form = Form::new(&page, &action, "erase-send", fields).filled(posted, mistakes);
    form.grave = true;
    pieces.push(Piece::Words(writing.w("erase-two")));
    pieces.push(Piece::Form(form));
    Ok(Plain { page, back, lead: writing.w("erase-lead"), pieces })
}

/// What names them besides their record.
fn named(found: &Erased, writing: Writing) -> Vec<String> {
    let files = found.files.iter().map(|(sheet, fate)| {
        let sheet = sheet.to_string();
        writing.with(&format!("erase-file-{}", fate.name()), &[("sheet", sheet.as_str())])
    });
    let lists = found.lists.iter().map(|list| {
        let day = writing.day(list.as_of);
        writing.with("erase-list", &[("kind", list.kind.name()), ("day", day.as_str())])
    });
    let found: Vec<String> = files.chain(lists).collect();
    if found.is_empty() { vec![writing.w("erase-nothing")] } else { found }
}
