//! What was handed over: told by devices, late and in any order, or at a desk; and decided by
//! people where two tell of one card.

use base::Id;
use base::id::kind;
use domain::card::{CardNumber, CardState};
use domain::card_day::{
    CardDay, Found, Handover, HandoverState, HandoverStep, Proof, Recipient, Seat, Trouble, after,
    arrival, handover_id, set_right, settle, trouble_of,
};
use store::Tx;
use store::card_days;

use super::{HandoverStepKept, Standings, not_now, number_end};
use crate::cards::number_of;
use crate::error::AppError;
use crate::office::{Actor, Office, Operation, Target};
use crate::people::{initials_of, usable_reason, without_nik};

/// Where a receipt stands is said in so many letters.
const REFERENCE_CHARS_MAX: usize = 60;

/// No clock of a device is believed beyond the year 2100.
const CLOCK_MAX_MS: i64 = 4_102_444_800_000;

/// Cards that a device tells of at once, at most.
pub const QUEUE_MAX: usize = 500;

/// One card that was put into a hand, as it is told.
#[derive(Debug, Clone)]
pub struct ToldHandover {
    /// The identifier that the device made; none at a desk.
    pub id: Option<Id<kind::Handover>>,
    /// The number of the card.
    pub number: CardNumber,
    /// Into whose hand.
    pub recipient: Recipient,
    /// By what the receipt is proved.
    pub proof: Proof,
    /// Where on the signed list it stands; may be empty.
    pub reference: String,
    /// When it happened by the clock of the device; now when none.
    pub at_ms: Option<i64>,
}

/// What a device tells, in the order in which it happened.
#[derive(Debug, Clone)]
pub struct ToldQueue<'a> {
    /// Which device; none at a desk.
    pub device: Option<Id<kind::Device>>,
    /// What its clock says now; as ours when none.
    pub device_now_ms: Option<i64>,
    /// The cards.
    pub items: &'a [ToldHandover],
}

/// What became of one card that was told of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The telling.
    pub id: Id<kind::Handover>,
    /// Where it stands.
    pub state: HandoverState,
    /// Why it does not count, while nobody has decided.
    pub conflict: Option<Trouble>,
    /// The seat it is about.
    pub seat: Option<u32>,
    /// Whether it was not known before.
    pub is_new: bool,
}

/// A telling in a list, masked.
#[derive(Debug, Clone)]
pub struct HandoverRow {
    /// The telling.
    pub handover: Handover,
    /// The seat it is about, with the name of its village.
    pub seat: Option<(Seat, String)>,
    /// The initials of the card's holder; empty when nobody has such a card.
    pub initials: String,
    /// The last group of the card's number.
    pub number_end: String,
    /// Who handed it over.
    pub handed_by: Box<str>,
}

/// A telling with its history and what else is told of the card.
#[derive(Debug, Clone)]
pub struct HandoverFile {
    /// The telling as in a list.
    pub row: HandoverRow,
    /// The day it belongs to.
    pub day: CardDay,
    /// Where on the signed list the receipt stands.
    pub reference: String,
    /// What was done with it, each with who did it.
    pub steps: Vec<(HandoverStepKept, Option<Box<str>>)>,
    /// The other tellings of the card, at whatever day.
    pub others: Vec<HandoverRow>,
    /// What may be done with it by whoever asks.
    pub next: Vec<HandoverStep>,
}

/// What is known of a number at a day.
struct Scanned {
    card: Option<Id<kind::Card>>,
    seat: Option<Seat>,
    others: Vec<Handover>,
    found: Found,
}

