//! Money at the bank: statements with everything that goes wrong on them, what people say of their
//! lines, and payments that a bank tells once, twice, wrongly or too late.

use std::rc::Rc;

use anyhow::Result;
use app::bank::{Give, LineShown, Moves, PartPurpose, ReceiptRecorded};
use app::bills::payment_reference;
use app::error::{AppError, ErrorKind};
use app::office::{Office, Operation};
use app::snap::Service;
use base::Rupiah;
use domain::billing::BillState;
use domain::payment::{Direction, bill_reference};
use serde_json::Value;
use store::bills::BillHead;

use super::people::FUNDS;
use super::{Deed, World, books, short};
use crate::bank::{Bank, payment};

/// The account of every statement.
const ACCOUNT: &str = "kas-daerah";
/// The heads of every statement.
const HEADS: &str = "Tanggal;Keterangan;Debet;Kredit\n";

/// A statement of some lines that says its balance before and after them: what goes out is there
/// before, and what comes in is left.
fn printed(lines: &[String]) -> String {
    let sum = |nth: usize| -> i64 {
        let amounts = lines.iter().map(|line| line.trim_end().rsplit(';').nth(nth));
        amounts.map(|text| text.and_then(|text| text.parse::<i64>().ok()).unwrap_or(0)).sum()
    };
    let (goes, comes, lines) = (sum(1), sum(0), lines.concat());
    format!("Saldo Awal;;;{goes}\n{HEADS}{lines}Saldo Akhir;;;{comes}\n")
}

/// What is to be paid under a reference: of one bill, or of all that are paid at once.
fn asked(bills: &[(BillHead, String)], head: &BillHead) -> i64 {
    let together = |one: &&(BillHead, String)| match head.together {
        None => one.0.id == head.id,
        Some(first) => one.0.together == Some(first),
    };
    bills.iter().filter(together).map(|(one, _)| one.total.0).sum()
}

/// A line that the bank prints, mostly about a bill.
fn line(world: &mut World<'_>) -> Result<String> {
    let bills = books::bills(world, |head| head.state != BillState::Draft)?;
    let open: Vec<&(BillHead, String)> =
        bills.iter().filter(|(head, _)| head.state == BillState::Final).collect();
    let kind = world.dice.below(100);
    let chosen = match world.dice.pick(&open) {
        // Now and then a paid one is paid once more.
        Some(one) if !(60..68).contains(&kind) => Some(&one.0),
        _ => world.dice.pick(&bills).map(|(head, _)| head),
    };
    let day = world.office.today().plus_days(-(world.dice.below(12) as i32));
    let day = format!("{:02}/{:02}/{}", day.day(), day.month(), day.year());
    let some = 1 + world.dice.below(500_000).cast_signed();
    let Some(head) = chosen else {
        return Ok(format!("{day};BELANJA ATK KANTOR;{some};0\n"));
    };
    let (total, reference) = (asked(&bills, head), payment_reference(head));
    let text = format!("SP2D IURAN BPJSTK {reference}");
    Ok(match kind {
        0..46 | 60..68 => format!("{day};{text};{total};0\n"),
        46..52 => format!("{day};{text};{};0\n", (total - 100).max(1)),
        52..56 => format!("{day};{text};{};0\n", total + some),
        56..60 => format!("{day};IURAN PEKERJA RENTAN;{total};0\n"),
        68..78 => format!("{day};{text};{};0\n", (total / 2).max(1)),
        78..86 => format!("{day};RETUR {reference};0;{total}\n"),
        86..92 => format!("{day};SP2D IURAN PYG-00000000;{total};0\n"),
        92..96 => format!("{day};BUNGA JASA GIRO;0;{some}\n"),
        _ => format!("{day};BELANJA ATK KANTOR;{some};0\n"),
    })
}

/// A statement, which may bring lines that an earlier one brought.
pub(super) fn statement(world: &mut World<'_>) -> Result<Option<Deed>> {
    let mut lines = Vec::new();
    for _ in 0..=world.dice.below(3) {
        lines.push(line(world)?);
    }
    let new = lines.len();
    for _ in 0..world.dice.below(3) {
        lines.extend(world.dice.pick(&world.memory.lines).cloned());
    }
    world.memory.lines.extend_from_slice(&lines[..new]);
    let content = printed(&lines);
    world.memory.statements.push(content.clone());
    Ok(Some(take(content, format!("{} lines, {new} new: {}", lines.len(), lines[0].trim()))))
}

