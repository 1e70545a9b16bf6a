//! The occupations of the practice lists, with the words in which villages write them.

use base::Sex;

use super::dice::Dice;

/// One occupation: its key in the occupation list and how villages write it.
pub struct Work {
    /// The key of the occupation list.
    pub key: &'static str,
    /// How often, among people of the programme; 0 for work the programme is not for.
    pub weight: u32,
    /// How many of a thousand are men.
    pub men_permille: u32,
    /// The words; `{rt}` and `{rw}` stand for a number.
    pub words: &'static [&'static str],
}

/// The occupations of the Paser programme, then some it is not for.
pub const WORKS: &[Work] = &[
    work("petani", 300, 650, &["Petani", "Petani/Pekebun", "Petani padi", "Tani", "Petani sawah"]),
    work("pekebun", 140, 700, &["Pekebun", "Petani sawit", "Petani karet", "Pekebun sawit"]),
    work("buruh_tani", 80, 500, &["Buruh tani", "Buruh perkebunan", "Buruh harian tani"]),
    work("nelayan", 20, 930, &["Nelayan", "nelayan kecil", "Buruh nelayan", "Pencari ikan"]),
    work("pedagang_pasar", 75, 350, &["Pedagang pasar", "PKL", "Penjual", "Jualan"]),
    work("pedagang_makanan", 35, 250, &["Warung", "Bakso", "Gorengan"]),
    work("umkm", 60, 400, &["UMKM", "Wiraswasta", "Usaha mikro", "UKM"]),
    work(
        "rt_rw",
        90,
        900,
        &["Ketua RT {rt}", "Ketua RT", "Ketua RW {rw}", "KETUA RT", "Pengurus RT"],
    ),
    work("guru_ngaji", 80, 450, &["Guru ngaji", "Guru TPA", "Guru TPQ"]),
    work("imam", 45, 1_000, &["Imam masjid", "Imam kampung", "Imam desa"]),
    work("marbot", 40, 1_000, &["Marbot", "Marbut", "Merbot", "Takmir"]),
    work("relawan_damkar", 30, 850, &["Relawan pemadam kebakaran", "Redkar", "Balakar"]),
    work("relawan_bencana", 20, 800, &["Relawan bencana", "Tagana", "Relawan BPBD"]),
    work("ojek", 0, 950, &["Ojek pangkalan", "Tukang ojek"]),
    work("sopir", 0, 990, &["Sopir angkot", "Supir"]),
    work("penjahit", 0, 200, &["Penjahit", "Tukang jahit"]),
    work("montir", 0, 990, &["Montir", "Mekanik"]),
    work("perangkat_desa", 0, 700, &["Perangkat desa", "Sekdes", "Kadus"]),
    work("buruh_bangunan", 0, 990, &["Tukang batu", "Tukang kayu"]),
];

/// The keys of the occupations the Paser programme is for.
pub const PROGRAMME_OCCUPATIONS: [&str; 13] = [
    "imam",
    "marbot",
    "guru_ngaji",
    "rt_rw",
    "relawan_damkar",
    "relawan_bencana",
    "nelayan",
    "petani",
    "pekebun",
    "buruh_tani",
    "pedagang_pasar",
    "pedagang_makanan",
    "umkm",
];

/// Words that stand in no occupation list: somebody must be asked what they mean.
pub const UNKNOWN_WORDS: &[&str] = &[
    "Pawang hujan",
    "Ikut suami",
    "Kerja di luar",
    "Pawang ular",
    "Juru kunci",
    "Lihat lampiran",
    "Belum diisi",
    "Calo",
];

/// Fishermen per thousand in a village by the sea.
const COASTAL_FISHERS: u32 = 330;

const fn work(
    key: &'static str,
    weight: u32,
    men_permille: u32,
    words: &'static [&'static str],
) -> Work {
    Work { key, weight, men_permille, words }
}

/// Draws the place in [`WORKS`] of an occupation that the programme is for.
pub fn draw(dice: &mut Dice, coastal: bool) -> usize {
    let weights: [u32; WORKS.len()] = std::array::from_fn(|index| match WORKS[index].key {
        "nelayan" if coastal => COASTAL_FISHERS,
        _ => WORKS[index].weight,
    });
    dice.weighted(&weights)
}

/// Draws the place in [`WORKS`] of an occupation that the programme is not for.
pub fn draw_outside(dice: &mut Dice) -> usize {
    let inside = WORKS.iter().filter(|work| work.weight > 0).count();
    inside + dice.below((WORKS.len() - inside) as u32) as usize
}

/// Draws the sex of somebody of this occupation.
pub fn draw_sex(dice: &mut Dice, work: usize) -> Sex {
    if dice.chance(WORKS[work].men_permille) { Sex::Male } else { Sex::Female }
}

/// Writes the occupation in one of the words of villages.
pub fn write(dice: &mut Dice, work: usize, rt: u8, rw: u8) -> String {
    let words = *dice.pick(WORKS[work].words);
    words.replace("{rt}", &format!("{rt:02}")).replace("{rw}", &format!("{rw:02}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_programme_is_for_what_has_a_weight() {
        for work in WORKS {
            assert_eq!(work.weight > 0, PROGRAMME_OCCUPATIONS.contains(&work.key), "{}", work.key);
        }
        let mut dice = Dice::new(1, 1);
        for _ in 0..100 {
            assert_eq!(WORKS[draw_outside(&mut dice)].weight, 0);
            assert!(WORKS[draw(&mut dice, true)].weight > 0);
        }
    }
}
