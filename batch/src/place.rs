//! Where plans run: in this process, or on a cluster that is asked again when it does not finish.
//!
//! What a cluster does not finish (Ballista loses a job whose executor or scheduler dies) is
//! cancelled after a time and submitted anew as a whole. A scheduler that is not there is waited
//! for, which is no attempt.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use ballista::prelude::SessionContextExt;
use ballista_core::execution_plans::DistributedQueryExec;
use ballista_core::serde::protobuf::CancelJobParams;
use ballista_core::serde::protobuf::scheduler_grpc_client::SchedulerGrpcClient;
use datafusion::execution::SessionState;
use datafusion::physical_plan::{ExecutionPlan, execute_stream};
use datafusion::prelude::{SessionConfig, SessionContext};
use datafusion_proto::protobuf::LogicalPlanNode;
use futures::StreamExt;
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use crate::disk::Whole;
use crate::functions;
use crate::kernels::REFUSED;
use crate::plans::Plan;

/// Where plans run.
#[derive(Debug, Clone)]
pub struct Place {
    /// A scheduler; this process without.
    pub scheduler: Option<Scheduler>,
    /// Parts of a table that are worked on at once.
    pub partitions: usize,
    /// How long one attempt on a cluster may take.
    pub limit: Duration,
    /// How often a job is submitted to a cluster.
    pub attempts: u32,
}

/// A scheduler as it was typed: `df://HOST:PORT`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scheduler {
    address: String,
}

impl std::str::FromStr for Scheduler {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Scheduler, String> {
        let address = text.strip_prefix("df://").map(|address| address.trim_end_matches('/'));
        let port = |address: &str| address.rsplit_once(':')?.1.parse::<u16>().ok();
        match address.filter(|address| port(address).is_some()) {
            Some(address) => Ok(Scheduler { address: address.to_owned() }),
            None => Err("tulis seperti df://127.0.0.1:50050 (write it like this)".into()),
        }
    }
}

/// How long a scheduler that is told that a job is over may take to answer.
const CANCELLING: Duration = Duration::from_secs(10); // not law: it answers at once or not at all

impl Scheduler {
    /// Waits until somebody listens there.
    async fn wait(&self, limit: Duration) -> Result<()> {
        let begun = Instant::now();
        while let Err(error) = TcpStream::connect(&self.address).await {
            if begun.elapsed() >= limit {
                bail!(
                    "penjadwal {} tidak menjawab selama {} s ({error}): jalankan penjadwal, lalu \
                     ulangi perintah yang sama\n(the scheduler does not answer: start it, then \
                     give the same order again)",
                    self.address,
                    limit.as_secs()
                );
            }
            sleep(Duration::from_secs(1).min(limit)).await;
        }
        Ok(())
    }

    /// Tells the scheduler that nobody waits for a job any more; that it does not hear it changes
    /// nothing but what its executors are busy with.
    async fn cancel(&self, job_id: String) {
        let url = format!("http://{}", self.address);
        let told = timeout(CANCELLING, async {
            let mut client = SchedulerGrpcClient::connect(url).await.ok()?;
            client.cancel_job(CancelJobParams { job_id }).await.ok()
        });
        match told.await.ok().flatten() {
            Some(_) => eprintln!("dibatalkan di penjadwal (cancelled at the scheduler)"),
            None => eprintln!("tidak dapat dibatalkan di penjadwal (could not be cancelled there)"),
        }
    }
}

impl Place {
    async fn context(&self) -> Result<SessionContext> {
        let config = SessionConfig::new()
            .with_target_partitions(self.partitions)
            .set_bool("datafusion.execution.collect_statistics", true);
        let state = functions::session(config)?;
        let Some(scheduler) = &self.scheduler else {
            return Ok(SessionContext::new_with_state(state));
        };
        let url = format!("df://{}", scheduler.address);
        let context = SessionContext::remote_with_state(&url, state).await?;
        // Who asks how a job fares knows its name from the start, and can cancel it; who waits to
        // be told does not before somebody works on it.
        let pull = |state: &mut SessionState| {
            state.config_mut().options_mut().set("ballista.client.pull", "true")
        };
        pull(&mut context.state_ref().write())?;
        // What upgrades a session for a cluster forgets functions that are not the engine's own.
        for function in functions::scalar() {
            context.register_udf(function.as_ref().clone());
        }
        for function in functions::aggregate() {
            context.register_udaf(function.as_ref().clone());
        }
        Ok(context)
    }

