//! The devices of an agent, on the page of the agent, and ending one.

use std::sync::Arc;

use app::error::AppError;
use app::field::{DeviceShown, DeviceState, field_device_number};
use app::office::Operation;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use crate::page::{Asked, Page, Writing};
use crate::parts::{Choice, Control, Fact, Facts, Field, Form, Piece, Posted};
use crate::routes::{Route, Web, answer};
use crate::signed::Signed;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::post("/agen/gawai/{id}/akhir", Operation::ReadOutreach, end)]
}

/// The devices of an agent, on the page of the agent.
pub(crate) fn device_pieces(
    web: &Web,
    asked: &Asked,
    page: &Page,
    code: &str,
) -> Result<Vec<Piece>, AppError> {
    let writing = asked.writing();
    let devices = web.office().devices_of_agent(asked.actor()?, code)?;
    let query = [("agen".to_owned(), code.to_owned())];
    let mut pieces = vec![Piece::Heading(writing.w("field-devices"))];
    if devices.is_empty() {
        pieces.push(Piece::Words(writing.w("field-devices-none")));
    }
    for (number, one) in devices.iter().enumerate() {
        let line = device_facts(one, writing);
        pieces.push(Piece::Facts(Facts::new(writing, line)));
        let is_over = matches!(one.state, DeviceState::Ended | DeviceState::Wiped);
        if !one.may_end || is_over {
            continue;
        }
        let choices = ["akhiri", "hapus"]
            .map(|what| Choice::new(what, writing.w(&format!("field-device-{what}"))));
        let what = Field::new(
            writing,
            "cara",
            "field-device-how",
            Control::Select(choices.into_iter().collect()),
        );
        let path = format!("/agen/gawai/{}/akhir", one.device.id);
        let form = Form::new(page, &path, "field-device-end", vec![what]);
        let form = form.with_hidden("agen", code).scoped(&format!("gawai-{number}"));
        pieces.push(Piece::Form(form));
    }
    let list = writing.href("/agen/lapangan", &query);
    pieces.push(Piece::Link(list, writing.w("field-records-of")));
    Ok(pieces)
}

fn device_facts(one: &DeviceShown, writing: Writing) -> Vec<Fact> {
    let fact = |key: &str, value: String| Fact::new(writing.w(key), value);
    let mut rows = vec![
        fact("field-device", one.label.to_string()),
        fact("column-state", writing.w(&format!("field-device-state-{}", one.state.name()))),
        fact("field-device-until", writing.moment(one.device.ends_at_ms)),
        fact("field-device-records", writing.number(one.records.into())),
    ];
    rows.extend(one.seen_at_ms.map(|seen| fact("field-device-seen", writing.moment(seen))));
    rows
}

async fn end(
    State(web): State<Arc<Web>>,
    Path(id): Path<String>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let wipes = posted.get("cara") == "hapus";
        web.office().end_device(&signed.actor, field_device_number(&id)?, wipes)?;
        let writing = asked.writing();
        let code = posted.get("agen");
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        let is_code = !code.is_empty() && code.bytes().all(fits);
        let place = if is_code { format!("/agen/{code}") } else { "/agen".to_owned() };
        Ok(Redirect::to(&writing.href(&place, &[])).into_response())
    })
    .await
}
