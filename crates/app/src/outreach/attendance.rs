//! Who was at an event: typed one by one, from a list of any layout, or by the numbers of cards.
//!
//! Whoever is in the register is written down by the record; whoever agreed that their name is kept
//! becomes a lead; whoever did not is counted and nothing more.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use base::id::kind;
use base::{Day, Id, Nik, PersonName, Phone, RegionCode, Sex};
use domain::card::CardNumber;
use domain::intake::Draft;
use domain::message::Agreement;
use domain::occupation::OccupationKey;
use domain::outreach::EventRefusal;
use domain::reference::ReferenceKind;
use store::Tx;

use super::change::occupation_of;
use super::{
    Attendance, Attendee, Event, EventState, Lead, LeadDetails, LeadState, OutreachTrait, kinds_of,
};
use crate::agreements::Done;
use crate::error::AppError;
use crate::meeting::is_another_name;
use crate::office::{Actor, Office};
use crate::reading::FileRefusal;

/// Somebody as typed; what is not said is empty.
#[derive(Clone, Default)]
pub struct AttendeeInput {
    /// Name.
    pub name: String,
    /// Sex, as offices write it.
    pub sex: String,
    /// Telephone.
    pub phone: String,
    /// The village, as a name or code.
    pub village: String,
    /// Work, as a word.
    pub occupation: String,
    /// National identity number.
    pub nik: String,
    /// Date of birth, as `1962-08-17`.
    pub birth: String,
    /// The number of a card.
    pub card: String,
    /// The code of an agent.
    pub agent: String,
    /// How they agreed that their name is kept, by the stable name; empty when they did not.
    pub consent: String,
}

impl std::fmt::Debug for AttendeeInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // All of it may say who somebody is.
        f.write_str("AttendeeInput")
    }
}

/// What became of those who were written down.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AttendanceReport {
    /// Those who are in the register.
    pub people: u32,
    /// Those who are leads now.
    pub leads: u32,
    /// Agents.
    pub agents: u32,
    /// Those who are only counted.
    pub counted: u32,
    /// Those who were written down before.
    pub known: u32,
    /// Rows that could not be taken: the row, and the code of why.
    pub unread: Vec<(u32, &'static str)>,
}

/// A list of those who were there, or why it was not read.
pub type AttendanceRead = Result<AttendanceReport, FileRefusal>;

/// Somebody who was there, read.
pub(super) struct Seen {
    agent: Option<String>,
    card: Option<CardNumber>,
    pub(super) nik: Option<Nik>,
    pub(super) name: Option<PersonName>,
    pub(super) sex: Option<Sex>,
    pub(super) phone: Option<Phone>,
    pub(super) village: String,
    pub(super) place: Option<RegionCode>,
    pub(super) occupation: Option<OccupationKey>,
    pub(super) birth: Option<Day>,
    pub(super) consent: Option<Agreement>,
}

impl Seen {
    /// A row of a list, with how those on it agreed.
    fn of_draft(draft: Draft, consent: Option<Agreement>) -> Seen {
        Seen {
            agent: None,
            card: None,
            nik: draft.nik,
            sex: draft.sex,
            phone: draft.phone,
            village: draft.village_typed.map(String::from).unwrap_or_default(),
            place: draft.place,
            occupation: draft.occupation,
            birth: draft.birth,
            name: draft.name,
            consent,
        }
    }

    fn of_card(number: CardNumber) -> Seen {
        Seen {
            agent: None,
            card: Some(number),
            nik: None,
            name: None,
            sex: None,
            phone: None,
            village: String::new(),
            place: None,
            occupation: None,
            birth: None,
            consent: None,
        }
    }

    /// Who is meant, so that the same again is the same; what the register keeps of it says
    /// nothing.
    pub(super) fn said(&self) -> String {
        let name = self.name.as_ref().map_or(String::new(), |name| name.as_str().to_lowercase());
        let phone = self.phone.map_or(String::new(), |phone| phone.international());
        let nik = self.nik.map_or(String::new(), |nik| nik.reveal());
        [name, phone, nik].join("|")
    }
}

/// What somebody comes to, or the code of why they cannot be written down.
type Found = Result<(Attendee, Option<Sex>), &'static str>;

