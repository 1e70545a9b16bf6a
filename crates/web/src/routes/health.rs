//! Whether the program is well: one word for whoever watches, figures for Prometheus, and a page
//! with a remedy beside each finding for whoever keeps it.

use std::sync::Arc;

use app::condition::{Finding, Weight};
use app::office::Operation;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use crate::guard::SaidPlainly;
use crate::metrics::resident_bytes;
use crate::page::{Asked, Section, Writing};
use crate::parts::{Piece, Plain, Tag, Task, Tasks};
use crate::routes::{Route, Web, answer, failure, html};

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::get("/sehat", Operation::ReadPublic, word),
        Route::get("/health", Operation::ReadPublic, word),
        Route::get("/metrics", Operation::ReadPublic, metrics),
        Route::get("/kesehatan", Operation::Operate, show),
    ]
}

/// `sehat` when the register answers and has this program's schema.
async fn word(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, |web, _| {
        Ok(match web.office().health() {
            Ok(()) => (StatusCode::OK, "sehat\n").into_response(),
            Err(error) => {
                tracing::warn!(error.code = %error.code, "the register does not answer");
                let mut said = (StatusCode::SERVICE_UNAVAILABLE, "sakit\n").into_response();
                said.extensions_mut().insert(SaidPlainly);
                said
            }
        })
    })
    .await
}

/// The figures: to a program on this machine, or to somebody who keeps Payung.
async fn metrics(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    let keeps = asked
        .signed
        .as_ref()
        .is_some_and(|signed| web.may_somewhere(&signed.actor, Operation::Operate));
    if !keeps && (!web.options.is_local || web.options.is_secure) {
        return failure::page(&web, &asked, StatusCode::NOT_FOUND);
    }
    answer(web, asked, |web, _| {
        let healthy = u64::from(web.office().health().is_ok());
        let mut gauges = vec![("payung_healthy", "Whether the register answers.", healthy)];
        if let Some(bytes) = resident_bytes() {
            gauges.push(("payung_resident_bytes", "Memory held.", bytes));
        }
        let kind = "text/plain; version=0.0.4; charset=utf-8";
        Ok(([(CONTENT_TYPE, kind)], web.metrics.text(&gauges)).into_response())
    })
    .await
}

/// The page.
async fn show(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, |web, asked| {
        let writing = asked.writing();
        let findings = web.office().condition();
        let bad = findings.iter().filter(|found| found.weight != Weight::Well).count() as u64;
        let count = writing.number(bad);
        let lead = match bad {
            0 => writing.w("web-condition-well"),
            _ => writing.with("web-condition-some", &[("count", count.as_str())]),
        };
        let tasks = findings.iter().map(|found| task(found, writing)).collect();
        Ok(html(&Plain {
            page: web.page(asked, Section::Health, writing.w("web-condition-heading")),
            back: None,
            lead,
            pieces: vec![Piece::Tasks(Tasks { tasks })],
        }))
    })
    .await
}

fn task(found: &Finding, writing: Writing) -> Task {
    let key = format!("condition-{}", found.what);
    let values = [("detail", found.detail.as_str())];
    let (class, word, hint) = match found.weight {
        Weight::Well => ("confirmed", "web-condition-is-well", ""),
        Weight::Warning => ("warning", "web-condition-is-warning", ".remedy"),
        Weight::Bad => ("bad", "web-condition-is-bad", ".remedy"),
        Weight::Unknown => ("", "web-condition-is-unknown", ".remedy"),
    };
    let hint = match hint {
        "" => found.detail.clone(),
        part => writing.with(&format!("{key}{part}"), &values),
    };
    Task { name: writing.w(&key), hint, href: None, tag: Tag::new(class, writing.w(word)) }
}
