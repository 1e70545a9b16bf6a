//! Second factors: a shared secret for codes that change, codes for the day it is lost, passkeys,
//! and who somebody is to an identity provider.

use base::Id;
use base::id::kind;

use crate::seal::{self, Owner};
use crate::sql::{Sql, sql};
use crate::value::{Columns, values};
use crate::{StoreError, Tx};

static TOTP_GET: Sql = sql!("totp_get");
static TOTP_SET: Sql = sql!("totp_set");
static TOTP_CONFIRM: Sql = sql!("totp_confirm");
static TOTP_USE: Sql = sql!("totp_use");
static TOTP_DELETE: Sql = sql!("totp_delete");
static CODE_INSERT: Sql = sql!("recovery_code_insert");
static CODE_USE: Sql = sql!("recovery_code_use");
static CODE_CLEAR: Sql = sql!("recovery_code_clear");
static CODE_COUNT: Sql = sql!("recovery_code_count");
static PASSKEY_INSERT: Sql = sql!("passkey_insert");
static PASSKEY_LIST: Sql = sql!("passkey_list");
static PASSKEY_USE: Sql = sql!("passkey_use");
static PASSKEY_DELETE: Sql = sql!("passkey_delete");
static PASSKEY_CLEAR: Sql = sql!("passkey_clear");
static EXTERNAL_GET: Sql = sql!("external_login_get");
static EXTERNAL_COUNT: Sql = sql!("external_login_count");
static EXTERNAL_INSERT: Sql = sql!("external_login_insert");

/// The name of the sealed field.
const FIELD: &str = "totp";

/// A shared secret for codes that change.
#[derive(Clone, PartialEq, Eq)]
pub struct Totp {
    /// The secret.
    pub secret: Vec<u8>,
    /// When its first code was typed, in milliseconds since 1970-01-01 UTC; none while it is only
    /// offered.
    pub confirmed_at_ms: Option<i64>,
    /// The last step whose code was used.
    pub last_step: i64,
}

/// A key that a device or a stick keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    /// Which.
    pub id: [u8; 16],
    /// Whose.
    pub holder: Id<kind::User>,
    /// What the device calls it.
    pub credential: Vec<u8>,
    /// The public key, as COSE writes it.
    pub public_key: Vec<u8>,
    /// How often it has signed, as it says itself.
    pub sign_count: i64,
    /// What the holder calls it.
    pub name: Box<str>,
    /// When it was made, in milliseconds since 1970-01-01 UTC.
    pub made_at_ms: i64,
    /// When it was last used.
    pub used_at_ms: Option<i64>,
}

/// Somebody's secret.
pub fn totp(tx: &mut Tx<'_>, holder: Id<kind::User>) -> Result<Option<Totp>, StoreError> {
    let found = tx.one(&TOTP_GET, &values![tx.tenant(), &holder], |columns| {
        Ok(Totp {
            secret: columns.take()?,
            confirmed_at_ms: columns.take()?,
            last_step: columns.take()?,
        })
    })?;
    let Some(mut found) = found else { return Ok(None) };
    // A secret whose key was dropped is gone.
    let Some(wrapped) = seal::key_of(tx, holder.as_bytes())? else { return Ok(None) };
    let (keys, owner) = (tx.keys()?, Owner::new(tx.tenant(), &holder));
    found.secret = keys.unwrap(owner, &wrapped)?.open(owner, FIELD, &found.secret)?;
    Ok(Some(found))
}

/// Offers a secret in place of any before, sealed under a key of its holder.
pub fn offer_totp(
    tx: &mut Tx<'_>,
    holder: Id<kind::User>,
    secret: &[u8],
) -> Result<(), StoreError> {
    let (keys, owner) = (tx.keys()?, Owner::new(tx.tenant(), &holder));
    let key = keys.new_key(owner);
    seal::drop_key(tx, holder.as_bytes())?;
    seal::keep_keys(tx, [(holder.as_bytes(), &key.wrapped)].into_iter())?;
    let sealed = keys.sealer(&key).seal(owner, FIELD, secret);
    tx.run(&TOTP_SET, &values![tx.tenant(), &holder, sealed.as_slice()]).map(|_| ())
}

/// Takes an offered secret into use.
pub fn confirm_totp(
    tx: &mut Tx<'_>,
    holder: Id<kind::User>,
    now_ms: i64,
) -> Result<(), StoreError> {
    tx.run(&TOTP_CONFIRM, &values![now_ms, tx.tenant(), &holder]).map(|_| ())
}

/// Uses up the code of a step; false when that step or a later one was used already.
pub fn use_totp_step(
    tx: &mut Tx<'_>,
    holder: Id<kind::User>,
    step: i64,
) -> Result<bool, StoreError> {
    Ok(tx.run(&TOTP_USE, &values![step, tx.tenant(), &holder])? > 0)
}

