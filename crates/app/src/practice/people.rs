//! Invented people: numbers, births and households that never collide by accident.
//!
//! Serials start at 5001: a sub-district never issues so many numbers for one day, so that no
//! practice NIK or family card number can be a living person's.

use std::collections::HashSet;

use base::{Day, RegionCode, Sex};

use super::dice::Dice;
use super::names::Names;
use super::work;

/// An invented person as the civil registry knows them.
#[derive(Clone)]
pub struct Human {
    pub nik: u64,
    pub no_kk: u64,
    pub name: String,
    pub birth_place: String,
    pub birth: Day,
    pub sex: Sex,
    pub street: String,
    pub rt: u8,
    pub rw: u8,
    /// The place in [`work::WORKS`].
    pub work: usize,
    /// The digits after +62; none when the person has no telephone.
    pub phone: Option<u64>,
    pub mother: String,
}

/// Where somebody lives and with whom.
#[derive(Clone)]
pub struct Household {
    pub no_kk: u64,
    pub street: String,
    pub rt: u8,
    pub rw: u8,
}

/// What the making of people in one village needs to know.
pub struct VillageFacts {
    pub region: RegionCode,
    pub district: String,
    pub coastal: bool,
    /// Neighbourhoods; four of them make a community unit.
    pub rt_count: u8,
}

/// How the person to be made differs from a good one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Age {
    /// 18 to 64 on the day of registration, however the date is read.
    Working,
    /// 32 to 64: nobody takes the NIK for a family card number, whosever row it stands in.
    Settled,
    /// 65 to 84.
    Old,
    /// 11 to 14, and a girl: a family card number never carries her day of birth.
    Child,
}

/// The two dates in a NIK and beside it.
pub struct Numbering {
    /// The date written in the number.
    pub birth: Day,
    /// The sex it is issued for.
    pub sex: Sex,
}

/// Everybody made so far, as far as it takes to keep the next one apart.
pub struct Registry {
    names: Names,
    numbers: HashSet<u64>,
    /// Birth date and beginning of the name, over the whole regency.
    alike: HashSet<(Day, String)>,
    /// Birth dates taken in the village at hand: nobody shares one there.
    village_births: HashSet<Day>,
    /// Full names taken in the village at hand.
    village_names: HashSet<String>,
    /// Names of the village at hand that nobody shares yet.
    unshared: Vec<(String, Sex, Day)>,
}

/// How many of a thousand take the name of somebody in the village: the two of them share it.
const SHARED_NAME_PERMILLE: u32 = 60;

const STREETS: [&str; 16] = [
    "Jl. Gotong Royong",
    "Jl. Masjid",
    "Jl. Pelabuhan",
    "Jl. Merdeka",
    "Jl. Kenanga",
    "Jl. Melati",
    "Jl. Poros Desa",
    "Jl. Padat Karya",
    "Gg. Merak",
    "Gg. Nelayan",
    "Gg. Keluarga",
    "Dusun I",
    "Dusun II",
    "Dusun III",
    "Dusun Mulya",
    "Dusun Sumber Rejo",
];

const BIRTH_PLACES: [&str; 16] = [
    "Paser",
    "Tanah Grogot",
    "Pasir",
    "Balikpapan",
    "Samarinda",
    "Banjarmasin",
    "Kotabaru",
    "Tanjung",
    "Bone",
    "Wajo",
    "Soppeng",
    "Makassar",
    "Blitar",
    "Malang",
    "Kediri",
    "Lamongan",
];

/// Sub-districts of other regencies, where people on the lists were first registered.
const FOREIGN_PREFIXES: [u64; 8] =
    [640_902, 647_103, 630_105, 350_713, 730_811, 730_302, 351_515, 331_001];

/// Sub-districts whose codes are no longer in use.
const FORMER_PREFIXES: [u64; 4] = [640_402, 640_501, 647_301, 910_101];

impl Registry {
    /// Nobody yet.
    pub fn new() -> Registry {
        Registry {
            names: Names::load(),
            numbers: HashSet::new(),
            alike: HashSet::new(),
            village_births: HashSet::new(),
            village_names: HashSet::new(),
            unshared: Vec::new(),
        }
    }

