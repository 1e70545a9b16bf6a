//! Times a register kept at hand: `cargo xtask bench linkage index`.
//!
//! `DIR` holds `registry.csv` and `intake.csv` as `cargo xtask linkage-data` makes them; the
//! register is taken into an index, then each row of the list is looked up, one after the other.

use std::path::Path;
use std::time::{Duration, Instant};

use bulk::people::People;
use linkage::index::Index;
use linkage::model::Model;

fn main() {
    let folder = std::env::args().nth(1).expect("DIR");
    let read = |name: &str| {
        let path = Path::new(&folder).join(name);
        People::read(&path, &mut |_| ()).expect("the list is read").prepared.records
    };
    let (register, list) = (read("registry.csv"), read("intake.csv"));
    let begun = Instant::now();
    let mut index = Index::new(register.len());
    for record in register {
        index.insert(record);
    }
    let built = begun.elapsed();
    let model = Model::shipped();
    let mut found = 0;
    let mut took: Vec<Duration> = Vec::with_capacity(list.len());
    for record in &list {
        let begun = Instant::now();
        found += usize::from(!index.find(record, model).is_empty());
        took.push(begun.elapsed());
    }
    let all: Duration = took.iter().sum();
    took.sort_unstable();
    let at = |share: usize| took[(took.len() - 1) * share / 1000].as_secs_f64() * 1000.0;
    println!("| records in the index | {} |", index.len());
    println!("| seconds to take them in | {:.1} |", built.as_secs_f64());
    println!("| rows looked up, of them with somebody likely | {}, {found} |", took.len());
    println!("| seconds for all, one after the other | {:.2} |", all.as_secs_f64());
    println!(
        "| ms a row: median, p99, p99.9, worst | {:.3}, {:.3}, {:.3}, {:.3} |",
        at(500),
        at(990),
        at(999),
        at(1000)
    );
}
