//! Two NIK beside each other, by what can have happened between them.

use crate::number::Number;
use crate::record::Record;

/// How two NIK stand to each other.
///
/// # Shape
/// 0 missing · 1 equal · 2 equal but for a last digit that a spreadsheet made 0 · 3 the same as far
/// as a spreadsheet kept it · 4 one digit too many or too few · 5 two neighbours swapped · 6 one
/// digit of place or date · 7 one digit of the serial · 8 other serial of one place and day, next
/// to each other · 9 other serial of one place and day · 10 other place, same day and serial · 11
/// two edits · 12 same day, other place and serial · 13 same place · 14 nothing in common.
pub fn nik_level(left: &Record, right: &Record) -> u8 {
    let (a, b) = (left.nik, right.nik);
    if a.count == 0 || b.count == 0 {
        return 0;
    }
    if a.cut || b.cut {
        return cut_level(a, b);
    }
    if a.digits == b.digits && a.count == b.count {
        return 1;
    }
    match (a.is_whole(), b.is_whole()) {
        (true, true) => whole_level(a.digits, b.digits),
        _ if a.count.abs_diff(b.count) == 1 && one_longer(a, b) => 4,
        _ => 14,
    }
}

/// At least one of the two has only its first digits.
fn cut_level(a: Number, b: Number) -> u8 {
    if a.count < 4 || b.count < 4 {
        return 0;
    }
    let (head, other) = if a.cut { (a, b) } else { (b, a) };
    let drop = u32::from(other.count.saturating_sub(head.count));
    let shown = other.digits / 10u64.pow(drop);
    // The last digit that is shown may have been rounded up.
    if head.digits.abs_diff(shown) <= 1 { 3 } else { 13 }
}

fn whole_level(a: u64, b: u64) -> u8 {
    if a / 10 == b / 10 && (a.is_multiple_of(10) || b.is_multiple_of(10)) {
        return 2;
    }
    let (differ, first, last) = differing(a, b, 16);
    let same_day_and_place = a / 10_000 == b / 10_000;
    match differ {
        2 if first + 1 == last && swapped(a, b, first) => 5,
        1 if first >= 4 => 6,
        1 if (a % 10_000).abs_diff(b % 10_000) <= 2 => 8,
        1 => 7,
        _ if same_day_and_place && (a % 10_000).abs_diff(b % 10_000) <= 2 => 8,
        _ if same_day_and_place => 9,
        _ if a % 10_000_000_000 == b % 10_000_000_000 => 10,
        2 => 11,
        _ if a / 10_000 % 1_000_000 == b / 10_000 % 1_000_000 => 12,
        _ if a / 10_000_000_000 == b / 10_000_000_000 => 13,
        _ => 14,
    }
}

/// How many of the last `digits` digits differ, and the lowest and highest place where they do;
/// from the third on they are not counted.
fn differing(mut a: u64, mut b: u64, digits: u32) -> (u32, u32, u32) {
    let (mut count, mut first, mut last) = (0, digits, 0);
    let mut place = 0;
    while a != b && place < digits && count < 3 {
        if a % 10 != b % 10 {
            count += 1;
            first = first.min(place);
            last = place;
        }
        a /= 10;
        b /= 10;
        place += 1;
    }
    (count, first, last)
}

fn swapped(a: u64, b: u64, place: u32) -> bool {
    let at = |number: u64, place: u32| number / 10u64.pow(place) % 10;
    at(a, place) == at(b, place + 1) && at(a, place + 1) == at(b, place)
}

/// Whether one number becomes the other when one digit is taken out.
fn one_longer(a: Number, b: Number) -> bool {
    let (long, short) = if a.count > b.count { (a, b) } else { (b, a) };
    (0..u32::from(long.count)).any(|place| {
        let below = 10u64.pow(place);
        long.digits / below / 10 * below + long.digits % below == short.digits
    })
}

/// Whether one digit differs or two neighbours are swapped; with `digits` 0, all are looked at.
pub fn one_edit(a: u64, b: u64, digits: u32) -> bool {
    let (count, first, last) = differing(a, b, if digits == 0 { 14 } else { digits });
    count == 1 || count == 2 && first + 1 == last && swapped(a, b, first)
}
