//! One row of a list, made comparable: what [`crate::compare`] and [`crate::keys`] look at.

use crate::birth::{self, Birth};
use crate::keys;
use crate::number::{self, Number};
use crate::pairs::Near;
use crate::person_name::{PersonName, Titles};
use crate::word::Word;

/// The cells of a row as typed; what a list does not have is empty.
#[derive(Clone, Copy, Default)]
pub struct Cells<'a> {
    /// Number of the identity card.
    pub nik: &'a str,
    /// Number of the family card.
    pub no_kk: &'a str,
    /// Name of the person.
    pub name: &'a str,
    /// Birth place, sometimes with the date behind a comma.
    pub birth_place: &'a str,
    /// Birth date in any form.
    pub birth_date: &'a str,
    /// Sex.
    pub sex: &'a str,
    /// Street and house.
    pub address: &'a str,
    /// Neighbourhood.
    pub rt: &'a str,
    /// Neighbourhoods together.
    pub rw: &'a str,
    /// Village.
    pub village: &'a str,
    /// District.
    pub district: &'a str,
    /// Phone.
    pub phone: &'a str,
    /// Mother's name.
    pub mother: &'a str,
}

impl<'a> Cells<'a> {
    /// How many there are.
    pub const COUNT: usize = 13;

    /// The cells by their places in the order of a list of people, which is the one above.
    pub fn by_place(cell: impl Fn(usize) -> &'a str) -> Cells<'a> {
        Cells {
            nik: cell(0),
            no_kk: cell(1),
            name: cell(2),
            birth_place: cell(3),
            birth_date: cell(4),
            sex: cell(5),
            address: cell(6),
            rt: cell(7),
            rw: cell(8),
            village: cell(9),
            district: cell(10),
            phone: cell(11),
            mother: cell(12),
        }
    }
}

/// A row made comparable.
///
/// # Shape
/// What is not known is empty or zero. Holds identity: its `Debug` says nothing of it. What is
/// compared first stands first, so that most comparisons fetch one piece of memory a side.
#[derive(Clone, Copy, Default)]
#[repr(C)]
pub struct Record {
    /// Number of the identity card.
    pub nik: Number,
    /// Number of the family card, all sixteen digits or 0.
    pub kk: u64,
    /// Phone within the country, or 0.
    pub phone: u64,
    /// Birth date as written; from the NIK where nothing is written.
    pub birth: Birth,
    /// Birth date in the NIK.
    pub nik_birth: Birth,
    /// Sex.
    pub sex: Sex,
    /// What the NIK and the rest of the row say of each other.
    pub nik_own: NikOwn,
    /// Neighbourhood, or 0.
    pub rt: u8,
    /// Neighbourhoods together, or 0.
    pub rw: u8,
    /// Number of the house, or 0.
    pub house: u16,
    /// What stood around the name; not compared.
    pub titles: Titles,
    /// Village.
    pub village: Word,
    /// District.
    pub district: Word,
    /// Name of the street.
    pub street: Word,
    /// Birth place.
    pub place: Word,
    /// Name.
    pub name: PersonName,
    /// Mother's name.
    pub mother: PersonName,
    /// The name heard as one, or 0; see [`keys::whole`].
    pub heard: u64,
}

impl std::fmt::Debug for Record {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Record(..)")
    }
}

/// Sex as written, or as the NIK has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Sex {
    /// Not known.
    #[default]
    Unknown,
    /// Man.
    Man,
    /// Woman.
    Woman,
}

/// Whether the NIK of a row can be its person's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum NikOwn {
    /// The NIK has birth date and sex of the row.
    Agrees,
    /// It cannot be told: no NIK, or nothing beside it.
    #[default]
    Unknown,
    /// Birth date or sex differ in one part.
    Doubtful,
    /// It is another person's, or mistyped in its date.
    Differs,
}

