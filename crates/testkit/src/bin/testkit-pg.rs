//! Runs a command with a private PostgreSQL cluster: `testkit-pg [--durable] COMMAND ARGUMENTS…`.
//!
//! The command finds the cluster's URL in `PAYUNG_TEST_PG`; its exit code becomes ours. With
//! `--durable` commits are on the disk, and `PAYUNG_TEST_PG_DURABLE` says so.

use std::process::{Command, ExitCode};

use testkit::postgres::Cluster;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1).peekable();
    let durable = arguments.next_if(|argument| argument == "--durable").is_some();
    let Some(program) = arguments.next() else {
        eprintln!("usage: testkit-pg [--durable] COMMAND [ARGUMENTS]");
        return ExitCode::from(2);
    };
    let started = if durable { Cluster::start_durable() } else { Cluster::start() };
    let cluster = match started {
        Ok(cluster) => cluster,
        Err(error) => {
            eprintln!("testkit-pg: {error}");
            return ExitCode::from(10);
        }
    };
    let mut command = Command::new(program);
    command.args(arguments).env("PAYUNG_TEST_PG", cluster.url());
    match durable {
        true => command.env("PAYUNG_TEST_PG_DURABLE", "1"),
        false => command.env_remove("PAYUNG_TEST_PG_DURABLE"),
    };
    let status = command.status();
    drop(cluster);
    match status {
        Ok(status) => ExitCode::from(status.code().map_or(1, |code| code as u8)),
        Err(error) => {
            eprintln!("testkit-pg: {error}");
            ExitCode::from(1)
        }
    }
}
