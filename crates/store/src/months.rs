//! Which regency pays for which month of which number: a claim in two steps, without a lock between
//! regencies (docs/decisions/0052).
//!
//! `nik_month` is shared by all regencies and may lie in parts on several servers: every statement
//! about it here is a short transaction of its own, found by number and month, and may be done
//! twice. `nik_hold` is the regency's own side: what it decided, in its own transactions.
//! [`reserve`] comes before a bill is made final, [`hold`] inside the transaction that does so, and
//! [`settle`] after it, as often as it takes.

use std::collections::{BTreeMap, HashMap, HashSet};

use base::id::kind;
use base::{Id, Month, Nik};

use crate::keys::hex;
use crate::sql::{Sql, sql, sql_twin};
use crate::value::{corrupt, json_texts, values};
use crate::{Store, StoreError, Tx};

static SWEEP: Sql = sql_twin!("nik_month_sweep");
static RESERVE: Sql = sql_twin!("nik_month_reserve");
static REFRESH: Sql = sql_twin!("nik_month_refresh");
static CONFIRM: Sql = sql_twin!("nik_month_confirm");
static RELEASE: Sql = sql_twin!("nik_month_release");
static MINE: Sql = sql_twin!("nik_month_mine");
static ELSEWHERE: Sql = sql_twin!("nik_month_elsewhere");
static OWN: Sql = sql_twin!("nik_month_own");
static HOLD_MARK: Sql = sql_twin!("nik_hold_mark");
static HOLD_DELETE: Sql = sql_twin!("nik_hold_delete");
static HOLD_FORGET: Sql = sql_twin!("nik_hold_forget");
static HOLD_INSERT: Sql = sql!("nik_hold_insert");
static HOLD_LIST: Sql = sql!("nik_hold_list");
static HOLD_OPEN: Sql = sql!("nik_hold_open");
static HOLD_LEAVE: Sql = sql!("nik_hold_leave");
static HOLD_MONTHS: Sql = sql!("nik_hold_month_list");
static NEEDED: Sql = sql!("nik_needed");
static OF_MEMBERS: Sql = sql!("nik_of_members");
static UNCONFIRMED: Sql = sql!("nik_unconfirmed");
static NOT_OURS: Sql = sql!("nik_not_ours");
static ON_BILL: Sql = sql!("bill_person_list");
static FINAL_OF: Sql = sql!("bill_final_of_month");

/// How long a reservation stands when nobody confirms it, in milliseconds, by the clock of the
/// server that keeps it. A bill of a million people is made final in less than a minute; a writer
/// waits for its turn half a minute at most.
pub const LIMIT_MS: i64 = 900_000; // not law: a quarter of an hour

/// Numbers in one statement.
const AT_ONCE: usize = 4_096;

/// How often a statement is tried while somebody else is in the way.
const TRIES: u32 = 5;

/// How often [`settle`] begins again while others change what is to be done.
const ROUNDS: u32 = 4;

/// Where a number stands in the index: told to nobody.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NikKey([u8; 16]);

impl std::fmt::Debug for NikKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NikKey")
    }
}

/// How a regency stands to a month of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HoldState {
    /// A bill has it that was made final, or paid, without a claim: it is to be claimed.
    Waiting,
    /// A bill was made final with it; it is to be confirmed.
    Reserved,
    /// It is the regency's for good.
    Confirmed,
    /// A bill has it, and another regency pays.
    Lost,
    /// No bill needs it any more; it is to be released.
    Leaving,
    /// It was released.
    Free,
}

impl HoldState {
    /// Every state.
    pub const ALL: [HoldState; 6] = [
        HoldState::Waiting,
        HoldState::Reserved,
        HoldState::Confirmed,
        HoldState::Lost,
        HoldState::Leaving,
        HoldState::Free,
    ];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            HoldState::Waiting => "waiting",
            HoldState::Reserved => "reserved",
            HoldState::Confirmed => "confirmed",
            HoldState::Lost => "lost",
            HoldState::Leaving => "leaving",
            HoldState::Free => "free",
        }
    }

    /// The state with this stable name.
    pub fn from_name(name: &str) -> Option<HoldState> {
        HoldState::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether another bill of the regency may count on it.
    pub fn is_held(self) -> bool {
        matches!(self, HoldState::Reserved | HoldState::Confirmed)
    }
}

/// A month of a number as the regency keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hold {
    /// How often it was let go.
    pub turn: i64,
    /// How it stands.
    pub state: HoldState,
}

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

