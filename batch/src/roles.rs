//! The two roles of a cluster: a scheduler, and executors that ask it for work.
//!
//! Neither asks anybody who they are: whoever reaches their ports reads what the plans read. They
//! listen on this machine alone unless told otherwise, and say so when they are.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use ballista_core::config::TaskSchedulingPolicy;
use ballista_executor::executor_process::{ExecutorProcessConfig, start_executor_process};
use ballista_scheduler::cluster::BallistaCluster;
use ballista_scheduler::config::SchedulerConfig;
use ballista_scheduler::scheduler_process::start_server;

use crate::quiet::Quiet;
use crate::{functions, job};

/// How long an executor may be silent before its tasks are given to another.
const SILENCE: Duration = Duration::from_secs(15); // not law: a lost machine is noticed soon

/// Messages between roles: a batch of records is larger than the usual sixteen megabytes.
const MESSAGE_BYTES: u32 = 256 << 20; // not law: memory

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

/// Runs a scheduler until it is stopped.
///
/// # Errors
/// Why it cannot listen.
pub async fn scheduler(bind: SocketAddr, is_private: bool) -> Result<()> {
    check_place(bind.ip(), is_private)?;
    let config = SchedulerConfig {
        external_host: bind.ip().to_string(),
        bind_host: bind.ip().to_string(),
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
    start_server(cluster, bind, Arc::new(config)).await.with_context(|| {
        format!(
            "penjadwal tidak dapat mendengarkan di {bind}: periksa apakah porta itu dipakai\n\
             (cannot listen there: see whether the port is taken)"
        )
    })
}

/// What an executor is told.
#[derive(Debug, Clone)]
pub struct Executor {
    /// The scheduler.
    pub scheduler: SocketAddr,
    /// Where other roles fetch what it made.
    pub bind: SocketAddr,
    /// The address that the others use for it.
    pub external: IpAddr,
    /// Where it keeps what it made.
    pub work: PathBuf,
    /// Tasks at once.
    pub tasks: usize,
    /// Bytes that its operators may hold; half the machine's memory without.
    pub memory: Option<u64>,
    /// Whether the network is the cluster's alone.
    pub is_private: bool,
}

/// Runs an executor until it is stopped; a scheduler that is not there is waited for.
///
/// # Errors
/// Why it cannot listen.
pub async fn executor(told: Executor) -> Result<()> {
    check_place(told.bind.ip(), told.is_private)?;
    job::private_folder(&told.work)?;
    let registry = Arc::new(functions::registry()?);
    println!(
        "pelaksana: {}, penjadwal {}, program {}",
        told.bind,
        told.scheduler,
        functions::build()
    );
    loop {
        let config = ExecutorProcessConfig {
            bind_host: told.bind.ip().to_string(),
            external_host: Some(told.external.to_string()),
            port: told.bind.port(),
            grpc_port: told.bind.port().checked_add(1).context("the port has none after it")?,
            scheduler_host: told.scheduler.ip().to_string(),
            scheduler_port: told.scheduler.port(),
            vcores: told.tasks,
            task_scheduling_policy: TaskSchedulingPolicy::PullStaged,
            work_dir: Some(told.work.to_string_lossy().into_owned()),
            job_data_ttl_seconds: 24 * 3600,
            job_data_clean_up_interval_seconds: 600,
            grpc_max_decoding_message_size: MESSAGE_BYTES,
            grpc_max_encoding_message_size: MESSAGE_BYTES,
            executor_heartbeat_interval_seconds: 5,
            memory_pool_size: told.memory,
            memory_pool_fraction: 0.5,
            override_function_registry: Some(Arc::clone(&registry)),
            override_execution_engine: Some(Arc::new(Quiet::default())),
            ..ExecutorProcessConfig::default()
        };
        match start_executor_process(Arc::new(config)).await {
            Ok(()) => return Ok(()),
            Err(error) => {
                eprintln!(
                    "pelaksana: penjadwal {} belum menjawab ({error}); dicoba lagi\n\
                     (the scheduler does not answer yet; tried again)",
                    told.scheduler
                );
                tokio::time::sleep(Duration::from_secs(2)).await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_is_said_to_be_private() {
        let address = |text: &str| text.parse::<IpAddr>().expect("an address");
        assert!(check_place(address("127.0.0.1"), false).is_ok());
        assert!(check_place(address("::1"), false).is_ok());
        assert!(check_place(address("0.0.0.0"), false).is_err());
        assert!(check_place(address("10.0.0.4"), true).is_ok());
    }
}
