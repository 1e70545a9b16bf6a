//! Which regency pays for which month of which number: a claim in two steps, without a lock between
//! regencies (docs/decisions/0052).
//!
//! `nik_month` is shared by all regencies and may lie in parts on several servers: what is said to
//! it is in the module `shared`. `nik_hold` is the regency's own side, here: what it decided, in
//! its own transactions. [`reserve`] comes before a bill is made final, [`hold`] inside the
//! transaction that does so, and [`settle`] after it, as often as it takes.

use std::collections::{BTreeMap, HashMap, HashSet};

use base::id::kind;
use base::{Id, Month, Nik};

use crate::keys::hex;
use crate::sql::{Sql, sql, sql_twin};
use crate::value::{corrupt, json_texts, values};
use crate::{StoreError, Tx, programmes};

mod shared;

#[cfg(test)]
pub(crate) use shared::release_late;
pub use shared::{
    Elsewhere, Settled, elsewhere, elsewhere_if_all_answer, give_back, is_open, look_again,
    reserve, settle, settle_all,
};

static HOLD_MARK: Sql = sql_twin!("nik_hold_mark");
static HOLD_DELETE: Sql = sql_twin!("nik_hold_delete");
static HOLD_INSERT: Sql = sql!("nik_hold_insert");
static HOLD_LIST: Sql = sql!("nik_hold_list");
static HOLD_LEAVE: Sql = sql!("nik_hold_leave");
static HOLD_FOLLOW: Sql = sql!("nik_hold_follow");
static HOLD_ASK: Sql = sql!("nik_hold_ask");
static HOLD_AMONG: Sql = sql_twin!("nik_hold_among");
static HOLD_MONTHS: Sql = sql!("nik_hold_month_list");
static LACKING: Sql = sql!("nik_hold_lacking");
static NEEDLESS: Sql = sql!("nik_hold_needless");
static OF_MEMBERS: Sql = sql!("nik_of_members");
static UNCONFIRMED: Sql = sql!("nik_unconfirmed");
static NOT_OURS: Sql = sql!("nik_not_ours");
static ON_BILL: Sql = sql!("bill_person_list");
static FINAL_OF: Sql = sql!("bill_final_of_month");

/// How long a reservation stands when nobody confirms it, in milliseconds for each month paid at
/// once, by the clock of the server that keeps it. A bill of a million people is made final within
/// a few minutes; a writer waits for its turn half a minute at most.
pub const LIMIT_MS: i64 = 900_000; // not law: a quarter of an hour

/// Numbers in one statement.
const AT_ONCE: usize = 4_096;

/// Where a number stands in the index: told to nobody.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NikKey([u8; 16]);

impl std::fmt::Debug for NikKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NikKey")
    }
}

/// How a regency stands to a month of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

/// Keeps what a bill was made final with, in the transaction that makes it so: from its commit on
/// it is the regency's to confirm.
pub fn hold(tx: &mut Tx<'_>, month: Month, granted: &[(NikKey, i64)]) -> Result<(), StoreError> {
    put(tx, month, granted, HoldState::Reserved)
}

/// Lets the regency's side of a month follow from its bills, in the transaction that changes them:
/// whom no locked and no paid bill needs any more is let go, and whoever is needed and not held is
/// to be claimed. Whom another regency had is asked about again.
pub fn align(tx: &mut Tx<'_>, month: Month) -> Result<(), StoreError> {
    let mut fresh = Vec::new();
    let mut changes: BTreeMap<(HoldState, i64), Vec<NikKey>> = BTreeMap::new();
    tx.each(&LACKING, &values![tx.tenant(), month], |columns| {
        let (key, turn): (_, Option<i64>) = (key(columns.take()?)?, columns.take()?);
        let state: Option<String> = columns.take()?;
        match (turn, state.as_deref().and_then(HoldState::from_name)) {
            (Some(turn), Some(state)) => changes.entry((state, turn)).or_default().push(key),
            _ => fresh.push((key, 0)),
        }
        Ok(())
    })?;
    put(tx, month, &fresh, HoldState::Waiting)?;
    for ((from, turn), keys) in changes {
        // What is being let go is claimed by the next turn: its release is about this one.
        let next = turn + i64::from(from == HoldState::Leaving);
        mark(tx, month, &in_order(&keys), (from, turn), (HoldState::Waiting, next))?;
    }
    let mut changes: BTreeMap<(HoldState, i64), Vec<NikKey>> = BTreeMap::new();
    tx.each(&NEEDLESS, &values![tx.tenant(), month], |columns| {
        let (key, turn) = (key(columns.take()?)?, columns.take()?);
        let state = columns.take_with("how a month is held", HoldState::from_name)?;
        changes.entry((state, turn)).or_default().push(key);
        Ok(())
    })?;
    for ((from, turn), keys) in changes {
        mark(tx, month, &in_order(&keys), (from, turn), (HoldState::Leaving, turn))?;
    }
    Ok(())
}