/// Where a number stands in the index.
pub fn key_of(tx: &mut Tx<'_>, nik: Nik) -> Result<NikKey, StoreError> {
    Ok(NikKey(tx.keys()?.nik_index(nik)))
}

/// The numbers of a programme's members, where they have one.
pub fn of_members(
    tx: &mut Tx<'_>,
    programme: Id<kind::Programme>,
) -> Result<HashMap<Id<kind::Person>, NikKey>, StoreError> {
    let mut found = HashMap::new();
    tx.each(&OF_MEMBERS, &values![tx.tenant(), &programme], |columns| {
        found.insert(columns.take()?, key(columns.take()?)?);
        Ok(())
    })?;
    Ok(found)
}

/// Which months of numbers the regency has something to do with, of one month.
pub fn holds(tx: &mut Tx<'_>, month: Month) -> Result<HashMap<NikKey, Hold>, StoreError> {
    let mut found = HashMap::new();
    tx.each(&HOLD_LIST, &values![tx.tenant(), month], |columns| {
        let (key, turn) = (key(columns.take()?)?, columns.take()?);
        let state = columns.take_with("how a month is held", HoldState::from_name)?;
        found.insert(key, Hold { turn, state });
        Ok(())
    })?;
    Ok(found)
}

/// Which of them another regency has now, and not which: a look, which claims nothing.
pub fn elsewhere(
    tx: &mut Tx<'_>,
    month: Month,
    wanted: &[NikKey],
) -> Result<HashSet<NikKey>, StoreError> {
    let mut found = HashSet::new();
    for some in in_order(wanted).chunks(AT_ONCE) {
        tx.each(&ELSEWHERE, &values![tx.tenant(), month, json(some)], |columns| {
            found.insert(key(columns.take()?)?);
            Ok(())
        })?;
    }
    Ok(found)
}

/// Reserves a month of numbers, each with the turn that the regency is at, for so long; those that
/// are the regency's afterwards, with the turn to hold them by. Never inside a transaction of the
/// regency. The same again is no change but of the limit.
///
/// # Errors
/// [`StoreError::Busy`] when somebody else was in the way for too long, and
/// [`StoreError::Unavailable`]: what was reserved until then lapses by itself.
pub fn reserve(
    store: &Store,
    month: Month,
    wanted: &[(NikKey, i64)],
    limit_ms: i64,
) -> Result<HashMap<NikKey, i64>, StoreError> {
    let mut granted = HashMap::new();
    for (turn, keys) in by_turn(wanted) {
        for some in keys.chunks(AT_ONCE) {
            let wanted = json(some);
            act(store, |tx| tx.run(&SWEEP, &values![tx.tenant(), month, &wanted]))?;
            let values = |tx: &Tx<'_>| values![tx.tenant(), month, turn, limit_ms, wanted.clone()];
            act(store, |tx| tx.run(&RESERVE, &values(tx)))?;
            act(store, |tx| tx.run(&REFRESH, &values(tx)))?;
            let mine = store.read(|tx| mine(tx, month, some))?;
            granted
                .extend(mine.into_iter().filter(|(_, of)| of.0 >= turn).map(|(k, of)| (k, of.0)));
        }
    }
    Ok(granted)
}

/// Keeps what a bill was made final with, in the transaction that makes it so: from its commit on
/// it is the regency's to confirm.
pub fn hold(tx: &mut Tx<'_>, month: Month, granted: &[(NikKey, i64)]) -> Result<(), StoreError> {
    put(tx, month, granted, HoldState::Reserved)
}

/// Lets the regency's side of a month follow from its bills, in the transaction that changes them:
/// whom no final bill and no paid month needs any more is let go, and whoever is needed and not
/// held is to be claimed. Whom another regency had is asked about again.
pub fn align(tx: &mut Tx<'_>, month: Month) -> Result<(), StoreError> {
    let mut needed = HashSet::new();
    tx.each(&NEEDED, &values![tx.tenant(), month], |columns| {
        needed.insert(key(columns.take()?)?);
        Ok(())
    })?;
    let held = holds(tx, month)?;
    let fresh = needed.iter().filter(|key| !held.contains_key(key)).map(|key| (*key, 0));
    let fresh: Vec<(NikKey, i64)> = fresh.collect();
    put(tx, month, &fresh, HoldState::Waiting)?;
    let mut changes: BTreeMap<(&str, &str), Vec<(NikKey, i64)>> = BTreeMap::new();
    for (key, Hold { turn, state }) in held {
        let wanted = match (state, needed.contains(&key)) {
            (HoldState::Free | HoldState::Lost, true) => HoldState::Waiting,
            (HoldState::Leaving | HoldState::Free, false) => continue,
            (_, false) => HoldState::Leaving,
            (_, true) => continue,
        };
        changes.entry((state.name(), wanted.name())).or_default().push((key, turn));
    }
    let state = |name| HoldState::from_name(name).expect("a name of a state");
    for ((from, to), keys) in changes {
        for (turn, keys) in by_turn(&keys) {
            mark(tx, month, &keys, (state(from), turn), (state(to), turn))?;
        }
    }
    Ok(())
}

