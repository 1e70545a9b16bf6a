//! `/setelan/empat-mata`: from which amounts how many approve, and from when an import needs other
//! eyes. One puts a change forward, another approves it.

use std::sync::Arc;

use app::error::AppError;
use app::office::Operation;
use app::tasks::{APPROVAL_BANDS, EyeSettings, IMPORT_LIMITS, ImportLimits, parse_bands};
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use crate::page::{Asked, Page, Section, Writing};
use crate::parts::{Fact, Facts, Field, Form, Mistakes, Notice, Piece, Plain, Posted};
use crate::routes::{Route, Web, answer, html, to, unfit};
use crate::signed::Signed;

pub(super) const PATH: &str = "/setelan/empat-mata";

/// The settings: stable name, its question, the key of its words.
const QUESTIONS: [(&str, &str, &str); 2] =
    [(APPROVAL_BANDS, "jenjang", "eyes-bands"), (IMPORT_LIMITS, "batas", "eyes-limits")];

/// The addresses.
pub(super) fn routes() -> [Route; 2] {
    [Route::get(PATH, Operation::Settings, show), Route::post(PATH, Operation::Settings, change)]
}

async fn show(State(web): State<Arc<Web>>, signed: Signed, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let (posted, mistakes) = (Posted::default(), Mistakes::none());
        Ok(html(&page(web, asked, &signed, (&posted, &mistakes))?))
    })
    .await
}

/// Puts forward whichever of the two was sent.
async fn change(
    State(web): State<Arc<Web>>,
    signed: Signed,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let sent = QUESTIONS.into_iter().find(|(_, field, _)| posted.has(field));
        let (name, field, key) = sent.ok_or_else(|| AppError::not_found("SETTING_UNKNOWN", ""))?;
        let before = now(&web.office().eye_settings(&signed.actor)?, name).to_owned();
        match web.office().change_eyes(&signed.actor, name, posted.get(field)) {
            Ok(Some(task)) => {
                let place = asked.writing().href(&format!("/tugas/{}", task.id), &[]);
                Ok(Redirect::to(&place).into_response())
            }
            Ok(None) => {
                let after = web.office().eye_settings(&signed.actor)?;
                let done = if now(&after, name) == before { "sama" } else { "ubah" };
                Ok(to(asked, PATH, done))
            }
            Err(error) if matches!(&*error.code, "BANDS_UNREADABLE" | "LIMITS_UNREADABLE") => {
                let mut mistakes = Mistakes::none();
                mistakes.add(field, asked.writing().w(&format!("{key}.wrong")));
                Ok(unfit(html(&page(web, asked, &signed, (&posted, &mistakes))?)))
            }
            Err(error) => Err(error),
        }
    })
    .await
}

fn now<'s>(settings: &'s EyeSettings, name: &str) -> &'s str {
    if name == APPROVAL_BANDS { &settings.bands } else { &settings.limits }
}

/// A setting as people say it; what cannot be read as it is kept.
pub(in crate::routes) fn in_words(name: &str, text: &str, writing: Writing) -> String {
    let said = match name {
        APPROVAL_BANDS => parse_bands(text).map(|bands| {
            let bands = bands.iter().map(|band| {
                let (from, count) = (writing.rupiah(band.from), band.approvers.to_string());
                let values = [("rupiah", from.as_str()), ("count", count.as_str())];
                let key = if band.from.0 == 0 { "eyes-band-always" } else { "eyes-band" };
                writing.with(key, &values)
            });
            bands.collect::<Vec<_>>().join("; ")
        }),
        _ => ImportLimits::parse(text).map(|limits| {
            let (rows, cost) = (writing.number(limits.rows), writing.rupiah(limits.cost));
            writing.with("eyes-limit", &[("rows", rows.as_str()), ("rupiah", cost.as_str())])
        }),
    };
    said.unwrap_or_else(|| text.to_owned())
}

fn page(
    web: &Web,
    asked: &Asked,
    signed: &Signed,
    (posted, mistakes): (&Posted, &Mistakes),
) -> Result<Plain, AppError> {
    let writing = asked.writing();
    let found = web.office().eye_settings(&signed.actor)?;
    let mut page = web.page(asked, Section::Settings, writing.w("eyes-title"));
    if !mistakes.is_empty() {
        page = page.with_mistakes();
    }
    let mut pieces = Vec::new();
    match asked.value("selesai") {
        Some("sama") => {
            pieces.push(Piece::Notice(Notice::info(writing.w("eyes-same"), String::new())));
        }
        Some("ubah") => {
            pieces.push(Piece::Notice(Notice::done(writing.w("eyes-done"), String::new())));
        }
        _ => {}
    }
    pieces.extend(waiting(&found, &page, writing));
    let facts = QUESTIONS.map(|(name, _, key)| {
        Fact::new(writing.w(key), in_words(name, now(&found, name), writing))
    });
    pieces.push(Piece::Facts(Facts::new(writing, facts.into())));
    for (name, field, key) in QUESTIONS {
        let asks = Field::line(writing, field, key).answered(now(&found, name));
        let form = Form::new(&page, PATH, "eyes-send", vec![asks]);
        let form = if posted.has(field) { form.filled(posted, mistakes) } else { form };
        pieces.push(Piece::Form(form));
    }
    let back = Some((page.href("/setelan"), writing.w("web-settings-heading")));
    Ok(Plain { page, back, lead: writing.w("eyes-lead"), pieces })
}

/// What waits for somebody else, with the way to it.
fn waiting(found: &EyeSettings, page: &Page, writing: Writing) -> Vec<Piece> {
    let notices = found.waiting.iter().map(|waits| {
        let name = writing.w(&format!("eyes-name-{}", waits.name));
        let words = writing.with("eyes-waits-link", &[("name", name.as_str())]);
        let link = Some((page.href(&format!("/tugas/{}", waits.task.id)), words));
        let notice = Notice::info(writing.w("eyes-waits"), String::new());
        Piece::Notice(Notice { link, ..notice })
    });
    notices.collect()
}
