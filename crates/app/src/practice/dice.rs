//! Seeded chance. Only `ChaCha8` words are drawn and every derivation is written here in integers,
//! so that a seed gives the same villages on every machine and after every upgrade.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// A stream of chance.
pub struct Dice(ChaCha8Rng);

impl Dice {
    /// The stream of that number under a seed: streams do not disturb one another.
    pub fn new(seed: u64, stream: u64) -> Dice {
        let mut key = [0u8; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8..16].copy_from_slice(&stream.to_le_bytes());
        Dice(ChaCha8Rng::from_seed(key))
    }

    /// A number from 0 up to, not including, `end`.
    pub fn below(&mut self, end: u32) -> u32 {
        assert!(end > 0, "something to draw from");
        ((u64::from(self.0.next_u32()) * u64::from(end)) >> 32) as u32
    }

    /// A number from `first` to `last`, both included.
    pub fn between(&mut self, first: i32, last: i32) -> i32 {
        let count = u32::try_from(last - first + 1).expect("first is not after last");
        first + i32::try_from(self.below(count)).expect("below the count of an i32 range")
    }

    /// True so many times in a thousand.
    pub fn chance(&mut self, permille: u32) -> bool {
        self.below(1_000) < permille
    }

    /// One of the items.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len() as u32) as usize]
    }

    /// A place in the list, as likely as its weight.
    pub fn weighted(&mut self, weights: &[u32]) -> usize {
        let mut left = self.below(weights.iter().sum());
        for (index, weight) in weights.iter().enumerate() {
            if left < *weight {
                return index;
            }
            left -= weight;
        }
        unreachable!("the draw lies below the sum of the weights")
    }

    /// Puts the items in any order.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last as u32 + 1) as usize);
        }
    }

    /// Sixteen bytes for an identifier.
    pub fn bytes(&mut self) -> [u8; 16] {
        let mut bytes = [0; 16];
        self.0.fill_bytes(&mut bytes);
        bytes
    }
}

/// Splits a total in proportion to weights, largest remainders first, so that the parts add up.
pub fn apportion(total: u32, weights: &[u64]) -> Vec<u32> {
    let sum: u64 = weights.iter().sum::<u64>().max(1);
    let share = |weight: &u64| u64::from(total) * weight;
    let mut parts: Vec<u32> = weights.iter().map(|weight| (share(weight) / sum) as u32).collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|&index| (std::cmp::Reverse(share(&weights[index]) % sum), index));
    let missing = total - parts.iter().sum::<u32>();
    for index in order.into_iter().take(missing as usize) {
        parts[index] += 1;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_never_changes() {
        let mut dice = Dice::new(64_01, 7);
        let drawn: Vec<u32> = (0..6).map(|_| dice.below(1_000)).collect();
        assert_eq!(drawn, DRAWN_BY_SEED_6401_STREAM_7);
    }

    const DRAWN_BY_SEED_6401_STREAM_7: [u32; 6] = [548, 584, 34, 868, 490, 797];

    #[test]
    fn parts_add_up() {
        assert_eq!(apportion(10, &[1, 1, 1]), [4, 3, 3]);
        assert_eq!(apportion(7, &[0, 5, 2]), [0, 5, 2]);
        assert_eq!(apportion(0, &[3, 4]), [0, 0]);
    }
}
