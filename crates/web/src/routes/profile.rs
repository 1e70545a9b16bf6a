//! `/profil`: one's own password and logins.

use std::sync::Arc;

use app::error::AppError;
use app::login::{self, Login};
use app::office::Operation;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use base::Id;

use crate::forms::Fields;
use crate::page::{Asked, Page, Section};
use crate::routes::login::{is_about_form, sentence};
use crate::routes::{Route, Web, answer, html};
use crate::session::Visitor;
use crate::signed::Signed;

#[derive(Template)]
#[template(path = "profile.html")]
struct Profile {
    page: Page,
    csrf: Arc<str>,
    lead: String,
    mistake: Option<String>,
    done: Option<String>,
    sessions: Vec<SessionRow>,
    /// Whether there are logins besides this one.
    has_others: bool,
}

/// A login of one's own.
struct SessionRow {
    id: String,
    device: String,
    began: String,
    seen: String,
    is_this: bool,
}

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    let own = Operation::OwnDesk;
    vec![
        Route::get("/profil", own, show),
        Route::post("/profil/sandi", own, change_password),
        Route::post("/profil/sesi/{id}/akhiri", own, end_session),
        Route::post("/profil/sesi-lain/akhiri", own, end_others),
    ]
}

/// The page.
async fn show(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let done = asked.value("selesai").filter(|what| ["sandi", "sesi", "faktor"].contains(what));
        let done = done.map(|what| asked.writing().w(&format!("profile-done-{what}")));
        Ok(html(&profile(web, asked, &visitor, &signed, None, done)?))
    })
    .await
}

/// Another password.
async fn change_password(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    signed: Signed,
    asked: Asked,
    fields: Fields,
) -> Response {
    answer(web, asked, move |web, asked| {
        let login = login_of(&visitor)?;
        let new = fields.text("sandi_baru");
        let changed = match fields.text("sandi_lagi") == new {
            true => web.office().change_password(login, fields.text("sandi_lama"), new),
            false => Err(AppError::usage("PASSWORD_DIFFERS", "")),
        };
        match changed {
            Ok(()) => Ok(back(asked, "sandi")),
            Err(error) if is_about_form(&error) => {
                let mistake = Some(sentence(asked, &error));
                let page = profile(web, asked, &visitor, &signed, mistake, None)?;
                Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&page)).into_response())
            }
            Err(error) => Err(error),
        }
    })
    .await
}

/// Ends one login.
async fn end_session(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let id = Id::parse(&id).map_err(|_| AppError::not_found("SESSION_UNKNOWN", ""))?;
        web.office().end_session(&signed.actor, id)?;
        Ok(back(asked, "sesi"))
    })
    .await
}

/// Ends every login but this one.
async fn end_others(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        web.office().end_other_sessions(&signed.actor, login_of(&visitor)?.session.id)?;
        Ok(back(asked, "sesi"))
    })
    .await
}

fn profile(
    web: &Web,
    asked: &Asked,
    visitor: &Visitor,
    signed: &Signed,
    mistake: Option<String>,
    done: Option<String>,
) -> Result<Profile, AppError> {
    let writing = asked.writing();
    let this = login_of(visitor)?.session.id;
    let found = web.office().sessions(&signed.actor)?;
    let row = |session: &login::Session| SessionRow {
        id: session.id.to_string(),
        device: match &*session.device {
            "" => writing.w("profile-device-unknown"),
            device => device.to_owned(),
        },
        began: writing.moment(session.made_at_ms),
        seen: writing.moment(session.seen_at_ms),
        is_this: session.id == this,
    };
    let ends = writing.moment(signed.ends_at_ms);
    let values = [("name", &*signed.actor.name), ("time", ends.as_str())];
    Ok(Profile {
        page: web.page(asked, Section::Profile, writing.w("profile-heading")),
        csrf: signed.csrf.clone(),
        lead: writing.with("profile-lead", &values),
        mistake,
        done,
        has_others: found.iter().any(|session| session.id != this),
        sessions: found.iter().map(row).collect(),
    })
}

/// The login at hand; the gate lets nobody in without.
fn login_of(visitor: &Visitor) -> Result<&Login, AppError> {
    visitor.login.as_ref().ok_or_else(|| AppError::not_found("SESSION_UNKNOWN", ""))
}

fn back(asked: &Asked, what: &str) -> Response {
    let query = [("selesai".to_owned(), what.to_owned())];
    Redirect::to(&asked.writing().href("/profil", &query)).into_response()
}
