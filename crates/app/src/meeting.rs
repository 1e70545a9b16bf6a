//! Rows about people held against records: by the number where there is one, else by everything
//! else. Lists of the dead and leads ask the same question: is this one of those?

use std::collections::HashMap;

use base::{Nik, PersonName};
use domain::registry::Person;
use linkage::decide::{Decision, Thresholds, decide};
use linkage::engine::Prepared;
use linkage::model::Model;
use linkage::record::Record;
use linkage::{NameAgreement, names_agree};

use crate::office::Office;

/// A row that met a record.
pub(crate) struct Met {
    /// The row.
    pub row: usize,
    /// The record, by its place.
    pub person: usize,
    /// How alike, in thousandths of a bit.
    pub score: i32,
    /// What was found in each field; empty when a number alone said it.
    pub levels: Vec<u8>,
    /// Whether it is surely the same human; else a human is asked.
    pub sure: bool,
}

/// What a number that is the same weighs where no record was compared.
const SURE: i32 = 30_000;

impl Office {
    /// Which rows meet which records, in the order of the rows. A row is a number and a name, as
    /// far as they are known; `record_of` reads the rest of it where the number finds nobody.
    pub(crate) fn meet(
        &self,
        rows: &[(Option<Nik>, Option<&PersonName>)],
        people: &[Person],
        record_of: impl Fn(usize) -> Record,
    ) -> Vec<Met> {
        let by_nik: HashMap<u64, usize> =
            people.iter().enumerate().map(|(at, one)| (one.nik.as_u64(), at)).collect();
        let mut met = Vec::new();
        let mut open = Vec::new();
        for (row, (nik, name)) in rows.iter().enumerate() {
            let person = nik.and_then(|nik| by_nik.get(&nik.as_u64()).copied());
            match person {
                Some(person) => {
                    let sure = !is_another_name(*name, &people[person]);
                    met.push(Met { row, person, score: SURE, levels: Vec::new(), sure });
                }
                None => open.push(row),
            }
        }
        if open.is_empty() {
            return met;
        }
        let mut left =
            bulk::linkage::prepare(people.iter().map(|one| self.record_of(one)).collect());
        let records = open.iter().map(|row| record_of(*row)).collect();
        let mut right: Prepared = bulk::linkage::prepare(records);
        let edges = bulk::linkage::link(&mut left, &mut right, Model::shipped(), &mut |_| {});
        let mut found: HashMap<u32, Vec<(u32, i32)>> = HashMap::new();
        for edge in edges {
            found.entry(edge.right).or_default().push((edge.left, edge.score));
        }
        for (at, row) in (0u32..).zip(&open) {
            let Some(likely) = found.get_mut(&at) else { continue };
            likely.sort_by_key(|(left, score)| (std::cmp::Reverse(*score), *left));
            let (person, sure) = match decide(likely, Thresholds::default()) {
                Decision::Same(person) => (person, true),
                Decision::Ask(person) => (person, false),
                Decision::New => continue,
            };
            let levels = left.compare(person, &right, at).to_vec();
            let score = likely[0].1;
            met.push(Met { row: *row, person: person as usize, score, levels, sure });
        }
        met.sort_by_key(|one| one.row);
        met
    }
}

/// Whether a name beside a number is surely another one's than the record's.
pub(crate) fn is_another_name(name: Option<&PersonName>, person: &Person) -> bool {
    let own = person.name.as_str();
    name.is_some_and(|name| names_agree(name.as_str(), own) == NameAgreement::Different)
}
