//! `/masuk`, `/keluar`, `/mulai` and `/pulih`: in, out, and the links that work once.
//!
//! Whatever is wrong with a name or a password is said in one sentence, which tells a stranger
//! nothing. What somebody sent after the login had ended is kept in the page and sent again.

use std::sync::Arc;

use app::error::AppError;
use app::login::{NewAccount, Opened, Purpose, SignIn, SignInStage, Token};
use app::office::Operation;
use axum::extract::{FromRequestParts, Path, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};

use crate::forms::{self, Fields};
use crate::page::{Asked, Section};
use crate::parts::{Control, Field, Form, FormPage};
use crate::routes::{Route, Web, answer, failure, html, provider, sentence};
use crate::session::{self, Visitor};

/// What is kept of a form over a login is not more than this.
const KEPT_MOST: usize = 256 * 1024;
/// Where somebody goes who was going nowhere.
const AFTER: &str = "/beranda";
/// Fields that are never written into a page again.
const SECRET: [&str; 4] = ["sandi", "sandi_lama", "sandi_baru", "kode"];

/// Where somebody was going, and what was being sent there.
#[derive(Debug, Clone, Default)]
pub(crate) struct Kept {
    /// The page to go to.
    pub(crate) next: String,
    /// The address that a form goes to.
    target: String,
    /// The fields of the form, as a form writes them.
    content: String,
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

/// Answers a request for something that needs a login, from somebody without a whole one.
pub(crate) async fn ask(web: &Arc<Web>, request: Request) -> Response {
    let (mut parts, _) = request.into_parts();
    let asked = Asked::of(&parts.uri, &parts.headers, &parts.extensions);
    let Ok(visitor) = Visitor::from_request_parts(&mut parts, &()).await;
    let here = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let is_page = parts.method == Method::GET && !asked.by_program && !asked.path.contains('.');
    if is_page {
        let query = [("lanjut".to_owned(), here.to_owned())];
        return Redirect::to(&asked.writing().href(door_of(&visitor), &query)).into_response();
    }
    let fields = parts.extensions.get::<Fields>();
    match fields.and_then(|fields| kept_of(here, fields)) {
        Some(kept) => {
            let form = move |web: &Web, asked: &Asked| {
                let mut page = sign_in_page(web, asked, &visitor, &kept, None);
                page.lead.insert(0, asked.writing().w("login-ended"));
                Ok(visitor.with_token((StatusCode::UNAUTHORIZED, html(&page)).into_response()))
            };
            answer(Arc::clone(web), asked, form).await
        }
        None => failure::page(web, &asked, StatusCode::UNAUTHORIZED),
    }
}

/// Where somebody goes on signing in.
pub(crate) fn door_of(visitor: &Visitor) -> &'static str {
    match visitor.login.as_ref().map(|login| login.session.stage) {
        Some(SignInStage::Code) => "/masuk/kode",
        Some(SignInStage::Enrol) => "/masuk/pengaman",
        Some(SignInStage::Whole) | None => "/masuk",
    }
}

/// The form.
async fn show(State(web): State<Arc<Web>>, visitor: Visitor, asked: Asked) -> Response {
    let kept = Kept::asked(&asked);
    match door_of(&visitor) {
        "/masuk" => {}
        door => {
            let query = [("lanjut".to_owned(), kept.next)];
            return Redirect::to(&asked.writing().href(door, &query)).into_response();
        }
    }
    if visitor.login.is_some() {
        return Redirect::to(own_path(&kept.next).unwrap_or(AFTER)).into_response();
    }
    answer(web, asked, move |web, asked| {
        let mut page = sign_in_page(web, asked, &visitor, &kept, None);
        if asked.value("keluar").is_some() {
            page.lead.insert(0, asked.writing().w("login-signed-out"));
            page.instead = provider::way_out(web, asked).or(page.instead);
        }
        Ok(visitor.with_token(html(&page)))
    })
    .await
}

fn sign_in_page(
    web: &Web,
    asked: &Asked,
    visitor: &Visitor,
    kept: &Kept,
    wrong: Option<(&str, &AppError)>,
) -> FormPage {
    let writing = asked.writing();
    let page = web.page(asked, Section::SignIn, writing.w("login-heading"));
    let line = Control::Line { width: 30, keyboard: "text", filled_by: "username" };
    let mut name = Field::new(writing, "nama", "login-name", line);
    name.hint = String::new();
    let password = Control::Secret { filled_by: "current-password" };
    let mut password = Field::new(writing, "sandi", "login-password", password);
    if let Some((typed, error)) = wrong {
        name = name.answered(typed);
        password.mistake = sentence(error, asked.writing());
    }
    let form = Form::new(&page, "/masuk", "login-submit", vec![name, password]);
    let form = kept.hidden_in(form.with_csrf(&visitor.form_key()));
    let mut page = FormPage::new(page, writing.w("login-heading"), form);
    page.lead = vec![writing.w("login-forgotten")];
    page.instead = provider::way_in(web, asked, &kept.next);
    page
}

