//! One member's account: the balance in figures and words, month by month, who paid, what was taken
//! back, what BPJS states, what is paid when; a balance of BPJS is written down here, and the
//! statement is printed.

use std::sync::Arc;

use app::cover::moment_words;
use app::error::{AppError, ErrorKind};
use app::jht::{
    JhtFile, SavedShown, StatedTyped, correction_in_words, difference_in_words, stated_number,
};
use app::office::Operation;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use base::Rupiah;

use super::{ACCOUNT, asked_days};
use crate::acts::{Act, Call, Input, Said, Shape, Takes};
use crate::page::{Asked, Page, Section, Writing};
use crate::parts::chart::{RowCell, Rows};
use crate::parts::{Choice, Control, Fact, Facts, Field, Form, Notice, Piece, Plain, Posted};
use crate::routes::claims::one::by_article;
use crate::routes::people::person_id;
use crate::routes::plan::attachment;
use crate::routes::{Route, Web, amount_of, answer, day_of, html, sentence, unfit};
use crate::signed::Signed;
use crate::table::{Cell, Column, Kind};

const STATE: Act = Act {
    path: "/api/peserta/{id}/saldo-jht",
    operation: Operation::AnswerClaims,
    id: "state-jht-balance",
    summary: "Writes down what BPJS states of somebody's old age savings, from a paper.",
    parameters: &[],
    takes: Takes::Fields(&[
        Input {
            name: "hari",
            meaning: "The day of which the balance is.",
            shape: Shape::Text { most: 10, may_be_empty: false },
        },
        Input {
            name: "jumlah_rupiah",
            meaning: "The balance in whole rupiah.",
            shape: Shape::Text { most: 20, may_be_empty: false },
        },
        Input {
            name: "surat",
            meaning: "The number of the paper; never that of a citizen.",
            shape: Shape::Text { most: 60, may_be_empty: false },
        },
    ]),
    keyed: true,
    answers: &[
        Column::of_data("stated", Kind::Text),
        Column::of_data("person", Kind::Text),
        Column::of_data("on", Kind::Day),
        Column::of_data("rupiah", Kind::Rupiah),
        Column::of_data("difference_rupiah", Kind::Rupiah),
    ],
    statuses: &[StatusCode::OK],
    act: act_state,
    again: act_state,
};

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/peserta/{id}/jht", Operation::ReadClaims, show),
        Route::post("/peserta/{id}/jht/saldo", Operation::AnswerClaims, state),
        Route::post("/peserta/{id}/jht/tarik", Operation::AnswerClaims, withdraw),
        Route::post("/peserta/{id}/jht/cetak", Operation::HandleClaims, print),
        STATE.route(),
    ]
}

async fn show(State(web): State<Arc<Web>>, Path(id): Path<String>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| Ok(html(&page(web, asked, &id, None)?))).await
}

fn page(web: &Web, asked: &Asked, id: &str, wrong: Option<Notice>) -> Result<Plain, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let file = web.office().jht_file(actor, person_id(id)?, asked_days(asked)?)?;
    let words = writing.words();
    let person = file.person.id;
    let page = web.page(asked, Section::Claims, writing.w("jht-account-title"));
    let mut pieces: Vec<Piece> = wrong.into_iter().map(Piece::Notice).collect();
    pieces.push(Piece::Facts(Facts::dense(writing, figures(web, &file, writing))));
    pieces.push(Piece::Form(days_form(&page, asked, person)));
    pieces.push(Piece::Heading(writing.w("jht-stated")));
    pieces.push(Piece::Words(match &file.compared {
        Some(compared) => difference_in_words(compared, words),
        None => writing.w("jht-stated-none"),
    }));
    pieces.push(Piece::Points(stated(&file, writing)));
    pieces.push(Piece::Heading(writing.w("jht-by-year")));
    pieces.push(Piece::Rows(years(&file, writing)));
    let mut state = vec![("orang".to_owned(), person.to_string())];
    state.push(("hari".to_owned(), file.moment.on.to_string()));
    state.push(("diketahui".to_owned(), file.moment.known_at.to_string()));
    pieces.push(Piece::Link(writing.href(ACCOUNT.path, &state), writing.w("jht-by-month")));
    pieces.push(Piece::Heading(writing.w("jht-contributions")));
    pieces.push(Piece::Rows(contributions(&file, writing)));
    if !file.corrections.is_empty() {
        pieces.push(Piece::Heading(writing.w("jht-corrections")));
        let lines = file.corrections.iter().map(|one| correction_in_words(&one.saved, words));
        pieces.push(Piece::Points(lines.collect()));
    }
    pieces.push(Piece::Heading(writing.w("jht-behind")));
    let answer = &file.account.counted.answer;
    pieces.push(Piece::Rows(by_article(
        answer,
        ["jht-pasal", "jht-behind", "jht-balance"],
        writing,
    )));
    pieces.extend(notes(&file, writing));
    pieces.extend(forms(web, asked, &page, &file)?);
    let back = Some((page.href(&format!("/peserta/{person}")), writing.w("cover-back-person")));
    let lead = format!("{}.", moment_words(&file.moment, words));
    Ok(Plain { page, back, lead, pieces })
}

