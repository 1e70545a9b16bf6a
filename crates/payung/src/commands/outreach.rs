//! `payung outreach …`: events kept, looked at, held; who was there; what came of them. Leads and
//! agents are in parts of their own.

mod field;
mod people;

use std::path::Path;
use std::process::ExitCode;

use app::agreements::Done as Did;
use app::doors::Agreement;
use app::error::AppError;
use app::office::{Actor, Office, Operation};
use app::outreach::{
    AttendanceReport, AttendeeInput, Event, EventFilter, EventInput, EventShown, EventState,
    FreeAsked, OutreachKind, OutreachKindKey, OutreachOf,
};
use app::words::Language;
use serde_json::{Value, json};

use crate::cli::{
    Global, Lang, OutreachAttendArgs, OutreachCommand, OutreachEventArgs, OutreachFreeArgs,
    OutreachKindCommand, OutreachListArgs, OutreachWhoArgs,
};
use crate::commands::{self, Done};
use crate::say::{ROWS_NEED_FIXING, Say};

/// Runs a command on outreach.
pub fn outreach(global: &Global, say: &Say, command: &OutreachCommand) -> Done {
    let office = commands::open(global)?;
    let actor = office.actor(&global.actor, Operation::OwnDesk)?;
    let desk = Desk { global, say, office: &office, actor: &actor };
    match command {
        OutreachCommand::New(args) => desk.keep(args)?,
        OutreachCommand::List(args) => desk.list(&desk.filter(args)?)?,
        OutreachCommand::Show { code } => desk.show(code)?,
        OutreachCommand::Calendar { month } => desk.calendar(month.as_deref())?,
        OutreachCommand::Free(args) => desk.free(args)?,
        OutreachCommand::Ical { out, month } => desk.ical(out, month.as_deref())?,
        OutreachCommand::Invite { code, reminder } => desk.invite(code, *reminder)?,
        OutreachCommand::Hold { code, questions } => {
            desk.did(office.hold_event(&actor, code, questions)?);
        }
        OutreachCommand::Cancel { code, reason } => {
            desk.did(office.cancel_event(&actor, code, reason)?);
        }
        OutreachCommand::Plan { code, reason } => {
            desk.did(office.plan_event(&actor, code, reason)?);
        }
        OutreachCommand::Attend(args) => return desk.attend(args),
        OutreachCommand::Leads(command) => desk.leads(command)?,
        OutreachCommand::Effect => desk.effect()?,
        OutreachCommand::Pack { out, base } => desk.pack(out, base.as_deref())?,
        OutreachCommand::Agents(command) => return desk.agents(command),
        OutreachCommand::Field(command) => return desk.field(command),
        OutreachCommand::Kind(command) => desk.kind(command)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The office, who acts, and how it is spoken of.
struct Desk<'a> {
    global: &'a Global,
    say: &'a Say,
    office: &'a Office,
    actor: &'a Actor,
}

impl Desk<'_> {
    fn words(&self, key: &str) -> String {
        self.say.words.get(key)
    }

    fn language(&self) -> Language {
        match self.global.lang {
            Lang::Id => Language::Indonesian,
            Lang::En => Language::English,
        }
    }

    fn keep(&self, args: &OutreachEventArgs) -> Result<(), AppError> {
        let input = EventInput {
            code: args.code.clone(),
            kind: args.kind.clone(),
            title: args.title.clone(),
            place: args.place.clone(),
            venue: args.venue.clone(),
            day: args.day.clone(),
            hours: args.hours.clone(),
            org: args.org.clone(),
            audience: args.audience.clone(),
            facility: args.facility.clone(),
            agreement: args.agreement.clone(),
            duty: args.duty.clone(),
            agenda: args.agenda.clone(),
            facilitators: args.facilitators.clone(),
        };
        self.did(self.office.keep_event(self.actor, &input)?);
        Ok(())
    }

    fn did(&self, (event, did): (Event, Did)) {
        let state = event.state.name();
        let code = &*event.code;
        let done = if did == Did::Now { "now" } else { "exists" };
        let word = self.words(&format!("event-state-{state}"));
        let values = [("code", code), ("state", &*word)];
        let line = self.say.words.with("event-now", &values);
        let document =
            json!({"event": code, "state": state, "done": done, "revision": event.steps});
        self.say.record(&document, &line);
    }

    fn filter(&self, args: &OutreachListArgs) -> Result<EventFilter, AppError> {
        let unknown = |text: &str| AppError::usage("KIND_UNKNOWN", text);
        let kinds = self.office.outreach_kinds()?;
        let state = args
            .state
            .as_deref()
            .map(|name| EventState::from_name(name).ok_or_else(|| unknown(name)));
        let kind = args.kind.as_deref().map(|word| {
            let found = kinds.find(OutreachOf::Event, word).map(|kind| kind.key.clone());
            found.ok_or_else(|| AppError::usage("EVENT_KIND_UNKNOWN", ""))
        });
        Ok(EventFilter {
            month: args.month.as_deref().map(commands::month).transpose()?,
            state: state.transpose()?,
            kind: kind.transpose()?,
        })
    }

    fn list(&self, filter: &EventFilter) -> Result<(), AppError> {
        for shown in self.office.outreach_events(self.actor, filter)? {
            self.say.record(&document(&shown), &self.line(&shown));
        }
        Ok(())
    }

    fn line(&self, shown: &EventShown) -> String {
        let event = &shown.event;
        let state = self.words(&format!("event-state-{}", event.state.name()));
        let mut line = format!(
            "{}  {}  {}  {}  {}  {state}",
            event.day, event.hours, event.code, event.title, shown.place
        );
        for clash in &shown.clashes {
            let day = clash.day.in_words();
            let values = [("title", &*clash.title), ("org", &*clash.org), ("day", &*day)];
            let key = format!("event-clash-{}", clash.why.name());
            line.push_str(&format!("\n    ! {}", self.say.words.with(&key, &values)));
        }
        line
    }

    fn show(&self, code: &str) -> Result<(), AppError> {
        let file = self.office.outreach_event(self.actor, code)?;
        let shown = &file.shown;
        if self.say.json {
            let mut document = document(shown);
            let [people, leads, agents, counted] = file.there;
            document["there"] =
                json!({"people": people, "leads": leads, "agents": agents, "counted": counted});
            document["men"] = file.sexes.0.into();
            document["women"] = file.sexes.1.into();
            let steps = file.steps.iter().map(|(step, by)| {
                let (name, at_ms) = (step.step.name(), step.at_ms);
                json!({"step": name, "words": step.words, "by": by, "at_ms": at_ms})
            });
            document["steps"] = steps.collect();
            self.say.document(&document);
            return Ok(());
        }
        let event = &shown.event;
        let count = |count: u32| count.to_string();
        self.say.line(&self.line(shown));
        self.say.pairs(&[
            (self.words("event-org"), shown.org.1.to_string()),
            (self.words("event-venue"), event.venue.to_string()),
            (self.words("event-agenda"), event.agenda.to_string()),
            (self.words("event-facilitators"), event.facilitators.join("; ")),
            (self.words("event-attended"), count(shown.effect.attended)),
            (self.words("event-men"), count(file.sexes.0)),
            (self.words("event-women"), count(file.sexes.1)),
            (self.words("event-leads"), count(shown.effect.leads)),
            (self.words("lead-state-registered"), count(shown.effect.registered)),
            (self.words("event-within"), count(shown.effect.within)),
        ]);
        Ok(())
    }

    fn calendar(&self, month: Option<&str>) -> Result<(), AppError> {
        let month = month.map(commands::month).transpose()?;
        let month = month.unwrap_or_else(|| self.office.today().month_of());
        if !self.say.json {
            self.say.line(&month.in_words());
        }
        self.list(&EventFilter { month: Some(month), ..EventFilter::default() })
    }

    fn free(&self, args: &OutreachFreeArgs) -> Result<(), AppError> {
        let asked = FreeAsked {
            event: args.event.clone(),
            place: args.place.clone(),
            org: args.org.clone(),
            audience: args.audience.clone(),
            facility: args.facility.clone(),
            facilitators: args.facilitators.clone(),
            from: args.from.as_deref().map(commands::day).transpose()?,
            most: Some(args.count),
        };
        for day in self.office.free_event_days(self.actor, &asked)? {
            let line = format!("{day}  {}, {}", day.weekday(), day.in_words());
            self.say.record(&json!({"day": day.to_string()}), &line);
        }
        Ok(())
    }

    fn ical(&self, out: &Path, month: Option<&str>) -> Result<(), AppError> {
        let month = month.map(commands::month).transpose()?;
        let filter = EventFilter { month, ..EventFilter::default() };
        let text = self.office.outreach_feed(self.actor, &filter, self.say.words)?;
        self.written(out, text.as_bytes())
    }

    fn written(&self, out: &Path, bytes: &[u8]) -> Result<(), AppError> {
        commands::write_file(out, bytes)?;
        let path = out.display().to_string();
        let document = json!({"path": path, "bytes": bytes.len()});
        self.say.record(&document, &path);
        Ok(())
    }

    fn invite(&self, code: &str, reminder: bool) -> Result<(), AppError> {
        let language = self.language();
        let text = self.office.outreach_invitation(self.actor, code, reminder, language)?;
        self.say.record(&json!({"event": code, "text": text}), &text);
        Ok(())
    }

    fn pack(&self, out: &Path, base: Option<&str>) -> Result<(), AppError> {
        let base = base.map(commands::rupiah).transpose()?;
        let printed = self.office.briefing_pack(self.actor, base)?;
        self.written(out, &printed.bytes)
    }

    fn attend(&self, args: &OutreachAttendArgs) -> Done {
        let (office, actor, code) = (self.office, self.actor, &args.code);
        if args.undo {
            return self.unattend(args);
        }
        let mut report = AttendanceReport::default();
        if let Some(path) = &args.file {
            let consent = consent(&args.who.consent)?;
            let read = office.attend_list(actor, code, path, consent)?;
            let refused = |refusal: app::reading::FileRefusal| {
                AppError::refused("FILE_REFUSED", refusal.code)
            };
            report = read.map_err(refused)?;
        } else if let Some(path) = &args.cards {
            let unreadable = |_| AppError::not_found("FILE_UNREADABLE", path.display().to_string());
            let text = std::fs::read_to_string(path).map_err(unreadable)?;
            report = office.attend_cards(actor, code, &text)?;
        } else if !args.agent.is_empty() {
            for agent in &args.agent {
                let one = AttendeeInput { agent: agent.clone(), ..AttendeeInput::default() };
                let found = office.attend(actor, code, &one)?;
                report.agents += found.agents;
                report.known += found.known;
            }
        } else {
            report = office.attend(actor, code, &who(&args.who))?;
        }
        self.report(code, &report);
        Ok(match report.unread.is_empty() {
            true => ExitCode::SUCCESS,
            false => ExitCode::from(ROWS_NEED_FIXING),
        })
    }

    /// Takes back that one or agents were written down.
    fn unattend(&self, args: &OutreachAttendArgs) -> Done {
        let agents = args.agent.iter();
        let mut those: Vec<AttendeeInput> = agents
            .map(|agent| AttendeeInput { agent: agent.clone(), ..AttendeeInput::default() })
            .collect();
        if those.is_empty() {
            those.push(who(&args.who));
        }
        for one in &those {
            let did = self.office.unattend(self.actor, &args.code, one)?;
            let (done, key) = match did {
                Did::Now => ("now", "attend-undone"),
                Did::Before => ("exists", "attend-undone-before"),
            };
            let document = json!({"event": args.code, "agent": one.agent, "done": done});
            self.say.record(&document, &self.words(key));
        }
        Ok(ExitCode::SUCCESS)
    }

    fn report(&self, code: &str, report: &AttendanceReport) {
        let unread = report.unread.iter().map(|(row, why)| json!({"row": row, "code": why}));
        let document = json!({
            "event": code,
            "people": report.people,
            "leads": report.leads,
            "agents": report.agents,
            "counted": report.counted,
            "known": report.known,
            "unread": unread.collect::<Vec<_>>(),
        });
        let counts = [report.people, report.leads, report.agents, report.counted, report.known];
        let [people, leads, agents, counted, known] = counts.map(|count| count.to_string());
        let values = [
            ("people", &*people),
            ("leads", &*leads),
            ("agents", &*agents),
            ("counted", &*counted),
            ("known", &*known),
        ];
        self.say.record(&document, &self.say.words.with("attend-report", &values));
        if self.say.json {
            return;
        }
        for (row, why) in &report.unread {
            let why = self.words(&format!("error-{why}"));
            let values = [("row", &*row.to_string()), ("why", &*why)];
            self.say.line(&self.say.words.with("attend-unread", &values));
        }
    }

    fn effect(&self) -> Result<(), AppError> {
        let days = self.office.outreach_terms()?.effect_days;
        for row in self.office.outreach_effects(self.actor)? {
            let effect = row.effect;
            let source = if row.day.is_some() { "event" } else { "agent" };
            let document = json!({
                "of": source,
                "code": row.code,
                "title": row.title,
                "day": row.day.map(|day| day.to_string()),
                "attended": effect.attended,
                "leads": effect.leads,
                "new": effect.new,
                "registered": effect.registered,
                "registered_within": effect.within,
                "effect_days": days,
            });
            let values = [
                ("title", row.title),
                ("attended", effect.attended.to_string()),
                ("leads", effect.leads.to_string()),
                ("within", effect.within.to_string()),
                ("days", days.to_string()),
            ];
            let values: Vec<(&str, &str)> =
                values.iter().map(|(name, text)| (*name, &**text)).collect();
            self.say.record(&document, &self.say.words.with("effect-line", &values));
        }
        Ok(())
    }

    fn kind(&self, command: &OutreachKindCommand) -> Result<(), AppError> {
        if let OutreachKindCommand::Add { key, of, name, name_en, traits } = command {
            let unknown = |text: &str| AppError::usage("KIND_UNKNOWN", text);
            let kind = OutreachKind {
                of: OutreachOf::from_name(of).ok_or_else(|| unknown(of))?,
                key: OutreachKindKey::new(key),
                name: name.as_str().into(),
                name_en: name_en.as_str().into(),
                traits: OutreachKind::read_traits(traits).ok_or_else(|| unknown(traits))?,
            };
            self.office.add_outreach_kind(self.actor, &kind)?;
        }
        let kinds = self.office.outreach_kinds()?;
        for kind in OutreachOf::ALL.iter().flat_map(|of| kinds.iter(*of)) {
            let (of, key) = (kind.of.name(), &*kind.key.0);
            let traits: Vec<&str> = kind.traits.iter().map(|one| one.name()).collect();
            let document = json!({
                "of": of, "key": key, "name": kind.name, "name_en": kind.name_en, "traits": traits,
            });
            self.say
                .record(&document, &format!("{of}  {key}  {}  {}", kind.name, traits.join(",")));
        }
        Ok(())
    }
}