impl Office {
    /// Writes down that somebody was at an event; the same again is no change.
    ///
    /// # Errors
    /// `OUTREACH_UNKNOWN`, `USER_MAY_NOT`, `EVENT_NOT_NOW`, `EVENT_HELD_AHEAD`,
    /// `ATTENDEE_UNREADABLE`, `AGENT_UNKNOWN`, `CARD_UNKNOWN`, `ATTENDEE_OTHER_NAME`.
    pub fn attend(
        &self,
        actor: &Actor,
        code: &str,
        input: &AttendeeInput,
    ) -> Result<AttendanceReport, AppError> {
        let seen = self.seen_typed(input)?;
        let report = self.write_down(actor, code, vec![(1, Ok(seen))])?;
        match report.unread.first() {
            Some((_, why)) => Err(AppError::refused(why, "")),
            None => Ok(report),
        }
    }

    /// Takes back that somebody was written down, said as it was then; again is no change. A lead
    /// that came of it stays, until it is forgotten.
    ///
    /// # Errors
    /// `OUTREACH_UNKNOWN`, `USER_MAY_NOT`, `ATTENDEE_UNREADABLE`, `AGENT_UNKNOWN`, `CARD_UNKNOWN`,
    /// `ATTENDEE_OTHER_NAME`.
    pub fn unattend(
        &self,
        actor: &Actor,
        code: &str,
        input: &AttendeeInput,
    ) -> Result<Done, AppError> {
        let seen = self.seen_typed(input)?;
        self.store.write(|tx| {
            let event = self.event_for(tx, actor, code)?;
            let before = store::outreach::attended(tx, event.id)?.into_iter();
            let before: HashSet<Attendee> = before.map(|one| one.who).collect();
            let known = self.known_as(tx, (&event, &before), &seen)?;
            let Some(known) = known else { return Ok(Done::Before) };
            let (who, _) = known.map_err(|why| AppError::refused(why, ""))?;
            if !store::outreach::unattend(tx, event.id, &who)? {
                return Ok(Done::Before);
            }
            let object = event.id.as_bytes();
            self.record(tx, actor, "attendance-withdrawn", "outreach-event", object)?;
            Ok(Done::Now)
        })
    }

