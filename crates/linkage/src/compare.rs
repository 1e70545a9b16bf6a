//! Two records beside each other: for every field one level, from agreement to contradiction.
//!
//! A level is a small number with a meaning of its own; what it weighs is the model's to say. What
//! is missing on either side is a level too, and is no disagreement.

mod number;
mod text;

use crate::birth::Birth;
use crate::rarity::Rarity;
use crate::record::{NikOwn, Record, Sex};
use crate::word::Word;

pub use number::nik_level;
pub use text::{NameMatch, compare_names, one_edit_of_text, words_alike};

/// Fields of a comparison, each with its levels.
pub const FIELDS: usize = 19;

/// The levels of a comparison, by [`Field`].
pub type Levels = [u8; FIELDS];

/// What is compared, in the order of [`Levels`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// The NIK of both; see [`nik_level`].
    Nik,
    /// Whether each NIK can be its row's own.
    NikOwn,
    /// How the names agree; see [`NameMatch`].
    Name,
    /// How much the words in common tell.
    NameTold,
    /// How much the words tell that contradict each other.
    NameConflict,
    /// How much the words tell that one side has alone.
    NameRest,
    /// Likeness of the names run together.
    NameAlike,
    /// The birth dates.
    Birth,
    /// How common the birth date is.
    BirthCommon,
    /// Sex.
    Sex,
    /// How the mothers' names agree.
    Mother,
    /// How much the words in common of the mothers' names tell.
    MotherTold,
    /// The family cards.
    Kk,
    /// The phones.
    Phone,
    /// Village, district and neighbourhood.
    Home,
    /// Street and house.
    Street,
    /// Birth place.
    Place,
    /// How many have the name.
    NameCommon,
    /// Whether the two look like two people of one household.
    Relation,
}

impl Field {
    /// Every field, in the order of [`Levels`].
    pub const ALL: [Field; FIELDS] = [
        Field::Nik,
        Field::NikOwn,
        Field::Name,
        Field::NameTold,
        Field::NameConflict,
        Field::NameRest,
        Field::NameAlike,
        Field::Birth,
        Field::BirthCommon,
        Field::Sex,
        Field::Mother,
        Field::MotherTold,
        Field::Kk,
        Field::Phone,
        Field::Home,
        Field::Street,
        Field::Place,
        Field::NameCommon,
        Field::Relation,
    ];

    /// Its stable name.
    pub fn code(self) -> &'static str {
        self.row().0
    }

    /// How many levels it has.
    pub fn levels(self) -> usize {
        self.row().1.iter().map(|tier| tier.len()).sum()
    }

    /// Its levels in tiers: none of a tier may weigh more than any of a later one.
    pub fn tiers(self) -> &'static [&'static [u8]] {
        self.row().1
    }

    fn row(self) -> (&'static str, &'static [&'static [u8]]) {
        match self {
            Field::Nik => ("nik", &[&[8, 9, 10, 11, 12, 13, 14], &[0], &[2, 3, 4, 5, 6, 7], &[1]]),
            Field::NikOwn => ("nik_own", &[&[0, 1, 2, 3, 4, 5, 6, 7]]),
            Field::Name => ("name", &[&[9, 10, 11], &[0], &[3, 4, 5, 6, 7, 8], &[2], &[1]]),
            Field::NameTold => ("name_told", TENS),
            Field::NameConflict => ("name_conflict", NINES_DOWN),
            Field::NameRest => ("name_rest", NINES_DOWN),
            Field::NameAlike => ("name_alike", SEVENS),
            Field::Birth => {
                ("birth", &[&[12, 13], &[8, 9, 10, 11], &[0], &[2, 3, 4, 5, 6, 7], &[1]])
            }
            Field::BirthCommon => ("birth_common", SEVENS_DOWN),
            Field::Sex => ("sex", &[&[2], &[0], &[1]]),
            Field::Mother => ("mother", &[&[9, 10, 11], &[0], &[3, 4, 5, 6, 7, 8], &[2], &[1]]),
            Field::MotherTold => ("mother_told", SEVENS),
            Field::Kk => ("kk", &[&[3, 4], &[0], &[2], &[1]]),
            Field::Phone => ("phone", &[&[4], &[0], &[2, 3], &[1]]),
            Field::Home => ("home", &[&[6], &[5], &[0, 7], &[3, 4], &[2], &[1]]),
            Field::Street => ("street", &[&[4], &[0], &[3], &[2], &[1]]),
            Field::Place => ("place", &[&[3], &[0], &[2], &[1]]),
            Field::NameCommon => ("name_common", EIGHTS_DOWN),
            Field::Relation => ("relation", &[&[1, 2, 3, 4, 5], &[0]]),
        }
    }
}

