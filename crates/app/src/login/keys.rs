//! Passkeys of somebody: added, asked for at the door, taken away.

use store::accounts::{self, Stage};
use store::factors::{self, Passkey};

use super::passkey::{Expected, asserted, registered};
use super::{Login, Opened, Token};
use crate::error::AppError;
use crate::office::Office;

/// The most that one person keeps.
const PASSKEYS_MOST: usize = 10;

/// What a browser sends back from a device, and where it says that it was.
pub struct KeyAnswer<'a> {
    /// The name of the host, without its port.
    pub host: &'a str,
    /// The origin of the page.
    pub origin: &'a str,
    /// What the browser says of the page.
    pub client_data: &'a [u8],
    /// What the device says: the attestation when it makes a key, its data when it signs.
    pub data: &'a [u8],
    /// What the device calls the key; empty when it makes one.
    pub credential: &'a [u8],
    /// The signature; empty when it makes a key.
    pub signature: &'a [u8],
}

impl Token {
    /// What a device is to sign: bound to this login, which is new each time.
    pub fn challenge(&self, is_new_key: bool) -> [u8; 32] {
        self.keyed(if is_new_key { b"payung passkey made" } else { b"payung passkey used" })
    }
}

impl Office {
    /// Keeps a key that a device made; a login that waited for it is whole.
    ///
    /// # Errors
    /// `PASSKEY_DISBELIEVED`, `PASSKEY_KNOWN`.
    pub fn add_passkey(
        &self,
        token: &Token,
        login: &Login,
        answer: &KeyAnswer<'_>,
        name: &str,
    ) -> Result<Option<Opened>, AppError> {
        let session = &login.session;
        if session.stage == Stage::Code {
            return Err(disbelieved());
        }
        let challenge = token.challenge(true);
        let expected = Expected { host: answer.host, origin: answer.origin, challenge: &challenge };
        let made = registered(&expected, answer.client_data, answer.data);
        let made = made.map_err(|_| disbelieved())?;
        let passkey = Passkey {
            id: self.environment.random_bytes(),
            holder: session.holder,
            credential: made.credential,
            public_key: made.public_key,
            sign_count: i64::from(made.sign_count),
            name: name.trim().chars().take(40).collect::<String>().into(),
            made_at_ms: self.now_ms(),
            used_at_ms: None,
        };
        self.store.write(|tx| {
            if factors::passkeys(tx, session.holder)?.len() >= PASSKEYS_MOST {
                return Err(AppError::refused("PASSKEY_KNOWN", ""));
            }
            match factors::insert_passkey(tx, &passkey) {
                Err(error) if error.is_constraint("passkey_pk") => {
                    return Err(AppError::refused("PASSKEY_KNOWN", ""));
                }
                kept => kept?,
            }
            self.record_factor(tx, session, "second-factor-added")?;
            match session.stage {
                Stage::Enrol => self.finish_session(tx, token, session).map(Some),
                Stage::Code | Stage::Whole => Ok(None),
            }
        })
    }

    /// Finishes a login by a passkey of its holder.
    ///
    /// # Errors
    /// `PASSKEY_DISBELIEVED`, `SIGN_IN_LOCKED`.
    pub fn enter_passkey(
        &self,
        token: &Token,
        login: &Login,
        answer: &KeyAnswer<'_>,
    ) -> Result<Opened, AppError> {
        let session = &login.session;
        if session.stage != Stage::Code {
            return Err(disbelieved());
        }
        let subject = super::second::code_subject(session.holder);
        self.count_try(&subject, &session.name)?;
        let challenge = token.challenge(false);
        let expected = Expected { host: answer.host, origin: answer.origin, challenge: &challenge };
        let now = self.now_ms();
        self.store.write(|tx| {
            let known = factors::passkeys(tx, session.holder)?;
            let known = known.iter().find(|known| known.credential == answer.credential);
            let known = known.ok_or_else(disbelieved)?;
            let count = asserted(
                &expected,
                &known.public_key,
                answer.client_data,
                answer.data,
                answer.signature,
            );
            let count = i64::from(count.map_err(|_| disbelieved())?);
            // A counter that goes back is a copy of the device.
            if !factors::use_passkey(tx, &known.credential, count, now)? {
                return Err(disbelieved());
            }
            accounts::clear_tries(tx, &subject)?;
            self.record_factor(tx, session, "signed-in-whole")?;
            self.finish_session(tx, token, session)
        })
    }

    /// Takes a passkey away, by the password again; a role that asks for a second factor keeps one.
    ///
    /// # Errors
    /// `SIGN_IN_WRONG`, `SIGN_IN_LOCKED`, `FACTOR_NEEDED`, `PASSKEY_UNKNOWN`.
    pub fn remove_passkey(
        &self,
        login: &Login,
        id: &[u8; 16],
        password: &str,
    ) -> Result<(), AppError> {
        let session = &login.session;
        self.prove_password(session, password)?;
        self.store.write(|tx| {
            if !factors::delete_passkey(tx, session.holder, id)? {
                return Err(AppError::not_found("PASSKEY_UNKNOWN", ""));
            }
            if !super::second::has_any(tx, session.holder)?
                && self.needs_second(tx, session.holder)?
            {
                return Err(AppError::refused("FACTOR_NEEDED", ""));
            }
            accounts::end_sessions(tx, session.holder, Some(session.id))?;
            self.record_factor(tx, session, "second-factor-removed")
        })
    }
}

fn disbelieved() -> AppError {
    AppError::refused("PASSKEY_DISBELIEVED", "")
}
