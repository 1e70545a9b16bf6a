//! `/impor`: a village's list on its way in. Upload, what was found, columns, what to mend, what
//! it comes to, and the receipt; each step is an address, and the file's own address leads to the
//! next.

mod columns;
mod consequence;
mod decided;
mod fix;
mod review;
mod twins;
mod upload;

use std::sync::Arc;

use app::error::{AppError, ErrorKind};
use app::office::Operation;
use app::overview::RowCounts;
use app::received::{FileLine, FileQuery, SheetState};
use app::staging::{Examined, Saying, SheetId, Staged, Standing, safe_file_name};
use app::tasks::ImportStanding;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use crate::api::{Parameter, Shape};
use crate::forms::Fields;
use crate::page::{Asked, Page, Section, Writing};
use crate::parts::{Fact, Facts, Form, Notice, Piece, Plain};
use crate::routes::{Route, Web, answer, failure, html};
use crate::signed::Signed;
use crate::table::{Cell, Column, Facet, Kind, Listing, Row, View, Window};

const VIEW: View = View {
    path: "/impor",
    operation: Operation::ReadSheets,
    id: "imports",
    section: Section::Intake,
    columns: &[
        Column::of_data("id", Kind::Text),
        Column::new("sender", "web-sender", Kind::Text),
        Column::new("received_at", "web-date", Kind::Moment),
        Column::new("received_by", "intake-by", Kind::Text),
        Column::new("programme", "web-programme", Kind::Text),
        Column::new("rows", "web-rows", Kind::Count),
        Column::new("to_fix", "web-to-fix", Kind::Count),
        Column::new("refused", "web-refused", Kind::Count),
        Column::new("repeated", "web-repeated", Kind::Count),
        Column::new("accepted", "intake-good", Kind::Count),
        Column::new("state", "web-state", Kind::Text),
    ],
    meta: &[],
    parameters: &[Parameter {
        name: "keadaan",
        meaning: "Only files in this state.",
        shape: Shape::OneOf(&STATES),
    }],
    load,
};

const STATES: [&str; 3] = ["received", "decided", "undone"];

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    let (read, take) = (Operation::ReadSheets, Operation::TakeIn);
    let mut routes = VIEW.routes();
    routes.extend(upload::routes());
    routes.extend(vec![
        Route::get("/impor/{id}", read, show),
        Route::post("/impor/{id}/buang", Operation::UndoSheet, take_back),
        Route::get("/impor/{id}/tabel", take, columns::tables),
        Route::post("/impor/{id}/tabel", take, columns::say_tables),
        Route::get("/impor/{id}/kolom", take, columns::columns),
        Route::post("/impor/{id}/kolom", take, columns::say_columns),
        Route::get("/impor/{id}/periksa", read, review::rows),
        Route::get("/impor/{id}/periksa/{row}", take, review::row),
        Route::post("/impor/{id}/periksa/{row}", take, review::edit),
        Route::post("/impor/{id}/periksa/{row}/jawab", take, review::settle),
        Route::get("/impor/{id}/perbaiki", take, fix::causes),
        Route::post("/impor/{id}/perbaiki", take, fix::fix),
        Route::get("/impor/{id}/berkas-perbaikan.xlsx", take, fix::workbook),
        Route::get("/impor/{id}/ganda", take, twins::pairs),
        Route::post("/impor/{id}/ganda", take, twins::say),
        Route::post("/impor/{id}/ganda/buka", Operation::Unmask, twins::look),
        Route::get("/impor/{id}/akibat", take, consequence::weigh),
        Route::post("/impor/{id}/simpan", take, consequence::save),
        Route::get("/impor/{id}/tanda-terima", read, consequence::receipt),
        Route::get("/impor/{id}/sumber/{row}", read, review::source),
        Route::post("/impor/{id}/sumber/{row}/buka", Operation::Unmask, review::look),
    ]);
    routes
}

