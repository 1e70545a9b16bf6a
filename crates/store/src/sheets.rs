//! Received files: the bytes, what became of each row, and what is wrong with it.

use base::id::kind;
use base::{CellAddress, Field, Id, Problem, ProblemCode};
use domain::enrolment::Outcome;

use crate::sql::{Sql, sql};
use crate::value::{Columns, values};
use crate::{StoreError, Tx};

static INSERT: Sql = sql!("sheet_insert");
static BY_HASH: Sql = sql!("sheet_by_hash");
static GET: Sql = sql!("sheet_get");
static LIST: Sql = sql!("sheet_list");
static SET_STATE: Sql = sql!("sheet_set_state");
static BLOB_INSERT: Sql = sql!("sheet_blob_insert");
static BLOB_GET: Sql = sql!("sheet_blob_get");
static ROWS: Sql = sql!("intake_row_list");
static PROBLEMS: Sql = sql!("intake_problem_list");

/// One received file, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Which.
    pub id: Id<kind::Sheet>,
    /// SHA-256 of the bytes: the same bytes twice are one sheet.
    pub hash: [u8; 32],
    /// The name it came under.
    pub file_name: Box<str>,
    /// How many bytes.
    pub size_bytes: u64,
    /// Who sent it.
    pub org: Id<kind::Org>,
    /// For what.
    pub programme: Id<kind::Programme>,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub received_at_ms: i64,
    /// Who took it in.
    pub received_by: Id<kind::User>,
    /// Where it stands.
    pub state: SheetState,
    /// The sheet whose return workbook this is.
    pub corrects: Option<Id<kind::Sheet>>,
}

/// Where a sheet stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SheetState {
    /// Its bytes are safe; its rows are not decided.
    Received,
    /// Every row has its outcome.
    Decided,
    /// Taken back.
    Undone,
}

impl SheetState {
    /// Every state, in order.
    pub const ALL: [SheetState; 3] =
        [SheetState::Received, SheetState::Decided, SheetState::Undone];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            SheetState::Received => "received",
            SheetState::Decided => "decided",
            SheetState::Undone => "undone",
        }
    }

    /// The state with this stable name.
    pub fn from_name(name: &str) -> Option<SheetState> {
        SheetState::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// What was decided for one row, with all that was found.
#[derive(Debug, Clone)]
pub struct SheetRow {
    /// The sheet's place in the file, 0 for the first.
    pub sheet_index: u16,
    /// The row, 1 for the first.
    pub row: u32,
    /// The decision.
    pub outcome: Outcome,
    /// The person accepted or recognised.
    pub person: Option<Id<kind::Person>>,
    /// Digest of the row's cells.
    pub content: u64,
    /// The row of an earlier sheet that this one replaces.
    pub corrects: Option<(Id<kind::Sheet>, u16, u32)>,
    /// The later sheet that replaces this row.
    pub superseded_by: Option<Id<kind::Sheet>>,
    /// What was found.
    pub problems: Vec<Problem>,
}

/// Keeps a file and its bytes; known bytes are `sheet_hash_unique`.
pub fn insert(tx: &mut Tx<'_>, sheet: &Sheet, content: &[u8]) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.run(
        &INSERT,
        &values![
            tenant,
            &sheet.id,
            &sheet.hash,
            &sheet.file_name,
            sheet.size_bytes as i64,
            &sheet.org,
            &sheet.programme,
            sheet.received_at_ms,
            &sheet.received_by,
            sheet.state.name(),
            sheet.corrects.as_ref(),
        ],
    )?;
    tx.run(&BLOB_INSERT, &values![tenant, &sheet.id, content]).map(|_| ())
}

/// The sheet with these bytes.
pub fn find_by_hash(tx: &mut Tx<'_>, hash: &[u8; 32]) -> Result<Option<Sheet>, StoreError> {
    tx.one(&BY_HASH, &values![tx.tenant(), hash], read)
}

/// The sheet with this id.
pub fn get(tx: &mut Tx<'_>, id: Id<kind::Sheet>) -> Result<Option<Sheet>, StoreError> {
    tx.one(&GET, &values![tx.tenant(), &id], read)
}

/// All sheets, oldest first.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Sheet>, StoreError> {
    tx.all(&LIST, &values![tx.tenant()], read)
}

/// The bytes as received.
pub fn blob(tx: &mut Tx<'_>, id: Id<kind::Sheet>) -> Result<Option<Vec<u8>>, StoreError> {
    tx.one(&BLOB_GET, &values![tx.tenant(), &id], |columns| columns.take())
}

/// Says where a sheet stands.
pub fn set_state(
    tx: &mut Tx<'_>,
    id: Id<kind::Sheet>,
    state: SheetState,
) -> Result<(), StoreError> {
    match tx.run(&SET_STATE, &values![state.name(), tx.tenant(), &id])? {
        0 => Err(StoreError::NotFound { what: "sheet" }),
        _ => Ok(()),
    }
}

/// Every decided row, in the order of the file.
pub fn rows(tx: &mut Tx<'_>, id: Id<kind::Sheet>) -> Result<Vec<SheetRow>, StoreError> {
    let mut rows = tx.all(&ROWS, &values![tx.tenant(), &id], read_row)?;
    // Problems come in the same order as rows: one walk over both brings them together.
    let mut at = 0;
    tx.each(&PROBLEMS, &values![tx.tenant(), &id], |columns| {
        let key: (u16, u32) = (columns.take()?, columns.take()?);
        let problem = read_problem(columns)?;
        while rows.get(at).is_some_and(|row| (row.sheet_index, row.row) < key) {
            at += 1;
        }
        match rows.get_mut(at) {
            Some(row) => row.problems.push(problem),
            None => return Err(StoreError::Corrupt { what: "a problem without a row".into() }),
        }
        Ok(())
    })?;
    Ok(rows)
}

fn read(columns: &mut Columns<'_>) -> Result<Sheet, StoreError> {
    Ok(Sheet {
        id: columns.take()?,
        hash: columns.take()?,
        file_name: columns.take()?,
        size_bytes: columns.take()?,
        org: columns.take()?,
        programme: columns.take()?,
        received_at_ms: columns.take()?,
        received_by: columns.take()?,
        state: columns.take_with("a sheet's state", SheetState::from_name)?,
        corrects: columns.take()?,
    })
}

fn read_row(columns: &mut Columns<'_>) -> Result<SheetRow, StoreError> {
    Ok(SheetRow {
        sheet_index: columns.take()?,
        row: columns.take()?,
        outcome: columns.take_with("an outcome", Outcome::from_name)?,
        person: columns.take()?,
        content: columns.take()?,
        corrects: columns.take_place()?,
        superseded_by: columns.take()?,
        problems: Vec::new(),
    })
}

fn read_problem(columns: &mut Columns<'_>) -> Result<Problem, StoreError> {
    let code = columns.take_with("a problem", ProblemCode::from_name)?;
    let field: Option<String> = columns.take()?;
    let cell: (Option<u16>, Option<u32>, Option<u16>) =
        (columns.take()?, columns.take()?, columns.take()?);
    let cell = match cell {
        (Some(sheet), Some(row), Some(column)) => Some(CellAddress { sheet, row, column }),
        _ => None,
    };
    Ok(Problem {
        code,
        field: field.and_then(|name| Field::from_name(&name)),
        cell,
        detail: columns.take()?,
        suggestion: columns.take()?,
    })
}
