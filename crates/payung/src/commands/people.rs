//! `payung person ...`: one person, masked unless a reason is given and recorded.

use std::process::ExitCode;

use app::error::{AppError, ErrorKind};
use app::office::Operation;
use app::people::{AsOf, Erased, ErasureAsked, FileFate, Forgetting, PersonFile, PersonShown};
use app::prints::hex;
use base::{Id, id::kind};
use domain::reference::ReferenceList;
use serde_json::{Value, json};

use crate::cli::{Global, PersonCommand, PersonShowArgs};
use crate::commands::{self, Done};
use crate::say::Say;

/// Shows, finds or erases.
pub fn person(global: &Global, say: &Say, command: &PersonCommand) -> Done {
    match command {
        PersonCommand::Show(args) => show(global, say, args)?,
        PersonCommand::Search { words, village, limit } => {
            let office = commands::open(global)?;
            let actor = office.actor(&global.actor, Operation::ReadPeople)?;
            let places = village.as_deref().map(commands::region).transpose()?;
            let found = office.find_people(&actor, &words.join(" "), places.as_slice(), *limit)?;
            match say.json {
                true => say.document(&json!(found.iter().map(document).collect::<Vec<_>>())),
                false => {
                    for person in &found {
                        let (id, place) = (person.id.to_string(), person.place.to_string());
                        say.line(&format!("{id}  {}  {place}  {}", person.nik, person.name));
                    }
                }
            }
        }
        PersonCommand::Erase { id, reason, forget_files, forget_lists } => {
            let office = commands::open(global)?;
            let actor = office.actor(&global.actor, Operation::ErasePerson)?;
            let wish = Forgetting { files: *forget_files, lists: *forget_lists };
            let asked = office.propose_erasure(&actor, person_id(id)?, reason, wish)?;
            match say.json {
                true => say.document(&asked_document(id, &asked)),
                false => print_asked(&asked, say),
            }
            return Ok(ExitCode::from(ErrorKind::NeedsAnother.exit_code()));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn asked_document(id: &str, asked: &ErasureAsked) -> Value {
    let Erased { files, lists, lists_forgotten } = &asked.would;
    json!({
        "person": id,
        "erased": false,
        "task": asked.task.id.to_string(),
        "hash": hex(&asked.task.hash),
        "sheets": file_documents(files),
        "lists": lists.iter().map(list_document).collect::<Vec<_>>(),
        "lists_forgotten": lists_forgotten,
    })
}

/// Received files and what became of them.
pub(super) fn file_documents(files: &[(Id<kind::Sheet>, FileFate)]) -> Value {
    let named = files.iter().map(|(sheet, fate)| (sheet.to_string(), fate.name()));
    named.map(|(sheet, fate)| json!({"sheet": sheet, "is": fate})).collect()
}

fn list_document(list: &ReferenceList) -> Value {
    let (id, as_of) = (list.id.to_string(), list.as_of.to_string());
    json!({"list": id, "kind": list.kind.name(), "as_of": as_of})
}

/// What waits for another person; what will be gone, what stays, and why.
fn print_asked(asked: &ErasureAsked, say: &Say) {
    let (task, hash) = (asked.task.id.to_string(), hex(&asked.task.hash));
    say.line(&say.words.with("person-erasure-waits", &[("task", &*task), ("hash", &*hash)]));
    print_files(&asked.would.files, say);
    let key = match asked.would.lists_forgotten {
        true => "person-list-forgotten",
        false => "person-list-stays",
    };
    for list in &asked.would.lists {
        let day = list.as_of.to_string();
        say.line(&say.words.with(key, &[("kind", list.kind.name()), ("day", &*day)]));
    }
}

/// Received files, and why each stays or is gone.
pub(super) fn print_files(files: &[(Id<kind::Sheet>, FileFate)], say: &Say) {
    for (sheet, fate) in files {
        let sheet = sheet.to_string();
        let key = format!("person-file-{}", fate.name());
        say.line(&say.words.with(&key, &[("sheet", &*sheet)]));
    }
}

fn show(global: &Global, say: &Say, args: &PersonShowArgs) -> Result<(), AppError> {
    let office = commands::open(global)?;
    let as_of = AsOf {
        on: args.on.as_deref().map(commands::day).transpose()?,
        known_at: args.known_at.as_deref().map(commands::day).transpose()?,
    };
    let id = person_id(&args.id)?;
    let file = match &args.reason {
        Some(reason) if args.unmask => {
            let actor = office.actor(&global.actor, Operation::Unmask)?;
            office.reveal(&actor, id, as_of, reason)?
        }
        _ => office.person(&office.actor(&global.actor, Operation::ReadPeople)?, id, as_of)?,
    };
    match say.json {
        true => say.document(&whole_document(&file)),
        false => print(&file, say),
    }
    Ok(())
}

fn print(file: &PersonFile, say: &Say) {
    let shown = &file.shown;
    let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
    let rows = [
        ("person-nik", shown.nik.clone()),
        ("person-name", shown.name.clone()),
        ("person-birth", shown.birth.clone()),
        ("person-birth-place", text(&shown.birth_place)),
        ("person-sex", shown.sex.letter().to_owned()),
        ("person-place", shown.place.to_string()),
        ("person-address", text(&shown.address)),
        ("person-occupation", text(&shown.occupation)),
        ("person-no-kk", text(&shown.no_kk)),
        ("person-phone", text(&shown.phone)),
        ("person-mother", text(&shown.mother)),
        ("person-valid-from", shown.valid_from.to_string()),
        ("person-version", format!("{} / {}", shown.version, file.versions.len())),
    ];
    say.pairs(&rows.map(|(key, value)| (say.words.get(key), value)));
    for (membership, programme) in &file.memberships {
        say.line(&format!("{}  {}–{}", programme.code, membership.first, membership.last));
    }
    for sheet in &file.sheets {
        say.line(&say.words.with("person-in-file", &[("sheet", &*sheet.to_string())]));
    }
    for list in &file.lists {
        let day = list.as_of.to_string();
        let values = [("kind", list.kind.name()), ("day", &*day)];
        say.line(&say.words.with("person-in-list", &values));
    }
}

fn whole_document(file: &PersonFile) -> Value {
    let mut document = document(&file.shown);
    let memberships = file.memberships.iter().map(|(membership, programme)| {
        json!({
            "programme": &*programme.code,
            "first": membership.first.to_string(),
            "last": membership.last.to_string(),
        })
    });
    let covered = file.covered.iter().map(
        |covered| json!({"month": covered.month.to_string(), "scheme": covered.scheme.name()}),
    );
    let versions = file.versions.iter().map(|(version, known)| {
        json!({
            "version": version,
            "known_at_ms": known.at_ms,
            "valid_from": known.valid_from.to_string(),
        })
    });
    document["memberships"] = memberships.collect();
    document["covered"] = covered.collect();
    document["versions"] = versions.collect();
    document["lists"] = file.lists.iter().map(list_document).collect();
    document["sheets"] = file.sheets.iter().map(|sheet| json!(sheet.to_string())).collect();
    document
}

fn document(shown: &PersonShown) -> Value {
    json!({
        "person": shown.id.to_string(),
        "version": shown.version,
        "valid_from": shown.valid_from.to_string(),
        "unmasked": shown.unmasked,
        "erased": shown.erased,
        "nik": shown.nik,
        "no_kk": shown.no_kk,
        "name": shown.name,
        "birth": shown.birth,
        "birth_place": shown.birth_place,
        "sex": shown.sex.letter(),
        "address": shown.address,
        "place": shown.place.to_string(),
        "occupation": shown.occupation,
        "phone": shown.phone,
        "mother": shown.mother,
    })
}

pub(crate) fn person_id(text: &str) -> Result<Id<kind::Person>, AppError> {
    Id::parse(text).map_err(|_| AppError::not_found("PERSON_UNKNOWN", text))
}
