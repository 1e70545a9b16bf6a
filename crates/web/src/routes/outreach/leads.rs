//! `/sosialisasi/peminat`: people who want to be registered, masked, from events and agents; one of
//! them with what was said; called, read out, held against the register.

use std::sync::Arc;

use app::error::{AppError, ErrorKind};
use app::office::Operation;
use app::outreach::{
    LeadDetails, LeadFile, LeadFilter, LeadShown, LeadState, LeadStep, lead_number,
};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::lines;
use crate::api::{Parameter, Shape};
use crate::page::{Asked, Page, Section, Writing};
use crate::parts::{Choice, Control, Fact, Facts, Field, Form, Notice, Piece, Plain, Posted};
use crate::routes::{Route, Web, answer, html, sentence, steps_said, unfit};
use crate::signed::Signed;
use crate::table::{Cell, Column, Facet, Kind, Listing, Row, View, Window};

const VIEW: View = View {
    path: "/sosialisasi/peminat",
    operation: Operation::ReadOutreach,
    id: "leads",
    section: Section::Outreach,
    columns: &[
        Column::of_data("lead", Kind::Text),
        Column::new("initials", "lead-initials", Kind::Text),
        Column::new("place", "event-place", Kind::Text),
        Column::new("told_on", "lead-told-on", Kind::Day),
        Column::new("days", "lead-days", Kind::Count),
        Column::new("event", "lead-event", Kind::Text),
        Column::new("agent", "lead-agent", Kind::Text),
        Column::new("state", "lead-state", Kind::Text),
        Column::of_data("registered_on", Kind::Day),
        Column::of_data("asked", Kind::Text),
    ],
    meta: &[],
    parameters: &[
        Parameter {
            name: "keadaan",
            meaning: "Where the leads stand.",
            shape: Shape::OneOf(&["new", "contacted", "registered", "refused", "unreachable"]),
        },
        Parameter { name: "acara", meaning: "Only of this event, by code.", shape: Shape::Text },
        Parameter { name: "agen", meaning: "Only of this agent, by code.", shape: Shape::Text },
    ],
    load,
};

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    let (read, handle) = (Operation::ReadOutreach, Operation::HandleOutreach);
    let mut routes = VIEW.routes();
    routes.extend([
        Route::post("/sosialisasi/peminat/cocokkan", handle, follow),
        Route::get("/sosialisasi/peminat/{id}", read, show),
        Route::post("/sosialisasi/peminat/{id}/baca", handle, read_out),
        Route::post("/sosialisasi/peminat/{id}/langkah", handle, step),
        Route::post("/sosialisasi/peminat/{id}/jawab", handle, answer_it),
        Route::post("/sosialisasi/peminat/{id}/lupakan", handle, forget),
    ]);
    routes
}

fn load(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let said = |name: &str| asked.value(name).filter(|text| !text.is_empty()).map(str::to_owned);
    let filter = LeadFilter {
        state: asked.value("keadaan").and_then(LeadState::from_name),
        event: said("acara"),
        agent: said("agen"),
    };
    let found = web.office().leads(actor, &filter)?;
    let (rows, more) = window.cut(found.iter().map(|one| row(one, writing)).collect());
    let all = (String::new(), writing.w("web-all"), None);
    let states = LeadState::ALL.iter().map(|state| {
        (state.name().to_owned(), writing.w(&format!("lead-state-{}", state.name())), None)
    });
    let states = Facet {
        head: writing.w("lead-state"),
        name: "keadaan",
        choices: [all].into_iter().chain(states).collect(),
    };
    let waits = found.iter().filter(|one| one.lead.state == LeadState::New).count() as u64;
    let form = web.may_somewhere(actor, Operation::HandleOutreach).then(|| {
        let page = web.page(asked, Section::Outreach, String::new());
        Form::new(&page, "/sosialisasi/peminat/cocokkan", "lead-follow", Vec::new())
    });
    Ok(Listing {
        title: writing.w("outreach-leads"),
        lead: writing.with("lead-lead", &[("count", &writing.number(waits))]),
        form,
        caption: writing.w("lead-caption"),
        facets: vec![states],
        empty: writing.w("lead-empty"),
        rows,
        more,
        links: vec![(writing.href("/sosialisasi", &[]), writing.w("web-outreach"))],
        ..Listing::default()
    })
}

