//! The chain that the index key has become: each step makes of an index the one under the next key.
//!
//! An index under no step is a keyed digest of the plain value; under each step it is the keyed
//! digest of what it was under the step before. So it can be brought to the newest key without the
//! plain value, and whoever has it looks it up through the whole chain (docs/decisions/0047).

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::{Held, KeyRing, check_of, hex, keyed};
use crate::error::StoreError;
use crate::pool::locked;

/// The most steps that a chain may have: each look-up takes so many digests.
pub const STEPS_MAX: u32 = 64;

/// A step at work.
pub(super) struct Step {
    mac: Hmac<Sha256>,
    /// What the register writes down of its key.
    pub(super) check: [u8; 8],
}

impl Step {
    pub(super) fn new(secret: &super::Secret) -> Step {
        Step { mac: keyed(secret), check: check_of(secret) }
    }

    /// The index of 128 bits that follows.
    fn long(&self, index: [u8; 16]) -> [u8; 16] {
        *self.next(b"next|", &index).first_chunk().expect("a digest has 32 bytes")
    }

    /// The index of 64 bits that follows.
    fn short(&self, index: i64) -> i64 {
        let digest = self.next(b"next|", &index.to_be_bytes());
        i64::from_be_bytes(*digest.first_chunk().expect("a digest has 32 bytes"))
    }

    fn next(&self, purpose: &[u8], index: &[u8]) -> [u8; 32] {
        let mut mac = self.mac.clone();
        mac.update(purpose);
        mac.update(index);
        mac.finalize().into_bytes().into()
    }
}

/// By how many steps a transaction goes. It is told what the register goes by with the first answer
/// of a server, which may come after an index was asked for; then it goes on only if it guessed
/// right.
pub(crate) struct Going {
    /// The keys at hand; where nobody brought any, nobody can make an index.
    held: Option<Arc<Held>>,
    steps: AtomicU32,
    used: AtomicBool,
    /// Whether it is here to bring the register on.
    lifts: bool,
    /// How many steps the register was found to go by, for the transactions that follow.
    seen: Arc<AtomicU32>,
    /// Why it goes no further, once it heard that it goes by another chain.
    refused: Mutex<Option<StoreError>>,
}

/// How far a chain goes, and by which key it came there: the number alone would take any other key
/// for the same step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Reached {
    pub(crate) steps: u32,
    /// The digest of the last step's key, in hexadecimal digits; empty where there is no step.
    pub(crate) newest: String,
}

impl Reached {
    /// As a writer says it to the audit log.
    pub(crate) fn word(&self) -> String {
        format!("{}:{}", self.steps, self.newest)
    }
}

impl Held {
    /// How many steps these keys have.
    pub(crate) fn all_steps(&self) -> u32 {
        self.steps.len() as u32
    }

    /// What these keys come to by so many steps, at most as many as they have.
    pub(crate) fn reached(&self, steps: u32) -> Reached {
        let steps = steps.min(self.all_steps());
        let last = steps.checked_sub(1).map(|last| &self.steps[last as usize]);
        Reached { steps, newest: last.map(|step| hex(&step.check)).unwrap_or_default() }
    }

    /// Whether a place got where it says by steps that these keys have.
    ///
    /// # Errors
    /// [`StoreError::IndexKeyOlder`] when a step is missing here, [`StoreError::KeysDiffer`] when
    /// the last one is another.
    pub(crate) fn fits_place(&self, place: &Reached) -> Result<(), StoreError> {
        let known = self.all_steps();
        if place.steps > known {
            return Err(StoreError::IndexKeyOlder { needed: place.steps, known });
        }
        match self.reached(place.steps) == *place {
            true => Ok(()),
            false => Err(StoreError::KeysDiffer),
        }
    }
}

