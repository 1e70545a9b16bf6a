//! `/sipp/npp`: under which employer's number the people of a territory are reported.

use std::sync::Arc;

use app::error::AppError;
use app::office::Operation;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use base::RegionCode;

use crate::page::{Asked, Section};
use crate::parts::{Fact, Facts, Field, Form, Mistakes, Piece, Plain, Posted};
use crate::routes::{Route, Web, answer, html, programme_field, programme_of};
use crate::signed::Signed;

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/sipp/npp", Operation::SetUp, ask),
        Route::post("/sipp/npp", Operation::SetUp, save),
    ]
}

async fn ask(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        Ok(html(&page(web, asked, &Posted::default(), &Mistakes::none())?))
    })
    .await
}

fn page(web: &Web, asked: &Asked, posted: &Posted, mistakes: &Mistakes) -> Result<Plain, AppError> {
    let writing = asked.writing();
    let mut page = web.page(asked, Section::Sipp, writing.w("sipp-employers-heading"));
    if !mistakes.is_empty() {
        page = page.with_mistakes();
    }
    let code = programme_of(web, asked)?.unwrap_or_default();
    let mut pieces = Vec::new();
    for programme in web.office().programmes()? {
        // Whoever sets up an office need not read what it pays.
        let all = web.office().sipp_employers_to_set(asked.actor()?, &programme.code)?;
        let fact = |one: &app::sipp::Employer| {
            let place = web.office().place_named(one.territory);
            Fact::new(place, format!("{} {}", one.npp, one.name))
        };
        if !all.is_empty() {
            pieces.push(Piece::Heading(programme.name.to_string()));
            pieces.push(Piece::Facts(Facts::dense(writing, all.iter().map(fact).collect())));
        }
    }
    if pieces.is_empty() {
        pieces.push(Piece::Words(writing.w("sipp-employers-empty")));
    }
    let fields = vec![
        programme_field(web, writing, "sipp-program", &code)?,
        Field::line(writing, "npp", "sipp-employers-npp"),
        Field::line(writing, "nama", "sipp-employers-name"),
        Field::line(writing, "wilayah", "sipp-employers-territory").optional(writing),
    ];
    let form = Form::new(&page, "/sipp/npp", "sipp-employers-save", fields);
    pieces.push(Piece::Form(form.filled(posted, mistakes)));
    Ok(Plain {
        page,
        back: Some((writing.href("/sipp", &[]), writing.w("sipp-back"))),
        lead: writing.w("sipp-employers-lead"),
        pieces,
    })
}

async fn save(
    State(web): State<Arc<Web>>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let writing = asked.writing();
        let again = |field: &'static str, key: &str| {
            let mut mistakes = Mistakes::none();
            mistakes.add(field, writing.w(key));
            let page = page(web, asked, &posted, &mistakes)?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&page)).into_response())
        };
        let typed = posted.get("wilayah").trim();
        let territory = match typed {
            "" => None,
            code => match RegionCode::parse(code) {
                Some(territory) => Some(territory),
                None => return again("wilayah", "error-NOT_A_REGION"),
            },
        };
        let number = (posted.get("npp"), posted.get("nama"));
        let code = posted.get("program");
        match web.office().set_sipp_employer(&signed.actor, code, territory, number) {
            Ok(_) => Ok(Redirect::to(&writing.href("/sipp/npp", &[])).into_response()),
            Err(error) if error.code == "SIPP_NPP" => again("npp", "sipp-employers-wrong"),
            Err(error) => Err(error),
        }
    })
    .await
}
