//! `payung ledger cover`: who was covered on a day by what was known on a day, with what stands
//! behind the answer.

use app::cover::evidence::{CoverEvidence, LogSeen};
use app::cover::known::{
    CoverAsked, CoverFile, CoverList, CoverMoment, CoverScope, CoverState, RuleCited, SchemeCover,
};
use app::cover::{
    counts_words, death_words, evidence_facts, moment_words, scheme_facts, state_words, why_words,
};
use app::error::AppError;
use app::office::{Actor, Office};
use app::prints::{Printed, hex};
use serde_json::{Value, json};

use super::people::person_id;
use crate::cli::CoverArgs;
use crate::commands;
use crate::say::Say;

/// Asks, writes the paper, and says.
pub fn cover(office: &Office, actor: &Actor, args: &CoverArgs, say: &Say) -> Result<(), AppError> {
    let day = |text: &Option<String>| text.as_deref().map(commands::day).transpose();
    let asked = CoverAsked { on: day(&args.on)?, known_at: day(&args.known)? };
    match &args.person {
        Some(person) => one(office, actor, (person, asked), args, say),
        None => many(office, actor, asked, args, say),
    }
}

fn one(
    office: &Office,
    actor: &Actor,
    (person, asked): (&str, CoverAsked),
    args: &CoverArgs,
    say: &Say,
) -> Result<(), AppError> {
    let id = person_id(person)?;
    let file = office.cover_on(actor, id, asked)?;
    if let Some(path) = &args.pdf {
        let printed = office.cover_paper(actor, id, asked, say.words)?;
        written(&printed, path, say)?;
    }
    match say.json {
        true => say.document(&file_document(&file)),
        false => say_file(&file, say),
    }
    Ok(())
}

fn many(
    office: &Office,
    actor: &Actor,
    asked: CoverAsked,
    args: &CoverArgs,
    say: &Say,
) -> Result<(), AppError> {
    let state = args.state.map(|state| CoverState::from_name(state.name()).expect("a state"));
    let after = args.after.as_deref().map(person_id).transpose()?;
    let programme = args.programme.as_deref();
    let scope = CoverScope { programme, asked, state, after, most: args.limit };
    let list = office.cover_list(actor, &scope)?;
    if let Some(path) = &args.pdf {
        let printed = office.cover_list_paper(actor, &scope, say.words)?;
        written(&printed, path, say)?;
    }
    match say.json {
        true => say.document(&list_document(&list)),
        false => say_list(office, &list, say),
    }
    Ok(())
}

fn written(printed: &Printed, path: &std::path::Path, say: &Say) -> Result<(), AppError> {
    commands::write_file(path, &printed.bytes)?;
    if !say.json {
        let path = path.display().to_string();
        say.line(&say.words.with("cover-written", &[("path", &path)]));
    }
    Ok(())
}

fn moment_document(moment: &CoverMoment, log: &LogSeen, hash: &[u8; 32]) -> Value {
    let checkpoint = log.checkpoint.map(|(size, root, made_at_ms)| {
        json!({"size": size, "root": hex(&root), "made_at_ms": made_at_ms})
    });
    json!({
        "on": moment.on.to_string(),
        "known_at": moment.known_at.to_string(),
        "known_at_ms": moment.known_at_ms,
        "log": {"size": log.size, "root": hex(&log.root), "checkpoint": checkpoint},
        "hash": hex(hash),
    })
}

fn file_document(file: &CoverFile) -> Value {
    let mut document = moment_document(&file.moment, &file.log, &file.hash);
    document["person"] = json!(file.person.id.to_string());
    document["name"] = json!(file.person.name);
    document["nik"] = json!(file.person.nik);
    document["died"] = json!(file.died.map(|day| day.to_string()));
    document["other_name"] = json!(file.other_name);
    let memberships = file.memberships.iter().map(|(known, programme)| {
        json!({
            "membership": known.membership.id.to_string(),
            "programme": &*programme.code,
            "first": known.membership.first.to_string(),
            "last": known.membership.last.to_string(),
            "known_since_ms": known.known_at_ms,
        })
    });
    document["memberships"] = json!(memberships.collect::<Vec<_>>());
    document["schemes"] = json!(file.schemes.iter().map(scheme_document).collect::<Vec<_>>());
    document
}

fn scheme_document(one: &SchemeCover) -> Value {
    let rule = |rule: &RuleCited| json!({"article": rule.article, "status": rule.status.name()});
    let others = one.others.iter().map(|other| {
        json!({
            "month": other.cover.month.to_string(),
            "transfer": other.cover.transfer.to_string(),
            "known_since_ms": other.from_ms,
            "ended_at_ms": other.ended.map(|(at_ms, _)| at_ms),
            "ended_why": other.ended.map(|(_, why)| why.name()),
        })
    });
    json!({
        "scheme": one.scheme.name(),
        "state": one.state().name(),
        "why": one.why.name(),
        "rule": one.rule.as_ref().map(rule),
        "doubted_by": one.doubted_by.as_ref().map(rule),
        "evidence": one.evidence.as_ref().map(evidence_document),
        "others": others.collect::<Vec<_>>(),
    })
}

