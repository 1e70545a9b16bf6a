//! Blocks and facts about the bank: statements in every form, money by two people, receipts.

use anyhow::{Context, Result, bail};
use app::bank::{Direction, Give, LineShown, Moves, PartPurpose, ReceiptRecorded, Received};
use app::office::{Actor, Office, Operation};
use app::tasks::{State, Verdict};
use base::{Month, Rupiah};
use documents::spreadsheet_writers::{PlanCell, SheetPlan, write_xlsx};
use domain::billing::bill_id;
use domain::ledger::chart::{AccountRole, account_id};
use domain::payment::bill_reference;
use domain::programme::{Fund, Programme};

use super::block::Block;

/// A statement in `bentuk` csv, mt940, camt or xlsx; `{2022-10}` stands for the reference of that
/// month's bill.
pub fn statement(office: &Office, actor: &Actor, programme: &str, block: &Block) -> Result<()> {
    let text = block.table.as_deref().context("a statement has lines")?;
    let programme = office.programme(programme)?;
    let text = with_references(text, &programme);
    let content = match block.value("bentuk")? {
        "xlsx" => as_xlsx(&text)?,
        _ => text.into_bytes(),
    };
    let account = block.get("rekening").unwrap_or(app::bank::DEFAULT_ACCOUNT);
    office.receive_statement(actor, &Received { account, content: &content, layout: None })?;
    Ok(())
}

fn with_references(text: &str, programme: &Programme) -> String {
    let months = programme.months();
    months.fold(text.to_owned(), |text, month| {
        text.replace(&format!("{{{month}}}"), &bill_reference(bill_id(programme.id, month)))
    })
}

/// Lines with semicolons as a workbook of text cells.
fn as_xlsx(text: &str) -> Result<Vec<u8>> {
    let row = |line: &str| line.split(';').map(PlanCell::text).collect();
    let rows = text.lines().map(row).collect();
    let plan = SheetPlan { name: "Mutasi".into(), hidden: false, rows, merges: Vec::new() };
    write_xlsx(&[plan]).ok().context("a workbook is written")
}

fn line(office: &Office, actor: &Actor, text: &str) -> Result<LineShown> {
    let lines = office.bank_lines(actor)?;
    let found = lines.into_iter().find(|one| one.line.facts.reference.contains(text));
    found.with_context(|| format!("no line says {text}"))
}

/// Puts forward what the line with this text is for, and has somebody else approve it; a line that
/// is used is left as it is.
pub fn money(office: &Office, maker: &Actor, checker: &Actor, block: &Block) -> Result<()> {
    let shown = line(office, maker, block.value("baris")?)?;
    if !shown.state.is_open() {
        return Ok(());
    }
    let id = shown.line.id;
    let wanted = block.value("untuk")?;
    if wanted == "lain" {
        office.explain_lines(maker, &[id], block.value("alasan")?)?;
        return Ok(());
    }
    let give: Vec<Give> = match wanted.split_once(' ') {
        Some(("kembali", other)) => {
            let other = line(office, maker, other)?.line.id;
            vec![Give::new(id, PartPurpose::Returned(other), shown.left)]
        }
        _ if wanted == "saran" => {
            let found = shown.suggestion.context("nothing is suggested")?;
            found.parts.iter().map(|(what, much)| Give::new(id, *what, *much)).collect()
        }
        _ => bail!("{}", block.at("untuk", "is saran, lain or kembali")),
    };
    let moves = Moves { release: Vec::new(), give };
    let put = office.propose_moves(maker, &moves, block.value("alasan")?)?;
    match office.decide_task(checker, put.task, &Verdict::Approve(put.hash))? {
        State::Approved => Ok(()),
        state => bail!("the moves are {}", state.name()),
    }
}

/// What BPJS says it received for a month's bill.
pub fn receipt(office: &Office, actor: &Actor, programme: &str, block: &Block) -> Result<()> {
    let programme = office.programme(programme)?;
    let month = Month::parse(block.value("bulan")?).context("a month")?;
    let amount = Rupiah::parse(block.value("jumlah")?).context("an amount")?;
    let bill = bill_reference(bill_id(programme.id, month));
    let (number, day) = (block.value("nomor")?, office.today());
    office.record_receipt(actor, &ReceiptRecorded { bill: &bill, number, amount, day })?;
    Ok(())
}

/// The facts of this part.
pub fn is_fact(name: &str) -> bool {
    matches!(name, "kas" | "titipan" | "baris terbuka" | "baris keluar")
        || name.starts_with("hambatan ")
}

/// A fact of this part.
pub fn fact(office: &Office, reader: &Actor, fund: &Fund, name: &str) -> Result<String> {
    if let Some(month) = name.strip_prefix("hambatan ") {
        let month = Month::parse(month).context("a month")?;
        let shown = office.reconcile_month(reader, month)?;
        let names: Vec<_> = shown.outcome.found.iter().map(|one| one.obstacle.name()).collect();
        return Ok(if names.is_empty() { "-".to_owned() } else { names.join(" ") });
    }
    let net = |role| -> Result<i64> {
        let id = account_id(fund.id.as_bytes(), role);
        let trial = office.period_balance(reader, None)?;
        let row = trial.rows.iter().find(|row| row.account.account.id == id);
        Ok(row.context("an account")?.moved.net_debit().0)
    };
    let lines = || office.bank_lines(&office.actor("operator", Operation::ReadMoney)?);
    Ok(match name {
        "kas" => net(AccountRole::Cash)?.to_string(),
        "titipan" => net(AccountRole::Suspense)?.to_string(),
        "baris terbuka" => lines()?.iter().filter(|one| one.state.is_open()).count().to_string(),
        _ => {
            let out = |one: &&LineShown| one.line.facts.direction == Direction::Out;
            lines()?.iter().filter(out).count().to_string()
        }
    })
}
