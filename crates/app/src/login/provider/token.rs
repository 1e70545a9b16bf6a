//! A signed token of the provider: believed only when everything about it is as it must be.
//!
//! Compact JWS with RS256, PS256, ES256 or EdDSA; a key of the provider's own list, never one that
//! the token names by address or carries.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256,
    RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde_json::Value;

use crate::error::AppError;

/// No token is longer.
const BYTES_MAX: usize = 64 * 1024;
/// Two clocks may differ by so much.
const SKEW_S: i64 = 60;
/// A token for a login is new.
const AGE_S: i64 = 600;
/// Keys beyond this are not looked at.
const KEYS_MAX: usize = 32;

/// What must be true of a token.
#[derive(Debug, Clone, Copy)]
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a str,
    pub(super) client: &'a str,
    /// Seconds since 1970-01-01 UTC.
    pub(super) now_s: i64,
}

/// Why a token is not believed; the order is the order of looking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Distrust {
    /// It is no token.
    Malformed,
    /// Another way of signing than those that are allowed, or none.
    Algorithm,
    /// No key of the provider's list has its name.
    KeyUnknown,
    /// The signature is not by that key.
    Signature,
    /// Somebody else issued it.
    Issuer,
    /// It is for somebody else.
    Audience,
    /// Its time is over, or it has none.
    Expired,
    /// It is from another time.
    IssuedAt,
    /// It does not say who came.
    Subject,
    /// It answers another question.
    Nonce,
}

impl Distrust {
    /// The stable name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Distrust::Malformed => "malformed",
            Distrust::Algorithm => "algorithm",
            Distrust::KeyUnknown => "key-unknown",
            Distrust::Signature => "signature",
            Distrust::Issuer => "issuer",
            Distrust::Audience => "audience",
            Distrust::Expired => "expired",
            Distrust::IssuedAt => "issued-at",
            Distrust::Subject => "subject",
            Distrust::Nonce => "nonce",
        }
    }
}

impl From<Distrust> for AppError {
    fn from(distrust: Distrust) -> AppError {
        AppError::refused("PROVIDER_DISBELIEVED", distrust.name())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Algorithm {
    Rs256,
    Ps256,
    Es256,
    EdDsa,
}

#[derive(Debug, Clone)]
enum Public {
    Rsa { n: Vec<u8>, e: Vec<u8> },
    P256(Vec<u8>),
    Ed25519(Vec<u8>),
}

#[derive(Debug, Clone)]
struct Key {
    name: Option<String>,
    algorithm: Option<String>,
    public: Public,
}

/// The keys a provider signs with.
#[derive(Debug, Clone, Default)]
pub(super) struct Keys(Vec<Key>);

impl Keys {
    /// Reads a list of keys; what is not for signing or of another kind is left out.
    pub(super) fn read(list: &Value) -> Keys {
        let keys = list["keys"].as_array().map(Vec::as_slice).unwrap_or_default();
        Keys(keys.iter().take(KEYS_MAX).filter_map(Key::read).collect())
    }

    /// The one key that a token can be signed by.
    fn find(&self, name: Option<&str>, algorithm: Algorithm) -> Option<&Key> {
        let mut fitting = self.0.iter().filter(|key| key.fits(algorithm));
        match name {
            Some(name) => fitting.find(|key| key.name.as_deref() == Some(name)),
            // Without a name only a list of one leaves no doubt.
            None => fitting.next().filter(|_| fitting.next().is_none()),
        }
    }
}

impl Key {
    fn read(key: &Value) -> Option<Key> {
        let text = |name: &str| key[name].as_str();
        let bytes = |name: &str| URL_SAFE_NO_PAD.decode(text(name)?).ok();
        let coordinate = |name: &str| bytes(name).filter(|bytes| bytes.len() == 32);
        if text("use").is_some_and(|purpose| purpose != "sig") {
            return None;
        }
        let public = match (text("kty")?, text("crv")) {
            ("RSA", _) => Public::Rsa { n: bytes("n")?, e: bytes("e")? },
            ("EC", Some("P-256")) => {
                Public::P256([vec![4], coordinate("x")?, coordinate("y")?].concat())
            }
            ("OKP", Some("Ed25519")) => Public::Ed25519(coordinate("x")?),
            _ => return None,
        };
        let (name, algorithm) = (text("kid").map(str::to_owned), text("alg").map(str::to_owned));
        Some(Key { name, algorithm, public })
    }

    /// Whether it is a key for this way of signing: a token never chooses another.
    fn fits(&self, algorithm: Algorithm) -> bool {
        let is_kind = matches!(
            (&self.public, algorithm),
            (Public::Rsa { .. }, Algorithm::Rs256 | Algorithm::Ps256)
                | (Public::P256(_), Algorithm::Es256)
                | (Public::Ed25519(_), Algorithm::EdDsa)
        );
        is_kind && self.algorithm.as_deref().is_none_or(|name| name == algorithm.name())
    }

    fn has_signed(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        let verified = match &self.public {
            Public::Rsa { n, e } => {
                let scheme = match algorithm {
                    Algorithm::Ps256 => &RSA_PSS_2048_8192_SHA256,
                    _ => &RSA_PKCS1_2048_8192_SHA256,
                };
                RsaPublicKeyComponents { n, e }.verify(scheme, message, signature)
            }
            Public::P256(point) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, signature)
            }
            Public::Ed25519(point) => {
                UnparsedPublicKey::new(&ED25519, point).verify(message, signature)
            }
        };
        verified.is_ok()
    }
}

