//! The practice Paser holds what it promises.

mod outcomes;

use std::collections::{BTreeMap, HashMap, HashSet};

use base::region::GazetteerSources;
use base::{Nik, NikProblem, Sex};
use domain::occupation::{OccupationMatch, Occupations};

use super::people::Human;
use super::plan::{Plan, PlannedRow, plan};
use super::style::Format;
use super::*;

fn gazetteer() -> Gazetteer {
    Gazetteer::new(GazetteerSources {
        regions: include_str!("../../../../regions/provinces_to_districts.csv"),
        villages: &[include_str!("../../../../regions/villages/64.csv")],
        legacy: "old_code,old_name,last_edition,successor_code\n",
        renamed: "code,earlier_name,last_edition\n",
        vacated: "code,believed_name\n",
    })
    .expect("the texts under regions/ are in order")
}

fn whole() -> Plan {
    plan(DEMO_SEED, None, &gazetteer())
}

fn rows(plan: &Plan) -> impl Iterator<Item = &PlannedRow> {
    plan.villages.iter().flat_map(|village| &village.rows)
}

fn good(plan: &Plan) -> impl Iterator<Item = &PlannedRow> {
    rows(plan).filter(|row| row.fate == Fate::Good)
}

fn nik_of(human: &Human) -> Result<Nik, NikProblem> {
    Nik::parse(&format!("{:016}", human.nik))
}

/// A digest that no upgrade of a library can change.
fn fnv(bytes: impl IntoIterator<Item = u8>) -> u64 {
    bytes.into_iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    })
}

fn grids_digest(seed: u64, villages: usize) -> u64 {
    let planned = plan(seed, Some(villages), &gazetteer());
    let mut hash = 0u64;
    for village in &planned.villages {
        let (grids, _) = layout::lay_out(&mut Dice::new(seed, village.region.digits()), village);
        for cell in grids.iter().flat_map(|grid| grid.rows.iter().flatten()) {
            hash = hash.rotate_left(1) ^ fnv(format!("{cell:?}").bytes());
        }
    }
    hash
}

#[test]
fn a_seed_gives_the_same_cells_for_ever() {
    assert_eq!(grids_digest(7, 3), DIGEST_OF_SEED_7);
    assert_ne!(grids_digest(8, 3), DIGEST_OF_SEED_7);
}

const DIGEST_OF_SEED_7: u64 = 14_526_444_959_067_671_050;

#[test]
fn two_runs_give_the_same_bytes() {
    let options = PracticeOptions { seed: 7, scale: Scale::Villages(12) };
    let [first, second] = [(); 2].map(|()| practice(options, &gazetteer(), &mut |_, _| {}));
    for (one, other) in first.villages.iter().zip(&second.villages) {
        assert_eq!(one.files[0].name, other.files[0].name);
        assert!(one.files[0].bytes == other.files[0].bytes, "{}", one.files[0].name);
    }
    for (one, other) in first.references.iter().zip(&second.references) {
        assert!(one.file.bytes == other.file.bytes, "{}", one.file.name);
    }
}

#[test]
fn the_whole_paser_adds_up() {
    let options = PracticeOptions { seed: DEMO_SEED, scale: Scale::WholePaser };
    let mut heard = Vec::new();
    let made = practice(options, &gazetteer(), &mut |done, total| heard.push((done, total)));
    assert_eq!((heard.len(), heard.last()), (144, Some(&(144, 144))));
    assert_eq!((made.villages.len(), made.references.len()), (144, 4));
    assert_eq!((made.truth.approvable, made.truth.rows_people), (32_268, 36_000));
    let names: HashSet<&str> =
        made.villages.iter().flat_map(|village| &village.files).map(|file| &*file.name).collect();
    assert_eq!(names.len(), 144);
    let mut by_fate: BTreeMap<Fate, u32> = BTreeMap::new();
    for row in made.truth.villages.iter().flat_map(|village| &village.rows) {
        *by_fate.entry(row.fate).or_default() += 1;
    }
    for &fate in Fate::ALL {
        assert_eq!(by_fate.get(&fate), Some(&fate.count()), "{fate:?}");
    }
}

