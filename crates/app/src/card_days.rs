//! Card days: cards made ready in seats for an event, handed over where there may be no network,
//! and what the office says about it afterwards.
//!
//! Everything shown is masked; names stand on papers alone, and printing one is kept in the log.

mod bundle;
mod handover;
mod print;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap, HashSet};

use base::id::kind;
use base::{Day, Id, Month, RegionCode};
use domain::card::{Card, CardState};
pub use domain::card_day::{
    CardDay, Handover, HandoverState, HandoverStep, Proof, Recipient, Seat, Tally, Trouble,
};
use domain::card_day::{card_day_id, common_region, is_of_whole_territory, seated};
use domain::programme::Programme;
use store::Tx;
pub use store::card_days::HandoverStepKept;
use store::card_days::SeatKept;

use crate::error::{AppError, ErrorKind, typed};
use crate::office::{Actor, Office, Operation, Target};
use crate::people::{initials_of, usable_reason, without_nik};

pub use bundle::{BundleSeat, DayBundle};
pub use handover::{
    HandoverFile, HandoverRow, QUEUE_MAX, Taken, ToldHandover, ToldQueue, handover_number,
    queue_item,
};
pub use print::{DayPaper, MinutesAsked};

/// What a day or a place may be called.
const NAME_CHARS_MAX: usize = 120;

/// A day that is asked for.
#[derive(Debug, Clone, Copy)]
pub struct CardDayAsked<'a> {
    /// The programme, by code.
    pub programme: &'a str,
    /// What the day is called.
    pub name: &'a str,
    /// Where it is held.
    pub place: &'a str,
    /// When it is held.
    pub day: Day,
    /// Codes of districts and villages, apart by commas or blanks; the whole territory of the
    /// programme when empty.
    pub within: &'a str,
}

/// A day in a list.
#[derive(Debug, Clone)]
pub struct CardDayRow {
    /// The day.
    pub day: CardDay,
    /// Its programme, by code and name.
    pub programme: (Box<str>, Box<str>),
    /// How it stands, as far as the reader may see.
    pub tally: Tally,
}

/// A day with how it stands in each village.
#[derive(Debug, Clone)]
pub struct CardDayFile {
    /// The day as in a list.
    pub row: CardDayRow,
    /// Each village, by its code and name; without a code what has no seat.
    pub villages: Vec<(Option<RegionCode>, String, Tally)>,
    /// Who made it.
    pub made_by: Box<str>,
}

/// How a seat stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SeatStanding {
    /// The card was handed over at the day.
    Given,
    /// The card was handed over at another day.
    Elsewhere,
    /// The day is open, and the card is still there.
    Waiting,
    /// The day is closed, and nobody fetched the card.
    Absent,
}

impl SeatStanding {
    /// Every standing, in order.
    pub const ALL: [SeatStanding; 4] =
        [SeatStanding::Given, SeatStanding::Elsewhere, SeatStanding::Waiting, SeatStanding::Absent];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            SeatStanding::Given => "given",
            SeatStanding::Elsewhere => "elsewhere",
            SeatStanding::Waiting => "waiting",
            SeatStanding::Absent => "absent",
        }
    }

    /// The standing with this stable name.
    pub fn from_name(name: &str) -> Option<SeatStanding> {
        SeatStanding::ALL.into_iter().find(|standing| standing.name() == name)
    }
}

/// A seat as it is shown, masked.
#[derive(Debug, Clone)]
pub struct SeatRow {
    /// The seat.
    pub seat: Seat,
    /// The village under which it is packed.
    pub village: String,
    /// The initials of whoever sits there; empty once they were erased.
    pub initials: String,
    /// The last group of the number of their card.
    pub number_end: String,
    /// Whether that card is good.
    pub is_good: bool,
    /// How it stands.
    pub standing: SeatStanding,
    /// The telling that counts, at whatever day.
    pub handover: Option<Handover>,
}

/// Seats of a day with the tellings that count for them, without a name.
struct Standings {
    seats: Vec<Seat>,
    /// The seats whose card is in a hand: whether at this day, and by which telling.
    given: HashMap<u32, (bool, Id<kind::Handover>)>,
    /// Tellings of the day that count and belong to no seat.
    unseated: Vec<Handover>,
    /// Tellings of the day that somebody has to decide on, with the seat they are about.
    conflicts: Vec<(Handover, Option<Seat>)>,
}

