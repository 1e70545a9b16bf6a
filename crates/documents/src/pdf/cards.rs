//! Cards to print: eight on A4 or one, to cut along the marks; one to a page for card printers; or
//! one in a letter for an envelope with a window. A card is 85.6 × 54 mm, the size of a bank card.
//!
//! A card names the programme, the person, the village, the card number and the month up to which
//! contributions are paid, and says the same in a square code. It has no room for a NIK or an
//! address, and says what it is not.

mod face;
mod letter;

use krilla::Document;
use krilla::geom::Transform;
use krilla::graphic::Graphic;
use krilla::surface::Surface;

use super::Faces;
use super::page::{A4, Align, BAND, FAINT, INK, MM, Shape, Type, add_page, write};
use crate::workbook::{DocumentInfo, WriteProblem};

use face::{CARD, blank_card, draw_card};

const GAP: f32 = 6.0 * MM;
const LEFT: f32 = (A4.0 - 2.0 * CARD.0 - GAP) / 2.0;
const TOP: f32 = 31.0 * MM;
const PER_PAGE: usize = 8;

/// How cards are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardLayout {
    /// Eight on A4, with marks to cut along.
    Sheet,
    /// One on A4, with marks to cut along.
    Single,
    /// One to a page of its own size, for card printers.
    Card,
    /// One in a letter whose address stands in the window of an envelope.
    Letter,
}

impl CardLayout {
    /// Every layout.
    pub const ALL: [CardLayout; 4] =
        [CardLayout::Sheet, CardLayout::Single, CardLayout::Card, CardLayout::Letter];
}

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
    /// What the square code says; empty for a card without one.
    pub code: String,
    /// The participant number of BPJS, when it is known.
    pub kpj: String,
    /// Its place in the order of seats, printed beside the card; nothing for none.
    pub seat: u32,
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
    /// Before the participant number of BPJS.
    pub kpj: String,
    /// At the foot of the sheet: what to do with it.
    pub sheet_foot: String,
    /// "Lembar" in "Lembar 2 dari 7".
    pub sheet: String,
    /// "dari" in "Lembar 2 dari 7".
    pub of: String,
    /// The words of the letter.
    pub letter: LetterWords,
}

/// Words of the letter around a card.
#[derive(Debug, Clone, Default)]
pub struct LetterWords {
    /// Who sends it.
    pub sender: String,
    /// Above the name in the window.
    pub to: String,
    /// What it is about.
    pub subject: String,
    /// Its paragraphs.
    pub paragraphs: Vec<String>,
}

/// Writes the cards as a PDF; on sheets, a new one for every heading.
///
/// # Errors
/// [`WriteProblem::TooLarge`] for a square code that says more than version 13 holds;
/// [`WriteProblem::Refused`] when the PDF library refuses, which is a bug of ours.
pub fn cards_pdf(
    cards: &[CardFace],
    labels: &CardLabels,
    layout: CardLayout,
    info: &DocumentInfo,
) -> Result<Vec<u8>, WriteProblem> {
    let faces = Faces::load();
    let mut document = Document::new();
    match layout {
        CardLayout::Sheet => draw_sheets(&mut document, cards, labels, &faces)?,
        CardLayout::Single => draw_singles(&mut document, cards, labels, &faces)?,
        CardLayout::Card => draw_bare(&mut document, cards, labels, &faces)?,
        CardLayout::Letter => letter::draw(&mut document, cards, labels, &faces)?,
    }
    super::finished(document, info)
}

/// Draws cards one after the other: what is on all of them is made once, and what could not be
/// drawn is told at the end.
struct Drawing<'a> {
    labels: &'a CardLabels,
    faces: &'a Faces,
    blank: Option<Graphic>,
    drawn: Result<(), WriteProblem>,
}

impl<'a> Drawing<'a> {
    fn new(labels: &'a CardLabels, faces: &'a Faces) -> Drawing<'a> {
        Drawing { labels, faces, blank: None, drawn: Ok(()) }
    }

    fn card(&mut self, surface: &mut Surface<'_>, card: &CardFace, at: (f32, f32)) {
        let (labels, faces) = (self.labels, self.faces);
        let blank = self.blank.get_or_insert_with(|| blank_card(surface, labels, faces));
        let one = draw_at(surface, card, blank, (labels, faces), at);
        self.drawn = std::mem::replace(&mut self.drawn, Ok(())).and(one);
    }
}

