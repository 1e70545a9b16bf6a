//! Sealing: each field of a record under a key of that record alone, which a master key wraps.
//!
//! AES-256-GCM-SIV, bound to the regency, the record and the field, so that a sealed value is
//! refused anywhere but in its own place. Dropping a record's key is the end of all its fields.

use aes_gcm_siv::aead::{AeadInOut, KeyInit};
use aes_gcm_siv::{Aes256GcmSiv, Key, Nonce, Tag};
use base::{Id, Nik, NoKk, PersonName, Phone};
use zeroize::Zeroizing;

use crate::error::StoreError;
use crate::keys::{KeyRing, Secret};
use crate::sql::{Sql, sql, sql_twin};
use crate::value::{Columns, corrupt, json_texts, values};
use crate::{Tx, keys};

static KEY_INSERT: Sql = sql!("record_key_insert");
static KEY_GET: Sql = sql!("record_key_get");
static KEYS_OF: Sql = sql_twin!("record_key_of");
static KEY_DELETE: Sql = sql!("record_key_delete");
static KEY_PAGE: Sql = sql!("record_key_page");
static KEY_REWRAP: Sql = sql!("record_key_rewrap");
static KEY_COUNT: Sql = sql!("record_key_count");

/// The first byte of everything sealed; another way of sealing would have another.
const FORMAT: u8 = 1;
const NONCE: usize = 12;
const TAG: usize = 16;
const HEAD: usize = 1 + NONCE;
const WRAPPED: usize = HEAD + 32 + TAG;

/// Whose field it is: the regency and the record.
#[derive(Clone, Copy)]
pub(crate) struct Owner<'a> {
    pub(crate) tenant: i64,
    pub(crate) record: &'a [u8; 16],
}

impl<'a> Owner<'a> {
    pub(crate) fn new<K>(tenant: i64, record: &'a Id<K>) -> Owner<'a> {
        Owner { tenant, record: record.as_bytes() }
    }

    fn bound_to(self, field: &str) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(24 + field.len());
        bytes.extend_from_slice(&self.tenant.to_be_bytes());
        bytes.extend_from_slice(self.record);
        bytes.extend_from_slice(field.as_bytes());
        bytes
    }
}

/// A record's key as the register keeps it.
#[derive(Clone, Copy)]
pub(crate) struct Wrapped {
    pub(crate) version: u32,
    pub(crate) bytes: [u8; WRAPPED],
}

/// A record's key, wrapped for keeping and bare for sealing.
pub(crate) struct NewKey {
    pub(crate) wrapped: Wrapped,
    secret: Secret,
}

/// What seals and opens the fields under one record's key.
pub(crate) struct Seal<'k> {
    keys: &'k KeyRing,
    cipher: Aes256GcmSiv,
}

impl KeyRing {
    /// A fresh key for a record.
    pub(crate) fn new_key(&self, owner: Owner<'_>) -> NewKey {
        let secret = Zeroizing::new(self.draw());
        let version = self.current();
        let wrapped = self.wrap(owner, version, &secret).expect("the newest key is at hand");
        NewKey { wrapped, secret }
    }

    /// What seals under a key just made.
    pub(crate) fn sealer(&self, key: &NewKey) -> Seal<'_> {
        Seal { keys: self, cipher: cipher_of(&key.secret) }
    }

    /// What opens and seals under a key as kept.
    pub(crate) fn unwrap(
        &self,
        owner: Owner<'_>,
        wrapped: &Wrapped,
    ) -> Result<Seal<'_>, StoreError> {
        Ok(Seal { keys: self, cipher: cipher_of(&self.bare(owner, wrapped)?) })
    }

    /// The same key under the newest master key.
    fn rewrap(&self, owner: Owner<'_>, wrapped: &Wrapped) -> Result<Wrapped, StoreError> {
        self.wrap(owner, self.current(), &self.bare(owner, wrapped)?)
    }

    fn wrap(&self, owner: Owner<'_>, version: u32, secret: &Secret) -> Result<Wrapped, StoreError> {
        let bound = owner.bound_to(&format!("key {version}"));
        let sealed = seal_with(self.master(version)?, self.draw(), &bound, &**secret);
        Ok(Wrapped { version, bytes: sealed.try_into().expect("a sealed key has one length") })
    }

    fn bare(&self, owner: Owner<'_>, wrapped: &Wrapped) -> Result<Secret, StoreError> {
        let bound = owner.bound_to(&format!("key {}", wrapped.version));
        let bytes =
            Zeroizing::new(open_with(self.master(wrapped.version)?, &bound, &wrapped.bytes)?);
        Ok(Zeroizing::new(bytes.as_slice().try_into().map_err(|_| corrupt("a record's key"))?))
    }
}