#[test]
fn any_scale_adds_up() {
    for (villages, seed) in [(1u16, 1u64), (2, 2), (5, 3), (6, 4), (20, 5)] {
        let options = PracticeOptions { seed, scale: Scale::Villages(villages) };
        let truth = practice(options, &gazetteer(), &mut |_, _| {}).truth;
        let share = (32_268 * u32::from(villages)).div_ceil(144);
        assert_eq!(truth.approvable, share, "{villages} villages");
        let listed: usize = truth.villages.iter().map(|village| village.rows.len()).sum();
        assert_eq!(listed, truth.rows_people as usize);
    }
}

#[test]
fn good_people_are_well_formed_of_working_age_and_unlike_one_another() {
    let planned = whole();
    let (mut niks, mut named) = (HashSet::new(), HashSet::new());
    for human in good(&planned).map(|row| &row.human) {
        let nik = nik_of(human).expect("well formed");
        assert!(niks.insert(nik));
        assert!(named.insert((human.name.to_lowercase(), human.birth)));
        for birth in [human.birth, nik.birth(registration_day()).expect("a date").day] {
            assert!((18..=64).contains(&birth.age_on(registration_day())));
        }
        assert!(base::NoKk::parse(&format!("{:016}", human.no_kk)).is_ok());
        assert!(base::PersonName::parse(&human.name).is_ok());
    }
    for village in &planned.villages {
        let births: HashSet<Day> = village
            .rows
            .iter()
            .filter(|row| row.fate == Fate::Good)
            .map(|row| row.human.birth)
            .collect();
        let good = village.rows.iter().filter(|row| row.fate == Fate::Good).count();
        assert_eq!(births.len(), good, "{}", village.region);
    }
}

#[test]
fn bad_rows_meet_nobody_but_the_one_intended() {
    let planned = whole();
    let mut first: HashMap<u64, (usize, usize)> = HashMap::new();
    let mut pairs: HashMap<u64, Vec<usize>> = HashMap::new();
    for (at, village) in planned.villages.iter().enumerate() {
        for (row, planned) in village.rows.iter().enumerate() {
            let human = &planned.human;
            let known = first.get(&human.nik).copied();
            match planned.fate {
                Fate::DuplicateInFile => assert!(known.is_some_and(|(before, _)| before == at)),
                Fate::NikSharedInFile => {
                    pairs.entry(human.nik).or_default().push(at);
                }
                Fate::NikShared | Fate::OnEarlierList => {
                    assert!(known.is_some_and(|(before, _)| before < at));
                }
                _ => assert_eq!(known, None, "{:?}", planned.fate),
            }
            if planned.fate == Fate::Good {
                first.insert(human.nik, (at, row));
            }
            let age = human.birth.age_on(registration_day());
            match planned.fate {
                Fate::AgeOver => assert!((65..=84).contains(&age)),
                Fate::AgeUnder => assert!((11..=14).contains(&age) && human.sex == Sex::Female),
                _ => assert!((18..=64).contains(&age)),
            }
        }
    }
    assert_eq!(pairs.len(), 8);
    assert!(pairs.values().all(|pair| pair.len() == 2 && pair[0] == pair[1]));
}

