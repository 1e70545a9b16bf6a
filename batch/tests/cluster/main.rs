//! The proofs of batch work, by the program as an operator runs it: the plans give what the office's
//! own functions give, to the byte, in one process and on 1, 2 and 4 executors, and a job ends with
//! the same bytes when an executor, the scheduler or the runner itself is killed midway.
//!
//! Everybody in it is invented. `PAYUNG_BATCH_LIST` names a list of `cargo xtask linkage-data` to
//! be linked in place of the small one made here, `PAYUNG_BATCH_PEOPLE` how many are billed.

mod list;
mod program;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use program::{Cluster, Folder, Run, payung_batch};

/// The jobs, each with the words that it takes.
const JOBS: [(&str, &[&str]); 7] = [
    ("figures", &["--level", "1"]),
    ("figures", &["--level", "4"]),
    ("billing", &[]),
    ("whatif", &["--income", "3000000"]),
    ("linkage", &[]),
    ("billing", &["--income", "1000000"]),
    ("whatif", &["--rules", OTHER_RULES]),
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

fn job(input: &Path, output: &Path, job: (&str, &[&str]), more: &[&str]) -> Run {
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

/// What the office's own functions give.
fn expected(folder: &Folder, input: &Path, at: usize) -> Vec<u8> {
    let output = folder.path().join(format!("own-{at}"));
    let done = job(input, &output, JOBS[at], &["--engine", "own"]).wait();
    assert!(done.is_done, "{}", done.told);
    only_result(&output)
}

#[test]
fn plans_give_what_the_office_computes() {
    let folder = Folder::new();
    let input = input(&folder);
    for at in 0..JOBS.len() {
        let expected = expected(&folder, &input, at);
        assert!(expected.len() > 1_000, "job {at} has a result");
        for partitions in ["1", "3"] {
            let output = folder.path().join(format!("plan-{at}-{partitions}"));
            let more = ["--engine", "plan", "--partitions", partitions];
            let done = job(&input, &output, JOBS[at], &more).wait();
            assert!(done.is_done, "{:?}: {}", JOBS[at], done.told);
            assert!(only_result(&output) == expected, "{:?}, {partitions} partitions", JOBS[at]);
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
            let done = job(&input, &output, JOBS[at], &more).wait();
            assert!(done.is_done, "{:?}: {}", JOBS[at], done.told);
            assert!(only_result(&output) == *expected, "{:?}, {executors} executors", JOBS[at]);
            eprintln!("{executors} executors, {:?}: {:?}", JOBS[at], begun.elapsed());
        }
    }
}

/// The job that is killed, and its number among [`JOBS`].
const KILLED: usize = 2;

/// Starts the job on a cluster and waits until it has been working for a while.
fn midway(input: &Path, output: &Path, cluster: &Cluster) -> Run {
    let url = cluster.url();
    let more = ["--scheduler", &url, "--partitions", "8", "--time-limit", "25"];
    let mut run = job(input, output, JOBS[KILLED], &more);
    cluster.wait_for_work(&mut run);
    run
}

#[test]
fn an_executor_killed_midway_changes_nothing() {
    let folder = Folder::new();
    let input = input(&folder);
    let expected = expected(&folder, &input, KILLED);
    let mut cluster = Cluster::start(&folder, 2);
    let output = folder.path().join("killed");
    let mut run = midway(&input, &output, &cluster);
    cluster.kill_executor(0);
    assert!(run.is_running(), "the executor was killed before the job ended");
    let done = run.wait();
    assert!(done.is_done, "{}", done.told);
    eprintln!("{}", done.told);
    assert!(only_result(&output) == expected);
}

#[test]
fn a_scheduler_killed_midway_changes_nothing() {
    let folder = Folder::new();
    let input = input(&folder);
    let expected = expected(&folder, &input, KILLED);
    let mut cluster = Cluster::start(&folder, 2);
    let output = folder.path().join("killed");
    let mut run = midway(&input, &output, &cluster);
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
    let expected = expected(&folder, &input, KILLED);
    let output = folder.path().join("killed");
    let mut run = job(&input, &output, JOBS[KILLED], &["--engine", "plan"]);
    while std::fs::read_dir(&output).map_or(0, Iterator::count) == 0 {
        assert!(run.is_running(), "the job has not ended yet");
        std::thread::sleep(Duration::from_millis(2));
    }
    run.kill();
    let again = job(&input, &output, JOBS[KILLED], &["--engine", "plan"]).wait();
    assert!(again.is_done, "{}", again.told);
    assert!(only_result(&output) == expected);
    // And once more: it is done, and is not computed again.
    let again = job(&input, &output, JOBS[KILLED], &["--engine", "plan"]).wait();
    assert!(again.told.contains("sudah pernah selesai"), "{}", again.told);
    assert!(only_result(&output) == expected);
}

#[test]
fn what_is_wrong_is_said() {
    let folder = Folder::new();
    let empty = folder.path().join("empty");
    std::fs::create_dir_all(&empty).expect("a folder");
    let output = folder.path().join("output");
    let check = |plan: (&str, &[&str]), more: &[&str], expect: &str| {
        let done = job(&empty, &output, plan, more).wait();
        assert!(!done.is_done);
        assert!(done.told.contains(expect), "{}", done.told);
    };
    check(("linkage", &[]), &[], "ekspor tabel people ke sana dahulu");
    check(("figures", &[]), &["--scheme", "jkx"], "skema jkx tidak dikenal");
    check(("whatif", &[]), &[], "beri --rules atau --income");
    check(("billing", &[]), &["--rules", "usulan.toml"], "tulis JALUR=BERKAS");
    let own = ["--engine", "own", "--scheduler", "df://127.0.0.1:1"];
    check(("billing", &[]), &own, "hapus --scheduler");
    let open = payung_batch(&["scheduler", "--bind", "0.0.0.0:0"]).wait();
    assert!(!open.is_done && open.told.contains("terbuka bagi jaringan"), "{}", open.told);
}
