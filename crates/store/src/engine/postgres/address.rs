//! Where a server is, and how the way to it is protected.
//!
//! Beyond this machine every connection is encrypted and the server's certificate is verified,
//! name included, unless the address says `sslmode=disable`. The URL may name a file of
//! certificates to trust (`sslrootcert=`) and a file that holds the password (`passfile=`).

use std::fs;
use std::str::FromStr;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::{Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::talk::Talk;
use super::translate;
use crate::error::StoreError;

/// What an address asks for beside what the driver reads itself.
#[derive(Default)]
struct Wishes {
    sslmode: Option<String>,
    sslrootcert: Option<String>,
    passfile: Option<String>,
}

pub(super) fn connect(url: &str) -> Result<Talk, StoreError> {
    let (plain, wishes) = split(url);
    let mut config = Config::from_str(&plain).map_err(|error| unavailable(&error.to_string()))?;
    config.application_name("payung");
    if let Some(file) = &wishes.passfile {
        let password = fs::read_to_string(file).map_err(|_| unavailable("passfile"))?;
        config.password(password.trim_end());
    }
    if !is_encrypted(&config, wishes.sslmode.as_deref())? {
        config.ssl_mode(SslMode::Disable);
        return Talk::begin(&config, NoTls).map_err(translate);
    }
    config.ssl_mode(SslMode::Require);
    Talk::begin(&config, encryption(wishes.sslrootcert.as_deref())?).map_err(translate)
}

/// The address without the words that the driver does not know.
fn split(url: &str) -> (String, Wishes) {
    let mut wishes = Wishes::default();
    let Some((head, query)) = url.split_once('?') else {
        return (url.to_owned(), wishes);
    };
    let mut rest = Vec::new();
    for pair in query.split('&') {
        match pair.split_once('=') {
            Some(("sslmode", mode)) => wishes.sslmode = Some(mode.to_owned()),
            Some(("sslrootcert", file)) => wishes.sslrootcert = Some(unescaped(file)),
            Some(("passfile", file)) => wishes.passfile = Some(unescaped(file)),
            _ => rest.push(pair),
        }
    }
    let mark = if rest.is_empty() { "" } else { "?" };
    (format!("{head}{mark}{}", rest.join("&")), wishes)
}

/// A path may be written as it is, or with `%2F` for its slashes.
fn unescaped(path: &str) -> String {
    path.replace("%2F", "/").replace("%2f", "/").replace("%20", " ")
}

fn is_encrypted(config: &Config, sslmode: Option<&str>) -> Result<bool, StoreError> {
    match sslmode {
        Some("disable") => Ok(false),
        Some("require" | "verify-ca" | "verify-full") => Ok(true),
        None | Some("prefer" | "allow") => Ok(!config.get_hosts().iter().all(is_this_machine)),
        Some(_) => Err(unavailable("sslmode")),
    }
}

fn is_this_machine(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => matches!(name.as_str(), "localhost" | "127.0.0.1" | "::1"),
        #[cfg(unix)]
        Host::Unix(_) => true,
    }
}

/// Trusts the certificates of a file, or those that the system trusts.
fn encryption(file: Option<&str>) -> Result<MakeRustlsConnect, StoreError> {
    let mut trusted = RootCertStore::empty();
    match file {
        Some(file) => {
            let found = CertificateDer::pem_file_iter(file)
                .map_err(|_| unavailable("sslrootcert"))?
                .collect::<Result<Vec<_>, _>>()
                .map_err(|_| unavailable("sslrootcert"))?;
            trusted.add_parsable_certificates(found);
        }
        None => {
            trusted.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| unavailable(&error.to_string()))?
        .with_root_certificates(trusted)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

fn unavailable(cause: &str) -> StoreError {
    StoreError::Unavailable { cause: cause.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beyond_this_machine_the_way_is_encrypted_unless_somebody_says_otherwise() {
        let check = |url: &str, expect: Option<bool>| {
            let (plain, wishes) = split(url);
            let config = Config::from_str(&plain).expect("an address");
            assert_eq!(is_encrypted(&config, wishes.sslmode.as_deref()).ok(), expect, "{url}");
        };
        check("postgresql://a@localhost/x", Some(false));
        check("postgresql://a@127.0.0.1:5433/x", Some(false));
        check("postgresql://a@%2Frun%2Fpostgresql/x", Some(false));
        check("postgresql://a@db.paser.example/x", Some(true));
        check("postgresql://a@db.paser.example/x?sslmode=disable", Some(false));
        check("postgresql://a@db.paser.example/x?sslmode=prefer", Some(true));
        check("postgresql://a@localhost/x?sslmode=require", Some(true));
        check("postgresql://a@localhost/x?sslmode=verify-full&connect_timeout=5", Some(true));
        check("postgresql://a@localhost/x?sslmode=maybe", None);
        // One name of several that is elsewhere is enough.
        check("postgresql://a@localhost,db.paser.example/x", Some(true));
    }
}
