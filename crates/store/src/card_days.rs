//! Card days: seats, tellings of cards put into hands, and what people decided about them.

use std::collections::HashMap;

use base::id::kind;
use base::{Id, RegionCode};
use domain::card::{Card, CardNumber};
use domain::card_day::{
    CardDay, Handover, HandoverState, HandoverStep, Proof, Recipient, Seat, Trouble,
};

use crate::cards;
use crate::reasons::{self, Part};
use crate::sql::{Sql, sql};
use crate::steps::{self, StepKept};
use crate::value::{Columns, values};
use crate::{StoreError, Tx};

static DAY_INSERT: Sql = sql!("card_day_insert");
static DAY_GET: Sql = sql!("card_day_get");
static DAY_LIST: Sql = sql!("card_day_list");
static DAY_CLOSE: Sql = sql!("card_day_close");
static SEAT_INSERT: Sql = sql!("card_seat_insert");
static SEAT_LIST: Sql = sql!("card_seat_list");
static SEAT_PLAIN: Sql = sql!("card_seat_plain");
static SEAT_GIVEN: Sql = sql!("card_seat_given");
static SEAT_OF: Sql = sql!("card_seat_of");
static SEAT_VILLAGES: Sql = sql!("card_seat_villages");
static INSERT: Sql = sql!("card_handover_insert");
static GET: Sql = sql!("card_handover_get");
static OF_DAY: Sql = sql!("card_handover_of_day");
static OF_CARD: Sql = sql!("card_handover_of_card");
static GIVEN: Sql = sql!("card_handover_given");
static SET_STATE: Sql = sql!("card_handover_set_state");
static STEP_INSERT: Sql = sql!("card_handover_step_insert");
static STEP_LIST: Sql = sql!("card_handover_step_list");

/// A step that was made after a telling came.
pub type HandoverStepKept = StepKept<HandoverStep, HandoverState>;

/// A seat with the card that lay ready and those that its holder got since, the oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeatKept {
    /// The seat.
    pub seat: Seat,
    /// The cards.
    pub cards: Vec<Card>,
}

/// Keeps a day with its seats; the same again is `card_day_pk`.
pub fn insert_day(tx: &mut Tx<'_>, day: &CardDay, seats: &[Seat]) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.run(
        &DAY_INSERT,
        &values![
            tenant,
            &day.id,
            &day.name,
            &day.place,
            &day.programme,
            day.territory,
            day.day,
            &day.made_by,
            day.made_at_ms,
            day.closed_at_ms,
        ],
    )?;
    insert_seats(tx, day.id, seats)
}

/// Keeps more seats of a day; a number or card that has one there is a constraint's refusal.
pub fn insert_seats(
    tx: &mut Tx<'_>,
    day: Id<kind::CardDay>,
    seats: &[Seat],
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let rows = seats.iter().map(|seat| values![tenant, &day, seat.no, &seat.card, seat.village]);
    tx.insert(&SEAT_INSERT, rows).map(|_| ())
}

/// The day with this id.
pub fn day(tx: &mut Tx<'_>, id: Id<kind::CardDay>) -> Result<Option<CardDay>, StoreError> {
    tx.one(&DAY_GET, &values![tx.tenant(), &id], read_day)
}

/// Every day, the newest first.
pub fn days(tx: &mut Tx<'_>) -> Result<Vec<CardDay>, StoreError> {
    tx.all(&DAY_LIST, &values![tx.tenant()], read_day)
}

/// Says since when a day is closed, or that it is open.
pub fn set_closed(
    tx: &mut Tx<'_>,
    id: Id<kind::CardDay>,
    closed_at_ms: Option<i64>,
) -> Result<(), StoreError> {
    match tx.run(&DAY_CLOSE, &values![closed_at_ms, tx.tenant(), &id])? {
        0 => Err(StoreError::NotFound { what: "card day" }),
        _ => Ok(()),
    }
}

