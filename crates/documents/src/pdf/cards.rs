//! Sheets of cards, eight on A4, cut along the marks: 85.6 × 54 mm, the size of a bank card.
//!
//! A card names the programme, the person, the village, the card number and the month up to which
//! contributions are paid. It has no room for a NIK or an address, and says what it is not.

use krilla::Document;
use krilla::geom::Transform;
use krilla::graphic::Graphic;
use krilla::surface::Surface;

use super::Faces;
use super::page::{
    A4, Align, BAND, FAINT, INK, MM, RULE, Shape, TEAL, Type, WHITE, add_page, write,
};
use crate::workbook::{DocumentInfo, WriteProblem};

const CARD: (f32, f32) = (85.6 * MM, 54.0 * MM);
const GAP: f32 = 6.0 * MM;
const LEFT: f32 = (A4.0 - 2.0 * CARD.0 - GAP) / 2.0;
const TOP: f32 = 31.0 * MM;
const PER_PAGE: usize = 8;
const INSET: f32 = 5.0 * MM;
const HEADER: f32 = 12.5 * MM;

/// What one card shows.
#[derive(Clone, Default)]
pub struct CardFace {
    /// The card number as people read it out; without spaces or hyphens it is grouped by fours.
    pub number: String,
    /// The holder's name.
    pub name: String,
    /// The programme.
    pub programme: String,
    /// The village, with its district when two share a name.
    pub village: String,
    /// The month up to which contributions are paid.
    pub paid_until: String,
    /// The heading of the sheet: cards that follow each other under one heading share sheets.
    pub sheet_heading: String,
}

/// Words of the sheet and the cards.
#[derive(Debug, Clone, Default)]
pub struct CardLabels {
    /// The small line above the programme.
    pub title: String,
    /// Before the card number.
    pub number: String,
    /// Before the village.
    pub village: String,
    /// Before the month.
    pub paid_until: String,
    /// Says that this is not the official card of the insurer.
    pub not_official_line: String,
    /// At the foot of the sheet: what to do with it.
    pub sheet_foot: String,
    /// "Lembar" in "Lembar 2 dari 7".
    pub sheet: String,
    /// "dari" in "Lembar 2 dari 7".
    pub of: String,
}

/// Writes the cards as a PDF, eight on a page, a new page for every heading.
///
/// # Errors
/// [`WriteProblem::Refused`] when the PDF library refuses, which is a bug of ours.
pub fn card_sheet_pdf(
    cards: &[CardFace],
    labels: &CardLabels,
    info: &DocumentInfo,
) -> Result<Vec<u8>, WriteProblem> {
    let faces = Faces::load();
    let sheets: Vec<&[CardFace]> = cards
        .chunk_by(|one, next| one.sheet_heading == next.sheet_heading)
        .flat_map(|village| village.chunks(PER_PAGE))
        .collect();
    let mut document = Document::new();
    let mut blank: Option<Graphic> = None;
    for (index, sheet) in sheets.iter().enumerate() {
        add_page(&mut document, A4, |surface| {
            let blank = blank.get_or_insert_with(|| blank_card(surface, labels, &faces));
            draw_frame(surface, sheet, labels, &faces, (index + 1, sheets.len()));
            for (place, card) in sheet.iter().enumerate() {
                let (x, y) = corner(place);
                surface.push_transform(&Transform::from_translate(x, y));
                surface.draw_graphic(blank.clone());
                draw_card(surface, card, &faces);
                surface.pop();
            }
            draw_cut_marks(surface);
        });
    }
    super::finished(document, info)
}

/// The upper left corner of a place on the sheet, row by row.
fn corner(place: usize) -> (f32, f32) {
    let (column, row) = ((place % 2) as f32, (place / 2) as f32);
    (LEFT + column * (CARD.0 + GAP), TOP + row * (CARD.1 + GAP))
}

/// What all cards share, written once and drawn often.
fn blank_card(surface: &mut Surface<'_>, labels: &CardLabels, faces: &Faces) -> Graphic {
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
    let label = small(&faces.regular, 6.5, FAINT);
    let width = CARD.0 - 2.0 * INSET;
    for (text, at, align) in [
        (&labels.village, (INSET, VILLAGE - 9.5, width), Align::Left),
        (&labels.number, (INSET, NUMBER - 11.5, width), Align::Left),
        (&labels.paid_until, (INSET, NUMBER - 11.5, width), Align::Right),
    ] {
        write(&mut card, label, at, align, &line(text, 6.5, width));
    }
    let mut strip = Shape::default();
    strip.bar(INSET, CARD.1 - 17.5, width, 0.5);
    strip.fill(&mut card, RULE);
    let notice = line(&labels.not_official_line, 6.5, width);
    let at = (INSET, CARD.1 - 8.5, width);
    write(&mut card, small(&faces.regular, 6.5, INK), at, Align::Centre, &notice);
    card.finish();
    Graphic::new(builder.finish(), false)
}

