//! One card day: made, shown village by village, printed, closed; and one telling of a handover,
//! with what a person may decide about it.

use std::sync::Arc;

use app::attachments::FileOf;
use app::card_days::{
    CardDayAsked, CardDayFile, DayPaper, HandoverFile, HandoverRow, HandoverStep, MinutesAsked,
    card_day_number, handover_number,
};
use app::error::AppError;
use app::office::Operation;
use app::prints::Printed;
use axum::extract::{Multipart, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use crate::acts::{Act, Call, Input, Said, Shape, Takes};
use crate::page::{Asked, Page, Section, Writing};
use crate::parts::{
    Choice, Control, Fact, Facts, Field, Form, FormPage, Mistakes, Notice, Piece, Plain, Posted,
};
use crate::routes::plan::attachment;
use crate::routes::{
    Route, Web, answer, day_of, files, html, is_said, programme_field, sentence, steps_said, unfit,
};
use crate::signed::Signed;
use crate::table::{Cell, Column, Kind};

const MADE: &[Column] = &[
    Column::of_data("card_day", Kind::Text),
    Column::of_data("seats", Kind::Count),
    Column::of_data("changed", Kind::Text),
];

const DECIDED: &[Column] =
    &[Column::of_data("handover", Kind::Text), Column::of_data("state", Kind::Text)];

const fn text(name: &'static str, meaning: &'static str, may_be_empty: bool) -> Input {
    Input { name, meaning, shape: Shape::Text { most: 300, may_be_empty } }
}

const MAKE: Act = Act {
    path: "/api/kartu/hari",
    operation: Operation::Cards,
    id: "make-card-day",
    summary: "Makes a card day: draws missing cards and gives every good card that waits a seat.",
    parameters: &[],
    takes: Takes::Fields(&[
        text("program", "The programme, by code.", false),
        text("nama", "What the day is called.", false),
        text("tempat", "Where it is held.", false),
        text("hari", "When it is held, YYYY-MM-DD.", false),
        text("wilayah", "Codes of districts and villages, apart by commas; all when empty.", true),
    ]),
    keyed: true,
    answers: MADE,
    statuses: &[StatusCode::OK],
    act: act_make,
    again: act_make,
};

const DECIDE: Act = Act {
    path: "/api/kartu/serah/{id}/keputusan",
    operation: Operation::Cards,
    id: "decide-handover",
    summary: "Decides on a telling of a handover, with a reason.",
    parameters: &[],
    takes: Takes::Fields(&[
        Input { name: "langkah", meaning: "What is decided.", shape: Shape::Word(steps_by_hand) },
        text("alasan", "Why, in a sentence; it stays in the office.", false),
    ]),
    keyed: true,
    answers: DECIDED,
    statuses: &[StatusCode::OK],
    act: act_decide,
    again: act_decide,
};

fn steps_by_hand() -> Vec<&'static str> {
    let steps = HandoverStep::ALL.iter().filter(|step| step.is_by_hand());
    steps.map(|step| step.name()).collect()
}

pub(super) fn routes() -> Vec<Route> {
    let (read, cards) = (Operation::ReadCardDays, Operation::Cards);
    vec![
        Route::get("/kartu/hari/baru", cards, ask),
        Route::post("/kartu/hari/baru", cards, make),
        Route::get("/kartu/hari/{id}", read, show),
        Route::post("/kartu/hari/{id}/cetak", Operation::HandOver, print),
        Route::post("/kartu/hari/{id}/berita-acara", cards, minutes),
        Route::post("/kartu/hari/{id}/kursi-baru", cards, seat),
        Route::post("/kartu/hari/{id}/tutup", cards, close),
        Route::post("/kartu/hari/{id}/buka", cards, reopen),
        Route::get("/kartu/serah/{id}", read, show_handover),
        Route::post("/kartu/serah/{id}/keputusan", cards, decide),
        Route::post("/kartu/serah/{id}/lampiran", Operation::HandOver, add_file)
            .accepting(files::FORM_BYTES),
        MAKE.route(),
        DECIDE.route(),
    ]
}

async fn ask(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, |web, asked| {
        Ok(html(&form_page(web, asked, (&Posted::default(), &Mistakes::none()))?))
    })
    .await
}

