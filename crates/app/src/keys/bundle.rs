//! A key file sealed by age: for the holders of keys, or for whoever knows a passphrase.

use std::io::{Read, Write};
use std::path::Path;

use zeroize::Zeroizing;

use super::{Held, print, refused, unreadable};
use crate::backup::{Lock, Unlock, seal, unseal};
use crate::error::AppError;

/// How every file of age begins.
const HEAD: &[u8] = b"age-encryption.org/v1";
/// No key file is longer.
const BYTES_MAX: u64 = 1 << 20;

/// Whether these are the bytes of a bundle.
pub(super) fn is_one(bytes: &[u8]) -> bool {
    bytes.starts_with(HEAD)
}

/// What a bundle holds.
///
/// # Errors
/// `KEYS_LOCKED` when it is opened by something else, `KEYS_UNREADABLE` when it is damaged.
pub(super) fn open(
    bytes: &[u8],
    unlock: &Unlock,
    path: &Path,
) -> Result<Zeroizing<Vec<u8>>, AppError> {
    let reader = unseal(bytes, unlock).map_err(|error| match error.code.as_str() {
        "BACKUP_WRONG_KEY" => refused("KEYS_LOCKED", path),
        _ => unreadable(path),
    })?;
    let mut plain = Zeroizing::new(Vec::with_capacity(4096));
    reader.take(BYTES_MAX).read_to_end(&mut plain).map_err(|_| unreadable(path))?;
    Ok(plain)
}

/// The bytes of a key file: sealed when there is a lock.
pub(super) fn written(held: &Held, lock: Option<&Lock>) -> Result<Zeroizing<Vec<u8>>, AppError> {
    let plain = print(held);
    let Some(lock) = lock else { return Ok(Zeroizing::new(plain.as_bytes().to_vec())) };
    let mut bytes = Zeroizing::new(Vec::new());
    let mut sealed = seal(lock, &mut *bytes)?;
    sealed.write_all(plain.as_bytes()).expect("memory takes everything");
    sealed.finish().expect("memory takes everything");
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use base::Day;

    use super::super::{KeyFile, add_master, copy, create, is_bundle, load};
    use super::*;
    use crate::backup::new_key_pair;

    const PASSPHRASE: &str = "payung sedia sebelum hujan";

    fn made_on() -> Day {
        Day::parse_iso("2022-10-03").expect("a day")
    }

    fn code<T>(result: Result<T, AppError>) -> String {
        result.err().map(|error| error.code).unwrap_or_default()
    }

    #[test]
    fn a_bundle_opens_for_its_holders_and_nobody_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        let plain = KeyFile { path: at("keys.toml"), unlock: None };
        let made = create(&plain, made_on()).expect("makes it");
        let (one, two) = (new_key_pair(), new_key_pair());
        let lock = Lock::for_recipients(&[one.recipient.clone(), two.recipient.clone()]);
        copy(&plain, &at("keys.age"), Some(&lock.expect("keys"))).expect("seals");
        assert_eq!(is_bundle(&at("keys.age")), Ok(true));
        assert_eq!(is_bundle(&at("keys.toml")), Ok(false));
        let opened_by = |text: &str| KeyFile {
            path: at("keys.age"),
            unlock: Some(Unlock::with_keys(text).expect("a key")),
        };
        let (first, second) = (opened_by(&one.file_text()), opened_by(&two.file_text()));
        // Whoever adds a key seals it for both again.
        assert_eq!(add_master(&first), Ok(2));
        let seen = load(&second).expect("opens").expect("there");
        assert_eq!((seen.index, seen.masters.len()), (made.index.clone(), 2));
        let stranger = opened_by(&new_key_pair().file_text());
        assert_eq!(code(load(&stranger)), "KEYS_LOCKED");
        let unopened = KeyFile { path: at("keys.age"), unlock: None };
        assert_eq!(code(load(&unopened)), "KEYS_LOCKED");
        assert_eq!(code(copy(&second, &at("keys.toml"), None)), "FILE_EXISTS");
        copy(&second, &at("back.toml"), None).expect("opens into a plain file");
        let back = load(&KeyFile { path: at("back.toml"), unlock: None }).expect("readable");
        assert_eq!(back.expect("there").index, made.index);
        let mut bytes = std::fs::read(at("keys.age")).expect("readable");
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        std::fs::write(at("keys.age"), bytes).expect("ours");
        assert_eq!(code(load(&second)), "KEYS_UNREADABLE");
    }

    #[cfg(unix)]
    #[test]
    fn a_passphrase_opens_what_it_sealed_and_rights_are_looked_at() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        let plain = KeyFile { path: at("keys.toml"), unlock: None };
        create(&plain, made_on()).expect("makes it");
        let lock = Lock::with_passphrase(PASSPHRASE.into()).expect("long enough");
        copy(&plain, &at("keys.age"), Some(&lock)).expect("seals");
        let by = |text: &str| KeyFile {
            path: at("keys.age"),
            unlock: Some(Unlock::with_passphrase(text.into())),
        };
        assert_eq!(add_master(&by(PASSPHRASE)), Ok(2));
        assert_eq!(code(load(&by("payung sedia sesudah hujan"))), "KEYS_LOCKED");
        let mode = |mode| {
            std::fs::set_permissions(at("keys.age"), PermissionsExt::from_mode(mode))
                .expect("ours");
        };
        mode(0o640);
        assert_eq!(code(load(&by(PASSPHRASE))), "KEYS_EXPOSED");
    }
}
