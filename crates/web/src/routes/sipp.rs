//! `/sipp`: files to BPJS, its replies, rejections that stand, and where the papers differ.

mod columns;
mod employers;
mod rejections;
mod replies;
mod send;
mod tie_out;

use std::sync::Arc;

use app::error::AppError;
use app::office::{Actor, Operation};
use app::sipp::ReplyOutcome;
use axum::extract::State;
use axum::response::Response;
use base::Month;

use crate::api::{Parameter, Shape};
use crate::page::{Asked, Section, Writing};
use crate::parts::{Field, Piece, Plain, Tag, Task, Tasks};
use crate::routes::{Route, Web, answer, html};
use crate::signed::Signed;

/// The programme that a page is about.
const PROGRAMME: Parameter = Parameter {
    name: "program",
    meaning: "The programme, by its code; the first when absent.",
    shape: Shape::Text,
};

/// The month that a page is about.
const MONTH: Parameter = Parameter {
    name: "bulan",
    meaning: "The month; the present one when absent.",
    shape: Shape::Month,
};

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    let mut routes = vec![Route::get("/sipp", Operation::ReadPeople, show)];
    routes.extend(send::routes());
    routes.extend(replies::routes());
    routes.extend(rejections::routes());
    routes.extend(employers::routes());
    routes.extend(columns::routes());
    routes.extend(tie_out::routes());
    routes
}

async fn show(State(web): State<Arc<Web>>, signed: Signed, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let writing = asked.writing();
        let tasks = tasks(web, &signed.actor, writing)?;
        let page = web.page(asked, Section::Sipp, writing.w("sipp-heading"));
        Ok(html(&Plain {
            page,
            back: None,
            lead: writing.w("sipp-lead"),
            pieces: vec![Piece::Tasks(Tasks { tasks })],
        }))
    })
    .await
}

fn tasks(web: &Web, actor: &Actor, writing: Writing) -> Result<Vec<Task>, AppError> {
    let task = |key: &str, path: &str, operation: Operation, hint: String, waits: bool| {
        let (class, word) = if waits { ("warning", "sipp-waits") } else { ("", "sipp-open") };
        web.may_somewhere(actor, operation).then(|| Task {
            name: writing.w(key),
            hint,
            href: Some(writing.href(path, &[])),
            tag: Tag::new(class, writing.w(word)),
        })
    };
    let plain = |key: &str, path: &str, operation: Operation| {
        task(key, path, operation, writing.w(&format!("{key}.hint")), false)
    };
    let questions = match web.may_somewhere(actor, Operation::ReadMoney) {
        true => open_rows(web, actor)?,
        false => 0,
    };
    let villages = web.office().sipp_rejections(actor, None)?;
    let open: u64 = villages.iter().map(|one| one.open).sum();
    let days = villages.iter().map(|one| one.days).max().unwrap_or(0);
    let (count, rejected) = (writing.number(questions), writing.number(open));
    let days = writing.number(u64::from(days));
    let hint = writing.with("sipp-task-replies.hint", &[("count", &count)]);
    let rejections =
        writing.with("sipp-task-rejections.hint", &[("count", &rejected), ("days", &days)]);
    let all = [
        plain("sipp-task-send", "/sipp/kirim", Operation::ExportPeople),
        plain("sipp-task-sent", "/sipp/terkirim", Operation::ReadMoney),
        plain("sipp-task-reply", "/sipp/balasan/baru", Operation::TakeReferences),
        task("sipp-task-replies", "/sipp/balasan", Operation::ReadMoney, hint, questions > 0),
        task(
            "sipp-task-rejections",
            "/sipp/penolakan",
            Operation::ReadPeople,
            rejections,
            open > 0,
        ),
        plain("sipp-task-tieout", "/sipp/cocokkan", Operation::ReadMoney),
        plain("sipp-task-employers", "/sipp/npp", Operation::SetUp),
        plain("sipp-task-columns", "/sipp/kolom", Operation::SetUp),
    ];
    Ok(all.into_iter().flatten().collect())
}

/// Rows of replies that somebody has to look at.
fn open_rows(web: &Web, actor: &Actor) -> Result<u64, AppError> {
    let replies = web.office().sipp_replies(actor)?;
    let outcomes = replies.iter().flat_map(|(_, _, outcomes)| outcomes);
    Ok(outcomes.filter(|(outcome, _)| outcome.needs_somebody()).map(|(_, count)| count).sum())
}

/// How many rows of some outcomes.
fn count_of(outcomes: &[(ReplyOutcome, u64)], wanted: impl Fn(ReplyOutcome) -> bool) -> u64 {
    outcomes.iter().filter(|(outcome, _)| wanted(*outcome)).map(|(_, count)| count).sum()
}

/// The month that is asked for, or the present one.
fn month_of(web: &Web, asked: &Asked) -> Result<Month, AppError> {
    match asked.value("bulan").filter(|month| !month.is_empty()) {
        None => Ok(web.office().today().month_of()),
        Some(text) => Month::parse(text).ok_or_else(|| AppError::usage("NOT_A_MONTH", "")),
    }
}

/// The question which month.
fn month_field(writing: Writing, month: Month) -> Field {
    Field::line(writing, "bulan", "sipp-month").answered(month.to_string())
}
