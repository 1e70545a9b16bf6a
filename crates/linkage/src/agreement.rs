//! Whether two writings may be one name.

use crate::jaro::jaro_winkler;
use crate::key::name_key;
use crate::name::normal_parts;

/// How two names stand to each other; a later value is a stronger difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NameAgreement {
    /// One name, perhaps with another title, order, joining or old spelling.
    Same,
    /// One name shortened, abbreviated or mistyped, as far as can be seen.
    Close,
    /// Two names.
    Different,
}

/// Compares two names as typed.
pub fn names_agree(left: &str, right: &str) -> NameAgreement {
    let (left_own, left_father) = normal_parts(left);
    let (right_own, right_father) = normal_parts(right);
    let own = normal_names_agree(&left_own, &right_own);
    if left_father.is_empty() || right_father.is_empty() {
        return own;
    }
    own.max(normal_names_agree(&left_father, &right_father))
}

/// Compares two names that [`crate::normalise_name`] has made comparable.
pub fn normal_names_agree(left: &str, right: &str) -> NameAgreement {
    if left == right {
        return NameAgreement::Same;
    }
    if left.is_empty() || right.is_empty() {
        return NameAgreement::Different;
    }
    let equal_letters =
        left.bytes().filter(|b| *b != b' ').eq(right.bytes().filter(|b| *b != b' '));
    if equal_letters || name_key(left) == name_key(right) {
        return NameAgreement::Same;
    }
    // A fixed order makes the comparison the same from both sides.
    let count = |name: &str| name.split(' ').count();
    let (fewer, more) = match (count(left), left) <= (count(right), right) {
        true => (left, right),
        false => (right, left),
    };
    let close = aligned_share(fewer, more) >= 0.8 || joined_similarity(fewer, more) >= 0.9;
    if close { NameAgreement::Close } else { NameAgreement::Different }
}

/// The share of the shorter name that finds its like in the longer, common words counting less.
///
/// An initial speaks for a word only beside a word that is written out, unless the name is
/// nothing but initials.
fn aligned_share(fewer: &str, more: &str) -> f64 {
    let left: Vec<&str> = fewer.split(' ').collect();
    let right: Vec<&str> = more.split(' ').collect();
    let mut pairs: Vec<(f64, usize, usize)> = (0..left.len())
        .flat_map(|i| (0..right.len()).map(move |j| (i, j)))
        .map(|(i, j)| (word_similarity(left[i], right[j]), i, j))
        .filter(|pair| pair.0 > 0.0)
        .collect();
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut partner: Vec<Option<usize>> = vec![None; left.len()];
    let mut taken = vec![false; right.len()];
    let only_initials = left.iter().all(|word| word.len() == 1);
    let (mut found, mut in_full) = (0.0, only_initials);
    for (similarity, i, j) in pairs {
        if partner[i].is_some() || taken[j] {
            continue;
        }
        (partner[i], taken[j]) = (Some(j), true);
        found += similarity * weight_of(left[i]).max(weight_of(right[j]));
        in_full |= left[i].len() > 1 && right[j].len() > 1;
    }
    let weight = |(word, partner): (&&str, &Option<usize>)| {
        partner.map_or(0.0, |j| weight_of(right[j])).max(weight_of(word))
    };
    let whole: f64 = left.iter().zip(&partner).map(weight).sum();
    if in_full { found / whole } else { 0.0 }
}

/// 1 for the same word, 0 for another one; initials and shortened words lie between.
fn word_similarity(left: &str, right: &str) -> f64 {
    if left == right {
        return 1.0;
    }
    let (short, long) = if left.len() <= right.len() { (left, right) } else { (right, left) };
    if short.len() == 1 && long.starts_with(short) {
        return 0.85;
    }
    if short.len() >= 3 && long.starts_with(short) {
        return 0.9;
    }
    if name_key(left) == name_key(right) {
        return 0.97;
    }
    // "Wati" for "Hasnawati": the end of a name is what people are called by.
    if short.len() >= 3 && long.ends_with(short) {
        return 0.82;
    }
    let similarity = jaro_winkler(left, right);
    if similarity >= 0.86 { similarity } else { 0.0 }
}

