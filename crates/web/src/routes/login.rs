//! `/masuk`, `/keluar`, `/mulai` and `/pulih`: in, out, and the links that work once.
//!
//! Whatever is wrong with a name or a password is said in one sentence, which tells a stranger
//! nothing. What somebody sent after the login had ended is kept in the page and sent again.

use std::sync::Arc;

use app::error::AppError;
use app::login::{NewAccount, Opened, Purpose, SignIn, SignInStage, Token};
use app::office::Operation;
use askama::Template;
use axum::extract::{FromRequestParts, Path, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};

use crate::forms::{self, Fields};
use crate::page::{Asked, Page, Section};
use crate::routes::{Route, Web, answer, failure, html};
use crate::session::{self, Visitor};

/// What is kept of a form over a login is not more than this.
const KEPT_MOST: usize = 256 * 1024;
/// Fields that are never written into a page again.
const SECRET: [&str; 4] = ["sandi", "sandi_lama", "sandi_baru", "kode"];

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    page: Page,
    csrf: String,
    mistake: Option<String>,
    /// What happened before, such as signing out.
    notice: Option<String>,
    name: String,
    kept: Kept,
}

/// Where somebody was going, and what was being sent there.
#[derive(Debug, Clone, Default)]
struct Kept {
    /// The page to go to.
    next: String,
    /// The address that a form goes to.
    target: String,
    /// The fields of the form, as a form writes them.
    content: String,
}

#[derive(Template)]
#[template(path = "send_again.html")]
struct SendAgain {
    page: Page,
    csrf: String,
    target: String,
    fields: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "link.html")]
struct LinkPage {
    page: Page,
    csrf: String,
    mistake: Option<String>,
    lead: String,
    /// The name of the account; a field when it is not known yet.
    known: Option<String>,
    name: String,
}

/// The addresses.
pub(crate) fn routes() -> Vec<Route> {
    let sign_in = Operation::SignIn;
    vec![
        Route::get("/masuk", sign_in, show),
        Route::post("/masuk", sign_in, enter),
        Route::post("/keluar", sign_in, leave),
        Route::get("/mulai/{token}", sign_in, show_link),
        Route::post("/mulai/{token}", sign_in, use_link),
        Route::get("/pulih/{token}", sign_in, show_link),
        Route::post("/pulih/{token}", sign_in, use_link),
    ]
}

/// Answers a request for something that needs a login, from somebody without one.
pub(crate) async fn ask(web: &Arc<Web>, request: Request) -> Response {
    let (mut parts, _) = request.into_parts();
    let asked = Asked::of(&parts.uri, &parts.headers, &parts.extensions);
    let Ok(visitor) = Visitor::from_request_parts(&mut parts, &()).await;
    let here = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let fields = parts.extensions.get::<Fields>();
    let is_page = parts.method == Method::GET && !asked.by_program && !asked.path.contains('.');
    if is_page {
        let query = [("lanjut".to_owned(), here.to_owned())];
        return Redirect::to(&asked.writing().href("/masuk", &query)).into_response();
    }
    match fields.and_then(|fields| kept_of(here, fields)) {
        Some(kept) => {
            let notice = Some(asked.writing().w("login-ended"));
            let page = SignInPage { notice, kept, ..SignInPage::new(web, &asked, &visitor) };
            visitor.with_token((StatusCode::UNAUTHORIZED, html(&page)).into_response())
        }
        None => failure::page(web, &asked, StatusCode::UNAUTHORIZED),
    }
}

/// The form.
async fn show(State(web): State<Arc<Web>>, visitor: Visitor, asked: Asked) -> Response {
    let kept = Kept { next: asked.value("lanjut").unwrap_or_default().into(), ..Kept::default() };
    if visitor.login.as_ref().is_some_and(|login| login.actor.is_some()) {
        return Redirect::to(own_path(&kept.next).unwrap_or("/")).into_response();
    }
    let signed_out = asked.value("keluar").map(|_| asked.writing().w("login-signed-out"));
    let page = SignInPage { notice: signed_out, kept, ..SignInPage::new(&web, &asked, &visitor) };
    visitor.with_token(html(&page))
}

