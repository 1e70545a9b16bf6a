//! Links that work once: the first administrator, an invitation, access given back.

use store::accounts::{self, Link, Purpose};
use store::orgs::User;

use super::{MINUTE_MS, Opened, Token};
use crate::error::{AppError, ErrorKind};
use crate::grants::is_account_name;
use crate::office::{Actor, Office, Role};
use domain::access::Grant;

/// What a link is for, before it is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkView {
    /// What for.
    pub purpose: Purpose,
    /// The name of the account; none when the first administrator chooses one.
    pub name: Option<Box<str>>,
}

/// What somebody with a link chose.
pub struct NewAccount<'a> {
    /// The name of the first administrator; elsewhere it is known already.
    pub name: &'a str,
    /// The password.
    pub password: &'a str,
    /// The browser, in plain words.
    pub device: &'a str,
}

/// How long a link works, in minutes.
pub fn minutes_of(purpose: Purpose) -> i64 {
    match purpose {
        Purpose::FirstRun => 30,
        Purpose::Recovery => 60,
        Purpose::Invitation => 3 * 24 * 60,
    }
}

impl Office {
    /// A link for the first administrator while none has a password; any before is void.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn first_run_link(&self) -> Result<Option<Token>, AppError> {
        let role = Role::Administrator.name();
        if self.store.read(|tx| accounts::passwords_of_role(tx, role))? > 0 {
            return Ok(None);
        }
        self.store.write(|tx| self.new_link(tx, Purpose::FirstRun, None)).map(Some)
    }

    /// A link with which somebody sets the first password; any before is void.
    ///
    /// # Errors
    /// `USER_UNKNOWN`.
    pub fn invite(&self, actor: &Actor, name: &str) -> Result<Token, AppError> {
        self.store.write(|tx| {
            let user = store::orgs::user_by_name(tx, name)?
                .ok_or_else(|| AppError::not_found("USER_UNKNOWN", name))?;
            self.record(tx, actor, "user-invited", "user", user.id.as_bytes())?;
            self.new_link(tx, Purpose::Invitation, Some(&user))
        })
    }

    /// What a link is for, if it still works; looking does not use it up.
    ///
    /// # Errors
    /// `LINK_ENDED`.
    pub fn link(&self, token: &Token) -> Result<LinkView, AppError> {
        let now = self.now_ms();
        self.store.read(|tx| {
            let link = accounts::link(tx, &token.hash())?.filter(|link| link.ends_at_ms > now);
            let link = link.ok_or_else(ended)?;
            let user = match link.holder {
                Some(holder) => store::orgs::user(tx, holder)?,
                None => None,
            };
            Ok(LinkView { purpose: link.purpose, name: user.map(|user| user.name) })
        })
    }

    /// Uses a link: sets the password and signs in. Access given back drops every second factor
    /// and every login there was.
    ///
    /// # Errors
    /// `LINK_ENDED`, `CODE_TAKEN` for a name of another role, `NAME_UNFIT`, and those of
    /// [`super::password::check`].
    pub fn use_link(&self, token: &Token, chosen: &NewAccount<'_>) -> Result<Opened, AppError> {
        let view = self.link(token)?;
        let name = view.name.as_deref().unwrap_or(chosen.name).trim();
        if view.name.is_none() && !is_account_name(name) {
            return Err(AppError::usage("NAME_UNFIT", name));
        }
        let hash = self.checked_hash(name, chosen.password)?;
        let now = self.now_ms();
        self.store.write(|tx| {
            let link = accounts::link(tx, &token.hash())?.filter(|link| link.ends_at_ms > now);
            let link = link.ok_or_else(ended)?;
            accounts::use_link(tx, &token.hash())?;
            let user = match link.holder {
                Some(holder) => store::orgs::user(tx, holder)?.ok_or_else(ended)?,
                None => self.first_administrator(tx, name)?,
            };
            accounts::set_password(tx, user.id, &hash, now)?;
            accounts::end_sessions(tx, user.id, None)?;
            accounts::clear_tries(tx, &super::subject(&user.name))?;
            if link.purpose == Purpose::Recovery {
                store::factors::clear(tx, user.id)?;
                store::api::end_tokens(tx, user.id, now)?;
            }
            let act = format!("{}-used", link.purpose.name());
            self.record(tx, &Actor::of(&user, Vec::new()), &act, "user", user.id.as_bytes())?;
            self.open_session(tx, &user, chosen.device)
        })
    }

    /// The account of the first administrator: new, or one of that role without a password.
    fn first_administrator(&self, tx: &mut store::Tx<'_>, name: &str) -> Result<User, AppError> {
        let role = Role::Administrator.name();
        if accounts::passwords_of_role(tx, role)? > 0 {
            return Err(ended());
        }
        if let Some(known) = store::orgs::user_by_name(tx, name)? {
            let held = store::access::grants_of(tx, known.id)?;
            let is_one = held.iter().any(|record| record.grant.role == Role::Administrator);
            return match is_one {
                true => Ok(known),
                false => Err(AppError::new(ErrorKind::Conflict, "CODE_TAKEN", name)),
            };
        }
        let user = User::new(self.environment.new_id(), name);
        let grant = Grant::of(Role::Administrator, self.store.tenant(), self.environment.today());
        store::orgs::insert_user(tx, &user)?;
        let held = self.granted(&Actor::of(&user, Vec::new()), user.id, grant);
        store::access::insert_grant(tx, &held)?;
        Ok(user)
    }

    /// A new link, in place of any of the same purpose for the same person.
    pub(super) fn new_link(
        &self,
        tx: &mut store::Tx<'_>,
        purpose: Purpose,
        user: Option<&User>,
    ) -> Result<Token, AppError> {
        let token = self.new_token();
        let holder = user.map(|user| user.id);
        accounts::revoke_links(tx, purpose, holder)?;
        let ends_at_ms = self.now_ms() + minutes_of(purpose) * MINUTE_MS;
        let id = self.environment.random_bytes();
        accounts::insert_link(tx, &token.hash(), &Link { id, purpose, holder, ends_at_ms })?;
        Ok(token)
    }
}

fn ended() -> AppError {
    AppError::not_found("LINK_ENDED", "")
}