/// The same bytes once more.
pub(super) fn statement_again(world: &mut World<'_>) -> Result<Option<Deed>> {
    let again = world.dice.pick(&world.memory.statements).cloned();
    Ok(again.map(|content| take(content, "the same bytes".to_owned())))
}

fn take(content: String, words: String) -> Deed {
    Deed::new(words, move |office| {
        let citra = office.actor("citra", Operation::Pay)?;
        let new = office.take_statement(&citra, ACCOUNT, content.as_bytes())?;
        Ok(format!("{new} new"))
    })
}

/// What is sure is paid.
pub(super) fn match_lines(_: &mut World<'_>) -> Result<Option<Deed>> {
    Ok(Some(Deed::new("", |office| {
        let citra = office.actor("citra", Operation::Pay)?;
        let matched = office.match_payments(&citra)?;
        Ok(format!("{} paid {}", matched.matches.len(), matched.paid))
    })))
}

fn lines(world: &World<'_>, is_wanted: impl Fn(&LineShown) -> bool) -> Result<Vec<LineShown>> {
    let citra = world.user("citra", Operation::ReadMoney)?;
    let mut lines = world.office.bank_lines(&citra)?;
    lines.retain(is_wanted);
    Ok(lines)
}

fn put_forward(words: String, moves: Moves) -> Deed {
    Deed::new(words, move |office| {
        let citra = office.actor("citra", Operation::Pay)?;
        let put = office.propose_moves(&citra, &moves, "Menurut bukti rekaan")?;
        Ok(format!("{} {}", put.state.name(), put.amount))
    })
}

/// What the program suggests for a line is put forward.
pub(super) fn suggested(world: &mut World<'_>) -> Result<Option<Deed>> {
    let lines = lines(world, |line| line.suggestion.is_some())?;
    let Some(shown) = world.dice.pick(&lines) else { return Ok(None) };
    let (id, found) = (shown.line.id, shown.suggestion.clone());
    let parts = found.map(|found| found.parts).unwrap_or_default();
    let give: Vec<Give> = parts.iter().map(|(what, much)| Give::new(id, *what, *much)).collect();
    let moves = Moves { release: Vec::new(), give };
    Ok(Some(put_forward(format!("{} {} parts", short(id), parts.len()), moves)))
}

/// What people make of a line by hand: it waits, it came back, it undoes another, it pays a part.
pub(super) fn suspense(world: &mut World<'_>) -> Result<Option<Deed>> {
    let open = lines(world, |line| line.state.is_open())?;
    let Some(shown) = world.dice.pick(&open).cloned() else { return Ok(None) };
    let fund = world.dice.pick(&FUNDS).expect("some fund").0;
    let fund = world.office.store.read(|tx| store::funds::fund_by_code(tx, fund))?;
    let Some(fund) = fund else { return Ok(None) };
    let others = lines(world, |line| line.line.facts.direction == Direction::Out)?;
    let other = world.dice.pick(&others).map_or(shown.line.id, |line| line.line.id);
    let bills = books::bills(world, |head| head.state != BillState::Draft)?;
    let bill = world.dice.pick(&bills).map(|(head, _)| head.id);
    let purpose = match (world.dice.below(4), bill) {
        (0, Some(bill)) => PartPurpose::Bill(bill),
        (1, _) => PartPurpose::Returned(other),
        (2, _) => PartPurpose::Reversal(other),
        _ => PartPurpose::Suspense(fund.id),
    };
    let whole = world.dice.percent(60);
    let amount = if whole { shown.left } else { Rupiah(shown.left.0 / 2) };
    let words = format!("{} {} {amount}", short(shown.line.id), purpose.name());
    let give = vec![Give::new(shown.line.id, purpose, amount)];
    Ok(Some(put_forward(words, Moves { release: Vec::new(), give })))
}

