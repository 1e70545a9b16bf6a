//! `/cakupan`: covered people against stated denominators, as a page, as JSON and as CSV.

use std::sync::Arc;

use app::error::AppError;
use app::office::Operation;
use app::overview::{CoverageBy, CoverageLine, CoverageQuery, CoverageTable, DenominatorSource};
use askama::Template;
use axum::Json;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use base::Month;
use serde_json::{Value, json};

use crate::export::csv_line;
use crate::page::{Asked, Page, Section, Writing};
use crate::routes::{Route, Web, answer, html};

#[derive(Template)]
#[template(path = "coverage.html")]
struct Coverage {
    page: Page,
    choices: Vec<Choice>,
    months: Vec<Choice>,
    lead: String,
    caption: String,
    /// The head of the first column.
    head: String,
    has_within: bool,
    rows: Vec<Line>,
    covered: String,
    listed: String,
    sources: Vec<String>,
    csv: String,
    json: String,
}

/// An option of a list to choose from.
struct Choice {
    value: String,
    text: String,
    chosen: bool,
}

/// A line of the table.
struct Line {
    name: String,
    within: String,
    covered: String,
    listed: String,
    denominator: String,
    source: String,
    share: String,
    /// The share in whole percent, for the bar beside it.
    bar: u64,
}

/// Each way of counting with its word in an address.
const BY: [(CoverageBy, &str); 5] = [
    (CoverageBy::Kecamatan, "kecamatan"),
    (CoverageBy::Desa, "desa"),
    (CoverageBy::Occupation, "pekerjaan"),
    (CoverageBy::Sex, "jenis-kelamin"),
    (CoverageBy::Programme, "program"),
];

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/cakupan", Operation::ReadPublic, show),
        Route::get("/cakupan.json", Operation::ReadPublic, json),
        Route::get("/cakupan.csv", Operation::ReadPublic, csv),
    ]
}

/// The page.
async fn show(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, |web, asked| Ok(html(&coverage(web, asked, &load(web, asked)?)))).await
}

/// The same table as JSON.
async fn json(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, |web, asked| Ok(Json(document(&load(web, asked)?)).into_response())).await
}

/// The same table as CSV.
async fn csv(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, |web, asked| {
        let table = load(web, asked)?;
        let name =
            format!("attachment; filename=\"cakupan-{}-{}.csv\"", word(table.by), table.month);
        let name = HeaderValue::from_str(&name).expect("the name is letters, digits and hyphens");
        let kind = HeaderValue::from_static("text/csv; charset=utf-8");
        let headers = [(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, name)];
        Ok((headers, sheet(&table, asked.writing())).into_response())
    })
    .await
}

/// Reads the state of the address; one that says something else than a table is no page.
fn load(web: &Web, asked: &Asked) -> Result<CoverageTable, AppError> {
    let by = match asked.value("per") {
        None => CoverageBy::Kecamatan,
        Some(asked) => BY
            .into_iter()
            .find(|(_, word)| *word == asked)
            .map(|(by, _)| by)
            .ok_or_else(|| AppError::usage("KIND_UNKNOWN", ""))?,
    };
    let month = match asked.value("bulan") {
        None | Some("") => None,
        Some(text) => Some(Month::parse(text).ok_or_else(|| AppError::usage("NOT_A_MONTH", ""))?),
    };
    web.office.coverage(&CoverageQuery { by, month, programme: None })
}

fn coverage(web: &Web, asked: &Asked, table: &CoverageTable) -> Coverage {
    let writing = asked.writing();
    let title = writing.w(&format!("web-coverage-{}", word(table.by)));
    let month = writing.month(table.month);
    let (covered, listed) = (writing.number(table.covered), writing.number(table.listed));
    let values = [
        ("covered", covered.as_str()),
        ("listed", listed.as_str()),
        ("month", month.as_str()),
        ("place", &*web.place),
    ];
    let state = |month| {
        let pair = |key: &str, value: String| (key.to_owned(), value);
        [pair("per", word(table.by).to_owned()), pair("bulan", month)]
    };
    let state = state(table.month.to_string());
    Coverage {
        choices: BY
            .into_iter()
            .map(|(by, value)| Choice {
                value: value.to_owned(),
                text: writing.w(&format!("web-by-{value}")),
                chosen: by == table.by,
            })
            .collect(),
        months: month_choices(table, writing),
        lead: writing.with("web-coverage-lead", &values),
        caption: writing.with("web-coverage-caption", &values),
        head: writing.w(&format!("web-by-{}", word(table.by))),
        has_within: table.by == CoverageBy::Desa,
        rows: table.lines.iter().map(|line| shown(line, table.by, writing)).collect(),
        sources: sources(table, writing),
        csv: writing.href("/cakupan.csv", &state),
        json: writing.href("/cakupan.json", &state),
        page: web.page(asked, Section::Coverage, title),
        covered,
        listed,
    }
}

