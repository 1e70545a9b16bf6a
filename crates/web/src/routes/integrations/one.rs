//! `/integrasi/{code}`: one subscriber with what it is told, how it answers, its secrets by their
//! age; tried, paused, resumed, sent to again, given another secret, ended.

use std::sync::Arc;

use app::error::{AppError, ErrorKind};
use app::events::{DeliveryState, Replay, SubscriberFile, SubscriberState, Told};
use app::office::{Actor, Operation};
use axum::extract::{Path, State};
use axum::response::Response;
use base::Day;

use super::meaning;
use crate::page::{Asked, Page, Section, Writing};
use crate::parts::{Fact, Facts, Field, Form, Mistakes, Notice, Piece, Plain, Posted};
use crate::routes::{Route, Web, answer, html, sentence, to, unfit};
use crate::signed::Signed;

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    let change = Operation::Settings;
    vec![
        Route::get("/integrasi/{code}", Operation::ReadAudit, show),
        Route::post("/integrasi/{code}/percobaan", change, attempt),
        Route::post("/integrasi/{code}/jeda", change, pause),
        Route::post("/integrasi/{code}/pelanjutan", change, resume),
        Route::post("/integrasi/{code}/pengiriman", change, replay),
        Route::post("/integrasi/{code}/rahasia", change, rotate),
        Route::post("/integrasi/{code}/pengakhiran", change, end),
    ]
}

/// What was sent wrongly, and what it says of it.
type Given<'a> = (&'a Posted, &'a Mistakes);

async fn show(State(web): State<Arc<Web>>, Path(code): Path<String>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let given = (&Posted::default(), &Mistakes::none());
        let done = asked.value("selesai").and_then(|word| done(word, asked.writing()));
        Ok(html(&page(web, asked, &code, given, done)?))
    })
    .await
}

/// What was just done, for words that are known.
fn done(word: &str, writing: Writing) -> Option<Notice> {
    let key = match word {
        "coba" => "subscriber-tried",
        "jeda" => "subscriber-paused",
        "lanjut" => "subscriber-resumed",
        "kirim" => "subscriber-replayed",
        "tidak-ada" => "subscriber-replayed-none",
        "akhir" => "subscriber-ended",
        _ => return None,
    };
    Some(Notice::done(writing.w(key), String::new()))
}

async fn attempt(
    State(web): State<Arc<Web>>,
    Path(code): Path<String>,
    signed: Signed,
    asked: Asked,
) -> Response {
    act(web, asked, code, signed, Posted::default(), |web, actor, code, _| {
        web.office().try_subscriber(actor, code).map(|()| "coba")
    })
    .await
}

async fn pause(
    State(web): State<Arc<Web>>,
    Path(code): Path<String>,
    signed: Signed,
    asked: Asked,
) -> Response {
    act(web, asked, code, signed, Posted::default(), |web, actor, code, _| {
        web.office().pause_subscriber(actor, code).map(|()| "jeda")
    })
    .await
}

async fn resume(
    State(web): State<Arc<Web>>,
    Path(code): Path<String>,
    signed: Signed,
    asked: Asked,
) -> Response {
    act(web, asked, code, signed, Posted::default(), |web, actor, code, _| {
        web.office().resume_subscriber(actor, code).map(|()| "lanjut")
    })
    .await
}

async fn replay(
    State(web): State<Arc<Web>>,
    Path(code): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    act(web, asked, code, signed, posted, |web, actor, code, posted| {
        let replay = match posted.get("sejak") {
            "" => Replay::Failed,
            day => {
                Replay::Since(Day::parse_iso(day).ok_or_else(|| AppError::usage("NOT_A_DAY", day))?)
            }
        };
        let count = web.office().replay(actor, code, replay)?;
        Ok(if count > 0 { "kirim" } else { "tidak-ada" })
    })
    .await
}

async fn end(
    State(web): State<Arc<Web>>,
    Path(code): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    act(web, asked, code, signed, posted, |web, actor, code, posted| {
        web.office().end_subscriber(actor, code, posted.get("alasan")).map(|()| "akhir")
    })
    .await
}

