//! From a file to drafts: read, written out, drafted and looked at across rows, batch by batch.
//!
//! `check` and `intake` share this road; they differ in what they do with the drafts.

use std::collections::{BTreeMap, HashMap, HashSet};

use base::{Cell, CellAddress, Day, Field, Problem, RawRow, RawValue, RegionCode};
use documents::read::{Event, Notice, ReadSummary, SheetFound, SkipReason, SkippedRow, TableFound};
use domain::intake::column::{NikColumns, NikRounding};
use domain::intake::ditto::DittoCarry;
use domain::intake::file_check::{FileCheck, RowPlace};
use domain::intake::{Draft, DraftContext, TableFacts};
use domain::occupation::{OccupationKey, Occupations};
use rules::Rulebook;

use crate::office::Office;
use crate::reading::{FileRefusal, ReadRequest, Reader};

/// Rows drafted at a time: enough to keep every core busy, little enough to forget soon.
const BATCH_ROWS: usize = 32_768;

/// What drafting needs to know.
pub struct DraftOptions<'a> {
    /// The day by which ages are judged.
    pub registration: Day,
    /// Where the people must live.
    pub territory: Option<RegionCode>,
    /// The sender's own territory.
    pub sender: Option<RegionCode>,
    /// The occupation of rows that name none.
    pub default_occupation: Option<OccupationKey>,
    /// Names of regions.
    pub gazetteer: &'a base::Gazetteer,
    /// Names of occupations.
    pub occupations: &'a Occupations,
    /// The law.
    pub rulebook: &'a Rulebook,
    /// What was said of a file that waits; its rows are then kept as typed.
    pub said: Option<&'a Overlay>,
}

impl<'a> DraftOptions<'a> {
    /// For people of no programme, sent by nobody in particular: a list of another office.
    pub fn of_anybody(
        registration: Day,
        (rulebook, occupations, gazetteer): (&'a Rulebook, &'a Occupations, &'a base::Gazetteer),
    ) -> DraftOptions<'a> {
        DraftOptions {
            registration,
            territory: None,
            sender: None,
            default_occupation: None,
            gazetteer,
            occupations,
            rulebook,
            said: None,
        }
    }
}

impl Office {
    /// How a list of another office is read today.
    pub(crate) fn draft_anybody(&self) -> DraftOptions<'_> {
        let known = (&self.rulebook, &self.occupations, self.gazetteer);
        DraftOptions::of_anybody(self.environment.today(), known)
    }
}

/// What people said of a file's cells and tables: it goes before what the file says.
#[derive(Default)]
pub struct Overlay {
    /// Corrected cells by sheet and row: the field and its text, empty for nothing.
    pub edits: HashMap<(u16, u32), Vec<(Field, Box<str>)>>,
    /// Tables whose rows are no people of this list, by their place in the file.
    pub left_out: HashSet<u16>,
}

/// What was found in a file besides its rows.
#[derive(Debug, Default)]
pub struct FileFacts {
    /// Sheets, in order.
    pub sheets: Vec<SheetFound>,
    /// Tables, in order.
    pub tables: Vec<TableFound>,
    /// Rows of people by table.
    pub table_rows: BTreeMap<u16, u64>,
    /// Rows that hold something, but no person.
    pub skipped: Vec<SkippedRow>,
    /// Things the sender should know.
    pub notices: Vec<Notice>,
    /// Problems that later rows revealed about earlier ones.
    pub late: Vec<(RowPlace, Problem)>,
    /// The rows as typed and corrected, when [`DraftOptions::said`] asks for them.
    pub raw: Vec<RawRow>,
}

/// Reads a file and hands its drafts on in order, batch by batch.
///
/// What later rows reveal about earlier ones comes at the end, in [`FileFacts::late`].
///
/// # Errors
/// A [`FileRefusal`]; drafts handed on before it are void.
pub fn draft_file(
    reader: &Reader,
    request: &ReadRequest,
    options: &DraftOptions<'_>,
    on_drafts: &mut dyn FnMut(Vec<(Draft, Vec<Problem>)>),
) -> Result<(FileFacts, ReadSummary), FileRefusal> {
    let mut drafting = Drafting::new(options, on_drafts);
    let summary = reader.read(request, &mut |event| drafting.take(event))?;
    Ok((drafting.finish(), summary))
}