fn draw_sheets(
    document: &mut Document,
    cards: &[CardFace],
    labels: &CardLabels,
    faces: &Faces,
) -> Result<(), WriteProblem> {
    let sheets: Vec<&[CardFace]> = cards
        .chunk_by(|one, next| one.sheet_heading == next.sheet_heading)
        .flat_map(|village| village.chunks(PER_PAGE))
        .collect();
    let mut drawing = Drawing::new(labels, faces);
    for (index, sheet) in sheets.iter().enumerate() {
        add_page(document, A4, |surface| {
            draw_frame(surface, sheet, labels, faces, (index + 1, sheets.len()));
            for (place, card) in sheet.iter().enumerate() {
                let at = corner(place);
                drawing.card(surface, card, at);
                draw_seat(surface, card, faces, at);
            }
            draw_cut_marks(surface);
        });
    }
    drawing.drawn
}

fn draw_singles(
    document: &mut Document,
    cards: &[CardFace],
    labels: &CardLabels,
    faces: &Faces,
) -> Result<(), WriteProblem> {
    let at = ((A4.0 - CARD.0) / 2.0, TOP);
    let mut drawing = Drawing::new(labels, faces);
    for (index, card) in cards.iter().enumerate() {
        add_page(document, A4, |surface| {
            let sheet = std::slice::from_ref(card);
            draw_frame(surface, sheet, labels, faces, (index + 1, cards.len()));
            drawing.card(surface, card, at);
            draw_seat(surface, card, faces, at);
            draw_marks_around(surface, at);
        });
    }
    drawing.drawn
}

fn draw_bare(
    document: &mut Document,
    cards: &[CardFace],
    labels: &CardLabels,
    faces: &Faces,
) -> Result<(), WriteProblem> {
    let mut drawing = Drawing::new(labels, faces);
    for card in cards {
        add_page(document, CARD, |surface| drawing.card(surface, card, (0.0, 0.0)));
    }
    drawing.drawn
}

fn draw_at(
    surface: &mut Surface<'_>,
    card: &CardFace,
    blank: &Graphic,
    (labels, faces): (&CardLabels, &Faces),
    (x, y): (f32, f32),
) -> Result<(), WriteProblem> {
    surface.push_transform(&Transform::from_translate(x, y));
    surface.draw_graphic(blank.clone());
    let drawn = draw_card(surface, card, labels, faces);
    surface.pop();
    drawn
}

/// The number of the seat, in the gap below the card: it is cut off.
fn draw_seat(surface: &mut Surface<'_>, card: &CardFace, faces: &Faces, (x, y): (f32, f32)) {
    if card.seat > 0 {
        let look = Type { face: &faces.regular, size: 7.0, colour: FAINT };
        let at = (x, y + CARD.1 + 8.5, CARD.0);
        write(surface, look, at, Align::Centre, &card.seat.to_string());
    }
}

/// The upper left corner of a place on the sheet, row by row.
fn corner(place: usize) -> (f32, f32) {
    let (column, row) = ((place % 2) as f32, (place / 2) as f32);
    (LEFT + column * (CARD.0 + GAP), TOP + row * (CARD.1 + GAP))
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

/// How long the marks are that show where to cut, and how far off the card they stand.
const LONG: f32 = 4.0 * MM;
const OFF: f32 = 1.5 * MM;

/// The marks around one card.
fn draw_marks_around(surface: &mut Surface<'_>, (left, top): (f32, f32)) {
    let (right, bottom) = (left + CARD.0, top + CARD.1);
    let mut marks = Shape::default();
    for x in [left, right] {
        marks.line((x, top - OFF), (x, top - OFF - LONG));
        marks.line((x, bottom + OFF), (x, bottom + OFF + LONG));
    }
    for y in [top, bottom] {
        marks.line((left - OFF, y), (left - OFF - LONG, y));
        marks.line((right + OFF, y), (right + OFF + LONG, y));
    }
    marks.stroke(surface, FAINT, 0.4);
}

/// Short lines outside the cards that show where to cut.
fn draw_cut_marks(surface: &mut Surface<'_>) {
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
