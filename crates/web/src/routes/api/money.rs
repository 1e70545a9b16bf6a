//! `/api/dana`, `/api/program/{code}/papan`: funds added and given another ceiling by programs, and
//! what they ask about a fund and about a programme's board.

use std::sync::Arc;

use app::board::Board;
use app::error::AppError;
use app::funds::{FundFile, FundKind, NewFund, Revised, RevisionShown};
use app::office::{Actor, Operation};
use app::prints::hex;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use base::{Day, Rupiah};

use super::{data_route, object};
use crate::acts::{Act, Call, Input, Said, Shape, Takes};
use crate::page::Asked;
use crate::routes::{Route, Web, answer};
use crate::signed::Signed;
use crate::table::{Cell, Column, Kind};

const FUND: &[Column] = &[
    Column::of_data("fund", Kind::Text),
    Column::of_data("kind", Kind::Text),
    Column::of_data("year", Kind::Count),
    Column::of_data("account", Kind::Text),
    Column::of_data("earmark", Kind::Text),
    Column::of_data("ceiling_rupiah", Kind::Rupiah),
    Column::of_data("proposed_rupiah", Kind::Rupiah),
    Column::of_data("committed_rupiah", Kind::Rupiah),
    Column::of_data("billed_rupiah", Kind::Rupiah),
    Column::of_data("paid_rupiah", Kind::Rupiah),
    Column::of_data("free_rupiah", Kind::Rupiah),
    Column::of_data("expected_rupiah", Kind::Rupiah),
    Column::of_data("unspent_rupiah", Kind::Rupiah),
    Column::of_data("until", Kind::Day),
    Column::of_data("revisions", Kind::Count),
    Column::of_data("first_ceiling", Kind::Text),
];

const REVISION: &[Column] = &[
    Column::of_data("task", Kind::Text),
    Column::of_data("state", Kind::Text),
    Column::of_data("before_rupiah", Kind::Rupiah),
    Column::of_data("after_rupiah", Kind::Rupiah),
    Column::of_data("effective", Kind::Day),
    Column::of_data("basis", Kind::Text),
    Column::of_data("hash", Kind::Text),
];

const BOARD: &[Column] = &[
    Column::of_data("programme", Kind::Text),
    Column::of_data("as_of", Kind::Day),
    Column::of_data("places", Kind::Count),
    Column::of_data("received", Kind::Count),
    Column::of_data("valid", Kind::Count),
    Column::of_data("to_fix", Kind::Count),
    Column::of_data("refused", Kind::Count),
    Column::of_data("repeated", Kind::Count),
    Column::of_data("approved", Kind::Count),
    Column::of_data("fallen", Kind::Count),
    Column::of_data("listed", Kind::Count),
    Column::of_data("next", Kind::Count),
    Column::of_data("waiting", Kind::Count),
    Column::of_data("skipped", Kind::Count),
    Column::of_data("open", Kind::Count),
    Column::of_data("replacements", Kind::Count),
    Column::of_data("freed_rupiah", Kind::Rupiah),
    Column::of_data("replacements_rupiah", Kind::Rupiah),
    Column::of_data("free_rupiah", Kind::Rupiah),
    Column::of_data("reach_age_limit", Kind::Count),
];

const fn text(name: &'static str, meaning: &'static str, may_be_empty: bool) -> Input {
    Input { name, meaning, shape: Shape::Text { most: 200, may_be_empty } }
}

const CEILING: Input = text("pagu_rupiah", "The ceiling in whole rupiah, as digits.", false);

const ADD: Act = Act {
    path: "/api/dana",
    operation: Operation::SetUp,
    id: "add-fund",
    summary: "Adds a fund; the same again is no change.",
    parameters: &[],
    takes: Takes::Fields(&[
        text("kode", "Small letters, digits and strokes.", false),
        Input {
            name: "jenis",
            meaning: "The kind of source.",
            shape: Shape::Word(|| FundKind::ALL.map(FundKind::name).to_vec()),
        },
        CEILING,
        Input {
            name: "tahun",
            meaning: "The fiscal year; 0 when it is bound to none.",
            shape: Shape::Whole { most: 2_100 },
        },
        text("rekening", "The account of the office's own chart of accounts.", true),
        text("peruntukan", "What the money may be spent on.", true),
    ]),
    keyed: true,
    answers: FUND,
    statuses: &[StatusCode::OK],
    act: add,
    again: add,
};

const REVISE: Act = Act {
    path: "/api/dana/{code}/revisi",
    operation: Operation::SetUp,
    id: "propose-revision",
    summary: "Puts another ceiling forward; somebody else approves the task.",
    parameters: &[],
    takes: Takes::Fields(&[
        CEILING,
        text("dasar", "The regulation or decision behind it.", false),
        text("berlaku", "From which day the budget says so, as YYYY-MM-DD.", false),
        text("alasan", "Why, in a sentence; it is kept.", false),
    ]),
    keyed: true,
    answers: REVISION,
    statuses: &[StatusCode::CREATED],
    act: revise,
    again: revise,
};

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    let money = Operation::ReadMoney;
    let fund = data_route("/api/dana/{code}", money, show_fund).described(object(
        "fund",
        "One fund in figures, with a forecast of what will be left.",
        FUND,
    ));
    let board = data_route("/api/program/{code}/papan", money, show_board).described(object(
        "board",
        "A programme's candidate board in figures.",
        BOARD,
    ));
    vec![ADD.route(), REVISE.route(), fund, board]
}

