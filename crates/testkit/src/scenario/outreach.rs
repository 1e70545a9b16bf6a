//! Outreach in a scenario: agents, events, who was there, leads; and the facts about them.

use anyhow::{Context, Result, anyhow, bail};
use app::doors::Agreement;
use app::office::{Actor, Office, Operation};
use app::outreach::{
    AgentInput, AttendeeInput, EventFilter, EventInput, EventShown, FreeAsked, LeadFilter,
    LeadInput, LeadState,
};

use super::block::Block;
use super::journey::{Journey, OPERATOR};

fn text(block: &Block, key: &str) -> String {
    block.get(key).unwrap_or_default().to_owned()
}

/// One agent, or with `wilayah: setiap kelurahan` one for every village of the regency, whose codes
/// end in the digits of theirs.
pub(super) fn agents(journey: &Journey<'_>, block: &Block) -> Result<()> {
    let office = journey.office;
    let actor = office.actor(OPERATOR, Operation::HandleOutreach)?;
    let one = AgentInput {
        code: text(block, "kode"),
        kind: block.value("jenis")?.to_owned(),
        name: block.value("nama")?.to_owned(),
        territory: text(block, "wilayah"),
        supervisor: text(block, "kantor"),
        quota: text(block, "target"),
        since: text(block, "mulai"),
        ..AgentInput::default()
    };
    if block.get("wilayah") != Some("setiap kelurahan") {
        office.keep_agent(&actor, &one)?;
        return Ok(());
    }
    let map = office.gazetteer;
    let districts = map.children(office.pemda());
    for village in districts.flat_map(|district| map.children(district)) {
        let code = format!("{}-{}", one.code, village.digits());
        // A name is letters: the village's own stands in it.
        let name = format!("{} {}", one.name, office.place_named(village));
        let territory = village.to_string();
        office.keep_agent(&actor, &AgentInput { code, name, territory, ..one.clone() })?;
    }
    Ok(())
}

/// An event, who of the agents was there, and what became of it.
pub(super) fn event(journey: &Journey<'_>, block: &Block) -> Result<()> {
    let office = journey.office;
    let actor = office.actor(OPERATOR, Operation::HandleOutreach)?;
    let code = block.value("kode")?;
    let input = EventInput {
        code: code.to_owned(),
        kind: block.value("jenis")?.to_owned(),
        title: block.value("judul")?.to_owned(),
        place: text(block, "wilayah"),
        venue: text(block, "tempat"),
        day: block.value("tanggal")?.to_owned(),
        hours: block.value("jam")?.to_owned(),
        org: block.value("kantor")?.to_owned(),
        audience: text(block, "sasaran"),
        facility: text(block, "fasilitas"),
        agreement: text(block, "perjanjian"),
        duty: text(block, "kewajiban"),
        agenda: text(block, "acara"),
        facilitators: text(block, "pembicara"),
    };
    office.keep_event(&actor, &input)?;
    match block.get("keadaan") {
        None => {}
        Some("terlaksana") => {
            office.hold_event(&actor, code, block.get("pertanyaan").unwrap_or_default())?;
        }
        Some("batal") => {
            office.cancel_event(&actor, code, block.value("alasan")?)?;
        }
        Some(_) => bail!(block.at("keadaan", "unknown")),
    }
    let there: Vec<String> = match block.get("agen") {
        None => Vec::new(),
        Some("semua") => {
            // Those who worked already, also when the story is told again.
            let day = office.outreach_event(&actor, code)?.shown.event.day;
            let all = office.outreach_agents(&actor)?.into_iter();
            let all = all.filter(|shown| shown.agent.since <= day);
            all.map(|shown| shown.agent.code.to_string()).collect()
        }
        Some(codes) => codes.split(',').map(|code| code.trim().to_owned()).collect(),
    };
    for agent in there {
        office.attend(&actor, code, &AttendeeInput { agent, ..AttendeeInput::default() })?;
    }
    Ok(())
}

