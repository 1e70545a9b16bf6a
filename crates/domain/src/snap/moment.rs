//! Moments as SNAP writes them: `2022-10-24T12:00:00+07:00`.

use base::Day;

const SECOND_MS: i64 = 1_000; // not law: a second
const DAY_MS: i64 = 86_400_000; // not law: a day
/// Western Indonesian Time, in which banks write and their days begin.
const WIB_MS: i64 = 7 * 3_600_000; // not law: an hour

fn epoch() -> Day {
    Day::new(1970, 1, 1).expect("the epoch is a day") // not law: where moments begin
}

/// Milliseconds since 1970-01-01 UTC of a moment with its offset; fractions of a second may stand
/// in it.
pub fn parse(text: &str) -> Option<i64> {
    if !text.is_ascii() || text.get(10..11)? != "T" {
        return None;
    }
    let day = Day::parse_iso(text.get(..10)?)?;
    let (clock, rest) = (text.get(11..19)?, text.get(19..)?);
    let (fraction_ms, offset) = fraction(rest)?;
    let of_day = clock_ms(clock)? + fraction_ms;
    let midnight = i64::from(epoch().days_until(day)) * DAY_MS;
    Some(midnight + of_day - offset_ms(offset)?)
}

/// The moment in Western Indonesian Time.
pub fn print(unix_ms: i64) -> String {
    let local = unix_ms + WIB_MS;
    let seconds = local.rem_euclid(DAY_MS) / SECOND_MS;
    let (hour, minute, second) = (seconds / 60 / 60, seconds / 60 % 60, seconds % 60);
    format!("{}T{hour:02}:{minute:02}:{second:02}+07:00", day_of(unix_ms))
}

/// The day of a moment in Western Indonesian Time.
pub fn day_of(unix_ms: i64) -> Day {
    let days = (unix_ms + WIB_MS).div_euclid(DAY_MS);
    epoch().plus_days(i32::try_from(days).unwrap_or(i32::MAX))
}

fn number(text: &str) -> Option<i64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

fn clock_ms(text: &str) -> Option<i64> {
    let mut parts = text.split(':');
    let (hour, minute, second) =
        (number(parts.next()?)?, number(parts.next()?)?, number(parts.next()?)?);
    let fits = text.len() == 8 && parts.next().is_none() && hour < 24 && minute < 60;
    (fits && second < 60).then_some(((hour * 60 + minute) * 60 + second) * SECOND_MS)
}

/// The milliseconds of a fraction, and what follows it.
fn fraction(rest: &str) -> Option<(i64, &str)> {
    let Some(digits) = rest.strip_prefix('.') else { return Some((0, rest)) };
    let end = digits.bytes().take_while(u8::is_ascii_digit).count();
    let (fraction, offset) = digits.split_at(end);
    if !(1..=9).contains(&end) {
        return None;
    }
    let ms = format!("{fraction:0<3}");
    Some((number(ms.get(..3)?)?, offset))
}

fn offset_ms(text: &str) -> Option<i64> {
    if text == "Z" {
        return Some(0);
    }
    let (sign, clock) = match text.split_at_checked(1)? {
        ("+", clock) => (1, clock),
        ("-", clock) => (-1, clock),
        _ => return None,
    };
    let (hours, minutes) = clock.split_once(':')?;
    let fits = hours.len() == 2 && minutes.len() == 2;
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    (fits && hours <= 14 && minutes < 60).then_some(sign * (hours * 60 + minutes) * 60 * SECOND_MS)
}
