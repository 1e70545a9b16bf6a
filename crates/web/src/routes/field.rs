//! `/lapangan`: the field app. Its page is the same for everybody and holds nothing of anybody;
//! what it asks for is asked by whoever is signed in, once, and then by the device itself.

mod acts;
mod desk;
pub(crate) mod devices;
pub(crate) mod words;

use std::sync::Arc;

use app::error::AppError;
use app::field::{
    BATCH_MOST, CONSENT_VERSION, DeviceAsked, FieldAnswer, FieldBatch, FieldPacket, FieldRefusal,
    FieldSent, KEYS_MOST, field_device_number,
};
use app::office::Operation;
use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use base::Id;
use base::id::kind;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::acts::{Given, Input, Shape, Takes};
use crate::api::{Answer, Described, Sends};
use crate::assets;
use crate::guard::{FieldApp, Scripted};
use crate::page::{Asked, Page, Section, Writing};
use crate::routes::{Route, Web, answer, failure, html};
use crate::signed::Signed;
use words::WORDS;

/// What a device sends in one go may weigh.
const BATCH_BYTES: usize = 1 << 20;

/// What a device sends: each record as the JSON text that the device wrote, so that one which
/// cannot be read keeps no other from coming in.
const SENT: &[Input] = &[
    Input {
        name: "now_ms",
        meaning: "What the device's clock says, in milliseconds since 1970-01-01 UTC, as digits.",
        shape: Shape::Text { most: 16, may_be_empty: true },
    },
    Input {
        name: "records",
        meaning: "The records.",
        shape: Shape::List { of: RECORD, most: BATCH_MOST },
    },
];

const RECORD: &[Input] = &[Input {
    name: "record",
    meaning: "A record as JSON text: id, village, consent, wording, at_ms, nik, name, birth, sex \
              and, where known, address, rt, rw, occupation, phone, relation, helper, apart.",
    shape: Shape::Text { most: 4_000, may_be_empty: false },
}];

#[derive(Template)]
#[template(path = "field.html")]
struct Shell {
    page: Page,
    script: &'static str,
    style: &'static str,
    wording: &'static str,
    /// What the clock on the office's wall is ahead of UTC.
    ahead_minutes: i64,
}

impl Shell {
    fn said(&self, key: &str) -> String {
        self.page.w(&format!("field-app.{key}"))
    }
}

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    let (public, register) = (Operation::ReadPublic, Operation::RegisterInField);
    let mut routes = vec![
        Route::get("/lapangan", public, shell),
        Route::get("/lapangan/manifest.webmanifest", public, manifest),
        Route::get("/lapangan-luring.js", public, worker),
        Route::get("/lapangan/gawai/{id}", public, state),
        Route::get("/lapangan/awal", register, start),
        Route::post("/lapangan/gawai", register, prepare),
        Route::post("/lapangan/gawai/kunci", register, open_keys),
        Route::get("/api/lapangan/paket", register, packet).for_programs().described(Described {
            id: "field-packet".to_owned(),
            summary: "What a prepared device takes along.".to_owned(),
            parameters: Vec::new(),
            answer: Answer::Other(
                "Villages, occupations, places of a NIK, and digests of who is registered.",
            ),
            sends: None,
        }),
        Route::post("/api/lapangan/kirim", register, sync)
            .accepting(BATCH_BYTES)
            .for_programs_alone()
            .described(Described {
                id: "send-field-records".to_owned(),
                summary: "Sends records of a prepared device; the same again changes nothing."
                    .to_owned(),
                parameters: Vec::new(),
                answer: Answer::Other("What became of each record, in the order they were sent."),
                sends: Some(Sends {
                    takes: Takes::Fields(SENT),
                    keyed: false,
                    statuses: &[StatusCode::OK],
                }),
            }),
    ];
    routes.extend(acts::routes());
    routes.extend(desk::routes());
    routes.extend(devices::routes());
    routes
}

/// The page itself, the same for everybody.
fn shell_of(web: &Web, asked: &Asked) -> Shell {
    let nobody = Asked { signed: None, large: false, query: Vec::new(), ..asked.clone() };
    Shell {
        page: web.page(&nobody, Section::None, nobody.writing().w("field-app")),
        script: assets::field_script(),
        style: assets::field_stylesheet(),
        wording: CONSENT_VERSION,
        ahead_minutes: web.zone.ahead_ms() / 60_000,
    }
}