fn form_page(
    web: &Web,
    asked: &Asked,
    (posted, mistakes): (&Posted, &Mistakes),
) -> Result<FormPage, AppError> {
    let writing = asked.writing();
    let page = web.page(asked, Section::Cards, writing.w("card-day-new"));
    let fields = vec![
        programme_field(web, writing, "card-day-programme", posted.get("program"))?,
        Field::line(writing, "nama", "card-day-name"),
        Field::line(writing, "tempat", "card-day-place"),
        Field::line(writing, "hari", "card-day-on"),
        Field::line(writing, "wilayah", "card-day-within").optional(writing),
    ];
    let form = Form::new(&page, "/kartu/hari/baru", "card-day-make", fields);
    let form = form.filled(posted, mistakes);
    let heading = page.title.clone();
    let mut found = FormPage::new(page, heading, form).with_back("/kartu/hari", "web-card-days");
    found.lead = vec![writing.w("card-day-new.lead")];
    Ok(found)
}

async fn make(
    State(web): State<Arc<Web>>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let writing = asked.writing();
        let typed = posted.get("hari");
        let no_day = || AppError::usage("NOT_A_DAY", app::error::typed(typed));
        let made = day_of(typed).ok_or_else(no_day).and_then(|day| {
            let wish = CardDayAsked {
                programme: posted.get("program"),
                name: posted.get("nama"),
                place: posted.get("tempat"),
                day,
                within: posted.get("wilayah"),
            };
            web.office().make_card_day(&signed.actor, &wish)
        });
        match made {
            Ok((day, _)) => {
                let place = writing.href(&format!("/kartu/hari/{}", day.id), &[]);
                Ok(Redirect::to(&place).into_response())
            }
            Err(error) if is_said(&error) => {
                let mut mistakes = Mistakes::none();
                let field = match error.code.as_str() {
                    "NOT_A_DAY" => "hari",
                    "NOT_A_REGION" | "CARD_DAY_EMPTY" => "wilayah",
                    "NOT_COVERED" => "program",
                    _ if posted.get("nama").is_empty() => "nama",
                    _ if posted.get("tempat").is_empty() => "tempat",
                    _ => "nama",
                };
                mistakes.add(field, sentence(&error, writing));
                Ok(unfit(html(&form_page(web, asked, (&posted, &mistakes))?)))
            }
            Err(error) => Err(error),
        }
    })
    .await
}

async fn show(State(web): State<Arc<Web>>, Path(id): Path<String>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| Ok(html(&day_page(web, asked, &id, None)?))).await
}

fn day_page(web: &Web, asked: &Asked, id: &str, wrong: Option<Notice>) -> Result<Plain, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let file = web.office().card_day(actor, card_day_number(id)?)?;
    let page = web.page(asked, Section::Cards, file.row.day.name.to_string());
    let mut pieces: Vec<Piece> = wrong.into_iter().map(Piece::Notice).collect();
    pieces.push(Piece::Facts(Facts::dense(writing, facts(&file, writing))));
    let state = [("hari".to_owned(), file.row.day.id.to_string())];
    if web.may_somewhere(actor, Operation::HandOver) {
        let href = writing.href(&format!("/kartu/hari/{}/serah", file.row.day.id), &[]);
        pieces.push(Piece::Link(href, writing.w("handover")));
    }
    for (path, key) in [
        ("/kartu/hari/papan", "card-day-board"),
        ("/kartu/hari/kursi", "card-day-seat-list"),
        ("/kartu/hari/benturan", "card-day-conflict-list"),
    ] {
        pieces.push(Piece::Link(writing.href(path, &state), writing.w(key)));
    }
    pieces.extend(day_forms(web, asked, &page, &file)?);
    let back = Some((writing.href("/kartu/hari", &[]), writing.w("web-card-days")));
    Ok(Plain { page, back, lead: String::new(), pieces })
}

fn facts(file: &CardDayFile, writing: Writing) -> Vec<Fact> {
    let (day, tally) = (&file.row.day, &file.row.tally);
    let fact = |key: &str, value: String| Fact::new(writing.w(key), value);
    let count = |number: u32| writing.number(number.into());
    let state = if day.closed_at_ms.is_some() { "card-day-closed" } else { "card-day-open" };
    let mut rows = vec![
        fact("card-day-on", writing.day(day.day)),
        fact("card-day-place", day.place.to_string()),
        fact("card-day-programme", file.row.programme.1.to_string()),
        fact("column-state", writing.w(state)),
        fact("card-day-seats", count(tally.seats)),
        fact("card-day-handed", count(tally.handed())),
        fact("card-day-waiting", count(tally.waiting())),
    ];
    if tally.elsewhere > 0 {
        rows.push(fact("card-day-elsewhere", count(tally.elsewhere)));
    }
    rows.push(fact("card-day-conflicts", count(tally.conflicts)));
    let made = writing.moment(day.made_at_ms);
    rows.push(fact("card-day-made-by", format!("{} · {made}", file.made_by)));
    rows
}

