//! How fast the law answers: BPU contributions a second, and a quote of a million people.
//!
//! `cargo run --release -p rules --example speed` prints one line per figure.

use std::hint::black_box;

use base::{Month, Ppm, Rupiah};
use rules::{BpuQuery, Payer, QuoteGroup, QuoteQuery, Rulebook, Schemes, WorkSector};

const QUESTIONS: usize = 4_000_000; // not law: a size
const PEOPLE: i64 = 1_000_000; // not law: a size
const MONTHS: usize = 100; // not law: over eight years of mixed months

/// Incomes over all tiers and beyond, in no order.
fn income(index: i64) -> Rupiah {
    Rupiah(index * 7_919 % 22_000_000) // not law: a stride
}

fn main() {
    let rulebook = Rulebook::builtin();
    let first = Month::new(2019, 1).expect("a month"); // not law: a month
    let question = |index: usize| BpuQuery {
        income: income(index as i64),
        schemes: [Schemes::JKK_JKM, Schemes::JKK_JKM_JHT][index % 2],
        month: first.plus((index % MONTHS) as i32),
        payer: Payer::ALL[index % Payer::ALL.len()],
        sector: WorkSector::ALL[index % WorkSector::ALL.len()],
    };
    let questions: Vec<BpuQuery> = (0..QUESTIONS).map(question).collect();
    let mut total = 0i64;
    let seconds = timed(|| {
        for question in &questions {
            let answer = rulebook.bpu_contribution(black_box(question)).expect("a regulated month");
            total = total.wrapping_add(answer.total.0);
        }
    });
    println!("bpu contributions per second: {:.0} (sum {total})", QUESTIONS as f64 / seconds);

    let groups: Vec<QuoteGroup> = (0..PEOPLE)
        .map(|person| QuoteGroup {
            people: 1,
            income: income(person),
            schemes: Schemes::JKK_JKM,
            payer: Payer::SelfPaid,
            sector: WorkSector::Other,
            births: Vec::new(),
        })
        .collect();
    let spans = vec![(first, first.plus(11))];
    let query = QuoteQuery { groups, spans, growth: Ppm(0) };
    let mut quoted = Rupiah::ZERO;
    let seconds =
        timed(|| quoted = rulebook.quote(black_box(&query)).expect("regulated months").total);
    println!("quote of {PEOPLE} people for 12 months: {seconds:.3} s ({quoted})");
}

/// Seconds of work: of the processor where the system tells them, else of the clock.
#[expect(clippy::disallowed_methods, reason = "a measurement needs a clock")]
fn timed(work: impl FnOnce()) -> f64 {
    let begun = (processor_nanoseconds(), std::time::Instant::now());
    work();
    let spent = processor_nanoseconds().zip(begun.0).map(|(now, then)| now - then);
    spent.map_or(begun.1.elapsed().as_secs_f64(), |spent| spent as f64 / 1e9)
}

/// Time this thread has run, from Linux; other programs on the machine do not count.
#[expect(clippy::disallowed_methods, reason = "a measurement asks the system")]
fn processor_nanoseconds() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split(' ').next()?.parse().ok()
}