impl Office {
    /// Makes a day: draws the cards that are missing, renews those that will have run out, and
    /// gives every good card that is in no hand yet a seat. The same day asked for again is no
    /// change; whether it is new.
    ///
    /// # Errors
    /// `PROGRAMME_UNKNOWN`, `USER_MAY_NOT`, `NOT_A_REGION`, `CARD_DAY_NAME`, `TEXT_HOLDS_NIK`,
    /// `NOT_COVERED` when nobody is paid for, `CARD_DAY_EMPTY` when no good card waits there.
    pub fn make_card_day(
        &self,
        actor: &Actor,
        asked: &CardDayAsked<'_>,
    ) -> Result<(CardDay, bool), AppError> {
        let programme = self.programme(asked.programme)?;
        self.authorize(actor, Operation::Cards, &Target::in_region(programme.territory))?;
        let (name, place) = (usable_name(asked.name)?, usable_name(asked.place)?);
        let within = self.within(asked.within, &programme)?;
        let id = card_day_id(programme.id, asked.day, &name, &within);
        if let Some(known) = self.store.read(|tx| store::card_days::day(tx, id))? {
            return Ok((known, false));
        }
        self.ready_programme(actor, &programme, asked.day.month_of())?;
        self.store.write(|tx| {
            if let Some(known) = store::card_days::day(tx, id)? {
                return Ok((known, false));
            }
            let ready = ready_cards(tx, &programme, &within)?;
            let seats = seated(&ready, asked.day, 1);
            if seats.is_empty() {
                return Err(AppError::refused("CARD_DAY_EMPTY", ""));
            }
            let day = CardDay {
                id,
                name: name.into(),
                place: place.into(),
                programme: programme.id,
                territory: common_region(&within).unwrap_or(programme.territory),
                day: asked.day,
                made_by: actor.id,
                made_at_ms: self.now_ms(),
                closed_at_ms: None,
            };
            store::card_days::insert_day(tx, &day, &seats)?;
            self.record(tx, actor, "card-day-made", "card-day", id.as_bytes())?;
            Ok((day, true))
        })
    }

