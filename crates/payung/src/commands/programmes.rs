//! `payung programme …`: programmes and what is laid down for them, and one person explained.

use std::process::ExitCode;

use app::board::{Explained, GroupShown, Standing};
use app::error::AppError;
use app::office::{Actor, Office, Operation};
use app::terms::{ProgrammeTyped, TermsTyped};
use base::{Id, Rupiah};
use domain::priority::Found;
use domain::programme::Programme;
use serde_json::{Value, json};

use crate::cli::{Global, ProgrammeAddArgs, ProgrammeCommand, TermArgs};
use crate::commands::{self, Done};
use crate::say::Say;

/// Adds, lists, shows, changes, explains.
pub fn run(global: &Global, say: &Say, command: &ProgrammeCommand) -> Done {
    let office = commands::open(global)?;
    match command {
        ProgrammeCommand::Add(args) => {
            let actor = office.actor(&global.actor, Operation::SetUp)?;
            let programme = new_programme(&office, args)?;
            let programme = office.add_programme(&actor, &programme)?;
            say.record(&programme_document(&programme), &programme.code);
        }
        ProgrammeCommand::List => {
            for programme in office.programmes()? {
                let line = format!("{}  {}", programme.code, programme.name);
                say.record(&programme_document(&programme), &line);
            }
        }
        ProgrammeCommand::Show { code } => show(&office, global, code, say)?,
        ProgrammeCommand::Terms { code, terms, reason } => {
            let actor = office.actor(&global.actor, Operation::SetUp)?;
            let known = office.programme(code)?;
            let terms = named(terms, TermsTyped::of(&known.terms)).read(&office)?;
            let programme = office.change_terms(&actor, code, &terms, reason)?;
            say.record(&programme_document(&programme), &programme.code);
        }
        ProgrammeCommand::Explain { code, person } => {
            let actor = office.actor(&global.actor, Operation::ReadMoney)?;
            explain(&office, &actor, (code, person), say)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn show(office: &Office, global: &Global, code: &str, say: &Say) -> Result<(), AppError> {
    let programme = office.programme(code)?;
    let line = format!(
        "{}  {}  {}  {} – {}",
        programme.code,
        programme.name,
        programme.schemes,
        programme.first.in_words(),
        programme.last.in_words()
    );
    let mut document = programme_document(&programme);
    // Prices are for those who may read about money; the rest is for everybody of the office.
    let priced = office.actor(&global.actor, Operation::ReadMoney).ok();
    let groups = match priced {
        Some(actor) => office.groups(&actor, code)?,
        None => Vec::new(),
    };
    document["groups"] = groups.iter().map(|group| group_document(group, say)).collect();
    say.record(&document, &line);
    if say.json {
        return Ok(());
    }
    let order = programme.terms.priority.to_string();
    say.pairs(&[(say.words.get("programme-priority"), order)]);
    for group in &groups {
        say.line(&format!("  {}", group_line(group, say)));
    }
    Ok(())
}

fn explain(
    office: &Office,
    actor: &Actor,
    (code, person): (&str, &str),
    say: &Say,
) -> Result<(), AppError> {
    let unknown = |_| AppError::not_found("PERSON_UNKNOWN", person);
    let found = office.explain(actor, code, Id::parse(person).map_err(unknown)?)?;
    if say.json {
        let Explained { standing, group, facility, of_facilities } = &found;
        let mut document = standing_document(standing);
        document["group"] = group_document(group, say);
        document["facility"] = json!(facility.as_deref());
        document["of_facilities"] = json!(of_facilities);
        say.document(&document);
        return Ok(());
    }
    say.line(&standing_line(&found.standing, say));
    say.line(&format!("  {}", group_line(&found.group, say)));
    if let Some(facility) = &found.facility {
        say.line(&format!("  {}: {facility}", say.words.get("programme-facility")));
    }
    for line in &found.group.cost {
        let status = say.words.get(&format!("status-{}", line.status.name()));
        let scheme = line.scheme.name().to_uppercase();
        say.line(&format!("    {scheme}  {}  {} ({status})", line.rupiah, line.article));
    }
    Ok(())
}

fn new_programme(office: &Office, args: &ProgrammeAddArgs) -> Result<Programme, AppError> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let typed = ProgrammeTyped {
        code: args.code.clone(),
        name: args.name.clone(),
        fund: args.fund.clone(),
        territory: args.territory.clone(),
        schemes: args.schemes.clone(),
        first: args.from.clone(),
        last: args.to.clone(),
        income: text(&args.income),
        occupations: args.occupations.clone(),
        default_occupation: text(&args.default_occupation),
        allow_insured: args.allow_insured,
        target: args.target.map(|people| people.to_string()).unwrap_or_default(),
        terms: named(&args.terms, TermsTyped::default()),
    };
    typed.read(office)
}

/// The terms that the flags name, over those that are there.
fn named(args: &TermArgs, mut typed: TermsTyped) -> TermsTyped {
    let number = |number: Option<u8>| number.map(|number| number.to_string());
    let flags = [
        (args.basis.clone(), &mut typed.basis),
        (args.quota.map(|quota| quota.to_string()), &mut typed.quota),
        (args.mandate_from.clone(), &mut typed.mandate_from),
        (args.mandate_basis.clone(), &mut typed.mandate_basis),
        (args.priority.clone(), &mut typed.priority),
        (number(args.age_from), &mut typed.age_from),
        (number(args.age_to), &mut typed.age_to),
        (number(args.decile), &mut typed.decile),
        (args.facilities.clone(), &mut typed.facilities),
    ];
    for (said, place) in flags {
        if let Some(said) = said {
            *place = said;
        }
    }
    for (said, place) in [(&args.segments, &mut typed.groups), (&args.targets, &mut typed.targets)]
    {
        if !said.is_empty() {
            place.clone_from(said);
        }
    }
    typed
}

fn programme_document(programme: &Programme) -> Value {
    let terms = &programme.terms;
    let segments: Vec<String> = terms.groups.iter().map(ToString::to_string).collect();
    let targets = terms.targets.iter().map(|(year, people)| (year.to_string(), json!(people)));
    json!({
        "programme": &*programme.code,
        "id": programme.id.to_string(),
        "name": &*programme.name,
        "territory": programme.territory.to_string(),
        "schemes": programme.schemes.to_string(),
        "from": programme.first.to_string(),
        "to": programme.last.to_string(),
        "target": programme.target,
        "basis": terms.basis.as_deref(),
        "segments": segments,
        "quota": terms.quota,
        "priority": terms.priority.to_string(),
        "mandate_from": terms.mandate.as_ref().map(|mandate| mandate.from.to_string()),
        "mandate_basis": terms.mandate.as_ref().map(|mandate| &*mandate.basis),
        "age_from": terms.ages.from,
        "age_to": terms.ages.to,
        "decile": terms.decile,
        "facilities": terms.facilities.as_ref().map(ToString::to_string),
        "targets": targets.collect::<serde_json::Map<_, _>>(),
    })
}

/// As what a group is insured, in a line.
fn group_line(group: &GroupShown, say: &Say) -> String {
    let words = say.words;
    let segment = words.get(&format!("segment-{}", group.segment.name()));
    let sum: i64 = group.cost.iter().map(|line| line.rupiah.0).sum();
    let why = group_why(group, say);
    format!("{}  {segment}  {}  {why}", group.occupation.1, Rupiah(sum))
}

/// Why a group is insured so, in a sentence.
fn group_why(group: &GroupShown, say: &Say) -> String {
    let mut said = vec![say.words.get(&format!("segment-by-{}", group.by.name()))];
    if let Some((segment, article, status)) = &group.rule {
        let key = if group.differs { "segment-differs" } else { "segment-agrees" };
        let segment = say.words.get(&format!("segment-{}", segment.name()));
        let status = say.words.get(&format!("status-{}", status.name()));
        let values = [("segment", segment.as_str()), ("article", article), ("status", &status)];
        said.push(say.words.with(key, &values));
    }
    if group.second_job {
        let most = group.jobs_most.map(|most| most.to_string()).unwrap_or_default();
        said.push(say.words.with("segment-second-job", &[("most", &most)]));
    }
    said.join(" ")
}

fn group_document(group: &GroupShown, say: &Say) -> Value {
    let cost = group.cost.iter().map(|line| {
        json!({
            "scheme": line.scheme.name(),
            "rupiah": line.rupiah.0,
            "article": &*line.article,
            "status": line.status.name(),
        })
    });
    json!({
        "occupation": &*group.occupation.0,
        "segment": group.segment.name(),
        "base_rupiah": group.base.0,
        "by": group.by.name(),
        "rule_segment": group.rule.as_ref().map(|(segment, ..)| segment.name()),
        "rule_article": group.rule.as_ref().map(|(_, article, _)| article),
        "rule_status": group.rule.as_ref().map(|(.., status)| status.name()),
        "differs_from_rule": group.differs,
        "second_job": group.second_job,
        "jobs_most": group.jobs_most,
        "cost": cost.collect::<Vec<_>>(),
        "own_part_rupiah": group.own_part.0,
        "why": group_why(group, say),
    })
}

/// Somebody on the board, in a line.
pub(super) fn standing_line(one: &Standing, say: &Say) -> String {
    let words = say.words;
    let rank = one.rank.map(|rank| rank.to_string()).unwrap_or_default();
    let stands = words.get(&format!("stands-{}", one.stands.name()));
    let reason = one.stands.reason().map(|reason| words.get(&format!("stands-reason-{reason}")));
    let reason = reason.map(|reason| format!(" ({reason})")).unwrap_or_default();
    let after = one.after.map(|by| {
        words.with("board-after", &[("criterion", &words.get(&format!("criterion-{by}")))])
    });
    let (name, place) = (&one.person.name, one.person.place);
    let after = after.unwrap_or_default();
    format!("{rank:>6}  {name}  {place}  {stands}{reason}  {}  {after}", one.cost)
}

/// Somebody on the board, as data.
pub(super) fn standing_document(one: &Standing) -> Value {
    let found = one.found.iter().map(|(criterion, found)| {
        let value = match found {
            Some(Found::Number(number)) => json!(number),
            Some(Found::Text(text)) => json!(&**text),
            Some(Found::Unknown) | None => Value::Null,
        };
        json!({"criterion": criterion, "found": value})
    });
    json!({
        "person": one.person.id.to_string(),
        "name": one.person.name,
        "nik": one.person.nik,
        "place": one.person.place.to_string(),
        "occupation": one.person.occupation,
        "stands": one.stands.name(),
        "reason": one.stands.reason(),
        "rank": one.rank,
        "found": found.collect::<Vec<_>>(),
        "after_by": one.after,
        "other_programme": one.other.as_deref(),
        "cost_rupiah": one.cost.0,
        "age_limit_on": one.limit_on.map(|day| day.to_string()),
    })
}
