//! Keys under which the same person is likely to stand twice: equal keys are a reason to look.

use crate::keys::mixed as mix;
use crate::word::sound_of;

/// A number that two writings of one name share, whatever the order and joining of its words.
///
/// Takes the form that [`crate::normalise_name`] makes. Letters that are heard alike (`sy`/`s`,
/// `kh`/`h`, `v`/`f`/`p`, `z`/`s`, doubled letters) count as the same. Different names may share a
/// number, so the names must still be compared.
pub fn name_key(normal_name: &str) -> u64 {
    // The sum does not depend on the order of words; joined words differ, as their sums do.
    let mut sum = 0u64;
    for word in normal_name.split(' ').filter(|word| !word.is_empty()) {
        sum = sum.wrapping_add(mix(fold_word(word)));
    }
    sum
}

/// The key of a name together with a birth date, as a number that differs wherever the date does.
pub fn same_person_key(normal_name: &str, birth: impl Into<i64>) -> u64 {
    mix(name_key(normal_name) ^ mix(birth.into() as u64))
}

/// FNV-1a over the word as it sounds.
fn fold_word(word: &str) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let bytes = word.as_bytes();
    let mut last = 0u8;
    for (at, &letter) in bytes.iter().enumerate() {
        let next = bytes.get(at + 1).copied().unwrap_or(0);
        let before = if at > 0 { bytes[at - 1] } else { 0 };
        let Some(sound) = sound_of(before, letter, next, last) else { continue };
        if sound != last {
            hash = (hash ^ u64::from(sound)).wrapping_mul(0x0000_0100_0000_01b3);
            last = sound;
        }
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sounds_and_order_do_not_change_the_key() {
        assert_eq!(name_key("syarifah nur"), name_key("nur saripah"));
        assert_eq!(name_key("akhmad zaini"), name_key("ahmad saini"));
        assert_eq!(name_key("hassan"), name_key("hasan"));
        assert_ne!(name_key("siti aminah"), name_key("siti rahmah"));
    }

    #[test]
    fn the_birth_date_is_part_of_the_person() {
        let key = same_person_key("siti aminah", 19_700_203);
        assert_eq!(key, same_person_key("aminah siti", 19_700_203));
        assert_ne!(key, same_person_key("siti aminah", 19_700_302));
    }
}