impl Algorithm {
    const ALL: [Algorithm; 4] =
        [Algorithm::Rs256, Algorithm::Ps256, Algorithm::Es256, Algorithm::EdDsa];

    fn name(self) -> &'static str {
        match self {
            Algorithm::Rs256 => "RS256",
            Algorithm::Ps256 => "PS256",
            Algorithm::Es256 => "ES256",
            Algorithm::EdDsa => "EdDSA",
        }
    }
}

/// What a login token says, once it is believed.
///
/// # Errors
/// The first [`Distrust`] in their order.
pub(super) fn id_token(
    token: &str,
    keys: &Keys,
    expected: &Expected<'_>,
    nonce: &str,
) -> Result<Value, Distrust> {
    let claims = signed(token, &["JWT"], keys)?;
    check(&claims, expected)?;
    match claims["nonce"].as_str() == Some(nonce) {
        true => Ok(claims),
        false => Err(Distrust::Nonce),
    }
}

/// Whose login has ended at the provider, once the token that says so is believed.
///
/// # Errors
/// The first [`Distrust`] in their order.
pub(super) fn logout_token(
    token: &str,
    keys: &Keys,
    expected: &Expected<'_>,
) -> Result<Value, Distrust> {
    const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
    let claims = signed(token, &["logout+jwt", "JWT"], keys)?;
    check(&claims, expected)?;
    // A login token must not pass for one, nor the other way round.
    match claims["events"][EVENT].is_object() && claims["nonce"].is_null() {
        true => Ok(claims),
        false => Err(Distrust::Nonce),
    }
}

/// What a token says whose signature is the provider's; nothing else is looked at yet.
fn signed(token: &str, kinds: &[&str], keys: &Keys) -> Result<Value, Distrust> {
    let json = |part: &str| -> Option<Value> {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
    };
    let parts: Vec<&str> = token.split('.').collect();
    let [head, claims, signature] = parts.as_slice() else { return Err(Distrust::Malformed) };
    if token.len() > BYTES_MAX {
        return Err(Distrust::Malformed);
    }
    let header = json(head).filter(Value::is_object).ok_or(Distrust::Malformed)?;
    let is_one = |typ: &str| kinds.iter().any(|kind| kind.eq_ignore_ascii_case(typ));
    let is_kind = header["typ"].as_str().is_none_or(is_one);
    // What must be understood and is not makes the whole token something else.
    if !is_kind || !header["crit"].is_null() {
        return Err(Distrust::Malformed);
    }
    let named = header["alg"].as_str();
    let algorithm = Algorithm::ALL.into_iter().find(|known| Some(known.name()) == named);
    let algorithm = algorithm.ok_or(Distrust::Algorithm)?;
    let key = keys.find(header["kid"].as_str(), algorithm).ok_or(Distrust::KeyUnknown)?;
    let message = &token.as_bytes()[..head.len() + 1 + claims.len()];
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| Distrust::Malformed)?;
    if !key.has_signed(algorithm, message, &signature) {
        return Err(Distrust::Signature);
    }
    json(claims).filter(Value::is_object).ok_or(Distrust::Malformed)
}

