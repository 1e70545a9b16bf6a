//! How people prove who they are: passwords, logins that last, links that work once, and the
//! tries that limits count. Second factors are in [`crate::factors`].
//!
//! What a browser or a letter holds is never kept here, only its hash.

use base::Id;
use base::id::kind;

use crate::orgs::User;
use crate::sql::{Sql, sql};
use crate::value::{Columns, values};
use crate::{StoreError, Tx, access};

static CREDENTIAL_GET: Sql = sql!("credential_get");
static CREDENTIAL_AGE: Sql = sql!("credential_age");
static CREDENTIAL_SET: Sql = sql!("credential_set");
static CREDENTIAL_COUNT: Sql = sql!("credential_count_by_role");
static SESSION_INSERT: Sql = sql!("session_insert");
static SESSION_GET: Sql = sql!("session_get");
static SESSION_LIST: Sql = sql!("session_list");
static SESSION_SEE: Sql = sql!("session_see");
static SESSION_END: Sql = sql!("session_end");
static SESSION_END_ALL: Sql = sql!("session_end_all");
static SESSION_END_PROVIDED: Sql = sql!("session_end_provided");
static SESSION_FORGET: Sql = sql!("session_forget");
static TRY_INSERT: Sql = sql!("sign_in_try_insert");
static TRY_LIST: Sql = sql!("sign_in_try_list");
static TRY_CLEAR: Sql = sql!("sign_in_try_clear");
static TRY_FORGET: Sql = sql!("sign_in_try_forget");
static LINK_INSERT: Sql = sql!("one_time_link_insert");
static LINK_GET: Sql = sql!("one_time_link_get");
static LINK_DELETE: Sql = sql!("one_time_link_delete");
static LINK_FORGET: Sql = sql!("one_time_link_forget");
static LINK_REVOKE: Sql = sql!("one_time_link_revoke");
static LINK_REVOKE_UNHELD: Sql = sql!("one_time_link_revoke_unheld");

/// The SHA-256 of a token.
pub type TokenHash = [u8; 32];

/// How far a login has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The password was right; the second factor is awaited.
    Code,
    /// The password was right; a second factor has to be set up.
    Enrol,
    /// Signed in.
    Whole,
}

impl Stage {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Code => "code",
            Stage::Enrol => "enrol",
            Stage::Whole => "whole",
        }
    }

    fn from_name(name: &str) -> Option<Stage> {
        [Stage::Code, Stage::Enrol, Stage::Whole].into_iter().find(|stage| stage.name() == name)
    }
}

/// How a login began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// By password, or by a link that sets one.
    Password,
    /// Through the identity provider of the office.
    Provider,
    /// The same, and the provider says that two factors were asked for.
    ProviderTwoFactors,
}

impl Entry {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Entry::Password => "password",
            Entry::Provider => "provider",
            Entry::ProviderTwoFactors => "provider-two-factors",
        }
    }

    fn from_name(name: &str) -> Option<Entry> {
        let all = [Entry::Password, Entry::Provider, Entry::ProviderTwoFactors];
        all.into_iter().find(|entry| entry.name() == name)
    }
}

/// A login that lasts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Which.
    pub id: Id<kind::Session>,
    /// Whose.
    pub holder: Id<kind::User>,
    /// The name of the account.
    pub name: Box<str>,
    /// How far it has come.
    pub stage: Stage,
    /// The browser, in plain words.
    pub device: Box<str>,
    /// When it was made, in milliseconds since 1970-01-01 UTC.
    pub made_at_ms: i64,
    /// When it was last used, within a minute.
    pub seen_at_ms: i64,
    /// When it ends, used or not.
    pub ends_at_ms: i64,
    /// How it began.
    pub entry: Entry,
}

/// What a link that works once is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The first administrator.
    FirstRun,
    /// Somebody who has no password yet.
    Invitation,
    /// Somebody who lost theirs.
    Recovery,
}

impl Purpose {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Purpose::FirstRun => "first-run",
            Purpose::Invitation => "invitation",
            Purpose::Recovery => "recovery",
        }
    }

    fn from_name(name: &str) -> Option<Purpose> {
        let all = [Purpose::FirstRun, Purpose::Invitation, Purpose::Recovery];
        all.into_iter().find(|purpose| purpose.name() == name)
    }
}