/// Somebody as the flags say.
fn who(args: &OutreachWhoArgs) -> AttendeeInput {
    AttendeeInput {
        name: args.name.clone(),
        sex: args.sex.clone(),
        phone: args.phone.clone(),
        village: args.village.clone(),
        occupation: args.occupation.clone(),
        birth: args.birth.clone(),
        consent: args.consent.clone(),
        ..AttendeeInput::default()
    }
}

/// How those on a list agreed, when the flags say so.
fn consent(text: &str) -> Result<Option<Agreement>, AppError> {
    match text {
        "" => Ok(None),
        text => {
            let unknown = || AppError::usage("KIND_UNKNOWN", text);
            Agreement::from_name(text).map(Some).ok_or_else(unknown)
        }
    }
}

fn document(shown: &EventShown) -> Value {
    let (event, effect) = (&shown.event, &shown.effect);
    let clashes = shown.clashes.iter().map(|clash| {
        json!({
            "event": clash.code,
            "day": clash.day.to_string(),
            "org": clash.org,
            "why": clash.why.name(),
        })
    });
    let audience: Vec<&str> = event.audience.iter().map(|key| &*key.0).collect();
    json!({
        "event": event.code,
        "kind": &*event.kind.0,
        "title": event.title,
        "place": event.place.to_string(),
        "place_name": shown.place,
        "venue": event.venue,
        "day": event.day.to_string(),
        "hours": event.hours.to_string(),
        "org": shown.org.0,
        "audience": audience,
        "facility": shown.facility.as_ref().map(|one| one.0.clone()),
        "agreement": shown.agreement,
        "duty": event.duty.as_ref().map(|(_, duty)| duty.clone()),
        "state": event.state.name(),
        "revision": event.steps,
        "clashes": clashes.collect::<Vec<_>>(),
        "attended": effect.attended,
        "leads": effect.leads,
        "new": effect.new,
        "registered": effect.registered,
        "registered_within": effect.within,
    })
}
