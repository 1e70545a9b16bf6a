//! What a passkey says, and whether it is true: WebAuthn level 3, as far as a login needs it.
//!
//! No attestation is asked for: who made the device does not matter here, only that the same one
//! comes back. So registering checks what was signed for nobody else, and a login checks the
//! signature of the registered key.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{ECDSA_P256_SHA256_ASN1, ED25519, UnparsedPublicKey};
use serde::Deserialize;
use sha2::{Digest, Sha256};

/// The longest name that a device gives a key.
const CREDENTIAL_MOST: usize = 1023;
/// The device saw somebody; the data holds a key.
const PRESENT: u8 = 1;
const HAS_KEY: u8 = 64;

/// To whom and for what a passkey speaks.
pub struct Expected<'a> {
    /// The name of the host, without its port.
    pub host: &'a str,
    /// The origin of the page, as the browser names it.
    pub origin: &'a str,
    /// What the page asked to be signed.
    pub challenge: &'a [u8],
}

/// A key that a device made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// What the device calls it.
    pub credential: Vec<u8>,
    /// The public key, as COSE writes it.
    pub public_key: Vec<u8>,
    /// How often it has signed.
    pub sign_count: u32,
}

/// Why a passkey is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Disbelieved(pub &'static str);

#[derive(Deserialize)]
struct ClientData {
    r#type: String,
    challenge: String,
    origin: String,
    #[serde(default, rename = "crossOrigin")]
    cross_origin: bool,
}

/// What the device made, when it answers this page.
///
/// # Errors
/// Whatever does not fit.
pub fn registered(
    expected: &Expected<'_>,
    client_data: &[u8],
    attestation: &[u8],
) -> Result<Made, Disbelieved> {
    check_client_data(expected, "webauthn.create", client_data)?;
    let mut rest = attestation;
    let Value::Map(object) = value(&mut rest, 0).ok_or(Disbelieved("attestation"))? else {
        return Err(Disbelieved("attestation"));
    };
    let found = object.iter().find(|(key, _)| *key == Value::Text("authData".into()));
    let Some((_, Value::Bytes(data))) = found else { return Err(Disbelieved("authData")) };
    let (flags, sign_count, rest) = authenticator_data(expected, data)?;
    if flags & HAS_KEY == 0 || rest.len() < 18 {
        return Err(Disbelieved("no key"));
    }
    let length = usize::from(u16::from_be_bytes([rest[16], rest[17]]));
    let rest = &rest[18..];
    if length > CREDENTIAL_MOST || rest.len() < length {
        return Err(Disbelieved("credential"));
    }
    let (credential, rest) = rest.split_at(length);
    let mut after = rest;
    value(&mut after, 0).ok_or(Disbelieved("key"))?;
    let public_key = &rest[..rest.len() - after.len()];
    Key::read(public_key).ok_or(Disbelieved("kind of key"))?;
    Ok(Made { credential: credential.to_vec(), public_key: public_key.to_vec(), sign_count })
}

/// How often the key has signed, when it signed for this page.
///
/// # Errors
/// Whatever does not fit.
pub fn asserted(
    expected: &Expected<'_>,
    public_key: &[u8],
    client_data: &[u8],
    data: &[u8],
    signature: &[u8],
) -> Result<u32, Disbelieved> {
    check_client_data(expected, "webauthn.get", client_data)?;
    let (_, sign_count, _) = authenticator_data(expected, data)?;
    let mut signed = data.to_vec();
    signed.extend_from_slice(&Sha256::digest(client_data));
    let key = Key::read(public_key).ok_or(Disbelieved("kind of key"))?;
    let right = match &key {
        Key::P256(point) => {
            UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).verify(&signed, signature)
        }
        Key::Ed25519(bytes) => UnparsedPublicKey::new(&ED25519, bytes).verify(&signed, signature),
    };
    right.map(|()| sign_count).map_err(|_| Disbelieved("signature"))
}

fn check_client_data(expected: &Expected<'_>, what: &str, bytes: &[u8]) -> Result<(), Disbelieved> {
    let data: ClientData = serde_json::from_slice(bytes).map_err(|_| Disbelieved("client data"))?;
    let challenge = URL_SAFE_NO_PAD.decode(&data.challenge).unwrap_or_default();
    if data.r#type != what {
        return Err(Disbelieved("type"));
    }
    if challenge != expected.challenge {
        return Err(Disbelieved("challenge"));
    }
    match data.origin == expected.origin && !data.cross_origin {
        true => Ok(()),
        false => Err(Disbelieved("origin")),
    }
}

