//! One payer for a month: a bill's months are reserved before it is made final, held in the
//! transaction that does so, and confirmed after it (docs/decisions/0052).
//!
//! Whoever breaks off between two steps leaves something that the next step of anybody finishes, or
//! that lapses by itself. Another regency that pays is never named.

use std::collections::{BTreeMap, HashMap, HashSet};

use base::id::kind;
use base::{Id, Month};
use domain::billing::{Bill, BillState, bill_id};
use domain::programme::Programme;
use domain::task::{Task, TaskKind, TaskState};
use store::months::{Disputed, Elsewhere, HoldState, LIMIT_MS, NikKey};
use store::{StoreError, Tx};

use crate::error::{AppError, ErrorKind};
use crate::office::Office;

/// What is said of a bill whose months are not all confirmed yet: asked again, it is known.
pub(crate) const MONTHS_NOT_CONFIRMED: &str = "MONTHS_NOT_CONFIRMED";

/// How often a bill's months are reserved again because its list changed meanwhile.
const TRIES: u32 = 3;

/// What was reserved for a bill, or for several that are paid at once.
#[derive(Default)]
pub(super) struct Reserved(BTreeMap<Month, OfMonth>);

/// Of a month: what was granted, what others have, and what a bill took.
#[derive(Default)]
struct OfMonth {
    granted: HashMap<NikKey, i64>,
    elsewhere: Elsewhere,
    taken: HashSet<NikKey>,
}

/// What a bill's months came to inside the transaction.
pub(super) enum Claimed {
    /// The bill with those whose month is the regency's, and what is to be held.
    Whole(Box<Bill>, Vec<(NikKey, i64)>),
    /// Somebody is on it whose month was not asked for: the list changed meanwhile.
    Changed,
}

impl Office {
    /// Reserves the months of everybody who may be on these bills, outside of any transaction;
    /// `work` is then done with it, anew when it says that the list changed. What no bill took is
    /// given back.
    pub(super) fn with_months<T>(
        &self,
        programme: &Programme,
        (first, months): (Month, u32),
        mut work: impl FnMut(&mut Reserved) -> Result<Option<T>, AppError>,
    ) -> Result<T, AppError> {
        for _ in 0..TRIES {
            store::months::settle(&self.store)?;
            let mut reserved = Reserved::default();
            let done = match self.reserve_months(programme, (first, months), &mut reserved) {
                Ok(()) => work(&mut reserved),
                Err(error) => {
                    self.give_all_back(reserved);
                    return Err(error);
                }
            };
            self.give_back(reserved, &done);
            if let Some(done) = done? {
                self.settle_months();
                return Ok(done);
            }
        }
        Err(StoreError::Busy.into())
    }

    fn reserve_months(
        &self,
        programme: &Programme,
        (first, months): (Month, u32),
        reserved: &mut Reserved,
    ) -> Result<(), AppError> {
        let last = first.plus(i32::try_from(months).unwrap_or(1) - 1);
        let wanted = self.store.read(|tx| {
            let head = store::bills::head(tx, bill_id(programme.id, first))?;
            if head.is_some_and(|head| head.state != BillState::Draft) {
                return Ok(BTreeMap::new());
            }
            self.months_wanted(tx, programme, (first, last))
        })?;
        // Months paid at once are reserved one after the other.
        let limit_ms = LIMIT_MS * i64::from(months);
        for (month, keys) in wanted {
            // What is granted is given back even when others cannot be asked any more.
            let of_month = reserved.0.entry(month).or_default();
            of_month.granted = store::months::reserve(&self.store, month, &keys, limit_ms)?;
            let asked = keys.into_iter().map(|(key, _)| key);
            let is_denied = |key: &NikKey| !of_month.granted.contains_key(key);
            let denied: Vec<NikKey> = asked.filter(is_denied).collect();
            of_month.elsewhere =
                self.store.read(|tx| store::months::elsewhere(tx, month, &denied))?;
        }
        Ok(())
    }

