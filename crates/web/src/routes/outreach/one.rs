//! `/sosialisasi/acara/{code}`: one event: what stands in its way, who was there, its leads and
//! what came of it; that it was held or called off; and the words to invite people with.

use std::sync::Arc;

use app::error::{AppError, ErrorKind};
use app::office::Operation;
use app::outreach::{
    AttendanceReport, AttendeeInput, EventFile, EventState, EventStep, LeadFilter, OutreachOf,
};
use app::staging::UPLOAD_BYTES_MAX;
use app::words::Language;
use axum::extract::{Multipart, Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use super::{clash_words, kind_words, lines};
use crate::page::{Asked, Page, Section, Writing};
use crate::parts::{Choice, Control, Fact, Facts, Field, Form, Notice, Piece, Plain, Posted};
use crate::routes::{Route, Web, answer, html, sentence, to, unfit};
use crate::signed::Signed;
use crate::upload::{Received, receive};

const FORM_BYTES: usize = UPLOAD_BYTES_MAX as usize + 64 * 1024;
/// Ways in which somebody agrees that their name is kept.
pub(super) const CONSENTS: [&str; 4] = ["spoken", "signed", "thumb", "chat"];

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    let (read, handle) = (Operation::ReadOutreach, Operation::HandleOutreach);
    vec![
        Route::get("/sosialisasi/acara/{code}", read, show),
        Route::get("/sosialisasi/acara/{code}/undangan", read, invitation),
        Route::post("/sosialisasi/acara/{code}/langkah", handle, step),
        Route::post("/sosialisasi/acara/{code}/hadir", handle, attend),
        Route::post("/sosialisasi/acara/{code}/kartu", handle, attend_cards),
        Route::post("/sosialisasi/acara/{code}/daftar-hadir", handle, attend_list)
            .accepting(FORM_BYTES),
    ]
}

async fn show(State(web): State<Arc<Web>>, Path(code): Path<String>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let saved = asked.value("selesai").is_some();
        let notice = saved.then(|| Notice::done(asked.writing().w("event-saved"), String::new()));
        Ok(html(&page(web, asked, &code, notice)?))
    })
    .await
}

fn page(web: &Web, asked: &Asked, code: &str, notice: Option<Notice>) -> Result<Plain, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let file = web.office().outreach_event(actor, code)?;
    let shown = &file.shown;
    let page = web.page(asked, Section::Outreach, shown.event.title.to_string());
    let mut pieces: Vec<Piece> = notice.into_iter().map(Piece::Notice).collect();
    if !shown.clashes.is_empty() && shown.event.state == EventState::Planned {
        let heading = writing.w("event-clashes-some");
        let words: Vec<String> =
            shown.clashes.iter().map(|clash| clash_words(clash, writing)).collect();
        let query = [("acara".to_owned(), code.to_owned())];
        let link = (writing.href("/sosialisasi/bebas", &query), writing.w("outreach-free"));
        let notice = Notice::warning(heading, words.join(" "));
        pieces.push(Piece::Notice(Notice { link: Some(link), ..notice }));
    }
    pieces.push(Piece::Facts(facts(web, &file, writing)?));
    pieces.push(Piece::Facts(Facts::tally(writing, tally(&file, writing))));
    let days = writing.number(u64::from(web.office().outreach_terms()?.effect_days));
    pieces.push(Piece::Words(writing.with("event-effect", &[("days", &days)])));
    pieces.extend(links(&file, writing));
    if file.may_handle {
        pieces.extend(forms(&page, &file, writing));
    }
    pieces.push(Piece::Heading(writing.w("event-history")));
    pieces.push(Piece::Points(steps(&file, writing)));
    pieces.extend(leads(web, asked, code)?);
    let back = Some((writing.href("/sosialisasi", &[]), writing.w("web-outreach")));
    Ok(Plain { page, back, lead: shown.event.agenda.to_string(), pieces })
}

