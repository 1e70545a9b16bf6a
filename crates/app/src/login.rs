//! Who is at the door: signing in and out, logins that last, and the first administrator.
//!
//! A browser keeps a random token, the register only its hash. What somebody may is read at each
//! request, so that a role taken away is gone with the next page.

pub mod passkey;
pub mod password;
pub mod provider;
pub mod totp;

mod keys;
mod links;
mod recovery;
mod second;

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use base::Id;
use base::id::kind;
use domain::access::Operation;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use store::Tx;
use store::accounts::{self, Entry, Stage, TokenHash};
use store::orgs::User;

use crate::error::AppError;
use crate::office::{Actor, Office};
use crate::people::PersonFile;

pub use keys::KeyAnswer;
pub use links::{LinkView, NewAccount};
pub use recovery::{Recovery, RecoveryStand};
pub use second::{AppAdded, OfferedApp, SecondFactors};
pub use store::accounts::{Purpose, Session, Stage as SignInStage};
pub use store::factors::Passkey;

/// A login that nobody uses ends after half an hour.
pub const IDLE_MS: i64 = 30 * MINUTE_MS;
/// A login ends after half a day, used or not.
pub const WHOLE_MS: i64 = 12 * 60 * MINUTE_MS;
/// Wrong tries under one name before it waits.
pub const TRIES: usize = 5;
/// The time in which the tries are counted, and that the name waits at most.
pub const TRIES_MS: i64 = 15 * MINUTE_MS;
const MINUTE_MS: i64 = 60_000;
/// Logins whose holders are remembered.
const HOLDERS_MOST: usize = 10_000;

/// What a browser keeps: 256 random bits in hexadecimal. It has no way of being printed by mistake.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

/// Somebody at the door.
pub struct SignIn<'a> {
    /// The name of the account.
    pub name: &'a str,
    /// The password.
    pub password: &'a str,
    /// The browser, in plain words.
    pub device: &'a str,
}

/// A login that began.
pub struct Opened {
    /// What the browser keeps from now on.
    pub token: Token,
    /// What is still missing.
    pub stage: Stage,
}

/// The login that a request belongs to.
#[derive(Debug, Clone)]
pub struct Login {
    /// Which, whose, since when.
    pub session: Session,
    /// Who acts; nobody before the login is whole.
    pub actor: Option<Actor>,
}

/// Somebody as the holder of a login may see them, or why not.
pub type Looked = Result<PersonFile, AppError>;

/// Whose logins the last requests belonged to: only a guess of what will be asked next, so that it
/// is asked at once. Who somebody is, and what they may, is read anew each time.
#[derive(Default)]
pub struct Holders {
    known: Mutex<HashMap<TokenHash, Id<kind::User>>>,
}

impl Holders {
    fn of(&self, token: &TokenHash) -> Option<Id<kind::User>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).get(token).copied()
    }

    fn note(&self, token: &TokenHash, holder: Id<kind::User>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= HOLDERS_MOST && !known.contains_key(token) {
            known.clear();
        }
        known.insert(*token, holder);
    }
}

impl Token {
    /// What to send to the browser.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Reads what a browser sent back.
    pub fn parse(text: &str) -> Option<Token> {
        let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        let whole = text.len() == 64 && text.bytes().all(is_hex);
        whole.then(|| Token(text.to_owned()))
    }

    /// What every form of this browser must send back.
    pub fn form_key(&self) -> String {
        hex(&self.keyed(b"payung form"))
    }

    /// What follows from the token for one purpose, and tells nothing of the token.
    fn keyed(&self, purpose: &[u8]) -> [u8; 32] {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(self.0.as_bytes()).expect("any length will do");
        mac.update(purpose);
        mac.finalize().into_bytes().into()
    }

