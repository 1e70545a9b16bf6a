//! What stands around every answer: its headers, who may ask under which name, how long and how
//! many at a time, and a line in the log that names nobody.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use app::theme::Theme;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, HeaderName, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;

use crate::assets;
use crate::page::Asked;
use crate::routes::{Web, failure};

/// What pages may load: nothing but our own style, fonts and images; no script at all, or one of
/// ours on a page that says it has one.
pub(crate) struct Policies {
    plain: HeaderValue,
    scripted: HeaderValue,
    field: HeaderValue,
}

impl Policies {
    /// The policies of an office; styles that stand in the page itself are known by their digest.
    pub(crate) fn of(theme: &Theme) -> Policies {
        let own = assets::colours(theme);
        let styles = [Some(assets::style()), own.as_deref()].into_iter().flatten();
        let styles: Vec<String> = styles.map(assets::style_name).collect();
        let policy = |scripts: &str, images: &str| {
            let text = format!(
                "default-src 'none'; {scripts}style-src 'self' {}; font-src 'self'; \
                 img-src 'self'{images}; form-action 'self'; base-uri 'none'; \
                 frame-ancestors 'none'",
                styles.join(" ")
            );
            HeaderValue::from_str(&text).expect("a policy is plain text")
        };
        let own = "script-src 'self'; connect-src 'self'; ";
        Policies {
            plain: policy("", ""),
            scripted: policy(own, ""),
            // A photo is shown from the telephone's own memory before it is sent.
            field: policy(&format!("{own}manifest-src 'self'; worker-src 'self'; "), " blob:"),
        }
    }
}

// Not "no-referrer": browsers would then send a form without saying where it comes from.
const HEADERS: [(HeaderName, &str); 6] = [
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
    (REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(self), geolocation=(), microphone=()"),
];

/// How long an answer may take.
pub(crate) const ANSWERED_WITHIN: Duration = Duration::from_secs(60);
/// How long a request waits for its turn.
const TURN_WITHIN: Duration = Duration::from_secs(2);

/// Put into an answer whose page has a script of ours.
#[derive(Clone, Copy)]
pub(crate) struct Scripted;

/// Put into the answer that is the field app.
#[derive(Clone, Copy)]
pub(crate) struct FieldApp;

/// Put into an answer that is a file of somebody: to be saved, and powerless where it is opened.
#[derive(Clone, Copy)]
pub(crate) struct Sandboxed;

/// What a file of somebody may do where a browser shows it all the same.
const SANDBOX: HeaderValue = HeaderValue::from_static("sandbox; default-src 'none'");

/// Put into an answer that says what is wrong in its own words.
#[derive(Clone, Copy)]
pub(crate) struct SaidPlainly;

/// Put into an answer by the gate: who asked, for the log.
#[derive(Clone, Default)]
pub(crate) struct AskedBy {
    pub user: String,
    /// The token of the program that asked; empty when it was somebody in person.
    pub token: String,
}

/// Put into a request that may change something.
#[derive(Clone, Copy)]
pub(crate) struct Acts;

/// Put into every request: its number, which problems tell and the log finds.
#[derive(Clone)]
pub(crate) struct RequestId(pub Arc<str>);

/// Puts the headers of the house on every answer; pages are not kept by browsers.
pub(crate) async fn with_headers(
    State(web): State<Arc<Web>>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = next.run(request).await;
    let scripted = response.extensions().get::<Scripted>().is_some();
    let policies = &web.policies;
    let is_field = response.extensions().get::<FieldApp>().is_some();
    let is_sandboxed = response.extensions().get::<Sandboxed>().is_some();
    let policy = match scripted {
        _ if is_sandboxed => &SANDBOX,
        _ if is_field => &policies.field,
        true => &policies.scripted,
        false => &policies.plain,
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, policy.clone());
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if web.options.is_secure {
        let year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.insert(STRICT_TRANSPORT_SECURITY, year);
    }
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Numbers the request, counts it, and writes one line: the route, never the address.
///
/// Of a request that is part of a trace (W3C Trace Context) it says the trace and the part it came
/// from; the request's own number has the shape of a part.
pub(crate) async fn logged(
    State(web): State<Arc<Web>>,
    mut request: Request,
    next: Next,
) -> Response {
    let id = web.new_request_id();
    request.extensions_mut().insert(RequestId(id.as_str().into()));
    request.extensions_mut().insert(web.zone);
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        request.extensions_mut().insert(Acts);
    }
    let trace = request.headers().get("traceparent").and_then(|sent| sent.to_str().ok());
    let (trace, parent) = trace.and_then(trace_of).unwrap_or_default();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let (method, begun) = (request.method().clone(), Instant::now());
    web.metrics.begin();
    let mut response = next.run(request).await;
    let took = begun.elapsed();
    let status = response.status();
    web.metrics.end(status, took);
    let by = response.extensions().get::<AskedBy>().cloned().unwrap_or_default();
    tracing::info!(
        request.id = %id,
        request.method = %method,
        request.route = route.as_ref().map_or("", MatchedPath::as_str),
        response.status = status.as_u16(),
        user.id = by.user,
        token.id = by.token,
        trace.id = trace,
        trace.parent = parent,
        duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        "answered"
    );
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(HeaderName::from_static("x-request-id"), value);
    }
    response
}

