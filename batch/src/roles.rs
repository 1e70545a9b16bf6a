//! The two roles of a cluster: a scheduler, and executors that ask it for work.
//!
//! Neither asks anybody who they are: whoever reaches their ports reads what the plans read. They
//! listen on this machine alone unless told otherwise, and say so when they are.

use std::net::{IpAddr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use ballista_core::config::TaskSchedulingPolicy;
use ballista_core::error::BallistaError;
use ballista_executor::executor_process::{ExecutorProcessConfig, start_executor_process};
use ballista_scheduler::cluster::BallistaCluster;
use ballista_scheduler::config::SchedulerConfig;
use ballista_scheduler::scheduler_process::start_server;
use tokio::signal::unix::{SignalKind, signal};

use crate::cli::{ExecutorArgs, SchedulerArgs};
use crate::disk::{held, own_folder, private_folder};
use crate::functions;
use crate::quiet::Quiet;

/// How long an executor may be silent before its tasks are given to another.
const SILENCE: Duration = Duration::from_secs(15); // not law: a lost machine is noticed soon

/// Messages between roles: a batch of records is larger than the usual sixteen megabytes.
const MESSAGE_BYTES: u32 = 256 << 20; // not law: memory

/// Refuses an address that a network reaches, unless the network is said to be the cluster's.
fn check_place(address: IpAddr, is_private: bool) -> Result<()> {
    ensure!(
        address.is_loopback() || is_private,
        "alamat {address} terbuka bagi jaringan, padahal peran ini tidak menanyakan siapa yang \
         datang: pakailah 127.0.0.1, atau --private-network bila jaringan itu hanya untuk gugus \
         ini\n(the address is open to a network and this role asks nobody who they are: use \
         127.0.0.1, or --private-network where the network is the cluster's alone)"
    );
    Ok(())
}

/// An address as a part of another text.
fn host(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{address}]"),
    }
}

/// Refuses an address where nobody can listen now.
fn check_port(role: &str, bind: SocketAddr) -> Result<()> {
    TcpListener::bind(bind).map(drop).with_context(|| {
        format!(
            "{role} tidak dapat mendengarkan di {bind}: periksa apakah porta itu dipakai\n\
             (cannot listen there: see whether the port is taken)"
        )
    })
}

/// Runs a scheduler until it is stopped.
///
/// # Errors
/// Why it cannot listen.
pub async fn scheduler(args: SchedulerArgs) -> Result<()> {
    let bind = args.bind;
    check_place(bind.ip(), args.private_network)?;
    check_port("penjadwal", bind)?;
    let config = SchedulerConfig {
        external_host: host(bind.ip()),
        bind_host: host(bind.ip()),
        bind_port: bind.port(),
        scheduling_policy: TaskSchedulingPolicy::PullStaged,
        executor_timeout_seconds: SILENCE.as_secs(),
        expire_dead_executor_interval_seconds: 5,
        no_executors_grace_period_seconds: 120,
        grpc_server_max_decoding_message_size: MESSAGE_BYTES,
        grpc_server_max_encoding_message_size: MESSAGE_BYTES,
        grpc_client_max_message_size: MESSAGE_BYTES,
        override_session_builder: Some(Arc::new(functions::session)),
        ..SchedulerConfig::default()
    };
    let cluster = BallistaCluster::new_from_config(&config).await?;
    println!("penjadwal: {bind}, program {}", functions::build());
    start_server(cluster, bind, Arc::new(config)).await.context("penjadwal berhenti (stopped)")
}

/// Where an executor leaves intermediate results: a folder of its own, emptied when it begins, and
/// held as long as it runs.
///
/// Ballista takes away every folder that it finds where it works; nothing else may lie there.
#[derive(Debug)]
struct Work {
    shuffles: PathBuf,
    _lock: std::fs::File,
}

impl Work {
    fn begin(work: &Path, port: u16) -> Result<Work> {
        private_folder(work)?;
        let ours = work.join(format!("payung-batch-{port}"));
        own_folder(&ours)?;
        let lock = held(&ours.join("lock"), true)?.with_context(|| {
            format!(
                "folder {} sedang dipakai pelaksana lain: hentikan yang itu, atau pilih --bind \
                 atau --work lain\n(another executor is at work there: stop it, or choose another \
                 --bind or --work)",
                ours.display()
            )
        })?;
        let shuffles = ours.join("shuffles");
        if shuffles.exists() {
            std::fs::remove_dir_all(&shuffles)?;
        }
        own_folder(&shuffles)?;
        Ok(Work { shuffles, _lock: lock })
    }
}

/// Refuses what an executor cannot begin with.
fn check_executor(args: &ExecutorArgs) -> Result<IpAddr> {
    check_place(args.bind.ip(), args.private_network)?;
    // Whoever is a scheduler for it has it run plans.
    check_place(args.scheduler.ip(), args.private_network)?;
    let external = args.external.unwrap_or(args.bind.ip());
    ensure!(
        !external.is_unspecified(),
        "alamat {external} bukan alamat yang dapat dihubungi mesin lain: beri --external\n\
         (no address that another machine can reach: give --external)"
    );
    check_port("pelaksana", args.bind)?;
    Ok(external)
}