const TENS: &[&[u8]] = &[&[0], &[1], &[2], &[3], &[4], &[5], &[6], &[7], &[8], &[9]];
const NINES_DOWN: &[&[u8]] = &[&[8], &[7], &[6], &[5], &[4], &[3], &[2], &[1], &[0]];
const SEVENS: &[&[u8]] = &[&[0], &[1], &[2], &[3], &[4], &[5], &[6]];
const SEVENS_DOWN: &[&[u8]] = &[&[6], &[5], &[4], &[3], &[2], &[1], &[0]];
const EIGHTS_DOWN: &[&[u8]] = &[&[7], &[6], &[5], &[4], &[3], &[2], &[1], &[0]];

/// Two records beside each other.
#[derive(Clone, Copy)]
pub struct Comparison<'a> {
    /// The one.
    pub left: &'a Record,
    /// The other.
    pub right: &'a Record,
    /// How rare the values of the one are.
    pub left_rare: &'a Rarity,
    /// How rare the values of the other are.
    pub right_rare: &'a Rarity,
}

impl Comparison<'_> {
    /// The levels of all fields.
    pub fn levels(&self) -> Levels {
        let mut levels = self.numbers();
        self.add_places(&mut levels);
        self.add_name(&mut levels);
        self.add_mother(&mut levels);
        levels
    }

    /// The levels of what is no text; all others are 0.
    pub(crate) fn numbers(&self) -> Levels {
        let (left, right) = (self.left, self.right);
        let (left_rare, right_rare) = (self.left_rare, self.right_rare);
        let mut levels = [0; FIELDS];
        levels[Field::Nik as usize] = nik_level(left, right);
        levels[Field::NikOwn as usize] = own_level(left.nik_own, right.nik_own);
        levels[Field::Birth as usize] = birth_level(left, right);
        levels[Field::BirthCommon as usize] =
            left_rare.birth.max(right_rare.birth).clamp(6, 12) - 6;
        levels[Field::Sex as usize] = sex_level(left.sex, right.sex);
        levels[Field::Kk as usize] = kk_level(left.kk, right.kk);
        levels[Field::Phone as usize] = phone_level(left, right, left_rare, right_rare);
        levels[Field::NameCommon as usize] = (left_rare.name.max(right_rare.name) / 2).min(7);
        levels
    }

    /// Adds the levels of the places.
    pub(crate) fn add_places(&self, levels: &mut Levels) {
        let (left, right) = (self.left, self.right);
        levels[Field::Home as usize] = home_level(left, right);
        levels[Field::Street as usize] = street_level(left, right);
        levels[Field::Place as usize] = word_level(left.place, right.place);
    }

    /// Adds the levels of the names.
    pub(crate) fn add_name(&self, levels: &mut Levels) {
        let name = self.crossed().map_or_else(|| self.names(), |[name, _]| name);
        levels[Field::Name as usize] = name.level;
        levels[Field::NameTold as usize] = (name.matched / 12).min(9);
        levels[Field::NameConflict as usize] = rest_level(name.conflict);
        levels[Field::NameRest as usize] = rest_level(name.rest);
        levels[Field::NameAlike as usize] = name.alike.max(4) - 4;
    }

    /// Adds the levels of the mothers' names and of the relation, which needs the names.
    pub(crate) fn add_mother(&self, levels: &mut Levels) {
        let mother = self.crossed().map_or_else(|| self.mothers(), |[_, mother]| mother);
        levels[Field::Mother as usize] = mother.level;
        levels[Field::MotherTold as usize] = (mother.matched / 16).min(6);
        levels[Field::Relation as usize] = relation_level(self.left, self.right, levels);
    }

    fn names(&self) -> NameMatch {
        let (left, right) = (&self.left.name, &self.right.name);
        compare_names(left, right, &self.left_rare.words, &self.right_rare.words)
    }

    fn mothers(&self) -> NameMatch {
        let (left, right) = (&self.left.mother, &self.right.mother);
        compare_names(left, right, &self.left_rare.mother, &self.right_rare.mother)
    }

    /// Names and mothers' names the right way round, where one of the two rows has each in the
    /// other's place and neither agrees as it stands; the weaker of the two stands for the name.
    /// Brothers and sisters who have words of their mother's name are not crossed.
    fn crossed(&self) -> Option<[NameMatch; 2]> {
        let (left, right) = (self.left, self.right);
        let (left_rare, right_rare) = (self.left_rare, self.right_rare);
        if !left.name.shares_a_word(&right.mother) || !left.mother.shares_a_word(&right.name) {
            return None;
        }
        let here = compare_names(&left.name, &right.mother, &left_rare.words, &right_rare.mother);
        let there = compare_names(&left.mother, &right.name, &left_rare.mother, &right_rare.words);
        let (weaker, stronger) = (here.max(there), here.min(there));
        let are_crossed = weaker.level <= 6 && self.names().level >= 9 && self.mothers().level >= 9;
        are_crossed.then_some([weaker, stronger])
    }
}