/// The papers and acts that whoever looks may ask for.
fn day_forms(
    web: &Web,
    asked: &Asked,
    page: &Page,
    file: &CardDayFile,
) -> Result<Vec<Piece>, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let path = |end: &str| format!("/kartu/hari/{}/{end}", file.row.day.id);
    let may_all = web.may_somewhere(actor, Operation::Cards);
    let mut pieces = Vec::new();
    if web.may_somewhere(actor, Operation::HandOver) {
        let papers = DayPaper::ALL.iter().filter(|paper| may_all || **paper == DayPaper::Absent);
        let choice = |paper: &DayPaper| {
            Choice::new(paper.name(), writing.w(&format!("card-day-paper-{}", paper.name())))
        };
        let control = Control::Select(papers.map(choice).collect());
        let field = Field::new(writing, "kertas", "card-day-paper", control);
        let form = Form::new(page, &path("cetak"), "card-day-print", vec![field]);
        pieces.push(Piece::Heading(writing.w("card-day-papers")));
        pieces.push(Piece::Form(form.scoped("cetak")));
    }
    if !may_all {
        return Ok(pieces);
    }
    let fields = vec![
        Field::line(writing, "nomor", "card-day-number").optional(writing),
        Field::line(writing, "penyerah", "card-day-giver-field").optional(writing),
        Field::line(writing, "penerima", "card-day-receiver-field").optional(writing),
    ];
    let form = Form::new(page, &path("berita-acara"), "card-day-print", fields);
    pieces.push(Piece::Heading(writing.w("card-day-minutes")));
    pieces.push(Piece::Form(form.scoped("acara")));
    match file.row.day.closed_at_ms {
        None => {
            for (end, key) in [("kursi-baru", "card-day-seat"), ("tutup", "card-day-close")] {
                pieces.push(Piece::Heading(writing.w(key)));
                pieces.push(Piece::Words(writing.w(&format!("{key}.what"))));
                pieces.push(Piece::Form(Form::new(page, &path(end), key, Vec::new())));
            }
        }
        Some(_) => {
            pieces.push(Piece::Heading(writing.w("card-day-reopen")));
            let why = Field::new(writing, "alasan", "card-day-reason", Control::Lines(2));
            let form = Form::new(page, &path("buka"), "card-day-reopen", vec![why]);
            pieces.push(Piece::Form(form.scoped("buka")));
        }
    }
    Ok(pieces)
}

/// Back to the day, or the day with what is wrong above it.
fn done(
    web: &Web,
    asked: &Asked,
    id: &str,
    came: Result<Option<Response>, AppError>,
) -> Result<Response, AppError> {
    match came {
        Ok(Some(response)) => Ok(response),
        Ok(None) => {
            let place = asked.writing().href(&format!("/kartu/hari/{id}"), &[]);
            Ok(Redirect::to(&place).into_response())
        }
        Err(error) if is_said(&error) => {
            let said = Notice::warning(sentence(&error, asked.writing()), String::new());
            Ok(unfit(html(&day_page(web, asked, id, Some(said))?)))
        }
        Err(error) => Err(error),
    }
}

async fn print(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let number = card_day_number(&id)?;
        let unknown = || AppError::usage("KIND_UNKNOWN", "");
        let paper = DayPaper::from_name(posted.get("kertas")).ok_or_else(unknown);
        let words = asked.writing().words();
        let came = paper.and_then(|paper| {
            let files = web.office().card_day_paper(&signed.actor, number, (paper, words))?;
            given(files, paper).map(Some)
        });
        done(web, asked, &id, came)
    })
    .await
}

/// One file as it is, several in one archive.
fn given(mut files: Vec<Printed>, paper: DayPaper) -> Result<Response, AppError> {
    if files.len() == 1 {
        let file = files.remove(0);
        return Ok(attachment(&file.name, "application/pdf", file.bytes));
    }
    let archive = app::prints::archive(&files)?;
    Ok(attachment(&format!("{}.zip", paper.name()), "application/zip", archive))
}