/// The seats of a day in their order, with the cards of whoever sits there.
pub fn seats(tx: &mut Tx<'_>, day: Id<kind::CardDay>) -> Result<Vec<SeatKept>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let rows = tx.all(&SEAT_LIST, &values![tenant, &day], |columns| {
        Ok((read_seat(columns)?, cards::read(keys, tenant, columns)?))
    })?;
    let mut found: Vec<SeatKept> = Vec::new();
    for (seat, card) in rows {
        match found.last_mut() {
            Some(last) if last.seat == seat => last.cards.push(card),
            _ => found.push(SeatKept { seat, cards: vec![card] }),
        }
    }
    Ok(found)
}

/// The seats of a day in their order, without a name.
pub fn plain_seats(tx: &mut Tx<'_>, day: Id<kind::CardDay>) -> Result<Vec<Seat>, StoreError> {
    tx.all(&SEAT_PLAIN, &values![tx.tenant(), &day], read_seat)
}

/// A seat whose card is in a hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GivenSeat {
    /// The number of the seat.
    pub no: u32,
    /// Whether it is the very card that lay ready.
    pub is_own: bool,
    /// At which day it was handed over.
    pub day: Id<kind::CardDay>,
    /// By which telling.
    pub handover: Id<kind::Handover>,
}

/// The seats of a day whose card, or one that their holder got since, was handed over at any day.
pub fn given_seats(tx: &mut Tx<'_>, day: Id<kind::CardDay>) -> Result<Vec<GivenSeat>, StoreError> {
    tx.all(&SEAT_GIVEN, &values![tx.tenant(), &day], |columns| {
        let no = columns.take()?;
        let (own, card): (Id<kind::Card>, Id<kind::Card>) = (columns.take()?, columns.take()?);
        Ok(GivenSeat { no, is_own: own == card, day: columns.take()?, handover: columns.take()? })
    })
}

/// The seat at a day of whoever holds a card.
pub fn seat_of(
    tx: &mut Tx<'_>,
    day: Id<kind::CardDay>,
    card: Id<kind::Card>,
) -> Result<Option<Seat>, StoreError> {
    tx.one(&SEAT_OF, &values![&day, tx.tenant(), &card], read_seat)
}

/// The villages that have seats at a day.
pub fn villages(tx: &mut Tx<'_>, day: Id<kind::CardDay>) -> Result<Vec<RegionCode>, StoreError> {
    tx.all(&SEAT_VILLAGES, &values![tx.tenant(), &day], |columns| columns.take())
}

/// Keeps a telling, with where on the list its receipt stands; the same again is
/// `card_handover_pk`, a second that counts is `card_handover_one`.
pub fn insert(tx: &mut Tx<'_>, one: &Handover, reference: &str) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.run(
        &INSERT,
        &values![
            tenant,
            &one.id,
            &one.day,
            one.card.as_ref(),
            one.number.plain(),
            one.device.as_ref(),
            one.recipient.name(),
            one.proof.name(),
            one.state.name(),
            one.is_accepted,
            one.trouble.map(Trouble::name),
            one.steps,
            one.told_at_ms,
            one.at_ms,
            one.received_at_ms,
            &one.handed_by,
        ],
    )?;
    match reference {
        "" => Ok(()),
        reference => reasons::keep(tx, one.id.as_bytes(), Part::Receipt, reference),
    }
}

/// The telling with this id.
pub fn get(tx: &mut Tx<'_>, id: Id<kind::Handover>) -> Result<Option<Handover>, StoreError> {
    tx.one(&GET, &values![tx.tenant(), &id], read)
}

/// Where on the list the receipt of a telling stands; empty when nothing was said.
pub fn reference(tx: &mut Tx<'_>, id: Id<kind::Handover>) -> Result<String, StoreError> {
    Ok(reasons::get(tx, id.as_bytes(), Part::Receipt)?.unwrap_or_default())
}

