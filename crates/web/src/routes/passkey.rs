//! `/masuk/kunci`: passkeys, added and asked for; the one page that needs a script, and the code of
//! an app stands beside it.

use std::sync::Arc;

use app::error::AppError;
use app::login::{KeyAnswer, Login, SignInStage};
use app::office::Operation;
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::assets;
use crate::forms::Fields;
use crate::guard::Scripted;
use crate::page::{Asked, Page, Section};
use crate::parts::{Control, Field, Form, MistakeSummary};
use crate::routes::login::{Kept, entered_page, with_cookie};
use crate::routes::{Route, Web, answer, html, sentence};
use crate::session::Visitor;

#[derive(Template)]
#[template(path = "passkey.html")]
struct PasskeyPage {
    page: Page,
    mistakes: MistakeSummary,
    lead: Vec<String>,
    form: Option<Form>,
    key: Option<KeyForm>,
}

/// What the script needs to ask the browser, and what the form sends besides.
struct KeyForm {
    action: String,
    /// `buat` or `pakai`.
    what: &'static str,
    challenge: String,
    host: String,
    number: String,
    name: String,
    place: String,
    known: String,
    device: String,
    hidden: Vec<(&'static str, String)>,
    button: &'static str,
}

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    let sign_in = Operation::SignIn;
    vec![
        Route::get("/masuk/kunci", sign_in, show_new),
        Route::post("/masuk/kunci", sign_in, add),
        Route::post("/masuk/kunci/pakai", sign_in, enter),
    ]
}

/// Offers to make a key.
async fn show_new(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    headers: HeaderMap,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let Some(login) = may_add(&visitor) else { return Ok(to_door(asked)) };
        new_page(web, asked, &visitor, login, &headers, None)
    })
    .await
}

/// Keeps a key.
async fn add(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    headers: HeaderMap,
    asked: Asked,
    fields: Fields,
) -> Response {
    answer(web, asked, move |web, asked| {
        let Some(login) = may_add(&visitor) else { return Ok(to_door(asked)) };
        let sent = Sent::read(&headers, &fields);
        let name = fields.text("sebutan");
        match web.office().add_passkey(&visitor.token, login, &sent.answer(), name) {
            Ok(opened) => {
                let query = [("selesai".to_owned(), "faktor".to_owned())];
                let response = Redirect::to(&asked.writing().href("/profil", &query));
                Ok(match opened {
                    Some(opened) => with_cookie(&opened.token, response.into_response()),
                    None => response.into_response(),
                })
            }
            Err(error) if is_about_key(&error) => {
                new_page(web, asked, &visitor, login, &headers, Some(&error))
            }
            Err(error) => Err(error),
        }
    })
    .await
}

/// Finishes a login.
async fn enter(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    headers: HeaderMap,
    asked: Asked,
    fields: Fields,
) -> Response {
    answer(web, asked, move |web, asked| {
        let Some(login) = visitor.login.as_ref() else { return Ok(to_door(asked)) };
        let (sent, kept) = (Sent::read(&headers, &fields), Kept::sent(&fields));
        match web.office().enter_passkey(&visitor.token, login, &sent.answer()) {
            Ok(opened) => Ok(entered_page(web, asked, &opened, &kept)),
            Err(error) if is_about_key(&error) || error.code == "SIGN_IN_LOCKED" => {
                code_page(web, asked, &visitor, &headers, &kept, Some(&error))
            }
            Err(error) => Err(error),
        }
    })
    .await
}

/// Asks for the second factor: a code, or a passkey where the holder has one.
pub(crate) fn code_page(
    web: &Web,
    asked: &Asked,
    visitor: &Visitor,
    headers: &HeaderMap,
    kept: &Kept,
    wrong: Option<&AppError>,
) -> Result<Response, AppError> {
    let writing = asked.writing();
    let Some(login) = visitor.login.as_ref() else { return Ok(to_door(asked)) };
    let factors = web.office().second_factors(login)?;
    let mut page = web.page(asked, Section::SignIn, writing.w("login-code-heading"));
    let form = factors.has_app.then(|| {
        let line = Control::Line { width: 12, keyboard: "text", filled_by: "one-time-code" };
        let mut field = Field::new(writing, "kode", "login-code", line);
        if let Some(error) = wrong {
            field.mistake = sentence(error, asked.writing());
        }
        let form = Form::new(&page, "/masuk/kode", "login-submit", vec![field]);
        kept.hidden_in(form.with_csrf(&visitor.form_key()))
    });
    let known: Vec<&[u8]> =
        factors.passkeys.iter().map(|passkey| passkey.credential.as_slice()).collect();
    let mut key =
        key_form(web, asked, visitor, login, headers, &known).filter(|_| !known.is_empty());
    if let Some(key) = &mut key {
        key.action = writing.href("/masuk/kunci/pakai", &[]);
        key.what = "pakai";
        key.challenge = URL_SAFE_NO_PAD.encode(visitor.token.challenge(false));
        key.hidden.extend(kept.pairs());
        key.button = "login-passkey-use";
    }
    let mistakes = form.as_ref().map(|form| form.summary(&page)).unwrap_or_default();
    let lead = match (wrong, &form) {
        (Some(error), None) => vec![sentence(error, asked.writing())],
        _ => Vec::new(),
    };
    if wrong.is_some() {
        page = page.with_mistakes();
    }
    let status = if wrong.is_some() { StatusCode::UNAUTHORIZED } else { StatusCode::OK };
    let status = match wrong.map(|error| error.code.as_str()) {
        Some("SIGN_IN_LOCKED") => StatusCode::TOO_MANY_REQUESTS,
        _ => status,
    };
    Ok((status, scripted(PasskeyPage { page, mistakes, lead, form, key })).into_response())
}