async fn minutes(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let number = card_day_number(&id)?;
        let wish = MinutesAsked {
            number: posted.get("nomor"),
            giver: posted.get("penyerah"),
            receiver: posted.get("penerima"),
        };
        let asked_for = (&wish, asked.writing().words());
        let came = web.office().card_day_minutes(&signed.actor, number, asked_for);
        let came = came.map(|file| Some(attachment(&file.name, "application/pdf", file.bytes)));
        done(web, asked, &id, came)
    })
    .await
}

async fn seat(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let came = web.office().seat_newcomers(&signed.actor, card_day_number(&id)?);
        done(web, asked, &id, came.map(|_| None))
    })
    .await
}

async fn close(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let came = web.office().close_card_day(&signed.actor, card_day_number(&id)?);
        done(web, asked, &id, came.map(|_| None))
    })
    .await
}

async fn reopen(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let (number, reason) = (card_day_number(&id)?, posted.get("alasan"));
        let came = web.office().reopen_card_day(&signed.actor, number, reason);
        done(web, asked, &id, came.map(|_| None))
    })
    .await
}

async fn show_handover(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| Ok(html(&handover_page(web, asked, &id, None)?))).await
}

fn handover_page(
    web: &Web,
    asked: &Asked,
    id: &str,
    wrong: Option<Notice>,
) -> Result<Plain, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let file = web.office().handover(actor, handover_number(id)?)?;
    let page = web.page(asked, Section::Cards, writing.w("handover-one"));
    let mut pieces: Vec<Piece> = wrong.into_iter().map(Piece::Notice).collect();
    pieces.push(Piece::Facts(Facts::dense(writing, handover_facts(&file, writing))));
    if !file.others.is_empty() {
        pieces.push(Piece::Heading(writing.w("handover-others")));
        for other in &file.others {
            let href = writing.href(&format!("/kartu/serah/{}", other.handover.id), &[]);
            pieces.push(Piece::Link(href, told(other, writing)));
        }
    }
    if !file.next.is_empty() {
        let choice = |step: &HandoverStep| {
            Choice::new(step.name(), writing.w(&format!("card-step-{}", step.name())))
        };
        let steps = Control::Select(file.next.iter().map(choice).collect());
        let fields = vec![
            Field::new(writing, "langkah", "handover-step", steps),
            Field::new(writing, "alasan", "card-day-reason", Control::Lines(2)),
        ];
        let path = format!("/kartu/serah/{id}/keputusan");
        pieces.push(Piece::Heading(writing.w("handover-decide")));
        pieces.push(Piece::Form(Form::new(&page, &path, "handover-decide.button", fields)));
    }
    if !file.steps.is_empty() {
        pieces.push(Piece::Heading(writing.w("handover-history")));
        pieces.push(Piece::Points(history(&file, writing)));
    }
    let may_add = web.may_somewhere(actor, Operation::HandOver);
    let path = format!("/kartu/serah/{id}/lampiran");
    let adding = may_add.then(|| (&*path, Vec::new()));
    pieces.extend(files::pieces(
        web,
        asked,
        &page,
        (FileOf::Handover(handover_number(id)?), &[]),
        adding,
    )?);
    let query = [("hari".to_owned(), file.day.id.to_string())];
    let href = writing.href("/kartu/hari/benturan", &query);
    let back = Some((href, writing.w("card-day-conflict-list")));
    Ok(Plain { page, back, lead: String::new(), pieces })
}

/// The photo of a receipt, or of who took the card.
async fn add_file(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
    multipart: Multipart,
) -> Response {
    let received = files::received(multipart).await;
    answer(web, asked, move |web, asked| {
        let of = FileOf::Handover(handover_number(&id)?);
        match files::add(web, &signed, of, &received) {
            Ok(()) => {
                let place = asked.writing().href(&format!("/kartu/serah/{id}"), &[]);
                Ok(Redirect::to(&place).into_response())
            }
            Err(error) => match files::said(&error, asked.writing()) {
                Some(said) => {
                    let said = Notice::warning(said, String::new());
                    Ok(unfit(html(&handover_page(web, asked, &id, Some(said))?)))
                }
                None => Err(error),
            },
        }
    })
    .await
}

/// A telling in a line: who, when, how it stands.
fn told(row: &HandoverRow, writing: Writing) -> String {
    let one = &row.handover;
    let state = state_of(row, writing);
    format!("{} · {} · {state}", writing.moment(one.at_ms), row.handed_by)
}

