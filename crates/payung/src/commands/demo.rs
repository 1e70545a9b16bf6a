//! `payung demo`: a practice regency goes the whole way, and a regent's table at the end.

use std::fs::File;
use std::io::BufWriter;
use std::process::ExitCode;
use std::time::Instant;

use app::demo::{DemoOptions, DemoReport, Step, environment, run};
use app::error::{AppError, ErrorKind};
use app::keys::KeySource;
use app::office::{Location, Office, OfficeOptions};
use app::practice::bulk::{big_csv, big_workbook};
use base::money::grouped;
use domain::enrolment::Outcome;
use indicatif::ProgressBar;
use serde_json::{Map, Value, json};

use crate::cli::{DemoArgs, Global, PracticeArgs};
use crate::commands::{self, Done};
use crate::say::Say;

/// Runs the demonstration and prints its table.
pub fn demo(global: &Global, say: &Say, args: &DemoArgs) -> Done {
    let started = Instant::now();
    if !say.json {
        let seed = args.seed.to_string();
        say.line(&say.words.with("demo-starts", &[("seed", &seed)]));
    }
    let location = match &global.database {
        Some(url) => Location::Url(url.clone()),
        None => Location::Directory(global.data.clone()),
    };
    let office = Office::open(OfficeOptions {
        location,
        pemda: commands::region(&global.pemda)?,
        reader: commands::reader(),
        environment: environment(args.seed),
        keys: KeySource::File(commands::key_file(global)?),
    })?;
    let options = DemoOptions {
        seed: args.seed,
        villages: args.villages,
        folder: &global.data,
        words: say.words,
    };
    let mut bars = Bars { say, current: None };
    let report = run(&office, &options, &mut |step, done, all| bars.show(step, done, all))?;
    bars.finish();
    let seconds = started.elapsed().as_secs_f64();
    match say.json {
        true => say.document(&document(&report, args.seed, seconds)),
        false => print(&report, seconds, say),
    }
    Ok(ExitCode::SUCCESS)
}

struct Bars<'a> {
    say: &'a Say,
    current: Option<(Step, ProgressBar)>,
}

impl Bars<'_> {
    fn show(&mut self, step: Step, done: u64, all: u64) {
        if self.current.as_ref().is_none_or(|(known, _)| *known != step) {
            self.finish();
            let label = self.say.words.get(&format!("demo-step-{}", step.name()));
            self.current = Some((step, self.say.bar(&label, all)));
        }
        if let Some((_, bar)) = &self.current {
            bar.set_position(done);
        }
    }

    fn finish(&mut self) {
        if let Some((_, bar)) = self.current.take() {
            bar.finish();
        }
    }
}

fn document(report: &DemoReport, seed: u64, seconds: f64) -> Value {
    let outcomes = report.outcomes.iter();
    let outcomes: Map<String, Value> =
        outcomes.map(|(outcome, count)| (outcome.name().to_owned(), json!(count))).collect();
    let paths = report.paths.iter();
    let paths: Map<String, Value> =
        paths.map(|(name, path)| ((*name).to_owned(), json!(path.to_string_lossy()))).collect();
    json!({
        "seed": seed,
        "villages": report.villages,
        "rows": report.rows,
        "rows_not_people": report.rows_not_people,
        "people": report.people,
        "outcomes": outcomes,
        "approved": report.approved,
        "committed_rupiah": report.committed.0,
        "not_wasted_rupiah": report.not_wasted.0,
        "covered": report.covered,
        "cards": report.cards,
        "changed": report.changed,
        "seconds": (seconds * 1000.0).round() / 1000.0,
        "paths": paths,
    })
}

fn print(report: &DemoReport, seconds: f64, say: &Say) {
    let words = say.words;
    let count = |number: u64, unit: &str| format!("{:>14} {}", grouped(number), words.get(unit));
    let sum = |wanted: &dyn Fn(Outcome) -> bool| -> u64 {
        let outcomes = report.outcomes.iter().filter(|(outcome, _)| wanted(**outcome));
        outcomes.map(|(_, count)| count).sum()
    };
    let villages = grouped(report.villages);
    let received = words.with("demo-received", &[("villages", &villages)]);
    let accepted = sum(&Outcome::is_accepted);
    let mut pairs = vec![
        (received, count(report.rows, "unit-rows")),
        (words.get("demo-to-fix"), count(sum(&Outcome::goes_back), "unit-rows")),
    ];
    let shown = |outcome: Outcome| !outcome.is_accepted() && !outcome.goes_back();
    for (outcome, number) in report.outcomes.iter().filter(|(outcome, _)| shown(**outcome)) {
        pairs.push((format!("  {}", words.outcome(*outcome)), count(*number, "unit-rows")));
    }
    pairs.extend([
        (words.get("demo-accepted"), count(accepted, "unit-people")),
        (words.get("demo-approved"), count(report.approved, "unit-people")),
        (words.get("demo-committed"), format!("{:>14}", report.committed.to_string())),
        (words.get("demo-not-wasted"), format!("{:>14}", report.not_wasted.to_string())),
        (words.get("demo-covered"), count(report.covered, "unit-people")),
        (words.get("demo-cards"), count(report.cards, "unit-cards")),
    ]);
    say.line("");
    say.pairs(&pairs);
    let parts: Vec<String> = report.outcomes.values().map(|number| grouped(*number)).collect();
    say.line("");
    say.line(&format!("{} = {}", parts.join(" + "), count(report.rows, "unit-rows").trim()));
    say.line("");
    let places = report
        .paths
        .iter()
        .map(|(name, path)| (words.get(&format!("demo-path-{name}")), path.display().to_string()));
    say.pairs(&places.collect::<Vec<_>>());
    say.line("");
    let seconds = format!("{seconds:.1}");
    let key = if report.changed { "demo-done" } else { "demo-unchanged" };
    say.line(&words.with(key, &[("seconds", &seconds)]));
    say.line(&words.get("demo-next"));
}

/// Writes a list or fills a register of invented people, for benchmarks.
pub fn practice(global: &Global, args: &PracticeArgs) -> Done {
    let unwritable =
        || AppError::new(ErrorKind::External, "FILE_UNWRITABLE", args.out.display().to_string());
    let people = args.first..args.first + u64::from(args.rows);
    match args.what.as_str() {
        "list-xlsx" => commands::write_public(&args.out, &big_workbook(args.seed, people))?,
        "list-csv" => {
            let mut out = BufWriter::new(File::create(&args.out).map_err(|_| unwritable())?);
            big_csv(args.seed, people, &mut out).map_err(|_| unwritable())?;
        }
        "register" => app::demo::fill_register(&commands::open(global)?, args.seed, people)?,
        "lists" => app::demo::fill_lists(&commands::open(global)?, args.seed, people)?,
        other => return Err(AppError::usage("KIND_UNKNOWN", other).into()),
    }
    Ok(ExitCode::SUCCESS)
}
