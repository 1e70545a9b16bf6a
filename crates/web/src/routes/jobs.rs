//! `/pekerjaan/{id}`: work that takes longer than a page, told by a page that asks for itself
//! again.

use std::sync::Arc;

use app::error::AppError;
use app::jobs::{Job, JobId, JobKind, JobState};
use app::office::Operation;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use base::Id;

use crate::page::{Asked, Section, Writing};
use crate::parts::{Fact, Facts, Form, Notice, Piece, Plain};
use crate::routes::{Route, Web, answer, html};
use crate::signed::Signed;

/// How often the page of a running job asks for itself again, in seconds.
pub(super) const AGAIN_SECONDS: u32 = 2;

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/pekerjaan/{id}", Operation::Jobs, show),
        Route::post("/pekerjaan/{id}/batal", Operation::Jobs, cancel),
        Route::post("/pekerjaan/{id}/ulang", Operation::Jobs, retry),
    ]
}

/// The job.
async fn show(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let job = web.office().job(&signed.actor, job_id(&id)?)?;
        if job.state == JobState::Done && !is_search(&job) {
            let sheet = app::staging::SheetId::from_bytes(job.subject);
            let step = if matches!(&*job.kind, "decide" | "finish") { "/tanda-terima" } else { "" };
            let place = asked.writing().href(&format!("/impor/{sheet}{step}"), &[]);
            return Ok(Redirect::to(&place).into_response());
        }
        Ok(html(&page(web, asked, &job, web.office().moment())))
    })
    .await
}

fn page(web: &Web, asked: &Asked, job: &Job, now_ms: i64) -> Plain {
    let writing = asked.writing();
    let title = writing.w(&format!("job-{}", job.kind));
    let page = web.page(asked, Section::Intake, title);
    let page = if job.state.is_open() { page.refreshed_after(AGAIN_SECONDS) } else { page };
    let mut facts = vec![Fact::new(
        writing.w("web-state"),
        writing.w(&format!("job-state-{}", job.state.name())),
    )];
    if job.state == JobState::Running {
        facts.extend(progress(job, now_ms, writing));
    }
    let mut pieces = Vec::new();
    if job.state == JobState::Failed {
        let values = [("detail", &*job.detail)];
        let what = writing.with(&format!("error-{}", job.code), &values);
        let remedy = writing.with(&format!("error-{}.remedy", job.code), &values);
        pieces.push(Piece::Notice(Notice::warning(what, remedy)));
    }
    pieces.push(Piece::Facts(Facts::new(writing, facts)));
    let of = if is_search(job) { "job-search-kept" } else { "job-kept" };
    pieces.push(Piece::Words(writing.w(&format!("{of}-{}", job.state.name()))));
    if job.state.is_open() {
        let action = format!("/pekerjaan/{}/batal", job.id);
        pieces.push(Piece::Form(Form::new(&page, &action, "job-cancel", Vec::new())));
        pieces.push(Piece::Words(writing.w("job-may-close")));
    } else {
        let action = format!("/pekerjaan/{}/ulang", job.id);
        pieces.push(Piece::Form(Form::new(&page, &action, "job-again", Vec::new())));
    }
    let sheet = app::staging::SheetId::from_bytes(job.subject);
    let back = (writing.href(&format!("/impor/{sheet}"), &[]), writing.w("intake-back-to-file"));
    // The file's page would ask for the job again.
    let back = match (is_search(job), job.state.is_open()) {
        (true, _) => (writing.href("/ganda", &[]), writing.w("pair-back")),
        (false, true) => (writing.href("/impor", &[]), writing.w("intake-back")),
        (false, false) => back,
    };
    Plain { back: Some(back), lead: writing.w(&format!("job-{}.lead", job.kind)), pieces, page }
}

/// Whether it looks for people who may be one, and is about no file.
fn is_search(job: &Job) -> bool {
    *job.kind == *JobKind::Search.name()
}

/// Step, count, rate, and what is left once a tenth is done.
pub(super) fn progress(job: &Job, now_ms: i64, writing: Writing) -> Vec<Fact> {
    let mut facts = Vec::new();
    if !job.step.is_empty() {
        facts.push(Fact::new(writing.w("job-step"), writing.w(&format!("job-step-{}", job.step))));
    }
    let (done, total) = (job.done, job.total);
    if total > 0 {
        let (count, all) = (writing.number(done), writing.number(total));
        let values = [("done", count.as_str()), ("total", all.as_str())];
        let rows = if is_search(job) { "job-counted" } else { "job-rows" };
        facts.push(Fact::new(writing.w(rows), writing.with("job-of", &values)));
    }
    if is_search(job) {
        // Each of its steps counts something else: a rate would speak of none of them.
        return facts;
    }
    let spent_ms = now_ms.saturating_sub(job.begun_at_ms.unwrap_or(now_ms)).max(1).unsigned_abs();
    if done > 0 {
        let rate = writing.number(done.saturating_mul(1_000) / spent_ms);
        let words = writing.with("job-per-second", &[("rows", rate.as_str())]);
        facts.push(Fact::new(writing.w("job-rate"), words));
    }
    if total > 0 && done.saturating_mul(10) >= total && done < total {
        let left_s = spent_ms.saturating_mul(total - done) / done / 1_000 + 1;
        let seconds = writing.number(left_s);
        let words = writing.with("job-seconds", &[("seconds", seconds.as_str())]);
        facts.push(Fact::new(writing.w("job-left"), words));
    }
    facts
}

/// Wants it stopped.
async fn cancel(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let id = job_id(&id)?;
        web.office().cancel_job(&signed.actor, id)?;
        Ok(to(asked, id))
    })
    .await
}

/// Wants it done again.
async fn retry(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let job = web.office().retry_job(&signed.actor, job_id(&id)?)?;
        Ok(to(asked, job.id))
    })
    .await
}

fn to(asked: &Asked, id: JobId) -> Response {
    let place = asked.writing().href(&format!("/pekerjaan/{id}"), &[]);
    Redirect::to(&place).into_response()
}

fn job_id(text: &str) -> Result<JobId, AppError> {
    Id::parse(text).map_err(|_| AppError::not_found("JOB_UNKNOWN", ""))
}
