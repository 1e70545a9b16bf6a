//! `payung audit ...`: the log looked up, signed, proven, and everything computed again.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use app::audit::KEY_FILE;
use app::audit::key::Signer;
use app::audit::{Entry, Fault, Filter, Flaw, Verdict, Verification, origin, read_keys};
use app::error::{AppError, ErrorKind};
use app::office::{Actor, Office, Operation};
use app::prints::hex;
use base::Id;
use base::money::grouped;
use domain::audit::checkpoint::{Note, NoteKey};
use serde_json::{Value, json};

use crate::cli::{AuditCommand, AuditListArgs, Global, WitnessCommand};
use crate::commands::{self, Done};
use crate::say::Say;

/// Lists, verifies, signs or proves.
pub fn audit(global: &Global, say: &Say, command: &AuditCommand) -> Done {
    if let AuditCommand::Verify { checkpoint, witness_keys } = command {
        return verify(global, say, checkpoint.as_deref(), witness_keys.as_deref());
    }
    let office = commands::open(global)?;
    let actor = office.actor(&global.actor, Operation::ReadAudit)?;
    match command {
        AuditCommand::List(args) => list(&office, &actor, say, args)?,
        AuditCommand::Checkpoint { out, pdf } => {
            checkpoint(global, &office, &actor, say, (out.as_deref(), pdf.as_deref()))?;
        }
        AuditCommand::Prove { line, checkpoint } => {
            let note = checkpoint.as_deref().map(read_note).transpose()?;
            say.document(&proof(&office, &actor, line, note.as_ref())?);
        }
        AuditCommand::Growth { checkpoint } => {
            let earlier = read_note(checkpoint)?.checkpoint;
            let (size, root, path) = office.prove_growth(&actor, earlier.size)?;
            let path: Vec<String> = path.iter().map(|hash| hex(hash)).collect();
            say.document(&json!({
                "origin": earlier.origin,
                "old_size": earlier.size,
                "old_root": hex(&earlier.root),
                "size": size,
                "root": hex(&root),
                "path": path,
            }));
        }
        AuditCommand::Witness(WitnessCommand::Add { file, witness_keys }) => {
            let new = office.add_witnesses(&actor, &read_text(file)?, &read_keys(witness_keys)?)?;
            match say.json {
                true => say.document(&json!({"new_witnesses": new})),
                false => say.line(&say.words.with("audit-witnessed", &[("count", &grouped(new))])),
            }
        }
        AuditCommand::Verify { .. } => unreachable!("done above, without opening an office"),
    }
    Ok(ExitCode::SUCCESS)
}

fn list(office: &Office, actor: &Actor, say: &Say, args: &AuditListArgs) -> Result<(), AppError> {
    let users = office.audit_names(actor)?;
    let by = args.by.as_deref();
    let who = by.map(|name| users.iter().find(|user| &*user.1 == name).map(|user| user.0));
    let unknown = || AppError::not_found("USER_UNKNOWN", by.unwrap_or_default());
    let object = |text: &String| {
        let id = Id::<Entry>::parse(text);
        id.map(|id| *id.as_bytes()).map_err(|_| AppError::not_found("LINE_UNKNOWN", text.as_str()))
    };
    let day = args.day.as_deref().map(commands::day).transpose()?;
    let begin_ms = |day| office.zone().begin_ms(day);
    let filter = Filter {
        before: args.before,
        act: args.act.clone(),
        actor: who.map(|who| who.ok_or_else(unknown)).transpose()?,
        object: args.object.as_ref().map(object).transpose()?,
        from_ms: day.map(begin_ms),
        until_ms: day.map(|day| begin_ms(day.plus_days(1))),
        lines_max: args.lines,
    };
    let name = |id| users.iter().find(|user| Some(user.0) == id).map(|user| &*user.1);
    let mut rows = Vec::new();
    for entry in office.audit_lines(actor, &filter)? {
        let who = name(entry.line.actor);
        match say.json {
            true => say.document(&line(&entry, who)),
            false => rows.push(vec![
                entry.sequence.to_string(),
                moment(office.zone(), entry.line.at_ms),
                who.unwrap_or("-").to_owned(),
                entry.line.act.to_string(),
                entry.line.object_kind.to_string(),
                entry.line.count.map(|count| count.to_string()).unwrap_or_default(),
            ]),
        }
    }
    if !say.json {
        let head = |name: &str| say.words.get(&format!("audit-head-{name}"));
        let heads = ["line", "moment", "who", "act", "record", "count"].map(head);
        say.table(&heads.each_ref().map(String::as_str), &rows, &[0, 5]);
    }
    Ok(())
}

