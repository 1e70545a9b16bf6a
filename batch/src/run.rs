//! `payung-batch run`: from an order to a result.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use datafusion::arrow::array::RecordBatch;
use datafusion::common::cast::as_int64_array;
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use linkage::rarity::Counts;
use rules::Scheme;

use crate::bills::{rulebook, rules_text};
use crate::check::check;
use crate::cli::{Engine, InventArgs, PlanName, RunArgs};
use crate::disk::{self, private_file, private_folder};
use crate::invent::{self, Size};
use crate::layout::Table;
use crate::place::Place;
use crate::plans::{self, ByRules, Figures};
use crate::{functions, job, own};

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
    let input = std::fs::canonicalize(&args.input)
        .with_context(|| format!("{} tidak dapat dibaca (cannot be read)", args.input.display()))?;
    let bytes = job::bytes(order.tables(), &input)?;
    let people = check(order.tables(), &input)?;
    let name = format!("{}-{}", order.name(), job::digest(&order.text(engine, people), &bytes));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let place = Place {
        scheduler: args.scheduler.clone(),
        partitions: args.partitions.unwrap_or(cores),
        limit: Duration::from_secs(args.time_limit),
        attempts: args.attempts,
    };
    private_folder(&args.output)?;
    let output = std::fs::canonicalize(&args.output)?;
    job::sweep(&output)?;
    let done = job::once(&output, &name, |making| {
        let (order, place, input) = (&order, &place, &input);
        async move {
            match engine {
                Engine::Own => order.own(input, &making)?,
                Engine::Plan => order.planned(place, input, people, &making).await?,
            }
            ensure!(
                job::bytes(order.tables(), input)? == bytes,
                "masukan berubah selagi kerja berjalan, hasilnya dibuang: tunggu ekspor selesai, \
                 lalu ulangi perintah yang sama\n(the input changed meanwhile and the result is \
                 dropped: wait for the export, then give the same order again)"
            );
            Ok(())
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
        let is_money = matches!(args.plan, PlanName::Billing | PlanName::Whatif);
        ensure!(
            is_money || (args.rules.is_empty() && args.income.is_none()),
            "--rules dan --income hanya untuk billing dan whatif: hapus dari perintah ini\n\
             (they are for billing and whatif alone: leave them out)"
        );
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
    fn text(&self, engine: Engine, people: u64) -> String {
        let nowhere = Path::new("");
        let plan = match self {
            Order::Linkage => {
                plans::linkage(people, nowhere, nowhere).sql + &plans::blocks(people).sql
            }
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
        disk::write(&rows, &making.join("result.parquet"))?;
        Ok(())
    }

    async fn planned(&self, place: &Place, input: &Path, people: u64, making: &Path) -> Result<()> {
        let result = making.join("result.parquet");
        let plan = match self {
            Order::Linkage => return linked(place, input, people, making, &result).await,
            Order::Billing(by) => plans::billing(by),
            Order::Whatif(by) => plans::whatif(by),
            Order::Figures(asked) => plans::figures(asked),
        };
        place.run(&plan, input, &result).await?;
        Ok(())
    }
}

/// Linkage is three plans: what the evidence is weighed by and the blocks come before it.
async fn linked(
    place: &Place,
    input: &Path,
    people: u64,
    making: &Path,
    result: &Path,
) -> Result<()> {
    let [table, counts, blocks]: [PathBuf; 3] =
        ["counts.parquet", "counts.bin", "blocks.parquet"].map(|name| making.join(name));
    place.run(&plans::counts(people), input, &table).await?;
    private_file(&counts)?.write_all(&counted(&table, people)?.to_bytes())?;
    place.run(&plans::blocks(people), input, &blocks).await?;
    place.run(&plans::linkage(people, &counts, &blocks), input, result).await?;
    for made in [table, counts, blocks] {
        std::fs::remove_file(made)?;
    }
    Ok(())
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
