//! An agreement or a letter as pages: title, articles, numbered paragraphs, lists, signatures.
//!
//! Paragraphs run over from page to page; a heading keeps the first lines below it, the signatures
//! stand together. Nothing is cut.

use krilla::Document;
use krilla::surface::Surface;

use super::Faces;
use super::page::{A4, Align, FAINT, FOOT, INK, MM, RULE, Shape, Type, add_page, foot, write};
use crate::workbook::{DocumentInfo, PageWords, SignatureBlock, WriteProblem};

const SIZE: f32 = 10.5;
const SMALL: f32 = 8.0;
const LEADING: f32 = 14.0;
/// The white edge at the left and right of a letter.
const EDGE: f32 = 25.0 * MM;
const TOP: f32 = 20.0 * MM;
/// How far the text of a list stands in from its mark.
const INDENT: f32 = 20.0;
/// The room for a name before its colon.
const LABEL: f32 = 90.0;
/// The most that names beside values may take.
const LABEL_MOST: f32 = 230.0;
/// No text of a letter takes more lines.
const LINES_MAX: usize = 2_000;
/// The room in which somebody signs.
const SIGNING: f32 = 62.0;

/// A letter: its pieces in order, and the words of the page frame.
#[derive(Debug, Clone)]
pub struct LetterSheet {
    /// The pieces, in order.
    pub pieces: Vec<LetterPiece>,
    /// Words of the page frame.
    pub page: PageWords,
}

/// A piece of a letter.
#[derive(Debug, Clone)]
pub enum LetterPiece {
    /// A large line in the middle.
    Title(String),
    /// A line in the middle below the title.
    Subtitle(String),
    /// The heading of an article, in the middle.
    Heading(String),
    /// A paragraph; with a mark such as "(1)" or "a." it stands in from it, at a depth.
    Paragraph {
        /// How deep its mark stands.
        depth: usize,
        /// "(1)", "a." or nothing.
        mark: String,
        /// Its words.
        text: String,
    },
    /// Names and values under one another, below a mark.
    Facts {
        /// "I." or nothing.
        mark: String,
        /// Name and value.
        rows: Vec<(String, String)>,
    },
    /// Who signs, side by side; more than two in rows of two.
    Signatures(Vec<SignatureBlock>),
    /// A small line, such as a digest.
    Small(String),
}

/// Writes a letter as a PDF on upright A4.
///
/// # Errors
/// [`WriteProblem::Refused`] when the PDF library refuses, which is a bug of ours.
pub fn letter_pdf(letter: &LetterSheet, info: &DocumentInfo) -> Result<Vec<u8>, WriteProblem> {
    let faces = Faces::load();
    let pages = paged(letter.pieces.iter().flat_map(|piece| blocks(piece, &faces)));
    let mut document = Document::new();
    for (index, lines) in pages.iter().enumerate() {
        add_page(&mut document, A4, |surface| {
            for (top, block) in lines {
                draw(surface, block, *top, &faces);
            }
            foot(surface, &letter.page, A4, &faces.regular, (index + 1, pages.len()));
        });
    }
    super::finished(document, info)
}

fn draw(surface: &mut Surface<'_>, block: &Block, top: f32, faces: &Faces) {
    for row in &block.rows {
        let at = (row.x, top + row.y, row.width);
        write(surface, row.look.of(faces), at, row.align, &row.text);
    }
    for (x, y, width) in &block.rules {
        let mut rule = Shape::default();
        rule.line((*x, top + y), (x + width, top + y));
        rule.stroke(surface, RULE, 0.6);
    }
}

/// What stays together on a page: a line, or several.
#[derive(Default)]
struct Block {
    height: f32,
    rows: Vec<Row>,
    /// Lines to sign on: left edge, place below the block's edge, width.
    rules: Vec<(f32, f32, f32)>,
    /// Whether it stands on the page of the block after it.
    keep: bool,
    /// Whether nothing of it is needed at the head of a page.
    is_space: bool,
}

struct Row {
    x: f32,
    y: f32,
    width: f32,
    align: Align,
    look: Look,
    text: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    Title,
    Bold,
    Plain,
    Small,
}

impl Look {
    fn of(self, faces: &Faces) -> Type<'_> {
        let (face, size, colour) = match self {
            Look::Title => (&faces.bold, 14.0, INK),
            Look::Bold => (&faces.bold, SIZE, INK),
            Look::Plain => (&faces.regular, SIZE, INK),
            Look::Small => (&faces.mono, SMALL, FAINT),
        };
        Type { face, size, colour }
    }
}

fn width() -> f32 {
    A4.0 - 2.0 * EDGE
}

fn space(height: f32) -> Block {
    Block { height, is_space: true, ..Block::default() }
}

/// A text as one block a line.
fn lines(
    faces: &Faces,
    look: Look,
    (x, width): (f32, f32),
    align: Align,
    text: &str,
) -> Vec<Block> {
    let drawn = look.of(faces);
    let height = if look == Look::Title { 19.0 } else { LEADING };
    let broken = drawn.face.lines(text, drawn.size, width, LINES_MAX);
    let block = |text: String| Block {
        height,
        rows: vec![Row { x, y: height - 4.0, width, align, look, text }],
        ..Block::default()
    };
    broken.into_iter().map(block).collect()
}

