//! The register of people: one record per human, sealed field by field under a key of its own.
//!
//! Numbers are found by a keyed index and names by keyed words; nothing that says who somebody is
//! stands in the clear. A record that changes leaves what it was before in its history.

mod history;
mod record;
mod search;

use base::id::kind;
use base::{Day, Id, Month, Nik, PersonName, RegionCode};
use domain::occupation::OccupationKey;
use domain::registry::Person;

use crate::keys::KeyRing;
use crate::seal::{self, NewKey, Owner, Seal, Wrapped};
use crate::sql::{Sql, sql, sql_twin};
use crate::value::{Value, json_texts, values};
use crate::{
    StoreError, Tx, audit, covered, memberships, merges, months, programmes, references, sheets,
    sipp,
};

pub use history::{Version, latest, versions};
pub(crate) use record::{read, take_sealed};
pub use search::{SearchQuery, search};

static INSERT: Sql = sql!("person_insert");
static UPDATE: Sql = sql!("person_update");
static BY_NIK: Sql = sql!("person_by_nik");
static SEVERAL: Sql = sql_twin!("person_several");
static GET: Sql = sql!("person_get");
static ERASED_LIST: Sql = sql!("person_erased_list");
static COUNT: Sql = sql!("person_count");
static PAGE: Sql = sql!("person_page");
static PLACE_OF: Sql = sql_twin!("person_place_of");
static PAGE_LINE: Sql = sql!("person_page_line");
static PLACE: Sql = sql!("person_place");
static HOLD: Sql = sql!("person_hold");
static LIST: Sql = sql!("person_list");

/// When something became known to the register, and since when it is so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// When it was written down, in milliseconds since 1970-01-01 UTC.
    pub at_ms: i64,
    /// The first day on which it is true.
    pub valid_from: Day,
}

/// Adds people, each with a key of their own; a known number is `person_nik_unique`.
pub fn insert_all<'p>(
    tx: &mut Tx<'_>,
    people: impl IntoIterator<Item = &'p Person>,
    known: Known,
) -> Result<u64, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let people: Vec<&Person> = people.into_iter().collect();
    let new_keys: Vec<NewKey> =
        people.iter().map(|person| keys.new_key(Owner::new(tenant, &person.id))).collect();
    let stamp = Stamp { version: 1, known };
    let rows = people.iter().zip(&new_keys).map(|(person, key)| {
        let seal = keys.sealer(key);
        insert_values(Sealing { keys, seal: &seal, tenant }, person, stamp)
    });
    let count = tx.insert(&INSERT, rows)?;
    let wrapped = people.iter().zip(&new_keys);
    seal::keep_keys(tx, wrapped.map(|(person, key)| (person.id.as_bytes(), &key.wrapped)))?;
    search::add_words(tx, &people)?;
    Ok(count)
}

/// Everybody whose identity was not erased, by id, each with when the record became known.
pub fn each(
    tx: &mut Tx<'_>,
    mut each: impl FnMut(Person, i64) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    tx.each(&LIST, &values![tenant], |columns| {
        let person = read(keys, tenant, columns)?;
        each(person, columns.take()?)
    })
}

/// Replaces the records of people, by id; what they were stays in their history.
pub fn update_all(tx: &mut Tx<'_>, people: &[Person], known: Known) -> Result<(), StoreError> {
    for person in people {
        update(tx, person, None, known)?;
    }
    Ok(())
}

/// Replaces one record, if it is still the version that the caller saw.
///
/// # Errors
/// [`StoreError::Busy`] when somebody else has changed it meanwhile.
pub fn change(
    tx: &mut Tx<'_>,
    person: &Person,
    seen_version: u32,
    known: Known,
) -> Result<(), StoreError> {
    update(tx, person, Some(seen_version), known)
}

fn update(
    tx: &mut Tx<'_>,
    person: &Person,
    seen_version: Option<u32>,
    known: Known,
) -> Result<(), StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let missing = || StoreError::NotFound { what: "person" };
    let old = get(tx, person.id)?.ok_or_else(missing)?;
    let wrapped = seal::key_of(tx, person.id.as_bytes())?.ok_or_else(missing)?;
    let seal = keys.unwrap(Owner::new(tenant, &person.id), &wrapped)?;
    let stamp = history::times(tx, person.id)?.ok_or_else(missing)?;
    if seen_version.is_some_and(|seen| seen != stamp.version) {
        return Err(StoreError::Busy);
    }
    history::keep(tx, &seal, &old, stamp, known.at_ms)?;
    search::remove_words(tx, &old)?;
    months::follow(tx, old.nik, person.nik)?;
    let stamp = Stamp { version: stamp.version + 1, known };
    let values = update_values(Sealing { keys, seal: &seal, tenant }, person, stamp);
    tx.run(&UPDATE, &values)?;
    search::add_words(tx, &[person])
}

