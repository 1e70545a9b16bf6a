//! What no regency sees alone: numbers that two of them hold, and people who stand in two under
//! different numbers. The earlier regency keeps the person; the later one does not pay until
//! somebody has decided.

use std::io;
use std::path::{Path, PathBuf};

use base::RegionCode;
use bulk::spill::Parts;
use bulk::wide::{Found, Ranges, Wide};
use linkage::clusters::{Apart, clusters};
use linkage::decide::Thresholds;
use linkage::engine::Edge;
use linkage::model::Model;

use crate::kept;
use crate::measured::Measured;
use crate::regency::List;

/// Parts in which numbers lie on the disk: of a hundred and fifty million, two million a part.
const PARTS: usize = 64; // not law: memory

const LEAVE: &str = "people to disk";
const NUMBERS: &str = "numbers of the nation";
const LIKENESS: &str = "link over the nation";

/// Everybody, in the order of the regencies' codes; on disk.
pub struct Nation {
    folder: PathBuf,
    regencies: Regencies,
    /// What is compared.
    wide: Wide,
    /// Number and member.
    numbers: Parts<2>,
    /// Who it is in truth and member, for the measure alone.
    truths: Parts<2>,
}

/// The regencies and who of their people is held by an earlier one.
pub struct Known {
    pub folder: PathBuf,
    pub regencies: Regencies,
    held: Marks,
}

/// Each regency with its first person, and how many people there are.
#[derive(Default)]
pub struct Regencies {
    pub firsts: Vec<(RegionCode, usize)>,
    pub people: usize,
}

impl Regencies {
    /// The place of the regency whose person stands here.
    fn of(&self, at: usize) -> usize {
        self.firsts.partition_point(|(_, first)| *first <= at) - 1
    }
}

/// A mark for each member, a bit each.
struct Marks(Vec<u64>);

impl Marks {
    fn none(count: usize) -> Marks {
        Marks(vec![0; count.div_ceil(64)]) // not law: bits
    }

    fn has(&self, at: usize) -> bool {
        self.0[at / 64] >> (at % 64) & 1 == 1 // not law: bits
    }

    /// Marks a member and says whether it was not.
    fn set(&mut self, at: usize) -> bool {
        let is_new = !self.has(at);
        self.0[at / 64] |= 1 << (at % 64); // not law: bits
        is_new
    }
}

/// How many people were held back, and how right that was.
#[derive(Default)]
pub struct Held {
    /// People of all regencies before anybody was held back.
    pub people: usize,
    /// Held back because an earlier regency has the number.
    pub same_number: usize,
    /// Held back by likeness alone.
    pub likely_same: usize,
    /// Records of people whom an earlier regency has, in truth.
    pub moved: usize,
    /// Of them, those held back.
    pub moved_found: usize,
    /// Held back though no earlier regency has them.
    pub wrongly_held: usize,
    /// Pairs of two regencies that were compared.
    pub pairs: u64,
}

impl Nation {
    /// Nobody yet; the folder is empty.
    pub fn begin(folder: &Path) -> io::Result<Nation> {
        let wide = folder.join("wide");
        std::fs::create_dir(&wide)?;
        Ok(Nation {
            wide: Wide::create(&wide, Ranges::default())?,
            numbers: Parts::create(folder, "numbers", PARTS)?,
            truths: Parts::create(folder, "truths", PARTS)?,
            regencies: Regencies::default(),
            folder: folder.to_owned(),
        })
    }

    /// How many people there are.
    pub fn count(&self) -> usize {
        self.regencies.people
    }

