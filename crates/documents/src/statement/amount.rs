//! Days and amounts as banks print them. Grouping is checked: "1.626.30" is no amount.

use base::{Day, Rupiah};

use super::SEN;

/// Which way money goes, as the account's holder sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    /// Out.
    Debit,
    /// In.
    Credit,
}

/// An amount as printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Money {
    /// Whole rupiah, without sign.
    pub(super) whole: i64,
    /// Hundredths.
    pub(super) sen: u8,
    /// Whether it carries a minus or stands in brackets.
    pub(super) negative: bool,
    /// What a mark such as "CR" behind the digits says.
    pub(super) direction: Option<Direction>,
}

impl Money {
    /// The amount without sign, in sen.
    pub(super) fn amount(self) -> Rupiah {
        Rupiah(self.whole.saturating_mul(SEN).saturating_add(i64::from(self.sen)))
    }

    /// The amount with its sign, in sen.
    pub(super) fn signed(self) -> Rupiah {
        let overdrawn = self.negative || self.direction == Some(Direction::Debit);
        if overdrawn { Rupiah(-self.amount().0) } else { self.amount() }
    }
}

/// Reads "1.626.307.200,00", "1,626,307,200.00", "(500)", "Rp 500.000,00 CR" or "-500".
pub(super) fn parse(text: &str) -> Option<Money> {
    let upper = text.trim().to_uppercase().replace('\u{a0}', " ");
    let (body, direction) = without_mark(upper.trim());
    let body = body.trim();
    let body = match body.strip_prefix("IDR").or_else(|| body.strip_prefix("RP")) {
        Some(after) => after.trim_start_matches(['.', ' ']),
        None => body,
    };
    let (body, negative) = match body {
        _ if body.starts_with('(') && body.ends_with(')') => (&body[1..body.len() - 1], true),
        _ if body.starts_with('-') => (&body[1..], true),
        _ if body.ends_with(",-") => (&body[..body.len() - 2], false),
        _ if body.ends_with('-') => (&body[..body.len() - 1], true),
        _ => (body.trim_start_matches('+'), false),
    };
    let (whole, sen) = digits(body.trim())?;
    Some(Money { whole, sen, negative, direction })
}

/// Takes a mark of direction off either end.
fn without_mark(text: &str) -> (&str, Option<Direction>) {
    let is_letter = |c: char| c.is_ascii_alphabetic();
    let tail = text.trim_end_matches(is_letter).len();
    if let Some(found) = direction(&text[tail..]) {
        return (&text[..tail], Some(found));
    }
    let head = text.len() - text.trim_start_matches(is_letter).len();
    match direction(&text[..head]) {
        Some(found) => (&text[head..], Some(found)),
        None => (text, None),
    }
}

/// Reads a mark: D, DB, DEBET or K, CR, KREDIT.
pub(super) fn direction(mark: &str) -> Option<Direction> {
    match mark.trim().trim_end_matches('.').to_uppercase().as_str() {
        "D" | "DB" | "DR" | "DEBET" | "DEBIT" | "KELUAR" | "-" => Some(Direction::Debit),
        "K" | "C" | "CR" | "KR" | "KREDIT" | "CREDIT" | "MASUK" | "+" => Some(Direction::Credit),
        _ => None,
    }
}

/// Whether a remark says that the line undoes another: "KOREKSI", "REVERSAL", "RETUR", "BATAL".
pub(super) fn is_reversal(remark: &str) -> bool {
    let upper = remark.to_uppercase();
    let mut words = upper.split(|c: char| !c.is_alphanumeric());
    words.any(|word| REVERSAL_WORDS.contains(&word))
}

const REVERSAL_WORDS: [&str; 7] =
    ["KOREKSI", "REVERSAL", "RETUR", "RTR", "PEMBATALAN", "BATAL", "KORR"];

/// The most whole rupiah that an amount may be.
const WHOLE_MOST: i64 = i64::MAX / SEN / 100;

/// Digits in groups of three, with at most two decimals after the other separator.
fn digits(body: &str) -> Option<(i64, u8)> {
    let last = body.rfind(['.', ',']);
    let (whole, decimals) = match last {
        Some(at) => {
            let mark = &body[at..=at];
            let single = body.matches(mark).count() == 1;
            let after = &body[at + 1..];
            // One separator with three digits behind it groups; with one or two it is decimal.
            if single && after.len() < 3 { (&body[..at], after) } else { (body, "") }
        }
        None => (body, ""),
    };
    let grouped = whole.contains(['.', ',', ' ']);
    let groups: Vec<&str> = whole.split(['.', ',', ' ']).collect();
    let kinds = ['.', ',', ' '].iter().filter(|mark| whole.contains(**mark)).count();
    let plain = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let threes = groups.iter().skip(1).all(|group| group.len() == 3) && groups[0].len() <= 3;
    if kinds > 1 || !groups.iter().all(plain) || (grouped && !threes) {
        return None;
    }
    let sen = match decimals {
        "" => 0,
        _ if !decimals.bytes().all(|byte| byte.is_ascii_digit()) => return None,
        one if one.len() == 1 => one.parse::<u8>().ok()? * 10,
        two => two.parse().ok()?,
    };
    // What no account holds is unreadable: a hundred of it in sen still adds up.
    let whole: i64 = groups.concat().parse().ok()?;
    (whole <= WHOLE_MOST).then_some((whole, sen))
}

