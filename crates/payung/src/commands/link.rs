//! `payung link LEFT RIGHT` and `payung dedupe FILE`: who stands on both lists, or twice on one.

use std::path::Path;
use std::process::ExitCode;

use app::linking::{Linked, Linking, link as link_lists};
use base::money::grouped;
use bulk::linkage::Step;
use serde_json::json;

use crate::cli::{DedupeArgs, LinkArgs, PairArgs};
use crate::commands::Done;
use crate::say::Say;

/// Links two lists.
pub fn link(say: &Say, args: &LinkArgs) -> Done {
    let linked = found(say, &args.left, Some(&args.right), &args.pairs)?;
    finish(say, &linked, &args.pairs)
}

/// Finds who stands twice on one list.
pub fn dedupe(say: &Say, args: &DedupeArgs) -> Done {
    let linked = found(say, &args.file, None, &args.pairs)?;
    if let Some(path) = &args.clusters {
        linked.write_clusters(path, args.same)?;
    }
    finish(say, &linked, &args.pairs)
}

fn found(say: &Say, left: &Path, right: Option<&Path>, args: &PairArgs) -> anyhow::Result<Linked> {
    let progress = say.steps();
    let mut tell = |step: Step| {
        let (code, count) = match step {
            Step::Read(rows) => ("link-reading", rows),
            Step::Block => ("link-blocking", 0),
            Step::Compare(pairs) => ("link-comparing", pairs),
        };
        progress.set_message(say.words.with(code, &[("count", &grouped(count as u64))]));
        progress.tick();
    };
    let linking = Linking { left, right, threshold: args.threshold, generic: args.generic };
    let linked = link_lists(&linking, &mut tell);
    progress.finish_and_clear();
    Ok(linked?)
}

fn finish(say: &Say, linked: &Linked, args: &PairArgs) -> Done {
    if let Some(pair) = &args.explain {
        return explain(say, linked, &pair[0], &pair[1]);
    }
    if let Some(path) = &args.out {
        linked.write_pairs(path, args.evidence)?;
    }
    let counts = linked.counts();
    if say.json {
        say.document(&json!({ "left": counts.left, "right": counts.right, "pairs": counts.pairs }));
    } else {
        let pair = |label: &str, count: usize| (say.words.get(label), grouped(count as u64));
        say.pairs(&[
            pair("link-left", counts.left),
            pair("link-right", counts.right),
            pair("link-pairs", counts.pairs),
        ]);
    }
    Ok(ExitCode::SUCCESS)
}

fn explain(say: &Say, linked: &Linked, left: &str, right: &str) -> Done {
    let explained = linked.explain(left, right)?;
    let score = explained.score;
    let chance = linkage::model::probability(score);
    let fields = explained
        .fields
        .iter()
        .map(|weighed| (weighed.field.code(), weighed.level, weighed.millibits));
    let standing = explained.standing.map(|(standing, added)| ("standing", standing as u8, added));
    let found = |field: &str, level: u8| match field {
        "standing" => say.words.get(&format!("link-stands-l{level}")),
        _ => say.words.get(&format!("same-{field}.l{level}")),
    };
    if say.json {
        let fields = fields.chain(standing).map(|(field, level, millibits)| {
            let found = found(field, level);
            json!({ "field": field, "level": level, "found": found, "millibits": millibits })
        });
        let fields: Vec<_> = fields.collect();
        say.document(&json!({ "prob": chance, "millibits": score, "fields": fields }));
        return Ok(ExitCode::SUCCESS);
    }
    let bits = |millibits: i32| {
        let bits = f64::from(millibits) / 1000.0; // not law: thousandths
        format!("{bits:+.1}")
    };
    let mut rows: Vec<(String, String)> = fields
        .chain(standing)
        .map(|(field, level, millibits)| {
            let name = say.words.get(&format!("link-field-{}", field.replace('_', "-")));
            (name, format!("{:>6}  {}", bits(millibits), found(field, level)))
        })
        .collect();
    rows.push((say.words.get("link-sum"), format!("{:>6}", bits(score))));
    rows.push((say.words.get("link-chance"), format!("{chance:>6.4}")));
    say.pairs(&rows);
    Ok(ExitCode::SUCCESS)
}
