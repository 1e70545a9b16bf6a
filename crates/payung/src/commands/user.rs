//! `payung user`: accounts, roles held and lent, access behind the glass, tokens of programs.

mod token;

use std::process::ExitCode;

use app::access::Grant;
use app::error::{AppError, ErrorKind};
use app::grants::{GrantRecord, GrantRequest, UserOverview};
use app::login::Recovery;
use app::office::{Actor, Office, Operation, Role};
use base::Id;
use serde_json::{Value, json};

use crate::cli::{Global, GrantArgs, UserCommand};
use crate::commands::{self, Done};
use crate::say::Say;

/// People who act, and what they may.
pub fn user(global: &Global, say: &Say, command: &UserCommand) -> Done {
    let office = commands::open(global)?;
    let keeper = || office.actor(&global.actor, Operation::ManageUsers);
    let itself = || office.actor(&global.actor, Operation::OwnDesk);
    match command {
        UserCommand::Add { code, role } => {
            office.add_user(&keeper()?, code, role_of(role)?)?;
            say.record(&json!({"user": code, "role": role}), code);
        }
        UserCommand::Grant(args) => {
            office.grant_role(&keeper()?, &request(args)?)?;
            say.record(&json!({"user": args.code, "role": args.role}), &args.code);
        }
        UserCommand::Lend(args) => {
            office.lend_role(&itself()?, &request(args)?)?;
            say.record(&json!({"user": args.code, "role": args.role}), &args.code);
        }
        UserCommand::End { grant } => {
            let unknown = |_| AppError::not_found("GRANT_UNKNOWN", grant.as_str());
            let id: Id<Grant> = Id::parse(grant).map_err(unknown)?;
            office.end_grant(&itself()?, id)?;
            say.record(&json!({"grant": grant}), grant);
        }
        UserCommand::Suspend { code } => {
            office.suspend_user(&keeper()?, code, true)?;
            say.record(&json!({"user": code, "suspended": true}), code);
        }
        UserCommand::Open { code } => {
            office.suspend_user(&keeper()?, code, false)?;
            say.record(&json!({"user": code, "suspended": false}), code);
        }
        UserCommand::BreakGlass { reason, hours } => {
            office.break_glass(&itself()?, reason, *hours)?;
            say.record(&json!({"user": global.actor, "hours": hours}), &global.actor);
        }
        UserCommand::List => {
            let reader = office.actor(&global.actor, Operation::ReadUsers)?;
            list(&office, &reader, say)?;
        }
        UserCommand::Invite { code } => {
            let path = format!("/mulai/{}", office.invite(&keeper()?, code)?.as_str());
            if !say.json {
                say.line(&say.words.with("user-invite-link", &[("name", code)]));
            }
            say.record(&json!({"user": code, "path": path}), &path);
        }
        UserCommand::Token(command) => token::token(&office, global, say, command)?,
        UserCommand::Recover { code } => return recover(&office, say, &keeper()?, code),
        UserCommand::Password { code } => {
            let keeper = keeper()?;
            let ask = say.words.with("user-password-ask", &[("name", code)]);
            let password = commands::read_secret(&ask)?;
            office.set_password(&keeper, code, &password)?;
            let line = say.words.with("user-password-set", &[("name", code)]);
            say.record(&json!({"user": code}), &line);
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn recover(office: &Office, say: &Say, keeper: &Actor, code: &str) -> Done {
    match office.recover(keeper, code)? {
        Recovery::Asked(task) => {
            let task = task.id.to_string();
            let line = say.words.with("user-recovery-asked", &[("name", code), ("task", &task)]);
            say.record(&json!({"user": code, "task": task}), &line);
            Ok(ExitCode::from(ErrorKind::NeedsAnother.exit_code()))
        }
        Recovery::Link(token) => {
            let path = format!("/pulih/{}", token.as_str());
            if !say.json {
                say.line(&say.words.with("user-recovery-link", &[("name", code)]));
            }
            say.record(&json!({"user": code, "path": path}), &path);
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn list(office: &Office, reader: &Actor, say: &Say) -> Result<(), AppError> {
    for user in office.users(reader)? {
        let grants: Vec<Value> = user.grants.iter().map(grant_document).collect();
        let document = json!({
            "user": &*user.user.name,
            "role": main_role(&user),
            "suspended": user.user.suspended_at_ms.is_some(),
            "grants": grants,
        });
        if say.json {
            say.document(&document);
            continue;
        }
        let shut = match user.user.suspended_at_ms {
            Some(_) => format!("  ({})", say.words.get("user-suspended")),
            None => String::new(),
        };
        say.line(&format!("{}{shut}", user.user.name));
        for record in &user.grants {
            say.line(&format!("    {}  {}", grant_line(say, record), record.id));
        }
    }
    Ok(())
}

fn main_role(user: &UserOverview) -> Option<&'static str> {
    user.grants.first().map(|record| record.grant.role.name())
}

fn grant_document(record: &GrantRecord) -> Value {
    let grant = &record.grant;
    json!({
        "grant": record.id.to_string(),
        "role": grant.role.name(),
        "territory": grant.territory.to_string(),
        "from": grant.from.to_string(),
        "until": grant.until.map(|day| day.to_string()),
        "lent": grant.lent_by.is_some(),
        "glass": grant.glass,
        "reason": record.reason.as_deref(),
    })
}

fn grant_line(say: &Say, record: &GrantRecord) -> String {
    let grant = &record.grant;
    let mut line =
        format!("{}  {}", say.words.get(&format!("role-{}", grant.role.name())), grant.territory);
    if let Some(until) = grant.until {
        line.push_str(&format!("  {} {until}", say.words.get("user-until")));
    }
    if grant.lent_by.is_some() {
        line.push_str(&format!("  ({})", say.words.get("user-lent")));
    }
    if grant.glass {
        line.push_str(&format!("  ({})", say.words.get("user-glass")));
    }
    if let Some(reason) = &record.reason {
        line.push_str(&format!(", {}", say.words.with("user-reason", &[("reason", reason)])));
    }
    line
}

fn request(args: &GrantArgs) -> Result<GrantRequest, AppError> {
    Ok(GrantRequest {
        user: args.code.clone(),
        role: role_of(&args.role)?,
        territory: args.territory.as_deref().map(commands::region).transpose()?,
        org: args.org.clone(),
        from: args.from.as_deref().map(commands::day).transpose()?,
        until: args.until.as_deref().map(commands::day).transpose()?,
    })
}

fn role_of(name: &str) -> Result<Role, AppError> {
    Role::from_name(name).ok_or_else(|| AppError::usage("ROLE_UNKNOWN", name))
}