fn blocks(piece: &LetterPiece, faces: &Faces) -> Vec<Block> {
    let whole = (EDGE, width());
    let middle = |look, text: &str| lines(faces, look, whole, Align::Centre, text);
    match piece {
        LetterPiece::Title(text) => middle(Look::Title, text),
        LetterPiece::Subtitle(text) => kept(middle(Look::Bold, text)),
        LetterPiece::Heading(text) => {
            let mut blocks = vec![space(10.0)];
            blocks.extend(kept(middle(Look::Bold, text)));
            blocks
        }
        LetterPiece::Paragraph { depth, mark, text } => paragraph(faces, *depth, mark, text),
        LetterPiece::Facts { mark, rows } => facts(faces, mark, rows),
        LetterPiece::Signatures(signatures) => signed(faces, signatures),
        LetterPiece::Small(text) => {
            let mut blocks = vec![space(12.0)];
            blocks.extend(lines(faces, Look::Small, whole, Align::Left, text));
            blocks
        }
    }
}

/// The same blocks, each on the page of the one after it.
fn kept(mut blocks: Vec<Block>) -> Vec<Block> {
    blocks.iter_mut().for_each(|block| block.keep = true);
    blocks
}

fn paragraph(faces: &Faces, depth: usize, mark: &str, text: &str) -> Vec<Block> {
    let left = EDGE + INDENT * depth as f32;
    let inner = if mark.is_empty() { left } else { left + INDENT };
    let room = EDGE + width() - inner;
    let mut blocks = lines(faces, Look::Plain, (inner, room), Align::Left, text);
    if let (Some(first), false) = (blocks.first_mut(), mark.is_empty()) {
        let text = faces.regular.printable(mark);
        let y = LEADING - 4.0;
        let (width, align, look) = (INDENT, Align::Left, Look::Plain);
        first.rows.push(Row { x: left, y, width, align, look, text });
    }
    // No line of a paragraph stands alone at the foot or at the head of a page.
    let count = blocks.len();
    if count > 1 {
        blocks[0].keep = true;
        blocks[count - 2].keep = true;
    }
    blocks.push(space(4.0));
    blocks
}

fn facts(faces: &Faces, mark: &str, rows: &[(String, String)]) -> Vec<Block> {
    let left = if mark.is_empty() { EDGE } else { EDGE + INDENT };
    let plain = Look::Plain.of(faces);
    let wide = |name: &str| plain.face.width(&plain.face.printable(name), plain.size) + 4.0;
    let widest = rows.iter().map(|(name, _)| wide(name)).fold(LABEL, f32::max);
    let label = widest.min(LABEL_MOST);
    let value = left + label + 10.0;
    let mut blocks = Vec::new();
    for (index, (name, text)) in rows.iter().enumerate() {
        let room = EDGE + width() - value;
        let mut own = lines(faces, Look::Plain, (value, room), Align::Left, text);
        let mut beside = |x: f32, width: f32, text: &str| {
            let drawn = Look::Plain.of(faces);
            let text = drawn.face.cut(&drawn.face.printable(text), drawn.size, width);
            let (y, align, look) = (LEADING - 4.0, Align::Left, Look::Plain);
            own[0].rows.push(Row { x, y, width, align, look, text });
        };
        beside(left, label, name);
        beside(left + label, 10.0, ":");
        if index == 0 && !mark.is_empty() {
            beside(EDGE, INDENT, mark);
        }
        blocks.extend(own);
    }
    let mut blocks = kept(blocks);
    blocks.push(space(6.0));
    blocks
}

/// Rows of two, each a block of its own.
fn signed(faces: &Faces, signatures: &[SignatureBlock]) -> Vec<Block> {
    let gap = 20.0;
    let half = (width() - gap) / 2.0;
    let mut blocks = vec![space(16.0)];
    for pair in signatures.chunks(2) {
        let mut block = Block::default();
        for (at, one) in pair.iter().enumerate() {
            let x = EDGE + at as f32 * (half + gap);
            let mut y = 0.0;
            let mut put = |texts: &[String], y: &mut f32, first: Look| {
                for (index, text) in texts.iter().enumerate() {
                    let look = if index == 0 { first } else { Look::Plain };
                    for line in lines(faces, look, (x, half), Align::Centre, text) {
                        for row in line.rows {
                            block.rows.push(Row { y: *y + row.y, ..row });
                        }
                        *y += line.height;
                    }
                }
            };
            put(&one.above, &mut y, Look::Bold);
            y += SIGNING;
            let line = y - 2.0;
            put(&one.below, &mut y, Look::Bold);
            block.rules.push((x + half * 0.1, line, half * 0.8));
            block.height = block.height.max(y);
        }
        blocks.push(block);
        blocks.push(space(18.0));
    }
    blocks
}

/// Which blocks stand on which page, each with its upper edge.
fn paged(blocks: impl Iterator<Item = Block>) -> Vec<Vec<(f32, Block)>> {
    let bottom = A4.1 - TOP - FOOT;
    let mut pages: Vec<Vec<(f32, Block)>> = vec![Vec::new()];
    let mut y = TOP;
    let mut group: Vec<Block> = Vec::new();
    let mut place = |group: &mut Vec<Block>, y: &mut f32| {
        let height: f32 = group.iter().map(|block| block.height).sum();
        // What is taller than a page begins where it stands.
        if *y > TOP && *y + height > bottom && height <= bottom - TOP {
            pages.push(Vec::new());
            *y = TOP;
        }
        for block in group.drain(..) {
            if *y + block.height > bottom && *y > TOP {
                pages.push(Vec::new());
                *y = TOP;
            }
            if block.is_space && *y <= TOP {
                continue;
            }
            let height = block.height;
            let page = pages.last_mut().expect("there is a first page");
            page.push((*y, block));
            *y += height;
        }
    };
    for block in blocks {
        let keep = block.keep;
        group.push(block);
        if !keep {
            place(&mut group, &mut y);
        }
    }
    place(&mut group, &mut y);
    pages
}
