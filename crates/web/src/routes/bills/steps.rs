//! The steps of a bill: drafted, locked, issued, reopened, a code written down. What cannot be
//! taken back has a page of its own that says what will happen.

use std::sync::Arc;

use app::bills::{BillFile, CodeKind};
use app::error::{AppError, ErrorKind};
use app::office::Operation;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use base::{Month, Rupiah};

use super::{month_of, path};
use crate::page::{Asked, Page, Section, Writing};
use crate::parts::{
    Choice, Control, Fact, Facts, Field, Form, FormPage, Mistakes, Notice, Piece, Plain, Posted,
};
use crate::routes::duplicates::conflicts;
use crate::routes::{Route, Web, answer, html, sentence, unfit};
use crate::signed::Signed;

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    let (pay, approve) = (Operation::Pay, Operation::Approve);
    vec![
        Route::get("/tagihan/baru", pay, ask_new),
        Route::post("/tagihan/baru", pay, draft_new),
        Route::post("/tagihan/{code}/{month}/rancang", pay, draft_again),
        Route::get("/tagihan/{code}/{month}/finalisasi", pay, ask_final),
        Route::post("/tagihan/{code}/{month}/finalisasi", pay, finalise),
        Route::get("/tagihan/{code}/{month}/terbit", approve, ask_issue),
        Route::post("/tagihan/{code}/{month}/terbit", approve, issue),
        Route::get("/tagihan/{code}/{month}/buka", pay, ask_reopen),
        Route::post("/tagihan/{code}/{month}/buka", pay, reopen),
        Route::post("/tagihan/{code}/{month}/kode", pay, write_code),
    ]
}

async fn ask_new(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, |web, asked| {
        Ok(html(&new_page(web, asked, &Posted::default(), &Mistakes::none())?))
    })
    .await
}

fn new_page(
    web: &Web,
    asked: &Asked,
    posted: &Posted,
    mistakes: &Mistakes,
) -> Result<FormPage, AppError> {
    let writing = asked.writing();
    let title = writing.w("bill-new");
    let page = web.page(asked, Section::Money, title.clone());
    let programmes = web.office().programmes()?;
    let choices = programmes.iter().map(|one| Choice::new(&*one.code, &*one.name)).collect();
    let month = web.office().today().month_of().to_string();
    let fields = vec![
        Field::new(writing, "program", "web-programme", Control::Select(choices)),
        Field::line(writing, "bulan", "bill-month-asked").answered(month),
    ];
    let form = Form::new(&page, "/tagihan/baru", "bill-draft-make", fields);
    let mut page = FormPage::new(page, title, form.filled(posted, mistakes))
        .with_back("/tagihan", "bill-back");
    page.lead.push(writing.w("bill-new-lead"));
    Ok(page)
}

async fn draft_new(
    State(web): State<Arc<Web>>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let writing = asked.writing();
        let mut mistakes = Mistakes::none();
        let Some(month) = Month::parse(posted.get("bulan")) else {
            let values = [("detail", posted.get("bulan"))];
            mistakes.add("bulan", writing.with("error-NOT_A_MONTH", &values));
            return Ok(unfit(html(&new_page(web, asked, &posted, &mistakes)?)));
        };
        let code = posted.get("program");
        match web.office().draft_bill(&signed.actor, code, month) {
            Ok(_) => Ok(to_bill(writing, code, month, "rancang")),
            // There is one already: it is what was asked for.
            Err(error) if error.code == "NOT_DRAFT" => {
                Ok(Redirect::to(&writing.href(&path(code, month), &[])).into_response())
            }
            Err(error) if error.kind == ErrorKind::Refused && error.code != "USER_MAY_NOT" => {
                mistakes.add("bulan", sentence(&error, writing));
                Ok(unfit(html(&new_page(web, asked, &posted, &mistakes)?)))
            }
            Err(error) => Err(error),
        }
    })
    .await
}

