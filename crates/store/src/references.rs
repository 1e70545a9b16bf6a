//! Reference lists of other offices, each with the day on which it was true.

use std::collections::{HashMap, HashSet};

use base::id::kind;
use base::{Id, Nik, PersonName};
use domain::reference::{ReferenceEntry, ReferenceHit, ReferenceKind, ReferenceList};

use crate::keys::{self, KeyRing};
use crate::seal::{self, Owner, Wrapped, take_wrapped};
use crate::sql::{Sql, sql, sql_twin};
use crate::value::{Columns, corrupt, json_texts, values};
use crate::{StoreError, Tx};

static LIST_INSERT: Sql = sql!("reference_list_insert");
static LISTS: Sql = sql!("reference_list_list");
static ENTRY_INSERT: Sql = sql!("reference_entry_insert");
static NAMING: Sql = sql!("reference_list_naming");
static NAMING_PERSON: Sql = sql!("reference_list_naming_person");
static FORGET: Sql = sql!("reference_entry_forget");
static FORGET_LIFE: Sql = sql!("life_proof_forget");
static TAKE_BACK: Sql = sql!("reference_entry_take_back");
static PEOPLE_NAMED: Sql = sql!("reference_people_named");
static HITS: Sql = sql_twin!("reference_hits");

/// Keeps a list with all its lines, repeated numbers included; names under a key of the list.
pub fn insert(
    tx: &mut Tx<'_>,
    list: &ReferenceList,
    received_at_ms: i64,
    entries: &[ReferenceEntry],
) -> Result<(), StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let kind = list.kind.name();
    tx.run(&LIST_INSERT, &values![tenant, &list.id, kind, list.as_of, received_at_ms])?;
    let owner = Owner::new(tenant, &list.id);
    let key = keys.new_key(owner);
    seal::keep_keys(tx, [(list.id.as_bytes(), &key.wrapped)].into_iter())?;
    let seal = keys.sealer(&key);
    // In the order of the key, so that the tree grows at its end.
    let mut lines: Vec<([u8; 16], usize)> =
        entries.iter().enumerate().map(|(line, entry)| (keys.nik_index(entry.nik), line)).collect();
    lines.sort_unstable();
    let rows = lines.into_iter().map(|(index, line)| {
        let entry = &entries[line];
        let name = entry.name.as_ref();
        let name = name.map(|name| seal.seal(owner, &name_of(line), name.as_str().as_bytes()));
        let index = index.to_vec();
        let decile = entry.decile;
        values![tenant, &list.id, index, line as i64, name, entry.birth, entry.event, decile]
    });
    tx.insert(&ENTRY_INSERT, rows).map(|_| ())
}

/// All lists, by kind and day.
pub fn lists(tx: &mut Tx<'_>) -> Result<Vec<ReferenceList>, StoreError> {
    tx.all(&LISTS, &values![tx.tenant()], read_list)
}

/// The lists, of any day, on which a number stands.
pub fn naming(tx: &mut Tx<'_>, nik: Nik) -> Result<Vec<ReferenceList>, StoreError> {
    let index = tx.keys()?.nik_index(nik);
    tx.all(&NAMING, &values![tx.tenant(), &index], read_list)
}

/// The lists, of any day, on which somebody's number stands.
pub fn naming_person(
    tx: &mut Tx<'_>,
    person: Id<kind::Person>,
) -> Result<Vec<ReferenceList>, StoreError> {
    tx.all(&NAMING_PERSON, &values![tx.tenant(), &person], read_list)
}

pub(crate) fn foresee_naming_person(tx: &mut Tx<'_>, person: Id<kind::Person>) {
    let tenant = tx.tenant();
    tx.foresee(&NAMING_PERSON, &values![tenant, &person]);
}

/// Takes every line about a number off every list; how many.
pub fn forget(tx: &mut Tx<'_>, nik: Nik) -> Result<u64, StoreError> {
    let index = tx.keys()?.nik_index(nik);
    tx.run(&FORGET_LIFE, &values![tx.tenant(), &index])?;
    tx.run(&FORGET, &values![tx.tenant(), &index])
}

/// Takes every line off one list, such as one that a claim made and that was wrong; how many.
pub fn take_back(tx: &mut Tx<'_>, list: Id<kind::ReferenceList>) -> Result<u64, StoreError> {
    tx.run(&TAKE_BACK, &values![tx.tenant(), &list])
}

fn read_list(columns: &mut Columns<'_>) -> Result<ReferenceList, StoreError> {
    Ok(ReferenceList {
        id: columns.take()?,
        kind: columns.take_with("a kind of list", ReferenceKind::from_name)?,
        as_of: columns.take()?,
    })
}

/// Whoever of the register is named by a list of the dead, or by the latest list of civil servants
/// or of those who are insured; no record is opened for it.
pub fn people_named(tx: &mut Tx<'_>) -> Result<HashSet<Id<kind::Person>>, StoreError> {
    let kinds = [ReferenceKind::Meninggal, ReferenceKind::Asn, ReferenceKind::BpjsAktif];
    let [dead, civil, insured] = kinds.map(ReferenceKind::name);
    let values = values![tx.tenant(), dead, civil, insured];
    Ok(tx.all(&PEOPLE_NAMED, &values, |columns| columns.take())?.into_iter().collect())
}

/// Every line about these numbers on the latest list of each kind; of deaths on the latest that
/// names the number, because a list of one month does not wake the dead of another.
pub fn hits(tx: &mut Tx<'_>, niks: &[Nik]) -> Result<Vec<ReferenceHit>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let indexes: HashMap<[u8; 16], Nik> =
        niks.iter().map(|nik| (keys.nik_index(*nik), *nik)).collect();
    let wanted = json_texts(indexes.keys().map(|index| keys::hex(index)));
    let death = ReferenceKind::Meninggal.name();
    tx.all(&HITS, &values![tenant, death, wanted], |columns| {
        let list: Id<kind::ReferenceList> = columns.take()?;
        let owner = Owner::new(tenant, &list);
        let wrapped = take_wrapped(columns)?.ok_or_else(|| corrupt("a list's key"))?;
        let kind = columns.take_with("a kind of list", ReferenceKind::from_name)?;
        let (as_of, index): (_, [u8; 16]) = (columns.take()?, columns.take()?);
        let (line, sealed): (i64, Option<Vec<u8>>) = (columns.take()?, columns.take()?);
        let name = match sealed {
            Some(sealed) => Some(open_name(keys, owner, &wrapped, line, &sealed)?),
            None => None,
        };
        let nik = *indexes.get(&index).ok_or_else(|| corrupt("an index"))?;
        let (birth, event, decile) = (columns.take()?, columns.take()?, columns.take()?);
        Ok(ReferenceHit { kind, as_of, entry: ReferenceEntry { nik, name, birth, event, decile } })
    })
}

pub(crate) fn open_name(
    keys: &KeyRing,
    owner: Owner<'_>,
    wrapped: &Wrapped,
    line: i64,
    sealed: &[u8],
) -> Result<PersonName, StoreError> {
    keys.unwrap(owner, wrapped)?.open_name(owner, &name_of(line as usize), sealed)
}

/// The field of a line's name.
fn name_of(line: usize) -> String {
    format!("name {line}")
}
