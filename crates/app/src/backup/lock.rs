//! Who may open a copy: holders of an age key, or whoever knows a passphrase.

use std::fmt;
use std::io::{BufRead, Write};
use std::str::FromStr;

use age::secrecy::{ExposeSecret, SecretString};
use age::stream::{StreamReader, StreamWriter};
use age::{DecryptError, Decryptor, Encryptor, Identity, Recipient, scrypt, x25519};

use crate::error::{AppError, ErrorKind};

/// The shortest passphrase: a copy can be tried offline.
const PASSPHRASE_CHARS: usize = 16;

/// A passphrase's hardest work that is done for a file; more would only keep the machine busy.
const WORK_MAX: u8 = 20;

/// What a copy is sealed with.
pub enum Lock {
    /// Public keys, such as `age1…`: whoever holds one of the secret ones can open it.
    Recipients(Vec<x25519::Recipient>),
    /// A passphrase.
    Passphrase(SecretString),
}

/// What a copy is opened with.
#[derive(Clone)]
pub enum Unlock {
    /// Secret keys.
    Keys(Vec<x25519::Identity>),
    /// A passphrase.
    Passphrase(SecretString),
}

impl fmt::Debug for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lock")
    }
}

impl fmt::Debug for Unlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Unlock")
    }
}

impl Lock {
    /// For the holders of the keys that belong to these public ones.
    ///
    /// # Errors
    /// `BACKUP_KEY_INVALID`.
    pub fn for_recipients(texts: &[String]) -> Result<Lock, AppError> {
        let read = |text: &String| x25519::Recipient::from_str(text.trim()).map_err(|_| invalid());
        let recipients: Vec<_> = texts.iter().map(read).collect::<Result<_, _>>()?;
        match recipients.is_empty() {
            true => Err(invalid()),
            false => Ok(Lock::Recipients(recipients)),
        }
    }

    /// The public keys, as texts; none for a passphrase.
    pub(crate) fn recipients(&self) -> Vec<String> {
        match self {
            Lock::Recipients(keys) => keys.iter().map(ToString::to_string).collect(),
            Lock::Passphrase(_) => Vec::new(),
        }
    }

    /// For whoever knows the passphrase.
    ///
    /// # Errors
    /// `BACKUP_PASSPHRASE_SHORT`.
    pub fn with_passphrase(passphrase: String) -> Result<Lock, AppError> {
        match passphrase.chars().count() < PASSPHRASE_CHARS {
            true => Err(AppError::refused("BACKUP_PASSPHRASE_SHORT", PASSPHRASE_CHARS.to_string())),
            false => Ok(Lock::Passphrase(SecretString::from(passphrase))),
        }
    }
}

impl Unlock {
    /// With the secret keys of a file as age writes it: a key a line, lines with `#` are remarks.
    ///
    /// # Errors
    /// `BACKUP_KEY_INVALID`.
    pub fn with_keys(text: &str) -> Result<Unlock, AppError> {
        let lines = text.lines().map(str::trim);
        let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        let read = |line: &str| x25519::Identity::from_str(line).map_err(|_| invalid());
        let keys: Vec<_> = lines.map(read).collect::<Result<_, _>>()?;
        match keys.is_empty() {
            true => Err(invalid()),
            false => Ok(Unlock::Keys(keys)),
        }
    }

    /// What seals once more for those who can open it now.
    pub(crate) fn lock_again(&self, recipients: &[String]) -> Result<Lock, AppError> {
        match self {
            Unlock::Passphrase(passphrase) => Ok(Lock::Passphrase(passphrase.clone())),
            Unlock::Keys(_) => Lock::for_recipients(recipients),
        }
    }

    /// With a passphrase.
    pub fn with_passphrase(passphrase: String) -> Unlock {
        Unlock::Passphrase(SecretString::from(passphrase))
    }
}

/// A new pair of keys, as texts.
pub struct KeyPair {
    /// The public one: copies are made for it.
    pub recipient: String,
    /// The secret one: copies are opened with it.
    pub secret: SecretString,
}

impl KeyPair {
    /// The file that the secret key is kept in.
    pub fn file_text(&self) -> String {
        format!("# public key: {}\n{}\n", self.recipient, self.secret.expose_secret())
    }
}

/// Makes a pair of keys.
pub fn new_key_pair() -> KeyPair {
    let identity = x25519::Identity::generate();
    KeyPair { recipient: identity.to_public().to_string(), secret: identity.to_string() }
}

pub(crate) fn seal<W: Write>(lock: &Lock, out: W) -> Result<StreamWriter<W>, AppError> {
    let sealed = match lock {
        Lock::Recipients(keys) => {
            Encryptor::with_recipients(keys.iter().map(|key| key as &dyn Recipient))
                .map_err(|_| invalid())?
        }
        Lock::Passphrase(passphrase) => Encryptor::with_user_passphrase(passphrase.clone()),
    };
    sealed.wrap_output(out).map_err(super::unwritable)
}

pub(crate) fn unseal<R: BufRead>(from: R, unlock: &Unlock) -> Result<StreamReader<R>, AppError> {
    let decryptor = Decryptor::new_buffered(from).map_err(refusal)?;
    let opened = match unlock {
        Unlock::Keys(keys) => decryptor.decrypt(keys.iter().map(|key| key as &dyn Identity)),
        Unlock::Passphrase(passphrase) => {
            let mut identity = scrypt::Identity::new(passphrase.clone());
            identity.set_max_work_factor(WORK_MAX);
            decryptor.decrypt(std::iter::once(&identity as &dyn Identity))
        }
    };
    opened.map_err(refusal)
}

fn refusal(error: DecryptError) -> AppError {
    let integrity = |code: &str, detail: &str| AppError::new(ErrorKind::Integrity, code, detail);
    match error {
        DecryptError::NoMatchingKeys
        | DecryptError::KeyDecryptionFailed
        | DecryptError::DecryptionFailed => integrity("BACKUP_WRONG_KEY", ""),
        DecryptError::InvalidMac => integrity("BACKUP_DAMAGED", "header"),
        DecryptError::ExcessiveWork { .. } => integrity("BACKUP_DAMAGED", "work"),
        _ => integrity("BACKUP_NOT_ONE", ""),
    }
}

fn invalid() -> AppError {
    AppError::usage("BACKUP_KEY_INVALID", "")
}
