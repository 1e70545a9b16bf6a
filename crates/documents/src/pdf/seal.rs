//! The seal at the foot of every page of a frozen list: a square code and the same in letters, so
//! that a single sheet can be told from one of another list.

use krilla::geom::Transform;
use krilla::graphic::Graphic;
use krilla::surface::Surface;
use qrcodegen::{QrCode, QrCodeEcc};

use super::Faces;
use super::page::{Align, FAINT, INK, MARGIN, MM, Shape, Type, write};
use crate::workbook::WriteProblem;

/// The side of the code, its quiet margin left out.
const SIDE: f32 = 20.0 * MM;
/// The room that a seal takes above the foot of a page.
pub(super) const HEIGHT: f32 = SIDE + 3.0 * MM;

/// What stands on every page of a frozen list.
#[derive(Debug, Clone, Default)]
pub struct PageSeal {
    /// What the square code says: letters and digits, never who somebody is.
    pub code: String,
    /// The same in letters, beside it.
    pub lines: Vec<String>,
}

/// A code as runs of dark squares, in squares from its upper left corner.
pub(super) struct Squares {
    size: usize,
    runs: Vec<(usize, usize, usize)>,
}

impl Squares {
    /// # Errors
    /// [`WriteProblem::TooLarge`] for more than a code holds.
    pub(super) fn of(text: &str) -> Result<Squares, WriteProblem> {
        let code = QrCode::encode_text(text, QrCodeEcc::Medium);
        let code = code.map_err(|_| WriteProblem::TooLarge)?;
        let size = code.size().unsigned_abs() as usize;
        let mut runs = Vec::new();
        for row in 0..size {
            let mut column = 0;
            while column < size {
                // Outside of it everything is light.
                let dark = |column: usize| code.get_module(column as i32, row as i32);
                let long = (column..).take_while(|column| dark(*column)).count();
                if long > 0 {
                    runs.push((row, column, long));
                }
                column += long + 1;
            }
        }
        Ok(Squares { size, runs })
    }
}

/// The code, written once and drawn on every page.
pub(super) fn graphic(surface: &mut Surface<'_>, squares: &Squares) -> Graphic {
    let mut builder = surface.stream_builder();
    let mut inside = builder.surface();
    let square = SIDE / squares.size as f32;
    let mut shape = Shape::default();
    for (row, column, long) in &squares.runs {
        let (x, y) = (*column as f32 * square, *row as f32 * square);
        shape.bar(x, y, *long as f32 * square, square);
    }
    shape.fill(&mut inside, INK);
    inside.finish();
    Graphic::new(builder.finish(), false)
}

/// Draws the seal so that it ends at `bottom`: words on the left, the code at the right edge.
pub(super) fn draw(
    surface: &mut Surface<'_>,
    seal: &PageSeal,
    code: &Graphic,
    (page_width, bottom): (f32, f32),
    faces: &Faces,
) {
    let left = page_width - MARGIN - SIDE;
    surface.push_transform(&Transform::from_translate(left, bottom - SIDE));
    surface.draw_graphic(code.clone());
    surface.pop();
    let look = Type { face: &faces.mono, size: 7.0, colour: FAINT };
    let room = left - MARGIN - 4.0 * MM;
    let lines = seal.lines.iter().flat_map(|line| look.face.lines(line, look.size, room, 3));
    let lines: Vec<String> = lines.collect();
    for (index, text) in lines.iter().rev().enumerate() {
        let y = bottom - 2.0 - 9.0 * index as f32;
        write(surface, look, (MARGIN, y, room), Align::Left, text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_of_letters_and_digits_stays_small() {
        let text = format!("PAYUNG:LAMPIRAN:{}:{}", "0".repeat(36), "AB".repeat(32));
        let squares = Squares::of(&text).expect("fits");
        // The fifth size (4 × 5 + 17 squares) holds 122 letters and digits at level M; here are
        // 117.
        assert_eq!(squares.size, 37);
        // A finder pattern stands in the corner: seven dark squares in a row.
        assert_eq!(squares.runs[0], (0, 0, 7));
        let inside = |(row, column, long): &(usize, usize, usize)| *row < 37 && column + long <= 37;
        assert!(squares.runs.iter().all(inside));
        assert!(Squares::of(&"x".repeat(5_000)).is_err());
    }
}