    /// Gives back what was reserved and no bill took; all of it when nothing was kept. Where it is
    /// not known whether something was, it lapses by itself.
    fn give_back<T>(&self, mut reserved: Reserved, done: &Result<Option<T>, AppError>) {
        let is_unsure =
            |kind| matches!(kind, ErrorKind::Busy | ErrorKind::External | ErrorKind::Integrity);
        if done.as_ref().is_err_and(|error| is_unsure(error.kind)) {
            return;
        }
        if matches!(done, Ok(Some(_))) {
            for of_month in reserved.0.values_mut() {
                of_month.granted.retain(|key, _| !of_month.taken.contains(key));
            }
        }
        self.give_all_back(reserved);
    }

    /// Where this fails, it lapses by itself.
    fn give_all_back(&self, reserved: Reserved) {
        for (month, of_month) in reserved.0 {
            let left: Vec<NikKey> = of_month.granted.into_keys().collect();
            let _ = store::months::give_back(&self.store, month, &left);
        }
    }

    /// The numbers of everybody whose month a bill may ask for, unless the regency holds it
    /// already, each with the turn that it is at.
    fn months_wanted(
        &self,
        tx: &mut Tx<'_>,
        programme: &Programme,
        (first, last): (Month, Month),
    ) -> Result<BTreeMap<Month, Vec<(NikKey, i64)>>, AppError> {
        let sector_of = |key: Option<&_>| self.sector_of(key);
        let members = store::memberships::for_billing(tx, programme, sector_of)?;
        let numbers = store::months::of_members(tx, programme.id)?;
        let mut wanted = BTreeMap::new();
        for month in first.through(last) {
            let held = store::months::holds(tx, month)?;
            let billed = members.iter().filter(|member| {
                let died = member.died.is_some_and(|day| day.month_of() < month);
                member.membership.holds(month) && !died
            });
            let keys = billed.filter_map(|member| numbers.get(&member.membership.person));
            let keys = keys.filter_map(|key| match held.get(key) {
                Some(hold) if hold.state.is_held() || hold.state == HoldState::Leaving => None,
                hold => Some((*key, hold.map_or(0, |hold| hold.turn))),
            });
            wanted.insert(month, keys.collect());
        }
        Ok(wanted)
    }

    /// A draft without those for whom another regency pays.
    ///
    /// # Errors
    /// `MONTHS_RESERVED_ELSEWHERE` while another regency is locking a bill with some of them.
    pub(super) fn claimed(
        &self,
        tx: &mut Tx<'_>,
        programme: &Programme,
        draft: Bill,
        reserved: &mut Reserved,
    ) -> Result<Claimed, AppError> {
        let numbers = store::months::of_members(tx, programme.id)?;
        let held = store::months::holds(tx, draft.month)?;
        let of_month = reserved.0.entry(draft.month).or_default();
        let (mut take, mut gone, mut reserved_elsewhere) = (Vec::new(), HashSet::new(), 0_u64);
        let people: HashSet<Id<kind::Person>> =
            draft.lines.iter().map(|line| line.person).collect();
        for person in people {
            // Who has no number claims nothing.
            let Some(key) = numbers.get(&person) else { continue };
            let hold = held.get(key);
            if hold.is_some_and(|hold| hold.state.is_held()) {
                continue;
            }
            // It is being released: what was granted is of the turn that goes.
            if hold.is_some_and(|hold| hold.state == HoldState::Leaving) {
                return Ok(Claimed::Changed);
            }
            let turn = hold.map_or(0, |hold| hold.turn);
            match of_month.granted.get(key) {
                Some(granted) if *granted >= turn => take.push((*key, *granted)),
                Some(_) => return Ok(Claimed::Changed),
                None if of_month.elsewhere.confirmed.contains(key) => {
                    gone.insert(person);
                }
                None if of_month.elsewhere.reserved.contains(key) => reserved_elsewhere += 1,
                // Not asked for, or free by now.
                None => return Ok(Claimed::Changed),
            }
        }
        if reserved_elsewhere > 0 {
            let count = reserved_elsewhere.to_string();
            return Err(AppError::refused("MONTHS_RESERVED_ELSEWHERE", count));
        }
        of_month.taken = take.iter().map(|(key, _)| *key).collect();
        Ok(Claimed::Whole(Box::new(draft.without_paid_in_other_region(&gone)), take))
    }

