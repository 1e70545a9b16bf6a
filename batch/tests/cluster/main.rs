//! The proofs of batch work, by the program as an operator runs it: the plans give what the office's
//! own functions give, to the byte, in one process and on 1, 2 and 4 executors, and a job ends with
//! the same bytes when an executor, the scheduler or the runner itself is killed midway.
//!
//! Everybody in it is invented. `PAYUNG_BATCH_LIST` names a list of `cargo xtask linkage-data` to
//! be linked in place of the small one made here, `PAYUNG_BATCH_PEOPLE` how many are billed.

mod list;
mod office;
mod program;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use program::{Cluster, Folder, Run, free_port, payung_batch};

/// The jobs, each with the words that it takes and the least rows of its result.
const JOBS: [(&str, &[&str], usize); 7] = [
    // One province, eight works, two sexes, six ages, twelve months: not all have people.
    ("figures", &["--level", "1"], 500),
    ("figures", &["--level", "4"], 1_000),
    // Two programmes of four regencies, two schemes, twelve months.
    ("billing", &[], 192),
    ("whatif", &["--income", "3000000"], 192),
    ("linkage", &[], 400),
    ("billing", &["--income", "1000000"], 192),
    ("whatif", &["--rules", OTHER_RULES], 192),
];

/// Stands for a file of rules by which death costs 8,800 a month, laid over the program's own.
const OTHER_RULES: &str = "other rules";

fn people() -> String {
    std::env::var("PAYUNG_BATCH_PEOPLE").unwrap_or_else(|_| "3000".into())
}

/// Invented tables.
fn input(folder: &Folder) -> PathBuf {
    let input = folder.path().join("input");
    let output = input.to_str().expect("a path of ours");
    let made = payung_batch(&["invent", "--output", output, "--people", &people()]).wait();
    assert!(made.is_done, "{}", made.told);
    let ours = include_str!("../../../regulations/jkm/iuran_bpu.toml");
    let other = ours.replace("value = 6_800", "value = 8_800"); // not law: a proposal, invented
    assert_ne!(ours, other);
    std::fs::write(input.join("rules.toml"), other).expect("a file");
    let list = std::env::var("PAYUNG_BATCH_LIST").map_or_else(
        |_| {
            let path = folder.path().join("list.csv");
            std::fs::write(&path, list::invented()).expect("a file");
            path
        },
        PathBuf::from,
    );
    let list = list.to_str().expect("a path of ours");
    let made = payung_batch(&["invent", "--output", output, "--list", list]).wait();
    assert!(made.is_done, "{}", made.told);
    input
}

fn job(input: &Path, output: &Path, at: usize, more: &[&str]) -> Run {
    let (name, words, _) = JOBS[at];
    asked(input, output, (name, words), more)
}

fn asked(input: &Path, output: &Path, job: (&str, &[&str]), more: &[&str]) -> Run {
    let paths = [input, output].map(|path| path.to_str().expect("a path of ours"));
    let mut words = vec!["run", job.0, "--input", paths[0], "--output", paths[1]];
    let rules = format!("jkm/iuran_bpu.toml={}", input.join("rules.toml").display());
    words.extend(job.1.iter().map(|word| if *word == OTHER_RULES { &rules } else { *word }));
    words.extend(more);
    payung_batch(&words)
}

/// The bytes of the one result in a folder; nothing else may be left there.
fn only_result(output: &Path) -> Vec<u8> {
    let left: Vec<PathBuf> = std::fs::read_dir(output)
        .expect("a folder")
        .map(|entry| entry.expect("one").path())
        .collect();
    assert_eq!(left.len(), 1, "one result and nothing else: {left:?}");
    let inside = std::fs::read_dir(&left[0]).expect("a folder").count();
    assert_eq!(inside, 1, "a result is one file");
    std::fs::read(left[0].join("result.parquet")).expect("a result")
}

/// The rows of the one result in a folder.
fn rows_of(output: &Path) -> Vec<RecordBatch> {
    let folder = std::fs::read_dir(output).expect("a folder").next().expect("one").expect("one");
    let file = std::fs::File::open(folder.path().join("result.parquet")).expect("a result");
    let rows = ParquetRecordBatchReaderBuilder::try_new(file).expect("a table").build();
    rows.expect("a table").map(|batch| batch.expect("rows")).collect()
}