async fn draft_again(
    State(web): State<Arc<Web>>,
    Path((code, month)): Path<(String, String)>,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let month = month_of(&month)?;
        web.office().draft_bill(&signed.actor, &code, month)?;
        Ok(to_bill(asked.writing(), &code, month, "rancang"))
    })
    .await
}

async fn ask_final(
    State(web): State<Arc<Web>>,
    Path((code, month)): Path<(String, String)>,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let file = web.office().bill_file(asked.actor()?, &code, month_of(&month)?)?;
        Ok(html(&final_page(web, asked, &file, None)?))
    })
    .await
}

/// What will be locked, and for how many months.
fn final_page(
    web: &Web,
    asked: &Asked,
    file: &BillFile,
    mistake: Option<String>,
) -> Result<Plain, AppError> {
    let writing = asked.writing();
    let month = file.head.month;
    let shown = writing.month(month);
    let mut page =
        web.page(asked, Section::Money, writing.with("bill-finalise-one", &[("month", &shown)]));
    if mistake.is_some() {
        page = page.with_mistakes();
    }
    let here = path(&file.programme.code, month);
    let months = web.office().prepayable_months(&file.programme, month);
    let choice = |count: &u32| {
        let last = writing.month(month.plus(*count as i32 - 1));
        let words = match count {
            1 => writing.w("bill-months-one"),
            _ => {
                let count = count.to_string();
                writing.with("bill-months-many", &[("count", &count), ("last", &last)])
            }
        };
        Choice::new(count.to_string(), words)
    };
    let choices = months.iter().map(choice).collect();
    let field = Field::new(writing, "lama", "bill-months", Control::Select(choices));
    let form = Form::new(&page, &format!("{here}/finalisasi"), "bill-finalise-do", vec![field]);
    let mut pieces = Vec::new();
    if let Some(text) = mistake {
        pieces.push(Piece::Notice(Notice::warning(writing.w("bill-step-refused"), text)));
    }
    pieces.push(Piece::Facts(Facts::new(writing, summary(file, writing))));
    pieces.extend(against(web, asked, file)?);
    pieces.push(Piece::Points(
        ["bill-final-locks", "bill-final-promises", "bill-final-another", "bill-final-reopens"]
            .iter()
            .map(|key| writing.w(key))
            .collect(),
    ));
    pieces.push(Piece::Form(form));
    pieces.push(Piece::Signatures(super::signers(writing)));
    let back = Some((writing.href(&here, &[]), writing.w("bill-back-one")));
    Ok(Plain { page, back, lead: writing.w("bill-finalise-lead"), pieces })
}

/// What stands against paying the bill, in figures.
pub(super) fn against(web: &Web, asked: &Asked, file: &BillFile) -> Result<Vec<Piece>, AppError> {
    let (code, month) = (&file.programme.code, Some(file.head.month));
    let found = web.office().conflicts(asked.actor()?, code, month)?;
    Ok(conflicts::pieces(&found, asked.writing()))
}

/// What is decided about, in figures and in words.
fn summary(file: &BillFile, writing: Writing) -> Vec<Fact> {
    let fact = |key: &str, value: String| Fact::new(writing.w(key), value);
    let total = Rupiah(file.together.iter().map(|one| one.total.0).sum());
    let months: Vec<String> = file.together.iter().map(|one| writing.month(one.month)).collect();
    let mut facts = vec![
        fact("web-programme", file.programme.name.to_string()),
        fact("web-bill-month", months.join(", ")),
        fact("web-bill-people", writing.number(u64::from(file.head.people))),
        fact("web-bill-total", writing.spelled(total)),
        fact("bill-due", writing.day(file.due.day)),
        fact("fund-free", writing.spelled(file.budget[4])),
        fact("bill-unbilled", writing.spelled(file.unbilled)),
    ];
    if let Some(waits) = &file.waiting {
        facts.push(fact("task-maker", waits.maker.to_string()));
        facts.push(fact("web-task-hash", app::prints::hex(&waits.task.hash)));
    }
    facts
}