    /// Leaves a regency's people on the disk.
    pub fn keep(
        &mut self,
        code: RegionCode,
        list: List,
        measured: &mut Measured,
    ) -> io::Result<()> {
        let (first, people) = (self.count(), &list.people);
        let bytes = measured.stage(LEAVE, people.len(), || {
            for (person, member) in people.iter().zip(first as u64..) {
                let number = person.nik.as_u64();
                self.numbers.put(self.numbers.part_of(spread(number)), [number, member])?;
                let truth = person.truth;
                self.truths.put(self.truths.part_of(spread(truth)), [truth, member])?;
            }
            kept::leave(&self.folder, code, people)
        })?;
        let written = bytes + 2 * size_of::<[u64; 2]>() as u64 * people.len() as u64;
        measured.wrote(LEAVE, written);
        self.regencies.firsts.push((code, first));
        self.regencies.people += people.len();
        measured.stage(LIKENESS, 0, || self.wide.add(&list.records))
    }

    /// Marks whoever an earlier regency holds.
    pub fn one_each(self, measured: &mut Measured) -> io::Result<(Known, Held)> {
        let count = self.count();
        let Nation { folder, regencies, wide, numbers, truths } = self;
        let mut known = Known { folder, regencies, held: Marks::none(count) };
        let mut held = Held { people: count, ..Held::default() };
        held.same_number = measured.stage(NUMBERS, count, || known.by_number(numbers))?;
        let (likely_same, found) = measured.stage(LIKENESS, count, || known.by_likeness(wide))?;
        measured.wrote(LIKENESS, found.disk);
        (held.likely_same, held.pairs) = (likely_same, found.pairs);
        known.judge(truths, &mut held)?;
        Ok((known, held))
    }
}

/// Spreads the bits of a number over all of them.
fn spread(number: u64) -> u64 {
    number.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

impl Known {
    /// Whether another regency's record is this person's, as far as the nation could tell.
    pub fn is_held_elsewhere(&self, at: usize) -> bool {
        self.held.has(at)
    }

    fn by_number(&mut self, mut numbers: Parts<2>) -> io::Result<usize> {
        let mut found = 0;
        for part in 0..numbers.len() {
            let mut rows = numbers.take(part)?;
            rows.sort_unstable();
            for same in rows.chunk_by(|one, next| one[0] == next[0]) {
                for [_, later] in &same[1..] {
                    found += usize::from(self.held.set(*later as usize));
                }
            }
        }
        Ok(found)
    }

    fn by_likeness(&mut self, wide: Wide) -> io::Result<(usize, Found)> {
        // Two of one regency were told apart there, with all that it knows.
        let mut found = wide.across(Model::shipped())?;
        let same = Thresholds::default().same;
        found.edges.retain(|edge| edge.score >= same);
        // Of the nation few are likely to stand twice: only they are grouped.
        let mut members: Vec<u32> =
            found.edges.iter().flat_map(|edge| [edge.left, edge.right]).collect();
        members.sort_unstable();
        members.dedup();
        let place = |member: u32| members.partition_point(|other| *other < member) as u32;
        let edges: Vec<Edge> = found
            .edges
            .iter()
            .map(|edge| Edge { left: place(edge.left), right: place(edge.right), ..*edge })
            .collect();
        let groups = clusters(members.len(), &edges, same, &Apart::default());
        let later = groups.into_iter().zip(0..).filter(|(group, at)| group != at);
        let marked = later.filter(|(_, at)| self.held.set(members[*at as usize] as usize));
        Ok((marked.count(), found))
    }

    /// How right it was.
    fn judge(&self, mut truths: Parts<2>, held: &mut Held) -> io::Result<()> {
        for part in 0..truths.len() {
            let mut rows = truths.take(part)?;
            rows.sort_unstable();
            for same in rows.chunk_by(|one, next| one[0] == next[0]) {
                let earlier = self.regencies.of(same[0][1] as usize);
                for [_, member] in same {
                    let at = *member as usize;
                    let found = usize::from(self.is_held_elsewhere(at));
                    match earlier < self.regencies.of(at) {
                        true => {
                            held.moved += 1;
                            held.moved_found += found;
                        }
                        false => held.wrongly_held += found,
                    }
                }
            }
        }
        Ok(())
    }
}
