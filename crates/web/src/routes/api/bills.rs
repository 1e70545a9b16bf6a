//! `/api/tagihan/{code}/{month}`: one bill as programs see it, drafted, locked, reopened and given
//! its codes by them. Issuing and approving are for people.

use std::sync::Arc;

use app::bills::{BillFile, CodeKind, standing};
use app::error::AppError;
use app::office::Operation;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::{data_route, object};
use crate::acts::{Act, Call, Input, Said, Shape, Takes};
use crate::page::Asked;
use crate::routes::bills::month_of;
use crate::routes::{Route, Web, answer};
use crate::signed::Signed;
use crate::table::{Cell, Column, Kind};

const BILL: &[Column] = &[
    Column::of_data("bill", Kind::Text),
    Column::of_data("programme", Kind::Text),
    Column::of_data("month", Kind::Month),
    Column::of_data("state", Kind::Text),
    Column::of_data("revision", Kind::Count),
    Column::of_data("reference", Kind::Text),
    Column::of_data("people", Kind::Count),
    Column::of_data("credit_rupiah", Kind::Rupiah),
    Column::of_data("total_rupiah", Kind::Rupiah),
    Column::of_data("total_in_words", Kind::Text),
    Column::of_data("rulebook", Kind::Text),
    Column::of_data("due", Kind::Day),
    Column::of_data("days_late", Kind::Count),
    Column::of_data("penalty_rupiah", Kind::Rupiah),
    Column::of_data("paid_on", Kind::Day),
    Column::of_data("task", Kind::Text),
    Column::of_data("hash", Kind::Text),
];

const DRAFT: Act = Act {
    path: "/api/tagihan/{code}/{month}/rancangan",
    operation: Operation::Pay,
    id: "draft-bill",
    summary: "Computes a month's bill and keeps it as a draft.",
    parameters: &[],
    takes: Takes::Fields(&[]),
    keyed: true,
    answers: BILL,
    statuses: &[StatusCode::OK],
    act: draft,
    again: shown,
};

const FINALISE: Act = Act {
    path: "/api/tagihan/{code}/{month}/finalisasi",
    operation: Operation::Pay,
    id: "finalise-bill",
    summary: "Locks a month's bill, or those of several months, and puts it forward; somebody else \
              issues it.",
    parameters: &[],
    takes: Takes::Fields(&[Input {
        name: "lama",
        meaning: "How many months are paid at once, as the law allows; 1 for one.",
        shape: Shape::Whole { most: 12 },
    }]),
    keyed: true,
    answers: BILL,
    statuses: &[StatusCode::OK],
    act: finalise,
    again: shown,
};

const REOPEN: Act = Act {
    path: "/api/tagihan/{code}/{month}/pembukaan",
    operation: Operation::Pay,
    id: "reopen-bill",
    summary: "Unlocks a final bill that is not paid; its pending transfers are taken back.",
    parameters: &[],
    takes: Takes::Fields(&[Input {
        name: "alasan",
        meaning: "Why, in a sentence; it is kept.",
        shape: Shape::Text { most: 300, may_be_empty: false },
    }]),
    keyed: true,
    answers: BILL,
    statuses: &[StatusCode::OK],
    act: reopen,
    again: shown,
};

const CODE: Act = Act {
    path: "/api/tagihan/{code}/{month}/kode",
    operation: Operation::Pay,
    id: "record-bill-code",
    summary: "Writes down the code under which BPJS or a bank takes the money of a final bill.",
    parameters: &[],
    takes: Takes::Fields(&[
        Input {
            name: "jenis",
            meaning: "What sort of code.",
            shape: Shape::Word(|| CodeKind::ALL.map(CodeKind::name).to_vec()),
        },
        Input {
            name: "kode",
            meaning: "Letters and digits; never the number of a citizen.",
            shape: Shape::Text { most: 60, may_be_empty: false },
        },
    ]),
    keyed: true,
    answers: BILL,
    statuses: &[StatusCode::OK],
    act: write_code,
    again: shown,
};

