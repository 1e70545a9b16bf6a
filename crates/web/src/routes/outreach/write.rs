//! `/sosialisasi/baru` and `/sosialisasi/acara/{code}/ubah`: an event typed, and kept under its
//! code.

use std::sync::Arc;

use app::error::{AppError, ErrorKind};
use app::office::Operation;
use app::outreach::{EventFile, EventInput, OutreachOf};
use axum::extract::{Path, State};
use axum::response::Response;

use super::{kind_words, lines};
use crate::page::{Asked, Section, Writing};
use crate::parts::{Choice, Control, Field, Form, FormPage, Mistakes, Posted};
use crate::routes::{Route, Web, answer, html, sentence, to, unfit};
use crate::signed::Signed;

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    let handle = Operation::HandleOutreach;
    vec![
        Route::get("/sosialisasi/baru", handle, ask_new),
        Route::post("/sosialisasi/baru", handle, add),
        Route::get("/sosialisasi/acara/{code}/ubah", handle, ask_change),
        Route::post("/sosialisasi/acara/{code}/ubah", handle, save),
    ]
}

async fn ask_new(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let said = EventInput::default();
        Ok(html(&page(web, asked, (None, &said), (&Posted::default(), &Mistakes::none()))?))
    })
    .await
}

async fn ask_change(
    State(web): State<Arc<Web>>,
    Path(code): Path<String>,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let file = web.office().outreach_event(asked.actor()?, &code)?;
        let said = input_of(&file);
        let known = (Some(code.as_str()), &said);
        Ok(html(&page(web, asked, known, (&Posted::default(), &Mistakes::none()))?))
    })
    .await
}

/// An event as it would be typed.
fn input_of(file: &EventFile) -> EventInput {
    let (shown, event) = (&file.shown, &file.shown.event);
    let audience: Vec<&str> = event.audience.iter().map(|key| &*key.0).collect();
    EventInput {
        code: event.code.to_string(),
        kind: event.kind.0.to_string(),
        title: event.title.to_string(),
        place: event.place.to_string(),
        venue: event.venue.to_string(),
        day: event.day.to_string(),
        hours: event.hours.to_string(),
        org: shown.org.0.to_string(),
        audience: audience.join(", "),
        facility: shown.facility.as_ref().map(|one| one.0.to_string()).unwrap_or_default(),
        agreement: shown.agreement.as_ref().map(|code| code.to_string()).unwrap_or_default(),
        duty: event.duty.as_ref().map(|(_, code)| code.to_string()).unwrap_or_default(),
        agenda: event.agenda.to_string(),
        facilitators: event.facilitators.join("; "),
    }
}

fn page(
    web: &Web,
    asked: &Asked,
    (known, said): (Option<&str>, &EventInput),
    (posted, mistakes): (&Posted, &Mistakes),
) -> Result<FormPage, AppError> {
    let writing = asked.writing();
    let title = match known {
        None => writing.w("event-new"),
        Some(_) => writing.with("event-change-one", &[("title", &said.title)]),
    };
    let page = web.page(asked, Section::Outreach, title.clone());
    let kinds = web.office().outreach_kinds()?;
    let kinds = kinds
        .iter(OutreachOf::Event)
        .map(|kind| Choice::new(&*kind.key.0, kind_words(Some(kind), writing)));
    let kinds = Control::Select(kinds.collect());
    let action = match known {
        None => "/sosialisasi/baru".to_owned(),
        Some(code) => format!("/sosialisasi/acara/{code}/ubah"),
    };
    let mut fields = fields(writing, said, kinds);
    if known.is_some() {
        // The code is the event's name for ever.
        fields.retain(|field| field.name != "kode");
    }
    let form = Form::new(&page, &action, "event-keep", fields);
    let form = if mistakes.is_empty() { form } else { form.filled(posted, mistakes) };
    Ok(FormPage::new(page, title, form).with_back("/sosialisasi", "web-outreach"))
}

