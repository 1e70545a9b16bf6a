//! One card: what all share, drawn once; what is its own; and its square code.

use std::sync::Arc;

use krilla::geom::{Size, Transform};
use krilla::graphic::Graphic;
use krilla::image::{BitsPerComponent, CustomImage, Image, ImageColorspace};
use krilla::surface::Surface;
use qrcodegen::{Mask, QrCode, QrCodeEcc, QrSegment, Version};

use super::super::Faces;
use super::super::page::{Align, FAINT, INK, MM, RULE, Shape, TEAL, Type, WHITE, write};
use super::{CardFace, CardLabels};
use crate::workbook::WriteProblem;

pub(super) const CARD: (f32, f32) = (85.6 * MM, 54.0 * MM);
const INSET: f32 = 5.0 * MM;
const HEADER: f32 = 12.5 * MM;
/// The most that the side of the square code may take.
const CODE: f32 = 28.5 * MM;
/// A two-hundredth of an inch. A square of the code is so many whole ones wide: on the raster of a
/// cheap scanner all squares are of one size, three dots at least.
const DOT: f32 = 72.0 / 200.0;
const CODE_TOP: f32 = HEADER + 3.0 * MM;
/// The width beside the square code and its quiet margin of four squares.
const COLUMN: f32 = CARD.0 - 2.0 * INSET - CODE - 2.2 * MM;

/// What all cards share, written once and drawn often.
pub(super) fn blank_card(surface: &mut Surface<'_>, labels: &CardLabels, faces: &Faces) -> Graphic {
    let mut builder = surface.stream_builder();
    let mut card = builder.surface();
    let radius = 3.18 * MM;
    let mut header = Shape::default();
    header.card((0.0, 0.0), (CARD.0, HEADER + radius), radius);
    header.fill(&mut card, TEAL);
    let mut body = Shape::default();
    body.bar(0.0, HEADER, CARD.0, radius + 1.0);
    body.fill(&mut card, WHITE);
    let mut edge = Shape::default();
    edge.card((0.0, 0.0), CARD, radius);
    edge.stroke(&mut card, RULE, 0.6);
    draw_umbrella(&mut card, (INSET + 11.0, HEADER / 2.0 + 1.0), 11.0);
    let small = |face, size, colour| Type { face, size, colour };
    let text_left = INSET + 29.0;
    let room = CARD.0 - text_left - INSET;
    let line = |text: &str, size: f32, room: f32| {
        faces.regular.cut(&faces.regular.printable(text), size, room)
    };
    let title = line(&labels.title, 7.5, room);
    let white = small(&faces.regular, 7.5, WHITE);
    write(&mut card, white, (text_left, 14.0, room), Align::Left, &title);
    let label = small(&faces.regular, 6.0, FAINT);
    for (text, y) in
        [(&labels.village, VILLAGE), (&labels.paid_until, PAID), (&labels.number, NUMBER)]
    {
        write(&mut card, label, (INSET, y - 9.0, COLUMN), Align::Left, &line(text, 6.0, COLUMN));
    }
    let width = CARD.0 - 2.0 * INSET;
    let mut strip = Shape::default();
    strip.bar(INSET, CARD.1 - 15.0, width, 0.5);
    strip.fill(&mut card, RULE);
    let notice = line(&labels.not_official_line, 6.5, width);
    let at = (INSET, CARD.1 - 6.5, width);
    write(&mut card, small(&faces.regular, 6.5, INK), at, Align::Left, &notice);
    card.finish();
    Graphic::new(builder.finish(), false)
}

/// Base lines on the card, beside the square code.
const VILLAGE: f32 = 87.0;
const PAID: f32 = 107.5;
const NUMBER: f32 = 130.5;

/// What is this card's own.
pub(super) fn draw_card(
    surface: &mut Surface<'_>,
    card: &CardFace,
    labels: &CardLabels,
    faces: &Faces,
) -> Result<(), WriteProblem> {
    let text_left = INSET + 29.0;
    let room = CARD.0 - text_left - INSET;
    let bold = |size, colour| Type { face: &faces.bold, size, colour };
    let fit =
        |text: &str, size: f32, room: f32| faces.bold.cut(&faces.bold.printable(text), size, room);
    let programme = fit(&card.programme, 10.0, room);
    write(surface, bold(10.0, WHITE), (text_left, 26.5, room), Align::Left, &programme);
    let (size, lines) = name_lines(&card.name, faces, COLUMN);
    let first = if lines.len() == 1 { 60.0 } else { 50.5 };
    for (index, line) in lines.iter().enumerate() {
        let at = (INSET, first + index as f32 * (size + 2.0), COLUMN);
        write(surface, bold(size, INK), at, Align::Left, line);
    }
    for (text, y, size) in [(&card.village, VILLAGE, 8.0), (&card.paid_until, PAID, 9.5)] {
        let text = fit(text, size, COLUMN);
        write(surface, bold(size, INK), (INSET, y, COLUMN), Align::Left, &text);
    }
    let number = faces.mono_bold.printable(&grouped_number(&card.number));
    // A number is never cut: it is set smaller until it fits.
    let wide = faces.mono_bold.width(&number, 1.0).max(1.0);
    let size = (COLUMN / wide).min(10.5);
    let mono = Type { face: &faces.mono_bold, size, colour: INK };
    write(surface, mono, (INSET, NUMBER, COLUMN), Align::Left, &number);
    if !card.kpj.is_empty() {
        let text = faces.mono.printable(&format!("{} {}", labels.kpj, card.kpj));
        let look = Type { face: &faces.mono, size: 6.5, colour: INK };
        let width = CARD.0 - 2.0 * INSET;
        write(surface, look, (INSET, CARD.1 - 6.5, width), Align::Right, &text);
    }
    match card.code.is_empty() {
        true => Ok(()),
        false => draw_code(surface, &card.code),
    }
}

