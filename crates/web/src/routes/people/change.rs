//! `/peserta/{id}/ubah`: what is new about somebody, checked once more before it is kept.

use std::sync::Arc;

use app::office::Operation;
use app::people::Correction;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use base::id::kind;
use base::person::fold_spaces;
use base::{Id, PersonName, Phone};

use super::person_id;
use crate::page::{Asked, Section, Writing};
use crate::parts::{Fact, Facts, Field, Form, FormPage, Mistakes, Piece, Plain, Posted};
use crate::routes::failure::{self, Conflict};
use crate::routes::{Route, Web, answer, html};
use crate::signed::Signed;

/// The questions: name in the form, and key of the catalogue.
const QUESTIONS: [(&str, &str); 3] =
    [("nama", "people-name"), ("alamat", "people-address"), ("telepon", "people-phone")];

/// The addresses.
pub(super) fn routes() -> [Route; 2] {
    [
        Route::get("/peserta/{id}/ubah", Operation::ChangePerson, ask),
        Route::post("/peserta/{id}/ubah", Operation::ChangePerson, take),
    ]
}

/// The questions; what is there stays unless something is typed.
async fn ask(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let id = person_id(&id)?;
        let version = web.office().person_looked_at(&signed.actor, id, None)?.shown.version;
        let posted = Posted::from_pairs(vec![("versi".to_owned(), version.to_string())]);
        Ok(html(&questions(web, asked, id, &posted, &Mistakes::none())))
    })
    .await
}

/// Shows the answers, and when they were shown keeps them.
async fn take(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let (id, writing) = (person_id(&id)?, asked.writing());
        // Whoever is out of reach is nobody, whatever was typed.
        web.office().person_looked_at(&signed.actor, id, None)?;
        let (correction, mistakes) = read(&posted, writing);
        if !mistakes.is_empty() || posted.has("kembali") {
            return Ok(html(&questions(web, asked, id, &posted, &mistakes)));
        }
        if !posted.has("yakin") {
            return Ok(html(&check(web, asked, id, &posted)));
        }
        let version = posted.get("versi").parse().unwrap_or(0);
        match web.office().correct_person(&signed.actor, id, version, correction) {
            Ok(()) => {
                let place = writing.href(&format!("/peserta/{id}"), &[]);
                Ok(Redirect::to(&place).into_response())
            }
            Err(error) if error.code == "PERSON_CHANGED" => {
                let stored = web.office().person_looked_at(&signed.actor, id, None)?.shown;
                let stored = [stored.name, stored.address.unwrap_or_default(), String::new()];
                let rows = QUESTIONS.iter().zip(stored).map(|((name, key), stored)| {
                    (writing.w(key), stored, posted.get(name).to_owned())
                });
                let rows = rows.filter(|(_, _, typed)| !typed.is_empty()).collect();
                let href = writing.href(&format!("/peserta/{id}/ubah"), &[]);
                let title = writing.w("people-one");
                Ok(failure::conflict(web, asked, Conflict { title, rows, href }))
            }
            Err(error) => Err(error),
        }
    })
    .await
}

fn read(posted: &Posted, writing: Writing) -> (Correction, Mistakes) {
    let mut mistakes = Mistakes::none();
    let typed = |name: &str| Some(posted.get(name)).filter(|text| !text.is_empty());
    let name = typed("nama").map(PersonName::parse);
    if name.as_ref().is_some_and(Result::is_err) {
        mistakes.add("nama", writing.w("people-change-name.wrong"));
    }
    let phone = typed("telepon").map(Phone::parse);
    if phone == Some(None) {
        mistakes.add("telepon", writing.w("people-change-phone.wrong"));
    }
    if QUESTIONS.iter().all(|(name, _)| posted.get(name).is_empty()) {
        mistakes.add("nama", writing.w("people-change-nothing"));
    }
    let address = typed("alamat").map(|text| fold_spaces(text).into());
    (Correction { name: name.and_then(Result::ok), address, phone: phone.flatten() }, mistakes)
}

fn questions(
    web: &Web,
    asked: &Asked,
    id: Id<kind::Person>,
    posted: &Posted,
    mistakes: &Mistakes,
) -> FormPage {
    let writing = asked.writing();
    let page = web.page(asked, Section::People, writing.w("people-change"));
    let fields = QUESTIONS.map(|(name, key)| Field::line(writing, name, key).optional(writing));
    let action = format!("/peserta/{id}/ubah");
    let form = Form::new(&page, &action, "people-change-check", fields.into())
        .with_hidden("versi", posted.get("versi"))
        .filled(posted, mistakes);
    let mut form = FormPage::new(page, writing.w("people-change"), form);
    form.lead = vec![writing.w("people-change-lead")];
    form.with_back(&format!("/peserta/{id}"), "people-one")
}

/// "Check your answers".
fn check(web: &Web, asked: &Asked, id: Id<kind::Person>, posted: &Posted) -> Plain {
    let writing = asked.writing();
    let page = web.page(asked, Section::People, writing.w("people-change-check"));
    let answered = QUESTIONS.iter().filter(|(name, _)| !posted.get(name).is_empty());
    let facts = answered.map(|(name, key)| Fact::new(writing.w(key), posted.get(name).to_owned()));
    let facts = Facts::new(writing, facts.collect());
    let action = format!("/peserta/{id}/ubah");
    let form = |button| {
        let form = Form::new(&page, &action, button, Vec::new());
        let form = form.with_hidden("versi", posted.get("versi"));
        QUESTIONS.iter().fold(form, |form, (name, _)| form.with_hidden(name, posted.get(name)))
    };
    let pieces = vec![
        Piece::Facts(facts),
        Piece::Form(form("people-change-keep").with_hidden("yakin", "1")),
        Piece::Form(form("people-change-back").with_hidden("kembali", "1")),
    ];
    let lead = writing.w("people-change-sure");
    Plain { page, back: None, lead, pieces }
}
