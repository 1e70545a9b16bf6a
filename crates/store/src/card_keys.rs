//! What cards are signed with, each card's place in the list of its year, and how cards end.

use std::collections::HashMap;

use base::Id;
use base::id::kind;
use domain::card::CardCause;
use zeroize::Zeroizing;

use crate::seal::{self, Owner, take_wrapped};
use crate::sql::{Sql, sql};
use crate::value::{Columns, corrupt, values};
use crate::{StoreError, Tx};

static KEY_INSERT: Sql = sql!("card_key_insert");
static KEY_LIST: Sql = sql!("card_key_list");
static KEY_SECRET: Sql = sql!("card_key_secret");
static PLACE_INSERT: Sql = sql!("card_place_insert");
static PLACE_NEXT: Sql = sql!("card_place_next");
static PLACE_OF: Sql = sql!("card_place_of");
static PLACE_OF_PROGRAMME: Sql = sql!("card_place_of_programme");
static PLACE_REVOKED: Sql = sql!("card_place_revoked");
static END_INSERT: Sql = sql!("card_end_insert");
static END_GET: Sql = sql!("card_end_get");

/// The name of the sealed field.
const SECRET: &str = "card-key";

/// The key of a year, as far as everybody may know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YearKey {
    /// Which.
    pub id: Id<YearKey>,
    /// The year whose cards it signs.
    pub year: u32,
    /// The public half.
    pub public: [u8; 32],
    /// When it was made, in milliseconds since 1970-01-01 UTC.
    pub made_at_ms: i64,
}

/// Where a card stands: the year of its key, and its place in that year's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CardPlace {
    /// The year.
    pub year: u32,
    /// The place, 0 for the first.
    pub place: u32,
}

/// How a card ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardEnd {
    /// Why.
    pub cause: CardCause,
    /// Who said so.
    pub ended_by: Id<kind::User>,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub ended_at_ms: i64,
}

/// Keeps the key of a year; a second one is `card_key_year_unique`.
pub fn insert(tx: &mut Tx<'_>, key: &YearKey, secret: &[u8; 32]) -> Result<(), StoreError> {
    let owner = Owner::new(tx.tenant(), &key.id);
    let record = tx.keys()?.new_key(owner);
    seal::keep_keys(tx, [(key.id.as_bytes(), &record.wrapped)].into_iter())?;
    let sealed = tx.keys()?.sealer(&record).seal(owner, SECRET, secret);
    let public = key.public.as_slice();
    let values = values![tx.tenant(), &key.id, key.year, public, sealed.as_slice(), key.made_at_ms];
    tx.run(&KEY_INSERT, &values).map(|_| ())
}

/// The keys of all years, the oldest first.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<YearKey>, StoreError> {
    tx.all(&KEY_LIST, &values![tx.tenant()], |columns| {
        Ok(YearKey {
            id: columns.take()?,
            year: columns.take()?,
            public: columns.take()?,
            made_at_ms: columns.take()?,
        })
    })
}

/// The secret half of a key.
pub fn secret(tx: &mut Tx<'_>, id: Id<YearKey>) -> Result<Zeroizing<[u8; 32]>, StoreError> {
    let (keys, owner) = (tx.keys()?, Owner::new(tx.tenant(), &id));
    let found = tx.one(&KEY_SECRET, &values![tx.tenant(), &id], |columns| {
        let wrapped = take_wrapped(columns)?.ok_or_else(|| corrupt("a card key"))?;
        let sealed: Vec<u8> = columns.take()?;
        let plain = Zeroizing::new(keys.unwrap(owner, &wrapped)?.open(owner, SECRET, &sealed)?);
        let plain = plain.as_slice().try_into().map_err(|_| corrupt("a card key"))?;
        Ok(Zeroizing::new(plain))
    })?;
    found.ok_or(StoreError::NotFound { what: "card key" })
}

/// Gives cards the next places in the list of a year, in their order.
pub fn give_places(tx: &mut Tx<'_>, year: u32, cards: &[Id<kind::Card>]) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let next = next_place(tx, year)?;
    let rows = cards.iter().zip(next..).map(|(card, place)| values![tenant, card, year, place]);
    tx.insert(&PLACE_INSERT, rows).map(|_| ())
}

/// How many places of a year are given.
pub fn next_place(tx: &mut Tx<'_>, year: u32) -> Result<u32, StoreError> {
    let next = tx.one(&PLACE_NEXT, &values![tx.tenant(), year], |columns| columns.take())?;
    Ok(next.unwrap_or(0))
}

/// Where a card stands.
pub fn place_of(tx: &mut Tx<'_>, card: Id<kind::Card>) -> Result<Option<CardPlace>, StoreError> {
    tx.one(&PLACE_OF, &values![tx.tenant(), &card], read_place)
}

/// Where each card of a programme stands.
pub fn places_of_programme(
    tx: &mut Tx<'_>,
    programme: Id<kind::Programme>,
) -> Result<HashMap<Id<kind::Card>, CardPlace>, StoreError> {
    let values = values![tx.tenant(), &programme];
    let found = tx
        .all(&PLACE_OF_PROGRAMME, &values, |columns| Ok((columns.take()?, read_place(columns)?)))?;
    Ok(found.into_iter().collect())
}

/// The places of a year whose cards are good no more.
pub fn revoked(tx: &mut Tx<'_>, year: u32) -> Result<Vec<u32>, StoreError> {
    tx.all(&PLACE_REVOKED, &values![tx.tenant(), year], |columns| columns.take())
}

/// Says why a card is good no more; a second time is `card_end_pk`.
pub fn end(tx: &mut Tx<'_>, card: Id<kind::Card>, end: &CardEnd) -> Result<(), StoreError> {
    let values = values![tx.tenant(), &card, end.cause.name(), &end.ended_by, end.ended_at_ms];
    tx.run(&END_INSERT, &values).map(|_| ())
}

/// Why a card is good no more, when somebody said so.
pub fn end_of(tx: &mut Tx<'_>, card: Id<kind::Card>) -> Result<Option<CardEnd>, StoreError> {
    tx.one(&END_GET, &values![tx.tenant(), &card], |columns| {
        Ok(CardEnd {
            cause: columns.take_with("a card's cause", CardCause::from_name)?,
            ended_by: columns.take()?,
            ended_at_ms: columns.take()?,
        })
    })
}

fn read_place(columns: &mut Columns<'_>) -> Result<CardPlace, StoreError> {
    Ok(CardPlace { year: columns.take()?, place: columns.take()? })
}
