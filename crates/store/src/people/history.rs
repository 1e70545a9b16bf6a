//! What a record said earlier: what was true when, and what was known when.

use base::id::kind;
use base::{Day, Id};
use domain::registry::Person;

use super::record::{pack, unpack};
use super::{Known, Stamp, get_stamped};
use crate::seal::{self, Owner, Seal};
use crate::sql::{Sql, sql};
use crate::value::{Columns, values};
use crate::{StoreError, Tx};

static TIMES: Sql = sql!("person_times");
static INSERT: Sql = sql!("person_history_insert");
static LIST: Sql = sql!("person_history_list");

/// A record as it stood from one moment of knowing to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Counts from 1.
    pub version: u32,
    /// When it became known, and since when it is so.
    pub known: Known,
    /// What it says.
    pub person: Person,
}

/// Every version of a record, oldest first; of somebody erased only the last, a placeholder.
pub fn versions(tx: &mut Tx<'_>, id: Id<kind::Person>) -> Result<Vec<Version>, StoreError> {
    let Some((person, stamp)) = get_stamped(tx, id)? else { return Ok(Vec::new()) };
    let mut found = match stamp.version {
        1 => Vec::new(),
        _ => earlier(tx, &person)?,
    };
    found.push(Version { version: stamp.version, known: stamp.known, person });
    Ok(found)
}

/// The versions before the last; of somebody erased none can be opened any more.
fn earlier(tx: &mut Tx<'_>, person: &Person) -> Result<Vec<Version>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let owner = Owner::new(tenant, &person.id);
    seal::foresee_key(tx, person.id.as_bytes());
    tx.foresee(&LIST, &values![tenant, &person.id]);
    let Some(wrapped) = seal::key_of(tx, person.id.as_bytes())? else { return Ok(Vec::new()) };
    let seal = keys.unwrap(owner, &wrapped)?;
    tx.all(&LIST, &values![tenant, &person.id], |columns| {
        let Stamp { version, known } = read_stamp(columns)?;
        let record: Vec<u8> = columns.take()?;
        let plain = seal.open(owner, &field(version), &record)?;
        Ok(Version { version, known, person: unpack(person, &plain)? })
    })
}

/// What was known at a moment about somebody as of a day: the latest word on a state that had begun
/// by that day. None when nothing was known yet.
pub fn latest(versions: &[Version], on: Day, known_at_ms: i64) -> Option<&Version> {
    let told = versions
        .iter()
        .filter(|version| version.known.at_ms <= known_at_ms && version.known.valid_from <= on);
    told.max_by_key(|version| version.version)
}

pub(super) fn times(tx: &mut Tx<'_>, id: Id<kind::Person>) -> Result<Option<Stamp>, StoreError> {
    tx.one(&TIMES, &values![tx.tenant(), &id], read_stamp)
}

/// The next columns: version, since when it is so, when it became known.
pub(super) fn read_stamp(columns: &mut Columns<'_>) -> Result<Stamp, StoreError> {
    let version = columns.take()?;
    let known = Known { valid_from: columns.take()?, at_ms: columns.take()? };
    Ok(Stamp { version, known })
}

/// Keeps a record that is about to be replaced.
pub(super) fn keep(
    tx: &mut Tx<'_>,
    seal: &Seal<'_>,
    old: &Person,
    stamp: Stamp,
    superseded_at_ms: i64,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let record = seal.seal(Owner::new(tenant, &old.id), &field(stamp.version), &pack(old));
    let Known { at_ms, valid_from } = stamp.known;
    let version = stamp.version;
    let values = values![tenant, &old.id, version, valid_from, at_ms, superseded_at_ms, record];
    tx.run(&INSERT, &values).map(|_| ())
}

fn field(version: u32) -> String {
    format!("version {version}")
}
