//! A long table on many pages: heads repeated, groups kept with their rows, signatures together.
//!
//! Two passes: the first decides which row stands where, so that the second can write
//! "page n of N" as it draws. A NIK, a day or an amount is never cut: it is set smaller.

use krilla::Document;
use krilla::graphic::Graphic;
use krilla::surface::Surface;

use super::Faces;
use super::page::{
    A4, Align, BAND, FAINT, FOOT, HEAD, INK, MARGIN, RULE, Shape, Type, add_page, foot, write,
};
use super::seal::{self, PageSeal, Squares};
use super::text::Face;
use crate::workbook::{
    ColumnKind, DocumentInfo, ExportCell, ExportRow, SignatureBlock, TableSheet, WriteProblem,
};

const SIZE: f32 = 8.5;
/// Below this nobody reads a print.
const SMALLEST: f32 = 5.0;
const LEADING: f32 = 10.5;
const PAD: f32 = 3.5;

/// Writes the table as a PDF on A4.
///
/// Texts wider than their column take up to three lines and end in "…" after that; a single word
/// that is wider, such as a NIK, is set smaller until it fits. Characters that the
/// fonts lack are printed as their base letter or as "?".
///
/// # Errors
/// [`WriteProblem::Refused`] when the PDF library refuses, which is a bug of ours.
pub fn table_pdf(table: &mut TableSheet<'_>, info: &DocumentInfo) -> Result<Vec<u8>, WriteProblem> {
    written(table, info, None)
}

/// The same with a seal at the foot of every page.
///
/// # Errors
/// As [`table_pdf`]; [`WriteProblem::TooLarge`] when the seal's code holds less than it should say.
pub fn sealed_table_pdf(
    table: &mut TableSheet<'_>,
    info: &DocumentInfo,
    seal: &PageSeal,
) -> Result<Vec<u8>, WriteProblem> {
    written(table, info, Some((seal, &Squares::of(&seal.code)?)))
}

fn written(
    table: &mut TableSheet<'_>,
    info: &DocumentInfo,
    seal: Option<(&PageSeal, &Squares)>,
) -> Result<Vec<u8>, WriteProblem> {
    let faces = Faces::load();
    let grid = Grid::new(table, if seal.is_some() { seal::HEIGHT } else { 0.0 });
    let layout = Layout::of(table, &grid, &faces);
    let mut document = Document::new();
    let count = layout.pages.len();
    let mut code: Option<Graphic> = None;
    for (index, page) in layout.pages.iter().enumerate() {
        add_page(&mut document, grid.page, |surface| {
            draw_page(surface, page, table, &grid, &faces);
            if let Some((seal, squares)) = seal {
                let code = code.get_or_insert_with(|| seal::graphic(surface, squares));
                let place = (grid.page.0, grid.bottom() + grid.seal);
                seal::draw(surface, seal, code, place, &faces);
            }
            foot(surface, &table.page, grid.page, &faces.regular, (index + 1, count));
        });
    }
    super::finished(document, info)
}

/// The page and its columns.
struct Grid {
    page: (f32, f32),
    /// The left edge of every column, and the right edge of the last.
    edges: Vec<f32>,
    aligns: Vec<Align>,
    /// The room for a seal above the foot.
    seal: f32,
}

impl Grid {
    fn new(table: &TableSheet<'_>, seal: f32) -> Grid {
        let page = if table.landscape { (A4.1, A4.0) } else { A4 };
        let shares: f32 = table.columns.iter().map(|column| share(column.width)).sum();
        let scale = (page.0 - 2.0 * MARGIN) / shares.max(1.0);
        let mut edges = vec![MARGIN];
        for column in &table.columns {
            let last = edges[edges.len() - 1];
            edges.push(last + share(column.width) * scale);
        }
        let aligns = table.columns.iter().map(|column| match column.kind {
            ColumnKind::Text => Align::Left,
            ColumnKind::Rupiah | ColumnKind::Count => Align::Right,
            ColumnKind::Date => Align::Centre,
        });
        Grid { page, edges, aligns: aligns.collect(), seal }
    }

    fn width(&self) -> f32 {
        self.page.0 - 2.0 * MARGIN
    }

    /// The room for text in a column.
    fn room(&self, column: usize) -> f32 {
        self.edges[column + 1] - self.edges[column] - 2.0 * PAD
    }

    /// Where the table must end.
    fn bottom(&self) -> f32 {
        self.page.1 - MARGIN - FOOT - self.seal
    }
}

