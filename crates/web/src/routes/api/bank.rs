//! `/api/bank`: statements sent, lines matched, moves put forward and receipts recorded by
//! programs.

use app::bank::{
    Chain, Give, Moves, MovesShown, NewAccount, ReceiptRecorded, Received, StatementReceipt,
};
use app::error::{AppError, typed};
use app::office::Operation;
use app::prints::hex;
use axum::http::StatusCode;
use base::{Day, Id, Rupiah};

use crate::acts::{Act, Call, Input, Said, Shape, Takes};
use crate::api::{Parameter, Shape as Word};
use crate::routes::Route;
use crate::routes::bank::{line_id, read_parts};
use crate::table::{Cell, Column, Kind};

const fn text(name: &'static str, meaning: &'static str, may_be_empty: bool) -> Input {
    Input { name, meaning, shape: Shape::Text { most: 500, may_be_empty } }
}

const TAKE: Act = Act {
    path: "/api/bank/rekening/{code}/koran",
    operation: Operation::Pay,
    id: "take-bank-statement",
    summary: "Takes in a bank statement (CSV, XLSX, MT940, CAMT.053); the same bytes are one.",
    parameters: &[Parameter {
        name: "jenis",
        meaning: "How the file's name ends.",
        shape: Word::OneOf(&["csv", "xlsx", "xls", "ods", "sta", "txt", "xml"]),
    }],
    takes: Takes::File,
    keyed: true,
    answers: &[
        Column::of_data("account", Kind::Text),
        Column::of_data("format", Kind::Text),
        Column::of_data("lines", Kind::Count),
        Column::of_data("new_lines", Kind::Count),
        Column::of_data("opening_rupiah", Kind::Rupiah),
        Column::of_data("closing_rupiah", Kind::Rupiah),
        Column::of_data("chain", Kind::Text),
        Column::of_data("gap_rupiah", Kind::Rupiah),
    ],
    statuses: &[StatusCode::CREATED, StatusCode::OK],
    act: take,
    again: take,
};

const MATCH: Act = Act {
    path: "/api/bank/pencocokan",
    operation: Operation::Pay,
    id: "match-bank-lines",
    summary: "Matches lines of the bank with bills, and posts what is sure.",
    parameters: &[],
    takes: Takes::Fields(&[]),
    keyed: true,
    answers: &[
        Column::of_data("matched", Kind::Count),
        Column::of_data("paid_rupiah", Kind::Rupiah),
        Column::of_data("suggested", Kind::Count),
        Column::of_data("breaks", Kind::Count),
        Column::of_data("unpaid_bills", Kind::Count),
    ],
    statuses: &[StatusCode::OK],
    act: match_now,
    again: match_now,
};

const MOVES: &[Column] = &[
    Column::of_data("task", Kind::Text),
    Column::of_data("state", Kind::Text),
    Column::of_data("hash", Kind::Text),
    Column::of_data("amount_rupiah", Kind::Rupiah),
];

const PROPOSE: Act = Act {
    path: "/api/bank/baris/{id}/usul",
    operation: Operation::Pay,
    id: "propose-bank-moves",
    summary: "Puts forward what a line's money is for; somebody else approves the task.",
    parameters: &[],
    takes: Takes::Fields(&[
        text(
            "bagian",
            "In lines: `PYG-XXXXXXXX 1000`, `titipan 1000`, `kembali LINE`, `batal LINE`; what is \
             suggested when empty.",
            true,
        ),
        text("alasan", "Why, in a sentence; it is kept.", false),
    ]),
    keyed: true,
    answers: MOVES,
    statuses: &[StatusCode::CREATED],
    act: propose,
    again: propose,
};

const RECEIPT: Act = Act {
    path: "/api/bank/kuitansi",
    operation: Operation::Pay,
    id: "record-bpjs-receipt",
    summary: "Records what BPJS says it received for a bill; the same again is no change.",
    parameters: &[],
    takes: Takes::Fields(&[
        text("tagihan", "The bill, by the reference printed on it.", false),
        text("nomor", "The number of the receipt.", false),
        text("jumlah_rupiah", "How much, in whole rupiah, as digits.", false),
        text("tanggal", "When, as YYYY-MM-DD.", false),
    ]),
    keyed: true,
    answers: &[Column::of_data("bill", Kind::Text), Column::of_data("receipt", Kind::Text)],
    statuses: &[StatusCode::CREATED, StatusCode::OK],
    act: receipt,
    again: receipt,
};