impl SignInPage {
    fn new(web: &Web, asked: &Asked, visitor: &Visitor) -> SignInPage {
        SignInPage {
            page: web.page(asked, Section::SignIn, asked.writing().w("login-heading")),
            csrf: visitor.form_key(),
            mistake: None,
            notice: None,
            name: String::new(),
            kept: Kept::default(),
        }
    }
}

/// Name and password.
async fn enter(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    asked: Asked,
    fields: Fields,
) -> Response {
    answer(web, asked, move |web, asked| {
        let now = web.office().now_ms();
        let kept = Kept {
            next: fields.text("lanjut").to_owned(),
            target: fields.text("kirim_ke").to_owned(),
            content: fields.text("isi").to_owned(),
        };
        let (name, password) = (fields.text("nama"), fields.text("sandi"));
        let entered = match web.limits.wait(visitor.address, now) {
            Some(minutes) => Err(AppError::refused("SIGN_IN_LOCKED", minutes.to_string())),
            None => web.office().sign_in(&SignIn { name, password, device: &visitor.device }),
        };
        match entered {
            Ok(opened) => Ok(entered_page(web, asked, &visitor, &opened, &kept)),
            Err(error) => {
                let status = match error.code.as_str() {
                    "SIGN_IN_WRONG" => StatusCode::UNAUTHORIZED,
                    "SIGN_IN_LOCKED" => StatusCode::TOO_MANY_REQUESTS,
                    _ => return Err(error),
                };
                if status == StatusCode::UNAUTHORIZED {
                    web.limits.fail(visitor.address, now);
                }
                let page = SignInPage {
                    mistake: Some(sentence(asked, &error)),
                    name: name.to_owned(),
                    kept,
                    ..SignInPage::new(web, asked, &visitor)
                };
                Ok(visitor.with_token((status, html(&page)).into_response()))
            }
        }
    })
    .await
}

/// On to where somebody was going, with a token that is new.
fn entered_page(
    web: &Web,
    asked: &Asked,
    visitor: &Visitor,
    opened: &Opened,
    kept: &Kept,
) -> Response {
    // Whatever login the browser had before is over.
    let _ = web.office().sign_out(&visitor.token);
    let SignInStage::Whole = opened.stage else {
        return with_cookie(&opened.token, Redirect::to("/masuk").into_response());
    };
    let fields = serde_urlencoded::from_str::<Vec<(String, String)>>(&kept.content);
    let response = match (own_path(&kept.target), fields) {
        (Some(target), Ok(fields)) if !kept.content.is_empty() => html(&SendAgain {
            page: web.page(asked, Section::SignIn, asked.writing().w("login-send-again-heading")),
            csrf: opened.token.form_key(),
            target: target.to_owned(),
            fields,
        }),
        _ => Redirect::to(own_path(&kept.next).unwrap_or("/")).into_response(),
    };
    with_cookie(&opened.token, response)
}

/// Out.
async fn leave(State(web): State<Arc<Web>>, visitor: Visitor, asked: Asked) -> Response {
    answer(web, asked, move |web, asked| {
        web.office().sign_out(&visitor.token)?;
        let query = [("keluar".to_owned(), "1".to_owned())];
        let to = asked.writing().href("/masuk", &query);
        let mut response = Redirect::to(&to).into_response();
        response.headers_mut().append(header::SET_COOKIE, session::no_cookie());
        let cache = header::HeaderValue::from_static("\"cache\", \"storage\"");
        response.headers_mut().insert("clear-site-data", cache);
        Ok(response)
    })
    .await
}

/// A link, before it is used.
async fn show_link(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    Path(token): Path<String>,
    asked: Asked,
) -> Response {
    answer(web, asked, move |web, asked| {
        let page = link_page(web, asked, &visitor, &token, None, "")?;
        Ok(visitor.with_token(html(&page)))
    })
    .await
}

