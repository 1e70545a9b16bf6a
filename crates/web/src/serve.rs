//! `payung serve`: listen on this machine until told to stop.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use app::error::AppError;
use app::office::Office;
use tokio::net::TcpListener;
use tokio::runtime;

use crate::routes::router;

/// Whether the pages may be served at an address: there is no login yet, so only at this machine's
/// own.
///
/// # Errors
/// `LISTEN_NOT_LOOPBACK`.
pub fn check_listen(listen: SocketAddr) -> Result<(), AppError> {
    match listen.ip().is_loopback() {
        true => Ok(()),
        false => Err(AppError::refused("LISTEN_NOT_LOOPBACK", listen.to_string())),
    }
}

/// Serves until the terminal or the system says stop; requests being answered are finished.
///
/// # Errors
/// An address that is not this machine's own, or one that is taken.
pub fn serve(office: Office, listen: SocketAddr) -> io::Result<()> {
    check_listen(listen).map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
    let runtime = runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    // The register is closed here, outside of the runtime, because closing may block.
    let office = Arc::new(office);
    let pages = router(Arc::clone(&office));
    let served = runtime.block_on(async move {
        let listener = TcpListener::bind(listen).await?;
        axum::serve(listener, pages).with_graceful_shutdown(told_to_stop()).await
    });
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
    fn other_machines_are_not_served() {
        for (address, allowed) in [
            ("127.0.0.1:8080", true),
            ("[::1]:0", true),
            ("0.0.0.0:8080", false),
            ("[::]:8080", false),
            ("192.168.1.5:80", false),
        ] {
            let address: SocketAddr = address.parse().expect("an address");
            assert_eq!(check_listen(address).is_ok(), allowed, "{address}");
        }
    }
}
