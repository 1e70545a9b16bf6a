//! The keys of the years, what everybody may know of them, and the signed list of a year's cards
//! that are good no more.

use std::collections::BTreeMap;

use base::Id;
use base::id::kind;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use documents::credential::{CardKey, CardPublicKey, RevocationList, sign_revocations};
use domain::card::Card;
use serde_json::json;
use store::Tx;
use store::card_keys::{self, YearKey};

use crate::error::AppError;
use crate::office::Office;

/// After so many seconds whoever checks looks for a newer list.
const LIST_KEPT_S: i64 = 24 * 3_600;

impl Office {
    /// Who signs cards here.
    pub(super) fn card_issuer(&self) -> String {
        format!("payung/{}", self.pemda())
    }

    /// Gives cards that have none their places in the lists of their years, in their order.
    pub(super) fn give_places(&self, tx: &mut Tx<'_>, cards: &[Card]) -> Result<(), AppError> {
        let mut years: BTreeMap<u32, Vec<Id<kind::Card>>> = BTreeMap::new();
        for card in cards {
            let year = u32::from(card.issued.year().unsigned_abs());
            years.entry(year).or_default().push(card.id);
        }
        for (year, cards) in years {
            self.year_key(tx, year)?;
            card_keys::give_places(tx, year, &cards)?;
        }
        Ok(())
    }

    /// The key of a year, made when there is none.
    fn year_key(&self, tx: &mut Tx<'_>, year: u32) -> Result<YearKey, AppError> {
        if let Some(key) = card_keys::list(tx)?.into_iter().find(|key| key.year == year) {
            return Ok(key);
        }
        let secret = crate::keys::fresh()?;
        let key = YearKey {
            id: self.environment.new_id(),
            year,
            public: CardKey::of_secret(&secret).public().0,
            made_at_ms: self.now_ms(),
        };
        card_keys::insert(tx, &key, &secret)?;
        Ok(key)
    }

    /// The secret halves, by year.
    pub(super) fn signers(&self, tx: &mut Tx<'_>) -> Result<BTreeMap<u32, CardKey>, AppError> {
        let mut signers = BTreeMap::new();
        for key in card_keys::list(tx)? {
            let secret = card_keys::secret(tx, key.id)?;
            signers.insert(key.year, CardKey::of_secret(&secret));
        }
        Ok(signers)
    }

    /// The public halves.
    pub(super) fn public_keys(&self, tx: &mut Tx<'_>) -> Result<Vec<CardPublicKey>, AppError> {
        let keys = card_keys::list(tx)?;
        Ok(keys.into_iter().map(|key| CardPublicKey(key.public)).collect())
    }

    /// The public keys as a JWK set (RFC 7517, RFC 8037), each with its year.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn card_key_set(&self) -> Result<serde_json::Value, AppError> {
        let keys = self.store.read(card_keys::list)?;
        let one = |key: &YearKey| {
            let public = CardPublicKey(key.public);
            json!({
                "kty": "OKP",
                "crv": "Ed25519",
                "alg": "EdDSA",
                "use": "sig",
                "kid": URL_SAFE_NO_PAD.encode(public.id()),
                "x": URL_SAFE_NO_PAD.encode(public.0),
                "year": key.year,
            })
        };
        let issuer = self.card_issuer();
        Ok(json!({ "issuer": issuer, "keys": keys.iter().map(one).collect::<Vec<_>>() }))
    }

    /// The signed list of a year's cards that are good no more, as of now.
    ///
    /// # Errors
    /// `CARD_YEAR_UNKNOWN` when no card was signed in that year.
    pub fn card_revocations(&self, year: u32) -> Result<Vec<u8>, AppError> {
        self.store.read(|tx| {
            let unknown = || AppError::not_found("CARD_YEAR_UNKNOWN", year.to_string());
            let key = card_keys::list(tx)?.into_iter().find(|key| key.year == year);
            let key = key.ok_or_else(unknown)?;
            let secret = card_keys::secret(tx, key.id)?;
            let count = card_keys::next_place(tx, year)?;
            let revoked = card_keys::revoked(tx, year)?;
            let list = RevocationList {
                issuer: self.card_issuer(),
                year: i32::try_from(year).unwrap_or(i32::MAX),
                issued_s: self.now_ms() / 1_000,
                ttl_s: LIST_KEPT_S,
                bits: RevocationList::bits_of(count, revoked),
            };
            Ok(sign_revocations(&CardKey::of_secret(&secret), &list))
        })
    }

    /// The years in which cards were signed.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn card_years(&self) -> Result<Vec<u32>, AppError> {
        let keys = self.store.read(card_keys::list)?;
        Ok(keys.into_iter().map(|key| key.year).collect())
    }
}
