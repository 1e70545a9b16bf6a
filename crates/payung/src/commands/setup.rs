//! `payung fund | programme | reference`: records from flags and files.

use std::process::ExitCode;

use app::error::AppError;
use app::office::Operation;
use app::references::ReferenceReceived;
use base::Rupiah;
use base::money::grouped;
use domain::occupation::OccupationKey;
use domain::programme::Programme;
use domain::reference::ReferenceKind;
use rules::{FundKind, Schemes};
use serde_json::{Value, json};

use crate::cli::{FundCommand, Global, ProgrammeAddArgs, ProgrammeCommand, ReferenceCommand};
use crate::commands::{self, Done};
use crate::say::{REFUSED, Say};

/// Funds.
pub fn fund(global: &Global, say: &Say, command: &FundCommand) -> Done {
    let office = commands::open(global)?;
    match command {
        FundCommand::Add { code, kind, ceiling } => {
            let actor = office.actor(&global.actor, Operation::SetUp)?;
            let kind = FundKind::from_name(kind)
                .ok_or_else(|| AppError::usage("KIND_UNKNOWN", kind.as_str()))?;
            let fund = office.add_fund(&actor, code, kind, commands::rupiah(ceiling)?)?;
            say_record(say, json!({"fund": &*fund.code, "id": fund.id.to_string()}), &fund.code);
        }
        FundCommand::List => {
            for fund in office.funds()? {
                let document = json!({
                    "fund": &*fund.code,
                    "kind": fund.kind.name(),
                    "ceiling_rupiah": fund.ceiling.0,
                });
                let line = format!("{}  {}  {}", fund.code, fund.kind.name(), fund.ceiling);
                say_record(say, document, &line);
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Programmes.
pub fn programme(global: &Global, say: &Say, command: &ProgrammeCommand) -> Done {
    let office = commands::open(global)?;
    match command {
        ProgrammeCommand::Add(args) => {
            let actor = office.actor(&global.actor, Operation::SetUp)?;
            let programme = new_programme(&office, args)?;
            let programme = office.add_programme(&actor, &programme)?;
            say_record(say, programme_document(&programme), &programme.code);
        }
        ProgrammeCommand::List => {
            for programme in office.programmes()? {
                let line = format!("{}  {}", programme.code, programme.name);
                say_record(say, programme_document(&programme), &line);
            }
        }
        ProgrammeCommand::Show { code } => {
            let programme = office.programme(code)?;
            let line = format!(
                "{}  {}  {}  {} – {}",
                programme.code,
                programme.name,
                programme.schemes,
                programme.first.in_words(),
                programme.last.in_words()
            );
            say_record(say, programme_document(&programme), &line);
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn new_programme(
    office: &app::office::Office,
    args: &ProgrammeAddArgs,
) -> Result<Programme, AppError> {
    let first = commands::month(&args.from)?;
    let occupation = |key: &String| -> Result<OccupationKey, AppError> {
        let key = OccupationKey(key.as_str().into());
        match office.occupations.get(&key) {
            Some(known) => Ok(known.key.clone()),
            None => Err(AppError::usage("KIND_UNKNOWN", &*key.0)),
        }
    };
    let income = match &args.income {
        Some(text) => commands::rupiah(text)?,
        None => Rupiah::ZERO,
    };
    Ok(Programme {
        id: office.environment.new_id(),
        code: args.code.as_str().into(),
        name: args.name.as_str().into(),
        territory: commands::region(&args.territory)?,
        fund: office.fund(&args.fund)?.id,
        schemes: Schemes::parse(&args.schemes)
            .ok_or_else(|| AppError::usage("NOT_SCHEMES", args.schemes.as_str()))?,
        first,
        last: commands::month(&args.to)?,
        occupations: args.occupations.iter().map(occupation).collect::<Result<_, _>>()?,
        default_occupation: args.default_occupation.as_ref().map(occupation).transpose()?,
        income,
        refuse_insured: !args.allow_insured,
        target: args.target,
    })
}

fn programme_document(programme: &Programme) -> Value {
    json!({
        "programme": &*programme.code,
        "id": programme.id.to_string(),
        "name": &*programme.name,
        "territory": programme.territory.to_string(),
        "schemes": programme.schemes.to_string(),
        "from": programme.first.to_string(),
        "to": programme.last.to_string(),
        "target": programme.target,
    })
}

/// Reference lists.
pub fn reference(global: &Global, say: &Say, command: &ReferenceCommand) -> Done {
    let office = commands::open(global)?;
    match command {
        ReferenceCommand::Import { file, list, as_of, complete } => {
            let actor = office.actor(&global.actor, Operation::TakeReferences)?;
            let kind = ReferenceKind::from_name(list)
                .ok_or_else(|| AppError::usage("KIND_UNKNOWN", list.as_str()))?;
            let received = ReferenceReceived {
                path: file,
                kind,
                as_of: commands::day(as_of)?,
                complete: *complete,
            };
            match office.take_reference(&actor, &received)? {
                Ok(receipt) => {
                    let document = json!({
                        "list": receipt.list.to_string(),
                        "entries": receipt.entries,
                        "without_nik": receipt.without_nik,
                        "already_received": receipt.known,
                    });
                    let (entries, without) =
                        (grouped(receipt.entries), grouped(receipt.without_nik));
                    let values = [("entries", entries.as_str()), ("without", &without)];
                    say_record(say, document, &say.words.with("reference-taken", &values));
                }
                Err(refusal) => {
                    let sentence = say.words.file_refusal(&refusal);
                    let line = format!("{} {}", sentence.what, sentence.remedy);
                    say_record(say, json!({"reason_code": refusal.code, "reason": line}), &line);
                    return Ok(ExitCode::from(REFUSED));
                }
            }
        }
        ReferenceCommand::List => {
            let actor = office.actor(&global.actor, Operation::TakeReferences)?;
            for list in office.reference_lists(&actor)? {
                let document = json!({"list": list.kind.name(), "as_of": list.as_of.to_string()});
                say_record(say, document, &format!("{}  {}", list.kind.name(), list.as_of));
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn say_record(say: &Say, document: Value, line: &str) {
    match say.json {
        true => say.document(&document),
        false => say.line(line),
    }
}
