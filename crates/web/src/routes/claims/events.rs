//! `/kematian` and `/kecelakaan`: the dead and the injured who were covered and never claimed for,
//! and the questions that lists of them raised.

use std::sync::Arc;

use app::deaths::{NoticeKind, NoticeQuestion, Unclaimed, by_village, waiting_word};
use app::error::{AppError, ErrorKind};
use app::office::Operation;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use base::{Id, Rupiah};

use crate::page::{Asked, Page, Section, Writing};
use crate::parts::{Choice, Control, Field, Form, Notice, Piece, Plain, Posted};
use crate::routes::{Route, Web, answer, html, sentence, unfit};
use crate::signed::Signed;
use crate::table::{Cell, Column, Kind, Listing, Row, View, Window};

const UNCLAIMED: View = View {
    path: "/kematian",
    operation: Operation::ReadClaims,
    id: "unclaimed",
    section: Section::Claims,
    columns: &[
        Column::of_data("person", Kind::Text),
        Column::new("name", "claim-member", Kind::Text),
        Column::new("village", "claim-village", Kind::Text),
        Column::of_data("district", Kind::Text),
        Column::new("died", "unclaimed-died", Kind::Day),
        Column::new("days", "unclaimed-days", Kind::Count),
        Column::new("rupiah", "unclaimed-rupiah", Kind::Rupiah),
        Column::new("until", "claim-clock", Kind::Day),
        Column::new("state", "claim-state", Kind::Text),
    ],
    meta: &[Column::of_data("total_rupiah", Kind::Rupiah)],
    parameters: &[],
    load: load_dead,
};

const INJURED: View = View {
    path: "/kecelakaan",
    id: "injured",
    columns: &[
        Column::of_data("person", Kind::Text),
        Column::new("name", "claim-member", Kind::Text),
        Column::new("village", "claim-village", Kind::Text),
        Column::of_data("district", Kind::Text),
        Column::new("event", "injured-event", Kind::Day),
        Column::new("days", "unclaimed-days", Kind::Count),
        Column::new("report", "injured-report", Kind::Day),
        Column::of_data("rupiah", Kind::Rupiah),
        Column::new("until", "claim-clock", Kind::Day),
        Column::new("state", "claim-state", Kind::Text),
    ],
    load: load_injured,
    ..UNCLAIMED
};

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    let (read, take) = (Operation::ReadClaims, Operation::TakeReferences);
    let mut routes: Vec<Route> = [UNCLAIMED, INJURED].into_iter().flat_map(View::routes).collect();
    for kind in NoticeKind::ALL {
        let path = format!("{}/pertanyaan", path_of(kind));
        let one = format!("{path}/{{id}}");
        let show = move |State(web): State<Arc<Web>>, asked: Asked| questions(web, asked, kind);
        let keep = move |State(web): State<Arc<Web>>,
                         Path(id): Path<String>,
                         signed: Signed,
                         asked: Asked,
                         posted: Posted| {
            answer_question(web, (kind, id), signed, asked, posted)
        };
        routes.push(Route::get(path, read, show));
        routes.push(Route::post(one, take, keep));
    }
    routes
}

/// Where a kind has its pages.
pub(super) fn path_of(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::Death => UNCLAIMED.path,
        NoticeKind::Accident => INJURED.path,
    }
}

fn load_dead(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    load(web, asked, window, NoticeKind::Death)
}

fn load_injured(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    load(web, asked, window, NoticeKind::Accident)
}

fn load(web: &Web, asked: &Asked, window: &Window, kind: NoticeKind) -> Result<Listing, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let found = web.office().unclaimed(actor, kind)?;
    let total = Rupiah(found.iter().map(|one| one.rupiah.0).sum());
    let rows = found.iter().map(|one| row(one, kind, writing)).collect();
    let (rows, more) = window.cut(rows);
    let word = waiting_word(kind);
    let villages = by_village(&found);
    let notes = villages.iter().map(|village| {
        let (people, rupiah) = (writing.number(village.people), writing.rupiah(village.rupiah));
        let days = writing.number(village.oldest_days.into());
        let values = [
            ("village", &*village.name.0),
            ("people", &*people),
            ("rupiah", &*rupiah),
            ("days", &*days),
        ];
        writing.with(&format!("{word}-village"), &values)
    });
    let notes: Vec<String> = notes.collect();
    let (rupiah, words) = (writing.rupiah(total), total.in_words());
    let people = writing.number(found.len() as u64);
    let waits = [("rupiah", &*rupiah), ("words", &*words), ("people", &*people)];
    let questions = writing.href(&format!("{}/pertanyaan", path_of(kind)), &[]);
    let send = writing.href(&format!("{}/daftar", path_of(kind)), &[]);
    let may_send = web.may_somewhere(actor, Operation::TakeReferences);
    Ok(Listing {
        title: writing.w(&format!("{word}-title")),
        lead: writing.with(&format!("{word}-lead"), &waits),
        action: may_send.then(|| (send, writing.w(&format!("{}-list-new", kind.name())))),
        beside: Some((questions, writing.w(&format!("{}-questions-title", kind.name())))),
        caption: writing.w(&format!("{word}-caption")),
        empty: writing.w("unclaimed-empty"),
        rows,
        more,
        meta: vec![Cell::Rupiah(total)],
        notes_heading: if notes.is_empty() { String::new() } else { writing.w("unclaimed-by") },
        notes,
        links: NoticeKind::ALL
            .into_iter()
            .filter(|other| *other != kind)
            .map(|other| {
                let title = writing.w(&format!("{}-title", waiting_word(other)));
                (writing.href(path_of(other), &[]), title)
            })
            .collect(),
        ..Listing::default()
    })
}

