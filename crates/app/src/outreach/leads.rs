//! Leads: written down for an agent, called, held against the register, and registered when the
//! person turns up there: by the number at once, by everything else on request, where a human is
//! asked when it is not sure.

use std::collections::HashMap;

use base::id::kind;
use base::{Id, Nik, PersonName, RegionCode};
use domain::enrolment::Changes;
use domain::registry::Person;
use linkage::record::{Cells, Record};
use store::Tx;

use super::attendance::{AttendeeInput, details_of};
use super::{Lead, LeadDetails, LeadState, LeadStep, LeadStepKept, event_of, lead_after};
use crate::agreements::Done;
use crate::environment::day_of_moment;
use crate::error::{AppError, typed};
use crate::meeting::is_another_name;
use crate::office::{Actor, Office, Operation, Target};
use crate::people::{PersonShown, initials_of, masked_now, usable_reason, without_nik};

/// A lead as it was typed.
#[derive(Debug, Clone, Default)]
pub struct LeadInput {
    /// Who it is; the consent is needed.
    pub who: AttendeeInput,
    /// The event that it comes from, by code; may be empty when an agent brings it.
    pub event: String,
    /// The agent who brings it, by code; may be empty when an event does.
    pub agent: String,
    /// The day on which it was said, as `2023-03-21`; today when empty.
    pub told_on: String,
}

/// Which leads are asked for.
#[derive(Debug, Clone, Default)]
pub struct LeadFilter {
    /// In this state alone.
    pub state: Option<LeadState>,
    /// Of this event alone, by code.
    pub event: Option<String>,
    /// Of this agent alone, by code.
    pub agent: Option<String>,
}

/// A lead in a list, masked.
#[derive(Debug, Clone)]
pub struct LeadShown {
    /// It.
    pub lead: Lead,
    /// Initials; empty once it was forgotten who it is.
    pub initials: String,
    /// Where the person lives, by name.
    pub place: String,
    /// The event that it comes from, by code.
    pub event: Option<Box<str>>,
    /// The agent who brought it, by code.
    pub agent: Option<Box<str>>,
    /// Days since it was said.
    pub days: u32,
}

/// A lead with all that hangs on it, masked.
#[derive(Debug, Clone)]
pub struct LeadFile {
    /// As in a list.
    pub shown: LeadShown,
    /// What was done, each with the name of who did it.
    pub steps: Vec<(LeadStepKept, Option<Box<str>>)>,
    /// The record that it became.
    pub person: Option<PersonShown>,
    /// The record that it may be: a human is asked.
    pub asked: Option<PersonShown>,
    /// What may be done with it by whoever looks.
    pub next: Vec<LeadStep>,
}

/// What came of holding leads against the register.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LeadsFollowed {
    /// Leads that were looked at.
    pub looked: u32,
    /// Those that are registered now.
    pub registered: u32,
    /// Those of which a human is asked.
    pub asked: u32,
}

/// The event and the agent that a lead comes from, and the region that is known by them.
type Source = (Option<Id<kind::OutreachEvent>>, Option<Id<kind::Agent>>, RegionCode);

