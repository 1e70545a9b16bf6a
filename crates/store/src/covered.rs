//! Covered months, the one proof of cover, and the months that final bills only promise.

use std::collections::{BTreeSet, HashSet};

use base::id::kind;
use base::{Day, Id, Month, PersonName, Rupiah};
use domain::billing::{contribution_id, contribution_id_before};
use domain::coverage::known::{EndedWhy, KnownMonth};
use domain::coverage::{CoverageFact, CoveredMonth};
use domain::occupation::OccupationKey;
use domain::reference::ReferenceKind;
use rules::Scheme;

use crate::cover_sums::{self, Cell, Kept, read_cell};
use crate::keys::KeyRing;
use crate::seal::{Owner, take_wrapped};
use crate::sql::{Sql, sql};
use crate::value::{Columns, corrupt, values};
use crate::{StoreError, Tx, cover_once, ledger, references};

static INSERT: Sql = sql!("covered_month_insert");
static OF_PROGRAMME: Sql = sql!("covered_month_of_programme");
static PAID_FACTS: Sql = sql!("covered_fact_list");
static OF_PERSON: Sql = sql!("covered_month_of_person");
static ELSEWHERE: Sql = sql!("covered_month_elsewhere");
static PROMISED_ELSEWHERE: Sql = sql!("promised_elsewhere");
static REMOVE: Sql = sql!("covered_month_remove");
static FACTS: Sql = sql!("coverage_fact_list");
static PAID_UNTIL: Sql = sql!("paid_until_list");
static OF_MONTH: Sql = sql!("covered_month_of_month");
static DELETE: Sql = sql!("covered_month_delete");
static OF_KEY: Sql = sql!("covered_month_of_key");
static OF_BILL: Sql = sql!("covered_month_of_bill");
static KEEP_PAST: Sql = sql!("covered_month_past_insert");
static KNOWN: Sql = sql!("covered_month_known");
static PAID_KNOWN: Sql = sql!("cover_paid_until");
static DEATHS: Sql = sql!("death_known_list");
static DEATHS_OF: Sql = sql!("death_known_of_person");
static WITHDRAWN: Sql = sql!("covered_month_withdrawn_list");
static WITHDRAWN_OF: Sql = sql!("covered_month_withdrawn_of");

/// Adds covered months that became known at a moment; a second payer for a person, scheme and month
/// is `covered_month_pk`.
pub fn insert_all(
    tx: &mut Tx<'_>,
    covered: &[CoveredMonth],
    known_at_ms: i64,
) -> Result<(), StoreError> {
    let kept = cover_sums::keep(tx, covered, known_at_ms)?;
    cover_sums::count(tx, &kept, known_at_ms, 1)?;
    insert_kept(tx, kept)?;
    cover_once::settle_merged(tx, covered.iter().map(|cover| cover.person), known_at_ms)
}

/// Adds months as they were kept elsewhere: whoever they go to, they count where they counted.
pub(crate) fn insert_kept(tx: &mut Tx<'_>, mut covered: Vec<Kept>) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let months: BTreeSet<Month> = covered.iter().map(|kept| kept.cover.month).collect();
    for month in months {
        tx.open_month("covered_month", month)?;
    }
    // In the order of the key, so that the tree grows at its end.
    covered.sort_by_key(|kept| (kept.cover.person, kept.cover.scheme.name(), kept.cover.month));
    let rows = covered.iter().map(|Kept { cover, known_at_ms, cell }| {
        let [place, occupation, sex, age_from] = cell.values();
        values![
            tenant,
            &cover.person,
            cover.scheme.name(),
            cover.month,
            &cover.programme,
            &cover.transfer,
            *known_at_ms,
            place,
            occupation,
            sex,
            age_from,
        ]
    });
    tx.insert(&INSERT, rows).map(|_| ())
}

/// Gives a covered month from one record to another; how many of the month there were.
pub(crate) fn give(
    tx: &mut Tx<'_>,
    (scheme, month): (Scheme, Month),
    (from, to): (Id<kind::Person>, Id<kind::Person>),
) -> Result<u64, StoreError> {
    let (tenant, name) = (tx.tenant(), scheme.name());
    let found = tx.all(&OF_KEY, &values![tenant, &from, name, month], read_kept)?;
    for kept in &found {
        tx.run(&DELETE, &values![tenant, &from, name, month, &kept.cover.transfer])?;
    }
    let count = found.len() as u64;
    let given = found.into_iter().map(|kept| {
        let cover = CoveredMonth { person: to, ..kept.cover };
        Kept { cover, ..kept }
    });
    insert_kept(tx, given.collect())?;
    Ok(count)
}

