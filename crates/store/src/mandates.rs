//! Who must be on a programme and is not: people of its occupations, and lines of the newest list
//! of everybody whom a mandate names.

use base::id::kind;
use base::{Day, Id, PersonName};
use domain::occupation::OccupationKey;
use domain::reference::ReferenceKind;
use domain::registry::Person;

use crate::seal::{Owner, take_wrapped};
use crate::sql::{Sql, sql};
use crate::value::{corrupt, values};
use crate::{StoreError, Tx, people, references};

static PEOPLE: Sql = sql!("mandate_person_list");
static ENTRIES: Sql = sql!("mandate_entry_list");

/// Somebody of a mandated occupation who is no member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MandatedPerson {
    /// Who.
    pub person: Person,
    /// Whether a list for the programme named them and was accepted.
    pub is_enlisted: bool,
}

/// A line of the list of everybody mandated whose person is no member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MandatedEntry {
    /// The day on which the list was true.
    pub as_of: Day,
    /// The place of the line on its list, from 0.
    pub line: u32,
    /// Name, when the list gives one.
    pub name: Option<PersonName>,
    /// Birth date, when the list gives one.
    pub birth: Option<Day>,
    /// Whether a list for the programme named them and was accepted.
    pub is_enlisted: bool,
}

/// People of an occupation who are no members of a programme, by place.
pub fn people(
    tx: &mut Tx<'_>,
    programme: Id<kind::Programme>,
    occupation: &OccupationKey,
) -> Result<Vec<MandatedPerson>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    tx.all(&PEOPLE, &values![&programme, tenant, &*occupation.0], |columns| {
        let person = people::read(keys, tenant, columns)?;
        Ok(MandatedPerson { person, is_enlisted: columns.take()? })
    })
}

/// The lines of the newest list of everybody mandated whose people are no members, in its order.
pub fn entries(
    tx: &mut Tx<'_>,
    programme: Id<kind::Programme>,
) -> Result<Vec<MandatedEntry>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let kind = ReferenceKind::Wajib.name();
    tx.all(&ENTRIES, &values![&programme, tenant, kind], |columns| {
        let list: Id<kind::ReferenceList> = columns.take()?;
        let owner = Owner::new(tenant, &list);
        let wrapped = take_wrapped(columns)?.ok_or_else(|| corrupt("a list's key"))?;
        let as_of = columns.take()?;
        let (line, sealed): (i64, Option<Vec<u8>>) = (columns.take()?, columns.take()?);
        let name = match sealed {
            Some(sealed) => Some(references::open_name(keys, owner, &wrapped, line, &sealed)?),
            None => None,
        };
        let line = u32::try_from(line).map_err(|_| corrupt("a line"))?;
        Ok(MandatedEntry {
            as_of,
            line,
            name,
            birth: columns.take()?,
            is_enlisted: columns.take()?,
        })
    })
}
