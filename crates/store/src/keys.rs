//! The keys of a register: master keys that wrap the key of each record, and one key for indexes,
//! which a chain of steps may have followed.
//!
//! Nothing here reads a file: the caller brings the keys and a seed. `Debug` prints none of it, and
//! what is dropped is overwritten.

mod at_hand;
mod chain;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use aes_gcm_siv::aead::KeyInit;
use aes_gcm_siv::{Aes256GcmSiv, Key};
use base::{Day, Kpj, Nik, RegionCode};
use hmac::{Hmac, Mac};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::error::StoreError;
use crate::{Store, Tx, log, settings};

pub(crate) use at_hand::AtHand;
pub use chain::STEPS_MAX;
pub(crate) use chain::{Going, Reached, reached_of, steps_of};

/// A key of 256 bits.
pub type Secret = Zeroizing<[u8; 32]>;

/// Where the register keeps by which keys it was sealed, as digests.
pub(crate) const KEY_CHECK: &str = "key-check";

/// The keys as their file holds them.
#[derive(Clone)]
pub struct KeyMaterial {
    /// For indexes, one for a whole deployment: by it one person is found in every regency.
    pub index: Secret,
    /// When that was made, where it was written down.
    pub index_made: Option<Day>,
    /// The steps that followed it, in order.
    pub steps: Vec<IndexStep>,
    /// Master keys by version; the highest seals what is new.
    pub masters: Vec<(u32, Secret)>,
}

/// A step of the chain that the index key has become.
#[derive(Clone)]
pub struct IndexStep {
    /// Its key.
    pub key: Secret,
    /// When it was made.
    pub made: Option<Day>,
}

/// The keys at work: those at hand, and by how many steps of the chain they are used.
pub struct KeyRing {
    held: Arc<Held>,
    going: Arc<Going>,
}

/// The keys at hand.
pub(crate) struct Held {
    index: Hmac<Sha256>,
    index_check: [u8; 8],
    steps: Vec<chain::Step>,
    masters: Vec<Master>,
    random: Mutex<ChaCha12Rng>,
}

struct Master {
    version: u32,
    cipher: Aes256GcmSiv,
    check: [u8; 8],
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyRing")
    }
}

impl fmt::Debug for IndexStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IndexStep")
    }
}

impl fmt::Debug for KeyMaterial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyMaterial")
    }
}

impl KeyRing {
    /// The keys at work; `seed` is fresh randomness, from which record keys and nonces are drawn.
    pub fn new(material: &KeyMaterial, seed: [u8; 32]) -> KeyRing {
        assert!(!material.masters.is_empty(), "a key file has a master key");
        let mut masters: Vec<Master> = material
            .masters
            .iter()
            .map(|(version, secret)| Master {
                version: *version,
                cipher: Aes256GcmSiv::new(&Key::<Aes256GcmSiv>::from(**secret)),
                check: check_of(secret),
            })
            .collect();
        masters.sort_by_key(|master| master.version);
        let steps: Vec<_> = material.steps.iter().map(|step| chain::Step::new(&step.key)).collect();
        let held = Arc::new(Held {
            index: keyed(&material.index),
            index_check: check_of(&material.index),
            steps,
            masters,
            random: Mutex::new(ChaCha12Rng::from_seed(seed)),
        });
        let going = Arc::new(Going::by_all(&held));
        KeyRing { held, going }
    }

    /// The same keys for one transaction.
    pub(crate) fn going(held: Arc<Held>, going: Arc<Going>) -> KeyRing {
        KeyRing { held, going }
    }

    /// The same keys, used in the same way.
    pub(crate) fn again(&self) -> KeyRing {
        KeyRing::going(Arc::clone(&self.held), Arc::clone(&self.going))
    }

    /// The keys without any use of them.
    pub(crate) fn held(&self) -> &Arc<Held> {
        &self.held
    }