fn row(one: &LeadShown, writing: Writing) -> Row {
    let lead = &one.lead;
    let id = lead.id.to_string();
    let state = lead.state.name();
    let class = match lead.state {
        LeadState::Registered => "done",
        LeadState::New if lead.asked.is_some() => "warning",
        _ => "",
    };
    let words = writing.w(&format!("lead-state-{state}"));
    let words = Cell::State(state, class, words);
    let asked = if lead.asked.is_some() { writing.w("lead-asked") } else { String::new() };
    let href = writing.href(&format!("/sosialisasi/peminat/{id}"), &[]);
    let cells = vec![
        Cell::Text(id.clone()),
        Cell::Link(initials(one, writing), href),
        Cell::Named(lead.place.to_string(), one.place.clone()),
        Cell::Day(lead.told_on),
        Cell::Count(u64::from(one.days)),
        Cell::text(one.event.as_deref().unwrap_or_default()),
        Cell::text(one.agent.as_deref().unwrap_or_default()),
        Cell::Noted(Box::new(words), asked),
        lead.registered_on.map_or(Cell::Empty, Cell::Day),
        Cell::text(if lead.asked.is_some() { "asked" } else { "" }),
    ];
    Row::new(id, cells)
}

fn initials(one: &LeadShown, writing: Writing) -> String {
    match one.initials.as_str() {
        "" => writing.w("lead-erased"),
        initials => initials.to_owned(),
    }
}

async fn follow(State(web): State<Arc<Web>>, signed: Signed, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        web.office().follow_up_leads(&signed.actor)?;
        let place = asked.writing().href("/sosialisasi/peminat", &[]);
        Ok(Redirect::to(&place).into_response())
    })
    .await
}

async fn show(State(web): State<Arc<Web>>, Path(id): Path<String>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| Ok(html(&page(web, asked, &id, (None, None))?))).await
}

/// The page, with what is wrong above it, or with who it is in it.
fn page(
    web: &Web,
    asked: &Asked,
    id: &str,
    (wrong, said): (Option<Notice>, Option<&LeadDetails>),
) -> Result<Plain, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let file = web.office().lead(actor, lead_number(id)?)?;
    let title = format!("{}: {}", writing.w("lead-one"), initials(&file.shown, writing));
    let page = web.page(asked, Section::Outreach, title);
    let mut pieces: Vec<Piece> = wrong.into_iter().map(Piece::Notice).collect();
    pieces.push(Piece::Facts(Facts::dense(writing, facts(&file, writing))));
    if let Some(person) = &file.person {
        let href = writing.href(&format!("/peserta/{}", person.id), &[]);
        pieces.push(Piece::Link(href, writing.with("lead-is", &[("name", &person.name)])));
    }
    if let Some(said) = said {
        pieces.push(Piece::Heading(writing.w("lead-said")));
        pieces.push(Piece::Facts(Facts::new(writing, said_facts(said, writing))));
    }
    if !file.next.is_empty() {
        pieces.extend(forms(&page, &file, (id, said.is_some()), writing));
    }
    pieces.push(Piece::Heading(writing.w("event-history")));
    pieces.push(Piece::Points(steps(&file, writing)));
    let back = Some((writing.href("/sosialisasi/peminat", &[]), writing.w("outreach-leads")));
    Ok(Plain { page, back, lead: String::new(), pieces })
}

fn facts(file: &LeadFile, writing: Writing) -> Vec<Fact> {
    let lead = &file.shown.lead;
    let fact = |key: &str, value: String| Fact::new(writing.w(key), value);
    let state = writing.w(&format!("lead-state-{}", lead.state.name()));
    let consent = writing.w(&format!("message-agreement-{}", lead.consent.name()));
    let mut rows = vec![
        fact("lead-state", state),
        fact("lead-told-on", writing.day(lead.told_on)),
        fact("event-place", file.shown.place.clone()),
        fact("lead-consent", consent),
    ];
    rows.extend(file.shown.event.iter().map(|code| fact("lead-event", code.to_string())));
    rows.extend(file.shown.agent.iter().map(|code| fact("lead-agent", code.to_string())));
    rows.extend(lead.registered_on.map(|day| fact("lead-registered-on", writing.day(day))));
    rows
}

