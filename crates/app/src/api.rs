//! Programs that act for people: by a token of one grant, narrowed to some operations and days;
//! and never twice for one key.
//!
//! A token is never more than its holder: what the grant gives is read anew at each request, and
//! once more inside an approval.

use base::Id;
use base::id::kind;
pub use domain::access::Operations;
use domain::access::{Grant, Operation, Role, Target, policy};
use sha2::{Digest, Sha256};
use store::Tx;
pub use store::api::ApiToken;
use store::api::{self, RequestId};

use crate::error::{AppError, ErrorKind};
use crate::grants::GrantRecord;
use crate::login::{Login, Token};
use crate::office::{Actor, Office};

/// A token's identifier.
pub type ApiTokenId = Id<kind::ApiToken>;

/// What a token begins with, so that people and scanners know it when they see one.
pub const TOKEN_MARK: &str = "payung_";
/// The longest that a token lasts.
pub const TOKEN_DAYS_MAX: u16 = 366;
/// Tokens of one person that work at a time.
const TOKENS_MAX: usize = 20;
/// The longest name of a token.
const TOKEN_NAME_CHARS_MAX: usize = 60;
const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 86_400_000;
/// How long the answer to a key is kept.
pub const REQUEST_DAYS: i64 = 400;
/// A request whose worker has not been heard of for so long may be taken up by another.
const REQUEST_LEASE_MS: i64 = 10 * MINUTE_MS;

/// How a program acts for somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Through {
    /// By which token.
    pub token: ApiTokenId,
    /// In answer to which request, when it is one that must not act twice.
    request: Option<RequestId>,
}

/// A token to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRequest {
    /// What its holder calls it.
    pub name: String,
    /// By which of their roles it acts.
    pub grant: Id<Grant>,
    /// What it is narrowed to.
    pub operations: Operations,
    /// How many days it lasts.
    pub days: u16,
}

/// A token that was just made: the only time that it can be seen.
pub struct NewToken {
    /// Which.
    pub id: ApiTokenId,
    /// What the program shows.
    pub secret: String,
}

/// The digest of everything that a request sent.
#[derive(Default)]
pub struct Payload(Sha256);

/// What is known of a request when it comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// Nothing: it acts now.
    First,
    /// Its act was committed, and then the program that did it ended: it is answered, not done.
    Acted,
    /// It was answered so.
    Answered(u16, String),
}

impl Payload {
    /// Adds what was sent; parts are kept apart by their lengths.
    pub fn add(&mut self, part: &[u8]) {
        self.0.update((part.len() as u64).to_be_bytes());
        self.0.update(part);
    }

    /// Adds a piece of the last part, of which nobody knows yet how long it is.
    pub fn append(&mut self, piece: &[u8]) {
        self.0.update(piece);
    }

