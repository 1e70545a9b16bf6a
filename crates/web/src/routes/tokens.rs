//! `/profil/token`: what lets programs act for whoever is signed in; made, shown once, ended.

use std::collections::BTreeSet;
use std::sync::Arc;

use app::api::{ApiToken, ApiTokenId, Operations, TokenRequest, is_alive, operations_of};
use app::error::{AppError, ErrorKind};
use app::grants::GrantRecord;
use app::office::Operation;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use base::Id;

use crate::page::{Asked, Page, Section, Writing};
use crate::parts::{Choice, Control, Field, Form, Mistakes, Notice, Piece, Plain, Posted};
use crate::routes::{Route, Web, answer, html, sentence};
use crate::session::Visitor;

const PATH: &str = "/profil/token";
/// How many days a token may be asked to last.
const DAYS: [&str; 4] = ["30", "90", "180", "365"];

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    let own = Operation::OwnDesk;
    vec![
        Route::get(PATH, own, show),
        Route::post(PATH, own, make),
        Route::post("/profil/token/{id}/akhiri", own, end),
    ]
}

async fn show(State(web): State<Arc<Web>>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let ended = asked.value("selesai") == Some("akhir");
        let notice = ended.then(|| Notice::done(asked.writing().w("token-ended"), String::new()));
        Ok(html(&page(web, asked, notice, &Posted::default(), &Mistakes::none())?))
    })
    .await
}

/// A new one, by the password once more: it outlives the login by which it was made.
async fn make(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    asked: Asked,
    posted: Posted,
) -> Response {
    answer(web, asked, move |web, asked| {
        let writing = asked.writing();
        let unknown = || AppError::not_found("SESSION_UNKNOWN", "");
        let login = visitor.login.as_ref().ok_or_else(unknown)?;
        let made = request(&posted).and_then(|wanted| {
            web.office().new_api_token_by(login, posted.exact("sandi_lama"), &wanted)
        });
        match made {
            Ok(made) => {
                let notice = Notice::done(writing.w("token-made"), made.secret);
                Ok(html(&page(web, asked, Some(notice), &Posted::default(), &Mistakes::none())?))
            }
            Err(error) => {
                let mistakes = mistakes(asked, &error).ok_or(error)?;
                let page = page(web, asked, None, &posted, &mistakes)?;
                Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&page)).into_response())
            }
        }
    })
    .await
}

async fn end(State(web): State<Arc<Web>>, Path(id): Path<String>, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        let unknown = |_| AppError::not_found("TOKEN_UNKNOWN", "");
        let id: ApiTokenId = Id::parse(&id).map_err(unknown)?;
        web.office().end_api_token(asked.actor()?, id)?;
        let query = [("selesai".to_owned(), "akhir".to_owned())];
        Ok(Redirect::to(&asked.writing().href(PATH, &query)).into_response())
    })
    .await
}

fn request(posted: &Posted) -> Result<TokenRequest, AppError> {
    let unknown = |_| AppError::usage("GRANT_UNKNOWN", "");
    Ok(TokenRequest {
        name: posted.get("nama").to_owned(),
        grant: Id::parse(posted.get("peran")).map_err(unknown)?,
        operations: Operations::of(posted.all("boleh").filter_map(Operation::from_name)),
        days: posted.get("hari").parse().unwrap_or(0),
    })
}

/// The field that a refusal is about; none when it is about no field.
fn mistakes(asked: &Asked, error: &AppError) -> Option<Mistakes> {
    let field = match error.code.as_str() {
        "TOKEN_NAME" | "TOKENS_TOO_MANY" => "nama",
        "GRANT_UNKNOWN" => "peran",
        "TOKEN_OPERATIONS" => "boleh",
        "TOKEN_DAYS" => "hari",
        code if code.starts_with("SIGN_IN_") => "sandi_lama",
        _ => return None,
    };
    let detail = match error.kind {
        ErrorKind::Usage if field == "boleh" && !error.detail.is_empty() => {
            asked.writing().w(&format!("operation-{}", error.detail))
        }
        _ => error.detail.clone(),
    };
    let mut mistakes = Mistakes::none();
    mistakes.add(field, sentence(&AppError { detail, ..error.clone() }, asked.writing()));
    Some(mistakes)
}

