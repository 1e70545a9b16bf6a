//! `cargo xtask linkage-data`: invented registers and lists in which everybody's truth is known.
//!
//! The files measure record linkage: `registry.csv` and `intake.csv`, or `file.csv`, with
//! `truth.csv`, which also tells what was done to each row. A seed always gives the same files.

mod dice;
mod dirt;
mod names;
mod nation;
mod people;
mod places;
mod rows;
mod spill;

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use dice::{Dice, mixed};
use names::Names;
use people::{Person, World};
use places::Places;
use rows::{Row, Sheet, Subject, Typist};
use spill::Spill;

pub use nation::Regency;
pub use people::Household;

/// The dirt of ordinary village lists, or that of other regions and typists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dirt {
    Normal,
    Other,
    /// As ordinary lists, of people who are hard to tell apart: three villages, twenty birth dates,
    /// two first names.
    Crowded,
}

impl Dirt {
    /// Whether rows are typed as in ordinary lists.
    fn is_normal(self) -> bool {
        self != Dirt::Other
    }
}

/// What to make.
pub struct Order {
    /// Rows of the register and of the list to be linked with it; without a list, one file in
    /// which people stand more than once.
    pub registry: u64,
    pub intake: Option<u64>,
    pub seed: u64,
    /// Regencies such as `6401`; lists come from the first.
    pub regions: String,
    pub dirt: Dirt,
    pub out: PathBuf,
}

impl Order {
    /// Reads `--mode link --registry 1000000 --intake 32268 --seed 11 …`.
    pub fn parse(words: &[&str]) -> Result<Order> {
        let mut given = HashMap::new();
        for pair in words.chunks(2) {
            let [name, value] = pair else { bail!("{} needs a value", pair[0]) };
            given.insert(*name, *value);
        }
        let mut take = |name: &str, default: &str| given.remove(name).unwrap_or(default).to_owned();
        let (mode, dirt) = (take("--mode", "link"), take("--dirt", "normal"));
        let order = Order {
            registry: take("--registry", "100000").parse()?,
            intake: match mode.as_str() {
                "link" => Some(take("--intake", "10000").parse()?),
                "dedupe" => None,
                _ => bail!("the mode is link or dedupe"),
            },
            seed: take("--seed", "1").parse()?,
            regions: take("--region", "6401,6402,6409,6471,6472"),
            dirt: match dirt.as_str() {
                "normal" => Dirt::Normal,
                "other" => Dirt::Other,
                "crowded" => Dirt::Crowded,
                _ => bail!("the dirt is normal, other or crowded"),
            },
            out: take("--out", "target/linkage").into(),
        };
        match given.keys().next() {
            Some(name) => bail!("{name} is not known here"),
            None => Ok(order),
        }
    }
}

const HEAD: &str = "nik,no_kk,nama,tempat_lahir,tanggal_lahir,jenis_kelamin,alamat,rt,rw,desa,\
                    kecamatan,pekerjaan,no_hp,nama_ibu";
const TRUTH_HEAD: &str =
    "id,src,person_id,household_id,twin_id,nik_true,nama_true,lahir_true,kinds";

/// Makes the files.
pub fn run(root: &Path, order: &Order) -> Result<()> {
    let regions: Vec<&str> = order.regions.split(',').collect();
    let province = regions[0].get(..2).context("a regency as 6401")?.parse()?;
    let names = Names::load(root, order.seed, province, order.dirt)?;
    let places = Places::load(root, &regions)?;
    std::fs::create_dir_all(&order.out)?;
    let world = World::new(&names, &places, order.seed, order.dirt);
    let typist = Typist { places: &places, dirt: order.dirt };
    let expect = order.intake.unwrap_or(order.registry);
    let mut maker = Maker {
        order,
        world,
        typist,
        dice: Dice::new(order.seed, 0),
        sheets: HashMap::new(),
        registry: Spill::new(&order.out, "registry", order.registry)?,
        intake: Spill::new(&order.out, "intake", expect)?,
        left: (order.registry, order.intake.unwrap_or(0)),
        moving: (0, Vec::new()),
    };
    match order.intake {
        Some(_) => maker.link()?,
        None => maker.dedupe()?,
    }
    maker.write()
}

