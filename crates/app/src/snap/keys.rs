//! Signatures of SNAP: HMAC-SHA512 with a secret that both sides hold, and SHA256withRSA.
//!
//! `ring` signs and verifies: it leaks nothing of a key by its time (docs/decisions/0026). Secrets
//! are files of their owner's alone beside the key file, never flags and never the environment.

use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use ring::rand::SystemRandom;
use ring::signature::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey,
};
use sha2::Sha512;
use zeroize::Zeroizing;

use crate::error::{AppError, ErrorKind};
use crate::office::Office;

/// What is at the head of every public key of RSA: its kind, and that a string of bits follows.
const RSA_KIND: [u8; 15] =
    [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];
/// A sequence, in DER.
const SEQUENCE: u8 = 0x30;
/// A string of bits, in DER.
const BITS: u8 = 0x03;

/// What a file beside the key file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secret {
    /// The secret by which a bank signs what it asks of us.
    In,
    /// The secret by which we sign what we ask of a bank.
    Out,
    /// Our own key, by which we ask a bank for a token.
    Key,
}

impl Secret {
    fn ending(self) -> &'static str {
        match self {
            Secret::In => "in",
            Secret::Out => "out",
            Secret::Key => "key",
        }
    }
}

/// The name that every such file begins with.
const PREFIX: &str = "snap-";

/// The files with secrets of banks that lie beside the key file: their rights are looked at by
/// `doctor`.
pub fn secret_files(keys: &Path) -> Vec<PathBuf> {
    let Some(entries) = keys.parent().and_then(|folder| folder.read_dir().ok()) else {
        return Vec::new();
    };
    let is_ours = |path: &PathBuf| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(PREFIX))
    };
    let mut found: Vec<PathBuf> =
        entries.filter_map(|entry| Some(entry.ok()?.path())).filter(is_ours).collect();
    found.sort();
    found
}

impl Office {
    /// A secret of a bank.
    ///
    /// # Errors
    /// `SNAP_SECRET_UNUSABLE`: it is not there, is empty, or others may read it.
    pub(super) fn bank_secret(
        &self,
        code: &str,
        secret: Secret,
    ) -> Result<Zeroizing<String>, AppError> {
        let name = format!("{PREFIX}{code}-{}", secret.ending());
        let unusable = || AppError::new(ErrorKind::External, "SNAP_SECRET_UNUSABLE", &*name);
        let folder = self.secrets.as_deref().ok_or_else(unusable)?;
        let text = crate::keys::read_private(&folder.join(&name)).ok().flatten();
        match text.as_ref().map(|text| text.trim()) {
            None | Some("") => Err(unusable()),
            Some(text) => Ok(Zeroizing::new(text.to_owned())),
        }
    }
}

/// Signs by a secret that both hold.
pub fn sign_shared(secret: &str, text: &str) -> String {
    STANDARD.encode(shared(secret, text).finalize().into_bytes())
}

/// Whether a signature is the one of a secret that both hold, found out in constant time.
pub fn is_shared(secret: &str, text: &str, signature: &str) -> bool {
    let Ok(signature) = STANDARD.decode(signature) else { return false };
    shared(secret, text).verify_slice(&signature).is_ok()
}

fn shared(secret: &str, text: &str) -> Hmac<Sha512> {
    let mut mac = Hmac::<Sha512>::new_from_slice(secret.as_bytes()).expect("any length will do");
    mac.update(text.as_bytes());
    mac
}

/// Signs by a private key: PKCS#8, as PEM.
///
/// # Errors
/// `SNAP_SECRET_UNUSABLE` when it is no such key.
pub fn sign_own(key: &str, text: &str) -> Result<String, AppError> {
    let unusable = || AppError::new(ErrorKind::External, "SNAP_SECRET_UNUSABLE", "");
    let der = Zeroizing::new(der_of(key, "PRIVATE KEY").ok_or_else(unusable)?);
    let pair = RsaKeyPair::from_pkcs8(&der).map_err(|_| unusable())?;
    let mut signature = vec![0; pair.public().modulus_len()];
    pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature)
        .map_err(|_| unusable())?;
    Ok(STANDARD.encode(signature))
}

/// Whether a signature is the one of a public key.
pub fn is_signed(public_key: &[u8], text: &str, signature: &str) -> bool {
    let Ok(signature) = STANDARD.decode(signature) else { return false };
    let Some(key) = bare_key(public_key) else { return false };
    let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key);
    key.verify(text.as_bytes(), &signature).is_ok()
}

/// Whether these bytes are a public key of RSA.
pub fn is_public_key(der: &[u8]) -> bool {
    bare_key(der).is_some()
}

/// The bytes of a text of PEM under a label.
pub fn der_of(pem: &str, label: &str) -> Option<Vec<u8>> {
    let (begin, end) = (format!("-----BEGIN {label}-----"), format!("-----END {label}-----"));
    let (_, rest) = pem.split_once(&begin)?;
    let (body, _) = rest.split_once(&end)?;
    let body: Zeroizing<String> =
        Zeroizing::new(body.chars().filter(|sign| !sign.is_whitespace()).collect());
    STANDARD.decode(body.as_bytes()).ok()
}

/// The key without what says of which kind it is.
fn bare_key(der: &[u8]) -> Option<&[u8]> {
    let whole = inside(der, SEQUENCE)?;
    let bits = whole.strip_prefix(&RSA_KIND[..])?;
    // The first byte says how many bits of the last are none.
    inside(bits, BITS)?.strip_prefix(&[0])
}

/// What stands in the only element of these bytes, when it is of that kind.
fn inside(der: &[u8], kind: u8) -> Option<&[u8]> {
    let (&tag, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, content) = match first {
        0..=0x7f => (usize::from(first), rest),
        0x81 => (usize::from(*rest.first()?), rest.get(1..)?),
        0x82 => {
            let bytes = [*rest.first()?, *rest.get(1)?];
            (usize::from(u16::from_be_bytes(bytes)), rest.get(2..)?)
        }
        _ => return None,
    };
    (tag == kind && content.len() == length).then_some(content)
}
