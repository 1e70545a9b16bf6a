//! The annexes of a decree, numbered within a programme: lists as they were approved, and later
//! ones that say who was removed and who was added.
//!
//! An annex is never changed; each binds the digest of the one before, so that none can be taken
//! out of the row.

use base::id::kind;
use base::{Day, Id, Rupiah};

use crate::digest::Feed;

/// What an annex holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AnnexKind {
    /// A whole list, as approved.
    List(Id<kind::Proposal>),
    /// Who was removed and who was added since the annex before.
    Amendment,
}

impl AnnexKind {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            AnnexKind::List(_) => "list",
            AnnexKind::Amendment => "amendment",
        }
    }
}

/// An annex, without its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annex {
    /// Of what.
    pub programme: Id<kind::Programme>,
    /// Which, 1 for the first.
    pub number: u32,
    /// What it holds.
    pub kind: AnnexKind,
    /// Who made it.
    pub made_by: Id<kind::User>,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub made_at_ms: i64,
    /// People added.
    pub added: u32,
    /// People removed.
    pub removed: u32,
    /// What was bound for those added.
    pub bound: Rupiah,
    /// What was freed by those removed.
    pub freed: Rupiah,
    /// The digest that stands on its pages.
    pub hash: [u8; 32],
}

/// The decree that an annex belongs to, as the office that signed it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decree {
    /// Its number.
    pub number: Box<str>,
    /// Its day.
    pub day: Day,
}

impl Decree {
    /// A decree with this number; none for a number that is empty or too long.
    pub fn new(number: &str, day: Day) -> Option<Decree> {
        let number = number.trim();
        let fits = (1..=DECREE_CHARS).contains(&number.chars().count());
        let plain = !number.chars().any(char::is_control);
        (fits && plain).then(|| Decree { number: number.into(), day })
    }
}

/// Characters of the number of a decree.
const DECREE_CHARS: usize = 80; // not law: longer than any that is written

/// The identifier that stands on the pages of an annex: the same annex gives the same one.
pub fn document_id(programme: Id<kind::Programme>, number: u32) -> Id<Annex> {
    Feed::new("annex-document").part(programme.as_bytes()).number(i64::from(number)).id()
}

/// The digest of an amendment: programme, number, the annex before, and the changes in it in order.
pub fn amendment_hash(
    programme: Id<kind::Programme>,
    number: u32,
    before: [u8; 32],
    changes: &[[u8; 32]],
) -> [u8; 32] {
    let feed = Feed::new("annex").part(programme.as_bytes()).number(i64::from(number));
    let feed = feed.part(&before);
    changes.iter().fold(feed, |feed, change| feed.part(change)).finish()
}

/// What the square code on each page says: that it is an annex of Payung, which one, and its
/// digest; letters and digits only, so that the code stays small.
pub fn page_code(document: Id<Annex>, hash: &[u8; 32]) -> String {
    let hash: String = hash.iter().map(|byte| format!("{byte:02X}")).collect();
    format!("{PAGE_HEAD}{}:{hash}", document.to_string().to_uppercase())
}

/// What the square code of a page begins with.
const PAGE_HEAD: &str = "PAYUNG:LAMPIRAN:";

/// What a page says of itself: which annex it is of, by its square code, and the digest; the digest
/// alone when that is what was typed. Small letters and breaks of lines are nothing wrong.
pub fn read_page(said: &str) -> Option<(Option<Id<Annex>>, [u8; 32])> {
    let said: String = said.chars().filter(|c| !c.is_whitespace()).collect();
    let said = said.to_uppercase();
    let Some(rest) = said.strip_prefix(PAGE_HEAD) else { return Some((None, read_hash(&said)?)) };
    let (document, hash) = rest.split_once(':')?;
    let document = Id::parse(&document.to_lowercase()).ok()?;
    Some((Some(document), read_hash(hash)?))
}

fn read_hash(text: &str) -> Option<[u8; 32]> {
    let mut hash = [0; 32];
    if text.len() != 2 * hash.len() || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    for (at, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok()?;
    }
    Some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn programme() -> Id<kind::Programme> {
        Id::from_bytes([7; 16])
    }

    #[test]
    fn an_amendment_binds_the_annex_before_and_every_change() {
        let first = amendment_hash(programme(), 2, [1; 32], &[[2; 32], [3; 32]]);
        assert_eq!(first, amendment_hash(programme(), 2, [1; 32], &[[2; 32], [3; 32]]));
        for other in [
            amendment_hash(programme(), 3, [1; 32], &[[2; 32], [3; 32]]),
            amendment_hash(programme(), 2, [9; 32], &[[2; 32], [3; 32]]),
            amendment_hash(programme(), 2, [1; 32], &[[3; 32], [2; 32]]),
            amendment_hash(programme(), 2, [1; 32], &[[2; 32]]),
        ] {
            assert_ne!(first, other);
        }
    }

    #[test]
    fn what_a_page_says_is_read_back() {
        let document = document_id(programme(), 2);
        let code = page_code(document, &[0xab; 32]);
        assert_eq!(read_page(&code), Some((Some(document), [0xab; 32])));
        let typed = code.to_lowercase().replace("lampiran:", "lampiran:\n ");
        assert_eq!(read_page(&typed), Some((Some(document), [0xab; 32])));
        assert_eq!(read_page(&"ab".repeat(32)), Some((None, [0xab; 32])));
        let (short, signed) = ("ab".repeat(31), format!("+b{}", "ab".repeat(31)));
        let foreign = code.replace("LAMPIRAN", "KARTU");
        for wrong in ["", "AB", &code[..code.len() - 1], &short, &signed, &foreign] {
            assert_eq!(read_page(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_code_on_a_page_is_short_and_names_nobody() {
        let code = page_code(document_id(programme(), 2), &[0xab; 32]);
        assert_eq!(code.len(), "PAYUNG:LAMPIRAN:".len() + 36 + 1 + 64);
        let plain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || ":-".contains(c);
        assert!(code.chars().all(plain), "{code}");
        assert_ne!(document_id(programme(), 1), document_id(programme(), 2));
    }
}
