//! `/api/tugas`, `/api/program/{code}/usulan`, `/api/pekerjaan`, `/api/peran`, `/api/peserta`: what
//! programs put forward and decide, stop and end, and whom they look at for a reason.

use std::sync::Arc;

use app::access::Grant;
use app::error::AppError;
use app::jobs::JobId;
use app::office::{Actor, Operation};
use app::people::AsOf;
use app::prints::hex;
use app::tasks::{Task, Verdict};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use base::Id;

use super::{data_route, object};
use crate::acts::{Act, Call, Input, Said, Shape, Takes};
use crate::page::Asked;
use crate::routes::tasks::hash_of;
use crate::routes::{Route, Web, answer};
use crate::signed::Signed;
use crate::table::{Cell, Column, Kind};

const TASK: &[Column] = &[
    Column::of_data("id", Kind::Text),
    Column::of_data("kind", Kind::Text),
    Column::of_data("state", Kind::Text),
    Column::of_data("made_at", Kind::Moment),
    Column::of_data("expires_at", Kind::Moment),
    Column::of_data("effect_rupiah", Kind::Rupiah),
    Column::of_data("approvals", Kind::Count),
    Column::of_data("approvers", Kind::Count),
    Column::of_data("hash", Kind::Text),
];

const LIST: &[Column] = &[
    Column::of_data("task", Kind::Text),
    Column::of_data("state", Kind::Text),
    Column::of_data("people", Kind::Count),
    Column::of_data("waiting", Kind::Count),
    Column::of_data("skipped", Kind::Count),
    Column::of_data("monthly_rupiah", Kind::Rupiah),
    Column::of_data("committed_rupiah", Kind::Rupiah),
    Column::of_data("hash", Kind::Text),
];

const JOB: &[Column] = &[
    Column::of_data("id", Kind::Text),
    Column::of_data("kind", Kind::Text),
    Column::of_data("state", Kind::Text),
    Column::of_data("step", Kind::Text),
    Column::of_data("done", Kind::Count),
    Column::of_data("total", Kind::Count),
    Column::of_data("code", Kind::Text),
];

const ENDED: &[Column] = &[Column::of_data("id", Kind::Text), Column::of_data("state", Kind::Text)];

const PERSON: &[Column] = &[
    Column::of_data("id", Kind::Text),
    Column::of_data("version", Kind::Count),
    Column::of_data("nik", Kind::Text),
    Column::of_data("family_card", Kind::Text),
    Column::of_data("name", Kind::Text),
    Column::of_data("birth", Kind::Text),
    Column::of_data("birth_place", Kind::Text),
    Column::of_data("address", Kind::Text),
    Column::of_data("village", Kind::Text),
    Column::of_data("phone", Kind::Text),
    Column::of_data("mother", Kind::Text),
];

const REASON: Input = Input {
    name: "alasan",
    meaning: "Why, in a sentence; it is kept.",
    shape: Shape::Text { most: 300, may_be_empty: false },
};

const APPROVE: Act = Act {
    path: "/api/tugas/{id}/persetujuan",
    operation: Operation::OwnDesk,
    id: "approve-task",
    summary: "Approves a task as it was seen, by its digest; never one's own.",
    parameters: &[],
    takes: Takes::Fields(&[Input {
        name: "sidik",
        meaning: "The digest of what was seen.",
        shape: Shape::Digest,
    }]),
    keyed: true,
    answers: TASK,
    statuses: &[StatusCode::OK],
    act: approve,
    again: task_again,
};

const RETURN: Act = Act {
    path: "/api/tugas/{id}/pengembalian",
    operation: Operation::OwnDesk,
    id: "return-task",
    summary: "Sends a task back with a reason.",
    parameters: &[],
    takes: Takes::Fields(&[REASON]),
    keyed: true,
    answers: TASK,
    statuses: &[StatusCode::OK],
    act: send_back,
    again: task_again,
};

const PROPOSE: Act = Act {
    path: "/api/program/{code}/usulan",
    operation: Operation::Propose,
    id: "propose-list",
    summary: "Puts the accepted people of a programme forward, up to the fund's ceiling.",
    parameters: &[],
    takes: Takes::Fields(&[]),
    keyed: true,
    answers: LIST,
    statuses: &[StatusCode::CREATED, StatusCode::OK],
    act: propose,
    again: propose,
};

const STOP: Act = Act {
    path: "/api/pekerjaan/{id}/pembatalan",
    operation: Operation::Jobs,
    id: "stop-job",
    summary: "Wants a job stopped; it stops unless its act is committed first.",
    parameters: &[],
    takes: Takes::Fields(&[]),
    keyed: true,
    answers: JOB,
    statuses: &[StatusCode::OK],
    act: stop,
    again: stop,
};

const END: Act = Act {
    path: "/api/peran/{id}/pengakhiran",
    operation: Operation::OwnDesk,
    id: "end-role",
    summary: "Ends a role: one that was lent, by its lender; any, by who keeps the accounts.",
    parameters: &[],
    takes: Takes::Fields(&[]),
    keyed: true,
    answers: ENDED,
    statuses: &[StatusCode::OK],
    act: end,
    again: ended,
};

// What is seen is not kept for a key: asked again it is asked anew, and written down again.
const LOOK: Act = Act {
    path: "/api/peserta/{id}/pembukaan",
    operation: Operation::Unmask,
    id: "look-at-person",
    summary: "One person's identity unmasked; the asking and its reason are written down first.",
    parameters: &[],
    takes: Takes::Fields(&[REASON]),
    keyed: false,
    answers: PERSON,
    statuses: &[StatusCode::OK],
    act: look,
    again: look,
};

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    let acts = [APPROVE, RETURN, PROPOSE, STOP, END, LOOK].into_iter().map(Act::route);
    let task = data_route("/api/tugas/{id}", Operation::OwnDesk, show_task).described(object(
        "task",
        "One task, with the digest that an approval names.",
        TASK,
    ));
    let job = data_route("/api/pekerjaan/{id}", Operation::Jobs, show_job).described(object(
        "job",
        "One job and how far it is.",
        JOB,
    ));
    acts.chain([task, job]).collect()
}

