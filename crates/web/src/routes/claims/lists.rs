//! `/kematian/daftar` and `/kecelakaan/daftar`: a list of the dead or of the injured is sent, and
//! held against the members.

use std::sync::Arc;

use app::claims::Told;
use app::deaths::{EventList, ListReceipt, NoticeKind};
use app::error::AppError;
use app::office::Operation;
use app::staging::UPLOAD_BYTES_MAX;
use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::events::path_of;
use crate::acts::{Act, Call, Said, Takes};
use crate::api::{Parameter, Shape};
use crate::page::{Asked, Section, Writing};
use crate::parts::{
    Choice, Control, Field, Form, FormPage, Mistakes, Notice, Piece, Plain, Posted,
};
use crate::routes::{Route, Web, answer, day_of, html, sentence, unfit};
use crate::signed::Signed;
use crate::table::{Cell, Column, Kind};
use crate::upload::{Received, receive};

const FORM_BYTES: usize = UPLOAD_BYTES_MAX as usize + 64 * 1024;

/// Who sends lists of each kind.
const SENDERS: [(NoticeKind, &[Told]); 2] = [
    (
        NoticeKind::Death,
        &[
            Told::Registry,
            Told::Village,
            Told::Cemetery,
            Told::Hospital,
            Told::Police,
            Told::Health,
        ],
    ),
    (
        NoticeKind::Accident,
        &[Told::Hospital, Told::Police, Told::Health, Told::Village, Told::Work],
    ),
];

const DEAD: Act = Act {
    path: "/api/kematian/daftar",
    operation: Operation::TakeReferences,
    id: "take-death-list",
    summary: "Takes a list of the dead in and holds it against the members; a list is once.",
    parameters: &[
        Parameter {
            name: "jenis",
            meaning: "How the file's name ends.",
            shape: Shape::OneOf(&["xlsx", "xlsm", "xlsb", "xls", "ods", "csv"]),
        },
        Parameter {
            name: "sumber",
            meaning: "From where it comes.",
            shape: Shape::OneOf(&[
                "registry", "village", "cemetery", "hospital", "police", "health", "work",
            ]),
        },
        Parameter {
            name: "per",
            meaning: "The day on which it was true, YYYY-MM-DD.",
            shape: Shape::Day,
        },
    ],
    takes: Takes::File,
    keyed: true,
    answers: &[
        Column::of_data("rows", Kind::Count),
        Column::of_data("same", Kind::Count),
        Column::of_data("asked", Kind::Count),
        Column::of_data("claims", Kind::Count),
    ],
    statuses: &[StatusCode::CREATED, StatusCode::OK],
    act: take_dead,
    again: take_dead,
};

const INJURED: Act = Act {
    path: "/api/kecelakaan/daftar",
    id: "take-accident-list",
    summary: "Takes a list of the injured in and holds it against the members; a list is once.",
    act: take_injured,
    again: take_injured,
    ..DEAD
};

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    let take = Operation::TakeReferences;
    let mut routes = vec![DEAD.route(), INJURED.route()];
    for kind in NoticeKind::ALL {
        let path = format!("{}/daftar", path_of(kind));
        let ask = move |State(web): State<Arc<Web>>, asked: Asked| ask(web, asked, kind);
        let send =
            move |State(web): State<Arc<Web>>,
                  signed: Signed,
                  asked: Asked,
                  multipart: Multipart| send(web, (signed, asked), kind, multipart);
        routes.push(Route::get(path.clone(), take, ask));
        routes.push(Route::post(path, take, send).accepting(FORM_BYTES));
    }
    routes
}

async fn ask(web: Arc<Web>, asked: Asked, kind: NoticeKind) -> Response {
    answer(web, asked, move |web, asked| {
        Ok(html(&form_page(web, asked, kind, (&Posted::default(), &Mistakes::none()))))
    })
    .await
}

fn form_page(
    web: &Web,
    asked: &Asked,
    kind: NoticeKind,
    (posted, mistakes): (&Posted, &Mistakes),
) -> FormPage {
    let writing = asked.writing();
    let name = kind.name();
    let page = web.page(asked, Section::Claims, writing.w(&format!("{name}-list-new")));
    let senders =
        SENDERS.into_iter().find(|(known, _)| *known == kind).map_or(&[][..], |one| one.1);
    let senders = senders.iter().map(|told| {
        let name = told.name();
        Choice::new(name, writing.w(&format!("claim-told-{name}")))
    });
    let file = Control::File { accept: ".xlsx,.xlsm,.xlsb,.xls,.ods,.csv" };
    let fields = vec![
        Field::new(writing, "sumber", "event-list-source", Control::Select(senders.collect())),
        Field::line(writing, "per", "event-list-as-of"),
        Field::new(writing, "berkas", "event-list-file", file),
    ];
    let action = format!("{}/daftar", path_of(kind));
    let form = Form::new(&page, &action, "event-list-send", fields).filled(posted, mistakes);
    let heading = page.title.clone();
    let word = app::deaths::waiting_word(kind);
    let mut found =
        FormPage::new(page, heading, form).with_back(path_of(kind), &format!("{word}-title"));
    found.lead = vec![writing.w(&format!("{name}-list-lead"))];
    found
}

