//! `payung annex …` and `payung movement …`: annexes of a decree, and who leaves and comes between.

use std::path::Path;
use std::process::ExitCode;

use app::annexes::Annex;
use app::cards::read_photo;
use app::error::AppError;
use app::movements::{
    LeaveReason, MovedPerson, Movement, MovementAsked, MovementHead, MovementShown, Side,
};
use app::office::{Actor, Office, Operation};
use app::prints::hex;
use app::tasks::Verdict;
use base::Id;
use base::id::kind;
use base::money::grouped;
use serde_json::{Value, json};

use super::lists::parse_hash;
use crate::cli::{AnnexArgs, AnnexCommand, FallenArgs, Global, MovementArgs, MovementCommand};
use crate::commands::{self, Done};
use crate::say::Say;

/// A page is not what was approved.
const ALTERED: u8 = 8;

/// Prints, amends, lists annexes, and holds a page against them.
pub fn annex(global: &Global, say: &Say, args: &AnnexArgs) -> Done {
    let office = commands::open(global)?;
    let actor = office.actor(&global.actor, Operation::OwnDesk)?;
    match (&args.command, &args.programme, &args.out) {
        (Some(AnnexCommand::Print { programme, number, out, reason }), ..) => {
            print(&office, &actor, (programme, *number), (out, reason), say)?;
        }
        (Some(AnnexCommand::Amend { programme }), ..) => amend(&office, &actor, programme, say)?,
        (Some(AnnexCommand::List { programme }), ..) => list(&office, &actor, programme, say)?,
        (Some(AnnexCommand::Decree { programme, number, sk, date }), ..) => {
            let decree = (sk.as_str(), commands::day(date)?);
            let changed = office.set_decree(&actor, (programme, *number), decree)?;
            let key = if changed { "annex-decree-set" } else { "annex-decree-known" };
            say.record(&json!({"changed": changed}), &say.words.get(key));
        }
        (Some(AnnexCommand::Verify { said }), ..) => return verify(&office, said, say),
        (None, Some(programme), Some(out)) => {
            print(&office, &actor, (programme, None), (out, &args.reason), say)?;
        }
        (None, ..) => return Err(AppError::usage("FLAG_MISSING", "--programme").into()),
    }
    Ok(ExitCode::SUCCESS)
}

/// What a page is: its code or digest as typed, or a photo of it.
fn verify(office: &Office, said: &str, say: &Say) -> Done {
    let photo = Path::new(said);
    let read = match photo.is_file() {
        true => read_photo(photo).ok_or_else(|| AppError::refused("ANNEX_PHOTO", ""))?,
        false => said.to_owned(),
    };
    let found = office.check_annex_page(&read)?;
    let verdict = found.verdict.name();
    if say.json {
        let annex = found.annex.as_ref();
        say.document(&json!({
            "verdict": verdict,
            "programme": annex.map(|annex| &*annex.programme.0),
            "number": annex.map(|annex| annex.number),
            "made_on": annex.map(|annex| annex.made_on.to_string()),
            "decree": annex.and_then(|annex| annex.decree.as_ref()).map(|one| &*one.number),
            "newest": annex.map(|annex| annex.newest.0),
        }));
    } else {
        let key = format!("annex-page-{verdict}");
        say.line(&format!("{} {}", say.words.get(&key), say.words.get(&format!("{key}.todo"))));
        if let Some(annex) = &found.annex {
            let (number, newest) = (annex.number.to_string(), annex.newest.0.to_string());
            let made = annex.made_on.to_string();
            let values = [
                ("number", &*number),
                ("name", &*annex.programme.1),
                ("day", &made),
                ("newest", &newest),
            ];
            say.line(&say.words.with("annex-page-of", &values));
        }
    }
    let altered = ExitCode::from(ALTERED);
    Ok(if found.verdict.is_ours() { ExitCode::SUCCESS } else { altered })
}

fn print(
    office: &Office,
    actor: &Actor,
    annex: (&str, Option<u32>),
    (out, reason): (&Path, &str),
    say: &Say,
) -> Result<(), AppError> {
    let mut paths = Vec::new();
    for printed in office.print_annex(actor, annex, reason, say.words)? {
        let path = out.join(&printed.name);
        commands::write_file(&path, &printed.bytes)?;
        paths.push(path.display().to_string());
    }
    match say.json {
        true => say.document(&json!({"paths": paths})),
        false => paths.iter().for_each(|path| say.line(path)),
    }
    Ok(())
}

fn amend(office: &Office, actor: &Actor, programme: &str, say: &Say) -> Result<(), AppError> {
    let (annex, is_new) = office.amend_annex(actor, programme)?;
    if say.json {
        let mut document = annex_document(&annex);
        document["new"] = json!(is_new);
        say.document(&document);
        return Ok(());
    }
    let key = if is_new { "annex-made" } else { "annex-nothing-new" };
    say.line(&say.words.with(key, &[("number", &annex.number.to_string())]));
    say.pairs(&annex_pairs(&annex, say));
    Ok(())
}