    /// Forgets what only matters inside a village.
    pub fn enter_village(&mut self) {
        self.village_births.clear();
        self.village_names.clear();
        self.unshared.clear();
    }

    /// A household with a family card of its own.
    pub fn household(&mut self, dice: &mut Dice, village: &VillageFacts) -> Household {
        let rt = dice.between(1, i32::from(village.rt_count)) as u8;
        let number =
            if dice.chance(600) { format!(" No. {}", dice.between(1, 120)) } else { "".into() };
        let street = dice.pick(&STREETS);
        let number = if street.starts_with("Dusun") { String::new() } else { number };
        Household {
            no_kk: self.card_number(dice, village.region),
            street: format!("{street}{number}"),
            rt,
            rw: (rt - 1) / 4 + 1,
        }
    }

    /// A person in a household, who shares a birth date with nobody of the village.
    pub fn person(
        &mut self,
        dice: &mut Dice,
        village: &VillageFacts,
        home: &Household,
        age: Age,
    ) -> Human {
        let work = work::draw(dice, village.coastal);
        let sex = if age == Age::Child { Sex::Female } else { work::draw_sex(dice, work) };
        let (name, birth) = self.name_and_birth(dice, sex, age);
        let numbering = Numbering { birth, sex };
        Human {
            nik: self.nik(dice, village.region, &numbering),
            no_kk: home.no_kk,
            name,
            birth_place: birth_place(dice, village),
            birth,
            sex,
            street: home.street.clone(),
            rt: home.rt,
            rw: home.rw,
            work,
            phone: phone(dice),
            mother: self.names.full(dice, Sex::Female),
        }
    }

    /// A name that nobody takes for this person's.
    pub fn other_name(&self, dice: &mut Dice, human: &Human, sex: Sex) -> String {
        loop {
            let name = self.names.of_words(dice, sex, 2);
            // Abbreviated and turned around, two names of one initial may still be one person's.
            let initials = |name: &str| name.split(' ').map(|word| word.as_bytes()[0]).collect();
            let (one, other): (Vec<u8>, Vec<u8>) = (initials(&name), initials(&human.name));
            if !one.iter().any(|initial| other.contains(initial)) {
                return name;
            }
        }
    }

    /// A number that nobody has yet.
    pub fn nik(&mut self, dice: &mut Dice, village: RegionCode, of: &Numbering) -> u64 {
        let prefix = match dice.below(1_000) {
            0..3 => *dice.pick(&FOREIGN_PREFIXES),
            3..5 => *dice.pick(&FORMER_PREFIXES),
            5..60 => 640_100 + u64::from(1 + dice.below(10)),
            _ => village.at_level(3).digits(),
        };
        let woman = if of.sex == Sex::Female { 40 } else { 0 };
        self.number(dice, prefix, of.birth, woman)
    }

    fn card_number(&mut self, dice: &mut Dice, village: RegionCode) -> u64 {
        // Family cards of the last thirteen years: read as a NIK, such a number is a child's.
        let registered = day(2009, 6, 1).plus_days(dice.between(0, 4_700));
        self.number(dice, village.at_level(3).digits(), registered, 0)
    }

    fn number(&mut self, dice: &mut Dice, prefix: u64, date: Day, add_days: u64) -> u64 {
        let part = |value: i16| u64::from(value.unsigned_abs());
        let dated = (part(date.day().into()) + add_days) * 10_000
            + part(date.month().into()) * 100
            + part(date.year() % 100);
        loop {
            let serial = u64::from(5_001 + dice.below(4_999));
            let number = (prefix * 1_000_000 + dated) * 10_000 + serial;
            if self.numbers.insert(number) {
                return number;
            }
        }
    }

    fn name_and_birth(&mut self, dice: &mut Dice, sex: Sex, age: Age) -> (String, Day) {
        let shares = age == Age::Working && dice.chance(SHARED_NAME_PERMILLE);
        let shared = if shares { self.somebody_to_share_with(dice, sex) } else { None };
        let name = match &shared {
            Some((name, ..)) => name.clone(),
            None => self.unused_name(dice, sex),
        };
        loop {
            let birth = draw_birth(dice, age);
            let far = |other: Day| (other.year() - birth.year()).abs() >= 2;
            if is_assumed(birth) || shared.as_ref().is_some_and(|(.., other)| !far(*other)) {
                continue;
            }
            if self.village_births.contains(&birth) || !self.alike.insert((birth, start(&name))) {
                continue;
            }
            self.village_births.insert(birth);
            if shared.is_none() {
                self.unshared.push((name.clone(), sex, birth));
            }
            return (name, birth);
        }
    }

