//! Who is asking: somebody who logged in, or anybody; and the gate before every address.

use std::convert::Infallible;
use std::sync::Arc;

use app::access::{self, Role};
use app::office::{Actor, Operation};
use axum::extract::{FromRequestParts, OptionalFromRequestParts, Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;

use crate::guard::AskedBy;
use crate::page::Asked;
use crate::routes::{Web, failure, login};

/// Somebody who logged in, or whose token a program shows, put into the request by the layer that
/// reads either.
#[derive(Debug, Clone)]
pub struct Signed {
    /// Who acts.
    pub actor: Actor,
    /// What every form of theirs must send back.
    pub csrf: Arc<str>,
    /// When the login ends if nobody uses it any more, in milliseconds since 1970-01-01 UTC.
    pub ends_at_ms: i64,
}

/// What stands before an address.
#[derive(Clone)]
pub(crate) struct Gate {
    pub(crate) web: Arc<Web>,
    pub(crate) operation: Operation,
    pub(crate) readers: Readers,
}

/// For whom an address is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Readers {
    /// People with a login: pages and their forms.
    People,
    /// People and programs: tables as data.
    Both,
    /// Programs with a token: what they do.
    Programs,
}

/// Lets those in whom the policy table names for the operation; how far each reaches is asked
/// again by the use case, which knows what it is about.
pub(crate) async fn admit(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let rows = access::policy(gate.operation);
    if rows.iter().any(|(role, _)| *role == Role::Public) {
        return next.run(request).await;
    }
    let signed = request.extensions().get::<Signed>().cloned();
    let is_program = |signed: &Signed| signed.actor.through.is_some();
    // A cookie is no proof that a program asks, and not that a person wants what it sends.
    let signed = signed.filter(|signed| gate.readers != Readers::Programs || is_program(signed));
    let Some(signed) = signed else { return login::ask(&gate.web, request).await };
    let may_read = gate.readers != Readers::People || !is_program(&signed);
    if may_read && gate.web.may_somewhere(&signed.actor, gate.operation) {
        let mut response = next.run(request).await;
        let token = signed.actor.through.map(|through| through.token.to_string());
        let by = AskedBy { user: signed.actor.id.to_string(), token: token.unwrap_or_default() };
        response.extensions_mut().insert(by);
        return response;
    }
    let (parts, _) = request.into_parts();
    let asked = Asked::of(&parts.uri, &parts.headers, &parts.extensions);
    failure::page(&gate.web, &asked, StatusCode::FORBIDDEN)
}

impl<S: Send + Sync> FromRequestParts<S> for Signed {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Signed, StatusCode> {
        parts.extensions.get::<Signed>().cloned().ok_or(StatusCode::UNAUTHORIZED)
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for Signed {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Signed>, Infallible> {
        Ok(parts.extensions.get::<Signed>().cloned())
    }
}
