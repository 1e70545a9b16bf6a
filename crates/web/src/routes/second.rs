//! `/masuk/kode` and `/masuk/pengaman`: the second factor, asked for and set up.

use std::sync::Arc;

use app::error::AppError;
use app::login::{Login, SignInStage};
use app::office::Operation;
use askama::Template;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use qrcodegen::{QrCode, QrCodeEcc};

use crate::forms::Fields;
use crate::page::{Asked, Page, Section};
use crate::parts::{Control, Field, Form, MistakeSummary};
use crate::routes::login::{Kept, door_of, entered_page, own_path, status_of, with_cookie};
use crate::routes::{Route, Web, answer, html, passkey, sentence};
use crate::session::Visitor;

#[derive(Template)]
#[template(path = "app.html")]
struct AppPage {
    page: Page,
    mistakes: MistakeSummary,
    /// The path of the picture, and how wide it is.
    picture: String,
    width: i32,
    letters: String,
    uri: String,
    form: Form,
}

#[derive(Template)]
#[template(path = "codes.html")]
pub(crate) struct CodesPage {
    pub(crate) page: Page,
    pub(crate) codes: Vec<String>,
    pub(crate) next: String,
}

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    let sign_in = Operation::SignIn;
    vec![
        Route::get("/masuk/kode", sign_in, show_code),
        Route::post("/masuk/kode", sign_in, enter_code),
        Route::get("/masuk/pengaman", sign_in, show_app),
        Route::post("/masuk/pengaman", sign_in, add_app),
    ]
}

/// Asks for a code.
async fn show_code(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    headers: HeaderMap,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| match door_of(&visitor) {
        "/masuk/kode" => {
            passkey::code_page(web, asked, &visitor, &headers, &Kept::asked(asked), None)
        }
        _ => Ok(to_door(asked, "/masuk")),
    })
    .await
}

/// Finishes a login.
async fn enter_code(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    headers: HeaderMap,
    asked: Asked,
    fields: Fields,
) -> Response {
    answer(web, asked, move |web, asked| {
        let Some(login) = visitor.login.as_ref() else { return Ok(to_door(asked, "/masuk")) };
        let kept = Kept::sent(&fields);
        match web.office().enter_code(&visitor.token, login, fields.text("kode")) {
            Ok(opened) => Ok(entered_page(web, asked, &opened, &kept)),
            Err(error) if status_of(&error).is_some() => {
                passkey::code_page(web, asked, &visitor, &headers, &kept, Some(&error))
            }
            Err(error) => Err(error),
        }
    })
    .await
}

/// Offers a secret to an app on a phone.
async fn show_app(State(web): State<Arc<Web>>, visitor: Visitor, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let Some(login) = may_add(&visitor) else { return Ok(to_door(asked, "/masuk")) };
        Ok(html(&app_page(web, asked, &visitor, login, &Kept::asked(asked), None)?))
    })
    .await
}

/// Takes the secret into use.
async fn add_app(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    asked: Asked,
    fields: Fields,
) -> Response {
    answer(web, asked, move |web, asked| {
        let Some(login) = may_add(&visitor) else { return Ok(to_door(asked, "/masuk")) };
        let kept = Kept::sent(&fields);
        match web.office().add_app(&visitor.token, login, fields.text("kode")) {
            Ok(added) => {
                let next = own_path(&kept.next).unwrap_or("/profil").to_owned();
                let title = asked.writing().w("login-codes-heading");
                let page = web.page(asked, Section::SignIn, title);
                let response = html(&CodesPage { page, codes: added.codes, next });
                Ok(match added.opened {
                    Some(opened) => with_cookie(&opened.token, response),
                    None => response,
                })
            }
            Err(error) => {
                let status = status_of(&error).ok_or_else(|| error.clone())?;
                let page = app_page(web, asked, &visitor, login, &kept, Some(&error))?;
                Ok((status, html(&page)).into_response())
            }
        }
    })
    .await
}

fn app_page(
    web: &Web,
    asked: &Asked,
    visitor: &Visitor,
    login: &Login,
    kept: &Kept,
    wrong: Option<&AppError>,
) -> Result<AppPage, AppError> {
    let writing = asked.writing();
    let offered = web.office().offer_app(login)?;
    let page = web.page(asked, Section::SignIn, writing.w("login-app-heading"));
    let line = Control::Line { width: 12, keyboard: "numeric", filled_by: "one-time-code" };
    let mut field = Field::new(writing, "kode", "login-app-code", line);
    if let Some(error) = wrong {
        field.mistake = sentence(error, asked.writing());
    }
    let form = Form::new(&page, "/masuk/pengaman", "login-app-submit", vec![field])
        .with_csrf(&visitor.form_key());
    let form = kept.hidden_in(form);
    let (picture, width) = picture(&offered.uri);
    let mistakes = form.summary(&page);
    let page = if wrong.is_some() { page.with_mistakes() } else { page };
    let letters = in_fours(&offered.letters);
    Ok(AppPage { page, mistakes, picture, width, letters, uri: offered.uri, form })
}

/// Whoever signed in may set one up; who must still type a code may not add another way in.
fn may_add(visitor: &Visitor) -> Option<&Login> {
    visitor.login.as_ref().filter(|login| login.session.stage != SignInStage::Code)
}

fn to_door(asked: &Asked, door: &str) -> Response {
    Redirect::to(&asked.writing().href(door, &[])).into_response()
}

/// The dark squares as the path of a picture, with the quiet margin a reader needs.
fn picture(text: &str) -> (String, i32) {
    const MARGIN: i32 = 4;
    let code = QrCode::encode_text(text, QrCodeEcc::Quartile);
    let code = code.expect("an address of two hundred letters fits");
    let mut path = String::new();
    for row in 0..code.size() {
        for column in 0..code.size() {
            if code.get_module(column, row) {
                path.push_str(&format!("M{} {}h1v1h-1z", column + MARGIN, row + MARGIN));
            }
        }
    }
    (path, code.size() + 2 * MARGIN)
}

/// Letters in groups of four, for somebody who types them.
fn in_fours(letters: &str) -> String {
    let letters: Vec<char> = letters.chars().collect();
    let groups = letters.chunks(4).map(|four| four.iter().collect::<String>());
    groups.collect::<Vec<_>>().join(" ")
}
