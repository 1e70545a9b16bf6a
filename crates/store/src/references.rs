//! Reference lists of other offices, each with the day on which it was true.

use base::Nik;
use domain::reference::{ReferenceEntry, ReferenceHit, ReferenceKind, ReferenceList};

use crate::sql::{Sql, sql, sql_twin};
use crate::value::{Columns, json_array, values};
use crate::{StoreError, Tx};

static LIST_INSERT: Sql = sql!("reference_list_insert");
static LISTS: Sql = sql!("reference_list_list");
static ENTRY_INSERT: Sql = sql!("reference_entry_insert");
static HITS: Sql = sql_twin!("reference_hits");

/// Keeps a list with all its lines, repeated numbers included.
pub fn insert(
    tx: &mut Tx<'_>,
    list: &ReferenceList,
    received_at_ms: i64,
    entries: &[ReferenceEntry],
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let kind = list.kind.name();
    tx.run(&LIST_INSERT, &values![tenant, &list.id, kind, list.as_of, received_at_ms])?;
    // In the order of the key, so that the tree grows at its end.
    let mut lines: Vec<(usize, &ReferenceEntry)> = entries.iter().enumerate().collect();
    lines.sort_by_key(|(_, entry)| entry.nik);
    let rows = lines.into_iter().map(|(line, entry)| {
        let name = entry.name.as_ref();
        values![tenant, &list.id, entry.nik, line as i64, name, entry.birth, entry.event]
    });
    tx.insert(&ENTRY_INSERT, rows).map(|_| ())
}

/// All lists, by kind and day.
pub fn lists(tx: &mut Tx<'_>) -> Result<Vec<ReferenceList>, StoreError> {
    tx.all(&LISTS, &values![tx.tenant()], |columns| {
        Ok(ReferenceList {
            id: columns.take()?,
            kind: columns.take_with("a kind of list", ReferenceKind::from_name)?,
            as_of: columns.take()?,
        })
    })
}

/// Every line about these numbers on the latest list of each kind.
pub fn hits(tx: &mut Tx<'_>, niks: &[Nik]) -> Result<Vec<ReferenceHit>, StoreError> {
    let wanted = json_array(niks.iter().map(|nik| nik.as_u64().cast_signed()));
    tx.all(&HITS, &values![wanted, tx.tenant()], read_hit)
}

fn read_hit(columns: &mut Columns<'_>) -> Result<ReferenceHit, StoreError> {
    Ok(ReferenceHit {
        kind: columns.take_with("a kind of list", ReferenceKind::from_name)?,
        as_of: columns.take()?,
        entry: ReferenceEntry {
            nik: columns.take()?,
            name: columns.take()?,
            birth: columns.take()?,
            event: columns.take()?,
        },
    })
}
