//! What each stage takes: rows, seconds by the clock and of the processor, memory and disk.

use std::fmt::Write;
use std::time::Instant;

use crate::machine::{peak_kilobytes, processor_seconds};
use crate::national::Held;
use crate::regency::Tally;
use crate::year::{Paid, Rolled};

/// The stages, each measured over all regencies together.
#[derive(Default)]
pub struct Measured {
    stages: Vec<Stage>,
    peak: u64,
}

#[derive(Default)]
struct Stage {
    name: &'static str,
    rows: u64,
    wall: f64,
    processor: f64,
    disk: u64,
    /// The most memory that was held while it ran.
    kilobytes: u64,
}

impl Measured {
    /// Does a stage's work for some rows.
    pub fn stage<R>(&mut self, name: &'static str, rows: usize, work: impl FnOnce() -> R) -> R {
        forget_peak();
        let (begun, processor) = (Instant::now(), processor_seconds());
        let done = work();
        let kilobytes = peak_kilobytes();
        self.peak = self.peak.max(kilobytes);
        let stage = self.at(name);
        stage.kilobytes = stage.kilobytes.max(kilobytes);
        stage.rows += rows as u64;
        stage.wall += begun.elapsed().as_secs_f64();
        stage.processor += processor_seconds() - processor;
        done
    }

    /// Bytes that a stage left on the disk.
    pub fn wrote(&mut self, name: &'static str, bytes: u64) {
        self.at(name).disk += bytes;
    }

    fn at(&mut self, name: &'static str) -> &mut Stage {
        let found = self.stages.iter().position(|stage| stage.name == name);
        let at = found.unwrap_or_else(|| {
            self.stages.push(Stage { name, ..Stage::default() });
            self.stages.len() - 1
        });
        &mut self.stages[at]
    }

    /// Everything as one JSON document.
    pub fn document(&self, tally: &Tally, held: &Held, paid: &Paid, rolled: &Rolled) -> String {
        let mut text = String::from("{\"stages\":[");
        for (at, stage) in self.stages.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            let Stage { name, rows, wall, processor, disk, kilobytes } = stage;
            write!(
                text,
                "{comma}{{\"name\":\"{name}\",\"rows\":{rows},\"wall_s\":{wall:.3},\
                 \"processor_s\":{processor:.3},\"disk\":{disk},\"peak_kb\":{kilobytes}}}"
            )
            .expect("a text grows");
        }
        write!(
            text,
            "],\"peak_kb\":{},\"rows\":{},\"accepted\":{},\"sent_back\":{},\"refused\":{},\
             \"twice_in_regency\":{},\"people\":{},\"same_number\":{},\"likely_same\":{},\
             \"moved\":{},\"moved_found\":{},\"wrongly_held\":{},\"covered\":{},\
             \"person_months\":{},\"rupiah\":{},\"transfers\":{},\"sums\":{},\"pairs\":{}}}",
            self.peak.max(peak_kilobytes()),
            tally.rows,
            tally.accepted,
            tally.sent_back,
            tally.refused,
            tally.twice,
            held.people,
            held.same_number,
            held.likely_same,
            held.moved,
            held.moved_found,
            held.wrongly_held,
            paid.covered,
            paid.person_months,
            paid.rupiah,
            paid.transfers,
            rolled.sums,
            held.pairs,
        )
        .expect("a text grows");
        text
    }
}

/// From here on the most memory is counted anew, where the system lets a process say so.
fn forget_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}
