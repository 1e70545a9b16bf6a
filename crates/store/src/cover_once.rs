//! One human who was paid for twice in a month counts once.
//!
//! Two records that turned out to be one stay paid for as they were. Of their months for one
//! scheme all but one are marked, from the moment at which that became so until it is so no more;
//! the sums of cover leave out what is marked. A mark that ended stays, as a covered month of
//! before does: by it the sums of a day in between are drawn up anew.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use base::id::kind;
use base::{Id, Month};
use rules::Scheme;

use crate::cover_sums::{self, Kept, day_of};
use crate::covered::read_kept;
use crate::merges::{self, Roots, root_of};
use crate::sql::{Sql, sql};
use crate::value::{Value, values};
use crate::{StoreError, Tx};

static MONTHS: Sql = sql!("cover_twice_month_list");
static MARKS: Sql = sql!("cover_twice_list");
static HOLDING: Sql = sql!("cover_twice_holding_list");
static INSERT: Sql = sql!("cover_twice_insert");
static END: Sql = sql!("cover_twice_end");
static DELETE: Sql = sql!("cover_twice_delete");

type PersonId = Id<kind::Person>;

/// Which covered month a mark is of.
type MarkOf = (PersonId, Scheme, Month, Id<kind::Transfer>);

/// A month that does not count, with when it was marked and until when it was.
struct Mark {
    month: Kept,
    from_ms: i64,
    until_ms: Option<i64>,
}

/// What a group of records that are one human needs: months to be marked, not before a moment, and
/// marks that hold no more.
#[derive(Default)]
struct Wanted {
    new: Vec<(Kept, i64)>,
    over: Vec<Mark>,
}

/// Marks what counts no more, and ends the marks of what counts again, for everybody for whom
/// these records stand or who stands for them, as known from a moment on.
pub(crate) fn settle(
    tx: &mut Tx<'_>,
    touched: impl IntoIterator<Item = PersonId>,
    at_ms: i64,
) -> Result<(), StoreError> {
    let roots = merges::roots(tx)?;
    settle_by(tx, &roots, touched, at_ms)
}

/// The same after months of people came or went. A record that is nobody else's has each month
/// once.
pub(crate) fn settle_merged(
    tx: &mut Tx<'_>,
    touched: impl Iterator<Item = PersonId>,
    at_ms: i64,
) -> Result<(), StoreError> {
    let roots = merges::roots(tx)?;
    if roots.is_empty() {
        return Ok(());
    }
    let stands: HashSet<PersonId> = roots.values().copied().collect();
    let merged: BTreeSet<PersonId> =
        touched.filter(|one| roots.contains_key(one) || stands.contains(one)).collect();
    settle_by(tx, &roots, merged, at_ms)
}

fn settle_by(
    tx: &mut Tx<'_>,
    roots: &Roots,
    touched: impl IntoIterator<Item = PersonId>,
    at_ms: i64,
) -> Result<(), StoreError> {
    let mut wanted = Wanted::default();
    for group in groups(roots, touched) {
        look(tx, &group, &mut wanted)?;
    }
    let tenant = tx.tenant();
    let mut counted: Vec<(Kept, i64, i64)> = Vec::new();
    let mut emptied: BTreeSet<Month> = BTreeSet::new();
    for Mark { month, from_ms, .. } in wanted.over {
        let until_ms = at_ms.max(from_ms);
        let [person, scheme, of, transfer] = key_values(&month);
        // Within one day nobody knew of it: nothing of it stays.
        match day_of(until_ms) == day_of(from_ms) {
            true => {
                emptied.insert(month.cover.month);
                tx.run(&DELETE, &[tenant.into(), person, scheme, of, transfer, from_ms.into()])?
            }
            false => {
                let from = from_ms.into();
                let values = [until_ms.into(), tenant.into(), person, scheme, of, transfer, from];
                tx.run(&END, &values)?
            }
        };
        counted.push((month, until_ms, 1));
    }
    for (month, not_before_ms) in wanted.new {
        let from_ms = at_ms.max(not_before_ms);
        let [person, scheme, of, transfer] = key_values(&month);
        let [place, occupation, sex, age_from] = month.cell.values();
        let programme = (&month.cover.programme).into();
        let values: [Value<'_>; 11] = [
            tenant.into(),
            person,
            scheme,
            of,
            transfer,
            from_ms.into(),
            programme,
            place,
            occupation,
            sex,
            age_from,
        ];
        tx.run(&INSERT, &values)?;
        counted.push((month, from_ms, -1));
    }
    cover_sums::count_each(tx, counted.iter().map(|(month, at, people)| (month, *at, *people)))?;
    cover_sums::sweep(tx, &emptied)
}

