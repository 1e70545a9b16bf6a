//! Bills: a month's contributions of a programme, drafted, locked by one person, issued by another.
//!
//! A draft is computed anew whenever it is asked for. Finalising freezes it, promises its transfers
//! to the ledger and puts it forward; issuing makes it payable; reopening takes the promises back.
//! What was paid is said by [`crate::bank`].

use std::collections::HashSet;

use base::id::kind;
use base::{Id, Month, Nik, Rupiah};
use domain::billing::{
    Bill, BillInput, BillRefusal, BillState, BillStep, bill_id, draft_bill, draft_prepaid, due,
    finalise, reopen, together_hash,
};
use domain::payment::{bill_reference, together_reference};
use domain::programme::Programme;
use domain::task::{Task, TaskKind, TaskState, Verdict};
use store::Tx;
use store::bills::{BillHead, Issue};
pub use store::bills::{CodeKind, IssueShown, RuleSum};

use crate::error::{AppError, ErrorKind};
use crate::events::Effect;
use crate::ledger::post_as;
use crate::office::{Actor, Office, Operation, Target};
use crate::people::usable_reason;
use crate::tasks::{Forward, waiting};

use self::months::{Claimed, Reserved};

mod arrears;
mod credits;
mod file;
pub(crate) mod months;
mod papers;
mod people;
#[cfg(test)]
pub(crate) mod tests;

pub use arrears::{Arrears, Lapse, Overdue, OverdueState};
pub(crate) use credits::undo as undo_recoveries;
pub use credits::{CreditFound, CreditOwed, Credits};
pub use domain::billing::change::{Change, ChangeSide, ChangeWhy};
pub use file::{BillChanges, BillFile, ChangeGroup, Done, Due, Late, Movement, Waiting};
pub use papers::Paper;
pub use people::{BillPeople, OnBill};

/// A code has so many letters and digits.
const CODE_CHARS: std::ops::RangeInclusive<usize> = 6..=40;

/// Bills that were finalised, one or several that are paid at once.
#[derive(Debug, Clone)]
pub struct Finalised {
    /// The bills, by month, with their lines.
    pub bills: Vec<Bill>,
    /// What waits for a second person; none once they are issued.
    pub task: Option<Task>,
    /// Whether something was done just now.
    pub is_new: bool,
}

impl Finalised {
    /// What is to be paid for all of them.
    pub fn total(&self) -> Rupiah {
        Rupiah(self.bills.iter().map(|bill| bill.total.0).sum())
    }
}

impl Office {
    /// Computes a month's bill and keeps it as a draft.
    ///
    /// # Errors
    /// The codes of [`BillRefusal`]; `NOT_DRAFT` once it is final.
    pub fn draft_bill(&self, actor: &Actor, code: &str, month: Month) -> Result<Bill, AppError> {
        let programme = self.programme(code)?;
        self.authorize(actor, Operation::Pay, &Target::in_region(programme.territory))?;
        let elsewhere = self.store.read(|tx| self.paid_in_other_region(tx, &programme, month))?;
        self.store.write(|tx| {
            let bill = self.computed_bill(tx, &programme, (month, None))?;
            let bill = self.less_taken(tx, bill, &elsewhere)?;
            keep(tx, &bill)?;
            self.record(tx, actor, "bill-drafted", "bill", bill.id.as_bytes())?;
            Ok(bill)
        })
    }

    /// The bill of a month as it would be now, before credits are taken off and whatever other
    /// regencies pay; `paid_in` when it is paid with earlier ones.
    fn computed_bill(
        &self,
        tx: &mut Tx<'_>,
        programme: &Programme,
        (month, paid_in): (Month, Option<Month>),
    ) -> Result<Bill, AppError> {
        let id = bill_id(programme.id, month);
        let known = store::bills::head(tx, id)?;
        if known.as_ref().is_some_and(|bill| bill.state != BillState::Draft) {
            return Err(AppError::refused("NOT_DRAFT", month.to_string()));
        }
        let revision = known.map_or(0, |bill| bill.revision);
        self.bill_by_rules(tx, programme, (month, paid_in), revision)
    }

