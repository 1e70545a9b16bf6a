//! The register of people: one record per human.

use base::id::kind;
use base::{Day, Id, Nik, PersonName};
use domain::registry::Person;

use crate::sql::{Sql, sql};
use crate::value::{Columns, Value, values};
use crate::{StoreError, Tx};

static INSERT: Sql = sql!("person_insert");
static UPDATE: Sql = sql!("person_update");
static BY_NIK: Sql = sql!("person_by_nik");
static GET: Sql = sql!("person_get");
static COUNT: Sql = sql!("person_count");

/// Adds people; a known number is `person_nik_unique`.
pub fn insert_all<'p>(
    tx: &mut Tx<'_>,
    people: impl IntoIterator<Item = &'p Person>,
) -> Result<u64, StoreError> {
    let tenant = tx.tenant();
    tx.insert(&INSERT, people.into_iter().map(|person| insert_values(tenant, person)))
}

/// Replaces the records of people, by id.
pub fn update_all(tx: &mut Tx<'_>, people: &[Person]) -> Result<(), StoreError> {
    for person in people {
        if tx.run(&UPDATE, &update_values(tx.tenant(), person))? == 0 {
            return Err(StoreError::NotFound { what: "person" });
        }
    }
    Ok(())
}

/// The person with this number.
pub fn by_nik(tx: &mut Tx<'_>, nik: Nik) -> Result<Option<Person>, StoreError> {
    tx.one(&BY_NIK, &values![tx.tenant(), nik], read)
}

/// The person with this id.
pub fn get(tx: &mut Tx<'_>, id: Id<kind::Person>) -> Result<Option<Person>, StoreError> {
    tx.one(&GET, &values![tx.tenant(), &id], read)
}

/// How many people the register knows.
pub fn count(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    tx.one(&COUNT, &values![tx.tenant()], |columns| columns.take()).map(Option::unwrap_or_default)
}

/// What two writings of one person share: equal keys are a reason to compare.
pub(crate) fn match_key(name: &PersonName, birth: Day) -> i64 {
    let normal = linkage::normalise_name(name.as_str());
    linkage::same_person_key(&normal, birth).cast_signed()
}

fn insert_values(tenant: i64, person: &Person) -> [Value<'_>; 14] {
    values![
        tenant,
        &person.id,
        person.nik,
        person.no_kk,
        &person.name,
        match_key(&person.name, person.birth),
        person.birth,
        person.birth_place.as_ref(),
        person.sex,
        person.address.as_ref(),
        person.place,
        person.occupation.as_ref().map(|key| &*key.0),
        person.phone,
        person.mother.as_ref(),
    ]
}

fn update_values(tenant: i64, person: &Person) -> [Value<'_>; 14] {
    let [tenant, id, rest @ ..] = insert_values(tenant, person);
    let mut rest = rest.into_iter().chain([tenant, id]);
    std::array::from_fn(|_| rest.next().expect("fourteen values stay fourteen"))
}

pub(crate) fn read(columns: &mut Columns<'_>) -> Result<Person, StoreError> {
    Ok(Person {
        id: columns.take()?,
        nik: columns.take()?,
        no_kk: columns.take()?,
        name: columns.take()?,
        birth: columns.take()?,
        birth_place: columns.take()?,
        sex: columns.take()?,
        address: columns.take()?,
        place: columns.take()?,
        occupation: columns.take()?,
        phone: columns.take()?,
        mother: columns.take()?,
    })
}
