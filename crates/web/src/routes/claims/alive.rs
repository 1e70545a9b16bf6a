//! `/kematian/hidup`: somebody whom a list calls dead lives.

use std::sync::Arc;

use app::error::{AppError, ErrorKind};
use app::office::Operation;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use base::Id;

use crate::page::{Asked, Section};
use crate::parts::{Field, Form, FormPage, Mistakes, Posted};
use crate::routes::{Route, Web, answer, day_of, html, sentence, unfit};
use crate::signed::Signed;

const PATH: &str = "/kematian/hidup";

pub(super) fn routes() -> Vec<Route> {
    let take = Operation::TakeReferences;
    vec![Route::get(PATH, take, form), Route::post(PATH, take, note)]
}

async fn form(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        Ok(html(&form_page(web, asked, &Posted::default(), &Mistakes::none())))
    })
    .await
}

fn form_page(web: &Web, asked: &Asked, posted: &Posted, mistakes: &Mistakes) -> FormPage {
    let writing = asked.writing();
    let page = web.page(asked, Section::Claims, writing.w("alive-title"));
    let person = asked.value("orang").unwrap_or_default().to_owned();
    let fields = vec![
        Field::line(writing, "orang", "claim-person").answered(person),
        Field::line(writing, "hari", "alive-day"),
        Field::line(writing, "alasan", "alive-reason"),
    ];
    let form = Form::new(&page, PATH, "alive-send", fields);
    let form = if mistakes.is_empty() { form } else { form.filled(posted, mistakes) };
    FormPage::new(page, writing.w("alive-title"), form).with_back("/kematian", "unclaimed-title")
}

async fn note(
    State(web): State<Arc<Web>>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let writing = asked.writing();
        let mut mistakes = Mistakes::none();
        let (person, day) = (Id::parse(posted.get("orang")).ok(), day_of(posted.get("hari")));
        if person.is_none() {
            mistakes.add("orang", writing.w("claim-person.wrong"));
        }
        if day.is_none() {
            mistakes.add("hari", writing.w("claim-event.wrong"));
        }
        if let (Some(person), Some(day)) = (person, day) {
            match web.office().note_alive(&signed.actor, person, day, posted.get("alasan")) {
                Ok(_) => {
                    let place = writing.href(&format!("/peserta/{person}"), &[]);
                    return Ok(Redirect::to(&place).into_response());
                }
                Err(error) if error.kind != ErrorKind::Integrity => {
                    mistakes.add(field_of(&error)?, sentence(&error, writing));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(unfit(html(&form_page(web, asked, &posted, &mistakes))))
    })
    .await
}

/// The field that an answer is about; an error of another kind stays one.
fn field_of(error: &AppError) -> Result<&'static str, AppError> {
    match &*error.code {
        "PERSON_UNKNOWN" | "ALIVE_CLAIMED" => Ok("orang"),
        "ALIVE_DAY_UNFIT" => Ok("hari"),
        "REASON_MISSING" => Ok("alasan"),
        _ => Err(error.clone()),
    }
}
