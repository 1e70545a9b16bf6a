//! Covered months, the one proof of cover, and the months that final bills only promise.

use std::collections::BTreeSet;

use base::id::kind;
use base::{Day, Id, Month};
use domain::billing::contribution_id;
use domain::coverage::{CoverageFact, CoveredMonth};
use domain::reference::ReferenceKind;
use rules::Scheme;

use crate::sql::{Sql, sql};
use crate::value::{Columns, values};
use crate::{StoreError, Tx};

static INSERT: Sql = sql!("covered_month_insert");
static OF_PROGRAMME: Sql = sql!("covered_month_of_programme");
static OF_PERSON: Sql = sql!("covered_month_of_person");
static ELSEWHERE: Sql = sql!("covered_month_elsewhere");
static PROMISED_ELSEWHERE: Sql = sql!("promised_elsewhere");
static REMOVE: Sql = sql!("covered_month_remove");
static FACTS: Sql = sql!("coverage_fact_list");
static PAID_UNTIL: Sql = sql!("paid_until_list");
static OF_MONTH: Sql = sql!("covered_month_of_month");
static DELETE: Sql = sql!("covered_month_delete");
static WITHDRAW: Sql = sql!("covered_month_withdraw");
static WITHDRAWN: Sql = sql!("covered_month_withdrawn_list");
static WITHDRAWN_OF: Sql = sql!("covered_month_withdrawn_of");

/// Adds covered months; a second payer for a person, scheme and month is `covered_month_pk`.
pub fn insert_all(tx: &mut Tx<'_>, covered: &[CoveredMonth]) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let months: BTreeSet<Month> = covered.iter().map(|cover| cover.month).collect();
    for month in months {
        tx.open_month("covered_month", month)?;
    }
    // In the order of the key, so that the tree grows at its end.
    let mut sorted: Vec<&CoveredMonth> = covered.iter().collect();
    sorted.sort_by_key(|cover| (cover.person, cover.scheme.name(), cover.month));
    let rows = sorted.into_iter().map(|cover| {
        values![
            tenant,
            &cover.person,
            cover.scheme.name(),
            cover.month,
            &cover.programme,
            &cover.transfer,
        ]
    });
    tx.insert(&INSERT, rows).map(|_| ())
}

/// Takes away the months that a programme's bill of a month had paid for, once its payment is
/// undone; how many.
pub fn remove(
    tx: &mut Tx<'_>,
    programme: Id<kind::Programme>,
    month: Month,
) -> Result<u64, StoreError> {
    tx.run(&REMOVE, &values![tx.tenant(), &programme, month])
}

/// The months a programme has paid for, by person and month.
pub fn of_programme(
    tx: &mut Tx<'_>,
    programme: Id<kind::Programme>,
) -> Result<Vec<CoveredMonth>, StoreError> {
    tx.all(&OF_PROGRAMME, &values![tx.tenant(), &programme], read)
}

/// The months anybody has paid for a person, by month.
pub fn of_person(
    tx: &mut Tx<'_>,
    person: Id<kind::Person>,
) -> Result<Vec<CoveredMonth>, StoreError> {
    tx.all(&OF_PERSON, &values![tx.tenant(), &person], read)
}

pub(crate) fn foresee_of_person(tx: &mut Tx<'_>, person: Id<kind::Person>) {
    let tenant = tx.tenant();
    tx.foresee(&OF_PERSON, &values![tenant, &person]);
}

/// What other programmes have paid, or promise by a final bill, for the members of this one in a
/// month.
pub fn elsewhere(
    tx: &mut Tx<'_>,
    programme: Id<kind::Programme>,
    month: Month,
) -> Result<Vec<CoveredMonth>, StoreError> {
    let tenant = tx.tenant();
    let mut standing = tx.all(&ELSEWHERE, &values![tenant, &programme, month], read)?;
    tx.each(&PROMISED_ELSEWHERE, &values![month, tenant, &programme], |columns| {
        let membership: Id<kind::Membership> = columns.take()?;
        let person = columns.take()?;
        let scheme = columns.take_with("a scheme", Scheme::from_name)?;
        let programme = columns.take()?;
        let transfer = contribution_id(membership, scheme, month, columns.take()?);
        standing.push(CoveredMonth { person, scheme, month, programme, transfer });
        Ok(())
    })?;
    Ok(standing)
}

