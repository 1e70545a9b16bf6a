//! Signatures in the way of Standard Webhooks 1.0.0: HMAC-SHA-256 over id, moment and message, once
//! with every secret that holds.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// What a secret begins with, so that people and scanners know it when they see one.
pub const SECRET_MARK: &str = "whsec_";

/// A secret as it is told.
pub fn write_secret(secret: &[u8]) -> Zeroizing<String> {
    Zeroizing::new(format!("{SECRET_MARK}{}", STANDARD.encode(secret)))
}

/// A secret as it was told; none when it is not one.
pub fn read_secret(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let encoded = text.trim().strip_prefix(SECRET_MARK)?;
    STANDARD.decode(encoded).ok().map(Zeroizing::new)
}

/// What stands in `webhook-signature`: a word for each secret, apart by a space.
///
/// `timestamp` is seconds since 1970-01-01 UTC.
pub fn sign<'a>(
    secrets: impl Iterator<Item = &'a [u8]>,
    id: &str,
    timestamp: i64,
    body: &str,
) -> String {
    let signed = format!("{id}.{timestamp}.{body}");
    let words = secrets.map(|secret| {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("a key may have any length");
        mac.update(signed.as_bytes());
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification and of its libraries.
    #[test]
    fn the_published_vector_is_reproduced() {
        let secret = read_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("a secret");
        let secrets = [secret.as_slice()];
        let id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
        let body = "{\"test\": 2432232314}";
        let signature = sign(secrets.into_iter(), id, 1_614_265_330, body);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        let both = sign([secret.as_slice(), b"other"].into_iter(), id, 1_614_265_330, body);
        assert!(both.starts_with(&format!("{signature} v1,")), "{both}");
        assert_ne!(signature, sign(secrets.into_iter(), id, 1_614_265_331, body));
    }

    #[test]
    fn a_secret_is_written_as_it_is_read() {
        let text = write_secret(&[7; 32]);
        assert_eq!(read_secret(&text).expect("a secret").as_slice(), [7; 32]);
        assert!(read_secret("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").is_none());
        assert!(read_secret("whsec_%").is_none());
    }
}
