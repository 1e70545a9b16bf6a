//! `/berkas`: received files, and one of them with its causes and remedies.

use std::sync::Arc;

use app::error::AppError;
use app::office::Operation;
use app::overview::{ProblemCount, SheetDetail, SheetOverview};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use base::{Day, Id, Problem};

use crate::api::{Parameter, Shape};
use crate::page::{Asked, Page, Section, Writing};
use crate::routes::{Route, Web, answer, html};
use crate::table::{Cell, Column, Facet, Kind, Listing, Row, View, Window};

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

const VIEW: View = View {
    path: "/berkas",
    operation: Operation::ReadSheets,
    id: "sheets",
    section: Section::Sheets,
    columns: &[
        Column::of_data("id", Kind::Text),
        Column::new("sender", "web-sender", Kind::Text),
        Column::new("received_on", "web-date", Kind::Day),
        Column::new("programme", "web-programme", Kind::Text),
        Column::new("rows", "web-rows", Kind::Count),
        Column::new("to_fix", "web-to-fix", Kind::Count),
        Column::new("refused", "web-refused", Kind::Count),
        Column::new("repeated", "web-repeated", Kind::Count),
        Column::new("accepted", "web-accepted", Kind::Count),
        Column::new("state", "web-state", Kind::Text),
    ],
    meta: &[],
    parameters: &[Parameter {
        name: "keadaan",
        meaning: "Only files in this state.",
        shape: Shape::OneOf(&STATES),
    }],
    load,
};

const STATES: [&str; 3] = ["received", "decided", "undone"];

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    let mut routes = VIEW.routes();
    routes.push(Route::get("/berkas/{id}", Operation::ReadSheets, show));
    routes
}

/// The list.
fn load(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let mut found = web.office.sheet_overviews(asked.actor()?)?;
    let writing = asked.writing();
    let (files, to_fix) = (found.len() as u64, found.iter().map(|sheet| sheet.rows.to_fix));
    let (files, to_fix) = (writing.number(files), writing.number(to_fix.sum()));
    let values = [("files", files.as_str()), ("count", to_fix.as_str())];
    let lead = match found.is_empty() {
        true => String::new(),
        false => writing.with("web-sheets-lead", &values),
    };
    let facets = vec![states(&found, writing)];
    if let Some(only) = asked.value("keadaan") {
        found.retain(|sheet| sheet.state == only);
    }
    let (rows, more) = window.cut(found.iter().map(|sheet| row(sheet, writing)).collect());
    Ok(Listing {
        title: writing.w("web-sheets"),
        heading: writing.w("web-sheets-heading"),
        lead,
        caption: writing.w("web-sheets-caption"),
        facets,
        empty: writing.w("web-sheets-empty"),
        rows,
        more,
        ..Listing::default()
    })
}

/// How many files are in each state.
fn states(found: &[SheetOverview], writing: Writing) -> Facet {
    let count = |state: &str| found.iter().filter(|sheet| sheet.state == state).count() as u64;
    let all = (String::new(), writing.w("web-all"), Some(found.len() as u64));
    let state = |state: &&str| {
        ((*state).to_owned(), writing.w(&format!("web-state-{state}")), Some(count(state)))
    };
    let states = STATES.iter().filter(|state| count(state) > 0).map(state);
    let choices = [all].into_iter().chain(states).collect();
    Facet { head: writing.w("web-state"), name: "keadaan", choices }
}

/// One file.
async fn show(State(web): State<Arc<Web>>, Path(id): Path<String>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let id = Id::parse(&id).map_err(|_| AppError::not_found("SHEET_UNKNOWN", ""))?;
        Ok(html(&sheet_page(web, asked, &web.office.sheet_overview(asked.actor()?, id)?)))
    })
    .await
}

fn row(sheet: &SheetOverview, writing: Writing) -> Row {
    let href = writing.href(&format!("/berkas/{}", sheet.id), &[]);
    let class = if sheet.state == "decided" { "confirmed" } else { "" };
    let cells = vec![
        Cell::Text(sheet.id.to_string()),
        Cell::Link(sheet.sender.clone(), href),
        Cell::Day(sheet.received),
        Cell::text(sheet.programme.clone()),
        Cell::Count(sheet.rows.received()),
        Cell::Count(sheet.rows.to_fix),
        Cell::Count(sheet.rows.refused),
        Cell::Count(sheet.rows.repeated),
        Cell::Count(sheet.rows.accepted),
        Cell::State(sheet.state, class, state(sheet, writing)),
    ];
    Row::new(sheet.id.to_string(), cells)
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
