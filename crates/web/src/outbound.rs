//! The one way out of the program: a question to the identity provider of the office, and messages
//! to other programs (`post`). Both addresses are ones that two agreed on, redirects are not
//! followed, and an answer is short and soon there.

mod post;

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use app::error::{AppError, ErrorKind};
use app::login::provider::{Answered, Ask};
use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::runtime::Handle;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

pub use post::lone_poster;
pub(crate) use post::poster;

/// How long a provider may take.
const ANSWERED_WITHIN: Duration = Duration::from_secs(10);
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

/// The host as a request names it, and a connection to it: over TLS, or plain on this machine.
async fn way_to(origin: &str) -> Option<(&str, Box<dyn Way>)> {
    let (scheme, host) = origin.split_once("://")?;
    let is_secure = scheme == "https";
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name, port.parse().ok()?),
        _ => (host, if is_secure { 443 } else { 80 }),
    };
    let name = name.trim_start_matches('[').trim_end_matches(']');
    let stream = TcpStream::connect((name, port)).await.ok()?;
    if !is_secure {
        return Some((host, Box::new(stream)));
    }
    let server = ServerName::try_from(name.to_owned()).ok()?;
    let stream = TLS.connect(server, stream).await.ok()?;
    Some((host, Box::new(stream)))
}
