//! The one way out of the program: a question to the identity provider of the office or to a bank,
//! and messages to other programs (`post`). The addresses are ones that two agreed on, redirects
//! are not followed, and an answer is short and soon there. A name may lead to no machine of ours.

mod post;

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use app::error::{AppError, ErrorKind};
use app::events::is_public;
use app::login::provider::{Answered, Ask};
use app::snap::{self, Call, Network};
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::runtime::{Builder, Handle};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

pub use post::lone_poster;
pub(crate) use post::poster;

/// How long a provider may take.
const ANSWERED_WITHIN: Duration = Duration::from_secs(10);
/// How long a bank may take; afterwards nobody knows.
const BANK_WITHIN: Duration = Duration::from_secs(30);
/// Lists of keys and tokens are far shorter.
const ANSWER_MOST: usize = 256 * 1024;

/// Whom the system trusts, read once.
static TLS: LazyLock<TlsConnector> = LazyLock::new(|| {
    let mut trusted = RootCertStore::empty();
    trusted.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring knows the versions that are safe")
        .with_root_certificates(trusted)
        .with_no_client_auth();
    TlsConnector::from(Arc::new(config))
});

trait Way: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Way for T {}

/// Asks, from a thread that may wait.
///
/// # Errors
/// `PROVIDER_UNREACHABLE`.
pub(crate) fn fetch(ask: &Ask<'_>) -> Result<Answered, AppError> {
    let asked = Handle::current().block_on(tokio::time::timeout(ANSWERED_WITHIN, answered(ask)));
    let unreachable = || AppError::new(ErrorKind::External, "PROVIDER_UNREACHABLE", "");
    asked.ok().flatten().ok_or_else(unreachable)
}

async fn answered(ask: &Ask<'_>) -> Option<Answered> {
    let (host, way) = way_to(ask.origin).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(way)).await.ok()?;
    let driven = tokio::spawn(connection);
    let request = Request::builder()
        .uri(ask.path)
        .header(header::HOST, host)
        .header(header::ACCEPT, "application/json")
        .header(header::USER_AGENT, "Payung");
    let request = match ask.form {
        None => request.body(Body::empty()),
        Some((form, proof)) => request
            .method("POST")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::AUTHORIZATION, proof)
            .body(Body::from(form.to_owned())),
    };
    let response = sender.send_request(request.ok()?).await.ok()?;
    let status = response.status().as_u16();
    let body = to_bytes(Body::new(response.into_body()), ANSWER_MOST).await.ok()?;
    driven.abort();
    Some(Answered { status, body: body.to_vec() })
}

/// Carries a call to a bank, from a thread that may wait; none when no answer came in time.
///
/// # Errors
/// `SNAP_ADDRESS` when its name leads where no bank is: then nothing was sent.
pub fn carry(call: &Call<'_>) -> Result<Option<snap::Answered>, AppError> {
    waited(carried(call, |address| is_of_net(address, call.network)))
}

/// The same to this machine, where tests have their bank.
#[cfg(test)]
pub(crate) fn carry_here(call: &Call<'_>) -> Result<Option<snap::Answered>, AppError> {
    waited(carried(call, |address| address.is_loopback()))
}

fn waited<T>(
    work: impl Future<Output = Result<Option<T>, AppError>>,
) -> Result<Option<T>, AppError> {
    let timed = async { tokio::time::timeout(BANK_WITHIN, work).await.unwrap_or(Ok(None)) };
    match Handle::try_current() {
        Ok(driver) => driver.block_on(timed),
        Err(_) => {
            let unexpected =
                |error| AppError::new(ErrorKind::External, "UNEXPECTED", format!("{error}"));
            let driver = Builder::new_current_thread().enable_all().build();
            driver.map_err(|error: std::io::Error| unexpected(error))?.block_on(timed)
        }
    }
}

async fn carried(
    call: &Call<'_>,
    may_be: impl Fn(IpAddr) -> bool,
) -> Result<Option<snap::Answered>, AppError> {
    let refused = || AppError::refused("SNAP_ADDRESS", call.origin);
    let place = Place::of(call.origin).ok_or_else(refused)?;
    let Ok(found) = lookup_host((place.name, place.port)).await else { return Ok(None) };
    let found: Vec<SocketAddr> = found.collect();
    // One that leads elsewhere makes the whole name doubtful.
    if !found.iter().all(|address| may_be(address.ip())) {
        return Err(refused());
    }
    // The address that was looked at is the one that is asked: the name may change its mind.
    let Some(address) = found.first() else { return Ok(None) };
    Ok(exchanged(&place, *address, call).await)
}