fn in_full(rupiah: Rupiah, writing: Writing) -> String {
    format!("{} ({})", writing.rupiah(rupiah), rupiah.in_words())
}

fn figures(web: &Web, file: &JhtFile, writing: Writing) -> Vec<Fact> {
    let fact = |key: &str, value: String| Fact::new(writing.w(key), value);
    let counted = &file.account.counted;
    let months = file.account.standing.len() as u64;
    let mut facts = vec![
        fact("people-name", file.person.name.clone()),
        fact("people-nik", file.person.nik.clone()),
        fact("people-village", web.office().place_words(file.person.place)),
        fact("jht-balance", in_full(counted.answer.total, writing)),
        fact("jht-paid-in", writing.rupiah(counted.paid_in)),
        fact("jht-months", writing.number(months)),
        fact("jht-growth", writing.rupiah(counted.growth)),
    ];
    if counted.taken > Rupiah::ZERO {
        facts.push(fact("jht-taken", writing.rupiah(counted.taken)));
    }
    if counted.beyond > Rupiah::ZERO {
        facts.push(fact("jht-beyond", writing.rupiah(counted.beyond)));
    }
    facts
}

fn days_form(page: &Page, asked: &Asked, person: impl std::fmt::Display) -> Form {
    let writing = asked.writing();
    let field = |name: &'static str, key: &str| {
        let value = asked.value(name).unwrap_or_default();
        Field::line(writing, name, key).answered(value).optional(writing)
    };
    let fields = vec![field("hari", "jht-day"), field("diketahui", "cover-known-at")];
    Form::search(page, &format!("/peserta/{person}/jht"), "cover-show", fields)
}

/// What BPJS stated, each with its paper and who wrote it down.
fn stated(file: &JhtFile, writing: Writing) -> Vec<String> {
    let line = |one: &app::jht::StatedShown| {
        let (day, rupiah) = (writing.day(one.stated.as_of), in_full(one.stated.rupiah, writing));
        let id = one.stated.id.to_string();
        let values = [
            ("day", &*day),
            ("rupiah", &*rupiah),
            ("reference", &*one.stated.reference),
            ("by", &*one.by),
            ("id", &*id),
        ];
        writing.with("jht-stated-line", &values)
    };
    file.stated.iter().map(line).collect()
}

fn years(file: &JhtFile, writing: Writing) -> Rows {
    let row = |year: &app::jht::SimulatedYear| {
        vec![
            RowCell::text(year.year.to_string()),
            RowCell::number(writing.rupiah(year.paid_in)),
            RowCell::number(writing.rupiah(year.growth)),
            RowCell::number(writing.rupiah(year.balance)),
        ]
    };
    let years = app::jht::years_of(&file.account.counted);
    Rows {
        id: "jht-tahun".to_owned(),
        caption: writing.w("jht-by-year"),
        heads: vec![
            (writing.w("jht-year"), false),
            (writing.w("jht-paid-in"), true),
            (writing.w("jht-growth"), true),
            (writing.w("jht-balance"), true),
        ],
        rows: years.iter().map(row).collect(),
        total: Vec::new(),
    }
}

/// Who paid each month, as what the member was insured, and the day the money moved.
fn contributions(file: &JhtFile, writing: Writing) -> Rows {
    let row = |one: &SavedShown| {
        let (code, paid) = (&one.programme.0, &one.saved.paid);
        let bill = writing.href(&format!("/tagihan/{code}/{}", paid.month), &[]);
        let entry = writing.href(&format!("/buku/transaksi/{}", paid.transfer), &[]);
        vec![
            RowCell::text(writing.month(paid.month)),
            RowCell::number(writing.rupiah(paid.rupiah)),
            RowCell::text(&**code).leading(bill),
            RowCell::text(writing.w(&format!("segment-{}", one.segment.name()))),
            RowCell::text(writing.day(paid.paid_on)).leading(entry),
        ]
    };
    Rows {
        id: "jht-iuran".to_owned(),
        caption: writing.w("jht-contributions-caption"),
        heads: vec![
            (writing.w("jht-month"), false),
            (writing.w("column-amount"), true),
            (writing.w("claim-bill"), false),
            (writing.w("jht-segment"), false),
            (writing.w("claim-paid-on"), false),
        ],
        rows: file.paid.iter().map(row).collect(),
        total: vec![
            RowCell::text(writing.w("jht-paid-in")),
            RowCell::number(writing.rupiah(file.account.counted.paid_in)),
            RowCell::text(""),
            RowCell::text(""),
            RowCell::text(""),
        ],
    }
}

fn notes(file: &JhtFile, writing: Writing) -> Vec<Piece> {
    let mut notes = Vec::new();
    if let Some(worker) = &file.worker {
        let (months, rupiah) =
            (writing.number(worker.months.into()), writing.rupiah(worker.rupiah));
        let values = [("months", &*months), ("rupiah", &*rupiah), ("article", &*worker.article)];
        notes.push(Piece::Words(writing.with("jht-worker-part", &values)));
    }
    notes.push(Piece::Words(writing.w("jht-estimate")));
    notes
}

