//! People reduced to what a plan needs: month of birth, work, village, how many; nobody by name,
//! and nobody whom a list calls dead.

use base::id::kind;
use base::{Id, Month, RegionCode};
use domain::occupation::OccupationKey;
use domain::reference::ReferenceKind;

use crate::sql::{Sql, sql};
use crate::value::{Columns, values};
use crate::{StoreError, Tx};

static MEMBERS: Sql = sql!("plan_member_list");
static ENLISTED: Sql = sql!("plan_enlisted_list");
static EVERYBODY: Sql = sql!("plan_person_list");

/// People alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alike {
    /// The month of birth, or the one after it for those not born on its first day: the month from
    /// which they count as a year older.
    pub ageing: Month,
    /// Work.
    pub occupation: Option<OccupationKey>,
    /// Village of residence.
    pub place: RegionCode,
    /// How many.
    pub people: u64,
}

/// The members of a programme who are not gone before a month.
pub fn members(
    tx: &mut Tx<'_>,
    id: Id<kind::Programme>,
    from: Month,
) -> Result<Vec<Alike>, StoreError> {
    tx.all(&MEMBERS, &values![tx.tenant(), dead(), &id, from], read)
}

/// The people whom the register accepts for a programme.
pub fn enlisted(tx: &mut Tx<'_>, id: Id<kind::Programme>) -> Result<Vec<Alike>, StoreError> {
    tx.all(&ENLISTED, &values![tx.tenant(), dead(), &id], read)
}

/// Everybody in the register.
pub fn everybody(tx: &mut Tx<'_>) -> Result<Vec<Alike>, StoreError> {
    tx.all(&EVERYBODY, &values![tx.tenant(), dead()], read)
}

/// The kind of lists that name the dead.
fn dead() -> &'static str {
    ReferenceKind::Meninggal.name()
}

fn read(columns: &mut Columns<'_>) -> Result<Alike, StoreError> {
    let (born, on_the_first): (Month, bool) = (columns.take()?, columns.take()?);
    Ok(Alike {
        ageing: if on_the_first { born } else { born.plus(1) },
        occupation: columns.take()?,
        place: columns.take()?,
        people: columns.take()?,
    })
}