/// Members of a programme that are paid for until the same month, counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaidUntil {
    /// The last month anybody has paid for them; none when no month is paid.
    pub paid_until: Option<Month>,
    /// The first month of their membership.
    pub first: Month,
    /// The last.
    pub last: Month,
    /// How many they are.
    pub people: u64,
}

/// The living members of a programme whose membership has begun by a month, by the last month that
/// is paid for them.
pub fn paid_until(
    tx: &mut Tx<'_>,
    programme: Id<kind::Programme>,
    by: Month,
) -> Result<Vec<PaidUntil>, StoreError> {
    let death = ReferenceKind::Meninggal.name();
    tx.all(&PAID_UNTIL, &values![tx.tenant(), &programme, by, death], |columns| {
        Ok(PaidUntil {
            paid_until: columns.take()?,
            first: columns.take()?,
            last: columns.take()?,
            people: columns.take::<i64>()?.unsigned_abs(),
        })
    })
}

/// Takes back the months that one transfer covered for a person and keeps what they were; how many.
pub fn withdraw(
    tx: &mut Tx<'_>,
    (person, month): (Id<kind::Person>, Month),
    (transfer, recovery): (Id<kind::Transfer>, Id<kind::Transfer>),
    (on, at_ms): (Day, i64),
) -> Result<u64, StoreError> {
    let tenant = tx.tenant();
    let found = tx.all(&OF_MONTH, &values![tenant, &person, month, &transfer], read)?;
    for cover in &found {
        let scheme = cover.scheme.name();
        tx.run(&DELETE, &values![tenant, &person, scheme, month, &transfer])?;
        let (programme, transfer) = (&cover.programme, &cover.transfer);
        let kept =
            values![tenant, &person, scheme, month, programme, transfer, &recovery, on, at_ms];
        tx.run(&WITHDRAW, &kept)?;
    }
    Ok(found.len() as u64)
}

/// The months that were withdrawn from a person, each with the recovery and the day.
pub fn withdrawn(
    tx: &mut Tx<'_>,
    person: Id<kind::Person>,
) -> Result<Vec<(CoveredMonth, Id<kind::Transfer>, Day)>, StoreError> {
    tx.all(&WITHDRAWN, &values![tx.tenant(), &person], |columns| {
        Ok((read(columns)?, columns.take()?, columns.take()?))
    })
}

/// The transfers of a programme whose months of cover were withdrawn.
pub fn withdrawn_of(
    tx: &mut Tx<'_>,
    programme: Id<kind::Programme>,
) -> Result<Vec<Id<kind::Transfer>>, StoreError> {
    tx.all(&WITHDRAWN_OF, &values![tx.tenant(), &programme], |columns| columns.take())
}

/// The members of all programmes, counted alike by place, work, sex and programme, and whether they
/// are covered in a month for every scheme of their programme.
pub fn facts(tx: &mut Tx<'_>, month: Month) -> Result<Vec<CoverageFact>, StoreError> {
    tx.all(&FACTS, &values![month, tx.tenant()], |columns| {
        Ok(CoverageFact {
            place: columns.take()?,
            occupation: columns.take()?,
            sex: columns.take()?,
            programme: columns.take()?,
            covered: columns.take()?,
            people: columns.take()?,
        })
    })
}

fn read(columns: &mut Columns<'_>) -> Result<CoveredMonth, StoreError> {
    Ok(CoveredMonth {
        person: columns.take()?,
        scheme: columns.take_with("a scheme", Scheme::from_name)?,
        month: columns.take()?,
        programme: columns.take()?,
        transfer: columns.take()?,
    })
}
