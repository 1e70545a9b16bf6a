//! Invented neighbourhoods: households with all that makes two different people look like one.
//!
//! Twins, a father and a son of one name, neighbours of one birth day, one telephone, one mother or
//! one family card; NIK are unique and number the people of a place, day and sex as the law does.

use std::collections::HashMap;

use super::Dirt;
use super::dice::{Dice, mixed};
use super::names::Names;
use super::places::Places;

/// A day of birth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    pub year: i32,
    pub month: i32,
    pub day: i32,
}

/// Somebody as they are, before anybody types them.
#[derive(Clone)]
pub struct Person {
    pub id: u64,
    pub twin: Option<u64>,
    pub nik: u64,
    pub name: String,
    pub mother: String,
    pub birth: Day,
    pub woman: bool,
    pub birth_place: String,
    pub phone: String,
    pub has_employer: bool,
    pub is_dead: bool,
    pub has_namesake: bool,
    pub work: usize,
    place: u64,
}

/// People under one roof; the second is the spouse of the first where there is one.
#[derive(Clone)]
pub struct Household {
    pub id: u64,
    pub district: usize,
    pub village: usize,
    pub rt: i32,
    pub address: String,
    pub card: u64,
    pub is_couple: bool,
    pub people: Vec<Person>,
}

/// How often the hard cases happen, per ten thousand.
struct Hard {
    twins: u32,
    namesake: u32,
    same_day: u32,
    same_name: u32,
    same_name_and_day: u32,
    same_phone: u32,
    same_mother: u32,
    same_card: u32,
    /// 31 December, 1 January, 17 August, 1 July as registered birth days.
    heaps: [u32; 4],
}

const NORMAL: Hard = Hard {
    twins: 260,
    namesake: 75,
    same_day: 120,
    same_name: 120,
    same_name_and_day: 6,
    same_phone: 100,
    same_mother: 300,
    same_card: 60,
    heaps: [145, 75, 65, 55],
};
const OTHER: Hard = Hard {
    twins: 420,
    namesake: 150,
    same_day: 260,
    same_name: 240,
    same_name_and_day: 15,
    same_phone: 250,
    same_mother: 500,
    same_card: 200,
    heaps: [380, 320, 40, 180],
};
const HEAPS: [(i32, i32); 4] = [(12, 31), (1, 1), (8, 17), (7, 1)];

/// People born per year, as knots of a curve.
const BIRTHS: [(i32, u32); 10] = [
    (1943, 2),
    (1950, 70),
    (1960, 210),
    (1970, 500),
    (1980, 740),
    (1990, 990),
    (1996, 1_100),
    (1999, 980),
    (2001, 450),
    (2005, 60),
];
const YEARS: (i32, i32) = (1943, 2005);

/// Names of roads; every fifth household lives by a hamlet's name instead.
const ROADS: &[&str] = &[
    "Melati",
    "Mawar",
    "Kenanga",
    "Anggrek",
    "Kamboja",
    "Flamboyan",
    "Cempaka",
    "Dahlia",
    "Teratai",
    "Mangga",
    "Durian",
    "Rambutan",
    "Nangka",
    "Kelapa",
    "Kelapa Sawit",
    "Merpati",
    "Rajawali",
    "Garuda",
    "Elang",
    "Merak",
    "Kutilang",
    "Cendrawasih",
    "Sudirman",
    "Jenderal Sudirman",
    "Ahmad Yani",
    "Diponegoro",
    "Gajah Mada",
    "Hasanuddin",
    "Imam Bonjol",
    "Kartini",
    "R.A. Kartini",
    "Pattimura",
    "Teuku Umar",
    "Cut Nyak Dien",
    "Pangeran Antasari",
    "Pahlawan",
    "Merdeka",
    "Veteran",
    "Pelita",
    "Inpres",
    "Padat Karya",
    "Gotong Royong",
    "Transmigrasi",
    "Poros Desa",
    "Sekolah",
    "Masjid",
    "Pasar",
    "Puskesmas",
    "Pelabuhan",
    "Pantai",
    "Sungai",
    "Gunung",
    "Bukit",
    "Samudera",
    "Nelayan",
    "Baru",
    "Lama",
];
const HAMLETS: &[&str] =
    &["I", "II", "III", "IV", "Krajan", "Sari", "Mulya", "Harapan", "Mekar", "Maju"];
