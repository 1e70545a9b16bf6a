//! A card as text that anybody can check: claim 169 in a CWT, signed as COSE_Sign1 by Ed25519, in
//! zlib and base45 (docs/decisions/0032). And the list of cards that are good no more.
//!
//! A card of ours has exactly one text: whatever differs in one character is refused, also where
//! it would say the same.

mod cwt;
mod revoked;

use base::{Day, Month};
use ciborium::Value;
use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

use cwt::{Fields, from_parts, number_of, text_of};

pub use cwt::Token;
pub use revoked::{RevocationList, read_revocations, sign_revocations};

/// What a code of version 13 holds in letters and digits at quartile correction.
pub const TEXT_MOST: usize = 352;
/// Bytes by which a key is named.
pub const KEY_ID: usize = 8;
/// The office's own claim, in the range that RFC 8392 leaves to private use.
const OWN_CLAIM: i64 = -70_169;
/// Names are cut to leave room, but not to fewer bytes than this.
const NAME_LEAST: usize = 16;

/// A secret key of a year.
pub struct CardKey(SigningKey);

/// The public half, by which everybody checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CardPublicKey(pub [u8; 32]);

/// What a card says. It has no room for a NIK or an address.
#[derive(Clone, PartialEq, Eq)]
pub struct CardClaims {
    /// Who signs: "payung/64.01".
    pub issuer: String,
    /// The card number without hyphens.
    pub number: String,
    /// The name as printed.
    pub name: String,
    /// The programme, cut where there is no room.
    pub programme: String,
    /// The last month paid for.
    pub paid_until: Month,
    /// The day of issue, by the office's clock.
    pub issued: Day,
    /// The place in the year's list of revoked cards.
    pub place: u32,
    /// The participant number of BPJS, eleven digits, when it is known.
    pub kpj: Option<u64>,
}

/// Why a text is no good card; the order is the order of trying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CredentialProblem {
    /// No base45, zlib, COSE or CWT.
    Unreadable,
    /// It says more than a card holds.
    TooLong,
    /// Signed with a key that is not known here.
    UnknownKey,
    /// The signature does not hold.
    Signature,
    /// The signature holds, and it is no card of ours, or written otherwise than we write.
    NotACard,
}

impl CardKey {
    /// A key out of 32 random bytes.
    pub fn of_secret(secret: &[u8; 32]) -> CardKey {
        CardKey(SigningKey::from_bytes(secret))
    }

    /// The public half.
    pub fn public(&self) -> CardPublicKey {
        CardPublicKey(self.0.verifying_key().to_bytes())
    }

    fn sign(&self, said: &[u8]) -> Vec<u8> {
        self.0.sign(said).to_bytes().to_vec()
    }
}

impl CardPublicKey {
    /// The name of the key: the first bytes of its SHA-256.
    pub fn id(&self) -> [u8; KEY_ID] {
        let digest: [u8; 32] = Sha256::digest(self.0).into();
        *digest.first_chunk().expect("a digest is longer")
    }

    /// Whether a signature holds; one that could be written otherwise does not.
    fn holds(&self, signature: &[u8], said: &[u8]) -> bool {
        let verify = || {
            let key = VerifyingKey::from_bytes(&self.0).ok()?;
            let signature = ed25519_dalek::Signature::from_slice(signature).ok()?;
            key.verify_strict(said, &signature).ok()
        };
        verify().is_some()
    }
}

/// The text of a card's square code; the programme's name gives way first, then the holder's.
///
/// # Errors
/// [`CredentialProblem::TooLong`] when the rest alone has no room.
pub fn sign_card(key: &CardKey, claims: &CardClaims) -> Result<String, CredentialProblem> {
    let mut claims = claims.clone();
    loop {
        let token = from_parts(key, payload_of(&claims), None);
        let text = text_of(&token);
        if text.len() <= TEXT_MOST {
            return Ok(text);
        }
        // Three letters of base45 are two bytes.
        let over = (text.len() - TEXT_MOST).div_ceil(3) * 2;
        let field = match claims.programme.len() > NAME_LEAST {
            true => &mut claims.programme,
            false => &mut claims.name,
        };
        if field.len() <= NAME_LEAST {
            return Err(CredentialProblem::TooLong);
        }
        shorten(field, field.len().saturating_sub(over).max(NAME_LEAST));
    }
}

