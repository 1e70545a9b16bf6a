//! Programmes, and who else wants the people of one.

use std::collections::HashMap;

use base::id::kind;
use base::{Id, Month};
use domain::occupation::OccupationKey;
use domain::priority::Priority;
use domain::programme::{AgeBand, Facilities, GroupTerms, Mandate, Programme, Terms};
use rules::Schemes;

use crate::sql::{Sql, sql};
use crate::value::{Columns, Value, corrupt, values};
use crate::{StoreError, Tx};

pub use crate::funds::{fund, fund_by_code, funds, insert_fund};

static INSERT: Sql = sql!("programme_insert");
static LIST: Sql = sql!("programme_list");
static OF_PERSON: Sql = sql!("programme_of_person");
static OCCUPATION_OF_PERSON: Sql = sql!("programme_occupation_of_person");
static SET_TERMS: Sql = sql!("programme_set_terms");
static RIVALS: Sql = sql!("programme_rival_list");
static OCCUPATION_INSERT: Sql = sql!("programme_occupation_insert");
static OCCUPATION_LIST: Sql = sql!("programme_occupation_list");

/// Adds a programme; a taken code is `programme_code_unique`.
pub fn insert(tx: &mut Tx<'_>, programme: &Programme) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let default_occupation = programme.default_occupation.as_ref().map(|key| &*key.0);
    let own = values![
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
    ];
    let all: Vec<Value<'_>> = own.into_iter().chain(term_values(&programme.terms)).collect();
    tx.run(&INSERT, &all)?;
    let occupations = programme.occupations.iter();
    tx.insert(&OCCUPATION_INSERT, occupations.map(|key| values![tenant, &programme.id, &*key.0]))?;
    Ok(())
}

/// Lays down other terms for a programme.
pub fn set_terms(
    tx: &mut Tx<'_>,
    id: Id<kind::Programme>,
    terms: &Terms,
) -> Result<(), StoreError> {
    let place = values![tx.tenant(), &id];
    let all: Vec<Value<'_>> = term_values(terms).into_iter().chain(place).collect();
    match tx.run(&SET_TERMS, &all)? {
        0 => Err(StoreError::NotFound { what: "programme" }),
        _ => Ok(()),
    }
}

/// Another programme that has accepted somebody of a programme's people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rival {
    /// Who.
    pub person: Id<kind::Person>,
    /// Which other programme.
    pub programme: Id<kind::Programme>,
    /// The months of the membership there, once there is one.
    pub member: Option<(Month, Month)>,
    /// Whether they stand on a list there that waits for approval.
    pub is_proposed: bool,
    /// Whether they wait there behind a list, without a place.
    pub is_waiting: bool,
}

/// Who of a programme's people was accepted by other programmes too, by person.
pub fn rivals(tx: &mut Tx<'_>, id: Id<kind::Programme>) -> Result<Vec<Rival>, StoreError> {
    tx.all(&RIVALS, &values![tx.tenant(), &id], |columns| {
        let (person, programme) = (columns.take()?, columns.take()?);
        let (first, last): (Option<Month>, Option<Month>) = (columns.take()?, columns.take()?);
        Ok(Rival {
            person,
            programme,
            member: first.zip(last),
            is_proposed: columns.take()?,
            is_waiting: columns.take()?,
        })
    })
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
    let tenant = tx.tenant();
    read_all(tx, (&OCCUPATION_LIST, &LIST), &values![tenant])
}

pub(crate) fn foresee_of_person(tx: &mut Tx<'_>, person: Id<kind::Person>) {
    let tenant = tx.tenant();
    tx.foresee(&OCCUPATION_OF_PERSON, &values![tenant, &person]);
    tx.foresee(&OF_PERSON, &values![tenant, &person]);
}

/// The programmes in which somebody is a member, by code.
pub fn of_person(tx: &mut Tx<'_>, person: Id<kind::Person>) -> Result<Vec<Programme>, StoreError> {
    let tenant = tx.tenant();
    read_all(tx, (&OCCUPATION_OF_PERSON, &OF_PERSON), &values![tenant, &person])
}

fn read_all(
    tx: &mut Tx<'_>,
    (of_occupations, of_programmes): (&'static Sql, &'static Sql),
    values: &[Value<'_>],
) -> Result<Vec<Programme>, StoreError> {
    let mut occupations: HashMap<Id<kind::Programme>, Vec<OccupationKey>> = HashMap::new();
    tx.each(of_occupations, values, |columns| {
        occupations.entry(columns.take()?).or_default().push(columns.take()?);
        Ok(())
    })?;
    let mut programmes = tx.all(of_programmes, values, read)?;
    for programme in &mut programmes {
        programme.occupations = occupations.remove(&programme.id).unwrap_or_default();
    }
    Ok(programmes)
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
        terms: read_terms(columns)?,
    })
}

/// The eleven columns of terms, in the order of the statements.
fn term_values(terms: &Terms) -> [Value<'_>; 11] {
    let lines = |lines: Vec<String>| (!lines.is_empty()).then(|| lines.join(","));
    let targets = terms.targets.iter().map(|(year, people)| format!("{year}={people}"));
    let default = terms.priority == Priority::default();
    values![
        terms.basis.as_ref(),
        lines(terms.groups.iter().map(ToString::to_string).collect()),
        terms.quota,
        terms.mandate.as_ref().map(|mandate| mandate.from),
        terms.mandate.as_ref().map(|mandate| &mandate.basis),
        (!default).then(|| terms.priority.to_string()),
        terms.ages.from,
        terms.ages.to,
        terms.decile,
        lines(targets.collect()),
        terms.facilities.as_ref().map(ToString::to_string),
    ]
}

fn read_terms(columns: &mut Columns<'_>) -> Result<Terms, StoreError> {
    let basis = columns.take()?;
    let groups = parts(columns.take()?, "a group's terms", GroupTerms::parse)?;
    let quota = columns.take()?;
    let (from, mandate_basis): (Option<Month>, Option<Box<str>>) =
        (columns.take()?, columns.take()?);
    let mandate = from.zip(mandate_basis).map(|(from, basis)| Mandate { from, basis });
    let priority = match columns.take::<Option<String>>()? {
        None => Priority::default(),
        Some(text) => Priority::parse(&text).ok_or_else(|| corrupt("an order of places"))?,
    };
    let ages = AgeBand { from: columns.take()?, to: columns.take()? };
    let decile = columns.take()?;
    let targets = parts(columns.take()?, "a year's target", |text| {
        let (year, people) = text.split_once('=')?;
        Some((year.parse().ok()?, people.parse().ok()?))
    })?;
    let facilities = match columns.take::<Option<String>>()? {
        None => None,
        Some(text) => Some(Facilities::parse(&text).ok_or_else(|| corrupt("facilities"))?),
    };
    Ok(Terms { basis, groups, quota, mandate, priority, ages, decile, targets, facilities })
}

/// The parts of a text between commas; none when there is no text.
fn parts<T>(
    text: Option<String>,
    what: &str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Vec<T>, StoreError> {
    let text = text.unwrap_or_default();
    let parts = text.split(',').filter(|part| !part.is_empty());
    parts.map(|part| read(part).ok_or_else(|| corrupt(what))).collect()
}