fn state_of(row: &HandoverRow, writing: Writing) -> String {
    let one = &row.handover;
    let state = writing.w(&format!("card-handover-{}", one.state.name()));
    match one.conflict() {
        Some(why) => {
            format!("{state}: {}", writing.w(&format!("card-trouble-{}", why.name())))
        }
        None => state,
    }
}

fn handover_facts(file: &HandoverFile, writing: Writing) -> Vec<Fact> {
    let (row, one) = (&file.row, &file.row.handover);
    let fact = |key: &str, value: String| Fact::new(writing.w(key), value);
    let mut rows = vec![fact("column-state", state_of(row, writing))];
    if let Some((seat, village)) = &row.seat {
        rows.push(fact("card-seat", format!("{} · {village}", writing.number(seat.no.into()))));
    }
    if !row.initials.is_empty() {
        rows.push(fact("card-holder", row.initials.clone()));
        rows.push(fact("card-number", row.number_end.clone()));
    }
    let named = |key: &str, name: &str| writing.w(&format!("{key}-{name}"));
    rows.extend([
        fact("card-handover-to", named("card-recipient", one.recipient.name())),
        fact("card-handover-proof", named("card-proof", one.proof.name())),
    ]);
    if !file.reference.is_empty() {
        rows.push(fact("card-handover-reference", file.reference.clone()));
    }
    rows.extend([
        fact("card-handover-at", writing.moment(one.at_ms)),
        fact("card-handover-told", writing.moment(one.told_at_ms)),
        fact("card-handover-received", writing.moment(one.received_at_ms)),
        fact("card-handover-by", row.handed_by.to_string()),
    ]);
    let device = match one.device {
        // Enough to tell the telephones of a day apart.
        Some(device) => device.to_string()[30..].to_owned(),
        None => writing.w("card-handover-desk"),
    };
    rows.push(fact("card-handover-device", device));
    rows.push(fact("card-day-name", file.day.name.to_string()));
    rows
}

fn history(file: &HandoverFile, writing: Writing) -> Vec<String> {
    steps_said(&file.steps, writing, |step, moment| {
        format!("{moment} · {}", writing.w(&format!("card-step-{}", step.name())))
    })
}

async fn decide(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let number = handover_number(&id)?;
        let came = step_of(posted.get("langkah")).and_then(|step| {
            let reason = posted.get("alasan");
            web.office().decide_handover(&signed.actor, number, step, reason)
        });
        match came {
            Ok(_) => {
                let place = asked.writing().href(&format!("/kartu/serah/{id}"), &[]);
                Ok(Redirect::to(&place).into_response())
            }
            Err(error) if is_said(&error) => {
                let said = Notice::warning(sentence(&error, asked.writing()), String::new());
                Ok(unfit(html(&handover_page(web, asked, &id, Some(said))?)))
            }
            Err(error) => Err(error),
        }
    })
    .await
}

fn step_of(name: &str) -> Result<HandoverStep, AppError> {
    let step = HandoverStep::from_name(name).filter(|step| step.is_by_hand());
    step.ok_or_else(|| AppError::usage("KIND_UNKNOWN", app::error::typed(name)))
}

fn act_make(call: &Call<'_>) -> Result<Said, AppError> {
    let typed = call.given.text("hari");
    let day =
        day_of(typed).ok_or_else(|| AppError::usage("NOT_A_DAY", app::error::typed(typed)))?;
    let wish = CardDayAsked {
        programme: call.given.text("program"),
        name: call.given.text("nama"),
        place: call.given.text("tempat"),
        day,
        within: call.given.text("wilayah"),
    };
    let (made, is_new) = call.web.office().make_card_day(call.actor, &wish)?;
    let file = call.web.office().card_day(call.actor, made.id)?;
    let cells = vec![
        Cell::Text(made.id.to_string()),
        Cell::Count(file.row.tally.seats.into()),
        Cell::Text(if is_new { "new" } else { "exists" }.to_owned()),
    ];
    Ok(Said { status: StatusCode::OK, cells })
}

fn act_decide(call: &Call<'_>) -> Result<Said, AppError> {
    let id = handover_number(call.part("id"))?;
    let step = step_of(call.given.text("langkah"))?;
    let reason = call.given.text("alasan");
    let one = call.web.office().decide_handover(call.actor, id, step, reason)?;
    let cells = vec![Cell::Text(one.id.to_string()), Cell::Text(one.state.name().to_owned())];
    Ok(Said { status: StatusCode::OK, cells })
}
