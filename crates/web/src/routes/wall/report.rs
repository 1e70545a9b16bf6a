//! `/dasbor/laporan`: reports of one page, made once and shown again by their number.

use std::sync::Arc;

use app::error::AppError;
use app::office::Operation;
use app::wall::{ReportAgain, ReportFile, WallAsked, report_lines};
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use super::fact;
use crate::page::{Asked, Section};
use crate::parts::{Facts, Form, Notice, Piece, Plain};
use crate::routes::{Route, Web, answer, html, to};
use crate::signed::Signed;
use crate::table::{Cell, Column, Kind, Listing, Row, View, Window};

const VIEW: View = View {
    path: "/dasbor/laporan",
    operation: Operation::ReadMoney,
    id: "coverage-reports",
    section: Section::Dashboard,
    columns: &[
        Column::new("id", "report-id", Kind::Text),
        Column::new("made_on", "report-made-on", Kind::Day),
        Column::new("made_by", "report-made-by", Kind::Text),
        Column::new("month", "report-month", Kind::Text),
        Column::new("place", "report-place", Kind::Text),
        Column::new("covered", "report-covered", Kind::Count),
        Column::of_data("digest", Kind::Text),
    ],
    meta: &[],
    parameters: &[],
    load,
};

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    let read = Operation::ReadMoney;
    let mut routes: Vec<Route> = VIEW.routes();
    routes.extend([
        Route::get("/dasbor/laporan/baru", read, ask),
        Route::post("/dasbor/laporan/baru", read, make),
        Route::get("/dasbor/laporan/{id}", read, one),
        Route::get("/dasbor/laporan/{id}/pdf", read, pdf).for_programs(),
    ]);
    routes
}

fn load(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let found = web.office().reports(actor)?;
    let row = |report: &ReportFile| {
        let id = report.id.to_string();
        let text = |name: &str| report.figures[name].as_str().unwrap_or_default().to_owned();
        let covered = report.figures["covered"].as_u64().unwrap_or_default();
        let cells = vec![
            Cell::Link(id.clone(), writing.href(&format!("/dasbor/laporan/{id}"), &[])),
            Cell::Day(report.made_on),
            Cell::text(&*report.made_by),
            Cell::text(text("month")),
            Cell::text(text("place_name")),
            Cell::Count(covered),
            Cell::text(&*report.digest),
        ];
        Row::new(id, cells)
    };
    let (rows, more) = window.cut(found.iter().map(row).collect());
    Ok(Listing {
        title: writing.w("report-title"),
        lead: writing.w("report-lead"),
        caption: writing.w("report-caption"),
        empty: writing.w("report-empty"),
        action: Some((writing.href("/dasbor/laporan/baru", &[]), writing.w("report-make"))),
        links: vec![(writing.href("/dasbor", &[]), writing.w("wall-dashboard"))],
        rows,
        more,
        ..Listing::default()
    })
}

async fn ask(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let writing = asked.writing();
        let page = web.page(asked, Section::Dashboard, writing.w("report-make"));
        let form = Form::new(&page, "/dasbor/laporan/baru", "report-make", Vec::new());
        let back = Some((writing.href("/dasbor/laporan", &[]), writing.w("report-title")));
        let lead = writing.w("report-lead");
        Ok(html(&Plain { page, back, lead, pieces: vec![Piece::Form(form)] }))
    })
    .await
}

async fn make(State(web): State<Arc<Web>>, signed: Signed, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let report = web.office().make_report(&signed.actor, &WallAsked::default())?;
        Ok(to(asked, &format!("/dasbor/laporan/{}", report.id), "simpan"))
    })
    .await
}

async fn one(State(web): State<Arc<Web>>, Path(id): Path<String>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let (writing, actor) = (asked.writing(), asked.actor()?);
        let report = web.office().report(actor, &id)?;
        let again = web.office().report_again(actor, &report)?;
        let page = web.page(asked, Section::Dashboard, writing.w("report-title"));
        let mut pieces = Vec::new();
        if asked.value("selesai").is_some() {
            pieces.push(Piece::Notice(Notice::done(writing.w("report-made"), String::new())));
        }
        pieces.push(Piece::Notice(match (report.is_whole, &again) {
            (false, _) => Notice::warning(writing.w("report-broken"), String::new()),
            (true, ReportAgain::Same) => {
                Notice::info(writing.w("report-whole"), writing.w("report-same"))
            }
            (true, ReportAgain::Differs(names)) => {
                let names = names.join(", ");
                let said = writing.with("report-differs", &[("names", &names)]);
                Notice::info(writing.w("report-whole"), said)
            }
        }));
        let place = report.figures["place_name"].as_str().unwrap_or_default().to_owned();
        let about = vec![
            fact(writing.w("report-place"), place),
            fact(writing.w("report-id"), report.id.to_string()),
            fact(writing.w("report-made-on"), writing.day(report.made_on)),
            fact(writing.w("report-made-by"), report.made_by.to_string()),
        ];
        pieces.push(Piece::Facts(Facts { rows: about, class: "facts", ..Facts::default() }));
        for (heading, lines) in report_lines(&report.figures, writing.words()) {
            pieces.push(Piece::Heading(heading));
            let rows = lines.into_iter().map(|(name, value)| fact(name, value)).collect();
            pieces.push(Piece::Facts(Facts { rows, class: "facts", ..Facts::default() }));
        }
        let href = writing.href(&format!("/dasbor/laporan/{}/pdf", report.id), &[]);
        pieces.push(Piece::Link(href, writing.w("report-pdf")));
        let back = Some((writing.href("/dasbor/laporan", &[]), writing.w("report-caption")));
        Ok(html(&Plain { page, back, lead: String::new(), pieces }))
    })
    .await
}

async fn pdf(State(web): State<Arc<Web>>, Path(id): Path<String>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let printed = web.office().report_pdf(asked.actor()?, &id)?;
        let name = format!("attachment; filename=\"{}\"", printed.name);
        let headers = [(CONTENT_TYPE, "application/pdf".to_owned()), (CONTENT_DISPOSITION, name)];
        Ok((headers, printed.bytes).into_response())
    })
    .await
}