/// The list.
fn load(web: &Web, asked: &Asked, window: &Window) -> Result<Listing, AppError> {
    let actor = asked.actor()?;
    let writing = asked.writing();
    let found = web.office().files_page(
        actor,
        FileQuery {
            state: asked.value("keadaan").and_then(SheetState::from_name),
            after: window.after.as_deref().and_then(|key| SheetId::parse(key).ok()),
            most: window.rows,
        },
    )?;
    let all = (String::new(), writing.w("web-all"), Some(found.counts.values().sum()));
    let states = found.counts.iter().map(|(state, count)| {
        let name = state.name();
        (name.to_owned(), writing.w(&format!("intake-state-{name}")), Some(*count))
    });
    let choices: Vec<_> = [all].into_iter().chain(states).collect();
    let facets = vec![Facet { head: writing.w("web-state"), name: "keadaan", choices }];
    let may_send = web.may_somewhere(actor, Operation::TakeIn);
    let action = (writing.href("/impor/baru", &[]), writing.w("intake-new"));
    let rows = found.files.iter().map(|file| row(file, writing)).collect();
    Ok(Listing {
        title: writing.w("intake-title"),
        heading: writing.w("intake-heading"),
        action: may_send.then_some(action),
        caption: writing.w("intake-caption"),
        facets,
        // The page has it under the moment.
        hidden: vec!["received_by"],
        empty: writing.w("intake-empty"),
        rows,
        more: found.more,
        ..Listing::default()
    })
}

/// One file: its rows as decided, or as last counted while it waits.
fn row(file: &FileLine, writing: Writing) -> Row {
    let state = file.state.name();
    let class = if state == "decided" { "confirmed" } else { "" };
    let counted = file.stage.as_ref().and_then(|stage| stage.counts);
    let [to_fix, refused, repeated, accepted] = match (&file.rows, counted) {
        (Some(rows), _) => {
            [rows.to_fix, rows.refused, rows.repeated, rows.accepted].map(Cell::Count)
        }
        (None, Some(rows)) => {
            [rows.to_fix, rows.refused, rows.repeated, rows.ready + rows.warned].map(Cell::Count)
        }
        (None, None) => [Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty],
    };
    let read = file.stage.as_ref().map_or(0, |stage| stage.rows_read);
    let rows = file.rows.as_ref().map_or(read, RowCounts::received);
    let href = writing.href(&format!("/impor/{}", file.id), &[]);
    let cells = vec![
        Cell::Text(file.id.to_string()),
        Cell::Link(file.sender.clone(), href),
        Cell::Noted(Box::new(Cell::Moment(file.received_at_ms)), file.received_by.clone()),
        Cell::text(&*file.received_by),
        Cell::text(&*file.programme),
        if rows > 0 { Cell::Count(rows) } else { Cell::Empty },
        to_fix,
        refused,
        repeated,
        accepted,
        Cell::State(state, class, writing.w(&format!("intake-state-{state}"))),
    ];
    Row::new(file.id.to_string(), cells)
}

/// The next step of a file.
async fn show(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let id = sheet_id(&id)?;
        let staged = web.office().staged(&signed.actor, id)?;
        let standing = web.office().import_standing(&staged)?;
        match staged.sheet.state.name() {
            "received" if matches!(standing, ImportStanding::Waits(_)) => {
                Ok(html(&resting(web, asked, &staged, &standing)))
            }
            "received" if takes_in(web, &signed, &staged) => {
                let examined = match look(web, asked, &signed, id)? {
                    Ok(examined) => examined,
                    Err(elsewhere) => return Ok(elsewhere),
                };
                columns::found(web, asked, &staged, &examined)
            }
            "decided" => decided::decided(web, asked, &signed, &staged),
            _ => Ok(html(&resting(web, asked, &staged, &standing))),
        }
    })
    .await
}

