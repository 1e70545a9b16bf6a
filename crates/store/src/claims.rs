//! Who is held by two regions of one server: each learns that there is another, and nothing more.
//!
//! A person's number is claimed when the person is kept and released when the number is taken away,
//! by the server itself. An embedded register is alone, so its answers are empty. Where the
//! register has several servers, the others are told afterwards.

use std::collections::{HashMap, HashSet};

use base::id::kind;
use base::{Id, Nik};

use crate::keys::hex;
use crate::sql::{Sql, sql_twin};
use crate::value::{json_texts, values};
use crate::{StoreError, Tx};

static ELSEWHERE: Sql = sql_twin!("claims_elsewhere");
static HELD_TWICE: Sql = sql_twin!("claims_held_twice");
static TELL: Sql = sql_twin!("claims_tell");
static WAITING: Sql = sql_twin!("claims_waiting");

/// Numbers that other servers are told of at once.
const TOLD_AT_ONCE: i64 = 4_096;

/// Those of the numbers that another region has registered.
pub fn elsewhere(tx: &mut Tx<'_>, niks: &[Nik]) -> Result<HashSet<Nik>, StoreError> {
    let keys = tx.keys()?;
    let index = |nik: &Nik| (hex(&keys.nik_index(*nik)), *nik);
    let asked: HashMap<String, Nik> = niks.iter().map(index).collect();
    let wanted = json_texts(asked.keys().cloned());
    let mut found = HashSet::new();
    tx.each(&ELSEWHERE, &values![wanted], |columns| {
        let held: String = columns.take()?;
        found.extend(asked.get(&held));
        Ok(())
    })?;
    Ok(found)
}

/// The regency's own people whom another region holds too: to be asked about before money moves.
pub fn conflicts(tx: &mut Tx<'_>) -> Result<Vec<Id<kind::Person>>, StoreError> {
    tx.all(&HELD_TWICE, &values![tx.tenant()], |columns| columns.take())
}

/// The same, or nothing when a server of the register does not answer; the transaction goes on.
pub fn conflicts_if_all_answer(
    tx: &mut Tx<'_>,
) -> Result<Option<Vec<Id<kind::Person>>>, StoreError> {
    tx.unless_away(conflicts)
}

/// Tells the register's other servers of some of the numbers that changed here; whether more can be
/// told now. What a server that does not answer was to be told goes on waiting, and so it says
/// nothing of that. Nothing waits where there is one server.
///
/// # Errors
/// [`StoreError::NodeAway`] when one goes away while it is being told: then nobody was told.
pub fn tell(tx: &mut Tx<'_>) -> Result<bool, StoreError> {
    let told = tx.one(&TELL, &values![TOLD_AT_ONCE], |columns| columns.take())?;
    Ok(told == Some(TOLD_AT_ONCE))
}

/// How many numbers the register's other servers have still to be told of.
pub fn waiting(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    Ok(tx.one(&WAITING, &values![tx.tenant()], |columns| columns.take())?.unwrap_or(0))
}