/// The months of which the regency holds something, or has bills.
pub fn months(tx: &mut Tx<'_>) -> Result<Vec<Month>, StoreError> {
    tx.all(&HOLD_MONTHS, &values![tx.tenant()], |columns| columns.take())
}

/// Lets go every month of a number that is taken away from the register, as by an erasure.
pub fn leave(tx: &mut Tx<'_>, nik: Nik) -> Result<u64, StoreError> {
    if nik == Nik::erased() {
        return Ok(0);
    }
    let key = tx.keys()?.nik_index(nik);
    tx.run(&HOLD_LEAVE, &values![tx.tenant(), &key])
}

/// Who is on a bill and is not confirmed, and how they stand.
pub fn unconfirmed(
    tx: &mut Tx<'_>,
    bill: Id<kind::Bill>,
    month: Month,
) -> Result<Vec<(Id<kind::Person>, HoldState)>, StoreError> {
    tx.all(&UNCONFIRMED, &values![tx.tenant(), &bill, month], |columns| {
        let person = columns.take()?;
        Ok((person, columns.take_with("how a month is held", HoldState::from_name)?))
    })
}

/// Who is on a bill that is locked or paid while their month is not for good the regency's, and how
/// it stands. Nothing is asked about the bill's people where nobody of the month stands so.
pub fn not_ours(
    tx: &mut Tx<'_>,
    bill: Id<kind::Bill>,
    month: Month,
) -> Result<Vec<(Id<kind::Person>, HoldState)>, StoreError> {
    let mut found: Vec<_> = open_people(tx)?.remove(&month).unwrap_or_default();
    if !found.is_empty() {
        let on_bill = on_bill(tx, bill, month)?;
        found.retain(|(person, _)| on_bill.contains(person));
    }
    Ok(found)
}

/// The final bills with somebody whose month is not for good the regency's, and how many: such a
/// bill is neither issued nor paid.
pub fn disputed(tx: &mut Tx<'_>) -> Result<HashMap<Id<kind::Bill>, u64>, StoreError> {
    let mut disputed = HashMap::new();
    for (month, people) in open_people(tx)? {
        let bills: Vec<Id<kind::Bill>> =
            tx.all(&FINAL_OF, &values![tx.tenant(), month], |columns| columns.take())?;
        for bill in bills {
            let on_bill = on_bill(tx, bill, month)?;
            let count = people.iter().filter(|(person, _)| on_bill.contains(person)).count();
            if count > 0 {
                disputed.insert(bill, count as u64);
            }
        }
    }
    Ok(disputed)
}

type OpenPeople = BTreeMap<Month, Vec<(Id<kind::Person>, HoldState)>>;

fn open_people(tx: &mut Tx<'_>) -> Result<OpenPeople, StoreError> {
    let mut found = OpenPeople::new();
    tx.each(&NOT_OURS, &values![tx.tenant()], |columns| {
        let (month, person) = (columns.take()?, columns.take()?);
        let state = columns.take_with("how a month is held", HoldState::from_name)?;
        if state != HoldState::Leaving {
            found.entry(month).or_default().push((person, state));
        }
        Ok(())
    })?;
    Ok(found)
}

