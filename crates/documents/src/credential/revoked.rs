//! The list of a year's cards that are good no more: one bit a card, signed, in the form of the
//! IETF's Token Status List, so that programs that know that form read it.
//!
//! A bit is exact: no card is ever taken for a revoked one, and none is overlooked.

use std::io::Write;

use ciborium::Value;
use flate2::Compression;
use flate2::write::ZlibEncoder;

use super::cwt::{self, Fields, Token, bytes_of, inflated, number_of};
use super::{CardKey, CardPublicKey, CredentialProblem};

/// What the list calls itself.
const KIND: &str = "application/statuslist+cwt";
/// The claim "status_list" of the draft.
const STATUS_LIST: i64 = 65_533;
/// The claim "ttl": after so many seconds somebody looks for a newer one.
const TIME_TO_LIVE: i64 = 65_534;

/// Which of a year's cards are revoked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevocationList {
    /// Who signs.
    pub issuer: String,
    /// The year in which the cards were signed.
    pub year: i32,
    /// When it was drawn up, in seconds since 1970-01-01 UTC.
    pub issued_s: i64,
    /// After how many seconds a newer one is wanted.
    pub ttl_s: i64,
    /// A bit for each place, the lowest of each byte first.
    pub bits: Vec<u8>,
}

impl RevocationList {
    /// The bits of so many cards of which these places are revoked.
    pub fn bits_of(count: u32, revoked: impl IntoIterator<Item = u32>) -> Vec<u8> {
        let mut bits = vec![0u8; (count as usize).div_ceil(8)];
        for place in revoked {
            if let Some(byte) = bits.get_mut(place as usize / 8) {
                *byte |= 1 << (place % 8);
            }
        }
        bits
    }

    /// Whether the card at a place is revoked; nothing for a place that the list does not know yet.
    pub fn is_revoked(&self, place: u32) -> Option<bool> {
        self.bits.get(place as usize / 8).map(|byte| byte >> (place % 8) & 1 == 1)
    }
}

/// The signed bytes of a list.
pub fn sign_revocations(key: &CardKey, list: &RevocationList) -> Vec<u8> {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::best());
    packed.write_all(&list.bits).expect("memory takes everything");
    let packed = packed.finish().expect("memory takes everything");
    let integer = |number: i64| Value::Integer(number.into());
    let status = vec![
        (Value::Text("bits".into()), integer(1)),
        (Value::Text("lst".into()), Value::Bytes(packed)),
    ];
    let payload = bytes_of(&Value::Map(vec![
        (integer(1), Value::Text(list.issuer.clone())),
        (integer(2), Value::Text(subject(list.year))),
        (integer(6), integer(list.issued_s)),
        (integer(TIME_TO_LIVE), integer(list.ttl_s)),
        (integer(STATUS_LIST), Value::Map(status)),
    ]));
    cwt::tagged(&cwt::from_parts(key, payload, Some(KIND)))
}

/// Reads a list that one of the keys signed.
///
/// # Errors
/// The first [`CredentialProblem`] in their order.
pub fn read_revocations(
    bytes: &[u8],
    keys: &[CardPublicKey],
) -> Result<RevocationList, CredentialProblem> {
    let token = Token::of_bytes(bytes).ok_or(CredentialProblem::Unreadable)?;
    let key = keys.iter().find(|key| key.id().as_slice() == token.key_id());
    if !token.holds(key.ok_or(CredentialProblem::UnknownKey)?) {
        return Err(CredentialProblem::Signature);
    }
    list_of(&token).ok_or(CredentialProblem::NotACard)
}

fn list_of(token: &Token) -> Option<RevocationList> {
    let fields = Fields::of(token.claims());
    let year = fields.text(2)?.strip_prefix("kartu/")?.parse().ok()?;
    let status = fields.get(STATUS_LIST)?.as_map()?;
    let part = |name: &str| {
        status.iter().find(|(key, _)| key.as_text() == Some(name)).map(|(_, value)| value)
    };
    if part("bits").and_then(number_of) != Some(1) {
        return None;
    }
    Some(RevocationList {
        issuer: fields.text(1)?,
        year,
        issued_s: number_of(fields.get(6)?)?,
        ttl_s: number_of(fields.get(TIME_TO_LIVE)?)?,
        bits: inflated(part("lst")?.as_bytes()?)?,
    })
}

fn subject(year: i32) -> String {
    format!("kartu/{year}")
}
