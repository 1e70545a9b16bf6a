//! `/sipp/kirim`: who would be sent and who is held back, then the file; `/sipp/terkirim`: what was
//! sent; `/sipp/berkas/{id}`: the files of a submission in one archive.

use std::sync::Arc;

use app::error::AppError;
use app::office::Operation;
use app::sipp::{SippAsked, SippKind, SippSent, SippStatus, Submission};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Redirect, Response};
use base::{Id, Month};

use crate::acts::{Act, Call, Input, Said, Shape as InputShape, Takes};
use crate::api::{Parameter, Shape};
use crate::page::{Asked, Section, Writing};
use crate::parts::{Choice, Control, Field, Form, Notice, Piece, Plain, Posted};
use crate::routes::{Route, Web, answer, html, programme_field, programme_of};
use crate::signed::Signed;
use crate::table::{Cell, Column, Kind, Listing, Row, View, Window};

/// Each kind of file with its word in an address.
const KINDS: [(SippKind, &str); 5] = [
    (SippKind::New, "baru"),
    (SippKind::Continuing, "lanjutan"),
    (SippKind::Deactivation, "nonaktif"),
    (SippKind::Roster, "bpu"),
    (SippKind::Resubmission, "ulang"),
];
const KIND_WORDS: [&str; 5] = ["baru", "lanjutan", "nonaktif", "bpu", "ulang"];

const HELD: View = View {
    path: "/sipp/kirim",
    operation: Operation::ExportPeople,
    id: "sipp-held",
    section: Section::Sipp,
    columns: &[
        Column::of_data("person", Kind::Text),
        Column::new("name", "sipp-person", Kind::Text),
        Column::new("place", "sipp-place", Kind::Text),
        Column::new("reason", "sipp-held-why", Kind::Text),
    ],
    meta: &[Column::of_data("people", Kind::Count), Column::of_data("held_back", Kind::Count)],
    parameters: &[
        super::PROGRAMME,
        super::MONTH,
        Parameter {
            name: "jenis",
            meaning: "The kind of file; new members when absent.",
            shape: Shape::OneOf(&KIND_WORDS),
        },
        Parameter {
            name: "semua",
            meaning: "Continuing members whose wage is the same too.",
            shape: Shape::OneOf(&["ya"]),
        },
    ],
    load: load_held,
};

const SENT: View = View {
    path: "/sipp/terkirim",
    operation: Operation::ReadMoney,
    id: "sipp-submissions",
    section: Section::Sipp,
    columns: &[
        Column::of_data("id", Kind::Text),
        Column::new("programme", "sipp-program", Kind::Text),
        Column::new("kind", "sipp-kind", Kind::Text),
        Column::new("month", "sipp-month", Kind::Month),
        Column::new("people", "sipp-sent-people", Kind::Count),
        Column::new("held_back", "sipp-sent-held", Kind::Count),
        Column::new("made_at", "sipp-sent-when", Kind::Moment),
        Column::new("file", "sipp-download", Kind::Text),
    ],
    meta: &[],
    parameters: &[],
    load: load_sent,
};

const SEND: Act = Act {
    path: "/api/program/{code}/sipp",
    operation: Operation::Propose,
    id: "send-to-bpjs",
    summary: "Notes whom a month's file sends to BPJS; the files are at /sipp/berkas/{id}.",
    parameters: &[],
    takes: Takes::Fields(&[
        Input {
            name: "jenis",
            meaning: "The kind of file.",
            shape: InputShape::Word(|| KIND_WORDS.to_vec()),
        },
        Input {
            name: "bulan",
            meaning: "The month, as YYYY-MM.",
            shape: InputShape::Text { most: 7, may_be_empty: false },
        },
    ]),
    keyed: true,
    answers: &[
        Column::of_data("submission", Kind::Text),
        Column::of_data("people", Kind::Count),
        Column::of_data("held_back", Kind::Count),
    ],
    statuses: &[StatusCode::CREATED, StatusCode::OK],
    act: send_by_program,
    again: send_by_program,
};

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    let mut routes = HELD.routes();
    routes.extend(SENT.routes());
    routes.push(Route::get("/sipp/kirim/buat", Operation::ExportPeople, confirm));
    routes.push(Route::post("/sipp/kirim/buat", Operation::Propose, send));
    routes.push(Route::get("/sipp/berkas/{id}", Operation::ExportPeople, files).for_programs());
    routes.push(SEND.route());
    routes
}

/// What an address asks to be sent.
struct Wish {
    programme: String,
    kind: SippKind,
    month: Month,
    all: bool,
}