/// Drops somebody's secret.
pub fn delete_totp(tx: &mut Tx<'_>, holder: Id<kind::User>) -> Result<(), StoreError> {
    seal::drop_key(tx, holder.as_bytes())?;
    tx.run(&TOTP_DELETE, &values![tx.tenant(), &holder]).map(|_| ())
}

/// Replaces somebody's codes for the day the secret is lost, by their hashes.
pub fn set_recovery_codes(
    tx: &mut Tx<'_>,
    holder: Id<kind::User>,
    codes: &[[u8; 32]],
) -> Result<(), StoreError> {
    tx.run(&CODE_CLEAR, &values![tx.tenant(), &holder])?;
    for code in codes {
        tx.run(&CODE_INSERT, &values![tx.tenant(), &holder, code])?;
    }
    Ok(())
}

/// Uses a code up; whether there was one.
pub fn use_recovery_code(
    tx: &mut Tx<'_>,
    holder: Id<kind::User>,
    code: &[u8; 32],
) -> Result<bool, StoreError> {
    Ok(tx.run(&CODE_USE, &values![tx.tenant(), &holder, code])? > 0)
}

/// How many codes are left.
pub fn recovery_codes_left(tx: &mut Tx<'_>, holder: Id<kind::User>) -> Result<u64, StoreError> {
    let count = tx.one(&CODE_COUNT, &values![tx.tenant(), &holder], |columns| columns.take())?;
    Ok(count.unwrap_or(0))
}

/// Keeps a passkey; one that is known is `passkey_pk`.
pub fn insert_passkey(tx: &mut Tx<'_>, passkey: &Passkey) -> Result<(), StoreError> {
    let values = values![
        tx.tenant(),
        passkey.credential.as_slice(),
        &passkey.id,
        &passkey.holder,
        passkey.public_key.as_slice(),
        passkey.sign_count,
        &passkey.name,
        passkey.made_at_ms,
        passkey.used_at_ms,
    ];
    tx.run(&PASSKEY_INSERT, &values).map(|_| ())
}

/// Somebody's passkeys, oldest first.
pub fn passkeys(tx: &mut Tx<'_>, holder: Id<kind::User>) -> Result<Vec<Passkey>, StoreError> {
    tx.all(&PASSKEY_LIST, &values![tx.tenant(), &holder], read_passkey)
}

/// Notes a use of a passkey; false when it counted back, as a copy of it would.
pub fn use_passkey(
    tx: &mut Tx<'_>,
    credential: &[u8],
    sign_count: i64,
    now_ms: i64,
) -> Result<bool, StoreError> {
    Ok(tx.run(&PASSKEY_USE, &values![sign_count, now_ms, tx.tenant(), credential])? > 0)
}

/// Drops a passkey of somebody; whether there was one.
pub fn delete_passkey(
    tx: &mut Tx<'_>,
    holder: Id<kind::User>,
    id: &[u8; 16],
) -> Result<bool, StoreError> {
    Ok(tx.run(&PASSKEY_DELETE, &values![tx.tenant(), &holder, id])? > 0)
}

/// Drops every second factor of somebody.
pub fn clear(tx: &mut Tx<'_>, holder: Id<kind::User>) -> Result<(), StoreError> {
    delete_totp(tx, holder)?;
    set_recovery_codes(tx, holder, &[])?;
    tx.run(&PASSKEY_CLEAR, &values![tx.tenant(), &holder]).map(|_| ())
}

/// Who somebody of an identity provider is here.
pub fn external_holder(
    tx: &mut Tx<'_>,
    issuer: &str,
    subject: &str,
) -> Result<Option<Id<kind::User>>, StoreError> {
    tx.one(&EXTERNAL_GET, &values![tx.tenant(), issuer, subject], |columns| columns.take())
}

/// Whether somebody comes in through an identity provider.
pub fn is_external(tx: &mut Tx<'_>, holder: Id<kind::User>) -> Result<bool, StoreError> {
    let count: Option<u64> =
        tx.one(&EXTERNAL_COUNT, &values![tx.tenant(), &holder], |columns| columns.take())?;
    Ok(count.unwrap_or(0) > 0)
}

/// Keeps who somebody of an identity provider is here.
pub fn insert_external(
    tx: &mut Tx<'_>,
    issuer: &str,
    subject: &str,
    holder: Id<kind::User>,
) -> Result<(), StoreError> {
    tx.run(&EXTERNAL_INSERT, &values![tx.tenant(), issuer, subject, &holder]).map(|_| ())
}

fn read_passkey(columns: &mut Columns<'_>) -> Result<Passkey, StoreError> {
    Ok(Passkey {
        id: columns.take()?,
        holder: columns.take()?,
        credential: columns.take()?,
        public_key: columns.take()?,
        sign_count: columns.take()?,
        name: columns.take()?,
        made_at_ms: columns.take()?,
        used_at_ms: columns.take()?,
    })
}
