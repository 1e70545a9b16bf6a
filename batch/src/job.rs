//! A job: a plan over an input, done once whatever dies meanwhile.
//!
//! A job is known by the digest of everything it follows from: this program, the text of its plans
//! and every byte they read. Its result lies in a folder of that name, put there by one renaming,
//! so that a result is whole or is not there; the same job asked for again finds it. What a cluster
//! does not finish (Ballista loses a job whose executor or scheduler dies) is given up after a time
//! and submitted anew as a whole.

use std::fs::{DirBuilder, File, OpenOptions};
use std::future::Future;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use ballista::prelude::SessionContextExt;
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::compute::{BatchCoalescer, cast};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::basic::Compression;
use datafusion::parquet::file::properties::WriterProperties;
use datafusion::prelude::{SessionConfig, SessionContext};
use futures::StreamExt;

use crate::functions;
use crate::kernels::REFUSED;
use crate::layout::Table;
use crate::plans::Plan;

/// Where plans run.
#[derive(Debug, Clone)]
pub struct Place {
    /// A scheduler such as `df://127.0.0.1:50050`; this process without.
    pub scheduler: Option<String>,
    /// Parts of a table that are worked on at once.
    pub partitions: usize,
    /// How long one attempt may take.
    pub limit: Duration,
    /// How often a job is submitted.
    pub attempts: u32,
}

/// Rows that are written at once, so that a file does not depend on how rows arrived.
const WRITE_ROWS: usize = 8192;

impl Place {
    async fn context(&self) -> Result<SessionContext> {
        let config = SessionConfig::new()
            .with_target_partitions(self.partitions)
            .set_bool("datafusion.execution.collect_statistics", true);
        let state = functions::session(config)?;
        let Some(url) = &self.scheduler else { return Ok(SessionContext::new_with_state(state)) };
        let context = SessionContext::remote_with_state(url, state).await?;
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
    /// What every attempt ended with.
    pub async fn run(&self, plan: &Plan, input: &Path, into: &Path) -> Result<u64> {
        let mut attempt = 1;
        loop {
            let begun = Instant::now();
            let unfinished =
                match tokio::time::timeout(self.limit, self.once(plan, input, into)).await {
                    Ok(Ok(rows)) => {
                        let seconds = begun.elapsed().as_secs_f64();
                        eprintln!("{}: {rows} baris, {seconds:.2} s", plan.name);
                        return Ok(rows);
                    }
                    Ok(Err(error)) if self.scheduler.is_none() || is_final(&error) => {
                        return Err(error);
                    }
                    Ok(Err(error)) => format!("{error:#}"),
                    Err(_) => format!("belum selesai setelah {} s", self.limit.as_secs()),
                };
            if attempt == self.attempts {
                bail!(
                    "{}: {attempt} kali dicoba, tidak selesai: {unfinished}\n\
                     periksa penjadwal dan pelaksana, lalu ulangi perintah yang sama\n\
                     (tried that often and not finished: look at scheduler and executors, then \
                     give the same order again)",
                    plan.name
                );
            }
            eprintln!("{}: percobaan {attempt} gagal, diulang: {unfinished}", plan.name);
            tokio::time::sleep(Duration::from_secs(u64::from(attempt.min(5)))).await;
            attempt += 1;
        }
    }

    async fn once(&self, plan: &Plan, input: &Path, into: &Path) -> Result<u64> {
        let context = self.context().await?;
        let frame = plan.register(&context, input).await?;
        let mut stream = frame.execute_stream().await?;
        let mut file = Whole::begin(into, &plan.gives)?;
        while let Some(batch) = stream.next().await {
            file.add(batch?)?;
        }
        file.end()
    }
}

/// Whether asking again would be answered the same: a refusal of ours, a plan that is none, a
/// function that another build has.
fn is_final(error: &anyhow::Error) -> bool {
    let text = format!("{error:#}");
    [REFUSED, "Schema error", "SQL error", "There is no UD", "Invalid function"]
        .iter()
        .any(|sign| text.contains(sign))
}

/// A file of a result that is being written.
struct Whole {
    schema: SchemaRef,
    rows: BatchCoalescer,
    writer: ArrowWriter<File>,
    count: u64,
}

impl Whole {
    fn begin(path: &Path, schema: &SchemaRef) -> Result<Whole> {
        let file = private_file(path)?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by("payung-batch".into())
            .build();
        let writer = ArrowWriter::try_new(file, schema.clone(), Some(properties))?;
        let rows = BatchCoalescer::new(schema.clone(), WRITE_ROWS);
        Ok(Whole { schema: schema.clone(), rows, writer, count: 0 })
    }

    fn add(&mut self, batch: RecordBatch) -> Result<()> {
        let columns = self.schema.fields().iter().zip(batch.columns());
        let columns = columns.map(|(field, column)| cast(column, field.data_type()));
        let columns = columns.collect::<std::result::Result<Vec<_>, _>>()?;
        self.count += batch.num_rows() as u64;
        self.rows.push_batch(RecordBatch::try_new(self.schema.clone(), columns)?)?;
        self.write()
    }

