//! Cards: drawn for whoever is covered, renewed when more months are paid, ended with a cause, and
//! made again; two of one person and programme are never good at once.
//!
//! What a card says and how it is printed, signed and checked is in the modules below.

mod check;
mod desk;
mod keys;
mod print;

use std::collections::{HashMap, HashSet};

use base::id::kind;
use base::{Day, Id, Month};
use domain::card::{Card, CardInput, CardNumber, issue_card};
use domain::coverage::CoveredMonth;
use domain::programme::Programme;
use domain::registry::Person;
use store::Tx;
use store::card_keys::CardEnd;

use crate::error::{AppError, ErrorKind};
use crate::office::{Actor, Office, Operation, Target};

pub use check::{CardAnswer, read_photo};
pub use desk::{CardFile, CardRow, card_id};
pub use documents::pdf::CardLayout;
pub use domain::card::{CardCause, CardState, CardVerdict};
pub use print::CardsPer;

/// A card is made again for a reason of at least so many letters.
const REASON_CHARS_MIN: usize = 5;

/// Why a card ends, and in whose words.
#[derive(Debug, Clone, Copy)]
pub struct Ending<'a> {
    /// The cause.
    pub cause: CardCause,
    /// What happened, in the words of whoever says so.
    pub reason: &'a str,
}

impl Office {
    /// Draws a card for every covered member who has none; how many are new.
    ///
    /// # Errors
    /// `NOT_COVERED` when nobody of the programme is covered yet.
    pub fn issue_cards(&self, actor: &Actor, code: &str) -> Result<u64, AppError> {
        let programme = self.programme(code)?;
        self.authorize(actor, Operation::Cards, &Target::in_region(programme.territory))?;
        let today = self.environment.today();
        self.store.write(|tx| {
            let people = store::memberships::people(tx, programme.id)?;
            let have: Vec<Card> = store::cards::of_programme(tx, programme.id)?;
            let have: HashSet<_> = have.iter().map(|card| card.person).collect();
            let covered = months_by_person(tx, &programme)?;
            let drawn: Vec<Card> = people
                .iter()
                .filter(|person| !have.contains(&person.id))
                .filter_map(|person| {
                    let months = covered.get(&person.id)?;
                    self.card(&programme, person, months, (today, 1))
                })
                .collect();
            if drawn.is_empty() && have.is_empty() {
                return Err(AppError::refused("NOT_COVERED", ""));
            }
            self.keep_drawn(tx, actor, (&programme, &drawn, "cards-issued"))?;
            Ok(drawn.len() as u64)
        })
    }

    /// Draws another card for whoever has a good one whose months are over before `at`, while more
    /// are paid: the old one ends in the same moment. How many.
    ///
    /// # Errors
    /// `PROGRAMME_UNKNOWN`, `USER_MAY_NOT`.
    pub fn renew_cards(&self, actor: &Actor, code: &str, at: Month) -> Result<u64, AppError> {
        let programme = self.programme(code)?;
        self.authorize(actor, Operation::Cards, &Target::in_region(programme.territory))?;
        let today = self.environment.today();
        self.store.write(|tx| {
            let mut over = store::cards::of_programme(tx, programme.id)?;
            over.retain(|card| card.state == CardState::Active && card.paid_until < at);
            if over.is_empty() {
                return Ok(0);
            }
            let people = store::memberships::people(tx, programme.id)?;
            let people: HashMap<_, _> = people.iter().map(|person| (person.id, person)).collect();
            let covered = months_by_person(tx, &programme)?;
            let mut drawn = Vec::new();
            for old in &over {
                let known = people.get(&old.person).zip(covered.get(&old.person));
                let new = known.and_then(|(person, months)| {
                    self.card(&programme, person, months, (today, old.copy + 1))
                });
                if let Some(new) = new.filter(|new| new.paid_until > old.paid_until) {
                    self.end_card(tx, actor, old, (CardCause::Renewed, CardState::Replaced))?;
                    drawn.push(new);
                }
            }
            self.keep_drawn(tx, actor, (&programme, &drawn, "cards-renewed"))?;
            Ok(drawn.len() as u64)
        })
    }

    /// Keeps cards that were drawn, with their places in the signed lists; none is no change.
    fn keep_drawn(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        (programme, drawn, act): (&Programme, &[Card], &str),
    ) -> Result<(), AppError> {
        if drawn.is_empty() {
            return Ok(());
        }
        store::cards::insert_all(tx, drawn)?;
        self.give_places(tx, drawn)?;
        self.record(tx, actor, act, "programme", programme.id.as_bytes())
    }

    fn card(
        &self,
        programme: &Programme,
        person: &Person,
        covered: &[CoveredMonth],
        (today, copy): (Day, u32),
    ) -> Option<Card> {
        let occupation = person.occupation.as_ref().and_then(|key| self.occupations.get(key));
        issue_card(&CardInput {
            programme,
            person: person.id,
            name: &person.name,
            village: &self.name_of(person.place),
            occupation: occupation.map(|occupation| &*occupation.label),
            covered,
            issued: today.min(programme.last.last_day()),
            copy,
            random: self.environment.random_bytes(),
        })
        .ok()
    }

    /// A programme's cards by village and name, also those that ended.
    ///
    /// # Errors
    /// `PROGRAMME_UNKNOWN`.
    pub fn cards_of(&self, actor: &Actor, code: &str) -> Result<Vec<Card>, AppError> {
        let programme = self.programme(code)?;
        self.authorize(actor, Operation::Cards, &Target::in_region(programme.territory))?;
        Ok(self.store.read(|tx| store::cards::of_programme(tx, programme.id))?)
    }