/// What a line's money was given out for is taken back, and perhaps waits instead.
pub(super) fn release(world: &mut World<'_>) -> Result<Option<Deed>> {
    let mut parts = world.office.store.read(store::payments::all_parts)?;
    parts.retain(|part| part.stands());
    let Some(part) = world.dice.pick(&parts).cloned() else { return Ok(None) };
    let mut release = vec![part.id];
    if world.dice.percent(50) {
        let of_line = parts.iter().filter(|one| one.line == part.line && one.id != part.id);
        release.extend(of_line.map(|one| one.id));
    }
    let words = format!("{} {} {}", short(part.line), part.purpose.name(), release.len());
    Ok(Some(put_forward(words, Moves { release, give: Vec::new() })))
}

/// Somebody says that a line is nothing of ours.
pub(super) fn explain(world: &mut World<'_>) -> Result<Option<Deed>> {
    let open = lines(world, |line| line.state.is_open())?;
    let Some(id) = world.dice.pick(&open).map(|line| line.line.id) else { return Ok(None) };
    Ok(Some(Deed::new(short(id), move |office| {
        let citra = office.actor("citra", Operation::Pay)?;
        Ok(format!("{} lines", office.explain_lines(&citra, &[id], "Belanja kantor lain")?))
    })))
}

/// BPJS says what it received, mostly the right amount.
pub(super) fn receipt(world: &mut World<'_>) -> Result<Option<Deed>> {
    let bills = books::bills(world, |head| head.state == BillState::Posted)?;
    let Some((head, _)) = world.dice.pick(&bills).cloned() else { return Ok(None) };
    let wrong = i64::from(world.dice.percent(15));
    let (amount, day) = (Rupiah(head.total.0 + wrong), world.office.today());
    let number = format!("BPJS-{}", world.dice.below(100_000));
    Ok(Some(Deed::new(format!("{} {amount}", short(head.id)), move |office| {
        let citra = office.actor("citra", Operation::Pay)?;
        let bill = bill_reference(head.id);
        let told = ReceiptRecorded { bill: &bill, number: &number, amount, day };
        office.record_receipt(&citra, &told)?;
        Ok("recorded".to_owned())
    })))
}

/// The bank tells a payment to a virtual account: right, of another amount, of a paid bill.
pub(super) fn notice(world: &mut World<'_>) -> Result<Option<Deed>> {
    let citra = world.user("citra", Operation::ReadMoney)?;
    let mut accounts = world.office.virtual_accounts(&citra)?;
    if world.dice.percent(85) {
        accounts.retain(|account| account.state == BillState::Final);
    }
    let Some(account) = world.dice.pick(&accounts).cloned() else { return Ok(None) };
    let amount = match world.dice.below(100) {
        0..10 => account.total.0 + 1,
        10..14 => (account.total.0 - 100).max(1),
        _ => account.total.0,
    };
    let number = format!("S{:06}", world.memory.told.len());
    let now = world.office.now_ms();
    let body = payment(&account.customer, &number, &format!("{amount}.00"), now);
    world.memory.told.push((number.clone(), Rupiah(amount), body.clone()));
    let words = format!("{number} {} {amount}", account.customer);
    Ok(Some(tell(words, Rc::clone(&world.bank), body)))
}

/// The bank tells the same payment once more, under another number of the day.
pub(super) fn notice_again(world: &mut World<'_>) -> Result<Option<Deed>> {
    let told = world.dice.pick(&world.memory.told).cloned();
    let bank = Rc::clone(&world.bank);
    Ok(told.map(|(number, amount, body)| tell(format!("{number} {amount}"), bank, body)))
}

fn tell(words: String, bank: Rc<Bank>, body: Value) -> Deed {
    Deed::new(words, move |office: &Office| {
        let fails = |what: String| AppError::new(ErrorKind::Unexpected, "BANK", what);
        let heard = bank.say(office, Service::Payment, &body);
        let (_, heard) = heard.map_err(|error| fails(format!("{error:#}")))?;
        match heard.status {
            500.. => Err(fails(heard.code)),
            _ => Ok(heard.code),
        }
    })
    .in_parts()
}
