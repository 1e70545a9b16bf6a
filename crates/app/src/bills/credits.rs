//! Credits: what was paid for months after a death that became known late. Found by the death
//! lists, recorded as owed back by two people, taken off the next bill.

use std::collections::{HashMap, HashSet};

use base::id::kind;
use base::{Day, Id, Rupiah};
use domain::billing::credit::{PaidAfterDeath, recovery, recovery_hash, recovery_id};
use domain::billing::{BillCredit, BillState};
use domain::coverage::known::scheme_of_contribution;
use domain::ledger::chart::receivable_account;
use domain::ledger::{Origin, Transfer};
use domain::programme::Programme;
use domain::reference::ReferenceKind;
use domain::registry::Person;
use domain::task::{Task, TaskKind, TaskState};
use linkage::{NameAgreement, names_agree};
use rules::Scheme;
use store::Tx;
use store::bills::BillHead;
pub use store::recoveries::Recovery;

use crate::error::AppError;
use crate::ledger::post_as;
use crate::office::{Actor, Office, Operation, Target};
use crate::people::PersonShown;
use crate::tasks::{Forward, waiting};

/// A month that was paid after a death and is not recorded yet.
#[derive(Debug, Clone)]
pub struct CreditFound {
    /// What was paid.
    pub paid: PaidAfterDeath,
    /// For which scheme; none for a contribution of an older program, which was for all.
    pub scheme: Option<Scheme>,
    /// For whom, masked.
    pub person: PersonShown,
    /// Whether the death list gives another name: then the number is wrong on one side, and it is
    /// not put forward before somebody has looked.
    pub other_name: bool,
}

/// A month that BPJS owes back.
#[derive(Debug, Clone)]
pub struct CreditOwed {
    /// What, since when, and on which bill.
    pub recovery: Recovery,
    /// For which scheme it was paid; none for a contribution of an older program, which was for
    /// all.
    pub scheme: Option<Scheme>,
    /// For whom it was paid, masked.
    pub person: Option<PersonShown>,
    /// Whether no list calls them dead any more: it is owed back by mistake, and undone with the
    /// next approval unless a bill has taken it off.
    pub is_wrong: bool,
}

/// A programme's credits.
#[derive(Debug, Clone)]
pub struct Credits {
    /// The programme's code and name.
    pub programme: (Box<str>, Box<str>),
    /// Found and not recorded, by month.
    pub found: Vec<CreditFound>,
    /// Recorded, by month.
    pub owed: Vec<CreditOwed>,
    /// The task by which what was found is recorded, when it waits.
    pub task: Option<Task>,
}

impl Credits {
    /// What was found, in all.
    pub fn found_rupiah(&self) -> Rupiah {
        Rupiah(self.found.iter().map(|one| one.paid.rupiah.0).sum())
    }

    /// What is owed back and no paid bill has taken off.
    pub fn outstanding(&self) -> Rupiah {
        let recoveries: Vec<Recovery> = self.owed.iter().map(|one| one.recovery).collect();
        store::recoveries::outstanding(&recoveries)
    }
}

impl Office {
    /// What a programme has paid for months after a death, found and recorded.
    ///
    /// # Errors
    /// `PROGRAMME_UNKNOWN`, `USER_MAY_NOT`.
    pub fn credits(&self, actor: &Actor, code: &str) -> Result<Credits, AppError> {
        let programme = self.programme(code)?;
        self.authorize(actor, Operation::ReadMoney, &Target::in_region(programme.territory))?;
        let now = self.now_ms();
        self.store.read(|tx| {
            let found = found(tx, &programme)?;
            let heads = store::bills::of_programme(tx, programme.id)?;
            let scheme = |paid: &PaidAfterDeath| scheme_of(&heads, paid);
            let shown = |(paid, person, other_name): (PaidAfterDeath, Person, bool)| {
                let person = crate::people::masked_now(&person);
                CreditFound { scheme: scheme(&paid), paid, person, other_name }
            };
            let wrong = wrong(tx, &programme)?;
            let mut owed = Vec::new();
            for recovery in store::recoveries::of_programme(tx, programme.id)? {
                let person = store::people::get(tx, recovery.paid.person)?;
                let person = person.as_ref().map(crate::people::masked_now);
                let is_wrong = wrong.iter().any(|one| one.transfer == recovery.transfer);
                let scheme = scheme(&recovery.paid);
                owed.push(CreditOwed { scheme, recovery, person, is_wrong });
            }
            Ok(Credits {
                found: found.into_iter().map(shown).collect(),
                owed,
                task: waiting(tx, now, TaskKind::Credit, programme.id.as_bytes())?,
                programme: (programme.code, programme.name),
            })
        })
    }