    /// Gives seats after the last one to whoever got a card since the day was made, in the villages
    /// for which it was asked; how many. Seats that are given keep their numbers.
    ///
    /// # Errors
    /// `CARD_DAY_UNKNOWN`, `USER_MAY_NOT`, `CARD_DAY_CLOSED`, `NOT_COVERED`.
    pub fn seat_newcomers(&self, actor: &Actor, id: Id<kind::CardDay>) -> Result<u32, AppError> {
        let open = |tx: &mut Tx<'_>| -> Result<CardDay, AppError> {
            let day = self.day_for(tx, actor, (id, Operation::Cards))?;
            match day.closed_at_ms {
                None => Ok(day),
                Some(_) => Err(AppError::new(ErrorKind::Conflict, "CARD_DAY_CLOSED", "")),
            }
        };
        let (month, programme) = self.store.read(|tx| {
            let day = open(tx)?;
            let programme = store::programmes::get(tx, day.programme)?;
            let missing = || AppError::not_found("PROGRAMME_UNKNOWN", "");
            Ok::<_, AppError>((day.day.month_of(), programme.ok_or_else(missing)?))
        })?;
        self.ready_programme(actor, &programme, month)?;
        self.store.write(|tx| {
            let day = open(tx)?;
            let within = match is_of_whole_territory(&day) {
                true => vec![day.territory],
                false => store::card_days::villages(tx, id)?,
            };
            let kept = store::card_days::seats(tx, id)?;
            let seated_before: HashSet<_> = kept.iter().map(|one| current(one).person).collect();
            let mut ready = ready_cards(tx, &programme, &within)?;
            ready.retain(|(_, card)| !seated_before.contains(&card.person));
            let first = kept.last().map_or(1, |last| last.seat.no + 1);
            let seats = seated(&ready, day.day, first);
            if !seats.is_empty() {
                store::card_days::insert_seats(tx, id, &seats)?;
                self.record(tx, actor, "card-day-seats-added", "card-day", id.as_bytes())?;
            }
            Ok(seats.len() as u32)
        })
    }

    /// Draws the cards that are missing, renews those that will have run out by a month, and gives
    /// older ones their places in the signed lists.
    fn ready_programme(
        &self,
        actor: &Actor,
        programme: &Programme,
        month: Month,
    ) -> Result<(), AppError> {
        self.issue_cards(actor, &programme.code)?;
        self.renew_cards(actor, &programme.code, month)?;
        self.place_older_cards(actor, programme)
    }

    /// The regions that were typed, each inside the regency.
    fn within(&self, text: &str, programme: &Programme) -> Result<Vec<RegionCode>, AppError> {
        let codes = text.split([',', ' ', ';', '\n']).map(str::trim).filter(|one| !one.is_empty());
        let known = |code: &str| {
            let region = RegionCode::parse(code);
            let inside = |region: &RegionCode| {
                programme.territory.contains(*region) && self.gazetteer.name(*region).is_some()
            };
            region.filter(inside).ok_or_else(|| AppError::usage("NOT_A_REGION", typed(code)))
        };
        let codes: Vec<RegionCode> = codes.map(known).collect::<Result<_, _>>()?;
        Ok(if codes.is_empty() { vec![programme.territory] } else { codes })
    }

    /// Every day that the actor may see, the newest first.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn card_days(&self, actor: &Actor) -> Result<Vec<CardDayRow>, AppError> {
        self.authorize_somewhere(actor, Operation::ReadCardDays)?;
        self.store.read(|tx| {
            let mut found = Vec::new();
            for day in store::card_days::days(tx)? {
                if self.reaches_day(tx, actor, (&day, Operation::ReadCardDays))? {
                    let standings = Standings::load(tx, &day)?;
                    found.push(self.day_row(tx, actor, day, &standings)?);
                }
            }
            Ok(found)
        })
    }

    /// A day with how it stands in each village that the actor may see.
    ///
    /// # Errors
    /// `CARD_DAY_UNKNOWN`.
    pub fn card_day(&self, actor: &Actor, id: Id<kind::CardDay>) -> Result<CardDayFile, AppError> {
        self.store.read(|tx| {
            let day = self.day_for(tx, actor, (id, Operation::ReadCardDays))?;
            let standings = Standings::load(tx, &day)?;
            let made_by = store::orgs::user(tx, day.made_by)?;
            let seen = self.seen_tallies(actor, &day, &standings);
            let named = seen.into_iter().map(|(village, tally)| {
                let name = village.map(|village| self.name_of(village)).unwrap_or_default();
                (village, name, tally)
            });
            let villages = named.collect();
            let row = self.day_row(tx, actor, day, &standings)?;
            Ok(CardDayFile {
                row,
                villages,
                made_by: made_by.map(|user| user.name).unwrap_or_default(),
            })
        })
    }

    /// The seats of a day that the actor may see, in their order, masked.
    ///
    /// # Errors
    /// `CARD_DAY_UNKNOWN`.
    pub fn card_seats(
        &self,
        actor: &Actor,
        id: Id<kind::CardDay>,
    ) -> Result<Vec<SeatRow>, AppError> {
        self.store.read(|tx| {
            let day = self.day_for(tx, actor, (id, Operation::ReadCardDays))?;
            let standings = Standings::load(tx, &day)?;
            let mut rows = Vec::new();
            for kept in store::card_days::seats(tx, id)? {
                let target = Target::in_region(kept.seat.village);
                if !self.reaches(actor, Operation::ReadCardDays, &target) {
                    continue;
                }
                let given = standings.given.get(&kept.seat.no);
                let handover = match given {
                    Some((_, handover)) => store::card_days::get(tx, *handover)?,
                    None => None,
                };
                let standing = standing_of(&day, given);
                rows.push(self.seat_row(&kept, standing, handover));
            }
            Ok(rows)
        })
    }

    fn seat_row(
        &self,
        kept: &SeatKept,
        standing: SeatStanding,
        handover: Option<Handover>,
    ) -> SeatRow {
        let card = current(kept);
        SeatRow {
            seat: kept.seat,
            village: self.name_of(kept.seat.village),
            initials: initials_of(&card.name),
            number_end: number_end(card),
            is_good: card.state == CardState::Active,
            standing,
            handover,
        }
    }

    /// Closes a day: whoever did not come is absent, and what is told afterwards is decided by a
    /// person. A closed one stays as it is; whether it is closed now.
    ///
    /// # Errors
    /// `CARD_DAY_UNKNOWN`, `USER_MAY_NOT`.
    pub fn close_card_day(&self, actor: &Actor, id: Id<kind::CardDay>) -> Result<bool, AppError> {
        self.store.write(|tx| {
            let day = self.day_for(tx, actor, (id, Operation::Cards))?;
            if day.closed_at_ms.is_some() {
                return Ok(false);
            }
            store::card_days::set_closed(tx, id, Some(self.now_ms()))?;
            self.record(tx, actor, "card-day-closed", "card-day", id.as_bytes())?;
            Ok(true)
        })
    }

    /// Opens a closed day again, for a reason; whether it is opened now.
    ///
    /// # Errors
    /// `CARD_DAY_UNKNOWN`, `USER_MAY_NOT`, `REASON_MISSING`.
    pub fn reopen_card_day(
        &self,
        actor: &Actor,
        id: Id<kind::CardDay>,
        reason: &str,
    ) -> Result<bool, AppError> {
        let reason = usable_reason(reason)?;
        self.store.write(|tx| {
            let day = self.day_for(tx, actor, (id, Operation::Cards))?;
            if day.closed_at_ms.is_none() {
                return Ok(false);
            }
            store::card_days::set_closed(tx, id, None)?;
            let object = ("card-day", id.as_bytes());
            self.record_reason(tx, actor, "card-day-reopened", object, &reason)?;
            Ok(true)
        })
    }

    /// A day for whoever may do this at it; out of reach it does not exist.
    fn day_for(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        (id, operation): (Id<kind::CardDay>, Operation),
    ) -> Result<CardDay, AppError> {
        let unknown = || AppError::not_found("CARD_DAY_UNKNOWN", id.to_string());
        let day = store::card_days::day(tx, id)?.ok_or_else(unknown)?;
        if !self.reaches_day(tx, actor, (&day, Operation::ReadCardDays))? {
            return Err(unknown());
        }
        match self.reaches_day(tx, actor, (&day, operation))? {
            true => Ok(day),
            false => Err(AppError::refused("USER_MAY_NOT", &*actor.name)),
        }
    }

    /// Whether the actor may do this at the day, or in one of its villages.
    fn reaches_day(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        (day, operation): (&CardDay, Operation),
    ) -> Result<bool, AppError> {
        if self.reaches(actor, operation, &Target::in_region(day.territory)) {
            return Ok(true);
        }
        if !self.may_somewhere(actor, operation) {
            return Ok(false);
        }
        let villages = store::card_days::villages(tx, day.id)?;
        let reached =
            |village: &RegionCode| self.reaches(actor, operation, &Target::in_region(*village));
        Ok(villages.iter().any(reached))
    }

    fn day_row(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        day: CardDay,
        standings: &Standings,
    ) -> Result<CardDayRow, AppError> {
        let programme = store::programmes::get(tx, day.programme)?;
        let programme = programme.map(|found| (found.code, found.name)).unwrap_or_default();
        let seen = self.seen_tallies(actor, &day, standings);
        let tally = seen.iter().fold(Tally::default(), |sum, (_, tally)| sum.plus(tally));
        Ok(CardDayRow { day, programme, tally })
    }

    /// How each village stands that the actor may see; what has no seat is seen by whoever sees
    /// the whole day.
    fn seen_tallies(
        &self,
        actor: &Actor,
        day: &CardDay,
        standings: &Standings,
    ) -> Vec<(Option<RegionCode>, Tally)> {
        let seen = |place: RegionCode| {
            self.reaches(actor, Operation::ReadCardDays, &Target::in_region(place))
        };
        let all = standings.tallies().into_iter();
        all.filter(|(village, _)| seen(village.unwrap_or(day.territory))).collect()
    }
}

