//! `/api/sosialisasi`, `/api/agen`: what programs keep of events and agents, who was there, and
//! what becomes of leads.

use std::sync::Arc;

use app::error::AppError;
use app::office::{Actor, Operation};
use app::outreach::{
    AgentInput, AttendeeInput, EventInput, EventStep, Lead, LeadInput, LeadStep, lead_number,
};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::Value;

use super::one::CONSENTS;
use crate::acts::{Act, Call, Input, Said, Shape, Takes};
use crate::api::{Answer, Described};
use crate::page::Asked;
use crate::routes::{Route, Web, answer, failure};
use crate::signed::Signed;
use crate::table::{Cell, Column, Kind, json_meta};

const EVENT: &[Column] = &[
    Column::of_data("code", Kind::Text),
    Column::of_data("title", Kind::Text),
    Column::of_data("kind", Kind::Text),
    Column::of_data("place", Kind::Text),
    Column::of_data("venue", Kind::Text),
    Column::of_data("day", Kind::Day),
    Column::of_data("hours", Kind::Text),
    Column::of_data("org", Kind::Text),
    Column::of_data("facility", Kind::Text),
    Column::of_data("agreement", Kind::Text),
    Column::of_data("duty", Kind::Text),
    Column::of_data("state", Kind::Text),
    Column::of_data("revision", Kind::Count),
    Column::of_data("clashes", Kind::Count),
    Column::of_data("attended", Kind::Count),
    Column::of_data("men", Kind::Count),
    Column::of_data("women", Kind::Count),
    Column::of_data("leads", Kind::Count),
    Column::of_data("registered", Kind::Count),
    Column::of_data("registered_within", Kind::Count),
];

const ATTENDED: &[Column] = &[
    Column::of_data("people", Kind::Count),
    Column::of_data("leads", Kind::Count),
    Column::of_data("agents", Kind::Count),
    Column::of_data("counted", Kind::Count),
    Column::of_data("known", Kind::Count),
];

const LEAD: &[Column] = &[
    Column::of_data("lead", Kind::Text),
    Column::of_data("state", Kind::Text),
    Column::of_data("registered_on", Kind::Day),
];

const FOLLOWED: &[Column] = &[
    Column::of_data("looked", Kind::Count),
    Column::of_data("registered", Kind::Count),
    Column::of_data("asked", Kind::Count),
];

const AGENT: &[Column] = &[
    Column::of_data("code", Kind::Text),
    Column::of_data("kind", Kind::Text),
    Column::of_data("territory", Kind::Text),
    Column::of_data("briefed_by", Kind::Text),
    Column::of_data("briefed_on", Kind::Day),
    Column::of_data("quota", Kind::Count),
    Column::of_data("leads", Kind::Count),
    Column::of_data("registered", Kind::Count),
    Column::of_data("registered_within", Kind::Count),
];

const fn text(name: &'static str, meaning: &'static str, may_be_empty: bool) -> Input {
    Input { name, meaning, shape: Shape::Text { most: 300, may_be_empty } }
}

const CODE: Input = text("kode", "Its code.", false);
const WORDS: Input = Input {
    name: "alasan",
    meaning: "Why, or what was said, in a sentence; it is kept sealed.",
    shape: Shape::Text { most: 2_000, may_be_empty: true },
};

const KEEP: Act = Act {
    path: "/api/sosialisasi/acara",
    operation: Operation::HandleOutreach,
    id: "keep-event",
    summary: "Keeps an event under its code, new or changed to what is said.",
    parameters: &[],
    takes: Takes::Fields(&[
        CODE,
        text("jenis", "The kind, by key.", false),
        text("judul", "What it is called; without names of people.", false),
        text("wilayah", "The region's code; the whole regency when empty.", true),
        text("tempat", "Where in it; may be empty.", true),
        text("tanggal", "The day, as 2023-03-21.", false),
        text("jam", "The hours, as 09.00-11.30.", false),
        text("kantor", "The office that invites, by code.", false),
        text("sasaran", "Who is invited, by work, between commas; everybody when empty.", true),
        text("fasilitas", "The facility that is visited, by code; may be empty.", true),
        text("perjanjian", "The agreement whose duty it fulfils; may be empty.", true),
        text("kewajiban", "The duty, by code; may be empty.", true),
        Input {
            name: "acara",
            meaning: "What is on; may be empty.",
            shape: Shape::Text { most: 2_000, may_be_empty: true },
        },
        text("pembicara", "Who speaks, between semicolons; kept sealed; may be empty.", true),
    ]),
    keyed: true,
    answers: EVENT,
    statuses: &[StatusCode::OK],
    act: keep,
    again: kept_again,
};

