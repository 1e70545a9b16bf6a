//! Whom a claim names: heirs and whoever paid the burial, written down, mended, taken off again.
//!
//! They are shown by their initials; what somebody mends and leaves empty stays as it is.

use std::sync::Arc;

use app::claims::{ClaimFile, PersonOfClaim, PersonTyped, claim_number};
use app::error::{AppError, ErrorKind};
use app::office::Operation;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::one::done;
use crate::page::{Asked, Page, Section, Writing};
use crate::parts::{Choice, Control, Field, Form, FormPage, Mistakes, Piece, Posted};
use crate::routes::{Route, Web, answer, day_of, html, sentence, unfit};
use crate::signed::Signed;

pub(super) fn routes() -> Vec<Route> {
    let handle = Operation::HandleClaims;
    vec![
        Route::post("/klaim/{id}/ahli-waris", handle, add),
        Route::get("/klaim/{id}/ahli-waris/{no}", handle, ask),
        Route::post("/klaim/{id}/ahli-waris/{no}", handle, mend),
    ]
}

/// Who is named and what they receive, with ways to mend it while the claim is not put forward.
pub(super) fn list(file: &ClaimFile, may_change: bool, writing: Writing) -> Vec<Piece> {
    if file.people.is_empty() {
        return vec![Piece::Words(writing.w("claim-people-empty"))];
    }
    let lines = file.people.iter().map(|one| line(one, writing)).collect();
    let mut pieces = vec![Piece::Points(lines)];
    for one in file.people.iter().filter(|_| may_change) {
        let href = writing.href(&format!("/klaim/{}/ahli-waris/{}", file.claim.id, one.no), &[]);
        let no = one.no.to_string();
        pieces.push(Piece::Link(href, writing.with("claim-heir-mend", &[("no", &no)])));
    }
    pieces
}

fn line(one: &PersonOfClaim, writing: Writing) -> String {
    let relation = writing.w(&format!("heir-{}", one.relation));
    let receives = one.receives.unwrap_or("none");
    let receives = writing.w(&format!("claim-receives-{receives}"));
    let mut text = format!("{}. {} ({relation}): {receives}", one.no, one.name);
    if one.under_age && !one.has_guardian {
        text.push_str(&format!("; {}", writing.w("claim-needs-guardian")));
    }
    if one.disagrees {
        text.push_str(&format!("; {}", writing.w("claim-disagrees")));
    }
    text
}

/// The form for somebody new, or for whoever stands there already.
pub(super) fn form(
    page: &Page,
    action: &str,
    known: Option<&PersonOfClaim>,
    writing: Writing,
) -> Form {
    let relations = app::claims::relations();
    let relations = relations.map(|name| Choice::new(name, writing.w(&format!("heir-{name}"))));
    let relations = Control::Select(relations.collect());
    let tick = |is: bool| if is { "ya" } else { "" };
    let line = |name, key| Field::line(writing, name, key).optional(writing);
    let name = Field::line(writing, "nama", "claim-heir-name");
    let mut fields = vec![
        Field::new(writing, "hubungan", "claim-heir-relation", relations)
            .answered(known.map_or("", |one| one.relation)),
        if known.is_some() { name.optional(writing) } else { name },
        line("nik", "claim-heir-nik"),
        line("lahir", "claim-heir-birth"),
        line("telepon", "claim-phone"),
        line("rekening", "claim-heir-account"),
        line("wali", "claim-heir-guardian"),
        line("sekolah", "claim-heir-school"),
        Field::new(writing, "pemakaman", "claim-heir-burial", Control::Tick)
            .answered(tick(known.is_some_and(|one| one.paid_burial))),
        Field::new(writing, "keberatan", "claim-heir-disagrees", Control::Tick)
            .answered(tick(known.is_some_and(|one| one.disagrees))),
    ];
    if known.is_some() {
        fields.push(Field::new(writing, "lepas", "claim-heir-drop", Control::Tick));
    }
    Form::new(page, action, "claim-heir-send", fields).scoped("waris")
}

fn write(
    web: &Web,
    signed: &Signed,
    (id, no): (&str, Option<u16>),
    posted: &Posted,
) -> Result<(), AppError> {
    let birth = posted.get("lahir");
    let birth = day_of(birth).map_or(birth.to_owned(), |day| day.to_string());
    let typed = PersonTyped {
        no,
        relation: posted.get("hubungan"),
        name: posted.get("nama"),
        nik: posted.get("nik"),
        birth: &birth,
        phone: posted.get("telepon"),
        account: posted.get("rekening"),
        guardian: posted.get("wali"),
        school: posted.get("sekolah"),
        paid_burial: posted.has("pemakaman"),
        disagrees: posted.has("keberatan"),
    };
    web.office().claim_person(&signed.actor, claim_number(id)?, &typed).map(|_| ())
}

async fn add(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let came = write(web, &signed, (&id, None), &posted);
        done(web, asked, &id, came)
    })
    .await
}

async fn ask(
    State(web): State<Arc<Web>>,
    Path((id, no)): Path<(String, String)>,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| Ok(html(&mend_page(web, asked, (&id, &no), None)?))).await
}

fn mend_page(
    web: &Web,
    asked: &Asked,
    (id, no): (&str, &str),
    sent: Option<(&Posted, &Mistakes)>,
) -> Result<FormPage, AppError> {
    let writing = asked.writing();
    let file = web.office().claim(asked.actor()?, claim_number(id)?)?;
    let known = place_of(&file, no)?;
    let page = web.page(asked, Section::Claims, writing.with("claim-heir-mend", &[("no", no)]));
    let path = format!("/klaim/{}", file.claim.id);
    let form = form(&page, &format!("{path}/ahli-waris/{}", known.no), Some(known), writing);
    let form = match sent {
        Some((posted, mistakes)) => form.filled(posted, mistakes),
        None => form,
    };
    let heading = page.title.clone();
    let mut found = FormPage::new(page, heading, form).with_back(&path, "claim-back");
    found.lead = vec![line(known, writing), writing.w("claim-heir-mend-lead")];
    Ok(found)
}

fn place_of<'a>(file: &'a ClaimFile, no: &str) -> Result<&'a PersonOfClaim, AppError> {
    let named = file.people.iter().find(|one| one.no.to_string() == no);
    named.ok_or_else(|| AppError::not_found("CLAIM_UNKNOWN", ""))
}

async fn mend(
    State(web): State<Arc<Web>>,
    Path((id, no)): Path<(String, String)>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let file = web.office().claim(&signed.actor, claim_number(&id)?)?;
        let known = place_of(&file, &no)?.no;
        let came = match posted.has("lepas") {
            true => web.office().drop_claim_person(&signed.actor, file.claim.id, known),
            false => write(web, &signed, (&id, Some(known)), &posted),
        };
        match came {
            Ok(()) => {
                let place = asked.writing().href(&format!("/klaim/{id}"), &[]);
                Ok(Redirect::to(&place).into_response())
            }
            Err(error) if matches!(error.kind, ErrorKind::Refused | ErrorKind::Usage) => {
                let mut mistakes = Mistakes::none();
                mistakes.add(field_of(&error), sentence(&error, asked.writing()));
                let page = mend_page(web, asked, (&id, &no), Some((&posted, &mistakes)))?;
                Ok(unfit(html(&page)))
            }
            Err(error) => Err(error),
        }
    })
    .await
}

/// The field that a refusal is about.
fn field_of(error: &AppError) -> &'static str {
    match error.detail.as_str() {
        "relation" => "hubungan",
        "nik" => "nik",
        "birth" => "lahir",
        "school" => "sekolah",
        _ => "nama",
    }
}