fn line(entry: &Entry, who: Option<&str>) -> Value {
    let line = &entry.line;
    json!({
        "sequence": entry.sequence,
        "id": hex(&line.id),
        "at_ms": line.at_ms,
        "actor": line.actor.map(|id| id.to_string()),
        "actor_name": who,
        "act": &*line.act,
        "object_kind": &*line.object_kind,
        "object": line.object.map(|id| hex(&id)),
        "count": line.count,
        "reason": line.reason.map(|hash| hex(&hash)),
    })
}

fn proof(
    office: &Office,
    actor: &Actor,
    asked: &str,
    note: Option<&Note>,
) -> Result<Value, AppError> {
    let proof = office.prove(actor, asked, note.map(|note| note.checkpoint.size))?;
    let path: Vec<String> = proof.path.iter().map(|hash| hex(hash)).collect();
    Ok(json!({
        "origin": origin(office.store.tenant()),
        "line": line(&proof.entry, None),
        "salt": hex(&proof.entry.line.salt),
        "state": hex(&proof.entry.state),
        "leaf_content": hex(&proof.content),
        "leaf": hex(&proof.entry.leaf),
        "size": proof.size,
        "root": hex(&proof.root),
        "path": path,
        "checkpoint": note.map(Note::text),
    }))
}

fn checkpoint(
    global: &Global,
    office: &Office,
    actor: &Actor,
    say: &Say,
    (out, pdf): (Option<&Path>, Option<&Path>),
) -> Result<(), AppError> {
    let signer = Signer::load_or_make(&key_file(global), &origin(office.store.tenant()))?;
    let note = office.make_checkpoint(actor, &signer)?;
    if let Some(file) = out {
        commands::write_file(file, note.text().as_bytes())?;
    }
    if let Some(file) = pdf {
        let now = office.environment.now_ms();
        let page = app::audit::checkpoint_pdf(office, &note, now, say.words)?;
        commands::write_file(file, &page)?;
    }
    let key = signer.public().text();
    if say.json {
        say.document(&json!({
            "origin": note.checkpoint.origin,
            "size": note.checkpoint.size,
            "root": hex(&note.checkpoint.root),
            "note": note.text(),
            "key": key,
        }));
        return Ok(());
    }
    if out.is_none() {
        note.text().lines().for_each(|line| say.line(line));
        say.line("");
    }
    say.line(&say.words.with("audit-key", &[("key", &key)]));
    Ok(())
}

fn verify(global: &Global, say: &Say, earlier: Option<&Path>, witness_keys: Option<&Path>) -> Done {
    let pemda = commands::region(&global.pemda)?;
    let mut keys: Vec<NoteKey> = witness_keys.map(read_keys).transpose()?.unwrap_or_default();
    let own = Signer::load(&key_file(global), &origin(pemda))?;
    keys.extend(own.map(|signer| signer.public()));
    let earlier = earlier.map(read_text).transpose()?;
    let asked = Verification { earlier: earlier.as_deref(), keys: &keys };
    let begun = std::time::Instant::now();
    let verdict = app::audit::verify(commands::location(global), pemda, &asked)?;
    tell(say, &verdict, begun.elapsed().as_secs_f64());
    Ok(match verdict.faults.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::from(ErrorKind::Integrity.exit_code()),
    })
}

