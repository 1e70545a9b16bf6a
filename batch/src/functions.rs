//! Our kernels as functions of the query engine, by name, and the one session that every role uses.
//!
//! A plan travels with the names of its functions, never with their code. The name ends in the
//! digest of the program that has it: a role of another build does not know the function and says
//! so, and never computes by other rules.

use std::sync::{Arc, LazyLock};

use ballista_core::registry::BallistaFunctionRegistry;
use ballista_core::utils::default_session_builder;
use datafusion::error::Result;
use datafusion::execution::SessionState;
use datafusion::logical_expr::{AggregateUDF, ScalarUDF};
use datafusion::prelude::SessionConfig;

use crate::kernels;

/// The digest of this program, eight hexadecimal digits.
static BUILD: LazyLock<String> = LazyLock::new(|| {
    let digest = std::env::current_exe().ok().and_then(|path| {
        let mut hasher = blake3::Hasher::new();
        hasher.update_reader(std::fs::File::open(path).ok()?).ok()?;
        Some(hasher.finalize().to_hex()[..8].to_owned())
    });
    digest.expect("a running program can be read")
});

/// The digest of this program, eight hexadecimal digits.
pub fn build() -> &'static str {
    &BUILD
}

/// The name of a kernel, as plans of this build call it.
pub fn name(kernel: &str) -> String {
    format!("payung_{kernel}_{}", build())
}

/// Our functions of one row.
pub fn scalar() -> Vec<Arc<ScalarUDF>> {
    let all = [
        kernels::people::normalise(),
        kernels::people::value_places(),
        kernels::people::block_keys(),
        kernels::people::score(),
        kernels::money::contribution(),
        kernels::cover::months_of(),
    ];
    all.into_iter().map(Arc::new).collect()
}

/// Our functions of many rows.
pub fn aggregate() -> Vec<Arc<AggregateUDF>> {
    kernels::gather::all().into_iter().map(|function| Arc::new(function.into())).collect()
}

/// The session of every role, with our functions in it.
///
/// # Errors
/// What the engine says, which is a bug of ours.
pub fn session(config: SessionConfig) -> Result<SessionState> {
    let mut state = default_session_builder(config)?;
    for function in scalar() {
        datafusion::execution::FunctionRegistry::register_udf(&mut state, function)?;
    }
    for function in aggregate() {
        datafusion::execution::FunctionRegistry::register_udaf(&mut state, function)?;
    }
    Ok(state)
}

/// What an executor looks functions up in.
///
/// # Errors
/// As [`session`].
pub fn registry() -> Result<BallistaFunctionRegistry> {
    Ok(BallistaFunctionRegistry::from(&session(SessionConfig::new())?))
}
