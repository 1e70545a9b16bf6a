//! How fast the law answers: a million invented people over twelve months of four states of law.
//!
//! `cargo run --release -p rules --example speed` prints seconds and sums as JSON;
//! `… speed write FOLDER` writes the same people and the parameters of the months, so that
//! another program can compute the same. `cargo xtask bench rules` compares the two.

use std::hint::black_box;
use std::path::Path;

use base::{Month, Ppm, Rupiah};
use rules::{
    Base, BpuQuery, BpuTable, Entry, Payer, QuoteGroup, QuoteQuery, Rulebook, Scheme, Schemes,
    WorkSector,
};
use serde_json::{Value, json};

const PEOPLE: i64 = 1_000_000; // not law: a size
/// Every time is the best of so many.
const ROUNDS: usize = 9;
const WHOLE_PPM: i64 = 1_000_000; // not law: parts per million

/// The programmes people may be in.
const SCHEMES: [Schemes; 2] = [Schemes::JKK_JKM, Schemes::JKK_JKM_JHT];

/// Somebody, as far as the law asks.
struct Person {
    income: Rupiah,
    kind: Kind,
}

/// What a person's answer depends on besides income and month: a place in all combinations.
#[derive(Clone, Copy)]
struct Kind(u8);

const KINDS: usize = SCHEMES.len() * Payer::ALL.len() * WorkSector::ALL.len();

impl Kind {
    fn all() -> impl Iterator<Item = Kind> {
        (0..KINDS).map(|place| Kind(place as u8))
    }

    fn place(self) -> usize {
        usize::from(self.0)
    }

    fn schemes(self) -> Schemes {
        SCHEMES[self.place() % SCHEMES.len()]
    }

    fn payer(self) -> Payer {
        Payer::ALL[self.place() / SCHEMES.len() % Payer::ALL.len()]
    }

    fn sector(self) -> WorkSector {
        WorkSector::ALL[self.place() / SCHEMES.len() / Payer::ALL.len()]
    }

    fn question(self, income: Rupiah, month: Month) -> BpuQuery {
        let (schemes, payer, sector) = (self.schemes(), self.payer(), self.sector());
        BpuQuery { income, schemes, month, payer, sector }
    }
}

fn main() {
    let rulebook = Rulebook::builtin();
    let people: Vec<Person> = (0..PEOPLE).map(person).collect();
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] => println!("{}", measure(&rulebook, &people)),
        ["write", folder] => write(&rulebook, &people, Path::new(folder)),
        _ => eprintln!("usage: speed [write FOLDER]"),
    }
}

/// Incomes over all tiers and beyond, in no order; every kind.
fn person(index: i64) -> Person {
    let kind = Kind((scattered(2 * index + 1) % KINDS as u64) as u8);
    let income = scattered(2 * index) % 22_000_000; // not law: above the last tier
    Person { income: Rupiah(income as i64), kind }
}

/// A number that looks random but is the same every time (the last steps of SplitMix64).
fn scattered(index: i64) -> u64 {
    let mut bits = (index as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15); // not law: a mixer
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9); // not law: a mixer
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb); // not law: a mixer
    bits ^ (bits >> 31)
}

/// The end of a relief for everybody and two months without; one for transport, then for all.
fn spans() -> Vec<(Month, Month)> {
    let half_year = |year, month| {
        let first = Month::new(year, month).expect("a month");
        (first, first.plus(5))
    };
    vec![half_year(2020, 10), half_year(2026, 1)] // not law: months
}

fn months() -> Vec<Month> {
    spans().into_iter().flat_map(|(from, to)| from.through(to)).collect()
}

fn measure(rulebook: &Rulebook, people: &[Person]) -> Value {
    let (one_by_one, totals) = best(|| ask_one_by_one(rulebook, people));
    let (by_table, tabled) = best(|| ask_by_table(rulebook, people));
    assert_eq!(totals, tabled, "a table answers as the question does");
    let query = QuoteQuery { groups: groups(people), spans: spans(), growth: Ppm(0) };
    let (quote, quoted) = best(|| {
        let quote = rulebook.quote(black_box(&query)).expect("regulated months");
        quote.by_month.iter().map(|month| month.rupiah.0).collect()
    });
    assert_eq!(totals, quoted, "a quote is the sum of its people");
    let seconds = json!({ "one_by_one": one_by_one, "by_table": by_table, "quote": quote });
    json!({
        "people": people.len(), "months": months().len(), "totals": totals, "seconds": seconds,
    })
}

/// Every person and month as a question of its own, the months of a person one after the other.
fn ask_one_by_one(rulebook: &Rulebook, people: &[Person]) -> Vec<i64> {
    let months = months();
    let mut totals = vec![0; months.len()];
    for person in people {
        for (month, total) in months.iter().zip(&mut totals) {
            let question = person.kind.question(person.income, *month);
            let answer = rulebook.bpu_contribution(black_box(&question));
            *total += black_box(answer.expect("a regulated month")).total.0;
        }
    }
    totals
}

