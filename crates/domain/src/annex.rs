//! The annexes of a decree, numbered within a programme: lists as they were approved, and later
//! ones that say who was removed and who was added.
//!
//! An annex is never changed; each binds the digest of the one before, so that none can be taken
//! out of the row.

use base::id::kind;
use base::{Id, Rupiah};

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
    format!("PAYUNG:LAMPIRAN:{}:{hash}", document.to_string().to_uppercase())
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
    fn the_code_on_a_page_is_short_and_names_nobody() {
        let code = page_code(document_id(programme(), 2), &[0xab; 32]);
        assert_eq!(code.len(), "PAYUNG:LAMPIRAN:".len() + 36 + 1 + 64);
        let plain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || ":-".contains(c);
        assert!(code.chars().all(plain), "{code}");
        assert_ne!(document_id(programme(), 1), document_id(programme(), 2));
    }
}
