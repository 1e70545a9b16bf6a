//! Names of invented people: word lists by people and sex, the frequent words first.

use std::path::Path;

use anyhow::{Context, Result};

use super::Dirt;
use super::dice::Dice;

/// Words with the chance of each.
#[derive(Default)]
struct Words {
    words: Vec<String>,
    sums: Vec<usize>,
}

/// The words of one people, by sex.
struct Flavour {
    name: String,
    first: [Words; 2],
    later: [Words; 2],
}

/// All words, and how often each people is met in the province.
pub struct Names {
    flavours: Vec<Flavour>,
    weights: Vec<u32>,
    counts: [u32; 3],
}

/// Lists in order of the alphabet, whose frequent words the seed chooses.
const UNRANKED: &str = "crates/app/data/names.csv";
/// Lists that begin with the frequent words.
const RANKED: &str = "xtask/bench/linkage/names.csv";

impl Names {
    /// Reads both lists.
    pub fn load(root: &Path, seed: u64, province: u32, dirt: Dirt) -> Result<Names> {
        let mut flavours: Vec<Flavour> = Vec::new();
        let mut dice = Dice::new(seed, 1);
        for (path, is_ranked) in [(UNRANKED, false), (RANKED, true)] {
            let text = std::fs::read_to_string(root.join(path)).context(path)?;
            for line in text.lines().skip(1) {
                let mut parts = line.splitn(4, ',');
                let mut next = || parts.next().context("a line of names has four columns");
                let (name, sex, place, words) = (next()?, next()?, next()?, next()?);
                if flavours.last().is_none_or(|last| last.name != name) {
                    let (name, none) = (name.to_owned(), Default::default);
                    flavours.push(Flavour { name, first: none(), later: none() });
                }
                let flavour = flavours.last_mut().expect("pushed above");
                let by_sex = if place == "first" { &mut flavour.first } else { &mut flavour.later };
                by_sex[usize::from(sex == "P")] = ranked(&mut dice, words, is_ranked);
            }
        }
        let weights = flavours.iter().map(|flavour| weight(&flavour.name, province, dirt));
        let weights = weights.collect();
        let counts = if dirt.is_normal() { [43, 52, 5] } else { [52, 35, 13] };
        Ok(Names { flavours, weights, counts })
    }

    /// A people by its weight in the province.
    pub fn draw_flavour(&self, dice: &mut Dice) -> usize {
        dice.weighted(&self.weights)
    }

    /// A full name.
    pub fn full(&self, dice: &mut Dice, flavour: usize, woman: bool) -> String {
        let mut name = self.first(dice, flavour, woman);
        let mut counts = self.counts;
        if self.flavours[flavour].is_muslim() && dice.chance(if woman { 700 } else { 900 }) {
            name = format!("{} {name}", dice.pick(FORENAMES[usize::from(woman)]));
            counts = [75, 24, 1];
        }
        let fewest = if matches!(name.as_str(), "I" | "Ni") { 2 } else { 0 };
        for _ in 0..fewest.max(dice.weighted(&counts)) {
            let word = self.later(dice, flavour, woman);
            if !name.split(' ').any(|other| other == word) {
                name = format!("{name} {word}");
            }
        }
        name
    }

    /// A first word; one in sixteen is made of syllables and rare.
    pub fn first(&self, dice: &mut Dice, flavour: usize, woman: bool) -> String {
        if dice.chance(600) {
            return rare(dice, woman);
        }
        let flavour = &self.flavours[flavour];
        draw(dice, &flavour.first[usize::from(woman)]).to_owned()
    }

    /// A later word, of the same people or of everybody.
    pub fn later(&self, dice: &mut Dice, flavour: usize, woman: bool) -> String {
        let everybody = self.flavours.iter().position(|flavour| flavour.name == "umat");
        let flavour = if dice.chance(3_500) { everybody.unwrap_or(flavour) } else { flavour };
        draw(dice, &self.flavours[flavour].later[usize::from(woman)]).to_owned()
    }
}

/// Words that stand before many a Muslim name.
const FORENAMES: [&[&str]; 2] = [
    &[
        "Muhammad", "Muhammad", "Muhammad", "Muhammad", "Muhamad", "Mohammad", "Moh", "M", "Muh",
        "Abdul", "Abdul", "Ahmad", "Ahmad", "Achmad",
    ],
    &["Siti", "Siti", "Siti", "Siti", "Sitti", "Nur", "St"],
];