async fn exchanged(
    place: &Place<'_>,
    address: SocketAddr,
    call: &Call<'_>,
) -> Option<snap::Answered> {
    let stream = TcpStream::connect(address).await.ok()?;
    let way = place.secured(stream).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(way)).await.ok()?;
    let driven = tokio::spawn(connection);
    let mut request = Request::builder()
        .method(call.method)
        .uri(call.path)
        .header(header::HOST, place.host)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ACCEPT, "application/json")
        .header(header::USER_AGENT, "Payung");
    for (name, value) in &call.headers {
        request = request.header(*name, value);
    }
    let request = request.body(Body::from(call.body.clone())).ok()?;
    let response = sender.send_request(request).await.ok()?;
    let status = response.status().as_u16();
    let body = to_bytes(Body::new(response.into_body()), ANSWER_MOST).await.ok()?;
    driven.abort();
    Some(snap::Answered { status, body: body.to_vec() })
}

/// Whether an address may be a bank's: one of the open network, or of a private net where a line of
/// its own was agreed.
fn is_of_net(address: IpAddr, network: Network) -> bool {
    let address = address.to_canonical();
    let is_private = match address {
        IpAddr::V4(v4) => {
            let [first, second, ..] = v4.octets();
            v4.is_private() || (first == 100 && second & 0xc0 == 64)
        }
        IpAddr::V6(v6) => v6.is_unique_local(),
    };
    is_public(address) || (is_private && network == Network::Closed)
}

/// The host as a request names it, and a connection to it: over TLS, or plain on this machine.
async fn way_to(origin: &str) -> Option<(&str, Box<dyn Way>)> {
    let place = Place::of(origin)?;
    let stream = TcpStream::connect((place.name, place.port)).await.ok()?;
    Some((place.host, place.secured(stream).await?))
}

/// A host, taken apart.
struct Place<'a> {
    /// As a request names it.
    host: &'a str,
    name: &'a str,
    port: u16,
    is_secure: bool,
}

impl<'a> Place<'a> {
    fn of(origin: &'a str) -> Option<Place<'a>> {
        let (scheme, host) = origin.split_once("://")?;
        let is_secure = scheme == "https";
        let (name, port) = match host.rsplit_once(':') {
            Some((name, port)) if !port.ends_with(']') => (name, port.parse().ok()?),
            _ => (host, if is_secure { 443 } else { 80 }),
        };
        let name = name.trim_start_matches('[').trim_end_matches(']');
        Some(Place { host, name, port, is_secure })
    }

    async fn secured(&self, stream: TcpStream) -> Option<Box<dyn Way>> {
        if !self.is_secure {
            return Some(Box::new(stream));
        }
        let server = ServerName::try_from(self.name.to_owned()).ok()?;
        Some(Box::new(TLS.connect(server, stream).await.ok()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_banks_name_leads_to_no_machine_of_ours() {
        for (address, public, closed) in [
            ("203.1.113.9", true, true),
            ("8.8.8.8", true, true),
            ("127.0.0.1", false, false),
            ("127.9.9.9", false, false),
            ("0.0.0.0", false, false),
            ("10.1.2.3", false, true),
            ("172.16.0.1", false, true),
            ("192.168.1.1", false, true),
            ("100.64.0.1", false, true),
            ("169.254.169.254", false, false),
            ("192.0.0.8", false, false),
            ("198.18.0.1", false, false),
            ("203.0.113.9", false, false),
            ("224.0.0.1", false, false),
            ("255.255.255.255", false, false),
            ("::1", false, false),
            ("::", false, false),
            ("::ffff:127.0.0.1", false, false),
            ("::ffff:10.0.0.1", false, true),
            ("::ffff:8.8.8.8", true, true),
            ("fe80::1", false, false),
            ("fc00::1", false, true),
            ("fd12:3456::1", false, true),
            ("2001:db8::1", false, false),
            ("2002:7f00:1::", false, false),
            ("64:ff9b::7f00:1", false, false),
            ("2404:6800:4003::1", true, true),
        ] {
            let parsed: IpAddr = address.parse().expect("an address");
            assert_eq!(is_of_net(parsed, Network::Public), public, "{address} public");
            assert_eq!(is_of_net(parsed, Network::Closed), closed, "{address} closed");
        }
    }

    #[test]
    fn nothing_is_sent_to_this_machine() {
        let call = |origin| Call {
            method: "POST",
            origin,
            path: "/v1.0/access-token/b2b",
            network: Network::Closed,
            headers: Vec::new(),
            body: String::new(),
        };
        for origin in ["http://127.0.0.1:9", "https://localhost:9", "https://[::1]:9", "nonsense"] {
            let refused = carry(&call(origin)).map(|_| ()).expect_err(origin);
            assert_eq!(refused.code, "SNAP_ADDRESS", "{origin}");
        }
    }
}
