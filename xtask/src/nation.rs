//! `cargo xtask nation [N…]`: the nation's workers at one in N, invented, through reading, linkage,
//! a programme, a year of bills and one table of cover, on this machine.
//!
//! Lists are made here, one regency after the other, and taken in by the example `nation` of
//! `bulk`; what it took is printed, set beside the other sizes, and worked out for all workers.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::bench::{append, head, release};
use crate::linkage_data::Regency;

/// People at work, of whom each regency has its share by the people who live there.
///
/// Source: BPS, August 2025.
const WORKERS: u64 = 146_540_000;
/// Rows that offices send for a hundred people.
const ROWS_FOR_HUNDRED: u64 = 126;
/// One in so many, the sizes that are measured where none is named.
const SIZES: [u64; 3] = [100, 30, 10];
/// Growth beyond that of n log n that is put down to chance.
const TOLERANCE: f64 = 1.15;

/// Runs the sizes, smallest first, and appends to `docs/bench/nation.md`.
pub fn run(root: &Path, sizes: &[&str]) -> Result<bool> {
    let mut sizes: Vec<u64> = match sizes {
        [] => SIZES.to_vec(),
        sizes => sizes.iter().map(|size| size.parse()).collect::<Result<_, _>>()?,
    };
    sizes.sort_unstable_by(|one, next| next.cmp(one));
    if sizes.first().is_none_or(|smallest| *smallest > 10_000) || sizes.ends_with(&[0]) {
        bail!("one in N, from 1 to 10,000");
    }
    let built = release(root, &["-p", "bulk", "--example", "nation"])?;
    let program = built.join("examples").join("nation");
    let told: Vec<(u64, Value)> =
        sizes.iter().map(|size| Ok((*size, one(root, &program, *size)?))).collect::<Result<_>>()?;
    let (record, grows_well) = record(&head(root)?, &told)?;
    print!("{record}");
    append(&root.join("docs/bench/nation.md"), "nation", &record)?;
    Ok(grows_well)
}

