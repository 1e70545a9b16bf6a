//! `payung snap …`: banks, what they told, what does not fit, and what is asked of them.

use std::fs;
use std::process::ExitCode;
use std::thread::sleep;
use std::time::Duration;

use app::error::AppError;
use app::office::{Actor, Office, Operation};
use app::snap::{Account, Break, Inquired, Partner, Standing};
use base::Id;
use serde_json::{Value, json};

use crate::cli::{Global, SnapBillArgs, SnapCommand, SnapPartnerCommand};
use crate::commands::{self, Done};
use crate::say::Say;

/// A bank could not be asked, or does not know: trying again is safe.
const TRY_AGAIN: u8 = 10;

/// Does what the command says.
pub fn snap(global: &Global, say: &Say, command: &SnapCommand) -> Done {
    let office = commands::open(global)?;
    let actor = office.actor(&global.actor, Operation::OwnDesk)?;
    match command {
        SnapCommand::Partner(command) => partner(&office, &actor, say, command)?,
        SnapCommand::Accounts => accounts(&office.virtual_accounts(&actor)?, say),
        SnapCommand::Notices { partner } => {
            notices(&office.bank_notices(&actor, partner.as_deref())?, say);
        }
        SnapCommand::Breaks => breaks(&office.bank_breaks(&actor)?, say),
        SnapCommand::Explain { notice, reason } => {
            let unknown = |_| AppError::not_found("SNAP_NOTICE_UNKNOWN", notice.as_str());
            office.explain_notice(&actor, Id::parse(notice).map_err(unknown)?, reason)?;
            say.record(&json!({"explained": notice}), &say.words.get("snap-explained"));
        }
        SnapCommand::Inquire(args) => {
            let month = commands::month(&args.month)?;
            let bill = (args.programme.as_str(), month);
            let found = office.inquire_bank(&actor, &args.partner, bill, &web::carry)?;
            return Ok(inquired(&found, say));
        }
        SnapCommand::Register(args) => return register(&office, &actor, say, args),
        SnapCommand::Transfer { partner, reference } => {
            let found = office.inquire_transfer(&actor, partner, reference, &web::carry)?;
            return Ok(inquired(&found, say));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn partner(
    office: &Office,
    actor: &Actor,
    say: &Say,
    command: &SnapPartnerCommand,
) -> Result<(), AppError> {
    match command {
        SnapPartnerCommand::Propose { file } => {
            let shown = file.display().to_string();
            let unreadable = |_| AppError::not_found("FILE_UNREADABLE", shown.as_str());
            let text = fs::read_to_string(file).map_err(unreadable)?;
            let task = office.propose_bank(actor, &text)?.id.to_string();
            let line = say.words.with("snap-proposed-task", &[("task", &task)]);
            say.record(&json!({"task": task}), &line);
        }
        SnapPartnerCommand::List => {
            for bank in office.banks(actor)? {
                let ended = match bank.is_ended {
                    true => say.words.get("snap-ended-mark"),
                    false => String::new(),
                };
                let line = format!("{}  {} {ended}", bank.terms.code, bank.terms.name);
                say.record(&document(&bank), line.trim_end());
            }
        }
        SnapPartnerCommand::Show { code } => {
            let bank = office.bank(actor, code)?;
            match say.json {
                true => say.document(&document(&bank)),
                false => bank.terms.write().lines().for_each(|line| say.line(line)),
            }
        }
        SnapPartnerCommand::End { code } => {
            office.end_bank(actor, code)?;
            say.record(&json!({"ended": code}), &say.words.get("snap-ended"));
        }
    }
    Ok(())
}

fn document(bank: &Partner) -> Value {
    let terms = &bank.terms;
    json!({
        "partner": terms.code,
        "name": terms.name,
        "client_key": terms.client,
        "partner_id": terms.partner_id,
        "channel_ids": terms.channels,
        "partner_service_id": terms.service_id,
        "padding": terms.padding.name(),
        "scheme": terms.scheme.name(),
        "path_prefix": terms.prefix,
        "sign_query": terms.signs_query,
        "skew_seconds": terms.skew_seconds,
        "token_seconds": terms.token_seconds,
        "settles_days": terms.settles_days,
        "ask_origin": terms.asking.as_ref().map(|asking| asking.origin.as_str()),
        "ended": bank.is_ended,
    })
}

fn accounts(found: &[Account], say: &Say) {
    for one in found {
        let known: Vec<Value> = one
            .known_to
            .iter()
            .map(|(bank, state)| json!({"partner": &**bank, "state": &**state}))
            .collect();
        let document = json!({
            "customer": &*one.customer,
            "programme": &*one.programme,
            "month": one.month.to_string(),
            "state": one.state.name(),
            "total_rupiah": one.total.0,
            "known_to": known,
        });
        let state = say.words.get(&format!("snap-bill-{}", one.state.name()));
        let (customer, programme) = (&one.customer, &one.programme);
        let line = format!("{customer}  {programme} {}  {}  {state}", one.month, one.total);
        say.record(&document, &line);
    }
}

fn notices(found: &[Standing], say: &Say) {
    for one in found {
        let document = json!({
            "notice": one.id.to_string(),
            "partner": &*one.partner,
            "payment_request": &*one.payment_request,
            "customer": &*one.customer,
            "paid_rupiah": one.paid.rupiah.0,
            "paid_sen": one.paid.sen,
            "day": one.day.to_string(),
            "reference": &*one.reference,
            "verdict": &*one.verdict,
            "told_at_ms": one.told_at_ms,
            "explained": one.is_explained,
        });
        let words = say.words.get(&format!("snap-verdict-{}", one.verdict));
        let (partner, customer) = (&one.partner, &one.customer);
        let line = format!("{}  {partner}  {customer}  {}  {words}", one.day, one.paid.rupiah);
        say.record(&document, &line);
    }
}

fn breaks(found: &[Break], say: &Say) {
    for one in found {
        let notice = one.notice.map(|id| id.to_string());
        let document = json!({
            "code": one.code,
            "notice": notice,
            "partner": &*one.partner,
            "payment_request": &*one.payment_request,
            "customer": &*one.customer,
            "paid_rupiah": one.paid.rupiah.0,
            "day": one.day.to_string(),
        });
        let words = say.words.get(&format!("snap-verdict-{}", one.code));
        let next = say.words.get(&format!("snap-verdict-{}.next", one.code));
        let (day, partner, customer) = (one.day, &one.partner, &one.customer);
        let id = notice.unwrap_or_default();
        let line =
            format!("{day}  {partner}  {customer}  {}  {words} {next} {id}", one.paid.rupiah);
        say.record(&document, line.trim_end());
    }
    if found.is_empty() && !say.json {
        say.line(&say.words.get("snap-breaks-empty"));
    }
}

fn inquired(found: &Inquired, say: &Say) -> ExitCode {
    let document = json!({
        "says": found.says,
        "code": found.code,
        "paid_rupiah": found.paid.map(|paid| paid.rupiah.0),
    });
    let words = say.words.get(&format!("snap-says-{}", found.says));
    let code = if found.code.is_empty() { String::new() } else { format!(" ({})", found.code) };
    say.record(&document, &format!("{words}{code}"));
    match found.says {
        "unsure" => ExitCode::from(TRY_AGAIN),
        _ => ExitCode::SUCCESS,
    }
}

fn register(office: &Office, actor: &Actor, say: &Say, args: &SnapBillArgs) -> Done {
    let bill = (args.programme.as_str(), commands::month(&args.month)?);
    let wait = |ms| sleep(Duration::from_millis(ms));
    let done = office.register_account(actor, &args.partner, bill, (&web::carry, &wait))?;
    let document = json!({"state": done.state, "sends": done.sends, "code": done.code});
    say.record(&document, &say.words.get(&format!("snap-known-{}", done.state)));
    Ok(match done.state {
        "known" => ExitCode::SUCCESS,
        "declined" => ExitCode::from(crate::say::REFUSED),
        _ => ExitCode::from(TRY_AGAIN),
    })
}
