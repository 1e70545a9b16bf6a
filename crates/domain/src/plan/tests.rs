//! Plans by hand: counted people, months, articles, the other way round, gaps and paths.

use base::{Day, Month, RegionCode, Rupiah};
use proptest::prelude::*;
use rules::{FundKind, Payer, RiskClass, Schemes, Segment, WorkSector};

use super::*;
use crate::tests::{LAW, day, dear_rulebook, month, place};

const BPU: Base = Base::Bpu { income: Rupiah::ZERO, sector: WorkSector::Other };

fn key(text: &str) -> OccupationKey {
    OccupationKey(text.into())
}

fn person(birth: &str, occupation: &str, village: &str) -> PlanPerson {
    PlanPerson {
        ageing: Some(ageing_month(day(birth))),
        occupation: Some(key(occupation)),
        base: BPU,
        village: Some(place(village)),
    }
}

fn counted(people: &[(PlanPerson, u64)]) -> PlanPeople {
    let mut counter = PlanCounter::default();
    people.iter().for_each(|(person, count)| counter.add(person, *count));
    counter.finish()
}

fn scenario(from: &str, to: &str) -> Scenario {
    Scenario {
        name: "a".into(),
        occupations: Vec::new(),
        schemes: Schemes::JKK_JKM,
        payer: Payer::Fund(FundKind::Apbd),
        spans: vec![(month(from), month(to))],
        ages: Ages::ByRule,
    }
}

fn adults(count: u64) -> PlanPeople {
    counted(&[(person("1980-05-17", "petani", "64.01.05.2001"), count)])
}

#[test]
fn paser_costs_what_the_report_says() {
    let found = forecast(&adults(32_268), &scenario("2022-10", "2022-12"), &LAW).expect("a plan");
    // 32,268 × (10,000 + 6,800) = 542,102,400 a month; three months 1,626,307,200.
    assert_eq!((found.people, found.refused, found.ageless), (32_268, 0, 0));
    assert_eq!((found.monthly, found.total), (Rupiah(542_102_400), Rupiah(1_626_307_200)));
    assert_eq!(found.by_month.len(), 3);
    let lines: Vec<_> = found.lines.iter().map(|l| (l.scheme.name(), l.each, l.rupiah)).collect();
    // 32,268 × 3 = 96,804 person-months at 10,000 and at 6,800.
    assert_eq!(
        lines,
        [("jkk", Rupiah(10_000), Rupiah(968_040_000)), ("jkm", Rupiah(6_800), Rupiah(658_267_200))]
    );
    assert!(found.lines.iter().all(|line| line.person_months == 96_804));
    assert!(found.lines.iter().all(|l| l.rule.contains('@') && !l.article.is_empty()));
    assert_eq!(&*found.rulebook, LAW.version().to_hex());
}

#[test]
fn a_rule_whose_day_is_known_changes_the_plan_from_there_on() {
    // A company pays: half of JKK and JKM from April to December 2026, whole again from 2027.
    let mut wanted = scenario("2026-03", "2027-01");
    wanted.payer = Payer::Fund(FundKind::Csr);
    let found = forecast(&adults(10), &wanted, &LAW).expect("a plan");
    // March 168,000; nine months at 84,000; January 168,000.
    assert_eq!(found.total, Rupiah(168_000 + 9 * 84_000 + 168_000));
    assert_eq!(found.by_month[1].rupiah, Rupiah(84_000));
    assert_eq!(found.lines.len(), 6);
    let halves = found.lines.iter().filter(|line| line.each == Rupiah(5_000));
    assert!(halves.clone().count() == 1 && halves.clone().all(|line| line.relief.is_some()));
    // The regency gets no relief: all eleven months in full, and so it is shown beside.
    let own = forecast(&adults(10), &scenario("2026-03", "2027-01"), &LAW).expect("a plan");
    assert_eq!((own.total, own.self_paid), (Rupiah(1_848_000), found.total));
}