    /// Puts forward that what was found is owed back, and that what is owed back for the living is
    /// so no more; the same again while it waits is no change.
    ///
    /// # Errors
    /// `NO_CREDITS` when there is neither.
    pub fn propose_credits(&self, actor: &Actor, code: &str) -> Result<(Task, bool), AppError> {
        let programme = self.programme(code)?;
        self.authorize(actor, Operation::Pay, &Target::in_region(programme.territory))?;
        self.store.write(|tx| {
            let (sure, wrong) = (sure(tx, &programme)?, wrong(tx, &programme)?);
            if sure.is_empty() && wrong.is_empty() {
                return Err(AppError::refused("NO_CREDITS", code));
            }
            let hash = hash_of(&programme, &sure, &wrong);
            let object = programme.id.as_bytes();
            if let Some(waits) = waiting(tx, self.now_ms(), TaskKind::Credit, object)? {
                if waits.hash == hash {
                    return Ok((waits, false));
                }
                // More was found since, or less: what waits is no longer what is.
                store::access::set_task_state(tx, waits.id, TaskState::Withdrawn)?;
            }
            let credit: i64 = sure.iter().map(|paid| paid.rupiah.0).sum();
            let undone: i64 = wrong.iter().map(|one| one.paid.rupiah.0).sum();
            let people: HashSet<_> = sure.iter().map(|paid| paid.person).collect();
            let months: HashSet<_> =
                sure.iter().map(|paid| (paid.membership, paid.month)).collect();
            let content = format!(
                "programme={}\npeople={}\npaid_months={}\ncredit_rupiah={credit}\n\
                 undone_rupiah={undone}",
                programme.code,
                people.len(),
                months.len(),
            );
            let forward = Forward {
                id: self.environment.new_id(),
                kind: TaskKind::Credit,
                object: *programme.id.as_bytes(),
                hash,
                effect: Rupiah(credit + undone),
                content: &content,
            };
            let task = self.put_forward(tx, actor, &forward)?;
            let object = programme.id.as_bytes();
            self.record(tx, actor, "credits-put-forward", "programme", object)?;
            Ok((task, true))
        })
    }

    /// What the last approval brings about: BPJS owes it back, and the months are covered no more;
    /// for those who live it is the other way round.
    pub(crate) fn credits_approved(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        task: &Task,
    ) -> Result<(), AppError> {
        let unknown = || AppError::not_found("TASK_UNKNOWN", task.id.to_string());
        let id: Id<kind::Programme> = Id::from_bytes(task.object);
        let programme = store::programmes::get(tx, id)?.ok_or_else(unknown)?;
        let (sure, wrong) = (sure(tx, &programme)?, wrong(tx, &programme)?);
        if hash_of(&programme, &sure, &wrong) != task.hash {
            return Err(AppError::refused("HASH_DIFFERS", ""));
        }
        let today = self.environment.today();
        let account = receivable_account(&programme);
        let known = store::ledger::accounts(tx)?;
        if known.iter().all(|(one, _)| one.id != account.id) {
            store::ledger::open_accounts(tx, std::slice::from_ref(&account))?;
        }
        let batch: Vec<_> = sure.iter().map(|paid| recovery(&programme, paid, today)).collect();
        let origin =
            Origin { maker: Some(task.maker), checker: Some(actor.id), ..self.origin(actor) };
        post_as(tx, origin, &batch)?;
        store::recoveries::insert_all(tx, programme.id, &sure, today)?;
        for (paid, transfer) in sure.iter().zip(&batch) {
            let of = (paid.person, paid.month);
            let by = (paid.contribution, transfer.id);
            store::covered::withdraw(tx, of, by, (today, self.now_ms()))?;
        }
        self.undo_wrong(tx, &wrong, origin)?;
        self.record(tx, actor, "credits-recorded", "programme", programme.id.as_bytes())
    }

    /// Undoes what is owed back for those whom no list calls dead any more; their months are
    /// covered again, and a draft that would take it off asks for the whole.
    fn undo_wrong(
        &self,
        tx: &mut Tx<'_>,
        wrong: &[Recovery],
        origin: Origin,
    ) -> Result<(), AppError> {
        undo(tx, wrong, (origin, self.environment.today(), self.now_ms()))?;
        for one in wrong {
            store::covered::restore(tx, one.paid.person, one.transfer, self.now_ms())?;
        }
        Ok(())
    }
}