fn check(claims: &Value, expected: &Expected<'_>) -> Result<(), Distrust> {
    let ours = |value: &Value| value.as_str() == Some(expected.client);
    let is_for_us = match &claims["aud"] {
        Value::Array(many) => many.iter().any(ours) && (many.len() == 1 || ours(&claims["azp"])),
        one => ours(one),
    };
    let is_by_us = claims["azp"].is_null() || ours(&claims["azp"]);
    let second = |name: &str| claims[name].as_i64();
    let (now, issued) = (expected.now_s, second("iat").ok_or(Distrust::IssuedAt));
    let subject = claims["sub"].as_str().unwrap_or_default();
    match () {
        () if claims["iss"].as_str() != Some(expected.issuer) => Err(Distrust::Issuer),
        () if !is_for_us || !is_by_us => Err(Distrust::Audience),
        () if second("exp").is_none_or(|end| end <= now - SKEW_S) => Err(Distrust::Expired),
        () if !(now - AGE_S..=now + SKEW_S).contains(&issued?) => Err(Distrust::IssuedAt),
        () if second("nbf").is_some_and(|from| from > now + SKEW_S) => Err(Distrust::IssuedAt),
        () if subject.is_empty() || subject.len() > 255 || !subject.is_ascii() => {
            Err(Distrust::Subject)
        }
        () => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use ring::rand::SystemRandom;
    use ring::signature::{Ed25519KeyPair, KeyPair};
    use serde_json::json;

    use super::*;

    const NOW_S: i64 = 1_665_000_000;

    struct Signer {
        pair: Ed25519KeyPair,
        keys: Keys,
    }

    fn signer() -> Signer {
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).expect("a key");
        let pair = Ed25519KeyPair::from_pkcs8(pkcs8.as_ref()).expect("its own");
        let x = URL_SAFE_NO_PAD.encode(pair.public_key());
        let key = json!({"kty": "OKP", "crv": "Ed25519", "kid": "a", "use": "sig", "x": x});
        let keys = Keys::read(&json!({"keys": [{"kty": "oct", "k": "AA"}, key]}));
        Signer { pair, keys }
    }

    impl Signer {
        fn sign(&self, header: &Value, claims: &Value) -> String {
            let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
            let message = format!("{}.{}", part(header), part(claims));
            let signature = self.pair.sign(message.as_bytes());
            format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
        }
    }

    fn header() -> Value {
        json!({"alg": "EdDSA", "kid": "a", "typ": "JWT"})
    }

    fn claims() -> Value {
        json!({
            "iss": "https://masuk.example", "aud": "payung", "sub": "7", "nonce": "n",
            "iat": NOW_S, "exp": NOW_S + 300,
        })
    }

    fn judge(signer: &Signer, token: &str) -> Option<Distrust> {
        let expected = Expected { issuer: "https://masuk.example", client: "payung", now_s: NOW_S };
        id_token(token, &signer.keys, &expected, "n").err()
    }

    #[test]
    fn every_claim_is_looked_at() {
        let signer = signer();
        let check = |name: &str, value: Value, expect: Option<Distrust>| {
            let mut claims = claims();
            claims[name] = value.clone();
            let token = signer.sign(&header(), &claims);
            assert_eq!(judge(&signer, &token), expect, "{name} {value}");
        };
        check("sub", json!("7"), None);
        check("iss", json!("https://masuk.example/"), Some(Distrust::Issuer));
        check("aud", json!(["payung"]), None);
        check("aud", json!(["payung", "lain"]), Some(Distrust::Audience));
        check("aud", json!("lain"), Some(Distrust::Audience));
        check("aud", Value::Null, Some(Distrust::Audience));
        check("azp", json!("payung"), None);
        check("azp", json!("lain"), Some(Distrust::Audience));
        check("exp", json!(NOW_S - SKEW_S + 1), None);
        check("exp", json!(NOW_S - SKEW_S), Some(Distrust::Expired));
        check("exp", Value::Null, Some(Distrust::Expired));
        check("iat", json!(NOW_S + SKEW_S), None);
        check("iat", json!(NOW_S + SKEW_S + 1), Some(Distrust::IssuedAt));
        check("iat", json!(NOW_S - AGE_S - 1), Some(Distrust::IssuedAt));
        check("iat", Value::Null, Some(Distrust::IssuedAt));
        check("nbf", json!(NOW_S + SKEW_S + 1), Some(Distrust::IssuedAt));
        check("sub", json!(""), Some(Distrust::Subject));
        check("sub", json!(7), Some(Distrust::Subject));
        check("nonce", json!("m"), Some(Distrust::Nonce));
        check("nonce", Value::Null, Some(Distrust::Nonce));
    }

    #[test]
    fn a_token_does_not_choose_how_it_is_looked_at() {
        let (signer, other) = (signer(), signer());
        let check = |header: Value, expect: Option<Distrust>| {
            let token = signer.sign(&header, &claims());
            assert_eq!(judge(&signer, &token), expect, "{header}");
        };
        check(json!({"alg": "EdDSA"}), None);
        for name in ["none", "None", "HS256", "RS384", "ES384", ""] {
            check(json!({"alg": name, "kid": "a"}), Some(Distrust::Algorithm));
        }
        check(json!({"kid": "a"}), Some(Distrust::Algorithm));
        check(json!({"alg": "RS256", "kid": "a"}), Some(Distrust::KeyUnknown));
        check(json!({"alg": "EdDSA", "kid": "b"}), Some(Distrust::KeyUnknown));
        check(json!({"alg": "EdDSA", "kid": "a", "typ": "at+jwt"}), Some(Distrust::Malformed));
        check(json!({"alg": "EdDSA", "kid": "a", "crit": ["x"]}), Some(Distrust::Malformed));
        let foreign = other.sign(&header(), &claims());
        assert_eq!(judge(&signer, &foreign), Some(Distrust::Signature));
    }

    #[test]
    fn any_bit_changed_is_no_token_and_no_panic() {
        let signer = signer();
        let whole = signer.sign(&header(), &claims());
        assert_eq!(judge(&signer, &whole), None);
        for at in 0..whole.len() {
            assert!(judge(&signer, &whole[..at]).is_some(), "cut at {at}");
            let mut changed = whole.clone().into_bytes();
            changed[at] ^= 1;
            let changed = String::from_utf8(changed).expect("still ASCII");
            assert!(judge(&signer, &changed).is_some(), "changed at {at}");
        }
    }
}
