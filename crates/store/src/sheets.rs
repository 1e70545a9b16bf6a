//! Received files: the bytes, what became of each row, and what is wrong with it.

use base::id::kind;
use base::{CellAddress, Field, Id, Problem, ProblemCode};
use domain::enrolment::Outcome;

use crate::people::take_sealed;
use crate::seal::{self, Owner, Seal, take_wrapped};
use crate::sql::{Sql, sql};
use crate::value::{Columns, values};
use crate::{StoreError, Tx};

static INSERT: Sql = sql!("sheet_insert");
static BY_HASH: Sql = sql!("sheet_by_hash");
static GET: Sql = sql!("sheet_get");
static LIST: Sql = sql!("sheet_list");
static CHANGED: Sql = sql!("sheet_changed_list");
static SET_STATE: Sql = sql!("sheet_set_state");
static BLOB_INSERT: Sql = sql!("sheet_blob_insert");
static BLOB_GET: Sql = sql!("sheet_blob_get");
static ROWS: Sql = sql!("intake_row_list");
static PROBLEMS: Sql = sql!("intake_problem_list");
static FORGOTTEN_LIST: Sql = sql!("sheet_forgotten_list");
static NAMING: Sql = sql!("sheet_naming");

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
///
/// The bytes are sealed under a key of the sheet: they name everybody on it. Long numbers in the
/// file's name are masked.
pub fn insert(tx: &mut Tx<'_>, sheet: &Sheet, content: &[u8]) -> Result<(), StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let owner = Owner::new(tenant, &sheet.id);
    let key = keys.new_key(owner);
    let file_name = masked_name(&sheet.file_name);
    tx.run(
        &INSERT,
        &values![
            tenant,
            &sheet.id,
            &sheet.hash,
            &file_name,
            sheet.size_bytes as i64,
            &sheet.org,
            &sheet.programme,
            sheet.received_at_ms,
            &sheet.received_by,
            sheet.state.name(),
            sheet.corrects.as_ref(),
        ],
    )?;
    seal::keep_keys(tx, [(sheet.id.as_bytes(), &key.wrapped)].into_iter())?;
    let sealed = keys.sealer(&key).seal(owner, "content", content);
    tx.pending().touch(sheet.id);
    tx.run(&BLOB_INSERT, &values![tenant, &sheet.id, sealed]).map(|_| ())
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

/// The sheets that acts changed from this place of the log on, oldest first; or what became of
/// their rows.
pub fn changed_since(tx: &mut Tx<'_>, act: u64) -> Result<Vec<Sheet>, StoreError> {
    tx.all(&CHANGED, &values![tx.tenant(), act.cast_signed()], read)
}

/// The bytes as received; none when their key was dropped.
pub fn blob(tx: &mut Tx<'_>, id: Id<kind::Sheet>) -> Result<Option<Vec<u8>>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let owner = Owner::new(tenant, &id);
    let content = tx.one(&BLOB_GET, &values![tenant, &id], |columns| {
        let Some(wrapped) = take_wrapped(columns)? else { return Ok(None) };
        let sealed: Vec<u8> = columns.take()?;
        keys.unwrap(owner, &wrapped)?.open(owner, "content", &sealed).map(Some)
    })?;
    Ok(content.flatten())
}

/// Drops a sheet's key: its bytes and the suggestions to its rows can never be read again, whoever
/// stands on it. What was decided stays.
pub fn forget(tx: &mut Tx<'_>, id: Id<kind::Sheet>) -> Result<(), StoreError> {
    seal::drop_key(tx, id.as_bytes()).map(|_| ())
}

/// Whether a sheet's key was dropped.
pub fn is_forgotten(tx: &mut Tx<'_>, id: Id<kind::Sheet>) -> Result<bool, StoreError> {
    seal::key_of(tx, id.as_bytes()).map(|key| key.is_none())
}

/// Every sheet whose key was dropped, in the order of identifiers.
pub fn forgotten(tx: &mut Tx<'_>) -> Result<Vec<Id<kind::Sheet>>, StoreError> {
    tx.all(&FORGOTTEN_LIST, &values![tx.tenant()], |columns| columns.take())
}

/// The sheets on which somebody's rows stand, in order.
pub fn naming(
    tx: &mut Tx<'_>,
    person: Id<kind::Person>,
) -> Result<Vec<Id<kind::Sheet>>, StoreError> {
    tx.all(&NAMING, &values![tx.tenant(), &person], |columns| columns.take())
}

pub(crate) fn foresee_naming(tx: &mut Tx<'_>, person: Id<kind::Person>) {
    let tenant = tx.tenant();
    tx.foresee(&NAMING, &values![tenant, &person]);
}

/// Says where a sheet stands.
pub fn set_state(
    tx: &mut Tx<'_>,
    id: Id<kind::Sheet>,
    state: SheetState,
) -> Result<(), StoreError> {
    tx.pending().touch(id);
    match tx.run(&SET_STATE, &values![state.name(), tx.tenant(), &id])? {
        0 => Err(StoreError::NotFound { what: "sheet" }),
        _ => Ok(()),
    }
}

/// Every decided row, in the order of the file.
pub fn rows(tx: &mut Tx<'_>, id: Id<kind::Sheet>) -> Result<Vec<SheetRow>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let owner = Owner::new(tenant, &id);
    let key = seal::key_of(tx, id.as_bytes())?;
    let seal = key.map(|key| keys.unwrap(owner, &key)).transpose()?;
    let mut rows = tx.all(&ROWS, &values![tenant, &id], |columns| {
        let row = read_row(columns)?;
        let content = keys.hide(id.as_bytes(), row.sheet_index, row.row, row.content);
        Ok(SheetRow { content, ..row })
    })?;
    // Problems come in the same order as rows: one walk over both brings them together.
    let mut at = 0;
    tx.each(&PROBLEMS, &values![tenant, &id], |columns| {
        let key: (u16, u32) = (columns.take()?, columns.take()?);
        let field = suggestion_of(key.0, key.1, columns.take()?);
        let problem = read_problem(columns, seal.as_ref(), owner, &field)?;
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

/// The field of a problem's suggestion.
pub(crate) fn suggestion_of(index: u16, row: u32, ordinal: i64) -> String {
    format!("suggestion {index}:{row}:{ordinal}")
}

/// A file's name with the digits of long numbers hidden, but for the first six.
pub(crate) fn masked_name(name: &str) -> String {
    const NUMBER: usize = 16;
    const REGION: usize = 6;
    let mut out = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let digits = rest[start..].bytes().take_while(u8::is_ascii_digit).count();
        let shown = if digits < NUMBER { digits } else { REGION };
        out.push_str(&rest[..start + shown]);
        out.extend(std::iter::repeat_n('x', digits - shown));
        rest = &rest[start + digits..];
    }
    out + rest
}

fn read_problem(
    columns: &mut Columns<'_>,
    seal: Option<&Seal<'_>>,
    owner: Owner<'_>,
    suggestion: &str,
) -> Result<Problem, StoreError> {
    let code = columns.take_with("a problem", ProblemCode::from_name)?;
    let field: Option<String> = columns.take()?;
    let cell: (Option<u16>, Option<u32>, Option<u16>) =
        (columns.take()?, columns.take()?, columns.take()?);
    let cell = match cell {
        (Some(sheet), Some(row), Some(column)) => Some(CellAddress { sheet, row, column }),
        _ => None,
    };
    let detail = columns.take()?;
    let plain = take_sealed(columns, seal, owner, suggestion)?;
    let broken = |_| StoreError::Corrupt { what: "a suggestion".into() };
    let suggestion = plain.map(String::from_utf8).transpose().map_err(broken)?;
    Ok(Problem {
        code,
        field: field.and_then(|name| Field::from_name(&name)),
        cell,
        detail,
        suggestion: suggestion.map(String::into_boxed_str),
    })
}

#[cfg(test)]
mod tests {
    use super::masked_name;

    #[test]
    fn long_numbers_in_file_names_are_hidden() {
        let check = |name: &str, expect: &str| assert_eq!(masked_name(name), expect);
        check("Data RT 05.xlsx", "Data RT 05.xlsx");
        check("KTP 6401041708627777 (1).xlsx", "KTP 640104xxxxxxxxxx (1).xlsx");
        check("6401041708627777", "640104xxxxxxxxxx");
        check("20221024 2.csv", "20221024 2.csv");
    }
}