/// Takes away the months that a programme's bill of a month had paid for, once its payment is
/// undone, and keeps what they were; how many.
pub fn remove(
    tx: &mut Tx<'_>,
    programme: Id<kind::Programme>,
    month: Month,
    (on, at_ms): (Day, i64),
) -> Result<u64, StoreError> {
    let tenant = tx.tenant();
    let found = tx.all(&OF_BILL, &values![tenant, &programme, month], read_kept)?;
    let count = tx.run(&REMOVE, &values![tenant, &programme, month])?;
    let ended = Ended { on, at_ms, why: EndedWhy::PaymentUndone, recovery: None };
    keep_past(tx, &found, &ended)?;
    Ok(count)
}

/// Since when and why months are covered no more.
struct Ended {
    on: Day,
    at_ms: i64,
    why: EndedWhy,
    recovery: Option<Id<kind::Transfer>>,
}

fn keep_past(tx: &mut Tx<'_>, found: &[Kept], ended: &Ended) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    cover_sums::count(tx, found, ended.at_ms, -1)?;
    let rows = found.iter().map(|Kept { cover, known_at_ms, cell }| {
        let [place, occupation, sex, age_from] = cell.values();
        values![
            tenant,
            &cover.transfer,
            cover.scheme.name(),
            ended.at_ms,
            &cover.person,
            cover.month,
            &cover.programme,
            *known_at_ms,
            ended.on,
            ended.why.name(),
            ended.recovery.as_ref(),
            place,
            occupation,
            sex,
            age_from,
        ]
    });
    tx.insert(&KEEP_PAST, rows)?;
    cover_once::settle_merged(tx, found.iter().map(|kept| kept.cover.person), ended.at_ms)
}

/// The months a programme has paid for, by person and month.
pub fn of_programme(
    tx: &mut Tx<'_>,
    programme: Id<kind::Programme>,
) -> Result<Vec<CoveredMonth>, StoreError> {
    tx.all(&OF_PROGRAMME, &values![tx.tenant(), &programme], read)
}

/// A covered month with what was paid for it and where it stands in the sums of cover.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaidFact {
    /// The month.
    pub cover: CoveredMonth,
    /// The code of the village in which they lived, as a number; 0 where nobody wrote it down.
    pub place: i64,
    /// What they did; empty where it is not known.
    pub occupation: String,
    /// The letter of their sex.
    pub sex: String,
    /// The first year of their band of ages.
    pub age_from: i64,
    /// What was paid for this scheme.
    pub rupiah: Rupiah,
    /// Whether the sums count it: of months paid twice for one human one does.
    pub counts: bool,
}

/// What a programme has paid, by person, scheme and month.
pub fn paid_facts(
    tx: &mut Tx<'_>,
    programme: Id<kind::Programme>,
    mut each: impl FnMut(PaidFact),
) -> Result<(), StoreError> {
    tx.each(&PAID_FACTS, &values![tx.tenant(), &programme], |columns| {
        let cover = read(columns)?;
        let Cell { place, occupation, sex, age_from } = read_cell(columns)?;
        let (rupiah, counts) = (columns.take()?, columns.take::<i64>()? != 0);
        each(PaidFact { cover, place, occupation, sex, age_from, rupiah, counts });
        Ok(())
    })
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
    standing.extend(promised_elsewhere(tx, programme, month)?);
    Ok(standing)
}

/// The months that final bills of other programmes promise, each by the transfer that promises it.
fn promised_elsewhere(
    tx: &mut Tx<'_>,
    programme: Id<kind::Programme>,
    month: Month,
) -> Result<Vec<CoveredMonth>, StoreError> {
    let mut promised: Vec<(CoveredMonth, Id<kind::Transfer>)> = Vec::new();
    tx.each(&PROMISED_ELSEWHERE, &values![month, tx.tenant(), &programme], |columns| {
        let membership: Id<kind::Membership> = columns.take()?;
        let person = columns.take()?;
        let scheme = columns.take_with("a scheme", Scheme::from_name)?;
        let programme = columns.take()?;
        let revision = columns.take()?;
        let transfer = contribution_id(membership, scheme, month, revision);
        let before = contribution_id_before(membership, month, revision);
        promised.push((CoveredMonth { person, scheme, month, programme, transfer }, before));
        Ok(())
    })?;
    let ids = promised.iter().map(|(_, before)| *before).collect();
    let known = ledger::known(tx, ids)?;
    let before: HashSet<_> = known.into_iter().map(|(transfer, _)| transfer.id).collect();
    let by = |(cover, old): (CoveredMonth, Id<kind::Transfer>)| match before.contains(&old) {
        true => CoveredMonth { transfer: old, ..cover },
        false => cover,
    };
    Ok(promised.into_iter().map(by).collect())
}

/// Members of a programme with the same work that are paid for until the same month, counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaidUntil {
    /// Their work: what a programme lays down for it says whether they earn a wage.
    pub occupation: Option<OccupationKey>,
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
            occupation: columns.take()?,
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
    let found = tx.all(&OF_MONTH, &values![tenant, &person, month, &transfer], read_kept)?;
    for kept in &found {
        let scheme = kept.cover.scheme.name();
        tx.run(&DELETE, &values![tenant, &person, scheme, month, &transfer])?;
    }
    let ended = Ended { on, at_ms, why: EndedWhy::Died, recovery: Some(recovery) };
    keep_past(tx, &found, &ended)?;
    Ok(found.len() as u64)
}