impl Going {
    /// For the keys at hand, in a register that went by `seen` steps when it was asked last.
    pub(crate) fn new(held: Option<Arc<Held>>, seen: Arc<AtomicU32>) -> Going {
        let known = held.as_ref().map_or(u32::MAX, |held| held.all_steps());
        let steps = seen.load(Ordering::Relaxed).min(known).into();
        Going { held, steps, used: false.into(), lifts: false, seen, refused: Mutex::default() }
    }

    /// For keys by all of their steps, wherever that is.
    pub(crate) fn by_all(held: &Arc<Held>) -> Going {
        let known = held.all_steps();
        Going::new(Some(Arc::clone(held)), Arc::new(known.into()))
    }

    /// For whoever brings a register to as many steps as the keys have.
    pub(crate) fn lifting(held: &Arc<Held>) -> Going {
        Going { lifts: true, ..Going::by_all(held) }
    }

    /// Whether an index can be asked for.
    pub(crate) fn has_keys(&self) -> bool {
        self.held.is_some()
    }

    /// What a writer may say by each number of steps, none first; none without keys.
    pub(crate) fn words(&self) -> Option<Vec<String>> {
        let held = self.held.as_ref()?;
        Some((0..=held.all_steps()).map(|steps| held.reached(steps).word()).collect())
    }

    pub(crate) fn steps(&self) -> u32 {
        self.steps.load(Ordering::Relaxed)
    }

    /// Why it goes no further.
    pub(crate) fn refused(&self) -> Option<StoreError> {
        locked(&self.refused).clone()
    }

    /// Hears how far the place goes, and by how many steps this regency's register.
    ///
    /// # Errors
    /// [`StoreError::IndexKeyOlder`] when a step is missing here, [`StoreError::KeysDiffer`] when
    /// the place went on by another, [`StoreError::IndexBehind`] when the register was brought from
    /// a time before, [`StoreError::Busy`] when an index was asked for by another chain: whoever
    /// tries again goes by the right one.
    pub(crate) fn hear(&self, place: &Reached, own: u32) -> Result<(), StoreError> {
        self.seen.store(place.steps, Ordering::Relaxed);
        let heard = self.compare(place, own);
        if let Err(error) = &heard {
            *locked(&self.refused) = Some(error.clone());
        }
        heard
    }

    fn compare(&self, place: &Reached, own: u32) -> Result<(), StoreError> {
        let Some(held) = self.held.as_ref().filter(|_| !self.lifts) else { return Ok(()) };
        held.fits_place(place)?;
        if own < place.steps {
            return Err(StoreError::IndexBehind { found: own, place: place.steps });
        }
        match (self.steps() == place.steps, self.used.load(Ordering::Relaxed)) {
            (true, _) => Ok(()),
            (false, true) => Err(StoreError::Busy),
            (false, false) => {
                self.steps.store(place.steps, Ordering::Relaxed);
                Ok(())
            }
        }
    }

    /// By how many steps an index is made that is asked for now.
    fn at(&self) -> u32 {
        self.used.store(true, Ordering::Relaxed);
        self.steps()
    }
}

impl KeyRing {
    /// An index of 128 bits, brought through the chain.
    pub(super) fn through(&self, index: [u8; 16]) -> [u8; 16] {
        let found = self.long_between(index, 0, self.going.at());
        #[cfg(test)]
        crate::indexes::made(&found);
        found
    }

    /// An index of 64 bits, brought through the chain.
    pub(super) fn through_short(&self, index: i64) -> i64 {
        let found = self.short_between(index, 0, self.going.at());
        #[cfg(test)]
        crate::indexes::made(&found.to_be_bytes());
        found
    }

    /// An index of 128 bits under one step, brought to another.
    pub(crate) fn long_between(&self, index: [u8; 16], from: u32, to: u32) -> [u8; 16] {
        self.steps_between(from, to).fold(index, |index, step| step.long(index))
    }

