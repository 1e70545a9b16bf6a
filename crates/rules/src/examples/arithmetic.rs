//! The arithmetic of the examples: `32.268 × (10.000 + 6.800) × 3`, `2 % × 1.000.000`.
//!
//! Dots group, a comma is decimal; everything is exact, and a result that is no whole number has
//! none. `bulat(…)` rounds halves up, `terkecil(… ; …)` and `terbesar(… ; …)` choose.

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
    loop {
        if eat(rest, "×") || eat(rest, "x") {
            let right = factor(rest)?;
            left = (left.0 * right.0, left.1 * right.1);
        } else if eat(rest, "÷") {
            let right = factor(rest)?;
            left = (left.0 * right.1, left.1 * right.0);
        } else {
            return Some(left);
        }
    }
}

fn factor(rest: &mut &str) -> Option<Fraction> {
    let value = if eat(rest, "(") {
        let inner = sum(rest)?;
        eat(rest, ")").then_some(inner)?
    } else if eat(rest, "bulat(") {
        let (top, bottom) = sum(rest)?;
        eat(rest, ")").then_some(((2 * top + bottom).div_euclid(2 * bottom), 1))?
    } else if eat(rest, "terkecil(") {
        chosen(rest, |left, right| left.0 * right.1 <= right.0 * left.1)?
    } else if eat(rest, "terbesar(") {
        chosen(rest, |left, right| left.0 * right.1 >= right.0 * left.1)?
    } else {
        number(rest)?
    };
    Some(if eat(rest, "%") { (value.0, value.1 * PER_CENT) } else { value })
}

/// The first of two expressions if it is better, else the second.
fn chosen(rest: &mut &str, better: fn(Fraction, Fraction) -> bool) -> Option<Fraction> {
    let left = sum(rest)?;
    let right = eat(rest, ";").then(|| sum(rest))??;
    eat(rest, ")").then_some(if better(left, right) { left } else { right })
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
        ("1.000.000 ÷ 30", None),
        ("bulat(1.000.000 ÷ 30)", Some(33_333)),
        ("bulat(2,5) + bulat(2,4)", Some(5)),
        ("terkecil(6.200.000; 5.000.000) + terbesar(1; 2)", Some(5_000_002)),
        ("10.000 +", None),
        ("", None),
    ] {
        assert_eq!(evaluate(text), expect, "{text}");
    }
}