#[test]
fn who_is_past_the_limit_is_not_registered_and_who_reaches_it_is_counted() {
    let people = counted(&[
        // 65 on 1 January 2026: refused. 65 on 2 January: registered. 65 on 15 March.
        (person("1961-01-01", "petani", "64.01.05.2001"), 1),
        (person("1961-01-02", "petani", "64.01.05.2001"), 2),
        (person("1961-03-15", "nelayan", "64.01.05.2002"), 4),
    ]);
    let found = forecast(&people, &scenario("2026-01", "2026-06"), &LAW).expect("a plan");
    assert_eq!((found.people, found.refused), (6, 1));
    // The rulebook reads the law so that members stay while nothing lapses.
    assert_eq!(found.total, Rupiah(6 * 6 * 16_800));
    let reaching: Vec<u64> = found.by_month.iter().map(|month| month.reaching).collect();
    assert_eq!(reaching, [0, 2, 0, 4, 0, 0]);
    // Read otherwise, two leave from February and four from April: 1 and 3 months each.
    assert_eq!(found.other_reading, Rupiah((2 + 4 * 3) * 16_800));
    let leave = Scenario { ages: Ages::Leave, ..scenario("2026-01", "2026-06") };
    let found = forecast(&people, &leave, &LAW).expect("a plan");
    assert_eq!((found.total, found.other_reading), (Rupiah(235_200), Rupiah(604_800)));
    let leaving: Vec<u64> = found.by_month.iter().map(|month| month.leaving).collect();
    assert_eq!(leaving, [0, 2, 0, 4, 0, 0]);
    let people: Vec<u64> = found.by_month.iter().map(|month| month.people).collect();
    assert_eq!(people, [6, 4, 4, 0, 0, 0]);
}

#[test]
fn after_a_lapse_the_old_cannot_come_back() {
    // Paid to March, nobody pays April to August (five months, more than three): it lapses.
    let mut wanted = scenario("2026-01", "2026-03");
    wanted.spans.push((month("2026-09"), month("2026-10")));
    let people = counted(&[(person("1961-03-15", "petani", "64.01.05.2001"), 3)]);
    let found = forecast(&people, &wanted, &LAW).expect("a plan");
    let counts: Vec<u64> = found.by_month.iter().map(|month| month.people).collect();
    assert_eq!(counts, [3, 3, 3, 0, 0]);
    // A gap of three months is borne.
    wanted.spans[1] = (month("2026-07"), month("2026-08"));
    let found = forecast(&people, &wanted, &LAW).expect("a plan");
    assert_eq!(found.by_month.iter().map(|month| month.people).sum::<u64>(), 15);
}

#[test]
fn wages_cost_the_employer_its_part_and_the_worker_theirs() {
    // Class I, 3,000,000: JKK 7,200 and JKM 9,000; JHT 3.7 % = 111,000 and 2 % = 60,000.
    let class = RiskClass::new(1).expect("a class");
    let base = Base::Pu { wage: Rupiah(3_000_000), class };
    let honorer = PlanPerson { base, ..person("1980-05-17", "honorer", "64.01.05.2001") };
    let people = counted(&[(honorer, 5)]);
    let mut wanted = scenario("2024-06", "2024-06");
    let found = forecast(&people, &wanted, &LAW).expect("a plan");
    assert_eq!((found.total, found.worker), (Rupiah(81_000), Rupiah::ZERO));
    wanted.schemes = Schemes::JKK_JKM_JHT;
    let found = forecast(&people, &wanted, &LAW).expect("a plan");
    assert_eq!((found.total, found.worker), (Rupiah(5 * 127_200), Rupiah(300_000)));
}

#[test]
fn a_scenario_takes_the_work_it_names() {
    let people = counted(&[
        (person("1980-05-17", "petani", "64.01.05.2001"), 7),
        (person("1980-05-17", "nelayan", "64.01.05.2002"), 5),
    ]);
    let mut wanted = scenario("2022-10", "2022-12");
    wanted.occupations = vec![key("nelayan")];
    let found = forecast(&people, &wanted, &LAW).expect("a plan");
    assert_eq!((found.people, found.total), (5, Rupiah(5 * 50_400)));
    assert_eq!(found.by_occupation.len(), 1);
    assert_eq!(found.by_village[0].key, Some(place("64.01.05.2002")));
    wanted.occupations = vec![key("ojek")];
    assert_eq!(forecast(&people, &wanted, &LAW), Err(PlanRefusal::NoPeople));
}

