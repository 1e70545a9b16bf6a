//! The office's half of what a device closes: P-256, SHA-256 and AES-256-GCM, as browsers have.
//!
//! A device draws a key, keeps it under its PIN, and once more under the office's point: whoever
//! holds the office's secret opens it, and nobody needs the PIN. The secret stays at the office.

use p256::elliptic_curve::sec1::ToEncodedPoint;
use p256::{PublicKey, SecretKey};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// What the digest begins with, so that a key is good for this alone.
const PURPOSE: &[u8] = b"payung-lapangan-1";
/// A point that is not compressed.
const POINT: usize = 65;

/// The office's secret of one device.
pub(super) struct Secret {
    key: SecretKey,
    bytes: Zeroizing<[u8; 32]>,
}

impl Secret {
    /// Draws one.
    pub(super) fn draw(random: &mut dyn FnMut() -> [u8; 32]) -> Secret {
        // Nearly every number of 256 bits is one; the others are drawn again.
        loop {
            if let Some(secret) = Secret::of(&random()) {
                return secret;
            }
        }
    }

    /// The secret with these bytes; none when they are none.
    pub(super) fn of(bytes: &[u8; 32]) -> Option<Secret> {
        let key = SecretKey::from_slice(bytes).ok()?;
        Some(Secret { key, bytes: Zeroizing::new(*bytes) })
    }

    pub(super) fn bytes(&self) -> &[u8; 32] {
        &self.bytes
    }

    /// What a device closes its keys with.
    pub(super) fn point(&self) -> Vec<u8> {
        self.key.public_key().to_encoded_point(false).as_bytes().to_vec()
    }
}

/// Opens a key that was closed with the office's point: point, nonce, sealed key and tag.
pub(super) fn open(secret: &Secret, closed: &[u8]) -> Option<[u8; 32]> {
    let (theirs, rest) = closed.split_first_chunk::<POINT>()?;
    let public = PublicKey::from_sec1_bytes(theirs).ok()?;
    let scalar = secret.key.to_nonzero_scalar();
    let shared = (public.to_projective() * *scalar).to_affine().to_encoded_point(false);
    let mut digest = Sha256::new();
    digest.update(PURPOSE);
    digest.update(shared.x()?);
    digest.update(theirs);
    digest.update(secret.point());
    let key: Zeroizing<[u8; 32]> = Zeroizing::new(digest.finalize().into());
    let opened = open_sealed(&key, rest, b"key")?;
    opened.as_slice().try_into().ok()
}

/// Opens what a device sealed under a key: nonce, sealed bytes and tag, bound to a name.
pub(super) fn open_sealed(key: &[u8; 32], sealed: &[u8], name: &[u8]) -> Option<Vec<u8>> {
    let (nonce, body) = sealed.split_first_chunk::<NONCE_LEN>()?;
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).ok()?);
    let mut body = body.to_vec();
    let nonce = Nonce::assume_unique_for_key(*nonce);
    let plain = key.open_in_place(nonce, Aad::from(name), &mut body).ok()?;
    Some(plain.to_vec())
}

#[cfg(test)]
pub(super) fn close(secret: &Secret, theirs: &Secret, key: &[u8; 32]) -> Vec<u8> {
    let public = secret.key.public_key();
    let scalar = theirs.key.to_nonzero_scalar();
    let shared = (public.to_projective() * *scalar).to_affine().to_encoded_point(false);
    let mut digest = Sha256::new();
    digest.update(PURPOSE);
    digest.update(shared.x().expect("a point has an x"));
    digest.update(theirs.point());
    digest.update(secret.point());
    let under: [u8; 32] = digest.finalize().into();
    [theirs.point(), seal(&under, key, b"key")].concat()
}

#[cfg(test)]
pub(super) fn seal(key: &[u8; 32], plain: &[u8], name: &[u8]) -> Vec<u8> {
    let sealing = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).expect("a key"));
    let nonce = [7u8; NONCE_LEN];
    let mut body = plain.to_vec();
    sealing
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(name), &mut body)
        .expect("short enough");
    [nonce.to_vec(), body].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_device_closed_opens_here_and_nowhere_else() {
        let office = Secret::of(&[1; 32]).expect("a secret");
        let other = Secret::of(&[2; 32]).expect("a secret");
        let device = Secret::of(&[3; 32]).expect("a secret");
        let closed = close(&office, &device, &[9; 32]);
        assert_eq!(open(&office, &closed), Some([9; 32]));
        assert_eq!(open(&other, &closed), None);
        for at in [0, 1, 64, 65, 76, 77, closed.len() - 1] {
            let mut wrong = closed.clone();
            wrong[at] ^= 1;
            assert_eq!(open(&office, &wrong), None, "{at}");
        }
        assert_eq!(open(&office, &closed[..60]), None);
        assert!(Secret::of(&[0; 32]).is_none());
        let sealed = seal(&[9; 32], b"isi", b"nama");
        assert_eq!(open_sealed(&[9; 32], &sealed, b"nama").as_deref(), Some(&b"isi"[..]));
        assert_eq!(open_sealed(&[9; 32], &sealed, b"lain"), None);
    }
}
