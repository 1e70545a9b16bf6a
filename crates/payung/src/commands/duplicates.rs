//! `payung duplicates …`, the court over pairs of records, and `payung conflicts`.

use std::process::ExitCode;

use app::conflicts::{Against, Conflict, Conflicts};
use app::duplicates::{
    Agreement, Judgement, LimitsReport, PairFile, PairShown, PairState, PairVerdict,
};
use app::error::AppError;
use app::office::{Actor, Office, Operation};
use base::Id;
use base::id::kind;
use base::money::grouped;
use serde_json::{Value, json};

use crate::cli::{ConflictsArgs, DecideArgs, DuplicatesCommand, Global, PairStateArg};
use crate::commands::{self, Done};
use crate::say::Say;

/// Searches, lists, shows, decides, undoes, reports.
pub fn run(global: &Global, say: &Say, command: &DuplicatesCommand) -> Done {
    let office = commands::open(global)?;
    let actor = office.actor(&global.actor, Operation::OwnDesk)?;
    match command {
        DuplicatesCommand::Run { all } => search(&office, &actor, *all, say)?,
        DuplicatesCommand::List { state, after, limit } => {
            let after = after.as_deref().map(pair_id).transpose()?;
            for pair in office.duplicates(&actor, state_of(*state), after, *limit)? {
                match say.json {
                    true => say.document(&document(&pair, say)),
                    false => say.line(&line(&pair, say)),
                }
            }
        }
        DuplicatesCommand::Show { id } => show(&office, &actor, id, say)?,
        DuplicatesCommand::Decide(args) => return decide(&office, &actor, args, say),
        DuplicatesCommand::Undo { id, reason } => {
            return judge(&office, &actor, id, (PairVerdict::Undo, None, reason), say);
        }
        DuplicatesCommand::Report { error, apply } => {
            report(&office, &actor, ppm_of(error)?, *apply, say)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What stands against a list or a bill.
pub fn conflicts(global: &Global, say: &Say, args: &ConflictsArgs) -> Done {
    let office = commands::open(global)?;
    let actor = office.actor(&global.actor, Operation::ReadMoney)?;
    let month = args.month.as_deref().map(commands::month).transpose()?;
    let found = office.conflicts(&actor, &args.programme, month)?;
    if say.json {
        say.document(&conflicts_document(&found, say));
        return Ok(ExitCode::SUCCESS);
    }
    let (count, people) = (found.found.len().to_string(), found.people.to_string());
    let values = [("count", count.as_str()), ("people", people.as_str())];
    let key = if found.found.is_empty() { "conflict-none" } else { "conflict-some" };
    say.line(&say.words.with(key, &values));
    for one in &found.found {
        say.line(&format!("{}  {}  {}", one.person.name, one.person.nik, against(one, say)));
        let rule = found.rule_words(&one.against, say.words);
        say.line(&format!("    {} {rule}", say.words.get("conflict-rule")));
        say.line(&format!("    {}", policy(&found, say)));
        let next = found.next_words(&one.against, say.words);
        say.line(&format!("    {} {next}", say.words.get("conflict-next")));
    }
    Ok(ExitCode::SUCCESS)
}

/// Asks for the search and works until it is done: here, or wherever the program serves.
fn search(office: &Office, actor: &Actor, all: bool, say: &Say) -> Result<(), AppError> {
    let asked = office.ask_search(actor, all)?;
    let progress = say.steps();
    let found = office.see_search_through(asked.id, |job| {
        if !job.step.is_empty() {
            let (done, total) = (grouped(job.done), grouped(job.total));
            let values = [("done", done.as_str()), ("total", total.as_str())];
            let step = say.words.get(&format!("job-step-{}", job.step));
            progress.set_message(format!("{step}: {}", say.words.with("job-of", &values)));
            progress.tick();
        }
    });
    progress.finish_and_clear();
    let found = found?;
    let counts = [
        ("people", found.people),
        ("compared", found.compared),
        ("new", found.new),
        ("changed", found.changed),
        ("gone", found.gone),
        ("apart", found.told_apart),
    ];
    if say.json {
        let fields = counts.map(|(name, count)| (name.to_owned(), json!(count)));
        say.document(&Value::Object(fields.into_iter().collect()));
        return Ok(());
    }
    let texts = counts.map(|(name, count)| (name, count.to_string()));
    let values: Vec<(&str, &str)> =
        texts.iter().map(|(name, count)| (*name, count.as_str())).collect();
    say.line(&say.words.with("duplicates-searched", &values));
    Ok(())
}

fn decide(office: &Office, actor: &Actor, args: &DecideArgs, say: &Say) -> Done {
    let verdict = PairVerdict::from_name(&args.verdict).filter(|verdict| {
        let spoken = [PairVerdict::Same, PairVerdict::Different, PairVerdict::Ask];
        spoken.contains(verdict) || verdict.is_answer()
    });
    let verdict = verdict.ok_or_else(|| AppError::usage("VERDICT_UNKNOWN", &*args.verdict))?;
    let keep = args.keep.as_deref().map(person_id).transpose()?;
    judge(office, actor, &args.id, (verdict, keep, &args.reason), say)
}

fn judge(
    office: &Office,
    actor: &Actor,
    id: &str,
    (verdict, keep, reason): (PairVerdict, Option<Id<kind::Person>>, &str),
    say: &Say,
) -> Done {
    let judgement = Judgement { pair: pair_id(id)?, revision: None, verdict, keep, reason };
    let state = office.judge_pair(actor, &judgement)?;
    match say.json {
        true => say.document(&json!({"pair": id, "state": state.name()})),
        false => say.line(&say.words.get(&format!("pair-state-{}", state.name()))),
    }
    let waits = matches!(state, PairState::Proposed | PairState::Parting);
    // As for lists: somebody else has to act now.
    Ok(if waits { ExitCode::from(4) } else { ExitCode::SUCCESS })
}

fn show(office: &Office, actor: &Actor, id: &str, say: &Say) -> Result<(), AppError> {
    let file = office.duplicate(actor, pair_id(id)?, [None, None])?;
    if say.json {
        say.document(&file_document(&file, say));
        return Ok(());
    }
    let words = say.words;
    say.line(&line(&file.shown, say));
    let rows: Vec<Vec<String>> = file
        .fields
        .iter()
        .map(|field| {
            let stands = match field.agreement {
                Agreement::Same => words.get("pair-agrees"),
                Agreement::Differs => format!("≠ {}", words.get("pair-differs")),
                Agreement::Missing => words.get("pair-missing"),
            };
            let [left, right] = field.values.clone();
            vec![words.get(&format!("field-{}", field.name)), left, right, stands]
        })
        .collect();
    let heads = ["pair-field", "pair-left", "pair-right", "pair-state"].map(|key| words.get(key));
    say.table(&heads.each_ref().map(String::as_str), &rows, &[]);
    for reason in &file.shown.reasons {
        let sign = if reason.millibits > 0 { "+" } else { "-" };
        say.line(&format!("  {sign} {}", words.reason(reason)));
    }
    if let Some(merge) = &file.merge {
        let key = words.get("pair-merge-recoverable");
        say.line(&format!("{key}: {}", merge.recoverable));
    }
    for said in &file.said {
        let what = words.get(&format!("pair-said-{}", said.verdict.name()));
        say.line(&format!("  {what} – {} {}", said.by, said.reason));
    }
    Ok(())
}

fn report(
    office: &Office,
    actor: &Actor,
    error_ppm: u32,
    apply: bool,
    say: &Say,
) -> Result<(), AppError> {
    let (report, task) = match apply {
        true => {
            office.propose_limits(actor, error_ppm).map(|(report, task)| (report, Some(task)))?
        }
        false => (office.duplicate_limits(actor, error_ppm)?, None),
    };
    if say.json {
        let mut document = report_document(&report);
        document["task"] = json!(task.map(|task| task.to_string()));
        say.document(&document);
        return Ok(());
    }
    let words = say.words;
    say.line(&words.get("duplicates-bands"));
    for band in &report.bands {
        let from = bits(band.from);
        let (same, different, open) = (band.same, band.different, band.open);
        say.line(&format!("{from:>12}  {same:>11}  {different:>11}  {open:>9}"));
    }
    let limits = |key: &str, same: i32, ask: i32| {
        words.with(key, &[("same", &bits(same)), ("ask", &bits(ask))])
    };
    say.line(&limits("duplicates-limits-now", report.now.same, report.now.ask));
    match report.then {
        None => say.line(&words.get("duplicates-limits-none")),
        Some(then) => {
            say.line(&limits("duplicates-limits-then", then.same, then.ask));
            let counts = [report.dropped, report.missed, report.mistaken].map(|n| n.to_string());
            let [dropped, missed, mistaken] = counts.each_ref().map(String::as_str);
            let values = [("dropped", dropped), ("missed", missed), ("mistaken", mistaken)];
            say.line(&words.with("duplicates-limits-effect", &values));
        }
    }
    if let Some(task) = task {
        let task = task.to_string();
        say.line(&words.with("duplicates-limits-proposed", &[("task", &task)]));
    }
    Ok(())
}

fn report_document(report: &LimitsReport) -> Value {
    let bands = report.bands.iter().map(|band| {
        json!({
            "from_millibits": band.from,
            "same": band.same,
            "different": band.different,
            "open": band.open,
        })
    });
    json!({
        "error_ppm": report.error_ppm,
        "bands": bands.collect::<Vec<_>>(),
        "now": {"same": report.now.same, "ask": report.now.ask},
        "then": report.then.map(|then| json!({"same": then.same, "ask": then.ask})),
        "dropped": report.dropped,
        "missed": report.missed,
        "mistaken": report.mistaken,
    })
}

fn document(pair: &PairShown, say: &Say) -> Value {
    let people = pair.people.each_ref().map(|person| {
        json!({
            "person": person.id.to_string(),
            "name": person.name,
            "nik": person.nik,
            "place": person.place.to_string(),
        })
    });
    let reasons = pair.reasons.iter().map(|reason| {
        json!({
            "field": reason.field,
            "level": reason.level,
            "millibits": reason.millibits,
            "text": say.words.reason(reason),
        })
    });
    json!({
        "pair": pair.id.to_string(),
        "state": pair.state.name(),
        "revision": pair.revision,
        "millibits": pair.score,
        "certainty_ppm": pair.certainty_ppm,
        "monthly_rupiah": pair.stake.monthly.0,
        "paid_rupiah": pair.stake.paid.0,
        "people": people,
        "reasons": reasons.collect::<Vec<_>>(),
    })
}

fn file_document(file: &PairFile, say: &Say) -> Value {
    let mut document = document(&file.shown, say);
    let fields = file.fields.iter().map(|field| {
        let agreement = match field.agreement {
            Agreement::Same => "same",
            Agreement::Differs => "differs",
            Agreement::Missing => "missing",
        };
        json!({"field": field.name, "values": field.values, "agreement": agreement})
    });
    document["fields"] = json!(fields.collect::<Vec<_>>());
    let said = file.said.iter().map(|said| {
        json!({
            "verdict": said.verdict.name(),
            "by": &*said.by,
            "at_ms": said.at_ms,
            "reason": said.reason,
        })
    });
    document["said"] = json!(said.collect::<Vec<_>>());
    document["merge"] = json!(file.merge.as_ref().map(|merge| {
        json!({
            "kept": merge.kept.to_string(),
            "rows": merge.rows,
            "memberships": merge.memberships,
            "ended": merge.ended.len(),
            "months": merge.months,
            "cards": merge.cards,
            "paid_twice": merge.twice.len(),
            "recoverable_rupiah": merge.recoverable.0,
        })
    }));
    document["hindrance"] = json!(file.hindrance);
    document["task"] = json!(file.task.map(|task| task.to_string()));
    document
}

fn line(pair: &PairShown, say: &Say) -> String {
    let [left, right] = pair.people.each_ref().map(|person| person.name.as_str());
    let money = format!("{} / {}", pair.stake.monthly, pair.stake.paid);
    let percent = pair.certainty_ppm / 10_000;
    let why: Vec<String> =
        pair.reasons.iter().take(3).map(|reason| say.words.reason(reason)).collect();
    format!("{}  {money:>28}  {percent:>3}%  {left} | {right}  {}", pair.id, why.join("; "))
}

/// What stands against paying, in figures, beside an act that moves money.
#[derive(Clone, Copy)]
pub struct InFigures {
    /// Payers, lists, other regencies.
    pub certain: u64,
    /// Pairs of records that may be one human.
    pub pairs: u64,
}

impl InFigures {
    /// Those of a list or a bill.
    pub fn of(found: &Conflicts) -> InFigures {
        InFigures { certain: found.certain(), pairs: found.pairs.len() as u64 }
    }

    /// Says where to look, if there is anything.
    pub fn lead_on(self, key: &str, say: &Say) {
        if self.certain > 0 || self.pairs > 0 {
            say.line(&say.words.get(key));
        }
        if self.pairs > 0 {
            say.line(&say.words.get("waiting-pairs-see"));
        }
    }
}

fn conflicts_document(found: &Conflicts, say: &Say) -> Value {
    let list = found.found.iter().map(|one| {
        json!({
            "person": one.person.id.to_string(),
            "name": one.person.name,
            "nik": one.person.nik,
            "conflict": one.against.name(),
            "text": against(one, say),
            "rule": found.rule_words(&one.against, say.words),
            "policy": policy(found, say),
            "next": found.next_words(&one.against, say.words),
            "pair": match one.against {
                Against::MaybeTwice(pair, _) => Some(pair.to_string()),
                _ => None,
            },
            "other_name": one.other_name,
        })
    });
    json!({
        "programme": &*found.programme.0,
        "fund": &*found.fund.0,
        "refuses_insured": found.refuses_insured,
        "month": found.month.map(|month| month.to_string()),
        "people": found.people,
        "overlap_rule": found.rule.map(|rule| rule.name()),
        "waiting_pairs": found.pairs.len(),
        "conflicts": list.collect::<Vec<_>>(),
    })
}

fn against(one: &Conflict, say: &Say) -> String {
    let key = format!("conflict-{}", one.against.name());
    let text = match &one.against {
        Against::Dead(day) | Against::CivilServant(day) | Against::Insured(day) => {
            say.words.with(&key, &[("day", &day.to_string())])
        }
        Against::OtherProgramme(programme, schemes, first, last) => {
            let (first, last) = (first.to_string(), last.to_string());
            let values = [
                ("programme", &**programme),
                ("schemes", schemes.as_str()),
                ("first", first.as_str()),
                ("last", last.as_str()),
            ];
            say.words.with(&key, &values)
        }
        Against::TooManyKinds { month, kinds, .. } => {
            let (count, month) = (kinds.len().to_string(), month.to_string());
            let kinds = kinds.join(", ");
            let values = [("count", count.as_str()), ("month", &month), ("kinds", &kinds)];
            say.words.with(&key, &values)
        }
        Against::PaidInOtherRegion | Against::OtherRegency => say.words.get(&key),
        Against::MaybeTwice(pair, likely) => {
            let share = format!("{} %", likely / 10_000);
            format!("{} ({pair})", say.words.with(&key, &[("share", &share)]))
        }
    };
    match one.other_name {
        true => format!("{text}. {}", say.words.get("conflict-other-name")),
        false => text,
    }
}

fn policy(found: &Conflicts, say: &Say) -> String {
    let key = if found.refuses_insured { "conflict-refuses" } else { "conflict-takes" };
    say.words.with(key, &[("fund", &found.fund.0)])
}

/// Thousandths of a bit with one decimal.
fn bits(millibits: i32) -> String {
    let tenths = (millibits.abs() + 50) / 100;
    let sign = if millibits < 0 { "-" } else { "" };
    format!("{sign}{}.{}", tenths / 10, tenths % 10)
}

/// Percent as typed, in parts per million.
fn ppm_of(percent: &str) -> Result<u32, AppError> {
    let wrong = || AppError::usage("NOT_AN_AMOUNT", percent);
    let (whole, part) = percent.split_once(['.', ',']).unwrap_or((percent, ""));
    if part.len() > 4 || !part.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    let whole: u32 = whole.parse().map_err(|_| wrong())?;
    let part: u32 = format!("{part:0<4}").parse().map_err(|_| wrong())?;
    match whole < 50 {
        true => Ok(whole * 10_000 + part),
        false => Err(wrong()),
    }
}

fn state_of(state: PairStateArg) -> PairState {
    match state {
        PairStateArg::Open => PairState::Open,
        PairStateArg::Asked => PairState::Asked,
        PairStateArg::Proposed => PairState::Proposed,
        PairStateArg::Same => PairState::Same,
        PairStateArg::Parting => PairState::Parting,
        PairStateArg::Different => PairState::Different,
        PairStateArg::Resting => PairState::Resting,
    }
}

fn pair_id(text: &str) -> Result<Id<kind::Pair>, AppError> {
    Id::parse(text).map_err(|_| AppError::not_found("PAIR_UNKNOWN", text))
}

fn person_id(text: &str) -> Result<Id<kind::Person>, AppError> {
    Id::parse(text).map_err(|_| AppError::not_found("PERSON_UNKNOWN", text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percents_and_bits_are_written_as_people_do() {
        assert_eq!(ppm_of("1").ok(), Some(10_000));
        assert_eq!(ppm_of("0,5").ok(), Some(5_000));
        assert_eq!(ppm_of("0.0001").ok(), Some(1));
        assert!(ppm_of("50").is_err() && ppm_of("x").is_err() && ppm_of("1.23456").is_err());
        assert_eq!(
            (bits(6_630), bits(-6_629), bits(40)),
            ("6.6".into(), "-6.6".into(), "0.0".into())
        );
    }
}