#[test]
fn a_budget_serves_in_the_written_order_and_stops_at_the_first_who_does_not_fit() {
    let people = counted(&[
        (person("1980-05-17", "petani", "64.01.05.2001"), 10),
        (person("1980-05-17", "nelayan", "64.01.05.2001"), 10),
    ]);
    let mut wanted = scenario("2022-10", "2022-12");
    wanted.occupations = vec![key("petani"), key("nelayan")];
    // One person costs 50,400: 650,000 pays for twelve, and 45,200 is left.
    let found = affordable_people(&people, &wanted, Rupiah(650_000), &LAW).expect("an answer");
    assert_eq!((found.people, found.total), (12, Rupiah(604_800)));
    assert_eq!((found.leftover, found.next), (Rupiah(45_200), Some(Rupiah(50_400))));
    let served = found.by_occupation.iter();
    let name =
        |key: &Option<OccupationKey>| key.as_ref().map_or(String::new(), |key| key.0.to_string());
    let served: Vec<(String, u64, u64)> =
        served.map(|(key, some, of)| (name(key), *some, *of)).collect();
    assert_eq!(served, [("petani".to_owned(), 10, 10), ("nelayan".to_owned(), 2, 10)]);
    // Enough for all: nothing is left out.
    let found = affordable_people(&people, &wanted, Rupiah(2_000_000), &LAW).expect("an answer");
    assert_eq!((found.people, found.next), (20, None));
    assert_eq!(found.leftover, Rupiah(2_000_000 - 20 * 50_400));
}

#[test]
fn a_budget_pays_whole_months() {
    let found = affordable_months(
        &adults(32_268),
        &scenario("2022-10", "2022-10"),
        Rupiah(1_650_000_000),
        &LAW,
    );
    let found = found.expect("an answer");
    // Three months cost 1,626,307,200; a fourth would cost 542,102,400 more.
    assert_eq!((found.months, found.last), (3, Some(month("2022-12"))));
    assert_eq!((found.total, found.leftover), (Rupiah(1_626_307_200), Rupiah(23_692_800)));
    assert_eq!(found.next, Some(Rupiah(542_102_400)));
    let none = affordable_months(&adults(1), &scenario("2022-10", "2022-10"), Rupiah(16_799), &LAW);
    assert_eq!(none.expect("an answer").months, 0);
}

#[test]
fn a_gap_costs_the_heirs_of_one_death() {
    let spans = [(month("2026-01"), month("2026-06")), (month("2027-01"), month("2027-12"))];
    let losses = heirs_losses(&LAW, Segment::Bpu, &spans).expect("the law answers");
    let seen: Vec<_> =
        losses.iter().map(|l| (l.first, l.last, l.pays.0, l.after_settling)).collect();
    // July falls due in August: from then on one, two and three months are borne and must be
    // settled. From November it has lapsed. January to March count as less than three full months.
    assert_eq!(
        seen,
        [
            (month("2026-08"), month("2026-10"), 42_000_000, true),
            (month("2026-11"), month("2026-12"), 0, false),
            (month("2027-01"), month("2027-03"), 10_000_000, false),
        ]
    );
    assert!(losses.iter().all(|loss| loss.unbroken == Rupiah(42_000_000)));
    assert_eq!(losses[2].loss(), Rupiah(32_000_000));
    assert!(losses.iter().all(|loss| !loss.rules.is_empty()));
    let unbroken = [(month("2026-01"), month("2026-12")), (month("2027-01"), month("2027-12"))];
    assert_eq!(heirs_losses(&LAW, Segment::Bpu, &unbroken), Ok(Vec::new()));
    assert_eq!(heirs_losses(&LAW, Segment::Bpu, &[]), Ok(Vec::new()));
}

fn konawe() -> PathQuery {
    PathQuery {
        first: month("2018-02"),
        years: 5,
        from_people: 8_460,
        goal: 45_000,
        steps: Vec::new(),
        known: Vec::new(),
        base: BPU,
        schemes: Schemes::JKK_JKM,
        payer: Payer::Fund(FundKind::Apbd),
        apbd: Some(Apbd { total: Rupiah(1_000_000_000_000), source: "rekaan".into() }),
    }
}

