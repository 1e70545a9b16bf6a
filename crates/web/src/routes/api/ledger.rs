//! `/api/buku/…`: what programs put forward in the books: entries by hand, reversals, months closed
//! and opened again. Somebody else approves the task that each of them answers with.

use app::error::{AppError, typed};
use app::ledger::chart::task_of;
use app::ledger::closing::StepShown;
use app::ledger::vouchers::{EntryTyped, VoucherShown};
use app::office::Operation;
use app::prints::hex;
use axum::http::StatusCode;
use base::{Day, Id, Month, Rupiah};

use crate::acts::{Act, Call, Input, Said, Shape, Takes};
use crate::routes::Route;
use crate::table::{Cell, Column, Kind};

const VOUCHER: &[Column] = &[
    Column::of_data("task", Kind::Text),
    Column::of_data("state", Kind::Text),
    Column::of_data("transfer", Kind::Text),
    Column::of_data("debit", Kind::Text),
    Column::of_data("credit", Kind::Text),
    Column::of_data("amount_rupiah", Kind::Rupiah),
    Column::of_data("day", Kind::Day),
    Column::of_data("hash", Kind::Text),
];

const STEP: &[Column] = &[
    Column::of_data("task", Kind::Text),
    Column::of_data("month", Kind::Month),
    Column::of_data("act", Kind::Text),
    Column::of_data("state", Kind::Text),
    Column::of_data("transfers", Kind::Count),
    Column::of_data("moved_rupiah", Kind::Rupiah),
    Column::of_data("hash", Kind::Text),
];

const fn text(name: &'static str, meaning: &'static str, may_be_empty: bool) -> Input {
    Input { name, meaning, shape: Shape::Text { most: 200, may_be_empty } }
}

const WAIVER: Input =
    text("alasan", "Why it is closed although a receipt or a statement is missing.", true);
const REASON: Input = text("alasan", "Why, in a sentence; it is kept.", false);
const DAY: Input = text("hari", "The day it counts for, as YYYY-MM-DD.", false);

const ENTRY: Act = Act {
    path: "/api/buku/jurnal",
    operation: Operation::Pay,
    id: "propose-entry",
    summary: "Puts an entry written by hand forward; somebody else approves the task.",
    parameters: &[],
    takes: Takes::Fields(&[
        text("debet", "The account debited, by its own code.", false),
        text("kredit", "The account credited, by its own code.", false),
        text("jumlah_rupiah", "How much, in whole rupiah, as digits.", false),
        DAY,
        text("bulan", "The contribution month it is about, as YYYY-MM, or empty.", true),
        text("nomor", "The number of the paper behind it.", true),
        REASON,
    ]),
    keyed: true,
    answers: VOUCHER,
    statuses: &[StatusCode::CREATED],
    act: entry,
    again: entry,
};

const REVERSE: Act = Act {
    path: "/api/buku/transaksi/{id}/balik",
    operation: Operation::Pay,
    id: "propose-reversal",
    summary: "Puts the reversal of an entry forward; somebody else approves the task.",
    parameters: &[],
    takes: Takes::Fields(&[DAY, REASON]),
    keyed: true,
    answers: VOUCHER,
    statuses: &[StatusCode::CREATED],
    act: reverse,
    again: reverse,
};

const CLOSE: Act = Act {
    path: "/api/buku/tutup/{month}",
    operation: Operation::Pay,
    id: "propose-close",
    summary: "Puts the closing of a month forward; somebody else approves the task.",
    parameters: &[],
    takes: Takes::Fields(&[WAIVER]),
    keyed: true,
    answers: STEP,
    statuses: &[StatusCode::CREATED],
    act: close,
    again: close,
};

const REOPEN: Act = Act {
    path: "/api/buku/tutup/{month}/buka",
    operation: Operation::Pay,
    id: "propose-reopen",
    summary: "Puts the opening of a closed month forward; two others approve the task.",
    parameters: &[],
    takes: Takes::Fields(&[REASON]),
    keyed: true,
    answers: STEP,
    statuses: &[StatusCode::CREATED],
    act: reopen,
    again: reopen,
};