fn fields(writing: Writing, said: &EventInput, kinds: Control) -> Vec<Field> {
    let line = |name, key: &str, text: &str| Field::line(writing, name, key).answered(text);
    let open = |name, key: &str, text: &str| line(name, key, text).optional(writing);
    vec![
        line("kode", "event-code", &said.code),
        Field::new(writing, "jenis", "event-kind", kinds).answered(&*said.kind),
        line("judul", "event-title", &said.title),
        line("tanggal", "event-day", &said.day),
        line("jam", "event-hours", &said.hours),
        open("wilayah", "event-place", &said.place),
        open("tempat", "event-venue", &said.venue),
        line("kantor", "event-org-code", &said.org),
        open("sasaran", "event-audience", &said.audience),
        open("pembicara", "event-facilitators", &said.facilitators),
        lines(writing, "acara", "event-agenda", 4).answered(&*said.agenda).optional(writing),
        open("fasilitas", "event-facility", &said.facility),
        open("perjanjian", "event-agreement", &said.agreement),
        open("kewajiban", "event-duty", &said.duty),
    ]
}

/// What was typed.
fn typed(posted: &Posted, code: &str) -> EventInput {
    let text = |name: &str| posted.get(name).to_owned();
    // A day is typed as people write it, too.
    let day = posted.get("tanggal");
    let day = crate::routes::day_of(day).map_or_else(|| day.to_owned(), |day| day.to_string());
    EventInput {
        code: code.to_owned(),
        kind: text("jenis"),
        title: text("judul"),
        place: text("wilayah"),
        venue: text("tempat"),
        day,
        hours: text("jam"),
        org: text("kantor"),
        audience: text("sasaran"),
        facility: text("fasilitas"),
        agreement: text("perjanjian"),
        duty: text("kewajiban"),
        agenda: text("acara"),
        facilitators: text("pembicara"),
    }
}

/// The field that a refusal is about.
fn field_of(error: &AppError) -> Option<&'static str> {
    Some(match error.code.as_str() {
        "EVENT_CODE_UNFIT" => "kode",
        "EVENT_KIND_UNKNOWN" => "jenis",
        "EVENT_TEXT_UNFIT" | "EVENT_TEXT_HOLDS_NIK" => "judul",
        "NOT_A_DAY" | "EVENT_NOT_NOW" => "tanggal",
        "NOT_HOURS" => "jam",
        "NOT_A_REGION" | "USER_MAY_NOT" => "wilayah",
        "ORG_UNKNOWN" => "kantor",
        "OCCUPATION_UNKNOWN" => "sasaran",
        "FACILITY_UNKNOWN" | "EVENT_FACILITY_UNFIT" => "fasilitas",
        "AGREEMENT_UNKNOWN" => "perjanjian",
        "DUTY_UNKNOWN" | "EVENT_DUTY_UNFIT" => "kewajiban",
        _ => return None,
    })
}

async fn add(
    State(web): State<Arc<Web>>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let input = typed(&posted, posted.get("kode"));
        keep(web, asked, &signed, (None, &input), &posted)
    })
    .await
}

async fn save(
    State(web): State<Arc<Web>>,
    Path(code): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        // What does not exist is not made by changing it.
        web.office().outreach_event(&signed.actor, &code)?;
        let input = typed(&posted, &code);
        keep(web, asked, &signed, (Some(&code), &input), &posted)
    })
    .await
}

fn keep(
    web: &Web,
    asked: &Asked,
    signed: &Signed,
    known: (Option<&str>, &EventInput),
    posted: &Posted,
) -> Result<Response, AppError> {
    let error = match web.office().keep_event(&signed.actor, known.1) {
        Ok((event, _)) => {
            return Ok(to(asked, &format!("/sosialisasi/acara/{}", event.code), "simpan"));
        }
        Err(error) => error,
    };
    let is_said = matches!(
        error.kind,
        ErrorKind::Usage | ErrorKind::Refused | ErrorKind::NotFound | ErrorKind::Conflict
    );
    let Some(field) = field_of(&error).filter(|_| is_said) else { return Err(error) };
    let mut mistakes = Mistakes::none();
    mistakes.add(field, sentence(&error, asked.writing()));
    Ok(unfit(html(&page(web, asked, known, (posted, &mistakes))?)))
}