impl Record {
    /// Reads the cells of a row.
    pub fn read(cells: &Cells<'_>) -> Record {
        let (place, inner_date) = split_place(cells.birth_place);
        let written = match Birth::read(cells.birth_date) {
            Birth::NONE => Birth::read(inner_date),
            birth => birth,
        };
        let (nik, kk) = own_numbers(Number::read(cells.nik), Number::read(cells.no_kk), written);
        let from_nik = nik.whole().and_then(birth::of_nik);
        let sex = read_sex(cells.sex);
        let (street, house, inner_rt, inner_rw) = read_address(cells.address);
        let (name, titles) = PersonName::read_with_titles(cells.name);
        Record {
            nik,
            kk: kk.whole().unwrap_or(0),
            phone: number::phone(cells.phone),
            name,
            heard: keys::whole(name.words()).unwrap_or(0),
            mother: PersonName::read(cells.mother),
            place: letters(place),
            village: read_place(cells.village),
            district: read_place(cells.district),
            street,
            house,
            titles,
            birth: if written.is_none() {
                from_nik.map_or(Birth::NONE, |(b, _)| b)
            } else {
                written
            },
            nik_birth: from_nik.map_or(Birth::NONE, |(birth, _)| birth),
            rt: first_number(cells.rt).unwrap_or(inner_rt),
            rw: first_number(cells.rw).unwrap_or(inner_rw),
            sex: match (sex, from_nik) {
                (Sex::Unknown, Some((_, true))) => Sex::Woman,
                (Sex::Unknown, Some((_, false))) => Sex::Man,
                (sex, _) => sex,
            },
            nik_own: nik_own(from_nik, written, sex),
        }
    }
}

impl Record {
    /// What the record stands by in a crowd: its name as it is heard, word by word in the order of
    /// letters, birth date, mother and NIK, then all it holds run together.
    pub fn near(&self) -> Near {
        let mut words = self.name.words.map(|word| word.sound().number());
        // Absent words stand last.
        words.sort_unstable_by_key(|word| word.wrapping_sub(1));
        let mother = self.mother.words.map(|word| word.sound().number());
        Near([
            words[0],
            words[1],
            words[2],
            u64::from(self.birth.number()),
            mother[0],
            self.nik.digits,
            self.content(),
        ])
    }

    /// A number that differs wherever anything that is compared does.
    fn content(&self) -> u64 {
        let texts = [self.village, self.district, self.street, self.place];
        let names = self.name.words.iter().chain(&self.mother.words);
        let words = names.chain([&self.name.father, &self.mother.father]).chain(&texts);
        let homes = [self.rt, self.rw, self.sex as u8, self.nik_own as u8, self.nik.count];
        let numbers = [self.nik.digits, self.kk, self.phone, u64::from(self.house)];
        let births = [self.birth, self.nik_birth].map(|birth| u64::from(birth.number()));
        let all = words.map(|word| word.number()).chain(numbers).chain(births);
        let all = all.chain(homes.map(u64::from)).chain([u64::from(self.nik.cut)]);
        all.fold(0, |sum, part| keys::mixed(sum ^ part).wrapping_add(1))
    }
}

/// NIK and family card the right way round: the one with the row's birth date is the NIK.
fn own_numbers(nik: Number, kk: Number, birth: Birth) -> (Number, Number) {
    let has_birth = |number: Number| {
        number.whole().and_then(birth::of_nik).is_some_and(|(found, _)| found == birth)
    };
    match birth.is_whole() && has_birth(kk) && !has_birth(nik) {
        true => (kk, nik),
        false => (nik, kk),
    }
}

fn nik_own(from_nik: Option<(Birth, bool)>, written: Birth, sex: Sex) -> NikOwn {
    let Some((birth, female)) = from_nik else { return NikOwn::Unknown };
    let sex_differs = match sex {
        Sex::Unknown => false,
        Sex::Woman => !female,
        Sex::Man => female,
    };
    let parts = match (written.is_none(), written.is_whole()) {
        (true, _) => return if sex_differs { NikOwn::Doubtful } else { NikOwn::Unknown },
        (_, false) => u8::from(written.year != birth.year) * 2,
        (_, true) => {
            u8::from(written.year != birth.year)
                + u8::from(written.month != birth.month)
                + u8::from(written.day != birth.day)
        }
    };
    match parts + u8::from(sex_differs) {
        0 => NikOwn::Agrees,
        1 => NikOwn::Doubtful,
        _ => NikOwn::Differs,
    }
}

/// "Paser, 05/07/1992" divided; the second part is empty where there is no digit.
fn split_place(cell: &str) -> (&str, &str) {
    match cell.find(|c: char| c.is_ascii_digit()) {
        Some(at) => cell.split_at(at),
        None => (cell, ""),
    }
}

/// The letters of a cell, run together.
fn letters(cell: &str) -> Word {
    let mut kept = [0u8; 12];
    let mut count = 0;
    for byte in cell.bytes() {
        if byte.is_ascii_alphabetic() && count < kept.len() {
            kept[count] = byte.to_ascii_lowercase();
            count += 1;
        }
    }
    Word::of(&kept[..count])
}

