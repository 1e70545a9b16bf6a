//! The clock and the randomness of a use case, so that a test can hold both still.

use std::sync::Mutex;

use base::{Day, Id, Zone};
use domain::outbox::Reach;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha12Rng;

/// Where the time and the random bytes of a use case come from.
pub struct Environment {
    clock: Clock,
    random: Mutex<ChaCha12Rng>,
    reach: Reach,
}

enum Clock {
    System,
    /// A clock that starts at a moment and moves one millisecond at each look.
    Fixed(Mutex<u64>),
}

impl Environment {
    /// The machine's clock, and randomness seeded by the operating system.
    ///
    /// # Errors
    /// When the operating system has no randomness to give.
    pub fn of_machine() -> Result<Environment, getrandom::Error> {
        let mut seed = [0u8; 32];
        getrandom::fill(&mut seed)?;
        let random = Mutex::new(ChaCha12Rng::from_seed(seed));
        Ok(Environment { clock: Clock::System, random, reach: Reach::Open })
    }

    /// A clock that starts at noon of a day, and randomness from a seed: the same run twice.
    pub fn fixed(day: Day, seed: u64) -> Environment {
        let epoch = Day::new(1970, 1, 1).expect("the epoch is a day");
        let noon_ms = u64::try_from(epoch.days_until(day)).unwrap_or(0) * 86_400_000 + 43_200_000;
        Environment {
            clock: Clock::Fixed(Mutex::new(noon_ms)),
            random: Mutex::new(ChaCha12Rng::seed_from_u64(seed)),
            reach: Reach::Open,
        }
    }

    /// The same with messages that go to this machine alone, by plain HTTP: for tests.
    pub fn within_this_machine(mut self) -> Environment {
        self.reach = Reach::ThisMachine;
        self
    }

    /// How far messages to other programs go.
    pub fn reach(&self) -> Reach {
        self.reach
    }

    /// Milliseconds since 1970-01-01 UTC.
    pub fn now_ms(&self) -> u64 {
        match &self.clock {
            Clock::System => u64::try_from(jiff::Timestamp::now().as_millisecond()).unwrap_or(0),
            Clock::Fixed(moment) => {
                let mut moment = moment.lock().expect("no holder of the clock panics");
                *moment += 1;
                *moment
            }
        }
    }

    /// Lets time pass on a fixed clock; the machine's own does not listen.
    pub fn pass(&self, ms: u64) {
        if let Clock::Fixed(moment) = &self.clock {
            *moment.lock().expect("no holder of the clock panics") += ms;
        }
    }

    /// Today in the office.
    pub fn today(&self) -> Day {
        day_of_moment(self.now_ms())
    }

    /// A new identifier.
    pub fn new_id<K>(&self) -> Id<K> {
        Id::new(self.now_ms(), self.random_bytes())
    }

    /// Random bytes, as for a card number.
    pub fn random_bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0u8; N];
        self.random.lock().expect("no holder of the generator panics").fill_bytes(&mut bytes);
        bytes
    }
}

/// The day of a moment in the books: Western Indonesian Time, in which BPJS and the banks begin
/// theirs, wherever the office is (docs/decisions/0048). What a clock on the wall shows,
/// [`base::Zone`] knows.
///
/// `unix_ms` is milliseconds since 1970-01-01 UTC.
pub fn day_of_moment(unix_ms: u64) -> Day {
    Zone::Wib.day(i64::try_from(unix_ms).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixed_environment_repeats_itself() {
        let day = Day::new(2022, 10, 1).expect("a day");
        let (one, two) = (Environment::fixed(day, 7), Environment::fixed(day, 7));
        assert_eq!(one.today(), day);
        let id: Id<base::id::kind::Person> = one.new_id();
        two.today();
        assert_eq!(id, two.new_id());
        assert_ne!(id, one.new_id());
    }
}
