//! Codes that change every half minute (RFC 6238): a secret shared with an app on a phone.

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

/// Bytes of a secret: as long as the digest.
pub const SECRET_BYTES: usize = 20;
const STEP_MS: i64 = 30_000;
const DIGITS: u32 = 6;
/// Clocks of phones are off by a step in either direction.
const STEPS_OFF: i64 = 1;

/// The step whose code this is, near a moment.
pub fn step_of(secret: &[u8], code: &str, now_ms: i64) -> Option<i64> {
    let now = now_ms / STEP_MS;
    let typed: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    (now - STEPS_OFF..=now + STEPS_OFF).find(|step| self::code(secret, *step) == typed)
}

/// The code of a moment.
pub fn code_at(secret: &[u8], now_ms: i64) -> String {
    code(secret, now_ms / STEP_MS)
}

/// What an app on a phone reads out of the picture.
pub fn uri(secret: &[u8], account: &str, place: &str) -> String {
    let plain =
        |text: &str| -> String { text.chars().filter(char::is_ascii_alphanumeric).collect() };
    let (issuer, secret) = (format!("Payung{}", plain(place)), base32(secret));
    format!("otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}")
}

/// The secret for somebody who types it.
pub fn base32(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits = bytes.len() * 8;
    let bit = |at: usize| bytes.get(at / 8).is_some_and(|byte| byte >> (7 - at % 8) & 1 == 1);
    let letter = |start: usize| {
        let value = (start..start + 5).fold(0, |value, at| value * 2 + usize::from(bit(at)));
        char::from(LETTERS[value])
    };
    (0..bits).step_by(5).map(letter).collect()
}

fn code(secret: &[u8], step: i64) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).expect("any length will do");
    mac.update(&step.to_be_bytes());
    let digest = mac.finalize().into_bytes();
    let at = usize::from(digest[19] & 15);
    let four = digest[at..at + 4].try_into().expect("a digest has 20 bytes");
    let number = u32::from_be_bytes(four) & 0x7fff_ffff;
    format!("{:0width$}", number % 10u32.pow(DIGITS), width = DIGITS as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, SHA-1: the last six of its eight digits.
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let secret = b"12345678901234567890";
            assert_eq!(code_at(secret, seconds * 1000), code, "{seconds}");
            let step = seconds / 30;
            assert_eq!(step_of(secret, code, seconds * 1000), Some(step));
            assert_eq!(step_of(secret, code, (seconds + 30) * 1000), Some(step));
            assert_eq!(step_of(secret, code, (seconds + 90) * 1000), None);
            let typed = format!(" {} {}", &code[..3], &code[3..]);
            assert_eq!(step_of(secret, &typed, seconds * 1000), Some(step));
        }
    }

    #[test]
    fn secrets_are_written_in_letters_a_phone_knows() {
        // RFC 4648, section 10, without its padding.
        for (text, letters) in
            [("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foobar", "MZXW6YTBOI")]
        {
            assert_eq!(base32(text.as_bytes()), letters);
        }
        assert_eq!(
            uri(b"foobar", "wulan", "Kota Bontang"),
            "otpauth://totp/PayungKotaBontang:wulan?secret=MZXW6YTBOI&issuer=PayungKotaBontang"
        );
    }
}
