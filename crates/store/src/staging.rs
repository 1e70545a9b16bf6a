//! What was said of a file before it is decided: tables, columns, corrected cells, answers.

use std::collections::HashMap;

use base::id::kind;
use base::{Field, Id, ProblemCode};

use crate::keys;
use crate::seal::{self, Owner};
use crate::sql::{Sql, sql, sql_twin};
use crate::value::{Columns, json_texts, values};
use crate::{StoreError, Tx};

static STAGE_INSERT: Sql = sql!("sheet_stage_insert");
static STAGE_GET: Sql = sql!("sheet_stage_get");
static STAGE_LIST: Sql = sql!("sheet_stage_list");
static STAGE_OF: Sql = sql_twin!("sheet_stage_of");
static STAGE_SAVE: Sql = sql!("sheet_stage_save");
static STAGE_DECIDE: Sql = sql!("sheet_stage_decide");
static STAGE_COUNT: Sql = sql!("sheet_stage_count");
static EDIT_SET: Sql = sql!("sheet_edit_set");
static EDIT_LIST: Sql = sql!("sheet_edit_list");
static ANSWER_SET: Sql = sql!("sheet_answer_set");
static ANSWER_DELETE: Sql = sql!("sheet_answer_delete");
static ANSWER_LIST: Sql = sql!("sheet_answer_list");
static ENLISTED_BY: Sql = sql!("enlistment_of_org");
static ENLISTED_AS: Sql = sql!("enlistment_of_person");

/// A file that waits for its sender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// The file.
    pub sheet: Id<kind::Sheet>,
    /// Rises with everything that is said of it: whoever says something names the one he saw.
    pub revision: i64,
    /// How many rows of people were read when it came.
    pub rows_read: u64,
    /// Whether somebody said that the columns are right.
    pub columns_said: bool,
    /// Tables that are not to be taken in, by their place in the file.
    pub tables_left_out: Vec<u16>,
    /// Who took it in, and when, in milliseconds since 1970-01-01 UTC; none while it waits.
    pub decided: Option<(Id<kind::User>, i64)>,
    /// Rows as last counted; none before the first check.
    pub counts: Option<StageCounts>,
}

/// Rows of a staged file, each counted once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StageCounts {
    /// Nothing to do.
    pub ready: u64,
    /// To be mended or decided.
    pub to_fix: u64,
    /// Accepted, with something to confirm.
    pub warned: u64,
    /// The same person again.
    pub repeated: u64,
    /// Refused by a rule.
    pub refused: u64,
}

/// A cell as somebody corrected it.
#[derive(Clone, PartialEq, Eq)]
pub struct Edit {
    /// The sheet's place in the file.
    pub sheet_index: u16,
    /// The row, 1 for the first.
    pub row: u32,
    /// Which field.
    pub field: Field,
    /// The text that goes before the cell's; empty for nothing.
    pub text: Box<str>,
    /// Who.
    pub by: Id<kind::User>,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
    /// Whether the register knew it and the sender did not: it does not go back with the file.
    pub from_register: bool,
}

/// An answer to a question about a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The sheet's place in the file.
    pub sheet_index: u16,
    /// The row, 1 for the first.
    pub row: u32,
    /// The question.
    pub code: ProblemCode,
    /// The answer.
    pub answer: Answer,
    /// Why.
    pub reason: Box<str>,
    /// Who.
    pub by: Id<kind::User>,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
}

/// What can be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It is right as it stands.
    Settled,
    /// The sender is to say.
    Ask,
}

impl Answer {
    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Answer::Settled => "settled",
            Answer::Ask => "ask",
        }
    }

    /// The answer with this stable name.
    pub fn from_name(name: &str) -> Option<Answer> {
        [Answer::Settled, Answer::Ask].into_iter().find(|answer| answer.name() == name)
    }
}

/// Where a person was put on a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Enlisted {
    /// Who.
    pub person: Id<kind::Person>,
    /// The file.
    pub sheet: Id<kind::Sheet>,
    /// The sheet's place in it.
    pub sheet_index: u16,
    /// The row.
    pub row: u32,
}

/// Begins to stage a file; one that is staged stays as it is.
pub fn begin(tx: &mut Tx<'_>, sheet: Id<kind::Sheet>, rows_read: u64) -> Result<(), StoreError> {
    let rows_read = rows_read.cast_signed();
    tx.run(&STAGE_INSERT, &values![tx.tenant(), &sheet, rows_read]).map(|_| ())
}

