//! Lists of a nation: one for each regency, and people who stand on the lists of two.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::dice::Dice;
use super::names::Names;
use super::people::{Household, World};
use super::places::Places;
use super::rows::{Subject, Typist};
use super::spill::Spill;
use super::{Dirt, HEAD, Maker, Order};

/// Of ten thousand people so many have moved to another regency and stand on its list too.
const MOVED: u32 = 120;
/// From where, and by how much, regencies count the serials of people who were born elsewhere, so
/// that a number is one person's in the whole nation.
const AWAY: (u16, u16) = (1_000, 15);

/// One regency's list.
pub struct Regency {
    /// Such as `6401`.
    pub code: String,
    /// Its place among the regencies.
    pub at: u16,
    pub rows: u64,
    pub seed: u64,
}

impl Regency {
    /// Makes the list, with those who moved here, and hands out those who will move away.
    ///
    /// # Shape
    /// The id of a row is its place in the list, a colon, and the number of its person.
    pub fn list(
        &self,
        root: &Path,
        folder: &Path,
        moved_here: Vec<Household>,
    ) -> Result<(PathBuf, Vec<Household>)> {
        let province = self.code.get(..2).context("a regency as 6401")?.parse()?;
        let order = Order {
            registry: self.rows,
            intake: None,
            seed: self.seed,
            regions: self.code.clone(),
            dirt: Dirt::Normal,
            out: folder.to_owned(),
        };
        let names = Names::load(root, order.seed, province, order.dirt)?;
        let places = Places::load(root, &[&self.code])?;
        let world = World::new(&names, &places, order.seed, order.dirt);
        let mut maker = Maker {
            order: &order,
            world: world.apart(AWAY.0 + self.at * AWAY.1),
            typist: Typist { places: &places, dirt: order.dirt },
            dice: Dice::new(order.seed, 0),
            sheets: Default::default(),
            registry: Spill::new(folder, "registry", 1)?,
            intake: Spill::new(folder, "intake", self.rows)?,
            left: (self.rows, 0),
            moving: (MOVED, Vec::new()),
        };
        for mut household in moved_here {
            household.district = maker.dice.below(places.districts.len());
            let villages = places.districts[household.district].villages.len();
            household.village = maker.dice.below(villages);
            household.address =
                maker.world.address(&mut maker.dice, household.district, household.village);
            let above = household.people[0].nik;
            maker.file(&Subject { household: &household, at: 0, above })?;
        }
        maker.dedupe()?;
        let path = folder.join(format!("{}.csv", self.code));
        let mut to = BufWriter::with_capacity(1 << 18, File::create(&path)?);
        writeln!(to, "id,sumber,{HEAD}")?;
        let mut at = 0_u64;
        maker.intake.drain(|row, truth| {
            let person = truth.split(',').nth(1).unwrap_or_default();
            at += 1;
            Ok(writeln!(to, "{at}:{person},{row}")?)
        })?;
        maker.registry.drain(|_, _| Ok(()))?;
        to.flush()?;
        Ok((path, maker.moving.1))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn who_moved_stands_on_both_lists_and_a_number_is_one_persons() {
        let folder = std::env::temp_dir().join(format!("payung-nation-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("inside the tree");
        let mut people: HashMap<String, Vec<u16>> = HashMap::new();
        let mut moving = Vec::new();
        for (at, code) in ["6401", "3515"].into_iter().enumerate() {
            let (at, rows) = (at as u16, 4_000);
            let regency = Regency { code: code.into(), at, rows, seed: 7 + u64::from(at) };
            let (path, away) = regency.list(root, &folder, moving).expect("a list");
            let list = std::fs::read_to_string(path).expect("text");
            assert_eq!(list.lines().count(), 4_001);
            for line in list.lines().skip(1) {
                let (id, _) = line.split_once(',').expect("a row");
                let (_, person) = id.split_once(':').expect("a person");
                people.entry(person.to_owned()).or_default().push(at);
            }
            moving = away;
        }
        std::fs::remove_dir_all(&folder).expect("ours");
        let both = people.values().filter(|lists| lists.contains(&0) && lists.contains(&1));
        // Of some 3,300 people twelve in a thousand.
        let both = both.count();
        assert!((15..70).contains(&both), "{both}");
    }
}