    /// The same without those whose month another regency has, and less what BPJS owes back.
    fn less_taken(
        &self,
        tx: &mut Tx<'_>,
        bill: Bill,
        elsewhere: &HashSet<Id<kind::Person>>,
    ) -> Result<Bill, AppError> {
        let bill = bill.without_paid_in_other_region(elsewhere);
        let of = (bill.id, bill.month);
        let credits = store::recoveries::open_for(tx, bill.programme, of)?;
        Ok(bill.with_credits(&credits))
    }

    /// What a month costs by the rules and the list of now, whatever became of its bill.
    pub(crate) fn bill_by_rules(
        &self,
        tx: &mut Tx<'_>,
        programme: &Programme,
        (month, paid_in): (Month, Option<Month>),
        revision: u32,
    ) -> Result<Bill, AppError> {
        let fund = store::programmes::fund(tx, programme.fund)?
            .ok_or_else(|| AppError::not_found("FUND_UNKNOWN", &*programme.code))?;
        let sector_of = |key: Option<&_>| self.sector_of(key);
        let members = store::memberships::for_billing(tx, programme, sector_of)?;
        let standing = store::covered::elsewhere(tx, programme.id, month)?;
        let input = BillInput {
            programme,
            fund: fund.kind,
            month,
            revision,
            members: &members,
            standing: &standing,
            rulebook: &self.rulebook,
        };
        let bill = match paid_in {
            Some(paid_in) => draft_prepaid(&input, paid_in),
            None => draft_bill(&input),
        };
        bill.map_err(|refusal| bill_refused(&refusal, month))
    }

    /// The draft that a head stands for, as it would be now; none once it is locked.
    fn draft_behind(
        &self,
        tx: &mut Tx<'_>,
        programme: &Programme,
        head: &BillHead,
    ) -> Result<Option<Bill>, AppError> {
        if head.state != BillState::Draft {
            return Ok(None);
        }
        let elsewhere = self.paid_in_other_region(tx, programme, head.month)?;
        let bill = self.computed_bill(tx, programme, (head.month, None))?;
        self.less_taken(tx, bill, &elsewhere).map(Some)
    }

    /// The bill of a month with its lines: a draft's are computed anew.
    pub(crate) fn whole_bill(
        &self,
        tx: &mut Tx<'_>,
        programme: &Programme,
        month: Month,
    ) -> Result<Option<Bill>, AppError> {
        let Some(head) = store::bills::head(tx, bill_id(programme.id, month))? else {
            return Ok(None);
        };
        match self.draft_behind(tx, programme, &head)? {
            Some(draft) => Ok(Some(draft)),
            None => Ok(store::bills::get(tx, head.id)?),
        }
    }