fn share(width: u16) -> f32 {
    f32::from(width.max(2))
}

/// One piece of a page, with its upper edge.
struct Placed {
    top: f32,
    height: f32,
    piece: Piece,
}

enum Piece {
    /// A centred line above the table; the first one is the title.
    Title { text: String, main: bool },
    /// The heads of the columns.
    Head(Vec<CellText>),
    /// A heading over rows.
    Group(String),
    /// A row; the closing one is bold.
    Row { cells: Vec<CellText>, total: bool },
    /// A line below the table.
    Note(String),
    /// The signatures.
    Signatures,
    /// The digest.
    Hash(Vec<String>),
}

/// The lines of a cell, and the size in which its longest word fits.
#[derive(Clone, Default)]
struct CellText {
    size: f32,
    lines: Vec<String>,
}

impl CellText {
    fn new(face: &Face, text: &str, room: f32) -> CellText {
        let text = face.printable(text);
        let widest = text.split(' ').map(|word| face.width(word, SIZE)).fold(0.0, f32::max);
        let size = if widest > room { (SIZE * 0.998 * room / widest).max(SMALLEST) } else { SIZE };
        CellText { size, lines: face.lines(&text, size, room, 3) }
    }
}

/// Which piece stands where.
struct Layout<'a> {
    grid: &'a Grid,
    faces: &'a Faces,
    head: Vec<CellText>,
    continued: String,
    /// The group of the last row.
    group: Option<String>,
    pages: Vec<Vec<Placed>>,
    y: f32,
}

