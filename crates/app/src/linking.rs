//! Linkage of lists in files: who stands on both, or twice on one, and why it is thought so.
//!
//! It opens no register and keeps nothing; the pairs go into a file.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use bulk::linkage::Step;
use bulk::people::{People, PeopleError};
use linkage::clusters::{Apart, clusters};
use linkage::compare::Comparison;
use linkage::engine::Edge;
use linkage::model::{Millibits, Model, Weighed, probability, score_of};
use linkage::rarity::Counts;
use linkage::standing::Standing;

use crate::error::AppError;
use crate::tables::marked;

/// What is to be linked.
pub struct Linking<'a> {
    /// The list, or the larger of two.
    pub left: &'a Path,
    /// The other list; without it the first is searched for itself.
    pub right: Option<&'a Path>,
    /// Pairs less likely than this are left out.
    pub threshold: f64,
    /// Whether the lists are of any kind, and weights are learned from them.
    pub generic: bool,
}

/// What was found.
pub struct Linked {
    left: People,
    right: Option<People>,
    /// All that were weighed, in the order of their rows.
    edges: Vec<Edge>,
    least: Millibits,
    generic: bool,
}

/// Why two rows are thought to be one person, or two.
pub struct Explained {
    /// What each field says.
    pub fields: Vec<Weighed>,
    /// How the pair stands among the others of its rows, and what that adds; of two lists.
    pub standing: Option<(Standing, Millibits)>,
    /// All of it, with what is thought before comparing.
    pub score: Millibits,
}

/// How many rows and pairs there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkCounts {
    /// Rows of the left list.
    pub left: usize,
    /// Rows of the right list.
    pub right: usize,
    /// Pairs that are likely enough.
    pub pairs: usize,
}

/// Finds the pairs.
///
/// # Errors
/// `FILE_UNREADABLE`, `LIST_BROKEN`, `LIST_WITHOUT_COLUMNS`.
pub fn link(linking: &Linking<'_>, say: &mut dyn FnMut(Step)) -> Result<Linked, AppError> {
    let read = |path: &Path, say: &mut dyn FnMut(Step)| {
        let read = if linking.generic { People::read_cells } else { People::read };
        read(path, say).map_err(|error| refused(path, &error))
    };
    let mut left = read(linking.left, say)?;
    let mut right = linking.right.map(|path| read(path, say)).transpose()?;
    if let (true, Some(other), Some(path)) = (linking.generic, &right, linking.right)
        && left.table.columns_in_common(&other.table).is_empty()
    {
        return Err(refused(path, &PeopleError::NoColumns));
    }
    let edges = match (&mut right, linking.generic) {
        (right, true) => {
            let right = right.as_ref().map(|right| &right.table);
            linkage::generic::link(&left.table, right).0
        }
        (Some(right), false) => {
            bulk::linkage::link(&mut left.prepared, &mut right.prepared, Model::shipped(), say)
        }
        (None, false) => bulk::linkage::dedupe(&mut left.prepared, Model::shipped(), say),
    };
    let least = score_of(linking.threshold);
    Ok(Linked { left, right, edges, least, generic: linking.generic })
}

impl Linked {
    /// The pairs that are likely enough.
    fn likely(&self) -> impl Iterator<Item = &Edge> {
        self.edges.iter().filter(|edge| edge.score >= self.least)
    }

    /// How much was read and found.
    pub fn counts(&self) -> LinkCounts {
        LinkCounts {
            left: self.left.len(),
            right: self.right.as_ref().map_or(0, People::len),
            pairs: self.likely().count(),
        }
    }

    /// Writes the pairs: the ids, the probability and, when asked, what each field weighs in bits.
    ///
    /// # Errors
    /// `FILE_UNWRITABLE`.
    pub fn write_pairs(&self, path: &Path, evidence: bool) -> Result<(), AppError> {
        let evidence = evidence && !self.generic;
        write_whole(path, |out| {
            write!(out, "id_l,id_r,prob")?;
            if evidence {
                for field in linkage::compare::Field::ALL {
                    write!(out, ",{}_level,{0}_bits", field.code())?;
                }
            }
            let stands = evidence && self.right.is_some();
            writeln!(out, "{}", if stands { ",standing_level,standing_bits" } else { "" })?;
            for edge in self.likely() {
                let (left, right) = self.ids(edge);
                write!(out, "{left},{right},{:.6}", probability(edge.score))?;
                for weighed in evidence.then(|| self.weigh(edge)).iter().flatten() {
                    write!(out, ",{},{:.3}", weighed.level, bits(weighed.millibits))?;
                }
                if stands {
                    let added = Model::shipped().standing(edge.standing);
                    write!(out, ",{},{:.3}", edge.standing as u8, bits(added))?;
                }
                writeln!(out)?;
            }
            Ok(())
        })
    }

