//! Runs a command with a private PostgreSQL cluster:
//! `testkit-pg [--durable | --two] COMMAND ARGUMENTS…`.
//!
//! The command finds the cluster's URL in `PAYUNG_TEST_PG`; its exit code becomes ours. With
//! `--durable` commits are on the disk, and `PAYUNG_TEST_PG_DURABLE` says so. With `--two` there
//! are two clusters, and registers have their tables of all regencies on both: the second one's URL
//! is in `PAYUNG_TEST_PG_BESIDE`.

use std::process::{Command, ExitCode};

use testkit::postgres::Cluster;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1).peekable();
    let durable = arguments.next_if(|argument| argument == "--durable").is_some();
    let two = arguments.next_if(|argument| argument == "--two").is_some();
    let Some(program) = arguments.next() else {
        eprintln!("usage: testkit-pg [--durable | --two] COMMAND [ARGUMENTS]");
        return ExitCode::from(2);
    };
    let started = match (durable, two) {
        (true, _) => Cluster::start_durable().map(|cluster| (cluster, None)),
        (false, true) => start_two(),
        (false, false) => Cluster::start().map(|cluster| (cluster, None)),
    };
    let (cluster, beside) = match started {
        Ok(clusters) => clusters,
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
    match &beside {
        Some(beside) => command.env("PAYUNG_TEST_PG_BESIDE", beside.url()),
        None => command.env_remove("PAYUNG_TEST_PG_BESIDE"),
    };
    let status = command.status();
    drop((cluster, beside));
    match status {
        Ok(status) => ExitCode::from(status.code().map_or(1, |code| code as u8)),
        Err(error) => {
            eprintln!("testkit-pg: {error}");
            ExitCode::from(1)
        }
    }
}

fn start_two() -> std::io::Result<(Cluster, Option<Cluster>)> {
    Ok((Cluster::start_one_of_two()?, Some(Cluster::start_one_of_two()?)))
}
