//! Memberships: who is on which programme in which months.

use std::collections::HashMap;

use base::id::kind;
use base::{Id, Month};
use domain::billing::BillMember;
use domain::membership::{Membership, PlannedCover};
use domain::occupation::OccupationKey;
use domain::programme::Programme;
use domain::reference::ReferenceKind;
use domain::registry::Person;
use rules::{Schemes, WorkSector};

use crate::sql::{Sql, sql};
use crate::value::{Columns, corrupt, values};
use crate::{StoreError, Tx, people};

static INSERT: Sql = sql!("membership_insert");
static LIST: Sql = sql!("membership_list");
static ELSEWHERE: Sql = sql!("membership_elsewhere");
static WORK: Sql = sql!("membership_work_list");
static WORK_ENLISTED: Sql = sql!("enlistment_work_list");
static WORK_ELSEWHERE: Sql = sql!("membership_work_elsewhere");
static BILL_MEMBERS: Sql = sql!("bill_member_list");
static MEMBERS: Sql = sql!("member_list");
static OF_PERSON: Sql = sql!("membership_of_person");
static SPANS: Sql = sql!("membership_span_list");
static GET: Sql = sql!("membership_get");
static CHANGE: Sql = sql!("membership_change");
static KEEP: Sql = sql!("membership_history_insert");
static AS_OF: Sql = sql!("membership_as_of");
static KNOWN_OF_PERSON: Sql = sql!("membership_known_of_person");

/// Adds the memberships that an approved list brings; a second one of the same person and programme
/// is `membership_person_unique`.
pub(crate) fn insert_all(
    tx: &mut Tx<'_>,
    proposal: Id<kind::Proposal>,
    memberships: &[Membership],
    recorded_at_ms: i64,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    // In the order of the key, so that the tree grows at its end.
    let mut sorted: Vec<&Membership> = memberships.iter().collect();
    sorted.sort_by_key(|membership| membership.id);
    let rows = sorted.into_iter().map(|membership| {
        values![
            tenant,
            &membership.id,
            &membership.person,
            &membership.programme,
            membership.first,
            membership.last,
            &proposal,
            recorded_at_ms,
        ]
    });
    tx.insert(&INSERT, rows).map(|_| ())
}

/// The membership with this id.
pub fn get(tx: &mut Tx<'_>, id: Id<kind::Membership>) -> Result<Option<Membership>, StoreError> {
    tx.one(&GET, &values![tx.tenant(), &id], read)
}

/// A programme's memberships, by id.
pub fn of_programme(
    tx: &mut Tx<'_>,
    programme: Id<kind::Programme>,
) -> Result<Vec<Membership>, StoreError> {
    tx.all(&LIST, &values![tx.tenant(), &programme], read)
}

/// From which month until which people are on programmes, each once.
pub fn spans(tx: &mut Tx<'_>) -> Result<Vec<(Id<kind::Programme>, Month, Month)>, StoreError> {
    tx.all(&SPANS, &values![tx.tenant()], |columns| {
        Ok((columns.take()?, columns.take()?, columns.take()?))
    })
}

/// Somebody's memberships, by first month.
pub fn of_person(tx: &mut Tx<'_>, person: Id<kind::Person>) -> Result<Vec<Membership>, StoreError> {
    tx.all(&OF_PERSON, &values![tx.tenant(), &person], read)
}

pub(crate) fn foresee_of_person(tx: &mut Tx<'_>, person: Id<kind::Person>) {
    let tenant = tx.tenant();
    tx.foresee(&OF_PERSON, &values![tenant, &person]);
}

/// Gives a membership other months, such as an earlier end; what was known before stays known.
pub fn change(
    tx: &mut Tx<'_>,
    id: Id<kind::Membership>,
    first: Month,
    last: Month,
    recorded_at_ms: i64,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let old = tx.one(&GET, &values![tenant, &id], |columns| {
        let old = read(columns)?;
        let known_at_ms: i64 = columns.take()?;
        Ok((old, known_at_ms))
    })?;
    let (old, known_at_ms) = old.ok_or(StoreError::NotFound { what: "membership" })?;
    let values = values![tenant, &id, recorded_at_ms, known_at_ms, old.first, old.last];
    tx.run(&KEEP, &values)?;
    tx.run(&CHANGE, &values![first, last, recorded_at_ms, tenant, &id]).map(|_| ())
}

/// The memberships of a programme that held in a month, by what was known at a moment.
pub fn as_of(
    tx: &mut Tx<'_>,
    programme: Id<kind::Programme>,
    month: Month,
    known_at_ms: i64,
) -> Result<Vec<Membership>, StoreError> {
    tx.all(&AS_OF, &values![tx.tenant(), &programme, known_at_ms, month], read)
}