fn tell(say: &Say, verdict: &Verdict, seconds: f64) {
    let words: Vec<(&str, String, String)> =
        verdict.faults.iter().map(|fault| fault_in_words(say, fault)).collect();
    if say.json {
        let faults: Vec<Value> = words
            .iter()
            .map(|(code, place, text)| json!({"code": code, "place": place, "text": text}))
            .collect();
        let checkpoints: Vec<Value> = verdict
            .checkpoints
            .iter()
            .map(|seen| {
                let (size, signed) = (seen.size, seen.is_signed);
                json!({"size": size, "signed": signed, "witnesses": seen.witnesses})
            })
            .collect();
        return say.document(&json!({
            "whole": verdict.faults.is_empty(),
            "size": verdict.size,
            "root": hex(&verdict.root),
            "rows": verdict.rows,
            "seconds": seconds,
            "checkpoints": checkpoints,
            "faults": faults,
        }));
    }
    if let Some((_, _, first)) = words.first() {
        say.line(first);
        let more = words.len() - 1;
        if more > 0 {
            let more = grouped(more as u64);
            say.line(&say.words.with("audit-more-faults", &[("count", &more)]));
        }
        return;
    }
    let (size, rows) = (grouped(verdict.size), grouped(verdict.rows));
    let seconds = format!("{seconds:.1}").replace('.', ",");
    let values = [
        ("lines", size.as_str()),
        ("rows", &rows),
        ("root", &hex(&verdict.root)),
        ("seconds", &seconds),
    ];
    say.line(&say.words.with("audit-whole", &values));
    for seen in &verdict.checkpoints {
        let witnesses = match seen.witnesses.as_slice() {
            [] => "-".to_owned(),
            witnesses => witnesses.join(", "),
        };
        let key = if seen.is_signed { "audit-checkpoint-signed" } else { "audit-checkpoint-seen" };
        let size = grouped(seen.size);
        let values = [("lines", size.as_str()), ("witnesses", &witnesses)];
        say.line(&say.words.with(key, &values));
    }
}

/// A fault's stable code, where it is, and a sentence.
fn fault_in_words(say: &Say, fault: &Fault) -> (&'static str, String, String) {
    let (code, place) = match fault {
        Fault::Register(Flaw::Engine(said)) => ("engine", said.clone()),
        Fault::Register(Flaw::Schema(name)) => ("schema", name.clone()),
        Fault::Register(Flaw::Settled(table)) => ("settled", (*table).to_owned()),
        Fault::Register(Flaw::Line(sequence)) => ("line", sequence.to_string()),
        Fault::Register(Flaw::Node { level, position }) => ("node", format!("{level}/{position}")),
        Fault::Register(Flaw::Reason(line)) => ("reason", hex(line)),
        Fault::Register(Flaw::State) => ("state", String::new()),
        Fault::Register(Flaw::Table(table)) => ("table", table.clone()),
        Fault::Checkpoint(size) => ("checkpoint", size.to_string()),
        Fault::Signature(size) => ("signature", size.to_string()),
        Fault::Witness(size) => ("witness", size.to_string()),
        Fault::EarlierUnreadable => ("earlier-unreadable", String::new()),
        Fault::Truncated(size) => ("truncated", size.to_string()),
        Fault::Forked(size) => ("forked", size.to_string()),
    };
    let sentence = say.words.with(&format!("audit-fault-{code}"), &[("place", &place)]);
    (code, place, sentence)
}

fn key_file(global: &Global) -> PathBuf {
    commands::key_path(global).with_file_name(KEY_FILE)
}

fn read_note(path: &Path) -> Result<Note, AppError> {
    Note::parse(&read_text(path)?)
        .ok_or_else(|| AppError::usage("CHECKPOINT_UNREADABLE", path.display().to_string()))
}

fn read_text(path: &Path) -> Result<String, AppError> {
    let unreadable =
        |_| AppError::new(ErrorKind::External, "FILE_UNREADABLE", path.display().to_string());
    fs::read_to_string(path).map_err(unreadable)
}

/// A moment as the office's clock shows it.
fn moment(zone: base::Zone, at_ms: i64) -> String {
    let (hour, minute) = zone.clock(at_ms);
    format!("{} {hour:02}.{minute:02} {}", zone.day(at_ms), zone.name())
}