#[test]
fn reference_lists_name_whom_they_are_meant_to() {
    let planned = whole();
    let on = |list: &[Human]| list.iter().map(|human| human.nik).collect::<HashSet<u64>>();
    let references = &planned.references;
    let lists = [
        (Fate::Insured, on(&references.insured)),
        (Fate::Asn, on(&references.asn)),
        (Fate::Dead, on(&references.dead)),
    ];
    for row in rows(&planned) {
        for (fate, list) in &lists {
            assert_eq!(list.contains(&row.human.nik), row.fate == *fate, "{:?}", row.fate);
        }
    }
    let registry = on(&references.dukcapil);
    assert_eq!(registry.len(), references.dukcapil.len());
    let absent: Vec<Flaw> = good(&planned)
        .filter(|row| !registry.contains(&row.human.nik))
        .map(|row| row.flaw)
        .collect();
    assert!(absent.len() > 10 && absent.iter().all(|flaw| *flaw == Flaw::DukcapilAbsent));
}

#[test]
fn the_dirt_is_that_of_a_real_register() {
    let planned = whole();
    let total = good(&planned).count() as f64;
    let near = |what: &str, count: usize, percent: f64, by: f64| {
        let found = count as f64 * 100.0 / total;
        assert!((found - percent).abs() <= by, "{what}: {found:.2} %");
    };
    let contradicting = good(&planned)
        .filter(|row| !nik_of(&row.human).expect("well formed").agrees_with_birth(row.human.birth));
    near("birth dates against the NIK", contradicting.count(), 8.3, 0.5);
    let foreign = good(&planned).filter(|row| row.human.nik / 1_000_000_000_000 != 6_401);
    near("NIK of elsewhere", foreign.count(), 0.5, 0.15);
    let single = good(&planned).filter(|row| !row.human.name.contains(' '));
    near("one-word names", single.count(), 41.0, 1.0);
    let mut sharing = 0;
    for village in &planned.villages {
        let mut names: HashMap<&str, usize> = HashMap::new();
        for row in village.rows.iter().filter(|row| row.fate == Fate::Good) {
            *names.entry(&row.human.name).or_default() += 1;
        }
        sharing += names.values().filter(|count| **count > 1).sum::<usize>();
    }
    near("people who share their name in the village", sharing, 12.0, 1.2);
    let formats: HashSet<Format> =
        planned.villages.iter().map(|village| village.style.format).collect();
    assert_eq!(formats.len(), 9);
    let wordings: HashSet<usize> =
        planned.villages.iter().map(|village| village.style.wording).collect();
    assert_eq!(wordings.len(), 20);
    let empty: Vec<usize> =
        planned.villages.iter().map(|village| village.rows.len()).filter(|n| *n < 40).collect();
    assert!(empty.is_empty(), "villages have a list worth sending: {empty:?}");
}

#[test]
fn occupations_are_written_in_words_that_the_list_knows() {
    let list = Occupations::builtin();
    for work in work::WORKS {
        for words in work.words {
            let typed = words.replace("{rt}", "03").replace("{rw}", "02");
            let (OccupationMatch::Exact(key) | OccupationMatch::Synonym(key)) = list.find(&typed)
            else {
                panic!("{typed} is not known for certain");
            };
            assert_eq!(&*key.0, work.key, "{typed}");
        }
    }
    for typed in work::UNKNOWN_WORDS {
        assert_eq!(list.find(typed), OccupationMatch::Unknown, "{typed}");
    }
}

#[test]
fn large_lists_and_registers_are_the_same_people() {
    let mut text = Vec::new();
    bulk::big_csv(5, 990..1_010, &mut text).expect("memory takes everything");
    let text = String::from_utf8(text).expect("UTF-8");
    assert_eq!(text.lines().count(), 21);
    let gazetteer = gazetteer();
    let register: Vec<_> = bulk::registered(5, 1_000..40_000, &gazetteer).collect();
    let niks: HashSet<Nik> = register.iter().map(|person| person.nik).collect();
    assert_eq!(niks.len(), 39_000);
    let first = text.lines().nth(11).expect("the eleventh").split(',').collect::<Vec<_>>();
    assert_eq!(first[1], register[0].nik.reveal());
    assert_eq!(first[3], register[0].name.as_str());
    assert!(text.lines().all(|line| line.split(',').count() == 12));
}
