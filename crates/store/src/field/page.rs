//! A page of records of the field with all that a list asks of them, in three statements however
//! many they are; who each is about stays closed until it is known to be shown.

use std::collections::HashMap;

use base::id::kind;
use base::{Id, ProblemCode};
use domain::field::{FieldRecord, RowStanding};

use crate::seal::{Wrapped, take_wrapped};
use crate::sql::{Sql, sql};
use crate::value::values;
use crate::{StoreError, Tx};

use super::{RecordKept, opened, read_plain};

static PAGE: Sql = sql!("field_record_page");
static PROBLEMS: Sql = sql!("field_problem_of_page");
static CONFLICTS: Sql = sql!("field_conflict_of_page");

/// A record without who it is about, which stays closed: for lists that open only what they show.
pub struct RecordClosed {
    /// It.
    pub record: FieldRecord,
    /// How its row stands.
    pub row: RowStanding,
    /// What was found in its row.
    pub found: Vec<ProblemCode>,
    /// What else came under its number that nobody has settled, in the order in which it came.
    pub open: Vec<[u8; 16]>,
    person: Option<Id<kind::Person>>,
    photo_bytes: Option<u32>,
    sealed: Vec<u8>,
    wrapped: Option<Wrapped>,
}

/// So many records, and after which one the next page begins; none when there are no more.
pub type FieldPage = (Vec<RecordClosed>, Option<(i64, Id<kind::FieldRecord>)>);

impl RecordClosed {
    /// The same with who it is about.
    pub fn open(self, tx: &Tx<'_>) -> Result<RecordKept, StoreError> {
        let RecordClosed { record, row, person, photo_bytes, sealed, wrapped, .. } = self;
        let details = opened(tx.keys()?, (tx.tenant(), &record), &sealed, wrapped)?;
        Ok(RecordKept { record, row, person, photo_bytes, details })
    }
}

/// So many records, the newest first, after the one that came then; from the newest when none.
pub fn page(
    tx: &mut Tx<'_>,
    after: Option<(i64, Id<kind::FieldRecord>)>,
    most: u32,
) -> Result<FieldPage, StoreError> {
    let tenant = tx.tenant();
    let (came, id) = after.unwrap_or((i64::MAX, Id::from_bytes([0xff; 16])));
    let mut page = tx.all(&PAGE, &values![tenant, came, &id, most], |columns| {
        let (record, row, person) = read_plain(columns)?;
        Ok(RecordClosed {
            record,
            row,
            found: Vec::new(),
            open: Vec::new(),
            person,
            photo_bytes: columns.take()?,
            sealed: columns.take()?,
            wrapped: take_wrapped(columns)?,
        })
    })?;
    let key = |one: &RecordClosed| (one.record.received_at_ms, one.record.id);
    let (Some(newest), Some(oldest)) = (page.first().map(key), page.last().map(key)) else {
        return Ok((page, None));
    };
    let span = values![tenant, oldest.0, newest.0, &oldest.1, &newest.1];
    let at: HashMap<_, _> = page.iter().map(|one| one.record.id).zip(0_usize..).collect();
    // What is not of the page came between two statements.
    tx.each(&PROBLEMS, &span, |columns| {
        let id: Id<kind::FieldRecord> = columns.take()?;
        let code = columns.take_with("a problem", ProblemCode::from_name)?;
        if let Some(one) = at.get(&id).and_then(|at| page.get_mut(*at)) {
            one.found.push(code);
        }
        Ok(())
    })?;
    tx.each(&CONFLICTS, &span, |columns| {
        let id: Id<kind::FieldRecord> = columns.take()?;
        let content = columns.take()?;
        if let Some(one) = at.get(&id).and_then(|at| page.get_mut(*at)) {
            one.open.push(content);
        }
        Ok(())
    })?;
    Ok((page, Some(oldest)))
}