    /// Whether a form sent back what it must; the time taken does not tell how much of it is right.
    pub fn is_form_key(&self, sent: &str) -> bool {
        let known = self.form_key();
        let differs = |(one, other): (u8, u8)| one ^ other;
        known.len() == sent.len()
            && known.bytes().zip(sent.bytes()).map(differs).fold(0, |sum, bits| sum | bits) == 0
    }

    pub(crate) fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

/// When a login ends if nobody uses it any more, in milliseconds since 1970-01-01 UTC.
pub fn ends_at_ms(session: &Session) -> i64 {
    session.ends_at_ms.min(session.seen_at_ms + IDLE_MS)
}

impl Office {
    /// A new token of nobody.
    pub fn new_token(&self) -> Token {
        Token(hex(&self.environment.random_bytes::<32>()))
    }

    /// Signs somebody in by password: the same answer and the same time whoever it is not.
    ///
    /// # Errors
    /// `SIGN_IN_WRONG`; `SIGN_IN_LOCKED` with the minutes to wait.
    pub fn sign_in(&self, asked: &SignIn<'_>) -> Result<Opened, AppError> {
        let name = asked.name.trim();
        let subject = subject(name);
        self.count_try(&subject, name)?;
        let (user, kept) = self.store.read(|tx| {
            let user = store::orgs::user_by_name(tx, name)?;
            let kept = match &user {
                Some(user) => accounts::password(tx, user.id)?,
                None => None,
            };
            Ok::<_, AppError>((user, kept))
        })?;
        let right = password::verify(asked.password, kept.as_deref());
        let wrong = || AppError::refused("SIGN_IN_WRONG", "");
        let Some(user) = user.filter(|_| right) else { return Err(wrong()) };
        self.store.write(|tx| {
            let actor = self.actor_of(tx, &user)?;
            // Somebody suspended or without any role is told no more than a stranger.
            if !self.may_somewhere(&actor, Operation::OwnDesk) {
                return Err(wrong());
            }
            accounts::clear_tries(tx, &subject)?;
            self.forget_old(tx)?;
            self.record(tx, &actor, "signed-in", "user", user.id.as_bytes())?;
            self.open_session(tx, &user, asked.device, Entry::Password)
        })
    }

    /// The login of a token, if it still lasts; what the holder may is read anew.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn login(&self, token: &Token) -> Result<Option<Login>, AppError> {
        let hash = token.hash();
        let found = self.store.read(|tx| self.login_now(tx, &hash))?;
        self.note_use(&hash, found.as_ref());
        Ok(found)
    }

    /// The login of a token, and somebody whom its holder looks at, masked: both read from one
    /// state of the register, and asked for at once. Who is not signed in sees nobody.
    ///
    /// # Errors
    /// Those of the register; inside, those of [`Office::person_looked_at`].
    pub fn login_looking(
        &self,
        token: &Token,
        person: Id<kind::Person>,
    ) -> Result<Option<(Login, Option<Looked>)>, AppError> {
        let hash = token.hash();
        let found = self.store.read(|tx| {
            store::people::foresee_file(tx, person);
            let Some(login) = self.login_now(tx, &hash)? else { return Ok(None) };
            let looked = login.actor.as_ref().map(|actor| self.look_at(tx, actor, person, None));
            Ok::<_, AppError>(Some((login, looked)))
        })?;
        self.note_use(&hash, found.as_ref().map(|(login, _)| login));
        Ok(found)
    }

    /// The login of a token at this moment, with what its holder may.
    fn login_now(&self, tx: &mut Tx<'_>, hash: &TokenHash) -> Result<Option<Login>, AppError> {
        if let Some(holder) = self.holders.of(hash) {
            accounts::foresee_login(tx, hash, holder);
        }
        let Some((mut session, user)) = accounts::login(tx, hash)? else { return Ok(None) };
        self.holders.note(hash, session.holder);
        let actor = self.actor_of(tx, &user)?;
        let is_open = self.may_somewhere(&actor, Operation::OwnDesk);
        if ends_at_ms(&session) <= self.now_ms() || !is_open {
            return Ok(None);
        }
        // A role that asks for more may have come after the login began.
        let is_whole = session.stage == Stage::Whole && session.entry != Entry::ProviderTwoFactors;
        if is_whole && second::is_asked_of(&actor) && !second::has_any(tx, user.id)? {
            session.stage = Stage::Enrol;
        }
        let actor = Some(actor).filter(|_| session.stage == Stage::Whole);
        Ok(Some(Login { session, actor }))
    }

