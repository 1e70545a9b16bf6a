//! Card days in a scenario: cards handed over by telephones that tell of it later, cards made anew
//! meanwhile, and what people decide.

use anyhow::{Context, Result, bail};
use app::card_days::{
    CardDay, CardDayAsked, Handover, HandoverStep, Seat, SeatStanding, Tally, ToldQueue, queue_item,
};
use app::cards::{CardCause, Ending};
use app::office::{Actor, Office, Operation, Role};
use base::{Day, Id, RegionCode};
use domain::card::{Card, CardState};

use super::block::Block;
use super::journey::{Journey, OPERATOR};

const DAY_MS: i64 = 86_400_000;
/// The office's clock is ahead of universal time.
const WIB_MS: i64 = 7 * 3_600_000;
/// Who decides.
const OFFICER: &str = "ani";

/// A day of `program:` is made, on `tanggal:`.
pub(super) fn make(journey: &Journey<'_>, block: &Block) -> Result<()> {
    let office = journey.office;
    let actor = office.actor(OPERATOR, Operation::Cards)?;
    let on = block.value("tanggal")?;
    let day = Day::parse_iso(on).with_context(|| block.at("tanggal", "is no day"))?;
    office.make_card_day(
        &actor,
        &CardDayAsked {
            programme: block.value("program")?,
            name: block.value("nama")?,
            place: block.value("tempat")?,
            day,
            within: block.get("wilayah").unwrap_or_default(),
        },
    )?;
    Ok(())
}

/// The clock of the office goes on to an hour of the day, "08.12"; it never goes back.
fn wait(office: &Office, day: Day, hour: &str) -> Result<i64> {
    let (hours, minutes) = hour.split_once('.').context("an hour is like 08.12")?;
    let (hours, minutes): (i64, i64) = (hours.parse()?, minutes.parse()?);
    let days = i64::from(Day::new(1970, 1, 1).context("the epoch")?.days_until(day));
    let at = days * DAY_MS + (hours * 60 + minutes) * 60_000 - WIB_MS;
    let left = at - office.now_ms();
    office.environment.pass(u64::try_from(left).unwrap_or(0));
    Ok(at)
}

/// The telephone `telepon:` tells at `dikirim:` what it handed over: rows of seat, hour, who took
/// it, what proves it, and `lama` for the card that lay ready when another was made since.
pub(super) fn tell(journey: &Journey<'_>, block: &Block) -> Result<()> {
    let office = journey.office;
    let actor = office.actor(OPERATOR, Operation::HandOver)?;
    let day = day_of(office, &actor)?;
    let phone = block.value("telepon")?;
    let mut items = Vec::new();
    for line in block.table.as_deref().unwrap_or_default().lines() {
        let mut parts = line.split(',').map(str::trim);
        let mut part = || parts.next().unwrap_or_default();
        let (seat, hour, to, proof, which) = (part(), part(), part(), part(), part());
        let (seat, old, now) = cards_of(office, &day, seat.parse()?)?;
        let card = if which == "lama" { &old } else { &now };
        let mut item = queue_item(&card.number.to_string(), (to, proof), "")?;
        item.id = Some(id_of(&day, phone, seat.no));
        item.at_ms = Some(wait(office, day.day, hour)?);
        items.push(item);
    }
    wait(office, day.day, block.value("dikirim")?)?;
    let (device, now) = (Some(id_of(&day, phone, 0)), office.now_ms());
    let told = ToldQueue { device, device_now_ms: Some(now), items: &items };
    office.take_handovers(&actor, day.id, &told)?;
    Ok(())
}

/// The card of `kursi:` is made anew at `jam:`.
pub(super) fn reprint(journey: &Journey<'_>, block: &Block) -> Result<()> {
    let office = journey.office;
    let actor = office.actor(OPERATOR, Operation::Cards)?;
    let day = day_of(office, &actor)?;
    wait(office, day.day, block.value("jam")?)?;
    let (_, old, _) = cards_of(office, &day, block.value("kursi")?.parse()?)?;
    if old.state == CardState::Active {
        let ending = Ending { cause: CardCause::Wrong, reason: block.value("alasan")? };
        office.reprint_card(&actor, &old.number.to_string(), ending)?;
    }
    Ok(())
}