/// Reads one telling as it was typed or sent.
///
/// # Errors
/// `CARD_NUMBER`, `KIND_UNKNOWN`, `CARD_RECEIPT_LONG`, `TEXT_HOLDS_NIK`.
pub fn queue_item(
    number: &str,
    (recipient, proof): (&str, &str),
    reference: &str,
) -> Result<ToldHandover, AppError> {
    let known = |name: &str| AppError::usage("KIND_UNKNOWN", crate::error::typed(name));
    let reference = base::person::fold_spaces(reference);
    without_nik(&reference)?;
    if reference.chars().count() > REFERENCE_CHARS_MAX {
        return Err(AppError::usage("CARD_RECEIPT_LONG", REFERENCE_CHARS_MAX.to_string()));
    }
    Ok(ToldHandover {
        id: None,
        number: number_of(number)?,
        recipient: Recipient::from_name(recipient).ok_or_else(|| known(recipient))?,
        proof: Proof::from_name(proof).ok_or_else(|| known(proof))?,
        reference,
        at_ms: None,
    })
}

impl Office {
    /// Takes what was told of a day: each telling is kept once, however often it comes, and one of
    /// each card counts. What is wrong with one keeps no other from being taken.
    ///
    /// # Errors
    /// `CARD_DAY_UNKNOWN`, `USER_MAY_NOT`, `CARD_QUEUE_LONG`.
    pub fn take_handovers(
        &self,
        actor: &Actor,
        id: Id<kind::CardDay>,
        told: &ToldQueue<'_>,
    ) -> Result<Vec<Taken>, AppError> {
        if told.items.len() > QUEUE_MAX {
            return Err(AppError::usage("CARD_QUEUE_LONG", QUEUE_MAX.to_string()));
        }
        self.store.write(|tx| {
            let day = self.day_for(tx, actor, (id, Operation::HandOver))?;
            let mut taken = Vec::new();
            for item in told.items {
                taken.push(self.take_one(tx, actor, &day, (told, item))?);
            }
            if taken.iter().any(|one| one.is_new) {
                self.record(tx, actor, "cards-handed-over", "card-day", id.as_bytes())?;
            }
            Ok(taken)
        })
    }