    /// Members for whose month another regency pays now, as far as it can be asked: a look, which
    /// claims nothing.
    pub(crate) fn paid_in_other_region(
        &self,
        tx: &mut Tx<'_>,
        programme: &Programme,
        month: Month,
    ) -> Result<HashSet<Id<kind::Person>>, AppError> {
        let mut numbers = HashMap::new();
        let elsewhere = store::months::elsewhere_if_all_answer(tx, month, |tx| {
            numbers = store::months::of_members(tx, programme.id)?;
            Ok(numbers.values().copied().collect())
        })?;
        let paid = elsewhere.unwrap_or_default().confirmed;
        let people = numbers.into_iter().filter(|(_, key)| paid.contains(key));
        Ok(people.map(|(person, _)| person).collect())
    }

    /// How many of those that a locked bill left out nobody pays for by now; none where a server of
    /// the register does not answer.
    pub(super) fn free_again(
        &self,
        programme: &Programme,
        month: Month,
        left_out: &HashSet<Id<kind::Person>>,
    ) -> u64 {
        let still = match left_out.is_empty() {
            true => return 0,
            false => self.store.read(|tx| self.paid_in_other_region(tx, programme, month)),
        };
        let gone = |still: HashSet<_>| left_out.difference(&still).count() as u64;
        still.map_or(0, gone)
    }

    /// Brings what all regencies see in line with what was decided here. What cannot be done now is
    /// done by whoever comes next: nothing that was decided waits for it.
    pub(crate) fn settle_months(&self) {
        let _ = store::months::settle(&self.store);
    }

    /// Claims once more what the bills of a task lack, before somebody approves them: another
    /// regency may have let go since.
    pub(crate) fn claim_again(&self, task: &Task) -> Result<(), AppError> {
        if task.kind != TaskKind::Bill || task.state != TaskState::Open {
            return Ok(());
        }
        // First what waits: whom somebody else took since is asked about once more after that.
        store::months::settle(&self.store)?;
        let months = self.store.write(|tx| {
            let Some(head) = store::bills::head(tx, Id::from_bytes(task.object))? else {
                return Ok(Vec::new());
            };
            let heads = super::heads_paid_with(tx, &head)?;
            let months: Vec<Month> = heads.iter().map(|one| one.month).collect();
            for month in &months {
                store::months::align(tx, *month)?;
            }
            Ok::<_, AppError>(months)
        })?;
        for month in months {
            store::months::look_again(&self.store, month)?;
        }
        store::months::settle(&self.store)?;
        Ok(())
    }
}

/// Refuses a payment of a bill with people for whom another regency pays, or may pay.
pub(crate) fn refuse_disputed(tx: &mut Tx<'_>, bill: &Bill) -> Result<(), AppError> {
    match store::months::disputed(tx)?.get(&bill.id) {
        None => Ok(()),
        Some(Disputed { lost: 0, .. }) => {
            Err(AppError::refused(MONTHS_NOT_CONFIRMED, bill.month.to_string()))
        }
        Some(Disputed { lost, .. }) => {
            Err(AppError::refused("MONTHS_PAID_ELSEWHERE", lost.to_string()))
        }
    }
}

/// Refuses to issue a bill with people whose month is not for good the regency's.
pub(super) fn refuse_unclaimed(tx: &mut Tx<'_>, bill: &Bill) -> Result<(), AppError> {
    let open = store::months::unconfirmed(tx, bill.id, bill.month)?;
    let lost = open.iter().filter(|(_, state)| *state == HoldState::Lost).count();
    match (lost, open.len()) {
        (_, 0) => Ok(()),
        (0, _) => Err(AppError::refused(MONTHS_NOT_CONFIRMED, bill.month.to_string())),
        (lost, _) => Err(AppError::refused("MONTHS_PAID_ELSEWHERE", lost.to_string())),
    }
}

/// Whose month is another regency's though they are on a bill that is locked or paid.
pub(crate) fn lost_on(
    tx: &mut Tx<'_>,
    (bill, month): (Id<kind::Bill>, Month),
) -> Result<Vec<Id<kind::Person>>, AppError> {
    let open = store::months::not_ours(tx, bill, month)?.into_iter();
    Ok(open.filter(|(_, state)| *state == HoldState::Lost).map(|(person, _)| person).collect())
}

#[cfg(test)]
mod tests;