/// The fields that [`Comparison::add_places`] sets.
pub(crate) const OF_PLACES: [Field; 3] = [Field::Home, Field::Street, Field::Place];

/// The fields that [`Comparison::add_name`] sets.
pub(crate) const OF_NAME: [Field; 5] =
    [Field::Name, Field::NameTold, Field::NameConflict, Field::NameRest, Field::NameAlike];

/// The fields that [`Comparison::add_mother`] sets.
pub(crate) const OF_MOTHER: [Field; 3] = [Field::Mother, Field::MotherTold, Field::Relation];

/// Two people of one household rather than one person: 0 nothing says so, 1 twins, 2 parent and
/// child of one name, 3 a couple, 4 brothers and sisters, 5 others of one household.
fn relation_level(left: &Record, right: &Record, levels: &Levels) -> u8 {
    let level = |field: Field| levels[field as usize];
    let (nik, birth, name) = (level(Field::Nik), level(Field::Birth), level(Field::Name));
    let mother = level(Field::Mother);
    let names_differ = name >= 8 && level(Field::NameConflict) >= 1;
    let apart = left.birth.year.abs_diff(right.birth.year);
    let years_known = left.birth.year != 0 && right.birth.year != 0;
    let a_generation = years_known && apart >= 14; // not law: the youngest parents
    match () {
        () if level(Field::Kk) != 1 && !(1..=4).contains(&mother) => 0,
        () if birth == 1 && names_differ && nik != 1 => 1,
        () if a_generation && name <= 6 && matches!(nik, 7..=14) => 2,
        () if left.sex != right.sex && names_differ && birth >= 6 => 3,
        () if mother == 1 && names_differ && birth >= 6 => 4,
        () if names_differ && birth >= 6 => 5,
        () => 0,
    }
}

/// Nothing left over, or how much, in steps of four bits.
fn rest_level(quarter_bits: u8) -> u8 {
    if quarter_bits < 4 { 0 } else { 1 + (quarter_bits / 16).min(7) }
}

fn own_level(left: NikOwn, right: NikOwn) -> u8 {
    use NikOwn::{Agrees, Differs, Doubtful, Unknown};
    match (left.max(right), left.min(right)) {
        (Agrees, _) => 0,
        (Unknown, Agrees) => 1,
        (Unknown, _) => 2,
        (Doubtful, Agrees) => 3,
        (Doubtful, _) => 4,
        (Differs, Agrees) => 5,
        (Differs, Unknown | Doubtful) => 6,
        (Differs, Differs) => 7,
    }
}

fn sex_level(left: Sex, right: Sex) -> u8 {
    match (left, right) {
        (Sex::Unknown, _) | (_, Sex::Unknown) => 0,
        (a, b) if a == b => 1,
        _ => 2,
    }
}

