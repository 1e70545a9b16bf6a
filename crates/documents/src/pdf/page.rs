//! The few strokes that every page is made of: a text, lines, filled boxes.

use krilla::Document;
use krilla::color::rgb;
use krilla::geom::{Path, PathBuilder, Point, Rect};
use krilla::page::PageSettings;
use krilla::paint::{Fill, Paint, Stroke};
use krilla::surface::Surface;

use super::text::Face;
use crate::workbook::PageWords;

/// Points in a millimetre.
pub(super) const MM: f32 = 72.0 / 25.4;
/// The short and the long side of A4.
pub(super) const A4: (f32, f32) = (210.0 * MM, 297.0 * MM);

/// The white edge of a written page.
pub(super) const MARGIN: f32 = 15.0 * MM;
/// The room for its foot, above the edge.
pub(super) const FOOT: f32 = 12.0 * MM;

/// Red, green and blue.
#[derive(Clone, Copy)]
pub(super) struct Colour(u8, u8, u8);

/// Colours that stay readable on a tired office printer.
pub(super) const INK: Colour = Colour(0x14, 0x1f, 0x26);
pub(super) const FAINT: Colour = Colour(0x4a, 0x5a, 0x64);
pub(super) const RULE: Colour = Colour(0x9a, 0xa9, 0xb2);
pub(super) const HEAD: Colour = Colour(0xdc, 0xe9, 0xee);
pub(super) const BAND: Colour = Colour(0xf1, 0xf5, 0xf7);
pub(super) const TEAL: Colour = Colour(0x0b, 0x55, 0x63);
pub(super) const WHITE: Colour = Colour(0xff, 0xff, 0xff);

/// Where a text stands inside its width.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Centre,
    Right,
}

/// How a text looks.
#[derive(Clone, Copy)]
pub(super) struct Type<'a> {
    pub(super) face: &'a Face,
    pub(super) size: f32,
    pub(super) colour: Colour,
}

/// Adds a page of this width and height with what is drawn on it.
pub(super) fn add_page(
    document: &mut Document,
    (width, height): (f32, f32),
    draw: impl FnOnce(&mut Surface<'_>),
) {
    let settings = PageSettings::from_wh(width, height).expect("every page of ours has a size");
    let mut page = document.start_page_with(settings);
    let mut surface = page.surface();
    draw(&mut surface);
    surface.finish();
    page.finish();
}

/// Writes one printable line; `x` is the left edge of a box of that width, `y` the base line.
pub(super) fn write(
    surface: &mut Surface<'_>,
    look: Type<'_>,
    (x, y, width): (f32, f32, f32),
    align: Align,
    text: &str,
) {
    if text.is_empty() {
        return;
    }
    let free = match align {
        Align::Left => 0.0,
        Align::Centre => (width - look.face.width(text, look.size)) / 2.0,
        Align::Right => width - look.face.width(text, look.size),
    };
    surface.set_stroke(None);
    surface.set_fill(Some(fill(look.colour)));
    let glyphs = look.face.glyphs(text);
    let start = Point::from_xy(x + free, y);
    surface.draw_glyphs(start, &glyphs, look.face.font(), text, look.size, false);
}

/// Writes the foot of a written page: words on the left, "page n of N" on the right.
pub(super) fn foot(
    surface: &mut Surface<'_>,
    words: &PageWords,
    page: (f32, f32),
    face: &Face,
    (number, count): (usize, usize),
) {
    let (y, width) = (page.1 - MARGIN, page.0 - 2.0 * MARGIN);
    let mut rule = Shape::default();
    rule.line((MARGIN, y - 11.0), (MARGIN + width, y - 11.0));
    rule.stroke(surface, RULE, 0.45);
    let look = Type { face, size: 7.5, colour: FAINT };
    let pages = face.printable(&format!("{} {number} {} {count}", words.page, words.of));
    let room = width - face.width(&pages, look.size) - 20.0;
    let left = face.cut(&face.printable(&words.footer), look.size, room);
    write(surface, look, (MARGIN, y, room), Align::Left, &left);
    write(surface, look, (MARGIN, y, width), Align::Right, &pages);
}

/// Lines and boxes that are drawn in one stroke.
#[derive(Default)]
pub(super) struct Shape(PathBuilder);

impl Shape {
    pub(super) fn line(&mut self, from: (f32, f32), to: (f32, f32)) {
        self.0.move_to(from.0, from.1);
        self.0.line_to(to.0, to.1);
    }

    pub(super) fn bar(&mut self, x: f32, y: f32, width: f32, height: f32) {
        if let Some(rect) = Rect::from_xywh(x, y, width, height) {
            self.0.push_rect(rect);
        }
    }

    /// A box with round corners.
    pub(super) fn card(&mut self, (x, y): (f32, f32), (w, h): (f32, f32), radius: f32) {
        // The distance at which a cubic curve comes closest to a quarter circle.
        let k = radius * (1.0 - 0.552_284_8);
        let (right, bottom, path) = (x + w, y + h, &mut self.0);
        path.move_to(x + radius, y);
        path.line_to(right - radius, y);
        path.cubic_to(right - k, y, right, y + k, right, y + radius);
        path.line_to(right, bottom - radius);
        path.cubic_to(right, bottom - k, right - k, bottom, right - radius, bottom);
        path.line_to(x + radius, bottom);
        path.cubic_to(x + k, bottom, x, bottom - k, x, bottom - radius);
        path.line_to(x, y + radius);
        path.cubic_to(x, y + k, x + k, y, x + radius, y);
        path.close();
    }

    /// The path itself, for what has no name here.
    pub(super) fn path(&mut self) -> &mut PathBuilder {
        &mut self.0
    }

    pub(super) fn stroke(self, surface: &mut Surface<'_>, colour: Colour, width: f32) {
        self.draw(surface, None, Some(Stroke { paint: paint(colour), width, ..Stroke::default() }));
    }

    pub(super) fn fill(self, surface: &mut Surface<'_>, colour: Colour) {
        self.draw(surface, Some(fill(colour)), None);
    }

    fn draw(self, surface: &mut Surface<'_>, fill: Option<Fill>, stroke: Option<Stroke>) {
        let path: Option<Path> = self.0.finish();
        if let Some(path) = path {
            surface.set_fill(fill);
            surface.set_stroke(stroke);
            surface.draw_path(&path);
        }
    }
}

fn fill(colour: Colour) -> Fill {
    Fill { paint: paint(colour), ..Fill::default() }
}

fn paint(Colour(red, green, blue): Colour) -> Paint {
    rgb::Color::new(red, green, blue).into()
}
