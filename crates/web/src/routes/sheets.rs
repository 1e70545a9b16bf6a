//! `/berkas`: received files, and one of them with its causes and remedies.

use std::sync::Arc;

use app::error::AppError;
use app::office::Operation;
use app::overview::{ProblemCount, SheetDetail, SheetOverview};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use base::{Day, Id, Problem};

use crate::page::{Asked, Page, Section, Writing};
use crate::routes::{Route, Web, answer, html};

#[derive(Template)]
#[template(path = "sheets.html")]
struct Sheets {
    page: Page,
    lead: String,
    rows: Vec<SheetRow>,
}

/// A line of the list.
struct SheetRow {
    href: String,
    sender: String,
    received_on: String,
    programme: String,
    received: String,
    to_fix: String,
    refused: String,
    repeated: String,
    accepted: String,
    state: String,
}

#[derive(Template)]
#[template(path = "sheet.html")]
struct SheetPage {
    page: Page,
    facts: Vec<(String, String)>,
    corrects: Option<String>,
    outcomes: Vec<(String, String)>,
    outcomes_total: String,
    weights: Vec<Weight>,
}

/// The causes of one weight.
struct Weight {
    severity: &'static str,
    name: String,
    problems: Vec<ProblemView>,
}

/// A cause with its remedy.
struct ProblemView {
    count: String,
    what: String,
    remedy: String,
}

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/berkas", Operation::ReadPublic, list),
        Route::get("/berkas/{id}", Operation::ReadPublic, show),
    ]
}

/// The list.
async fn list(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, |web, asked| {
        let found = web.office.sheet_overviews()?;
        let writing = asked.writing();
        let (files, to_fix) = (found.len() as u64, found.iter().map(|sheet| sheet.rows.to_fix));
        let (files, to_fix) = (writing.number(files), writing.number(to_fix.sum()));
        let values = [("files", files.as_str()), ("count", to_fix.as_str())];
        Ok(html(&Sheets {
            page: web.page(asked, Section::Sheets, writing.w("web-sheets")),
            lead: writing.with("web-sheets-lead", &values),
            rows: found.iter().map(|sheet| sheet_row(sheet, writing)).collect(),
        }))
    })
    .await
}

/// One file.
async fn show(State(web): State<Arc<Web>>, Path(id): Path<String>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let id = Id::parse(&id).map_err(|_| AppError::not_found("SHEET_UNKNOWN", ""))?;
        Ok(html(&sheet_page(web, asked, &web.office.sheet_overview(id)?)))
    })
    .await
}

fn sheet_row(sheet: &SheetOverview, writing: Writing) -> SheetRow {
    let number = |count| writing.number(count);
    SheetRow {
        href: writing.href(&format!("/berkas/{}", sheet.id), &[]),
        sender: sheet.sender.clone(),
        received_on: writing.day(sheet.received),
        programme: sheet.programme.clone(),
        received: number(sheet.rows.received()),
        to_fix: number(sheet.rows.to_fix),
        refused: number(sheet.rows.refused),
        repeated: number(sheet.rows.repeated),
        accepted: number(sheet.rows.accepted),
        state: state(sheet, writing),
    }
}

fn state(sheet: &SheetOverview, writing: Writing) -> String {
    writing.w(&format!("web-state-{}", sheet.state))
}

fn sheet_page(web: &Web, asked: &Asked, detail: &SheetDetail) -> SheetPage {
    let writing = asked.writing();
    let sheet = &detail.sheet;
    let title = writing.with("web-sheet-heading", &[("sender", sheet.sender.as_str())]);
    let kind = match sheet.extension {
        "" => writing.w("web-kind-other"),
        extension => extension.to_uppercase(),
    };
    let fact = |key: &str, value: String| (writing.w(key), value);
    let mut outcomes: Vec<(String, String)> = detail
        .outcomes
        .iter()
        .map(|(outcome, rows)| (writing.words().outcome(*outcome), writing.number(*rows)))
        .collect();
    if detail.superseded > 0 {
        outcomes.push((writing.w("web-superseded"), writing.number(detail.superseded)));
    }
    let rows: u64 = detail.outcomes.iter().map(|(_, rows)| rows).sum();
    SheetPage {
        facts: vec![
            fact("web-programme", sheet.programme.clone()),
            fact("web-date", writing.day(sheet.received)),
            fact("web-kind", kind),
            fact("web-state", state(sheet, writing)),
        ],
        corrects: detail.corrects.map(|id| writing.href(&format!("/berkas/{id}"), &[])),
        outcomes,
        outcomes_total: writing.number(rows + detail.superseded),
        weights: weights(&detail.problems, writing),
        page: web.page(asked, Section::Sheets, title),
    }
}

/// Problems come the heaviest first, so those of one weight stand together.
fn weights(problems: &[ProblemCount], writing: Writing) -> Vec<Weight> {
    let weight = |problems: &[ProblemCount]| {
        let severity = problems[0].code.severity().name();
        Weight {
            severity,
            name: writing.w(&format!("web-severity-{severity}")),
            problems: problems.iter().map(|problem| problem_view(problem, writing)).collect(),
        }
    };
    problems
        .chunk_by(|one, other| one.code.severity() == other.code.severity())
        .map(weight)
        .collect()
}

fn problem_view(counted: &ProblemCount, writing: Writing) -> ProblemView {
    // The day of a list is everybody's; an age or a row may be somebody's.
    let sentence = match counted.detail.as_deref().and_then(Day::parse_iso) {
        Some(day) => {
            let problem = Problem::of_row(counted.code).with_detail(writing.day(day));
            writing.words().problem(&problem)
        }
        None => writing.words().problem_by_code(counted.code),
    };
    let count = writing.number(counted.found);
    ProblemView {
        count: writing.with("web-problem-count", &[("count", count.as_str())]),
        what: sentence.what.replace("….", "…"),
        remedy: sentence.remedy,
    }
}