impl Wish {
    fn asked(&self) -> SippAsked<'_> {
        SippAsked {
            programme: &self.programme,
            kind: self.kind,
            month: self.month,
            all: self.all,
            sheet: None,
        }
    }

    fn state(&self) -> Vec<(String, String)> {
        let mut state = vec![
            ("program".to_owned(), self.programme.clone()),
            ("bulan".to_owned(), self.month.to_string()),
            ("jenis".to_owned(), word_of(self.kind).to_owned()),
        ];
        if self.all {
            state.push(("semua".to_owned(), "ya".to_owned()));
        }
        state
    }
}

fn word_of(kind: SippKind) -> &'static str {
    KINDS.into_iter().find(|(known, _)| *known == kind).map_or("", |(_, word)| word)
}

fn kind_of(word: &str) -> Result<SippKind, AppError> {
    let found = KINDS.into_iter().find(|(_, known)| *known == word);
    found.map(|(kind, _)| kind).ok_or_else(|| AppError::usage("KIND_UNKNOWN", ""))
}

fn wish(web: &Web, asked: &Asked) -> Result<Option<Wish>, AppError> {
    let Some(programme) = programme_of(web, asked)? else { return Ok(None) };
    let kind = asked.value("jenis").filter(|word| !word.is_empty());
    Ok(Some(Wish {
        programme,
        kind: kind.map_or(Ok(SippKind::New), kind_of)?,
        month: super::month_of(web, asked)?,
        all: asked.value("semua") == Some("ya"),
    }))
}

fn nothing(writing: Writing) -> Listing {
    Listing {
        title: writing.w("sipp-send-heading"),
        caption: writing.w("sipp-send-heading"),
        empty: writing.w("web-programmes-empty"),
        meta: vec![Cell::Count(0), Cell::Count(0)],
        ..Listing::default()
    }
}

fn load_held(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let writing = asked.writing();
    let Some(wish) = wish(web, asked)? else { return Ok(nothing(writing)) };
    let sent = web.office().sipp_preview(asked.actor()?, &wish.asked())?;
    let rows = sent.held.iter().map(|line| {
        let href = writing.href(&format!("/peserta/{}", line.person.id), &[]);
        let reason = match &line.held {
            app::sipp::HeldBack::Empty(head) => {
                format!("{}: {head}", writing.w("sipp-held-empty"))
            }
            held => writing.w(&format!("sipp-held-{}", held.code())),
        };
        let cells = vec![
            Cell::Text(line.person.id.to_string()),
            Cell::Link(line.person.name.clone(), href),
            Cell::text(web.office().place_words(line.person.place)),
            Cell::Named(line.held.code().to_owned(), reason),
        ];
        Row::new(line.person.id.to_string(), cells)
    });
    let (rows, more) = window.cut(rows.collect());
    let page = web.page(asked, Section::Sipp, String::new());
    let kinds = KINDS
        .map(|(kind, word)| Choice::new(word, writing.w(&format!("sipp-kind-{}", kind.name()))));
    let fields = vec![
        programme_field(web, writing, "sipp-program", &wish.programme)?,
        super::month_field(writing, wish.month),
        Field::new(writing, "jenis", "sipp-kind", Control::Select(kinds.into()))
            .answered(word_of(wish.kind)),
    ];
    let next = (sent.people > 0)
        .then(|| (writing.href("/sipp/kirim/buat", &wish.state()), writing.w("sipp-send-next")));
    Ok(Listing {
        title: writing.w("sipp-send-heading"),
        lead: lead(&sent, writing),
        action: next,
        form: Some(Form::search(&page, "/sipp/kirim", "sipp-show", fields)),
        caption: writing.with("sipp-send-caption", &[("month", &writing.month(wish.month))]),
        empty: writing.w("sipp-send-none"),
        meta: vec![Cell::Count(sent.people), Cell::Count(sent.held.len() as u64)],
        state: wish.state(),
        rows,
        more,
        ..Listing::default()
    })
}

fn lead(sent: &SippSent, writing: Writing) -> String {
    let (people, held) = (writing.number(sent.people), writing.number(sent.held.len() as u64));
    writing.with("sipp-send-lead", &[("people", &people), ("held", &held)])
}