/// Undoes that contributions are owed back. A draft that would take one off asks for the whole
/// again; a bill that is locked or paid with it comes first.
pub(crate) fn undo(
    tx: &mut Tx<'_>,
    recoveries: &[Recovery],
    (origin, today, now_ms): (Origin, Day, i64),
) -> Result<(), AppError> {
    let ids: Vec<Id<kind::Transfer>> = recoveries.iter().map(|one| one.transfer).collect();
    super::give_back_credits(tx, &ids, None)?;
    let reversed = store::ledger::known(tx, ids)?.into_iter();
    let reversed: Vec<Transfer> = reversed.map(|(one, _)| one.reversed(today)).collect();
    post_as(tx, origin, &reversed)?;
    for recovery in recoveries {
        store::recoveries::undo(tx, recovery.transfer, now_ms)?;
    }
    Ok(())
}

/// What those who approve are bound to.
fn hash_of(programme: &Programme, sure: &[PaidAfterDeath], wrong: &[Recovery]) -> [u8; 32] {
    let wrong: Vec<Id<kind::Transfer>> = wrong.iter().map(|one| one.transfer).collect();
    recovery_hash(programme.id, sure, &wrong)
}

/// What is owed back for months of people whom no list calls dead before them any more, unless a
/// bill that is locked or paid has taken it off, or somebody else has paid for the month since.
fn wrong(tx: &mut Tx<'_>, programme: &Programme) -> Result<Vec<Recovery>, AppError> {
    let roots = store::merges::roots(tx)?;
    let dead = store::deaths::dead(tx)?.into_iter();
    let dead: HashMap<_, _> = dead.map(|one| (one.person, one.died.month_of())).collect();
    let mut wrong = Vec::new();
    for recovery in store::recoveries::of_programme(tx, programme.id)? {
        let person = recovery.paid.person;
        let root = store::merges::root_of(&roots, person);
        let died = dead.get(&root).is_some_and(|died| *died < recovery.paid.month);
        let is_bound = recovery.on_bill.is_some_and(|(_, state)| state != BillState::Draft);
        if died || is_bound {
            continue;
        }
        let standing = store::covered::of_person(tx, person)?;
        let withdrawn = store::covered::withdrawn(tx, person)?.into_iter();
        let mut own = withdrawn.filter(|(_, by, _)| *by == recovery.transfer);
        if own.all(|(cover, ..)| standing.iter().all(|one| one.key() != cover.key())) {
            wrong.push(recovery);
        }
    }
    Ok(wrong)
}

/// The scheme that a contribution was for.
fn scheme_of(heads: &[BillHead], paid: &PaidAfterDeath) -> Option<Scheme> {
    let head = heads.iter().find(|head| head.month == paid.month);
    let revisions = head.map_or(0, |head| head.revision);
    scheme_of_contribution(paid.membership, paid.month, revisions, |promise| {
        Transfer::kept_id(promise) == paid.contribution
    })
}

/// The scheme of a contribution that a bill takes off, by the heads of the programme's bills.
pub(super) fn scheme_taken_off(heads: &[BillHead], credit: &BillCredit) -> Option<Scheme> {
    let head = heads.iter().find(|head| head.month == credit.month);
    let revisions = head.map_or(0, |head| head.revision);
    scheme_of_contribution(credit.membership, credit.month, revisions, |promise| {
        recovery_id(Transfer::kept_id(promise)) == credit.recovery
    })
}

/// What was found of those whom the list names as the register does.
fn sure(tx: &mut Tx<'_>, programme: &Programme) -> Result<Vec<PaidAfterDeath>, AppError> {
    let found = found(tx, programme)?.into_iter();
    Ok(found.filter(|(_, _, other_name)| !other_name).map(|(paid, ..)| paid).collect())
}

/// What was paid, for whom, and whether the list gives another name.
fn found(
    tx: &mut Tx<'_>,
    programme: &Programme,
) -> Result<Vec<(PaidAfterDeath, Person, bool)>, AppError> {
    let paid = store::recoveries::paid_after_death(tx, programme.id)?;
    let mut people: HashMap<Id<kind::Person>, Person> = HashMap::new();
    for one in &paid {
        if !people.contains_key(&one.person)
            && let Some(person) = store::people::get(tx, one.person)?
        {
            people.insert(one.person, person);
        }
    }
    let niks: Vec<_> = people.values().map(|person| person.nik).collect();
    let mut other = HashSet::new();
    for hit in store::references::hits(tx, &niks)? {
        let listed = hit.entry.name.as_ref().filter(|_| hit.kind == ReferenceKind::Meninggal);
        let Some(listed) = listed else { continue };
        let person = people.values().find(|person| person.nik == hit.entry.nik);
        let differs = |person: &&Person| {
            names_agree(listed.as_str(), person.name.as_str()) == NameAgreement::Different
        };
        other.extend(person.filter(differs).map(|person| person.id));
    }
    let with_person = |one: PaidAfterDeath| {
        let person = people.get(&one.person)?.clone();
        let differs = other.contains(&one.person);
        Some((one, person, differs))
    };
    Ok(paid.into_iter().filter_map(with_person).collect())
}