/// Reads 01/10/2022, 1-10-22, 2022-10-01, "1 Okt 2022", with or without a time behind it.
pub(super) fn day(text: &str) -> Option<Day> {
    let text = text.trim();
    let parts: Vec<&str> = text
        .split(['/', '-', '.', ' ', 'T', ','])
        .filter(|part| !part.is_empty())
        .take(3)
        .collect();
    let [first, second, third] = parts[..] else { return None };
    let number = |part: &str| part.parse::<i16>().ok().filter(|number| *number >= 0);
    let month = match number(second) {
        Some(month) => i8::try_from(month).ok()?,
        None => month_named(second)?,
    };
    let (year, day) = if first.len() == 4 {
        (number(first)?, number(third)?)
    } else {
        let year = number(third)?;
        (if third.len() == 2 { 2000 + year } else { year }, number(first)?)
    };
    // A bank books nothing before there were computers; such a year is a misread column.
    Day::new(year, month, i8::try_from(day).ok()?).filter(|day| day.year() >= 1970)
}

/// Reads "Periode: 01/10/2022 - 31/10/2022" or "Period 01 Oct 2022 s/d 31 Oct 2022".
pub(super) fn period(text: &str) -> Option<(Day, Day)> {
    let lower = text.to_lowercase();
    if !lower.contains("period") {
        return None;
    }
    let from = lower.find(|c: char| c.is_ascii_digit())?;
    let dates = &lower[from..];
    let parts = [" s/d ", " s.d. ", " sd ", " sampai ", " to ", " - ", " – "];
    let (one, other) = parts.iter().find_map(|mark| dates.split_once(mark))?;
    let (from, to) = (day(one)?, day(other)?);
    (from <= to).then_some((from, to))
}

fn month_named(name: &str) -> Option<i8> {
    let name = name.to_lowercase();
    let head = name.get(..3)?;
    let found = MONTHS.iter().position(|names| names.contains(&head))?;
    i8::try_from(found + 1).ok()
}

/// The first three letters of every month, in Indonesian and English.
const MONTHS: [&[&str]; 12] = [
    &["jan"],
    &["feb", "peb"],
    &["mar"],
    &["apr"],
    &["mei", "may"],
    &["jun"],
    &["jul"],
    &["agu", "aug", "ags"],
    &["sep"],
    &["okt", "oct"],
    &["nov", "nop"],
    &["des", "dec"],
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn amounts_are_read_as_banks_print_them() {
        for (text, expect) in [
            ("1.626.307.200,00", Some((1_626_307_200, 0, false))),
            ("1,626,307,200.00", Some((1_626_307_200, 0, false))),
            ("1626307200", Some((1_626_307_200, 0, false))),
            ("1626307200.5", Some((1_626_307_200, 50, false))),
            ("Rp 500.000,-", Some((500_000, 0, false))),
            ("(500.000,25)", Some((500_000, 25, true))),
            ("-500", Some((500, 0, true))),
            ("500-", Some((500, 0, true))),
            ("1.500", Some((1_500, 0, false))),
            ("0,00", Some((0, 0, false))),
            (".50", None),
            ("Rp.50", Some((50, 0, false))),
            ("1.626.30", None),
            ("1.626.307.200.00", None),
            ("1,62,307", None),
            ("1.626,307.200", None),
            ("dua", None),
            ("", None),
            ("99999999999999999999", None),
        ] {
            let found = parse(text).map(|money| (money.whole, money.sen, money.negative));
            assert_eq!(found, expect, "{text}");
        }
        for (text, direction) in [
            ("500.000,00 CR", Some(Direction::Credit)),
            ("500.000,00DB", Some(Direction::Debit)),
            ("D 500", Some(Direction::Debit)),
            ("IDR 500", None),
        ] {
            assert_eq!(parse(text).map(|money| money.direction), Some(direction), "{text}");
        }
    }

    #[test]
    fn the_days_a_statement_covers_are_read() {
        let october = Day::new(2022, 10, 1).zip(Day::new(2022, 10, 31));
        for text in [
            "Periode: 01/10/2022 - 31/10/2022",
            "PERIODE 1 Oktober 2022 s/d 31 Oktober 2022",
            "Period : 2022-10-01 to 2022-10-31",
        ] {
            assert_eq!(period(text), october, "{text}");
        }
        for text in
            ["01/10/2022 - 31/10/2022", "Periode Oktober", "Periode 31/10/2022 - 01/10/2022"]
        {
            assert_eq!(period(text), None, "{text}");
        }
    }

    #[test]
    fn days_are_read_as_banks_print_them() {
        for text in [
            "01/10/2022",
            "1-10-22",
            "01.10.2022",
            "2022-10-01",
            "1 Okt 2022",
            "01 Oct 2022",
            "01/10/2022 08:15:00",
            "2022-10-01T08:15:00",
        ] {
            assert_eq!(day(text), Day::new(2022, 10, 1), "{text}");
        }
        for text in ["31/02/2022", "01/10", "", "Total", "10/2022", "1/1/1900"] {
            assert_eq!(day(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in "\\PC{0,30}") {
            let _ = (parse(&text), day(&text));
        }

        #[test]
        fn printed_amounts_read_back(amount in 0..=WHOLE_MOST) {
            let printed = Rupiah(amount).to_string();
            prop_assert_eq!(parse(&printed).map(|money| money.whole), Some(amount));
        }

        #[test]
        fn what_no_account_holds_is_unreadable(amount in WHOLE_MOST + 1..=i64::MAX) {
            prop_assert!(parse(&amount.to_string()).is_none());
        }
    }
}
