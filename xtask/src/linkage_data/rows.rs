//! Rows as files hold them: a register's, and those of lists that each have a style of their own.

use super::Dirt;
use super::dice::Dice;
use super::dirt::{self, Beside, Kinds, LIST, OTHER_LIST, OTHER_REGISTER, REGISTER, Rates, slip};
use super::people::{Day, Household, Person, World};
use super::places::Places;

/// A row without its id.
#[derive(Clone, Default)]
pub struct Row {
    pub source: String,
    pub nik: String,
    pub card: String,
    pub name: String,
    pub birth_place: String,
    pub birth: String,
    pub sex: String,
    pub address: String,
    pub rt: String,
    pub rw: String,
    pub village: String,
    pub district: String,
    pub work: String,
    pub phone: String,
    pub mother: String,
    pub segment: &'static str,
    pub status: &'static str,
    pub kinds: Kinds,
}

/// Who is typed, and who stands around.
pub struct Subject<'a> {
    pub household: &'a Household,
    pub at: usize,
    /// Somebody of the neighbourhood whose row may stand above.
    pub above: u64,
}

impl Subject<'_> {
    fn person(&self) -> &Person {
        &self.household.people[self.at]
    }

    fn spouse(&self) -> Option<u64> {
        let other = match (self.household.is_couple, self.at) {
            (true, 0) => 1,
            (true, 1) => 0,
            _ => return None,
        };
        Some(self.household.people[other].nik)
    }

    /// The first word of a man of the household, or of any neighbour's name.
    fn father(&self) -> &str {
        let men = self.household.people.iter().filter(|person| !person.woman);
        let named = men.map(|person| person.name.as_str()).find(|name| *name != self.person().name);
        named.and_then(|name| name.split(' ').next()).unwrap_or("Abdul")
    }
}

/// Kinds that are facts about the person, not noise.
fn facts(person: &Person) -> Kinds {
    let mut kinds = Vec::new();
    for (is_so, kind) in [
        (person.has_employer, "F_employer"),
        (person.birth.year <= 1956, "F_over65"),
        (person.is_dead, "F_dead"),
        (person.twin.is_some(), "F_twin"),
        (person.has_namesake, "F_namesake"),
    ] {
        if is_so {
            kinds.push(kind);
        }
    }
    kinds
}

/// How a register says an occupation, and how lists do; first the weight.
const WORKS: &[(u32, &str, &[&str])] = &[
    (163, "Petani", &["Petani", "Pekebun", "Petani/Pekebun", "Tani", "Buruh Tani", "Petani Sawit"]),
    (
        153,
        "Kader Posyandu",
        &["Kader Posyandu", "Kader", "Kader PKK", "Kader KB", "Kader Kesehatan"],
    ),
    (115, "Pedagang", &["Pedagang", "Pedagang Kecil", "UMKM", "Pelaku UMKM", "Wiraswasta"]),
    (88, "Honorer", &["Honorer", "Tenaga Honorer", "Guru Honorer", "PTT", "Pegawai Non ASN"]),
    (80, "Perangkat Desa", &["Perangkat Desa", "Aparat Desa", "Kaur Umum", "Kepala Dusun"]),
    (56, "Guru Ngaji", &["Guru Ngaji", "Guru Mengaji", "Guru TPA", "Ustadzah"]),
    (51, "Ketua RT", &["Ketua RT", "Ket. RT", "Ketua RT/RW", "Ketua RW"]),
    (50, "Buruh Harian Lepas", &["Buruh Harian Lepas", "BHL", "Buruh", "Tukang Batu"]),
    (49, "Nelayan", &["Nelayan", "Nlayan", "Nelayan Kecil", "Nelayan/Perikanan"]),
    (32, "Mengurus Rumah Tangga", &["Mengurus Rumah Tangga", "IRT", "Ibu Rumah Tangga"]),
    (31, "Bidan", &["Bidan", "Bidan Desa", "Bidan PTT", "Tenaga Kesehatan", "Perawat"]),
    (27, "Ojek", &["Ojek", "Tukang Ojek", "Ojek Online", "Driver Ojol", "Sopir"]),
    (27, "Relawan Damkar", &["Relawan Damkar", "Relawan", "Relawan Bencana", "Linmas"]),
    (26, "Imam Masjid", &["Imam Masjid", "Imam Mesjid", "Imam", "Imam Langgar"]),
    (26, "BPD", &["BPD", "Anggota BPD", "Ketua BPD"]),
    (26, "Marbot", &["Marbot", "Marbot Masjid", "Penjaga Masjid", "Kaum Masjid"]),
];