fn page(
    web: &Web,
    asked: &Asked,
    notice: Option<Notice>,
    posted: &Posted,
    mistakes: &Mistakes,
) -> Result<Plain, AppError> {
    let (writing, actor) = (asked.writing(), asked.actor()?);
    let mut page = web.page(asked, Section::Profile, writing.w("token-heading"));
    if !mistakes.is_empty() {
        page = page.with_mistakes();
    }
    let held = web.office().own_roles(actor)?.held;
    let mut pieces: Vec<Piece> = notice.into_iter().map(Piece::Notice).collect();
    let now = web.office().now_ms();
    let tokens = web.office().api_tokens(actor)?;
    for token in tokens.iter().filter(|token| is_alive(token, now)) {
        pieces.push(Piece::Words(line(token, &held, writing)));
        pieces.push(Piece::Form(ending(&page, token)));
    }
    pieces.push(Piece::Heading(writing.w("token-new")));
    let form = Form::new(&page, PATH, "token-make", fields(web, &held, writing));
    pieces.push(Piece::Form(form.filled(posted, mistakes)));
    let back = Some((writing.href("/profil", &[]), writing.w("profile-heading")));
    Ok(Plain { page, back, lead: writing.w("token-lead"), pieces })
}

fn ending(page: &Page, token: &ApiToken) -> Form {
    let mut form = Form::new(page, &format!("{PATH}/{}/akhiri", token.id), "token-end", Vec::new());
    form.button = page.with("token-end-one", "name", &token.name);
    form
}

/// What a token is, in a sentence.
fn line(token: &ApiToken, held: &[GrantRecord], writing: Writing) -> String {
    let role = held.iter().find(|record| record.id == token.grant);
    let role = role.map(|record| writing.w(&format!("role-{}", record.grant.role.name())));
    let may = token.operations.iter().map(|one| writing.w(&format!("operation-{}", one.name())));
    let may = may.collect::<Vec<_>>().join("; ");
    let used = match token.used_at_ms {
        Some(at_ms) => writing.moment(at_ms),
        None => writing.w("token-never-used"),
    };
    let values = [
        ("name", &*token.name),
        ("role", &role.unwrap_or_default()),
        ("may", &may),
        ("until", &writing.moment(token.ends_at_ms)),
        ("used", &used),
    ];
    writing.with("token-line", &values)
}

fn fields(web: &Web, held: &[GrantRecord], writing: Writing) -> Vec<Field> {
    let own = held.iter().filter(|record| !record.grant.glass);
    let roles = own.clone().map(|record| {
        let role = writing.w(&format!("role-{}", record.grant.role.name()));
        let place = web.office().place_words(record.grant.territory);
        Choice::new(record.id.to_string(), format!("{role}, {place}"))
    });
    let may: BTreeSet<Operation> =
        own.clone().flat_map(|record| operations_of(record.grant.role)).collect();
    let may = may
        .into_iter()
        .map(|one| Choice::new(one.name(), writing.w(&format!("operation-{}", one.name()))));
    let days = DAYS.map(|days| Choice::new(days, writing.with("token-days", &[("days", days)])));
    let secret = Control::Secret { filled_by: "current-password" };
    vec![
        Field::line(writing, "nama", "token-name"),
        Field::new(writing, "peran", "token-role", Control::Select(roles.collect())),
        Field::new(writing, "boleh", "token-may", Control::Many(may.collect())),
        Field::new(writing, "hari", "token-until", Control::Select(days.into_iter().collect())),
        Field::new(writing, "sandi_lama", "profile-password-old", secret),
    ]
}