impl Office {
    /// Writes a lead down; the same again is no change.
    ///
    /// # Errors
    /// `USER_MAY_NOT`, `ATTENDEE_UNREADABLE`, `LEAD_WITHOUT_CONSENT`, `LEAD_FROM_NOWHERE`,
    /// `OUTREACH_UNKNOWN`, `AGENT_UNKNOWN`, `NOT_A_DAY`, `DAY_AHEAD`.
    pub fn add_lead(&self, actor: &Actor, input: &LeadInput) -> Result<(Lead, Done), AppError> {
        let seen = self.seen_typed(&input.who)?;
        let unreadable = || AppError::usage("ATTENDEE_UNREADABLE", "name");
        let name = seen.name.clone().ok_or_else(unreadable)?;
        let consent = seen.consent.ok_or_else(|| AppError::refused("LEAD_WITHOUT_CONSENT", ""))?;
        let today = self.environment.today();
        let told_on = match input.told_on.trim() {
            "" => today,
            text => base::Day::parse_iso(text)
                .ok_or_else(|| AppError::usage("NOT_A_DAY", typed(text)))?,
        };
        if told_on > today {
            return Err(AppError::usage("DAY_AHEAD", told_on.to_string()));
        }
        self.store.write(|tx| {
            let (event, agent, near) = self.lead_source(tx, input)?;
            let place = self.lead_place(&seen, near);
            self.authorize(actor, Operation::HandleOutreach, &Target::in_region(place))?;
            let said = format!("{}|{}|{}", input.event.trim(), input.agent.trim(), seen.said());
            let ids = store::outreach::stand_ins(tx, said.as_bytes())?.into_iter().map(Id::derived);
            let ids: Vec<Id<kind::Lead>> = ids.collect();
            for id in &ids {
                if let Some((known, _)) = store::outreach::lead(tx, *id)? {
                    return Ok((known, Done::Before));
                }
            }
            let lead = Lead {
                id: ids[0],
                event,
                agent,
                place,
                occupation: seen.occupation.clone(),
                sex: seen.sex,
                told_on,
                consent,
                state: LeadState::New,
                steps: 0,
                person: None,
                registered_on: None,
                asked: None,
            };
            store::outreach::insert_lead(tx, &lead, &details_of(&seen, &name))?;
            self.record(tx, actor, "lead-added", "lead", lead.id.as_bytes())?;
            Ok((lead, Done::Now))
        })
    }

    /// From where a lead comes, and the region that is known by that.
    fn lead_source(&self, tx: &mut Tx<'_>, input: &LeadInput) -> Result<Source, AppError> {
        let event = match input.event.trim() {
            "" => None,
            code => Some(event_of(tx, code)?),
        };
        let agent = match input.agent.trim() {
            "" => None,
            code => {
                let found = store::outreach::agent_by_code(tx, code)?;
                Some(found.ok_or_else(|| AppError::not_found("AGENT_UNKNOWN", code))?.0)
            }
        };
        let near = match (&agent, &event) {
            (Some(agent), _) => agent.territory,
            (None, Some(event)) => event.place,
            (None, None) => return Err(AppError::usage("LEAD_FROM_NOWHERE", "")),
        };
        Ok((event.map(|event| event.id), agent.map(|agent| agent.id), near))
    }

