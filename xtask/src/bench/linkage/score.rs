//! What pairs with probabilities are worth, held against the truth.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use anyhow::{Context, Result, bail};

/// Kinds that are facts or forms, not noise.
pub const FACTS: [&str; 6] = ["F_", "datef", "nikf", "src_", "dup_", "occ"];

/// A row as it is known to be; texts are numbers of an inventory.
struct Known {
    is_registered: bool,
    person: u32,
    household: u32,
    twin: u32,
    name: u32,
    birth: u32,
    kinds: Vec<u32>,
}

/// The truth of a set.
pub struct Truth {
    ids: HashMap<String, u32>,
    rows: Vec<Known>,
    texts: Vec<String>,
    /// Rows by person.
    people: HashMap<u32, Vec<u32>>,
    /// Pairs count between register and list only.
    is_link: bool,
}

/// The measures of one run.
#[derive(Debug, Default)]
pub struct Score {
    pub true_pairs: usize,
    /// Precision, recall and F1 of the pairs of 0.95 and more.
    pub at_threshold: [f64; 3],
    /// F1 at the best threshold, and that threshold.
    pub best: (f64, f64),
    /// Recall of the largest set of first pairs with precision .99 and .999.
    pub recall_at: [f64; 2],
    /// Part of the list's rows with the right person, or rightly new; of linking alone.
    pub rows_right: Option<f64>,
    /// False pairs of 0.95 and more by what binds the two.
    pub false_pairs: BTreeMap<String, usize>,
    /// Found and all true pairs by kind of noise.
    pub by_kind: BTreeMap<String, (usize, usize)>,
    /// How often a probability is right, by the classes of [`STEPS`] that have pairs.
    pub reliability: Vec<Reliability>,
}

/// The pairs of a class of probability.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reliability {
    /// Where the class begins.
    pub from: f64,
    pub pairs: usize,
    /// The mean of what was said.
    pub said: f64,
    /// The part that is one person.
    pub same: f64,
}

/// Where classes of probability begin.
const STEPS: [f64; 11] = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999];

/// From this probability on a pair counts as the same person.
const THRESHOLD: f64 = 0.95;

/// The cells of a line.
fn cells(line: &str) -> Vec<String> {
    let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    for letter in line.trim_end_matches('\r').chars() {
        match letter {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(std::mem::take(&mut cell)),
            _ => cell.push(letter),
        }
    }
    cells.push(cell);
    cells
}

impl Truth {
    /// Reads `truth.csv`.
    pub fn load(path: &Path, is_link: bool) -> Result<Truth> {
        let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
        Truth::parse(&text, is_link)
    }

    fn parse(text: &str, is_link: bool) -> Result<Truth> {
        let mut known: HashMap<String, u32> = HashMap::from([(String::new(), 0)]);
        let mut texts = vec![String::new()];
        let mut number = |text: &str| {
            *known.entry(text.to_owned()).or_insert_with(|| {
                texts.push(text.to_owned());
                texts.len() as u32 - 1
            })
        };
        let (mut ids, mut rows) = (HashMap::new(), Vec::new());
        let mut people: HashMap<u32, Vec<u32>> = HashMap::new();
        for line in text.lines().skip(1) {
            let cells = cells(line);
            let [id, source, person, household, twin, _, name, birth, kinds] = cells.as_slice()
            else {
                bail!("a line of the truth has nine columns");
            };
            let row = rows.len() as u32;
            let person = number(person);
            ids.insert(id.clone(), row);
            people.entry(person).or_default().push(row);
            rows.push(Known {
                is_registered: source == "R",
                person,
                household: number(household),
                twin: number(twin),
                name: number(name),
                birth: number(birth),
                kinds: kinds.split('|').filter(|kind| !kind.is_empty()).map(&mut number).collect(),
            });
        }
        Ok(Truth { ids, rows, texts, people, is_link })
    }

    /// Scores a CSV with the columns `id_l`, `id_r` and `prob`.
    pub fn score(&self, pairs: &Path) -> Result<Score> {
        let text = std::fs::read_to_string(pairs).with_context(|| pairs.display().to_string())?;
        self.score_text(&text)
    }

    fn score_text(&self, text: &str) -> Result<Score> {
        let found = self.read_pairs(text)?;
        let true_pairs = self.people.values().map(|rows| self.pairs_of(rows).count()).sum();
        let mut score = Score { true_pairs, ..Score::default() };
        self.rank(&found, &mut score);
        score.reliability = self.reliability(&found);
        for (&(a, b), _) in found.iter().filter(|(_, chance)| **chance >= THRESHOLD) {
            let (a, b) = (&self.rows[a as usize], &self.rows[b as usize]);
            if a.person != b.person {
                *score.false_pairs.entry(relation(a, b).to_owned()).or_default() += 1;
            }
        }
        if self.is_link {
            score.rows_right = Some(self.rows_right(&found));
        }
        for rows in self.people.values() {
            for pair in self.pairs_of(rows) {
                let is_found = found.get(&pair).is_some_and(|chance| *chance >= THRESHOLD);
                for kind in self.kinds_of(pair) {
                    let (hits, all) = score.by_kind.entry(kind).or_default();
                    *hits += usize::from(is_found);
                    *all += 1;
                }
            }
        }
        Ok(score)
    }

