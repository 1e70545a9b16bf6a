//! `payung serve`: the register's pages on this machine.

use std::net::SocketAddr;
use std::process::ExitCode;

use app::error::AppError;

use crate::cli::{Global, ServeArgs};
use crate::commands::{self, Done};
use crate::say::Say;

/// Serves until it is told to stop.
pub fn serve(global: &Global, say: &Say, args: &ServeArgs) -> Done {
    let listen: SocketAddr =
        args.listen.parse().map_err(|_| AppError::usage("KIND_UNKNOWN", args.listen.as_str()))?;
    web::check_listen(listen)?;
    let office = commands::open(global)?;
    say.line(&format!("http://{listen}"));
    web::serve(office, listen)?;
    Ok(ExitCode::SUCCESS)
}
