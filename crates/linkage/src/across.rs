//! Blocking keys for many lists of one country, each of which was searched for itself.
//!
//! Who stands on two of them has moved, so that village and address tell nothing, and in a country
//! a birth date with a common name is nobody's own: keys here are such that few strangers share
//! them however many people there are, or count only while few do.

use crate::keys::{Sounds, both, folded, number, some};
use crate::record::Record;

/// Families of keys.
pub const FAMILIES: usize = 11;

/// What the keys of each family are made of, and how many may share one before it tells nothing.
pub const OF: [(&str, usize); FAMILIES] = [
    ("NIK but its last digit", MANY),
    ("NIK but its serial", MANY),
    ("birth, name", MANY),
    ("birth, first word", FEW),
    ("birth, last word", FEW),
    ("birth, mother", FEW),
    ("birth, birth place, first letter", FEW),
    ("name, day and month, birth place", FEW),
    ("phone, first letter", FEW),
    ("family card, first letters", MANY),
    ("family card, year", MANY),
];

/// Who shares a key of several parts with more people than these shares it by chance.
const FEW: usize = 4; // not law: see docs/bench/nation.md
/// The same of what is one person's or one family's own, or nearly so.
const MANY: usize = 64; // not law: see docs/bench/nation.md

/// The keys of a record, by family; 0 is none.
pub fn keys(record: &Record) -> [[u32; 2]; FAMILIES] {
    let sounds = Sounds::of(record);
    let births = [record.birth, record.nik_birth].map(number);
    let place = some(record.place);
    let kk = (record.kk != 0).then_some(record.kk);
    let phone = (record.phone != 0).then_some(record.phone);
    let nik = record.nik.whole();
    let year = (!record.birth.is_none()).then_some(u64::from(record.birth.year));
    let day = record.birth.is_whole().then_some(u64::from(record.birth.number() & 511));
    let born = |what: Option<u64>| births.map(|birth| both(birth, what));
    let values = [
        [nik.map(|nik| nik / 10), None],
        [nik.map(|nik| nik / 10_000), None], // not law: the form of the number
        born(sounds.whole),
        born(sounds.first),
        born(sounds.last),
        born(sounds.mother),
        [both(both(births[0], place), sounds.letter), None],
        [both(both(sounds.whole, day), place), None],
        [both(phone, sounds.letter), None],
        [both(kk, sounds.start), None],
        [both(kk, year), None],
    ];
    let mut keys = [[0; 2]; FAMILIES];
    for (family, ([first, second], values)) in (0..).zip(keys.iter_mut().zip(values)) {
        let [one, other] = values.map(|value| value.map_or(0, |value| folded(value, family)));
        (*first, *second) = (one, if other == one { 0 } else { other });
    }
    keys
}

/// The name as a key by which people who share it are counted; 0 is none.
pub fn name_key(record: &Record) -> u32 {
    if record.heard == 0 { 0 } else { folded(record.heard, FAMILIES as u64) }
}

/// The phone as a key by which people who share it are counted; 0 is none.
pub fn phone_key(record: &Record) -> u32 {
    if record.phone == 0 { 0 } else { folded(record.phone, FAMILIES as u64 + 1) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Cells;

    fn shared(one: Cells<'_>, other: Cells<'_>) -> Vec<&'static str> {
        let (one, other) = (keys(&Record::read(&one)), keys(&Record::read(&other)));
        let meet =
            |family: &usize| one[*family].iter().any(|k| *k != 0 && other[*family].contains(k));
        (0..FAMILIES).filter(meet).map(|family| OF[family].0).collect()
    }

    #[test]
    fn who_moved_is_met_by_what_moves_along() {
        let here = Cells {
            nik: "6401085806670003",
            no_kk: "6401081107160001",
            name: "Siti Aminah",
            birth_place: "Long Kali",
            birth_date: "18-06-1967",
            village: "Maruat",
            phone: "081234000111",
            mother: "Fatimah",
            ..Cells::default()
        };
        // Another number, card, telephone and village.
        let there = Cells {
            nik: "3515085806670010",
            no_kk: "3515081107160009",
            village: "Sukamaju",
            phone: "081234000999",
            ..here
        };
        assert_eq!(
            shared(here, there),
            [
                "birth, name",
                "birth, first word",
                "birth, last word",
                "birth, mother",
                "birth, birth place, first letter",
                "name, day and month, birth place",
            ]
        );
        // A neighbour of the same village, family card and telephone.
        let neighbour = Cells {
            nik: "6401081207700001",
            name: "Rahmat",
            birth_date: "12-07-1970",
            mother: "Aisyah",
            ..here
        };
        assert!(shared(here, neighbour).is_empty());
        assert!(shared(Cells::default(), Cells::default()).is_empty());
    }
}