    /// The digest.
    pub fn digest(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

/// The operations that a program may be given by a role.
pub fn operations_of(role: Role) -> impl Iterator<Item = Operation> {
    let never =
        [Operation::ReadPublic, Operation::SignIn, Operation::TellPayments, Operation::BreakGlass];
    let all = Operation::ALL.iter().copied().filter(move |one| !never.contains(one));
    all.filter(move |one| policy(*one).iter().any(|(known, _)| *known == role))
}

/// Whether a token still works, as far as its own times go.
pub fn is_alive(token: &ApiToken, now_ms: i64) -> bool {
    token.ended_at_ms.is_none() && now_ms < token.ends_at_ms
}

impl Office {
    /// Makes a token of one of the actor's own grants; its text is told this once.
    ///
    /// # Errors
    /// `USER_MAY_NOT` to a program, `GRANT_UNKNOWN`, `TOKEN_NAME`, `TOKEN_DAYS`,
    /// `TOKEN_OPERATIONS`, `TOKENS_TOO_MANY`.
    pub fn new_api_token(
        &self,
        actor: &Actor,
        wanted: &TokenRequest,
    ) -> Result<NewToken, AppError> {
        self.authorize_itself(actor)?;
        let name = wanted.name.trim();
        if name.is_empty() || name.chars().count() > TOKEN_NAME_CHARS_MAX {
            return Err(AppError::usage("TOKEN_NAME", ""));
        }
        if wanted.days == 0 || wanted.days > TOKEN_DAYS_MAX {
            return Err(AppError::usage("TOKEN_DAYS", TOKEN_DAYS_MAX.to_string()));
        }
        let (secret, now) = (self.new_token(), self.now_ms());
        let token = ApiToken {
            id: self.environment.new_id(),
            holder: actor.id,
            grant: wanted.grant,
            name: name.into(),
            operations: wanted.operations,
            made_at_ms: now,
            ends_at_ms: now + i64::from(wanted.days) * DAY_MS,
            ended_at_ms: None,
            used_at_ms: None,
        };
        self.store.write(|tx| {
            let role = self.grant_for_token(tx, actor, wanted.grant)?.grant.role;
            let may = Operations::of(operations_of(role));
            let beyond = token.operations.iter().find(|one| !may.contains(*one));
            if beyond.is_some() || token.operations == Operations::default() {
                return Err(AppError::usage(
                    "TOKEN_OPERATIONS",
                    beyond.map_or("", Operation::name),
                ));
            }
            let known = api::tokens_of(tx, actor.id)?;
            if known.iter().filter(|one| is_alive(one, now)).count() >= TOKENS_MAX {
                return Err(AppError::refused("TOKENS_TOO_MANY", ""));
            }
            api::insert_token(tx, &secret.hash(), &token)?;
            self.record(tx, actor, "api-token-made", "api-token", token.id.as_bytes())
        })?;
        Ok(NewToken { id: token.id, secret: format!("{TOKEN_MARK}{}", secret.as_str()) })
    }

    /// The same for whoever is signed in, by the password once more.
    ///
    /// # Errors
    /// `SIGN_IN_WRONG`, `SIGN_IN_LOCKED`, and those of [`Office::new_api_token`].
    pub fn new_api_token_by(
        &self,
        login: &Login,
        password: &str,
        wanted: &TokenRequest,
    ) -> Result<NewToken, AppError> {
        let unknown = || AppError::not_found("SESSION_UNKNOWN", "");
        let actor = login.actor.as_ref().ok_or_else(unknown)?;
        self.prove_password(&login.session, password)?;
        self.new_api_token(actor, wanted)
    }

    fn grant_for_token(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        id: Id<Grant>,
    ) -> Result<GrantRecord, AppError> {
        let unknown = || AppError::not_found("GRANT_UNKNOWN", id.to_string());
        let user = store::orgs::user(tx, actor.id)?.ok_or_else(unknown)?;
        let mut held = self.held_now(tx, &user)?.into_iter();
        held.find(|record| record.id == id && !record.grant.glass).ok_or_else(unknown)
    }

    /// Whether somebody acts for themselves at their own desk: a program makes no tokens.
    fn authorize_itself(&self, actor: &Actor) -> Result<(), AppError> {
        if actor.through.is_some() {
            return Err(AppError::refused("USER_MAY_NOT", &*actor.name));
        }
        let own = Target { owner: Some(actor.id), ..Target::default() };
        self.authorize(actor, Operation::OwnDesk, &own)
    }

    /// The actor's own tokens, the newest first, ended ones among them.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn api_tokens(&self, actor: &Actor) -> Result<Vec<ApiToken>, AppError> {
        self.authorize_itself(actor)?;
        Ok(self.store.read(|tx| api::tokens_of(tx, actor.id))?)
    }

    /// The tokens of somebody, for whoever keeps the accounts.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, `USER_UNKNOWN`.
    pub fn api_tokens_of(&self, actor: &Actor, name: &str) -> Result<Vec<ApiToken>, AppError> {
        self.authorize(actor, Operation::ReadUsers, &Target::default())?;
        self.store.read(|tx| {
            let user = store::orgs::user_by_name(tx, name)?;
            let user = user.ok_or_else(|| AppError::not_found("USER_UNKNOWN", name))?;
            Ok(api::tokens_of(tx, user.id)?)
        })
    }

    /// Ends a token at once: one's own, or anybody's by whoever keeps the accounts; a second
    /// time is no change.
    ///
    /// # Errors
    /// `TOKEN_UNKNOWN`.
    pub fn end_api_token(&self, actor: &Actor, id: ApiTokenId) -> Result<(), AppError> {
        self.authorize_itself(actor)?;
        self.store.write(|tx| {
            let unknown = || AppError::not_found("TOKEN_UNKNOWN", id.to_string());
            let token = api::token(tx, id)?.ok_or_else(unknown)?;
            if token.holder != actor.id {
                let everybodys = Target::default();
                self.authorize_or(actor, Operation::ManageUsers, &everybodys, unknown)?;
            }
            match api::end_token(tx, id, self.now_ms())? {
                true => self.record(tx, actor, "api-token-ended", "api-token", id.as_bytes()),
                false => Ok(()),
            }
        })
    }

    /// Who acts by what a program shows; nobody when it is none of ours, has ended, or gives
    /// nothing any more.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn token_login(&self, shown: &str) -> Result<Option<Actor>, AppError> {
        let Some(token) = shown.strip_prefix(TOKEN_MARK).and_then(Token::parse) else {
            return Ok(None);
        };
        let now = self.now_ms();
        let found = self.store.read(|tx| {
            let Some(token) = api::token_of_hash(tx, &token.hash())? else { return Ok(None) };
            let actor = self.actor_of_token(tx, &token)?;
            Ok::<_, AppError>(actor.map(|actor| (actor, token)))
        })?;
        let Some((actor, token)) = found else { return Ok(None) };
        if token.used_at_ms.is_none_or(|used| used + MINUTE_MS <= now) {
            // Two requests at once may both want to note it: one is enough.
            let _ = self.store.write(|tx| api::see_token(tx, token.id, now));
        }
        Ok(Some(actor))
    }