/// Says who took a staged file in; one that was never staged has no such record.
pub fn decided(
    tx: &mut Tx<'_>,
    sheet: Id<kind::Sheet>,
    by: Id<kind::User>,
    at_ms: i64,
) -> Result<(), StoreError> {
    tx.run(&STAGE_DECIDE, &values![&by, at_ms, tx.tenant(), &sheet]).map(|_| ())
}

/// What was said of a file.
pub fn get(tx: &mut Tx<'_>, sheet: Id<kind::Sheet>) -> Result<Option<Stage>, StoreError> {
    tx.one(&STAGE_GET, &values![tx.tenant(), &sheet], read_stage)
}

/// Every file that was ever staged.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Stage>, StoreError> {
    tx.all(&STAGE_LIST, &values![tx.tenant()], read_stage)
}

/// What was said of some files; those that were never staged are not in it.
pub fn of(
    tx: &mut Tx<'_>,
    sheets: impl Iterator<Item = Id<kind::Sheet>>,
) -> Result<HashMap<Id<kind::Sheet>, Stage>, StoreError> {
    let mut sheets = sheets.peekable();
    if sheets.peek().is_none() {
        return Ok(HashMap::new());
    }
    let wanted = json_texts(sheets.map(|sheet| keys::hex(sheet.as_bytes())));
    let found = tx.all(&STAGE_OF, &values![wanted, tx.tenant()], read_stage)?;
    Ok(found.into_iter().map(|stage| (stage.sheet, stage)).collect())
}

/// Keeps what was said and raises the revision; false when somebody else was faster.
pub fn save(tx: &mut Tx<'_>, stage: &Stage) -> Result<bool, StoreError> {
    let left_out: Vec<String> = stage.tables_left_out.iter().map(u16::to_string).collect();
    let left_out = left_out.join(",");
    let said = stage.columns_said;
    let saved =
        tx.run(&STAGE_SAVE, &values![said, &left_out, tx.tenant(), &stage.sheet, stage.revision])?;
    Ok(saved == 1)
}

/// Keeps the counts of a check, unless something was said since.
pub fn count(
    tx: &mut Tx<'_>,
    sheet: Id<kind::Sheet>,
    revision: i64,
    counts: &StageCounts,
) -> Result<(), StoreError> {
    let number = |count: u64| count.cast_signed();
    let tenant = tx.tenant();
    tx.run(
        &STAGE_COUNT,
        &values![
            number(counts.ready),
            number(counts.to_fix),
            number(counts.warned),
            number(counts.repeated),
            number(counts.refused),
            tenant,
            &sheet,
            revision,
        ],
    )
    .map(|_| ())
}

/// Keeps corrected cells, each in place of what was said of the same cell before.
pub fn edit(tx: &mut Tx<'_>, sheet: Id<kind::Sheet>, edits: &[Edit]) -> Result<(), StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let owner = Owner::new(tenant, &sheet);
    let key = seal::key_of(tx, sheet.as_bytes())?.ok_or(FORGOTTEN)?;
    let sealer = keys.unwrap(owner, &key)?;
    for edit in edits {
        let place = (edit.sheet_index, edit.row);
        let values = values![
            tenant,
            &sheet,
            edit.sheet_index,
            edit.row,
            edit.field.name(),
            sealer.seal(owner, &bound_to(place, edit.field.name()), edit.text.as_bytes()),
            &edit.by,
            edit.at_ms,
            edit.from_register.then_some(1_i64),
        ];
        tx.run(&EDIT_SET, &values)?;
    }
    Ok(())
}

/// Every corrected cell of a file, by row and field; none when the file's key was dropped.
pub fn edits(tx: &mut Tx<'_>, sheet: Id<kind::Sheet>) -> Result<Vec<Edit>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let owner = Owner::new(tenant, &sheet);
    let Some(key) = seal::key_of(tx, sheet.as_bytes())? else { return Ok(Vec::new()) };
    let sealer = keys.unwrap(owner, &key)?;
    tx.all(&EDIT_LIST, &values![tenant, &sheet], |columns| {
        let (sheet_index, row) = (columns.take()?, columns.take()?);
        let field = columns.take_with("a field", Field::from_name)?;
        let sealed: Vec<u8> = columns.take()?;
        let text = sealer.open_text(owner, &bound_to((sheet_index, row), field.name()), &sealed)?;
        let (by, at_ms, origin): (_, _, Option<i64>) =
            (columns.take()?, columns.take()?, columns.take()?);
        let from_register = origin.is_some();
        Ok(Edit { sheet_index, row, field, text: text.into(), by, at_ms, from_register })
    })
}