const WITHDRAW: Act = Act {
    path: "/api/bank/kuitansi/tarik",
    operation: Operation::Pay,
    id: "withdraw-bpjs-receipt",
    summary: "Withdraws a receipt that was recorded wrongly; withdrawn already is no change.",
    parameters: &[],
    takes: Takes::Fields(&[
        text("tagihan", "The bill, by the reference printed on it.", false),
        text("nomor", "The number of the receipt.", false),
        text("alasan", "Why, in a sentence; it is kept.", false),
    ]),
    keyed: true,
    answers: &[Column::of_data("bill", Kind::Text), Column::of_data("receipt", Kind::Text)],
    statuses: &[StatusCode::OK],
    act: withdraw,
    again: withdraw,
};

const WHY: Input = text("alasan", "Why, in a sentence; it is kept.", false);

const RELEASE: Act = Act {
    path: "/api/bank/baris/{id}/lepas",
    operation: Operation::Pay,
    id: "propose-bank-release",
    summary: "Puts forward that a line's money is released; somebody else approves the task.",
    parameters: &[],
    takes: Takes::Fields(&[WHY]),
    keyed: true,
    answers: MOVES,
    statuses: &[StatusCode::CREATED],
    act: release,
    again: release,
};

const OTHER: Act = Act {
    path: "/api/bank/baris/{id}/lain",
    operation: Operation::Pay,
    id: "explain-bank-line",
    summary: "Says that a line is nothing that Payung keeps books of; no money moves.",
    parameters: &[],
    takes: Takes::Fields(&[WHY]),
    keyed: true,
    answers: &[Column::of_data("line", Kind::Text), Column::of_data("state", Kind::Text)],
    statuses: &[StatusCode::OK],
    act: other,
    again: other,
};

const ADD: Act = Act {
    path: "/api/bank/rekening",
    operation: Operation::Pay,
    id: "add-bank-account",
    summary: "Adds an account whose statements are taken in; the number is sealed.",
    parameters: &[],
    takes: Takes::Fields(&[
        text("kode", "Small letters, digits and strokes.", false),
        text("nama", "What people call it.", false),
        text("bank", "The bank's code of three digits.", true),
        text("nomor", "The account's number.", true),
        text("dana", "The code of the fund whose cash it is.", true),
        text("kolom", "Columns of its statements, as `tanggal=A,uraian=B,…`.", true),
    ]),
    keyed: true,
    answers: &[
        Column::of_data("account", Kind::Text),
        Column::of_data("name", Kind::Text),
        Column::of_data("number_masked", Kind::Text),
    ],
    statuses: &[StatusCode::CREATED],
    act: add,
    again: add,
};

const EXPLAIN: Act = Act {
    path: "/api/bank/snap/selisih/{id}",
    operation: Operation::Pay,
    id: "explain-bank-notice",
    summary: "Says that nothing is missing in a payment that was told and refused, and why.",
    parameters: &[],
    takes: Takes::Fields(&[WHY]),
    keyed: true,
    answers: &[Column::of_data("notice", Kind::Text)],
    statuses: &[StatusCode::OK],
    act: explain,
    again: explain,
};

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    let acts = [TAKE, MATCH, PROPOSE, RELEASE, OTHER, ADD, RECEIPT, WITHDRAW, EXPLAIN];
    acts.into_iter().map(Act::route).collect()
}

fn release(call: &Call<'_>) -> Result<Said, AppError> {
    let office = call.web.office();
    let file = office.bank_line(call.actor, line_id(call.part("id"))?)?;
    let standing = file.parts.iter().filter(|part| part.stands());
    let moves = Moves { release: standing.map(|part| part.id).collect(), give: Vec::new() };
    Ok(put(office.propose_moves(call.actor, &moves, call.given.text("alasan"))?))
}

fn other(call: &Call<'_>) -> Result<Said, AppError> {
    let (office, line) = (call.web.office(), line_id(call.part("id"))?);
    office.explain_lines(call.actor, &[line], call.given.text("alasan"))?;
    let shown = office.bank_line(call.actor, line)?.shown;
    let cells = vec![Cell::Text(line.to_string()), Cell::text(shown.state.name())];
    Ok(Said { status: StatusCode::OK, cells })
}

fn add(call: &Call<'_>) -> Result<Said, AppError> {
    let given = call.given;
    let new = NewAccount {
        code: given.text("kode"),
        name: given.text("nama"),
        bank: given.text("bank"),
        number: given.text("nomor"),
        fund: given.text("dana"),
        layout: given.text("kolom"),
    };
    let added = call.web.office().add_bank_account(call.actor, &new)?;
    let cells = vec![Cell::text(&*added.code), Cell::text(&*added.name), Cell::text(added.number)];
    Ok(Said { status: StatusCode::CREATED, cells })
}