/// Base lines on the card.
const VILLAGE: f32 = 95.5;
const NUMBER: f32 = 125.5;

fn draw_card(surface: &mut Surface<'_>, card: &CardFace, faces: &Faces) {
    let width = CARD.0 - 2.0 * INSET;
    let text_left = INSET + 29.0;
    let room = CARD.0 - text_left - INSET;
    let bold = |size, colour| Type { face: &faces.bold, size, colour };
    let fit =
        |text: &str, size: f32, room: f32| faces.bold.cut(&faces.bold.printable(text), size, room);
    let programme = fit(&card.programme, 10.0, room);
    write(surface, bold(10.0, WHITE), (text_left, 26.5, room), Align::Left, &programme);
    let (size, lines) = name_lines(&card.name, faces, width);
    let first = if lines.len() == 1 { 63.0 } else { 55.0 };
    for (index, line) in lines.iter().enumerate() {
        let at = (INSET, first + index as f32 * (size + 3.0), width);
        write(surface, bold(size, INK), at, Align::Left, line);
    }
    let village = fit(&card.village, 9.0, width);
    write(surface, bold(9.0, INK), (INSET, VILLAGE, width), Align::Left, &village);
    let paid = fit(&card.paid_until, 9.5, width * 0.4);
    write(surface, bold(9.5, INK), (INSET, NUMBER, width), Align::Right, &paid);
    let number = faces.mono_bold.printable(&grouped_number(&card.number));
    let room = width - faces.bold.width(&paid, 9.5) - 10.0;
    // A number is never cut: it is set smaller until it fits.
    let wide = faces.mono_bold.width(&number, 1.0).max(1.0);
    let size = (room / wide).min(10.5);
    let mono = Type { face: &faces.mono_bold, size, colour: INK };
    write(surface, mono, (INSET, NUMBER, room), Align::Left, &number);
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

/// The heading and the foot of a sheet.
fn draw_frame(
    surface: &mut Surface<'_>,
    sheet: &[CardFace],
    labels: &CardLabels,
    faces: &Faces,
    (number, count): (usize, usize),
) {
    let width = A4.0 - 2.0 * LEFT;
    let look = Type { face: &faces.regular, size: 8.5, colour: FAINT };
    let pages = look.face.printable(&format!("{} {number} {} {count}", labels.sheet, labels.of));
    write(surface, look, (LEFT, 20.0 * MM, width), Align::Right, &pages);
    let room = width - look.face.width(&pages, look.size) - 16.0;
    if let Some(card) = sheet.first() {
        let bold = Type { face: &faces.bold, size: 12.0, colour: INK };
        let heading = bold.face.cut(&bold.face.printable(&card.sheet_heading), bold.size, room);
        write(surface, bold, (LEFT, 20.0 * MM, room), Align::Left, &heading);
    }
    let mut band = Shape::default();
    band.bar(LEFT, 22.5 * MM, width, 1.2);
    band.fill(surface, BAND);
    let foot = look.face.cut(&look.face.printable(&labels.sheet_foot), look.size, width);
    let y = TOP + 4.0 * CARD.1 + 3.0 * GAP + 12.0 * MM;
    write(surface, look, (LEFT, y, width), Align::Centre, &foot);
}

/// Short lines outside the cards that show where to cut.
fn draw_cut_marks(surface: &mut Surface<'_>) {
    const LONG: f32 = 4.0 * MM;
    const OFF: f32 = 1.5 * MM;
    let (right, bottom) = (A4.0 - LEFT, TOP + 4.0 * CARD.1 + 3.0 * GAP);
    let mut marks = Shape::default();
    for column in 0..2 {
        let x = corner(column).0;
        for x in [x, x + CARD.0] {
            marks.line((x, TOP - OFF), (x, TOP - OFF - LONG));
            marks.line((x, bottom + OFF), (x, bottom + OFF + LONG));
        }
    }
    for row in 0..4 {
        let y = corner(row * 2).1;
        for y in [y, y + CARD.1] {
            marks.line((LEFT - OFF, y), (LEFT - OFF - LONG, y));
            marks.line((right + OFF, y), (right + OFF + LONG, y));
        }
    }
    marks.stroke(surface, FAINT, 0.4);
}
