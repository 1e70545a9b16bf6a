//! Small cells: so few people that whoever knows the place knows the person.

use std::collections::BTreeMap;

/// From how many people on a number is told to everybody.
pub const TOLD_FROM: u64 = 5;

/// Which rows are not told to everybody: those with fewer people than [`TOLD_FROM`] in a column,
/// and with them as many others of their group as it takes, the smallest first, that the group's
/// sum less the rows that are told is a sum of several rows and of no fewer than twice as many.
///
/// # Shape
/// One answer for each row, in their order; a group is what a sum is told of.
pub fn untold<G: Ord>(rows: &[(G, [u64; 2])]) -> Vec<bool> {
    let is_few = |count: &u64| (1..TOLD_FROM).contains(count);
    let mut hidden: Vec<bool> = rows.iter().map(|(_, row)| row.iter().any(is_few)).collect();
    let mut groups: BTreeMap<&G, Vec<usize>> = BTreeMap::new();
    for (place, (group, _)) in rows.iter().enumerate() {
        groups.entry(group).or_default().push(place);
    }
    for places in groups.into_values() {
        let mut others: Vec<usize> = places.iter().copied().filter(|at| !hidden[*at]).collect();
        others.sort_by_key(|at| (std::cmp::Reverse(rows[*at].1), *at));
        while tells(rows, &hidden, &places) {
            match others.pop() {
                Some(next) => hidden[next] = true,
                None => break,
            }
        }
    }
    hidden
}

/// The same for rows of a table whose groups are told as rows of a table of their own: a group that
/// is not told there is not told by its parts either.
pub fn untold_below<G: Ord + Clone>(rows: &[(G, [u64; 2])]) -> Vec<bool> {
    let mut groups: BTreeMap<G, [u64; 2]> = BTreeMap::new();
    for (group, row) in rows {
        let sum = groups.entry(group.clone()).or_default();
        (0..2).for_each(|column| sum[column] += row[column]);
    }
    let above: Vec<((), [u64; 2])> = groups.values().map(|sum| ((), *sum)).collect();
    let told = groups.keys().zip(untold(&above));
    let hidden: BTreeMap<&G, bool> = told.collect();
    let own = untold(rows);
    rows.iter().zip(own).map(|((group, _), own)| own || hidden.get(group) == Some(&true)).collect()
}

/// Whether what is hidden in a group follows from its sums, or nearly.
fn tells<G>(rows: &[(G, [u64; 2])], hidden: &[bool], places: &[usize]) -> bool {
    match places.iter().filter(|at| hidden[**at]).count() {
        0 => return false,
        1 => return true,
        _ => {}
    }
    (0..2).any(|column| {
        let own = places.iter().filter(|at| hidden[**at]).map(|at| rows[*at].1[column]);
        (1..2 * TOLD_FROM).contains(&own.sum())
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn few_people_are_hidden_and_so_is_what_a_difference_would_tell() {
        let of = |rows: &[(u8, [u64; 2])]| untold(rows);
        assert_eq!(of(&[(1, [0, 0]), (1, [5, 9]), (1, [70, 80])]), [false; 3]);
        // Three alone would follow from the sum; the smallest other row goes with them.
        let rows = [(1, [3, 40]), (1, [20, 30]), (1, [60, 70])];
        assert_eq!(of(&rows), [true, true, false]);
        // One and two are three together: too few to be told as a difference.
        let rows = [(1, [1, 9]), (1, [2, 9]), (1, [8, 9]), (1, [90, 99])];
        assert_eq!(of(&rows), [true, true, true, false]);
        // Another group keeps its rows.
        let rows = [(1, [3, 3]), (2, [50, 50]), (1, [30, 30])];
        assert_eq!(of(&rows), [true, false, true]);
        // Nobody covered of few who are listed.
        assert_eq!(of(&[(1, [0, 2]), (1, [30, 30]), (1, [40, 40])]), [true, true, false]);
    }

    #[test]
    fn a_district_that_is_not_told_is_not_told_by_its_villages() {
        // The first district has three people; the second goes with it, the third is told.
        let rows =
            [("a", [3, 3]), ("b", [20, 20]), ("b", [30, 30]), ("c", [40, 40]), ("c", [50, 50])];
        assert_eq!(untold_below(&rows), [true, true, true, false, false]);
        // One district alone: its sum is told with everything, its villages as ever.
        let rows = [("a", [3, 9]), ("a", [20, 30]), ("a", [60, 70])];
        assert_eq!(untold_below(&rows), [true, true, false]);
    }

    proptest! {
        #[test]
        fn no_row_below_the_limit_is_told_nor_follows_from_the_sums(
            rows in prop::collection::vec((0u8..3, [0u64..12, 0u64..30]), 0..20),
        ) {
            let hidden = untold(&rows);
            for (row, hidden) in rows.iter().zip(&hidden) {
                let is_few = row.1.iter().any(|count| (1..TOLD_FROM).contains(count));
                prop_assert!(*hidden || !is_few);
            }
            for group in 0..3 {
                let own = || (0..rows.len()).filter(|at| rows[*at].0 == group);
                let all_hidden = own().all(|at| hidden[at] || rows[at].1 == [0, 0]);
                let places: Vec<usize> = own().collect();
                prop_assert!(all_hidden || !tells(&rows, &hidden, &places));
            }
        }
    }
}