impl Seal<'_> {
    /// Seals a field of a record.
    pub(crate) fn seal(&self, owner: Owner<'_>, field: &str, plain: &[u8]) -> Vec<u8> {
        seal_with(&self.cipher, self.keys.draw(), &owner.bound_to(field), plain)
    }

    /// Opens a field of a record; anything not sealed here, for this place, is refused.
    pub(crate) fn open(
        &self,
        owner: Owner<'_>,
        field: &str,
        sealed: &[u8],
    ) -> Result<Vec<u8>, StoreError> {
        open_with(&self.cipher, &owner.bound_to(field), sealed)
    }

    pub(crate) fn open_text(
        &self,
        owner: Owner<'_>,
        field: &str,
        sealed: &[u8],
    ) -> Result<String, StoreError> {
        String::from_utf8(self.open(owner, field, sealed)?).map_err(|_| corrupt("a sealed text"))
    }

    pub(crate) fn open_name(
        &self,
        owner: Owner<'_>,
        field: &str,
        sealed: &[u8],
    ) -> Result<PersonName, StoreError> {
        let text = self.open_text(owner, field, sealed)?;
        PersonName::parse(&text).map_err(|_| corrupt("a sealed name"))
    }

    pub(crate) fn open_nik(
        &self,
        owner: Owner<'_>,
        field: &str,
        sealed: &[u8],
    ) -> Result<Nik, StoreError> {
        read_nik(&self.open(owner, field, sealed)?)
    }
}

pub(crate) fn read_nik(plain: &[u8]) -> Result<Nik, StoreError> {
    Nik::parse(&format!("{:016}", number(plain)?)).map_err(|_| corrupt("a sealed number"))
}

pub(crate) fn read_no_kk(plain: &[u8]) -> Result<NoKk, StoreError> {
    NoKk::parse(&format!("{:016}", number(plain)?)).map_err(|_| corrupt("a sealed number"))
}

pub(crate) fn read_phone(plain: &[u8]) -> Result<Phone, StoreError> {
    Phone::parse(&format!("+62{}", number(plain)?)).ok_or_else(|| corrupt("a sealed number"))
}

fn number(plain: &[u8]) -> Result<u64, StoreError> {
    plain.try_into().map(u64::from_be_bytes).map_err(|_| corrupt("a sealed number"))
}

fn cipher_of(secret: &Secret) -> Aes256GcmSiv {
    Aes256GcmSiv::new(&Key::<Aes256GcmSiv>::from(**secret))
}

/// Format, nonce, sealed bytes, tag.
fn seal_with(cipher: &Aes256GcmSiv, nonce: [u8; NONCE], bound: &[u8], plain: &[u8]) -> Vec<u8> {
    let mut sealed = Vec::with_capacity(HEAD + plain.len() + TAG);
    sealed.push(FORMAT);
    sealed.extend_from_slice(&nonce);
    sealed.extend_from_slice(plain);
    let body = (&mut sealed[HEAD..]).into();
    let tag = cipher
        .encrypt_inout_detached(&Nonce::from(nonce), bound, body)
        .expect("nothing that fits in memory is too long");
    sealed.extend_from_slice(&tag);
    sealed
}

fn open_with(cipher: &Aes256GcmSiv, bound: &[u8], sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
    let refused = || corrupt("a sealed field");
    let (head, rest) = sealed.split_first_chunk::<HEAD>().ok_or_else(refused)?;
    let (body, tag) = rest.split_last_chunk::<TAG>().ok_or_else(refused)?;
    let [FORMAT, nonce @ ..] = *head else { return Err(refused()) };
    let mut plain = body.to_vec();
    let buffer = plain.as_mut_slice().into();
    cipher
        .decrypt_inout_detached(&Nonce::from(nonce), bound, buffer, &Tag::from(*tag))
        .map_err(|_| refused())?;
    Ok(plain)
}

