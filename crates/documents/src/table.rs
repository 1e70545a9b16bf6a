//! Finds tables of people on a sheet, row by row: where a head is, what its columns hold, which
//! rows are people and which are titles, sums and signatures.
//!
//! A few dozen rows are held back at most, so a sheet of a million rows costs no more than a small
//! one. Every row that holds anything is told exactly once, as a row or as skipped.

mod class;
mod columns;
mod head;
mod label;

use std::collections::{HashMap, VecDeque};

use base::{Cell, CellAddress, Field, RawRow, RawValue};

use crate::read::{
    Event, Notice, ReadOptions, Region, RowBuf, SheetFound, SheetStart, SkipReason, SkippedRow,
    TableFound,
};
use class::{Class, Mode};
use columns::{Layout, Role};
use head::Head;

/// Rows that may stand above a table without being forgotten.
const WINDOW_ROWS: usize = 60;
/// Rows below a head that are looked at before its columns are settled.
const SAMPLE_ROWS: usize = 40;
/// A file with more tables than this is not looked through for more.
const TABLES_MAX: u16 = 500;

/// What was found in a whole file.
pub(crate) struct Counts {
    pub tables: u16,
    pub rows: u64,
    pub skipped: u64,
}

/// The finder of tables; told of sheets and rows in order, it tells events in order.
pub(crate) struct Finder<'a, 'b> {
    options: &'a ReadOptions<'b>,
    out: Out<'a>,
    sheet: Option<Sheet>,
}

/// Where events go, counted.
struct Out<'a> {
    sink: &'a mut dyn FnMut(Event),
    counts: Counts,
}

impl Out<'_> {
    fn tell(&mut self, event: Event) {
        match &event {
            Event::Table(_) => self.counts.tables = self.counts.tables.saturating_add(1),
            Event::Row(_) => self.counts.rows += 1,
            Event::Skipped(_) => self.counts.skipped += 1,
            Event::Sheet(_) | Event::Notice(_) => (),
        }
        (self.sink)(event);
    }

    fn skip(&mut self, sheet: u16, row: u32, reason: SkipReason) {
        self.tell(Event::Skipped(SkippedRow { sheet, row, reason }));
    }
}

struct Sheet {
    index: u16,
    epoch_1904: bool,
    wanted: bool,
    has_rows: bool,
    has_table: bool,
    merges: Merges,
    /// Rows not yet told: above a table, or maybe the first line of a head.
    window: VecDeque<RowBuf>,
    /// Rows told as skipped since the last table, kept for what they say of the next one.
    above: VecDeque<RowBuf>,
    /// What lines above the tables so far said of place.
    heading: Vec<RawValue>,
    /// Rows looked at since the last table.
    sought: u32,
    state: State,
}

enum State {
    /// No table yet, or none any more.
    Seeking,
    /// A head was found; rows are gathered until its columns can be settled.
    Sampling(Head, Vec<RowBuf>),
    /// In a table, or in several side by side.
    Inside(Vec<Table>),
}

/// Merged cells of a sheet.
#[derive(Default)]
pub(crate) struct Merges {
    by_corner: HashMap<(u32, u16), Region>,
    tallest: bool,
}

impl Merges {
    /// The merged cells that begin here.
    fn at(&self, row: u32, column: u16) -> Option<&Region> {
        self.by_corner.get(&(row, column))
    }

    /// Whether cells of this row are merged with cells to their right.
    fn any_wide(&self, row: &RowBuf) -> bool {
        row.cells().any(|(column, ..)| {
            self.at(row.row, column).is_some_and(|region| region.last_column > column)
        })
    }
}

/// A table being read.
struct Table {
    id: u16,
    layout: Layout,
    mode: Mode,
    /// What the heading of a family or group gives to the rows below it.
    block: Vec<RawValue>,
    /// Merged cells that reach down into the rows to come.
    filled: HashMap<u16, (u32, RawValue)>,
}

