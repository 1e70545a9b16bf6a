//! `payung deaths …` and `payung accidents …`: lists of other offices against the members.

use std::path::Path;
use std::process::ExitCode;

use app::claims::Told;
use app::deaths::{EventList, NoticeKind, NoticeState, Unclaimed, by_village, waiting_word};
use app::error::AppError;
use app::office::{Actor, Office, Operation};
use base::Id;
use serde_json::json;

use crate::cli::{DeathsCommand, Global, NoticesCommand};
use crate::commands::{self, Done};
use crate::say::Say;

/// Lists of the dead, and what waits to be claimed.
pub fn deaths(global: &Global, say: &Say, command: &DeathsCommand) -> Done {
    let (person, as_of, reason) = match command {
        DeathsCommand::Notices(command) => {
            return notices(global, say, (NoticeKind::Death, command));
        }
        DeathsCommand::Alive { person, as_of, reason } => (person, as_of, reason),
    };
    let office = commands::open(global)?;
    let actor = office.actor(&global.actor, Operation::OwnDesk)?;
    let id = Id::parse(person).map_err(|_| AppError::not_found("PERSON_UNKNOWN", ""))?;
    let is_new = office.note_alive(&actor, id, commands::day(as_of)?, reason)?;
    let key = if is_new { "alive-noted" } else { "alive-known" };
    say.record(&json!({"person": person, "new": is_new}), &say.words.get(key));
    Ok(ExitCode::SUCCESS)
}

/// Lists of accidents, and who waits to be claimed for.
pub fn accidents(global: &Global, say: &Say, command: &NoticesCommand) -> Done {
    notices(global, say, (NoticeKind::Accident, command))
}

fn notices(global: &Global, say: &Say, (kind, command): (NoticeKind, &NoticesCommand)) -> Done {
    let office = commands::open(global)?;
    let actor = office.actor(&global.actor, Operation::OwnDesk)?;
    match command {
        NoticesCommand::Import { file, source, as_of } => {
            import(&office, &actor, (kind, file, source, as_of), say)?;
        }
        NoticesCommand::Questions => questions(&office, &actor, kind, say)?,
        NoticesCommand::Answer { id, same, reason, .. } => {
            let number = Id::parse(id).map_err(|_| AppError::not_found("DEATH_UNKNOWN", &**id))?;
            let state: NoticeState = office.answer_notice(&actor, (kind, number), *same, reason)?;
            let text = say.words.get(&format!("death-{}", state.name()));
            say.record(&json!({"question": id, "state": state.name()}), &text);
        }
        NoticesCommand::Unclaimed { by_village: counted, out } => {
            let found = office.unclaimed(&actor, kind)?;
            match (out, counted) {
                (Some(out), _) => {
                    let bytes = office.unclaimed_workbook((kind, &found), say.words)?;
                    commands::write_file(out, &bytes)?;
                    let path = out.display().to_string();
                    say.record(&json!({"path": path}), &path);
                }
                (None, true) => villages(kind, &found, say),
                (None, false) => found.iter().for_each(|one| unclaimed(kind, one, say)),
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn import(
    office: &Office,
    actor: &Actor,
    (kind, path, source, as_of): (NoticeKind, &Path, &str, &str),
    say: &Say,
) -> Result<(), AppError> {
    let told = Told::from_name(source).ok_or_else(|| AppError::usage("KIND_UNKNOWN", source))?;
    let list = EventList { kind, path, source: told, as_of: commands::day(as_of)? };
    let receipt = office.take_events(actor, &list)?;
    let receipt = receipt.map_err(|refusal| AppError::refused("FILE_REFUSED", refusal.code))?;
    let counts = [
        ("rows", receipt.rows.to_string()),
        ("same", receipt.same.to_string()),
        ("asked", receipt.asked.to_string()),
        ("claims", receipt.claims.to_string()),
    ];
    let counts: Vec<(&str, &str)> = counts.iter().map(|(key, text)| (*key, &**text)).collect();
    let key = if receipt.known { "death-list-known" } else { "death-list-taken" };
    let document = json!({
        "rows": receipt.rows, "same": receipt.same, "asked": receipt.asked,
        "claims": receipt.claims, "known": receipt.known,
    });
    say.record(&document, &say.words.with(key, &counts));
    Ok(())
}

fn questions(office: &Office, actor: &Actor, kind: NoticeKind, say: &Say) -> Result<(), AppError> {
    for one in office.notice_questions(actor, kind)? {
        let id = one.id.to_string();
        let document = json!({
            "question": id, "source": &*one.source, day_key(kind): one.event.to_string(),
            "person": one.person.id.to_string(), "name": one.person.name,
            "village": one.village, "listed": one.listed, "certainty_ppm": one.certainty_ppm,
        });
        let line = format!("{id}  {} ? {}  {}", one.listed, one.person.name, one.village);
        say.record(&document, &line);
    }
    Ok(())
}

fn unclaimed(kind: NoticeKind, one: &Unclaimed, say: &Say) {
    let state = one.claim.map(|(_, state)| state.name());
    let document = json!({
        "person": one.person.id.to_string(), "name": one.person.name,
        "village": one.village.0, "district": one.village.1, day_key(kind): one.event.to_string(),
        "days": one.days, "rupiah": one.rupiah.0, "until": one.until.to_string(),
        "report": one.report.map(|day| day.to_string()),
        "claim": one.claim.map(|(id, _)| id.to_string()), "state": state,
    });
    let days = one.days.to_string();
    let (village, rupiah) = (&*one.village.0, one.rupiah.to_string());
    let values =
        [("name", &*one.person.name), ("village", village), ("days", &days), ("rupiah", &rupiah)];
    let key = format!("{}-line", waiting_word(kind));
    say.record(&document, &say.words.with(&key, &values));
}

fn villages(kind: NoticeKind, found: &[Unclaimed], say: &Say) {
    for village in by_village(found) {
        let document = json!({
            "place": village.place.to_string(), "village": village.name.0,
            "district": village.name.1, "people": village.people,
            "rupiah": village.rupiah.0, "oldest_days": village.oldest_days,
        });
        let (people, days) = (village.people.to_string(), village.oldest_days.to_string());
        let (name, rupiah) = (&*village.name.0, village.rupiah.to_string());
        let values = [("village", name), ("people", &people), ("rupiah", &rupiah), ("days", &days)];
        let key = format!("{}-village", waiting_word(kind));
        say.record(&document, &say.words.with(&key, &values));
    }
}

/// What the day of an event is called in data.
fn day_key(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::Death => "died",
        NoticeKind::Accident => "event",
    }
}