fn facts(web: &Web, file: &EventFile, writing: Writing) -> Result<Facts, AppError> {
    let (shown, event) = (&file.shown, &file.shown.event);
    let kinds = web.office().outreach_kinds()?;
    let kind = kind_words(kinds.get(OutreachOf::Event, &event.kind), writing);
    let fact = |key: &str, value: String| Fact::new(writing.w(key), value);
    let place = match event.venue.is_empty() {
        true => shown.place.clone(),
        false => format!("{}, {}", event.venue, shown.place),
    };
    let state = writing.w(&format!("event-state-{}", event.state.name()));
    let mut rows = vec![
        fact("event-kind", kind),
        fact("event-state", state),
        fact("event-day", writing.day(event.day)),
        fact("event-hours", event.hours.to_string()),
        fact("event-where", place),
        fact("event-org", shown.org.1.to_string()),
    ];
    let words = web.office();
    let audience: Vec<String> = event
        .audience
        .iter()
        .map(|key| {
            words.occupations.get(key).map_or(key.0.to_string(), |one| one.label.to_string())
        })
        .collect();
    let everybody = || writing.w("event-everybody");
    let audience = if audience.is_empty() { everybody() } else { audience.join(", ") };
    rows.push(fact("event-audience", audience));
    rows.extend(shown.facility.iter().map(|one| fact("event-facility", one.1.to_string())));
    if let (Some(agreement), Some((_, duty))) = (&shown.agreement, &event.duty) {
        let href = writing.href(&format!("/perjanjian/{agreement}"), &[]);
        let value = format!("{agreement} · {duty}");
        rows.push(Fact { change: Some(href), ..fact("event-agreement", value) });
    }
    if !event.facilitators.is_empty() {
        rows.push(fact("event-facilitators", event.facilitators.join("; ")));
    }
    Ok(Facts { change: writing.w("org-open"), ..Facts::new(writing, rows) })
}

fn tally(file: &EventFile, writing: Writing) -> Vec<Fact> {
    let effect = &file.shown.effect;
    let fact = |key: &str, count: u32| Fact::new(writing.w(key), writing.number(u64::from(count)));
    vec![
        fact("event-attended", effect.attended),
        fact("event-there-people", file.there[0]),
        fact("event-there-agents", file.there[2]),
        fact("event-men", file.sexes.0),
        fact("event-women", file.sexes.1),
        fact("event-leads", effect.leads),
        fact("lead-state-registered", effect.registered),
        fact("event-within", effect.within),
    ]
}

fn links(file: &EventFile, writing: Writing) -> Vec<Piece> {
    let code = &file.shown.event.code;
    let path = format!("/sosialisasi/acara/{code}/undangan");
    let reminder = [("ingat".to_owned(), "ya".to_owned())];
    let mut pieces = vec![
        Piece::Link(writing.href(&path, &[]), writing.w("event-invitation")),
        Piece::Link(writing.href(&path, &reminder), writing.w("event-reminder")),
    ];
    if file.next.contains(&EventStep::Change) {
        let change = writing.href(&format!("/sosialisasi/acara/{code}/ubah"), &[]);
        pieces.push(Piece::Link(change, writing.w("event-change")));
    }
    pieces
}

fn steps(file: &EventFile, writing: Writing) -> Vec<String> {
    let line = |(step, by): &(app::outreach::EventStepKept, Option<Box<str>>)| {
        let moment = writing.moment(step.at_ms);
        let by = by.as_deref().unwrap_or_default();
        let values = [("moment", &*moment), ("by", by)];
        let mut text = writing.with(&format!("event-step-{}", step.step.name()), &values);
        if !step.words.is_empty() {
            text.push_str(&format!(" · {}", step.words));
        }
        text
    };
    let mut found: Vec<String> = file.steps.iter().map(line).collect();
    if found.is_empty() {
        found.push(writing.w("event-step-none"));
    }
    found
}

/// The leads of the event, masked, each leading to its page.
fn leads(web: &Web, asked: &Asked, code: &str) -> Result<Vec<Piece>, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let filter = LeadFilter { event: Some(code.to_owned()), ..LeadFilter::default() };
    let found = web.office().leads(actor, &filter)?;
    let mut pieces = vec![Piece::Heading(writing.w("event-leads"))];
    if found.is_empty() {
        pieces.push(Piece::Words(writing.w("lead-empty")));
        return Ok(pieces);
    }
    let query = [("acara".to_owned(), code.to_owned())];
    let all = writing.href("/sosialisasi/peminat", &query);
    let count = writing.number(found.len() as u64);
    pieces.push(Piece::Link(all, writing.with("event-leads-all", &[("count", &count)])));
    Ok(pieces)
}