/// A link that works once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Which; the address holds another number.
    pub id: [u8; 16],
    /// What for.
    pub purpose: Purpose,
    /// For whom; nobody yet for the first administrator.
    pub holder: Option<Id<kind::User>>,
    /// When it stops to work, in milliseconds since 1970-01-01 UTC.
    pub ends_at_ms: i64,
}

/// The hash of somebody's password.
pub fn password(tx: &mut Tx<'_>, holder: Id<kind::User>) -> Result<Option<String>, StoreError> {
    tx.one(&CREDENTIAL_GET, &values![tx.tenant(), &holder], |columns| columns.take())
}

/// Makes or replaces the hash of somebody's password.
pub fn set_password(
    tx: &mut Tx<'_>,
    holder: Id<kind::User>,
    hash: &str,
    now_ms: i64,
) -> Result<(), StoreError> {
    tx.run(&CREDENTIAL_SET, &values![tx.tenant(), &holder, hash, now_ms]).map(|_| ())
}

/// When somebody's password was set, in milliseconds since 1970-01-01 UTC.
pub fn password_changed_at_ms(
    tx: &mut Tx<'_>,
    holder: Id<kind::User>,
) -> Result<Option<i64>, StoreError> {
    tx.one(&CREDENTIAL_AGE, &values![tx.tenant(), &holder], |columns| columns.take())
}

/// How many of a role have a password.
pub fn passwords_of_role(tx: &mut Tx<'_>, role: &str) -> Result<u64, StoreError> {
    let count = tx.one(&CREDENTIAL_COUNT, &values![tx.tenant(), role], |columns| columns.take())?;
    Ok(count.unwrap_or(0))
}

/// Keeps a login.
pub fn insert_session(
    tx: &mut Tx<'_>,
    token: &TokenHash,
    session: &Session,
) -> Result<(), StoreError> {
    let values = values![
        tx.tenant(),
        token,
        &session.id,
        &session.holder,
        session.stage.name(),
        &session.device,
        session.made_at_ms,
        session.seen_at_ms,
        session.ends_at_ms,
        session.entry.name(),
    ];
    tx.run(&SESSION_INSERT, &values).map(|_| ())
}

/// The login of a token, ended or not: whoever asks looks at its times.
pub fn session(tx: &mut Tx<'_>, token: &TokenHash) -> Result<Option<Session>, StoreError> {
    tx.one(&SESSION_GET, &values![tx.tenant(), token], read_session)
}

/// The login of a token, ended or not, with the account whose it is.
pub fn login(tx: &mut Tx<'_>, token: &TokenHash) -> Result<Option<(Session, User)>, StoreError> {
    tx.one(&SESSION_GET, &values![tx.tenant(), token], |columns| {
        let session = read_session(columns)?;
        let (id, name) = (session.holder, session.name.clone());
        Ok((session, User { id, name, suspended_at_ms: columns.take()? }))
    })
}

/// Notes that a login will be asked for, with what its holder may.
pub fn foresee_login(tx: &mut Tx<'_>, token: &TokenHash, holder: Id<kind::User>) {
    let tenant = tx.tenant();
    tx.foresee(&SESSION_GET, &values![tenant, token]);
    access::foresee_grants_of(tx, holder);
}

/// Somebody's logins, the last used first.
pub fn sessions(tx: &mut Tx<'_>, holder: Id<kind::User>) -> Result<Vec<Session>, StoreError> {
    tx.all(&SESSION_LIST, &values![tx.tenant(), &holder], read_session)
}

/// Notes that a login was used.
pub fn see_session(tx: &mut Tx<'_>, token: &TokenHash, now_ms: i64) -> Result<(), StoreError> {
    tx.run(&SESSION_SEE, &values![now_ms, tx.tenant(), token]).map(|_| ())
}

/// Ends one login of somebody; whether there was one.
pub fn end_session(
    tx: &mut Tx<'_>,
    holder: Id<kind::User>,
    id: Id<kind::Session>,
) -> Result<bool, StoreError> {
    Ok(tx.run(&SESSION_END, &values![tx.tenant(), &holder, &id])? > 0)
}

/// Ends all logins of somebody but one; how many.
pub fn end_sessions(
    tx: &mut Tx<'_>,
    holder: Id<kind::User>,
    but: Option<Id<kind::Session>>,
) -> Result<u64, StoreError> {
    let but = but.unwrap_or(Id::from_bytes([0; 16]));
    tx.run(&SESSION_END_ALL, &values![tx.tenant(), &holder, &but])
}