/// The sign-in page after the other way in has led nowhere, with the one sentence that says why.
pub(crate) fn refused_page(
    web: &Web,
    asked: &Asked,
    visitor: &Visitor,
    error: &AppError,
    status: StatusCode,
) -> Response {
    let mut page = sign_in_page(web, asked, visitor, &Kept::default(), None);
    page.lead.insert(0, sentence(error, asked.writing()));
    visitor.with_token((status, html(&page)).into_response())
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
        let kept = Kept::sent(&fields);
        let (name, password) = (fields.text("nama"), fields.text("sandi"));
        let entered = match web.limits.wait(visitor.address, now) {
            Some(minutes) => Err(AppError::refused("SIGN_IN_LOCKED", minutes.to_string())),
            None => web.office().sign_in(&SignIn { name, password, device: &visitor.device }),
        };
        match entered {
            Ok(opened) => {
                // Whatever login the browser had before is over.
                web.office().sign_out(&visitor.token)?;
                Ok(entered_page(web, asked, &opened, &kept))
            }
            Err(error) => {
                let status = status_of(&error).ok_or_else(|| error.clone())?;
                if status == StatusCode::UNAUTHORIZED {
                    web.limits.fail(visitor.address, now);
                }
                let page = sign_in_page(web, asked, &visitor, &kept, Some((name, &error)));
                Ok(visitor.with_token((status, html(&page)).into_response()))
            }
        }
    })
    .await
}

/// On to where somebody was going, with a token that is new.
pub(crate) fn entered_page(web: &Web, asked: &Asked, opened: &Opened, kept: &Kept) -> Response {
    let writing = asked.writing();
    let fields = serde_urlencoded::from_str::<Vec<(String, String)>>(&kept.content);
    let again = own_path(&kept.target).zip(fields.ok()).filter(|_| !kept.content.is_empty());
    let next = [("lanjut".to_owned(), kept.next.clone())];
    let response = match (opened.stage, again) {
        (SignInStage::Code, _) if !kept.content.is_empty() => kept.code_page(web, asked, opened),
        (SignInStage::Code, _) => Redirect::to(&writing.href("/masuk/kode", &next)).into_response(),
        (SignInStage::Enrol, _) => {
            Redirect::to(&writing.href("/masuk/pengaman", &next)).into_response()
        }
        (SignInStage::Whole, Some((target, fields))) => {
            let page = web.page(asked, Section::SignIn, writing.w("login-send-again-heading"));
            let mut form = Form::new(&page, "/masuk", "login-send-again-submit", Vec::new())
                .with_csrf(&opened.token.form_key());
            form.action = target.to_owned();
            for (name, value) in fields.iter().filter(|(name, _)| name != "once") {
                form = form.with_hidden(name, value);
            }
            let mut page = FormPage::new(page, writing.w("login-send-again-heading"), form);
            page.lead = vec![writing.w("login-send-again")];
            html(&page)
        }
        (SignInStage::Whole, None) => {
            Redirect::to(own_path(&kept.next).unwrap_or(AFTER)).into_response()
        }
    };
    with_cookie(&opened.token, response)
}

impl Kept {
    /// What an address says.
    pub(crate) fn asked(asked: &Asked) -> Kept {
        Kept::going_to(asked.value("lanjut").unwrap_or_default().to_owned())
    }

    /// Only a page to go to.
    pub(crate) fn going_to(next: String) -> Kept {
        Kept { next, ..Kept::default() }
    }

    /// What a form brought back.
    pub(crate) fn sent(fields: &Fields) -> Kept {
        Kept {
            next: fields.text("lanjut").to_owned(),
            target: fields.text("kirim_ke").to_owned(),
            content: fields.text("isi").to_owned(),
        }
    }