    /// An index of 64 bits under one step, brought to another.
    pub(crate) fn short_between(&self, index: i64, from: u32, to: u32) -> i64 {
        self.steps_between(from, to).fold(index, |index, step| step.short(index))
    }

    /// A hidden content under one step, hidden by another: it is not seen on the way.
    pub(crate) fn mask_between(
        &self,
        place: (&[u8; 16], u16, u32),
        content: i64,
        (from, to): (u32, u32),
    ) -> i64 {
        let old = self.short_between(self.mask_of(place), 0, from);
        content ^ old ^ self.short_between(old, from, to)
    }

    /// What an identifier of 128 bits may have been made of: by the newest step first, and by each
    /// before it, because an identifier stays what it was.
    pub(super) fn under_every_step(&self, index: [u8; 16]) -> Vec<[u8; 16]> {
        let steps = self.going.at();
        let under = (0..=steps).rev().map(|step| self.long_between(index, 0, step));
        #[cfg(test)]
        let under = under.inspect(|index| crate::indexes::made(index));
        under.collect()
    }

    /// How many steps these keys have.
    pub fn index_steps(&self) -> u32 {
        self.held.all_steps()
    }

    fn steps_between(&self, from: u32, to: u32) -> impl Iterator<Item = &Step> {
        self.held.steps[from as usize..to as usize].iter()
    }

    /// What a register writes down of the first steps.
    pub(super) fn step_checks(&self, steps: u32) -> impl Iterator<Item = String> {
        let first = self.held.steps.iter().take(steps as usize);
        first.zip(1..).map(|(step, number)| format!("{STEP}{number} {}", hex(&step.check)))
    }
}

/// What a step's part of the key check begins with.
pub(super) const STEP: &str = "step";

/// By how many steps a register goes, as its key check says.
pub(crate) fn steps_of(check: &str) -> u32 {
    reached_of(check).steps
}