async fn show_task(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        Ok(super::one(asked, TASK, &task_cells(web, &signed.actor, task_id(&id)?)?))
    })
    .await
}

async fn show_job(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        Ok(super::one(asked, JOB, &job_cells(web, &signed.actor, job_id(&id)?)?))
    })
    .await
}

fn approve(call: &Call<'_>) -> Result<Said, AppError> {
    let hash = hash_of(call.given.text("sidik")).unwrap_or_default();
    decide(call, &Verdict::Approve(hash))
}

fn send_back(call: &Call<'_>) -> Result<Said, AppError> {
    decide(call, &Verdict::Return(call.given.text("alasan").trim().into()))
}

fn decide(call: &Call<'_>, verdict: &Verdict) -> Result<Said, AppError> {
    let id = task_id(call.part("id"))?;
    // Who may not even see it learns nothing by trying.
    call.web.office().task(call.actor, id)?;
    call.web.office().decide_task(call.actor, id, verdict)?;
    task_again(call)
}

fn task_again(call: &Call<'_>) -> Result<Said, AppError> {
    let cells = task_cells(call.web, call.actor, task_id(call.part("id"))?)?;
    Ok(Said { status: StatusCode::OK, cells })
}

fn task_cells(web: &Web, actor: &Actor, id: Id<Task>) -> Result<Vec<Cell>, AppError> {
    let found = web.office().task(actor, id)?;
    let task = &found.record.task;
    let given = found.verdicts.iter();
    let given = given.filter(|(_, given)| matches!(given.verdict, Verdict::Approve(_)));
    Ok(vec![
        Cell::Text(id.to_string()),
        Cell::text(task.kind.name()),
        Cell::text(task.state.name()),
        Cell::Moment(task.made_at_ms),
        Cell::Moment(task.expires_at_ms),
        Cell::Rupiah(task.effect),
        Cell::Count(given.count() as u64),
        Cell::Count(u64::from(task.approvers)),
        Cell::Text(hex(&task.hash)),
    ])
}

fn propose(call: &Call<'_>) -> Result<Said, AppError> {
    let put = call.web.office().propose(call.actor, call.part("code"))?;
    let status = if put.is_new { StatusCode::CREATED } else { StatusCode::OK };
    let proposal = &put.proposal;
    let cells = vec![
        Cell::Text(proposal.id.to_string()),
        Cell::text(proposal.state.name()),
        Cell::Count(u64::from(proposal.people)),
        Cell::Count(put.waiting.len() as u64),
        Cell::Count(put.skipped),
        Cell::Rupiah(proposal.monthly),
        Cell::Rupiah(proposal.committed),
        Cell::Text(hex(&proposal.list_hash)),
    ];
    Ok(Said { status, cells })
}

fn stop(call: &Call<'_>) -> Result<Said, AppError> {
    let id = job_id(call.part("id"))?;
    call.web.office().cancel_job(call.actor, id)?;
    Ok(Said { status: StatusCode::OK, cells: job_cells(call.web, call.actor, id)? })
}

fn job_cells(web: &Web, actor: &Actor, id: JobId) -> Result<Vec<Cell>, AppError> {
    let job = web.office().job(actor, id)?;
    Ok(vec![
        Cell::Text(id.to_string()),
        Cell::text(&*job.kind),
        Cell::text(job.state.name()),
        Cell::text(&*job.step),
        Cell::Count(job.done),
        Cell::Count(job.total),
        Cell::text(&*job.code),
    ])
}

fn end(call: &Call<'_>) -> Result<Said, AppError> {
    let unknown = |_| AppError::not_found("GRANT_UNKNOWN", "");
    let id: Id<Grant> = Id::parse(call.part("id")).map_err(unknown)?;
    call.web.office().end_grant(call.actor, id)?;
    ended(call)
}

fn ended(call: &Call<'_>) -> Result<Said, AppError> {
    let cells = vec![Cell::text(call.part("id")), Cell::text("ended")];
    Ok(Said { status: StatusCode::OK, cells })
}

fn look(call: &Call<'_>) -> Result<Said, AppError> {
    let id = Id::parse(call.part("id")).map_err(|_| AppError::not_found("PERSON_UNKNOWN", ""))?;
    let now = AsOf { on: None, known_at: None };
    let file = call.web.office().reveal(call.actor, id, now, call.given.text("alasan"))?;
    let shown = file.shown;
    let text = |text: Option<String>| Cell::text(text.unwrap_or_default());
    let cells = vec![
        Cell::Text(shown.id.to_string()),
        Cell::Count(u64::from(shown.version)),
        Cell::text(shown.nik),
        text(shown.no_kk),
        Cell::text(shown.name),
        Cell::text(shown.birth),
        text(shown.birth_place),
        text(shown.address),
        Cell::text(shown.place.to_string()),
        text(shown.phone),
        text(shown.mother),
    ];
    Ok(Said { status: StatusCode::OK, cells })
}

fn task_id(text: &str) -> Result<Id<Task>, AppError> {
    Id::parse(text).map_err(|_| AppError::not_found("TASK_UNKNOWN", ""))
}

fn job_id(text: &str) -> Result<JobId, AppError> {
    Id::parse(text).map_err(|_| AppError::not_found("JOB_UNKNOWN", ""))
}