/// A village or district without the word for what it is.
fn read_place(cell: &str) -> Word {
    let mut cell = cell.trim_ascii();
    let may_begin = matches!(cell.bytes().next(), Some(b'k' | b'K' | b'd' | b'D'));
    for kind in ["kelurahan", "kecamatan", "desa", "kel", "kec", "ds"].iter().filter(|_| may_begin)
    {
        let Some(start) = cell.get(..kind.len()) else { continue };
        let rest = &cell[kind.len()..];
        // "Desa Baru" and "Ds.Baru", not "Desawa".
        if start.eq_ignore_ascii_case(kind) && rest.starts_with([' ', '.']) {
            cell = rest;
            break;
        }
    }
    letters(cell)
}

fn read_sex(cell: &str) -> Sex {
    let mut bytes = cell.trim_ascii().bytes().map(|byte| byte.to_ascii_lowercase());
    match (bytes.next(), bytes.next(), bytes.next()) {
        (Some(b'p'), Some(b'r'), Some(b'i')) => Sex::Man,
        (Some(b'l' | b'1' | b'm'), ..) => Sex::Man,
        (Some(b'p' | b'2' | b'w' | b'f'), ..) => Sex::Woman,
        _ => Sex::Unknown,
    }
}

/// The first number of a cell, up to three digits; none is written as nothing or zero.
fn first_number(cell: &str) -> Option<u8> {
    let from = cell.find(|c: char| c.is_ascii_digit())?;
    let digits = cell[from..].bytes().take_while(u8::is_ascii_digit);
    let value = digits.take(3).fold(0u32, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    u8::try_from(value).ok().filter(|value| *value != 0)
}

/// Street, house, and the RT and RW where they stand in the address.
fn read_address(cell: &str) -> (Word, u16, u8, u8) {
    let (mut street, mut house, mut rt, mut rw) = (Word::NONE, 0u16, 0u8, 0u8);
    let mut expects = Expects::Street;
    for part in cell.split([' ', '.', ',', ':', '/']).filter(|part| !part.is_empty()) {
        let mut lower = [0u8; 8];
        for (kept, byte) in lower.iter_mut().zip(part.bytes()) {
            *kept = byte.to_ascii_lowercase();
        }
        let word = &lower[..part.len().min(8)];
        if word[0].is_ascii_digit() {
            let value = word.iter().take_while(|b| b.is_ascii_digit()).take(4);
            let value = value.fold(0u16, |sum, digit| sum * 10 + u16::from(digit - b'0'));
            match expects {
                Expects::Rt => rt = value.min(255) as u8,
                Expects::Rw => rw = value.min(255) as u8,
                Expects::House | Expects::Street if house == 0 => house = value,
                _ => {}
            }
            expects = Expects::Street;
            continue;
        }
        match word {
            b"rt" => expects = Expects::Rt,
            b"rw" => expects = Expects::Rw,
            b"no" | b"nomor" => expects = Expects::House,
            b"jl" | b"jln" | b"jalan" | b"gg" | b"gang" | b"dusun" | b"dsn" | b"desa" | b"ds" => {}
            _ => street = street.joined(letters(part)),
        }
    }
    (street, house, rt, rw)
}

enum Expects {
    Street,
    House,
    Rt,
    Rw,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_apart() {
        let parts = |cell| {
            let (street, house, rt, rw) = read_address(cell);
            (street == Word::of(b"malikussaleh"), house, rt, rw)
        };
        assert_eq!(parts("JL. MALIKUSSALEH NO. 113 RT.12"), (true, 113, 12, 0));
        assert_eq!(parts("Jln Malikussaleh No .113"), (true, 113, 0, 0));
        assert_eq!(parts("RT 017 RW 005"), (false, 0, 17, 5));
    }

    #[test]
    fn swapped_numbers_are_turned_round() {
        let record = Record::read(&Cells {
            nik: "6401081107160001",
            no_kk: "6401085806670003.0",
            birth_place: "Long Kali, 18-06-1967",
            sex: "P",
            village: "Ds. Maruat",
            ..Cells::default()
        });
        assert_eq!(record.nik.digits, 6_401_085_806_670_003);
        assert_eq!(record.kk, 6_401_081_107_160_001);
        assert_eq!(record.nik_own, NikOwn::Agrees);
        assert!(record.place == Word::of(b"longkali") && record.village == Word::of(b"maruat"));
    }

    #[test]
    fn a_spouses_number_is_seen() {
        let record = Record::read(&Cells {
            nik: "'6401091604550004",
            birth_date: "26 Agustus 1956",
            sex: "P",
            ..Cells::default()
        });
        assert_eq!(record.nik_own, NikOwn::Differs);
        assert_eq!(record.sex, Sex::Woman);
    }
}
