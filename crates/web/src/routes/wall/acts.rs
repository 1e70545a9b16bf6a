//! `/api/cakupan`: what programs keep of counts, targets and reports.

use app::error::AppError;
use app::office::Operation;
use app::wall::{Aim, BasisInput, ReportFile, TargetInput, WallAsked};
use axum::http::StatusCode;
use base::{Day, Month};

use crate::acts::{Act, Call, Input, Said, Shape, Takes};
use crate::routes::Route;
use crate::table::{Cell, Column, Kind};

const BASIS: &[Column] = &[
    Column::of_data("basis", Kind::Text),
    Column::of_data("code", Kind::Text),
    Column::of_data("as_of", Kind::Day),
];

const TARGET: &[Column] = &[
    Column::of_data("target", Kind::Text),
    Column::of_data("place", Kind::Text),
    Column::of_data("due", Kind::Day),
    Column::of_data("people", Kind::Count),
    Column::of_data("share_ppm", Kind::Share),
];

const REPORT: &[Column] = &[
    Column::of_data("report", Kind::Text),
    Column::of_data("made_on", Kind::Day),
    Column::of_data("covered", Kind::Count),
    Column::of_data("digest", Kind::Text),
];

const fn text(name: &'static str, meaning: &'static str, may_be_empty: bool) -> Input {
    Input { name, meaning, shape: Shape::Text { most: 500, may_be_empty } }
}

const KEEP_BASIS: Act = Act {
    path: "/api/cakupan/pembanding",
    operation: Operation::SetUp,
    id: "keep-coverage-basis",
    summary: "Keeps a count of those to be covered; the newest of a code counts.",
    parameters: &[],
    takes: Takes::Fields(&[
        text("kode", "Its code.", false),
        text("nama", "What it is called.", false),
        text("sumber", "Who counted.", false),
        text("arti", "What is counted.", false),
        text("tanggal", "When it was true, as 2025-08-31.", false),
        text("jumlah", "How many in the whole regency; empty when the lines say it.", true),
        Input {
            name: "baris",
            meaning: "Lines `wilayah,64.01.05,1234`, one a part; may be empty.",
            shape: Shape::Text { most: 500_000, may_be_empty: true },
        },
    ]),
    keyed: true,
    answers: BASIS,
    statuses: &[StatusCode::OK],
    act: keep_basis,
    again: basis_again,
};

const SET_TARGET: Act = Act {
    path: "/api/cakupan/sasaran",
    operation: Operation::SetUp,
    id: "set-coverage-target",
    summary: "Sets what coverage is to reach by a day; what was set before stays to be seen.",
    parameters: &[],
    takes: Takes::Fields(&[
        text("wilayah", "The region's code; the whole regency when empty.", true),
        text("sasaran", "People, as 12633, or a share, as 52,69%.", false),
        text("tanggal", "By when, as 2025-12-31.", false),
        text("dasar", "Where it is written.", false),
    ]),
    keyed: true,
    answers: TARGET,
    statuses: &[StatusCode::OK],
    act: set_target,
    again: target_again,
};

const MAKE_REPORT: Act = Act {
    path: "/api/cakupan/laporan",
    operation: Operation::ReadMoney,
    id: "make-coverage-report",
    summary: "Makes a report of the newest month, or of the one said, and keeps it.",
    parameters: &[],
    takes: Takes::Fields(&[
        text("bulan", "The month, as 2025-08; the newest paid one when empty.", true),
        text("wilayah", "A region of the regency, by code; the whole when empty.", true),
        text("pembanding", "The count, by its code; the newest when empty.", true),
    ]),
    keyed: true,
    answers: REPORT,
    statuses: &[StatusCode::OK],
    act: make_report,
    again: report_again,
};

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    [KEEP_BASIS, SET_TARGET, MAKE_REPORT].into_iter().map(Act::route).collect()
}