/// The tellings of a day, the earliest first.
pub fn of_day(tx: &mut Tx<'_>, day: Id<kind::CardDay>) -> Result<Vec<Handover>, StoreError> {
    tx.all(&OF_DAY, &values![tx.tenant(), &day], read)
}

/// The tellings of a card, at whatever day, the earliest first.
pub fn of_card(tx: &mut Tx<'_>, card: Id<kind::Card>) -> Result<Vec<Handover>, StoreError> {
    tx.all(&OF_CARD, &values![tx.tenant(), &card], read)
}

/// The cards of a programme that are in a hand: at which day, by which telling.
pub fn given(
    tx: &mut Tx<'_>,
    programme: Id<kind::Programme>,
) -> Result<HashMap<Id<kind::Card>, (Id<kind::CardDay>, Id<kind::Handover>)>, StoreError> {
    let found = tx.all(&GIVEN, &values![tx.tenant(), &programme], |columns| {
        Ok((columns.take()?, (columns.take()?, columns.take()?)))
    })?;
    Ok(found.into_iter().collect())
}

/// Makes a step: keeps it with its words and says where the telling now stands. A step of the same
/// number, which somebody else made meanwhile, is `card_handover_step_pk`; one that the table does
/// not have is `card_handover_step_known`.
pub fn make_step(
    tx: &mut Tx<'_>,
    one: &Handover,
    step: &HandoverStepKept,
) -> Result<(), StoreError> {
    let (before, after) = step.states;
    let names = [step.step.name(), before.name(), after.name()];
    steps::keep(tx, &STEP_INSERT, one.id.as_bytes(), step, names)?;
    let tenant = tx.tenant();
    let state = one.state.name();
    tx.run(&SET_STATE, &values![state, one.is_accepted, one.steps, tenant, &one.id]).map(|_| ())
}

/// The steps of a telling, in order, with their words.
pub fn steps(tx: &mut Tx<'_>, id: Id<kind::Handover>) -> Result<Vec<HandoverStepKept>, StoreError> {
    let step = ("a handover's step", HandoverStep::from_name as fn(&str) -> _);
    let state = ("a handover's state", HandoverState::from_name as fn(&str) -> _);
    steps::of(tx, &STEP_LIST, id.as_bytes(), (step, state))
}

fn read_day(columns: &mut Columns<'_>) -> Result<CardDay, StoreError> {
    Ok(CardDay {
        id: columns.take()?,
        name: columns.take()?,
        place: columns.take()?,
        programme: columns.take()?,
        territory: columns.take()?,
        day: columns.take()?,
        made_by: columns.take()?,
        made_at_ms: columns.take()?,
        closed_at_ms: columns.take()?,
    })
}

fn read_seat(columns: &mut Columns<'_>) -> Result<Seat, StoreError> {
    Ok(Seat { no: columns.take()?, card: columns.take()?, village: columns.take()? })
}

fn read_state(columns: &mut Columns<'_>) -> Result<HandoverState, StoreError> {
    columns.take_with("a handover's state", HandoverState::from_name)
}

fn read(columns: &mut Columns<'_>) -> Result<Handover, StoreError> {
    Ok(Handover {
        id: columns.take()?,
        day: columns.take()?,
        card: columns.take()?,
        number: columns.take_with("a card number", |text| CardNumber::parse(text).ok())?,
        device: columns.take()?,
        recipient: columns.take_with("a handover's recipient", Recipient::from_name)?,
        proof: columns.take_with("a handover's proof", Proof::from_name)?,
        state: read_state(columns)?,
        is_accepted: columns.take::<i64>()? != 0,
        trouble: columns.take::<Option<String>>()?.and_then(|name| Trouble::from_name(&name)),
        steps: columns.take()?,
        told_at_ms: columns.take()?,
        at_ms: columns.take()?,
        received_at_ms: columns.take()?,
        handed_by: columns.take()?,
    })
}