fn work_of(person: &Person) -> usize {
    let mut left = person.work as u32;
    for (at, (weight, _, _)) in WORKS.iter().enumerate() {
        if left < *weight {
            return at;
        }
        left -= weight;
    }
    0
}

/// Writes rows of one world.
pub struct Typist<'a> {
    pub places: &'a Places,
    pub dirt: Dirt,
}

impl Typist<'_> {
    /// A register's row, in capitals; a second one of the same person may name other work.
    pub fn register_row(&self, dice: &mut Dice, world: &World, who: &Subject, again: bool) -> Row {
        let rates = if self.dirt.is_normal() { &REGISTER } else { &OTHER_REGISTER };
        let (mut row, day) = self.row(dice, world, rates, who);
        let person = who.person();
        let mut work = work_of(person);
        if again {
            row.kinds.push("dup_registry");
            if dice.chance(6_800) {
                work = dice.below(WORKS.len());
                row.kinds.push("occ_other");
            }
        }
        WORKS[work].1.clone_into(&mut row.work);
        row.birth = format!("{:04}-{:02}-{:02}", day.year, day.month, day.day);
        row.segment = if person.has_employer { "PU" } else { "BPU" };
        row.status = match () {
            () if person.is_dead => "MENINGGAL",
            () if dice.chance(1_110) => "NONAKTIF",
            () => "AKTIF",
        };
        for text in texts(&mut row) {
            text.make_ascii_uppercase();
        }
        row
    }

    /// A list's row.
    pub fn list_row(&self, dice: &mut Dice, world: &World, who: &Subject, sheet: &Sheet) -> Row {
        let rates = if self.dirt.is_normal() { &LIST } else { &OTHER_LIST };
        let (mut row, day) = self.row(dice, world, rates, who);
        (*dice.pick(WORKS[work_of(who.person())].2)).clone_into(&mut row.work);
        row.source.clone_from(&sheet.name);
        sheet.swap(dice, rates, &mut row);
        sheet.write_nik(dice, &mut row);
        sheet.write_birth(dice, rates, day, &mut row);
        sheet.write_rest(dice, &mut row);
        sheet.leave_out(dice, &mut row);
        row
    }

    /// What both have: the person with noise, words with capitals, the day not yet written.
    fn row(&self, dice: &mut Dice, world: &World, rates: &Rates, who: &Subject) -> (Row, Day) {
        let (person, household) = (who.person(), who.household);
        let mut row = Row { kinds: facts(person), ..Row::default() };
        let kinds = &mut row.kinds;
        let beside = Beside { woman: person.woman, father: who.father() };
        row.name = dirt::name(dice, rates, (&person.name, self.dirt), &beside, kinds);
        let others = [who.spouse(), Some(who.above)];
        row.nik = dirt::nik(dice, rates, person.nik, others, kinds);
        let day = dirt::birth(dice, rates, person.birth, kinds);
        let is_woman = person.woman != dice.chance(rates.sex_wrong);
        if is_woman != person.woman {
            kinds.push("sex_wrong");
        }
        (if is_woman { "P" } else { "L" }).clone_into(&mut row.sex);
        let (mut district, mut village, mut rt) =
            (household.district, household.village, household.rt);
        row.address.clone_from(&household.address);
        if dice.chance(rates.moved) {
            district = dice.below(self.places.districts.len());
            village = dice.below(self.places.districts[district].villages.len());
            rt = dice.between(1, 20);
            if dice.chance(5_000) {
                row.address = world.address(dice, district, village);
            }
            kinds.push("moved");
        }
        let place = &self.places.districts[district];
        (row.village, row.district) = (place.villages[village].clone(), place.name.clone());
        (row.rt, row.rw) = (format!("{rt:03}"), format!("{:03}", (rt - 1) / 4 + 1));
        row.card = format!("{:016}", household.card);
        if dice.chance(rates.card) {
            row.card = format!("{:016}", world.card(dice, district));
            kinds.push("kk_changed");
        }
        row.phone.clone_from(&person.phone);
        if dice.chance(rates.phone) && !row.phone.is_empty() {
            row.phone = world.phone(dice);
            kinds.push("hp_changed");
        } else if dice.chance(rates.shared_phone) {
            row.phone = format!("081205{:06}", household.village * 20 + dice.below(3));
            kinds.push("hp_shared");
        }
        row.birth_place.clone_from(&person.birth_place);
        if dice.chance(rates.place) {
            row.birth_place = slip(dice, &row.birth_place, self.dirt);
            kinds.push("birthplace_variant");
        }
        if dice.chance(rates.village) {
            row.village = slip(dice, &row.village, self.dirt);
            kinds.push("desa_variant");
        }
        if dice.chance(rates.mother_blank) {
            kinds.push("ibu_blank");
        } else if dice.chance(rates.mother_variant) {
            row.mother = dirt::mother(dice, &person.mother, self.dirt);
            kinds.push("ibu_variant");
        } else {
            row.mother.clone_from(&person.mother);
        }
        (row, day)
    }
}

