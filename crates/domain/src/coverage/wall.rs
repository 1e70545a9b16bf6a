//! What the numbers of cover say: the way to a target, the ladder of villages, the gap.

use base::{Day, Month, Ppm};

/// Parts of a whole.
const WHOLE: u128 = 1_000_000; // not law: parts per million

/// How many changes from month to month a forecast looks back on.
pub const LOOKED_BACK: usize = 6; // not law: half a year

/// Covered per all, rounded down so that nothing short of all reads as all.
pub fn share(covered: u64, all: u64) -> Option<Ppm> {
    if all == 0 {
        return None;
    }
    i64::try_from(u128::from(covered) * WHOLE / u128::from(all)).ok().map(Ppm)
}

/// What is aimed at: so many people, or a share of those there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aim {
    /// People.
    People(u64),
    /// A share.
    Share(Ppm),
}

impl Aim {
    /// In people, rounded up: a target is met when it is reached in full. A share of nothing known
    /// is no number.
    pub fn people(self, all: Option<u64>) -> Option<u64> {
        match self {
            Aim::People(people) => Some(people),
            Aim::Share(share) => {
                let share = u128::from(share.0.unsigned_abs());
                u64::try_from((u128::from(all?) * share).div_ceil(WHOLE)).ok()
            }
        }
    }
}

/// Where cover is going.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forecast {
    /// The month it speaks of.
    pub month: Month,
    /// People then.
    pub people: u64,
    /// People more (or fewer) each month, in hundredths of a person: the mean of the changes.
    pub monthly_hundredths: i64,
    /// How many changes it is the mean of.
    pub changes: usize,
}

/// The mean change from month to month of the newest [`LOOKED_BACK`] ones, carried on to a month.
///
/// `None` with fewer than two months, or when the month is not after the last one: what was is no
/// forecast. A month that is missing between two counts as none covered.
pub fn forecast(trend: &[(Month, u64)], until: Month) -> Option<Forecast> {
    let (last, now) = *trend.last()?;
    let (first, _) = *trend.first()?;
    let ahead = last.months_until(until);
    let span = usize::try_from(first.months_until(last)).ok()?.min(LOOKED_BACK);
    if ahead <= 0 || span == 0 {
        return None;
    }
    let begin = last.plus(-i32::try_from(span).ok()?);
    let before = trend.iter().find(|(month, _)| *month == begin).map_or(0, |(_, people)| *people);
    let change = i64::try_from(now).ok()? - i64::try_from(before).ok()?;
    let monthly_hundredths = change * 100 / i64::try_from(span).ok()?; // not law: hundredths
    let grown = change * i64::from(ahead) / i64::try_from(span).ok()?;
    let people = i64::try_from(now).ok()?.saturating_add(grown).max(0).unsigned_abs();
    Some(Forecast { month: until, people, monthly_hundredths, changes: span })
}

/// How many people more it takes each month, from the month after `now` on, that the target is met
/// in the month of its day; rounded up, and none when it is met or the day is past.
pub fn needed_monthly(covered: u64, target: u64, now: Month, due: Day) -> Option<u64> {
    let months = u64::try_from(now.months_until(due.month_of())).ok()?;
    let missing = target.checked_sub(covered).filter(|missing| *missing > 0)?;
    (months > 0).then(|| missing.div_ceil(months))
}

/// The steps that villages climb to universal cover, by the share at which each begins.
const STEPS: [i64; 6] = [0, 1, 250_000, 500_000, 750_000, 950_000]; // not law: our steps

/// A step of the ladder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// The share from which on a village stands here.
    pub from: Ppm,
    /// How many stand here.
    pub villages: u64,
}

/// How many villages stand on which step, the lowest first; those without a share stand nowhere.
pub fn ladder(shares: impl Iterator<Item = Option<Ppm>>) -> Vec<Step> {
    let mut steps: Vec<Step> =
        STEPS.into_iter().map(|from| Step { from: Ppm(from), villages: 0 }).collect();
    for share in shares.flatten() {
        if let Some(step) = steps.iter_mut().rev().find(|step| share >= step.from) {
            step.villages += 1;
        }
    }
    steps
}

/// Which of the classes of a map a share belongs to: the steps of the ladder.
pub fn class(share: Option<Ppm>) -> Option<usize> {
    let share = share?;
    STEPS.iter().rposition(|from| share.0 >= *from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(text: &str) -> Month {
        Month::parse(text).expect("a month")
    }

    #[test]
    fn a_target_is_met_in_full_or_not() {
        assert_eq!(Aim::People(7).people(None), Some(7));
        // 52.69 % of 1,001 are 527.4: 528 people.
        assert_eq!(Aim::Share(Ppm(526_900)).people(Some(1_001)), Some(528));
        assert_eq!(Aim::Share(Ppm(526_900)).people(None), None);
    }

    #[test]
    fn a_forecast_is_the_mean_change_carried_on() {
        let trend = [(month("2022-10"), 100), (month("2022-11"), 130), (month("2022-12"), 150)];
        // (150 - 100) / 2 = 25 a month; three months on, 225.
        let expect = Forecast {
            month: month("2023-03"),
            people: 225,
            monthly_hundredths: 2_500,
            changes: 2,
        };
        assert_eq!(forecast(&trend, month("2023-03")), Some(expect));
        assert_eq!(forecast(&trend, month("2022-12")), None);
        assert_eq!(forecast(&trend[..1], month("2023-03")), None);
        // Falling by 60 a month, it ends at nobody.
        let falls = [(month("2022-11"), 100), (month("2022-12"), 40)];
        assert_eq!(forecast(&falls, month("2023-03")).map(|told| told.people), Some(0));
        // Of eight months the newest six changes count: (80 - 20) / 6 = 10.
        let long: Vec<_> =
            (0..8).map(|at| (month("2022-01").plus(at), at as u64 * 10 + 10)).collect();
        let told = forecast(&long, month("2022-09")).expect("a forecast");
        assert_eq!((told.people, told.monthly_hundredths, told.changes), (90, 1_000, 6));
    }

    #[test]
    fn what_is_needed_each_month_is_rounded_up() {
        let due = Day::parse_iso("2023-03-31").expect("a day");
        let needed = |covered, target| needed_monthly(covered, target, month("2022-12"), due);
        assert_eq!(needed(100, 110), Some(4));
        assert_eq!(needed(100, 100), None);
        assert_eq!(needed_monthly(1, 9, month("2023-03"), due), None);
    }

    #[test]
    fn villages_stand_on_the_step_they_have_reached() {
        let shares =
            [None, Some(0), Some(1), Some(249_999), Some(250_000), Some(950_000), Some(1_100_000)];
        let steps = ladder(shares.into_iter().map(|share| share.map(Ppm)));
        let villages: Vec<u64> = steps.iter().map(|step| step.villages).collect();
        assert_eq!(villages, [1, 2, 1, 0, 0, 2]);
        assert_eq!(class(Some(Ppm(500_000))), Some(3));
        assert_eq!(class(None), None);
    }
}
