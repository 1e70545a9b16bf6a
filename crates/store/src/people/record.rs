//! A person's columns opened, and a whole record as bytes, for its history.

use base::{Day, Nik, PersonName, RegionCode, Sex};
use domain::occupation::OccupationKey;
use domain::registry::Person;

use super::PersonLine;
use crate::StoreError;
use crate::keys::KeyRing;
use crate::seal::{Owner, Seal, read_nik, read_no_kk, read_phone, take_wrapped};
use crate::value::{Columns, corrupt};

/// Reads the columns `id, master_version, wrapped, nik … mother`; somebody without a key was
/// erased.
pub(crate) fn read(
    keys: &KeyRing,
    tenant: i64,
    columns: &mut Columns<'_>,
) -> Result<Person, StoreError> {
    let id = columns.take()?;
    let owner = Owner::new(tenant, &id);
    let seal = match take_wrapped(columns)? {
        Some(wrapped) => Some(keys.unwrap(owner, &wrapped)?),
        None => None,
    };
    let seal = seal.as_ref();
    let nik = take_sealed(columns, seal, owner, "nik")?;
    let no_kk = take_sealed(columns, seal, owner, "no_kk")?;
    let name = take_sealed(columns, seal, owner, "name")?;
    let birth = columns.take()?;
    let birth_place = take_sealed(columns, seal, owner, "birth_place")?;
    let sex = columns.take()?;
    let address = take_sealed(columns, seal, owner, "address")?;
    let (place, occupation) = (columns.take()?, columns.take()?);
    let phone = take_sealed(columns, seal, owner, "phone")?;
    let mother = take_sealed(columns, seal, owner, "mother")?;
    Ok(Person {
        nik: nik.map_or(Ok(Nik::erased()), |plain| read_nik(&plain))?,
        no_kk: no_kk.map(|plain| read_no_kk(&plain)).transpose()?,
        name: name.map_or(Ok(PersonName::erased()), name_of)?,
        birth,
        birth_place: birth_place.map(text_of).transpose()?,
        sex,
        address: address.map(text_of).transpose()?,
        place,
        occupation,
        phone: phone.map(|plain| read_phone(&plain)).transpose()?,
        mother: mother.map(name_of).transpose()?,
        id,
    })
}

/// The columns of a list of many: key, number, name, birth, place and work.
pub(super) fn read_line(
    keys: &KeyRing,
    tenant: i64,
    columns: &mut Columns<'_>,
) -> Result<PersonLine, StoreError> {
    let id = columns.take()?;
    let owner = Owner::new(tenant, &id);
    let seal = take_wrapped(columns)?.map(|wrapped| keys.unwrap(owner, &wrapped)).transpose()?;
    let nik = take_sealed(columns, seal.as_ref(), owner, "nik")?;
    let name = take_sealed(columns, seal.as_ref(), owner, "name")?;
    Ok(PersonLine {
        nik: nik.map_or(Ok(Nik::erased()), |plain| read_nik(&plain))?,
        name: name.map_or(Ok(PersonName::erased()), name_of)?,
        birth: columns.take()?,
        place: columns.take()?,
        occupation: columns.take()?,
        id,
    })
}

/// The next column opened; nothing when it is empty or there is no key any more.
pub(crate) fn take_sealed(
    columns: &mut Columns<'_>,
    seal: Option<&Seal<'_>>,
    owner: Owner<'_>,
    field: &str,
) -> Result<Option<Vec<u8>>, StoreError> {
    let sealed: Option<Vec<u8>> = columns.take()?;
    match (seal, sealed) {
        (Some(seal), Some(sealed)) => seal.open(owner, field, &sealed).map(Some),
        _ => Ok(None),
    }
}

/// A record without its id: each part with its length before it, none for what is not known.
pub(super) fn pack(person: &Person) -> Vec<u8> {
    let text = |text: &str| Some(text.as_bytes().to_vec());
    let number = |number: u64| Some(number.to_be_bytes().to_vec());
    let parts: [Option<Vec<u8>>; 11] = [
        number(person.nik.as_u64()),
        person.no_kk.and_then(|kk| number(kk.as_u64())),
        text(person.name.as_str()),
        number(person.birth.as_number().cast_unsigned()),
        person.birth_place.as_deref().and_then(text),
        text(person.sex.letter()),
        person.address.as_deref().and_then(text),
        number(person.place.digits()),
        person.occupation.as_ref().and_then(|key| text(&key.0)),
        person.phone.and_then(|phone| number(phone.as_u64())),
        person.mother.as_ref().and_then(|mother| text(mother.as_str())),
    ];
    let mut bytes = Vec::new();
    for part in parts {
        let length = part.as_ref().map_or(u32::MAX, |part| part.len() as u32);
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend(part.unwrap_or_default());
    }
    bytes
}

/// What [`pack`] packed.
pub(super) fn unpack(id: &Person, bytes: &[u8]) -> Result<Person, StoreError> {
    let mut rest = bytes;
    let mut next = || -> Result<Option<Vec<u8>>, StoreError> {
        let broken = || corrupt("a record of the history");
        let (length, tail) = rest.split_first_chunk::<4>().ok_or_else(broken)?;
        rest = tail;
        let length = u32::from_be_bytes(*length);
        if length == u32::MAX {
            return Ok(None);
        }
        let (part, tail) = rest.split_at_checked(length as usize).ok_or_else(broken)?;
        rest = tail;
        Ok(Some(part.to_vec()))
    };
    let broken = || corrupt("a record of the history");
    let number = |part: Option<Vec<u8>>| -> Option<i64> {
        Some(u64::from_be_bytes(part?.try_into().ok()?).cast_signed())
    };
    Ok(Person {
        id: id.id,
        nik: read_nik(&next()?.ok_or_else(broken)?)?,
        no_kk: next()?.map(|plain| read_no_kk(&plain)).transpose()?,
        name: name_of(next()?.ok_or_else(broken)?)?,
        birth: number(next()?).and_then(Day::from_number).ok_or_else(broken)?,
        birth_place: next()?.map(text_of).transpose()?,
        sex: next()?.as_deref().and_then(sex_of).ok_or_else(broken)?,
        address: next()?.map(text_of).transpose()?,
        place: number(next()?).and_then(place_of).ok_or_else(broken)?,
        occupation: next()?.map(text_of).transpose()?.map(|key| OccupationKey(key.into())),
        phone: next()?.map(|plain| read_phone(&plain)).transpose()?,
        mother: next()?.map(name_of).transpose()?,
    })
}

fn sex_of(letter: &[u8]) -> Option<Sex> {
    [Sex::Male, Sex::Female].into_iter().find(|sex| sex.letter().as_bytes() == letter)
}

fn place_of(digits: i64) -> Option<RegionCode> {
    crate::value::read_region(digits)
}

fn text_of(plain: Vec<u8>) -> Result<Box<str>, StoreError> {
    String::from_utf8(plain).map(String::into_boxed_str).map_err(|_| corrupt("a sealed text"))
}

fn name_of(plain: Vec<u8>) -> Result<PersonName, StoreError> {
    let text = text_of(plain)?;
    PersonName::parse(&text).map_err(|_| corrupt("a sealed name"))
}
