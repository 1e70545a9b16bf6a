//! What is said to the table that all regencies share: every statement is a short transaction of
//! its own, found by number and month, and may be done twice (docs/decisions/0052).

use std::collections::{BTreeMap, HashMap, HashSet};

use base::Month;

use super::{AT_ONCE, HoldState, LIMIT_MS, NikKey, among, by_turn, in_order, json, key, mark, put};
use crate::sql::{Sql, sql, sql_twin};
use crate::value::values;
use crate::{Store, StoreError, Tx};

static SWEEP: Sql = sql_twin!("nik_month_sweep");
static RESERVE: Sql = sql_twin!("nik_month_reserve");
static REFRESH: Sql = sql_twin!("nik_month_refresh");
static CONFIRM: Sql = sql_twin!("nik_month_confirm");
static RELEASE: Sql = sql_twin!("nik_month_release");
static GIVE_BACK: Sql = sql_twin!("nik_month_give_back");
static MINE: Sql = sql_twin!("nik_month_mine");
static ELSEWHERE: Sql = sql_twin!("nik_month_elsewhere");
static OTHERS: Sql = sql_twin!("nik_month_others");
static MISSING: Sql = sql_twin!("nik_hold_missing");
static UNKNOWN: Sql = sql_twin!("nik_hold_unknown");
static HOLD_FORGET: Sql = sql_twin!("nik_hold_forget");
static HOLD_OPEN: Sql = sql!("nik_hold_open");

/// How often a statement is tried while somebody else is in the way.
const TRIES: u32 = 5;

/// How often [`settle`] begins again while others change what is to be done.
const ROUNDS: u32 = 4;

/// What [`settle`] came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Settled {
    /// Months of people that are the regency's for good now.
    pub confirmed: u64,
    /// Months of people that another regency has.
    pub lost: u64,
    /// Months of people that were released.
    pub released: u64,
    /// What is still to be done: somebody else was in the way.
    pub open: u64,
}

/// Months that other regencies have, and not which.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Elsewhere {
    /// Paid for there.
    pub confirmed: HashSet<NikKey>,
    /// Reserved there: confirmed soon, or given back.
    pub reserved: HashSet<NikKey>,
}

/// Which of them another regency has now: a look, which claims nothing. Where no other regency has
/// anything of the month, that is all that is asked.
pub fn elsewhere(
    tx: &mut Tx<'_>,
    month: Month,
    wanted: &[NikKey],
) -> Result<Elsewhere, StoreError> {
    let mut found = Elsewhere::default();
    if wanted.is_empty() || !has_others(tx, month)? {
        return Ok(found);
    }
    for some in in_order(wanted).chunks(AT_ONCE) {
        tx.each(&ELSEWHERE, &values![tx.tenant(), month, json(some)], |columns| {
            let key = key(columns.take()?)?;
            match columns.take::<i64>()? {
                1 => found.confirmed.insert(key),
                _ => found.reserved.insert(key),
            };
            Ok(())
        })?;
    }
    Ok(found)
}

