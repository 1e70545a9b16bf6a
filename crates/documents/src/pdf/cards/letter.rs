//! A letter with a card on it: the address stands where an envelope of 220 × 110 mm has its window.

use krilla::Document;

use super::super::Faces;
use super::super::page::{A4, Align, FAINT, INK, MM, RULE, Shape, Type, add_page, write};
use super::face::CARD;
use super::{CardFace, CardLabels, Drawing, draw_marks_around};
use crate::workbook::WriteProblem;

const EDGE: f32 = 25.0 * MM;
/// The window: 20 mm from the left, 50 mm from above, 90 × 40 mm; text keeps off its edges.
const WINDOW: (f32, f32) = (25.0 * MM, 58.0 * MM);
const WINDOW_WIDTH: f32 = 80.0 * MM;
const CARD_AT: (f32, f32) = ((A4.0 - CARD.0) / 2.0, 200.0 * MM);

pub(super) fn draw(
    document: &mut Document,
    cards: &[CardFace],
    labels: &CardLabels,
    faces: &Faces,
) -> Result<(), WriteProblem> {
    let mut drawing = Drawing::new(labels, faces);
    for card in cards {
        add_page(document, A4, |surface| {
            draw_words(surface, card, labels, faces);
            drawing.card(surface, card, CARD_AT);
            draw_marks_around(surface, CARD_AT);
            draw_folds(surface);
        });
    }
    drawing.drawn
}

fn draw_words(
    surface: &mut krilla::surface::Surface<'_>,
    card: &CardFace,
    labels: &CardLabels,
    faces: &Faces,
) {
    let (words, width) = (&labels.letter, A4.0 - 2.0 * EDGE);
    let regular = Type { face: &faces.regular, size: 11.0, colour: INK };
    let bold = Type { face: &faces.bold, ..regular };
    let small = Type { size: 8.5, colour: FAINT, ..regular };
    let mut line = |look: Type<'_>, (x, y, width): (f32, f32, f32), text: &str| {
        let text = look.face.cut(&look.face.printable(text), look.size, width);
        write(surface, look, (x, y, width), Align::Left, &text);
    };
    line(bold, (EDGE, 25.0 * MM, width), &words.sender);
    let (x, y) = WINDOW;
    line(small, (x, y, WINDOW_WIDTH), &words.to);
    line(bold, (x, y + 15.0, WINDOW_WIDTH), &card.name);
    line(regular, (x, y + 30.0, WINDOW_WIDTH), &card.sheet_heading);
    let mut y = 110.0 * MM;
    line(bold, (EDGE, y, width), &words.subject);
    y += 22.0;
    for paragraph in &words.paragraphs {
        for text in faces.regular.lines(paragraph, regular.size, width, 8) {
            line(regular, (EDGE, y, width), &text);
            y += 15.0;
        }
        y += 7.0;
    }
}

/// Where to fold the sheet in three, so that the address comes to lie in the window.
fn draw_folds(surface: &mut krilla::surface::Surface<'_>) {
    let mut marks = Shape::default();
    for fold in [105.0 * MM, 192.0 * MM] {
        marks.line((6.0 * MM, fold), (11.0 * MM, fold));
    }
    marks.stroke(surface, RULE, 0.4);
}