/// The office decides on what `telepon:` told of `kursi:`.
pub(super) fn decide(journey: &Journey<'_>, block: &Block) -> Result<()> {
    let office = journey.office;
    let actor = journey.user(OFFICER, Role::Officer, Operation::Cards)?;
    let day = day_of(office, &actor)?;
    let step = block.value("langkah")?;
    let step = HandoverStep::from_name(step).with_context(|| block.at("langkah", step))?;
    let id = id_of(&day, block.value("telepon")?, block.value("kursi")?.parse()?);
    // The second time the day has gone on, and what was decided stays.
    let known = office.handover(&actor, id)?;
    if known.steps.iter().all(|(kept, _)| kept.step != step) {
        office.decide_handover(&actor, id, step, block.value("alasan")?)?;
    }
    Ok(())
}

/// The day is closed at `jam:`.
pub(super) fn close(journey: &Journey<'_>, block: &Block) -> Result<()> {
    let office = journey.office;
    let actor = journey.user(OFFICER, Role::Officer, Operation::Cards)?;
    let day = day_of(office, &actor)?;
    wait(office, day.day, block.value("jam")?)?;
    office.close_card_day(&actor, day.id)?;
    Ok(())
}

/// Facts of the day.
const OF_DAY: [&str; 6] =
    ["kursi", "diserahkan", "belum diambil", "tidak hadir", "perlu diputuskan", "diwakili"];
/// Facts of a village or a seat of it.
const OF_PART: [&str; 2] = ["diserahkan", "kursi nomor"];

/// Whether a name is that of a fact of this module.
pub(super) fn is_fact(name: &str) -> bool {
    let (plain, _) = name.rsplit_once(' ').unwrap_or((name, ""));
    OF_DAY.contains(&name) || OF_PART.contains(&plain)
}

/// The fact of this name.
pub(super) fn fact(office: &Office, reader: &Actor, name: &str) -> Result<String> {
    let day = day_of(office, reader)?;
    let file = office.card_day(reader, day.id)?;
    let seats = office.card_seats(reader, day.id)?;
    let standing = |standing| seats.iter().filter(|row| row.standing == standing).count() as u32;
    let count = match name {
        "kursi" => file.row.tally.seats,
        "diserahkan" => file.row.tally.handed(),
        "belum diambil" => standing(SeatStanding::Waiting),
        "tidak hadir" => standing(SeatStanding::Absent),
        "perlu diputuskan" => file.row.tally.conflicts,
        "diwakili" => {
            let proxy = |one: &Handover| one.recipient.is_proxy();
            let given = seats.iter().filter_map(|row| row.handover.as_ref());
            given.filter(|one| proxy(one)).count() as u32
        }
        _ => {
            let (what, part) = name.rsplit_once(' ').context("a part of the day is named")?;
            if what == "kursi nomor" {
                let row = seats.iter().find(|row| row.seat.no.to_string() == part);
                return Ok(row.context("no such seat")?.standing.name().to_owned());
            }
            let code = RegionCode::parse(part).with_context(|| format!("no region: {part}"))?;
            let own = file.villages.iter().find(|(village, ..)| *village == Some(code));
            own.map_or(Tally::default(), |(.., tally)| *tally).handed()
        }
    };
    Ok(count.to_string())
}

/// The newest day.
fn day_of(office: &Office, reader: &Actor) -> Result<CardDay> {
    let days = office.card_days(reader)?;
    Ok(days.into_iter().next().context("there is a card day")?.day)
}

/// A seat, the card that lay ready there, and the one that its holder has now.
fn cards_of(office: &Office, day: &CardDay, no: u32) -> Result<(Seat, Card, Card)> {
    let seats = office.store.read(|tx| store::card_days::seats(tx, day.id))?;
    let Some(kept) = seats.into_iter().find(|kept| kept.seat.no == no) else {
        bail!("there is no seat {no}");
    };
    let last = kept.cards.last().context("a seat has a card")?.clone();
    Ok((kept.seat, kept.cards[0].clone(), last))
}

/// The name that a telephone makes for a card; for no seat, its own.
fn id_of<K>(day: &CardDay, phone: &str, seat: u32) -> Id<K> {
    let mut bytes = *day.id.as_bytes();
    for (byte, letter) in bytes.iter_mut().zip(phone.bytes()) {
        *byte ^= letter;
    }
    bytes[15] ^= seat as u8;
    Id::from_bytes(bytes)
}
