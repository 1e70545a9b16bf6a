//! Passwords: what may be one, and how one is kept.
//!
//! No rule asks for capitals or signs. What many people choose is refused: a word of the shipped
//! list, of the region or of the account, with whatever few digits or signs around it.

use std::collections::HashSet;
use std::sync::{Condvar, Mutex, OnceLock, PoisonError};

use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};

use crate::error::AppError;

/// The fewest characters.
pub const LEAST: usize = 8;
/// The most characters.
pub const MOST: usize = 128;

/// Memory in KiB, passes and lanes: OWASP's least for argon2id is 19 MiB and two passes.
const COST: (u32, u32, u32) = (19_456, 2, 1);

/// Hashes at one time: each holds its memory.
const AT_ONCE: usize = 3;

/// Digits and signs around a common word that do not make it less common.
const AROUND_MOST: usize = 6;

/// Words that passwords are made of, one a line; our own list, not a copy of leaked passwords.
const COMMON: &str = include_str!("../../words/common-passwords.txt");

/// Whether this may be somebody's password.
///
/// # Errors
/// `PASSWORD_SHORT`, `PASSWORD_LONG`, `PASSWORD_COMMON`, `PASSWORD_LIKE_NAME`.
pub fn check(password: &str, account: &str, places: &[&str]) -> Result<(), AppError> {
    let length = password.chars().count();
    if length < LEAST {
        return Err(AppError::usage("PASSWORD_SHORT", LEAST.to_string()));
    }
    if length > MOST {
        return Err(AppError::usage("PASSWORD_LONG", MOST.to_string()));
    }
    let core = core(password);
    let is_account = |word: &str| !word.is_empty() && plain(word) == core;
    if is_account(account) || account.split('-').any(is_account) {
        return Err(AppError::usage("PASSWORD_LIKE_NAME", ""));
    }
    let common = is_common(&core) || places.iter().any(|place| plain(place) == core);
    match common || is_plain_number(password) {
        true => Err(AppError::usage("PASSWORD_COMMON", "")),
        false => Ok(()),
    }
}

/// The form a password is kept in: argon2id with its own salt.
pub fn hash(password: &str, salt: &[u8; 16]) -> String {
    let _turn = Turn::take();
    let hash: PasswordHash =
        argon2().hash_password_with_salt(password.as_bytes(), salt).expect("the salt is 16 bytes");
    hash.to_string()
}

/// A digest that takes as long as that of a password.
pub fn slow_hash(text: &str, salt: &[u8; 16]) -> [u8; 32] {
    let _turn = Turn::take();
    let mut digest = [0; 32];
    let done = argon2().hash_password_into(text.as_bytes(), salt, &mut digest);
    done.expect("salt and digest have lengths that argon2 takes");
    digest
}

/// Whether a password is the kept one; nothing kept takes as long and is never right.
pub fn verify(password: &str, kept: Option<&str>) -> bool {
    static NOBODY: OnceLock<String> = OnceLock::new();
    let nobody = || NOBODY.get_or_init(|| hash("nobody's", b"a salt of nobody")).as_str();
    let Ok(parsed) = PasswordHash::new(kept.unwrap_or_else(nobody)) else { return false };
    let _turn = Turn::take();
    // Longer than any password may be: not worth the time, and the time tells nothing of anybody.
    let right = password.chars().count() <= MOST
        && argon2().verify_password(password.as_bytes(), &parsed).is_ok();
    right && kept.is_some()
}