fn list(office: &Office, actor: &Actor, programme: &str, say: &Say) -> Result<(), AppError> {
    let found = office.annexes(actor, programme)?;
    if say.json {
        for (annex, maker, people) in &found.annexes {
            let mut document = annex_document(annex);
            document["made_by"] = json!(&**maker);
            document["people_after"] = json!(people);
            let decree = found.decrees.get(&annex.number);
            document["decree"] = json!(decree.map(|decree| &*decree.number));
            document["decree_day"] = json!(decree.map(|decree| decree.day.to_string()));
            say.document(&document);
        }
        return Ok(());
    }
    let rows: Vec<Vec<String>> = found
        .annexes
        .iter()
        .map(|(annex, maker, people)| {
            vec![
                annex.number.to_string(),
                say.words.get(&format!("annex-kind-{}", annex.kind.name())),
                grouped(annex.added.into()),
                grouped(annex.removed.into()),
                grouped(*people),
                annex.bound.to_string(),
                maker.to_string(),
                hex(&annex.hash)[..16].to_owned(),
            ]
        })
        .collect();
    let heads = [
        "annex-number",
        "annex-kind",
        "annex-added",
        "annex-removed",
        "annex-people",
        "annex-bound",
        "annex-maker",
        "annex-digest",
    ]
    .map(|key| say.words.get(key));
    say.table(&heads.each_ref().map(String::as_str), &rows, &[0, 2, 3, 4, 5]);
    if found.open > 0 {
        say.line(&say.words.with("annex-open-changes", &[("count", &grouped(found.open))]));
    }
    Ok(())
}

fn annex_pairs(annex: &Annex, say: &Say) -> Vec<(String, String)> {
    let words = |key: &str| say.words.get(key);
    vec![
        (words("annex-added"), grouped(annex.added.into())),
        (words("annex-removed"), grouped(annex.removed.into())),
        (words("annex-freed"), annex.freed.to_string()),
        (words("annex-bound"), annex.bound.to_string()),
        (words("annex-digest"), hex(&annex.hash)),
    ]
}

fn annex_document(annex: &Annex) -> Value {
    json!({
        "number": annex.number,
        "kind": annex.kind.name(),
        "made_at_ms": annex.made_at_ms,
        "added": annex.added,
        "removed": annex.removed,
        "freed_rupiah": annex.freed.0,
        "bound_rupiah": annex.bound.0,
        "hash": hex(&annex.hash),
    })
}

