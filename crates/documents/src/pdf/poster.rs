//! A poster for the wall of a village hall, A4: what to do in large words, and a square code that
//! leads to the page which does it.

use krilla::Document;
use krilla::geom::Transform;

use super::page::{A4, Align, FAINT, INK, MM, TEAL, Type, add_page, write};
use super::{Faces, seal};
use crate::workbook::{DocumentInfo, WriteProblem};

const EDGE: f32 = 20.0 * MM;
/// How many times the code of a page's seal it is.
const LARGER: f32 = 4.5;

/// What a poster says.
#[derive(Debug, Clone, Default)]
pub struct PosterSheet {
    /// In the largest letters.
    pub title: String,
    /// What to do, one after the other.
    pub steps: Vec<String>,
    /// Where the code leads; printed below it too.
    pub address: String,
    /// Who hangs it up.
    pub foot: String,
}

/// Writes the poster.
///
/// # Errors
/// [`WriteProblem::TooLarge`] for an address that no code holds.
pub fn poster_pdf(sheet: &PosterSheet, info: &DocumentInfo) -> Result<Vec<u8>, WriteProblem> {
    let faces = Faces::load();
    let squares = seal::Squares::of(&sheet.address)?;
    let mut document = Document::new();
    add_page(&mut document, A4, |surface| {
        let width = A4.0 - 2.0 * EDGE;
        let mut y = 38.0 * MM;
        let mut lines = |face, size: f32, colour, align, text: &str, most| {
            let look = Type { face, size, colour };
            for line in look.face.lines(text, size, width, most) {
                write(surface, look, (EDGE, y, width), align, &line);
                y += size * 1.35;
            }
            y += size * 0.4;
        };
        lines(&faces.bold, 34.0, TEAL, Align::Centre, &sheet.title, 2);
        for (step, number) in sheet.steps.iter().zip(1..) {
            lines(&faces.regular, 17.0, INK, Align::Left, &format!("{number}. {step}"), 3);
        }
        let side = 20.0 * MM * LARGER;
        let top = A4.1 - 60.0 * MM - side;
        surface.push_transform(&Transform::from_row(
            LARGER,
            0.0,
            0.0,
            LARGER,
            (A4.0 - side) / 2.0,
            top,
        ));
        let code = seal::graphic(surface, &squares);
        surface.draw_graphic(code);
        surface.pop();
        let mono = Type { face: &faces.mono_bold, size: 13.0, colour: INK };
        let address = mono.face.cut(&mono.face.printable(&sheet.address), mono.size, width);
        write(surface, mono, (EDGE, top + side + 28.0, width), Align::Centre, &address);
        let small = Type { face: &faces.regular, size: 10.0, colour: FAINT };
        let foot = small.face.cut(&small.face.printable(&sheet.foot), small.size, width);
        write(surface, small, (EDGE, A4.1 - 18.0 * MM, width), Align::Centre, &foot);
    });
    super::finished(document, info)
}
