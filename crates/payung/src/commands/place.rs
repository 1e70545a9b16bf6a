//! `payung migrate`: the place of a register made ready.

use std::process::ExitCode;

use app::places::{Provision, Provisioned, prepare};
use serde_json::json;

use crate::cli::{Global, MigrateArgs};
use crate::commands::{self, Done};
use crate::say::Say;

/// Brings the schema up to date and, on PostgreSQL, closes it between regions.
pub fn migrate(global: &Global, say: &Say, args: &MigrateArgs) -> Done {
    let wanted = Provision {
        app_role: args.app_role.as_deref(),
        read_role: args.read_role.as_deref(),
        plan_only: args.plan,
    };
    let done = prepare(&commands::location(global), &wanted)?;
    match say.json {
        true => say.document(&document(&done, args.plan)),
        false => print(&done, args.plan, say),
    }
    Ok(ExitCode::SUCCESS)
}

fn document(done: &Provisioned, plan: bool) -> serde_json::Value {
    let taken = done.taken.iter().map(|(name, step)| json!({"name": name, "step": step}));
    json!({
        "known": done.schema,
        "planned_only": plan,
        "migrations": taken.collect::<Vec<_>>(),
        "tables_secured": done.tables_secured,
        "app_roles": done.app_roles,
    })
}

fn print(done: &Provisioned, plan: bool, say: &Say) {
    let key = if plan { "migrate-planned" } else { "migrate-taken" };
    for (name, step) in &done.taken {
        say.line(&say.words.with(key, &[("name", name), ("step", step)]));
    }
    if done.taken.is_empty() {
        say.line(&say.words.get("migrate-nothing"));
    }
    if done.tables_secured > 0 {
        let roles = match done.app_roles.as_slice() {
            [] => "–".to_owned(),
            roles => roles.join(", "),
        };
        let count = done.tables_secured.to_string();
        say.line(&say.words.with("migrate-secured", &[("count", &count), ("roles", &roles)]));
    }
}