    /// Runs a plan and writes what it gives into a file that nobody sees before it is whole.
    ///
    /// # Errors
    /// What it ended with; on a cluster, what the last attempt did.
    pub async fn run(&self, plan: &Plan, input: &Path, into: &Path) -> Result<u64> {
        let begun = Instant::now();
        let rows = match &self.scheduler {
            None => {
                let context = self.context().await?;
                let frame = plan.register(&context, input).await?;
                written(frame.create_physical_plan().await?, &context, plan, into).await?
            }
            Some(scheduler) => self.submitted(scheduler, plan, input, into).await?,
        };
        eprintln!("{}: {rows} baris, {:.2} s", plan.name, begun.elapsed().as_secs_f64());
        Ok(rows)
    }

    async fn submitted(
        &self,
        scheduler: &Scheduler,
        plan: &Plan,
        input: &Path,
        into: &Path,
    ) -> Result<u64> {
        for attempt in 1.. {
            scheduler.wait(self.limit).await?;
            let unfinished = match self.attempt(scheduler, plan, input, into).await {
                Ok(rows) => return Ok(rows),
                Err(error) if is_final(&error) => return Err(error),
                Err(error) => format!("{error:#}"),
            };
            if attempt >= self.attempts {
                bail!(
                    "{}: {attempt} kali dicoba, tidak selesai: {unfinished}\n\
                     periksa penjadwal dan pelaksana, lalu ulangi perintah yang sama\n\
                     (tried that often and not finished: look at scheduler and executors, then \
                     give the same order again)",
                    plan.name
                );
            }
            eprintln!("{}: percobaan {attempt} gagal, diulang: {unfinished}", plan.name);
            sleep(Duration::from_secs(u64::from(attempt.min(5)))).await;
        }
        unreachable!("attempts are counted up to a last one")
    }

    /// Submits a plan once; what does not end well is cancelled.
    async fn attempt(
        &self,
        scheduler: &Scheduler,
        plan: &Plan,
        input: &Path,
        into: &Path,
    ) -> Result<u64> {
        let context = self.context().await?;
        let frame = plan.register(&context, input).await?;
        let query = frame.create_physical_plan().await?;
        let done = timeout(self.limit, written(Arc::clone(&query), &context, plan, into)).await;
        let done = done
            .with_context(|| format!("belum selesai setelah {} s", self.limit.as_secs()))
            .flatten();
        if done.is_err()
            && let Some(job) = job_of(&query)
        {
            scheduler.cancel(job).await;
        }
        done
    }
}

/// The scheduler's name for a query that it took.
fn job_of(query: &Arc<dyn ExecutionPlan>) -> Option<String> {
    let query = query.downcast_ref::<DistributedQueryExec<LogicalPlanNode>>()?;
    query.job_id().map(|job| job.as_str().to_owned())
}

/// Writes what a plan gives; how many rows.
async fn written(
    query: Arc<dyn ExecutionPlan>,
    context: &SessionContext,
    plan: &Plan,
    into: &Path,
) -> Result<u64> {
    let mut rows = execute_stream(query, context.task_ctx())?;
    let mut file = Whole::begin(into, &plan.gives)?;
    while let Some(batch) = rows.next().await {
        file.add(batch?)?;
    }
    file.end()
}

/// Whether asking again would be answered the same: a refusal of ours, a plan that is none, a
/// function that another build has.
fn is_final(error: &anyhow::Error) -> bool {
    let text = format!("{error:#}");
    [REFUSED, "Schema error", "SQL error", "There is no UD", "Invalid function"]
        .iter()
        .any(|sign| text.contains(sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    use tokio::net::TcpListener;

    #[test]
    fn a_scheduler_is_named_by_host_and_port() {
        let read = |text: &str| text.parse::<Scheduler>().map(|scheduler| scheduler.address);
        assert_eq!(read("df://127.0.0.1:50050"), Ok("127.0.0.1:50050".into()));
        assert_eq!(read("df://[::1]:50050/"), Ok("[::1]:50050".into()));
        assert!(
            ["127.0.0.1:50050", "df://gugus", "http://gugus:1"].iter().all(|t| read(t).is_err())
        );
    }

    #[tokio::test]
    async fn a_scheduler_that_is_not_there_is_waited_for() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its address");
        let scheduler: Scheduler = format!("df://{address}").parse().expect("an address");
        drop(listener);
        let told = scheduler.wait(Duration::from_millis(50)).await.expect_err("nobody listens");
        assert!(told.to_string().contains("tidak menjawab"), "{told}");
        let late = tokio::spawn(async move {
            sleep(Duration::from_millis(300)).await;
            TcpListener::bind(address).await.expect("the port is free")
        });
        scheduler.wait(Duration::from_secs(30)).await.expect("it came");
        late.await.expect("a listener");
    }
}
