//! How an amount came about, as pages for an appendix: each line with what it was made of, those
//! it is the sum of set in below it.
//!
//! Nothing is cut: a line takes as many rows as its words need, and stays on one page whole.

use krilla::Document;
use krilla::surface::Surface;

use super::Faces;
use super::page::{
    A4, Align, BAND, FAINT, FOOT, INK, MARGIN, RULE, Shape, Type, add_page, foot, write,
};
use crate::workbook::{DocumentInfo, PageWords, WriteProblem};

const SIZE: f32 = 9.5;
const SMALL: f32 = 8.5;
const LEADING: f32 = 12.0;
/// How far a line stands in from the one it belongs to.
const INDENT: f32 = 16.0;
/// The room for an amount at the right edge.
const AMOUNT: f32 = 110.0;
/// The room for the name of a fact.
const LABEL: f32 = 130.0;
/// Beyond this depth lines stand under one another, so that there is room for their words.
const DEPTH_MAX: usize = 8;
/// No text of a calculation takes more rows.
const ROWS_MAX: usize = 40;

/// A calculation and the words around it.
#[derive(Debug, Clone)]
pub struct TreeSheet {
    /// The first line is the title, the others stand below it.
    pub title: Vec<String>,
    /// What was asked: a name and a value each.
    pub facts: Vec<(String, String)>,
    /// The lines, each before those it is made of.
    pub lines: Vec<TreeLine>,
    /// What it comes to: words and amount.
    pub total: Option<(String, String)>,
    /// Lines below the calculation.
    pub notes: Vec<String>,
    /// Words of the page frame.
    pub page: PageWords,
}

/// One line of a calculation.
#[derive(Debug, Clone)]
pub struct TreeLine {
    /// How many lines it lies below.
    pub depth: usize,
    /// What it is.
    pub text: String,
    /// How much, as shown.
    pub amount: String,
    /// The formula, the numbers used, the article: a row each.
    pub details: Vec<String>,
}

/// Writes a calculation as a PDF on upright A4.
///
/// # Errors
/// [`WriteProblem::Refused`] when the PDF library refuses, which is a bug of ours.
pub fn tree_pdf(sheet: &TreeSheet, info: &DocumentInfo) -> Result<Vec<u8>, WriteProblem> {
    let faces = Faces::load();
    let pages = paged(blocks(sheet, &faces));
    let mut document = Document::new();
    for (index, blocks) in pages.iter().enumerate() {
        add_page(&mut document, A4, |surface| {
            let mut top = MARGIN;
            for block in blocks {
                draw(surface, block, top, &faces);
                top += block.height;
            }
            foot(surface, &sheet.page, A4, &faces.regular, (index + 1, pages.len()));
        });
    }
    super::finished(document, info)
}

/// What stays together on a page.
#[derive(Default)]
struct Block {
    height: f32,
    /// How many lines it lies below.
    depth: usize,
    tinted: bool,
    rows: Vec<Row>,
}

/// One row of text in a block; `y` is counted from the block's upper edge to the base line.
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
    Faint,
}

impl Look {
    fn of(self, faces: &Faces) -> Type<'_> {
        let (face, size, colour) = match self {
            Look::Title => (&faces.bold, 14.0, INK),
            Look::Bold => (&faces.bold, SIZE, INK),
            Look::Plain => (&faces.regular, SIZE, INK),
            Look::Faint => (&faces.regular, SMALL, FAINT),
        };
        Type { face, size, colour }
    }
}

impl Block {
    /// Adds a text below what the block holds, in as many rows as it takes.
    fn text(&mut self, faces: &Faces, look: Look, (x, width): (f32, f32), text: &str) {
        let drawn = look.of(faces);
        let leading = if look == Look::Title { 18.0 } else { LEADING };
        for text in drawn.face.lines(text, drawn.size, width, ROWS_MAX) {
            self.height += leading;
            self.rows.push(Row { x, y: self.height - 3.0, width, align: Align::Left, look, text });
        }
    }

