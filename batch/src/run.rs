//! `payung-batch run`: from an order to a result.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use datafusion::arrow::array::RecordBatch;
use datafusion::common::cast::as_int64_array;
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use linkage::rarity::Counts;
use rules::Scheme;
use std::io::Write;

use crate::cli::{Engine, ExecutorArgs, InventArgs, PlanName, RunArgs};
use crate::invent::{self, Size};
use crate::job::{self, Place};
use crate::kernels::money::{rulebook, rules_text};
use crate::layout::Table;
use crate::plans::{self, ByRules, Figures};
use crate::{functions, own, roles};

impl From<ExecutorArgs> for roles::Executor {
    fn from(args: ExecutorArgs) -> roles::Executor {
        roles::Executor {
            scheduler: args.scheduler,
            bind: args.bind,
            external: args.external.unwrap_or(args.bind.ip()),
            work: args.work,
            tasks: args.tasks,
            memory: args.memory.map(|megabytes| megabytes << 20),
            is_private: args.private_network,
        }
    }
}

/// Makes invented tables.
///
/// # Errors
/// What the disk says.
pub fn invent(args: &InventArgs) -> Result<()> {
    match &args.list {
        Some(list) => invent::people(list, &args.output, args.tenants),
        None => {
            let size = Size { tenants: args.tenants, people: args.people, seed: args.seed };
            invent::money(&args.output, size)
        }
    }
}

/// Does a job and says where its result is.
///
/// # Errors
/// What is wrong with the order or its input, or what the last attempt ended with.
pub async fn run(args: RunArgs) -> Result<()> {
    let begun = Instant::now();
    let engine = args.engine.unwrap_or(match (args.plan, &args.scheduler) {
        // Blocks in memory are several times cheaper than blocks in tables: docs/bench/batch.md.
        (PlanName::Linkage, None) => Engine::Own,
        _ => Engine::Plan,
    });
    ensure!(
        engine == Engine::Plan || args.scheduler.is_none(),
        "--engine own menghitung di proses ini: hapus --scheduler\n\
         (it computes in this process: leave --scheduler out)"
    );
    let order = Order::of(&args)?;
    let mut people = 0;
    for table in order.tables() {
        let rows = table.check(&args.input)?;
        people = if *table == Table::People { rows } else { people };
    }
    job::sweep(&args.output)?;
    let input = std::fs::canonicalize(&args.input)?;
    let digest = job::digest(&order.text(engine), order.tables(), &input)?;
    let name = format!("{}-{digest}", order.name());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let place = Place {
        scheduler: args.scheduler.clone(),
        partitions: args.partitions.unwrap_or(cores),
        limit: Duration::from_secs(args.time_limit),
        attempts: args.attempts.max(1),
    };
    job::private_folder(&args.output)?;
    let output = std::fs::canonicalize(&args.output)?;
    let done = job::once(&output, &name, |making| {
        let (order, place, input) = (&order, &place, &input);
        async move {
            match engine {
                Engine::Own => order.own(input, &making),
                Engine::Plan => order.planned(place, input, people, &making).await,
            }
        }
    });
    let done = done.await?;
    if done.was_done {
        eprintln!("sudah pernah selesai, tidak dihitung lagi (done before, not computed again)");
    }
    let (processor, megabytes) = taken();
    eprintln!(
        "{}: {:.2} s, prosesor {processor:.2} s, memori {megabytes} MB, program {}",
        order.name(),
        begun.elapsed().as_secs_f64(),
        functions::build()
    );
    println!("{}", done.result.display());
    Ok(())
}

/// Seconds of the processor that this process has had, and the most memory it ever held.
fn taken() -> (f64, u64) {
    let read = |name: &str| std::fs::read_to_string(name).unwrap_or_default();
    let (stat, status) = (read("/proc/self/stat"), read("/proc/self/status"));
    // Behind the name in parentheses; the twelfth and thirteenth are ticks of a hundredth.
    let words = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
    let ticks: u64 = words.filter_map(|word| word.parse::<u64>().ok()).sum();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = peak.and_then(|text| text.split_whitespace().next()?.parse::<u64>().ok());
    (ticks as f64 / 100.0, peak.unwrap_or_default() / 1024)
}

/// What is asked for.
enum Order {
    Linkage,
    Billing(ByRules),
    Whatif(ByRules),
    Figures(Figures),
}

impl Order {
    fn of(args: &RunArgs) -> Result<Order> {
        let by = || -> Result<ByRules> {
            let rules = rules_text(&files(&args.rules)?);
            rulebook(&rules)?;
            Ok(ByRules { rules, income: args.income })
        };
        Ok(match args.plan {
            PlanName::Linkage => Order::Linkage,
            PlanName::Billing => Order::Billing(by()?),
            PlanName::Whatif => {
                ensure!(
                    !args.rules.is_empty() || args.income.is_some(),
                    "andaian tanpa yang lain: beri --rules atau --income\n\
                     (a what-if of nothing: give --rules or --income)"
                );
                Order::Whatif(by()?)
            }
            PlanName::Figures => {
                let scheme = Scheme::from_name(&args.scheme).with_context(|| {
                    format!(
                        "skema {} tidak dikenal: jkk, jkm, jht, atau jp (no such scheme)",
                        args.scheme
                    )
                })?;
                Order::Figures(Figures {
                    level: args.level,
                    year: args.year,
                    scheme: scheme.name().to_owned(),
                })
            }
        })
    }