    /// Locks the bill of a month, computing it anew, or those of so many months that are paid at
    /// once; posts their pending transfers and puts them forward to be issued by somebody else.
    ///
    /// The same again is no change. What waits no longer, because its time ran out, is put forward
    /// once more.
    ///
    /// # Errors
    /// The codes of [`BillRefusal`]; `PREPAID_MONTHS` for so many months as the law does not name;
    /// `LEDGER_REFUSED` above the approved amount.
    pub fn finalise_bill(
        &self,
        actor: &Actor,
        code: &str,
        month: Month,
        months: u32,
    ) -> Result<Finalised, AppError> {
        let programme = self.programme(code)?;
        self.authorize(actor, Operation::Pay, &Target::in_region(programme.territory))?;
        let allowed = due::prepayable(&self.rulebook, &programme, month);
        if months != 1 && !allowed.contains(&months) {
            let allowed: Vec<String> = allowed.iter().map(u32::to_string).collect();
            return Err(AppError::refused("PREPAID_MONTHS", allowed.join(", ")));
        }
        self.with_months(&programme, (month, months), |reserved| {
            let mut changed = false;
            let done = self.store.write(|tx| {
                let known = store::bills::head(tx, bill_id(programme.id, month))?;
                if let Some(head) = known.filter(|head| head.state != BillState::Draft) {
                    return self.final_before(tx, actor, &programme, &head, months);
                }
                let locked = self.locked(tx, actor, &programme, (month, months), reserved)?;
                let Some(bills) = locked else {
                    // Nothing is kept of it; it begins again with the list of now.
                    changed = true;
                    return Err(store::StoreError::Busy.into());
                };
                let task = self.put_bills_forward(tx, actor, &programme, &bills)?;
                let effects = Effect::on_bills("bill-finalised", bills.iter().map(|bill| bill.id));
                let act = ("bill-finalised", "bill", Some(bills[0].id.as_bytes()));
                self.record_effects(tx, Some(actor), act, &effects)?;
                Ok(Finalised { bills, task: Some(task), is_new: true })
            });
            match changed {
                true => Ok(None),
                false => done.map(Some),
            }
        })
    }

    /// Locks bills with those whose months are the regency's; none when somebody came to be on
    /// them whose month was not reserved.
    fn locked(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        programme: &Programme,
        (first, months): (Month, u32),
        reserved: &mut Reserved,
    ) -> Result<Option<Vec<Bill>>, AppError> {
        let today = self.environment.today();
        let together = (months > 1).then(|| bill_id(programme.id, first));
        let paid_in = together.map(|_| first);
        if together.is_some() {
            // Those of before that were paid bear the same name: all of them would be one bill.
            let before = store::bills::of_programme(tx, programme.id)?;
            if before.iter().any(|bill| bill.together == together) {
                return Err(AppError::refused("MONTHS_PART_PAID", first.to_string()));
            }
        }
        let mut bills = Vec::new();
        for month in first.through(first.plus(months as i32 - 1)) {
            let draft = self.computed_bill(tx, programme, (month, paid_in))?;
            let Claimed::Whole(draft, taken) = self.claimed(tx, programme, draft, reserved)? else {
                return Ok(None);
            };
            let draft = self.less_taken(tx, *draft, &HashSet::new())?;
            let step = finalise(&Bill { together, ..draft }, programme, today)
                .map_err(|refusal| bill_refused(&refusal, month))?;
            store::months::hold(tx, month, &taken)?;
            let origin = self.origin_of_bill(tx, actor, &step.bill)?;
            post_as(tx, origin, &step.transfers)?;
            keep(tx, &step.bill)?;
            bills.push(step.bill);
        }
        Ok(Some(bills))
    }

    /// What finalising answers to a bill that is final already.
    fn final_before(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        programme: &Programme,
        head: &BillHead,
        months: u32,
    ) -> Result<Finalised, AppError> {
        let bills = bills_paid_with(tx, head)?;
        let is_same = bills.len() == months as usize && bills[0].id == head.id;
        if !is_same {
            return Err(AppError::refused("NOT_DRAFT", head.month.to_string()));
        }
        let waits = waiting(tx, self.now_ms(), TaskKind::Bill, bills[0].id.as_bytes())?;
        if head.issued.is_some() || waits.is_some() || head.state == BillState::Posted {
            return Ok(Finalised { bills, task: waits, is_new: false });
        }
        let task = self.put_bills_forward(tx, actor, programme, &bills)?;
        self.record(tx, actor, "bill-put-forward", "bill", bills[0].id.as_bytes())?;
        Ok(Finalised { bills, task: Some(task), is_new: true })
    }

