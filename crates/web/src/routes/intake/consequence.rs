//! `/impor/{id}/akibat`: what taking a file in would change and cost; then it is taken in, and
//! `/impor/{id}/tanda-terima` says so on paper.

use std::sync::Arc;

use app::error::{AppError, ErrorKind};
use app::staging::{Committed, Consequence, Money, Staged};
use app::tasks::ImportStanding;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::{counters, file_facts, form_for, look, mistake_notice, saying, sheet_id, to};
use crate::forms::Fields;
use crate::page::{Asked, Page, Section, Writing};
use crate::parts::{Fact, Facts, Form, Notice};
use crate::routes::{Web, answer, failure, html};
use crate::signed::Signed;

#[derive(Template)]
#[template(path = "intake/consequence.html")]
struct ConsequencePage {
    page: Page,
    back: (String, String),
    notice: Option<Notice>,
    warning: Option<Notice>,
    counters: Facts,
    changes: Facts,
    refused: Vec<(String, String, String, Option<(String, String)>)>,
    money: Option<Facts>,
    rules: Vec<(String, String)>,
    leaving: Vec<(String, String)>,
    eyes: Option<Notice>,
    form: Option<Form>,
    review: (String, String),
}

#[derive(Template)]
#[template(path = "intake/receipt.html")]
struct ReceiptPage {
    page: Page,
    back: (String, String),
    reference: String,
    facts: Facts,
    outcomes: Vec<(String, String)>,
    total: String,
    hash: String,
    links: Vec<(String, String)>,
    take_back: Form,
}

/// Rows of people who leave that are named by their row.
const LEAVING_SHOWN: usize = 20;

/// What it comes to.
pub(super) async fn weigh(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| weighed(web, asked, &signed, &id, None)).await
}