impl Standings {
    fn load(tx: &mut Tx<'_>, day: &CardDay) -> Result<Standings, AppError> {
        let seats = store::card_days::plain_seats(tx, day.id)?;
        let mut found = store::card_days::given_seats(tx, day.id)?;
        // A card counts for the seat it lay on, before any other that its holder has.
        found.sort_by_key(|one| !one.is_own);
        let (mut given, mut used) = (HashMap::new(), HashSet::new());
        for one in found {
            let here = one.day == day.id;
            if used.insert(one.handover) {
                let kept = given.entry(one.no).or_insert((here, one.handover));
                if here && !kept.0 {
                    *kept = (here, one.handover);
                }
            }
        }
        let (mut unseated, mut conflicts) = (Vec::new(), Vec::new());
        for one in store::card_days::of_day(tx, day.id)? {
            if one.state == HandoverState::Given && !used.contains(&one.id) {
                unseated.push(one);
            } else if one.state == HandoverState::Conflict {
                let seat = match one.card {
                    Some(card) => store::card_days::seat_of(tx, day.id, card)?,
                    None => None,
                };
                conflicts.push((one, seat));
            }
        }
        Ok(Standings { seats, given, unseated, conflicts })
    }

    fn tallies(&self) -> BTreeMap<Option<RegionCode>, Tally> {
        let mut found: BTreeMap<Option<RegionCode>, Tally> = BTreeMap::new();
        for seat in &self.seats {
            let tally = found.entry(Some(seat.village)).or_default();
            tally.seats += 1;
            match self.given.get(&seat.no) {
                Some((true, _)) => tally.given += 1,
                Some((false, _)) => tally.elsewhere += 1,
                None => {}
            }
        }
        if !self.unseated.is_empty() {
            found.entry(None).or_default().unseated = self.unseated.len() as u32;
        }
        for (_, seat) in &self.conflicts {
            found.entry(seat.map(|seat| seat.village)).or_default().conflicts += 1;
        }
        found
    }
}