    /// Somebody of the village whose name nobody shares yet, of another household.
    fn somebody_to_share_with(&mut self, dice: &mut Dice, sex: Sex) -> Option<(String, Sex, Day)> {
        let far = self.unshared.len().checked_sub(4).filter(|count| *count > 0)?;
        let from = dice.below(far as u32) as usize;
        let found = self.unshared[from..far].iter().position(|(_, of, _)| *of == sex)?;
        Some(self.unshared.remove(from + found))
    }

    fn unused_name(&mut self, dice: &mut Dice, sex: Sex) -> String {
        let words = 1 + dice.weighted(&[41, 45, 14]);
        for _ in 0..200 {
            let name = self.names.of_words(dice, sex, words);
            if self.village_names.insert(name.clone()) {
                return name;
            }
        }
        // A very large village has used up the single names.
        loop {
            let name = self.names.of_words(dice, sex, words.max(2));
            if self.village_names.insert(name.clone()) {
                return name;
            }
        }
    }
}

/// A date unlike the birth date, as a wrong NIK carries it: still of working age.
pub fn contradicting_date(dice: &mut Dice, birth: Day) -> Day {
    loop {
        let (year, month, of_month) = (birth.year(), birth.month(), birth.day());
        // Day and month are never just exchanged: that the reader settles without a question.
        let near = |dice: &mut Dice, reach: i32| {
            let by = dice.between(1, reach) as i16;
            if dice.chance(500) { by } else { -by }
        };
        let other = match dice.below(3) {
            0 => Day::new(year + near(dice, 4), month, of_month),
            1 => Day::new(year, month + near(dice, 3) as i8, of_month),
            _ => Day::new(year, month, of_month + near(dice, 9) as i8),
        };
        let working = day(1958, 1, 1)..=day(2004, 8, 31);
        let exchanged = Day::new(year, of_month, month);
        let fits =
            |other: &Day| *other != birth && Some(*other) != exchanged && working.contains(other);
        if let Some(other) = other.filter(fits) {
            return other;
        }
    }
}

/// A day that is known to exist.
pub fn day(year: i16, month: i8, of_month: i8) -> Day {
    Day::new(year, month, of_month).expect("a day of the calendar, written in this file")
}

fn draw_birth(dice: &mut Dice, age: Age) -> Day {
    let (first, last) = match age {
        Age::Working => (day(1958, 1, 1), day(2004, 8, 31)),
        Age::Settled => (day(1958, 1, 1), day(1990, 8, 31)),
        Age::Old => (day(1938, 1, 1), day(1957, 8, 31)),
        Age::Child => (day(2008, 1, 1), day(2011, 8, 31)),
    };
    first.plus_days(dice.between(0, first.days_until(last)))
}

/// Days that registries write for people who do not know theirs: namesakes share them.
fn is_assumed(birth: Day) -> bool {
    matches!((birth.month(), birth.day()), (1, 1) | (7, 1) | (12, 31) | (6, 30))
}

/// The beginning of a name, as far as it matters for taking two people for one.
fn start(name: &str) -> String {
    let mut start = String::new();
    for c in name.chars().flat_map(char::to_lowercase) {
        if !start.ends_with(c) && !matches!(c, 'h' | ' ') {
            start.push(c);
        }
        if start.len() >= 3 {
            break;
        }
    }
    start
}

fn birth_place(dice: &mut Dice, village: &VillageFacts) -> String {
    if dice.chance(400) { village.district.clone() } else { (*dice.pick(&BIRTH_PLACES)).into() }
}

/// Prefixes 844 to 846 are given to no operator: no practice number rings anywhere.
fn phone(dice: &mut Dice) -> Option<u64> {
    let prefix = u64::from(844 + dice.below(3));
    dice.chance(800).then(|| prefix * 100_000_000 + u64::from(10_000_000 + dice.below(89_999_999)))
}