fn texts(row: &mut Row) -> [&mut String; 7] {
    [
        &mut row.name,
        &mut row.birth_place,
        &mut row.address,
        &mut row.village,
        &mut row.district,
        &mut row.work,
        &mut row.mother,
    ]
}

const MALE_FEMALE: [[&str; 2]; 7] = [
    ["L", "P"],
    ["Laki-laki", "Perempuan"],
    ["LK", "PR"],
    ["Pria", "Wanita"],
    ["1", "2"],
    ["Lk.", "Pr."],
    ["laki2", "perempuan"],
];
const MONTHS: [&str; 12] = [
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
];
const SHORT: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Ags", "Sep", "Okt", "Nov", "Des"];
const ROMAN: [&str; 12] =
    ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"];

/// The style of a list: each typist keeps to one, nearly always.
#[derive(Clone)]
pub struct Sheet {
    pub name: String,
    dirt: Dirt,
    date: usize,
    nik: usize,
    letters: usize,
    sex: usize,
    rt: usize,
    phone: usize,
    has_card: bool,
    has_sex: bool,
    has_rt: bool,
    has_phone: bool,
    has_mother: bool,
    has_one_birth_column: bool,
}

impl Sheet {
    /// A style by chance.
    pub fn draw(dice: &mut Dice, name: String, dirt: Dirt) -> Sheet {
        let normal = dirt.is_normal();
        let dates: &[u32] = match normal {
            true => &[250, 200, 150, 75, 135, 45, 80, 30, 25, 25, 20],
            false => &[60, 40, 60, 90, 60, 110, 40, 20, 60, 40, 60, 90, 90, 70, 60, 50],
        };
        let has = |dice: &mut Dice, rates: [u32; 2]| dice.chance(rates[usize::from(!normal)]);
        Sheet {
            name,
            dirt,
            date: dice.weighted(dates),
            nik: dice.weighted(if normal {
                &[575, 125, 145, 80, 45, 25]
            } else {
                &[380, 80, 100, 80, 60, 60, 90, 90, 60]
            }),
            letters: dice.weighted(if normal { &[47, 40, 4, 9] } else { &[25, 30, 25, 20] }),
            sex: dice.weighted(if normal {
                &[55, 26, 12, 4, 3]
            } else {
                &[20, 15, 15, 10, 10, 15, 15]
            }),
            rt: dice.weighted(&[56, 34, 10]),
            phone: dice.weighted(&[50, 18, 12, 8, 12]),
            has_card: has(dice, [6_600, 4_500]),
            has_sex: has(dice, [9_300, 8_200]),
            has_rt: has(dice, [8_900, 6_000]),
            has_phone: has(dice, [6_700, 4_000]),
            has_mother: has(dice, [5_500, 4_000]),
            has_one_birth_column: has(dice, [550, 1_500]),
        }
    }

    /// Values in the wrong column.
    fn swap(&self, dice: &mut Dice, rates: &Rates, row: &mut Row) {
        if dice.chance(rates.swap_village) {
            std::mem::swap(&mut row.village, &mut row.district);
            row.kinds.push("col_swap_desa_kec");
        }
        if self.has_rt && dice.chance(rates.swap_rt) {
            std::mem::swap(&mut row.rt, &mut row.rw);
            row.kinds.push("col_swap_rt_rw");
        }
        if self.has_card && !row.nik.is_empty() && dice.chance(rates.swap_nik) {
            std::mem::swap(&mut row.nik, &mut row.card);
            row.kinds.push("col_swap_nik_kk");
        }
        if self.has_mother && !row.mother.is_empty() && dice.chance(rates.swap_mother) {
            std::mem::swap(&mut row.name, &mut row.mother);
            row.kinds.push("col_swap_nama_ibu");
        }
    }

