//! What programs do: an act is declared once, with what it takes and what it answers, and gives
//! the address and its description.
//!
//! Before the act stand its key (nothing is done twice for one) and its fields: an unknown one is
//! refused. The act itself is one use case; nothing is decided here.

mod given;
mod key;

use std::collections::HashMap;
use std::sync::Arc;

use app::api::{Begun, Payload, REQUEST_DAYS};
use app::error::{AppError, ErrorKind};
use app::office::{Actor, Operation};
use app::staging::UPLOAD_BYTES_MAX;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, Request, State};
use axum::http::header::{CONTENT_TYPE, HeaderName};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use futures_util::TryStreamExt;
use serde_json::{Map, Value};

use crate::api::{Described, Parameter, Sends};
use crate::page::Asked;
use crate::routes::{Route, Web, answer, failure};
use crate::signed::Signed;
use crate::table::{Cell, Column, json_meta};
use crate::upload::{self, Kept};

pub(crate) use given::{Given, Input, Shape, Wrong, schema};
pub(crate) use key::Running;

/// What the fields of an act may weigh.
const FIELDS_BYTES: usize = 1 << 20;

/// One use case, and what came of it.
type Does = fn(&Call<'_>) -> Result<Said, AppError>;

/// An act and its address.
#[derive(Clone, Copy)]
pub(crate) struct Act {
    pub path: &'static str,
    pub operation: Operation,
    /// Its name in the description: English, forever.
    pub id: &'static str,
    /// One sentence about it.
    pub summary: &'static str,
    /// What stands in the address, each of it needed.
    pub parameters: &'static [Parameter],
    pub takes: Takes,
    /// Whether nothing may be done twice for one key; else asking again is asking anew.
    pub keyed: bool,
    pub answers: &'static [Column],
    /// What it may be answered when it went well.
    pub statuses: &'static [StatusCode],
    /// Does it.
    pub act: Does,
    /// Says again what came of it, when it was done and the answer was lost.
    pub again: Does,
}

/// What an act takes besides its address.
#[derive(Clone, Copy)]
pub(crate) enum Takes {
    /// An object with these fields and no others.
    Fields(&'static [Input]),
    /// The bytes of a file.
    File,
}

/// An act that is asked for.
pub(crate) struct Call<'a> {
    pub web: &'a Web,
    pub asked: &'a Asked,
    pub actor: &'a Actor,
    pub given: &'a Given,
    /// The file, where the act takes one.
    pub file: Option<&'a Kept>,
    path: &'a HashMap<String, String>,
}

impl Call<'_> {
    /// A part of the address.
    pub(crate) fn part(&self, name: &str) -> &str {
        self.path.get(name).map(String::as_str).unwrap_or_default()
    }
}

/// What came of an act.
pub(crate) struct Said {
    pub status: StatusCode,
    pub cells: Vec<Cell>,
}

/// What was sent, read to its end.
struct Sent {
    given: Given,
    file: Option<Kept>,
    payload: Payload,
}

impl Act {
    /// The address.
    pub(crate) fn route(self) -> Route {
        let described = Described {
            id: self.id.to_owned(),
            summary: match self.keyed {
                true => format!("{} Answers to a key are kept {REQUEST_DAYS} days.", self.summary),
                false => self.summary.to_owned(),
            },
            parameters: self.parameters.to_vec(),
            answer: crate::api::Answer::Object(self.answers),
            sends: Some(Sends { takes: self.takes, keyed: self.keyed, statuses: self.statuses }),
        };
        let handler =
            move |State(web): State<Arc<Web>>,
                  signed: Signed,
                  asked: Asked,
                  Path(path): Path<HashMap<String, String>>,
                  request: Request| { self.answer(web, signed, asked, path, request) };
        Route::post(self.path, self.operation, handler).for_programs_alone().described(described)
    }

    async fn answer(
        self,
        web: Arc<Web>,
        signed: Signed,
        asked: Asked,
        path: HashMap<String, String>,
        request: Request,
    ) -> Response {
        let (parts, body) = request.into_parts();
        let key = match key::of(&parts.headers, self.keyed) {
            Ok(key) => key,
            Err(error) => return failure::answer(&web, &asked, &error),
        };
        let sent = match self.read(&asked, &parts, body).await {
            Ok(sent) => sent,
            Err(Unread::Failed(status)) => return failure::page(&web, &asked, status),
            Err(Unread::Wrong(wrong)) => return failure::wrong_fields(&asked, &wrong),
            Err(Unread::Error(error)) => return failure::answer(&web, &asked, &error),
        };
        answer(web, asked, move |web, asked| {
            if path.values().any(|part| part.contains('\0')) {
                return Err(AppError::not_found("NOT_FOUND", ""));
            }
            let Sent { given, file, payload } = sent;
            let call = |actor: &Actor, act: Does| {
                let file = file.as_ref();
                act(&Call { web, asked, actor, given: &given, file, path: &path })
            };
            match &key {
                None => Ok(self.said(asked, call(&signed.actor, self.act)?)),
                Some(key) => self.once(web, asked, &signed.actor, (key, payload.digest()), call),
            }
        })
        .await
    }