fn key_values(month: &Kept) -> [Value<'_>; 4] {
    let cover = &month.cover;
    values![&cover.person, cover.scheme.name(), cover.month, &cover.transfer]
}

/// The records of each human, whoever stands for the others first, then by number: the first of
/// them that has a month is the one that counts.
fn groups(roots: &Roots, touched: impl IntoIterator<Item = PersonId>) -> Vec<Vec<PersonId>> {
    let mut groups: BTreeMap<PersonId, BTreeSet<PersonId>> = BTreeMap::new();
    for one in touched {
        groups.entry(root_of(roots, one)).or_default();
    }
    for (away, root) in roots {
        if let Some(aside) = groups.get_mut(root) {
            aside.insert(*away);
        }
    }
    groups.into_iter().map(|(root, aside)| std::iter::once(root).chain(aside).collect()).collect()
}

/// Adds what the records of one human need.
fn look(tx: &mut Tx<'_>, group: &[PersonId], wanted: &mut Wanted) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let mut taken: HashSet<(Scheme, Month)> = HashSet::new();
    let mut twice: BTreeMap<MarkOf, Kept> = BTreeMap::new();
    let mut marks: Vec<Mark> = Vec::new();
    for person in group {
        for month in tx.all(&MONTHS, &values![tenant, person], read_kept)? {
            if !taken.insert((month.cover.scheme, month.cover.month)) {
                twice.insert(mark_of(&month), month);
            }
        }
        marks.extend(tx.all(&MARKS, &values![tenant, person], |columns| {
            let month = read_kept(columns)?;
            let from_ms = month.known_at_ms.unwrap_or_default();
            Ok(Mark { month, from_ms, until_ms: columns.take()? })
        })?);
    }
    // No mark begins before an earlier one of the month ended, whatever a clock shows.
    let mut ended: BTreeMap<MarkOf, i64> = BTreeMap::new();
    for mark in marks {
        let of = mark_of(&mark.month);
        match mark.until_ms {
            Some(until_ms) => {
                let last = ended.entry(of).or_insert(until_ms);
                *last = until_ms.max(*last);
            }
            None if twice.remove(&of).is_some() => {}
            None => wanted.over.push(mark),
        }
    }
    wanted.new.extend(twice.into_iter().map(|(of, month)| {
        let known_ms = month.known_at_ms.unwrap_or_default();
        let not_before_ms = ended.get(&of).map_or(known_ms, |until_ms| known_ms.max(*until_ms));
        (month, not_before_ms)
    }));
    Ok(())
}

fn mark_of(month: &Kept) -> MarkOf {
    let cover = &month.cover;
    (cover.person, cover.scheme, cover.month, cover.transfer)
}

/// How many months are marked that should not be, or are not and should be.
pub(crate) fn unlike(tx: &mut Tx<'_>) -> Result<usize, StoreError> {
    let (roots, everybody) = everybody(tx)?;
    let mut wanted = Wanted::default();
    for group in groups(&roots, everybody) {
        look(tx, &group, &mut wanted)?;
    }
    Ok(wanted.new.len() + wanted.over.len())
}

/// Marks anew what has to be marked.
pub(crate) fn settle_all(tx: &mut Tx<'_>, at_ms: i64) -> Result<(), StoreError> {
    let (roots, everybody) = everybody(tx)?;
    settle_by(tx, &roots, everybody, at_ms)
}

/// Every record that stepped aside, and every one with a mark that holds.
fn everybody(tx: &mut Tx<'_>) -> Result<(Roots, BTreeSet<PersonId>), StoreError> {
    let roots = merges::roots(tx)?;
    let mut found: BTreeSet<PersonId> = roots.keys().copied().collect();
    let tenant = tx.tenant();
    tx.each(&HOLDING, &values![tenant], |columns| {
        found.insert(columns.take()?);
        Ok(())
    })?;
    Ok((roots, found))
}