/// How many record keys each master key wraps.
pub fn wrapped_counts(tx: &mut Tx<'_>) -> Result<Vec<(u32, u64)>, StoreError> {
    tx.all(&KEY_COUNT, &values![tx.tenant()], |columns| Ok((columns.take()?, columns.take()?)))
}

/// Puts the next `rows_max` record keys after `after` under the newest master key; the last of
/// them, and how many were not under it. `None` when there is none left.
///
/// What is sealed stays as it is: readers never wait, and a rotation may stop anywhere.
pub fn rotate(
    tx: &mut Tx<'_>,
    after: [u8; 16],
    rows_max: u32,
) -> Result<Option<([u8; 16], u64)>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let page = tx.all(&KEY_PAGE, &values![tenant, &after, rows_max], |columns| {
        let id: [u8; 16] = columns.take()?;
        Ok((id, take_wrapped(columns)?.ok_or_else(|| corrupt("a record's key"))?))
    })?;
    let Some((last, _)) = page.last() else { return Ok(None) };
    let last = *last;
    let mut changed = 0;
    for (id, old) in page.iter().filter(|(_, old)| old.version != keys.current()) {
        let new = keys.rewrap(Owner { tenant, record: id }, old)?;
        let values = values![new.version, &new.bytes, tenant, id, old.version];
        changed += tx.run(&KEY_REWRAP, &values)?;
    }
    Ok(Some((last, changed)))
}

/// Keeps the keys of new records.
pub(crate) fn keep_keys<'a>(
    tx: &mut Tx<'_>,
    keys: impl Iterator<Item = (&'a [u8; 16], &'a Wrapped)>,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let rows = keys.map(|(id, key)| values![tenant, id, key.version, &key.bytes]);
    tx.insert(&KEY_INSERT, rows).map(|_| ())
}

/// A record's key; none when it was dropped.
pub(crate) fn key_of(tx: &mut Tx<'_>, id: &[u8; 16]) -> Result<Option<Wrapped>, StoreError> {
    tx.one(&KEY_GET, &values![tx.tenant(), id], take_wrapped).map(Option::flatten)
}

pub(crate) fn foresee_key(tx: &mut Tx<'_>, id: &[u8; 16]) {
    let tenant = tx.tenant();
    tx.foresee(&KEY_GET, &values![tenant, id]);
}

/// The keys of records; those that were dropped are missing.
pub(crate) fn keys_of<'a>(
    tx: &mut Tx<'_>,
    ids: impl Iterator<Item = &'a [u8; 16]>,
) -> Result<std::collections::HashMap<[u8; 16], Wrapped>, StoreError> {
    let wanted = json_texts(ids.map(|id| keys::hex(id)));
    let mut found = std::collections::HashMap::new();
    tx.each(&KEYS_OF, &values![wanted, tx.tenant()], |columns| {
        let id = columns.take()?;
        found.insert(id, take_wrapped(columns)?.ok_or_else(|| corrupt("a record's key"))?);
        Ok(())
    })?;
    Ok(found)
}

/// Drops a record's key: whatever was sealed under it stays closed for ever.
pub(crate) fn drop_key(tx: &mut Tx<'_>, id: &[u8; 16]) -> Result<bool, StoreError> {
    Ok(tx.run(&KEY_DELETE, &values![tx.tenant(), id])? > 0)
}

/// The next two columns as a record's key.
pub(crate) fn take_wrapped(columns: &mut Columns<'_>) -> Result<Option<Wrapped>, StoreError> {
    let (version, bytes): (Option<u32>, Option<[u8; WRAPPED]>) = (columns.take()?, columns.take()?);
    Ok(match (version, bytes) {
        (Some(version), Some(bytes)) => Some(Wrapped { version, bytes }),
        _ => None,
    })
}

#[cfg(test)]
mod tests;