    fn put_bills_forward(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        programme: &Programme,
        bills: &[Bill],
    ) -> Result<Task, AppError> {
        let effect = Rupiah(bills.iter().map(|bill| bill.total.0).sum());
        let (first, last) = (&bills[0], &bills[bills.len() - 1]);
        let content = format!(
            "programme={}\nfrom={}\nuntil={}\npeople={}\ncredit_rupiah={}\ntotal_rupiah={}\n\
             revision={}\nrulebook={}",
            programme.code,
            first.month,
            last.month,
            bills.iter().map(|bill| bill.people).max().unwrap_or(0),
            bills.iter().map(|bill| bill.credited().0).sum::<i64>(),
            effect.0,
            first.revision,
            &first.rulebook[..12],
        );
        let forward = Forward {
            id: self.environment.new_id(),
            kind: TaskKind::Bill,
            object: *first.id.as_bytes(),
            hash: together_hash(bills),
            effect,
            content: &content,
        };
        self.put_forward(tx, actor, &forward)
    }

    /// Takes a month's bill the next step towards being issued: who pays locks it and puts it
    /// forward; who approves issues what waits. Issuing an issued bill again is no change.
    ///
    /// # Errors
    /// Those of [`Office::finalise_bill`] and [`Office::decide_task`]; `NOT_FINAL` for an approver
    /// while nothing waits.
    pub fn issue_bill(&self, actor: &Actor, code: &str, month: Month) -> Result<Bill, AppError> {
        let programme = self.programme(code)?;
        let target = Target::in_region(programme.territory);
        let id = bill_id(programme.id, month);
        if self.authorize(actor, Operation::Approve, &target).is_err() {
            let mut bills = self.finalise_bill(actor, code, month, 1)?.bills;
            return Ok(bills.remove(0));
        }
        if let Some(task) = self.waiting_bill(id)? {
            return self.issue_seen(actor, code, month, task.hash);
        }
        self.issued_bill(id, month)
    }

    /// Issues the bill that waits, when what was looked at is what waits.
    ///
    /// # Errors
    /// Those of [`Office::decide_task`]; `NOT_FINAL` while nothing waits.
    pub fn issue_seen(
        &self,
        actor: &Actor,
        code: &str,
        month: Month,
        seen: [u8; 32],
    ) -> Result<Bill, AppError> {
        let programme = self.programme(code)?;
        self.authorize(actor, Operation::Approve, &Target::in_region(programme.territory))?;
        let id = bill_id(programme.id, month);
        if let Some(task) = self.waiting_bill(id)? {
            self.decide_task(actor, task.id, &Verdict::Approve(seen))?;
        }
        self.issued_bill(id, month)
    }

    fn issued_bill(&self, id: Id<kind::Bill>, month: Month) -> Result<Bill, AppError> {
        let (head, bill) = self.store.read(|tx| {
            let head = store::bills::head(tx, id)?;
            Ok::<_, AppError>((head, store::bills::get(tx, id)?))
        })?;
        let issued = head.is_some_and(|head| head.issued.is_some());
        bill.filter(|_| issued).ok_or_else(|| AppError::refused("NOT_FINAL", month.to_string()))
    }

    /// The task by which a bill, or those that it is paid with, is issued; none when nothing waits.
    pub(crate) fn waiting_bill(&self, id: Id<kind::Bill>) -> Result<Option<Task>, AppError> {
        let now = self.now_ms();
        self.store.read(|tx| {
            let head = store::bills::head(tx, id)?;
            let first = head.and_then(|head| head.together).unwrap_or(id);
            waiting(tx, now, TaskKind::Bill, first.as_bytes())
        })
    }

