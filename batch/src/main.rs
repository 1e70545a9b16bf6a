//! `payung-batch`: work over whole registers, as plans of a query engine.
//!
//! It reads what was exported (`layout`), never a register, and looks it through first (`check`);
//! the office's program does not link it (docs/decisions/0054). The plans (`plans`) call our own
//! functions (`kernels`) by name; `own` computes the same without the engine. `job` sees to it that
//! each is done once, `place` where; `roles` are those of a cluster.

mod bills;
mod cells;
mod check;
mod cli;
mod disk;
mod functions;
mod invent;
mod job;
mod kernels;
mod layout;
mod own;
mod place;
mod plans;
mod quiet;
mod roles;
mod run;

use std::process::ExitCode;

use clap::Parser;
use cli::{Cli, Command};

/// What is logged without `RUST_LOG`: errors, but for one of a plan's picture that nobody looks at.
const LOGGED: &str = "error,ballista_scheduler::display=off";

/// The stack of a thread; memory that is not touched is not taken.
const STACK_BYTES: usize = 64 << 20; // not law: some thirty times the usual

fn main() -> ExitCode {
    env_logger::Builder::from_env(env_logger::Env::default().default_filter_or(LOGGED)).init();
    let cli = Cli::parse();
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    // A plan of several joins is read from its message by functions that call themselves: a usual
    // stack is too small for it, and a scheduler that overflows takes every job with it.
    let runtime = runtime.enable_all().thread_stack_size(STACK_BYTES).build();
    let runtime = runtime.expect("threads can be started");
    let done = runtime.block_on(async {
        match cli.command {
            Command::Run(args) => run::run(args).await,
            Command::Scheduler(args) => roles::scheduler(args).await,
            Command::Executor(args) => roles::executor(args).await,
            Command::Invent(args) => run::invent(&args),
        }
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("galat: {error:#}");
            ExitCode::FAILURE
        }
    }
}