/// The list of those who were at an event, and how they agreed.
pub(super) fn attendance(journey: &Journey<'_>, block: &Block) -> Result<()> {
    let office = journey.office;
    let actor = office.actor(OPERATOR, Operation::HandleOutreach)?;
    let code = block.value("acara")?;
    let consent = match block.get("setuju") {
        None => None,
        Some(name) => {
            Some(Agreement::from_name(name).with_context(|| block.at("setuju", "unknown"))?)
        }
    };
    let path = journey.folder.join(format!("hadir-{code}.csv"));
    std::fs::write(&path, block.table.as_deref().context("attendance has a table")?)?;
    let read = office.attend_list(&actor, code, &path, consent)?;
    let report = read.map_err(|refusal| anyhow!("refused: {}", refusal.code))?;
    match report.unread.first() {
        None => Ok(()),
        Some((row, why)) => bail!("row {row}: {why}"),
    }
}

/// A lead that an agent brings, or with `cocokkan: ya` all of them held against the register.
pub(super) fn lead(journey: &Journey<'_>, block: &Block) -> Result<()> {
    let office = journey.office;
    let actor = office.actor(OPERATOR, Operation::HandleOutreach)?;
    if block.get("cocokkan").is_some() {
        office.follow_up_leads(&actor)?;
        return Ok(());
    }
    let who = AttendeeInput {
        name: block.value("nama")?.to_owned(),
        phone: text(block, "telepon"),
        nik: text(block, "nik"),
        birth: text(block, "lahir"),
        consent: block.value("setuju")?.to_owned(),
        ..AttendeeInput::default()
    };
    let agent = block.value("agen")?.to_owned();
    let told_on = block.value("pada")?.to_owned();
    let input = LeadInput { who, agent, told_on, ..LeadInput::default() };
    office.add_lead(&actor, &input)?;
    Ok(())
}

/// Facts of one event or agent, by its code.
const OF_ONE: [&str; 6] =
    ["hadir", "peminat", "terdaftar karena", "terdaftar agen", "belum terlindungi", "hari bebas"];
/// Facts of all.
const OF_ALL: [&str; 6] = [
    "agen",
    "agen dibekali",
    "agen belum dibekali",
    "kegiatan terlaksana",
    "kegiatan berbenturan",
    "peminat baru",
];

/// Whether a name is that of a fact of this module.
pub(super) fn is_fact(name: &str) -> bool {
    OF_ALL.contains(&name) || of_one(name).is_some()
}

fn of_one(name: &str) -> Option<(&'static str, &str)> {
    let (what, code) = name.rsplit_once(' ')?;
    OF_ONE.iter().find(|known| **known == what).map(|known| (*known, code))
}

/// The fact of this name.
pub(super) fn fact(office: &Office, reader: &Actor, name: &str) -> Result<String> {
    // What all have together may begin like what one has: "peminat baru" is of no event "baru".
    if let Some((what, code)) = of_one(name).filter(|_| !OF_ALL.contains(&name)) {
        return of_code(office, reader, what, code);
    }
    let agents = office.outreach_agents(reader)?;
    let briefed = agents.iter().filter(|one| one.briefed.is_some()).count();
    let events = office.outreach_events(reader, &EventFilter::default())?;
    let count =
        |wanted: &dyn Fn(&EventShown) -> bool| events.iter().filter(|shown| wanted(shown)).count();
    Ok(match name {
        "agen" => agents.len(),
        "agen dibekali" => briefed,
        "agen belum dibekali" => agents.len() - briefed,
        "kegiatan terlaksana" => count(&|shown| shown.event.state.name() == "held"),
        "kegiatan berbenturan" => count(&|shown| !shown.clashes.is_empty()),
        _ => {
            let filter = LeadFilter { state: Some(LeadState::New), ..LeadFilter::default() };
            office.leads(reader, &filter)?.len()
        }
    }
    .to_string())
}

fn of_code(office: &Office, reader: &Actor, what: &str, code: &str) -> Result<String> {
    let event = || -> Result<EventShown> { Ok(office.outreach_event(reader, code)?.shown) };
    Ok(match what {
        "hadir" => event()?.effect.attended.to_string(),
        "peminat" => event()?.effect.leads.to_string(),
        "terdaftar karena" => event()?.effect.within.to_string(),
        "terdaftar agen" => office.outreach_agent(reader, code)?.shown.effect.within.to_string(),
        "belum terlindungi" => office.uncovered(reader, code)?.1.len().to_string(),
        _ => {
            let from = Some(event()?.event.day);
            let asked =
                FreeAsked { event: code.to_owned(), from, most: Some(1), ..FreeAsked::default() };
            let days = office.free_event_days(reader, &asked)?;
            days.first().map_or_else(|| "-".to_owned(), |day| day.to_string())
        }
    })
}