const CREDITS: Act = Act {
    path: "/api/tagihan/kredit",
    operation: Operation::Pay,
    id: "propose-credits",
    summary: "Puts forward what was paid for months after a death as owed back by BPJS; somebody \
              else approves the task.",
    parameters: &[],
    takes: Takes::Fields(&[Input {
        name: "program",
        meaning: "The programme's code.",
        shape: Shape::Text { most: 40, may_be_empty: false },
    }]),
    keyed: true,
    answers: &[
        Column::of_data("task", Kind::Text),
        Column::of_data("state", Kind::Text),
        Column::of_data("hash", Kind::Text),
        Column::of_data("amount_rupiah", Kind::Rupiah),
    ],
    statuses: &[StatusCode::CREATED, StatusCode::OK],
    act: credits,
    again: credits,
};

fn credits(call: &Call<'_>) -> Result<Said, AppError> {
    let (task, new) = call.web.office().propose_credits(call.actor, call.given.text("program"))?;
    let cells = vec![
        Cell::Text(task.id.to_string()),
        Cell::text(task.state.name()),
        Cell::Text(app::prints::hex(&task.hash)),
        Cell::Rupiah(task.effect),
    ];
    Ok(Said { status: if new { StatusCode::CREATED } else { StatusCode::OK }, cells })
}

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    let one = data_route("/api/tagihan/{code}/{month}", Operation::ReadMoney, show).described(
        object("bill", "One bill in figures, with its due day and what being late costs.", BILL),
    );
    vec![one, DRAFT.route(), FINALISE.route(), REOPEN.route(), CODE.route(), CREDITS.route()]
}

async fn show(
    State(web): State<Arc<Web>>,
    Path((code, month)): Path<(String, String)>,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let file = web.office().bill_file(&signed.actor, &code, month_of(&month)?)?;
        Ok(super::one(asked, BILL, &cells(&file)))
    })
    .await
}

fn shown(call: &Call<'_>) -> Result<Said, AppError> {
    let month = month_of(call.part("month"))?;
    let file = call.web.office().bill_file(call.actor, call.part("code"), month)?;
    Ok(Said { status: StatusCode::OK, cells: cells(&file) })
}

fn draft(call: &Call<'_>) -> Result<Said, AppError> {
    let month = month_of(call.part("month"))?;
    call.web.office().draft_bill(call.actor, call.part("code"), month)?;
    shown(call)
}

fn finalise(call: &Call<'_>) -> Result<Said, AppError> {
    let month = month_of(call.part("month"))?;
    let months = call.given.whole("lama").max(1);
    call.web.office().finalise_bill(call.actor, call.part("code"), month, months)?;
    shown(call)
}

fn reopen(call: &Call<'_>) -> Result<Said, AppError> {
    let month = month_of(call.part("month"))?;
    let reason = call.given.text("alasan");
    call.web.office().reopen_bill(call.actor, call.part("code"), month, reason)?;
    shown(call)
}

fn write_code(call: &Call<'_>) -> Result<Said, AppError> {
    let given = call.given;
    let month = month_of(call.part("month"))?;
    let kind = CodeKind::from_name(given.text("jenis"))
        .ok_or_else(|| AppError::usage("KIND_UNKNOWN", given.text("jenis")))?;
    let of = (call.part("code"), month);
    call.web.office().record_bill_code(call.actor, of, kind, given.text("kode"))?;
    shown(call)
}

fn cells(file: &BillFile) -> Vec<Cell> {
    let head = &file.head;
    let late = file.late.as_ref();
    let penalty = late.and_then(|late| late.penalty.as_ref()).map(|(rupiah, ..)| *rupiah);
    let task = file.waiting.as_ref().map(|waits| &waits.task);
    vec![
        Cell::Text(head.id.to_string()),
        Cell::text(&*file.programme.code),
        Cell::Month(head.month),
        Cell::text(standing(head)),
        Cell::Count(head.revision.into()),
        Cell::Text(file.reference.clone()),
        Cell::Count(head.people.into()),
        Cell::Rupiah(head.credit),
        Cell::Rupiah(head.total),
        Cell::Text(head.total.in_words()),
        Cell::text(&*head.rulebook),
        Cell::Day(file.due.day),
        Cell::Count(late.map_or(0, |late| late.days.into())),
        penalty.map_or(Cell::Empty, Cell::Rupiah),
        file.paid_on.map_or(Cell::Empty, Cell::Day),
        task.map_or(Cell::Empty, |task| Cell::Text(task.id.to_string())),
        task.map_or(Cell::Empty, |task| Cell::Text(app::prints::hex(&task.hash))),
    ]
}
