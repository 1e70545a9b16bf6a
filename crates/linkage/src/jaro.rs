//! Jaro–Winkler similarity of short words, with bit masks for the characters already matched.

/// How alike two words are: 1 for equal words, 0 for words with nothing in common.
///
/// Words are compared by bytes, which for normalised names are letters; beyond 64 bytes only
/// the first 64 count, more than any word of a name has.
///
/// # Source
/// W. E. Winkler, "String Comparator Metrics", 1990: prefix of at most four letters, weight 0.1.
pub fn jaro_winkler(left: &str, right: &str) -> f64 {
    if left == right {
        return 1.0;
    }
    let left = &left.as_bytes()[..left.len().min(64)];
    let right = &right.as_bytes()[..right.len().min(64)];
    let jaro = jaro(left, right);
    let prefix = left.iter().zip(right).take(4).take_while(|(a, b)| a == b).count();
    jaro + prefix as f64 * 0.1 * (1.0 - jaro)
}

/// The same in whole parts per million, for callers that keep away from floating point.
pub fn jaro_winkler_ppm(left: &str, right: &str) -> u32 {
    (jaro_winkler(left, right) * 1e6) as u32
}

fn jaro(left: &[u8], right: &[u8]) -> f64 {
    if left.is_empty() || right.is_empty() {
        return if left.len() == right.len() { 1.0 } else { 0.0 };
    }
    let reach = (left.len().max(right.len()) / 2).saturating_sub(1);
    let (mut left_matched, mut right_matched) = (0u64, 0u64);
    for (i, letter) in left.iter().enumerate() {
        let window = i.saturating_sub(reach)..(i + reach + 1).min(right.len());
        for j in window {
            if right_matched & (1 << j) == 0 && right[j] == *letter {
                left_matched |= 1 << i;
                right_matched |= 1 << j;
                break;
            }
        }
    }
    let matched = left_matched.count_ones();
    if matched == 0 {
        return 0.0;
    }
    let m = f64::from(matched);
    let half = f64::from(out_of_order(left, right, left_matched, right_matched)) / 2.0;
    (m / left.len() as f64 + m / right.len() as f64 + (m - half) / m) / 3.0
}

/// Matched letters that do not stand in the same order in both words.
fn out_of_order(left: &[u8], right: &[u8], mut left_matched: u64, mut right_matched: u64) -> u32 {
    let mut count = 0;
    while left_matched != 0 {
        let i = left_matched.trailing_zeros() as usize;
        let j = right_matched.trailing_zeros() as usize;
        count += u32::from(left[i] != right[j]);
        left_matched &= left_matched - 1;
        right_matched &= right_matched - 1;
    }
    count
}

/// The same for letters `a` to `z`, at most 64 on each side, by positions as bits.
///
/// For each letter of the left word one look tells where in reach it stands in the right one.
pub(crate) fn jaro_winkler_letters(left: &[u8], right: &[u8]) -> f64 {
    if left.is_empty() || right.is_empty() {
        return if left.len() == right.len() { 1.0 } else { 0.0 };
    }
    let mut places = [0u64; 32];
    for (at, letter) in right.iter().enumerate() {
        places[usize::from(letter & 31)] |= 1 << at;
    }
    let reach = (left.len().max(right.len()) / 2).saturating_sub(1);
    let mut window = (1u64 << reach << 1) - 1;
    let (mut left_matched, mut right_matched) = (0u64, 0u64);
    for (at, letter) in left.iter().enumerate() {
        let found = places[usize::from(letter & 31)] & window & !right_matched;
        right_matched |= found & found.wrapping_neg();
        left_matched |= u64::from(found != 0) << at;
        // Grows to the right until it reaches as far to the left, then moves.
        window = window << 1 | u64::from(at < reach);
    }
    let matched = left_matched.count_ones();
    if matched == 0 {
        return 0.0;
    }
    let m = f64::from(matched);
    let half = f64::from(out_of_order(left, right, left_matched, right_matched)) / 2.0;
    let jaro = (m / left.len() as f64 + m / right.len() as f64 + (m - half) / m) / 3.0;
    let prefix = left.iter().zip(right).take(4).take_while(|(a, b)| a == b).count();
    jaro + prefix as f64 * 0.1 * (1.0 - jaro)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn published_pairs_come_out_as_published() {
        // The classic pairs of Winkler's tables, to three places.
        for (left, right, expect) in [
            ("martha", "marhta", 0.961),
            ("dwayne", "duane", 0.840),
            ("dixon", "dicksonx", 0.813),
            ("abc", "xyz", 0.0),
            ("", "", 1.0),
            ("", "a", 0.0),
        ] {
            let found = jaro_winkler(left, right);
            assert!((found - expect).abs() < 0.001, "{left} {right}: {found}");
        }
    }

    proptest! {
        #[test]
        fn letters_are_compared_as_texts_are(left in "[a-e]{0,48}", right in "[a-e]{0,48}") {
            let found = jaro_winkler_letters(left.as_bytes(), right.as_bytes());
            prop_assert_eq!(found, jaro_winkler(&left, &right));
        }

        #[test]
        fn it_stays_between_none_and_all(left in "\\PC{0,80}", right in "\\PC{0,80}") {
            let found = jaro_winkler(&left, &right);
            prop_assert!((0.0..=1.0).contains(&found), "{found}");
            prop_assert_eq!(jaro_winkler(&left, &left), 1.0);
        }
    }
}
