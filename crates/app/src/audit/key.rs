//! The key that signs checkpoints, in a file of its own beside the register's keys, and the keys of
//! others by which signatures are judged.

use std::fmt;
use std::path::Path;

use domain::audit::checkpoint::{Checkpoint, KeyUse, Note, NoteKey, NoteSignature};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};

use crate::error::AppError;
use crate::keys;

/// The key of a log with the name it signs under.
pub struct Signer {
    name: String,
    key: SigningKey,
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.name)
    }
}

impl Signer {
    /// A key out of 32 random bytes.
    pub fn new(name: &str, secret: &[u8; 32]) -> Signer {
        Signer { name: name.to_owned(), key: SigningKey::from_bytes(secret) }
    }

    /// The key in a file; made when it is not there.
    ///
    /// # Errors
    /// `KEYS_EXPOSED` when others than its owner may read it, `KEYS_UNREADABLE`.
    pub fn load_or_make(path: &Path, name: &str) -> Result<Signer, AppError> {
        keys::load_or_make_single(path).map(|secret| Signer::new(name, &secret))
    }

    /// The key in a file; none when it is not there.
    ///
    /// # Errors
    /// `KEYS_EXPOSED` when others than its owner may read it, `KEYS_UNREADABLE`.
    pub fn load(path: &Path, name: &str) -> Result<Option<Signer>, AppError> {
        Ok(keys::load_single(path)?.map(|secret| Signer::new(name, &secret)))
    }

    /// The public key.
    pub fn public(&self) -> NoteKey {
        let public = self.key.verifying_key().to_bytes();
        NoteKey { name: self.name.clone(), purpose: KeyUse::Log, public }
    }

    /// Signs a checkpoint.
    pub fn sign(&self, checkpoint: Checkpoint) -> Note {
        let bytes = self.key.sign(checkpoint.body().as_bytes()).to_bytes().to_vec();
        let key_hash = self.public().hash();
        let signature = NoteSignature { name: self.name.clone(), key_hash, bytes };
        Note { checkpoint, signatures: vec![signature] }
    }

    /// Signs a checkpoint as a witness that saw it at a moment.
    ///
    /// `at_s` is seconds since 1970-01-01 UTC.
    pub fn witness(&self, checkpoint: &Checkpoint, at_s: u64) -> (NoteKey, NoteSignature) {
        let key = NoteKey { purpose: KeyUse::Witness, ..self.public() };
        let said = NoteKey::witnessed(&checkpoint.body(), at_s);
        let signed = self.key.sign(said.as_bytes()).to_bytes();
        let bytes = [at_s.to_be_bytes().as_slice(), &signed].concat();
        let signature = NoteSignature { name: self.name.clone(), key_hash: key.hash(), bytes };
        (key, signature)
    }
}

/// Whether a signature under a checkpoint holds; nothing when its key is not known.
pub fn holds(checkpoint: &Checkpoint, signature: &NoteSignature, keys: &[NoteKey]) -> Option<bool> {
    let is_its = |key: &&NoteKey| key.name == signature.name && key.hash() == signature.key_hash;
    let key = keys.iter().find(is_its)?;
    let body = checkpoint.body();
    let (said, bytes) = match key.purpose {
        KeyUse::Log => (body, signature.bytes.as_slice()),
        KeyUse::Witness => match signature.bytes.split_first_chunk::<8>() {
            None => return Some(false),
            Some((at_s, bytes)) => (NoteKey::witnessed(&body, u64::from_be_bytes(*at_s)), bytes),
        },
    };
    let verify = || {
        let public = VerifyingKey::from_bytes(&key.public).ok()?;
        let signature = Signature::from_slice(bytes).ok()?;
        public.verify_strict(said.as_bytes(), &signature).ok()
    };
    Some(verify().is_some())
}
