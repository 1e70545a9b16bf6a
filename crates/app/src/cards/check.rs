//! Is this card genuine? Answered for what its square code says, or for its number as typed.
//!
//! Whoever shows a card shows what stands on it; of a number alone nobody's name is told.

use std::path::Path;

use base::{Day, Month};
use documents::credential::{CardClaims, CredentialProblem, read_card};
use documents::scan;
use domain::card::{CardNumber, CardState, CardVerdict};
use store::Tx;

use super::number_of;
use crate::error::AppError;
use crate::office::Office;

/// A text shorter than this is meant to be a number.
const NUMBER_MOST: usize = 40;

/// What a check comes to.
#[derive(Clone)]
pub struct CardAnswer {
    /// The verdict.
    pub verdict: CardVerdict,
    /// The number on the card.
    pub number: Option<CardNumber>,
    /// The name on the card; none when only the number was told.
    pub name: Option<String>,
    /// The programme; none when only the number was told.
    pub programme: Option<String>,
    /// The last month paid for.
    pub paid_until: Option<Month>,
    /// As of which day.
    pub as_of: Day,
}

/// What the first readable square code of a photo says; none when there is none.
pub fn read_photo(path: &Path) -> Option<String> {
    let bytes = std::fs::read(path).ok()?;
    scan::square_codes(&bytes).into_iter().next()
}

impl Office {
    /// Judges what a square code says, or a number.
    ///
    /// # Errors
    /// `CARD_NUMBER` for a short text that is no number.
    pub fn check_card(&self, said: &str) -> Result<CardAnswer, AppError> {
        if said.trim().chars().count() <= NUMBER_MOST {
            let number = number_of(said)?;
            return self.store.read(|tx| self.check_number(tx, number));
        }
        self.store.read(|tx| {
            let keys = self.public_keys(tx)?;
            match read_card(said, &keys) {
                Ok(claims) => self.check_claims(tx, claims),
                Err(CredentialProblem::UnknownKey) => Ok(self.nothing(CardVerdict::UnknownKey)),
                Err(_) => Ok(self.nothing(CardVerdict::NotGenuine)),
            }
        })
    }

    fn check_number(&self, tx: &mut Tx<'_>, number: CardNumber) -> Result<CardAnswer, AppError> {
        let Some(card) = store::cards::by_number(tx, number)? else {
            return Ok(self.nothing(CardVerdict::NotGenuine));
        };
        let as_of = self.environment.today();
        let is_revoked = card.state != CardState::Active;
        Ok(CardAnswer {
            verdict: CardVerdict::of_ours(is_revoked, card.paid_until, as_of),
            number: Some(number),
            name: None,
            programme: None,
            paid_until: Some(card.paid_until),
            as_of,
        })
    }

    fn check_claims(&self, tx: &mut Tx<'_>, claims: CardClaims) -> Result<CardAnswer, AppError> {
        let number = CardNumber::parse(&claims.number).ok();
        let Some(number) = number.filter(|_| claims.issuer == self.card_issuer()) else {
            return Ok(self.nothing(CardVerdict::NotGenuine));
        };
        let as_of = self.environment.today();
        // What was signed and is not in the register was taken back with a restored copy of it.
        let is_revoked =
            store::cards::by_number(tx, number)?.is_none_or(|card| card.state != CardState::Active);
        Ok(CardAnswer {
            verdict: CardVerdict::of_ours(is_revoked, claims.paid_until, as_of),
            number: Some(number),
            name: Some(claims.name),
            programme: Some(claims.programme),
            paid_until: Some(claims.paid_until),
            as_of,
        })
    }

    fn nothing(&self, verdict: CardVerdict) -> CardAnswer {
        CardAnswer {
            verdict,
            number: None,
            name: None,
            programme: None,
            paid_until: None,
            as_of: self.environment.today(),
        }
    }
}
