//! Outreach in the practice regency: an agent who was briefed, a village meeting, another office
//! that invites the same people, and a lead. All is invented.

use base::{Day, RegionCode};

use crate::error::AppError;
use crate::office::{Office, Operation};
use crate::outreach::{AgentInput, AttendeeInput, EventInput, LeadInput};

/// Code, kind, title, office, and days after the first.
const EVENTS: [(&str, &str, &str, &str, i32); 3] = [
    ("bekal-latihan", "pembekalan", "Pembekalan agen (LATIHAN)", "kacab-latihan", 0),
    ("rembuk-latihan", "rembuk", "Rembuk warga (LATIHAN)", "polres-latihan", 40),
    ("keliling-latihan", "pelayanan", "Pelayanan keliling (LATIHAN)", "kacab-latihan", 42),
];

/// Sets it up in a village, from a day on that is over; the same again changes nothing.
pub(super) fn set_up(office: &Office, village: RegionCode, first: Day) -> Result<(), AppError> {
    let actor = office.actor("operator", Operation::HandleOutreach)?;
    let agent = "bhabin-latihan";
    let input = AgentInput {
        code: agent.into(),
        kind: "bhabinkamtibmas".into(),
        name: "Agen Latihan".into(),
        territory: village.to_string(),
        supervisor: "polres-latihan".into(),
        quota: "5".into(),
        since: first.to_string(),
        ..AgentInput::default()
    };
    office.keep_agent(&actor, &input)?;
    for (code, kind, title, org, days) in EVENTS {
        let event = EventInput {
            code: code.into(),
            kind: kind.into(),
            title: title.into(),
            place: if days == 0 { String::new() } else { village.to_string() },
            venue: "Balai latihan".into(),
            day: first.plus_days(days).to_string(),
            hours: "09.00-11.30".into(),
            org: org.into(),
            agenda: "Manfaat JKK dan JKM, cara mendaftar".into(),
            ..EventInput::default()
        };
        office.keep_event(&actor, &event)?;
    }
    let there = AttendeeInput { agent: agent.into(), ..AttendeeInput::default() };
    office.attend(&actor, EVENTS[0].0, &there)?;
    office.hold_event(&actor, EVENTS[0].0, "")?;
    let who = AttendeeInput {
        name: "Peminat Latihan".into(),
        sex: "P".into(),
        consent: "spoken".into(),
        ..AttendeeInput::default()
    };
    let told_on = first.to_string();
    let lead = LeadInput { who, agent: agent.into(), told_on, ..LeadInput::default() };
    office.add_lead(&actor, &lead)?;
    Ok(())
}