    /// Leads, the oldest first, masked: those of the places that the actor may see.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn leads(&self, actor: &Actor, filter: &LeadFilter) -> Result<Vec<LeadShown>, AppError> {
        self.authorize_somewhere(actor, Operation::ReadOutreach)?;
        self.store.read(|tx| {
            let names = Sources::load(tx)?;
            let found = store::outreach::leads(tx)?.into_iter();
            let shown = found
                .filter(|(lead, _)| {
                    let target = Target::in_region(lead.place);
                    filter.state.is_none_or(|state| lead.state == state)
                        && self.reaches(actor, Operation::ReadOutreach, &target)
                })
                .map(|(lead, details)| self.lead_shown(&names, lead, details.as_ref()));
            let fits = |shown: &LeadShown| {
                let same = |asked: &Option<String>, own: &Option<Box<str>>| {
                    asked.as_deref().is_none_or(|code| own.as_deref() == Some(code))
                };
                same(&filter.event, &shown.event) && same(&filter.agent, &shown.agent)
            };
            Ok(shown.filter(fits).collect())
        })
    }

    fn lead_shown(&self, names: &Sources, lead: Lead, details: Option<&LeadDetails>) -> LeadShown {
        let days = lead.told_on.days_until(self.environment.today());
        LeadShown {
            initials: details.map(|details| initials_of(&details.name)).unwrap_or_default(),
            place: self.name_of(lead.place),
            event: lead.event.and_then(|id| names.events.get(&id).cloned()),
            agent: lead.agent.and_then(|id| names.agents.get(&id).cloned()),
            days: u32::try_from(days).unwrap_or(0),
            lead,
        }
    }

    /// One lead with all that hangs on it, masked.
    ///
    /// # Errors
    /// `LEAD_UNKNOWN`.
    pub fn lead(&self, actor: &Actor, id: Id<kind::Lead>) -> Result<LeadFile, AppError> {
        self.store.read(|tx| {
            let (lead, details) = self.lead_for(tx, actor, id, Operation::ReadOutreach)?;
            let names = Sources::load(tx)?;
            let kept = store::outreach::lead_steps(tx, id)?;
            let steps = crate::steps::named(tx, kept)?;
            let handles = self.handles(actor, lead.place);
            let next = LeadStep::ALL.iter().copied().filter(|step| {
                let by_hand = *step != LeadStep::Register;
                let known = details.is_some();
                handles && known && by_hand && lead_after(lead.state, *step).is_some()
            });
            Ok(LeadFile {
                next: next.collect(),
                person: self.record_shown(tx, actor, lead.person)?,
                asked: self.record_shown(tx, actor, lead.asked)?,
                shown: self.lead_shown(&names, lead, details.as_ref()),
                steps,
            })
        })
    }

    fn record_shown(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        id: Option<Id<kind::Person>>,
    ) -> Result<Option<PersonShown>, AppError> {
        let Some(id) = id else { return Ok(None) };
        let roots = store::merges::roots(tx)?;
        let person = store::people::get(tx, store::merges::root_of(&roots, id))?;
        let may = |person: &Person| {
            let target = Target::in_region(person.place);
            self.reaches(actor, Operation::ReadPeople, &target)
        };
        Ok(person.filter(may).map(|person| masked_now(&person)))
    }

    /// Who a lead is, whole; the looking is kept in the log.
    ///
    /// # Errors
    /// `LEAD_UNKNOWN`, `USER_MAY_NOT`, `LEAD_ERASED`.
    pub fn read_lead(&self, actor: &Actor, id: Id<kind::Lead>) -> Result<LeadDetails, AppError> {
        self.store.write(|tx| {
            let (_, details) = self.known_lead(tx, actor, id)?;
            self.record(tx, actor, "lead-shown", "lead", id.as_bytes())?;
            Ok(details)
        })
    }

    /// Writes down what came of a call: reached, refused, not reached; or takes a lead up again
    /// that was another person. The same again is no change.
    ///
    /// # Errors
    /// `LEAD_UNKNOWN`, `LEAD_NOT_NOW`, `LEAD_ERASED`, `REASON_MISSING`, `TEXT_HOLDS_NIK`.
    pub fn step_lead(
        &self,
        actor: &Actor,
        id: Id<kind::Lead>,
        step: LeadStep,
        words: &str,
    ) -> Result<Lead, AppError> {
        let words = usable_reason(words)?;
        without_nik(&words)?;
        if step == LeadStep::Register {
            return Err(AppError::usage("LEAD_NOT_NOW", step.name()));
        }
        self.store.write(|tx| {
            let (lead, _) = self.known_lead(tx, actor, id)?;
            let last = store::outreach::lead_steps(tx, id)?.pop();
            if last.is_some_and(|last| last.step == step && *last.words == *words) {
                return Ok(lead);
            }
            let moved = self.move_lead(tx, &lead, (step, Some(actor)), (&words, None))?;
            self.record(tx, actor, &format!("lead-{}", step.name()), "lead", id.as_bytes())?;
            Ok(moved)
        })
    }

    /// Answers whether a lead is the person that it may be; the same again is no change.
    ///
    /// # Errors
    /// `LEAD_UNKNOWN`, `LEAD_NOT_ASKED`, `LEAD_ERASED`, `REASON_MISSING`.
    pub fn answer_lead(
        &self,
        actor: &Actor,
        id: Id<kind::Lead>,
        is_same: bool,
        reason: &str,
    ) -> Result<Lead, AppError> {
        let reason = usable_reason(reason)?;
        self.store.write(|tx| {
            let (lead, _) = self.known_lead(tx, actor, id)?;
            let not_asked = || AppError::refused("LEAD_NOT_ASKED", "");
            let asked = lead.asked.ok_or_else(not_asked)?;
            let person = self.member(tx, asked)?;
            let answered = Lead { asked: None, ..lead };
            let moved = match is_same {
                true => {
                    let step = (LeadStep::Register, Some(actor));
                    self.move_lead(tx, &answered, step, (&reason, Some(&person)))?
                }
                false => {
                    store::outreach::set_lead(tx, &answered)?;
                    answered
                }
            };
            let act = if is_same { "lead-confirmed" } else { "lead-denied" };
            self.record_reason(tx, actor, act, ("lead", id.as_bytes()), &reason)?;
            Ok(moved)
        })
    }

    /// Forgets for ever who a lead was, because the person takes the agreement back; that there was
    /// one, and what became of it, stays. Again is no change.
    ///
    /// # Errors
    /// `LEAD_UNKNOWN`, `REASON_MISSING`, `TEXT_HOLDS_NIK`.
    pub fn forget_lead(
        &self,
        actor: &Actor,
        id: Id<kind::Lead>,
        reason: &str,
    ) -> Result<(Lead, Done), AppError> {
        let reason = usable_reason(reason)?;
        without_nik(&reason)?;
        self.store.write(|tx| {
            let (lead, _) = self.lead_for(tx, actor, id, Operation::HandleOutreach)?;
            if !store::outreach::forget_lead(tx, id)? {
                return Ok((lead, Done::Before));
            }
            // Nobody can be asked any more whether it is somebody of the register.
            let lead = Lead { asked: None, ..lead };
            store::outreach::set_lead(tx, &lead)?;
            let object = ("lead", id.as_bytes());
            self.record_reason(tx, actor, "lead-forgotten", object, &reason)?;
            Ok((lead, Done::Now))
        })
    }

    /// Holds every open lead against the register: by the number, else by everything else. Whoever
    /// is surely there is registered; where it is not sure a human is asked.
    ///
    /// # Errors
    /// `USER_MAY_NOT`.
    pub fn follow_up_leads(&self, actor: &Actor) -> Result<LeadsFollowed, AppError> {
        self.authorize(actor, Operation::HandleOutreach, &Target::default())?;
        self.store.write(|tx| {
            let open = open_leads(tx)?;
            let looked = u32::try_from(open.len()).unwrap_or(u32::MAX);
            let mut followed = LeadsFollowed { looked, ..LeadsFollowed::default() };
            if open.is_empty() {
                return Ok(followed);
            }
            let roots = store::merges::roots(tx)?;
            let mut people = Vec::new();
            store::people::each(tx, |person, _| {
                if !roots.contains_key(&person.id) {
                    people.push(person);
                }
                Ok(())
            })?;
            let rows: Vec<(Option<Nik>, Option<&PersonName>)> =
                open.iter().map(|(_, details)| (details.nik, Some(&details.name))).collect();
            let met = self.meet(&rows, &people, |row| self.record_of_lead(&open[row]));
            for one in &met {
                let (lead, person) = (&open[one.row].0, &people[one.person]);
                if one.sure {
                    let step = (LeadStep::Register, None);
                    self.move_lead(tx, lead, step, ("", Some(person)))?;
                    followed.registered += 1;
                } else if lead.asked != Some(person.id) {
                    let asked = Lead { asked: Some(person.id), ..lead.clone() };
                    store::outreach::set_lead(tx, &asked)?;
                    followed.asked += 1;
                }
            }
            if followed.registered + followed.asked > 0 {
                let count = u64::from(followed.registered);
                self.record_count(tx, actor, "leads-followed", "lead", count)?;
            }
            Ok(followed)
        })
    }

    /// Registers the leads whose number somebody has who came into the register just now.
    pub(crate) fn leads_came(&self, tx: &mut Tx<'_>, changes: &Changes) -> Result<(), AppError> {
        if changes.new_people.is_empty() {
            return Ok(());
        }
        let came: HashMap<u64, &Person> =
            changes.new_people.iter().map(|person| (person.nik.as_u64(), person)).collect();
        for (lead, details) in open_leads(tx)? {
            let person = details.nik.and_then(|nik| came.get(&nik.as_u64()));
            let Some(person) = person else { continue };
            if !is_another_name(Some(&details.name), person) {
                let step = (LeadStep::Register, None);
                self.move_lead(tx, &lead, step, ("", Some(person)))?;
            }
        }
        Ok(())
    }

    fn record_of_lead(&self, (lead, details): &(Lead, LeadDetails)) -> Record {
        let nik = details.nik.map(|nik| nik.reveal()).unwrap_or_default();
        let birth = details.birth.map(|birth| birth.to_string()).unwrap_or_default();
        let phone = details.phone.map(|phone| phone.international()).unwrap_or_default();
        let known = |level: u8| {
            let place = Some(lead.place).filter(|place| place.level() >= level);
            place.map(|place| self.name_of(place.at_level(level))).unwrap_or_default()
        };
        let (village, district) = (known(4), known(3));
        Record::read(&Cells {
            nik: &nik,
            no_kk: "",
            name: details.name.as_str(),
            birth_place: "",
            birth_date: &birth,
            sex: lead.sex.map_or("", |sex| sex.letter()),
            address: "",
            rt: "",
            rw: "",
            village: if village.is_empty() { &details.village } else { &village },
            district: &district,
            phone: &phone,
            mother: "",
        })
    }

    /// A lead for whoever may do this to it; out of reach it does not exist.
    fn lead_for(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        id: Id<kind::Lead>,
        operation: Operation,
    ) -> Result<(Lead, Option<LeadDetails>), AppError> {
        let unknown = || AppError::not_found("LEAD_UNKNOWN", id.to_string());
        let (lead, details) = store::outreach::lead(tx, id)?.ok_or_else(unknown)?;
        let target = Target::in_region(lead.place);
        self.authorize_or(actor, Operation::ReadOutreach, &target, unknown)?;
        self.authorize(actor, operation, &target)?;
        Ok((lead, details))
    }

    /// A lead of which it is still known who it is, for whoever may change it.
    fn known_lead(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        id: Id<kind::Lead>,
    ) -> Result<(Lead, LeadDetails), AppError> {
        let (lead, details) = self.lead_for(tx, actor, id, Operation::HandleOutreach)?;
        let details = details.ok_or_else(|| AppError::refused("LEAD_ERASED", ""))?;
        Ok((lead, details))
    }

    fn move_lead(
        &self,
        tx: &mut Tx<'_>,
        lead: &Lead,
        (step, actor): (LeadStep, Option<&Actor>),
        (words, person): (&str, Option<&Person>),
    ) -> Result<Lead, AppError> {
        let not_now = || AppError::refused("LEAD_NOT_NOW", lead.state.name());
        let state = lead_after(lead.state, step).ok_or_else(not_now)?;
        let registered_on = match person {
            Some(person) => {
                let versions = store::people::versions(tx, person.id)?;
                let first = versions.iter().map(|version| version.known.at_ms).min();
                let first = first.unwrap_or_else(|| self.now_ms());
                Some(day_of_moment(first.unsigned_abs()))
            }
            None => None,
        };
        let moved = Lead {
            state,
            steps: lead.steps + 1,
            person: person.map(|person| person.id),
            registered_on,
            asked: None,
            ..lead.clone()
        };
        let kept = LeadStepKept {
            no: moved.steps,
            step,
            states: (lead.state, state),
            words: words.into(),
            made_by: actor.map(|actor| actor.id),
            at_ms: self.now_ms(),
        };
        store::outreach::make_lead_step(tx, &moved, &kept)?;
        Ok(moved)
    }
}

