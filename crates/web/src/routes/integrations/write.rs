//! `/integrasi/baru`: a subscriber put forward; its secret is shown on the page that answers, and
//! on no other.

use std::sync::Arc;

use app::error::{AppError, ErrorKind};
use app::events::{NewSubscriber, ProposedSubscriber, TOLD};
use app::office::Operation;
use axum::extract::State;
use axum::response::Response;

use super::meaning;
use crate::page::{Asked, Section};
use crate::parts::{
    Choice, Control, Field, Form, FormPage, Mistakes, Notice, Piece, Plain, Posted,
};
use crate::routes::{Route, Web, answer, html, sentence, unfit};
use crate::signed::Signed;

const PATH: &str = "/integrasi/baru";

/// The addresses.
pub(super) fn routes() -> Vec<Route> {
    let change = Operation::Settings;
    vec![Route::get(PATH, change, ask), Route::post(PATH, change, add)]
}

async fn ask(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, |web, asked| {
        Ok(html(&form(web, asked, &Posted::default(), &Mistakes::none())))
    })
    .await
}

async fn add(
    State(web): State<Arc<Web>>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let kinds: Vec<String> = posted.all("jenis").map(str::to_owned).collect();
        let new = NewSubscriber {
            code: posted.get("kode"),
            name: posted.get("nama"),
            url: posted.get("alamat"),
            kinds: &kinds,
        };
        let proposed = match kinds.is_empty() {
            true => Err(AppError::usage("EVENT_TYPE_MISSING", "")),
            false => web.office().propose_subscriber(&signed.actor, &new),
        };
        match proposed {
            Ok(proposed) => Ok(html(&told(web, asked, &proposed))),
            Err(error) => {
                let known = matches!(
                    error.kind,
                    ErrorKind::Usage | ErrorKind::Conflict | ErrorKind::Refused
                );
                let field = field_of(&error).filter(|_| known);
                let Some(field) = field else { return Err(error) };
                let mut mistakes = Mistakes::none();
                mistakes.add(field, sentence(&error, asked.writing()));
                Ok(unfit(html(&form(web, asked, &posted, &mistakes))))
            }
        }
    })
    .await
}

/// The field that a refusal is about.
fn field_of(error: &AppError) -> Option<&'static str> {
    Some(match error.code.as_str() {
        "CODE_UNFIT" | "CODE_TAKEN" | "SUBSCRIBERS_TOO_MANY" => "kode",
        "SUBSCRIBER_NAME" => "nama",
        "EVENT_TYPE_UNKNOWN" | "EVENT_TYPE_MISSING" => "jenis",
        code if code.starts_with("ENDPOINT_") => "alamat",
        _ => return None,
    })
}

fn form(web: &Web, asked: &Asked, posted: &Posted, mistakes: &Mistakes) -> FormPage {
    let writing = asked.writing();
    let page = web.page(asked, Section::Integrations, writing.w("subscriber-new"));
    let kinds = TOLD.iter().filter(|told| told.is_offered());
    let kinds = kinds.map(|told| Choice::new(told.kind, meaning(told, writing)));
    let url = Control::Line { width: 60, keyboard: "url", filled_by: "off" };
    let fields = vec![
        Field::line(writing, "kode", "subscriber-code"),
        Field::line(writing, "nama", "subscriber-name"),
        Field::new(writing, "alamat", "subscriber-url", url),
        Field::new(writing, "jenis", "subscriber-kinds", Control::Many(kinds.collect())),
    ];
    let form = Form::new(&page, PATH, "subscriber-propose", fields).filled(posted, mistakes);
    let mut page = FormPage::new(page, writing.w("subscriber-new"), form);
    page.lead = vec![writing.w("subscriber-new-lead")];
    page.with_back("/integrasi", "web-integrations")
}

/// What was put forward, and the secret, this once.
fn told(web: &Web, asked: &Asked, proposed: &ProposedSubscriber) -> Plain {
    let writing = asked.writing();
    let page = web.page(asked, Section::Integrations, writing.w("subscriber-proposed"));
    let mut pieces = Vec::new();
    pieces.push(Piece::Notice(match &proposed.secret {
        Some(secret) => Notice::done(writing.w("subscriber-secret-told"), secret.to_string()),
        None => Notice::info(writing.w("subscriber-exists"), writing.w("subscriber-exists.what")),
    }));
    pieces.push(Piece::Words(writing.w("subscriber-needs-another")));
    if let Some(task) = &proposed.task {
        let href = writing.href(&format!("/tugas/{}", task.id), &[]);
        pieces.push(Piece::Link(href, writing.w("subscriber-task")));
    }
    let href = writing.href(&format!("/integrasi/{}", proposed.subscriber.code), &[]);
    pieces.push(Piece::Link(href, writing.w("subscriber-open")));
    let back = Some((writing.href("/integrasi", &[]), writing.w("web-integrations")));
    Plain { page, back, lead: String::new(), pieces }
}
