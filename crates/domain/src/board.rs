//! The candidate board: how far a programme is from its places, who has fallen out of its list, who
//! would come next on the money and in the places that became free, and who reaches the age limit.
//!
//! Nothing here changes a list: it says what the next list, or a change of this one, could hold.

use std::collections::BTreeMap;

use base::id::kind;
use base::{Day, Id, Month, RegionCode, Rupiah};
use rules::Rulebook;

use crate::screening::SkipReason;

/// Somebody on an approved list for whom nothing may be paid any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fallen {
    /// Who.
    pub person: Id<kind::Person>,
    /// Where they live.
    pub place: RegionCode,
    /// Why.
    pub reason: SkipReason,
    /// What the months cost that have no final bill yet.
    pub freed: Rupiah,
}

/// Somebody who waits, in rank order, with what the months to come would cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Next {
    /// The place in the order of taking, 1 for the first.
    pub rank: u32,
    /// Who.
    pub person: Id<kind::Person>,
    /// Where they live.
    pub place: RegionCode,
    /// The cost of the months that have no final bill yet.
    pub cost: Rupiah,
}

/// What a rescue of places is counted from.
#[derive(Debug, Clone, Copy)]
pub struct RescueInput<'a> {
    /// How many places there are; when nobody said so, as many as fell out or were freed.
    pub places: Option<u32>,
    /// On approved lists and on lists that wait, the fallen among them.
    pub holding: u32,
    /// Who fell out.
    pub fallen: &'a [Fallen],
    /// Who waits, in rank order.
    pub waiting: &'a [Next],
    /// Places that changes freed and gave to nobody: whoever left holds none any more.
    pub room: u32,
    /// What the fund may still commit, with what those places free.
    pub free: Rupiah,
}

/// Places and rupiah that became free, and who would take them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rescue {
    /// People who fell out.
    pub fallen: u32,
    /// Rupiah that their months would have cost.
    pub freed: Rupiah,
    /// Places without anybody.
    pub open: u32,
    /// Who would take them, in rank order: never one who waits behind another who does not fit.
    pub next: Vec<Next>,
    /// What the next ones cost.
    pub cost: Rupiah,
    /// Places that stay empty, for want of people or of money.
    pub unfilled: u32,
    /// Whether it is the money that is missing, and not the people.
    pub lacks_money: bool,
    /// What the fund may still commit afterwards.
    pub free: Rupiah,
}

/// Counts what became free and takes the next ones in rank order.
pub fn rescue(input: &RescueInput<'_>) -> Rescue {
    let fallen = input.fallen.len() as u32;
    let freed = Rupiah(input.fallen.iter().map(|one| one.freed.0).sum());
    let standing = input.holding.saturating_sub(fallen);
    let freed_before = fallen.saturating_add(input.room);
    let open = input.places.map_or(freed_before, |places| places.saturating_sub(standing));
    let mut free = Rupiah(input.free.0 + freed.0);
    let mut next = Vec::new();
    let mut lacks_money = false;
    for one in input.waiting.iter().take(open as usize) {
        if one.cost > free {
            lacks_money = true;
            break;
        }
        free = Rupiah(free.0 - one.cost.0);
        next.push(*one);
    }
    Rescue {
        fallen,
        freed,
        open,
        cost: Rupiah(next.iter().map(|one| one.cost.0).sum()),
        unfilled: open - next.len() as u32,
        lacks_money,
        free,
        next,
    }
}

/// A month in which people reach the age at which nobody is registered any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgeMonth {
    /// The month.
    pub month: Month,
    /// How many reach it.
    pub people: u32,
    /// What they cost in a month: whoever lapses afterwards cannot come back.
    pub monthly: Rupiah,
}

