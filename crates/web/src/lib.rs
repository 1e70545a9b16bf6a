//! The register's pages: read-only, without any person's identity, on this machine alone.
//!
//! A route asks one use case, makes a view of strings and renders one template. Everything works
//! without script; there is none.

mod assets;
mod export;
mod guard;
mod page;
mod routes;
mod serve;
mod signed;

#[cfg(test)]
mod tests;

pub use routes::router;
pub use serve::{check_listen, serve};