impl<'a, 'b> Finder<'a, 'b> {
    /// A finder that tells `sink`.
    pub fn new(options: &'a ReadOptions<'b>, sink: &'a mut dyn FnMut(Event)) -> Finder<'a, 'b> {
        let counts = Counts { tables: 0, rows: 0, skipped: 0 };
        Finder { options, out: Out { sink, counts }, sheet: None }
    }

    /// A sheet begins.
    pub fn sheet(&mut self, start: SheetStart<'_>) {
        self.end_sheet();
        if start.wanted {
            let (sheet, name, hidden) = (start.index, start.name.to_owned(), start.hidden);
            self.out.tell(Event::Sheet(SheetFound { sheet, name, hidden }));
        }
        self.sheet = Some(Sheet {
            index: start.index,
            epoch_1904: start.epoch_1904,
            wanted: start.wanted,
            has_rows: false,
            has_table: false,
            merges: Merges::default(),
            window: VecDeque::new(),
            above: VecDeque::new(),
            heading: Vec::new(),
            sought: 0,
            state: State::Seeking,
        });
    }

    /// Merged cells, told before the rows they cover.
    pub fn merge(&mut self, region: Region) {
        let Some(sheet) = &mut self.sheet else { return };
        if sheet.merges.by_corner.len() < 200_000 {
            sheet.merges.tallest |= region.last_row > region.first_row;
            sheet.merges.by_corner.insert((region.first_row, region.first_column), region);
        }
    }

    /// Something to pass on.
    pub fn notice(&mut self, notice: Notice) {
        self.out.tell(Event::Notice(notice));
    }

    /// A row.
    pub fn row(&mut self, row: &RowBuf) {
        let may_begin = self.out.counts.tables < TABLES_MAX;
        let Some(sheet) = &mut self.sheet else { return };
        if row.cells().all(|(_, kind, text)| class::is_blank(kind, text)) {
            return;
        }
        sheet.has_rows = true;
        match &mut sheet.state {
            State::Seeking => {
                sheet.window.push_back(row.clone());
                self.seek();
            }
            State::Sampling(head, rows) => {
                let another = may_begin
                    && head::may_be_head(row)
                    && !head.repeats(row)
                    && !(rows.is_empty() && head.continues_in(row));
                if another && head::find(std::iter::once(row), &sheet.merges).is_some() {
                    self.settle();
                    self.seek_from(row);
                    return;
                }
                rows.push(row.clone());
                if rows.len() >= SAMPLE_ROWS {
                    self.settle();
                }
            }
            State::Inside(tables) => {
                let people = tables.iter().any(|table| table.layout.has_nik(row));
                if may_begin && !people && head::may_be_head(row) {
                    let known = tables.iter().any(|table| table.layout.repeats(row));
                    if !known && head::find(std::iter::once(row), &sheet.merges).is_some() {
                        self.seek_from(row);
                        return;
                    }
                }
                tell_row(tables, row, sheet.index, &sheet.merges, &mut sheet.above, &mut self.out);
            }
        }
    }

    /// Everything has been told.
    pub fn finish(mut self) -> Counts {
        self.end_sheet();
        self.out.counts
    }

    /// Leaves the table: this row is the head of another one.
    fn seek_from(&mut self, row: &RowBuf) {
        let Some(sheet) = &mut self.sheet else { return };
        sheet.state = State::Seeking;
        sheet.window.push_back(row.clone());
        self.seek();
    }

