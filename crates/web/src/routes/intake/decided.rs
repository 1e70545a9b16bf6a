//! A file whose rows are decided: what became of them, and what is still to be mended and why.

use app::error::AppError;
use app::office::Operation;
use app::overview::{ProblemCount, SheetDetail};
use app::staging::{SheetId, Staged};
use askama::Template;
use axum::response::Response;
use base::{Day, Problem};

use super::{back, file_facts, heading};
use crate::page::{Asked, Page, Section, Writing};
use crate::parts::{Facts, Field, Form};
use crate::routes::{Web, html};
use crate::signed::Signed;

#[derive(Template)]
#[template(path = "intake/decided.html")]
struct DecidedPage {
    page: Page,
    back: (String, String),
    facts: Facts,
    corrects: Option<String>,
    outcomes: Vec<(String, String)>,
    outcomes_total: String,
    weights: Vec<Weight>,
    /// The sender's own file with what is to be mended, when anything is.
    workbook: Option<(String, String)>,
    links: Vec<(String, String)>,
    /// Asks for its people as a list to be filled in again.
    again: Option<Form>,
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

/// The page.
pub(super) fn decided(
    web: &Web,
    asked: &Asked,
    signed: &Signed,
    staged: &Staged,
) -> Result<Response, AppError> {
    shown(web, asked, signed, staged, "")
}

/// The page of a file by its identifier, with what is wrong in the form that asks for its people.
pub(super) fn page_of(
    web: &Web,
    asked: &Asked,
    signed: &Signed,
    id: SheetId,
    mistake: &str,
) -> Result<Response, AppError> {
    let staged = web.office().staged(&signed.actor, id)?;
    shown(web, asked, signed, &staged, mistake)
}

fn shown(
    web: &Web,
    asked: &Asked,
    signed: &Signed,
    staged: &Staged,
    mistake: &str,
) -> Result<Response, AppError> {
    let detail = web.office().sheet_overview(&signed.actor, staged.sheet.id)?;
    let own = super::takes_in(web, signed, staged);
    let mut page = decided_page(web, asked, (staged, own), &detail);
    if web.office().reaches(&signed.actor, Operation::ExportPeople, &staged.target()) {
        let mut field = Field::line(asked.writing(), "alasan", "export-why");
        field.mistake = mistake.to_owned();
        let action = format!("/impor/{}/isi-lagi", staged.sheet.id);
        let form = Form::new(&page.page, &action, "intake-fill-again", vec![field]);
        page.again = Some(form);
    }
    Ok(html(&page))
}

fn decided_page(
    web: &Web,
    asked: &Asked,
    (staged, own): (&Staged, bool),
    detail: &SheetDetail,
) -> DecidedPage {
    let writing = asked.writing();
    let mut outcomes: Vec<(String, String)> = detail
        .outcomes
        .iter()
        .map(|(outcome, rows)| (writing.words().outcome(*outcome), writing.number(*rows)))
        .collect();
    if detail.superseded > 0 {
        outcomes.push((writing.w("web-superseded"), writing.number(detail.superseded)));
    }
    let rows: u64 = detail.outcomes.iter().map(|(_, rows)| rows).sum();
    let step = |step: &str| writing.href(&format!("/impor/{}/{step}", staged.sheet.id), &[]);
    let goes_back = own && detail.outcomes.iter().any(|(outcome, _)| outcome.goes_back());
    // The name that its sender gave the file may be somebody's.
    let file = writing.w("intake-file");
    let mut facts = file_facts(staged, writing);
    facts.rows.retain(|fact| fact.name != file);
    DecidedPage {
        back: back(writing),
        facts,
        corrects: detail.corrects.map(|id| writing.href(&format!("/impor/{id}"), &[])),
        outcomes,
        outcomes_total: writing.number(rows + detail.superseded),
        weights: weights(&detail.problems, writing),
        workbook: goes_back.then(|| (step("berkas-perbaikan.xlsx"), writing.w("intake-workbook"))),
        links: vec![(step("tanda-terima"), writing.w("intake-to-receipt"))],
        again: None,
        page: web.page(asked, Section::Intake, heading(staged, writing)),
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