/// Every card of the regions that is in no hand yet, with its village.
fn ready_cards(
    tx: &mut Tx<'_>,
    programme: &Programme,
    within: &[RegionCode],
) -> Result<Vec<(RegionCode, Card)>, AppError> {
    let people = store::memberships::people(tx, programme.id)?;
    let places: HashMap<_, _> = people.iter().map(|one| (one.id, one.place)).collect();
    let given = store::card_days::given(tx, programme.id)?;
    let cards = store::cards::of_programme(tx, programme.id)?;
    let placed = cards.into_iter().filter_map(|card| {
        let place = *places.get(&card.person)?;
        let fits = within.iter().any(|region| region.contains(place));
        (fits && !given.contains_key(&card.id)).then_some((place, card))
    });
    Ok(placed.collect())
}

fn standing_of(day: &CardDay, given: Option<&(bool, Id<kind::Handover>)>) -> SeatStanding {
    match (given, day.closed_at_ms) {
        (Some((true, _)), _) => SeatStanding::Given,
        (Some((false, _)), _) => SeatStanding::Elsewhere,
        (None, None) => SeatStanding::Waiting,
        (None, Some(_)) => SeatStanding::Absent,
    }
}

/// The card that whoever sits there has now.
fn current(kept: &SeatKept) -> &Card {
    let good = kept.cards.iter().rev().find(|card| card.state == CardState::Active);
    good.or(kept.cards.last()).expect("a seat has the card that lay ready")
}

/// What is told of a card's number where others may look.
fn number_end(card: &Card) -> String {
    format!("…-{}", &card.number.plain()[12..])
}

fn usable_name(text: &str) -> Result<String, AppError> {
    let name = base::person::fold_spaces(text);
    without_nik(&name)?;
    match name.chars().count() {
        1..=NAME_CHARS_MAX => Ok(name),
        _ => Err(AppError::usage("CARD_DAY_NAME", NAME_CHARS_MAX.to_string())),
    }
}

/// A day's number as typed.
///
/// # Errors
/// `CARD_DAY_UNKNOWN`.
pub fn card_day_number(text: &str) -> Result<Id<kind::CardDay>, AppError> {
    Id::parse(text).map_err(|_| AppError::not_found("CARD_DAY_UNKNOWN", ""))
}

/// A refusal of a step that the table does not have.
fn not_now(state: HandoverState) -> AppError {
    AppError::new(ErrorKind::Conflict, "HANDOVER_NOT_NOW", state.name())
}