    /// Looks for a head that ends the window, or for people without any head.
    fn seek(&mut self) {
        let may_begin = self.out.counts.tables < TABLES_MAX;
        let Some(sheet) = &mut self.sheet else { return };
        sheet.sought = sheet.sought.saturating_add(1);
        let found = head::find(sheet.window.iter().rev(), &sheet.merges);
        if let Some(found) = found.filter(|_| may_begin) {
            let rows = sheet.window.split_off(sheet.window.len() - found.rows());
            self.begin(found.with_rows(rows.into()), Vec::new());
            return;
        }
        // Far down a sheet without any table, a look now and then is enough.
        let look = may_begin && (sheet.sought < 1000 || sheet.sought.is_multiple_of(20));
        let found = look.then(|| head::find_by_content(&sheet.window, 3)).flatten();
        if let Some((head_rows, first)) = found {
            let mut rows: Vec<RowBuf> = sheet.window.drain(first - head_rows..).collect();
            let people = rows.split_off(head_rows);
            self.begin(Head::of_content(rows), people);
            return;
        }
        while sheet.window.len() > WINDOW_ROWS {
            if let Some(old) = sheet.window.pop_front() {
                self.out.skip(sheet.index, old.row, SkipReason::OutsideTable);
            }
        }
    }

    /// A head was found: what stands above it is told, and rows are gathered.
    fn begin(&mut self, head: Head, rows: Vec<RowBuf>) {
        let Some(sheet) = &mut self.sheet else { return };
        sheet.has_table = true;
        for title in sheet.window.drain(..) {
            self.out.skip(sheet.index, title.row, SkipReason::Title);
            sheet.above.push_back(title);
        }
        sheet.state = State::Sampling(head, rows);
    }

    /// Settles the columns of the table, tells it, and tells the rows gathered.
    fn settle(&mut self) {
        let Some(sheet) = &mut self.sheet else { return };
        let state = std::mem::replace(&mut sheet.state, State::Seeking);
        let State::Sampling(mut head, mut rows) = state else {
            sheet.state = state;
            return;
        };
        head.take_in(&mut rows, &sheet.merges);
        for value in label::heading_of(&sheet.above, sheet.index) {
            sheet.heading.retain(|known| known.field != value.field);
            sheet.heading.push(value);
        }
        sheet.heading.sort_by_key(|value| value.field);
        sheet.above.clear();
        sheet.sought = 0;
        for row in &head.rows {
            self.out.skip(sheet.index, row.row, SkipReason::Head);
        }
        let layouts = columns::settle(&head, &rows, &sheet.merges, self.options.mappings);
        let mut tables = Vec::new();
        for layout in layouts {
            let id = self.out.counts.tables;
            self.out.tell(Event::Table(TableFound {
                table: id,
                sheet: sheet.index,
                first_row: first_person(&layout, &rows).unwrap_or(head.last_row() + 1),
                head_rows: head.span(),
                columns: layout.columns.clone(),
                fingerprint: layout.fingerprint,
                epoch_1904: sheet.epoch_1904,
                key_column: layout.key_column,
                heading: sheet.heading.clone(),
            }));
            let (block, filled) = (Vec::new(), HashMap::new());
            tables.push(Table { id, layout, mode: Mode::Above, block, filled });
        }
        for row in &rows {
            tell_row(&mut tables, row, sheet.index, &sheet.merges, &mut sheet.above, &mut self.out);
        }
        sheet.state = State::Inside(tables);
    }

    fn end_sheet(&mut self) {
        if let Some(sheet) = &mut self.sheet
            && matches!(sheet.state, State::Seeking)
            && let Some((head_rows, first)) = head::find_by_content(&sheet.window, 1)
        {
            let mut rows: Vec<RowBuf> = sheet.window.drain(first - head_rows..).collect();
            let people = rows.split_off(head_rows);
            self.begin(Head::of_content(rows), people);
        }
        self.settle();
        let Some(sheet) = self.sheet.take() else { return };
        for row in &sheet.window {
            self.out.skip(sheet.index, row.row, SkipReason::OutsideTable);
        }
        if sheet.wanted && sheet.has_rows && !sheet.has_table {
            self.out.tell(Event::Notice(Notice::SheetWithoutTable { sheet: sheet.index }));
        }
    }
}

/// The row of the first person among those gathered.
fn first_person(layout: &Layout, rows: &[RowBuf]) -> Option<u32> {
    let mut mode = Mode::Above;
    let person = |row: &&RowBuf| class::classify(layout, &mut mode, row) == Class::Person;
    rows.iter().find(person).map(|row| row.row)
}

