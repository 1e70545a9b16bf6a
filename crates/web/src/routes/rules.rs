//! `/aturan`: the rules in force, each with its article, its source and how well it is known.

use std::sync::Arc;

use app::office::Operation;
use app::overview::{RuleOverview, RuleValue};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use crate::page::{Asked, Page, Section, Writing};
use crate::routes::{Route, Web, answer, html};

#[derive(Template)]
#[template(path = "rules.html")]
struct Rules {
    page: Page,
    lead: String,
    groups: Vec<Group>,
}

/// The rules about one thing, in the order of their names.
struct Group {
    name: String,
    rules: Vec<RuleRow>,
}

/// A line of the list.
struct RuleRow {
    href: String,
    name: String,
    value: String,
    article: String,
    since: String,
    status: String,
    status_class: &'static str,
}

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

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/aturan", Operation::ReadPublic, list),
        Route::get("/aturan/{id}", Operation::ReadPublic, show),
    ]
}

/// The list.
async fn list(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, |web, asked| {
        let writing = asked.writing();
        let today = web.office.today();
        let found = web.office.rules_in_force(today);
        let confirmed = found.iter().filter(|rule| rule.status == "confirmed").count() as u64;
        let (all, confirmed) = (writing.number(found.len() as u64), writing.number(confirmed));
        let day = writing.day(today);
        let values =
            [("count", all.as_str()), ("confirmed", confirmed.as_str()), ("day", day.as_str())];
        Ok(html(&Rules {
            page: web.page(asked, Section::Rules, writing.w("web-rules")),
            lead: writing.with("web-rules-lead", &values),
            groups: groups(&found, writing),
        }))
    })
    .await
}

/// One rule.
async fn show(State(web): State<Arc<Web>>, Path(id): Path<String>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let rule = web.office.rule_on(&id, web.office.today())?;
        Ok(html(&rule_page(web, asked, &rule)))
    })
    .await
}

/// Rules come sorted by id, so those of one group stand together.
fn groups(found: &[RuleOverview], writing: Writing) -> Vec<Group> {
    let group_of = |rule: &RuleOverview| rule.id.split('.').next().unwrap_or_default().to_owned();
    let group = |rules: &[RuleOverview]| {
        let id = group_of(&rules[0]);
        let key = format!("web-group-{id}");
        // A region's own files may bring groups that the catalogue does not know.
        let name = Some(writing.w(&key)).filter(|name| *name != key).unwrap_or(id);
        Group { name, rules: rules.iter().map(|rule| rule_row(rule, writing)).collect() }
    };
    found.chunk_by(|one, other| group_of(one) == group_of(other)).map(group).collect()
}

fn rule_row(rule: &RuleOverview, writing: Writing) -> RuleRow {
    RuleRow {
        href: writing.href(&format!("/aturan/{}", rule.id), &[]),
        name: rule.name.clone(),
        value: value(rule, writing),
        article: rule.article.clone(),
        since: since(rule, writing),
        status: status(rule, writing, ""),
        status_class: rule.status,
    }
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
