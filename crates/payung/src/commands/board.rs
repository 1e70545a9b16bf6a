//! `payung board`: how far a programme is, who is next, who is missing, and what to tell villages.

use std::process::ExitCode;

use app::board::{Board, VillageProgress};
use app::error::AppError;
use app::mandates::Mandated;
use app::office::{Actor, Office, Operation};
use base::money::grouped;
use serde_json::{Value, json};

use super::funds::{first_document, first_line};
use super::programmes::{standing_document, standing_line};
use crate::cli::{BoardArgs, Global};
use crate::commands::{self, Done};
use crate::say::Say;

/// Prints the board, or one part of it.
pub fn run(global: &Global, say: &Say, args: &BoardArgs) -> Done {
    let office = commands::open(global)?;
    let actor = office.actor(&global.actor, Operation::ReadMoney)?;
    let code = args.programme.as_str();
    match (args.ranking, args.missing, args.reminders) {
        (true, ..) => {
            for one in office.ranking(&actor, code)?.all {
                match say.json {
                    true => say.document(&standing_document(&one)),
                    false => say.line(&standing_line(&one, say)),
                }
            }
        }
        (_, true, _) => missing(&office.mandated(&actor, code)?, say),
        (.., true) => reminders(&office, &office.board(&actor, code)?, say),
        _ => board(&office, &actor, code, say)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn board(office: &Office, actor: &Actor, code: &str, say: &Say) -> Result<(), AppError> {
    let found = office.board(actor, code)?;
    if say.json {
        let mandated = office.mandated(actor, code)?;
        say.document(&document(office, &found, &mandated, say));
        return Ok(());
    }
    let words = say.words;
    let rescue = &found.rescue;
    let count = |number: u64| grouped(number);
    let some = |number: Option<u32>| number.map_or("–".to_owned(), |number| count(number.into()));
    let target = found.programme.target_in(found.from.year());
    let mut pairs = vec![
        (words.get("programme-target"), some(target)),
        (words.get("board-places"), some(found.programme.places())),
        (words.get("web-received"), count(found.rows.received())),
        (words.get("web-to-fix"), count(found.rows.to_fix)),
        (words.get("web-repeated"), count(found.rows.repeated)),
    ];
    for (outcome, rows) in &found.refused {
        pairs.push((words.get(&format!("outcome-{}", outcome.name())), count(*rows)));
    }
    for (stands, reason, people) in &found.standing {
        let reason = reason.map(|reason| words.get(&format!("stands-reason-{reason}")));
        let reason = reason.map(|reason| format!(" ({reason})")).unwrap_or_default();
        pairs.push((format!("{}{reason}", words.get(&format!("stands-{stands}"))), count(*people)));
    }
    pairs.extend([
        (words.get("board-open"), count(rescue.open.into())),
        (words.get("board-freed"), rescue.freed.to_string()),
        (words.get("board-next"), count(rescue.next.len() as u64)),
        (words.get("board-cost"), rescue.cost.to_string()),
        (words.get("board-unfilled"), count(rescue.unfilled.into())),
        (words.get("fund-free"), found.free.to_string()),
        (words.get("fund-first"), first_line(&found.ceiling, say)),
    ]);
    for month in &found.ages {
        let (key, people) = (words.get("board-age"), count(month.people.into()));
        pairs.push((format!("{key} {}", month.month.in_words()), people));
    }
    say.pairs(&pairs);
    Ok(())
}

fn missing(found: &Mandated, say: &Say) {
    for one in &found.people {
        let document = json!({
            "person": one.person.id.to_string(),
            "name": one.person.name,
            "place": one.person.place.to_string(),
            "occupation": one.person.occupation,
            "enlisted": one.is_enlisted,
        });
        let line = format!("{}  {}", one.person.name, one.place);
        say.record(&document, &line);
    }
    for one in &found.lines {
        let document = json!({
            "list_as_of": one.as_of.to_string(),
            "line": one.line,
            "name": one.name,
            "birth_year": one.birth_year,
            "enlisted": one.is_enlisted,
        });
        say.record(&document, &format!("{}  {}:{}", one.name, one.as_of, one.line));
    }
}

fn reminders(_office: &Office, board: &Board, say: &Say) {
    for place in &board.villages {
        let Some(text) = board.reminder_text(say.words, place) else { continue };
        let document = json!({"place": place.place.to_string(), "text": text});
        say.record(&document, &format!("{text}\n"));
    }
}

fn document(office: &Office, board: &Board, mandated: &Mandated, say: &Say) -> Value {
    let (rescue, programme) = (&board.rescue, &board.programme);
    let refused = board.refused.iter().map(|(outcome, rows)| (outcome.name().into(), json!(rows)));
    let standing = board.standing.iter().map(
        |(stands, reason, people)| json!({"stands": stands, "reason": reason, "people": people}),
    );
    let ages = board.ages.iter().map(|month| {
        json!({
            "month": month.month.to_string(),
            "people": month.people,
            "monthly_rupiah": month.monthly.0,
        })
    });
    let next = rescue.next.iter().map(|one| {
        json!({
            "rank": one.rank,
            "person": one.person.to_string(),
            "place": one.place.to_string(),
            "cost_rupiah": one.cost.0,
        })
    });
    let villages = board.villages.iter().map(|place| village(office, board, place, say));
    json!({
        "programme": &*programme.code,
        "as_of": board.as_of.to_string(),
        "fund": &*board.fund.code,
        "free_rupiah": board.free.0,
        "first_ceiling": first_document(&board.ceiling),
        "places": programme.places(),
        "target": programme.target_in(board.from.year()),
        "received": board.rows.received(),
        "valid": board.rows.accepted,
        "to_fix": board.rows.to_fix,
        "repeated": board.rows.repeated,
        "refused": refused.collect::<serde_json::Map<_, _>>(),
        "standing": standing.collect::<Vec<_>>(),
        "rescue": {
            "from": board.from.to_string(),
            "fallen": rescue.fallen,
            "freed_rupiah": rescue.freed.0,
            "open": rescue.open,
            "next": next.collect::<Vec<_>>(),
            "cost_rupiah": rescue.cost.0,
            "unfilled": rescue.unfilled,
            "lacks_money": rescue.lacks_money,
            "free_rupiah": rescue.free.0,
        },
        "ages": ages.collect::<Vec<_>>(),
        "villages": villages.collect::<Vec<_>>(),
        "overlap_rule": board.overlap_rule.map(|rule| rule.name()),
        "mandate_from": mandated.mandate.as_ref().map(|mandate| mandate.from.to_string()),
        "mandate_missing": mandated.people.len() + mandated.lines.len(),
    })
}

fn village(_office: &Office, board: &Board, place: &VillageProgress, say: &Say) -> Value {
    json!({
        "place": place.place.to_string(),
        "name": place.name,
        "sheets": place.sheets,
        "received": place.rows.received(),
        "valid": place.rows.accepted,
        "to_fix": place.rows.to_fix,
        "refused": place.rows.refused,
        "repeated": place.rows.repeated,
        "approved": place.approved,
        "coming": place.coming,
        "waiting": place.waiting,
        "reminder": board.reminder_text(say.words, place),
    })
}