    /// What the last approval of bills brings about: they are issued and may be paid.
    pub(crate) fn bills_issued(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        task: &Task,
    ) -> Result<(), AppError> {
        let (programme, bills) = bills_of(tx, task)?;
        if bills.iter().any(|bill| bill.state != BillState::Final) {
            return Err(AppError::refused("NOT_FINAL", bills[0].month.to_string()));
        }
        if together_hash(&bills) != task.hash {
            return Err(AppError::refused("HASH_DIFFERS", ""));
        }
        for bill in &bills {
            months::refuse_unclaimed(tx, bill)?;
        }
        let due = due::due_day(&self.rulebook, &programme, bills[0].month)
            .map_err(|_| AppError::refused("RULE_MISSING", bills[0].month.to_string()))?;
        for bill in &bills {
            store::bills::insert_issue(
                tx,
                &Issue {
                    bill: bill.id,
                    revision: bill.revision,
                    issued_on: self.environment.today(),
                    due: due.day,
                    hash: task.hash,
                    finalised_by: task.maker,
                    issued_by: actor.id,
                    issued_at_ms: self.now_ms(),
                },
            )?;
        }
        // Their numbers at every bank, and those of bills that an older program issued.
        crate::snap::open_accounts(tx)?;
        let effects = Effect::on_bills("bill-issued", bills.iter().map(|bill| bill.id));
        let act = ("bill-issued", "bill", Some(bills[0].id.as_bytes()));
        self.record_effects(tx, Some(actor), act, &effects)
    }

    /// What returning bills brings about: they are open again.
    pub(crate) fn bills_returned(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        task: &Task,
        reason: &str,
    ) -> Result<(), AppError> {
        let (programme, bills) = bills_of(tx, task)?;
        self.unlock(tx, actor, &programme, &bills)?;
        let (act, object) = ("bill-returned", ("bill", bills[0].id.as_bytes()));
        let effects = Effect::on_bills(act, bills.iter().map(|bill| bill.id));
        self.record_reason_of(tx, actor, act, object, (reason, &effects))
    }

    /// Unlocks a final bill, and those that it is paid with, for a reason that is kept: its pending
    /// transfers are taken back and its next revision is a draft.
    ///
    /// # Errors
    /// `BILL_UNKNOWN`, `NOT_FINAL` for a draft that never was, `BILL_POSTED` once it is paid,
    /// `BILL_PART_PAID` while some of it is, `REASON_MISSING`.
    pub fn reopen_bill(
        &self,
        actor: &Actor,
        code: &str,
        month: Month,
        reason: &str,
    ) -> Result<BillHead, AppError> {
        let programme = self.programme(code)?;
        self.authorize(actor, Operation::Pay, &Target::in_region(programme.territory))?;
        let reason = usable_reason(reason)?;
        let id = bill_id(programme.id, month);
        let unknown = || AppError::not_found("BILL_UNKNOWN", format!("{code} {month}"));
        let opened = self.store.write(|tx| {
            let head = store::bills::head(tx, id)?.ok_or_else(unknown)?;
            match head.state {
                // A repeat: it was reopened before, and nothing was finalised since.
                BillState::Draft if head.revision > 0 => return Ok(head),
                BillState::Draft => {
                    return Err(AppError::refused("NOT_FINAL", month.to_string()));
                }
                BillState::Final | BillState::Posted => {}
            }
            if head.state == BillState::Posted {
                return Err(AppError::refused("BILL_POSTED", month.to_string()));
            }
            // Of months paid at once, those that were paid one by one stay as they were paid.
            let mut bills = bills_paid_with(tx, &head)?;
            let first = bills[0].id;
            bills.retain(|bill| bill.state == BillState::Final);
            if let Some(task) = waiting(tx, self.now_ms(), TaskKind::Bill, first.as_bytes())? {
                store::access::set_task_state(tx, task.id, TaskState::Withdrawn)?;
            }
            self.unlock(tx, actor, &programme, &bills)?;
            let (act, object) = ("bill-reopened", ("bill", bills[0].id.as_bytes()));
            let effects = Effect::on_bills(act, bills.iter().map(|bill| bill.id));
            self.record_reason_of(tx, actor, act, object, (&reason, &effects))?;
            store::bills::head(tx, id)?.ok_or_else(unknown)
        })?;
        self.settle_months();
        Ok(opened)
    }

