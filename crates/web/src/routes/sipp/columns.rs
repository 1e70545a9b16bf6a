//! `/sipp/kolom`: the columns of the list for the branch.

use std::sync::Arc;

use app::error::AppError;
use app::office::Operation;
use app::sipp::{ColumnSource, SippKind};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use crate::page::{Asked, Section};
use crate::parts::{Control, Fact, Facts, Field, Form, Mistakes, Notice, Piece, Plain, Posted};
use crate::routes::{Route, Web, answer, html};
use crate::signed::Signed;

const PATH: &str = "/sipp/kolom";

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(PATH, Operation::SetUp, ask),
        Route::post(PATH, Operation::SetUp, save),
        Route::post("/sipp/kolom/bawaan", Operation::SetUp, reset),
    ]
}

async fn ask(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| Ok(html(&page(web, asked, None)?))).await
}

fn page(web: &Web, asked: &Asked, wrong: Option<(&Posted, &Mistakes)>) -> Result<Plain, AppError> {
    let writing = asked.writing();
    let mut page = web.page(asked, Section::Sipp, writing.w("sipp-columns-heading"));
    if wrong.is_some() {
        page = page.with_mistakes();
    }
    let kept = web.office().sipp_sheet(SippKind::Roster)?.columns_text();
    const LINES: u8 = 18; // not law: as many as there are columns
    let field = Field::new(writing, "kolom", "sipp-columns", Control::Lines(LINES));
    let form = Form::new(&page, PATH, "sipp-columns-save", vec![field.answered(kept)]);
    let form = match wrong {
        Some((posted, mistakes)) => form.filled(posted, mistakes),
        None => form,
    };
    let back = Form::new(&page, "/sipp/kolom/bawaan", "sipp-columns-reset", Vec::new());
    let source =
        |name: &&str| Fact::new((*name).to_owned(), writing.w(&format!("sipp-source-{name}")));
    let mut pieces = Vec::new();
    if asked.value("sudah").is_some() {
        let text = writing.w("sipp-columns-kept");
        pieces.push(Piece::Notice(Notice::info(writing.w("sipp-columns-heading"), text)));
    }
    pieces.push(Piece::Form(form));
    pieces.push(Piece::Heading(writing.w("sipp-columns-sources")));
    pieces.push(Piece::Words(writing.w("sipp-columns-sources-lead")));
    let sources = ColumnSource::NAMES.iter().map(source).collect();
    pieces.push(Piece::Facts(Facts::dense(writing, sources)));
    pieces.push(Piece::Form(back.scoped("bawaan")));
    Ok(Plain {
        page,
        back: Some((writing.href("/sipp", &[]), writing.w("sipp-back"))),
        lead: writing.w("sipp-columns-lead"),
        pieces,
    })
}

fn kept(asked: &Asked) -> Response {
    let done = [("sudah".to_owned(), "ya".to_owned())];
    Redirect::to(&asked.writing().href(PATH, &done)).into_response()
}

async fn save(
    State(web): State<Arc<Web>>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        match web.office().set_sipp_columns(&signed.actor, Some(posted.exact("kolom"))) {
            Ok(_) => Ok(kept(asked)),
            Err(error) if error.code == "USER_MAY_NOT" => Err(error),
            Err(error) => {
                let values = [("detail", error.detail.as_str())];
                let mut mistakes = Mistakes::none();
                let key = format!("error-{}", error.code);
                mistakes.add("kolom", asked.writing().with(&key, &values));
                let page = page(web, asked, Some((&posted, &mistakes)))?;
                Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&page)).into_response())
            }
        }
    })
    .await
}

async fn reset(State(web): State<Arc<Web>>, signed: Signed, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        web.office().set_sipp_columns(&signed.actor, None)?;
        Ok(kept(asked))
    })
    .await
}
