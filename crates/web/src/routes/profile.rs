//! `/profil`: one's own password, second factor and logins.

use std::sync::Arc;

use app::error::AppError;
use app::login::{self, Login, SecondFactors};
use app::office::Operation;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use base::Id;

use crate::forms::Fields;
use crate::page::{Asked, Page, Section};
use crate::parts::{Control, Field, Form, MistakeSummary, Notice};
use crate::routes::login::{is_about_form, new_password_fields};
use crate::routes::second::CodesPage;
use crate::routes::{Route, Web, answer, html, sentence};
use crate::session::Visitor;
use crate::signed::Signed;

#[derive(Template)]
#[template(path = "profile.html")]
struct Profile {
    page: Page,
    lead: String,
    mistakes: MistakeSummary,
    done: Option<Notice>,
    /// What is said of the second factor.
    factor: String,
    has_app: bool,
    codes_form: Form,
    remove_form: Form,
    /// Each passkey in words, with the form that takes it away.
    passkeys: Vec<(String, Form)>,
    sessions: Vec<SessionRow>,
    others_form: Option<Form>,
    password_form: Form,
}

/// A login of one's own.
struct SessionRow {
    id: String,
    device: String,
    began: String,
    seen: String,
    is_this: bool,
}

/// What is wrong in which of the forms.
struct Wrong<'a> {
    form: &'static str,
    error: &'a AppError,
}

const PASSWORD: &str = "/profil/sandi";
const CODES: &str = "/profil/pengaman/kode";
const REMOVE: &str = "/profil/pengaman/hapus";
const OTHERS: &str = "/profil/sesi-lain/akhiri";

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    let own = Operation::OwnDesk;
    vec![
        Route::get("/profil", own, show),
        Route::post(PASSWORD, own, change_password),
        Route::post(CODES, own, renew_codes),
        Route::post(REMOVE, own, remove_app),
        Route::post("/profil/kunci/{id}/hapus", own, remove_passkey),
        Route::post("/profil/sesi/{id}/akhiri", own, end_session),
        Route::post(OTHERS, own, end_others),
    ]
}

/// The page.
async fn show(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    signed: Signed,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| Ok(html(&profile(web, asked, &visitor, &signed, None)?)))
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
        let done = changed.map(|()| back(asked, "sandi"));
        shown_again(web, asked, &visitor, &signed, PASSWORD, done)
    })
    .await
}

/// Other codes for the day the phone is lost.
async fn renew_codes(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    signed: Signed,
    asked: Asked,
    fields: Fields,
) -> Response {
    answer(web, asked, move |web, asked| {
        let codes = web.office().renew_codes(login_of(&visitor)?, fields.text("sandi_lama"));
        let done = codes.map(|codes| {
            let title = asked.writing().w("login-codes-heading");
            let page = web.page(asked, Section::Profile, title);
            html(&CodesPage { page, codes, next: "/profil".to_owned() })
        });
        shown_again(web, asked, &visitor, &signed, CODES, done)
    })
    .await
}

/// No app any more.
async fn remove_app(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    signed: Signed,
    asked: Asked,
    fields: Fields,
) -> Response {
    answer(web, asked, move |web, asked| {
        let removed = web.office().remove_app(login_of(&visitor)?, fields.text("sandi_lama"));
        let done = removed.map(|()| back(asked, "faktor"));
        shown_again(web, asked, &visitor, &signed, REMOVE, done)
    })
    .await
}

/// One passkey less.
async fn remove_passkey(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    visitor: Visitor,
    signed: Signed,
    asked: Asked,
    fields: Fields,
) -> Response {
    answer(web, asked, move |web, asked| {
        let unknown = |_| AppError::not_found("PASSKEY_UNKNOWN", "");
        let id: Id<Passkey> = Id::parse(&id).map_err(unknown)?;
        let password = fields.text("sandi_lama");
        let removed = web.office().remove_passkey(login_of(&visitor)?, id.as_bytes(), password);
        let done = removed.map(|()| back(asked, "faktor"));
        shown_again(web, asked, &visitor, &signed, REMOVE, done)
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

/// What was done, or the page again with what is wrong in one of its forms.
fn shown_again(
    web: &Web,
    asked: &Asked,
    visitor: &Visitor,
    signed: &Signed,
    form: &'static str,
    done: Result<Response, AppError>,
) -> Result<Response, AppError> {
    match done {
        Err(error) if is_about_form(&error) => {
            let wrong = Some(Wrong { form, error: &error });
            let page = profile(web, asked, visitor, signed, wrong)?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&page)).into_response())
        }
        done => done,
    }
}