/// Erases somebody: the key is dropped, so that no copy of the sealed fields can be opened any
/// more, and nothing finds the record but its identifier. Place, sex, occupation and the year of
/// birth stay for the counts; so do money and months.
pub fn erase(tx: &mut Tx<'_>, id: Id<kind::Person>, known: Known) -> Result<(), StoreError> {
    let missing = || StoreError::NotFound { what: "person" };
    let old = get(tx, id)?.ok_or_else(missing)?;
    let stamp = history::times(tx, id)?.ok_or_else(missing)?;
    if old.nik == Nik::erased() {
        return Ok(());
    }
    search::remove_words(tx, &old)?;
    months::leave(tx, old.nik)?;
    sipp::forget(tx, &old)?;
    seal::drop_key(tx, id.as_bytes())?;
    let year_only = Day::new(old.birth.year(), 1, 1).expect("every year has a first day");
    let gone: &[u8] = &[];
    let (nobody, nothing) = (Value::Null, Value::Null);
    let [no_kk, birth_place, address, phone, mother] = std::array::from_fn(|_| Value::Null);
    let values = [
        nobody,
        Value::from(0_i64),
        Value::from(gone),
        no_kk,
        Value::from(gone),
        Value::from(year_only),
        birth_place,
        Value::from(old.sex),
        address,
        Value::from(old.place),
        old.occupation.as_ref().map_or(nothing, |key| Value::from(&*key.0)),
        phone,
        mother,
        Value::from(stamp.version + 1),
        Value::from(known.valid_from),
        Value::from(known.at_ms),
        Value::from(tx.tenant()),
        Value::from(&id),
    ];
    tx.run(&UPDATE, &values).map(|_| ())
}

/// The person with this number.
pub fn by_nik(tx: &mut Tx<'_>, nik: Nik) -> Result<Option<Person>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let index = keys.nik_index(nik);
    tx.one(&BY_NIK, &values![tenant, &index], |columns| read(keys, tenant, columns))
}

/// The person with this id; a placeholder when they were erased.
pub fn get(tx: &mut Tx<'_>, id: Id<kind::Person>) -> Result<Option<Person>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    tx.one(&GET, &values![tenant, &id], |columns| read(keys, tenant, columns))
}

/// The people with these ids, in no order.
pub fn several(
    tx: &mut Tx<'_>,
    ids: impl Iterator<Item = Id<kind::Person>>,
) -> Result<Vec<Person>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let wanted = json_texts(ids.map(|id| crate::keys::hex(id.as_bytes())));
    tx.all(&SEVERAL, &values![wanted, tenant], |columns| read(keys, tenant, columns))
}

/// The person with this id as they are now, and which version that is.
fn get_stamped(
    tx: &mut Tx<'_>,
    id: Id<kind::Person>,
) -> Result<Option<(Person, Stamp)>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    tx.one(&GET, &values![tenant, &id], |columns| {
        Ok((read(keys, tenant, columns)?, history::read_stamp(columns)?))
    })
}

/// Notes that all that hangs on somebody will be asked: the record, memberships, covered months,
/// files, and who saw them.
pub fn foresee_file(tx: &mut Tx<'_>, id: Id<kind::Person>) {
    let tenant = tx.tenant();
    tx.foresee(&GET, &values![tenant, &id]);
    memberships::foresee_of_person(tx, id);
    covered::foresee_of_person(tx, id);
    sheets::foresee_naming(tx, id);
    audit::foresee_of(tx, id.as_bytes());
    programmes::foresee_of_person(tx, id);
    merges::foresee_of(tx, id);
    references::foresee_naming_person(tx, id);
}

/// The next people after somebody, at most `people_max` of them, by village and identifier; of one
/// region if so asked.
pub fn page(
    tx: &mut Tx<'_>,
    within: Option<RegionCode>,
    after: Option<Id<kind::Person>>,
    people_max: u32,
) -> Result<Vec<Person>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let (first, last, last_seen) = begin_after(tx, within, after)?;
    let values = values![tenant, first, last, last_seen, people_max];
    tx.all(&PAGE, &values, |columns| read(keys, tenant, columns))
}

/// The same people as a list of many shows them: what it does not show stays sealed.
pub fn lines(
    tx: &mut Tx<'_>,
    within: Option<RegionCode>,
    after: Option<Id<kind::Person>>,
    people_max: u32,
) -> Result<Vec<PersonLine>, StoreError> {
    let (keys, tenant) = (tx.keys()?, tx.tenant());
    let (first, last, last_seen) = begin_after(tx, within, after)?;
    let values = values![tenant, first, last, last_seen, people_max];
    tx.all(&PAGE_LINE, &values, |columns| record::read_line(keys, tenant, columns))
}

/// Where each of these people lives; nothing of them is opened.
pub fn places(tx: &mut Tx<'_>, people: &[Id<kind::Person>]) -> Result<Vec<RegionCode>, StoreError> {
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let wanted = json_texts(people.iter().map(|person| crate::keys::hex(person.as_bytes())));
    tx.all(&PLACE_OF, &values![wanted, tx.tenant()], |columns| columns.take())
}

