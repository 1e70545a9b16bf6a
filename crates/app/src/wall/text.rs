//! The wall in words: a message to send on, and the lines of a report; nobody is in them, and no
//! number of people so small that it tells of somebody.

use base::money::grouped;
use base::{Day, Month, Rupiah};
use domain::coverage::{TOLD_FROM, untold};
use serde_json::Value;

use super::figures::document;
use super::{Wall, WallBy};
use crate::words::Words;

/// How many districts a page names: those with the most people not covered yet.
const BEHIND_MOST: usize = 5;

/// The wall as a message for WhatsApp.
pub fn text_of(wall: &Wall, words: &Words) -> String {
    let figures = document(wall, None);
    let mut out = String::new();
    let values = [("place", &*wall.place_name), ("month", &*wall.month.in_words())];
    out.push_str(&format!("*{}*\n", words.with("wall-text-title", &values)));
    for (name, value) in head(&figures, words).into_iter().chain(aims(&figures, words)) {
        out.push_str(&format!("{name}: {value}\n"));
    }
    let behind = behind(&figures, words);
    if !behind.is_empty() {
        out.push_str(&format!("\n{}\n", words.get("wall-behind")));
        for (name, value) in behind {
            out.push_str(&format!("- {name}: {value}\n"));
        }
    }
    let known = wall.known.in_words();
    out.push_str(&format!("\n{}\n", words.with("wall-text-foot", &[("day", &known)])));
    out
}

/// So many months, districts and kinds of work stand in a report: it is one page.
const MONTHS_MOST: usize = 6;
const DISTRICTS_MOST: usize = 10;
const WORK_MOST: usize = 6;

/// A part of a report: its heading, and names with values.
pub type Lines = (String, Vec<(String, String)>);

/// A report's figures as lines under headings.
pub fn report_lines(figures: &Value, words: &Words) -> Vec<Lines> {
    let mut lines = vec![
        (words.get("wall-cover"), head(figures, words)),
        (words.get("wall-target"), aims(figures, words)),
        (words.get("wall-ladder"), steps(figures, words)),
        (words.get("wall-behind"), behind(figures, words)),
        (words.get("wall-trend"), months(figures, words)),
        (
            words.get("wall-by-kecamatan"),
            parts(figures, (WallBy::Kecamatan, DISTRICTS_MOST), words),
        ),
        (words.get("wall-by-occupation"), parts(figures, (WallBy::Occupation, WORK_MOST), words)),
        (words.get("wall-by-sex"), parts(figures, (WallBy::Sex, 2), words)),
        (words.get("wall-money"), money(figures, words)),
    ];
    lines.retain(|(_, rows)| !rows.is_empty());
    lines
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_default()
}

fn count(value: &Value, name: &str) -> Option<String> {
    value[name].as_u64().map(grouped)
}

fn day(value: &Value, name: &str) -> String {
    Day::parse_iso(text(value, name)).map(Day::in_words).unwrap_or_default()
}

fn month(value: &Value, name: &str) -> String {
    Month::parse(text(value, name)).map(Month::in_words).unwrap_or_default()
}

fn rupiah(value: &Value, name: &str) -> String {
    Rupiah(value[name].as_i64().unwrap_or_default()).to_string()
}

/// "52,6 %": tenths of a per cent, rounded down.
pub fn percent(ppm: i64) -> String {
    let tenths = ppm / 1_000;
    format!("{},{} %", tenths / 10, tenths % 10)
}

fn head(figures: &Value, words: &Words) -> Vec<(String, String)> {
    let mut rows = Vec::new();
    let is_few = (1..TOLD_FROM).contains(&figures["covered"].as_u64().unwrap_or_default());
    let covered = match is_few {
        true => TOLD_FROM.to_string(),
        false => count(figures, "covered").unwrap_or_default(),
    };
    let values = [("count", &*covered), ("scheme", &*text(figures, "scheme").to_uppercase())];
    let key = if is_few { "wall-covered-few" } else { "wall-covered-value" };
    rows.push((words.get("wall-covered"), words.with(key, &values)));
    let basis = &figures["denominator"];
    if let Some(people) = count(basis, "people") {
        let value = match figures["share_ppm"].as_i64().filter(|_| !is_few) {
            Some(share) => {
                let share = percent(share);
                words.with("wall-share-of", &[("share", &*share), ("people", &*people)])
            }
            None => people,
        };
        rows.push((words.get("wall-share"), value));
    }
    if basis.is_object() {
        let as_of = day(basis, "as_of");
        let values =
            [("source", text(basis, "source")), ("name", text(basis, "name")), ("day", &*as_of)];
        rows.push((words.get("wall-basis"), words.with("wall-basis-value", &values)));
    }
    rows
}