struct Drafting<'a> {
    said: Option<&'a Overlay>,
    context: DraftContext<'a>,
    facts: FileFacts,
    batch: Vec<RawRow>,
    columns: NikColumns,
    carry: DittoCarry,
    across: FileCheck,
    on_drafts: &'a mut dyn FnMut(Vec<(Draft, Vec<Problem>)>),
}

impl<'a> Drafting<'a> {
    fn new(
        options: &DraftOptions<'a>,
        on_drafts: &'a mut dyn FnMut(Vec<(Draft, Vec<Problem>)>),
    ) -> Drafting<'a> {
        Drafting {
            said: options.said,
            context: DraftContext {
                today: options.registration,
                territory: options.territory,
                sender: options.sender,
                gazetteer: options.gazetteer,
                occupations: options.occupations,
                rulebook: options.rulebook,
                epoch_1904: false,
                default_occupation: options.default_occupation.clone(),
                tables: Vec::new(),
            },
            facts: FileFacts::default(),
            batch: Vec::new(),
            columns: NikColumns::default(),
            carry: DittoCarry::default(),
            across: FileCheck::default(),
            on_drafts,
        }
    }

    fn take(&mut self, event: Event) {
        match event {
            Event::Sheet(sheet) => self.facts.sheets.push(sheet),
            Event::Table(table) => self.table(table),
            Event::Row(mut row) => {
                if let Some(said) = self.said {
                    if said.left_out.contains(&row.table) {
                        let reason = SkipReason::OutsideTable;
                        let skipped = SkippedRow { sheet: row.sheet, row: row.row, reason };
                        return self.facts.skipped.push(skipped);
                    }
                    said.apply(&mut row, &self.facts.tables);
                    self.facts.raw.push(row.clone());
                }
                *self.facts.table_rows.entry(row.table).or_default() += 1;
                self.columns.observe(&row);
                self.batch.push(row);
                if self.batch.len() >= BATCH_ROWS {
                    self.draft_batch();
                }
            }
            Event::Skipped(skipped) => self.facts.skipped.push(skipped),
            Event::Notice(notice) => self.facts.notices.push(notice),
        }
    }

    fn table(&mut self, table: TableFound) {
        let heading = |field: Field| {
            let value = table.heading.iter().find(|value| value.field == field);
            value.map(|value| value.cell.text.clone())
        };
        self.context.epoch_1904 = table.epoch_1904;
        self.context.tables.push(TableFacts {
            village: heading(Field::Village),
            district: heading(Field::District),
            nik_rounding: NikRounding::default(),
        });
        self.facts.tables.push(table);
    }

    fn draft_batch(&mut self) {
        for (table, rounding) in self.context.tables.iter_mut().zip(self.columns.roundings()) {
            table.nik_rounding = rounding;
        }
        let mut drafts = bulk::drafts_of_batch(&mut self.batch, &mut self.carry, &self.context);
        self.batch.clear();
        for (draft, problems) in &mut drafts {
            let found = self.across.add(draft);
            if !found.is_empty() {
                problems.extend(found);
                problems.sort_by_key(|problem| problem.code);
            }
        }
        (self.on_drafts)(drafts);
    }

    fn finish(mut self) -> FileFacts {
        self.draft_batch();
        self.facts.late = self.across.finish();
        self.facts
    }
}

impl Overlay {
    /// Whether nothing was said.
    pub fn is_empty(&self) -> bool {
        self.edits.is_empty() && self.left_out.is_empty()
    }

    /// Puts corrected cells in place of those of the file.
    fn apply(&self, row: &mut RawRow, tables: &[TableFound]) {
        let Some(edits) = self.edits.get(&(row.sheet, row.row)) else { return };
        let columns = tables.iter().find(|table| table.table == row.table);
        let columns = columns.map_or(&[][..], |table| &table.columns);
        for (field, text) in edits {
            let old = row.value(*field).map(|value| value.at);
            let beside = columns.last().map_or(0, |last| last.column.saturating_add(1));
            let of_table = columns.iter().find(|column| column.field == Some(*field));
            let column = of_table.map_or(beside, |column| column.column);
            let at = old.unwrap_or(CellAddress { sheet: row.sheet, row: row.row, column });
            row.cells.retain(|value| value.field != *field);
            if !text.trim().is_empty() {
                row.cells.push(RawValue { field: *field, at, cell: Cell::text(text) });
            }
        }
        row.cells.sort_by_key(|value| value.at.column);
    }
}
