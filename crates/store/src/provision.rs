//! A place made ready for registers: its schema brought up to date and, on PostgreSQL, its tables
//! closed between regencies and opened just as far as the application's role needs.
//!
//! This comes as the owner of the tables; everything else comes as a role that owns nothing.

use crate::Tx;
use crate::engine::{Access, Capacity, Link, Location};
use crate::error::StoreError;
use crate::migrate;
use crate::spread;
use crate::sql::{Sql, sql_twin};
use crate::value::values;

static SECURED_COUNT: Sql = sql_twin!("secured_count");
static UNSECURED: Sql = sql_twin!("unsecured_list");
static ROLE_LIST: Sql = sql_twin!("role_list");
static ROLE_COUNT: Sql = sql_twin!("role_count");

pub(crate) const SECURE: &str = include_str!("../provision/secure.sql");
pub(crate) const DEFERRABLE: &str = include_str!("../provision/deferrable.sql");
pub(crate) const GRANT: &str = include_str!("../provision/grant.sql");
pub(crate) const GRANT_READ: &str = include_str!("../provision/grant_read.sql");
pub(crate) const BI: &str = include_str!("../provision/bi.sql");
pub(crate) const GRANT_BI: &str = include_str!("../provision/grant_bi.sql");

/// How a place is to be made ready.
#[derive(Debug, Clone, Copy)]
pub struct Provision<'a> {
    /// The role that the application will come as; those of earlier times keep their rights.
    pub app_role: Option<&'a str>,
    /// A role that may look at everything of the regency it names, and change nothing.
    pub read_role: Option<&'a str>,
    /// A role of a reporting tool: it sees numbers without identity, and no table.
    pub bi_role: Option<&'a str>,
    /// Say what would be done, and do nothing.
    pub plan_only: bool,
}

/// What was done, or would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provisioned {
    /// The newest migration this program knows.
    pub schema: i64,
    /// The migrations taken now, each with its kind: `expand` or `contract`.
    pub taken: Vec<(&'static str, &'static str)>,
    /// Tables that keep regencies apart.
    pub tables_secured: u64,
    /// Roles of the application.
    pub app_roles: Vec<String>,
}

/// Makes a place ready.
///
/// # Errors
/// [`StoreError::SchemaNewer`] when a newer Payung has been here, `NotFound` for a role that is not
/// there or could look past the policies, `Forbidden` when this role does not own the tables.
pub fn provision(location: &Location, wanted: &Provision<'_>) -> Result<Provisioned, StoreError> {
    let mut link = Link::open(location, Access::Write, Capacity::Migrator)?;
    link.begin(Access::Write, None)?;
    let done = within(&mut link, wanted);
    match (&done, wanted.plan_only) {
        (Ok(_), false) => link.commit()?,
        _ => link.rollback()?,
    }
    done
}

/// Tables of a server that do not keep regencies apart; a file holds one regency alone.
///
/// # Errors
/// [`StoreError::Unavailable`] when the register does not answer.
pub fn unsecured(tx: &mut Tx<'_>) -> Result<Vec<String>, StoreError> {
    tx.all(&UNSECURED, &[], |columns| columns.take())
}

fn within(link: &mut Link, wanted: &Provision<'_>) -> Result<Provisioned, StoreError> {
    let mut done = Provisioned {
        schema: migrate::newest(),
        taken: Vec::new(),
        tables_secured: 0,
        app_roles: Vec::new(),
    };
    if wanted.plan_only {
        done.taken = migrate::pending(link)?;
    } else {
        done.taken = migrate::migrate(link)?;
        if link.is_postgres() {
            link.batch(DEFERRABLE)?;
            spread::give_to_citus(link)?;
            secure(link, wanted)?;
        }
    }
    if link.has_table("pemda")? {
        link.each(&SECURED_COUNT, &[], &mut |mut columns| {
            done.tables_secured = columns.take()?;
            Ok(())
        })?;
        done.app_roles = app_roles(link)?;
    }
    Ok(done)
}

pub(crate) fn secure(link: &mut Link, wanted: &Provision<'_>) -> Result<(), StoreError> {
    link.batch(DEFERRABLE)?;
    link.batch(SECURE)?;
    link.batch(BI)?;
    let mut roles = app_roles(link)?;
    roles.extend(wanted.app_role.map(str::to_owned));
    for role in &roles {
        grant(link, GRANT, role)?;
    }
    if let Some(role) = wanted.read_role {
        grant(link, GRANT_READ, role)?;
    }
    if let Some(role) = wanted.bi_role {
        grant(link, GRANT_BI, role)?;
    }
    Ok(())
}

/// The roles that were given the application's rights before.
fn app_roles(link: &mut Link) -> Result<Vec<String>, StoreError> {
    let mut roles = Vec::new();
    link.each(&ROLE_LIST, &[], &mut |mut columns| {
        roles.push(columns.take()?);
        Ok(())
    })?;
    Ok(roles)
}

/// Gives a role its rights, when it is one that policies hold for.
fn grant(link: &mut Link, text: &str, role: &str) -> Result<(), StoreError> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    let mut found = 0_i64;
    if role.bytes().all(plain) && role.starts_with(|c: char| !c.is_ascii_digit()) {
        link.each(&ROLE_COUNT, &values![role], &mut |mut columns| {
            found = columns.take()?;
            Ok(())
        })?;
    }
    match found {
        0 => Err(StoreError::NotFound { what: "database role" }),
        _ => link.batch(&text.replace("ROLE", role)),
    }
}