/// Tells one row of the tables that stand side by side: as people, or once as skipped.
fn tell_row(
    tables: &mut [Table],
    row: &RowBuf,
    sheet: u16,
    merges: &Merges,
    above: &mut VecDeque<RowBuf>,
    out: &mut Out<'_>,
) {
    let mut reason = None;
    let mut people = false;
    for table in tables {
        match class::classify(&table.layout, &mut table.mode, row) {
            Class::Nothing => (),
            Class::Person => {
                people = true;
                out.tell(Event::Row(table.person(row, sheet, merges)));
            }
            Class::Block => {
                table.begin_block(row, sheet);
                reason = Some(SkipReason::BlockHead);
            }
            Class::Skip(why) => reason = Some(why),
        }
    }
    if people {
        above.clear();
        return;
    }
    out.skip(sheet, row.row, reason.unwrap_or(SkipReason::NothingRead));
    if above.len() >= 8 {
        above.pop_front();
    }
    above.push_back(row.clone());
}

impl Table {
    /// The row's values by field, completed by merged cells and by the family's heading.
    fn person(&mut self, row: &RowBuf, sheet: u16, merges: &Merges) -> RawRow {
        let mut cells: Vec<RawValue> = Vec::with_capacity(self.layout.fields + self.block.len());
        let mut key = None;
        for (column, kind, text) in row.cells() {
            if class::is_blank(kind, text) {
                continue;
            }
            let at = CellAddress { sheet, row: row.row, column };
            match self.layout.role(column) {
                Role::Field(field) => {
                    cells.push(RawValue { field, at, cell: Cell::of(kind, text) })
                }
                Role::Tick(letter) if class::is_tick(text) => {
                    cells.push(RawValue { field: Field::Sex, at, cell: Cell::text(letter) });
                }
                Role::Key => key = Some(text.trim().into()),
                Role::Tick(_) | Role::Number | Role::Unread => (),
            }
        }
        if merges.tallest {
            self.fill(row, merges, &mut cells);
        }
        for value in &self.block {
            if !cells.iter().any(|cell| cell.field == value.field) {
                cells.push(value.clone());
            }
        }
        RawRow { sheet, table: self.id, row: row.row, cells, key }
    }

    /// Gives the row what cells merged downwards hold for it.
    fn fill(&mut self, row: &RowBuf, merges: &Merges, cells: &mut Vec<RawValue>) {
        for value in cells.iter() {
            let region = merges.at(row.row, value.at.column);
            if let Some(region) = region.filter(|region| region.last_row > row.row)
                && shared_by_family(value.field)
            {
                self.filled.insert(value.at.column, (region.last_row, value.clone()));
            }
        }
        self.filled.retain(|_, (last, _)| *last >= row.row);
        let mut columns: Vec<_> = self.filled.keys().copied().collect();
        columns.sort_unstable();
        for column in columns {
            let value = &self.filled[&column].1;
            if !cells.iter().any(|cell| cell.field == value.field) {
                cells.push(value.clone());
            }
        }
    }

    /// Takes over what the heading of a family or a group says.
    fn begin_block(&mut self, row: &RowBuf, sheet: u16) {
        let values = label::block_of(row, sheet, self.layout.range());
        if values.iter().any(|value| value.field == Field::NoKk) {
            // Another family: nothing of the one before holds any more.
            self.block.retain(|value| matches!(value.field, Field::Village | Field::District));
        }
        for value in values {
            self.block.retain(|known| known.field != value.field);
            self.block.push(value);
        }
    }
}

/// Fields that one merged cell may give to several people.
fn shared_by_family(field: Field) -> bool {
    matches!(
        field,
        Field::NoKk
            | Field::Address
            | Field::Rt
            | Field::Rw
            | Field::Village
            | Field::District
            | Field::Occupation
            | Field::Facility
    )
}

#[cfg(test)]
mod tests;