/// Puts changes forward, decides on them, lists and shows them.
pub fn movement(global: &Global, say: &Say, command: &MovementCommand) -> Done {
    let office = commands::open(global)?;
    let actor = office.actor(&global.actor, Operation::OwnDesk)?;
    match command {
        MovementCommand::Propose(args) => return propose(&office, &actor, args, say),
        MovementCommand::Fallen(args) => return fallen(&office, &actor, args, say),
        MovementCommand::Approve { id, hash, return_reason } => {
            let said = (hash.as_deref(), return_reason.as_deref());
            let shown = decide(&office, &actor, id, said)?;
            say_movement(&shown, say);
        }
        MovementCommand::List { programme } => movements(&office, &actor, programme, say)?,
        MovementCommand::Show { id } => {
            say_movement(&office.movement(&actor, movement_id(id)?)?, say);
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn propose(office: &Office, actor: &Actor, args: &MovementArgs, say: &Say) -> Done {
    let reason = LeaveReason::from_name(&args.reason);
    let reason = reason.ok_or_else(|| AppError::usage("KIND_UNKNOWN", &*args.reason))?;
    let person = |text: &String| -> Result<Id<kind::Person>, AppError> {
        Id::parse(text).map_err(|_| AppError::not_found("PERSON_UNKNOWN", text))
    };
    let people = args.people.iter().map(person).collect::<Result<_, AppError>>()?;
    let numbers = match &args.file {
        Some(path) => office.numbers_of_file(path)?,
        None => Vec::new(),
    };
    let day = args.date.as_deref().map(commands::day).transpose()?;
    let shown = office.propose_movement(
        actor,
        &MovementAsked {
            programme: &args.programme,
            from: commands::month(&args.from)?,
            reason,
            people,
            numbers,
            basis: office.basis(args.sk.as_deref().unwrap_or_default(), day)?,
        },
    )?;
    say_movement(&shown, say);
    // Somebody else has to act now.
    Ok(if shown.head.state.name() == "proposed" { ExitCode::from(4) } else { ExitCode::SUCCESS })
}

/// Those who fell out, by reason; put forward where that is asked.
fn fallen(office: &Office, actor: &Actor, args: &FallenArgs, say: &Say) -> Done {
    let groups = office.fallen(actor, &args.programme)?;
    let mut waits = false;
    for group in groups {
        if !args.propose {
            let (people, reason) = (group.people.len(), group.reason.name());
            let count = grouped(people as u64);
            let why = say.words.get(&format!("leave-{reason}"));
            let month = group.from.in_words();
            let values = [("people", &*count), ("reason", &*why), ("month", &*month)];
            let document = json!({
                "reason": reason,
                "from": group.from.to_string(),
                "people": group.people.iter().map(Id::to_string).collect::<Vec<_>>(),
            });
            say.record(&document, &say.words.with("fallen-heading", &values));
            continue;
        }
        let asked = MovementAsked {
            programme: &args.programme,
            from: group.from,
            reason: group.reason,
            people: group.people,
            numbers: Vec::new(),
            basis: None,
        };
        let shown = office.propose_movement(actor, &asked)?;
        waits |= shown.head.state.name() == "proposed";
        say_movement(&shown, say);
    }
    // Somebody else has to act now.
    Ok(if waits { ExitCode::from(4) } else { ExitCode::SUCCESS })
}

fn decide(
    office: &Office,
    actor: &Actor,
    id: &str,
    (hash, return_reason): (Option<&str>, Option<&str>),
) -> Result<MovementShown, AppError> {
    let movement = movement_id(id)?;
    let verdict = match (hash, return_reason) {
        (_, Some(reason)) => Verdict::Return(reason.into()),
        (Some(hash), None) => Verdict::Approve(parse_hash(hash)?),
        (None, None) => Verdict::Approve(office.movement(actor, movement)?.head.hash),
    };
    office.decide_task(actor, Id::from_bytes(*movement.as_bytes()), &verdict)?;
    office.movement(actor, movement)
}

fn movements(office: &Office, actor: &Actor, programme: &str, say: &Say) -> Result<(), AppError> {
    let found = office.movements(actor, programme)?;
    if say.json {
        found.heads.iter().for_each(|head| say.document(&head_document(head)));
        return Ok(());
    }
    for head in &found.heads {
        let reason = say.words.get(&format!("leave-{}", head.reason.name()));
        let state = say.words.get(&format!("movement-{}", head.state.name()));
        let (month, left, joined) = (head.from.in_words(), head.left, head.joined);
        say.line(&format!("{}  {month}  -{left} +{joined}  {reason}  {state}", head.id));
    }
    let values = [
        ("places", grouped(found.room.places.into())),
        ("rupiah", found.room.rupiah.to_string()),
        ("waiting", grouped(found.waiting)),
    ];
    let values: Vec<(&str, &str)> = values.iter().map(|(key, text)| (*key, &**text)).collect();
    say.line(&say.words.with("movement-room", &values));
    Ok(())
}

fn say_movement(shown: &MovementShown, say: &Say) {
    if say.json {
        let mut document = head_document(&shown.head);
        document["made_by"] = json!(&*shown.maker);
        document["new"] = json!(shown.is_new);
        document["people"] = shown.people.iter().map(person_document).collect();
        say.document(&document);
        return;
    }
    let (head, words) = (&shown.head, |key: &str| say.words.get(key));
    say.pairs(&[
        (words("movement-id"), head.id.to_string()),
        (words("list-state"), words(&format!("movement-{}", head.state.name()))),
        (words("movement-reason"), words(&format!("leave-{}", head.reason.name()))),
        (words("movement-from"), head.from.in_words()),
        (words("movement-freed"), head.freed.to_string()),
        (words("movement-used"), head.used.to_string()),
        (words("list-hash"), hex(&head.hash)),
    ]);
    for person in &shown.people {
        let sign = match person.side {
            Side::Left => '-',
            Side::Joined => '+',
            Side::Skipped => '·',
        };
        let why = person.why.map(|why| words(&format!("skip-{}", why.name()))).unwrap_or_default();
        say.line(&format!("  {sign} {}  {}  {why}", person.name, person.nik));
    }
}

fn head_document(head: &MovementHead) -> Value {
    json!({
        "movement": head.id.to_string(),
        "state": head.state.name(),
        "reason": head.reason.name(),
        "from": head.from.to_string(),
        "left": head.left,
        "joined": head.joined,
        "freed_rupiah": head.freed.0,
        "used_rupiah": head.used.0,
        "annex": head.annex,
        "basis": head.basis.as_ref().map(|decree| &*decree.number),
        "basis_day": head.basis.as_ref().map(|decree| decree.day.to_string()),
        "hash": hex(&head.hash),
    })
}

fn person_document(person: &MovedPerson) -> Value {
    json!({
        "side": person.side.name(),
        "person": person.person.to_string(),
        "name": person.name,
        "nik": person.nik,
        "place": person.place.to_string(),
        "rank": person.rank,
        "first": person.months.0.to_string(),
        "last": person.months.1.to_string(),
        "rupiah": person.rupiah.0,
        "why": person.why.map(|why| why.name()),
    })
}

fn movement_id(text: &str) -> Result<Id<Movement>, AppError> {
    Id::parse(text).map_err(|_| AppError::not_found("MOVEMENT_UNKNOWN", text))
}