fn forms(page: &Page, file: &EventFile, writing: Writing) -> Vec<Piece> {
    let event = &file.shown.event;
    let path = |end: &str| format!("/sosialisasi/acara/{}/{end}", event.code);
    let mut pieces = Vec::new();
    for step in file.next.iter().filter(|step| **step != EventStep::Change) {
        let name = step.name();
        pieces.push(Piece::Heading(writing.w(&format!("event-do-{name}"))));
        let words = lines(writing, "alasan", &format!("event-words-{name}"), 2);
        let words = if *step == EventStep::Hold { words.optional(writing) } else { words };
        let form = Form::new(page, &path("langkah"), &format!("event-do-{name}"), vec![words]);
        pieces.push(Piece::Form(form.with_hidden("langkah", name).scoped(name)));
    }
    if event.state == EventState::Cancelled {
        return pieces;
    }
    pieces.push(Piece::Heading(writing.w("attend-one")));
    let acts =
        ["catat", "hapus"].map(|act| Choice::new(act, writing.w(&format!("attend-act-{act}"))));
    let acts = Field::new(writing, "perbuatan", "attend-act", Control::Select(acts.into()));
    let mut fields = attendee_fields(writing);
    fields.push(acts);
    let form = Form::new(page, &path("hadir"), "attend-keep", fields);
    pieces.push(Piece::Form(form.scoped("hadir")));
    pieces.push(Piece::Heading(writing.w("attend-cards")));
    let cards = vec![lines(writing, "nomor", "attend-cards-numbers", 4)];
    let form = Form::new(page, &path("kartu"), "attend-cards-keep", cards);
    pieces.push(Piece::Form(form.scoped("kartu")));
    pieces.push(Piece::Heading(writing.w("attend-list")));
    let file = Control::File { accept: ".xlsx,.xls,.ods,.csv" };
    let fields = vec![
        Field::new(writing, "berkas", "attend-list-file", file),
        Field::new(writing, "setuju", "attend-list-consent", consent_of(writing)),
    ];
    let form = Form::new(page, &path("daftar-hadir"), "attend-list-keep", fields);
    pieces.push(Piece::Form(form.scoped("daftar")));
    pieces
}

/// How somebody agreed, or that nothing says so.
pub(super) fn consent_of(writing: Writing) -> Control {
    let none = Choice::new("", writing.w("attend-consent-none"));
    let ways =
        CONSENTS.map(|name| Choice::new(name, writing.w(&format!("message-agreement-{name}"))));
    Control::Select([none].into_iter().chain(ways).collect())
}

/// The questions about one who was there.
pub(super) fn attendee_fields(writing: Writing) -> Vec<Field> {
    let open = |name, key: &str| Field::line(writing, name, key).optional(writing);
    let sexes = [("", "attend-sex-none"), ("L", "sex-L"), ("P", "sex-P")];
    let sexes = sexes.map(|(value, key)| Choice::new(value, writing.w(key)));
    vec![
        open("nama", "attend-name"),
        Field::new(writing, "jk", "attend-sex", Control::Select(sexes.into())),
        open("telepon", "attend-phone"),
        open("desa", "attend-village"),
        open("pekerjaan", "attend-occupation"),
        open("nik", "attend-nik"),
        open("kartu", "attend-card"),
        open("agen", "attend-agent"),
        Field::new(writing, "setuju", "attend-consent", consent_of(writing)),
    ]
}

/// Who was there, as typed in a form.
pub(super) fn attendee(posted: &Posted) -> AttendeeInput {
    let text = |name: &str| posted.get(name).to_owned();
    AttendeeInput {
        name: text("nama"),
        sex: text("jk"),
        phone: text("telepon"),
        village: text("desa"),
        occupation: text("pekerjaan"),
        nik: text("nik"),
        birth: text("lahir"),
        card: text("kartu"),
        agent: text("agen"),
        consent: text("setuju"),
    }
}

/// The text of an invitation, to be copied.
async fn invitation(
    State(web): State<Arc<Web>>,
    Path(code): Path<String>,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let reminds = asked.value("ingat") == Some("ya");
        let language = match asked.writing().tag() {
            "id" => Language::Indonesian,
            _ => Language::English,
        };
        let text = web.office().outreach_invitation(asked.actor()?, &code, reminds, language)?;
        Ok(([(CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response())
    })
    .await
}

async fn step(
    State(web): State<Arc<Web>>,
    Path(code): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let (office, actor) = (web.office(), &signed.actor);
        office.outreach_event(actor, &code)?;
        let words = posted.get("alasan");
        let done = match EventStep::from_name(posted.get("langkah")) {
            Some(EventStep::Hold) => office.hold_event(actor, &code, words),
            Some(EventStep::Cancel) => office.cancel_event(actor, &code, words),
            Some(EventStep::Plan) => office.plan_event(actor, &code, words),
            _ => Err(AppError::usage("KIND_UNKNOWN", "")),
        };
        again(web, asked, &code, done.map(|_| None))
    })
    .await
}

