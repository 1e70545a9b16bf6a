//! `payung outreach leads …` and `payung outreach agents …`: who wants in, and who reaches them;
//! masked, unless somebody reads a lead out.

use std::process::ExitCode;

use app::agreements::Done as Did;
use app::error::AppError;
use app::outreach::{
    AgentInput, AgentShown, Lead, LeadFilter, LeadInput, LeadShown, LeadState, LeadStep,
    lead_number,
};
use serde_json::{Value, json};

use super::{Desk, who};
use crate::cli::{OutreachAgentArgs, OutreachAgentsCommand, OutreachLeadsCommand};
use crate::commands::Done;
use crate::say::ROWS_NEED_FIXING;

impl Desk<'_> {
    pub(super) fn leads(&self, command: &OutreachLeadsCommand) -> Result<(), AppError> {
        let (office, actor) = (self.office, self.actor);
        match command {
            OutreachLeadsCommand::List { state, event, agent } => {
                let unknown = |name: &str| AppError::usage("KIND_UNKNOWN", name);
                let state = state
                    .as_deref()
                    .map(|name| LeadState::from_name(name).ok_or_else(|| unknown(name)));
                let (event, agent) = (event.clone(), agent.clone());
                let filter = LeadFilter { state: state.transpose()?, event, agent };
                for shown in office.leads(actor, &filter)? {
                    self.say.record(&lead_document(&shown), &self.lead_line(&shown));
                }
            }
            OutreachLeadsCommand::Add { who: args, event, agent, told_on } => {
                let (event, agent) = (event.clone(), agent.clone());
                let input = LeadInput { who: who(args), event, agent, told_on: told_on.clone() };
                let (lead, did) = office.add_lead(actor, &input)?;
                self.moved(&lead, if did == Did::Now { "now" } else { "exists" });
            }
            OutreachLeadsCommand::Show { id } => self.lead(id)?,
            OutreachLeadsCommand::Read { id } => self.read(id)?,
            OutreachLeadsCommand::Step { id, step, words } => {
                let unknown = || AppError::usage("KIND_UNKNOWN", step.as_str());
                let step = LeadStep::from_name(step).ok_or_else(unknown)?;
                self.moved(&office.step_lead(actor, lead_number(id)?, step, words)?, "now");
            }
            OutreachLeadsCommand::Answer { id, same, reason, .. } => {
                self.moved(&office.answer_lead(actor, lead_number(id)?, *same, reason)?, "now");
            }
            OutreachLeadsCommand::Forget { id, reason } => {
                let (lead, did) = office.forget_lead(actor, lead_number(id)?, reason)?;
                self.moved(&lead, if did == Did::Now { "now" } else { "exists" });
            }
            OutreachLeadsCommand::Match => {
                let found = office.follow_up_leads(actor)?;
                let counts = [found.looked, found.registered, found.asked];
                let [looked, registered, asked] = counts.map(|count| count.to_string());
                let values =
                    [("looked", &*looked), ("registered", &*registered), ("asked", &*asked)];
                let document = json!({
                    "looked": found.looked, "registered": found.registered, "asked": found.asked,
                });
                self.say.record(&document, &self.say.words.with("lead-followed", &values));
            }
        }
        Ok(())
    }

    fn moved(&self, lead: &Lead, done: &str) {
        let (id, state) = (lead.id.to_string(), lead.state.name());
        let word = self.words(&format!("lead-state-{state}"));
        let line = self.say.words.with("lead-now", &[("id", &*id), ("state", &*word)]);
        let registered = lead.registered_on.map(|day| day.to_string());
        let document =
            json!({"lead": id, "state": state, "registered_on": registered, "done": done});
        self.say.record(&document, &line);
    }

    fn lead_line(&self, shown: &LeadShown) -> String {
        let lead = &shown.lead;
        let state = self.words(&format!("lead-state-{}", lead.state.name()));
        let source = shown.event.as_deref().or(shown.agent.as_deref()).unwrap_or_default();
        let asked = if lead.asked.is_some() { self.words("lead-asked") } else { String::new() };
        let line = format!(
            "{}  {}  {}  {}  {source}  {state}  {asked}",
            lead.id, shown.initials, shown.place, lead.told_on
        );
        line.trim_end().to_owned()
    }

    fn lead(&self, id: &str) -> Result<(), AppError> {
        let file = self.office.lead(self.actor, lead_number(id)?)?;
        if self.say.json {
            let mut document = lead_document(&file.shown);
            document["person"] = file.person.as_ref().map(|one| one.id.to_string()).into();
            document["asked"] = file.asked.as_ref().map(|one| one.id.to_string()).into();
            let steps = file.steps.iter().map(|(step, by)| {
                let (name, at_ms) = (step.step.name(), step.at_ms);
                json!({"step": name, "words": step.words, "by": by, "at_ms": at_ms})
            });
            document["steps"] = steps.collect();
            self.say.document(&document);
            return Ok(());
        }
        self.say.line(&self.lead_line(&file.shown));
        if let Some(asked) = &file.asked {
            let values = [("name", &*asked.name), ("birth", &*asked.birth)];
            self.say.line(&self.say.words.with("lead-question", &values));
        }
        for (step, by) in &file.steps {
            let by = by.as_deref().unwrap_or_default();
            let name = self.words(&format!("lead-state-{}", step.states.1.name()));
            self.say.line(format!("  {name}  {} {by}", step.words).trim_end());
        }
        Ok(())
    }

    fn read(&self, id: &str) -> Result<(), AppError> {
        let said = self.office.read_lead(self.actor, lead_number(id)?)?;
        let phone = said.phone.map(|phone| phone.international());
        let birth = said.birth.map(|day| day.to_string());
        if self.say.json {
            self.say.document(&json!({
                "name": said.name.as_str(),
                "phone": phone,
                "village": said.village,
                "nik": said.nik.map(|nik| nik.reveal()),
                "birth": birth,
            }));
            return Ok(());
        }
        let mut pairs = vec![
            (self.words("attend-name"), said.name.as_str().to_owned()),
            (self.words("attend-phone"), phone.unwrap_or_default()),
            (self.words("attend-village"), said.village.to_string()),
            (self.words("attend-nik"), said.nik.map(|nik| nik.reveal()).unwrap_or_default()),
            (self.words("lead-birth"), birth.unwrap_or_default()),
        ];
        pairs.retain(|(_, value)| !value.is_empty());
        self.say.pairs(&pairs);
        Ok(())
    }

    pub(super) fn agents(&self, command: &OutreachAgentsCommand) -> Done {
        let (office, actor) = (self.office, self.actor);
        match command {
            OutreachAgentsCommand::List { not_briefed } => {
                let found = office.outreach_agents(actor)?.into_iter();
                for one in found.filter(|one| !not_briefed || one.briefed.is_none()) {
                    self.say.record(&agent_document(&one), &self.agent_line(&one));
                }
            }
            OutreachAgentsCommand::Add(args) => {
                let (agent, did) = office.keep_agent(actor, &agent_input(args))?;
                let done = if did == Did::Now { "now" } else { "exists" };
                let document = json!({"agent": agent.code, "done": done});
                self.say.record(&document, &agent.code);
            }
            OutreachAgentsCommand::Import { file, kind, supervisor } => {
                let defaults = AgentInput {
                    kind: kind.clone(),
                    supervisor: supervisor.clone(),
                    ..AgentInput::default()
                };
                let read = office.import_agents(actor, file, &defaults)?;
                let taken =
                    read.map_err(|refusal| AppError::refused("FILE_REFUSED", refusal.code))?;
                let refused = taken.refused.iter();
                let refused = refused.map(|(row, code)| json!({"row": row, "code": code}));
                let document = json!({
                    "kept": taken.kept, "same": taken.same, "refused": refused.collect::<Vec<_>>(),
                });
                let counts = [taken.kept, taken.same].map(|count| count.to_string());
                let lost = taken.refused.len().to_string();
                let values = [("kept", &*counts[0]), ("same", &*counts[1]), ("refused", &*lost)];
                self.say.record(&document, &self.say.words.with("agent-taken", &values));
                if !taken.refused.is_empty() {
                    return Ok(ExitCode::from(ROWS_NEED_FIXING));
                }
            }
            OutreachAgentsCommand::Show { code } => self.agent(code)?,
            OutreachAgentsCommand::Uncovered { code } => self.uncovered(code)?,
        }
        Ok(ExitCode::SUCCESS)
    }

    fn agent_line(&self, one: &AgentShown) -> String {
        let briefed = match &one.briefed {
            Some((by, on)) => format!("{on} {by}"),
            None => self.words("agent-briefed-no"),
        };
        let (leads, within) = (one.effect.leads, one.effect.within);
        format!("{}  {}  {}  {briefed}  {leads}  {within}", one.agent.code, one.initials, one.place)
    }

    fn agent(&self, code: &str) -> Result<(), AppError> {
        let file = self.office.outreach_agent(self.actor, code)?;
        let gaps = file.gaps.iter().map(|(key, count)| {
            json!({"occupation": key.as_ref().map(|key| key.0.to_string()), "people": count})
        });
        let mut document = agent_document(&file.shown);
        document["month"] = file.month.to_string().into();
        document["gaps"] = gaps.collect();
        self.say.record(&document, &self.agent_line(&file.shown));
        if self.say.json {
            return Ok(());
        }
        for (key, count) in &file.gaps {
            let known = key.as_ref().and_then(|key| self.office.occupations.get(key));
            let work = known
                .map_or_else(|| self.words("uncovered-work-unknown"), |one| one.label.to_string());
            self.say.line(&format!("  {work}: {count}"));
        }
        Ok(())
    }

    fn uncovered(&self, code: &str) -> Result<(), AppError> {
        let (month, found) = self.office.uncovered(self.actor, code)?;
        for one in found {
            let why = one.why.name();
            let work = one.occupation.as_ref().map(|key| key.0.to_string());
            let document = json!({
                "person": one.person.to_string(),
                "initials": one.initials,
                "village": one.village,
                "occupation": work,
                "why": why,
                "month": month.to_string(),
            });
            let why = self.words(&format!("uncovered-why-{why}"));
            let work = work.unwrap_or_default();
            self.say
                .record(&document, &format!("{}  {}  {work}  {why}", one.initials, one.village));
        }
        Ok(())
    }
}