fn keep_basis(call: &Call<'_>) -> Result<Said, AppError> {
    let given = |name: &str| call.given.text(name).to_owned();
    let basis = call.web.office().set_basis(
        call.actor,
        &BasisInput {
            code: given("kode"),
            name: given("nama"),
            source: given("sumber"),
            definition: given("arti"),
            as_of: given("tanggal"),
            people: given("jumlah"),
            lines: given("baris"),
        },
    )?;
    Ok(said_basis(&basis))
}

fn said_basis(basis: &app::wall::Basis) -> Said {
    let cells =
        vec![Cell::text(basis.id.to_string()), Cell::text(&*basis.code), Cell::Day(basis.as_of)];
    Said { status: StatusCode::OK, cells }
}

/// The newest count of the code and day that were sent.
fn basis_again(call: &Call<'_>) -> Result<Said, AppError> {
    let (code, day) = (call.given.text("kode").trim(), call.given.text("tanggal").trim());
    let found = call.web.office().coverage_bases(call.actor)?.into_iter().rev();
    let day = Day::parse_iso(day);
    let mut own = found.filter(|one| *one.code == *code && Some(one.as_of) == day);
    let basis = own.next().ok_or_else(|| AppError::not_found("BASIS_UNKNOWN", code))?;
    Ok(said_basis(&basis))
}

fn target_of(call: &Call<'_>) -> TargetInput {
    let given = |name: &str| call.given.text(name).to_owned();
    TargetInput {
        place: given("wilayah"),
        due: given("tanggal"),
        aim: given("sasaran"),
        source: given("dasar"),
    }
}

fn set_target(call: &Call<'_>) -> Result<Said, AppError> {
    let target = call.web.office().set_coverage_target(call.actor, &target_of(call))?;
    Ok(said_target(&target))
}

fn said_target(target: &app::wall::TargetKept) -> Said {
    let (people, share) = match target.aim {
        Aim::People(people) => (Cell::Count(people), Cell::Empty),
        Aim::Share(share) => (Cell::Empty, Cell::Share(share)),
    };
    let cells = vec![
        Cell::text(target.id.to_string()),
        Cell::text(&*target.part),
        Cell::Day(target.due),
        people,
        share,
    ];
    Said { status: StatusCode::OK, cells }
}

/// The newest target of the day and source that were sent.
fn target_again(call: &Call<'_>) -> Result<Said, AppError> {
    let wanted = target_of(call);
    let due = Day::parse_iso(wanted.due.trim());
    let found = call.web.office().coverage_targets(call.actor)?.into_iter();
    let own = found.filter(|one| Some(one.due) == due && *one.source == *wanted.source.trim());
    let newest = own.max_by_key(|one| one.set_at_ms);
    let target = newest.ok_or_else(|| AppError::not_found("REPORT_UNKNOWN", ""))?;
    Ok(said_target(&target))
}

fn make_report(call: &Call<'_>) -> Result<Said, AppError> {
    let given = |name: &str| call.given.text(name).trim().to_owned();
    let month = match given("bulan") {
        text if text.is_empty() => None,
        text => Some(Month::parse(&text).ok_or_else(|| AppError::usage("NOT_A_MONTH", ""))?),
    };
    let asked = WallAsked {
        month,
        place: given("wilayah"),
        basis: given("pembanding"),
        ..WallAsked::default()
    };
    Ok(said_report(&call.web.office().make_report(call.actor, &asked)?))
}

fn said_report(report: &ReportFile) -> Said {
    let covered = report.figures["covered"].as_u64().unwrap_or_default();
    let cells = vec![
        Cell::text(report.id.to_string()),
        Cell::Day(report.made_on),
        Cell::Count(covered),
        Cell::text(&*report.digest),
    ];
    Said { status: StatusCode::OK, cells }
}

/// The newest report of whoever asks.
fn report_again(call: &Call<'_>) -> Result<Said, AppError> {
    let found = call.web.office().reports(call.actor)?.into_iter();
    let mut own = found.filter(|report| *report.made_by == *call.actor.name);
    let report = own.next().ok_or_else(|| AppError::not_found("REPORT_UNKNOWN", ""))?;
    Ok(said_report(&report))
}