/// What is to be known before the file is made, and the button.
async fn confirm(State(web): State<Arc<Web>>, signed: Signed, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let writing = asked.writing();
        let Some(wish) = wish(web, asked)? else {
            return Err(AppError::not_found("PROGRAMME_UNKNOWN", ""));
        };
        let office = web.office();
        let sent = office.sipp_preview(&signed.actor, &wish.asked())?;
        let page = web.page(asked, Section::Sipp, writing.w("sipp-send-next"));
        let mut form = Form::new(&page, "/sipp/kirim/buat", "sipp-send-button", Vec::new());
        for (name, value) in wish.state() {
            form = form.with_hidden(&name, &value);
        }
        let mut pieces = Vec::new();
        let kind = writing.w(&format!("sipp-kind-{}", wish.kind.name()));
        if office.sipp_sheet(wish.kind)?.status == SippStatus::Unconfirmed {
            let text = writing.w("sipp-unconfirmed");
            pieces.push(Piece::Notice(Notice::warning(kind.clone(), text)));
        }
        if sent.wants_identity_until {
            let text = writing.w("sipp-identity-until");
            pieces.push(Piece::Notice(Notice::warning(kind, text)));
        }
        let people = writing.number(sent.people);
        pieces.push(Piece::Words(writing.with("sipp-send-confirm", &[("people", &people)])));
        pieces.push(Piece::Form(form));
        Ok(html(&Plain {
            page,
            back: Some((writing.href("/sipp/kirim", &wish.state()), writing.w("sipp-back"))),
            lead: lead(&sent, writing),
            pieces,
        }))
    })
    .await
}

async fn send(
    State(web): State<Arc<Web>>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let month = Month::parse(posted.get("bulan"));
        let wish = Wish {
            programme: posted.get("program").to_owned(),
            kind: kind_of(posted.get("jenis"))?,
            month: month.ok_or_else(|| AppError::usage("NOT_A_MONTH", ""))?,
            all: posted.get("semua") == "ya",
        };
        web.office().sipp_send(&signed.actor, &wish.asked())?;
        Ok(Redirect::to(&asked.writing().href("/sipp/terkirim", &[])).into_response())
    })
    .await
}

/// The files of a submission, as they are now, in one archive.
async fn files(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, _| {
        let unknown = |_| AppError::not_found("SIPP_SUBMISSION_UNKNOWN", "");
        let id = Id::parse(&id).map_err(unknown)?;
        let (submission, bytes) = web.office().sipp_archive(&signed.actor, id)?;
        let named = format!("attachment; filename=\"{}\"", archive_name(&submission));
        let headers = [(CONTENT_TYPE, "application/zip".to_owned()), (CONTENT_DISPOSITION, named)];
        Ok((headers, bytes).into_response())
    })
    .await
}

/// What the archive of a submission is called.
fn archive_name(one: &Submission) -> String {
    format!("sipp-{}-{}.zip", word_of(one.kind), one.month)
}

fn load_sent(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let may_download = web.may_somewhere(actor, Operation::ExportPeople);
    let rows = web.office().sipp_submissions(actor)?.into_iter().map(|(one, programme)| {
        let path = format!("/sipp/berkas/{}", one.id);
        let kind = one.kind.name();
        let cells = vec![
            Cell::Text(one.id.to_string()),
            Cell::Named(programme.code.to_string(), programme.name.to_string()),
            Cell::Named(kind.to_owned(), writing.w(&format!("sipp-kind-{kind}"))),
            Cell::Month(one.month),
            Cell::Count(u64::from(one.people)),
            Cell::Count(u64::from(one.held)),
            Cell::Moment(one.made_at_ms),
            match may_download {
                true => Cell::Link(archive_name(&one), path),
                false => Cell::Empty,
            },
        ];
        Row::new(one.id.to_string(), cells)
    });
    let (rows, more) = window.cut(rows.collect());
    Ok(Listing {
        title: writing.w("sipp-sent-heading"),
        caption: writing.w("sipp-sent-caption"),
        empty: writing.w("sipp-sent-empty"),
        rows,
        more,
        ..Listing::default()
    })
}

fn send_by_program(call: &Call<'_>) -> Result<Said, AppError> {
    let month = Month::parse(call.given.text("bulan"));
    let wish = Wish {
        programme: call.part("code").to_owned(),
        kind: kind_of(call.given.text("jenis"))?,
        month: month.ok_or_else(|| AppError::usage("NOT_A_MONTH", ""))?,
        all: false,
    };
    let sent = call.web.office().sipp_send(call.actor, &wish.asked())?;
    let cells = vec![
        sent.submission.map_or(Cell::Empty, |one| Cell::Text(one.id.to_string())),
        Cell::Count(sent.people),
        Cell::Count(sent.held.len() as u64),
    ];
    let status = if sent.is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok(Said { status, cells })
}