    /// Notes now and then that a login is used.
    fn note_use(&self, hash: &TokenHash, login: Option<&Login>) {
        let now = self.now_ms();
        if login.is_some_and(|login| login.session.seen_at_ms + MINUTE_MS <= now) {
            // Two requests at once may both want to note it: one is enough.
            let _ = self.store.write(|tx| accounts::see_session(tx, hash, now));
        }
    }

    /// Ends the login of a token.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn sign_out(&self, token: &Token) -> Result<(), AppError> {
        let hash = token.hash();
        self.store.write(|tx| {
            let Some(session) = accounts::session(tx, &hash)? else { return Ok(()) };
            accounts::end_session(tx, session.holder, session.id)?;
            let actor = actor_of(&session);
            self.record(tx, &actor, "signed-out", "user", session.holder.as_bytes())
        })
    }

    /// The logins of somebody, the last used first; ended ones are not among them.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn sessions(&self, actor: &Actor) -> Result<Vec<Session>, AppError> {
        let now = self.now_ms();
        let mut found = self.store.read(|tx| accounts::sessions(tx, actor.id))?;
        found.retain(|session| ends_at_ms(session) > now);
        Ok(found)
    }

    /// Ends one login of one's own.
    ///
    /// # Errors
    /// `SESSION_UNKNOWN`.
    pub fn end_session(&self, actor: &Actor, id: Id<kind::Session>) -> Result<(), AppError> {
        self.store.write(|tx| match accounts::end_session(tx, actor.id, id)? {
            true => self.record(tx, actor, "session-ended", "user", actor.id.as_bytes()),
            false => Err(AppError::not_found("SESSION_UNKNOWN", "")),
        })
    }

    /// Ends all logins of one's own but the one at hand.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn end_other_sessions(
        &self,
        actor: &Actor,
        but: Id<kind::Session>,
    ) -> Result<(), AppError> {
        self.store.write(|tx| {
            accounts::end_sessions(tx, actor.id, Some(but))?;
            self.record(tx, actor, "sessions-ended", "user", actor.id.as_bytes())
        })
    }

    /// Changes one's own password, by the one it had; every other login ends.
    ///
    /// # Errors
    /// `SIGN_IN_WRONG`, `SIGN_IN_LOCKED`, and those of [`password::check`].
    pub fn change_password(&self, login: &Login, old: &str, new: &str) -> Result<(), AppError> {
        self.prove_password(&login.session, old)?;
        let hash = self.checked_hash(&login.session.name, new)?;
        let actor = actor_of(&login.session);
        self.store.write(|tx| {
            accounts::set_password(tx, actor.id, &hash, self.now_ms())?;
            accounts::end_sessions(tx, actor.id, Some(login.session.id))?;
            self.record(tx, &actor, "password-changed", "user", actor.id.as_bytes())
        })
    }

    /// Sets the password of an account, as whoever holds the register's machine may.
    ///
    /// # Errors
    /// `USER_UNKNOWN`, and those of [`password::check`].
    pub fn set_password(&self, actor: &Actor, name: &str, password: &str) -> Result<(), AppError> {
        let hash = self.checked_hash(name, password)?;
        self.store.write(|tx| {
            let user = store::orgs::user_by_name(tx, name)?
                .ok_or_else(|| AppError::not_found("USER_UNKNOWN", name))?;
            accounts::set_password(tx, user.id, &hash, self.now_ms())?;
            accounts::end_sessions(tx, user.id, None)?;
            store::api::end_tokens(tx, user.id, self.now_ms())?;
            accounts::clear_tries(tx, &subject(name))?;
            self.record(tx, actor, "password-set", "user", user.id.as_bytes())
        })
    }

    /// Asks for the password again, within the same limits as at the door.
    pub(crate) fn prove_password(&self, session: &Session, password: &str) -> Result<(), AppError> {
        let subject = subject(&session.name);
        self.count_try(&subject, &session.name)?;
        let kept = self.store.read(|tx| accounts::password(tx, session.holder))?;
        match password::verify(password, kept.as_deref()) {
            true => Ok(self.store.write(|tx| accounts::clear_tries(tx, &subject))?),
            false => Err(AppError::refused("SIGN_IN_WRONG", "")),
        }
    }

    fn checked_hash(&self, name: &str, password: &str) -> Result<String, AppError> {
        let place = self.place_name();
        let places: Vec<&str> = std::iter::once(place.as_str()).chain(place.split(' ')).collect();
        password::check(password, name, &places)?;
        Ok(password::hash(password, &self.environment.random_bytes()))
    }

    /// Counts a try before it is judged, so that many at once are not more than the limit.
    fn count_try(&self, subject: &[u8; 16], name: &str) -> Result<(), AppError> {
        let now = self.now_ms();
        let id = self.environment.random_bytes();
        self.store.write(|tx| {
            let tries = accounts::tries_since(tx, subject, now - TRIES_MS)?;
            if tries.len() >= TRIES {
                let free_at = tries[tries.len() - TRIES] + TRIES_MS;
                let minutes = (free_at - now + MINUTE_MS - 1) / MINUTE_MS;
                let locked = AppError::refused("SIGN_IN_LOCKED", minutes.max(1).to_string());
                return Err(locked);
            }
            accounts::insert_try(tx, subject, &id, now)?;
            match (tries.len() + 1 == TRIES, store::orgs::user_by_name(tx, name)?) {
                (true, Some(user)) => {
                    let line = Actor::of(&user, Vec::new());
                    self.record(tx, &line, "sign-in-last-try", "user", user.id.as_bytes())
                }
                _ => Ok(()),
            }
        })
    }

    /// Begins a login with a token that nobody had before.
    fn open_session(
        &self,
        tx: &mut Tx<'_>,
        user: &User,
        device: &str,
        entry: Entry,
    ) -> Result<Opened, AppError> {
        let stage = match entry {
            Entry::ProviderTwoFactors => Stage::Whole,
            Entry::Password | Entry::Provider => self.stage_of(tx, user.id)?,
        };
        let token = self.new_token();
        let now = self.now_ms();
        let session = Session {
            id: self.environment.new_id(),
            holder: user.id,
            name: user.name.clone(),
            stage,
            device: device.chars().take(80).collect::<String>().into(),
            made_at_ms: now,
            seen_at_ms: now,
            ends_at_ms: now + WHOLE_MS,
            entry,
        };
        accounts::insert_session(tx, &token.hash(), &session)?;
        Ok(Opened { token, stage })
    }

    fn forget_old(&self, tx: &mut Tx<'_>) -> Result<(), AppError> {
        let now = self.now_ms();
        accounts::forget_sessions(tx, now, now - IDLE_MS)?;
        accounts::forget_tries(tx, now - TRIES_MS)?;
        accounts::forget_links(tx, now)?;
        Ok(())
    }
}

/// Under which number the tries of a name are counted, whether there is such an account or not.
fn subject(name: &str) -> [u8; 16] {
    let digest = Sha256::digest(name.trim().to_lowercase().as_bytes());
    digest[..16].try_into().expect("a digest has more than 16 bytes")
}

/// Somebody for the audit line; what they may is not asked here.
fn actor_of(session: &Session) -> Actor {
    Actor { id: session.holder, name: session.name.clone(), grants: Vec::new(), through: None }
}

fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from(b"0123456789abcdef"[usize::from(half)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests;