#[test]
fn konawe_reaches_everybody_in_five_budget_years() {
    let path = universal_path(&konawe(), &LAW).expect("a path");
    let years = path.years.iter().map(|year| (year.people, year.added, year.rupiah.0));
    let years: Vec<(u64, u64, i64)> = years.collect();
    // (45,000 − 8,460) / 4 = 9,135 more each year; 11 months in 2018, then 12; 16,800 each.
    assert_eq!(
        years,
        [
            (8_460, 8_460, 1_563_408_000),
            (17_595, 9_135, 3_547_152_000),
            (26_730, 9_135, 5_388_768_000),
            (35_865, 9_135, 7_230_384_000),
            (45_000, 9_135, 9_072_000_000),
        ]
    );
    assert_eq!(path.total, Rupiah(26_801_712_000));
    // 1,563,408,000 of a billion thousands: 1,563.408 parts per million, rounded down.
    assert_eq!(path.years[0].share, Some(base::Ppm(1_563)));
    assert_eq!(path.years[4].share, Some(base::Ppm(9_072)));
    assert_eq!((path.years[0].first, path.years[4].last), (month("2018-02"), month("2022-12")));
}

#[test]
fn people_who_are_known_are_counted_by_their_wage() {
    let class = rules::RiskClass::ALL[0];
    let paid = |wage, people| (Base::Pu { wage: Rupiah(wage), class }, people);
    let known = vec![paid(2_000_000, 3_114), paid(2_500_000, 5_346)];
    let path = universal_path(&PathQuery { known, ..konawe() }, &LAW).expect("a path");
    let years: Vec<i64> = path.years.iter().map(|year| year.rupiah.0).collect();
    // 3,114 × 10,800 + 5,346 × 13,500 = 105,802,200 in a month, eleven in 2018 and then twelve;
    // 9,135 more people each year at 16,800 × 12 = 1,841,616,000.
    let known = 12 * 105_802_200;
    assert_eq!(
        years,
        [
            11 * 105_802_200,
            known + 1_841_616_000,
            known + 3_683_232_000,
            known + 5_524_848_000,
            known + 7_366_464_000,
        ]
    );
    assert_eq!(path.total, Rupiah(24_658_489_800));
    let people: Vec<u64> = path.years.iter().map(|year| year.people).collect();
    assert_eq!(people, [8_460, 17_595, 26_730, 35_865, 45_000]);
}

#[test]
fn a_path_follows_the_law_of_its_months() {
    // A company pays: from August 2020 to January 2021 one part in a hundred.
    let query = PathQuery { payer: Payer::Fund(FundKind::Csr), apbd: None, ..konawe() };
    let path = universal_path(&query, &LAW).expect("a path");
    // 2020: 7 × 16,800 + 5 × 168 = 118,440. 2021: 168 + 11 × 16,800 = 184,968.
    assert_eq!(path.years[2].rupiah, Rupiah(26_730 * 118_440));
    assert_eq!(path.years[3].rupiah, Rupiah(35_865 * 184_968));
    assert_eq!(path.years[0].share, None);
    assert!(path.years[2].lines.iter().any(|line| line.relief.is_some()));
}

#[test]
fn a_path_that_does_not_lead_up_is_refused() {
    let refused = |query: PathQuery| universal_path(&query, &LAW).expect_err("refused");
    let steps = |steps: &[u64]| PathQuery { steps: steps.to_vec(), ..konawe() };
    let rising = steps(&[8_460, 20_000, 20_000, 40_000, 45_000]);
    assert_eq!(universal_path(&rising, &LAW).expect("a path").years[2].added, 0);
    for bad in [
        steps(&[8_460, 45_000]),
        steps(&[8_460, 20_000, 10_000, 40_000, 45_000]),
        steps(&[8_460, 20_000, 20_000, 40_000, 44_000]),
        PathQuery { goal: 8_459, ..konawe() },
    ] {
        assert_eq!(refused(bad), PlanRefusal::PathNotRising);
    }
    assert_eq!(refused(PathQuery { years: 0, ..konawe() }), PlanRefusal::TooManyMonths);
    assert_eq!(refused(PathQuery { years: 31, ..konawe() }), PlanRefusal::TooManyMonths);
}

