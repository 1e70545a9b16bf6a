//! What an account of old age savings follows from: the months that were paid, with the moments
//! between which they were believed; and what BPJS states of it.

use base::id::kind;
use base::{Day, Id, Month, RegionCode, Rupiah};
use domain::claim::PaidMonth;
use domain::coverage::known::EndedWhy;
use domain::jht::{SavedMonth, SavingEnded, StatedBalance};
use rules::Scheme;

use crate::sql::{Sql, sql};
use crate::value::{Columns, values};
use crate::{StoreError, Tx};

static OF_PERSON: Sql = sql!("jht_month_of_person");
static ALL: Sql = sql!("jht_month_list");
static STATED_INSERT: Sql = sql!("jht_stated_insert");
static STATED_GET: Sql = sql!("jht_stated_get");
static STATED_OF_PERSON: Sql = sql!("jht_stated_of_person");
static STATED_LIST: Sql = sql!("jht_stated_list");
static STATED_WITHDRAW: Sql = sql!("jht_stated_withdraw");

/// A month that stands for somebody's savings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StandingMonth {
    /// Whose.
    pub person: Id<kind::Person>,
    /// Where they live.
    pub place: RegionCode,
    /// Who paid.
    pub programme: Id<kind::Programme>,
    /// The month.
    pub month: Month,
    /// The day the money moved.
    pub paid_on: Day,
    /// How much.
    pub rupiah: Rupiah,
}

/// Every month that was ever believed to be paid for a record's savings, by month.
pub fn months(tx: &mut Tx<'_>, person: Id<kind::Person>) -> Result<Vec<SavedMonth>, StoreError> {
    let asked = values![tx.tenant(), &person, Scheme::Jht.name()];
    tx.all(&OF_PERSON, &asked, |columns| {
        let paid = PaidMonth {
            month: columns.take()?,
            scheme: columns.take_with("a scheme", Scheme::from_name)?,
            programme: columns.take()?,
            bill: columns.take()?,
            transfer: columns.take()?,
            paid_on: columns.take()?,
            rupiah: columns.take()?,
        };
        let from_ms = columns.take()?;
        let (at_ms, on): (Option<i64>, Option<Day>) = (columns.take()?, columns.take()?);
        let why: Option<String> = columns.take()?;
        let why = why.and_then(|name| EndedWhy::from_name(&name));
        let ended = at_ms.zip(why).map(|(at_ms, why)| SavingEnded { at_ms, on, why });
        Ok(SavedMonth { paid, from_ms, ended })
    })
}

/// The months that stand for everybody's savings, by person and month.
pub fn standing(tx: &mut Tx<'_>) -> Result<Vec<StandingMonth>, StoreError> {
    tx.all(&ALL, &values![tx.tenant(), Scheme::Jht.name()], |columns| {
        Ok(StandingMonth {
            person: columns.take()?,
            place: columns.take()?,
            programme: columns.take()?,
            month: columns.take()?,
            paid_on: columns.take()?,
            rupiah: columns.take()?,
        })
    })
}

/// Keeps what a paper states; the same again is `jht_stated_pk`.
pub fn state(tx: &mut Tx<'_>, stated: &StatedBalance) -> Result<(), StoreError> {
    let asked = values![
        tx.tenant(),
        &stated.id,
        &stated.person,
        stated.as_of,
        stated.rupiah,
        &stated.reference,
        &stated.recorded_by,
        stated.recorded_at_ms,
    ];
    tx.run(&STATED_INSERT, &asked).map(|_| ())
}

/// What was stated under this number.
pub fn stated(
    tx: &mut Tx<'_>,
    id: Id<kind::JhtStated>,
) -> Result<Option<StatedBalance>, StoreError> {
    tx.one(&STATED_GET, &values![tx.tenant(), &id], read)
}

/// What was stated of a record, by day.
pub fn stated_of(
    tx: &mut Tx<'_>,
    person: Id<kind::Person>,
) -> Result<Vec<StatedBalance>, StoreError> {
    tx.all(&STATED_OF_PERSON, &values![tx.tenant(), &person], read)
}

/// What was stated of everybody, by day.
pub fn all_stated(tx: &mut Tx<'_>) -> Result<Vec<StatedBalance>, StoreError> {
    tx.all(&STATED_LIST, &values![tx.tenant()], read)
}

/// Takes back what was written down wrongly; whether it still stood.
pub fn withdraw(
    tx: &mut Tx<'_>,
    id: Id<kind::JhtStated>,
    (by, at_ms): (Id<kind::User>, i64),
) -> Result<bool, StoreError> {
    Ok(tx.run(&STATED_WITHDRAW, &values![&by, at_ms, tx.tenant(), &id])? > 0)
}

fn read(columns: &mut Columns<'_>) -> Result<StatedBalance, StoreError> {
    let (id, person, as_of) = (columns.take()?, columns.take()?, columns.take()?);
    let (rupiah, reference) = (columns.take()?, columns.take()?);
    let (recorded_by, recorded_at_ms) = (columns.take()?, columns.take()?);
    let (by, at): (Option<Id<kind::User>>, Option<i64>) = (columns.take()?, columns.take()?);
    let withdrawn = by.zip(at);
    Ok(StatedBalance {
        id,
        person,
        as_of,
        rupiah,
        reference,
        recorded_by,
        recorded_at_ms,
        withdrawn,
    })
}