async fn shell(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    let mut response = html(&shell_of(&web, &asked));
    response.extensions_mut().insert(FieldApp);
    response
}

async fn manifest(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    let writing = asked.writing();
    let name = format!("{} {}", writing.w("field-app"), web.frame().place);
    let document = json!({
        "name": name,
        "short_name": writing.w("field-app"),
        "lang": writing.tag(),
        "start_url": "/lapangan",
        "scope": "/lapangan",
        "display": "standalone",
        "orientation": "portrait",
        "background_color": "#ffffff",
        "theme_color": "#0b3d3a",
        "icons": [{ "src": "/aset/payung.svg", "sizes": "any", "type": "image/svg+xml" }],
    });
    let kind = (CONTENT_TYPE, "application/manifest+json");
    ([kind, (CACHE_CONTROL, "no-cache")], document.to_string()).into_response()
}

/// The script that answers for the page where there is no network.
async fn worker(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    let page = shell_of(&web, &asked).render().unwrap_or_default();
    let scope = (HeaderName::from_static("service-worker-allowed"), "/lapangan");
    let kind = (CONTENT_TYPE, "text/javascript; charset=utf-8");
    let kept = (CACHE_CONTROL, "no-cache");
    let mut response = ([scope, kind, kept], assets::field_worker(&page)).into_response();
    // A worker fetches by the policy that came with it.
    response.extensions_mut().insert(Scripted);
    response
}

/// How a device stands, for a device that has nothing to show any more.
async fn state(State(web): State<Arc<Web>>, Path(id): Path<String>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let state = web.office().device_state(field_device_number(&id)?)?;
        Ok(failure::data(asked, StatusCode::OK, json!({ "state": state.name() }).to_string()))
    })
    .await
}

/// What whoever is signed in may prepare a device for, with the key of the login for what follows.
async fn start(State(web): State<Arc<Web>>, signed: Signed, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let found = web.office().field_start(&signed.actor)?;
        let agents = found.agents.iter();
        let agents = agents.map(|(agent, place)| json!({ "code": agent.code, "place": place }));
        let programmes = found.programmes.iter();
        let programmes = programmes.map(|one| json!({ "code": one.code, "name": one.name }));
        let document = json!({
            "csrf": &*signed.csrf,
            "agents": agents.collect::<Vec<_>>(),
            "programmes": programmes.collect::<Vec<_>>(),
        });
        Ok(failure::data(asked, StatusCode::OK, document.to_string()))
    })
    .await
}

/// Prepares a device, and opens what it closed for the office before.
async fn prepare(
    State(web): State<Arc<Web>>,
    signed: Signed,
    asked: Asked,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let (sent, device, keys) = match closed_keys(&headers, &body) {
        Ok(told) => told,
        Err(status) => return failure::page(&web, &asked, status),
    };
    let text = |name: &str| sent[name].as_str().unwrap_or_default().to_owned();
    let wanted = DeviceAsked {
        device,
        agent: text("agent"),
        programme: text("programme"),
        label: text("label"),
    };
    answer(web, asked, move |web, asked| {
        let office = web.office();
        let prepared = office.prepare_device(&signed.actor, &wanted)?;
        let opened = match keys.is_empty() {
            true => Vec::new(),
            // The telephone is prepared by now, and asks for the keys behind these by themselves.
            false => {
                let keys = &keys[..keys.len().min(KEYS_MOST)];
                office.open_device_keys(&signed.actor, device, keys)?
            }
        };
        let document = json!({
            "token": prepared.token,
            "ends_at_ms": prepared.ends_at_ms,
            "now_ms": prepared.now_ms,
            "office": STANDARD.encode(&prepared.office_key),
            "keys": written_keys(&opened),
        });
        Ok(failure::data(asked, StatusCode::OK, document.to_string()))
    })
    .await
}

/// Opens further keys of a device that was just prepared: more than one asking may bring.
async fn open_keys(
    State(web): State<Arc<Web>>,
    signed: Signed,
    asked: Asked,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let (_, device, keys) = match closed_keys(&headers, &body) {
        Ok(told) => told,
        Err(status) => return failure::page(&web, &asked, status),
    };
    answer(web, asked, move |web, asked| {
        let opened = web.office().open_device_keys(&signed.actor, device, &keys)?;
        let document = json!({ "keys": written_keys(&opened) });
        Ok(failure::data(asked, StatusCode::OK, document.to_string()))
    })
    .await
}