const STEP: Act = Act {
    path: "/api/sosialisasi/acara/{code}/langkah",
    operation: Operation::HandleOutreach,
    id: "step-event",
    summary: "Says that an event was held, is called off, or is planned anew.",
    parameters: &[],
    takes: Takes::Fields(&[
        Input { name: "langkah", meaning: "Which.", shape: Shape::Word(event_steps) },
        WORDS,
    ]),
    keyed: true,
    answers: EVENT,
    statuses: &[StatusCode::OK],
    act: step,
    again: event_again,
};

const WHO: [Input; 10] = [
    text("nama", "Name; may be empty for the holder of a card.", true),
    text("jk", "Sex: L, P, or empty.", true),
    text("telepon", "Telephone; may be empty.", true),
    text("desa", "The village; may be empty.", true),
    text("pekerjaan", "Work, as a word; may be empty.", true),
    text("nik", "National identity number; may be empty.", true),
    text("lahir", "Date of birth, as 1962-08-17; may be empty.", true),
    text("kartu", "The number of a card; may be empty.", true),
    text("agen", "The code of an agent; may be empty.", true),
    Input {
        name: "setuju",
        meaning: "How they agreed that their name is kept; empty when they did not.",
        shape: Shape::Word(consents),
    },
];

const ATTEND: Act = Act {
    path: "/api/sosialisasi/acara/{code}/hadir",
    operation: Operation::HandleOutreach,
    id: "attend-event",
    summary: "Writes down that somebody was at an event: by record, as a lead, or only counted.",
    parameters: &[],
    takes: Takes::Fields(&WHO),
    keyed: true,
    answers: ATTENDED,
    statuses: &[StatusCode::OK],
    act: attend,
    again: attend,
};

const UNATTEND: Act = Act {
    path: "/api/sosialisasi/acara/{code}/hadir/batal",
    operation: Operation::HandleOutreach,
    id: "unattend-event",
    summary: "Takes back that somebody was written down, said as it was then.",
    parameters: &[],
    takes: Takes::Fields(&WHO),
    keyed: true,
    answers: EVENT,
    statuses: &[StatusCode::OK],
    act: unattend,
    again: event_again,
};

const NEW_LEAD: Act = Act {
    path: "/api/agen/{code}/peminat",
    operation: Operation::HandleOutreach,
    id: "add-lead",
    summary: "Writes down somebody who wants to be registered, for an agent.",
    parameters: &[],
    takes: Takes::Fields(&WHO),
    keyed: true,
    answers: LEAD,
    statuses: &[StatusCode::OK],
    act: new_lead,
    again: new_lead,
};

const STEP_LEAD: Act = Act {
    path: "/api/sosialisasi/peminat/{id}/langkah",
    operation: Operation::HandleOutreach,
    id: "step-lead",
    summary: "Writes down what came of a call.",
    parameters: &[],
    takes: Takes::Fields(&[
        Input { name: "langkah", meaning: "Which.", shape: Shape::Word(lead_steps) },
        WORDS,
    ]),
    keyed: true,
    answers: LEAD,
    statuses: &[StatusCode::OK],
    act: step_lead,
    again: lead_again,
};

const FOLLOW: Act = Act {
    path: "/api/sosialisasi/peminat/pencocokan",
    operation: Operation::HandleOutreach,
    id: "follow-up-leads",
    summary: "Holds every open lead against the register.",
    parameters: &[],
    takes: Takes::Fields(&[]),
    keyed: true,
    answers: FOLLOWED,
    statuses: &[StatusCode::OK],
    act: follow,
    again: follow,
};

const KEEP_AGENT: Act = Act {
    path: "/api/agen",
    operation: Operation::HandleOutreach,
    id: "keep-agent",
    summary: "Keeps an agent under a code, new or changed to what is said.",
    parameters: &[],
    takes: Takes::Fields(&[
        CODE,
        text("jenis", "The kind, by key.", false),
        text("nama", "Name; kept sealed.", false),
        text("telepon", "Telephone; kept sealed; may be empty.", true),
        text("wilayah", "The territory's code.", false),
        text("atasan", "The office above, by code; may be empty.", true),
        text("akun", "The account by which they sign in; may be empty.", true),
        text("target", "Registrations that are expected in a month; may be empty.", true),
        text("mulai", "The first day, as 2023-03-21; today when empty.", true),
        text("sampai", "The first day on which they are none any more; may be empty.", true),
    ]),
    keyed: true,
    answers: AGENT,
    statuses: &[StatusCode::OK],
    act: keep_agent,
    again: agent_again,
};