fn new_page(
    web: &Web,
    asked: &Asked,
    visitor: &Visitor,
    login: &Login,
    headers: &HeaderMap,
    wrong: Option<&AppError>,
) -> Result<Response, AppError> {
    let writing = asked.writing();
    let factors = web.office().second_factors(login)?;
    let known: Vec<&[u8]> =
        factors.passkeys.iter().map(|passkey| passkey.credential.as_slice()).collect();
    let key = key_form(web, asked, visitor, login, headers, &known);
    let page = web.page(asked, Section::SignIn, writing.w("login-passkey-new-heading"));
    let mut lead = vec![writing.w("login-passkey-needs")];
    if let Some(error) = wrong {
        lead.insert(0, sentence(error, asked.writing()));
    }
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = PasskeyPage { page, mistakes: MistakeSummary::default(), lead, form: None, key };
    Ok((status, scripted(page)).into_response())
}

/// A form for a new key; none where the host is a number, which browsers give no passkeys.
fn key_form(
    web: &Web,
    asked: &Asked,
    visitor: &Visitor,
    login: &Login,
    headers: &HeaderMap,
    known: &[&[u8]],
) -> Option<KeyForm> {
    let host = host_of(headers).filter(|host| host.parse::<std::net::IpAddr>().is_err())?;
    let known: Vec<String> = known.iter().map(|known| URL_SAFE_NO_PAD.encode(known)).collect();
    Some(KeyForm {
        action: asked.writing().href("/masuk/kunci", &[]),
        what: "buat",
        challenge: URL_SAFE_NO_PAD.encode(visitor.token.challenge(true)),
        host,
        number: URL_SAFE_NO_PAD.encode(login.session.holder.as_bytes()),
        name: login.session.name.to_string(),
        place: format!("Payung {}", web.office().place_name()),
        known: known.join(" "),
        device: visitor.device.clone(),
        hidden: vec![("csrf", visitor.form_key())],
        button: "login-passkey-make",
    })
}

/// What the script put into the form.
struct Sent {
    host: String,
    origin: String,
    client_data: Vec<u8>,
    data: Vec<u8>,
    credential: Vec<u8>,
    signature: Vec<u8>,
}

impl Sent {
    fn read(headers: &HeaderMap, fields: &Fields) -> Sent {
        let bytes = |name| URL_SAFE_NO_PAD.decode(fields.text(name)).unwrap_or_default();
        // The gate compared it with the name that was asked: a form from elsewhere is not here.
        let origin = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
        Sent {
            host: host_of(headers).unwrap_or_default(),
            origin: origin.unwrap_or_default().to_owned(),
            client_data: bytes("klien"),
            data: bytes("data"),
            credential: bytes("kredensial"),
            signature: bytes("tanda"),
        }
    }

    fn answer(&self) -> KeyAnswer<'_> {
        KeyAnswer {
            host: &self.host,
            origin: &self.origin,
            client_data: &self.client_data,
            data: &self.data,
            credential: &self.credential,
            signature: &self.signature,
        }
    }
}

fn scripted(mut page: PasskeyPage) -> Response {
    if page.key.is_none() {
        return html(&page);
    }
    page.page.script = Some(assets::passkey_script());
    let mut response = html(&page);
    response.extensions_mut().insert(Scripted);
    response
}

fn is_about_key(error: &AppError) -> bool {
    error.code.starts_with("PASSKEY_")
}

fn may_add(visitor: &Visitor) -> Option<&Login> {
    visitor.login.as_ref().filter(|login| login.session.stage != SignInStage::Code)
}

fn to_door(asked: &Asked) -> Response {
    Redirect::to(&asked.writing().href("/masuk", &[])).into_response()
}

/// The name that was asked, without its port.
fn host_of(headers: &HeaderMap) -> Option<String> {
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    Some(name.trim_matches(['[', ']']).to_owned())
}
