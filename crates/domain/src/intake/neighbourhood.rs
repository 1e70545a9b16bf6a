//! RT and RW: neighbourhood numbers as offices write them, three digits each.

use std::fmt;

/// The number of an RT or RW, 1 to 999; prints as "003".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Neighbourhood(u16);

impl Neighbourhood {
    /// A number from 1 to 999.
    pub fn new(number: u16) -> Option<Neighbourhood> {
        let most = 999; // not law: three digits
        (1..=most).contains(&number).then_some(Neighbourhood(number))
    }
}

impl fmt::Display for Neighbourhood {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:03}", self.0)
    }
}

type Pair = (Option<Neighbourhood>, Option<Neighbourhood>);

/// Reads an RT cell, which may hold both: "003/002", "RT 03 RW 02", "3", "03/".
pub(super) fn read_pair(text: &str) -> Pair {
    if let Some(labelled) = labelled(text) {
        return labelled;
    }
    let mut numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
    match (numbers.next(), numbers.next()) {
        (Some(both), None) if both.len() == 6 => (number(&both[..3]), number(&both[3..])),
        (first, second) => (first.and_then(number), second.and_then(number)),
    }
}

/// Reads "… RT 03 RW 02 …" out of an address; nothing without the label.
pub(super) fn labelled(text: &str) -> Option<Pair> {
    let (rt, rw) = (after_label(text, b"rt"), after_label(text, b"rw"));
    (rt.is_some() || rw.is_some()).then_some((rt, rw))
}

/// The number that follows a label standing as a word of its own.
fn after_label(text: &str, label: &[u8; 2]) -> Option<Neighbourhood> {
    let bytes = text.as_bytes();
    (0..bytes.len().saturating_sub(2)).find_map(|at| {
        let starts = bytes[at..at + 2].eq_ignore_ascii_case(label);
        let inside = at > 0 && bytes[at - 1].is_ascii_alphabetic();
        if !starts || inside || bytes[at + 2].is_ascii_alphabetic() {
            return None;
        }
        let is_mark = |b: &u8| matches!(b, b'.' | b' ' | b':' | b'-' | b'/');
        let gap = bytes[at + 2..].iter().take_while(|b| is_mark(b)).count();
        let start = at + 2 + gap;
        let digits = bytes[start..].iter().take_while(|b| b.is_ascii_digit()).count();
        number(&text[start..start + digits])
    })
}

fn number(digits: &str) -> Option<Neighbourhood> {
    digits.parse().ok().and_then(Neighbourhood::new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, rt: &str, rw: &str) {
        let print = |n: Option<Neighbourhood>| n.map_or(String::new(), |n| n.to_string());
        let (found_rt, found_rw) = read_pair(text);
        assert_eq!((print(found_rt), print(found_rw)), (rt.into(), rw.into()), "{text}");
    }

    #[test]
    fn both_numbers_are_read_as_written() {
        check("003/002", "003", "002");
        check("RT 03 RW 02", "003", "002");
        check("RW.02/RT.03", "003", "002");
        check("RT03/RW02", "003", "002");
        check("3", "003", "");
        check("03/", "003", "");
        check("003002", "003", "002");
        check("3.0", "003", "");
        check("-", "", "");
        check("RT", "", "");
        check("12345", "", "");
    }

    #[test]
    fn an_address_gives_them_only_with_their_label() {
        let print = |pair: Pair| pair.0.map(|rt| rt.to_string());
        assert_eq!(labelled("Dusun Krajan RT.4").map(print), Some(Some("004".into())));
        assert_eq!(labelled("Jl. Kartini No. 5"), None);
        assert_eq!(labelled("Jl. Ahmad Yani 3/2"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in "\\PC{0,24}") {
            let _ = (read_pair(&text), labelled(&text));
        }
    }
}