/// The forms that whoever looks may send now.
fn forms(web: &Web, asked: &Asked, page: &Page, file: &JhtFile) -> Result<Vec<Piece>, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let path = |end: &str| format!("/peserta/{}/jht/{end}", file.person.id);
    let mut pieces = Vec::new();
    if web.may_somewhere(actor, Operation::AnswerClaims) {
        let fields = vec![
            Field::line(writing, "hari", "jht-stated-day"),
            Field::line(writing, "jumlah", "jht-stated-rupiah"),
            Field::line(writing, "surat", "jht-stated-reference"),
        ];
        pieces.push(Piece::Heading(writing.w("jht-state")));
        let form = Form::new(page, &path("saldo"), "jht-state-send", fields);
        pieces.push(Piece::Form(form.scoped("saldo")));
        if !file.stated.is_empty() {
            let choices = file.stated.iter().map(|one| {
                let (day, rupiah) =
                    (writing.day(one.stated.as_of), writing.rupiah(one.stated.rupiah));
                Choice::new(one.stated.id.to_string(), format!("{day}: {rupiah}"))
            });
            let choices = Control::Select(choices.collect());
            let fields = vec![
                Field::new(writing, "nomor", "jht-stated-number", choices),
                Field::line(writing, "alasan", "death-reason"),
            ];
            pieces.push(Piece::Heading(writing.w("jht-withdraw")));
            let form = Form::new(page, &path("tarik"), "jht-withdraw-send", fields);
            pieces.push(Piece::Form(form.scoped("tarik")));
        }
    }
    if web.may_somewhere(actor, Operation::HandleClaims) {
        pieces.push(Piece::Heading(writing.w("jht-print")));
        pieces.push(Piece::Words(writing.w("jht-print-lead")));
        let form = Form::new(page, &path("cetak"), "jht-print-send", Vec::new());
        pieces.push(Piece::Form(form.scoped("cetak")));
    }
    Ok(pieces)
}

/// Back to the account, or the account with what is wrong above it.
fn done(
    web: &Web,
    asked: &Asked,
    id: &str,
    came: Result<(), AppError>,
) -> Result<Response, AppError> {
    let is_said = |error: &AppError| {
        matches!(error.kind, ErrorKind::Refused | ErrorKind::Usage)
            || error.code == "JHT_STATED_UNKNOWN"
    };
    match came {
        Ok(()) => {
            let place = asked.writing().href(&format!("/peserta/{id}/jht"), &[]);
            Ok(Redirect::to(&place).into_response())
        }
        Err(error) if is_said(&error) => {
            let said = Notice::warning(sentence(&error, asked.writing()), String::new());
            Ok(unfit(html(&page(web, asked, id, Some(said))?)))
        }
        Err(error) => Err(error),
    }
}

async fn state(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let (day, rupiah) = (posted.get("hari"), posted.get("jumlah"));
        let typed = typed_balance(&id, (day, rupiah), posted.get("surat"));
        let came = typed.and_then(|typed| web.office().state_jht(&signed.actor, &typed));
        done(web, asked, &id, came.map(|_| ()))
    })
    .await
}

fn typed_balance<'a>(
    id: &str,
    (day, rupiah): (&str, &str),
    reference: &'a str,
) -> Result<StatedTyped<'a>, AppError> {
    Ok(StatedTyped {
        person: person_id(id)?,
        as_of: day_of(day).ok_or_else(|| AppError::usage("NOT_A_DAY", day))?,
        rupiah: amount_of(rupiah).ok_or_else(|| AppError::usage("NOT_AN_AMOUNT", rupiah))?,
        reference,
    })
}

async fn withdraw(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let came = stated_number(posted.get("nomor")).and_then(|number| {
            web.office().withdraw_jht_stated(&signed.actor, number, posted.get("alasan"))
        });
        done(web, asked, &id, came.map(|_| ()))
    })
    .await
}

async fn print(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let words = asked.writing().words();
        let days = asked_days(asked)?;
        let printed = web.office().print_jht(&signed.actor, person_id(&id)?, days, words)?;
        Ok(attachment(&printed.name, "application/pdf", printed.bytes))
    })
    .await
}

fn act_state(call: &Call<'_>) -> Result<Said, AppError> {
    let (given, office) = (call.given, call.web.office());
    let (day, rupiah) = (given.text("hari"), given.text("jumlah_rupiah"));
    let typed = typed_balance(call.part("id"), (day, rupiah), given.text("surat"))?;
    let (stated, _) = office.state_jht(call.actor, &typed)?;
    let file = office.jht_file(call.actor, typed.person, Default::default())?;
    let difference = file.compared.map_or(Cell::Empty, |one| Cell::Rupiah(one.difference()));
    let cells = vec![
        Cell::Text(stated.id.to_string()),
        Cell::Text(stated.person.to_string()),
        Cell::Day(stated.as_of),
        Cell::Rupiah(stated.rupiah),
        difference,
    ];
    Ok(Said { status: StatusCode::OK, cells })
}
