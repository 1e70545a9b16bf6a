//! What a device takes along: villages, occupations, what a NIK says, and digests by which somebody
//! who is registered already is noticed while the agent still stands before them.

use base::id::kind;
use base::{Id, PrefixStatus, RegionCode};
use domain::field::{digest_bits, plain_name};
use domain::outreach::Agent;
use sha2::{Digest, Sha256};
use store::Tx;

use super::CONSENT_VERSION;
use crate::error::AppError;
use crate::office::{Actor, Office};
use crate::people::is_erased;

/// People of the register that are read at a time.
const PAGE: u32 = 2_000;
/// More are not taken along: whoever works in a larger territory is told by the office alone.
const KNOWN_MOST: usize = 20_000; // not law: what a telephone loads on a slow line

/// What a device takes along.
#[derive(Debug, Clone)]
pub struct FieldPacket {
    /// The agent, by code.
    pub agent: Box<str>,
    /// The name of the territory.
    pub territory: String,
    /// The programme: code and name.
    pub programme: (Box<str>, Box<str>),
    /// Villages of the territory: code, name, name of the district.
    pub villages: Vec<(RegionCode, String, String)>,
    /// Occupations of the programme, or all: key and name.
    pub occupations: Vec<(Box<str>, Box<str>)>,
    /// What the first digits of a NIK mean: provinces, regencies, the own province's districts.
    pub places: Vec<(u64, String)>,
    /// The version of the words by which people agree.
    pub consent: &'static str,
    /// What digests are made with.
    pub salt: [u8; 16],
    /// How many bits of each are kept.
    pub bits: u32,
    /// Digests of those who are registered, in order.
    pub known: Vec<u64>,
    /// Whether the territory has more people than digests.
    pub is_cut: bool,
    /// Card days that are open in the territory: number and name.
    pub card_days: Vec<(Id<kind::CardDay>, Box<str>)>,
    /// Until when the device works.
    pub ends_at_ms: i64,
    /// When all of this was so.
    pub as_of_ms: i64,
}

impl Office {
    /// What the device by which the actor acts takes along.
    ///
    /// # Errors
    /// `FIELD_DEVICE_UNKNOWN`, `FIELD_DEVICE_ENDED`, `USER_MAY_NOT`.
    pub fn field_packet(&self, actor: &Actor) -> Result<FieldPacket, AppError> {
        let file = self.own_device(actor)?;
        let territory = file.agent.territory;
        let (salt, (known, bits, is_cut), card_days) = self.store.read(|tx| {
            // One for all devices and times, by no step of the index key's chain: whoever is warned
            // of by chance once is always, and two packets say no more than one.
            let salt = tx.vouched_by("field-salt", b"", 0)?;
            let mut days = store::card_days::days(tx)?;
            days.retain(|day| {
                let area = day.territory;
                let meets = area.contains(territory) || territory.contains(area);
                meets && day.closed_at_ms.is_none()
            });
            Ok::<_, AppError>((salt, self.digests(tx, &file.agent, &salt)?, days))
        })?;
        let named = &file.programme.occupations;
        // Neither who has no work nor whom the state insures is registered in the field.
        let works = self.occupations.iter().filter(|one| !matches!(&*one.segment, "-" | "ASN"));
        let works = works.filter(|one| named.is_empty() || named.contains(&one.key));
        Ok(FieldPacket {
            agent: file.agent.code.clone(),
            territory: self.name_of(territory),
            programme: (file.programme.code.clone(), file.programme.name.clone()),
            villages: self.villages_of(territory),
            occupations: works.map(|one| ((*one.key.0).into(), one.label.clone())).collect(),
            places: self.nik_places(territory),
            consent: CONSENT_VERSION,
            salt,
            bits,
            known,
            is_cut,
            card_days: card_days.into_iter().map(|day| (day.id, day.name)).collect(),
            ends_at_ms: file.device.ends_at_ms,
            as_of_ms: self.now_ms(),
        })
    }

    /// Digests of the numbers and the names of those who are registered in a territory.
    fn digests(
        &self,
        tx: &mut Tx<'_>,
        agent: &Agent,
        salt: &[u8; 16],
    ) -> Result<(Vec<u64>, u32, bool), AppError> {
        let (mut texts, mut after, mut is_cut) = (Vec::new(), None, false);
        loop {
            let people = store::people::page(tx, Some(agent.territory), after, PAGE)?;
            let Some(last) = people.last() else { break };
            after = Some(last.id);
            for person in people.iter().filter(|person| !is_erased(person)) {
                texts.push(person.nik.reveal());
                texts.push(format!("{} {}", plain_name(person.name.as_str()), person.birth));
            }
            if texts.len() >= 2 * KNOWN_MOST {
                is_cut = true;
                break;
            }
        }
        let bits = digest_bits(texts.len());
        let mut known: Vec<u64> = texts.iter().map(|text| digest(salt, text, bits)).collect();
        known.sort_unstable();
        known.dedup();
        Ok((known, bits, is_cut))
    }

    /// The villages of a region, with the names of their districts.
    fn villages_of(&self, region: RegionCode) -> Vec<(RegionCode, String, String)> {
        if region.level() == 4 {
            return vec![(region, self.name_of(region), self.name_of(region.at_level(3)))];
        }
        let below = self.gazetteer.children(region);
        below.flat_map(|child| self.villages_of(child)).collect()
    }

    /// What the first digits of a NIK mean, as far as a device needs it.
    fn nik_places(&self, territory: RegionCode) -> Vec<(u64, String)> {
        let own = territory.at_level(1).digits();
        let codes = |level: u8, from: u64, to: u64| {
            (from..to).map(move |digits| RegionCode::from_digits(digits, level))
        };
        let all = codes(1, 11, 100).chain(codes(2, 1_100, 10_000)).chain(codes(
            3,
            own * 10_000,
            (own + 1) * 10_000,
        ));
        let named = all.filter_map(|code| {
            if self.gazetteer.prefix_status(code) == PrefixStatus::Unknown {
                return None;
            }
            let now = self.gazetteer.name(code).map(str::to_owned);
            let name = now.or_else(|| self.gazetteer.earlier_names(code).next().map(str::to_owned));
            Some((code.digits(), name.unwrap_or_default()))
        });
        named.collect()
    }
}

/// The first bits of what salt and text come to.
pub(super) fn digest(salt: &[u8; 16], text: &str, bits: u32) -> u64 {
    let whole = Sha256::new().chain_update(salt).chain_update(text.as_bytes()).finalize();
    let first = whole.first_chunk::<8>().expect("a digest has 32 bytes");
    u64::from_be_bytes(*first) >> (64 - bits)
}
