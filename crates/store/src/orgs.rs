//! Organisations, how they are reached, the people who act for them, and what they call columns.

use base::Id;
use base::id::kind;
use domain::organisation::{Contact, Org, OrgKind, OrgKindKey, OrgTraits};

use crate::people::take_sealed;
use crate::seal::{self, Owner, Seal, take_wrapped};
use crate::sql::{Sql, sql};
use crate::value::{Columns, Value, corrupt, values};
use crate::{StoreError, Tx};

static INSERT: Sql = sql!("org_insert");
static BY_CODE: Sql = sql!("org_by_code");
static GET: Sql = sql!("org_get");
static LIST: Sql = sql!("org_list");
static UPDATE: Sql = sql!("org_update");
static PROFILE_SET: Sql = sql!("org_profile_set");
static CONTACT_LIST: Sql = sql!("org_contact_list");
static CONTACT_GET: Sql = sql!("org_contact_get");
static KIND_LIST: Sql = sql!("org_kind_list");
static KIND_INSERT: Sql = sql!("org_kind_insert");
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

/// Adds an office of which no more is said; a taken code is `org_code_unique`.
pub fn insert(tx: &mut Tx<'_>, org: &Org) -> Result<(), StoreError> {
    let values = values![tx.tenant(), &org.id, &org.code, &org.name, org.territory];
    tx.run(&INSERT, &values).map(|_| ())
}

/// Adds many offices of which no more is said.
pub fn insert_all(tx: &mut Tx<'_>, orgs: &[Org]) -> Result<u64, StoreError> {
    let tenant = tx.tenant();
    let rows = orgs.iter();
    tx.insert(
        &INSERT,
        rows.map(|org| values![tenant, &org.id, &org.code, &org.name, org.territory]),
    )
}

/// Keeps an organisation whole, new or known by its id; how it is reached is sealed under its own
/// key.
pub fn keep(tx: &mut Tx<'_>, org: &Org, contact: &Contact, is_new: bool) -> Result<(), StoreError> {
    if is_new {
        insert(tx, org)?;
    } else {
        let values = values![&org.name, org.territory, tx.tenant(), &org.id];
        tx.run(&UPDATE, &values)?;
    }
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let owner = Owner::new(tenant, &org.id);
    let seal = match seal::key_of(tx, org.id.as_bytes())? {
        Some(wrapped) => Some(keys.unwrap(owner, &wrapped)?),
        None if contact.is_empty() => None,
        None => {
            let key = keys.new_key(owner);
            seal::keep_keys(tx, [(org.id.as_bytes(), &key.wrapped)].into_iter())?;
            Some(keys.sealer(&key))
        }
    };
    let sealed = |field: &str, text: &str| -> Value<'static> {
        let seal = seal.as_ref().filter(|_| !text.is_empty());
        Value::from(seal.map(|seal| seal.seal(owner, field, text.as_bytes())))
    };
    let values = [
        Value::from(tenant),
        Value::from(&org.id),
        Value::from(&*org.kind.0),
        Value::from(org.parent.as_ref()),
        Value::from(org.closed_on),
        sealed("address", &contact.address),
        sealed("officer", &contact.officer),
        sealed("office", &contact.office),
        sealed("phone", &contact.phone),
        sealed("email", &contact.email),
    ];
    tx.run(&PROFILE_SET, &values).map(|_| ())
}

/// How every organisation is reached of which anything is known.
pub fn contacts(tx: &mut Tx<'_>) -> Result<Vec<(Id<kind::Org>, Contact)>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    tx.all(&CONTACT_LIST, &values![tenant], |columns| read_contact(keys, tenant, columns))
}

/// How an organisation is reached; nothing known is an empty answer.
pub fn contact(tx: &mut Tx<'_>, id: Id<kind::Org>) -> Result<Contact, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let found =
        tx.one(&CONTACT_GET, &values![tenant, &id], |columns| read_contact(keys, tenant, columns))?;
    Ok(found.map(|(_, contact)| contact).unwrap_or_default())
}

fn read_contact(
    keys: &crate::keys::KeyRing,
    tenant: i64,
    columns: &mut Columns<'_>,
) -> Result<(Id<kind::Org>, Contact), StoreError> {
    let id: Id<kind::Org> = columns.take()?;
    let owner = Owner::new(tenant, &id);
    let wrapped = take_wrapped(columns)?;
    let seal: Option<Seal<'_>> = wrapped.map(|wrapped| keys.unwrap(owner, &wrapped)).transpose()?;
    let mut text = |field: &str| -> Result<Box<str>, StoreError> {
        let plain = take_sealed(columns, seal.as_ref(), owner, field)?.unwrap_or_default();
        let text = String::from_utf8(plain).map_err(|_| corrupt("a sealed text"))?;
        Ok(text.into())
    };
    let contact = Contact {
        address: text("address")?,
        officer: text("officer")?,
        office: text("office")?,
        phone: text("phone")?,
        email: text("email")?,
    };
    Ok((id, contact))
}

/// The kinds that the office has added to those that come with the program, by key.
pub fn kinds(tx: &mut Tx<'_>) -> Result<Vec<OrgKind>, StoreError> {
    tx.all(&KIND_LIST, &values![tx.tenant()], |columns| {
        let key: String = columns.take()?;
        Ok(OrgKind {
            key: OrgKindKey::new(&key),
            name: columns.take()?,
            name_en: columns.take()?,
            traits: columns.take_with("what a kind may be", OrgTraits::parse)?,
        })
    })
}

/// Adds a kind; a taken key is `org_kind_pk`.
pub fn insert_kind(tx: &mut Tx<'_>, kind: &OrgKind) -> Result<(), StoreError> {
    let traits = kind.traits.names();
    let values = values![tx.tenant(), &*kind.key.0, &kind.name, &kind.name_en, traits];
    tx.run(&KIND_INSERT, &values).map(|_| ())
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
    let id = columns.take()?;
    let (code, name): (Box<str>, Box<str>) = (columns.take()?, columns.take()?);
    let plain = Org::plain(id, &code, &name, columns.take()?);
    let kind: Option<String> = columns.take()?;
    let kind = kind.map_or_else(|| plain.kind.clone(), |key| OrgKindKey::new(&key));
    let (parent, closed_on) = (columns.take()?, columns.take()?);
    Ok(Org { kind, parent, closed_on, ..plain })
}

fn read_user(columns: &mut Columns<'_>) -> Result<User, StoreError> {
    Ok(User { id: columns.take()?, name: columns.take()?, suspended_at_ms: columns.take()? })
}