    fn write_nik(&self, dice: &mut Dice, row: &mut Row) {
        let digits = &row.nik;
        if digits.len() != 16 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return;
        }
        let groups = |mark: &str, ends: &[usize]| {
            let mut text = digits.clone();
            for end in ends.iter().rev() {
                text.insert_str(*end, mark);
            }
            text
        };
        let (text, kind) = match self.nik {
            1 => (format!("{digits}.0"), "nikf_dot0"),
            2 => (format!("'{digits}"), "nikf_apos"),
            3 => (groups(" ", &[4, 8, 12]), "nikf_space"),
            4 if dice.chance(8_000) => {
                let number: f64 = digits.parse().unwrap_or_default();
                let mark = if self.phone.is_multiple_of(2) { "." } else { "," };
                let text = format!("{:.5}", number / 1e15).replace('.', mark);
                (format!("{text}E+15"), "nik_sci")
            }
            5 if dice.chance(8_500) => (format!("{}0", &digits[..15]), "nik_ex15"),
            6 => (groups(".", &[6, 12]), "nikf_dots"),
            7 => (format!("{digits}\u{a0}"), "nikf_nbsp"),
            8 => (groups("-", &[6, 12]), "nikf_dashes"),
            _ => return,
        };
        row.nik = text;
        row.kinds.push(kind);
    }

    fn write_birth(&self, dice: &mut Dice, rates: &Rates, day: Day, row: &mut Row) {
        if dice.chance(rates.birth_blank) {
            row.kinds.push("dob_blank");
            return;
        }
        if dice.chance(rates.year_only) {
            row.birth = day.year.to_string();
            row.kinds.push("dob_yearonly");
        } else {
            let forms = if self.dirt.is_normal() { 11 } else { 16 };
            let form = if dice.chance(500) { dice.below(forms) } else { self.date };
            let (text, kind) = written(day, form);
            row.birth = text;
            row.kinds.push(kind);
        }
        if self.has_one_birth_column {
            row.birth_place = format!("{}, {}", row.birth_place, row.birth);
            row.birth.clear();
            row.kinds.push("col_ttl_combined");
        }
    }

    fn write_rest(&self, dice: &mut Dice, row: &mut Row) {
        let woman = usize::from(row.sex == "P");
        MALE_FEMALE[self.sex][woman].clone_into(&mut row.sex);
        match self.rt {
            1 => [&mut row.rt, &mut row.rw].into_iter().for_each(|text| {
                *text = text.trim_start_matches('0').to_owned();
            }),
            2 => {
                row.rt = format!("RT {}", &row.rt[1..]);
                row.rw = format!("RW {}", &row.rw[1..]);
            }
            _ => {}
        }
        row.phone = phone_written(&row.phone, self.phone);
        if dice.chance(450) {
            row.village =
                format!("{}{}", dice.pick(&["Desa ", "Ds. ", "Kel. ", "Kelurahan "]), row.village);
        } else if dice.chance(60) && row.village.len() > 6 && row.village.is_ascii() {
            row.village = format!("{}.", &row.village[..4]);
            row.kinds.push("desa_variant");
        }
        if dice.chance(620) {
            row.district = format!("Kec. {}", row.district);
        } else if dice.chance(200) {
            row.district = slip(dice, &row.district, self.dirt);
        }
        match dice.below(100) {
            0..6 => row.address = format!("RT {} RW {}", row.rt, row.rw),
            6..10 => row.address = row.address.replacen("Jl.", "Jln.", 1),
            10..13 => row.address = row.address.replacen("Jl. ", "", 1),
            13..17 => row.address = format!("{} RT.{}", row.address, row.rt),
            17..23 => row.address = slip(dice, &row.address, self.dirt),
            _ => {}
        }
        let letters = if self.letters == 3 { dice.below(3) } else { self.letters };
        for text in texts(row) {
            match letters {
                0 => text.make_ascii_uppercase(),
                2 => text.make_ascii_lowercase(),
                _ => {}
            }
        }
        row.name = match dice.below(1_000) {
            0..20 => format!("{} ", row.name),
            20..35 => format!("  {}", row.name),
            35..70 => row.name.replacen(' ', "  ", 1),
            70..75 => row.name.replacen(' ', "\u{a0}", 1),
            _ => std::mem::take(&mut row.name),
        };
    }

    /// Columns the list has not, and cells left blank.
    fn leave_out(&self, dice: &mut Dice, row: &mut Row) {
        let blanks = if self.dirt.is_normal() { 1 } else { 2 };
        for (has, text, blank) in [
            (self.has_card, &mut row.card, 380),
            (self.has_sex, &mut row.sex, 90),
            (self.has_phone, &mut row.phone, 60),
            (self.has_mother, &mut row.mother, 0),
            (true, &mut row.birth_place, 420),
            (true, &mut row.address, 600),
            (true, &mut row.village, 95),
            (true, &mut row.district, 920),
        ] {
            // The one column of place and day keeps its day.
            let keeps = text.contains(',') && text.contains(|letter: char| letter.is_ascii_digit());
            if !has || !keeps && dice.chance(blank * blanks) {
                text.clear();
            }
        }
        if !self.has_rt {
            row.rt.clear();
            row.rw.clear();
        }
        if !self.has_mother {
            row.kinds.retain(|kind| !kind.starts_with("ibu_"));
        }
        if !self.has_phone {
            row.kinds.retain(|kind| !kind.starts_with("hp_"));
        }
        if !self.has_card {
            row.kinds.retain(|kind| *kind != "kk_changed");
        }
    }
}