/// Trace and part of a `traceparent` header; none when it is not one.
fn trace_of(sent: &str) -> Option<(String, String)> {
    let parts: Vec<&str> = sent.trim().split('-').collect();
    let (version, trace, parent, flags) = match parts.as_slice() {
        [version, trace, parent, flags] => (version, trace, parent, flags),
        // Later versions may say more.
        [version, trace, parent, flags, ..] if *version != "00" => (version, trace, parent, flags),
        _ => return None,
    };
    let is_hex = |text: &str, digits: usize| {
        text.len() == digits && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let fits = is_hex(version, 2) && *version != "ff" && is_hex(flags, 2);
    let is_number = |text: &str| text.bytes().any(|byte| byte != b'0');
    let ids = is_hex(trace, 32) && is_number(trace) && is_hex(parent, 16) && is_number(parent);
    (fits && ids).then(|| ((*trace).to_owned(), (*parent).to_owned()))
}

/// Lets so many in at a time and gives each its minute; who comes too many is told to wait.
pub(crate) async fn bounded(State(web): State<Arc<Web>>, request: Request, next: Next) -> Response {
    // Whoever watches must be answered most of all when there is too much to do.
    let watches = matches!(request.uri().path(), "/sehat" | "/health" | "/metrics");
    if watches || request.uri().path().starts_with("/aset/") {
        return next.run(request).await;
    }
    let asked = asked(&request);
    let turn = tokio::time::timeout(TURN_WITHIN, web.turns.acquire()).await;
    let Ok(Ok(_turn)) = turn else {
        web.metrics.shed();
        return failure::page(&web, &asked, StatusCode::SERVICE_UNAVAILABLE);
    };
    match tokio::time::timeout(web.options.answered_within, next.run(request)).await {
        Ok(response) => response,
        // What was begun goes on by itself, so nobody can say yet that nothing has changed.
        Err(_) if asked.acts => failure::not_known(&web, &asked),
        Err(_) => failure::page(&web, &asked, StatusCode::SERVICE_UNAVAILABLE),
    }
}

/// Puts words around a bare status, such as that of a form which is too large.
pub(crate) async fn in_words(
    State(web): State<Arc<Web>>,
    request: Request,
    next: Next,
) -> Response {
    let asked = asked(&request);
    let response = next.run(request).await;
    let status = response.status();
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let is_bare = kind.is_none_or(|kind| kind.starts_with("text/plain"));
    let is_failure = status.is_client_error() || status.is_server_error();
    match is_failure && is_bare && response.extensions().get::<SaidPlainly>().is_none() {
        false => response,
        true => {
            let mut said = failure::page(&web, &asked, status);
            for (name, value) in response.headers() {
                // Some failures say how to go on: what is allowed, when to come back.
                if name != CONTENT_TYPE && name != axum::http::header::CONTENT_LENGTH {
                    said.headers_mut().append(name, value.clone());
                }
            }
            said
        }
    }
}

/// Answers only requests that name this machine, or a name that was given for it.
///
/// Without it a page of somebody else's could point its own name at this machine and read along.
pub(crate) async fn only_known_names(
    State(web): State<Arc<Web>>,
    request: Request,
    next: Next,
) -> Response {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    let host = host.or(request.uri().host()).unwrap_or_default();
    let known = web.options.hosts.iter().any(|known| is_named(host, known));
    match known || (web.options.is_local && names_this_machine(host)) {
        true => next.run(request).await,
        false => {
            let asked = asked(&request);
            failure::nameless(&asked)
        }
    }
}

fn asked(request: &Request) -> Asked {
    Asked::of(request.uri(), request.headers(), request.extensions())
}

/// Whether a host header names a host, with any port when the host has none.
fn is_named(header: &str, host: &str) -> bool {
    header.eq_ignore_ascii_case(host) || without_port(header).eq_ignore_ascii_case(host)
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

/// Whether a host header names the loopback: `localhost`, `127.x.y.z` or `[::1]`, with any port.
fn names_this_machine(host: &str) -> bool {
    let name = without_port(host);
    if let Some(inside) = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')) {
        return inside.parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback());
    }
    name.eq_ignore_ascii_case("localhost")
        || name.parse::<IpAddr>().is_ok_and(|address| address.is_ipv4() && address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_answered() {
        for (host, ours) in [
            ("localhost", true),
            ("LocalHost:8080", true),
            ("127.0.0.1:8080", true),
            ("127.8.8.8", true),
            ("[::1]:8080", true),
            ("[::1]", true),
            ("::1", false),
            ("payung.example", false),
            ("localhost.example:8080", false),
            ("127.0.0.1.example", false),
            ("192.168.1.5:8080", false),
            ("0.0.0.0:8080", false),
            ("localhost:80a", false),
            ("", false),
        ] {
            assert_eq!(names_this_machine(host), ours, "{host}");
        }
    }

    #[test]
    fn a_trace_is_read_when_it_is_one() {
        let (trace, parent) = ("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7");
        for (sent, is_one) in [
            (format!("00-{trace}-{parent}-01"), true),
            (format!("01-{trace}-{parent}-01-more"), true),
            (format!("00-{trace}-{parent}-01-more"), false),
            (format!("ff-{trace}-{parent}-01"), false),
            (format!("00-{}-{parent}-01", "0".repeat(32)), false),
            (format!("00-{trace}-{}-01", "0".repeat(16)), false),
            (format!("00-{}-{parent}-01", trace.to_uppercase()), false),
            (format!("00-{trace}-{parent}"), false),
            (String::new(), false),
        ] {
            assert_eq!(trace_of(&sent).is_some(), is_one, "{sent}");
        }
    }

    #[test]
    fn a_given_name_is_answered_whole() {
        for (header, host, ours) in [
            ("payung.paserkab.go.id", "payung.paserkab.go.id", true),
            ("Payung.PaserKab.go.id:443", "payung.paserkab.go.id", true),
            ("payung.paserkab.go.id:8443", "payung.paserkab.go.id:8443", true),
            ("payung.paserkab.go.id:443", "payung.paserkab.go.id:8443", false),
            ("jahat.payung.paserkab.go.id", "payung.paserkab.go.id", false),
            ("", "payung.paserkab.go.id", false),
        ] {
            assert_eq!(is_named(header, host), ours, "{header}");
        }
    }
}
