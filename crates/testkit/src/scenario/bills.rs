//! Bills in a scenario: drafted, locked by one person, issued by another, reopened, paid; and what
//! was paid for months after a death.

use anyhow::{Context, Result, bail};
use app::bills::standing;
use app::cover::known::{CoverAsked, CoverScope, CoverState};
use app::error::AppError;
use app::office::{Actor, Office, Operation, Role};
use app::tasks::Verdict;
use base::{Day, Month, Rupiah};
use domain::billing::BillState;
use domain::billing::change::ChangeSide;
use domain::payment::bill_reference;
use domain::programme::Programme;

use super::block::Block;
use super::journey::{CHECKERS, Journey, TREASURER};

/// `bulan:` goes the step of `langkah:`: `rancang`, `kunci` (for `lama:` months), `terbit`, `buka`
/// (for `alasan:`), `bayar`. What is paid already stays so.
pub(super) fn bill(journey: &Journey<'_>, block: &Block) -> Result<()> {
    let office = journey.office;
    let treasurer = journey.user(TREASURER, Role::Treasurer, Operation::Pay)?;
    let (first, last) = block.months("bulan")?;
    let code = &journey.programme;
    match block.value("langkah")? {
        "rancang" => once(office.draft_bill(&treasurer, code, first)),
        "kunci" => {
            let months = block.get("lama").unwrap_or("1").parse()?;
            once(office.finalise_bill(&treasurer, code, first, months))
        }
        "terbit" => {
            let checker = journey.user(CHECKERS[0], Role::Approver, Operation::Approve)?;
            once(office.issue_bill(&checker, code, first))
        }
        "buka" => once(office.reopen_bill(&treasurer, code, first, block.value("alasan")?)),
        "bayar" => pay(office, &treasurer, code, (first, last)),
        other => bail!(block.at("langkah", other)),
    }
}

