//! `payung serve`: listen until told to stop, to this machine alone unless something protects the
//! way.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use app::error::AppError;
use app::jobs::Workers;
use app::office::Office;
use app::theme::Theme;
use tokio::net::TcpListener;
use tokio::runtime;

use crate::routes::{WebOptions, router_with};

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
}

/// What protects the way between reader and program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// Nothing: for readers on this machine.
    Plain,
    /// Another program that speaks TLS to the readers and plainly to this one.
    BehindProxy,
}

/// Whether the pages may be served so: other machines only through something that protects the way,
/// and then under a name that is known.
///
/// # Errors
/// `LISTEN_NOT_LOOPBACK`, `HOST_MISSING`.
pub fn check_listen(options: &ServeOptions) -> Result<(), AppError> {
    let is_local = options.listen.ip().is_loopback();
    match options.transport {
        Transport::Plain if !is_local => {
            Err(AppError::refused("LISTEN_NOT_LOOPBACK", options.listen.to_string()))
        }
        Transport::BehindProxy if options.hosts.is_empty() => {
            Err(AppError::refused("HOST_MISSING", options.listen.to_string()))
        }
        _ => Ok(()),
    }
}

/// Serves until the terminal or the system says stop; requests being answered are finished.
///
/// # Errors
/// An address that may not be used, or one that is taken.
pub fn serve(office: Office, options: ServeOptions) -> io::Result<()> {
    check_listen(&options).map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
    let runtime = runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    // The register is closed here, outside of the runtime, because closing may block.
    let office = Arc::new(office);
    let web = WebOptions {
        hosts: options.hosts,
        is_local: options.listen.ip().is_loopback(),
        is_secure: options.transport != Transport::Plain,
        theme: options.theme,
    };
    let pages = router_with(Arc::clone(&office), web);
    let workers = Workers::start(&office);
    let served = runtime.block_on(async move {
        let listener = TcpListener::bind(options.listen).await?;
        let pages = pages.into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(listener, pages).with_graceful_shutdown(told_to_stop()).await
    });
    workers.stop();
    drop(runtime);
    served
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
        use Transport::{BehindProxy, Plain};
        for (address, transport, host, allowed) in [
            ("127.0.0.1:8080", Plain, "", true),
            ("[::1]:0", Plain, "", true),
            ("0.0.0.0:8080", Plain, "", false),
            ("[::]:8080", Plain, "payung.example", false),
            ("192.168.1.5:80", Plain, "payung.example", false),
            ("0.0.0.0:8080", BehindProxy, "payung.example", true),
            ("127.0.0.1:8080", BehindProxy, "payung.example", true),
            ("0.0.0.0:8080", BehindProxy, "", false),
        ] {
            let options = ServeOptions {
                listen: address.parse().expect("an address"),
                hosts: Some(host.to_owned()).filter(|host| !host.is_empty()).into_iter().collect(),
                transport,
                theme: Theme::default(),
            };
            assert_eq!(check_listen(&options).is_ok(), allowed, "{address} {transport:?}");
        }
    }
}
