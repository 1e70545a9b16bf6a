//! `payung cards ...`: numbers drawn, cards printed, checked, ended and made again; keys and lists
//! published.

use std::path::Path;
use std::process::ExitCode;

use app::cards::{CardAnswer, Ending};
use app::error::{AppError, ErrorKind};
use app::office::{Office, Operation};
use base::money::grouped;
use documents::scan;
use domain::card::{Card, CardVerdict};
use serde_json::json;

use crate::cli::{CardEndArgs, CardsCommand, Global};
use crate::commands::{self, Done};
use crate::say::Say;

/// No file with a card is larger.
const FILE_MOST: u64 = 25 << 20;

/// Issues, prints, checks or ends cards.
pub fn cards(global: &Global, say: &Say, command: &CardsCommand) -> Done {
    let office = commands::open(global)?;
    match command {
        CardsCommand::Issue(args) => {
            let actor = office.actor(&global.actor, Operation::Cards)?;
            let new = office.issue_cards(&actor, &args.programme)?;
            let line = say.words.with("cards-new", &[("count", &grouped(new))]);
            say.record(&json!({"new_cards": new}), &line);
        }
        CardsCommand::Renew(args) => {
            let actor = office.actor(&global.actor, Operation::Cards)?;
            let this_month = office.today().month_of();
            let renewed = office.renew_cards(&actor, &args.programme, this_month)?;
            let line = say.words.with("cards-renewed", &[("count", &grouped(renewed))]);
            say.record(&json!({"renewed": renewed}), &line);
        }
        CardsCommand::Print { programme, out, layout, per } => {
            let actor = office.actor(&global.actor, Operation::Cards)?;
            let how = (layout.layout(), per.per(), say.words);
            let mut files = 0u64;
            let cards = office.print_cards(&actor, &programme.programme, how, &mut |printed| {
                files += 1;
                commands::write_file(&out.join(&printed.name), &printed.bytes)
            })?;
            let (printed, written) = (grouped(cards), grouped(files));
            let values = [("cards", printed.as_str()), ("files", &written)];
            let line = say.words.with("cards-printed", &values);
            say.record(&json!({"cards": cards, "files": files}), &line);
        }
        CardsCommand::List { programme, name } => {
            let actor = office.actor(&global.actor, Operation::Cards)?;
            let mut cards = office.cards_of(&actor, &programme.programme)?;
            let wanted = name.as_deref().unwrap_or("").trim().to_uppercase();
            cards.retain(|card| card.name.as_str().to_uppercase().contains(&wanted));
            list(say, &cards);
        }
        CardsCommand::Verify { card } => return verify(&office, say, card),
        CardsCommand::Revoke(end) => {
            let actor = office.actor(&global.actor, Operation::Cards)?;
            let changed = office.revoke_card(&actor, &end.number, ending(end))?;
            let key = if changed { "card-revoked" } else { "card-revoked-before" };
            say.record(&json!({"revoked": true, "changed": changed}), &say.words.get(key));
        }
        CardsCommand::Reprint { end, out, layout } => {
            let actor = office.actor(&global.actor, Operation::Cards)?;
            let new = office.reprint_card(&actor, &end.number, ending(end))?;
            let number = new.number.to_string();
            if let Some(out) = out {
                let printed = office.print_card(&actor, &number, (layout.layout(), say.words))?;
                commands::write_file(out, &printed.bytes)?;
            }
            let document = json!({"number": number, "copy": new.copy,
                                  "paid_until": new.paid_until.to_string()});
            say.record(&document, &say.words.with("card-reprinted", &[("number", &number)]));
        }
        CardsCommand::Day(command) => {
            return super::card_days::card_days(global, say, &office, command);
        }
        CardsCommand::Handover(args) => {
            let actor = office.actor(&global.actor, Operation::OwnDesk)?;
            return super::card_days::hand_over(&office, &actor, say, args);
        }
        CardsCommand::Publish { out } => publish(&office, say, out)?,
        CardsCommand::Poster { address, out } => {
            commands::write_public(out, &office.card_poster(address, say.words)?)?;
            let path = out.display().to_string();
            let line = say.words.with("card-poster-written", &[("path", &path)]);
            say.record(&json!({"path": path}), &line);
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn list(say: &Say, cards: &[Card]) {
    if say.json {
        let one = |card: &Card| {
            json!({"number": card.number.to_string(), "person": card.person.to_string(),
                   "name": card.name.as_str(),
                   "village": card.village, "paid_until": card.paid_until.to_string(),
                   "issued": card.issued.to_string(), "copy": card.copy,
                   "state": card.state.name()})
        };
        say.document(&json!({"cards": cards.iter().map(one).collect::<Vec<_>>()}));
        return;
    }
    let heads = ["card-number", "column-name", "card-village", "card-paid-until", "column-state"];
    let heads = heads.map(|key| say.words.get(key));
    let row = |card: &Card| {
        let state = say.words.get(&format!("card-state-{}", card.state.name()));
        let until = card.paid_until.in_words();
        vec![
            card.number.to_string(),
            card.name.as_str().to_owned(),
            card.village.to_string(),
            until,
            state,
        ]
    };
    let rows: Vec<Vec<String>> = cards.iter().map(row).collect();
    say.table(&heads.each_ref().map(String::as_str), &rows, &[]);
}

fn ending(args: &CardEndArgs) -> Ending<'_> {
    Ending { cause: args.cause.cause(), reason: &args.reason }
}

fn verify(office: &Office, say: &Say, card: &str) -> Done {
    let said = said_by(card)?;
    let answer = office.check_card(&said)?;
    let until = answer.paid_until.map(|month| month.in_words()).unwrap_or_default();
    let as_of = answer.as_of.in_words();
    let values = [("until", until.as_str()), ("asof", &as_of)];
    let line = say.words.with(&format!("card-verdict-{}", answer.verdict.name()), &values);
    let mut lines = vec![line];
    for (key, value) in [("card-holder", &answer.name), ("card-programme", &answer.programme)] {
        if let Some(value) = value {
            lines.push(format!("{}: {value}", say.words.get(key)));
        }
    }
    say.record(&document(&answer), &lines.join("\n"));
    Ok(match answer.verdict {
        CardVerdict::Genuine => ExitCode::SUCCESS,
        CardVerdict::Revoked | CardVerdict::Expired => ExitCode::from(7),
        CardVerdict::NotGenuine | CardVerdict::UnknownKey => ExitCode::from(8),
    })
}

fn document(answer: &CardAnswer) -> serde_json::Value {
    json!({
        "verdict": answer.verdict.name(),
        "genuine": answer.verdict == CardVerdict::Genuine,
        "number": answer.number.map(|number| number.to_string()),
        "name": answer.name,
        "programme": answer.programme,
        "paid_until": answer.paid_until.map(|month| month.to_string()),
        "as_of": answer.as_of.to_string(),
    })
}

/// What a card says: the text itself, or what a file holds, in letters or in a picture.
fn said_by(card: &str) -> Result<String, AppError> {
    let path = Path::new(card);
    if !path.is_file() {
        return Ok(card.to_owned());
    }
    let unreadable = || AppError::new(ErrorKind::NotFound, "CARD_FILE", path.display().to_string());
    let size = path.metadata().map_err(|_| unreadable())?.len();
    let bytes = match size <= FILE_MOST {
        true => std::fs::read(path).map_err(|_| unreadable())?,
        false => return Err(unreadable()),
    };
    match scan::is_picture(&bytes) {
        true => scan::square_codes(&bytes).into_iter().next().ok_or_else(unreadable),
        false => String::from_utf8(bytes).map_err(|_| unreadable()),
    }
}

fn publish(office: &Office, say: &Say, out: &Path) -> Result<(), AppError> {
    let keys = office.card_key_set()?;
    commands::write_public(&out.join("kunci.json"), keys.to_string().as_bytes())?;
    let years = office.card_years()?;
    let mut bytes = 0;
    for year in &years {
        let list = office.card_revocations(*year)?;
        bytes += list.len();
        commands::write_public(&out.join("dicabut").join(year.to_string()), &list)?;
    }
    let count = grouped(years.len() as u64);
    let line = say.words.with("cards-published", &[("count", &count)]);
    say.record(&json!({"years": years, "bytes": bytes}), &line);
    Ok(())
}