/// The words of the fourth column of the one result in a folder, row by row.
fn fourth_column(output: &Path) -> Vec<String> {
    let words = rows_of(output).into_iter().flat_map(|batch| {
        let column = batch.column(3).clone();
        let of =
            |row| column.as_string_opt::<i32>().map_or("", |column| column.value(row)).to_owned();
        (0..column.len()).map(of).collect::<Vec<_>>()
    });
    words.collect()
}

/// What the office's own functions give.
fn expected(folder: &Folder, input: &Path, at: usize) -> Vec<u8> {
    let output = folder.path().join(format!("own-{at}"));
    let done = job(input, &output, at, &["--engine", "own"]).wait();
    assert!(done.is_done, "{}", done.told);
    let lines = fourth_column(&output);
    assert!(lines.len() >= JOBS[at].2, "job {at} has {} rows", lines.len());
    if JOBS[at].0 == "billing" {
        for line in ["jkk", "jkm", "jht", "DIED", "PAID_ELSEWHERE", "PAID_IN_OTHER_REGION"] {
            assert!(lines.iter().any(|told| told == line), "nobody has the line {line}");
        }
    }
    only_result(&output)
}

#[test]
fn plans_give_what_the_office_computes() {
    let folder = Folder::new();
    let input = input(&folder);
    for (at, asked) in JOBS.iter().enumerate() {
        let expected = expected(&folder, &input, at);
        for partitions in ["1", "3"] {
            let output = folder.path().join(format!("plan-{at}-{partitions}"));
            let more = ["--engine", "plan", "--partitions", partitions];
            let done = job(&input, &output, at, &more).wait();
            assert!(done.is_done, "{asked:?}: {}", done.told);
            assert!(only_result(&output) == expected, "{asked:?}, {partitions} partitions");
        }
    }
}

#[test]
fn one_two_and_four_executors_give_the_same_bytes() {
    let folder = Folder::new();
    let input = input(&folder);
    let expected: Vec<Vec<u8>> = (0..JOBS.len()).map(|at| expected(&folder, &input, at)).collect();
    for executors in [1, 2, 4] {
        let cluster = Cluster::start(&folder, executors);
        for (at, expected) in expected.iter().enumerate() {
            let output = folder.path().join(format!("cluster-{executors}-{at}"));
            let url = cluster.url();
            let more = ["--scheduler", &url, "--partitions", "4", "--time-limit", "300"];
            let begun = Instant::now();
            let done = job(&input, &output, at, &more).wait();
            assert!(done.is_done, "{:?}: {}", JOBS[at], done.told);
            assert!(only_result(&output) == *expected, "{:?}, {executors} executors", JOBS[at]);
            eprintln!("{executors} executors, {:?}: {:?}", JOBS[at], begun.elapsed());
        }
    }
}

/// Bills among [`JOBS`], a job of one plan.
const BILLING: usize = 2;

/// Linkage among [`JOBS`], a job of three plans.
const LINKAGE: usize = 4;

/// Starts a job on a cluster.
fn start(input: &Path, output: &Path, at: usize, cluster: &Cluster) -> Run {
    let url = cluster.url();
    job(input, output, at, &["--scheduler", &url, "--partitions", "8", "--time-limit", "25"])
}