fn event_steps() -> Vec<&'static str> {
    vec!["hold", "cancel", "plan"]
}

fn lead_steps() -> Vec<&'static str> {
    vec!["contact", "refuse", "miss", "reopen"]
}

fn consents() -> Vec<&'static str> {
    [""].into_iter().chain(CONSENTS).collect()
}

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    let acts = [KEEP, STEP, ATTEND, UNATTEND, NEW_LEAD, STEP_LEAD, FOLLOW, KEEP_AGENT];
    let read = Operation::ReadOutreach;
    let object = |id: &str, summary: &str, columns| Described {
        id: id.to_owned(),
        summary: summary.to_owned(),
        parameters: Vec::new(),
        answer: Answer::Object(columns),
        sends: None,
    };
    let event = Route::get("/api/sosialisasi/acara/{code}", read, show_event).for_programs();
    let event = event.described(object("event", "One event and what came of it.", EVENT));
    let agent = Route::get("/api/agen/{code}", read, show_agent).for_programs();
    let agent = agent.described(object("agent", "One agent, and what came of them.", AGENT));
    acts.into_iter().map(Act::route).chain([event, agent]).collect()
}

async fn show_event(
    State(web): State<Arc<Web>>,
    Path(code): Path<String>,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        Ok(data(asked, EVENT, &event_cells(web, &signed.actor, &code)?))
    })
    .await
}

async fn show_agent(
    State(web): State<Arc<Web>>,
    Path(code): Path<String>,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        Ok(data(asked, AGENT, &agent_cells(web, &signed.actor, &code)?))
    })
    .await
}

/// One thing as data.
fn data(asked: &Asked, columns: &[Column], cells: &[Cell]) -> Response {
    failure::data(asked, StatusCode::OK, Value::Object(json_meta(columns, cells)).to_string())
}

fn count(count: u32) -> Cell {
    Cell::Count(u64::from(count))
}

fn event_cells(web: &Web, actor: &Actor, code: &str) -> Result<Vec<Cell>, AppError> {
    let file = web.office().outreach_event(actor, code)?;
    let (shown, event) = (&file.shown, &file.shown.event);
    let facility = shown.facility.as_ref().map(|one| &*one.0).unwrap_or_default();
    let duty = event.duty.as_ref().map(|(_, duty)| &**duty).unwrap_or_default();
    Ok(vec![
        Cell::text(&*event.code),
        Cell::text(&*event.title),
        Cell::text(&*event.kind.0),
        Cell::text(event.place.to_string()),
        Cell::text(&*event.venue),
        Cell::Day(event.day),
        Cell::text(event.hours.to_string()),
        Cell::text(&*shown.org.0),
        Cell::text(facility),
        Cell::text(shown.agreement.as_deref().unwrap_or_default()),
        Cell::text(duty),
        Cell::text(event.state.name()),
        count(event.steps),
        Cell::Count(shown.clashes.len() as u64),
        count(shown.effect.attended),
        count(file.sexes.0),
        count(file.sexes.1),
        count(shown.effect.leads),
        count(shown.effect.registered),
        count(shown.effect.within),
    ])
}

fn agent_cells(web: &Web, actor: &Actor, code: &str) -> Result<Vec<Cell>, AppError> {
    let shown = web.office().outreach_agent(actor, code)?.shown;
    let (by, on) = match &shown.briefed {
        Some((by, on)) => (Cell::text(&**by), Cell::Day(*on)),
        None => (Cell::Empty, Cell::Empty),
    };
    Ok(vec![
        Cell::text(&*shown.agent.code),
        Cell::text(&*shown.agent.kind.0),
        Cell::text(shown.agent.territory.to_string()),
        by,
        on,
        shown.agent.quota.map_or(Cell::Empty, count),
        count(shown.effect.leads),
        count(shown.effect.registered),
        count(shown.effect.within),
    ])
}