/// A file that waits for somebody else, or was taken back.
fn resting(web: &Web, asked: &Asked, staged: &Staged, standing: &ImportStanding) -> Plain {
    let writing = asked.writing();
    let page = web.page(asked, Section::Intake, heading(staged, writing));
    let state = staged.sheet.state.name();
    let mut pieces = Vec::new();
    pieces.extend(standing_notice(standing, writing).map(Piece::Notice));
    pieces.push(Piece::Facts(file_facts(staged, writing)));
    if let ImportStanding::Waits(task) = standing {
        let id = staged.sheet.id;
        let link = |path: String, key: &str| Piece::Link(writing.href(&path, &[]), writing.w(key));
        pieces.push(link(format!("/tugas/{}", task.id), "intake-see-task"));
        if !staged.is_large() {
            pieces.push(link(format!("/impor/{id}/periksa"), "intake-see-rows"));
        }
        pieces.push(Piece::Words(writing.w("intake-waits-change")));
    }
    let lead = match standing {
        ImportStanding::Nobody => writing.w(&format!("intake-resting-{state}")),
        _ => String::new(),
    };
    Plain { back: Some(back(writing)), lead, pieces, page }
}

/// Where a large file stands with those who approve it.
fn standing_notice(standing: &ImportStanding, writing: Writing) -> Option<Notice> {
    match standing {
        ImportStanding::Nobody => None,
        ImportStanding::Waits(task) => {
            let until = writing.moment(task.expires_at_ms);
            let count = writing.number(u64::from(task.approvers));
            let values = [("until", until.as_str()), ("count", count.as_str())];
            let text = writing.with("intake-waits.what", &values);
            Some(Notice::info(writing.w("intake-waits"), text))
        }
        ImportStanding::Approved(_) => {
            Some(Notice::info(writing.w("intake-approved"), writing.w("intake-approved.what")))
        }
        ImportStanding::Returned(_, reason) => {
            let text = writing.with("intake-returned.what", &[("reason", reason)]);
            Some(Notice::warning(writing.w("intake-returned"), text))
        }
    }
}

/// Takes a file back, or away while it waits.
async fn take_back(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let id = sheet_id(&id)?;
        web.office().undo(&signed.actor, id)?;
        Ok(to(asked, id, ""))
    })
    .await
}

/// Looks at a waiting file; the answer when a job has to do it, or it is done already.
fn look(
    web: &Web,
    asked: &Asked,
    signed: &Signed,
    id: SheetId,
) -> Result<Result<Arc<Examined>, Response>, AppError> {
    match web.office().examine(&signed.actor, id) {
        Ok(Standing::Ready(examined)) => Ok(Ok(examined)),
        Ok(Standing::Working(job)) => {
            let place = asked.writing().href(&format!("/pekerjaan/{job}"), &[]);
            Ok(Err(Redirect::to(&place).into_response()))
        }
        Err(error) if error.code == "SHEET_DECIDED" => Ok(Err(to(asked, id, "tanda-terima"))),
        Err(error) if error.code == "SHEET_UNDONE" => Ok(Err(to(asked, id, ""))),
        Err(error) => Err(error),
    }
}

/// A waiting file and what was found in it, for a page on which it is mended.
fn opened(
    web: &Web,
    asked: &Asked,
    signed: &Signed,
    id: &str,
) -> Result<Result<(Staged, Arc<Examined>), Response>, AppError> {
    let staged = web.office().staged(&signed.actor, sheet_id(id)?)?;
    web.office().authorize(&signed.actor, Operation::TakeIn, &staged.target())?;
    read(web, asked, signed, id)
}

/// The same for whoever may only read it.
fn read(
    web: &Web,
    asked: &Asked,
    signed: &Signed,
    id: &str,
) -> Result<Result<(Staged, Arc<Examined>), Response>, AppError> {
    let id = sheet_id(id)?;
    let staged = web.office().staged(&signed.actor, id)?;
    Ok(look(web, asked, signed, id)?.map(|examined| (staged, examined)))
}

/// Whether the reader takes this file in, and so works with what is in its cells.
fn takes_in(web: &Web, signed: &Signed, staged: &Staged) -> bool {
    web.office().reaches(&signed.actor, Operation::TakeIn, &staged.target())
}

/// What is said of a file, with the state that the form was made for.
fn saying<'a>(signed: &'a Signed, id: SheetId, fields: &Fields) -> Saying<'a> {
    // A form without a revision was made for no state at all, so nothing matches it.
    let revision = fields.text("revisi").parse().unwrap_or(-1);
    Saying { actor: &signed.actor, sheet: id, revision }
}