/// A step that was gone before, by an earlier run of the scenario, is not gone again.
fn once<T>(done: Result<T, AppError>) -> Result<()> {
    match done {
        Ok(_) => Ok(()),
        Err(error) if ["NOT_DRAFT", "BILL_POSTED"].contains(&error.code.as_str()) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn pay(
    office: &Office,
    treasurer: &Actor,
    code: &str,
    (first, last): (Month, Month),
) -> Result<()> {
    let mut payments = Vec::new();
    for month in first.through(last) {
        let bill = office.bill(treasurer, code, month)?;
        let day = month.first_day();
        payments.push((day, format!("IURAN BPJSTK {}", bill_reference(bill.id)), bill.total));
    }
    let statement = app::statement::of_payments(&payments);
    office.take_statement(treasurer, "kas-daerah", statement.as_bytes())?;
    office.match_payments(treasurer)?;
    for month in first.through(last) {
        let bill = office.bill(treasurer, code, month)?;
        if bill.state != BillState::Posted {
            bail!("the bill of {month} found no payment");
        }
    }
    Ok(())
}

/// What was paid for months after a death is put forward by the treasurer, approved by `disetujui`.
pub(super) fn credit(journey: &Journey<'_>, block: &Block) -> Result<()> {
    let treasurer = journey.user(TREASURER, Role::Treasurer, Operation::Pay)?;
    let checker = journey.user(block.value("disetujui")?, Role::Approver, Operation::Approve)?;
    match journey.office.propose_credits(&treasurer, &journey.programme) {
        Ok((task, _)) => {
            let verdict = Verdict::Approve(task.hash);
            journey.office.decide_task(&checker, task.id, &verdict)?;
            Ok(())
        }
        Err(error) if error.code == "NO_CREDITS" => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// The facts that may be asked about a month: `tagihan orang 2022-11` and so on.
const OF_MONTH: [&str; 10] = [
    "tagihan orang",
    "tagihan iuran",
    "tagihan dipotong",
    "tagihan jumlah",
    "tagihan keadaan",
    "tagihan revisi",
    "tagihan masuk",
    "tagihan keluar",
    "tagihan jatuh tempo",
    "tagihan daerah lain",
];

/// The others.
const PLAIN: [&str; 3] = ["kredit ditemukan", "kredit tersisa", "bulan ditarik"];

/// Whether a name is that of a fact of this module.
pub(super) fn is_fact(name: &str) -> bool {
    let (plain, _) = name.rsplit_once(' ').unwrap_or((name, ""));
    OF_MONTH.contains(&plain) || PLAIN.contains(&name) || name.starts_with(COVER)
}

/// `keadaan active 2023-02-14 menurut 2023-02-28`: people of the programme in a state on a day, by
/// what was known on a day.
const COVER: &str = "keadaan ";

fn cover(office: &Office, reader: &Actor, code: &str, rest: &str) -> Result<String> {
    let words: Vec<&str> = rest.split(' ').collect();
    let [state, on, "menurut", known] = words[..] else { bail!("{rest} asks for no cover") };
    let day = |text: &str| Day::parse_iso(text).with_context(|| format!("{text} is no day"));
    let asked = CoverAsked { on: Some(day(on)?), known_at: Some(day(known)?) };
    let state = CoverState::from_name(state).with_context(|| format!("{state} is no state"))?;
    let scope = CoverScope { programme: Some(code), asked, state: None, after: None, most: 0 };
    let counts = office.cover_list(reader, &scope)?.counts;
    Ok(counts.by_state.get(&state).copied().unwrap_or_default().to_string())
}

/// The fact of this name.
pub(super) fn fact(
    office: &Office,
    reader: &Actor,
    programme: &Programme,
    name: &str,
) -> Result<String> {
    let credits = || office.credits(reader, &programme.code);
    if let Some(rest) = name.strip_prefix(COVER) {
        return cover(office, reader, &programme.code, rest);
    }
    match name {
        "kredit ditemukan" => return Ok(credits()?.found_rupiah().0.to_string()),
        "kredit tersisa" => return Ok(credits()?.outstanding().0.to_string()),
        "bulan ditarik" => return withdrawn(office, reader, programme),
        _ => {}
    }
    let (what, month) = name.rsplit_once(' ').context("a fact about a bill names its month")?;
    let month = Month::parse(month).with_context(|| format!("{month} is no month"))?;
    let file = office.bill_file(reader, &programme.code, month)?;
    let changes = office.changes_of(&file)?;
    let head = &file.head;
    Ok(match what {
        "tagihan orang" => head.people.to_string(),
        "tagihan iuran" => (head.total.0 + head.credit.0).to_string(),
        "tagihan dipotong" => head.credit.0.to_string(),
        "tagihan jumlah" => head.total.0.to_string(),
        "tagihan keadaan" => standing(head).to_owned(),
        "tagihan revisi" => head.revision.to_string(),
        "tagihan masuk" => changes.count(ChangeSide::Joined).to_string(),
        "tagihan keluar" => changes.count(ChangeSide::Left).to_string(),
        "tagihan jatuh tempo" => file.due.day.to_string(),
        "tagihan daerah lain" => {
            let other = file.left_out.iter().find(|(why, _)| *why == "PAID_IN_OTHER_REGION");
            other.map_or(0, |(_, people)| *people).to_string()
        }
        _ => bail!("no fact has this name"),
    })
}

/// Covered months taken back, counted by person, scheme and month.
fn withdrawn(office: &Office, reader: &Actor, programme: &Programme) -> Result<String> {
    let credits = office.credits(reader, &programme.code)?;
    let mut people: Vec<_> = credits.owed.iter().map(|one| one.recovery.paid.person).collect();
    people.sort_unstable();
    people.dedup();
    let mut count = 0;
    for person in people {
        count += office.store.read(|tx| store::covered::withdrawn(tx, person))?.len();
    }
    let owed: Rupiah = Rupiah(credits.owed.iter().map(|one| one.recovery.paid.rupiah.0).sum());
    if (owed == Rupiah::ZERO) != (count == 0) {
        bail!("months are withdrawn and nothing is owed for them, or the other way round");
    }
    Ok(count.to_string())
}
