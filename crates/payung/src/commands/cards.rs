//! `payung cards ...`: numbers drawn, sheets printed, numbers checked.

use std::process::ExitCode;

use app::office::Operation;
use base::money::grouped;
use serde_json::json;

use crate::cli::{CardsCommand, Global};
use crate::commands::{self, Done};
use crate::say::Say;

/// Issues, prints or checks cards.
pub fn cards(global: &Global, say: &Say, command: &CardsCommand) -> Done {
    let office = commands::open(global)?;
    match command {
        CardsCommand::Issue(args) => {
            let actor = office.actor(&global.actor, Operation::Cards)?;
            let new = office.issue_cards(&actor, &args.programme)?;
            match say.json {
                true => say.document(&json!({"new_cards": new})),
                false => say.line(&say.words.with("cards-new", &[("count", &grouped(new))])),
            }
        }
        CardsCommand::Print { programme, out } => {
            let actor = office.actor(&global.actor, Operation::Cards)?;
            let mut files = 0u64;
            let cards =
                office.card_sheets(&actor, &programme.programme, say.words, &mut |printed| {
                    files += 1;
                    commands::write_file(&out.join(&printed.name), &printed.bytes)
                })?;
            match say.json {
                true => say.document(&json!({"cards": cards, "files": files})),
                false => {
                    let (cards, files) = (grouped(cards), grouped(files));
                    let values = [("cards", cards.as_str()), ("files", &files)];
                    say.line(&say.words.with("cards-printed", &values));
                }
            }
        }
        CardsCommand::Verify { number } => {
            let card = office.card_by_number(number)?;
            let until = card.paid_until.in_words();
            match say.json {
                true => say.document(&json!({
                    "genuine": true,
                    "state": card.state.name(),
                    "paid_until": card.paid_until.to_string(),
                })),
                false => say.line(&say.words.with("card-genuine", &[("until", &until)])),
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