async fn finalise(
    State(web): State<Arc<Web>>,
    Path((code, month)): Path<(String, String)>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let writing = asked.writing();
        let month = month_of(&month)?;
        let months = posted.get("lama").parse().unwrap_or(1);
        match web.office().finalise_bill(&signed.actor, &code, month, months) {
            Ok(_) => Ok(to_bill(writing, &code, month, "final")),
            Err(error) if is_said(&error) => {
                let file = web.office().bill_file(&signed.actor, &code, month)?;
                let page = final_page(web, asked, &file, Some(sentence(&error, writing)))?;
                Ok((StatusCode::CONFLICT, html(&page)).into_response())
            }
            Err(error) => Err(error),
        }
    })
    .await
}

async fn ask_issue(
    State(web): State<Arc<Web>>,
    Path((code, month)): Path<(String, String)>,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let file = web.office().bill_file(asked.actor()?, &code, month_of(&month)?)?;
        Ok(html(&issue_page(web, asked, &file, None)?))
    })
    .await
}

/// What will be issued, to be looked at by the second person.
fn issue_page(
    web: &Web,
    asked: &Asked,
    file: &BillFile,
    mistake: Option<String>,
) -> Result<Plain, AppError> {
    let writing = asked.writing();
    let month = writing.month(file.head.month);
    let title = writing.with("bill-issue-one", &[("month", &month)]);
    let mut page = web.page(asked, Section::Money, title);
    if mistake.is_some() {
        page = page.with_mistakes();
    }
    let here = path(&file.programme.code, file.head.month);
    let mut pieces = Vec::new();
    if let Some(text) = mistake {
        pieces.push(Piece::Notice(Notice::warning(writing.w("bill-step-refused"), text)));
    }
    pieces.push(Piece::Facts(Facts::new(writing, summary(file, writing))));
    pieces.extend(against(web, asked, file)?);
    match &file.waiting {
        Some(waits) => {
            let form = Form::new(&page, &format!("{here}/terbit"), "bill-issue-do", Vec::new());
            let form = form.with_hidden("sidik", &app::prints::hex(&waits.task.hash));
            pieces.push(Piece::Form(form));
            let task = writing.href(&format!("/tugas/{}", waits.task.id), &[]);
            pieces.push(Piece::Link(task, writing.w("bill-return")));
        }
        None => pieces.push(Piece::Words(writing.w("bill-nothing-waits"))),
    }
    pieces.push(Piece::Signatures(super::signers(writing)));
    let back = Some((writing.href(&here, &[]), writing.w("bill-back-one")));
    Ok(Plain { page, back, lead: writing.w("bill-issue-lead"), pieces })
}

async fn issue(
    State(web): State<Arc<Web>>,
    Path((code, month)): Path<(String, String)>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let writing = asked.writing();
        let month = month_of(&month)?;
        let seen = super::super::tasks::hash_of(posted.get("sidik")).unwrap_or_default();
        match web.office().issue_seen(&signed.actor, &code, month, seen) {
            Ok(_) => Ok(to_bill(writing, &code, month, "terbit")),
            Err(error) if is_said(&error) || error.kind == ErrorKind::NeedsAnother => {
                let file = web.office().bill_file(&signed.actor, &code, month)?;
                let page = issue_page(web, asked, &file, Some(sentence(&error, writing)))?;
                let status = match error.kind {
                    ErrorKind::NeedsAnother => StatusCode::FORBIDDEN,
                    _ => StatusCode::CONFLICT,
                };
                Ok((status, html(&page)).into_response())
            }
            Err(error) => Err(error),
        }
    })
    .await
}