/// Waits until a plan of the job has left a file, so that the next is at work.
fn wait_for_plan(run: &mut Run, output: &Path, file: &str) {
    let has_left = || {
        let making = std::fs::read_dir(output).into_iter().flatten().flatten();
        making.map(|entry| entry.path().join(file)).any(|path| path.exists())
    };
    while !has_left() {
        assert!(run.is_running(), "the job ended before {file} was there");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Kills an executor that has made something of a job, and waits for the same bytes all the same.
fn without_an_executor(at: usize, after: Option<&str>) {
    let folder = Folder::new();
    let input = input(&folder);
    let expected = expected(&folder, &input, at);
    let mut cluster = Cluster::start(&folder, 2);
    let output = folder.path().join("killed");
    let mut run = start(&input, &output, at, &cluster);
    if let Some(file) = after {
        wait_for_plan(&mut run, &output, file);
    }
    let busy = cluster.wait_for_work(&mut run);
    cluster.kill_executor(busy);
    assert!(run.is_running(), "the executor was killed before the job ended");
    let done = run.wait();
    assert!(done.is_done, "{}", done.told);
    eprintln!("{}", done.told);
    assert!(only_result(&output) == expected);
}

#[test]
fn an_executor_killed_midway_changes_nothing() {
    without_an_executor(BILLING, None);
}

#[test]
fn an_executor_killed_while_blocks_are_made_changes_nothing() {
    without_an_executor(LINKAGE, Some("counts.bin"));
}

#[test]
fn a_scheduler_killed_midway_changes_nothing() {
    let folder = Folder::new();
    let input = input(&folder);
    let expected = expected(&folder, &input, BILLING);
    let mut cluster = Cluster::start(&folder, 2);
    let output = folder.path().join("killed");
    let mut run = start(&input, &output, BILLING, &cluster);
    cluster.wait_for_work(&mut run);
    cluster.kill_scheduler();
    assert!(run.is_running(), "the scheduler was killed before the job ended");
    std::thread::sleep(Duration::from_secs(2));
    cluster.start_scheduler();
    let done = run.wait();
    assert!(done.is_done, "{}", done.told);
    assert!(done.told.contains("percobaan 1 gagal"), "it was submitted anew: {}", done.told);
    assert!(only_result(&output) == expected);
}

#[test]
fn a_runner_killed_midway_leaves_nothing_that_counts() {
    let folder = Folder::new();
    let input = input(&folder);
    let expected = expected(&folder, &input, BILLING);
    let output = folder.path().join("killed");
    let mut run = job(&input, &output, BILLING, &["--engine", "plan"]);
    while std::fs::read_dir(&output).map_or(0, Iterator::count) == 0 {
        assert!(run.is_running(), "the job has not ended yet");
        std::thread::sleep(Duration::from_millis(2));
    }
    run.kill();
    let again = job(&input, &output, BILLING, &["--engine", "plan"]).wait();
    assert!(again.is_done, "{}", again.told);
    assert!(only_result(&output) == expected);
    // And once more: it is done, and is not computed again.
    let again = job(&input, &output, BILLING, &["--engine", "plan"]).wait();
    assert!(again.told.contains("sudah pernah selesai"), "{}", again.told);
    assert!(only_result(&output) == expected);
}

#[test]
fn a_scheduler_that_is_not_there_yet_is_no_attempt() {
    let folder = Folder::new();
    let input = input(&folder);
    let expected = expected(&folder, &input, BILLING);
    let mut cluster = Cluster::start(&folder, 1);
    cluster.kill_scheduler();
    let output = folder.path().join("late");
    let url = cluster.url();
    let more = ["--scheduler", &url, "--time-limit", "120", "--attempts", "1"];
    let run = job(&input, &output, BILLING, &more);
    std::thread::sleep(Duration::from_secs(12));
    cluster.start_scheduler();
    let done = run.wait();
    assert!(done.is_done, "{}", done.told);
    assert!(only_result(&output) == expected);
}

#[test]
fn an_attempt_that_takes_too_long_is_cancelled() {
    let folder = Folder::new();
    let input = input(&folder);
    // Nobody works: the scheduler takes the job and can do nothing with it.
    let cluster = Cluster::start(&folder, 0);
    let (url, output) = (cluster.url(), folder.path().join("never"));
    let more = ["--scheduler", &url, "--time-limit", "3", "--attempts", "2"];
    let done = job(&input, &output, BILLING, &more).wait();
    assert!(!done.is_done);
    assert!(done.told.contains("2 kali dicoba, tidak selesai: belum selesai"), "{}", done.told);
    let cancelled = done.told.matches("dibatalkan di penjadwal (cancelled").count();
    assert_eq!(cancelled, 2, "{}", done.told);
    assert_eq!(std::fs::read_dir(&output).expect("a folder").count(), 0);
}

#[test]
fn a_result_of_input_that_changed_is_dropped() {
    let folder = Folder::new();
    let input = input(&folder);
    let mut cluster = Cluster::start(&folder, 1);
    cluster.kill_scheduler();
    let output = folder.path().join("changed");
    let url = cluster.url();
    let mut run = job(&input, &output, BILLING, &["--scheduler", &url, "--time-limit", "120"]);
    while std::fs::read_dir(&output).map_or(0, Iterator::count) == 0 {
        assert!(run.is_running(), "the job waits for its scheduler");
        std::thread::sleep(Duration::from_millis(5));
    }
    let standing = input.join("standing");
    std::fs::copy(standing.join("1102.parquet"), standing.join("1101.parquet")).expect("a file");
    cluster.start_scheduler();
    let done = run.wait();
    assert!(!done.is_done && done.told.contains("masukan berubah"), "{}", done.told);
    assert_eq!(std::fs::read_dir(&output).expect("a folder").count(), 0);
}

#[test]
fn what_is_wrong_is_said() {
    let folder = Folder::new();
    let empty = folder.path().join("empty");
    std::fs::create_dir_all(&empty).expect("a folder");
    let output = folder.path().join("output");
    let check = |plan: (&str, &[&str]), more: &[&str], expect: &str| {
        let done = asked(&empty, &output, plan, more).wait();
        assert!(!done.is_done);
        assert!(done.told.contains(expect), "{}", done.told);
    };
    check(("linkage", &[]), &[], "ekspor tabel people ke sana dahulu");
    check(("figures", &[]), &["--scheme", "jkx"], "skema jkx tidak dikenal");
    check(("figures", &[]), &["--income", "1"], "hanya untuk billing dan whatif");
    check(("whatif", &[]), &[], "beri --rules atau --income");
    check(("billing", &[]), &["--rules", "usulan.toml"], "tulis JALUR=BERKAS");
    let own = ["--engine", "own", "--scheduler", "df://127.0.0.1:1"];
    check(("billing", &[]), &own, "hapus --scheduler");
    let open = payung_batch(&["scheduler", "--bind", "0.0.0.0:0"]).wait();
    assert!(!open.is_done && open.told.contains("terbuka bagi jaringan"), "{}", open.told);
}

#[test]
fn tables_are_looked_through_before_either_engine() {
    let folder = Folder::new();
    let input = input(&folder);
    // A table of other columns in place of the members of one regency.
    std::fs::copy(input.join("cover/1102.parquet"), input.join("members/1102.parquet"))
        .expect("a file");
    for engine in ["own", "plan"] {
        let output = folder.path().join(engine);
        let done = job(&input, &output, BILLING, &["--engine", engine]).wait();
        assert!(!done.is_done);
        assert!(
            done.told.contains("members/1102.parquet: kolom tenant tidak ada"),
            "{}",
            done.told
        );
        assert!(!output.exists(), "nothing was begun");
    }
}

#[test]
fn the_same_executor_twice_leaves_the_first_its_work() {
    let folder = Folder::new();
    let (port, work) = (free_port(), folder.path().join("work"));
    let bind = format!("127.0.0.1:{port}");
    let work = work.to_str().expect("a path of ours");
    let words = ["executor", "--scheduler", "127.0.0.1:9", "--bind", &bind, "--work", work];
    let mut first = payung_batch(&words);
    let shuffles = Path::new(work).join(format!("payung-batch-{port}/shuffles"));
    while !shuffles.is_dir() {
        assert!(first.is_running(), "an executor waits for its scheduler");
        std::thread::sleep(Duration::from_millis(5));
    }
    std::fs::create_dir(shuffles.join("job")).expect("a folder");
    let second = payung_batch(&words).wait();
    assert!(!second.is_done && second.told.contains("sedang dipakai pelaksana lain"));
    assert!(first.is_running() && shuffles.join("job").is_dir());
    // Asked to stop while it waits for its scheduler, it does.
    let done = first.terminate();
    assert!(done.is_done, "{}", done.told);
}