/// Every person and month from a table for people alike but for their incomes, tables included.
fn ask_by_table(rulebook: &Rulebook, people: &[Person]) -> Vec<i64> {
    let of_month = |month: Month| {
        let table = |kind: Kind| rulebook.bpu_table(&kind.question(Rupiah::ZERO, month));
        let tables: Vec<BpuTable<'_>> =
            Kind::all().map(|kind| table(kind).expect("a regulated month")).collect();
        let of_person = |person: &Person| {
            let answer = tables[person.kind.place()].of(black_box(person.income));
            black_box(answer.expect("an income above nothing")).total.0
        };
        people.iter().map(of_person).sum()
    };
    months().into_iter().map(of_month).collect()
}

/// Each person as a group of one.
fn groups(people: &[Person]) -> Vec<QuoteGroup> {
    let group = |person: &Person| QuoteGroup {
        people: 1,
        base: Base::Bpu { income: person.income, sector: person.kind.sector() },
        schemes: person.kind.schemes(),
        payer: person.kind.payer(),
        births: Vec::new(),
    };
    people.iter().map(group).collect()
}

/// What `xtask/bench/openfisca_bpu.py` reads: the people as records, the law month by month.
#[expect(clippy::disallowed_methods, reason = "an example may write files")]
fn write(rulebook: &Rulebook, people: &[Person], folder: &Path) {
    let months: Vec<Value> = months().into_iter().map(|month| law_of(rulebook, month)).collect();
    let parameters = json!({ "rounds": ROUNDS, "months": months });
    let written = std::fs::write(folder.join("parameters.json"), parameters.to_string());
    written.expect("the folder can be written");
    let (mut records, first) = (Vec::new(), spans()[0].0);
    for person in people {
        let payer = person.kind.payer();
        let purse = |month| rulebook.government_paid(payer, month).counts();
        let government = purse(first);
        assert!(self::months().into_iter().all(|month| purse(month) == government));
        let income = i32::try_from(person.income.0).expect("incomes are small");
        records.extend_from_slice(&income.to_le_bytes());
        let in_transport = person.kind.sector() == WorkSector::Transport;
        let in_jht = person.kind.schemes().contains(Scheme::Jht);
        records.extend([in_transport, government, in_jht].map(u8::from));
    }
    std::fs::write(folder.join("people.bin"), records).expect("the folder can be written");
}

/// What the rulebook says for a month, as plain numbers.
fn law_of(rulebook: &Rulebook, month: Month) -> Value {
    let entry = |id: &str| -> &Entry {
        let parameter = rulebook.parameter(id).expect("a known parameter");
        parameter.entry_on(month.first_day()).expect("a regulated month")
    };
    assert_eq!(entry("iuran.celah_golongan").choice(), Some("lower-tier"));
    assert_eq!(entry("iuran.pembulatan").choice(), Some("half-up"));
    let tier = |bracket: &rules::Bracket| {
        json!({
            "income_from": bracket.income_from.0,
            "base": bracket.base.0,
            "rupiah": bracket.rupiah.0,
        })
    };
    json!({
        "month": month.to_string(),
        "tiers": entry("jkk.iuran_bpu").brackets().iter().map(tier).collect::<Vec<_>>(),
        "jkm": entry("jkm.iuran_bpu").number(),
        "jht_ppm": entry("jht.iuran_bpu").number(),
        "payable_ppm": {
            "transport": payable(rulebook, month, WorkSector::Transport),
            "other": payable(rulebook, month, WorkSector::Other),
        },
    })
}

/// The part of JKK and JKM that remains payable for who is not paid for by the government.
fn payable(rulebook: &Rulebook, month: Month, sector: WorkSector) -> i64 {
    for parameter in rulebook.parameters().iter().filter(|p| &*p.unit == "ppm-of-contribution") {
        let covered = |scheme: Scheme| {
            parameter.scope.as_ref().is_some_and(|scope| scope.covers("bpu", scheme, sector))
        };
        let entry = parameter.entry_on(month.first_day());
        let rate = entry.and_then(|entry| Some((entry.number()?, entry.exclusion.is_some())));
        let (true, Some((rate, excludes))) = (covered(Scheme::Jkk), rate) else { continue };
        assert!(
            covered(Scheme::Jkm) && !covered(Scheme::Jht) && excludes,
            "another kind of relief"
        );
        return rate;
    }
    WHOLE_PPM
}

/// Seconds of the best round, and what the last one gave.
fn best(mut work: impl FnMut() -> Vec<i64>) -> (f64, Vec<i64>) {
    let (mut seconds, mut given) = (f64::INFINITY, Vec::new());
    for _ in 0..ROUNDS {
        seconds = seconds.min(timed(|| given = work()));
    }
    (seconds, given)
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