impl<'a> Layout<'a> {
    fn of(table: &mut TableSheet<'_>, grid: &'a Grid, faces: &'a Faces) -> Layout<'a> {
        let head = table.columns.iter().enumerate();
        let head =
            head.map(|(index, column)| CellText::new(&faces.bold, &column.head, grid.room(index)));
        let head = head.collect();
        let continued = table.page.continued.clone();
        let mut layout =
            Layout { grid, faces, head, continued, group: None, pages: vec![vec![]], y: MARGIN };
        layout.title(&table.title);
        layout.head();
        for row in &mut *table.rows {
            match row {
                ExportRow::Group(text) => layout.group(&text),
                ExportRow::Cells(cells) => layout.row(&cells, false),
            }
        }
        if !table.totals.is_empty() {
            layout.row(&table.totals, true);
        }
        layout.closing(table);
        layout
    }

    fn place(&mut self, height: f32, piece: Piece) {
        let page = self.pages.last_mut().expect("a layout has at least one page");
        page.push(Placed { top: self.y, height, piece });
        self.y += height;
    }

    fn fits(&self, height: f32) -> bool {
        self.y + height <= self.grid.bottom()
    }

    fn turn_page(&mut self) {
        self.pages.push(vec![]);
        self.y = MARGIN;
    }

    fn title(&mut self, lines: &[String]) {
        for (index, line) in lines.iter().enumerate() {
            let main = index == 0;
            let (face, size, height) = title_look(self.faces, main);
            for text in face.lines(line, size, self.grid.width(), 4) {
                self.place(height, Piece::Title { text, main });
            }
        }
        self.y += if lines.is_empty() { 0.0 } else { 9.0 };
    }

    fn head(&mut self) {
        let height = row_height(&self.head) + 3.0;
        self.place(height, Piece::Head(self.head.clone()));
    }

    fn group(&mut self, text: &str) {
        let room = self.grid.width() - 2.0 * PAD;
        let text = self.faces.bold.cut(&self.faces.bold.printable(text), SIZE + 0.5, room);
        // A heading at the foot of a page would stand without its rows.
        if !self.fits(GROUP_HEIGHT + 2.0 * row_height(&[])) {
            self.turn_page();
            self.head();
        }
        self.group = Some(text.clone());
        self.place(GROUP_HEIGHT, Piece::Group(text));
    }

    fn row(&mut self, cells: &[ExportCell], total: bool) {
        let face = if total { &self.faces.bold } else { &self.faces.regular };
        let columns = self.grid.aligns.len();
        let cells: Vec<CellText> = (0..columns)
            .map(|column| match cells.get(column) {
                None | Some(ExportCell::Empty) => CellText::default(),
                Some(cell) => CellText::new(face, &cell.shown(), self.grid.room(column)),
            })
            .collect();
        let height = row_height(&cells);
        if !self.fits(height) {
            self.turn_page();
            self.head();
            if let Some(group) = self.group.clone().filter(|_| !total) {
                let text = format!("{group} {}", self.continued);
                self.place(GROUP_HEIGHT, Piece::Group(self.faces.bold.printable(&text)));
            }
        }
        self.place(height, Piece::Row { cells, total });
    }

    fn closing(&mut self, table: &TableSheet<'_>) {
        self.y += 10.0;
        for note in &table.notes {
            for line in self.faces.regular.lines(note, SIZE, self.grid.width(), 6) {
                if !self.fits(LEADING) {
                    self.turn_page();
                }
                self.place(LEADING + 1.0, Piece::Note(line));
            }
        }
        let digest = table.hash_line.as_ref();
        let digest = digest.map(|line| self.faces.mono.lines(line, 7.0, self.grid.width(), 3));
        let digest_height = digest.as_ref().map_or(0.0, |lines| lines.len() as f32 * 9.0 + 16.0);
        if !table.signatures.is_empty() {
            let height = signature_height(&table.signatures);
            self.y += 10.0;
            if !self.fits(height + digest_height) {
                self.turn_page();
            }
            self.place(height, Piece::Signatures);
        }
        if let Some(lines) = digest {
            if !self.fits(digest_height) {
                self.turn_page();
            }
            self.place(digest_height, Piece::Hash(lines));
        }
    }
}

const GROUP_HEIGHT: f32 = LEADING + 7.0;
/// The room for a signature and a stamp.
const SIGNATURE_ROOM: f32 = 54.0;

fn row_height(cells: &[CellText]) -> f32 {
    let lines = cells.iter().map(|cell| cell.lines.len()).max().unwrap_or(1).max(1);
    lines as f32 * LEADING + 4.5
}

fn signature_height(blocks: &[SignatureBlock]) -> f32 {
    let most = |lines: fn(&SignatureBlock) -> usize| blocks.iter().map(lines).max().unwrap_or(0);
    let lines = most(|block| block.above.len()) + most(|block| block.below.len());
    lines as f32 * (LEADING + 2.0) + SIGNATURE_ROOM
}

fn title_look(faces: &Faces, main: bool) -> (&Face, f32, f32) {
    if main { (&faces.bold, 13.0, 17.0) } else { (&faces.regular, 10.0, 13.5) }
}

fn draw_page(
    surface: &mut Surface<'_>,
    page: &[Placed],
    table: &TableSheet<'_>,
    grid: &Grid,
    faces: &Faces,
) {
    draw_tints(surface, page, grid);
    draw_grid(surface, page, grid);
    let ink = |face, size| Type { face, size, colour: INK };
    for placed in page {
        let top = placed.top;
        let line = (MARGIN, top + LEADING - 1.0, grid.width());
        match &placed.piece {
            Piece::Title { text, main } => {
                let (face, size, height) = title_look(faces, *main);
                let at = (MARGIN, top + height - 4.0, grid.width());
                write(surface, ink(face, size), at, Align::Centre, text);
            }
            Piece::Head(cells) => {
                draw_cells(surface, ink(&faces.bold, SIZE), placed, cells, grid, true);
            }
            Piece::Row { cells, total } => {
                let face = if *total { &faces.bold } else { &faces.regular };
                draw_cells(surface, ink(face, SIZE), placed, cells, grid, false);
            }
            Piece::Group(text) => {
                let at = (MARGIN + PAD, top + LEADING + 1.5, grid.width());
                write(surface, ink(&faces.bold, SIZE + 0.5), at, Align::Left, text);
            }
            Piece::Note(text) => {
                write(surface, ink(&faces.regular, SIZE), line, Align::Left, text);
            }
            Piece::Signatures => draw_signatures(surface, top, &table.signatures, grid, faces),
            Piece::Hash(lines) => {
                let look = Type { face: &faces.mono, size: 7.0, colour: FAINT };
                for (index, text) in lines.iter().enumerate() {
                    let at = (MARGIN, top + 22.0 + 9.0 * index as f32, grid.width());
                    write(surface, look, at, Align::Left, text);
                }
            }
        }
    }
}

/// Writes the lines of a row, centred in its height when it is the head.
fn draw_cells(
    surface: &mut Surface<'_>,
    look: Type<'_>,
    placed: &Placed,
    cells: &[CellText],
    grid: &Grid,
    head: bool,
) {
    for (column, CellText { size, lines }) in cells.iter().enumerate() {
        let look = Type { size: *size, ..look };
        let spare = placed.height - 4.5 - lines.len() as f32 * LEADING;
        let start = placed.top + if head { spare / 2.0 } else { 0.0 };
        let align = if head { Align::Centre } else { grid.aligns[column] };
        for (index, text) in lines.iter().enumerate() {
            let y = start + LEADING * (index + 1) as f32 - 0.2;
            let at = (grid.edges[column] + PAD, y, grid.room(column));
            write(surface, look, at, align, text);
        }
    }
}

fn draw_tints(surface: &mut Surface<'_>, page: &[Placed], grid: &Grid) {
    let (mut heads, mut bands) = (Shape::default(), Shape::default());
    for placed in page {
        let shape = match &placed.piece {
            Piece::Head(_) => &mut heads,
            Piece::Group(_) | Piece::Row { total: true, .. } => &mut bands,
            _ => continue,
        };
        shape.bar(MARGIN, placed.top, grid.width(), placed.height);
    }
    heads.fill(surface, HEAD);
    bands.fill(surface, BAND);
}

/// Draws the rules of a page in one stroke.
fn draw_grid(surface: &mut Surface<'_>, page: &[Placed], grid: &Grid) {
    let mut rules = Shape::default();
    let (left, right) = (MARGIN, MARGIN + grid.width());
    let mut columns_from: Option<f32> = None;
    let mut end: Option<f32> = None;
    let inner = &grid.edges[1..grid.edges.len().max(2) - 1];
    for placed in page {
        let (top, bottom) = (placed.top, placed.top + placed.height);
        let has_columns = match &placed.piece {
            Piece::Head(_) | Piece::Row { .. } => true,
            Piece::Group(_) => false,
            _ => continue,
        };
        if end.is_none() {
            rules.line((left, top), (right, top));
        }
        rules.line((left, bottom), (right, bottom));
        match (has_columns, columns_from) {
            (true, None) => columns_from = Some(top),
            (false, Some(from)) => {
                inner.iter().for_each(|&x| rules.line((x, from), (x, top)));
                columns_from = None;
            }
            _ => {}
        }
        end = Some(bottom);
    }
    if let (Some(from), Some(end)) = (columns_from, end) {
        inner.iter().for_each(|&x| rules.line((x, from), (x, end)));
    }
    let start = page.iter().find(|placed| matches!(placed.piece, Piece::Head(_)));
    if let (Some(start), Some(end)) = (start, end) {
        rules.line((left, start.top), (left, end));
        rules.line((right, start.top), (right, end));
    }
    rules.stroke(surface, RULE, 0.45);
}

fn draw_signatures(
    surface: &mut Surface<'_>,
    top: f32,
    blocks: &[SignatureBlock],
    grid: &Grid,
    faces: &Faces,
) {
    // One block alone stands on the right, as under a letter.
    let parts = blocks.len().max(2) as f32;
    let width = grid.width() / parts;
    let above = blocks.iter().map(|block| block.above.len()).max().unwrap_or(0);
    let leading = LEADING + 2.0;
    for (index, block) in blocks.iter().rev().enumerate() {
        let left = MARGIN + grid.width() - width * (index + 1) as f32;
        let room = width - 2.0 * PAD;
        let mut y = top + leading;
        let mut line = |face, text: &str, y: f32| {
            let look = Type { face, size: 9.5, colour: INK };
            let text = look.face.cut(&look.face.printable(text), look.size, room);
            write(surface, look, (left + PAD, y, room), Align::Centre, &text);
        };
        for text in &block.above {
            line(&faces.regular, text, y);
            y += leading;
        }
        y = top + leading * (above + 1) as f32 + SIGNATURE_ROOM;
        for (number, text) in block.below.iter().enumerate() {
            line(if number == 0 { &faces.bold } else { &faces.regular }, text, y);
            y += leading;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nik_is_set_smaller_rather_than_cut() {
        let faces = Faces::load();
        let room = faces.regular.width("640101170862", SIZE);
        let nik = CellText::new(&faces.regular, "6401011708620001", room);
        assert_eq!(nik.lines, ["6401011708620001"]);
        assert!(nik.size < SIZE && faces.regular.width(&nik.lines[0], nik.size) <= room);
        let name = CellText::new(&faces.regular, "Siti Aminah Contoh", room);
        assert_eq!((name.size, name.lines.len()), (SIZE, 2));
        assert_eq!(CellText::new(&faces.regular, "", room).lines, [""]);
    }
}
