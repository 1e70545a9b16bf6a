//! The layers of the text: base45 (RFC 9285), zlib, COSE_Sign1 (RFC 9052), CWT (RFC 8392).
//!
//! What we write is stored in zlib uncompressed: signatures and short texts do not shrink, and a
//! stored block has no bit that could be turned without a trace.

use std::io::Read;

use ciborium::Value;
use coset::{
    CborSerializable, CoseSign1, CoseSign1Builder, HeaderBuilder, TaggedCborSerializable, iana,
};
use flate2::read::ZlibDecoder;

use super::{CardKey, CardPublicKey, CredentialProblem};

/// No credential is larger; a small text may claim to be.
const INFLATED_MOST: u64 = 64 * 1024; // not law: bytes
/// No text is longer.
const TEXT_LONGEST: usize = 8 * 1024;

/// A signed token with claim 169, of anybody.
pub struct Token {
    sign1: CoseSign1,
    claims: Value,
}

impl Token {
    /// Reads a text as far as it says something; the signature is not looked at.
    ///
    /// # Errors
    /// [`CredentialProblem::Unreadable`]; [`CredentialProblem::NotACard`] for a token without
    /// claim 169.
    pub fn read(text: &str) -> Result<Token, CredentialProblem> {
        let bytes = bytes_in(text).ok_or(CredentialProblem::Unreadable)?;
        let token = Token::of_bytes(&bytes).ok_or(CredentialProblem::Unreadable)?;
        match Fields::of(&token.claims).get(169) {
            Some(Value::Map(_)) => Ok(token),
            _ => Err(CredentialProblem::NotACard),
        }
    }

    /// Reads the bytes of a COSE_Sign1 whose payload is a CWT.
    pub(super) fn of_bytes(bytes: &[u8]) -> Option<Token> {
        let sign1 = CoseSign1::from_tagged_slice(bytes).or_else(|_| CoseSign1::from_slice(bytes));
        let sign1 = sign1.ok()?;
        let payload = sign1.payload.as_deref()?;
        let claims: Value = ciborium::from_reader(payload).ok()?;
        claims.is_map().then_some(Token { sign1, claims })
    }

    /// Whether the signature holds under a key, by the algorithm that the header names.
    pub fn holds(&self, key: &CardPublicKey) -> bool {
        let ed = coset::RegisteredLabelWithPrivate::Assigned(iana::Algorithm::EdDSA);
        let verify = |signature: &[u8], said: &[u8]| match key.holds(signature, said) {
            true => Ok(()),
            false => Err(()),
        };
        self.sign1.protected.header.alg == Some(ed)
            && self.sign1.verify_signature(b"", verify).is_ok()
    }

    /// Whether it holds at a moment, in seconds since 1970-01-01 UTC: not before, not after.
    pub fn is_current(&self, at_s: i64) -> bool {
        let fields = Fields::of(&self.claims);
        let number = |key| fields.get(key).and_then(number_of);
        number(4).is_none_or(|ends| at_s < ends) && number(5).is_none_or(|from| from <= at_s)
    }

    /// The identifier in claim 169.
    pub fn id(&self) -> Option<&str> {
        self.person().get(1)?.as_text()
    }

    /// The full name in claim 169.
    pub fn name(&self) -> Option<&str> {
        self.person().get(4)?.as_text()
    }

    /// Who issued it.
    pub fn issuer(&self) -> Option<&str> {
        Fields::of(&self.claims).get(1)?.as_text()
    }

    fn person(&self) -> Fields<'_> {
        Fields::of(Fields::of(&self.claims).get(169).unwrap_or(&Value::Null))
    }

    pub(super) fn claims(&self) -> &Value {
        &self.claims
    }

    pub(super) fn key_id(&self) -> &[u8] {
        &self.sign1.protected.header.key_id
    }

    pub(super) fn payload(&self) -> &[u8] {
        self.sign1.payload.as_deref().unwrap_or_default()
    }

    /// The same signature under the headers that we write, and nothing that is not signed.
    pub(super) fn written_anew(&self, payload: Vec<u8>) -> CoseSign1 {
        let header = header(self.key_id().to_vec(), None);
        let signed = CoseSign1Builder::new().protected(header).payload(payload);
        signed.signature(self.sign1.signature.clone()).build()
    }
}

/// The fields of a map with numbers for keys.
pub(super) struct Fields<'a>(&'a [(Value, Value)]);

impl<'a> Fields<'a> {
    pub(super) fn of(value: &'a Value) -> Fields<'a> {
        Fields(value.as_map().map_or(&[], Vec::as_slice))
    }

    pub(super) fn get(&self, key: i64) -> Option<&'a Value> {
        self.0.iter().find(|(found, _)| number_of(found) == Some(key)).map(|(_, value)| value)
    }

    pub(super) fn text(&self, key: i64) -> Option<String> {
        self.get(key)?.as_text().map(str::to_owned)
    }
}

/// A whole number that fits.
pub(super) fn number_of(value: &Value) -> Option<i64> {
    value.as_integer().and_then(|number| i64::try_from(number).ok())
}

pub(super) fn bytes_of(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).expect("memory takes everything");
    bytes
}

fn header(key_id: Vec<u8>, kind: Option<&str>) -> coset::Header {
    let header = HeaderBuilder::new().algorithm(iana::Algorithm::EdDSA).key_id(key_id);
    match kind {
        // 16 is "typ" (RFC 9596).
        Some(kind) => header.value(16, Value::Text(kind.to_owned())).build(),
        None => header.build(),
    }
}

/// Signs a payload.
pub(super) fn from_parts(key: &CardKey, payload: Vec<u8>, kind: Option<&str>) -> CoseSign1 {
    let header = header(key.public().id().to_vec(), kind);
    let unsigned = CoseSign1Builder::new().protected(header).payload(payload);
    unsigned.create_signature(b"", |said| key.sign(said)).build()
}

/// The text of a token.
pub(super) fn text_of(sign1: &CoseSign1) -> String {
    text_of_bytes(&tagged(sign1))
}

/// A signed token's bytes as a square code says them.
pub(super) fn text_of_bytes(bytes: &[u8]) -> String {
    base45::encode(stored(bytes))
}

pub(super) fn tagged(sign1: &CoseSign1) -> Vec<u8> {
    sign1.clone().to_tagged_vec().expect("what we built can be written")
}

pub(super) fn bytes_in(text: &str) -> Option<Vec<u8>> {
    if text.is_empty() || text.len() > TEXT_LONGEST {
        return None;
    }
    let packed = base45::decode(text).ok()?;
    inflated(&packed)
}

/// What zlib packed, up to the most that we believe.
pub(super) fn inflated(packed: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut reader = ZlibDecoder::new(packed).take(INFLATED_MOST + 1);
    reader.read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 <= INFLATED_MOST).then_some(bytes)
}

/// The bytes as one stored block of zlib (RFC 1950, RFC 1951).
fn stored(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).expect("a credential is short");
    let mut out = vec![0x78, 0x01, 0x01];
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(&(!length).to_le_bytes());
    out.extend_from_slice(bytes);
    let (a, b) = bytes.iter().fold((1u32, 0u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    out.extend_from_slice(&(b << 16 | a).to_be_bytes());
    out
}
