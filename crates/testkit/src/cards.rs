//! Cards of a register, as their holders know them: the number and the day of birth.

use anyhow::{Context, Result};
use app::office::Office;
use base::Day;
use domain::card::CardNumber;

/// The cards of a programme: number, and its holder's day of birth.
///
/// # Errors
/// When there is no such programme, or a card whose holder is not known.
pub fn held(office: &Office, programme: &str) -> Result<Vec<(CardNumber, Day)>> {
    let programme = office.programme(programme)?;
    office.store.read(|tx| {
        let mut held = Vec::new();
        for card in store::cards::of_programme(tx, programme.id)? {
            let person = store::people::get(tx, card.person)?.context("a card has a holder")?;
            held.push((card.number, person.birth));
        }
        Ok(held)
    })
}