/// The same, or nothing when a server of the register does not answer; the transaction goes on.
pub fn elsewhere_if_all_answer(
    tx: &mut Tx<'_>,
    month: Month,
    wanted: impl FnOnce(&mut Tx<'_>) -> Result<Vec<NikKey>, StoreError>,
) -> Result<Option<Elsewhere>, StoreError> {
    if !tx.link().is_postgres() {
        return Ok(Some(Elsewhere::default()));
    }
    tx.unless_away(|tx| {
        if !has_others(tx, month)? {
            return Ok(Elsewhere::default());
        }
        let wanted = wanted(tx)?;
        elsewhere(tx, month, &wanted)
    })
}

/// Whether any other regency has anything of a month.
fn has_others(tx: &mut Tx<'_>, month: Month) -> Result<bool, StoreError> {
    let found = tx.one(&OTHERS, &values![tx.tenant(), month], |columns| columns.take::<i64>())?;
    Ok(found.is_some())
}

/// Reserves a month of numbers, each with the turn that the regency is at, for so long; those that
/// are the regency's afterwards, with the turn to hold them by. Never inside a transaction of the
/// regency. The same again is no change but of the limit.
///
/// # Errors
/// [`StoreError::Busy`] when somebody else was in the way for too long, and
/// [`StoreError::Unavailable`]: what was reserved until then is given back, or lapses by itself.
pub fn reserve(
    store: &Store,
    month: Month,
    wanted: &[(NikKey, i64)],
    limit_ms: i64,
) -> Result<HashMap<NikKey, i64>, StoreError> {
    let mut granted = HashMap::new();
    let done = reserve_some(store, month, (wanted, limit_ms), &mut granted);
    if done.is_err() {
        let keys: Vec<NikKey> = granted.keys().copied().collect();
        let _ = give_back(store, month, &keys);
    }
    done.map(|()| granted)
}

fn reserve_some(
    store: &Store,
    month: Month,
    (wanted, limit_ms): (&[(NikKey, i64)], i64),
    granted: &mut HashMap<NikKey, i64>,
) -> Result<(), StoreError> {
    for (turn, keys) in by_turn(wanted) {
        for some in keys.chunks(AT_ONCE) {
            let asked = (month, turn, limit_ms);
            let fresh = reserve_free(store, asked, some)?;
            granted.extend(fresh.iter().map(|key| (*key, turn)));
            let rest: Vec<NikKey> = without(some, &fresh);
            if rest.is_empty() {
                continue;
            }
            // Somebody has it: perhaps no longer, perhaps it is the regency's own.
            let wanted = json(&rest);
            act(store, |tx| tx.run(&SWEEP, &values![tx.tenant(), month, &wanted]))?;
            reserve_free(store, asked, &rest)?;
            act(store, |tx| {
                // What a bill holds has its own turn, and no limit any more.
                let again = json(&not_held(tx, month, &rest)?);
                tx.run(&REFRESH, &values![tx.tenant(), month, turn, limit_ms, again])
            })?;
            let mine = store.read(|tx| mine(tx, month, &rest))?;
            granted
                .extend(mine.into_iter().filter(|(_, of)| of.0 >= turn).map(|(k, of)| (k, of.0)));
        }
    }
    Ok(())
}

/// Those that no bill of the regency holds.
fn not_held(tx: &mut Tx<'_>, month: Month, keys: &[NikKey]) -> Result<Vec<NikKey>, StoreError> {
    let held = among(tx, month, keys)?;
    let is_held = |key: &NikKey| held.get(key).is_some_and(|hold| hold.state.is_held());
    Ok(keys.iter().copied().filter(|key| !is_held(key)).collect())
}

/// Reserves what nobody has; what that was.
fn reserve_free(
    store: &Store,
    (month, turn, limit_ms): (Month, i64, i64),
    keys: &[NikKey],
) -> Result<HashSet<NikKey>, StoreError> {
    let wanted = json(keys);
    act(store, |tx| {
        let values = values![tx.tenant(), month, turn, limit_ms, wanted.clone()];
        keys_told(tx, &RESERVE, &values)
    })
}

/// Gives back what was reserved and is not needed after all, unless a bill of the regency holds it
/// by now.
///
/// # Errors
/// Those of [`reserve`]: what was not given back lapses by itself.
pub fn give_back(store: &Store, month: Month, keys: &[NikKey]) -> Result<(), StoreError> {
    for some in in_order(keys).chunks(AT_ONCE) {
        act(store, |tx| {
            let wanted = json(&not_held(tx, month, some)?);
            tx.run(&GIVE_BACK, &values![tx.tenant(), month, wanted])
        })?;
    }
    Ok(())
}

/// Brings what all regencies see in line with what this one decided: releases, claims and confirms.
/// Never inside a transaction of the regency; done again it changes nothing.
///
/// # Errors
/// Those of [`reserve`]: what is left is done the next time.
pub fn settle(store: &Store) -> Result<Settled, StoreError> {
    let mut settled = Settled::default();
    for _ in 0..ROUNDS {
        let open = store.read(open)?;
        if open.is_empty() {
            return Ok(settled);
        }
        for ((month, state), keys) in open {
            match state {
                HoldState::Leaving => settled.released += release(store, month, &keys)?,
                HoldState::Waiting => settled.lost += claim(store, month, &keys)?,
                _ => settled.confirmed += confirm(store, month, &keys)?,
            }
        }
    }
    settled.open = store.read(open)?.values().map(|keys| keys.len() as u64).sum();
    Ok(settled)
}

/// Whether something is to be settled.
pub fn is_open(tx: &mut Tx<'_>) -> Result<bool, StoreError> {
    open(tx).map(|open| !open.is_empty())
}

/// Lets the regency's side follow from its bills in every month, settles it, and releases what the
/// regency has without knowing of it, as after an older copy was brought back; how much that was.
///
/// # Errors
/// Those of [`settle`].
pub fn settle_all(store: &Store) -> Result<(Settled, u64), StoreError> {
    let months = store.read(super::months)?;
    for month in &months {
        act(store, |tx| super::align(tx, *month))?;
        look_again(store, *month)?;
    }
    let settled = settle(store)?;
    // The regency's own turn keeps this apart from a bill that is being made final: either it finds
    // what is to be released, and begins again, or its hold is found here.
    let mut count = 0;
    for month in &months {
        count += act(store, |tx| leave_unknown(tx, *month))?;
    }
    let last = settle(store)?;
    Ok((Settled { open: last.open, ..settled }, count))
}

/// Whether what is confirmed is still there; what is not is to be claimed anew.
///
/// # Errors
/// Those of [`settle`].
pub fn look_again(store: &Store, month: Month) -> Result<u64, StoreError> {
    let missing: Vec<(NikKey, i64)> = store.read(|tx| {
        tx.all(&MISSING, &values![tx.tenant(), month], |columns| {
            Ok((key(columns.take()?)?, columns.take()?))
        })
    })?;
    let mut count = 0;
    for (turn, keys) in by_turn(&missing) {
        let (from, to) = ((HoldState::Confirmed, turn), (HoldState::Waiting, turn));
        count += act(store, |tx| mark(tx, month, &keys, from, to))?;
    }
    Ok(count)
}

/// Puts down to be released what the regency has and no hold of it says; how much.
fn leave_unknown(tx: &mut Tx<'_>, month: Month) -> Result<u64, StoreError> {
    let unknown = tx.all(&UNKNOWN, &values![tx.tenant(), month], |columns| {
        let (key, turn): (_, i64) = (key(columns.take()?)?, columns.take()?);
        let held: Option<i64> = columns.take()?;
        Ok((key, held.map_or(turn, |held| turn.max(held))))
    })?;
    put(tx, month, &unknown, HoldState::Leaving)?;
    Ok(unknown.len() as u64)
}

/// What is to be done, by month and state.
type Open = BTreeMap<(Month, HoldState), Vec<(NikKey, i64)>>;

fn open(tx: &mut Tx<'_>) -> Result<Open, StoreError> {
    let mut found = Open::new();
    tx.each(&HOLD_OPEN, &values![tx.tenant()], |columns| {
        let (month, key, turn) = (columns.take()?, key(columns.take()?)?, columns.take()?);
        let state = columns.take_with("how a month is held", HoldState::from_name)?;
        if state != HoldState::Lost {
            found.entry((month, state)).or_default().push((key, turn));
        }
        Ok(())
    })?;
    Ok(found)
}

/// Releases months of a turn; the next claim of them is of the next turn. Whatever is not being let
/// go any more, because somebody released it before or a bill needs it again, is left alone.
fn release(store: &Store, month: Month, keys: &[(NikKey, i64)]) -> Result<u64, StoreError> {
    let mut count = 0;
    for (turn, keys) in by_turn(keys) {
        for some in keys.chunks(AT_ONCE) {
            count += act(store, |tx| {
                let held = among(tx, month, some)?;
                let leaving = |key: &&NikKey| {
                    let hold = held.get(*key);
                    hold.is_some_and(|hold| hold.state == HoldState::Leaving && hold.turn == turn)
                };
                let leaving: Vec<NikKey> = some.iter().filter(leaving).copied().collect();
                let wanted = json(&leaving);
                tx.run(&RELEASE, &values![tx.tenant(), month, turn, wanted.clone()])?;
                // Of a number that is no longer in the register nothing stays behind.
                let gone = tx.run(&HOLD_FORGET, &values![tx.tenant(), month, turn, wanted])?;
                let (from, to) = ((HoldState::Leaving, turn), (HoldState::Free, turn + 1));
                Ok(gone + mark(tx, month, &leaving, from, to)?)
            })?;
        }
    }
    Ok(count)
}

/// A release that arrives after its time.
#[cfg(test)]
pub(crate) fn release_late(
    store: &Store,
    month: Month,
    turn: i64,
    keys: &[NikKey],
) -> Result<(), StoreError> {
    let wanted = json(keys);
    act(store, |tx| tx.run(&RELEASE, &values![tx.tenant(), month, turn, &wanted])).map(|_| ())
}

/// Claims months that bills have without a claim; how many another regency has for good. What one
/// has reserved goes on waiting: it is confirmed or free soon.
fn claim(store: &Store, month: Month, keys: &[(NikKey, i64)]) -> Result<u64, StoreError> {
    let granted = reserve(store, month, keys, LIMIT_MS)?;
    let asked: Vec<NikKey> = keys.iter().map(|(key, _)| *key).collect();
    let denied: Vec<NikKey> = asked.into_iter().filter(|key| !granted.contains_key(key)).collect();
    let elsewhere = store.read(|tx| elsewhere(tx, month, &denied))?;
    act(store, |tx| {
        let mut lost = 0;
        for (turn, keys) in by_turn(keys) {
            let mut by: BTreeMap<i64, Vec<NikKey>> = BTreeMap::new();
            let mut gone = Vec::new();
            for key in keys {
                match granted.get(&key) {
                    Some(held) => by.entry(*held).or_default().push(key),
                    None if elsewhere.confirmed.contains(&key) => gone.push(key),
                    None => {}
                }
            }
            let from = (HoldState::Waiting, turn);
            for (held, keys) in by {
                mark(tx, month, &keys, from, (HoldState::Reserved, held))?;
            }
            lost += mark(tx, month, &gone, from, (HoldState::Lost, turn))?;
        }
        Ok(lost)
    })
}

/// Confirms what was reserved; how many are the regency's now. Whatever is gone, because the limit
/// was over or it was given back, is claimed again.
fn confirm(store: &Store, month: Month, keys: &[(NikKey, i64)]) -> Result<u64, StoreError> {
    let mut confirmed = 0;
    for (turn, keys) in by_turn(keys) {
        let (mut kept, mut gone) = (Vec::new(), Vec::new());
        for some in keys.chunks(AT_ONCE) {
            let wanted = json(some);
            let yes = act(store, |tx| {
                keys_told(tx, &CONFIRM, &values![tx.tenant(), month, turn, wanted.clone()])
            })?;
            let rest = without(some, &yes);
            kept.extend(yes);
            if !rest.is_empty() {
                // Somebody confirmed it before.
                let mine = store.read(|tx| mine(tx, month, &rest))?;
                let is_kept = |key: &NikKey| mine.get(key) == Some(&(turn, true));
                let (yes, no): (Vec<_>, Vec<_>) = rest.iter().copied().partition(is_kept);
                kept.extend(yes);
                gone.extend(no);
            }
        }
        let (kept, from) = (in_order(&kept), (HoldState::Reserved, turn));
        confirmed += act(store, |tx| {
            mark(tx, month, &gone, from, (HoldState::Waiting, turn))?;
            mark(tx, month, &kept, from, (HoldState::Confirmed, turn))
        })?;
    }
    Ok(confirmed)
}

fn without(keys: &[NikKey], told: &HashSet<NikKey>) -> Vec<NikKey> {
    keys.iter().copied().filter(|key| !told.contains(key)).collect()
}

fn keys_told(
    tx: &mut Tx<'_>,
    sql: &Sql,
    values: &[crate::value::Value<'_>],
) -> Result<HashSet<NikKey>, StoreError> {
    let mut told = HashSet::new();
    tx.each(sql, values, |columns| {
        told.insert(key(columns.take()?)?);
        Ok(())
    })?;
    Ok(told)
}

/// Those that the regency has, each with its turn and whether it is for good.
fn mine(
    tx: &mut Tx<'_>,
    month: Month,
    wanted: &[NikKey],
) -> Result<HashMap<NikKey, (i64, bool)>, StoreError> {
    let mut found = HashMap::new();
    tx.each(&MINE, &values![tx.tenant(), month, json(wanted)], |columns| {
        let (key, turn) = (key(columns.take()?)?, columns.take()?);
        found.insert(key, (turn, columns.take::<i64>()? == 1));
        Ok(())
    })?;
    Ok(found)
}

/// A short transaction of its own, tried again while somebody else is in the way.
fn act<T>(
    store: &Store,
    work: impl Fn(&mut Tx<'_>) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let mut tries = 1;
    loop {
        match store.write(&work) {
            Err(StoreError::Busy) if tries < TRIES => tries += 1,
            done => return done,
        }
    }
}
