//! The register's pages: for everybody without any person's identity, for staff behind a login.
//!
//! A route asks one use case, makes a view of strings and renders one template. Everything works
//! without script; the only one there is talks to passkeys.

mod acts;
mod api;
mod assets;
mod forms;
mod frame;
mod guard;
mod limits;
mod metrics;
mod once;
mod outbound;
mod page;
mod parts;
mod routes;
mod serve;
mod session;
mod signed;
mod squeeze;
mod table;
mod upload;

#[cfg(test)]
mod tests;

pub use outbound::carry;
pub use outbound::lone_poster;
pub use routes::{API_PER_MINUTE, router};
pub use serve::{Network, ServeOptions, TlsKeys, Transport, check_listen, serve};
