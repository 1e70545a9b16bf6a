//! A record as bytes: for a file between two passes over lists that do not fit into memory, where
//! what is not known takes no room; and all of one length, for a table and for another machine.
//!
//! The same bytes on every machine, numbers lowest byte first. They hold identity as the record
//! does: whoever keeps them keeps them as a list of people.

use crate::birth::Birth;
use crate::number::Number;
use crate::person_name::{PersonName, Titles};
use crate::record::{NikOwn, Record, Sex};
use crate::word::Word;

/// Parts of a record that are numbers of 64 bits.
const WIDE: usize = 18;
/// Bytes of all other parts together.
const NARROW: usize = 14;

/// Bytes of a record where all have one length.
pub const RECORD_BYTES: usize = NARROW + 8 * WIDE; // not law: the sum of its parts

impl Record {
    /// Appends the record to bytes.
    pub fn store(&self, into: &mut Vec<u8>) {
        let parts = self.wide();
        let has = parts.iter().enumerate().filter(|(_, part)| **part != 0);
        let mask = has.fold(0_u32, |mask, (at, _)| mask | 1 << at);
        into.extend(mask.to_le_bytes());
        into.extend(self.narrow());
        for part in parts.into_iter().filter(|part| *part != 0) {
            into.extend(part.to_le_bytes());
        }
    }

    /// Takes a record from the front of bytes; `None` where they hold no whole one.
    pub fn restore(bytes: &mut &[u8]) -> Option<Record> {
        let mask = u32::from_le_bytes(*bytes.split_off(..4)?.first_chunk()?);
        let narrow: [u8; NARROW] = *bytes.split_off(..NARROW)?.first_chunk()?;
        let mut parts = [0; WIDE];
        for (_, part) in parts.iter_mut().enumerate().filter(|(at, _)| mask & 1 << at != 0) {
            *part = u64::from_le_bytes(*bytes.split_off(..8)?.first_chunk()?);
        }
        Record::of_parts(parts, narrow)
    }

    /// Appends the record to bytes, as many as every record.
    pub fn write_bytes(&self, into: &mut Vec<u8>) {
        into.extend(self.narrow());
        into.extend(self.wide().into_iter().flat_map(u64::to_le_bytes));
    }

    /// The record of [`Record::write_bytes`]; `None` where the bytes are none of those.
    pub fn from_bytes(bytes: &[u8]) -> Option<Record> {
        let (narrow, rest) = bytes.split_first_chunk()?;
        let (parts, left) = rest.as_chunks();
        let wide: [[u8; 8]; WIDE] = parts.try_into().ok()?;
        left.is_empty().then(|| Record::of_parts(wide.map(u64::from_le_bytes), *narrow))?
    }

    fn wide(&self) -> [u64; WIDE] {
        let [name, mother] = [&self.name, &self.mother].map(|name| name.words.map(Word::number));
        [
            self.nik.digits,
            self.kk,
            self.phone,
            self.village.number(),
            self.district.number(),
            self.street.number(),
            self.place.number(),
            name[0],
            name[1],
            name[2],
            name[3],
            self.name.father.number(),
            mother[0],
            mother[1],
            mother[2],
            mother[3],
            self.mother.father.number(),
            self.heard,
        ]
    }

    fn narrow(&self) -> [u8; NARROW] {
        let [birth, nik_birth] =
            [self.birth, self.nik_birth].map(|birth| birth.number().to_le_bytes());
        let house = self.house.to_le_bytes();
        let cut = u8::from(self.nik.cut) << 7;
        [
            self.nik.count | cut,
            birth[0],
            birth[1],
            birth[2],
            nik_birth[0],
            nik_birth[1],
            nik_birth[2],
            self.sex as u8,
            self.nik_own as u8,
            self.rt,
            self.rw,
            house[0],
            house[1],
            self.titles.bits(),
        ]
    }