/// Uses a link: name, password, and in.
async fn use_link(
    State(web): State<Arc<Web>>,
    visitor: Visitor,
    Path(token): Path<String>,
    asked: Asked,
    fields: Fields,
) -> Response {
    answer(web, asked, move |web, asked| {
        let name = fields.text("nama");
        let password = fields.text("sandi");
        let chosen = NewAccount { name, password, device: &visitor.device };
        let repeated = fields.text("sandi_lagi") == password;
        let used = match (repeated, Token::parse(&token)) {
            (_, None) => Err(AppError::not_found("LINK_ENDED", "")),
            (false, _) => Err(AppError::usage("PASSWORD_DIFFERS", "")),
            (true, Some(token)) => web.office().use_link(&token, &chosen),
        };
        match used {
            Ok(opened) => Ok(entered_page(web, asked, &visitor, &opened, &Kept::default())),
            Err(error) if is_about_form(&error) => {
                let mistake = Some(sentence(asked, &error));
                let page = link_page(web, asked, &visitor, &token, mistake, name)?;
                let status = StatusCode::UNPROCESSABLE_ENTITY;
                Ok(visitor.with_token((status, html(&page)).into_response()))
            }
            Err(error) => Err(error),
        }
    })
    .await
}

fn link_page(
    web: &Web,
    asked: &Asked,
    visitor: &Visitor,
    token: &str,
    mistake: Option<String>,
    name: &str,
) -> Result<LinkPage, AppError> {
    let token = Token::parse(token).ok_or_else(|| AppError::not_found("LINK_ENDED", ""))?;
    let link = web.office().link(&token)?;
    let key = match link.purpose {
        Purpose::FirstRun => "login-first-run",
        Purpose::Invitation => "login-invitation",
        Purpose::Recovery => "login-recovery",
    };
    let writing = asked.writing();
    Ok(LinkPage {
        page: web.page(asked, Section::SignIn, writing.w(&format!("{key}-heading"))),
        csrf: visitor.form_key(),
        mistake,
        lead: writing.w(key),
        known: link.name.map(String::from),
        name: name.to_owned(),
    })
}

/// Whether the form is to be shown again, with what is wrong in it.
pub(crate) fn is_about_form(error: &AppError) -> bool {
    error.code.starts_with("PASSWORD_")
        || error.code.starts_with("SIGN_IN_")
        || matches!(error.code.as_str(), "NAME_UNFIT" | "CODE_TAKEN")
}

/// What is wrong and what to do, in one line.
pub(crate) fn sentence(asked: &Asked, error: &AppError) -> String {
    let writing = asked.writing();
    let values = [("detail", error.detail.as_str())];
    let what = writing.with(&format!("error-{}", error.code), &values);
    let remedy = writing.with(&format!("error-{}.remedy", error.code), &values);
    format!("{what} {remedy}")
}

/// An address of ours: a path, never another site that looks like one.
fn own_path(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('/')?;
    let other = rest.starts_with(['/', '\\']) || text.contains(['\\', '\n', '\r', '\t']);
    let plain = text.bytes().all(|byte| byte.is_ascii_graphic());
    let is_door =
        ["/masuk", "/keluar", "/mulai", "/pulih"].iter().any(|door| text.starts_with(door));
    (plain && !other && !is_door).then_some(text)
}

/// What was being sent, unless it holds what must not be written into a page or is too much of it.
fn kept_of(target: &str, fields: &Fields) -> Option<Kept> {
    let pairs = fields.0.iter().filter(|(name, _)| name != forms::KEY);
    let pairs: Vec<&(String, String)> = pairs.collect();
    if pairs.iter().any(|(name, _)| SECRET.contains(&name.as_str())) {
        return None;
    }
    let content = serde_urlencoded::to_string(&pairs).ok()?;
    own_path(target)?;
    let kept = Kept { next: String::new(), target: target.to_owned(), content };
    (kept.content.len() <= KEPT_MOST && !kept.content.is_empty()).then_some(kept)
}

fn with_cookie(token: &Token, mut response: Response) -> Response {
    let headers: &mut HeaderMap = response.headers_mut();
    headers.append(header::SET_COOKIE, session::cookie(token.as_str()));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_ours_are_gone_to() {
        for (text, ours) in [
            ("/berkas", true),
            ("/cakupan?per=desa&bulan=2022-11", true),
            ("/", true),
            ("", false),
            ("//evil.example", false),
            ("/\\evil.example", false),
            ("\\/evil.example", false),
            ("https://evil.example", false),
            ("/a\r\nset-cookie: b", false),
            ("/\t/evil.example", false),
            ("javascript:alert(1)", false),
            ("/keluar", false),
            ("/masuk?lanjut=/masuk", false),
        ] {
            assert_eq!(own_path(text).is_some(), ours, "{text}");
        }
    }
}