async fn ask_reopen(
    State(web): State<Arc<Web>>,
    Path((code, month)): Path<(String, String)>,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let file = web.office().bill_file(asked.actor()?, &code, month_of(&month)?)?;
        Ok(html(&reopen_page(web, asked, &file, &Posted::default(), &Mistakes::none())))
    })
    .await
}

fn reopen_page(
    web: &Web,
    asked: &Asked,
    file: &BillFile,
    posted: &Posted,
    mistakes: &Mistakes,
) -> FormPage {
    let writing = asked.writing();
    let month = writing.month(file.head.month);
    let title = writing.with("bill-reopen-one", &[("month", &month)]);
    let page = web.page(asked, Section::Money, title.clone());
    let here = path(&file.programme.code, file.head.month);
    let fields = vec![Field::new(writing, "alasan", "bill-reopen-reason", Control::Lines(3))];
    let form = Form::new(&page, &format!("{here}/buka"), "bill-reopen-do", fields);
    let mut page =
        FormPage::new(page, title, form.filled(posted, mistakes)).with_back(&here, "bill-back-one");
    page.lead.push(writing.w("bill-reopen-lead"));
    page
}

async fn reopen(
    State(web): State<Arc<Web>>,
    Path((code, month)): Path<(String, String)>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let writing = asked.writing();
        let month = month_of(&month)?;
        match web.office().reopen_bill(&signed.actor, &code, month, posted.get("alasan")) {
            Ok(_) => Ok(to_bill(writing, &code, month, "buka")),
            Err(error) if is_said(&error) || error.code == "REASON_MISSING" => {
                let mut mistakes = Mistakes::none();
                mistakes.add("alasan", sentence(&error, writing));
                let file = web.office().bill_file(&signed.actor, &code, month)?;
                Ok(unfit(html(&reopen_page(web, asked, &file, &posted, &mistakes))))
            }
            Err(error) => Err(error),
        }
    })
    .await
}

/// The question which code.
pub(super) fn code_form(page: &Page, here: &str, writing: Writing) -> Form {
    let kinds = CodeKind::ALL
        .map(|kind| Choice::new(kind.name(), writing.w(&format!("bill-code-{}", kind.name()))));
    let fields = vec![
        Field::new(writing, "jenis", "bill-code-kind", Control::Select(kinds.into())),
        Field::line(writing, "kode", "bill-code"),
    ];
    Form::new(page, &format!("{here}/kode"), "bill-code-write", fields)
}

async fn write_code(
    State(web): State<Arc<Web>>,
    Path((code, month)): Path<(String, String)>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let writing = asked.writing();
        let month = month_of(&month)?;
        let kind = CodeKind::from_name(posted.get("jenis")).unwrap_or(CodeKind::Billing);
        let of = (code.as_str(), month);
        match web.office().record_bill_code(&signed.actor, of, kind, posted.get("kode")) {
            Ok(_) => Ok(to_bill(writing, &code, month, "kode")),
            Err(error) if is_said(&error) || error.kind == ErrorKind::Usage => {
                let mut mistakes = Mistakes::none();
                mistakes.add("kode", sentence(&error, writing));
                let here = path(&code, month);
                let title = writing.w("bill-code-new");
                let page = web.page(asked, Section::Money, title.clone());
                let form = code_form(&page, &here, writing).filled(&posted, &mistakes);
                let page = FormPage::new(page, title, form).with_back(&here, "bill-back-one");
                Ok(unfit(html(&page)))
            }
            Err(error) => Err(error),
        }
    })
    .await
}

/// Back to the bill, saying what was done.
fn to_bill(writing: Writing, code: &str, month: Month, done: &str) -> Response {
    let query = [("sudah".to_owned(), done.to_owned())];
    Redirect::to(&writing.href(&path(code, month), &query)).into_response()
}

/// What somebody can understand with the page before them.
fn is_said(error: &AppError) -> bool {
    let kind = matches!(error.kind, ErrorKind::Refused | ErrorKind::Conflict);
    kind && error.code != "USER_MAY_NOT"
}