/// 0 missing; from 1 (equal) to 12 (nothing in common).
fn birth_level(left: &Record, right: &Record) -> u8 {
    let (a, b) = (left.birth, right.birth);
    if a.is_none() || b.is_none() {
        return 0;
    }
    if !a.is_whole() || !b.is_whole() {
        return if a.year == b.year { 2 } else { 12 };
    }
    if a == b {
        return 1;
    }
    // One of the two was mistyped and the NIK of its row has the other.
    let crosses = left.nik_birth == b || right.nik_birth == a;
    let level = unequal_births(a, b);
    if crosses { 3 } else { level }
}

fn unequal_births(a: Birth, b: Birth) -> u8 {
    let default = |x: Birth, y: Birth| {
        x.year == y.year && ((x.day, x.month) == (1, 1) || (x.day, x.month) == (31, 12))
    };
    let same = (a.year == b.year, a.month == b.month, a.day == b.day);
    match same {
        (true, ..) if a.month == b.day && a.day == b.month => 4,
        _ if default(a, b) || default(b, a) => 5,
        (false, true, true) if number::one_edit(u64::from(a.year), u64::from(b.year), 4) => 6,
        (true, true, false) if number::one_edit(u64::from(a.day), u64::from(b.day), 2) => 7,
        (true, false, true) => 8,
        (false, true, true) => 9,
        (true, true, false) => 10,
        (true, ..) => 11,
        _ if a.year.abs_diff(b.year) <= 1 => 13,
        _ => 12,
    }
}

/// 0 missing, 1 equal, 2 one digit, 3 another family of the same place and day, 4 other.
fn kk_level(left: u64, right: u64) -> u8 {
    match (left, right) {
        (0, _) | (_, 0) => 0,
        (a, b) if a == b => 1,
        (a, b) if number::one_edit(a, b, 16) => 2, // not law: the form of the number
        (a, b) if a / 10_000 == b / 10_000 => 3,   // not law: the form of the number
        _ => 4,
    }
}

/// 0 missing, 1 equal, 2 equal and many have it, 3 one digit, 4 other.
fn phone_level(left: &Record, right: &Record, left_rare: &Rarity, right_rare: &Rarity) -> u8 {
    match (left.phone, right.phone) {
        (0, _) | (_, 0) => 0,
        (a, b) if a == b => 1 + u8::from(left_rare.phone.max(right_rare.phone) > 2),
        (a, b) if number::one_edit(a, b, 0) => 3,
        _ => 4,
    }
}

/// Where they live: 0 unknown, 1–3 same village (RT equal, unknown, other), 4 a village in another
/// writing or swapped with its district, 5 same district, 6 elsewhere.
fn home_level(left: &Record, right: &Record) -> u8 {
    let (a, b) = (left.village, right.village);
    if a.is_none() || b.is_none() {
        return match word_level(left.district, right.district) {
            1 | 2 => 5,
            _ => 0,
        };
    }
    if a == b {
        return match (left.rt, right.rt) {
            (0, _) | (_, 0) => 2,
            (a, b) if a == b => 1,
            (a, b) if a == right.rw && left.rw == b => 1,
            _ => 3,
        };
    }
    let swapped = a == right.district || b == left.district;
    if swapped || matches!(word_level(a, b), 2) {
        return 4;
    }
    match word_level(left.district, right.district) {
        0 => 7,
        1 | 2 => 5,
        _ => 6,
    }
}

/// 0 unknown, 1 street and house, 2 street, 3 the street in another writing, 4 other.
fn street_level(left: &Record, right: &Record) -> u8 {
    match word_level(left.street, right.street) {
        0 => 0,
        1 if left.house == right.house => 1,
        1 if left.house == 0 || right.house == 0 => 2,
        1 => 3,
        2 => 3,
        _ => 4,
    }
}

/// 0 unknown, 1 equal, 2 alike or shortened, 3 other.
fn word_level(left: Word, right: Word) -> u8 {
    match (left.is_none() || right.is_none(), left == right) {
        (true, _) => 0,
        (_, true) => 1,
        _ if left.length().min(right.length()) >= 3
            && (left.starts_with(right) || right.starts_with(left)) =>
        {
            2
        }
        _ if words_alike(left, right) >= 0.9 => 2,
        _ => 3,
    }
}
