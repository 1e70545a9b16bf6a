//! Which act changed what, of the few tables that pages keep: whoever kept something at a size of
//! the log reads anew what acts from there on changed.
//!
//! Marks are set where the act gets its place in the log (`log::settle`), by what it did to the
//! tables; which sheets it touched is noted by whoever changes them. An act that changes sheets and
//! notes none of them marks all.

use std::collections::BTreeSet;

use base::Id;
use base::id::kind;

use crate::sql::{Sql, sql};
use crate::value::values;
use crate::{StoreError, Tx};

static SET: Sql = sql!("change_mark_set");
static ALL: Sql = sql!("change_mark_all");
static NAMED: Sql = sql!("change_mark_named");

/// The tables of sheets: what was received, and what became of the rows.
const SHEETS: [&str; 2] = ["sheet", "sheet_outcome"];

/// Small tables that are read whole.
const NAMES: [&str; 4] = ["org", "org_profile", "programme", "user_account"];

/// The record of a mark that stands for a whole table.
const WHOLE: [u8; 16] = [0; 16];

/// Sheets that a transaction changes.
pub(crate) type Touched = BTreeSet<Id<kind::Sheet>>;

/// Marks what an act changed: these tables and, of theirs, these sheets.
pub(crate) fn set<'t>(
    tx: &mut Tx<'_>,
    tables: impl Iterator<Item = &'t str>,
    touched: &Touched,
    act: u64,
) -> Result<(), StoreError> {
    let (tenant, act) = (tx.tenant(), act.cast_signed());
    let tables: Vec<&str> = tables.collect();
    for table in NAMES.iter().filter(|name| tables.contains(name)) {
        tx.run(&SET, &values![tenant, *table, &WHOLE, act])?;
    }
    if !SHEETS.iter().any(|name| tables.contains(name)) {
        return Ok(());
    }
    if touched.is_empty() {
        return tx.run(&ALL, &values![act, tenant]).map(|_| ());
    }
    for sheet in touched {
        tx.run(&SET, &values![tenant, SHEETS[0], sheet, act])?;
    }
    Ok(())
}

/// Whether offices, programmes or users changed by an act at this place of the log or behind it.
pub fn names_changed_since(tx: &mut Tx<'_>, act: u64) -> Result<bool, StoreError> {
    let values = values![tx.tenant(), act.cast_signed()];
    let changed: Option<i64> = tx.one(&NAMED, &values, |columns| columns.take())?;
    Ok(changed.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::indexes;

    /// What is written anew when the index key is followed by a step goes past whoever touches
    /// sheets: no page keeps anything of those tables.
    #[test]
    fn nothing_that_pages_keep_is_made_with_the_index_key() {
        for (table, _) in indexes::brought_on() {
            assert!(!SHEETS.contains(&table) && !NAMES.contains(&table), "{table}");
        }
    }
}
