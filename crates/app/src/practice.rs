//! The practice Paser: invented people on 144 village lists with the dirt of real ones, the lists
//! that other offices exchange, and what Payung must make of them.
//!
//! A seed gives the same bytes for ever; nothing here reads a disk or a clock. Nobody is real:
//! names are joined by chance, numbers are such as no office has ever issued, and every file says
//! "DATA LATIHAN – ORANG REKAAN".

pub mod bulk;
mod bytes;
mod cells;
mod dice;
mod fate;
mod layout;
mod names;
mod people;
mod plan;
mod references;
mod style;
mod work;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use base::{Day, Gazetteer, RegionCode, Rupiah};
use domain::enrolment::Outcome;
use domain::reference::ReferenceKind;

pub use fate::{Fate, Flaw};
pub use work::PROGRAMME_OCCUPATIONS;

use dice::Dice;
use layout::Place;
use plan::VillagePlan;

/// The seed of the demonstration, printed when it starts.
pub const DEMO_SEED: u64 = 6401;

/// The budget line of Paser's revised budget of 2022.
pub const FUND_CEILING: Rupiah = Rupiah(1_650_000_000);

/// How much of Paser is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// All villages: 36,000 rows, 32,268 people to approve.
    WholePaser,
    /// The first so many villages in the order of their codes, with their share of the rows.
    Villages(u16),
}

/// What to make.
#[derive(Debug, Clone, Copy)]
pub struct PracticeOptions {
    /// The same seed gives the same bytes.
    pub seed: u64,
    /// How much.
    pub scale: Scale,
}

/// The practice regency.
pub struct Practice {
    /// The villages in the order of their codes, which is the order to import them in: whoever is
    /// on two lists is to be accepted from the earlier one.
    pub villages: Vec<VillageFiles>,
    /// The lists of other offices, to be imported before the villages'.
    pub references: Vec<PracticeReference>,
    /// What must come out.
    pub truth: Truth,
}

/// What one village sends.
pub struct VillageFiles {
    /// Which village.
    pub region: RegionCode,
    /// The code of its office, such as `desa-6401012009`.
    pub org_code: String,
    /// The name of its office, such as "Desa Samurangau".
    pub org_name: String,
    /// Its files.
    pub files: Vec<PracticeFile>,
}

/// A file by name.
pub struct PracticeFile {
    /// The name, which begins with the village's code.
    pub name: String,
    /// The content.
    pub bytes: Vec<u8>,
}

/// A list of another office.
pub struct PracticeReference {
    /// What it says about the people on it.
    pub kind: ReferenceKind,
    /// The day on which it was true.
    pub as_of: Day,
    /// The file.
    pub file: PracticeFile,
}

/// What must come out when every list of other offices is imported before the villages' files,
/// those in their order, into a programme for [`PROGRAMME_OCCUPATIONS`].
pub struct Truth {
    /// How many people end up accepted.
    pub approvable: u32,
    /// How many rows claim a person.
    pub rows_people: u32,
    /// The rows by outcome.
    pub by_intended_outcome: BTreeMap<Outcome, u32>,
    /// The same, row by row.
    pub villages: Vec<VillageTruth>,
}

/// The rows of one village's file.
pub struct VillageTruth {
    /// Which village.
    pub region: RegionCode,
    /// The rows that claim a person, in the order of the file.
    pub rows: Vec<RowTruth>,
}

/// What one row was made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowTruth {
    /// The sheet's place in the file, 0 for the first.
    pub sheet: u16,
    /// The row, 1 for the first.
    pub row: u32,
    /// Why the row is on the list.
    pub fate: Fate,
    /// What is amiss with a good row.
    pub flaw: Flaw,
    /// The outcome it must get, the reply of the civil registry being complete.
    pub outcome: Outcome,
}

/// The day on which the programme's people are registered, by which ages count.
pub fn registration_day() -> Day {
    people::day(2022, 10, 1)
}

/// Makes the practice regency; `progress` hears how many of how many villages are done.
pub fn practice(
    options: PracticeOptions,
    gazetteer: &Gazetteer,
    progress: &mut dyn FnMut(usize, usize),
) -> Practice {
    let wanted = match options.scale {
        Scale::WholePaser => None,
        Scale::Villages(count) => Some(usize::from(count)),
    };
    let planned = plan::plan(options.seed, wanted, gazetteer);
    let total = planned.villages.len();
    let mut villages = Vec::with_capacity(total);
    let mut truths = Vec::with_capacity(total);
    for village in &planned.villages {
        let mut dice = Dice::new(options.seed, village.region.digits());
        let (grids, places) = layout::lay_out(&mut dice, village);
        villages.push(village_files(village, bytes::write(village.style.format, grids)));
        let rows = places.into_iter().map(row_truth).collect();
        truths.push(VillageTruth { region: village.region, rows });
        progress(villages.len(), total);
    }
    let references = references::write(options.seed, &planned.references);
    Practice { villages, references, truth: truth(truths) }
}

fn village_files(village: &VillagePlan, bytes: Vec<u8>) -> VillageFiles {
    let (label, office) =
        if cells::is_kelurahan(village.region) { ("kel", "Kelurahan") } else { ("desa", "Desa") };
    let ending = village.style.format.extension();
    let name = match village.style.wording % 4 {
        0 => format!("{} {} pekerja rentan (latihan).{ending}", village.region, village.name),
        1 => format!("{}_DATA PEKERJA {}_LATIHAN.{ending}", village.region, village.name),
        2 => format!("{} usulan bpjs {office} {} - latihan.{ending}", village.region, village.name),
        _ => format!("{}-{}-latihan.{ending}", village.region, village.name.replace(' ', "-")),
    };
    VillageFiles {
        region: village.region,
        org_code: format!("{label}-{}", village.region.digits()),
        org_name: format!("{office} {}", village.name),
        files: vec![PracticeFile { name, bytes }],
    }
}

fn row_truth(place: Place) -> RowTruth {
    let outcome = match (place.fate, place.flaw) {
        (Fate::Good, Flaw::None) => Outcome::Accepted,
        (Fate::Good, _) => Outcome::AcceptedToConfirm,
        (fate, _) => fate.outcome(),
    };
    let Place { sheet, row, fate, flaw } = place;
    RowTruth { sheet, row, fate, flaw, outcome }
}

fn truth(villages: Vec<VillageTruth>) -> Truth {
    let mut by_intended_outcome = BTreeMap::new();
    for row in villages.iter().flat_map(|village| &village.rows) {
        *by_intended_outcome.entry(row.outcome).or_insert(0) += 1;
    }
    let accepted = by_intended_outcome.iter().filter(|(outcome, _)| outcome.is_accepted());
    Truth {
        approvable: accepted.map(|(_, count)| count).sum(),
        rows_people: by_intended_outcome.values().sum(),
        by_intended_outcome,
        villages,
    }
}