impl Flavour {
    fn is_muslim(&self) -> bool {
        let others = ["bali", "batak", "toraja", "dayak", "tionghoa", "ambon", "papua", "flores"];
        !others.contains(&self.name.as_str())
    }
}

/// The weight of rank r is that of 1 / (r + 5).
fn ranked(dice: &mut Dice, text: &str, is_ranked: bool) -> Words {
    let mut words: Vec<String> = text.split(' ').map(str::to_owned).collect();
    if !is_ranked {
        for last in (1..words.len()).rev() {
            words.swap(last, dice.below(last + 1));
        }
    }
    let mut sum = 0;
    let sums = (0..words.len()).map(|rank| {
        sum += 100_000 / (rank + 5);
        sum
    });
    Words { sums: sums.collect(), words }
}

fn draw<'a>(dice: &mut Dice, words: &'a Words) -> &'a str {
    let drawn = dice.below(*words.sums.last().expect("no list is empty"));
    &words.words[words.sums.partition_point(|sum| *sum <= drawn)]
}

const OPENINGS: &[&str] = &[
    "A", "Ba", "Ca", "Da", "De", "Di", "E", "Fa", "Fe", "Ga", "Gi", "Ha", "I", "Ja", "Jo", "Ka",
    "Ke", "Ki", "La", "Li", "Lu", "Ma", "Me", "Mi", "Na", "Ni", "No", "O", "Pa", "Ra", "Re", "Ri",
    "Ro", "Sa", "Se", "Si", "Su", "Ta", "Te", "Ti", "U", "Va", "Wa", "Wi", "Ya", "Yo", "Za",
];
const MIDDLES: &[&str] = &[
    "", "", "n", "r", "l", "m", "s", "ndr", "ns", "rg", "lv", "di", "ni", "ra", "ri", "sy", "lis",
    "rma", "ngg", "k", "z", "v", "fa", "hi", "th",
];
const ENDS: [&[&str]; 2] = [
    &["an", "in", "on", "di", "ri", "ki", "fi", "ra", "no", "to", "yan", "vin", "zan", "sky"],
    &["a", "ya", "na", "ni", "ti", "ta", "ra", "sa", "wi", "vita", "fita", "sya", "lia", "nda"],
];

fn rare(dice: &mut Dice, woman: bool) -> String {
    let (opening, middle) = (*dice.pick(OPENINGS), *dice.pick(MIDDLES));
    format!("{opening}{middle}{}", dice.pick(ENDS[usize::from(woman)]))
}

/// How often a people is met in a province, in a thousand; under other dirt everybody everywhere.
fn weight(flavour: &str, province: u32, dirt: Dirt) -> u32 {
    const RARE: u32 = 6;
    if dirt == Dirt::Other {
        return match flavour {
            "umat" | "jawa" | "sunda" => 120,
            "umum" => 30,
            _ => 60,
        };
    }
    match (flavour, province) {
        ("umat", _) => 400,
        ("umum", _) => 50,
        ("banjar", 61..=65) => 190,
        ("paser", 64) => 40,
        ("dayak" | "melayu", 61..=65) => 20,
        ("bugis", 61..=65) => 120,
        ("jawa", 61..=65) => 140,
        ("madura", 61..=65) => 30,
        ("tolaki", 74) => 260,
        ("bugis", 71..=76) => 170,
        ("toraja", 71..=76) => 40,
        ("bali", 71..=76) => 40,
        ("jawa", 71..=76) => 60,
        ("jawa", 33..=35) => 350,
        ("madura", 35) => 120,
        ("sunda", 32 | 36) => 350,
        ("minang", 13) => 400,
        ("aceh", 11) => 450,
        ("batak", 12) => 300,
        ("melayu", 14..=21) => 200,
        ("bali", 51) => 700,
        ("sasak", 52) => 500,
        ("flores", 53) => 600,
        ("ambon", 81..=82) => 350,
        ("papua", 91..=96) => 400,
        ("jawa", _) => 120,
        _ => RARE,
    }
}
