//! Rows laid out on sheets as offices do it: titles, heads, page breaks, totals, signatures.

use super::cells::{Value, is_kelurahan, typed};
use super::dice::Dice;
use super::fate::{Fate, Flaw};
use super::plan::{PlannedRow, VillagePlan};
use super::style::Column;

/// The line that says what these files are.
pub const INVENTED: &str = "DATA LATIHAN – ORANG REKAAN";

/// One sheet before it is written.
pub struct Grid {
    pub name: String,
    pub hidden: bool,
    pub rows: Vec<Vec<Value>>,
    pub merges: Vec<Merge>,
}

/// Cells shown as one; rows and columns count from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Merge {
    pub row: usize,
    pub column: usize,
    pub rows: usize,
    pub columns: usize,
}

/// Where a planned row came to stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The sheet's place in the file, 0 for the first.
    pub sheet: u16,
    /// The row, 1 for the first.
    pub row: u32,
    pub fate: Fate,
    /// The flaw that can be seen on this list.
    pub flaw: Flaw,
}

/// Lays a village's rows out.
pub fn lay_out(dice: &mut Dice, village: &VillagePlan) -> (Vec<Grid>, Vec<Place>) {
    let style = &village.style;
    let cut = if style.two_sheets { village.rows.len().div_ceil(2) } else { village.rows.len() };
    let (first, second) = village.rows.split_at(cut);
    let mut grids = Vec::new();
    let mut places = Vec::with_capacity(village.rows.len());
    for part in [first, second] {
        if !part.is_empty() {
            let mut sheet = Sheet::new(grids.len(), village);
            sheet.write(dice, village, part, &mut places);
            grids.push(sheet.grid);
        }
    }
    if style.hidden_sheet {
        grids.push(junk());
    }
    (grids, places)
}

struct Sheet {
    index: usize,
    grid: Grid,
    width: usize,
}

impl Sheet {
    fn new(index: usize, village: &VillagePlan) -> Sheet {
        let grid = Grid {
            name: format!("Sheet{}", index + 1),
            hidden: false,
            rows: Vec::new(),
            merges: Vec::new(),
        };
        Sheet { index, grid, width: village.style.columns.len() }
    }

    fn write(
        &mut self,
        dice: &mut Dice,
        village: &VillagePlan,
        rows: &[PlannedRow],
        places: &mut Vec<Place>,
    ) {
        let style = &village.style;
        if style.title {
            self.title(village);
        }
        self.head(village);
        let mut above: Option<&PlannedRow> = None;
        let mut typed_above: Option<Vec<Value>> = None;
        for (index, row) in rows.iter().enumerate() {
            if self.break_before(village, index as u32, above, row) {
                typed_above = None;
            }
            let cells = typed(dice, village, row, index as u32 + 1);
            let shown = match &typed_above {
                Some(last) if style.dittos => with_dittos(dice, &cells, last, style.columns),
                _ => cells.clone(),
            };
            self.grid.rows.push(shown);
            places.push(Place {
                sheet: self.index as u16,
                row: self.grid.rows.len() as u32,
                fate: row.fate,
                flaw: visible_flaw(row, village),
            });
            (above, typed_above) = (Some(row), Some(cells));
        }
        if style.total {
            self.total(village, rows.len());
        }
        if style.signature {
            self.signature(village);
        }
    }

    /// Writes what stands between two rows; tells whether anything does.
    fn break_before(
        &mut self,
        village: &VillagePlan,
        index: u32,
        above: Option<&PlannedRow>,
        row: &PlannedRow,
    ) -> bool {
        let style = &village.style;
        let before = self.grid.rows.len();
        if style.blank_rows && above.is_some_and(|above| above.human.rt != row.human.rt) {
            self.blank();
        }
        if style.head_every.is_some_and(|every| index > 0 && index.is_multiple_of(every)) {
            self.head(village);
        }
        if style.families && above.is_none_or(|above| above.human.no_kk != row.human.no_kk) {
            self.line(0, &format!("NO. KK : {:016}", row.human.no_kk));
        }
        self.grid.rows.len() > before
    }

    fn title(&mut self, village: &VillagePlan) {
        let office = if is_kelurahan(village.region) { "KELURAHAN" } else { "DESA" };
        for text in [
            "PEMERINTAH KABUPATEN PASER".to_owned(),
            format!("KECAMATAN {}", village.district.to_uppercase()),
            format!("{office} {}", village.name.to_uppercase()),
            String::new(),
            "DAFTAR PEKERJA RENTAN TAHUN 2022".to_owned(),
            INVENTED.to_owned(),
            String::new(),
        ] {
            if !text.is_empty() {
                let row = self.grid.rows.len();
                self.grid.merges.push(Merge { row, column: 0, rows: 1, columns: self.width });
            }
            self.line(0, &text);
        }
    }

