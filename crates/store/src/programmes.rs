//! Funds and programmes.

use std::collections::HashMap;

use base::Id;
use base::id::kind;
use domain::occupation::OccupationKey;
use domain::programme::{Fund, Programme};
use rules::{FundKind, Schemes};

use crate::sql::{Sql, sql};
use crate::value::{Columns, corrupt, values};
use crate::{StoreError, Tx};

static FUND_INSERT: Sql = sql!("fund_insert");
static FUND_BY_CODE: Sql = sql!("fund_by_code");
static FUND_GET: Sql = sql!("fund_get");
static FUND_LIST: Sql = sql!("fund_list");
static INSERT: Sql = sql!("programme_insert");
static LIST: Sql = sql!("programme_list");
static OCCUPATION_INSERT: Sql = sql!("programme_occupation_insert");
static OCCUPATION_LIST: Sql = sql!("programme_occupation_list");

/// Adds a fund; a taken code is `fund_code_unique`.
pub fn insert_fund(tx: &mut Tx<'_>, fund: &Fund) -> Result<(), StoreError> {
    let values = values![tx.tenant(), &fund.id, &fund.code, fund.kind.name(), fund.ceiling];
    tx.run(&FUND_INSERT, &values).map(|_| ())
}

/// The fund with this code.
pub fn fund_by_code(tx: &mut Tx<'_>, code: &str) -> Result<Option<Fund>, StoreError> {
    tx.one(&FUND_BY_CODE, &values![tx.tenant(), code], read_fund)
}

/// The fund with this id.
pub fn fund(tx: &mut Tx<'_>, id: Id<kind::Fund>) -> Result<Option<Fund>, StoreError> {
    tx.one(&FUND_GET, &values![tx.tenant(), &id], read_fund)
}

/// All funds, by code.
pub fn funds(tx: &mut Tx<'_>) -> Result<Vec<Fund>, StoreError> {
    tx.all(&FUND_LIST, &values![tx.tenant()], read_fund)
}

/// Adds a programme; a taken code is `programme_code_unique`.
pub fn insert(tx: &mut Tx<'_>, programme: &Programme) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let default_occupation = programme.default_occupation.as_ref().map(|key| &*key.0);
    tx.run(
        &INSERT,
        &values![
            tenant,
            &programme.id,
            &programme.code,
            &programme.name,
            programme.territory,
            &programme.fund,
            programme.schemes.bits(),
            programme.first,
            programme.last,
            default_occupation,
            programme.income,
            programme.refuse_insured,
            programme.target,
        ],
    )?;
    let occupations = programme.occupations.iter();
    tx.insert(&OCCUPATION_INSERT, occupations.map(|key| values![tenant, &programme.id, &*key.0]))?;
    Ok(())
}

/// The programme with this code.
pub fn by_code(tx: &mut Tx<'_>, code: &str) -> Result<Option<Programme>, StoreError> {
    Ok(list(tx)?.into_iter().find(|programme| &*programme.code == code))
}

/// The programme with this id.
pub fn get(tx: &mut Tx<'_>, id: Id<kind::Programme>) -> Result<Option<Programme>, StoreError> {
    Ok(list(tx)?.into_iter().find(|programme| programme.id == id))
}

pub(crate) fn foresee(tx: &mut Tx<'_>) {
    let tenant = tx.tenant();
    tx.foresee(&OCCUPATION_LIST, &values![tenant]);
    tx.foresee(&LIST, &values![tenant]);
}

/// All programmes, by code; a regency has a few dozen.
pub fn list(tx: &mut Tx<'_>) -> Result<Vec<Programme>, StoreError> {
    foresee(tx);
    let mut occupations: HashMap<Id<kind::Programme>, Vec<OccupationKey>> = HashMap::new();
    tx.each(&OCCUPATION_LIST, &values![tx.tenant()], |columns| {
        occupations.entry(columns.take()?).or_default().push(columns.take()?);
        Ok(())
    })?;
    let mut programmes = tx.all(&LIST, &values![tx.tenant()], read)?;
    for programme in &mut programmes {
        programme.occupations = occupations.remove(&programme.id).unwrap_or_default();
    }
    Ok(programmes)
}

fn read_fund(columns: &mut Columns<'_>) -> Result<Fund, StoreError> {
    Ok(Fund {
        id: columns.take()?,
        code: columns.take()?,
        kind: columns.take_with("a kind of fund", FundKind::from_name)?,
        ceiling: columns.take()?,
    })
}

fn read(columns: &mut Columns<'_>) -> Result<Programme, StoreError> {
    Ok(Programme {
        id: columns.take()?,
        code: columns.take()?,
        name: columns.take()?,
        territory: columns.take()?,
        fund: columns.take()?,
        schemes: Schemes::from_bits(columns.take()?).ok_or_else(|| corrupt("schemes"))?,
        first: columns.take()?,
        last: columns.take()?,
        occupations: Vec::new(),
        default_occupation: columns.take()?,
        income: columns.take()?,
        refuse_insured: columns.take()?,
        target: columns.take()?,
    })
}