/// Ends the logins of somebody that began at an identity provider; how many.
pub fn end_provided_sessions(tx: &mut Tx<'_>, holder: Id<kind::User>) -> Result<u64, StoreError> {
    tx.run(&SESSION_END_PROVIDED, &values![tx.tenant(), &holder])
}

/// Drops logins that ended before a moment or were last used before another.
pub fn forget_sessions(
    tx: &mut Tx<'_>,
    ended_before_ms: i64,
    seen_before_ms: i64,
) -> Result<u64, StoreError> {
    tx.run(&SESSION_FORGET, &values![tx.tenant(), ended_before_ms, seen_before_ms])
}

/// Counts a try to sign in under a name.
pub fn insert_try(
    tx: &mut Tx<'_>,
    subject: &[u8; 16],
    id: &[u8; 16],
    at_ms: i64,
) -> Result<(), StoreError> {
    tx.run(&TRY_INSERT, &values![tx.tenant(), subject, id, at_ms]).map(|_| ())
}

/// When somebody tried to sign in under a name since a moment, oldest first.
pub fn tries_since(
    tx: &mut Tx<'_>,
    subject: &[u8; 16],
    since_ms: i64,
) -> Result<Vec<i64>, StoreError> {
    tx.all(&TRY_LIST, &values![tx.tenant(), subject, since_ms], |columns| columns.take())
}

/// Drops the tries under a name, as after a success.
pub fn clear_tries(tx: &mut Tx<'_>, subject: &[u8; 16]) -> Result<(), StoreError> {
    tx.run(&TRY_CLEAR, &values![tx.tenant(), subject]).map(|_| ())
}

/// Drops tries older than a moment.
pub fn forget_tries(tx: &mut Tx<'_>, before_ms: i64) -> Result<u64, StoreError> {
    tx.run(&TRY_FORGET, &values![tx.tenant(), before_ms])
}

/// Keeps a link.
pub fn insert_link(tx: &mut Tx<'_>, token: &TokenHash, link: &Link) -> Result<(), StoreError> {
    let values = values![
        tx.tenant(),
        token,
        &link.id,
        link.purpose.name(),
        link.holder.as_ref(),
        link.ends_at_ms,
    ];
    tx.run(&LINK_INSERT, &values).map(|_| ())
}

/// The link of a token.
pub fn link(tx: &mut Tx<'_>, token: &TokenHash) -> Result<Option<Link>, StoreError> {
    tx.one(&LINK_GET, &values![tx.tenant(), token], |columns| {
        Ok(Link {
            id: columns.take()?,
            purpose: columns.take_with("a link's purpose", Purpose::from_name)?,
            holder: columns.take()?,
            ends_at_ms: columns.take()?,
        })
    })
}

/// Uses a link up; whether it was there.
pub fn use_link(tx: &mut Tx<'_>, token: &TokenHash) -> Result<bool, StoreError> {
    Ok(tx.run(&LINK_DELETE, &values![tx.tenant(), token])? > 0)
}

/// Takes back the links of a purpose for somebody, or for nobody yet.
pub fn revoke_links(
    tx: &mut Tx<'_>,
    purpose: Purpose,
    holder: Option<Id<kind::User>>,
) -> Result<(), StoreError> {
    match holder {
        Some(holder) => tx.run(&LINK_REVOKE, &values![tx.tenant(), purpose.name(), &holder]),
        None => tx.run(&LINK_REVOKE_UNHELD, &values![tx.tenant(), purpose.name()]),
    }
    .map(|_| ())
}

/// Drops links that ended before a moment.
pub fn forget_links(tx: &mut Tx<'_>, before_ms: i64) -> Result<u64, StoreError> {
    tx.run(&LINK_FORGET, &values![tx.tenant(), before_ms])
}

fn read_session(columns: &mut Columns<'_>) -> Result<Session, StoreError> {
    Ok(Session {
        id: columns.take()?,
        holder: columns.take()?,
        name: columns.take()?,
        stage: columns.take_with("a session's stage", Stage::from_name)?,
        device: columns.take()?,
        made_at_ms: columns.take()?,
        seen_at_ms: columns.take()?,
        ends_at_ms: columns.take()?,
        entry: columns.take_with("how a session began", Entry::from_name)?,
    })
}