/// Who a lead is, whole.
fn said_facts(said: &LeadDetails, writing: Writing) -> Vec<Fact> {
    let rows = [
        ("attend-name", Some(said.name.as_str().to_owned())),
        ("attend-phone", said.phone.map(|phone| phone.international())),
        ("attend-village", Some(said.village.to_string())),
        ("attend-nik", said.nik.map(|nik| nik.reveal())),
        ("lead-birth", said.birth.map(|day| writing.day(day))),
    ];
    Fact::known(rows, writing)
}

fn steps(file: &LeadFile, writing: Writing) -> Vec<String> {
    let told = writing.day(file.shown.lead.told_on);
    let mut found = vec![writing.with("lead-step-told", &[("day", &told)])];
    found.extend(steps_said(&file.steps, writing, |step, moment| {
        writing.with(&format!("lead-step-{}", step.name()), &[("moment", moment)])
    }));
    found
}

fn forms(
    page: &Page,
    file: &LeadFile,
    (id, is_read): (&str, bool),
    writing: Writing,
) -> Vec<Piece> {
    let path = |end: &str| format!("/sosialisasi/peminat/{id}/{end}");
    let words = || lines(writing, "alasan", "lead-words", 2);
    let mut pieces = Vec::new();
    if !is_read && !file.shown.initials.is_empty() {
        pieces.push(Piece::Words(writing.w("lead-read.what")));
        pieces.push(Piece::Form(Form::new(page, &path("baca"), "lead-read", Vec::new())));
    }
    if let Some(asked) = &file.asked {
        let values = [("name", &*asked.name), ("birth", &*asked.birth)];
        pieces.push(Piece::Heading(writing.with("lead-question", &values)));
        let choices = ["same", "other"]
            .map(|word| Choice::new(word, writing.w(&format!("death-answer-{word}"))));
        let choice = Control::Select(choices.into());
        let fields = vec![Field::new(writing, "jawab", "death-answer", choice), words()];
        let form = Form::new(page, &path("jawab"), "death-answer-send", fields);
        pieces.push(Piece::Form(form.scoped("jawab")));
    }
    let steps = file
        .next
        .iter()
        .map(|step| Choice::new(step.name(), writing.w(&format!("lead-do-{}", step.name()))));
    let steps = Control::Select(steps.collect());
    pieces.push(Piece::Heading(writing.w("lead-do")));
    let fields = vec![Field::new(writing, "langkah", "lead-do-what", steps), words()];
    let form = Form::new(page, &path("langkah"), "lead-do-send", fields);
    pieces.push(Piece::Form(form.scoped("langkah")));
    pieces.push(Piece::Heading(writing.w("lead-forget")));
    pieces.push(Piece::Words(writing.w("lead-forget.what")));
    let form = Form::new(page, &path("lupakan"), "lead-forget-send", vec![words()]);
    pieces.push(Piece::Form(form.scoped("lupakan")));
    pieces
}

/// Back to the lead, or the lead with what is wrong above it.
fn done(
    web: &Web,
    asked: &Asked,
    id: &str,
    came: Result<(), AppError>,
) -> Result<Response, AppError> {
    match came {
        Ok(()) => {
            let place = asked.writing().href(&format!("/sosialisasi/peminat/{id}"), &[]);
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
    matches!(error.kind, ErrorKind::Refused | ErrorKind::Usage) && error.code != "USER_MAY_NOT"
}

async fn read_out(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let said = web.office().read_lead(&signed.actor, lead_number(&id)?)?;
        Ok(html(&page(web, asked, &id, (None, Some(&said)))?))
    })
    .await
}

async fn step(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let number = lead_number(&id)?;
        let step = LeadStep::from_name(posted.get("langkah"));
        let step = step.ok_or_else(|| AppError::usage("KIND_UNKNOWN", ""));
        let words = posted.get("alasan");
        let came = step.and_then(|step| web.office().step_lead(&signed.actor, number, step, words));
        done(web, asked, &id, came.map(|_| ()))
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
        let number = lead_number(&id)?;
        let is_same = posted.get("jawab") == "same";
        let reason = posted.get("alasan");
        let came = web.office().answer_lead(&signed.actor, number, is_same, reason);
        done(web, asked, &id, came.map(|_| ()))
    })
    .await
}

async fn forget(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let number = lead_number(&id)?;
        let came = web.office().forget_lead(&signed.actor, number, posted.get("alasan"));
        done(web, asked, &id, came.map(|_| ()))
    })
    .await
}
