//! Prints: the annex of a decree, a calculation, an agreement and sheets of cards, as PDF on A4.
//!
//! Nothing here reads a clock: the same input gives the same bytes. The fonts are Atkinson
//! Hyperlegible and its Mono, whose licence lies beside them. Lengths are points, 72 to the inch.

mod cards;
mod letter;
mod page;
mod poster;
mod seal;
mod table;
mod text;
mod tree;

use krilla::Document;
use krilla::metadata::{DateTime, Metadata};

use crate::workbook::{DocumentInfo, WriteProblem};

pub use cards::{CardFace, CardLabels, CardLayout, LetterWords, cards_pdf};
pub use letter::{LetterPiece, LetterSheet, letter_pdf};
pub use poster::{PosterSheet, poster_pdf};
pub use seal::PageSeal;
pub use table::{sealed_table_pdf, table_pdf};
pub use tree::{TreeLine, TreeSheet, tree_pdf};

const REGULAR: &[u8] = include_bytes!("../fonts/atkinson-hyperlegible-regular.ttf");
const BOLD: &[u8] = include_bytes!("../fonts/atkinson-hyperlegible-bold.ttf");
const MONO: &[u8] = include_bytes!("../fonts/atkinson-hyperlegible-mono.ttf");
const MONO_BOLD: &[u8] = include_bytes!("../fonts/atkinson-hyperlegible-mono-bold.ttf");

/// The fonts of one document.
struct Faces {
    regular: text::Face,
    bold: text::Face,
    mono: text::Face,
    mono_bold: text::Face,
}

impl Faces {
    fn load() -> Faces {
        Faces {
            regular: text::Face::new(REGULAR),
            bold: text::Face::new(BOLD),
            mono: text::Face::new(MONO),
            mono_bold: text::Face::new(MONO_BOLD),
        }
    }
}

/// Closes the document with what it says about itself.
fn finished(mut document: Document, info: &DocumentInfo) -> Result<Vec<u8>, WriteProblem> {
    let mut metadata = Metadata::new().title(info.title.clone()).producer("Payung".to_owned());
    if !info.language.is_empty() {
        metadata = metadata.language(info.language.clone());
    }
    if !info.author.is_empty() {
        metadata = metadata.authors(vec![info.author.clone()]);
    }
    if let Some(day) = info.created {
        let date = DateTime::new(day.year().unsigned_abs())
            .month(day.month().unsigned_abs())
            .day(day.day().unsigned_abs());
        metadata = metadata.creation_date(date);
    }
    document.set_metadata(metadata);
    document.finish().map_err(|_| WriteProblem::Refused)
}

#[cfg(test)]
mod tests;
