//! `/v1.0/…`: a bank lets itself be known, asks and tells, in the shapes of SNAP BI.
//!
//! No cookie and no form's key stands before them: every request proves itself. Who cannot is told
//! the same whoever he is, and nothing of what he sent is written anywhere.

use std::sync::Arc;

use app::office::Operation;
use app::snap::{Case, Reply, Request as BankRequest, Service};
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::routes::{Route, Web};
use crate::session::Visitor;

/// The largest document: a payment with all that may stand beside it is a tenth of it.
const BODY_MOST: usize = 64 * 1024;

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    let tell = Operation::TellPayments;
    vec![
        Route::post(Service::Token.path(), tell, token).proving_itself(),
        Route::post(Service::Inquiry.path(), tell, inquiry).proving_itself(),
        Route::post(Service::Payment.path(), tell, payment).proving_itself(),
        Route::post(Service::Status.path(), tell, status).proving_itself(),
    ]
}

async fn token(State(web): State<Arc<Web>>, visitor: Visitor, request: Request) -> Response {
    door(web, visitor, Service::Token, request).await
}

async fn inquiry(State(web): State<Arc<Web>>, visitor: Visitor, request: Request) -> Response {
    door(web, visitor, Service::Inquiry, request).await
}

async fn payment(State(web): State<Arc<Web>>, visitor: Visitor, request: Request) -> Response {
    door(web, visitor, Service::Payment, request).await
}

async fn status(State(web): State<Arc<Web>>, visitor: Visitor, request: Request) -> Response {
    door(web, visitor, Service::Status, request).await
}

/// One request of a bank, from its bytes to its answer.
async fn door(web: Arc<Web>, visitor: Visitor, service: Service, request: Request) -> Response {
    let refused = |case| said(&Reply::bare(service, case, ""));
    let now_ms = web.office.now_ms();
    if let Some(minutes) = web.bank_limits.wait(visitor.address, now_ms) {
        return later(service, minutes.unsigned_abs() * 60);
    }
    let (parts, body) = request.into_parts();
    let is_document = text(&parts.headers, CONTENT_TYPE).is_some_and(|kind| {
        kind.split(';')
            .next()
            .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
    });
    let bytes = match is_document {
        true => to_bytes(body, BODY_MOST).await.ok(),
        false => None,
    };
    let Some(bytes) = bytes else {
        web.bank_limits.fail(visitor.address, now_ms);
        return refused(Case::Unreadable);
    };
    let asking = Arc::clone(&web);
    let done = tokio::task::spawn_blocking(move || {
        let path = parts.uri.path();
        let request = asked(path, parts.uri.query(), &parts.headers, &bytes);
        answered(&asking, service, &request)
    });
    match done.await {
        Ok(Said::Reply(reply)) => {
            if matches!(reply.case, Case::Unauthorized | Case::TokenInvalid) {
                web.bank_limits.fail(visitor.address, now_ms);
            }
            said(&reply)
        }
        Ok(Said::Later(seconds)) => later(service, seconds),
        Err(_) => refused(Case::Failed),
    }
}

enum Said {
    Reply(Reply),
    Later(u64),
}

fn answered(web: &Web, service: Service, request: &BankRequest<'_>) -> Said {
    let office = web.office();
    if service == Service::Token {
        return Said::Reply(office.answer_token(request));
    }
    match office.admit_bank(service, request) {
        Err(reply) => Said::Reply(reply),
        Ok(bank) => match web.banks.count(bank.code().to_owned(), office.now_ms()) {
            Some(seconds) => Said::Later(seconds),
            None => Said::Reply(office.answer_bank(&bank, service, request)),
        },
    }
}

fn asked<'a>(
    path: &'a str,
    query: Option<&'a str>,
    headers: &'a HeaderMap,
    body: &'a Bytes,
) -> BankRequest<'a> {
    let own = |name| text(headers, HeaderName::from_static(name)).unwrap_or_default();
    let shown = text(headers, AUTHORIZATION).and_then(|shown| shown.split_once(' '));
    let shown = shown.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    BankRequest {
        path,
        query,
        client: own("x-client-key"),
        token: shown.map(|(_, token)| token.trim()).unwrap_or_default(),
        timestamp: own("x-timestamp"),
        signature: own("x-signature"),
        partner_id: own("x-partner-id"),
        external_id: own("x-external-id"),
        channel: own("channel-id"),
        body,
    }
}

/// A header that is there once.
fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    let mut sent = headers.get_all(name).iter();
    let (only, more) = (sent.next()?, sent.next());
    only.to_str().ok().filter(|_| more.is_none())
}

fn said(reply: &Reply) -> Response {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let kind = HeaderValue::from_static("application/json");
    (status, [(CONTENT_TYPE, kind)], Body::from(reply.body.clone())).into_response()
}

fn later(service: Service, seconds: u64) -> Response {
    let mut response = said(&Reply::bare(service, Case::TooMany, ""));
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// The answer where something before the doors has failed.
pub(crate) fn failed(service: Service, status: StatusCode) -> Response {
    let case = match status {
        StatusCode::TOO_MANY_REQUESTS => Case::TooMany,
        // It waited too long for its turn or for its end, and nobody knows which.
        StatusCode::SERVICE_UNAVAILABLE => Case::TimedOut,
        status if status.is_client_error() => Case::Unreadable,
        _ => Case::Failed,
    };
    said(&Reply::bare(service, case, ""))
}
