//! Membership cards.

use base::Id;
use base::id::kind;
use domain::card::{Card, CardNumber, CardState};

use crate::sql::{Sql, sql};
use crate::value::{Columns, values};
use crate::{StoreError, Tx};

static INSERT: Sql = sql!("card_insert");
static BY_NUMBER: Sql = sql!("card_by_number");
static OF_PROGRAMME: Sql = sql!("card_of_programme");
static SET_STATE: Sql = sql!("card_set_state");

/// Adds cards; a number drawn twice is `card_number_unique`, a second first card is
/// `card_copy_unique`.
pub fn insert_all(tx: &mut Tx<'_>, cards: &[Card]) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    // In the order of the key, so that the tree grows at its end.
    let mut sorted: Vec<&Card> = cards.iter().collect();
    sorted.sort_by_key(|card| card.id);
    let rows = sorted.into_iter().map(|card| {
        values![
            tenant,
            &card.id,
            card.number.plain(),
            &card.person,
            &card.programme,
            &card.name,
            &card.village,
            card.occupation.as_ref(),
            card.paid_until,
            card.issued,
            card.copy,
            card.state.name(),
        ]
    });
    tx.insert(&INSERT, rows).map(|_| ())
}

/// The card with this number.
pub fn by_number(tx: &mut Tx<'_>, number: CardNumber) -> Result<Option<Card>, StoreError> {
    tx.one(&BY_NUMBER, &values![tx.tenant(), number.plain()], read)
}

/// A programme's cards, by village and name.
pub fn of_programme(
    tx: &mut Tx<'_>,
    programme: Id<kind::Programme>,
) -> Result<Vec<Card>, StoreError> {
    tx.all(&OF_PROGRAMME, &values![tx.tenant(), &programme], read)
}

/// Says whether a card is good.
pub fn set_state(tx: &mut Tx<'_>, id: Id<kind::Card>, state: CardState) -> Result<(), StoreError> {
    match tx.run(&SET_STATE, &values![state.name(), tx.tenant(), &id])? {
        0 => Err(StoreError::NotFound { what: "card" }),
        _ => Ok(()),
    }
}

fn read(columns: &mut Columns<'_>) -> Result<Card, StoreError> {
    Ok(Card {
        id: columns.take()?,
        number: columns.take_with("a card number", |text| CardNumber::parse(text).ok())?,
        person: columns.take()?,
        programme: columns.take()?,
        name: columns.take()?,
        village: columns.take()?,
        occupation: columns.take()?,
        paid_until: columns.take()?,
        issued: columns.take()?,
        copy: columns.take()?,
        state: columns.take_with("a card's state", CardState::from_name)?,
    })
}
