//! Entries written by hand, and such entries undone: put forward by one, approved by another.

use base::id::kind;
use base::{Day, Id, Month, Rupiah};
use domain::ledger::Origin;
use domain::ledger::chart::AccountRole;
use domain::ledger::period::StepState;
use domain::ledger::voucher::{EntryAsked, Side, Voucher, check_entry, check_reversal};
use domain::task::{Task, TaskKind, TaskState};
use store::Tx;
use store::ledger::voucher::VoucherRecord;

use super::names::Names;
use super::show::AccountShown;
use super::{decided, post_as};
use crate::error::{AppError, ErrorKind};
use crate::office::{Actor, Office, Operation, Target};
use crate::people::{usable_reason, without_nik};
use crate::tasks::Forward;

/// The longest number of a paper.
const NUMBER_CHARS: usize = 60;

/// An entry as somebody writes it; accounts by their own codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EntryTyped<'a> {
    /// The account debited.
    pub debit: &'a str,
    /// The account credited.
    pub credit: &'a str,
    /// How much.
    pub amount: Rupiah,
    /// The day it counts for.
    pub day: Day,
    /// The contribution month it is about, when it is about one.
    pub month: Option<Month>,
    /// The number of the paper behind it; empty when there is none.
    pub number: &'a str,
    /// What it is for.
    pub reason: &'a str,
}

/// A voucher as people see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoucherShown {
    /// What was written, and what became of it.
    pub record: VoucherRecord,
    /// The account debited.
    pub debit: AccountShown,
    /// The account credited.
    pub credit: AccountShown,
    /// Who wrote it.
    pub maker: Box<str>,
    /// Who approved it; empty while nobody has.
    pub checker: Box<str>,
}

impl VoucherShown {
    /// The task by which it is decided.
    pub fn task(&self) -> Id<Task> {
        task_of(self.record.voucher.id)
    }
}

impl Office {
    /// What an entry would be, without putting it forward: for a page on which it is looked at.
    ///
    /// # Errors
    /// Those of [`Office::propose_entry`].
    pub fn check_entry(
        &self,
        actor: &Actor,
        typed: &EntryTyped<'_>,
    ) -> Result<VoucherShown, AppError> {
        self.authorize(actor, Operation::Pay, &Target::default())?;
        self.store.read(|tx| {
            let voucher = self.voucher_of(tx, actor, typed)?;
            let state = StepState::Proposed;
            shown(tx, VoucherRecord { voucher, checked_by: None, state })
        })
    }

    /// Puts an entry forward; the same again, while nobody has said no to it, is no change.
    ///
    /// # Errors
    /// `ACCOUNT_UNKNOWN`, `REASON_MISSING`, `TEXT_TOO_LONG`, `TEXT_HOLDS_NIK`, the codes of
    /// [`domain::ledger::voucher::VoucherRefusal`], and what the ledger would answer to it now.
    pub fn propose_entry(
        &self,
        actor: &Actor,
        typed: &EntryTyped<'_>,
    ) -> Result<VoucherShown, AppError> {
        self.authorize(actor, Operation::Pay, &Target::default())?;
        self.store.write(|tx| {
            let voucher = self.voucher_of(tx, actor, typed)?;
            self.put_voucher_forward(tx, actor, voucher)
        })
    }

    /// Puts the reversal of a transfer forward.
    ///
    /// # Errors
    /// `TRANSFER_UNKNOWN`, `REASON_MISSING`, the codes of
    /// [`domain::ledger::voucher::VoucherRefusal`], and what the ledger would answer to it now.
    pub fn propose_reversal(
        &self,
        actor: &Actor,
        undone: Id<kind::Transfer>,
        day: Day,
        reason: &str,
    ) -> Result<VoucherShown, AppError> {
        self.authorize(actor, Operation::Pay, &Target::default())?;
        let reason = usable_reason(reason)?;
        without_nik(&reason)?;
        self.store.write(|tx| {
            let unknown = || AppError::not_found("TRANSFER_UNKNOWN", undone.to_string());
            let (undone, _) = store::ledger::get(tx, undone)?.ok_or_else(unknown)?;
            check_reversal(&undone).map_err(|refusal| AppError::refused(refusal.name(), ""))?;
            let turned = undone.reversed(day);
            let voucher = Voucher {
                id: Id::from_bytes([0; 16]),
                undoes: Some(undone.id),
                debit: turned.debit,
                credit: turned.credit,
                amount: turned.amount,
                month: turned.month,
                day,
                number: "".into(),
                reason: reason.as_str().into(),
                made_by: actor.id,
                made_at_ms: self.now_ms(),
            };
            if !store::ledger::known(tx, vec![turned.id])?.is_empty() {
                return self.said_again(tx, &voucher);
            }
            self.put_voucher_forward(tx, actor, voucher)
        })
    }