/// Where a page begins: the first and the last place, and who was the last of the first place.
fn begin_after(
    tx: &mut Tx<'_>,
    within: Option<RegionCode>,
    after: Option<Id<kind::Person>>,
) -> Result<(i64, i64, Vec<u8>), StoreError> {
    let (first, last) = within.map_or((0, i64::MAX), places_of);
    if let Some(after) = &after {
        let place: Option<i64> =
            tx.one(&PLACE, &values![tx.tenant(), after], |columns| columns.take())?;
        if let Some(place) = place.filter(|place| *place >= first) {
            return Ok((place, last, after.as_bytes().to_vec()));
        }
    }
    Ok((first, last, Vec::new()))
}

/// The first and the last number that a village of a region could have.
fn places_of(region: RegionCode) -> (i64, i64) {
    let villages: u64 = match region.level() {
        1 => 100_000_000,
        2 => 1_000_000,
        3 => 10_000,
        _ => 1,
    };
    let first = region.digits() * villages;
    (first.cast_signed(), (first + villages - 1).cast_signed())
}

/// Somebody as a list of many shows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonLine {
    /// Who.
    pub id: Id<kind::Person>,
    /// Number.
    pub nik: Nik,
    /// Name.
    pub name: PersonName,
    /// Date of birth.
    pub birth: Day,
    /// Village.
    pub place: RegionCode,
    /// Work.
    pub occupation: Option<OccupationKey>,
}

/// Why somebody may not be erased now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    /// A membership runs.
    Member,
    /// Stands on a list that waits for its decision.
    Listed,
}

/// What holds somebody's identity in a month; nothing when they may be erased.
pub fn hold(
    tx: &mut Tx<'_>,
    id: Id<kind::Person>,
    month: Month,
) -> Result<Option<Hold>, StoreError> {
    let counts: Option<(i64, i64)> =
        tx.one(&HOLD, &values![tx.tenant(), &id, month], |columns| {
            Ok((columns.take()?, columns.take()?))
        })?;
    Ok(match counts.unwrap_or_default() {
        (0, 0) => None,
        (0, _) => Some(Hold::Listed),
        _ => Some(Hold::Member),
    })
}

/// Everybody whose identity was erased, in the order of identifiers.
pub fn erased(tx: &mut Tx<'_>) -> Result<Vec<Id<kind::Person>>, StoreError> {
    tx.all(&ERASED_LIST, &values![tx.tenant()], |columns| columns.take())
}

/// How many people the register knows.
pub fn count(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    tx.one(&COUNT, &values![tx.tenant()], |columns| columns.take()).map(Option::unwrap_or_default)
}

/// Somebody's key, for sealing what else is about them.
pub(crate) fn seal_of<'k>(
    keys: &'k KeyRing,
    tenant: i64,
    person: Id<kind::Person>,
    wrapped: Option<&Wrapped>,
) -> Result<Seal<'k>, StoreError> {
    let wrapped = wrapped.ok_or(StoreError::NotFound { what: "person" })?;
    keys.unwrap(Owner::new(tenant, &person), wrapped)
}

/// Which version of a record, and when it became known.
#[derive(Clone, Copy)]
struct Stamp {
    version: u32,
    known: Known,
}

/// What a record is sealed by.
#[derive(Clone, Copy)]
struct Sealing<'a, 'k> {
    keys: &'k KeyRing,
    seal: &'a Seal<'k>,
    tenant: i64,
}

fn insert_values<'p>(by: Sealing<'_, '_>, person: &'p Person, stamp: Stamp) -> [Value<'p>; 18] {
    let owner = Owner::new(by.tenant, &person.id);
    let number = |field: &str, number: u64| by.seal.seal(owner, field, &number.to_be_bytes());
    let text = |field: &str, text: &str| by.seal.seal(owner, field, text.as_bytes());
    let normal = linkage::normalise_name(person.name.as_str());
    let [name, nik] = [text("name", person.name.as_str()), number("nik", person.nik.as_u64())];
    values![
        by.tenant,
        &person.id,
        by.keys.nik_index(person.nik).to_vec(),
        by.keys.match_key(&normal, person.birth),
        nik,
        person.no_kk.map(|kk| number("no_kk", kk.as_u64())),
        name,
        person.birth,
        person.birth_place.as_ref().map(|place| text("birth_place", place)),
        person.sex,
        person.address.as_ref().map(|address| text("address", address)),
        person.place,
        person.occupation.as_ref().map(|key| &*key.0),
        person.phone.map(|phone| number("phone", phone.as_u64())),
        person.mother.as_ref().map(|mother| text("mother", mother.as_str())),
        stamp.version,
        stamp.known.valid_from,
        stamp.known.at_ms,
    ]
}

fn update_values<'p>(by: Sealing<'_, '_>, person: &'p Person, stamp: Stamp) -> [Value<'p>; 18] {
    let [tenant, id, rest @ ..] = insert_values(by, person, stamp);
    let mut rest = rest.into_iter().chain([tenant, id]);
    std::array::from_fn(|_| rest.next().expect("as many values stay as many"))
}