fn on_bill(
    tx: &mut Tx<'_>,
    bill: Id<kind::Bill>,
    month: Month,
) -> Result<HashSet<Id<kind::Person>>, StoreError> {
    let people = tx.all(&ON_BILL, &values![tx.tenant(), &bill, month], |columns| columns.take())?;
    Ok(people.into_iter().collect())
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
        settled.open = open.values().map(|keys| keys.len() as u64).sum();
        if open.is_empty() {
            break;
        }
        for ((month, state), keys) in open {
            match HoldState::from_name(state) {
                Some(HoldState::Leaving) => settled.released += release(store, month, &keys)?,
                Some(HoldState::Waiting) => settled.lost += claim(store, month, &keys)?,
                _ => {
                    let (confirmed, lost) = confirm(store, month, &keys)?;
                    settled.confirmed += confirmed;
                    settled.lost += lost;
                }
            }
        }
    }
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
    for month in store.read(months)? {
        act(store, |tx| align(tx, month))?;
        look_again(store, month)?;
    }
    let settled = settle(store)?;
    // The regency's own turn keeps this apart from a bill that is being made final: either it finds
    // what is to be released, and begins again, or its hold is found here.
    let count = act(store, leave_unknown)?;
    settle(store)?;
    Ok((settled, count))
}

/// Whether what is confirmed is still there; what is not is to be claimed anew.
///
/// # Errors
/// Those of [`settle`].
pub fn look_again(store: &Store, month: Month) -> Result<u64, StoreError> {
    let held = store.read(|tx| holds(tx, month))?.into_iter();
    let confirmed = held.filter(|(_, hold)| hold.state == HoldState::Confirmed);
    let confirmed: Vec<_> = confirmed.map(|(key, hold)| (key, hold.turn)).collect();
    let mut count = 0;
    for (turn, keys) in by_turn(&confirmed) {
        let mut gone = Vec::new();
        for some in keys.chunks(AT_ONCE) {
            let mine = store.read(|tx| mine(tx, month, some))?;
            gone.extend(some.iter().filter(|key| !mine.contains_key(key)).copied());
        }
        let (from, to) = ((HoldState::Confirmed, turn), (HoldState::Waiting, turn));
        count += act(store, |tx| mark(tx, month, &gone, from, to))?;
    }
    Ok(count)
}

/// Puts down to be released what the regency has and no hold of it says; how much.
fn leave_unknown(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    let mut own: BTreeMap<Month, Vec<(NikKey, i64)>> = BTreeMap::new();
    tx.each(&OWN, &values![tx.tenant()], |columns| {
        let (key, month) = (key(columns.take()?)?, columns.take()?);
        own.entry(month).or_default().push((key, columns.take()?));
        Ok(())
    })?;
    let mut count = 0;
    for (month, rows) in own {
        let held = holds(tx, month)?;
        let unknown = rows.into_iter().filter_map(|(key, turn)| match held.get(&key) {
            None => Some((key, turn)),
            Some(hold) if hold.state == HoldState::Free => Some((key, turn.max(hold.turn))),
            Some(_) => None,
        });
        let unknown: Vec<_> = unknown.collect();
        put(tx, month, &unknown, HoldState::Leaving)?;
        count += unknown.len() as u64;
    }
    Ok(count)
}

