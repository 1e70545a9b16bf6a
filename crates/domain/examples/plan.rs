//! How fast a plan over a million people is, for `cargo xtask bench plan`.
//!
//! A million invented people of twelve kinds of work in 144 villages, born over fifty years; four
//! scenarios with and without age limit, over one to five years, and a budget the other way round.
//! Prints one JSON document: seconds of each part, the cells, and sums that tell runs apart.

use std::time::Instant;

use base::{Day, Month, RegionCode, Rupiah};
use domain::occupation::OccupationKey;
use domain::plan::{
    Ages, Base, PlanCounter, PlanPeople, PlanPerson, Scenario, affordable_people, ageing_month,
    compare,
};
use rules::{FundKind, Payer, Rulebook, Schemes, WorkSector};

const PEOPLE: u64 = 1_000_000; // not law: how many are invented
const VILLAGES: u64 = 144; // not law: how many are invented
const STEP: (u64, u64) = (6_364_136_223_846_793_005, 1_442_695_040_888_963_407); // not law: dice
const WORKS: [&str; 12] = [
    "nelayan",
    "petani",
    "ojek",
    "sopir",
    "guru_ngaji",
    "imam",
    "marbot",
    "rt_rw",
    "umkm",
    "kader_kesehatan",
    "linmas",
    "pedagang_pasar",
];

fn main() {
    let law = Rulebook::builtin();
    let started = Instant::now();
    let people = counted();
    let counting = started.elapsed();
    let scenarios = scenarios();
    let started = Instant::now();
    let found = compare(&people, &scenarios, &law).expect("four plans");
    let comparing = started.elapsed();
    let started = Instant::now();
    let budget = Rupiah(100_000_000_000); // not law: invented
    let affords = affordable_people(&people, &scenarios[0], budget, &law).expect("an answer");
    let inverse = started.elapsed();
    let totals: Vec<String> = found.iter().map(|plan| plan.total.0.to_string()).collect();
    println!(
        "{{\"people\":{},\"cells\":{},\"counting_s\":{:.3},\"compare_s\":{:.3},\"inverse_s\":{:.3},\
         \"served\":{},\"totals\":[{}]}}",
        people.people(),
        people.cells(),
        counting.as_secs_f64(),
        comparing.as_secs_f64(),
        inverse.as_secs_f64(),
        affords.people,
        totals.join(",")
    );
}

fn counted() -> PlanPeople {
    let keys: Vec<OccupationKey> = WORKS.iter().map(|key| OccupationKey((*key).into())).collect();
    let first = RegionCode::parse("64.01.05.2001").expect("a village").digits();
    let mut counter = PlanCounter::default();
    let mut seed = 1u64;
    for _ in 0..PEOPLE {
        // A plain congruence is random enough to spread people over cells.
        seed = seed.wrapping_mul(STEP.0).wrapping_add(STEP.1);
        let dice = seed >> 33;
        let year = 1958 + i16::try_from(dice % 50).expect("small"); // not law: invented
        let month = 1 + i8::try_from(dice / 50 % 12).expect("small");
        let day = 1 + i8::try_from(dice / 600 % 28).expect("small"); // not law: invented
        let work = usize::try_from(dice / 16_800 % 12).expect("small"); // not law: invented
        let village = first + dice / 201_600 % VILLAGES; // not law: invented
        let sector = if work < 4 && work > 1 { WorkSector::Transport } else { WorkSector::Other };
        let person = PlanPerson {
            ageing: Day::new(year, month, day).map(ageing_month),
            occupation: Some(keys[work].clone()),
            base: Base::Bpu { income: Rupiah::ZERO, sector },
            village: Some(RegionCode::from_digits(village, 4)),
        };
        counter.add(&person, 1);
    }
    counter.finish()
}

fn scenarios() -> Vec<Scenario> {
    let month = |year, month| Month::new(year, month).expect("a month");
    let scenario = |name: &str, spans: Vec<(Month, Month)>, payer, ages| Scenario {
        name: name.into(),
        occupations: Vec::new(),
        schemes: Schemes::JKK_JKM,
        payer,
        spans,
        ages,
    };
    let (apbd, csr) = (Payer::Fund(FundKind::Apbd), Payer::Fund(FundKind::Csr));
    let year = vec![(month(2026, 1), month(2026, 12))]; // not law: invented
    let five = vec![(month(2026, 1), month(2030, 12))]; // not law: invented
    let half = (month(2026, 1), month(2026, 6)); // not law: invented
    let gap = vec![half, (month(2027, 1), month(2027, 12))]; // not law: invented
    vec![
        scenario("A", year.clone(), apbd, Ages::ByRule),
        scenario("B", year, csr, Ages::Leave),
        scenario("C", five, apbd, Ages::Leave),
        scenario("D", gap, apbd, Ages::ByRule),
    ]
}
