//! `/lampiran/{id}`: files that prove something, given out to whoever may see their record whole,
//! and the ways to add one: to a claim, to a handover of a card, by anybody to their own message.

use std::sync::Arc;

use app::attachments::{Attachment, FILE_MOST, FILES_MOST, FileOf};
use app::doors::MessageCode;
use app::error::{AppError, ErrorKind};
use app::office::Operation;
use app::scholarships::read_letter_part;
use axum::Extension;
use axum::extract::{Multipart, Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use crate::guard::Sandboxed;
use crate::page::{Asked, Page, Writing};
use crate::parts::{Choice, Control, Field, Form, Piece, Posted};
use crate::routes::{Route, Web, answer, sentence};
use crate::signed::Signed;
use crate::upload::{Received, receive, receive_if};

/// A form with one file, and the little that stands beside it: more than is kept, so that a photo
/// that is too large is answered in words.
pub(crate) const FORM_BYTES: usize = 4 * FILE_MOST;

const ACCEPT: &str = ".jpg,.jpeg,.png,.pdf";

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    vec![Route::get("/lampiran/{id}", Operation::OwnDesk, give)]
}

/// The file to be saved: never shown as a page of ours, whatever it says that it is.
async fn give(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, _| {
        let (file, content) = web.office().read_attachment(&signed.actor, &id)?;
        let name = format!("attachment; filename=\"lampiran.{}\"", file.media.ending());
        let heads = [(CONTENT_TYPE, file.media.mime().to_owned()), (CONTENT_DISPOSITION, name)];
        Ok((Extension(Sandboxed), heads, content).into_response())
    })
    .await
}

/// The files of a record with links for whoever may open them, and the form to add one; `papers`
/// are the names of what they may be.
pub(crate) fn pieces(
    web: &Web,
    asked: &Asked,
    page: &Page,
    (of, papers): (FileOf, &[Choice]),
    adding: Option<(&str, Vec<Choice>)>,
) -> Result<Vec<Piece>, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let found = web.office().attachments(actor, of)?;
    if found.is_empty() && adding.is_none() {
        return Ok(Vec::new());
    }
    let opens = web.office().may_open_files(actor, of);
    let mut pieces = vec![Piece::Heading(writing.w("files"))];
    if found.is_empty() {
        pieces.push(Piece::Words(writing.w("files-none")));
    }
    for (no, file) in (1usize..).zip(&found) {
        let href = writing.href(&format!("/lampiran/{}", file.id), &[]);
        let words = named(no, file, papers, writing);
        pieces.push(if opens { Piece::Link(href, words) } else { Piece::Words(words) });
    }
    let has_room = |choices: &[Choice]| !choices.is_empty() || found.len() < FILES_MOST;
    if let Some((action, choices)) = adding.filter(|(_, choices)| has_room(choices)) {
        let mut fields = Vec::new();
        if !choices.is_empty() {
            fields.push(Field::new(writing, "surat", "file-paper", Control::Select(choices)));
        }
        fields.push(file_field(writing));
        let form = Form::new(page, action, "file-send", fields).scoped("lampiran");
        pieces.push(Piece::Form(form));
    }
    Ok(pieces)
}

fn named(no: usize, file: &Attachment, papers: &[Choice], writing: Writing) -> String {
    let name = |key: &str| {
        let paper = papers.iter().find(|choice| choice.value == key);
        paper.map_or_else(|| key.to_owned(), |paper| paper.text.clone())
    };
    let paper = match read_letter_part(&file.part) {
        Some((key, child, year)) => of_year(&name(key), (child, year), writing),
        None => name(&file.part),
    };
    let kibi = writing.number(u64::from(file.size_bytes.div_ceil(1024)));
    let media = writing.w(&format!("file-media-{}", file.media.name()));
    let moment = writing.moment(file.at_ms);
    let values = [("no", &*no.to_string()), ("media", &*media), ("kibi", &*kibi), ("at", &*moment)];
    let text = writing.with("file-line", &values);
    if paper.is_empty() { text } else { format!("{text} · {paper}") }
}

/// A school's letter by child and school year.
pub(crate) fn of_year(paper: &str, (child, year): (u16, i32), writing: Writing) -> String {
    let (no, year) = (child.to_string(), format!("{year}/{}", year + 1));
    writing.with("file-of-year", &[("paper", paper), ("no", &no), ("year", &year)])
}

fn file_field(writing: Writing) -> Field {
    Field::new(writing, "berkas", "file-upload", Control::File { accept: ACCEPT })
}

/// The form by which anybody adds a file to their own message.
pub(crate) fn public_form(page: &Page, code: MessageCode, writing: Writing) -> Form {
    let form = Form::new(page, "/lacak/berkas", "file-send", vec![file_field(writing)]);
    form.of_nobody().with_hidden("nomor", &code.to_string())
}

/// The bytes of the file of a form.
///
/// # Errors
/// `UPLOAD_MISSING`, `FILE_LARGE`, and that it broke on the way.
pub(crate) fn bytes_of(received: &Received) -> Result<Vec<u8>, AppError> {
    if let Some(problem) = &received.problem {
        return Err(match problem.code.as_str() {
            "UPLOAD_TOO_LARGE" => AppError::refused("FILE_LARGE", (FILE_MOST >> 20).to_string()),
            _ => problem.clone(),
        });
    }
    let file = received.file.as_ref().filter(|file| !file.name.is_empty());
    let file = file.ok_or_else(|| AppError::usage("UPLOAD_MISSING", ""))?;
    std::fs::read(&file.path)
        .map_err(|_| AppError::new(ErrorKind::External, "FILE_UNWRITABLE", "temp"))
}

/// Adds the file of a form to a record, in the name of whoever signed in.
///
/// # Errors
/// Those of [`bytes_of`] and of `Office::keep_attachment`.
pub(crate) fn add(
    web: &Web,
    signed: &Signed,
    of: FileOf,
    received: &Received,
) -> Result<(), AppError> {
    let content = bytes_of(received)?;
    let part = received.posted.get("surat").to_owned();
    web.office().keep_attachment(&signed.actor, of, (&part, &content)).map(|_| ())
}

/// Reads a form with a file.
pub(crate) async fn received(multipart: Multipart) -> Received {
    receive(multipart).await
}

/// Reads a form with a file, and the file only if it may come by what stands before it.
pub(crate) async fn received_if<Said: Future<Output = Result<(), AppError>>>(
    multipart: Multipart,
    may: impl FnOnce(Posted) -> Said,
) -> Received {
    receive_if(multipart, may).await
}

/// Whether a refusal is one that whoever sends a file is told on the page.
pub(crate) fn said(error: &AppError, writing: Writing) -> Option<String> {
    matches!(error.kind, ErrorKind::Refused | ErrorKind::Usage).then(|| sentence(error, writing))
}
