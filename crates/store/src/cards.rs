//! Membership cards.

use base::id::kind;
use base::{Id, PersonName};
use domain::card::{Card, CardNumber, CardState};

use crate::keys::KeyRing;
use crate::people::seal_of;
use crate::seal::{self, Owner, Seal, take_wrapped};
use crate::sql::{Sql, sql};
use crate::value::{Columns, values};
use crate::{StoreError, Tx};

static INSERT: Sql = sql!("card_insert");
static GET: Sql = sql!("card_get");
static BY_NUMBER: Sql = sql!("card_by_number");
static NEAR: Sql = sql!("card_near");
static OF_PROGRAMME: Sql = sql!("card_of_programme");
static SET_STATE: Sql = sql!("card_set_state");

/// Adds cards; a number drawn twice is `card_number_unique`, a second first card is
/// `card_copy_unique`.
pub fn insert_all(tx: &mut Tx<'_>, cards: &[Card]) -> Result<(), StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    // In the order of the key, so that the tree grows at its end.
    let mut sorted: Vec<&Card> = cards.iter().collect();
    sorted.sort_by_key(|card| card.id);
    let wrapped = seal::keys_of(tx, sorted.iter().map(|card| card.person.as_bytes()))?;
    let seals = sorted
        .iter()
        .map(|card| seal_of(keys, tenant, card.person, wrapped.get(card.person.as_bytes())));
    // Every key is tried before the first row is written.
    let seals: Vec<Seal<'_>> = seals.collect::<Result<_, _>>()?;
    let rows = sorted.into_iter().zip(&seals).map(|(card, seal)| {
        let owner = Owner::new(tenant, &card.id);
        values![
            tenant,
            &card.id,
            card.number.plain(),
            &card.person,
            &card.programme,
            seal.seal(owner, "name", card.name.as_str().as_bytes()),
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
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    tx.one(&BY_NUMBER, &values![tenant, number.plain()], |columns| read(keys, tenant, columns))
}

/// The card with this id.
pub fn get(tx: &mut Tx<'_>, id: Id<kind::Card>) -> Result<Option<Card>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    tx.one(&GET, &values![tenant, &id], |columns| read(keys, tenant, columns))
}

/// The first card whose number is this text or comes after it.
pub(crate) fn from(tx: &mut Tx<'_>, number: &str) -> Result<Option<Card>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    tx.one(&NEAR, &values![tenant, number], |columns| read(keys, tenant, columns))
}

/// A programme's cards, by village and name.
pub fn of_programme(
    tx: &mut Tx<'_>,
    programme: Id<kind::Programme>,
) -> Result<Vec<Card>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let mut found =
        tx.all(&OF_PROGRAMME, &values![tenant, &programme], |columns| read(keys, tenant, columns))?;
    // The register cannot sort what it cannot read.
    found.sort_by(|one, two| {
        (&one.village, &one.name, one.id).cmp(&(&two.village, &two.name, two.id))
    });
    Ok(found)
}

/// Says whether a card is good.
pub fn set_state(tx: &mut Tx<'_>, id: Id<kind::Card>, state: CardState) -> Result<(), StoreError> {
    match tx.run(&SET_STATE, &values![state.name(), tx.tenant(), &id])? {
        0 => Err(StoreError::NotFound { what: "card" }),
        _ => Ok(()),
    }
}

pub(crate) fn read(
    keys: &KeyRing,
    tenant: i64,
    columns: &mut Columns<'_>,
) -> Result<Card, StoreError> {
    let (id, person) = (columns.take()?, columns.take()?);
    let (owner, own) = (Owner::new(tenant, &id), Owner::new(tenant, &person));
    let seal = take_wrapped(columns)?.map(|key| keys.unwrap(own, &key)).transpose()?;
    let number = columns.take_with("a card number", |text| CardNumber::parse(text).ok())?;
    let (programme, sealed): (_, Vec<u8>) = (columns.take()?, columns.take()?);
    let name = match seal {
        Some(seal) => seal.open_name(owner, "name", &sealed)?,
        None => PersonName::erased(),
    };
    Ok(Card {
        id,
        number,
        person,
        programme,
        name,
        village: columns.take()?,
        occupation: columns.take()?,
        paid_until: columns.take()?,
        issued: columns.take()?,
        copy: columns.take()?,
        state: columns.take_with("a card's state", CardState::from_name)?,
    })
}
