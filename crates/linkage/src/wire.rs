//! A record as bytes of one length, for a table of records and for another machine.
//!
//! The bytes hold identity as the record does: whoever keeps them keeps them as a list of people.

use crate::birth::Birth;
use crate::number::Number;
use crate::person_name::{PersonName, Titles, WORDS_MAX};
use crate::record::{NikOwn, Record, Sex};
use crate::word::Word;

/// Bytes of a record.
pub const RECORD_BYTES: usize = 161; // not law: the sum of its fields

impl Record {
    /// The record as bytes, added to those at hand.
    pub fn write_bytes(&self, into: &mut Vec<u8>) {
        let from = into.len();
        for number in [self.nik.digits, self.kk, self.phone, self.heard] {
            into.extend(number.to_le_bytes());
        }
        let places = [self.village, self.district, self.street, self.place];
        for word in places {
            into.extend(word.number().to_le_bytes());
        }
        for name in [&self.name, &self.mother] {
            for word in name.words.iter().chain([&name.father]) {
                into.extend(word.number().to_le_bytes());
            }
        }
        for birth in [self.birth, self.nik_birth] {
            into.extend(birth.year.to_le_bytes());
            into.extend([birth.month, birth.day]);
        }
        into.extend(self.house.to_le_bytes());
        into.extend([self.nik.count, u8::from(self.nik.cut), self.sex as u8, self.nik_own as u8]);
        into.extend([self.rt, self.rw, self.titles.bits()]);
        debug_assert_eq!(into.len() - from, RECORD_BYTES);
    }

    /// The record of [`Record::write_bytes`].
    ///
    /// # Errors
    /// `None` where the bytes are none of those.
    pub fn from_bytes(bytes: &[u8]) -> Option<Record> {
        if bytes.len() != RECORD_BYTES {
            return None;
        }
        let mut rest = Rest(bytes);
        let [digits, kk, phone, heard] = [rest.long()?, rest.long()?, rest.long()?, rest.long()?];
        let [village, district, street, place] =
            [rest.word()?, rest.word()?, rest.word()?, rest.word()?];
        let (name, mother) = (rest.name()?, rest.name()?);
        let (birth, nik_birth) = (rest.birth()?, rest.birth()?);
        let house = u16::from_le_bytes(rest.take()?);
        let [count, cut, sex, nik_own, rt, rw, titles] = rest.take()?;
        Some(Record {
            nik: Number { digits, count, cut: cut != 0 },
            kk,
            phone,
            birth,
            nik_birth,
            sex: [Sex::Unknown, Sex::Man, Sex::Woman].into_iter().find(|of| *of as u8 == sex)?,
            nik_own: [NikOwn::Agrees, NikOwn::Unknown, NikOwn::Doubtful, NikOwn::Differs]
                .into_iter()
                .find(|of| *of as u8 == nik_own)?,
            rt,
            rw,
            house,
            titles: Titles::of_bits(titles),
            village,
            district,
            street,
            place,
            name,
            mother,
            heard,
        })
    }
}

/// Bytes not yet read.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (first, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*first)
    }

    fn long(&mut self) -> Option<u64> {
        self.take().map(u64::from_le_bytes)
    }

    fn word(&mut self) -> Option<Word> {
        Word::of_number(self.long()?)
    }

    fn name(&mut self) -> Option<PersonName> {
        let mut words = [Word::NONE; WORDS_MAX];
        for word in &mut words {
            *word = self.word()?;
        }
        Some(PersonName { words, father: self.word()? })
    }

    fn birth(&mut self) -> Option<Birth> {
        let year = u16::from_le_bytes(self.take()?);
        let [month, day] = self.take()?;
        Some(Birth { year, month, day })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::Keys;
    use crate::record::Cells;

    /// Invented.
    const CELLS: Cells<'static> = Cells {
        nik: "6401091604550004",
        no_kk: "6401081107160001",
        name: "Hj. Siti Aminah binti Abdul Rahman",
        birth_place: "Paser",
        birth_date: "26 Agustus 1956",
        sex: "P",
        address: "Jl. Malikussaleh No. 113",
        rt: "12",
        rw: "3",
        village: "Ds. Maruat",
        district: "Long Kali",
        phone: "081234000111",
        mother: "Rohani",
    };

    #[test]
    fn a_record_comes_back_whole() {
        for cells in [CELLS, Cells::default(), Cells { nik: "6,40104E+15", ..CELLS }] {
            let record = Record::read(&cells);
            let mut bytes = vec![7];
            record.write_bytes(&mut bytes);
            let back = Record::from_bytes(&bytes[1..]).expect("its own bytes");
            let mut again = vec![7];
            back.write_bytes(&mut again);
            assert!(bytes == again);
            assert_eq!(Keys::of(&back), Keys::of(&record));
            assert_eq!(back.near(), record.near());
        }
    }

    #[test]
    fn other_bytes_are_no_record() {
        let mut bytes = Vec::new();
        Record::read(&CELLS).write_bytes(&mut bytes);
        assert!(Record::from_bytes(&bytes[1..]).is_none());
        // A word has sixty bits; a sex is one of three.
        for (at, value) in [(39, 0xff), (RECORD_BYTES - 5, 9)] {
            let mut turned = bytes.clone();
            turned[at] = value;
            assert!(Record::from_bytes(&turned).is_none(), "{at}");
        }
    }
}
