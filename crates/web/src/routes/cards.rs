//! `/periksa-kartu`: is this card genuine? For everybody, without a login and, once the page was
//! opened, without a network. And the keys and lists by which anybody checks by themselves.
//!
//! Nothing that is asked here is kept, and nothing changes; so the form needs no key of a browser.

mod desk;
mod one;

use std::sync::Arc;

use app::cards::{CardAnswer, CardVerdict};
use app::error::AppError;
use app::office::Operation;
use askama::Template;
use axum::extract::{Multipart, Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName};
use axum::response::{IntoResponse, Response};

use crate::assets;
use crate::guard::Scripted;
use crate::page::{Asked, Page, Section};
use crate::parts::{Fact, Facts, Notice};
use crate::routes::{Route, Web, answer, html, sentence, unfit};
use crate::upload::{Received, receive};

/// A photo is never larger.
const PHOTO_MOST: usize = 26 << 20;

const PATH: &str = "/periksa-kartu";

#[derive(Template)]
#[template(path = "card_check.html")]
struct Check {
    page: Page,
    action: String,
    said: String,
    mistake: String,
    answer: Option<Said>,
}

/// An answer as it is shown.
struct Said {
    notice: Notice,
    facts: Facts,
}

impl Check {
    fn verdict(&self, name: &str) -> String {
        self.page.w(&format!("card-is-{name}"))
    }

    fn todo(&self, name: &str) -> String {
        self.page.w(&format!("card-is-{name}.todo"))
    }

    fn said(&self, key: &str) -> String {
        self.page.w(&format!("card-check.{key}"))
    }
}

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    let public = Operation::ReadPublic;
    let mut routes = desk::routes();
    routes.extend(one::routes());
    routes.extend([
        Route::get(PATH, public, show),
        Route::post(PATH, public, check).proving_itself().accepting(PHOTO_MOST),
        Route::get("/kartu/kunci.json", public, keys),
        Route::get("/kartu/dicabut/{year}", public, revoked),
        Route::get("/kartu-luring.js", public, worker),
    ]);
    routes
}

async fn show(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, |web, asked| Ok(page(web, asked, "", "", None))).await
}

/// The same page with the answer, for whoever has no script or a telephone that cannot check.
async fn check(State(web): State<Arc<Web>>, asked: Asked, multipart: Multipart) -> Response {
    let received = receive(multipart).await;
    answer(web, asked, move |web, asked| {
        let writing = asked.writing();
        let said = match said_by(&received)? {
            Some(said) => said,
            None => {
                let key = match received.file.is_some() {
                    true => "card-check.unread",
                    false => "card-check.empty",
                };
                return Ok(unfit(page(web, asked, "", &writing.w(key), None)));
            }
        };
        match web.office().check_card(&said) {
            Ok(found) => {
                let shown = shown(asked, &found);
                Ok(page(web, asked, "", "", Some(shown)))
            }
            Err(error) if error.code == "CARD_NUMBER" => {
                Ok(unfit(page(web, asked, &said, &sentence(&error, writing), None)))
            }
            Err(error) => Err(error),
        }
    })
    .await
}

/// What was typed, or what the first readable code of the photo says.
fn said_by(received: &Received) -> Result<Option<String>, AppError> {
    if let Some(problem) = &received.problem {
        return Err(problem.clone());
    }
    let typed = received.posted.exact("kode");
    if !typed.trim().is_empty() {
        return Ok(Some(typed.to_owned()));
    }
    let Some(file) = &received.file else { return Ok(None) };
    Ok(app::cards::read_photo(&file.path))
}

fn page(web: &Web, asked: &Asked, said: &str, mistake: &str, answer: Option<Said>) -> Response {
    let mut page = web.page(asked, Section::None, asked.writing().w("card-check"));
    if !mistake.is_empty() {
        page = page.with_mistakes();
    }
    page.script = Some(assets::card_script());
    let action = page.href(PATH);
    let (said, mistake) = (said.to_owned(), mistake.to_owned());
    let mut response = html(&Check { page, action, said, mistake, answer });
    response.extensions_mut().insert(Scripted);
    response
}

fn shown(asked: &Asked, found: &CardAnswer) -> Said {
    let writing = asked.writing();
    let key = format!("card-is-{}", found.verdict.name());
    let (heading, text) = (writing.w(&key), writing.w(&format!("{key}.todo")));
    let notice = match found.verdict == CardVerdict::Genuine {
        true => Notice::done(heading, text),
        false => Notice::warning(heading, text),
    };
    let mut rows = Vec::new();
    let mut fact = |key: &str, value: Option<String>| {
        rows.extend(value.map(|value| Fact::new(writing.w(key), value)));
    };
    fact("card-holder", found.name.clone());
    fact("card-programme", found.programme.clone());
    fact("card-check.until", found.paid_until.map(|month| writing.month(month)));
    fact("card-check.number", found.number.map(|number| number.to_string()));
    fact("card-check.asof", Some(writing.day(found.as_of)));
    Said { notice, facts: Facts::dense(writing, rows) }
}

/// The public keys.
async fn keys(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, |web, _| {
        let set = web.office().card_key_set()?;
        Ok(fresh("application/jwk-set+json", set.to_string().into_bytes()))
    })
    .await
}

/// The signed list of a year.
async fn revoked(State(web): State<Arc<Web>>, asked: Asked, Path(year): Path<String>) -> Response {
    answer(web, asked, move |web, _| {
        let unknown = || AppError::not_found("CARD_YEAR_UNKNOWN", "");
        let year = year.parse().map_err(|_| unknown())?;
        let list = web.office().card_revocations(year)?;
        Ok(fresh("application/statuslist+cwt", list))
    })
    .await
}

/// Small things that are the same for everybody, and new every hour.
fn fresh(kind: &'static str, bytes: Vec<u8>) -> Response {
    ([(CONTENT_TYPE, kind), (CACHE_CONTROL, "public, max-age=3600")], bytes).into_response()
}

/// The script that answers for the page where there is no network.
async fn worker() -> Response {
    let scope = (HeaderName::from_static("service-worker-allowed"), PATH);
    let kind = (CONTENT_TYPE, "text/javascript; charset=utf-8");
    let kept = (CACHE_CONTROL, "no-cache");
    let mut response = ([scope, kind, kept], assets::card_worker()).into_response();
    // A worker fetches by the policy that came with it.
    response.extensions_mut().insert(Scripted);
    response
}
