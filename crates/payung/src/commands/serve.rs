//! `payung serve`: the register's pages.

use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;

use app::error::AppError;
use app::theme::Theme;
use web::{Network, ServeOptions, TlsKeys, Transport};

use crate::cli::{Global, LogFormat, ServeArgs};
use crate::commands::{self, Done, secrets};
use crate::say::Say;

/// The file of an office's looks, in the data folder.
const THEME: &str = "tema.toml";

/// Serves until it is told to stop.
pub fn serve(global: &Global, say: &Say, args: &ServeArgs) -> Done {
    let listen: SocketAddr =
        args.listen.parse().map_err(|_| AppError::usage("KIND_UNKNOWN", args.listen.as_str()))?;
    let options = ServeOptions {
        listen,
        hosts: args.hosts.clone(),
        transport: transport(args)?,
        theme: theme(&global.data)?,
        api_per_minute: args.api_per_minute,
    };
    web::check_listen(&options)?;
    let scheme = if matches!(options.transport, Transport::Tls(_)) { "https" } else { "http" };
    let office = commands::open(global)?;
    begin_log(args.log);
    say.line(&format!("{scheme}://{listen}"));
    if let Some(token) = office.first_run_link()? {
        say.line(&say.words.get("serve-first-run"));
        say.line(&format!("{scheme}://{listen}/mulai/{}", token.as_str()));
    }
    web::serve(office, options)?;
    Ok(ExitCode::SUCCESS)
}

/// What protects the way, as the flags say.
fn transport(args: &ServeArgs) -> Result<Transport, AppError> {
    if let (Some(chain), Some(key)) = (&args.tls_cert, &args.tls_key) {
        let unreadable = |_| AppError::not_found("FILE_UNREADABLE", chain.display().to_string());
        let chain = std::fs::read(chain).map_err(unreadable)?;
        return Ok(Transport::Tls(TlsKeys { chain, key: secrets::read(key)?.into_bytes() }));
    }
    if !args.behind_proxy {
        return Ok(Transport::Plain);
    }
    if args.proxies.is_empty() {
        return Ok(Transport::BehindProxy { from: Network::loopback() });
    }
    let read = |text: &String| {
        Network::parse(text).ok_or_else(|| AppError::usage("NOT_A_NETWORK", text.as_str()))
    };
    Ok(Transport::BehindProxy { from: args.proxies.iter().map(read).collect::<Result<_, _>>()? })
}

/// The looks of the office; Payung's own when there is no file.
fn theme(data: &Path) -> Result<Theme, AppError> {
    match std::fs::read_to_string(data.join(THEME)) {
        Ok(text) => Theme::parse(&text, &|name| std::fs::read(data.join(name)).ok()),
        Err(_) => Ok(Theme::default()),
    }
}

/// Lines about requests go to standard error: numbers and routes, never what was asked.
fn begin_log(format: LogFormat) {
    let log = tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(false);
    match format {
        LogFormat::Json => log.json().flatten_event(true).init(),
        LogFormat::Plain => log.with_target(false).init(),
    }
}
