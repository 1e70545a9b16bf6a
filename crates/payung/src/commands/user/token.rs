//! `payung user token`: what lets other programs act for somebody.

use app::access::{Grant, Operation};
use app::api::{ApiToken, Operations, TokenRequest, is_alive};
use app::error::AppError;
use app::office::{Actor, Office};
use base::Id;
use serde_json::{Value, json};

use crate::cli::{Global, TokenCommand};
use crate::say::Say;

/// Tokens made, listed and ended.
pub fn token(
    office: &Office,
    global: &Global,
    say: &Say,
    command: &TokenCommand,
) -> Result<(), AppError> {
    let itself = || office.actor(&global.actor, Operation::OwnDesk);
    match command {
        TokenCommand::New { name, operations, days, grant } => {
            let actor = itself()?;
            let wanted = TokenRequest {
                name: name.clone(),
                grant: grant_of(office, &actor, grant.as_deref())?,
                operations: read_operations(operations)?,
                days: *days,
            };
            let made = office.new_api_token(&actor, &wanted)?;
            if !say.json {
                say.line(&say.words.with("token-made-line", &[("name", name)]));
            }
            let document = json!({ "id": made.id.to_string(), "token": made.secret });
            say.record(&document, &made.secret);
        }
        TokenCommand::List { of } => {
            let tokens = match of {
                None => office.api_tokens(&itself()?)?,
                Some(name) => {
                    let keeper = office.actor(&global.actor, Operation::ReadUsers)?;
                    office.api_tokens_of(&keeper, name)?
                }
            };
            for token in &tokens {
                list_one(say, token, office.now_ms());
            }
        }
        TokenCommand::End { token } => {
            let unknown = |_| AppError::not_found("TOKEN_UNKNOWN", token.as_str());
            office.end_api_token(&itself()?, Id::parse(token).map_err(unknown)?)?;
            say.record(&json!({ "id": token, "ended": true }), token);
        }
    }
    Ok(())
}

/// The role that is named, or the only one there is.
fn grant_of(office: &Office, actor: &Actor, named: Option<&str>) -> Result<Id<Grant>, AppError> {
    let unknown = |named: &str| AppError::not_found("GRANT_UNKNOWN", named);
    if let Some(named) = named {
        return Id::parse(named).map_err(|_| unknown(named));
    }
    let held = office.own_roles(actor)?.held;
    let own: Vec<_> = held.iter().filter(|record| !record.grant.glass).collect();
    match own.as_slice() {
        [only] => Ok(only.id),
        _ => Err(unknown("-")),
    }
}

fn read_operations(names: &[String]) -> Result<Operations, AppError> {
    let read = |name: &String| {
        Operation::from_name(name).ok_or_else(|| AppError::usage("TOKEN_OPERATIONS", name.as_str()))
    };
    Ok(Operations::of(names.iter().map(read).collect::<Result<Vec<_>, _>>()?))
}

fn list_one(say: &Say, token: &ApiToken, now_ms: i64) {
    let operations: Vec<&str> = token.operations.iter().map(Operation::name).collect();
    let works = is_alive(token, now_ms);
    if say.json {
        let document: Value = json!({
            "id": token.id.to_string(),
            "name": &*token.name,
            "grant": token.grant.to_string(),
            "operations": operations,
            "made_at": token.made_at_ms,
            "ends_at": token.ends_at_ms,
            "ended_at": token.ended_at_ms,
            "used_at": token.used_at_ms,
            "works": works,
        });
        say.document(&document);
        return;
    }
    let state = match works {
        true => String::new(),
        false => format!("  ({})", say.words.get("token-state-ended")),
    };
    say.line(&format!("{}  {}  {}{state}", token.id, token.name, operations.join(",")));
}