    fn write(&mut self) -> Result<()> {
        while let Some(rows) = self.rows.next_completed_batch() {
            self.writer.write(&rows)?;
        }
        Ok(())
    }

    fn end(mut self) -> Result<u64> {
        self.rows.finish_buffered_batch()?;
        self.write()?;
        let file = self.writer.into_inner()?;
        file.sync_all()?;
        Ok(self.count)
    }
}

/// Writes rows at hand into a file.
///
/// # Errors
/// What the disk says.
pub fn write(batch: &RecordBatch, into: &Path) -> Result<u64> {
    let mut file = Whole::begin(into, batch.schema_ref())?;
    for from in (0..batch.num_rows()).step_by(WRITE_ROWS) {
        file.add(batch.slice(from, WRITE_ROWS.min(batch.num_rows() - from)))?;
    }
    file.end()
}

/// A new file of ours alone.
///
/// # Errors
/// What the disk says.
pub fn private_file(path: &Path) -> Result<File> {
    let opened = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path);
    opened.with_context(|| format!("{} tidak dapat ditulis (cannot be written)", path.display()))
}

/// A folder of ours alone, with those above it.
///
/// # Errors
/// What the disk says.
pub fn private_folder(path: &Path) -> Result<()> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.with_context(|| format!("folder {} tidak dapat dibuat (cannot be made)", path.display()))
}

/// A job's digest, as sixteen hexadecimal digits.
///
/// # Errors
/// What cannot be read.
pub fn digest(order: &str, tables: &[Table], input: &Path) -> Result<String> {
    let mut all = blake3::Hasher::new();
    all.update(functions::build().as_bytes());
    all.update(order.as_bytes());
    for table in tables {
        for path in table.files(input)? {
            let mut file = blake3::Hasher::new();
            file.update_reader(File::open(&path)?)?;
            let name = path.file_name().unwrap_or_default().as_encoded_bytes();
            all.update(table.name().as_bytes());
            all.update(&(name.len() as u64).to_le_bytes());
            all.update(name);
            all.update(file.finalize().as_bytes());
        }
    }
    Ok(all.finalize().to_hex()[..16].to_owned())
}

/// Where a job's result is, and whether it lay there already.
#[derive(Debug)]
pub struct Done {
    /// The file.
    pub result: PathBuf,
    /// Whether the job had been done before.
    pub was_done: bool,
}

/// Does a job once: `work` fills a folder that is then renamed to where results are looked for.
///
/// # Errors
/// What `work` ends with; nothing is left then but what the next attempt goes on from.
pub async fn once<F>(output: &Path, name: &str, work: impl FnOnce(PathBuf) -> F) -> Result<Done>
where
    F: Future<Output = Result<()>>,
{
    let folder = output.join(name);
    let result = folder.join("result.parquet");
    if result.is_file() {
        return Ok(Done { result, was_done: true });
    }
    private_folder(output)?;
    let making = output.join(format!(".{name}.{}", std::process::id()));
    if making.exists() {
        std::fs::remove_dir_all(&making)?;
    }
    private_folder(&making)?;
    let worked = work(making.clone()).await;
    if let Err(error) = worked {
        std::fs::remove_dir_all(&making).ok();
        return Err(error);
    }
    File::open(&making)?.sync_all()?;
    let renamed = std::fs::rename(&making, &folder);
    let was_done = match renamed {
        Ok(()) => false,
        // Somebody else was quicker with the same job: theirs is the same to the byte.
        Err(_) if result.is_file() => {
            std::fs::remove_dir_all(&making)?;
            true
        }
        Err(error) => return Err(error).context("the result cannot be put in its place"),
    };
    File::open(output)?.sync_all()?;
    Ok(Done { result, was_done })
}

/// Takes away what processes that are no more left unfinished.
///
/// # Errors
/// What the disk says.
pub fn sweep(output: &Path) -> Result<()> {
    let Ok(listed) = std::fs::read_dir(output) else { return Ok(()) };
    for entry in listed {
        let entry = entry?;
        let name = entry.file_name();
        let Some(name) = name.to_str().filter(|name| name.starts_with('.')) else { continue };
        let process = name.rsplit('.').next().and_then(|id| id.parse::<u32>().ok());
        let is_gone = process.is_some_and(|id| !Path::new(&format!("/proc/{id}")).exists());
        if is_gone {
            std::fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_job_is_done_once_and_leaves_nothing_when_it_fails() {
        let folder = tempfile::tempdir().expect("a folder");
        let failed = once(folder.path(), "j-1", |making| async move {
            private_file(&making.join("result.parquet"))?;
            bail!("midway")
        });
        assert!(failed.await.is_err());
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0);
        let make = |making: PathBuf| async move {
            private_file(&making.join("result.parquet"))?;
            Ok(())
        };
        let first = once(folder.path(), "j-1", make).await.expect("done");
        let second = once(folder.path(), "j-1", make).await.expect("done");
        assert_eq!((first.was_done, second.was_done), (false, true));
    }
}