/// A membership as it was known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MembershipKnown {
    /// The membership with the months it was known to have.
    pub membership: Membership,
    /// When that became known, in milliseconds since 1970-01-01 UTC.
    pub known_at_ms: i64,
    /// The approved list by which it came to be.
    pub proposal: Id<kind::Proposal>,
}

/// Somebody's memberships by what was known at a moment, by first month.
pub fn known_of_person(
    tx: &mut Tx<'_>,
    person: Id<kind::Person>,
    known_at_ms: i64,
) -> Result<Vec<MembershipKnown>, StoreError> {
    tx.all(&KNOWN_OF_PERSON, &values![tx.tenant(), &person, known_at_ms], |columns| {
        Ok(MembershipKnown {
            membership: read(columns)?,
            known_at_ms: columns.take()?,
            proposal: columns.take()?,
        })
    })
}

/// What other programmes plan for the people enlisted on this one.
pub fn elsewhere(
    tx: &mut Tx<'_>,
    programme: Id<kind::Programme>,
) -> Result<Vec<PlannedCover>, StoreError> {
    tx.all(&ELSEWHERE, &values![tx.tenant(), &programme], |columns| {
        let membership = read(columns)?;
        let schemes = Schemes::from_bits(columns.take()?).ok_or_else(|| corrupt("schemes"))?;
        Ok(PlannedCover { membership, schemes })
    })
}

/// A membership, and the work that it insures where that is known.
pub type MemberWork = (Membership, Option<OccupationKey>);

/// The work that the rows name by which a programme took people in; who is named none is left out.
pub fn works_enlisted(
    tx: &mut Tx<'_>,
    programme: Id<kind::Programme>,
) -> Result<HashMap<Id<kind::Person>, OccupationKey>, StoreError> {
    let found = tx.all(&WORK_ENLISTED, &values![tx.tenant(), &programme], |columns| {
        Ok((columns.take()?, columns.take()?))
    })?;
    Ok(found.into_iter().collect())
}

/// A programme's memberships with the work for which it took each in.
pub fn works(
    tx: &mut Tx<'_>,
    programme: Id<kind::Programme>,
) -> Result<Vec<MemberWork>, StoreError> {
    tx.all(&WORK, &values![tx.tenant(), &programme], read_work)
}

/// What other programmes insure the people enlisted on this one for.
pub fn works_elsewhere(
    tx: &mut Tx<'_>,
    programme: Id<kind::Programme>,
) -> Result<Vec<MemberWork>, StoreError> {
    tx.all(&WORK_ELSEWHERE, &values![tx.tenant(), &programme], read_work)
}

fn read_work(columns: &mut Columns<'_>) -> Result<MemberWork, StoreError> {
    Ok((read(columns)?, columns.take()?))
}

/// A programme's memberships with what decides on a month's contribution.
///
/// The day of death is the earliest that any death list names; a line without a day counts with the
/// day of its list. `sector_of` says what work counts as.
pub fn for_billing(
    tx: &mut Tx<'_>,
    programme: &Programme,
    sector_of: impl Fn(Option<&OccupationKey>) -> WorkSector,
) -> Result<Vec<BillMember>, StoreError> {
    let death = ReferenceKind::Meninggal.name();
    tx.all(&BILL_MEMBERS, &values![death, tx.tenant(), &programme.id], |columns| {
        let membership = read(columns)?;
        let occupation: Option<OccupationKey> = columns.take()?;
        let sector = sector_of(occupation.as_ref());
        let group = programme.group_of(occupation.as_ref()).map(|(at, _)| at);
        let (birth, died) = (columns.take()?, columns.take()?);
        Ok(BillMember { membership, sector, group, birth, died })
    })
}

/// The people on a programme, by place and name.
pub fn people(tx: &mut Tx<'_>, programme: Id<kind::Programme>) -> Result<Vec<Person>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let mut found = tx.all(&MEMBERS, &values![tenant, &programme], |columns| {
        people::read(keys, tenant, columns)
    })?;
    // The register cannot sort what it cannot read.
    found.sort_by(|one, two| (one.place, &one.name, one.id).cmp(&(two.place, &two.name, two.id)));
    Ok(found)
}

fn read(columns: &mut Columns<'_>) -> Result<Membership, StoreError> {
    Ok(Membership {
        id: columns.take()?,
        person: columns.take()?,
        programme: columns.take()?,
        first: columns.take()?,
        last: columns.take()?,
    })
}
