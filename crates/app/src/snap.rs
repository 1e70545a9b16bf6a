//! Banks that speak SNAP: what was agreed with each, by two people; what they ask and tell, and
//! what is asked of them.
//!
//! A bank has no account here. It proves itself by a token and a signature in every request, and
//! what it tells is kept before it is answered. See docs/decisions/0026 and docs/guide/snap.md.

mod body;
mod books;
mod client;
mod credit;
mod door;
pub mod keys;
mod terms;

#[cfg(test)]
mod tests;

use base::Id;
use domain::access::Operation;
use domain::task::{Task, TaskKind, TaskState};
use sha2::{Digest, Sha256};
use store::Tx;
use store::snap::PartnerRecord;

use crate::error::{AppError, ErrorKind};
use crate::office::{Actor, Office, Target};
use crate::tasks::{Forward, check_bound, waiting};

pub use books::{Account, Break, Standing, Told};
pub(crate) use books::{name_accounts, open_accounts, told};
pub use client::{Answered, BankTokens, Call, Carry, Delivery, Inquired};
#[cfg(test)]
pub(crate) use credit::state_of;
pub use domain::billing::BillState;
pub use domain::snap::{Amount, Case, Service};
pub use door::{Bank, Reply, Request};
pub use terms::{Asking, Network, Scheme, Terms};

/// What the account of a bank's notices is called, before the bank's code; no statement has one.
pub(crate) const NOTICES: &str = "snap:";

/// A bank with what was agreed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partner {
    /// The approved task.
    pub task: Id<Task>,
    /// What was agreed.
    pub terms: Terms,
    /// Whether it was ended.
    pub is_ended: bool,
}

impl Office {
    /// Puts a bank forward, or other terms for one: a file in the form of `docs/guide/snap.md`.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, `SNAP_UNREADABLE` with what is wrong, `SNAP_PENDING` while terms for the
    /// same bank wait, `SNAP_TAKEN` when another bank calls itself so.
    pub fn propose_bank(&self, actor: &Actor, text: &str) -> Result<Task, AppError> {
        self.authorize(actor, Operation::Pay, &Target::default())?;
        let terms = Terms::read(text)?;
        let (content, object) = (terms.write(), object_of(&terms.code));
        self.store.write(|tx| {
            refuse_taken(tx, &terms)?;
            if let Some(task) = waiting(tx, self.now_ms(), TaskKind::Bank, &object)? {
                let id = task.id.to_string();
                return Err(AppError::new(ErrorKind::Conflict, "SNAP_PENDING", id));
            }
            let forward = Forward {
                id: self.environment.new_id(),
                kind: TaskKind::Bank,
                object,
                hash: Sha256::digest(content.as_bytes()).into(),
                effect: base::Rupiah::ZERO,
                content: &content,
            };
            let task = self.put_forward(tx, actor, &forward)?;
            self.record(tx, actor, "bank-proposed", "task", task.id.as_bytes())?;
            Ok(task)
        })
    }

    /// Puts approved terms into force.
    pub(crate) fn bank_approved(
        &self,
        tx: &mut Tx<'_>,
        checker: &Actor,
        task: &Task,
        content: &str,
    ) -> Result<(), AppError> {
        let terms = approved_terms(task, content)?;
        refuse_taken(tx, &terms)?;
        let record = PartnerRecord {
            code: terms.code.into(),
            task: task.id,
            client: terms.client.into(),
            ended_at_ms: None,
        };
        store::snap::set_partner(tx, &record, self.now_ms())?;
        // Bills that were issued before there were numbers get theirs.
        open_accounts(tx)?;
        self.record(tx, checker, "bank-approved", "task", task.id.as_bytes())
    }

    /// Takes a bank out of use at once: its tokens open nothing any more, what it told stays.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, `SNAP_UNKNOWN`.
    pub fn end_bank(&self, actor: &Actor, code: &str) -> Result<(), AppError> {
        self.authorize(actor, Operation::Pay, &Target::default())?;
        self.store.write(|tx| {
            let known = store::snap::partner(tx, code)?.ok_or_else(|| unknown(code))?;
            if known.ended_at_ms.is_some() {
                return Ok(());
            }
            // What waits for approval would put the bank into use again.
            if let Some(task) = waiting(tx, self.now_ms(), TaskKind::Bank, &object_of(code))? {
                store::access::set_task_state(tx, task.id, TaskState::Withdrawn)?;
            }
            let ended = PartnerRecord { ended_at_ms: Some(self.now_ms()), ..known };
            store::snap::set_partner(tx, &ended, 0)?;
            self.record(tx, actor, "bank-ended", "task", ended.task.as_bytes())
        })
    }

    /// Every bank with what was agreed, by code.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn banks(&self, actor: &Actor) -> Result<Vec<Partner>, AppError> {
        self.authorize(actor, Operation::ReadMoney, &Target::default())?;
        self.store.read(all_banks)
    }

    /// One bank that is in use.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, `SNAP_UNKNOWN`.
    pub fn bank(&self, actor: &Actor, code: &str) -> Result<Partner, AppError> {
        self.authorize(actor, Operation::ReadMoney, &Target::default())?;
        self.store.read(|tx| bank_in_use(tx, code))
    }
}

/// Every bank, in use or ended.
fn all_banks(tx: &mut Tx<'_>) -> Result<Vec<Partner>, AppError> {
    let records = store::snap::partners(tx)?;
    records.into_iter().map(|record| partner(tx, &record)).collect()
}

fn bank_in_use(tx: &mut Tx<'_>, code: &str) -> Result<Partner, AppError> {
    let record = store::snap::partner(tx, code)?.filter(|record| record.ended_at_ms.is_none());
    partner(tx, &record.ok_or_else(|| unknown(code))?)
}

/// A bank as two people agreed on it: the hash of the task binds its terms.
fn partner(tx: &mut Tx<'_>, record: &PartnerRecord) -> Result<Partner, AppError> {
    let task = store::access::task(tx, record.task)?.ok_or_else(damaged)?;
    if task.task.state != TaskState::Approved || task.task.kind != TaskKind::Bank {
        return Err(damaged());
    }
    let terms = approved_terms(&task.task, &task.content)?;
    match *terms.code == *record.code && *terms.client == *record.client {
        true => Ok(Partner { task: record.task, terms, is_ended: record.ended_at_ms.is_some() }),
        false => Err(damaged()),
    }
}

fn approved_terms(task: &Task, content: &str) -> Result<Terms, AppError> {
    check_bound(task, content)?;
    Terms::parse(content).ok_or_else(damaged)
}

/// Two banks that call themselves the same could not be told apart.
fn refuse_taken(tx: &mut Tx<'_>, terms: &Terms) -> Result<(), AppError> {
    match store::snap::partner_of_client(tx, &terms.client)? {
        Some(other) if *other.code != *terms.code => {
            Err(AppError::new(ErrorKind::Conflict, "SNAP_TAKEN", &*other.code))
        }
        _ => Ok(()),
    }
}

/// What tasks about a bank are about.
fn object_of(code: &str) -> [u8; 16] {
    let digest = Sha256::digest(format!("snap bank {code}").as_bytes());
    *digest.first_chunk().expect("a hash has 32 bytes")
}

fn unknown(code: &str) -> AppError {
    AppError::not_found("SNAP_UNKNOWN", code)
}

fn damaged() -> AppError {
    AppError::new(ErrorKind::Integrity, "STORE_DAMAGED", "bank")
}