    /// Pairs with their highest probability, the lower row first.
    fn read_pairs(&self, text: &str) -> Result<HashMap<(u32, u32), f64>> {
        let mut lines = text.lines();
        let head = cells(lines.next().unwrap_or_default());
        let column = |name: &str| {
            let found = head.iter().position(|head| head.trim() == name);
            found.with_context(|| format!("the pairs have no column {name}"))
        };
        let columns = [column("id_l")?, column("id_r")?, column("prob")?];
        let mut found = HashMap::new();
        for line in lines {
            let cells = cells(line);
            let [left, right, chance] = columns.map(|at| cells.get(at).map_or("", String::as_str));
            let (Some(&left), Some(&right)) = (self.ids.get(left), self.ids.get(right)) else {
                continue;
            };
            if left == right || !self.counts(left, right) {
                continue;
            }
            let chance: f64 = chance.parse().context("a probability is a number")?;
            let best: &mut f64 = found.entry((left.min(right), left.max(right))).or_insert(chance);
            *best = best.max(chance);
        }
        Ok(found)
    }

    fn counts(&self, left: u32, right: u32) -> bool {
        let from = |row: u32| self.rows[row as usize].is_registered;
        !self.is_link || from(left) != from(right)
    }

    fn pairs_of<'a>(&'a self, rows: &'a [u32]) -> impl Iterator<Item = (u32, u32)> + 'a {
        let later = move |at: usize| rows[at + 1..].iter().map(move |other| (rows[at], *other));
        (0..rows.len()).flat_map(later).filter(|(left, right)| self.counts(*left, *right))
    }

    /// What depends on the order of the pairs.
    fn rank(&self, found: &HashMap<(u32, u32), f64>, score: &mut Score) {
        let is_true =
            |(a, b): (u32, u32)| self.rows[a as usize].person == self.rows[b as usize].person;
        let mut ranked: Vec<(f64, bool)> =
            found.iter().map(|(pair, chance)| (*chance, is_true(*pair))).collect();
        ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
        let all = score.true_pairs.max(1) as f64;
        let mut hits = 0;
        for (at, (chance, is_true)) in ranked.iter().enumerate() {
            hits += usize::from(*is_true);
            if ranked.get(at + 1).is_some_and(|next| next.0 == *chance) {
                continue;
            }
            let (precision, recall) = (hits as f64 / (at + 1) as f64, hits as f64 / all);
            let f1 = 2.0 * precision * recall / (precision + recall).max(f64::MIN_POSITIVE);
            if f1 > score.best.0 {
                score.best = (f1, *chance);
            }
            if *chance >= THRESHOLD {
                score.at_threshold = [precision, recall, f1];
            }
            for (floor, best) in [0.99, 0.999].into_iter().zip(&mut score.recall_at) {
                if precision >= floor {
                    *best = best.max(recall);
                }
            }
        }
    }

    fn reliability(&self, found: &HashMap<(u32, u32), f64>) -> Vec<Reliability> {
        let mut classes = [(0usize, 0f64, 0usize); STEPS.len()];
        for ((a, b), chance) in found {
            let Some(at) = STEPS.iter().rposition(|step| chance >= step) else { continue };
            let is_same = self.rows[*a as usize].person == self.rows[*b as usize].person;
            let (pairs, said, same) = classes[at];
            classes[at] = (pairs + 1, said + chance, same + usize::from(is_same));
        }
        let classes = STEPS.into_iter().zip(classes).filter(|(_, (pairs, ..))| *pairs > 0);
        let class = |(from, (pairs, said, same)): (f64, (usize, f64, usize))| Reliability {
            from,
            pairs,
            said: said / pairs as f64,
            same: same as f64 / pairs as f64,
        };
        classes.map(class).collect()
    }

    fn rows_right(&self, found: &HashMap<(u32, u32), f64>) -> f64 {
        let mut best: HashMap<u32, (f64, u32)> = HashMap::new();
        let mut pairs: Vec<_> = found.iter().filter(|(_, chance)| **chance >= THRESHOLD).collect();
        pairs.sort_by_key(|(pair, _)| **pair);
        for (&(a, b), &chance) in pairs {
            let (listed, registered) =
                if self.rows[a as usize].is_registered { (b, a) } else { (a, b) };
            let entry = best.entry(listed).or_insert((chance, registered));
            if chance > entry.0 {
                *entry = (chance, registered);
            }
        }
        let (mut right, mut all) = (0_u32, 0_u32);
        for (at, row) in self.rows.iter().enumerate().filter(|(_, row)| !row.is_registered) {
            let same = |other: u32| self.rows[other as usize].person == row.person;
            let is_known = self.people[&row.person]
                .iter()
                .any(|other| self.rows[*other as usize].is_registered);
            let is_right = match best.get(&(at as u32)) {
                Some((_, registered)) => same(*registered),
                None => !is_known,
            };
            right += u32::from(is_right);
            all += 1;
        }
        f64::from(right) / f64::from(all.max(1))
    }