/// Words that half the country carries.
const COMMON: &[&str] = &[
    "muhammad", "siti", "nur", "abdul", "ahmad", "sri", "ni", "wayan", "made", "nyoman", "ketut",
    "putu", "gede", "kadek", "luh", "i", "wa", "la", "andi", "dwi", "tri", "eka", "besse", "baiq",
];

/// Common words say little about who somebody is.
fn weight_of(word: &str) -> f64 {
    if COMMON.contains(&word) { 0.3 } else { 1.0 }
}

/// Similarity of the names written in one word, for names split or joined and mistyped.
fn joined_similarity(left: &str, right: &str) -> f64 {
    jaro_winkler(&telling_words(left), &telling_words(right))
}

/// The name in one word without the common ones, unless it has no other.
fn telling_words(name: &str) -> String {
    let telling: String = name.split(' ').filter(|word| !COMMON.contains(word)).collect();
    if telling.is_empty() { name.replace(' ', "") } else { telling }
}

#[cfg(test)]
mod tests {
    use super::*;
    use NameAgreement::*;
    use proptest::prelude::*;

    fn check(left: &str, right: &str, expect: NameAgreement) {
        assert_eq!(names_agree(left, right), expect, "{left} / {right}");
    }

    #[test]
    fn one_name_in_two_writings_is_the_same() {
        check("Hj. Siti Aminah", "SITI AMINAH, S.Pd", Same);
        check("Abdulmalik", "Abdul Malik", Same);
        check("Soeharto", "SUHARTO", Same);
        check("Aminah Siti", "St. Aminah", Same);
        check("M. Latif", "Muhamad Latif", Same);
        check("Rabiah binti Norman", "Rabiah", Same);
        check("Syarifah", "Sarifah", Same);
    }

    #[test]
    fn shortened_and_mistyped_names_are_close() {
        check("Wahyu", "Wahyu Pratama", Close);
        check("Mohamad G.", "Muhammad Gunawan", Close);
        check("Syahmin P.", "Syahmin Pratama", Close);
        check("nga adityem", "Ngadityem", Close);
        check("Sartii Fitriyah", "Sarti Fitria", Close);
        check("Fauuzan", "Fausan", Same);
        check("Dahrui", "Dahuri", Close);
        check("I P Suparta", "I Putu Suparta", Close);
        check("A. Akbar", "Andi Akbar", Close);
        check("A. P.", "Andi Putranto", Close);
        check("Hj. Wati", "Hasnawati", Close);
    }

    #[test]
    fn other_people_have_different_names() {
        check("Siti Aminah", "Siti Rahmah", Different);
        check("Muhammad Ali", "Muhammad Yusuf", Different);
        check("Sutrisno", "Kartini", Different);
        check("Ali bin Hasan", "Ali bin Umar", Different);
        check("Budi Santoso", "Joko Widodo", Different);
        check("Siti Aminah", "", Different);
        check("Tomi S", "Sudarno", Different);
        check("Muh Arifin", "Muhammad Masrani", Different);
        check("Ni Gede Budiani", "Ni Luh Sukerti", Different);
    }

    proptest! {
        #[test]
        fn it_is_symmetric_and_reflexive(left in "[A-Za-z. ]{0,30}", right in "[A-Za-z. ]{0,30}") {
            prop_assert_eq!(names_agree(&left, &right), names_agree(&right, &left));
            prop_assert_eq!(names_agree(&left, &left), Same);
        }

        #[test]
        fn any_text_is_answered(left in "\\PC{0,40}", right in "\\PC{0,40}") {
            prop_assert_eq!(names_agree(&left, &right), names_agree(&right, &left));
        }
    }
}