struct Maker<'a> {
    order: &'a Order,
    world: World<'a>,
    typist: Typist<'a>,
    dice: Dice,
    sheets: HashMap<u64, Sheet>,
    registry: Spill,
    intake: Spill,
    /// Rows still to be made, of the register and of the list.
    left: (u64, u64),
    /// How many of ten thousand people move away, and who did.
    moving: (u32, Vec<Household>),
}

/// Of a hundred people about so many are in a register.
const REGISTERED: f64 = 0.475;
/// Offices that also send lists.
const OFFICES: [&str; 10] = [
    "Dinas Kesehatan",
    "Dinas Sosial",
    "Dinas PMD",
    "Dinas Pertanian",
    "Dinas Perikanan",
    "Dinas Perhubungan",
    "Disperindagkop UMKM",
    "Kemenag / Bag. Kesra",
    "BPBD",
    "Damkar",
];

impl Maker<'_> {
    fn link(&mut self) -> Result<()> {
        let (home, all) = (self.typist.places.home, self.typist.places.districts.len());
        let at_home = if home < all { 0.4 } else { 1.0 };
        while self.left.0 > 0 || self.left.1 > 0 {
            let neighbours = self.world.neighbourhood(&mut self.dice);
            let people = self.left.0 as f64 / REGISTERED * at_home;
            // People of chosen households send rows three times out of five.
            let wanted = self.left.1 as f64 / people.max(1.0) / 0.64;
            let wanted = (wanted * 10_000.0).clamp(0.0, 10_000.0) as u32;
            let above = neighbours[0].people[0].nik;
            for household in &neighbours {
                let is_hard =
                    household.people.iter().any(|one| one.twin.is_some() || one.has_namesake);
                let chosen = household.district < home
                    && self.dice.chance(if is_hard { wanted * 3 } else { wanted });
                for at in 0..household.people.len() {
                    let who = Subject { household, at, above };
                    if self.dice.chance((REGISTERED * 10_000.0) as u32) {
                        self.register(&who)?;
                    }
                    if chosen && self.dice.chance(6_000) {
                        self.list(&who)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn register(&mut self, who: &Subject) -> Result<()> {
        let again = self.dice.chance(212);
        for again in [false, true].into_iter().take(1 + usize::from(again)) {
            if self.left.0 == 0 {
                return Ok(());
            }
            self.left.0 -= 1;
            let row = self.typist.register_row(&mut self.dice, &self.world, who, again);
            let key = (self.dice.bits(), 0);
            keep(&mut self.registry, key, who, &row, 'R')?;
        }
        Ok(())
    }

    fn list(&mut self, who: &Subject) -> Result<()> {
        let mut before = None;
        for _ in 0..1 + usize::from(self.dice.chance(600)) {
            if self.left.1 == 0 {
                return Ok(());
            }
            self.left.1 -= 1;
            let group = self.group(who.household, before);
            let mut row = self.list_row(who, group);
            if let Some(earlier) = before {
                row.kinds.push(if earlier == group { "dup_in_file" } else { "dup_opd" });
            }
            let key = (group, self.dice.bits());
            keep(&mut self.intake, key, who, &row, 'I')?;
            before = Some(group);
        }
        Ok(())
    }

    /// The list in which somebody stands: two in three their village's, else an office's; a second
    /// time one in three the same.
    fn group(&mut self, household: &Household, before: Option<u64>) -> u64 {
        if let Some(before) = before.filter(|_| self.dice.chance(3_300)) {
            return before;
        }
        loop {
            let in_village = self.dice.chance(6_600);
            let office = if in_village { 0 } else { 1 + self.dice.below(OFFICES.len()) };
            let village = if in_village { household.village + 1 } else { 0 };
            let group = (household.district * 100 + office) * 10_000 + village;
            if before != Some(group as u64) {
                return group as u64;
            }
        }
    }

    fn sheet(&mut self, group: u64, household: &Household) -> Sheet {
        let office = (group / 10_000 % 100) as usize;
        let name = match office {
            0 => {
                let district = &self.typist.places.districts[household.district];
                format!("Desa {}", district.villages[household.village])
            }
            office => OFFICES[office - 1].to_owned(),
        };
        let (seed, dirt) = (self.order.seed, self.order.dirt);
        let sheet = self
            .sheets
            .entry(group)
            .or_insert_with(|| Sheet::draw(&mut Dice::new(seed, 1_000 + mixed(group)), name, dirt));
        sheet.clone()
    }

    fn list_row(&mut self, who: &Subject, group: u64) -> Row {
        let sheet = self.sheet(group, who.household);
        self.typist.list_row(&mut self.dice, &self.world, who, &sheet)
    }

    /// One file: of a hundred people 82 stand in it once, the others twice to four times.
    fn dedupe(&mut self) -> Result<()> {
        while self.left.0 > 0 {
            let neighbours = self.world.neighbourhood(&mut self.dice);
            let above = neighbours[0].people[0].nik;
            for household in &neighbours {
                for at in 0..household.people.len() {
                    if self.dice.chance(7_300) {
                        self.file(&Subject { household, at, above })?;
                        self.move_away(household, at);
                    }
                }
            }
        }
        Ok(())
    }

    fn move_away(&mut self, household: &Household, at: usize) {
        if self.moving.0 > 0 && self.dice.chance(self.moving.0) {
            let people = vec![household.people[at].clone()];
            self.moving.1.push(Household { people, is_couple: false, ..household.clone() });
        }
    }

    fn file(&mut self, who: &Subject) -> Result<()> {
        let mut first = None;
        for at in 0..1 + self.dice.weighted(&[820, 130, 30, 20]) {
            if self.left.0 == 0 {
                return Ok(());
            }
            self.left.0 -= 1;
            let group = self.group(who.household, first);
            let mut row = if self.dice.chance(4_510) {
                let again = at > 0 && self.dice.chance(3_000);
                let mut row = self.typist.register_row(&mut self.dice, &self.world, who, again);
                row.kinds.push("src_registry");
                row.kinds.retain(|kind| *kind != "dup_registry");
                row.source = self.sheet(group, who.household).name;
                row
            } else {
                self.list_row(who, group)
            };
            if let Some(first) = first {
                row.kinds.push(if group == first { "dup_in_file" } else { "dup_opd" });
            }
            first.get_or_insert(group);
            let key = (group, self.dice.bits());
            keep(&mut self.intake, key, who, &row, 'I')?;
        }
        Ok(())
    }

    fn write(self) -> Result<()> {
        let file = |name: &str| -> Result<BufWriter<File>> {
            let file = File::create(self.order.out.join(name))?;
            Ok(BufWriter::with_capacity(1 << 18, file))
        };
        let mut truth = file("truth.csv")?;
        writeln!(truth, "{TRUTH_HEAD}")?;
        let mut copy = |spill: Spill, mut to: BufWriter<File>, letter: char| -> Result<()> {
            let mut at = 0_u64;
            spill.drain(|row, true_row| {
                writeln!(to, "{letter}{at:08},{row}")?;
                writeln!(truth, "{letter}{at:08},{true_row}")?;
                at += 1;
                Ok(())
            })?;
            Ok(to.flush()?)
        };
        let list = if self.order.intake.is_some() { "intake.csv" } else { "file.csv" };
        if self.order.intake.is_some() {
            let mut to = file("registry.csv")?;
            writeln!(to, "id,{HEAD},segmen,status")?;
            copy(self.registry, to, 'R')?;
        } else {
            self.registry.drain(|_, _| Ok(()))?;
        }
        let mut to = file(list)?;
        writeln!(to, "id,sumber,{HEAD}")?;
        copy(self.intake, to, 'I')?;
        Ok(truth.flush()?)
    }
}

fn keep(spill: &mut Spill, key: (u64, u64), who: &Subject, row: &Row, from: char) -> Result<()> {
    let source = (from == 'I').then_some(row.source.as_str());
    let standing = (from == 'R').then_some([row.segment, row.status]);
    let cells = [
        &row.nik,
        &row.card,
        &row.name,
        &row.birth_place,
        &row.birth,
        &row.sex,
        &row.address,
        &row.rt,
        &row.rw,
        &row.village,
        &row.district,
        &row.work,
        &row.phone,
        &row.mother,
    ];
    let cells = cells.into_iter().map(String::as_str);
    let mut line = String::with_capacity(240);
    for text in source.into_iter().chain(cells).chain(standing.into_iter().flatten()) {
        match text.contains([',', '"']) {
            true => line.push_str(&format!("\"{}\",", text.replace('"', "\"\""))),
            false => line.extend([text, ","]),
        }
    }
    line.pop();
    spill.keep(key, &line, &truth(who, row, from))
}

fn truth(who: &Subject, row: &Row, from: char) -> String {
    let household = who.household;
    let person: &Person = &household.people[who.at];
    let twin = person.twin.map(|twin| format!("T{:x}", twin >> 24)).unwrap_or_default();
    let day = person.birth;
    format!(
        "{from},P{:012x},H{:011x},{twin},{:016},{},{:04}-{:02}-{:02},{}",
        person.id >> 16,
        household.id >> 20,
        person.nik,
        person.name,
        day.year,
        day.month,
        day.day,
        row.kinds.join("|"),
    )
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use super::*;

    fn made(mode: &str, dirt: &str, at: &str) -> HashMap<String, String> {
        let name = format!("payung-linkage-{}-{mode}-{dirt}-{at}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        let out = folder.to_string_lossy().into_owned();
        let words = ["--mode", mode, "--dirt", dirt, "--registry", "6000", "--region", "6401,6402"];
        let words = [&words[..], &["--intake", "900", "--seed", "5", "--out", &out]].concat();
        let words = if mode == "link" { words } else { [&words[..8], &words[10..]].concat() };
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("inside the tree");
        run(root, &Order::parse(&words).expect("words it knows")).expect("the folder is ours");
        let files = std::fs::read_dir(&folder).expect("just made");
        let files = files.map(|file| file.expect("readable").path());
        let text = |path: PathBuf| {
            let name = path.file_name().expect("a file").to_string_lossy().into_owned();
            (name, std::fs::read_to_string(&path).expect("UTF-8"))
        };
        let files = files.map(text).collect();
        std::fs::remove_dir_all(&folder).expect("ours");
        files
    }

    #[test]
    fn a_seed_gives_the_same_files_of_the_size_asked_for() {
        for (mode, dirt) in [("link", "normal"), ("dedupe", "other")] {
            let files = made(mode, dirt, "a");
            assert!(files == made(mode, dirt, "b"));
            let rows = |name: &str| files[name].lines().count() - 1;
            match mode {
                "link" => assert_eq!((rows("registry.csv"), rows("intake.csv")), (6_000, 900)),
                _ => assert_eq!(rows("file.csv"), 6_000),
            }
            assert_eq!(rows("truth.csv"), if mode == "link" { 6_900 } else { 6_000 });
        }
    }

    #[test]
    fn people_have_a_nik_each_and_look_alike() {
        let files = made("link", "normal", "c");
        let mut niks = HashMap::new();
        let (mut twins, mut namesakes, mut both) = (HashSet::new(), HashMap::new(), 0);
        let mut listed = HashSet::new();
        for line in files["truth.csv"].lines().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            let [_, source, person, household, twin, nik, name, _, _] = cells[..] else {
                panic!("nine columns");
            };
            assert_eq!(*niks.entry(nik).or_insert(person), person, "one NIK, one person");
            twins.extend((!twin.is_empty()).then_some(person));
            namesakes.entry((household, name)).or_insert_with(HashSet::new).insert(person);
            if source == "R" {
                listed.insert(person);
            } else {
                both += usize::from(listed.contains(person));
            }
        }
        let namesakes = namesakes.values().filter(|people| people.len() > 1).count();
        assert!((60..200).contains(&twins.len()), "{} twins", twins.len());
        assert!((8..80).contains(&namesakes), "{namesakes} namesakes");
        assert!((330..560).contains(&both), "{both} of 900 are registered");
    }

    #[test]
    fn words_it_does_not_know_are_refused() {
        for words in [&["--mode", "both"][..], &["--seed"], &["--colour", "red"]] {
            assert!(Order::parse(words).is_err(), "{words:?}");
        }
    }
}