fn explain(call: &Call<'_>) -> Result<Said, AppError> {
    let unknown = || AppError::not_found("SNAP_NOTICE_UNKNOWN", "");
    let id = Id::parse(call.part("id")).map_err(|_| unknown())?;
    call.web.office().explain_notice(call.actor, id, call.given.text("alasan"))?;
    Ok(Said { status: StatusCode::OK, cells: vec![Cell::Text(id.to_string())] })
}

/// Moves that were put forward.
fn put(shown: MovesShown) -> Said {
    let MovesShown { task, state, hash, amount, .. } = shown;
    let cells = vec![
        Cell::Text(task.to_string()),
        Cell::text(state.name()),
        Cell::Text(hex(&hash)),
        Cell::Rupiah(amount),
    ];
    Said { status: StatusCode::CREATED, cells }
}

fn take(call: &Call<'_>) -> Result<Said, AppError> {
    let file = call.file.ok_or_else(|| AppError::usage("UPLOAD_MISSING", ""))?;
    let content = std::fs::read(&file.path).map_err(|_| AppError::usage("UPLOAD_BROKEN", ""))?;
    let received = Received { account: call.part("code"), content: &content, layout: None };
    let receipt = call.web.office().receive_statement(call.actor, &received)?;
    // Programs name no columns, so none are remembered.
    let StatementReceipt { is_new, account, format, lines, new, opening, closing, chain, .. } =
        receipt;
    let rupiah = |amount: Option<Rupiah>| amount.map_or(Cell::Empty, Cell::Rupiah);
    let gap = match chain {
        Chain::Gap(gap) => Some(gap),
        _ => None,
    };
    let cells = vec![
        Cell::text(&*account),
        Cell::text(format),
        Cell::Count(lines),
        Cell::Count(new),
        rupiah(opening),
        rupiah(closing),
        Cell::text(chain.name()),
        rupiah(gap),
    ];
    Ok(Said { status: if is_new { StatusCode::CREATED } else { StatusCode::OK }, cells })
}

fn match_now(call: &Call<'_>) -> Result<Said, AppError> {
    let matched = call.web.office().match_payments(call.actor)?;
    let count = |count: usize| Cell::Count(count as u64);
    let cells = vec![
        count(matched.matches.len()),
        Cell::Rupiah(matched.paid),
        count(matched.suggestions.len()),
        count(matched.breaks.len()),
        count(matched.unpaid.len()),
    ];
    Ok(Said { status: StatusCode::OK, cells })
}

fn propose(call: &Call<'_>) -> Result<Said, AppError> {
    let office = call.web.office();
    let file = office.bank_line(call.actor, line_id(call.part("id"))?)?;
    let line = file.shown.line.id;
    let give = match (call.given.text("bagian").trim(), &file.shown.suggestion) {
        ("", Some(found)) => {
            found.parts.iter().map(|(what, much)| Give::new(line, *what, *much)).collect()
        }
        (parts, _) => read_parts(&file, parts)?,
    };
    let moves = Moves { release: Vec::new(), give };
    Ok(put(office.propose_moves(call.actor, &moves, call.given.text("alasan"))?))
}

fn receipt(call: &Call<'_>) -> Result<Said, AppError> {
    let given = call.given;
    let (amount, day) = (given.text("jumlah_rupiah"), given.text("tanggal"));
    let receipt = ReceiptRecorded {
        bill: given.text("tagihan"),
        number: given.text("nomor"),
        amount: Rupiah::parse(amount.trim())
            .ok_or_else(|| AppError::usage("NOT_AN_AMOUNT", typed(amount)))?,
        day: Day::parse_iso(day).ok_or_else(|| AppError::usage("NOT_A_DAY", typed(day)))?,
    };
    let new = call.web.office().record_receipt(call.actor, &receipt)?;
    let cells = vec![Cell::text(receipt.bill), Cell::text(receipt.number)];
    Ok(Said { status: if new { StatusCode::CREATED } else { StatusCode::OK }, cells })
}

fn withdraw(call: &Call<'_>) -> Result<Said, AppError> {
    let given = call.given;
    let which = (given.text("tagihan"), given.text("nomor"));
    call.web.office().withdraw_receipt(call.actor, which, given.text("alasan"))?;
    let cells = vec![Cell::text(which.0), Cell::text(which.1)];
    Ok(Said { status: StatusCode::OK, cells })
}