/// Gives the months back that a recovery had withdrawn, once it is undone; how many. A month that
/// somebody else has paid for since is `covered_month_pk`.
pub fn restore(
    tx: &mut Tx<'_>,
    person: Id<kind::Person>,
    recovery: Id<kind::Transfer>,
    at_ms: i64,
) -> Result<usize, StoreError> {
    let withdrawn = withdrawn(tx, person)?.into_iter();
    let own = withdrawn.filter(|(_, by, _)| *by == recovery).map(|(cover, ..)| cover);
    let own: Vec<CoveredMonth> = own.collect();
    insert_all(tx, &own, at_ms)?;
    Ok(own.len())
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

/// The transfers and schemes of a programme whose months of cover were withdrawn.
pub fn withdrawn_of(
    tx: &mut Tx<'_>,
    programme: Id<kind::Programme>,
) -> Result<Vec<(Id<kind::Transfer>, Scheme)>, StoreError> {
    tx.all(&WITHDRAWN_OF, &values![tx.tenant(), &programme], |columns| {
        Ok((columns.take()?, columns.take_with("a scheme", Scheme::from_name)?))
    })
}

/// Every month that was ever believed to be covered for a person, each with the moments between
/// which it was, by month.
pub fn known_of_person(
    tx: &mut Tx<'_>,
    person: Id<kind::Person>,
) -> Result<Vec<KnownMonth>, StoreError> {
    tx.all(&KNOWN, &values![tx.tenant(), &person], |columns| {
        let (cover, from_ms) = (read(columns)?, columns.take()?);
        let (ended_ms, why): (Option<i64>, Option<String>) = (columns.take()?, columns.take()?);
        let why = why.and_then(|name| EndedWhy::from_name(&name));
        Ok(KnownMonth { cover, from_ms, ended: ended_ms.zip(why) })
    })
}

/// People between two identifiers, the first left out: which ones, and what is asked of them.
#[derive(Debug, Clone, Copy)]
pub struct Between {
    /// After this one.
    pub after: Id<kind::Person>,
    /// Up to this one.
    pub up_to: Id<kind::Person>,
}

/// The last month up to one that was known at a moment to be paid for, by person and scheme.
pub fn paid_known(
    tx: &mut Tx<'_>,
    people: Between,
    by: Month,
    known_at_ms: i64,
) -> Result<Vec<(Id<kind::Person>, Scheme, Month)>, StoreError> {
    let values = values![tx.tenant(), &people.after, &people.up_to, by, known_at_ms];
    tx.all(&PAID_KNOWN, &values, |columns| {
        let person = columns.take()?;
        Ok((person, columns.take_with("a scheme", Scheme::from_name)?, columns.take()?))
    })
}

/// A line about somebody on a list of the dead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeathTold {
    /// Whose number the line has.
    pub person: Id<kind::Person>,
    /// The day of death, or that of the list where the line has none.
    pub day: Day,
    /// The name that the line gives.
    pub name: Option<PersonName>,
}

/// The lines about everybody that lists of the dead had by a moment, by person and day.
pub fn deaths_known(tx: &mut Tx<'_>, known_at_ms: i64) -> Result<Vec<DeathTold>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let death = ReferenceKind::Meninggal.name();
    tx.all(&DEATHS, &values![death, tenant, known_at_ms], |row| read_death(keys, tenant, row))
}

/// The lines about one person that lists of the dead had by a moment, by day.
pub fn deaths_known_of(
    tx: &mut Tx<'_>,
    person: Id<kind::Person>,
    known_at_ms: i64,
) -> Result<Vec<DeathTold>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let death = ReferenceKind::Meninggal.name();
    let asked = values![tenant, &person, death, known_at_ms];
    tx.all(&DEATHS_OF, &asked, |row| read_death(keys, tenant, row))
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

pub(crate) fn read_kept(columns: &mut Columns<'_>) -> Result<Kept, StoreError> {
    let (cover, known_at_ms) = (read(columns)?, columns.take()?);
    Ok(Kept { cover, known_at_ms, cell: read_cell(columns)? })
}

fn read_death(
    keys: &KeyRing,
    tenant: i64,
    columns: &mut Columns<'_>,
) -> Result<DeathTold, StoreError> {
    let (person, day) = (columns.take()?, columns.take()?);
    let list: Id<kind::ReferenceList> = columns.take()?;
    let wrapped = take_wrapped(columns)?.ok_or_else(|| corrupt("a list's key"))?;
    let (line, sealed): (i64, Option<Vec<u8>>) = (columns.take()?, columns.take()?);
    let owner = Owner::new(tenant, &list);
    let open = |sealed: Vec<u8>| references::open_name(keys, owner, &wrapped, line, &sealed);
    Ok(DeathTold { person, day, name: sealed.map(open).transpose()? })
}