/// Flags, the counter, and what follows them.
fn authenticator_data<'a>(
    expected: &Expected<'_>,
    data: &'a [u8],
) -> Result<(u8, u32, &'a [u8]), Disbelieved> {
    if data.len() < 37 {
        return Err(Disbelieved("authenticator data"));
    }
    if data[..32] != Sha256::digest(expected.host.as_bytes())[..] {
        return Err(Disbelieved("host"));
    }
    let flags = data[32];
    if flags & PRESENT == 0 {
        return Err(Disbelieved("nobody was there"));
    }
    let count = data[33..37].try_into().map(u32::from_be_bytes);
    Ok((flags, count.map_err(|_| Disbelieved("counter"))?, &data[37..]))
}

/// A public key of a kind that is offered to devices.
enum Key {
    /// An uncompressed point of P-256.
    P256(Vec<u8>),
    /// The bytes of Ed25519.
    Ed25519(Vec<u8>),
}

impl Key {
    fn read(cose: &[u8]) -> Option<Key> {
        let mut rest = cose;
        let Value::Map(pairs) = value(&mut rest, 0)? else { return None };
        let get = |label: i64| {
            pairs.iter().find(|(key, _)| *key == Value::Number(label)).map(|(_, value)| value)
        };
        let number = |label| match get(label) {
            Some(Value::Number(number)) => Some(*number),
            _ => None,
        };
        let bytes = |label| match get(label) {
            Some(Value::Bytes(bytes)) if bytes.len() == 32 => Some(bytes.as_slice()),
            _ => None,
        };
        // Key type, algorithm and curve of RFC 9053.
        match (number(1)?, number(3)?, number(-1)?) {
            (2, -7, 1) => {
                let point = [&[4], bytes(-2)?, bytes(-3)?].concat();
                Some(Key::P256(point))
            }
            (1, -8, 6) => Some(Key::Ed25519(bytes(-2)?.to_vec())),
            _ => None,
        }
    }
}

/// As much of CBOR (RFC 8949) as devices write: definite lengths, no tags, no fractions.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Value {
    Number(i64),
    Bytes(Vec<u8>),
    Text(String),
    List(Vec<Value>),
    Map(Vec<(Value, Value)>),
    Simple(u8),
}

/// Reads a value off the front; no more than a few levels deep and no longer than what is there.
fn value(rest: &mut &[u8], depth: u8) -> Option<Value> {
    let head = take(rest, 1)?[0];
    let (kind, short) = (head >> 5, head & 31);
    let argument = match short {
        0..=23 => u64::from(short),
        24..=27 => {
            take(rest, 1 << (short - 24))?.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte))
        }
        _ => return None,
    };
    let length = usize::try_from(argument).ok()?;
    // Every element takes a byte at least: a list cannot be longer than the rest.
    if matches!(kind, 2..=5) && length > rest.len() || depth > 8 {
        return None;
    }
    Some(match kind {
        0 => Value::Number(i64::try_from(argument).ok()?),
        1 => Value::Number(-1 - i64::try_from(argument).ok()?),
        2 => Value::Bytes(take(rest, length)?.to_vec()),
        3 => Value::Text(String::from_utf8(take(rest, length)?.to_vec()).ok()?),
        4 => Value::List((0..length).map(|_| value(rest, depth + 1)).collect::<Option<_>>()?),
        5 => {
            let pair = |_| Some((value(rest, depth + 1)?, value(rest, depth + 1)?));
            Value::Map((0..length).map(pair).collect::<Option<_>>()?)
        }
        7 if short < 24 => Value::Simple(short),
        _ => return None,
    })
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (front, back) = rest.split_at_checked(length)?;
    *rest = back;
    Some(front)
}

#[cfg(test)]
mod tests {
    use super::*;

