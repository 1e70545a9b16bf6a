//! Which rows stand on which village's list, in which order, and what each is made to meet.

use std::collections::HashSet;

use base::{Gazetteer, RegionCode};

use super::dice::{Dice, apportion};
use super::fate::{FLAWS, Fate, Flaw};
use super::people::{Age, Household, Human, Numbering, Registry, VillageFacts, contradicting_date};
use super::style::{Column, Style};
use super::work;

/// One planned row.
#[derive(Clone)]
pub struct PlannedRow {
    pub human: Human,
    pub fate: Fate,
    pub flaw: Flaw,
    /// Whether the name is written a little differently than where it stood before.
    pub respelled: bool,
}

/// One planned village.
pub struct VillagePlan {
    pub region: RegionCode,
    pub name: String,
    pub district: String,
    pub style: Style,
    pub rows: Vec<PlannedRow>,
}

/// What the other offices know.
#[derive(Default)]
pub struct ReferencePlan {
    /// The registry's reply: its own spelling and date for each.
    pub dukcapil: Vec<Human>,
    pub insured: Vec<Human>,
    pub asn: Vec<Human>,
    pub dead: Vec<Human>,
}

/// Everything that is planned before a byte is written.
pub struct Plan {
    pub villages: Vec<VillagePlan>,
    pub references: ReferencePlan,
}

/// How many good rows and which other fates a village gets.
#[derive(Default, Clone)]
struct Quota {
    good: u32,
    fates: Vec<Fate>,
}

/// Streams of chance: 0 for the plan, 1 for the reference lists, then two per village.
const PLAN_STREAM: u64 = 0;

/// Plans the first so many villages of Paser in the order of their codes, or all of them.
pub fn plan(seed: u64, villages: Option<usize>, gazetteer: &Gazetteer) -> Plan {
    let paser = RegionCode::from_digits(6401, 2);
    let regions: Vec<RegionCode> =
        gazetteer.children(paser).flat_map(|district| gazetteer.children(district)).collect();
    let whole = regions.len();
    let villages = villages.unwrap_or(whole);
    assert!(villages >= 1 && villages <= whole, "Paser has so many villages");
    let mut dice = Dice::new(seed, PLAN_STREAM);
    let styles = Style::draw_all(&mut dice, whole);
    let quotas = draw_quotas(&mut dice, villages, whole, &styles);
    let mut making = Making {
        dice: Dice::new(seed, PLAN_STREAM + 1),
        registry: Registry::new(),
        repeated: HashSet::new(),
        made: Plan { villages: Vec::new(), references: ReferencePlan::default() },
    };
    for ((region, style), quota) in regions.into_iter().zip(styles).zip(quotas) {
        let name = gazetteer.name(region).unwrap_or_default().to_owned();
        let district = gazetteer.name(region.at_level(3)).unwrap_or_default().to_owned();
        making.village(VillagePlan { region, name, district, style, rows: Vec::new() }, quota);
    }
    making.strangers(villages, whole);
    making.made
}

fn draw_quotas(dice: &mut Dice, villages: usize, whole: usize, styles: &[Style]) -> Vec<Quota> {
    let share = |count: u32| {
        let (villages, whole) = (villages as u64, whole as u64);
        ((u64::from(count) * villages).div_ceil(whole)) as u32
    };
    let mut weights: Vec<u64> = (0..villages).map(|_| village_weight(dice)).collect();
    // One whole file comes back: its NIK column was rounded from top to bottom.
    let ruined = (villages >= 6).then(|| {
        (0..villages).find(|&at| styles[at].keeps_numbers()).expect("most files keep numbers")
    });
    if let Some(at) = ruined {
        weights[at] = 0;
    }
    let good = apportion(share(Fate::Good.count()), &weights);
    let mut quotas: Vec<Quota> =
        good.into_iter().map(|good| Quota { good, fates: Vec::new() }).collect();
    spread_rounded(dice, &mut quotas, share(Fate::NikRounded.count()), ruined);
    for &fate in &Fate::ALL[1..] {
        let homes: Vec<u32> = (0..villages)
            .map(|at| if takes(fate, at, &quotas, styles) { quotas[at].good } else { 0 })
            .collect();
        if fate == Fate::NikRounded || homes.iter().sum::<u32>() == 0 {
            continue;
        }
        // A pair is one entry of the quota.
        let rows_each = if fate.is_paired() { 2 } else { 1 };
        for _ in 0..share(fate.count() / rows_each) {
            quotas[dice.weighted(&homes)].fates.push(fate);
        }
    }
    quotas
}

/// A size whose logarithm is nearly normal: a product of even factors, in integers.
fn village_weight(dice: &mut Dice) -> u64 {
    let product = (0..6).fold(1_000_000u64, |size, _| size * dice.between(55, 150) as u64 / 100);
    product + 150_000
}