    fn unlock(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        programme: &Programme,
        bills: &[Bill],
    ) -> Result<(), AppError> {
        for bill in bills {
            let parts = store::payments::parts_about(tx, bill.id.as_bytes())?;
            if parts.iter().any(|part| part.stands()) {
                return Err(AppError::refused("BILL_PART_PAID", bill.month.to_string()));
            }
            let BillStep { bill, transfers } = reopen(bill, programme, self.environment.today())
                .map_err(|refusal| bill_refused(&refusal, bill.month))?;
            let origin = self.origin_of_bill(tx, actor, &bill)?;
            post_as(tx, origin, &transfers)?;
            store::bills::save(tx, &bill)?;
            store::months::align(tx, bill.month)?;
        }
        Ok(())
    }

    /// Writes down the code under which BPJS or a bank takes the money of a final bill, and of
    /// those it is paid with; payments are found by it. The same again is no change.
    ///
    /// # Errors
    /// `BILL_UNKNOWN`, `NOT_FINAL`, `BILL_CODE_UNFIT`, `BILL_CODE_IS_NIK`, `BILL_CODE_TAKEN` for a
    /// billing code of another bill or revision.
    pub fn record_bill_code(
        &self,
        actor: &Actor,
        (programme, month): (&str, Month),
        kind: CodeKind,
        text: &str,
    ) -> Result<bool, AppError> {
        let found = self.programme(programme)?;
        self.authorize(actor, Operation::Pay, &Target::in_region(found.territory))?;
        let code = self.usable_code(text)?;
        let unknown = || AppError::not_found("BILL_UNKNOWN", format!("{programme} {month}"));
        self.store.write(|tx| {
            let head = store::bills::head(tx, bill_id(found.id, month))?.ok_or_else(unknown)?;
            if head.state != BillState::Final {
                return Err(AppError::refused("NOT_FINAL", month.to_string()));
            }
            let bills = heads_paid_with(tx, &head)?;
            let is_ours = |holder: &store::bills::CodeHolder| {
                bills.iter().any(|bill| (bill.id, bill.revision) == (holder.bill, holder.revision))
            };
            for holder in store::bills::code_holders(tx, &code)? {
                let shared = kind == CodeKind::VirtualAccount && holder.kind == kind;
                if !shared && !is_ours(&holder) {
                    return Err(AppError::new(ErrorKind::Conflict, "BILL_CODE_TAKEN", code));
                }
            }
            let by = (actor.id, self.now_ms());
            let mut new = 0;
            for bill in &bills {
                let of = (bill.id, bill.revision);
                new += store::bills::insert_code(tx, of, (kind, &code), by)?;
            }
            if new > 0 {
                self.record(tx, actor, "bill-code-recorded", "bill", bills[0].id.as_bytes())?;
            }
            Ok(new > 0)
        })
    }

    /// Letters and digits of a code; never the number of a citizen.
    fn usable_code(&self, text: &str) -> Result<String, AppError> {
        let plain = |c: &char| !matches!(c, ' ' | '-' | '.');
        let code: String = text.trim().chars().filter(plain).collect();
        let fits = CODE_CHARS.contains(&code.len())
            && code.chars().all(|c| c.is_ascii_alphanumeric())
            && code.chars().any(|c| c.is_ascii_digit());
        if !fits {
            return Err(AppError::usage("BILL_CODE_UNFIT", ""));
        }
        let is_citizens = Nik::parse(&code)
            .is_ok_and(|nik| self.gazetteer.name(nik.region().at_level(1)).is_some());
        match is_citizens {
            true => Err(AppError::refused("BILL_CODE_IS_NIK", "")),
            false => Ok(code.to_ascii_uppercase()),
        }
    }

    /// A month's bill: a draft as it would be now, any other as it was locked.
    ///
    /// # Errors
    /// `BILL_UNKNOWN`.
    pub fn bill(&self, actor: &Actor, code: &str, month: Month) -> Result<Bill, AppError> {
        let programme = self.programme(code)?;
        self.authorize(actor, Operation::ReadMoney, &Target::in_region(programme.territory))?;
        self.store
            .read(|tx| self.whole_bill(tx, &programme, month))?
            .ok_or_else(|| AppError::not_found("BILL_UNKNOWN", format!("{code} {month}")))
    }