    fn of_parts(wide: [u64; WIDE], narrow: [u8; NARROW]) -> Option<Record> {
        let word = |at: usize| Word::from_number(wide[at]);
        let name = |at: usize| {
            let words = [word(at)?, word(at + 1)?, word(at + 2)?, word(at + 3)?];
            Some(PersonName { words, father: word(at + 4)? })
        };
        let birth = |at: usize| {
            Birth::from_number(u32::from_le_bytes([narrow[at], narrow[at + 1], narrow[at + 2], 0]))
        };
        let sexes = [Sex::Unknown, Sex::Man, Sex::Woman];
        let owns = [NikOwn::Agrees, NikOwn::Unknown, NikOwn::Doubtful, NikOwn::Differs];
        Some(Record {
            nik: Number {
                digits: wide[0],
                count: narrow[0] & 127, // not law: all bits but the highest
                cut: narrow[0] >> 7 == 1,
            },
            kk: wide[1],
            phone: wide[2],
            birth: birth(1),
            nik_birth: birth(4),
            sex: sexes.into_iter().find(|sex| *sex as u8 == narrow[7])?,
            nik_own: owns.into_iter().find(|own| *own as u8 == narrow[8])?,
            rt: narrow[9],
            rw: narrow[10],
            house: u16::from_le_bytes([narrow[11], narrow[12]]),
            titles: Titles::from_bits(narrow[13]),
            village: word(3)?,
            district: word(4)?,
            street: word(5)?,
            place: word(6)?,
            name: name(7)?,
            mother: name(12)?,
            heard: wide[17],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::Keys;
    use crate::record::Cells;

    #[test]
    fn a_record_is_what_it_was() {
        let full = Cells {
            nik: "6401085806670003",
            no_kk: "6401081107160001",
            name: "Hj. Siti Aminah binti Rahman",
            birth_place: "Long Kali",
            birth_date: "18-06-1967",
            sex: "P",
            address: "Jl. Malikussaleh No. 113",
            rt: "017",
            rw: "005",
            village: "Ds. Maruat",
            district: "Kec. Long Kali",
            phone: "081234000111",
            mother: "Fatimah Az Zahra",
        };
        let cut = Cells { nik: "6,40108E+15", name: "Udin", sex: "L", ..Cells::default() };
        let rows = [full, cut, Cells::default()];
        let mut bytes = Vec::new();
        rows.iter().for_each(|row| Record::read(row).store(&mut bytes));
        let mut left = &bytes[..];
        for row in &rows {
            let (was, is) = (Record::read(row), Record::restore(&mut left).expect("one more"));
            assert!(was.wide() == is.wide() && was.narrow() == is.narrow());
            assert!(was.near() == is.near() && was.birth == is.birth && was.titles == is.titles);
        }
        assert!(left.is_empty());
        assert!(Record::restore(&mut &bytes[..bytes.len() - 17][..7]).is_none());
        // A sex that there is not.
        bytes[4 + 7] = 9;
        assert!(Record::restore(&mut &bytes[..]).is_none());
    }

    #[test]
    fn records_of_one_length_come_back_whole() {
        let cells = Cells {
            nik: "6401091604550004",
            name: "H. Mat Contoh bin Rahman",
            birth_date: "26 Agustus 1956",
            mother: "Rohani",
            ..Cells::default()
        };
        for cells in [cells, Cells::default(), Cells { nik: "6,40104E+15", ..cells }] {
            let record = Record::read(&cells);
            let mut bytes = Vec::new();
            record.write_bytes(&mut bytes);
            assert_eq!(bytes.len(), RECORD_BYTES);
            let back = Record::from_bytes(&bytes).expect("its own bytes");
            assert!(back.wide() == record.wide() && back.narrow() == record.narrow());
            assert_eq!(Keys::of(&back), Keys::of(&record));
            assert!(Record::from_bytes(&bytes[1..]).is_none());
            // A sex is one of three; a word has sixty bits.
            for (at, value) in [(7, 9), (NARROW + 8 * 3 + 7, 0xff)] {
                let mut turned = bytes.clone();
                turned[at] = value;
                assert!(Record::from_bytes(&turned).is_none(), "{at}");
            }
        }
    }
}