/// So many dots of the picture to a square, each way: a dot of the raster, where a square is
/// three wide. Viewers blur a picture that they enlarge: of one dot to a square zbar reads hardly
/// any code off a raster of 200 dots to the inch, of two not quite every one.
const FINE: usize = 3;

/// A square code as a picture in greys.
#[derive(Clone, Hash)]
struct Dots {
    side: u32,
    dots: Arc<[u8]>,
}

impl CustomImage for Dots {
    fn color_channel(&self) -> &[u8] {
        &self.dots
    }

    fn alpha_channel(&self) -> Option<&[u8]> {
        None
    }

    fn bits_per_component(&self) -> BitsPerComponent {
        BitsPerComponent::Eight
    }

    fn size(&self) -> (u32, u32) {
        (self.side, self.side)
    }

    fn icc_profile(&self) -> Option<&[u8]> {
        None
    }

    fn color_space(&self) -> ImageColorspace {
        ImageColorspace::Luma
    }
}

/// What the code is masked with. Weighing all eight masks takes half the time of a card, to keep
/// long runs of one colour out; a signature is as even as chance under any of them, and every one
/// of a thousand rasters is read (`cargo xtask cards scan`).
const MASK: u8 = 6;
/// The largest code that a card has room for.
const VERSION_MOST: u8 = 13;

fn draw_code(surface: &mut Surface<'_>, text: &str) -> Result<(), WriteProblem> {
    let segments = QrSegment::make_segments(text);
    let (least, most) = (Version::new(1), Version::new(VERSION_MOST));
    let (quartile, mask) = (QrCodeEcc::Quartile, Some(Mask::new(MASK)));
    let code = QrCode::encode_segments_advanced(&segments, quartile, least, most, mask, false)
        .map_err(|_| WriteProblem::TooLarge)?;
    let squares = code.size();
    let row_dots = squares.unsigned_abs() as usize * FINE;
    let mut dots = Vec::with_capacity(row_dots * row_dots);
    for row in 0..squares {
        let grey = |column| if code.get_module(column, row) { 0u8 } else { 255 };
        let start = dots.len();
        dots.extend((0..squares).flat_map(|column| [grey(column); FINE]));
        for _ in 1..FINE {
            dots.extend_from_within(start..start + row_dots);
        }
    }
    let dots: Arc<[u8]> = dots.into();
    let side = u32::try_from(row_dots).map_err(|_| WriteProblem::TooLarge)?;
    let image = Image::from_custom(Dots { side, dots }, false);
    let image = image.map_err(|_| WriteProblem::Refused)?;
    let squares = squares as f32;
    let wide = (CODE / squares / DOT).floor() * DOT * squares;
    let size = Size::from_wh(wide, wide).ok_or(WriteProblem::Refused)?;
    // In the middle of its place.
    let off = (CODE - wide) / 2.0;
    surface.push_transform(&Transform::from_translate(CARD.0 - INSET - CODE + off, CODE_TOP + off));
    surface.draw_image(image, size);
    surface.pop();
    Ok(())
}

/// The largest size at which the name fits on one line, or two lines when it is long.
fn name_lines(name: &str, faces: &Faces, width: f32) -> (f32, Vec<String>) {
    for size in [15.0, 14.0, 13.0] {
        let lines = faces.bold.lines(name, size, width, 2);
        if lines.len() == 1 && !lines[0].ends_with('…') {
            return (size, lines);
        }
    }
    for size in [13.0, 12.0, 11.0, 10.0] {
        let lines = faces.bold.lines(name, size, width, 2);
        if !lines.iter().any(|line| line.ends_with('…')) {
            return (size, lines);
        }
    }
    (9.0, faces.bold.lines(name, 9.0, width, 2))
}

/// A number without marks of its own, in groups of four.
fn grouped_number(number: &str) -> String {
    if number.contains([' ', '-']) {
        return number.to_owned();
    }
    let mut out = String::with_capacity(number.len() + number.len() / 4);
    for (index, c) in number.chars().enumerate() {
        if index > 0 && index % 4 == 0 {
            out.push(' ');
        }
        out.push(c);
    }
    out
}

/// An open umbrella in white: dome, ribs, shaft and handle. `r` is half its width.
fn draw_umbrella(surface: &mut Surface<'_>, (x, y): (f32, f32), r: f32) {
    let mut dome = Shape::default();
    let path = dome.path();
    path.move_to(x - r, y);
    path.cubic_to(x - r, y - r * 1.12, x + r, y - r * 1.12, x + r, y);
    // Four scallops from right to left.
    let step = r / 2.0;
    for rib in 0..4u8 {
        let from = x + r - f32::from(rib) * step;
        path.quad_to(from - step / 2.0, y - r * 0.28, from - step, y);
    }
    path.close();
    dome.fill(surface, WHITE);
    let mut ribs = Shape::default();
    for side in [-1.0f32, 1.0] {
        let path = ribs.path();
        path.move_to(x + side * step, y - 0.6);
        path.quad_to(x + side * step * 0.9, y - r * 0.62, x, y - r * 0.84);
    }
    ribs.line((x, y - r * 0.84), (x, y));
    ribs.stroke(surface, TEAL, 0.7);
    let mut shaft = Shape::default();
    shaft.line((x, y - r * 1.0), (x, y - r * 0.84));
    let path = shaft.path();
    path.move_to(x, y - r * 0.1);
    path.line_to(x, y + r * 0.72);
    path.cubic_to(x, y + r * 1.04, x - r * 0.4, y + r * 1.04, x - r * 0.4, y + r * 0.72);
    shaft.stroke(surface, WHITE, 1.3);
}