#[test]
fn refusals_come_in_their_order() {
    let people = adults(3);
    let check = |wanted: &Scenario, expect: PlanRefusal| {
        let found = forecast(&people, wanted, &LAW).expect_err("refused");
        assert_eq!((found, found.name()), (expect, expect.name()));
    };
    check(&scenario("2022-12", "2022-10"), PlanRefusal::NoMonths);
    check(&scenario("2022-01", "2072-01"), PlanRefusal::TooManyMonths);
    let early = scenario("2014-01", "2014-02");
    let found = forecast(&people, &early, &LAW).expect_err("refused");
    assert!(matches!(found, PlanRefusal::RuleMissing(_)), "{found:?}");
    let dear = forecast(&people, &scenario("2022-10", "2022-12"), &dear_rulebook());
    assert_eq!(dear, Err(PlanRefusal::TooMuchMoney));
    assert_eq!(compare(&people, &[], &LAW), Err(PlanRefusal::NoMonths));
    let five = vec![scenario("2022-10", "2022-12"); 5];
    assert_eq!(compare(&people, &five, &LAW), Err(PlanRefusal::TooManyScenarios));
    assert_eq!(compare(&people, &five[..4], &LAW).expect("four").len(), 4);
}

#[test]
fn names_are_read_back() {
    for ages in Ages::ALL {
        assert_eq!(Ages::from_name(ages.name()), Some(ages));
    }
}

fn birth() -> impl Strategy<Value = Day> {
    (1950i16..2000, 1i8..13, 1i8..29).prop_map(|(y, m, d)| Day::new(y, m, d).expect("a day"))
}

fn village(number: u64) -> RegionCode {
    RegionCode::from_digits(6_401_052_001 + number, 4)
}

proptest! {
    /// Reduced or person by person, the same people cost the same, and every sum agrees.
    #[test]
    fn a_reduced_list_costs_what_its_people_cost(
        people in proptest::collection::vec((birth(), 0u64..4, 0usize..3), 1..40),
        leave in any::<bool>(),
        months in 1i32..30,
    ) {
        let works = ["petani", "nelayan", "ojek"];
        let ages = if leave { Ages::Leave } else { Ages::Stay };
        let first = month("2025-06");
        let wanted = Scenario { spans: vec![(first, first.plus(months - 1))], ages,
            ..scenario("2025-06", "2025-06") };
        let mut counter = PlanCounter::default();
        let mut by_hand = 0i64;
        for (birth, at, work) in &people {
            counter.add(&PlanPerson {
                ageing: Some(ageing_month(*birth)),
                occupation: Some(key(works[*work])),
                base: BPU,
                village: Some(village(*at)),
            }, 1);
            let limit = |on: Month| birth.age_on(on.first_day()) >= 65;
            if !limit(first) {
                let paid = first.through(first.plus(months - 1)).filter(|m| !leave || !limit(*m));
                by_hand += 16_800 * paid.count() as i64;
            }
        }
        let counted = counter.finish();
        prop_assert_eq!(counted.people(), people.len() as u64);
        match forecast(&counted, &wanted, &LAW) {
            Ok(found) => {
                prop_assert_eq!(found.total, Rupiah(by_hand));
                let sum = |amounts: Vec<Rupiah>| Rupiah::sum(amounts).expect("small");
                prop_assert_eq!(sum(found.lines.iter().map(|l| l.rupiah).collect()), found.total);
                prop_assert_eq!(
                    sum(found.by_village.iter().map(|s| s.rupiah).collect()),
                    found.total
                );
                prop_assert_eq!(
                    sum(found.by_occupation.iter().map(|s| s.rupiah).collect()),
                    found.total
                );
                prop_assert_eq!(found.people + found.refused, people.len() as u64);
                // Exactly the cost serves everybody; one rupiah less leaves somebody out.
                let all = affordable_people(&counted, &wanted, found.total, &LAW).expect("fits");
                prop_assert_eq!((all.people, all.leftover), (found.people, Rupiah::ZERO));
                if found.total > Rupiah::ZERO {
                    let less = Rupiah(found.total.0 - 1);
                    let some = affordable_people(&counted, &wanted, less, &LAW).expect("fits");
                    prop_assert!(some.people < found.people);
                }
            }
            Err(refusal) => prop_assert_eq!(refusal, PlanRefusal::NoPeople),
        }
    }
}