/// Does it and says so, or says on the page why not.
async fn act(
    web: Arc<Web>,
    asked: Asked,
    code: String,
    signed: Signed,
    posted: Posted,
    work: fn(&Web, &Actor, &str, &Posted) -> Result<&'static str, AppError>,
) -> Response {
    answer(web, asked, move |web, asked| {
        let error = match work(web, &signed.actor, &code, &posted) {
            Ok(done) => return Ok(to(asked, &format!("/integrasi/{code}"), done)),
            Err(error) if matches!(error.kind, ErrorKind::Usage | ErrorKind::Refused) => error,
            Err(error) => return Err(error),
        };
        let mut mistakes = Mistakes::none();
        let mut notice = None;
        match error.code.as_str() {
            "REASON_MISSING" => mistakes.add("alasan", sentence(&error, asked.writing())),
            "NOT_A_DAY" => mistakes.add("sejak", sentence(&error, asked.writing())),
            _ => notice = Some(Notice::warning(sentence(&error, asked.writing()), String::new())),
        }
        Ok(unfit(html(&page(web, asked, &code, (&posted, &mistakes), notice)?)))
    })
    .await
}

/// Another secret, shown on this page and on no other.
async fn rotate(
    State(web): State<Arc<Web>>,
    Path(code): Path<String>,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let given = (&Posted::default(), &Mistakes::none());
        match web.office().rotate_subscriber_secret(&signed.actor, &code) {
            Ok(secret) => {
                let heading = asked.writing().w("subscriber-secret-told");
                let notice = Notice::done(heading, secret.to_string());
                Ok(html(&page(web, asked, &code, given, Some(notice))?))
            }
            Err(error) if error.kind == ErrorKind::Refused && error.code != "USER_MAY_NOT" => {
                let notice = Notice::warning(sentence(&error, asked.writing()), String::new());
                Ok(unfit(html(&page(web, asked, &code, given, Some(notice))?)))
            }
            Err(error) => Err(error),
        }
    })
    .await
}

fn page(
    web: &Web,
    asked: &Asked,
    code: &str,
    given: Given<'_>,
    notice: Option<Notice>,
) -> Result<Plain, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let file = web.office().subscriber(actor, code)?;
    let subscriber = &file.shown.subscriber;
    let title = writing.with("subscriber-title", &[("name", &subscriber.name)]);
    let mut page = web.page(asked, Section::Integrations, title);
    if !given.1.is_empty() {
        page = page.with_mistakes();
    }
    let mut pieces: Vec<Piece> = notice.into_iter().map(Piece::Notice).collect();
    pieces.extend(state_notice(&file, writing).map(Piece::Notice));
    pieces.push(Piece::Facts(Facts::new(writing, facts(&file, writing))));
    if let Some(task) = &file.task {
        let href = writing.href(&format!("/tugas/{task}"), &[]);
        pieces.push(Piece::Link(href, writing.w("subscriber-task")));
    }
    let query = [("pelanggan".to_owned(), code.to_owned())];
    let href = writing.href("/integrasi/kiriman", &query);
    pieces.push(Piece::Link(href, writing.w("delivery-heading")));
    pieces.push(Piece::Heading(writing.w("subscriber-kinds")));
    let told = subscriber.kinds.iter().filter_map(|kind| Told::of_type(kind));
    let told = told.map(|told| format!("{}: {}", told.type_name(), meaning(told, writing)));
    pieces.push(Piece::Points(told.collect()));
    if web.may_somewhere(actor, Operation::Settings) {
        pieces.extend(forms(&page, &file, given, writing));
    }
    let back = Some((writing.href("/integrasi", &[]), writing.w("web-integrations")));
    Ok(Plain { page, back, lead: String::new(), pieces })
}

/// What somebody ought to do about it.
fn state_notice(file: &SubscriberFile, writing: Writing) -> Option<Notice> {
    let key = match file.shown.subscriber.state {
        SubscriberState::Proposed => "subscriber-waits",
        SubscriberState::Disabled => "subscriber-is-off",
        _ => return None,
    };
    let text = writing.w(&format!("{key}.what"));
    Some(match key {
        "subscriber-is-off" => Notice::warning(writing.w(key), text),
        _ => Notice::info(writing.w(key), text),
    })
}

