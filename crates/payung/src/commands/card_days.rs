//! `payung cards day …`: days on which cards are handed over.

use std::path::Path;
use std::process::ExitCode;

use app::card_days::{
    CardDayAsked, CardDayFile, CardDayRow, DayPaper, Handover, HandoverRow, HandoverStep,
    MinutesAsked, SeatRow, Taken, Tally, ToldHandover, ToldQueue, card_day_number, handover_number,
    queue_item,
};
use app::error::{AppError, ErrorKind};
use app::office::{Actor, Office, Operation};
use base::money::grouped;
use serde_json::{Value, json};

use crate::cli::{CardDayCommand, CardDayHandoverArgs, CardDayNewArgs, Global};
use crate::commands::{self, Done};
use crate::say::Say;

/// No file of handovers is larger.
const FILE_MOST: u64 = 4 << 20;

/// Makes, shows, prints and closes days, and notes what was handed over.
pub fn card_days(global: &Global, say: &Say, office: &Office, command: &CardDayCommand) -> Done {
    let actor = office.actor(&global.actor, Operation::OwnDesk)?;
    let words = say.words;
    match command {
        CardDayCommand::New(args) => make(office, &actor, say, args)?,
        CardDayCommand::List => {
            for row in office.card_days(&actor)? {
                say.record(&row_document(&row), &row_line(&row, say));
            }
        }
        CardDayCommand::Show { id, seats } => {
            let number = card_day_number(id)?;
            let file = office.card_day(&actor, number)?;
            let seats = match seats {
                true => Some(office.card_seats(&actor, number)?),
                false => None,
            };
            say_file(&file, seats.as_deref(), say);
        }
        CardDayCommand::Seat { id } => {
            let seats = office.seat_newcomers(&actor, card_day_number(id)?)?;
            let key = if seats == 0 { "card-day-seated-none" } else { "card-day-seated" };
            let line = words.with(key, &[("seats", &grouped(seats.into()))]);
            say.record(&json!({"seats": seats, "changed": seats > 0}), &line);
        }
        CardDayCommand::Packing { id, out } => {
            let number = card_day_number(id)?;
            let papers = [DayPaper::Packing, DayPaper::Cards, DayPaper::Seats];
            let mut files = Vec::new();
            for paper in papers {
                files.extend(office.card_day_paper(&actor, number, (paper, words))?);
            }
            write(say, out, &files)?;
        }
        CardDayCommand::Absent { id, out } => {
            let asked = (DayPaper::Absent, words);
            write(say, out, &office.card_day_paper(&actor, card_day_number(id)?, asked)?)?;
        }
        CardDayCommand::Minutes(args) => {
            let asked =
                MinutesAsked { number: &args.number, giver: &args.giver, receiver: &args.receiver };
            let number = card_day_number(&args.id)?;
            let printed = office.card_day_minutes(&actor, number, (&asked, words))?;
            commands::write_file(&args.out, &printed.bytes)?;
            let path = args.out.display().to_string();
            let line = words.with("card-day-minutes-written", &[("path", &path)]);
            say.record(&json!({"path": path}), &line);
        }
        CardDayCommand::Handover(args) => return hand_over(office, &actor, say, args),
        CardDayCommand::Conflicts { id } => {
            for row in office.handover_conflicts(&actor, card_day_number(id)?)? {
                say.record(&conflict_document(&row), &conflict_line(&row, say));
            }
        }
        CardDayCommand::Decide { handover, step, reason } => {
            let unknown = || AppError::usage("KIND_UNKNOWN", app::error::typed(step));
            let step = HandoverStep::from_name(step).filter(|step| step.is_by_hand());
            let step = step.ok_or_else(unknown)?;
            let id = handover_number(handover)?;
            decided(&office.decide_handover(&actor, id, step, reason)?, say);
        }
        CardDayCommand::Close { id } => {
            let changed = office.close_card_day(&actor, card_day_number(id)?)?;
            say.record(&json!({"closed": true, "changed": changed}), &words.get("card-day-closed"));
        }
        CardDayCommand::Reopen { id, reason } => {
            let changed = office.reopen_card_day(&actor, card_day_number(id)?, reason)?;
            say.record(&json!({"closed": false, "changed": changed}), &words.get("card-day-open"));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn make(office: &Office, actor: &Actor, say: &Say, args: &CardDayNewArgs) -> Result<(), AppError> {
    let asked = CardDayAsked {
        programme: &args.programme,
        name: &args.name,
        place: &args.place,
        day: commands::day(&args.on)?,
        within: &args.within,
    };
    let (day, is_new) = office.make_card_day(actor, &asked)?;
    let file = office.card_day(actor, day.id)?;
    let mut document = row_document(&file.row);
    document["changed"] = is_new.into();
    let seats = grouped(file.row.tally.seats.into());
    let values = [("id", &*day.id.to_string()), ("seats", &*seats)];
    let key = if is_new { "card-day-made" } else { "card-day-made-before" };
    say.record(&document, &say.words.with(key, &values));
    Ok(())
}

fn write(say: &Say, out: &Path, files: &[app::prints::Printed]) -> Result<(), AppError> {
    for file in files {
        commands::write_file(&out.join(&file.name), &file.bytes)?;
    }
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    let count = grouped(files.len() as u64);
    let path = out.display().to_string();
    let values = [("count", count.as_str()), ("path", &path)];
    say.record(&json!({"files": names}), &say.words.with("card-day-files", &values));
    Ok(())
}

fn tally_document(tally: &Tally) -> Value {
    json!({
        "seats": tally.seats,
        "handed": tally.handed(),
        "given": tally.given,
        "elsewhere": tally.elsewhere,
        "unseated": tally.unseated,
        "waiting": tally.waiting(),
        "conflicts": tally.conflicts,
    })
}

fn row_document(row: &CardDayRow) -> Value {
    json!({
        "day": row.day.id.to_string(),
        "name": row.day.name,
        "place": row.day.place,
        "on": row.day.day.to_string(),
        "programme": row.programme.0,
        "closed": row.day.closed_at_ms.is_some(),
        "tally": tally_document(&row.tally),
    })
}

fn tally_line(tally: &Tally, say: &Say) -> String {
    let count = |number: u32| grouped(number.into());
    let values = [
        ("handed", count(tally.handed())),
        ("seats", count(tally.seats)),
        ("waiting", count(tally.waiting())),
        ("conflicts", count(tally.conflicts)),
    ];
    let values: Vec<(&str, &str)> = values.iter().map(|(key, text)| (*key, &**text)).collect();
    say.words.with("card-day-tally", &values)
}

fn row_line(row: &CardDayRow, say: &Say) -> String {
    let (day, tally) = (row.day.day.in_words(), tally_line(&row.tally, say));
    format!("{}  {day}  {}  {tally}", row.day.id, row.day.name)
}

fn say_file(file: &CardDayFile, seats: Option<&[SeatRow]>, say: &Say) {
    let words = |key: &str| say.words.get(key);
    if say.json {
        let mut document = row_document(&file.row);
        document["villages"] = file
            .villages
            .iter()
            .map(|(code, name, tally)| {
                let mut one = tally_document(tally);
                one["village"] = name.as_str().into();
                one["code"] = code.map(|code| code.to_string()).into();
                one
            })
            .collect();
        if let Some(seats) = seats {
            document["seats"] = seats.iter().map(seat_document).collect();
        }
        return say.document(&document);
    }
    let state =
        if file.row.day.closed_at_ms.is_some() { "card-day-closed" } else { "card-day-open" };
    say.pairs(&[
        (words("card-day-name"), file.row.day.name.to_string()),
        (words("card-day-place"), file.row.day.place.to_string()),
        (words("card-day-on"), file.row.day.day.in_words()),
        (words("column-state"), words(state)),
        (words("card-day-all"), tally_line(&file.row.tally, say)),
    ]);
    for (_, name, tally) in &file.villages {
        let name = if name.is_empty() { words("card-day-no-seat") } else { name.clone() };
        say.line(&format!("{name}: {}", tally_line(tally, say)));
    }
    for row in seats.unwrap_or_default() {
        let state = words(&format!("card-seat-{}", row.standing.name()));
        let line = format!("{}  {}  {}  {}", row.seat.no, row.initials, row.village, state);
        say.line(&line);
    }
}

fn seat_document(row: &SeatRow) -> Value {
    json!({
        "seat": row.seat.no,
        "village": row.village,
        "initials": row.initials,
        "number_end": row.number_end,
        "good": row.is_good,
        "state": row.standing.name(),
        "handover": row.handover.as_ref().map(|one| one.id.to_string()),
    })
}

/// One card, or the cards of a file; a line that cannot be read is said and keeps no other.
/// Notes cards that were handed over at a day: one, or those of a file.
pub fn hand_over(office: &Office, actor: &Actor, say: &Say, args: &CardDayHandoverArgs) -> Done {
    let id = card_day_number(&args.id)?;
    let (items, wrong) = match (&args.card, &args.file) {
        (Some(card), _) => {
            (vec![queue_item(card, (&args.to, &args.proof), &args.reference)?], Vec::new())
        }
        (None, Some(file)) => lines(file)?,
        (None, None) => (Vec::new(), Vec::new()),
    };
    let mut taken = Vec::new();
    for items in items.chunks(app::card_days::QUEUE_MAX) {
        let told = ToldQueue { device: None, device_now_ms: None, items };
        taken.extend(office.take_handovers(actor, id, &told)?);
    }
    taken.iter().for_each(|one| say.record(&taken_document(one), &taken_line(one, say)));
    for (line, error) in &wrong {
        let number = grouped(*line);
        let values = [("line", number.as_str()), ("code", &error.code)];
        let text = say.words.with("card-day-line-wrong", &values);
        say.record(&json!({"line": line, "error": error.code}), &text);
    }
    Ok(match (wrong.is_empty(), taken.iter().any(|one| one.conflict.is_some())) {
        (true, false) => ExitCode::SUCCESS,
        (true, true) => ExitCode::from(ErrorKind::Conflict.exit_code()),
        (false, _) => ExitCode::from(3),
    })
}

type Lines = (Vec<ToldHandover>, Vec<(u64, AppError)>);

/// The lines of a file: those that can be read, and what is wrong with the others.
fn lines(path: &Path) -> Result<Lines, AppError> {
    let unreadable = || AppError::new(ErrorKind::NotFound, "CARD_FILE", path.display().to_string());
    let size = path.metadata().map_err(|_| unreadable())?.len();
    if size > FILE_MOST {
        return Err(unreadable());
    }
    let text = std::fs::read_to_string(path).map_err(|_| unreadable())?;
    let (mut items, mut wrong) = (Vec::new(), Vec::new());
    let lines = text.trim_start_matches('\u{feff}').lines().zip(1..);
    for (line, number) in lines.filter(|(line, _)| !line.trim().is_empty()) {
        let mut parts = line.splitn(4, [',', ';']).map(|part| part.trim().trim_matches('"'));
        let mut part = |otherwise| match parts.next().unwrap_or_default() {
            "" => otherwise,
            text => text,
        };
        let card = part("");
        let (to, proof, reference) = (part("holder"), part("signature"), part(""));
        match queue_item(card, (to, proof), reference) {
            Ok(item) => items.push(item),
            Err(error) => wrong.push((number, error)),
        }
    }
    Ok((items, wrong))
}

fn taken_document(one: &Taken) -> Value {
    json!({
        "handover": one.id.to_string(),
        "state": one.state.name(),
        "conflict": one.conflict.map(|why| why.name()),
        "seat": one.seat,
        "changed": one.is_new,
    })
}

fn taken_line(one: &Taken, say: &Say) -> String {
    let seat = one.seat.map_or("–".to_owned(), |seat| seat.to_string());
    let seat = say.words.with("card-day-seat-no", &[("seat", &seat)]);
    let state = say.words.get(&match one.conflict {
        Some(why) => format!("card-trouble-{}", why.name()),
        None => format!("card-handover-{}", one.state.name()),
    });
    format!("{}  {seat}  {state}", one.id)
}

fn conflict_document(row: &HandoverRow) -> Value {
    let one = &row.handover;
    json!({
        "handover": one.id.to_string(),
        "conflict": one.conflict().map(|why| why.name()),
        "seat": row.seat.as_ref().map(|(seat, _)| seat.no),
        "village": row.seat.as_ref().map(|(_, village)| village.clone()),
        "initials": row.initials,
        "number_end": row.number_end,
        "to": one.recipient.name(),
        "proof": one.proof.name(),
        "at_ms": one.at_ms,
        "told_at_ms": one.told_at_ms,
        "received_at_ms": one.received_at_ms,
        "by": row.handed_by,
    })
}

fn conflict_line(row: &HandoverRow, say: &Say) -> String {
    let why = row
        .handover
        .conflict()
        .map_or(String::new(), |why| say.words.get(&format!("card-trouble-{}", why.name())));
    let seat = row.seat.as_ref().map_or("–".to_owned(), |(seat, _)| seat.no.to_string());
    format!("{}  {seat}  {}  {why}  {}", row.handover.id, row.initials, row.handed_by)
}

fn decided(one: &Handover, say: &Say) {
    let (id, state) = (one.id.to_string(), one.state.name());
    let words = say.words.get(&format!("card-handover-{state}"));
    let values = [("id", id.as_str()), ("state", &words)];
    let line = say.words.with("card-handover-now", &values);
    say.record(&json!({"handover": id, "state": state}), &line);
}