/// What came of something said: the next page, or why not, in the words of the form's page.
fn said(
    web: &Web,
    asked: &Asked,
    outcome: Result<(), AppError>,
    next: Response,
    again: impl FnOnce(String) -> Result<Response, AppError>,
) -> Result<Response, AppError> {
    match outcome {
        Ok(()) => Ok(next),
        Err(error) if error.kind == ErrorKind::Usage => {
            let mut shown = again(sentence(asked, &error))?;
            *shown.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(shown)
        }
        Err(error) if error.kind == ErrorKind::Conflict => Ok(failure::answer(web, asked, &error)),
        Err(error) => Err(error),
    }
}

/// What is wrong and what to do; the names of fields in the reader's words.
pub(crate) fn sentence(asked: &Asked, error: &AppError) -> String {
    let writing = asked.writing();
    let field = format!("field-{}", error.detail);
    let detail = match writing.w(&field) {
        word if word == field => error.detail.clone(),
        word => word,
    };
    let values = [("detail", detail.as_str())];
    let what = writing.with(&format!("error-{}", error.code), &values);
    format!("{what} {}", writing.with(&format!("error-{}.remedy", error.code), &values))
}

fn sheet_id(text: &str) -> Result<SheetId, AppError> {
    SheetId::parse(text).map_err(|_| AppError::not_found("SHEET_UNKNOWN", ""))
}

/// A row in an address: the sheet's place in the file and the row, as `0-12`.
fn row_place(text: &str) -> Result<(u16, u32), AppError> {
    let place = text
        .split_once('-')
        .and_then(|(sheet, row)| Some((sheet.parse().ok()?, row.parse().ok()?)));
    place.ok_or_else(|| AppError::not_found("ROW_UNKNOWN", ""))
}

/// Leads to a step of a file.
fn to(asked: &Asked, id: SheetId, step: &str) -> Response {
    let path = match step {
        "" => format!("/impor/{id}"),
        step => format!("/impor/{id}/{step}"),
    };
    Redirect::to(&asked.writing().href(&path, &[])).into_response()
}

/// "Berkas dari Desa …".
fn heading(staged: &Staged, writing: Writing) -> String {
    writing.with("intake-file-heading", &[("sender", &*staged.org.name)])
}

fn back(writing: Writing) -> (String, String) {
    (writing.href("/impor", &[]), writing.w("intake-back"))
}

/// What a file is, in a few lines.
fn file_facts(staged: &Staged, writing: Writing) -> Facts {
    let sheet = &staged.sheet;
    let fact = |key: &str, value: String| Fact::new(writing.w(key), value);
    Facts::dense(
        writing,
        vec![
            fact("intake-file", safe_file_name(&sheet.file_name)),
            fact("web-sender", staged.org.name.to_string()),
            fact("web-programme", staged.programme.name.to_string()),
            fact("web-date", writing.moment(sheet.received_at_ms)),
            fact("intake-by", staged.received_by.to_string()),
            fact("web-state", writing.w(&format!("intake-state-{}", sheet.state.name()))),
        ],
    )
}

/// The counters on top of the steps.
fn counters(examined: &Examined, writing: Writing) -> Facts {
    let counts = examined.counts();
    let fact = |key: &str, count: u64| Fact::new(writing.w(key), writing.number(count));
    Facts::tally(
        writing,
        vec![
            fact("intake-ready", counts.ready),
            fact("intake-to-fix", counts.to_fix),
            fact("intake-warned", counts.warned),
            fact("intake-repeated", counts.repeated),
            fact("intake-refused", counts.refused),
        ],
    )
}

/// A form with the state of the file that it was made for.
fn form_for(page: &Page, action: &str, button: &str, staged: &Staged) -> Form {
    Form::new(page, action, button, Vec::new())
        .with_hidden("revisi", &staged.stage.revision.to_string())
}

/// The page, whose title says so when something is wrong.
fn titled(page: Page, mistake: Option<&String>) -> Page {
    match mistake {
        Some(_) => page.with_mistakes(),
        None => page,
    }
}

/// A mistake said above a page that is no form.
fn mistake_notice(writing: Writing, mistake: Option<String>) -> Option<Notice> {
    mistake.map(|text| Notice::warning(writing.w("web-mistakes-heading"), text))
}
