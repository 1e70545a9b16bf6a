//! `payung org`: the register of organisations from flags and files.

use std::process::ExitCode;

use app::error::AppError;
use app::office::{Office, Operation};
use app::organisations::{
    Contact, Defaults, Org, OrgChange, OrgFile, OrgInput, OrgKind, OrgKindKey, OrgOutcome,
    OrgTraits,
};
use app::words::Language;
use serde_json::{Value, json};

use crate::cli::{Global, OrgAddArgs, OrgChangeArgs, OrgCommand, OrgImportArgs, OrgKindCommand};
use crate::commands::{self, Done};
use crate::say::{REFUSED, ROWS_NEED_FIXING, Say};

/// Runs a command on organisations.
pub fn org(global: &Global, say: &Say, command: &OrgCommand) -> Done {
    let office = commands::open(global)?;
    match command {
        OrgCommand::Add(args) => add(global, &office, say, args),
        OrgCommand::Change(args) => change(global, &office, say, args),
        OrgCommand::List { kind, under } => {
            list(global, &office, say, kind.as_deref(), under.as_deref())
        }
        OrgCommand::Show { code } => {
            let actor = office.actor(&global.actor, Operation::OwnDesk)?;
            show(&office, say, &office.org_file(&actor, code)?)
        }
        OrgCommand::Import(args) => import(global, &office, say, args),
        OrgCommand::Kind(command) => kind(global, &office, say, command),
    }
}

fn add(global: &Global, office: &Office, say: &Say, args: &OrgAddArgs) -> Done {
    let actor = office.actor(&global.actor, Operation::SetUp)?;
    let territory = commands::region(&args.territory)?;
    let contact = &args.contact;
    let text = |text: &Option<String>| text.as_deref().unwrap_or("").trim().into();
    let kind = match &args.kind {
        Some(key) => OrgKindKey::new(key),
        None => Org::kind_of_territory(territory),
    };
    let input = OrgInput {
        code: args.code.as_str().into(),
        name: args.name.trim().into(),
        kind,
        parent: args.under.as_deref().map(Into::into),
        territory,
        closed_on: None,
        contact: Contact {
            address: text(&contact.address),
            officer: text(&contact.officer),
            office: text(&contact.office),
            phone: text(&contact.phone),
            email: text(&contact.email),
        },
    };
    let org = office.add_org_whole(&actor, &input)?;
    say.record(&json!({"org": &*org.code, "id": org.id.to_string()}), &org.code);
    Ok(ExitCode::SUCCESS)
}

fn change(global: &Global, office: &Office, say: &Say, args: &OrgChangeArgs) -> Done {
    let actor = office.actor(&global.actor, Operation::SetUp)?;
    let closed_on = match args.closed.as_deref() {
        None => None,
        Some("") => Some(None),
        Some(text) => Some(Some(commands::day(text)?)),
    };
    let contact = &args.contact;
    let change = OrgChange {
        name: args.name.clone(),
        kind: args.kind.clone(),
        parent: args.under.clone(),
        territory: args.territory.as_deref().map(commands::region).transpose()?,
        closed_on,
        address: contact.address.clone(),
        officer: contact.officer.clone(),
        office: contact.office.clone(),
        phone: contact.phone.clone(),
        email: contact.email.clone(),
    };
    let (org, outcome) = office.change_org(&actor, &args.code, &change)?;
    let words = say.words.get(&format!("org-outcome-{}", outcome.name()));
    let document = json!({"org": &*org.code, "outcome": outcome.name()});
    say.record(&document, &format!("{}  {words}", org.code));
    Ok(ExitCode::SUCCESS)
}

fn list(
    global: &Global,
    office: &Office,
    say: &Say,
    kind: Option<&str>,
    under: Option<&str>,
) -> Done {
    let actor = office.actor(&global.actor, Operation::OwnDesk)?;
    let mut found = office.org_tree(&actor)?;
    if let Some(code) = under {
        let at = found.iter().position(|shown| &*shown.org.code == code);
        let at = at.ok_or_else(|| AppError::not_found("ORG_UNKNOWN", code))?;
        let depth = found[at].depth;
        let below = found[at + 1..].iter().take_while(|shown| shown.depth > depth);
        found = below.cloned().collect();
    }
    let wanted = |key: &OrgKindKey| kind.is_none_or(|kind| *key.0 == *kind);
    for shown in found.iter().filter(|shown| wanted(&shown.org.kind)) {
        let org = &shown.org;
        let territory = org.territory.to_string();
        let document = json!({
            "org": &*org.code,
            "name": &*org.name,
            "kind": &*org.kind.0,
            "parent": shown.parent.as_deref(),
            "territory": territory,
            "facilities": shown.facilities,
            "closed_on": org.closed_on.map(|day| day.to_string()),
        });
        let indent = "  ".repeat(shown.depth);
        let line = format!("{indent}{}  {territory}  {}  {}", org.code, org.kind.0, org.name);
        say.record(&document, &line);
    }
    Ok(ExitCode::SUCCESS)
}