fn aims(figures: &Value, words: &Words) -> Vec<(String, String)> {
    let target = &figures["target"];
    if !target.is_object() {
        return Vec::new();
    }
    let mut rows = Vec::new();
    let people = count(target, "people_to_reach").unwrap_or_else(|| words.get("wall-no-number"));
    let share = target["share_ppm"].as_i64().map(percent).unwrap_or_default();
    let due = day(target, "due");
    let key = if share.is_empty() { "wall-target-people" } else { "wall-target-share" };
    let values = [("people", &*people), ("share", &*share), ("day", &*due)];
    rows.push((words.get("wall-target"), words.with(key, &values)));
    rows.push((words.get("wall-target-source"), text(target, "source").to_owned()));
    if let Some(needed) = count(target, "needed_monthly") {
        let value = words.with("wall-needed-value", &[("count", &*needed)]);
        rows.push((words.get("wall-needed"), value));
    }
    let told = &target["forecast"];
    if let Some(covered) = count(told, "covered") {
        let changes = count(told, "changes").unwrap_or_default();
        let until = month(told, "month");
        let values = [("count", &*covered), ("month", &*until), ("changes", &*changes)];
        rows.push((words.get("wall-forecast"), words.with("wall-forecast-value", &values)));
    }
    rows
}

fn steps(figures: &Value, words: &Words) -> Vec<(String, String)> {
    let empty = Vec::new();
    let ladder = figures["ladder"].as_array().unwrap_or(&empty);
    if ladder.iter().all(|step| step["villages"].as_u64() == Some(0)) {
        return Vec::new();
    }
    let row = |(at, step): (usize, &Value)| {
        let villages = count(step, "villages").unwrap_or_default();
        let value = words.with("wall-villages", &[("count", &*villages)]);
        (words.get(&format!("wall-step-{at}")), value)
    };
    ladder.iter().enumerate().map(row).collect()
}

/// The last months, each with who was covered.
fn months(figures: &Value, words: &Words) -> Vec<(String, String)> {
    let empty = Vec::new();
    let all = figures["trend"].as_array().unwrap_or(&empty);
    let last = all.iter().skip(all.len().saturating_sub(MONTHS_MOST));
    last.map(|one| (month(one, "month"), part(one, false, words))).collect()
}

/// The parts with the most people covered, without numbers that tell of somebody.
fn parts(figures: &Value, (by, most): (WallBy, usize), words: &Words) -> Vec<(String, String)> {
    let mut told = with_untold(figures, by);
    told.retain(|(line, _)| covered(line) > 0);
    told.sort_by_key(|(line, hidden)| (*hidden, std::cmp::Reverse(covered(line))));
    let row = |(line, hidden): &(&Value, bool)| {
        (text(line, "name").to_owned(), part(line, *hidden, words))
    };
    told.iter().take(most).map(row).collect()
}

/// How many are covered of a part.
fn covered(line: &Value) -> u64 {
    line["covered"].as_u64().unwrap_or_default()
}

/// The parts of one kind, and whether the number of each would tell of somebody.
fn with_untold(figures: &Value, by: WallBy) -> Vec<(&Value, bool)> {
    let lines = figures["by"][by.name()].as_array().map_or(&[][..], Vec::as_slice);
    let rows: Vec<((), [u64; 2])> = lines.iter().map(|line| ((), [covered(line); 2])).collect();
    lines.iter().zip(untold(&rows)).collect()
}

/// How many are covered of a part, and which share that is.
fn part(line: &Value, hidden: bool, words: &Words) -> String {
    let covered = covered(line);
    if hidden || (1..TOLD_FROM).contains(&covered) {
        return words.get("wall-part-few");
    }
    let people = words.with("wall-part-people", &[("count", &grouped(covered))]);
    match line["share_ppm"].as_i64() {
        Some(share) => format!("{people} ({})", percent(share)),
        None => people,
    }
}

/// The districts with the most people not covered yet; of the whole regency alone.
fn behind(figures: &Value, words: &Words) -> Vec<(String, String)> {
    // What is missing somewhere tells how many are covered there.
    let told = with_untold(figures, WallBy::Kecamatan).into_iter().filter(|(_, hidden)| !hidden);
    let mut found: Vec<(&Value, u64)> =
        told.filter_map(|(line, _)| Some((line, line["gap"].as_u64()?))).collect();
    found.sort_by_key(|(_, gap)| std::cmp::Reverse(*gap));
    let row = |(line, gap): (&Value, u64)| {
        let share = line["share_ppm"].as_i64().map(percent).unwrap_or_default();
        let gap = grouped(gap);
        let values = [("count", &*gap), ("share", &*share)];
        (text(line, "name").to_owned(), words.with("wall-gap-value", &values))
    };
    let some = found.into_iter().filter(|(_, gap)| *gap > 0).take(BEHIND_MOST);
    some.map(row).collect()
}

fn money(figures: &Value, words: &Words) -> Vec<(String, String)> {
    let money = &figures["money"];
    if !money.is_object() {
        return Vec::new();
    }
    let mut rows = vec![
        (words.get("wall-paid"), rupiah(money, "contributions_paid")),
        (words.get("wall-received"), rupiah(money, "benefits_received")),
    ];
    if let Some(ratio) = money["ratio_ppm"].as_i64() {
        rows.push((words.get("wall-ratio"), percent(ratio)));
    }
    rows.push((words.get("wall-not-wasted"), rupiah(money, "not_wasted_rupiah")));
    let empty = Vec::new();
    let funds = money["funds"].as_array().unwrap_or(&empty).iter();
    let at_risk: i64 = funds.filter_map(|fund| fund["at_risk"].as_i64()).sum();
    rows.push((words.get("wall-at-risk"), Rupiah(at_risk).to_string()));
    rows
}