    /// Adds an amount beside the block's first row.
    fn amount(&mut self, faces: &Faces, look: Look, text: &str) {
        let drawn = look.of(faces);
        let text = drawn.face.cut(&drawn.face.printable(text), drawn.size, AMOUNT);
        let y = self.rows.first().map_or(LEADING - 3.0, |row| row.y);
        let x = MARGIN + width() - AMOUNT;
        self.rows.push(Row { x, y, width: AMOUNT, align: Align::Right, look, text });
    }

    fn spaced(mut self, below: f32) -> Block {
        self.height += below;
        self
    }
}

fn width() -> f32 {
    A4.0 - 2.0 * MARGIN
}

fn blocks(sheet: &TreeSheet, faces: &Faces) -> Vec<Block> {
    let whole = (MARGIN, width());
    let mut title = Block::default();
    for (index, text) in sheet.title.iter().enumerate() {
        title.text(faces, if index == 0 { Look::Title } else { Look::Plain }, whole, text);
    }
    let mut blocks = vec![title.spaced(8.0)];
    for (index, (label, value)) in sheet.facts.iter().enumerate() {
        let mut block = Block::default();
        block.text(faces, Look::Plain, (MARGIN + LABEL, width() - LABEL), value);
        let label = faces.regular.cut(&faces.regular.printable(label), SMALL, LABEL - 8.0);
        let (y, look) = (block.rows[0].y, Look::Faint);
        let (x, width, align) = (MARGIN, LABEL - 8.0, Align::Left);
        block.rows.push(Row { x, y, width, align, look, text: label });
        let last = index + 1 == sheet.facts.len();
        blocks.push(block.spaced(if last { 12.0 } else { 1.0 }));
    }
    blocks.extend(sheet.lines.iter().map(|line| block_of(line, faces)));
    if let Some((label, amount)) = &sheet.total {
        let mut block = Block { height: 5.0, tinted: true, ..Block::default() };
        let inside = (MARGIN + 6.0, width() - AMOUNT - 12.0);
        block.text(faces, Look::Bold, inside, label);
        block.amount(faces, Look::Bold, amount);
        if let Some(amount) = block.rows.last_mut() {
            amount.x -= 6.0;
        }
        blocks.push(block.spaced(5.0));
        blocks.push(Block::default().spaced(8.0));
    }
    for note in &sheet.notes {
        let mut block = Block::default();
        block.text(faces, Look::Plain, whole, note);
        blocks.push(block.spaced(3.0));
    }
    blocks
}

fn block_of(line: &TreeLine, faces: &Faces) -> Block {
    let depth = line.depth.min(DEPTH_MAX);
    let look = if depth == 0 { Look::Bold } else { Look::Plain };
    let x = MARGIN + INDENT * depth as f32;
    let room = width() - INDENT * depth as f32 - AMOUNT - 8.0;
    let mut block = Block { depth, ..Block::default() };
    block.text(faces, look, (x, room), &line.text);
    block.amount(faces, look, &line.amount);
    for detail in &line.details {
        block.text(faces, Look::Faint, (x, room), detail);
    }
    block.spaced(6.0)
}

/// Which blocks stand on which page.
fn paged(blocks: Vec<Block>) -> Vec<Vec<Block>> {
    let room = A4.1 - 2.0 * MARGIN - FOOT;
    let mut pages: Vec<Vec<Block>> = vec![Vec::new()];
    let mut used = 0.0;
    for block in blocks {
        if used > 0.0 && used + block.height > room {
            pages.push(Vec::new());
            used = 0.0;
        }
        used += block.height;
        pages.last_mut().expect("there is a first page").push(block);
    }
    pages
}

fn draw(surface: &mut Surface<'_>, block: &Block, top: f32, faces: &Faces) {
    if block.tinted {
        let mut tint = Shape::default();
        tint.bar(MARGIN, top, width(), block.height);
        tint.fill(surface, BAND);
    }
    if block.depth > 0 {
        // A line down the side shows what each amount belongs to.
        let mut guides = Shape::default();
        for depth in 1..=block.depth {
            let x = MARGIN + INDENT * depth as f32 - 9.0;
            guides.line((x, top), (x, top + block.height));
        }
        guides.stroke(surface, RULE, 0.45);
    }
    for row in &block.rows {
        let at = (row.x, top + row.y, row.width);
        write(surface, row.look.of(faces), at, row.align, &row.text);
    }
}
