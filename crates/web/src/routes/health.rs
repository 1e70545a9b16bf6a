//! `/sehat`: one word for whoever watches the program.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::page::Asked;
use crate::routes::{Web, answer};

/// `sehat` when the register answers and has this program's schema.
pub async fn show(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, |web, _| {
        Ok(match web.office.health() {
            Ok(()) => (StatusCode::OK, "sehat\n").into_response(),
            Err(error) => {
                eprintln!("payung serve: /sehat {}", error.code);
                (StatusCode::SERVICE_UNAVAILABLE, "sakit\n").into_response()
            }
        })
    })
    .await
}