    /// Writes down who is on a list of any layout; `consent` is how those on it agreed that their
    /// names are kept, such as by the signature on the paper. Without it they are only counted.
    ///
    /// # Errors
    /// As [`Office::attend`]; `ATTENDANCE_LIST_EMPTY` where nobody is found on it; a file that
    /// cannot be read is a [`FileRefusal`] inside.
    pub fn attend_list(
        &self,
        actor: &Actor,
        code: &str,
        path: &Path,
        consent: Option<Agreement>,
    ) -> Result<AttendanceRead, AppError> {
        let drafts = match self.reference_rows(path, ReferenceKind::Wajib) {
            Ok(drafts) => drafts,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let people = drafts.into_iter().filter(Draft::claims_person);
        let rows: Vec<_> =
            people.map(|draft| (draft.row, Ok(Seen::of_draft(draft, consent)))).collect();
        if rows.is_empty() {
            return Err(AppError::refused("ATTENDANCE_LIST_EMPTY", ""));
        }
        self.write_down(actor, code, rows).map(Ok)
    }

    /// Writes down who came with a card: the numbers as a scanner types them, one a line.
    ///
    /// # Errors
    /// As [`Office::attend`].
    pub fn attend_cards(
        &self,
        actor: &Actor,
        code: &str,
        numbers: &str,
    ) -> Result<AttendanceReport, AppError> {
        let lines = (1u32..).zip(numbers.lines()).filter(|(_, line)| !line.trim().is_empty());
        let rows = lines.map(|(row, line)| {
            let number = CardNumber::parse(line.trim());
            (row, number.map(Seen::of_card).map_err(|_| "CARD_UNKNOWN"))
        });
        self.write_down(actor, code, rows.collect())
    }

    /// Somebody as typed, read.
    pub(super) fn seen_typed(&self, input: &AttendeeInput) -> Result<Seen, AppError> {
        let unfit = |field: &'static str| AppError::usage("ATTENDEE_UNREADABLE", field);
        let said = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let name = said(&input.name).map(|text| PersonName::parse(&text)).transpose();
        let nik = said(&input.nik).map(|text| Nik::parse(&text)).transpose();
        let card = said(&input.card).map(|text| CardNumber::parse(&text)).transpose();
        let read = |text: &str, field| -> Result<Option<Phone>, AppError> {
            said(text).map(|text| Phone::parse(&text).ok_or_else(|| unfit(field))).transpose()
        };
        let sex = said(&input.sex).map(|text| Sex::parse(&text).ok_or_else(|| unfit("sex")));
        let birth =
            said(&input.birth).map(|text| Day::parse_iso(&text).ok_or_else(|| unfit("birth")));
        let consent = said(&input.consent)
            .map(|text| Agreement::from_name(&text).ok_or_else(|| unfit("consent")));
        let village = said(&input.village).unwrap_or_default();
        if village.chars().count() > 60 || village.chars().any(char::is_control) {
            return Err(unfit("village"));
        }
        Ok(Seen {
            agent: said(&input.agent),
            card: card.map_err(|_| unfit("card"))?,
            nik: nik.map_err(|_| unfit("nik"))?,
            name: name.map_err(|_| unfit("name"))?,
            sex: sex.transpose()?,
            phone: read(&input.phone, "phone")?,
            place: self.region_typed(&village),
            village,
            occupation: match said(&input.occupation) {
                Some(word) => Some(occupation_of(&self.occupations, &word)?),
                None => None,
            },
            birth: birth.transpose()?,
            consent: consent.transpose()?,
        })
    }

    fn write_down(
        &self,
        actor: &Actor,
        code: &str,
        rows: Vec<(u32, Result<Seen, &'static str>)>,
    ) -> Result<AttendanceReport, AppError> {
        self.store.write(|tx| {
            let event = self.event_for(tx, actor, code)?;
            if event.state == EventState::Cancelled {
                return Err(AppError::refused("EVENT_NOT_NOW", event.state.name()));
            }
            if event.day > self.environment.today() {
                return Err(AppError::refused(EventRefusal::HeldAhead.name(), ""));
            }
            let mut report = AttendanceReport::default();
            let before = store::outreach::attended(tx, event.id)?.into_iter();
            let before: HashSet<Attendee> = before.map(|one| one.who).collect();
            for (row, seen) in &rows {
                let found = match seen {
                    Ok(seen) => self.who(tx, (&event, &before), seen)?,
                    Err(why) => Err(*why),
                };
                let (who, sex) = match found {
                    Ok(found) => found,
                    Err(why) => {
                        report.unread.push((*row, why));
                        continue;
                    }
                };
                let at_ms = self.now_ms();
                let attendance = Attendance { event: event.id, who, sex, at_ms };
                match (store::outreach::attend(tx, &attendance, actor.id)?, who) {
                    (false, _) => report.known += 1,
                    (true, Attendee::Person(_)) => report.people += 1,
                    (true, Attendee::Lead(_)) => report.leads += 1,
                    (true, Attendee::Agent(_)) => report.agents += 1,
                    (true, Attendee::Other(_)) => report.counted += 1,
                }
            }
            if report.people + report.leads + report.agents + report.counted > 0 {
                let object = event.id.as_bytes();
                self.record(tx, actor, "attendance-noted", "outreach-event", object)?;
            }
            Ok(report)
        })
    }

    /// Whom a row means of those who are known: an agent, the holder of a card, whoever was written
    /// down before as a lead or was only counted, a person of the register.
    fn known_as(
        &self,
        tx: &mut Tx<'_>,
        (event, before): (&Event, &HashSet<Attendee>),
        seen: &Seen,
    ) -> Result<Option<Found>, AppError> {
        if let Some(code) = &seen.agent {
            let found = store::outreach::agent_by_code(tx, code)?;
            return Ok(Some(match found {
                Some((agent, _)) => Ok((Attendee::Agent(agent.id), seen.sex)),
                None => Err("AGENT_UNKNOWN"),
            }));
        }
        if let Some(number) = seen.card {
            let found = match store::cards::by_number(tx, number)? {
                Some(card) => self.of_record(tx, card.person, None)?,
                None => None,
            };
            return Ok(Some(found.ok_or("CARD_UNKNOWN")));
        }
        let stand_ins = stand_ins_of(tx, event, seen)?;
        let mut earlier = stand_ins
            .into_iter()
            .flat_map(|it| [Attendee::Lead(Id::derived(it)), Attendee::Other(it)]);
        if let Some(known) = earlier.find(|who| before.contains(who)) {
            return Ok(Some(Ok((known, seen.sex))));
        }
        if let Some(nik) = seen.nik
            && let Some(person) = store::people::by_nik(tx, nik)?
        {
            let found = self.of_record(tx, person.id, seen.name.as_ref())?;
            return Ok(Some(found.ok_or("ATTENDEE_OTHER_NAME")));
        }
        Ok(None)
    }

    /// Whom a row means; a lead is made where somebody new agreed.
    fn who(
        &self,
        tx: &mut Tx<'_>,
        known: (&Event, &HashSet<Attendee>),
        seen: &Seen,
    ) -> Result<Found, AppError> {
        if let Some(found) = self.known_as(tx, known, seen)? {
            return Ok(found);
        }
        let event = known.0;
        let stand_ins = stand_ins_of(tx, event, seen)?;
        let stand_in = *stand_ins.first().expect("there is one under the newest step");
        let (Some(name), Some(consent)) = (&seen.name, seen.consent) else {
            return Ok(match (&seen.name, seen.nik) {
                (None, None) => Err("ATTENDEE_UNREADABLE"),
                _ => Ok((Attendee::Other(stand_in), seen.sex)),
            });
        };
        for known in stand_ins.into_iter().map(Id::derived) {
            if store::outreach::lead(tx, known)?.is_some() {
                return Ok(Ok((Attendee::Lead(known), seen.sex)));
            }
        }
        let lead = Lead {
            id: Id::derived(stand_in),
            event: Some(event.id),
            agent: None,
            place: self.lead_place(seen, event.place),
            occupation: seen.occupation.clone(),
            sex: seen.sex,
            told_on: event.day,
            consent,
            state: LeadState::New,
            steps: 0,
            person: None,
            registered_on: None,
            asked: None,
        };
        store::outreach::insert_lead(tx, &lead, &details_of(seen, name))?;
        Ok(Ok((Attendee::Lead(lead.id), seen.sex)))
    }

    /// A record that stands, unless the name is surely another one's or its identity was erased.
    fn of_record(
        &self,
        tx: &mut Tx<'_>,
        id: Id<kind::Person>,
        name: Option<&PersonName>,
    ) -> Result<Option<(Attendee, Option<Sex>)>, AppError> {
        let person = match self.member(tx, id) {
            Ok(person) => person,
            Err(error) if error.code == "PERSON_UNKNOWN" => return Ok(None),
            Err(error) => return Err(error),
        };
        let other = is_another_name(name, &person);
        Ok((!other).then_some((Attendee::Person(person.id), Some(person.sex))))
    }

    /// Where a lead lives: the village that was said, when it lies in this regency, else the region
    /// that is known anyway.
    pub(super) fn lead_place(&self, seen: &Seen, else_in: RegionCode) -> RegionCode {
        let said = seen.place.filter(|place| self.pemda().contains(*place));
        said.unwrap_or(else_in)
    }

    /// Which agents were briefed: the earliest event that briefs, was held, and had them.
    pub(super) fn briefed(
        &self,
        tx: &mut Tx<'_>,
    ) -> Result<HashMap<Id<kind::Agent>, (Box<str>, Day)>, AppError> {
        let kinds = kinds_of(tx)?;
        let events = store::outreach::list(tx)?;
        let briefs = |event: &&Event| {
            event.state == EventState::Held && kinds.has(&event.kind, OutreachTrait::Briefs)
        };
        let held: HashMap<_, _> =
            events.iter().filter(briefs).map(|event| (event.id, event)).collect();
        let mut found = HashMap::new();
        for one in store::outreach::attended_all(tx)? {
            let (Attendee::Agent(agent), Some(event)) = (one.who, held.get(&one.event)) else {
                continue;
            };
            let this = (event.code.clone(), event.day);
            let known = found.entry(agent).or_insert_with(|| this.clone());
            if this.1 < known.1 {
                *known = this;
            }
        }
        Ok(found)
    }
}

/// What stands for somebody who was at an event, the same when the same is said again.
fn stand_ins_of(tx: &Tx<'_>, event: &Event, seen: &Seen) -> Result<Vec<[u8; 16]>, AppError> {
    let said = format!("{}|{}", event.code, seen.said());
    Ok(store::outreach::stand_ins(tx, said.as_bytes())?)
}

/// Who a lead is, as far as it was said.
pub(super) fn details_of(seen: &Seen, name: &PersonName) -> LeadDetails {
    LeadDetails {
        name: name.clone(),
        phone: seen.phone,
        village: base::person::fold_spaces(&seen.village).into(),
        nik: seen.nik,
        birth: seen.birth,
    }
}