/// Rounded numbers come in stretches: one whole file and the ends of a few others.
fn spread_rounded(dice: &mut Dice, quotas: &mut [Quota], count: u32, ruined: Option<usize>) {
    let whole_file = ruined.map_or(0, |_| count * 3 / 10);
    if let Some(at) = ruined {
        quotas[at].fates.extend((0..whole_file).map(|_| Fate::NikRounded));
    }
    let stretches = if ruined.is_some() { 5 } else { 1 };
    for part in apportion(count - whole_file, &vec![1; stretches]) {
        let homes: Vec<u32> = quotas.iter().map(|quota| quota.good).collect();
        let at = dice.weighted(&homes);
        quotas[at].fates.extend((0..part).map(|_| Fate::NikRounded));
    }
}

/// Whether a village can be given a row of this fate.
fn takes(fate: Fate, at: usize, quotas: &[Quota], styles: &[Style]) -> bool {
    let earlier = |needs_mother: bool| {
        (0..at)
            .any(|before| quotas[before].good >= 20 && (!needs_mother || styles[before].mother()))
    };
    match fate {
        // Only the mother's name tells that somebody of another village is the same person.
        Fate::OtherNik => styles[at].mother() && earlier(true),
        _ if fate.needs_earlier_file() => earlier(false),
        Fate::Outside => styles[at].has(Column::District),
        _ => true,
    }
}

struct Making {
    dice: Dice,
    registry: Registry,
    /// Numbers of people who already stand on two lists: nobody stands on three.
    repeated: HashSet<u64>,
    made: Plan,
}

impl Making {
    fn village(&mut self, mut plan: VillagePlan, quota: Quota) {
        self.registry.enter_village();
        let total = quota.good + quota.fates.len() as u32;
        let facts = VillageFacts {
            region: plan.region,
            district: plan.district.clone(),
            coastal: is_coastal(plan.region) && self.dice.chance(400),
            rt_count: (total / 40).clamp(2, 24) as u8,
        };
        while (plan.rows.len() as u32) < quota.good {
            let left = quota.good - plan.rows.len() as u32;
            let members = 1 + self.dice.weighted(&[55, 33, 12]) as u32;
            let home = self.registry.household(&mut self.dice, &facts);
            for _ in 0..members.min(left) {
                let row = self.good_row(&facts, &home);
                plan.rows.push(row);
            }
        }
        plan.rows.sort_by_key(|row| (row.human.rt, row.human.no_kk));
        let (rounded, others): (Vec<Fate>, Vec<Fate>) =
            quota.fates.into_iter().partition(|fate| *fate == Fate::NikRounded);
        let (twice, others): (Vec<Fate>, Vec<Fate>) =
            others.into_iter().partition(|fate| *fate == Fate::DuplicateInFile);
        for fate in others {
            let row = self.bad_row(&facts, fate);
            let second = fate.is_paired().then(|| self.second_of_pair(&facts, &row));
            for row in [Some(row), second].into_iter().flatten() {
                let at = self.dice.below(plan.rows.len() as u32 + 1) as usize;
                plan.rows.insert(at, row);
            }
        }
        for fate in twice {
            self.repeat_in_file(&mut plan.rows, fate);
        }
        for fate in rounded {
            let row = self.bad_row(&facts, fate);
            plan.rows.push(row);
        }
        self.made.villages.push(plan);
    }

    fn good_row(&mut self, facts: &VillageFacts, home: &Household) -> PlannedRow {
        let (dice, registry) = (&mut self.dice, &mut self.registry);
        let flaw = FLAWS[dice.weighted(&FLAWS.map(|(_, permille)| permille))].0;
        let mut human = registry.person(dice, facts, home, Age::Working);
        match flaw {
            Flaw::BirthContradictsNik => {
                let numbering =
                    Numbering { birth: contradicting_date(dice, human.birth), sex: human.sex };
                human.nik = registry.nik(dice, facts.region, &numbering);
            }
            Flaw::SexContradictsNik => {
                let numbering = Numbering { birth: human.birth, sex: other_sex(human.sex) };
                human.nik = registry.nik(dice, facts.region, &numbering);
            }
            _ => {}
        }
        let mut known = human.clone();
        match flaw {
            Flaw::DukcapilName => known.name = registry.other_name(dice, &human, human.sex),
            Flaw::DukcapilBirth => known.birth = contradicting_date(dice, human.birth),
            _ => {}
        }
        if flaw != Flaw::DukcapilAbsent {
            self.made.references.dukcapil.push(known);
        }
        PlannedRow { human, fate: Fate::Good, flaw, respelled: false }
    }