async fn send(
    web: Arc<Web>,
    (signed, asked): (Signed, Asked),
    kind: NoticeKind,
    multipart: Multipart,
) -> Response {
    let received = receive(multipart).await;
    answer(web, asked, move |web, asked| {
        let Received { posted, file, problem } = received;
        let writing = asked.writing();
        let mut mistakes = Mistakes::none();
        let as_of = day_of(posted.get("per"));
        if as_of.is_none() {
            mistakes.add("per", writing.w("event-list-as-of.wrong"));
        }
        let file = file.filter(|file| !file.name.is_empty());
        let problem = problem.or_else(|| match file {
            Some(_) => None,
            None => Some(AppError::usage("UPLOAD_MISSING", "")),
        });
        if let Some(problem) = problem {
            mistakes.add("berkas", sentence(&problem, writing));
        }
        if let (Some(file), Some(as_of), true) = (&file, as_of, mistakes.is_empty()) {
            let source = Told::from_name(posted.get("sumber")).unwrap_or(Told::Office);
            let list = EventList { kind, path: &file.path, source, as_of };
            match web.office().take_events(&signed.actor, &list)? {
                Ok(receipt) => return Ok(html(&taken(web, asked, kind, &receipt))),
                Err(refusal) => {
                    let said = writing.words().file_refusal(&refusal);
                    mistakes.add("berkas", format!("{} {}", said.what, said.remedy));
                }
            }
        }
        Ok(unfit(html(&form_page(web, asked, kind, (&posted, &mistakes)))))
    })
    .await
}

/// What became of the list, with the way to what it asks.
fn taken(web: &Web, asked: &Asked, kind: NoticeKind, receipt: &ListReceipt) -> Plain {
    let writing = asked.writing();
    let (name, word) = (kind.name(), app::deaths::waiting_word(kind));
    let page = web.page(asked, Section::Claims, writing.w(&format!("{name}-list-new")));
    let key = if receipt.known { "death-list-known" } else { "death-list-taken" };
    let text = counts(receipt, key, writing);
    let notice = match receipt.known {
        true => Notice::info(writing.w("event-list-known"), text),
        false => Notice::done(writing.w("event-list-done"), text),
    };
    let questions = writing.href(&format!("{}/pertanyaan", path_of(kind)), &[]);
    let back = writing.href(path_of(kind), &[]);
    let pieces = vec![
        Piece::Notice(notice),
        Piece::Link(questions, writing.w(&format!("{name}-questions-title"))),
        Piece::Link(writing.href("/klaim", &[]), writing.w("web-claims")),
    ];
    Plain {
        page,
        back: Some((back, writing.w(&format!("{word}-title")))),
        lead: String::new(),
        pieces,
    }
}

fn counts(receipt: &ListReceipt, key: &str, writing: Writing) -> String {
    let [rows, same, asked, claims] =
        [receipt.rows, receipt.same, receipt.asked, receipt.claims].map(|one| writing.number(one));
    let values = [("rows", &*rows), ("same", &*same), ("asked", &*asked), ("claims", &*claims)];
    writing.with(key, &values)
}

fn take_dead(call: &Call<'_>) -> Result<Said, AppError> {
    take(call, NoticeKind::Death)
}

fn take_injured(call: &Call<'_>) -> Result<Said, AppError> {
    take(call, NoticeKind::Accident)
}

fn take(call: &Call<'_>, kind: NoticeKind) -> Result<Said, AppError> {
    let file = call.file.ok_or_else(|| AppError::usage("UPLOAD_MISSING", ""))?;
    let source = call.asked.value("sumber").and_then(Told::from_name);
    let source = source.ok_or_else(|| AppError::usage("KIND_UNKNOWN", ""))?;
    let as_of = call.asked.value("per").and_then(day_of);
    let as_of = as_of.ok_or_else(|| AppError::usage("NOT_A_DAY", ""))?;
    let list = EventList { kind, path: &file.path, source, as_of };
    let taken = call.web.office().take_events(call.actor, &list)?;
    let receipt =
        taken.map_err(|refusal: app::reading::FileRefusal| AppError::refused(&refusal.code, ""))?;
    let counts = [receipt.rows, receipt.same, receipt.asked, receipt.claims];
    let status = if receipt.known { StatusCode::OK } else { StatusCode::CREATED };
    Ok(Said { status, cells: counts.map(Cell::Count).into() })
}