    /// How many cards a programme has.
    ///
    /// # Errors
    /// `PROGRAMME_UNKNOWN`.
    pub fn cards_count(&self, actor: &Actor, code: &str) -> Result<u64, AppError> {
        Ok(self.cards_of(actor, code)?.len() as u64)
    }

    /// Ends a card; the same again is no change. Whether it is changed now.
    ///
    /// # Errors
    /// `CARD_NUMBER`, `CARD_UNKNOWN`, `USER_MAY_NOT`, `REASON_MISSING`.
    pub fn revoke_card(
        &self,
        actor: &Actor,
        number: &str,
        ending: Ending<'_>,
    ) -> Result<bool, AppError> {
        let reason = usable_reason(ending)?;
        let number = number_of(number)?;
        self.store.write(|tx| {
            let (card, _) = self.own_card(tx, actor, number)?;
            if card.state != CardState::Active {
                return Ok(false);
            }
            self.end_card(tx, actor, &card, (ending.cause, CardState::Revoked))?;
            let object = ("card", card.id.as_bytes());
            self.record_reason(tx, actor, "card-revoked", object, reason)?;
            Ok(true)
        })
    }

    /// Makes a card anew: the old one ends in the same moment, if it did not before.
    ///
    /// # Errors
    /// `CARD_NUMBER`, `CARD_UNKNOWN`, `USER_MAY_NOT`, `REASON_MISSING`; `CARD_ENDED` when another
    /// was made for it already, or its holder may have no other; `NOT_COVERED` when nothing is paid
    /// from this month on.
    pub fn reprint_card(
        &self,
        actor: &Actor,
        number: &str,
        ending: Ending<'_>,
    ) -> Result<Card, AppError> {
        let reason = usable_reason(ending)?;
        let number = number_of(number)?;
        let ended = || AppError::new(ErrorKind::Conflict, "CARD_ENDED", "");
        if !ending.cause.allows_reprint() {
            return Err(ended());
        }
        let today = self.environment.today();
        self.store.write(|tx| {
            let (old, programme) = self.own_card(tx, actor, number)?;
            if !may_follow(tx, &old)? {
                return Err(ended());
            }
            let unknown = || AppError::not_found("CARD_UNKNOWN", "");
            let person = store::people::get(tx, old.person)?.ok_or_else(unknown)?;
            let covered = store::covered::of_person(tx, person.id)?;
            let new = self.card(&programme, &person, &covered, (today, old.copy + 1));
            let new = new.ok_or_else(|| AppError::refused("NOT_COVERED", ""))?;
            // First the old one ends: the register holds no two good ones, not for a moment.
            self.end_card(tx, actor, &old, (ending.cause, CardState::Replaced))?;
            store::cards::insert_all(tx, std::slice::from_ref(&new))?;
            self.give_places(tx, std::slice::from_ref(&new))?;
            let object = ("card", new.id.as_bytes());
            self.record_reason(tx, actor, "card-reprinted", object, reason)?;
            Ok(new)
        })
    }

    /// Ends a card that is good; of one that was withdrawn, why it was stays.
    fn end_card(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        card: &Card,
        (cause, state): (CardCause, CardState),
    ) -> Result<(), AppError> {
        store::cards::set_state(tx, card.id, state)?;
        if card.state != CardState::Active {
            return Ok(());
        }
        let end = CardEnd { cause, ended_by: actor.id, ended_at_ms: self.now_ms() };
        Ok(store::card_keys::end(tx, card.id, &end)?)
    }

    /// A card that the actor may end, with its programme.
    fn own_card(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        number: CardNumber,
    ) -> Result<(Card, Programme), AppError> {
        let found = store::cards::by_number(tx, number)?;
        self.within_reach(tx, actor, found)
    }

    /// A card that was found, with its programme; out of reach it does not exist.
    fn within_reach(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        found: Option<Card>,
    ) -> Result<(Card, Programme), AppError> {
        let unknown = || AppError::not_found("CARD_UNKNOWN", "");
        let card = found.ok_or_else(unknown)?;
        let programme = store::programmes::get(tx, card.programme)?.ok_or_else(unknown)?;
        let target = Target::in_region(programme.territory);
        self.authorize_or(actor, Operation::Cards, &target, unknown)?;
        Ok((card, programme))
    }
}

/// The months that a programme has paid, by person.
fn months_by_person(
    tx: &mut Tx<'_>,
    programme: &Programme,
) -> Result<HashMap<Id<kind::Person>, Vec<CoveredMonth>>, AppError> {
    let mut covered: HashMap<_, Vec<CoveredMonth>> = HashMap::new();
    for month in store::covered::of_programme(tx, programme.id)? {
        covered.entry(month.person).or_default().push(month);
    }
    Ok(covered)
}

/// Whether another card may take the place of this one: it is good, or it was withdrawn for a cause
/// after which its holder goes on.
fn may_follow(tx: &mut Tx<'_>, old: &Card) -> Result<bool, AppError> {
    match old.state {
        CardState::Active => Ok(true),
        CardState::Replaced => Ok(false),
        CardState::Revoked => {
            let end = store::card_keys::end_of(tx, old.id)?;
            Ok(end.is_none_or(|end| end.cause.allows_reprint()))
        }
    }
}

/// A number as typed.
pub(crate) fn number_of(typed: &str) -> Result<CardNumber, AppError> {
    CardNumber::parse(typed).map_err(|problem| AppError::refused("CARD_NUMBER", problem.name()))
}

fn usable_reason(ending: Ending<'_>) -> Result<&str, AppError> {
    let reason = ending.reason.trim();
    match reason.chars().count() < REASON_CHARS_MIN {
        true => Err(AppError::usage("REASON_MISSING", "")),
        false => Ok(reason),
    }
}

#[cfg(test)]
mod tests;