const PREFIXES: &[&str] = &[
    "0811", "0812", "0813", "0821", "0822", "0823", "0851", "0852", "0853", "0831", "0838", "0857",
    "0858", "0877", "0878", "0881", "0895", "0896",
];

/// Makes neighbourhoods one after another; remembers only which serials are taken.
pub struct World<'a> {
    names: &'a Names,
    places: &'a Places,
    hard: &'static Hard,
    births: Vec<u32>,
    seed: u64,
    is_crowded: bool,
    serials: HashMap<u64, Vec<u16>>,
    made: u64,
    /// From where the serials of people born elsewhere are counted.
    away: u16,
    /// Name and birth day that strangers elsewhere share.
    doubles: Vec<(String, Day, bool)>,
}

impl<'a> World<'a> {
    /// An empty world.
    pub fn new(names: &'a Names, places: &'a Places, seed: u64, dirt: Dirt) -> World<'a> {
        let births = (YEARS.0..=YEARS.1).map(births_in).collect();
        let hard = if dirt.is_normal() { &NORMAL } else { &OTHER };
        let (serials, doubles) = (HashMap::new(), Vec::new());
        let is_crowded = dirt == Dirt::Crowded;
        World { names, places, hard, births, seed, is_crowded, serials, made: 0, away: 0, doubles }
    }

    /// One world of several whose people share no number: this one's people who were born elsewhere
    /// count their serials from here.
    pub fn apart(mut self, away: u16) -> World<'a> {
        self.away = away;
        self
    }

    /// Six to fourteen households of one hamlet; three in five are of the first regency where
    /// there are more.
    pub fn neighbourhood(&mut self, dice: &mut Dice) -> Vec<Household> {
        let (home, all) = (self.places.home, self.places.districts.len());
        let is_home = home == all || dice.chance(4_000);
        let mut district = if is_home { dice.below(home) } else { home + dice.below(all - home) };
        let mut village = dice.below(self.places.districts[district].villages.len());
        if self.is_crowded {
            (district, village) =
                (0, village % 3usize.min(self.places.districts[0].villages.len()));
        }
        let rt = dice.between(1, 20);
        let mut households: Vec<Household> = Vec::new();
        for _ in 0..dice.between(6, 14) {
            let mut next = self.household(dice, district, village, rt);
            if let Some(before) = households.last() {
                self.entangle(dice, &mut next, before);
            }
            households.push(next);
        }
        for household in &mut households {
            for person in &mut household.people {
                person.nik = self.number(person);
            }
        }
        households
    }

    fn household(
        &mut self,
        dice: &mut Dice,
        district: usize,
        village: usize,
        rt: i32,
    ) -> Household {
        self.made += 1;
        let flavour = self.names.draw_flavour(dice);
        let size = 1 + dice.weighted(&[14, 27, 25, 18, 10, 6]);
        let mut household = Household {
            id: mixed(self.seed ^ self.made.wrapping_mul(0x9e37_79b9_7f4a_7c15)),
            district,
            village,
            rt,
            address: self.address(dice, district, village),
            card: self.card(dice, district),
            is_couple: false,
            people: Vec::new(),
        };
        let head_is_woman = dice.chance(1_800);
        let year = self.year(dice);
        let mother = self.names.full(dice, flavour, true);
        let head = self.person(dice, &household, flavour, (head_is_woman, year, &mother));
        household.people.push(head);
        if size > 1 && dice.chance(7_000) {
            let year = (year + dice.between(-9, 7)).clamp(YEARS.0, YEARS.1);
            let theirs = if dice.chance(8_000) { flavour } else { self.names.draw_flavour(dice) };
            let mother = self.names.full(dice, theirs, true);
            let spouse = self.person(dice, &household, theirs, (!head_is_woman, year, &mother));
            household.is_couple = true;
            household.people.push(spouse);
        }
        while household.people.len() < size {
            let relative = self.relative(dice, &household, flavour);
            household.people.push(relative);
        }
        self.namesakes_and_twins(dice, &mut household, flavour);
        for at in 1..household.people.len() {
            if !household.people[at].phone.is_empty() && dice.chance(1_000) {
                household.people[at].phone = household.people[dice.below(at)].phone.clone();
            }
        }
        household
    }

    /// A child of the couple, else a brother or sister or a parent of the head.
    fn relative(&self, dice: &mut Dice, household: &Household, flavour: usize) -> Person {
        let head = &household.people[0];
        let parent = household.people.iter().take(2).find(|person| person.woman).unwrap_or(head);
        let woman = dice.chance(5_000);
        let child = parent.birth.year + dice.between(17, 33);
        if child <= YEARS.1 && (household.is_couple || dice.chance(4_000)) {
            let mother = if parent.woman {
                parent.name.clone()
            } else {
                self.names.full(dice, flavour, true)
            };
            return self.person(dice, household, flavour, (woman, child, &mother));
        }
        let older = head.birth.year - dice.between(18, 30);
        if older >= YEARS.0 && dice.chance(3_000) {
            let mother = self.names.full(dice, flavour, true);
            let mut parent = self.person(dice, household, flavour, (woman, older, &mother));
            if woman {
                parent.name.clone_from(&head.mother);
            }
            return parent;
        }
        let year = (head.birth.year + dice.between(-12, 12)).clamp(YEARS.0, YEARS.1);
        self.person(dice, household, flavour, (woman, year, &head.mother))
    }

    fn namesakes_and_twins(&mut self, dice: &mut Dice, household: &mut Household, flavour: usize) {
        for at in 1..household.people.len() {
            let (woman, other) = (household.people[at].woman, dice.below(at));
            if household.people[other].woman != woman || !dice.chance(self.hard.namesake) {
                continue;
            }
            let mut name = household.people[other].name.clone();
            if dice.chance(1_500) {
                name = format!("{name} {}", self.names.later(dice, flavour, woman));
            }
            household.people[at].name = name;
            household.people[at].has_namesake = true;
            household.people[other].has_namesake = true;
        }
        if dice.chance(self.hard.twins) {
            let at = dice.below(household.people.len());
            let mut other = household.people[at].clone();
            self.made += 1;
            other.id = mixed(self.seed ^ !self.made.wrapping_mul(0x9e37_79b9_7f4a_7c15));
            household.people[at].twin = Some(other.id);
            other.twin = Some(other.id);
            other.woman = if dice.chance(7_500) { other.woman } else { !other.woman };
            other.name = self.twin_name(dice, &other, household.people[at].woman, flavour);
            other.phone = self.phone(dice);
            other.work = dice.below(1_000);
            household.people.push(other);
        }
    }

    /// Often one letter apart, or one later name for both.
    fn twin_name(&self, dice: &mut Dice, twin: &Person, woman: bool, flavour: usize) -> String {
        let own = self.names.full(dice, flavour, twin.woman);
        if twin.woman != woman {
            return own;
        }
        let (first, rest) = twin.name.split_once(' ').unwrap_or((&twin.name, ""));
        let first = match dice.weighted(&[12, 43, 45]) {
            0 => sister_of(dice, first),
            1 => (0..12)
                .map(|_| self.names.first(dice, flavour, woman))
                .find(|other| other.as_bytes()[0] == first.as_bytes()[0] && other != first)
                .unwrap_or_else(|| sister_of(dice, first)),
            _ => return own,
        };
        format!("{first} {rest}").trim_end().to_owned()
    }

    /// What a household shares with the one next door.
    fn entangle(&mut self, dice: &mut Dice, next: &mut Household, before: &Household) {
        let at = dice.below(next.people.len());
        let theirs = &before.people[dice.below(before.people.len())];
        let own = &mut next.people[at];
        if own.twin.is_none() {
            let both = dice.chance(self.hard.same_name_and_day * 3);
            if both || dice.chance(self.hard.same_day * 3) {
                own.birth = theirs.birth;
            }
            if (both || dice.chance(self.hard.same_name * 3)) && own.woman == theirs.woman {
                own.name.clone_from(&theirs.name);
            }
        }
        if dice.chance(self.hard.same_phone * 3) {
            own.phone.clone_from(&theirs.phone);
        }
        if dice.chance(self.hard.same_mother * 3) {
            next.people[0].mother.clone_from(&before.people[0].mother);
        }
        if dice.chance(self.hard.same_card * 3) {
            next.card = before.card;
        }
        self.double(dice, &mut next.people[at]);
    }

    /// Strangers of one common name and one birth day, a few per thousand people.
    fn double(&mut self, dice: &mut Dice, person: &mut Person) {
        if person.twin.is_some() {
            return;
        }
        if self.doubles.len() < 400 {
            self.doubles.push((person.name.clone(), person.birth, person.woman));
        } else if dice.chance(self.hard.same_name_and_day * 8) {
            let (name, birth, woman) = dice.pick(&self.doubles);
            (person.name, person.birth, person.woman) = (name.clone(), *birth, *woman);
        } else if dice.chance(50) {
            let at = dice.below(400);
            self.doubles[at] = (person.name.clone(), person.birth, person.woman);
        }
    }

    fn person(
        &self,
        dice: &mut Dice,
        household: &Household,
        flavour: usize,
        (woman, year, mother): (bool, i32, &str),
    ) -> Person {
        let district = &self.places.districts[household.district];
        let (mut place, mut birth_place) = (
            district.code,
            match dice.below(100) {
                0..45 => district.regency.clone(),
                45..80 => district.name.clone(),
                _ => district.villages[household.village].clone(),
            },
        );
        match dice.below(100) {
            0..11 => {
                let (code, name) = dice.pick(&self.places.elsewhere);
                (place, birth_place) = (*code, name.clone());
            }
            11..20 => {
                let other = dice.pick(&self.places.districts);
                (place, birth_place) = (other.code, other.name.clone());
            }
            20..26 => birth_place = dice.pick(&self.places.elsewhere).1.clone(),
            _ => {}
        }
        let mut name = self.names.full(dice, flavour, woman);
        if self.is_crowded {
            let later = name.split(' ').next_back().unwrap_or(&name);
            name = format!("{} {later}", if woman { "Siti" } else { "Muhammad" });
        }
        Person {
            id: dice.bits(),
            twin: None,
            nik: 0,
            name,
            mother: mother.to_owned(),
            birth: self.birth(dice, year),
            woman,
            birth_place,
            phone: self.phone(dice),
            has_employer: dice.chance(1_080),
            is_dead: dice.chance(118),
            has_namesake: false,
            work: dice.below(1_000),
            place,
        }
    }

    fn year(&self, dice: &mut Dice) -> i32 {
        YEARS.0 + dice.weighted(&self.births) as i32
    }

    fn birth(&self, dice: &mut Dice, year: i32) -> Day {
        if self.is_crowded {
            let (month, day) = HEAPS[dice.below(2)];
            return Day { year: 1960 + year % 10, month, day };
        }
        for (heap, (month, day)) in self.hard.heaps.iter().zip(HEAPS) {
            if dice.chance(*heap) {
                return Day { year, month, day };
            }
        }
        let month = dice.between(1, 12);
        Day { year, month, day: dice.between(1, days_of(year, month)) }
    }

    /// A telephone number, or nothing.
    pub fn phone(&self, dice: &mut Dice) -> String {
        if dice.chance(1_230) {
            return String::new();
        }
        let (prefix, rest) = (dice.pick(PREFIXES), dice.below(100_000_000));
        if dice.chance(4_300) {
            return format!("{prefix}{:07}", rest / 10);
        }
        format!("{prefix}{rest:08}")
    }

    /// A family card made between 2006 and 2021.
    pub fn card(&self, dice: &mut Dice, district: usize) -> u64 {
        let dated = dice.between(1, 28) * 10_000 + dice.between(1, 12) * 100 + dice.between(6, 21);
        let serial = 1 + dice.weighted(&[70, 15, 8, 4, 3]) as u64;
        (self.places.districts[district].code * 1_000_000 + dated as u64) * 10_000 + serial
    }

    /// An address of the village.
    pub fn address(&self, dice: &mut Dice, district: usize, village: usize) -> String {
        match dice.below(100) {
            0..18 => format!("Dusun {}", dice.pick(HAMLETS)),
            18..26 => format!("Desa {}", self.places.districts[district].villages[village]),
            26..37 => format!("Gg. {}", dice.pick(ROADS)),
            37..62 => format!("Jl. {}", dice.pick(ROADS)),
            _ => format!("Jl. {} No. {}", dice.pick(ROADS), dice.between(1, 120)),
        }
    }

    /// The next free serial of the place, day and sex; two in three begin with 1.
    fn number(&mut self, person: &Person) -> u64 {
        let Day { year, month, day } = person.birth;
        let cells = ((YEARS.1 - YEARS.0 + 1) * 372 * 2) as usize;
        let at = (((year - YEARS.0) * 12 + month - 1) * 31 + day - 1) as usize * 2;
        let at = at + usize::from(person.woman);
        let taken = self.serials.entry(person.place).or_insert_with(|| vec![0; cells]);
        if taken[at] == 0 {
            let place = mixed(self.seed ^ person.place ^ (at as u64) << 24);
            taken[at] = [0, 0, 0, 0, 0, 0, 0, 1, 2, 3][(place % 10) as usize];
            if self.away > 0 && self.places.districts.iter().all(|one| one.code != person.place) {
                taken[at] = self.away;
            }
        }
        taken[at] += 1;
        let shifted = day + if person.woman { 40 } else { 0 };
        let dated = (shifted * 10_000 + month * 100 + year % 100) as u64;
        (person.place * 1_000_000 + dated) * 10_000 + u64::from(taken[at])
    }
}

/// A name one letter from another: Lina and Lini.
fn sister_of(dice: &mut Dice, name: &str) -> String {
    let vowels = "aiueo";
    let mut letters: Vec<char> = name.chars().collect();
    let places: Vec<usize> =
        (1..letters.len()).filter(|at| vowels.contains(letters[*at])).collect();
    if places.is_empty() {
        return format!("{name}a");
    }
    let (at, before) = (*dice.pick(&places), name);
    while letters.iter().collect::<String>() == before {
        letters[at] = ['a', 'i', 'u', 'e', 'o'][dice.below(5)];
    }
    letters.into_iter().collect()
}

fn births_in(year: i32) -> u32 {
    let next = BIRTHS.iter().position(|(knot, _)| *knot >= year).expect("the curve ends last");
    if next == 0 {
        return BIRTHS[0].1;
    }
    let ((from, low), (to, high)) = (BIRTHS[next - 1], BIRTHS[next]);
    let (part, whole) = ((year - from) as i64, (to - from) as i64);
    (i64::from(low) + (i64::from(high) - i64::from(low)) * part / whole) as u32
}

/// The days of a month.
pub fn days_of(year: i32, month: i32) -> i32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}
