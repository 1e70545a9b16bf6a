//! Offices and villages that send lists, the people who act for them, and what they call columns.

use base::Id;
use base::id::kind;
use domain::programme::Org;

use crate::sql::{Sql, sql};
use crate::value::{Columns, values};
use crate::{StoreError, Tx};

static INSERT: Sql = sql!("org_insert");
static BY_CODE: Sql = sql!("org_by_code");
static GET: Sql = sql!("org_get");
static LIST: Sql = sql!("org_list");
static USER_INSERT: Sql = sql!("user_insert");
static USER_BY_NAME: Sql = sql!("user_by_name");
static USER_GET: Sql = sql!("user_get");
static USER_SUSPEND: Sql = sql!("user_suspend");
static USER_LIST: Sql = sql!("user_list");
static MAPPING_GET: Sql = sql!("header_mapping_get");
static MAPPING_LIST: Sql = sql!("header_mapping_list");
static MAPPING_SET: Sql = sql!("header_mapping_set");

/// Somebody who acts in the system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Who.
    pub id: Id<kind::User>,
    /// The name to sign in with; unique in the regency.
    pub name: Box<str>,
    /// Since when the account is shut, in milliseconds since 1970-01-01 UTC.
    pub suspended_at_ms: Option<i64>,
}

impl User {
    /// An open account.
    pub fn new(id: Id<kind::User>, name: &str) -> User {
        User { id, name: name.into(), suspended_at_ms: None }
    }
}

/// Adds an office; a taken code is `org_code_unique`.
pub fn insert(tx: &mut Tx<'_>, org: &Org) -> Result<(), StoreError> {
    let values = values![tx.tenant(), &org.id, &org.code, &org.name, org.territory];
    tx.run(&INSERT, &values).map(|_| ())
}

/// Adds many offices.
pub fn insert_all(tx: &mut Tx<'_>, orgs: &[Org]) -> Result<u64, StoreError> {
    let tenant = tx.tenant();
    let rows = orgs.iter();
    tx.insert(
        &INSERT,
        rows.map(|org| values![tenant, &org.id, &org.code, &org.name, org.territory]),
    )
}

/// The office with this code.
pub fn by_code(tx: &mut Tx<'_>, code: &str) -> Result<Option<Org>, StoreError> {
    tx.one(&BY_CODE, &values![tx.tenant(), code], read_org)
}

/// The office with this id.
pub fn get(tx: &mut Tx<'_>, id: Id<kind::Org>) -> Result<Option<Org>, StoreError> {
    tx.one(&GET, &values![tx.tenant(), &id], read_org)
}

/// All offices, by code.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Org>, StoreError> {
    tx.all(&LIST, &values![tx.tenant()], read_org)
}

/// Adds somebody who acts; a taken name is `user_account_name_unique`.
pub fn insert_user(tx: &mut Tx<'_>, user: &User) -> Result<(), StoreError> {
    tx.run(&USER_INSERT, &values![tx.tenant(), &user.id, &user.name]).map(|_| ())
}

/// Shuts an account, or opens it again.
pub fn suspend_user(
    tx: &mut Tx<'_>,
    id: Id<kind::User>,
    since_ms: Option<i64>,
) -> Result<(), StoreError> {
    match tx.run(&USER_SUSPEND, &values![since_ms, tx.tenant(), &id])? {
        0 => Err(StoreError::NotFound { what: "user" }),
        _ => Ok(()),
    }
}

/// The user with this id.
pub fn user(tx: &mut Tx<'_>, id: Id<kind::User>) -> Result<Option<User>, StoreError> {
    tx.one(&USER_GET, &values![tx.tenant(), &id], read_user)
}

/// The user with this name.
pub fn user_by_name(tx: &mut Tx<'_>, name: &str) -> Result<Option<User>, StoreError> {
    tx.one(&USER_BY_NAME, &values![tx.tenant(), name], read_user)
}

/// All users, by name.
pub fn users(tx: &mut Tx<'_>) -> Result<Vec<User>, StoreError> {
    tx.all(&USER_LIST, &values![tx.tenant()], read_user)
}

/// What this sender confirmed for tables whose heads have this fingerprint.
pub fn header_mapping(
    tx: &mut Tx<'_>,
    org: Id<kind::Org>,
    fingerprint: &str,
) -> Result<Option<String>, StoreError> {
    tx.one(&MAPPING_GET, &values![tx.tenant(), &org, fingerprint], |columns| columns.take())
}

/// Everything this sender confirmed: fingerprints of heads and what they mean.
pub fn header_mappings(
    tx: &mut Tx<'_>,
    org: Id<kind::Org>,
) -> Result<Vec<(String, String)>, StoreError> {
    tx.all(&MAPPING_LIST, &values![tx.tenant(), &org], |columns| {
        Ok((columns.take()?, columns.take()?))
    })
}

/// Remembers what this sender's heads mean, in place of what was remembered before.
pub fn remember_header_mapping(
    tx: &mut Tx<'_>,
    org: Id<kind::Org>,
    fingerprint: &str,
    mapping: &str,
) -> Result<(), StoreError> {
    tx.run(&MAPPING_SET, &values![tx.tenant(), &org, fingerprint, mapping]).map(|_| ())
}

fn read_org(columns: &mut Columns<'_>) -> Result<Org, StoreError> {
    Ok(Org {
        id: columns.take()?,
        code: columns.take()?,
        name: columns.take()?,
        territory: columns.take()?,
    })
}

fn read_user(columns: &mut Columns<'_>) -> Result<User, StoreError> {
    Ok(User { id: columns.take()?, name: columns.take()?, suspended_at_ms: columns.take()? })
}
