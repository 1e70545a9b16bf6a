//! Clean lists of invented people, for any regency: nothing on them is to be mended or confirmed.
//!
//! Nobody is real: names are joined from syllables, and serial numbers begin where a day's births
//! in one district never reach.

use std::ops::Range;

use base::{Day, Gazetteer, PlaceMatch, RegionCode};

/// The heads of the list.
const HEADS: [&str; 8] =
    ["No", "NIK", "Nama", "Tgl Lahir", "L/P", "Desa/Kelurahan", "Kecamatan", "Pekerjaan"];
/// Days of birth in use, which is 38 years: ages from 21 to 59.
const BIRTH_DAYS: u64 = 13_870;
/// Spreads neighbours of the sequence over the days of birth; shares no factor with them.
const STRIDE: u64 = 7_919;
/// First names, one for each round through the days of birth: whoever shares a day of birth does
/// not share a name.
const FIRST: [&str; 8] =
    ["Andaru", "Bimoro", "Citrawe", "Dewanto", "Endrika", "Galuhan", "Hastoro", "Jiwandi"];
const SYLLABLES: [&str; 20] = [
    "ba", "ce", "di", "go", "ja", "ke", "li", "mo", "na", "pe", "ri", "so", "ta", "we", "yu", "bo",
    "ka", "lu", "mi", "ra",
];

/// Which people.
pub struct Invented<'a> {
    /// Their places in an endless sequence; disjoint places are different people.
    pub people: Range<u64>,
    /// Where they live: a regency, a district or a village.
    pub territory: RegionCode,
    /// The map.
    pub gazetteer: &'a Gazetteer,
    /// The day on which all of them are of working age.
    pub on: Day,
    /// What they do, as typed.
    pub occupation: &'a str,
}

/// The rows of their list, the head first.
pub fn invented_rows(invented: &Invented<'_>) -> Vec<Vec<String>> {
    let places = villages(invented.gazetteer, invented.territory);
    assert!(!places.is_empty(), "the territory has villages");
    let mut rows = vec![HEADS.map(str::to_owned).to_vec()];
    for (number, index) in (1u32..).zip(invented.people.clone()) {
        let place = places[(index % places.len() as u64) as usize];
        let mut row = vec![number.to_string()];
        row.extend(fields(index, place, invented));
        rows.push(row);
    }
    rows
}

/// The NIK of the person at a place of the sequence who lives in this village.
fn nik(index: u64, place: RegionCode, birth: Day, woman: bool) -> u64 {
    let part = |value: i16| u64::from(value.unsigned_abs());
    let day = part(birth.day().into()) + if woman { 40 } else { 0 };
    let date = day * 10_000 + part(birth.month().into()) * 100 + part(birth.year() % 100);
    let serial = 5_001 + index / BIRTH_DAYS;
    (place.at_level(3).digits() * 1_000_000 + date) * 10_000 + serial
}

fn fields(index: u64, place: RegionCode, invented: &Invented<'_>) -> [String; 7] {
    let eldest = invented.on.plus_days(-(59 * 365));
    let birth = eldest.plus_days((index * STRIDE % BIRTH_DAYS) as i32);
    let woman = index % 2 == 1;
    let name = |code: RegionCode| invented.gazetteer.name(code).unwrap_or_default().to_owned();
    [
        format!("{:016}", nik(index, place, birth, woman)),
        person_name(index),
        format!("{:02}/{:02}/{}", birth.day(), birth.month(), birth.year()),
        if woman { "P" } else { "L" }.to_owned(),
        name(place),
        name(place.at_level(3)),
        invented.occupation.to_owned(),
    ]
}

fn person_name(index: u64) -> String {
    let first = FIRST[(index / BIRTH_DAYS % 8) as usize];
    let mut rest = index % BIRTH_DAYS;
    let mut last = String::new();
    for _ in 0..4 {
        last += SYLLABLES[(rest % 20) as usize];
        rest /= 20;
    }
    format!("{first} {}{}", last[..1].to_uppercase(), &last[1..])
}

/// Villages whose names are understood as they are listed.
fn villages(gazetteer: &Gazetteer, territory: RegionCode) -> Vec<RegionCode> {
    let districts: Vec<RegionCode> = match territory.level() {
        2 => gazetteer.children(territory).collect(),
        _ => vec![territory.at_level(3)],
    };
    let villages = districts.into_iter().flat_map(|district| gazetteer.children(district));
    villages
        .filter(|village| territory.contains(*village))
        .filter(|village| {
            let name = gazetteer.name(*village).unwrap_or_default();
            gazetteer.find(village.at_level(3), 4, name) == PlaceMatch::Exact(*village)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use base::Nik;

    use super::*;

    #[test]
    fn people_are_well_formed_and_all_different() {
        let territory = RegionCode::parse("64.01").expect("a code");
        let rows = invented_rows(&Invented {
            people: 0..30_000,
            territory,
            gazetteer: app::regions::gazetteer(territory),
            on: Day::new(2022, 10, 1).expect("a day"),
            occupation: "petani",
        });
        let people = &rows[1..];
        assert_eq!(people.len(), 30_000);
        let niks: HashSet<&str> = people.iter().map(|row| row[1].as_str()).collect();
        let births: HashSet<(&str, &str)> =
            people.iter().map(|row| (row[2].as_str(), row[3].as_str())).collect();
        assert_eq!((niks.len(), births.len()), (30_000, 30_000));
        assert!(niks.iter().all(|nik| Nik::parse(nik).is_ok()));
    }
}
