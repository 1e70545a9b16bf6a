//! The three clocks of Indonesia. None has daylight saving, so an offset is all there is to know.

use crate::Day;

const HOUR_MS: i64 = 3_600_000; // not law: an hour
const DAY_MS: i64 = 24 * HOUR_MS; // not law: a day

/// A clock that offices go by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Zone {
    /// Western Indonesian Time.
    #[default]
    Wib,
    /// Central Indonesian Time.
    Wita,
    /// Eastern Indonesian Time.
    Wit,
}

impl Zone {
    /// The zone of this name: `WIB`, `WITA`, `WIT`.
    pub fn parse(name: &str) -> Option<Zone> {
        [Zone::Wib, Zone::Wita, Zone::Wit].into_iter().find(|zone| zone.name() == name)
    }

    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Zone::Wib => "WIB",
            Zone::Wita => "WITA",
            Zone::Wit => "WIT",
        }
    }

    /// How far it is ahead of UTC, in milliseconds.
    pub fn ahead_ms(self) -> i64 {
        let hours = match self {
            Zone::Wib => 7,  // not law: UTC + 7
            Zone::Wita => 8, // not law: UTC + 8
            Zone::Wit => 9,  // not law: UTC + 9
        };
        hours * HOUR_MS
    }

    /// The day that a calendar on the wall shows at a moment, in milliseconds since 1970-01-01 UTC.
    pub fn day(self, unix_ms: i64) -> Day {
        let days = unix_ms.saturating_add(self.ahead_ms()).div_euclid(DAY_MS);
        epoch().plus_days(i32::try_from(days).unwrap_or(i32::MAX))
    }

    /// Hour and minute that a clock on the wall shows at a moment.
    pub fn clock(self, unix_ms: i64) -> (u8, u8) {
        let of_day = unix_ms.saturating_add(self.ahead_ms()).rem_euclid(DAY_MS);
        let minutes = of_day / 60_000; // not law: a minute
        ((minutes / 60) as u8, (minutes % 60) as u8) // not law: minutes of an hour
    }

    /// The moment at which a day begins.
    pub fn begin_ms(self, day: Day) -> i64 {
        i64::from(epoch().days_until(day)) * DAY_MS - self.ahead_ms()
    }
}

fn epoch() -> Day {
    Day::new(1970, 1, 1).expect("the epoch is a day") // not law: where moments begin
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_moment_has_three_clocks() {
        // 2022-11-30 16:30 UTC.
        let moment = 1_669_825_800_000;
        let check = |zone: Zone, on: &str, clock: (u8, u8)| {
            assert_eq!(zone.day(moment), Day::parse_iso(on).expect("a day"), "{zone:?}");
            assert_eq!(zone.clock(moment), clock, "{zone:?}");
        };
        check(Zone::Wib, "2022-11-30", (23, 30));
        check(Zone::Wita, "2022-12-01", (0, 30));
        check(Zone::Wit, "2022-12-01", (1, 30));
    }

    #[test]
    fn a_day_begins_at_midnight_of_its_zone() {
        let day = Day::parse_iso("2022-12-01").expect("a day");
        for zone in [Zone::Wib, Zone::Wita, Zone::Wit] {
            let begin = zone.begin_ms(day);
            assert_eq!((zone.day(begin), zone.clock(begin)), (day, (0, 0)), "{zone:?}");
            assert_eq!(zone.day(begin - 1), day.plus_days(-1), "{zone:?}");
            assert_eq!(Zone::parse(zone.name()), Some(zone));
        }
        assert_eq!(Zone::parse("UTC"), None);
    }
}