    /// Does it if nobody has under this key, and else answers what came of it.
    fn once(
        self,
        web: &Web,
        asked: &Asked,
        actor: &Actor,
        (key, payload): (&str, [u8; 32]),
        call: impl Fn(&Actor, Does) -> Result<Said, AppError>,
    ) -> Result<Response, AppError> {
        let running = web.running.enter(actor.id, key);
        let _running =
            running.ok_or_else(|| AppError::new(ErrorKind::Conflict, "REQUEST_RUNNING", ""))?;
        let (actor, begun) = web.office().begin_request(actor, key, payload)?;
        let act = match begun {
            Begun::First => self.act,
            Begun::Acted => self.again,
            Begun::Answered(status, text) => return Ok(replayed(asked, status, text)),
        };
        let (status, document) = match call(&actor, act) {
            Ok(said) => (said.status, Value::Object(json_meta(self.answers, &said.cells))),
            Err(error) if passes(&error) => {
                web.office().drop_request(&actor)?;
                return Err(error);
            }
            Err(error) => failure::told(asked, &error),
        };
        if let Err(error) = web.office().end_request(&actor, status.as_u16(), &document.to_string())
        {
            // It is done all the same; asked again it is answered, not done.
            tracing::warn!(error.code = %error.code, "an answer to a key was not kept");
        }
        Ok(failure::data(asked, status, document.to_string()))
    }

    fn said(self, asked: &Asked, said: Said) -> Response {
        let document = Value::Object(json_meta(self.answers, &said.cells));
        failure::data(asked, said.status, document.to_string())
    }

    async fn read(self, asked: &Asked, parts: &Parts, body: Body) -> Result<Sent, Unread> {
        let mut payload = Payload::default();
        let target = parts.uri.path_and_query().map_or("", |target| target.as_str());
        payload.add(parts.method.as_str().as_bytes());
        payload.add(target.as_bytes());
        let missing = self.parameters.iter().filter(|one| asked.value(one.name).is_none());
        let missing: Vec<Wrong> = missing.map(|one| Wrong::of(one.name, "FIELD_MISSING")).collect();
        if !missing.is_empty() {
            return Err(Unread::Wrong(missing));
        }
        match self.takes {
            Takes::Fields(inputs) => {
                let bytes = to_bytes(body, FIELDS_BYTES).await;
                let bytes = bytes.map_err(|_| Unread::Failed(StatusCode::PAYLOAD_TOO_LARGE))?;
                if !bytes.is_empty() && !is_kind(parts, "application/json") {
                    return Err(Unread::Failed(StatusCode::UNSUPPORTED_MEDIA_TYPE));
                }
                payload.add(&bytes);
                let given = match bytes.is_empty() {
                    true => Value::Object(Map::new()),
                    false => serde_json::from_slice(&bytes)
                        .map_err(|_| Unread::Failed(StatusCode::BAD_REQUEST))?,
                };
                let given = Given::read(given, inputs).map_err(Unread::Wrong)?;
                Ok(Sent { given, file: None, payload })
            }
            Takes::File => {
                if !is_kind(parts, "application/octet-stream") {
                    return Err(Unread::Failed(StatusCode::UNSUPPORTED_MEDIA_TYPE));
                }
                let name = format!("daftar.{}", asked.value("jenis").unwrap_or_default());
                let broken = |_| upload::broken(StatusCode::BAD_REQUEST);
                let bytes = Box::pin(body.into_data_stream().map_err(broken));
                let kept = upload::keep(name, bytes, Some(&mut payload)).await;
                let kept = kept.map_err(|error| match error.code.as_str() {
                    "UPLOAD_TOO_LARGE" => Unread::Failed(StatusCode::PAYLOAD_TOO_LARGE),
                    _ => Unread::Error(error),
                })?;
                Ok(Sent { given: Given::default(), file: Some(kept), payload })
            }
        }
    }
}

/// The largest file, for the description.
pub(crate) const FILE_BYTES: u64 = UPLOAD_BYTES_MAX;

/// Why nothing was even asked for.
enum Unread {
    Failed(StatusCode),
    Wrong(Vec<Wrong>),
    Error(AppError),
}

/// What may be otherwise at the next try, and was not done.
fn passes(error: &AppError) -> bool {
    matches!(
        error.kind,
        ErrorKind::Busy | ErrorKind::External | ErrorKind::Unexpected | ErrorKind::Integrity
    ) || error.code == "REQUEST_RUNNING"
}

/// The answer of before, marked as one.
fn replayed(asked: &Asked, status: u16, text: String) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = failure::data(asked, status, text);
    let name = HeaderName::from_static("idempotency-replayed");
    response.headers_mut().insert(name, HeaderValue::from_static("true"));
    response
}

fn is_kind(parts: &Parts, kind: &str) -> bool {
    let sent = parts.headers.get(CONTENT_TYPE).and_then(|sent| sent.to_str().ok());
    let sent = sent.and_then(|sent| sent.split(';').next()).unwrap_or_default();
    sent.trim().eq_ignore_ascii_case(kind)
}