fn evidence_document(seen: &CoverEvidence) -> Value {
    let annexes = seen.annexes.iter().map(|step| {
        json!({
            "kind": step.kind,
            "number": step.number,
            "hash": hex(&step.hash),
            "maker": &*step.maker,
            "checker": &*step.checker,
            "approved_at_ms": step.approved_at_ms,
        })
    });
    let audit = seen.audit.iter().map(
        |line| json!({"leaf": line.leaf, "act": &*line.act, "by": &*line.by, "at_ms": line.at_ms}),
    );
    let receipts = seen.receipts.iter().map(|(number, amount, day)| {
        json!({"number": &**number, "amount_rupiah": amount.0, "day": day.to_string()})
    });
    json!({
        "month": seen.known.cover.month.to_string(),
        "known_since_ms": seen.known.from_ms,
        "programme": &*seen.programme.0,
        "membership": seen.membership.to_string(),
        "annexes": annexes.collect::<Vec<_>>(),
        "bill": bill_document(seen),
        "entry": {
            "transfer": seen.entry.transfer.to_string(),
            "promise": seen.entry.promise.map(|id| id.to_string()),
            "day": seen.entry.day.to_string(),
            "amount_rupiah": seen.entry.rupiah.0,
            "maker": &*seen.entry.maker,
            "checker": &*seen.entry.checker,
            "rulebook": seen.entry.rulebook,
        },
        "payments": payments_document(seen),
        "receipts": receipts.collect::<Vec<_>>(),
        "audit": audit.collect::<Vec<_>>(),
    })
}

fn bill_document(seen: &CoverEvidence) -> Value {
    let bill = &seen.bill;
    let issued = bill.issued.as_ref().map(|(on, due, maker, checker)| {
        json!({
            "on": on.to_string(),
            "due": due.to_string(),
            "finalised_by": &**maker,
            "issued_by": &**checker,
        })
    });
    json!({
        "bill": bill.id.to_string(),
        "reference": bill.reference,
        "month": bill.month.to_string(),
        "revision": bill.revision,
        "issued": issued,
        "rule": bill.rule.as_ref().map(|(rule, _)| &**rule),
        "article": bill.rule.as_ref().map(|(_, article)| &**article),
    })
}

fn payments_document(seen: &CoverEvidence) -> Value {
    let payments = seen.payments.iter().map(|payment| {
        let notice = payment.notice.as_ref().map(|notice| {
            json!({
                "notice": notice.id.to_string(),
                "partner": &*notice.partner,
                "payment_request": &*notice.payment_request,
            })
        });
        json!({
            "line": payment.line.to_string(),
            "account": &*payment.account,
            "day": payment.day.to_string(),
            "amount_rupiah": payment.rupiah.0,
            "matched_by": payment.matched_by,
            "given_at_ms": payment.given_at_ms,
            "released_at_ms": payment.released_at_ms,
            "notice": notice,
        })
    });
    json!(payments.collect::<Vec<_>>())
}

fn list_document(list: &CoverList) -> Value {
    let mut document = moment_document(&list.moment, &list.log, &list.hash);
    let state = |state: CoverState| list.counts.by_state.get(&state).copied().unwrap_or_default();
    let schemes = list.counts.by_scheme.iter().map(|((scheme, state), count)| {
        json!({"scheme": scheme, "state": state.name(), "people": count})
    });
    document["programme"] = json!(list.programme.as_ref().map(|(code, _)| &**code));
    document["counts"] = json!({
        "people": list.counts.people,
        "active": state(CoverState::Active),
        "grace": state(CoverState::Grace),
        "lapsed": state(CoverState::Lapsed),
        "not_covered": state(CoverState::NotCovered),
        "schemes": schemes.collect::<Vec<_>>(),
    });
    let rows = list.rows.iter().map(|row| {
        let schemes = row.schemes.iter().map(|(scheme, why)| {
            json!({"scheme": scheme.name(), "state": why.state().name(), "why": why.name()})
        });
        json!({
            "person": row.person.id.to_string(),
            "name": row.person.name,
            "nik": row.person.nik,
            "village": row.person.place.to_string(),
            "programmes": row.programmes.iter().map(|code| &**code).collect::<Vec<_>>(),
            "state": row.worst().state().name(),
            "schemes": schemes.collect::<Vec<_>>(),
        })
    });
    document["rows"] = json!(rows.collect::<Vec<_>>());
    document["more"] = json!(list.more);
    document
}

fn say_file(file: &CoverFile, say: &Say) {
    let words = say.words;
    say.line(&moment_words(&file.moment, words));
    say.line(&format!("{}  {}  {}", file.person.id, file.person.nik, file.person.name));
    for line in death_words(file, words) {
        say.line(&line);
    }
    for one in &file.schemes {
        let (scheme, state) = (one.scheme.name().to_uppercase(), one.state());
        let values = [("scheme", scheme.as_str()), ("state", &state_words(state, words))];
        say.line("");
        say.line(&words.with("cover-paper-scheme", &values));
        let mut facts = scheme_facts(one, &file.moment, words);
        facts.extend(one.evidence.iter().flat_map(|seen| evidence_facts(seen, words)));
        say.pairs(&facts);
    }
}

fn say_list(office: &Office, list: &CoverList, say: &Say) {
    let words = say.words;
    say.line(&moment_words(&list.moment, words));
    say.line(&counts_words(list, words));
    let rows = list.rows.iter().map(|row| {
        let worst = row.worst();
        vec![
            row.person.id.to_string(),
            row.person.nik.clone(),
            row.person.name.clone(),
            office.place_words(row.person.place),
            state_words(worst.state(), words),
            why_words(&worst, words),
        ]
    });
    let rows: Vec<Vec<String>> = rows.collect();
    let heads = [
        "cover-fact-person",
        "people-nik",
        "people-name",
        "people-village",
        "cover-overall",
        "cover-why-head",
    ];
    let heads = heads.map(|key| words.get(key));
    say.table(&heads.each_ref().map(String::as_str), &rows, &[]);
}
