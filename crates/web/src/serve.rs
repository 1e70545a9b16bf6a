//! `payung serve`: listen until told to stop, to this machine alone unless something protects the
//! way.

mod way;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use app::error::AppError;
use app::events::{Sender, Sending};
use app::jobs::Workers;
use app::office::Office;
use app::theme::Theme;
use axum::Router;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime;
use tokio::sync::{Semaphore, watch};
use tokio_rustls::TlsAcceptor;
use tower::Service;

use crate::outbound::poster;
use crate::routes::{WebOptions, router_with};

pub use way::{Network, TlsKeys, Transport};

/// Connections at a time.
const CONNECTIONS_MAX: usize = 1_024;
/// How long a reader may take to greet in TLS.
const GREETED_WITHIN: Duration = Duration::from_secs(10);
/// How long a reader may take to say what he wants; a silent one goes.
const ASKED_WITHIN: Duration = Duration::from_secs(30);
/// How long a stop waits for answers that are under way.
const DRAINED_WITHIN: Duration = Duration::from_secs(20);

/// How the pages are served.
pub struct ServeOptions {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Names under which the program answers, besides those of this machine.
    pub hosts: Vec<String>,
    /// What protects the way between reader and program.
    pub transport: Transport,
    /// The looks of the office.
    pub theme: Theme,
    /// How often a program may ask in a minute.
    pub api_per_minute: u32,
}

/// Whether the pages may be served so: other machines only through something that protects the way,
/// and then under a name that is known.
///
/// # Errors
/// `LISTEN_NOT_LOOPBACK`, `HOST_MISSING`, `TLS_UNFIT`.
pub fn check_listen(options: &ServeOptions) -> Result<(), AppError> {
    let is_local = options.listen.ip().is_loopback();
    let is_named = !options.hosts.is_empty();
    match &options.transport {
        Transport::Plain if !is_local => {
            Err(AppError::refused("LISTEN_NOT_LOOPBACK", options.listen.to_string()))
        }
        Transport::BehindProxy { .. } if !is_named => {
            Err(AppError::refused("HOST_MISSING", options.listen.to_string()))
        }
        Transport::Tls(_) if !is_named && !is_local => {
            Err(AppError::refused("HOST_MISSING", options.listen.to_string()))
        }
        Transport::Tls(keys) => keys.acceptor().map(|_| ()),
        _ => Ok(()),
    }
}

/// Serves until the terminal or the system says stop; requests being answered are finished, as far
/// as that takes no longer than a system waits.
///
/// # Errors
/// An address that may not be used, or one that is taken.
pub fn serve(office: Office, options: ServeOptions) -> io::Result<()> {
    check_listen(&options).map_err(way::as_io)?;
    let tls = match &options.transport {
        Transport::Tls(keys) => Some(keys.acceptor().map_err(way::as_io)?),
        Transport::Plain | Transport::BehindProxy { .. } => None,
    };
    let runtime = runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    // The register is closed here, outside of the runtime, because closing may block.
    let office = Arc::new(office);
    let web = WebOptions {
        hosts: options.hosts,
        is_local: options.listen.ip().is_loopback(),
        is_secure: options.transport != Transport::Plain,
        theme: options.theme,
        api_per_minute: options.api_per_minute,
        answered_within: crate::guard::ANSWERED_WITHIN,
    };
    let pages = router_with(Arc::clone(&office), web);
    let workers = Workers::start(&office);
    let sender = Sender::start(&office, Sending::new(&office, poster(runtime.handle().clone())));
    let door = Door { pages, tls, transport: options.transport };
    let served = runtime.block_on(async move {
        let listener = TcpListener::bind(options.listen).await?;
        answer(listener, Arc::new(door), told_to_stop()).await;
        Ok(())
    });
    sender.stop();
    workers.stop();
    runtime.shutdown_timeout(DRAINED_WITHIN);
    served
}

/// What a connection finds.
struct Door {
    pages: Router,
    tls: Option<TlsAcceptor>,
    transport: Transport,
}

/// Takes connections until `stop`, then lets those end that are being answered.
async fn answer(listener: TcpListener, door: Arc<Door>, stop: impl Future<Output = ()>) {
    let room = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let (tell, told) = watch::channel(());
    tokio::pin!(stop);
    loop {
        let place = tokio::select! {
            place = Arc::clone(&room).acquire_owned() => place,
            () = &mut stop => break,
        };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                let (door, told) = (Arc::clone(&door), told.clone());
                tokio::spawn(async move {
                    let _place = place;
                    let _ = stream.set_nodelay(true);
                    door.meet(stream, peer, told).await;
                });
            }
            // No more files may be open, or the like: others must end first.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
    drop((listener, told));
    let _ = tell.send(());
    let all = u32::try_from(CONNECTIONS_MAX).expect("a small number");
    let _ = tokio::time::timeout(DRAINED_WITHIN, room.acquire_many(all)).await;
}

impl Door {
    async fn meet(&self, stream: TcpStream, peer: SocketAddr, told: watch::Receiver<()>) {
        if !self.transport.admits(peer.ip()) {
            return;
        }
        match &self.tls {
            None => self.talk(stream, peer, told).await,
            Some(tls) => {
                let greeted = tokio::time::timeout(GREETED_WITHIN, tls.accept(stream)).await;
                if let Ok(Ok(stream)) = greeted {
                    self.talk(stream, peer, told).await;
                }
            }
        }
    }

    async fn talk(
        &self,
        stream: impl AsyncRead + AsyncWrite + Unpin,
        peer: SocketAddr,
        mut told: watch::Receiver<()>,
    ) {
        let service = service_fn(|mut request: Request<Incoming>| {
            let client = self.transport.client(peer, request.headers());
            request.extensions_mut().insert(ConnectInfo(client));
            self.pages.clone().call(request)
        });
        let talk = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(ASKED_WITHIN)
            .serve_connection(TokioIo::new(stream), service);
        tokio::pin!(talk);
        tokio::select! {
            // What goes wrong on the way is the reader's to see, not ours to tell.
            _ = talk.as_mut() => return,
            _ = told.changed() => talk.as_mut().graceful_shutdown(),
        }
        let _ = talk.await;
    }
}

async fn told_to_stop() {
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = interrupted => {}
        () = terminated() => {}
    }
}

#[cfg(unix)]
async fn terminated() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut signal) => {
            signal.recv().await;
        }
        Err(_) => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn terminated() {
    std::future::pending().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_machines_are_served_only_through_something_that_protects() {
        let proxy = || Transport::BehindProxy { from: Network::loopback() };
        let plain = || Transport::Plain;
        for (address, transport, host, allowed) in [
            ("127.0.0.1:8080", plain(), "", true),
            ("[::1]:0", plain(), "", true),
            ("0.0.0.0:8080", plain(), "", false),
            ("[::]:8080", plain(), "payung.example", false),
            ("192.168.1.5:80", plain(), "payung.example", false),
            ("0.0.0.0:8080", proxy(), "payung.example", true),
            ("127.0.0.1:8080", proxy(), "payung.example", true),
            ("0.0.0.0:8080", proxy(), "", false),
        ] {
            let options = ServeOptions {
                listen: address.parse().expect("an address"),
                hosts: Some(host.to_owned()).filter(|host| !host.is_empty()).into_iter().collect(),
                transport: transport.clone(),
                theme: Theme::default(),
                api_per_minute: crate::API_PER_MINUTE,
            };
            assert_eq!(check_listen(&options).is_ok(), allowed, "{address} {transport:?}");
        }
    }
}