    /// As fields that bring it back.
    pub(crate) fn pairs(&self) -> [(&'static str, String); 3] {
        let [next, target, content] = [&self.next, &self.target, &self.content].map(String::clone);
        [("lanjut", next), ("kirim_ke", target), ("isi", content)]
    }

    /// A form that brings it back.
    pub(crate) fn hidden_in(&self, form: Form) -> Form {
        let pairs = self.pairs().into_iter();
        pairs.fold(form, |form, (name, value)| form.with_hidden(name, &value))
    }

    /// The form for a code, which brings it along; a passkey is used from the page without it.
    fn code_page(&self, web: &Web, asked: &Asked, opened: &Opened) -> Response {
        let writing = asked.writing();
        let page = web.page(asked, Section::SignIn, writing.w("login-code-heading"));
        let line = Control::Line { width: 12, keyboard: "text", filled_by: "one-time-code" };
        let field = Field::new(writing, "kode", "login-code", line);
        let form = Form::new(&page, "/masuk/kode", "login-submit", vec![field])
            .with_csrf(&opened.token.form_key());
        html(&FormPage::new(page, writing.w("login-code-heading"), self.hidden_in(form)))
    }
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
        let page = link_page(web, asked, &visitor, &token, None)?;
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
        let (name, password) = (fields.text("nama"), fields.text("sandi"));
        let chosen = NewAccount { name, password, device: &visitor.device };
        let repeated = fields.text("sandi_lagi") == password;
        let used = match (repeated, Token::parse(&token)) {
            (_, None) => Err(AppError::not_found("LINK_ENDED", "")),
            (false, _) => Err(AppError::usage("PASSWORD_DIFFERS", "")),
            (true, Some(token)) => web.office().use_link(&token, &chosen),
        };
        match used {
            Ok(opened) => {
                web.office().sign_out(&visitor.token)?;
                Ok(entered_page(web, asked, &opened, &Kept::default()))
            }
            Err(error) if is_about_form(&error) => {
                let page = link_page(web, asked, &visitor, &token, Some((name, &error)))?;
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
    wrong: Option<(&str, &AppError)>,
) -> Result<FormPage, AppError> {
    let parsed = Token::parse(token).ok_or_else(|| AppError::not_found("LINK_ENDED", ""))?;
    let link = web.office().link(&parsed)?;
    let (door, key) = match link.purpose {
        Purpose::FirstRun => ("mulai", "login-first-run"),
        Purpose::Invitation => ("mulai", "login-invitation"),
        Purpose::Recovery => ("pulih", "login-recovery"),
    };
    let writing = asked.writing();
    let heading = writing.w(&format!("{key}-heading"));
    let page = web.page(asked, Section::SignIn, heading.clone());
    let mut fields = Vec::new();
    if link.name.is_none() {
        let line = Control::Line { width: 30, keyboard: "text", filled_by: "username" };
        let typed = wrong.map_or("", |(name, _)| name);
        fields.push(Field::new(writing, "nama", "login-name", line).answered(typed));
    }
    fields.extend(new_password_fields(asked, "sandi"));
    if let Some((_, error)) = wrong {
        let of_name = matches!(error.code.as_str(), "NAME_UNFIT" | "CODE_TAKEN");
        let at = fields.iter().position(|field| (field.name == "nama") == of_name).unwrap_or(0);
        fields[at].mistake = sentence(error, asked.writing());
    }
    let form = Form::new(&page, &format!("/{door}/{token}"), "login-set-password", fields)
        .with_csrf(&visitor.form_key());
    let mut page = FormPage::new(page, heading, form);
    page.lead = vec![writing.w(key)];
    if let Some(name) = &link.name {
        page.lead.push(format!("{}: {name}", writing.w("login-name")));
    }
    Ok(page)
}

/// A new password, written twice.
pub(crate) fn new_password_fields(asked: &Asked, name: &'static str) -> [Field; 2] {
    let writing = asked.writing();
    let secret = || Control::Secret { filled_by: "new-password" };
    [
        Field::new(writing, name, "login-new-password", secret()),
        Field::new(writing, "sandi_lagi", "login-password-again", secret()),
    ]
}

/// The status of a refusal at the door; none for a failure of ours.
pub(crate) fn status_of(error: &AppError) -> Option<StatusCode> {
    match error.code.as_str() {
        "SIGN_IN_WRONG" | "CODE_WRONG" => Some(StatusCode::UNAUTHORIZED),
        "SIGN_IN_LOCKED" => Some(StatusCode::TOO_MANY_REQUESTS),
        _ => None,
    }
}

/// Whether the form is to be shown again, with what is wrong in it.
pub(crate) fn is_about_form(error: &AppError) -> bool {
    error.code.starts_with("PASSWORD_")
        || error.code.starts_with("SIGN_IN_")
        || matches!(
            error.code.as_str(),
            "NAME_UNFIT" | "CODE_TAKEN" | "FACTOR_NEEDED" | "PASSKEY_UNKNOWN"
        )
}

/// An address of ours: a path, never another site that looks like one.
pub(crate) fn own_path(text: &str) -> Option<&str> {
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

pub(crate) fn with_cookie(token: &Token, mut response: Response) -> Response {
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
            ("/impor", true),
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