/// What a telephone sends: all of it, the device that it is, and the keys that it closed for the
/// office; or what the answer is to something else.
fn closed_keys(
    headers: &HeaderMap,
    body: &[u8],
) -> Result<(Value, Id<kind::Device>, Vec<Vec<u8>>), StatusCode> {
    if !is_json(headers) {
        return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let sent: Value = serde_json::from_slice(body).unwrap_or_default();
    let device = Id::parse(sent["device"].as_str().unwrap_or_default());
    let keys = sent["keys"].as_array().map_or(&[][..], Vec::as_slice).iter();
    let keys = keys.map(|key| STANDARD.decode(key.as_str()?).ok()).collect::<Option<Vec<_>>>();
    match (device, keys) {
        (Ok(device), Some(keys)) => Ok((sent, device, keys)),
        _ => Err(StatusCode::BAD_REQUEST),
    }
}

fn written_keys(opened: &[[u8; 32]]) -> Vec<String> {
    opened.iter().map(|key| STANDARD.encode(key)).collect()
}

async fn packet(State(web): State<Arc<Web>>, signed: Signed, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let packet = web.office().field_packet(&signed.actor)?;
        Ok(failure::data(asked, StatusCode::OK, packet_document(&packet).to_string()))
    })
    .await
}

fn packet_document(packet: &FieldPacket) -> Value {
    let villages = packet.villages.iter().map(|(code, name, district)| {
        json!({ "code": code.to_string(), "name": name, "district": district })
    });
    let works = packet.occupations.iter();
    let works = works.map(|(key, name)| json!({ "key": key, "name": name }));
    let days = packet.card_days.iter();
    let days = days.map(|(id, name)| json!({ "id": id.to_string(), "name": name }));
    json!({
        "agent": packet.agent,
        "territory": packet.territory,
        "programme": packet.programme.0,
        "programme_name": packet.programme.1,
        "villages": villages.collect::<Vec<_>>(),
        "occupations": works.collect::<Vec<_>>(),
        "places": packet.places,
        "consent": packet.consent,
        "salt": STANDARD.encode(packet.salt),
        "bits": packet.bits,
        "known": packet.known,
        "cut": packet.is_cut,
        "card_days": days.collect::<Vec<_>>(),
        "ends_at_ms": packet.ends_at_ms,
        "as_of_ms": packet.as_of_ms,
    })
}

/// What a device sends: each record is answered by itself.
async fn sync(
    State(web): State<Arc<Web>>,
    signed: Signed,
    asked: Asked,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if !is_json(&headers) {
        return failure::page(&web, &asked, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let Ok(sent) = serde_json::from_slice::<Value>(&body) else {
        return failure::page(&web, &asked, StatusCode::BAD_REQUEST);
    };
    let given = match Given::read(sent, SENT) {
        Ok(given) => given,
        Err(wrong) => return failure::wrong_fields(&asked, &wrong),
    };
    answer(web, asked, move |web, asked| {
        let records =
            given.list("records").iter().map(|one| record_of(one.text("record"))).collect();
        let batch = FieldBatch { device_now_ms: given.text("now_ms").parse().ok(), records };
        let answers = web.office().field_sync(&signed.actor, &batch)?;
        let writing = asked.writing();
        let answers: Vec<Value> = answers.iter().map(|one| answered(one, writing)).collect();
        let document = json!({ "answers": answers, "now_ms": web.office().now_ms() });
        Ok(failure::data(asked, StatusCode::OK, document.to_string()))
    })
    .await
}

fn record_of(text: &str) -> Result<FieldSent, FieldRefusal> {
    FieldSent::read(&serde_json::from_str(text).unwrap_or_default())
}

/// What a device is told, in words too: a device has none of its own for problems.
fn answered(one: &FieldAnswer, writing: Writing) -> Value {
    let problem = |code: &base::ProblemCode| {
        let said = writing.words().problem_by_code(*code);
        json!({ "code": code.name(), "text": format!("{} {}", said.what, said.remedy) })
    };
    let mut words: Vec<Value> = one.found.iter().map(problem).collect();
    if let Some(code) = one.refused {
        let said = crate::routes::sentence(&AppError::refused(code, ""), writing);
        words.push(json!({ "code": code, "text": said }));
    }
    json!({
        "id": one.id.map(|id| id.to_string()),
        "said": one.said,
        "standing": one.standing.map(|standing| standing.name()),
        "words": words,
        "photo": one.has_photo,
    })
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim() == "application/json")
}
