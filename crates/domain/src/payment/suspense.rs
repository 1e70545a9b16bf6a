//! Money whose purpose is not known yet, by how long it has waited.

use base::{Day, Rupiah};

/// The last day of each age but the last, as data of the office: 0–7, 8–30, 31–90, more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ages(Vec<u32>);

impl Default for Ages {
    fn default() -> Ages {
        Ages(vec![7, 30, 90])
    }
}

impl Ages {
    /// Reads `7,30,90`: rising, at most six.
    pub fn parse(text: &str) -> Option<Ages> {
        let bounds: Option<Vec<u32>> =
            text.split(',').map(|bound| bound.trim().parse().ok()).collect();
        let bounds = bounds.filter(|bounds| (1..=6).contains(&bounds.len()))?;
        bounds.is_sorted_by(|one, next| one < next).then_some(Ages(bounds))
    }

    /// Each age from its first day to its last; the last has no end.
    pub fn spans(&self) -> Vec<(u32, Option<u32>)> {
        let mut from = 0;
        let mut spans = Vec::with_capacity(self.0.len() + 1);
        for bound in &self.0 {
            spans.push((from, Some(*bound)));
            from = bound + 1;
        }
        spans.push((from, None));
        spans
    }

    /// Which age so many days are.
    pub fn of(&self, days: u32) -> usize {
        self.0.iter().filter(|bound| days > **bound).count()
    }
}

/// How much waits in each age: count and sum, in the order of the ages.
pub fn by_age(
    waiting: impl IntoIterator<Item = (Day, Rupiah)>,
    today: Day,
    ages: &Ages,
) -> Vec<(u64, Rupiah)> {
    let mut sums = vec![(0, Rupiah::ZERO); ages.spans().len()];
    for (since, amount) in waiting {
        let (count, sum) = &mut sums[ages.of(days_since(since, today))];
        *count += 1;
        *sum = Rupiah(sum.0.saturating_add(amount.0));
    }
    sums
}

/// How many days ago a day was; nothing for one that is still to come.
pub fn days_since(since: Day, today: Day) -> u32 {
    u32::try_from(since.days_until(today)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse_iso(text).expect("a day")
    }

    #[test]
    fn ages_begin_where_the_one_before_ends() {
        let ages = Ages::default();
        assert_eq!(ages.spans(), [(0, Some(7)), (8, Some(30)), (31, Some(90)), (91, None)]);
        for (days, expect) in [(0, 0), (7, 0), (8, 1), (30, 1), (31, 2), (90, 2), (91, 3)] {
            assert_eq!(ages.of(days), expect, "{days}");
        }
        assert_eq!(Ages::parse("14, 60"), Some(Ages(vec![14, 60])));
        for bad in ["", "x", "30,7", "7,7", "1,2,3,4,5,6,7"] {
            assert_eq!(Ages::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_waits_is_summed_by_age() {
        let today = day("2022-12-31");
        let waiting = [
            (day("2022-12-31"), Rupiah(1)),
            (day("2022-12-24"), Rupiah(2)),
            (day("2022-12-23"), Rupiah(4)),
            (day("2022-10-01"), Rupiah(8)),
            (day("2023-01-05"), Rupiah(16)),
        ];
        // 31 December is 0 days, 24 December 7, 23 December 8, 1 October 91; what is to come is 0.
        let expect = [(3, Rupiah(19)), (1, Rupiah(4)), (0, Rupiah::ZERO), (1, Rupiah(8))];
        assert_eq!(by_age(waiting, today, &Ages::default()), expect);
    }
}