/// Runs an executor until it is stopped; a scheduler that is not there is waited for.
///
/// # Errors
/// Why it cannot begin, or that it ended unasked.
pub async fn executor(args: ExecutorArgs) -> Result<()> {
    let is_asked = asked_to_stop()?;
    let external = check_executor(&args)?;
    let work = Work::begin(&args.work, args.bind.port())?;
    let registry = Arc::new(functions::registry()?);
    let (bind, scheduler) = (args.bind, args.scheduler);
    println!("pelaksana: {bind}, penjadwal {scheduler}, program {}", functions::build());
    while !is_asked.load(Ordering::Acquire) {
        let config = ExecutorProcessConfig {
            bind_host: host(bind.ip()),
            external_host: Some(host(external)),
            port: bind.port(),
            // An executor that asks for its work does not listen for it.
            grpc_port: bind.port(),
            scheduler_host: host(scheduler.ip()),
            scheduler_port: scheduler.port(),
            vcores: args.tasks.into(),
            task_scheduling_policy: TaskSchedulingPolicy::PullStaged,
            work_dir: Some(work.shuffles.to_str().context("--work is no text")?.to_owned()),
            job_data_ttl_seconds: 24 * 3600,
            job_data_clean_up_interval_seconds: 600,
            grpc_max_decoding_message_size: MESSAGE_BYTES,
            grpc_max_encoding_message_size: MESSAGE_BYTES,
            executor_heartbeat_interval_seconds: 5,
            memory_pool_size: args.memory.map(|megabytes| u64::from(megabytes) << 20),
            memory_pool_fraction: 0.5,
            override_function_registry: Some(Arc::clone(&registry)),
            override_execution_engine: Some(Arc::new(Quiet::default())),
            ..ExecutorProcessConfig::default()
        };
        match start_executor_process(Arc::new(config)).await {
            Ok(()) if is_asked.load(Ordering::Acquire) => return Ok(()),
            Ok(()) => bail!(
                "pelaksana berhenti tanpa diminta: jalankan dengan RUST_LOG=info untuk melihat \
                 sebabnya\n(the executor ended unasked: RUST_LOG=info tells why)"
            ),
            Err(BallistaError::GrpcConnectionError(error)) => {
                eprintln!(
                    "pelaksana: penjadwal {scheduler} belum menjawab ({error}); dicoba lagi\n\
                     (the scheduler does not answer yet; tried again)"
                );
                tokio::time::sleep(Duration::from_secs(2)).await;
            }
            Err(error) => return Err(error).context("pelaksana tidak dapat mulai (cannot begin)"),
        }
    }
    Ok(())
}

/// Becomes true once somebody asks this process to stop; Ballista, once it runs, hears it too.
fn asked_to_stop() -> Result<Arc<AtomicBool>> {
    let is_asked = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&is_asked);
    let (mut terminate, mut interrupt) =
        (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => (),
            _ = interrupt.recv() => (),
        }
        told.store(true, Ordering::Release);
    });
    Ok(is_asked)
}

#[cfg(test)]
mod tests {
    use super::*;

    use clap::Parser;

    use crate::cli::{Cli, Command};

    fn executor_args(words: &[&str]) -> Option<ExecutorArgs> {
        let words = ["payung-batch", "executor", "--work", "work"].iter().chain(words);
        match Cli::try_parse_from(words).ok()?.command {
            Command::Executor(args) => Some(args),
            _ => None,
        }
    }

    #[test]
    fn an_executor_says_what_it_cannot_begin_with() {
        let told = |words: &[&str]| {
            let args = executor_args(words).expect("words that are understood");
            check_executor(&args).expect_err("what cannot be").to_string()
        };
        let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
        let bind = taken.local_addr().expect("its address").to_string();
        assert!(told(&["--bind", &bind]).contains("periksa apakah porta itu dipakai"));
        let open = ["--bind", "0.0.0.0:0", "--private-network"];
        assert!(told(&open).contains("beri --external"));
        let remote = told(&["--bind", "127.0.0.1:0", "--scheduler", "10.0.0.4:50050"]);
        assert!(remote.contains("--private-network"), "{remote}");
        let args = executor_args(&["--bind", "127.0.0.1:0"]).expect("words");
        assert_eq!(check_executor(&args).expect("an address").to_string(), "127.0.0.1");
        // Nothing is divided among no tasks, and no memory would be all of it.
        assert!(executor_args(&["--tasks", "0"]).is_none());
        assert!(executor_args(&["--memory", "0"]).is_none());
    }

    #[test]
    fn addresses_of_both_kinds_are_read_again() {
        for address in ["127.0.0.1:50051", "[::1]:50051"] {
            let bind: SocketAddr = address.parse().expect("an address");
            assert_eq!(format!("{}:{}", host(bind.ip()), bind.port()), address);
        }
    }

    #[test]
    fn an_executor_has_its_folder_alone_and_touches_no_other() {
        let folder = tempfile::tempdir().expect("a folder");
        let foreign = folder.path().join("register");
        std::fs::create_dir(&foreign).expect("a folder");
        let work = Work::begin(folder.path(), 50_051).expect("a folder");
        assert_eq!(work.shuffles, folder.path().join("payung-batch-50051/shuffles"));
        let told = Work::begin(folder.path(), 50_051).expect_err("taken").to_string();
        assert!(told.contains("sedang dipakai pelaksana lain"), "{told}");
        Work::begin(folder.path(), 50_052).expect("another port has a folder of its own");
        std::fs::create_dir(work.shuffles.join("job")).expect("a folder");
        drop(work);
        let again = Work::begin(folder.path(), 50_051).expect("free again");
        assert_eq!(std::fs::read_dir(&again.shuffles).expect("a folder").count(), 0);
        assert!(foreign.is_dir());
    }

    #[test]
    fn a_network_is_said_to_be_private() {
        let address = |text: &str| text.parse::<IpAddr>().expect("an address");
        assert!(check_place(address("127.0.0.1"), false).is_ok());
        assert!(check_place(address("::1"), false).is_ok());
        assert!(check_place(address("0.0.0.0"), false).is_err());
        assert!(check_place(address("10.0.0.4"), true).is_ok());
    }
}