fn facts(file: &SubscriberFile, writing: Writing) -> Vec<Fact> {
    let (shown, subscriber) = (&file.shown, &file.shown.subscriber);
    let fact = |key: &str, value: String| Fact::new(writing.w(key), value);
    let state = writing.w(&format!("subscriber-state-{}", subscriber.state.name()));
    let (maker, checker) = &file.people;
    let made = format!("{maker}, {}", writing.moment(subscriber.made_at_ms));
    let mut facts = vec![
        fact("subscriber-code", subscriber.code.to_string()),
        fact("subscriber-url", subscriber.url.to_string()),
        fact("subscriber-state", state),
        fact("subscriber-maker", made),
    ];
    facts.extend(checker.as_ref().map(|name| fact("subscriber-checker", name.to_string())));
    for state in DeliveryState::ALL {
        let key = format!("delivery-state-{}", state.name());
        facts.push(fact(&key, writing.number(shown.count(state))));
    }
    let health = shown.health;
    let failing = health.failing_since_ms;
    facts.extend(failing.map(|at| fact("subscriber-failing-since", writing.moment(at))));
    for (serial, made, ends) in &file.secrets {
        let made = writing.moment(*made);
        let number = writing.number(u64::from(*serial));
        let line = match ends {
            None => writing.with("subscriber-secret-line", &[("made", &made)]),
            Some(ends) => {
                let ends = writing.moment(*ends);
                writing.with("subscriber-secret-until", &[("made", &made), ("ends", &ends)])
            }
        };
        facts.push(Fact::new(writing.with("subscriber-secret", &[("number", &number)]), line));
    }
    facts
}

fn forms(
    page: &Page,
    file: &SubscriberFile,
    (posted, mistakes): Given<'_>,
    writing: Writing,
) -> Vec<Piece> {
    let subscriber = &file.shown.subscriber;
    let action = |word: &str| format!("/integrasi/{}/{word}", subscriber.code);
    let plain = |word: &str, key: &str| Form::new(page, &action(word), key, Vec::new());
    let mut pieces = Vec::new();
    match subscriber.state {
        SubscriberState::Active => {
            pieces.push(Piece::Heading(writing.w("subscriber-try-heading")));
            pieces.push(Piece::Form(plain("percobaan", "subscriber-try")));
            pieces.push(Piece::Form(plain("jeda", "subscriber-pause")));
        }
        SubscriberState::Paused | SubscriberState::Disabled => {
            pieces.push(Piece::Heading(writing.w("subscriber-resume-heading")));
            pieces.push(Piece::Words(writing.w("subscriber-resume-what")));
            pieces.push(Piece::Form(plain("pelanjutan", "subscriber-resume")));
        }
        _ => {}
    }
    if subscriber.state.is_queued_for() {
        let since = Field::line(writing, "sejak", "subscriber-since").optional(writing);
        let form = Form::new(page, &action("pengiriman"), "subscriber-replay", vec![since]);
        pieces.push(Piece::Heading(writing.w("subscriber-replay-heading")));
        pieces.push(Piece::Form(form.filled(posted, mistakes)));
        pieces.push(Piece::Heading(writing.w("subscriber-rotate-heading")));
        pieces.push(Piece::Words(writing.w("subscriber-rotate-what")));
        pieces.push(Piece::Form(plain("rahasia", "subscriber-rotate")));
    }
    if !matches!(subscriber.state, SubscriberState::Ended | SubscriberState::Refused) {
        let reason = Field::line(writing, "alasan", "subscriber-end-reason");
        let mut form = Form::new(page, &action("pengakhiran"), "subscriber-end", vec![reason]);
        form.grave = true;
        pieces.push(Piece::Heading(writing.w("subscriber-end-heading")));
        pieces.push(Piece::Form(form.filled(posted, mistakes)));
    }
    pieces
}
