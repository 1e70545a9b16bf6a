//! `/aturan`: the rules in force, each with its article, its source and how well it is known.

use std::sync::Arc;

use app::overview::{RuleOverview, RuleValue};
use askama::Template;
use axum::extract::State;
use axum::response::Response;

use crate::page::{Asked, Page, Section, Writing};
use crate::routes::{Web, answer, html};

#[derive(Template)]
#[template(path = "rules.html")]
struct Rules {
    page: Page,
    lead: String,
    rules: Vec<RuleView>,
}

/// A rule.
struct RuleView {
    anchor: String,
    name: String,
    value: String,
    /// The law's own words in quotation marks, or ours without.
    wording: String,
    description: String,
    article: String,
    source: String,
    url: Option<String>,
    since: String,
    status: String,
    status_class: &'static str,
    question: Option<String>,
}

/// The page.
pub async fn show(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, |web, asked| {
        let writing = asked.writing();
        let today = web.office.today();
        let found = web.office.rules_in_force(today);
        let confirmed = found.iter().filter(|rule| rule.confirmed_on.is_some()).count() as u64;
        let (all, confirmed) = (writing.number(found.len() as u64), writing.number(confirmed));
        let day = writing.day(today);
        let values =
            [("count", all.as_str()), ("confirmed", confirmed.as_str()), ("day", day.as_str())];
        Ok(html(&Rules {
            page: web.page(asked, Section::Rules, writing.w("web-rules")),
            lead: writing.with("web-rules-lead", &values),
            rules: found.iter().map(|rule| rule_view(rule, writing)).collect(),
        }))
    })
    .await
}

fn rule_view(rule: &RuleOverview, writing: Writing) -> RuleView {
    let from = writing.day(rule.from);
    let since = match rule.until {
        None => from,
        Some(until) => {
            let until = writing.day(until);
            writing.with("web-rule-until", &[("from", from.as_str()), ("until", until.as_str())])
        }
    };
    let confirmed = rule.confirmed_on.map(|day| writing.day(day)).unwrap_or_default();
    let status = format!("web-status-{}", rule.status);
    RuleView {
        anchor: rule.id.replace('.', "-"),
        name: rule.name.clone(),
        value: value(rule, writing),
        wording: match rule.quoted {
            true => format!("“{}”", rule.wording),
            false => rule.wording.clone(),
        },
        description: rule.description.clone(),
        article: rule.article.clone(),
        source: format!("{}: {}", rule.source, rule.title),
        url: rule.url.clone(),
        since,
        status: writing.with(&status, &[("day", confirmed.as_str())]),
        status_class: rule.status,
        question: rule.question.as_ref().map(|(reason, who)| format!("{reason} ({who})")),
    }
}

fn value(rule: &RuleOverview, writing: Writing) -> String {
    match &rule.value {
        RuleValue::Nothing => writing.w("web-value-nothing"),
        RuleValue::Amount(amount) => {
            format!("{} ({})", writing.rupiah(*amount), rule.unit)
        }
        RuleValue::Rate(share) => writing.percent(*share),
        RuleValue::Count(count) => format!("{} {}", writing.number(*count), rule.unit),
        RuleValue::Worded => String::new(),
        RuleValue::Brackets(count, least, most) => {
            let (count, least) = (writing.number(*count), writing.rupiah(*least));
            let most = writing.rupiah(*most);
            let values = [("count", count.as_str()), ("least", &least), ("most", &most)];
            writing.with("web-value-brackets", &values)
        }
    }
}