/// One size: the lists of all regencies, one after the other.
fn one(root: &Path, program: &Path, size: u64) -> Result<Value> {
    let folder = root.join("target/nation").join(size.to_string());
    let (lists, sums) = (folder.join("lists"), folder.join("sums"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&lists)?;
    fs::create_dir_all(&sums)?;
    let mut child = Command::new(program)
        .arg(root.join("regions"))
        .arg(&sums)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("the nation's program must start")?;
    let mut to = child.stdin.take().context("a pipe")?;
    let mut answers = BufReader::new(child.stdout.take().context("a pipe")?).lines();
    let mut moving = Vec::new();
    let mut disk = 0;
    for (at, (code, rows)) in regencies(root, size)?.into_iter().enumerate() {
        let at = u16::try_from(at)?;
        let regency = Regency { code, at, rows, seed: 1_000 + u64::from(at) };
        let (path, away) = regency.list(root, &lists, moving)?;
        moving = away;
        disk += fs::metadata(&path)?.len();
        let dotted = format!("{}.{}", &regency.code[..2], &regency.code[2..]);
        writeln!(to, "{dotted} {}", path.display())?;
        let people = answers.next().with_context(|| format!("{dotted} has no answer"))??;
        fs::remove_file(&path)?;
        if at % 50 == 0 {
            eprintln!("1:{size}: {at} regencies before {dotted}; {people} people with it");
        }
    }
    drop(to);
    let document = answers.next().context("the nation has no answer")??;
    if !child.wait()?.success() {
        bail!("the nation's program failed");
    }
    fs::remove_dir_all(&folder)?;
    let mut document: Value = serde_json::from_str(&document)?;
    document["lists_bytes"] = disk.into();
    Ok(document)
}

/// The regencies by code, each with the rows of its list.
fn regencies(root: &Path, size: u64) -> Result<Vec<(String, u64)>> {
    let text = fs::read_to_string(root.join("regions/population.csv"))?;
    let lines = text.lines().skip(1).map(|line| {
        let (code, people) = line.split_once(',').context("two columns")?;
        Ok((code.replace('.', ""), people.parse()?))
    });
    let lines: Vec<(String, u64)> = lines.collect::<Result<_>>()?;
    let all: u64 = lines.iter().map(|(_, people)| people).sum();
    let rows = |people: u64| people * WORKERS / all * ROWS_FOR_HUNDRED / 100 / size;
    Ok(lines.into_iter().map(|(code, people)| (code, rows(people).max(20))).collect())
}

/// The section of the record, and whether no stage grows faster than n log n.
fn record(head: &str, told: &[(u64, Value)]) -> Result<(String, bool)> {
    let mut text = format!("\n## {head}\n");
    for (size, document) in told {
        text += &format!("\n### One in {size}\n\n{}", tables(document)?);
    }
    let Some((_, last)) = told.last() else { bail!("no size was measured") };
    if told.len() == 1 {
        return Ok((text, true));
    }
    let names: Vec<&str> = stages(last)?
        .iter()
        .map(|stage| stage["name"].as_str().context("a name"))
        .collect::<Result<_>>()?;
    let (growth, grows_well) = growth(told, &names)?;
    text += &growth;
    text += &room(told, &names)?;
    text += match grows_well {
        true => "\nNo stage of a second or more grows faster than n log n.\n",
        false => "\n**A stage grows faster than n log n.**\n",
    };
    Ok((text, grows_well))
}

/// What a row costs in each stage and size, how that grows from size to size, and what it makes of
/// one in one; and whether no stage grows faster than n log n.
fn growth(told: &[(u64, Value)], names: &[&str]) -> Result<(String, bool)> {
    let mut text =
        String::from("\n### Processor time, and what it comes to at one in one\n\n| stage |");
    for (size, _) in told {
        text += &format!(" µs a row, 1:{size} |");
    }
    for pair in told.windows(2) {
        text += &format!(" 1:{} to 1:{}: times, n log n allows |", pair[0].0, pair[1].0);
    }
    text += &format!(" hours at 1:1 |\n|---|{}\n", "---|".repeat(told.len() * 2));
    let (mut grows_well, mut all) = (true, 0.0);
    let mut judge = |[(rows, small), (more, large)]: [(f64, f64); 2]| -> (f64, f64) {
        let (times, allowed) = (large / small, more.ln() / rows.ln());
        let is_measured = rows * small >= 1e6;
        grows_well &= !is_measured || times <= allowed * TOLERANCE;
        (times, allowed)
    };
    for (at, name) in names.iter().enumerate() {
        let each = |(_, document): &(u64, Value)| -> Result<(f64, f64)> {
            let stage = &stages(document)?[at];
            let rows = stage["rows"].as_f64().context("rows")?;
            let seconds = stage["processor_s"].as_f64().context("seconds")?;
            Ok((rows, seconds * 1e6 / rows.max(1.0)))
        };
        let costs: Vec<(f64, f64)> = told.iter().map(each).collect::<Result<_>>()?;
        text += &format!("| {name} |");
        text += &costs.iter().map(|(_, cost)| format!(" {cost:.2} |")).collect::<String>();
        for pair in costs.windows(2) {
            let (times, allowed) = judge([pair[0], pair[1]]);
            text += &format!(" {times:.2}, {allowed:.2} |");
        }
        // Chance is not allowed anew at each step.
        judge([costs[0], costs[costs.len() - 1]]);
        let ((rows, cost), (size, _)) = (costs[costs.len() - 1], &told[told.len() - 1]);
        // A row of the whole nation costs what n log n makes of a row of the largest size.
        let nation = rows * *size as f64;
        let hours = nation * cost * (nation.ln() / rows.ln()) / 3.6e9;
        all += hours;
        text += &format!(" {hours:.2} |\n");
    }
    let (size, _) = &told[told.len() - 1];
    text += &format!(
        "\nAt 1:1 there are {size} times the rows of 1:{size}, and each costs \
         ln({size} n) / ln(n) times as much: {all:.1} processor hours in all.\n"
    );
    Ok((text, grows_well))
}

/// Memory and disk of each stage and size, and what a line through the two largest says of one in
/// one.
fn room(told: &[(u64, Value)], names: &[&str]) -> Result<String> {
    let [.., (_, before), (large, last)] = told else { bail!("two sizes") };
    let rows = |document: &Value| document["rows"].as_f64().context("rows");
    let (few, more) = (rows(before)?, rows(last)?);
    let mut text = String::from("\n### Memory and disk\n\n| what |");
    text += &told.iter().map(|(size, _)| format!(" 1:{size} |")).collect::<String>();
    text += &format!(" bytes a row more | at 1:1 |\n|---|{}\n", "---|".repeat(told.len() + 2));
    let mut line = |what: &str, bytes: &dyn Fn(&Value) -> Option<f64>| -> Result<()> {
        let all = told.iter().map(|(_, document)| bytes(document).context("a number"));
        let all: Vec<f64> = all.collect::<Result<_>>()?;
        let [.., small, big] = all[..] else { bail!("two sizes") };
        let each = (big - small) / (more - few).max(1.0);
        let nation = (big + each.max(0.0) * (more * *large as f64 - more)) / 1e9;
        text += &format!("| {what} |");
        text += &all.iter().map(|bytes| format!(" {:.0} MB |", bytes / 1e6)).collect::<String>();
        text += &format!(" {each:.1} | {nation:.1} GB |\n");
        Ok(())
    };
    for (at, name) in names.iter().enumerate() {
        line(&format!("memory: {name}"), &|told| {
            Some(told["stages"][at]["peak_kb"].as_f64()? * 1024.0)
        })?;
    }
    for (at, name) in names.iter().enumerate() {
        let is_used = |stage: &Value| stage["disk"].as_f64().is_some_and(|bytes| bytes > 0.0);
        if is_used(&stages(last)?[at]) {
            line(&format!("disk: {name}"), &|told| told["stages"][at]["disk"].as_f64())?;
        }
    }
    line("lists, if all lay there at once", &|told| told["lists_bytes"].as_f64())?;
    Ok(text
        + "\nThe line: what 1:1 has in rows more than the largest size, times the bytes that a row \
           more took between the two largest.\n")
}

fn stages(document: &Value) -> Result<&Vec<Value>> {
    document["stages"].as_array().context("stages")
}

fn tables(document: &Value) -> Result<String> {
    let mut text = String::from(
        "| stage | rows | seconds | processor seconds | rows a second | peak MB | MB on disk |\n\
         |---|---|---|---|---|---|---|\n",
    );
    for stage in stages(document)? {
        let number = |key: &str| stage[key].as_f64().with_context(|| key.to_owned());
        let (rows, wall) = (number("rows")?, number("wall_s")?);
        text += &format!(
            "| {} | {rows} | {wall:.2} | {:.2} | {:.0} | {:.0} | {:.1} |\n",
            stage["name"].as_str().context("a name")?,
            number("processor_s")?,
            rows / wall.max(1e-6),
            number("peak_kb")? / 1024.0,
            number("disk")? / 1e6
        );
    }
    let count = |key: &str| document[key].as_u64().with_context(|| key.to_owned());
    text += &format!(
        "\nPeak memory {} MB; lists {} MB, each gone once it is read. {} rows: {} accepted, {} \
         sent back, {} refused; {} stood twice in a regency, {} people were left. {} held back by \
         their number and {} by likeness alone, of {} pairs of two regencies; of {} who stand in \
         two regencies {} were found, {} were held back wrongly. {} people covered, {} months, \
         Rp{}, {} transfers; the nation's \
         table has {} sums.\n",
        count("peak_kb")? / 1024,
        count("lists_bytes")? / 1_000_000,
        count("rows")?,
        count("accepted")?,
        count("sent_back")?,
        count("refused")?,
        count("twice_in_regency")?,
        count("people")?,
        count("same_number")?,
        count("likely_same")?,
        count("pairs")?,
        count("moved")?,
        count("moved_found")?,
        count("wrongly_held")?,
        count("covered")?,
        count("person_months")?,
        count("rupiah")?,
        count("transfers")?,
        count("sums")?,
    );
    Ok(text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(rows: u64, seconds: f64) -> Value {
        let stage = json!({ "name": "intake", "rows": rows, "wall_s": seconds,
            "processor_s": seconds, "disk": 0, "peak_kb": 1_000 });
        let mut document = json!({ "stages": [stage] });
        for key in [
            "peak_kb",
            "lists_bytes",
            "rows",
            "accepted",
            "sent_back",
            "refused",
            "twice_in_regency",
            "people",
            "same_number",
            "likely_same",
            "pairs",
            "moved",
            "moved_found",
            "wrongly_held",
            "covered",
            "person_months",
            "rupiah",
            "transfers",
            "sums",
        ] {
            document[key] = 0.into();
        }
        document
    }

    #[test]
    fn rows_follow_the_people_of_a_regency() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("inside the tree");
        let regencies = regencies(root, 10).expect("a list of the program");
        assert_eq!(regencies.len(), 514);
        // 284,973,643 people, of whom 239,629 live in Aceh Selatan: 123,222 workers by whole
        // numbers, 126 rows for a hundred of them, one in ten.
        assert_eq!(regencies[0], ("1101".to_owned(), 15_525));
        let all: u64 = regencies.iter().map(|(_, rows)| rows).sum();
        assert!((18_400_000..18_470_000).contains(&all), "{all}");
    }

    #[test]
    fn a_small_nation_is_counted_whole() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("inside the tree");
        let program =
            crate::ci::target_folder(root).expect("cargo says").join("debug/examples/nation");
        if !program.exists() {
            let build = ["build", "--workspace", "--example", "nation"];
            crate::ci::succeed(crate::ci::cargo(root).args(build)).expect("it is built");
        }
        let told = one(root, &program, 8_000).expect("a nation");
        let count = |key: &str| told[key].as_u64().expect("a number");
        // The program itself refuses books that are not balanced, a month paid twice, and a table
        // that counts others than the bills.
        assert_eq!(told["stages"].as_array().map(Vec::len), Some(8));
        let (rows, people) = (count("rows"), count("people"));
        assert!(people > rows / 2 && people < rows, "{people} of {rows}");
        assert_eq!(count("accepted") - count("twice_in_regency"), people);
        let held = count("same_number") + count("likely_same");
        assert!(count("covered") <= people - held && count("covered") > people * 9 / 10, "{told}");
        // Whoever is covered is so for a year at most; one in two hundred dies in it.
        assert!(count("person_months") <= count("covered") * 12, "{told}");
        assert!(count("person_months") > count("covered") * 11, "{told}");
        assert!(count("moved_found") * 10 >= count("moved") * 9, "{told}");
        // Two promises and two kept ones for each month of a person, and the bill's own two.
        let bills = (count("transfers") - 4 * count("person_months")) / 2;
        assert!(bills <= 514 * 12 && bills > 500 * 12, "{bills}");
    }

    #[test]
    fn growth_beyond_n_log_n_is_told() {
        // Ten times the rows: in n log n each costs ln(1,000,000)/ln(100,000) = 1.2 times as much.
        for (seconds, holds) in [(120.0, true), (136.0, true), (140.0, false)] {
            let sizes = [(100, told(100_000, 10.0)), (10, told(1_000_000, seconds))];
            let (text, grows_well) = record("now", &sizes).expect("a record");
            assert_eq!(grows_well, holds, "{seconds}");
            assert!(text.contains("1.20"), "{text}");
        }
        // Two steps of 1.14 beyond n log n are 1.3 beyond it in all.
        let sizes = [(100, told(100_000, 10.0)), (10, told(1_000_000, 136.0))];
        let beyond = 136.0 * 10.0 * 1.14 * (7.0 / 6.0);
        let [first, next] = sizes;
        let sizes = [first, next, (1, told(10_000_000, beyond))];
        assert!(!record("now", &sizes).expect("a record").1);
    }
}
