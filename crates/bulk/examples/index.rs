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
    let (begun, cpu) = (Instant::now(), processor_seconds());
    let mut index = Index::new(register.len());
    for record in register {
        index.insert(record);
    }
    let (built, built_cpu) = (begun.elapsed(), processor_seconds() - cpu);
    let model = Model::shipped();
    let cpu = processor_seconds();
    let mut found = 0;
    let mut took: Vec<Duration> = Vec::with_capacity(list.len());
    for record in &list {
        let begun = Instant::now();
        found += usize::from(!index.find(record, model).is_empty());
        took.push(begun.elapsed());
    }
    let found_cpu = processor_seconds() - cpu;
    let all: Duration = took.iter().sum();
    took.sort_unstable();
    let at = |share: usize| took[(took.len() - 1) * share / 1000].as_secs_f64() * 1000.0;
    println!("| records in the index | {} |", index.len());
    println!("| seconds to take them in | {:.1} |", built.as_secs_f64());
    println!("| of them processor seconds | {built_cpu:.1} |");
    println!("| rows looked up, of them with somebody likely | {}, {found} |", took.len());
    println!("| seconds for all, one after the other | {:.2} |", all.as_secs_f64());
    println!("| of them processor seconds | {found_cpu:.2} |");
    println!(
        "| ms a row: median, p99, p99.9, worst | {:.3}, {:.3}, {:.3}, {:.3} |",
        at(500),
        at(990),
        at(999),
        at(1000)
    );
}

/// What this thread has had of the processor, whoever else was waiting for it.
fn processor_seconds() -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = told.split(' ').next().and_then(|word| word.parse::<f64>().ok());
    nanoseconds.map_or(f64::NAN, |nanoseconds| nanoseconds / 1e9)
}
