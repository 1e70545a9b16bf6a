//! `/impor/baru`: a file is sent; `/impor/contoh.xlsx`: an empty list to fill in.

use std::sync::Arc;

use app::error::{AppError, ErrorKind};
use app::office::Operation;
use app::staging::{UPLOAD_BYTES_MAX, Upload, Uploaded};
use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use futures_util::TryStreamExt;

use super::{back, sentence, to};
use crate::page::{Asked, Section};
use crate::parts::{Choice, Control, Field, Form, FormPage, Mistakes, Posted};
use crate::routes::{Route, Web, answer, html};
use crate::signed::Signed;
use crate::upload::{Kept, broken, keep};

/// What a form with a file may weigh: the file and its few fields.
const FORM_BYTES: usize = UPLOAD_BYTES_MAX as usize + 64 * 1024;

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    let take = Operation::TakeIn;
    vec![
        Route::get("/impor/baru", take, ask),
        Route::post("/impor/baru", take, send).accepting(FORM_BYTES),
        Route::get("/impor/contoh.xlsx", take, template),
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

/// What a form with a file brought.
pub(crate) struct Received {
    pub(crate) posted: Posted,
    pub(crate) file: Option<Kept>,
    pub(crate) problem: Option<AppError>,
}

/// Reads the fields, and writes the file to disk piece by piece.
pub(crate) async fn receive(mut multipart: Multipart) -> Received {
    let mut pairs = Vec::new();
    let mut file = None;
    let mut problem = None;
    loop {
        let field = match multipart.next_field().await {
            Ok(Some(field)) => field,
            Ok(None) => break,
            Err(error) => {
                problem = Some(broken(error.status()));
                break;
            }
        };
        let name = field.name().unwrap_or_default().to_owned();
        if name == "berkas" {
            let name = field.file_name().unwrap_or_default().to_owned();
            let pieces = Box::pin(field.map_err(|error| broken(error.status())));
            match keep(name, pieces, None).await {
                Ok(kept) => file = Some(kept),
                Err(error) => problem = Some(error),
            }
            continue;
        }
        match field.text().await {
            Ok(text) => pairs.push((name, text)),
            Err(error) => problem = Some(broken(error.status())),
        }
    }
    Received { posted: Posted::from_pairs(pairs), file, problem }
}

/// An empty list, or one with the people of the sender's last list for those who may have it.
async fn template(State(web): State<Arc<Web>>, signed: Signed, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let sender = asked.value("pengirim");
        let bytes = web.office().list_template(&signed.actor, sender, asked.writing().words())?;
        let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        let named = "attachment; filename=\"contoh-daftar.xlsx\"";
        Ok(([(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, named)], bytes).into_response())
    })
    .await
}
