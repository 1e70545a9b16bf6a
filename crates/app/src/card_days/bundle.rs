//! What a telephone takes along to a card day: seats, initials and digests of card numbers, and
//! nothing by which anybody could be found who is not there with a card.

use std::collections::BTreeMap;

use base::id::kind;
use base::{Id, RegionCode};
use domain::card::{CardNumber, CardState};
use domain::card_day::CardDay;
use sha2::{Digest, Sha256};

use super::{Standings, current};
use crate::error::AppError;
use crate::office::{Actor, Office, Operation, Target};
use crate::people::initials_of;
use crate::prints::hex;

/// Bytes of a digest that the list keeps: enough that no two numbers of a day share one.
const DIGEST_BYTES: usize = 12;

/// The list of a day for a device.
#[derive(Debug, Clone)]
pub struct DayBundle {
    /// The day.
    pub day: CardDay,
    /// The names of its villages.
    pub villages: Vec<String>,
    /// Its seats, in their order.
    pub seats: Vec<BundleSeat>,
    /// How many tellings somebody has to decide on.
    pub conflicts: u32,
    /// When the list was made, in milliseconds since 1970-01-01 UTC.
    pub as_of_ms: i64,
}

/// A seat of the list.
#[derive(Debug, Clone)]
pub struct BundleSeat {
    /// Its number.
    pub no: u32,
    /// Which of the villages.
    pub village: usize,
    /// The initials of whoever sits there.
    pub initials: String,
    /// The digest of the card that is good; none when none is.
    pub good: Option<String>,
    /// Digests of cards that are good no more.
    pub ended: Vec<String>,
    /// Whether the card was handed over already.
    pub is_given: bool,
}

impl Office {
    /// The list that a device takes along: of the villages in which the actor may hand over.
    ///
    /// # Errors
    /// `CARD_DAY_UNKNOWN`, `USER_MAY_NOT`.
    pub fn card_day_bundle(
        &self,
        actor: &Actor,
        id: Id<kind::CardDay>,
    ) -> Result<DayBundle, AppError> {
        self.store.read(|tx| {
            let day = self.day_for(tx, actor, (id, Operation::HandOver))?;
            let standings = Standings::load(tx, &day)?;
            let (mut places, mut villages) = (BTreeMap::<RegionCode, usize>::new(), Vec::new());
            let mut seats = Vec::new();
            for kept in store::card_days::seats(tx, id)? {
                let village = kept.seat.village;
                if !self.reaches(actor, Operation::HandOver, &Target::in_region(village)) {
                    continue;
                }
                let place = *places.entry(village).or_insert_with(|| {
                    villages.push(self.name_of(village));
                    villages.len() - 1
                });
                let (good, ended): (Vec<_>, Vec<_>) =
                    kept.cards.iter().partition(|card| card.state == CardState::Active);
                let digest = |number: CardNumber| number_digest(id, number);
                seats.push(BundleSeat {
                    no: kept.seat.no,
                    village: place,
                    initials: initials_of(&current(&kept).name),
                    good: good.last().map(|card| digest(card.number)),
                    ended: ended.iter().map(|card| digest(card.number)).collect(),
                    is_given: standings.given.contains_key(&kept.seat.no),
                });
            }
            let conflicts = standings.conflicts.len() as u32;
            Ok(DayBundle { day, villages, seats, conflicts, as_of_ms: self.now_ms() })
        })
    }
}

/// What stands for a number in the list of a day. A number holds 65 random bits: nobody finds it
/// again by trying.
pub(super) fn number_digest(day: Id<kind::CardDay>, number: CardNumber) -> String {
    let text = format!("{day} {}", number.plain());
    hex(&Sha256::digest(text.as_bytes())[..DIGEST_BYTES])
}
