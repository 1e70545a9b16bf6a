//! How often one address may try, and one program ask: counted in memory, with a bound on what is
//! remembered.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use app::api::ApiTokenId;

/// Failed tries an hour from one address.
const MOST: usize = 50;
const HOUR_MS: i64 = 3_600_000;
/// Addresses remembered; beyond, those whose hour is over are dropped first.
const ADDRESSES_MOST: usize = 20_000;

/// Failed tries of the last hour, by address.
#[derive(Default)]
pub(crate) struct Limits {
    tries: Mutex<HashMap<IpAddr, Vec<i64>>>,
}

impl Limits {
    /// Minutes to wait, if this address has failed too often.
    pub(crate) fn wait(&self, address: IpAddr, now_ms: i64) -> Option<i64> {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        let failed = tries.get_mut(&network(address))?;
        failed.retain(|at| at + HOUR_MS > now_ms);
        let oldest = failed.len().checked_sub(MOST).and_then(|at| failed.get(at))?;
        Some((oldest + HOUR_MS - now_ms).max(0) / 60_000 + 1)
    }

    /// Counts a failed try.
    pub(crate) fn fail(&self, address: IpAddr, now_ms: i64) {
        let mut tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        if tries.len() >= ADDRESSES_MOST {
            tries.retain(|_, failed| failed.last().is_some_and(|at| at + HOUR_MS > now_ms));
        }
        if tries.len() >= ADDRESSES_MOST {
            tries.clear();
        }
        tries.entry(network(address)).or_default().push(now_ms);
    }
}

/// What programs ask, by token and minute, and what banks ask, by their code. There are never more
/// of either than the register has.
pub(crate) struct Asks<K = ApiTokenId> {
    per_minute: u32,
    counts: Mutex<HashMap<K, (i64, u32)>>,
}

const MINUTE_MS: i64 = 60_000;

impl<K: Eq + Hash> Asks<K> {
    pub(crate) fn new(per_minute: u32) -> Asks<K> {
        Asks { per_minute, counts: Mutex::default() }
    }

    /// Counts one; the seconds to wait when it is too many for this minute.
    pub(crate) fn count(&self, token: K, now_ms: i64) -> Option<u64> {
        let minute = now_ms.div_euclid(MINUTE_MS);
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let (of, asked) = counts.entry(token).or_insert((minute, 0));
        if *of != minute {
            (*of, *asked) = (minute, 0);
        }
        if *asked >= self.per_minute {
            let left_ms = (minute + 1) * MINUTE_MS - now_ms;
            return Some(left_ms.unsigned_abs().div_ceil(1_000));
        }
        *asked += 1;
        None
    }
}

/// A household has a whole network of the newer kind of addresses.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(v6) => IpAddr::V6((u128::from(v6) & !u128::from(u64::MAX)).into()),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_hundred_a_minute_for_each_token() {
        let asks = Asks::new(600);
        let (one, other) = (ApiTokenId::from_bytes([1; 16]), ApiTokenId::from_bytes([2; 16]));
        let count =
            |token, at_ms, times: u32| (0..times).filter_map(|_| asks.count(token, at_ms)).count();
        assert_eq!(count(one, MINUTE_MS, 600), 0);
        assert_eq!(asks.count(one, MINUTE_MS + 500), Some(60));
        assert_eq!(asks.count(one, 2 * MINUTE_MS - 1), Some(1));
        assert_eq!(count(other, 2 * MINUTE_MS - 1, 600), 0);
        assert_eq!(asks.count(one, 2 * MINUTE_MS), None);
    }

    #[test]
    fn fifty_failures_an_hour_and_no_more() {
        let limits = Limits::default();
        let (here, there) = ("10.0.0.1".parse().expect("one"), "10.0.0.2".parse().expect("two"));
        for at in 0..50 {
            assert_eq!(limits.wait(here, at), None, "{at}");
            limits.fail(here, at);
        }
        assert_eq!(limits.wait(here, 50), Some(60));
        assert_eq!(limits.wait(there, 50), None);
        assert_eq!(limits.wait(here, HOUR_MS), None, "the oldest is an hour old");
        let near: IpAddr = "2001:db8::1".parse().expect("an address");
        assert_eq!(network(near), network("2001:db8::2".parse().expect("an address")));
    }
}
