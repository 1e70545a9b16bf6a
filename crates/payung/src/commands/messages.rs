//! `payung messages …`: what anybody told the office, answered or made a claim.

use std::process::ExitCode;

use app::claims::ClaimKind;
use app::doors::{
    Message, MessageClaim, MessageDetails, MessageFile, MessageFilter, MessageKind, MessageRow,
    MessageState, message_number,
};
use app::error::AppError;
use app::office::Operation;
use base::Id;
use serde_json::{Value, json};

use crate::cli::{Global, MessagesCommand};
use crate::commands::{self, Done};
use crate::say::Say;

/// Works off what anybody told.
pub fn messages(global: &Global, say: &Say, command: &MessagesCommand) -> Done {
    let office = commands::open(global)?;
    let actor = office.actor(&global.actor, Operation::OwnDesk)?;
    match command {
        MessagesCommand::List { state, kind } => {
            let state = known(state.as_deref(), MessageState::from_name)?;
            let kind = known(kind.as_deref(), MessageKind::from_name)?;
            let rows = office.messages(&actor, &MessageFilter { state, kind })?;
            rows.iter().for_each(|row| say.record(&row_document(row), &row_line(row, say)));
        }
        MessagesCommand::Show { id } => {
            say_file(&office.message(&actor, message_number(id)?)?, say);
        }
        MessagesCommand::Read { id } => {
            say_details(&office.read_out(&actor, message_number(id)?)?, say);
        }
        MessagesCommand::Answer { id, words } => {
            moved(&office.answer_message(&actor, message_number(id)?, words)?, say);
        }
        MessagesCommand::Reopen { id, words } => {
            moved(&office.reopen_message(&actor, message_number(id)?, words)?, say);
        }
        MessagesCommand::Claim { id, kind, person } => {
            let unknown = || AppError::usage("KIND_UNKNOWN", &**kind);
            let kind = ClaimKind::from_name(kind).ok_or_else(unknown)?;
            let person = person.as_deref().map(Id::parse).transpose();
            let person = person.map_err(|_| AppError::not_found("PERSON_UNKNOWN", ""))?;
            let asked = MessageClaim { person, kind };
            moved(&office.claim_for_message(&actor, message_number(id)?, &asked)?, say);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A word of a closed list, when it was typed.
fn known<T>(text: Option<&str>, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>, AppError> {
    let Some(text) = text else { return Ok(None) };
    read(text).map(Some).ok_or_else(|| AppError::usage("KIND_UNKNOWN", text))
}

fn row_document(row: &MessageRow) -> Value {
    let message = &row.message;
    json!({
        "message": message.id.to_string(),
        "kind": message.kind.name(),
        "subject": row.subject,
        "event": message.event.map(|day| day.to_string()),
        "received_at_ms": message.received_at_ms,
        "helped": message.helped,
        "state": message.state.name(),
        "claim": message.claim.map(|claim| claim.to_string()),
        "clock": row.clock.as_ref().map(|clock| json!({
            "name": clock.name,
            "until": clock.until.to_string(),
            "article": clock.article,
        })),
        "late": row.late,
    })
}

fn row_line(row: &MessageRow, say: &Say) -> String {
    let message = &row.message;
    let kind = say.words.get(&format!("message-kind-{}", message.kind.name()));
    let state = say.words.get(&format!("message-state-{}", message.state.name()));
    let until =
        row.clock.as_ref().map_or(String::new(), |one| format!("≤ {}", one.until.in_words()));
    let late = if row.late { say.words.get("message-late") } else { String::new() };
    let line = format!("{}  {}  {kind}  {state}  {until}  {late}", message.id, row.subject);
    line.trim_end().to_owned()
}

fn say_file(file: &MessageFile, say: &Say) {
    if say.json {
        let mut document = row_document(&file.row);
        document["member"] = file.member.as_ref().map(|one| one.id.to_string()).into();
        let steps = file.steps.iter().map(|(step, by)| {
            json!({
                "step": step.step.name(),
                "words": step.words,
                "by": by,
                "at_ms": step.at_ms,
            })
        });
        document["steps"] = steps.collect();
        return say.document(&document);
    }
    let words = |key: &str| say.words.get(key);
    let mut pairs = vec![(words("message-kind"), row_line(&file.row, say))];
    if let Some(member) = &file.member {
        pairs.push((words("message-member"), format!("{} {}", member.name, member.id)));
    }
    for (step, by) in &file.steps {
        let by = by.as_deref().unwrap_or_default();
        let name = say.words.get(&format!("message-state-{}", step.states.1.name()));
        pairs.push((name, format!("{} {by}", step.words).trim().to_owned()));
    }
    say.pairs(&pairs);
}

fn say_details(said: &MessageDetails, say: &Say) {
    let phone = |phone: Option<base::Phone>| phone.map(|phone| phone.international());
    let helper = said.helper.as_ref();
    if say.json {
        return say.document(&json!({
            "subject": said.subject.as_str(),
            "birth": said.birth.map(|day| day.to_string()),
            "card": said.card.map(|number| number.to_string()),
            "village": said.village,
            "account": said.account,
            "sender": said.sender.as_str(),
            "relation": said.relation.name(),
            "phone": phone(said.phone),
            "helper": helper.map(|one| json!({
                "name": one.name.as_str(),
                "kind": one.kind.name(),
                "phone": phone(one.phone),
                "agreement": one.agreement.name(),
            })),
        }));
    }
    let word = |key: &str, name: &str| say.words.get(&format!("{key}-{name}"));
    let mut rows = vec![
        ("message-subject", said.subject.as_str().to_owned()),
        ("tell-birth", said.birth.map_or(String::new(), |day| day.in_words())),
        ("tell-card", said.card.map_or(String::new(), |number| number.to_string())),
        ("tell-village", said.village.to_string()),
        ("tell-account", said.account.to_string()),
        ("tell-sender", said.sender.as_str().to_owned()),
        ("tell-relation", word("message-sender", said.relation.name())),
        ("tell-phone", phone(said.phone).unwrap_or_default()),
    ];
    if let Some(one) = helper {
        rows.push(("tell-helper", one.name.as_str().to_owned()));
        rows.push(("tell-helper-kind", word("message-helper", one.kind.name())));
        rows.push(("tell-helper-phone", phone(one.phone).unwrap_or_default()));
        rows.push(("tell-agreement", word("message-agreement", one.agreement.name())));
    }
    rows.retain(|(_, value)| !value.is_empty());
    let pairs: Vec<_> = rows.into_iter().map(|(key, value)| (say.words.get(key), value)).collect();
    say.pairs(&pairs);
}

fn moved(message: &Message, say: &Say) {
    let (id, name) = (message.id.to_string(), message.state.name());
    let claim = message.claim.map(|claim| claim.to_string());
    let state = say.words.get(&format!("message-state-{name}"));
    let line = say.words.with("message-sent", &[("id", &*id), ("state", &*state)]);
    say.record(&json!({"message": id, "state": name, "claim": claim}), &line);
}
