//! A sheet of paper held against its annex: for everybody, as it names nobody.

use base::Day;
use domain::annex::{Decree, document_id, read_page};
use store::Tx;

use super::numbered;
use crate::environment::day_of_moment;
use crate::error::{AppError, typed};
use crate::office::Office;

/// What a sheet is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageVerdict {
    /// It belongs to the newest annex.
    Genuine,
    /// It belongs to an annex that later ones have changed.
    Amended,
    /// It says that it belongs to an annex, and its digest is another one's.
    Differs,
    /// No annex of this office has it.
    Unknown,
}

impl PageVerdict {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            PageVerdict::Genuine => "genuine",
            PageVerdict::Amended => "amended",
            PageVerdict::Differs => "differs",
            PageVerdict::Unknown => "unknown",
        }
    }

    /// Whether the sheet is of an annex of this office, as it was made.
    pub fn is_ours(self) -> bool {
        matches!(self, PageVerdict::Genuine | PageVerdict::Amended)
    }
}

/// A sheet that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageChecked {
    /// What it is.
    pub verdict: PageVerdict,
    /// The annex that it belongs to, or says it does.
    pub annex: Option<PageAnnex>,
}

/// An annex as anybody may know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageAnnex {
    /// The programme: code and name.
    pub programme: (Box<str>, Box<str>),
    /// Its number.
    pub number: u32,
    /// When it was made.
    pub made_on: Day,
    /// The decree that it belongs to, where that was said.
    pub decree: Option<Decree>,
    /// The newest annex of the programme, and when that was made.
    pub newest: (u32, Day),
}

impl Office {
    /// What a page is whose square code says this, or on which this digest stands.
    ///
    /// # Errors
    /// `ANNEX_CODE` for what is neither.
    pub fn check_annex_page(&self, said: &str) -> Result<PageChecked, AppError> {
        let read = read_page(said);
        let (document, hash) = read.ok_or_else(|| AppError::refused("ANNEX_CODE", typed(said)))?;
        self.store.read(|tx| {
            let mut differs = None;
            for (annex, own_document, own_hash) in known(tx)? {
                let is_named = document == Some(own_document);
                if own_hash == hash && (is_named || document.is_none()) {
                    let verdict = match annex.number == annex.newest.0 {
                        true => PageVerdict::Genuine,
                        false => PageVerdict::Amended,
                    };
                    return Ok(PageChecked { verdict, annex: Some(annex) });
                }
                if is_named {
                    differs = Some(annex);
                }
            }
            let verdict = match differs {
                Some(_) => PageVerdict::Differs,
                None => PageVerdict::Unknown,
            };
            Ok(PageChecked { verdict, annex: differs })
        })
    }
}

type Known = (PageAnnex, base::Id<domain::annex::Annex>, [u8; 32]);

/// Every annex of the office, with what its pages say.
fn known(tx: &mut Tx<'_>) -> Result<Vec<Known>, AppError> {
    let mut found = Vec::new();
    for programme in store::programmes::list(tx)? {
        let annexes = numbered(tx, &programme)?;
        let day = |at_ms: i64| day_of_moment(at_ms.unsigned_abs());
        let Some(newest) = annexes.last().map(|last| (last.number, day(last.made_at_ms))) else {
            continue;
        };
        let mut decrees = store::annexes::decrees(tx, programme.id)?;
        found.extend(annexes.into_iter().map(|annex| {
            let shown = PageAnnex {
                programme: (programme.code.clone(), programme.name.clone()),
                number: annex.number,
                made_on: day(annex.made_at_ms),
                decree: decrees.remove(&annex.number),
                newest,
            };
            (shown, document_id(programme.id, annex.number), annex.hash)
        }));
    }
    Ok(found)
}
