//! Blocks about the books: entries by hand, reversals, months closed; and what can be asked.

use anyhow::{Context, Result, bail};
use app::error::AppError;
use app::ledger::vouchers::{EntryTyped, VoucherShown};
use app::office::{Actor, Office, Operation, Role};
use app::tasks::{State, Task, Verdict};
use base::{Day, Id, Month, Rupiah};
use domain::ledger::Transfer;
use domain::ledger::period::StepState;

use super::block::Block;
use super::journey::{Journey, OPERATOR};

const TREASURER: &str = "citra";
const DAY_MS: u64 = 86_400_000;

/// Writes an entry and has it approved, or expects that it is refused.
pub fn entry(journey: &Journey<'_>, block: &Block) -> Result<()> {
    let office = journey.office;
    let actor = user(office, TREASURER, Role::Treasurer, Operation::Pay)?;
    let amount = Rupiah::parse(block.value("jumlah")?);
    let typed = EntryTyped {
        debit: block.value("debet")?,
        credit: block.value("kredit")?,
        amount: amount.with_context(|| block.at("jumlah", "is no amount"))?,
        day: day(block, "hari")?,
        month: None,
        number: block.value("nomor")?,
        reason: block.value("alasan")?,
    };
    decide(office, block, office.propose_entry(&actor, &typed))
}

/// Undoes the entry with a number.
pub fn reversal(journey: &Journey<'_>, block: &Block) -> Result<()> {
    let office = journey.office;
    let actor = user(office, TREASURER, Role::Treasurer, Operation::Pay)?;
    let number = block.value("nomor")?;
    let undone = transfer_of(office, number)?.with_context(|| block.at("nomor", "is unknown"))?;
    let (on, reason) = (day(block, "hari")?, block.value("alasan")?);
    decide(office, block, office.propose_reversal(&actor, undone.id, on, reason))
}

/// Lets time pass until a day; a day that is past stays so.
pub fn calendar(journey: &Journey<'_>, block: &Block) -> Result<()> {
    let office = journey.office;
    let wait = office.today().days_until(day(block, "hari")?);
    office.environment.pass(u64::try_from(wait).unwrap_or(0) * DAY_MS);
    Ok(())
}

/// Closes a month, on a day if one is named, or expects that it is refused.
pub fn close(journey: &Journey<'_>, block: &Block) -> Result<()> {
    let office = journey.office;
    if block.get("hari").is_some() {
        calendar(journey, block)?;
    }
    let actor = user(office, TREASURER, Role::Treasurer, Operation::Pay)?;
    let month = Month::parse(block.value("bulan")?);
    let month = month.with_context(|| block.at("bulan", "is no month"))?;
    let (refused, waiver) = (block.get("ditolak"), block.get("alasan").unwrap_or_default());
    match (office.propose_close(&actor, month, waiver), refused) {
        // What was refused because the month was not over is closed by the time of the second run.
        (Ok(step), Some(_)) if step.step.state == StepState::Approved => Ok(()),
        (Err(error), Some(code)) if error.code == code => Ok(()),
        (Ok(step), None) if step.step.state == StepState::Approved => Ok(()),
        (Ok(step), None) => approve(office, block, step.task()),
        (answer, _) => bail!("{}: {:?}", block.start(), answer.err()),
    }
}

fn decide(office: &Office, block: &Block, answer: Result<VoucherShown, AppError>) -> Result<()> {
    match (answer, block.get("ditolak")) {
        (Err(error), Some(code)) if error.code == code => Ok(()),
        (Ok(shown), None) if shown.record.state == StepState::Approved => Ok(()),
        (Ok(shown), None) => approve(office, block, shown.task()),
        (answer, _) => bail!("{}: {:?}", block.start(), answer.err()),
    }
}

fn approve(office: &Office, block: &Block, task: Id<Task>) -> Result<()> {
    let checker = user(office, block.value("setuju")?, Role::Approver, Operation::Approve)?;
    let hash = office.task(&checker, task)?.record.task.hash;
    match office.decide_task(&checker, task, &Verdict::Approve(hash))? {
        State::Approved => Ok(()),
        state => bail!("{}: the task is {}", block.start(), state.name()),
    }
}

/// The transfer that the voucher with a number has made.
fn transfer_of(office: &Office, number: &str) -> Result<Option<Transfer>> {
    let approved =
        office.store.read(|tx| store::ledger::voucher::of_state(tx, StepState::Approved))?;
    let found = approved.into_iter().find(|one| one.voucher.number.as_ref() == number);
    Ok(found.map(|one| one.voucher.transfer()))
}

/// `saldo ACCOUNT`, `saldo ACCOUNT 2022-10`: debits less credits, of all months or up to the end of
/// one; `transaksi ditutup`: those of the newest closed month; `transaksi tanpa pembuat`: those
/// that name no maker or no version of the rules. None for any other name.
pub fn fact(office: &Office, reader: &Actor, name: &str) -> Result<Option<String>> {
    if name == "transaksi ditutup" {
        let periods = office.periods(reader)?;
        let closed = periods.iter().find(|period| period.closed);
        let step = closed.and_then(|period| period.steps.last());
        return Ok(step.map(|step| step.step.transfers.to_string()));
    }
    if name == "transaksi tanpa pembuat" {
        let mut nobodys = 0;
        office.store.read(|tx| {
            store::ledger::each_transfer(tx, |transfer| {
                let origin = transfer.origin;
                nobodys += u32::from(origin.maker.is_none() || origin.rulebook.is_none());
            })
        })?;
        return Ok(Some(nobodys.to_string()));
    }
    let Some(rest) = name.strip_prefix("saldo ") else { return Ok(None) };
    let (code, month) = rest.split_once(' ').unwrap_or((rest, ""));
    let first = office.ledger_first_month(reader)?.context("the books are empty")?;
    let months = match month {
        "" => None,
        text => Some((first, Month::parse(text).context("no month")?)),
    };
    let balance = office.period_balance(reader, months)?;
    let row = balance.rows.iter().find(|row| row.account.account.code.as_ref() == code);
    let row = row.with_context(|| format!("no account {code}"))?;
    let closing = row.opening.net_debit().0 + row.moved.net_debit().0;
    Ok(Some(closing.to_string()))
}

fn day(block: &Block, key: &str) -> Result<Day> {
    Day::parse_iso(block.value(key)?).with_context(|| block.at(key, "is no day"))
}

fn user(office: &Office, name: &str, role: Role, act: Operation) -> Result<Actor> {
    let operator = office.actor(OPERATOR, Operation::SetUp)?;
    office.add_user(&operator, name, role)?;
    Ok(office.actor(name, act)?)
}