    fn head(&mut self, village: &VillagePlan) {
        let style = &village.style;
        let columns = style.columns;
        let words = |column: &Column| Value::Text(column.head(style.wording).to_owned());
        let top = self.grid.rows.len();
        if !style.two_row_head {
            self.grid.rows.push(columns.iter().map(words).collect());
        } else {
            let (mut upper, mut lower) = (Vec::new(), Vec::new());
            for (at, column) in columns.iter().enumerate() {
                let (above, below) = halves(*column, columns, style.wording);
                let (rows, wide) = match (&above, &below) {
                    (Value::Text(_), Value::Text(_)) => (1, 2),
                    (Value::Text(_), _) => (2, 1),
                    _ => (0, 0),
                };
                if rows > 0 {
                    self.grid.merges.push(Merge { row: top, column: at, rows, columns: wide });
                }
                upper.push(above);
                lower.push(below);
            }
            self.grid.rows.extend([upper, lower]);
        }
        if style.column_numbers && top < 12 {
            let number = |at: usize| Value::Text(format!("({})", at + 1));
            let bare = |at: usize| Value::Number(at as u64 + 1);
            let numbers = 0..columns.len();
            let row = if style.wording.is_multiple_of(2) {
                numbers.map(number).collect()
            } else {
                numbers.map(bare).collect()
            };
            self.grid.rows.push(row);
        }
    }

    fn total(&mut self, village: &VillagePlan, count: usize) {
        let mut row = vec![Value::Blank; self.width];
        row[0] = Value::Text("JUMLAH".to_owned());
        let name = village.style.columns.iter().position(|column| *column == Column::Sex);
        row[name.unwrap_or(1)] = Value::Text(format!("{count} orang"));
        self.grid.rows.push(row);
    }

    fn signature(&mut self, village: &VillagePlan) {
        let at = self.width - 3;
        let head = if is_kelurahan(village.region) { "Lurah" } else { "Kepala Desa" };
        self.blank();
        self.line(at, &format!("{}, 12 September 2022", village.name));
        self.line(at, &format!("{head} {}", village.name));
        self.blank();
        self.blank();
        self.line(at, "(..............................)");
    }

    fn line(&mut self, column: usize, text: &str) {
        let mut row = vec![Value::Blank; self.width];
        if !text.is_empty() {
            row[column] = Value::Text(text.to_owned());
        }
        self.grid.rows.push(row);
    }

    fn blank(&mut self) {
        self.grid.rows.push(vec![Value::Blank; self.width]);
    }
}

/// The upper and the lower word of a column under a head of two rows.
fn halves(column: Column, columns: &[Column], wording: usize) -> (Value, Value) {
    let text = |words: &str| Value::Text(words.to_owned());
    let paired = |other: Column| columns.contains(&other);
    match column {
        Column::BirthPlace if paired(Column::BirthDate) => {
            (text("Tempat / Tanggal Lahir"), text("Tempat"))
        }
        Column::BirthDate if paired(Column::BirthPlace) => (Value::Blank, text("Tanggal")),
        Column::Rt if paired(Column::Rw) => (text("RT / RW"), text("RT")),
        Column::Rw if paired(Column::Rt) => (Value::Blank, text("RW")),
        _ => (text(column.head(wording)), Value::Blank),
    }
}

fn with_dittos(
    dice: &mut Dice,
    cells: &[Value],
    above: &[Value],
    columns: &[Column],
) -> Vec<Value> {
    let repeats = |column: Column| {
        matches!(column, Column::Address | Column::Village | Column::District | Column::Occupation)
    };
    let mark = *dice.pick(&["idem", "Idem", "\""]);
    let pairs = cells.iter().zip(above).zip(columns);
    pairs
        .map(|((cell, last), &column)| match cell {
            Value::Text(text) if repeats(column) && cell == last && text.len() > 4 => {
                Value::Text(mark.to_owned())
            }
            other => other.clone(),
        })
        .collect()
}

/// A flaw of a cell that the list has no column for cannot be seen.
fn visible_flaw(row: &PlannedRow, village: &VillagePlan) -> Flaw {
    let shown = row.flaw != Flaw::KkShort || village.style.has(Column::NoKk);
    if shown { row.flaw } else { Flaw::None }
}

fn junk() -> Grid {
    let text = |words: &str| Value::Text(words.to_owned());
    let rows = vec![
        vec![text("jangan dihapus"), Value::Blank, text("rekap")],
        vec![text("L"), Value::Number(1), text("x")],
        vec![text("P"), Value::Number(2), text("y")],
        vec![Value::Blank, Value::Blank, text("lama")],
        vec![text("#"), Value::Number(44_805), Value::Blank],
    ];
    Grid { name: "ref".to_owned(), hidden: true, rows, merges: Vec::new() }
}
