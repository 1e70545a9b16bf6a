//! The register's pages: for everybody without any person's identity, for staff behind a login.
//!
//! A route asks one use case, makes a view of strings and renders one template. Everything works
//! without script; the only one there is talks to passkeys.

// Pieces that parts of the application to come are made of.
#[allow(dead_code)]
mod api;
mod assets;
mod forms;
mod frame;
mod guard;
mod limits;
mod metrics;
mod once;
mod outbound;
#[allow(dead_code)]
mod page;
#[allow(dead_code)]
mod parts;
#[allow(dead_code)]
mod routes;
mod serve;
mod session;
mod signed;
#[allow(dead_code)]
mod table;

#[cfg(test)]
mod tests;

pub use routes::router;
pub use serve::{Network, ServeOptions, TlsKeys, Transport, check_listen, serve};
