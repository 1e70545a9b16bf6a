//! The second factor: set up, asked for, taken away; and the codes for the day it is lost.

use base::Id;
use base::id::kind;
use domain::access::TWO_FACTORS;
use sha2::{Digest, Sha256};
use store::accounts::{self, Session, Stage};
use store::{Tx, factors};

use super::{Login, Opened, Token, actor_of, totp};
use crate::error::AppError;
use crate::office::{Actor, Office};

/// Codes for the day the phone is lost.
const RECOVERY_CODES: usize = 8;

/// The second factors of somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecondFactors {
    /// Whether an app on a phone gives codes.
    pub has_app: bool,
    /// Codes that are left for the day it is lost.
    pub codes_left: u64,
    /// Passkeys.
    pub passkeys: Vec<factors::Passkey>,
    /// Whether a role asks for one.
    pub is_needed: bool,
}

/// A secret that is offered to an app on a phone.
pub struct OfferedApp {
    /// The secret in letters.
    pub letters: String,
    /// What the picture says.
    pub uri: String,
}

/// Codes for the day the phone is lost, shown once; and the login that goes on.
pub struct AppAdded {
    /// The codes.
    pub codes: Vec<String>,
    /// The login, when it was waiting for this.
    pub opened: Option<Opened>,
}

impl Office {
    /// The second factors of whoever a login belongs to.
    ///
    /// # Errors
    /// Only those of the register.
    pub fn second_factors(&self, login: &Login) -> Result<SecondFactors, AppError> {
        let holder = login.session.holder;
        self.store.read(|tx| {
            Ok(SecondFactors {
                has_app: app_secret(tx, holder)?.is_some(),
                codes_left: factors::recovery_codes_left(tx, holder)?,
                passkeys: factors::passkeys(tx, holder)?,
                is_needed: self.needs_second(tx, holder)?,
            })
        })
    }

    /// The secret offered to a phone: the same until its first code is typed.
    ///
    /// # Errors
    /// `FACTOR_THERE` when an app is in use already.
    pub fn offer_app(&self, login: &Login) -> Result<OfferedApp, AppError> {
        let holder = login.session.holder;
        let fresh = self.environment.random_bytes::<{ totp::SECRET_BYTES }>();
        let known = self.store.read(|tx| factors::totp(tx, holder))?;
        let secret = match known {
            Some(known) if known.confirmed_at_ms.is_some() => {
                return Err(AppError::refused("FACTOR_THERE", ""));
            }
            Some(known) => known.secret,
            None => {
                self.store.write(|tx| {
                    factors::offer_totp(tx, holder, &fresh)?;
                    self.record_factor(tx, &login.session, "second-factor-offered")
                })?;
                fresh.to_vec()
            }
        };
        let uri = totp::uri(&secret, &login.session.name, &self.place_name());
        Ok(OfferedApp { letters: totp::base32(&secret), uri })
    }