    /// Every bill, without its lines.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn bills(&self, actor: &Actor) -> Result<Vec<BillHead>, AppError> {
        self.authorize(actor, Operation::ReadMoney, &Target::default())?;
        Ok(self.store.read(store::bills::list)?)
    }
}

/// Keeps a bill; what it takes off is given back by the drafts of later months that held it.
fn keep(tx: &mut Tx<'_>, bill: &Bill) -> Result<(), AppError> {
    let taken: Vec<Id<kind::Transfer>> = bill.credits.iter().map(|one| one.recovery).collect();
    give_back_credits(tx, &taken, Some(bill.id))?;
    store::bills::save(tx, bill).map_err(AppError::from)
}

/// Takes credits off the drafts that hold them, other than the bill they are for.
///
/// # Errors
/// `BILL_CREDIT_TAKEN` when a bill holds one that is locked or paid.
fn give_back_credits(
    tx: &mut Tx<'_>,
    gone: &[Id<kind::Transfer>],
    taken_by: Option<Id<kind::Bill>>,
) -> Result<(), AppError> {
    for recovery in gone {
        let holder = store::bills::credit_holder(tx, *recovery)?;
        let other = holder.filter(|(id, ..)| Some(*id) != taken_by);
        let Some((id, month, state)) = other else { continue };
        if state != BillState::Draft {
            return Err(AppError::refused("BILL_CREDIT_TAKEN", month.to_string()));
        }
        if let Some(draft) = store::bills::get(tx, id)? {
            store::bills::save(tx, &draft.without_credits(gone))?;
        }
    }
    Ok(())
}

/// What a payer writes: the bill's own reference, or that of the bills it is paid with.
pub fn payment_reference(head: &BillHead) -> String {
    match head.together {
        Some(first) => together_reference(first),
        None => bill_reference(head.id),
    }
}

/// Where a bill stands, in the word that people read: a final one that waits, and an issued one,
/// are two.
pub fn standing(head: &BillHead) -> &'static str {
    match (head.state, head.issued) {
        (BillState::Final, Some(_)) => "issued",
        (state, _) => state.name(),
    }
}

/// The heads of the bills that are paid together with one, itself among them, by month.
pub(crate) fn heads_paid_with(tx: &mut Tx<'_>, head: &BillHead) -> Result<Vec<BillHead>, AppError> {
    let Some(first) = head.together else { return Ok(vec![head.clone()]) };
    let mut heads = store::bills::of_programme(tx, head.programme)?;
    heads.retain(|one| one.together == Some(first));
    Ok(heads)
}

/// The same with their lines.
fn bills_paid_with(tx: &mut Tx<'_>, head: &BillHead) -> Result<Vec<Bill>, AppError> {
    let mut bills = Vec::new();
    for one in heads_paid_with(tx, head)? {
        bills.extend(store::bills::get(tx, one.id)?);
    }
    Ok(bills)
}

/// What a task is about: its programme, and its bills by month.
fn bills_of(tx: &mut Tx<'_>, task: &Task) -> Result<(Programme, Vec<Bill>), AppError> {
    let unknown = || AppError::not_found("TASK_UNKNOWN", task.id.to_string());
    let head = store::bills::head(tx, Id::from_bytes(task.object))?.ok_or_else(unknown)?;
    let programme = store::programmes::get(tx, head.programme)?.ok_or_else(unknown)?;
    Ok((programme, bills_paid_with(tx, &head)?))
}

fn bill_refused(refusal: &BillRefusal, month: Month) -> AppError {
    let detail = match refusal {
        BillRefusal::RuleMissing(_) | BillRefusal::MonthOutside => month.to_string(),
        BillRefusal::NotFinal => month.to_string(),
        _ => String::new(),
    };
    AppError::refused(refusal.name(), detail)
}