    fn take_one(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        day: &CardDay,
        (told, item): (&ToldQueue<'_>, &ToldHandover),
    ) -> Result<Taken, AppError> {
        let scanned = self.scanned(tx, actor, (day, item.number))?;
        let others = &scanned.others;
        let id = item.id.unwrap_or_else(|| {
            let over = |one: &&Handover| {
                one.day == day.id
                    && matches!(one.state, HandoverState::Undone | HandoverState::Dismissed)
            };
            handover_id(day.id, item.number, others.iter().filter(over).count() as u32)
        });
        if let Some(known) = card_days::get(tx, id)? {
            return Ok(taken(&known, scanned.seat, false));
        }
        let now = self.now_ms();
        let told_at_ms = item.at_ms.unwrap_or(now).clamp(0, CLOCK_MAX_MS);
        let device_now_ms = told.device_now_ms.unwrap_or(now).clamp(0, CLOCK_MAX_MS);
        let at_ms = set_right(told_at_ms, device_now_ms, (day.made_at_ms, now));
        let mut new = Handover {
            id,
            day: day.id,
            card: scanned.card,
            number: item.number,
            device: told.device,
            recipient: item.recipient,
            proof: item.proof,
            state: HandoverState::Conflict,
            is_accepted: false,
            trouble: trouble_of(&scanned.found, at_ms, now),
            steps: 0,
            told_at_ms,
            at_ms,
            received_at_ms: now,
            handed_by: actor.id,
        };
        let (state, yields) = arrival(&new, others);
        for place in yields {
            self.move_handover(tx, &others[place], (HandoverStep::Yield, None), "")?;
        }
        new.state = state;
        card_days::insert(tx, &new, &item.reference)?;
        Ok(taken(&new, scanned.seat, true))
    }

    /// What is known of a number at a day.
    fn scanned(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        (day, number): (&CardDay, CardNumber),
    ) -> Result<Scanned, AppError> {
        let closed_at_ms = day.closed_at_ms;
        let Some(card) = store::cards::by_number(tx, number)? else {
            let found = Found { exists: false, is_of_day: false, ended_at_ms: None, closed_at_ms };
            return Ok(Scanned { card: None, seat: None, others: Vec::new(), found });
        };
        let seat = card_days::seat_of(tx, day.id, card.id)?;
        let within = |seat: &Seat| {
            self.reaches(actor, Operation::HandOver, &Target::in_region(seat.village))
        };
        let ended_at_ms = match card.state {
            CardState::Active => None,
            // Of one that ended with its record nobody said when.
            _ => Some(store::card_keys::end_of(tx, card.id)?.map_or(0, |end| end.ended_at_ms)),
        };
        let is_of_day = seat.as_ref().is_some_and(within);
        Ok(Scanned {
            card: Some(card.id),
            seat,
            others: card_days::of_card(tx, card.id)?,
            found: Found { exists: true, is_of_day, ended_at_ms, closed_at_ms },
        })
    }

    /// Decides on a telling, with a reason that stays in the office; the same again is no change.
    ///
    /// # Errors
    /// `HANDOVER_UNKNOWN`, `USER_MAY_NOT`, `REASON_MISSING`, `HANDOVER_NOT_NOW`.
    pub fn decide_handover(
        &self,
        actor: &Actor,
        id: Id<kind::Handover>,
        step: HandoverStep,
        reason: &str,
    ) -> Result<Handover, AppError> {
        let reason = usable_reason(reason)?;
        self.store.write(|tx| {
            let (one, _) = self.handover_for(tx, actor, (id, Operation::Cards))?;
            let last = card_days::steps(tx, id)?.pop();
            if last.is_some_and(|last| last.step == step && *last.words == *reason) {
                return Ok(one);
            }
            if !one.next().any(|next| next == step) {
                return Err(not_now(one.state));
            }
            if step == HandoverStep::Accept {
                for other in self.of_same_card(tx, &one)? {
                    if other.state == HandoverState::Given {
                        self.move_handover(tx, &other, (HandoverStep::Displace, None), "")?;
                    }
                }
            }
            self.move_handover(tx, &one, (step, Some(actor)), &reason)?;
            let all = self.of_same_card(tx, &one)?;
            for (place, follows) in settle(&all) {
                self.move_handover(tx, &all[place], (follows, None), "")?;
            }
            let act = match step {
                HandoverStep::Accept => "handover-accepted",
                HandoverStep::Undo => "handover-undone",
                HandoverStep::Reopen => "handover-reopened",
                _ => "handover-dismissed",
            };
            let object = ("handover", id.as_bytes());
            self.record_reason(tx, actor, act, object, &reason)?;
            card_days::get(tx, id)?.ok_or_else(|| unknown(id))
        })
    }

    /// Every telling of the card that this one is of; nothing for a card that nobody has.
    fn of_same_card(&self, tx: &mut Tx<'_>, one: &Handover) -> Result<Vec<Handover>, AppError> {
        match one.card {
            Some(card) => Ok(card_days::of_card(tx, card)?),
            None => Ok(Vec::new()),
        }
    }

    fn move_handover(
        &self,
        tx: &mut Tx<'_>,
        one: &Handover,
        (step, actor): (HandoverStep, Option<&Actor>),
        words: &str,
    ) -> Result<Handover, AppError> {
        let state = after(one.state, step).ok_or_else(|| not_now(one.state))?;
        let is_accepted = step == HandoverStep::Accept;
        let moved = Handover { state, is_accepted, steps: one.steps + 1, ..one.clone() };
        let kept = HandoverStepKept {
            no: moved.steps,
            step,
            states: (one.state, state),
            words: words.into(),
            made_by: actor.map(|actor| actor.id),
            at_ms: self.now_ms(),
        };
        card_days::make_step(tx, &moved, &kept)?;
        Ok(moved)
    }

    /// The tellings of a day that somebody has to decide on, as far as the actor may see them.
    ///
    /// # Errors
    /// `CARD_DAY_UNKNOWN`.
    pub fn handover_conflicts(
        &self,
        actor: &Actor,
        id: Id<kind::CardDay>,
    ) -> Result<Vec<HandoverRow>, AppError> {
        self.store.read(|tx| {
            let day = self.day_for(tx, actor, (id, Operation::ReadCardDays))?;
            let mut rows = Vec::new();
            for (one, seat) in Standings::load(tx, &day)?.conflicts {
                let place = seat.map_or(day.territory, |seat| seat.village);
                if self.reaches(actor, Operation::ReadCardDays, &Target::in_region(place)) {
                    rows.push(self.handover_row(tx, one, seat)?);
                }
            }
            Ok(rows)
        })
    }

    /// One telling with its history, masked.
    ///
    /// # Errors
    /// `HANDOVER_UNKNOWN`.
    pub fn handover(
        &self,
        actor: &Actor,
        id: Id<kind::Handover>,
    ) -> Result<HandoverFile, AppError> {
        self.store.read(|tx| {
            let (one, day) = self.handover_for(tx, actor, (id, Operation::ReadCardDays))?;
            let mut others = Vec::new();
            for other in self.of_same_card(tx, &one)?.into_iter().filter(|other| other.id != id) {
                others.push(self.handover_row(tx, other, None)?);
            }
            let kept = card_days::steps(tx, id)?;
            let steps = crate::steps::named(tx, kept)?;
            let may = self.reaches_day(tx, actor, (&day, Operation::Cards))?;
            let next = one.next().filter(|_| may).collect();
            let seat = match one.card {
                Some(card) => card_days::seat_of(tx, day.id, card)?,
                None => None,
            };
            let reference = card_days::reference(tx, id)?;
            let row = self.handover_row(tx, one, seat)?;
            Ok(HandoverFile { row, day, reference, steps, others, next })
        })
    }

    fn handover_row(
        &self,
        tx: &mut Tx<'_>,
        handover: Handover,
        seat: Option<Seat>,
    ) -> Result<HandoverRow, AppError> {
        let card = store::cards::by_number(tx, handover.number)?;
        let handed_by = store::orgs::user(tx, handover.handed_by)?;
        Ok(HandoverRow {
            seat: seat.map(|seat| (seat, self.name_of(seat.village))),
            initials: card.as_ref().map(|card| initials_of(&card.name)).unwrap_or_default(),
            number_end: card.as_ref().map(number_end).unwrap_or_default(),
            handed_by: handed_by.map(|user| user.name).unwrap_or_default(),
            handover,
        })
    }

    /// A telling for whoever may do this to it; out of reach it does not exist.
    pub(crate) fn handover_for(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        (id, operation): (Id<kind::Handover>, Operation),
    ) -> Result<(Handover, CardDay), AppError> {
        let one = card_days::get(tx, id)?.ok_or_else(|| unknown(id))?;
        let day = card_days::day(tx, one.day)?.ok_or_else(|| unknown(id))?;
        let seat = match one.card {
            Some(card) => card_days::seat_of(tx, day.id, card)?,
            None => None,
        };
        let target = Target::in_region(seat.map_or(day.territory, |seat| seat.village));
        self.authorize_or(actor, Operation::ReadCardDays, &target, || unknown(id))?;
        self.authorize(actor, operation, &target)?;
        Ok((one, day))
    }
}

fn taken(one: &Handover, seat: Option<Seat>, is_new: bool) -> Taken {
    let seat = seat.map(|seat| seat.no);
    Taken { id: one.id, state: one.state, conflict: one.conflict(), seat, is_new }
}

fn unknown(id: Id<kind::Handover>) -> AppError {
    AppError::not_found("HANDOVER_UNKNOWN", id.to_string())
}

/// A telling's number as typed.
///
/// # Errors
/// `HANDOVER_UNKNOWN`.
pub fn handover_number(text: &str) -> Result<Id<kind::Handover>, AppError> {
    Id::parse(text).map_err(|_| AppError::not_found("HANDOVER_UNKNOWN", ""))
}
