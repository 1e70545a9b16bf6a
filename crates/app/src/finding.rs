//! One box that finds: a card number, an identity number, or words of a name.

use base::{Nik, RegionCode};
use domain::card::CardNumber;
use domain::registry::Person;
use store::Tx;

use crate::error::AppError;
use crate::office::{Actor, Office};
use crate::people::PersonShown;

impl Office {
    /// People who fit what was typed, masked; only those whom the actor may read. Villages narrow
    /// a name, not a number.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn find_anyone(
        &self,
        actor: &Actor,
        sought: &str,
        places: &[RegionCode],
        people_max: usize,
    ) -> Result<Vec<PersonShown>, AppError> {
        let exact = self.store.read(|tx| by_number(tx, sought))?;
        match exact {
            Some(found) => Ok(self.shown_to(actor, found)),
            None => self.find_people(actor, sought, places, people_max),
        }
    }
}

/// Whom a number names; none when it is no number.
fn by_number(tx: &mut Tx<'_>, sought: &str) -> Result<Option<Vec<Person>>, AppError> {
    if let Ok(nik) = Nik::parse(sought) {
        return Ok(Some(store::people::by_nik(tx, nik)?.into_iter().collect()));
    }
    let Ok(number) = CardNumber::parse(sought) else { return Ok(None) };
    let Some(card) = store::cards::by_number(tx, number)? else { return Ok(Some(Vec::new())) };
    Ok(Some(store::people::get(tx, card.person)?.into_iter().collect()))
}
