//! Settings of a register: short texts by name.

use crate::sql::{Sql, sql};
use crate::value::values;
use crate::{StoreError, Tx};

static GET: Sql = sql!("setting_get");
static SET: Sql = sql!("setting_set");

/// The setting's content.
pub fn get(tx: &mut Tx<'_>, name: &str) -> Result<Option<String>, StoreError> {
    tx.one(&GET, &values![tx.tenant(), name], |columns| columns.take())
}

/// Makes or replaces a setting.
pub fn set(tx: &mut Tx<'_>, name: &str, content: &str) -> Result<(), StoreError> {
    tx.run(&SET, &values![tx.tenant(), name, content]).map(|_| ())
}