/// Keeps answers, each in place of the one before.
pub fn answer(
    tx: &mut Tx<'_>,
    sheet: Id<kind::Sheet>,
    answers: &[Answered],
) -> Result<(), StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let owner = Owner::new(tenant, &sheet);
    let key = seal::key_of(tx, sheet.as_bytes())?.ok_or(FORGOTTEN)?;
    let sealer = keys.unwrap(owner, &key)?;
    for answered in answers {
        let place = (answered.sheet_index, answered.row);
        let values = values![
            tenant,
            &sheet,
            answered.sheet_index,
            answered.row,
            answered.code.name(),
            answered.answer.name(),
            sealer.seal(owner, &bound_to(place, answered.code.name()), answered.reason.as_bytes()),
            &answered.by,
            answered.at_ms,
        ];
        tx.run(&ANSWER_SET, &values)?;
    }
    Ok(())
}

/// Takes an answer back.
pub fn unanswer(
    tx: &mut Tx<'_>,
    sheet: Id<kind::Sheet>,
    (sheet_index, row): (u16, u32),
    code: ProblemCode,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    tx.run(&ANSWER_DELETE, &values![tenant, &sheet, sheet_index, row, code.name()]).map(|_| ())
}

/// Every answer about a file, by row; without reasons when the file's key was dropped.
pub fn answers(tx: &mut Tx<'_>, sheet: Id<kind::Sheet>) -> Result<Vec<Answered>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let owner = Owner::new(tenant, &sheet);
    let key = seal::key_of(tx, sheet.as_bytes())?;
    let sealer = key.map(|key| keys.unwrap(owner, &key)).transpose()?;
    tx.all(&ANSWER_LIST, &values![tenant, &sheet], |columns| {
        let (sheet_index, row) = (columns.take()?, columns.take()?);
        let code = columns.take_with("a problem", ProblemCode::from_name)?;
        let answer = columns.take_with("an answer", Answer::from_name)?;
        let sealed: Vec<u8> = columns.take()?;
        let reason = match &sealer {
            Some(sealer) => {
                sealer.open_text(owner, &bound_to((sheet_index, row), code.name()), &sealed)?
            }
            None => String::new(),
        };
        let (by, at_ms) = (columns.take()?, columns.take()?);
        Ok(Answered { sheet_index, row, code, answer, reason: reason.into(), by, at_ms })
    })
}

/// Whom the files of one sender have put on a programme's list.
pub fn enlisted_by(
    tx: &mut Tx<'_>,
    programme: Id<kind::Programme>,
    org: Id<kind::Org>,
) -> Result<Vec<Enlisted>, StoreError> {
    tx.all(&ENLISTED_BY, &values![tx.tenant(), &programme, &org], read_enlisted)
}

/// Where a person was put on lists, programme by programme.
pub fn enlisted_as(
    tx: &mut Tx<'_>,
    person: Id<kind::Person>,
) -> Result<Vec<(Id<kind::Programme>, Enlisted)>, StoreError> {
    tx.all(&ENLISTED_AS, &values![&person, tx.tenant()], |columns| {
        let programme = columns.take()?;
        let (sheet, sheet_index, row) = (columns.take()?, columns.take()?, columns.take()?);
        Ok((programme, Enlisted { person, sheet, sheet_index, row }))
    })
}

fn read_enlisted(columns: &mut Columns<'_>) -> Result<Enlisted, StoreError> {
    Ok(Enlisted {
        person: columns.take()?,
        sheet: columns.take()?,
        sheet_index: columns.take()?,
        row: columns.take()?,
    })
}

fn read_stage(columns: &mut Columns<'_>) -> Result<Stage, StoreError> {
    let (sheet, revision, rows_read) = (columns.take()?, columns.take()?, columns.take()?);
    let columns_said = columns.take()?;
    let left_out: String = columns.take()?;
    let decided: (Option<Id<kind::User>>, Option<i64>) = (columns.take()?, columns.take()?);
    let counts: [Option<u64>; 5] =
        [columns.take()?, columns.take()?, columns.take()?, columns.take()?, columns.take()?];
    let counts = match counts {
        [Some(ready), Some(to_fix), Some(warned), Some(repeated), Some(refused)] => {
            Some(StageCounts { ready, to_fix, warned, repeated, refused })
        }
        _ => None,
    };
    let tables_left_out = left_out.split(',').filter_map(|table| table.parse().ok()).collect();
    let decided = decided.0.zip(decided.1);
    Ok(Stage { sheet, revision, rows_read, columns_said, tables_left_out, decided, counts })
}

/// What was said of a file whose key was dropped can no longer be kept.
const FORGOTTEN: StoreError = StoreError::NotFound { what: "the key of a sheet" };

/// The place that a sealed text is bound to.
fn bound_to((sheet_index, row): (u16, u32), what: &str) -> String {
    format!("said {sheet_index} {row} {what}")
}