    /// Writes for each row of a single list the id of the first row of its person.
    ///
    /// # Errors
    /// `FILE_UNWRITABLE`.
    pub fn write_clusters(&self, path: &Path, threshold: f64) -> Result<(), AppError> {
        let threshold = score_of(threshold).max(self.least);
        let groups = clusters(self.left.len(), &self.edges, threshold, &Apart::default());
        write_whole(path, |out| {
            writeln!(out, "id,cluster_id")?;
            for (at, group) in groups.iter().enumerate() {
                writeln!(
                    out,
                    "{},{}",
                    quoted(self.left.id(at as u32)),
                    quoted(self.left.id(*group))
                )?;
            }
            Ok(())
        })
    }

    /// What each field says of two rows, and the evidence of all; whether or not they were found.
    ///
    /// # Errors
    /// `ROW_UNKNOWN`.
    pub fn explain(&self, left: &str, right: &str) -> Result<Explained, AppError> {
        let find = |people: &People, id: &str| {
            people.find(id).ok_or_else(|| AppError::not_found("LINK_ROW_UNKNOWN", ""))
        };
        let others = self.right.as_ref().unwrap_or(&self.left);
        let (at_left, at_right) = (find(&self.left, left)?, find(others, right)?);
        let left = &self.left.prepared.records[at_left as usize];
        let right = &others.prepared.records[at_right as usize];
        // Counted anew: of two lists only who met somebody was weighed.
        let mut counts = Counts::new(self.left.len() + self.right.as_ref().map_or(0, People::len));
        counts.add(&self.left.prepared.records);
        if let Some(others) = &self.right {
            counts.add(&others.prepared.records);
        }
        let (left_rare, right_rare) = (&counts.rarity(left), &counts.rarity(right));
        let levels = Comparison { left, right, left_rare, right_rare }.levels();
        let model = Model::shipped();
        let edge = self.edges.binary_search_by_key(&(at_left, at_right), |e| (e.left, e.right));
        let standing = edge.map_or(Standing::Unknown, |at| self.edges[at].standing);
        let added = model.standing(standing);
        Ok(Explained {
            fields: model.evidence(&levels).to_vec(),
            standing: (standing != Standing::Unknown).then_some((standing, added)),
            score: model.score(&levels) + added,
        })
    }

    fn ids(&self, edge: &Edge) -> (String, String) {
        let others = self.right.as_ref().unwrap_or(&self.left);
        (quoted(self.left.id(edge.left)), quoted(others.id(edge.right)))
    }

    fn weigh(&self, edge: &Edge) -> [Weighed; linkage::compare::FIELDS] {
        let others = self.right.as_ref().unwrap_or(&self.left);
        let levels = self.left.prepared.compare(edge.left, &others.prepared, edge.right);
        Model::shipped().evidence(&levels)
    }
}

fn bits(millibits: Millibits) -> f64 {
    f64::from(millibits) / 1000.0 // not law: thousandths
}

/// A cell as CSV has it; one that a spreadsheet would take for a formula gets an apostrophe.
fn quoted(cell: &str) -> String {
    let marked = marked(cell);
    match marked == cell && !cell.contains([',', '"', '\n', '\r']) {
        true => cell.to_owned(),
        false => format!("\"{}\"", marked.replace('"', "\"\"")),
    }
}

/// Writes a file whole or not at all.
fn write_whole(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> std::io::Result<()>,
) -> Result<(), AppError> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".part");
    let beside = PathBuf::from(beside);
    let written = File::create(&beside).and_then(|file| {
        let mut out = BufWriter::with_capacity(1 << 20, file);
        write(&mut out)?;
        out.flush()?;
        std::fs::rename(&beside, path)
    });
    written.map_err(|_| {
        let _ = std::fs::remove_file(&beside);
        AppError::unwritable(path)
    })
}

fn refused(path: &Path, error: &PeopleError) -> AppError {
    let name = path.display().to_string();
    match error {
        PeopleError::Io(_) => AppError::not_found("FILE_UNREADABLE", name),
        PeopleError::Broken { row } => AppError::refused("LIST_BROKEN", format!("{name}:{row}")),
        PeopleError::NoColumns => AppError::refused("LIST_WITHOUT_COLUMNS", name),
    }
}

#[cfg(test)]
mod tests;
