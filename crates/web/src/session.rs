//! The cookie: who a request comes from, read once before any address.
//!
//! A browser that never signed in has a token too, so that its forms can prove to be ours. Signing
//! in always gives a new one. A program shows a token of another kind in a header, and no cookie
//! of ours beside it.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use app::login::{self, Login, Token};
use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::header::{AUTHORIZATION, COOKIE, SET_COOKIE, USER_AGENT, WWW_AUTHENTICATE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::page::Asked;
use crate::routes::{Web, failure, people, snap};
use crate::signed::Signed;

/// The name says that only this host may set it, over an encrypted way, for all of its paths.
pub(crate) const COOKIE_NAME: &str = "__Host-payung";

/// A browser, signed in or not.
#[derive(Clone)]
pub(crate) struct Visitor {
    /// What the browser keeps.
    pub(crate) token: Token,
    /// Whether the browser does not have it yet.
    is_new: bool,
    /// The login it belongs to, whole or not.
    pub(crate) login: Option<Login>,
    /// Where it asks from.
    pub(crate) address: IpAddr,
    /// The browser, in plain words.
    pub(crate) device: String,
}

impl Visitor {
    /// What every form of this browser must send back.
    pub(crate) fn form_key(&self) -> String {
        self.token.form_key()
    }

    /// A page with a form for somebody who is not signed in: the browser gets its token with it.
    pub(crate) fn with_token(&self, mut response: Response) -> Response {
        if self.is_new {
            response.headers_mut().append(SET_COOKIE, cookie(self.token.as_str()));
        }
        response
    }
}

/// The header that gives a browser its token.
pub(crate) fn cookie(token: &str) -> HeaderValue {
    let text = format!("{COOKIE_NAME}={token}; Path=/; Secure; HttpOnly; SameSite=Lax");
    HeaderValue::from_str(&text).expect("a token is hexadecimal")
}

/// The header that takes it back.
pub(crate) fn no_cookie() -> HeaderValue {
    let text = format!("{COOKIE_NAME}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
    HeaderValue::from_str(&text).expect("it is plain text")
}

/// Finds out who asks and puts it into the request: [`Visitor`] always, [`Signed`] when signed in.
pub(crate) async fn read(
    State(web): State<Arc<Web>>,
    mut request: Request,
    next: Next,
) -> Response {
    // Nobody may say who he is by naming it in the request: only this layer does.
    request.extensions_mut().remove::<Signed>();
    if request.uri().path().starts_with("/aset/") {
        return next.run(request).await;
    }
    // A bank shows a token of its own kind, and means no login.
    let is_bank = snap::service_at(request.uri().path()).is_some();
    if request.headers().contains_key(AUTHORIZATION) && !is_bank {
        return read_program(web, request, next).await;
    }
    let sent = token_of(request.headers()).filter(|_| !is_bank);
    let person = people::looked_at(&request);
    let found = match sent.clone() {
        None => Ok(None),
        Some(token) => {
            let web = Arc::clone(&web);
            let ask = move || match person {
                Some(person) => web.office().login_looking(&token, person),
                None => Ok(web.office().login(&token)?.map(|login| (login, None))),
            };
            tokio::task::spawn_blocking(ask).await.unwrap_or(Ok(None))
        }
    };
    let Ok(found) = found else { return StatusCode::SERVICE_UNAVAILABLE.into_response() };
    let (login, looked) = found.unzip();
    if let Some(looked) = looked.flatten() {
        request.extensions_mut().insert(people::Seen::new(looked));
    }
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let visitor = Visitor {
        is_new: sent.is_none(),
        token: sent.unwrap_or_else(|| web.office.new_token()),
        address: address(peer.map(|peer| peer.0.ip()), request.headers()),
        device: device(request.headers()),
        login,
    };
    if let Some(login) = &visitor.login
        && let Some(actor) = &login.actor
    {
        let signed = Signed {
            actor: actor.clone(),
            csrf: visitor.form_key().into(),
            ends_at_ms: login::ends_at_ms(&login.session),
        };
        request.extensions_mut().insert(signed);
    }
    request.extensions_mut().insert(visitor);
    next.run(request).await
}

/// The same for a program: by the token that it shows and by nothing else.
async fn read_program(web: Arc<Web>, mut request: Request, next: Next) -> Response {
    // Whoever shows a token and a login means neither.
    let is_mixed = cookies(request.headers()).next().is_some();
    let shown = bearer(request.headers()).filter(|_| !is_mixed);
    let asking = Arc::clone(&web);
    let asked = tokio::task::spawn_blocking(move || match shown {
        Some(shown) => asking.office().token_login(&shown),
        None => Ok(None),
    });
    let Ok(Ok(actor)) = asked.await else {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    };
    let asked = Asked::of(request.uri(), request.headers(), request.extensions());
    let Some(actor) = actor else {
        let mut response = failure::page(&web, &asked, StatusCode::UNAUTHORIZED);
        let why = HeaderValue::from_static("Bearer error=\"invalid_token\"");
        response.headers_mut().insert(WWW_AUTHENTICATE, why);
        return response;
    };
    let token = actor.through.map(|through| through.token);
    if let Some(token) = token
        && let Some(seconds) = web.asks.count(token, web.office.now_ms())
    {
        return failure::too_many(&web, &asked, seconds);
    }
    let visitor = Visitor {
        is_new: true,
        token: web.office.new_token(),
        login: None,
        address: IpAddr::V4(Ipv4Addr::LOCALHOST),
        device: String::new(),
    };
    request.extensions_mut().insert(Signed { actor, csrf: "".into(), ends_at_ms: 0 });
    request.extensions_mut().insert(visitor);
    next.run(request).await
}

/// What stands behind `Bearer`; two headers are none.
fn bearer(headers: &HeaderMap) -> Option<String> {
    let mut sent = headers.get_all(AUTHORIZATION).iter();
    let (only, more) = (sent.next()?, sent.next());
    let (scheme, shown) = only.to_str().ok()?.trim().split_once(' ')?;
    let fits = more.is_none() && scheme.eq_ignore_ascii_case("bearer");
    fits.then(|| shown.trim().to_owned())
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Visitor, Infallible> {
        Ok(parts.extensions.get::<Visitor>().cloned().expect("the layer reads every cookie"))
    }
}

/// Where a request comes from: its own end of the line, or what a program on this machine that
/// passes it on says last.
fn address(peer: Option<IpAddr>, headers: &HeaderMap) -> IpAddr {
    let peer = peer.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
    let said = headers.get_all("x-forwarded-for").iter().next_back();
    let said = said.and_then(|said| said.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
    if peer.is_loopback() { said.unwrap_or(peer) } else { peer }
}

/// What stands in the cookies of our name.
fn cookies(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let pairs = headers.get_all(COOKIE).iter().filter_map(|header| header.to_str().ok());
    pairs
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(name, _)| *name == COOKIE_NAME)
        .map(|(_, value)| value)
}

/// The token of the cookie; two cookies of the name are none.
fn token_of(headers: &HeaderMap) -> Option<Token> {
    let mut found = cookies(headers);
    match (found.next(), found.next()) {
        (Some(value), None) => Token::parse(value),
        _ => None,
    }
}

/// Program and system, as far as a browser says them: for its holder to recognise it by.
fn device(headers: &HeaderMap) -> String {
    let agent = headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    let named = |names: &[(&str, &'static str)]| {
        names.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
    };
    // The order matters: most browsers also name those they descend from.
    let browsers = [
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    let systems = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Macintosh", "Mac"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ];
    let parts = [named(&browsers), named(&systems)];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_whole_cookie_is_read_and_nothing_else() {
        let token = "0123456789abcdef".repeat(4);
        let check = |header: &str, is_read: bool| {
            let mut headers = HeaderMap::new();
            headers.insert(COOKIE, HeaderValue::from_str(header).expect("a header"));
            assert_eq!(token_of(&headers).is_some(), is_read, "{header}");
        };
        check(&format!("{COOKIE_NAME}={token}"), true);
        check(&format!("a=b; {COOKIE_NAME}={token}; c=d"), true);
        check(&format!("payung={token}"), false);
        check(&format!("{COOKIE_NAME}={token}; {COOKIE_NAME}={token}"), false);
        check(&format!("{COOKIE_NAME}={}", &token[1..]), false);
        check(&format!("{COOKIE_NAME}={}", token.to_uppercase()), false);
        check(&format!("{COOKIE_NAME}={token}\""), false);
        check(COOKIE_NAME, false);
    }

    #[test]
    fn one_bearer_is_read_and_nothing_else() {
        let check = |sent: &[&str], expect: Option<&str>| {
            let mut headers = HeaderMap::new();
            for one in sent {
                headers.append(AUTHORIZATION, HeaderValue::from_str(one).expect("a header"));
            }
            assert_eq!(bearer(&headers).as_deref(), expect, "{sent:?}");
        };
        check(&["Bearer payung_1"], Some("payung_1"));
        check(&["bearer  payung_1"], Some("payung_1"));
        check(&["Basic payung_1"], None);
        check(&["payung_1"], None);
        check(&["Bearer a", "Bearer a"], None);
    }

    #[test]
    fn only_a_program_of_this_machine_says_who_else_asks() {
        let check = |peer: &str, said: &str, expect: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("x-forwarded-for", HeaderValue::from_str(said).expect("a header"));
            let peer = peer.parse().expect("an address");
            assert_eq!(address(Some(peer), &headers).to_string(), expect);
        };
        check("127.0.0.1", "198.51.100.7, 203.0.113.9", "203.0.113.9");
        check("127.0.0.1", "siapa", "127.0.0.1");
        check("203.0.113.9", "198.51.100.7", "203.0.113.9");
    }

    #[test]
    fn a_browser_is_named_in_plain_words() {
        let check = |agent: &str, expect: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(USER_AGENT, HeaderValue::from_str(agent).expect("a header"));
            assert_eq!(device(&headers), expect);
        };
        check(
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
             Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge, Windows",
        );
        check(
            "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 \
             Mobile Safari/537.36",
            "Chrome, Android",
        );
        check("curl/8.0", "");
    }
}