/// What is to be done, by month and state.
type Open = BTreeMap<(Month, &'static str), Vec<(NikKey, i64)>>;

fn open(tx: &mut Tx<'_>) -> Result<Open, StoreError> {
    let mut found = Open::new();
    tx.each(&HOLD_OPEN, &values![tx.tenant()], |columns| {
        let (month, key, turn) = (columns.take()?, key(columns.take()?)?, columns.take()?);
        let state = columns.take_with("how a month is held", HoldState::from_name)?;
        if state != HoldState::Lost {
            found.entry((month, state.name())).or_default().push((key, turn));
        }
        Ok(())
    })?;
    Ok(found)
}

/// Releases months of a turn; the next claim of them is of the next turn.
fn release(store: &Store, month: Month, keys: &[(NikKey, i64)]) -> Result<u64, StoreError> {
    let mut count = 0;
    for (turn, keys) in by_turn(keys) {
        let_go(store, month, turn, &keys)?;
        let (from, to) = ((HoldState::Leaving, turn), (HoldState::Free, turn + 1));
        count += act(store, |tx| {
            let mut gone = 0;
            for some in keys.chunks(AT_ONCE) {
                // Of a number that is no longer in the register nothing stays behind.
                let values = values![tx.tenant(), month, turn, json(some)];
                gone += tx.run(&HOLD_FORGET, &values)?;
            }
            Ok(gone + mark(tx, month, &keys, from, to)?)
        })?;
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
    let_go(store, month, turn, keys)
}

fn let_go(store: &Store, month: Month, turn: i64, keys: &[NikKey]) -> Result<(), StoreError> {
    for some in keys.chunks(AT_ONCE) {
        let wanted = json(some);
        act(store, |tx| tx.run(&RELEASE, &values![tx.tenant(), month, turn, &wanted]))?;
    }
    Ok(())
}

/// Claims months that bills have without a claim; how many another regency has.
fn claim(store: &Store, month: Month, keys: &[(NikKey, i64)]) -> Result<u64, StoreError> {
    let granted = reserve(store, month, keys, LIMIT_MS)?;
    act(store, |tx| {
        let mut lost = 0;
        for (turn, keys) in by_turn(keys) {
            let mut by: BTreeMap<i64, Vec<NikKey>> = BTreeMap::new();
            let mut gone = Vec::new();
            for key in keys {
                match granted.get(&key) {
                    Some(held) => by.entry(*held).or_default().push(key),
                    None => gone.push(key),
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

/// Confirms what was reserved; how many are the regency's now, and how many another has taken
/// because the limit was over.
fn confirm(store: &Store, month: Month, keys: &[(NikKey, i64)]) -> Result<(u64, u64), StoreError> {
    let (mut confirmed, mut lost) = (0, 0);
    for (turn, keys) in by_turn(keys) {
        let (mut kept, mut gone) = (Vec::new(), Vec::new());
        for some in keys.chunks(AT_ONCE) {
            let wanted = json(some);
            act(store, |tx| tx.run(&CONFIRM, &values![tx.tenant(), month, turn, &wanted]))?;
            let mine = store.read(|tx| mine(tx, month, some))?;
            let is_kept = |key: &NikKey| mine.get(key) == Some(&(turn, true));
            let (yes, no): (Vec<_>, Vec<_>) = some.iter().copied().partition(is_kept);
            kept.extend(yes);
            gone.extend(no);
        }
        let from = (HoldState::Reserved, turn);
        let (yes, no) = act(store, |tx| {
            let yes = mark(tx, month, &kept, from, (HoldState::Confirmed, turn))?;
            Ok((yes, mark(tx, month, &gone, from, (HoldState::Lost, turn))?))
        })?;
        confirmed += yes;
        lost += no;
    }
    Ok((confirmed, lost))
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

/// Keeps months of numbers in a state, in place of what was kept of them.
fn put(
    tx: &mut Tx<'_>,
    month: Month,
    keys: &[(NikKey, i64)],
    state: HoldState,
) -> Result<(), StoreError> {
    let tenant = tx.tenant();
    let mut keys = keys.to_vec();
    keys.sort_unstable();
    for some in keys.chunks(AT_ONCE) {
        let only: Vec<NikKey> = some.iter().map(|(key, _)| *key).collect();
        tx.run(&HOLD_DELETE, &values![tenant, month, json(&only)])?;
    }
    let rows = keys.iter().map(|(key, turn)| values![tenant, &key.0, month, *turn, state.name()]);
    tx.insert(&HOLD_INSERT, rows).map(|_| ())
}

/// Takes months of numbers from one state and turn to another; how many stood there.
fn mark(
    tx: &mut Tx<'_>,
    month: Month,
    keys: &[NikKey],
    (from, turn): (HoldState, i64),
    (to, new_turn): (HoldState, i64),
) -> Result<u64, StoreError> {
    let (tenant, mut count) = (tx.tenant(), 0);
    for some in keys.chunks(AT_ONCE) {
        let wanted = json(some);
        let values = values![to.name(), new_turn, tenant, month, from.name(), turn, wanted];
        count += tx.run(&HOLD_MARK, &values)?;
    }
    Ok(count)
}

/// In the order of the index, so that two who want the same take it in the same order.
fn in_order(keys: &[NikKey]) -> Vec<NikKey> {
    let mut keys = keys.to_vec();
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn by_turn(keys: &[(NikKey, i64)]) -> BTreeMap<i64, Vec<NikKey>> {
    let mut by: BTreeMap<i64, Vec<NikKey>> = BTreeMap::new();
    for (key, turn) in keys {
        by.entry(*turn).or_default().push(*key);
    }
    by.values_mut().for_each(|keys| *keys = in_order(keys));
    by
}

fn json(keys: &[NikKey]) -> String {
    json_texts(keys.iter().map(|key| hex(&key.0)))
}

fn key(bytes: Vec<u8>) -> Result<NikKey, StoreError> {
    bytes.try_into().map(NikKey).map_err(|_| corrupt("an index of a number"))
}