    /// Who acts by a token at this moment, inside the transaction of the act.
    pub(crate) fn actor_through(
        &self,
        tx: &mut Tx<'_>,
        id: ApiTokenId,
    ) -> Result<Option<Actor>, AppError> {
        match api::token(tx, id)? {
            Some(token) => self.actor_of_token(tx, &token),
            None => Ok(None),
        }
    }

    fn actor_of_token(&self, tx: &mut Tx<'_>, token: &ApiToken) -> Result<Option<Actor>, AppError> {
        if !is_alive(token, self.now_ms()) {
            return Ok(None);
        }
        let Some(user) = store::orgs::user(tx, token.holder)? else { return Ok(None) };
        let mut held = self.held_now(tx, &user)?.into_iter();
        let Some(record) = held.find(|record| record.id == token.grant) else { return Ok(None) };
        let narrowed = record.grant.narrowed_to(token.operations);
        let through = Some(Through { token: token.id, request: None });
        Ok(Some(Actor { through, ..Actor::of(&user, vec![narrowed]) }))
    }

    /// Begins to answer a request of a program under a key of its own: who then acts, and what is
    /// known of the request.
    ///
    /// # Errors
    /// `KEY_REUSED` when something else was sent under the key, `REQUEST_RUNNING`.
    pub fn begin_request(
        &self,
        actor: &Actor,
        key: &str,
        payload: [u8; 32],
    ) -> Result<(Actor, Begun), AppError> {
        let claim = self.environment.random_bytes();
        let id = RequestId { holder: actor.id, key: Sha256::digest(key.as_bytes()).into(), claim };
        let now = self.now_ms();
        let running = || AppError::new(ErrorKind::Conflict, "REQUEST_RUNNING", "");
        let begun = self.store.write(|tx| {
            api::forget_requests(tx, now - REQUEST_DAYS * DAY_MS)?;
            let Some(known) = api::request(tx, &id)? else {
                api::insert_request(tx, &id, &payload, now)?;
                return Ok(Begun::First);
            };
            if known.payload != payload {
                return Err(AppError::refused("KEY_REUSED", ""));
            }
            if let Some((status, answer)) = known.answer {
                return Ok(Begun::Answered(status, answer));
            }
            // Where nobody else writes, whoever worked on it is gone: this process would know.
            let is_left =
                self.store.has_one_writer() || known.claimed_at_ms + REQUEST_LEASE_MS < now;
            if !is_left || !api::claim_request(tx, &id, now)? {
                return Err(running());
            }
            Ok(if known.acted_at_ms.is_some() { Begun::Acted } else { Begun::First })
        })?;
        let through = actor.through.map(|through| Through { request: Some(id), ..through });
        Ok((Actor { through, ..actor.clone() }, begun))
    }

    /// Keeps what the request at hand was answered.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn end_request(&self, actor: &Actor, status: u16, answer: &str) -> Result<(), AppError> {
        let Some(id) = request_of(actor) else { return Ok(()) };
        self.store.write(|tx| api::answer_request(tx, &id, status, answer))?;
        Ok(())
    }

    /// Forgets the request at hand, unless it has acted, so that it may be made again.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn drop_request(&self, actor: &Actor) -> Result<(), AppError> {
        let Some(id) = request_of(actor) else { return Ok(()) };
        Ok(self.store.write(|tx| api::drop_request(tx, &id))?)
    }

    /// Notes with an act that it answers a request, in the act's own transaction.
    pub(crate) fn note_request(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<(), AppError> {
        let Some(id) = request_of(actor) else { return Ok(()) };
        match api::act_request(tx, &id, self.now_ms())? {
            true => Ok(()),
            // Another has taken it up meanwhile: what this one was about to do is undone.
            false => Err(AppError::new(ErrorKind::Conflict, "REQUEST_RUNNING", "")),
        }
    }
}

fn request_of(actor: &Actor) -> Option<RequestId> {
    actor.through.and_then(|through| through.request)
}

#[cfg(test)]
mod tests;