    /// Vouchers that wait for approval, by day.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn vouchers_waiting(&self, actor: &Actor) -> Result<Vec<VoucherShown>, AppError> {
        self.authorize(actor, Operation::ReadMoney, &Target::default())?;
        self.store.read(|tx| {
            let waiting = store::ledger::voucher::of_state(tx, StepState::Proposed)?;
            waiting.into_iter().map(|record| shown(tx, record)).collect()
        })
    }

    /// What the approval or the return of a voucher brings about.
    pub(crate) fn voucher_decided(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        task: &Task,
        state: TaskState,
    ) -> Result<(), AppError> {
        let id: Id<Voucher> = Id::from_bytes(task.object);
        let unknown = || AppError::not_found("TASK_UNKNOWN", task.id.to_string());
        let record = store::ledger::voucher::get(tx, id)?.ok_or_else(unknown)?;
        let voucher = record.voucher;
        if state != TaskState::Approved {
            store::ledger::voucher::set_state(tx, id, StepState::Returned, None)?;
            return self.record(tx, actor, "voucher-returned", "voucher", id.as_bytes());
        }
        if voucher.hash() != task.hash || voucher.made_by != task.maker {
            return Err(AppError::refused("HASH_DIFFERS", ""));
        }
        let origin =
            Origin { maker: Some(voucher.made_by), checker: Some(actor.id), ..self.origin(actor) };
        post_as(tx, origin, &[voucher.transfer()])?;
        store::ledger::voucher::set_state(tx, id, StepState::Approved, Some(actor.id))?;
        let act = if voucher.undoes.is_some() { "transfer-reversed" } else { "entry-posted" };
        self.record(tx, actor, act, "voucher", id.as_bytes())
    }

    /// What becomes of a voucher nobody decided in time.
    pub(crate) fn voucher_expired(&self, tx: &mut Tx<'_>, task: &Task) -> Result<(), AppError> {
        let id = Id::from_bytes(task.object);
        Ok(store::ledger::voucher::set_state(tx, id, StepState::Returned, None)?)
    }

    fn voucher_of(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        typed: &EntryTyped<'_>,
    ) -> Result<Voucher, AppError> {
        let reason = usable_reason(typed.reason)?;
        let number = base::person::fold_spaces(typed.number);
        if number.chars().count() > NUMBER_CHARS {
            return Err(AppError::refused("TEXT_TOO_LONG", NUMBER_CHARS.to_string()));
        }
        without_nik(&reason)?;
        without_nik(&number)?;
        let names = Names::load(tx, typed.day)?;
        let side = |code: &str| -> Result<_, AppError> {
            let account = names.by_code(code)?.account;
            let role = AccountRole::of_account(&account.code).map(|(role, _)| role);
            Ok(Side { account: account.id, kind: account.kind, role })
        };
        let asked = EntryAsked {
            debit: side(typed.debit)?,
            credit: side(typed.credit)?,
            amount: typed.amount,
        };
        check_entry(&asked).map_err(|refusal| AppError::refused(refusal.name(), ""))?;
        Ok(Voucher {
            id: Id::from_bytes([0; 16]),
            undoes: None,
            debit: asked.debit.account,
            credit: asked.credit.account,
            amount: asked.amount,
            month: typed.month,
            day: typed.day,
            number: number.as_str().into(),
            reason: reason.as_str().into(),
            made_by: actor.id,
            made_at_ms: self.now_ms(),
        })
    }

    fn put_voucher_forward(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        voucher: Voucher,
    ) -> Result<VoucherShown, AppError> {
        let mut attempt = 0;
        let id = loop {
            let id = voucher.id_of(attempt);
            match store::ledger::voucher::get(tx, id)? {
                None => break id,
                Some(known) if known.state != StepState::Returned => return shown(tx, known),
                Some(_) => attempt += 1,
            }
        };
        let voucher = Voucher { id, ..voucher };
        let origin = Origin { maker: Some(actor.id), ..Origin::default() };
        // What the ledger would refuse now nobody is asked to approve.
        decided(tx, &[voucher.transfer().by(origin)])?;
        store::ledger::voucher::insert(tx, &voucher)?;
        let record = VoucherRecord {
            voucher: voucher.clone(),
            checked_by: None,
            state: StepState::Proposed,
        };
        let shown = shown(tx, record)?;
        let account = |one: &AccountShown| {
            format!("{} {} ({})", one.title.code, one.title.name, one.account.code)
        };
        let undoes = voucher.undoes.map(|id| format!("undoes={id}\n")).unwrap_or_default();
        let content = format!(
            "{undoes}debit={}\ncredit={}\namount_rupiah={}\nwords={}\nday={}\nnumber={}\nreason={}",
            account(&shown.debit),
            account(&shown.credit),
            voucher.amount.0,
            voucher.amount.in_words(),
            voucher.day,
            voucher.number,
            voucher.reason,
        );
        let forward = Forward {
            id: task_of(id),
            kind: TaskKind::Voucher,
            object: *id.as_bytes(),
            hash: voucher.hash(),
            effect: voucher.amount,
            content: &content,
        };
        self.put_forward(tx, actor, &forward)?;
        self.record_reason(
            tx,
            actor,
            "voucher-proposed",
            ("voucher", id.as_bytes()),
            &voucher.reason,
        )?;
        Ok(shown)
    }

    /// The voucher by which a transfer was undone before: asked again it is a repeat.
    fn said_again(&self, tx: &mut Tx<'_>, asked: &Voucher) -> Result<VoucherShown, AppError> {
        let made = store::ledger::voucher::of_transfer(tx, asked.transfer().id)?;
        let approved = made.into_iter().find(|record| record.state == StepState::Approved);
        match approved {
            Some(record) if record.voucher.reason == asked.reason => shown(tx, record),
            _ => Err(AppError::new(ErrorKind::Conflict, "ALREADY_REVERSED", "")),
        }
    }
}

fn shown(tx: &mut Tx<'_>, record: VoucherRecord) -> Result<VoucherShown, AppError> {
    let names = Names::load(tx, record.voucher.day)?;
    Ok(VoucherShown {
        debit: names.account(record.voucher.debit)?,
        credit: names.account(record.voucher.credit)?,
        maker: names.user(Some(record.voucher.made_by)),
        checker: names.user(record.checked_by),
        record,
    })
}

fn task_of(id: Id<Voucher>) -> Id<Task> {
    Id::from_bytes(*id.as_bytes())
}