    /// The version of the master key that seals what is new.
    pub fn current(&self) -> u32 {
        self.held.masters.last().expect("there is one from the start").version
    }

    /// Where a number stands in the index: nobody without the key can try out numbers against it.
    pub(crate) fn nik_index(&self, nik: Nik) -> [u8; 16] {
        self.through(self.long(b"nik", &[&nik.as_u64().to_be_bytes()]))
    }

    /// Where a participant number stands in its index.
    pub(crate) fn kpj_index(&self, kpj: Kpj) -> [u8; 16] {
        self.through(self.long(b"kpj", &[&kpj.as_u64().to_be_bytes()]))
    }

    /// Where a bank's number of a payment stands in its index.
    pub(crate) fn payment_index(&self, partner: &str, payment_request: &str) -> [u8; 16] {
        let parts = [partner.as_bytes(), b"\n", payment_request.as_bytes()];
        self.through(self.long(b"payment", &parts))
    }

    /// What stands for something that a door without a login is tried with.
    pub(crate) fn door_subject(&self, door: &str, tried: &[u8]) -> [u8; 16] {
        self.through(self.door_digest(door, tried))
    }

    /// The same under every step of the chain, the newest first: an identifier that was made of it
    /// stays what it was.
    pub(crate) fn doors_under_every_step(&self, door: &str, tried: &[u8]) -> Vec<[u8; 16]> {
        self.under_every_step(self.door_digest(door, tried))
    }

    /// The same under no step of the chain.
    fn door_digest(&self, door: &str, tried: &[u8]) -> [u8; 16] {
        self.long(b"door", &[door.as_bytes(), b"|", tried])
    }

    /// What only these keys make of a text by so many steps; see [`Tx::vouched`].
    ///
    /// # Errors
    /// [`StoreError::IndexKeyOlder`] when these keys have fewer.
    pub fn vouched(&self, what: &str, text: &[u8], steps: u32) -> Result<[u8; 16], StoreError> {
        let known = self.index_steps();
        match steps <= known {
            true => Ok(self.long_between(self.door_digest(what, text), 0, steps)),
            false => Err(StoreError::IndexKeyOlder { needed: steps, known }),
        }
    }

    /// What two writings of one person share; see `linkage::same_person_key`.
    pub(crate) fn match_key(&self, normal_name: &str, birth: Day) -> i64 {
        let key = linkage::same_person_key(normal_name, birth);
        self.through_short(self.short(b"match", &[&key.to_be_bytes()]))
    }

    /// A word of a name in one village. The village is part of it, so that the commonest token of a
    /// register is not its commonest name.
    pub(crate) fn name_token(&self, place: RegionCode, word: &str) -> i64 {
        let parts: [&[u8]; 2] = [&place.digits().to_be_bytes(), word.as_bytes()];
        self.through_short(self.short(b"word", &parts))
    }

    /// A row's digest hidden by what only its place gives away; hiding twice shows it again.
    pub(crate) fn hide(&self, sheet: &[u8; 16], index: u16, row: u32, content: u64) -> u64 {
        let mask = self.through_short(self.mask_of((sheet, index, row)));
        content ^ mask.cast_unsigned()
    }

    /// What hides the digest of a row under no step of the chain.
    fn mask_of(&self, (sheet, index, row): (&[u8; 16], u16, u32)) -> i64 {
        let place = [&sheet[..], &index.to_be_bytes(), &row.to_be_bytes()];
        self.short(b"row", &place)
    }

    /// The cipher of a master key.
    pub(crate) fn master(&self, version: u32) -> Result<&Aes256GcmSiv, StoreError> {
        let found = self.held.masters.iter().find(|master| master.version == version);
        found.map(|master| &master.cipher).ok_or(StoreError::KeysDiffer)
    }

