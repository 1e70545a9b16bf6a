//! Who stands twice on a list of millions, in this process: what reading it and linking it take,
//! and how right the pairs are where the folder has `truth.csv` (`cargo xtask linkage-data`).

#[path = "set/machine.rs"]
mod machine;

use std::collections::HashMap;
use std::path::Path;
use std::time::Instant;

use bulk::linkage::{Step, dedupe};
use bulk::people::People;
use linkage::model::{Model, score_of};

use self::machine::{peak_kilobytes, processor_seconds};

fn main() {
    let folder = std::env::args().nth(1).expect("a folder with file.csv");
    let folder = Path::new(&folder);
    let mut clock = Clock::start();
    let mut people = People::read(&folder.join("file.csv"), &mut |_| {}).expect("a list");
    clock.tell("read");
    let mut compared = 0;
    let edges = dedupe(&mut people.prepared, Model::shipped(), &mut |step| match step {
        Step::Block => clock.tell("count"),
        Step::Compare(pairs) => {
            compared = pairs;
            clock.tell("block");
            println!("{pairs} pairs");
        }
        Step::Read(_) => {}
    });
    clock.tell("compare");
    println!(
        "{} rows, {compared} pairs, {} likely; {} MB",
        people.len(),
        edges.len(),
        peak_kilobytes() / 1024
    );
    println!("all: processor {:.1} s", processor_seconds());
    let Ok(text) = std::fs::read_to_string(folder.join("truth.csv")) else { return };
    let truth: HashMap<&str, &str> = text
        .lines()
        .skip(1)
        .filter_map(|line| Some((line.split(',').next()?, line.split(',').nth(2)?)))
        .collect();
    let mut rows: HashMap<&str, u64> = HashMap::new();
    truth.values().for_each(|person| *rows.entry(person).or_default() += 1);
    let all: u64 = rows.values().map(|rows| rows * (rows - 1) / 2).sum();
    let same = |left, right| truth[people.id(left)] == truth[people.id(right)];
    let found = edges.iter().filter(|edge| same(edge.left, edge.right)).count();
    let sure: Vec<bool> = edges
        .iter()
        .filter(|edge| edge.score >= score_of(0.95))
        .map(|edge| same(edge.left, edge.right))
        .collect();
    let right = sure.iter().filter(|same| **same).count() as f64;
    let (precision, recall) = (right / sure.len() as f64, right / all as f64);
    println!(
        "of {all} true pairs {found} are likely; at .95 precision {precision:.4}, recall \
         {recall:.4}, F1 {:.4}",
        2.0 * precision * recall / (precision + recall)
    );
}

/// Seconds by the clock and of the processor since the last part was told.
struct Clock {
    begun: Instant,
    processor: f64,
}

impl Clock {
    fn start() -> Clock {
        Clock { begun: Instant::now(), processor: 0.0 }
    }

    fn tell(&mut self, part: &str) {
        let processor = processor_seconds();
        let wall = self.begun.elapsed().as_secs_f64();
        println!("{part}: {wall:.1} s, processor {:.1} s", processor - self.processor);
        *self = Clock { begun: Instant::now(), processor };
    }
}