fn keep(call: &Call<'_>) -> Result<Said, AppError> {
    let given = |name: &str| call.given.text(name).to_owned();
    let input = EventInput {
        code: given("kode"),
        kind: given("jenis"),
        title: given("judul"),
        place: given("wilayah"),
        venue: given("tempat"),
        day: given("tanggal"),
        hours: given("jam"),
        org: given("kantor"),
        audience: given("sasaran"),
        facility: given("fasilitas"),
        agreement: given("perjanjian"),
        duty: given("kewajiban"),
        agenda: given("acara"),
        facilitators: given("pembicara"),
    };
    call.web.office().keep_event(call.actor, &input)?;
    kept_again(call)
}

fn kept_again(call: &Call<'_>) -> Result<Said, AppError> {
    said(event_cells(call.web, call.actor, call.given.text("kode").trim())?)
}

fn said(cells: Vec<Cell>) -> Result<Said, AppError> {
    Ok(Said { status: StatusCode::OK, cells })
}

fn step(call: &Call<'_>) -> Result<Said, AppError> {
    let (office, code, words) = (call.web.office(), call.part("code"), call.given.text("alasan"));
    match EventStep::from_name(call.given.text("langkah")) {
        Some(EventStep::Hold) => office.hold_event(call.actor, code, words)?,
        Some(EventStep::Cancel) => office.cancel_event(call.actor, code, words)?,
        _ => office.plan_event(call.actor, code, words)?,
    };
    event_again(call)
}

fn event_again(call: &Call<'_>) -> Result<Said, AppError> {
    said(event_cells(call.web, call.actor, call.part("code"))?)
}

fn who(call: &Call<'_>) -> AttendeeInput {
    let given = |name: &str| call.given.text(name).to_owned();
    AttendeeInput {
        name: given("nama"),
        sex: given("jk"),
        phone: given("telepon"),
        village: given("desa"),
        occupation: given("pekerjaan"),
        nik: given("nik"),
        birth: given("lahir"),
        card: given("kartu"),
        agent: given("agen"),
        consent: given("setuju"),
    }
}

fn attend(call: &Call<'_>) -> Result<Said, AppError> {
    let report = call.web.office().attend(call.actor, call.part("code"), &who(call))?;
    let counts = [report.people, report.leads, report.agents, report.counted, report.known];
    said(counts.map(count).to_vec())
}

fn unattend(call: &Call<'_>) -> Result<Said, AppError> {
    call.web.office().unattend(call.actor, call.part("code"), &who(call))?;
    event_again(call)
}

fn new_lead(call: &Call<'_>) -> Result<Said, AppError> {
    let agent = call.part("code").to_owned();
    let input = LeadInput { who: who(call), agent, ..LeadInput::default() };
    lead_said(&call.web.office().add_lead(call.actor, &input)?.0)
}

fn step_lead(call: &Call<'_>) -> Result<Said, AppError> {
    let id = lead_number(call.part("id"))?;
    let unknown = || AppError::usage("KIND_UNKNOWN", "");
    let step = LeadStep::from_name(call.given.text("langkah")).ok_or_else(unknown)?;
    let words = call.given.text("alasan");
    lead_said(&call.web.office().step_lead(call.actor, id, step, words)?)
}

fn lead_again(call: &Call<'_>) -> Result<Said, AppError> {
    let id = lead_number(call.part("id"))?;
    lead_said(&call.web.office().lead(call.actor, id)?.shown.lead)
}

fn lead_said(lead: &Lead) -> Result<Said, AppError> {
    let registered = lead.registered_on.map_or(Cell::Empty, Cell::Day);
    said(vec![Cell::Text(lead.id.to_string()), Cell::text(lead.state.name()), registered])
}

fn follow(call: &Call<'_>) -> Result<Said, AppError> {
    let followed = call.web.office().follow_up_leads(call.actor)?;
    said([followed.looked, followed.registered, followed.asked].map(count).to_vec())
}

fn keep_agent(call: &Call<'_>) -> Result<Said, AppError> {
    let given = |name: &str| call.given.text(name).to_owned();
    let input = AgentInput {
        code: given("kode"),
        kind: given("jenis"),
        name: given("nama"),
        phone: given("telepon"),
        territory: given("wilayah"),
        supervisor: given("atasan"),
        account: given("akun"),
        quota: given("target"),
        since: given("mulai"),
        until: given("sampai"),
    };
    call.web.office().keep_agent(call.actor, &input)?;
    agent_again(call)
}

fn agent_again(call: &Call<'_>) -> Result<Said, AppError> {
    let code = match call.part("code") {
        "" => call.given.text("kode").trim(),
        code => code,
    };
    said(agent_cells(call.web, call.actor, code)?)
}