/// The months of which the regency may hold something: those of its programmes and of its bills.
pub fn months(tx: &mut Tx<'_>) -> Result<Vec<Month>, StoreError> {
    let mut found: Vec<Month> =
        tx.all(&HOLD_MONTHS, &values![tx.tenant()], |columns| columns.take())?;
    for programme in programmes::list(tx)? {
        found.extend(programme.first.through(programme.last));
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// Lets go every month of a number that is taken away from the register, as by an erasure.
pub fn leave(tx: &mut Tx<'_>, nik: Nik) -> Result<u64, StoreError> {
    if nik == Nik::erased() {
        return Ok(0);
    }
    let key = tx.keys()?.nik_index(nik);
    tx.run(&HOLD_LEAVE, &values![tx.tenant(), &key])
}

/// What a regency holds of somebody follows a number that is corrected: the months of the new one
/// are to be claimed, and those of the old one are let go.
pub(crate) fn follow(tx: &mut Tx<'_>, from: Nik, to: Nik) -> Result<(), StoreError> {
    if from == to || from == Nik::erased() || to == Nik::erased() {
        return Ok(());
    }
    let (old, new) = (tx.keys()?.nik_index(from), tx.keys()?.nik_index(to));
    tx.run(&HOLD_FOLLOW, &values![&new, tx.tenant(), &old])?;
    tx.run(&HOLD_LEAVE, &values![tx.tenant(), &old]).map(|_| ())
}

/// Asks for a month of somebody who came onto the lines of a locked bill, as when merged records
/// are parted again.
pub(crate) fn ask(
    tx: &mut Tx<'_>,
    (bill, month): (Id<kind::Bill>, Month),
    person: Id<kind::Person>,
) -> Result<(), StoreError> {
    tx.run(&HOLD_ASK, &values![month, tx.tenant(), &person, &bill]).map(|_| ())
}

/// How the regency stands to some numbers of a month.
fn among(
    tx: &mut Tx<'_>,
    month: Month,
    keys: &[NikKey],
) -> Result<HashMap<NikKey, Hold>, StoreError> {
    let mut found = HashMap::new();
    tx.each(&HOLD_AMONG, &values![tx.tenant(), month, json(keys)], |columns| {
        let (key, turn) = (key(columns.take()?)?, columns.take()?);
        let state = columns.take_with("how a month is held", HoldState::from_name)?;
        found.insert(key, Hold { turn, state });
        Ok(())
    })?;
    Ok(found)
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

/// People of a final bill whose month is not for good the regency's: such a bill is neither issued
/// nor paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Disputed {
    /// For whom another regency pays.
    pub lost: u64,
    /// For whom it is still to be claimed or confirmed.
    pub open: u64,
}

/// The final bills with such people.
pub fn disputed(tx: &mut Tx<'_>) -> Result<HashMap<Id<kind::Bill>, Disputed>, StoreError> {
    let mut disputed = HashMap::new();
    for (month, people) in open_people(tx)? {
        let bills: Vec<Id<kind::Bill>> =
            tx.all(&FINAL_OF, &values![tx.tenant(), month], |columns| columns.take())?;
        for bill in bills {
            let on_bill = on_bill(tx, bill, month)?;
            let mut found = Disputed::default();
            for (_, state) in people.iter().filter(|(person, _)| on_bill.contains(person)) {
                match state {
                    HoldState::Lost => found.lost += 1,
                    _ => found.open += 1,
                }
            }
            if found != Disputed::default() {
                disputed.insert(bill, found);
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

/// Keeps months of numbers in a state, in place of what was kept of them.
fn put(
    tx: &mut Tx<'_>,
    month: Month,
    keys: &[(NikKey, i64)],
    state: HoldState,
) -> Result<(), StoreError> {
    if keys.is_empty() {
        return Ok(());
    }
    let (tenant, held) = (tx.tenant(), holds(tx, month)?);
    let mut keys = keys.to_vec();
    keys.sort_unstable();
    let before = keys.iter().map(|(key, _)| *key).filter(|key| held.contains_key(key));
    let before: Vec<NikKey> = before.collect();
    for some in before.chunks(AT_ONCE) {
        tx.run(&HOLD_DELETE, &values![tenant, month, json(some)])?;
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