    /// Takes the offered secret into use by its first code; a login that waited for it is whole.
    ///
    /// # Errors
    /// `CODE_WRONG`, `SIGN_IN_LOCKED`, `FACTOR_THERE`.
    pub fn add_app(&self, token: &Token, login: &Login, code: &str) -> Result<AppAdded, AppError> {
        let session = &login.session;
        if session.stage == Stage::Code {
            return Err(wrong_code());
        }
        let subject = code_subject(session.holder);
        self.count_try(&subject, &session.name)?;
        let now = self.now_ms();
        let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| self.new_recovery_code()).collect();
        let hashes: Vec<[u8; 32]> =
            codes.iter().map(|code| recovery_hash(session.holder, code)).collect();
        self.store.write(|tx| {
            let offered = factors::totp(tx, session.holder)?.ok_or_else(wrong_code)?;
            if offered.confirmed_at_ms.is_some() {
                return Err(AppError::refused("FACTOR_THERE", ""));
            }
            let step = totp::step_of(&offered.secret, code, now).ok_or_else(wrong_code)?;
            factors::confirm_totp(tx, session.holder, now)?;
            factors::use_totp_step(tx, session.holder, step)?;
            factors::set_recovery_codes(tx, session.holder, &hashes)?;
            accounts::clear_tries(tx, &subject)?;
            self.record_factor(tx, session, "second-factor-added")?;
            let opened = match session.stage {
                Stage::Enrol => Some(self.finish_session(tx, token, session)?),
                Stage::Code | Stage::Whole => None,
            };
            Ok(AppAdded { codes: codes.clone(), opened })
        })
    }

    /// Finishes a login by a code of the app, or by one for the day it is lost.
    ///
    /// # Errors
    /// `CODE_WRONG`, `SIGN_IN_LOCKED`.
    pub fn enter_code(&self, token: &Token, login: &Login, code: &str) -> Result<Opened, AppError> {
        let session = &login.session;
        if session.stage != Stage::Code {
            return Err(wrong_code());
        }
        let subject = code_subject(session.holder);
        self.count_try(&subject, &session.name)?;
        let now = self.now_ms();
        let is_app_code = code.chars().filter(|c| !c.is_whitespace()).count() <= 6;
        let hash = (!is_app_code).then(|| recovery_hash(session.holder, code));
        self.store.write(|tx| {
            let step = app_secret(tx, session.holder)?
                .and_then(|secret| totp::step_of(&secret, code, now));
            let right = match (step, &hash) {
                // A code that was seen over a shoulder does not work a second time.
                (Some(step), _) => factors::use_totp_step(tx, session.holder, step)?,
                (None, None) => false,
                (None, Some(hash)) => factors::use_recovery_code(tx, session.holder, hash)?,
            };
            if !right {
                return Err(wrong_code());
            }
            accounts::clear_tries(tx, &subject)?;
            let act = if step.is_some() { "signed-in-whole" } else { "recovery-code-used" };
            self.record_factor(tx, session, act)?;
            self.finish_session(tx, token, session)
        })
    }

    /// Takes the app away, by the password again; a role that asks for a second factor keeps one.
    ///
    /// # Errors
    /// `SIGN_IN_WRONG`, `SIGN_IN_LOCKED`, `FACTOR_NEEDED`.
    pub fn remove_app(&self, login: &Login, password: &str) -> Result<(), AppError> {
        let session = &login.session;
        self.prove_password(session, password)?;
        self.store.write(|tx| {
            let alone = factors::passkeys(tx, session.holder)?.is_empty();
            if alone && self.needs_second(tx, session.holder)? {
                return Err(AppError::refused("FACTOR_NEEDED", ""));
            }
            factors::delete_totp(tx, session.holder)?;
            factors::set_recovery_codes(tx, session.holder, &[])?;
            accounts::end_sessions(tx, session.holder, Some(session.id))?;
            self.record_factor(tx, session, "second-factor-removed")
        })
    }

    /// New codes for the day the phone is lost; those before are void.
    ///
    /// # Errors
    /// `SIGN_IN_WRONG`, `SIGN_IN_LOCKED`.
    pub fn renew_codes(&self, login: &Login, password: &str) -> Result<Vec<String>, AppError> {
        let session = &login.session;
        self.prove_password(session, password)?;
        let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| self.new_recovery_code()).collect();
        let hashes: Vec<[u8; 32]> =
            codes.iter().map(|code| recovery_hash(session.holder, code)).collect();
        self.store.write(|tx| {
            factors::set_recovery_codes(tx, session.holder, &hashes)?;
            self.record_factor(tx, session, "recovery-codes-renewed")
        })?;
        Ok(codes)
    }

    /// What a login by password still lacks.
    pub(super) fn stage_of(
        &self,
        tx: &mut Tx<'_>,
        holder: Id<kind::User>,
    ) -> Result<Stage, AppError> {
        Ok(match (has_any(tx, holder)?, self.needs_second(tx, holder)?) {
            (true, _) => Stage::Code,
            (false, true) => Stage::Enrol,
            (false, false) => Stage::Whole,
        })
    }

    /// Whether a role that somebody holds now asks for a second factor.
    pub(super) fn needs_second(
        &self,
        tx: &mut Tx<'_>,
        holder: Id<kind::User>,
    ) -> Result<bool, AppError> {
        let Some(user) = store::orgs::user(tx, holder)? else { return Ok(false) };
        Ok(is_asked_of(&self.actor_of(tx, &user)?))
    }

    /// The same login with a new token, now that nothing is missing.
    pub(super) fn finish_session(
        &self,
        tx: &mut Tx<'_>,
        token: &Token,
        session: &Session,
    ) -> Result<Opened, AppError> {
        let next = self.new_token();
        let hash = token.hash();
        // A code that comes after its login has ended finishes nothing.
        let known = accounts::session(tx, &hash)?.filter(|known| known.id == session.id);
        known.ok_or_else(wrong_code)?;
        accounts::end_session(tx, session.holder, session.id)?;
        let whole = Session {
            id: self.environment.new_id(),
            stage: Stage::Whole,
            seen_at_ms: self.now_ms(),
            ..session.clone()
        };
        accounts::insert_session(tx, &next.hash(), &whole)?;
        Ok(Opened { token: next, stage: Stage::Whole })
    }

    pub(super) fn record_factor(
        &self,
        tx: &mut Tx<'_>,
        session: &Session,
        act: &str,
    ) -> Result<(), AppError> {
        self.record(tx, &actor_of(session), act, "user", session.holder.as_bytes())
    }

    /// Ten letters and digits that are not taken for each other, in two halves.
    fn new_recovery_code(&self) -> String {
        const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz234567890";
        let bytes = self.environment.random_bytes::<10>();
        let letters = bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte & 31)]));
        let text: String = letters.collect();
        format!("{}-{}", &text[..5], &text[5..])
    }
}

/// Whether a role that the actor holds asks for a second factor.
pub(super) fn is_asked_of(actor: &Actor) -> bool {
    actor.grants.iter().any(|grant| TWO_FACTORS.contains(&grant.role))
}

/// Whether somebody has any second factor in use.
pub(super) fn has_any(tx: &mut Tx<'_>, holder: Id<kind::User>) -> Result<bool, AppError> {
    Ok(app_secret(tx, holder)?.is_some() || !factors::passkeys(tx, holder)?.is_empty())
}

/// The secret of an app that is in use.
fn app_secret(tx: &mut Tx<'_>, holder: Id<kind::User>) -> Result<Option<Vec<u8>>, AppError> {
    let known = factors::totp(tx, holder)?;
    Ok(known.filter(|known| known.confirmed_at_ms.is_some()).map(|known| known.secret))
}

/// Under which number the codes of somebody are counted, apart from the passwords.
pub(super) fn code_subject(holder: Id<kind::User>) -> [u8; 16] {
    let digest = Sha256::new().chain_update(b"code").chain_update(holder.as_bytes()).finalize();
    digest[..16].try_into().expect("a digest has more than 16 bytes")
}

/// A code as it is kept: slow to try out, for it is shorter than a key.
fn recovery_hash(holder: Id<kind::User>, code: &str) -> [u8; 32] {
    let plain = code.chars().filter(|c| c.is_ascii_alphanumeric()).flat_map(char::to_lowercase);
    super::password::slow_hash(&plain.collect::<String>(), holder.as_bytes())
}

fn wrong_code() -> AppError {
    AppError::refused("CODE_WRONG", "")
}
