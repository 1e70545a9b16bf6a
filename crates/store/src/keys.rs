//! The keys of a register: master keys that wrap the key of each record, and one key for indexes.
//!
//! Nothing here reads a file: the caller brings the keys and a seed. `Debug` prints none of it, and
//! what is dropped is overwritten.

use std::fmt;
use std::sync::{Mutex, PoisonError};

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

/// A key of 256 bits.
pub type Secret = Zeroizing<[u8; 32]>;

/// Where the register keeps by which keys it was sealed, as digests.
const KEY_CHECK: &str = "key-check";

/// The keys as their file holds them.
#[derive(Clone)]
pub struct KeyMaterial {
    /// For indexes, one for a whole deployment: by it one person is found in every regency.
    pub index: Secret,
    /// When that was made, where it was written down.
    pub index_made: Option<Day>,
    /// Master keys by version; the highest seals what is new.
    pub masters: Vec<(u32, Secret)>,
}

/// The keys at work.
pub struct KeyRing {
    index: Hmac<Sha256>,
    index_check: [u8; 8],
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
        KeyRing {
            index: keyed(&material.index),
            index_check: check_of(&material.index),
            masters,
            random: Mutex::new(ChaCha12Rng::from_seed(seed)),
        }
    }

    /// The version of the master key that seals what is new.
    pub fn current(&self) -> u32 {
        self.masters.last().expect("there is one from the start").version
    }

    /// Where a number stands in the index: nobody without the key can try out numbers against it.
    pub(crate) fn nik_index(&self, nik: Nik) -> [u8; 16] {
        let digest = self.digest(b"nik", &[&nik.as_u64().to_be_bytes()]);
        *digest.first_chunk().expect("a digest has 32 bytes")
    }

    /// Where a participant number stands in its index.
    pub(crate) fn kpj_index(&self, kpj: Kpj) -> [u8; 16] {
        let digest = self.digest(b"kpj", &[&kpj.as_u64().to_be_bytes()]);
        *digest.first_chunk().expect("a digest has 32 bytes")
    }

    /// Where a bank's number of a payment stands in its index.
    pub(crate) fn payment_index(&self, partner: &str, payment_request: &str) -> [u8; 16] {
        let parts = [partner.as_bytes(), b"\n", payment_request.as_bytes()];
        let digest = self.digest(b"payment", &parts);
        *digest.first_chunk().expect("a digest has 32 bytes")
    }

    /// What stands for something that a door without a login is tried with.
    pub(crate) fn door_subject(&self, door: &str, tried: &[u8]) -> [u8; 16] {
        let digest = self.digest(b"door", &[door.as_bytes(), b"|", tried]);
        *digest.first_chunk().expect("a digest has 32 bytes")
    }

    /// What only these keys make of a text; see [`Tx::vouched`].
    pub fn vouched(&self, what: &str, text: &[u8]) -> [u8; 16] {
        self.door_subject(what, text)
    }

    /// What two writings of one person share; see `linkage::same_person_key`.
    pub(crate) fn match_key(&self, normal_name: &str, birth: Day) -> i64 {
        let key = linkage::same_person_key(normal_name, birth);
        self.short(b"match", &[&key.to_be_bytes()])
    }

    /// A word of a name in one village. The village is part of it, so that the commonest token of a
    /// register is not its commonest name.
    pub(crate) fn name_token(&self, place: RegionCode, word: &str) -> i64 {
        self.short(b"word", &[&place.digits().to_be_bytes(), word.as_bytes()])
    }

    /// A row's digest hidden by what only its place gives away; hiding twice shows it again.
    pub(crate) fn hide(&self, sheet: &[u8; 16], index: u16, row: u32, content: u64) -> u64 {
        let place = [&sheet[..], &index.to_be_bytes(), &row.to_be_bytes()];
        content ^ self.short(b"row", &place).cast_unsigned()
    }

    /// The cipher of a master key.
    pub(crate) fn master(&self, version: u32) -> Result<&Aes256GcmSiv, StoreError> {
        let found = self.masters.iter().find(|master| master.version == version);
        found.map(|master| &master.cipher).ok_or(StoreError::KeysDiffer)
    }

    /// Fresh random bytes.
    pub(crate) fn draw<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        let mut random = self.random.lock().unwrap_or_else(PoisonError::into_inner);
        random.fill_bytes(&mut bytes);
        bytes
    }

    fn short(&self, purpose: &[u8], parts: &[&[u8]]) -> i64 {
        let digest = self.digest(purpose, parts);
        i64::from_be_bytes(*digest.first_chunk().expect("a digest has 32 bytes"))
    }

    fn digest(&self, purpose: &[u8], parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = self.index.clone();
        mac.update(purpose);
        mac.update(b"|");
        for part in parts {
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// What a register writes down of the keys it was sealed by: version and digest of each.
    fn check(&self) -> String {
        let mut parts = vec![format!("index {}", hex(&self.index_check))];
        let masters = self.masters.iter();
        parts.extend(masters.map(|master| format!("{} {}", master.version, hex(&master.check))));
        parts.join(";")
    }

    /// Whether every key that a register was sealed by is here.
    /// A key that is here and is not written down is new: it is welcome.
    fn fits(&self, check: &str) -> bool {
        let own = self.check();
        check.split(';').all(|part| own.split(';').any(|mine| mine == part))
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

    /// Brings the keys; everything that touches identity needs them. Nothing is written.
    ///
    /// # Errors
    /// [`StoreError::KeysDiffer`] when the register was sealed by others.
    pub fn unlock(&self, keys: KeyRing) -> Result<(), StoreError> {
        match self.key_check()? {
            Some(check) if !keys.fits(&check) => Err(StoreError::KeysDiffer),
            _ => self.keep_keys(keys),
        }
    }

    /// Writes down by which keys the register is sealed from now on.
    ///
    /// # Errors
    /// [`StoreError::KeysMissing`] before [`Store::unlock`].
    pub fn note_keys(&self) -> Result<(), StoreError> {
        let check = self.read(|tx| Ok::<_, StoreError>(tx.keys()?.check()))?;
        if self.key_check()?.as_ref() == Some(&check) {
            return Ok(());
        }
        self.write(|tx| {
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
            let check = tx.keys()?.check();
            let newest = check.split(';').next_back().unwrap_or_default();
            let index = check.split(';').next().unwrap_or_default();
            settings::set(tx, KEY_CHECK, &format!("{index};{newest}"))?;
            log::say_itself(tx, "keys-forgotten")
        })
    }

    fn key_check(&self) -> Result<Option<String>, StoreError> {
        self.read(|tx| match tx.has_table("setting")? {
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
        Ok(self.keys()?.vouched(what, text))
    }

    /// Whether everything here was sealed by these keys.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn is_sealed_by(&mut self, keys: &KeyRing) -> Result<bool, StoreError> {
        let check = settings::get(self, KEY_CHECK)?;
        Ok(check.is_none_or(|check| keys.fits(&check)))
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