async fn attend(
    State(web): State<Arc<Web>>,
    Path(code): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        web.office().outreach_event(&signed.actor, &code)?;
        let (office, actor, who) = (web.office(), &signed.actor, attendee(&posted));
        let done = match posted.get("perbuatan") {
            "hapus" => office.unattend(actor, &code, &who).map(|_| None),
            _ => office.attend(actor, &code, &who).map(Some),
        };
        again(web, asked, &code, done)
    })
    .await
}

async fn attend_cards(
    State(web): State<Arc<Web>>,
    Path(code): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        web.office().outreach_event(&signed.actor, &code)?;
        let done = web.office().attend_cards(&signed.actor, &code, posted.exact("nomor"));
        again(web, asked, &code, done.map(Some))
    })
    .await
}

async fn attend_list(
    State(web): State<Arc<Web>>,
    Path(code): Path<String>,
    signed: Signed,
    asked: Asked,
    multipart: Multipart,
) -> Response {
    let received = receive(multipart).await;
    answer(web, asked, move |web, asked| {
        let Received { posted, file, problem } = received;
        web.office().outreach_event(&signed.actor, &code)?;
        let consent = app::doors::Agreement::from_name(posted.get("setuju"));
        let done = problem.map_or(Ok(()), Err).and_then(|()| {
            let missing = || AppError::usage("UPLOAD_MISSING", "");
            let file = file.filter(|file| !file.name.is_empty()).ok_or_else(missing)?;
            let read = web.office().attend_list(&signed.actor, &code, &file.path, consent)?;
            read.map_err(|refusal| AppError::refused("FILE_REFUSED", refusal.code))
        });
        again(web, asked, &code, done.map(Some))
    })
    .await
}

/// On to the event, or its page again with what came of a list or what was refused.
fn again(
    web: &Web,
    asked: &Asked,
    code: &str,
    done: Result<Option<AttendanceReport>, AppError>,
) -> Result<Response, AppError> {
    let writing = asked.writing();
    match done {
        Ok(None) => Ok(to(asked, &format!("/sosialisasi/acara/{code}"), "simpan")),
        Ok(Some(report)) => {
            let notice = report_notice(&report, writing);
            let page = html(&page(web, asked, code, Some(notice))?);
            Ok(if report.unread.is_empty() { page } else { unfit(page) })
        }
        Err(error) if is_said(&error) => {
            let notice = Notice::warning(sentence(&error, writing), String::new());
            Ok(unfit(html(&page(web, asked, code, Some(notice))?)))
        }
        Err(error) => Err(error),
    }
}

fn is_said(error: &AppError) -> bool {
    let kind = matches!(error.kind, ErrorKind::Refused | ErrorKind::Usage | ErrorKind::NotFound);
    kind && error.code != "OUTREACH_UNKNOWN" && error.code != "USER_MAY_NOT"
}

/// What came of those who were written down.
fn report_notice(report: &AttendanceReport, writing: Writing) -> Notice {
    let number = |count: u32| writing.number(u64::from(count));
    let (people, leads) = (number(report.people), number(report.leads));
    let (agents, counted) = (number(report.agents), number(report.counted));
    let known = number(report.known);
    let values = [
        ("people", &*people),
        ("leads", &*leads),
        ("agents", &*agents),
        ("counted", &*counted),
        ("known", &*known),
    ];
    let heading = writing.with("attend-report", &values);
    let unread = report.unread.iter().map(|(row, why)| {
        let why = writing.w(&format!("error-{why}"));
        let row = writing.number(u64::from(*row));
        writing.with("attend-unread", &[("row", &*row), ("why", &*why)])
    });
    let unread: Vec<String> = unread.take(50).collect();
    match unread.is_empty() {
        true => Notice::done(heading, String::new()),
        false => Notice::warning(heading, unread.join(" ")),
    }
}
