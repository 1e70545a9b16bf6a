//! Bills, ceilings, what BPJS owes back, entries by hand, and months closed and opened.

use anyhow::Result;
use app::funds::Revised;
use app::ledger::vouchers::EntryTyped;
use app::office::Operation;
use base::{Month, Rupiah};
use domain::billing::BillState;
use domain::ledger::period::StepState;
use store::bills::{BillHead, CodeKind};

use super::people::{FUNDS, any_programme};
use super::{Deed, World, first_month, short};

/// A month of the simulation, more often one that has begun.
fn any_month(world: &mut World<'_>) -> Month {
    let (first, now) = (first_month(), world.office.today().month_of());
    let begun = first.months_until(now).max(0) as u64 + 1;
    match world.dice.percent(75) {
        true => first.plus(world.dice.below(begun) as i32),
        false => first.plus(world.dice.below(begun + 3) as i32),
    }
}

/// The first month of a programme that no bill is final of.
fn next_month(world: &World<'_>, code: &str) -> Result<Month> {
    let programme = world.office.programme(code)?;
    let bills = world.office.store.read(|tx| store::bills::of_programme(tx, programme.id))?;
    let is_billed = |month: &Month| {
        bills.iter().any(|bill| bill.month == *month && bill.state != BillState::Draft)
    };
    Ok(programme.months().find(|month| !is_billed(month)).unwrap_or(programme.first))
}

/// Bills, and their programme's code.
pub(super) fn bills(
    world: &World<'_>,
    is_wanted: impl Fn(&BillHead) -> bool,
) -> Result<Vec<(BillHead, String)>> {
    let programmes = world.office.programmes()?;
    let mut found = world.office.store.read(store::bills::list)?;
    found.retain(is_wanted);
    let code = |head: &BillHead| {
        let of = programmes.iter().find(|programme| programme.id == head.programme);
        of.map_or_else(String::new, |programme| programme.code.to_string())
    };
    Ok(found.into_iter().map(|head| (head.clone(), code(&head))).collect())
}

/// Computes a bill without locking it.
pub(super) fn draft(world: &mut World<'_>) -> Result<Option<Deed>> {
    let (code, month) = (any_programme(world), any_month(world));
    Ok(Some(Deed::new(format!("{code} {month}"), move |office| {
        let citra = office.actor("citra", Operation::Pay)?;
        let bill = office.draft_bill(&citra, code, month)?;
        Ok(format!("{} people {}", bill.people, bill.total))
    })))
}

/// Locks the bill of a month, or those of several that are paid at once.
pub(super) fn finalise(world: &mut World<'_>) -> Result<Option<Deed>> {
    let mut code = any_programme(world);
    // A programme with nobody on it is of little use here.
    for _ in 0..3 {
        let programme = world.office.programme(code)?;
        let of = |tx: &mut store::Tx<'_>| store::memberships::of_programme(tx, programme.id);
        if !world.office.store.read(of)?.is_empty() {
            break;
        }
        code = any_programme(world);
    }
    let month = match world.dice.percent(70) {
        true => next_month(world, code)?,
        false => any_month(world),
    };
    let months = *world.dice.pick(&[1, 1, 1, 1, 2, 3]).expect("some number");
    Ok(Some(Deed::new(format!("{code} {month} {months}"), move |office| {
        let citra = office.actor("citra", Operation::Pay)?;
        let done = office.finalise_bill(&citra, code, month, months)?;
        Ok(format!("{} new {}", done.total(), done.is_new))
    })))
}

/// Unlocks a bill again.
pub(super) fn reopen_bill(world: &mut World<'_>) -> Result<Option<Deed>> {
    let bills = bills(world, |head| head.state != BillState::Draft)?;
    let Some((head, code)) = world.dice.pick(&bills).cloned() else { return Ok(None) };
    Ok(Some(Deed::new(format!("{code} {}", head.month), move |office| {
        let citra = office.actor("citra", Operation::Pay)?;
        let head = office.reopen_bill(&citra, &code, head.month, "Daftar berubah")?;
        Ok(format!("revision {}", head.revision))
    })))
}

/// Writes down under which code the money goes.
pub(super) fn bill_code(world: &mut World<'_>) -> Result<Option<Deed>> {
    let bills = bills(world, |head| head.state == BillState::Final)?;
    let Some((head, code)) = world.dice.pick(&bills).cloned() else { return Ok(None) };
    let text = format!("9{:09}", world.dice.below(1_000_000_000));
    Ok(Some(Deed::new(format!("{code} {} {text}", head.month), move |office| {
        let citra = office.actor("citra", Operation::Pay)?;
        let (bill, kind) = ((code.as_str(), head.month), CodeKind::Billing);
        Ok(format!("new {}", office.record_bill_code(&citra, bill, kind, &text)?))
    })))
}

