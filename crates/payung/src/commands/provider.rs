//! `payung provider …`: the identity provider of the office, put forward, shown, ended.

use std::fs;
use std::process::ExitCode;

use app::error::AppError;
use app::login::provider::{GroupRole, Terms};
use app::office::Operation;
use serde_json::json;

use crate::cli::{Global, ProviderCommand};
use crate::commands::{self, Done};
use crate::say::Say;

/// Puts a provider forward, shows the one in force, or ends it.
pub fn provider(global: &Global, say: &Say, command: &ProviderCommand) -> Done {
    let office = commands::open(global)?;
    match command {
        ProviderCommand::Propose { file } => {
            let actor = office.actor(&global.actor, Operation::ManageUsers)?;
            let shown = file.display().to_string();
            let unreadable = |_| AppError::not_found("FILE_UNREADABLE", shown.as_str());
            let text = fs::read_to_string(file).map_err(unreadable)?;
            let task = office.propose_provider(&actor, &text)?.id.to_string();
            match say.json {
                true => say.document(&json!({"task": task})),
                false => say.line(&say.words.with("provider-proposed", &[("task", &task)])),
            }
        }
        ProviderCommand::Show => match office.provider()? {
            Some(provider) if say.json => say.document(&document(&provider.terms)),
            Some(provider) => provider.terms.write().lines().for_each(|line| say.line(line)),
            None => return Err(AppError::not_found("PROVIDER_UNKNOWN", "").into()),
        },
        ProviderCommand::End => {
            let actor = office.actor(&global.actor, Operation::ManageUsers)?;
            office.end_provider(&actor)?;
            match say.json {
                true => say.document(&json!({"ended": true})),
                false => say.line(&say.words.get("provider-ended")),
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn document(terms: &Terms) -> serde_json::Value {
    let role = |given: &GroupRole| {
        let territory = given.territory.to_string();
        json!({"group": given.group, "role": given.role.name(), "territory": territory})
    };
    json!({
        "issuer": terms.issuer,
        "client": terms.client,
        "name": terms.label,
        "groups": terms.groups,
        "scopes": terms.scopes,
        "two_factors": terms.two_factors,
        "roles": terms.roles.iter().map(role).collect::<Vec<_>>(),
    })
}