const CHART: Act = Act {
    path: "/api/buku/bagan",
    operation: Operation::SetUp,
    id: "propose-chart",
    summary: "Puts the office's own account codes forward; somebody else approves the task.",
    parameters: &[],
    takes: Takes::Fields(&[
        Input {
            name: "isi",
            meaning: "The chart as CSV: role,owner,code,name,note.",
            shape: Shape::Text { most: 100_000, may_be_empty: false }, // not law: a table
        },
        text("mulai", "From which day it holds, as YYYY-MM-DD.", false),
        REASON,
    ]),
    keyed: true,
    answers: &[
        Column::of_data("task", Kind::Text),
        Column::of_data("state", Kind::Text),
        Column::of_data("from", Kind::Day),
        Column::of_data("hash", Kind::Text),
    ],
    statuses: &[StatusCode::CREATED],
    act: chart,
    again: chart,
};

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    vec![ENTRY.route(), REVERSE.route(), CLOSE.route(), REOPEN.route(), CHART.route()]
}

fn chart(call: &Call<'_>) -> Result<Said, AppError> {
    let (given, from) = (call.given, day(call.given.text("mulai"))?);
    let office = call.web.office();
    let made = office.propose_chart(call.actor, given.text("isi"), from, given.text("alasan"))?;
    let cells = vec![
        Cell::Text(task_of(made.id).to_string()),
        Cell::text(made.state.name()),
        Cell::Day(from),
        Cell::Text(hex(&made.hash)),
    ];
    Ok(Said { status: StatusCode::CREATED, cells })
}

fn day(text: &str) -> Result<Day, AppError> {
    Day::parse_iso(text).ok_or_else(|| AppError::usage("NOT_A_DAY", typed(text)))
}

fn month(text: &str) -> Result<Month, AppError> {
    Month::parse(text).ok_or_else(|| AppError::not_found("MONTH_UNKNOWN", ""))
}

fn entry(call: &Call<'_>) -> Result<Said, AppError> {
    let given = call.given;
    let (amount, about) = (given.text("jumlah_rupiah"), given.text("bulan"));
    let not_a_month = || AppError::usage("NOT_A_MONTH", typed(about));
    let typed = EntryTyped {
        debit: given.text("debet"),
        credit: given.text("kredit"),
        amount: Rupiah::parse(amount.trim())
            .ok_or_else(|| AppError::usage("NOT_AN_AMOUNT", typed(amount)))?,
        day: day(given.text("hari"))?,
        month: match about {
            "" => None,
            text => Some(Month::parse(text).ok_or_else(not_a_month)?),
        },
        number: given.text("nomor"),
        reason: given.text("alasan"),
    };
    Ok(voucher(&call.web.office().propose_entry(call.actor, &typed)?))
}

fn reverse(call: &Call<'_>) -> Result<Said, AppError> {
    let id = Id::parse(call.part("id"));
    let id = id.map_err(|_| AppError::not_found("TRANSFER_UNKNOWN", ""))?;
    let on = day(call.given.text("hari"))?;
    let reason = call.given.text("alasan");
    Ok(voucher(&call.web.office().propose_reversal(call.actor, id, on, reason)?))
}

fn close(call: &Call<'_>) -> Result<Said, AppError> {
    let (month, waiver) = (month(call.part("month"))?, call.given.text("alasan"));
    Ok(step(&call.web.office().propose_close(call.actor, month, waiver)?))
}

fn reopen(call: &Call<'_>) -> Result<Said, AppError> {
    let month = month(call.part("month"))?;
    let reason = call.given.text("alasan");
    Ok(step(&call.web.office().propose_reopen(call.actor, month, reason)?))
}

fn voucher(shown: &VoucherShown) -> Said {
    let voucher = &shown.record.voucher;
    let cells = vec![
        Cell::Text(shown.task().to_string()),
        Cell::text(shown.record.state.name()),
        Cell::Text(voucher.transfer().id.to_string()),
        Cell::text(&*shown.debit.account.code),
        Cell::text(&*shown.credit.account.code),
        Cell::Rupiah(voucher.amount),
        Cell::Day(voucher.day),
        Cell::Text(hex(&voucher.hash())),
    ];
    Said { status: StatusCode::CREATED, cells }
}

fn step(shown: &StepShown) -> Said {
    let step = &shown.step;
    let cells = vec![
        Cell::Text(shown.task().to_string()),
        Cell::Month(step.month),
        Cell::text(step.act.name()),
        Cell::text(step.state.name()),
        Cell::Count(step.transfers),
        Cell::Rupiah(step.moved),
        Cell::Text(hex(&shown.hash())),
    ];
    Said { status: StatusCode::CREATED, cells }
}