    /// Fresh random bytes.
    pub(crate) fn draw<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        let mut random = self.held.random.lock().unwrap_or_else(PoisonError::into_inner);
        random.fill_bytes(&mut bytes);
        bytes
    }

    fn long(&self, purpose: &[u8], parts: &[&[u8]]) -> [u8; 16] {
        *self.digest(purpose, parts).first_chunk().expect("a digest has 32 bytes")
    }

    fn short(&self, purpose: &[u8], parts: &[&[u8]]) -> i64 {
        let digest = self.digest(purpose, parts);
        i64::from_be_bytes(*digest.first_chunk().expect("a digest has 32 bytes"))
    }

    fn digest(&self, purpose: &[u8], parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = self.held.index.clone();
        mac.update(purpose);
        mac.update(b"|");
        for part in parts {
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// What a register writes down of the keys it was sealed by: version and digest of each, and of
    /// each step of the chain that it goes by.
    pub(crate) fn check(&self, steps: u32) -> String {
        let mut parts = vec![format!("index {}", hex(&self.held.index_check))];
        parts.extend(self.step_checks(steps));
        let masters = self.held.masters.iter();
        parts.extend(masters.map(|master| format!("{} {}", master.version, hex(&master.check))));
        parts.join(";")
    }

    /// Whether every key that a register was sealed by is here.
    /// A key that is here and is not written down is new: it is welcome.
    ///
    /// # Errors
    /// [`StoreError::KeysDiffer`]; [`StoreError::IndexKeyOlder`] when only later steps are missing.
    pub(crate) fn fit(&self, check: &str) -> Result<(), StoreError> {
        let (known, needed) = (self.index_steps(), steps_of(check));
        let own = self.check(known);
        let is_here = |part: &&str| own.split(';').any(|mine| mine == *part);
        match check.split(';').filter(|part| !is_here(part)).count() as u32 {
            0 => Ok(()),
            missing if missing == needed.saturating_sub(known) => {
                Err(StoreError::IndexKeyOlder { needed, known })
            }
            _ => Err(StoreError::KeysDiffer),
        }
    }

    /// A register's key check with the steps that it goes by from now on.
    pub(crate) fn check_with_steps(&self, check: &str, steps: u32) -> String {
        let (index, rest) = check.split_once(';').unwrap_or((check, ""));
        let masters = rest.split(';').filter(|part| !part.starts_with(chain::STEP));
        let parts = std::iter::once(index.to_owned()).chain(self.step_checks(steps));
        parts.chain(masters.map(str::to_owned)).collect::<Vec<_>>().join(";")
    }
}

impl Store {
    /// Whether the register was sealed by keys, which it then needs for everything.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the register does not answer.
    pub fn is_sealed(&self) -> Result<bool, StoreError> {
        Ok(self.key_check()?.is_some())
    }

    /// Brings the keys; everything that touches identity needs them. A register that comes from a
    /// time before the last step of its place's chain is brought on; else nothing is written.
    ///
    /// # Errors
    /// [`StoreError::KeysDiffer`] when the register was sealed by others,
    /// [`StoreError::IndexKeyOlder`] when they lack a step that it goes by.
    pub fn unlock(&self, keys: KeyRing) -> Result<(), StoreError> {
        if let Some(check) = self.key_check()? {
            keys.fit(&check)?;
        }
        self.stand_in_chain(&keys)?;
        self.keep_keys(keys)
    }

    /// Writes down by which keys the register is sealed from now on.
    ///
    /// # Errors
    /// [`StoreError::KeysMissing`] before [`Store::unlock`].
    pub fn note_keys(&self) -> Result<(), StoreError> {
        // Who asked something knows by how many steps the register goes.
        let (known, check) = self.read(|tx| {
            let known = settings::get(tx, KEY_CHECK)?;
            Ok::<_, StoreError>((known, tx.keys()?.check(tx.keys()?.going.steps())))
        })?;
        if known.as_ref() == Some(&check) {
            return Ok(());
        }
        self.write(|tx| {
            let check = tx.keys()?.check(tx.keys()?.going.steps());
            settings::set(tx, KEY_CHECK, &check)?;
            log::say_itself(tx, "keys-noted")
        })
    }

    /// Writes down that nothing is sealed by older master keys any more: the caller looked.
    ///
    /// # Errors
    /// [`StoreError::KeysMissing`] before [`Store::unlock`].
    pub fn note_newest_key(&self) -> Result<(), StoreError> {
        self.write(|tx| {
            let check = tx.keys()?.check(tx.keys()?.going.steps());
            let (rest, newest) = check.rsplit_once(';').unwrap_or_default();
            let is_master = |part: &str| part.starts_with(|c: char| c.is_ascii_digit());
            let mut parts: Vec<&str> = rest.split(';').filter(|part| !is_master(part)).collect();
            parts.push(newest);
            settings::set(tx, KEY_CHECK, &parts.join(";"))?;
            log::say_itself(tx, "keys-forgotten")
        })
    }

    pub(crate) fn key_check(&self) -> Result<Option<String>, StoreError> {
        self.read_without_keys(|tx| match tx.has_table("setting")? {
            true => settings::get(tx, KEY_CHECK),
            false => Ok(None),
        })
    }
}

impl Tx<'_> {
    /// The version of the master key that seals what is new.
    ///
    /// # Errors
    /// [`StoreError::KeysMissing`] before [`Store::unlock`].
    pub fn key_version(&self) -> Result<u32, StoreError> {
        Ok(self.keys()?.current())
    }

    /// What only this register's keys make of a text: whoever shows it with the text had the text
    /// from this register.
    ///
    /// # Errors
    /// [`StoreError::KeysMissing`] before [`Store::unlock`].
    pub fn vouched(&self, what: &str, text: &[u8]) -> Result<[u8; 16], StoreError> {
        Ok(self.keys()?.door_subject(what, text))
    }

    /// The same by so many steps of the chain, for what was vouched for at another time.
    ///
    /// # Errors
    /// [`StoreError::KeysMissing`] before [`Store::unlock`], [`StoreError::IndexKeyOlder`] when the
    /// keys have fewer steps.
    pub fn vouched_by(&self, what: &str, text: &[u8], steps: u32) -> Result<[u8; 16], StoreError> {
        self.keys()?.vouched(what, text, steps)
    }

    /// By how many steps of the chain this register goes, once something was asked of it.
    ///
    /// # Errors
    /// [`StoreError::KeysMissing`] before [`Store::unlock`].
    pub fn index_steps(&self) -> Result<u32, StoreError> {
        Ok(self.keys()?.going.steps())
    }

    /// Looks whether everything here was sealed by these keys.
    ///
    /// # Errors
    /// [`StoreError::KeysDiffer`], [`StoreError::IndexKeyOlder`], and those of the register.
    pub fn expect_keys(&mut self, keys: &KeyRing) -> Result<(), StoreError> {
        match settings::get(self, KEY_CHECK)? {
            Some(check) => keys.fit(&check),
            None => Ok(()),
        }
    }

    /// Where a number stands in the index of every regency that shares the index key.
    ///
    /// # Errors
    /// [`StoreError::KeysMissing`] before [`Store::unlock`].
    pub fn nik_index(&self, nik: Nik) -> Result<[u8; 16], StoreError> {
        Ok(self.keys()?.nik_index(nik))
    }
}

fn keyed(secret: &Secret) -> Hmac<Sha256> {
    Hmac::new_from_slice(&**secret).expect("a key of any length will do")
}

/// What may be written down of a key: enough to tell another key, nothing to find it by.
fn check_of(secret: &Secret) -> [u8; 8] {
    let mut mac = keyed(secret);
    mac.update(b"payung key check");
    let digest: [u8; 32] = mac.finalize().into_bytes().into();
    *digest.first_chunk().expect("a digest has 32 bytes")
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}