    fn name(&self) -> &'static str {
        match self {
            Order::Linkage => "linkage",
            Order::Billing(_) => "billing",
            Order::Whatif(_) => "whatif",
            Order::Figures(_) => "figures",
        }
    }

    fn tables(&self) -> &'static [Table] {
        match self {
            Order::Linkage => &[Table::People],
            Order::Billing(_) | Order::Whatif(_) => {
                &[Table::Members, Table::Programmes, Table::Standing]
            }
            Order::Figures(_) => &[Table::Cover],
        }
    }

    /// All that the result follows from besides the input, as text.
    fn text(&self, engine: Engine) -> String {
        let nowhere = Path::new("");
        let plan = match self {
            Order::Linkage => plans::linkage(nowhere, nowhere).sql + &plans::blocks().sql,
            Order::Billing(by) => plans::billing(by).sql,
            Order::Whatif(by) => plans::whatif(by).sql,
            Order::Figures(asked) => plans::figures(asked).sql,
        };
        format!("{engine:?}\n{plan}")
    }

    fn own(&self, input: &Path, making: &Path) -> Result<()> {
        let rows: RecordBatch = match self {
            Order::Linkage => own::linkage(input)?,
            Order::Billing(by) => own::billing(input, by)?,
            Order::Whatif(by) => own::whatif(input, by)?,
            Order::Figures(asked) => own::figures(input, asked)?,
        };
        job::write(&rows, &making.join("result.parquet"))?;
        Ok(())
    }

    async fn planned(&self, place: &Place, input: &Path, people: u64, making: &Path) -> Result<()> {
        let result = making.join("result.parquet");
        let plan = match self {
            Order::Linkage => {
                let (counts, blocks) = before_linkage(place, input, people, making).await?;
                let plan = plans::linkage(&counts, &blocks);
                place.run(&plan, input, &result).await?;
                std::fs::remove_file(counts)?;
                std::fs::remove_dir_all(blocks)?;
                return Ok(());
            }
            Order::Billing(by) => {
                refuse_twice(place, input, making).await?;
                plans::billing(by)
            }
            Order::Whatif(by) => {
                refuse_twice(place, input, making).await?;
                plans::whatif(by)
            }
            Order::Figures(asked) => plans::figures(asked),
        };
        place.run(&plan, input, &result).await?;
        Ok(())
    }
}

/// What the evidence is weighed by, and the blocks: each a plan of its own, whose result the last
/// one reads.
async fn before_linkage(
    place: &Place,
    input: &Path,
    people: u64,
    making: &Path,
) -> Result<(std::path::PathBuf, std::path::PathBuf)> {
    let table = making.join("counts.parquet");
    place.run(&plans::counts(people), input, &table).await?;
    let counts = making.join("counts.bin");
    job::private_file(&counts)?.write_all(&counted(&table, people)?.to_bytes())?;
    std::fs::remove_file(&table)?;
    let blocks = making.join("blocks");
    job::private_folder(&blocks)?;
    place.run(&plans::blocks(), input, &blocks.join("blocks.parquet")).await?;
    Ok((counts, blocks))
}

/// The counters that a table of places comes to.
fn counted(table: &Path, people: u64) -> Result<Counts> {
    let mut counts = Counts::new(usize::try_from(people)?);
    counts.add_people(people);
    let file = std::fs::File::open(table)?;
    for batch in ParquetRecordBatchReaderBuilder::try_new(file)?.build()? {
        let batch = batch?;
        let (places, times) = (as_int64_array(batch.column(0))?, as_int64_array(batch.column(1))?);
        for row in 0..places.len() {
            let times = u32::try_from(times.value(row))?;
            ensure!(counts.add_at(places.value(row) as u64, times), "a place that no table has");
        }
    }
    Ok(counts)
}

/// A bill is refused when a person stands on a programme twice, as the office refuses it.
async fn refuse_twice(place: &Place, input: &Path, making: &Path) -> Result<()> {
    let table = making.join("twice.parquet");
    let rows = place.run(&plans::twice(), input, &table).await?;
    if rows > 0 {
        let reader = ParquetRecordBatchReaderBuilder::try_new(std::fs::File::open(&table)?)?;
        let first = reader.build()?.next().context("a row")??;
        let tenant = as_int64_array(first.column(0))?.value(0);
        bail!(
            "daerah {tenant}: seseorang tercantum dua kali dalam satu program; satukan dahulu, \
             lalu ekspor ulang\n(somebody stands twice on a programme of that regency: merge them \
             first, then export anew)"
        );
    }
    std::fs::remove_file(&table)?;
    Ok(())
}

/// Reads files of rules, each named `PATH=FILE`.
fn files(named: &[String]) -> Result<Vec<(String, String)>> {
    let read = |named: &String| {
        let (path, file) = named.split_once('=').with_context(|| {
            format!(
                "{named}: tulis JALUR=BERKAS, misalnya jkk/iuran_bpu.toml=usulan.toml\n\
                 (write PATH=FILE)"
            )
        })?;
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("{file} tidak dapat dibaca (cannot be read)"))?;
        Ok((path.to_owned(), text))
    };
    named.iter().map(read).collect()
}