fn argon2() -> Argon2<'static> {
    let (memory, passes, lanes) = COST;
    let params = Params::new(memory, passes, lanes, None).expect("the costs are in bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// A place among those who hash at this moment.
struct Turn;

static HASHING: (Mutex<usize>, Condvar) = (Mutex::new(0), Condvar::new());

impl Turn {
    fn take() -> Turn {
        let (count, freed) = &HASHING;
        let count = count.lock().unwrap_or_else(PoisonError::into_inner);
        let mut count = freed
            .wait_while(count, |count| *count >= AT_ONCE)
            .unwrap_or_else(PoisonError::into_inner);
        *count += 1;
        Turn
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let (count, freed) = &HASHING;
        *count.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        freed.notify_one();
    }
}

/// What is left of a password without the few digits and signs around it, in plain letters.
fn core(password: &str) -> String {
    let is_around = |c: char| !c.is_alphabetic();
    let inside = password.trim_matches(is_around);
    let around = password.chars().count() - inside.chars().count();
    if inside.is_empty() || around > AROUND_MOST {
        return plain(password);
    }
    plain(inside)
}

/// Small letters, with the digits that stand for letters read as those, and nothing else.
fn plain(text: &str) -> String {
    let letter = |c: char| match c {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        c => c,
    };
    let small = text.chars().flat_map(char::to_lowercase).map(letter);
    small.filter(|c| c.is_alphanumeric()).collect()
}

/// A listed word, one written twice, or two of them.
fn is_common(core: &str) -> bool {
    static WORDS: OnceLock<HashSet<String>> = OnceLock::new();
    let words = WORDS
        .get_or_init(|| COMMON.lines().filter(|line| !line.starts_with('#')).map(plain).collect());
    let known = |word: &str| words.contains(word);
    let cuts = core.char_indices().skip(1).map(|(at, _)| core.split_at(at));
    known(core) || is_repeated(core) || cuts.into_iter().any(|(one, two)| known(one) && known(two))
}

/// One to five characters again and again.
fn is_repeated(text: &str) -> bool {
    let characters: Vec<char> = text.chars().collect();
    let is_period =
        |period: usize| characters.iter().zip(&characters[period..]).all(|(a, b)| a == b);
    (1..=5).any(|period| characters.len() > period && is_period(period))
}

/// Digits that follow a pattern: one after another, a date, a telephone or identity number.
fn is_plain_number(password: &str) -> bool {
    let digits: String = password.chars().filter(|c| !" -./".contains(*c)).collect();
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let steps: Vec<i16> =
        digits.as_bytes().windows(2).map(|two| i16::from(two[1]) - i16::from(two[0])).collect();
    let sequence = steps.iter().all(|step| matches!(step, -1..=1 | 9 | -9));
    let number = |part: &str| part.parse::<u16>().unwrap_or(0);
    let date = digits.len() == 8
        && (is_date(number(&digits[..2]), number(&digits[2..4]), number(&digits[4..]))
            || is_date(number(&digits[6..]), number(&digits[4..6]), number(&digits[..4])));
    let telephone = digits.starts_with("08") || digits.starts_with("628");
    sequence || is_repeated(&digits) || date || telephone || digits.len() == 16
}

fn is_date(day: u16, month: u16, year: u16) -> bool {
    (1..=31).contains(&day) && (1..=12).contains(&month) && (1900..=2100).contains(&year)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_many_choose_is_refused() {
        let check = |password: &str, expect: &str| {
            let answer = check(password, "wulan-sari", &["Paser", "Tanah Grogot"]);
            assert_eq!(
                answer.err().map_or(String::new(), |error| error.code),
                expect,
                "{password}"
            );
        };
        check("tujuh77", "PASSWORD_SHORT");
        check(&"a-1".repeat(43), "PASSWORD_LONG");
        for common in [
            "bismillah123",
            "Bismillah",
            "sayang2019",
            "P4ssw0rd!",
            "qwerty12345",
            "12345678",
            "87654321",
            "11111111",
            "17081945",
            "1945-08-17",
            "081234567890",
            "iloveyou",
            "Indonesia45",
            "rahasia!!",
            "akusayang",
            "paser2022",
            "tanahgrogot1",
            "abcabcabc",
            "6401051708620001",
            "1234512345",
            "adminadmin",
            "Jakarta2024!",
        ] {
            check(common, "PASSWORD_COMMON");
        }
        check("Wulan-Sari-1", "PASSWORD_LIKE_NAME");
        check("wulan123", "PASSWORD_LIKE_NAME");
        for fine in [
            "tiga ayam naik perahu",
            "xK9-mmvq",
            "perahu biru 7 gunung",
            "83719264",
            "gunung kayu 5 lumpur",
        ] {
            check(fine, "");
        }
    }

    #[test]
    fn a_hash_is_argon2id_and_opens_for_its_password_only() {
        let kept = hash("tiga ayam naik perahu", &[7; 16]);
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(verify("tiga ayam naik perahu", Some(&kept)));
        assert!(!verify("tiga ayam naik perahu ", Some(&kept)));
        assert!(!verify("tiga ayam naik perahu", None));
        assert!(!verify("nobody's", None), "the password of nobody opens nothing");
        assert!(!verify("x", Some("not a hash")));
    }
}