/// How far a register goes, as its key check says.
pub(crate) fn reached_of(check: &str) -> Reached {
    let steps = check.split(';').filter(|part| part.starts_with(STEP));
    steps.fold(Reached::default(), |before, part| Reached {
        steps: before.steps + 1,
        newest: part.split_once(' ').map_or("", |(_, digest)| digest).to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use base::{Day, Nik, RegionCode};
    use zeroize::Zeroizing;

    use super::super::{IndexStep, KeyMaterial};
    use super::*;

    fn ring(steps: u8) -> KeyRing {
        let secret = |byte| Zeroizing::new([byte; 32]);
        let step = |byte| IndexStep { key: secret(byte), made: None };
        let material = KeyMaterial {
            index: secret(1),
            index_made: None,
            steps: (3..3 + steps).map(step).collect(),
            masters: vec![(1, secret(2))],
        };
        KeyRing::new(&material, [steps; 32])
    }

    /// Worked out apart from this program, by Python's `hmac`, for the invented number
    /// 6401011708620001: HMAC-SHA-256 under thirty-two bytes 01 of `nik|` and the number in eight
    /// bytes; then under thirty-two bytes 03 of `next|` and those sixteen bytes; then under 04.
    #[test]
    fn a_chain_worked_out_by_hand() {
        let nik = Nik::parse("6401011708620001").expect("a number");
        let check = |steps: u8, long: &str, short: i64| {
            let ring = ring(steps);
            assert_eq!(hex(&ring.nik_index(nik)), long, "{steps}");
            let village = RegionCode::from_digits(6401052001, 4);
            assert_eq!(ring.name_token(village, "sit"), short, "{steps}");
        };
        check(0, VECTOR[0].0, VECTOR[0].1);
        check(1, VECTOR[1].0, VECTOR[1].1);
        check(2, VECTOR[2].0, VECTOR[2].1);
    }

    const VECTOR: [(&str, i64); 3] = [
        ("8fdd1c50906f0ff0518f20bdf81a08c9", -5_407_049_925_123_765_673),
        ("110c1adf34b8f95ac1202a7fa804b5c5", -9_221_176_310_968_745_404),
        ("56d5f08095d30e098200bbf853fde0af", -7_691_018_010_241_155_410),
    ];

    #[test]
    fn what_is_brought_on_is_what_is_made_anew() {
        let (old, new) = (ring(0), ring(2));
        let nik = Nik::parse("6401011708620001").expect("a number");
        assert_eq!(new.long_between(old.nik_index(nik), 0, 2), new.nik_index(nik));
        let day = Day::parse_iso("1962-08-17").expect("a day");
        let found = new.short_between(old.match_key("budi rekaan", day), 0, 2);
        assert_eq!(found, new.match_key("budi rekaan", day));
        let sheet = [6; 16];
        let hidden = old.hide(&sheet, 1, 7, 4711).cast_signed();
        let hidden = new.mask_between((&sheet, 1, 7), hidden, (0, 1));
        let hidden = new.mask_between((&sheet, 1, 7), hidden, (1, 2));
        assert_eq!(new.hide(&sheet, 1, 7, hidden.cast_unsigned()), 4711);
        let all = new.under_every_step(old.door_digest("outreach", b"a"));
        assert_eq!(all.last(), Some(&old.door_subject("outreach", b"a")));
        assert_eq!(all.first(), Some(&new.door_subject("outreach", b"a")));
    }

    #[test]
    fn whoever_guessed_wrong_goes_no_further() {
        let held = |steps| Some(Arc::clone(ring(steps).held()));
        let seen = |steps: u32| Arc::new(AtomicU32::new(steps));
        let at = |steps: u8| ring(steps).held().reached(steps.into());
        let going = Going::new(held(1), seen(0));
        assert_eq!((going.hear(&at(1), 1), going.steps()), (Ok(()), 1), "nothing was asked yet");
        let heard = seen(0);
        let going = Going::new(held(1), Arc::clone(&heard));
        assert_eq!(going.at(), 0);
        assert_eq!(going.hear(&at(1), 1), Err(StoreError::Busy));
        assert_eq!(going.refused(), Some(StoreError::Busy));
        let going = Going::new(held(1), Arc::clone(&heard));
        assert_eq!((going.at(), going.hear(&at(1), 1)), (1, Ok(())));
        let older = StoreError::IndexKeyOlder { needed: 2, known: 1 };
        assert_eq!(Going::new(held(1), seen(0)).hear(&at(2), 2), Err(older));
        let behind = StoreError::IndexBehind { found: 0, place: 1 };
        assert_eq!(Going::new(held(1), seen(1)).hear(&at(1), 0), Err(behind));
        assert_eq!(Going::new(None, seen(0)).hear(&at(2), 0), Ok(()), "without keys nobody asks");
        assert_eq!(Going::lifting(ring(2).held()).hear(&at(1), 0), Ok(()));
        // What was heard last counts, also when the register was put back to a time before.
        assert_eq!(Going::new(held(1), Arc::clone(&heard)).hear(&at(0), 0), Ok(()));
        assert_eq!(heard.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn another_key_of_as_many_steps_is_another_chain() {
        let keys = ring(2);
        let check = keys.check(2);
        let reached = reached_of(&check);
        assert_eq!(reached, keys.held().reached(2));
        assert_eq!(keys.held().fits_place(&reached), Ok(()));
        let other = Reached { steps: 2, newest: "00112233445566ff".to_owned() };
        assert_eq!(keys.held().fits_place(&other), Err(StoreError::KeysDiffer));
        let seen = Arc::new(AtomicU32::new(2));
        let going = Going::new(Some(Arc::clone(keys.held())), seen);
        assert_eq!((going.at(), going.hear(&other, 2)), (2, Err(StoreError::KeysDiffer)));
        assert_eq!(keys.held().reached(0).word(), "0:");
        assert_eq!(other.word(), "2:00112233445566ff");
    }
}