/// Leads that are not registered and of which it is known who they are.
fn open_leads(tx: &mut Tx<'_>) -> Result<Vec<(Lead, LeadDetails)>, AppError> {
    let found = store::outreach::leads(tx)?.into_iter();
    let open = found.filter(|(lead, _)| lead.state != LeadState::Registered);
    Ok(open.filter_map(|(lead, details)| Some((lead, details?))).collect())
}

/// The codes of events and agents, by id.
struct Sources {
    events: HashMap<Id<kind::OutreachEvent>, Box<str>>,
    agents: HashMap<Id<kind::Agent>, Box<str>>,
}

impl Sources {
    fn load(tx: &mut Tx<'_>) -> Result<Sources, AppError> {
        let events = store::outreach::list(tx)?.into_iter();
        let agents = store::outreach::agents(tx)?.into_iter();
        Ok(Sources {
            events: events.map(|event| (event.id, event.code)).collect(),
            agents: agents.map(|(agent, _)| (agent.id, agent.code)).collect(),
        })
    }
}

/// A lead's number as typed.
///
/// # Errors
/// `LEAD_UNKNOWN`.
pub fn lead_number(text: &str) -> Result<Id<kind::Lead>, AppError> {
    Id::parse(text).map_err(|_| AppError::not_found("LEAD_UNKNOWN", ""))
}