    fn kinds_of(&self, (a, b): (u32, u32)) -> Vec<String> {
        let both = [a, b].map(|row| self.rows[row as usize].kinds.iter());
        let mut kinds: Vec<&str> =
            both.into_iter().flatten().map(|kind| self.texts[*kind as usize].as_str()).collect();
        kinds.sort_unstable();
        kinds.dedup();
        let noise = kinds.iter().filter(|kind| !FACTS.iter().any(|fact| kind.starts_with(fact)));
        let any = |start: &str| kinds.iter().any(|kind| kind.starts_with(start));
        let [nik, name, day] = ["nik_", "name_", "dob_"].map(any);
        let groups = [
            (noise.clone().count() == 0, "CLEAN"),
            (noise.count() >= 3, "NOISE3+"),
            (nik, "ANY_NIK"),
            (name, "ANY_NAME"),
            (day, "ANY_DOB"),
            (nik && name, "NIK+NAME"),
            (nik && name && day, "NIK+NAME+DOB"),
        ];
        let groups = groups.into_iter().filter(|(is_so, _)| *is_so).map(|(_, group)| group);
        groups.chain(kinds.iter().copied()).map(str::to_owned).collect()
    }
}

/// What binds two different people, the closest first.
fn relation(a: &Known, b: &Known) -> &'static str {
    match () {
        () if a.twin != 0 && a.twin == b.twin => "twin",
        () if a.household == b.household && a.name == b.name => "namesake of the household",
        () if a.household == b.household => "household",
        () if a.name == b.name && a.birth == b.birth => "same name and day",
        () if a.name == b.name => "same name",
        () if a.birth == b.birth => "same day",
        () => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRUTH: &str = "id,src,person_id,household_id,twin_id,nik_true,nama_true,lahir_true,kinds
R1,R,P1,H1,T1,1,Lina,1990-01-01,
R2,R,P2,H1,T1,2,Lini,1990-01-01,F_twin
R3,R,P3,H2,,3,Ali,1980-05-05,nik_digit
I1,I,P1,H1,T1,1,Lina,1990-01-01,
I2,I,P3,H2,,3,Ali,1980-05-05,name_typo|dob_year
I3,I,P4,H3,,4,Ali,1971-02-03,
";

    #[test]
    fn pairs_are_held_against_the_truth() {
        let truth = Truth::parse(TRUTH, true).expect("well formed");
        // R1 with R2 is within the register and does not count; R2 with I1 are twins.
        let pairs = "id_l,id_r,prob,why\nR1,I1,0.999,\"same, all\"\nI1,R2,0.96,\nR3,I3,0.4,\n\
                     R1,R2,1,\nR3,I2,0.5,\n";
        let score = truth.score_text(pairs).expect("well formed");
        assert_eq!(score.true_pairs, 2);
        // Said .96 of the twins, .999 of the first; .4 and .5 of the same and of two people.
        let class = |from, pairs, said, same| Reliability { from, pairs, said, same };
        assert_eq!(
            score.reliability,
            [
                class(0.25, 1, 0.4, 0.0),
                class(0.5, 1, 0.5, 1.0),
                class(0.95, 1, 0.96, 0.0),
                class(0.999, 1, 0.999, 1.0),
            ]
        );
        assert_eq!(score.at_threshold, [0.5, 0.5, 0.5]);
        assert_eq!(score.best, (0.8, 0.5));
        assert_eq!(score.recall_at, [0.5, 0.5]);
        // I1 is rightly R1, I2 is missed, I3 is rightly new.
        assert_eq!(score.rows_right, Some(2.0 / 3.0));
        assert_eq!(score.false_pairs, BTreeMap::from([("twin".to_owned(), 1)]));
        assert_eq!(score.by_kind["CLEAN"], (1, 1));
        assert_eq!(score.by_kind["NIK+NAME+DOB"], (0, 1));
        assert_eq!(score.by_kind["NOISE3+"], (0, 1));
    }

    #[test]
    fn in_one_file_every_two_rows_of_a_person_are_a_pair() {
        let truth = Truth::parse(TRUTH, false).expect("well formed");
        let score = truth.score_text("id_l,id_r,prob\nR1,R2,1\n").expect("well formed");
        assert_eq!((score.true_pairs, score.rows_right), (2, None));
        assert_eq!(score.at_threshold, [0.0, 0.0, 0.0]);
        assert!(truth.score_text("a,b\n").is_err());
    }
}
