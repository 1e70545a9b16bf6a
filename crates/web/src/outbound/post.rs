//! Messages to other programs: all addresses of a name are looked at before one is used, and the
//! one that was looked at is the one that is connected to, so that no name leads elsewhere a moment
//! later. Nobody is followed anywhere, and of an answer only its head is read.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use app::error::{AppError, ErrorKind};
use app::events::{Carried, Carry, Fault, Parcel, Reach, choose};
use axum::body::Body;
use axum::http::{Request, header};
use futures_util::future::join_all;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpStream, lookup_host};
use tokio::runtime::{Builder, Handle};
use tokio::time::timeout;
use tokio_rustls::rustls::pki_types::ServerName;

use super::{TLS, Way};

/// How long an attempt may take, from the name to the head of the answer.
const TAKEN_WITHIN: Duration = Duration::from_secs(15);
/// The kind of document that a message is.
const KIND: &str = "application/cloudevents+json; charset=utf-8";
/// How long a head of an answer may be.
const HEAD_BYTES: usize = 16 * 1024;

/// A way for messages, over the network of a runtime; to be used from a thread that may wait.
pub(crate) fn poster(runtime: Handle) -> Arc<Carry> {
    Arc::new(move |parcels: &[Parcel], reach: Reach| {
        runtime.block_on(join_all(parcels.iter().map(|parcel| carried(parcel, reach))))
    })
}

/// The same over a network of its own, for a command.
///
/// # Errors
/// `STORE_UNAVAILABLE` when the system gives no network.
pub fn lone_poster() -> Result<Arc<Carry>, AppError> {
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let refused = |error: std::io::Error| {
        AppError::new(ErrorKind::External, "STORE_UNAVAILABLE", error.to_string())
    };
    let runtime = runtime.map_err(refused)?;
    Ok(Arc::new(move |parcels: &[Parcel], reach: Reach| {
        runtime.block_on(join_all(parcels.iter().map(|parcel| carried(parcel, reach))))
    }))
}

async fn carried(parcel: &Parcel, reach: Reach) -> Carried {
    let posted = timeout(TAKEN_WITHIN, post(parcel, reach)).await;
    match posted.unwrap_or(Err(Fault::TimeOut)) {
        Ok((status, retry_after)) => Carried { status: Ok(status), retry_after },
        Err(fault) => Carried { status: Err(fault), retry_after: None },
    }
}

/// The status of the answer, and what `Retry-After` says.
async fn post(parcel: &Parcel, reach: Reach) -> Result<(u16, Option<String>), Fault> {
    let way = way_to(parcel, reach).await?;
    let connected = http1::Builder::new().max_buf_size(HEAD_BYTES).handshake(TokioIo::new(way));
    let (mut sender, connection) = connected.await.map_err(|_| Fault::Broken)?;
    let driven = tokio::spawn(connection);
    let request = Request::post(&*parcel.endpoint.target)
        .header(header::HOST, parcel.endpoint.authority())
        .header(header::CONTENT_TYPE, KIND)
        .header(header::USER_AGENT, "Payung")
        .header("webhook-id", &parcel.id)
        .header("webhook-timestamp", parcel.timestamp)
        .header("webhook-signature", &parcel.signature)
        .body(Body::from(parcel.body.to_string()))
        .map_err(|_| Fault::Broken)?;
    let answered = sender.send_request(request).await;
    // What comes after the head is nobody's business, however long it is.
    driven.abort();
    let response = answered.map_err(|_| Fault::Broken)?;
    let asked = response.headers().get(header::RETRY_AFTER);
    let asked = asked.and_then(|text| text.to_str().ok()).map(str::to_owned);
    Ok((response.status().as_u16(), asked))
}

/// A connection to an address that was looked at: over TLS, or plain within this machine.
async fn way_to(parcel: &Parcel, reach: Reach) -> Result<Box<dyn Way>, Fault> {
    let endpoint = &parcel.endpoint;
    let found = lookup_host((&*endpoint.host, endpoint.port)).await;
    let found = found.map_err(|_| Fault::NameUnknown)?;
    let addresses: Vec<IpAddr> = found.map(|address| address.ip()).collect();
    let address = SocketAddr::new(choose(&addresses, reach)?, endpoint.port);
    let stream = TcpStream::connect(address).await.map_err(|_| Fault::NoConnection)?;
    if !endpoint.is_secure {
        return Ok(Box::new(stream));
    }
    let name = ServerName::try_from(endpoint.host.to_string()).map_err(|_| Fault::NotTrusted)?;
    let stream = TLS.connect(name, stream).await.map_err(|_| Fault::NotTrusted)?;
    Ok(Box::new(stream))
}