fn agent_input(args: &OutreachAgentArgs) -> AgentInput {
    AgentInput {
        code: args.code.clone(),
        kind: args.kind.clone(),
        name: args.name.clone(),
        phone: args.phone.clone(),
        territory: args.territory.clone(),
        supervisor: args.supervisor.clone(),
        account: args.account.clone(),
        quota: args.quota.clone(),
        since: args.since.clone(),
        until: args.until.clone(),
    }
}

fn lead_document(shown: &LeadShown) -> Value {
    let lead = &shown.lead;
    json!({
        "lead": lead.id.to_string(),
        "initials": shown.initials,
        "place": lead.place.to_string(),
        "place_name": shown.place,
        "told_on": lead.told_on.to_string(),
        "days": shown.days,
        "event": shown.event,
        "agent": shown.agent,
        "consent": lead.consent.name(),
        "state": lead.state.name(),
        "registered_on": lead.registered_on.map(|day| day.to_string()),
        "is_asked": lead.asked.is_some(),
    })
}

fn agent_document(one: &AgentShown) -> Value {
    json!({
        "agent": one.agent.code,
        "kind": &*one.agent.kind.0,
        "initials": one.initials,
        "territory": one.agent.territory.to_string(),
        "territory_name": one.place,
        "supervisor": one.supervisor,
        "briefed_by": one.briefed.as_ref().map(|(by, _)| by.clone()),
        "briefed_on": one.briefed.as_ref().map(|(_, on)| on.to_string()),
        "quota": one.agent.quota,
        "this_month": one.this_month,
        "leads": one.effect.leads,
        "new": one.effect.new,
        "registered": one.effect.registered,
        "registered_within": one.effect.within,
    })
}