    // "ES256 Credential with No Attestation" of the test vectors of W3C WebAuthn level 3.
    const HOST: &str = "example.org";
    const ORIGIN: &str = "https://example.org";
    const ATTESTATION: &str = "a363666d74646e6f6e656761747453746d74a068617574684461746158a4bfabc3\
        7432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b559000000008446ccb9ab1db374750b23\
        67ff6f3a1f0020f91f391db4c9b2fde0ea70189cba3fb63f579ba6122b33ad94ff3ec330084be4a50102032620\
        01215820afefa16f97ca9b2d23eb86ccb64098d20db90856062eb249c33a9b672f26df61225820930a56b87a2f\
        ca66334b03458abf879717c12cc68ed73290af2e2664796b9220";
    const CREATED: &str = "7b2274797065223a22776562617574686e2e637265617465222c226368616c6c656e67\
        65223a22414d4d507434557878475453746e63647134313759447742466938767049612d7077386f4f75565734\
        5441222c226f726967696e223a2268747470733a2f2f6578616d706c652e6f7267222c2263726f73734f726967\
        696e223a66616c73652c22657874726144617461223a22636c69656e74446174614a534f4e206d617920626520\
        657874656e6465642077697468206164646974696f6e616c206669656c647320696e2074686520667574757265\
        2c207375636820617320746869733a20426b5165446a646354427258426941774a544c4535513d3d227d";
    const CREDENTIAL: &str = "f91f391db4c9b2fde0ea70189cba3fb63f579ba6122b33ad94ff3ec330084be4";
    const DATA: &str = "bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b51900000000";
    const GOT: &str = "7b2274797065223a22776562617574686e2e676574222c226368616c6c656e6765223a224f\
        63446e55685158756c5455506f334a5558543049393770767a7a59425039745a63685879617630314167222c22\
        6f726967696e223a2268747470733a2f2f6578616d706c652e6f7267222c2263726f73734f726967696e223a66\
        616c73657d";
    const SIGNATURE: &str = "3046022100f50a4e2e4409249c4a853ba361282f09841df4dd4547a13a87780218de\
        ffcd380221008480ac0f0b93538174f575bf11a1dd5d78c6e486013f937295ea13653e331e87";
    const TO_MAKE: &str = "AMMPt4UxxGTStncdq417YDwBFi8vpIa-pw8oOuVW4TA";
    const TO_SIGN: &str = "OcDnUhQXulTUPo3JUXT0I97pvzzYBP9tZchXyav01Ag";

    fn hex(text: &str) -> Vec<u8> {
        let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
        let byte = |pair: &[u8]| {
            u8::from_str_radix(std::str::from_utf8(pair).expect("digits"), 16).expect("a byte")
        };
        digits.chunks(2).map(byte).collect()
    }

    fn challenge(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).expect("a challenge")
    }

    fn made() -> Made {
        let challenge = challenge(TO_MAKE);
        let expected = Expected { host: HOST, origin: ORIGIN, challenge: &challenge };
        registered(&expected, &hex(CREATED), &hex(ATTESTATION)).expect("the published one")
    }

    #[test]
    fn the_published_registration_is_believed() {
        let made = made();
        assert_eq!(made.credential, hex(CREDENTIAL));
        assert_eq!(made.public_key.len(), 77);
        assert_eq!(made.sign_count, 0);
        let challenge = challenge(TO_SIGN);
        let other = Expected { host: HOST, origin: ORIGIN, challenge: &challenge };
        let answer = registered(&other, &hex(CREATED), &hex(ATTESTATION));
        assert_eq!(answer, Err(Disbelieved("challenge")));
    }

    #[test]
    fn the_published_login_is_believed_and_no_other() {
        let key = made().public_key;
        let challenge = challenge(TO_SIGN);
        let check = |host: &str, origin: &str, data: &[u8], signature: &[u8], got: &[u8]| {
            let expected = Expected { host, origin, challenge: &challenge };
            asserted(&expected, &key, got, data, signature)
        };
        let (data, signature, got) = (hex(DATA), hex(SIGNATURE), hex(GOT));
        assert_eq!(check(HOST, ORIGIN, &data, &signature, &got), Ok(0));
        let other = |at: usize, of: &[u8]| {
            let mut bytes = of.to_vec();
            bytes[at] ^= 4;
            bytes
        };
        let wrong = Err(Disbelieved("signature"));
        assert_eq!(check(HOST, ORIGIN, &data, &other(40, &signature), &got), wrong);
        assert_eq!(check(HOST, ORIGIN, &other(36, &data), &signature, &got), wrong);
        assert_eq!(check("a.org", ORIGIN, &data, &signature, &got), Err(Disbelieved("host")));
        let evil = check(HOST, "https://a.org", &data, &signature, &got);
        assert_eq!(evil, Err(Disbelieved("origin")));
        let absent = [&data[..32], &[0x18], &data[33..]].concat();
        let answer = check(HOST, ORIGIN, &absent, &signature, &got);
        assert_eq!(answer, Err(Disbelieved("nobody was there")));
        let created = check(HOST, ORIGIN, &data, &signature, &hex(CREATED));
        assert_eq!(created, Err(Disbelieved("type")));
    }

    #[test]
    fn what_is_cut_or_changed_anywhere_never_panics() {
        let (attestation, challenge) = (hex(ATTESTATION), challenge(TO_MAKE));
        let expected = Expected { host: HOST, origin: ORIGIN, challenge: &challenge };
        for at in 0..attestation.len() {
            let _ = registered(&expected, &hex(CREATED), &attestation[..at]);
            for bit in 0..8 {
                let mut other = attestation.clone();
                other[at] ^= 1 << bit;
                let _ = registered(&expected, &hex(CREATED), &other);
            }
        }
    }
}
