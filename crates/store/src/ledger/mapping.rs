//! What the office calls its accounts, from a day on: tables put forward, and the one that holds.

use base::id::kind;
use base::{Day, Id};
use domain::ledger::mapping::ChartMap;
use domain::ledger::period::StepState;

use crate::reasons::{self, Part};
use crate::sql::{Sql, sql};
use crate::value::{Columns, corrupt, values};
use crate::{StoreError, Tx};

static INSERT: Sql = sql!("ledger_chart_insert");
static LIST: Sql = sql!("ledger_chart_list");
static SET_STATE: Sql = sql!("ledger_chart_set_state");
static LINE_INSERT: Sql = sql!("ledger_chart_line_insert");
static LINES: Sql = sql!("ledger_chart_line_list");

/// A table put forward.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChartRecord {
    /// Which; its task has the same.
    pub id: Id<ChartMap>,
    /// From which day it holds.
    pub from: Day,
    /// The digest of the table.
    pub hash: [u8; 32],
    /// Why.
    pub reason: Box<str>,
    /// Who put it forward.
    pub made_by: Id<kind::User>,
    /// When, in milliseconds since 1970-01-01 UTC.
    pub made_at_ms: i64,
    /// Who approved it.
    pub checked_by: Option<Id<kind::User>>,
    /// Where it stands.
    pub state: StepState,
}

/// Keeps a table that was put forward.
pub fn insert(tx: &mut Tx<'_>, record: &ChartRecord, map: &ChartMap) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let values = values![
        tenant,
        &record.id,
        record.from,
        &record.hash,
        // Sealed apart.
        "",
        &record.made_by,
        record.made_at_ms,
        record.state.name(),
    ];
    tx.run(&INSERT, &values)?;
    reasons::keep(tx, record.id.as_bytes(), Part::Chart, &record.reason)?;
    let rows = map.lines().iter().map(|line| {
        let (code, name) = (&line.title.code, &line.title.name);
        values![tenant, &record.id, line.role.name(), &line.owner, code, name, &line.note]
    });
    tx.insert(&LINE_INSERT, rows).map(|_| ())
}

/// Every table put forward, by the day from which it holds.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<ChartRecord>, StoreError> {
    let mut found = tx.all(&LIST, &values![tx.tenant()], read)?;
    for record in found.iter_mut().filter(|record| record.reason.is_empty()) {
        let words = reasons::get(tx, record.id.as_bytes(), Part::Chart)?;
        record.reason = words.unwrap_or_default().into();
    }
    Ok(found)
}

/// A table by its id.
pub fn lines(tx: &mut Tx<'_>, id: Id<ChartMap>) -> Result<ChartMap, StoreError> {
    let mut text = String::from("role,owner,code,name,note\n");
    tx.each(&LINES, &values![tx.tenant(), &id], |columns| {
        let mut cells = Vec::new();
        for _ in 0..5 {
            let cell: String = columns.take()?;
            cells.push(format!("\"{}\"", cell.replace('"', "\"\"")));
        }
        text += &cells.join(",");
        text.push('\n');
        Ok(())
    })?;
    ChartMap::parse(&text).map_err(|_| corrupt("a chart of accounts"))
}

/// The table that holds on a day: the newest approved one; what ships while there is none.
pub fn on(tx: &mut Tx<'_>, day: Day) -> Result<ChartMap, StoreError> {
    let mut held = list(tx)?
        .into_iter()
        .filter(|record| record.state == StepState::Approved && record.from <= day);
    match held.next_back() {
        Some(record) => lines(tx, record.id),
        None => Ok(ChartMap::shipped()),
    }
}

/// Says where a table stands and who approved it; its maker is `ledger_chart_four_eyes`.
pub fn set_state(
    tx: &mut Tx<'_>,
    id: Id<ChartMap>,
    state: StepState,
    checked_by: Option<Id<kind::User>>,
) -> Result<(), StoreError> {
    let values = values![state.name(), checked_by.as_ref(), tx.tenant(), &id];
    match tx.run(&SET_STATE, &values)? {
        0 => Err(StoreError::NotFound { what: "chart" }),
        _ => Ok(()),
    }
}

fn read(columns: &mut Columns<'_>) -> Result<ChartRecord, StoreError> {
    Ok(ChartRecord {
        id: columns.take()?,
        from: columns.take()?,
        hash: columns.take()?,
        reason: columns.take()?,
        made_by: columns.take()?,
        made_at_ms: columns.take()?,
        checked_by: columns.take()?,
        state: columns.take_with("a state of a chart", StepState::from_name)?,
    })
}
