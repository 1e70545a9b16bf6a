//! Blocks and facts about organisations and agreements.

use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};
use app::agreements::{Amendment, Copying, DutyShown, DutyState, NewAgreement, Signing, Ticking};
use app::office::{Actor, Office, Operation};
use app::organisations::{Defaults, OrgKindKey};
use base::Day;

use super::block::Block;

const OPERATOR: &str = "operator";
/// Kinds of the facilities that are invented, in turn.
const KINDS: [(&str, &str); 5] = [
    ("rumah_sakit", "Rumah Sakit"),
    ("klinik", "Klinik"),
    ("praktik", "Praktik Dokter"),
    ("bidan", "Praktik Bidan"),
    ("apotek", "Apotek"),
];

/// A list of organisations: a table, or so many invented facilities under one.
pub fn organisations(office: &Office, block: &Block, path: &Path) -> Result<()> {
    let actor = office.actor(OPERATOR, Operation::SetUp)?;
    let table = match &block.table {
        Some(table) => table.clone(),
        None => invented(block.value("fasilitas rekaan")?.parse()?),
    };
    std::fs::write(path, table)?;
    let defaults = Defaults {
        kind: block.get("jenis").map(OrgKindKey::new),
        parent: block.get("di bawah").map(Into::into),
        territory: None,
    };
    let import = office.import_orgs(&actor, path, &defaults)?;
    let import = import.map_err(|refusal| anyhow!("refused: {}", refusal.code))?;
    let refused = import.rows.iter().filter(|row| row.outcome.name() == "refused").count();
    if refused > 0 {
        bail!("{refused} rows are refused");
    }
    Ok(())
}

/// So many facilities that nobody has ever seen.
fn invented(count: usize) -> String {
    let mut table = String::from("Kode,Nama Fasilitas,Jenis\r\n");
    for (number, (kind, name)) in (1..=count).zip(KINDS.iter().cycle()) {
        table += &format!("faskes-{number:02},{name} Rekaan {number:02},{kind}\r\n");
    }
    table
}

/// Writes, copies, prolongs and signs an agreement, as far as the block says.
pub fn agreement(office: &Office, block: &Block) -> Result<()> {
    let actor = office.actor(OPERATOR, Operation::SetUp)?;
    let code = block.value("kode")?;
    match block.get("salin") {
        Some(from) => {
            let (to, first) = (block.value("untuk")?, day(block, "mulai")?);
            let copying = Copying { from, code, instead_of: None, to, first, last: None };
            office.copy_agreement(&actor, &copying)?;
        }
        None if block.get("pihak").is_some() => write(office, &actor, block)?,
        None => {}
    }
    if block.get("sampai").is_some() {
        let to = Some(day(block, "sampai")?);
        let amendment = Amendment { to, reason: "diperpanjang", ..Amendment::default() };
        office.amend_agreement(&actor, code, &amendment)?;
    }
    if block.get("tanda tangan").is_some() {
        let on = Some(day(block, "tanda tangan")?);
        let signing = Signing { on, number: block.get("nomor"), scan: Some(b"%PDF-rekaan") };
        office.sign_agreement(&actor, code, &signing)?;
    }
    Ok(())
}

fn write(office: &Office, actor: &Actor, block: &Block) -> Result<()> {
    let parties = block.value("pihak")?.split(',').map(|code| code.trim().to_owned());
    let parties: Vec<String> = parties.collect();
    let new = NewAgreement {
        code: block.value("kode")?,
        template: block.get("naskah").unwrap_or("pks-dinas-bpjs"),
        parties: &parties,
        number: block.get("nomor").unwrap_or_default(),
        place: "",
        from: day(block, "mulai")?,
        to: None,
    };
    office.add_agreement(actor, &new)?;
    Ok(())
}

/// Ticks a duty: `fasilitas: a..b` for the invented ones, codes, or nothing for the whole.
pub fn duty(office: &Office, block: &Block) -> Result<()> {
    let actor = office.actor(OPERATOR, Operation::FollowUp)?;
    let orgs = match block.get("fasilitas") {
        None => Vec::new(),
        Some(text) => facilities(text).with_context(|| block.at("fasilitas", "is no list"))?,
    };
    let ticking = Ticking {
        duty: block.value("kode")?,
        orgs: &orgs,
        all: false,
        on: Some(day(block, "tanggal")?),
        note: block.get("bukti").unwrap_or_default(),
        undo: block.get("batal").is_some(),
    };
    office.fulfil(&actor, block.value("perjanjian")?, &ticking)?;
    Ok(())
}

fn facilities(text: &str) -> Option<Vec<String>> {
    let Some((first, last)) = text.split_once("..") else {
        return Some(text.split(',').map(|code| code.trim().to_owned()).collect());
    };
    let (first, last): (usize, usize) = (first.parse().ok()?, last.parse().ok()?);
    Some((first..=last).map(|number| format!("faskes-{number:02}")).collect())
}

fn day(block: &Block, key: &str) -> Result<Day> {
    Day::parse_iso(block.value(key)?).with_context(|| block.at(key, "is no day"))
}

/// Facts with a name behind them, such as `fasilitas: dinkes`.
const OF_SOMETHING: [&str; 4] = ["fasilitas di bawah ", "dihubungi ", "versi ", "berlaku sampai "];
const OF_BOARD: [(&str, DutyState); 3] = [
    ("kewajiban terlambat", DutyState::Late),
    ("kewajiban segera", DutyState::Soon),
    ("kewajiban selesai", DutyState::Done),
];

/// Whether a fact is told here.
pub fn is_fact(name: &str) -> bool {
    OF_SOMETHING.iter().any(|start| name.starts_with(start))
        || OF_BOARD.iter().any(|(known, _)| *known == name)
        || name == "kewajiban"
}

/// The fact of this name.
pub fn fact(office: &Office, reader: &Actor, name: &str, on: Option<Day>) -> Result<String> {
    let after = |start: &str| name.strip_prefix(start);
    if let Some(code) = after(OF_SOMETHING[0]) {
        return Ok(office.org_file(reader, code)?.facilities.len().to_string());
    }
    if let Some(code) = after(OF_SOMETHING[2]) {
        return Ok(office.agreement(reader, code)?.agreement.version.to_string());
    }
    if let Some(code) = after(OF_SOMETHING[3]) {
        return Ok(office.agreement(reader, code)?.current().terms.to.to_string());
    }
    let board = office.agreement_board(reader, on)?;
    if let Some(code) = after(OF_SOMETHING[1]) {
        let is_outreach =
            |shown: &&DutyShown| &*shown.agreement == code && shown.duty.each_under.is_some();
        let found = board.iter().find(is_outreach).context("no duty is owed to facilities")?;
        return Ok(format!("{} dari {}", found.standing.done, found.standing.of));
    }
    let state = OF_BOARD.iter().find(|(known, _)| *known == name).map(|(_, state)| *state);
    let counted = board.iter().filter(|shown| state.is_none_or(|one| shown.standing.state == one));
    Ok(counted.count().to_string())
}