fn show(office: &Office, say: &Say, file: &OrgFile) -> Done {
    let (org, contact) = (&file.org, &file.contact);
    let codes = |orgs: &[Org]| orgs.iter().map(|org| org.code.to_string()).collect::<Vec<_>>();
    if say.json {
        say.document(&json!({
            "org": &*org.code,
            "name": &*org.name,
            "kind": &*org.kind.0,
            "territory": org.territory.to_string(),
            "parent": file.parent.as_ref().map(|org| &*org.code),
            "closed_on": org.closed_on.map(|day| day.to_string()),
            "address": &*contact.address,
            "officer": &*contact.officer,
            "office": &*contact.office,
            "phone": &*contact.phone,
            "email": &*contact.email,
            "children": codes(&file.children),
            "facilities": codes(&file.facilities),
            "agreements": file.agreements,
        }));
        return Ok(ExitCode::SUCCESS);
    }
    let kinds = office.org_kinds()?;
    let kind = kinds.get(&org.kind).map_or(&org.kind.0[..], |kind| name_of(say, kind));
    let pair = |key: &str, value: String| (say.words.get(key), value);
    let mut pairs = vec![
        pair("org-code", org.code.to_string()),
        pair("org-name", org.name.to_string()),
        pair("org-kind", kind.to_owned()),
        pair("org-territory", org.territory.to_string()),
    ];
    pairs.extend(file.parent.as_ref().map(|parent| pair("org-parent", parent.name.to_string())));
    pairs.extend(org.closed_on.map(|day| pair("org-closed-on", day.in_words())));
    let told = [
        ("org-address", &contact.address),
        ("org-officer", &contact.officer),
        ("org-office", &contact.office),
        ("org-phone", &contact.phone),
        ("org-email", &contact.email),
    ];
    let told = told.into_iter().filter(|(_, text)| !text.is_empty());
    pairs.extend(told.map(|(key, text)| pair(key, text.to_string())));
    pairs.push(pair("org-facilities", file.facilities.len().to_string()));
    pairs.push(pair("org-agreements", file.agreements.join(", ")));
    say.pairs(&pairs);
    for facility in &file.facilities {
        say.line(&format!("  {}  {}", facility.code, facility.name));
    }
    Ok(ExitCode::SUCCESS)
}

fn import(global: &Global, office: &Office, say: &Say, args: &OrgImportArgs) -> Done {
    let actor = office.actor(&global.actor, Operation::SetUp)?;
    let defaults = Defaults {
        kind: args.kind.as_deref().map(OrgKindKey::new),
        parent: args.under.as_deref().map(Into::into),
        territory: args.territory.as_deref().map(commands::region).transpose()?,
    };
    let decided = match office.import_orgs(&actor, &args.file, &defaults)? {
        Ok(decided) => decided,
        Err(refusal) => {
            let sentence = say.words.file_refusal(&refusal);
            let line = format!("{} {}", sentence.what, sentence.remedy);
            say.record(&json!({"reason_code": refusal.code, "reason": line}), &line);
            return Ok(ExitCode::from(REFUSED));
        }
    };
    let count = |name: &str| decided.rows.iter().filter(|row| row.outcome.name() == name).count();
    let refused = count("refused");
    let rows: Vec<Value> = decided
        .rows
        .iter()
        .map(|row| {
            let code = match row.outcome {
                OrgOutcome::Refused(refusal) => Some(refusal.name()),
                _ => None,
            };
            let outcome = row.outcome.name();
            json!({"sheet": row.sheet, "row": row.row, "org": &*row.code, "outcome": outcome,
                "refusal": code})
        })
        .collect();
    let document = json!({
        "rows": rows,
        "added": count("added"),
        "changed": count("changed"),
        "same": count("same"),
        "refused": refused,
        "not_a_row": count("not-a-row"),
    });
    if say.json {
        say.document(&document);
    } else {
        for row in &decided.rows {
            if let OrgOutcome::Refused(refusal) = row.outcome {
                let values = [("detail", &*row.code)];
                let what = say.words.with(&format!("error-{}", refusal.name()), &values);
                say.line(
                    &say.words
                        .with("org-import-row", &[("row", &row.row.to_string()), ("what", &what)]),
                );
            }
        }
        let counts = ["added", "changed", "same", "refused", "not-a-row"]
            .map(|name| (say.words.get(&format!("org-outcome-{name}")), count(name).to_string()));
        say.pairs(&counts);
    }
    Ok(if refused == 0 { ExitCode::SUCCESS } else { ExitCode::from(ROWS_NEED_FIXING) })
}

fn kind(global: &Global, office: &Office, say: &Say, command: &OrgKindCommand) -> Done {
    match command {
        OrgKindCommand::List => {
            for kind in office.org_kinds()?.iter() {
                let document = json!({
                    "kind": &*kind.key.0,
                    "name": &*kind.name,
                    "name_en": &*kind.name_en,
                    "traits": kind.traits.names(),
                });
                let line = format!("{}  {}  {}", kind.key.0, kind.traits.names(), kind.name);
                say.record(&document, &line);
            }
        }
        OrgKindCommand::Add { key, name, name_en, traits } => {
            let actor = office.actor(&global.actor, Operation::SetUp)?;
            let unknown = || AppError::usage("KIND_UNKNOWN", traits.as_str());
            let kind = OrgKind {
                key: OrgKindKey::new(key),
                name: name.trim().into(),
                name_en: name_en.trim().into(),
                traits: OrgTraits::parse(traits).ok_or_else(unknown)?,
            };
            office.add_org_kind(&actor, &kind)?;
            say.record(&json!({"kind": key}), key);
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn name_of<'k>(say: &Say, kind: &'k OrgKind) -> &'k str {
    match std::ptr::eq(say.words, app::words::Words::of(Language::English)) {
        true => &kind.name_en,
        false => &kind.name,
    }
}
