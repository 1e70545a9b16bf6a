//! `payung outreach field …`: what came from the field, what the office says about it, files of
//! telephones that could not send, and the telephones themselves.

use std::process::ExitCode;

use app::error::{AppError, ErrorKind};
use app::field::{FieldFilter, FieldStanding, FieldVerdict, field_device_number};
use serde_json::json;

use super::Desk;
use crate::cli::OutreachFieldCommand;
use crate::commands::Done;
use crate::say::ROWS_NEED_FIXING;

impl Desk<'_> {
    pub(super) fn field(&self, command: &OutreachFieldCommand) -> Done {
        match command {
            OutreachFieldCommand::List { agent, state, open } => {
                let state = state.as_deref().map(|name| {
                    let unknown = || AppError::usage("KIND_UNKNOWN", name);
                    FieldStanding::from_name(name).ok_or_else(unknown)
                });
                let filter = FieldFilter {
                    agent: agent.clone(),
                    standing: state.transpose()?,
                    only_open: *open,
                };
                self.field_list(&filter)?;
            }
            OutreachFieldCommand::Decide { id, verdict, reason, seen } => {
                let unknown = || AppError::usage("KIND_UNKNOWN", verdict.as_str());
                let said = FieldVerdict::from_name(verdict).ok_or_else(unknown)?;
                self.office.decide_field_record(self.actor, id, (said, reason), seen)?;
                let shown = self.office.field_record(self.actor, id)?.shown;
                let state = shown.standing.name();
                let document = json!({"record": id, "state": state, "conflicts": shown.conflicts});
                self.say.record(&document, &self.words(&format!("field-standing-{state}")));
            }
            OutreachFieldCommand::File { file } => return self.field_file(file),
            OutreachFieldCommand::Devices { agent } => self.field_devices(agent)?,
            OutreachFieldCommand::End { id, wipe } => {
                let number = field_device_number(id)?;
                self.office.end_device(self.actor, number, *wipe)?;
                let state = self.office.device_state(number)?.name();
                let document = json!({"device": id, "state": state});
                self.say.record(&document, &self.words(&format!("field-device-state-{state}")));
            }
        }
        Ok(ExitCode::SUCCESS)
    }

    fn field_list(&self, filter: &FieldFilter) -> Result<(), AppError> {
        let found = self.office.field_records(self.actor, filter)?;
        for one in &found {
            let codes: Vec<&str> = one.found.iter().map(|code| code.name()).collect();
            let id = one.record.id.to_string();
            let document = json!({
                "record": id, "agent": one.agent, "village": one.village,
                "initials": one.initials, "state": one.standing.name(), "problems": codes,
                "conflicts": one.conflicts, "photo": one.has_photo,
                "at_ms": one.record.at_ms, "received_at_ms": one.record.received_at_ms,
                "seen": one.seen,
            });
            let state = self.words(&format!("field-standing-{}", one.standing.name()));
            let (who, place) = (&one.initials, &one.village);
            let line = format!("{id}  {}  {who}  {place}  {state}  {}", one.agent, one.seen);
            self.say.record(&document, &line);
        }
        Ok(())
    }

    fn field_file(&self, file: &std::path::Path) -> Done {
        let unread = |_| AppError::new(ErrorKind::External, "FILE_UNREADABLE", "");
        let bytes = std::fs::read(file).map_err(unread)?;
        let read = self.office.take_field_file(self.actor, &bytes)?;
        let of = |said: &str| read.answers.iter().filter(|one| one.said == said).count();
        let (all, accepted, exists) = (read.answers.len(), of("accepted"), of("exists"));
        let document = json!({
            "records": all, "accepted": accepted, "exists": exists, "photos": read.photos,
            "unreadable": read.unreadable, "exported_at_ms": read.exported_at_ms,
            "drafts": read.drafts.iter().map(|draft| json!({
                "record": draft.id, "initials": draft.initials, "village": draft.village,
                "missing": draft.missing,
            })).collect::<Vec<_>>(),
        });
        let values = [
            ("count", &*all.to_string()),
            ("other", &*(all - accepted - exists).to_string()),
            ("accepted", &*accepted.to_string()),
            ("exists", &*exists.to_string()),
            ("photos", &*read.photos.to_string()),
            ("unreadable", &*read.unreadable.to_string()),
        ];
        self.say.record(&document, &self.say.words.with("field-file-came", &values));
        for draft in read.drafts.iter().filter(|_| !self.say.json) {
            let part = |name: &&str| self.words(&format!("field-part-{name}"));
            let missing: Vec<String> = draft.missing.iter().map(part).collect();
            let values = [
                ("initials", &*draft.initials),
                ("village", &*draft.village),
                ("parts", &*missing.join(", ")),
            ];
            self.say.line(&self.say.words.with("field-draft-line", &values));
        }
        Ok(match accepted + exists == all && read.unreadable == 0 {
            true => ExitCode::SUCCESS,
            false => ExitCode::from(ROWS_NEED_FIXING),
        })
    }

    fn field_devices(&self, agent: &str) -> Result<(), AppError> {
        let found = self.office.devices_of_agent(self.actor, agent)?;
        for one in &found {
            let (id, state) = (one.device.id.to_string(), one.state.name());
            let document = json!({
                "device": id, "label": one.label, "state": state, "records": one.records,
                "ends_at_ms": one.device.ends_at_ms, "seen_at_ms": one.seen_at_ms,
            });
            let word = self.words(&format!("field-device-state-{state}"));
            self.say.record(&document, &format!("{id}  {}  {word}", one.label));
        }
        Ok(())
    }
}