/// What a card says, when it is one of ours and its signature holds. Day and revocation are not
/// looked at.
///
/// # Errors
/// The first [`CredentialProblem`] in their order.
pub fn read_card(text: &str, keys: &[CardPublicKey]) -> Result<CardClaims, CredentialProblem> {
    let text = text.trim_matches(['\r', '\n', '\t']);
    let token = Token::read(text)?;
    if text.len() > TEXT_MOST {
        return Err(CredentialProblem::TooLong);
    }
    let id = token.key_id();
    let key = keys.iter().find(|key| key.id().as_slice() == id);
    let key = key.ok_or(CredentialProblem::UnknownKey)?;
    if !token.holds(key) {
        return Err(CredentialProblem::Signature);
    }
    let claims = claims_of(&token).ok_or(CredentialProblem::NotACard)?;
    // One card, one text: headers, signature and payload written anew must give the same.
    let plain = from_parts_of(&token, &claims);
    match plain.is_some_and(|plain| plain == text) {
        true => Ok(claims),
        false => Err(CredentialProblem::NotACard),
    }
}

fn from_parts_of(token: &Token, claims: &CardClaims) -> Option<String> {
    let payload = payload_of(claims);
    (payload == token.payload()).then(|| text_of(&token.written_anew(payload)))
}

/// The first moment at which a card paid until a month says nothing any more, in seconds since
/// 1970-01-01 UTC: midnight in the office, Western Indonesian Time.
pub fn end_of(paid_until: Month) -> i64 {
    midnight(paid_until.plus(1).first_day())
}

/// The month before the one that begins at a moment; none where no month begins.
fn paid_until_of(end: i64) -> Option<Month> {
    let day = day_of(end)?;
    (day.day() == 1).then(|| day.month_of().plus(-1))
}

const DAY_S: i64 = 86_400;
/// Western Indonesian Time is so much ahead of UTC.
const AHEAD_S: i64 = 7 * 3_600;
/// Days from 1970 to 2243: what is no card may name any day.
const DAYS_MOST: i32 = 100_000; // not law: days

fn midnight(day: Day) -> i64 {
    i64::from(epoch().days_until(day)) * DAY_S - AHEAD_S
}

/// The day that begins at a moment; none where no day begins.
fn day_of(moment: i64) -> Option<Day> {
    let seconds = moment.checked_add(AHEAD_S)?;
    let days = i32::try_from(seconds / DAY_S).ok()?;
    let is_one = seconds % DAY_S == 0 && (0..DAYS_MOST).contains(&days);
    is_one.then(|| epoch().plus_days(days))
}

fn epoch() -> Day {
    Day::new(1970, 1, 1).expect("the epoch is a day")
}

fn payload_of(claims: &CardClaims) -> Vec<u8> {
    let integer = |number: i64| Value::Integer(number.into());
    let mut own = vec![integer(claims.place.into()), Value::Text(claims.programme.clone())];
    own.extend(claims.kpj.map(|kpj| Value::Integer(kpj.into())));
    let person = vec![
        (integer(1), Value::Text(claims.number.clone())),
        (integer(4), Value::Text(claims.name.clone())),
    ];
    cwt::bytes_of(&Value::Map(vec![
        (integer(1), Value::Text(claims.issuer.clone())),
        (integer(4), integer(end_of(claims.paid_until))),
        (integer(6), integer(midnight(claims.issued))),
        (integer(169), Value::Map(person)),
        (integer(OWN_CLAIM), Value::Array(own)),
    ]))
}

fn claims_of(token: &Token) -> Option<CardClaims> {
    let fields = Fields::of(token.claims());
    let own = match fields.get(OWN_CLAIM)? {
        Value::Array(own) if (2..=3).contains(&own.len()) => own,
        _ => return None,
    };
    let kpj = match own.get(2) {
        Some(kpj) => Some(u64::try_from(number_of(kpj)?).ok()?),
        None => None,
    };
    Some(CardClaims {
        issuer: fields.text(1)?,
        number: token.id()?.to_owned(),
        name: token.name()?.to_owned(),
        programme: own[1].as_text()?.to_owned(),
        paid_until: paid_until_of(number_of(fields.get(4)?)?)?,
        place: u32::try_from(number_of(&own[0])?).ok()?,
        issued: day_of(number_of(fields.get(6)?)?)?,
        kpj,
    })
}

/// Cuts the end off until no more than so many bytes are left, and says so by "…", which is three.
fn shorten(text: &mut String, most: usize) {
    let mut end = most.saturating_sub('…'.len_utf8());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text.truncate(text.trim_end_matches([' ', '…']).len());
    text.push('…');
}

#[cfg(test)]
mod tests;
