//! Which keys a list may hold, in a few bits each.

use crate::keys::Keys;

/// A set of keys that may say yes to a stranger and never no to a member.
pub(super) struct Sieve {
    bits: Vec<u64>,
    shift: u32,
}

impl Sieve {
    fn empty(keys: usize) -> Sieve {
        let log = (keys.max(64) * 16).next_power_of_two().trailing_zeros().min(32);
        Sieve { bits: vec![0; (1 << log) / 64], shift: 32 - log }
    }

    pub(super) fn of(list: &[Keys], family: usize) -> Sieve {
        let mut sieve = Sieve::empty(list.len());
        for key in list.iter().flat_map(|keys| keys.0[family]).filter(|key| *key != 0) {
            sieve.insert(key);
        }
        sieve
    }

    /// Drops the entries whose key comes only once.
    pub(super) fn keep_repeated(entries: &mut Vec<u64>) {
        let (mut once, mut repeated) = (Sieve::empty(entries.len()), Sieve::empty(entries.len()));
        for entry in entries.iter() {
            let key = (entry >> 32) as u32;
            if !once.insert(key) {
                repeated.insert(key);
            }
        }
        entries.retain(|entry| repeated.may_hold((entry >> 32) as u32));
    }

    /// Takes a key in and says whether its place was free.
    fn insert(&mut self, key: u32) -> bool {
        let at = (key >> self.shift) as usize;
        let (word, bit) = (&mut self.bits[at / 64], 1 << (at % 64));
        let free = *word & bit == 0;
        *word |= bit;
        free
    }

    pub(super) fn may_hold(&self, key: u32) -> bool {
        let at = (key >> self.shift) as usize;
        self.bits[at / 64] & (1 << (at % 64)) != 0
    }
}
