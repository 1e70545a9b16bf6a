//! `/impor/baru`: a file is sent; `/impor/contoh.xlsx`: an empty list to fill in;
//! `/impor/{id}/isi-lagi`: one with the people of a decided file.

use std::sync::Arc;

use app::error::{AppError, ErrorKind};
use app::office::Operation;
use app::staging::{UPLOAD_BYTES_MAX, Upload, Uploaded};
use axum::extract::{Multipart, Path, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use super::{back, decided, sentence, sheet_id, to};
use crate::page::{Asked, Section};
use crate::parts::{Choice, Control, Field, Form, FormPage, Mistakes, Posted};
use crate::routes::{Route, Web, answer, html, tasks, unfit};
use crate::signed::Signed;
use crate::upload::{Received, receive};

/// What a form with a file may weigh: the file and its few fields.
const FORM_BYTES: usize = UPLOAD_BYTES_MAX as usize + 64 * 1024;

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    let take = Operation::TakeIn;
    vec![
        Route::get("/impor/baru", take, ask),
        Route::post("/impor/baru", take, send).accepting(FORM_BYTES),
        Route::get("/impor/contoh.xlsx", take, template),
        Route::post("/impor/{id}/isi-lagi", Operation::ExportPeople, again),
    ]
}

/// The form.
async fn ask(State(web): State<Arc<Web>>, signed: Signed, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        Ok(html(&form(web, asked, &signed, &Posted::default(), Mistakes::none())?))
    })
    .await
}

fn form(
    web: &Web,
    asked: &Asked,
    signed: &Signed,
    posted: &Posted,
    mistakes: Mistakes,
) -> Result<FormPage, AppError> {
    let writing = asked.writing();
    let page = web.page(asked, Section::Intake, writing.w("intake-new"));
    let programmes = web.office().programmes()?.into_iter();
    let programmes: Vec<Choice> =
        programmes.map(|one| Choice::new(&*one.code, &*one.name)).collect();
    let orgs = web.office().orgs_to_send_for(&signed.actor)?.into_iter();
    let orgs: Vec<Choice> = orgs.map(|one| Choice::new(&*one.code, &*one.name)).collect();
    let fields = vec![
        Field::new(writing, "program", "intake-programme", Control::Select(programmes)),
        Field::new(writing, "pengirim", "intake-sender", Control::Select(orgs)),
        Field::new(
            writing,
            "berkas",
            "intake-upload",
            Control::File { accept: ".xlsx,.xlsm,.xlsb,.xls,.ods,.csv" },
        ),
    ];
    let form = Form::new(&page, "/impor/baru", "intake-send", fields).filled(posted, &mistakes);
    let mut shown = FormPage::new(page, writing.w("intake-new"), form);
    shown.back = Some(back(writing));
    shown.lead = vec![writing.w("intake-upload-lead")];
    Ok(shown)
}

/// A file and who sends it for what.
async fn send(
    State(web): State<Arc<Web>>,
    signed: Signed,
    asked: Asked,
    multipart: Multipart,
) -> Response {
    let received = receive(multipart).await;
    answer(web, asked, move |web, asked| {
        let writing = asked.writing();
        let Received { posted, file, problem } = received;
        let again = |text: String| {
            let mut mistakes = Mistakes::none();
            mistakes.add("berkas", text);
            let page = form(web, asked, &signed, &posted, mistakes)?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&page)).into_response())
        };
        if let Some(problem) = problem {
            return again(sentence(asked, &problem));
        }
        let Some(file) = file.filter(|file| !file.name.is_empty()) else {
            return again(sentence(asked, &AppError::usage("UPLOAD_MISSING", "")));
        };
        let upload = Upload {
            path: file.path.clone(),
            file_name: file.name.clone(),
            programme: posted.get("program").to_owned(),
            org: posted.get("pengirim").to_owned(),
        };
        match web.office().stage(&signed.actor, &upload) {
            Ok(Uploaded::Staged(id) | Uploaded::Known(id)) => Ok(to(asked, id, "")),
            Ok(Uploaded::Refused(refusal)) => {
                let said = writing.words().file_refusal(&refusal);
                again(format!("{} {}", said.what, said.remedy))
            }
            Err(error)
                if error.kind == ErrorKind::Usage
                    || error.code == "UPLOADS_TOO_MANY"
                    || error.code == "FILE_OF_ANOTHER" =>
            {
                again(sentence(asked, &error))
            }
            Err(error) => Err(error),
        }
    })
    .await
}

/// An empty list.
async fn template(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        Ok(workbook(web.office().list_template(asked.writing().words())?))
    })
    .await
}

/// A decided file to be filled in again, for a reason; a large one once somebody else has agreed.
async fn again(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let (id, words) = (sheet_id(&id)?, asked.writing().words());
        match web.office().list_again(&signed.actor, id, posted.get("alasan"), words) {
            Ok(bytes) => Ok(workbook(bytes)),
            Err(error) if error.code == "REASON_MISSING" => {
                let mistake = asked.writing().w("people-reason.wrong");
                Ok(unfit(decided::page_of(web, asked, &signed, id, &mistake)?))
            }
            Err(error) => tasks::to_export(asked, error),
        }
    })
    .await
}

fn workbook(bytes: Vec<u8>) -> Response {
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let named = "attachment; filename=\"contoh-daftar.xlsx\"";
    ([(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, named)], bytes).into_response()
}