/// When people reach the age limit, month by month, those months alone in which somebody does.
///
/// `people` gives a birth date and the cost of a month for each; a month before `first` or after
/// `last` is left out.
pub fn age_calendar(
    people: impl IntoIterator<Item = (Day, Rupiah)>,
    (first, last): (Month, Month),
    registered: Day,
    rulebook: &Rulebook,
) -> Vec<AgeMonth> {
    let mut months: BTreeMap<Month, (u32, i64)> = BTreeMap::new();
    for (birth, monthly) in people {
        let Some(reached) = rulebook.age_limit_day(birth, registered) else { continue };
        let month = reached.month_of();
        if first <= month && month <= last {
            let sum = months.entry(month).or_default();
            *sum = (sum.0 + 1, sum.1 + monthly.0);
        }
    }
    let line = |(month, (people, monthly))| AgeMonth { month, people, monthly: Rupiah(monthly) };
    months.into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::tests::{LAW, day, id, month, place};

    const ONE: i64 = 16_800;

    fn fallen(number: u128, months: i64) -> Fallen {
        Fallen {
            person: id(number),
            place: place("64.01.05.2001"),
            reason: SkipReason::Dead(day("2022-10-20")),
            freed: Rupiah(ONE * months),
        }
    }

    fn next(rank: u32, months: i64) -> Next {
        let (person, place) = (id(1_000 + u128::from(rank)), place("64.01.05.2001"));
        Next { rank, person, place, cost: Rupiah(ONE * months) }
    }

    #[test]
    fn places_that_became_free_go_to_the_next_in_rank() {
        // Ngawi: 10,000 places, 1,498 of them lost; two months to come; 1,200 wait.
        let gone: Vec<Fallen> = (0..1_498).map(|number| fallen(number, 2)).collect();
        let waiting: Vec<Next> = (1..=1_200).map(|rank| next(rank, 2)).collect();
        let input = RescueInput {
            places: Some(10_000),
            holding: 10_000,
            fallen: &gone,
            waiting: &waiting,
            room: 0,
            free: Rupiah(5_000),
        };
        let found = rescue(&input);
        // 1,498 × 2 × 16,800 = 50,332,800; 1,200 × 2 × 16,800 = 40,320,000.
        assert_eq!((found.fallen, found.freed), (1_498, Rupiah(50_332_800)));
        assert_eq!((found.open, found.next.len(), found.cost), (1_498, 1_200, Rupiah(40_320_000)));
        // 298 places stay empty for want of people; 5,000 + 50,332,800 - 40,320,000 is left.
        assert_eq!((found.unfilled, found.lacks_money), (298, false));
        assert_eq!(found.free, Rupiah(10_017_800));
    }

    #[test]
    fn without_a_number_of_places_as_many_come_as_went() {
        let gone = [fallen(1, 2), fallen(2, 2)];
        let waiting: Vec<Next> = (1..=9).map(|rank| next(rank, 2)).collect();
        let input = RescueInput {
            places: None,
            holding: 7,
            fallen: &gone,
            waiting: &waiting,
            room: 0,
            free: Rupiah::ZERO,
        };
        let found = rescue(&input);
        assert_eq!((found.open, found.next.len(), found.free), (2, 2, Rupiah::ZERO));
        // A change freed one more place, and its two months at 16,800, and nobody took it.
        let found = rescue(&RescueInput { room: 1, free: Rupiah(33_600), ..input });
        assert_eq!((found.open, found.next.len(), found.free), (3, 3, Rupiah::ZERO));
    }

    #[test]
    fn nobody_overtakes_one_who_does_not_fit() {
        let gone = [fallen(1, 2)];
        let waiting = [next(1, 3), next(2, 1)];
        let input = RescueInput {
            places: Some(5),
            holding: 3,
            fallen: &gone,
            waiting: &waiting,
            room: 0,
            free: Rupiah::ZERO,
        };
        let found = rescue(&input);
        assert_eq!((found.open, found.next.len(), found.unfilled), (3, 0, 3));
        assert!(found.lacks_money);
    }

    #[test]
    fn the_age_limit_is_a_calendar() {
        let people = [
            ("1959-03-10", 16_800),
            ("1959-03-31", 13_500),
            ("1959-12-01", 16_800),
            // Reached before the programme begins, and long after it.
            ("1958-12-31", 16_800),
            ("1980-01-01", 16_800),
        ];
        let people = people.map(|(birth, monthly)| (day(birth), Rupiah(monthly)));
        let span = (month("2024-01"), month("2024-12"));
        let found = age_calendar(people, span, day("2024-01-01"), &LAW);
        let march = AgeMonth { month: month("2024-03"), people: 2, monthly: Rupiah(30_300) };
        let december = AgeMonth { month: month("2024-12"), people: 1, monthly: Rupiah(16_800) };
        assert_eq!(found, [march, december]);
    }

    proptest! {
        /// Never more places or money than there are, and always from the top.
        #[test]
        fn a_rescue_keeps_within_places_and_money(
            places in prop::option::of(0u32..60),
            holding in 0u32..60,
            gone in prop::collection::vec(0i64..13, 0..40),
            costs in prop::collection::vec(0i64..13, 0..40),
            room in 0u32..10,
            free in 0i64..1_000_000,
        ) {
            let gone: Vec<Fallen> =
                gone.into_iter().zip(0..).map(|(months, n)| fallen(n, months)).collect();
            prop_assume!(gone.len() as u32 <= holding);
            let waiting: Vec<Next> =
                costs.into_iter().zip(1..).map(|(months, rank)| next(rank, months)).collect();
            let input = RescueInput {
                places, holding, fallen: &gone, waiting: &waiting, room, free: Rupiah(free),
            };
            let found = rescue(&input);
            prop_assert!(found.free.0 >= 0);
            prop_assert_eq!(found.free.0 + found.cost.0, free + found.freed.0);
            prop_assert_eq!(found.next.len() as u32 + found.unfilled, found.open);
            prop_assert_eq!(&waiting[..found.next.len()], &found.next[..]);
            let after = holding - found.fallen + found.next.len() as u32;
            let most = places.unwrap_or(holding + room);
            prop_assert!(after <= most.max(holding - found.fallen));
            // A place stays empty only for want of people or of money.
            prop_assert!(
                found.unfilled == 0 || found.lacks_money || found.next.len() == waiting.len()
            );
        }
    }
}
