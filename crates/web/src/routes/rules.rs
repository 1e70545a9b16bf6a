//! `/aturan`: the rules in force, each with its article, its source and how well it is known.

use std::sync::Arc;

use app::error::AppError;
use app::office::Operation;
use app::overview::{RuleOverview, RuleValue};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use base::Day;

use crate::api::{Parameter, Shape};
use crate::page::{Asked, Page, Section, Writing};
use crate::routes::{Route, Web, answer, html};
use crate::table::{Cell, Column, Kind, Listing, Row, View, Window};

#[derive(Template)]
#[template(path = "rule.html")]
struct RulePage {
    page: Page,
    description: String,
    value: String,
    /// The law's own words in quotation marks, or ours without.
    wording: String,
    article: String,
    source: String,
    url: Option<String>,
    since: String,
    status: String,
    status_class: &'static str,
    question: Option<(String, String)>,
}

const VIEW: View = View {
    path: "/aturan",
    operation: Operation::ReadPublic,
    id: "rules",
    section: Section::Rules,
    columns: &[
        Column::of_data("id", Kind::Text),
        Column::new("name", "web-rule", Kind::Indonesian),
        Column::new("value", "web-rule-value", Kind::Indonesian),
        Column::new("article", "web-rule-basis", Kind::Indonesian),
        Column::of_data("source", Kind::Text),
        Column::new("from", "web-rule-since", Kind::Day),
        Column::of_data("until", Kind::Day),
        Column::new("status", "web-rule-status", Kind::Text),
    ],
    meta: &[Column::of_data("as_of", Kind::Day)],
    parameters: &[Parameter {
        name: "pada",
        meaning: "The day on which the rules are in force; today when absent.",
        shape: Shape::Day,
    }],
    load,
};

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    let mut routes = VIEW.routes();
    routes.push(Route::get("/aturan/{id}", Operation::ReadPublic, show));
    routes
}

/// The list.
fn load(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let writing = asked.writing();
    let day = match asked.value("pada") {
        None | Some("") => web.office().today(),
        Some(text) => Day::parse_iso(text).ok_or_else(|| AppError::usage("NOT_A_DAY", ""))?,
    };
    let found = web.office().rules_in_force(day);
    let confirmed = found.iter().filter(|rule| rule.status == "confirmed").count() as u64;
    let (all, confirmed) = (writing.number(found.len() as u64), writing.number(confirmed));
    let on = writing.day(day);
    let values = [("count", all.as_str()), ("confirmed", confirmed.as_str()), ("day", on.as_str())];
    let (rows, more) = window.cut(found.iter().map(|rule| row(rule, writing)).collect());
    Ok(Listing {
        title: writing.w("web-rules"),
        heading: writing.w("web-rules-heading"),
        lead: writing.with("web-rules-lead", &values),
        caption: writing.w("web-rules-caption"),
        empty: writing.w("web-rules-empty"),
        links: vec![(writing.href("/wilayah", &[]), writing.w("regions-title"))],
        meta: vec![Cell::Day(day)],
        rows,
        more,
        ..Listing::default()
    })
}

/// One rule.
async fn show(State(web): State<Arc<Web>>, Path(id): Path<String>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let rule = web.office().rule_on(&id, web.office().today())?;
        Ok(html(&rule_page(web, asked, &rule)))
    })
    .await
}

/// Rules come sorted by id, so those of one group stand together.
fn row(rule: &RuleOverview, writing: Writing) -> Row {
    let id = rule.id.split('.').next().unwrap_or_default();
    let key = format!("web-group-{id}");
    // A region's own files may bring groups that the catalogue does not know.
    let group = Some(writing.w(&key)).filter(|name| *name != key).unwrap_or(id.to_owned());
    let until = rule.until.map(Cell::Day);
    let from = match rule.until {
        None => Cell::Day(rule.from),
        Some(_) => Cell::Noted(Box::new(Cell::Day(rule.from)), since(rule, writing)),
    };
    let cells = vec![
        Cell::Text(rule.id.clone()),
        Cell::Link(rule.name.clone(), writing.href(&format!("/aturan/{}", rule.id), &[])),
        Cell::text(value(rule, writing)),
        Cell::text(rule.article.clone()),
        Cell::text(rule.source.clone()),
        from,
        until.unwrap_or(Cell::Empty),
        Cell::State(rule.status, rule.status, status(rule, writing, "")),
    ];
    Row { group, ..Row::new(rule.id.clone(), cells) }
}

fn rule_page(web: &Web, asked: &Asked, rule: &RuleOverview) -> RulePage {
    let writing = asked.writing();
    RulePage {
        page: web.page(asked, Section::Rules, rule.name.clone()),
        description: rule.description.clone(),
        value: value(rule, writing),
        wording: match rule.quoted {
            true => format!("“{}”", rule.wording),
            false => rule.wording.clone(),
        },
        article: rule.article.clone(),
        source: match rule.source == rule.title {
            true => rule.title.clone(),
            false => format!("{}: {}", rule.source, rule.title),
        },
        url: rule.url.clone(),
        since: since(rule, writing),
        status: status(rule, writing, ".meaning"),
        status_class: rule.status,
        question: rule.question.clone(),
    }
}

fn since(rule: &RuleOverview, writing: Writing) -> String {
    let from = writing.day(rule.from);
    match rule.until.map(|until| writing.day(until)) {
        None => from,
        Some(until) => {
            writing.with("web-rule-until", &[("from", from.as_str()), ("until", until.as_str())])
        }
    }
}

fn status(rule: &RuleOverview, writing: Writing, part: &str) -> String {
    let day = rule.confirmed_on.map(|day| writing.day(day)).unwrap_or_default();
    writing.with(&format!("web-status-{}{part}", rule.status), &[("day", day.as_str())])
}

fn value(rule: &RuleOverview, writing: Writing) -> String {
    let of_unit = |value: String| format!("{value} {}", rule.unit).trim_end().to_owned();
    match &rule.value {
        RuleValue::Nothing => writing.w("web-value-nothing"),
        RuleValue::Amount(amount) => of_unit(writing.rupiah(*amount)),
        RuleValue::Rate(rate) => of_unit(writing.rate(*rate)),
        RuleValue::Count(count) => of_unit(writing.number(*count)),
        RuleValue::Worded => rule.wording.clone(),
        RuleValue::Brackets(count, least, most) => {
            let (count, least) = (writing.number(*count), writing.rupiah(*least));
            let most = writing.rupiah(*most);
            let values = [("count", count.as_str()), ("least", &least), ("most", &most)];
            of_unit(writing.with("web-value-brackets", &values))
        }
    }
}