async fn show_fund(
    State(web): State<Arc<Web>>,
    Path(code): Path<String>,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        Ok(super::one(asked, FUND, &fund_cells(web, &signed.actor, &code)?))
    })
    .await
}

async fn show_board(
    State(web): State<Arc<Web>>,
    Path(code): Path<String>,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let board = web.office().board(&signed.actor, &code)?;
        Ok(super::one(asked, BOARD, &board_cells(&board)))
    })
    .await
}

fn add(call: &Call<'_>) -> Result<Said, AppError> {
    let given = call.given;
    let unknown = || AppError::usage("KIND_UNKNOWN", given.text("jenis"));
    let new = NewFund {
        code: given.text("kode").trim(),
        kind: FundKind::from_name(given.text("jenis")).ok_or_else(unknown)?,
        ceiling: amount(given.text("pagu_rupiah"))?,
        year: u16::try_from(given.whole("tahun")).ok().filter(|year| *year > 0),
        account: given.text("rekening"),
        earmark: given.text("peruntukan"),
    };
    let fund = call.web.office().add_fund_with(call.actor, &new)?;
    // Whoever sets funds up may not read about money, and is told what they have made.
    let shown = fund_cells(call.web, call.actor, &fund.code);
    let cells = match shown {
        Err(error) if error.code == "USER_MAY_NOT" => {
            let mut cells = vec![Cell::Empty; FUND.len()];
            cells[0] = Cell::text(&*fund.code);
            cells[1] = Cell::text(fund.kind.name());
            cells[5] = Cell::Rupiah(fund.ceiling);
            cells
        }
        other => other?,
    };
    Ok(Said { status: StatusCode::OK, cells })
}

fn revise(call: &Call<'_>) -> Result<Said, AppError> {
    let given = call.given;
    let day = given.text("berlaku");
    let asked = Revised {
        ceiling: amount(given.text("pagu_rupiah"))?,
        basis: given.text("dasar"),
        effective: Day::parse_iso(day).ok_or_else(|| AppError::usage("NOT_A_DAY", day))?,
        reason: given.text("alasan"),
    };
    let shown = call.web.office().propose_revision(call.actor, call.part("code"), &asked)?;
    Ok(Said { status: StatusCode::CREATED, cells: revision_cells(&shown) })
}

fn amount(text: &str) -> Result<Rupiah, AppError> {
    Rupiah::parse(text.trim()).ok_or_else(|| AppError::usage("NOT_AN_AMOUNT", text))
}

fn fund_cells(web: &Web, actor: &Actor, code: &str) -> Result<Vec<Cell>, AppError> {
    let FundFile { shown, revisions, until, .. } = web.office().fund_file(actor, code)?;
    let (fund, figures) = (shown.fund, shown.figures);
    let first = shown.ceiling.state.name();
    let text = |text: Option<Box<str>>| Cell::text(text.unwrap_or_default());
    Ok(vec![
        Cell::text(&*fund.code),
        Cell::text(fund.kind.name()),
        fund.year.map_or(Cell::Empty, |year| Cell::Count(u64::from(year))),
        text(fund.account),
        text(fund.earmark),
        Cell::Rupiah(figures.ceiling),
        Cell::Rupiah(figures.proposed),
        Cell::Rupiah(figures.committed),
        Cell::Rupiah(figures.billed),
        Cell::Rupiah(figures.paid),
        Cell::Rupiah(figures.free()),
        Cell::Rupiah(figures.expected),
        Cell::Rupiah(figures.unspent()),
        until.map_or(Cell::Empty, Cell::Day),
        Cell::Count(revisions.len() as u64),
        Cell::text(first),
    ])
}

fn revision_cells(shown: &RevisionShown) -> Vec<Cell> {
    let revision = &shown.revision;
    vec![
        Cell::Text(shown.task().to_string()),
        Cell::text(shown.state.name()),
        Cell::Rupiah(revision.before),
        Cell::Rupiah(revision.after),
        Cell::Day(revision.effective),
        Cell::text(&*revision.basis),
        Cell::Text(hex(&revision.hash())),
    ]
}

fn board_cells(board: &Board) -> Vec<Cell> {
    let people = |name: &str| {
        let ours = board.standing.iter().filter(|(stands, ..)| *stands == name);
        Cell::Count(ours.map(|(.., people)| people).sum())
    };
    let rescue = &board.rescue;
    vec![
        Cell::text(&*board.programme.code),
        Cell::Day(board.as_of),
        board.programme.places().map_or(Cell::Empty, |places| Cell::Count(places.into())),
        Cell::Count(board.rows.received()),
        Cell::Count(board.rows.accepted),
        Cell::Count(board.rows.to_fix),
        Cell::Count(board.rows.refused),
        Cell::Count(board.rows.repeated),
        people("member"),
        people("fallen"),
        people("listed"),
        people("next"),
        people("waiting"),
        people("skipped"),
        Cell::Count(rescue.open.into()),
        Cell::Count(rescue.next.len() as u64),
        Cell::Rupiah(rescue.freed),
        Cell::Rupiah(rescue.cost),
        Cell::Rupiah(board.free),
        Cell::Count(board.ages.iter().map(|month| u64::from(month.people)).sum()),
    ]
}
