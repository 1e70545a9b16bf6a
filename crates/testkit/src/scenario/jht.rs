//! Old age savings in a scenario: what BPJS states of them, and facts of accounts on a day.

use anyhow::{Context, Result};
use app::cover::known::CoverAsked;
use app::jht::{JhtFile, JhtScope, StatedTyped};
use app::office::{Actor, Office, Operation, Role};
use base::{Day, Rupiah};

use super::block::Block;
use super::claims::{day, person, wait_until};
use super::journey::Journey;

/// Who writes down what BPJS states.
const OFFICER: &str = "ani";

/// `jumlah:` is the balance of `nik:` on `per:` by the paper `surat:`, written down on `pada:`.
pub(super) fn stated(journey: &Journey<'_>, block: &Block) -> Result<()> {
    let office = journey.office;
    wait_until(office, block)?;
    let actor = journey.user(OFFICER, Role::Officer, Operation::AnswerClaims)?;
    let rupiah = Rupiah::parse(block.value("jumlah")?);
    let typed = StatedTyped {
        person: person(office, block.value("nik")?)?,
        as_of: day(block, "per")?,
        rupiah: rupiah.with_context(|| block.at("jumlah", "no amount"))?,
        reference: block.value("surat")?,
    };
    office.state_jht(&actor, &typed)?;
    Ok(())
}

/// `saldo JHT NIK`, with a day behind it or today; `saldo JHT semua`.
const FACTS: [&str; 5] = ["saldo", "iuran", "pengembangan", "diambil", "selisih"];

/// Whether a name is that of a fact of this module.
pub(super) fn is_fact(name: &str) -> bool {
    name.split_once(" JHT ").is_some_and(|(what, _)| FACTS.contains(&what))
}

/// The fact of this name.
pub(super) fn fact(office: &Office, reader: &Actor, name: &str) -> Result<String> {
    let (what, rest) = name.split_once(" JHT ").context("a fact about savings names whose")?;
    let (whose, on) = match rest.split_once(' ') {
        Some((whose, on)) => {
            (whose, Some(Day::parse_iso(on).with_context(|| format!("{on} is no day"))?))
        }
        None => (rest, None),
    };
    if whose == "semua" {
        return everybody(office, reader, on);
    }
    let asked = CoverAsked { on, known_at: None };
    let file = office.jht_file(reader, person(office, whose)?, asked)?;
    found(&file, what)
}

fn found(file: &JhtFile, what: &str) -> Result<String> {
    let counted = &file.account.counted;
    let rupiah = match what {
        "saldo" => counted.answer.total,
        "iuran" => counted.paid_in,
        "pengembangan" => counted.growth,
        "diambil" => counted.taken,
        _ => file.compared.as_ref().context("BPJS states nothing")?.difference(),
    };
    Ok(rupiah.0.to_string())
}

/// The balance of everybody: the list has that of today, the accounts that of any day; both agree.
fn everybody(office: &Office, reader: &Actor, on: Option<Day>) -> Result<String> {
    let scope = JhtScope { programme: None, after: None, most: usize::MAX };
    let list = office.jht_list(reader, &scope)?;
    let mut sum = 0;
    for row in &list.rows {
        let asked = CoverAsked { on, known_at: None };
        sum += office.jht_file(reader, row.person.id, asked)?.account.counted.answer.total.0;
    }
    if on.is_none() && sum != list.sums.balance.0 {
        anyhow::bail!("the list has {} and its accounts {sum}", list.sums.balance);
    }
    Ok(sum.to_string())
}