fn phone_written(phone: &str, form: usize) -> String {
    let Some(national) = phone.strip_prefix('0') else { return phone.to_owned() };
    match form {
        1 => national.to_owned(),
        2 => format!("62{national}"),
        3 => format!("+62 {national}"),
        4 => format!("{}-{}-{}", &phone[..4], &phone[4..8], &phone[8..]),
        _ => phone.to_owned(),
    }
}

/// A day in one of the forms; the first eleven are those of ordinary lists.
fn written(day: Day, form: usize) -> (String, &'static str) {
    let Day { year, month, day } = day;
    let (long, short) = (MONTHS[month as usize - 1], SHORT[month as usize - 1]);
    match form {
        0 => (format!("{day:02}/{month:02}/{year}"), "datef0"),
        1 => (format!("{day:02}-{month:02}-{year}"), "datef1"),
        2 => (format!("{year}-{month:02}-{day:02}"), "datef2"),
        3 => (spreadsheet_day(year, month, day).to_string(), "datef3"),
        4 => (format!("{day} {long} {year}"), "datef4"),
        5 => (format!("{day:02}/{month:02}/{:02}", year % 100), "datef5"),
        6 => (format!("{day}-{month}-{year}"), "datef6"),
        7 => (format!("{year}-{month:02}-{day:02} 00:00:00"), "datef7"),
        8 => (format!("{day:02}-{short}-{:02}", year % 100), "datef8"),
        9 => (format!("{day:02}.{month:02}.{year}"), "datef9"),
        10 => (format!("{month}/{day}/{year}"), "datef10"),
        11 => (format!("{year}/{month:02}/{day:02}"), "datef11"),
        12 => (format!("{day:02} {short} {year}"), "datef12"),
        13 => (format!("{day:02}-{short}-{year}"), "datef13"),
        14 => (format!("{year}{month:02}{day:02}"), "datef14"),
        _ => (format!("{day}-{}-{year}", ROMAN[month as usize - 1]), "datef15"),
    }
}

/// Days since 30 December 1899.
fn spreadsheet_day(year: i32, month: i32, day: i32) -> i32 {
    let (year, month) = if month <= 2 { (year - 1, month + 9) } else { (year, month - 3) };
    year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 1 - 693_899
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_as_spreadsheets_do() {
        assert_eq!(spreadsheet_day(1900, 3, 1), 61);
        assert_eq!(spreadsheet_day(1991, 7, 17), 33_436);
        assert_eq!(spreadsheet_day(2000, 2, 29), 36_585);
    }

    #[test]
    fn a_telephone_keeps_its_digits_in_every_form() {
        for form in 0..5 {
            let digits = phone_written("081234567890", form).replace(['+', ' ', '-'], "");
            assert!("081234567890".ends_with(digits.trim_start_matches("62")), "{digits}");
        }
        assert_eq!(phone_written("", 2), "");
    }
}