/// What was paid for months after a death is put forward.
pub(super) fn credits(world: &mut World<'_>) -> Result<Option<Deed>> {
    let code = any_programme(world);
    Ok(Some(Deed::new(code, move |office| {
        let citra = office.actor("citra", Operation::Pay)?;
        let (task, is_new) = office.propose_credits(&citra, code)?;
        Ok(format!("{} new {is_new}", task.effect))
    })))
}

/// A fund's ceiling goes up or down.
pub(super) fn ceiling(world: &mut World<'_>) -> Result<Option<Deed>> {
    let (code, _, monthly) = *world.dice.pick(&FUNDS).expect("some fund");
    let amount = Rupiah(monthly * (1 + world.dice.below(14)).cast_signed());
    let first = first_month().first_day();
    Ok(Some(Deed::new(format!("{code} {amount}"), move |office| {
        let ani = office.actor("ani", Operation::SetUp)?;
        let asked = Revised {
            ceiling: amount,
            basis: "Perda rekaan 1/2022",
            effective: first,
            reason: "Perubahan anggaran",
        };
        let shown = office.propose_revision(&ani, code, &asked)?;
        Ok(format!("{} to {}", shown.revision.before, shown.revision.after))
    })))
}

/// An entry by hand: money of a fund goes to suspense or comes back.
pub(super) fn entry(world: &mut World<'_>) -> Result<Option<Deed>> {
    let fund = world.dice.pick(&FUNDS).expect("some fund").0;
    let sides = [format!("cash.{fund}"), format!("suspense.{fund}")];
    let turned = world.dice.percent(50);
    let amount = Rupiah(1 + world.dice.below(100_000).cast_signed());
    let day = world.office.today().plus_days(-(world.dice.below(40) as i32));
    let number = format!("BKU-{}", world.dice.below(1_000_000));
    let words = format!("{fund} {turned} {amount} {day}");
    Ok(Some(Deed::new(words, move |office| {
        let citra = office.actor("citra", Operation::Pay)?;
        let [debit, credit] = match turned {
            false => [&sides[0], &sides[1]],
            true => [&sides[1], &sides[0]],
        };
        let reason = "Titipan rekaan";
        let typed = EntryTyped { debit, credit, amount, day, month: None, number: &number, reason };
        office.propose_entry(&citra, &typed)?;
        Ok("put forward".to_owned())
    })))
}

/// An approved entry is undone.
pub(super) fn reverse_entry(world: &mut World<'_>) -> Result<Option<Deed>> {
    let approved =
        world.office.store.read(|tx| store::ledger::voucher::of_state(tx, StepState::Approved))?;
    let Some(record) = world.dice.pick(&approved) else { return Ok(None) };
    let (undone, day) = (record.voucher.transfer().id, world.office.today());
    Ok(Some(Deed::new(short(undone), move |office| {
        let citra = office.actor("citra", Operation::Pay)?;
        office.propose_reversal(&citra, undone, day, "Salah catat")?;
        Ok("put forward".to_owned())
    })))
}

/// The oldest open month, or some month, is to be closed.
pub(super) fn close_month(world: &mut World<'_>) -> Result<Option<Deed>> {
    let closed = world.office.store.read(store::ledger::period::closed)?;
    let next = closed.iter().map(|(month, _)| month.plus(1)).max().unwrap_or_else(first_month);
    let month = if world.dice.percent(80) { next } else { any_month(world) };
    let reader = world.user("citra", Operation::ReadMoney)?;
    let is_clean = world.office.check_close(&reader, month).is_ok_and(|it| it.may_be_closed());
    if !is_clean && world.dice.percent(70) {
        return Ok(None);
    }
    Ok(Some(Deed::new(month.to_string(), move |office| {
        let citra = office.actor("citra", Operation::Pay)?;
        // Receipts come late, and the bank's statements reach the end of no month.
        let step = office.propose_close(&citra, month, "Kuitansi menyusul (rekaan)")?;
        Ok(format!("{:?} waived {}", step.step.state, step.waived.len()))
    })))
}

/// The newest closed month is to be opened again.
pub(super) fn open_month(world: &mut World<'_>) -> Result<Option<Deed>> {
    let closed = world.office.store.read(store::ledger::period::closed)?;
    let Some(month) = closed.iter().map(|(month, _)| *month).max() else { return Ok(None) };
    Ok(Some(Deed::new(month.to_string(), move |office| {
        let citra = office.actor("citra", Operation::Pay)?;
        let step = office.propose_reopen(&citra, month, "Salah catat ditemukan")?;
        Ok(format!("{:?}", step.step.state))
    })))
}