fn weighed(
    web: &Web,
    asked: &Asked,
    signed: &Signed,
    id: &str,
    notice: Option<String>,
) -> Result<Response, AppError> {
    let id = sheet_id(id)?;
    let examined = match look(web, asked, signed, id)? {
        Ok(examined) => examined,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let staged = web.office().staged(&signed.actor, id)?;
    let weighed = web.office().consequence(&staged, &examined)?;
    let standing = web.office().import_standing(&staged)?;
    let waits = matches!(standing, ImportStanding::Waits(_));
    let writing = asked.writing();
    let page = web.page(asked, Section::Intake, writing.w("intake-consequence"));
    let number = |count: u64| writing.number(count);
    let fact = |key: &str, value: String| Fact::new(writing.w(key), value);
    let changes = vec![
        fact("intake-people-new", number(weighed.new)),
        fact("intake-people-joining", number(weighed.joining)),
        fact("intake-people-changed", number(weighed.changed)),
        fact("intake-people-unchanged", number(weighed.unchanged)),
        fact("intake-people-leaving", number(weighed.leaving.len() as u64)),
        fact("intake-rows-back", number(weighed.counts.to_fix)),
    ];
    let refused = weighed.refused.iter().map(|refused| {
        let rule = refused.rule.as_ref().map(|(parameter, source, article)| {
            let href = writing.href(&format!("/aturan/{parameter}"), &[]);
            (href, format!("{source} {article}"))
        });
        let words = writing.words().outcome(refused.outcome);
        (words, number(refused.rows), writing.w("intake-by-programme"), rule)
    });
    let save = format!("/impor/{id}/simpan");
    Ok(html(&ConsequencePage {
        back: super::columns::step_back(&staged, writing),
        notice: mistake_notice(writing, notice),
        warning: over_budget(&weighed, writing),
        counters: counters(&examined, writing),
        changes: Facts::new(writing, changes),
        refused: refused.collect(),
        money: weighed.money.as_ref().map(|money| money_facts(money, &staged, writing)),
        rules: rules(weighed.money.as_ref(), writing),
        leaving: leaving(&weighed, writing),
        eyes: other_eyes(web, &staged, &weighed, &standing, writing)?,
        form: (!waits).then(|| form_for(&page, &save, "intake-save", &staged)),
        review: (writing.href(&format!("/impor/{id}/periksa"), &[]), writing.w("intake-see-rows")),
        page,
    }))
}

/// What the sender must know of those who approve a large file.
fn other_eyes(
    web: &Web,
    staged: &Staged,
    weighed: &Consequence,
    standing: &ImportStanding,
    writing: Writing,
) -> Result<Option<Notice>, AppError> {
    if let Some(notice) = super::standing_notice(standing, writing) {
        return Ok(Some(notice));
    }
    let needed = web.office().approvers_of_import(staged, weighed)?;
    Ok(needed.map(|count| {
        let count = writing.number(u64::from(count));
        let text = writing.with("intake-needs-eyes.what", &[("count", count.as_str())]);
        Notice::info(writing.w("intake-needs-eyes"), text)
    }))
}

fn money_facts(money: &Money, staged: &Staged, writing: Writing) -> Facts {
    let fact = |key: &str, value: String| Fact::new(writing.w(key), value);
    let months = writing.number(u64::from(money.months));
    let waiting = writing.number(money.waiting_people);
    let values = [("people", waiting.as_str())];
    Facts::new(
        writing,
        vec![
            fact("web-programme", staged.programme.name.to_string()),
            fact("intake-people-to-pay", writing.number(money.people)),
            fact("intake-monthly", writing.rupiah(money.monthly)),
            fact("intake-months", months),
            fact("intake-committed", writing.rupiah(money.committed)),
            fact("intake-fund-free", writing.rupiah(money.free)),
            Fact::new(writing.with("intake-waiting", &values), writing.rupiah(money.waiting)),
            fact("intake-fund-left", writing.rupiah(money.left)),
        ],
    )
}

fn over_budget(weighed: &Consequence, writing: Writing) -> Option<Notice> {
    let money = weighed.money.as_ref().filter(|money| money.left.0 < 0)?;
    let short = writing.rupiah(base::Rupiah(-money.left.0));
    let text = writing.with("intake-over-budget", &[("short", short.as_str())]);
    Some(Notice::warning(writing.w("intake-over-budget-heading"), text))
}

/// The rules behind the amounts, with their pages.
fn rules(money: Option<&Money>, writing: Writing) -> Vec<(String, String)> {
    let rules = money.into_iter().flat_map(|money| &money.rules);
    rules
        .map(|(parameter, source, article)| {
            (writing.href(&format!("/aturan/{parameter}"), &[]), format!("{source} {article}"))
        })
        .collect()
}

/// The earlier rows of those who are not in this file.
fn leaving(weighed: &Consequence, writing: Writing) -> Vec<(String, String)> {
    let shown = weighed.leaving.iter().take(LEAVING_SHOWN);
    shown
        .map(|one| {
            let row = one.row.1.to_string();
            let path = format!("/impor/{}/sumber/{}-{}", one.sheet, one.row.0, one.row.1);
            (writing.href(&path, &[]), writing.with("intake-row", &[("row", row.as_str())]))
        })
        .collect()
}

/// Takes the file in.
pub(super) async fn save(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
    fields: Fields,
) -> Response {
    answer(web, asked, move |web, asked| {
        let sheet = sheet_id(&id)?;
        let revision = saying(&signed, sheet, &fields).revision;
        match web.office().commit(&signed.actor, sheet, revision) {
            Ok(Committed::TakenIn) => Ok(to(asked, sheet, "tanda-terima")),
            Ok(Committed::Waits(_)) => Ok(to(asked, sheet, "")),
            Ok(Committed::Asked(job)) => {
                let place = asked.writing().href(&format!("/pekerjaan/{}", job.id), &[]);
                Ok(Redirect::to(&place).into_response())
            }
            Err(error) if error.kind == ErrorKind::Conflict => {
                if error.code != "FIGURES_CHANGED" && error.code != "SHEET_CHANGED" {
                    return Ok(failure::answer(web, asked, &error));
                }
                let said = super::sentence(asked, &error);
                let mut shown = weighed(web, asked, &signed, &id, Some(said))?;
                *shown.status_mut() = axum::http::StatusCode::CONFLICT;
                Ok(shown)
            }
            Err(error) => Err(error),
        }
    })
    .await
}

/// The receipt.
pub(super) async fn receipt(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let id = sheet_id(&id)?;
        let staged = web.office().staged(&signed.actor, id)?;
        if staged.sheet.state.name() != "decided" {
            return Ok(to(asked, id, ""));
        }
        let report = web.office().sheet_report(&signed.actor, id)?;
        let writing = asked.writing();
        let outcomes = report
            .outcomes
            .iter()
            .map(|(outcome, rows)| (writing.words().outcome(*outcome), writing.number(*rows)));
        let page = web.page(asked, Section::Intake, writing.w("intake-receipt"));
        let mut facts = file_facts(&staged, writing).rows;
        if let Some((_, at_ms)) = staged.stage.decided {
            facts.push(Fact::new(writing.w("intake-decided-at"), writing.moment(at_ms)));
        }
        let hash: String = staged.sheet.hash.iter().map(|byte| format!("{byte:02x}")).collect();
        let workbook = format!("/impor/{id}/berkas-perbaikan.xlsx");
        let mut links = vec![(writing.href("/impor/baru", &[]), writing.w("intake-another"))];
        if report.outcomes.iter().any(|(outcome, _)| outcome.goes_back()) {
            links.insert(0, (writing.href(&workbook, &[]), writing.w("intake-workbook")));
        }
        Ok(html(&ReceiptPage {
            back: super::back(writing),
            reference: reference(&staged),
            facts: Facts::new(writing, facts),
            outcomes: outcomes.collect(),
            total: writing.number(report.rows()),
            hash: grouped(&hash),
            links,
            take_back: Form::new(&page, &format!("/impor/{id}/buang"), "intake-undo", Vec::new()),
            page,
        }))
    })
    .await
}

/// A short name for letters and telephone calls.
fn reference(staged: &Staged) -> String {
    let id = staged.sheet.id.to_string().replace('-', "").to_uppercase();
    let end = &id[id.len() - 8..];
    format!("IMP-{}-{}", &end[..4], &end[4..])
}

/// A digest in groups that eyes can follow.
fn grouped(hash: &str) -> String {
    let bytes = hash.as_bytes().chunks(8).map(|piece| String::from_utf8_lossy(piece).into_owned());
    bytes.collect::<Vec<_>>().join(" ")
}