fn row(one: &Unclaimed, kind: NoticeKind, writing: Writing) -> Row {
    let state = one.claim.map(|(_, state)| state.name());
    let state_word = writing.w(&format!("claim-state-{}", state.unwrap_or("none")));
    let name = match one.claim {
        Some((id, _)) => {
            Cell::Link(one.person.name.clone(), writing.href(&format!("/klaim/{id}"), &[]))
        }
        None => Cell::Text(one.person.name.clone()),
    };
    let village = Cell::Text(one.village.0.clone());
    let mut cells = vec![
        Cell::Text(one.person.id.to_string()),
        name,
        Cell::Noted(Box::new(village), one.village.1.clone()),
        Cell::text(one.village.1.clone()),
        Cell::Day(one.event),
        Cell::Count(one.days.into()),
    ];
    if kind == NoticeKind::Accident {
        cells.push(one.report.map_or(Cell::Empty, Cell::Day));
    }
    cells.push(Cell::Rupiah(one.rupiah));
    cells.push(Cell::Day(one.until));
    cells.push(Cell::Named(state.unwrap_or("none").to_owned(), state_word));
    Row::new(format!("{} {}", one.person.id, one.event), cells)
}

async fn questions(web: Arc<Web>, asked: Asked, kind: NoticeKind) -> Response {
    answer(web, asked, move |web, asked| Ok(html(&question_page(web, asked, (kind, None))?))).await
}

/// The questions that wait, each with what speaks for one human and what for two.
fn question_page(
    web: &Web,
    asked: &Asked,
    (kind, wrong): (NoticeKind, Option<Notice>),
) -> Result<Plain, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let found = web.office().notice_questions(actor, kind)?;
    let name = kind.name();
    let page = web.page(asked, Section::Claims, writing.w(&format!("{name}-questions-title")));
    let mut pieces: Vec<Piece> = wrong.into_iter().map(Piece::Notice).collect();
    if found.is_empty() {
        pieces.push(Piece::Words(writing.w("death-questions-empty")));
    }
    let may = web.may_somewhere(actor, Operation::TakeReferences);
    for one in &found {
        pieces.extend(question(one, kind, writing));
        if may {
            pieces.push(Piece::Form(answer_form(&page, one, kind, writing)));
        }
    }
    let title = writing.w(&format!("{}-title", waiting_word(kind)));
    let back = Some((writing.href(path_of(kind), &[]), title));
    Ok(Plain { page, back, lead: writing.w(&format!("{name}-questions-lead")), pieces })
}

fn question(one: &NoticeQuestion, kind: NoticeKind, writing: Writing) -> [Piece; 2] {
    let (day, source) = (writing.day(one.event), writing.w(&format!("claim-told-{}", one.source)));
    let values = [
        ("listed", &*one.listed),
        ("name", &*one.person.name),
        ("village", &*one.village),
        ("day", &*day),
        ("source", &*source),
    ];
    let words = writing.words();
    [
        Piece::Heading(writing.with(&format!("{}-question", kind.name()), &values)),
        Piece::Points(one.reasons.iter().map(|why| words.reason(why)).collect()),
    ]
}

fn answer_form(page: &Page, one: &NoticeQuestion, kind: NoticeKind, writing: Writing) -> Form {
    let choices =
        ["same", "other"].map(|word| Choice::new(word, writing.w(&format!("death-answer-{word}"))));
    let fields = vec![
        Field::new(writing, "jawab", "death-answer", Control::Select(choices.into())),
        Field::line(writing, "alasan", "death-reason"),
    ];
    let action = format!("{}/pertanyaan/{}", path_of(kind), one.id);
    let form = Form::new(page, &action, "death-answer-send", fields);
    form.scoped(&format!("t{}", &one.id.to_string()[24..]))
}

async fn answer_question(
    web: Arc<Web>,
    (kind, id): (NoticeKind, String),
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let id = Id::parse(&id).map_err(|_| AppError::not_found("DEATH_UNKNOWN", ""))?;
        let is_same = posted.get("jawab") == "same";
        let reason = posted.get("alasan");
        match web.office().answer_notice(&signed.actor, (kind, id), is_same, reason) {
            Ok(_) => {
                let place = format!("{}/pertanyaan", path_of(kind));
                Ok(Redirect::to(&asked.writing().href(&place, &[])).into_response())
            }
            Err(error) if matches!(error.kind, ErrorKind::Refused | ErrorKind::Usage) => {
                let said = Notice::warning(sentence(&error, asked.writing()), String::new());
                Ok(unfit(html(&question_page(web, asked, (kind, Some(said)))?)))
            }
            Err(error) => Err(error),
        }
    })
    .await
}
