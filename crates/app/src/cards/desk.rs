//! The cards of a programme as an office looks at them: which are good and in whose hand, and one
//! card with why it ended and who took it.

use base::Id;
use base::id::kind;
use domain::card::{Card, CardState};
use domain::card_day::{Handover, HandoverState};
use store::card_keys::CardEnd;

use super::number_of;
use crate::error::AppError;
use crate::office::{Actor, Office};
use crate::people::initials_of;

/// A card in the list.
#[derive(Debug, Clone)]
pub struct CardRow {
    /// The card.
    pub card: Card,
    /// The initials of its holder.
    pub holder: String,
    /// By which telling it is in a hand.
    pub handover: Option<Id<kind::Handover>>,
}

/// One card with all that happened to it.
#[derive(Debug, Clone)]
pub struct CardFile {
    /// The card.
    pub row: CardRow,
    /// Its programme, by code and name.
    pub programme: (Box<str>, Box<str>),
    /// Why it ended, by whom and when.
    pub end: Option<(CardEnd, Box<str>)>,
    /// The telling by which it is in a hand.
    pub handover: Option<Handover>,
    /// Whether another may be made for it.
    pub may_reprint: bool,
}

impl Office {
    /// A programme's cards by village and name, also those that ended; names as initials.
    ///
    /// # Errors
    /// `PROGRAMME_UNKNOWN`, `USER_MAY_NOT`.
    pub fn card_rows(&self, actor: &Actor, code: &str) -> Result<Vec<CardRow>, AppError> {
        let cards = self.cards_of(actor, code)?;
        let programme = self.programme(code)?;
        let given = self.store.read(|tx| store::card_days::given(tx, programme.id))?;
        let row = |card: Card| CardRow {
            holder: initials_of(&card.name),
            handover: given.get(&card.id).map(|(_, handover)| *handover),
            card,
        };
        Ok(cards.into_iter().map(row).collect())
    }

    /// One card.
    ///
    /// # Errors
    /// `CARD_UNKNOWN`, also for a card out of the actor's reach.
    pub fn card_file(&self, actor: &Actor, id: Id<kind::Card>) -> Result<CardFile, AppError> {
        self.store.read(|tx| {
            let found = store::cards::get(tx, id)?;
            let (card, programme) = self.within_reach(tx, actor, found)?;
            let end = match store::card_keys::end_of(tx, id)? {
                Some(end) => {
                    let by = store::orgs::user(tx, end.ended_by)?;
                    Some((end, by.map_or("".into(), |user| user.name)))
                }
                None => None,
            };
            let told = store::card_days::of_card(tx, id)?.into_iter();
            let handover = told.rev().find(|one| one.state == HandoverState::Given);
            let may_reprint = card.state != CardState::Replaced && super::may_follow(tx, &card)?;
            let handed = handover.as_ref().map(|one| one.id);
            Ok(CardFile {
                row: CardRow { holder: initials_of(&card.name), handover: handed, card },
                programme: (programme.code, programme.name),
                end,
                handover,
                may_reprint,
            })
        })
    }

    /// Which card has a number, as typed.
    ///
    /// # Errors
    /// `CARD_NUMBER`, `CARD_UNKNOWN`.
    pub fn card_with(&self, actor: &Actor, typed: &str) -> Result<Id<kind::Card>, AppError> {
        let number = number_of(typed)?;
        self.store.read(|tx| self.own_card(tx, actor, number)).map(|(card, _)| card.id)
    }
}

/// A card's number in an address.
///
/// # Errors
/// `CARD_UNKNOWN`.
pub fn card_id(text: &str) -> Result<Id<kind::Card>, AppError> {
    Id::parse(text).map_err(|_| AppError::not_found("CARD_UNKNOWN", ""))
}