/// Months that are paid for, and the one shown, the newest first.
fn month_choices(table: &CoverageTable, writing: Writing) -> Vec<Choice> {
    let mut months = table.months.clone();
    if !months.contains(&table.month) {
        months.push(table.month);
        months.sort_by(|one, other| other.cmp(one));
    }
    let choice = |month: Month| Choice {
        value: month.to_string(),
        text: writing.month(month),
        chosen: month == table.month,
    };
    months.into_iter().map(choice).collect()
}

/// Every denominator the table uses, in a sentence with its day.
fn sources(table: &CoverageTable, writing: Writing) -> Vec<String> {
    let mut used: Vec<(DenominatorSource, base::Day)> =
        table.lines.iter().map(|line| (line.source, line.as_of)).collect();
    used.sort();
    used.dedup();
    let sentence = |(source, day): (DenominatorSource, base::Day)| {
        let key = format!("web-denominator-{}.meaning", source.name());
        writing.with(&key, &[("day", writing.day(day).as_str())])
    };
    used.into_iter().map(sentence).collect()
}

fn shown(line: &CoverageLine, by: CoverageBy, writing: Writing) -> Line {
    let share = line.share.unwrap_or(base::Ppm(0));
    Line {
        name: name(line, by, writing),
        within: line.within.clone(),
        covered: writing.number(line.covered),
        listed: writing.number(line.listed),
        denominator: writing.number(line.denominator),
        source: writing.w(&format!("web-denominator-{}", line.source.name())),
        share: line.share.map_or_else(|| "–".to_owned(), |share| writing.percent(share)),
        bar: (share.0.unsigned_abs() / 10_000).min(100),
    }
}

fn name(line: &CoverageLine, by: CoverageBy, writing: Writing) -> String {
    match (by, line.key.as_str()) {
        (_, "") => writing.w("web-unknown"),
        (CoverageBy::Sex, letter) => writing.w(&format!("web-sex-{letter}")),
        _ => line.name.clone(),
    }
}

fn word(by: CoverageBy) -> &'static str {
    BY.into_iter().find(|(known, _)| *known == by).map_or("", |(_, word)| word)
}

fn document(table: &CoverageTable) -> Value {
    let rows: Vec<Value> = table
        .lines
        .iter()
        .map(|line| {
            json!({
                "key": line.key,
                "name": line.name,
                "within": line.within,
                "covered": line.covered,
                "listed": line.listed,
                "denominator": line.denominator,
                "denominator_source": line.source.name(),
                "denominator_as_of": line.as_of.to_string(),
                "share_ppm": line.share.map(|share| share.0),
            })
        })
        .collect();
    json!({
        "by": table.by.name(),
        "month": table.month.to_string(),
        "covered": table.covered,
        "listed": table.listed,
        "rows": rows,
    })
}

fn sheet(table: &CoverageTable, writing: Writing) -> String {
    // The mark tells spreadsheets that the text is UTF-8.
    let mut out = String::from("\u{feff}");
    let heads = [
        "key",
        "name",
        "within",
        "covered",
        "listed",
        "denominator",
        "denominator_source",
        "denominator_as_of",
        "share_ppm",
    ];
    csv_line(&heads, &mut out);
    for line in &table.lines {
        let numbers =
            [line.covered, line.listed, line.denominator].map(|number| number.to_string());
        let share = line.share.map(|share| share.0.to_string()).unwrap_or_default();
        let cells = [
            line.key.as_str(),
            &name(line, table.by, writing),
            &line.within,
            &numbers[0],
            &numbers[1],
            &numbers[2],
            line.source.name(),
            &line.as_of.to_string(),
            &share,
        ];
        csv_line(&cells, &mut out);
    }
    out
}