    fn bad_row(&mut self, facts: &VillageFacts, fate: Fate) -> PlannedRow {
        let home = self.registry.household(&mut self.dice, facts);
        let age = match fate {
            Fate::AgeOver => Age::Old,
            Fate::AgeUnder => Age::Child,
            Fate::NikSharedInFile => Age::Settled,
            _ => Age::Working,
        };
        let mut human = self.registry.person(&mut self.dice, facts, &home, age);
        if fate == Fate::OccupationOutside {
            human.work = work::draw_outside(&mut self.dice);
        }
        match fate {
            Fate::NikShared => {
                let mut owner = self.somebody_earlier(false);
                while owner.name[..1] == human.name[..1] || owner.birth.year() > 1990 {
                    owner = self.somebody_earlier(false);
                }
                human.nik = owner.nik;
            }
            Fate::OtherNik | Fate::OnEarlierList => {
                let known = self.somebody_earlier(fate == Fate::OtherNik);
                let home = human.clone();
                human = Human { street: home.street, rt: home.rt, rw: home.rw, ..known };
            }
            _ => {}
        }
        if fate == Fate::OtherNik {
            let numbering = Numbering { birth: human.birth, sex: human.sex };
            human.nik = self.registry.nik(&mut self.dice, facts.region, &numbering);
        } else if !fate.needs_earlier_file() {
            let references = &mut self.made.references;
            references.dukcapil.push(human.clone());
            match fate {
                Fate::Dead => references.dead.push(human.clone()),
                Fate::Asn => references.asn.push(human.clone()),
                Fate::Insured => references.insured.push(human.clone()),
                _ => {}
            }
        }
        let respelled = fate == Fate::OnEarlierList;
        PlannedRow { human, fate, flaw: Flaw::None, respelled }
    }

    /// The other row of a pair: another person with the NIK of the first, or the reverse.
    fn second_of_pair(&mut self, facts: &VillageFacts, first: &PlannedRow) -> PlannedRow {
        let (dice, registry) = (&mut self.dice, &mut self.registry);
        let home = registry.household(dice, facts);
        let human = if first.fate == Fate::OtherNikInFile {
            let numbering = Numbering { birth: first.human.birth, sex: first.human.sex };
            Human { nik: registry.nik(dice, facts.region, &numbering), ..first.human.clone() }
        } else {
            let other = registry.person(dice, facts, &home, Age::Working);
            let name = registry.other_name(dice, &first.human, other.sex);
            Human { nik: first.human.nik, name, ..other }
        };
        PlannedRow { human, ..first.clone() }
    }

    /// A good person without flaw from a village planned before, never the same one twice.
    fn somebody_earlier(&mut self, mother: bool) -> Human {
        let villages: Vec<&VillagePlan> =
            self.made.villages.iter().filter(|village| !mother || village.style.mother()).collect();
        let sizes: Vec<u32> = villages
            .iter()
            .map(|village| village.rows.iter().filter(|row| row.fate == Fate::Good).count() as u32)
            .collect();
        loop {
            let village = villages[self.dice.weighted(&sizes)];
            let row = self.dice.pick(&village.rows);
            let whole = row.fate == Fate::Good && row.flaw == Flaw::None;
            if whole && self.repeated.insert(row.human.nik) {
                return row.human.clone();
            }
        }
    }

    /// Writes somebody of the list a second time further down.
    fn repeat_in_file(&mut self, rows: &mut Vec<PlannedRow>, fate: Fate) {
        loop {
            let at = self.dice.below(rows.len() as u32) as usize;
            let first = &rows[at];
            let whole = first.fate == Fate::Good && first.flaw == Flaw::None;
            if whole && self.repeated.insert(first.human.nik) {
                let respelled = self.dice.chance(400);
                let again = PlannedRow { fate, respelled, ..first.clone() };
                let room = (rows.len() - at) as u32;
                rows.insert(at + 1 + self.dice.below(room) as usize, again);
                return;
            }
        }
    }

    /// Fills the reference lists with people of the regency who are on no village's list.
    fn strangers(&mut self, villages: usize, whole: usize) {
        let region = self.made.villages[0].region;
        let district = self.made.villages[0].district.clone();
        let facts = VillageFacts { region, district, coastal: false, rt_count: 12 };
        let share = |count: usize| (count * villages).div_ceil(whole);
        for (count, list) in [(1_840, 0), (1_770, 1), (670, 2)] {
            for _ in 0..share(count) {
                // Their births need be apart from nobody's: each list is read by NIK.
                self.registry.enter_village();
                let home = self.registry.household(&mut self.dice, &facts);
                let human = self.registry.person(&mut self.dice, &facts, &home, Age::Working);
                let references = &mut self.made.references;
                match list {
                    0 => references.insured.push(human),
                    1 => references.asn.push(human),
                    _ => references.dead.push(human),
                }
            }
        }
        let references = &mut self.made.references;
        for list in [
            &mut references.dukcapil,
            &mut references.insured,
            &mut references.asn,
            &mut references.dead,
        ] {
            self.dice.shuffle(list);
        }
    }
}

/// Kecamatan by the Strait of Makassar: Tanjung Harapan, Tanah Grogot, Kuaro, Long Ikis, Long Kali.
fn is_coastal(village: RegionCode) -> bool {
    matches!(village.at_level(3).digits() % 100, 2 | 4 | 5 | 6 | 8)
}

fn other_sex(sex: base::Sex) -> base::Sex {
    match sex {
        base::Sex::Male => base::Sex::Female,
        base::Sex::Female => base::Sex::Male,
    }
}
