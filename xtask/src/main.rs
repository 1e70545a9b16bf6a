//! The house's own tool: `cargo xtask ci`, `tidy`, `fuzz`, `tenants`, `tamper`, `sim` and `bench`.
//!
//! Automation lives here, in Rust, and runs the same on a laptop and in CI.

mod bench;
mod ci;
mod cluster;
mod cluster_batch;
mod dist;
mod fuzz;
mod linkage_data;
mod nation;
mod proof;
mod tidy;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask ci [STEP...]   every step, or the named ones:
                                  setup fmt clippy tidy tests deny docs demo browser api fuzz
       cargo xtask tidy           the house rules alone
       cargo xtask fuzz [SECONDS] the fuzz targets where they can run, else more property tests
       cargo xtask bench NAME     measures a release build, appends to docs/bench/NAME.md: cards
                                  (needs python3 and pip for ReportLab and segno), intake,
                                  move (needs PostgreSQL), plan, rules (needs python3 and pip for
                                  OpenFisca-core), web (needs PostgreSQL and Debian's wrk)
       cargo xtask bench linkage [CASE...] [ours|splink]
                                  our linkage and Splink's on the same files: link1m, dedupe1m,
                                  link30k, link30k-other, dedupe100k, dedupe100k-other,
                                  dedupe100k-crowded, febrl, index, blocking (by family and size);
                                  dedupe5m and dedupe10m by ours alone (needs python3 and pip)
       cargo xtask linkage-data [--mode link|dedupe] [--registry N] [--intake M] [--seed S]
                                [--region PPKK,PPKK] [--dirt normal|other|crowded] [--out DIR]
                                  invented registers and lists whose truth is known
       cargo xtask linkage-train OUT DIR[*N]... [-- DIR...]
                                  learns the weights that ship from such sets, measures on others
       cargo xtask bench money [PART...]
                                  money paths beside the raw rate of the same rows, all parts or
                                  the named ones: ledger, bill, statement (needs PostgreSQL, which
                                  it starts with commits that are on the disk)
       cargo xtask bench batch [PART...]
                                  batch work in one process and on a cluster: figures, billing,
                                  linkage1m, cluster; linkage10m when named
       cargo xtask nation [N...]  the nation's workers at one in N, 100, 30 and 10 by default,
                                  invented: lists of 514 regencies, linkage, a year of bills, one
                                  table of cover; appends to docs/bench/nation.md
       cargo xtask ledger [N]     N random operations on the ledger beside a plain model, a million
                                  by default: every answer and every sum must be equal
       cargo xtask cards [N]      turns the text of a card over N times, 100,000 by default: no
                                  turned text may pass for a card
       cargo xtask cards scan [N] prints N cards, 1,000 by default, and reads each off a raster of
                                  200 dots to the inch (needs poppler-utils and zbar-tools)
       cargo xtask tenants [N]    two regencies in one database ask each other's statements N times,
                                  100,000 by default: no row of a neighbour may be found
       cargo xtask tamper [N]     turns over N bits of stored values and N of the file, 10,000 by
                                  default: every change must be found
       cargo xtask dist [--dev]   what an office installs, in target/dist: a Debian package, an
                                  archive, a list of parts, sums; --dev packs the program at hand
       cargo xtask schemathesis [--cases N]
                                  asks every address for programs N times in each of four roles,
                                  100 by default: every answer must be as described
       cargo xtask events [N]     N events to a receiver that fails three times in ten while their
                                  senders are killed, 10,000 by default, on both engines: at least
                                  once, in order by subject, one effect each
       cargo xtask sim bank SEED [N]
                                  a bank tells N payments, 100,000 by default, a tenth with faults:
                                  its books and the ledger must be the same to the rupiah
       cargo xtask sim SEED [--seeds N] [--months N] [--steps N]
                                  months of an office with faults, every invariant after every
                                  step: 12 months and 40 steps each by default; a failure names
                                  its seed and step, and the seed repeats it
       cargo xtask kill [N]       kills an import, bills, payments, statements and copies at N
                                  random moments, 500 by default, on both engines, and does them
                                  again: nothing acknowledged is lost, nothing is there twice
       cargo xtask race [N]       64 clients want the same approval, bank line, person's month, N
                                  times each, 10,000 by default, on both engines: one gets it
       cargo xtask guess [N]      N wrong guesses at cards, 50,000 by default, and a few thousand
                                  timed: nothing is given away, answers and times are alike
       cargo xtask test-cluster [--races N] [PART...]
                                  what holds beyond one machine. register: two servers with one
                                  register, N races for a number, 10,000 by default, a server killed
                                  and restarted, the way broken, and the tests on such a register
                                  (needs PostgreSQL). batch: plans beside our own functions, in one
                                  process, on 1, 2 and 4 executors, with executors and scheduler
                                  killed midway; the first time it builds for a quarter of an hour
       cargo xtask faults         every statement, every write of the disk (needs strace) and the
                                  way to the server fail once: nothing may be half done";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let done = match args.as_slice() {
        ["ci", steps @ ..] => ci::run(&root(), steps),
        ["tidy"] => tidy::run(&root()).map(|()| true),
        ["fuzz"] => fuzz::run(&root(), &fuzz::BY_HAND).map(|()| true),
        ["fuzz", seconds] => fuzz::run_for(&root(), seconds).map(|()| true),
        ["bench", "batch", parts @ ..] => cluster_batch::bench(&root(), parts).map(|()| true),
        ["bench", name, words @ ..] => bench::run(&root(), name, words).map(|()| true),
        ["linkage-data", order @ ..] => linkage_data::Order::parse(order)
            .and_then(|order| linkage_data::run(&root(), &order))
            .map(|()| true),
        ["nation", sizes @ ..] => nation::run(&root(), sizes),
        ["linkage-train", words @ ..] => ci::linkage_train(&root(), words).map(|()| true),
        ["tamper"] => ci::tamper(&root(), "10000").map(|()| true),
        ["tamper", flips] => ci::tamper(&root(), flips).map(|()| true),
        ["ledger"] => bench::ledger_operations(&root(), "1000000").map(|()| true),
        ["ledger", count] => bench::ledger_operations(&root(), count).map(|()| true),
        ["cards"] => ci::card_mutations(&root(), "100000").map(|()| true),
        ["cards", "scan"] => ci::card_scans(&root(), "1000").map(|()| true),
        ["cards", "scan", count] => ci::card_scans(&root(), count).map(|()| true),
        ["cards", count] => ci::card_mutations(&root(), count).map(|()| true),
        ["tenants"] => ci::tenants(&root(), "100000").map(|()| true),
        ["tenants", operations] => ci::tenants(&root(), operations).map(|()| true),
        ["dist"] => dist::run(&root(), false).map(|()| true),
        ["dist", "--dev"] => dist::run(&root(), true).map(|()| true),
        ["schemathesis"] => ci::schemathesis(&root(), "100"),
        ["schemathesis", "--cases", cases] => ci::schemathesis(&root(), cases),
        ["events"] => ci::events(&root(), "10000").map(|()| true),
        ["events", count] => ci::events(&root(), count).map(|()| true),
        ["sim", "bank", seed] => proof::sim_bank(&root(), seed, "100000").map(|()| true),
        ["sim", "bank", seed, payments] => proof::sim_bank(&root(), seed, payments).map(|()| true),
        ["sim", seed, words @ ..] => proof::sim(&root(), seed, words).map(|()| true),
        ["kill"] => proof::kill(&root(), "500").map(|()| true),
        ["kill", moments] => proof::kill(&root(), moments).map(|()| true),
        ["race"] => proof::race(&root(), "10000").map(|()| true),
        ["race", rounds] => proof::race(&root(), rounds).map(|()| true),
        ["guess"] => proof::guess(&root(), "50000").map(|()| true),
        ["guess", count] => proof::guess(&root(), count).map(|()| true),
        ["test-cluster", words @ ..] => cluster::run(&root(), words).map(|()| true),
        ["faults"] => proof::faults(&root()).map(|()| true),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The top of the tree; the tool stands one folder below it.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().expect("xtask lies inside the tree").to_path_buf()
}