fn profile(
    web: &Web,
    asked: &Asked,
    visitor: &Visitor,
    signed: &Signed,
    wrong: Option<Wrong<'_>>,
) -> Result<Profile, AppError> {
    let writing = asked.writing();
    let login = login_of(visitor)?;
    let found = web.office().sessions(&signed.actor)?;
    let factors = web.office().second_factors(login)?;
    let page = web.page(asked, Section::Profile, writing.w("profile-heading"));
    let form = |action: &'static str, button: &str, mut fields: Vec<Field>| {
        if let (Some(wrong), Some(first)) = (&wrong, fields.first_mut())
            && wrong.form == action
        {
            first.mistake = sentence(wrong.error, asked.writing());
        }
        Form::new(&page, action, button, fields)
    };
    let password_form = form(PASSWORD, "profile-password-submit", {
        let [new, again] = new_password_fields(asked, "sandi_baru");
        vec![old_password(asked), new, again]
    });
    let codes_form = form(CODES, "profile-codes-renew", vec![old_password(asked)]);
    let remove_form = form(REMOVE, "profile-app-remove", vec![old_password(asked)]);
    let has_others = found.iter().any(|session| session.id != login.session.id);
    let others_form = has_others.then(|| form(OTHERS, "profile-end-others", Vec::new()));
    let forms = [&password_form, &codes_form, &remove_form];
    let mistakes = forms.map(|form| form.summary(&page)).into_iter();
    let mistakes = mistakes.max_by_key(|summary| summary.mistakes.len()).unwrap_or_default();
    let ends = writing.moment(signed.ends_at_ms);
    let values = [("name", &*signed.actor.name), ("time", ends.as_str())];
    Ok(Profile {
        lead: writing.with("profile-lead", &values),
        mistakes,
        done: done(asked),
        factor: factor(asked, &factors),
        has_app: factors.has_app,
        sessions: found.iter().map(|session| row(asked, login, session)).collect(),
        codes_form,
        remove_form,
        passkeys: passkeys(&page, asked, &factors),
        others_form,
        password_form,
        page,
    })
}

fn row(asked: &Asked, login: &Login, session: &login::Session) -> SessionRow {
    let writing = asked.writing();
    SessionRow {
        id: session.id.to_string(),
        device: match &*session.device {
            "" => writing.w("profile-device-unknown"),
            device => device.to_owned(),
        },
        began: writing.moment(session.made_at_ms),
        seen: writing.moment(session.seen_at_ms),
        is_this: session.id == login.session.id,
    }
}

fn factor(asked: &Asked, factors: &SecondFactors) -> String {
    let writing = asked.writing();
    let left = writing.number(factors.codes_left);
    match factors.has_app {
        true => writing.with("profile-factor-app", &[("count", left.as_str())]),
        false => writing.w("profile-factor-none"),
    }
}

/// The id of a passkey, as addresses have it.
enum Passkey {}

fn passkeys(page: &Page, asked: &Asked, factors: &SecondFactors) -> Vec<(String, Form)> {
    let writing = asked.writing();
    let row = |passkey: &login::Passkey| {
        let made = writing.moment(passkey.made_at_ms);
        let words =
            writing.with("profile-passkey", &[("name", &*passkey.name), ("time", made.as_str())]);
        let id: Id<Passkey> = Id::from_bytes(passkey.id);
        let action = format!("/profil/kunci/{id}/hapus");
        (words, Form::new(page, &action, "profile-passkey-remove", vec![old_password(asked)]))
    };
    factors.passkeys.iter().map(row).collect()
}

fn old_password(asked: &Asked) -> Field {
    let secret = Control::Secret { filled_by: "current-password" };
    Field::new(asked.writing(), "sandi_lama", "profile-password-old", secret)
}

/// What the address says was done.
fn done(asked: &Asked) -> Option<Notice> {
    let done = asked.value("selesai").filter(|what| ["sandi", "sesi", "faktor"].contains(what));
    let words = done.map(|what| asked.writing().w(&format!("profile-done-{what}")))?;
    Some(Notice { kind: "done", heading: words, text: String::new(), link: None })
}

/// The login at hand; the gate lets nobody in without.
fn login_of(visitor: &Visitor) -> Result<&Login, AppError> {
    visitor.login.as_ref().ok_or_else(|| AppError::not_found("SESSION_UNKNOWN", ""))
}

fn back(asked: &Asked, what: &str) -> Response {
    let query = [("selesai".to_owned(), what.to_owned())];
    Redirect::to(&asked.writing().href("/profil", &query)).into_response()
}
