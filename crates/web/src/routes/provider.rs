//! `/masuk/penyedia`: the way in through the identity provider of the office, back, and out.
//!
//! All of it is links and redirects: it needs no script, and no form of ours is sent elsewhere.

mod terms;

pub(crate) use terms::PATH;

use std::sync::Arc;

use app::error::{AppError, ErrorKind};
use app::login::provider::Answer;
use app::office::Operation;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};

use crate::outbound::fetch;
use crate::page::Asked;
use crate::routes::login::{Kept, entered_page, own_path, refused_page};
use crate::routes::{Route, Web, answer};
use crate::session::Visitor;

/// Where the provider sends browsers back to: registered there as it stands.
const BACK: &str = "/masuk/penyedia/kembali";

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    let sign_in = Operation::SignIn;
    let mut routes = Vec::from(terms::routes());
    routes.extend([
        Route::get("/masuk/penyedia", sign_in, begin),
        Route::get(BACK, sign_in, enter),
        Route::get("/masuk/penyedia/keluar", sign_in, leave),
        // The provider itself sends it: its signature is the proof that a form's key is elsewhere.
        Route::post("/masuk/penyedia/berakhir", sign_in, end).proving_itself(),
    ]);
    routes
}

/// The button of the sign-in page; none while the office has no provider.
pub(crate) fn way_in(web: &Web, asked: &Asked, next: &str) -> Option<(String, String)> {
    let provider = web.office().provider().ok().flatten()?;
    let query: &[(String, String)] = &[("lanjut".to_owned(), next.to_owned())];
    let query = if next.is_empty() { &[] } else { query };
    let words = asked.writing().with("login-provider", &[("name", &provider.terms.label)]);
    Some((asked.writing().href("/masuk/penyedia", query), words))
}

/// The button after going out.
pub(crate) fn way_out(web: &Web, asked: &Asked) -> Option<(String, String)> {
    let provider = web.office().provider().ok().flatten()?;
    let words = asked.writing().with("login-provider-leave", &[("name", &provider.terms.label)]);
    Some((asked.writing().href("/masuk/penyedia/keluar", &[]), words))
}

/// Sends the browser to the provider, with its token so that it can come back.
async fn begin(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    headers: HeaderMap,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let back = address(web, &headers, BACK);
        let next = asked.value("lanjut").and_then(own_path).unwrap_or_default();
        match web.office().begin_at_provider(&visitor.token, &back, next, &fetch) {
            Ok(there) => Ok(visitor.with_token(Redirect::to(&there).into_response())),
            Err(error) => refused(web, asked, &visitor, error),
        }
    })
    .await
}

/// Back from the provider.
async fn enter(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    headers: HeaderMap,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let now = web.office().now_ms();
        if let Some(minutes) = web.limits.wait(visitor.address, now) {
            let locked = AppError::refused("SIGN_IN_LOCKED", minutes.to_string());
            return refused(web, asked, &visitor, locked);
        }
        let text = |name| asked.value(name).unwrap_or_default();
        let answer = Answer {
            code: text("code"),
            state: text("state"),
            issuer: asked.value("iss"),
            error: asked.value("error"),
        };
        let (back, device) = (address(web, &headers, BACK), visitor.device.as_str());
        match web.office().enter_by_provider(&visitor.token, &answer, &back, device, &fetch) {
            Ok(begun) => {
                // Whatever login the browser had before is over.
                web.office().sign_out(&visitor.token)?;
                Ok(entered_page(web, asked, &begun.opened, &Kept::going_to(begun.next)))
            }
            Err(error) => {
                web.limits.fail(visitor.address, now);
                refused(web, asked, &visitor, error)
            }
        }
    })
    .await
}

/// On to the provider, to end the login there too.
async fn leave(State(web): State<Arc<Web>>, headers: HeaderMap, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let back = address(web, &headers, "/masuk");
        let there = web.office().leave_provider(&back, &fetch)?;
        let here = || asked.writing().href("/masuk", &[]);
        Ok(Redirect::to(&there.unwrap_or_else(here)).into_response())
    })
    .await
}

/// Ends the logins of somebody who has gone out at the provider.
async fn end(
    State(web): State<Arc<Web>>,
    asked: Asked,
    form: Result<Form<Vec<(String, String)>>, FormRejection>,
) -> Response {
    answer(web, asked, move |web, _| {
        let pairs = form.map(|Form(pairs)| pairs).unwrap_or_default();
        let token = pairs.iter().find(|(name, _)| name == "logout_token");
        let token = token.map(|(_, token)| token.as_str()).unwrap_or_default();
        match web.office().end_by_provider(token, &fetch) {
            Ok(()) => Ok(StatusCode::OK.into_response()),
            Err(error) if error.code.starts_with("PROVIDER_") => {
                Ok(StatusCode::BAD_REQUEST.into_response())
            }
            Err(error) => Err(error),
        }
    })
    .await
}

/// The sign-in page with what was wrong; the word for it goes to the log alone.
fn refused(
    web: &Web,
    asked: &Asked,
    visitor: &Visitor,
    error: AppError,
) -> Result<Response, AppError> {
    let is_ours = error.code.starts_with("PROVIDER_")
        || matches!(error.code.as_str(), "ROLES_INCOMPATIBLE" | "SIGN_IN_LOCKED");
    let status = match (error.kind, error.code.as_str()) {
        (_, "SIGN_IN_LOCKED") => StatusCode::TOO_MANY_REQUESTS,
        (ErrorKind::External, _) => StatusCode::SERVICE_UNAVAILABLE,
        (ErrorKind::NotFound, _) => StatusCode::NOT_FOUND,
        _ => StatusCode::UNAUTHORIZED,
    };
    if !is_ours {
        return Err(error);
    }
    if matches!(error.code.as_str(), "PROVIDER_DISBELIEVED" | "PROVIDER_MISFIT") {
        tracing::warn!(error.code = %error.code, error.what = %error.detail, "a provider's answer");
    }
    Ok(refused_page(web, asked, visitor, &error, status))
}

/// One of our addresses as the browser has it.
fn address(web: &Web, headers: &HeaderMap, path: &str) -> String {
    let scheme = if web.options.is_secure { "https" } else { "http" };
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    format!("{scheme}://{host}{path}")
}
