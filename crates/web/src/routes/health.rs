//! `/sehat`: one word for whoever watches the program.

use std::sync::Arc;

use app::office::Operation;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::page::Asked;
use crate::routes::{Route, Web, answer};

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    vec![Route::get("/sehat", Operation::ReadPublic, show)]
}

/// `sehat` when the register answers and has this program's schema.
async fn show(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, |web, _| {
        Ok(match web.office.health() {
            Ok(()) => (StatusCode::OK, "sehat\n").into_response(),
            Err(error) => {
                tracing::warn!(error.code = %error.code, "the register does not answer");
                (StatusCode::SERVICE_UNAVAILABLE, "sakit\n").into_response()
            }
        })
    })
    .await
}
