//! Runs a command with a private PostgreSQL cluster: `testkit-pg COMMAND ARGUMENTS…`.
//!
//! The command finds the cluster's URL in `PAYUNG_TEST_PG`; its exit code becomes ours.

use std::process::{Command, ExitCode};

use testkit::postgres::Cluster;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let Some(program) = arguments.next() else {
        eprintln!("usage: testkit-pg COMMAND [ARGUMENTS]");
        return ExitCode::from(2);
    };
    let cluster = match Cluster::start() {
        Ok(cluster) => cluster,
        Err(error) => {
            eprintln!("testkit-pg: {error}");
            return ExitCode::from(10);
        }
    };
    let status =
        Command::new(program).args(arguments).env("PAYUNG_TEST_PG", cluster.url()).status();
    drop(cluster);
    match status {
        Ok(status) => ExitCode::from(status.code().map_or(1, |code| code as u8)),
        Err(error) => {
            eprintln!("testkit-pg: {error}");
            ExitCode::from(1)
        }
    }
}
