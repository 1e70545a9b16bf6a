//! The arithmetic of the examples: `32.268 × (10.000 + 6.800) × 3`, `2 % × 1.000.000`.
//!
//! Dots group, a comma is decimal; everything is exact, and a result that is no whole number has
//! none.

/// Parts in a whole, for per cent.
const PER_CENT: i128 = 100; // not law: per cent

/// A fraction, numerator and positive denominator.
type Fraction = (i128, i128);

/// The value of an expression, when it is one and whole.
pub fn evaluate(text: &str) -> Option<i64> {
    let mut rest = text.trim();
    let (top, bottom) = sum(&mut rest)?;
    let whole = rest.is_empty() && top % bottom == 0;
    whole.then(|| i64::try_from(top / bottom).ok())?
}

fn sum(rest: &mut &str) -> Option<Fraction> {
    let mut left = product(rest)?;
    loop {
        let sign = if eat(rest, "+") {
            1
        } else if eat(rest, "-") || eat(rest, "−") {
            -1
        } else {
            return Some(left);
        };
        let right = product(rest)?;
        left = (left.0 * right.1 + sign * right.0 * left.1, left.1 * right.1);
    }
}

fn product(rest: &mut &str) -> Option<Fraction> {
    let mut left = factor(rest)?;
    while eat(rest, "×") || eat(rest, "x") {
        let right = factor(rest)?;
        left = (left.0 * right.0, left.1 * right.1);
    }
    Some(left)
}

fn factor(rest: &mut &str) -> Option<Fraction> {
    let value = if eat(rest, "(") {
        let inner = sum(rest)?;
        eat(rest, ")").then_some(inner)?
    } else {
        number(rest)?
    };
    Some(if eat(rest, "%") { (value.0, value.1 * PER_CENT) } else { value })
}

fn number(rest: &mut &str) -> Option<Fraction> {
    let in_number = |c: char| c.is_ascii_digit() || c == '.' || c == ',';
    let end = rest.find(|c| !in_number(c)).unwrap_or(rest.len());
    let (digits, after) = rest.split_at(end);
    *rest = after.trim_start();
    let (whole, decimals) = digits.split_once(',').unwrap_or((digits, ""));
    let top: i128 = format!("{}{decimals}", whole.replace('.', "")).parse().ok()?;
    Some((top, 10i128.pow(u32::try_from(decimals.len()).ok()?)))
}

fn eat(rest: &mut &str, mark: &str) -> bool {
    match rest.strip_prefix(mark) {
        Some(after) => {
            *rest = after.trim_start();
            true
        }
        None => false,
    }
}

#[test]
fn expressions_are_exact() {
    for (text, expect) in [
        ("10.000 + 6.800", Some(16_800)),
        ("32.268 × (10.000 + 6.800) × 3", Some(1_626_307_200)),
        ("2 % × 1.000.000", Some(20_000)),
        ("0,24 % × 3.000.000", Some(7_200)),
        ("3 × 16.800 + 9 × 8.400", Some(126_000)),
        ("1 % × 6.850", None),
        ("10.000 - 99 % × 10.000", Some(100)),
        ("10.000 +", None),
        ("", None),
    ] {
        assert_eq!(evaluate(text), expect, "{text}");
    }
}
